//! Task definitions, worked out by hand.

use super::*;
use crate::diag::{Findings, Sources, render};
use crate::plan::Files;
use crate::scenario::{load, scenario};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// One file, whatever it is called.
struct OneFile<'a>(&'a str);

impl Files for OneFile<'_> {
    fn read(&mut self, _: &str) -> Result<Vec<u8>, String> {
        Ok(self.0.as_bytes().to_vec())
    }
}

struct Examined {
    definitions: BTreeMap<String, Rc<Definition>>,
    findings: Findings,
    sources: Sources,
}

/// The definitions of a text; `json` is what every file holds.
fn examine(definitions: &str, json: &str) -> Examined {
    let indented = definitions.lines().fold(String::new(), |text, line| text + "  " + line + "\n");
    let text = format!("duration: 1h\ntask_definitions:\n{indented}");
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let (_, tree) = load(&mut sources, "t.yaml", text.as_bytes(), &mut findings);
    let tree = tree.unwrap_or_else(|| panic!("{}", render(&findings, &sources, false, 120)));
    let Some(scenario) = scenario(&tree, &mut findings) else {
        panic!("{}", render(&findings, &sources, false, 120));
    };
    let mut files = OneFile(json);
    let imports = import(&scenario, &tree, &mut sources, &mut files, &mut findings);
    let (scenario, tree) = imports.as_ref().map_or((&scenario, &tree), |found| (&found.scenario, &found.tree));
    let mut builder = Builder::new(scenario, tree, &mut sources, &mut files, &mut findings);
    builder.imports = imports.as_ref().map(|found| found.notes.clone()).unwrap_or_default();
    builder.task_definitions();
    let definitions = std::mem::take(&mut builder.definitions);
    Examined { definitions, findings, sources }
}

/// The one definition of a text without mistakes.
fn sound(definitions: &str, json: &str) -> Rc<Definition> {
    let Examined { definitions, findings, sources } = examine(definitions, json);
    assert!(!findings.has_errors(), "{}", render(&findings, &sources, false, 120));
    definitions.into_values().next().expect("one definition")
}

/// Code, and the text that is pointed at first.
fn mistakes(definitions: &str) -> Vec<(&'static str, String)> {
    let Examined { findings, sources, .. } = examine(definitions, "");
    let of = |finding: &&Finding| {
        let span = finding.primary().expect("a place").span;
        (finding.code.id(), sources.slice(span).to_owned())
    };
    findings.sorted().iter().map(of).collect()
}

fn ports(definition: &Definition) -> Vec<String> {
    definition.demand.ports.iter().map(ToString::to_string).collect()
}

/// ECS-121, ECS-122: fixed ports are charged, the others are counted; TCP before UDP, by number.
#[test]
fn bridge_charges_fixed_ports() {
    let web = sound(
        "web: {memory: 300, ports: ['8080:80', 443, {container: 53, host: 53, protocol: udp}, '0:9000', 7000-7009]}",
        "",
    );
    assert_eq!(web.network_mode, NetworkMode::Bridge);
    assert_eq!(ports(&web), ["8080/tcp", "53/udp"]);
    assert_eq!(web.demand.dynamic_ports, 12); // 443, 9000 and the ten of 7000 to 7009
    assert!(!web.demand.interface);
}

/// ECS-123: in host mode each port of a container is one of the instance, so two copies can't share it.
#[test]
fn host_mode_takes_every_port() {
    let web = sound("web: {memory: 300, network_mode: host, ports: [80, '443:443', 80/udp]}", "");
    assert_eq!(ports(&web), ["80/tcp", "443/tcp", "80/udp"]);
    assert_eq!(web.demand.dynamic_ports, 0);
}

/// ECS-121, ECS-129, ECS-555: an interface of its own, no port of the instance, and 10 s more to start: 2 + 10.
#[test]
fn awsvpc_takes_an_interface() {
    let web = sound("web: {memory: 300, network_mode: awsvpc, ports: [80, '443:443']}", "");
    assert!(web.demand.interface && web.demand.ports.is_empty());
    assert_eq!(web.demand.dynamic_ports, 0);
    assert_eq!(web.start_span(None), SimSpan::seconds(12));
    assert_eq!(web.start_span(Some(SimSpan::seconds(5))), SimSpan::seconds(5));
}

