//! Why one instance was not chosen, or was.

use super::text::Page;
use super::words::{constraint, cpu, lacking, memory, number, strategy};
use super::{WhyView, steps};
use crate::placement::{Explanation, Seen, Stage};
use crate::report::numbers::grouped;
use crate::study::Attempt;
use crate::units::{Id, InstanceId};

pub(super) fn put(page: &mut Page, view: &WhyView<'_>, instance: InstanceId) {
    for attempt in view.story.shown() {
        page.gap();
        let name = view.name(instance);
        let explanation = &attempt.explanation;
        let Some(seen) = explanation.seen.iter().find(|seen| seen.instance == instance) else {
            page.put(0, &format!("at {}: {name} {}", attempt.at, absent(view, attempt, instance)));
            continue;
        };
        page.put(0, &format!("at {}: {name} {}", attempt.at, verdict(view, explanation, seen)));
        filters(page, explanation, seen);
        strategies(page, view, explanation, seen);
    }
}

/// Why an instance was not even looked at.
pub(super) fn absent(view: &WhyView<'_>, attempt: &Attempt, instance: InstanceId) -> String {
    let known = view.story.instances[instance.row()];
    match known.went {
        _ if attempt.explanation.others.contains(&instance) => {
            format!("was not asked: the task wants {}", steps::capacity(view, &attempt.explanation))
        }
        Some(went) if went <= attempt.at => format!("was not there any more: it left at {went}"),
        _ => format!("was not there yet: it came at {}", known.came),
    }
}

/// What became of an instance, in words.
pub(super) fn verdict(view: &WhyView<'_>, explanation: &Explanation, seen: &Seen) -> String {
    let chosen = explanation.choice.map(|choice| &explanation.seen[choice.row]);
    let other = chosen.map(|seen| view.name(seen.instance)).unwrap_or_default();
    match seen.came_to {
        Stage::Resources => "was removed by step 1, resources (ECS-301)".to_owned(),
        Stage::Constraints => "was removed by step 2, constraints (ECS-301)".to_owned(),
        Stage::Strategy(row) => {
            let narrowing = &explanation.narrowings[row];
            format!("was removed by step 3, {} ({}); {other} was chosen", strategy(narrowing), narrowing.rule)
        }
        Stage::Tie => format!("was equal to {other} up to the end; the tie-break took that one (ECS-314)"),
        Stage::Chosen => "was chosen".to_owned(),
    }
}

fn filters(page: &mut Page, explanation: &Explanation, seen: &Seen) {
    let passes = |passed: bool| if passed { "passed" } else { "removed here" };
    page.put_between(2, "step 1, resources (ECS-301)", passes(seen.came_to > Stage::Resources));
    let need = explanation.demand.need;
    let free = |amount: u32| grouped(amount.into());
    page.put(4, &format!("needs {}, {} free", cpu(need.cpu.0), free(seen.free.cpu.0)));
    page.put(4, &format!("needs {}, {} free", memory(need.memory.0), free(seen.free.memory.0)));
    for lack in seen.lacks.iter().filter(|lack| !lack.is_of_constraints()) {
        page.put(4, &format!("lacks {} ({})", lacking(lack, explanation, seen), lack.rule()));
    }
    let step_2 = match seen.came_to {
        Stage::Resources => "not asked any more",
        stage => passes(stage > Stage::Constraints),
    };
    page.put_between(2, "step 2, constraints (ECS-301)", step_2);
    for (row, one) in explanation.constraints.iter().enumerate() {
        let met = if seen.fails.contains(&row) { "not satisfied" } else { "satisfied" };
        page.put_between(4, &format!("{} ({})", constraint(one.expression.as_deref()), one.rule), met);
    }
}

fn strategies(page: &mut Page, view: &WhyView<'_>, explanation: &Explanation, seen: &Seen) {
    if seen.came_to <= Stage::Constraints {
        return;
    }
    page.put(2, "step 3, strategies (ECS-301)");
    for (row, narrowing) in explanation.narrowings.iter().enumerate() {
        let here = number(narrowing.strategy, seen.numbers[row]);
        let text = format!("{} ({}): {here}", strategy(narrowing), narrowing.rule);
        if seen.came_to == Stage::Strategy(row) {
            let best = number(narrowing.strategy, narrowing.best);
            let by_name = seen.numbers[row] == narrowing.best;
            page.put_between(4, &text, "removed here");
            let better = if by_name { "as few elsewhere, first in name order (ECS-314)".to_owned() } else { best };
            page.put(6, &format!("the best has {better}"));
            return;
        }
        page.put_between(4, &text, "passed");
    }
    if let Some(choice) = explanation.choice.filter(|choice| choice.tied > 1) {
        let how = if choice.drawn { "drawn" } else { "the first to register" };
        let name = view.name(explanation.seen[choice.row].instance);
        page.put(2, &format!("step 4, choice (ECS-314): {how} among {}: {name}", steps::count(choice.tied)));
    }
}
