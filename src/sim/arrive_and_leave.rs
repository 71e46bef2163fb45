//! Instances come and go.

use super::world::World;
use crate::capacity::ProviderView;
use crate::cluster::{Agent, Registration};
use crate::fact::{Fact, Why};
use crate::units::InstanceId;

impl World<'_> {
    /// A container instance becomes ACTIVE with nothing on it.
    pub(super) fn register(&mut self, registration: Registration, why: Why) -> InstanceId {
        let instance = self.fleet.register(registration);
        self.wake(instance);
        self.agents.push(Agent::new(registration.registered));
        let provider = &mut self.providers[registration.provider];
        let ordinal = provider.ever;
        provider.ever += 1;
        provider.instances_by_zone[registration.zone] += 1;
        self.emit(Fact::InstanceRegistered {
            instance,
            ordinal,
            provider: registration.provider,
            instance_type: registration.instance_type,
            zone: registration.zone,
            registered: registration.registered,
            why,
        });
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
        }
    }

    /// What a provider may know when it decides.
    pub(super) fn provider_view(&self, provider: crate::units::ProviderId) -> ProviderView<'_> {
        ProviderView { instances_by_zone: &self.providers[provider].instances_by_zone }
    }
}
