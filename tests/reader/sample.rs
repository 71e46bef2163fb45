//! A small scenario language that uses every kind of shape.

use longshore::scenario::{Key, MapShape, Numbers, Quantity, Shape, key};

fn duration(text: &str) -> Result<(), String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &text[digits.len()..];
    if digits.is_empty() || digits.parse::<f64>().is_err() {
        return Err("it begins with a number".into());
    }
    match unit {
        "ms" | "s" | "m" | "h" | "d" => Ok(()),
        "" => Err("it needs a unit: `ms`, `s`, `m`, `h` or `d`".into()),
        _ => Err(format!("`{unit}` is not one of `ms`, `s`, `m`, `h`, `d`")),
    }
}

pub(super) static DURATION: Quantity = Quantity {
    name: "duration",
    parse: duration,
    pattern: r"^\d+(\.\d+)?(ms|s|m|h|d)$",
    numbers: Numbers::No,
    examples: &["90s", "15m", "2d"],
};

static TEXT: Shape = Shape::Text { min: 1, max: 40 };
static NAME: Shape = Shape::Name;
static COUNT: Shape = Shape::Integer { min: 0, max: 5000 };
static SEED: Shape = Shape::Integer { min: 0, max: i64::MAX };
static PERCENT: Shape = Shape::Decimal { min: 0.0, max: 100.0 };
static SPAN: Shape = Shape::Quantity(&DURATION);
static BOOL: Shape = Shape::Bool;
static METRIC: Shape = Shape::OneOf(&["cpu_utilization", "memory_utilization"]);
static FIELD: Shape = Shape::OneOf(&["availability_zone", "instance_id"]);
static RESOURCE: Shape = Shape::OneOf(&["cpu", "memory"]);

static PLACEMENT: MapShape = MapShape {
    title: "a placement strategy",
    keys: &[key("spread", &FIELD), key("binpack", &RESOURCE), Key::later("random", "comes later")],
};
static PLACEMENTS: Shape = Shape::List { of: &Shape::OneKey(&PLACEMENT), min: 1, max: 5 };

static POLICY: MapShape = MapShape {
    title: "a scaling policy",
    keys: &[
        key("metric", &METRIC).required().doc("What is held at the target."),
        key("target", &PERCENT).required(),
        key("cooldown", &SPAN).default("300s"),
        key("enabled", &BOOL).default("true"),
    ],
};
static POLICIES: Shape = Shape::List { of: &Shape::Map(&POLICY), min: 0, max: 10 };

static TRACE: MapShape = MapShape { title: "a trace", keys: &[key("file", &TEXT).required(), key("column", &TEXT)] };
static LOAD: Shape = Shape::Either(&[&COUNT, &SPAN, &Shape::Map(&TRACE)]);

static SERVICE: MapShape = MapShape {
    title: "a service",
    keys: &[
        key("task_definition", &NAME).required().doc("Which tasks it runs."),
        key("desired_count", &COUNT).default("1"),
        key("placement", &PLACEMENTS),
        key("policies", &POLICIES),
        key("load", &LOAD),
        Key::later("autoscaling", "comes with service scaling"),
    ],
};
static SERVICES: Shape = Shape::Dict { names: &Shape::Name, of: &Shape::Map(&SERVICE), min: 1, max: 100 };

static LIMITS: MapShape = MapShape { title: "limits", keys: &[key("tasks", &COUNT)] };

static SCENARIO: MapShape = MapShape {
    title: "a scenario",
    keys: &[
        key("name", &NAME).required().doc("Names the folder of the results."),
        key("description", &TEXT),
        key("duration", &SPAN),
        key("seed", &SEED).default("0"),
        key("limits", &Shape::Map(&LIMITS)),
        key("services", &SERVICES),
        key("notes", &Shape::Anything),
    ],
};
pub(super) static SAMPLE: Shape = Shape::Map(&SCENARIO);

pub(super) const VALID: &str = "\
# A scenario without mistakes, also the seed of the mutations.
name: shop
description: \"größer als \\u00fc\"
duration: 2d
seed: 42
limits: {}
services:
  web: &web
    task_definition: web
    desired_count: 6
    placement: [{spread: availability_zone}, {binpack: memory}]
    policies:
      - metric: cpu_utilization
        target: 60.5
        cooldown: 90s
      - {metric: memory_utilization, target: 70, enabled: false}
    load: {file: traces/web.csv, column: requests}
  api: *web
  batch:
    task_definition: batch
    load: 15m
    placement:
    - spread: instance_id
notes: [1, two, {three: ~}]
";
