//! `cost-rate`: dollars an hour by category. `cost-cumulative`: dollars since the start.
//!
//! Categories come from the meters ([`Category::ALL`]): one that is added there is drawn here. They are ranked by what they
//! cost, and have their colours by that.

use super::series::{others, top, values};
use super::{Seen, Span};
use crate::cost::Category;
use crate::record::{BucketRow, ClusterGauge};
use crate::report::chart::{Chart, Kind, Panel, Scale, Series, Step};
use crate::report::numbers::percent1;
use crate::units::NanoUsd;

/// A minimum charge comes at once; over less time than this it would be a spike that hides all else.
const LEAST_MS: u64 = 60_000;
/// The same of what is paid for by the hour begun (PRC-6).
const HOUR_MS: u64 = 3_600_000;
/// The look of what is not reserved: near-black.
const IDLE_LOOK: usize = 5;

/// Categories with a layer of their own: with the others that makes six looks.
const MOST: usize = 5;
/// Near-black like the last layer, but unbroken: the total.
const TOTAL_LOOK: usize = 11;

/// Dollars, as a number for pictures.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
pub(super) fn dollars(cost: NanoUsd) -> f64 {
    cost.0 as f64 / 1e9
}

/// One category, or all that have no layer of their own.
struct Layer {
    label: String,
    categories: Vec<Category>,
}

/// The categories that cost anything, the dearest first, and what each comes to.
fn categories(seen: &Seen<'_>) -> Vec<(Category, NanoUsd)> {
    let sum = |category: Category| {
        let lines = seen.run.bill.iter().filter(|line| line.category == category);
        (category, lines.map(|line| line.cost).sum())
    };
    let all = Category::ALL.into_iter().map(sum).filter(|(_, cost): &(Category, NanoUsd)| cost.0 > 0);
    let mut all: Vec<(Category, NanoUsd)> = all.collect();
    all.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost)); // stable: equal ones stay in the order of tables
    all
}

/// The dearest, each for itself, and the others as one.
fn layers(categories: &[(Category, NanoUsd)]) -> Vec<Layer> {
    let (shown, rest) = top(categories.len(), MOST, |place| categories[place].1);
    let of = |place: &usize| categories[*place].0;
    let single =
        shown.iter().map(of).map(|category| Layer { label: category.words().to_owned(), categories: vec![category] });
    let mut layers: Vec<Layer> = single.collect();
    if !rest.is_empty() {
        layers.push(Layer { label: others(&rest), categories: rest.iter().map(of).collect() });
    }
    layers
}

/// The shortest bucket in which a rate can be read, for what is on the bill.
fn least(categories: &[(Category, NanoUsd)], horizon_ms: u64) -> u64 {
    let by_the_hour = [Category::LoadBalancers, Category::NatGateways, Category::Endpoints, Category::PublicAddresses];
    let has_some = categories.iter().any(|(category, _)| by_the_hour.contains(category));
    if has_some && horizon_ms > 2 * HOUR_MS { HOUR_MS } else { LEAST_MS }
}

/// Buckets of so much at least.
fn coarse(buckets: &[BucketRow], shortest_ms: u64) -> Vec<BucketRow> {
    let mut coarse: Vec<BucketRow> = Vec::new();
    for row in buckets {
        match coarse.last_mut() {
            Some(last) if last.span().0 < shortest_ms => last.join(row),
            _ => coarse.push(row.clone()),
        }
    }
    coarse
}

#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn per_hour(row: &BucketRow, categories: &[Category]) -> f64 {
    let cost = categories.iter().map(|category| row.cost[*category as usize]).sum();
    dollars(cost) * 3_600_000.0 / row.span().0 as f64
}

