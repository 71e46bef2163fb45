//! The scenario language, key by key: the one description that checks a text and documents it.
//!
//! A key stands here once it works. Those that the roadmap brings are listed as such, so that an author learns that
//! the key is right and the time is not.

use super::capacity_language::{CLUSTER, LAUNCH_TYPE, PROVIDERS, QUOTAS, STRATEGY, SUBNET_NAMES, SUBNETS};
use super::events_language::{DEPLOYMENT, EVENTS};
use super::load_language::LOAD;
use super::money_language::{PRICES, ROOT_VOLUME, along};
use super::purchase_language::{PURCHASE, RESERVED_INSTANCES, SAVINGS_PLANS, SPOT, SPOT_OF_EACH};
use super::shape::{Key, MapShape, Numbers, Quantity, Shape, key};
use super::start_language::{TRIGGER, WINDOW};
use super::surroundings_language::{
    CLOUDWATCH, DATA_TRANSFER, DISCOVERY, EKS, ENDPOINTS, FILE_SYSTEMS, LOAD_BALANCERS, LOGS, NAT_GATEWAYS,
    PUBLIC_ADDRESSES, REPOSITORIES, SECRETS,
};
use super::task_language::{OPERATING_SYSTEM, TASK_DEFINITIONS};
use crate::units::{MOST_USD, parse_cpu, parse_memory, parse_span, parse_usd};

/// Sums of numbers with a unit of time each.
pub(super) const SPAN_PATTERN: &str =
    r"^\s*(\d+(\.\d+)?\s*(ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)\s*)+$";

static SPAN_KIND: Quantity = Quantity {
    name: "span of time",
    parse: |text| parse_span(text).map(drop).map_err(|error| error.0),
    pattern: SPAN_PATTERN,
    numbers: Numbers::No,
    examples: &["90s", "15m", "1d 10h"],
};
static CPU_KIND: Quantity = Quantity {
    name: "amount of CPU",
    parse: |text| parse_cpu(text).map(drop).map_err(|error| error.0),
    pattern: r"^\s*(\d+(\.0+)?\s*(units)?|\d+(\.\d+)?\s*(vCPU|vcpu))\s*$",
    numbers: WHOLE_NUMBERS,
    examples: &["512", "0.5 vCPU"],
};
static MEMORY_KIND: Quantity = Quantity {
    name: "amount of memory",
    parse: |text| parse_memory(text).map(drop).map_err(|error| error.0),
    pattern: r"^\s*(\d+(\.0+)?\s*(MiB)?|\d+(\.\d+)?\s*(GiB|GB|TiB))\s*$",
    numbers: WHOLE_NUMBERS,
    examples: &["512 MiB", "1 GiB"],
};
static PRICE_KIND: Quantity = Quantity {
    name: "price in US dollars",
    parse: |text| parse_usd(text).map(drop).map_err(|error| error.0),
    pattern: r"^\s*\$*\s*0*(\d{1,6}(\.\d+)?|1000000(\.0+)?)\s*(USD)?\s*$",
    numbers: Numbers::UpTo(MOST_USD),
    examples: &["$0.096", "$1.20"],
};

/// Any that fits: the greatest of 32 bits means "not feasible" to the placement index.
const WHOLE_NUMBERS: Numbers = Numbers::Whole(0, u32::MAX as i64 - 1);
pub(super) static SPAN: Shape = Shape::Quantity(&SPAN_KIND);
pub(super) static CPU: Shape = Shape::Quantity(&CPU_KIND);
pub(super) static MEMORY: Shape = Shape::Quantity(&MEMORY_KIND);
pub(super) static PRICE: Shape = Shape::Quantity(&PRICE_KIND);
pub(super) static TEXT: Shape = Shape::Text { min: 1, max: 2000 };
pub(super) static PATH: Shape = Shape::File;
static CONDITION: Shape = Shape::Text { min: 1, max: 2000 };
pub(super) static COUNT: Shape = Shape::Integer { min: 0, max: 1_000_000 };
pub(super) static SOME: Shape = Shape::Integer { min: 1, max: 1_000_000 };

