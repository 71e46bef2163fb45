//! A chart in a sentence, for whoever does not see it.

use super::axis::drawable;
use super::bars::Bars;
use super::font::clean;
use super::heat::Heat;
use super::model::{Chart, Kind, MAX_SERIES, Panel, Scale, Series, Step};

/// What was run, and the most that each series reaches: of what is drawn, which is means over buckets.
pub(super) fn chart(chart: &Chart) -> String {
    let about = clean(&chart.subtitle);
    let panels: Vec<String> = chart.panels.iter().map(panel).collect();
    [&about[..], &panels.join("; ")].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(". ")
}

fn panel(panel: &Panel) -> String {
    let most = |series: &Series| {
        // a hatch is the part of a value above another one
        let amount = |step: &Step| if series.kind == Kind::Hatch { step.mean - step.min } else { step.mean };
        let values = series.steps.iter().map(amount).filter(|value| drawable(*value));
        let most = values.reduce(f64::max).map_or("no data".to_owned(), |most| number(most, panel.scale));
        format!("{} {most}", clean(&series.label)).trim().to_owned()
    };
    let all: Vec<String> = panel.series.iter().take(MAX_SERIES).map(most).collect();
    let is_flat = |step: &Step| step.min >= step.mean && step.mean >= step.max;
    let has_means = panel.series.iter().flat_map(|series| &series.steps).any(|step| !is_flat(step));
    format!(
        "{}, {}: {}",
        clean(&panel.y_label),
        if has_means { "greatest mean over a bucket" } else { "at most" },
        if all.is_empty() { "no data".to_owned() } else { all.join(", ") }
    )
}

/// The rows, and how many.
pub(super) fn heat(map: &Heat) -> String {
    let (rows, what) = (map.rows.len(), clean(&map.y_label));
    format!("{}. {rows} rows: {what}; colour: {}", clean(&map.subtitle), clean(&map.scale_label))
}

/// What was run, and each bar with what stands beside it.
pub(super) fn bars(bars: &Bars) -> String {
    let rows: Vec<String> = bars.rows.iter().map(|bar| format!("{} {}", clean(&bar.label), clean(&bar.note))).collect();
    format!("{}. {}: {}", clean(&bars.subtitle), clean(&bars.x_label), rows.join(", "))
}

/// Two decimals where they matter.
fn number(value: f64, scale: Scale) -> String {
    let sign = if scale == Scale::Percent { "%" } else { "" };
    if value.abs() >= 1e15 {
        return format!("{value:e}{sign}");
    }
    let text = if value.abs() < 100.0 { format!("{value:.2}") } else { format!("{value:.0}") };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{sign}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hatch_is_told_by_its_amount() {
        let step = Step { from_ms: 0, to_ms: 1, min: 30.0, mean: 42.0, max: 42.0 };
        let series = |kind| Series { label: "x".to_owned(), kind, steps: vec![step], look: None };
        let both = Panel {
            y_label: "y".to_owned(),
            series: vec![series(Kind::Stack), series(Kind::Hatch)],
            ..Panel::default()
        };
        assert_eq!(panel(&both), "y, greatest mean over a bucket: x 42, x 12");
    }

    #[test]
    fn numbers_are_short() {
        let texts = [0.0, 0.5, 12.0, 3.456, 1234.5, 1e20].map(|value| number(value, Scale::Number));
        assert_eq!(texts, ["0", "0.5", "12", "3.46", "1234", "1e20"]);
    }
}
