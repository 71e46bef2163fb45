//! Keys that say how instances are bought: Spot, dedicated, and what is promised for years.

use super::capacity_language::SHARE;
use super::language::{PATH, PRICE, SOME, TEXT, TYPE_NAME, ZONE};
use super::shape::{Key, MapShape, Shape, key};

static PURCHASE_WORD: Shape = Shape::OneOf(&["on_demand", "spot", "dedicated"]);
/// The keys of whatever brings instances, about how they are bought.
pub(super) const PURCHASE: Key = key("purchase", &PURCHASE_WORD).default("on_demand").doc(
    "How each is bought: at the list price; on Spot, at a price of its own (PRC-40); or dedicated, on hardware that nobody else uses, at `prices.dedicated_factor` times the list price and $2 an hour in the Region as long as one runs (PRC-37).",
);
pub(super) const SPOT_OF_EACH: Key =
    key("spot", &SPOT).doc("With `purchase: spot`: what Spot costs here; by default what `spot` at the top says.");

pub(super) static SPOT: Shape = Shape::OneKey(&SPOT_MAP);
static SPOT_MAP: MapShape = MapShape {
    title: "a Spot price",
    keys: &[
        key("source", &Shape::OneOf(&["advisor", "snapshot"])).doc(
            "A table in the program: `advisor` has the average saving of each type in June 2025 (PRC-42, PRC-46), `snapshot` the prices of one day in August 2023 in us-east-1 (PRC-44).",
        ),
        key("saving", &SHARE).doc("How much cheaper than on demand it is, all through the run (PRC-46)."),
        key("price", &PRICE).doc("Dollars per hour, all through the run."),
        key("trace", &Shape::Map(&SPOT_TRACE_MAP)).doc("Prices that hold from a time on, from a CSV file (PRC-40)."),
    ],
};
static SPOT_TRACE_MAP: MapShape = MapShape {
    title: "a trace of Spot prices",
    keys: &[
        key("file", &PATH).required().doc("A CSV file with a heading, relative to the scenario."),
        key("time_column", &TEXT)
            .required()
            .doc("The column with the times from which a price holds: seconds since the start of the run, or timestamps (`2026-01-05T00:00:00Z`) of its calendar; in their order, the first not later than the start."),
        key("column", &TEXT).required().doc("The column with the prices, in dollars per hour."),
    ],
};

static TERM: Shape = Shape::OneOf(&["1y", "3y"]);
const TERM_KEY: Key = key("term", &TERM).default("1y").doc("For how long it is promised; nothing is paid upfront.");

pub(super) static RESERVED_INSTANCES: Shape = Shape::List { of: &Shape::Map(&RESERVED_MAP), min: 0, max: 1000 };
static RESERVED_MAP: MapShape = MapShape {
    title: "an entry of `reserved_instances`",
    keys: &[
        key("type", &TYPE_NAME).required().doc("EC2 instance type, such as `m5.large`, on Linux and shared hardware."),
        key("count", &SOME).default("1").doc("How many of them."),
        key("class", &Shape::OneOf(&["standard", "convertible"]))
            .default("standard")
            .doc("`convertible` ones may be exchanged and cost more (PRC-51, PRC-52)."),
        TERM_KEY,
        key("zone", &ZONE).doc("Letter of its zone: it holds for its very type there. Without, it is regional and holds for all sizes of its family in any zone, the smallest first (PRC-58)."),
        key("price", &PRICE).doc("Dollars per hour of one, instead of the table's."),
        key("name", &Shape::Name).doc("What the bill calls it; by default `reserved-` and its number in the list."),
    ],
};

pub(super) static SAVINGS_PLANS: Shape = Shape::List { of: &Shape::Map(&SAVINGS_MAP), min: 0, max: 1000 };
static SAVINGS_MAP: MapShape = MapShape {
    title: "an entry of `savings_plans`",
    keys: &[
        key("type", &Shape::OneOf(&["compute", "ec2_instance"])).required().doc(
            "`compute` covers instances of all families and Fargate; `ec2_instance` those of one `family` (PRC-53, PRC-54). Neither covers Spot or storage (PRC-55).",
        ),
        key("family", &Shape::Name).doc("Of an `ec2_instance` plan: `m5`."),
        key("commitment", &PRICE).required().doc("Dollars of every hour, at the plan's rates, paid whether used or not (PRC-50)."),
        TERM_KEY,
        key("rates", &RATES).doc(
            "Own rates by name, in dollars per hour: `{m5.large: $0.071, fargate_vcpu_hour: $0.032384}`. Without, those of instances are the table's reserved prices, standard for an `ec2_instance` plan and convertible for a `compute` plan (PRC-53); Fargate costs 0.80 of its price on demand for a year and 0.55 for three (PRC-54). Instances with Windows pay `windows_surcharge_per_vcpu_hour` on top.",
        ),
        key("name", &Shape::Name).doc("What the bill calls it; by default `savings-plan-` and its number in the list."),
    ],
};
static RATES: Shape = Shape::Dict { names: &RATE_NAME, of: &PRICE, min: 1, max: 10_000 };
static RATE_NAME: Shape = Shape::Text { min: 1, max: 100 };