/// A whole scenario file.
pub static SCENARIO: Shape = Shape::Map(&SCENARIO_MAP);

static SCENARIO_MAP: MapShape = MapShape {
    title: "a scenario",
    keys: &[
        key("extends", &EXTENDS).doc("Another scenario, or several, that this one changes: paths relative to this file. Blocks are put over those of the base key by key, and what stands by name is found by its name; a list or a single value takes the place of the base's; `null` takes a setting away. Of several the later is put over the earlier. `name` and `description` are not taken over."),
        key("name", &Shape::Name).doc("What the run is called; by default the file's name."),
        key("description", &TEXT).doc("What the scenario asks, for its readers."),
        key("region", &Shape::Name).default("us-east-1").doc("The AWS Region: zones are named after it and prices follow it (PLT-1)."),
        key("start", &TEXT).default("2026-01-05T00:00:00Z").doc("Wall clock at the start, on a whole minute (SCL-162)."),
        key("duration", &SPAN).required().doc("How long the run lasts; nothing happens after it (ECS-951)."),
        key("warm_up", &SPAN).default("0s").doc("The first stretch, which statistics leave out: means, least and most, requests and CPU of the summary count from its end on, and so do expectations about the whole run that ask for them. The bill, counts of tasks, tables and charts have it all (ECS-950)."),
        key("seed", &SEED).default("1").doc("Seed of all draws."),
        key("initial_state", &Shape::OneOf(&["steady", "cold"])).default("steady").doc(
            "`steady`: the desired count of each service is placed and RUNNING at the start. `cold`: services are created then (ECS-950).",
        ),
        key("tie_break", &Shape::OneOf(&["seeded", "lowest_id"])).default("seeded").doc(
            "Which of several equal instances gets a task: a draw, or the one registered first (ECS-314).",
        ),
        key("waiting_order", &Shape::OneOf(&["oldest", "service_name", "random"])).default("oldest").doc(
            "Which waiting task is tried first when there is room: the one wanted longest, by the service's name, or by a draw; daemons before all (ECS-952, ECS-402).",
        ),
        key("arch_matching", &Shape::OneOf(&["runtime_platform", "constraint_only"])).default("runtime_platform").doc(
            "Whether a task definition that gives a processor architecture only fits instances of it, or nothing but constraints matter (ECS-152).",
        ),
        key("zones", &ZONES).default("[a, b, c]").doc("Letters of the Availability Zones."),
        key("series_bucket", &SPAN).doc("Width of the rows of the series; by default so that there are at most 2,000."),
        key("instance_types", &INSTANCE_TYPES).doc("Instance types of your own, by name, and settings for those of the catalogue."),
        key("awsvpc_trunking", &Shape::Bool).default("false").doc("The account setting `awsvpcTrunking`, on before the instances were launched: more tasks with an interface of their own on types that support it (ECS-211)."),
        key("windows_surcharge_per_vcpu_hour", &PRICE).doc("What Windows costs on top of the on-demand price, in dollars for each vCPU and hour. Windows prices are not in the catalogue, so instances with Windows need it, or a `price` of their type in `instance_types`; `$0.046` is a usual surcharge (PLT-11)."),
        key("prices", &PRICES).doc("Prices of your own instead of the tables' (PRC-4)."),
        key("root_volume", &ROOT_VOLUME).default("{size: 30 GiB, type: gp3}").doc("The root volume of all instances that say nothing of theirs; `none` leaves volumes out of the bill (PRC-36)."),
        key("spot", &SPOT).default("{source: advisor}").doc("What all Spot instances cost that say nothing of theirs (PRC-46)."),
        key("reserved_instances", &RESERVED_INSTANCES).doc("Instances that are paid for all through a term and cost less; which use they cover is worked out hour by hour (PRC-56, PRC-58)."),
        key("savings_plans", &SAVINGS_PLANS).doc("Dollars promised for every hour of a term, for lower rates (PRC-50, PRC-56)."),
        key("instances", &INSTANCES).doc("Plain container instances: nothing adds, replaces or removes them (PLT-6)."),
        key("capacity_providers", &PROVIDERS).doc("Sources of capacity by name; at most twenty (ECS-815)."),
        key("cluster", &CLUSTER).doc("The cluster itself."),
        key("fargate_provision", &SPAN).default("30s").doc("PROVISIONING on Fargate: from the place of a task to the start of its image's download, when billing begins (ECS-555, PRC-11)."),
        key("subnets", &SUBNETS).doc("Addresses, by name of the subnet: `a: 10.0.0.0/24` for one in zone `a`, or a block. Each instance and each task with a network interface of its own takes one; without subnets they never run out (PLT-27, PLT-28)."),
        key("subnet_choice", &Shape::OneOf(&["skip_full", "blind"])).default("skip_full").doc("Whether Fargate leaves out zones whose subnets are full, or chooses the zone first (ECS-145)."),
        key("eni_release", &Shape::OneOf(&["at_stopped", "at_stop_request"])).default("at_stopped").doc("When a task's network interface and address are free again (ECS-141)."),
        key("launch_rates", &Shape::OneOf(&["apply", "none"])).default("apply").doc("Whether tasks are launched no faster than AWS does it: 500 of a service in a minute (in smaller Regions 125 on Fargate), and on Fargate, on demand and on Spot each, a burst of 100 and 20 a second after it (25 and 5). What stands there at a steady start is not launched (ECS-809 to ECS-812, ECS-833). Calls have rates too: RunTask and StopTask together a burst of 100 and 40 a second after it (ECS-821), RunTask on Fargate 20 a second (ECS-813), UpdateService a burst of 50 and 5 a second (ECS-822). A call that comes too early is made as soon as there is room, in its turn (ECS-831)."),
        key("quotas", &QUOTAS).default("warn").doc("What is made of sizes that AWS limits: 5,000 container instances and 5,000 services of a cluster, 5,000 tasks of a service, and the vCPUs at once on Fargate, on demand and on Spot each, of which a new account has 6 (ECS-801, ECS-803, ECS-804, ECS-814). `warn`: it is said once, and the run goes on. `enforce`: as AWS: refused before the run, or what is too much waits. `ignore`: nothing. As a block: with what AWS has raised for the account (ECS-833)."),
        key("instance_boot", &SPAN).default("90s").doc("From the launch of an instance by `add_instances` to ACTIVE (ECS-226)."),
        key("count_stopping_in_max", &Shape::Bool).default("true").doc("Whether tasks that were told to stop count for `maximum_percent` until they are STOPPED (ECS-423)."),
        key("drain_health_settle", &SPAN).default("0s").doc("From RUNNING until the task that replaces one on a draining instance counts as healthy, where its containers have no health check; with one, `healthy_after` decides (ECS-424)."),
        key("strategy_change", &Shape::OneOf(&["needs_force", "silent"])).default("needs_force").doc("Whether `update_service` with another capacity provider strategy is refused, as AWS does, or holds for tasks that come later (ECS-410)."),
        key("throttle_first", &SPAN).default("10s").doc("How long a service waits after tasks that failed to start; nothing else counts (ECS-455, ECS-458)."),
        key("throttle_factor", &Shape::Integer { min: 1, max: 100 }).default("2").doc("By how much that pause grows each time, until a task is RUNNING (ECS-458)."),
        key("throttle_max", &SPAN).default("27m").doc("The longest such pause (ECS-455)."),
        key("task_definitions", &TASK_DEFINITIONS).doc("What tasks consist of, by name (family)."),
        key("services", &SERVICES).doc("Services by name; each keeps its desired count (ECS-401)."),
        key("tasks", &TASKS).doc("Standalone tasks by name: started once, not kept alive (ECS-901)."),
        key("placed", &PLACED).doc("Sets up a situation: tasks that stand on named instances at the start, RUNNING."),
        key("load_balancers", &LOAD_BALANCERS).doc("Load balancers by name; each may serve several services (PRC-60, PRC-97)."),
        key("nat_gateways", &NAT_GATEWAYS).doc("NAT gateways by name (PRC-63)."),
        key("endpoints", &ENDPOINTS).doc("Interface endpoints by name (PRC-79). Gateway endpoints are free."),
        key("public_addresses", &PUBLIC_ADDRESSES).doc("Public IPv4 addresses by name (PRC-62)."),
        key("data_transfer", &DATA_TRANSFER).doc("Data that travels, by name (PRC-64, PRC-65, PRC-93)."),
        key("repositories", &REPOSITORIES).doc("Repositories in ECR by name (PRC-67)."),
        key("logs", &LOGS).doc("Logs in CloudWatch by name (PRC-68)."),
        key("cloudwatch", &CLOUDWATCH).doc("Metrics and alarms that are paid for."),
        key("file_systems", &FILE_SYSTEMS).doc("EFS file systems by name (PRC-76)."),
        key("secrets", &SECRETS).doc("Secrets and parameters by name (PRC-77)."),
        key("discovery", &DISCOVERY).doc("Service discovery, as far as it costs (PRC-78)."),
        key("external_instances", &COUNT).default("0").doc("Instances outside AWS that are registered with ECS Anywhere: nothing runs on them here, and they are paid for (PRC-70)."),
        key("eks", &EKS).doc("What EKS would charge beside, for comparison (PRC-72)."),
        key("events", &EVENTS).doc("What operators do, in order."),
        key("expect", &EXPECT).doc("What the run must show; exit code 1 when an entry fails."),
        Key::later("alarms", "comes with metrics and alarms"),
        Key::later("network_rules", "comes with awsvpc networking"),
        Key::later("docker_hub", "comes with registries and images"),
    ],
};

