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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::Category;
    use crate::units::NanoUsd;

    /// What is nobody's has its rows, also where it is nothing.
    #[test]
    fn idle_is_never_left_out() {
        let parts = Parts { idle: NanoUsd(1_500_000_000), ..Parts::default() };
        let row = ShareRow { owner: Owner::IdleNoService, category: Category::Volumes, parts };
        let mut bytes = Vec::new();
        write_attribution_table(&Cast::default(), &Shares { rows: vec![row], ..Shares::default() }, &mut bytes)
            .unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let rows: Vec<&str> = text.lines().skip(1).collect();
        let expected = [
            "\"idle, no service\",nobody,EBS volumes,0.000000000,0.000000000,1.500000000,1.500000000",
            "unused commitment,nobody,,0.000000000,0.000000000,0.000000000,0.000000000",
            "not attributed,nobody,,0.000000000,0.000000000,0.000000000,0.000000000",
        ];
        assert_eq!(rows, expected);
    }
}
