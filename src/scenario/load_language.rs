//! Keys that say what is asked of services: curves, and calls between services.

use super::language::{PATH, SPAN, TEXT};
use super::load_raw::parse_cpu_time;
use super::shape::{Key, MapShape, Numbers, Quantity, Shape, key};
use crate::units::Decimal;

static CPU_TIME_KIND: Quantity = Quantity {
    name: "CPU time",
    parse: |text| parse_cpu_time(text).map(drop),
    pattern: r"^\s*(\d+(\.0+)?\s*[uµ]s|(\d+(\.\d+)?\s*(ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)\s*)+)\s*$",
    numbers: Numbers::No,
    examples: &["12 ms", "250 us"],
};
static RATE_KIND: Quantity = Quantity {
    name: "rate",
    parse: |text| number(text, false),
    pattern: r"^\d+(\.\d+)?$",
    numbers: Numbers::Any,
    examples: &["120", "0.25"],
};
static LEVEL_KIND: Quantity = Quantity {
    name: "value",
    parse: |text| number(text, true),
    pattern: r"^-?\d+(\.\d+)?$",
    numbers: Numbers::Signed,
    examples: &["120", "0.25", "-20"],
};
static FACTOR_KIND: Quantity = Quantity {
    name: "factor",
    parse: |text| number(text, false),
    pattern: r"^\d+(\.\d+)?$",
    numbers: Numbers::Any,
    examples: &["100", "0.5"],
};
static CLOCK_KIND: Quantity = Quantity {
    name: "time of day",
    parse: |text| parse_clock(text).map(drop),
    pattern: r"^\s*([01]?\d|2[0-3]):[0-5]\d\s*$",
    numbers: Numbers::No,
    examples: &["08:00", "17:30"],
};
static WEEK_CLOCK_KIND: Quantity = Quantity {
    name: "time of the week",
    parse: |text| parse_week_clock(text).map(drop),
    pattern: r"^\s*([Mm][Oo][Nn]|[Tt][Uu][Ee]|[Ww][Ee][Dd]|[Tt][Hh][Uu]|[Ff][Rr][Ii]|[Ss][Aa][Tt]|[Ss][Uu][Nn])(\s+([01]?\d|2[0-3]):[0-5]\d)?\s*$",
    numbers: Numbers::No,
    examples: &["mon 08:00", "sat"],
};

/// Days as they are written, the first of the week first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn number(text: &str, may_be_negative: bool) -> Result<(), String> {
    match text.parse::<Decimal>() {
        Ok(_) if text.starts_with('-') && !may_be_negative => Err(format!("`{text}` is negative")),
        Ok(number) if number.scale > 12 => Err(format!("`{text}` has more than 12 decimals")),
        Ok(_) => Ok(()),
        Err(_) => Err(format!("`{text}` is no plain number")),
    }
}

/// Minutes since midnight of a time of day: `08:00`.
///
/// # Errors
/// Another form, or no such time.
pub fn parse_clock(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no time of day; write for example `08:00`");
    let (hour, minute) = text.trim().split_once(':').ok_or_else(wrong)?;
    let digits = |part: &str, most: u64| {
        let is_fine = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u64>().ok().filter(|value| is_fine && *value <= most)
    };
    match (digits(hour, 23), digits(minute, 59)) {
        (Some(hour), Some(minute_value)) if minute.len() == 2 => Ok(hour * 60 + minute_value),
        _ => Err(wrong()),
    }
}

/// Minutes since Monday began of a time of the week: `mon 08:00`, or `sat` for `sat 00:00`.
///
/// # Errors
/// Another form, or no such time.
pub fn parse_week_clock(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no time of the week; write for example `mon 08:00` or `sat`");
    let mut words = text.split_whitespace();
    let day = words.next().ok_or_else(wrong)?.to_ascii_lowercase();
    let place = DAYS.iter().position(|name| day == *name).ok_or_else(wrong)?;
    let minutes = words.next().map_or(Ok(0), |clock| parse_clock(clock).map_err(|_| wrong()))?;
    if words.next().is_some() {
        return Err(wrong());
    }
    Ok(place as u64 * 1440 + minutes)
}

pub(super) static RATE: Shape = Shape::Quantity(&RATE_KIND);
static LEVEL: Shape = Shape::Quantity(&LEVEL_KIND);
pub(super) static FACTOR: Shape = Shape::Quantity(&FACTOR_KIND);

/// The load of a service.
pub(super) static LOAD: Shape = Shape::Map(&LOAD_MAP);
static LOAD_MAP: MapShape = MapShape {
    title: "a load",
    keys: &[
        key("requests_per_second", &CURVE)
            .doc("Requests for the whole service: a number, or a curve ([loads.md](loads.md)). May be left out where other services call it."),
        key("per_request", &Shape::Map(&PER_REQUEST_MAP)).required().doc("What one request needs."),
        Key::later("vcpu", "comes with direct CPU demand"),
        Key::later("queue", "comes with queues"),
    ],
};

