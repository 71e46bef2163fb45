//! The moments of a run that a summary tells of: the longest wait, what was never used, when demand was not met.
//!
//! Where the summary leaves the warm-up out of its figures, the moments beside them do as well: the peak, shortages and
//! waits. Counts of tasks and instances are of the whole run, and so is what is told of the first of them.

use super::instances::InstanceRow;
use super::tasks::{FinalState, TaskRow};
use crate::fact::{Cast, Fact, TaskRef, Why};
use crate::units::{ProviderId, Resources, ServiceId, SimSpan, SimTime, Table, TaskSourceId};

/// A task by its lasting name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskName {
    /// Where it came from.
    pub source: TaskSourceId,
    /// Its number there.
    pub ordinal: u32,
}

impl From<TaskRef> for TaskName {
    fn from(task: TaskRef) -> Self {
        Self { source: task.source, ordinal: task.ordinal }
    }
}

/// A task that waited for its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The task.
    pub task: TaskName,
    /// From when on it was wanted.
    pub from: SimTime,
    /// When it was placed, or the run ended.
    pub until: SimTime,
}

impl Wait {
    fn span(self) -> SimSpan {
        self.until - self.from
    }
}

/// A task that no instance could ever take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge {
    /// The first of them.
    pub task: TaskName,
    /// What it reserves.
    pub need: Resources,
    /// What an empty instance has.
    pub empty: Resources,
    /// When it was tried.
    pub at: SimTime,
}

/// Instances that never had a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unused {
    /// How many.
    pub instances: u64,
    /// How long they were there, together.
    pub time_ms: u128,
    /// Provider and number of the one that came first.
    pub first: Option<(SimTime, ProviderId, u32)>,
}

/// When a service could not serve all that was asked of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shortage {
    /// Work asked for and done since then, in one unit, as [`Fact::ServiceLoad`] has it.
    now: (SimTime, u128, u128),
    /// From when on it first fell short.
    pub first: Option<SimTime>,
    /// How long it fell short in all.
    pub time_ms: u64,
    /// When it fell shortest for the first time, with the work asked for and done.
    pub worst: Option<(SimTime, u128, u128)>,
}

impl Shortage {
    /// What was there until now held until now; what held before the end of the warm-up does not count.
    fn advance(&mut self, now: SimTime, warm: SimTime) {
        let (since, asked, done) = self.now;
        let since = since.max(warm);
        if now <= since || asked <= done {
            return;
        }
        self.first.get_or_insert(since);
        self.time_ms += (now - since).0;
        if self.worst.is_none_or(|(_, before, served)| asked - done > before - served) {
            self.worst = Some((since, asked, done));
        }
    }
}

/// What a summary tells of a run beside its sums.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Highlights {
    /// End of the warm-up.
    warm: SimTime,
    /// Tasks that waited for a time and got a place after the warm-up.
    pub waited: u64,
    /// Of these, the one that waited longest; of several the first.
    pub longest_wait: Option<Wait>,
    /// Of those that still waited at the end the one that had waited longest.
    pub longest_at_end: Option<Wait>,
    /// The first standalone task that found no place though one could have it, and when.
    pub first_unplaced: Option<(TaskName, SimTime)>,
    /// The first task that is larger than an empty instance.
    pub too_large: Option<TooLarge>,
    /// Instances that never had a task.
    pub unused: Unused,
    /// The most instances that were there at one time, and from when on.
    pub peak: Option<(SimTime, u64)>,
    /// Services that could not serve all, in name order.
    pub shortages: Table<ServiceId, Shortage>,
}

impl Highlights {
    pub(super) fn new(cast: &Cast) -> Self {
        let shortages = cast.services.ids().map(|_| Shortage::default()).collect();
        Self { warm: cast.warm_up, shortages, ..Self::default() }
    }

