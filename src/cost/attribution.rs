//! Who an instance's cost falls to, hour by hour: follows what the tasks of each service or entry of `tasks` allocate on
//! each instance, and splits each instance and clock hour (PRC-94).
//!
//! A task counts on its instance from the moment at which the agent charges it (STARTING) until it is STOPPED: the time for
//! which it holds CPU and memory there. An instance counts as long as it is paid for, from its launch, whatever is billed
//! beyond its end included.
//!
//! Work grows with what happens. An instance on which nothing changed in an hour is not looked at: what it adds to a full
//! hour stands in a sum for all such instances of its source of capacity and type.

use super::ec2;
use super::instance_hour::{Amounts, Fallen, Idle, Nominal, split};
use crate::fact::{Cast, Fact, Place, TaskRef};
use crate::units::{Id, InstanceId, InstanceTypeId, ProviderId, Resources, SimTime, Table, TaskSourceId};
use std::collections::BTreeMap;

const HOUR_MS: u64 = 3_600_000;

/// What instances are told apart by.
pub(super) type Key = (ProviderId, InstanceTypeId);
/// An instance's provider and its number there: what it is called before it has registered.
type Name = (ProviderId, u32);
/// The row of an instance while it is paid for. Rows are used again.
type Row = usize;

/// What falls to one source of tasks, and the CPU that it allocated for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) fallen: Fallen,
    /// In unit-ms.
    pub(super) cpu_allocated: u128,
}

/// What falls to whom: of some instances, for some time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) sources: BTreeMap<TaskSourceId, Part>,
    pub(super) nobodys: u128,
}

impl Sums {
    fn add(&mut self, source: TaskSourceId, more: Part, times: u128) {
        let part = self.sources.entry(source).or_default();
        let grow = |sum: &mut u128, by: u128| *sum = sum.saturating_add(by.saturating_mul(times));
        grow(&mut part.fallen.cpu, more.fallen.cpu);
        grow(&mut part.fallen.memory, more.fallen.memory);
        grow(&mut part.fallen.idle, more.fallen.idle);
        grow(&mut part.cpu_allocated, more.cpu_allocated);
    }

    fn join(&mut self, more: &Self, times: u128) {
        for (source, part) in &more.sources {
            self.add(*source, *part, times);
        }
        self.nobodys = self.nobodys.saturating_add(more.nobodys.saturating_mul(times));
    }

    /// Takes back what was put in by [`join`](Self::join).
    fn leave(&mut self, gone: &Self) {
        for (source, part) in &gone.sources {
            let Some(mine) = self.sources.get_mut(source) else { continue };
            mine.fallen.cpu -= part.fallen.cpu;
            mine.fallen.memory -= part.fallen.memory;
            mine.fallen.idle -= part.fallen.idle;
            mine.cpu_allocated -= part.cpu_allocated;
            if *mine == Part::default() {
                self.sources.remove(source); // so that hours cost no more than who is there
            }
        }
        self.nobodys -= gone.nobodys;
    }

    /// All weights together.
    pub(super) fn total(&self) -> u128 {
        let parts = self.sources.values().map(|part| part.fallen.cpu + part.fallen.memory + part.fallen.idle);
        parts.fold(self.nobodys, u128::saturating_add)
    }
}

/// The instances of one key.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    /// What a full hour adds of those on which nothing has changed since it began.
    clean: Sums,
    /// What this hour has added of the others, as far as they are done with.
    changed: Sums,
    /// The hours that are over, each as it is.
    pub(super) plain: Sums,
    /// The same, each times the weight of its hour.
    pub(super) weighted: Sums,
    /// CPU that the tasks of a source used on them, in unit-ms.
    pub(super) cpu_used: BTreeMap<TaskSourceId, u128>,
}

/// What the tasks of one source hold on an instance.
#[derive(Debug, Clone, Copy)]
struct Held {
    source: TaskSourceId,
    cpu: u64,
    memory: u64,
    /// Allocated in this hour until `since`.
    so_far: Amounts,
    since: SimTime,
}

