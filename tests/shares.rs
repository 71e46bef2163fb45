//! Whose the bill is, worked out again from the facts of random runs: slowly, instance by instance, hour by hour and task by
//! task (PRC-94). Nothing here shares code with what it judges.

#![expect(clippy::cast_precision_loss, reason = "all of it stays far below 2^53")]

#[path = "laws/log.rs"]
mod log;
#[path = "laws/town.rs"]
#[expect(dead_code, reason = "shared with the other laws")]
mod town;

use log::{Rows, facts};
use longshore::cost::{Category, Line, Owner, Share};
use longshore::fact::{Fact, Origin, Place};
use longshore::plan::Plan;
use longshore::report::{Figures, summary_json};
use longshore::study::run_once;
use longshore::units::{Id, InstanceId, InstanceTypeId, NanoUsd, ProviderId, TaskSourceId};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use town::{plan_of, town};

/// The wall clock at the start is three minutes before an hour.
const FIRST_HOUR_ENDS: u64 = 180_000;
const HOUR: u64 = 3_600_000;

/// vCPUs and GB as advertised.
fn nominal(plan: &Plan, of: InstanceTypeId) -> (f64, f64) {
    match plan.cast.instance_types[of].name.as_str() {
        "m5.large" => (2.0, 8.0),
        "t3.micro" => (2.0, 1.0),
        "c5.large" => (2.0, 4.0),
        "t3.small" => (2.0, 2.0),
        other => panic!("{other} is no type of these towns"),
    }
}

#[derive(Clone, Copy)]
struct Instance {
    key: (ProviderId, InstanceTypeId),
    from: u64,
    to: u64,
}

struct Stay {
    host: Option<usize>,
    source: TaskSourceId,
    vcpu: f64,
    gb: f64,
    /// While it holds what it reserves.
    time: Option<(u64, u64)>,
    cpu_used: f64,
}

/// All instances with the time for which they are paid, and all tasks that had a place.
fn lives(plan: &Plan) -> (Vec<Instance>, Vec<Stay>) {
    let (mut instances, mut stays): (Vec<Instance>, Vec<Stay>) = (Vec::new(), Vec::new());
    let mut boots = BTreeMap::new();
    let mut row_of: BTreeMap<InstanceId, usize> = BTreeMap::new();
    let mut live: BTreeMap<(TaskSourceId, u32), usize> = BTreeMap::new();
    let end = plan.horizon.0;
    for (at, fact) in facts(plan) {
        let at = at.0;
        match fact {
            Fact::InstanceLaunched { provider, ordinal, instance_type, .. } => {
                boots.insert((provider, ordinal), instances.len());
                instances.push(Instance { key: (provider, instance_type), from: at, to: end });
            }
            Fact::InstanceRegistered { instance, provider, ordinal, instance_type, .. } => {
                let row = boots.remove(&(provider, ordinal)).unwrap_or(instances.len());
                if row == instances.len() {
                    instances.push(Instance { key: (provider, instance_type), from: at, to: end });
                }
                row_of.insert(instance, row);
            }
            Fact::InstanceGone { instance, .. } => instances[row_of[&instance]].to = at,
            Fact::TaskPlaced { task, place, need, .. } => {
                let host = match place {
                    Place::Instance(instance) => Some(row_of[&instance]),
                    Place::Fargate { .. } => None,
                };
                let (vcpu, gb) = (f64::from(need.cpu.0) / 1024.0, f64::from(need.memory.0) / 1024.0);
                live.insert((task.source, task.ordinal), stays.len());
                stays.push(Stay { host, source: task.source, vcpu, gb, time: None, cpu_used: 0.0 });
            }
            Fact::TaskStarting { task, .. } => stays[live[&(task.source, task.ordinal)]].time = Some((at, end)),
            Fact::TaskStopped { task, cpu_used_unit_ms, .. } => {
                if let Some(row) = live.remove(&(task.source, task.ordinal)) {
                    stays[row].cpu_used = cpu_used_unit_ms as f64;
                    if let Some(time) = &mut stays[row].time {
                        time.1 = at;
                    }
                }
            }
            Fact::TaskCut { task, cpu_used_unit_ms } => {
                if let Some(row) = live.get(&(task.source, task.ordinal)) {
                    stays[*row].cpu_used = cpu_used_unit_ms as f64;
                }
            }
            _ => {}
        }
    }
    (instances, stays)
}

/// Hours of an instance, as they fall to a source: for its CPU, for its memory, idle.
type Hours = [f64; 3];

