//! `attribution.csv`: the bill by owner and category, a pair a row (PRC-94, PRC-96).

use super::cells::Cells;
use crate::cost::{Owner, Parts, ShareRow, Shares};
use crate::fact::Cast;
use std::io::{self, Write};

/// Columns of `attribution.csv`.
pub const ATTRIBUTION_COLUMNS: [&str; 7] =
    ["owner", "kind", "category", "used_usd", "reserved_unused_usd", "idle_usd", "total_usd"];

/// Writes whose the bill is. The block of nobody comes last and is always there.
///
/// # Errors
/// What the writer reports.
pub fn write_attribution_table(cast: &Cast, shares: &Shares, to: impl Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(to);
    table.write_record(ATTRIBUTION_COLUMNS)?;
    let mut cells = Cells::default();
    let mut write = |owner: Owner, category: &str, parts: Parts| {
        cells.text(owner.name(cast)).text(owner.kind(cast)).text(category);
        cells.dollars(parts.used).dollars(parts.reserved_unused).dollars(parts.idle).dollars(parts.total());
        cells.write_to(&mut table)
    };
    for row in shares.rows.iter().filter(|row| matches!(row.owner, Owner::Source(_))) {
        write(row.owner, row.category.words(), row.parts)?;
    }
    for owner in Owner::NOBODYS {
        let rows: Vec<&ShareRow> = shares.rows.iter().filter(|row| row.owner == owner).collect();
        if rows.is_empty() {
            write(owner, "", Parts::default())?;
        }
        for row in rows {
            write(owner, row.category.words(), row.parts)?;
        }
    }
    table.flush()
}
