//! Instances come and go.

use super::world::World;
use crate::capacity::{NoRoom, ProviderView};
use crate::cluster::{Agent, Registration};
use crate::fact::{Fact, Lack, Why};
use crate::placement::Host;
use crate::units::{InstanceId, PlacementClassId, ProviderId};

impl World<'_> {
    /// A container instance becomes ACTIVE with nothing on it.
    pub(super) fn register(&mut self, registration: Registration, why: Why) -> InstanceId {
        let provider = &mut self.providers[registration.provider];
        let ordinal = provider.ever;
        provider.ever += 1;
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
        self.attach_instance(instance, registration.zone);
        instance
    }

    /// The last task has stopped: the provider may take the instance away.
    pub(super) fn leave_if_empty(&mut self, instance: InstanceId) {
        if !self.agents[instance].is_empty() {
            return;
        }
        let provider = &mut self.providers[self.fleet.provider(instance)];
        if let Some(why) = provider.logic.emptied() {
            provider.instances_by_zone[self.fleet.zone(instance)] -= 1;
            self.fleet.remove(instance);
            self.agents[instance] = Agent::default(); // what is gone keeps no memory
            self.emit(Fact::InstanceGone { instance, why });
            self.detach_instance(instance);
        }
    }

    /// What a provider does for a task of a class that finds no room.
    pub(super) fn no_room(&self, provider: ProviderId, class: PlacementClassId) -> NoRoom {
        let (state, class) = (&self.providers[provider], &self.plan.classes[class]);
        let name = self.plan.cast.instance_name(provider, state.ever);
        let would_lack = |registration: &Registration| {
            let host = Host::to_come(self.fleet.ground(), registration, &name, self.now);
            // an instance without an address does not come (ECS-142)
            class.would_lack(registration, &host).and(Lack::Location, !self.has_address_for_instance(registration.zone))
        };
        let view = ProviderView { instances_by_zone: &state.instances_by_zone, would_lack: &would_lack };
        state.logic.no_room(class.demand.need, view)
    }
}
