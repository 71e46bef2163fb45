//! `longshore compare` and `--set` as a person or a script meets them.

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use support::{Folder, Told, tree};

/// Tasks of a quarter of an instance, on instances that appear when nothing fits; those of `tasks:` are placed at
/// random, so that seeds differ.
const SHOP: &str = "\
duration: 2h
seed: 3
capacity_providers:
  free: {ideal: {instance_type: m5.large}}
task_definitions:
  web: {cpu: 512, memory: 512 MiB}
services:
  web:
    task_definition: web
    desired_count: 4
    capacity_provider_strategy: [{provider: free}]
    placement: [{binpack: memory}]
tasks:
  job:
    task_definition: web
    at: 1m
    count: 9
    lifetime: 10m
    capacity_provider_strategy: [{provider: free}]
  more:
    task_definition: web
    at: 12m
    count: 3
    lifetime: 7m
    capacity_provider_strategy: [{provider: free}]
";

/// A folder with two scenarios that differ in their instances.
struct Shop(Folder);

impl std::ops::Deref for Shop {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.0
    }
}

impl Shop {
    fn new() -> Self {
        Self(Folder::with(&[("shop.yaml", SHOP), ("twice.yaml", &SHOP.replace("m5.large", "m5.xlarge"))]))
    }

    fn compare(&self, arguments: &[&str]) -> Told {
        self.run(&[&["compare"], arguments].concat())
    }
}

/// Rows of a CSV text as maps by column; no field of a comparison has a comma.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = text.lines().map(|line| line.split(',').map(ToOwned::to_owned).collect::<Vec<_>>());
    let head = lines.next().expect("a heading");
    lines
        .map(|line| {
            assert_eq!(line.len(), head.len());
            head.iter().cloned().zip(line).collect()
        })
        .collect()
}

