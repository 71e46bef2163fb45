//! Names and texts made to do harm: to a terminal, a spreadsheet, a browser, a path. Nothing of it may get through as
//! more than text, wherever it stands.

#[path = "support/mod.rs"]
mod support;

use std::fs;
use support::{Folder, Told, tree};

/// Letters that move a cursor, colour a line, turn text around, hide in it or end it.
const LETTERS: [&str; 12] = [
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]0;title\u{7}",
    "a\nb",
    "a\rb",
    "\u{202e}txt.exe",
    "a\u{200b}b",
    "\u{2028}x",
    "../../../etc/passwd",
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    "\"><img src=x onerror=alert(1)>",
    "`x` \u{7f} \u{85}",
];

/// A text as YAML and JSON both take it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text")
}

fn all() -> Vec<String> {
    let mut all: Vec<String> = LETTERS.iter().map(|text| (*text).to_owned()).collect();
    all.extend(["n".repeat(10_000), "ü".repeat(5_000), "a/".repeat(2_000), "-x".to_owned(), "nul\u{1}".to_owned()]);
    all
}

/// What a terminal gets is text: no control character but the end of a line, nothing that turns or hides.
#[track_caller]
fn harmless(told: &Told) {
    for (name, text) in [("stdout", &told.out), ("stderr", &told.err)] {
        let bad = |c: &char| {
            c.is_control() && *c != '\n'
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let found = text.chars().find(bad);
        assert!(found.is_none(), "{name} has {found:?}: {text:?}");
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(longest < 2_000, "{name} has a line of {longest}");
    }
    assert!(told.code.is_some(), "ended by a signal");
    assert_ne!(told.code, Some(101), "a panic: {}", told.err);
}

const SCENARIO: &str = "duration: 1m\nname: NAME\ndescription: DESCRIPTION\ninstances: [{type: m5.large, count: 2, name: \
    INSTANCE, attributes: {ATTRIBUTE: VALUE}}]\ntask_definitions: {TASK: {cpu: 128, memory: 64}}\nservices: {SERVICE: \
    {task_definition: REFERENCE, desired_count: 2, placement_constraints: [{member_of: MEMBER}]}}\nexpect: [EXPECT]\n";

/// The scenario with a text in one place and sound ones in the others.
fn with(place: &str, text: &str) -> String {
    let mut scenario = SCENARIO.to_owned();
    for (other, sound) in [
        ("NAME", "shop"),
        ("DESCRIPTION", "a shop"),
        ("INSTANCE", "box"),
        ("ATTRIBUTE", "stack"),
        ("VALUE", "prod"),
        ("TASK", "web"),
        ("SERVICE", "web"),
        ("REFERENCE", "web"),
        ("MEMBER", "attribute:stack exists"),
        ("EXPECT", "tasks_placed == 2"),
    ] {
        scenario = scenario.replace(other, &if other == place { quoted(text) } else { quoted(sound) });
    }
    scenario
}

/// Nothing stands outside of the folder of the results, whatever a name says.
fn nothing_escaped(folder: &Folder) {
    for path in tree(folder.root()).keys() {
        let known = path == "s.yaml" || path.starts_with("out/") || path.starts_with("output/");
        assert!(known, "a file at {path}");
    }
}

#[test]
fn names_do_no_harm_wherever_they_stand() {
    let places =
        ["NAME", "DESCRIPTION", "INSTANCE", "ATTRIBUTE", "VALUE", "TASK", "SERVICE", "REFERENCE", "MEMBER", "EXPECT"];
    for place in places {
        for text in all() {
            let folder = Folder::with(&[("s.yaml", &with(place, &text))]);
            let told = folder.run(&["check", "s.yaml"]);
            harmless(&told);
            let json = folder.run(&["check", "s.yaml", "--format", "json"]);
            serde_json::from_str::<serde_json::Value>(&json.out).expect("JSON whatever stands in it");
            if told.code == Some(0) {
                let run = folder.run(&["run", "s.yaml", "--out", "out", "--no-charts"]);
                harmless(&run);
                // what the texts stood for may now be missing, so that an expectation fails
                assert!(matches!(run.code, Some(0 | 1)), "{place} {text:?}: {}", run.err);
            }
            nothing_escaped(&folder);
        }
    }
}

/// Whether a file has an ending.
fn is(name: &str, ending: &str) -> bool {
    name.rsplit('.').next() == Some(ending)
}

/// A description may have nearly all letters: it must not get out of the places where it is shown.
#[test]
fn texts_stay_texts_in_pictures_and_tables() {
    for text in ["<script>alert(1)</script>", "=cmd|'/c calc'!A1", "\"><svg onload=alert(1)>", "a & b < c ]]> d"] {
        let folder = Folder::with(&[("s.yaml", &with("DESCRIPTION", text))]);
        folder.run(&["run", "s.yaml", "--out", "out"]).ended(0);
        for (name, bytes) in tree(&folder.path("out")) {
            let whole = String::from_utf8_lossy(&bytes);
            if is(&name, "svg") {
                assert!(!whole.contains("<script") && !whole.contains("onload="), "{name}");
            }
            if is(&name, "csv") {
                for cell in whole.lines().flat_map(|line| line.split(',')) {
                    assert!(!cell.trim_matches('"').starts_with(['=', '+', '@']), "{name}: {cell}");
                }
            }
        }
    }
}

/// Tables that a scenario names are foreign too.
#[test]
fn tables_do_no_harm() {
    let scenario = "duration: 1m\ninstances: [{type: m5.large, file: x.csv, columns: {name: HEADING, zone: zone}}]\n";
    for text in all() {
        let cell = text.replace('"', "\"\"");
        for (heading, table) in
            [("name", format!("name,zone\n\"{cell}\",a\n")), (text.as_str(), format!("\"{cell}\",zone\nbox,a\n"))]
        {
            let scenario = scenario.replace("HEADING", &quoted(heading));
            let folder = Folder::with(&[("s.yaml", &scenario), ("x.csv", &table)]);
            let told = folder.run(&["check", "s.yaml"]);
            harmless(&told);
            if told.code == Some(0) {
                let run = folder.run(&["run", "s.yaml", "--out", "out"]);
                harmless(&run);
                assert_eq!(run.code, Some(0), "{}", run.err);
                for (name, bytes) in tree(&folder.path("out")) {
                    let whole = String::from_utf8_lossy(&bytes);
                    assert!(!is(&name, "svg") || !whole.contains("<script"), "{name}");
                }
            }
        }
    }
}

/// The largest of everything that is paid for beside instances: the bill may be absurd, and nothing breaks.
#[test]
fn amounts_at_their_limits() {
    let scenario = "duration: 520w
instances: []
zones: [a, b, c]
prices: {items: {logs_ingested_gb: 999999.999999999999, nat_gb: 0.123456789012345678}}
load_balancers:
  alb: {rules: 1000000, traffic: {requests_per_second: 1000000000, processed: 100000 TB per second}}
  nlb: {type: network, cross_zone: true, traffic: {processed: 100000 TB per second}}
  old: {type: classic, traffic: {processed: 100000 TB per second}}
nat_gateways: {nat: {count: 1000000, processed: 100000 TB per second}}
endpoints: {ecr: {count: 1000000, zones: 1000000, processed: 100000 TB per second}}
data_transfer: {zones: {to: zone, amount: 100000 TB per second}, out: {to: internet, amount: 100000 TB per second}}
repositories: {images: {stored: 100000 TB}}
logs: {all: {ingested: 100000 TB per second, stored: 100000 TB, compression: 1, scanned: 100000 TB per second}}
file_systems: {fs: {size: 1000000 GiB, read: 100000 TB per second, written: 100000 TB per second}}
secrets: {keys: {count: 1000000, calls: 1000000000000000 per second}}
cloudwatch: {custom_metrics: 1000000, alarms: 1000000}
";
    let folder = Folder::with(&[("s.yaml", scenario)]);
    folder.run(&["run", "s.yaml", "--out", "out"]).ended(0);
    for (name, what) in
        [("stored: 100000 TB", "stored: 100000.1 TB"), ("calls: 1", "calls: 91"), ("rules: 1", "rules: -1")]
    {
        let folder = Folder::with(&[("s.yaml", &scenario.replacen(name, what, 1))]);
        folder.run(&["check", "s.yaml"]).ended(2);
    }
}

/// A file that a scenario names is only read: no path makes more than a finding.
#[test]
fn paths_of_files_are_only_read() {
    for path in ["../../../etc/passwd", "/etc/passwd", "/dev/null", ".", "", "a\u{1b}[31m.csv", "con", "x\u{202e}csv"] {
        let trace = format!("{{file: {}, column: a}}", quoted(path));
        let scenario = format!(
            "duration: 1m\ninstances: [{{type: m5.large}}]\ntask_definitions: {{web: {{cpu: 128, memory: 64}}}}\nservices: \
             {{web: {{task_definition: web, load: {{requests_per_second: {{trace: {trace}}}, per_request: {{cpu: 1 ms}}}}}}}}\n"
        );
        let folder = Folder::with(&[("s.yaml", &scenario)]);
        let told = folder.run(&["check", "s.yaml"]);
        harmless(&told);
        assert_eq!(told.code, Some(2), "{path:?}: {}", told.out);
        nothing_escaped(&folder);
    }
}

#[test]
fn the_command_line_does_no_harm() {
    let sound = with("", "");
    for text in all() {
        if text.contains('\0') {
            continue; // no program can be given one
        }
        let folder = Folder::with(&[("s.yaml", &sound)]);
        for arguments in [
            vec!["check", &text],
            vec!["run", &text],
            vec!["check", "s.yaml", "--set", &text],
            vec!["why", "s.yaml", "--task", &text],
            vec!["why", "s.yaml", "--task", "web/0", "--at", &text],
            vec!["why", "s.yaml", "--task", "web/0", "--instance", &text],
        ] {
            harmless(&folder.run(&arguments));
        }
        for key in ["name", "services.web.task_definition", "services.web.desired_count", "region"] {
            harmless(&folder.run(&["check", "s.yaml", "--set", &format!("{key}={text}")]));
        }
        nothing_escaped(&folder);
    }
}

/// A folder of results is where `--out` says, and its name is shown as text.
#[test]
fn the_folder_of_results_is_named_harmlessly() {
    for name in ["\u{1b}[31mred", "a\nb", "\u{202e}x", "n".repeat(300).as_str()] {
        let folder = Folder::with(&[("s.yaml", &with("", ""))]);
        let told = folder.run(&["run", "s.yaml", "--no-charts", "--out", name]);
        harmless(&told);
        let made: Vec<String> = fs::read_dir(folder.root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into())
            .collect();
        assert!(made.iter().all(|made| made == "s.yaml" || made == name), "{made:?}");
    }
}
