//! Time zones by their IANA names, and what is probably meant where there is none of a name.

use super::builder::Builder;
use crate::diag::{Code, nearest};
use jiff::tz::TimeZone;

/// What people call a zone → what it is called. An abbreviation that is a zone of the tables itself (`EST`) is not here.
const CALLED: [(&str, &str); 38] = [
    ("PT", "America/Los_Angeles"),
    ("PST", "America/Los_Angeles"),
    ("PDT", "America/Los_Angeles"),
    ("MDT", "America/Denver"),
    ("CT", "America/Chicago"),
    ("CST", "America/Chicago"),
    ("CDT", "America/Chicago"),
    ("ET", "America/New_York"),
    ("EDT", "America/New_York"),
    ("AST", "America/Halifax"),
    ("AKST", "America/Anchorage"),
    ("BRT", "America/Sao_Paulo"),
    ("BST", "Europe/London"),
    ("WEST", "Europe/Lisbon"),
    ("CEST", "Europe/Berlin"),
    ("MEZ", "Europe/Berlin"),
    ("MESZ", "Europe/Berlin"),
    ("EEST", "Europe/Athens"),
    ("MSK", "Europe/Moscow"),
    ("SAST", "Africa/Johannesburg"),
    ("IST", "Asia/Kolkata"),
    ("SGT", "Asia/Singapore"),
    ("HKT", "Asia/Hong_Kong"),
    ("KST", "Asia/Seoul"),
    ("JST", "Asia/Tokyo"),
    ("AEST", "Australia/Sydney"),
    ("AEDT", "Australia/Sydney"),
    ("AWST", "Australia/Perth"),
    ("NZST", "Pacific/Auckland"),
    ("NZDT", "Pacific/Auckland"),
    // as Windows has them
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("Mountain Standard Time", "America/Denver"),
    ("Central Standard Time", "America/Chicago"),
    ("Eastern Standard Time", "America/New_York"),
    ("GMT Standard Time", "Europe/London"),
    ("W. Europe Standard Time", "Europe/Berlin"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Romance Standard Time", "Europe/Paris"),
];

/// The last part of a zone's name with fewer letters is not guessed at.
const SHORTEST: usize = 5;

impl Builder<'_> {
    /// The zone of the setting at `path`; reports where there is none.
    pub(super) fn time_zone(&mut self, path: &str, name: &str) -> Option<TimeZone> {
        zone(name)
            .map_err(|help| {
                let message = format!("there is no time zone `{name}`");
                self.error(Code::UnknownTimeZone, path, message, "not a time zone", Some(help));
            })
            .ok()
    }
}

/// The zone of an IANA name, from the tables in the program: the same on any machine.
pub(super) fn zone(name: &str) -> Result<TimeZone, String> {
    let database = jiff::tz::TimeZoneDatabase::bundled();
    database.get(name).map_err(|_| {
        let known: Vec<String> = database.available().map(|name| name.to_string()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        if let Some(zone) = fixed(name).filter(|zone| known.contains(&zone.as_str())) {
            return format!(
                "write `{zone}`: the sign is the other way round there; or the name of a place, which knows summer"
            );
        }
        match meant(name, &known) {
            Some(zone) => format!("did you mean `{zone}`?"),
            None => "it is an IANA name, such as `Europe/Berlin`, `America/New_York` or `UTC`".to_owned(),
        }
    })
}

/// The zone of `UTC+2`, `GMT-5` or `+01:00`: ahead of UTC is minus there.
fn fixed(name: &str) -> Option<String> {
    let upper = name.trim().to_ascii_uppercase();
    let offset = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")).unwrap_or(&upper).trim();
    let (sign, rest) = match offset.split_at_checked(1)? {
        ("+", rest) => ('-', rest),
        ("-", rest) => ('+', rest),
        _ => return None,
    };
    let hours =
        rest.strip_suffix(":00").or_else(|| rest.strip_suffix("00").filter(|_| rest.len() == 4)).unwrap_or(rest);
    let hours: u8 = hours.parse().ok()?;
    Some(if hours == 0 { "UTC".to_owned() } else { format!("Etc/GMT{sign}{hours}") })
}

/// The zone that was probably meant: by an abbreviation, by its place alone, or misspelt. An abbreviation is not compared
/// letter by letter: `EST` is three hours from `PST`.
fn meant<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let find = |wanted: &str| known.iter().copied().find(|zone| *zone == wanted);
    if let Some((_, zone)) = CALLED.iter().find(|(called, _)| called.eq_ignore_ascii_case(name.trim())) {
        return find(zone);
    }
    let place = name.trim().replace(' ', "_");
    let last = |zone: &'a str| zone.rsplit('/').next().unwrap_or(zone);
    let places = || known.iter().copied().filter(|zone| zone.contains('/'));
    if !name.contains('/') {
        if let Some(zone) = places().find(|zone| last(zone).eq_ignore_ascii_case(&place)) {
            return Some(zone);
        }
        let near = nearest(&place, places().map(last)).filter(|_| place.len() >= SHORTEST);
        return near.and_then(|near| places().find(|zone| last(zone) == near));
    }
    nearest(&place, known.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::zone;

    #[test]
    fn what_is_meant_is_said() {
        for (written, meant) in [
            ("PST", "America/Los_Angeles"),
            ("cest", "Europe/Berlin"),
            ("Pacific Standard Time", "America/Los_Angeles"),
            ("Berlin", "Europe/Berlin"),
            ("new york", "America/New_York"),
            ("Berln", "Europe/Berlin"),
            ("Europe/Berln", "Europe/Berlin"),
            ("UTC+2", "Etc/GMT-2"),
            ("+01:00", "Etc/GMT-1"),
            ("GMT-5", "Etc/GMT+5"),
            ("-0800", "Etc/GMT+8"),
        ] {
            let help = zone(written).expect_err(written);
            assert!(help.contains(&format!("`{meant}`")), "{written}: {help}");
        }
        for unknown in ["XST", "+05:45", "UTC+99", "nowhere at all", ""] {
            let help = zone(unknown).expect_err(unknown);
            assert!(help.starts_with("it is an IANA name"), "{unknown}: {help}");
        }
    }
}