static EXTENDS: Shape = Shape::Either(&[&Shape::File, &Shape::List { of: &Shape::File, min: 1, max: 16 }]);
static SEED: Shape = Shape::Integer { min: 0, max: i64::MAX };
pub(super) static ZONE: Shape = Shape::Text { min: 1, max: 32 };
static ZONES: Shape = Shape::List { of: &ZONE, min: 1, max: 26 };

static INSTANCES: Shape = Shape::List { of: &Shape::Map(&INSTANCE_MAP), min: 0, max: 10_000 };
static INSTANCE_MAP: MapShape = MapShape {
    title: "an entry of `instances`",
    keys: &[
        of_instances::TYPE,
        of_instances::COUNT,
        key("file", &PATH)
            .doc("A CSV file with one instance a row, relative to the scenario, instead of `count` and `name`."),
        key("columns", &Shape::Map(&INSTANCE_COLUMNS_MAP)).doc("Which column of the file says what."),
        key("name", &Shape::Name)
            .doc("Its name; with a count above 1, `-1`, `-2` and so on are added. By default `i-1`, `i-2`, …"),
        of_instances::ZONE,
        of_instances::SYSTEM,
        of_instances::REGISTERED_CPU,
        of_instances::REGISTERED_MEMORY,
        of_instances::RESERVED_MEMORY,
        of_instances::ATTRIBUTES,
        of_instances::AWSVPC_TASK_LIMIT,
        Key::later("ami", "comes with registration and agents"),
        Key::later("agent", "comes with registration and agents"),
        Key::later("instance_profile", "comes with registration and agents"),
        PURCHASE,
        SPOT_OF_EACH,
        along::ROOT,
        along::DATA,
        along::MONITORING,
        along::ADDRESS,
    ],
};

