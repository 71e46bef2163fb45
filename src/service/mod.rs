//! The policies of a service's scheduler: from counts to how many tasks to stop and to start. They know neither tasks
//! nor time; the engine counts, asks, and does it.

pub mod replace;

pub use replace::{Bounds, Counts, Percents};
