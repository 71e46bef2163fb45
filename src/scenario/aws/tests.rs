//! AWS's JSON as people have it: what is read, what is named, what is refused and where.

use super::*;
use crate::diag::render;
use crate::scenario::{TaskDefinition, load, merge_aws, task_definition};
use proptest::prelude::*;

const LESSON: &str = include_str!("../../../scenarios/lessons/seed-164-httpd.json");

/// As `describe-task-definition` prints it: wrapped, with members of answers and many empty lists.
const ANSWER: &str = include_str!("../../../tests/aws/described.json");

fn read(json: &str) -> (Option<AwsTaskDefinition>, Findings, Sources) {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let id = sources.add("td.json", json);
    let found = aws_task_definition(&sources, id, &mut findings);
    assert_eq!(found.is_none(), findings.has_errors(), "{}", render(&findings, &sources, false, 120));
    (found, findings, sources)
}

fn sound(json: &str) -> (TaskDefinition, AwsTaskDefinition) {
    let (found, mut findings, sources) = read(json);
    let found = found.unwrap_or_else(|| panic!("{}", render(&findings, &sources, false, 120)));
    let typed = task_definition(&found.tree, "task_definitions.web", &mut findings);
    let typed = typed.unwrap_or_else(|| panic!("{}", render(&findings, &sources, false, 120)));
    (typed, found)
}

/// Code, line and column of each finding.
fn places(json: &str) -> Vec<String> {
    let (_, findings, sources) = read(json);
    let place = |finding: &&Finding| {
        let span = finding.primary().expect("a place").span;
        let place = sources.place(span.source, span.start);
        format!("{} {}:{}", finding.code.id(), place.line, place.column)
    };
    findings.sorted().iter().map(place).collect()
}

/// A definition with one container that has these members besides its name.
fn with_container(members: &str) -> String {
    format!("{{\"family\": \"f\", \"containerDefinitions\": [{{\"name\": \"app\", \"memory\": 64, {members}}}]}}")
}

/// SEED-164, PLT-110, PLT-111, PLT-112.
#[test]
fn the_lesson_is_read() {
    let (typed, found) = sound(LESSON);
    assert_eq!(typed.family.as_deref(), Some("httpd"));
    assert_eq!(typed.network_mode.as_deref(), Some("bridge"));
    let [container] = typed.containers.as_slice() else { panic!("one container") };
    assert_eq!((container.cpu.map(|cpu| cpu.0), container.memory.map(|memory| memory.0)), (Some(128), Some(300)));
    assert_eq!(container.ports.len(), 1);
    assert_eq!((container.ports[0].container.first, container.ports[0].host), (80, Some(8080)));
    assert_eq!(found.not_simulated, ["containerDefinitions.image", "containerDefinitions.logConfiguration"]);
    assert_eq!(found.without_effect, ["containerDefinitions.command", "containerDefinitions.environment"]);
}

/// PLT-110: wrapped in `taskDefinition`; members of answers and empty lists say nothing. PLT-113: sizes are texts.
#[test]
fn an_answer_is_read() {
    let (typed, found) = sound(ANSWER);
    assert_eq!((typed.cpu.map(|cpu| cpu.0), typed.memory.map(|memory| memory.0)), (Some(1024), Some(3072)));
    assert_eq!(typed.requires_compatibilities, ["FARGATE"]);
    assert_eq!(typed.ephemeral_storage, Some(40));
    assert_eq!(typed.runtime_platform.cpu_architecture.as_deref(), Some("ARM64"));
    assert!(typed.placement_constraints.is_empty());
    let [app, migrate] = typed.containers.as_slice() else { panic!("two containers") };
    assert_eq!(app.depends_on[0].container, "migrate");
    assert_eq!(app.depends_on[0].condition.as_deref(), Some("SUCCESS"));
    assert_eq!((migrate.essential, migrate.start_timeout.map(|span| span.0)), (Some(false), Some(120_000)));
    assert_eq!(
        found.not_simulated,
        ["containerDefinitions.image", "containerDefinitions.healthCheck", "executionRoleArn"]
    );
    assert_eq!(found.without_effect, ["containerDefinitions.environment"]);
    assert!(found.not_on_fargate.is_empty());
}

