//! What a perfect packing of a scenario's tasks would need at least, as `docs/studies/binpack-vs-spread.md` has it:
//!
//! ```console
//! $ cargo run --release --example packing_bound -- scenarios/study-azure-16-vcpu.yaml
//! ```

use longshore::diag::{Findings, Sources, render};
use longshore::plan::{Files, Plan, from_tree};
use longshore::scenario::load;
use longshore::study::{PackingBound, packing_bound};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Files that a scenario names, relative to it.
struct Beside(PathBuf);

impl Files for Beside {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.0.join(path)).map_err(|error| error.to_string())
    }
}

fn planned(path: &Path) -> Result<Plan, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let (_, tree) = load(&mut sources, &name, &bytes, &mut findings);
    let mut beside = Beside(path.parent().unwrap_or(Path::new("")).to_owned());
    let plan = tree.and_then(|tree| from_tree(&tree, &name, &mut sources, &mut beside, &mut findings));
    plan.ok_or_else(|| render(&findings, &sources, false, 120))
}

#[expect(clippy::cast_precision_loss, reason = "shown, never decided by")]
fn shown(bound: &PackingBound) -> String {
    let paid = bound.cost.map(|cost| {
        let hours = bound.instance_ms as f64 / 3_600_000.0;
        format!("at least {hours:.1} instance-hours, ${}\n", cost.readable())
    });
    let (tasks, left_out) = (bound.tasks, bound.left_out);
    format!(
        "at least {} instances at one time\n{}for {tasks} tasks; {left_out} left out: larger than an instance, or not \
         wanted before the end\n",
        bound.peak,
        paid.unwrap_or_default()
    )
}

fn main() -> ExitCode {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    if paths.is_empty() {
        eprintln!("usage: packing_bound SCENARIO…");
        return ExitCode::from(2);
    }
    for path in paths {
        let bound = planned(Path::new(&path)).and_then(|plan| packing_bound(&plan).map_err(ToOwned::to_owned));
        match bound {
            Ok(bound) => println!("{path}\n{}", shown(&bound)),
            Err(why) => {
                eprintln!("{path}: {why}");
                return ExitCode::from(2);
            }
        }
    }
    ExitCode::SUCCESS
}
