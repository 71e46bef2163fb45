//! Golden figures: every shipped scenario gives the summary that is on file, to the last digit, and the same digest of
//! all its facts. What changes on purpose is accepted with `LONGSHORE_ACCEPT=1 cargo test --test golden`, and the
//! difference is then read in the diff of `tests/golden`.

#[path = "golden/runner.rs"]
mod runner;

use longshore::report::{Figures, summary_json};
use runner::{files, folder, run_file, stem};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

/// Lines of a difference that are shown for one scenario.
const MOST_LINES: usize = 12;

/// The summary without what changes with each release. The digest in it stands for all facts of the run, so that no
/// table needs to be kept.
fn figures(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("\"longshore_version\""));
    lines.fold(String::new(), |all, line| all + line + "\n")
}

/// The first lines that differ.
fn difference(before: &str, now: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), now.lines().collect());
    let mut shown = String::new();
    let rows = (0..old.len().max(new.len())).filter(|row| old.get(*row) != new.get(*row));
    for row in rows.take(MOST_LINES) {
        for (sign, line) in [('-', old.get(row)), ('+', new.get(row))] {
            if let Some(line) = line {
                let _ = writeln!(shown, "  {sign}{line}");
            }
        }
    }
    shown
}

#[test]
fn every_shipped_scenario_gives_the_figures_on_file() {
    let accept = std::env::var_os("LONGSHORE_ACCEPT").is_some_and(|value| value == "1");
    let golden = folder("tests/golden");
    let mut scenarios = files(&folder("scenarios"), "yaml");
    scenarios.extend(files(&folder("scenarios/lessons"), "yaml"));
    assert!(scenarios.len() > 6, "only {} scenarios were found", scenarios.len());
    let mut names = BTreeSet::new();
    let mut wrong = String::new();
    for scenario in &scenarios {
        let name = stem(scenario);
        assert!(names.insert(name.clone()), "two scenarios are called {name}");
        let (plan, result) = run_file(scenario).unwrap_or_else(|findings| panic!("{name}: {findings}"));
        let now = figures(&summary_json(&Figures {
            cast: &plan.cast,
            summary: &result.summary,
            checks: &result.checks,
            bill: &result.bill,
            shares: &result.shares,
            events: result.outcome.events,
        }));
        let file = golden.join(format!("{name}.json"));
        let before = fs::read_to_string(&file).unwrap_or_default();
        if before == now {
            continue;
        }
        if accept {
            fs::write(&file, &now).unwrap();
        } else {
            let _ = writeln!(wrong, "{name}\n{}", difference(&before, &now));
        }
    }
    for file in files(&golden, "json").iter().filter(|file| !names.contains(&stem(file))) {
        if accept {
            fs::remove_file(file).unwrap();
        } else {
            let _ = writeln!(wrong, "{} belongs to no scenario\n", stem(file));
        }
    }
    assert!(
        wrong.is_empty(),
        "figures differ from those on file (- on file, + now):\n\n{wrong}\nIf this is meant, accept it with \
         LONGSHORE_ACCEPT=1 cargo test --test golden, and look at the diff of tests/golden before you commit."
    );
}
