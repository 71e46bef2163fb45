//! Keys that say what things cost, and what instances bring along that is paid for.

use super::capacity_language::SHARE;
use super::language::{COUNT, MEMORY, PATH, PRICE, TEXT};
use super::load_language::FACTOR;
use super::shape::{MapShape, Shape, key};
use super::surroundings_language::COUNTING;

pub(super) static PRICES: Shape = Shape::Map(&PRICES_MAP);
static PRICES_MAP: MapShape = MapShape {
    title: "the block `prices`",
    keys: &[
        key("items", &ITEMS).doc(
            "Prices by name, in dollars, instead of the tables': `{m5.large: $0.08, nat_hour: $0.04}`. A name is an instance type (dollars per hour), one of Fargate's or one of `longshore catalog charges` (PRC-4).",
        ),
        key("file", &PATH).doc(
            "A CSV with the columns `name` and `usd`, and if you like `region`, `from` (units a month from which on the price holds) and `date`; or a JSON list of such objects. What `items` says comes first.",
        ),
        key("discount", &SHARE).default("0%").doc("What you pay less than the tables say, on everything that has no price of yours (PRC-4)."),
        COUNTING[0],
        COUNTING[1],
        COUNTING[2],
        COUNTING[3],
        COUNTING[4],
        key("dedicated_factor", &FACTOR).default("1.1").doc("How many times the price on demand a dedicated instance costs (PRC-37)."),
        key("date", &TEXT).doc("When these prices were seen, as `cost.csv` shows it."),
        key("idle", &Shape::OneOf(&["shared", "separate"])).default("shared").doc(
            "Who bears what no task allocates on an instance that has tasks: `shared`, those tasks, by what they allocate; `separate`, nobody, in a line of its own (PRC-94).",
        ),
    ],
};
static ITEMS: Shape = Shape::Dict { names: &PRICE_NAME, of: &PRICE, min: 1, max: 10_000 };
static PRICE_NAME: Shape = Shape::Text { min: 1, max: 100 };

static VOLUME_TYPE: Shape = Shape::OneOf(&["gp3", "gp2", "io1", "io2", "st1", "sc1", "standard"]);
static VOLUME_MAP: MapShape = MapShape {
    title: "a volume",
    keys: &[
        key("size", &MEMORY).default("30 GiB").doc("Its size, in whole GiB."),
        key("type", &VOLUME_TYPE).default("gp3").doc("Its kind (PRC-66)."),
        key("iops", &COUNT).doc("IOPS of gp3, io1 and io2; 3,000 of gp3 are included, and those of io2 are cheaper above 32,000 and above 64,000 of one volume (PRC-66)."),
        key("throughput", &COUNT).doc("MiB/s of gp3; 125 are included."),
    ],
};
static VOLUME: Shape = Shape::Map(&VOLUME_MAP);
static NO_VOLUME: Shape = Shape::OneOf(&["none"]);
pub(super) static ROOT_VOLUME: Shape = Shape::Either(&[&NO_VOLUME, &VOLUME]);
static VOLUMES: Shape = Shape::List { of: &VOLUME, min: 0, max: 40 };

/// The keys of whatever brings instances, about what they bring along.
pub(super) mod along {
    use super::{ROOT_VOLUME, VOLUMES};
    use crate::scenario::shape::{Key, Shape, key};

    pub(in crate::scenario) const ROOT: Key = key("root_volume", &ROOT_VOLUME).default("{size: 30 GiB, type: gp3}").doc(
        "The EBS root volume of each, paid from launch to termination; by default that of the ECS-optimised AMI, or what `root_volume` at the top says; `none` leaves it out of the bill (PRC-36).",
    );
    pub(in crate::scenario) const DATA: Key =
        key("volumes", &VOLUMES).doc("EBS volumes of each beside its root volume (PRC-66).");
    pub(in crate::scenario) const MONITORING: Key = key("detailed_monitoring", &Shape::Bool)
        .default("false")
        .doc("Whether EC2's metrics come each minute, which costs seven custom metrics an instance (PRC-34).");
    pub(in crate::scenario) const ADDRESS: Key = key("public_ipv4", &Shape::Bool)
        .default("false")
        .doc("Whether each has a public IPv4 address, paid by the hour (PRC-62).");
}
