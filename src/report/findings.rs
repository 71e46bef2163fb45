//! What stands out in a run: sentences made of its figures, the most important first.
//!
//! The order is fixed, not weighed: what asked for something and did not get it, then what waited, then what was paid
//! for and not used, then what explains the bill.

use super::figures::Figures;
use super::numbers::{grouped, grouped_ratio, percent1};
use super::screen::counted;
use super::terminal::merged_lines;
use crate::cost::{Counted, Line};
use crate::record::{ClusterGauge, TaskName};
use crate::units::{MebiBytes, NanoUsd, Resources, ServiceId, SimTime};
use std::fmt::Write;

/// What a finding is about; in the order of importance.
pub(super) const CODES: [&str; 12] = [
    "requests_unserved",
    "task_larger_than_an_instance",
    "tasks_unplaced",
    "tasks_waiting_at_end",
    "longest_wait",
    "instances_never_used",
    "paid_for_nothing",
    "one_resource_first",
    "mostly_unreserved",
    "reserved_and_not_used",
    "one_item_dominates",
    "peak_far_above_mean",
];

/// Points between the reserved shares of CPU and memory from which on one is said to fill first.
const LOPSIDED_POINTS: u128 = 15;
/// A service that uses less of the CPU that it reserves, in per cent, is told of.
const LITTLE_USED_PERCENT: u128 = 30;
/// Share of the cost of instances, in per cent, from which on what is idle is told of.
const MUCH_IDLE_PERCENT: i128 = 30;
/// Share of the bill, in per cent, from which on one item dominates it.
const DOMINANT_PERCENT: i128 = 60;
/// Times of the mean from which on a peak is far above it.
const PEAK_TIMES: u128 = 2;

/// One thing that stands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// One of [`CODES`].
    pub(super) code: &'static str,
    /// A sentence.
    pub(super) text: String,
    /// The moment that it is about, if it is about one.
    pub(super) at: Option<SimTime>,
}

/// A sentence and its moment, if there is something to tell.
type Found = Option<(String, Option<SimTime>)>;

