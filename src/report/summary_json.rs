//! `summary.json`: the figures of a run for programs.

use super::figures::Figures;
use super::findings::{Finding, findings};
use super::numbers::{units, utc};
use super::unit_costs::{MONTH_HOURS, UnitCosts, projection};
use crate::cost::{Category, Counted, Owner, Parts, PriceSource, not_billed, without_charge};
use crate::record::{ClusterGauge, OverQuota};
use crate::units::{NanoUsd, SimTime};
use serde::Serialize;
use serde_json::Number;
use std::collections::BTreeSet;

/// Version of the form of `summary.json`; raised when a field changes its meaning or goes.
const FORM: u32 = 2;

#[derive(Serialize)]
struct Summary<'a> {
    version: u32,
    longshore_version: &'static str,
    scenario: &'a str,
    region: &'a str,
    seed: u64,
    start_utc: String,
    duration_s: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    warm_up_s: Option<Number>,
    digest: &'a str,
    facts: u64,
    events: u64,
    cost_usd: Number,
    cost_lines: Vec<CostLine<'a>>,
    price_sources: Vec<Source<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    windows_surcharge_usd: Option<Number>,
    hour_meters: &'static str,
    not_billed: Vec<&'static str>,
    without_charge: Vec<&'static str>,
    attribution: Attribution<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    projection: Option<Projection>,
    unit_costs: Each,
    instance_hours: Number,
    instances: Gauge,
    instances_ever: u64,
    instances_used: u64,
    tasks_running: Gauge,
    tasks_waiting: Gauge,
    tasks_wanted: u64,
    tasks_placed: u64,
    tasks_unplaced: u64,
    tasks_larger_than_an_instance: u64,
    #[serde(skip_serializing_if = "is_none")]
    tasks_failed_to_start: u64,
    tasks_stopped: u64,
    tasks_waiting_at_end: u64,
    cpu_reserved_percent: Option<Number>,
    memory_reserved_percent: Option<Number>,
    findings: Vec<Outstanding>,
    services: Vec<Service<'a>>,
    tasks: Vec<TasksEntry<'a>>,
    #[serde(skip_serializing_if = "is_none")]
    calls_throttled: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    over_quota: Vec<Over>,
    expectations: Vec<Check<'a>>,
    expectations_met: bool,
    model_limits: Vec<&'static str>,
}

/// What this version's model of demand leaves out.
pub(super) const LOAD_LIMITS: [&str; 2] = [
    "a task does at most what it reserves: it borrows no idle CPU of its instance",
    "what cannot be served at once is counted as unserved: there is no queue",
];

/// What it leaves out of Fargate Spot, where a run uses that.
pub(super) fn spot_limit(run: &Figures<'_>) -> Option<&'static str> {
    let uses_spot = run.bill.iter().any(|line| line.category == Category::FargateSpot);
    uses_spot.then_some("AWS takes no task on Fargate Spot back: reclaims are not simulated")
}

/// Where prices come from, and when they were seen.
#[derive(Serialize)]
struct Source<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    date: &'a str,
}

#[derive(Serialize)]
struct CostLine<'a> {
    category: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    provider: &'a str,
    item: &'a str,
    price_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instances: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tasks: Option<u64>,
    quantity: Number,
    unit: &'static str,
    price_usd: Number,
    cost_usd: Number,
}

/// The bill by owner (PRC-94, PRC-96).
#[derive(Serialize)]
struct Attribution<'a> {
    sources: Vec<Owed<'a>>,
    idle_no_service_usd: Number,
    unused_commitment_usd: Number,
    not_attributed_usd: Number,
}

#[derive(Serialize)]
struct Owed<'a> {
    name: &'a str,
    kind: &'static str,
    cost_usd: Number,
    used_usd: Number,
    reserved_unused_usd: Number,
    idle_usd: Number,
}

impl<'a> Attribution<'a> {
    fn of(run: &Figures<'a>) -> Self {
        let usd = |cost: NanoUsd| number(&cost.to_string());
        let of_source = |(owner, parts): (Owner, Parts)| Owed {
            name: owner.name(run.cast),
            kind: owner.kind(run.cast),
            cost_usd: usd(parts.total()),
            used_usd: usd(parts.used),
            reserved_unused_usd: usd(parts.reserved_unused),
            idle_usd: usd(parts.idle),
        };
        let nobodys = |owner| usd(run.shares.of(owner).total());
        let owners = run.shares.by_owner(run.cast).into_iter();
        Self {
            sources: owners.filter(|(owner, _)| matches!(owner, Owner::Source(_))).map(of_source).collect(),
            idle_no_service_usd: nobodys(Owner::IdleNoService),
            unused_commitment_usd: nobodys(Owner::UnusedCommitment),
            not_attributed_usd: nobodys(Owner::NotAttributed),
        }
    }
}

