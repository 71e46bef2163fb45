//! Laws that hold in every run, whatever the scenario: checked on random ones, from their text to their tables.
//!
//! An observer of its own collects the facts. From these alone the ledgers, meters, series and bills are worked out
//! again, slowly and plainly, and compared with what the tool says. Nothing here shares code with what it judges.

#[path = "laws/bill.rs"]
mod bill;
#[path = "laws/calls.rs"]
mod calls;
#[path = "laws/clock.rs"]
mod clock;
#[path = "laws/fargate.rs"]
mod fargate;
#[path = "laws/lives.rs"]
mod lives;
#[path = "laws/log.rs"]
mod log;
#[path = "laws/operators.rs"]
mod operators;
#[path = "laws/others.rs"]
mod others;
#[path = "laws/quotas.rs"]
mod quotas;
#[path = "laws/series.rs"]
mod series;
#[path = "laws/town.rs"]
mod town;

use proptest::test_runner::Config;

/// How many random scenarios each law sees. The same ones each time: a failure on one machine is a failure on all.
fn cases(count: u32) -> Config {
    Config {
        cases: count,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20),
        ..Config::default()
    }
}
