//! All meters of a run: the bill at its end, and what was spent until any moment before.

use crate::cost::{Ec2Meter, FargateMeter, Line, Spent};
use crate::fact::{Fact, Observer};
use crate::plan::Plan;
use crate::record::Purse;
use crate::units::{NanoUsd, SimTime};

/// All meters of a run.
pub(super) struct Meters<'a> {
    plan: &'a Plan,
    ec2: Ec2Meter,
    fargate: FargateMeter,
}

impl<'a> Meters<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        Self { plan, ec2: Ec2Meter::default(), fargate: FargateMeter::default() }
    }

    /// The bill, once the run is over.
    pub(super) fn bill(&self) -> Vec<Line> {
        let mut bill = self.ec2.lines(&self.plan.cast, &self.plan.prices);
        bill.extend(self.fargate.lines(&self.plan.cast, &self.plan.fargate_prices));
        bill
    }

    pub(super) fn billed_instance_ms(&self) -> u128 {
        self.ec2.billed_ms()
    }
}

impl Observer for Meters<'_> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        self.ec2.observe(at, fact);
        self.fargate.observe(&self.plan.cast, at, fact);
    }

    fn close(&mut self, horizon: SimTime) {
        self.ec2.close(horizon);
        self.fargate.close(&self.plan.cast, horizon);
    }
}

/// By category, in the order of [`crate::cost::Category::ALL`].
impl Purse for Meters<'_> {
    fn spent(&self, until: SimTime) -> Vec<NanoUsd> {
        let mut spent = Spent::default();
        self.ec2.spent(&self.plan.prices, until, &mut spent);
        self.fargate.spent(&self.plan.fargate_prices, until, &mut spent);
        spent.0.to_vec()
    }
}
