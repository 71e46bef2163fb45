//! Money: whole nano-dollars, and the one division by which a meter becomes a price (PRC-5).

use super::Decimal;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// US dollars in billionths. Range ±1.7 × 10^29 dollars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NanoUsd(pub i128);

impl Add for NanoUsd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for NanoUsd {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for NanoUsd {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), Add::add)
    }
}

/// Dollars with all nine decimals, exact: `12.096000000`.
impl fmt::Display for NanoUsd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let nanos = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
    }
}

impl NanoUsd {
    /// Dollars rounded half to even to cents, with thousands separated, for people: `5,806.31`. What is less than a cent
    /// has two digits that say something: `0.0028`.
    pub fn readable(self) -> String {
        if (1..10_000_000).contains(&self.0.unsigned_abs()) {
            return self.below_a_cent();
        }
        let cents = divide_half_even(self.0, 10_000_000);
        let whole = (cents.unsigned_abs() / 100).to_string();
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{}{grouped}.{:02}", if cents < 0 { "-" } else { "" }, cents.unsigned_abs() % 100)
    }

    fn below_a_cent(self) -> String {
        let mut decimals = 9_u32;
        let mut unit: i128 = 1;
        while self.0.unsigned_abs() >= 100 * unit.unsigned_abs() {
            (decimals, unit) = (decimals - 1, unit * 10);
        }
        let digits = divide_half_even(self.0.abs(), unit);
        let text = format!("{digits:0width$}", width = decimals as usize);
        let text = text.trim_end_matches('0');
        format!("{}0.{text:0<2}", if self.0 < 0 { "-" } else { "" })
    }
}

/// The cost of `quantity_ms` at `price` dollars for each `period_ms`: an exact ratio, rounded once to
/// nano-dollars, half to even (PRC-5).
pub fn price_exactly(quantity_ms: u128, price: Decimal, period_ms: u64) -> NanoUsd {
    let quantity = i128::try_from(quantity_ms).unwrap_or(i128::MAX);
    let exact = quantity * i128::from(price.mantissa) * 1_000_000_000;
    NanoUsd(divide_half_even(exact, price.divisor() * i128::from(period_ms)))
}

/// `dividend / divisor` (positive), rounded half to even.
pub(crate) fn divide_half_even(dividend: i128, divisor: i128) -> i128 {
    if divisor == 1 {
        return dividend;
    }
    let (quotient, rest) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    let up = match (rest * 2).cmp(&divisor) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => quotient % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    quotient + i128::from(up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_costs_the_hour() {
        let price = Decimal { mantissa: 96, scale: 3 };
        assert_eq!(price_exactly(3_600_000, price, 3_600_000), NanoUsd(96_000_000));
        // 1 s at 0.096 an hour = 0.096 / 3600 = 0.00002666... dollars = 26,666.67 nano-dollars
        assert_eq!(price_exactly(1000, price, 3_600_000), NanoUsd(26_667));
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        assert_eq!(divide_half_even(5, 2), 2);
        assert_eq!(divide_half_even(7, 2), 4);
        assert_eq!(divide_half_even(-5, 2), -2);
        assert_eq!(NanoUsd(5_806_312_000_000).readable(), "5,806.31");
        assert_eq!(NanoUsd(1_234_567_895_000_000).readable(), "1,234,567.90"); // 89.5 cents -> 90, even
        assert_eq!(NanoUsd(0).readable(), "0.00");
        // below a cent: 2.85 mills are half way between 2.8 and 2.9, and 8 is even
        let texts = [2_850_000, 520_000, -1_000_000, 9_999_999, 10_000_000, 1, 12].map(|nano| NanoUsd(nano).readable());
        assert_eq!(texts, ["0.0028", "0.00052", "-0.001", "0.01", "0.01", "0.000000001", "0.000000012"]);
    }
}
