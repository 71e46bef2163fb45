//! `utilisation`: what of the instances is reserved, and what is used.

use super::series::values;
use super::{Seen, Span};
use crate::cost::Counted;
use crate::record::{Bucket, BucketRow, ClusterGauge};
use crate::report::chart::{Chart, Kind, Panel, Scale, Series};
use crate::report::numbers::percent1;

pub(super) fn chart(seen: &Seen<'_>) -> Option<Chart> {
    let (cast, summary) = (seen.run.cast, seen.run.summary);
    if summary.instances_ever == 0 {
        return None;
    }
    let share = |label: &str, part: ClusterGauge, whole: ClusterGauge| {
        let read = |row: &BucketRow| percent(row.gauge(part).integral, row.gauge(whole));
        values(seen.buckets, label.to_owned(), Kind::Line, read)
    };
    let mut series = vec![
        share("CPU reserved", ClusterGauge::CpuReserved, ClusterGauge::CpuRegistered),
        share("memory reserved", ClusterGauge::MemoryReserved, ClusterGauge::MemoryRegistered),
    ];
    let mut title = format!(
        "{} % of CPU and {} % of memory reserved",
        percent1(summary.cpu_reserved_share()),
        percent1(summary.memory_reserved_share())
    );
    // what tasks on Fargate use is no instance's, and only services have a load
    let on_instances = !seen.run.bill.iter().any(|line| matches!(line.counted, Counted::Tasks(_)));
    if on_instances && cast.services.iter().any(|(_, role)| role.has_load()) {
        let read = |row: &BucketRow| {
            let used: u64 = row.services.iter().map(|(_, requests)| requests.cpu_used_unit_ms).sum();
            percent(used.into(), row.gauge(ClusterGauge::CpuRegistered))
        };
        let used = values(seen.buckets, "CPU used by services".to_owned(), Kind::Area, read);
        series.push(Series { look: Some(2), ..used });
        let used = summary.services.rows().iter().map(|service| u128::from(service.requests.cpu_used_unit_ms)).sum();
        title = format!("{title}, {} % of CPU used", percent1((used, summary.cpu_reserved_share().1)));
    }
    let y_label = "of what instances registered".to_owned();
    let panel = Panel { y_label, scale: Scale::Percent, series, limits: Vec::new() };
    Some(seen.chart(title, Span::Measured, vec![panel]))
}

/// A share in per cent; nothing while nothing is registered.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn percent(part: u128, whole: Bucket) -> Option<f64> {
    (whole.integral > 0).then(|| part as f64 * 100.0 / whole.integral as f64)
}
