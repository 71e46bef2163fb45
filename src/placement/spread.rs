//! ECS-311: `spread` takes the value with the fewest tasks of the group.
//!
//! All tasks of the group count, also those on instances that the filter removed.

use super::{Definition, Level, Strategy, Tie, keep_least};
use crate::cluster::Fleet;
use crate::fact::Rule;
use crate::units::{GroupId, InstanceId, ZoneId};

const RULE: Rule = Rule::ecs(311);

/// `spread` over `attribute:ecs.availability-zone`.
pub(super) const ZONE: Definition = Definition {
    rule: RULE,
    narrow: narrow_zone,
    level: Level::PerValue {
        value: |fleet, _, instance| fleet.zone(instance).0,
        number: |fleet, _, group, zone| fleet.group_in_zone(group, ZoneId(zone)),
    },
};

/// `spread` over `instanceId` (`host` is the same).
pub(super) const INSTANCE: Definition = Definition {
    rule: RULE,
    narrow: |_, fleet, group, _, candidates| {
        keep_least(candidates, |instance| fleet.group_on_instance(group, instance));
    },
    level: Level::PerGroup(Fleet::group_on_instance),
};

/// `spread` over any other attribute.
pub(super) const ATTRIBUTE: Definition =
    Definition { rule: RULE, narrow: narrow_attribute, level: Level::PerValue { value, number: group_with_value } };

/// A zone without a candidate is skipped (ECS-313). Zones with equally few tasks stay together, unless ties go to
/// the first in name order (ECS-314).
fn narrow_zone(_: Strategy, fleet: &Fleet, group: GroupId, tie: &Tie<'_>, candidates: &mut Vec<InstanceId>) {
    keep_least(candidates, |instance| fleet.group_in_zone(group, fleet.zone(instance)));
    if matches!(tie, Tie::LowestId) {
        keep_least(candidates, |instance| fleet.zone(instance).0);
    }
}

/// As for zones. Instances without the attribute form one group, before all values in name order (ECS-314).
fn narrow_attribute(
    strategy: Strategy,
    fleet: &Fleet,
    group: GroupId,
    tie: &Tie<'_>,
    candidates: &mut Vec<InstanceId>,
) {
    let tasks = |instance| group_with_value(fleet, strategy, group, value(fleet, strategy, instance));
    keep_least(candidates, tasks);
    if matches!(tie, Tie::LowestId) {
        keep_least(candidates, |instance| value(fleet, strategy, instance));
    }
}

fn value(fleet: &Fleet, strategy: Strategy, instance: InstanceId) -> u32 {
    match strategy {
        Strategy::SpreadAttribute(key) => fleet.spread_value(key, instance),
        _ => 0,
    }
}

fn group_with_value(fleet: &Fleet, strategy: Strategy, group: GroupId, value: u32) -> u32 {
    match strategy {
        Strategy::SpreadAttribute(key) => fleet.group_with_value(group, key, value),
        _ => 0,
    }
}
