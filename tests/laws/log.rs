//! Facts as they came, and what the tables got.

use longshore::fact::{Cast, Fact, Observer};
use longshore::plan::Plan;
use longshore::record::{BucketRow, EventRow, Location, Tables, TaskRow};
use longshore::sim::run;
use longshore::units::SimTime;
use std::ops::ControlFlow;

/// All facts of a run, in order.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) facts: Vec<(SimTime, Fact)>,
    pub(crate) closed: Option<SimTime>,
}

impl Observer for Log {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        assert!(self.closed.is_none(), "a fact after the end: {fact:?}");
        assert!(self.facts.last().is_none_or(|(last, _)| *last <= at), "time went back");
        self.facts.push((at, *fact));
    }

    fn close(&mut self, horizon: SimTime) {
        assert!(self.closed.is_none() && self.facts.last().is_none_or(|(last, _)| *last <= horizon));
        self.closed = Some(horizon);
    }
}

/// Runs a plan and hands back its facts.
pub(crate) fn facts(plan: &Plan) -> Vec<(SimTime, Fact)> {
    let mut log = Log::default();
    let outcome = run(plan, &mut log, &mut |_, _| ControlFlow::Continue(())).expect("every instant ends");
    assert!(!outcome.interrupted && log.closed == Some(plan.horizon));
    log.facts
}

/// What a run's tables got.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) tasks: Vec<TaskRow>,
    pub(crate) buckets: Vec<BucketRow>,
    pub(crate) events: usize,
}

impl Tables for Rows {
    fn task(&mut self, _: &Cast, row: &TaskRow, place: Option<Location>) {
        assert_eq!(row.place.is_some(), place.is_some());
        self.tasks.push(*row);
    }

    fn bucket(&mut self, _: &Cast, row: &BucketRow) {
        self.buckets.push(row.clone());
    }

    fn event(&mut self, _: &Cast, _: &EventRow) {
        self.events += 1;
    }
}
