//! Expectations, warnings, what the model leaves out, and where the files are.

use super::{Surroundings, line};
use crate::catalog::months_old;
use crate::cost::{PriceSource, not_billed, without_charge};
use crate::fact::ServiceRole;
use crate::record::OverQuota;
use crate::report::figures::Figures;
use crate::report::numbers::grouped;
use crate::report::screen::{Paint, Screen, counted};
use crate::report::summary_json::{LOAD_LIMITS, spot_limit};
use std::collections::{BTreeMap, BTreeSet};

/// Expectations that are shown one by one, failed ones first.
const MOST_CHECKS: usize = 20;

pub(super) fn checks(text: &mut String, run: &Figures<'_>, screen: &Screen) {
    let failed = run.checks.iter().filter(|check| !check.passed);
    let passed = run.checks.iter().filter(|check| check.passed);
    for check in failed.chain(passed).take(MOST_CHECKS) {
        let expected = screen.plain(&check.text);
        if check.passed {
            // one line each: what is fine needs no more
            let shown = screen.name(&check.text, screen.width() - 8);
            line(text, &format!("  {}    {shown}", screen.painted("ok", Paint::Good)));
        } else {
            // a failure is shown whole, however long
            screen.wrapped(text, &format!("  {}  ", screen.painted("FAIL", Paint::Bad)), &expected, 8);
            screen.wrapped(text, "        ", &format!("seen: {}", screen.plain(&check.seen)), 8);
        }
    }
    if run.checks.len() > MOST_CHECKS {
        line(text, &format!("  and {} more in summary.json", run.checks.len() - MOST_CHECKS));
    }
    if !run.checks.is_empty() {
        line(text, "");
    }
}

/// What AWS would not have let go on so, or so fast; and the warnings that were told before the run.
pub(super) fn warnings(text: &mut String, run: &Figures<'_>, before: &[String], screen: &Screen) {
    let summary = run.summary;
    let mut sentences: Vec<String> = summary.over_quota.iter().map(over_quota).collect();
    if summary.tasks_failed_to_start > 0 {
        sentences.push(format!(
            "{} had a place and failed to start, as no address was free in the subnets (ECS-144); \
             `task_failed_to_start` in events.csv names them.",
            counted(summary.tasks_failed_to_start, "task")
        ));
    }
    if summary.calls_throttled > 0 {
        let calls = match summary.calls_throttled {
            1 => "1 call was".to_owned(),
            count => format!("{} calls were", grouped(count)),
        };
        sentences.push(format!(
            "{calls} throttled and made later, as AWS takes so many in a second (ECS-813, ECS-821, ECS-822); \
             `launch_rates: none` leaves that out."
        ));
    }
    for sentence in &sentences {
        screen.wrapped(text, &format!("  {} ", screen.painted("Warning:", Paint::Warning)), sentence, 4);
    }
    if !before.is_empty() {
        let codes: BTreeSet<&str> = before.iter().map(String::as_str).collect();
        let codes = codes.into_iter().collect::<Vec<_>>().join(", ");
        let count = counted(before.len() as u64, "warning");
        screen.wrapped(text, "  ", &format!("{count} about the scenario before the run: {codes}."), 4);
    }
    if !sentences.is_empty() || !before.is_empty() {
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
             use or on request: say yours with `quotas: {{{key}: {}}}`.",
            over.quota.words(),
            over.most.div_ceil(over.parts)
        ),
        None => format!("up to {most} {}, where AWS allows {value} and no more ({rule}).", over.quota.words()),
    }
}

pub(super) fn limits(text: &mut String, run: &Figures<'_>, screen: &Screen) {
    let has_load = run.cast.services.rows().iter().any(ServiceRole::has_load);
    let model: Vec<&str> = LOAD_LIMITS.into_iter().filter(|_| has_load).chain(spot_limit(run)).collect();
    if !model.is_empty() {
        screen.wrapped(text, "  Model: ", &format!("{}.", model.join("; ")), 4);
    }
    let mut dates: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for PriceSource { name, date } in run.bill.iter().map(|line| &line.source) {
        dates.entry(name).or_default().insert(date);
    }
    let sources: Vec<String> = dates.iter().map(|(name, dates)| source(name, dates)).collect();
    if !sources.is_empty() {
        screen.wrapped(text, "  Prices: ", &screen.plain(&format!("{}.", sources.join("; "))), 4);
    }
    let free = without_charge(run.bill).join(" $0.00, ");
    screen.wrapped(text, "  No charge: ", &format!("{free} $0.00."), 4);
    let missing = not_billed(run.bill);
    if !missing.is_empty() {
        let missing = missing.join(", ");
        screen.wrapped(text, "  Not billed here: ", &format!("{missing}; the scenario declares none."), 4);
    }
    line(text, "");
}

/// Where prices come from, of when they are, and how old they were when this version was made.
fn source(name: &str, dates: &BTreeSet<&str>) -> String {
    let mut known = dates.iter().filter(|date| !date.is_empty());
    let Some(first) = known.next() else { return name.to_owned() };
    let last = known.next_back();
    let dates = last.map_or_else(|| (*first).to_owned(), |last| format!("{first} to {last}"));
    let most = if last.is_some() { " at most" } else { "" };
    match months_old(first) {
        Some(months @ 1..) => format!("{name} of {dates} ({months} months old{most})"),
        _ => format!("{name} of {dates}"),
    }
}

/// The folder on a line of its own, whole however long, so that it can be copied.
pub(super) fn files(text: &mut String, run: &Figures<'_>, around: &Surroundings<'_>, screen: &Screen) {
    line(text, &format!("  {}/", screen.plain(around.folder)));
    let is_chart = |file: &&String| file.starts_with("charts/");
    let mut names: Vec<&str> = around.files.iter().filter(|file| !is_chart(file)).map(String::as_str).collect();
    if around.files.iter().any(|file| is_chart(&file)) {
        names.push("charts/*.svg, charts/*.png");
    }
    screen.wrapped(text, "    ", &names.join(", "), 4);
    let summary = run.summary;
    if summary.tasks_unplaced + summary.tasks_waiting_at_end + summary.tasks_failed_to_start > 0 {
        line(text, "  why a task has no place:");
        line(text, &format!("    longshore why {} --task NAME/NUMBER", screen.plain(around.scenario)));
    }
}