/// PLT-67: 2 s before the first container (ECS-555), then 5 s for the database and 20 s until it is healthy, then 1 s.
/// At the stop (ECS-135, ECS-520): the app 2 s, then the database, killed after 10 of its 60 s.
#[test]
fn containers_make_the_life() {
    let text = "\
web:
  memory: 512
  containers:
    - {name: app, start_time: 1s, depends_on: [{container: db, condition: HEALTHY}]}
    - {name: db, start_time: 5s, healthy_after: 20s, exit_time: 60s, stop_timeout: 10s}";
    let web = sound(text, "");
    assert_eq!(web.start_span(None), SimSpan::seconds(28));
    assert_eq!(web.exit_time, SimSpan::seconds(12));
    assert_eq!(web.life.ends, None);
}

/// ECS-520, ECS-521: what the task definition says itself holds for all, however long.
#[test]
fn an_exit_time_of_the_task_wins() {
    let web =
        sound("web: {exit_time: 302s, start_time: 4s, containers: [{name: a, memory: 9}, {name: b, memory: 9}]}", "");
    assert_eq!((web.exit_time, web.start_span(None)), (SimSpan::seconds(302), SimSpan::seconds(4)));
}

/// ECS-107: on Windows the containers' values count, 512 + 256 units and 1024 + 300 MiB, not the task's.
#[test]
fn windows_ignores_the_task_level() {
    let text = "\
web:
  cpu: 2048
  memory: 8192
  runtime_platform: {operating_system_family: WINDOWS_SERVER_2022_CORE}
  containers:
    - {name: app, cpu: 512, memory: 1024}
    - {name: log, cpu: 256, memory: 600, memory_reservation: 300}";
    let examined = examine(text, "");
    let codes: Vec<&str> = examined.findings.iter().map(|finding| finding.code.id()).collect();
    assert_eq!(codes, ["LS0235", "LS0235"], "a warning for each");
    let web = &examined.definitions["web"];
    assert_eq!(web.demand.need, Resources::new(768, 1324));
    assert_eq!((web.network_mode, web.operating_system), (NetworkMode::Default, OperatingSystem::Windows));
}

/// ECS-110 to ECS-114, ECS-120.
#[test]
fn fargate_has_sizes_of_its_own() {
    let text = "\
web:
  cpu: 1 vCPU
  memory: 2GB
  network_mode: awsvpc
  requires_compatibilities: [FARGATE]
  runtime_platform: {cpu_architecture: ARM64}
  containers: [{name: app, cpu: 1024, memory: 2048, stop_timeout: 120s}]";
    let web = sound(text, "");
    assert_eq!(web.task_size, Some(Resources::new(1024, 2048)));
    assert_eq!((web.ephemeral_storage_gib, web.architecture), (20, Some(Architecture::Arm64)));
    assert_eq!(web.requires, Requires { ec2: false, fargate: true, other: false });
    let plain = sound("web: {cpu: 256, memory: 512, ephemeral_storage: 40 GiB}", "");
    assert_eq!(plain.ephemeral_storage_gib, 40);
    assert_eq!((plain.architecture, plain.requires), (None, Requires::default()));
    assert_eq!(plain.not_on_fargate, None); // where no mode is given the one that Fargate has is meant
    let bridge = sound("web: {cpu: 256, memory: 512, network_mode: bridge}", "");
    assert!(bridge.not_on_fargate.as_deref().is_some_and(|why| why.contains("ECS-120")), "bridge is not for Fargate");
    let fit = sound("web: {cpu: 256, memory: 512, network_mode: awsvpc}", "");
    assert_eq!(fit.not_on_fargate, None);
}

