//! The addresses of subnets: one physical count (ECS-141), which placement does not read (ECS-143).

use crate::units::{InstanceId, SubnetId, Table, TaskId, ZoneId};
use std::collections::BTreeMap;

/// Free addresses, and which task has one of which subnet.
#[derive(Debug, Clone, Default)]
pub struct Addresses {
    /// Zone and free addresses of each subnet.
    subnets: Table<SubnetId, (ZoneId, u32)>,
    held: BTreeMap<TaskId, SubnetId>,
    /// Of which subnet an instance has how many: a trunk has one of its own (ECS-142).
    held_by_instance: BTreeMap<InstanceId, (SubnetId, u32)>,
}

impl Addresses {
    /// Subnets by zone and usable addresses, with nobody in them.
    pub fn new(subnets: impl Iterator<Item = (ZoneId, u32)>) -> Self {
        Self { subnets: subnets.collect(), ..Self::default() }
    }

    /// Whether there are no subnets: addresses never run out.
    pub fn are_unlimited(&self) -> bool {
        self.subnets.is_empty()
    }

    /// The zone of a subnet.
    pub fn zone(&self, subnet: SubnetId) -> ZoneId {
        self.subnets[subnet].0
    }

    /// How many addresses a subnet has left.
    pub fn free(&self, subnet: SubnetId) -> u32 {
        self.subnets[subnet].1
    }

    /// Which of these subnets is taken in a zone: the one with the most free addresses, the first among equals
    /// (PLT-30). `None` where none of them is in the zone.
    pub fn subnet_in(&self, zone: ZoneId, listed: impl Iterator<Item = SubnetId>) -> Option<SubnetId> {
        let mut best = None;
        for subnet in listed.filter(|subnet| self.zone(*subnet) == zone) {
            if best.is_none_or(|best| self.free(subnet) > self.free(best)) {
                best = Some(subnet);
            }
        }
        best
    }

    /// The same of all subnets.
    pub fn any_in(&self, zone: ZoneId) -> Option<SubnetId> {
        self.subnet_in(zone, self.subnets.ids())
    }

    /// Takes the addresses of an instance, all of one subnet. Whether there were that many.
    pub fn take_for_instance(&mut self, instance: InstanceId, subnet: SubnetId, count: u32) -> bool {
        let had = self.take(subnet, count);
        if had {
            self.held_by_instance.insert(instance, (subnet, count));
        }
        had
    }

    fn take(&mut self, subnet: SubnetId, count: u32) -> bool {
        let free = &mut self.subnets[subnet].1;
        let left = free.checked_sub(count);
        *free = left.unwrap_or(*free);
        left.is_some()
    }

    /// Takes an address for a task. Whether there was one.
    pub fn take_for(&mut self, task: TaskId, subnet: SubnetId) -> bool {
        let had = self.take(subnet, 1);
        if had {
            self.held.insert(task, subnet);
        }
        had
    }

    /// A task's address is free again, if it had one: the subnet.
    pub fn free_of(&mut self, task: TaskId) -> Option<SubnetId> {
        let subnet = self.held.remove(&task)?;
        self.subnets[subnet].1 += 1;
        Some(subnet)
    }

    /// An instance's addresses are free again, if it had some: their subnet, and how many.
    pub fn free_of_instance(&mut self, instance: InstanceId) -> Option<(SubnetId, u32)> {
        let (subnet, count) = self.held_by_instance.remove(&instance)?;
        self.subnets[subnet].1 += count;
        Some((subnet, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ECS-144, PLT-30.
    #[test]
    fn the_subnet_with_the_most_free_addresses() {
        let zones = [(0, 2), (0, 1), (1, 1)].map(|(zone, usable)| (ZoneId(zone), usable));
        let mut addresses = Addresses::new(zones.into_iter());
        let all = || [0, 1, 2].map(SubnetId).into_iter();
        assert_eq!(addresses.subnet_in(ZoneId(0), all()), Some(SubnetId(0)));
        assert!(addresses.take_for(TaskId(7), SubnetId(0)));
        assert_eq!(addresses.any_in(ZoneId(0)), Some(SubnetId(0))); // 1 and 1: the first
        assert!(!addresses.take_for_instance(InstanceId(0), SubnetId(0), 2)); // a trunk too, of one that is left
        assert!(addresses.take_for_instance(InstanceId(0), SubnetId(0), 1) && !addresses.take(SubnetId(0), 1));
        assert_eq!(addresses.any_in(ZoneId(0)), Some(SubnetId(1)));
        assert_eq!(addresses.subnet_in(ZoneId(1), all().take(2)), None);
        assert_eq!((addresses.free_of(TaskId(7)), addresses.free_of(TaskId(7))), (Some(SubnetId(0)), None));
        assert_eq!(addresses.free(SubnetId(0)), 1);
    }
}
