//! What a run comes to, in a few numbers that can be kept for hundreds of runs.

use crate::cost::not_billed;
use crate::plan::Plan;
use crate::record::{CheckResult, ClusterGauge};
use crate::study::RunResult;
use crate::units::NanoUsd;

/// The figures of one run.
#[derive(Debug, Clone)]
pub struct Measures {
    /// Its seed.
    pub seed: u64,
    /// Stands for all its facts.
    pub digest: String,
    /// What it cost.
    pub cost: NanoUsd,
    /// Billed instance time.
    pub billed_instance_ms: u128,
    /// Most instances at one time.
    pub instances_peak: u64,
    /// Instances that ever got a task.
    pub instances_used: u64,
    /// CPU reserved and registered, in unit-ms.
    pub cpu_reserved: (u128, u128),
    /// Memory reserved and registered, in MiB-ms.
    pub memory_reserved: (u128, u128),
    /// Tasks that got a place.
    pub tasks_placed: u64,
    /// Standalone tasks that found none.
    pub tasks_unplaced: u64,
    /// Tasks that still waited for a place at the end.
    pub tasks_waiting_at_end: u64,
    /// Requests that arrived, all services.
    pub requests_offered: u64,
    /// Of these, requests that could not be served.
    pub requests_unserved: u64,
    /// What a typical cluster pays for and its bill has nothing of (PRC-97).
    pub not_billed: Vec<&'static str>,
    /// How its expectations came out.
    pub checks: Vec<CheckResult>,
}

impl Measures {
    pub(super) fn of(plan: &Plan, result: &RunResult) -> Self {
        let summary = &result.summary;
        let services = summary.services.rows().iter();
        Self {
            seed: plan.cast.seed,
            digest: summary.digest.clone(),
            cost: summary.money.cost,
            billed_instance_ms: summary.money.billed_instance_ms,
            instances_peak: summary.gauge(ClusterGauge::Instances).max,
            instances_used: summary.instances_used,
            cpu_reserved: summary.cpu_reserved_share(),
            memory_reserved: summary.memory_reserved_share(),
            tasks_placed: summary.tasks_placed,
            tasks_unplaced: summary.tasks_unplaced,
            tasks_waiting_at_end: summary.tasks_waiting_at_end,
            requests_offered: services.clone().map(|service| service.requests.offered).sum(),
            requests_unserved: services.map(|service| service.requests.unserved()).sum(),
            not_billed: not_billed(&result.bill),
            checks: result.checks.clone(),
        }
    }

    /// Whether all its expectations were met.
    pub fn is_met(&self) -> bool {
        self.checks.iter().all(|check| check.passed)
    }
}

/// A figure by which runs are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Dollars.
    Cost,
    /// Billed instance time in hours.
    InstanceHours,
    /// Most instances at one time.
    InstancesPeak,
    /// Instances that ever got a task.
    InstancesUsed,
    /// Mean share of registered CPU that is reserved, in per cent.
    CpuReserved,
    /// Mean share of registered memory that is reserved, in per cent.
    MemoryReserved,
    /// Tasks that got a place.
    TasksPlaced,
    /// Standalone tasks that found none.
    TasksUnplaced,
    /// Tasks that waited for a place when the run ended.
    TasksWaiting,
    /// Requests that could not be served.
    RequestsUnserved,
    /// Expectations that failed.
    ExpectationsFailed,
}

impl Metric {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; 11] = [
        Self::Cost,
        Self::InstanceHours,
        Self::InstancesPeak,
        Self::InstancesUsed,
        Self::CpuReserved,
        Self::MemoryReserved,
        Self::TasksPlaced,
        Self::TasksUnplaced,
        Self::TasksWaiting,
        Self::RequestsUnserved,
        Self::ExpectationsFailed,
    ];

    /// Its column, with the unit.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost_usd",
            Self::InstanceHours => "instance_hours",
            Self::InstancesPeak => "instances_peak",
            Self::InstancesUsed => "instances_used",
            Self::CpuReserved => "cpu_reserved_percent",
            Self::MemoryReserved => "memory_reserved_percent",
            Self::TasksPlaced => "tasks_placed",
            Self::TasksUnplaced => "tasks_unplaced",
            Self::TasksWaiting => "tasks_waiting_at_end",
            Self::RequestsUnserved => "requests_unserved",
            Self::ExpectationsFailed => "expectations_failed",
        }
    }

    /// How many decimals say something.
    pub const fn decimals(self) -> usize {
        match self {
            Self::Cost => 6,
            _ => 3,
        }
    }

    /// Its value in a run; `None` where there is nothing to measure.
    #[expect(clippy::cast_precision_loss, reason = "shown, never decided by")]
    pub fn read(self, run: &Measures) -> Option<f64> {
        let percent = |(part, whole): (u128, u128)| (whole > 0).then(|| part as f64 * 100.0 / whole as f64);
        match self {
            Self::Cost => Some(run.cost.0 as f64 / 1e9),
            Self::InstanceHours => Some(run.billed_instance_ms as f64 / 3_600_000.0),
            Self::InstancesPeak => Some(run.instances_peak as f64),
            Self::InstancesUsed => Some(run.instances_used as f64),
            Self::CpuReserved => percent(run.cpu_reserved),
            Self::MemoryReserved => percent(run.memory_reserved),
            Self::TasksPlaced => Some(run.tasks_placed as f64),
            Self::TasksUnplaced => Some(run.tasks_unplaced as f64),
            Self::TasksWaiting => Some(run.tasks_waiting_at_end as f64),
            Self::RequestsUnserved => Some(run.requests_unserved as f64),
            Self::ExpectationsFailed => Some(run.checks.iter().filter(|check| !check.passed).count() as f64),
        }
    }
}
