//! Ledgers and lives: what physically runs never exceeds what is registered, and every task goes its way once.

use super::cases;
use super::log::{Rows, facts};
use super::town::{Town, plan_of, town};
use longshore::capacity::ProviderKind;
use longshore::fact::{Fact, Place, TaskRef, Why};
use longshore::placement::Pool;
use longshore::plan::{Plan, TaskTemplate};
use longshore::record::FinalState;
use longshore::study::run_once;
use longshore::units::{InstanceId, ProviderId, Resources, SimTime, TaskSourceId};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

type Name = (TaskSourceId, u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Wanted,
    Placed,
    Queued,
    Starting,
    Running,
    Stopping,
    Ended,
}

#[derive(Debug, Clone, Copy)]
struct Life {
    step: Step,
    at: SimTime,
    need: Resources,
    /// The instance it is on; on Fargate there is none.
    instance: Option<InstanceId>,
    /// The provider that a strategy named.
    provider: Option<ProviderId>,
    /// In which order it got its place.
    turn: usize,
    started: bool,
    said_to_wait: bool,
    by_itself_at: Option<SimTime>,
}

struct Machine {
    provider: ProviderId,
    registered: Resources,
    /// What placement has promised, and what the agent has started.
    promised: Resources,
    started: Resources,
    gone: bool,
}

/// Goes through the facts one by one and stops at the first that breaks a law.
struct Judge<'a> {
    plan: &'a Plan,
    machines: BTreeMap<InstanceId, Machine>,
    lives: BTreeMap<Name, Life>,
    /// Who lives in a row: no two at once.
    rows: BTreeMap<u32, Name>,
    turns: usize,
    ended: usize,
}

