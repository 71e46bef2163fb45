//! The transitions of a task's life (ECS-501 as far as this version goes): each changes ledgers, counts and state
//! together and emits its fact.

use super::agenda::Agenda;
use super::event::Event;
use super::share::Choice;
use super::updates::Status;
use super::world::World;
use crate::cluster::{Task, TaskState};
use crate::fact::{Fact, Place, Why};
use crate::plan::TaskTemplate;
use crate::units::{InstanceId, ServiceId, SimSpan, TaskId};

/// What is particular about one task of a template.
#[derive(Clone, Copy)]
pub(super) struct NewTask<'t> {
    pub(super) template: &'t TaskTemplate,
    pub(super) ordinal: u32,
    pub(super) lifetime: Option<SimSpan>,
    pub(super) why: Why,
    /// Its provider, where there are several.
    pub(super) choice: Option<Choice>,
}

impl World<'_> {
    /// A task is wanted. It has no place yet and stands in no line.
    pub(super) fn want(&mut self, new: NewTask<'_>) -> TaskId {
        let NewTask { template, ordinal, lifetime, why, choice } = new;
        let class = choice.map_or(template.class, |choice| choice.class);
        let id = self.tasks.insert(Task {
            source: template.source,
            ordinal,
            group: template.group,
            class,
            need: template.need,
            wanted: self.now,
            start_time: template.start_time,
            exit_time: template.exit_time,
            lifetime,
            ending: template.ending,
            state: TaskState::Provisioning,
            place: None,
            desired_running: true,
            stopped_by: None,
            clock_at_start: 0,
            cpu_used_ns: 0,
        });
        if let Some(service) = self.service_of(template.source) {
            let state = &mut self.services[service];
            state.wanted += 1;
            state.next_ordinal = state.next_ordinal.max(ordinal + 1);
            state.tasks.insert(ordinal, id);
            self.count_share(service, class, 1);
        }
        let task = self.task_ref(id);
        self.emit(Fact::TaskWanted { task, need: template.need, group: template.group, why });
        if let Some(Choice { provider, why, .. }) = choice {
            self.emit(Fact::ProviderChosen { task, provider, why });
        }
        id
    }

    /// A task gets its place: the control-plane ledger is charged, and it joins the agent's line. `false` if its start
    /// fails at once (ECS-144).
    pub(super) fn place_on(&mut self, agenda: &mut Agenda<Event>, id: TaskId, instance: InstanceId, why: Why) -> bool {
        let (demand, place) = (self.demand(id), Place::Instance(instance));
        let task = self.tasks.get_mut(id);
        task.place = Some(place);
        task.state = TaskState::Pending { started: false };
        let (need, group) = (task.need, task.group);
        self.fleet.charge(instance, demand, group);
        if self.seeks_company {
            self.wake(instance); // a task that wants to be beside this one may wait
        }
        let task = self.task_ref(id);
        self.emit(Fact::TaskPlaced { task, place, need, why });
        if demand.interface && !self.attach(agenda, id, self.fleet.zone(instance)) {
            return false;
        }
        self.agents[instance].join(id);
        self.start_waiting(agenda, instance);
        if matches!(self.tasks.get(id).state, TaskState::Pending { started: false }) {
            self.emit(Fact::TaskQueued { task });
        }
        true
    }

    /// The agent starts what fits, from the head of its line (ECS-231, ECS-232).
    pub(super) fn start_waiting(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId) {
        let plan = self.plan;
        while let Some(id) = self.agents[instance].start_next(|id| &plan.classes[self.tasks.get(id).class].demand) {
            let host_port = self.host_port(id, instance);
            self.begin_start(agenda, id, host_port);
        }
    }

    /// The containers of a task are started.
    pub(super) fn begin_start(&mut self, agenda: &mut Agenda<Event>, id: TaskId, host_port: Option<u16>) {
        self.tasks.get_mut(id).state = TaskState::Pending { started: true };
        let task = self.task_ref(id);
        self.emit(Fact::TaskStarting { task, host_port });
        let start_time = self.tasks.get(id).start_time;
        if start_time == SimSpan::ZERO {
            self.runs(agenda, id); // at once: no start-up time means no instant in between
        } else {
            self.set_timer(agenda, id, self.now + start_time, Event::TaskRuns(id));
        }
    }

    /// The first port of the instance that a task holds.
    fn host_port(&self, id: TaskId, instance: InstanceId) -> Option<u16> {
        let demand = self.demand(id);
        let fixed = demand.ports.first().map(|port| port.number);
        fixed.or_else(|| self.agents[instance].dynamic_port(id).filter(|_| demand.dynamic_ports > 0))
    }

    /// Its containers run.
    pub(super) fn runs(&mut self, agenda: &mut Agenda<Event>, id: TaskId) {
        self.tasks.get_mut(id).state = TaskState::Running;
        let task = self.task_ref(id);
        self.emit(Fact::TaskRunning { task });
        if let Some(service) = self.service_of(task.source) {
            self.change_running(service, 1);
            let reading = self.clock_reading(service);
            self.tasks.get_mut(id).clock_at_start = reading;
            self.started_well(agenda, service);
            self.settles(agenda, service, id);
        }
        let task = self.tasks.get(id);
        if let Some(lifetime) = task.lifetime.or(task.ending.map(|ending| ending.after)) {
            self.set_timer(agenda, id, self.now + lifetime, Event::TaskEnds(id));
        }
    }

    /// Desired status becomes STOPPED: the control-plane ledger is freed (ECS-505). What is started needs its time
    /// to exit; what is not ends at once.
    pub(super) fn stop(&mut self, agenda: &mut Agenda<Event>, id: TaskId, why: Why) {
        let before = *self.tasks.get(id);
        if !before.desired_running {
            return; // told so already
        }
        self.clear_timer(agenda, id);
        self.withdraw(agenda, id, why);
        match (before.state, before.place) {
            (TaskState::Pending { started: false }, Some(Place::Instance(instance))) => {
                self.agents[instance].leave(id);
                self.detach(id, instance);
                self.finish(agenda, id, why, before.state);
                self.start_waiting(agenda, instance);
                self.leave_if_empty(agenda, instance);
                self.ask_placement(agenda); // its interface may be what somebody waits for (ECS-141)
            }
            (TaskState::Pending { started: false }, Some(Place::Fargate { .. })) => {
                self.finish(agenda, id, why, before.state); // nothing runs yet
            }
            (_, None) => {
                let turn = self.turn_of(id);
                self.waiting.remove(before.class, turn);
                self.finish(agenda, id, why, before.state);
            }
            (state, Some(_)) => {
                debug_assert!(state != TaskState::Stopping, "told to stop once");
                self.takes_no_more(id);
                if before.exit_time == SimSpan::ZERO {
                    self.exits(agenda, id);
                } else {
                    self.set_timer(agenda, id, self.now + before.exit_time, Event::TaskEnds(id));
                }
            }
        }
    }

    /// A started task is stopping: it takes no more requests, and what it used so far is settled now.
    fn takes_no_more(&mut self, id: TaskId) {
        let before = *self.tasks.get(id);
        if before.state == TaskState::Running
            && let Some(service) = self.service_of(before.source)
        {
            let used = self.clock_reading(service) - before.clock_at_start;
            self.tasks.get_mut(id).cpu_used_ns = used;
            self.change_running(service, -1);
        }
        self.tasks.get_mut(id).state = TaskState::Stopping;
    }

    /// A started task is STOPPED: the agent ledger is freed, and whoever waited for it starts.
    pub(super) fn exits(&mut self, agenda: &mut Agenda<Event>, id: TaskId) {
        let task = self.tasks.get(id);
        if task.desired_running {
            // it ended by itself
            let Some(ending) = task.ending.filter(|_| task.lifetime.is_none()) else {
                self.withdraw(agenda, id, Why::LifetimeOver);
                return self.is_stopped(agenda, id);
            };
            self.withdraw(agenda, id, Why::ContainerExited { exit_code: ending.exit_code });
            if ending.wind_down > SimSpan::ZERO {
                self.takes_no_more(id);
                self.set_timer(agenda, id, self.now + ending.wind_down, Event::TaskEnds(id));
                return;
            }
        }
        self.is_stopped(agenda, id);
    }

    /// Last status STOPPED.
    fn is_stopped(&mut self, agenda: &mut Agenda<Event>, id: TaskId) {
        let before = *self.tasks.get(id);
        let why = before.stopped_by.expect("withdrawn with a reason");
        match before.place.expect("what exits has been started somewhere") {
            Place::Fargate { .. } => self.finish(agenda, id, why, before.state),
            Place::Instance(instance) => {
                let demand = self.demand(id);
                self.detach(id, instance);
                self.finish(agenda, id, why, before.state);
                self.agents[instance].stopped(id, demand);
                self.start_waiting(agenda, instance);
                self.leave_if_empty(agenda, instance);
            }
        }
        self.ask_placement(agenda);
    }

    /// Desired status STOPPED: nobody counts on the task any more. The control-plane ledger is freed, its service
    /// wants another.
    fn withdraw(&mut self, agenda: &mut Agenda<Event>, id: TaskId, why: Why) {
        let task = self.task_ref(id);
        self.emit(Fact::TaskStopping { task, why });
        let task = self.tasks.get_mut(id);
        task.desired_running = false;
        task.stopped_by = Some(why);
        let (source, ordinal, place) = (task.source, task.ordinal, task.place);
        let (group, class) = (task.group, task.class);
        match place {
            Some(Place::Instance(instance)) => {
                let demand = self.demand(id);
                self.fleet.release(instance, demand, group);
                self.wake(instance);
            }
            Some(Place::Fargate { provider, zone }) => self.leave_zone(provider, group, zone),
            None => {}
        }
        if self.plan.ground.frees_interfaces_early {
            self.release_address(agenda, id);
        }
        if let Some(service) = self.service_of(source) {
            self.services[service].wanted -= 1;
            self.services[service].tasks.remove(&ordinal);
            self.told_to_stop(service, ordinal, why);
            if self.is_daemon(service) {
                self.daemon_withdrawn(service, id);
            }
            self.count_share(service, class, -1);
            self.ask_service(agenda, service);
        }
        self.ask_placement(agenda);
    }

    /// The network interface of a task is detached (ECS-141).
    fn detach(&mut self, id: TaskId, instance: InstanceId) {
        let demand = self.demand(id);
        if demand.interface {
            self.fleet.detach(instance, demand);
            self.wake(instance);
        }
    }

    /// The task is STOPPED and forgotten.
    fn finish(&mut self, agenda: &mut Agenda<Event>, id: TaskId, why: Why, state: TaskState) {
        self.clear_timer(agenda, id);
        self.release_address(agenda, id);
        self.counts_no_more(agenda, id);
        let task = self.task_ref(id);
        let cpu_used_unit_ms = self.cpu_used(id);
        if state == TaskState::Running
            && let Some(service) = self.service_of(task.source)
        {
            self.change_running(service, -1);
        }
        self.emit(Fact::TaskStopped { task, why, cpu_used_unit_ms });
        self.probed_to_the_end(task.source, task.ordinal);
        if let Some(service) = self.service_of(task.source) {
            self.has_stopped(agenda, service, id);
            if self.is_daemon(service) {
                self.daemon_stopped(id);
            }
        }
        self.tasks.remove(id);
    }

    /// The instance goes, and the task with it: it is STOPPED at once, whatever it was doing.
    pub(super) fn end_at_once(&mut self, agenda: &mut Agenda<Event>, id: TaskId, why: Why) {
        if self.tasks.get(id).desired_running {
            self.withdraw(agenda, id, why);
        }
        let (before, demand) = (*self.tasks.get(id), self.demand(id));
        if let Some(instance) = before.instance() {
            self.detach(id, instance);
            if !self.agents[instance].leave(id) {
                self.agents[instance].stopped(id, demand);
            }
        }
        self.finish(agenda, id, why, before.state);
    }

    /// CPU that a task has used so far, in unit-ms.
    pub(super) fn cpu_used(&mut self, id: TaskId) -> u64 {
        let task = *self.tasks.get(id);
        let used_ns = match (task.state, self.service_of(task.source)) {
            (TaskState::Running, Some(service)) => self.clock_reading(service) - task.clock_at_start,
            _ => task.cpu_used_ns,
        };
        u64::try_from(used_ns / 1_000_000).unwrap_or(u64::MAX)
    }

    fn clock_reading(&mut self, service: ServiceId) -> u128 {
        let now = self.now;
        self.services[service].load.as_mut().map_or(0, |load| load.clock.reading(now))
    }

    /// One task more or less shares the service's requests.
    fn change_running(&mut self, service: ServiceId, change: i32) {
        let state = &mut self.services[service];
        state.running = state.running.checked_add_signed(change).expect("no fewer than none run");
        let running = state.running;
        if let Some(load) = &mut state.load {
            load.clock.set_running(self.now, running);
        }
        self.emit_load(service);
        self.flow(service);
        self.is_steady(service);
    }

    /// Whether a service has as many running tasks as desired; says so when it comes to be.
    pub(super) fn is_steady(&mut self, service: ServiceId) {
        let state = &mut self.services[service];
        let steady = state.running == state.desired;
        let reached = steady && !state.steady && state.status == Status::Active;
        state.steady = steady;
        if reached {
            self.emit(Fact::SteadyState { service });
        }
    }

    /// States how a service's load stands to its tasks now.
    pub(super) fn emit_load(&mut self, service: ServiceId) {
        if let Some(load) = &self.services[service].load {
            let share = load.clock.share();
            let fact = Fact::ServiceLoad {
                service,
                requests: load.clock.requests(),
                running: load.clock.running(),
                asked: share.asked,
                done: share.done,
            };
            self.emit(fact);
        }
    }
}