/// ECS-136, ECS-304, ECS-317.
#[test]
fn gpus_constraints_and_family() {
    let text = "\
train:
  family: trainer
  memory: 4096
  placement_constraints: [{member_of: 'attribute:ecs.instance-type =~ g4dn.*'}]
  containers: [{name: a, gpus: 2}, {name: b}, {name: c, gpus: 1}]";
    let train = sound(text, "");
    assert_eq!((train.demand.gpus, train.family.as_str()), (3, "trainer"));
    let [constraint] = train.constraints.as_slice() else { panic!("one constraint") };
    assert_eq!(constraint.text, "attribute:ecs.instance-type =~ g4dn.*");
    assert_eq!(constraint.path, "task_definitions.train.placement_constraints[0].member_of");
}

/// ECS-127: 100 ports less the instance's own five are 95.
#[test]
fn an_instance_has_95_fixed_ports() {
    let of = |count: usize| {
        let ports: Vec<String> = (0..count).map(|row| format!("'{}:80'", 10_000 + row)).collect();
        format!("web: {{memory: 300, ports: [{}]}}", ports.join(", "))
    };
    assert_eq!(ports(&sound(&of(95), "")).len(), 95);
    assert_eq!(mistakes(&of(96)), [("LS0232", "web".to_owned())]);
}

/// ECS-120, ECS-122, ECS-124, ECS-126.
#[test]
fn what_ports_can_not_be() {
    for (text, place) in [
        ("web: {memory: 9, network_mode: none, ports: [80]}", "80"),
        ("web: {memory: 9, network_mode: default}", "default"),
        (
            "web: {memory: 9, network_mode: host, runtime_platform: {operating_system_family: WINDOWS_SERVER_2019_FULL}}",
            "host",
        ),
        ("web: {memory: 9, network_mode: host, ports: [{container: 80, host: 8080}]}", "8080"),
        ("web: {memory: 9, network_mode: awsvpc, ports: ['8080:80']}", "'8080:80'"),
        ("web: {memory: 9, network_mode: host, ports: [80-90]}", "80-90"),
        ("web: {memory: 9, ports: [{container: 80-90, host: 80}]}", "container"),
        ("web: {memory: 9, ports: ['22:22']}", "'22:22'"),
        ("web: {memory: 9, network_mode: host, ports: [51678]}", "51678"),
        ("web: {memory: 9, ports: ['8080:80', '8080:81']}", "'8080:81'"),
    ] {
        assert_eq!(mistakes(text), [("LS0232", place.to_owned())], "{text}");
    }
    // 51680 is taken only where the agent shows its metrics; the protocols are apart; UDP 22 is free
    assert!(mistakes("web: {memory: 9, ports: ['51680:80', '8080:80', '8080:80/udp', '22:22/udp']}").is_empty());
}

/// PLT-70: what is reserved may equal the task's memory and not exceed it.
#[test]
fn containers_fit_into_their_task() {
    let of = |memory: u32| {
        format!(
            "web: {{memory: {memory}, containers: [{{name: a, memory: 300, memory_reservation: 100}}, {{name: b, memory: 200}}]}}"
        )
    };
    assert!(mistakes(&of(300)).is_empty());
    assert_eq!(mistakes(&of(299)), [("LS0206", "299".to_owned())]);
}

proptest! {
    /// Whatever is cut out of a good file or put into it: it is planned, or refused with a reason, and nothing panics.
    #[test]
    fn damaged_files_are_planned_or_refused(from in 0..2200_usize, len in 0..40_usize, put in "[\\[\\]{}\",:0-9 ]{0,5}") {
        let whole = include_str!("../../../tests/aws/described.json");
        let boundary = |at: usize| (0..=at.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
        let json = format!("{}{put}{}", &whole[..boundary(from)], &whole[boundary(from + len)..]);
        let examined = examine("web: {file: td.json, containers: [{name: migrate, exits_after: 9s}]}", &json);
        render(&examined.findings, &examined.sources, false, 100);
        prop_assert!(!examined.definitions.is_empty() || examined.findings.has_errors(), "{}", json);
        prop_assert!(examined.findings.iter().all(|finding| finding.code != Code::Internal), "{}", json);
    }
}
