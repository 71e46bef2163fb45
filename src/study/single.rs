//! One run with its recorders and its bill.

use crate::cost::{Ec2Meter, FargateMeter, FargateObserver, Line};
use crate::fact::{Fact, Observer};
use crate::plan::Plan;
use crate::record::{CheckResult, Money, Packing, PackingRecorder, Recording, Summary, Tables, bucket_width};
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

/// [`run_once`], and how full each instance was over time.
///
/// # Errors
/// As [`run`].
pub fn run_with_packing(
    plan: &Plan,
    tables: &mut dyn Tables,
    watch: &mut dyn FnMut(SimTime, u64) -> ControlFlow<()>,
) -> Result<(RunResult, Packing), Endless> {
    let mut packing = PackingRecorder::new(plan.horizon);
    let result = run_observed(plan, tables, &mut packing, watch)?;
    Ok((result, packing.finish()))
}

fn run_observed(
    plan: &Plan,
    tables: &mut dyn Tables,
    also: &mut dyn Observer,
    watch: &mut dyn FnMut(SimTime, u64) -> ControlFlow<()>,
) -> Result<RunResult, Endless> {
    let width = plan.series_bucket.unwrap_or_else(|| bucket_width(plan.horizon, plan.services.len()));
    let mut all = Recorders {
        recording: Recording::new(&plan.cast, &plan.expectations, width, tables),
        ec2: Ec2Meter::default(),
        fargate: FargateObserver { cast: &plan.cast, meter: FargateMeter::default() },
        also,
    };
    let outcome = run(plan, &mut all, watch)?;
    let mut bill = all.ec2.lines(&plan.cast, &plan.prices);
    bill.extend(all.fargate.meter.lines(&plan.cast, &plan.fargate_prices));
    let money = Money { cost: bill.iter().map(|line| line.cost).sum(), billed_instance_ms: all.ec2.billed_ms() };
    let (summary, checks) = all.recording.finish(money);
    Ok(RunResult { outcome, summary, checks, bill })
}

struct Recorders<'a> {
    recording: Recording<'a>,
    ec2: Ec2Meter,
    fargate: FargateObserver<'a>,
    also: &'a mut dyn Observer,
}

struct Nobody;

impl Observer for Nobody {
    fn observe(&mut self, _: SimTime, _: &Fact) {}
    fn close(&mut self, _: SimTime) {}
}

impl Observer for Recorders<'_> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        self.ec2.observe(at, fact);
        self.fargate.observe(at, fact);
        self.recording.observe(at, fact);
        self.also.observe(at, fact);
    }

    fn close(&mut self, horizon: SimTime) {
        self.ec2.close(horizon);
        self.fargate.close(horizon);
        self.recording.close(horizon);
        self.also.close(horizon);
    }
}
