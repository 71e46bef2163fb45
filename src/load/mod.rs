//! What is asked of services: curves, which become integer steps before the run, and the clock by which each service's
//! work is counted.

mod clock;
mod curve;
mod fixed;
mod formula;
mod kinds;
mod poisson;

#[cfg(test)]
mod formula_tests;

pub use clock::{ServiceClock, Share};
pub use curve::{Curve, CurveError};
pub use formula::{Form, Formula, MOST_STEPS, SampleError};
pub use kinds::{BILLION, Chance, Counts, Distribution, Noise, Profile, Ramp, Sine, Spike, Steps, Stretch};
pub use poisson::{EventRate, poisson, poisson_along};
