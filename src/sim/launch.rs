//! How fast tasks are launched: of one service in a minute (ECS-809, ECS-810, ECS-832), and on Fargate of the account
//! (ECS-811, ECS-812, ECS-830). Who is too early waits and is tried again at the moment that has room (ECS-831).

use super::agenda::Agenda;
use super::event::Event;
use super::waiting::Head;
use super::world::{World, schedule};
use crate::capacity::{Fargate, ProviderKind};
use crate::fact::{Rule, Why};
use crate::placement::Pool;
use crate::units::{PlacementClassId, ServiceId, SimSpan, SimTime, TaskId};
use std::cmp::Reverse;
use std::collections::VecDeque;

/// The window in which the launches of one service are counted (ECS-832).
const WINDOW: SimSpan = SimSpan(60_000);
/// A token, in the thousandths that a bucket gains each ms for each token a second.
const TOKEN: u64 = 1000;

/// The launches of one service in the last minute, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Window(VecDeque<SimTime>);

impl Window {
    /// When there is room for one more launch: now, or when the oldest has left the window.
    fn room_at(&mut self, now: SimTime, most: u32) -> SimTime {
        while self.0.front().is_some_and(|launch| *launch + WINDOW <= now) {
            self.0.pop_front();
        }
        // the launch that has to leave the window before one more may come
        let surplus = self.0.len().checked_sub(most as usize);
        surplus.map_or(now, |surplus| self.0[surplus] + WINDOW)
    }
}

/// A bucket of tokens, full at the start and refilled continuously (ECS-830).
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    /// Thousandths of a token.
    level: u64,
    at: SimTime,
}

impl Bucket {
    pub(super) fn full(burst: u32) -> Self {
        Self { level: u64::from(burst) * TOKEN, at: SimTime::START }
    }

    /// When there is a token: now, or as soon as it is refilled.
    pub(super) fn token_at(&mut self, now: SimTime, burst: u32, refill_per_second: u32) -> SimTime {
        let gained = now.since(self.at).0.saturating_mul(u64::from(refill_per_second));
        self.level = self.level.saturating_add(gained).min(u64::from(burst) * TOKEN);
        self.at = now;
        let missing = TOKEN.saturating_sub(self.level);
        now + SimSpan(missing.div_ceil(u64::from(refill_per_second.max(1))))
    }

    /// A token is taken.
    pub(super) fn take(&mut self) {
        self.level = self.level.saturating_sub(TOKEN);
    }
}

/// A task may not be launched yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) struct TooEarly {
    pub(in crate::sim) why: Why,
    /// What everybody waits for, standalone tasks too; without, it holds back the tasks of one service.
    pub(in crate::sim) bucket: Option<Fargate>,
}

