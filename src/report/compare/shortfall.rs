//! What a side does not cope with that another one does: who costs least may do least.

use super::words::grouped;
use crate::study::{Comparison, Metric};

/// What a side leaves undone, in words, where another side leaves less: `2,880,000 requests are not served`.
pub(super) fn shortfall(all: &Comparison<'_>, side: usize) -> Option<String> {
    let mean = |side: usize, metric| all.estimate(side, metric).map_or(0.0, |found| found.mean);
    let words = |(metric, one, many): (Metric, &str, &str)| {
        let (own, least) =
            (mean(side, metric), (0..all.sides.len()).map(|other| mean(other, metric)).fold(f64::INFINITY, f64::min));
        let decimals = usize::from(own.fract() != 0.0);
        let (count, least_count) = (grouped(own, decimals), grouped(least, usize::from(least.fract() != 0.0)));
        let words = if count == "1" { one } else { many };
        let elsewhere = if least > 0.0 { format!(" ({least_count} on another side)") } else { String::new() };
        (own > least).then(|| format!("{count} {words}{elsewhere}"))
    };
    let found: Vec<String> = [
        (Metric::RequestsUnserved, "request is not served", "requests are not served"),
        (Metric::TasksUnplaced, "standalone task finds no place", "standalone tasks find no place"),
        (Metric::TasksWaiting, "task waits for a place at the end", "tasks wait for a place at the end"),
    ]
    .into_iter()
    .filter_map(words)
    .collect();
    (!found.is_empty()).then(|| found.join(" and "))
}