#[derive(Default)]
struct Account {
    sources: BTreeMap<TaskSourceId, Hours>,
    nobodys: f64,
    time: f64,
}

fn overlap(a: (u64, u64), b: (u64, u64)) -> f64 {
    a.1.min(b.1).saturating_sub(a.0.max(b.0)) as f64
}

/// PRC-94, instance by instance and hour by hour, in parts of an instance-ms.
fn accounts(plan: &Plan, separate: bool) -> BTreeMap<(ProviderId, InstanceTypeId), Account> {
    let (instances, stays) = lives(plan);
    let mut accounts: BTreeMap<_, Account> = BTreeMap::new();
    for (row, instance) in instances.iter().enumerate() {
        let account = accounts.entry(instance.key).or_default();
        let (vcpus, gbs) = nominal(plan, instance.key.1);
        let life = instance.to - instance.from;
        let billed = if life == 0 { 0 } else { life.next_multiple_of(1000).max(60_000) };
        let (mut begins, mut ends) = (0, FIRST_HOUR_ENDS);
        while begins < instance.to {
            let hour = (begins, ends);
            let beyond = if instance.to <= ends { (billed - life) as f64 } else { 0.0 };
            let paid = overlap(hour, (instance.from, instance.to)) + beyond;
            let mut wanted: BTreeMap<TaskSourceId, (f64, f64)> = BTreeMap::new();
            for stay in stays.iter().filter(|stay| stay.host == Some(row)) {
                let ms = stay.time.map_or(0.0, |time| overlap(hour, time));
                let of = wanted.entry(stay.source).or_default();
                *of = (of.0 + stay.vcpu * ms, of.1 + stay.gb * ms);
            }
            let sum = |read: fn(&(f64, f64)) -> f64| wanted.values().map(read).sum::<f64>();
            let (cpu, memory) = (sum(|of| of.0), sum(|of| of.1));
            let (has_cpu, has_memory) = (vcpus * paid, gbs * paid);
            let whole = 9.0 * vcpus + gbs;
            let shrink = |all: f64, has: f64| if all > has { has / all } else { 1.0 };
            let (unused_cpu, unused_memory) = ((has_cpu - cpu).max(0.0) * 9.0, (has_memory - memory).max(0.0));
            account.time += paid;
            if cpu + memory == 0.0 || separate {
                account.nobodys += (unused_cpu + unused_memory) / whole;
            }
            for (source, (own_cpu, own_memory)) in wanted {
                let hours = account.sources.entry(source).or_default();
                hours[0] += 9.0 * own_cpu * shrink(cpu, has_cpu) / whole;
                hours[1] += own_memory * shrink(memory, has_memory) / whole;
                if cpu + memory > 0.0 && !separate {
                    let part = |own: f64, all: f64, other: f64, others: f64| {
                        if all > 0.0 { own / all } else { other / others }
                    };
                    hours[2] += unused_cpu * part(own_cpu, cpu, own_memory, memory) / whole;
                    hours[2] += unused_memory * part(own_memory, memory, own_cpu, cpu) / whole;
                }
            }
            (begins, ends) = (ends, ends + HOUR);
        }
    }
    accounts
}

fn knows_use(plan: &Plan, source: TaskSourceId) -> bool {
    match plan.cast.sources[source].origin {
        Origin::Service(service) => plan.cast.services[service].has_load(),
        Origin::Standalone => false,
    }
}

type Owed = BTreeMap<(Owner, Category), [f64; 3]>;

fn owe(owed: &mut Owed, owner: Owner, line: &Line, parts: [f64; 3]) {
    let sum = owed.entry((owner, line.category)).or_default();
    for (sum, part) in sum.iter_mut().zip(parts) {
        *sum += part;
    }
}

