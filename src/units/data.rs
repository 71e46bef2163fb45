//! Amounts of data and rates, as people write them: `20 KB`, `10 GB per month`, `5000000 per month`.

use super::{Decimal, QuantityError};

/// The most that any amount of data is: 100 PB.
const MOST_BYTES: u64 = 100_000_000_000_000_000;
/// Hours of a billing month, unless the scenario says otherwise (PRC-1).
pub const HOURS_OF_A_MONTH: u32 = 730;
const MONTH_MS: u64 = HOURS_OF_A_MONTH as u64 * 3_600_000;

/// So much in each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How much: bytes, or whatever is counted.
    pub amount: u64,
    /// In how long, in ms.
    pub per_ms: u64,
}

impl Rate {
    /// The same where a month has so many hours.
    #[must_use]
    pub const fn with_month_of(self, hours: u32) -> Self {
        // no other period is as long
        if self.per_ms == MONTH_MS { Self { per_ms: hours as u64 * 3_600_000, ..self } } else { self }
    }
}

fn refuse<T>(reason: String) -> Result<T, QuantityError> {
    Err(QuantityError(reason))
}

/// An amount of data in bytes: `500 B`, `20 KB` (20,000), `1.5 GB` (1,500,000,000), `1 MiB` (1,048,576) (PRC-8).
///
/// # Errors
/// Another unit, a part of a byte, a negative number, or more than 100 PB (100,000 TB).
pub fn parse_data(text: &str) -> Result<u64, QuantityError> {
    let trimmed = text.trim();
    let end = trimmed.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(trimmed.len());
    let (number, unit) = (trimmed[..end].parse::<Decimal>(), trimmed[end..].trim());
    let Ok(number) = number else {
        return refuse(format!("`{trimmed}` is no amount of data; write for example `20 KB` or `1.5 GB`"));
    };
    let factor = match unit {
        "B" => 1,
        "KB" | "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        "" => return refuse(format!("`{trimmed}` has no unit; write for example `{trimmed} GB`")),
        other => return refuse(format!("`{other}` is no unit of data; use B, KB, MB, GB, TB, or KiB, MiB, GiB, TiB")),
    };
    match number.times_exact(factor).map(u64::try_from) {
        Some(Ok(bytes)) if bytes <= MOST_BYTES => Ok(bytes),
        _ => refuse(format!("`{trimmed}` is no whole number of bytes, or more than 100000 TB")),
    }
}

/// A flow of data: `10 GB per month`, `300 KB per second`.
///
/// # Errors
/// Another form, or what [`parse_data`] refuses.
pub fn parse_data_rate(text: &str) -> Result<Rate, QuantityError> {
    let (amount, per_ms) = of_period(text, "10 GB per month")?;
    Ok(Rate { amount: parse_data(amount)?, per_ms })
}

/// How often something happens: `5000000 per month`, `20 per second`.
///
/// # Errors
/// Another form, a part of one, or too large a number.
pub fn parse_count_rate(text: &str) -> Result<Rate, QuantityError> {
    let (amount, per_ms) = of_period(text, "5000000 per month")?;
    let is_plain = amount.bytes().all(|byte| byte.is_ascii_digit());
    match amount.parse() {
        Ok(amount) if is_plain && amount <= 1_000_000_000_000_000 => Ok(Rate { amount, per_ms }),
        _ => refuse(format!("`{amount}` is no whole number; write for example `5000000 per month`")),
    }
}

fn of_period<'t>(text: &'t str, example: &str) -> Result<(&'t str, u64), QuantityError> {
    let Some((amount, unit)) = text.trim().split_once(" per ") else {
        let text = text.trim();
        return match text.split_once('/').and_then(|(amount, unit)| Some((amount.trim(), period(unit.trim())?))) {
            Some((amount, unit)) => refuse(format!("write `{amount} per {unit}` for `{text}`")),
            None => refuse(format!("`{text}` says not in how long; write for example `{example}`")),
        };
    };
    let per_ms = match unit.trim() {
        "second" => 1000,
        "minute" => 60_000,
        "hour" => 3_600_000,
        "day" => 86_400_000,
        "week" => 604_800_000,
        "month" => MONTH_MS,
        other => {
            return refuse(format!(
                "`{other}` is no period here; use second, minute, hour, day, week or month (730 hours)"
            ));
        }
    };
    Ok((amount.trim(), per_ms))
}

/// The period that a short form means.
fn period(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "s" | "sec" | "second" => "second",
        "m" | "min" | "minute" => "minute",
        "h" | "hr" | "hour" => "hour",
        "d" | "day" => "day",
        "w" | "week" => "week",
        "mo" | "month" => "month",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_rates() {
        assert_eq!(parse_data("20 KB"), Ok(20_000));
        assert_eq!(parse_data("1.5GB"), Ok(1_500_000_000));
        assert_eq!(parse_data("1 MiB"), Ok(1_048_576));
        assert_eq!(parse_data("100000 TB"), Ok(MOST_BYTES));
        for bad in ["", "20", "20 kb", "-1 KB", "0.5 B", "100000.1 TB", "99999999 TB", "1e3 KB"] {
            assert!(parse_data(bad).is_err(), "{bad}");
        }
        let rate = |amount, per_ms| Ok(Rate { amount, per_ms });
        assert_eq!(parse_data_rate("10 GB per month"), rate(10_000_000_000, MONTH_MS));
        assert_eq!(parse_count_rate("20 per second"), rate(20, 1000));
        for bad in ["10 GB", "10 GB/month", "10 GB per year", "per month", "x per month"] {
            assert!(parse_data_rate(bad).is_err() && parse_count_rate(bad).is_err(), "{bad}");
        }
    }
}
