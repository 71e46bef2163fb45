//! The charts of a comparison: instances of all sides over time, and a packing map for each.

use super::words::{dollars, fixed};
use crate::record::{BucketRow, ClusterGauge};
use crate::report::chart::{Chart, ChartError, Kind, Panel, Scale, Series, Step, heat_png, heat_svg};
use crate::report::packing::packing_map;
use crate::report::pictures::{Picture, cumulative, drawn, file_names, money_axis};
use crate::study::{Comparison, Metric, Side};

/// Draws all charts of a comparison; they show the first seed.
///
/// # Errors
/// A drawing that failed.
pub fn compare_pictures(all: &Comparison<'_>) -> Result<Vec<Picture>, ChartError> {
    let mut pictures = vec![
        drawn("instances".to_owned(), &instances(all))?,
        drawn("cost-cumulative".to_owned(), &cost_cumulative(all))?,
    ];
    // rows stand for equally many instances on all sides, so that maps can be compared
    let most = all.sides.iter().map(|side| side.views.packing.instances_per_row).max().unwrap_or(1);
    let files = file_names("packing-", all.sides.iter().map(|side| side.name.as_str()));
    for (side, name) in all.sides.iter().zip(files) {
        let mut packing = side.views.packing.clone();
        while packing.instances_per_row < most {
            packing.fold();
        }
        let mut map = packing_map(side.cast, &packing, &side.name);
        // the runs are of the seeds asked for, whatever the scenario has
        map.subtitle = subtitle(all, side);
        let size = map.size();
        pictures.push(Picture { name, svg: heat_svg(&map, size)?, png: heat_png(&map, size)? });
    }
    Ok(pictures)
}

fn subtitle(all: &Comparison<'_>, side: &Side<'_>) -> String {
    let seed = all.seeds.first().copied().unwrap_or(side.cast.seed);
    format!("{}, {}, seed {seed}, {}", side.cast.scenario, side.cast.region, side.cast.horizon)
}

fn instances(all: &Comparison<'_>) -> Chart {
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
    chart(all, panel)
}

/// What each side has spent: one line a side.
fn cost_cumulative(all: &Comparison<'_>) -> Chart {
    let series = all.sides.iter().map(|side| cumulative(&side.buckets, &side.name, None)).collect();
    chart(all, money_axis(series))
}

fn chart(all: &Comparison<'_>, panel: Panel) -> Chart {
    let base = &all.sides[all.baseline];
    Chart {
        title: title(all),
        subtitle: subtitle(all, base),
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

/// Who costs least, and by how much.
fn title(all: &Comparison<'_>) -> String {
    let cost = |side: usize| all.estimate(side, Metric::Cost).map_or(0.0, |found| found.mean);
    let least = all.cheapest();
    let next = (0..all.sides.len()).filter(|side| *side != least).min_by(|a, b| cost(*a).total_cmp(&cost(*b)));
    let name = &all.sides[least].name;
    match next {
        Some(next) if cost(next) > cost(least) && cost(least) > 0.0 => format!(
            "{name} costs least, {}; {} costs {} % more",
            dollars(cost(least)),
            all.sides[next].name,
            fixed((cost(next) / cost(least) - 1.0) * 100.0, 1)
        ),
        Some(next) if cost(next) > cost(least) => {
            format!("{name} costs nothing, {} {}", all.sides[next].name, dollars(cost(next)))
        }
        Some(next) => format!("{name} and {} cost the same, {}", all.sides[next].name, dollars(cost(least))),
        None => format!("{name} costs {}", dollars(cost(least))),
    }
}
