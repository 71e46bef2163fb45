//! The plan while it is being made.

use super::model::{InitialState, Plan, TaskTemplate, TieBreak};
use super::{Arrival, Files, Operation, PlannedInstance, PlannedService, Situation};
use crate::capacity::ProviderKind;
use crate::diag::{Code, Finding, Findings, Sources};
use crate::expect::Expectation;
use crate::fact::Cast;
use crate::placement::PlacementClass;
use crate::scenario::{Node, Scenario};
use crate::units::{
    Decimal, GroupId, InstanceTypeId, PlacementClassId, ProviderId, Resources, ServiceId, SimTime, Table,
    TaskDefinitionId, TaskSourceId,
};
use std::collections::BTreeMap;

pub(super) struct Builder<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) tree: &'a Node,
    pub(super) sources: &'a mut Sources,
    pub(super) files: &'a mut dyn Files,
    pub(super) findings: &'a mut Findings,
    pub(super) cast: Cast,
    pub(super) instances: Vec<PlannedInstance>,
    pub(super) providers: Table<ProviderId, ProviderKind>,
    pub(super) prices: Table<InstanceTypeId, Decimal>,
    pub(super) types: BTreeMap<(String, Resources), InstanceTypeId>,
    pub(super) definitions: BTreeMap<String, Definition>,
    pub(super) groups: BTreeMap<String, GroupId>,
    pub(super) class_ids: BTreeMap<PlacementClass, PlacementClassId>,
    pub(super) classes: Table<PlacementClassId, PlacementClass>,
    pub(super) services: Table<ServiceId, PlannedService>,
    pub(super) templates: Vec<TaskTemplate>,
    pub(super) arrivals: Vec<Arrival>,
    /// How many tasks of each source the plan has numbered so far.
    pub(super) numbered: BTreeMap<TaskSourceId, u32>,
    pub(super) situation: Vec<Situation>,
    pub(super) operations: Vec<Operation>,
    pub(super) expectations: Vec<Expectation>,
}

/// A task definition, worked out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Definition {
    pub(super) id: TaskDefinitionId,
    pub(super) need: Resources,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        tree: &'a Node,
        sources: &'a mut Sources,
        files: &'a mut dyn Files,
        findings: &'a mut Findings,
    ) -> Self {
        Self {
            scenario,
            tree,
            sources,
            files,
            findings,
            cast: Cast::default(),
            instances: Vec::new(),
            providers: Table::new(),
            prices: Table::new(),
            types: BTreeMap::new(),
            definitions: BTreeMap::new(),
            groups: BTreeMap::new(),
            class_ids: BTreeMap::new(),
            classes: Table::new(),
            services: Table::new(),
            templates: Vec::new(),
            arrivals: Vec::new(),
            numbered: BTreeMap::new(),
            situation: Vec::new(),
            operations: Vec::new(),
            expectations: Vec::new(),
        }
    }

    /// An error about the setting at `path`.
    pub(super) fn error(
        &mut self,
        code: Code,
        path: &str,
        message: impl Into<String>,
        label: &str,
        help: Option<String>,
    ) {
        let mut finding = Finding::error(code, message).at(self.tree.nearest_span(path), label).path(path);
        if let Some(help) = help {
            finding = finding.help(help);
        }
        self.findings.push(finding);
    }

    /// A warning about the setting at `path`.
    pub(super) fn warn(&mut self, code: Code, path: &str, message: impl Into<String>, label: &str, help: &str) {
        let finding = Finding::warning(code, message).at(self.tree.nearest_span(path), label).path(path).help(help);
        self.findings.push(finding);
    }

    /// An error about a name at `path` that refers to nothing, with the nearest that exists.
    pub(super) fn dangling<'n>(
        &mut self,
        path: &str,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'n str> + Clone,
    ) {
        let help = match crate::diag::nearest(name, known.clone()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => {
                let all: Vec<&str> = known.into_iter().take(20).collect();
                if all.is_empty() {
                    format!("the scenario has no {what}")
                } else {
                    format!("the scenario has `{}`", all.join("`, `"))
                }
            }
        };
        let message = format!("there is no {what} called `{name}`");
        self.error(Code::UnknownReference, path, message, "not found", Some(help));
    }

    /// Name, Region, calendar and the like.
    pub(super) fn frame(&mut self, name: &str) {
        let scenario = self.scenario;
        self.cast.scenario = scenario.name.clone().unwrap_or_else(|| name.to_owned());
        self.cast.region = scenario.region.clone().unwrap_or_else(|| "us-east-1".to_owned());
        self.cast.horizon = SimTime(scenario.duration.0);
        if scenario.duration.0 == 0 {
            let help = Some("write for example `duration: 1d`".to_owned());
            self.error(Code::OutOfRange, "duration", "a run of no length shows nothing", "must be above 0s", help);
        }
        self.cast.start_unix_s = self.start();
        if let Some(bucket) = scenario.series_bucket
            && (bucket.0 == 0 || scenario.duration.0 / bucket.0 > 1_000_000)
        {
            let help = Some("leave it out: the width then follows from the duration".to_owned());
            self.error(Code::OutOfRange, "series_bucket", "this makes over 1,000,000 rows", "too narrow", help);
        }
    }

    fn start(&mut self) -> i64 {
        let text = self.scenario.start.as_deref().unwrap_or("2026-01-05T00:00:00Z");
        let example = Some("write it as `2026-03-02T00:00:00Z`".to_owned());
        match text.parse::<jiff::Timestamp>() {
            Ok(start) if start.as_second() % 60 == 0 && start.subsec_nanosecond() == 0 => start.as_second(),
            Ok(_) => {
                let message =
                    format!("`{text}` is not on a whole minute, and metric periods begin on minutes (SCL-162)");
                self.error(Code::BadTime, "start", message, "between two minutes", example);
                0
            }
            Err(_) => {
                self.error(
                    Code::BadTime,
                    "start",
                    format!("`{text}` is no date and time with zone"),
                    "not a time",
                    example,
                );
                0
            }
        }
    }

    pub(super) fn finish(mut self) -> Option<Plan> {
        if self.findings.has_errors() {
            return None;
        }
        self.arrivals
            .sort_by_key(|arrival| (arrival.at, self.templates[arrival.template as usize].source, arrival.ordinal));
        let scenario = self.scenario;
        let (seed, standalone_tasks) = (scenario.seed.unwrap_or(1), self.arrivals.len() as u64);
        Some(Plan {
            horizon: self.cast.horizon,
            initial_state: match scenario.initial_state.as_deref() {
                Some("cold") => InitialState::Cold,
                _ => InitialState::Steady,
            },
            tie_break: match scenario.tie_break.as_deref() {
                Some("lowest_id") => TieBreak::LowestId,
                _ => TieBreak::Seeded,
            },
            series_bucket: scenario.series_bucket,
            cast: Cast { seed, standalone_tasks, ..self.cast },
            instances: self.instances,
            providers: self.providers,
            classes: self.classes,
            services: self.services,
            templates: self.templates,
            arrivals: self.arrivals,
            situation: self.situation,
            operations: self.operations,
            expectations: self.expectations,
            prices: self.prices,
        })
    }
}