/// The bill in parts of nano-dollars.
fn slow(plan: &Plan, bill: &[Line], separate: bool) -> Owed {
    let (instances, stays) = lives(plan);
    let accounts = accounts(plan, separate);
    let mut owed = Owed::new();
    for line in bill {
        let cost = line.cost.0 as f64;
        match &line.share {
            Share::Source(source) => {
                let mine = stays.iter().filter(|stay| stay.host.is_none() && stay.source == *source);
                let used: f64 = mine.map(|stay| stay.cpu_used).sum();
                // on Fargate and Fargate Spot together; these towns have no licences
                let vcpus = |other: &&Line| other.share == line.share && other.unit.name == "vcpu-hours";
                let billed: u128 = bill.iter().filter(vcpus).map(|line| line.quantity).sum();
                let is_of_use = line.unit.name == "vcpu-hours" && knows_use(plan, *source) && billed > 0;
                let share = if is_of_use { used / billed as f64 } else { 1.0 };
                owe(&mut owed, Owner::Source(*source), line, [cost * share, cost * (1.0 - share), 0.0]);
            }
            Share::Instances(provider, of_type) => {
                let mine =
                    || accounts.iter().filter(|(key, _)| key.0 == *provider && of_type.is_none_or(|of| of == key.1));
                // all instances of these towns bring the same along
                let time: f64 = mine().map(|(_, account)| account.time).sum();
                if time == 0.0 {
                    owe(&mut owed, Owner::IdleNoService, line, [0.0, 0.0, cost]);
                }
                for (key, account) in mine().filter(|_| time > 0.0) {
                    for (source, hours) in &account.sources {
                        let on_key = |stay: &&Stay| {
                            stay.source == *source && stay.host.is_some_and(|row| instances[row].key == *key)
                        };
                        let used: f64 = stays.iter().filter(on_key).map(|stay| stay.cpu_used).sum();
                        let allocated: f64 = stays
                            .iter()
                            .filter(on_key)
                            .map(|stay| stay.vcpu * 1024.0 * stay.time.map_or(0, |(from, to)| to - from) as f64)
                            .sum();
                        let share = if knows_use(plan, *source) && allocated > 0.0 { used / allocated } else { 1.0 };
                        let [cpu, memory, idle] = hours.map(|part| part * cost / time);
                        owe(&mut owed, Owner::Source(*source), line, [cpu * share + memory, cpu * (1.0 - share), idle]);
                    }
                    owe(&mut owed, Owner::IdleNoService, line, [0.0, 0.0, account.nobodys * cost / time]);
                }
            }
            other => panic!("{other:?} is not in these towns"),
        }
    }
    owed
}

proptest! {
    #![proptest_config(Config {
        cases: 64,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(94),
        ..Config::default()
    })]

    #[test]
    fn all_shares_are_the_bill_and_each_is_what_it_is(
        town in town(),
        minutes in 5..200_u64,
        separate in any::<bool>(),
        come_and_go in any::<bool>(),
    ) {
        let mut text = format!("start: 2026-01-05T00:57:00Z\ninstance_boot: 100s\n{}", town.lasting(minutes * 60_000 + 777).yaml());
        if separate {
            text.push_str("\nprices: {idle: separate}\n");
        }
        if come_and_go {
            let deeds = "  - {at: 100s, add_instances: {type: c5.large, count: 2}}\n  - {at: 170s, terminate_instance: i-1}\n";
            match text.find("\nevents:\n") {
                Some(at) => text.insert_str(at + "\nevents:\n".len(), deeds),
                None => text.extend(["\nevents:\n", deeds]),
            }
        }
        let plan = plan_of(&text);
        let result = run_once(&plan, &mut Rows::default(), &mut |_, _| ControlFlow::Continue(())).unwrap();
        for category in Category::ALL {
            let billed: NanoUsd = result.bill.iter().filter(|line| line.category == category).map(|line| line.cost).sum();
            let owed: NanoUsd = result.shares.rows.iter().filter(|row| row.category == category).map(|row| row.parts.total()).sum();
            prop_assert_eq!(billed, owed);
        }
        let mut expected = slow(&plan, &result.bill, separate);
        // each line rounds twice for a source and once more for each type of what instances bring along
        let most_off = result.bill.len() as f64 * 4.0 + 1.0;
        for row in &result.shares.rows {
            let slowly = expected.remove(&(row.owner, row.category)).unwrap_or_default();
            let fast = [row.parts.used, row.parts.reserved_unused, row.parts.idle].map(|part| part.0 as f64);
            for (fast, slowly) in fast.into_iter().zip(slowly) {
                prop_assert!((fast - slowly).abs() <= most_off, "{:?}: {fast} and slowly {slowly}\n{text}", row);
            }
        }
        prop_assert!(expected.values().flatten().all(|part| part.abs() <= most_off), "{expected:?}");
        for (source, cost) in result.summary.money.of_sources.iter() {
            prop_assert_eq!(cost.cost, result.shares.of(Owner::Source(source)).total());
        }
    }
}

