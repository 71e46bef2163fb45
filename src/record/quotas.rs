//! How much of what AWS limits there was at once (ECS-801, ECS-814), where the scenario wants to be told (ECS-833).

use super::state::State;
use crate::fact::{Cast, Fact, Place, Quota, QuotaMode, Quotas, VcpusAtOnce};
use crate::units::SimTime;

/// CPU units of a vCPU.
const UNITS: u64 = 1024;

/// A quota that a run went beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverQuota {
    /// Which.
    pub quota: Quota,
    /// Its value.
    pub value: u32,
    /// Most at one time, in parts of which there are `parts` in one.
    pub most: u64,
    /// 1 for what is counted, 1,024 for vCPUs.
    pub parts: u64,
}

impl OverQuota {
    /// The most at one time, in the unit of the quota and without needless decimals: `9.25`.
    pub fn number(&self) -> String {
        let hundredths = (self.most * 100).div_ceil(self.parts);
        let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// Watches the vCPUs on Fargate. What held for no time does not count.
#[derive(Debug, Clone, Default)]
pub(super) struct QuotaLog {
    now: VcpusAtOnce,
    /// Since when.
    since: SimTime,
    most_on_demand: u64,
    most_spot: u64,
}

impl QuotaLog {
    /// Takes in a fact; `state` is as it was before it.
    pub(super) fn update(&mut self, quotas: &Quotas, state: &State, at: SimTime, fact: &Fact) {
        if quotas.mode != QuotaMode::Warn || quotas.by_provider.is_empty() {
            return;
        }
        match *fact {
            Fact::TaskPlaced { place: Place::Fargate { provider, .. }, need, .. } => {
                if let Some(quota) = quotas.of_provider(provider) {
                    self.settle(at);
                    self.now.add(quota, need.cpu);
                }
            }
            Fact::TaskStopped { task, .. } => {
                if let Some(task) = state.task(task)
                    && let Some(Place::Fargate { provider, .. }) = task.place
                    && let Some(quota) = quotas.of_provider(provider)
                {
                    self.settle(at);
                    self.now.remove(quota, task.need.cpu);
                }
            }
            _ => {}
        }
    }

    /// What is there now has held until `at`.
    fn settle(&mut self, at: SimTime) {
        if at > self.since {
            self.most_on_demand = self.most_on_demand.max(self.now.of(Quota::FargateVcpus));
            self.most_spot = self.most_spot.max(self.now.of(Quota::FargateSpotVcpus));
            self.since = at;
        }
    }

    /// What went beyond its quota, with the most instances there were at one time. Of plain instances alone it was said
    /// before the run.
    pub(super) fn finish(mut self, cast: &Cast, most_instances: u64) -> Vec<OverQuota> {
        let quotas = &cast.quotas;
        self.settle(cast.horizon);
        if quotas.mode != QuotaMode::Warn {
            return Vec::new();
        }
        let given = cast.instance_names.len() > quotas.container_instances as usize;
        let seen = [
            (Quota::ContainerInstances, if given { 0 } else { most_instances }, 1),
            (Quota::FargateVcpus, self.most_on_demand, UNITS),
            (Quota::FargateSpotVcpus, self.most_spot, UNITS),
        ];
        let over = seen.into_iter().map(|(quota, most, parts)| {
            let value = quotas.value(quota);
            OverQuota { quota, value, most, parts }
        });
        over.filter(|over| over.most > u64::from(over.value) * over.parts).collect()
    }
}
