//! `docs/fidelity.md` says how far each rule of its area is followed: its rows are in order, their statuses are those of
//! the legend, what counts as followed has a file and a case that exist, and a rule that the source cites in the area is
//! there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const PAGE: &str = "docs/fidelity.md";
/// First words of a status.
const STATUSES: [&str; 9] = [
    "exact",
    "modelled",
    "in part",
    "refused",
    "accepted without effect",
    "out of scope",
    "later",
    "concept",
    "exact, no case of its own",
];
/// What the page must hold if the source cites it: family, first and last number.
const AREA: [(&str, u32, u32); 3] = [("ECS", 100, 399), ("ECS", 700, 799), ("PLT", 110, 113)];
/// Rows without a case of their own; fewer are welcome.
const MOST_WITHOUT_A_CASE: usize = 3;

struct Row {
    rule: String,
    status: String,
    file: String,
    case: String,
}

fn rows() -> Vec<Row> {
    let page = fs::read_to_string(Path::new(ROOT).join(PAGE)).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        let [rule, _, status, file, case] = cells.as_slice() else { return None };
        let is_rule = rule.split_once('-').is_some_and(|(_, number)| number.parse::<u32>().is_ok());
        is_rule.then(|| Row {
            rule: (*rule).to_owned(),
            status: (*status).to_owned(),
            file: (*file).to_owned(),
            case: (*case).to_owned(),
        })
    };
    page.lines().filter_map(row).collect()
}

/// The targets of links in a cell, from the page's folder.
fn links(cell: &str) -> Vec<PathBuf> {
    let ends = cell.match_indices("](").map(|(at, _)| &cell[at + 2..]);
    let targets = ends.filter_map(|rest| rest.split([')', '#']).next());
    targets.map(|target| Path::new(ROOT).join("docs").join(target)).collect()
}

#[test]
fn rows_are_in_order_and_their_links_lead_somewhere() {
    let rows = rows();
    assert!(rows.len() > 250, "{} rows", rows.len());
    let mut wrong = Vec::new();
    let mut without_a_case = 0;
    let key = |rule: &str| {
        let (family, number) = rule.split_once('-').unwrap();
        (["ECS", "PLT", "SEED"].iter().position(|known| *known == family), number.parse::<u32>().unwrap())
    };
    for pair in rows.windows(2) {
        if key(&pair[0].rule) >= key(&pair[1].rule) {
            wrong.push(format!("{} stands behind {}", pair[1].rule, pair[0].rule));
        }
    }
    for row in &rows {
        if !STATUSES.iter().any(|status| row.status.starts_with(status)) {
            wrong.push(format!("{}: `{}` is no status", row.rule, row.status));
        }
        let followed = ["exact", "modelled", "in part", "refused"].iter().any(|status| row.status.starts_with(status));
        if followed && links(&row.case).is_empty() {
            without_a_case += 1;
        }
        if followed && !row.rule.starts_with("SEED") && links(&row.file).is_empty() && links(&row.case).is_empty() {
            wrong.push(format!("{}: it is not said where it is followed", row.rule));
        }
        for target in links(&row.file).into_iter().chain(links(&row.case)).filter(|target| !target.exists()) {
            wrong.push(format!("{}: there is no {}", row.rule, target.display()));
        }
    }
    assert!(wrong.is_empty(), "{PAGE}:\n{}", wrong.join("\n"));
    assert!(without_a_case <= MOST_WITHOUT_A_CASE, "{without_a_case} followed rules have no case");
}

/// All Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn rules_that_the_source_cites_are_listed() {
    let listed: BTreeSet<String> = rows().into_iter().map(|row| row.rule).collect();
    let mut missing = BTreeSet::new();
    for file in sources(&Path::new(ROOT).join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        for (family, first, last) in AREA {
            for (at, _) in text.match_indices(&format!("{family}-")) {
                let digits: String = text[at + family.len() + 1..].chars().take_while(char::is_ascii_digit).collect();
                let rule = format!("{family}-{digits}");
                if digits.parse().is_ok_and(|number: u32| (first..=last).contains(&number)) && !listed.contains(&rule) {
                    missing.insert(format!("{rule}, cited in {}", file.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{PAGE} lacks {missing:#?}");
}
