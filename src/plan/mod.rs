//! Scenario → [`Plan`]: names resolved, defaults made explicit, contradictions found. All mistakes are reported
//! together; a plan comes only without errors, and a plan that exists can be run.

mod arrivals;
mod bounds;
mod builder;
mod capacity;
mod curves;
mod expectations;
mod model;
mod situation;
mod table;
mod tasks;

pub use model::{
    Action, Arrival, InitialState, Operation, Plan, PlannedInstance, PlannedLoad, PlannedService, Situation,
    TaskTemplate, TieBreak,
};

use crate::diag::{Findings, Sources};
use crate::scenario::{Node, Scenario};
use builder::Builder;

/// Reads the files that a scenario names. The command line hands one in, so that nothing below touches the disk.
pub trait Files {
    /// The bytes of a file, by its path as the scenario has it.
    ///
    /// # Errors
    /// Why it can't be read, as a sentence without a full stop.
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String>;
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
    let mut builder = Builder::new(scenario, tree, sources, files, findings);
    builder.frame(name);
    builder.capacity();
    builder.tasks();
    builder.bounds();
    builder.situation();
    builder.operations();
    builder.expectations();
    builder.finish()
}
