//! What a scenario declares beside instances and tasks: gateways, endpoints, addresses, file systems, secrets, logs,
//! metrics, and whatever travels (PRC-62 to PRC-79, PRC-96, PRC-97).

use super::Tariffs;
use super::balancers::{Balancer, BalancerMeter};
use super::counters::Counters;
use super::line::{Counted, Line, Share, Tariff};
use super::months::month_ends;
use super::spent::Category;
use crate::catalog::charges::{BYTES_PER_GB, Charge, Unit};
use crate::fact::{Cast, Fact, Observer};
use crate::units::{Rate, ServiceId, SimSpan, SimTime, TaskSourceId, price_exactly, times_share};
use std::collections::BTreeMap;
use std::sync::Arc;

const HOUR_MS: u64 = 3_600_000;
const MILLION: u64 = 1_000_000;

/// Twice the area below a straight line from one amount to another.
fn trapezium(before: u128, now: u128, wide: SimSpan) -> u128 {
    before.saturating_add(now).saturating_mul(wide.0.into())
}

/// What makes a charge grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drive {
    /// So many objects are there all the time, charged by the hour: by the hour begun, or for the time (PRC-6).
    Objects(u64),
    /// So much is kept all the time.
    Held(u128),
    /// It comes at a rate.
    Rate(Rate),
    /// What comes at a rate, or with requests, stays: so much of it in a million, at most all (PRC-68).
    Kept(Box<Drive>, u64),
    /// What crosses between so many zones, and is paid for on both sides (PRC-64).
    Crossing(Box<Drive>, u64),
    /// Each request of a service brings so much.
    Requests(ServiceId, u128),
    /// Each start of a task brings so much.
    Starts(TaskSourceId, u128),
    /// Each task holds so much while it is there.
    Tasks(TaskSourceId, u128),
}

/// A charge that the scenario declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Its name in the scenario.
    pub name: Arc<str>,
    /// What it is charged as.
    pub charge: Charge,
    /// What makes it grow: the parts are added.
    pub drives: Vec<Drive>,
    /// The services and entries that share what has no driver of theirs.
    pub owners: Vec<TaskSourceId>,
}

/// All that a scenario declares, and how it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declarations {
    /// Charges.
    pub charges: Vec<Declared>,
    /// Load balancers.
    pub balancers: Vec<Balancer>,
    /// Bytes of a GB that travels (PRC-8).
    pub bytes_per_gb: u128,
    /// Units that the month has seen before the run (PRC-7).
    pub month_used: BTreeMap<Charge, u64>,
}

impl Default for Declarations {
    fn default() -> Self {
        Self { charges: Vec::new(), balancers: Vec::new(), bytes_per_gb: BYTES_PER_GB, month_used: BTreeMap::new() }
    }
}

/// Meters what is declared.
#[derive(Debug, Clone)]
pub struct DeclaredMeter<'a> {
    cast: &'a Cast,
    declared: &'a Declarations,
    tariffs: &'a Tariffs,
    hours_begun: bool,
    counters: Counters,
    balancers: BalancerMeter<'a>,
    /// Ends of calendar months that are still to come, the next one last.
    months: Vec<SimTime>,
    /// For each month that is over: what each charge had come to.
    over: Vec<Vec<u128>>,
    /// The parts that are kept.
    kept_parts: Vec<(usize, usize)>,
    /// Of what is kept: twice its amount times ms, and until when.
    kept: BTreeMap<(usize, usize), (u128, u128, SimTime)>,
}

impl<'a> DeclaredMeter<'a> {
    /// Ready for the first fact.
    pub fn new(cast: &'a Cast, declared: &'a Declarations, tariffs: &'a Tariffs) -> Self {
        let mut kept_parts = Vec::new();
        for (row, of) in declared.charges.iter().enumerate() {
            let kept = of.drives.iter().enumerate().filter(|(_, drive)| matches!(drive, Drive::Kept(..)));
            kept_parts.extend(kept.map(|(part, _)| (row, part)));
        }
        let mut months = month_ends(cast.start_unix_s, cast.horizon);
        months.reverse();
        Self {
            cast,
            declared,
            tariffs,
            hours_begun: cast.hours_begun.unwrap_or(true),
            counters: Counters::new(cast),
            balancers: BalancerMeter::new(cast, declared, tariffs),
            months,
            over: Vec::new(),
            kept_parts,
            kept: BTreeMap::new(),
        }
    }

