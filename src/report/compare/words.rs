//! Figures of a comparison as text.

use crate::study::Estimate;
use crate::units::NanoUsd;

/// Decimals of a float, never `-0.00`.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    if zero { text.trim_start_matches('-').to_owned() } else { text }
}

/// The same with commas between thousands.
pub(super) fn grouped(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, fraction) = digits.find('.').map_or((digits, ""), |dot| digits.split_at(dot));
    let mut out = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

/// Dollars and cents: `$1,234.50`, `-$3.00`; less than a cent as everywhere ([`NanoUsd::readable`]).
#[expect(clippy::cast_possible_truncation, reason = "shown, never decided by")]
pub(super) fn dollars(value: f64) -> String {
    let text = NanoUsd((value * 1e9).round() as i128).readable();
    match text.strip_prefix('-') {
        Some(amount) => format!("-${amount}"),
        None => format!("${text}"),
    }
}

/// With a sign in any case.
pub(super) fn signed(text: &str) -> String {
    if text.starts_with('-') { text.to_owned() } else { format!("+{text}") }
}

/// `7,542.0`; with several runs `7,542.0 ± 3.1`; nothing measured: `-`.
pub(super) fn spread(estimate: Option<Estimate>, show: impl Fn(f64) -> String) -> String {
    match estimate {
        None => "-".to_owned(),
        Some(Estimate { mean, half_width: None }) => show(mean),
        Some(Estimate { mean, half_width: Some(half) }) => {
            format!("{} ± {}", show(mean), show(half).trim_start_matches('$'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_as_text() {
        assert_eq!((fixed(-0.001, 2), fixed(-0.006, 2), fixed(2.0, 0)), ("0.00".into(), "-0.01".into(), "2".into()));
        assert_eq!(grouped(1_234_567.891, 1), "1,234,567.9");
        assert_eq!((grouped(-1234.0, 0), grouped(999.0, 0)), ("-1,234".into(), "999".into()));
        assert_eq!(
            (dollars(5806.314), dollars(-3.0), dollars(-0.001)),
            ("$5,806.31".into(), "-$3.00".into(), "-$0.001".into())
        );
        assert_eq!((signed("$3.00"), signed("-$3.00")), ("+$3.00".into(), "-$3.00".into()));
        let two = Some(Estimate { mean: 5.0, half_width: Some(1.25) });
        assert_eq!((spread(two, dollars), spread(None, dollars)), ("$5.00 ± 1.25".into(), "-".into()));
    }
}