/// All that stands out, the most important first.
pub(super) fn findings(run: &Figures<'_>) -> Vec<Finding> {
    let makers: [fn(&Figures<'_>) -> Found; CODES.len()] = [
        requests_unserved,
        too_large,
        unplaced,
        waiting_at_end,
        longest_wait,
        never_used,
        paid_for_nothing,
        one_resource_first,
        mostly_unreserved,
        reserved_and_not_used,
        one_item_dominates,
        peak_far_above_mean,
    ];
    let found = CODES.into_iter().zip(makers).filter_map(|(code, make)| {
        let (text, at) = make(run)?;
        Some(Finding { code, text, at })
    });
    found.collect()
}

fn task(run: &Figures<'_>, name: TaskName) -> String {
    run.cast.task_name(name.source, name.ordinal)
}

/// `36,600 of 186,459,300 requests (0.1 %)`, and never `0.0 %` of something.
fn requests(part: u64, all: u64) -> String {
    let percent = percent1((part.into(), all.into()));
    let percent = if percent == "0.0" { "less than 0.1".to_owned() } else { percent };
    format!("{} of {} ({percent} %)", grouped(part), counted(all, "request"))
}

fn requests_unserved(run: &Figures<'_>) -> Found {
    let services = || run.summary.services.iter().filter(|(_, figures)| figures.requests.unserved() > 0);
    // of several with as many the first by name
    let (id, figures) = services().max_by_key(|(id, figures)| (figures.requests.unserved(), std::cmp::Reverse(*id)))?;
    let shortage = run.summary.highlights.shortages[id];
    let name = &run.cast.services[id].name;
    let mut text = format!("{name} did not serve {}", requests(figures.requests.unserved(), figures.requests.offered));
    if let Some(first) = shortage.first {
        let _ = write!(text, ", first at {first}");
    }
    match shortage.worst {
        Some((at, _, 0)) => _ = write!(text, "; at {at} none of its tasks ran"),
        Some((at, asked, done)) => {
            let times = grouped_ratio(asked, done, 2);
            let _ = write!(text, "; at worst, at {at}, {times} times what its tasks can do was asked");
        }
        None => {}
    }
    let others = services().count() as u64 - 1;
    if others > 0 {
        let _ = write!(text, "; {} fell short too", counted(others, "other service"));
    }
    Some((text + ".", shortage.first))
}

/// `16 vCPU and 112 GiB`.
fn size(need: Resources) -> String {
    format!("{} vCPU and {}", trimmed(u128::from(need.cpu.0), 1024), memory(need.memory))
}

fn memory(memory: MebiBytes) -> String {
    match memory.0 {
        mib @ 0..1024 => format!("{mib} MiB"),
        mib => format!("{} GiB", trimmed(mib.into(), 1024)),
    }
}

/// At most two decimals, and none that are zero.
fn trimmed(numerator: u128, denominator: u128) -> String {
    let text = grouped_ratio(numerator, denominator, 2);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn too_large(run: &Figures<'_>) -> Found {
    let large = run.summary.highlights.too_large?;
    let more = match run.summary.tasks_too_large.saturating_sub(1) {
        0 => String::new(),
        more => format!("; so it is with {}", counted(more, "more task")),
    };
    let (name, need, empty) = (task(run, large.task), size(large.need), size(large.empty));
    Some((format!("{name} asks for {need}, and an empty instance has {empty}{more}."), Some(large.at)))
}

fn unplaced(run: &Figures<'_>) -> Found {
    let (first, at) = run.summary.highlights.first_unplaced?;
    let count = run.summary.tasks_unplaced - run.summary.tasks_too_large;
    let (name, tasks) = (task(run, first), counted(count, "standalone task"));
    let first = if count == 1 { format!("{name}, at {at}") } else { format!("the first, {name}, at {at}") };
    Some((format!("{tasks} found no place and nobody tries again: {first}."), Some(at)))
}

fn waiting_at_end(run: &Figures<'_>) -> Found {
    let longest = run.summary.highlights.longest_at_end?;
    let (tasks, name) = (counted(run.summary.tasks_waiting_at_end, "task"), task(run, longest.task));
    let text = format!(
        "{tasks} still waited for a place when the run ended; {name} had waited longest, since {}.",
        longest.from
    );
    Some((text, Some(longest.from)))
}

fn longest_wait(run: &Figures<'_>) -> Found {
    let highlights = &run.summary.highlights;
    let wait = highlights.longest_wait?;
    let (name, span) = (task(run, wait.task), wait.until - wait.from);
    let others = match highlights.waited {
        1 => "no other task that got one waited".to_owned(),
        count => format!("{} waited for theirs", counted(count, "task")),
    };
    Some((format!("{name} waited longest for its place, {span} from {} on; {others}.", wait.from), Some(wait.from)))
}

fn never_used(run: &Figures<'_>) -> Found {
    let unused = run.summary.highlights.unused;
    let (came, provider, ordinal) = unused.first?;
    let (first, all) = (run.cast.instance_name(provider, ordinal), grouped(run.summary.instances_ever));
    let hours = grouped_ratio(unused.time_ms, 3_600_000, 2);
    let text = match unused.instances {
        1 => format!(
            "{first}, one of {}, was empty all the time: {hours} hours.",
            counted(run.summary.instances_ever, "instance")
        ),
        count => format!(
            "{} of {all} instances were empty all the time, {first} the first of them: {hours} instance-hours.",
            grouped(count)
        ),
    };
    Some((text, Some(came)))
}

/// With all that instances bring along: `$12.30 of the $45.00 …`.
fn paid_for_nothing(run: &Figures<'_>) -> Found {
    let (idle, all) = (run.shares.instances_idle, run.shares.instances);
    if idle.0 == 0 || idle.0 * 100 < all.0 * MUCH_IDLE_PERCENT {
        return None;
    }
    let text = format!(
        "${} of the ${} that instances cost paid for nothing: no task had reserved it.",
        idle.readable(),
        all.readable()
    );
    Some((text, None))
}

/// Reserved shares of CPU and memory in thousandths.
fn reserved(run: &Figures<'_>) -> Option<(u128, u128)> {
    let (cpu, memory) = (run.summary.cpu_reserved_share(), run.summary.memory_reserved_share());
    let share = |(part, all): (u128, u128)| (part * 1000).checked_div(all);
    Some((share(cpu)?, share(memory)?))
}

/// `56.5 %`: what is not reserved.
fn rest((part, all): (u128, u128)) -> String {
    format!("{} %", percent1((all.saturating_sub(part), all)))
}

fn one_resource_first(run: &Figures<'_>) -> Found {
    let (cpu, memory) = reserved(run)?;
    if cpu.abs_diff(memory) < LOPSIDED_POINTS * 10 || cpu.max(memory) < 500 {
        return None;
    }
    let (cpu_share, memory_share) = (run.summary.cpu_reserved_share(), run.summary.memory_reserved_share());
    let text = if cpu > memory {
        let (full, left) = (percent1(cpu_share), rest(memory_share));
        format!(
            "CPU fills before memory: {full} % of the CPU of instances was reserved, and {left} of their memory never was."
        )
    } else {
        let (full, left) = (percent1(memory_share), rest(cpu_share));
        format!(
            "Memory fills before CPU: {full} % of the memory of instances was reserved, and {left} of their CPU never was."
        )
    };
    Some((text, None))
}

fn mostly_unreserved(run: &Figures<'_>) -> Found {
    let (cpu, memory) = reserved(run)?;
    if cpu.max(memory) >= 500 {
        return None;
    }
    let (cpu, memory) = (rest(run.summary.cpu_reserved_share()), rest(run.summary.memory_reserved_share()));
    Some((
        format!("Most of the capacity was never reserved: {cpu} of the CPU of instances and {memory} of their memory."),
        None,
    ))
}

fn reserved_and_not_used(run: &Figures<'_>) -> Found {
    let idle = |id: ServiceId| {
        let requests = run.summary.services[id].requests;
        requests.cpu_reserved_unit_ms.saturating_sub(requests.cpu_used_unit_ms.into())
    };
    let little = |id: &ServiceId| {
        let requests = run.summary.services[*id].requests;
        run.cast.services[*id].has_load()
            && u128::from(requests.cpu_used_unit_ms) * 100 < requests.cpu_reserved_unit_ms * LITTLE_USED_PERCENT
    };
    let id = run.cast.services.ids().filter(little).max_by_key(|id| (idle(*id), std::cmp::Reverse(*id)))?;
    let (name, requests) = (&run.cast.services[id].name, run.summary.services[id].requests);
    let used = percent1((requests.cpu_used_unit_ms.into(), requests.cpu_reserved_unit_ms));
    let hours = grouped_ratio(idle(id), 1024 * 3_600_000, 2);
    Some((
        format!(
            "{name} used {used} % of the CPU that its running tasks reserved: {hours} vCPU-hours were reserved in vain."
        ),
        None,
    ))
}

fn one_item_dominates(run: &Figures<'_>) -> Found {
    // what a task on Fargate costs for vCPU and for memory is the price list's doing, and nothing to act upon
    let mut paid = run.bill.iter().filter(|line| line.cost.0 > 0);
    let first = paid.next()?;
    let platform = |line: &Line| (line.category, line.item.split_once(", ").map(|(_, platform)| platform.to_owned()));
    let of_first = platform(first);
    if matches!(first.counted, Counted::Tasks(_)) && paid.all(|line| platform(line) == of_first) {
        return None;
    }
    let lines = merged_lines(run);
    let total = run.summary.money.cost;
    let most = lines
        .iter()
        .max_by_key(|line| line.cost)
        .filter(|_| lines.iter().filter(|line| line.cost.0 > 0).count() > 1)?;
    if most.cost.0 * 100 < total.0 * DOMINANT_PERCENT {
        return None;
    }
    let percent = percent1((most.cost.0.unsigned_abs(), total.0.unsigned_abs()));
    let dollars = |cost: NanoUsd| format!("${}", cost.readable());
    Some((format!("{percent} % of the bill is {}: {} of {}.", most.name, dollars(most.cost), dollars(total)), None))
}

fn peak_far_above_mean(run: &Figures<'_>) -> Found {
    let (at, most) = run.summary.highlights.peak?;
    let instances = run.summary.gauge(ClusterGauge::Instances);
    let span = u128::from(run.summary.measured.0);
    if most < 3 || u128::from(most) * span < instances.integral * PEAK_TIMES {
        return None;
    }
    let (most, mean) = (grouped(most), grouped_ratio(instances.integral, span, 2));
    Some((format!("The most instances, {most}, were there at {at}; on average there were {mean}."), Some(at)))
}
