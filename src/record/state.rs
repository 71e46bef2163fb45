//! The cluster as the facts tell it: counts of tasks and instances at the present moment.

use super::instances::{Boot, Life};
use crate::fact::{Cast, Fact, Origin, Place, TaskRef, Why};
use crate::units::{
    Id, InstanceId, InstanceTypeId, ProviderId, Resources, ServiceId, SimTime, SubnetId, Table, TaskSourceId, ZoneId,
};
use std::collections::BTreeMap;

/// Where a task stands, as far as counting goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Waiting,
    Pending,
    Running,
    Stopping,
}

/// Tasks by stage; those told to stop are in `stopping` alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) waiting: u32,
    pub(super) pending: u32,
    pub(super) running: u32,
    pub(super) stopping: u32,
}

impl Counts {
    fn of(&mut self, stage: Stage) -> &mut u32 {
        match stage {
            Stage::Waiting => &mut self.waiting,
            Stage::Pending => &mut self.pending,
            Stage::Running => &mut self.running,
            Stage::Stopping => &mut self.stopping,
        }
    }

    pub(super) fn wanted(self) -> u32 {
        self.waiting + self.pending + self.running
    }
}

#[derive(Debug, Clone)]
pub(super) struct InstanceNow {
    pub(super) provider: ProviderId,
    pub(super) ordinal: u32,
    pub(super) instance_type: InstanceTypeId,
    pub(super) zone: ZoneId,
    pub(super) registered: Resources,
    pub(super) reserved: Resources,
    /// Tasks whose desired status is RUNNING, by source.
    pub(super) tasks: BTreeMap<TaskSourceId, u32>,
    /// Whether it ever got a task.
    pub(super) used: bool,
    /// Whether it is DRAINING.
    pub(super) draining: bool,
    /// Whether it left the cluster.
    pub(super) gone: bool,
    /// What its row of `instances.csv` tells.
    pub(super) life: Life,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct TaskNow {
    pub(super) stage: Stage,
    pub(super) need: Resources,
    pub(super) place: Option<Place>,
}

/// Sums over the cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sums {
    /// Instances of the cluster, and of these the DRAINING ones.
    pub(super) instances: u64,
    pub(super) draining: u64,
    pub(super) cpu_registered: u64,
    pub(super) cpu_reserved: u64,
    pub(super) memory_registered: u64,
    pub(super) memory_reserved: u64,
}

/// The present state, rebuilt from facts.
#[derive(Debug, Clone, Default)]
pub struct State {
    pub(super) now: SimTime,
    pub(super) sums: Sums,
    pub(super) counts: Counts,
    pub(super) by_source: Table<TaskSourceId, Counts>,
    /// How many tasks each service wants.
    pub(super) desired: Table<ServiceId, u32>,
    pub(super) service_source: Table<ServiceId, TaskSourceId>,
    pub(super) source_service: Table<TaskSourceId, Option<ServiceId>>,
    pub(super) instances: Table<InstanceId, InstanceNow>,
    pub(super) zone_instances: BTreeMap<ZoneId, u64>,
    pub(super) provider_instances: BTreeMap<ProviderId, u64>,
    /// Tasks whose desired status is RUNNING, by zone and source.
    pub(super) zone_tasks: BTreeMap<(ZoneId, TaskSourceId), u64>,
    /// The same by provider.
    pub(super) provider_tasks: BTreeMap<(ProviderId, TaskSourceId), u64>,
    /// Free addresses of each subnet.
    pub(super) free_addresses: Table<SubnetId, u32>,
    pub(super) by_name: BTreeMap<(ProviderId, u32), InstanceId>,
    /// Instances that have not registered yet, by provider and number.
    pub(super) boots: BTreeMap<(ProviderId, u32), Boot>,
    pub(super) tasks: Vec<Option<TaskNow>>,
    /// Sources with a task that has to wait, until none waits any more.
    pub(super) said_waiting: Table<TaskSourceId, bool>,
    /// The same of those that a quota holds back.
    pub(super) said_quota: Table<TaskSourceId, bool>,
    /// The same of the launch rate.
    pub(super) said_rate: Table<TaskSourceId, bool>,
}

