//! Rows and columns, and the three forms in which they are shown.

use super::words::{padded, wrapped};
use crate::diag::{nearest, printable};
use crate::units::Decimal;
use serde_json::{Map, Value, json};
use std::cmp::Ordering;
use std::fmt::Write;

/// Widest line of text below a table.
const WIDTH: usize = 78;

/// A value of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A word.
    Text(String),
    /// An exact number.
    Number(Decimal),
    /// Not known, or not sold.
    Nothing,
}

/// A column of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// By this name it is chosen and sorted by.
    pub name: &'static str,
    pub(super) is_number: bool,
    /// Whether it is shown without being asked for.
    pub(super) shown: bool,
}

impl Column {
    pub(super) const fn text(name: &'static str) -> Self {
        Self { name, is_number: false, shown: true }
    }

    pub(super) const fn number(name: &'static str) -> Self {
        Self { name, is_number: true, shown: true }
    }
}

/// Rows of a table of the catalogue.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub(super) what: &'static str,
    pub(super) region: Option<&'static str>,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// How many rows there are without filters.
    pub(super) of: usize,
    /// Where each part comes from, and of which day.
    pub(super) sources: Vec<(&'static str, &'static str)>,
}

impl Listing {
    /// Whether nothing matched.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The note on a listing without rows.
    pub fn nothing(&self) -> String {
        format!("note: none of {} {} matches\n", self.of, self.what)
    }

    fn place(&self, name: &str) -> Result<usize, String> {
        let names = || self.columns.iter().map(|column| column.name);
        names().position(|one| one.eq_ignore_ascii_case(name)).ok_or_else(|| {
            let all = names().collect::<Vec<_>>().join(", ");
            let near = nearest(name, names()).map_or(String::new(), |near| format!("did you mean `{near}`? "));
            format!("error: there is no column `{}` here\n\nhelp: {near}columns are: {all}\n", printable(name))
        })
    }

    /// By a column; equal rows stay in the table's order, and what is not known comes last.
    pub(super) fn sort(&mut self, by: Option<&str>, reverse: bool) -> Result<(), String> {
        let Some(by) = by else {
            if reverse {
                self.rows.reverse();
            }
            return Ok(());
        };
        let at = self.place(by)?;
        self.rows.sort_by(|a, b| match (&a[at], &b[at]) {
            (Cell::Nothing, other) | (other, Cell::Nothing) if *other != Cell::Nothing => {
                if a[at] == Cell::Nothing {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (a, b) if reverse => order(b, a),
            (a, b) => order(a, b),
        });
        Ok(())
    }

    /// Keeps the columns that are asked for, in that order; without any, the usual ones.
    pub(super) fn choose(&mut self, names: &[String]) -> Result<(), String> {
        let mut places = Vec::new();
        for name in names {
            if name.eq_ignore_ascii_case("all") {
                places.extend(0..self.columns.len());
            } else {
                places.push(self.place(name)?);
            }
        }
        if names.is_empty() {
            places = (0..self.columns.len()).filter(|at| self.columns[*at].shown).collect();
        }
        self.columns = places.iter().map(|at| self.columns[*at]).collect();
        for row in &mut self.rows {
            *row = places.iter().map(|at| row[*at].clone()).collect();
        }
        Ok(())
    }

    /// For people: aligned columns, then how many of how many rows these are, and where they come from.
    pub fn text(&self) -> String {
        let shown: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(words).collect()).collect();
        let width = |at: usize| {
            let cells = shown.iter().map(|row| row[at].chars().count());
            cells.max().unwrap_or(0).max(self.columns[at].name.len())
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let line = |cells: &[String]| {
            let cells = cells.iter().zip(&self.columns).zip(&widths);
            let cells: Vec<String> =
                cells.map(|((cell, column), width)| padded(cell, *width, column.is_number)).collect();
            cells.join("  ").trim_end().to_owned() + "\n"
        };
        let mut text = line(&self.columns.iter().map(|column| column.name.to_owned()).collect::<Vec<_>>());
        for row in &shown {
            text += &line(row);
        }
        let region = self.region.map_or(String::new(), |region| format!(", prices of {region}"));
        let _ = write!(text, "\n{} of {} {}{region}\n", self.rows.len(), self.of, self.what);
        for (what, source) in &self.sources {
            text += &wrapped(&format!("{what}: {source}"), WIDTH, "");
        }
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let row = |row: &Vec<Cell>| {
            let fields = self.columns.iter().zip(row).map(|(column, cell)| (column.name.to_owned(), value(cell)));
            Value::Object(fields.collect::<Map<_, _>>())
        };
        let sources: Map<String, Value> =
            self.sources.iter().map(|(what, source)| ((*what).to_owned(), json!(source))).collect();
        json!({
            "table": self.what,
            "price_region": self.region,
            "sources": sources,
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
        })
    }

    /// For spreadsheets: a heading and the rows. No cell has a comma or a quote.
    pub fn csv(&self) -> String {
        let mut table = csv::Writer::from_writer(Vec::new());
        let cell = |cell: &Cell| if *cell == Cell::Nothing { String::new() } else { words(cell) };
        let mut written = table.write_record(self.columns.iter().map(|column| column.name));
        for row in &self.rows {
            written = written.and_then(|()| table.write_record(row.iter().map(cell)));
        }
        let bytes = written.ok().and_then(|()| table.into_inner().ok());
        bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default() // memory takes all that is text
    }
}

fn order(a: &Cell, b: &Cell) -> Ordering {
    match (a, b) {
        (Cell::Number(a), Cell::Number(b)) => {
            (i128::from(a.mantissa) * b.divisor()).cmp(&(i128::from(b.mantissa) * a.divisor()))
        }
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}

fn words(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Nothing => "-".to_owned(),
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Text(text) => json!(text),
        Cell::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or_default(),
        Cell::Nothing => Value::Null,
    }
}