/// As AWS's own pages have them, and others as people write them: nothing in them is refused.
#[test]
fn examples_are_read() {
    for (json, containers, ports, vain) in [
        (include_str!("../../../tests/aws/wordpress.json"), 2, 1, 5),
        (include_str!("../../../tests/aws/windows-fargate.json"), 1, 1, 4),
        (include_str!("../../../tests/aws/gpu.json"), 1, 0, 2),
        (include_str!("../../../tests/aws/sidecars.json"), 3, 2, 14),
    ] {
        let (typed, found) = sound(json);
        assert_eq!(typed.containers.len(), containers, "{json}");
        assert_eq!(typed.containers.iter().map(|container| container.ports.len()).sum::<usize>(), ports, "{json}");
        let named = [found.not_simulated.clone(), found.without_effect.clone()].concat();
        assert_eq!(named.len(), vain, "{named:?}");
    }
}

/// PLT-113, ECS-101.
#[test]
fn sizes_of_tasks_are_texts_and_of_containers_numbers() {
    let task = |cpu: &str, memory: &str| {
        let (typed, _) = sound(&format!(
            "{{\"family\":\"f\",\"cpu\":{cpu},\"memory\":{memory},\"containerDefinitions\":[{{\"name\":\"a\"}}]}}"
        ));
        (typed.cpu.unwrap().0, typed.memory.unwrap().0)
    };
    assert_eq!(task("\"512\"", "\"1024\""), (512, 1024));
    assert_eq!(task("\"1 vCPU\"", "\"1GB\""), (1024, 1024)); // AWS's GB is 1,024 MiB
    assert_eq!(task("\".25 vcpu\"", "\"0.5 GB\""), (256, 512));
    let wrong = "{\"family\":\"f\",\n\"cpu\":512,\n\"memory\":\"1 GiB\",\n\"containerDefinitions\":[{\"name\":\"a\",\"cpu\":\"64\"}]}";
    // line 4: 22 + 1 for the key, 2 brackets, 6 + 1 + 3 + 1 for the name, 5 + 1 for the key: the value is the 43rd
    assert_eq!(places(wrong), ["LS0101 2:7", "LS0108 3:10", "LS0112 4:43"]);
}

/// PLT-112: ports in all their forms.
#[test]
fn port_mappings() {
    let ports = "\"portMappings\": [{\"containerPort\": 80}, {\"containerPort\": 53, \"hostPort\": 0, \"protocol\": \"udp\"}, {\"containerPortRange\": \"90-99\"}]";
    let (typed, _) = sound(&with_container(ports));
    let ports = &typed.containers[0].ports;
    assert_eq!((ports[0].host, ports[1].host, ports[1].protocol.as_deref()), (None, Some(0), Some("udp")));
    assert_eq!(ports[2].container.count(), 10);
    assert_eq!(places(&with_container("\"portMappings\": [{\"hostPort\": 80}]")).len(), 1);
    let both = "\"portMappings\": [{\"containerPort\": 80, \"containerPortRange\": \"80-81\"}]";
    assert_eq!(places(&with_container(both)).len(), 1);
}

/// ECS-136.
#[test]
fn gpus_are_numbers_in_quotes() {
    let gpu =
        |value: &str| with_container(&format!("\"resourceRequirements\": [{{\"type\": \"GPU\", \"value\": {value}}}]"));
    assert_eq!(sound(&gpu("\"4\"")).0.containers[0].gpus, Some(4));
    for bad in ["\"ALL\"", "\"0\"", "\"1.5\"", "\"\"", "\"-1\"", "\"99999999999\"", "1"] {
        assert_eq!(places(&gpu(bad)).len(), 1, "{bad}");
    }
    let other = "\"resourceRequirements\": [{\"type\": \"InferenceAccelerator\", \"value\": \"x\"}]";
    assert!(places(&with_container(other))[0].starts_with("LS0114"));
    let twice =
        "\"resourceRequirements\": [{\"type\": \"GPU\", \"value\": \"1\"}, {\"type\": \"GPU\", \"value\": \"2\"}]";
    assert!(places(&with_container(twice))[0].starts_with("LS0207"));
}

/// PLT-111, PLT-112: refused by name; swapping only where some is asked for.
#[test]
fn what_is_refused_is_named() {
    for members in [
        "\"proxyConfiguration\": {\"containerName\": \"envoy\"}",
        "\"inferenceAccelerators\": [{}]",
        "\"trustedExecutionConfiguration\": {\"x\": 1}",
    ] {
        let json = format!("{{\"family\": \"f\", {members}, \"containerDefinitions\": [{{\"name\": \"a\"}}]}}");
        assert_eq!(places(&json), ["LS0114 1:17"], "{members}");
    }
    assert_eq!(places(&with_container("\"linuxParameters\": {\"maxSwap\": 10}")).len(), 1);
    assert!(places(&with_container("\"linuxParameters\": {\"maxSwap\": 0, \"swappiness\": 60}")).is_empty());
    let links =
        "{\"family\":\"f\",\"networkMode\":\"awsvpc\",\"containerDefinitions\":[{\"name\":\"a\",\"links\":[\"b\"]}]}";
    assert_eq!(places(links).len(), 1);
    let service = "{\"serviceName\": \"web\", \"taskDefinition\": \"web:3\", \"desiredCount\": 2}";
    assert_eq!(places(service), ["LS0114 1:2"]);
}

