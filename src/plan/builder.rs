//! The plan while it is being made.

use super::definitions::{Definition, Notes};
use super::drawn::sort_arrivals;
use super::instances::Names;
use super::machines::{Standard, TypeKey};
use super::model::{
    CallRates, InitialState, LaunchRates, NotSimulated, Plan, Rate, TaskTemplate, Throttle, TieBreak, WaitingOrder,
};
use super::operations::INSTANCE_BOOT;
use super::purchases::Offer;
use super::subnets::SubnetChoice;
use super::updates::Setting;
use super::{Arrival, DrawnCalls, Files, Operation, PlannedInstance, PlannedService, ServiceUpdate, Situation};
use crate::capacity::{ProviderKind, Share};
use crate::catalog::charges::{Charge, Tiers};
use crate::cluster::{Attributes, Ground, Registration, SpreadValues};
use crate::cost::{Declarations, Idle, InstancePrices, Portfolio, PriceSource, Tariffs};
use crate::diag::{Code, Finding, Findings, Sources};
use crate::expect::Expectation;
use crate::fact::{Cast, InstanceTypeRole, Origin, Platform, Purchase, ServiceRole, TaskSourceRole};
use crate::placement::cql::Expression;
use crate::placement::{PlacementClass, Pool};
use crate::scenario::{Doubts, Node, Scenario};
use crate::service::Percents;
use crate::units::{
    Architecture, AttributeSetId, GroupId, Id, InstanceTypeId, OperatingSystem, PlacementClassId, ProviderId,
    Resources, ServiceId, SimSpan, SimTime, StrategyId, SubnetId, Table, TaskSourceId, ZoneId,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// PROVISIONING on Fargate (ECS-555).
const FARGATE_PROVISION: SimSpan = SimSpan(30_000);
/// The first and the longest pause of a service whose tasks fail to start (ECS-455, ECS-458).
const THROTTLE_FIRST: SimSpan = SimSpan(10_000);
const THROTTLE_MAX: SimSpan = SimSpan(1_620_000);
/// Tasks of one service that are launched on instances in a minute (ECS-810).
const EC2_SERVICE_PER_MINUTE: u32 = 500;
/// Calls that ECS takes (ECS-813, ECS-821, ECS-822).
const CALL_RATES: CallRates = CallRates {
    run_task_on_fargate: Rate { burst: 20, per_second: 20 },
    cluster: Rate { burst: 100, per_second: 40 },
    service: Rate { burst: 50, per_second: 5 },
};
/// Most names that a message lists.
const MOST_LISTED: usize = 20;
/// Most instances that are made up after mistakes.
const STAND_INS_AT_MOST: usize = 100_000;

pub(super) struct Builder<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) tree: &'a Node,
    pub(super) sources: &'a mut Sources,
    pub(super) files: &'a mut dyn Files,
    pub(super) findings: &'a mut Findings,
    /// What the scenario leaves open because it has mistakes.
    pub(super) doubts: Doubts,
    pub(super) cast: Cast,
    pub(super) instances: Vec<PlannedInstance>,
    /// Instances that operators add, and which of them by which entry of `events`.
    pub(super) additions: Vec<PlannedInstance>,
    pub(super) added_by: BTreeMap<usize, Range<u32>>,
    /// The names of plain instances, while there may be more of them.
    pub(super) names: Names,
    /// Which instances each entry of `instances` gave.
    pub(super) entries: Vec<std::ops::Range<usize>>,
    pub(super) providers: Table<ProviderId, ProviderKind>,
    pub(super) instance_prices: InstancePrices,
    pub(super) tariffs: Tariffs,
    pub(super) declared: Declarations,
    pub(super) portfolio: Portfolio,
    /// What Spot costs, by type, operating system and the path of what says so.
    pub(super) spot_offers: BTreeMap<(String, OperatingSystem, String), Option<Offer>>,
    /// Charges that were said to have no price.
    pub(super) without_price: BTreeSet<Charge>,
    /// Prices of the scenario's file of them.
    pub(super) own_prices: BTreeMap<String, (Tiers, PriceSource)>,
    /// Own prices that something took.
    pub(super) prices_used: BTreeSet<String>,
    /// Processor architecture of each instance type, by row.
    pub(super) architectures: Vec<Architecture>,
    pub(super) fargate: super::fargate::Known,
    /// The cluster's default strategy, if it has one that is right.
    pub(super) cluster_default: Option<super::strategy::Destination>,
    pub(super) strategies: Table<StrategyId, Vec<Share>>,
    pub(super) subnets_of: Table<TaskSourceId, Vec<SubnetId>>,
    pub(super) attributes: Table<AttributeSetId, Attributes>,
    pub(super) attribute_ids: BTreeMap<Attributes, AttributeSetId>,
    /// Whether all instances and providers could be planned, so that what none of them has can be told.
    pub(super) capacity_is_known: bool,
    /// Attributes that strategies spread over, apart from the zone.
    pub(super) spreads: Vec<String>,
    pub(super) types: BTreeMap<TypeKey, InstanceTypeId>,
    /// Types that were looked up, by name and operating system.
    pub(super) standards: BTreeMap<(String, OperatingSystem), Standard>,
    /// Whether it was said that Windows has no price.
    pub(super) lacks_windows_price: bool,
    pub(super) definitions: BTreeMap<String, Rc<Definition>>,
    /// What is known of the files of task definitions.
    pub(super) imports: Notes,
    pub(super) not_simulated: Vec<NotSimulated>,
    pub(super) groups: BTreeMap<String, GroupId>,
    pub(super) class_ids: BTreeMap<PlacementClass, PlacementClassId>,
    pub(super) classes: Table<PlacementClassId, PlacementClass>,
    pub(super) services: Table<ServiceId, PlannedService>,
    pub(super) templates: Vec<TaskTemplate>,
    pub(super) arrivals: Vec<Arrival>,
    /// Calls whose moments are drawn, with the keys of the scenario that ask for them.
    pub(super) drawn: Vec<(String, DrawnCalls)>,
    /// Steps of all curves so far.
    pub(super) curve_steps: usize,
    /// The constraints of classes, as parsed.
    pub(super) expressions: BTreeMap<PlacementClassId, Vec<Expression>>,
    /// How many tasks of each source the plan has numbered so far.
    pub(super) numbered: BTreeMap<TaskSourceId, u32>,
    pub(super) situation: Vec<Situation>,
    pub(super) operations: Vec<Operation>,
    pub(super) updates: Vec<ServiceUpdate>,
    /// What services are made of, for those that are updated.
    pub(super) settings: BTreeMap<ServiceId, Setting>,
    pub(super) expectations: Vec<Expectation>,
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
            doubts: Doubts::default(),
            cast: Cast::default(),
            instances: Vec::new(),
            additions: Vec::new(),
            added_by: BTreeMap::new(),
            names: Names::new(),
            entries: Vec::new(),
            providers: Table::new(),
            instance_prices: Table::new(),
            tariffs: BTreeMap::new(),
            declared: Declarations::default(),
            portfolio: Portfolio::default(),
            spot_offers: BTreeMap::new(),
            without_price: BTreeSet::new(),
            own_prices: BTreeMap::new(),
            prices_used: BTreeSet::new(),
            architectures: Vec::new(),
            fargate: super::fargate::Known::default(),
            cluster_default: None,
            strategies: Table::new(),
            subnets_of: Table::new(),
            attributes: Table::new(),
            attribute_ids: BTreeMap::new(),
            capacity_is_known: false,
            spreads: Vec::new(),
            types: BTreeMap::new(),
            standards: BTreeMap::new(),
            lacks_windows_price: false,
            definitions: BTreeMap::new(),
            imports: Notes::default(),
            not_simulated: Vec::new(),
            groups: BTreeMap::new(),
            class_ids: BTreeMap::new(),
            classes: Table::new(),
            services: Table::new(),
            templates: Vec::new(),
            arrivals: Vec::new(),
            drawn: Vec::new(),
            curve_steps: 0,
            expressions: BTreeMap::new(),
            numbered: BTreeMap::new(),
            situation: Vec::new(),
            operations: Vec::new(),
            updates: Vec::new(),
            settings: BTreeMap::new(),
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
        // `i-3` is no slip for `i-1`: which of them is meant is not to be guessed
        let stem = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let is_slip = |near: &&str| stem(near) == near.len() || near[..stem(near)] != name[..stem(name)];
        let help = match crate::diag::nearest(name, known.clone()).filter(is_slip) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => {
                let mut all = known.into_iter();
                let first: Vec<&str> = all.by_ref().take(MOST_LISTED).collect();
                let more = if all.next().is_some() { ", …" } else { "" };
                if first.is_empty() {
                    format!("the scenario has no {what}")
                } else {
                    format!("the scenario has `{}`{more}", first.join("`, `"))
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
            self.doubts.unsettle("duration");
        }
        let known = !self.doubts.about("duration");
        if !known {
            self.cast.horizon = SimTime(u64::MAX); // nothing can be said to come after the end
        }
        self.cast.start_unix_s = self.start();
        self.warm_up(known);
        if let Some(bucket) = scenario.series_bucket
            && (bucket.0 == 0 || known && scenario.duration.0 / bucket.0 > 1_000_000)
        {
            let help = Some("leave it out: the width then follows from the duration".to_owned());
            self.error(Code::OutOfRange, "series_bucket", "this makes over 1,000,000 rows", "too narrow", help);
        }
    }

    /// What is left out of statistics; the bill and the tables have it all the same (ECS-950).
    fn warm_up(&mut self, duration_is_known: bool) {
        let Some(warm_up) = self.scenario.warm_up else { return };
        self.cast.warm_up = SimTime(warm_up.0.min(self.cast.horizon.0));
        if duration_is_known && warm_up.0 >= self.scenario.duration.0 {
            let message = format!("the warm-up of {warm_up} leaves nothing of a run of {}", self.scenario.duration);
            let finding = Finding::warning(Code::AfterTheEnd, message)
                .at(self.tree.nearest_span("warm_up"), "no statistics are left")
                .also(self.tree.nearest_span("duration"), "the run ends here");
            self.findings.push(finding.path("warm_up").help("lengthen `duration`, or shorten `warm_up`"));
        }
    }

    /// After mistakes: instances and providers that could not be planned still exist for whoever refers to them.
    ///
    /// They have room for everything, so that nothing is said about what does not fit.
    pub(super) fn stand_ins_for_capacity(&mut self) {
        let planned = self.instances.len() + self.providers.len() > 1;
        self.capacity_is_known = planned && !self.findings.has_errors() && !self.doubts.about("instances");
        if !self.findings.has_errors() {
            return;
        }
        if self.findings.iter().any(|finding| finding.code == Code::UnknownRegion) {
            self.doubts.unsettle("region");
        }
        let registered = Resources::new(u32::MAX, u32::MAX);
        let any = InstanceTypeRole {
            name: "any".to_owned(),
            operating_system: OperatingSystem::Linux,
            purchase: Purchase::OnDemand,
            registered,
            gpus: u32::MAX,
            interfaces: u32::MAX,
            trunk: false,
        };
        let instance_type = self.cast.instance_types.push(any);
        let scenario = self.scenario;
        for name in scenario.capacity_providers.keys() {
            if !self.cast.providers.iter().skip(1).any(|(_, known)| known == name) {
                self.cast.providers.push(name.clone());
                let provider = ProviderId::from_row(self.providers.len());
                let registration = Registration::plain(ZoneId(0), provider, instance_type, registered);
                let attributes = self.cast.zones.rows().iter().map(|_| AttributeSetId(0)).collect();
                self.providers.push(ProviderKind::Ideal { registration, attributes });
            }
        }
        let known: BTreeSet<String> = self.cast.instance_names.iter().cloned().collect();
        let mut missing = instance_names(scenario).filter(|name| !known.contains(name));
        for name in missing.by_ref().take(STAND_INS_AT_MOST) {
            self.doubts.unsettle("sizes"); // which of several unnamed ones is `i-2` is not known now
            self.instances.push(PlannedInstance { zone: ZoneId(0), instance_type, attributes: AttributeSetId(0) });
            self.cast.instance_names.push(name);
        }
        if missing.next().is_some() {
            self.doubts.unsettle("instances");
        }
    }

    /// After mistakes: services and tasks that could not be planned still exist for whoever refers to them.
    pub(super) fn stand_ins_for_tasks(&mut self) {
        if !self.findings.has_errors() {
            return;
        }
        let scenario = self.scenario;
        let known: BTreeSet<String> = self.cast.sources.rows().iter().map(|source| source.name.clone()).collect();
        for name in scenario.services.keys() {
            if !known.contains(name) {
                let id = ServiceId(u32::try_from(self.services.len()).expect("few services"));
                let template = self.stand_in_template(name, Origin::Service(id));
                let (source, need) = (template.source, template.need);
                let percents = Percents::REPLICA;
                self.services.push(PlannedService {
                    template,
                    desired: 0,
                    chain: None,
                    daemon: false,
                    percents,
                    load: None,
                });
                let role = ServiceRole { name: name.clone(), source, need, period_ms: 0, cpu_per_request_us: 0 };
                self.cast.services.push(role);
            }
        }
        for name in scenario.tasks.keys() {
            if !known.contains(name) && !scenario.services.contains_key(name) {
                let template = self.stand_in_template(name, Origin::Standalone);
                self.templates.push(template);
            }
        }
    }

    /// Tasks that need nothing, in a plan that is never run.
    fn stand_in_template(&mut self, name: &str, origin: Origin) -> TaskTemplate {
        let group = GroupId(0);
        let platform = Platform::default();
        let role = TaskSourceRole { name: name.to_owned(), origin, group, task_definition: None, platform };
        self.subnets_of.push(Vec::new());
        TaskTemplate {
            source: self.cast.sources.push(role),
            group,
            class: PlacementClassId(0),
            strategy: None,
            need: Resources::default(),
            start_time: SimSpan::ZERO,
            exit_time: SimSpan::ZERO,
            health_time: None,
            ending: None,
        }
    }

    pub(super) fn seed(&self) -> u64 {
        self.scenario.seed.unwrap_or(1)
    }

    pub(super) fn finish(mut self) -> Option<Plan> {
        if self.findings.has_errors() {
            return None;
        }
        self.resolve_constraints();
        sort_arrivals(&mut self.arrivals, &self.templates);
        let launch_rate = crate::catalog::fargate::launch_rate(&self.cast.region);
        let scenario = self.scenario;
        let (seed, standalone_tasks) = (self.seed(), self.arrivals.len() as u64);
        let waits_for = self.waits_for();
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
            waiting_order: match scenario.waiting_order.as_deref() {
                Some("service_name") => WaitingOrder::ServiceName,
                Some("random") => WaitingOrder::Random,
                _ => WaitingOrder::Oldest,
            },
            series_bucket: scenario.series_bucket,
            ground: Ground {
                zones: self.cast.zones.len(),
                groups: self.cast.groups.len(),
                spreads: self.spreads.iter().map(|name| SpreadValues::of(name, &self.attributes)).collect(),
                attributes: self.attributes,
                start_unix_ms: self.cast.start_unix_s * 1000,
                frees_interfaces_early: scenario.eni_release.as_deref() == Some("at_stop_request"),
            },
            cast: Cast { seed, standalone_tasks, waits_for, ..self.cast },
            instances: self.instances,
            providers: self.providers,
            classes: self.classes,
            not_simulated: self.not_simulated,
            services: self.services,
            templates: self.templates,
            arrivals: self.arrivals,
            drawn: self.drawn.into_iter().map(|(_, calls)| calls).collect(),
            situation: self.situation,
            additions: self.additions,
            instance_boot: scenario.instance_boot.unwrap_or(INSTANCE_BOOT),
            operations: self.operations,
            updates: self.updates,
            counts_stopping: scenario.count_stopping_in_max.unwrap_or(true),
            drain_health_settle: scenario.drain_health_settle.unwrap_or(SimSpan::ZERO),
            expectations: self.expectations,
            instance_prices: self.instance_prices,
            tariffs: self.tariffs,
            declared: self.declared,
            idle: match scenario.prices.idle.as_deref() {
                Some("separate") => Idle::Separate,
                _ => Idle::Shared,
            },
            portfolio: self.portfolio,
            strategies: self.strategies,
            subnets_of: self.subnets_of,
            subnet_choice: match scenario.subnet_choice.as_deref() {
                Some("blind") => SubnetChoice::Blind,
                _ => SubnetChoice::SkipFull,
            },
            launch_rates: (scenario.launch_rates.as_deref() != Some("none")).then_some(LaunchRates {
                fargate: launch_rate,
                ec2_service_per_minute: EC2_SERVICE_PER_MINUTE,
                calls: CALL_RATES,
            }),
            throttle: Throttle {
                first: scenario.throttle_first.unwrap_or(THROTTLE_FIRST),
                factor: scenario.throttle_factor.unwrap_or(2),
                max: scenario.throttle_max.unwrap_or(THROTTLE_MAX),
            },
            fargate_prices: self.fargate.prices,
            fargate_provision: scenario.fargate_provision.unwrap_or(FARGATE_PROVISION),
        })
    }

    /// The source of capacity that the tasks of each source wait for.
    fn waits_for(&self) -> Table<TaskSourceId, Option<ProviderId>> {
        let services = self.services.rows().iter().map(|service| &service.template);
        let mut of: Table<TaskSourceId, Option<ProviderId>> = self.cast.sources.iter().map(|_| None).collect();
        for template in services.chain(&self.templates) {
            of[template.source] = Some(match self.classes[template.class].pool {
                Pool::LaunchTypeEc2 => ProviderId(0),
                Pool::Provider(provider) | Pool::Fargate(provider) => provider,
            });
        }
        of
    }
}

/// The names of all plain instances, whether they can be planned or not.
fn instance_names(scenario: &Scenario) -> impl Iterator<Item = String> {
    let mut before = 0_u64;
    scenario.instances.iter().flat_map(move |entry| {
        let (first, count) = (before, u64::from(entry.count.unwrap_or(1)));
        before += count;
        (1..=count).map(move |number| match &entry.name {
            None => format!("i-{}", first + number),
            Some(name) if count == 1 => name.clone(),
            Some(name) => format!("{name}-{number}"),
        })
    })
}
