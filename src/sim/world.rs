//! The state of a run. Steps change it through the few transitions of `life.rs` and `arrive_and_leave.rs`, which
//! emit a fact for each change.

use super::agenda::Agenda;
use super::calls::Calls;
use super::daemons::Daemons;
use super::draws::{Concern, Draws};
use super::event::Event;
use super::launch::{Bucket, Window};
use super::probe::Probe;
use super::queue::Ticket;
use super::quotas::AtOnce;
use super::replace::Replacing;
use super::throttle::Throttle;
use super::updates::Status;
use super::waiting::{Turn, Waiting};
use crate::capacity::{Provider, ZoneCounts};
use crate::cluster::{Addresses, Agent, Demand, Fleet, Tasks};
use crate::fact::{Fact, Observer, Origin, TaskRef};
use crate::load::ServiceClock;
use crate::placement::Placer;
use crate::plan::{Plan, WaitingOrder};
use crate::service::Percents;
use crate::units::{
    Id, InstanceId, PlacementClassId, ProviderId, ServiceId, SimTime, Table, TaskId, TaskSourceId, ZoneId,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct World<'a> {
    pub(super) plan: &'a Plan,
    pub(super) observer: &'a mut dyn Observer,
    pub(super) now: SimTime,
    pub(super) fleet: Fleet,
    pub(super) agents: Table<InstanceId, Agent>,
    pub(super) placer: Placer,
    pub(super) providers: Table<ProviderId, ProviderState>,
    /// Where the tasks on Fargate are.
    pub(super) fargate: ZoneCounts,
    pub(super) addresses: Addresses,
    /// What Fargate may launch at once, on demand and on Spot.
    pub(super) buckets: [Bucket; 2],
    /// When the classes that were too early are tried again.
    pub(super) launch_due: Table<PlacementClassId, Option<SimTime>>,
    /// When those who wait for a token of each bucket are looked at.
    pub(super) tokens_due: [Option<SimTime>; 2],
    pub(super) calls: Calls,
    pub(super) at_once: AtOnce,
    /// Whether what is placed has stood there for long: nothing is launched.
    pub(super) is_setting_up: bool,
    pub(super) tasks: Tasks,
    /// The one event that each living task has ahead of it, if any, by row.
    pub(super) timers: Vec<Option<Ticket>>,
    pub(super) services: Table<ServiceId, ServiceState>,
    pub(super) waiting: Waiting,
    /// Whether standalone tasks are placed as this class; all others are of services.
    pub(super) has_standalone: Table<PlacementClassId, bool>,
    pub(super) draws: Draws,
    pub(super) daemons: Daemons,
    /// DRAINING instances on which no task is left.
    pub(super) drained: BTreeSet<InstanceId>,
    /// Instances that left the cluster by a call and still run.
    pub(super) deregistered: BTreeMap<(ProviderId, u32), InstanceId>,
    /// An instance that came for a task which is not on it yet: it helps nobody else and does not leave.
    pub(super) coming: Option<InstanceId>,
    /// Whether a placement event is due at this instant already.
    pub(super) placement_is_due: bool,
    /// Whether some tasks may go to an instance because of others that are there (ECS-338).
    pub(super) seeks_company: bool,
    /// Whose placing is to be explained, if somebody asked.
    pub(super) probe: Option<Box<Probe>>,
}

pub(super) struct ProviderState {
    pub(super) logic: Box<dyn Provider>,
    pub(super) instances_by_zone: Table<ZoneId, u32>,
    /// Instances that ever came from it.
    pub(super) ever: u32,
}

