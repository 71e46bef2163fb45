//! Sines, exponentials, logarithms and normal draws in whole numbers: the same on any machine.
//!
//! A number is an `i128` with 60 binary digits behind the point, exact to about 2^-56.

use crate::units::KeyedStream;

const DIGITS: u32 = 60;
/// The number 1.
pub(super) const ONE: i128 = 1 << DIGITS;
const TWO_PI: i128 = 7_244_019_458_077_122_842;
const LN_2: i128 = 799_144_290_325_165_979;
/// 1 / 2π.
pub(super) const TURN: i128 = 183_493_156_455_125_077;

/// `a × b`, rounded.
pub(super) fn times(a: i128, b: i128) -> i128 {
    (a * b + (ONE >> 1)) >> DIGITS
}

/// `a / b` of two whole numbers, `a` below 2^66.
pub(super) fn ratio(a: i128, b: i128) -> i128 {
    (a << DIGITS) / b
}

/// The sine of an angle in turns: 1 is the whole circle.
pub(super) fn sine(turns: i128) -> i128 {
    let turn = turns.rem_euclid(ONE);
    let (half, is_below) = if turn >= ONE / 2 { (turn - ONE / 2, true) } else { (turn, false) };
    let angle = times(half.min(ONE / 2 - half), TWO_PI); // 0 to π/2
    let square = times(angle, angle);
    let (mut term, mut sum) = (angle, angle);
    for n in 1..12 {
        term = -times(term, square) / (2 * n * (2 * n + 1));
        sum += term;
    }
    if is_below { -sum } else { sum }
}

/// e to the power of a number, which is at most 40.
pub(super) fn exponential(power: i128) -> i128 {
    let (doublings, rest) = (power.div_euclid(LN_2), power.rem_euclid(LN_2));
    let (mut term, mut sum) = (ONE, ONE);
    for n in 1..22 {
        term = times(term, rest) / n;
        sum += term;
    }
    match u32::try_from(doublings) {
        Ok(doublings) => sum << doublings.min(60),
        Err(_) => sum >> u32::try_from(-doublings).unwrap_or(127).min(127),
    }
}

/// The natural logarithm of a whole number above 0, divided by 2^`digits`.
fn logarithm_of(whole: u128, digits: u32) -> i128 {
    let places = whole.ilog2();
    let mut mantissa = if places > 63 { whole >> (places - 63) } else { whole << (63 - places) }; // in [1, 2) x 2^63
    let mut binary: i128 = i128::from(places) - i128::from(digits);
    for _ in 0..DIGITS {
        mantissa = (mantissa * mantissa) >> 63;
        let digit = mantissa >> 64;
        mantissa >>= digit;
        binary = (binary << 1) | i128::from(digit == 1);
    }
    times(binary, LN_2)
}

/// The natural logarithm of a number above 0.
pub(super) fn logarithm(number: i128) -> i128 {
    logarithm_of(u128::try_from(number).unwrap_or(1).max(1), DIGITS)
}

/// The square root; of what is below 0 it is 0.
pub(super) fn root(number: i128) -> i128 {
    let number = u128::try_from(number).unwrap_or(0);
    i128::try_from((number << DIGITS).isqrt()).unwrap_or(0)
}

/// Independent draws of the standard normal distribution, in order (Box and Muller: two from each two draws).
pub(super) fn normals(mut draws: KeyedStream) -> impl Iterator<Item = i128> {
    let mut next = 0;
    let mut other = None;
    std::iter::from_fn(move || {
        if let Some(other) = other.take() {
            return Some(other);
        }
        let (first, second) = (draws.draw(next), draws.draw(next + 1));
        next += 2;
        // U = (draw + 1/2) / 2^64, never 0
        let radius = root(-2 * logarithm_of(2 * u128::from(first) + 1, 65));
        let turns = i128::from(second) >> 4;
        other = Some(times(radius, sine(turns)));
        Some(times(radius, sine(turns + ONE / 4)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_precision_loss, reason = "compared, not computed with")]
    fn float(number: i128) -> f64 {
        number as f64 / ONE as f64
    }

    #[test]
    fn functions_are_those_of_mathematics() {
        for step in -50..=50_i32 {
            let (number, real) = (ratio(i128::from(step), 13), f64::from(step) / 13.0);
            assert!((float(sine(number)) - libm::sin(real * std::f64::consts::TAU)).abs() < 1e-14, "{step}");
            let (power, wanted) = (float(exponential(number)), libm::exp(real));
            assert!((power / wanted - 1.0).abs() < 1e-12, "{step}: {power}, not {wanted}");
            if step > 0 {
                assert!((float(logarithm(number)) - libm::log(real)).abs() < 1e-14, "{step}");
                assert!((float(root(number)) - libm::sqrt(real)).abs() < 1e-14, "{step}");
            }
        }
        assert_eq!((sine(0), sine(ONE / 2), exponential(0), logarithm(ONE), root(4 * ONE)), (0, 0, ONE, 0, 2 * ONE));
    }

    /// Of 40,000 draws: mean 0 ± 5/200, variance 1 ± 5 × sqrt(2/40,000); 68.27 % within 1 and 95.45 % within 2.
    #[test]
    fn normal_draws_are_normal() {
        let draws: Vec<f64> = normals(KeyedStream::new(3, "test", "web")).take(40_000).map(float).collect();
        let mean = draws.iter().sum::<f64>() / 40_000.0;
        let variance = draws.iter().map(|draw| draw * draw).sum::<f64>() / 40_000.0;
        assert!(mean.abs() < 0.025 && (variance - 1.0).abs() < 0.036, "{mean} {variance}");
        let within = |bound: f64| draws.iter().filter(|draw| draw.abs() < bound).count();
        assert!((26_800..27_800).contains(&within(1.0)) && (37_950..38_400).contains(&within(2.0)));
    }
}
