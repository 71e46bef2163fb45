//! Regions: what to say about one without prices, and the start of the run.

use super::builder::Builder;
use crate::diag::Code;
use crate::scenario::region_called;

/// Regions of AWS that the price tables do not have: those of other partitions, and new ones.
const WITHOUT_PRICES: [&str; 12] = [
    "ap-east-2",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eusc-de-east-1",
    "me-central-1",
    "mx-central-1",
    "us-gov-east-1",
    "us-gov-west-1",
];

/// What is wrong with a Region that has no prices of a kind, and what would help.
pub(super) fn without_prices(region: &str, of: &str, known: &[&str]) -> (String, String) {
    let mut near: Vec<(usize, &str)> =
        known.iter().map(|known| (strsim::damerau_levenshtein(&region.to_lowercase(), known), *known)).collect();
    near.sort_unstable();
    let three: Vec<&str> = near.iter().take(3).map(|(_, known)| *known).collect();
    if WITHOUT_PRICES.contains(&region) {
        let message = format!("the table has no {of} prices of the Region `{region}`");
        return (message, format!("choose a Region with prices, such as `{}`", three.join("`, `")));
    }
    let message = format!("no {of} prices are known for a Region called `{region}`");
    let is_place = |c: char| c.is_ascii_digit();
    let as_zone = region.strip_suffix(|c: char| c.is_ascii_lowercase()).filter(|region| region.ends_with(is_place));
    let by_place = region_called(region).filter(|region| known.contains(region));
    let help = match near.first() {
        _ if as_zone.is_some_and(|region| known.contains(&region)) => {
            let region = as_zone.unwrap_or_default();
            format!("this is a zone: write `region: {region}`, and its letter under `zones`")
        }
        _ if by_place.is_some() => format!("did you mean `{}`?", by_place.unwrap_or_default()),
        Some((0..=3, nearest)) => format!("did you mean `{nearest}`?"),
        _ => format!("Regions with prices are {}", known.join(", ")),
    };
    (message, help)
}

impl Builder<'_> {
    /// The moment at which the run begins, in seconds since 1970.
    pub(super) fn start(&mut self) -> i64 {
        let text = self.scenario.start.as_deref().unwrap_or("2026-01-05T00:00:00Z");
        let example = "write it as `2026-03-02T00:00:00Z`".to_owned();
        let (message, label, help) = match text.parse::<jiff::Timestamp>() {
            Ok(start) if start.as_second() % 60 == 0 && start.subsec_nanosecond() == 0 => return start.as_second(),
            Ok(_) => {
                let message =
                    format!("`{text}` is not on a whole minute, and metric periods begin on minutes (SCL-162)");
                (message, "between two minutes", example)
            }
            Err(_) => no_moment(text)
                .unwrap_or_else(|| (format!("`{text}` is no date and time with zone"), "not a time", example)),
        };
        self.error(Code::BadTime, "start", message, label, Some(help));
        0
    }
}

/// What is wrong with a text that begins like a date.
fn no_moment(text: &str) -> Option<(String, &'static str, String)> {
    if let Some(found) = impossible(text) {
        return Some(found);
    }
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i8>().ok();
    let is_date = text.get(..4)?.parse::<i16>().is_ok() && part(5, 7).is_some() && part(8, 10).is_some();
    if !is_date {
        return None;
    }
    let date = &text[..10];
    if text.len() == 10 {
        let message = format!("`{text}` is a date, and a run starts at a time of it");
        return Some((message, "without a time", format!("write `{date}T00:00:00Z`")));
    }
    let is_bare = part(11, 13).is_some() && part(14, 16).is_some() && matches!(text.len(), 16 | 19);
    let seconds = text.get(16..19).unwrap_or(":00");
    let bare = format!("{date}T{}{seconds}Z", text.get(11..16)?);
    is_bare.then(|| {
        let help = format!("add `Z` for UTC, or an offset such as `+01:00`: `{bare}`");
        (format!("`{text}` does not say in which time zone"), "without a zone", help)
    })
}

/// What is wrong with a date that is not in the calendar, or a time that no clock shows.
pub(super) fn impossible(text: &str) -> Option<(String, &'static str, String)> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i8>().ok();
    let year = text.get(..4)?.parse::<i16>().ok()?;
    let (month, day) = (part(5, 7)?, part(8, 10)?);
    if !(1..=12).contains(&month) {
        let help = "a date is year, month and day: `2026-03-02T00:00:00Z`".to_owned();
        return Some((format!("`{text}`: there is no month {month}"), "no such month", help));
    }
    if jiff::civil::Date::new(year, month, day).is_err() {
        let message = format!("`{text}`: there is no day {day} in month {month} of {year}");
        return Some((message, "no such day", "a date is year, month and day: `2026-03-02T00:00:00Z`".to_owned()));
    }
    let (hour, minute) = (part(11, 13)?, part(14, 16)?);
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
        let message = format!("`{text}`: there is no time {hour:02}:{minute:02}");
        return Some((message, "no such time", "hours are 00 to 23, minutes 00 to 59".to_owned()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_start_is_said() {
        let said = |text| no_moment(text).map(|(message, ..)| message).unwrap_or_default();
        assert!(said("2026-13-05T00:00:00Z").ends_with("there is no month 13"));
        assert!(said("2026-02-30T00:00:00Z").ends_with("there is no day 30 in month 2 of 2026"));
        assert!(said("2026-02-03").contains("is a date"));
        assert!(said("2026-02-03T24:00:00Z").ends_with("there is no time 24:00"));
        assert!(said("2026-02-03T10:00").contains("time zone"));
        assert_eq!(no_moment("2026-02-03 10:00").map(|(.., help)| help.contains("`2026-02-03T10:00:00Z`")), Some(true));
        assert_eq!(no_moment("soon"), None);
        assert_eq!(no_moment("2026-0\u{fc}"), None);
    }

    #[test]
    fn regions_are_told_apart() {
        let known = ["eu-central-1", "us-east-1", "us-west-1"];
        let (message, help) = without_prices("us-gov-west-1", "EC2", &known);
        assert!(message.contains("has no EC2 prices") && help.contains("`us-west-1`"), "{message}: {help}");
        assert_eq!(without_prices("us-east1", "EC2", &known).1, "did you mean `us-east-1`?");
        assert!(without_prices("us-east-1a", "EC2", &known).1.contains("region: us-east-1`"));
        assert_eq!(without_prices("Frankfurt", "EC2", &known).1, "did you mean `eu-central-1`?");
        assert!(without_prices("Atlantis", "EC2", &known).1.starts_with("Regions with prices are"));
    }
}
