//! The commands beside `run`, `compare` and `why`, as a person or an editor calls them; and whatever `--help` shows as
//! an example, typed as it stands.

mod support;

#[path = "support/draft7.rs"]
mod draft7;

use longshore::diag::Code;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use support::{Folder, Told};

const WRONG: &str = "\
duration: 1h
instances: [{type: m5.larg}]
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services: {web: {task_definition: web, desiredCount: 2}}
";

fn json(told: &Told) -> Value {
    serde_json::from_str(&told.out).unwrap_or_else(|error| panic!("{error}: {told:?}"))
}

/// Runs with a text on stdin.
fn fed(folder: &Folder, arguments: &[&str], text: &str) -> Told {
    let mut command = folder.command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    Told::of(&child.wait_with_output().unwrap())
}

#[test]
fn schema_is_printed() {
    let told = Folder::with(&[]).run(&["schema"]).ended(0);
    assert_eq!(told.out, longshore::scenario::schema());
    let other = Folder::with(&[]).run(&["schema", "scenaro"]).ended(2);
    assert!(other.err.contains("scenario") && other.out.is_empty(), "{other:?}");
}

#[test]
fn explain_shows_mistake_message_and_remedy() {
    let folder = Folder::with(&[]);
    let told = folder.run(&["explain", "ls0104"]).ended(0);
    for part in ["LS0104: no such setting", "desiredCount: 4", "did you mean `desired_count`?", "Right:"] {
        assert!(told.out.contains(part), "{part}: {}", told.out);
    }
    for code in Code::ALL {
        let told = folder.run(&["explain", code.id()]).ended(0);
        assert!(told.out.starts_with(code.id()) && told.err.is_empty(), "{told:?}");
    }
    let list = folder.run(&["explain", "--list"]).ended(0);
    assert_eq!(list.out.lines().count(), Code::ALL.len());
    let both = json(&folder.run(&["explain", "LS0108", "ECS-310", "--format", "json"]).ended(0));
    assert_eq!((&both[0]["code"], &both[1]["rule"]), (&Value::from("LS0108"), &Value::from("ECS-310")));
    assert!(both[0]["example"]["says"].as_str().unwrap().contains("error[LS0108]"));
    assert!(folder.run(&["explain", "prc-32"]).ended(0).out.contains("catalog/ec2_prices.rs"));
}

#[test]
fn explain_knows_the_nearest_code() {
    let folder = Folder::with(&[]);
    let told = folder.run(&["explain", "LS01O4"]).ended(2);
    assert!(told.err.contains("did you mean `LS0104`?") && told.out.is_empty(), "{told:?}");
    let far = folder.run(&["explain", "what\u{1b}[31m"]).ended(2);
    assert!(far.err.contains("explain --list"), "{far:?}");
    folder.run(&["explain"]).ended(2);
}

/// Each way of saying findings ends with the way to more, once.
#[test]
fn findings_end_with_the_way_to_more() {
    let folder = Folder::with(&[("wrong.yaml", WRONG)]);
    for arguments in [["check", "wrong.yaml"], ["run", "wrong.yaml"]] {
        let told = folder.run(&arguments).ended(2);
        let last = told.err.lines().last().unwrap_or_default();
        assert_eq!(last, "More about it: longshore explain LS0202 LS0104");
        assert_eq!(told.err.matches("longshore explain").count(), 1);
    }
    let rows = json(&folder.run(&["check", "wrong.yaml", "--format", "json"]).ended(2));
    assert!(!rows.to_string().contains("longshore explain"));
}

/// m5.large: 2 vCPU, 8,192 MiB, of which 7,640 register (ECS-204); $0.096 in us-east-1 (PRC-32).
#[test]
fn catalog_lists_instance_types() {
    let folder = Folder::with(&[]);
    let rows = json(&folder.run(&["catalog", "instances", "--type", "m5.large", "--format", "json"]).ended(0));
    assert_eq!(rows["price_region"], "us-east-1");
    assert!(rows["sources"]["prices"].as_str().unwrap().contains("2026"));
    let row = &rows["rows"][0];
    let read = ["type", "vcpu", "memory_mib", "registered_mib", "arch", "usd_per_hour"].map(|key| row[key].to_string());
    assert_eq!(read, ["\"m5.large\"", "2", "8192", "7640", "\"x86_64\"", "0.096"]);

    let text =
        folder.run(&["catalog", "instances", "--type", "m5*", "--vcpu", "2..2", "--sort", "usd_per_hour"]).ended(0);
    let first: Vec<&str> = text.out.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!((first[0], first[5]), ("m5a.large", "0.086"));
    assert!(text.out.lines().all(|line| line.len() <= 80), "{}", text.out);
    assert!(text.out.contains("of 1421 instance types, prices of us-east-1"), "{}", text.out);

    let gpus =
        folder.run(&["catalog", "instances", "--gpu", "8..", "--columns", "type,gpus", "--format", "csv"]).ended(0);
    let mut lines = gpus.out.lines();
    assert_eq!(lines.next(), Some("type,gpus"));
    assert!(
        lines.clone().count() > 5 && lines.all(|line| line.ends_with(",8") || line.ends_with(",16")),
        "{}",
        gpus.out
    );
}

