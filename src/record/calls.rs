//! Calls of RunTask, source by source: what became of them (ECS-901, PLT-97).

use crate::fact::{Calls, Cast, Fact, TaskRef};
use crate::units::TaskSourceId;
use std::collections::BTreeMap;

/// What became of the calls of one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallsSummary {
    /// Calls that were made.
    pub calls: u64,
    /// Tasks that they asked for.
    pub asked: u64,
    /// Of these, tasks that got a place.
    pub placed: u64,
    /// Of these, tasks that found none.
    pub unplaced: u64,
    /// Calls of which at least one task found no place, and which nobody tries again (PLT-97).
    pub lost_runs: u64,
    /// Most runs at one time that had a task placed and not yet STOPPED; counted where a schedule or events make the
    /// calls (ECS-906).
    pub most_at_once: Option<u64>,
}

/// One source while the run goes on.
#[derive(Debug, Clone)]
struct Log {
    calls: Calls,
    summary: CallsSummary,
    /// The call whose task was wanted last: a call's tasks are asked for one after the other.
    last: Option<u32>,
    /// One bit for each lost call.
    lost: Vec<u64>,
    /// Tasks placed and not yet STOPPED of each run that is going on.
    going: BTreeMap<u32, u32>,
}

/// Counts the calls of all standalone sources.
#[derive(Debug, Clone, Default)]
pub(super) struct CallLog {
    sources: BTreeMap<TaskSourceId, Log>,
}

impl CallLog {
    pub(super) fn new(cast: &Cast) -> Self {
        let log = |calls: Calls| Log {
            calls,
            summary: CallsSummary { most_at_once: calls.recurring.then_some(0), ..CallsSummary::default() },
            last: None,
            lost: Vec::new(),
            going: BTreeMap::new(),
        };
        Self { sources: cast.calls.iter().map(|(source, calls)| (*source, log(*calls))).collect() }
    }

    pub(super) fn update(&mut self, fact: &Fact) {
        if self.sources.is_empty() {
            return;
        }
        match fact {
            Fact::TaskWanted { task, .. } => self.with(*task, Log::asked),
            Fact::TaskPlaced { task, .. } => self.with(*task, Log::placed),
            Fact::TaskUnplaced { task, .. } => self.with(*task, Log::unplaced),
            Fact::TaskStopped { task, .. } => self.with(*task, Log::stopped),
            _ => {}
        }
    }

    /// Does something with the log of a task's source and the number of its call.
    fn with(&mut self, task: TaskRef, act: fn(&mut Log, u32)) {
        if let Some(log) = self.sources.get_mut(&task.source)
            && let Some(call) = log.calls.of(task.ordinal)
        {
            act(log, call);
        }
    }

    pub(super) fn finish(self) -> BTreeMap<TaskSourceId, CallsSummary> {
        self.sources.into_iter().map(|(source, log)| (source, log.summary)).collect()
    }
}

impl Log {
    fn asked(&mut self, call: u32) {
        self.summary.asked += 1;
        if self.last != Some(call) {
            self.summary.calls += 1;
            self.last = Some(call);
        }
    }

    fn placed(&mut self, call: u32) {
        self.summary.placed += 1;
        if let Some(most) = &mut self.summary.most_at_once {
            *self.going.entry(call).or_insert(0) += 1;
            *most = (*most).max(self.going.len() as u64);
        }
    }

    fn unplaced(&mut self, call: u32) {
        self.summary.unplaced += 1;
        let (word, bit) = (call as usize / 64, 1 << (call % 64));
        if self.lost.len() <= word {
            self.lost.resize(word + 1, 0);
        }
        self.summary.lost_runs += u64::from(self.lost[word] & bit == 0);
        self.lost[word] |= bit;
    }

    fn stopped(&mut self, call: u32) {
        if let Some(tasks) = self.going.get_mut(&call) {
            *tasks -= 1;
            if *tasks == 0 {
                self.going.remove(&call);
            }
        }
    }
}
