//! Keys of what surrounds a cluster and is paid for: each object is declared once, by name, and may serve several
//! services (PRC-97).

use super::language::{COUNT, MEMORY, SOME, SPAN, TEXT};
use super::load_language::{FACTOR, RATE};
use super::shape::{Key, MapShape, Numbers, Quantity, Shape, key};
use crate::units::{parse_count_rate, parse_data, parse_data_rate};

static DATA_KIND: Quantity = Quantity {
    name: "amount of data",
    parse: |text| parse_data(text).map(drop).map_err(|error| error.0),
    pattern: r"^\s*\d+(\.\d+)?\s*([KkMGT]?B|[KMGT]iB)\s*$",
    numbers: Numbers::No,
    examples: &["20 KB", "1.5 GB"],
};
static DATA_RATE_KIND: Quantity = Quantity {
    name: "flow of data",
    parse: |text| parse_data_rate(text).map(drop).map_err(|error| error.0),
    pattern: r"^\s*\d+(\.\d+)?\s*([KkMGT]?B|[KMGT]iB)\s+per\s+(second|minute|hour|day|week|month)\s*$",
    numbers: Numbers::No,
    examples: &["10 GB per month", "300 KB per second"],
};
static COUNT_RATE_KIND: Quantity = Quantity {
    name: "number in a time",
    parse: |text| parse_count_rate(text).map(drop).map_err(|error| error.0),
    pattern: r"^\s*\d+\s+per\s+(second|minute|hour|day|week|month)\s*$",
    numbers: Numbers::No,
    examples: &["5000000 per month", "20 per second"],
};
pub(super) static DATA: Shape = Shape::Quantity(&DATA_KIND);
static DATA_RATE: Shape = Shape::Quantity(&DATA_RATE_KIND);
static COUNT_RATE: Shape = Shape::Quantity(&COUNT_RATE_KIND);

const SERVICES: Key = key("services", &OWNERS)
    .doc("Services and entries of `tasks` that it serves: they share its cost (PRC-96). Nobody's without.");
static OWNERS: Shape = Shape::List { of: &Shape::Name, min: 1, max: 10_000 };
const PROCESSED: Key = key("processed", &DATA_RATE).doc("Data that goes through it all the time.");
const PER_REQUEST: Key =
    key("per_request", &DATA).doc("Data that each request of its `services` brings, there and back.");

const fn by_name(of: &'static Shape) -> Shape {
    Shape::Dict { names: &Shape::Name, of, min: 0, max: 10_000 }
}

pub(super) static LOAD_BALANCERS: Shape = by_name(&Shape::Map(&LOAD_BALANCER_MAP));
static LOAD_BALANCER_MAP: MapShape = MapShape {
    title: "a load balancer",
    keys: &[
        key("type", &Shape::OneOf(&["application", "network", "classic"]))
            .default("application")
            .doc("Its kind (PRC-60, PRC-73, PRC-74). Only its cost is simulated in this version."),
        SERVICES,
        key("requests_per_connection", &FACTOR)
            .default("1")
            .doc("How many requests a connection carries, from 0.001 on."),
        key("connection_time", &SPAN).default("1s").doc("How long a connection stays."),
        PER_REQUEST,
        key("rules", &COUNT).default("0").doc("Rules that are processed for a request; ten are free (PRC-61)."),
        key("mutual_tls", &Shape::Bool)
            .default("false")
            .doc("With it a unit holds 1,500 active connections instead of 3,000 (PRC-61)."),
        key("protocol", &Shape::OneOf(&["tcp", "udp", "tls"]))
            .default("tcp")
            .doc("That of a Network Load Balancer (PRC-73)."),
        key("cross_zone", &Shape::Bool)
            .default("false")
            .doc("Whether a Network Load Balancer sends to all zones, which is paid on both sides (PRC-64)."),
        key("public_ipv4", &COUNT)
            .default("0")
            .doc("Its public addresses, one for each zone of one that faces the Internet (PRC-62)."),
        key("traffic", &Shape::Map(&TRAFFIC_MAP)).doc("What comes besides its services' requests, always the same."),
    ],
};
static TRAFFIC_MAP: MapShape = MapShape {
    title: "`traffic`",
    keys: &[
        key("new_connections_per_second", &RATE).default("0").doc("New connections."),
        key("requests_per_second", &RATE).default("0").doc("Requests, for the evaluation of rules."),
        key("processed", &DATA_RATE).doc("Data, requests and answers together."),
    ],
};