/// Four instances for two hours against the same number of larger ones: worked by hand.
/// m5.large $0.096, m5.xlarge $0.192 an hour in us-east-1.
#[test]
fn two_fixed_clusters_compare_as_their_prices() {
    let shop = Shop::new();
    let base = "duration: 2h\nroot_volume: none\ninstances: [{type: m5.large, count: 4}]\ntask_definitions: {t: {memory: 64}}\n\
                services: {s: {task_definition: t, desired_count: 0}}\n";
    fs::write(shop.path("small.yaml"), base).unwrap();
    fs::write(shop.path("large.yaml"), base.replace("m5.large", "m5.xlarge")).unwrap();
    let told = shop.compare(&["small.yaml", "large.yaml"]).ended(0);
    assert!(told.err.is_empty(), "{}", told.err);
    let line = |name: &str| {
        let found = told.out.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        found.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    // 4 x 2 h x $0.096 = $0.768; 4 x 2 h x $0.192 = $1.536
    assert_eq!(line("small"), ["small", "$0.77", "1.00", "8.0", "4", "0.0%", "0.0%"]);
    assert_eq!(line("large"), ["large", "$1.54", "2.00", "8.0", "4", "0.0%", "0.0%"]);
    assert!(told.out.contains("large costs $0.77 (100.0 %) more than small."), "{}", told.out);
    let last = told.out.lines().last().unwrap();
    assert_eq!(last, "longshore: ok  cheapest=small  baseline=small  sides=2  seeds=1");
    assert!(told.out.lines().rev().skip(1).all(|line| line.chars().count() <= 80), "{}", told.out);
    assert!(!shop.path("output").exists(), "nothing is written unless asked for");
    // seen from the other side
    let told = shop.compare(&["small.yaml", "large.yaml", "--baseline", "large", "--format", "csv"]).ended(0);
    let rows = rows(&told.out);
    let cell = |row: usize, column: &str| rows[row][column].clone();
    assert_eq!((cell(0, "relative_cost"), cell(0, "is_baseline")), ("0.500000".into(), "false".into()));
    assert_eq!((cell(0, "cost_usd"), cell(0, "cost_usd_difference")), ("0.768000".into(), "-0.768000".into()));
    assert_eq!((cell(1, "instance_hours"), cell(1, "instances_peak")), ("8.000".into(), "4.000".into()));
    assert_eq!(cell(1, "cost_usd_half_width"), "", "one run has no interval");
}

/// By hand: twelve tasks of half a vCPU do 12 x 0.5 / 12 ms = 500 requests a second, and all of 400 are served. One
/// m5.large holds four, which do 166.67: (400 - 166.67) x 28,800 s = 6,720,000 are not served, and eight tasks wait.
const BUSY: &str = "\
duration: 8h
root_volume: none
instances: [{type: m5.large, count: 4}]
task_definitions: {w: {cpu: 512, memory: 1 GiB}}
services:
  w: {task_definition: w, desired_count: 12, load: {requests_per_second: 400, per_request: {cpu: 12 ms}}}
";

#[test]
fn who_costs_least_may_do_least() {
    let folder = Folder::with(&[("busy.yaml", BUSY)]);
    let arguments = ["compare", "busy.yaml", "--variant", "small:instances[0].count=1", "--out", "o"];
    let told = folder.run(&arguments).ended(0);
    let text = told.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let but = "but 6,720,000 requests are not served and 8 tasks wait for a place at the end";
    assert!(
        text.contains(&format!("small costs least, {but}.")) && text.contains("where none is declared: EBS volumes"),
        "{text}"
    );
    assert!(told.out.ends_with("longshore: ok  cheapest=small  baseline=busy  sides=2  seeds=1\n"), "{}", told.out);
    let title = |chart: &str| fs::read_to_string(folder.path(&format!("o/charts/{chart}.svg"))).unwrap();
    assert!(title("instances").contains("<title>small has at most 1 instance at one time, busy 4</title>"));
    assert!(title("cost-cumulative").contains(&format!("<title>small costs least, $0.77, {but}; busy costs")));
    // the other way round nothing is to be said, nor where both do the same
    let same = folder.run(&["compare", "busy.yaml", "--variant", "five:instances[0].count=5"]).ended(0).out;
    assert!(!same.contains("costs least, but"), "{same}");
    let narrow = folder.run(&["compare", "busy.yaml", "--variant", "small:instances[0].count=1", "--width", "40"]).out;
    assert!(
        narrow.contains("  unserved  met\n") && narrow.contains("(no room for: used, placed, waiting)"),
        "{narrow}"
    );
}

/// What is empty is not drawn, and what none of the sides has is not said to be missing on their bills.
#[test]
fn sides_without_instances_have_no_charts_of_them() {
    let text = "duration: 1h\ntask_definitions: {w: {cpu: 256, memory: 512 MiB}}\n\
                services: {w: {task_definition: w, launch_type: FARGATE}}\n";
    let folder = Folder::with(&[("fargate.yaml", text)]);
    let variant = ["compare", "fargate.yaml", "--variant", "two:services.w.desired_count=2", "--out", "o"];
    let told = folder.run(&variant).ended(0);
    let files = tree(&folder.path("o"));
    let charts: Vec<&str> = files.keys().filter_map(|name| name.strip_prefix("charts/")).collect();
    assert_eq!(charts, ["cost-cumulative.png", "cost-cumulative.svg"]);
    assert!(told.out.contains("where none is declared: load balancers") && !told.out.contains("EBS"), "{}", told.out);
    fs::write(folder.path("empty.yaml"), "duration: 1h\n").unwrap();
    let none = folder.run(&["compare", "empty.yaml", "empty.yaml", "--out", "p"]).ended(0);
    assert!(none.out.contains("p: compare.csv, compare.json, compare.md, runs.csv\n"), "{}", none.out);
}

#[test]
fn variants_change_one_file() {
    let shop = Shop::new();
    let variants = [
        "--variant",
        "spread:services.web.placement=[{spread: host}]",
        "--variant",
        "big:capacity_providers.free.ideal.instance_type=m5.xlarge",
        "--variant",
        "spread:tasks.job.count=3",
    ];
    let told = shop.compare(&[&["shop.yaml", "--format", "json"], &variants[..]].concat()).ended(0);
    let whole: Value = serde_json::from_str(&told.out).expect("one JSON value and nothing else");
    let sides = whole["sides"].as_array().unwrap();
    let names: Vec<&str> = sides.iter().map(|side| side["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["shop", "spread", "big"]);
    // 4 of the service, 9 and 3 of the tasks; the variant has 3 instead of 9
    let placed = |side: usize| sides[side]["figures"]["tasks_placed"]["mean"].as_f64().unwrap();
    assert!((placed(0) - 16.0).abs() < 1e-9 && (placed(1) - 10.0).abs() < 1e-9 && (placed(2) - 16.0).abs() < 1e-9);
    assert_eq!((whole["baseline"].as_str(), whole["version"].as_u64()), (Some("shop"), Some(1)));
    // a side is the run that `run` makes of it
    shop.run(&[
        "run",
        "shop.yaml",
        "--set",
        "tasks.job.count=3",
        "--set",
        "services.web.placement=[{spread: host}]",
        "--out",
        "o",
    ])
    .ended(0);
    let summary: Value = serde_json::from_slice(&fs::read(shop.path("o/summary.json")).unwrap()).unwrap();
    assert_eq!(sides[1]["runs"][0]["digest"], summary["digest"]);
    assert_eq!(sides[1]["runs"][0]["figures"]["cost_usd"].to_string(), summary["cost_usd"].to_string());
    assert_eq!(sides[1]["runs"][0]["seed"], 3, "the seed of the file");
    // --set is for all sides, and a variant comes after it
    let told = shop
        .compare(&[
            "shop.yaml",
            "--set",
            "services.web.desired_count=1",
            "--variant",
            "two:services.web.desired_count=2",
            "--format",
            "csv",
        ])
        .ended(0);
    let rows = rows(&told.out);
    assert_eq!((rows[0]["tasks_placed"].as_str(), rows[1]["tasks_placed"].as_str()), ("13.000", "14.000"));
}

/// However many runs at one time: the same bytes.
#[test]
fn jobs_do_not_show() {
    let shop = Shop::new();
    let with = |jobs: &str, format: &str| {
        let told = shop
            .compare(&["shop.yaml", "twice.yaml", "--seeds", "6", "--jobs", jobs, "--out", "o", "--format", format])
            .ended(0);
        (told.out, tree(&shop.path("o")))
    };
    for format in ["text", "json", "csv", "markdown"] {
        let (one, four) = (with("1", format), with("4", format));
        assert_eq!(one.0, four.0);
        assert!(one.1 == four.1, "files differ");
    }
}

/// Means, intervals and differences are those of the single runs, worked out anew.
#[test]
fn intervals_are_paired_by_seed() {
    let shop = Shop::new();
    shop.compare(&["shop.yaml", "--variant", "random:services.web.placement=[random]", "--seeds", "4", "--out", "o"])
        .ended(0);
    let runs = rows(&fs::read_to_string(shop.path("o/runs.csv")).unwrap());
    let sides = rows(&fs::read_to_string(shop.path("o/compare.csv")).unwrap());
    let cost = |side: &str| -> Vec<f64> {
        runs.iter().filter(|row| row["side"] == side).map(|row| row["cost_usd"].parse().unwrap()).collect()
    };
    let seeds: Vec<&str> = runs.iter().map(|row| row["seed"].as_str()).collect();
    assert_eq!(seeds, ["3", "4", "5", "6", "3", "4", "5", "6"]);
    let (base, other) = (cost("shop"), cost("random"));
    let differences: Vec<f64> = other.iter().zip(&base).map(|(other, base)| other - base).collect();
    let interval = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / 4.0;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        (mean, 3.182_446 * (squares / 3.0).sqrt() / 2.0) // t of 3 degrees; root of 4 runs
    };
    let field = |column: &str| sides[1][column].parse::<f64>().unwrap();
    for (values, column) in [(&other, "cost_usd"), (&differences, "cost_usd_difference")] {
        let (mean, half) = interval(values);
        assert!((field(column) - mean).abs() < 2e-6, "{column}");
        assert!((field(&format!("{column}_half_width")) - half).abs() < 2e-6, "{column}");
    }
    let text =
        shop.compare(&["shop.yaml", "--variant", "random:services.web.placement=[random]", "--seeds", "4"]).ended(0);
    assert!(
        text.out.contains("4 seeds (3 to 6)") && text.out.contains('±') && text.out.contains("Student's t"),
        "{}",
        text.out
    );
}

#[test]
fn a_folder_is_written_as_a_run_writes_its_own() {
    let shop = Shop::new();
    let told = shop.compare(&["shop.yaml", "twice.yaml", "--out", "o"]).ended(0);
    assert!(told.err.is_empty());
    let files = tree(&shop.path("o"));
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let charts = ["cost-cumulative", "instances", "packing-shop", "packing-twice"]
        .map(|name| [format!("charts/{name}.png"), format!("charts/{name}.svg")])
        .concat();
    let others = ["compare.csv", "compare.json", "compare.md", "manifest.json", "runs.csv"].map(str::to_owned);
    assert_eq!(names, [charts, others.to_vec()].concat());
    let svg = String::from_utf8(files["charts/packing-shop.svg"].clone()).unwrap();
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>") && svg.len() < 300_000);
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    assert_eq!(manifest["files"].as_array().unwrap().len() + 1, files.len());
    // ours is replaced, with the charts that are no longer made
    shop.compare(&["shop.yaml", "twice.yaml", "--out", "o", "--no-charts"]).ended(0);
    assert_eq!(tree(&shop.path("o")).len(), 5);
    fs::write(shop.path("o/thesis.txt"), "years of work").unwrap();
    let refused = shop.compare(&["shop.yaml", "twice.yaml", "--out", "o"]).ended(2);
    assert!(refused.err.contains("--force") && refused.out.is_empty(), "{}", refused.err);
    shop.compare(&["shop.yaml", "twice.yaml", "--out", "o", "--force"]).ended(0);
    assert_eq!(fs::read(shop.path("o/thesis.txt")).unwrap(), b"years of work");
    let markdown = shop.compare(&["shop.yaml", "twice.yaml", "--format", "markdown"]).ended(0).out;
    assert_eq!(markdown, fs::read_to_string(shop.path("o/compare.md")).unwrap());
    assert!(markdown.starts_with("| side | cost |") && markdown.contains("\n| --- | ---: |"), "{markdown}");
}

#[test]
fn a_failing_expectation_of_any_side_is_told_with_its_side() {
    let shop = Shop::new();
    let arguments = ["shop.yaml", "--variant", "dear:expect=[cost_usd < 0.01, tasks_placed == 16]"];
    let told = shop.compare(&arguments).ended(1);
    assert!(told.out.contains("FAIL  dear, seed 3: cost_usd < 0.01\n        seen: "), "{}", told.out);
    assert!(told.out.lines().last().unwrap().ends_with("failed=dear"), "{}", told.out);
    let told = shop.compare(&[&arguments[..], &["--format", "json", "--out", "o"]].concat()).ended(1);
    assert!(told.err.contains("dear"), "{}", told.err);
    let whole: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((&whole["expectations_met"], &whole["sides"][0]["expectations_met"]), (&false.into(), &true.into()));
    assert!(shop.path("o/compare.csv").is_file(), "results are there all the same");
    assert_eq!(shop.compare(&[&arguments[..], &["--quiet"]].concat()).ended(1).out, "");
    assert!(shop.compare(&[&arguments[..], &["--format", "markdown"]].concat()).ended(1).out.contains("**FAIL** dear"));
}

#[test]
fn wrong_use_is_refused_with_a_remedy() {
    let shop = Shop::new();
    for (arguments, said) in [
        (vec!["shop.yaml"], "nothing to compare"),
        (vec!["shop.yaml", "twice.yaml", "--variant", "a:seed=2"], "several files"),
        (vec!["shop.yaml", "--variant", "seed=2"], "has no name"),
        (vec!["shop.yaml", "--variant", "a b:seed=2"], "letters"),
        (vec!["shop.yaml", "--variant", "shop:seed=2"], "another name"),
        (vec!["shop.yaml", "twice.yaml", "--baseline", "twic"], "did you mean `twice`?"),
        (vec!["shop.yaml", "twice.yaml", "--baseline", "xyz"], "sides are: shop, twice"),
        (vec!["shop.yaml", "nowhere.yaml"], "there is no such file"),
        (vec!["shop.yaml", "twice.yaml", "--seeds", "0"], "--seeds"),
        (vec!["shop.yaml", "twice.yaml", "--seed", "18446744073709551615", "--seeds", "2"], "no 2 seeds"),
        (vec!["shop.yaml", "twice.yaml", "--jobs", "0"], "--jobs"),
        (vec![], "Usage"),
    ] {
        let told = shop.compare(&arguments).ended(2);
        assert!(told.err.contains(said) && told.out.is_empty(), "{arguments:?}: {}", told.err);
    }
    // names that are the same are told apart
    let told = shop.compare(&["shop.yaml", "shop.yaml", "--format", "csv"]).ended(0);
    assert_eq!(rows(&told.out).iter().map(|row| row["side"].as_str()).collect::<Vec<_>>(), ["shop", "shop-2"]);
    // another seed is not taken in silence
    let told = shop.compare(&["shop.yaml", "--variant", "other:seed=9"]).ended(0);
    assert!(told.err.contains("the seed 9 of `other` is not used"), "{}", told.err);
}

#[test]
fn a_bad_override_is_a_finding_with_its_place() {
    let shop = Shop::new();
    for (arguments, place) in [
        (vec!["check", "shop.yaml", "--set", "services.web.desird_count=4"], "--set:1:14"),
        (vec!["run", "shop.yaml", "--set", "services.wbe.desired_count=4"], "--set:1:10"),
        (
            vec!["run", "shop.yaml", "--set", "duration=3 weeks", "--set", "services.web.placement=[{binpack: memry}]"],
            "--set:1:35",
        ),
        (vec!["compare", "shop.yaml", "--variant", "x:services.web.task_definition=wbe"], "--variant:1:32"),
        (vec!["compare", "shop.yaml", "twice.yaml", "--set", "seed"], "--set:1:1"),
    ] {
        let told = shop.run(&arguments).ended(2);
        assert!(
            told.err.contains("error[LS") && told.err.contains(place) && told.out.is_empty(),
            "{arguments:?}: {}",
            told.err
        );
    }
    assert!(!shop.path("output").exists());
    let told = shop.run(&["check", "shop.yaml", "--set", "services.wbe.desired_count=4", "--format", "json"]).ended(2);
    let list: Value = serde_json::from_str(&told.out).unwrap();
    let found = &list[0];
    assert_eq!((found["code"].as_str(), found["file"].as_str()), (Some("LS0302"), Some("--set")));
    assert_eq!((found["line"].as_u64(), found["column"].as_u64()), (Some(1), Some(10)));
    // mistakes of a file are not said again for its variants
    fs::write(shop.path("bad.yaml"), SHOP.replace("task_definition: web", "task_definition: wbe")).unwrap();
    let told = shop.compare(&["bad.yaml", "--variant", "x:seed=4"]).ended(2);
    assert_eq!(told.err.matches("bad.yaml:9:").count(), 1, "{}", told.err);
}

/// What was set is in the manifest, and two settings that differ have different digests.
#[test]
fn what_was_set_is_on_record() {
    let shop = Shop::new();
    let manifest = |set: &[&str]| -> Value {
        shop.run(&[&["run", "shop.yaml", "--no-charts", "--out", "o"], set].concat()).ended(0);
        serde_json::from_slice(&fs::read(shop.path("o/manifest.json")).unwrap()).unwrap()
    };
    let (plain, set) = (manifest(&[]), manifest(&["--set", "seed=4"]));
    assert_eq!((plain["overrides"].as_array().map(Vec::len), &set["overrides"][0]), (Some(0), &"seed=4".into()));
    assert_ne!(plain["scenario_digest"], set["scenario_digest"]);
    assert_eq!((plain["seed"].as_u64(), set["seed"].as_u64()), (Some(3), Some(4)));
}

/// Ctrl-C in the middle: 130, a word, and nothing half-written.
#[cfg(unix)]
#[test]
fn an_interrupted_comparison_leaves_nothing() {
    use std::thread::sleep;
    use std::time::Duration;
    let shop = Shop::new();
    let batches: Vec<String> = (0..100)
        .map(|row| format!("  t{row}: {{task_definition: job, at: {row}h, count: 6000, lifetime: 20s}}\n"))
        .collect();
    let long = "duration: 1000d\ninstances: [{type: m5.large, count: 3}]\ntask_definitions:\n  job: {cpu: 128, memory: 64 MiB}\ntasks:\n";
    fs::write(shop.path("long.yaml"), long.to_owned() + &batches.concat()).unwrap();
    let mut command = shop.command(&["compare", "long.yaml", "long.yaml", "--seeds", "40", "--out", "results/o"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = || shop.path("results").is_dir() && fs::read_dir(shop.path("results")).unwrap().next().is_some();
    for _ in 0..1200 {
        if begun() {
            break;
        }
        sleep(Duration::from_millis(25));
    }
    sleep(Duration::from_millis(50));
    assert!(begun() && child.try_wait().unwrap().is_none(), "it has begun and is not over");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let told = Told::of(&child.wait_with_output().unwrap()).ended(130);
    assert!(told.err.contains("interrupted") && told.out.is_empty(), "{told:?}");
    assert_eq!(fs::read_dir(shop.path("results")).unwrap().count(), 0, "something is left behind");
}
