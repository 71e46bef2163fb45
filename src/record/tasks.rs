//! One row for each task that ever was, handed out when it reaches its final state.

use crate::fact::{Fact, Place, TaskRef, Why};
use crate::units::{GroupId, Id, ProviderId, Resources, SimTime, TaskSourceId, ZoneId};

/// How a task ended. Each ends in exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinalState {
    /// Last status STOPPED.
    Stopped,
    /// Standalone, and no instance could take it (ECS-901).
    Unplaced,
    /// The run ended while it waited for a place.
    WaitingAtEnd,
    /// The run ended before its containers ran.
    PendingAtEnd,
    /// The run ended while it ran.
    RunningAtEnd,
    /// The run ended while it was stopping.
    StoppingAtEnd,
}

impl FinalState {
    /// As CSVs write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Unplaced => "unplaced",
            Self::WaitingAtEnd => "waiting_at_end",
            Self::PendingAtEnd => "pending_at_end",
            Self::RunningAtEnd => "running_at_end",
            Self::StoppingAtEnd => "stopping_at_end",
        }
    }
}

/// Where a task was, by what it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// Source of capacity.
    pub provider: ProviderId,
    /// Number of the container instance there; none on Fargate.
    pub ordinal: Option<u32>,
    /// Availability Zone.
    pub zone: ZoneId,
}

/// The life of one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskRow {
    /// Where it came from.
    pub source: TaskSourceId,
    /// Its number there.
    pub ordinal: u32,
    /// Its task group.
    pub group: GroupId,
    /// What it reserved.
    pub need: Resources,
    /// From when on it was wanted.
    pub wanted: SimTime,
    /// When it got its place.
    pub placed: Option<SimTime>,
    /// When its containers ran.
    pub running: Option<SimTime>,
    /// When its desired status became STOPPED.
    pub stopping: Option<SimTime>,
    /// When it was STOPPED.
    pub stopped: Option<SimTime>,
    /// Its place.
    pub place: Option<Place>,
    /// The first port of the instance that it held.
    pub host_port: Option<u16>,
    /// By what it got its place.
    pub placed_by: Option<Why>,
    /// How it ended.
    pub final_state: FinalState,
    /// Why it ended, or why it has no place.
    pub reason: Option<Why>,
    /// CPU it used, in unit-ms.
    pub cpu_used_unit_ms: u64,
}

/// Keeps what is known of the tasks that live.
#[derive(Debug, Clone, Default)]
pub(super) struct TaskLog {
    rows: Vec<Option<TaskRow>>,
}

impl TaskLog {
    fn row(&mut self, task: TaskRef) -> &mut TaskRow {
        self.rows[task.row.row()].as_mut().expect("facts speak of tasks that live")
    }

    /// From when on a task that lives was wanted.
    pub(super) fn wanted(&self, task: TaskRef) -> Option<SimTime> {
        self.rows.get(task.row.row())?.as_ref().map(|row| row.wanted)
    }

    /// Takes in a fact; hands out the row of a task that ended with it.
    pub(super) fn update(&mut self, now: SimTime, fact: &Fact) -> Option<TaskRow> {
        match *fact {
            Fact::TaskWanted { task, need, group, .. } => self.enter(now, task, need, group),
            Fact::TaskPlaced { task, place, why, .. } => {
                let row = self.row(task);
                (row.placed, row.place, row.placed_by, row.reason) = (Some(now), Some(place), Some(why), None);
            }
            Fact::TaskWaits { task, why } => self.row(task).reason = Some(why),
            Fact::TaskStarting { task, host_port } => self.row(task).host_port = host_port,
            Fact::TaskRunning { task } => self.row(task).running = Some(now),
            Fact::TaskStopping { task, .. } => self.row(task).stopping = Some(now),
            Fact::TaskUnplaced { task, why } => return Some(self.end(task, FinalState::Unplaced, Some(why), 0)),
            Fact::TaskStopped { task, why, cpu_used_unit_ms } => {
                let row = self.row(task);
                row.stopped = Some(now);
                row.stopping = row.stopping.or(Some(now));
                return Some(self.end(task, FinalState::Stopped, Some(why), cpu_used_unit_ms));
            }
            Fact::TaskCut { task, cpu_used_unit_ms } => {
                let row = self.row(task);
                let state = match (row.placed, row.running, row.stopping) {
                    (_, _, Some(_)) => FinalState::StoppingAtEnd,
                    (_, Some(_), None) => FinalState::RunningAtEnd,
                    (Some(_), None, None) => FinalState::PendingAtEnd,
                    (None, None, None) => FinalState::WaitingAtEnd,
                };
                let reason = row.reason;
                return Some(self.end(task, state, reason, cpu_used_unit_ms));
            }
            _ => {}
        }
        None
    }

    fn enter(&mut self, now: SimTime, task: TaskRef, need: Resources, group: GroupId) {
        if self.rows.len() <= task.row.row() {
            self.rows.resize(task.row.row() + 1, None);
        }
        self.rows[task.row.row()] = Some(TaskRow {
            source: task.source,
            ordinal: task.ordinal,
            group,
            need,
            wanted: now,
            placed: None,
            running: None,
            stopping: None,
            stopped: None,
            place: None,
            host_port: None,
            placed_by: None,
            final_state: FinalState::WaitingAtEnd,
            reason: None,
            cpu_used_unit_ms: 0,
        });
    }

    fn end(&mut self, task: TaskRef, state: FinalState, reason: Option<Why>, cpu_used_unit_ms: u64) -> TaskRow {
        let row = self.rows[task.row.row()].take().expect("a task ends once");
        TaskRow { final_state: state, reason, cpu_used_unit_ms, ..row }
    }
}
