//! `longshore why` as a person calls it: small scenarios whose counts are worked by hand.

mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use support::{Folder, Told};

/// A folder with a scenario `s.yaml` in it.
struct Place(Folder);

impl Place {
    fn new(scenario: &str) -> Self {
        Self(Folder::with(&[("s.yaml", scenario)]))
    }

    fn call(&self, arguments: &[&str]) -> Told {
        self.0.run(arguments)
    }

    /// The answer about a task, as text: short lines, no complaints.
    #[track_caller]
    fn why(&self, task: &str, more: &[&str]) -> String {
        let told = self.call(&[&["why", "s.yaml", "--task", task], more].concat());
        assert_eq!(told.code, Some(0), "{}\n{}", told.out, told.err);
        assert!(told.err.is_empty(), "{}", told.err);
        assert!(told.out.lines().all(|line| line.chars().count() <= 80), "{}", told.out);
        told.out
    }

    #[track_caller]
    fn json(&self, task: &str, more: &[&str]) -> Value {
        let told = self.call(&[&["why", "s.yaml", "--task", task, "--format", "json"], more].concat());
        assert_eq!(told.code, Some(0), "{}\n{}", told.out, told.err);
        serde_json::from_str(&told.out).expect("JSON")
    }

    /// What is complained about a wrong question.
    #[track_caller]
    fn wrong(&self, arguments: &[&str]) -> String {
        let told = self.call(&[&["why", "s.yaml"], arguments].concat());
        assert_eq!(told.code, Some(2), "{}\n{}", told.out, told.err);
        assert!(told.out.is_empty(), "{}", told.out);
        told.err
    }
}

/// The text has each of these, in this order; any white space counts as one blank.
#[track_caller]
fn has(text: &str, parts: &[&str]) {
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut from = 0;
    for part in parts {
        match plain[from..].find(part) {
            Some(at) => from += at + part.len(),
            None => panic!("`{part}` is not there, or not after the one before:\n{text}"),
        }
    }
}

/// The worked example of ECS-310: 3000, 1200 and 700 MiB remain, the task needs 1000.
const THREE: &str = "\
duration: 10m
instances:
  - {name: a, type: m5.large, registered_memory: 3000}
  - {name: b, type: m5.large, registered_memory: 1200}
  - {name: c, type: m5.large, registered_memory: 700}
task_definitions: {web: {cpu: 512, memory: 1000}}
services: {web: {task_definition: web, desired_count: 1, placement: [{binpack: memory}]}}
";

/// SEED-79, ECS-301: the four steps with counts. By hand: c lacks memory (700 < 1000), a and b are left; b has the
/// least, 1200; after it 1200 - 1000 = 200 MiB and 2048 - 512 = 1536 units remain.
#[test]
fn resources_strategy_and_arithmetic() {
    let place = Place::new(THREE);
    has(
        &place.why("web/0", &[]),
        &[
            "web/0: placed at 0s on b",
            "at 0s: placed on b",
            "asks for 512 CPU units, 1,000 MiB",
            "step 1, resources (ECS-301) 2 of 3 ACTIVE left",
            "RESOURCE:MEMORY (ECS-301) 1 lacks it",
            "left: a, b",
            "step 2, constraints (ECS-301): none 2 of 2 left",
            "binpack memory (ECS-310): least remaining 1,200 MiB 1 of 2 left",
            "step 4, choice (ECS-314): one is left: b (us-east-1",
            "CPU units remaining: 2,048 - 512 = 1,536",
            "MiB remaining: 1,200 - 1,000 = 200",
        ],
    );
}

