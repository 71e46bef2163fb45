//! The words that both forms share.

use super::WhyView;
use crate::fact::{Lack, Origin};
use crate::placement::{Explanation, Missing, Narrowing, Seen, ShareOf, Strategy};
use crate::record::{run_task_has_no_place, service_has_no_place};
use crate::report::numbers::grouped;

/// `1,024 CPU units`, `1 task`, `2 tasks`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

pub(super) fn cpu(units: u32) -> String {
    format!("{} CPU units", grouped(units.into()))
}

pub(super) fn memory(mib: u32) -> String {
    format!("{} MiB", grouped(mib.into()))
}

/// All that a task takes, joined by commas.
pub(super) fn demand(explanation: &Explanation) -> String {
    let demand = &explanation.demand;
    let mut parts = vec![cpu(demand.need.cpu.0), memory(demand.need.memory.0)];
    parts.extend(demand.ports.iter().map(|port| format!("host port {port}")));
    if demand.gpus > 0 {
        parts.push(counted(demand.gpus as usize, "GPU", "GPUs"));
    }
    if demand.interface {
        parts.push("a network interface".to_owned());
    }
    parts.join(", ")
}

/// One thing that an instance lacks, with its numbers: `RESOURCE:MEMORY: needs 512 MiB, 340 free`.
pub(super) fn lacking(lack: Lack, explanation: &Explanation, seen: &Seen) -> String {
    let (demand, name) = (&explanation.demand, lack.name());
    match lack {
        Lack::Cpu => format!("{name}: needs {}, {} free", cpu(demand.need.cpu.0), grouped(seen.free.cpu.0.into())),
        Lack::Memory => {
            format!("{name}: needs {}, {} free", memory(demand.need.memory.0), grouped(seen.free.memory.0.into()))
        }
        Lack::Ports if seen.taken.is_empty() => format!("{name}: no more ports may be reserved (ECS-127)"),
        Lack::Ports => {
            let taken: Vec<String> = seen.taken.iter().map(ToString::to_string).collect();
            format!("{name}: {} taken", taken.join(", "))
        }
        Lack::Gpu => format!("{name}: needs {}, {} free", demand.gpus, seen.free_gpus),
        Lack::Interface => format!("{name}: no slot for a network interface is free"),
        Lack::Attribute => {
            let missing: Vec<String> = seen.missing.iter().map(attribute).collect();
            format!("{name}: {}", missing.join(", "))
        }
        Lack::Location => format!("{name}: not in a zone of the task's subnets"),
        Lack::MemberOf => {
            let failed = explanation.constraints.iter().enumerate();
            let failed = failed.filter(|(row, _)| seen.fails.contains(row));
            let texts: Vec<&str> = failed.filter_map(|(_, constraint)| constraint.expression.as_deref()).collect();
            format!("memberOf unsatisfied: {}", texts.join("; "))
        }
        Lack::DistinctInstance => "distinctInstance unsatisfied: a task of the group is there".to_owned(),
    }
}

fn attribute(missing: &Missing) -> String {
    let Missing { name, wanted, found } = missing;
    match (wanted, found) {
        (Some(wanted), Some(found)) => format!("{name} is {found}, not {wanted}"),
        (Some(wanted), None) => format!("{name} = {wanted} is missing"),
        (None, _) => format!("{name} is missing"),
    }
}

/// A constraint as the scenario writes it.
pub(super) fn constraint(expression: Option<&str>) -> String {
    expression.map_or_else(|| "distinctInstance".to_owned(), |text| format!("memberOf {text}"))
}

/// A strategy as the scenario writes it.
pub(super) fn strategy(narrowing: &Narrowing) -> String {
    match (narrowing.strategy, &narrowing.attribute) {
        (Strategy::BinpackCpu, _) => "binpack cpu".to_owned(),
        (Strategy::BinpackMemory, _) => "binpack memory".to_owned(),
        (Strategy::SpreadZone, _) => "spread availability_zone".to_owned(),
        (Strategy::SpreadInstance, _) => "spread instance_id".to_owned(),
        (Strategy::SpreadAttribute(_), name) => format!("spread attribute:{}", name.as_deref().unwrap_or_default()),
        (Strategy::Random, _) => "random".to_owned(),
    }
}

/// The number of a strategy for an instance, with what it counts.
pub(super) fn number(strategy: Strategy, number: u32) -> String {
    let tasks = || counted(number as usize, "task", "tasks");
    match strategy {
        Strategy::BinpackCpu => format!("{} remaining", cpu(number)),
        Strategy::BinpackMemory => format!("{} remaining", memory(number)),
        Strategy::SpreadZone => format!("{} of the group in its zone", tasks()),
        Strategy::SpreadInstance => format!("{} of the group on it", tasks()),
        Strategy::SpreadAttribute(_) => format!("{} of the group with its value", tasks()),
        Strategy::Random => "all are equal".to_owned(),
    }
}

/// What a strategy found best.
pub(super) fn best(narrowing: &Narrowing) -> String {
    match narrowing.strategy {
        Strategy::BinpackCpu => format!("least remaining {}", cpu(narrowing.best)),
        Strategy::BinpackMemory => format!("least remaining {}", memory(narrowing.best)),
        Strategy::Random => "all are equal".to_owned(),
        _ => format!("fewest, {} of the group", counted(narrowing.best as usize, "task", "tasks")),
    }
}

/// A zone or the value of an attribute.
pub(super) fn share(view: &WhyView<'_>, of: &ShareOf) -> String {
    match of {
        ShareOf::Zone(zone) => view.cast.zones[*zone].clone(),
        ShareOf::Value(Some(value)) => value.clone(),
        ShareOf::Value(None) => "(without)".to_owned(),
    }
}

/// What ECS says when it finds no place: the service's event, or the failure of RunTask (ECS-495, ECS-530). Nothing
/// of a choice that found one, or when an instance came at once.
pub(super) fn event(view: &WhyView<'_>, explanation: &Explanation) -> Option<String> {
    let said = view.story.waits.is_some() || view.story.unplaced.is_some();
    (said && explanation.choice.is_none()).then(|| event_text(view, explanation))
}

/// As in `events.csv`.
fn event_text(view: &WhyView<'_>, explanation: &Explanation) -> String {
    let role = &view.cast.sources[view.story.question.source];
    let closest = explanation.closest.map(|row| &explanation.seen[row]);
    let closest = closest.and_then(|seen| Some((view.name(seen.instance), seen.lacks.first()?)));
    let closest = closest.as_ref().map(|(name, lack)| (name.as_str(), *lack));
    match role.origin {
        Origin::Service(_) => service_has_no_place(&role.name, closest),
        Origin::Standalone => run_task_has_no_place(&view.task(), closest),
    }
}
