//! Load that services send each other: what a service serves now, its calls bring to others at the same moment (PLT-92).

use super::world::World;
use crate::fact::Fact;
use crate::units::ServiceId;
use std::collections::BTreeSet;

impl World<'_> {
    /// A service's load or tasks changed: those that it calls learn of it, and those that they call.
    ///
    /// Each is looked at once, after all that call it, so that a change costs no more than there are calls.
    pub(super) fn flow(&mut self, from: ServiceId) {
        let plan = self.plan;
        let calls = |service: ServiceId| plan.services[service].load.as_ref().map_or(&[][..], |load| &load.calls);
        if calls(from).is_empty() {
            return;
        }
        let rank = |service: ServiceId| plan.services[service].load.as_ref().map_or(0, |load| load.rank);
        let mut open = BTreeSet::from([(rank(from), from)]);
        while let Some((_, service)) = open.pop_first() {
            if service != from {
                self.called(service);
            }
            let Some(load) = &self.services[service].load else { continue };
            let done = load.clock.share().done;
            for (row, call) in calls(service).iter().enumerate() {
                let now = call.requests(done);
                let Some(load) = &mut self.services[service].load else { continue };
                let before = std::mem::replace(&mut load.sent[row], now);
                if let Some(other) = self.services[call.to].load.as_mut().filter(|_| now != before) {
                    other.called = other.called - before + now;
                    open.insert((rank(call.to), call.to));
                }
            }
        }
    }

    /// What other services ask of one has changed.
    fn called(&mut self, service: ServiceId) {
        let now = self.now;
        let Some(load) = &mut self.services[service].load else { return };
        load.clock.set_requests(now, load.own.saturating_add(load.called));
        let requests = load.called;
        self.emit(Fact::ServiceCalled { service, requests });
        self.emit_load(service);
    }
}