/// Each instance alone: c has 700 of 1000; a has 3000 where b has 1200; b is it.
#[test]
fn one_instance() {
    let place = Place::new(THREE);
    has(
        &place.why("web/0", &["--instance", "c"]),
        &["c was removed by step 1, resources (ECS-301)", "lacks RESOURCE:MEMORY: needs 1,000 MiB, 700 free"],
    );
    has(
        &place.why("web/0", &["--instance", "a"]),
        &[
            "a was removed by step 3, binpack memory (ECS-310); b was chosen",
            "3,000 MiB remaining removed here",
            "the best has 1,200 MiB remaining",
        ],
    );
    has(&place.why("web/0", &["--instance", "b"]), &["at 0s: b was chosen"]);
}

/// SEED-168, ECS-124: CPU and memory are free, and yet the second copy does not start: its host port is fixed. By
/// hand: web/0 holds 80/tcp on the one instance.
#[test]
fn the_port_filter_removes_the_instance() {
    let place = Place::new(
        "duration: 10m\ninstances: [{name: one, type: m5.large}]\n\
         task_definitions: {web: {cpu: 128, memory: 256, ports: ['80:8080']}}\n\
         services: {web: {task_definition: web, desired_count: 2}}\n",
    );
    let text = place.why("web/1", &[]);
    has(
        &text,
        &[
            "web/1: tried at 0s: no instance met all of its requirements; it waits to the end of the run at 10m",
            "host port 80/tcp",
            "step 1, resources (ECS-301) 0 of 1 ACTIVE left",
            "RESOURCE:PORTS (ECS-124) 1 lacks it",
            "The closest matching (container-instance one) is already using a port required by your task.",
            "* one: RESOURCE:PORTS: 80/tcp taken",
            "host port 80/tcp free on one would do",
            "a dynamic host port in the task definition, in network mode `bridge` (ECS-122, ECS-125)",
            "one more instance like one (m5.large)",
        ],
    );
    assert!(!text.contains("RESOURCE:CPU") && !text.contains("RESOURCE:MEMORY"), "{text}");
}

/// ECS-331: of three, two have not the attribute that is asked for, and the third has no room. By hand: x (500) lacks
/// memory alone, y and z the constraint alone; all lack one thing, so x, which registered first, is the closest
/// (ECS-532). 600 - 500 = 100 MiB more on x would do; an empty one of either kind lacks the same again.
#[test]
fn a_constraint_is_unsatisfied() {
    let place = Place::new(
        "duration: 10m\ninstances:\n\
         \x20 - {name: x, type: m5.large, registered_memory: 500, attributes: {stack: prod}}\n\
         \x20 - {name: y, type: m5.large, count: 1, registered_memory: 1000, attributes: {stack: test}}\n\
         \x20 - {name: z, type: m5.large, registered_memory: 1000}\n\
         task_definitions: {job: {memory: 600}}\n\
         tasks: {job: {task_definition: job, placement_constraints: [{member_of: 'attribute:stack == prod'}]}}\n",
    );
    has(
        &place.why("job/0", &[]),
        &[
            "not tried again (ECS-901)",
            "step 1, resources (ECS-301) 2 of 3 ACTIVE left",
            "RESOURCE:MEMORY (ECS-301) 1 lacks it",
            "left: y, z",
            "step 2, constraints (ECS-301) 0 of 2 left",
            "memberOf attribute:stack == prod (ECS-331) removes 2",
            "reason RESOURCE:MEMORY, (container-instance x)",
            "* x: RESOURCE:MEMORY: needs 600 MiB, 500 free",
            "y: memberOf unsatisfied: attribute:stack == prod",
            "z: memberOf unsatisfied: attribute:stack == prod",
            "100 MiB more on x would do",
            "`attribute:stack == prod` satisfied on y would do",
            "not one more instance like those",
        ],
    );
}

