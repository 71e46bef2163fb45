//! Runs put to use: one run with all its recorders.

mod single;

pub use single::{RunResult, run_once};
