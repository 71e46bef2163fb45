//! Operators at work: whatever they drain, activate, terminate, update and delete, ledgers hold, tasks are conserved, and
//! tasks that leave a draining instance are replaced within the bounds of their service (ECS-420 to ECS-425).

use super::cases;
use super::log::facts;
use super::town::plan_of;
use longshore::fact::{Fact, Origin, Place, Refusal, TaskRef, Why};
use longshore::plan::Plan;
use longshore::units::{InstanceId, Resources, ServiceId, TaskSourceId};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Debug, Clone)]
struct Service {
    desired: u32,
    memory: u32,
    start_s: u32,
    exit_s: u32,
    percents: (u32, u32),
}

#[derive(Debug, Clone)]
enum Deed {
    Drain(usize),
    Activate(usize),
    Terminate(usize),
    Deregister(usize, bool),
    Add(u32),
    Count(usize, u32),
    Percents(usize, (u32, u32)),
    Placement(usize, &'static str),
    Delete(usize, bool),
    Stop(usize, u32),
    Run(u32),
}

#[derive(Debug, Clone)]
struct Scene {
    machines: Vec<u32>,
    services: Vec<Service>,
    daemon: bool,
    jobs: u32,
    settle_s: u32,
    counts_stopping: bool,
    deeds: Vec<(u32, Deed)>,
}

fn percents() -> impl Strategy<Value = (u32, u32)> {
    prop::sample::select(vec![
        (100, 200),
        (100, 200),
        (50, 100),
        (0, 100),
        (100, 150),
        (75, 125),
        (100, 100),
        (34, 167),
    ])
}

fn deed() -> impl Strategy<Value = Deed> {
    let which = any::<usize>;
    let chains = vec!["[]", "[random]", "[{binpack: memory}]", "[{spread: instance_id}]"];
    prop_oneof![
        6 => which().prop_map(Deed::Drain),
        3 => which().prop_map(Deed::Activate),
        2 => which().prop_map(Deed::Terminate),
        1 => (which(), any::<bool>()).prop_map(|(machine, force)| Deed::Deregister(machine, force)),
        2 => (1..3_u32).prop_map(Deed::Add),
        3 => (which(), 0..7_u32).prop_map(|(service, count)| Deed::Count(service, count)),
        2 => (which(), percents()).prop_map(|(service, percents)| Deed::Percents(service, percents)),
        1 => (which(), prop::sample::select(chains)).prop_map(|(service, chain)| Deed::Placement(service, chain)),
        1 => (which(), any::<bool>()).prop_map(|(service, force)| Deed::Delete(service, force)),
        2 => (which(), 0..9_u32).prop_map(|(service, ordinal)| Deed::Stop(service, ordinal)),
        1 => (1..4_u32).prop_map(Deed::Run),
    ]
}

fn scene() -> impl Strategy<Value = Scene> {
    let size = || prop::sample::select(vec![100_u32, 200, 250, 400]);
    let second = || prop::sample::select(vec![0_u32, 2, 7, 30]);
    let service =
        (0..7_u32, size(), second(), second(), percents()).prop_map(|(desired, memory, start_s, exit_s, percents)| {
            Service { desired, memory, start_s, exit_s, percents }
        });
    let machines = vec(prop::sample::select(vec![600_u32, 1000, 1500]), 1..5);
    let frame = (any::<bool>(), 0..4_u32, prop::sample::select(vec![0_u32, 0, 5]), prop::bool::weighted(0.7));
    (machines, vec(service, 1..4), frame, vec((0..20_u32, deed()), 1..16)).prop_map(
        |(machines, services, (daemon, jobs, settle_s, counts_stopping), deeds)| Scene {
            machines,
            services,
            daemon,
            jobs,
            settle_s,
            counts_stopping,
            deeds,
        },
    )
}

impl Scene {
    fn yaml(&self) -> String {
        let mut text = format!(
            "duration: 20m\ninstance_boot: 10s\ndrain_health_settle: {}s\ncount_stopping_in_max: {}\ninstances:\n",
            self.settle_s, self.counts_stopping
        );
        for memory in &self.machines {
            let _ = writeln!(text, "  - {{type: m5.large, registered_memory: {memory}}}");
        }
        text += "task_definitions:\n  log: {memory: 50}\n  job: {memory: 150, exit_time: 5s}\n";
        for (row, service) in self.services.iter().enumerate() {
            let Service { memory, start_s, exit_s, .. } = service;
            let _ = writeln!(text, "  d{row}: {{memory: {memory}, start_time: {start_s}s, exit_time: {exit_s}s}}");
        }
        text += "services:\n";
        for (row, service) in self.services.iter().enumerate() {
            let (minimum, maximum) = service.percents;
            let _ = writeln!(
                text,
                "  s{row}: {{task_definition: d{row}, desired_count: {}, deployment: {{minimum_healthy_percent: \
                 {minimum}, maximum_percent: {maximum}}}}}",
                service.desired
            );
        }
        if self.daemon {
            text += "  log: {task_definition: log, scheduling_strategy: DAEMON}\n";
        }
        if self.jobs > 0 {
            let _ = writeln!(text, "tasks: {{job: {{task_definition: job, count: {}, lifetime: 5m}}}}", self.jobs);
        }
        text += "events:\n";
        for (at, deed) in &self.deeds {
            let (machine, service) =
                (|row: usize| format!("i-{}", row % self.machines.len() + 1), |row: usize| row % self.services.len());
            let deed = match deed {
                Deed::Drain(row) => format!("drain_instance: {}", machine(*row)),
                Deed::Activate(row) => format!("activate_instance: {}", machine(*row)),
                Deed::Terminate(row) => format!("terminate_instance: {}", machine(*row)),
                Deed::Deregister(row, force) => {
                    format!("deregister_instance: {{instance: {}, force: {force}}}", machine(*row))
                }
                Deed::Add(count) => {
                    format!("add_instances: {{type: m5.large, registered_memory: 1000, count: {count}}}")
                }
                Deed::Count(row, count) => {
                    format!("set_desired_count: {{service: s{}, count: {count}}}", service(*row))
                }
                Deed::Percents(row, (minimum, maximum)) => format!(
                    "update_service: {{service: s{}, deployment: {{minimum_healthy_percent: {minimum}, \
                     maximum_percent: {maximum}}}}}",
                    service(*row)
                ),
                Deed::Placement(row, chain) => {
                    format!("update_service: {{service: s{}, placement: {chain}}}", service(*row))
                }
                Deed::Delete(row, force) => format!("delete_service: {{service: s{}, force: {force}}}", service(*row)),
                Deed::Stop(row, ordinal) => format!("stop_task: s{}/{ordinal}", service(*row)),
                Deed::Run(count) => format!("run_task: {{task_definition: job, count: {count}, lifetime: 2m}}"),
            };
            let _ = writeln!(text, "  - {{at: {}s, {deed}}}", 30 * at);
        }
        text
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Wanted,
    Placed,
    Starting,
    Running,
    Stopping,
}

#[derive(Debug, Clone, Copy)]
struct Life {
    stage: Stage,
    need: Resources,
    instance: Option<InstanceId>,
    started: bool,
    running_ms: u64,
}

struct Machine {
    registered: Resources,
    promised: Resources,
    started: Resources,
    draining: bool,
    gone: bool,
}

struct Judge<'a> {
    plan: &'a Plan,
    settle_ms: u64,
    counts_stopping: bool,
    machines: BTreeMap<InstanceId, Machine>,
    lives: BTreeMap<(TaskSourceId, u32), Life>,
    ended: u32,
    desired: BTreeMap<ServiceId, u32>,
    percents: BTreeMap<ServiceId, (u32, u32)>,
    stuck: BTreeMap<ServiceId, bool>,
    replaced: u32,
}

impl Judge<'_> {
    fn service(&self, task: TaskRef) -> Option<ServiceId> {
        match self.plan.cast.sources[task.source].origin {
            Origin::Service(service) => Some(service),
            Origin::Standalone => None,
        }
    }

