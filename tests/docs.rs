//! Pages that the program makes are as the program would make them now; links in the documents lead somewhere.
//!
//! `LONGSHORE_ACCEPT=1 cargo test --test docs` rewrites the generated pages.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The page on disk is as the program makes it now.
fn is_fresh(page: &str, made: &str) {
    let path = root().join(page);
    if std::env::var_os("LONGSHORE_ACCEPT").is_some() {
        fs::write(&path, made).unwrap();
    }
    let on_disk = fs::read_to_string(&path).unwrap_or_default();
    assert!(on_disk == made, "{page} is out of date: run `LONGSHORE_ACCEPT=1 cargo test --test docs`");
}

#[test]
fn the_scenario_reference_is_fresh() {
    is_fresh("docs/scenario.md", &longshore::scenario::reference());
}

#[test]
fn the_page_of_errors_is_fresh() {
    is_fresh("docs/errors.md", &longshore::guide::errors_page());
}

#[test]
fn the_schema_is_fresh() {
    is_fresh("docs/scenario.schema.json", &longshore::scenario::schema());
}

/// Editors find the schema of each scenario by its first line.
#[test]
fn shipped_scenarios_name_the_schema() {
    for (folder, up) in [("scenarios", ".."), ("scenarios/lessons", "../..")] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "yaml") {
                let wanted = format!("# yaml-language-server: $schema={up}/docs/scenario.schema.json");
                let text = fs::read_to_string(&path).unwrap();
                assert_eq!(text.lines().next(), Some(wanted.as_str()), "{}", path.display());
            }
        }
    }
}

/// Each column that a table has is described.
#[test]
fn every_column_is_described() {
    use longshore::report::{
        EVENT_COLUMNS, INSTANCE_COLUMNS, SERVICE_COLUMNS, TASK_COLUMNS, capacity_columns, timeseries_columns,
    };
    let page = fs::read_to_string(root().join("docs/outputs.md")).unwrap();
    let series = [timeseries_columns(), capacity_columns()].concat();
    let fixed = [&TASK_COLUMNS[..], &INSTANCE_COLUMNS, &SERVICE_COLUMNS, &EVENT_COLUMNS].concat();
    let columns = fixed.into_iter();
    for column in columns.chain(series.iter().map(String::as_str)) {
        let family = column.trim_end_matches("_min").trim_end_matches("_mean").trim_end_matches("_max");
        let described = page.contains(&format!("`{column}`")) || page.contains(&format!("`{family}_*`"));
        assert!(described, "docs/outputs.md does not describe `{column}`");
    }
}

/// Each column of a comparison is described.
#[test]
fn every_column_of_a_comparison_is_described() {
    use longshore::report::{COMPARE_COLUMNS, runs_columns};
    let page = fs::read_to_string(root().join("docs/outputs.md")).unwrap();
    for column in COMPARE_COLUMNS.into_iter().map(ToOwned::to_owned).chain(runs_columns()) {
        assert!(page.contains(&format!("`{column}`")), "docs/outputs.md does not describe `{column}`");
    }
}

/// Every form of path that `expect:` knows is in its page.
#[test]
fn every_path_of_expect_is_described() {
    let page = fs::read_to_string(root().join("docs/expect.md")).unwrap();
    for path in longshore::expect::known_paths() {
        assert!(page.contains(&format!("`{path}`")), "docs/expect.md does not describe `{path}`");
    }
    for kind in longshore::fact::Fact::KINDS {
        assert!(page.contains(&format!("`{kind}`")), "docs/expect.md does not list the fact `{kind}`");
    }
}

/// A file of loads as the page of loads has it: five minutes a row, for five days.
struct Traffic;

impl longshore::plan::Files for Traffic {
    fn read(&mut self, _: &str) -> Result<Vec<u8>, String> {
        let rows = (0..1440).map(|row| format!("{},{},{}\n", row * 300, 3000 + row, 10 + row % 7));
        Ok(format!("time,requests,rps\n{}", rows.collect::<String>()).into_bytes())
    }
}

