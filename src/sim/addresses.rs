//! Addresses of subnets: who takes and frees them, and starts that fail for lack of them (ECS-140 to ECS-145).

use super::agenda::Agenda;
use super::event::Event;
use super::world::World;
use crate::fact::{Fact, Holder, Why};
use crate::units::{InstanceId, Resources, SubnetId, TaskId, TaskSourceId, ZoneId};

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
            self.address_is_free(subnet, holder);
            self.ask_placement(agenda);
        }
    }

    /// An instance takes an address of its zone.
    pub(super) fn attach_instance(&mut self, instance: InstanceId, zone: ZoneId) {
        let Some(subnet) = self.addresses.any_in(zone) else { return };
        if self.addresses.take_for_instance(instance, subnet) {
            self.emit(Fact::AddressTaken { subnet, holder: Holder::Instance(instance) });
        }
    }

    /// An instance is gone, and its address free.
    pub(super) fn detach_instance(&mut self, instance: InstanceId) {
        if let Some(subnet) = self.addresses.free_of_instance(instance) {
            self.address_is_free(subnet, Holder::Instance(instance));
        }
    }

    /// Whether an instance that came in a zone would have an address.
    pub(super) fn has_address_for_instance(&self, zone: ZoneId) -> bool {
        self.addresses.are_unlimited()
            || self.addresses.any_in(zone).is_some_and(|subnet| self.addresses.free(subnet) > 0)
    }

    fn address_is_free(&mut self, subnet: SubnetId, holder: Holder) {
        self.emit(Fact::AddressFreed { subnet, holder });
        if self.addresses.free(subnet) == 1 {
            let most = Resources::new(u32::MAX, u32::MAX);
            self.waiting.wake(most, |_| true); // an instance may come now that could not before
        }
    }
}
