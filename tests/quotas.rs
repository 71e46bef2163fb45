//! Quotas of an account (ECS-833): what `check` says of them, and what a run says at its end. What is said once is said
//! once.

mod support;

use serde_json::Value;
use std::fmt::Write;
use std::fs;
use support::Folder;

/// What a run says on the terminal and complains of, and its folder.
fn run(scenario: &str) -> (Folder, String, String) {
    let folder = Folder::with(&[("scenario.yaml", scenario)]);
    let told = folder.run(&["run", "scenario.yaml", "--out", "out", "--no-charts"]).ended(0);
    // sentences go over several lines
    (folder, told.out.split_whitespace().collect::<Vec<_>>().join(" "), told.err)
}

fn summary(folder: &Folder) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.path("out/summary.json")).unwrap()).unwrap()
}

/// 8 vCPUs on demand and 2 on Spot.
fn eight(quotas: &str) -> String {
    format!(
        "duration: 5m\n{quotas}\ntask_definitions: {{web: {{cpu: 1024, memory: 2 GiB}}}}\nservices:\n  web: \
         {{task_definition: web, desired_count: 8, launch_type: FARGATE}}\n  spot: {{task_definition: web, \
         desired_count: 2, capacity_provider_strategy: [{{provider: FARGATE_SPOT}}]}}\n"
    )
}

/// ECS-814: the one that is exceeded is named once, with both numbers; Spot is not.
#[test]
fn a_run_that_goes_beyond_says_so_once() {
    let (folder, said, complained) = run(&eight(""));
    assert_eq!(said.matches("Warning:").count(), 1, "{said}");
    let sentence = "up to 8 vCPUs at once on Fargate, where the account has 6 and AWS lets the rest wait (ECS-814)";
    assert!(said.contains(sentence), "{said}");
    assert!(said.contains("`quotas: {fargate_vcpus: 8}`"), "{said}");
    assert!(!complained.contains("warning"), "a check can't know: {complained}");
    let over = summary(&folder)["over_quota"].clone();
    let expected = serde_json::json!([
        {"quota": "vCPUs at once on Fargate", "rule": "ECS-814", "value": 6, "most": 8, "adjustable": true}
    ]);
    // numbers keep their text
    assert_eq!(over.to_string(), expected.to_string());
}

#[test]
fn what_is_raised_or_ignored_is_not_named() {
    for quotas in ["quotas: {fargate_vcpus: 8}", "quotas: ignore", "quotas: {mode: ignore, fargate_vcpus: 1}"] {
        let (folder, said, _) = run(&eight(quotas));
        assert!(!said.contains("Warning:"), "{quotas}: {said}");
        assert_eq!(summary(&folder)["over_quota"], Value::Null, "{quotas}");
    }
    let (_, said, _) = run(&eight("quotas: {fargate_vcpus: 7, fargate_spot_vcpus: 1}"));
    assert_eq!(said.matches("Warning:").count(), 2, "{said}");
    assert!(said.contains("up to 2 vCPUs at once on Fargate Spot, where the account has 1"), "{said}");
}

/// ECS-495: in ECS's own words, once, and `why` says the same.
#[test]
fn what_is_enforced_waits_with_an_event() {
    let (folder, said, _) = run(&eight("quotas: enforce"));
    assert!(!said.contains("Warning:"), "{said}");
    let events = fs::read_to_string(folder.path("out/events.csv")).unwrap();
    let words = "(service web) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can \
                 run concurrently";
    assert_eq!(events.matches(words).count(), 1, "{events}");
    let why = folder.run(&["why", "scenario.yaml", "--task", "web/7"]).ended(0);
    let why = why.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(why.contains("the quota of 6 vCPUs at once on Fargate is used up (ECS-814)"), "{why}");
}

/// The exit code of `check` and the messages of its findings.
fn check(scenario: &str) -> (Option<i32>, Vec<String>) {
    let told = Folder::with(&[("scenario.yaml", scenario)]).run(&["check", "scenario.yaml", "--format", "json"]);
    let findings: Vec<Value> = serde_json::from_str(&told.out).unwrap();
    let text = |finding: &Value| format!("{} {}", finding["code"], finding["message"]).replace('"', "");
    (told.code, findings.iter().map(text).collect())
}

/// ECS-801: plain instances are counted before the run, and not named again after it; those that come are named there.
#[test]
fn instances_are_named_once() {
    let plain = |count: u32, quotas: &str| {
        format!(
            "duration: 1m\nquotas: {quotas}\ninstances: [{{type: m5.large, count: {count}}}]\n\
             task_definitions: {{web: {{memory: 512}}}}\nservices: {{web: {{task_definition: web}}}}\n"
        )
    };
    let named =
        "LS0219 the scenario has 5001 instances; the quota of container instances per cluster is 5000 (ECS-801)";
    assert_eq!(check(&plain(5001, "warn")), (Some(0), vec![named.to_owned()]));
    assert_eq!(check(&plain(5001, "enforce")), (Some(2), vec![named.to_owned()]));
    assert_eq!(check(&plain(5001, "ignore")), (Some(0), Vec::new()));
    assert_eq!(check(&plain(5000, "enforce")), (Some(0), Vec::new()));
    let (_, said, complained) = run(&plain(5001, "warn"));
    assert!(complained.contains("LS0219") && !said.contains("Warning:"), "{complained}{said}");
    let (_, said, complained) = run("duration: 1m\nquotas: {services_per_cluster: 9}\n\
         capacity_providers: {one: {ideal: {instance_type: m5.large}}}\n\
         task_definitions: {web: {cpu: 2048, memory: 512 MiB}}\nservices:\n  \
         a: {task_definition: web, desired_count: 5000, capacity_provider_strategy: [{provider: one}]}\n  \
         b: {task_definition: web, desired_count: 1, capacity_provider_strategy: [{provider: one}]}\n");
    let sentence = "Warning: up to 5001 container instances per cluster, where AWS allows 5,000 and no more (ECS-801)";
    assert!(said.contains(sentence) && !complained.contains("LS0219"), "{complained}{said}");
}

/// ECS-803: the 5,000 of AWS, and ECS-804 once, at the greatest number of all.
#[test]
fn services_and_their_tasks_are_named_once() {
    let many = |count: u32| {
        let mut text = "duration: 1m\ninstances: [{type: m5.large}]\n\
                        task_definitions: {web: {cpu: 128, memory: 64 MiB}}\nservices:\n"
            .to_owned();
        for row in 0..count {
            let _ = writeln!(text, "  s{row}: {{task_definition: web, desired_count: 0}}");
        }
        text
    };
    let named = "LS0219 the scenario has 5001 services; the quota of services per cluster is 5000 (ECS-803)";
    assert_eq!(check(&many(5001)), (Some(0), vec![named.to_owned()]));
    assert_eq!(check(&many(5000)), (Some(0), Vec::new()));
    let tasks = "duration: 1h\nlaunch_rates: none\ntask_definitions: {web: {cpu: 256, memory: 512 MiB}}\nservices:\n  \
                 a: {task_definition: web, desired_count: 6000}\n  b: {task_definition: web, desired_count: 7000}\n\
                 events: [{at: 1m, set_desired_count: {service: a, count: 5500}}]\n";
    let named = "LS0219 `b` wants 7000 tasks; the quota of tasks per service is 5000 (ECS-804)";
    assert_eq!(check(tasks), (Some(0), vec![named.to_owned()]));
}
