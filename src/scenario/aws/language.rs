//! AWS's own JSON of a task definition, member by member: what `RegisterTaskDefinition` takes and what
//! `DescribeTaskDefinition` answers (PLT-110 to PLT-113).
//!
//! Each member that the run makes no use of says so in its text, by one of the words below: that text is the one place
//! from which the check, the notes of a run and the reference know it.

use super::vain_language;
use crate::scenario::shape::{Key, MapShape, Numbers, Quantity, Shape, key};
use crate::scenario::task_language::{CONDITIONS, LAUNCH_TYPES, OPERATING_SYSTEM};
use crate::scenario::task_raw::parse_container_ports;
use crate::units::{parse_cpu, parse_memory};

/// Accepted: it changes nothing that longshore looks at.
pub(super) const WITHOUT_EFFECT: &str = "without effect";
/// Accepted: a later version gives it its effect.
pub(super) const NOT_YET: &str = "not simulated yet";
/// Members of answers, which no request has.
pub(super) const READ_ONLY: &str = "read-only";
/// Refused; the reason follows.
pub(super) const REFUSED: &str = "refused: ";

const fn without_effect(name: &'static str) -> Key {
    key(name, &Shape::Anything).doc(WITHOUT_EFFECT)
}

const fn not_yet(name: &'static str) -> Key {
    key(name, &Shape::Anything).doc(NOT_YET)
}

const fn read_only(name: &'static str) -> Key {
    key(name, &Shape::Anything).doc(READ_ONLY)
}

/// AWS writes sizes without a zero before the point too: `.25 vCPU`.
pub(super) fn with_zero(text: &str) -> String {
    let zero = if text.trim_start().starts_with('.') { "0" } else { "" };
    format!("{zero}{}", text.trim())
}

static CPU_KIND: Quantity = Quantity {
    name: "CPU size of a task",
    parse: |text| match parse_cpu(&with_zero(text)) {
        Ok(_) if !text.contains("units") => Ok(()),
        _ => Err("AWS takes units or vCPUs".to_owned()),
    },
    pattern: r"^\s*(\d+(\.0+)?|(\d+(\.\d+)?|\.\d+)\s*(vCPU|vcpu))\s*$",
    numbers: Numbers::No,
    examples: &["512", "1 vCPU", "0.5 vcpu"],
};
static MEMORY_KIND: Quantity = Quantity {
    name: "memory size of a task",
    parse: |text| match parse_memory(&with_zero(text)) {
        Ok(_) if !text.contains('i') && !text.contains('T') => Ok(()),
        _ => Err("AWS takes MiB without a unit, or GB, which are 1,024 of them".to_owned()),
    },
    pattern: r"^\s*(\d+(\.0+)?|(\d+(\.\d+)?|\.\d+)\s*GB)\s*$",
    numbers: Numbers::No,
    examples: &["512", "1GB", "0.5 GB"],
};
static RANGE_KIND: Quantity = Quantity {
    name: "range of ports",
    parse: |text| match parse_container_ports(text) {
        Ok(_) if text.contains('-') => Ok(()),
        Ok(_) => Err("a range has a first and a last port".to_owned()),
        Err(reason) => Err(reason),
    },
    pattern: r"^\s*\d+\s*-\s*\d+\s*$",
    numbers: Numbers::No,
    examples: &["8000-8010"],
};

static TEXT: Shape = Shape::Text { min: 0, max: 2000 };
static UNITS: Shape = Shape::Integer { min: 0, max: 10_000_000 };
static MIB: Shape = Shape::Integer { min: 0, max: 100_000_000 };
static SECONDS: Shape = Shape::Integer { min: 1, max: 1_000_000 };

/// What `describe-task-definition` prints.
pub(super) static ANSWER: Shape = Shape::Map(&ANSWER_MAP);
static ANSWER_MAP: MapShape = MapShape {
    title: "the answer of DescribeTaskDefinition",
    keys: &[
        key("taskDefinition", &TASK_DEFINITION).required().doc("The task definition."),
        without_effect("tags"),
        without_effect("ResponseMetadata"),
    ],
};

