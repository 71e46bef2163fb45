//! Exact decimals: prices and factors as integer and scale, never as a binary float.

use std::fmt;
use std::str::FromStr;

/// A decimal number `mantissa / 10^scale`, exact. At most 18 digits after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// The digits, with the point left out.
    pub mantissa: i64,
    /// How many of them stand behind the point.
    pub scale: u8,
}

/// Why a text is no decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalError {
    /// Not digits with at most one point.
    NotANumber,
    /// More digits than fit (18).
    TooLong,
}

impl Decimal {
    /// A whole number.
    pub const fn whole(number: i64) -> Self {
        Self { mantissa: number, scale: 0 }
    }

    /// The power of ten to divide the mantissa by.
    pub fn divisor(self) -> i128 {
        10_i128.pow(u32::from(self.scale))
    }

    /// `self + factor × other`, exact. `None` when it has more digits than fit.
    pub fn plus_times(self, factor: u32, other: Self) -> Option<Self> {
        let mut scale = self.scale.max(other.scale);
        let widened = |part: Self| Some(i128::from(part.mantissa) * 10_i128.pow(u32::from(scale - part.scale)));
        let mut sum = widened(self)?.checked_add(widened(other)?.checked_mul(i128::from(factor))?)?;
        while scale > 0 && sum % 10 == 0 {
            (sum, scale) = (sum / 10, scale - 1);
        }
        Some(Self { mantissa: i64::try_from(sum).ok()?, scale })
    }

    /// `self × hundredths of a percent`, of which the whole has 10,000. Exact for prices as they are published; of one
    /// with so many digits that the last do not fit they are rounded half to even to the 18 that a decimal holds.
    #[must_use]
    pub fn share(self, hundredths_of_a_percent: u32) -> Self {
        let product = i128::from(self.mantissa) * i128::from(hundredths_of_a_percent);
        let scale = u32::from(self.scale) + 4;
        let digits = product.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1);
        let dropped = digits.max(scale).saturating_sub(18);
        let rounded = super::money::divide_half_even(product, 10_i128.pow(dropped));
        match (i64::try_from(rounded), u8::try_from(scale.saturating_sub(dropped))) {
            (Ok(mantissa), Ok(scale)) => Self { mantissa, scale }.shortest(),
            _ => self, // not reached: 18 digits fit, and no share is more than the whole
        }
    }

    /// In billionths, rounded half to even; the greatest there is where it does not fit.
    pub fn nanos(self) -> i64 {
        self.times_rounded(1_000_000_000).unwrap_or(i64::MAX)
    }

    /// Without the zeros at its end, so that equal prices are equal.
    #[must_use]
    pub const fn shortest(mut self) -> Self {
        while self.scale > 0 && self.mantissa % 10 == 0 {
            (self.mantissa, self.scale) = (self.mantissa / 10, self.scale - 1);
        }
        self
    }

    /// `self × other`, exact. `None` when it has more digits than fit.
    pub fn times(self, other: Self) -> Option<Self> {
        let mut product = i128::from(self.mantissa) * i128::from(other.mantissa);
        let mut scale = self.scale + other.scale;
        while scale > 0 && product % 10 == 0 {
            (product, scale) = (product / 10, scale - 1);
        }
        let mantissa = i64::try_from(product).ok()?;
        (scale <= 18).then_some(Self { mantissa, scale })
    }

    /// Which of two is greater, whatever their digits.
    pub fn compare(self, other: Self) -> std::cmp::Ordering {
        let wide = |number: Self, by: Self| i128::from(number.mantissa) * by.divisor();
        wide(self, other).cmp(&wide(other, self))
    }

    /// `self × factor`, rounded half to even to a whole number. `None` when it does not fit into 64 bits.
    pub fn times_rounded(self, factor: i64) -> Option<i64> {
        let product = i128::from(self.mantissa) * i128::from(factor);
        i64::try_from(super::money::divide_half_even(product, self.divisor())).ok()
    }

    /// `self × factor` where it is a whole number without rounding.
    pub fn times_exact(self, factor: i64) -> Option<i64> {
        let product = i128::from(self.mantissa) * i128::from(factor);
        if product % self.divisor() != 0 {
            return None;
        }
        i64::try_from(product / self.divisor()).ok()
    }
}

