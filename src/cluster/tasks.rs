//! The tasks that live now: one row each, given to another when it has stopped.

use crate::fact::{Place, Why};
use crate::units::{GroupId, Id, InstanceId, PlacementClassId, Resources, SimSpan, SimTime, TaskId, TaskSourceId};

/// Where a task stands in its life (ECS-501, as far as this version goes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskState {
    /// Wanted, without a place.
    Provisioning,
    /// Placed; waits for its agent, or its containers start.
    Pending {
        /// Whether the agent has room and has started it.
        started: bool,
    },
    /// Its containers run.
    Running,
    /// Told to stop; still on the instance.
    Stopping,
}

/// How a task ends by itself: an essential container exits (ECS-130).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ending {
    /// When, from RUNNING on.
    pub after: SimSpan,
    /// Its exit code.
    pub exit_code: u8,
    /// From then until the last of the other containers has stopped.
    pub wind_down: SimSpan,
}

/// One task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// The service or `tasks:` entry that it comes from.
    pub source: TaskSourceId,
    /// Its number there, from 0.
    pub ordinal: u32,
    /// Its task group (ECS-317).
    pub group: GroupId,
    /// How it is placed.
    pub class: PlacementClassId,
    /// What it reserves.
    pub need: Resources,
    /// From when on it is wanted.
    pub wanted: SimTime,
    /// From the start of its containers to RUNNING.
    pub start_time: SimSpan,
    /// From the stop signal to its exit.
    pub exit_time: SimSpan,
    /// How long it runs before it ends by itself, as it was asked for.
    pub lifetime: Option<SimSpan>,
    /// What its containers make of it, where no lifetime was asked for.
    pub ending: Option<Ending>,
    /// Its state.
    pub state: TaskState,
    /// Its place, from placement on.
    pub place: Option<Place>,
    /// Whether desired status is RUNNING (the control-plane ledger is charged once it has a place).
    pub desired_running: bool,
    /// Why it was told to stop, if it was: a `Why` of facts.
    pub stopped_by: Option<Why>,
    /// The reading of its service's clock when it became RUNNING, in unit-ns.
    pub clock_at_start: u128,
    /// What it had used when it was told to stop, in unit-ns; from then on it is asked for nothing.
    pub cpu_used_ns: u128,
}

impl Task {
    /// The container instance that it is on, from placement on.
    pub fn instance(&self) -> Option<InstanceId> {
        self.place.and_then(Place::instance)
    }
}

/// All tasks that live now.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    rows: Vec<Option<Task>>,
    unused: Vec<TaskId>,
}

impl Tasks {
    /// Gives a task a row.
    pub fn insert(&mut self, task: Task) -> TaskId {
        if let Some(id) = self.unused.pop() {
            self.rows[id.row()] = Some(task);
            return id;
        }
        self.rows.push(Some(task));
        TaskId::from_row(self.rows.len() - 1)
    }

    /// Forgets a task that has reached a final state; its row may be used again.
    pub fn remove(&mut self, id: TaskId) -> Task {
        let task = self.rows[id.row()].take().expect("a task that lives");
        self.unused.push(id);
        task
    }

    /// The task of a row.
    ///
    /// # Panics
    /// When no task lives there: whoever asks has kept an id for too long.
    pub fn get(&self, id: TaskId) -> &Task {
        self.rows[id.row()].as_ref().expect("a task that lives")
    }

    /// The task of a row, to be changed.
    ///
    /// # Panics
    /// As [`Tasks::get`].
    pub fn get_mut(&mut self, id: TaskId) -> &mut Task {
        self.rows[id.row()].as_mut().expect("a task that lives")
    }

    /// The tasks that live, by row.
    pub fn iter(&self) -> impl Iterator<Item = (TaskId, &Task)> {
        self.rows.iter().enumerate().filter_map(|(row, task)| Some((TaskId::from_row(row), task.as_ref()?)))
    }
}
