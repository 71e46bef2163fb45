//! All meters of a run: the bill at its end, and what was spent until any moment before.

use crate::cost::{DeclaredMeter, Ec2Meter, FargateMeter, Line, Spent};
use crate::fact::{Fact, Observer};
use crate::plan::Plan;
use crate::record::Purse;
use crate::units::{NanoUsd, SimTime};

/// All meters of a run.
pub(super) struct Meters<'a> {
    ec2: Ec2Meter<'a>,
    fargate: FargateMeter<'a>,
    declared: DeclaredMeter<'a>,
}

impl<'a> Meters<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        Self {
            ec2: Ec2Meter::new(&plan.cast, &plan.instance_prices, &plan.tariffs),
            fargate: FargateMeter::new(&plan.cast, &plan.fargate_prices),
            declared: DeclaredMeter::new(&plan.cast, &plan.declared, &plan.tariffs),
        }
    }

    /// The bill until a moment that is not before the last fact.
    pub(super) fn bill(&self, until: SimTime) -> Vec<Line> {
        let mut bill = self.ec2.lines(until);
        bill.extend(self.fargate.lines(until));
        bill.extend(self.declared.lines(until));
        bill
    }

    pub(super) fn billed_instance_ms(&self) -> u128 {
        self.ec2.billed_ms()
    }
}

impl Observer for Meters<'_> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        self.ec2.observe(at, fact);
        self.fargate.observe(at, fact);
        self.declared.observe(at, fact);
    }

    fn close(&mut self, horizon: SimTime) {
        self.ec2.close(horizon);
        self.fargate.close(horizon);
        self.declared.close(horizon);
    }
}

/// By category, in the order of [`crate::cost::Category::ALL`].
impl Purse for Meters<'_> {
    fn spent(&self, until: SimTime) -> Vec<NanoUsd> {
        Spent::on(&self.bill(until)).0.to_vec()
    }
}
