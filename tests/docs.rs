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
    use longshore::report::{EVENT_COLUMNS, SERVICE_COLUMNS, TASK_COLUMNS, timeseries_columns};
    let page = fs::read_to_string(root().join("docs/outputs.md")).unwrap();
    let series = timeseries_columns();
    let columns = TASK_COLUMNS.iter().chain(&SERVICE_COLUMNS).chain(&EVENT_COLUMNS).copied();
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
