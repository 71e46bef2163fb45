//! Addresses of subnets: who takes and frees them, and starts that fail for lack of them (ECS-140 to ECS-145).

use super::agenda::Agenda;
use super::event::Event;
use super::world::World;
use crate::cluster::Registration;
use crate::fact::{Fact, Holder, Why};
use crate::units::{InstanceId, InstanceTypeId, Resources, SubnetId, TaskId, TaskSourceId, ZoneId};

impl<'a> World<'a> {
    /// The subnets that tasks of a source may be in.
    pub(super) fn listed(&self, source: TaskSourceId) -> &'a [SubnetId] {
        let plan = self.plan;
        &plan.subnets_of[source]
    }

    /// A task in a zone gets a network interface with an address of its own. Without a free one its start fails: `false`,
    /// and the task is STOPPED (ECS-144).
    pub(super) fn attach(&mut self, agenda: &mut Agenda<Event>, id: TaskId, zone: ZoneId) -> bool {
        if self.addresses.are_unlimited() {
            return true;
        }
        let listed = self.listed(self.tasks.get(id).source).iter().copied();
        let Some(subnet) = self.addresses.subnet_in(zone, listed) else {
            unreachable!("a task comes only to zones of its subnets (ECS-143)");
        };
        if self.addresses.take_for(id, subnet) {
            let holder = Holder::Task(self.task_ref(id));
            self.emit(Fact::AddressTaken { subnet, holder });
            return true;
        }
        let service = self.service_of(self.tasks.get(id).source);
        self.stop(agenda, id, Why::NoAddress { subnet });
        if let Some(service) = service {
            self.failed_start(agenda, service);
        }
        false
    }

    /// A task lets go of its address, if it has one.
    pub(super) fn release_address(&mut self, agenda: &mut Agenda<Event>, id: TaskId) {
        if let Some(subnet) = self.addresses.free_of(id) {
            let holder = Holder::Task(self.task_ref(id));
            self.emit(Fact::AddressFreed { subnet, holder });
            self.wake_for_addresses(subnet, 1);
            self.ask_placement(agenda);
        }
    }

    /// An instance takes its addresses in its zone: one, and one for its trunk (ECS-142).
    pub(super) fn attach_instance(&mut self, instance: InstanceId, zone: ZoneId, kind: InstanceTypeId) {
        let Some(subnet) = self.addresses.any_in(zone) else { return };
        let count = self.plan.cast.instance_types[kind].addresses();
        if self.addresses.take_for_instance(instance, subnet, count) {
            for holder in interfaces(instance, count) {
                self.emit(Fact::AddressTaken { subnet, holder });
            }
        }
    }

    /// An instance is gone, and its addresses free.
    pub(super) fn detach_instance(&mut self, instance: InstanceId) {
        if let Some((subnet, count)) = self.addresses.free_of_instance(instance) {
            for holder in interfaces(instance, count) {
                self.emit(Fact::AddressFreed { subnet, holder });
            }
            self.wake_for_addresses(subnet, count);
        }
    }

    /// Whether an instance that came in a zone would have its addresses.
    pub(super) fn has_addresses_for(&self, registration: &Registration) -> bool {
        let needed = self.plan.cast.instance_types[registration.instance_type].addresses();
        self.addresses.are_unlimited()
            || self.addresses.any_in(registration.zone).is_some_and(|subnet| self.addresses.free(subnet) >= needed)
    }

    fn wake_for_addresses(&mut self, subnet: SubnetId, freed: u32) {
        if self.coming.is_some() {
            return; // those that it took itself: nothing is free that was not before it came
        }
        // fewer than two were left: an instance, perhaps with a trunk, may come now that could not before
        if self.addresses.free(subnet) - freed < 2 {
            let most = Resources::new(u32::MAX, u32::MAX);
            self.waiting.wake(most, |_| true);
        }
    }
}

/// The interfaces of an instance that have an address.
fn interfaces(instance: InstanceId, count: u32) -> impl Iterator<Item = Holder> {
    [Holder::Instance(instance), Holder::Trunk(instance)].into_iter().take(count as usize)
}