impl Held {
    fn advance(&mut self, now: SimTime) {
        let ms = u128::from((now - self.since).0);
        self.so_far.cpu += u128::from(self.cpu) * ms;
        self.so_far.memory += u128::from(self.memory) * ms;
        self.since = now;
    }
}

/// An instance that is paid for.
#[derive(Debug, Clone)]
struct Host {
    key: Key,
    paid_since: SimTime,
    /// By source, in order.
    held: Vec<Held>,
    /// Whether something changed in this hour.
    changed: bool,
}

impl Host {
    /// What falls to whom of an hour in which it was paid for `paid_ms`.
    fn sums(&self, nominal: Nominal, paid_ms: u128, idle: Idle) -> Sums {
        let allocated: Vec<Amounts> = self.held.iter().map(|held| held.so_far).collect();
        let (fallen, nobodys) = split(nominal, paid_ms, &allocated, idle);
        let mut sums = Sums { nobodys, ..Sums::default() };
        for (held, fallen) in self.held.iter().zip(fallen) {
            let part = Part { fallen, cpu_allocated: held.so_far.cpu };
            if part != Part::default() {
                sums.add(held.source, part, 1);
            }
        }
        sums
    }

    /// What it adds to an hour all through which it is as it is now.
    fn full_hour(&self, nominal: Nominal, idle: Idle) -> Sums {
        let all_through = |held: &Held| {
            let mut held = Held { so_far: Amounts::default(), since: SimTime::START, ..*held };
            held.advance(SimTime(HOUR_MS));
            held
        };
        let steady = Self { held: self.held.iter().map(all_through).collect(), ..self.clone() };
        steady.sums(nominal, HOUR_MS.into(), idle)
    }
}

/// Where a task is, and what it holds there.
#[derive(Debug, Clone, Copy)]
struct Placed {
    place: Where,
    need: Resources,
    started: bool,
}

#[derive(Debug, Clone, Copy)]
enum Where {
    On(InstanceId),
    Fargate,
}

/// Follows what tasks allocate and use.
#[derive(Debug, Clone)]
pub struct Attribution<'a> {
    pub(super) cast: &'a Cast,
    idle: Idle,
    pub(super) nominal: Table<InstanceTypeId, Nominal>,
    hour_begins: SimTime,
    hour_ends: SimTime,
    hosts: Vec<Option<Host>>,
    free: Vec<Row>,
    /// The row of each instance that has registered and is still there.
    rows: Vec<Option<Row>>,
    /// Those that were launched and have not registered.
    booting: BTreeMap<Name, Row>,
    /// Rows in which something changed in this hour, some of them more than once.
    changed: Vec<Row>,
    /// By the row that a task lives in.
    tasks: Vec<Option<Placed>>,
    pub(super) accounts: BTreeMap<Key, Account>,
    /// CPU that the tasks of a source used on Fargate, in unit-ms.
    pub(super) cpu_used_on_fargate: BTreeMap<TaskSourceId, u128>,
}

impl<'a> Attribution<'a> {
    /// Ready for the first fact.
    pub fn new(cast: &'a Cast, idle: Idle) -> Self {
        // hours are those of the wall clock
        let into_the_hour = u64::try_from(cast.start_unix_s.rem_euclid(3600)).unwrap_or(0) * 1000;
        Self {
            cast,
            idle,
            nominal: cast.instance_types.rows().iter().map(Nominal::of).collect(),
            hour_begins: SimTime::START,
            hour_ends: SimTime(HOUR_MS - into_the_hour),
            hosts: Vec::new(),
            free: Vec::new(),
            rows: Vec::new(),
            booting: BTreeMap::new(),
            changed: Vec::new(),
            tasks: Vec::new(),
            accounts: BTreeMap::new(),
            cpu_used_on_fargate: BTreeMap::new(),
        }
    }

    /// When the present clock hour ends. Whoever hands on facts closes it before a fact that comes later; one at this very
    /// moment still belongs to it, for no time.
    pub fn hour_ends(&self) -> SimTime {
        self.hour_ends
    }

