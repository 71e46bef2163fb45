//! The value axis: round ticks (1, 2 or 5 times a power of ten) and their labels.

use super::model::Scale;

/// Values beyond this are dropped with the ones that are not numbers: sums of them overflow.
const HUGE: f64 = 1e300;

/// A value that can be drawn.
pub(super) fn drawable(value: f64) -> bool {
    value.is_finite() && value.abs() <= HUGE
}

/// From which value to which an axis reaches, and what is written beside it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) ticks: Vec<(f64, String)>,
}

impl Axis {
    /// An axis that holds zero and everything from `low` to `high`, with about `parts` parts.
    pub(super) fn new(low: f64, high: f64, parts: i32, scale: Scale) -> Self {
        let low = low.min(0.0);
        let mut high = high.max(0.0);
        if scale == Scale::Percent {
            high = high.max(100.0);
        }
        if high - low < 1e-300 {
            high = 1.0;
        }
        let step = Round::at_least((high - low) / f64::from(parts.max(1)), scale);
        let first = whole((low / step.value()).floor());
        let last = whole((high / step.value()).ceil());
        let largest = step.times(last).abs().max(step.times(first).abs());
        let ticks = (first..=last).map(|n| (step.times(n), step.label(n, largest, scale))).collect();
        // A line at the topmost value would hide behind the edge, so there is some air above.
        Self { low: step.times(first), high: step.times(last).max(low + (high - low) * 1.04), ticks }
    }

    /// How far up a value lies: 0 at the bottom, 1 at the top.
    pub(super) fn share(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// `digit` times ten to the power of `exponent`, kept apart so that labels are exact.
#[derive(Debug, Clone, Copy)]
struct Round {
    digit: i64,
    exponent: i32,
}

impl Round {
    fn at_least(raw: f64, scale: Scale) -> Self {
        if scale == Scale::Count && raw <= 1.0 {
            return Self { digit: 1, exponent: 0 };
        }
        let mut exponent = 0;
        while power(exponent) > raw {
            exponent -= 1;
        }
        while power(exponent + 1) <= raw {
            exponent += 1;
        }
        let digit = [1, 2, 5].into_iter().find(|&digit| Self { digit, exponent }.value() >= raw);
        match digit {
            Some(digit) => Self { digit, exponent },
            None => Self { digit: 1, exponent: exponent + 1 },
        }
    }

    fn value(self) -> f64 {
        self.times(1)
    }

    fn times(self, n: i64) -> f64 {
        let units = to_f64(n * self.digit);
        if self.exponent < 0 {
            units / power(-self.exponent) // exact where multiplying by 0.1 is not
        } else {
            units * power(self.exponent)
        }
    }

    fn label(self, n: i64, largest: f64, scale: Scale) -> String {
        let units = n * self.digit;
        let sign = if scale == Scale::Percent { "%" } else { "" };
        if units == 0 {
            return format!("0{sign}");
        }
        if self.exponent < -6 || largest >= 1e21 {
            return format!("{units}e{}{sign}", self.exponent);
        }
        let (thousands, suffix) = prefix(largest);
        let exponent = self.exponent - thousands;
        let minus = if units < 0 { "\u{2212}" } else { "" };
        let units = units.unsigned_abs();
        let number = match u32::try_from(-exponent) {
            Ok(decimals) => {
                let whole = 10_u64.pow(decimals);
                let fraction = if decimals == 0 {
                    String::new()
                } else {
                    let width = decimals as usize;
                    format!(".{:0width$}", units % whole)
                };
                grouped(units / whole) + &fraction
            }
            Err(_) => grouped(units * 10_u64.pow(exponent.unsigned_abs())),
        };
        format!("{minus}{number}{suffix}{sign}")
    }
}

/// Which power of a thousand an axis is labelled in; below 100,000 the digits are short enough.
fn prefix(largest: f64) -> (i32, &'static str) {
    match largest {
        v if v >= 1e18 => (18, "E"),
        v if v >= 1e15 => (15, "P"),
        v if v >= 1e12 => (12, "T"),
        v if v >= 1e9 => (9, "G"),
        v if v >= 1e6 => (6, "M"),
        v if v >= 1e5 => (3, "k"),
        _ => (0, ""),
    }
}

/// With a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Ten to a power, by multiplying: the same bits on every platform.
fn power(exponent: i32) -> f64 {
    let product = (0..exponent.abs()).fold(1.0, |product, _| product * 10.0);
    if exponent < 0 { 1.0 / product } else { product }
}

#[expect(clippy::cast_precision_loss, reason = "tick numbers are small")]
fn to_f64(n: i64) -> f64 {
    n as f64
}

#[expect(clippy::cast_possible_truncation, reason = "whole; `as` saturates")]
fn whole(value: f64) -> i64 {
    value as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, scale: Scale) -> Vec<String> {
        let axis = Axis::new(low, high, 5, scale);
        axis.ticks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_and_labels_exact() {
        use Scale::{Count, Number, Percent};
        for (high, scale, expected) in [
            (0.0, Count, vec!["0", "1"]),
            (3.0, Count, vec!["0", "1", "2", "3"]),
            (1.0, Number, vec!["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
            (0.03, Number, vec!["0", "0.01", "0.02", "0.03"]),
            (4200.0, Number, vec!["0", "1,000", "2,000", "3,000", "4,000", "5,000"]),
            (3e5, Count, vec!["0", "100k", "200k", "300k"]),
            (1.2e6, Number, vec!["0", "0.5M", "1.0M", "1.5M"]),
            (7.0, Percent, vec!["0%", "20%", "40%", "60%", "80%", "100%"]),
        ] {
            assert_eq!(labels(0.0, high, scale), expected);
        }
        assert_eq!(labels(-3.0, 2.0, Count)[0], "−3");
    }

    #[test]
    fn any_value_gets_a_short_axis_that_holds_it() {
        let values = [0.0, 5e-324, 1e-320, 1e-300, 1e-9, 0.1, 0.3, 1.0, 9.99, 1e21, 1e22, 1e300];
        for scale in [Scale::Count, Scale::Number, Scale::Percent] {
            for high in values {
                for low in [0.0, -high] {
                    let axis = Axis::new(low, high, 5, scale);
                    assert!(axis.ticks.len() <= 14, "{axis:?}");
                    assert!(axis.low <= low + 1e-300 && axis.high >= high, "{axis:?}");
                    assert!(axis.share(high) <= 1.0 && axis.share(low) >= 0.0);
                }
            }
        }
    }
}
