//! EC2 instances: by the second, with a minimum of one minute each time one starts (PRC-30), and what each brings along
//! for as long as it runs: its volumes, its address, its detailed monitoring.

use super::flow::Flow;
use super::line::{Counted, Line, PriceSource, Share, Tariff};
use super::{Category, Covered, Tariffs};
use crate::catalog::charges::{Charge, Unit};
use crate::fact::{Cast, Fact, Observer, Purchase, Why};
use crate::units::{Decimal, InstanceId, InstanceTypeId, NanoUsd, ProviderId, SimTime, Table, ZoneId, price_exactly};
use std::collections::BTreeMap;
use std::sync::Arc;

const MINIMUM_MS: u64 = 60_000;
const SECOND_MS: u64 = 1000;
/// A Spot instance that EC2 takes back before it is so old is free (PRC-41).
const FREE_WHEN_RECLAIMED_MS: u64 = 3_600_000;

/// What an instance of a type costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstancePrice {
    /// Dollars per hour, at first.
    pub price: Decimal,
    /// Dollars per hour from later moments on, in their order: a Spot price that changes (PRC-40).
    pub later: Vec<(SimTime, Decimal)>,
    /// Whether a commitment can take the place of the price: not of Spot (PRC-55).
    pub coverable: bool,
    /// What of the price is the operating system's licence; none where nobody says.
    pub licence: Option<Decimal>,
    /// Where that comes from.
    pub source: PriceSource,
    /// What each instance brings along: gigabytes of a kind of volume, metrics, addresses.
    pub parts: Vec<Part>,
}

impl InstancePrice {
    /// Each price and the moment from which it holds.
    fn steps(&self) -> impl Iterator<Item = (SimTime, Decimal)> {
        std::iter::once((SimTime::START, self.price)).chain(self.later.iter().copied())
    }

    /// Dollars per hour at a moment.
    pub fn at(&self, moment: SimTime) -> Decimal {
        self.steps().take_while(|(from, _)| *from <= moment).last().map_or(self.price, |(_, price)| price)
    }

    /// What one instance comes to by itself at these prices: each second at the price that holds in it, and what is billed
    /// beyond its end at the last.
    pub fn of_one(&self, launched: SimTime, until: SimTime) -> NanoUsd {
        let end = SimTime(launched.0 + billed(launched, until));
        let steps = self.steps().take_while(|(from, _)| *from <= until);
        let ends = self.later.iter().map(|(from, _)| *from).take_while(|from| *from <= until).chain([end]);
        steps
            .zip(ends)
            .map(|((from, price), end)| {
                let ms = end.0.saturating_sub(from.max(launched).0);
                price_exactly(ms.into(), price, Unit::INSTANCE_HOUR.per)
            })
            .sum()
    }
}

/// A charge that each instance brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Which.
    pub charge: Charge,
    /// How many of what it counts.
    pub each: u64,
}

/// Prices of instances.
pub type InstancePrices = Table<InstanceTypeId, InstancePrice>;

/// The instances of one source of capacity, type and zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ec2Key {
    /// The source of capacity.
    pub provider: ProviderId,
    /// The type.
    pub instance_type: InstanceTypeId,
    /// The zone.
    pub zone: ZoneId,
}

/// Meters the time of all EC2 instances, from their launch or ACTIVE to gone or to the end of the run.
#[derive(Debug, Clone)]
pub struct Ec2Meter<'a> {
    prices: &'a InstancePrices,
    tariffs: &'a Tariffs,
    names: Names,
    here: BTreeMap<InstanceId, Here>,
    /// Launched and not yet registered, by provider and number.
    boots: BTreeMap<(ProviderId, u32), Here>,
    billed: BTreeMap<Ec2Key, Billed>,
    /// Spot instances that EC2 will take back, and when.
    reclaims: Reclaims,
    /// Dedicated instances that run.
    dedicated: u64,
    /// The time in which one runs at least.
    dedicated_time: Flow,
}

/// When EC2 takes instances back, by provider and number.
pub type Reclaims = BTreeMap<(ProviderId, u32), SimTime>;

