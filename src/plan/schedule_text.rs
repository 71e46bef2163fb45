//! The texts of `EventBridge` Scheduler: `rate(…)`, `cron(…)`, `at(…)`, and dates with or without a zone (ECS-904).

use super::cron::{Cron, Misread};
use super::regions::impossible;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Timestamp};
use std::str::FromStr;

/// When a schedule calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Schedule {
    /// Every so many ms.
    Rate(u64),
    Cron(Box<Cron>),
    Once(DateTime),
}

const FORMS: &str = "it is `rate(5 minutes)`, `cron(0 3 * * ? *)` or `at(2026-01-06T03:00:00)`";

impl Schedule {
    pub(super) fn parse(text: &str) -> Result<Self, Misread> {
        let whole = |message: String| Misread { at: 0..text.len(), message, help: FORMS.to_owned() };
        let before = text.len() - text.trim_start().len();
        let Some((kind, rest)) = text.trim().split_once('(') else {
            return Err(whole(format!("`{text}` is no schedule")));
        };
        let Some(inner) = rest.strip_suffix(')') else {
            return Err(whole(format!("`{text}` does not end with `)`")));
        };
        let first = before + kind.len() + 1;
        let moved = |error: Misread| Misread { at: error.at.start + first..error.at.end + first, ..error };
        match kind {
            "rate" => rate(inner).map(Self::Rate).map_err(moved),
            "cron" => Cron::parse(inner).map(|cron| Self::Cron(Box::new(cron))).map_err(moved),
            "at" => once(inner).map(Self::Once).map_err(moved),
            other => {
                let help = match crate::diag::nearest(&other.to_lowercase(), ["rate", "cron", "at"]) {
                    Some(nearest) => format!("did you mean `{nearest}(…)`? {FORMS}"),
                    None => FORMS.to_owned(),
                };
                Err(Misread {
                    at: before..before + other.len(),
                    message: format!("`{other}` is no kind of schedule"),
                    help,
                })
            }
        }
    }
}

fn rate(text: &str) -> Result<u64, Misread> {
    let misread = |message: String| {
        let help = "a whole number from 1 on and minutes, hours or days: `rate(5 minutes)`, `rate(1 hour)`";
        Misread { at: 0..text.len(), message, help: help.to_owned() }
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let [number, unit] = words.as_slice() else {
        return Err(misread(format!("`{text}` is not a number and a unit")));
    };
    let unit_ms = match *unit {
        "minute" | "minutes" => 60_000,
        "hour" | "hours" => 3_600_000,
        "day" | "days" => 86_400_000,
        other => return Err(misread(format!("`{other}` is no unit of a rate"))),
    };
    let number = Some(*number).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let rate = number.and_then(|number| number.parse::<u32>().ok()).filter(|number| *number > 0);
    match rate {
        Some(rate) => Ok(u64::from(rate) * unit_ms),
        None => Err(misread(format!("`{}` is no number of a rate", words[0]))),
    }
}

fn once(text: &str) -> Result<DateTime, Misread> {
    let is_shaped = text.len() == 19 && text.as_bytes()[10] == b'T';
    let said = impossible(text).map(|(message, _, _)| message);
    DateTime::from_str(text).ok().filter(|_| is_shaped).ok_or_else(|| Misread {
        at: 0..text.len(),
        message: said.unwrap_or_else(|| format!("`{text}` is no date and time")),
        help: "it is written `at(2026-01-06T03:00:00)`; the zone is said by `timezone`".to_owned(),
    })
}

/// A date, or a date and time; in `zone` where it names none itself.
pub(super) fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    Timestamp::from_str(text).ok().or_else(|| {
        let local = DateTime::from_str(text).ok()?;
        zone.to_ambiguous_timestamp(local).compatible().ok()
    })
}

/// The instant of a local time: none where the clocks leave it out, the first where it comes twice.
///
/// `EventBridge` Scheduler skips a call whose time does not exist when clocks go forward, and makes it once when they
/// go back; that it is the first of the two is a choice.
pub(super) fn instant(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            offset.to_timestamp(local).ok()
        }
        AmbiguousOffset::Gap { .. } => None,
    }
}

/// The instants of a cron expression from `from` to `to`, in order.
pub(super) fn instants<'c>(
    cron: &'c Cron,
    zone: &'c TimeZone,
    from: Timestamp,
    to: Timestamp,
) -> impl Iterator<Item = Timestamp> + 'c {
    let days = from.to_zoned(zone.clone()).date().series(Span::new().days(1));
    let last = to.to_zoned(zone.clone()).date();
    let days = days.take_while(move |day| *day <= last).filter(|day| cron.is_on(*day));
    let all = days.flat_map(move |day| cron.times().map(move |(hour, minute)| day.at(hour, minute, 0, 0)));
    all.filter_map(|local| instant(local, zone)).filter(move |at| (from..=to).contains(at))
}

