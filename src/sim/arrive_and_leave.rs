//! Instances come and go.

use super::agenda::Agenda;
use super::event::Event;
use super::world::World;
use crate::capacity::{NoRoom, ProviderView};
use crate::cluster::{Agent, Registration};
use crate::fact::{Fact, Lack, Lacks, Why};
use crate::placement::Host;
use crate::units::{Id, InstanceId, PlacementClassId, ProviderId};

impl World<'_> {
    /// A container instance becomes ACTIVE with nothing on it.
    pub(super) fn register(&mut self, agenda: &mut Agenda<Event>, registration: Registration, why: Why) -> InstanceId {
        let ordinal = self.providers[registration.provider].ever;
        self.register_as(agenda, registration, ordinal, why)
    }

    /// The same with a number that is known.
    pub(super) fn register_as(
        &mut self,
        agenda: &mut Agenda<Event>,
        registration: Registration,
        ordinal: u32,
        why: Why,
    ) -> InstanceId {
        let provider = &mut self.providers[registration.provider];
        provider.ever = provider.ever.max(ordinal + 1);
        provider.instances_by_zone[registration.zone] += 1;
        let name = self.plan.cast.instance_name(registration.provider, ordinal);
        let instance = self.fleet.register_named(registration, &name, self.now);
        self.wake(instance);
        self.agents.push(Agent::new(registration.registered, registration.gpus));
        self.emit(Fact::InstanceRegistered {
            instance,
            ordinal,
            provider: registration.provider,
            instance_type: registration.instance_type,
            zone: registration.zone,
            registered: registration.registered,
            why,
        });
        self.attach_instance(instance, registration.zone, registration.instance_type);
        if self.daemons.have_begun {
            self.daemons_come(agenda, instance, Why::Daemon);
        }
        instance
    }

    /// An instance comes for a task, with its daemons (ECS-402). Until [`World::has_come`] it helps nobody else, and it
    /// stays if a daemon fails to start there (ECS-144).
    pub(super) fn register_for_a_task(
        &mut self,
        agenda: &mut Agenda<Event>,
        registration: Registration,
        why: Why,
    ) -> InstanceId {
        self.coming = Some(InstanceId::from_row(self.fleet.ever()));
        self.register(agenda, registration, why)
    }

    /// The instance has its task, and what is left of it helps others; or it came in vain, and nobody pays for it. Then all
    /// is as it was before, so nobody is tried anew: two that wait would have each other bring instances for ever.
    pub(super) fn has_come(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId) {
        self.leaves_if_empty(agenda, instance);
        self.coming = None;
        if self.fleet.is_active(instance) {
            self.wake(instance);
            if self.daemons.is_due() {
                self.ask_placement(agenda);
            }
        }
    }

    /// The last task has stopped: the provider may take the instance away.
    pub(super) fn leave_if_empty(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId) {
        if self.coming != Some(instance) {
            self.leaves_if_empty(agenda, instance);
            self.look_at_drained(agenda, instance);
        }
    }

    fn leaves_if_empty(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId) {
        // an instance with daemon tasks alone is empty (ECS-714)
        if self.agents[instance].tasks() as usize > self.daemons.count_on(instance) || !self.fleet.is_here(instance) {
            return;
        }
        let provider = self.fleet.provider(instance);
        if let Some(why) = self.providers[provider].logic.emptied() {
            let was_active = self.fleet.is_active(instance);
            self.daemons_go(agenda, instance, why, was_active);
            self.goes(agenda, instance, why);
        }
    }

    /// What a provider does for a task of a class that finds no room.
    pub(super) fn no_room(&self, provider: ProviderId, class: PlacementClassId) -> NoRoom {
        let state = &self.providers[provider];
        let would_lack = |registration: &Registration| self.would_lack(provider, registration, class);
        let view = ProviderView { instances_by_zone: &state.instances_by_zone, would_lack: &would_lack };
        state.logic.no_room(self.plan.classes[class].demand.need, view)
    }

    /// What an instance of a provider that came now would lack for a task, once the daemons are on it.
    pub(super) fn would_lack(
        &self,
        provider: ProviderId,
        registration: &Registration,
        class: PlacementClassId,
    ) -> Lacks {
        let name = self.plan.cast.instance_name(provider, self.providers[provider].ever);
        let host = Host::to_come(self.fleet.ground(), registration, &name, self.now);
        let beside = self.beside_daemons(provider, registration, &host);
        let lacks = beside.would_lack(&self.plan.classes[class], &host);
        // an instance without an address does not come (ECS-142)
        lacks.and(Lack::Location, !self.has_addresses_for(registration))
    }
}
