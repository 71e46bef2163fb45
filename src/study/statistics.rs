//! Means and their intervals over a few runs. Floats, because nothing is decided by them: they are shown.

/// A mean, and how far the true one may be from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Half the width of its 95 % interval (Student's t); `None` for a single value.
    pub half_width: Option<f64>,
}

impl Estimate {
    /// Whether the interval leaves out zero: the difference is more than chance. A single value has no interval.
    pub fn is_clear(&self) -> bool {
        self.half_width.is_some_and(|half| self.mean.abs() > half)
    }
}

/// Mean and interval of independent values; `None` without any.
#[expect(clippy::cast_precision_loss, reason = "a number of runs")]
pub fn estimate(values: &[f64]) -> Option<Estimate> {
    let count = values.len() as f64;
    let first = *values.first()?;
    // around the first value, so that equal values have a spread of exactly zero
    let mean = first + values.iter().map(|value| value - first).sum::<f64>() / count;
    if values.len() == 1 {
        return Some(Estimate { mean, half_width: None });
    }
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let deviation = (squares / (count - 1.0)).sqrt();
    let half = student_t(values.len() - 1) * deviation / count.sqrt();
    Some(Estimate { mean, half_width: Some(half) })
}

/// The 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom.
const QUANTILES: [f64; 30] = [
    12.706_204_736,
    4.302_652_730,
    3.182_446_305,
    2.776_445_105,
    2.570_581_836,
    2.446_911_851,
    2.364_624_252,
    2.306_004_135,
    2.262_157_163,
    2.228_138_852,
    2.200_985_160,
    2.178_812_830,
    2.160_368_656,
    2.144_786_688,
    2.131_449_546,
    2.119_905_299,
    2.109_815_578,
    2.100_922_040,
    2.093_024_054,
    2.085_963_447,
    2.079_613_845,
    2.073_873_068,
    2.068_657_610,
    2.063_898_562,
    2.059_538_553,
    2.055_529_439,
    2.051_830_516,
    2.048_407_142,
    2.045_229_642,
    2.042_272_456,
];

/// The 97.5 % quantile of the normal distribution.
const NORMAL: f64 = 1.959_963_985;

/// The 97.5 % quantile of Student's t. Beyond the table by its expansion in 1/n (Cornish and Fisher), which is
/// within 0.00001 there.
#[expect(clippy::cast_precision_loss, reason = "a number of runs")]
fn student_t(degrees: usize) -> f64 {
    if let Some(quantile) = degrees.checked_sub(1).and_then(|row| QUANTILES.get(row)) {
        return *quantile;
    }
    let (n, z) = (degrees.max(1) as f64, NORMAL);
    let (z3, z5, z7) = (z * z * z, z * z * z * z * z, z * z * z * z * z * z * z);
    let first = (z3 + z) / (4.0 * n);
    let second = (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * n * n);
    let third = (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * n * n * n);
    z + first + second + third
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64) -> bool {
        (value - expected).abs() < 1e-6
    }

    #[test]
    fn interval_of_three_values() {
        // 2, 4, 9: mean 5; squares 9 + 1 + 16 = 26; variance 26 / 2 = 13; 4.302653 x sqrt(13 / 3) = 4.302653 x 2.081666
        let found = estimate(&[2.0, 4.0, 9.0]).unwrap();
        assert!(near(found.mean, 5.0) && near(found.half_width.unwrap(), 8.956_686), "{found:?}");
        assert!(!found.is_clear());
        // two values 10 and 12: mean 11; variance 2; 12.706205 x sqrt(2 / 2)
        let found = estimate(&[10.0, 12.0]).unwrap();
        assert!(near(found.mean, 11.0) && near(found.half_width.unwrap(), 12.706_205), "{found:?}");
    }

    #[test]
    fn one_value_has_no_interval_and_equal_ones_a_width_of_zero() {
        assert_eq!(estimate(&[]), None);
        assert_eq!(estimate(&[7.5]), Some(Estimate { mean: 7.5, half_width: None }));
        assert_eq!(estimate(&[0.1; 7]), Some(Estimate { mean: 0.1, half_width: Some(0.0) }));
        assert!(estimate(&[0.1; 7]).unwrap().is_clear());
        assert!(!estimate(&[0.0; 7]).unwrap().is_clear() && !estimate(&[5.0]).unwrap().is_clear());
    }

    /// Published quantiles: 31: 2.039513, 60: 2.000298, 120: 1.979930.
    #[test]
    fn quantiles_beyond_the_table() {
        let coarse = |value: f64, expected: f64| (value - expected).abs() < 1e-5;
        assert!(coarse(student_t(30), 2.042_272) && coarse(student_t(31), 2.039_513));
        assert!(coarse(student_t(60), 2.000_298) && coarse(student_t(120), 1.979_930));
        assert!(coarse(student_t(100_000_000), 1.959_964));
    }
}