/// A fleet of idle instances is not looked at hour by hour: 20,000 instances for a year are 175 million instance-hours.
#[test]
fn idle_instances_cost_no_work() {
    let plan = plan_of(
        "duration: 365d\nroot_volume: none\ninstances: [{type: m5.large, count: 20000}]\ntask_definitions: {one: {cpu: 512, memory: 512}}\ntasks: {one: {task_definition: one, at: 30m, lifetime: 2h, count: 1}}\n",
    );
    let result = run_once(&plan, &mut (), &mut |_, _| ControlFlow::Continue(())).unwrap();
    let idle = result.shares.of(Owner::IdleNoService).total();
    // 20,000 x 8,760 h x $0.096, but for three clock hours of one instance: from 00:30 to 02:30
    assert_eq!(idle, NanoUsd((20_000 * 8_760 - 3) * 96_000_000));
    assert_eq!(result.shares.of(Owner::Source(TaskSourceId::from_row(0))).total(), NanoUsd(3 * 96_000_000));
}

fn told(text: &str) -> Value {
    let plan = plan_of(text);
    let result = run_once(&plan, &mut (), &mut |_, _| ControlFlow::Continue(())).unwrap();
    let figures = Figures {
        cast: &plan.cast,
        summary: &result.summary,
        checks: &result.checks,
        bill: &result.bill,
        shares: &result.shares,
        events: result.outcome.events,
    };
    serde_json::from_str(&summary_json(&figures)).unwrap()
}

/// By hand: two instances at $0.10 for a day, $4.80; two tasks of all the CPU and half of the memory (20 of 9 x 2 + 4 = 22 parts)
/// on one of them for 8 clock hours: $0.80, of it 2 / 22 idle: 0.072727273. With the other 40 hours,
/// $4.00, idle is $4.072727273. A month is 30 x 4.80; 16 task-hours: 4.80 / 16.
#[test]
fn the_summary_tells_what_is_idle_and_what_a_month_costs() {
    let summary = told(
        "duration: 1d\nroot_volume: none\ninstance_types: {node: {cpu: 2 vCPU, memory: 4 GiB, price: $0.10}}\n\
         instances: [{type: node, count: 2}]\ntask_definitions: {one: {cpu: 1024, memory: 1024, start_time: 0s}}\n\
         tasks: {one: {task_definition: one, at: 1h, count: 2, lifetime: 8h, placement: [{binpack: cpu}]}}\n",
    );
    let finding = summary["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "paid_for_nothing");
    let text = "$4.07 of the $4.80 that instances cost paid for nothing: no task had reserved it.";
    assert_eq!(finding.unwrap()["text"], text);
    let one = &summary["attribution"]["sources"][0];
    assert_eq!((&one["name"], &one["kind"]), (&"one".into(), &"tasks".into()));
    assert_eq!([&one["cost_usd"], &one["idle_usd"]].map(Value::to_string), ["0.800000000", "0.072727273"]);
    assert_eq!(summary["attribution"]["idle_no_service_usd"].to_string(), "4.000000000");
    let projection = &summary["projection"];
    let figures = ["hours", "simulated_hours", "cost_usd"].map(|field| projection[field].to_string());
    assert_eq!(figures, ["720", "24.000", "144.000000000"]);
    assert_eq!(summary["unit_costs"]["per_task_hour_usd"].to_string(), "0.300000000");
    assert!(summary["unit_costs"].get("per_million_requests_served_usd").is_none());
}

/// A warm-up is left out of both sides. By hand: an hour of 1 vCPU and 2 GB on Fargate is 0.04937; in it 360,000 requests of 5 ms are
/// served, half a vCPU-hour: 0.04937 / 0.36 a million, 0.09874 a vCPU-hour. Less than an hour has no projection.
#[test]
fn unit_costs_leave_the_warm_up_out() {
    let text = "warm_up: 1h\ntask_definitions: {web: {cpu: 1 vCPU, memory: 2 GiB}}\n\
         services: {web: {task_definition: web, launch_type: FARGATE, load: {requests_per_second: 100, per_request: {cpu: 5 ms}}}}\n";
    let summary = told(&format!("duration: 2h\n{text}"));
    assert_eq!(summary["cost_usd"].to_string(), "0.098740000");
    let fields = ["cost_usd", "per_million_requests_served_usd", "per_vcpu_hour_used_usd", "per_task_hour_usd"];
    let costs = fields.map(|field| summary["unit_costs"][field].to_string());
    assert_eq!(costs, ["0.049370000", "0.137138889", "0.098740000", "0.049370000"]);
    let short = told(&format!("duration: 59m\n{}", text.replace("warm_up: 1h", "seed: 2")));
    assert!(short.get("projection").is_none());
}
