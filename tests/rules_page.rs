//! `docs/rules.md` lists the rules that are cited: each number that the source, the cases, the scenarios or the pages
//! name has its row, no row is there for a number that nobody names, and what a row links to exists.
//!
//! A number is cited where it stands in full (`ECS-310`); of a range only the ends that are written so count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const PAGE: &str = "docs/rules.md";
const FAMILIES: [&str; 5] = ["ECS", "SCL", "PRC", "PLT", "SEED"];
const STANDINGS: [&str; 4] = ["fact", "choice", "model", "recalled"];

/// Where rules are cited: a folder, and how the names of its files end. What lies deeper counts too.
const CITING: [(&str, &[&str]); 4] =
    [("src", &["rs"]), ("tests/cases", &["yaml"]), ("scenarios", &["yaml", "md"]), ("docs", &["md"])];

/// A rule: its family, by its place in [`FAMILIES`], and its number.
type Rule = (usize, u32);

fn name((family, number): Rule) -> String {
    format!("{}-{number}", FAMILIES[family])
}

/// The rules that a text names.
fn rules_in(text: &str) -> BTreeSet<Rule> {
    let mut found = BTreeSet::new();
    for (family, letters) in FAMILIES.iter().enumerate() {
        for (at, _) in text.match_indices(letters) {
            let Some(rest) = text[at + letters.len()..].strip_prefix('-') else { continue };
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            if let Ok(number) = rest[..digits].parse() {
                found.insert((family, number));
            }
        }
    }
    found
}

/// All files below a folder whose names end in one of `endings`.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
            found.push(path);
        }
    }
    found
}

/// Each rule that is cited outside the page, with one file that cites it.
fn cited() -> BTreeMap<Rule, PathBuf> {
    let root = Path::new(ROOT);
    let mut all = BTreeMap::new();
    for (folder, endings) in CITING {
        for file in files(&root.join(folder), endings) {
            // the other page lists all rules of its area, cited or not
            if file != root.join(PAGE) && file != root.join("docs/fidelity.md") {
                let text = fs::read_to_string(&file).unwrap();
                all.extend(rules_in(&text).into_iter().map(|rule| (rule, file.clone())));
            }
        }
    }
    assert!(all.len() > 100, "only {} rules were found: are the folders still where they were?", all.len());
    all
}

fn page() -> String {
    fs::read_to_string(Path::new(ROOT).join(PAGE)).unwrap()
}

/// The rows of the page in their order: the rule and the cells after it.
fn rows(page: &str) -> Vec<(Rule, Vec<&str>)> {
    let row = |line| {
        let mut cells = cells(line)?.into_iter();
        let first = cells.next()?;
        let rule = rules_in(first).into_iter().find(|rule| name(*rule) == first)?;
        Some((rule, cells.collect()))
    };
    page.lines().filter_map(row).collect()
}

fn cells(line: &str) -> Option<Vec<&str>> {
    Some(line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect())
}

#[test]
fn numbers_are_read_as_they_are_written() {
    let named: Vec<_> = rules_in("`ECS-310`, SEED-4 to -7, SCL-many, PRC-30/PLT-6.").into_iter().map(name).collect();
    assert_eq!(named, ["ECS-310", "PRC-30", "PLT-6", "SEED-4"]);
}

#[test]
fn what_is_cited_is_on_the_page_and_nothing_else() {
    let page = page();
    let (listed, cited): (BTreeSet<Rule>, _) = (rows(&page).into_iter().map(|(rule, _)| rule).collect(), cited());
    let mut wrong = Vec::new();
    for (rule, file) in &cited {
        if !listed.contains(rule) {
            wrong.push(format!("{} is cited in {} and has no row", name(*rule), file.display()));
        }
    }
    for rule in &listed {
        if !cited.contains_key(rule) {
            wrong.push(format!("{} has a row and is cited nowhere", name(*rule)));
        }
    }
    for rule in rules_in(&page).difference(&listed).filter(|rule| !cited.contains_key(*rule)) {
        wrong.push(format!("{} is named on the page itself and has no row", name(*rule)));
    }
    assert!(wrong.is_empty(), "{PAGE}:\n{}", wrong.join("\n"));
}

#[test]
fn rows_are_in_order_and_complete() {
    let page = page();
    let rows = rows(&page);
    for pair in rows.windows(2) {
        assert!(pair[0].0 < pair[1].0, "{PAGE}: {} stands behind {}", name(pair[1].0), name(pair[0].0));
    }
    for ((family, number), cells) in rows {
        let rule = name((family, number));
        let is_claim = FAMILIES[family] == "SEED";
        assert_eq!(cells.len(), if is_claim { 3 } else { 4 }, "{PAGE}: cells of {rule}");
        assert!(cells.iter().all(|cell| !cell.is_empty()), "{PAGE}: {rule} has an empty cell");
        let standing = cells[1].split([';', ',']).next().unwrap_or_default();
        assert!(is_claim || STANDINGS.contains(&standing), "{PAGE}: {rule} is neither of {STANDINGS:?}");
    }
}

#[test]
fn links_lead_somewhere() {
    let page = page();
    let folder = Path::new(ROOT).join("docs");
    let targets = page.split("](").skip(1).map(|part| part.split([')', '#']).next().unwrap_or_default());
    let missing: Vec<_> = targets.filter(|target| target.is_empty() || !folder.join(target).is_file()).collect();
    assert!(missing.is_empty(), "{PAGE} links to what is not there: {missing:?}");
    for (rule, cells) in rows(&page) {
        let place = cells.get(2); // where it is implemented; the lesson of a claim
        assert!(place.is_some_and(|cell| cell.contains("](")), "{PAGE}: {} links to no file", name(rule));
    }
}
