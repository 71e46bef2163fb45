//! The four steps of an attempt, with counts, reasons and rules.

use super::text::Page;
use super::words::{best, constraint, counted, demand, event, lacking, share, strategy};
use super::{WhyView, help};
use crate::placement::{Choice, Explanation, Narrowing, Pool, Seen, Stage};
use crate::report::numbers::grouped;
use crate::study::Attempt;

/// How many entries of a list are shown, unless all are asked for.
const MOST: usize = 10;

pub(super) fn put(page: &mut Page, view: &WhyView<'_>, attempt: &Attempt) {
    let explanation = &attempt.explanation;
    let outcome = match explanation.choice {
        Some(choice) => format!("placed on {}", view.name(explanation.seen[choice.row].instance)),
        None => "not placed".to_owned(),
    };
    page.put(0, &format!("at {}: {outcome}", attempt.at));
    page.put(2, &format!("asks for {} on {}", demand(explanation), capacity(view, explanation)));
    resources(page, view, explanation);
    constraints(page, view, explanation);
    match explanation.choice {
        Some(choice) => {
            page.put(2, "step 3, strategies (ECS-301)");
            for narrowing in &explanation.narrowings {
                narrowed(page, view, explanation, narrowing);
            }
            chosen(page, view, explanation, choice);
        }
        None => not_placed(page, view, explanation),
    }
}

/// Whose instances are asked for.
pub(super) fn capacity(view: &WhyView<'_>, explanation: &Explanation) -> String {
    match explanation.pool {
        Pool::LaunchTypeEc2 => "any instance of the cluster (launch type EC2)".to_owned(),
        Pool::Provider(provider) | Pool::Fargate(provider) => {
            format!("instances of `{}`", view.cast.providers[provider])
        }
    }
}

fn resources(page: &mut Page, view: &WhyView<'_>, explanation: &Explanation) {
    let (all, left) = (explanation.seen.len(), explanation.left_by_resources());
    page.put_between(2, "step 1, resources (ECS-301)", &left_of(left, &format!("{} ACTIVE", count(all))));
    if !explanation.others.is_empty() {
        let others = counted(explanation.others.len(), "ACTIVE instance is", "ACTIVE instances are");
        page.put(4, &format!("{others} of other capacity and not asked"));
    }
    for (lack, lacking) in explanation.counts() {
        let verb = if lacking == 1 { "lacks it" } else { "lack it" };
        page.put_between(4, &format!("{} ({})", lack.name(), lack.rule()), &format!("{} {verb}", count(lacking)));
    }
    if left < all {
        left_line(page, view, explanation, Stage::Resources);
    }
}

fn constraints(page: &mut Page, view: &WhyView<'_>, explanation: &Explanation) {
    let (before, left) = (explanation.left_by_resources(), explanation.left_by_constraints());
    if explanation.constraints.is_empty() {
        page.put_between(2, "step 2, constraints (ECS-301): none", &left_of(left, &count(before)));
        return;
    }
    page.put_between(2, "step 2, constraints (ECS-301)", &left_of(left, &count(before)));
    for one in &explanation.constraints {
        let text = format!("{} ({})", constraint(one.expression.as_deref()), one.rule);
        page.put_between(4, &text, &format!("removes {}", count(one.removes)));
    }
    if left < before {
        left_line(page, view, explanation, Stage::Constraints);
    }
}

fn narrowed(page: &mut Page, view: &WhyView<'_>, explanation: &Explanation, narrowing: &Narrowing) {
    let text = format!("{} ({}): {}", strategy(narrowing), narrowing.rule, best(narrowing));
    page.put_between(4, &text, &left_of(narrowing.left, &count(narrowing.before)));
    if !narrowing.shares.is_empty() {
        let group = &view.cast.groups[explanation.group];
        let shares = narrowing.shares.iter().map(|one| {
            let nobody = if one.candidates == 0 { " (none left there)" } else { "" };
            format!("{} {}{nobody}", share(view, &one.of), grouped(one.tasks.into()))
        });
        page.put(6, &format!("tasks of {group}: {}", listed(shares.collect(), view.all)));
    }
    if narrowing.first_by_name {
        page.put(6, "several have as few: the first in name order (ECS-314)");
    }
}