    fn life(&mut self, task: TaskRef) -> &mut Life {
        self.lives.get_mut(&(task.source, task.ordinal)).expect("nothing comes before TaskWanted")
    }

    /// The bounds by the words of ECS-420, worked out in tenths of thousandths.
    fn bounds(&self, service: ServiceId) -> (u32, u32) {
        let (minimum, maximum) = self.percents[&service];
        let desired = self.desired[&service];
        let (mut lower, mut upper) = (0, 0);
        while lower * 100 < desired * minimum {
            lower += 1;
        }
        while (upper + 1) * 100 <= desired * maximum {
            upper += 1;
        }
        (lower, upper)
    }

    fn of(&self, source: TaskSourceId) -> impl Iterator<Item = &Life> {
        self.lives.range((source, 0)..=(source, u32::MAX)).map(|(_, life)| life)
    }

    fn healthy(&self, source: TaskSourceId, now: u64) -> u32 {
        let healthy = |life: &&Life| life.stage == Stage::Running && life.running_ms <= now;
        u32::try_from(self.of(source).filter(healthy).count()).unwrap()
    }

    fn release(&mut self, life: Life) {
        if let Some(machine) = life.instance.and_then(|instance| self.machines.get_mut(&instance)) {
            machine.promised = machine.promised.checked_sub(life.need).expect("no more than was promised");
        }
    }