impl State {
    /// Nothing has happened yet.
    pub fn new(cast: &Cast) -> Self {
        let service = |origin| match origin {
            Origin::Service(service) => Some(service),
            Origin::Standalone => None,
        };
        Self {
            free_addresses: cast.subnets.rows().iter().map(|subnet| subnet.usable).collect(),
            said_waiting: cast.sources.iter().map(|_| false).collect(),
            said_quota: cast.sources.iter().map(|_| false).collect(),
            said_rate: cast.sources.iter().map(|_| false).collect(),
            by_source: cast.sources.iter().map(|_| Counts::default()).collect(),
            desired: cast.services.iter().map(|_| 0).collect(),
            service_source: cast.services.iter().map(|(_, role)| role.source).collect(),
            source_service: cast.sources.iter().map(|(_, role)| service(role.origin)).collect(),
            ..Self::default()
        }
    }

    /// Takes in one fact.
    pub fn apply(&mut self, at: SimTime, fact: &Fact) {
        self.now = at;
        match *fact {
            Fact::InstanceRegistered { instance, ordinal, provider, instance_type, zone, registered, .. } => {
                let (reserved, tasks) = (Resources::default(), BTreeMap::new());
                let launched = self.boots.remove(&(provider, ordinal)).map_or(at, |boot| boot.at);
                let row = InstanceNow {
                    provider,
                    ordinal,
                    instance_type,
                    zone,
                    registered,
                    reserved,
                    tasks,
                    used: false,
                    draining: false,
                    gone: false,
                    life: Life::begun(launched, at),
                };
                self.instances.push(row);
                self.by_name.insert((provider, ordinal), instance);
                *self.zone_instances.entry(zone).or_default() += 1;
                *self.provider_instances.entry(provider).or_default() += 1;
                self.sums.instances += 1;
                self.sums.cpu_registered += u64::from(registered.cpu.0);
                self.sums.memory_registered += u64::from(registered.memory.0);
            }
            // one that was deregistered before is terminated: it was none of the cluster's any more
            Fact::InstanceGone { instance, .. } if self.instances[instance].gone => {
                self.instances[instance].life.is_terminated = true;
            }
            Fact::InstanceGone { instance, .. } | Fact::InstanceDeregistered { instance, .. } => {
                let row = &mut self.instances[instance];
                row.gone = true;
                row.life.leaves(at, row.reserved, matches!(*fact, Fact::InstanceGone { .. }));
                self.sums.draining -= u64::from(std::mem::take(&mut row.draining));
                self.by_name.remove(&(row.provider, row.ordinal));
                *self.zone_instances.entry(row.zone).or_default() -= 1;
                *self.provider_instances.entry(row.provider).or_default() -= 1;
                self.sums.instances -= 1;
                self.sums.cpu_registered -= u64::from(row.registered.cpu.0);
                self.sums.memory_registered -= u64::from(row.registered.memory.0);
            }
            Fact::InstanceLaunched { ordinal, provider, instance_type, zone, .. } => {
                self.boots.insert((provider, ordinal), Boot { at, instance_type, zone });
            }
            Fact::TaskWanted { task, need, .. } => self.enter(task, need),
            Fact::TaskPlaced { task, place, .. } => self.place(task, place),
            Fact::TaskRunning { task } => self.move_to(task, Stage::Running),
            Fact::TaskStopping { task, .. } => {
                self.unreserve(task);
                self.move_to(task, Stage::Stopping);
            }
            Fact::TaskStopped { task, .. } | Fact::TaskUnplaced { task, .. } => self.forget(task),
            Fact::TaskWaits { task, why } => {
                let said = match why {
                    Why::Quota { .. } => &mut self.said_quota,
                    Why::LaunchRate { .. } => &mut self.said_rate,
                    _ => &mut self.said_waiting,
                };
                said[task.source] |= why != Why::FailedStarts; // of which the service tells
            }
            Fact::TaskStarting { .. }
            | Fact::TaskQueued { .. }
            | Fact::TaskCut { .. }
            | Fact::ServiceLoad { .. }
            | Fact::ServiceCalled { .. }
            | Fact::OperationFailed { .. }
            | Fact::ProviderChosen { .. }
            | Fact::ServiceThrottled { .. }
            | Fact::CallThrottled { .. }
            | Fact::InstanceCallThrottled { .. }
            | Fact::InstanceDrained { .. }
            | Fact::SpotNotice { .. }
            | Fact::ServiceUpdated { .. }
            | Fact::ServiceDraining { .. }
            | Fact::ServiceInactive { .. }
            | Fact::ReplacementStuck { .. }
            | Fact::OperationRefused { .. }
            | Fact::SteadyState { .. } => {}
            Fact::InstanceDraining { instance, .. } => {
                self.instances[instance].draining = true;
                self.sums.draining += 1;
            }
            Fact::InstanceActivated { instance, .. } => {
                self.instances[instance].draining = false;
                self.sums.draining -= 1;
            }
            Fact::DesiredCount { service, desired, .. } => self.desired[service] = desired,
            Fact::AddressTaken { subnet, .. } => self.free_addresses[subnet] -= 1,
            Fact::AddressFreed { subnet, .. } => self.free_addresses[subnet] += 1,
        }
    }

