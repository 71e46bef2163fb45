//! CSV files that a scenario names: columns by heading, numbers with the place of what is wrong with them.

use super::builder::Builder;
use crate::diag::{Code, Finding, SourceId, Span};
use crate::units::Decimal;

/// Largest CSV that is read.
const MAX_BYTES: usize = 256 << 20;
/// Most rows whose mistakes are reported one by one.
const MOST_REPORTED: usize = 5;

/// What else separates fields in files that are called CSV.
const SEPARATORS: [(char, &str); 2] = [(';', "semicolons"), ('\t', "tabs")];

/// A CSV file with a heading, read whole: all fields in one text, so that a row costs no allocation.
pub(super) struct CsvFile {
    pub(super) name: String,
    source: SourceId,
    heading: Vec<String>,
    fields: String,
    /// End of each field in `fields`, row by row.
    ends: Vec<usize>,
    /// First byte of each row in the file.
    starts: Vec<usize>,
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
        if text.trim_start_matches('\u{feff}').trim().is_empty() {
            let help = Some("a heading comes first, then the rows".to_owned());
            self.error(Code::FileUnreadable, path, format!("`{name}` is empty"), "this file", help);
            return None;
        }
        let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let heading: Vec<String> = match reader.headers() {
            Ok(heading) => heading.iter().map(|field| field.trim_start_matches('\u{feff}').trim().to_owned()).collect(),
            Err(_) => Vec::new(),
        };
        if let [only] = heading.as_slice()
            && let Some((sign, called)) = SEPARATORS.into_iter().find(|(sign, _)| only.contains(*sign))
        {
            let message = format!("`{name}` is separated by {called}, and commas are wanted");
            let help = Some(format!("export it with commas, or replace each `{}`", sign.escape_default()));
            self.error(Code::FileUnreadable, path, message, "this file", help);
            return None;
        }
        let (mut fields, mut ends, mut starts) = (String::with_capacity(text.len()), Vec::new(), Vec::new());
        let mut row = csv::StringRecord::new();
        loop {
            match reader.read_record(&mut row) {
                Ok(true) => {
                    starts.push(row.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(0)));
                    for field in &row {
                        fields.push_str(field.trim());
                        ends.push(fields.len());
                    }
                }
                Ok(false) => break,
                Err(error) => {
                    self.irregular(path, name, &error);
                    return None;
                }
            }
        }
        let source = self.sources.add(name, text);
        Some(CsvFile { name: name.to_owned(), source, heading, fields, ends, starts, reported: 0 })
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
                None => format!("its columns are `{}`", known.take(20).collect::<Vec<_>>().join("`, `")),
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
        let span = self.row_span(file, row);
        self.findings.push(Finding::error(Code::BadTableValue, message).at(span, "in this row").help(help));
    }

    /// Where a row stands.
    pub(super) fn row_span(&self, file: &CsvFile, row: usize) -> Span {
        let start = file.starts.get(row).copied().unwrap_or(0);
        let length = self.sources.text(file.source)[start..].lines().next().map_or(0, str::len);
        Span::new(file.source, start, start + length)
    }

    /// Warns of a file with a heading and nothing below it.
    pub(super) fn warn_if_no_rows(&mut self, path: &str, file: &CsvFile, without: &str) {
        if file.len() == 0 {
            let message = format!("`{}` has a heading and no rows: {without}", file.name);
            self.warn(Code::WithoutEffect, path, message, "this file", "add a row for each, or leave the entry out");
        }
    }

    /// Says how many mistakes of a file were only counted.
    pub(super) fn not_reported(&mut self, path: &str, file: &CsvFile) {
        if let Some(more @ 1..) = file.reported.checked_sub(MOST_REPORTED) {
            let rows = if more == 1 { "row" } else { "rows" };
            let message = format!("{more} more {rows} of `{}` can't be used", file.name);
            let help = Some("correct those that are shown: the others are probably like them".to_owned());
            self.error(Code::BadTableValue, path, message, "this file", help);
        }
    }

    /// A number of zero or more in one field.
    pub(super) fn number(&mut self, file: &mut CsvFile, row: usize, column: usize) -> Option<Decimal> {
        let read = file.field(row, column).parse::<Decimal>();
        match read {
            Ok(number) if number.mantissa >= 0 => Some(number),
            _ => {
                self.not_a_number(file, row, column, read.is_ok());
                None
            }
        }
    }

    fn not_a_number(&mut self, file: &mut CsvFile, row: usize, column: usize, negative: bool) {
        let (text, heading) = (file.field(row, column).to_owned(), file.heading[column].clone());
        let (message, help) = match (negative, text.is_empty()) {
            (true, _) => (format!("`{heading}` is negative: `{text}`"), "counts and times are 0 or more"),
            (false, true) => (format!("`{heading}` is empty"), "fill the gap or remove the row"),
            (false, false) => (format!("`{heading}` is no number: `{text}`"), "write plain decimals: `12.5`"),
        };
        self.bad_value(file, row, message, help);
    }
}

impl CsvFile {
    /// What all columns are called.
    pub(super) fn headings(&self) -> &[String] {
        &self.heading
    }

    /// What a column is called.
    pub(super) fn heading(&self, column: usize) -> &str {
        &self.heading[column]
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// One field as it stands there.
    pub(super) fn field(&self, row: usize, column: usize) -> &str {
        let place = row * self.heading.len() + column;
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.fields[start..self.ends[place]]
    }
}
