//! From a path to a plan, with all findings on the way.

use crate::diag::{Findings, Sources, printable, render, to_json, wrapped};
use crate::plan::{Files, Plan, from_tree};
use crate::scenario::{MAX_BYTES, Override, load, set};
use std::fmt::Write;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
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
        let bytes = read_at_most(&self.folder.join(path), MOST_BYTES).map_err(|error| reason(&error))?;
        self.digest.update(&bytes);
        Ok(bytes)
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

/// Reads and plans a scenario with its overrides, the later over the earlier.
///
/// # Errors
/// Why the scenario file itself can't be read.
pub(super) fn read(path: &Path, overrides: &[Override], seed: Option<u64>) -> Result<Input, String> {
    let bytes = read_at_most(path, MAX_BYTES as u64).map_err(|error| {
        let name: String = path.display().to_string().chars().take(300).collect();
        format!("error: {} can't be read: {}\n", printable(&name), reason(&error))
    })?;
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let (_, tree) = load(&mut sources, &path.display().to_string(), &bytes, &mut findings);
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let mut files = Beside { folder, digest: xxhash_rust::xxh3::Xxh3::new() };
    files.digest.update(&bytes);
    for given in overrides {
        files.digest.update(&given.text.as_bytes()[given.from..]);
        files.digest.update(&[0]); // where it ends counts too
    }
    let made = tree.and_then(|mut tree| {
        for given in overrides {
            set(&mut tree, given, &mut sources, &mut findings);
        }
        from_tree(&tree, &name_of(path), &mut sources, &mut files, &mut findings)
    });
    let plan = made.map(|mut plan| {
        plan.cast.seed = seed.unwrap_or(plan.cast.seed);
        plan
    });
    let digest = format!("{:032x}", files.digest.digest128());
    Ok(Input { plan, findings, sources, digest })
}

/// The file's name without its ending, with what a name may not have replaced.
fn name_of(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let clean = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let name: String = stem.chars().map(clean).take(100).collect();
    if name.starts_with(|c: char| c.is_ascii_alphanumeric()) { name } else { format!("scenario{name}") }
}

impl Input {
    /// The findings as a person reads them, for stderr.
    pub(super) fn findings_text(&self) -> String {
        if self.findings.is_empty() {
            return String::new();
        }
        let color = is_colored(&io::stderr());
        let mut text = render(&self.findings, &self.sources, color, width());
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
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

    /// The findings for a program.
    pub(super) fn findings_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(&to_json(&self.findings, &self.sources)).expect("text keys");
        text.push('\n');
        text
    }
}

/// How wide findings may be: 80 columns, or as many as the shell says in `COLUMNS`, within what is readable.
fn width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    said.map_or(80, |width| width.clamp(60, 120))
}

/// Whether a stream takes colours: a terminal, and nobody said no.
pub(super) fn is_colored(stream: &impl IsTerminal) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    stream.is_terminal() && !refused && !dumb
}
