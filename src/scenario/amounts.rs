//! Numbers, spans and times in notations of elsewhere, and what they are here: `25%` → `0.25`, `8am` → `08:00`.

use super::shape::Quantity;
use crate::units::{parse_memory, parse_span};

/// Most digits of a number that is put into another notation.
const DIGITS: usize = 15;
/// Units of a rate in a second, as people write them behind the number.
const PER_SECOND: [&str; 9] =
    ["rps", "qps", "tps", "req/s", "requests/s", "/s", "1/s", "per second", "requests per second"];
/// Days of the week as they are written here.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// What a text may be as a whole number, the likeliest first.
pub(super) fn whole(text: &str, json: bool) -> Vec<String> {
    let mut found = Vec::new();
    if json {
        // AWS counts memory in MiB and time-outs in seconds
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' '));
        if unit.ends_with(['B', 'b']) {
            let binary = unit.trim_end_matches(['B', 'b']).trim_end_matches('i').to_ascii_uppercase();
            let amount = text[..text.len() - unit.len()].trim();
            found.extend(parse_memory(&format!("{amount} {binary}iB")).ok().map(|memory| memory.0.to_string()));
        } else if let Ok(span) = parse_span(text)
            && span.0 % 1000 == 0
        {
            found.push((span.0 / 1000).to_string());
        }
    }
    found.extend(plain_numbers(text).into_iter().filter(|number| !number.contains('.')));
    let digits = leading_number(text);
    found.extend((!digits.is_empty()).then(|| digits.split('.').next().unwrap_or(digits).to_owned()));
    found
}

/// A number without what groups its digits, powers of ten, thousands.
pub(super) fn plain_numbers(text: &str) -> Vec<String> {
    let text = text.trim();
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | '\'' | ','));
    let number: String = text[..text.len() - unit.len()].replace(['_', '\''], "");
    let number = if is_grouped(&number) { number.replace(',', "") } else { number };
    if !number.starts_with(|c: char| c.is_ascii_digit()) || number.contains(',') || number.len() > DIGITS {
        return Vec::new();
    }
    let shifted = |places: usize| shifted(&number, places);
    let exponent = unit.strip_prefix(['e', 'E']).map(|digits| digits.strip_prefix('+').unwrap_or(digits));
    match unit {
        "" => vec![number.clone()],
        "k" | "K" => shifted(3).into_iter().collect(),
        "M" => shifted(6).into_iter().collect(),
        _ => exponent
            .and_then(|digits| digits.parse::<usize>().ok())
            .filter(|places| *places <= DIGITS)
            .and_then(shifted)
            .into_iter()
            .collect(),
    }
}

/// `1,000`: three digits behind each comma.
fn is_grouped(number: &str) -> bool {
    let mut parts = number.split(',');
    parts.next().is_some_and(|first| !first.is_empty()) && parts.all(|part| part.len() == 3)
}

/// A number with its point some places further right.
fn shifted(number: &str, places: usize) -> Option<String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > places {
        return None;
    }
    let all = format!("{whole}{fraction}{}", "0".repeat(places - fraction.len()));
    let plain = all.trim_start_matches('0');
    Some(if plain.is_empty() { "0".to_owned() } else { plain.to_owned() })
}

fn leading_number(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    if end > DIGITS { "" } else { &text[..end] }
}

/// `25` % → `0.25`.
fn share(percent: &str) -> Option<String> {
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    let fine = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > DIGITS || !fine(whole) || !fine(fraction) {
        return None;
    }
    let digits = format!("{whole:0>3}{fraction}");
    let (ones, parts) = digits.split_at(whole.len().max(3) - 2);
    let (ones, parts) = (ones.trim_start_matches('0'), parts.trim_end_matches('0'));
    let ones = if ones.is_empty() { "0" } else { ones };
    Some(if parts.is_empty() { ones.to_owned() } else { format!("{ones}.{parts}") })
}