/// What `register-task-definition` takes.
pub(super) static TASK_DEFINITION: Shape = Shape::Map(&TASK_DEFINITION_MAP);
pub(super) static TASK_DEFINITION_MAP: MapShape = MapShape {
    title: "a task definition of AWS",
    keys: &[
        key("family", &Shape::Name).required().doc("Its family."),
        key("containerDefinitions", &Shape::List { of: &Shape::Map(&CONTAINER_MAP), min: 1, max: 10 })
            .required()
            .doc("Its containers (ECS-805)."),
        key("cpu", &Shape::Quantity(&CPU_KIND)).doc("Task-level CPU, a text (PLT-113)."),
        key("memory", &Shape::Quantity(&MEMORY_KIND)).doc("Task-level memory, a text (PLT-113)."),
        key("networkMode", &Shape::OneOf(&["bridge", "host", "awsvpc", "none"]))
            .doc("Without: `bridge`, on Windows `default`."),
        key("requiresCompatibilities", &Shape::List { of: &Shape::OneOf(&LAUNCH_TYPES), min: 0, max: 4 })
            .doc("Launch types."),
        key("placementConstraints", &Shape::List { of: &Shape::Map(&CONSTRAINT_MAP), min: 0, max: 10 })
            .doc("Constraints of the type `memberOf` (ECS-304)."),
        key("ephemeralStorage", &Shape::Map(&STORAGE_MAP)).doc("Storage on Fargate."),
        key("runtimePlatform", &Shape::Map(&PLATFORM_MAP)).doc("Architecture and operating system."),
        vain_language::TASK_ROLE,
        vain_language::EXECUTION_ROLE,
        not_yet("volumes"),
        vain_language::TAGS_KEY,
        vain_language::text("pidMode"),
        vain_language::text("ipcMode"),
        vain_language::yes_or_no("enableFaultInjection"),
        key("proxyConfiguration", &Shape::Anything).doc("refused: App Mesh has ended"),
        key("inferenceAccelerators", &Shape::Anything).doc("refused: Elastic Inference has ended"),
        key("trustedExecutionConfiguration", &Shape::Anything).doc("refused: what it does to a task is not modelled"),
        read_only("taskDefinitionArn"),
        read_only("revision"),
        read_only("status"),
        read_only("requiresAttributes"),
        read_only("compatibilities"),
        read_only("registeredAt"),
        read_only("registeredBy"),
        read_only("deregisteredAt"),
        read_only("deleteRequestedAt"),
    ],
};

pub(super) static CONTAINER_MAP: MapShape = MapShape {
    title: "a container definition of AWS",
    keys: &[
        key("name", &Shape::Name).required().doc("Its name."),
        key("cpu", &UNITS).doc("CPU units, a number (PLT-113)."),
        key("memory", &MIB).doc("Hard limit in MiB, a number (PLT-113)."),
        key("memoryReservation", &MIB).doc("Soft limit in MiB, a number."),
        key("essential", &Shape::Bool).doc("Whether the task ends with it."),
        key("dependsOn", &Shape::List { of: &Shape::Map(&DEPENDENCY_MAP), min: 0, max: 9 }).doc("What it waits for."),
        key("startTimeout", &SECONDS).doc("Seconds."),
        key("stopTimeout", &SECONDS).doc("Seconds."),
        key("portMappings", &Shape::List { of: &Shape::Map(&PORT_MAP), min: 0, max: 1000 }).doc("Its ports."),
        key("resourceRequirements", &Shape::List { of: &Shape::Map(&REQUIREMENT_MAP), min: 0, max: 2 })
            .doc("GPUs (ECS-136)."),
        key("links", &Shape::List { of: &TEXT, min: 0, max: 100 }).doc(WITHOUT_EFFECT),
        key("linuxParameters", &Shape::Map(&LINUX_MAP)).doc(WITHOUT_EFFECT),
        vain_language::IMAGE,
        vain_language::RESTART_POLICY,
        vain_language::HEALTH_CHECK,
        vain_language::LOG_CONFIGURATION,
        not_yet("firelensConfiguration"),
        vain_language::SECRETS_KEY,
        not_yet("repositoryCredentials"),
        vain_language::MOUNT_POINTS,
        vain_language::VOLUMES_FROM_KEY,
        not_yet("versionConsistency"),
        vain_language::ENTRY_POINT,
        vain_language::COMMAND,
        vain_language::ENVIRONMENT,
        without_effect("environmentFiles"),
        without_effect("dockerLabels"),
        vain_language::ULIMITS_KEY,
        vain_language::text("user"),
        vain_language::text("workingDirectory"),
        vain_language::text("hostname"),
        vain_language::texts("dnsServers"),
        vain_language::texts("dnsSearchDomains"),
        without_effect("extraHosts"),
        without_effect("systemControls"),
        vain_language::yes_or_no("privileged"),
        vain_language::yes_or_no("readonlyRootFilesystem"),
        vain_language::yes_or_no("interactive"),
        vain_language::yes_or_no("pseudoTerminal"),
        vain_language::texts("credentialSpecs"),
        vain_language::texts("dockerSecurityOptions"),
        vain_language::yes_or_no("disableNetworking"),
    ],
};

