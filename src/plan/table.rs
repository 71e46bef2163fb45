//! CSV files that a scenario names: columns by heading, numbers with the place of what is wrong with them.

use super::builder::Builder;
use crate::diag::{Code, Finding, SourceId, Span};
use crate::units::{Decimal, plain_number};

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

/// The rows of a table as they were read.
#[derive(Default)]
struct Rows {
    heading: Vec<String>,
    fields: String,
    ends: Vec<usize>,
    starts: Vec<usize>,
    /// What ended the reading before the end of the text.
    flaw: Option<csv::Error>,
}

impl Rows {
    fn read(text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let mut rows = Self { fields: String::with_capacity(text.len()), ..Self::default() };
        if let Ok(heading) = reader.headers() {
            rows.heading = heading.iter().map(|field| field.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        }
        let mut row = csv::StringRecord::new();
        loop {
            match reader.read_record(&mut row) {
                Ok(true) => {
                    rows.starts.push(row.position().map_or(0, |place| first_byte(text, place)));
                    for field in &row {
                        rows.fields.push_str(field.trim());
                        rows.ends.push(rows.fields.len());
                    }
                }
                Ok(false) => return rows,
                Err(error) => {
                    rows.flaw = Some(error);
                    return rows;
                }
            }
        }
    }
}

/// Where a row begins: its position is where the one before ended, in front of a `\n` after `\r` and of empty lines.
fn first_byte(text: &str, place: &csv::Position) -> usize {
    let at = usize::try_from(place.byte()).unwrap_or(0).min(text.len());
    at + text.as_bytes()[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

impl Builder<'_> {
    /// Reads the file that the setting at `path` names.
    pub(super) fn csv(&mut self, path: &str, name: &str) -> Option<CsvFile> {
        let text = self.csv_text(path, name)?;
        let source = self.sources.add(name, text);
        let Rows { heading, fields, ends, starts, flaw } = Rows::read(self.sources.text(source));
        if let [only] = heading.as_slice()
            && let Some((sign, called)) = SEPARATORS.into_iter().find(|(sign, _)| only.contains(*sign))
        {
            let message = format!("`{name}` is separated by {called}, and commas are wanted");
            let help = Some(format!("export it with commas, or replace each `{}`", sign.escape_default()));
            self.error(Code::FileUnreadable, path, message, "this file", help);
            return None;
        }
        if let Some(flaw) = flaw {
            self.irregular(path, source, &flaw);
            return None;
        }
        Some(CsvFile { name: name.to_owned(), source, heading, fields, ends, starts, reported: 0 })
    }

    /// The text of a file of rows; reports what is none.
    fn csv_text(&mut self, path: &str, name: &str) -> Option<String> {
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
        let text = match String::from_utf8(bytes) {
            Ok(text) if !is_utf16(text.as_bytes()) => text,
            other => {
                let bytes = other.map_or_else(std::string::FromUtf8Error::into_bytes, String::into_bytes);
                let (message, help) = no_text(name, &bytes);
                self.error(Code::FileUnreadable, path, message, "this file", Some(help.to_owned()));
                return None;
            }
        };
        if text.trim_start_matches('\u{feff}').trim().is_empty() {
            let help = Some("a heading comes first, then the rows".to_owned());
            self.error(Code::FileUnreadable, path, format!("`{name}` is empty"), "this file", help);
            return None;
        }
        Some(text)
    }

    /// Reports a file whose rows are not all as long as the heading.
    fn irregular(&mut self, path: &str, source: SourceId, error: &csv::Error) {
        let name = self.sources.name(source).to_owned();
        let help = "each row needs as many fields as the heading; a comma in a field needs quotes";
        let csv::ErrorKind::UnequalLengths { pos: Some(place), expected_len, len } = error.kind() else {
            let message = format!("`{name}` is no regular CSV: {error}");
            self.error(Code::FileUnreadable, path, message, "this file", Some(help.to_owned()));
            return;
        };
        let start = first_byte(self.sources.text(source), place);
        let line = self.sources.place(source, start).line;
        let fields = if *len == 1 { "field" } else { "fields" };
        let message = format!("line {line} of `{name}` has {len} {fields}, and the heading has {expected_len}");
        let finding = Finding::error(Code::FileUnreadable, message)
            .at(self.line_span(source, start), "in this row")
            .also(self.tree.nearest_span(path), "this file");
        self.findings.push(finding.path(path).help(help));
    }

    /// The place of a column, by its heading.
    pub(super) fn column(&mut self, path: &str, file: &CsvFile, heading: &str) -> Option<usize> {
        let mut found = (0..).zip(&file.heading).filter(|(_, known)| *known == heading).map(|(at, _)| at);
        let (first, second) = (found.next(), found.next());
        if second.is_some() {
            let message = format!("`{heading}` stands twice in the heading of `{}`", file.name);
            let help = Some("give each column a heading of its own".to_owned());
            self.error(Code::UnknownColumn, path, message, "which of the two?", help);
            return None;
        }
        if first.is_none() {
            let known = file.heading.iter().map(String::as_str);
            let help = match crate::diag::nearest(heading, known.clone()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None if known.clone().all(is_datum) => {
                    "its first row looks like data, and a heading is wanted: add a first row with the names of the columns"
                        .to_owned()
                }
                None => format!("its columns are `{}`", known.take(20).collect::<Vec<_>>().join("`, `")),
            };
            let message = format!("`{}` has no column `{heading}`", file.name);
            self.error(Code::UnknownColumn, path, message, "not in the heading", Some(help));
        }
        first
    }

    /// Reports a value of a row; after a few of one file it only counts.
    pub(super) fn bad_value(
        &mut self,
        file: &mut CsvFile,
        row: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        file.reported += 1;
        if file.reported > MOST_REPORTED {
            return;
        }
        let span = self.row_span(file, row);
        self.findings.push(Finding::error(Code::BadTableValue, message).at(span, "in this row").help(help));
    }

    /// Where a row stands.
    pub(super) fn row_span(&self, file: &CsvFile, row: usize) -> Span {
        self.line_span(file.source, file.starts.get(row).copied().unwrap_or(0))
    }

    /// From a byte to the end of its line.
    fn line_span(&self, source: SourceId, start: usize) -> Span {
        let length = self.sources.text(source)[start..].lines().next().map_or(0, str::len);
        Span::new(source, start, start + length)
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
            (true, _) => (format!("`{heading}` is negative: `{text}`"), "counts and times are 0 or more".to_owned()),
            (false, true) => (format!("`{heading}` is empty"), "fill the gap or remove the row".to_owned()),
            (false, false) => {
                let plain = plain_number(&text).unwrap_or_else(|| "12.5".to_owned());
                (format!("`{heading}` is no number: `{text}`"), format!("write plain decimals: `{plain}`"))
            }
        };
        self.bad_value(file, row, message, help);
    }
}

/// Whether a field of a heading is no name but a number or a time.
fn is_datum(field: &str) -> bool {
    field.parse::<Decimal>().is_ok() || field.parse::<jiff::civil::DateTime>().is_ok()
}

/// Plain words in UTF-16 without a mark: every other byte is zero.
fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [a, b, c, d, ..] if (*a == 0) != (*b == 0) && (*a == 0) == (*c == 0) && (*b == 0) == (*d == 0))
}

