//! The bound of a perfect packing, worked by hand, and that no run comes below it.

#[path = "golden/runner.rs"]
mod runner;

use longshore::record::ClusterGauge;
use longshore::study::{PackingBound, packing_bound};
use longshore::units::NanoUsd;
use runner::{files, folder, run_file};
use std::fs;

const MINUTE: u128 = 60_000;

fn bound_of(text: &str) -> Result<PackingBound, &'static str> {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("scenario.yaml");
    fs::write(&file, text).unwrap();
    let (plan, _) = run_file(&file).unwrap_or_else(|findings| panic!("{findings}"));
    packing_bound(&plan)
}

/// The arithmetic stands in the scenario: 2 instances for 20 + 30 min, 1 for 20 min and for 9 h.
#[test]
fn of_the_small_case() {
    let (plan, result) = run_file(&folder("scenarios").join("study-dearer-binpack.yaml")).unwrap();
    let bound = packing_bound(&plan).unwrap();
    assert_eq!((bound.tasks, bound.left_out, bound.peak), (6, 0, 2));
    assert_eq!(bound.instance_ms, 640 * MINUTE); // 10 min x 2 + 20 x 1 + 30 x 2 + 540 x 1
    assert_eq!(bound.cost, Some(NanoUsd(1_024_000_000))); // 640 / 60 h x $0.096
    assert!(result.summary.money.billed_instance_ms > bound.instance_ms);
}

/// 5 x 2048 = 10240 units need the two largest (8192 + 4096); from 40 min on 12289 units need all three. Memory: first
/// 5 GiB of 32, from 30 min on 37 GiB need two (32 + 8). One task is larger than every node, one comes too late.
#[test]
fn of_a_fleet_of_different_nodes() {
    let bound = bound_of(
        "
duration: 1h
instances:
  - {type: m5.large, registered_cpu: 4096, registered_memory: 8 GiB}
  - {type: m5.large, registered_cpu: 8192, registered_memory: 8 GiB}
  - {type: m5.large, registered_cpu: 2048, registered_memory: 32 GiB}
task_definitions:
  wide: {cpu: 2048, memory: 1 GiB}
  tall: {cpu: 512, memory: 8 GiB}
  tiny: {cpu: 1, memory: 4}
  huge: {cpu: 8192, memory: 9 GiB}
tasks:
  a: {task_definition: wide, count: 5}
  b: {task_definition: tall, count: 4, at: 30m}
  c: {task_definition: tiny, at: 40m}
  d: {task_definition: huge}
  e: {task_definition: tiny, at: 1h}
",
    )
    .unwrap();
    let by_hand = PackingBound { tasks: 10, left_out: 2, peak: 3, instance_ms: (40 * 2 + 20 * 3) * MINUTE, cost: None };
    assert_eq!(bound, by_hand);
}

/// 9 GPUs need the two nodes that have most (8 + 4), though one has CPU and memory enough.
#[test]
fn gpus_count_too() {
    let bound = bound_of(
        "
duration: 1h
instance_types:
  eight: {cpu: 64 vCPU, memory: 64 GiB, gpus: 8, price: $1}
  four: {cpu: 64 vCPU, memory: 64 GiB, gpus: 4, price: $1}
instances: [{type: four, count: 2}, {type: eight}]
task_definitions: {train: {cpu: 1024, memory: 1 GiB, gpus: 3}}
tasks: {train: {task_definition: train, count: 3}}
",
    );
    assert_eq!(bound.map(|bound| bound.peak), Ok(2));
}

/// Four tasks of 512 units fill an m5.large of 2048; from 30 min on 9 x 512 = 4608 units need three.
#[test]
fn services_count_with_what_they_want() {
    let bound = bound_of(
        "
duration: 1h
capacity_providers: {free: {ideal: {instance_type: m5.large}}}
task_definitions: {web: {cpu: 512, memory: 256}}
services: {web: {task_definition: web, desired_count: 4, capacity_provider_strategy: [{provider: free}]}}
events: [{at: 30m, set_desired_count: {service: web, count: 9}}]
",
    )
    .unwrap();
    assert_eq!((bound.peak, bound.instance_ms), (3, (30 + 30 * 3) * MINUTE));
    assert_eq!(bound.cost, Some(NanoUsd(192_000_000))); // 2 h x $0.096
}

#[test]
fn none_where_instances_are_not_shared() {
    let (plan, _) = run_file(&folder("scenarios").join("study-dearer-field.yaml")).unwrap();
    assert_eq!(packing_bound(&plan), Err("tasks run on more than one source of capacity"));
}

/// Whoever packs, no shipped scenario does with less.
#[test]
fn no_run_is_below_it() {
    let mut bounds = 0;
    for file in files(&folder("scenarios"), "yaml") {
        let (plan, result) = run_file(&file).unwrap();
        let Ok(bound) = packing_bound(&plan) else { continue };
        let (name, summary) = (file.display(), &result.summary);
        if let Some(cost) = bound.cost {
            assert!(cost <= summary.money.cost, "{name}: {cost} against {}", summary.money.cost);
            assert!(bound.peak <= summary.gauge(ClusterGauge::Instances).max, "{name}");
        } else if summary.tasks_unplaced == 0 {
            assert!(bound.peak <= summary.instances_used, "{name}");
        }
        bounds += 1;
    }
    assert!(bounds >= 8, "only {bounds} scenarios have a bound");
}
