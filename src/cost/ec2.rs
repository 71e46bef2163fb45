//! EC2 on-demand: by the second, with a minimum of one minute each time an instance starts (PRC-30).

use super::flow::Flow;
use super::{Category, Line, Meter, Spent};
use crate::fact::{Cast, Fact, Observer};
use crate::units::{Decimal, InstanceId, InstanceTypeId, ProviderId, SimTime, Table, price_exactly};
use std::collections::BTreeMap;

const MINIMUM_MS: u64 = 60_000;
const SECOND_MS: u64 = 1000;

/// Meters the time of all EC2 instances, from their launch or ACTIVE to gone or to the end of the run.
#[derive(Debug, Clone, Default)]
pub struct Ec2Meter {
    here: BTreeMap<InstanceId, (SimTime, ProviderId, InstanceTypeId)>,
    /// Launched and not yet registered, by provider and number.
    boots: BTreeMap<(ProviderId, u32), (SimTime, InstanceTypeId)>,
    billed: BTreeMap<(ProviderId, InstanceTypeId), Billed>,
}

/// The instances of one provider and type.
#[derive(Debug, Clone, Copy, Default)]
struct Billed {
    time: Flow,
    /// How many ended.
    count: u64,
}

impl Ec2Meter {
    /// Billed time of all instances together, in ms.
    pub fn billed_ms(&self) -> u128 {
        self.billed.values().map(|line| line.time.ended()).sum()
    }

    /// The lines of the bill, by provider and type.
    pub fn lines(&self, cast: &Cast, prices: &Table<InstanceTypeId, Decimal>) -> Vec<Line> {
        let line = |(&(provider, instance_type), billed): (&(ProviderId, InstanceTypeId), &Billed)| {
            let (price, quantity_ms) = (prices[instance_type], billed.time.ended());
            Line {
                category: Category::Ec2OnDemand,
                provider: cast.providers[provider].clone(),
                item: cast.instance_types[instance_type].label().into_owned(),
                meter: Meter::Instances,
                quantity_ms,
                count: billed.count,
                price,
                cost: price_exactly(quantity_ms, price, Meter::Instances.hour()),
            }
        };
        self.billed.iter().map(line).collect()
    }

    /// Adds what was spent until a moment that is not before the last fact.
    pub fn spent(&self, prices: &Table<InstanceTypeId, Decimal>, until: SimTime, to: &mut Spent) {
        for (&(_, instance_type), billed) in &self.billed {
            let cost = price_exactly(billed.time.until(until), prices[instance_type], Meter::Instances.hour());
            to[Category::Ec2OnDemand] += cost;
        }
    }

    fn end(&mut self, since: SimTime, until: SimTime, provider: ProviderId, instance_type: InstanceTypeId) {
        let line = self.billed.entry((provider, instance_type)).or_default();
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

impl Observer for Ec2Meter {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::InstanceLaunched { ordinal, provider, instance_type, .. } => {
                self.boots.insert((provider, ordinal), (at, instance_type));
                self.billed.entry((provider, instance_type)).or_default().time.begin(at, 1);
            }
            Fact::InstanceRegistered { instance, ordinal, provider, instance_type, .. } => {
                let since = match self.boots.remove(&(provider, ordinal)) {
                    Some((since, _)) => since,
                    None => {
                        self.billed.entry((provider, instance_type)).or_default().time.begin(at, 1);
                        at
                    }
                };
                self.here.insert(instance, (since, provider, instance_type));
            }
            Fact::InstanceGone { instance, .. } => {
                let gone = self.here.remove(&instance);
                if let Some((since, provider, instance_type)) = gone {
                    self.end(since, at, provider, instance_type);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, horizon: SimTime) {
        for (since, provider, instance_type) in std::mem::take(&mut self.here).into_values() {
            self.end(since, horizon, provider, instance_type);
        }
        for ((provider, _), (since, instance_type)) in std::mem::take(&mut self.boots) {
            self.end(since, horizon, provider, instance_type);
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
