//! From a path to a plan, with all findings on the way.

use super::screen::{columns, is_colored};
use crate::diag::{Findings, Severity, Sources, nearest, printable, quoted, render, to_json, wrapped};
use crate::plan::{Files, Plan, ScenarioText, from_text};
use crate::scenario::{MAX_BYTES, Override};
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Largest file that a scenario may name.
const MOST_BYTES: u64 = 256 << 20;

/// A scenario that was read, with what was found.
pub(super) struct Input {
    pub(super) plan: Option<Plan>,
    pub(super) findings: Findings,
    pub(super) sources: Sources,
    /// Stands for the scenario and all files it names.
    pub(super) digest: String,
}

/// Files beside the scenario.
struct Beside {
    folder: PathBuf,
    digest: xxhash_rust::xxh3::Xxh3,
}

impl Files for Beside {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        let mut file = self.folder.join(path);
        if file.as_os_str().is_empty() {
            file.push("."); // the folder that the scenario is in
        }
        let bytes = read_at_most(&file, MOST_BYTES).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => not_found(path, &file),
            _ => reason(&error),
        })?;
        self.digest.update(&bytes);
        Ok(bytes)
    }

    fn shown(&self, path: &str) -> String {
        self.folder.join(path).display().to_string()
    }
}

/// Why a file can't be read, in words that are the same on every system where it matters.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// Most files of a folder whose names are compared with one that is not there.
const NAMES_AT_MOST: usize = 10_000;

/// Why there is no file `path` at `file`: nothing is fetched, or another name was meant.
fn not_found(path: &str, file: &Path) -> String {
    if path.contains("://") || path.starts_with("arn:") {
        return "it is an address, and nothing is fetched: put the file beside the scenario".to_owned();
    }
    let there = "there is no such file";
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (Some(wanted), Ok(entries)) = (file.file_name().and_then(OsStr::to_str), fs::read_dir(folder)) else {
        return there.to_owned();
    };
    let names = entries.take(NAMES_AT_MOST).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable(); // folders list their files in any order
    let same_stem = names.iter().find(|name| Path::new(name).file_stem().is_some_and(|stem| stem == wanted));
    let near = same_stem.map(String::as_str).or_else(|| nearest(wanted, names.iter().map(String::as_str)));
    near.map_or_else(|| there.to_owned(), |near| format!("{there}; did you mean {}?", quoted(near)))
}

/// The bytes of a file, and at most one more than `most`, so that the reader sees that it is too large.
fn read_at_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `--set` as it was typed.
pub(super) fn overrides(texts: &[String]) -> Vec<Override> {
    texts.iter().map(|text| Override { source: "--set".to_owned(), text: text.clone(), from: 0 }).collect()
}

/// What the scenario is called that came by stdin.
const STDIN: &str = "<stdin>";

/// Whether the scenario is to be read from stdin.
pub(super) fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// Reads and plans a scenario with its overrides, the later over the earlier; `-` is stdin.
///
/// # Errors
/// Why the scenario file itself can't be read.
pub(super) fn read(path: &Path, overrides: &[Override], seed: Option<u64>) -> Result<Input, String> {
    if is_stdin(path) {
        return read_stdin(Path::new(STDIN), overrides, seed);
    }
    match read_at_most(path, MAX_BYTES as u64) {
        Ok(bytes) => Ok(understood(&bytes, path, overrides, seed)),
        Err(error) => Err(unreadable(&path.display().to_string(), &error)),
    }
}

/// The same from stdin, as if it were the file `path`: files that it names are looked for beside that.
///
/// # Errors
/// Why stdin can't be read.
pub(super) fn read_stdin(path: &Path, overrides: &[Override], seed: Option<u64>) -> Result<Input, String> {
    let mut bytes = Vec::new();
    match io::stdin().lock().take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes) {
        Ok(_) => Ok(understood(&bytes, path, overrides, seed)),
        Err(error) => Err(unreadable("stdin", &error)),
    }
}

fn unreadable(what: &str, error: &io::Error) -> String {
    let name: String = what.chars().take(300).collect(); // a name of ten thousand characters is nobody's
    format!("error: {} can't be read: {}\n", printable(&name), reason(error))
}

fn understood(bytes: &[u8], path: &Path, overrides: &[Override], seed: Option<u64>) -> Input {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let mut files = Beside { folder, digest: xxhash_rust::xxh3::Xxh3::new() };
    files.digest.update(bytes);
    for given in overrides {
        files.digest.update(&given.text.as_bytes()[given.from..]);
        files.digest.update(&[0]); // where it ends counts too
    }
    let (shown, name) = (path.display().to_string(), name_of(path));
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let text = ScenarioText { shown: &shown, file: &file, name: &name, bytes };
    let made = from_text(text, overrides, &mut sources, &mut files, &mut findings);
    let plan = made.map(|mut plan| {
        plan.cast.seed = seed.unwrap_or(plan.cast.seed);
        plan
    });
    let digest = format!("{:032x}", files.digest.digest128());
    Input { plan, findings, sources, digest }
}

/// The file's name without its ending, with what a name may not have replaced.
fn name_of(path: &Path) -> String {
    if path.as_os_str() == STDIN {
        return "stdin".to_owned();
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let clean = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let name: String = stem.chars().map(clean).take(100).collect();
    if name.starts_with(|c: char| c.is_ascii_alphanumeric()) { name } else { format!("scenario{name}") }
}

impl Input {
    /// The findings as a person reads them, for stderr.
    pub(super) fn findings_text(&self) -> String {
        self.findings_painted(is_colored(&io::stderr()))
    }

    /// The same, with colours or without.
    pub(super) fn findings_painted(&self, color: bool) -> String {
        if self.findings.is_empty() {
            return String::new();
        }
        let mut text = render(&self.findings, &self.sources, color, width());
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text + &self.explained()
    }

    /// How to read more about the findings: one line for all of them.
    fn explained(&self) -> String {
        const MOST: usize = 3;
        let mut codes: Vec<&str> = Vec::new();
        for finding in self.findings.sorted() {
            if !codes.contains(&finding.code.id()) {
                codes.push(finding.code.id());
            }
        }
        format!("More about it: longshore explain {}\n", codes[..codes.len().min(MOST)].join(" "))
    }

    /// The codes of the warnings, one for each.
    pub(super) fn warnings(&self) -> Vec<String> {
        let warnings = self.findings.iter().filter(|finding| finding.severity == Severity::Warning);
        warnings.map(|finding| finding.code.to_string()).collect()
    }

    /// What the files of task definitions say in vain, a line each.
    pub(super) fn notes_text(&self) -> String {
        let mut text = String::new();
        for vain in self.plan.iter().flat_map(|plan| &plan.not_simulated) {
            for (what, members) in [("not simulated yet", &vain.members), ("without effect", &vain.without_effect)] {
                if !members.is_empty() {
                    let (file, name, members) = (printable(&vain.file), &vain.definition, members.join(", "));
                    let note = wrapped(&format!("{file} (`{name}`): {what}: {members}"), width() - "note: ".len());
                    let _ = writeln!(text, "note: {}", note.replace('\n', "\n      "));
                }
            }
        }
        text
    }

    /// The findings for a program: a list.
    pub(super) fn findings_json(&self) -> Vec<serde_json::Value> {
        match to_json(&self.findings, &self.sources) {
            serde_json::Value::Array(rows) => rows,
            other => vec![other],
        }
    }
}

/// How wide findings may be: what stderr shows, within what is readable.
fn width() -> usize {
    columns(&io::stderr()).clamp(60, 120)
}
