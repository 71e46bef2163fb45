//! `cost-rate`: dollars an hour by category. `cost-cumulative`: dollars since the start.
//!
//! Categories come from the meters ([`Category::ALL`]): one that is added there is drawn here.

use super::Seen;
use super::series::values;
use crate::cost::Category;
use crate::record::{BucketRow, ClusterGauge};
use crate::report::chart::{Chart, Kind, Panel, Scale, Series, Step};
use crate::report::numbers::percent1;
use crate::units::NanoUsd;

/// A minimum charge comes at once; over less time than this it would be a spike that hides all else.
const LEAST_MS: u64 = 60_000;
/// The look of what is not reserved: near-black.
const IDLE_LOOK: usize = 5;

/// Dollars, as a number for pictures.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn dollars(cost: NanoUsd) -> f64 {
    cost.0 as f64 / 1e9
}

/// For a title: cents, or millionths where cents would say nothing.
fn readable(cost: NanoUsd) -> String {
    if (1..1_000_000_000).contains(&cost.0) { format!("{:.6}", dollars(cost)) } else { cost.cents() }
}

/// The categories that cost anything, and what each comes to.
fn categories(seen: &Seen<'_>) -> Vec<(Category, NanoUsd)> {
    let sum = |category: Category| {
        let lines = seen.run.bill.iter().filter(|line| line.category == category);
        (category, lines.map(|line| line.cost).sum())
    };
    Category::ALL.into_iter().map(sum).filter(|(_, cost): &(Category, NanoUsd)| cost.0 > 0).collect()
}

/// Buckets of a minute at least.
fn coarse(buckets: &[BucketRow]) -> Vec<BucketRow> {
    let mut coarse: Vec<BucketRow> = Vec::new();
    for row in buckets {
        match coarse.last_mut() {
            Some(last) if last.span().0 < LEAST_MS => last.join(row),
            _ => coarse.push(row.clone()),
        }
    }
    coarse
}

#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn per_hour(row: &BucketRow, category: Category) -> f64 {
    dollars(row.cost[category as usize]) * 3_600_000.0 / row.span().0 as f64
}

/// What instances cost; their layers lie at the bottom.
fn of_instances(row: &BucketRow) -> f64 {
    let of = Category::ALL.into_iter().filter(|category| category.is_of_instances());
    of.map(|category| per_hour(row, category)).sum()
}

pub(super) fn rate(seen: &Seen<'_>) -> Option<Chart> {
    let categories = categories(seen);
    if categories.is_empty() {
        return None;
    }
    let buckets = coarse(seen.buckets);
    let mut series: Vec<Series> = Vec::new();
    for &(category, _) in &categories {
        let layer = values(&buckets, category.words().to_owned(), Kind::Stack, |row| Some(per_hour(row, category)));
        series.push(Series { look: Some(category.look()), ..layer });
    }
    let mut title = format!("${} in all", readable(seen.run.summary.money.cost));
    if categories.iter().any(|(category, _)| category.is_of_instances()) {
        let idle = idle(&buckets);
        let all = values(&buckets, String::new(), Kind::Stack, |row| Some(of_instances(row)));
        title = format!("{title}; nothing is reserved for {:.1} % of the cost of instances", share(&idle, &all));
        series.push(idle);
    }
    let panel = Panel { y_label: "$ per hour".to_owned(), scale: Scale::Number, series, limits: Vec::new() };
    Some(seen.chart(title, vec![panel]))
}

/// Of CPU and memory whichever is more reserved counts: the part of registered time of which neither is.
fn idle_share(part: (u128, u128), other: (u128, u128)) -> Option<(u128, u128)> {
    let free = |(reserved, registered): (u128, u128)| (registered.saturating_sub(reserved), registered);
    let (part, other) = (free(part), free(other));
    if part.1 == 0 || other.1 == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "pictures only")]
    let share = |(free, registered): (u128, u128)| free as f64 / registered as f64;
    Some(if share(part) <= share(other) { part } else { other })
}

/// The part of the cost of instances that nothing was reserved for: the uppermost part of their layers.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn idle(buckets: &[BucketRow]) -> Series {
    let step = |row: &BucketRow| {
        let of = |part, whole| (row.gauge(part).integral, row.gauge(whole).integral);
        let (free, all) = idle_share(
            of(ClusterGauge::CpuReserved, ClusterGauge::CpuRegistered),
            of(ClusterGauge::MemoryReserved, ClusterGauge::MemoryRegistered),
        )?;
        let top = of_instances(row);
        let reserved = 1.0 - free as f64 / all as f64;
        (free > 0).then(|| Step { min: top * reserved, ..Step::flat(row.from.0, row.to.0, top) })
    };
    let label = "of instances, not reserved".to_owned();
    Series { label, kind: Kind::Hatch, steps: buckets.iter().filter_map(step).collect(), look: Some(IDLE_LOOK) }
}

/// The same over the run, in per cent of what `all` comes to.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn share(idle: &Series, all: &Series) -> f64 {
    let area = |series: &Series, height: fn(&Step) -> f64| {
        series.steps.iter().map(|step| height(step) * (step.to_ms - step.from_ms) as f64).sum::<f64>()
    };
    // what rounding leaves of nothing is nothing, and has no sign
    (area(idle, |step| step.mean - step.min) * 100.0 / area(all, |step| step.mean)).abs()
}

pub(super) fn chart(seen: &Seen<'_>) -> Option<Chart> {
    let categories = categories(seen);
    if categories.is_empty() {
        return None;
    }
    let total = seen.run.summary.money.cost;
    let mut series = Vec::new();
    if categories.len() > 1 {
        for &(category, _) in &categories {
            let line = cumulative(seen.buckets, category.words(), Some(category));
            series.push(Series { look: Some(category.look()), ..line });
        }
    }
    series.push(Series { look: Some(IDLE_LOOK), ..cumulative(seen.buckets, "total", None) });
    let most = categories.iter().max_by_key(|(_, cost)| *cost)?;
    let share = match categories.len() {
        1 => "all".to_owned(),
        _ => format!("{} %", percent1((most.1.0.unsigned_abs(), total.0.unsigned_abs()))),
    };
    let title = format!("${} in {}, {share} of it for {}", readable(total), seen.run.cast.horizon, most.0);
    Some(seen.chart(title, vec![money_axis(series)]))
}

/// A panel of dollars.
pub(in crate::report) fn money_axis(series: Vec<Series>) -> Panel {
    Panel { y_label: "$ since the start".to_owned(), scale: Scale::Number, series, limits: Vec::new() }
}

/// What was spent until the end of each bucket: of one category, or of all.
pub(in crate::report) fn cumulative(buckets: &[BucketRow], label: &str, category: Option<Category>) -> Series {
    let mut spent = NanoUsd::default();
    let step = |row: &BucketRow| {
        spent += match category {
            Some(category) => row.cost[category as usize],
            None => row.cost.iter().copied().sum(),
        };
        Step::flat(row.from.0, row.to.0, dollars(spent))
    };
    Series { label: label.to_owned(), kind: Kind::Line, steps: buckets.iter().map(step).collect(), look: None }
}
