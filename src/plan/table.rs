//! CSV files that a scenario names: columns by heading, numbers with the place of what is wrong with them.

use super::builder::Builder;
use crate::diag::{Code, Finding, SourceId, Span};
use crate::units::Decimal;

/// Largest CSV that is read.
const MAX_BYTES: usize = 256 << 20;
/// Most rows whose mistakes are reported one by one.
const MOST_REPORTED: usize = 5;

/// A CSV file with a heading, read whole.
pub(super) struct CsvFile {
    pub(super) name: String,
    source: SourceId,
    heading: Vec<String>,
    rows: Vec<csv::StringRecord>,
    reported: usize,
}

impl Builder<'_> {
    /// Reads the file that the setting at `path` names.
    pub(super) fn csv(&mut self, path: &str, name: &str) -> Option<CsvFile> {
        let bytes = match self.files.read(name) {
            Ok(bytes) if bytes.len() <= MAX_BYTES => bytes,
            Ok(_) => {
                self.error(Code::FileUnreadable, path, format!("`{name}` is larger than 256 MiB"), "too large", None);
                return None;
            }
            Err(reason) => {
                let help = Some("paths are relative to the scenario's own folder".to_owned());
                self.error(Code::FileUnreadable, path, format!("`{name}` can't be read: {reason}"), "this file", help);
                return None;
            }
        };
        let Ok(text) = String::from_utf8(bytes) else {
            self.error(Code::FileUnreadable, path, format!("`{name}` is not UTF-8 text"), "this file", None);
            return None;
        };
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let heading: Vec<String> = match reader.headers() {
            Ok(heading) => heading.iter().map(|field| field.trim_start_matches('\u{feff}').to_owned()).collect(),
            Err(_) => Vec::new(),
        };
        let rows: Vec<csv::StringRecord> = match reader.records().collect() {
            Ok(rows) => rows,
            Err(error) => {
                self.irregular(path, name, &error);
                return None;
            }
        };
        let source = self.sources.add(name, text);
        Some(CsvFile { name: name.to_owned(), source, heading, rows, reported: 0 })
    }

    /// Reports a file whose rows are not all as long as the heading.
    fn irregular(&mut self, path: &str, name: &str, error: &csv::Error) {
        let message = match error.kind() {
            csv::ErrorKind::UnequalLengths { pos: Some(place), expected_len, len } => {
                format!("line {} of `{name}` has {len} fields, and the heading has {expected_len}", place.line())
            }
            _ => format!("`{name}` is no regular CSV: {error}"),
        };
        let help = Some("each row needs as many fields as the heading; a comma in a field needs quotes".to_owned());
        self.error(Code::FileUnreadable, path, message, "this file", help);
    }

    /// The place of a column, by its heading.
    pub(super) fn column(&mut self, path: &str, file: &CsvFile, heading: &str) -> Option<usize> {
        let found = file.heading.iter().position(|known| known == heading);
        if found.is_none() {
            let known = file.heading.iter().map(String::as_str);
            let help = match crate::diag::nearest(heading, known.clone()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("its columns are {}", known.collect::<Vec<_>>().join(", ")),
            };
            let message = format!("`{}` has no column `{heading}`", file.name);
            self.error(Code::UnknownColumn, path, message, "not in the heading", Some(help));
        }
        found
    }

    /// Reports a value of a row; after a few of one file it only counts.
    pub(super) fn bad_value(&mut self, file: &mut CsvFile, row: usize, message: impl Into<String>, help: &str) {
        file.reported += 1;
        if file.reported > MOST_REPORTED {
            return;
        }
        let start = file.rows.get(row).and_then(csv::StringRecord::position).map_or(0, csv::Position::byte);
        let start = usize::try_from(start).unwrap_or(0);
        let length = self.sources.text(file.source)[start..].lines().next().map_or(0, str::len);
        let span = Span::new(file.source, start, start + length);
        self.findings.push(Finding::error(Code::BadTableValue, message).at(span, "in this row").help(help));
    }

    /// Says how many mistakes of a file were only counted.
    pub(super) fn not_reported(&mut self, path: &str, file: &CsvFile) {
        if let Some(more @ 1..) = file.reported.checked_sub(MOST_REPORTED) {
            let message = format!("{more} more rows of `{}` can't be used", file.name);
            let help = Some("correct those that are shown: the others are probably like them".to_owned());
            self.error(Code::BadTableValue, path, message, "this file", help);
        }
    }

    /// A number of zero or more in one field.
    pub(super) fn number(&mut self, file: &mut CsvFile, row: usize, column: usize) -> Option<Decimal> {
        let text = file.rows[row].get(column).unwrap_or("").to_owned();
        let heading = file.heading[column].clone();
        match text.parse::<Decimal>() {
            Ok(number) if number.mantissa >= 0 => return Some(number),
            Ok(_) => self.bad_value(
                file,
                row,
                format!("`{heading}` is negative: `{text}`"),
                "counts and times are 0 or more",
            ),
            Err(_) if text.is_empty() => {
                self.bad_value(file, row, format!("`{heading}` is empty"), "fill the gap or remove the row");
            }
            Err(_) => {
                self.bad_value(
                    file,
                    row,
                    format!("`{heading}` is no number: `{text}`"),
                    "write plain decimals: `12.5`",
                );
            }
        }
        None
    }
}

impl CsvFile {
    /// One field as it stands there; empty where the row is too short.
    pub(super) fn field(&self, row: usize, column: usize) -> &str {
        self.rows[row].get(column).unwrap_or("")
    }

    /// What a column is called.
    pub(super) fn heading(&self, column: usize) -> &str {
        &self.heading[column]
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}
