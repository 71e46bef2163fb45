//! `expect:` judged on the facts as they come: no expectation looks at the engine's own state.

use super::state::{Counts, State};
use super::summary::Summary;
use crate::expect::{
    CallsFigure, Claim, Comparison, Expectation, Expression, FactPattern, LedgerFigure, OwedFigure, Quantity,
    RunFigure, ServiceFigure, TaskCount, Term,
};
use crate::fact::{Fact, Target};
use crate::units::{ProviderId, SimTime, TaskSourceId};

/// Values enter expressions in billionths.
const BILLION: i128 = 1_000_000_000;

/// How one entry of `expect:` came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// The entry as the scenario has it.
    pub text: String,
    /// Whether it held.
    pub passed: bool,
    /// What was seen, for a person: `at 1m 30s: 3 >= 4`.
    pub seen: String,
}

#[derive(Debug, Clone)]
struct Check {
    expectation: Expectation,
    verdict: Option<(bool, String)>,
    matches: u64,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Checks {
    checks: Vec<Check>,
}

impl Checks {
    pub(super) fn new(expectations: &[Expectation]) -> Self {
        let check = |expectation: &Expectation| Check { expectation: expectation.clone(), verdict: None, matches: 0 };
        Self { checks: expectations.iter().map(check).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.checks.is_empty()
    }

    /// The state held from `from` until just before `to` (or at `to` too, when the run ends there).
    pub(super) fn held(&mut self, state: &State, from: SimTime, to: SimTime, is_last: bool) {
        let until = |moment: SimTime| if is_last { moment <= to } else { moment < to };
        for check in self.checks.iter_mut().filter(|check| check.verdict.is_none()) {
            let (claim, seen_from) = match &check.expectation.claim {
                Claim::At(moment, expression) if from <= *moment && until(*moment) => (expression, *moment),
                Claim::Always(window, expression)
                | Claim::Never(window, expression)
                | Claim::Eventually(window, expression)
                    if from <= window.to && until(window.from.max(from)) && (to > window.from || is_last) =>
                {
                    (expression, from.max(window.from))
                }
                _ => continue,
            };
            let holds = claim.holds(&mut |quantity| now(state, quantity));
            let seen = || format!("at {seen_from}: {}", shown(claim, &mut |quantity| now(state, quantity)));
            check.verdict = match &check.expectation.claim {
                Claim::At(..) => Some((holds, seen())),
                Claim::Always(..) if !holds => Some((false, seen())),
                Claim::Never(..) if holds => Some((false, seen())),
                Claim::Eventually(..) if holds => Some((true, seen())),
                _ => None,
            };
        }
    }

    /// Counts the fact for those who wait for such a one. `state` is as it was before the fact.
    pub(super) fn observe(&mut self, state: &State, at: SimTime, fact: &Fact) {
        for check in &mut self.checks {
            if let Claim::Fact(pattern) = &check.expectation.claim
                && matches(pattern, state, at, fact)
            {
                check.matches += 1;
            }
        }
    }

    /// The verdicts, once the run is over.
    pub(super) fn settle(&self, summary: &Summary) -> Vec<CheckResult> {
        self.checks.iter().map(|check| check.settle(summary)).collect()
    }
}

impl Check {
    fn settle(&self, summary: &Summary) -> CheckResult {
        let (passed, seen) = match (&self.verdict, &self.expectation.claim) {
            (Some(verdict), _) => verdict.clone(),
            (None, Claim::AtEnd(expression)) => {
                let mut value = |quantity| of_run(summary, quantity);
                (expression.holds(&mut value), shown(expression, &mut value))
            }
            (None, Claim::Fact(pattern)) => {
                let passed = pattern.count.map_or(self.matches > 0, |count| count == self.matches);
                (passed, format!("{} such facts", self.matches))
            }
            (None, Claim::Always(..) | Claim::Never(..)) => (true, "all through the window".to_owned()),
            (None, Claim::Eventually(..)) => (false, "at no moment of the window".to_owned()),
            (None, Claim::At(moment, _)) => (false, format!("the run never reached {moment}")),
        };
        CheckResult { text: self.expectation.text.clone(), passed, seen }
    }
}

fn matches(pattern: &FactPattern, state: &State, at: SimTime, fact: &Fact) -> bool {
    let instance = match *fact {
        Fact::InstanceGone { instance, .. }
        | Fact::InstanceDraining { instance, .. }
        | Fact::InstanceDrained { instance }
        | Fact::SpotNotice { instance, .. }
        | Fact::InstanceActivated { instance, .. }
        | Fact::InstanceDeregistered { instance, .. } => Some(state.names(instance)),
        Fact::InstanceRegistered { provider, ordinal, .. }
        | Fact::InstanceLaunched { provider, ordinal, .. }
        | Fact::InstanceCallThrottled { provider, ordinal, .. }
        | Fact::OperationRefused { target: Target::Instance { provider, ordinal }, .. } => Some((provider, ordinal)),
        Fact::TaskPlaced { place, .. } => place.instance().map(|instance| state.names(instance)),
        _ => fact.task().and_then(|task| state.task(task)?.place?.instance()).map(|instance| state.names(instance)),
    };
    pattern.kind == fact.kind()
        && pattern.at.is_none_or(|moment| moment == at)
        && pattern.task.is_none_or(|wanted| fact.task().is_some_and(|task| (task.source, task.ordinal) == wanted))
        && pattern.instance.is_none_or(|wanted| instance == Some(wanted))
        && pattern
            .host_port
            .is_none_or(|wanted| matches!(*fact, Fact::TaskStarting { host_port: Some(port), .. } if port == wanted))
        && pattern.rule.is_none_or(|wanted| fact.why().and_then(|why| why.rule()) == Some(wanted))
}

/// The expression with its values put in.
fn shown(expression: &Expression, value: &mut dyn FnMut(Quantity) -> i128) -> String {
    match expression {
        Expression::Compare(left, comparison, right) => {
            let sign = match comparison {
                Comparison::Equal => "==",
                Comparison::NotEqual => "!=",
                Comparison::Less => "<",
                Comparison::LessOrEqual => "<=",
                Comparison::Greater => ">",
                Comparison::GreaterOrEqual => ">=",
            };
            format!("{} {sign} {}", term_text(left, value), term_text(right, value))
        }
        Expression::And(left, right) => format!("{} and {}", shown(left, value), shown(right, value)),
        Expression::Or(left, right) => format!("{} or {}", shown(left, value), shown(right, value)),
        Expression::Not(inner) => format!("not ({})", shown(inner, value)),
    }
}

fn term_text(term: &Term, value: &mut dyn FnMut(Quantity) -> i128) -> String {
    match term {
        Term::Number(number) => number_text(*number),
        Term::Measured(quantity) => number_text(value(*quantity)),
        Term::Plus(left, right) => format!("{} + {}", term_text(left, value), term_text(right, value)),
        Term::Minus(left, right) => format!("{} - {}", term_text(left, value), term_text(right, value)),
    }
}

fn number_text(nano: i128) -> String {
    let (whole, fraction) = (nano.unsigned_abs() / 1_000_000_000, nano.unsigned_abs() % 1_000_000_000);
    let sign = if nano < 0 { "-" } else { "" };
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{fraction:09}").trim_end_matches('0').to_owned()
}

/// What a quantity is at this moment, in billionths.
fn now(state: &State, quantity: Quantity) -> i128 {
    let whole = |value: u64| i128::from(value) * BILLION;
    let here = |key: (ProviderId, u32)| state.by_name.get(&key).map(|id| &state.instances[*id]);
    let none = 0;
    whole(match quantity {
        Quantity::Instances => state.sums.instances,
        Quantity::InstancesDraining => state.sums.draining,
        Quantity::ProviderInstances(provider) => *state.provider_instances.get(&provider).unwrap_or(&none),
        Quantity::ZoneInstances(zone) => *state.zone_instances.get(&zone).unwrap_or(&none),
        Quantity::Tasks(count) => u64::from(pick(state.counts, count)),
        Quantity::SourceTasks(source, count) => u64::from(pick(state.by_source[source], count)),
        Quantity::ServiceDesired(service) => u64::from(state.desired[service]),
        Quantity::InstanceTasks(key, None) => {
            here(key).map_or(0, |row| row.tasks.values().map(|count| u64::from(*count)).sum())
        }
        Quantity::InstanceTasks(key, Some(source)) => {
            here(key).and_then(|row| row.tasks.get(&source)).map_or(0, |count| u64::from(*count))
        }
        Quantity::ZoneTasks(zone, None) => {
            let of_zone = (zone, TaskSourceId(0))..=(zone, TaskSourceId(u32::MAX));
            state.zone_tasks.range(of_zone).map(|(_, count)| count).sum()
        }
        Quantity::FreeAddresses(subnet) => u64::from(state.free_addresses[subnet]),
        Quantity::ProviderTasks(provider, None) => {
            let of_provider = (provider, TaskSourceId(0))..=(provider, TaskSourceId(u32::MAX));
            state.provider_tasks.range(of_provider).map(|(_, count)| count).sum()
        }
        Quantity::ProviderTasks(provider, Some(source)) => {
            *state.provider_tasks.get(&(provider, source)).unwrap_or(&none)
        }
        Quantity::ZoneTasks(zone, Some(source)) => *state.zone_tasks.get(&(zone, source)).unwrap_or(&none),
        Quantity::InstanceLedger(key, figure) => here(key).map_or(0, |row| {
            let (registered, reserved) = (row.registered, row.reserved);
            ledger(figure, [registered.cpu.0, reserved.cpu.0, registered.memory.0, reserved.memory.0].map(u64::from))
        }),
        Quantity::ClusterLedger(figure) => {
            let sums = &state.sums;
            ledger(figure, [sums.cpu_registered, sums.cpu_reserved, sums.memory_registered, sums.memory_reserved])
        }
        Quantity::Run(_) | Quantity::ServiceRun(..) | Quantity::CallsRun(..) => 0, // the plan allows these only for the whole run
    })
}

fn pick(counts: Counts, count: TaskCount) -> u32 {
    match count {
        TaskCount::Running => counts.running,
        TaskCount::Pending => counts.pending,
        TaskCount::Waiting => counts.waiting,
        TaskCount::Stopping => counts.stopping,
        TaskCount::Wanted => counts.wanted(),
    }
}

fn ledger(figure: LedgerFigure, [cpu, cpu_reserved, memory, memory_reserved]: [u64; 4]) -> u64 {
    match figure {
        LedgerFigure::CpuRegistered => cpu,
        LedgerFigure::CpuReserved => cpu_reserved,
        LedgerFigure::CpuRemaining => cpu - cpu_reserved,
        LedgerFigure::MemoryRegistered => memory,
        LedgerFigure::MemoryReserved => memory_reserved,
        LedgerFigure::MemoryRemaining => memory - memory_reserved,
    }
}

/// What a quantity is over the whole run, in billionths; momentary ones as they stand at its end.
fn of_run(summary: &Summary, quantity: Quantity) -> i128 {
    let whole = |value: u64| i128::from(value) * BILLION;
    match quantity {
        Quantity::Run(figure) => match figure {
            RunFigure::CostUsd => summary.money.cost.0,
            RunFigure::IdleUsd => summary.money.idle.0,
            RunFigure::InstanceHours => ratio(summary.money.billed_instance_ms, 3_600_000),
            RunFigure::PeakInstances => whole(summary.gauge(super::ClusterGauge::Instances).max),
            RunFigure::PeakTasksRunning => whole(summary.gauge(super::ClusterGauge::TasksRunning).max),
            RunFigure::InstancesEver => whole(summary.instances_ever),
            RunFigure::InstancesUsed => whole(summary.instances_used),
            RunFigure::TasksWanted => whole(summary.tasks_wanted),
            RunFigure::TasksPlaced => whole(summary.tasks_placed),
            RunFigure::TasksUnplaced => whole(summary.tasks_unplaced),
            RunFigure::TasksFailedToStart => whole(summary.tasks_failed_to_start),
            RunFigure::TasksTooLarge => whole(summary.tasks_too_large),
            RunFigure::TasksWaitingAtEnd => whole(summary.tasks_waiting_at_end),
            RunFigure::TasksStopped => whole(summary.tasks_stopped),
            RunFigure::CpuReservedPercent => percent(summary.cpu_reserved_share()),
            RunFigure::MemoryReservedPercent => percent(summary.memory_reserved_share()),
        },
        Quantity::ServiceRun(id, figure) => {
            let service = &summary.services[id];
            match figure {
                ServiceFigure::Owed(figure) => owed(summary, summary.last.service_source[id], figure),
                ServiceFigure::OfferedRequests => whole(service.requests.offered),
                ServiceFigure::RequestsFromServices => whole(service.requests.called),
                ServiceFigure::ServedRequests => whole(service.requests.served),
                ServiceFigure::UnservedRequests => whole(service.requests.unserved()),
                ServiceFigure::CpuUtilizationPercent => {
                    percent((u128::from(service.requests.cpu_used_unit_ms), service.requests.cpu_reserved_unit_ms))
                }
            }
        }
        Quantity::CallsRun(source, CallsFigure::Owed(figure)) => owed(summary, source, figure),
        Quantity::CallsRun(source, figure) => {
            let calls = summary.calls.get(&source).copied().unwrap_or_default();
            whole(match figure {
                CallsFigure::Owed(_) => 0, // above
                CallsFigure::Calls => calls.calls,
                CallsFigure::LostRuns => calls.lost_runs,
                CallsFigure::MostAtOnce => calls.most_at_once.unwrap_or(0),
                CallsFigure::Placed => calls.placed,
                CallsFigure::Unplaced => calls.unplaced,
            })
        }
        other => now(&summary.last, other),
    }
}

/// What falls to a source, in billionths of a dollar.
fn owed(summary: &Summary, source: TaskSourceId, figure: OwedFigure) -> i128 {
    let owed = summary.money.of_sources[source];
    match figure {
        OwedFigure::Cost => owed.cost.0,
        OwedFigure::ReservedUnused => owed.reserved_unused.0,
        OwedFigure::Idle => owed.idle.0,
    }
}

/// A ratio in billionths, cut off.
fn ratio(numerator: u128, denominator: u128) -> i128 {
    if denominator == 0 {
        return 0;
    }
    i128::try_from(numerator * 1_000_000_000 / denominator).unwrap_or(i128::MAX)
}

fn percent((part, all): (u128, u128)) -> i128 {
    ratio(part * 100, all)
}
