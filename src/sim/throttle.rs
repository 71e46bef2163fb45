//! Services whose tasks fail to start make pauses that grow (ECS-455 to ECS-458).

use super::agenda::Agenda;
use super::event::Event;
use super::launch::TooEarly;
use super::world::{World, schedule};
use crate::fact::{Fact, Why};
use crate::units::{PlacementClassId, ServiceId, SimSpan, SimTime, TaskId};

/// A service's pause between attempts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Throttle {
    /// The last pause; none after a task was RUNNING.
    pause: SimSpan,
    /// When it began: what is started at that instant is one attempt.
    began: SimTime,
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
        *throttle = Throttle { pause, began: now, until: now + pause };
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
            let template = self.template(service);
            let shares = template.strategy.iter().flat_map(|strategy| &self.plan.strategies[*strategy]);
            for class in shares.map(|share| share.class).chain([template.class]) {
                self.waiting.retry(class); // those that waited for the end of the pause
            }
            self.ask_service(agenda, service);
        }
    }

    /// The reason why a task has to wait for the end of its service's pause, if it has. Those that are tried at the
    /// instant at which it began are of the attempt that failed.
    pub(super) fn in_a_pause(
        &mut self,
        agenda: &mut Agenda<Event>,
        id: TaskId,
        class: PlacementClassId,
    ) -> Option<TooEarly> {
        let service = self.service_of(self.tasks.get(id).source)?;
        if self.services[service].throttle.began == self.now {
            return None;
        }
        self.brings_nothing(agenda, id, class)
    }

    /// The same where a task would have an instance come: none comes for a service that pauses, whatever the attempt.
    pub(super) fn brings_nothing(
        &mut self,
        agenda: &mut Agenda<Event>,
        id: TaskId,
        class: PlacementClassId,
    ) -> Option<TooEarly> {
        let service = self.service_of(self.tasks.get(id).source)?;
        let until = self.services[service].throttle.until;
        if until <= self.now {
            return None;
        }
        self.try_again(agenda, class, until);
        Some(TooEarly { why: Why::FailedStarts, bucket: None })
    }
}
