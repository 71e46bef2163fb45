//! The answer for programs.

use super::text::story;
use super::words::{constraint, event, lacking, share, strategy};
use super::{WhyView, help, one};
use crate::fact::Place;
use crate::placement::{Explanation, Seen, Stage};
use crate::report::summary_json::number;
use crate::study::Attempt;
use crate::units::SimTime;
use serde::Serialize;
use serde_json::Number;

/// Version of the form; raised when a field changes its meaning or goes.
const FORM: u32 = 1;

#[derive(Serialize)]
struct Answer {
    version: u32,
    longshore_version: &'static str,
    scenario: String,
    seed: u64,
    task: String,
    story: String,
    wanted_s: Option<Number>,
    placed_s: Option<Number>,
    placed_on: Option<String>,
    attempts_made: u32,
    attempts: Vec<Tried>,
}

#[derive(Serialize)]
struct Tried {
    at_s: Number,
    chosen: Option<String>,
    needs: Needs,
    steps: Steps,
    /// Of a question about one instance what became of it.
    verdict: Option<String>,
    instances: Vec<Instance>,
    event: Option<String>,
    closest: Option<String>,
    would_help: Vec<String>,
}

#[derive(Serialize)]
struct Needs {
    cpu_units: u32,
    memory_mib: u32,
    host_ports: Vec<String>,
    gpus: u32,
    network_interface: bool,
}

#[derive(Serialize)]
struct Steps {
    resources: Resources,
    constraints: Constraints,
    strategies: Vec<Narrowed>,
    choice: Option<Choice>,
}

#[derive(Serialize)]
struct Resources {
    rule: &'static str,
    active: usize,
    of_other_capacity: usize,
    lacking: Vec<Lacking>,
    left: usize,
}

#[derive(Serialize)]
struct Lacking {
    reason: &'static str,
    rule: String,
    instances: usize,
}

#[derive(Serialize)]
struct Constraints {
    rule: &'static str,
    each: Vec<Constrained>,
    left: usize,
}

#[derive(Serialize)]
struct Constrained {
    constraint: String,
    rule: String,
    removes: usize,
}

#[derive(Serialize)]
struct Narrowed {
    strategy: String,
    rule: String,
    best: u32,
    before: usize,
    left: usize,
    tasks_of_group: Vec<Share>,
}

#[derive(Serialize)]
struct Share {
    name: String,
    tasks: u32,
    candidates: usize,
}

#[derive(Serialize)]
struct Choice {
    rule: &'static str,
    tied: usize,
    drawn: bool,
    instance: String,
    cpu_units_after: u32,
    memory_mib_after: u32,
}

#[derive(Serialize)]
struct Instance {
    name: String,
    zone: String,
    r#type: String,
    cpu_units_free: u32,
    memory_mib_free: u32,
    lacks: Vec<&'static str>,
    reasons: Vec<String>,
    /// The number of each strategy.
    numbers: Vec<u32>,
    came_to: &'static str,
}

