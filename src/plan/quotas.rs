//! What the account may have, and what the scenario asks for beyond it (ECS-801 to ECS-804, ECS-814, ECS-833).

use super::builder::Builder;
use crate::capacity::{Fargate, ProviderKind};
use crate::catalog::fargate::NEW_ACCOUNT_VCPUS;
use crate::diag::{Code, Finding};
use crate::fact::{Quota, QuotaMode, Quotas};
use crate::placement::Pool;
use crate::scenario::{Quotas as Written, QuotasBlock};
use crate::units::{PlacementClassId, ProviderId};
use std::collections::BTreeMap;

/// CPU units of a vCPU.
const UNITS: u64 = 1024;
/// Container instances of a cluster (ECS-801).
const CONTAINER_INSTANCES: u32 = 5000;
/// Services of a cluster (ECS-803).
const SERVICES: u32 = 5000;
/// Tasks of a service (ECS-804).
const TASKS_OF_SERVICE: u32 = 5000;

impl Builder<'_> {
    /// The quotas, and what can be seen before the run to exceed them; to be called when all that counts is planned.
    pub(super) fn quotas(&mut self) {
        let written = match &self.scenario.quotas {
            None => QuotasBlock::default(),
            Some(Written::Mode(mode)) => QuotasBlock { mode: Some(mode.clone()), ..QuotasBlock::default() },
            Some(Written::Block(block)) => block.clone(),
        };
        let counted = self.providers.iter().filter_map(|(id, kind)| Some((id, vcpus_of(kind)?)));
        let by_provider: Vec<(ProviderId, Quota)> = counted.collect();
        self.cast.quotas = Quotas {
            mode: match written.mode.as_deref() {
                Some("enforce") => QuotaMode::Enforce,
                Some("ignore") => QuotaMode::Ignore,
                _ => QuotaMode::Warn,
            },
            container_instances: CONTAINER_INSTANCES,
            services: written.services_per_cluster.unwrap_or(SERVICES),
            tasks_of_service: TASKS_OF_SERVICE,
            fargate_vcpus: written.fargate_vcpus.unwrap_or(NEW_ACCOUNT_VCPUS),
            fargate_spot_vcpus: written.fargate_spot_vcpus.unwrap_or(NEW_ACCOUNT_VCPUS),
            by_provider,
        };
        let (instances, services) = (self.instances.len(), self.scenario.services.len());
        // of a scenario that is too large to run only that is said
        if !self.findings.iter().any(|finding| finding.code == Code::TooLargeToRun) {
            self.not_above(Quota::ContainerInstances, "instances", instances, "the scenario has");
        }
        self.not_above(Quota::Services, "services", services, "the scenario has");
        self.most_tasks_of_a_service();
        if self.cast.quotas.mode == QuotaMode::Enforce {
            self.tasks_above_their_quota();
        }
    }

    /// A task that alone asks for more vCPUs than AWS lets run at once waits for ever (ECS-833).
    fn tasks_above_their_quota(&mut self) {
        let services = self.services.rows().iter().map(|service| &service.template);
        let mut above = BTreeMap::new();
        for template in services.chain(&self.templates) {
            let of_strategy =
                template.strategy.map(|strategy| self.strategies[strategy].as_slice()).unwrap_or_default();
            let classes = of_strategy.iter().map(|share| share.class).chain([template.class]);
            for quota in classes.filter_map(|class| self.quota_of(class)) {
                if u64::from(template.need.cpu.0) > u64::from(self.cast.quotas.value(quota)) * UNITS {
                    above.entry(template.source).or_insert((template.need.cpu, quota));
                }
            }
        }
        for (source, (cpu, quota)) in above {
            let path = self.path_of(&self.cast.sources[source].name);
            let value = self.cast.quotas.value(quota);
            let message = format!(
                "a task of {cpu} never starts: the quota of {} is {value}, and it is enforced ({})",
                quota.words(),
                quota.rule()
            );
            let help = "raise the quota, take a smaller task, or let `quotas: warn` have the run go on";
            self.warn(Code::NeverFits, &path, message, "waits for ever", help);
        }
    }

    /// The quota that the tasks of a class count for.
    fn quota_of(&self, class: PlacementClassId) -> Option<Quota> {
        match self.classes.get(class)?.pool {
            Pool::Fargate(provider) => self.cast.quotas.of_provider(provider),
            Pool::LaunchTypeEc2 | Pool::Provider(_) => None,
        }
    }

    /// Where the source of tasks with a name says which they are.
    fn path_of(&self, name: &str) -> String {
        if self.scenario.services.contains_key(name) {
            return format!("services.{name}.task_definition");
        }
        match self.names_of_runs().iter().find(|(_, run)| *run == name) {
            Some((row, _)) => format!("events[{row}].run_task.task_definition"),
            None => format!("tasks.{name}.task_definition"),
        }
    }

    /// Each quota is said once: for tasks of a service, at the greatest desired count.
    fn most_tasks_of_a_service(&mut self) {
        let scenario = self.scenario;
        let first = scenario.services.iter().filter_map(|(name, service)| {
            Some((service.desired_count?, format!("services.{name}.desired_count"), name))
        });
        let later = scenario.events.iter().enumerate().filter_map(|(row, event)| {
            let wanted = event.set_desired_count.as_ref()?;
            Some((wanted.count, format!("events[{row}].set_desired_count.count"), &wanted.service))
        });
        let all: Vec<_> = first.chain(later).collect();
        let most = all.iter().map(|(count, ..)| *count).max();
        if let Some((count, path, name)) = all.iter().find(|(count, ..)| Some(*count) == most) {
            self.not_above(Quota::TasksOfService, path, *count as usize, &format!("`{name}` wants"));
        }
    }

    /// Says at `path` where more is asked for than the quota allows.
    fn not_above(&mut self, quota: Quota, path: &str, asked: usize, who: &str) {
        let Quotas { mode, .. } = self.cast.quotas;
        let value = self.cast.quotas.value(quota);
        if asked <= value as usize || mode == QuotaMode::Ignore {
            return;
        }
        let what = match quota {
            Quota::ContainerInstances => "instances",
            Quota::Services => "services",
            _ => "tasks",
        };
        let message = format!("{who} {asked} {what}; the quota of {} is {value} ({})", quota.words(), quota.rule());
        let remedy = match quota.key() {
            Some(key) => format!("AWS raises it on request: say what you have with `quotas: {{{key}: {asked}}}`"),
            None => "AWS does not raise it: split what it is about, over several clusters or services".to_owned(),
        };
        let (finding, way_out) = match mode {
            QuotaMode::Enforce => (Finding::error(Code::OverQuota, message), "`quotas: warn` lets the run go on"),
            _ => (Finding::warning(Code::OverQuota, message), "`quotas: ignore` says no more of it"),
        };
        let place = self.tree.nearest_span(path);
        self.findings.push(finding.at(place, "above the quota").path(path).help(format!("{remedy}; {way_out}")));
    }
}

/// The quota that tasks on a provider count for.
const fn vcpus_of(kind: &ProviderKind) -> Option<Quota> {
    match kind {
        ProviderKind::Fargate { kind: Fargate::OnDemand } => Some(Quota::FargateVcpus),
        ProviderKind::Fargate { kind: Fargate::Spot } => Some(Quota::FargateSpotVcpus),
        ProviderKind::Instances | ProviderKind::Ideal { .. } => None,
    }
}