/// ECS-330: three instances, four tasks: the fourth finds a task of the group everywhere, and room everywhere.
#[test]
fn distinct_instance_leaves_none() {
    let place = Place::new(
        "duration: 10m\ninstances: [{type: m5.large, count: 3}]\ntask_definitions: {web: {cpu: 128, memory: 256}}\n\
         services: {web: {task_definition: web, desired_count: 4, placement_constraints: [{distinct_instance: true}]}}\n",
    );
    let json = place.json("web/3", &[]);
    let attempt = &json["attempts"][0];
    assert_eq!(attempt["steps"]["resources"]["left"], 3);
    assert_eq!(attempt["steps"]["constraints"]["left"], 0);
    let each = &attempt["steps"]["constraints"]["each"][0];
    assert_eq!(
        (&each["constraint"], &each["rule"], &each["removes"]),
        (&"distinctInstance".into(), &"ECS-330".into(), &3.into())
    );
    // the third had one instance left to choose from, the second two
    for (task, left) in [("web/2", 1), ("web/1", 2), ("web/0", 3)] {
        assert_eq!(place.json(task, &[])["attempts"][0]["steps"]["constraints"]["left"], left, "{task}");
    }
}

/// ECS-311, ECS-313, ECS-314: two zones of two equal instances. By hand: web/0 finds 0 tasks everywhere; by lowest id
/// zone a comes first: 2 of 4 left, both empty: tied 2, the first. web/1: zone a has 1, zone b 0.
#[test]
fn a_chain_with_ties() {
    let scenario = "duration: 10m\ntie_break: lowest_id\n\
                    instances: [{name: a, type: m5.large, count: 2, zone: a}, {name: b, type: m5.large, count: 2, zone: b}]\n\
                    task_definitions: {web: {cpu: 512, memory: 512}}\n\
                    services: {web: {task_definition: web, desired_count: 2, placement: [{spread: availability_zone}, {binpack: cpu}]}}\n";
    let place = Place::new(scenario);
    has(
        &place.why("web/0", &[]),
        &[
            "spread availability_zone (ECS-311): fewest, 0 tasks of the group 2 of 4 left",
            "tasks of service:web: us-east-1a 0, us-east-1b 0",
            "several have as few: the first in name order (ECS-314)",
            "binpack cpu (ECS-310): least remaining 2,048 CPU units 2 of 2 left",
            "step 4, choice (ECS-314): the first to register among 2: a-1",
        ],
    );
    has(
        &place.why("web/1", &[]),
        &["2 of 4 left", "us-east-1a 1, us-east-1b 0", "2 of 2 left", "the first to register among 2: b-1"],
    );
    has(
        &place.why("web/1", &["--instance", "b-2"]),
        &["b-2 was equal to b-1 up to the end", "the first to register among 2: b-1"],
    );
    // drawn: four are equal for the first task in zones and CPU
    let drawn = place.json("web/0", &["--set", "tie_break=seeded"]);
    let choice = &drawn["attempts"][0]["steps"]["choice"];
    assert_eq!((&choice["tied"], &choice["drawn"]), (&4.into(), &true.into()));
}

/// ECS-952: second/0 (600) waits since 0 s, 1000 - 600 = 400 are free; at 10 s first/0 is told to stop, all 1000 are.
const WAITS: &str = "\
duration: 1m
instances: [{name: one, type: m5.large, registered_memory: 1000}]
task_definitions: {job: {memory: 600, exit_time: 30s}}
services:
  first: {task_definition: job}
  second: {task_definition: job}
events: [{at: 10s, stop_task: first/0}]
";

#[test]
fn waiting_and_then_placed() {
    let place = Place::new(WAITS);
    let both = place.why("second/0", &[]);
    has(
        &both,
        &[
            "second/0: tried at 0s: no instance met all of its requirements; placed at 10s on one",
            "at 0s: not placed",
            "has insufficient memory available.",
            "* one: RESOURCE:MEMORY: needs 600 MiB, 400 free",
            "200 MiB more on one would do",
            "at 10s: placed on one",
            "MiB remaining: 1,000 - 600 = 400",
        ],
    );
    let early = place.why("second/0", &["--at", "9s"]);
    has(&early, &["it waits at 9s", "at 0s: not placed"]);
    assert!(!early.contains("placed at 10s") && !early.contains("at 10s"), "{early}");
    let late = place.why("second/0", &["--at", "30s"]);
    has(&late, &["placed at 10s on one", "at 10s: placed on one"]);
    assert!(!late.contains("at 0s: not placed"), "{late}");
    // the replacement waits for what second/0 has taken: 400 are left
    has(
        &place.why("first/1", &[]),
        &["tried at 10s", "it waits to the end of the run at 1m", "needs 600 MiB, 400 free"],
    );
}

