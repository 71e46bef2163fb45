//! What Fargate asks of a task definition (ECS-110 to ECS-115, ECS-120).

use super::Draft;
use crate::catalog::fargate::{self, Refusal};
use crate::diag::{Code, Finding, Span};
use crate::plan::builder::Builder;
use crate::units::{Resources, SimSpan};

/// What a timeout of a container may be on Fargate (ECS-520, PLT-68).
const TIMEOUTS: std::ops::RangeInclusive<SimSpan> = SimSpan(2000)..=SimSpan(120_000);

/// Why Fargate can't run it.
struct Problem {
    at: Span,
    path: String,
    message: String,
    help: String,
}

impl Builder<'_> {
    /// Where FARGATE is required, errors; else the first reason why Fargate can't run it.
    pub(super) fn on_fargate(&mut self, draft: &Draft<'_>, name: &str) -> Option<String> {
        let problems = self.problems(draft, name);
        if !draft.requires.fargate {
            return problems.into_iter().next().map(|problem| problem.message);
        }
        for problem in problems {
            let finding = Finding::error(Code::NotOnFargate, problem.message)
                .at(problem.at, "not on Fargate")
                .also(self.place(&format!("{}.requires_compatibilities", draft.path)), "FARGATE is required here")
                .path(problem.path)
                .help(problem.help);
            self.findings.push(finding);
        }
        None
    }

    fn problems(&self, draft: &Draft<'_>, name: &str) -> Vec<Problem> {
        let written = draft.written;
        let mut problems = Vec::new();
        let mut add = |key: &str, message: String, help: &str| {
            let path = format!("{}.{key}", draft.path);
            problems.push(Problem { at: self.place(&path), path, message, help: help.to_owned() });
        };
        match (written.cpu, written.memory) {
            (Some(cpu), Some(memory)) => {
                if let Some(problem) = fargate::problem(cpu, memory, draft.operating_system) {
                    let key = if problem.refusal == Refusal::Memory { "memory" } else { "cpu" };
                    let help = if draft.json { problem.help_in_json() } else { problem.help };
                    add(key, problem.message, &help);
                }
                Self::sums(draft, Resources { cpu, memory }, &mut add);
            }
            (cpu, _) => {
                let key = if cpu.is_none() { "cpu" } else { "memory" };
                let message = format!("Fargate needs a size at task level, and `{key}` is not given (ECS-110)");
                add(key, message, &format!("for example {}", draft.either(super::SIZE, super::SIZE_IN_JSON)));
            }
        }
        // where nothing is said and Fargate is only where it happens to run, the one mode there is is meant
        let is_said = draft.requires.fargate || written.network_mode.is_some();
        if is_said && written.network_mode.as_deref() != Some("awsvpc") {
            let message = "on Fargate the network mode is `awsvpc` (ECS-120)".to_owned();
            add("network_mode", message, "write `awsvpc`; it is not the default");
        }
        if !written.placement_constraints.is_empty() {
            let message = "Fargate has no placement constraints: there are no instances to choose from (ECS-115)";
            add("placement_constraints", message.to_owned(), "leave them out");
        }
        let gpus = std::iter::once((String::new(), written.gpus));
        let rows = written.containers.iter().enumerate();
        let of_containers = rows.clone().map(|(row, container)| (format!("containers[{row}]."), container.gpus));
        for (owner, _) in gpus.chain(of_containers).filter(|(_, gpus)| gpus.is_some_and(|gpus| gpus > 0)) {
            add(
                &format!("{owner}gpus"),
                "Fargate has no GPUs (ECS-136)".to_owned(),
                "leave them out, or run it on EC2",
            );
        }
        for (row, container) in rows {
            let timeouts = [
                ("start_timeout", "startTimeout", container.start_timeout),
                ("stop_timeout", "stopTimeout", container.stop_timeout),
            ];
            for (key, in_json, span) in timeouts {
                if span.is_some_and(|span| !TIMEOUTS.contains(&span)) {
                    let named = draft.either(key, in_json);
                    let message = format!("on Fargate `{named}` is 2 to 120 s (ECS-520, PLT-68)");
                    let help = draft.either("write 2s to 120s, or leave it out", "write 2 to 120, or leave it out");
                    add(&format!("containers[{row}].{key}"), message, help);
                }
            }
        }
        for (member, at) in self.imports.not_on_fargate(name) {
            let message = format!("Fargate does not take `{member}` (ECS-115)");
            let path = draft.path.clone();
            problems.push(Problem { at: *at, path, message, help: "leave it out, or run it on EC2".to_owned() });
        }
        problems
    }

    /// ECS-113: what the containers ask for may not exceed the task's size. Of memory this holds everywhere, except where
    /// EC2 ignores the task's size.
    fn sums(draft: &Draft<'_>, size: Resources, add: &mut impl FnMut(&str, String, &str)) {
        let containers = &draft.written.containers;
        let cpu: u64 = containers.iter().map(|container| u64::from(container.cpu.unwrap_or_default().0)).sum();
        if cpu > u64::from(size.cpu.0) {
            let message = format!(
                "the containers ask for {cpu} CPU units together, more than the task's {} (ECS-113)",
                size.cpu.0
            );
            add("cpu", message, "raise the task's CPU, or lower that of its containers");
        }
        let memory = containers.iter().map(|container| container.memory_reservation.or(container.memory));
        let memory: u64 = memory.map(|limit| u64::from(limit.unwrap_or_default().0)).sum();
        if draft.ignores_task_size() && memory > u64::from(size.memory.0) {
            let message =
                format!("the containers reserve {memory} MiB together, more than the task's {} (ECS-113)", size.memory);
            add("memory", message, "raise the task's memory, or lower that of its containers");
        }
    }
}