pub(super) static NAT_GATEWAYS: Shape = by_name(&Shape::Map(&NAT_MAP));
static NAT_MAP: MapShape = MapShape {
    title: "an entry of `nat_gateways`",
    keys: &[
        key("count", &SOME).default("1").doc("How many, one for each zone as a rule (PRC-63)."),
        PROCESSED,
        PER_REQUEST,
        key("per_task_start", &DATA)
            .doc("Data that each start of a task of its `services` brings, such as its image (PRC-92)."),
        SERVICES,
    ],
};

pub(super) static ENDPOINTS: Shape = by_name(&Shape::Map(&ENDPOINT_MAP));
static ENDPOINT_MAP: MapShape = MapShape {
    title: "an entry of `endpoints`",
    keys: &[
        key("count", &SOME).default("1").doc("How many interface endpoints: ecr.api, ecr.dkr, logs, … (PRC-79)."),
        key("zones", &SOME).default("1").doc("In how many zones each is."),
        PROCESSED,
        PER_REQUEST,
        key("per_task_start", &DATA).doc("Data that each start of a task of its `services` brings (PRC-92)."),
        SERVICES,
    ],
};

pub(super) static PUBLIC_ADDRESSES: Shape = by_name(&Shape::Map(&ADDRESS_MAP));
static ADDRESS_MAP: MapShape = MapShape {
    title: "an entry of `public_addresses`",
    keys: &[
        key("count", &SOME)
            .default("1")
            .doc("Public IPv4 addresses that are there all the time, in use or idle (PRC-62)."),
        key("per_task", &Shape::Bool)
            .default("false")
            .doc("Instead, one for each task of its `services` on Fargate, while it is there (PRC-22)."),
        SERVICES,
    ],
};

pub(super) static DATA_TRANSFER: Shape = by_name(&Shape::Map(&TRANSFER_MAP));
static TRANSFER_MAP: MapShape = MapShape {
    title: "an entry of `data_transfer`",
    keys: &[
        key("to", &Shape::OneOf(&["internet", "zone", "region", "us_east"]))
            .required()
            .doc("Out to the Internet in tiers (PRC-65), to another zone, paid on both sides (PRC-64), to another Region, or between the two US East Regions (PRC-93)."),
        key("amount", &DATA_RATE).doc("Data that travels all the time."),
        PER_REQUEST,
        key("per_task_start", &DATA).doc("Data that each start of a task of its `services` brings."),
        SERVICES,
    ],
};

pub(super) static REPOSITORIES: Shape = by_name(&Shape::Map(&REPOSITORY_MAP));
static REPOSITORY_MAP: MapShape = MapShape {
    title: "a repository",
    keys: &[
        key("stored", &DATA).required().doc("Compressed layers in ECR (PRC-67)."),
        SERVICES,
        Key::later("lifecycle", "comes with registries and images"),
    ],
};

pub(super) static LOGS: Shape = by_name(&Shape::Map(&LOGS_MAP));
static LOGS_MAP: MapShape = MapShape {
    title: "an entry of `logs`",
    keys: &[
        key("ingested", &DATA_RATE).doc("Data that comes in all the time (PRC-68)."),
        PER_REQUEST,
        key("stored", &DATA).doc("Data that is kept from before, as stored."),
        key("keep", &Shape::Bool)
            .default("true")
            .doc("Whether what comes in is kept to the end of the run, at `compression`."),
        key("compression", &FACTOR).default("0.15").doc("What of it is stored (PRC-68)."),
        key("scanned", &DATA_RATE).doc("Data that queries go through."),
        SERVICES,
    ],
};

