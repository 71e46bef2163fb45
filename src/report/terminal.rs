//! The summary on the terminal: plain text, 80 columns, the last line stable enough to grep.

use super::figures::Figures;
use super::numbers::{grouped, percent1, ratio3};
use super::summary_json::MODEL_LIMITS;
use crate::cost::{Meter, NOT_BILLED_YET};
use crate::record::{Bucket, ClusterGauge, OverQuota};
use std::fmt::Write;

const WIDTH: usize = 80;

/// The whole summary but its last line.
pub fn summary_text(run: &Figures<'_>, color: bool) -> String {
    let mut text = String::new();
    head(&mut text, run);
    money(&mut text, run);
    cluster(&mut text, run);
    services(&mut text, run);
    calls(&mut text, run);
    limited(&mut text, run);
    checks(&mut text, run, color);
    limits(&mut text, run);
    text
}

/// One line that sums the run up: `longshore: ok  cost=…`.
pub fn last_line(run: &Figures<'_>) -> String {
    let summary = run.summary;
    let passed = run.checks.iter().filter(|check| check.passed).count();
    let word = if passed == run.checks.len() { "ok" } else { "FAIL" };
    format!(
        "longshore: {word}  cost_usd={}  instance_hours={}  unplaced={}  checks={passed}/{}",
        cents(summary.money.cost),
        ratio3(summary.money.billed_instance_ms, 3_600_000),
        summary.tasks_unplaced,
        run.checks.len()
    )
}

/// Dollars and cents without separators, for programs.
fn cents(cost: crate::units::NanoUsd) -> String {
    cost.cents().replace(',', "")
}

fn line(text: &mut String, line: impl AsRef<str>) {
    let line: String = line.as_ref().chars().take(WIDTH).collect();
    text.push_str(line.trim_end());
    text.push('\n');
}

fn head(text: &mut String, run: &Figures<'_>) {
    let right = format!("seed {}   {} simulated", run.cast.seed, run.cast.horizon);
    let left = format!("longshore {}   ", env!("CARGO_PKG_VERSION"));
    let room = WIDTH.saturating_sub(left.len() + right.chars().count() + 2);
    let left = format!("{left}{}", shortened(&run.cast.scenario, room));
    let gap = WIDTH.saturating_sub(left.chars().count() + right.chars().count()).max(2);
    line(text, format!("{left}{}{right}", " ".repeat(gap)));
    line(text, "");
}

fn money(text: &mut String, run: &Figures<'_>) {
    let summary = run.summary;
    // with Fargate on the bill hours are of several things, and have no sum
    let only_instances = run.bill.iter().all(|entry| entry.meter == Meter::Instances);
    let heading = if only_instances { "instance-hours" } else { "hours" };
    line(text, format!("  {:<34}{heading:>14}  {:>12}  {:>12}", "cost", "$ per hour", "cost"));
    for entry in run.bill {
        let name = match entry.meter {
            Meter::Instances => format!("{} {} ({})", entry.category, entry.item, entry.provider),
            meter => format!("{} {} ({})", entry.category, meter.words(), entry.provider),
        };
        let hours = ratio3(entry.quantity_ms, u128::from(entry.meter.hour()));
        let price = entry.price.to_string();
        let cost = format!("${}", entry.cost.cents());
        line(text, format!("  {:<34}{hours:>14}  {price:>12}  {cost:>12}", shortened(&name, 34)));
    }
    let hours = if only_instances { ratio3(summary.money.billed_instance_ms, 3_600_000) } else { String::new() };
    let cost = format!("${}", summary.money.cost.cents());
    line(text, format!("  {:<34}{hours:>14}  {:>12}  {cost:>12}", "total", ""));
    line(text, "");
}