    /// Whether anything is declared.
    pub fn is_empty(&self) -> bool {
        self.declared.charges.is_empty() && self.declared.balancers.is_empty()
    }

    fn tariff(&self, charge: Charge) -> &Tariff {
        self.tariffs.get(&charge).expect("the plan has the price of what it declares")
    }

    /// What a part has come to until a moment.
    fn amount(&self, at: (usize, usize), drive: &Drive, until: SimTime) -> u128 {
        let ms = u128::from(until.0);
        match drive {
            Drive::Objects(count) if self.hours_begun => {
                u128::from(*count) * u128::from(until.0.next_multiple_of(HOUR_MS))
            }
            Drive::Objects(count) => u128::from(*count) * ms,
            Drive::Held(amount) => amount * ms,
            Drive::Rate(rate) => u128::from(rate.amount) * ms / u128::from(rate.per_ms),
            Drive::Kept(of, millionths) => {
                let (area, before, since) = self.kept.get(&at).copied().unwrap_or_default();
                let now = self.amount(at, of, until);
                let twice = area.saturating_add(trapezium(before, now, until - since));
                times_share(twice, (*millionths).min(MILLION).into(), 2 * u128::from(MILLION)).0
            }
            Drive::Crossing(of, zones) => {
                let zones = u128::from(*zones).max(1);
                2 * times_share(self.amount(at, of, until), zones - 1, zones).0
            }
            Drive::Requests(service, each) => each.saturating_mul(self.counters.requests(*service, until)),
            Drive::Starts(source, each) => each.saturating_mul(self.counters.starts(*source)),
            Drive::Tasks(source, each) => each.saturating_mul(self.counters.task_ms(*source, until)),
        }
    }

    fn quantity(&self, row: usize, until: SimTime) -> u128 {
        let drives = self.declared.charges[row].drives.iter().enumerate();
        together(drives.map(|(part, drive)| self.amount((row, part), drive, until)))
    }

    /// Lets what is kept grow in a straight line until now.
    fn keep(&mut self, now: SimTime) {
        for at in std::mem::take(&mut self.kept_parts) {
            if let Drive::Kept(of, _) = &self.declared.charges[at.0].drives[at.1] {
                let amount = self.amount(at, of, now);
                let (area, before, since) = self.kept.entry(at).or_default();
                *area = area.saturating_add(trapezium(*before, amount, now - *since));
                (*before, *since) = (amount, now);
                self.kept_parts.push(at);
            }
        }
    }

    /// Months that end before a moment are over.
    fn end_months(&mut self, at: SimTime) {
        while let Some(end) = self.months.pop_if(|end| *end <= at) {
            let all = (0..self.declared.charges.len()).map(|row| self.quantity(row, end)).collect();
            self.over.push(all);
        }
    }

    /// Months and hours of the clock that end until a moment are over, whether anything happens in them or not: the
    /// meter has all facts before it and none of it.
    pub fn advance(&mut self, now: SimTime) {
        if !self.is_empty() {
            self.end_months(now);
            self.balancers.close_hours(&self.counters, now);
        }
    }

