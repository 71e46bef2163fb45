//! Cron expressions in AWS's dialect: minutes, hours, day of month, month, day of week, year (ECS-904, ECS-905).
//!
//! `W` alone with a day that a month lacks (`31W` in June) finds no day there, and `LW` is the last of Monday to
//! Friday of the month: AWS documents neither. Ranges that run backwards (`FRI-MON`) are refused for the same reason.

use jiff::civil::{Date, Weekday, date};
use std::ops::Range;

/// Why a text can't be read, and which bytes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misread {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
}

/// A field of the expression: what it may hold.
struct Field {
    name: &'static str,
    min: u32,
    max: u32,
    /// Names of the values from `min` on.
    names: &'static [&'static str],
    /// What AWS's table lists beside the values.
    wildcards: &'static str,
    example: &'static str,
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS: [Field; 6] = [
    Field { name: "minutes", min: 0, max: 59, names: &[], wildcards: ", - * /", example: "0/15" },
    Field { name: "hours", min: 0, max: 23, names: &[], wildcards: ", - * /", example: "8-18" },
    Field { name: "day of month", min: 1, max: 31, names: &[], wildcards: ", - * ? / L W", example: "1,15" },
    Field { name: "month", min: 1, max: 12, names: &MONTHS, wildcards: ", - * /", example: "JAN-MAR" },
    Field { name: "day of week", min: 1, max: 7, names: &DAYS, wildcards: ", - * ? L #", example: "MON-FRI" },
    Field { name: "year", min: 1970, max: 2199, names: &[], wildcards: ", - * /", example: "2026" },
];

impl Field {
    fn allowed(&self) -> String {
        let (first, last) = match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => (format!(" or {first}"), format!("-{last}")),
            _ => (String::new(), String::new()),
        };
        format!(
            "{} allows {}-{}{first}{last} and the signs {}, such as `{}`",
            self.name, self.min, self.max, self.wildcards, self.example
        )
    }
}

/// Values of a field, from its smallest on; 230 years are the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Values([u64; 4]);

impl Values {
    fn add(&mut self, place: u32) {
        self.0[place as usize / 64] |= 1 << (place % 64);
    }

    fn has(&self, place: u32) -> bool {
        self.0.get(place as usize / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }
}

/// Which days of a month are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Days {
    OfMonth(Values),
    LastOfMonth,
    LastWeekday,
    NearestWeekday(i8),
    OfWeek(Values),
    LastOfWeek(u32),
    NthOfWeek(u32, i8),
}

/// A cron expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cron {
    minutes: Values,
    hours: Values,
    days: Days,
    months: Values,
    years: Values,
}

/// A part of the text with where it begins.
#[derive(Clone, Copy)]
struct Part<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Part<'t> {
    fn misread(self, message: String, help: String) -> Misread {
        Misread { at: self.at..self.at + self.text.len(), message, help }
    }

    fn split(self, separator: char) -> impl Iterator<Item = Part<'t>> {
        let mut at = self.at;
        self.text.split(separator).map(move |text| {
            let part = Part { text, at };
            at += text.len() + separator.len_utf8();
            part
        })
    }

    fn split_once(self, separator: char) -> Option<(Self, Self)> {
        let (left, right) = self.text.split_once(separator)?;
        let after = self.at + left.len() + separator.len_utf8();
        Some((Part { text: left, at: self.at }, Part { text: right, at: after }))
    }

    /// Without its last character, if that is this letter in either case.
    fn before(self, letter: char) -> Option<Self> {
        let text = self.text.strip_suffix([letter, letter.to_ascii_lowercase()])?;
        Some(Part { text, at: self.at })
    }
}

impl Cron {
    /// Reads the six fields that stand between the brackets of `cron(…)`.
    pub(super) fn parse(text: &str) -> Result<Self, Misread> {
        let mut fields = Vec::new();
        let mut at = 0;
        for text in text.split([' ', '\t', '\n', '\r']) {
            if !text.is_empty() {
                fields.push(Part { text, at });
            }
            at += text.len() + 1;
        }
        let Ok([minutes, hours, day, month, week, year]) = <[Part<'_>; 6]>::try_from(fields.as_slice()) else {
            let message = format!("a cron expression has six fields, this one has {}", fields.len());
            let mut help = "minutes, hours, day of month, month, day of week, year: `cron(0 3 * * ? *)`".to_owned();
            if fields.len() == 5 {
                help.push_str("; the year comes last and is mostly `*`");
            }
            return Err(Misread { at: 0..text.len(), message, help });
        };
        let minutes = values(&FIELDS[0], minutes)?;
        let hours = values(&FIELDS[1], hours)?;
        let days = days(day, week)?;
        let months = values(&FIELDS[3], month)?;
        let years = values(&FIELDS[5], year)?;
        Ok(Self { minutes, hours, days, months, years })
    }