fn cluster(text: &mut String, run: &Figures<'_>) {
    let summary = run.summary;
    let span = u128::from(summary.measured.0.max(1));
    let mean = |bucket: Bucket| ratio3(bucket.integral, span);
    let row = |name: &str, bucket: Bucket| {
        format!("  {name:<34}{:>14}  {:>12}  {:>12}", mean(bucket), grouped(bucket.min), grouped(bucket.max))
    };
    line(text, format!("  {:<34}{:>14}  {:>12}  {:>12}", "cluster", "mean", "least", "most"));
    line(text, row("instances", summary.gauge(ClusterGauge::Instances)));
    line(text, row("tasks running", summary.gauge(ClusterGauge::TasksRunning)));
    line(text, row("tasks waiting for a place", summary.gauge(ClusterGauge::TasksWaiting)));
    let (cpu, memory) = (percent1(summary.cpu_reserved_share()), percent1(summary.memory_reserved_share()));
    line(text, format!("  {:<34}{:>13}%", "CPU reserved, of registered", cpu));
    line(text, format!("  {:<34}{:>13}%", "memory reserved, of registered", memory));
    if run.cast.standalone_tasks > 0 {
        let (asked, unplaced) = (run.cast.standalone_tasks, summary.tasks_unplaced);
        line(text, format!("  {:<34}{:>14}", "standalone tasks asked for", grouped(asked)));
        let note = match summary.tasks_too_large {
            0 => String::new(),
            count => format!("  ({} larger than an instance)", grouped(count)),
        };
        line(text, format!("  {:<34}{:>14}{note}", "standalone tasks not placed", grouped(unplaced)));
    }
    line(text, "");
}

fn services(text: &mut String, run: &Figures<'_>) {
    if run.cast.services.is_empty() {
        return;
    }
    line(
        text,
        format!(
            "  {:<22}{:>8}{:>9}{:>14}{:>14}{:>11}",
            "service", "desired", "running", "requests", "not served", "CPU used"
        ),
    );
    for (id, role) in run.cast.services.iter() {
        let figures = &run.summary.services[id];
        let running = ratio3(figures.running.integral, u128::from(run.summary.measured.0.max(1)));
        let used = percent1((u128::from(figures.requests.cpu_used_unit_ms), figures.requests.cpu_reserved_unit_ms));
        let has_load = role.has_load();
        let show = |value: String| if has_load { value } else { "-".to_owned() };
        line(
            text,
            format!(
                "  {:<22}{:>8}{:>9}{:>14}{:>14}{:>11}",
                shortened(&role.name, 21),
                figures.desired,
                running.trim_end_matches('0').trim_end_matches('.'),
                show(grouped(figures.requests.offered)),
                show(grouped(figures.requests.unserved())),
                show(format!("{used}%"))
            ),
        );
    }
    line(text, "");
}

/// What schedules and events started; the other entries of `tasks` stand in the figures of the cluster.
fn calls(text: &mut String, run: &Figures<'_>) {
    const MOST_SHOWN: usize = 20;
    let recurring: Vec<_> = run.summary.calls.iter().filter(|(_, figures)| figures.most_at_once.is_some()).collect();
    if recurring.is_empty() {
        return;
    }
    line(
        text,
        format!(
            "  {:<24}{:>11}{:>11}{:>11}{:>9}{:>11}",
            "started by schedule", "calls", "placed", "not placed", "lost", "at once"
        ),
    );
    for (source, figures) in recurring.iter().take(MOST_SHOWN) {
        let name = shortened(&run.cast.sources[**source].name, 23);
        let (calls, placed) = (grouped(figures.calls), grouped(figures.placed));
        let (unplaced, lost) = (grouped(figures.unplaced), grouped(figures.lost_runs));
        let most = grouped(figures.most_at_once.unwrap_or(0));
        line(text, format!("  {name:<24}{calls:>11}{placed:>11}{unplaced:>11}{lost:>9}{most:>11}"));
    }
    if recurring.len() > MOST_SHOWN {
        line(text, format!("  … and {} more in summary.json", recurring.len() - MOST_SHOWN));
    }
    let lost: u64 = recurring.iter().map(|(_, figures)| figures.lost_runs).sum();
    if lost > 0 {
        let runs = if lost == 1 { "1 run was".to_owned() } else { format!("{} runs were", grouped(lost)) };
        let sentence = format!("{runs} lost: RunTask answered without an error, and nobody tries again (PLT-97)");
        wrapped(text, "  Warning: ", &sentence);
    }
    line(text, "");
}