    /// Takes in a fact.
    pub(super) fn update(&mut self, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::TaskUnplaced { task, why: Why::LargerThanInstance { need, empty } } => {
                self.too_large.get_or_insert(TooLarge { task: task.into(), need, empty, at });
            }
            Fact::TaskUnplaced { task, .. } => {
                self.first_unplaced.get_or_insert((task.into(), at));
            }
            Fact::ServiceLoad { service, asked, done, .. } => {
                let shortage = &mut self.shortages[service];
                shortage.advance(at, self.warm);
                shortage.now = (at, asked, done);
            }
            _ => {}
        }
    }

    /// A task that was wanted then gets its place now.
    pub(super) fn placed(&mut self, task: TaskRef, wanted: SimTime, now: SimTime) {
        if now > wanted && now > self.warm {
            self.waited += 1;
            longer(&mut self.longest_wait, Wait { task: task.into(), from: wanted, until: now });
        }
    }

    /// A task came to its end.
    pub(super) fn ended(&mut self, row: &TaskRow, now: SimTime) {
        if row.final_state == FinalState::WaitingAtEnd && now > row.wanted {
            let task = TaskName { source: row.source, ordinal: row.ordinal };
            longer(&mut self.longest_at_end, Wait { task, from: row.wanted, until: now });
        }
    }

    /// An instance went, or the run ended with it.
    pub(super) fn instance(&mut self, row: &InstanceRow) {
        if row.tasks_placed == 0 && row.span() > SimSpan::ZERO {
            self.unused.instances += 1;
            self.unused.time_ms += u128::from(row.span().0);
            let this = (row.came.unwrap_or(row.until), row.provider, row.ordinal);
            self.unused.first = Some(self.unused.first.map_or(this, |first| first.min(this)));
        }
    }

    /// So many instances were there from then on for a time.
    pub(super) fn held(&mut self, since: SimTime, until: SimTime, instances: u64) {
        let since = since.max(self.warm);
        if since < until && self.peak.is_none_or(|(_, most)| instances > most) {
            self.peak = Some((since, instances));
        }
    }

    /// The run is over.
    pub(super) fn close(&mut self, horizon: SimTime) {
        for (_, shortage) in self.shortages.iter_mut() {
            shortage.advance(horizon, self.warm);
        }
    }
}

fn longer(longest: &mut Option<Wait>, wait: Wait) {
    if longest.is_none_or(|before| wait.span() > before.span()) {
        *longest = Some(wait);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortage_that_lasts_no_time_is_none() {
        let mut shortage = Shortage { now: (SimTime(10), 5, 3), ..Shortage::default() };
        shortage.advance(SimTime(10), SimTime::START);
        assert_eq!(shortage.first, None);
        shortage.now = (SimTime(10), 5, 4);
        shortage.advance(SimTime(30), SimTime::START);
        shortage.now = (SimTime(30), 9, 2);
        shortage.advance(SimTime(35), SimTime::START);
        shortage.now = (SimTime(35), 9, 9);
        shortage.advance(SimTime(90), SimTime::START);
        assert_eq!((shortage.first, shortage.time_ms), (Some(SimTime(10)), 25)); // 20 + 5
        assert_eq!(shortage.worst, Some((SimTime(30), 9, 2)));
    }

    /// Short from 10 to 30, and from 50 on more so; the warm-up ends at 20.
    #[test]
    fn the_warm_up_has_no_highlights() {
        let warm = SimTime(20);
        let mut shortage = Shortage { now: (SimTime(10), 9, 3), ..Shortage::default() };
        shortage.advance(SimTime(15), warm);
        assert_eq!((shortage.first, shortage.worst), (None, None));
        shortage.advance(SimTime(30), warm);
        assert_eq!((shortage.first, shortage.time_ms), (Some(warm), 10));
        assert_eq!(shortage.worst, Some((warm, 9, 3)));
        let mut highlights = Highlights { warm, ..Highlights::default() };
        highlights.held(SimTime(0), SimTime(15), 9);
        highlights.held(SimTime(15), SimTime(25), 4);
        assert_eq!(highlights.peak, Some((warm, 4)));
        let task = TaskRef { row: crate::units::TaskId(0), source: TaskSourceId(0), ordinal: 0 };
        highlights.placed(task, SimTime(0), SimTime(20));
        assert_eq!(highlights.waited, 0);
        highlights.placed(task, SimTime(19), SimTime(21));
        assert_eq!((highlights.waited, highlights.longest_wait.map(Wait::span)), (1, Some(SimSpan(2))));
    }

    #[test]
    fn of_equal_waits_the_first_is_told() {
        let mut highlights = Highlights::default();
        let task = |ordinal| TaskRef { row: crate::units::TaskId(0), source: TaskSourceId(0), ordinal };
        highlights.placed(task(0), SimTime(5), SimTime(5));
        highlights.placed(task(1), SimTime(5), SimTime(25));
        highlights.placed(task(2), SimTime(10), SimTime(30));
        assert_eq!((highlights.waited, highlights.longest_wait.map(|wait| wait.task.ordinal)), (2, Some(1)));
    }
}
