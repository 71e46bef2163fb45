//! Keys that say what starts standalone tasks.

use super::language::SPAN_PATTERN;
use super::load_language::{CURVE, TRACE};
use super::shape::{MapShape, Numbers, Quantity, Shape, key};
use crate::units::{Decimal, SimSpan, parse_span, plain_number};

static WINDOW_KIND: Quantity = Quantity {
    name: "flexible window",
    parse: |text| parse_window(text).map(drop),
    pattern: SPAN_PATTERN,
    numbers: Numbers::No,
    examples: &["15m", "1h"],
};
static EVENT_RATE_KIND: Quantity = Quantity {
    name: "rate of events",
    parse: |text| parse_event_rate(text).map(drop),
    pattern: r"^\s*\d+(\.\d+)?\s+per\s+(second|minute|hour|day|week)\s*$",
    numbers: Numbers::No,
    examples: &["20 per hour", "0.5 per day"],
};

/// How far a call may be moved.
pub(super) static WINDOW: Shape = Shape::Quantity(&WINDOW_KIND);

/// What starts tasks by events.
pub(super) static TRIGGER: Shape = Shape::OneKey(&TRIGGER_MAP);
static TRIGGER_MAP: MapShape = MapShape {
    title: "a trigger",
    keys: &[
        key("rate", &Shape::Quantity(&EVENT_RATE_KIND))
            .doc("Events on average in a `second`, `minute`, `hour`, `day` or `week`: a Poisson process."),
        key("trace", &TRACE)
            .doc("Events counted at regular times; each comes at a moment of its period, drawn evenly."),
        key("curve", &Shape::Map(&EVENT_CURVE_MAP))
            .doc("Events as often as a curve says: a Poisson process whose rate changes."),
    ],
};
static EVENT_CURVE_MAP: MapShape = MapShape {
    title: "a curve of events",
    keys: &[
        key("of", &CURVE).required().doc("How many there are on average."),
        key("per", &Shape::OneOf(&["second", "minute", "hour", "day", "week"])).required().doc("In what time."),
    ],
};

/// Events on average in a period, `20 per hour`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventsPer {
    /// How many, above 0, with at most 6 decimals.
    pub events: Decimal,
    /// In what time.
    pub period: SimSpan,
}

/// A rate of events: `20 per hour`.
///
/// # Errors
/// Another form, nothing at all, or over a million a second.
pub fn parse_event_rate(text: &str) -> Result<EventsPer, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [number, "per", unit] = words.as_slice() else {
        return Err(format!("`{text}` is no rate of events; write for example `20 per hour`"));
    };
    let period = parse_period(unit)
        .ok_or_else(|| format!("`{unit}` is no period here; use second, minute, hour, day or week"))?;
    let events: Decimal = number.parse().map_err(|_| match plain_number(number) {
        Some(plain) => format!("`{number}` is no plain number; write `{plain} per {unit}`"),
        None => format!("`{number}` is no plain number"),
    })?;
    if events.mantissa <= 0 {
        return Err(format!("`{number}` is not above 0; leave the entry out to have no events"));
    }
    if events.scale > 6 {
        return Err(format!("`{number}` has more than 6 decimals"));
    }
    if i128::from(events.mantissa) > events.divisor() * 1000 * i128::from(period.0) {
        return Err(format!("`{text}` is over a million events a second"));
    }
    Ok(EventsPer { events, period })
}

/// A period by its name.
pub fn parse_period(unit: &str) -> Option<SimSpan> {
    Some(SimSpan(match unit {
        "second" => 1000,
        "minute" => 60_000,
        "hour" => 3_600_000,
        "day" => 86_400_000,
        "week" => 604_800_000,
        _ => return None,
    }))
}

/// A flexible window: whole minutes, 1 to 1,440 (ECS-904).
///
/// # Errors
/// Another length.
pub fn parse_window(text: &str) -> Result<SimSpan, String> {
    let span = parse_span(text).map_err(|error| error.0)?;
    if span.0 % 60_000 != 0 || !(60_000..=86_400_000).contains(&span.0) {
        return Err(format!("`{text}` is not from 1 to 1,440 whole minutes; leave it out to have exact times"));
    }
    Ok(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_events() {
        let rate = parse_event_rate("0.5 per day").unwrap();
        assert_eq!((rate.events.to_string().as_str(), rate.period.0), ("0.5", 86_400_000));
        for bad in [
            "20",
            "20 per",
            "20/h",
            "0 per hour",
            "-1 per hour",
            "1 per year",
            "2000000 per second",
            "0.0000001 per day",
        ] {
            assert!(parse_event_rate(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn windows_are_whole_minutes() {
        assert_eq!(parse_window("24h"), Ok(SimSpan(86_400_000)));
        for bad in ["0m", "90s", "1441m", "15"] {
            assert!(parse_window(bad).is_err(), "{bad}");
        }
    }
}
