//! Money: whole nano-dollars, and the one division by which a meter becomes a price (PRC-5).

use super::Decimal;
use super::shares::times_share;
use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// US dollars in billionths. Range ±1.7 × 10^29 dollars, at which sums stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NanoUsd(pub i128);

impl Add for NanoUsd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for NanoUsd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
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

impl NanoUsd {
    /// `by / per` of it, rounded half to even; nothing where `per` is 0.
    pub fn scaled(self, by: u128, per: u128) -> Option<Self> {
        let (by, per) = (i128::try_from(by).unwrap_or(i128::MAX), i128::try_from(per).unwrap_or(i128::MAX));
        (per > 0).then(|| Self(divide_half_even(self.0.saturating_mul(by), per)))
    }
}

/// The cost of `quantity` at `price` dollars for each `per` of it: an exact ratio, rounded once to nano-dollars, half to
/// even (PRC-5). `per` is below 2^66.
pub fn price_exactly(quantity: u128, price: Decimal, per: u128) -> NanoUsd {
    let nanos = u128::from(price.mantissa.unsigned_abs()) * 1_000_000_000;
    let divisor = price.divisor().unsigned_abs() * per;
    // whole multiples of the divisor apart, so that what is left to divide is a share
    let (part, rest) = times_share(nanos, quantity % divisor, divisor);
    let whole = nanos.saturating_mul(quantity / divisor).saturating_add(part);
    let up = match rest.cmp(&(divisor - rest)) {
        Ordering::Less => 0,
        Ordering::Equal => whole % 2,
        Ordering::Greater => 1,
    };
    let cost = i128::try_from(whole.saturating_add(up)).unwrap_or(i128::MAX);
    NanoUsd(if price.mantissa < 0 { -cost } else { cost })
}

/// `dividend / divisor` (positive), rounded half to even.
pub(crate) fn divide_half_even(dividend: i128, divisor: i128) -> i128 {
    if divisor == 1 {
        return dividend;
    }
    let (quotient, rest) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    quotient + round_up_half_even(quotient, rest, divisor)
}

/// What `rest / divisor` adds to a quotient that is rounded half to even: 0 or 1.
fn round_up_half_even(quotient: i128, rest: i128, divisor: i128) -> i128 {
    let up = match rest.cmp(&(divisor - rest)) {
        Ordering::Less => false,
        Ordering::Equal => quotient % 2 != 0,
        Ordering::Greater => true,
    };
    i128::from(up)
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

    /// 10^16 bytes for a year of 730-hour months at 0.03 dollars for a GB-month: 10^7 x 12 x 0.03.
    #[test]
    fn bytes_times_milliseconds_fit() {
        let month = 730 * 3_600_000_u128;
        let quantity = 10_u128.pow(16) * 12 * month;
        let price = Decimal { mantissa: 3, scale: 2 };
        let cost = price_exactly(quantity, price, 1_000_000_000 * month);
        assert_eq!(cost, NanoUsd(3_600_000 * 1_000_000_000));
        // a byte less: 0.03 / 10^9 x 12 of a dollar less, 0.36 nano-dollars, rounded to nothing
        assert_eq!(price_exactly(quantity - 12 * month, price, 1_000_000_000 * month), cost);
        assert_eq!(price_exactly(quantity - 24 * month, price, 1_000_000_000 * month).0, cost.0 - 1);
    }

    /// 10^17 bytes for 3,650 days of ms at a price with 18 digits for a GB and ms: 10^8 x 315,360,000,000 of these, and
    /// 123,456,789,012,345,678 x 31,536 = 3,893,333,298,293,333,301,408; so many thousandths of a dollar.
    #[test]
    fn every_digit_of_a_price_counts() {
        let price = Decimal { mantissa: 123_456_789_012_345_678, scale: 18 };
        let quantity = 10_u128.pow(17) * 315_360_000_000;
        assert_eq!(price_exactly(quantity, price, 1_000_000_000), NanoUsd(3_893_333_298_293_333_301_408_000_000));
        assert_eq!(price_exactly(u128::MAX, Decimal::whole(i64::MAX), 1), NanoUsd(i128::MAX));
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        assert_eq!(divide_half_even(5, 2), 2);
        assert_eq!(divide_half_even(7, 2), 4);
        assert_eq!(divide_half_even(-5, 2), -2);
        // 3 halves and 5 halves of a nano-dollar, whole units and rest apart
        let half = Decimal { mantissa: 5, scale: 10 };
        assert_eq!((price_exactly(3, half, 1), price_exactly(5, half, 1)), (NanoUsd(2), NanoUsd(2)));
        assert_eq!((price_exactly(6, half, 2), price_exactly(10, half, 2)), (NanoUsd(2), NanoUsd(2)));
        assert_eq!(NanoUsd(5_806_312_000_000).readable(), "5,806.31");
        assert_eq!(NanoUsd(1_234_567_895_000_000).readable(), "1,234,567.90"); // 89.5 cents -> 90, even
        assert_eq!(NanoUsd(0).readable(), "0.00");
        // below a cent: 2.85 mills are half way between 2.8 and 2.9, and 8 is even
        let texts = [2_850_000, 520_000, -1_000_000, 9_999_999, 10_000_000, 1, 12].map(|nano| NanoUsd(nano).readable());
        assert_eq!(texts, ["0.0028", "0.00052", "-0.001", "0.01", "0.01", "0.000000001", "0.000000012"]);
        assert_eq!([NanoUsd(5).scaled(1, 2), NanoUsd(7).scaled(1, 2)], [Some(NanoUsd(2)), Some(NanoUsd(4))]);
        assert_eq!(NanoUsd(5).scaled(1, 0), None);
    }
}
