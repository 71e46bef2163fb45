//! What the run comes to for 30 days, and for one of each thing.

use super::figures::Figures;
use crate::record::ClusterGauge;
use crate::units::NanoUsd;

/// Hours of a projection: 30 days.
pub(super) const MONTH_HOURS: u64 = 720;
const HOUR_MS: u64 = 3_600_000;

/// What 30 days like the run would cost: all of it by time, where hours begun count for their part (PRC-6). Nothing for less
/// than an hour, which says little about a month.
pub(super) fn projection(run: &Figures<'_>) -> Option<NanoUsd> {
    let simulated = run.summary.horizon.0;
    let month = u128::from(MONTH_HOURS * HOUR_MS);
    run.summary.money.pro_rata.scaled(month, simulated.into()).filter(|_| simulated >= HOUR_MS)
}

/// What one of each thing costs; nothing where there is none of it.
///
/// A warm-up is left out of both: of what was served, used and run, and of what it cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UnitCosts {
    /// What is divided: the bill without that of the warm-up.
    pub(super) cost: NanoUsd,
    /// A million requests that services served.
    pub(super) million_requests: Option<NanoUsd>,
    /// An hour of a vCPU that services with a load used.
    pub(super) vcpu_hour: Option<NanoUsd>,
    /// An hour of a running task.
    pub(super) task_hour: Option<NanoUsd>,
}

impl UnitCosts {
    pub(super) fn of(run: &Figures<'_>) -> Self {
        let summary = run.summary;
        let requests = || summary.services.rows().iter().map(|service| service.requests);
        let cost = NanoUsd(summary.money.cost.0 - summary.cost_of_warm_up.0);
        let served: u128 = requests().map(|requests| u128::from(requests.served)).sum();
        let used: u128 = requests().map(|requests| u128::from(requests.cpu_used_unit_ms)).sum();
        let run_ms = summary.gauge(ClusterGauge::TasksRunning).integral;
        Self {
            cost,
            million_requests: cost.scaled(1_000_000, served),
            vcpu_hour: cost.scaled(1024 * u128::from(HOUR_MS), used),
            task_hour: cost.scaled(HOUR_MS.into(), run_ms),
        }
    }
}
