//! EC2 instances: by the second, with a minimum of one minute each time one starts (PRC-30), and what each brings along
//! for as long as it runs: its volumes, its address, its detailed monitoring.

use super::flow::Flow;
use super::line::{Counted, Line, PriceSource, Share, Tariff};
use super::{Category, Tariffs};
use crate::catalog::charges::{Charge, Unit};
use crate::fact::{Cast, Fact, Observer};
use crate::units::{Decimal, InstanceId, InstanceTypeId, ProviderId, SimTime, Table, ZoneId, price_exactly};
use std::collections::BTreeMap;
use std::sync::Arc;

const MINIMUM_MS: u64 = 60_000;
const SECOND_MS: u64 = 1000;

/// What an instance of a type costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstancePrice {
    /// Dollars per hour.
    pub price: Decimal,
    /// Where that comes from.
    pub source: PriceSource,
    /// What each instance brings along: gigabytes of a kind of volume, metrics, addresses.
    pub parts: Vec<Part>,
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
    here: BTreeMap<InstanceId, (SimTime, Ec2Key)>,
    /// Launched and not yet registered, by provider and number.
    boots: BTreeMap<(ProviderId, u32), (SimTime, Ec2Key)>,
    billed: BTreeMap<Ec2Key, Billed>,
}

/// Names of lines, made once.
#[derive(Debug, Clone)]
struct Names {
    providers: Table<ProviderId, Arc<str>>,
    labels: Table<InstanceTypeId, Arc<str>>,
    types: Table<InstanceTypeId, Arc<str>>,
}

/// The instances of one key.
#[derive(Debug, Clone, Copy, Default)]
struct Billed {
    time: Flow,
    /// How many ended.
    count: u64,
}

impl<'a> Ec2Meter<'a> {
    /// Ready for the first fact.
    pub fn new(cast: &'a Cast, prices: &'a InstancePrices, tariffs: &'a Tariffs) -> Self {
        let types = cast.instance_types.rows();
        let names = Names {
            providers: cast.providers.rows().iter().map(|name| Arc::from(name.as_str())).collect(),
            labels: types.iter().map(|role| Arc::from(role.label().as_ref())).collect(),
            types: types.iter().map(|role| Arc::from(role.name.as_str())).collect(),
        };
        let (here, boots, billed) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { prices, tariffs, names, here, boots, billed }
    }

    /// Billed time of all instances together, in ms.
    pub fn billed_ms(&self) -> u128 {
        self.billed.values().map(|line| line.time.ended()).sum()
    }

    /// Billed time until a moment that is not before the last fact, in ms, by key.
    pub fn usage(&self, until: SimTime) -> impl Iterator<Item = (Ec2Key, u128)> {
        self.billed.iter().map(move |(key, billed)| (*key, billed.time.until(until)))
    }

    /// The lines of the bill until a moment that is not before the last fact: instances by provider and type, then what
    /// they bring along by provider.
    pub fn lines(&self, until: SimTime) -> Vec<Line> {
        let mut types: BTreeMap<(ProviderId, InstanceTypeId), (u128, u64)> = BTreeMap::new();
        for (key, billed) in &self.billed {
            let sum = types.entry((key.provider, key.instance_type)).or_default();
            *sum = (sum.0 + billed.time.until(until), sum.1 + billed.count);
        }
        let mut parts: BTreeMap<(ProviderId, Charge), u128> = BTreeMap::new();
        let mut lines = Vec::new();
        for ((provider, instance_type), (quantity, count)) in types {
            let of_type = &self.prices[instance_type];
            for part in &of_type.parts {
                *parts.entry((provider, part.charge)).or_default() += quantity * u128::from(part.each);
            }
            lines.push(Line {
                category: Category::Ec2OnDemand,
                service: None,
                share: Share::Instances(provider, Some(instance_type)),
                provider: self.names.providers[provider].clone(),
                item: self.names.labels[instance_type].clone(),
                price_key: self.names.types[instance_type].clone(),
                unit: Unit::INSTANCE_HOUR,
                quantity,
                counted: Counted::Instances(count),
                price: of_type.price,
                source: of_type.source.clone(),
                cost: price_exactly(quantity, of_type.price, Unit::INSTANCE_HOUR.per),
            });
        }
        for ((provider, charge), quantity) in parts {
            let name = self.names.providers[provider].clone();
            lines.push(Line::of_charge(charge, name, quantity, self.tariff(charge), Share::Instances(provider, None)));
        }
        lines
    }

    fn tariff(&self, charge: Charge) -> &Tariff {
        self.tariffs.get(&charge).expect("the plan has the price of what instances bring along")
    }

    fn begin(&mut self, at: SimTime, key: Ec2Key) {
        self.billed.entry(key).or_default().time.begin(at, 1);
    }

    fn end(&mut self, since: SimTime, until: SimTime, key: Ec2Key) {
        let line = self.billed.entry(key).or_default();
        line.time.end(until, 1, (until - since).0, billed(since, until));
        line.count += 1;
    }
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
                let key = Ec2Key { provider, instance_type, zone };
                self.boots.insert((provider, ordinal), (at, key));
                self.begin(at, key);
            }
            Fact::InstanceRegistered { instance, ordinal, provider, instance_type, zone, .. } => {
                let key = Ec2Key { provider, instance_type, zone };
                let since = match self.boots.remove(&(provider, ordinal)) {
                    Some((since, _)) => since,
                    None => {
                        self.begin(at, key);
                        at
                    }
                };
                self.here.insert(instance, (since, key));
            }
            Fact::InstanceGone { instance, .. } => {
                if let Some((since, key)) = self.here.remove(&instance) {
                    self.end(since, at, key);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, horizon: SimTime) {
        let here = std::mem::take(&mut self.here).into_values();
        for (since, key) in here.chain(std::mem::take(&mut self.boots).into_values()).collect::<Vec<_>>() {
            self.end(since, horizon, key);
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
}
