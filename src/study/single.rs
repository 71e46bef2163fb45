//! One run with its recorders and its bill.

use super::meters::Meters;
use crate::cost::{Line, Owner, Parts, Shares};
use crate::fact::{Fact, Observer};
use crate::plan::Plan;
use crate::record::{
    CheckResult, MomentRecorder, Moments, Money, Owed, Packing, PackingRecorder, Recording, Summary, Tables,
    bucket_width,
};
use crate::sim::agenda::Endless;
use crate::sim::{Outcome, run};
use crate::units::SimTime;
use std::ops::ControlFlow;

/// What one run gives.
#[derive(Debug, Clone)]
pub struct RunResult {
    /// How it ended.
    pub outcome: Outcome,
    /// Its figures; of what happened so far, if it was interrupted.
    pub summary: Summary,
    /// How its expectations came out.
    pub checks: Vec<CheckResult>,
    /// Its bill.
    pub bill: Vec<Line>,
    /// The bill by owner.
    pub shares: Shares,
}

/// Runs a plan once; rows go to `tables` as they are made.
///
/// # Errors
/// As [`run`].
pub fn run_once(
    plan: &Plan,
    tables: &mut dyn Tables,
    watch: &mut dyn FnMut(SimTime, u64) -> ControlFlow<()>,
) -> Result<RunResult, Endless> {
    run_observed(plan, tables, &mut Nobody, watch)
}

/// What charts show beside the series.
#[derive(Debug, Clone, Default)]
pub struct Views {
    /// How full each instance was over time.
    pub packing: Packing,
    /// What operators did and what failed.
    pub moments: Moments,
}

/// [`run_once`], and what charts show beside its series.
///
/// # Errors
/// As [`run`].
pub fn run_with_views(
    plan: &Plan,
    tables: &mut dyn Tables,
    watch: &mut dyn FnMut(SimTime, u64) -> ControlFlow<()>,
) -> Result<(RunResult, Views), Endless> {
    let mut recorders = (PackingRecorder::new(plan.horizon), MomentRecorder::new(plan.horizon));
    let result = run_observed(plan, tables, &mut recorders, watch)?;
    Ok((result, Views { packing: recorders.0.finish(), moments: recorders.1.finish() }))
}

fn run_observed(
    plan: &Plan,
    tables: &mut dyn Tables,
    also: &mut dyn Observer,
    watch: &mut dyn FnMut(SimTime, u64) -> ControlFlow<()>,
) -> Result<RunResult, Endless> {
    let width = plan.series_bucket.unwrap_or_else(|| bucket_width(plan.horizon, plan.services.len()));
    let mut all =
        Recorders { recording: Recording::new(&plan.cast, &plan.expectations, width, Meters::new(plan), tables), also };
    let outcome = run(plan, &mut all, watch)?;
    let meters = all.recording.purse();
    let (bill, billed_instance_ms) = (meters.bill(plan.horizon), meters.billed_instance_ms());
    let shares = meters.shares(&bill);
    let money = Money {
        cost: bill.iter().map(|line| line.cost).sum(),
        pro_rata: meters.pro_rata(),
        billed_instance_ms,
        idle: shares.instances_idle,
        of_sources: plan.cast.sources.ids().map(|source| owed(shares.of(Owner::Source(source)))).collect(),
    };
    let (summary, checks) = all.recording.finish(money);
    Ok(RunResult { outcome, summary, checks, bill, shares })
}

fn owed(parts: Parts) -> Owed {
    Owed { cost: parts.total(), reserved_unused: parts.reserved_unused, idle: parts.idle }
}

struct Recorders<'a> {
    recording: Recording<'a, Meters<'a>>,
    also: &'a mut dyn Observer,
}

struct Nobody;

impl Observer for Nobody {
    fn observe(&mut self, _: SimTime, _: &Fact) {}
    fn close(&mut self, _: SimTime) {}
}

impl Observer for Recorders<'_> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        self.recording.observe(at, fact);
        self.also.observe(at, fact);
    }

    fn close(&mut self, horizon: SimTime) {
        self.recording.close(horizon);
        self.also.close(horizon);
    }
}