impl Judge<'_> {
    fn life(&mut self, task: TaskRef) -> &mut Life {
        let name = (task.source, task.ordinal);
        assert_eq!(self.rows.get(&task.row.0), Some(&name), "a fact about a row that belongs to another");
        self.lives.get_mut(&name).expect("nothing comes before TaskWanted")
    }

    fn go(&mut self, at: SimTime, task: TaskRef, from: &[Step], to: Step) -> Life {
        let life = self.life(task);
        let before = *life;
        assert!(from.contains(&before.step), "{:?} -> {to:?} of {task:?} at {at}", before.step);
        (life.step, life.at) = (to, at);
        before
    }

    fn end(&mut self, task: TaskRef) {
        self.rows.remove(&task.row.0);
        self.ended += 1;
    }

    fn machine(&mut self, life: Life) -> &mut Machine {
        let instance = life.instance.expect("it has a place");
        let machine = self.machines.get_mut(&instance).expect("the instance has registered");
        assert!(!machine.gone, "a task on an instance that is gone");
        machine
    }

    /// Gives back what the control plane had promised.
    fn release(&mut self, life: Life) {
        if life.instance.is_some() {
            let machine = self.machine(life);
            machine.promised = machine.promised.checked_sub(life.need).expect("no more than was promised");
        }
    }

    fn template(&self, task: TaskRef, need: Resources) -> TaskTemplate {
        let of_service = self.plan.services.rows().iter().map(|service| &service.template);
        let mut all = of_service.chain(&self.plan.templates);
        *all.find(|template| template.source == task.source && template.need == need).expect("it is in the plan")
    }

    fn observe(&mut self, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::InstanceRegistered { instance, provider, registered, .. } => {
                let (promised, started) = (Resources::default(), Resources::default());
                let machine = Machine { provider, registered, promised, started, gone: false };
                assert!(self.machines.insert(instance, machine).is_none(), "an id is used once");
            }
            Fact::InstanceGone { instance, .. } => {
                let machine = self.machines.get_mut(&instance).expect("it was there");
                assert!(!machine.gone && machine.promised == Resources::default());
                assert_eq!(machine.started, Resources::default(), "it goes only when nothing is left on it");
                assert_ne!(machine.provider, ProviderId(0), "plain instances stay");
                machine.gone = true;
            }
            Fact::TaskWanted { task, need, .. } => {
                let name = (task.source, task.ordinal);
                assert!(self.rows.insert(task.row.0, name).is_none(), "the row is taken");
                let (started, said_to_wait, by_itself_at) = (false, false, None);
                let (instance, provider, turn) = (None, None, 0);
                let life = Life {
                    step: Step::Wanted,
                    at,
                    need,
                    instance,
                    provider,
                    turn,
                    started,
                    said_to_wait,
                    by_itself_at,
                };
                assert!(self.lives.insert(name, life).is_none(), "a name is given once: {task:?}");
            }
            Fact::TaskWaits { task, .. } => {
                let before = self.go(at, task, &[Step::Wanted], Step::Wanted);
                assert!(!before.said_to_wait, "it is said once");
                self.life(task).said_to_wait = true;
            }
            Fact::TaskUnplaced { task, .. } => {
                self.go(at, task, &[Step::Wanted], Step::Ended);
                self.end(task);
            }
            Fact::ProviderChosen { task, provider, .. } => {
                self.go(at, task, &[Step::Wanted], Step::Wanted);
                self.life(task).provider = Some(provider);
            }
            Fact::TaskPlaced { task, place: Place::Fargate { .. }, need, .. } => {
                let life = self.go(at, task, &[Step::Wanted], Step::Placed);
                assert_eq!(life.need, need);
            }
            Fact::TaskPlaced { task, place: Place::Instance(instance), need, .. } => {
                self.placed(at, task, instance, need);
            }
            Fact::TaskQueued { task } => {
                self.go(at, task, &[Step::Placed], Step::Queued);
            }
            Fact::TaskStarting { task, .. } => self.starting(at, task),
            Fact::TaskRunning { task } => self.running(at, task),
            Fact::TaskStopping { task, why } => self.stopping(at, task, why),
            Fact::TaskStopped { task, why, .. } => self.stopped(at, task, why),
            Fact::TaskCut { task, .. } => {
                assert_eq!(at, self.plan.horizon);
                let from = [Step::Wanted, Step::Placed, Step::Queued, Step::Starting, Step::Running, Step::Stopping];
                self.go(at, task, &from, Step::Ended);
                self.end(task);
            }
            Fact::DesiredCount { service, desired, .. } => {
                assert_eq!(desired, self.plan.services[service].desired, "nobody changes it in this version");
            }
            Fact::OperationFailed { source, ordinal, .. } => {
                assert!(
                    !self.lives.get(&(source, ordinal)).is_some_and(|life| life.step != Step::Ended),
                    "it is there"
                );
            }
            Fact::InstanceCallThrottled { .. }
            | Fact::SpotNotice { .. }
            | Fact::InstanceDraining { .. }
            | Fact::InstanceDrained { .. }
            | Fact::InstanceActivated { .. }
            | Fact::InstanceLaunched { .. }
            | Fact::InstanceDeregistered { .. }
            | Fact::ServiceUpdated { .. }
            | Fact::ServiceDraining { .. }
            | Fact::ServiceInactive { .. }
            | Fact::ReplacementStuck { .. }
            | Fact::OperationRefused { .. } => panic!("nobody does that here (see operators.rs): {fact:?}"),
            Fact::ServiceLoad { .. }
            | Fact::ServiceCalled { .. }
            | Fact::SteadyState { .. }
            | Fact::AddressTaken { .. }
            | Fact::AddressFreed { .. }
            | Fact::ServiceThrottled { .. }
            | Fact::CallThrottled { .. } => {}
        }
    }

    fn placed(&mut self, at: SimTime, task: TaskRef, instance: InstanceId, need: Resources) {
        self.turns += 1;
        let turn = self.turns;
        self.go(at, task, &[Step::Wanted], Step::Placed);
        let life = self.life(task);
        assert_eq!(life.need, need);
        (life.instance, life.turn) = (Some(instance), turn);
        let life = *life;
        let pool = match (life.provider, self.plan.classes[self.template(task, need).class].pool) {
            (None, Pool::LaunchTypeEc2) => None,
            (Some(provider), _) | (None, Pool::Provider(provider) | Pool::Fargate(provider)) => Some(provider),
        };
        let machine = self.machine(life);
        machine.promised += need;
        assert!(machine.registered.covers(machine.promised), "placement promised too much at {at}");
        assert!(pool.is_none_or(|provider| provider == machine.provider), "a task on another's instance");
    }

    fn starting(&mut self, at: SimTime, task: TaskRef) {
        let life = self.go(at, task, &[Step::Placed, Step::Queued], Step::Starting);
        self.life(task).started = true;
        if life.instance.is_none() {
            return; // on Fargate, where nobody stands in a line
        }
        let first = self
            .lives
            .values()
            .filter(|other| other.instance == life.instance && matches!(other.step, Step::Placed | Step::Queued));
        assert!(first.map(|other| other.turn).all(|turn| turn > life.turn), "someone stood before it in the line");
        let machine = self.machine(life);
        machine.started += life.need;
        assert!(machine.registered.covers(machine.started), "the agent started too much at {at}");
    }

    fn running(&mut self, at: SimTime, task: TaskRef) {
        let life = self.go(at, task, &[Step::Starting], Step::Running);
        let template = self.template(task, life.need);
        let stood_there = at == SimTime::START && life.at == at;
        assert!(stood_there || at == life.at + template.start_time, "start-up took another time");
        let arrival = self.plan.arrivals.iter().find(|arrival| {
            arrival.ordinal == task.ordinal && self.plan.templates[arrival.template as usize].source == task.source
        });
        let lifetime = arrival.and_then(|arrival| arrival.lifetime);
        self.life(task).by_itself_at = lifetime.map(|lifetime| at + lifetime);
    }

    fn stopping(&mut self, at: SimTime, task: TaskRef, why: Why) {
        let from = [Step::Wanted, Step::Placed, Step::Queued, Step::Starting, Step::Running];
        let life = self.go(at, task, &from, Step::Stopping);
        self.release(life);
        if why == Why::LifetimeOver {
            assert_eq!(life.step, Step::Running);
            let due = life.by_itself_at.expect("it has a lifetime").0;
            // endings come first at an instant: a task that lives no time ends at the next one
            let late = u64::from(due == life.at.0);
            assert!((due..=due + late).contains(&at.0), "it ended at {at}");
        }
    }

    fn stopped(&mut self, at: SimTime, task: TaskRef, why: Why) {
        let life = self.go(at, task, &[Step::Stopping], Step::Ended);
        self.end(task);
        if why == Why::LifetimeOver {
            assert_eq!(at, life.at, "what ends by itself is gone at once");
        } else {
            assert!(matches!(why, Why::UserInitiated | Why::NoAddress { .. }));
            let exit_time = self.template(task, life.need).exit_time;
            let expected = if life.started { life.at + exit_time } else { life.at };
            assert_eq!(at, expected, "it took another time to exit");
        }
        if life.started && life.instance.is_some() {
            let machine = self.machine(life);
            machine.started = machine.started.checked_sub(life.need).expect("no more than was started");
        }
    }

    /// When all that happens at an instant has happened, nobody waits for what is free.
    fn settle(&self, at: SimTime) {
        let mut heads: BTreeMap<InstanceId, &Life> = BTreeMap::new();
        for life in self.lives.values().filter(|life| matches!(life.step, Step::Placed | Step::Queued)) {
            let Some(instance) = life.instance else { continue };
            let head = heads.entry(instance).or_insert(life);
            if life.turn < head.turn {
                *head = life;
            }
        }
        for (instance, head) in heads {
            let machine = &self.machines[&instance];
            let free = machine.registered.checked_sub(machine.started).expect("the law of the agent");
            assert!(!free.covers(head.need), "{instance:?} leaves its head waiting at {at}");
        }
        for ((source, _), life) in self.lives.iter().filter(|(_, life)| life.step == Step::Wanted) {
            let class = self.plan.services.rows().iter().find(|service| service.template.source == *source);
            let pool = self.plan.classes[class.expect("only services wait").template.class].pool;
            let pool = life.provider.map_or(pool, Pool::Provider);
            let may = |machine: &&Machine| match pool {
                Pool::LaunchTypeEc2 => !machine.gone,
                Pool::Provider(provider) | Pool::Fargate(provider) => !machine.gone && machine.provider == provider,
            };
            for machine in self.machines.values().filter(may) {
                let free = machine.registered.checked_sub(machine.promised).expect("the law of the control plane");
                assert!(!free.covers(life.need), "{source:?} waits beside free room at {at}");
            }
            // where addresses are short an instance may be missing for want of one
            if self.plan.cast.subnets.is_empty()
                && let Pool::Provider(provider) = pool
                && let ProviderKind::Ideal { registration, .. } = &self.plan.providers[provider]
            {
                assert!(!registration.registered.covers(life.need), "an ideal provider let {source:?} wait at {at}");
            }
        }
    }
}