/// What 30 days like the run would cost.
#[derive(Serialize)]
struct Projection {
    hours: u64,
    simulated_hours: Option<Number>,
    cost_usd: Number,
    basis: &'static str,
}

/// How a projection is made.
const BASIS: &str = "every line of the bill by time; hours begun count for their part; tiers and commitments are not worked \
    out anew";

impl Projection {
    fn of(run: &Figures<'_>) -> Option<Self> {
        Some(Self {
            hours: MONTH_HOURS,
            simulated_hours: ratio(run.summary.horizon.0.into(), 3_600_000),
            cost_usd: number(&projection(run)?.to_string()),
            basis: BASIS,
        })
    }
}

/// What one of each thing costs; absent where there is none.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "units stand in names")]
struct Each {
    cost_usd: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_million_requests_served_usd: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_vcpu_hour_used_usd: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_task_hour_usd: Option<Number>,
}

impl Each {
    fn of(run: &Figures<'_>) -> Self {
        let costs = UnitCosts::of(run);
        let usd = |cost: Option<NanoUsd>| cost.map(|cost| number(&cost.to_string()));
        Self {
            cost_usd: number(&costs.cost.to_string()),
            per_million_requests_served_usd: usd(costs.million_requests),
            per_vcpu_hour_used_usd: usd(costs.vcpu_hour),
            per_task_hour_usd: usd(costs.task_hour),
        }
    }
}

/// A quota that the run went beyond.
#[derive(Serialize)]
struct Over {
    quota: &'static str,
    rule: String,
    value: u32,
    most: Number,
    adjustable: bool,
}

impl Over {
    fn of(over: &OverQuota) -> Self {
        Self {
            quota: over.quota.words(),
            rule: over.quota.rule().to_string(),
            value: over.value,
            most: number(&over.number()),
            adjustable: over.quota.key().is_some(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

#[derive(Serialize)]
struct Gauge {
    min: u64,
    mean: Option<Number>,
    max: u64,
}

#[derive(Serialize)]
struct Service<'a> {
    name: &'a str,
    desired_count: u32,
    tasks_running: Gauge,
    tasks_waiting: Gauge,
    requests_offered: u64,
    #[serde(skip_serializing_if = "is_none")]
    requests_from_services: u64,
    requests_served: u64,
    requests_unserved: u64,
    cpu_utilization_percent: Option<Number>,
}

/// What became of an entry of `tasks`.
#[derive(Serialize)]
struct TasksEntry<'a> {
    name: &'a str,
    calls: u64,
    tasks_asked: u64,
    tasks_placed: u64,
    tasks_unplaced: u64,
    lost_runs: u64,
    runs_most_at_once: Option<u64>,
}

/// A sentence about what stands out.
#[derive(Serialize)]
struct Outstanding {
    code: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_s: Option<Number>,
}

impl From<Finding> for Outstanding {
    fn from(finding: Finding) -> Self {
        Self { code: finding.code, text: finding.text, at_s: finding.at.map(|at| number(&at.seconds())) }
    }
}

#[derive(Serialize)]
struct Check<'a> {
    expect: &'a str,
    met: bool,
    seen: &'a str,
}

/// A decimal written exactly as its text.
pub(super) fn number(text: &str) -> Number {
    text.parse().unwrap_or_else(|_| Number::from(0))
}

fn ratio(numerator: u128, denominator: u128) -> Option<Number> {
    (denominator > 0).then(|| number(&super::numbers::ratio3(numerator, denominator)))
}

fn calls<'a>(run: &Figures<'a>) -> Vec<TasksEntry<'a>> {
    let calls = run.summary.calls.iter().map(|(source, figures)| TasksEntry {
        name: &run.cast.sources[*source].name,
        calls: figures.calls,
        tasks_asked: figures.asked,
        tasks_placed: figures.placed,
        tasks_unplaced: figures.unplaced,
        lost_runs: figures.lost_runs,
        runs_most_at_once: figures.most_at_once,
    });
    calls.collect()
}

/// The JSON Schema of `summary.json` (draft-07).
pub const fn summary_schema() -> &'static str {
    include_str!("../../docs/summary.schema.json")
}

