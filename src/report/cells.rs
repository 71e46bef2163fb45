//! One row of a CSV table, put together without a string for each field.

use super::numbers::{push_ratio3, push_thousandths};
use crate::fact::Rule;
use crate::record::Bucket;
use crate::units::{NanoUsd, SimTime};
use csv::ByteRecord;
use std::fmt::{Display, Write};
use std::io;

/// The cells of a row, used again for the next row.
#[derive(Default)]
pub(super) struct Cells {
    row: ByteRecord,
    cell: String,
    digits: itoa::Buffer,
}

impl Cells {
    /// A text that somebody chose, or that holds one: a spreadsheet must not take it for a formula.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        if !text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            self.row.push_field(text.as_bytes());
            return self;
        }
        self.written(|cell, _| {
            cell.push('\'');
            cell.push_str(text);
        })
    }

    /// The name of one of several: `web/17`.
    pub(super) fn one_of(&mut self, name: &str, between: char, number: u32) -> &mut Self {
        self.cell.clear();
        self.cell.push_str(name);
        self.cell.push(between);
        self.cell.push_str(self.digits.format(number));
        let name = std::mem::take(&mut self.cell);
        self.text(&name);
        self.cell = name;
        self
    }

    /// A whole number.
    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        self.row.push_field(self.digits.format(number).as_bytes());
        self
    }

    /// A moment in seconds with three decimals.
    pub(super) fn seconds(&mut self, at: SimTime) -> &mut Self {
        self.written(|cell, digits| push_thousandths(cell, digits, at.0))
    }

    /// `numerator / denominator` with three decimals; nothing for nothing by nothing.
    pub(super) fn ratio3(&mut self, numerator: u128, denominator: u128) -> &mut Self {
        self.written(|cell, digits| push_ratio3(cell, digits, (numerator, denominator)))
    }

    /// Dollars with nine decimals, exact.
    pub(super) fn dollars(&mut self, dollars: NanoUsd) -> &mut Self {
        self.written(|cell, _| {
            let _ = write!(cell, "{dollars}"); // a string takes everything
        })
    }

    /// The least, mean and largest value in a part of the run that takes `span` ms.
    pub(super) fn bucket(&mut self, bucket: Bucket, span: u128) -> &mut Self {
        self.number(bucket.min).ratio3(bucket.integral, span).number(bucket.max)
    }

    /// The number of a rule.
    pub(super) fn rule(&mut self, rule: Rule) -> &mut Self {
        self.display(rule)
    }

    /// Something of ours that writes itself and can't begin a formula: a price, an amount.
    pub(super) fn display(&mut self, value: impl Display) -> &mut Self {
        self.written(|cell, _| {
            let _ = write!(cell, "{value}"); // a string takes everything
        })
    }

    /// A cell with what `fill` puts there, or with nothing.
    pub(super) fn maybe<T>(&mut self, value: Option<T>, fill: impl FnOnce(&mut Self, T)) -> &mut Self {
        match value {
            Some(value) => fill(self, value),
            None => self.row.push_field(b""),
        }
        self
    }

    /// Writes the row and begins the next.
    pub(super) fn write_to(&mut self, table: &mut csv::Writer<impl io::Write>) -> csv::Result<()> {
        let written = table.write_byte_record(&self.row);
        self.row.clear();
        written
    }

    fn written(&mut self, write: impl FnOnce(&mut String, &mut itoa::Buffer)) -> &mut Self {
        self.cell.clear();
        write(&mut self.cell, &mut self.digits);
        self.row.push_field(self.cell.as_bytes());
        self
    }
}