    /// The lines of the bill until a moment that is not before the last fact; whoever asks has [advanced] to it.
    ///
    /// [advanced]: Self::advance
    pub fn lines(&self, until: SimTime) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut in_tiers: BTreeMap<Charge, Vec<usize>> = BTreeMap::new();
        for (row, of) in self.declared.charges.iter().enumerate() {
            let tariff = self.tariff(of.charge);
            if tariff.tiers.len() > 1 {
                in_tiers.entry(of.charge).or_default().push(row);
                continue;
            }
            let quantity = self.quantity(row, until);
            lines.push(Line::of_charge(of.charge, of.name.clone(), quantity, tariff, self.share(row, until)));
        }
        for (charge, rows) in in_tiers {
            self.tiered(charge, &rows, until, &mut lines);
        }
        self.balancers.lines(&self.counters, until, &mut lines);
        lines
    }

    /// The same with hours for their time, whatever the scenario says (PRC-6).
    pub fn lines_pro_rata(&self, until: SimTime) -> Vec<Line> {
        let mut other = self.clone();
        other.hours_begun = false;
        other.balancers.count_time();
        other.lines(until)
    }

    /// A line for each price that a month's use came to (PRC-7).
    fn tiered(&self, charge: Charge, rows: &[usize], until: SimTime, lines: &mut Vec<Line>) {
        let tariff = self.tariff(charge);
        let per = tariff.unit.per;
        let mut at_tier = vec![0_u128; tariff.tiers.len()];
        let mut before = 0;
        let ends = self.over.iter().map(|all| together(rows.iter().map(|row| all[*row])));
        let now = together(rows.iter().map(|row| self.quantity(*row, until)));
        for (month, total) in ends.chain([now]).enumerate() {
            let used = if month == 0 { self.declared.month_used.get(&charge).copied().unwrap_or(0) } else { 0 };
            let from = u128::from(used) * per;
            let to = from + (total - before);
            before = total;
            for (tier, (start, _)) in tariff.tiers.iter().enumerate() {
                let end = tariff.tiers.get(tier + 1).map_or(u128::MAX, |(next, _)| tier_start(*next, tariff.unit));
                at_tier[tier] += to.min(end).saturating_sub(from.max(tier_start(*start, tariff.unit)));
            }
        }
        let weights: Vec<(TaskSourceId, u128)> = rows.iter().flat_map(|row| self.weights(*row, until)).collect();
        let name: Arc<str> = match rows {
            [row] => self.declared.charges[*row].name.clone(),
            _ => "".into(),
        };
        for ((_, price), quantity) in tariff.tiers.iter().zip(at_tier) {
            if quantity == 0 {
                continue;
            }
            lines.push(Line {
                category: Category::of(charge),
                service: None,
                share: Share::Weights(weights.clone()),
                provider: name.clone(),
                item: charge.words().into(),
                price_key: charge.id().into(),
                unit: tariff.unit,
                quantity,
                counted: Counted::None,
                price: *price,
                source: tariff.source.clone(),
                cost: price_exactly(quantity, *price, per),
            });
        }
    }

    fn share(&self, row: usize, until: SimTime) -> Share {
        let weights = self.weights(row, until);
        match weights.as_slice() {
            [] => Share::Nobody,
            [(source, _)] => Share::Source(*source),
            _ => Share::Weights(weights),
        }
    }

    /// Who shares a charge: by what each brings where that is known, else in equal parts (PRC-96).
    fn weights(&self, row: usize, until: SimTime) -> Vec<(TaskSourceId, u128)> {
        let of = &self.declared.charges[row];
        let mut weights: BTreeMap<TaskSourceId, u128> = BTreeMap::new();
        let add = |weights: &mut BTreeMap<TaskSourceId, u128>, owner, amount| {
            let weight = weights.entry(owner).or_default();
            *weight = weight.saturating_add(amount);
        };
        for (part, drive) in of.drives.iter().enumerate() {
            let amount = self.amount((row, part), drive, until);
            match drive.source(self.cast) {
                Some(source) => add(&mut weights, source, amount),
                None => {
                    for owner in &of.owners {
                        add(&mut weights, *owner, amount / of.owners.len() as u128);
                    }
                }
            }
        }
        weights.into_iter().collect()
    }
}

impl Drive {
    /// The same where a month has so many hours.
    #[must_use]
    pub fn with_month_of(self, hours: u32) -> Self {
        match self {
            Self::Rate(rate) => Self::Rate(rate.with_month_of(hours)),
            Self::Kept(of, millionths) => Self::Kept(Box::new(of.with_month_of(hours)), millionths),
            Self::Crossing(of, zones) => Self::Crossing(Box::new(of.with_month_of(hours)), zones),
            other => other,
        }
    }

    /// Whose tasks or requests drive it.
    fn source(&self, cast: &Cast) -> Option<TaskSourceId> {
        match self {
            Self::Requests(service, _) => Some(cast.services[*service].source),
            Self::Starts(source, _) | Self::Tasks(source, _) => Some(*source),
            Self::Kept(of, _) | Self::Crossing(of, _) => of.source(cast),
            Self::Objects(_) | Self::Held(_) | Self::Rate(_) => None,
        }
    }
}

fn together(amounts: impl Iterator<Item = u128>) -> u128 {
    amounts.fold(0, u128::saturating_add)
}

/// Where a tier begins, in what is counted.
fn tier_start(units: u64, unit: Unit) -> u128 {
    u128::from(units) * unit.per
}

impl Observer for DeclaredMeter<'_> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        if self.is_empty() {
            return;
        }
        self.advance(at);
        if matches!(fact, Fact::ServiceLoad { .. }) {
            self.keep(at);
        }
        self.counters.observe(at, fact);
    }

    fn close(&mut self, horizon: SimTime) {
        self.advance(horizon);
        self.keep(horizon);
    }
}