/// The keys that `instances` and `add_instances` have in common.
pub(super) mod of_instances {
    use super::super::shape::{Key, key};

    pub(in crate::scenario) const TYPE: Key = key("type", &super::TYPE_NAME)
        .required()
        .doc("EC2 instance type, such as `m5.large`, or one of `instance_types`.");
    pub(in crate::scenario) const COUNT: Key = key("count", &super::SOME).default("1").doc("How many of them.");
    pub(in crate::scenario) const ZONE: Key =
        key("zone", &super::ZONE).doc("Letter of its zone; by default the zones in turn.");
    pub(in crate::scenario) const SYSTEM: Key =
        key("operating_system", &super::OPERATING_SYSTEM).default("LINUX").doc(super::INSTANCE_SYSTEM);
    pub(in crate::scenario) const REGISTERED_CPU: Key =
        key("registered_cpu", &super::CPU).doc("What it registers instead of all its vCPUs (ECS-201).");
    pub(in crate::scenario) const REGISTERED_MEMORY: Key =
        key("registered_memory", &super::MEMORY).doc("What it registers instead of the figure of ECS-205.");
    pub(in crate::scenario) const RESERVED_MEMORY: Key = key("reserved_memory", &super::MEMORY)
        .default("0")
        .doc("`ECS_RESERVED_MEMORY`: what it registers less than it has (ECS-202).");
    pub(in crate::scenario) const ATTRIBUTES: Key =
        key("attributes", &super::ATTRIBUTES).doc("Custom attributes, for constraints and spread (ECS-207).");
    pub(in crate::scenario) const AWSVPC_TASK_LIMIT: Key = key("awsvpc_task_limit", &super::COUNT)
        .doc("How many tasks may have a network interface of their own on it, instead of the type's limit (ECS-210).");
}

