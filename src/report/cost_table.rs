//! `cost.csv`: the bill, a line a row (PRC-5).

use super::cells::Cells;
use super::numbers::units;
use crate::cost::{Counted, Line};
use std::io::{self, Write};

/// Columns of `cost.csv`.
pub const COST_COLUMNS: [&str; 13] = [
    "category",
    "service",
    "provider",
    "item",
    "price_name",
    "instances",
    "tasks",
    "unit",
    "quantity",
    "price_usd",
    "price_source",
    "price_date",
    "cost_usd",
];

/// Writes the bill.
///
/// # Errors
/// What the writer reports.
pub fn write_cost_table(bill: &[Line], to: impl Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(to);
    table.write_record(COST_COLUMNS)?;
    let mut cells = Cells::default();
    for line in bill {
        let (instances, tasks) = match line.counted {
            Counted::Instances(count) => (Some(count), None),
            Counted::Tasks(count) => (None, Some(count)),
            Counted::None => (None, None),
        };
        cells.text(line.category.words()).text(line.service.as_deref().unwrap_or_default());
        cells.text(&line.provider).text(&line.item).text(&line.price_key);
        cells.maybe(instances, |cells, count| _ = cells.number(count));
        cells.maybe(tasks, |cells, count| _ = cells.number(count));
        cells.text(line.unit.name).text(&units(line.quantity, line.unit.per)).display(line.price);
        cells.text(&line.source.name).text(&line.source.date).dollars(line.cost);
        cells.write_to(&mut table)?;
    }
    table.flush()
}
