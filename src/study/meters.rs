//! All meters of a run: the bill at its end, and what was spent until any moment before.

use crate::cost::{Attribution, DeclaredMeter, Ec2Meter, FargateMeter, Line, Shares, Spent};
use crate::fact::{Fact, Observer};
use crate::plan::Plan;
use crate::record::Purse;
use crate::units::{InstanceTypeId, NanoUsd, ProviderId, SimTime};

/// All meters of a run.
pub(super) struct Meters<'a> {
    ec2: Ec2Meter<'a>,
    fargate: FargateMeter<'a>,
    declared: DeclaredMeter<'a>,
    attribution: Attribution<'a>,
    plan: &'a Plan,
}

impl<'a> Meters<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        Self {
            ec2: Ec2Meter::new(&plan.cast, &plan.instance_prices, &plan.tariffs),
            fargate: FargateMeter::new(&plan.cast, &plan.fargate_prices),
            declared: DeclaredMeter::new(&plan.cast, &plan.declared, &plan.tariffs),
            attribution: Attribution::new(&plan.cast, plan.idle),
            plan,
        }
    }

    /// The bill until a moment that is not before the last fact.
    pub(super) fn bill(&self, until: SimTime) -> Vec<Line> {
        let mut bill = self.ec2.lines(until);
        bill.extend(self.fargate.lines(until));
        bill.extend(self.declared.lines(until));
        bill
    }

    /// The bill of the whole run by owner.
    pub(super) fn shares(&self, bill: &[Line]) -> Shares {
        self.attribution.share_out(bill, &self.plan.instance_prices)
    }

    /// What the bill comes to where hours begun count for their part (PRC-6), for projections and comparisons. Nothing is
    /// billed by hours begun yet: a meter that does so tells here what it takes off.
    #[expect(clippy::unused_self, reason = "meters by the hour come here")]
    pub(super) fn pro_rata(&self, bill: &[Line]) -> NanoUsd {
        bill.iter().map(|line| line.cost).sum()
    }

    pub(super) fn billed_instance_ms(&self) -> u128 {
        self.ec2.billed_ms()
    }
}

/// What an instance costs in an hour, beside others of its key: the same in each hour, as all are on demand.
const fn same_each_hour(_: ProviderId, _: InstanceTypeId) -> u128 {
    1
}

impl Observer for Meters<'_> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        while at > self.attribution.hour_ends() {
            self.attribution.close_hour(&same_each_hour);
        }
        self.attribution.observe(at, fact);
        self.ec2.observe(at, fact);
        self.fargate.observe(at, fact);
        self.declared.observe(at, fact);
    }

    fn close(&mut self, horizon: SimTime) {
        while horizon > self.attribution.hour_ends() {
            self.attribution.close_hour(&same_each_hour);
        }
        self.attribution.close(horizon, &same_each_hour);
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
