//! Runs put to use: one run with all its recorders; several sides under the same seeds; why a task went where it went;
//! the bound below all of them.

mod bound;
mod compare;
mod measures;
mod meters;
mod single;
mod statistics;
mod why;

pub use crate::sim::{Attempt, Attempts};
pub use bound::{PackingBound, packing_bound};
pub use compare::{Comparison, Side, Stuck, Watch, compare};
pub use measures::{Measures, Metric};
pub use single::{RunResult, Views, run_once, run_with_views};
pub use statistics::{Estimate, estimate};
pub use why::{KnownInstance, Story, WhyQuestion, why};
