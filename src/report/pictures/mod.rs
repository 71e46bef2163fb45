//! The charts of a run, from its recorded series: one file for each.
//!
//! A chart with nothing to show is not drawn: no `demand` without a load, no `instances` where none ever was, no
//! `cost-rate` of a run that costs nothing.

mod cost;
mod demand;
mod file_names;
mod instances;
mod owners;
mod series;
mod tasks;
mod utilisation;

pub(super) use cost::{cumulative, money_axis};
pub(super) use file_names::file_names;

use super::chart::{
    Chart, ChartError, Event, EventKind, Panel, Size, bars_png, bars_svg, heat_png, heat_svg, png, svg,
};
use super::figures::Figures;
use super::packing::packing_map;
use crate::fact::Cast;
use crate::record::{BucketRow, Moments, Packing};
use crate::study::Views;
use crate::units::SimTime;

/// One chart in both formats.
pub struct Picture {
    /// File name without ending: letters, digits, `.`, `-` and `_`.
    pub name: String,
    /// As SVG.
    pub svg: String,
    /// As PNG, at twice the size.
    pub png: Vec<u8>,
}

/// A run as its charts see it.
#[derive(Clone, Copy)]
struct Seen<'a> {
    run: &'a Figures<'a>,
    buckets: &'a [BucketRow],
    moments: &'a Moments,
}

/// What the title of a chart is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    /// The whole run, as the bill is.
    Whole,
    /// All but the warm-up (ECS-950).
    Measured,
}

/// What was run, under the title of a chart.
pub(super) fn subtitle(cast: &Cast, seed: u64) -> String {
    format!("{}, {}, seed {seed}, {}", cast.scenario, cast.region, cast.horizon)
}

/// The same where the title leaves out the warm-up.
pub(super) fn measured_subtitle(cast: &Cast, seed: u64) -> String {
    let left_out = match cast.warm_up {
        SimTime::START => String::new(),
        warm_up => format!(", the title leaves out the first {warm_up}"),
    };
    subtitle(cast, seed) + &left_out
}

impl Seen<'_> {
    fn chart(&self, title: String, span: Span, panels: Vec<Panel>) -> Chart {
        let cast = self.run.cast;
        let subtitle = if span == Span::Measured { measured_subtitle } else { subtitle };
        Chart {
            title,
            subtitle: subtitle(cast, cast.seed),
            start_unix_s: cast.start_unix_s,
            span_ms: cast.horizon.0,
            panels,
            events: events(self.moments),
        }
    }
}

/// What operators did before what failed, so that failures lie on top.
pub(super) fn events(moments: &Moments) -> Vec<Event> {
    let of = |kind, at: &[SimTime]| at.iter().map(move |at| Event { at_ms: at.0, kind }).collect::<Vec<Event>>();
    [of(EventKind::Operator, &moments.operator), of(EventKind::Failure, &moments.failure)].concat()
}

/// The charts of a run over time, by their names, without the packing map.
pub fn charts(run: &Figures<'_>, buckets: &[BucketRow], moments: &Moments) -> Vec<(String, Chart)> {
    let seen = Seen { run, buckets, moments };
    let named = |name: &str, chart: Option<Chart>| chart.map(|chart| (name.to_owned(), chart));
    let mut all: Vec<(String, Chart)> = Vec::new();
    all.extend(named("demand", demand::chart(&seen)));
    all.extend(named("tasks", tasks::cluster(&seen)));
    all.extend(tasks::services(&seen));
    all.extend(named("instances", instances::chart(&seen)));
    all.extend(named("utilisation", utilisation::chart(&seen)));
    all.extend(named("cost-rate", cost::rate(&seen)));
    all.extend(named("cost-cumulative", cost::chart(&seen)));
    all
}

/// Draws all charts of a run.
///
/// # Errors
/// A drawing that failed.
pub fn pictures(run: &Figures<'_>, buckets: &[BucketRow], views: &Views) -> Result<Vec<Picture>, ChartError> {
    let charts = charts(run, buckets, &views.moments).into_iter();
    let mut all = charts.map(|(name, chart)| drawn(name, &chart)).collect::<Result<Vec<_>, _>>()?;
    if let Some(bars) = owners::bars(&Seen { run, buckets, moments: &views.moments }) {
        let (name, size) = ("cost-by-service".to_owned(), bars.size());
        all.push(Picture { name, svg: bars_svg(&bars, size)?, png: bars_png(&bars, size)? });
    }
    if !views.packing.rows.is_empty() {
        all.push(packing_picture(run.cast, &views.packing)?);
    }
    Ok(all)
}

/// A chart in both formats.
pub(super) fn drawn(name: String, chart: &Chart) -> Result<Picture, ChartError> {
    let size = Size::for_panels(chart.panels.len());
    Ok(Picture { name, svg: svg(chart, size)?, png: png(chart, size)? })
}

/// How full each instance of a run was over time.
fn packing_picture(cast: &Cast, packing: &Packing) -> Result<Picture, ChartError> {
    let map = packing_map(cast, packing, "");
    let size = map.size();
    Ok(Picture { name: "packing".to_owned(), svg: heat_svg(&map, size)?, png: heat_png(&map, size)? })
}