pub(super) struct ServiceState {
    /// How many it wants now.
    pub(super) desired: u32,
    /// Tasks whose desired status is RUNNING, placed or not.
    pub(super) wanted: u32,
    /// The same by the items of its strategy, where it has several.
    pub(super) by_share: Vec<u32>,
    pub(super) throttle: Throttle,
    pub(super) launches: Window,
    pub(super) running: u32,
    pub(super) next_ordinal: u32,
    /// Its tasks whose desired status is RUNNING, by ordinal.
    pub(super) tasks: BTreeMap<u32, TaskId>,
    /// How many tasks scale-in has chosen so far: the ordinal of its draws.
    pub(super) stopped_by_scale_in: u32,
    pub(super) steady: bool,
    pub(super) status: Status,
    /// Its percentages now.
    pub(super) percents: Percents,
    /// The update by which its tasks are placed now, if there was one: a row of the plan's.
    pub(super) placed_by: Option<u32>,
    pub(super) replacing: Replacing,
    /// Whether its scheduler is due at this instant already.
    pub(super) is_due: bool,
    pub(super) load: Option<LoadState>,
}

pub(super) struct LoadState {
    pub(super) clock: ServiceClock,
    /// The point of the curve that holds now.
    pub(super) point: usize,
    /// Requests of its own curve, in its period.
    pub(super) own: u64,
    /// Requests that other services send it, in its period.
    pub(super) called: u64,
    /// Requests that it sends to each service that it calls, in the period of that one.
    pub(super) sent: Vec<u64>,
}

impl<'a> World<'a> {
    pub(super) fn new(plan: &'a Plan, observer: &'a mut dyn Observer) -> Self {
        let zones = plan.ground.zones;
        Self {
            plan,
            observer,
            now: SimTime::START,
            fleet: Fleet::on(plan.ground.clone()),
            agents: Table::new(),
            placer: Placer::new(&plan.classes),
            providers: plan
                .providers
                .rows()
                .iter()
                .map(|kind| ProviderState {
                    logic: <dyn Provider>::of(kind),
                    instances_by_zone: (0..zones).map(|_| 0).collect(),
                    ever: 0,
                })
                .collect(),
            fargate: ZoneCounts::new(zones),
            addresses: Addresses::new(plan.cast.subnets.rows().iter().map(|subnet| (subnet.zone, subnet.usable))),
            buckets: [Bucket::full(plan.launch_rates.map_or(0, |rates| rates.fargate.burst)); 2],
            launch_due: plan.classes.iter().map(|_| None).collect(),
            tokens_due: [None; 2],
            calls: Calls::new(plan),
            at_once: AtOnce::default(),
            is_setting_up: false,
            tasks: Tasks::default(),
            timers: Vec::new(),
            services: plan.services.iter().map(|(_, service)| ServiceState::new(plan, service)).collect(),
            waiting: Waiting::new(plan.classes.len()),
            has_standalone: standalone_classes(plan),
            draws: Draws::new(plan.cast.seed),
            daemons: Daemons::new(plan.services.ids().filter(|service| plan.services[*service].daemon).collect()),
            drained: BTreeSet::new(),
            deregistered: BTreeMap::new(),
            coming: None,
            placement_is_due: false,
            seeks_company: plan.classes.rows().iter().any(|class| class.requirements.can_change()),
            probe: None,
        }
    }

    pub(super) fn emit(&mut self, fact: Fact) {
        self.observer.observe(self.now, &fact);
    }

    pub(super) fn task_ref(&self, id: TaskId) -> TaskRef {
        let task = self.tasks.get(id);
        TaskRef { row: id, source: task.source, ordinal: task.ordinal }
    }

    /// The service that a source belongs to, unless its tasks are standalone.
    pub(super) fn service_of(&self, source: TaskSourceId) -> Option<ServiceId> {
        match self.plan.cast.sources[source].origin {
            Origin::Service(service) => Some(service),
            Origin::Standalone => None,
        }
    }

    /// An instance has more room than before: classes that it could take are tried again.
    pub(super) fn wake(&mut self, instance: InstanceId) {
        if self.coming == Some(instance) {
            return; // not before the task has it that it came for
        }
        let (fleet, classes) = (&self.fleet, &self.plan.classes);
        self.waiting.wake(fleet.free(instance), |class| classes[class].may_use(fleet, instance));
        self.daemons.wake(instance);
    }