/// What nobody has to choose an instance for says so; so does a task that no instance could take.
#[test]
fn nothing_to_choose() {
    let place = Place::new(
        "duration: 10m\ninstances: [{name: one, type: m5.large, registered_memory: 1000}]\n\
         capacity_providers: {free: {ideal: {instance_type: m5.large, registered_memory: 1000}}}\n\
         task_definitions: {log: {memory: 100}, job: {memory: 400}, huge: {memory: 2000}}\n\
         services: {log: {task_definition: log, scheduling_strategy: DAEMON}}\n\
         tasks:\n\
         \x20 job: {task_definition: job, count: 2, capacity_provider_strategy: [{provider: free}]}\n\
         \x20 huge: {task_definition: huge, capacity_provider_strategy: [{provider: free}]}\n",
    );
    has(&place.why("log/0", &[]), &["log/0: placed at 0s on one: a daemon has one task on each instance", "(ECS-401)"]);
    // job/0: there is no instance of `free`, one comes; `one` is of other capacity
    has(
        &place.why("job/0", &[]),
        &[
            "an instance came for it at once; placed at 0s on free-1",
            "0 of 0 ACTIVE left",
            "1 ACTIVE instance is of other capacity and not asked",
            "at 0s: placed on free-1",
        ],
    );
    has(&place.why("job/0", &["--instance", "one"]), &["one was not asked: the task wants instances of `free`"]);
    has(&place.why("huge/0", &[]), &["an empty instance has", "not tried again (ECS-901)"]);
    let given = ["--set", "services.job2={task_definition: job}", "--set", "placed=[{service: job2, instance: one}]"];
    has(&place.why("job2/0", &given), &["job2/0: placed at 0s on one by the scenario", "(ECS-950)"]);
}

#[test]
fn wrong_names_get_the_nearest() {
    let place = Place::new(WAITS);
    has(
        &place.wrong(&["--task", "secnod/0"]),
        &["no service or entry of `tasks` is called `secnod`", "did you mean `second/0`?"],
    );
    has(&place.wrong(&["--task", "first"]), &["`first` names no task", "`first/0`"]);
    has(&place.wrong(&["--task", "first/+1"]), &["names no task"]);
    has(
        &place.wrong(&["--task", "first/7"]),
        &["there never was a task `first/7`", "`first` had 2 tasks in this run: `first/0` to `first/1`"],
    );
    has(&place.wrong(&["--task", "first/1", "--at", "5s"]), &["no task `first/1` yet at 5s", "first wanted at 10s"]);
    has(&place.wrong(&["--task", "first/0", "--at", "noon"]), &["`noon`", "90s"]);
    has(
        &place.wrong(&["--task", "first/0", "--instance", "oen"]),
        &["no instance of this run is called `oen`", "did you mean `one`?"],
    );
    assert!(place.wrong(&["--task", "first/0", "--set", "services.first.desird_count=2"]).contains("desired_count"));
    let told = place.call(&["why", "nowhere.yaml", "--task", "a/0"]);
    assert_eq!((told.code, told.out.as_str()), (Some(2), ""));
}