    /// What an instance is called by: its provider and its number there.
    pub(super) fn names(&self, instance: InstanceId) -> (ProviderId, u32) {
        let row = &self.instances[instance];
        (row.provider, row.ordinal)
    }

    /// Where a task reserves how much; nothing of one that waits or was told to stop.
    pub(super) fn reserved_by(&self, task: TaskRef) -> Option<(Place, Resources)> {
        let now = self.task(task).filter(|now| now.stage != Stage::Stopping)?;
        Some((now.place?, now.need))
    }

    /// Whether a task that lives has no place.
    pub(super) fn waits(&self, task: TaskRef) -> bool {
        self.task(task).is_some_and(|now| now.place.is_none())
    }

    pub(super) fn task(&self, task: TaskRef) -> Option<&TaskNow> {
        self.tasks.get(task.row.row()).and_then(Option::as_ref)
    }

    fn task_mut(&mut self, task: TaskRef) -> &mut TaskNow {
        self.tasks[task.row.row()].as_mut().expect("facts speak of tasks that live")
    }

    fn enter(&mut self, task: TaskRef, need: Resources) {
        if self.tasks.len() <= task.row.row() {
            self.tasks.resize(task.row.row() + 1, None);
        }
        self.tasks[task.row.row()] = Some(TaskNow { stage: Stage::Waiting, need, place: None });
        self.counts.waiting += 1;
        self.by_source[task.source].waiting += 1;
    }

    fn place(&mut self, task: TaskRef, place: Place) {
        let now = self.task_mut(task);
        now.place = Some(place);
        let need = now.need;
        let (provider, zone) = match place {
            Place::Fargate { provider, zone } => (provider, zone),
            Place::Instance(instance) => {
                let row = &mut self.instances[instance];
                row.life.gets_a_task(self.now, row.reserved);
                row.reserved += need;
                row.used = true;
                *row.tasks.entry(task.source).or_insert(0) += 1;
                self.sums.cpu_reserved += u64::from(need.cpu.0);
                self.sums.memory_reserved += u64::from(need.memory.0);
                (row.provider, row.zone)
            }
        };
        *self.zone_tasks.entry((zone, task.source)).or_default() += 1;
        *self.provider_tasks.entry((provider, task.source)).or_default() += 1;
        self.move_to(task, Stage::Pending);
    }

    fn move_to(&mut self, task: TaskRef, stage: Stage) {
        let before = std::mem::replace(&mut self.task_mut(task).stage, stage);
        for counts in [&mut self.counts, &mut self.by_source[task.source]] {
            *counts.of(before) -= 1;
            *counts.of(stage) += 1;
        }
        self.end_of_wait(task.source);
    }

    fn end_of_wait(&mut self, source: TaskSourceId) {
        if self.by_source[source].waiting == 0 {
            self.said_waiting[source] = false;
            self.said_quota[source] = false;
            self.said_rate[source] = false;
        }
    }

    /// Its reservation in the control-plane ledger is freed, once.
    fn unreserve(&mut self, task: TaskRef) {
        let now = *self.task_mut(task);
        let (provider, zone) = match now.place {
            _ if now.stage == Stage::Stopping => return,
            None => return,
            Some(Place::Fargate { provider, zone }) => (provider, zone),
            Some(Place::Instance(instance)) => {
                let row = &mut self.instances[instance];
                row.life.loses_a_task(self.now, row.reserved);
                row.reserved -= now.need;
                let left = row.tasks.entry(task.source).or_insert(1);
                *left -= 1;
                if *left == 0 {
                    row.tasks.remove(&task.source);
                }
                self.sums.cpu_reserved -= u64::from(now.need.cpu.0);
                self.sums.memory_reserved -= u64::from(now.need.memory.0);
                (row.provider, row.zone)
            }
        };
        *self.zone_tasks.entry((zone, task.source)).or_default() -= 1;
        *self.provider_tasks.entry((provider, task.source)).or_default() -= 1;
    }

    fn forget(&mut self, task: TaskRef) {
        self.unreserve(task);
        let stage = self.task_mut(task).stage;
        *self.counts.of(stage) -= 1;
        *self.by_source[task.source].of(stage) -= 1;
        self.end_of_wait(task.source);
        self.tasks[task.row.row()] = None;
    }
}
