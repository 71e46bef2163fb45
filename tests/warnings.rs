//! What is legal but surely not meant is warned of, at its place, and nothing is said where all is in order.

#[path = "support/mod.rs"]
mod support;

use support::Folder;

/// Code and line of each finding.
fn found(scenario: &str) -> Vec<String> {
    let folder = Folder::with(&[("s.yaml", scenario)]);
    let told = folder.run(&["check", "s.yaml", "--format", "json"]).ended(0);
    let findings: Vec<serde_json::Value> = serde_json::from_str(&told.out).unwrap();
    let line = |finding: &serde_json::Value| format!("{} {}", finding["code"].as_str().unwrap(), finding["line"]);
    findings.iter().map(line).collect()
}

/// Three instances take one task with port 80 each, and nine are wanted (ECS-124); all three stand in one zone; a load
/// without tasks; storage that only Fargate has (ECS-114); five tasks that each want an instance of their own (ECS-330).
#[test]
fn services_that_do_not_get_what_they_ask_for() {
    let scenario = "duration: 1h
instances: [{type: m5.large, count: 3, zone: a}]
task_definitions:
  web: {cpu: 256, memory: 512, ephemeral_storage: 100 GiB, ports: [{container: 80, host: 80}]}
  api: {cpu: 256, memory: 512}
services:
  web:
    task_definition: web
    desired_count: 9
    placement: [{spread: availability_zone}]
  api: {task_definition: api, desired_count: 0, load: {requests_per_second: 5, per_request: {cpu: 1 ms}}}
  one:
    task_definition: api
    desired_count: 5
    placement_constraints: [{distinct_instance: true}]
";
    assert_eq!(found(scenario), ["LS0235 4", "LS0263 9", "LS0263 10", "LS0261 11", "LS0263 14"]);
}

/// The same in order: as many instances as tasks, in all zones; a load that gets tasks later.
#[test]
fn nothing_is_said_of_what_is_in_order() {
    let scenario = "duration: 1h
instances: [{type: m5.large, count: 9}]
task_definitions:
  web: {cpu: 256, memory: 512, ports: [{container: 80, host: 80}]}
  api: {cpu: 256, memory: 512}
services:
  web: {task_definition: web, desired_count: 9, placement: [{spread: availability_zone}]}
  api: {task_definition: api, desired_count: 0, load: {requests_per_second: 5, per_request: {cpu: 1 ms}}}
events: [{at: 1m, set_desired_count: {service: api, count: 2}}]
";
    assert_eq!(found(scenario), Vec::<String>::new());
}

/// t3.nano registers less than 512 MiB, so nothing runs on it; c5.large is said to register no CPU; an m5.large has
/// 2 vCPU and 8 GiB, not 4 and 16.
#[test]
fn instances_that_nothing_can_use_or_that_are_odd() {
    let scenario = "duration: 1h
instances:
  - {type: m5.large, registered_cpu: 4 vCPU, registered_memory: 16 GiB}
  - {type: t3.nano}
  - {type: c5.large, registered_cpu: 0}
task_definitions: {web: {cpu: 256, memory: 512}}
services: {web: {task_definition: web}}
";
    assert_eq!(found(scenario), ["LS0264 3", "LS0264 3", "LS0261 4", "LS0264 5"]);
    let idle = "duration: 1h\ninstances: [{type: m5.large}]\n";
    assert_eq!(found(idle), ["LS0261 2"]);
    let elsewhere = "duration: 1h
instances: [{type: m5.large}]
task_definitions: {web: {cpu: 256, memory: 512, network_mode: awsvpc}}
services: {web: {task_definition: web, launch_type: FARGATE}}
";
    assert_eq!(found(elsewhere), ["LS0261 2"]);
}

#[test]
fn a_moment_after_the_end_is_no_question() {
    let scenario = "duration: 1h
instances: [{type: m5.large}]
task_definitions: {web: {cpu: 256, memory: 512}}
services: {web: {task_definition: web}}
";
    let folder = Folder::with(&[("s.yaml", scenario)]);
    let told = folder.run(&["why", "s.yaml", "--task", "web/0", "--at", "2h"]).ended(2);
    assert!(told.err.contains("2h is after the end of the run at 1h"), "{}", told.err);
}

/// PRC-35: tasks with an interface of their own on instances reach neither ECR nor the Internet by themselves; what a load
/// balancer answers goes out through it, `bridge` uses the instance's address, and Fargate may have its own.
#[test]
fn tasks_without_a_way_out() {
    let scenario = "duration: 1h
instances: [{type: m5.large, count: 2}]
task_definitions: {own: {cpu: 256, memory: 512, network_mode: awsvpc}, shared: {cpu: 256, memory: 512}}
services:
  web: {task_definition: own, launch_type: EC2}
  old: {task_definition: shared}
  far: {task_definition: own, launch_type: FARGATE}
load_balancers: {alb: {services: [web]}}
repositories: {images: {stored: 1 GB, services: [old, far, web]}}
data_transfer:
  out: {to: internet, amount: 1 GB per day, services: [web, old, far]}
";
    assert_eq!(found(scenario), ["LS0266 9"]);
    assert_eq!(found(&format!("{scenario}endpoints: {{ecr: {{count: 2}}}}\n")), Vec::<String>::new());
    let bare = scenario.replace("load_balancers: {alb: {services: [web]}}\n", "");
    assert_eq!(found(&bare), ["LS0266 8", "LS0266 10"]);
    assert_eq!(found(&format!("{bare}endpoints: {{ecr: {{count: 2}}}}\n")), ["LS0266 10"]);
    assert_eq!(found(&format!("{bare}nat_gateways: {{nat: {{}}}}\n")), Vec::<String>::new());
}