static DEPENDENCY_MAP: MapShape = MapShape {
    title: "a container dependency of AWS",
    keys: &[
        key("containerName", &Shape::Name).required().doc("Name of another container."),
        key("condition", &Shape::OneOf(&CONDITIONS)).required().doc("What it must have reached (ECS-135)."),
    ],
};

static PORT_MAP: MapShape = MapShape {
    title: "a port mapping of AWS",
    keys: &[
        key("containerPort", &Shape::Integer { min: 1, max: 65_535 }).doc("Port of the container."),
        key("containerPortRange", &Shape::Quantity(&RANGE_KIND)).doc("Or a range of them."),
        key("hostPort", &Shape::Integer { min: 0, max: 65_535 }).doc("Port of the instance (ECS-122)."),
        key("protocol", &Shape::OneOf(&["tcp", "udp"])).doc("Protocol."),
        not_yet("name"),
        not_yet("appProtocol"),
    ],
};

static REQUIREMENT_MAP: MapShape = MapShape {
    title: "a resource requirement of AWS",
    keys: &[
        key("type", &Shape::OneOf(&["GPU", "InferenceAccelerator"])).required().doc("What."),
        key("value", &TEXT).required().doc("How many, a text."),
    ],
};

static LINUX_MAP: MapShape = MapShape {
    title: "the Linux parameters of AWS",
    keys: &[
        key("maxSwap", &MIB).doc("Refused above 0: swapping is not modelled."),
        without_effect("swappiness"),
        without_effect("capabilities"),
        without_effect("devices"),
        without_effect("initProcessEnabled"),
        without_effect("sharedMemorySize"),
        without_effect("tmpfs"),
    ],
};

static CONSTRAINT_MAP: MapShape = MapShape {
    title: "a placement constraint of AWS",
    keys: &[
        key("type", &Shape::OneOf(&["memberOf", "distinctInstance"])).required().doc("Its type."),
        key("expression", &Shape::Text { min: 1, max: 2000 }).doc("Expression in the cluster query language."),
    ],
};

static STORAGE_MAP: MapShape = MapShape {
    title: "the ephemeral storage of AWS",
    keys: &[key("sizeInGiB", &Shape::Integer { min: 21, max: 200 }).required().doc("Whole GiB (ECS-114).")],
};

static PLATFORM_MAP: MapShape = MapShape {
    title: "a runtime platform of AWS",
    keys: &[
        key("cpuArchitecture", &Shape::OneOf(&["X86_64", "ARM64"])).doc("Architecture (ECS-150)."),
        key("operatingSystemFamily", &OPERATING_SYSTEM).doc("Operating system."),
    ],
};

/// Members that Fargate does not take, beside those that have rules of their own (ECS-115).
pub(super) const NOT_ON_FARGATE: [&str; 9] = [
    "links",
    "privileged",
    "ipcMode",
    "maxSwap",
    "swappiness",
    "dnsServers",
    "dnsSearchDomains",
    "dockerSecurityOptions",
    "extraHosts",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_describes_itself() {
        let flaws = crate::scenario::flaws(&ANSWER);
        assert!(flaws.is_empty(), "{}", flaws.join("\n"));
    }

    /// PLT-113: the text forms of AWS, and no others.
    #[test]
    fn sizes_are_written_as_aws_does() {
        for good in ["256", "1 vCPU", ".5 vCPU", "0.25 vcpu", "1vCPU"] {
            assert!((CPU_KIND.parse)(good).is_ok(), "{good}");
        }
        for bad in ["512 units", "1 core", "-1", "", "half"] {
            assert!((CPU_KIND.parse)(bad).is_err(), "{bad}");
        }
        for good in ["512", "1GB", "1 GB", "0.5GB"] {
            assert!((MEMORY_KIND.parse)(good).is_ok(), "{good}");
        }
        for bad in ["512 MiB", "1 GiB", "1 TiB", "512 MB", "", "-1"] {
            assert!((MEMORY_KIND.parse)(bad).is_err(), "{bad}");
        }
    }
}