/// Names of lines, made once.
#[derive(Debug, Clone)]
struct Names {
    providers: Table<ProviderId, Arc<str>>,
    labels: Table<InstanceTypeId, Arc<str>>,
    types: Table<InstanceTypeId, Arc<str>>,
    purchases: Table<InstanceTypeId, Purchase>,
}

/// The instances of one key.
#[derive(Debug, Clone, Default)]
struct Billed {
    /// What is charged.
    time: Flow,
    /// What volumes are charged for: also the time of Spot instances that are free.
    there: Flow,
    /// What was charged when each later price came.
    marks: Vec<u128>,
    /// How many ended.
    count: u64,
}

impl Billed {
    /// What was charged when each later price came that is in force at `until`.
    fn marks(&self, later: &[(SimTime, Decimal)], until: SimTime) -> Vec<u128> {
        let mut marks = self.marks.clone();
        let passed = later.iter().skip(marks.len()).take_while(|(from, _)| *from <= until);
        marks.extend(passed.map(|(from, _)| self.time.until(*from)));
        marks
    }

    /// Time at each price, in the order of the prices; nothing changes before `until`.
    fn by_price(&self, of: &InstancePrice, until: SimTime) -> impl Iterator<Item = (Decimal, u128)> {
        let mut bounds = self.marks(&of.later, until);
        bounds.push(self.time.until(until));
        let prices = std::iter::once(of.price).chain(of.later.iter().map(|(_, price)| *price));
        let mut before = 0;
        let part = move |bound: u128| bound - std::mem::replace(&mut before, bound);
        prices.zip(bounds.into_iter().map(part).collect::<Vec<_>>())
    }
}

/// An instance that runs, or boots.
#[derive(Debug, Clone, Copy)]
struct Here {
    since: SimTime,
    key: Ec2Key,
    /// Whether it will be free, as EC2 takes it back early (PRC-41).
    is_free: bool,
}

impl<'a> Ec2Meter<'a> {
    /// Ready for the first fact.
    pub fn new(cast: &'a Cast, prices: &'a InstancePrices, tariffs: &'a Tariffs) -> Self {
        let types = cast.instance_types.rows();
        let names = Names {
            providers: cast.providers.rows().iter().map(|name| Arc::from(name.as_str())).collect(),
            labels: types.iter().map(|role| Arc::from(role.product().as_ref())).collect(),
            types: types.iter().map(|role| Arc::from(role.name.as_str())).collect(),
            purchases: types.iter().map(|role| role.purchase).collect(),
        };
        Self {
            prices,
            tariffs,
            names,
            here: BTreeMap::new(),
            boots: BTreeMap::new(),
            billed: BTreeMap::new(),
            reclaims: Reclaims::new(),
            dedicated: 0,
            dedicated_time: Flow::default(),
        }
    }

    /// The same, told beforehand which Spot instances EC2 takes back and when: what will be free is never charged, so
    /// that no bill falls (PRC-41).
    #[must_use]
    pub fn with_reclaims(mut self, reclaims: Reclaims) -> Self {
        self.reclaims = reclaims;
        self
    }

    /// Billed time of all instances together, in ms.
    pub fn billed_ms(&self) -> u128 {
        self.billed.values().map(|line| line.time.ended()).sum()
    }

    /// Billed time until a moment that is not before the last fact, in ms, by key.
    pub fn usage(&self, until: SimTime) -> impl Iterator<Item = (Ec2Key, u128)> {
        self.billed.iter().map(move |(key, billed)| (*key, billed.time.until(until)))
    }

    /// What the instances of each key cost until a moment that is not before the last fact, at their own prices.
    pub fn spent(&self, until: SimTime) -> impl Iterator<Item = (Ec2Key, NanoUsd)> {
        self.billed.iter().map(move |(key, billed)| {
            let parts = billed.by_price(&self.prices[key.instance_type], until);
            let cost = |(price, quantity)| price_exactly(quantity, price, Unit::INSTANCE_HOUR.per);
            (*key, parts.map(cost).sum())
        })
    }

