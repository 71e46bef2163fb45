//! The scenario language: text → [`Node`] tree with places → checked shape →
//! plain values for serde.
//!
//! [`load`] reads a text within fixed bounds, [`check`] compares the tree with
//! a [`Shape`] and reports every structural mistake at once, [`typed`] makes the
//! value that serde turns into the raw structs. After structural mistakes, [`mend`] makes a tree that can be planned all
//! the same, so that mistakes of meaning are shown with them.

mod capacity_language;
mod capacity_raw;
mod complaints;
mod doubts;
mod flaws;
mod language;
mod mend;
mod places;
mod raw;
mod reader;
mod reference;
mod scalar;
mod shape;
mod syntax;
mod tree;
mod value;
mod walk;

#[cfg(test)]
mod tests;

pub use capacity_raw::{CapacityProvider, Cidr, Cluster, Empty, FargateSpot, StrategyItem, Subnet, SubnetBlock};
pub use doubts::Doubts;
pub use flaws::flaws;
pub use language::SCENARIO;
pub use mend::{Mended, mend};
pub use raw::{
    Arrivals, Columns, Container, CpuTimeUs, Event, Expect, ExpectBlock, Ideal, Instances, Load, PerRequest, Placed,
    Placement, Rate, Scenario, Service, TaskDefinition, Tasks, Trace, UnitColumn, parse_cpu_time,
};
pub use reader::{MAX_BYTES, MAX_DEPTH, MAX_EXPANDED_BYTES, MAX_NODES, load, read};
pub use reference::reference;
pub use scalar::{Resolved, resolve};
pub use shape::{Key, MapShape, Quantity, Shape, key};
pub use tree::{Entry, Kind, Node};
pub use value::{plain, typed};
pub use walk::check;

use crate::diag::{Code, Finding, Findings};

/// The typed scenario of a tree: all structural mistakes are reported; without any, the scenario is there.
pub fn scenario(tree: &Node, findings: &mut Findings) -> Option<Scenario> {
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