/// The text of `summary.json`.
pub fn summary_json(run: &Figures<'_>) -> String {
    let (cast, summary) = (run.cast, run.summary);
    let span = u128::from(summary.measured.0);
    let gauge =
        |bucket: crate::record::Bucket| Gauge { min: bucket.min, mean: ratio(bucket.integral, span), max: bucket.max };
    let (cpu, memory) = (summary.cpu_reserved_share(), summary.memory_reserved_share());
    let lines = run.bill.iter().map(|line| CostLine {
        category: line.category.words(),
        service: line.service.as_deref(),
        provider: &line.provider,
        item: &line.item,
        price_name: &line.price_key,
        instances: matches!(line.counted, Counted::Instances(_)).then_some(line.count()),
        tasks: matches!(line.counted, Counted::Tasks(_)).then_some(line.count()),
        quantity: number(&units(line.quantity, line.unit.per)),
        unit: line.unit.name,
        price_usd: number(&line.price.to_string()),
        cost_usd: number(&line.cost.to_string()),
    });
    let sources: BTreeSet<&PriceSource> = run.bill.iter().map(|line| &line.source).collect();
    let sources = sources.into_iter().map(|source| Source { name: &source.name, date: &source.date });
    let services = cast.services.iter().map(|(id, role)| {
        let figures = &summary.services[id];
        Service {
            name: &role.name,
            desired_count: figures.desired,
            tasks_running: gauge(figures.running),
            tasks_waiting: gauge(figures.waiting),
            requests_offered: figures.requests.offered,
            requests_from_services: figures.requests.called,
            requests_served: figures.requests.served,
            requests_unserved: figures.requests.unserved(),
            cpu_utilization_percent: ratio(
                u128::from(figures.requests.cpu_used_unit_ms) * 100,
                figures.requests.cpu_reserved_unit_ms,
            ),
        }
    });
    let whole = Summary {
        version: FORM,
        longshore_version: env!("CARGO_PKG_VERSION"),
        scenario: &cast.scenario,
        region: &cast.region,
        seed: run.cast.seed,
        start_utc: utc(cast.start_unix_s, 0),
        duration_s: number(&summary.horizon.seconds()),
        warm_up_s: (cast.warm_up > SimTime::START).then(|| number(&cast.warm_up.seconds())),
        digest: &summary.digest,
        facts: summary.facts,
        events: run.events,
        cost_usd: number(&summary.money.cost.to_string()),
        cost_lines: lines.collect(),
        price_sources: sources.collect(),
        windows_surcharge_usd: cast.windows_surcharge.map(|surcharge| number(&surcharge.to_string())),
        hour_meters: if cast.hours_begun.unwrap_or(true) { "begun" } else { "pro_rata" },
        not_billed: not_billed(run.bill),
        without_charge: without_charge(run.bill),
        attribution: Attribution::of(run),
        projection: Projection::of(run),
        unit_costs: Each::of(run),
        instance_hours: number(&super::numbers::ratio3(summary.money.billed_instance_ms, 3_600_000)),
        instances: gauge(summary.gauge(ClusterGauge::Instances)),
        instances_ever: summary.instances_ever,
        instances_used: summary.instances_used,
        tasks_running: gauge(summary.gauge(ClusterGauge::TasksRunning)),
        tasks_waiting: gauge(summary.gauge(ClusterGauge::TasksWaiting)),
        tasks_wanted: summary.tasks_wanted,
        tasks_placed: summary.tasks_placed,
        tasks_unplaced: summary.tasks_unplaced,
        tasks_larger_than_an_instance: summary.tasks_too_large,
        tasks_failed_to_start: summary.tasks_failed_to_start,
        tasks_stopped: summary.tasks_stopped,
        tasks_waiting_at_end: summary.tasks_waiting_at_end,
        cpu_reserved_percent: ratio(cpu.0 * 100, cpu.1),
        memory_reserved_percent: ratio(memory.0 * 100, memory.1),
        findings: findings(run).into_iter().map(Outstanding::from).collect(),
        services: services.collect(),
        tasks: calls(run),
        calls_throttled: summary.calls_throttled,
        over_quota: summary.over_quota.iter().map(Over::of).collect(),
        expectations: run
            .checks
            .iter()
            .map(|check| Check { expect: &check.text, met: check.passed, seen: &check.seen })
            .collect(),
        expectations_met: run.checks.iter().all(|check| check.passed),
        model_limits: LOAD_LIMITS.into_iter().chain(spot_limit(run)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&whole).expect("a summary has only text keys");
    text.push('\n');
    text
}