/// The whole answer.
pub fn why_json(view: &WhyView<'_>) -> String {
    let told = view.story;
    let seconds = |at: SimTime| number(&at.seconds());
    let placed = told.placed.filter(|(at, ..)| told.question.at.is_none_or(|limit| *at <= limit));
    let answer = Answer {
        version: FORM,
        longshore_version: env!("CARGO_PKG_VERSION"),
        scenario: view.cast.scenario.clone(),
        seed: view.cast.seed,
        task: view.task(),
        story: story(view),
        wanted_s: told.wanted.map(seconds),
        placed_s: placed.map(|(at, ..)| seconds(at)),
        placed_on: placed.map(|(_, place, _)| match place {
            Place::Instance(instance) => view.name(instance),
            Place::Fargate { provider, .. } => view.cast.providers[provider].clone(),
        }),
        attempts_made: told.attempts.count,
        attempts: told.shown().into_iter().map(|attempt| tried(view, attempt)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&answer).expect("text keys");
    text.push('\n');
    text
}

fn tried(view: &WhyView<'_>, attempt: &Attempt) -> Tried {
    let explanation = &attempt.explanation;
    let demand = &explanation.demand;
    let failed = explanation.choice.is_none();
    let asked = |seen: &&Seen| view.instance.is_none_or(|instance| instance == seen.instance);
    let verdict = view.instance.map(|instance| {
        let found = explanation.seen.iter().find(|seen| seen.instance == instance);
        found.map_or_else(|| one::absent(view, attempt, instance), |seen| one::verdict(view, explanation, seen))
    });
    Tried {
        at_s: number(&attempt.at.seconds()),
        chosen: explanation.choice.map(|choice| view.name(explanation.seen[choice.row].instance)),
        needs: Needs {
            cpu_units: demand.need.cpu.0,
            memory_mib: demand.need.memory.0,
            host_ports: demand.ports.iter().map(ToString::to_string).collect(),
            gpus: demand.gpus,
            network_interface: demand.interface,
        },
        steps: steps(view, explanation),
        verdict,
        instances: explanation.seen.iter().filter(asked).map(|seen| instance(view, explanation, seen)).collect(),
        event: event(view, explanation),
        closest: explanation.closest.map(|row| view.name(explanation.seen[row].instance)),
        would_help: if failed { help::texts(view, explanation) } else { Vec::new() },
    }
}

fn steps(view: &WhyView<'_>, explanation: &Explanation) -> Steps {
    let lacking = explanation.counts().into_iter();
    let constraints = explanation.constraints.iter();
    let strategies = explanation.narrowings.iter();
    let choice = explanation.choice.and_then(|choice| {
        let seen = &explanation.seen[choice.row];
        let after = seen.free.checked_sub(explanation.demand.need)?;
        Some(Choice {
            rule: "ECS-314",
            tied: choice.tied,
            drawn: choice.drawn,
            instance: view.name(seen.instance),
            cpu_units_after: after.cpu.0,
            memory_mib_after: after.memory.0,
        })
    });
    Steps {
        resources: Resources {
            rule: "ECS-301",
            active: explanation.seen.len(),
            of_other_capacity: explanation.others.len(),
            lacking: lacking
                .map(|(lack, instances)| Lacking { reason: lack.name(), rule: lack.rule().to_string(), instances })
                .collect(),
            left: explanation.left_by_resources(),
        },
        constraints: Constraints {
            rule: "ECS-301",
            each: constraints
                .map(|one| Constrained {
                    constraint: constraint(one.expression.as_deref()),
                    rule: one.rule.to_string(),
                    removes: one.removes,
                })
                .collect(),
            left: explanation.left_by_constraints(),
        },
        strategies: strategies
            .map(|narrowing| Narrowed {
                strategy: strategy(narrowing),
                rule: narrowing.rule.to_string(),
                best: narrowing.best,
                before: narrowing.before,
                left: narrowing.left,
                tasks_of_group: narrowing
                    .shares
                    .iter()
                    .map(|one| Share { name: share(view, &one.of), tasks: one.tasks, candidates: one.candidates })
                    .collect(),
            })
            .collect(),
        choice,
    }
}

fn instance(view: &WhyView<'_>, explanation: &Explanation, seen: &Seen) -> Instance {
    Instance {
        name: view.name(seen.instance),
        zone: view.cast.zones[seen.zone].clone(),
        r#type: view.cast.instance_types[seen.instance_type].name.clone(),
        cpu_units_free: seen.free.cpu.0,
        memory_mib_free: seen.free.memory.0,
        lacks: seen.lacks.iter().map(crate::fact::Lack::name).collect(),
        reasons: seen.lacks.iter().map(|lack| lacking(lack, explanation, seen)).collect(),
        numbers: seen.numbers.clone(),
        came_to: match seen.came_to {
            Stage::Resources => "resources",
            Stage::Constraints => "constraints",
            Stage::Strategy(_) => "strategies",
            Stage::Tie => "choice",
            Stage::Chosen => "chosen",
        },
    }
}
