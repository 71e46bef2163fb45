//! `instances`: how many there are, by type and, where several bring some, by source of capacity.

use super::series::{gauge, others, short, sum, top};
use super::{Seen, Span};
use crate::fact::InstanceTypeRole;
use crate::record::{Bucket, BucketRow, ClusterGauge};
use crate::report::chart::{Chart, Kind, Panel, Scale, Series};
use crate::report::numbers::{grouped, grouped_ratio, ratio3};

/// Types or sources with a layer of their own.
const MOST: usize = 5;

pub(super) fn chart(seen: &Seen<'_>) -> Option<Chart> {
    let (cast, summary) = (seen.run.cast, seen.run.summary);
    if summary.instances_ever == 0 {
        return None;
    }
    let types = type_names(cast.instance_types.rows());
    let mut panels = vec![panel(seen, "instances by type, on average", &types, |row| &row.types)];
    let providers: Vec<String> = cast.providers.iter().map(|(_, name)| name.clone()).collect();
    let by_provider = panel(seen, "by source of capacity", &providers, |row| &row.providers);
    if by_provider.series.len() > 1 {
        panels.push(by_provider);
    }
    let total = summary.gauge(ClusterGauge::Instances);
    let mean = grouped_ratio(total.integral, u128::from(summary.measured.0), 2);
    let one = if total.max == 1 { "instance" } else { "instances" };
    let title = format!("At most {} {one} at one time, {} on average", grouped(total.max), short(&mean));
    Some(seen.chart(title, Span::Measured, panels))
}

/// What types are called: with their size where others have the same name, as instances that came from a file have.
fn type_names(types: &[InstanceTypeRole]) -> Vec<String> {
    let name = |role: &InstanceTypeRole| {
        let (label, size) = (role.label(), role.registered);
        let gpus = if role.gpus > 0 { format!(", {} GPU", role.gpus) } else { String::new() };
        match types.iter().filter(|other| other.label() == label).count() {
            1 => label.into_owned(),
            _ => format!("{label}, {} vCPU, {} GiB{gpus}", whole(size.cpu.0), whole(size.memory.0)),
        }
    };
    types.iter().map(name).collect()
}

/// So many units of 1,024.
fn whole(parts: u32) -> String {
    short(&ratio3(parts.into(), 1024)).to_owned()
}

/// The kinds that were ever there, the largest at the bottom.
fn panel(seen: &Seen<'_>, y_label: &str, names: &[String], read: impl Fn(&BucketRow) -> &Vec<Bucket>) -> Panel {
    let weight = |place: usize| seen.buckets.iter().map(|row| read(row)[place].integral).sum::<u128>();
    let weights: Vec<u128> = (0..names.len()).map(weight).collect();
    let there: Vec<usize> = (0..names.len()).filter(|place| weights[*place] > 0).collect();
    let (shown, rest) = top(there.len(), MOST, |place| weights[there[place]]);
    let layer =
        |place: &usize| gauge(seen.buckets, names[there[*place]].clone(), Kind::Stack, |row| read(row)[there[*place]]);
    let mut series: Vec<Series> = shown.iter().map(layer).collect();
    if !rest.is_empty() {
        let all = |row: &BucketRow| sum(rest.iter().map(|place| read(row)[there[*place]]));
        series.push(gauge(seen.buckets, others(&rest), Kind::Stack, all));
    }
    Panel { y_label: y_label.to_owned(), scale: Scale::Count, series, limits: Vec::new() }
}