static INSTANCE_COLUMNS_MAP: MapShape = MapShape {
    title: "the columns of instances",
    keys: &[
        key("name", &COLUMN).doc("The instance's name."),
        key("zone", &COLUMN).doc("Letter of its zone."),
        key("cpu", &Shape::Map(&CPU_COLUMN_MAP)).doc("What it registers of CPU; parts of a unit are left out."),
        key("memory", &Shape::Map(&MEMORY_COLUMN_MAP)).doc("What it registers of memory; parts of a MiB are left out."),
        key("gpus", &COLUMN).doc("Its whole GPUs."),
        key("operating_system", &COLUMN)
            .doc("Its operating system, by the words of `operating_system`; an empty field means that of the entry."),
        key("attributes", &Shape::Dict { names: &ATTRIBUTE_NAME, of: &COLUMN, min: 0, max: 50 })
            .doc("For each custom attribute the column that holds its value; an empty field means that the instance lacks it."),
    ],
};

/// What the key `operating_system` of instances is.
pub(super) const INSTANCE_SYSTEM: &str = "Its operating system, as `ecs.os-family` and `ecs.os-type` have it (ECS-206). With Windows it registers the advertised memory less 1 MiB (ECS-205), has no trunk interface (ECS-211) and costs a surcharge (PLT-11). Tasks with a task definition only come to instances of their own system, Linux or Windows; the release is not compared.";

pub(super) static TYPE_NAME: Shape = Shape::Text { min: 1, max: 100 };
static ATTRIBUTE_NAME: Shape = Shape::Text { min: 1, max: 128 };
pub(super) static ATTRIBUTES: Shape =
    Shape::Dict { names: &ATTRIBUTE_NAME, of: &Shape::Text { min: 0, max: 128 }, min: 0, max: 50 };

static INSTANCE_TYPES: Shape =
    Shape::Dict { names: &TYPE_NAME, of: &Shape::Map(&INSTANCE_TYPE_MAP), min: 0, max: 10_000 };
static INSTANCE_TYPE_MAP: MapShape = MapShape {
    title: "an instance type",
    keys: &[
        key("cpu", &CPU).doc("What an instance registers of CPU; needed unless the catalogue knows the type (ECS-201)."),
        key("memory", &MEMORY).doc("What it registers of memory; needed unless the catalogue knows the type (ECS-205)."),
        key("gpus", &COUNT).doc("Its whole GPUs (ECS-136); by default the catalogue's, or 0."),
        key("cpu_architecture", &Shape::OneOf(&["X86_64", "ARM64"])).doc("Its processor architecture (ECS-151); by default the catalogue's, or `X86_64`."),
        key("awsvpc_task_limit", &COUNT).doc("How many tasks may have a network interface of their own on an instance (ECS-210); by default the catalogue's, or no limit."),
        key("price", &PRICE).doc("On-demand dollars per hour, instead of the price table's, on Windows too; a type of your own needs one, `$0` if nothing is to be billed (PRC-32)."),
        key("attributes", &ATTRIBUTES).doc("Custom attributes of all its instances (ECS-207)."),
    ],
};

