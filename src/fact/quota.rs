//! Sizes that AWS limits for an account or a cluster, and what is made of more (ECS-833).

use super::Rule;
use crate::units::{CpuUnits, ProviderId};

/// A size that AWS limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quota {
    /// Container instances of a cluster (ECS-801).
    ContainerInstances,
    /// Services of a cluster (ECS-803).
    Services,
    /// Tasks of a service: its desired count (ECS-804).
    TasksOfService,
    /// vCPUs at once on Fargate on demand (ECS-814).
    FargateVcpus,
    /// vCPUs at once on Fargate Spot (ECS-814).
    FargateSpotVcpus,
}

impl Quota {
    /// The rule that has its value.
    pub const fn rule(self) -> Rule {
        Rule::ecs(match self {
            Self::ContainerInstances => 801,
            Self::Services => 803,
            Self::TasksOfService => 804,
            Self::FargateVcpus | Self::FargateSpotVcpus => 814,
        })
    }

    /// What it limits.
    pub const fn words(self) -> &'static str {
        match self {
            Self::ContainerInstances => "container instances per cluster",
            Self::Services => "services per cluster",
            Self::TasksOfService => "tasks per service",
            Self::FargateVcpus => "vCPUs at once on Fargate",
            Self::FargateSpotVcpus => "vCPUs at once on Fargate Spot",
        }
    }

    /// The key under `quotas:` that says an account's own value; none where AWS does not raise it.
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::ContainerInstances | Self::TasksOfService => None,
            Self::Services => Some("services_per_cluster"),
            Self::FargateVcpus => Some("fargate_vcpus"),
            Self::FargateSpotVcpus => Some("fargate_spot_vcpus"),
        }
    }
}

/// What is made of a size above its quota (ECS-833).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum QuotaMode {
    /// It is said, and the run goes on.
    #[default]
    Warn,
    /// As AWS: refused before the run, or what is too much waits in it.
    Enforce,
    /// Nothing.
    Ignore,
}

/// The quotas of the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quotas {
    /// What is made of more.
    pub mode: QuotaMode,
    /// Container instances of a cluster.
    pub container_instances: u32,
    /// Services of a cluster.
    pub services: u32,
    /// Tasks of a service.
    pub tasks_of_service: u32,
    /// vCPUs at once on Fargate on demand.
    pub fargate_vcpus: u32,
    /// vCPUs at once on Fargate Spot.
    pub fargate_spot_vcpus: u32,
    /// Which of the last two counts for a provider; nothing for one of instances.
    pub by_provider: Vec<(ProviderId, Quota)>,
}

impl Quotas {
    /// The value of a quota.
    pub const fn value(&self, quota: Quota) -> u32 {
        match quota {
            Quota::ContainerInstances => self.container_instances,
            Quota::Services => self.services,
            Quota::TasksOfService => self.tasks_of_service,
            Quota::FargateVcpus => self.fargate_vcpus,
            Quota::FargateSpotVcpus => self.fargate_spot_vcpus,
        }
    }

    /// The quota of vCPUs that the tasks on a provider count for.
    pub fn of_provider(&self, provider: ProviderId) -> Option<Quota> {
        self.by_provider.iter().find(|(of, _)| *of == provider).map(|(_, quota)| *quota)
    }
}

/// vCPUs at once, of each of the two quotas: those of tasks that have their place and are not STOPPED yet (ECS-814).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VcpusAtOnce {
    on_demand: u64,
    spot: u64,
}

impl VcpusAtOnce {
    /// CPU units that count for a quota; none for one of another kind.
    pub const fn of(self, quota: Quota) -> u64 {
        match quota {
            Quota::FargateVcpus => self.on_demand,
            Quota::FargateSpotVcpus => self.spot,
            _ => 0,
        }
    }

    /// Where those of a quota are counted.
    fn count(&mut self, quota: Quota) -> &mut u64 {
        if quota == Quota::FargateSpotVcpus { &mut self.spot } else { &mut self.on_demand }
    }

    /// A task more.
    pub fn add(&mut self, quota: Quota, cpu: CpuUnits) {
        *self.count(quota) += u64::from(cpu.0);
    }

    /// A task less.
    pub fn remove(&mut self, quota: Quota, cpu: CpuUnits) {
        *self.count(quota) -= u64::from(cpu.0);
    }
}
