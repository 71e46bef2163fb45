//! Scenario → [`Plan`]: names resolved, defaults made explicit, contradictions found. All mistakes are reported
//! together, and none that only follows from another; a plan comes only without errors, and a plan that exists can
//! be run.

mod arrivals;
mod bounds;
mod builder;
mod calls;
mod capacity;
mod commitments;
mod constraints;
mod containers;
mod cron;
mod curve_kinds;
mod curve_trace;
mod curves;
mod definitions;
mod drawn;
mod entrance;
mod expectations;
mod fargate;
mod instances;
mod machines;
mod model;
mod odd;
mod operations;
mod prices;
mod purchases;
mod quotas;
mod regions;
mod schedule_text;
mod schedules;
mod situation;
mod starts;
mod strategy;
mod subnets;
mod surroundings;
mod table;
mod table_times;
mod tasks;
mod time_zones;
mod unmeant;
mod updates;
mod volumes;
mod ways_out;

#[cfg(test)]
mod cron_tests;

pub use drawn::{DrawnCalls, Moments};
pub use entrance::{ScenarioText, from_text};
pub use model::{
    Action, Arrival, CallRates, InitialState, InstanceAction, LaunchRates, NotSimulated, Operation, Placing, Plan,
    PlannedCall, PlannedInstance, PlannedLoad, PlannedService, RECLAIM_NOTICE, Rate, ServiceUpdate, Situation,
    TaskTemplate, Throttle, TieBreak, WaitingOrder,
};
pub use subnets::SubnetChoice;

use crate::diag::{Code, Finding, Findings, Severity, Sources, Span};
use crate::scenario::{Doubts, Node, Scenario, mend, scenario};
use builder::Builder;
use definitions::import;

/// Reads the files that a scenario names. The command line hands one in, so that nothing below touches the disk.
pub trait Files {
    /// The bytes of a file, by its path as the scenario has it.
    ///
    /// # Errors
    /// Why it can't be read, as a sentence without a full stop.
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String>;

    /// What findings call a file: its path as it would be typed.
    fn shown(&self, path: &str) -> String {
        path.to_owned()
    }
}

/// Makes the plan of a tree, with all that is wrong with it: mistakes of structure and of meaning at once.
///
/// `name` is taken where the scenario has none. `None` if `findings` has an error now.
pub fn from_tree(
    tree: &Node,
    name: &str,
    sources: &mut Sources,
    files: &mut dyn Files,
    findings: &mut Findings,
) -> Option<Plan> {
    if let Some(scenario) = scenario(tree, findings) {
        return plan(&scenario, tree, name, sources, files, findings);
    }
    if findings.iter().any(|finding| finding.code == Code::NotATaskDefinition) {
        return None; // the file of another tool
    }
    let mended = mend(tree, findings, sources)?;
    let inputs = Inputs { scenario: &mended.scenario, tree: &mended.tree, name };
    build(&inputs, mended.doubts, sources, files, findings);
    None // what was mended is not what was meant
}

/// Makes the plan of a scenario.
///
/// `tree` is what `scenario` was made from and gives the places of findings; `name` is taken where the scenario has
/// none. `None` if `findings` has an error now.
pub fn plan(
    scenario: &Scenario,
    tree: &Node,
    name: &str,
    sources: &mut Sources,
    files: &mut dyn Files,
    findings: &mut Findings,
) -> Option<Plan> {
    let plan = build(&Inputs { scenario, tree, name }, Doubts::default(), sources, files, findings);
    plan.filter(|_| !findings.has_errors())
}

/// Whether a condition was refused that is only what a YAML tag before it has left: `!services.web.running == 2`.
fn is_rest_of_a_tag(finding: &Finding, before: &Findings, sources: &Sources) -> bool {
    let Some(place) = finding.primary().map(|label| label.span).filter(|_| finding.code == Code::BadExpectation) else {
        return false;
    };
    let mut tags = before.iter().filter(|tag| tag.code == Code::Tag).filter_map(Finding::primary);
    tags.any(|tag| {
        let between = Span::new(place.source, tag.span.end, place.start);
        tag.span.source == place.source && tag.span.end <= place.start && !sources.slice(between).contains('\n')
    })
}

/// What a plan is made from.
struct Inputs<'a> {
    scenario: &'a Scenario,
    tree: &'a Node,
    name: &'a str,
}

/// Plans, and reports what is wrong without what only follows from something else that is wrong.
fn build(
    inputs: &Inputs<'_>,
    doubts: Doubts,
    sources: &mut Sources,
    files: &mut dyn Files,
    findings: &mut Findings,
) -> Option<Plan> {
    let mut found = Findings::new();
    let imports = import(inputs.scenario, inputs.tree, sources, files, &mut found);
    let (scenario, tree) = match &imports {
        Some(imports) => (&imports.scenario, &imports.tree),
        None => (inputs.scenario, inputs.tree),
    };
    let mut builder = Builder::new(scenario, tree, sources, files, &mut found);
    builder.imports = imports.as_ref().map(|imports| imports.notes.clone()).unwrap_or_default();
    builder.doubts = doubts;
    builder.frame(inputs.name);
    builder.price_file();
    builder.counting();
    builder.capacity();
    builder.added_instances();
    builder.stand_ins_for_capacity();
    builder.subnets();
    builder.default_strategy();
    builder.tasks();
    builder.stand_ins_for_tasks();
    builder.calls_between();
    builder.situation();
    builder.draw_calls(!findings.has_errors());
    builder.operations();
    builder.quotas();
    builder.surroundings();
    builder.commitments();
    builder.unused_spot();
    builder.unused_prices();
    builder.bounds();
    builder.expectations();
    let doubts = std::mem::take(&mut builder.doubts);
    let entries = std::mem::take(&mut builder.entries);
    let plan = builder.finish();
    if let Some(plan) = plan.as_ref().filter(|_| !findings.has_errors()) {
        unmeant::Meant { plan, scenario, tree, entries: &entries }.doubt(&mut found);
    }
    let is_excused =
        |finding: &&Finding| doubts.excuse(finding, tree, sources) || is_rest_of_a_tag(finding, findings, sources);
    let (excused, mut told): (Vec<_>, Vec<_>) = found.iter().partition(is_excused);
    if plan.is_none() && !findings.has_errors() && !told.iter().any(|finding| finding.severity == Severity::Error) {
        told.extend(excused); // no refusal without a reason
    }
    for finding in told {
        findings.push(finding.clone());
    }
    plan
}
