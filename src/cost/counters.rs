//! What declared things are driven by: requests of services, tasks that start and tasks that are there.

use super::flow::Flow;
use crate::fact::{Cast, Fact, TaskRef, Why};
use crate::units::{Id, ServiceId, SimTime, Table, TaskSourceId};

/// Counts what declared things may be driven by.
#[derive(Debug, Clone)]
pub(super) struct Counters {
    /// Requests times ms, by service; its period in ms makes requests of it.
    requests: Table<ServiceId, (Flow, u64)>,
    /// The requests of a period that hold now.
    rates: Table<ServiceId, u64>,
    /// Tasks that began to start; what stands there at the start of the run has started before (ECS-950).
    starts: Table<TaskSourceId, u64>,
    /// Tasks that are there, from their start to STOPPED, times ms.
    tasks: Table<TaskSourceId, Flow>,
    /// Which rows of tasks are counted.
    here: Vec<bool>,
    /// Which stand there at the start of the run.
    standing: Vec<bool>,
}

impl Counters {
    pub(super) fn new(cast: &Cast) -> Self {
        Self {
            requests: cast.services.rows().iter().map(|role| (Flow::default(), role.period_ms.max(1))).collect(),
            rates: cast.services.rows().iter().map(|_| 0).collect(),
            starts: cast.sources.rows().iter().map(|_| 0).collect(),
            tasks: cast.sources.rows().iter().map(|_| Flow::default()).collect(),
            here: Vec::new(),
            standing: Vec::new(),
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
            Fact::TaskWanted { task, why: Why::InitialState | Why::Given, .. } if at == SimTime::START => {
                mark(&mut self.standing, task, true);
            }
            Fact::TaskStarting { task, .. } => {
                let has_started = mark(&mut self.standing, task, false) && at == SimTime::START;
                self.starts[task.source] += u64::from(!has_started);
                self.tasks[task.source].begin(at, 1);
                mark(&mut self.here, task, true);
            }
            Fact::TaskStopped { task, .. } => {
                mark(&mut self.standing, task, false);
                if mark(&mut self.here, task, false) {
                    self.tasks[task.source].end(at, 1, 0, 0);
                }
            }
            _ => {}
        }
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

/// Marks the row of a task; tells whether it was marked before.
fn mark(rows: &mut Vec<bool>, task: TaskRef, is_marked: bool) -> bool {
    let row = task.row.row();
    if rows.len() <= row {
        if !is_marked {
            return false;
        }
        rows.resize(row + 1, false);
    }
    std::mem::replace(&mut rows[row], is_marked)
}