/// Goes through all facts of a run.
fn judge(plan: &Plan) -> (usize, usize) {
    let (machines, lives, rows) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut judge = Judge { plan, machines, lives, rows, turns: 0, ended: 0 };
    let all = facts(plan);
    let mut last = SimTime::START;
    for (at, fact) in &all {
        if *at != last {
            judge.settle(last);
            last = *at;
        }
        judge.observe(*at, fact);
    }
    assert!(judge.lives.values().all(|life| life.step == Step::Ended), "a task has no final fact");
    assert_eq!(judge.ended, judge.lives.len());
    let queued = all.iter().filter(|(_, fact)| matches!(fact, Fact::TaskQueued { .. })).count();
    (judge.ended, queued)
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn ledgers_hold_and_tasks_are_conserved(town in town()) {
        let plan = town.plan();
        let (ended, _) = judge(&plan);
        let mut rows = Rows::default();
        let result = run_once(&plan, &mut rows, &mut |_, _| ControlFlow::Continue(())).unwrap();
        let summary = &result.summary;
        prop_assert_eq!(rows.tasks.len(), ended);
        prop_assert_eq!(summary.tasks_wanted, ended as u64);
        let of = |state| rows.tasks.iter().filter(|row| row.final_state == state).count() as u64;
        prop_assert_eq!(summary.tasks_stopped, of(FinalState::Stopped));
        prop_assert_eq!(summary.tasks_unplaced, of(FinalState::Unplaced));
        prop_assert_eq!(summary.tasks_waiting_at_end, of(FinalState::WaitingAtEnd));
        let placed = rows.tasks.iter().filter(|row| row.placed.is_some()).count();
        prop_assert_eq!(summary.tasks_placed, placed as u64);
        for row in &rows.tasks {
            let moments = [Some(row.wanted), row.placed, row.running, row.stopping, row.stopped];
            let known: Vec<SimTime> = moments.into_iter().flatten().collect();
            prop_assert!(known.is_sorted(), "{row:?}");
        }
    }
}