    /// Whether it names a day.
    pub(super) fn is_on(&self, day: Date) -> bool {
        let year = u32::try_from(day.year()).ok().and_then(|year| year.checked_sub(FIELDS[5].min));
        if !year.is_some_and(|year| self.years.has(year)) || !self.months.has(place(day.month(), 1)) {
            return false;
        }
        let week = place(day.weekday().to_sunday_zero_offset(), 0);
        let last = day.days_in_month();
        match &self.days {
            Days::OfMonth(values) => values.has(place(day.day(), 1)),
            Days::LastOfMonth => day.day() == last,
            Days::LastWeekday => nearest_weekday(day, last) == Some(day.day()),
            Days::NearestWeekday(wanted) => nearest_weekday(day, *wanted) == Some(day.day()),
            Days::OfWeek(values) => values.has(week),
            Days::LastOfWeek(wanted) => week == *wanted && day.day() + 7 > last,
            Days::NthOfWeek(wanted, nth) => week == *wanted && (day.day() + 6) / 7 == *nth,
        }
    }

    /// Its times of a day, in order: hours and minutes.
    pub(super) fn times(&self) -> impl Iterator<Item = (i8, i8)> + '_ {
        let hours = (0..24_i8).filter(|hour| self.hours.has(place(*hour, 0)));
        hours.flat_map(|hour| {
            (0..60_i8).filter(|minute| self.minutes.has(place(*minute, 0))).map(move |minute| (hour, minute))
        })
    }

    /// Whether there is a day, in all the years that AWS knows, that it names.
    pub(super) fn ever(&self) -> bool {
        let first = date(1970, 1, 1);
        first.series(jiff::Span::new().days(1)).take_while(|day| day.year() <= 2199).any(|day| self.is_on(day))
    }
}

fn place(value: i8, least: i8) -> u32 {
    u32::try_from(value - least).unwrap_or(u32::MAX)
}

/// The day from Monday to Friday that is nearest to a day of the month of `day`, within that month.
fn nearest_weekday(day: Date, wanted: i8) -> Option<i8> {
    let last = day.days_in_month();
    let target = date(day.year(), day.month(), 1).with().day(wanted).build().ok()?;
    Some(match target.weekday() {
        Weekday::Saturday if wanted == 1 => 3,
        Weekday::Saturday => wanted - 1,
        Weekday::Sunday if wanted == last => wanted - 2,
        Weekday::Sunday => wanted + 1,
        _ => wanted,
    })
}

/// The two fields that name days: one of them says `?` (ECS-905).
fn days(month: Part<'_>, week: Part<'_>) -> Result<Days, Misread> {
    match (month.text, week.text) {
        ("?", "?") => {
            let help = "write `*` for the one to have every day".to_owned();
            Err(week.misread("day of month and day of week are both `?`: no day is named".to_owned(), help))
        }
        (_, "?") => day_of_month(month),
        ("?", _) => day_of_week(week),
        _ => {
            let both = month.at..week.at + week.text.len();
            let message = "one of day of month and day of week must be `?` (ECS-905)".to_owned();
            let help = match (month.text, week.text) {
                ("*", "*") => "every day is `* * ?` for day of month, month and day of week".to_owned(),
                ("*", _) => "the day of week decides: write `?` as day of month".to_owned(),
                _ => "write `?` as day of week, or as day of month".to_owned(),
            };
            Err(Misread { at: both, message, help })
        }
    }
}

