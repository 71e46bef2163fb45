//! The part of the language about task definitions and their containers.

use super::language::{CPU, MEMORY, PATH, SPAN};
use super::shape::{Key, MapShape, Numbers, Quantity, Shape, key};
use super::task_raw::{parse_container_ports, parse_ports, parse_storage};
use crate::units::SystemFamily;

/// Linux, and the Windows families that ECS runs.
pub(super) static OPERATING_SYSTEM: Shape = Shape::OneOf(&SystemFamily::ALL);

const PORT_NUMBERS: Numbers = Numbers::Whole(1, 65_535);
static PORTS_KIND: Quantity = Quantity {
    name: "port mapping",
    parse: |text| parse_ports(text).map(drop),
    pattern: r"^\s*(\d+\s*:\s*\d+|\d+(\s*-\s*\d+)?)\s*(/(tcp|udp))?\s*$",
    numbers: PORT_NUMBERS,
    examples: &["80", "8080:80", "53:53/udp"],
};
static CONTAINER_PORTS_KIND: Quantity = Quantity {
    name: "port or range of ports",
    parse: |text| parse_container_ports(text).map(drop),
    pattern: r"^\s*\d+(\s*-\s*\d+)?\s*$",
    numbers: PORT_NUMBERS,
    examples: &["80", "8000-8010"],
};
static STORAGE_KIND: Quantity = Quantity {
    name: "amount of storage",
    parse: |text| parse_storage(text).map(drop),
    pattern: r"^\s*0*(2[1-9]|[3-9]\d|1\d\d|200)\s*GiB\s*$",
    numbers: Numbers::No,
    examples: &["21 GiB", "200 GiB"],
};

pub(super) static TASK_DEFINITIONS: Shape =
    Shape::Dict { names: &Shape::Name, of: &TASK_DEFINITION, min: 0, max: 10_000 };

/// One task definition.
pub(super) static TASK_DEFINITION: Shape = Shape::Map(&TASK_DEFINITION_MAP);

static TASK_DEFINITION_MAP: MapShape = MapShape {
    title: "a task definition",
    keys: &[
        key("file", &PATH).doc("A file with the task definition in AWS's own JSON, relative to the scenario (PLT-110). Beside it only `start_time`, `exit_time` and the times of its containers may stand."),
        key("family", &Shape::Name).doc("Its family, which the group of standalone tasks is named after (ECS-317); by default its name here."),
        key("cpu", &CPU).doc("Task-level CPU; wins over the sum of the containers' (ECS-102). Ignored for Windows on EC2 (ECS-107)."),
        key("memory", &MEMORY).doc("Task-level memory; wins over everything at container level (ECS-103). Ignored for Windows on EC2 (ECS-107)."),
        key("containers", &Shape::List { of: &Shape::Map(&CONTAINER_MAP), min: 1, max: 10 }).doc("What runs in it; at most ten (ECS-805). Without, it is one essential container (PLT-66)."),
        key("network_mode", &Shape::OneOf(&["bridge", "host", "awsvpc", "none", "default"])).doc("By default `bridge`, on Windows `default` (ECS-120)."),
        key("ports", &PORTS).doc("Ports of a task definition without `containers`."),
        key("gpus", &GPUS).doc("Whole GPUs of a task definition without `containers` (ECS-136)."),
        key("ephemeral_storage", &Shape::Quantity(&STORAGE_KIND)).doc("Storage on Fargate, 21 to 200 GiB; without, 20 GiB (ECS-114)."),
        key("runtime_platform", &Shape::Map(&RUNTIME_PLATFORM_MAP)).doc("Processor architecture and operating system."),
        key("requires_compatibilities", &COMPATIBILITIES).doc("What it must be able to run on; with FARGATE in it the rules of Fargate hold (ECS-111)."),
        key("placement_constraints", &CONSTRAINTS).doc("Which instances it may be placed on; at most ten (ECS-304)."),
        key("start_time", &SPAN).default("2s").doc("Before its first containers start; what they need to start, each and in the order of `depends_on`, comes on top. The default is for bridge mode with the image cached (ECS-555). What stands there at a steady start has started before."),
        key("exit_time", &SPAN).doc("From the stop signal to its exit, all that comes before the exit included (ECS-520, ECS-521). Without, what its containers need: 2s each, unless they say something else, at once or one after the other by `depends_on`."),
        Key::later("image", "comes with registries and images"),
        Key::later("volumes", "comes with volumes"),
        Key::later("execution_role", "comes with rights and secrets"),
        Key::later("task_role", "comes with rights and secrets"),
    ],
};

