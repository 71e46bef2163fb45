//! The scenario language: text → [`Node`] tree with places → checked shape →
//! plain values for serde.
//!
//! [`load`] reads a text within fixed bounds, [`check`] compares the tree with
//! a [`Shape`] and reports every structural mistake at once, [`typed`] makes the
//! value that serde turns into the raw structs. After structural mistakes, [`mend`] makes a tree that can be planned all
//! the same, so that mistakes of meaning are shown with them.

mod amounts;
mod aws;
mod aws_spelling;
mod capacity_language;
mod capacity_raw;
mod complaints;
mod doubts;
mod events_language;
mod events_raw;
mod extends;
mod flaws;
mod home;
mod json;
mod json_text;
mod language;
mod load_language;
mod load_raw;
mod lookalikes;
mod mend;
mod money_language;
mod money_raw;
mod placeholders;
mod places;
mod proposal;
mod purchase_language;
mod purchase_raw;
mod raw;
mod reader;
mod reference;
mod region_names;
mod scalar;
mod schema;
mod set;
mod shape;
mod slips;
mod start_language;
mod surroundings_language;
mod surroundings_raw;
mod syntax;
mod task_language;
mod task_raw;
mod tree;
mod value;
mod walk;

#[cfg(test)]
mod tests;

pub use aws::{AwsTaskDefinition, aws_task_definition, merge as merge_aws};
pub use capacity_raw::{
    CapacityProvider, Cidr, Cluster, Empty, FargateSpot, Quotas, QuotasBlock, StrategyItem, Subnet, SubnetBlock,
};
pub use doubts::Doubts;
pub use events_raw::{DeleteService, Deployment, Deregister, Event, RunTask, SetDesiredCount, UpdateService};
pub use extends::{Changes, FileText, ReadFile, extend};
pub use flaws::flaws;
pub use json::read_json;
pub use language::SCENARIO;
pub use load_language::{parse_clock, parse_week_clock};
pub use load_raw::{
    ClampText, CpuTimeUs, CurveKind, CurveText, EventCurve, Load, NoiseText, PerRequest, ProfileText, RampText,
    SampleText, SineText, SpikeText, StepText, Trace, parse_cpu_time,
};
pub use mend::{Mended, mend};
pub use money_raw::{Prices, RootVolume, Usd, Volume};
pub use purchase_raw::{ReservedInstances, SavingsPlan, SpotPrice, SpotTrace};
pub use raw::{
    Arrivals, Columns, Expect, ExpectBlock, Ideal, InstanceColumns, InstanceType, Instances, Placed, Placement,
    Scenario, Service, Tasks, Trigger, UnitColumn,
};
pub use reader::{MAX_BYTES, MAX_DEPTH, MAX_EXPANDED_BYTES, MAX_NODES, load, read};
pub use reference::reference;
pub use region_names::region_called;
pub use scalar::{Resolved, resolve};
pub use schema::schema;
pub use set::{Override, set};
pub use shape::{Key, MapShape, Numbers, Quantity, Shape, key};
pub use start_language::{EventsPer, parse_event_rate, parse_period, parse_window};
pub use surroundings_raw::{
    CloudWatch, Discovery, Eks, FileSystem, Gateway, LoadBalancer, Logs, PublicAddress, Repository, Secret, Traffic,
    Transfer,
};
pub use task_raw::{Constraint, Container, ContainerPorts, Dependency, PortMapping, RuntimePlatform, TaskDefinition};
pub use tree::{Entry, Kind, Node};
pub use value::{plain, typed};
pub use walk::check;

use crate::diag::{Code, Finding, Findings};

/// The typed scenario of a tree: all structural mistakes are reported; without any, the scenario is there.
pub fn scenario(tree: &Node, findings: &mut Findings) -> Option<Scenario> {
    let Shape::Map(map) = &SCENARIO else { return None };
    if let Some(foreign) = slips::foreign(tree).or_else(|| slips::wrapped(map, tree)) {
        *findings = Findings::new(); // what the reader says of it is no news beside this
        findings.push(foreign);
        return None;
    }
    check(&SCENARIO, tree, findings);
    if findings.has_errors() {
        return None;
    }
    match serde_yaml::from_value(typed(tree, &SCENARIO)) {
        Ok(scenario) => Some(scenario),
        Err(error) => {
            let message = format!("the checked scenario can't be read: {error}");
            findings.push(Finding::error(Code::Internal, message).at(tree.head(), "in this file"));
            None
        }
    }
}

/// A single task definition of a tree that was not read from the scenario itself; `path` is where it belongs.
pub fn task_definition(tree: &Node, path: &str, findings: &mut Findings) -> Option<TaskDefinition> {
    let shape = &task_language::TASK_DEFINITION;
    let mut own = Findings::new();
    check(shape, tree, &mut own);
    let sound = !own.has_errors();
    for finding in &own {
        let inner = finding.path.as_deref().unwrap_or("");
        findings.push(finding.clone().path(format!("{path}.{inner}")));
    }
    match serde_yaml::from_value(typed(tree, shape)) {
        _ if !sound => None,
        Ok(definition) => Some(definition),
        Err(error) => {
            let message = format!("the checked task definition can't be read: {error}");
            findings.push(Finding::error(Code::Internal, message).at(tree.head(), "in this file"));
            None
        }
    }
}
