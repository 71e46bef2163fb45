//! Which instance gets a task: filter, then strategies, then a keyed draw among equals (ECS-301 to ECS-316).
//!
//! A strategy is one file. It says twice how it chooses: word for word as AWS documents it ([`Strategy::narrow`],
//! used by the plain scan, which is the judge), and as an order that the index can keep ([`Strategy::level`]).

mod binpack;
mod random;
mod scan;
mod spread;

use crate::cluster::Fleet;
use crate::fact::Rule;
use crate::units::{GroupId, InstanceId, ProviderId, Resources};

pub use scan::scan;

/// A placement strategy of a task or service (ECS-310 to ECS-312).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strategy {
    /// Least remaining CPU that is still enough.
    BinpackCpu,
    /// Least remaining memory that is still enough.
    BinpackMemory,
    /// Fewest tasks of the group in the Availability Zone.
    SpreadZone,
    /// Fewest tasks of the group on the instance.
    SpreadInstance,
    /// Any feasible instance.
    Random,
}

/// How the index orders instances for one strategy: the smallest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// By a number of the instance that changes only when this instance changes.
    PerInstance,
    /// By a number shared by all instances of one zone.
    PerZone,
    /// All feasible instances are equal.
    Equal,
}

/// A placement class: all tasks for which every instance looks the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlacementClass {
    /// What one task reserves.
    pub need: Resources,
    /// The strategies in order, at most five (ECS-303).
    pub chain: Vec<Strategy>,
    /// Whose tasks spread counts (ECS-311).
    pub group: GroupId,
    /// Whose instances may be used.
    pub pool: Pool,
}

/// Whose instances a class may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pool {
    /// EC2 launch type: every EC2 instance of the cluster (ECS-707).
    LaunchTypeEc2,
    /// The instances of one capacity provider.
    Provider(ProviderId),
}

/// How ties after the last strategy are broken (ECS-314).
pub enum Tie<'a> {
    /// The lowest instance in registration order.
    LowestId,
    /// A uniform draw below the number of tied instances; instances count in registration order.
    Draw(&'a mut dyn FnMut(u32) -> u32),
}

/// Where a task goes, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The instance.
    pub instance: InstanceId,
    /// The rule of the strategy that decided last.
    pub rule: Rule,
    /// That strategy's number for the instance before the task came: what remained, or how many tasks were there.
    pub measure: u32,
    /// How many instances were equal after the last strategy.
    pub tied: u32,
}
