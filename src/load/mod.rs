//! What is asked of services: curves as integer steps, and the clock by which each service's work is counted.

mod clock;
mod curve;
mod poisson;

pub use clock::{ServiceClock, Share};
pub use curve::{Curve, CurveError};
pub use poisson::{EventRate, poisson};
