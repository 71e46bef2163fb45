//! The charts of a comparison: instances of all sides over time, and a packing map for each.

use super::shortfall::shortfall;
use super::words::{dollars, fixed};
use crate::fact::Cast;
use crate::record::{BucketRow, ClusterGauge};
use crate::report::chart::{Chart, ChartError, Kind, Panel, Scale, Series, Step, heat_png, heat_svg};
use crate::report::numbers::grouped;
use crate::report::packing::packing_map;
use crate::report::pictures::{Picture, cumulative, drawn, file_names, measured_subtitle, money_axis, subtitle};
use crate::report::screen::counted;
use crate::study::{Comparison, Metric, Side};

/// Draws all charts of a comparison; they show the first seed.
///
/// # Errors
/// A drawing that failed.
pub fn compare_pictures(all: &Comparison<'_>) -> Result<Vec<Picture>, ChartError> {
    let mut pictures = Vec::new();
    for (name, chart) in [("instances", instances(all)), ("cost-cumulative", cost_cumulative(all))] {
        if let Some(chart) = chart {
            pictures.push(drawn(name.to_owned(), &chart)?);
        }
    }
    // rows stand for equally many instances on all sides, so that maps can be compared
    let most = all.sides.iter().map(|side| side.views.packing.instances_per_row).max().unwrap_or(1);
    let files = file_names("packing-", all.sides.iter().map(|side| side.name.as_str()));
    for (side, name) in all.sides.iter().zip(files).filter(|(side, _)| !side.views.packing.rows.is_empty()) {
        let mut packing = side.views.packing.clone();
        while packing.instances_per_row < most {
            packing.fold();
        }
        let mut map = packing_map(side.cast, &packing, &side.name);
        // the runs are of the seeds asked for, whatever the scenario has
        map.subtitle = subtitle(side.cast, seed(all, side));
        let size = map.size();
        pictures.push(Picture { name, svg: heat_svg(&map, size)?, png: heat_png(&map, size)? });
    }
    Ok(pictures)
}

fn seed(all: &Comparison<'_>, side: &Side<'_>) -> u64 {
    all.seeds.first().copied().unwrap_or(side.cast.seed)
}

/// How many instances each side has; nothing where none has any.
fn instances(all: &Comparison<'_>) -> Option<Chart> {
    let peak = |side: &Side<'_>| side.runs.first().map_or(0, |run| run.instances_peak);
    let least = all.sides.iter().min_by_key(|side| peak(side))?; // the first of equals
    let most = all.sides.iter().rev().max_by_key(|side| peak(side))?;
    if peak(most) == 0 {
        return None;
    }
    let title = if peak(least) == peak(most) {
        format!("At most {} at one time on all sides", counted(peak(most), "instance"))
    } else {
        let (few, many) = (counted(peak(least), "instance"), grouped(peak(most)));
        format!("{} has at most {few} at one time, {} {many}", least.name, most.name)
    };
    let series = all.sides.iter().map(|side| Series {
        label: side.name.clone(),
        kind: Kind::Line,
        steps: side.buckets.iter().map(step).collect(),
        look: None,
    });
    let panel = Panel {
        y_label: "instances, on average".to_owned(),
        scale: Scale::Count,
        series: series.collect(),
        limits: Vec::new(),
    };
    Some(chart(all, title, measured_subtitle, panel))
}

/// What each side has spent: one line a side; nothing where nothing costs anything.
fn cost_cumulative(all: &Comparison<'_>) -> Option<Chart> {
    if all.sides.iter().flat_map(|side| &side.runs).all(|run| run.cost.0 == 0) {
        return None;
    }
    let series = all.sides.iter().map(|side| cumulative(&side.buckets, &side.name, None)).collect();
    Some(chart(all, title(all), subtitle, money_axis(series)))
}

fn chart(all: &Comparison<'_>, title: String, subtitle: fn(&Cast, u64) -> String, panel: Panel) -> Chart {
    let base = &all.sides[all.baseline];
    Chart {
        title,
        subtitle: subtitle(base.cast, seed(all, base)),
        start_unix_s: base.cast.start_unix_s,
        span_ms: all.sides.iter().map(|side| side.cast.horizon.0).max().unwrap_or(0),
        panels: vec![panel],
        events: Vec::new(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn step(row: &BucketRow) -> Step {
    let bucket = row.gauge(ClusterGauge::Instances);
    Step {
        from_ms: row.from.0,
        to_ms: row.to.0,
        min: bucket.min as f64,
        mean: bucket.integral as f64 / row.span().0 as f64,
        max: bucket.max as f64,
    }
}

/// Who costs least, by how much, and what it leaves undone for that.
fn title(all: &Comparison<'_>) -> String {
    let cost = |side: usize| all.estimate(side, Metric::Cost).map_or(0.0, |found| found.mean);
    let least = all.cheapest();
    let next = (0..all.sides.len()).filter(|side| *side != least).min_by(|a, b| cost(*a).total_cmp(&cost(*b)));
    let name = &all.sides[least].name;
    let but = shortfall(all, least).map(|but| format!(", but {but}")).unwrap_or_default();
    match next {
        Some(next) if cost(next) > cost(least) && cost(least) > 0.0 => format!(
            "{name} costs least, {}{but}; {} costs {} % more",
            dollars(cost(least)),
            all.sides[next].name,
            fixed((cost(next) / cost(least) - 1.0) * 100.0, 1)
        ),
        Some(next) if cost(next) > cost(least) => {
            format!("{name} costs nothing{but}, {} {}", all.sides[next].name, dollars(cost(next)))
        }
        Some(next) => format!("{name} and {} cost the same, {}{but}", all.sides[next].name, dollars(cost(least))),
        None => format!("{name} costs {}", dollars(cost(least))),
    }
}
