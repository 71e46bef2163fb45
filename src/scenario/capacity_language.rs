//! The part of the scenario language that says where tasks run: capacity providers, strategies, the cluster, subnets.

use super::capacity_raw::{parse_cidr, parse_share};
use super::language::{ATTRIBUTES, CPU, INSTANCE_SYSTEM, MEMORY, TEXT, TYPE_NAME};
use super::money_language::along;
use super::purchase_language::{PURCHASE, SPOT_OF_EACH};
use super::shape::{Key, MapShape, Numbers, Quantity, Shape, key};
use super::task_language::OPERATING_SYSTEM;

static SHARE_KIND: Quantity = Quantity {
    name: "percentage",
    parse: |text| parse_share(text).map(drop),
    pattern: r"^\s*0*(\d{1,2}(\.\d{1,2}0*)?|100(\.0+)?)\s*%\s*$",
    numbers: Numbers::No,
    examples: &["69%", "60.75%"],
};
static CIDR_KIND: Quantity = Quantity {
    name: "block of IPv4 addresses",
    parse: |text| parse_cidr(text).map(drop),
    pattern: r"^\s*(\d{1,3}\.){3}\d{1,3}/(1[6-9]|2[0-8])\s*$",
    numbers: Numbers::No,
    examples: &["10.0.0.0/24"],
};
pub(super) static SHARE: Shape = Shape::Quantity(&SHARE_KIND);
static CIDR: Shape = Shape::Quantity(&CIDR_KIND);

/// At most twenty (ECS-815).
pub(super) static PROVIDERS: Shape =
    Shape::Dict { names: &Shape::Name, of: &Shape::Map(&PROVIDER_MAP), min: 0, max: 20 };
static PROVIDER_MAP: MapShape = MapShape {
    title: "a capacity provider",
    keys: &[
        key("ideal", &Shape::Map(&IDEAL_MAP)).doc(
            "An instance appears the moment nothing fits and leaves the moment it is empty: the bound for packing studies. No AWS service does this.",
        ),
        key("fargate", &Shape::Map(&FARGATE_MAP)).doc(
            "FARGATE: each task on a micro-host of its own, without instances (ECS-116). A provider called `fargate` is of this kind by its name (`fargate: {}`), and a strategy may name it even where it is not listed (PLT-3).",
        ),
        key("fargate_spot", &Shape::Map(&SPOT_MAP)).doc(
            "FARGATE_SPOT: the same at a lower price, Linux only (ECS-710). A provider called `fargate_spot` is of this kind by its name (`fargate_spot: {saving: 69%}`), and need not be listed. AWS does not take tasks back in this version.",
        ),
        key("saving", &SHARE).doc("That of `fargate_spot`, where the provider is called so and its kind is not written."),
        Key::later("auto_scaling_group", "comes with Auto Scaling groups"),
        Key::later("managed_scaling", "comes with Auto Scaling groups"),
    ],
};
static IDEAL_MAP: MapShape = MapShape {
    title: "an ideal provider",
    keys: &[
        key("instance_type", &TYPE_NAME)
            .required()
            .doc("EC2 instance type of each instance, or one of `instance_types`."),
        key("operating_system", &OPERATING_SYSTEM).default("LINUX").doc(INSTANCE_SYSTEM),
        key("registered_cpu", &CPU).doc("What each registers instead of all its vCPUs (ECS-201)."),
        key("registered_memory", &MEMORY).doc("What each registers instead of the figure of ECS-205."),
        key("attributes", &ATTRIBUTES).doc("Custom attributes of each, for constraints and spread (ECS-207)."),
        PURCHASE,
        SPOT_OF_EACH,
        along::ROOT,
        along::DATA,
        along::MONITORING,
        along::ADDRESS,
    ],
};
static FARGATE_MAP: MapShape =
    MapShape { title: "a Fargate provider", keys: &[Key::later("price", "comes with own prices")] };
