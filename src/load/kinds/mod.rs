//! What curves are made of: one file for each kind, behind one small interface.
//!
//! Values are in billionths of one request per unit of time. A kind says at which moments its value may change, and
//! what it is on average between two moments; nothing in it changes between two neighbouring moments of the whole
//! curve, or what changes there is smoothed to its mean.

mod counts;
mod line;
mod noise;
mod profile;
mod ramp;
mod sine;
mod spike;
mod steps;

pub use counts::Counts;
pub use noise::{Distribution, Noise};
pub use profile::{Profile, Stretch};
pub use ramp::Ramp;
pub use sine::Sine;
pub use spike::Spike;
pub use steps::Steps;

/// How many billionths are one.
pub const BILLION: i64 = 1_000_000_000;

/// Where the chance in a curve comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chance {
    /// No chance: what is drawn has its mean.
    Mean,
    /// Drawn under this seed.
    Seed(u64),
}

/// What a curve is worked out on.
pub(super) struct Frame<'a> {
    /// Ends of the cells, from 0 to the end of the run.
    pub(super) bounds: &'a [u64],
    pub(super) chance: Chance,
    /// Whose curve it is: keys the draws.
    pub(super) owner: &'a str,
}

impl Frame<'_> {
    /// The cells: from when to when.
    pub(super) fn cells(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.bounds.windows(2).map(|pair| (pair[0], pair[1]))
    }
}

/// A kind of curve.
pub(super) trait Part {
    /// At most how many moments it tells of.
    fn amount(&self, end: u64) -> u64;

    /// Tells the moments before `end` at which its value may change, in any order.
    fn moments(&self, end: u64, tell: &mut dyn FnMut(u64));

    /// Its mean in each cell.
    fn means(&self, frame: &Frame<'_>) -> Vec<i64>;
}

/// `value / by`, rounded to the nearest, halves up.
pub(super) fn rounded(value: i128, by: i128) -> i64 {
    let nearest = (2 * value + by).div_euclid(2 * by);
    i64::try_from(nearest).unwrap_or(if nearest < 0 { i64::MIN } else { i64::MAX })
}

/// The moments of a grid from `from` to `to`, both included.
fn grid(every: u64, from: u64, to: u64, tell: &mut dyn FnMut(u64)) {
    tell(from);
    let mut at = (from / every + 1) * every;
    while at < to {
        tell(at);
        at += every;
    }
    tell(to);
}