pub(super) fn rate(seen: &Seen<'_>) -> Option<Chart> {
    let categories = categories(seen);
    let layers = layers(&categories);
    if layers.is_empty() {
        return None;
    }
    let buckets = coarse(seen.buckets, least(&categories, seen.run.cast.horizon.0));
    let layer = |(rank, layer): (usize, &Layer)| {
        let series = values(&buckets, layer.label.clone(), Kind::Stack, |row| Some(per_hour(row, &layer.categories)));
        Series { look: Some(rank), ..series }
    };
    let mut series: Vec<Series> = layers.iter().enumerate().map(layer).collect();
    let mut title = format!("${} in all", seen.run.summary.money.cost.readable());
    // the hatch needs one layer that holds all of what instances cost: with several ways to pay there is none
    let paid: Vec<Category> = layers
        .iter()
        .flat_map(|layer| layer.categories.iter().copied())
        .filter(|category| category.is_of_instances())
        .collect();
    if let Some(rank) = layers.iter().position(|layer| layer.categories == paid && paid.len() == 1) {
        let below: Vec<Category> = layers[..rank].iter().flat_map(|layer| layer.categories.iter().copied()).collect();
        let idle = idle(&buckets, &below, paid[0]);
        title =
            format!("{title}; nothing is reserved for {:.1} % of the cost of instances", share(&idle, &series[rank]));
        series.push(idle);
    }
    let panel = Panel { y_label: "$ per hour".to_owned(), scale: Scale::Number, series, limits: Vec::new() };
    Some(seen.chart(title, Span::Whole, vec![panel]))
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

/// The part of the cost of instances that nothing was reserved for: the uppermost part of their layer, which lies on those
/// `below`.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn idle(buckets: &[BucketRow], below: &[Category], paid: Category) -> Series {
    let step = |row: &BucketRow| {
        let of = |part, whole| (row.gauge(part).integral, row.gauge(whole).integral);
        let (free, all) = idle_share(
            of(ClusterGauge::CpuReserved, ClusterGauge::CpuRegistered),
            of(ClusterGauge::MemoryReserved, ClusterGauge::MemoryRegistered),
        )?;
        let (base, height) = (per_hour(row, below), per_hour(row, &[paid]));
        let reserved = 1.0 - free as f64 / all as f64;
        let hatched = Step::flat(row.from.0, row.to.0, base + height);
        (free > 0).then_some(Step { min: base + height * reserved, ..hatched })
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
    let &(most, cost) = categories.first()?;
    let total = seen.run.summary.money.cost;
    let mut series = Vec::new();
    if categories.len() > 1 {
        for (rank, layer) in layers(&categories).iter().enumerate() {
            let line = cumulative(seen.buckets, &layer.label, Some(&layer.categories));
            series.push(Series { look: Some(rank), ..line });
        }
    }
    series.push(Series { look: Some(TOTAL_LOOK), ..cumulative(seen.buckets, "total", None) });
    let share = match categories.len() {
        1 => "all".to_owned(),
        _ => format!("{} %", percent1((cost.0.unsigned_abs(), total.0.unsigned_abs()))),
    };
    let title = format!("${} in {}, {share} of it for {most}", total.readable(), seen.run.cast.horizon);
    Some(seen.chart(title, Span::Whole, vec![money_axis(series)]))
}

/// A panel of dollars.
pub(in crate::report) fn money_axis(series: Vec<Series>) -> Panel {
    Panel { y_label: "$ since the start".to_owned(), scale: Scale::Number, series, limits: Vec::new() }
}

/// What was spent: of some categories, or of all. Known at the borders of buckets, and drawn from the middle of one to
/// the middle of the next, so that it begins with nothing and ends with all of it.
pub(in crate::report) fn cumulative(buckets: &[BucketRow], label: &str, categories: Option<&[Category]>) -> Series {
    let mut spent = NanoUsd::default();
    let mut since = 0;
    let mut steps = Vec::with_capacity(buckets.len() + 1);
    for row in buckets {
        let middle = u64::midpoint(row.from.0, row.to.0);
        steps.push(Step::flat(since, middle, dollars(spent)));
        spent += match categories {
            Some(categories) => categories.iter().map(|category| row.cost[*category as usize]).sum(),
            None => row.cost.iter().copied().sum(),
        };
        since = middle;
    }
    steps.extend(buckets.last().map(|last| Step::flat(since, last.to.0, dollars(spent))));
    Series { label: label.to_owned(), kind: Kind::Line, steps, look: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beyond six the last ones are one layer, and each place has a look of its own.
    #[test]
    fn many_categories_keep_to_six_layers() {
        let costs = (0..15).map(|place| NanoUsd(100 - place));
        let categories: Vec<(Category, NanoUsd)> = Category::ALL.into_iter().zip(costs).collect();
        let layers = layers(&categories);
        assert_eq!(layers.len(), 6);
        assert_eq!((layers[0].label.as_str(), layers[5].label.as_str()), ("EC2 on-demand", "10 others"));
        assert_eq!(layers.iter().map(|layer| layer.categories.len()).sum::<usize>(), 15);
        assert_eq!(super::layers(&categories[..6]).len(), 6);
    }
}
