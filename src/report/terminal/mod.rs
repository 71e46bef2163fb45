//! The summary on the terminal: plain text of 80 columns, or as wide as the screen, the last line stable enough to grep.

mod capacity;
mod money;
mod notices;
mod over_time;
mod services;
mod shares;

pub(super) use money::merged_lines;

use super::figures::Figures;
use super::findings::findings;
use super::numbers::ratio3;
use super::screen::{Screen, width_of};
use crate::record::BucketRow;
use crate::units::SimTime;

/// What stands out is told in so many sentences; `summary.json` has all of them.
const MOST_FINDINGS: usize = 3;

/// What the summary shows beside the figures of the run.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The series, for the curves.
    pub buckets: &'a [BucketRow],
    /// Codes of the warnings that were told before the run, one for each.
    pub warnings: &'a [String],
    /// The folder that the results are in.
    pub folder: &'a str,
    /// The files there.
    pub files: &'a [String],
    /// The scenario file, to be named in commands.
    pub scenario: &'a str,
}

/// The whole summary but its last line.
pub fn summary_text(run: &Figures<'_>, around: &Surroundings<'_>, screen: &Screen) -> String {
    let mut text = String::new();
    head(&mut text, run, screen);
    money::bill(&mut text, run, screen);
    shares::by_service(&mut text, run, screen);
    capacity::capacity(&mut text, run, screen);
    let shown = services::services(&mut text, run, screen);
    services::calls(&mut text, run, screen);
    over_time::over_time(&mut text, run, around.buckets, &shown, screen);
    notices::checks(&mut text, run, screen);
    outstanding(&mut text, run, screen);
    notices::warnings(&mut text, run, around.warnings, screen);
    notices::limits(&mut text, run, screen);
    notices::files(&mut text, run, around, screen);
    text
}

/// One line that sums the run up: `longshore: ok  cost_usd=…`.
pub fn last_line(run: &Figures<'_>) -> String {
    let summary = run.summary;
    let passed = run.checks.iter().filter(|check| check.passed).count();
    let word = if passed == run.checks.len() { "ok" } else { "FAIL" };
    format!(
        "longshore: {word}  cost_usd={}  instance_hours={}  unplaced={}  checks={passed}/{}",
        summary.money.cost.readable().replace(',', ""),
        ratio3(summary.money.billed_instance_ms, 3_600_000),
        summary.tasks_unplaced,
        run.checks.len()
    )
}

fn line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Tool and scenario at the left, seed and span at the right; under each other where that is too wide.
fn head(text: &mut String, run: &Figures<'_>, screen: &Screen) {
    let right = format!("seed {}   {} simulated", run.cast.seed, run.cast.horizon);
    let tool = format!("longshore {}   ", env!("CARGO_PKG_VERSION"));
    let name = screen.name(&run.cast.scenario, screen.width() - tool.len());
    let left = format!("{tool}{name}");
    let used = width_of(&left) + width_of(&right);
    if used + 2 > screen.width() {
        line(text, &left);
        line(text, &right);
    } else {
        line(text, &format!("{left}{}{right}", " ".repeat(screen.width() - used)));
    }
    if run.cast.warm_up > SimTime::START {
        screen.wrapped(text, "warm-up: ", &left_out(run.cast.warm_up), 2);
    }
    line(text, "");
}

/// What a warm-up does to the figures (ECS-950).
pub(in crate::report) fn left_out(warm_up: SimTime) -> String {
    format!(
        "the first {warm_up} is left out of means, least and most, and requests; the bill and counts of tasks have it"
    )
}

fn outstanding(text: &mut String, run: &Figures<'_>, screen: &Screen) {
    let all = findings(run);
    if all.is_empty() {
        return;
    }
    line(text, "  What stands out");
    for finding in all.iter().take(MOST_FINDINGS) {
        screen.wrapped(text, "  - ", &screen.plain(&finding.text), 4);
    }
    if all.len() > MOST_FINDINGS {
        screen.wrapped(text, "  ", &format!("and {} more in summary.json", all.len() - MOST_FINDINGS), 4);
    }
    line(text, "");
}
