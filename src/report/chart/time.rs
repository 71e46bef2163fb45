//! The time axis: ticks where clocks and calendars have theirs, labelled in UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Day zero of 1970 was a Thursday; shifted so, weeks begin on Mondays.
const TO_MONDAY: i64 = 3 * DAY;

/// The first moment of year 1 and of year 8000: between them the calendar needs no care.
const FIRST_S: i64 = -62_135_596_800;
const LAST_S: i64 = 190_288_396_800;
/// A thousand years.
const LONGEST_MS: u64 = 31_556_952_000_000;

/// A place on the time axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tick {
    /// Since simulated time zero.
    pub(super) ms: u64,
    /// The time of day, the day, the month or the year.
    pub(super) label: String,
    /// What the label is part of, where that begins: the date of a time, the year of a date.
    pub(super) within: Option<String>,
}

/// What labels say, and how much room one takes at least (in pixels of the 2x drawing).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Millis,
    Seconds,
    Minutes,
    Weekday,
    Day,
    Month,
    Year,
}

impl Style {
    fn room(self) -> i64 {
        match self {
            Self::Millis => 300,
            Self::Seconds => 230,
            Self::Minutes => 190,
            Self::Weekday => 220,
            Self::Day => 135,
            Self::Month | Self::Year => 110,
        }
    }

    fn label(self, at: DateTime) -> String {
        let (hour, minute, second) = (at.hour(), at.minute(), at.second());
        match self {
            Self::Millis => format!("{hour:02}:{minute:02}:{second:02}.{:03}", at.millisecond()),
            Self::Seconds => format!("{hour:02}:{minute:02}:{second:02}"),
            Self::Minutes => format!("{hour:02}:{minute:02}"),
            Self::Weekday => format!("{} {} {}", weekday(at), at.day(), month(at)),
            Self::Day => format!("{} {}", at.day(), month(at)),
            Self::Month => month(at).to_owned(),
            Self::Year => at.year().to_string(),
        }
    }

    fn within(self, at: DateTime) -> Option<String> {
        match self {
            Self::Millis | Self::Seconds | Self::Minutes => {
                Some(format!("{} {} {} {}", weekday(at), at.day(), month(at), at.year()))
            }
            Self::Weekday | Self::Day | Self::Month => Some(at.year().to_string()),
            Self::Year => None,
        }
    }
}

fn weekday(at: DateTime) -> &'static str {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let day = at.weekday().to_monday_zero_offset().unsigned_abs();
    NAMES[usize::from(day) % 7]
}

fn month(at: DateTime) -> &'static str {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = at.month().unsigned_abs();
    NAMES[usize::from(month - 1) % 12]
}

/// Steps of equal length, shortest first.
const STEPS: [(i64, Style); 35] = [
    (1, Style::Millis),
    (2, Style::Millis),
    (5, Style::Millis),
    (10, Style::Millis),
    (20, Style::Millis),
    (50, Style::Millis),
    (100, Style::Millis),
    (200, Style::Millis),
    (500, Style::Millis),
    (SECOND, Style::Seconds),
    (2 * SECOND, Style::Seconds),
    (5 * SECOND, Style::Seconds),
    (10 * SECOND, Style::Seconds),
    (15 * SECOND, Style::Seconds),
    (30 * SECOND, Style::Seconds),
    (MINUTE, Style::Minutes),
    (2 * MINUTE, Style::Minutes),
    (5 * MINUTE, Style::Minutes),
    (10 * MINUTE, Style::Minutes),
    (15 * MINUTE, Style::Minutes),
    (30 * MINUTE, Style::Minutes),
    (HOUR, Style::Minutes),
    (2 * HOUR, Style::Minutes),
    (3 * HOUR, Style::Minutes),
    (6 * HOUR, Style::Minutes),
    (12 * HOUR, Style::Minutes),
    (DAY, Style::Weekday),
    (DAY, Style::Day),
    (2 * DAY, Style::Day),
    (7 * DAY, Style::Day),
    (14 * DAY, Style::Day),
    // Only to be passed over: months do not have equal lengths.
    (30 * DAY, Style::Month),
    (61 * DAY, Style::Month),
    (91 * DAY, Style::Month),
    (182 * DAY, Style::Month),
];

/// The time axis for a chart of that span, `width` pixels wide.
pub(super) fn ticks(start_unix_s: i64, span_ms: u64, width: i32) -> Vec<Tick> {
    let start = start_unix_s.clamp(FIRST_S, LAST_S) * SECOND;
    let span = span_ms.min(LONGEST_MS).cast_signed();
    let width = i64::from(width.max(1));
    // Ten thousand years (as milliseconds) times ten thousand pixels stay within 64 bits.
    let enough = |length: i64, style: Style| length * width >= style.room() * span;
    let chosen = STEPS
        .into_iter()
        .take_while(|(_, style)| *style != Style::Month)
        .find(|&(length, style)| enough(length, style));
    let (places, style) = if let Some((length, style)) = chosen {
        (regular(start, span, length), style)
    } else {
        let months = [1, 2, 3, 6].into_iter().find(|n| enough(n * 30 * DAY, Style::Month));
        match months {
            Some(n) => (monthly(start, span, n), Style::Month),
            None => (monthly(start, span, years(span, width) * 12), Style::Year),
        }
    };
    label(start, &places, style)
}

