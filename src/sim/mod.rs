//! The simulation: the engine and what it drives.

pub mod agenda;
pub mod queue;