pub(super) static PLACEMENT: Shape = Shape::List { of: &PLACEMENT_ITEM, min: 1, max: 5 };
pub(super) static PLACEMENT_ITEM: Shape = Shape::Either(&[&Shape::OneOf(&["random"]), &Shape::OneKey(&PLACEMENT_MAP)]);
static PLACEMENT_MAP: MapShape = MapShape {
    title: "a placement strategy",
    keys: &[
        key("binpack", &Shape::OneOf(&["cpu", "memory"]))
            .doc("Least remaining of this resource that is still enough (ECS-310)."),
        key("spread", &TEXT).doc(
            "Fewest tasks of the service or group by this value (ECS-311): `availability_zone` (or `attribute:ecs.availability-zone`), `instance_id` (or `instanceId`, `host`), or any `attribute:NAME`; instances without the attribute are one group (ECS-314).",
        ),
    ],
};

pub(super) static CONSTRAINTS: Shape = Shape::List { of: &Shape::OneKey(&CONSTRAINT_MAP), min: 0, max: 10 };
static CONSTRAINT_MAP: MapShape = MapShape {
    title: "a placement constraint",
    keys: &[
        key("member_of", &Shape::Text { min: 1, max: 2000 })
            .doc("Expression in the cluster query language, which the instance must satisfy (ECS-331 to ECS-339)."),
        key("distinct_instance", &Shape::Bool)
            .doc("`true`: no two active tasks of the service or group on one instance (ECS-330)."),
    ],
};

static SERVICES: Shape = Shape::Dict { names: &Shape::Name, of: &Shape::Map(&SERVICE_MAP), min: 0, max: 20_000 };
static SERVICE_MAP: MapShape = MapShape {
    title: "a service",
    keys: &[
        key("task_definition", &Shape::Name).required().doc("Which tasks it runs."),
        key("scheduling_strategy", &Shape::OneOf(&["REPLICA", "DAEMON"])).default("REPLICA").doc(
            "`REPLICA` keeps its desired count; `DAEMON` has one task on each ACTIVE instance that meets its constraints, and takes no desired count and no placement strategy (ECS-401, ECS-402).",
        ),
        key("desired_count", &COUNT).default("1").doc("How many tasks it keeps (ECS-401)."),
        key("capacity_provider_strategy", &STRATEGY)
            .doc("Where its tasks run: by the cluster's default strategy where this and `launch_type` are left out, else on the EC2 instances of the scenario, else, where it has none, on Fargate (ECS-707, ECS-721)."),
        key("launch_type", &LAUNCH_TYPE).doc("Instead of a strategy: any EC2 instance, or Fargate on-demand (PLT-4). No capacity comes for the launch type EC2."),
        key("subnets", &SUBNET_NAMES).doc("Subnets of its tasks, where they have a network interface of their own (ECS-141); by default all."),
        key("placement", &PLACEMENT)
            .default("[{spread: availability_zone}, {spread: instance_id}]")
            .doc("Placement strategies in order, at most five (ECS-303); the default is ECS-315."),
        key("placement_constraints", &CONSTRAINTS).doc("Which instances its tasks may be placed on; at most ten, those of the task definition included (ECS-304)."),
        key("deployment", &DEPLOYMENT).doc("Between which numbers of tasks it is kept while its tasks are replaced: when an instance drains (ECS-221). Deployments themselves come later."),
        key("load", &LOAD).doc("What is asked of it."),
        Key::later("autoscaling", "comes with service scaling"),
        Key::later("load_balancer", "comes with load balancers"),
        Key::later("health_check_grace_period", "comes with load balancers"),
        Key::later("service_connect", "comes with service discovery"),
        Key::later("triggers", "comes with queues; `trigger` of an entry of `tasks` starts tasks by events"),
    ],
};

