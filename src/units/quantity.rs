//! Quantities as people write them: a number with its unit. What is ambiguous is refused, with the remedy.

use super::{CpuUnits, Decimal, MebiBytes, SimSpan};
use std::fmt;

/// The most that a price is, in dollars: sums of prices stay numbers.
pub const MOST_USD: i64 = 1_000_000;

/// Why a text is not the quantity that is meant, and what would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuantityError(pub String);

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, QuantityError> {
    Err(QuantityError(reason.into()))
}

/// Splits `1.5 GiB` into its number and its unit.
fn split(text: &str) -> Result<(Decimal, &str), QuantityError> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    match number.parse::<Decimal>() {
        Ok(_) if text.starts_with('-') => refuse(format!("`{text}` is negative")),
        Ok(number) => Ok((number, unit.trim())),
        Err(super::DecimalError::TooLong) => refuse(format!("`{number}` has more digits than can be kept (18)")),
        Err(super::DecimalError::NotANumber) => refuse(format!("`{text}` does not begin with a number")),
    }
}

fn whole(number: Decimal, factor: i64, text: &str, unit: &str) -> Result<u64, QuantityError> {
    match number.times_exact(factor) {
        Some(value) => u64::try_from(value).or_else(|_| refuse(format!("`{text}` is negative"))),
        None if number.times_rounded(factor).is_none() => refuse(format!("`{text}` is too large")),
        None => refuse(format!("`{text}` is not a whole number of {unit}")),
    }
}

fn narrow(value: u64, text: &str) -> Result<u32, QuantityError> {
    match u32::try_from(value) {
        Ok(value) if value < u32::MAX => Ok(value), // the greatest means "not feasible" to the placement index
        _ => refuse(format!("`{text}` is too large")),
    }
}

/// CPU: `512` (units) or `0.5 vCPU` (ECS-101).
///
/// # Errors
/// Another unit, a negative or too large number, or a part of a unit.
pub fn parse_cpu(text: &str) -> Result<CpuUnits, QuantityError> {
    let (number, unit) = split(text)?;
    let units = match unit {
        "" if number.times_exact(1).is_none() && number.times_exact(1024).is_some() => {
            return refuse(format!("CPU units are whole, 1,024 of them are 1 vCPU; write `{} vCPU`", text.trim()));
        }
        "cpu" | "cpus" | "CPU" | "CPUs" | "vCPUs" | "vcpus" | "core" | "cores" => {
            return refuse(format!("`{unit}` is no unit of CPU; write `{number} vCPU`"));
        }
        "m" => return refuse("`m`, Kubernetes's thousandths of a CPU, is no unit here; `250m` is `0.25 vCPU`"),
        "" | "units" => whole(number, 1, text, "CPU units; 1024 units are 1 vCPU, so write for example `0.5 vCPU`")?,
        "vCPU" | "vcpu" => whole(number, 1024, text, "CPU units (1/1024 vCPU)")?,
        other => return refuse(format!("`{other}` is no unit of CPU; write `512` (units) or `0.5 vCPU`")),
    };
    narrow(units, text).map(CpuUnits)
}

/// Memory of tasks and instances: `512` or `512 MiB`, `1 GiB`, and AWS's `1GB`, which for a task is 1,024 MiB (ECS-101).
///
/// # Errors
/// A decimal MB (ambiguous), another unit, a part of a MiB, a negative or too large number.
pub fn parse_memory(text: &str) -> Result<MebiBytes, QuantityError> {
    let (number, unit) = split(text)?;
    let mib = match unit {
        "" | "MiB" => whole(number, 1, text, "MiB")?,
        "GiB" | "GB" => whole(number, 1024, text, "MiB")?,
        "TiB" => whole(number, 1024 * 1024, text, "MiB")?,
        "m" | "M" | "mb" | "Mb" | "mi" | "Mi" | "mib" => {
            return refuse(format!("`{unit}` is no unit of memory; write `{number} MiB`"));
        }
        "g" | "G" | "gb" | "Gb" | "gi" | "Gi" | "gib" => {
            return refuse(format!("`{unit}` is no unit of memory; write `{number} GiB`"));
        }
        "MB" => return refuse(format!("`{text}` is ambiguous: ECS reserves memory in MiB; write `{number} MiB`")),
        other => return refuse(format!("`{other}` is no unit of memory; write `512 MiB` or `1 GiB`")),
    };
    match MebiBytes::of_bytes(mib) {
        Some(meant) if unit.is_empty() && u32::try_from(mib).is_err() => {
            refuse(format!("`{text}` MiB is too large; are these bytes? write `{meant}`"))
        }
        _ => narrow(mib, text).map(MebiBytes),
    }
}

/// A span of time: `250ms`, `90s`, `15m`, `2h`, `3d`, `1w`, and sums of them: `1d 10h`.
///
/// # Errors
/// A number without unit, an unknown unit, a part of a ms, a negative span or one of over 1,000 years.
pub fn parse_span(text: &str) -> Result<SimSpan, QuantityError> {
    const LONGEST_MS: u64 = 1000 * 366 * 86_400_000;
    let mut total: u64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return refuse("an empty text is no span of time; write for example `90s` or `1d 10h`");
    }
    if rest.starts_with('-') {
        return refuse(format!("`{rest}` is negative"));
    }
    if let Some(reason) = as_shown_by_a_clock(rest) {
        return refuse(reason);
    }
    while !rest.is_empty() {
        let number_end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).unwrap_or(rest.len());
        let after = rest[number_end..].trim_start();
        let unit_end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (number, _) = split(&rest[..number_end])
            .map_err(|_| QuantityError(format!("`{text}` is no span of time; write for example `90s` or `1d 10h`")))?;
        total = total.saturating_add(whole(number, unit_ms(&after[..unit_end], text)?, text, "milliseconds")?);
        rest = after[unit_end..].trim_start();
    }
    if total > LONGEST_MS {
        return refuse(format!("`{text}` is longer than 1000 years"));
    }
    Ok(SimSpan(total))
}

