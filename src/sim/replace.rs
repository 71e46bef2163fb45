//! Tasks that are to leave are replaced, under the percentages of their service (ECS-425). What makes a task leave is its
//! instance that drains (ECS-221); how many stop and start is the policy of [`crate::service::replace`].

use super::agenda::Agenda;
use super::event::Event;
use super::world::{World, schedule};
use crate::cluster::TaskState;
use crate::fact::{Fact, Why};
use crate::service::{Bounds, Counts};
use crate::units::{InstanceId, ServiceId, SimSpan, SimTime, TaskId};
use std::collections::{BTreeMap, BTreeSet};

/// What a service knows of its tasks beside how many there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Replacing {
    /// Tasks that are to leave, by ordinal: RUNNING, on instances that drain.
    pub(super) leaving: BTreeMap<u32, TaskId>,
    /// Tasks that had to leave and are not yet STOPPED.
    ending: u32,
    /// Tasks of all kinds that were told to stop and are not yet STOPPED.
    stopping: u32,
    /// RUNNING tasks that do not count as healthy before a moment, by ordinal (ECS-424).
    settling: BTreeMap<u32, SimTime>,
    /// The same by moment.
    moments: BTreeSet<(SimTime, u32)>,
    /// When it is looked whether they are.
    settles_at: Option<SimTime>,
    /// Whether it was said that nothing can be done.
    said_stuck: bool,
}

impl Replacing {
    /// Whether tasks are being replaced: the percentages hold as long.
    pub(super) fn is_on(&self) -> bool {
        !self.leaving.is_empty() || self.ending > 0
    }

    /// How many are to leave and have not been told so.
    pub(super) fn leaving(&self) -> u32 {
        u32::try_from(self.leaving.len()).expect("fewer than tasks")
    }

    fn settle(&mut self, ordinal: u32, at: SimTime) {
        self.settling.insert(ordinal, at);
        self.moments.insert((at, ordinal));
    }

    fn forget(&mut self, ordinal: u32) {
        if let Some(at) = self.settling.remove(&ordinal) {
            self.moments.remove(&(at, ordinal));
        }
    }

    /// Those whose moment has come are healthy.
    fn settled(&mut self, now: SimTime) {
        while let Some(&(at, ordinal)) = self.moments.first().filter(|(at, _)| *at <= now) {
            self.moments.remove(&(at, ordinal));
            self.settling.remove(&ordinal);
        }
    }
}

