//! What the account may have at once, where the scenario has AWS keep to it: vCPUs on Fargate (ECS-814) and container
//! instances (ECS-801). Who would be too much waits until something goes (ECS-833).

use super::agenda::Agenda;
use super::event::Event;
use super::world::World;
use crate::fact::{Place, Quota, QuotaMode, VcpusAtOnce, Why};
use crate::units::{PlacementClassId, ProviderId, TaskId};
use std::collections::BTreeSet;

/// CPU units of a vCPU.
const UNITS: u64 = 1024;

/// What counts for the quotas now.
#[derive(Default)]
pub(super) struct AtOnce {
    vcpus: VcpusAtOnce,
    /// Classes that a quota holds back.
    held_back: BTreeSet<PlacementClassId>,
}

impl World<'_> {
    fn are_enforced(&self) -> bool {
        self.plan.cast.quotas.mode == QuotaMode::Enforce
    }

    /// Why a task can't be started on Fargate, if a quota is against it.
    pub(super) fn beyond_vcpus(&mut self, id: TaskId, class: PlacementClassId, provider: ProviderId) -> Option<Why> {
        let quota = self.plan.cast.quotas.of_provider(provider).filter(|_| self.are_enforced())?;
        let value = self.plan.cast.quotas.value(quota);
        let with_it = self.at_once.vcpus.of(quota) + u64::from(self.tasks.get(id).need.cpu.0);
        (with_it > u64::from(value) * UNITS).then(|| self.hold_back(class, quota, value))
    }

    /// Why no instance can come for a class, if the quota is against it.
    pub(super) fn beyond_instances(&mut self, class: PlacementClassId) -> Option<Why> {
        let (quota, value) = (Quota::ContainerInstances, self.plan.cast.quotas.container_instances);
        let is_full = self.are_enforced() && self.fleet.live().len() + self.fleet.draining().len() >= value as usize;
        is_full.then(|| self.hold_back(class, quota, value))
    }

    fn hold_back(&mut self, class: PlacementClassId, quota: Quota, value: u32) -> Why {
        self.at_once.held_back.insert(class);
        Why::Quota { quota, value }
    }

    /// A task has its place on Fargate.
    pub(super) fn counts_on_fargate(&mut self, id: TaskId, provider: ProviderId) {
        if let Some(quota) = self.plan.cast.quotas.of_provider(provider) {
            let cpu = self.tasks.get(id).need.cpu;
            self.at_once.vcpus.add(quota, cpu);
        }
    }

    /// A task is STOPPED: its vCPUs are free, if it had some on Fargate.
    pub(super) fn counts_no_more(&mut self, agenda: &mut Agenda<Event>, id: TaskId) {
        let task = self.tasks.get(id);
        let (place, cpu) = (task.place, task.need.cpu);
        if let Some(Place::Fargate { provider, .. }) = place
            && let Some(quota) = self.plan.cast.quotas.of_provider(provider)
        {
            self.at_once.vcpus.remove(quota, cpu);
            self.lets_go(agenda);
        }
    }

    /// Something that counts for a quota has gone: those held back are tried again.
    pub(super) fn lets_go(&mut self, agenda: &mut Agenda<Event>) {
        if self.at_once.held_back.is_empty() {
            return; // nearly always
        }
        for class in std::mem::take(&mut self.at_once.held_back) {
            self.waiting.retry(class);
        }
        self.ask_placement(agenda);
    }
}