/// A number with signs between its thousands, or with a decimal comma, as it is written here: `1234` for `1,234` or
/// `1_234`, `1.5` for `1,5`.
pub fn plain_number(text: &str) -> Option<String> {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let groups: Vec<&str> = whole.split([',', '_', '\'', ' ']).collect();
    if groups.len() < 2 || !groups.iter().copied().chain(fraction).all(is_digits) {
        return None;
    }
    let is_grouped = groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    match (is_grouped, fraction, groups.as_slice()) {
        (true, None, _) => Some(groups.concat()),
        (true, Some(fraction), _) => Some(format!("{}.{fraction}", groups.concat())),
        (false, None, [whole, fraction]) if text.contains(',') => Some(format!("{whole}.{fraction}")),
        _ => None,
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        if (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            // most numbers of a trace are whole
            return Ok(Self::whole(text.bytes().fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0'))));
        }
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || digits.ends_with('.') {
            return Err(DecimalError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        let (whole, scale) = (whole.trim_start_matches('0'), fraction.len());
        if whole.len() + scale > 18 {
            return Err(DecimalError::TooLong);
        }
        let mantissa = whole.bytes().chain(fraction.bytes()).fold(0_i64, |sum, byte| sum * 10 + i64::from(byte - b'0'));
        Ok(Self {
            mantissa: if negative { -mantissa } else { mantissa },
            scale: u8::try_from(scale).map_err(|_| DecimalError::TooLong)?,
        })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs();
        let divisor = 10_u64.pow(u32::from(self.scale));
        let (whole, fraction) = (digits / divisor, digits % divisor);
        if self.scale == 0 {
            write!(f, "{sign}{whole}")
        } else {
            write!(f, "{sign}{whole}.{fraction:0width$}", width = usize::from(self.scale))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_without_loss() {
        for (text, shown) in [("0.096", "0.096"), ("12", "12"), ("-3.50", "-3.5"), ("0", "0"), ("007.1", "7.1")] {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), shown);
        }
        for bad in ["", ".", "1.", ".5", "1e3", "1,000", "NaN", "--1", "1.2.3"] {
            assert_eq!(bad.parse::<Decimal>(), Err(DecimalError::NotANumber), "{bad}");
        }
        assert_eq!("1234567890123456789".parse::<Decimal>(), Err(DecimalError::TooLong));
    }

    /// PLT-11: 0.096 + 2 x 0.046 = 0.188; 0.0416 + 4 x 0.0461 = 0.226; nothing is lost where it does not fit.
    #[test]
    fn sums_are_exact() {
        let read = |text: &str| text.parse::<Decimal>().unwrap();
        let sum = |to: &str, factor, part: &str| read(to).plus_times(factor, read(part));
        assert_eq!(sum("0.096", 2, "0.046"), Some(read("0.188")));
        assert_eq!(sum("0.0416", 4, "0.0461"), Some(read("0.226")));
        assert_eq!(sum("1.5", 2, "0.25"), Some(Decimal::whole(2)));
        assert_eq!(sum("0.096", 448, "0"), Some(read("0.096")));
        assert_eq!(sum("99999999999999999", 1, "0.00000000000000001"), None);
        assert_eq!(sum("0", u32::MAX, "999999999999999999"), None);
    }

    /// PRC-54: 0.04048 x 0.80 = 0.032384; PRC-46: 0.096 x 0.34 = 0.03264.
    #[test]
    fn products_are_exact() {
        let read = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(read("0.04048").times(read("0.8")), Some(read("0.032384")));
        assert_eq!(read("0.096").times(read("0.34")), Some(read("0.03264")));
        assert_eq!(read("2.5").times(read("4")), Some(Decimal::whole(10)));
        assert_eq!(read("0").times(read("0.000000000000000001")), Some(Decimal::whole(0)));
        assert_eq!(read("0.000000000001").times(read("0.000000001")), None);
        assert_eq!(read("999999999999999999").times(read("11")), None);
        assert!(read("0.1").compare(read("0.10")).is_eq() && read("0.0999").compare(read("0.1")).is_lt());
    }

    #[test]
    fn numbers_that_people_write_with_signs() {
        for (text, plain) in [("1,234", "1234"), ("1_000_000", "1000000"), ("1'234.5", "1234.5"), ("2,5", "2.5")] {
            assert_eq!(plain_number(text).as_deref(), Some(plain), "{text}");
        }
        for other in ["1234", "1.5", "1,", ",5", "1,2,3", "a,b", "1e3", ""] {
            assert_eq!(plain_number(other), None, "{other}");
        }
    }

    #[test]
    fn rounds_half_to_even() {
        let half = Decimal { mantissa: 5, scale: 1 };
        assert_eq!(half.times_rounded(1), Some(0)); // 0.5 -> 0
        assert_eq!(half.times_rounded(3), Some(2)); // 1.5 -> 2
        assert_eq!(half.times_exact(3), None);
        assert_eq!(half.times_exact(4), Some(2));
    }
}
