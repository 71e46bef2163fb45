//! A comparison as people read it: on the terminal and as Markdown.

mod data;
mod grid;
mod pictures;
mod shortfall;
mod words;

pub use data::{COMPARE_COLUMNS, compare_csv, compare_json, runs_columns, runs_csv};
pub use pictures::compare_pictures;

use super::screen::{Paint, Screen};
use super::terminal::left_out;
use crate::study::{Comparison, Measures, Metric};
use crate::units::SimTime;
use grid::Grid;
use shortfall::shortfall;
use std::fmt::Write;
use words::{dollars, fixed, grouped, signed, spread};

/// What is paid by the hour begun on a bill, as it is called where it is missing (PRC-6).
const BY_THE_HOUR: [&str; 4] = ["load balancers", "NAT gateways", "interface endpoints", "public IPv4 addresses"];

/// Failed expectations that are shown one by one.
const MOST_SHOWN: usize = 20;

/// The comparison on the terminal.
pub fn compare_text(all: &Comparison<'_>, screen: &Screen) -> String {
    let mut text = head(all, screen);
    text.push('\n');
    for grid in [money_grid(all), task_grid(all)] {
        grid.sheet().write(&mut text, screen);
        text.push('\n');
    }
    if all.seeds.len() > 1 {
        let over = format!("Above, means over {}; below, with 95 % intervals (Student's t),", seeds(all));
        let over = format!("{over} and differences to {} seed by seed:", all.sides[all.baseline].name);
        screen.wrapped(&mut text, "  ", &over, 4);
        text.push('\n');
        intervals(&mut text, all, screen);
    }
    for sentence in findings(all).into_iter().chain(notes(all)) {
        screen.wrapped(&mut text, "  ", &sentence, 4);
    }
    text.push('\n');
    failures(&mut text, all, screen);
    text += &last_line(all);
    text
}

/// One table, or one for each figure where that is too wide.
fn intervals(text: &mut String, all: &Comparison<'_>, screen: &Screen) {
    let grid = interval_grid(all);
    let parts = if grid.sheet().fits(screen) { vec![grid] } else { vec![grid.part(1..3), grid.part(3..5)] };
    for part in parts {
        part.sheet().write(text, screen);
        text.push('\n');
    }
}

/// The comparison for a pull request.
pub fn compare_markdown(all: &Comparison<'_>) -> String {
    let mut grid = Grid::new([
        "side",
        "cost",
        "relative",
        "difference",
        "instance-hours",
        "peak instances",
        "instances used",
        "CPU reserved",
        "memory reserved",
        "tasks placed",
        "not placed",
        "waiting at end",
        "requests not served",
        "expectations met",
    ]);
    for (place, side) in all.sides.iter().enumerate() {
        let mean = |metric, decimals| spread(all.estimate(place, metric), |value| grouped(value, decimals));
        let percent = |metric| spread(all.estimate(place, metric), |value| format!("{} %", fixed(value, 1)));
        let difference = if place == all.baseline {
            "-".to_owned()
        } else {
            signed(&spread(all.difference(place, Metric::Cost), dollars))
        };
        grid.rows.push(vec![
            side.name.clone(),
            spread(all.estimate(place, Metric::Cost), dollars),
            relative(all, place),
            difference,
            mean(Metric::InstanceHours, 1),
            mean(Metric::InstancesPeak, tenths(all)),
            mean(Metric::InstancesUsed, tenths(all)),
            percent(Metric::CpuReserved),
            percent(Metric::MemoryReserved),
            mean(Metric::TasksPlaced, tenths(all)),
            mean(Metric::TasksUnplaced, tenths(all)),
            mean(Metric::TasksWaiting, tenths(all)),
            unserved(all, place, |estimate| spread(estimate, |value| grouped(value, tenths(all)))),
            met(&side.runs),
        ]);
    }
    let mut text = grid.markdown();
    text.push('\n');
    if all.seeds.len() > 1 {
        let _ = writeln!(
            text,
            "Means over {} with 95 % intervals (Student's t); differences to `{}` seed by seed.\n",
            seeds(all),
            all.sides[all.baseline].name
        );
    }
    for sentence in findings(all).into_iter().chain(notes(all)) {
        let _ = writeln!(text, "- {sentence}");
    }
    for (name, seed, check) in failed_checks(all) {
        let _ =
            writeln!(text, "- **FAIL** {name}, seed {seed}: `{}`, seen: {}", check.text.replace('`', "'"), check.seen);
    }
    text
}

fn head(all: &Comparison<'_>, screen: &Screen) -> String {
    let longest = all.sides.iter().map(|side| side.cast.horizon).max().unwrap_or(SimTime::START);
    let left = format!("longshore {}   {} sides", env!("CARGO_PKG_VERSION"), all.sides.len());
    let right = format!("{}   {longest} simulated", seeds(all));
    let used = left.len() + right.chars().count();
    if used + 2 > screen.width() {
        return format!("{left}\n{right}\n");
    }
    format!("{left}{}{right}\n", " ".repeat(screen.width() - used))
}

