//! What would have to be different for a task to find a place: the nearest fixes.

use super::WhyView;
use super::words::{cpu, memory};
use crate::fact::Lack;
use crate::placement::{Explanation, Seen};

/// The nearest fixes, in sentences.
pub(super) fn texts(view: &WhyView<'_>, explanation: &Explanation) -> Vec<String> {
    let near = explanation.nearest();
    let only_ports = near.iter().any(|seen| seen.lacks.iter().eq([Lack::Ports]) && !seen.taken.is_empty());
    let mut texts: Vec<String> = near.into_iter().map(|seen| fix(view, explanation, seen)).collect();
    if only_ports {
        texts
            .push("a dynamic host port in the task definition, in network mode `bridge` (ECS-122, ECS-125)".to_owned());
    }
    match explanation.another.map(|row| &explanation.seen[row]) {
        Some(seen) => {
            let kind = view.cast.instance_types[seen.instance_type].label();
            texts.push(format!("one more instance like {} ({kind})", view.name(seen.instance)));
        }
        None if !explanation.seen.is_empty() => {
            texts.push("not one more instance like those: none of them would take it, even when empty".to_owned());
        }
        None => {}
    }
    texts
}

/// `172 MiB more on three would do`.
fn fix(view: &WhyView<'_>, explanation: &Explanation, seen: &Seen) -> String {
    let (short, name) = (seen.short_of(explanation.demand.need), view.name(seen.instance));
    let parts: Vec<String> = seen
        .lacks
        .iter()
        .map(|lack| match lack {
            Lack::Cpu => format!("{} more", cpu(short.cpu.0)),
            Lack::Memory => format!("{} more", memory(short.memory.0)),
            Lack::Ports if seen.taken.is_empty() => "fewer reserved ports".to_owned(),
            Lack::Ports => {
                let taken: Vec<String> = seen.taken.iter().map(ToString::to_string).collect();
                format!("host port {} free", taken.join(", "))
            }
            Lack::Gpu => format!("{} more GPU", explanation.demand.gpus.saturating_sub(seen.free_gpus)),
            Lack::Interface => "a free network interface".to_owned(),
            Lack::Attribute => {
                let names: Vec<&str> = seen.missing.iter().map(|missing| missing.name.as_str()).collect();
                format!("attribute {} as required", names.join(", "))
            }
            Lack::Location => "a subnet in its zone".to_owned(),
            Lack::MemberOf => {
                let failed = explanation.constraints.iter().enumerate();
                let failed = failed.filter(|(row, one)| one.expression.is_some() && seen.fails.contains(row));
                let texts: Vec<&str> = failed.filter_map(|(_, one)| one.expression.as_deref()).collect();
                format!("`{}` satisfied", texts.join("` and `"))
            }
            Lack::DistinctInstance => "no task of the group there".to_owned(),
        })
        .collect();
    format!("{} on {name} would do", parts.join(" and "))
}