    /// When a waiting task's turn is (ECS-952).
    pub(super) fn turn_of(&mut self, id: TaskId) -> Turn {
        let task = self.tasks.get(id);
        let (wanted, source, ordinal) = (task.wanted, task.source, task.ordinal);
        let first = match self.plan.waiting_order {
            WaitingOrder::Oldest => wanted.0,
            WaitingOrder::ServiceName => 0,
            WaitingOrder::Random => {
                let owner = &self.plan.cast.sources[source].name;
                u64::from(self.draws.below(Concern::WaitingTurn, owner, source.0, ordinal, u32::MAX))
            }
        };
        (first, source, ordinal)
    }

    /// A task waits for a place.
    pub(super) fn wait(&mut self, id: TaskId) {
        let (turn, class) = (self.turn_of(id), self.tasks.get(id).class);
        self.waiting.add(class, turn, id);
    }

    /// What a task takes of its place.
    pub(super) fn demand(&self, id: TaskId) -> &'a Demand {
        let plan: &'a Plan = self.plan;
        &plan.classes[self.tasks.get(id).class].demand
    }

    /// Has the waiting tasks tried at this instant, if there is one to try.
    pub(super) fn ask_placement(&mut self, agenda: &mut Agenda<Event>) {
        if !self.placement_is_due && (self.waiting.is_ready() || self.daemons.is_due()) {
            self.placement_is_due = true;
            schedule(agenda, self.now, Event::Place);
        }
    }

    /// Has a service compare what it has with what it wants, at this instant (ECS-953).
    pub(super) fn ask_service(&mut self, agenda: &mut Agenda<Event>, service: ServiceId) {
        if !self.services[service].is_due {
            self.services[service].is_due = true;
            schedule(agenda, self.now, Event::Reconcile(service));
        }
    }

    /// Sets the one event that a task has ahead of it.
    pub(super) fn set_timer(&mut self, agenda: &mut Agenda<Event>, id: TaskId, at: SimTime, event: Event) {
        if self.timers.len() <= id.row() {
            self.timers.resize(id.row() + 1, None);
        }
        self.clear_timer(agenda, id); // one at a time: a row is another task's later
        self.timers[id.row()] = Some(agenda.cancellable(at.0, event.class() as u8, event));
    }

    /// Forgets the event that a task had ahead of it.
    pub(super) fn clear_timer(&mut self, agenda: &mut Agenda<Event>, id: TaskId) {
        if let Some(ticket) = self.timers.get_mut(id.row()).and_then(Option::take) {
            agenda.cancel(ticket);
        }
    }
}

fn standalone_classes(plan: &Plan) -> Table<PlacementClassId, bool> {
    let mut classes: Table<PlacementClassId, bool> = plan.classes.iter().map(|_| false).collect();
    for template in &plan.templates {
        classes[template.class] = true;
        for share in template.strategy.iter().flat_map(|strategy| &plan.strategies[*strategy]) {
            classes[share.class] = true;
        }
    }
    classes
}

pub(super) fn schedule(agenda: &mut Agenda<Event>, at: SimTime, event: Event) {
    agenda.at(at.0, event.class() as u8, event);
}

impl ServiceState {
    fn new(plan: &Plan, service: &crate::plan::PlannedService) -> Self {
        let load = service.load.as_ref().map(|load| LoadState {
            clock: ServiceClock::new(load.period_ms, load.cpu_per_request_us, service.template.need.cpu),
            point: 0,
            own: 0,
            called: 0,
            sent: vec![0; load.calls.len()],
        });
        let shares = service.template.strategy.map_or(0, |strategy| plan.strategies[strategy].len());
        Self {
            desired: service.desired,
            wanted: 0,
            by_share: vec![0; shares],
            throttle: Throttle::default(),
            launches: Window::default(),
            running: 0,
            next_ordinal: 0,
            tasks: BTreeMap::new(),
            stopped_by_scale_in: 0,
            steady: false,
            status: Status::Active,
            percents: service.percents,
            placed_by: None,
            replacing: Replacing::default(),
            is_due: false,
            load,
        }
    }
}