/// The random scenarios are of the kind they are meant to be: lines form, and there are tasks to form them.
#[test]
fn the_random_scenarios_use_the_lines() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::new(cases(1));
    let (mut lines, mut tasks) = (0, 0);
    for _ in 0..100 {
        let town: Town = town().new_tree(&mut runner).unwrap().current();
        let (ended, queued) = judge(&town.plan());
        lines += usize::from(queued > 0);
        tasks += ended;
    }
    assert!(lines >= 15 && tasks >= 1000, "{lines} of 100 scenarios have lines, {tasks} tasks in all");
}

/// ECS-233: a task that is stopping holds the agent's room after the control plane has let go of it.
#[test]
fn a_slow_exit_makes_a_line() {
    let plan = plan_of(
        "{duration: 10m, instances: [{type: m5.large, registered_cpu: 256}], task_definitions: {web: {cpu: 256, \
         memory: 64 MiB, exit_time: 2m}}, services: {web: {task_definition: web}}, events: [{at: 1m, stop_task: web/0}]}",
    );
    assert_eq!(judge(&plan), (2, 1));
    let starting = facts(&plan).into_iter().filter(|(_, fact)| matches!(fact, Fact::TaskStarting { .. }));
    assert_eq!(starting.map(|(at, _)| at.0).collect::<Vec<_>>(), [0, 180_000]); // 60 s + 120 s to exit
}

/// Who leaves at an instant makes room for who comes at it.
#[test]
fn departures_come_before_arrivals() {
    let plan = plan_of(
        "{duration: 10m, instances: [{type: m5.large, registered_cpu: 256}], task_definitions: {job: {cpu: 256, \
         memory: 64 MiB, start_time: 0s}}, tasks: {a-next: {task_definition: job, at: 1m}, b-first: {task_definition: \
         job, lifetime: 1m}}}",
    );
    assert!(facts(&plan).iter().all(|(_, fact)| !matches!(fact, Fact::TaskUnplaced { .. })));
    judge(&plan);
}
