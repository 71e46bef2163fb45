//! All meters of a run: the bill at its end, and what was spent until any moment before.

use crate::cost::{Commitments, Ec2Meter, FargateMeter, Line, Spent};
use crate::fact::{Fact, Observer};
use crate::plan::Plan;
use crate::record::Purse;
use crate::units::{NanoUsd, SimTime};

/// All meters of a run.
pub(super) struct Meters<'a> {
    ec2: Ec2Meter<'a>,
    fargate: FargateMeter<'a>,
    commitments: Commitments<'a>,
}

impl<'a> Meters<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        Self {
            ec2: Ec2Meter::new(&plan.cast, &plan.instance_prices, &plan.tariffs).with_reclaims(plan.reclaims()),
            fargate: FargateMeter::new(&plan.cast, &plan.fargate_prices),
            commitments: Commitments::new(&plan.cast, &plan.portfolio, &plan.instance_prices, &plan.fargate_prices),
        }
    }

    /// The bill until a moment that is not before the last fact, and not after the end of the open hour.
    pub(super) fn bill(&self, until: SimTime) -> Vec<Line> {
        let covered = self.commitments.covered(until, &self.ec2, &self.fargate);
        let mut bill = self.ec2.lines(until, &covered);
        bill.extend(self.fargate.lines(until, &covered));
        bill.extend(self.commitments.lines(until, &covered));
        bill
    }

    /// Closes the hours that are over at a moment: facts of that moment are of the next one.
    fn close_hours(&mut self, now: SimTime) {
        self.commitments.close_hours(now, &self.ec2, &self.fargate);
    }

    pub(super) fn billed_instance_ms(&self) -> u128 {
        self.ec2.billed_ms()
    }
}

impl Observer for Meters<'_> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        self.close_hours(at);
        self.ec2.observe(at, fact);
        self.fargate.observe(at, fact);
    }

    fn close(&mut self, horizon: SimTime) {
        self.close_hours(horizon);
        self.ec2.close(horizon);
        self.fargate.close(horizon);
    }
}

/// By category, in the order of [`crate::cost::Category::ALL`].
impl Purse for Meters<'_> {
    fn spent(&mut self, until: SimTime) -> Vec<NanoUsd> {
        self.close_hours(until);
        Spent::on(&self.bill(until)).0.to_vec()
    }
}