static PER_REQUEST_MAP: MapShape = MapShape {
    title: "`per_request`",
    keys: &[
        key("cpu", &Shape::Quantity(&CPU_TIME_KIND)).required().doc("CPU time of one vCPU."),
        key("calls", &Shape::Dict { names: &Shape::Name, of: &FACTOR, min: 1, max: 1000 })
            .doc("How many requests each request that is served makes to other services, at the same moment: `{api: 2, db: 0.5}`. They join the load of those (PLT-92)."),
        Key::later("latency", "comes with latency"),
        Key::later("memory", "comes with memory in use"),
    ],
};

/// A curve: a number, or one of its kinds.
pub(super) static CURVE: Shape = Shape::Either(&[&RATE, &Shape::OneKey(&CURVE_MAP)]);
static CURVE_MAP: MapShape = MapShape {
    title: "a curve",
    keys: &[
        key("steps", &STEPS).doc("Values, each from a time of the run on: `[{at: 0s, value: 50}, {at: 2h, value: 80}]`. Before the first it is 0."),
        key("ramp", &Shape::Map(&RAMP_MAP)).doc("Straight from one value to another: `{from: 10, to: 200, start: 1h, for: 30m}`."),
        key("daily", &Shape::Map(&DAILY_MAP)).doc("By the time of day: `{timezone: Europe/Berlin, points: {04:00: 20, 12:00: 150, 20:00: 180}}`."),
        key("weekly", &Shape::Map(&WEEKLY_MAP)).doc("By day and time of the week: `{interpolation: step, points: {mon: 1, sat: 0.4}}`."),
        key("sine", &Shape::Map(&SINE_MAP)).doc("A swing around a mean: `{mean: 100, amplitude: 60, peak: 15h}`."),
        key("spike", &Shape::Map(&SPIKE_MAP)).doc("0 but for one rise and fall, to be added to something: `{at: 3h, height: 400, rise: 5m, hold: 20m, fall: 1h}`."),
        key("noise", &Shape::Map(&NOISE_MAP)).doc("Draws around a mean of 1, to be multiplied with something: `{cv: 0.1, correlation_time: 15m}`. Another seed has other noise."),
        key("trace", &TRACE).doc("What was measured at regular times, from a CSV file."),
        key("sum", &CURVES).doc("All of them together: `[50, {spike: {at: 1h, height: 100, hold: 10m}}]`."),
        key("product", &CURVES).doc("One times the other: `[{ramp: {from: 1, to: 3, for: 10d}}, 80]`."),
        key("clamp", &Shape::Map(&CLAMP_MAP)).doc("No less than one value and no more than another: `{of: {noise: {mean: 50, sd: 30}}, min: 10, max: 90}`."),
        key("sample", &Shape::Map(&SAMPLE_MAP)).doc("How finely a curve is sampled that changes all the time: `{every: 10s, of: {ramp: {from: 0, to: 90, for: 3m}}}`; 1 minute without."),
    ],
};
static CURVES: Shape = Shape::List { of: &CURVE, min: 1, max: 100 };