static CONTAINER_MAP: MapShape = MapShape {
    title: "a container",
    keys: &[
        key("name", &Shape::Name).required().doc("Its name."),
        key("cpu", &CPU).default("0").doc("CPU units; none adds nothing to the reservation (ECS-102)."),
        key("memory", &MEMORY).doc("Hard limit (ECS-104)."),
        key("memory_reservation", &MEMORY)
            .doc("Soft limit: reserved instead of the hard limit where it is given (ECS-103)."),
        key("essential", &Shape::Bool).default("true").doc("Whether the task stops when it ends (ECS-130)."),
        key("depends_on", &Shape::List { of: &Shape::Map(&DEPENDENCY_MAP), min: 1, max: 9 })
            .doc("What other containers must have reached before it starts; they stop after it (PLT-67)."),
        key("start_timeout", &SPAN).doc("How long those that depend on it wait, from its start, for it to be complete or healthy (PLT-68). On Fargate 2s to 120s."),
        key("stop_timeout", &SPAN).default("30s").doc("From the stop signal until it is killed (ECS-520). On Fargate 2s to 120s."),
        key("start_time", &SPAN).default("0s").doc("From the moment at which it may start until it has started."),
        key("healthy_after", &SPAN).doc("From its start until it is healthy. Needed where somebody waits for that."),
        key("exits_after", &SPAN).doc("From its start until it exits by itself; without, it runs until it is stopped."),
        key("exit_code", &Shape::Integer { min: 0, max: 255 }).default("0").doc("With which it exits by itself."),
        key("exit_time", &SPAN).doc("From the stop signal to its exit, at most `stop_timeout`; by default the task's, or 2s."),
        key("ports", &PORTS).doc("Its ports."),
        key("gpus", &GPUS).doc("How many whole GPUs it needs (ECS-136)."),
        Key::later("restart", "comes with the life of containers"),
        Key::later("secrets", "comes with rights and secrets"),
        Key::later("logging", "comes with logs"),
        Key::later("mount_points", "comes with volumes"),
        Key::later("health_check", "comes with health checks; `healthy_after` says when it first passes"),
        Key::later("image", "comes with registries and images"),
    ],
};

static DEPENDENCY_MAP: MapShape = MapShape {
    title: "a dependency",
    keys: &[
        key("container", &Shape::Name).required().doc("Name of another container of the same task definition."),
        key("condition", &Shape::OneOf(&CONDITIONS)).default("START").doc(
            "What it must have reached: started, ended, ended with code 0, or healthy (ECS-135). Only what is not essential can be waited for to end.",
        ),
    ],
};
pub(super) static CONDITIONS: [&str; 4] = ["START", "COMPLETE", "SUCCESS", "HEALTHY"];

static GPUS: Shape = Shape::Integer { min: 0, max: 64 };

static PORTS: Shape =
    Shape::List { of: &Shape::Either(&[&Shape::Quantity(&PORTS_KIND), &Shape::Map(&PORT_MAP)]), min: 0, max: 1000 };
static PORT_MAP: MapShape = MapShape {
    title: "a port mapping",
    keys: &[
        key("container", &Shape::Quantity(&CONTAINER_PORTS_KIND)).required().doc("Port of the container, or a range of them, each of which gets a port of the instance when the task is placed."),
        key("host", &Shape::Integer { min: 0, max: 65_535 }).doc("Port of the instance. 0 or none: any that is free in bridge mode, the same as the container's in the modes `host` and `awsvpc` (ECS-122)."),
        key("protocol", &Shape::OneOf(&["tcp", "udp"])).default("tcp").doc("The two have ports of their own (ECS-121)."),
    ],
};

static RUNTIME_PLATFORM_MAP: MapShape = MapShape {
    title: "a runtime platform",
    keys: &[
        key("cpu_architecture", &Shape::OneOf(&["X86_64", "ARM64"]))
            .doc("Without, X86_64 is taken, and no instance is ruled out by it (ECS-150, ECS-152)."),
        key("operating_system_family", &OPERATING_SYSTEM).default("LINUX").doc("Operating system."),
    ],
};

static COMPATIBILITIES: Shape = Shape::List { of: &Shape::OneOf(&LAUNCH_TYPES), min: 1, max: 4 };
/// All that AWS knows; instances of ECS Anywhere and Managed Instances are not simulated.
pub(super) static LAUNCH_TYPES: [&str; 4] = ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];

static CONSTRAINTS: Shape = Shape::List { of: &Shape::OneKey(&CONSTRAINT_MAP), min: 0, max: 10 };
static CONSTRAINT_MAP: MapShape = MapShape {
    title: "a placement constraint of a task definition",
    keys: &[
        key("member_of", &Shape::Text { min: 1, max: 2000 })
            .doc("Expression in the cluster query language, which the instance must fulfil."),
        key("distinct_instance", &Shape::Bool)
            .doc("Refused here: only services and calls of RunTask can ask for it (ECS-304)."),
    ],
};