pub(super) static CLOUDWATCH: Shape = Shape::Map(&CLOUDWATCH_MAP);
static CLOUDWATCH_MAP: MapShape = MapShape {
    title: "the block `cloudwatch`",
    keys: &[
        key("custom_metrics", &COUNT)
            .default("0")
            .doc("Custom metrics, in tiers (PRC-68); detailed monitoring of instances has its own."),
        key("high_resolution_metrics", &COUNT).default("0").doc("20-second service metrics (PRC-75)."),
        key("insights_metrics", &COUNT)
            .default("0")
            .doc("Metrics of Container Insights with enhanced observability (PRC-69)."),
        key("alarms", &COUNT).default("0").doc("Standard alarms (PRC-98)."),
        key("high_resolution_alarms", &COUNT).default("0").doc("Alarms with a period below 60 seconds (PRC-98)."),
    ],
};

pub(super) static FILE_SYSTEMS: Shape = by_name(&Shape::Map(&FILE_SYSTEM_MAP));
static FILE_SYSTEM_MAP: MapShape = MapShape {
    title: "a file system",
    keys: &[
        key("class", &Shape::OneOf(&["standard", "one_zone", "standard_ia", "one_zone_ia"])).default("standard").doc("Its storage class (PRC-76)."),
        key("size", &MEMORY).required().doc("What it holds, in GiB."),
        key("read", &DATA_RATE).doc("What is read, with elastic throughput; from infrequent access its price."),
        key("written", &DATA_RATE).doc("What is written."),
        key("provisioned_throughput", &COUNT).doc("MB/s that are provisioned instead of elastic throughput: reads and writes are free then, save of infrequent access."),
        SERVICES,
    ],
};

pub(super) static SECRETS: Shape = by_name(&Shape::Map(&SECRET_MAP));
static SECRET_MAP: MapShape = MapShape {
    title: "an entry of `secrets`",
    keys: &[
        key("kind", &Shape::OneOf(&["secret", "advanced_parameter", "parameter"]))
            .default("secret")
            .doc("In Secrets Manager, or in Parameter Store, whose standard parameters are free (PRC-77)."),
        key("count", &SOME).default("1").doc("How many."),
        key("calls", &COUNT_RATE).doc("Calls besides those of tasks."),
        key("services", &OWNERS).doc("Whose tasks ask for each of them when they start (PRC-77)."),
    ],
};

pub(super) static DISCOVERY: Shape = Shape::Map(&DISCOVERY_MAP);
static DISCOVERY_MAP: MapShape = MapShape {
    title: "the block `discovery`",
    keys: &[
        key("hosted_zones", &COUNT).default("1").doc("Hosted zones of Route 53 (PRC-78)."),
        key("queries", &COUNT_RATE).doc("DNS queries."),
        key("calls", &COUNT_RATE).doc("Calls of DiscoverInstances."),
        key("registered_resources", &COUNT).default("0").doc("Resources that others than ECS registered."),
        SERVICES,
    ],
};

pub(super) static EKS: Shape = Shape::Map(&EKS_MAP);
static EKS_MAP: MapShape = MapShape {
    title: "the block `eks`",
    keys: &[
        key("clusters", &SOME).default("1").doc("Control planes, for comparison; ECS has no such charge (PRC-72)."),
        key("extended_support", &Shape::Bool).default("false").doc("Whether their version is in extended support."),
    ],
};

/// Settings of how things are counted, in the block `prices`.
pub(super) const COUNTING: [Key; 5] = [
    key("hour_meters", &Shape::OneOf(&["begun", "pro_rata"])).default("begun").doc("Whether load balancers, NAT gateways, endpoints and addresses are paid for each hour begun, as AWS does, or for their time (PRC-6)."),
    key("traffic_gb", &Shape::OneOf(&["decimal", "binary"])).default("decimal").doc("Whether a GB that travels, and one in ECR or logs, has 10^9 bytes or 2^30 (PRC-8)."),
    key("month_hours", &Shape::Integer { min: 672, max: 744 }).default("730").doc("Hours of a billing month (PRC-1): prices for a month are for as many, and `per month` means them. AWS's own examples often have 720."),
    key("internet_free", &COUNT).default("100").doc("GB out to the Internet that are free each month (PRC-65): the first tier begins beyond them, also of own prices."),
    key("month_used", &MONTH_USED).doc("Units of charges in tiers that the month has seen before the run: `{internet_gb: 500}` (PRC-7)."),
];
static MONTH_USED: Shape = Shape::Dict { names: &TEXT, of: &USED, min: 1, max: 100 };
static USED: Shape = Shape::Integer { min: 0, max: 1_000_000_000_000 };
