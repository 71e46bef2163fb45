//! ECS-310: `binpack` takes the feasible instance with the least remaining amount of one field.

use super::{Definition, Level, keep_least};
use crate::cluster::Fleet;
use crate::fact::Rule;
use crate::units::InstanceId;

const RULE: Rule = Rule::ecs(310);

/// `binpack` with field `cpu`.
pub(super) const CPU: Definition = Definition {
    rule: RULE,
    narrow: |_, fleet, _, _, candidates| keep_least(candidates, |instance| remaining_cpu(fleet, instance)),
    level: Level::PerInstance(remaining_cpu),
};

/// `binpack` with field `memory`.
pub(super) const MEMORY: Definition = Definition {
    rule: RULE,
    narrow: |_, fleet, _, _, candidates| keep_least(candidates, |instance| remaining_memory(fleet, instance)),
    level: Level::PerInstance(remaining_memory),
};

fn remaining_cpu(fleet: &Fleet, instance: InstanceId) -> u32 {
    fleet.free(instance).cpu.0
}

fn remaining_memory(fleet: &Fleet, instance: InstanceId) -> u32 {
    fleet.free(instance).memory.0
}
