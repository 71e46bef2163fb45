//! Whether an instance satisfies a constraint.

use super::Queryable;
use super::tree::{Comparison, Condition, Groups, Test};
use super::value::{Date, Version, compare};
use std::cmp::Ordering;

impl Condition {
    /// Whether a value satisfies it. One that is not there satisfies `!exists` and nothing else (ECS-337).
    pub(super) fn holds(&self, value: Option<&str>) -> bool {
        let Some(value) = value else { return matches!(self, Self::Absent) };
        match self {
            Self::Is(Comparison::Equal, wanted) => value == wanted,
            Self::Is(Comparison::Different, wanted) => value != wanted,
            Self::Is(comparison, bound) => comparison.admits(compare(value, bound)),
            Self::In(values) => is_in(values, value),
            Self::NotIn(values) => !is_in(values, value),
            Self::Matches(pattern) => pattern.matches(value),
            Self::NotMatches(pattern) => !pattern.matches(value),
            Self::Exists => true,
            Self::Absent => false,
        }
    }
}

fn is_in(values: &[String], value: &str) -> bool {
    values.binary_search_by(|one| one.as_str().cmp(value)).is_ok()
}

impl Test<Groups> {
    /// Whether an instance satisfies it as it is now.
    pub(super) fn holds<Q: Queryable + ?Sized>(&self, instance: &Q) -> bool {
        match self {
            Self::AgentConnected(condition) => {
                condition.holds(Some(if instance.agent_connected() { "true" } else { "false" }))
            }
            // an instance whose version is none satisfies nothing, as one without an attribute (ECS-337)
            Self::AgentVersion(comparison, bound) => {
                Version::parse(instance.agent_version()).is_some_and(|version| comparison.admits(version.cmp(bound)))
            }
            Self::Attribute(name, condition) => condition.holds(instance.attribute(name)),
            Self::Ec2InstanceId(condition) => condition.holds(Some(instance.ec2_instance_id())),
            Self::RegisteredAt(comparison, bound) => {
                comparison.admits(Date(instance.registered_at_unix_ms()).cmp(bound))
            }
            Self::RunningTasksCount(comparison, bound) => {
                let order: Ordering = u64::from(instance.running_tasks_count()).cmp(bound);
                comparison.admits(order)
            }
            Self::TaskGroup(groups) => groups.ids.iter().any(|group| instance.runs_group(*group)),
        }
    }

    /// Whether its answer is the same during an instance's whole life.
    pub(super) fn is_static(&self) -> bool {
        match self {
            Self::AgentVersion(..) | Self::Attribute(..) | Self::Ec2InstanceId(_) | Self::RegisteredAt(..) => true,
            Self::AgentConnected(_) | Self::RunningTasksCount(..) => false,
            Self::TaskGroup(groups) => groups.ids.is_empty(), // no group, so never
        }
    }
}
