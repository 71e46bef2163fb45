//! Sources of capacity over time, in the same buckets as the other series.

use super::series::{Bucket, Gauge};
use super::state::State;
use crate::fact::{Cast, Fact, Place, TaskRef};
use crate::units::{Id, ProviderId, Resources, SimSpan, SimTime, Table};

/// How many gauges are followed for each source of capacity.
const GAUGES: usize = 7;

/// What is followed for each source of capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderGauge {
    /// Instances of the cluster, DRAINING ones among them.
    Instances,
    /// Tasks that have a place on it and are not told to stop.
    Tasks,
    /// Tasks that wait for a place on it.
    Waiting,
    /// Registered CPU units.
    CpuRegistered,
    /// CPU units reserved.
    CpuReserved,
    /// Registered MiB.
    MemoryRegistered,
    /// MiB reserved.
    MemoryReserved,
}

impl ProviderGauge {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; GAUGES] = [
        Self::Instances,
        Self::Tasks,
        Self::Waiting,
        Self::CpuRegistered,
        Self::CpuReserved,
        Self::MemoryRegistered,
        Self::MemoryReserved,
    ];
}

/// One source of capacity over one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapacityRow {
    /// Which.
    pub provider: ProviderId,
    /// The bucket's start.
    pub from: SimTime,
    /// Its end.
    pub to: SimTime,
    /// In the order of [`ProviderGauge::ALL`].
    pub gauges: [Bucket; GAUGES],
}

impl CapacityRow {
    /// A gauge.
    pub fn gauge(&self, gauge: ProviderGauge) -> Bucket {
        self.gauges[gauge as usize]
    }
}

/// Follows all sources of capacity.
#[derive(Debug, Clone)]
pub(super) struct ProviderSeries {
    width: SimSpan,
    from: SimTime,
    gauges: Table<ProviderId, [Gauge; GAUGES]>,
    /// What each task that waits waits for, by the row it lives in.
    waits_for: Vec<Option<ProviderId>>,
}

impl ProviderSeries {
    pub(super) fn new(cast: &Cast, width: SimSpan) -> Self {
        let gauges = cast.providers.ids().map(|_| [Gauge::default(); GAUGES]).collect();
        Self { width, from: SimTime::START, gauges, waits_for: Vec::new() }
    }

    /// Hands out the buckets that end at or before `now`; to be called before anything changes at `now`.
    pub(super) fn roll(&mut self, now: SimTime, out: &mut dyn FnMut(&CapacityRow)) {
        while self.from + self.width <= now {
            self.hand_out(self.from + self.width, out);
        }
    }

    /// Hands out what is left of the last bucket.
    pub(super) fn close(&mut self, horizon: SimTime, out: &mut dyn FnMut(&CapacityRow)) {
        self.roll(horizon, out);
        if self.from < horizon {
            self.hand_out(horizon, out);
        }
    }

    fn hand_out(&mut self, to: SimTime, out: &mut dyn FnMut(&CapacityRow)) {
        let from = std::mem::replace(&mut self.from, to);
        for (provider, gauges) in self.gauges.iter_mut() {
            out(&CapacityRow { provider, from, to, gauges: gauges.each_mut().map(|gauge| gauge.take(to)) });
        }
    }

    /// Takes in a fact; `state` is as it was before it.
    pub(super) fn update(&mut self, cast: &Cast, state: &State, now: SimTime, fact: &Fact) {
        use ProviderGauge::{CpuRegistered, Instances, MemoryRegistered};
        match *fact {
            Fact::InstanceRegistered { provider, registered, .. } => {
                self.add(now, provider, Instances, 1);
                self.add(now, provider, CpuRegistered, registered.cpu.0.into());
                self.add(now, provider, MemoryRegistered, registered.memory.0.into());
            }
            // one that was deregistered before has left already
            Fact::InstanceGone { instance, .. } if state.instances[instance].gone => {}
            Fact::InstanceGone { instance, .. } | Fact::InstanceDeregistered { instance, .. } => {
                let gone = &state.instances[instance];
                self.take(now, gone.provider, Instances, 1);
                self.take(now, gone.provider, CpuRegistered, gone.registered.cpu.0.into());
                self.take(now, gone.provider, MemoryRegistered, gone.registered.memory.0.into());
            }
            Fact::TaskWanted { task, .. } => {
                let provider = cast.waits_for.get(task.source).copied().flatten();
                self.waits(now, task, provider);
            }
            Fact::ProviderChosen { task, provider, .. } if state.waits(task) => self.waits(now, task, Some(provider)),
            Fact::TaskPlaced { task, place, need, .. } => {
                self.waits(now, task, None);
                self.reserve(now, provider_of(state, place), need);
            }
            Fact::TaskStopping { task, .. } | Fact::TaskStopped { task, .. } | Fact::TaskUnplaced { task, .. } => {
                self.waits(now, task, None);
                if let Some((place, need)) = state.reserved_by(task) {
                    self.free(now, provider_of(state, place), need);
                }
            }
            _ => {}
        }
    }

    /// What a task waits for from now on.
    fn waits(&mut self, now: SimTime, task: TaskRef, provider: Option<ProviderId>) {
        let row = task.row.row();
        if self.waits_for.len() <= row {
            self.waits_for.resize(row + 1, None);
        }
        let before = std::mem::replace(&mut self.waits_for[row], provider);
        if before == provider {
            return;
        }
        if let Some(before) = before {
            self.take(now, before, ProviderGauge::Waiting, 1);
        }
        if let Some(provider) = provider {
            self.add(now, provider, ProviderGauge::Waiting, 1);
        }
    }

    fn reserve(&mut self, now: SimTime, provider: ProviderId, need: Resources) {
        self.add(now, provider, ProviderGauge::Tasks, 1);
        self.add(now, provider, ProviderGauge::CpuReserved, need.cpu.0.into());
        self.add(now, provider, ProviderGauge::MemoryReserved, need.memory.0.into());
    }

    fn free(&mut self, now: SimTime, provider: ProviderId, need: Resources) {
        self.take(now, provider, ProviderGauge::Tasks, 1);
        self.take(now, provider, ProviderGauge::CpuReserved, need.cpu.0.into());
        self.take(now, provider, ProviderGauge::MemoryReserved, need.memory.0.into());
    }

    fn add(&mut self, now: SimTime, provider: ProviderId, gauge: ProviderGauge, amount: u64) {
        let gauge = &mut self.gauges[provider][gauge as usize];
        gauge.change(now, gauge.value() + amount);
    }

    fn take(&mut self, now: SimTime, provider: ProviderId, gauge: ProviderGauge, amount: u64) {
        let gauge = &mut self.gauges[provider][gauge as usize];
        gauge.change(now, gauge.value() - amount);
    }
}

fn provider_of(state: &State, place: Place) -> ProviderId {
    match place {
        Place::Instance(instance) => state.instances[instance].provider,
        Place::Fargate { provider, .. } => provider,
    }
}