/// Why a time of day or a date is no span of time.
fn as_shown_by_a_clock(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digits =
        |from: usize, to: usize| bytes.get(from..to).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let is_date = is_digits(0, 4) && bytes.get(4) == Some(&b'-') && is_digits(5, 7) && bytes.get(7) == Some(&b'-');
    if is_date {
        return Some(format!(
            "`{text}` is a date, and times count from the start of the run; write for example `1h 30m`"
        ));
    }
    if !text.contains(':') || !is_digits(0, 1) {
        return None;
    }
    let parts: Option<Vec<u64>> = text.split(':').map(|part| part.parse().ok().filter(|_| part.len() <= 2)).collect();
    let length = match parts.as_deref() {
        Some(&[hours, minutes]) if minutes < 60 => SimSpan::seconds(hours * 3600 + minutes * 60).in_hours(),
        Some(&[hours, minutes, seconds]) if minutes < 60 && seconds < 60 => {
            SimSpan::seconds(hours * 3600 + minutes * 60 + seconds).in_hours()
        }
        _ => "1h 30m".to_owned(),
    };
    Some(format!("`{text}` is a time of day, and a length is wanted; write `{length}`"))
}

fn unit_ms(unit: &str, text: &str) -> Result<i64, QuantityError> {
    Ok(match unit {
        "ms" => 1,
        "s" | "sec" | "second" | "seconds" => 1000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        "w" | "week" | "weeks" => 604_800_000,
        "" if text.trim().bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => {
            return refuse(format!("`{text}` has no unit; write `{}s` or `{}m`", text.trim(), text.trim()));
        }
        "" => return refuse(format!("a number in `{text}` has no unit; write for example `90s` or `1h 30m`")),
        other => return refuse(format!("`{other}` is no unit of time; use ms, s, m, h, d or w")),
    })
}

/// A price in US dollars: `$0.096` or `0.096`.
///
/// # Errors
/// Not a number, negative, above $1,000,000, or another currency.
pub fn parse_usd(text: &str) -> Result<Decimal, QuantityError> {
    let (number, unit) = split(text.trim().trim_start_matches('$'))?;
    match unit {
        "" | "USD" if number.compare(Decimal::whole(MOST_USD)).is_gt() => {
            refuse(format!("`{}` is too dear: a price is at most $1000000", text.trim()))
        }
        "" | "USD" => Ok(number),
        other => refuse(format!("`{other}` is no currency here; prices are in US dollars: `$0.096`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_in_units_or_vcpu() {
        assert_eq!(parse_cpu("512"), Ok(CpuUnits(512)));
        assert_eq!(parse_cpu("0.5 vCPU"), Ok(CpuUnits(512)));
        assert_eq!(parse_cpu("1vcpu"), Ok(CpuUnits(1024)));
        for bad in ["0.5", "-1", "1 core", "99999999999", "0.0001 vCPU", "vCPU"] {
            assert!(parse_cpu(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn memory_in_mib() {
        assert_eq!(parse_memory("512"), Ok(MebiBytes(512)));
        assert_eq!(parse_memory("1.75 GiB"), Ok(MebiBytes(1792))); // 1.75 x 1024
        assert_eq!(parse_memory("1GB"), Ok(MebiBytes(1024)));
        assert!(parse_memory("300 MB").unwrap_err().0.contains("ambiguous"));
        assert!(parse_memory("8589934592").unwrap_err().0.contains("write `8192 MiB`"));
    }

    #[test]
    fn spans_add_up() {
        assert_eq!(parse_span("3d 11h 15m"), Ok(SimSpan(299_700_000))); // 299,700 s
        assert_eq!(parse_span("90 s"), Ok(SimSpan(90_000)));
        assert_eq!(parse_span("1.5h"), Ok(SimSpan(5_400_000)));
        let said = |text: &str| parse_span(text).unwrap_err().0;
        for (clock, span) in
            [("08:00", "`8h`"), ("15:00", "`15h`"), ("24:00", "`24h`"), ("0:10", "`10m`"), ("1:30:05", "`1h 30m 5s`")]
        {
            assert!(said(clock).ends_with(span), "{}", said(clock));
        }
        assert!(said("8:00 pm").ends_with("`1h 30m`") && said("00:00").ends_with("`0s`"));
        for date in ["2026-01-05T00:10:00Z", "2026-01-05"] {
            assert!(said(date).contains("from the start of the run"), "{}", said(date));
        }
        for bad in ["90", "", "2 parsecs", "-1s", "0.5ms", "1d10", "9999999w"] {
            assert!(parse_span(bad).is_err(), "{bad}");
        }
        assert!(parse_span("90").unwrap_err().0.contains("`90s`"));
    }

    #[test]
    fn dollars() {
        assert_eq!(parse_usd("$0.096").unwrap().to_string(), "0.096");
        assert!(parse_usd("$1000000").is_ok());
        for bad in ["1 EUR", "-$1", "$-1", "$1000000.01", "$999999999999"] {
            assert!(parse_usd(bad).is_err(), "{bad}");
        }
    }
}
