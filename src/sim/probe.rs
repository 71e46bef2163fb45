//! Why a task went where it went: the run is made again, and what the choice saw is kept for one task.
//!
//! The explanation is worked out at the moment of the choice, by the plain scan; it changes nothing of the run.

use super::agenda::{Agenda, Endless};
use super::world::World;
use crate::cluster::Registration;
use crate::fact::Observer;
use crate::placement::{Explanation, Moment, Pool};
use crate::plan::{Plan, TieBreak};
use crate::units::{InstanceId, PlacementClassId, SimTime, TaskId, TaskSourceId};
use std::cell::Cell;
use std::ops::ControlFlow;
use std::rc::Rc;

/// Which placing is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The task's source.
    pub source: TaskSourceId,
    /// Its number there.
    pub ordinal: u32,
    /// Only what was decided up to then, if given.
    pub until: Option<SimTime>,
    /// Whether the run is to go on to its end when all is known of the task, for the observer's sake.
    pub to_the_end: bool,
}

/// One attempt to place the task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When.
    pub at: SimTime,
    /// What was looked at.
    pub explanation: Explanation,
}

/// The attempts to place a task, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempts {
    /// How many there were.
    pub count: u32,
    /// The first.
    pub first: Option<Attempt>,
    /// The last, if there were several. No more follow one that succeeded.
    pub last: Option<Attempt>,
}

/// What a world keeps for the one who asks.
pub(super) struct Probe {
    question: Question,
    attempts: Attempts,
    /// Moment and changes of the fleet of the last attempt: nothing is looked at twice.
    seen: Option<(SimTime, usize)>,
    /// Whether nothing is learnt after the task was placed: no operator does anything that could end it.
    ends_when_placed: bool,
    /// Whether nothing more can be learnt.
    settled: Rc<Cell<bool>>,
}

/// Runs a plan, tells `observer` its facts, and explains each attempt to place a task.
///
/// The run ends early when nothing more can be learnt, unless it is to go on.
///
/// # Errors
/// As [`run`](super::run).
pub fn explain(plan: &Plan, question: Question, observer: &mut dyn Observer) -> Result<Attempts, Endless> {
    let settled = Rc::new(Cell::new(false));
    let mut agenda = Agenda::new();
    let mut world = World::new(plan, observer);
    let attempts = Attempts::default();
    let ends_when_placed = plan.operations.is_empty();
    let settled_too = Rc::clone(&settled);
    world.probe = Some(Box::new(Probe { question, attempts, seen: None, ends_when_placed, settled: settled_too }));
    super::setup::begin(&mut world, &mut agenda);
    let late = |now: u64| question.until.is_some_and(|until| now > until.0);
    agenda.run(&mut world, plan.horizon.0, &mut |now, _| {
        if (settled.get() || late(now)) && !question.to_the_end {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    Ok(world.probe.take().map(|probe| probe.attempts).unwrap_or_default())
}

impl World<'_> {
    /// A task was tried, and its place chosen but not yet charged: kept if somebody asked about it.
    pub(super) fn probed(&mut self, id: TaskId, class: PlacementClassId, chosen: Option<InstanceId>) {
        if matches!(self.plan.classes[class].pool, Pool::Fargate(_)) {
            return; // no instance was looked at
        }
        if let Some(mut probe) = self.probe.take() {
            let (task, changes) = (self.tasks.get(id), self.fleet.changes());
            let asked = (task.source, task.ordinal) == (probe.question.source, probe.question.ordinal);
            let late = probe.question.until.is_some_and(|until| self.now > until);
            if asked && !late && probe.seen != Some((self.now, changes)) {
                probe.seen = Some((self.now, changes));
                probe.keep(Attempt { at: self.now, explanation: self.explanation(class, chosen) });
            }
            if asked && (late || chosen.is_some() && probe.ends_when_placed) {
                probe.settled.set(true);
            }
            self.probe = Some(probe);
        }
    }

    /// A task is STOPPED: nothing more can be learnt of it.
    pub(super) fn probed_to_the_end(&self, source: TaskSourceId, ordinal: u32) {
        if let Some(probe) = &self.probe
            && (source, ordinal) == (probe.question.source, probe.question.ordinal)
        {
            probe.settled.set(true);
        }
    }

    fn explanation(&self, class: PlacementClassId, chosen: Option<InstanceId>) -> Explanation {
        let would_lack = |registration: &Registration| self.would_lack(registration.provider, registration, class);
        let moment = Moment {
            fleet: &self.fleet,
            class: &self.plan.classes[class],
            lowest_id: self.plan.tie_break == TieBreak::LowestId,
            chosen,
            would_lack: &would_lack,
        };
        moment.explanation()
    }
}

impl Probe {
    fn keep(&mut self, attempt: Attempt) {
        self.attempts.count += 1;
        let slot = if self.attempts.first.is_none() { &mut self.attempts.first } else { &mut self.attempts.last };
        *slot = Some(attempt);
    }
}
