//! The charts of a run, from its recorded series.

use super::chart::{Chart, ChartError, Kind, Limit, Panel, Scale, Series, Size, Step, heat_png, heat_svg, png, svg};
use super::figures::Figures;
use super::numbers::{grouped, percent1};
use super::packing::packing_map;
use crate::fact::Cast;
use crate::record::{BucketRow, ClusterGauge, Packing, ServiceGauge};
use crate::units::{Id, ServiceId};

/// Services drawn one by one; the rest is left to the tables.
const MOST_SERVICES: usize = 6;

/// One chart in both formats.
pub struct Picture {
    /// File name without ending.
    pub name: String,
    /// As SVG.
    pub svg: String,
    /// As PNG, at twice the size.
    pub png: Vec<u8>,
}

/// Draws all charts of a run.
///
/// # Errors
/// A drawing that failed.
pub fn pictures(run: &Figures<'_>, buckets: &[BucketRow]) -> Result<Vec<Picture>, ChartError> {
    let charts = [("demand", demand(run, buckets)), ("instances", instances(run, buckets))];
    let draw = |(name, chart): (&'static str, Chart)| {
        let size = Size::for_panels(chart.panels.len());
        Ok(Picture { name: name.to_owned(), svg: svg(&chart, size)?, png: png(&chart, size)? })
    };
    charts.into_iter().map(draw).collect()
}

/// Draws how full each instance of a run was over time.
///
/// # Errors
/// A drawing that failed.
pub fn packing_picture(cast: &Cast, packing: &Packing) -> Result<Picture, ChartError> {
    let map = packing_map(cast, packing, "");
    let size = map.size();
    Ok(Picture { name: "packing".to_owned(), svg: heat_svg(&map, size)?, png: heat_png(&map, size)? })
}

fn subtitle(run: &Figures<'_>) -> String {
    format!("{}, {}, seed {}, {}", run.cast.scenario, run.cast.region, run.cast.seed, run.cast.horizon)
}

fn chart(run: &Figures<'_>, title: String, panels: Vec<Panel>) -> Chart {
    Chart { title, subtitle: subtitle(run), start_unix_s: run.cast.start_unix_s, span_ms: run.cast.horizon.0, panels }
}

/// Demand on top, the tasks that meet it below.
fn demand(run: &Figures<'_>, buckets: &[BucketRow]) -> Chart {
    let loaded: Vec<ServiceId> =
        run.cast.services.iter().filter(|(_, role)| role.has_load()).map(|(id, _)| id).collect();
    let shown = &loaded[..loaded.len().min(MOST_SERVICES)];
    let mut panels = Vec::new();
    if !loaded.is_empty() {
        let name = |id: ServiceId| run.cast.services[id].name.clone();
        let mut series = Vec::new();
        for id in shown {
            series.push(asked(run, buckets, *id, format!("{} asked for", name(*id))));
            if run.summary.services[*id].requests.unserved() > 0 {
                series.push(not_served(buckets, *id, format!("{} not served", name(*id))));
            }
        }
        panels.push(Panel {
            y_label: "requests per second".to_owned(),
            scale: Scale::Number,
            series,
            limits: capacity(run, shown),
        });
    }
    panels.push(tasks_panel(run, buckets));
    let title = if loaded.is_empty() {
        let most = run.summary.gauge(ClusterGauge::TasksRunning).max;
        format!("At most {} tasks run at one time", grouped(most))
    } else {
        let offered: u64 = loaded.iter().map(|id| run.summary.services[*id].requests.offered).sum();
        let unserved: u64 = loaded.iter().map(|id| run.summary.services[*id].requests.unserved()).sum();
        match unserved {
            0 => format!("All {} requests are served", grouped(offered)),
            some => format!("{} of {} requests are not served", grouped(some), grouped(offered)),
        }
    };
    chart(run, title, panels)
}

/// What the desired tasks of a lone service can serve: each does at most what it reserves.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn capacity(run: &Figures<'_>, shown: &[ServiceId]) -> Vec<Limit> {
    let &[id] = shown else { return Vec::new() };
    let desired = run.summary.services[id].desired;
    let role = &run.cast.services[id];
    let vcpus = f64::from(desired) * f64::from(role.need.cpu.0) / 1024.0;
    let value = vcpus * 1e6 / role.cpu_per_request_us as f64;
    vec![Limit { label: format!("{desired} tasks serve {value:.0}"), value }]
}