/// What a text is in the notation of a quantity; `None` where nothing can be made of it.
pub(super) fn of_kind(quantity: &Quantity, text: &str) -> Option<String> {
    let text = text.trim();
    let found = match quantity.name {
        "rate" | "value" | "factor" => rates(text),
        "percentage" => share_of_one(text),
        "span of time" | "flexible window" | "CPU time" => iso_span(text).into_iter().collect(),
        "time of day" => clock(text).into_iter().collect(),
        "time of the week" => week_clock(text).into_iter().collect(),
        "rate of events" => events(text).into_iter().collect(),
        _ => Vec::new(),
    };
    found.into_iter().find(|text| (quantity.parse)(text).is_ok())
}

fn rates(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text.strip_suffix('%').and_then(|percent| share(percent.trim())).into_iter().collect();
    found.extend(plain_numbers(text));
    let number = leading_number(text);
    let unit = text[number.len()..].trim().to_ascii_lowercase();
    if PER_SECOND.contains(&unit.as_str()) {
        found.push(number.to_owned());
    }
    found
}

/// `0.69` → `69%`, `69` → `69%`.
fn share_of_one(text: &str) -> Vec<String> {
    let hundredfold = shifted(text, 2).filter(|_| text.starts_with("0."));
    hundredfold.into_iter().chain([text.to_owned()]).map(|percent| format!("{percent}%")).collect()
}

/// `PT1H30M` → `1h 30m`.
fn iso_span(text: &str) -> Option<String> {
    let rest = text.strip_prefix(['P', 'p'])?;
    let (date, time) = rest.split_once(['T', 't']).unwrap_or((rest, ""));
    let mut parts = Vec::new();
    for (text, units) in [(date, "DdWw"), (time, "HhMmSs")] {
        let mut number = String::new();
        for c in text.chars() {
            if c.is_ascii_digit() || c == '.' {
                number.push(c);
            } else if units.contains(c) && !number.is_empty() {
                parts.push(format!("{number}{}", c.to_ascii_lowercase()));
                number.clear();
            } else {
                return None;
            }
        }
        if !number.is_empty() {
            return None;
        }
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// `8`, `8am`, `6:30 pm`, `24:00`, `0800`, `08:00:00` → `08:00`.
fn clock(text: &str) -> Option<String> {
    let low = text.to_ascii_lowercase();
    let (low, half) = match low.trim_end_matches('.') {
        text if text.ends_with("am") => (text[..text.len() - 2].trim(), Some(0)),
        text if text.ends_with("pm") => (text[..text.len() - 2].trim(), Some(12)),
        text => (text.trim_end_matches(['h', 'H']).trim(), None),
    };
    let parts: Vec<&str> = low.split([':', '.']).collect();
    let (hour, minute) = match parts.as_slice() {
        [digits] if digits.len() == 4 => digits.split_at_checked(2)?,
        [hour] => (*hour, "00"),
        [hour, minute] | [hour, minute, "00"] => (*hour, *minute),
        _ => return None,
    };
    let hour: u32 = hour.parse().ok()?;
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None if hour == 24 && minute == "00" => 0,
        None => hour,
    };
    Some(format!("{hour:02}:{minute:0>2}"))
}

/// The day of the week that a word begins with.
fn day(text: &str) -> Option<&'static str> {
    let low = text.trim().to_ascii_lowercase();
    DAYS.into_iter().find(|day| low.starts_with(day) && low.chars().all(|c| c.is_ascii_alphabetic()))
}

/// `Monday 8am` → `mon 08:00`.
fn week_clock(text: &str) -> Option<String> {
    let (word, rest) = text.split_once([' ', ',', '@']).unwrap_or((text, ""));
    let day = day(word)?;
    let rest = rest.trim();
    if rest.is_empty() { Some(day.to_owned()) } else { Some(format!("{day} {}", clock(rest)?)) }
}