/// The form that programs read.
#[test]
fn json_has_its_shape() {
    let json = Place::new(THREE).json("web/0", &[]);
    assert_eq!((&json["version"], &json["task"], &json["placed_on"]), (&1.into(), &"web/0".into(), &"b".into()));
    let attempt = &json["attempts"][0];
    assert_eq!(attempt["steps"]["resources"]["lacking"][0]["reason"], "RESOURCE:MEMORY");
    assert_eq!(attempt["steps"]["strategies"][0]["best"], 1200);
    assert_eq!(attempt["steps"]["choice"]["memory_mib_after"], 200);
    let stages: Vec<&str> =
        attempt["instances"].as_array().unwrap().iter().map(|one| one["came_to"].as_str().unwrap()).collect();
    assert_eq!(stages, ["strategies", "chosen", "resources"]);
    assert_eq!(attempt["instances"][0]["numbers"][0], 3000);
    assert!(attempt["event"].is_null() && attempt["closest"].is_null());
}

/// The answer is that of the run: each task went where `tasks.csv` says; and the same question gets the same bytes.
#[test]
fn it_agrees_with_the_run() {
    let place = Place::new(
        "duration: 10m\nseed: 5\ninstances: [{type: m5.large, count: 5}]\ntask_definitions: {web: {cpu: 256, memory: 512}}\n\
         services: {web: {task_definition: web, desired_count: 9}}\n\
         tasks: {job: {task_definition: web, at: 5m, count: 6}}\n",
    );
    assert_eq!(place.call(&["run", "s.yaml", "--no-charts", "--quiet", "--out", "o"]).code, Some(0));
    let mut table = csv::Reader::from_path(place.0.path("o/tasks.csv")).unwrap();
    let columns = table.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let (task, instance) = (column("task"), column("instance"));
    let mut seen = 0;
    for row in table.records() {
        let row = row.unwrap();
        let json = place.json(&row[task], &[]);
        assert_eq!(json["placed_on"], row[instance], "{}", &row[task]);
        assert_eq!(json["attempts"][0]["chosen"], row[instance], "{}", &row[task]);
        seen += 1;
    }
    assert_eq!(seen, 15);
    assert_eq!(place.why("job/3", &[]), place.why("job/3", &[]));
}

/// The page shows what the program says.
#[test]
fn the_page_is_fresh() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/why.md")).unwrap();
    let part = |from: &str| page.split_once(from).and_then(|(_, rest)| rest.split_once("```")).unwrap().0;
    let place = Place::new(part("```yaml\n"));
    assert_eq!(part("$ longshore why shop.yaml --task web/2\n"), place.why("web/2", &[]));
}

/// A run in which a task found no place says how to ask.
#[test]
fn the_run_says_how_to_ask() {
    let hint = "longshore why s.yaml --task NAME/NUMBER";
    let run = |scenario: &str| Place::new(scenario).call(&["run", "s.yaml", "--no-charts"]).out;
    assert!(run(WAITS).contains(hint) && !run(THREE).contains(hint));
}

/// ECS-221, ECS-220: web/0 leaves `one`, which drains at 10 s, once web/2 runs on `two` (2 s to start); at 30 s `two` is
/// terminated with web/1 and web/2.
const LEAVES: &str = "\
duration: 1m
tie_break: lowest_id
instances: [{name: one, type: m5.large}, {name: two, type: m5.large}]
task_definitions: {web: {memory: 100}}
services: {web: {task_definition: web, desired_count: 2, placement: [{spread: instance_id}]}}
events: [{at: 10s, drain_instance: one}, {at: 30s, terminate_instance: two}]
";

#[test]
fn told_to_stop_because_of_an_instance() {
    let place = Place::new(LEAVES);
    let flat = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    has(
        &flat(place.why("web/0", &[])),
        &["told to stop at 12s: one is DRAINING since 10s: tasks of services leave it (ECS-221)"],
    );
    has(
        &flat(place.why("web/2", &[])),
        &["placed at 10s on two; told to stop at 30s: two was terminated, and all that was on it is lost (ECS-220)"],
    );
    let early = flat(place.why("web/0", &["--at", "11s"]));
    assert!(!early.contains("told to stop"), "{early}");
}
