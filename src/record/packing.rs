//! How full each instance was over time, in a grid of bounded size: neighbours in the order of registration share a
//! row once there are many, and time is cut into columns of one width.

use crate::fact::{Fact, Observer, Place, TaskRef};
use crate::units::{Id, InstanceId, ProviderId, Resources, SimSpan, SimTime};
use std::collections::BTreeMap;

/// Most rows of the grid; more could not be told apart in a picture.
pub(super) const MOST_ROWS: usize = 80;
/// Most columns of the grid.
pub(super) const MOST_COLUMNS: u64 = 240;

/// What was reserved and registered in a cell, as sums of amount times ms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fill {
    /// CPU units reserved in the control-plane ledger.
    pub cpu_reserved: u128,
    /// CPU units registered.
    pub cpu_registered: u128,
    /// MiB reserved in the control-plane ledger.
    pub memory_reserved: u128,
    /// MiB registered.
    pub memory_registered: u128,
}

impl Fill {
    fn join(&mut self, other: &Self) {
        self.cpu_reserved += other.cpu_reserved;
        self.cpu_registered += other.cpu_registered;
        self.memory_reserved += other.memory_reserved;
        self.memory_registered += other.memory_registered;
    }

    fn add(&mut self, reserved: Resources, registered: Resources, ms: u64) {
        let times = |amount: u32| u128::from(amount) * u128::from(ms);
        self.join(&Self {
            cpu_reserved: times(reserved.cpu.0),
            cpu_registered: times(registered.cpu.0),
            memory_reserved: times(reserved.memory.0),
            memory_registered: times(registered.memory.0),
        });
    }

    /// Reserved and registered of the resource that is nearer to full; CPU where both are equal. `None` where no
    /// instance was there.
    pub fn binding(&self) -> Option<(u128, u128)> {
        if self.cpu_registered == 0 && self.memory_registered == 0 {
            return None;
        }
        let share = |reserved: u128, registered: u128| (reserved * 1_000_000).checked_div(registered);
        let (cpu, memory) =
            (share(self.cpu_reserved, self.cpu_registered), share(self.memory_reserved, self.memory_registered));
        let pair = if memory > cpu {
            (self.memory_reserved, self.memory_registered)
        } else {
            (self.cpu_reserved, self.cpu_registered)
        };
        Some(pair)
    }
}

/// Instances that registered one after another, over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackingRow {
    /// Provider and number of the first of them.
    pub first: (ProviderId, u32),
    /// Column by column.
    pub cells: Vec<Fill>,
}

/// The grid of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packing {
    /// Width of a column; the last one may be cut by the end of the run.
    pub column: SimSpan,
    /// How many instances share a row.
    pub instances_per_row: usize,
    /// How many instances there ever were.
    pub instances: usize,
    /// Time of all instances together.
    pub time_ms: u128,
    /// Of this, time in which at least 90 % of an instance's CPU or memory was reserved.
    pub full_ms: u128,
    /// Time in which less than half of both was.
    pub below_half_ms: u128,
    /// In the order of registration.
    pub rows: Vec<PackingRow>,
}

