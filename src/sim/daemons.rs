//! Daemon services: one task on each ACTIVE instance that meets the constraints (ECS-401), ahead of all others
//! (ECS-402).

use super::agenda::Agenda;
use super::event::Event;
use super::life::NewTask;
use super::updates::Status;
use super::world::World;
use crate::cluster::{HostPort, Registration, TaskState, may_reserve};
use crate::fact::{Fact, Lack, Lacks, Why};
use crate::placement::{Host, PlacementClass, Pool};
use crate::units::{GroupId, InstanceId, ProviderId, ServiceId, TaskId};
use std::collections::{BTreeMap, BTreeSet};

/// The daemon tasks of a run.
#[derive(Default)]
pub(super) struct Daemons {
    /// Whether those of the first instant are there: instances that come from now on bring theirs.
    pub(super) have_begun: bool,
    /// The services, in name order.
    services: Vec<ServiceId>,
    /// Their tasks that are not yet STOPPED, by instance.
    on: BTreeMap<InstanceId, Vec<TaskId>>,
    /// Tasks that have no room yet on the instance that they are for.
    waiting: BTreeMap<InstanceId, Vec<TaskId>>,
    /// Instances with more room than before, where one waits.
    due: BTreeSet<InstanceId>,
    /// Instances where a task has stopped and another is wanted.
    missing: BTreeSet<(ServiceId, InstanceId)>,
}

impl Daemons {
    pub(super) fn new(services: Vec<ServiceId>) -> Self {
        Self { services, ..Self::default() }
    }

    /// Whether a waiting daemon may find room now.
    pub(super) fn is_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// An instance has more room than before.
    pub(super) fn wake(&mut self, instance: InstanceId) {
        if self.waiting.contains_key(&instance) {
            self.due.insert(instance);
        }
    }

    /// A service has no tasks any more.
    pub(super) fn end(&mut self, service: ServiceId) {
        self.services.retain(|other| *other != service);
        self.missing.retain(|(of, _)| *of != service);
    }

    /// The daemon tasks on an instance that are wanted, as `is_wanted` says.
    pub(super) fn wanted_on(&self, instance: InstanceId, is_wanted: impl Fn(TaskId) -> bool) -> Vec<TaskId> {
        let there = self.on.get(&instance).into_iter().flatten().copied();
        there.filter(|id| is_wanted(*id)).collect()
    }

    /// How many daemon tasks on an instance are not yet STOPPED.
    pub(super) fn count_on(&self, instance: InstanceId) -> usize {
        self.on.get(&instance).map_or(0, Vec::len)
    }

    /// The instance that a daemon task without a place waits for.
    fn waits_for(&self, task: TaskId) -> Option<InstanceId> {
        self.waiting.iter().find(|(_, tasks)| tasks.contains(&task)).map(|(instance, _)| *instance)
    }

    fn forget(list: &mut BTreeMap<InstanceId, Vec<TaskId>>, instance: InstanceId, task: TaskId) {
        if let Some(tasks) = list.get_mut(&instance) {
            tasks.retain(|other| *other != task);
            if tasks.is_empty() {
                list.remove(&instance);
            }
        }
    }
}