impl World<'_> {
    /// Whether a task may be launched now; if not, from when on, and by which rule it has to wait.
    fn launch_at(&mut self, id: TaskId, class: PlacementClassId) -> Option<(SimTime, TooEarly)> {
        let rates = self.plan.launch_rates.filter(|_| !self.is_setting_up)?;
        let kind = self.fargate_of(class);
        let mut latest = (self.now, Rule::ecs(810), None);
        if let Some(service) = self.service_of(self.tasks.get(id).source) {
            let (most, rule) = match kind {
                Some(_) => (rates.fargate.service_per_minute, Rule::ecs(809)),
                None => (rates.ec2_service_per_minute, Rule::ecs(810)),
            };
            latest = (self.services[service].launches.room_at(self.now, most), rule, None);
        }
        if let Some(kind) = kind {
            let rule = match kind {
                Fargate::OnDemand => Rule::ecs(811),
                Fargate::Spot => Rule::ecs(812),
            };
            let token = self.token_at(kind);
            if token > latest.0 {
                latest = (token, rule, Some(kind));
            }
        }
        let (at, rule, bucket) = latest;
        (at > self.now).then_some((at, TooEarly { why: Why::LaunchRate { rule }, bucket }))
    }

    /// When Fargate may launch one more task.
    fn token_at(&mut self, kind: Fargate) -> SimTime {
        let Some(rates) = self.plan.launch_rates else { return self.now };
        let (burst, refill) = (rates.fargate.burst, rates.fargate.refill_per_second);
        self.buckets[kind as usize].token_at(self.now, burst, refill)
    }

    pub(super) fn fargate_of(&self, class: PlacementClassId) -> Option<Fargate> {
        let Pool::Fargate(provider) = self.plan.classes[class].pool else { return None };
        match self.plan.providers[provider] {
            ProviderKind::Fargate { kind } => Some(kind),
            _ => None,
        }
    }

    /// The reason why a task can't be launched yet, if there is one. What holds back one service has its class tried
    /// again when it is over; who waits for a token has to stand in line for it.
    pub(super) fn too_early(
        &mut self,
        agenda: &mut Agenda<Event>,
        id: TaskId,
        class: PlacementClassId,
    ) -> Option<TooEarly> {
        if let Some(early) = self.in_a_pause(agenda, id, class) {
            return Some(early);
        }
        let (at, early) = self.launch_at(id, class)?;
        if early.bucket.is_none() {
            self.try_again(agenda, class, at);
        }
        Some(early)
    }

    /// Has a class tried again at an instant.
    pub(super) fn try_again(&mut self, agenda: &mut Agenda<Event>, class: PlacementClassId, at: SimTime) {
        if self.launch_due[class] != Some(at) {
            self.launch_due[class] = Some(at);
            schedule(agenda, at, Event::Launch(class));
        }
    }

    /// The first of those who wait for a token of a bucket, if there is one now: one at a time, so that a token costs the
    /// same however many wait. Else they are looked at when there is.
    pub(super) fn next_for_token(&mut self, agenda: &mut Agenda<Event>, kind: Fargate) -> Option<Reverse<Head>> {
        if !self.waiting.wants_token(kind) {
            return None;
        }
        let at = self.token_at(kind);
        if at <= self.now {
            return self.waiting.admit(kind);
        }
        if self.tokens_due[kind as usize].is_none() {
            self.tokens_due[kind as usize] = Some(at);
            schedule(agenda, at, Event::Tokens);
        }
        None
    }

    /// A task was launched: it counts for its service and takes a token of Fargate's.
    pub(super) fn launched(&mut self, service: Option<ServiceId>, class: PlacementClassId) {
        if self.plan.launch_rates.is_none() || self.is_setting_up {
            return;
        }
        let now = self.now;
        if let Some(service) = service {
            self.services[service].launches.0.push_back(now);
        }
        if let Some(kind) = self.fargate_of(class) {
            self.buckets[kind as usize].take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ECS-830: burst 3, two tokens a second.
    #[test]
    fn a_bucket_refills_continuously() {
        let mut bucket = Bucket::full(3);
        let mut take = |now| {
            let at = bucket.token_at(SimTime(now), 3, 2);
            if at.0 == now {
                bucket.take();
            }
            at.0
        };
        assert_eq!([take(0), take(0), take(0)], [0, 0, 0]);
        assert_eq!(take(0), 500); // 1 token / 2 a second
        assert_eq!(take(100), 500); // 0.2 are there, 0.8 missing: 400 ms
        assert_eq!((take(500), take(500)), (500, 1000));
        assert_eq!([take(10_000), take(10_000), take(10_000), take(10_000)], [10_000, 10_000, 10_000, 10_500]);
    }

    /// ECS-832: three a minute.
    #[test]
    fn a_window_slides() {
        let mut window = Window::default();
        for launch in [0, 10_000, 20_000] {
            assert_eq!(window.room_at(SimTime(launch), 3), SimTime(launch));
            window.0.push_back(SimTime(launch));
        }
        assert_eq!(window.room_at(SimTime(30_000), 3), SimTime(60_000));
        assert_eq!(window.room_at(SimTime(59_999), 3), SimTime(60_000));
        assert_eq!(window.room_at(SimTime(60_000), 3), SimTime(60_000));
        window.0.push_back(SimTime(60_000));
        assert_eq!(window.room_at(SimTime(60_000), 3), SimTime(70_000));
    }
}
