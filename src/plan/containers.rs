//! From the containers of a task to its life: how long it takes to start and to stop, and what ends it by itself.
//!
//! A container starts once all it depends on has reached what is waited for (PLT-67), and stops once all that depends
//! on it has stopped (ECS-135). Nothing here knows findings: what can't be is a [`Trouble`] that names containers by
//! their row.

use crate::units::SimSpan;

/// Until a container that does not exit is killed (ECS-520).
pub(super) const STOP_TIMEOUT: SimSpan = SimSpan(30_000);

/// What a container must have reached for another to start (ECS-135).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// It has started.
    Start,
    /// It has ended, with any code.
    Complete,
    /// It has ended with code 0.
    Success,
    /// Its health check has passed.
    Healthy,
}

/// One container as far as time goes.
#[derive(Debug, Clone)]
pub(super) struct ContainerLife {
    pub(super) essential: bool,
    /// Rows of the containers that it waits for, and for what.
    pub(super) depends_on: Vec<(usize, Condition)>,
    /// From the moment at which it may start until it has started.
    pub(super) start_time: SimSpan,
    /// From its start on.
    pub(super) healthy_after: Option<SimSpan>,
    /// From its start until it exits by itself.
    pub(super) exits_after: Option<SimSpan>,
    pub(super) exit_code: u8,
    /// From the stop signal to the exit, if nobody kills it.
    pub(super) exit_time: SimSpan,
    /// How long others wait for it to end or to be healthy, from its start (PLT-68).
    pub(super) start_timeout: Option<SimSpan>,
    pub(super) stop_timeout: Option<SimSpan>,
}

/// The life of a task as its containers make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Life {
    /// From the start of the first containers until all have started: the longest path of dependencies (PLT-67). The
    /// task is RUNNING then.
    pub(super) start_span: SimSpan,
    /// From the stop signal until the last container has ended. What ends by itself later than RUNNING counts as still
    /// running, so this is the longest that a stop takes.
    pub(super) stop_span: SimSpan,
    /// From RUNNING until the last essential container with a health check is healthy; none if none has one.
    pub(super) healthy_after: Option<SimSpan>,
    /// What ends the task by itself; nothing if no essential container ever exits.
    pub(super) ends: Option<Ending>,
}

/// How a task ends by itself: an essential container exits, and the others are stopped (ECS-130).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ending {
    /// When that container exits, from RUNNING on.
    pub(super) after: SimSpan,
    /// Row of that container; of several at the same moment the first.
    pub(super) container: usize,
    /// Its exit code.
    pub(super) exit_code: u8,
    /// From then until the last of the others has ended.
    pub(super) wind_down: SimSpan,
}

/// Why containers can't live together. Rows name containers; `of` is the row in `depends_on`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// None is essential.
    NoneEssential,
    /// Each waits for the next, and the last for the first.
    Cycle(Vec<usize>),
    /// It waits for the end of an essential container.
    WaitsForEssential { row: usize, of: usize },
    /// It waits for the end of a container that does not end.
    NeverEnds { row: usize, of: usize },
    /// It waits for success of one that ends with another code.
    NeverSucceeds { row: usize, of: usize },
    /// It waits for the health of one that is never healthy, or ends before.
    NeverHealthy { row: usize, of: usize },
    /// Who depends on it has given up before.
    TooSlow { row: usize, of: usize, takes: SimSpan },
    /// An essential container exits before all have started: the task never is RUNNING.
    EndsBeforeRunning { row: usize, at: SimSpan, running_at: SimSpan },
}

/// The life of a task, or all that is wrong with its containers. Dependencies are rows of `containers`.
pub(super) fn life(containers: &[ContainerLife]) -> Result<Life, Vec<Trouble>> {
    let mut troubles = Vec::new();
    if !containers.iter().any(|container| container.essential) {
        troubles.push(Trouble::NoneEssential);
    }
    for (row, container) in containers.iter().enumerate() {
        for (of, (target, condition)) in container.depends_on.iter().enumerate() {
            troubles.extend(unmet(&containers[*target], *condition, row, of));
        }
    }
    let Some(order) = order(containers) else {
        troubles.extend(cycles(containers).into_iter().map(Trouble::Cycle));
        return Err(troubles);
    };
    if !troubles.is_empty() {
        return Err(troubles);
    }
    let started = started(containers, &order);
    let start_span = started.iter().copied().max().unwrap_or_default();
    let exits = |row: usize| containers[row].exits_after.map(|after| plus(started[row], after));
    let first = (0..containers.len())
        .filter(|row| containers[*row].essential)
        .filter_map(|row| exits(row).map(|at| (at, row)))
        .min();
    if let Some((at, row)) = first.filter(|(at, _)| *at < start_span) {
        return Err(vec![Trouble::EndsBeforeRunning { row, at, running_at: start_span }]);
    }
    let runs_beyond = |moment: SimSpan| move |row: usize| exits(row).is_none_or(|at| at > moment);
    let ends = first.map(|(at, row)| Ending {
        after: SimSpan(at.0 - start_span.0),
        container: row,
        exit_code: containers[row].exit_code,
        wind_down: stop_span(containers, &order, runs_beyond(at)),
    });
    let essential = containers.iter().zip(&started).filter(|(container, _)| container.essential);
    let healthy = essential.filter_map(|(container, started)| Some(plus(*started, container.healthy_after?)));
    let healthy_after = healthy.max().map(|at| SimSpan(at.0.saturating_sub(start_span.0)));
    Ok(Life { start_span, stop_span: stop_span(containers, &order, runs_beyond(start_span)), healthy_after, ends })
}