impl World<'_> {
    /// Whether a service is a daemon.
    pub(super) fn is_daemon(&self, service: ServiceId) -> bool {
        self.plan.services[service].daemon
    }

    /// An instance is there: each daemon service wants a task on it.
    pub(super) fn daemons_come(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId, why: Why) -> Vec<TaskId> {
        let services = self.daemons.services.clone();
        let mut placed = Vec::new();
        for service in services {
            let class = &self.plan.classes[self.template(service).class];
            let host = Host::of(&self.fleet, instance);
            let meets = class.requirements.lacks(&host, class.group).is_empty();
            if meets && class.pool.has(&self.fleet, instance) && self.fleet.is_active(instance) {
                self.change_desired(service, 1);
                if !self.has_daemon(service, instance) {
                    placed.extend(self.daemon_comes(agenda, service, instance, why));
                }
            }
        }
        placed
    }

    fn change_desired(&mut self, service: ServiceId, change: i32) {
        let state = &mut self.services[service];
        state.desired = state.desired.checked_add_signed(change).expect("no fewer than none");
        state.steady = false;
        let desired = state.desired;
        self.emit(Fact::DesiredCount { service, desired, why: Why::Daemon });
        self.is_steady(service);
    }

    fn daemon_comes(
        &mut self,
        agenda: &mut Agenda<Event>,
        service: ServiceId,
        instance: InstanceId,
        why: Why,
    ) -> Option<TaskId> {
        let (template, ordinal) = (self.template(service), self.services[service].next_ordinal);
        let id = self.want(NewTask { template, ordinal, lifetime: None, why, choice: None });
        match self.place_daemon(agenda, id, instance) {
            Some(true) => return Some(id),
            Some(false) => return None,
            None => {}
        }
        self.daemons.waiting.entry(instance).or_default().push(id);
        let (task, class) = (self.task_ref(id), &self.plan.classes[template.class]);
        let lacks = class.lacks(&self.fleet, instance);
        let why = Why::NothingFits { need: template.need, closest: Some(instance), lacks };
        self.emit(Fact::TaskWaits { task, why });
        None
    }

    /// Places a daemon task on its instance; none without room, `false` if its start fails at once (ECS-144).
    fn place_daemon(&mut self, agenda: &mut Agenda<Event>, id: TaskId, instance: InstanceId) -> Option<bool> {
        if !self.plan.classes[self.tasks.get(id).class].may_use(&self.fleet, instance) {
            return None;
        }
        self.daemons.on.entry(instance).or_default().push(id);
        Some(self.place_on(agenda, id, instance, Why::Daemon))
    }

    /// Daemons that wait are tried before all others (ECS-402).
    pub(super) fn place_waiting_daemons(&mut self, agenda: &mut Agenda<Event>) {
        while let Some(instance) = self.daemons.due.pop_first() {
            for id in self.daemons.waiting.get(&instance).cloned().unwrap_or_default() {
                if self.place_daemon(agenda, id, instance).is_some() {
                    Daemons::forget(&mut self.daemons.waiting, instance, id);
                }
            }
        }
    }

    /// Desired status of a daemon task became STOPPED: another one is wanted in its place.
    pub(super) fn daemon_withdrawn(&mut self, service: ServiceId, id: TaskId) {
        let place = self.tasks.get(id).instance().or_else(|| self.daemons.waits_for(id));
        if let Some(instance) = place {
            Daemons::forget(&mut self.daemons.waiting, instance, id);
            if self.fleet.is_active(instance) && self.services[service].status == Status::Active {
                self.daemons.missing.insert((service, instance));
            }
        }
    }

    /// A daemon task is STOPPED.
    pub(super) fn daemon_stopped(&mut self, id: TaskId) {
        if let Some(instance) = self.tasks.get(id).instance() {
            Daemons::forget(&mut self.daemons.on, instance, id);
        }
    }

    /// One pass of a daemon service's scheduler: what stopped is started again on its instance.
    pub(super) fn reconcile_daemon(&mut self, agenda: &mut Agenda<Event>, service: ServiceId) {
        let missing: Vec<InstanceId> =
            self.daemons.missing.iter().filter(|(of, _)| *of == service).map(|(_, instance)| *instance).collect();
        for instance in missing {
            self.daemons.missing.remove(&(service, instance));
            if self.fleet.is_active(instance) {
                self.daemon_comes(agenda, service, instance, Why::Daemon);
            }
        }
    }

    /// An instance goes that has no other tasks: its daemon tasks end with it (ECS-714).
    ///
    /// Of one that drains they were not wanted any more.
    pub(super) fn daemons_go(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId, why: Why, was_active: bool) {
        let missing: Vec<(ServiceId, InstanceId)> =
            self.daemons.missing.iter().filter(|(_, of)| *of == instance).copied().collect();
        for missing in missing {
            self.daemons.missing.remove(&missing);
            self.change_desired(missing.0, -1);
        }
        let waiting = self.daemons.waiting.get(&instance).cloned().unwrap_or_default();
        let there = self.daemons.on.get(&instance).cloned().unwrap_or_default();
        for id in waiting.into_iter().chain(there) {
            let task = self.tasks.get(id);
            if let Some(service) = self.service_of(task.source).filter(|_| task.desired_running && was_active) {
                self.change_desired(service, -1);
            }
            self.end_at_once(agenda, id, why);
        }
        self.daemons.due.remove(&instance);
    }

    /// Whether a task of a daemon is wanted on an instance, placed or not.
    fn has_daemon(&self, service: ServiceId, instance: InstanceId) -> bool {
        let is_its = |id: &TaskId| {
            let task = self.tasks.get(*id);
            task.desired_running && self.service_of(task.source) == Some(service)
        };
        let listed = |list: &BTreeMap<InstanceId, Vec<TaskId>>| {
            list.get(&instance).is_some_and(|tasks| tasks.iter().any(is_its))
        };
        listed(&self.daemons.on) || listed(&self.daemons.waiting) || self.daemons.missing.contains(&(service, instance))
    }

    /// An instance drains: no daemon wants a task on it any more. What runs stops last (ECS-224), what does not yet stops
    /// at once (ECS-221).
    pub(super) fn daemons_drain(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId) {
        for service in self.daemons.services.clone() {
            if self.has_daemon(service, instance) {
                self.change_desired(service, -1);
                self.daemons.missing.remove(&(service, instance));
            }
        }
        let waiting = self.daemons.waiting.get(&instance).cloned().unwrap_or_default();
        let tasks = &self.tasks;
        let starts = |id: TaskId| matches!(tasks.get(id).state, TaskState::Pending { .. });
        let starting = self.daemons.wanted_on(instance, |id| tasks.get(id).desired_running && starts(id));
        for id in waiting.into_iter().chain(starting) {
            self.stop(agenda, id, Why::Draining);
        }
        self.daemons.due.remove(&instance);
    }

    /// The constraints of a daemon are others: its tasks stop where they no longer hold, and come where they do now
    /// (ECS-401).
    pub(super) fn daemons_move(&mut self, agenda: &mut Agenda<Event>, service: ServiceId) {
        let template = self.template(service);
        let class = &self.plan.classes[template.class];
        for instance in self.fleet.live().to_vec() {
            let host = Host::of(&self.fleet, instance);
            let meets =
                class.requirements.lacks(&host, class.group).is_empty() && class.pool.has(&self.fleet, instance);
            match (meets, self.has_daemon(service, instance)) {
                (true, false) => {
                    self.change_desired(service, 1);
                    self.daemon_comes(agenda, service, instance, Why::Daemon);
                }
                (false, true) => self.daemon_leaves(agenda, service, instance),
                _ => {}
            }
        }
        for id in self.services[service].tasks.values() {
            self.tasks.get_mut(*id).class = template.class;
        }
    }

    fn daemon_leaves(&mut self, agenda: &mut Agenda<Event>, service: ServiceId, instance: InstanceId) {
        self.change_desired(service, -1);
        let lists = [&self.daemons.on, &self.daemons.waiting];
        let there: Vec<TaskId> = lists.iter().filter_map(|list| list.get(&instance)).flatten().copied().collect();
        for id in there {
            if self.service_of(self.tasks.get(id).source) == Some(service) {
                self.stop(agenda, id, Why::ConstraintsChanged);
            }
        }
        self.daemons.missing.remove(&(service, instance));
    }

    /// What an instance that might come leaves to other tasks, once the daemons are on it.
    pub(super) fn beside_daemons(
        &self,
        provider: ProviderId,
        registration: &Registration,
        host: &Host<'_>,
    ) -> BesideDaemons {
        let mut beside = BesideDaemons { left: *registration, ports: Vec::new(), groups: Vec::new() };
        for service in &self.daemons.services {
            let class = &self.plan.classes[self.template(*service).class];
            let is_for_it = matches!(class.pool, Pool::LaunchTypeEc2) || class.pool == Pool::Provider(provider);
            if is_for_it && beside.would_lack(class, host).is_empty() {
                let demand = &class.demand;
                beside.left.registered -= demand.need;
                beside.left.gpus -= demand.gpus;
                beside.left.interfaces -= u32::from(demand.interface);
                beside.ports.extend_from_slice(&demand.ports);
                beside.groups.push(class.group);
            }
        }
        beside
    }

    /// Whether a task's containers run.
    pub(super) fn is_running(&self, id: TaskId) -> bool {
        self.tasks.get(id).state == TaskState::Running
    }
}

/// What an instance that might come has for other tasks beside those of the daemons.
pub(super) struct BesideDaemons {
    left: Registration,
    /// Host ports that daemons hold.
    ports: Vec<HostPort>,
    /// The groups of the daemons.
    groups: Vec<GroupId>,
}

impl BesideDaemons {
    /// What it would lack for a task of a class.
    pub(super) fn would_lack(&self, class: &PlacementClass, host: &Host<'_>) -> Lacks {
        let own = &class.demand.ports;
        let lacks_ports = own.iter().any(|port| self.ports.contains(port))
            || !may_reserve(self.left.operating_system, self.ports.len() + own.len());
        class.would_lack(&self.left, &host.with_tasks_of(&self.groups)).and(Lack::Ports, lacks_ports)
    }
}