impl World<'_> {
    /// One pass: what leaves stops as far as enough healthy tasks are left.
    pub(super) fn replace(&mut self, agenda: &mut Agenda<Event>, service: ServiceId) {
        let now = self.now;
        let replacing = &mut self.services[service].replacing;
        replacing.settled(now);
        if !replacing.is_on() {
            replacing.said_stuck = false;
            return;
        }
        let (counts, bounds) = self.counts(service);
        for _ in 0..counts.stops(bounds) {
            let Some(task) = self.who_leaves(service) else { break };
            self.stop(agenda, task, Why::Draining);
        }
        self.say_if_stuck(service);
        let replacing = &mut self.services[service].replacing;
        if let Some(&(at, _)) = replacing.moments.first()
            && replacing.settles_at.is_none_or(|due| due <= now || at < due)
        {
            replacing.settles_at = Some(at);
            schedule(agenda, at, Event::Reconcile(service));
        }
    }

    /// How many tasks are to be started now, and why: as many as are missing, and while tasks are replaced no more than
    /// the maximum percent allows.
    pub(super) fn missing(&self, service: ServiceId) -> (u32, Why) {
        let state = &self.services[service];
        if state.replacing.is_on() {
            let (counts, bounds) = self.counts(service);
            let Counts { desired, staying, .. } = counts;
            return (counts.starts(bounds), Why::Replacement { desired, staying, upper: bounds.upper });
        }
        let (desired, had) = (state.desired, state.wanted);
        (desired.saturating_sub(had), Why::DesiredCount { desired, had })
    }

    /// The tasks of a service as its replacement sees them, and the bounds (ECS-420, ECS-422, ECS-423).
    fn counts(&self, service: ServiceId) -> (Counts, Bounds) {
        let state = &self.services[service];
        let replacing = &state.replacing;
        let narrow = |tasks: usize| u32::try_from(tasks).expect("fewer than tasks");
        let (leaving, settling) = (replacing.leaving(), narrow(replacing.settling.len()));
        let unhealthy = replacing.settling.keys().filter(|ordinal| replacing.leaving.contains_key(ordinal)).count();
        let counts = Counts {
            desired: state.desired,
            staying: state.wanted - leaving,
            leaving,
            leaving_healthy: leaving - narrow(unhealthy),
            healthy: state.running - settling,
            total: state.wanted + if self.plan.counts_stopping { replacing.stopping } else { 0 },
        };
        (counts, state.percents.bounds(state.desired))
    }

    /// The next that leaves: one that is not healthy before all others.
    fn who_leaves(&mut self, service: ServiceId) -> Option<TaskId> {
        let replacing = &self.services[service].replacing;
        let unhealthy = replacing.settling.keys().find_map(|ordinal| replacing.leaving.get(ordinal));
        if let Some(task) = unhealthy {
            return Some(*task);
        }
        let leaving: Vec<TaskId> = replacing.leaving.values().copied().collect();
        self.victim(service, &leaving).map(|(task, _)| task)
    }

    fn say_if_stuck(&mut self, service: ServiceId) {
        let (counts, bounds) = self.counts(service);
        let is_stuck = counts.is_stuck(bounds);
        let said = std::mem::replace(&mut self.services[service].replacing.said_stuck, is_stuck);
        if is_stuck && !said {
            let why = Why::Stuck { desired: counts.desired, lower: bounds.lower, upper: bounds.upper };
            self.emit(Fact::ReplacementStuck { service, why });
        }
    }

    /// An instance drains, and a task of a service is on it: what runs is to leave, what does not yet stops at once
    /// (ECS-221).
    pub(super) fn leaves(&mut self, agenda: &mut Agenda<Event>, service: ServiceId, id: TaskId) {
        let task = self.tasks.get(id);
        match task.state {
            TaskState::Running => {
                let ordinal = task.ordinal;
                self.services[service].replacing.leaving.insert(ordinal, id);
                self.ask_service(agenda, service);
            }
            TaskState::Pending { .. } => self.stop(agenda, id, Why::Draining),
            TaskState::Provisioning | TaskState::Stopping => {}
        }
    }

    /// An instance is ACTIVE again: nothing leaves it any more.
    pub(super) fn stay(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId) {
        for service in self.plan.services.ids() {
            let (tasks, leaving) = (&self.tasks, &mut self.services[service].replacing.leaving);
            let before = leaving.len();
            leaving.retain(|_, id| tasks.get(*id).instance() != Some(instance));
            if leaving.len() < before {
                self.ask_service(agenda, service);
            }
        }
    }

    /// A task of a service is RUNNING: from when on it is healthy. What stands there at the start has been for long.
    pub(super) fn settles(&mut self, agenda: &mut Agenda<Event>, service: ServiceId, id: TaskId) {
        let task = self.tasks.get(id);
        let (ordinal, health_time) = (task.ordinal, self.template(service).health_time);
        let settle = health_time.unwrap_or(self.plan.drain_health_settle);
        if settle > SimSpan::ZERO && !self.is_setting_up {
            let at = self.now + settle;
            self.services[service].replacing.settle(ordinal, at);
        }
        self.ask_if_replacing(agenda, service);
    }

    /// Something changed that the replacement of a service's tasks may wait for.
    fn ask_if_replacing(&mut self, agenda: &mut Agenda<Event>, service: ServiceId) {
        if self.services[service].replacing.is_on() {
            self.ask_service(agenda, service);
        }
    }

    /// A task of a service was told to stop.
    pub(super) fn told_to_stop(&mut self, service: ServiceId, ordinal: u32, why: Why) {
        let replacing = &mut self.services[service].replacing;
        replacing.leaving.remove(&ordinal);
        replacing.forget(ordinal);
        replacing.stopping += 1;
        replacing.ending += u32::from(why == Why::Draining);
    }

    /// A task of a service that was told to stop is STOPPED.
    pub(super) fn has_stopped(&mut self, agenda: &mut Agenda<Event>, service: ServiceId, id: TaskId) {
        let was_leaving = self.tasks.get(id).stopped_by == Some(Why::Draining);
        self.ask_if_replacing(agenda, service); // the last one still counts as being replaced
        let replacing = &mut self.services[service].replacing;
        replacing.stopping -= 1;
        replacing.ending -= u32::from(was_leaving);
    }
}
