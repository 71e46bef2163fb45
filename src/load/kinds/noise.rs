//! Noise: values around a mean, drawn anew at regular times, each more or less like the one before.

use super::super::fixed::{ONE, exponential, logarithm, normals, ratio, root, times};
use super::{BILLION, Chance, Frame, Part, grid};
use crate::units::KeyedStream;

/// How the values of noise are distributed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distribution {
    /// The bell, also below 0.
    Normal,
    /// Above 0 always: the logarithm of the value is normal.
    Lognormal,
}

/// Values with a mean, a standard deviation and a correlation time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noise {
    distribution: Distribution,
    mean: i64,
    deviation: i64,
    /// How much of a normal draw stays until the next, and how much of the next comes to it.
    keeps: i128,
    brings: i128,
    every: u64,
    /// Which noise of its curve it is, from 0.
    place: u32,
}

impl Noise {
    /// Values every `every` ms, whose correlation falls to 1/e in `correlation_ms`; 0 for none.
    pub fn new(
        distribution: Distribution,
        (mean, deviation): (i64, i64),
        correlation_ms: u64,
        every: u64,
        place: u32,
    ) -> Self {
        let keeps = match correlation_ms {
            0 => 0,
            // beyond 40 nothing is left
            some if every / some >= 40 => 0,
            some => exponential(-ratio(i128::from(every), i128::from(some))),
        };
        let brings = root(ONE - times(keeps, keeps));
        Self { distribution, mean, deviation, keeps, brings, every, place }
    }

    /// The values, one after another.
    fn values(&self, seed: u64, owner: &str) -> impl Iterator<Item = i64> {
        let owner = if self.place == 0 { owner.to_owned() } else { format!("{owner} {}", self.place) };
        let mut draws = normals(KeyedStream::new(seed, "load-noise", &owner));
        let (keeps, brings) = (self.keeps, self.brings);
        let mut last = None;
        let normals = std::iter::from_fn(move || {
            let draw = draws.next()?;
            let next = last.map_or(draw, |last| times(keeps, last) + times(brings, draw));
            last = Some(next);
            Some(next)
        });
        let (mean, deviation) = (i128::from(self.mean), i128::from(self.deviation));
        let narrow = |value: i128| i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX });
        let lognormal = (self.distribution == Distribution::Lognormal).then(|| {
            // of a lognormal value with the coefficient of variation c, the logarithm has the variance ln(1 + c²)
            let variation = ratio(deviation, mean.max(1));
            let variance = logarithm(ONE + times(variation, variation));
            (root(variance), variance / 2)
        });
        normals.map(move |normal| match lognormal {
            None => narrow(mean + times(deviation, normal)),
            Some((scale, shift)) => {
                let factor = exponential(times(scale, normal) - shift);
                mean.checked_mul(factor).map_or(i64::MAX, |value| narrow(value / ONE))
            }
        })
    }
}

impl Part for Noise {
    fn amount(&self, end: u64) -> u64 {
        end / self.every + 2
    }

    fn moments(&self, end: u64, tell: &mut dyn FnMut(u64)) {
        grid(self.every, 0, end, tell);
    }

    fn means(&self, frame: &Frame<'_>) -> Vec<i64> {
        let Chance::Seed(seed) = frame.chance else {
            return vec![self.mean; frame.bounds.len().saturating_sub(1)];
        };
        let mut values = (0_u64..).zip(self.values(seed, frame.owner));
        let mut current = values.next().unwrap_or((0, BILLION));
        let mut means = Vec::with_capacity(frame.bounds.len());
        for (from, _) in frame.cells() {
            while current.0 < from / self.every {
                current = values.next().unwrap_or((u64::MAX, self.mean));
            }
            means.push(current.1);
        }
        means
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH: usize = 40_000;

    #[expect(clippy::cast_precision_loss, reason = "compared, not computed with")]
    fn drawn(noise: &Noise, seed: u64) -> Vec<f64> {
        noise.values(seed, "web").take(LENGTH).map(|value| value as f64 / 1e9).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "compared, not computed with")]
    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    /// Mean and standard deviation, and the correlation of neighbours.
    fn figures(values: &[f64]) -> (f64, f64, f64) {
        let middle = mean(values);
        let variance = mean(&values.iter().map(|value| (value - middle).powi(2)).collect::<Vec<_>>());
        let products: Vec<f64> = values.windows(2).map(|pair| (pair[0] - middle) * (pair[1] - middle)).collect();
        (middle, variance.sqrt(), mean(&products) / variance)
    }

    /// 40,000 independent draws: the mean is right to 5 × 0.2 / 200 = 0.005, the deviation to 5 × 0.2 / sqrt(80,000).
    #[test]
    fn independent_noise_has_its_mean_and_deviation() {
        for distribution in [Distribution::Normal, Distribution::Lognormal] {
            let noise = Noise::new(distribution, (BILLION, BILLION / 5), 0, 60_000, 0);
            let (mean, deviation, correlation) = figures(&drawn(&noise, 1));
            assert!((mean - 1.0).abs() < 0.005, "{distribution:?} {mean}");
            assert!((deviation - 0.2).abs() < 0.006, "{distribution:?} {deviation}");
            assert!(correlation.abs() < 0.025, "{distribution:?} {correlation}");
        }
    }

    /// Values each minute with a correlation time of ten: neighbours correlate by e^-0.1 = 0.905. About 2,000 of the
    /// 40,000 are as good as independent, so the mean is right to 5 × 0.2 / sqrt(2,000) = 0.022.
    #[test]
    fn noise_with_a_memory_keeps_its_deviation() {
        let noise = Noise::new(Distribution::Normal, (BILLION, BILLION / 5), 600_000, 60_000, 0);
        let (mean, deviation, correlation) = figures(&drawn(&noise, 1));
        assert!((mean - 1.0).abs() < 0.022 && (deviation - 0.2).abs() < 0.02, "{mean} {deviation}");
        assert!((correlation - 0.905).abs() < 0.01, "{correlation}");
        let values = drawn(&noise, 1);
        let later: Vec<f64> = values.iter().step_by(10).copied().collect();
        assert!((figures(&later).2 - 0.368).abs() < 0.08, "after one correlation time 1/e is left");
    }

    #[test]
    fn each_seed_owner_and_place_has_noise_of_its_own() {
        let noise = |place| Noise::new(Distribution::Normal, (BILLION, BILLION / 5), 0, 60_000, place);
        let first = |noise: &Noise, seed, owner| noise.values(seed, owner).next().unwrap();
        let base = first(&noise(0), 1, "web");
        assert_eq!(base, first(&noise(0), 1, "web"));
        assert_ne!(base, first(&noise(0), 2, "web"));
        assert_ne!(base, first(&noise(0), 1, "api"));
        assert_ne!(base, first(&noise(1), 1, "web"));
    }
}