fn tasks_panel(run: &Figures<'_>, buckets: &[BucketRow]) -> Panel {
    let count = run.cast.services.len();
    let mut series = Vec::new();
    let mut limits = Vec::new();
    if (1..=MOST_SERVICES).contains(&count) && run.cast.standalone_tasks == 0 {
        for (id, role) in run.cast.services.iter() {
            let gauge = |row: &BucketRow| row.services[id.row()].0[ServiceGauge::Running as usize];
            series.push(gauges(buckets, format!("{} running", role.name), Kind::Band, gauge));
            if count == 1 {
                let desired = run.summary.services[id].desired;
                limits.push(Limit { label: format!("desired {desired}"), value: f64::from(desired) });
            }
        }
    } else {
        let gauge = |row: &BucketRow| row.gauge(ClusterGauge::TasksRunning);
        series.push(gauges(buckets, "running".to_owned(), Kind::Band, gauge));
    }
    if run.summary.gauge(ClusterGauge::TasksWaiting).max > 0 {
        let gauge = |row: &BucketRow| row.gauge(ClusterGauge::TasksWaiting);
        series.push(gauges(buckets, "waiting for a place".to_owned(), Kind::Line, gauge));
    }
    Panel { y_label: "tasks".to_owned(), scale: Scale::Count, series, limits }
}

/// Instances on top, what is reserved of them below.
fn instances(run: &Figures<'_>, buckets: &[BucketRow]) -> Chart {
    let summary = run.summary;
    let up = gauges(buckets, "instances".to_owned(), Kind::Band, |row| row.gauge(ClusterGauge::Instances));
    let shares = vec![
        share(buckets, "CPU reserved", ClusterGauge::CpuReserved, ClusterGauge::CpuRegistered),
        share(buckets, "memory reserved", ClusterGauge::MemoryReserved, ClusterGauge::MemoryRegistered),
    ];
    let title = format!(
        "Up to {} instances; {} % of their CPU and {} % of their memory reserved",
        grouped(summary.gauge(ClusterGauge::Instances).max),
        percent1(summary.cpu_reserved_share()),
        percent1(summary.memory_reserved_share())
    );
    let count = Panel { y_label: "instances".to_owned(), scale: Scale::Count, series: vec![up], limits: Vec::new() };
    let reserved = Panel {
        y_label: "reserved, % of registered".to_owned(),
        scale: Scale::Percent,
        series: shares,
        limits: Vec::new(),
    };
    chart(run, title, vec![count, reserved])
}

#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn gauges(
    buckets: &[BucketRow],
    label: String,
    kind: Kind,
    gauge: impl Fn(&BucketRow) -> crate::record::Bucket,
) -> Series {
    let step = |row: &BucketRow| {
        let bucket = gauge(row);
        Step {
            from_ms: row.from.0,
            to_ms: row.to.0,
            min: bucket.min as f64,
            mean: bucket.integral as f64 / row.span().0 as f64,
            max: bucket.max as f64,
        }
    };
    Series { label, kind, steps: buckets.iter().map(step).collect() }
}

/// Requests per second as they are asked for, with the least and greatest rate of each bucket.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn asked(run: &Figures<'_>, buckets: &[BucketRow], service: ServiceId, label: String) -> Series {
    let per_second = 1000.0 / run.cast.services[service].period_ms as f64;
    let step = |row: &BucketRow| {
        let rate = row.rates[service.row()];
        Step {
            from_ms: row.from.0,
            to_ms: row.to.0,
            min: rate.min as f64 * per_second,
            mean: rate.integral as f64 / row.span().0 as f64 * per_second,
            max: rate.max as f64 * per_second,
        }
    };
    Series { label, kind: Kind::Band, steps: buckets.iter().map(step).collect() }
}

/// Requests per second that are not served, on average over each bucket.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn not_served(buckets: &[BucketRow], service: ServiceId, label: String) -> Series {
    let step = |row: &BucketRow| {
        let rate = row.services[service.row()].1.unserved() as f64 * 1000.0 / row.span().0 as f64;
        Step { from_ms: row.from.0, to_ms: row.to.0, min: rate, mean: rate, max: rate }
    };
    // nothing is drawn where all is served
    let steps = buckets.iter().map(step).filter(|step| step.mean > 0.0).collect();
    Series { label, kind: Kind::Area, steps }
}

/// A share in per cent; blank while nothing is registered.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn share(buckets: &[BucketRow], label: &str, part: ClusterGauge, whole: ClusterGauge) -> Series {
    let step = |row: &BucketRow| {
        let value = row.gauge(part).integral as f64 * 100.0 / row.gauge(whole).integral as f64;
        Step { from_ms: row.from.0, to_ms: row.to.0, min: value, mean: value, max: value }
    };
    Series { label: label.to_owned(), kind: Kind::Line, steps: buckets.iter().map(step).collect() }
}