static TASKS: Shape = Shape::Dict { names: &Shape::Name, of: &Shape::Map(&TASKS_MAP), min: 0, max: 5000 };
static TASKS_MAP: MapShape = MapShape {
    title: "an entry of `tasks`",
    keys: &[
        key("task_definition", &Shape::Name)
            .doc("Which tasks; may be left out where `arrivals` give CPU and memory row by row."),
        key("at", &SPAN).default("0s").doc("When RunTask is called; entries of one moment by `waiting_order`, so by default in the order of their names (ECS-952)."),
        key("schedule", &TEXT).doc("Instead of `at`: a schedule of EventBridge Scheduler, `rate(5 minutes)`, `cron(0 3 * * ? *)` or `at(2026-01-06T03:00:00)`, kept to the minute; `docs/schedules.md` has all forms (ECS-904, ECS-905)."),
        key("timezone", &TEXT).default("UTC").doc("Time zone of `schedule`, `start` and `end` by its IANA name: `Europe/Berlin`. A time that the clocks leave out is skipped, one that comes twice is kept once."),
        key("start", &TEXT).doc("From when on the schedule is kept: `2026-01-06` or `2026-01-06T03:00:00`; the first call of a `rate`. Without, from the start of the run on. Ignored for `at(…)`."),
        key("end", &TEXT).doc("Until when the schedule is kept, in the forms of `start`. Ignored for `at(…)`."),
        key("flexible_window", &WINDOW).doc("Each call comes at a moment, drawn evenly, of this time after it is due; 1 to 1,440 minutes (ECS-904)."),
        key("on", &TRIGGER).doc("Instead of `at`: events start the tasks, one call for each (PLT-95)."),
        key("delay", &SPAN).default("0.5s").doc("From an event of `on` to the call (PLT-95)."),
        key("count", &SOME).default("1").doc("How many tasks a call starts; at most 10 where `schedule` or `on` makes the calls (ECS-806)."),
        key("lifetime", &SPAN).doc("How long each runs, from RUNNING on; without, to the end of the run."),
        key("arrivals", &Shape::Map(&ARRIVALS_MAP))
            .doc("Instead of `at`: tasks that come row by row of a CSV file, one call for each (ECS-901)."),
        key("group", &TEXT)
            .default("family:<task definition>")
            .doc("Task group, which spread counts (ECS-311, ECS-317)."),
        key("capacity_provider_strategy", &STRATEGY).doc("Where they run; by default as for services. RunTask is called for up to ten tasks of one time at once (ECS-806), and a base holds for each call (ECS-703)."),
        key("launch_type", &LAUNCH_TYPE).doc("Instead of a strategy: any EC2 instance, or Fargate on-demand (PLT-4)."),
        key("subnets", &SUBNET_NAMES).doc("As for services."),
        key("placement", &PLACEMENT)
            .default("[random]")
            .doc("Placement strategies in order (ECS-303); the default is ECS-316."),
        key("placement_constraints", &CONSTRAINTS).doc(
            "Which instances its tasks may be placed on; at most ten, those of the task definition included (ECS-304).",
        ),
        key("start_time", &SPAN).doc("Instead of the task definition's."),
        Key::later("retry", "comes with calls that are throttled"),
        Key::later("retry_failures", "comes with calls that are throttled"),
    ],
};
static ARRIVALS_MAP: MapShape = MapShape {
    title: "arrivals",
    keys: &[
        key("file", &PATH).required().doc("A CSV file with a heading, relative to the scenario."),
        key("columns", &Shape::Map(&COLUMNS_MAP)).required().doc("Which column says what."),
        key("groups", &Shape::OneOf(&["one", "per_size"])).default("one").doc("Whether all rows are in one task group, or those of each size in a group of their own, called by the group's name and the size: what spread and `distinctInstance` count (ECS-311, ECS-317)."),
    ],
};
static COLUMNS_MAP: MapShape = MapShape {
    title: "the block `columns`",
    keys: &[
        key("at", &Shape::Map(&TIME_COLUMN_MAP)).required().doc("When the task is asked for."),
        key("cpu", &Shape::Map(&CPU_COLUMN_MAP)).doc("What it reserves of CPU."),
        key("memory", &Shape::Map(&MEMORY_COLUMN_MAP)).doc("What it reserves of memory."),
        key("gpus", &COLUMN).doc("How many whole GPUs it takes (ECS-136)."),
        key("lifetime", &Shape::Map(&TIME_COLUMN_MAP)).doc("How long it runs, from RUNNING on."),
        key("open_ended", &TEXT)
            .doc("A column of 0 and 1: 1 means that the task runs to the end of the run, whatever its lifetime."),
    ],
};
static COLUMN: Shape = Shape::Text { min: 1, max: 255 };
static TIME_COLUMN_MAP: MapShape = MapShape {
    title: "a column of times",
    keys: &[
        key("column", &COLUMN).required().doc("Its heading."),
        key("unit", &Shape::OneOf(&["ms", "s", "m", "h", "d"])).required().doc("Its unit."),
    ],
};
static CPU_COLUMN_MAP: MapShape = MapShape {
    title: "a column of CPU",
    keys: &[
        key("column", &COLUMN).required().doc("Its heading."),
        key("unit", &Shape::OneOf(&["units", "vCPU", "milli-vCPU"])).required().doc("Its unit."),
    ],
};
static MEMORY_COLUMN_MAP: MapShape = MapShape {
    title: "a column of memory",
    keys: &[
        key("column", &COLUMN).required().doc("Its heading."),
        key("unit", &Shape::OneOf(&["MiB", "GiB"])).required().doc("Its unit."),
    ],
};

