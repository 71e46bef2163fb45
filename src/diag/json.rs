//! Findings for programs: `check --format json`.

use super::{Finding, Findings, Place, Sources, printable};
use serde::Serialize;

/// One finding as JSON shows it. Fields without a value are `null`, so that
/// every row has the same columns.
#[derive(Serialize)]
struct Row {
    code: &'static str,
    severity: &'static str,
    title: &'static str,
    message: String,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    path: Option<String>,
    help: Option<String>,
    note: Option<String>,
    labels: Vec<Also>,
}

/// A place besides or including the main one.
#[derive(Serialize)]
struct Also {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: String,
    primary: bool,
}

/// All findings, sorted, as a JSON array.
pub fn to_json(findings: &Findings, sources: &Sources) -> serde_json::Value {
    let rows = findings.sorted().into_iter().map(|f| row(f, sources));
    serde_json::Value::Array(rows.map(|row| serde_json::to_value(row).unwrap_or_default()).collect())
}

fn row(finding: &Finding, sources: &Sources) -> Row {
    let primary = finding.primary().map(|label| also(label, sources));
    let primary = primary.as_ref();
    Row {
        code: finding.code.id(),
        severity: finding.severity.word(),
        title: finding.code.title(),
        message: printable(&finding.message),
        file: primary.map(|p| p.file.clone()),
        line: primary.map(|p| p.line),
        column: primary.map(|p| p.column),
        end_line: primary.map(|p| p.end_line),
        end_column: primary.map(|p| p.end_column),
        path: finding.path.as_deref().map(printable),
        help: finding.help.as_deref().map(printable),
        note: finding.note.as_deref().map(printable),
        labels: finding.labels.iter().map(|l| also(l, sources)).collect(),
    }
}

fn also(label: &super::Label, sources: &Sources) -> Also {
    let Place { line, column } = sources.place(label.span.source, label.span.start);
    let end = sources.place(label.span.source, label.span.end);
    Also {
        file: printable(sources.name(label.span.source)),
        line,
        column,
        end_line: end.line,
        end_column: end.column,
        text: printable(&label.text),
        primary: label.primary,
    }
}
