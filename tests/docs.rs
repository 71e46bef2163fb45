//! Pages that the program makes are as the program would make them now; links in the documents lead somewhere.
//!
//! `LONGSHORE_ACCEPT=1 cargo test --test docs` rewrites the generated pages.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_scenario_reference_is_fresh() {
    let path = root().join("docs/scenario.md");
    let page = longshore::scenario::reference();
    if std::env::var_os("LONGSHORE_ACCEPT").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let on_disk = fs::read_to_string(&path).unwrap_or_default();
    assert!(on_disk == page, "docs/scenario.md is out of date: run `LONGSHORE_ACCEPT=1 cargo test --test docs`");
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
