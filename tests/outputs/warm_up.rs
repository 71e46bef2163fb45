//! A warm-up is left out of the figures, of what is told of them, and of the titles of charts; and it is said.

use super::support::Folder;
use serde_json::Value;
use std::fs;

/// By hand: two tasks of half a vCPU do 2 x 0.5 / 12 ms = 83.33 requests a second. 200 are asked for in the first 90
/// minutes, 50 after that. Without the first hour: 200 x 1,800 + 50 x 1,800 = 450,000 requests, and
/// (200 - 83.33) x 1,800 = 210,000 of them are not served, from 1h on. Four instances are there until 70 minutes and one from
/// then on: (4 x 10 + 1 x 50) / 60 = 1.5. Between 20 and 40 minutes four tasks run.
const WARM: &str = "\
duration: 2h
warm_up: 1h
tie_break: lowest_id
instances: [{type: m5.large, count: 4}]
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services:
  web:
    task_definition: web
    desired_count: 2
    placement: [{binpack: memory}]
    load: {requests_per_second: {steps: [{at: 0s, value: 200}, {at: 90m, value: 50}]}, per_request: {cpu: 12 ms}}
  still: {task_definition: web, desired_count: 1, placement: [{binpack: memory}]}
events:
  - {at: 20m, set_desired_count: {service: still, count: 3}}
  - {at: 40m, set_desired_count: {service: still, count: 1}}
  - {at: 70m, terminate_instance: i-2}
  - {at: 70m, terminate_instance: i-3}
  - {at: 70m, terminate_instance: i-4}
";

#[test]
fn findings_and_charts_leave_it_out() {
    let folder = Folder::with(&[("warm.yaml", WARM)]);
    let told = folder.run(&["run", "warm.yaml"]).ended(0);
    let summary: Value = serde_json::from_slice(&fs::read(folder.path("output/warm/summary.json")).unwrap()).unwrap();
    let finding = |code: &str| {
        let all = summary["findings"].as_array().unwrap();
        all.iter().find(|finding| finding["code"] == code).unwrap_or_else(|| panic!("no {code}: {summary}")).clone()
    };
    let short = finding("requests_unserved");
    let text = short["text"].as_str().unwrap();
    assert!(
        text.starts_with("web did not serve 210,000 of 450,000 requests (46.7 %), first at 1h; at worst, at 1h,"),
        "{text}"
    );
    assert_eq!(short["at_s"].as_f64(), Some(3600.0));
    let peak = finding("peak_far_above_mean");
    let text = peak["text"].as_str().unwrap();
    assert_eq!(text, "The most instances, 4, were there at 1h; on average there were 1.50.");
    let title = |chart: &str| {
        let svg = fs::read_to_string(folder.path(&format!("output/warm/charts/{chart}.svg"))).unwrap();
        let part = |tag: &str| svg.split(&format!("<{tag}>")).nth(1).unwrap().split('<').next().unwrap().to_owned();
        (part("title"), part("desc"))
    };
    assert_eq!(title("instances").0, "At most 4 instances at one time, 1.5 on average");
    assert_eq!(title("tasks-still").0, "still runs 1 tasks on average and wants 1");
    for (chart, says) in [("instances", true), ("tasks", true), ("demand", true), ("cost-cumulative", false)] {
        assert_eq!(title(chart).1.contains("the title leaves out the first 1h"), says, "{chart}");
    }
    let said = "warm-up: the first 1h is left out of means, least and most, and requests;";
    assert!(told.out.lines().any(|line| line.starts_with(said)), "{}", told.out);
    // the curves cover all of it, and so does what stands beside them
    assert!(told.out.contains("  most ever\n") && told.out.contains("3 tasks\n"), "{}", told.out);
    // what is short in the warm-up alone is drawn all the same, as the chart shows the whole run
    folder.run(&["run", "warm.yaml", "--set", "warm_up=100m", "--out", "late"]).ended(0);
    let demand = fs::read_to_string(folder.path("late/charts/demand.svg")).unwrap();
    assert!(demand.contains("<title>All 60,000 requests are served</title>"), "{demand}"); // 20 min of 50 a second
    assert!(demand.contains("\nnot served\n"), "{demand}");
    // what is wanted at the end need not be what ran on average: here both are the same without the warm-up
    assert!(!told.out.contains("(desired: at the end;"), "{}", told.out);
    let cold = folder.run(&["run", "warm.yaml", "--set", "warm_up=0s", "--no-charts", "--force"]).ended(0);
    assert!(cold.out.contains("  (desired: at the end; running and waiting: on average)\n"), "{}", cold.out);
    assert!(!cold.out.contains("warm-up") && !cold.out.contains("most ever"), "{}", cold.out);
}

#[test]
fn a_comparison_says_who_leaves_out_what() {
    let folder = Folder::with(&[("warm.yaml", WARM)]);
    let text = |arguments: &[&str]| {
        let told = folder.run(&[&["compare", "warm.yaml", "--width", "100"], arguments].concat()).ended(0);
        told.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let apart = text(&["--variant", "cold:warm_up=0s"]);
    assert!(apart.contains("Note: cold leaves nothing out and warm the first 1h: their means,"), "{apart}");
    let alike = text(&["--variant", "more:services.still.desired_count=2"]);
    assert!(alike.contains("Warm-up of all sides: the first 1h is left out of means,"), "{alike}");
}