impl Packing {
    /// Joins rows two by two: twice as many instances share each.
    pub fn fold(&mut self) {
        self.instances_per_row *= 2;
        let rows = std::mem::take(&mut self.rows);
        for (place, row) in rows.into_iter().enumerate() {
            match self.rows.last_mut() {
                Some(last) if place % 2 == 1 => {
                    for (mine, other) in last.cells.iter_mut().zip(&row.cells) {
                        mine.join(other);
                    }
                }
                _ => self.rows.push(row),
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Live {
    since: SimTime,
    registered: Resources,
    reserved: Resources,
}

/// Follows what each instance has reserved. Its memory goes with what lives, never with what has been.
#[derive(Debug, Clone)]
pub struct PackingRecorder {
    columns: usize,
    grid: Packing,
    live: BTreeMap<InstanceId, Live>,
    /// Where each task reserves how much, by the row it lives in.
    tasks: Vec<Option<(InstanceId, Resources)>>,
}

impl PackingRecorder {
    /// For a run of this length.
    pub fn new(horizon: SimTime) -> Self {
        let column = SimSpan(horizon.0.div_ceil(MOST_COLUMNS).max(1));
        let columns = usize::try_from(horizon.0.div_ceil(column.0)).unwrap_or(0);
        let grid = Packing { column, instances_per_row: 1, ..Packing::default() };
        Self { columns, grid, live: BTreeMap::new(), tasks: Vec::new() }
    }

    /// The grid, once the run is over.
    pub fn finish(self) -> Packing {
        self.grid
    }

    fn register(&mut self, at: SimTime, instance: InstanceId, of: (ProviderId, u32), registered: Resources) {
        self.live.insert(instance, Live { since: at, registered, reserved: Resources::default() });
        self.grid.instances = self.grid.instances.max(instance.row() + 1);
        while instance.row() / self.grid.instances_per_row >= MOST_ROWS {
            self.grid.fold();
        }
        let row = instance.row() / self.grid.instances_per_row;
        while self.grid.rows.len() <= row {
            self.grid.rows.push(PackingRow { first: of, cells: vec![Fill::default(); self.columns] });
        }
    }

    /// Counts what an instance held until `now`.
    fn count(&mut self, now: SimTime, instance: InstanceId) {
        let Some(live) = self.live.get_mut(&instance) else { return };
        let (mut from, width) = (live.since.0, self.grid.column.0);
        live.since = now;
        let mut held = Fill::default();
        held.add(live.reserved, live.registered, now.0.saturating_sub(from));
        if let Some((reserved, registered)) = held.binding() {
            let time = u128::from(now.0 - from);
            self.grid.time_ms += time;
            self.grid.full_ms += if reserved * 10 >= registered * 9 { time } else { 0 };
            self.grid.below_half_ms += if reserved * 2 < registered { time } else { 0 };
        }
        let row = instance.row() / self.grid.instances_per_row;
        let Some(row) = self.grid.rows.get_mut(row) else { return };
        while from < now.0 {
            let column = from / width;
            let to = now.0.min((column + 1) * width);
            if let Some(cell) = usize::try_from(column).ok().and_then(|column| row.cells.get_mut(column)) {
                cell.add(live.reserved, live.registered, to - from);
            }
            from = to;
        }
    }

    fn place(&mut self, at: SimTime, task: TaskRef, instance: InstanceId, need: Resources) {
        self.count(at, instance);
        if let Some(live) = self.live.get_mut(&instance) {
            live.reserved += need;
        }
        if self.tasks.len() <= task.row.row() {
            self.tasks.resize(task.row.row() + 1, None);
        }
        self.tasks[task.row.row()] = Some((instance, need));
    }

    /// A task's reservation is freed, once.
    fn free(&mut self, at: SimTime, task: TaskRef) {
        let Some((instance, need)) = self.tasks.get_mut(task.row.row()).and_then(Option::take) else { return };
        self.count(at, instance);
        if let Some(live) = self.live.get_mut(&instance) {
            live.reserved -= need;
        }
    }
}

impl Observer for PackingRecorder {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::InstanceRegistered { instance, ordinal, provider, registered, .. } => {
                self.register(at, instance, (provider, ordinal), registered);
            }
            Fact::InstanceGone { instance, .. } | Fact::InstanceDeregistered { instance, .. } => {
                self.count(at, instance);
                self.live.remove(&instance);
            }
            Fact::TaskPlaced { task, place: Place::Instance(instance), need, .. } => {
                self.place(at, task, instance, need);
            }
            Fact::TaskStopping { task, .. } | Fact::TaskStopped { task, .. } => self.free(at, task),
            _ => {}
        }
    }

    fn close(&mut self, horizon: SimTime) {
        let all: Vec<InstanceId> = self.live.keys().copied().collect();
        for instance in all {
            self.count(horizon, instance);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Why;
    use crate::units::{CpuUnits, InstanceTypeId, MebiBytes, TaskId, TaskSourceId, ZoneId};

    fn amount(cpu: u32, memory: u32) -> Resources {
        Resources { cpu: CpuUnits(cpu), memory: MebiBytes(memory) }
    }

    fn comes(row: u32) -> Fact {
        Fact::InstanceRegistered {
            instance: InstanceId(row),
            ordinal: row,
            provider: ProviderId(0),
            instance_type: InstanceTypeId(0),
            zone: ZoneId(0),
            registered: amount(1000, 2000),
            why: Why::Given,
        }
    }

    fn task(row: u32) -> TaskRef {
        TaskRef { row: TaskId(row), source: TaskSourceId(0), ordinal: row }
    }

    #[test]
    fn cells_hold_amounts_times_time() {
        // 480 ms in 240 columns of 2 ms
        let mut recorder = PackingRecorder::new(SimTime(480));
        recorder.observe(SimTime(0), &comes(0));
        let placed = Fact::TaskPlaced {
            task: task(0),
            place: Place::Instance(InstanceId(0)),
            need: amount(500, 200),
            why: Why::RunTask,
        };
        recorder.observe(SimTime(1), &placed);
        recorder.observe(SimTime(5), &Fact::TaskStopping { task: task(0), why: Why::UserInitiated });
        // STOPPED frees nothing twice
        recorder
            .observe(SimTime(6), &Fact::TaskStopped { task: task(0), why: Why::UserInitiated, cpu_used_unit_ms: 0 });
        recorder.observe(SimTime(9), &Fact::InstanceGone { instance: InstanceId(0), why: Why::Empty });
        recorder.close(SimTime(480));
        let packing = recorder.finish();
        assert_eq!((packing.column, packing.rows.len(), packing.rows[0].cells.len()), (SimSpan(2), 1, 240));
        let cpu: Vec<(u128, u128)> =
            packing.rows[0].cells.iter().map(|cell| (cell.cpu_reserved, cell.cpu_registered)).collect();
        // from 1 to 5 ms 500 of 1,000 are reserved; the instance is there from 0 to 9 ms
        assert_eq!(cpu[..6], [(500, 2000), (1000, 2000), (500, 2000), (0, 2000), (0, 1000), (0, 0)]);
        // of 9 ms, 4 with half reserved and 5 with nothing
        assert_eq!((packing.time_ms, packing.full_ms, packing.below_half_ms), (9, 0, 5));
        // CPU is nearer to full (1/2) than memory (1/10)
        assert_eq!(packing.rows[0].cells[1].binding(), Some((1000, 2000)));
        assert_eq!(packing.rows[0].cells[5].binding(), None);
    }

    #[test]
    fn the_resource_nearer_to_full_counts() {
        let cell = |cpu, memory| Fill {
            cpu_reserved: cpu,
            cpu_registered: 100,
            memory_reserved: memory,
            memory_registered: 1000,
        };
        assert_eq!(cell(30, 400).binding(), Some((400, 1000))); // 40 % over 30 %
        assert_eq!(cell(50, 400).binding(), Some((50, 100)));
        assert_eq!(cell(40, 400).binding(), Some((40, 100)));
    }

    /// Ten thousand instances, one after another: the grid stays small and nothing of it is lost.
    #[test]
    fn the_grid_does_not_grow_with_history() {
        let mut recorder = PackingRecorder::new(SimTime(1_000_000));
        for row in 0..10_000 {
            let at = u64::from(row) * 100;
            recorder.observe(SimTime(at), &comes(row));
            recorder.observe(SimTime(at + 50), &Fact::InstanceGone { instance: InstanceId(row), why: Why::Empty });
            assert!(recorder.live.is_empty() && recorder.grid.rows.len() <= MOST_ROWS);
        }
        recorder.close(SimTime(1_000_000));
        let packing = recorder.finish();
        // 80 rows of 64 hold 5,120, of 128 hold 10,240; ceil(10,000 / 128) = 79
        assert_eq!((packing.instances_per_row, packing.rows.len(), packing.instances), (128, 79, 10_000));
        assert_eq!(packing.rows[1].first, (ProviderId(0), 128));
        let all: u128 = packing.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.cpu_registered).sum();
        assert_eq!(all, 10_000 * 50 * 1000);
    }
}