/// What a file is that is no text in UTF-8, and what would help.
fn no_text(name: &str, bytes: &[u8]) -> (String, &'static str) {
    let (what, help) = match bytes {
        [0x50, 0x4b, 3, 4, ..] => {
            ("a workbook or an archive, and no CSV", "save the sheet as `CSV UTF-8`, or unpack it")
        }
        [0x1f, 0x8b, ..] => ("compressed, and no CSV", "unpack it"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("UTF-16, and UTF-8 is wanted", "save it as UTF-8"),
        _ if is_utf16(bytes) => ("UTF-16, and UTF-8 is wanted", "save it as UTF-8"),
        _ => {
            let sound = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
            let (line, byte) = (sound.matches('\n').count() + 1, bytes.get(sound.len()).copied().unwrap_or(0));
            let message = format!("`{name}` is not UTF-8 text: line {line} has the byte 0x{byte:02X}");
            return (message, "save it as UTF-8; text from Windows is often in Windows-1252 or Latin-1");
        }
    };
    (format!("`{name}` is {what}"), help)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines that end with `\r\n`, a mark at the start and empty lines do not move the rows.
    #[test]
    fn rows_begin_where_they_stand() {
        for text in ["time,n\r\n0,x\r\n1,y\r\n", "time,n\n\n0,x\n\n\n1,y\n", "\r\n\r\ntime,n\r\n\r\n0,x\r\n1,y"] {
            let mut sources = crate::diag::Sources::new();
            let source = sources.add("t.csv", format!("\u{feff}{text}"));
            let rows = Rows::read(sources.text(source));
            let shown: Vec<&str> =
                rows.starts.iter().filter_map(|start| sources.text(source)[*start..].lines().next()).collect();
            assert_eq!(shown, ["0,x", "1,y"], "{text:?}");
            assert_eq!(rows.heading, ["time", "n"]);
        }
    }

    #[test]
    fn what_is_no_text_is_named() {
        let said = |bytes: &[u8]| no_text("t.csv", bytes).0;
        assert!(said(b"PK\x03\x04").contains("workbook"));
        assert!(said(b"\xff\xfet\0i\0").contains("UTF-16"));
        assert!(is_utf16(b"t\0i\0") && is_utf16(b"\0t\0i") && !is_utf16(b"time") && !is_utf16(b"0,1\0\n"));
        assert!(said(b"time,n\n1,k\xf6ln\n").ends_with("line 2 has the byte 0xF6"));
    }
}