/// The fewest years (1, 2, 5, 10 …) between ticks for which their labels have room.
fn years(span: i64, width: i64) -> i64 {
    [1, 2, 5, 10, 20, 50, 100, 200]
        .into_iter()
        .find(|n| n * 365 * DAY * width >= Style::Year.room() * span)
        .unwrap_or(500)
}

/// Milliseconds since simulated time zero, every `length`, where the calendar has a boundary.
fn regular(start: i64, span: i64, length: i64) -> Vec<i64> {
    let first = (-(start + TO_MONDAY)).rem_euclid(length);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    (first..=span).step_by(length).collect()
}

/// The same, at the first of every `months`th month.
fn monthly(start: i64, span: i64, months: i64) -> Vec<i64> {
    let (Some(begin), Some(end)) = (civil(start), civil(start + span)) else {
        return Vec::new();
    };
    let number = |at: DateTime| i64::from(at.year()) * 12 + i64::from(at.month()) - 1;
    let first = number(begin).div_euclid(months) * months;
    let mut places = Vec::new();
    let mut n = first.max(12); // nothing before year 1
    while n <= number(end) {
        let year = i16::try_from(n.div_euclid(12));
        let month = i8::try_from(n.rem_euclid(12) + 1);
        if let (Ok(year), Ok(month)) = (year, month)
            && let Ok(date) = jiff::civil::Date::new(year, month, 1)
            && let Ok(at) = Offset::UTC.to_timestamp(date.at(0, 0, 0, 0))
        {
            let ms = at.as_millisecond() - start;
            if (0..=span).contains(&ms) {
                places.push(ms);
            }
        }
        n += months;
    }
    places
}

fn civil(unix_ms: i64) -> Option<DateTime> {
    let at = Timestamp::from_millisecond(unix_ms).ok()?;
    Some(Offset::UTC.to_datetime(at))
}

fn label(start: i64, places: &[i64], style: Style) -> Vec<Tick> {
    let mut before = None;
    places
        .iter()
        .filter_map(|&ms| {
            let at = civil(start + ms)?;
            let within = style.within(at);
            let begins = within != before;
            before.clone_from(&within);
            Some(Tick { ms: ms.unsigned_abs(), label: style.label(at), within: within.filter(|_| begins) })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARCH_4: i64 = 1_741_046_400; // Tuesday 4 March 2025, 00:00 UTC
    const WIDTH: i32 = 2150;

    fn shown(start: i64, span: i64) -> Vec<(String, Option<String>)> {
        ticks(start, span.unsigned_abs(), WIDTH).into_iter().map(|tick| (tick.label, tick.within)).collect()
    }

    #[test]
    fn hours_for_a_day_and_dates_for_a_week() {
        let day = shown(MARCH_4, 36 * HOUR);
        assert_eq!(day[0], ("00:00".into(), Some("Tue 4 Mar 2025".into())));
        assert_eq!(day[1], ("06:00".into(), None));
        assert_eq!(day[4], ("00:00".into(), Some("Wed 5 Mar 2025".into())));
        let week = shown(MARCH_4, 7 * DAY);
        assert_eq!(week.len(), 8);
        assert_eq!(week[0], ("Tue 4 Mar".into(), Some("2025".into())));
        assert_eq!(week[1], ("Wed 5 Mar".into(), None));
    }

    #[test]
    fn months_for_a_year_and_quarters_of_hours_for_three_hours() {
        let year = shown(MARCH_4, 365 * DAY);
        assert_eq!(year[0], ("Apr".into(), Some("2025".into())));
        assert_eq!(year[9], ("Jan".into(), Some("2026".into())));
        let hours = shown(MARCH_4 + 420, 3 * HOUR);
        assert_eq!(hours[0].0, "00:30");
        assert_eq!(hours[1].0, "01:00");
    }

    #[test]
    fn any_start_and_span_gives_few_ticks() {
        for start in [i64::MIN, -1, 0, MARCH_4, i64::MAX] {
            for exponent in 0..64 {
                let ticks = ticks(start, 1 << exponent, WIDTH);
                assert!(ticks.len() <= 22, "{start} {exponent}: {}", ticks.len());
                assert!(ticks.windows(2).all(|two| two[0].ms < two[1].ms));
            }
        }
    }
}
