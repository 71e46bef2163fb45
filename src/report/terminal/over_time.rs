//! Curves of one line each: what is asked of each service or how many tasks it runs, instances, and what is reserved.

use super::line;
use super::services::Shown;
use crate::record::{Bucket, BucketRow, ClusterGauge, ServiceGauge};
use crate::report::figures::Figures;
use crate::report::numbers::{grouped, grouped_ratio};
use crate::report::screen::{Screen, counted, width_of};
use crate::report::spark::{Sums, spark};
use crate::units::{Id, ServiceId, SimTime};

/// Widest column of names: a quarter of the width, and our own names in any case.
const NAMES: usize = 4;
const OUR_NAMES: usize = 13;

struct Curve {
    name: String,
    shape: Box<dyn Fn(&BucketRow) -> Sums>,
    /// Its greatest value in the whole run, as the curve covers that, with its unit.
    most: String,
}

pub(super) fn over_time(text: &mut String, run: &Figures<'_>, buckets: &[BucketRow], shown: &Shown, screen: &Screen) {
    let curves = curves(run, buckets, shown);
    if buckets.is_empty() || curves.is_empty() {
        return;
    }
    let names = screen.names(curves.iter().map(|curve| curve.name.as_str()), (screen.width() / NAMES).max(OUR_NAMES));
    let left = names.iter().map(|name| width_of(name)).max().unwrap_or(0);
    // elsewhere "most" leaves out the warm-up
    let title = if run.cast.warm_up > SimTime::START { "most ever" } else { "most" };
    let right = curves.iter().map(|curve| width_of(&curve.most)).max().unwrap_or(0).max(title.len());
    let room = screen.width().saturating_sub(2 + left + 2 + 2 + right);
    let (start, end) = ("0s".to_owned(), run.cast.horizon.to_string());
    let gap = room.saturating_sub(start.len() + end.len());
    let axis = if gap > 0 { format!("{start}{}{end}", " ".repeat(gap)) } else { String::new() };
    line(text, &format!("  {:left$}  {axis:room$}  {title:>right$}", ""));
    for (curve, name) in curves.iter().zip(&names) {
        let shape = spark(buckets, run.cast.horizon, room, screen, &curve.shape);
        let gap = " ".repeat(left - width_of(name));
        line(text, &format!("  {name}{gap}  {shape}  {:>right$}", curve.most));
    }
    if shown.left_out > 0 {
        screen.wrapped(text, "  ", &format!("and {} more services in services.csv", shown.left_out), 4);
    }
    line(text, "");
}

fn curves(run: &Figures<'_>, buckets: &[BucketRow], shown: &Shown) -> Vec<Curve> {
    let mut curves: Vec<Curve> = shown.ids.iter().map(|id| of_service(run, buckets, *id)).collect();
    let gauge = |name: &str, gauge: ClusterGauge, unit: &str| Curve {
        name: name.to_owned(),
        shape: Box::new(move |row| Sums::mean(row.gauge(gauge), row)),
        most: counted(most(buckets, |row| row.gauge(gauge)), unit),
    };
    if run.cast.standalone_tasks > 0 || shown.left_out > 0 {
        curves.push(gauge("tasks running", ClusterGauge::TasksRunning, "task"));
    }
    if most(buckets, |row| row.gauge(ClusterGauge::TasksWaiting)) > 0 {
        curves.push(gauge("tasks waiting", ClusterGauge::TasksWaiting, "task"));
    }
    if run.summary.instances_ever > 0 {
        curves.push(gauge("instances", ClusterGauge::Instances, "instance"));
        curves.push(share(buckets, "CPU reserved", ClusterGauge::CpuReserved, ClusterGauge::CpuRegistered));
    }
    curves
}

/// The greatest value that a gauge ever had.
fn most(buckets: &[BucketRow], read: impl Fn(&BucketRow) -> Bucket) -> u64 {
    buckets.iter().map(|row| read(row).max).max().unwrap_or(0)
}

/// What is asked of a service; of one without load the tasks that it runs.
fn of_service(run: &Figures<'_>, buckets: &[BucketRow], id: ServiceId) -> Curve {
    let (role, row_of) = (&run.cast.services[id], id.row());
    if role.has_load() {
        let most = most(buckets, |row| row.rates[row_of]);
        let rate = grouped_ratio(u128::from(most) * 1000, role.period_ms.into(), 1);
        let rate = rate.strip_suffix(".0").unwrap_or(&rate).to_owned();
        return Curve {
            name: role.name.clone(),
            shape: Box::new(move |row| Sums::mean(row.rates[row_of], row)),
            most: format!("{rate} requests/s"),
        };
    }
    let running = move |row: &BucketRow| row.services[row_of].0[ServiceGauge::Running as usize];
    Curve {
        name: role.name.clone(),
        shape: Box::new(move |row| Sums::mean(running(row), row)),
        most: counted(most(buckets, running), "task"),
    }
}

/// A share of what is registered; the most is that of a bucket.
fn share(buckets: &[BucketRow], name: &str, part: ClusterGauge, whole: ClusterGauge) -> Curve {
    let tenths = |(part, whole): (Bucket, Bucket)| (part.integral * 1000).checked_div(whole.integral).unwrap_or(0);
    let most = buckets.iter().map(|row| tenths((row.gauge(part), row.gauge(whole)))).max().unwrap_or(0);
    Curve {
        name: name.to_owned(),
        shape: Box::new(move |row| Sums { part: row.gauge(part).integral, whole: row.gauge(whole).integral }),
        most: format!("{}.{} %", grouped(u64::try_from(most / 10).unwrap_or(0)), most % 10),
    }
}
