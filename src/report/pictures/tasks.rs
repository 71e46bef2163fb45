//! `tasks`: all tasks by state. `tasks-SERVICE`: what a service wants, and what it has.

use super::file_names::file_names;
use super::series::{gauge, short, top};
use super::{Seen, Span};
use crate::record::{Bucket, BucketRow, ClusterGauge, ServiceGauge};
use crate::report::chart::{Chart, Kind, Panel, Scale, Series};
use crate::report::numbers::{grouped, grouped_ratio};
use crate::units::{Id, ServiceId};

/// Services with a chart of their own; the rest is left to `services.csv`.
const MOST_SERVICES: usize = 6;

/// States from the bottom up, each with a look of its own.
const STATES: [(ClusterGauge, &str); 4] = [
    (ClusterGauge::TasksRunning, "running"),
    (ClusterGauge::TasksPending, "pending (placed, starting)"),
    (ClusterGauge::TasksWaiting, "waiting for a place"),
    (ClusterGauge::TasksStopping, "stopping"),
];

pub(super) fn cluster(seen: &Seen<'_>) -> Option<Chart> {
    let summary = seen.run.summary;
    if summary.tasks_wanted == 0 {
        return None;
    }
    let most = |gauge: ClusterGauge| summary.gauge(gauge).max;
    let state = |(place, (kind, label)): (usize, (ClusterGauge, &str))| {
        // in the warm-up too, which figures leave out
        let there = place == 0 || seen.buckets.iter().any(|row| row.gauge(kind).max > 0);
        let series = gauge(seen.buckets, label.to_owned(), Kind::Stack, |row: &BucketRow| row.gauge(kind));
        there.then_some(Series { look: Some(place), ..series })
    };
    let series = STATES.into_iter().enumerate().filter_map(state).collect();
    let running = plural(most(ClusterGauge::TasksRunning), "task runs", "tasks run");
    let title = match most(ClusterGauge::TasksWaiting) {
        0 => format!("At most {running} at one time"),
        waiting => {
            let waiting = plural(waiting, "waits", "wait");
            format!("At most {running} at one time; at most {waiting} for a place")
        }
    };
    let panel = Panel { y_label: "tasks, on average".to_owned(), scale: Scale::Count, series, limits: Vec::new() };
    Some(seen.chart(title, Span::Measured, vec![panel]))
}

fn plural(count: u64, one: &str, several: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { several })
}

/// A chart for each of the services that lack most, then of the largest.
pub(super) fn services(seen: &Seen<'_>) -> Vec<(String, Chart)> {
    let count = seen.run.cast.services.len();
    let totals: Vec<[Bucket; ServiceGauge::ALL.len()]> = (0..count).map(|place| total(seen, place)).collect();
    let lacks = |place: usize| {
        let [running, .., desired] = totals[place].map(|bucket| bucket.integral);
        (desired.saturating_sub(running), running)
    };
    let (mut shown, _) = top(count, MOST_SERVICES, lacks);
    shown.truncate(MOST_SERVICES);
    // in name order again, as everywhere
    shown.sort_unstable();
    let names = shown.iter().map(|place| seen.run.cast.services.rows()[*place].name.as_str());
    let files = file_names("tasks-", names);
    files.into_iter().zip(shown).map(|(file, place)| (file, service(seen, place, &totals[place]))).collect()
}

/// The gauges of a service over the run.
fn total(seen: &Seen<'_>, place: usize) -> [Bucket; ServiceGauge::ALL.len()] {
    let mut total = [Bucket::default(); ServiceGauge::ALL.len()];
    for row in seen.buckets {
        for (sum, gauge) in total.iter_mut().zip(&row.services[place].0) {
            sum.max = sum.max.max(gauge.max);
            sum.integral += gauge.integral;
        }
    }
    total
}

fn service(seen: &Seen<'_>, place: usize, total: &[Bucket; ServiceGauge::ALL.len()]) -> Chart {
    let id = ServiceId::from_row(place);
    let read = |gauge: ServiceGauge| move |row: &BucketRow| row.services[id.row()].0[gauge as usize];
    let mut series = Vec::new();
    for (look, (kind, gauge_kind, label)) in [
        (ServiceGauge::Running, Kind::Band, "running"),
        (ServiceGauge::Desired, Kind::Line, "desired"),
        (ServiceGauge::Pending, Kind::Line, "pending (placed, starting)"),
        (ServiceGauge::Waiting, Kind::Line, "waiting for a place"),
    ]
    .into_iter()
    .enumerate()
    {
        if look < 2 || total[kind as usize].max > 0 {
            let one = gauge(seen.buckets, label.to_owned(), gauge_kind, read(kind));
            series.push(Series { look: Some(look), ..one });
        }
    }
    let span = u128::from(seen.run.summary.measured.0);
    let mean = |gauge: Bucket| short(&grouped_ratio(gauge.integral, span, 2)).to_owned();
    let (name, figures) = (&seen.run.cast.services[id].name, seen.run.summary.services[id]);
    let (running, desired) = (mean(figures.running), mean(figures.wanted));
    let title = format!("{name} runs {running} tasks on average and wants {desired}");
    let panel = Panel { y_label: "tasks".to_owned(), scale: Scale::Count, series, limits: Vec::new() };
    seen.chart(title, Span::Measured, vec![panel])
}