/// Why a condition can never be met.
fn unmet(target: &ContainerLife, condition: Condition, row: usize, of: usize) -> Option<Trouble> {
    let takes = match condition {
        Condition::Start => return None, // nobody gives up waiting for a start
        Condition::Complete | Condition::Success => {
            if target.essential {
                return Some(Trouble::WaitsForEssential { row, of });
            }
            let Some(after) = target.exits_after else { return Some(Trouble::NeverEnds { row, of }) };
            if condition == Condition::Success && target.exit_code != 0 {
                return Some(Trouble::NeverSucceeds { row, of });
            }
            after
        }
        Condition::Healthy => {
            let ended = |after: SimSpan| target.exits_after.is_some_and(|ends| ends <= after);
            match target.healthy_after {
                Some(after) if !ended(after) => after,
                _ => return Some(Trouble::NeverHealthy { row, of }),
            }
        }
    };
    target.start_timeout.is_some_and(|most| takes > most).then_some(Trouble::TooSlow { row, of, takes })
}

/// The rows, each behind all that it depends on; none if there is a cycle.
fn order(containers: &[ContainerLife]) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = Vec::with_capacity(containers.len());
    while order.len() < containers.len() {
        let ready = |row: &usize| {
            !order.contains(row) && containers[*row].depends_on.iter().all(|(target, _)| order.contains(target))
        };
        let next = (0..containers.len()).find(ready)?;
        order.push(next);
    }
    Some(order)
}

/// Each circle of dependencies once, from its lowest row on.
fn cycles(containers: &[ContainerLife]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    for start in 0..containers.len() {
        if let Some(cycle) = shortest_way_back(containers, start)
            && !found.iter().any(|known| known.contains(&start))
        {
            found.push(cycle);
        }
    }
    found
}

/// The fewest steps from a row along its dependencies back to itself.
fn shortest_way_back(containers: &[ContainerLife], start: usize) -> Option<Vec<usize>> {
    let mut ways = vec![vec![start]];
    let mut seen = vec![false; containers.len()];
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in &ways {
            let last = way.last().copied().unwrap_or(start);
            for (target, _) in &containers[last].depends_on {
                if *target == start {
                    return Some(way.clone());
                }
                if !std::mem::replace(&mut seen[*target], true) {
                    longer.push([way.as_slice(), &[*target]].concat());
                }
            }
        }
        ways = longer;
    }
    None
}

/// When each container has started, from the start of the first on.
fn started(containers: &[ContainerLife], order: &[usize]) -> Vec<SimSpan> {
    let mut started = vec![SimSpan::ZERO; containers.len()];
    for row in order {
        let container = &containers[*row];
        let reached = container.depends_on.iter().map(|(target, condition)| {
            let of = &containers[*target];
            let condition = match condition {
                Condition::Start => None,
                Condition::Complete | Condition::Success => of.exits_after,
                Condition::Healthy => of.healthy_after,
            };
            plus(started[*target], condition.unwrap_or_default())
        });
        started[*row] = plus(reached.max().unwrap_or_default(), container.start_time);
    }
    started
}

/// How long it takes to stop those that run: each once all that depend on it have ended (ECS-135).
fn stop_span(containers: &[ContainerLife], order: &[usize], runs: impl Fn(usize) -> bool) -> SimSpan {
    let mut signalled = vec![SimSpan::ZERO; containers.len()];
    let mut last = SimSpan::ZERO;
    for row in order.iter().rev() {
        let container = &containers[*row];
        let takes = container.exit_time.min(container.stop_timeout.unwrap_or(STOP_TIMEOUT));
        let ended = if runs(*row) { plus(signalled[*row], takes) } else { signalled[*row] };
        for (target, _) in &container.depends_on {
            signalled[*target] = signalled[*target].max(ended);
        }
        last = last.max(ended);
    }
    last
}

fn plus(a: SimSpan, b: SimSpan) -> SimSpan {
    SimSpan(a.0.saturating_add(b.0))
}

#[cfg(test)]
#[path = "containers_tests.rs"]
mod tests;