/// PRC-17: eu-central-1 at 0.04656 and 0.00511: 1 x 0.04656 + 2 x 0.00511 = 0.05678.
#[test]
fn catalog_lists_fargate_regions_and_prices() {
    let folder = Folder::with(&[]);
    let arguments =
        ["catalog", "fargate", "--region", "eu-central-1", "--vcpu", "1", "--memory", "2GiB", "--format", "csv"];
    let told = folder.run(&arguments).ended(0);
    assert_eq!(told.out.lines().nth(1), Some("1,1024,2048,0.05678,0.0176018")); // spot: x 0.31
    let windows = folder.run(&["catalog", "fargate", "--os", "windows", "--region", "eu-west-1"]).ended(2);
    assert!(windows.err.contains("PRC-15"), "{windows:?}");
    let regions = json(&folder.run(&["catalog", "regions", "--format", "json"]).ended(0));
    assert_eq!(regions["rows"].as_array().unwrap().len(), 30); // 28 with instances, 22 with Fargate, 20 with both
    let prices =
        folder.run(&["catalog", "prices", "--type", "m5.large", "--region", "us-*", "--format", "csv"]).ended(0);
    assert!(prices.out.contains("us-east-1,m5.large,2,8192,0.096\n"), "{}", prices.out);
}

#[test]
fn catalog_says_what_it_does_not_know() {
    let folder = Folder::with(&[]);
    for (arguments, nearest) in [
        (vec!["instances", "--type", "m5.larg"], "did you mean `m5.large`?"),
        (vec!["instances", "--region", "eu-centrl-1"], "did you mean `eu-central-1`?"),
        (vec!["instances", "--sort", "vcpus"], "did you mean `vcpu`?"),
        (vec!["instances", "--columns", "type,price"], "columns are: type, vcpu"),
        (vec!["instances", "--memory", "8"], "write `8GiB`"),
        (vec!["instances", "--vcpu", "8..2"], "backwards"),
        (vec!["fargate", "--region", "moon"], "catalog regions"),
        (vec!["instances", "--region", "eu-*"], "pattern"),
    ] {
        let told = folder.run(&[vec!["catalog"], arguments.clone()].concat()).ended(2);
        assert!(told.err.contains(nearest) && told.out.is_empty(), "{arguments:?}: {told:?}");
    }
    let none = folder.run(&["catalog", "instances", "--type", "zz*"]).ended(0);
    assert_eq!((none.out.as_str(), none.err.as_str()), ("", "note: none of 1421 instance types matches\n"));
    // a Region that is known, with prices of instances and none of Fargate
    let told = folder.run(&["catalog", "fargate", "--region", "ap-south-2"]).ended(2);
    assert!(told.err.contains("no Fargate prices of `ap-south-2`"), "{told:?}");
}

/// Each template is checked without a word, runs with all expectations met, and fits the schema that comes with it.
#[test]
fn templates_run_as_they_are() {
    let schema: Value = serde_json::from_str(&longshore::scenario::schema()).unwrap();
    let validator = draft7::Validator::new(schema);
    for (template, other_name) in [("fargate", "networking-only"), ("ec2", "ec2-linux-networking"), ("mixed", "mixed")]
    {
        let folder = Folder::with(&[]);
        let told = folder.run(&["init", "shop.yaml", "--template", template]).ended(0);
        assert!(told.out.contains("longshore run shop.yaml") && told.err.is_empty(), "{told:?}");
        let text = fs::read_to_string(folder.path("shop.yaml")).unwrap();
        assert_eq!(text.lines().next(), Some("# yaml-language-server: $schema=scenario.schema.json"));
        assert!(text.lines().all(|line| line.len() <= 100 && line.trim_end() == line), "{text}");
        assert_eq!(fs::read_to_string(folder.path("scenario.schema.json")).unwrap(), longshore::scenario::schema());
        let value: Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(validator.errors(&value), [""; 0], "{template}");
        let checked = folder.run(&["check", "shop.yaml"]).ended(0);
        assert!(checked.err.is_empty(), "{}", checked.err);
        let run = folder.run(&["run", "shop.yaml", "--no-charts"]).ended(0);
        assert!(run.err.is_empty(), "{}", run.err);
        let again = folder.run(&["init", "toys.yaml", "--template", other_name]).ended(0);
        assert!(again.err.is_empty(), "{again:?}");
        assert_eq!(fs::read_to_string(folder.path("toys.yaml")).unwrap(), text.replace("shop.yaml", "toys.yaml"));
    }
}

