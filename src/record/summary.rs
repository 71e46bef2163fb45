//! The run in a few figures.

use super::calls::CallsSummary;
use super::highlights::Highlights;
use super::quotas::OverQuota;
use super::series::{Bucket, CLUSTER_GAUGES, ClusterGauge, Requests};
use super::state::State;
use crate::units::{NanoUsd, ServiceId, SimSpan, SimTime, Table, TaskSourceId};
use std::collections::BTreeMap;

/// What the run cost, as far as expectations ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Money {
    /// All lines together.
    pub cost: NanoUsd,
    /// The same where hours begun count for their part (PRC-6).
    pub pro_rata: NanoUsd,
    /// Of instances, with all that they bring along: what no task had allocated (PRC-94).
    pub idle: NanoUsd,
    /// What falls to each service and entry of `tasks` (PRC-94).
    pub of_sources: Table<TaskSourceId, Owed>,
    /// Billed instance time.
    pub billed_instance_ms: u128,
}

/// What falls to one service or entry of `tasks`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Owed {
    /// In all.
    pub cost: NanoUsd,
    /// Of this, for what was reserved and not used.
    pub reserved_unused: NanoUsd,
    /// Of this, for what no task had reserved.
    pub idle: NanoUsd,
}

/// One service over the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ServiceSummary {
    /// Tasks it wanted when the run ended.
    pub desired: u32,
    /// Requests and CPU.
    pub requests: Requests,
    /// Running tasks: least, most, and the sum of tasks times ms.
    pub running: Bucket,
    /// Tasks without a place: the same.
    pub waiting: Bucket,
    /// Tasks that it wanted: the same.
    pub wanted: Bucket,
}

/// The run in a few figures.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Its length.
    pub horizon: SimTime,
    /// The time that gauges and requests cover: all but the warm-up (ECS-950).
    pub measured: SimSpan,
    /// The gauges over the time measured, in the order of [`ClusterGauge::ALL`].
    pub gauges: [Bucket; CLUSTER_GAUGES],
    /// Instances that ever registered.
    pub instances_ever: u64,
    /// Of these, instances that ever got a task.
    pub instances_used: u64,
    /// Tasks that were ever wanted.
    pub tasks_wanted: u64,
    /// Tasks that were ever placed.
    pub tasks_placed: u64,
    /// Standalone tasks that found no place.
    pub tasks_unplaced: u64,
    /// Of these, tasks larger than an empty instance.
    pub tasks_too_large: u64,
    /// Tasks that had a place and failed to start there (ECS-144).
    pub tasks_failed_to_start: u64,
    /// Tasks that reached STOPPED.
    pub tasks_stopped: u64,
    /// Tasks that still waited for a place at the end.
    pub tasks_waiting_at_end: u64,
    /// Services, in name order.
    pub services: Table<ServiceId, ServiceSummary>,
    /// What became of the calls of RunTask, by source.
    pub calls: BTreeMap<TaskSourceId, CallsSummary>,
    /// Calls that came too early for AWS's rates and were made later, or not before the end (ECS-831).
    pub calls_throttled: u64,
    /// Quotas that the run went beyond, where they are not enforced (ECS-833).
    pub over_quota: Vec<OverQuota>,
    /// The moments that a summary tells of.
    pub highlights: Highlights,
    /// What it cost.
    pub money: Money,
    /// What the warm-up cost, which statistics leave out.
    pub cost_of_warm_up: NanoUsd,
    /// Stands for all facts of the run.
    pub digest: String,
    /// How many there were.
    pub facts: u64,
    pub(super) last: State,
}

impl Summary {
    /// A gauge over the time measured.
    pub fn gauge(&self, gauge: ClusterGauge) -> Bucket {
        self.gauges[gauge as usize]
    }

    /// Reserved and registered CPU, each in unit-ms.
    pub fn cpu_reserved_share(&self) -> (u128, u128) {
        (self.gauge(ClusterGauge::CpuReserved).integral, self.gauge(ClusterGauge::CpuRegistered).integral)
    }

    /// Reserved and registered memory, each in MiB-ms.
    pub fn memory_reserved_share(&self) -> (u128, u128) {
        (self.gauge(ClusterGauge::MemoryReserved).integral, self.gauge(ClusterGauge::MemoryRegistered).integral)
    }
}
