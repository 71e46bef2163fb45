//! Meters and series: each is the integral of what the facts say, worked out interval by interval.

use super::cases;
use super::log::{Rows, facts};
use super::town::town;
use longshore::fact::{Fact, TaskRef};
use longshore::plan::Plan;
use longshore::record::{Bucket, ClusterGauge, bucket_width};
use longshore::study::run_once;
use longshore::units::{InstanceId, Resources, ServiceId, SimTime, TaskSourceId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Pending,
    Running,
    Stopping,
}

/// What holds from a moment on: the gauges of the cluster, and each service's running, pending, waiting and desired tasks.
#[derive(Debug, Clone)]
struct Moment {
    at: u64,
    cluster: [u64; 10],
    services: Vec<[u64; 4]>,
}

#[derive(Default)]
struct Twin {
    instances: BTreeMap<InstanceId, Resources>,
    tasks: BTreeMap<(TaskSourceId, u32), (Stage, Resources)>,
    /// Tasks on Fargate reserve nothing of any instance.
    on_fargate: BTreeSet<(TaskSourceId, u32)>,
    desired: BTreeMap<ServiceId, u32>,
}

impl Twin {
    fn stage(&mut self, task: TaskRef, stage: Stage) {
        self.tasks.get_mut(&(task.source, task.ordinal)).expect("it was wanted").0 = stage;
    }

    fn observe(&mut self, fact: &Fact) {
        match *fact {
            Fact::InstanceRegistered { instance, registered, .. } => {
                self.instances.insert(instance, registered);
            }
            Fact::InstanceGone { instance, .. } => {
                self.instances.remove(&instance);
            }
            Fact::TaskWanted { task, need, .. } => {
                self.tasks.insert((task.source, task.ordinal), (Stage::Waiting, need));
            }
            Fact::TaskPlaced { task, place, .. } => {
                self.stage(task, Stage::Pending);
                if place.instance().is_none() {
                    self.on_fargate.insert((task.source, task.ordinal));
                }
            }
            Fact::DesiredCount { service, desired, .. } => {
                self.desired.insert(service, desired);
            }
            Fact::TaskRunning { task } => self.stage(task, Stage::Running),
            Fact::TaskStopping { task, .. } => self.stage(task, Stage::Stopping),
            Fact::TaskStopped { task, .. } | Fact::TaskUnplaced { task, .. } => {
                self.tasks.remove(&(task.source, task.ordinal));
            }
            _ => {}
        }
    }

    /// Everything counted anew, from nothing.
    fn moment(&self, plan: &Plan, at: u64) -> Moment {
        let sum = |part: fn(&Resources) -> u32, all: &mut dyn Iterator<Item = Resources>| {
            all.map(|resources| u64::from(part(&resources))).sum::<u64>()
        };
        let cpu = |resources: &Resources| resources.cpu.0;
        let memory = |resources: &Resources| resources.memory.0;
        let reserved = || {
            let on_instances = self.tasks.iter().filter(|(name, _)| !self.on_fargate.contains(name));
            on_instances
                .map(|task| *task.1)
                .filter(|task| matches!(task.0, Stage::Pending | Stage::Running))
                .map(|task| task.1)
        };
        let count = |wanted: Stage| self.tasks.values().filter(|(stage, _)| *stage == wanted).count() as u64;
        let stages = [Stage::Running, Stage::Pending, Stage::Waiting];
        let services = plan.cast.services.iter().map(|(id, role)| {
            let own = |wanted: Stage| {
                self.tasks.iter().filter(|((source, _), task)| *source == role.source && task.0 == wanted).count()
                    as u64
            };
            let [running, pending, waiting] = stages.map(own);
            [running, pending, waiting, self.desired.get(&id).copied().unwrap_or(0).into()]
        });
        Moment {
            at,
            cluster: [
                self.instances.len() as u64,
                sum(cpu, &mut self.instances.values().copied()),
                sum(cpu, &mut reserved()),
                sum(memory, &mut self.instances.values().copied()),
                sum(memory, &mut reserved()),
                count(Stage::Running),
                count(Stage::Pending),
                count(Stage::Waiting),
                0, // nobody drains anything here: see operators.rs
                count(Stage::Stopping),
            ],
            services: services.collect(),
        }
    }
}

/// What held, and from when on: one entry an instant.
fn timeline(plan: &Plan) -> Vec<Moment> {
    let mut twin = Twin::default();
    let mut line = vec![twin.moment(plan, 0)];
    for (at, fact) in facts(plan) {
        twin.observe(&fact);
        if line.last().is_some_and(|last| last.at == at.0) {
            line.pop();
        }
        line.push(twin.moment(plan, at.0));
    }
    line
}

