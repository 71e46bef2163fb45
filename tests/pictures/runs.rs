//! Runs whose charts are looked at: from files, and from texts.

use longshore::cost::Line;
use longshore::diag::{Findings, Sources, render};
use longshore::fact::Cast;
use longshore::plan::{Files, Plan, plan};
use longshore::record::{BucketRow, EventRow, KeptBuckets, Location, Tables, TaskRow};
use longshore::report::chart::Chart;
use longshore::report::{Figures, Picture, charts, pictures};
use longshore::scenario::{load, scenario};
use longshore::study::{RunResult, Views, run_with_views};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

struct Beside<'a>(&'a Path);

impl Files for Beside<'_> {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        fs::read(self.0.join(path)).map_err(|error| error.to_string())
    }
}

#[derive(Default)]
struct Keep(KeptBuckets);

impl Tables for Keep {
    fn task(&mut self, _: &Cast, _: &TaskRow, _: Option<Location>) {}
    fn bucket(&mut self, _: &Cast, row: &BucketRow) {
        self.0.push(row);
    }
    fn event(&mut self, _: &Cast, _: &EventRow) {}
}

/// A run with all that its charts need.
pub(crate) struct Seen {
    pub(crate) plan: Plan,
    pub(crate) result: RunResult,
    pub(crate) buckets: Vec<BucketRow>,
    pub(crate) views: Views,
}

impl Seen {
    /// A shipped scenario.
    pub(crate) fn file(name: &str) -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
        Self::of(&fs::read(&file).unwrap(), file.file_stem().unwrap().to_str().unwrap(), file.parent().unwrap())
    }

    pub(crate) fn text(text: &str) -> Self {
        Self::of(text.as_bytes(), "text", Path::new("."))
    }

    fn of(bytes: &[u8], name: &str, folder: &Path) -> Self {
        let (mut sources, mut findings) = (Sources::new(), Findings::new());
        let (_, tree) = load(&mut sources, name, bytes, &mut findings);
        let made = tree.and_then(|tree| {
            let raw = scenario(&tree, &mut findings)?;
            plan(&raw, &tree, name, &mut sources, &mut Beside(folder), &mut findings)
        });
        let plan = made.unwrap_or_else(|| panic!("{name}: {}", render(&findings, &sources, false, 120)));
        let mut rows = Keep::default();
        let (result, views) = run_with_views(&plan, &mut rows, &mut |_, _| ControlFlow::Continue(())).unwrap();
        Self { plan, result, buckets: rows.0.into_rows(), views }
    }

    fn figures(&self) -> Figures<'_> {
        let RunResult { outcome, summary, checks, bill, shares } = &self.result;
        let bill: &[Line] = bill;
        Figures { cast: &self.plan.cast, summary, checks, bill, shares, events: outcome.events }
    }

    pub(crate) fn charts(&self) -> Vec<(String, Chart)> {
        charts(&self.figures(), &self.buckets, &self.views.moments)
    }

    pub(crate) fn pictures(&self) -> Vec<Picture> {
        pictures(&self.figures(), &self.buckets, &self.views).unwrap()
    }

    pub(crate) fn picture(&self, name: &str) -> Picture {
        self.pictures().into_iter().find(|picture| picture.name == name).unwrap_or_else(|| panic!("no chart `{name}`"))
    }
}