/// What is wrong with a scenario, warnings too.
fn findings(text: &str) -> String {
    let (mut sources, mut findings) = (longshore::diag::Sources::new(), longshore::diag::Findings::new());
    let (_, tree) = longshore::scenario::load(&mut sources, "page", text.as_bytes(), &mut findings);
    if let Some(tree) = tree {
        longshore::plan::from_tree(&tree, "page", &mut sources, &mut Traffic, &mut findings);
    }
    let lines: Vec<String> = findings.iter().map(|finding| format!("{} {}", finding.code, finding.message)).collect();
    lines.join("\n")
}

/// Each example of the page of loads is right, and nothing in it is without effect.
#[test]
fn examples_of_loads_are_right() {
    const FRAME: &str =
        "duration: 4d\ninstances: [{type: m5.4xlarge}]\ntask_definitions: {t: {cpu: 1 vCPU, memory: 1 GiB}}\n";
    let page = fs::read_to_string(root().join("docs/loads.md")).unwrap();
    let indented = |block: &str, by: usize| {
        let lines: Vec<String> = block.lines().map(|line| format!("{}{line}", " ".repeat(by))).collect();
        lines.join("\n") + "\n"
    };
    let mut count = 0;
    for block in page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or("")) {
        let service = "services:\n  web:\n    task_definition: t\n";
        let text = if block.starts_with("services:") {
            block.replace("\n    load:", "\n    task_definition: t\n    load:")
        } else if block.starts_with("load:") {
            format!("{service}{}", indented(block, 4))
        } else if block.starts_with("on:") {
            format!("tasks:\n  job:\n    task_definition: t\n    lifetime: 1m\n{}", indented(block, 4))
        } else {
            let curve = indented(block, 8);
            format!("{service}    load:\n      per_request: {{cpu: 1 ms}}\n      requests_per_second:\n{curve}")
        };
        let wrong = findings(&format!("{FRAME}{text}"));
        assert!(wrong.is_empty(), "{block}\n{wrong}");
        count += 1;
    }
    assert!(count >= 12, "{count} examples");
}

/// So are the examples in the reference of curves.
#[test]
fn examples_in_the_reference_of_curves_are_right() {
    let page = fs::read_to_string(root().join("docs/scenario.md")).unwrap();
    let section = page.split("\n## A curve\n").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
    let mut count = 0;
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let key = line.split('`').nth(1).unwrap();
        let Some(example) = line.rsplit(": `").next().and_then(|rest| rest.split('`').next()) else { continue };
        if !example.starts_with(['[', '{']) {
            continue;
        }
        let curve = if key == "weekly" || key == "noise" {
            format!("product: [9, {{{key}: {example}}}]")
        } else {
            format!("{key}: {example}")
        };
        let wrong = findings(&format!(
            "duration: 4d\ninstances: [{{type: m5.large}}]\ntask_definitions: {{t: {{cpu: 512, memory: 1 GiB}}}}\nservices: {{web: \
             {{task_definition: t, load: {{per_request: {{cpu: 1 ms}}, requests_per_second: {{{curve}}}}}}}}}\n"
        ));
        assert!(wrong.is_empty(), "{line}\n{wrong}");
        count += 1;
    }
    assert!(count >= 11, "{count} examples");
}

#[test]
fn links_lead_somewhere() {
    for page in pages(&root()) {
        let text = fs::read_to_string(&page).unwrap();
        let folder = page.parent().unwrap();
        for part in text.split("](").skip(1) {
            let target = part.split([')', '#']).next().unwrap_or("");
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(folder.join(target).exists(), "{} links to {target}, which is not there", page.display());
        }
    }
}

fn pages(root: &Path) -> Vec<PathBuf> {
    let mut found = vec![root.join("README.md")];
    for folder in ["docs", "docs/studies", "scenarios/lessons", "scenarios/traces"] {
        let entries = fs::read_dir(root.join(folder)).unwrap();
        found.extend(
            entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "md")),
        );
    }
    found
}