static PLACED: Shape = Shape::List { of: &Shape::Map(&PLACED_MAP), min: 0, max: 100_000 };
static PLACED_MAP: MapShape = MapShape {
    title: "an entry of `placed`",
    keys: &[
        key("service", &Shape::Name).doc("Service that the tasks belong to; they count towards its desired count."),
        key("task", &Shape::Name)
            .doc("Entry of `tasks` that they belong to, instead of a service; they come beside those that it starts."),
        key("instance", &Shape::Name).required().doc("Name of a plain instance."),
        key("count", &SOME).default("1").doc("How many."),
    ],
};

static EXPECT: Shape = Shape::List { of: &EXPECT_ITEM, min: 0, max: 10_000 };
static EXPECT_ITEM: Shape = Shape::Either(&[&CONDITION, &Shape::Map(&EXPECT_MAP)]);
static EXPECT_MAP: MapShape = MapShape {
    title: "an entry of `expect`",
    keys: &[
        key("at", &SPAN).doc("With `that`: the moment; with `fact`: when it happened."),
        key("that", &CONDITION).doc("Condition that holds at the moment `at`, after all that happens then."),
        key("always", &CONDITION).doc("Condition that holds all through the window."),
        key("never", &CONDITION).doc("Condition that holds at no moment of the window."),
        key("eventually", &CONDITION).doc("Condition that holds at some moment of the window."),
        key("from", &SPAN).default("0s").doc("First moment of the window."),
        key("to", &SPAN).doc("Last moment of the window; by default the end of the run."),
        key("fact", &Shape::OneOf(&crate::fact::Fact::KINDS)).doc("Kind of a fact that must be on record."),
        key("task", &TEXT).doc("The task it is about: `web/3`."),
        key("instance", &Shape::Name).doc("The instance it is about."),
        key("host_port", &Shape::Integer { min: 1, max: 65_535 })
            .doc("With `fact: task_starting`: the port of the instance that the task got (ECS-121, ECS-125)."),
        key("rule", &TEXT).doc("The rule it cites: `ECS-310`."),
        key("count", &COUNT).doc("How many such facts there are; by default at least one."),
    ],
};