/// One gauge between two moments, by cutting every interval of the timeline to the bucket.
fn bucket(line: &[Moment], from: u64, to: u64, horizon: u64, value: &dyn Fn(&Moment) -> u64) -> Bucket {
    let ends = line.iter().skip(1).map(|moment| moment.at).chain([horizon]);
    let mut made = Bucket { min: u64::MAX, max: 0, integral: 0 };
    for (moment, end) in line.iter().zip(ends) {
        let (start, end) = (moment.at.max(from), end.min(to));
        if start < end {
            let value = value(moment);
            made.min = made.min.min(value);
            made.max = made.max.max(value);
            made.integral += u128::from(value) * u128::from(end - start);
        }
    }
    made
}

/// Requests and work of a service between the start and `until`, from its running tasks alone.
fn requests(plan: &Plan, line: &[Moment], service: ServiceId, until: u64) -> [u64; 3] {
    let planned = &plan.services[service];
    let Some(load) = &planned.load else { return [0; 3] };
    let (period, rate) = (u128::from(load.curve.period_ms()), u128::from(load.curve.points()[0].1));
    let work = u128::from(load.cpu_per_request_us) * 1024;
    let ends = line.iter().skip(1).map(|moment| moment.at).chain([until]);
    let mut done = 0;
    for (moment, end) in line.iter().zip(ends) {
        let held = u128::from(end.min(until).saturating_sub(moment.at));
        let running = u128::from(moment.services[service.0 as usize][0]);
        let room = running * u128::from(planned.template.need.cpu.0) * 1000 * period;
        done += (rate * work).min(room) * held;
    }
    let offered = rate * u128::from(until) / period;
    [offered, done / (work * period), done / (1000 * period)].map(|value| u64::try_from(value).unwrap())
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn buckets_are_integrals_of_the_timeline(town in town()) {
        let plan = town.plan();
        let (line, mut rows) = (timeline(&plan), Rows::default());
        let result = run_once(&plan, &mut rows, &mut |_, _| ControlFlow::Continue(())).unwrap();
        let (horizon, summary) = (plan.horizon.0, &result.summary);
        let width = plan.series_bucket.unwrap_or_else(|| bucket_width(plan.horizon, plan.services.len())).0;
        prop_assert_eq!(rows.buckets.len() as u64, horizon.div_ceil(width));
        let mut given = vec![[0_u64; 3]; plan.services.len()];
        for (place, row) in rows.buckets.iter().enumerate() {
            let from = place as u64 * width;
            let to = (from + width).min(horizon);
            prop_assert_eq!((row.from, row.to), (SimTime(from), SimTime(to)));
            for (column, gauge) in ClusterGauge::ALL.into_iter().enumerate() {
                let twin = bucket(&line, from, to, horizon, &|moment| moment.cluster[column]);
                prop_assert_eq!(row.gauge(gauge), twin, "{:?} from {} to {}", gauge, from, to);
            }
            for (service, (gauges, flow)) in row.services.iter().enumerate() {
                for (column, gauge) in gauges.iter().enumerate() {
                    let twin = bucket(&line, from, to, horizon, &|moment| moment.services[service][column]);
                    prop_assert_eq!(*gauge, twin);
                }
                let until = requests(&plan, &line, ServiceId(u32::try_from(service).unwrap()), to);
                let before = given[service];
                let offered = until[0] - before[0];
                let served = (until[1] - before[1]).min(offered);
                given[service] = [until[0], before[1] + served, until[2]];
                let found = [flow.offered, flow.served, flow.cpu_used_unit_ms];
                prop_assert_eq!(found, [offered, served, until[2] - before[2]]);
            }
        }
        for (column, gauge) in ClusterGauge::ALL.into_iter().enumerate() {
            let sum: u128 = rows.buckets.iter().map(|row| row.gauge(gauge).integral).sum();
            prop_assert_eq!(summary.gauge(gauge).integral, sum);
            let twin = bucket(&line, 0, horizon, horizon, &|moment| moment.cluster[column]);
            prop_assert_eq!(summary.gauge(gauge), twin);
        }
        for (service, total) in summary.services.iter() {
            let flows = rows.buckets.iter().map(|row| row.services[service.0 as usize].1);
            let sum = flows.fold([0_u64; 3], |sum, flow| {
                [sum[0] + flow.offered, sum[1] + flow.served, sum[2] + flow.cpu_used_unit_ms]
            });
            let whole = total.requests;
            prop_assert_eq!([whole.offered, whole.served, whole.cpu_used_unit_ms], sum);
            prop_assert!(whole.served <= whole.offered);
            let exact = requests(&plan, &line, service, horizon);
            prop_assert_eq!((whole.offered, whole.cpu_used_unit_ms), (exact[0], exact[2]));
            prop_assert!(exact[1] - whole.served <= 1, "at most one request is served too late to be counted");
            if plan.services[service].load.is_none() {
                continue;
            }
            let reserved = total.running.integral * u128::from(plan.services[service].template.need.cpu.0);
            prop_assert_eq!(whole.cpu_reserved_unit_ms, reserved);
            prop_assert!(u128::from(whole.cpu_used_unit_ms) <= reserved);
        }
    }
}