fn day_of_month(part: Part<'_>) -> Result<Days, Misread> {
    let field = &FIELDS[2];
    if part.text.eq_ignore_ascii_case("L") {
        return Ok(Days::LastOfMonth);
    }
    if part.text.eq_ignore_ascii_case("LW") {
        return Ok(Days::LastWeekday);
    }
    if part.text.contains(['L', 'l', 'W', 'w']) {
        if let Some(day) = part.before('W').filter(|day| day.text.bytes().all(|byte| byte.is_ascii_digit())) {
            let place = value(field, day)? + field.min;
            return Ok(Days::NearestWeekday(i8::try_from(place).expect("at most 31")));
        }
        let message = format!("`{}` is no day of month", part.text);
        let help =
            "`L` is the last day, `15W` the weekday nearest to the 15th, `LW` the last weekday; each stands alone";
        return Err(part.misread(message, help.to_owned()));
    }
    values(field, part).map(Days::OfMonth)
}

fn day_of_week(part: Part<'_>) -> Result<Days, Misread> {
    let field = &FIELDS[4];
    if part.text.eq_ignore_ascii_case("L") {
        let mut saturday = Values::default();
        saturday.add(6);
        return Ok(Days::OfWeek(saturday)); // the last day of the week
    }
    if part.text.contains('#') {
        let nth = part.split_once('#').filter(|(_, nth)| matches!(nth.text, "1" | "2" | "3" | "4" | "5"));
        if let Some((day, nth)) = nth {
            let nth = nth.text.parse().expect("one of five digits");
            return Ok(Days::NthOfWeek(value(field, day)?, nth));
        }
        let message = format!("`{}` is no day of week", part.text);
        let help = "`3#2` or `TUE#2` is the second Tuesday of the month: 1 to 5, and only one such day";
        return Err(part.misread(message, help.to_owned()));
    }
    if let Some(day) = part.before('L')
        && !day.text.contains([',', '-'])
    {
        return value(field, day).map(Days::LastOfWeek);
    }
    values(field, part).map(Days::OfWeek)
}

/// A list of values, ranges and increments.
fn values(field: &Field, part: Part<'_>) -> Result<Values, Misread> {
    let mut found = Values::default();
    for item in part.split(',') {
        let (base, step) = match item.split_once('/') {
            Some((base, step)) if field.wildcards.contains('/') => (base, Some(increment(field, step)?)),
            Some(_) => {
                return Err(item.misread(format!("{} takes no increments", field.name), field.allowed()));
            }
            None => (item, None),
        };
        let most = field.max - field.min;
        let (first, last) = match (base.text, base.split_once('-')) {
            ("*", _) => (0, most),
            (_, Some((first, last))) => (value(field, first)?, value(field, last)?),
            _ => {
                let first = value(field, base)?;
                (first, if step.is_some() { most } else { first })
            }
        };
        if first > last {
            let help = format!("AWS documents no ranges backwards: write two, as in `{}`", backwards(field));
            return Err(base.misread(format!("the range `{}` runs backwards", base.text), help));
        }
        (first..=last).step_by(step.unwrap_or(1) as usize).for_each(|place| found.add(place));
    }
    Ok(found)
}

/// How to write a range over the end.
fn backwards(field: &Field) -> &'static str {
    match field.name {
        "hours" => "22-23,0-4",
        "day of week" => "FRI-SAT,SUN-MON",
        "month" => "NOV-DEC,JAN-FEB",
        _ => "50-59,0-10",
    }
}

/// What stands behind a `/`.
fn increment(field: &Field, part: Part<'_>) -> Result<u32, Misread> {
    let step = part.text.parse().ok().filter(|step| (1..=field.max).contains(step) && is_digits(part.text));
    step.ok_or_else(|| {
        let message = format!("`{}` is no increment of {}", part.text, field.name);
        part.misread(message, format!("a whole number from 1 on stands behind `/`: `{}/5`", field.min))
    })
}

/// A single value, counted from the field's smallest.
fn value(field: &Field, part: Part<'_>) -> Result<u32, Misread> {
    if let Some(place) = field.names.iter().position(|name| name.eq_ignore_ascii_case(part.text)) {
        return Ok(u32::try_from(place).expect("at most twelve names"));
    }
    let number = part.text.parse().ok().filter(|number| (field.min..=field.max).contains(number));
    number.filter(|_| is_digits(part.text)).map(|number| number - field.min).ok_or_else(|| {
        let message = match part.text {
            "" => format!("a value is missing in {}", field.name),
            "?" => format!("{} can't be `?`: only the days can", field.name),
            "0" if field.name == "day of week" => "days of the week count from 1, Sunday, to 7, Saturday".to_owned(),
            other => format!("`{other}` is no value of {}", field.name),
        };
        part.misread(message, field.allowed())
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