#[test]
fn init_overwrites_nothing_by_itself() {
    let folder = Folder::with(&[("shop.yaml", "mine"), ("scenario.schema.json", "mine too")]);
    let told = folder.run(&["init", "shop.yaml"]).ended(2);
    assert!(told.err.contains("is there already") && told.err.contains("--force"), "{told:?}");
    assert_eq!(fs::read_to_string(folder.path("shop.yaml")).unwrap(), "mine");
    let beside = folder.run(&["init", "new.yaml"]).ended(0);
    assert!(beside.err.contains("note: no `--template`"), "{beside:?}");
    assert!(beside.out.contains("stays as it is"), "{beside:?}");
    assert_eq!(fs::read_to_string(folder.path("scenario.schema.json")).unwrap(), "mine too");
    folder.run(&["init", "shop.yaml", "--force", "--template", "ec2"]).ended(0);
    assert!(fs::read_to_string(folder.path("shop.yaml")).unwrap().contains("EC2 instances"));
    let printed = folder.run(&["init", "-", "--no-schema"]).ended(0);
    assert!(printed.out.starts_with("# A web service on Fargate"), "{printed:?}");
    // a folder that is not there may be a slip
    let nowhere = folder.run(&["init", "deep/er/shop.yaml"]).ended(3);
    assert!(nowhere.err.contains("there is no folder deep/er") && !folder.path("deep").exists(), "{nowhere:?}");
    fs::create_dir_all(folder.path("deep/er")).unwrap();
    assert!(folder.run(&["init", "deep/er/shop.yaml"]).ended(0).out.contains("deep/er"));
}

#[test]
fn check_reads_stdin_and_several_files() {
    let folder = Folder::with(&[("wrong.yaml", WRONG), ("load.csv", "hits\n1\n")]);
    let right = WRONG.replace("m5.larg", "m5.large").replace("desiredCount", "desired_count");
    let told = fed(&folder, &["check", "-"], &right).ended(0);
    assert!(told.out.starts_with("<stdin>: no mistakes found"), "{told:?}");
    let rows =
        json(&fed(&folder, &["check", "-", "--stdin-name", "in/wrong.yaml", "--format", "json"], WRONG).ended(2));
    assert_eq!(rows[0]["file"], "in/wrong.yaml");
    fs::write(folder.path("right.yaml"), &right).unwrap();
    let both = folder.run(&["check", "right.yaml", "wrong.yaml", "missing.yaml"]).ended(2);
    assert!(
        both.out.starts_with("right.yaml: no mistakes") && both.err.contains("missing.yaml can't be read"),
        "{both:?}"
    );
    let rows = json(&folder.run(&["check", "wrong.yaml", "right.yaml", "--format", "json"]).ended(2));
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert!(folder.run(&["check", "-", "-"]).ended(2).err.contains("stands there twice"));
}

#[test]
fn run_and_why_read_stdin_and_compare_says_that_it_does_not() {
    let folder = Folder::with(&[]);
    let right = WRONG.replace("m5.larg", "m5.large").replace("desiredCount", "desired_count");
    let told = fed(&folder, &["run", "-", "--no-charts"], &right).ended(0);
    assert!(told.out.starts_with("longshore ") && folder.path("output/stdin/summary.json").is_file(), "{told:?}");
    fed(&folder, &["run", "-", "--no-charts", "--seed", "4"], &format!("name: shop\n{right}")).ended(0);
    let manifest = fs::read_to_string(folder.path("output/shop/manifest.json")).unwrap();
    assert!(manifest.contains("\"seed\": 4"), "{manifest}");
    assert!(fed(&folder, &["why", "-", "--task", "web/1"], &right).ended(0).out.contains("web/1"));
    assert!(fed(&folder, &["run", "-"], WRONG).ended(2).err.contains("<stdin>:2:"));
    let told = fed(&folder, &["compare", "-", "--variant", "x:seed=2"], &right).ended(2);
    assert!(told.err.contains("`-` can't be compared") && told.err.contains("help: "), "{told:?}");
}

