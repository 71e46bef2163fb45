//! All meters of a run: the bill at its end, and what was spent until any moment before.

use crate::cost::{Attribution, Commitments, DeclaredMeter, Ec2Meter, FargateMeter, Line, Shares, Spent};
use crate::fact::{Fact, Observer};
use crate::plan::Plan;
use crate::record::Purse;
use crate::units::{InstanceTypeId, NanoUsd, ProviderId, SimTime};
use std::collections::BTreeMap;

const HOUR_MS: u128 = 3_600_000;

/// All meters of a run.
pub(super) struct Meters<'a> {
    ec2: Ec2Meter<'a>,
    fargate: FargateMeter<'a>,
    declared: DeclaredMeter<'a>,
    commitments: Commitments<'a>,
    attribution: Attribution<'a>,
    plan: &'a Plan,
    /// Instance-ms by source of capacity and type until the open hour began, where hours differ in what they cost.
    used: BTreeMap<(ProviderId, InstanceTypeId), u128>,
}

impl<'a> Meters<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let commitments = Commitments::new(&plan.cast, &plan.portfolio, &plan.instance_prices, &plan.fargate_prices);
        Self {
            ec2: Ec2Meter::new(&plan.cast, &plan.instance_prices, &plan.tariffs).with_reclaims(plan.reclaims()),
            fargate: FargateMeter::new(&plan.cast, &plan.fargate_prices),
            declared: DeclaredMeter::new(&plan.cast, &plan.declared, &plan.tariffs),
            commitments: if hours_differ(plan) { commitments.keeping_hours() } else { commitments },
            attribution: Attribution::new(&plan.cast, plan.idle),
            plan,
            used: BTreeMap::new(),
        }
    }

    /// The bill until a moment that is not before the last fact, and not after the end of the open hour.
    pub(super) fn bill(&self, until: SimTime) -> Vec<Line> {
        let mut bill = self.of_tasks_and_instances(until);
        bill.extend(self.declared.lines(until));
        bill
    }

    fn of_tasks_and_instances(&self, until: SimTime) -> Vec<Line> {
        let covered = self.commitments.covered(until, &self.ec2, &self.fargate);
        let mut bill = self.ec2.lines(until, &covered);
        bill.extend(self.fargate.lines(until, &covered));
        bill.extend(self.commitments.lines(until, &covered));
        bill
    }

    /// The bill of the whole run by owner.
    pub(super) fn shares(&self, bill: &[Line]) -> Shares {
        self.attribution.share_out(bill, &self.plan.instance_prices)
    }

    /// What the bill of the whole run comes to where hours begun count for their part (PRC-6), for projections.
    pub(super) fn pro_rata(&self) -> NanoUsd {
        let mut bill = self.of_tasks_and_instances(self.plan.horizon);
        bill.extend(self.declared.lines_pro_rata(self.plan.horizon));
        bill.iter().map(|line| line.cost).sum()
    }

    /// Closes the hours that are over at a moment: facts of that moment are of the next one.
    fn close_hours(&mut self, now: SimTime) {
        if !hours_differ(self.plan) {
            self.commitments.close_hours(now, &self.ec2, &self.fargate);
            while self.attribution.hour_ends() < now {
                self.attribution.close_hour(&same_each_hour);
            }
            return;
        }
        while let Some(end) = self.commitments.hour_ends().filter(|end| *end <= now) {
            self.commitments.close_hour(&self.ec2, &self.fargate);
            let weights = self.weights(end);
            self.attribution.close_hour(&|provider, of| weights.get(&(provider, of)).copied().unwrap_or(0));
        }
    }

    /// What an instance-hour came to in the hour that was just closed, in nano-dollars (PRC-94).
    fn weights(&mut self, end: SimTime) -> BTreeMap<(ProviderId, InstanceTypeId), u128> {
        let mut used: BTreeMap<(ProviderId, InstanceTypeId), u128> = BTreeMap::new();
        for (key, ms) in self.ec2.usage(end) {
            *used.entry((key.provider, key.instance_type)).or_default() += ms;
        }
        let mut weights: BTreeMap<(ProviderId, InstanceTypeId), u128> = BTreeMap::new();
        for (key, cost) in self.commitments.hour_cost() {
            *weights.entry((key.provider, key.instance_type)).or_default() += cost.0.unsigned_abs();
        }
        for (key, cost) in &mut weights {
            let ms = used.get(key).copied().unwrap_or(0) - self.used.get(key).copied().unwrap_or(0);
            *cost = (*cost * HOUR_MS).checked_div(ms).unwrap_or(0);
        }
        self.used = used;
        weights
    }

    pub(super) fn billed_instance_ms(&self) -> u128 {
        self.ec2.billed_ms()
    }
}

/// Whether the same instance may cost more in one hour than in another.
fn hours_differ(plan: &Plan) -> bool {
    !plan.portfolio.is_empty()
}

/// What an instance costs in an hour, beside others of its key, where it is the same in each hour.
const fn same_each_hour(_: ProviderId, _: InstanceTypeId) -> u128 {
    1
}

impl Observer for Meters<'_> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        self.close_hours(at);
        self.attribution.observe(at, fact);
        self.ec2.observe(at, fact);
        self.fargate.observe(at, fact);
        self.declared.observe(at, fact);
    }

    fn close(&mut self, horizon: SimTime) {
        self.close_hours(horizon);
        self.ec2.close(horizon);
        self.fargate.close(horizon);
        self.declared.close(horizon);
        if hours_differ(self.plan) {
            self.commitments.close_hour(&self.ec2, &self.fargate);
            let weights = self.weights(horizon);
            let weight = |provider, of| weights.get(&(provider, of)).copied().unwrap_or(0);
            self.attribution.close(horizon, &weight);
        } else {
            self.attribution.close(horizon, &same_each_hour);
        }
    }
}

/// By category, in the order of [`crate::cost::Category::ALL`].
impl Purse for Meters<'_> {
    fn spent(&mut self, until: SimTime) -> Vec<NanoUsd> {
        self.close_hours(until);
        self.declared.advance(until);
        Spent::on(&self.bill(until)).0.to_vec()
    }
}
