//! The packing heat map: how full each instance was over time.

use super::chart::{Heat, HeatRow};
use super::numbers::grouped;
use super::pictures::subtitle;
use crate::fact::Cast;
use crate::record::{Fill, Packing};

/// The heat map of a run's instances.
pub(super) fn packing_map(cast: &Cast, packing: &Packing, of: &str) -> Heat {
    let several = packing.instances_per_row;
    let row = |(number, row): (usize, &crate::record::PackingRow)| {
        let label = if several == 1 {
            cast.instance_name(row.first.0, row.first.1).into_owned()
        } else {
            let first = number * several + 1;
            format!("{first}–{}", (first + several - 1).min(packing.instances))
        };
        HeatRow { label, cells: row.cells.iter().map(percent).collect() }
    };
    let instances = grouped(packing.instances as u64);
    let y_label = if several == 1 {
        "instances, in the order in which they registered".to_owned()
    } else {
        format!("{instances} instances, in the order in which they registered, {several} to a row")
    };
    Heat {
        title: title(packing, of),
        subtitle: subtitle(cast, cast.seed),
        start_unix_s: cast.start_unix_s,
        span_ms: cast.horizon.0,
        y_label,
        scale_label: "reserved, of CPU or memory, whichever is nearer to full".to_owned(),
        blank_label: "no instance".to_owned(),
        column_ms: packing.column.0,
        rows: packing.rows.iter().enumerate().map(row).collect(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "pictures only")]
fn percent(cell: &Fill) -> Option<f64> {
    cell.binding().map(|(reserved, registered)| reserved as f64 * 100.0 / registered as f64)
}

/// How much of the paid time was spent nearly full, and how much nearly empty.
fn title(packing: &Packing, of: &str) -> String {
    let share = |part: u128| (part * 100 + packing.time_ms / 2).checked_div(packing.time_ms).unwrap_or(0);
    let whose = if of.is_empty() { String::new() } else { format!("{of}: ") };
    if packing.time_ms == 0 {
        return format!("{whose}No instance was ever there");
    }
    format!(
        "{whose}{} % of instance time at least 90 % reserved, {} % below half",
        share(packing.full_ms),
        share(packing.below_half_ms)
    )
}