/// What docs/editors.md says of a finding in JSON: each field is there, places count from 1, and the end is behind the
/// last character. `desiredCount` stands in line 4 from column 40 and has 12 letters.
#[test]
fn findings_in_json_have_all_that_editors_need() {
    let folder = Folder::with(&[("wrong.yaml", WRONG)]);
    let rows = json(&folder.run(&["check", "wrong.yaml", "--format", "json"]).ended(2));
    let row = &rows.as_array().unwrap()[1];
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/editors.md")).unwrap();
    for key in row.as_object().unwrap().keys() {
        assert!(page.contains(&format!("`{key}`")), "docs/editors.md does not describe `{key}`");
    }
    let places = ["line", "column", "end_line", "end_column"].map(|key| row[key].as_u64().unwrap());
    assert_eq!(places, [4, 40, 4, 52]);
    assert_eq!(
        (&row["code"], &row["severity"], &row["file"]),
        (&"LS0104".into(), &"error".into(), &"wrong.yaml".into())
    );
    assert!(row["help"].as_str().unwrap().contains("desired_count"));
    let label = &row["labels"][0];
    assert_eq!((&label["primary"], &label["end_column"]), (&Value::Bool(true), &Value::from(52)));
}

#[test]
fn completions_and_manual_are_made() {
    let folder = Folder::with(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let told = folder.run(&["completions", shell]).ended(0);
        assert!(told.out.contains("longshore") && told.out.contains("catalog"), "{shell}");
    }
    let page = folder.run(&["man"]).ended(0);
    assert!(page.out.contains(".TH longshore 1"), "{}", page.out);
    assert!(page.out.contains("\nlongshore \\- A discrete\\-event simulator"), "{}", page.out);
    let run = folder.run(&["man", "run"]).ended(0);
    assert!(run.out.contains("longshore") && run.out.contains("no\\-charts"), "{}", run.out);
    assert!(folder.run(&["man", "catalog", "instances"]).ended(0).out.contains("vcpu"));
    assert!(folder.run(&["man", "rum"]).ended(2).err.contains("did you mean `run`?"));
}

/// All commands with the words that lead to them.
fn commands(command: &clap::Command, path: &[String], found: &mut Vec<(Vec<String>, clap::Command)>) {
    found.push((path.to_vec(), command.clone()));
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        commands(inner, &[path, &[inner.get_name().to_owned()]].concat(), found);
    }
}

fn all_commands() -> Vec<(Vec<String>, clap::Command)> {
    let mut found = Vec::new();
    commands(&longshore::cli::command(), &[], &mut found);
    assert!(found.len() >= 15, "{}", found.len());
    found
}

/// Help is short with `-h`, long with `--help`, and fits a terminal of 80 columns.
#[test]
fn help_fits_a_terminal() {
    let folder = Folder::with(&[]);
    for (path, command) in all_commands() {
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(after.contains("Examples:"), "{path:?} has no examples");
        assert!(path.len() > 1 || after.contains("Exit code"), "{path:?} does not say its exit codes");
        for flag in ["-h", "--help"] {
            let words: Vec<&str> = path.iter().map(String::as_str).chain([flag]).collect();
            let told = Told::of(&folder.command(&words).env("COLUMNS", "80").output().unwrap()).ended(0);
            for line in told.out.lines() {
                assert!(line.chars().count() <= 80, "{words:?}: {line}");
            }
        }
    }
}

/// The words of a line as a shell splits them, and where its output goes and its input comes from.
fn typed(line: &str) -> (Vec<String>, Option<String>) {
    let line = line.split("   ").next().unwrap().split(" | ").next().unwrap();
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    if let Some(at) = words.iter().position(|word| word == ">") {
        words.truncate(at);
    }
    let from = words.iter().position(|word| word == "<");
    let file = from.map(|at| words[at + 1].clone());
    words.truncate(from.unwrap_or(words.len()));
    (words, file)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Whatever stands below "Examples:" runs as it is typed, in a folder with the shipped scenarios and one called
/// `my-cluster.yaml`, as `init` writes it.
#[test]
fn examples_in_the_help_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for (path, command) in all_commands() {
        let folder = Folder::with(&[]);
        copy(&root.join("scenarios"), &folder.path("scenarios"));
        folder.run(&["init", "my-cluster.yaml", "--template", "ec2"]).ended(0);
        let help = command.get_after_help().unwrap().to_string().replace("\\\n      ", "");
        let examples = help.split("Examples:\n").nth(1).unwrap().split("\n\n").next().unwrap();
        for line in examples.lines() {
            let line = line.trim().strip_prefix("longshore ").unwrap_or_else(|| panic!("{path:?}: {line}"));
            let (words, input) = typed(line);
            if words == ["init"] || words == ["init", "my-cluster.yaml"] {
                fs::remove_file(folder.path("my-cluster.yaml")).unwrap(); // it is not there before the first call
            }
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let told = match input {
                Some(file) => fed(&folder, &words, &fs::read_to_string(folder.path(&file)).unwrap()),
                None => folder.run(&words),
            };
            assert_eq!(told.code, Some(0), "longshore {line}: {told:?}");
            seen += 1;
        }
    }
    assert!(seen >= 40, "{seen} examples");
}