/// Several days in one word, `mon-fri` or `weekend`, each by itself.
pub(super) fn days(text: &str) -> Option<Vec<&'static str>> {
    match text.trim().to_ascii_lowercase().as_str() {
        "weekend" | "weekends" => return Some(DAYS[5..].to_vec()),
        "weekday" | "weekdays" | "workday" | "workdays" => return Some(DAYS[..5].to_vec()),
        "daily" | "all" | "every day" => return Some(DAYS.to_vec()),
        _ => {}
    }
    if let Some((first, last)) = text.split_once(['-', '–', '…']) {
        let place = |text| DAYS.iter().position(|name| day(text) == Some(*name));
        let (first, last) = (place(first)?, place(last.trim_start_matches('.'))?);
        let count = (last + DAYS.len() - first) % DAYS.len() + 1;
        return Some((0..count).map(|step| DAYS[(first + step) % DAYS.len()]).collect());
    }
    let listed: Option<Vec<&str>> = text.split([',', '/', '+', '&']).map(day).collect();
    listed.filter(|days| days.len() > 1)
}

/// `20/h`, `20 per h`, `20 an hour` → `20 per hour`.
fn events(text: &str) -> Option<String> {
    let number = leading_number(text);
    let rest = text[number.len()..].trim().trim_start_matches('/');
    let word = rest.rsplit(' ').next()?;
    if !matches!(rest[..rest.len() - word.len()].trim(), "" | "per" | "a" | "an" | "each" | "every") {
        return None;
    }
    let period = match word.to_ascii_lowercase().trim_end_matches('s') {
        "" if word.is_empty() => return None,
        "" | "sec" | "second" => "second",
        "m" | "min" | "minute" => "minute",
        "h" | "hr" | "hour" => "hour",
        "d" | "day" => "day",
        "w" | "week" => "week",
        _ => return None,
    };
    Some(format!("{number} per {period}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_elsewhere_become_plain() {
        for (text, expected) in
            [("1_000", "1000"), ("1,000", "1000"), ("1'000", "1000"), ("1e3", "1000"), ("2k", "2000"), ("1.5k", "1500")]
        {
            assert_eq!(plain_numbers(text), [expected], "{text}");
        }
        for text in ["1,5", "x", "", "1e99", "-1", "1.5e0x"] {
            assert!(plain_numbers(text).is_empty(), "{text}");
        }
        for (percent, expected) in [("25", "0.25"), ("150", "1.5"), ("100", "1"), ("0.5", "0.005"), ("7", "0.07")] {
            assert_eq!(share(percent).as_deref(), Some(expected), "{percent}");
        }
        assert_eq!(whole("100%", false), ["100"]);
        assert_eq!(whole("1GB", true).first().map(String::as_str), Some("1024"));
        assert_eq!(whole("512 MiB", true).first().map(String::as_str), Some("512"));
        assert_eq!(whole("30s", true).first().map(String::as_str), Some("30"));
        assert_eq!(rates("120 rps"), ["120"]);
        assert!(rates("120/min").is_empty());
        assert_eq!(share_of_one("0.69").first().map(String::as_str), Some("69%"));
    }

    #[test]
    fn times_of_elsewhere_become_plain() {
        for (text, expected) in [
            ("8", "08:00"),
            ("8am", "08:00"),
            ("12am", "00:00"),
            ("6:30 PM", "18:30"),
            ("24:00", "00:00"),
            ("0830", "08:30"),
        ] {
            assert_eq!(clock(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!((clock("noon"), clock("13pm")), (None, None));
        assert_eq!(week_clock("Monday 8am").as_deref(), Some("mon 08:00"));
        assert_eq!((iso_span("PT1H30M").as_deref(), iso_span("P1D").as_deref()), (Some("1h 30m"), Some("1d")));
        assert_eq!((iso_span("P"), iso_span("PT1X"), iso_span("1h")), (None, None, None));
        assert_eq!(days("mon-wed"), Some(vec!["mon", "tue", "wed"]));
        assert_eq!(days("sat-mon"), Some(vec!["sat", "sun", "mon"]));
        assert_eq!((days("weekend").map(|days| days.len()), days("mon"), days("x-y")), (Some(2), None, None));
        assert_eq!(events("20/h").as_deref(), Some("20 per hour"));
        assert_eq!((events("20"), events("5 per 10 minutes")), (None, None));
    }
}