    /// Closes the present hour. `weight` is what an instance of a provider and type costs in it beside the same in other
    /// hours: where a commitment covers some hours and not others these differ. At most 10^12.
    pub fn close_hour(&mut self, weight: &dyn Fn(ProviderId, InstanceTypeId) -> u128) {
        let end = self.hour_ends;
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        changed.dedup(); // a row is used again by who comes after one that has gone
        for row in &changed {
            self.settle(*row, end, 0);
        }
        self.count_hour(weight);
        for row in changed {
            let Some(host) = &mut self.hosts[row] else { continue };
            host.changed = false;
            host.held.retain(|held| held.cpu + held.memory > 0);
            let sums = host.full_hour(self.nominal[host.key.1], self.idle);
            self.accounts.entry(host.key).or_default().clean.join(&sums, 1);
        }
        (self.hour_begins, self.hour_ends) = (end, SimTime(end.0.saturating_add(HOUR_MS)));
    }

    /// The run is over, within the present hour or at its end.
    pub fn close(&mut self, horizon: SimTime, weight: &dyn Fn(ProviderId, InstanceTypeId) -> u128) {
        for row in 0..self.hosts.len() {
            self.ends(row, horizon);
        }
        self.count_hour(weight);
    }

    /// Adds this hour to those that are over.
    fn count_hour(&mut self, weight: &dyn Fn(ProviderId, InstanceTypeId) -> u128) {
        for ((provider, instance_type), account) in &mut self.accounts {
            let times = weight(*provider, *instance_type);
            for of_hour in [&std::mem::take(&mut account.changed), &account.clean] {
                account.plain.join(of_hour, 1);
                account.weighted.join(of_hour, times);
            }
        }
    }

    /// Something is about to change on an instance: from now on it is looked at in this hour.
    fn touch(&mut self, row: Row) -> Option<&mut Host> {
        let host = self.hosts[row].as_mut()?;
        if !host.changed {
            let sums = host.full_hour(self.nominal[host.key.1], self.idle);
            if let Some(account) = self.accounts.get_mut(&host.key) {
                account.clean.leave(&sums);
            }
            host.changed = true;
            self.changed.push(row);
            for held in &mut host.held {
                (held.so_far, held.since) = (Amounts::default(), self.hour_begins);
            }
        }
        Some(host)
    }

    /// Counts what falls to whom of a changed instance in this hour until `end`, with what is billed beyond that.
    fn settle(&mut self, row: Row, end: SimTime, beyond_ms: u64) {
        let Some(host) = &mut self.hosts[row] else { return };
        host.held.iter_mut().for_each(|held| held.advance(end));
        let paid = (end - host.paid_since.max(self.hour_begins)).0 + beyond_ms;
        let sums = host.sums(self.nominal[host.key.1], paid.into(), self.idle);
        self.accounts.entry(host.key).or_default().changed.join(&sums, 1);
    }

    /// An instance is paid for from now on.
    fn begins(&mut self, at: SimTime, key: Key) -> Row {
        self.accounts.entry(key).or_default();
        let row = self.free.pop().unwrap_or_else(|| {
            self.hosts.push(None);
            self.hosts.len() - 1
        });
        self.hosts[row] = Some(Host { key, paid_since: at, held: Vec::new(), changed: true });
        self.changed.push(row);
        row
    }

    fn registered(&mut self, at: SimTime, instance: InstanceId, name: Name, key: Key) {
        let row = self.booting.remove(&name).unwrap_or_else(|| self.begins(at, key));
        if self.rows.len() <= instance.row() {
            self.rows.resize(instance.row() + 1, None);
        }
        self.rows[instance.row()] = Some(row);
    }

    fn row(&self, instance: InstanceId) -> Option<Row> {
        self.rows.get(instance.row()).copied().flatten()
    }

