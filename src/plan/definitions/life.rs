//! Containers and what they depend on: from names to the life of the task, with all that can't be.

use super::{Draft, EXIT_TIME};
use crate::diag::{Code, Finding};
use crate::plan::builder::Builder;
use crate::plan::containers::{Condition, ContainerLife, Life, Trouble, life};
use crate::scenario::Container;
use crate::units::SimSpan;

impl Builder<'_> {
    /// The life of the task, if its containers can live together.
    pub(super) fn life(&mut self, draft: &Draft<'_>) -> Option<Life> {
        let written = draft.written;
        let exit_time = written.exit_time.unwrap_or(EXIT_TIME);
        if written.containers.is_empty() {
            return Some(Life { start_span: SimSpan::ZERO, stop_span: exit_time, healthy_after: None, ends: None }); // PLT-66
        }
        let mut sound = self.names_differ(draft);
        for (row, container) in written.containers.iter().enumerate() {
            if written.exit_time.is_some() && container.exit_time.is_some() {
                let path = format!("{}.exit_time", draft.container(row));
                let finding =
                    Finding::error(Code::Contradiction, "the exit time of the task is given, and that of a container")
                        .at(self.place(&path), "for this container")
                        .also(self.place(&format!("{}.exit_time", draft.path)), "for all together")
                        .path(path)
                        .help("leave one of the two out: the task's follows from its containers'");
                self.findings.push(finding);
                sound = false;
            }
        }
        let mut containers = Vec::with_capacity(written.containers.len());
        for (row, container) in written.containers.iter().enumerate() {
            let depends_on = self.dependencies(draft, row, container);
            sound &= depends_on.len() == container.depends_on.len();
            containers.push(ContainerLife {
                essential: container.essential.unwrap_or(true),
                depends_on,
                start_time: container.start_time.unwrap_or_default(),
                healthy_after: container.healthy_after,
                exits_after: container.exits_after,
                exit_code: container.exit_code.unwrap_or(0),
                exit_time: container.exit_time.unwrap_or(exit_time),
                start_timeout: container.start_timeout,
                stop_timeout: container.stop_timeout,
            });
        }
        if !sound {
            for (row, container) in written.containers.iter().enumerate() {
                if container.depends_on.iter().any(|dependency| dependency.container == container.name) {
                    let finding = self.cycle(draft, &[row]); // true whatever else was meant
                    self.findings.push(finding);
                }
            }
            return None; // rows of dependencies are not what was meant
        }
        match life(&containers) {
            Ok(life) => Some(life),
            Err(troubles) => {
                for trouble in &troubles {
                    let finding = self.trouble(draft, trouble);
                    self.findings.push(finding);
                }
                None
            }
        }
    }

    fn names_differ(&mut self, draft: &Draft<'_>) -> bool {
        let containers = &draft.written.containers;
        let mut sound = true;
        for (row, container) in containers.iter().enumerate() {
            if let Some(first) = containers[..row].iter().position(|other| other.name == container.name) {
                let path = format!("{}.name", draft.container(row));
                let message = format!("two containers are called `{}`", container.name);
                let finding = Finding::error(Code::DuplicateName, message)
                    .at(self.place(&path), "again here")
                    .also(self.place(&format!("{}.name", draft.container(first))), "first here")
                    .path(path)
                    .help("containers of a task definition have different names");
                self.findings.push(finding);
                sound = false;
            }
        }
        sound
    }

    /// The rows of what a container depends on; fewer than it names where a name refers to nothing.
    fn dependencies(&mut self, draft: &Draft<'_>, row: usize, container: &Container) -> Vec<(usize, Condition)> {
        let mut found = Vec::with_capacity(container.depends_on.len());
        for (of, dependency) in container.depends_on.iter().enumerate() {
            let containers = &draft.written.containers;
            let condition = match dependency.condition.as_deref() {
                Some("COMPLETE") => Condition::Complete,
                Some("SUCCESS") => Condition::Success,
                Some("HEALTHY") => Condition::Healthy,
                _ => Condition::Start,
            };
            if let Some(target) = containers.iter().position(|other| other.name == dependency.container) {
                found.push((target, condition));
                continue;
            }
            let names = containers.iter().map(|other| other.name.as_str()).filter(|name| *name != container.name);
            let help = match crate::diag::nearest(&dependency.container, names.clone()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None if containers.len() == 1 => "the task definition has no other container: leave it out".to_owned(),
                None => format!("the task definition has `{}`", names.collect::<Vec<_>>().join("`, `")),
            };
            let path = format!("{}.depends_on[{of}].container", draft.container(row));
            let message = format!("there is no container called `{}` in this task definition", dependency.container);
            self.error(Code::UnknownReference, &path, message, "not found", Some(help));
        }
        found
    }

    fn trouble(&self, draft: &Draft<'_>, trouble: &Trouble) -> Finding {
        let error = |message: String| Finding::error(Code::BadContainers, message);
        let not_essential = draft.either("essential: false", "\"essential\": false");
        let dependency = |row: usize, of: usize| format!("{}.depends_on[{of}]", draft.container(row));
        let target = |row: usize, of: usize| {
            let name = &draft.written.containers[row].depends_on[of].container;
            let at = draft.written.containers.iter().position(|other| other.name == *name).unwrap_or(0);
            (name.as_str(), draft.container(at))
        };
        let waits = |row: usize, of: usize, message: String, key: &str, label: &str, help: String| {
            let (path, (name, at)) = (dependency(row, of), target(row, of));
            error(format!("`{}` waits for `{name}` {message}", draft.name(row)))
                .at(self.place(&format!("{path}.condition")), "waits for this")
                .also(self.place(&format!("{at}.{key}")), label)
                .path(path)
                .help(help)
        };
        match trouble {
            Trouble::NoneEssential => error("no container is essential, and one must be (ECS-130)".to_owned())
                .at(self.place(&format!("{}.containers", draft.path)), "none of these")
                .path(format!("{}.containers", draft.path))
                .help(format!("leave `{not_essential}` out where the task makes no sense without the container")),
            Trouble::Cycle(rows) => self.cycle(draft, rows),
            Trouble::WaitsForEssential { row, of } => {
                let help = format!("wait for START or HEALTHY, or make it `{not_essential}`");
                let message = "to end, which is essential: its end would end the task (ECS-135)".to_owned();
                waits(*row, *of, message, "essential", "essential", help)
            }
            Trouble::NeverEnds { row, of } => {
                let name = target(*row, *of).0;
                let help =
                    format!("say when `{name}` exits by itself with `exits_after`, for example `exits_after: 20s`");
                waits(*row, *of, "to end, which it never does".to_owned(), "exits_after", "no `exits_after`", help)
            }
            Trouble::NeverSucceeds { row, of } => {
                let help = "wait for COMPLETE, or let it exit with code 0".to_owned();
                let message = "to succeed, which exits with another code".to_owned();
                waits(*row, *of, message, "exit_code", "not 0", help)
            }
            Trouble::NeverHealthy { row, of } => {
                let name = target(*row, *of).0;
                let help = format!(
                    "say in the scenario when its health check first passes: `healthy_after: 30s` at `{name}`, before it exits"
                );
                let message = "to be healthy, which it never is".to_owned();
                waits(*row, *of, message, "healthy_after", "never healthy", help)
            }
            Trouble::TooSlow { row, of, takes } => {
                let key = draft.either("start_timeout", "startTimeout");
                let help = format!("raise `{key}`, or leave it out to wait without end");
                let message = format!("for {takes}, and gives up before (PLT-68)");
                waits(*row, *of, message, "start_timeout", "not longer than this", help)
            }
            Trouble::EndsBeforeRunning { row, at, running_at } => {
                let path = format!("{}.exits_after", draft.container(*row));
                let name = draft.name(*row);
                error(format!("`{name}` ends the task {at} after its start, and only at {running_at} would all have started"))
                    .at(self.place(&path), "too early")
                    .path(path)
                    .help(format!("a task that ends before it is RUNNING does nothing: let it run longer, or make it `{not_essential}`"))
            }
        }
    }

    /// Containers that wait for each other, each with its place.
    fn cycle(&self, draft: &Draft<'_>, rows: &[usize]) -> Finding {
        let step = |at: usize| (rows[at], rows[(at + 1) % rows.len()]);
        let edge = |(row, target): (usize, usize)| {
            let depends_on = &draft.written.containers[row].depends_on;
            let of = depends_on.iter().position(|other| other.container == draft.name(target)).unwrap_or(0);
            format!("{}.depends_on[{of}].container", draft.container(row))
        };
        let names: Vec<String> = rows.iter().chain(rows.first()).map(|row| format!("`{}`", draft.name(*row))).collect();
        let message = match rows {
            [only] => format!("`{}` waits for itself (PLT-67)", draft.name(*only)),
            _ => format!("containers wait for each other: {} (PLT-67)", names.join(" for ")),
        };
        let mut finding = Finding::error(Code::BadContainers, message).path(draft.container(rows[0]));
        for at in 0..rows.len() {
            let place = self.place(&edge(step(at)));
            finding = if at == 0 { finding.at(place, "this one") } else { finding.also(place, "and this one") };
        }
        finding.help("none of them could ever start: leave one of the dependencies out")
    }
}