    /// The lines of the bill until a moment that is not before the last fact: instances by provider, type and price, less
    /// what commitments cover; then what they bring along by provider, and the Region's charge for dedicated ones.
    pub fn lines(&self, until: SimTime, covered: &Covered) -> Vec<Line> {
        let mut types: BTreeMap<(ProviderId, InstanceTypeId), OfType> = BTreeMap::new();
        let mut parts: BTreeMap<(ProviderId, Charge), u128> = BTreeMap::new();
        for (key, billed) in &self.billed {
            let of = &self.prices[key.instance_type];
            types.entry((key.provider, key.instance_type)).or_default().add(billed, of, until);
            for part in &of.parts {
                *parts.entry((key.provider, part.charge)).or_default() +=
                    billed.there.until(until) * u128::from(part.each);
            }
        }
        let mut lines = Vec::new();
        for ((provider, instance_type), of_type) in types {
            let covered = covered.of_instances(provider, instance_type);
            for (price, quantity) in of_type.by_price {
                // what is covered has one price
                let quantity = quantity.saturating_sub(covered);
                lines.push(self.line((provider, instance_type), quantity, of_type.count, price));
            }
        }
        for ((provider, charge), quantity) in parts {
            let name = self.names.providers[provider].clone();
            lines.push(Line::of_charge(charge, name, quantity, self.tariff(charge), Share::Instances(provider, None)));
        }
        if self.dedicated_time.until(until) > 0 || self.dedicated_time.is_running() {
            let (charge, quantity) = (Charge::DedicatedRegionHour, self.dedicated_time.until(until));
            lines.push(Line::of_charge(charge, Arc::from(""), quantity, self.tariff(charge), Share::Nobody));
        }
        lines
    }

    fn line(&self, of: (ProviderId, InstanceTypeId), quantity: u128, count: u64, price: Decimal) -> Line {
        let (provider, instance_type) = of;
        Line {
            category: match self.names.purchases[instance_type] {
                Purchase::OnDemand => Category::Ec2OnDemand,
                Purchase::Spot => Category::Ec2Spot,
                Purchase::Dedicated => Category::Ec2Dedicated,
            },
            service: None,
            share: Share::Instances(provider, Some(instance_type)),
            provider: self.names.providers[provider].clone(),
            item: self.names.labels[instance_type].clone(),
            price_key: self.names.types[instance_type].clone(),
            unit: Unit::INSTANCE_HOUR,
            quantity,
            counted: Counted::Instances(count),
            price,
            source: self.prices[instance_type].source.clone(),
            cost: price_exactly(quantity, price, Unit::INSTANCE_HOUR.per),
        }
    }

    fn tariff(&self, charge: Charge) -> &Tariff {
        self.tariffs.get(&charge).expect("the plan has the price of what instances bring along")
    }

    fn begin(&mut self, since: SimTime, key: Ec2Key, ordinal: u32) -> Here {
        let reclaim = self.reclaims.get(&(key.provider, ordinal)).filter(|at| **at >= since);
        let is_free = reclaim.is_some_and(|at| is_free_when_reclaimed(since, *at));
        let line = self.billed.entry(key).or_default();
        line.marks = line.marks(&self.prices[key.instance_type].later, since);
        line.there.begin(since, 1);
        if !is_free {
            line.time.begin(since, 1);
        }
        if self.names.purchases[key.instance_type] == Purchase::Dedicated {
            self.dedicated += 1;
            if self.dedicated == 1 {
                self.dedicated_time.begin(since, 1);
            }
        }
        Here { since, key, is_free }
    }

    fn end(&mut self, here: Here, until: SimTime, is_reclaimed: bool) {
        let Here { since, key, is_free } = here;
        let (life_ms, billed_ms) = ((until - since).0, billed(since, until));
        let line = self.billed.entry(key).or_default();
        line.marks = line.marks(&self.prices[key.instance_type].later, until);
        line.there.end(until, 1, life_ms, billed_ms);
        match (is_free, is_reclaimed) {
            (false, _) => line.time.end(until, 1, life_ms, billed_ms),
            (true, true) => {}
            // somebody else ended it before EC2 took it back
            (true, false) => line.time.add(until, billed_ms.into()),
        }
        line.count += 1;
        if self.names.purchases[key.instance_type] == Purchase::Dedicated {
            self.dedicated -= 1;
            if self.dedicated == 0 {
                self.dedicated_time.end(until, 1, 0, 0);
            }
        }
    }
}