    fn observe(&mut self, now: u64, fact: &Fact) {
        match *fact {
            Fact::InstanceRegistered { instance, registered, .. } => {
                let (promised, started) = (Resources::default(), Resources::default());
                let machine = Machine { registered, promised, started, draining: false, gone: false };
                assert!(self.machines.insert(instance, machine).is_none());
            }
            Fact::InstanceDraining { instance, .. } => {
                let machine = self.machines.get_mut(&instance).unwrap();
                assert!(!machine.gone && !std::mem::replace(&mut machine.draining, true), "only an ACTIVE one drains");
            }
            Fact::InstanceActivated { instance, .. } => {
                assert!(std::mem::take(&mut self.machines.get_mut(&instance).unwrap().draining));
            }
            Fact::InstanceDrained { instance } => {
                assert!(self.machines[&instance].draining);
                assert!(self.lives.values().all(|life| life.instance != Some(instance)), "a task is left on it");
            }
            Fact::InstanceGone { instance, .. } | Fact::InstanceDeregistered { instance, .. } => {
                let machine = self.machines.get_mut(&instance).unwrap();
                machine.gone = true;
                assert_eq!((machine.promised, machine.started), Default::default(), "nothing is left behind");
            }
            Fact::TaskWanted { task, need, why, .. } => {
                let life = Life { stage: Stage::Wanted, need, instance: None, started: false, running_ms: 0 };
                assert!(self.lives.insert((task.source, task.ordinal), life).is_none(), "a name is given once");
                if matches!(why, Why::Replacement { .. }) {
                    let service = self.service(task).unwrap();
                    let counted = |life: &&Life| self.counts_stopping || life.stage != Stage::Stopping;
                    let there = self.of(task.source).filter(counted).count();
                    assert!(there <= self.bounds(service).1 as usize, "{there} are there at {now}");
                    self.replaced += 1;
                }
            }
            Fact::TaskPlaced { task, place: Place::Instance(instance), need, .. } => {
                let life = self.life(task);
                assert_eq!(life.stage, Stage::Wanted);
                (life.stage, life.instance) = (Stage::Placed, Some(instance));
                let machine = self.machines.get_mut(&instance).unwrap();
                assert!(!machine.draining && !machine.gone, "placed on what is not ACTIVE");
                machine.promised += need;
                assert!(machine.registered.covers(machine.promised), "promised too much");
            }
            Fact::TaskStarting { task, .. } => {
                let life = self.life(task);
                assert_eq!(life.stage, Stage::Placed);
                (life.stage, life.started) = (Stage::Starting, true);
                let (need, instance) = (life.need, life.instance.unwrap());
                let machine = self.machines.get_mut(&instance).unwrap();
                machine.started += need;
                assert!(machine.registered.covers(machine.started), "started too much");
            }
            Fact::TaskRunning { task } => {
                let settle = self.settle_ms;
                let life = self.life(task);
                assert_eq!(life.stage, Stage::Starting);
                life.stage = Stage::Running;
                life.running_ms = if now == 0 { 0 } else { now + settle };
            }
            Fact::TaskStopping { task, why } => self.stopping(now, task, why),
            Fact::TaskStopped { task, .. } => {
                let life = self.lives.remove(&(task.source, task.ordinal)).expect("it ends once");
                assert_eq!(life.stage, Stage::Stopping);
                self.ended += 1;
                if life.started {
                    let machine = self.machines.get_mut(&life.instance.unwrap()).unwrap();
                    machine.started = machine.started.checked_sub(life.need).expect("no more than was started");
                }
            }
            Fact::TaskUnplaced { task, .. } | Fact::TaskCut { task, .. } => {
                self.ended += 1;
                let life = self.lives.remove(&(task.source, task.ordinal)).expect("it ends once");
                if matches!(fact, Fact::TaskUnplaced { .. }) {
                    assert_eq!(life.stage, Stage::Wanted);
                }
            }
            Fact::DesiredCount { service, desired, .. } => {
                self.desired.insert(service, desired);
            }
            Fact::ReplacementStuck { service, .. } => {
                self.stuck.insert(service, true);
            }
            _ => {}
        }
    }

