//! Numbers as text, from integers all the way.

use crate::units::times_share;
use jiff::Timestamp;

/// `numerator / denominator` with three decimals, halves up: `12.500`. Empty for nothing by nothing.
pub(super) fn ratio3(numerator: u128, denominator: u128) -> String {
    let mut text = String::new();
    push_ratio3(&mut text, &mut itoa::Buffer::new(), (numerator, denominator));
    text
}

/// `quantity / per` with nine decimals, halves up, and without the zeros at its end: what a line of the bill counts.
pub(super) fn units(quantity: u128, per: u128) -> String {
    let (whole, rest) = (quantity / per, quantity % per);
    let billionths = (rest * 1_000_000_000 + per / 2) / per;
    let whole = whole + billionths / 1_000_000_000;
    let text = format!("{whole}.{:09}", billionths % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// [`ratio3`], appended to a text.
pub(super) fn push_ratio3(text: &mut String, digits: &mut itoa::Buffer, (numerator, denominator): (u128, u128)) {
    if denominator == 0 {
        return;
    }
    let thousandths = in_parts(numerator, 1000, denominator);
    match u64::try_from(thousandths) {
        Ok(thousandths) => push_thousandths(text, digits, thousandths),
        Err(_) => {
            text.push_str(digits.format(thousandths / 1000));
            push_decimals(text, digits, u64::try_from(thousandths % 1000).expect("below 1000"));
        }
    }
}

/// `numerator / denominator` in so many parts of a whole, halves up; whole ones apart, so that large numbers fit.
fn in_parts(numerator: u128, parts: u128, denominator: u128) -> u128 {
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    let (more, rest) = times_share(parts, rest, denominator);
    whole.saturating_mul(parts).saturating_add(more + u128::from(rest >= denominator - rest))
}

/// A thousandth of a whole number, with three decimals.
pub(super) fn push_thousandths(text: &mut String, digits: &mut itoa::Buffer, thousandths: u64) {
    text.push_str(digits.format(thousandths / 1000));
    push_decimals(text, digits, thousandths % 1000);
}

fn push_decimals(text: &mut String, digits: &mut itoa::Buffer, thousandths: u64) {
    let decimals = digits.format(1000 + thousandths); // the first digit keeps the zeros
    text.push('.');
    text.push_str(&decimals[1..]);
}

/// `numerator / denominator` with so many decimals, halves up, thousands separated: `1,523.25`. Nothing by nothing is
/// `-`.
pub(super) fn grouped_ratio(numerator: u128, denominator: u128, decimals: usize) -> String {
    let parts = 10_u128.pow(u32::try_from(decimals).unwrap_or(0));
    if denominator == 0 {
        return "-".to_owned();
    }
    let rounded = in_parts(numerator, parts, denominator);
    let whole = grouped(u64::try_from(rounded / parts).unwrap_or(u64::MAX));
    if decimals == 0 { whole } else { format!("{whole}.{:0decimals$}", rounded % parts) }
}

/// A share in per cent with one decimal: `88.8`.
pub(super) fn percent1((part, all): (u128, u128)) -> String {
    if all == 0 {
        return "-".to_owned();
    }
    let tenths = in_parts(part, 1000, all);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A whole number with thousands separated: `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The wall clock `ms` after the start: `2026-03-02T08:00:00Z`.
pub(super) fn utc(start_unix_s: i64, ms: u64) -> String {
    let seconds = i64::try_from(ms / 1000).ok().and_then(|passed| start_unix_s.checked_add(passed));
    seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).map(|at| at.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_numbers() {
        assert_eq!(ratio3(25, 2), "12.500");
        assert_eq!(ratio3(2, 3), "0.667");
        assert_eq!(ratio3(1, 0), "");
        assert_eq!(ratio3(7, 1000), "0.007");
        assert_eq!(ratio3(u128::from(u64::MAX) * 1000 + 5, 1000), "18446744073709551615.005");
        assert_eq!((percent1((888, 1000)), percent1((1 << 124, 1 << 125))), ("88.8".to_owned(), "50.0".to_owned()));
        assert_eq!(grouped_ratio(u128::MAX, u128::MAX / 3, 1), "3.0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(12), "12");
        assert_eq!(grouped_ratio(6093, 4, 2), "1,523.25");
        assert_eq!((grouped_ratio(2, 3, 0), grouped_ratio(1, 0, 2)), ("1".to_owned(), "-".to_owned()));
        assert_eq!(utc(1_772_438_400, 8 * 3_600_000), "2026-03-02T16:00:00Z"); // 1,772,438,400 is 08:00 that day
    }
}
