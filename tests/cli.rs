//! The command line as a person or a script meets it: the built program, real folders, real exit codes.

mod support;

use longshore::report::{EVENT_COLUMNS, SERVICE_COLUMNS, TASK_COLUMNS, timeseries_columns};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use support::{Folder, Told, tree};

const SHOP: &str = "\
duration: 1h
seed: 3
instances: [{type: m5.large, count: 2}]
capacity_providers:
  free: {ideal: {instance_type: t3.small}}
task_definitions:
  web: {cpu: 256, memory: 512 MiB}
services:
  web:
    task_definition: web
    desired_count: 3
    load: {requests_per_second: 20, per_request: {cpu: 12 ms}}
tasks:
  job: {task_definition: web, at: 5m, count: 4, lifetime: 90s, capacity_provider_strategy: [{provider: free}]}
events:
  - {at: 10m, stop_task: web/1}
";

/// A folder with the scenario `shop.yaml` in it.
fn shop() -> Folder {
    shop_with("")
}

/// With more at the end of the scenario.
fn shop_with(more: &str) -> Folder {
    Folder::with(&[("shop.yaml", &(SHOP.to_owned() + more))])
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn version_and_help() {
    let shop = shop();
    let version = shop.run(&["--version"]).ended(0);
    assert_eq!(version.out, format!("longshore {}\n", env!("CARGO_PKG_VERSION")));
    for arguments in [
        vec!["--help"],
        vec!["-h"],
        vec!["run", "--help"],
        vec!["run", "-h"],
        vec!["compare", "--help"],
        vec!["why", "--help"],
        vec!["check", "--help"],
    ] {
        let help = shop.run(&arguments).ended(0);
        assert!(help.out.contains("Usage: longshore") && help.out.contains("Examples:"), "{}", help.out);
        assert!(help.err.is_empty());
    }
    let whole = shop.run(&["--help"]).ended(0).out;
    for word in ["run", "compare", "why", "check", "130", "Exit codes"] {
        assert!(whole.contains(word), "{word}: {whole}");
    }
}

#[test]
fn a_run_writes_its_folder_and_may_write_it_again() {
    let shop = shop();
    let first = shop.run(&["run", "shop.yaml"]).ended(0);
    assert!(first.err.is_empty(), "{}", first.err);
    let last = first.out.trim_end().lines().last().unwrap();
    assert!(last.starts_with("longshore: ok  cost_usd="), "{last}");
    assert!(first.out.lines().all(|line| line.chars().count() <= 80), "{}", first.out);
    let before = tree(&shop.path("output/shop"));
    let again = shop.run(&["run", "shop.yaml"]).ended(0);
    assert_eq!(first.out, again.out);
    assert_eq!(before, tree(&shop.path("output/shop")), "the same run gives the same bytes");
    assert_eq!(names(&shop.path("output")), ["shop"], "nothing else is left behind");
    for name in ["manifest.json", "summary.json", "tasks.csv", "timeseries.csv", "services.csv", "events.csv"] {
        assert!(before.contains_key(name), "{name}");
    }
    assert!(before.keys().any(|name| name.starts_with("charts/")));
}

/// Charts that an earlier run made and this one did not are gone with it.
#[test]
fn a_run_replaces_what_an_earlier_one_made() {
    let shop = shop();
    shop.run(&["run", "shop.yaml", "--out", "o"]).ended(0);
    shop.run(&["run", "shop.yaml", "--out", "o", "--no-charts", "--seed", "9"]).ended(0);
    let files = tree(&shop.path("o"));
    assert!(files.keys().all(|name| !name.starts_with("charts/")), "{:?}", files.keys());
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    assert_eq!((manifest["seed"].as_u64(), manifest["tool"].as_str()), (Some(9), Some("longshore")));
    let listed: Vec<&str> = manifest["files"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let others: Vec<&String> = files.keys().filter(|name| *name != "manifest.json").collect();
    assert_eq!(listed, others);
}

#[test]
fn a_folder_with_other_files_is_left_alone() {
    let shop = shop();
    fs::create_dir(shop.path("o")).unwrap();
    fs::write(shop.path("o/thesis.txt"), "years of work").unwrap();
    fs::write(shop.path("o/tasks.csv"), "mine").unwrap();
    let refused = shop.run(&["run", "shop.yaml", "--out", "o"]).ended(2);
    assert!(refused.err.contains("--force") && refused.err.contains("--out"), "{}", refused.err);
    assert!(refused.out.is_empty());
    assert_eq!(names(&shop.path("o")), ["tasks.csv", "thesis.txt"]);
    assert_eq!(fs::read(shop.path("o/tasks.csv")).unwrap(), b"mine");
    shop.run(&["run", "shop.yaml", "--out", "o", "--force"]).ended(0);
    assert_eq!(fs::read(shop.path("o/thesis.txt")).unwrap(), b"years of work");
    assert_ne!(fs::read(shop.path("o/tasks.csv")).unwrap(), b"mine");
    // ours and a foreign file: still not ours alone
    shop.run(&["run", "shop.yaml", "--out", "o"]).ended(2);
    shop.run(&["run", "shop.yaml", "--out", "o", "--force"]).ended(0);
    assert_eq!(fs::read(shop.path("o/thesis.txt")).unwrap(), b"years of work");
    assert!(names(shop.root()).iter().all(|name| !name.contains("partial") && !name.contains("replaced")));
}

#[test]
fn an_empty_folder_is_taken_and_a_file_is_refused() {
    let shop = shop();
    fs::create_dir(shop.path("empty")).unwrap();
    shop.run(&["run", "shop.yaml", "--out", "empty", "--no-charts"]).ended(0);
    fs::write(shop.path("file"), "a file").unwrap();
    for arguments in [vec!["--out", "file"], vec!["--out", "file", "--force"]] {
        let told = shop.run(&[vec!["run", "shop.yaml"], arguments].concat()).ended(2);
        assert!(told.err.contains("no folder"), "{}", told.err);
    }
    assert_eq!(fs::read(shop.path("file")).unwrap(), b"a file");
    let below = shop.run(&["run", "shop.yaml", "--out", "file/below"]);
    assert!(below.code == Some(3) && below.err.starts_with("error: "), "{below:?}");
}

/// The folder one stands in has a name, even if it is written `.`; a trailing slash changes nothing.
#[test]
fn paths_may_be_written_in_any_way() {
    let shop = shop();
    fs::create_dir(shop.path("here")).unwrap();
    let here = |arguments: &[&str]| {
        let output = shop.command(arguments).current_dir(shop.path("here")).output().unwrap();
        Told::of(&output)
    };
    here(&["run", "../shop.yaml", "--no-charts", "--out", "new/"]).ended(0);
    here(&["run", "../shop.yaml", "--no-charts", "--out", "./new/."]).ended(0);
    here(&["run", "../shop.yaml", "--no-charts", "--out", "new/../other"]).ended(0);
    assert_eq!(names(&shop.path("here")), ["new", "other"]);
    for strange in [".", "..", "new/..", "/"] {
        let told = here(&["run", "../shop.yaml", "--no-charts", "--out", strange]).ended(2);
        assert!(told.err.starts_with("error: ") && told.err.contains("--out results"), "{strange}: {told:?}");
    }
    assert_eq!(names(&shop.path("here")), ["new", "other"]);
}

#[test]
fn expectations_decide_the_exit_code() {
    let met = shop_with("expect: [services.web.unserved_requests >= 0, {at: 30s, that: services.web.running == 3}]\n");
    let told = met.run(&["run", "shop.yaml", "--no-charts"]).ended(0);
    assert!(told.out.trim_end().ends_with("checks=2/2"), "{}", told.out);
    let failed = shop_with("expect: [cost_usd < 0.01, instances == 2]\n");
    let told = failed.run(&["run", "shop.yaml", "--no-charts"]).ended(1);
    assert!(told.out.contains("FAIL  cost_usd < 0.01") && told.out.contains("seen: "), "{}", told.out);
    assert!(told.out.lines().last().unwrap().starts_with("longshore: FAIL"), "{}", told.out);
    assert!(failed.path("output/shop/summary.json").is_file(), "results are there all the same");
    assert_eq!(failed.run(&["run", "shop.yaml", "--quiet"]).ended(1).out, "");
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let shop = shop();
    fs::create_dir(shop.path("folder.yaml")).unwrap();
    for (file, said) in [("nowhere.yaml", "there is no such file"), ("folder.yaml", "it is a folder")] {
        for command in ["run", "check"] {
            let told = shop.run(&[command, file]).ended(2);
            assert!(told.err.starts_with("error: ") && told.err.contains(file), "{}", told.err);
            assert!(told.err.contains(said) && told.out.is_empty(), "{}", told.err);
        }
    }
    assert!(!shop.path("output").exists());
}

#[test]
fn wrong_usage_is_refused() {
    let shop = shop();
    for arguments in [
        vec![],
        vec!["run"],
        vec!["rnu", "shop.yaml"],
        vec!["run", "shop.yaml", "--sed", "7"],
        vec!["run", "shop.yaml", "--seed", "many"],
        vec!["run", "shop.yaml", "--seed", "-1"],
        vec!["run", "shop.yaml", "--format", "xml"],
        vec!["check", "shop.yaml", "--out", "o"],
    ] {
        let told = shop.run(&arguments).ended(2);
        assert!(told.err.contains("Usage:") || told.err.contains("--help"), "{arguments:?}: {}", told.err);
        assert!(told.out.is_empty(), "{arguments:?}: {}", told.out);
    }
    assert!(!shop.path("output").exists());
    assert!(shop.run(&["run", "shop.yaml", "--sed", "7"]).err.contains("--seed"), "it knows what was meant");
}

#[test]
fn json_is_all_there_is_on_stdout() {
    let shop = shop_with("expect: [{fact: task_placed}]\n");
    let told = shop.run(&["run", "shop.yaml", "--format", "json", "--no-charts"]).ended(0);
    let summary: Value = serde_json::from_str(&told.out).expect("one JSON value and nothing else");
    assert_eq!(told.out, fs::read_to_string(shop.path("output/shop/summary.json")).unwrap());
    assert!(told.err.is_empty());
    assert_eq!(summary["scenario"], "shop");
    assert_eq!(summary["expectations_met"], true);
    assert!(summary["cost_usd"].as_f64().unwrap() > 0.1);
    let quiet = shop.run(&["run", "shop.yaml", "--format", "json", "--no-charts", "--quiet"]).ended(0);
    assert_eq!(quiet.out, told.out);
    let failed = shop_with("expect: [instances == 0]\n");
    let told = failed.run(&["run", "shop.yaml", "--format", "json", "--no-charts"]).ended(1);
    assert_eq!(serde_json::from_str::<Value>(&told.out).unwrap()["expectations_met"], false);
}

#[test]
fn warnings_go_to_stderr() {
    let shop = shop();
    let text = fs::read_to_string(shop.path("shop.yaml")).unwrap();
    fs::write(shop.path("shop.yaml"), text + "  - {at: 2h, stop_task: web/0}\n").unwrap();
    let told = shop.run(&["run", "shop.yaml", "--no-charts", "--format", "json"]).ended(0);
    assert!(told.err.contains("warning[LS0217]"), "{}", told.err);
    serde_json::from_str::<Value>(&told.out).unwrap();
    assert!(shop.run(&["run", "shop.yaml", "--no-charts", "--quiet"]).ended(0).err.is_empty());
    let checked = shop.run(&["check", "shop.yaml"]).ended(0);
    assert!(checked.out.contains("1 warning") && checked.err.contains("LS0217"), "{checked:?}");
}

#[test]
fn what_a_file_says_in_vain_is_named() {
    let shop = shop();
    let json =
        r#"{"family": "web", "containerDefinitions": [{"name": "a", "image": "a:1", "memory": 64, "user": "me"}]}"#;
    fs::write(shop.path("td.json"), json).unwrap();
    let text = "duration: 1h\ninstances: [{type: m5.large}]\ntask_definitions: {web: {file: td.json}}\n\
                services: {web: {task_definition: web}}\n";
    fs::write(shop.path("file.yaml"), text).unwrap();
    let notes = "\
note: td.json (`web`): not simulated yet: containerDefinitions.image
note: td.json (`web`): without effect: containerDefinitions.user
";
    assert_eq!(shop.run(&["check", "file.yaml"]).ended(0).err, notes);
    assert_eq!(shop.run(&["check", "file.yaml", "--quiet"]).ended(0).err, "");
    assert!(shop.run(&["run", "file.yaml", "--no-charts"]).ended(0).err.contains(notes));
    // the file is part of what was run: its digest stands for it too
    let digest = |name: &str| fs::read_to_string(shop.path(name)).unwrap();
    let before = digest("output/file/manifest.json");
    fs::write(shop.path("td.json"), json.replace("64", "65")).unwrap();
    shop.run(&["run", "file.yaml", "--no-charts"]).ended(0);
    assert_ne!(digest("output/file/manifest.json"), before);
}

#[test]
fn check_says_what_is_there() {
    let shop = shop();
    let told = shop.run(&["check", "shop.yaml"]).ended(0);
    assert!(told.out.contains("no mistakes found") && told.out.contains("2 instances"), "{}", told.out);
    assert!(told.err.is_empty() && !shop.path("output").exists());
    assert_eq!(shop.run(&["check", "shop.yaml", "--quiet"]).ended(0).out, "");
    assert_eq!(shop.run(&["check", "shop.yaml", "--format", "json"]).ended(0).out, "[]\n");
    fs::write(shop.path("bad.yaml"), "duration: 1h\nservices: {web: {task_definition: wbe}}\n").unwrap();
    let text = shop.run(&["check", "bad.yaml"]).ended(2);
    assert!(text.out.is_empty() && text.err.contains("bad.yaml:2:"), "{text:?}");
    let json = shop.run(&["check", "bad.yaml", "--format", "json"]).ended(2);
    assert!(json.err.is_empty(), "{}", json.err);
    let list: Value = serde_json::from_str(&json.out).unwrap();
    assert!(list.as_array().unwrap().iter().all(|row| row["file"] == "bad.yaml" && row["line"] == 2), "{list}");
}

/// `longshore run … | head -1`: who has left is not spoken to, and nothing is lost but the words.
#[test]
fn a_reader_that_leaves_is_no_mistake() {
    let shop = shop();
    for arguments in [vec!["run", "shop.yaml"], vec!["run", "--help"], vec!["check", "shop.yaml"]] {
        let mut command = shop.command(&arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take()); // closed before the first word
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let status = child.wait().unwrap();
        assert!(!said.contains("panicked"), "{said}");
        assert_eq!(status.code(), Some(0), "{said}");
    }
    assert!(shop.path("output/shop/summary.json").is_file());
    let mut child = shop.command(&["run", "shop.yaml"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("longshore "), "{line}");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// A pipe is no terminal, whatever the environment says; [`Told::of`] looks for colours.
#[test]
fn no_colours_but_for_terminals() {
    let shop = shop_with("expect: [instances == 0]\n");
    for (name, value) in [("NO_COLOR", "1"), ("NO_COLOR", ""), ("TERM", "xterm-256color"), ("TERM", "dumb")] {
        for arguments in [vec!["run", "shop.yaml", "--no-charts"], vec!["run", "nothing.yaml"], vec!["rnu"]] {
            Told::of(&shop.command(&arguments).env(name, value).output().unwrap());
        }
    }
}

#[cfg(unix)]
#[test]
fn a_target_that_cannot_be_written_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let shop = shop();
    let locked = shop.path("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(locked.join("probe"), "").is_ok() {
        return; // whoever runs this may write anywhere
    }
    let told = shop.run(&["run", "shop.yaml", "--out", "locked/o"]);
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.err.contains("permission denied"), "{}", told.err);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Ctrl-C in the middle: 130, a word, and nothing half-written.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing() {
    use std::thread::sleep;
    use std::time::Duration;
    let shop = shop();
    let long = "duration: 1000d\ninstances: [{type: m5.large, count: 3}]\ntask_definitions:\n  job: {cpu: 128, memory: \
                64 MiB}\ntasks:\n";
    let batches: Vec<String> = (0..100)
        .map(|row| format!("  t{row}: {{task_definition: job, at: {row}h, count: 6000, lifetime: 20s}}\n"))
        .collect();
    fs::write(shop.path("long.yaml"), long.to_owned() + &batches.concat()).unwrap();
    let mut command = shop.command(&["run", "long.yaml"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let partial =
        || shop.path("output").is_dir() && names(&shop.path("output")).iter().any(|name| name.contains("partial"));
    for _ in 0..1200 {
        if partial() {
            break;
        }
        sleep(Duration::from_millis(25));
    }
    assert!(partial(), "the run has begun");
    sleep(Duration::from_millis(50));
    assert!(child.try_wait().unwrap().is_none(), "the run is too short for this test");
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let told = Told::of(&child.wait_with_output().unwrap()).ended(130);
    assert!(told.err.contains("interrupted") && told.out.is_empty(), "{told:?}");
    assert_eq!(names(&shop.path("output")), Vec::<String>::new(), "something is left behind");
}

/// Fields of a CSV as RFC 4180 has them, read without the library that wrote them.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => field.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            c => field.push(c),
        }
    }
    assert!(!quoted && field.is_empty() && row.is_empty(), "the last row is not ended");
    rows
}

#[test]
fn tables_open_anywhere() {
    let shop = shop();
    shop.run(&["run", "shop.yaml", "--no-charts"]).ended(0);
    let own = |columns: &[&str]| columns.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    for (name, heading) in [
        ("tasks.csv", own(&TASK_COLUMNS)),
        ("services.csv", own(&SERVICE_COLUMNS)),
        ("events.csv", own(&EVENT_COLUMNS)),
        ("timeseries.csv", timeseries_columns()),
    ] {
        let text = fs::read_to_string(shop.path("output/shop").join(name)).unwrap();
        let rows = rows(&text);
        assert_eq!(rows[0], heading, "{name}");
        assert!(rows.len() > 1, "{name} is empty");
        for row in &rows {
            assert_eq!(row.len(), heading.len(), "{name}: {row:?}");
            assert!(row.iter().all(|field| !field.starts_with(['=', '+', '@', '-'])), "{name}: a formula in {row:?}");
        }
        for (column, title) in heading.iter().enumerate().filter(|(_, title)| title.ends_with("_s")) {
            for row in rows.iter().skip(1).filter(|row| !row[column].is_empty()) {
                assert!(row[column].parse::<f64>().is_ok_and(|seconds| seconds >= 0.0), "{name} {title}: {row:?}");
            }
        }
    }
    let tasks = rows(&fs::read_to_string(shop.path("output/shop/tasks.csv")).unwrap());
    let names: Vec<&String> = tasks.iter().skip(1).map(|row| &row[0]).collect();
    assert_eq!(names.len(), 3 + 4 + 1, "{names:?}"); // three of the service, four jobs, one instead of web/1
}

/// SCL-168: a burst of operations at one instant is no chain of causes, however long it is.
#[test]
fn many_operations_of_one_instant_are_fine() {
    let calls: Vec<String> = (0..1100).map(|task| format!("  - {{at: 10s, stop_task: web/{task}}}\n")).collect();
    let calls = calls.concat();
    let scenario = format!(
        "duration: 1m\nlaunch_rates: none\ninstances: [{{type: m5.4xlarge}}]\n\
         task_definitions: {{web: {{memory: 20}}}}\nservices: {{web: {{task_definition: web, desired_count: 1100}}}}\n\
         events:\n{calls}expect: [{{fact: task_stopping, at: 10s, count: 1100}}]\n"
    );
    Folder::with(&[("burst.yaml", &scenario)]).run(&["run", "burst.yaml", "--no-charts"]).ended(0);
}
