//! What declared things are driven by: requests of services, tasks that start and tasks that are there.

use super::flow::Flow;
use crate::fact::{Cast, Fact, TaskRef};
use crate::units::{Id, ServiceId, SimTime, Table, TaskSourceId};

/// Counts what declared things may be driven by.
#[derive(Debug, Clone)]
pub(super) struct Counters {
    /// Requests times ms, by service; its period in ms makes requests of it.
    requests: Table<ServiceId, (Flow, u64)>,
    /// The requests of a period that hold now.
    rates: Table<ServiceId, u64>,
    /// Tasks that began to start.
    starts: Table<TaskSourceId, u64>,
    /// Tasks that are there, from their start to STOPPED, times ms.
    tasks: Table<TaskSourceId, Flow>,
    /// Which rows of tasks are counted.
    here: Vec<bool>,
}

impl Counters {
    pub(super) fn new(cast: &Cast) -> Self {
        Self {
            requests: cast.services.rows().iter().map(|role| (Flow::default(), role.period_ms.max(1))).collect(),
            rates: cast.services.rows().iter().map(|_| 0).collect(),
            starts: cast.sources.rows().iter().map(|_| 0).collect(),
            tasks: cast.sources.rows().iter().map(|_| Flow::default()).collect(),
            here: Vec::new(),
        }
    }

    pub(super) fn observe(&mut self, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::ServiceLoad { service, requests, .. } => {
                let before = std::mem::replace(&mut self.rates[service], requests);
                let flow = &mut self.requests[service].0;
                flow.begin(at, requests.into());
                flow.end(at, before.into(), 0, 0);
            }
            Fact::TaskStarting { task, .. } => {
                self.starts[task.source] += 1;
                self.tasks[task.source].begin(at, 1);
                self.mark(task, true);
            }
            Fact::TaskStopped { task, .. } if self.mark(task, false) => self.tasks[task.source].end(at, 1, 0, 0),
            _ => {}
        }
    }

    /// Whether the row was counted before.
    fn mark(&mut self, task: TaskRef, here: bool) -> bool {
        let row = task.row.row();
        if self.here.len() <= row {
            self.here.resize(row + 1, false);
        }
        std::mem::replace(&mut self.here[row], here)
    }

    /// Requests of a service until a moment, whole ones.
    pub(super) fn requests(&self, service: ServiceId, until: SimTime) -> u128 {
        let (flow, period) = &self.requests[service];
        flow.until(until) / u128::from(*period)
    }

    pub(super) fn starts(&self, source: TaskSourceId) -> u128 {
        self.starts[source].into()
    }

    pub(super) fn task_ms(&self, source: TaskSourceId, until: SimTime) -> u128 {
        self.tasks[source].until(until)
    }
}