    fn stopping(&mut self, now: u64, task: TaskRef, why: Why) {
        let before = *self.life(task);
        assert_ne!(before.stage, Stage::Stopping, "told once");
        self.life(task).stage = Stage::Stopping;
        self.release(before);
        let machine = before.instance.map(|instance| &self.machines[&instance]);
        if matches!(why, Why::Draining | Why::DaemonLast) {
            assert!(machine.is_none_or(|machine| machine.draining), "it leaves what does not drain");
            assert!(self.service(task).is_some(), "standalone tasks stay (ECS-907)");
        }
        if why == Why::DaemonLast {
            let others = self.lives.iter().filter(|((source, _), life)| {
                life.instance == before.instance && self.plan.cast.sources[*source].name != "log"
            });
            assert_eq!(others.count(), 0, "daemons stop last (ECS-224)");
        }
        if why == Why::Draining && before.stage == Stage::Running && before.running_ms <= now {
            let service = self.service(task).unwrap();
            let (lower, _) = self.bounds(service);
            let healthy = self.healthy(task.source, now);
            assert!(healthy >= lower, "draining leaves {healthy} healthy tasks of {lower} at {now}");
        }
    }

    /// When nothing more happens: no daemon is left alone on a draining instance, and a task of a service is only left
    /// there where no other may come, or finds room, or the percentages never let it go.
    fn settle(&self, now: u64) {
        for ((source, ordinal), life) in &self.lives {
            let Some(instance) = life.instance else { continue };
            let machine = &self.machines[&instance];
            assert!(!machine.gone, "it went with its instance");
            let Origin::Service(service) = self.plan.cast.sources[*source].origin else { continue };
            if !machine.draining || life.stage == Stage::Stopping {
                continue;
            }
            assert_eq!(life.stage, Stage::Running, "what was PENDING stops at once (ECS-221)");
            if self.plan.services[service].daemon {
                let is_other = |other: &&Life| other.instance == Some(instance);
                assert!(self.lives.values().filter(is_other).count() > 1, "a daemon alone on what drains at {now}");
                continue;
            }
            let on_its_way = |other: &Life| {
                matches!(other.stage, Stage::Wanted | Stage::Placed | Stage::Starting | Stage::Stopping)
                    || other.running_ms > now
            };
            if !self.of(*source).any(on_its_way) {
                let (lower, upper) = self.bounds(service);
                let desired = self.desired[&service];
                let name = &self.plan.cast.sources[*source].name;
                assert!(lower >= desired && upper <= desired, "{name}/{ordinal} stays without a reason at {now}");
                assert!(self.stuck.contains_key(&service), "nobody said that {name} is stuck at {now}");
            }
        }
    }
}