fn seeds(all: &Comparison<'_>) -> String {
    match (all.seeds.first(), all.seeds.last()) {
        (Some(first), Some(last)) if first != last => format!("{} seeds ({first} to {last})", all.seeds.len()),
        (Some(first), _) => format!("seed {first}"),
        _ => String::new(),
    }
}

/// Counts are whole with one seed, and means of several have a decimal.
fn tenths(all: &Comparison<'_>) -> usize {
    usize::from(all.seeds.len() > 1)
}

fn relative(all: &Comparison<'_>, side: usize) -> String {
    all.relative_cost(side).map_or_else(|| "-".to_owned(), |times| fixed(times, 2))
}

fn met(runs: &[Measures]) -> String {
    let checks = || runs.iter().flat_map(|run| &run.checks);
    match checks().count() {
        0 => "-".to_owned(),
        count => format!("{}/{count}", checks().filter(|check| check.passed).count()),
    }
}

/// Requests that were not served; `-` where none were asked for.
fn unserved(all: &Comparison<'_>, side: usize, show: impl Fn(Option<crate::study::Estimate>) -> String) -> String {
    if all.sides[side].runs.iter().all(|run| run.requests_offered == 0) {
        return "-".to_owned();
    }
    show(all.estimate(side, Metric::RequestsUnserved))
}

fn money_grid(all: &Comparison<'_>) -> Grid {
    let mut grid = Grid::new(["side", "cost", "relative", "inst-hours", "peak", "CPU", "memory"]);
    for (place, side) in all.sides.iter().enumerate() {
        let mean = |metric| all.estimate(place, metric).map(|found| found.mean);
        let shown = |metric, show: &dyn Fn(f64) -> String| mean(metric).map_or_else(|| "-".to_owned(), show);
        let percent = |value: f64| format!("{}%", fixed(value, 1));
        grid.rows.push(vec![
            side.name.clone(),
            shown(Metric::Cost, &dollars),
            relative(all, place),
            shown(Metric::InstanceHours, &|value| grouped(value, 1)),
            shown(Metric::InstancesPeak, &|value| grouped(value, tenths(all))),
            shown(Metric::CpuReserved, &percent),
            shown(Metric::MemoryReserved, &percent),
        ]);
    }
    grid
}

fn task_grid(all: &Comparison<'_>) -> Grid {
    // what did not come off matters before what did
    let mut grid = Grid::new(["side", "used", "placed", "unplaced", "waiting", "unserved", "met"]);
    grid.dispensable = &["used", "placed", "waiting", "unplaced", "met"];
    for (place, side) in all.sides.iter().enumerate() {
        let mean = |metric| {
            all.estimate(place, metric).map_or_else(|| "-".to_owned(), |found| grouped(found.mean, tenths(all)))
        };
        let lost = unserved(all, place, |found| {
            found.map_or_else(|| "-".to_owned(), |found| grouped(found.mean, tenths(all)))
        });
        grid.rows.push(vec![
            side.name.clone(),
            mean(Metric::InstancesUsed),
            mean(Metric::TasksPlaced),
            mean(Metric::TasksUnplaced),
            mean(Metric::TasksWaiting),
            lost,
            met(&side.runs),
        ]);
    }
    grid
}

fn interval_grid(all: &Comparison<'_>) -> Grid {
    let mut grid = Grid::new(["side", "cost", "difference", "inst-hours", "difference"]);
    for (place, side) in all.sides.iter().enumerate() {
        let hours = |value: f64| grouped(value, 1);
        let difference = |metric, show: &dyn Fn(f64) -> String| {
            if place == all.baseline { "-".to_owned() } else { signed(&spread(all.difference(place, metric), show)) }
        };
        grid.rows.push(vec![
            side.name.clone(),
            spread(all.estimate(place, Metric::Cost), dollars),
            difference(Metric::Cost, &dollars),
            spread(all.estimate(place, Metric::InstanceHours), hours),
            difference(Metric::InstanceHours, &hours),
        ]);
    }
    grid
}