    /// Nobody pays for it any more.
    fn ends(&mut self, row: Row, at: SimTime) {
        let Some(since) = self.touch(row).map(|host| host.paid_since) else { return };
        let beyond = ec2::billed(since, at) - (at - since).0;
        self.settle(row, at, beyond);
        self.hosts[row] = None;
        self.free.push(row);
    }

    fn placed(&mut self, task: TaskRef, place: Place, need: Resources) {
        let place = match place {
            Place::Fargate { .. } => Where::Fargate,
            Place::Instance(instance) => Where::On(instance),
        };
        if self.tasks.len() <= task.row.row() {
            self.tasks.resize(task.row.row() + 1, None);
        }
        self.tasks[task.row.row()] = Some(Placed { place, need, started: false });
    }

    /// The task holds what it reserves on its instance from now on.
    fn starting(&mut self, at: SimTime, task: TaskRef) {
        let Some(Some(placed)) = self.tasks.get_mut(task.row.row()) else { return };
        placed.started = true;
        let (place, need) = (placed.place, placed.need);
        if let Where::On(instance) = place
            && let Some(row) = self.row(instance)
            && let Some(host) = self.touch(row)
        {
            let held = match host.held.binary_search_by_key(&task.source, |held| held.source) {
                Ok(row) => &mut host.held[row],
                Err(row) => {
                    let none = Amounts::default();
                    host.held.insert(row, Held { source: task.source, cpu: 0, memory: 0, so_far: none, since: at });
                    &mut host.held[row]
                }
            };
            held.advance(at);
            held.cpu += u64::from(need.cpu.0);
            held.memory += u64::from(need.memory.0);
        }
    }

    fn stopped(&mut self, at: SimTime, task: TaskRef) {
        let Some(placed) = self.tasks.get_mut(task.row.row()).and_then(Option::take) else { return };
        if let Where::On(instance) = placed.place
            && placed.started
            && let Some(row) = self.row(instance)
            && let Some(host) = self.touch(row)
            && let Ok(row) = host.held.binary_search_by_key(&task.source, |held| held.source)
        {
            let held = &mut host.held[row];
            held.advance(at);
            held.cpu -= u64::from(placed.need.cpu.0);
            held.memory -= u64::from(placed.need.memory.0);
        }
    }

    /// CPU that a task used while it ran.
    fn used(&mut self, task: TaskRef, cpu_used_unit_ms: u64) {
        if cpu_used_unit_ms == 0 {
            return;
        }
        let Some(Some(placed)) = self.tasks.get(task.row.row()) else { return };
        let used = match placed.place {
            Where::Fargate => self.cpu_used_on_fargate.entry(task.source).or_default(),
            Where::On(instance) => {
                let Some(host) = self.row(instance).and_then(|row| self.hosts[row].as_ref()) else { return };
                let account = self.accounts.entry(host.key).or_default();
                account.cpu_used.entry(task.source).or_default()
            }
        };
        *used += u128::from(cpu_used_unit_ms);
    }

    /// Takes in a fact. Hours that are over by then have to be [closed](Self::close_hour) before.
    pub fn observe(&mut self, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::InstanceLaunched { ordinal, provider, instance_type, .. } => {
                let row = self.begins(at, (provider, instance_type));
                self.booting.insert((provider, ordinal), row);
            }
            Fact::InstanceRegistered { instance, ordinal, provider, instance_type, .. } => {
                self.registered(at, instance, (provider, ordinal), (provider, instance_type));
            }
            Fact::InstanceGone { instance, .. } => {
                if let Some(row) = self.rows.get_mut(instance.row()).and_then(Option::take) {
                    self.ends(row, at);
                }
            }
            Fact::TaskPlaced { task, place, need, .. } => self.placed(task, place, need),
            Fact::TaskStarting { task, .. } => self.starting(at, task),
            Fact::TaskStopped { task, cpu_used_unit_ms, .. } => {
                self.used(task, cpu_used_unit_ms);
                self.stopped(at, task);
            }
            Fact::TaskCut { task, cpu_used_unit_ms } => self.used(task, cpu_used_unit_ms),
            _ => {}
        }
    }
}
