//! Runs a scenario file through the library, as the command line does.

use longshore::diag::{Findings, Sources, render};
use longshore::plan::{Files, Plan, ScenarioText, from_text};
use longshore::study::{RunResult, run_once};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Files that a scenario names, relative to it.
struct Beside<'a>(&'a Path);

impl Files for Beside<'_> {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        fs::read(self.0.join(path)).map_err(|error| error.to_string())
    }
}

/// A folder of the project.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The files of a folder with this ending, by name.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|found| found == ending));
    files.sort();
    files
}

/// The name of a file without its ending.
pub(crate) fn stem(file: &Path) -> String {
    file.file_stem().unwrap().to_string_lossy().into_owned()
}

/// Reads, plans and runs a scenario.
///
/// # Errors
/// What is wrong with it, as `longshore check` would say.
pub(crate) fn run_file(file: &Path) -> Result<(Plan, RunResult), String> {
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let mut beside = Beside(file.parent().unwrap());
    let (own, name) = (file.file_name().unwrap().to_string_lossy(), stem(file));
    let text = ScenarioText { shown: &own, file: &own, name: &name, bytes: &bytes };
    let plan = from_text(text, &[], &mut sources, &mut beside, &mut findings);
    let Some(plan) = plan else { return Err(render(&findings, &sources, false, 120)) };
    let result = run_once(&plan, &mut (), &mut |_, _| ControlFlow::Continue(())).map_err(|error| error.to_string())?;
    Ok((plan, result))
}