/// What each side costs against the baseline, in words.
fn findings(all: &Comparison<'_>) -> Vec<String> {
    let base = &all.sides[all.baseline].name;
    let others = (0..all.sides.len()).filter(|place| *place != all.baseline);
    let costs = others.filter_map(|place| {
        let name = &all.sides[place].name;
        let difference = all.difference(place, Metric::Cost)?;
        if all.seeds.len() > 1 && !difference.is_clear() && difference.mean != 0.0 {
            let half = difference.half_width.unwrap_or(0.0);
            let (low, high) = (difference.mean - half, difference.mean + half);
            return Some(format!(
                "{name} and {base}: no clear difference in cost; the interval of the difference, {} to {}, holds zero.",
                signed(&dollars(low)),
                signed(&dollars(high))
            ));
        }
        let cents = dollars(difference.mean.abs());
        let share = all.relative_cost(place).map(|times| format!(" ({} %)", fixed((times - 1.0).abs() * 100.0, 1)));
        let share = share.unwrap_or_default();
        Some(if difference.mean == 0.0 {
            format!("{name} costs as much as {base}.")
        } else if difference.mean > 0.0 {
            format!("{name} costs {cents}{share} more than {base}.")
        } else {
            format!("{name} costs {cents}{share} less than {base}.")
        })
    });
    let cheapest = all.cheapest();
    let but = shortfall(all, cheapest).map(|but| format!("{} costs least, but {but}.", all.sides[cheapest].name));
    costs.chain(but).collect()
}

/// What a reader must know before comparing.
fn notes(all: &Comparison<'_>) -> Vec<String> {
    let base = &all.sides[all.baseline];
    let mut notes = Vec::new();
    for side in all.sides.iter().filter(|side| side.cast.horizon != base.cast.horizon) {
        notes.push(format!(
            "Note: {} lasts {} and {} lasts {}: their costs are of different spans.",
            side.name, side.cast.horizon, base.name, base.cast.horizon
        ));
    }
    for side in all.sides.iter().filter(|side| side.cast.warm_up != base.cast.warm_up) {
        notes.push(format!(
            "Note: {} leaves {} out and {} {}: their means, least and most, and requests are of different spans.",
            side.name,
            first(side.cast.warm_up),
            base.name,
            first(base.cast.warm_up)
        ));
    }
    if base.cast.warm_up > SimTime::START && all.sides.iter().all(|side| side.cast.warm_up == base.cast.warm_up) {
        notes.push(format!("Warm-up of all sides: {}.", left_out(base.cast.warm_up)));
    }
    let pays = |run: &Measures| BY_THE_HOUR.iter().any(|what| !run.not_billed.contains(what));
    if all.sides.iter().any(|side| side.cast.hours_begun == Some(false) && side.runs.iter().any(pays)) {
        notes.push(
            "Load balancers, NAT gateways, endpoints and addresses are paid by their time here, not by hours begun (PRC-6)."
                .to_owned(),
        );
    }
    let mut missing: Vec<&str> = Vec::new();
    for what in all.sides.iter().flat_map(|side| &side.runs).flat_map(|run| &run.not_billed) {
        if !missing.contains(what) {
            missing.push(what);
        }
    }
    if !missing.is_empty() {
        notes.push(format!("Not billed on one side or more, where none is declared: {}.", missing.join(", ")));
    }
    notes
}

/// What a warm-up leaves out.
fn first(warm_up: SimTime) -> String {
    if warm_up == SimTime::START { "nothing".to_owned() } else { format!("the first {warm_up}") }
}

fn failed_checks<'a>(all: &'a Comparison<'_>) -> impl Iterator<Item = (&'a str, u64, &'a crate::record::CheckResult)> {
    all.sides.iter().flat_map(|side| {
        side.runs.iter().flat_map(|run| {
            let failed = run.checks.iter().filter(|check| !check.passed);
            failed.map(|check| (side.name.as_str(), run.seed, check))
        })
    })
}

fn failures(text: &mut String, all: &Comparison<'_>, screen: &Screen) {
    let word = screen.painted("FAIL", Paint::Bad);
    for (name, seed, check) in failed_checks(all).take(MOST_SHOWN) {
        let expected = format!("{name}, seed {seed}: {}", screen.plain(&check.text));
        screen.wrapped(text, &format!("  {word}  "), &expected, 8);
        screen.wrapped(text, "        ", &format!("seen: {}", screen.plain(&check.seen)), 8);
    }
    let count = failed_checks(all).count();
    if count > MOST_SHOWN {
        let _ = writeln!(text, "  and {} more", count - MOST_SHOWN);
    }
    if count > 0 {
        text.push('\n');
    }
}

/// One line that sums the comparison up.
fn last_line(all: &Comparison<'_>) -> String {
    let failed: Vec<&str> = all.failed().map(|side| side.name.as_str()).collect();
    let (word, failed) =
        if failed.is_empty() { ("ok", String::new()) } else { ("FAIL", format!("  failed={}", failed.join(","))) };
    let (base, cheapest) = (&all.sides[all.baseline].name, &all.sides[all.cheapest()].name);
    let (sides, seeds) = (all.sides.len(), all.seeds.len());
    format!("longshore: {word}  cheapest={cheapest}  baseline={base}  sides={sides}  seeds={seeds}{failed}\n")
}
