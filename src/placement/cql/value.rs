//! Values that are more than text: versions, dates, numbers.

use jiff::SignedDuration;
use jiff::civil::DateTime;
use std::cmp::Ordering;
use std::fmt;

/// A version as `agentVersion` has it: whole numbers between points, compared one by one. A part that is missing counts
/// as 0, so `1.6` is `1.6.0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(Vec<u64>);

impl Version {
    /// Reads `1.105.1`. `None` for anything but whole numbers (of at most 18 digits) between points.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(whole).collect::<Option<Vec<u64>>>()?;
        // without zeros at the end equal versions are equal lists, and a list is less than one that goes on
        while parts.len() > 1 && parts.last() == Some(&0) {
            parts.pop();
        }
        Some(Self(parts))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, part) in self.0.iter().enumerate() {
            write!(f, "{}{part}", if place > 0 { "." } else { "" })?;
        }
        Ok(())
    }
}

/// A whole number without sign, of at most 18 digits besides zeros in front.
pub(super) fn whole(text: &str) -> Option<u64> {
    let digits = text.trim_start_matches('0');
    if text.is_empty() || digits.len() > 18 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.bytes().fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0')))
}

/// An instant as `registeredAt` has it: milliseconds since 1970 began in UTC. Written ones have whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Date(pub(super) i64);

impl Date {
    /// Reads one of the four documented forms (ECS-333); midnight and UTC where nothing else is said (ECS-339).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_at_checked(10)?;
        let [year, month, day] = numbers(date, "####-##-##")?;
        let mut hours = [0; 3];
        let mut offset = 0;
        if let Some(time) = time.strip_prefix('T') {
            let (clock, zone) = time.split_at_checked(8)?;
            hours = numbers(clock, "##:##:##")?;
            offset = match zone {
                "" | "Z" => 0,
                _ => seconds_east(zone)?,
            };
        } else if !time.is_empty() {
            return None;
        }
        let small = |number: i16| i8::try_from(number).ok();
        let [hour, minute, second] = hours;
        let time =
            DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?, 0).ok()?;
        let seconds = time.duration_since(EPOCH).as_secs() - offset;
        // one that an offset moves out of the four-digit years could not be written again
        let written = Self(seconds * 1_000);
        (0..=9_999).contains(&written.civil()?.year()).then_some(written)
    }

    fn civil(self) -> Option<DateTime> {
        EPOCH.checked_add(SignedDuration::from_millis(self.0)).ok()
    }
}

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// The numbers of a text that looks like `form`, where `#` is a digit and the signs between part the numbers.
fn numbers(text: &str, form: &str) -> Option<[i16; 3]> {
    let fits = |(letter, wanted): (u8, u8)| if wanted == b'#' { letter.is_ascii_digit() } else { letter == wanted };
    if text.len() != form.len() || !text.bytes().zip(form.bytes()).all(fits) {
        return None;
    }
    let mut parts = text.split(['-', ':']).map(str::parse);
    Some([parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?])
}

/// The seconds of an offset such as `+02:00`, less than a day either way.
fn seconds_east(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let [hours, minutes, _] = numbers(&format!("{}:00", zone.get(1..)?), "##:##:##")?;
    (hours < 24 && minutes < 60).then(|| sign * (i64::from(hours) * 3_600 + i64::from(minutes) * 60))
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // every date that exists was read and found to have a calendar day
        let Some(time) = self.civil() else { return Ok(()) };
        let (year, month, day) = (time.year(), time.month(), time.day());
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", time.hour(), time.minute(), time.second())
    }
}

/// How two attribute values are ordered by `>` and its kin: as exact decimals where both are numbers, else by their
/// bytes.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    match (Number::parse(left), Number::parse(right)) {
        (Some(left), Some(right)) => left.compare(&right),
        _ => left.cmp(right),
    }
}

/// A decimal of any length, without what changes nothing: zeros at both ends, the sign of zero.
struct Number<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Number<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (digits, ""),
        };
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self { negative: text.starts_with('-') && !zero, whole, fraction })
    }

    /// More digits before the point make a greater number; else the digits decide.
    fn size(&self) -> (usize, &str, &str) {
        (self.whole.len(), self.whole, self.fraction)
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.size().cmp(&other.size()),
            (true, true) => other.size().cmp(&self.size()),
            (left, right) => right.cmp(&left),
        }
    }
}