/// Goes through all facts of a run; how many tasks ended and how many replacements there were.
fn judge(scene: &Scene) -> (u32, u32) {
    let plan = plan_of(&scene.yaml());
    let services = || plan.services.iter();
    let mut judge = Judge {
        plan: &plan,
        settle_ms: u64::from(scene.settle_s) * 1000,
        counts_stopping: scene.counts_stopping,
        machines: BTreeMap::new(),
        lives: BTreeMap::new(),
        ended: 0,
        desired: BTreeMap::new(),
        percents: services()
            .map(|(id, service)| (id, (service.percents.minimum_healthy, service.percents.maximum)))
            .collect(),
        stuck: BTreeMap::new(),
        replaced: 0,
    };
    // percentages change at the moment of an entry, in its turn
    let updates: Vec<_> = plan
        .operations
        .iter()
        .filter_map(|operation| match operation.action {
            longshore::plan::Action::UpdateService { service, update } => {
                plan.updates[update as usize].percents.map(|percents| (service, percents))
            }
            _ => None,
        })
        .collect();
    let mut next = BTreeMap::<ServiceId, usize>::new();
    let (all, mut last) = (facts(&plan), 0);
    let mut wanted = 0;
    for (at, fact) in &all {
        // what comes of an instant's placements is for the next one (SCL-168)
        if at.0 > last + 1 {
            judge.settle(last);
        }
        last = at.0;
        if let Fact::ServiceUpdated { service, setting: longshore::fact::ServiceSetting::Percents, .. } = *fact {
            let turn = next.entry(service).or_default();
            let own: Vec<_> = updates.iter().filter(|(of, _)| *of == service).collect();
            let (_, percents) = own[*turn];
            judge.percents.insert(service, (percents.minimum_healthy, percents.maximum));
            *turn += 1;
        }
        wanted += u32::from(matches!(fact, Fact::TaskWanted { .. }));
        judge.observe(at.0, fact);
    }
    assert!(judge.lives.is_empty(), "a task has no final fact");
    assert_eq!(judge.ended, wanted);
    (judge.ended, judge.replaced)
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn whatever_operators_do(scene in scene()) {
        judge(&scene);
    }
}

/// The random scenes are of the kind they are meant to be: tasks are replaced within bounds in many of them.
#[test]
fn the_random_scenes_replace_tasks() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::new(cases(1));
    let mut with_replacements = 0;
    for _ in 0..60 {
        let scene = scene().new_tree(&mut runner).unwrap().current();
        with_replacements += u32::from(judge(&scene).1 > 0);
    }
    assert!(with_replacements >= 10, "{with_replacements} of 60");
}

/// ECS-220, ECS-223: what AWS refuses changes nothing.
#[test]
fn refusals_change_nothing() {
    let plan = plan_of(
        "{duration: 5m, capacity_providers: {p: {ideal: {instance_type: m5.large}}}, task_definitions: {web: {memory: \
         200}}, services: {web: {task_definition: web, capacity_provider_strategy: [{provider: p}]}}, events: [{at: 1m, \
         drain_instance: p-7}, {at: 2m, activate_instance: p-1}]}",
    );
    let refused = |fact: &Fact| match fact {
        Fact::OperationRefused { why: Why::Refused { refusal }, .. } => Some(*refusal),
        _ => None,
    };
    let refusals: Vec<Refusal> = facts(&plan).iter().filter_map(|(_, fact)| refused(fact)).collect();
    assert_eq!(refusals, [Refusal::NotThere, Refusal::NotDraining]);
}
