//! `demand`: what is asked of the services, and what of it is not served.
//!
//! A lone service has its capacity beside it: what its running tasks can serve with all the CPU that they reserve. The
//! capacities of several have no sum, since none serves for another, so they are stacked without.

use super::series::{gauge, others, scaled, top};
use super::{Seen, Span};
use crate::record::{BucketRow, ServiceGauge};
use crate::report::chart::{Chart, Event, EventKind, Kind, Limit, Panel, Scale, Series, Step};
use crate::report::numbers::{grouped, percent1};
use crate::units::{Id, ServiceId};

/// Services with a layer of their own: with the others and what is not served that makes six looks.
const MOST: usize = 4;
/// A capacity so many times above what is asked for would press it flat, and is named instead of drawn.
const FAR: f64 = 3.0;
/// What is not served shows from such a share of the axis on: three of the 400 pixels of a chart.
const SEEN: f64 = 0.008;
/// The look of what is not served, whatever else is there.
const UNSERVED_LOOK: usize = 1;

pub(super) fn chart(seen: &Seen<'_>) -> Option<Chart> {
    let (cast, summary) = (seen.run.cast, seen.run.summary);
    let loaded: Vec<ServiceId> = cast.services.iter().filter(|(_, role)| role.has_load()).map(|(id, _)| id).collect();
    let (mut series, limits) = match loaded[..] {
        [] => return None,
        [id] => lone(seen, id),
        _ => (several(seen, &loaded), Vec::new()),
    };
    let requests = |id: &ServiceId| summary.services[*id].requests;
    let offered: u64 = loaded.iter().map(|id| requests(id).offered).sum();
    let unserved: u64 = loaded.iter().map(|id| requests(id).unserved()).sum();
    let mut marks = Vec::new();
    // the chart has the warm-up too, which figures leave out
    let lost = not_served(seen, &loaded);
    if !lost.steps.is_empty() {
        marks = too_little(&lost, &series, &rate(seen, &loaded, String::new(), Kind::Line));
        series.push(lost);
    }
    let title = match (offered, unserved) {
        (0, _) => "Nothing is asked of any service".to_owned(),
        (all, 0) => format!("All {} requests are served", grouped(all)),
        (all, some) => {
            let share = match percent1((some.into(), all.into())).as_str() {
                "0.0" => "less than 0.1".to_owned(),
                share => share.to_owned(),
            };
            format!("{} of {} requests are not served ({share} %)", grouped(some), grouped(all))
        }
    };
    let panel = Panel { y_label: "requests per second".to_owned(), scale: Scale::Number, series, limits };
    let mut chart = seen.chart(title, Span::Measured, vec![panel]);
    chart.events.extend(marks);
    Some(chart)
}

/// A mark at each stretch in which what is not served is too little to be seen beside what the chart has to show.
fn too_little(lost: &Series, drawn: &[Series], asked: &Series) -> Vec<Event> {
    let most = |series: &Series| series.steps.iter().map(|step| step.max).fold(0.0, f64::max);
    let high = drawn.iter().map(most).fold(most(asked), f64::max);
    let stretches = lost.steps.chunk_by(|one, next| one.to_ms == next.from_ms);
    let little = stretches.filter(|steps| steps.iter().all(|step| step.mean - step.min < high * SEEN));
    let middle = |steps: &[Step]| Some(u64::midpoint(steps.first()?.from_ms, steps.last()?.to_ms));
    little.filter_map(middle).map(|at_ms| Event { at_ms, kind: EventKind::Little }).collect()
}

/// What is asked of the only service with a load, and what its running tasks can serve.
fn lone(seen: &Seen<'_>, id: ServiceId) -> (Vec<Series>, Vec<Limit>) {
    let name = &seen.run.cast.services[id].name;
    let asked = rate(seen, &[id], format!("asked of {name}"), Kind::Band);
    let capacity = Series { look: Some(2), ..capacity(seen, id) };
    let most = |series: &Series| series.steps.iter().map(|step| step.max).fold(0.0, f64::max);
    let (needed, there) = (most(&asked), most(&capacity));
    if there > needed * FAR {
        return (vec![asked], vec![Limit { label: format!("capacity {there:.0}"), value: there }]);
    }
    (vec![asked, capacity], Vec::new())
}

#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn capacity(seen: &Seen<'_>, id: ServiceId) -> Series {
    let role = &seen.run.cast.services[id];
    // requests a second of one task: its vCPUs by the vCPU-seconds of a request
    let per_task = f64::from(role.need.cpu.0) / 1024.0 * 1e6 / role.cpu_per_request_us as f64;
    let running = |row: &BucketRow| row.services[id.row()].0[ServiceGauge::Running as usize];
    let mut series = gauge(seen.buckets, "capacity of its running tasks".to_owned(), Kind::Line, running);
    for step in &mut series.steps {
        (step.min, step.mean, step.max) = (step.min * per_task, step.mean * per_task, step.max * per_task);
    }
    series
}

/// One layer for each of the services that most is asked of or that fail most, and one for the others.
fn several(seen: &Seen<'_>, loaded: &[ServiceId]) -> Vec<Series> {
    let summary = seen.run.summary;
    let (shown, rest) = top(loaded.len(), MOST, |place| {
        let requests = summary.services[loaded[place]].requests;
        (requests.unserved(), requests.offered)
    });
    let name = |place: usize| seen.run.cast.services[loaded[place]].name.clone();
    // what is not served has the second look for its own
    let look = |layer: usize| Some(if layer < UNSERVED_LOOK { layer } else { layer + 1 });
    let layer = |(layer, place): (usize, usize)| Series {
        look: look(layer),
        ..rate(seen, &[loaded[place]], name(place), Kind::Stack)
    };
    let mut series: Vec<Series> = shown.into_iter().enumerate().map(layer).collect();
    if !rest.is_empty() {
        let ids: Vec<ServiceId> = rest.iter().map(|place| loaded[*place]).collect();
        series.push(Series { look: look(series.len()), ..rate(seen, &ids, others(&rest), Kind::Stack) });
    }
    series
}

/// Requests per second as they are asked for, of several services together.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn rate(seen: &Seen<'_>, ids: &[ServiceId], label: String, kind: Kind) -> Series {
    let step = |row: &BucketRow| {
        let mut all = Step::flat(row.from.0, row.to.0, 0.0);
        for id in ids {
            let per_second = 1000.0 / seen.run.cast.services[*id].period_ms as f64;
            let one = scaled(row, row.rates[id.row()], per_second);
            (all.min, all.mean, all.max) = (all.min + one.min, all.mean + one.mean, all.max + one.max);
        }
        all
    };
    Series { label, kind, steps: seen.buckets.iter().map(step).collect(), look: None }
}

/// What is not served of all that is asked for: the uppermost part of it.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn not_served(seen: &Seen<'_>, loaded: &[ServiceId]) -> Series {
    let asked = rate(seen, loaded, String::new(), Kind::Hatch);
    let step = |(row, step): (&BucketRow, &Step)| {
        let unserved: u64 = loaded.iter().map(|id| row.services[id.row()].1.unserved()).sum();
        let rate = unserved as f64 * 1000.0 / row.span().0 as f64;
        (unserved > 0).then(|| Step { min: (step.mean - rate).max(0.0), max: step.mean, ..*step })
    };
    let steps = seen.buckets.iter().zip(&asked.steps).filter_map(step).collect();
    Series { label: "not served".to_owned(), kind: Kind::Hatch, steps, look: Some(UNSERVED_LOOK) }
}
