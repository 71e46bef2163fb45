//! The simulation: the event queue and its run loop, the world, and one file for what each event does.

mod addresses;
pub mod agenda;
mod arrive_and_leave;
mod calls;
mod daemons;
mod drain;
mod draws;
mod engine;
mod event;
mod fargate;
mod flow;
mod launch;
mod life;
mod probe;
pub mod queue;
mod quotas;
mod replace;
mod scale_in;
mod setup;
mod share;
mod steps;
mod throttle;
mod updates;
mod waiting;
mod world;

pub use engine::{Outcome, run};
pub use event::{Class, Event};
pub use probe::{Attempt, Attempts, Question, explain};
