//! Services whose tasks fail to start make pauses that grow (ECS-455 to ECS-458).

use super::agenda::Agenda;
use super::event::Event;
use super::world::{World, schedule};
use crate::fact::{Fact, Why};
use crate::units::{ServiceId, SimSpan, SimTime};

/// A service's pause between attempts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Throttle {
    /// The last pause; none after a task was RUNNING.
    pause: SimSpan,
    /// No task is started before this instant.
    pub(super) until: SimTime,
}

impl World<'_> {
    /// A task of a service failed to start. All that fail in one attempt lengthen the pause once.
    pub(super) fn failed_start(&mut self, agenda: &mut Agenda<Event>, service: ServiceId) {
        let (now, settings) = (self.now, self.plan.throttle);
        let throttle = &mut self.services[service].throttle;
        if now < throttle.until {
            return;
        }
        let longer = throttle.pause.0.saturating_mul(u64::from(settings.factor)).min(settings.max.0);
        let pause = if throttle.pause == SimSpan::ZERO { settings.first.min(settings.max) } else { SimSpan(longer) };
        *throttle = Throttle { pause, until: now + pause };
        let until = throttle.until;
        self.emit(Fact::ServiceThrottled { service, pause, why: Why::FailedStarts });
        schedule(agenda, until, Event::Reconcile(service));
    }

    /// A task of a service is RUNNING: the next pause is the first again, and none holds now (ECS-458).
    pub(super) fn started_well(&mut self, agenda: &mut Agenda<Event>, service: ServiceId) {
        let now = self.now;
        let throttle = &mut self.services[service].throttle;
        throttle.pause = SimSpan::ZERO;
        if throttle.until > now {
            throttle.until = now;
            self.ask_service(agenda, service);
        }
    }
}
