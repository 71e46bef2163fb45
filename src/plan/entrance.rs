//! From a text to a plan: what it extends under it, what was set over it, then the check and the plan.

use super::{Files, Plan, from_tree};
use crate::diag::{Code, Finding, Findings, Sources};
use crate::scenario::{FileText, Node, Override, SCENARIO, check, extend, load, set};

/// A scenario's text and what it is called.
#[derive(Debug, Clone, Copy)]
pub struct ScenarioText<'a> {
    /// What findings call it: its path as it was typed.
    pub shown: &'a str,
    /// The file's own name in its folder, which bases that lead back to it would name.
    pub file: &'a str,
    /// What the run is called where the scenario does not say.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// Makes the plan of a text, with all that is wrong with it. `None` if `findings` has an error now.
pub fn from_text(
    text: ScenarioText<'_>,
    overrides: &[Override],
    sources: &mut Sources,
    files: &mut dyn Files,
    findings: &mut Findings,
) -> Option<Plan> {
    let (_, tree) = load(sources, text.shown, text.bytes, findings);
    let mut tree = tree?;
    let mut read = |path: &str| Ok(FileText { bytes: files.read(path)?, shown: files.shown(path) });
    let mut changes = extend(&mut tree, text.file, sources, &mut read, findings);
    let said = tree.entry("extends").is_some();
    for given in overrides {
        set(&mut tree, given, sources, &mut changes, findings);
    }
    if !said && let Some(entry) = tree.entry("extends") {
        let finding = Finding::error(Code::BadOverride, "`extends` can't be set")
            .at(entry.key_span, "not here")
            .path("extends")
            .help("write it into the scenario, or set what should be different");
        findings.push(finding);
        return None;
    }
    if !changes.is_whole {
        judge_what_is_there(&tree, findings);
        return None;
    }
    let plan = from_tree(&tree, text.name, sources, files, findings);
    changes.explain(findings);
    plan
}

/// With a base that can't be read nobody knows what is missing: only what is there is judged, and by its shape alone.
fn judge_what_is_there(tree: &Node, findings: &mut Findings) {
    let mut found = Findings::new();
    check(&SCENARIO, tree, &mut found);
    for finding in found.iter().filter(|finding| finding.code != Code::MissingSetting) {
        findings.push(finding.clone());
    }
}
