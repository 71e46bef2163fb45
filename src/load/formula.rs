//! A curve as it is meant, and how it becomes integer steps.
//!
//! The run is cut at every moment at which some part of the curve may change. In each of these cells every part has its
//! mean, and sums, products and bounds are taken cell by cell.

use super::Curve;
use super::kinds::{BILLION, Chance, Counts, Frame, Noise, Part, Profile, Ramp, Sine, Spike, Steps, rounded};
use crate::units::SimTime;

/// Most steps of a curve.
pub const MOST_STEPS: u64 = 2_000_000;
/// Most means of parts that are worked out for one curve.
const MOST_MEANS: u64 = 50_000_000;
/// The greatest value of a curve, in billionths.
const MOST: i64 = 1_000_000_000 * BILLION;
/// Parts of a request that a step may have in one unit of time: per second, they miss less than a request in six years.
///
/// What rounding leaves over is not carried to the next step, which may be short: it would stand out there.
const PARTS: u64 = 100_000_000;

/// A curve, made of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the type that it holds")]
pub enum Form {
    /// The same always, in billionths.
    Constant(i64),
    Steps(Steps),
    Ramp(Ramp),
    Spike(Spike),
    Profile(Profile),
    Sine(Sine),
    Noise(Noise),
    Counts(Counts),
    /// All of them together.
    Sum(Vec<Form>),
    /// One times the other.
    Product(Vec<Form>),
    /// No less and no more.
    Clamp {
        of: Box<Form>,
        min: i64,
        max: i64,
    },
}

/// Why a curve can't be sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleError {
    /// It has so many steps.
    TooManySteps(u64),
    /// It is below 0 here.
    BelowZero(SimTime),
    /// It is above a billion here.
    TooHigh(SimTime),
}

/// A curve with the unit of its values, and with the owner of its draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    /// What it is.
    pub form: Form,
    /// Its values are so many requests or events in this time.
    pub unit_ms: u64,
    /// Whose it is.
    pub owner: String,
}

impl Form {
    fn part(&self) -> Option<&dyn Part> {
        match self {
            Self::Steps(part) => Some(part),
            Self::Ramp(part) => Some(part),
            Self::Spike(part) => Some(part),
            Self::Profile(part) => Some(part),
            Self::Sine(part) => Some(part),
            Self::Noise(part) => Some(part),
            Self::Counts(part) => Some(part),
            Self::Constant(_) | Self::Sum(_) | Self::Product(_) | Self::Clamp { .. } => None,
        }
    }

    fn inner(&self) -> &[Self] {
        match self {
            Self::Sum(all) | Self::Product(all) => all,
            Self::Clamp { of, .. } => std::slice::from_ref(of),
            _ => &[],
        }
    }

    /// Calls for each part, depth first.
    fn each(&self, run: &mut dyn FnMut(&dyn Part)) {
        if let Some(part) = self.part() {
            run(part);
        }
        self.inner().iter().for_each(|form| form.each(run));
    }

    /// Whether chance has a hand in it.
    pub fn is_drawn(&self) -> bool {
        matches!(self, Self::Noise(_)) || self.inner().iter().any(Self::is_drawn)
    }

    /// The mean of each cell, in billionths.
    fn means(&self, frame: &Frame<'_>) -> Vec<i64> {
        let cells = frame.bounds.len().saturating_sub(1);
        match self {
            Self::Constant(value) => vec![*value; cells],
            Self::Sum(all) => Self::joined(all, frame, i64::saturating_add),
            Self::Product(all) => {
                Self::joined(all, frame, |one, other| rounded(i128::from(one) * i128::from(other), i128::from(BILLION)))
            }
            Self::Clamp { of, min, max } => {
                let mut means = of.means(frame);
                for mean in &mut means {
                    *mean = (*mean).max(*min).min(*max);
                }
                means
            }
            _ => self.part().map_or_else(|| vec![0; cells], |part| part.means(frame)),
        }
    }

    fn joined(all: &[Self], frame: &Frame<'_>, join: impl Fn(i64, i64) -> i64) -> Vec<i64> {
        let mut all = all.iter();
        let mut joined = all.next().map(|form| form.means(frame)).unwrap_or_default();
        for form in all {
            for (mine, other) in joined.iter_mut().zip(form.means(frame)) {
                *mine = join(*mine, other);
            }
        }
        joined
    }
}

impl Formula {
    /// The curve as steps up to the end of the run.
    ///
    /// # Errors
    /// Too many steps; or without chance a value below 0 or above a billion. With chance, values are kept in between.
    pub fn sample(&self, chance: Chance, end: SimTime) -> Result<Curve, SampleError> {
        let bounds = self.bounds(end.0)?;
        let frame = Frame { bounds: &bounds, chance, owner: &self.owner };
        let means = self.form.means(&frame);
        if chance == Chance::Mean
            && let Some((at, mean)) = bounds.iter().zip(&means).find(|(_, mean)| !(0..=MOST).contains(*mean))
        {
            let at = SimTime(*at);
            return Err(if *mean < 0 { SampleError::BelowZero(at) } else { SampleError::TooHigh(at) });
        }
        let fine = i128::from(BILLION) / i128::from(PARTS);
        let count = |mean: &i64| rounded(i128::from((*mean).clamp(0, MOST)), fine).unsigned_abs();
        let points = frame.cells().zip(&means).map(|((from, _), mean)| (SimTime(from), count(mean)));
        let period = self.unit_ms * PARTS;
        let curve = Curve::of_points(period, points);
        // another seed must have the same period
        Ok(if self.form.is_drawn() { curve } else { curve.shortened() })
    }

    /// All moments at which it may change, with both ends of the run.
    fn bounds(&self, end: u64) -> Result<Vec<u64>, SampleError> {
        let mut amount = 0_u64;
        self.form.each(&mut |part| amount = amount.saturating_add(part.amount(end)));
        if amount > MOST_STEPS {
            return Err(SampleError::TooManySteps(amount));
        }
        let mut bounds = vec![0, end];
        self.form.each(&mut |part| {
            part.moments(end, &mut |at| {
                if at < end {
                    bounds.push(at);
                }
            });
        });
        bounds.sort_unstable();
        bounds.dedup();
        let mut means = 0;
        self.form.each(&mut |_| means += bounds.len() as u64);
        if means > MOST_MEANS { Err(SampleError::TooManySteps(amount)) } else { Ok(bounds) }
    }
}