static SPOT_MAP: MapShape = MapShape {
    title: "a Fargate Spot provider",
    keys: &[
        key("saving", &SHARE)
            .default("69%")
            .doc("How much cheaper than on-demand vCPUs and memory are; 60 to 70 % were seen (PRC-20)."),
        Key::later("price", "comes with own prices"),
        Key::later("interruptions", "comes with Spot"),
    ],
};

pub(super) static CLUSTER: Shape = Shape::Map(&CLUSTER_MAP);
static CLUSTER_MAP: MapShape = MapShape {
    title: "the cluster",
    keys: &[
        key("name", &Shape::Name).doc("What it is called."),
        key("default_capacity_provider_strategy", &STRATEGY)
            .doc("For services and tasks that name neither a strategy nor a launch type (ECS-707)."),
    ],
};

pub(super) static STRATEGY: Shape = Shape::List { of: &Shape::Map(&STRATEGY_ITEM_MAP), min: 1, max: 20 };
static STRATEGY_ITEM_MAP: MapShape = MapShape {
    title: "an item of a capacity provider strategy",
    keys: &[
        key("provider", &Shape::Name)
            .required()
            .doc("Name of a capacity provider; `fargate` and `fargate_spot`, also in capitals, are always there (PLT-3)."),
        key("base", &Shape::Integer { min: 0, max: 100_000 })
            .default("0")
            .doc("Tasks that it gets first, of each service and of each call of RunTask; one item may have it (ECS-703)."),
        key("weight", &Shape::Integer { min: 0, max: 1000 })
            .default("0")
            .doc("Its part of all other tasks (ECS-704, ECS-706). A single provider needs none; of several one must have it."),
    ],
};

pub(super) static LAUNCH_TYPE: Shape = Shape::OneOf(&["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"]);

pub(super) static SUBNETS: Shape = Shape::Dict { names: &Shape::Name, of: &SUBNET, min: 0, max: 200 };
static SUBNET: Shape = Shape::Either(&[&CIDR, &Shape::Map(&SUBNET_MAP)]);
static SUBNET_MAP: MapShape = MapShape {
    title: "a subnet",
    keys: &[
        key("cidr", &CIDR).required().doc("Its addresses, /28 to /16; AWS keeps five of them (ECS-140)."),
        key("zone", &TEXT).doc("Letter of its zone; by default its own name."),
        key("reserved", &Shape::Integer { min: 0, max: 65_531 }).default("0").doc(
            "Addresses that others take: NAT gateways, endpoints, load balancers (ECS-142). Instances are counted: one each, and one more for a trunk (`awsvpc_trunking`).",
        ),
        Key::later("public", "comes with the complete bill"),
        Key::later("route_out", "comes with awsvpc networking"),
    ],
};

pub(super) static QUOTAS: Shape = Shape::Either(&[&QUOTA_MODE, &Shape::Map(&QUOTAS_MAP)]);
static QUOTA_MODE: Shape = Shape::OneOf(&["warn", "enforce", "ignore"]);
static QUOTA: Shape = Shape::Integer { min: 1, max: 10_000_000 };
static QUOTAS_MAP: MapShape = MapShape {
    title: "the block `quotas`",
    keys: &[
        key("mode", &QUOTA_MODE).default("warn").doc("What is made of more."),
        key("fargate_vcpus", &QUOTA).default("6").doc(
            "vCPUs at once on Fargate on demand, as the account has them: AWS raises it with use or on request (ECS-814).",
        ),
        key("fargate_spot_vcpus", &QUOTA).default("6").doc("The same on Fargate Spot, a quota of its own (ECS-814)."),
        key("services_per_cluster", &QUOTA).default("5000").doc(
            "Services of the cluster; AWS raises it on request (ECS-803). The quotas of instances and of tasks of a service it does not raise (ECS-801, ECS-804).",
        ),
    ],
};

/// Which subnets tasks with a network interface of their own are in; at most sixteen (ECS-817).
pub(super) static SUBNET_NAMES: Shape = Shape::List { of: &Shape::Name, min: 1, max: 16 };