/// PLT-110: unknown members with the nearest name, all mistakes at once.
#[test]
fn unknown_members_are_errors() {
    let json = "{\n\"Family\": \"f\",\n\"containerDefinition\": [],\n\"foo\": 1}";
    let (_, findings, _) = read(json);
    let helps: Vec<&str> = findings.iter().filter_map(|finding| finding.help.as_deref()).collect();
    assert_eq!(places(json), ["LS0104 2:1", "LS0104 3:1", "LS0104 4:1"]);
    assert_eq!(helps[0], "did you mean `family`?");
    assert_eq!(helps[1], "did you mean `containerDefinitions`?");
    assert!(places("[]").len() == 1 && places("{}").len() == 2 && places("\"x\"").len() == 1);
}

/// ECS-805, ECS-818.
#[test]
fn bounds_of_aws_hold() {
    let containers = |count: usize| {
        let each: Vec<String> = (0..count).map(|row| format!("{{\"name\": \"c{row}\"}}")).collect();
        format!("{{\"family\": \"f\", \"containerDefinitions\": [{}]}}", each.join(", "))
    };
    assert!(places(&containers(10)).is_empty());
    assert!(places(&containers(11))[0].starts_with("LS0110"));
    // {"family":"f","containerDefinitions":[{"name":"app","memory":64,"user":"…"}]} has 76 bytes around the text
    let user = |len: usize| with_container(&format!("\"user\": \"{}\"", "x".repeat(len)));
    assert!(places(&user(65_536 - 76)).is_empty());
    assert_eq!(places(&user(65_536 - 75)), ["LS0001 1:2"]);
    let blanks = user(65_536 - 76).replace(", ", ",\n          ");
    assert!(places(&blanks).is_empty(), "blanks do not count");
}

/// PLT-110: what JSON can't say stands beside it; a key that both say is an error, with both places.
#[test]
fn times_come_from_the_scenario() {
    let beside = |text: &str| {
        let (mut sources, mut findings) = (Sources::new(), Findings::new());
        let id = sources.add("td.json", ANSWER);
        let found = aws_task_definition(&sources, id, &mut findings).unwrap();
        let (_, node) = load(&mut sources, "t.yaml", text.as_bytes(), &mut findings);
        let merged = merge_aws(&found.tree, &node.unwrap(), "task_definitions.web", &mut findings);
        let typed = task_definition(&merged, "task_definitions.web", &mut findings);
        (typed, findings.iter().map(|finding| finding.code.id()).collect::<Vec<_>>())
    };
    let text = "{file: td.json, start_time: 3s, containers: [{name: migrate, exits_after: 20s}, {name: app, healthy_after: 9s}]}";
    let (typed, codes) = beside(text);
    let typed = typed.unwrap();
    assert!(codes.is_empty(), "{codes:?}");
    assert_eq!(typed.start_time.map(|span| span.0), Some(3000));
    assert_eq!(typed.containers[1].exits_after.map(|span| span.0), Some(20_000));
    assert_eq!(typed.containers[0].healthy_after.map(|span| span.0), Some(9000));
    let (_, codes) = beside(
        "{file: td.json, cpu: 512, ports: [80], containers: [{name: app, memory: 5}, {name: apt}, {name: app}]}",
    );
    assert_eq!(codes, ["LS0207", "LS0207", "LS0207", "LS0201", "LS0215"]);
}

proptest! {
    /// Whatever is cut out of a good file or put into it: no panic, and a refusal has a place in the text.
    #[test]
    fn damaged_files_never_panic(from in 0..2200_usize, len in 0..60_usize, put in "[\\[\\]{}\",:0-9a-z \\\\]{0,6}") {
        let mut json = ANSWER.to_owned();
        let boundary = |at: usize| (0..=at.min(ANSWER.len())).rev().find(|at| ANSWER.is_char_boundary(*at)).unwrap_or(0);
        json.replace_range(boundary(from)..boundary(from + len), &put);
        let (found, findings, sources) = read(&json);
        render(&findings, &sources, false, 100);
        if let Some(found) = found {
            let mut findings = Findings::new();
            let typed = task_definition(&found.tree, "task_definitions.web", &mut findings);
            prop_assert_eq!(typed.is_none(), findings.has_errors());
            prop_assert!(findings.iter().all(|finding| finding.code != Code::Internal));
        }
    }
}