#[cfg(test)]
mod tests {
    use super::super::time_zones::zone;
    use super::*;

    fn calls(text: &str, zone_name: &str, from: &str, to: &str) -> String {
        let Schedule::Cron(cron) = Schedule::parse(text).unwrap() else { panic!("{text}") };
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        let all: Vec<String> = instants(&cron, &zone(zone_name).unwrap(), from, to).map(|at| at.to_string()).collect();
        all.join(" ")
    }

    /// In 2026 Berlin's clocks go forward on 29 March at 02:00 (01:00Z) and back on 25 October at 03:00 (01:00Z).
    #[test]
    fn berlin_changes_its_clocks() {
        // 02:30 is not there on the 29th: skipped; UTC+1 before, UTC+2 after
        assert_eq!(
            calls("cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z"),
            "2026-03-28T01:30:00Z 2026-03-30T00:30:00Z"
        );
        // 02:30 comes twice on 25 October: kept once, the first time, still UTC+2
        assert_eq!(
            calls("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"),
            "2026-10-25T00:30:00Z 2026-10-26T01:30:00Z"
        );
        // every hour: 02:00 of winter time is the repeated one, so 23 hours of calls and one left out
        assert_eq!(
            calls("cron(0 * * * ? *)", "Europe/Berlin", "2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"),
            "2026-10-24T23:00:00Z 2026-10-25T00:00:00Z 2026-10-25T02:00:00Z 2026-10-25T03:00:00Z"
        );
    }

    /// New York: forward on 8 March 2026 at 02:00 (07:00Z), back on 1 November at 02:00 (06:00Z).
    #[test]
    fn new_york_changes_its_clocks() {
        assert_eq!(
            calls("cron(0 2,3 8 3 ? *)", "America/New_York", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"),
            "2026-03-08T07:00:00Z" // 03:00 in UTC-4; 02:00 is not there
        );
        assert_eq!(
            calls("cron(0 1,2 1 11 ? *)", "America/New_York", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            "2026-11-01T05:00:00Z 2026-11-01T07:00:00Z" // 01:00 in UTC-4, the first; 02:00 in UTC-5
        );
        // the last weekday of the month, in local time: 31 January 2026 is a Saturday, so the 30th at 20:00 = 01:00Z
        assert_eq!(
            calls("cron(0 20 LW 1 ? *)", "America/New_York", "2026-01-01T00:00:00Z", "2026-02-28T00:00:00Z"),
            "2026-01-31T01:00:00Z"
        );
    }

    #[test]
    fn both_ends_count() {
        assert_eq!(
            calls("cron(0 3 * * ? *)", "UTC", "2026-01-05T03:00:00Z", "2026-01-06T03:00:00Z"),
            "2026-01-05T03:00:00Z 2026-01-06T03:00:00Z"
        );
    }

    #[test]
    fn forms() {
        assert_eq!(Schedule::parse("rate(1 hour)"), Ok(Schedule::Rate(3_600_000)));
        assert_eq!(Schedule::parse(" rate(2 days) "), Ok(Schedule::Rate(172_800_000)));
        assert!(matches!(Schedule::parse("at(2026-01-06T03:00:00)"), Ok(Schedule::Once(_))));
        for (text, at) in [
            ("daily", 0..5),
            ("Rate(5 minutes)", 0..4),
            ("rate(5 minutes", 0..14),
            ("rate(0 minutes)", 5..14),
            ("rate(1.5 hours)", 5..14),
            ("rate(5 weeks)", 5..12),
            ("rate(5)", 5..6),
            ("at(2026-01-06)", 3..13),
            ("at(2026-02-30T00:00:00)", 3..22),
            (" cron(61 * * * ? *)", 6..8),
        ] {
            let error = Schedule::parse(text).expect_err(text);
            assert_eq!(error.at, at, "{text}: {}", error.message);
        }
    }

    #[test]
    fn dates_with_and_without_a_zone() {
        let berlin = zone("Europe/Berlin").unwrap();
        let read = |text: &str| moment(text, &berlin).map(|at| at.to_string());
        assert_eq!(read("2026-07-01").as_deref(), Some("2026-06-30T22:00:00Z"));
        assert_eq!(read("2026-01-06T03:00:00").as_deref(), Some("2026-01-06T02:00:00Z"));
        assert_eq!(read("2026-01-06T03:00:00Z").as_deref(), Some("2026-01-06T03:00:00Z"));
        assert_eq!(read("soon"), None);
    }
}