/// What AWS would not have let go on so, or so fast.
fn limited(text: &mut String, run: &Figures<'_>) {
    let summary = run.summary;
    for over in &summary.over_quota {
        wrapped(text, "  Warning: ", &over_quota(over));
    }
    if summary.tasks_failed_to_start > 0 {
        let tasks = match summary.tasks_failed_to_start {
            1 => "1 task".to_owned(),
            count => format!("{} tasks", grouped(count)),
        };
        let sentence = format!(
            "{tasks} had a place and failed to start, as no address was free in the subnets (ECS-144); \
             `task_failed_to_start` in events.csv names them"
        );
        wrapped(text, "  Warning: ", &sentence);
    }
    if summary.calls_throttled > 0 {
        let calls = match summary.calls_throttled {
            1 => "1 call was".to_owned(),
            count => format!("{} calls were", grouped(count)),
        };
        let sentence = format!(
            "{calls} throttled and made later, as AWS takes so many in a second (ECS-813, ECS-821, ECS-822); \
             `launch_rates: none` leaves that out"
        );
        wrapped(text, "  Warning: ", &sentence);
    }
    if !summary.over_quota.is_empty() || summary.calls_throttled + summary.tasks_failed_to_start > 0 {
        line(text, "");
    }
}

/// A quota that the run went beyond, in a sentence.
fn over_quota(over: &OverQuota) -> String {
    let (rule, value) = (over.quota.rule(), grouped(u64::from(over.value)));
    let most = over.number();
    match over.quota.key() {
        Some(key) => format!(
            "up to {most} {}, where the account has {value} and AWS lets the rest wait ({rule}); it is raised with \
             use or on request: say yours with \
             `quotas: {{{key}: {}}}`",
            over.quota.words(),
            over.most.div_ceil(over.parts)
        ),
        None => format!("up to {most} {}, where AWS allows {value} and no more ({rule})", over.quota.words()),
    }
}

fn checks(text: &mut String, run: &Figures<'_>, color: bool) {
    const MOST_SHOWN: usize = 20;
    let failed = run.checks.iter().filter(|check| !check.passed);
    let passed = run.checks.iter().filter(|check| check.passed);
    for check in failed.chain(passed).take(MOST_SHOWN) {
        let word = match (check.passed, color) {
            (true, false) => "ok  ",
            (false, false) => "FAIL",
            (true, true) => "\u{1b}[34mok\u{1b}[0m  ",
            (false, true) => "\u{1b}[1;31mFAIL\u{1b}[0m",
        };
        if check.passed {
            let _ = writeln!(text, "  {word}  {}", shortened(&check.text, WIDTH - 8));
        } else {
            // a failure is shown whole, however long
            let _ = writeln!(text, "  {word}  {}\n        seen: {}", check.text, check.seen);
        }
    }
    if run.checks.len() > MOST_SHOWN {
        line(text, format!("  … and {} more in summary.json", run.checks.len() - MOST_SHOWN));
    }
    if !run.checks.is_empty() {
        line(text, "");
    }
}

fn limits(text: &mut String, run: &Figures<'_>) {
    if run.cast.services.rows().iter().any(crate::fact::ServiceRole::has_load) {
        wrapped(text, "  Model: ", &MODEL_LIMITS.join("; "));
    }
    wrapped(text, "  Not billed yet: ", &NOT_BILLED_YET.join(", "));
    line(text, "");
}

/// A sentence over as many lines as it needs, indented.
fn wrapped(text: &mut String, label: &str, sentence: &str) {
    let mut current = label.to_owned();
    for word in sentence.split(' ') {
        if current.chars().count() + word.chars().count() + 1 > WIDTH {
            line(text, &current);
            current.clear();
            current.push_str("    ");
        }
        if !current.ends_with(' ') {
            current.push(' ');
        }
        current.push_str(word);
    }
    line(text, format!("{current}."));
}

fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(std::iter::once('…')).collect()
}