static STEPS: Shape = Shape::List { of: &Shape::Map(&STEP_MAP), min: 1, max: 100_000 };
static STEP_MAP: MapShape = MapShape {
    title: "a step",
    keys: &[
        key("at", &SPAN).required().doc("From when on, in time of the run; later than the step before."),
        key("value", &RATE).required().doc("What holds from then on."),
    ],
};
static RAMP_MAP: MapShape = MapShape {
    title: "a ramp",
    keys: &[
        key("from", &RATE).required().doc("The value until it begins."),
        key("to", &RATE).required().doc("The value from its end on."),
        key("start", &SPAN).default("0s").doc("When it begins, in time of the run."),
        key("for", &SPAN).required_kind().doc("How long it takes."),
        key("end", &SPAN).required_kind().doc("When it ends, in time of the run, instead of `for`."),
    ],
};
static TIMEZONE: &str = "IANA name of the zone whose clock counts: `Europe/Berlin`. The clock begins at the scenario's `start`; when clocks are put forward or back, so is the profile.";
static INTERPOLATION: Shape = Shape::OneOf(&["linear", "step"]);
static INTERPOLATION_DOC: &str = "`linear`: straight from each point to the next, and from the last to the first. `step`: each value holds until the next.";
static DAILY_MAP: MapShape = MapShape {
    title: "a profile of the day",
    keys: &[
        key("points", &Shape::Dict { names: &Shape::Quantity(&CLOCK_KIND), of: &RATE, min: 1, max: 1440 })
            .required()
            .doc("Values by time of day: `{04:00: 20, 12:00: 150}`."),
        key("timezone", &TEXT).default("UTC").doc(TIMEZONE),
        key("interpolation", &INTERPOLATION).default("linear").doc(INTERPOLATION_DOC),
    ],
};
static WEEKLY_MAP: MapShape = MapShape {
    title: "a profile of the week",
    keys: &[
        key("points", &Shape::Dict { names: &Shape::Quantity(&WEEK_CLOCK_KIND), of: &RATE, min: 1, max: 10_080 })
            .required()
            .doc("Values by day and time: `{mon 08:00: 150, sat: 40}`; `sat` is `sat 00:00`."),
        key("timezone", &TEXT).default("UTC").doc(TIMEZONE),
        key("interpolation", &INTERPOLATION).default("linear").doc(INTERPOLATION_DOC),
    ],
};
static SINE_MAP: MapShape = MapShape {
    title: "a sine",
    keys: &[
        key("mean", &RATE).required().doc("The value around which it swings."),
        key("amplitude", &RATE).required().doc("How far it swings up and down."),
        key("period", &SPAN).default("1d").doc("The time of one swing."),
        key("peak", &SPAN).default("0s").doc("When it is highest, in time of the run; and one period later again."),
    ],
};
static SPIKE_MAP: MapShape = MapShape {
    title: "a spike",
    keys: &[
        key("at", &SPAN).required().doc("When it begins to rise, in time of the run."),
        key("height", &LEVEL).required().doc("How high it is; a dip is below 0."),
        key("rise", &SPAN).default("0s").doc("How long it rises."),
        key("hold", &SPAN).default("0s").doc("How long it stays up."),
        key("fall", &SPAN).default("0s").doc("How long it falls."),
    ],
};
static NOISE_MAP: MapShape = MapShape {
    title: "noise",
    keys: &[
        key("distribution", &Shape::OneOf(&["normal", "lognormal"])).default("lognormal").doc("`normal`: a bell, which may go below 0; the whole curve is 0 there. `lognormal`: above 0 always, with rare high values."),
        key("mean", &RATE).default("1").doc("Its mean."),
        key("sd", &RATE).required_kind().doc("Its standard deviation."),
        key("cv", &RATE).required_kind().doc("The same as a share of the mean (coefficient of variation), instead of `sd`."),
        key("correlation_time", &SPAN).default("0s").doc("After this time a value has to do with what it was by 1/e, and so on: an autoregressive process of first order. 0: each sample is a draw of its own."),
    ],
};
static CLAMP_MAP: MapShape = MapShape {
    title: "a clamp",
    keys: &[
        key("of", &CURVE).required().doc("What is kept within bounds."),
        key("min", &RATE).default("0").doc("The least."),
        key("max", &RATE).doc("The most; without, there is none."),
    ],
};
static SAMPLE_MAP: MapShape = MapShape {
    title: "a sampling",
    keys: &[
        key("every", &SPAN).required().doc("The grid, from the start of the run on; at least 1ms."),
        key("of", &CURVE).required().doc("What is sampled so."),
    ],
};

/// A measured load.
pub(super) static TRACE: Shape = Shape::Map(&TRACE_MAP);
static TRACE_MAP: MapShape = MapShape {
    title: "a trace",
    keys: &[
        key("file", &PATH).required().doc("A CSV file with a heading, relative to the scenario."),
        key("column", &TEXT).required().doc("The column that holds what was measured."),
        key("unit", &Shape::OneOf(&["count", "per_second", "per_minute", "per_hour"])).default("count").doc("What a row says: how many there were in its time, or how many there were on average in a second, minute or hour."),
        key("per", &SPAN).doc("The time that one row covers; needed without a `time_column`, else the least distance of two rows."),
        key("time_column", &TEXT)
            .doc("A column of seconds or of timestamps (`2026-01-05T00:00:00Z`): each row comes `per` after the one before, or there is a gap."),
        key("gaps", &Shape::OneOf(&["error", "hold", "zero", "linear"])).default("error").doc("What holds where rows are left out, or a field is empty or `NaN`: nothing, the value before, 0, or what lies between the neighbours."),
        key("scale", &FACTOR)
            .default("1")
            .doc("Each count is multiplied by this and rounded to the nearest whole one, halves to even."),
        key("shift", &SPAN).default("0s").doc("Which time of the trace the run begins with; a multiple of `per`."),
        key("repeat", &Shape::Bool).default("false").doc("Whether it begins again when it is over."),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_and_week() {
        assert_eq!((parse_clock("00:00"), parse_clock("8:05"), parse_clock("23:59")), (Ok(0), Ok(485), Ok(1439)));
        assert_eq!((parse_week_clock("mon"), parse_week_clock("Sat 12:00")), (Ok(0), Ok(5 * 1440 + 720)));
        for bad in ["24:00", "8", "8:5", "08:60", "", "-1:00", "008:00", "8:000"] {
            assert!(parse_clock(bad).is_err(), "{bad}");
            assert!(parse_week_clock(&format!("mon {bad}")).is_err() || bad.is_empty(), "{bad}");
        }
        for bad in ["", "08:00", "monday", "mon tue", "mon 08:00 09:00"] {
            assert!(parse_week_clock(bad).is_err(), "{bad}");
        }
    }
}