/// The instances of a type.
#[derive(Default)]
struct OfType {
    /// Time at each price, in the order in which the prices came.
    by_price: Vec<(Decimal, u128)>,
    count: u64,
}

impl OfType {
    fn add(&mut self, billed: &Billed, of: &InstancePrice, until: SimTime) {
        for (price, quantity) in billed.by_price(of, until) {
            match self.by_price.iter_mut().find(|(known, _)| *known == price) {
                Some((_, sum)) => *sum += quantity,
                None => self.by_price.push((price, quantity)),
            }
        }
        self.count += billed.count;
    }
}

/// Whether a Spot instance that EC2 takes back is free: it is not an hour old (PRC-41).
pub fn is_free_when_reclaimed(launched: SimTime, reclaimed: SimTime) -> bool {
    (reclaimed - launched).0 < FREE_WHEN_RECLAIMED_MS
}

/// What an instance is billed for, in ms: seconds begun, at least a minute; nothing if it came at the very end of the run,
/// where meters stop (ECS-951).
pub fn billed(since: SimTime, until: SimTime) -> u64 {
    match (until - since).0 {
        0 => 0,
        life => life.next_multiple_of(SECOND_MS).max(MINIMUM_MS),
    }
}

impl Observer for Ec2Meter<'_> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::InstanceLaunched { ordinal, provider, instance_type, zone, .. } => {
                let here = self.begin(at, Ec2Key { provider, instance_type, zone }, ordinal);
                self.boots.insert((provider, ordinal), here);
            }
            Fact::InstanceRegistered { instance, ordinal, provider, instance_type, zone, .. } => {
                let here = match self.boots.remove(&(provider, ordinal)) {
                    Some(here) => here,
                    None => self.begin(at, Ec2Key { provider, instance_type, zone }, ordinal),
                };
                self.here.insert(instance, here);
            }
            Fact::InstanceGone { instance, why } => {
                if let Some(here) = self.here.remove(&instance) {
                    self.end(here, at, matches!(why, Why::SpotReclaimed { .. }));
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, horizon: SimTime) {
        let here = std::mem::take(&mut self.here).into_values();
        for one in here.chain(std::mem::take(&mut self.boots).into_values()).collect::<Vec<_>>() {
            self.end(one, horizon, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PRC-30: seconds begun, one minute at least.
    #[test]
    fn by_the_second_with_a_minimum() {
        let billed = |from, to| billed(SimTime(from), SimTime(to));
        assert_eq!(billed(0, 1), 60_000);
        assert_eq!(billed(0, 60_000), 60_000);
        assert_eq!(billed(0, 60_001), 61_000);
        assert_eq!(billed(500, 90_500), 90_000);
        assert_eq!(billed(5, 5), 0); // ECS-951: came at the horizon
    }

    /// PRC-40: $1 an hour until 100 s, then $2, then $4 from 200 s on.
    #[test]
    fn an_instance_by_itself_pays_each_price_for_its_time() {
        let price = InstancePrice {
            price: Decimal::whole(1),
            later: vec![(SimTime(100_000), Decimal::whole(2)), (SimTime(200_000), Decimal::whole(4))],
            coverable: false,
            licence: None,
            source: PriceSource::new("test", ""),
            parts: Vec::new(),
        };
        let of_one = |from, to| price.of_one(SimTime(from), SimTime(to)).0;
        let hours = |dollar_seconds: i128| (dollar_seconds * 1_000_000_000 + 1800) / 3600; // to the nearest
        assert_eq!(of_one(10_000, 82_000), hours(72)); // 72 s at 1
        assert_eq!(of_one(28_000, 172_000), hours(72 + 2 * 72)); // 72 s before the change, 72 s after it
        assert_eq!(of_one(100_000, 272_000), hours(2 * 100 + 4 * 72)); // 200 + 288 = 488 / 3600
        assert_eq!(of_one(90_000, 91_000), hours(60)); // a minute at least, at the price of its end
        assert_eq!(of_one(150_000, 150_000), 0);
        assert_eq!([99_999, 100_000, 300_000].map(|at| price.at(SimTime(at)).mantissa), [1, 2, 4]);
    }
}