fn chosen(page: &mut Page, view: &WhyView<'_>, explanation: &Explanation, choice: Choice) {
    let seen = &explanation.seen[choice.row];
    let name = format!("{} ({})", view.name(seen.instance), view.cast.zones[seen.zone]);
    let how = match (choice.tied, choice.drawn) {
        (1, _) => "one is left".to_owned(),
        (tied, true) => format!(
            "drawn among {}, number {} in the order of registration",
            count(tied),
            grouped(u64::try_from(choice.nth + 1).unwrap_or(u64::MAX))
        ),
        (tied, false) => format!("the first to register among {}", count(tied)),
    };
    page.put(2, &format!("step 4, choice (ECS-314): {how}: {name}"));
    let (free, need) = (seen.free, explanation.demand.need);
    let Some(after) = free.checked_sub(need) else { return };
    let row = |before: u32, need: u32, after: u32| {
        format!("{} - {} = {}", grouped(before.into()), grouped(need.into()), grouped(after.into()))
    };
    page.put(4, &format!("CPU units remaining: {}", row(free.cpu.0, need.cpu.0, after.cpu.0)));
    page.put(4, &format!("MiB remaining: {}", row(free.memory.0, need.memory.0, after.memory.0)));
}

fn not_placed(page: &mut Page, view: &WhyView<'_>, explanation: &Explanation) {
    if let Some(event) = event(view, explanation) {
        page.put(2, "ECS says (ECS-495, ECS-530):");
        page.put(4, &event);
    }
    if explanation.seen.is_empty() {
        return;
    }
    page.put(2, "what each lacks (ECS-530), the closest marked with * (ECS-532)");
    let shown = if view.all { explanation.seen.len() } else { explanation.seen.len().min(MOST) };
    for (row, seen) in explanation.seen.iter().enumerate().take(shown) {
        lacks(page, view, explanation, seen, explanation.closest == Some(row));
    }
    if shown < explanation.seen.len() {
        page.put(4, &format!("and {} more (--all shows them)", count(explanation.seen.len() - shown)));
    }
    page.put(2, "what would help");
    for text in help::texts(view, explanation) {
        page.put(4, &text);
    }
}

fn lacks(page: &mut Page, view: &WhyView<'_>, explanation: &Explanation, seen: &Seen, closest: bool) {
    let all: Vec<String> = seen.lacks.iter().map(|lack| lacking(lack, explanation, seen)).collect();
    let mark = if closest { '*' } else { ' ' };
    page.put_marked(4, mark, &format!("{}: {}", view.name(seen.instance), all.join("; ")));
}

/// `left: one, two`, of those that came further than a stage.
fn left_line(page: &mut Page, view: &WhyView<'_>, explanation: &Explanation, beyond: Stage) {
    let left = explanation.seen.iter().filter(|seen| seen.came_to > beyond);
    let names: Vec<String> = left.map(|seen| view.name(seen.instance)).collect();
    if !names.is_empty() {
        page.put(4, &format!("left: {}", listed(names, view.all)));
    }
}

/// The first entries, and how many more there are.
fn listed(mut entries: Vec<String>, all: bool) -> String {
    let more = entries.len().saturating_sub(MOST);
    if more > 0 && !all {
        entries.truncate(MOST);
        entries.push(format!("and {} more", count(more)));
    }
    entries.join(", ")
}

fn left_of(left: usize, of: &str) -> String {
    format!("{} of {of} left", count(left))
}

pub(super) fn count(number: usize) -> String {
    grouped(u64::try_from(number).unwrap_or(u64::MAX))
}
