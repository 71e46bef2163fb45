//! Which instance gets a task: filter, then strategies, then a keyed draw among equals (ECS-301 to ECS-316).
//!
//! A strategy is one file. It says twice how it chooses: word for word as AWS documents it ([`Strategy::narrow`],
//! used by the plain scan, which is the judge), and as an order that the index can keep ([`Strategy::level`]).
//! [`Placer`] chooses as [`scan`] would, without looking at every instance.

mod binpack;
mod class;
mod condition;
pub mod cql;
mod explain;
mod index;
mod lanes;
mod levels;
mod order;
mod random;
mod ranking;
mod scale_in;
mod scan;
mod seats;
mod shelf;
mod spread;
mod tree;
mod view;

use crate::cluster::Fleet;
use crate::fact::Rule;
use crate::units::{GroupId, InstanceId, SpreadKeyId};

pub use class::{Host, PlacementClass, Pool, Requirements};
pub use explain::{Choice, Constrained, Explanation, Missing, Moment, Narrowing, Seen, Share, ShareOf, Stage};
pub use index::{Placer, Tuning};
pub use scale_in::{Candidate, Victim, victim};
pub use scan::{Step, scan, steps};

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
    /// Fewest tasks of the group on instances with the same value of an attribute.
    SpreadAttribute(SpreadKeyId),
    /// Any feasible instance.
    Random,
}

/// What a strategy's file says about it.
struct Definition {
    /// The rule that describes it.
    rule: Rule,
    /// See [`Strategy::narrow`].
    narrow: fn(Strategy, &Fleet, GroupId, &Tie<'_>, &mut Vec<InstanceId>),
    /// See [`Strategy::level`].
    level: Level,
}

impl Strategy {
    /// The list of strategies: each with what its file says.
    const fn definition(self) -> &'static Definition {
        match self {
            Self::BinpackCpu => &binpack::CPU,
            Self::BinpackMemory => &binpack::MEMORY,
            Self::SpreadZone => &spread::ZONE,
            Self::SpreadInstance => &spread::INSTANCE,
            Self::SpreadAttribute(_) => &spread::ATTRIBUTE,
            Self::Random => &random::RANDOM,
        }
    }

    /// The rule that describes it.
    pub const fn rule(self) -> Rule {
        self.definition().rule
    }

    /// Keeps of the candidates the group that this strategy likes best (ECS-313); of none it leaves none.
    ///
    /// The candidates are feasible and in the order of registration, and stay so.
    pub fn narrow(self, fleet: &Fleet, group: GroupId, tie: &Tie<'_>, candidates: &mut Vec<InstanceId>) {
        (self.definition().narrow)(self, fleet, group, tie, candidates);
    }

    /// The same choice as an order of the instances: the candidates with the smallest number are the best group.
    pub const fn level(self) -> Level {
        self.definition().level
    }

    /// This strategy's number for an instance as things are now.
    fn measure(self, fleet: &Fleet, group: GroupId, instance: InstanceId) -> u32 {
        match self.level() {
            Level::PerInstance(number) => number(fleet, instance),
            Level::PerGroup(number) => number(fleet, group, instance),
            Level::PerValue { value, number } => number(fleet, self, group, value(fleet, self, instance)),
            Level::Equal => 0,
        }
    }
}

/// How the index orders instances for one strategy: the smallest number wins.
#[derive(Debug, Clone, Copy)]
pub enum Level {
    /// By a number of the instance, the same for every group. It changes only when this instance changes.
    PerInstance(fn(&Fleet, InstanceId) -> u32),
    /// By a number that an instance has for a group. It changes only when this instance changes.
    PerGroup(fn(&Fleet, GroupId, InstanceId) -> u32),
    /// By a number that a group has for a value, shared by all instances with that value: a zone, or a value of an
    /// attribute. One task changes it for all of them.
    PerValue {
        /// The value of an instance; it never changes. Values are numbered in name order.
        value: fn(&Fleet, Strategy, InstanceId) -> u32,
        /// The number that a group has for a value.
        number: fn(&Fleet, Strategy, GroupId, u32) -> u32,
    },
    /// All feasible instances are equal.
    Equal,
}

/// How ties after the last strategy are broken (ECS-314).
pub enum Tie<'a> {
    /// The first zone in name order, then the lowest instance in registration order.
    LowestId,
    /// A uniform draw below the number of tied instances, asked when there are two or more; instances count in
    /// registration order.
    Draw(&'a mut dyn FnMut(u32) -> u32),
}

impl Tie<'_> {
    /// Which of `tied` equals is taken; none when there is none.
    fn choose(self, tied: u32) -> Option<u32> {
        match (tied, self) {
            (0, _) => None,
            (1, _) | (_, Self::LowestId) => Some(0),
            (_, Self::Draw(draw)) => Some(draw(tied)),
        }
    }
}

/// Where a task goes, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The instance.
    pub instance: InstanceId,
    /// The rule of the chain's last strategy.
    pub rule: Rule,
    /// That strategy's number for the instance before the task came: what remained, or how many tasks were there;
    /// 0 for `random`.
    pub measure: u32,
    /// How many instances were equal after the last strategy.
    pub tied: u32,
}

impl Placed {
    /// The answer for the instance that the chain and the tie-break left.
    fn of(fleet: &Fleet, class: &PlacementClass, instance: InstanceId, tied: u32) -> Self {
        let last = *class.chain.last().expect("a class has at least one strategy");
        Self { instance, rule: last.rule(), measure: last.measure(fleet, class.group, instance), tied }
    }
}

/// Keeps the candidates with the smallest number.
fn keep_least(candidates: &mut Vec<InstanceId>, number: impl Fn(InstanceId) -> u32) {
    if let Some(least) = candidates.iter().map(|&instance| number(instance)).min() {
        candidates.retain(|&instance| number(instance) == least);
    }
}

#[cfg(test)]
mod tests;
