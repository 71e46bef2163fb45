//! How a class compares lanes, and instances of its group with others.

use std::ops::Range;

use super::lanes::Split;
use super::{Level, PlacementClass, Strategy};
use crate::cluster::Fleet;
use crate::units::{GroupId, InstanceId};

/// The numbers of the strategies that decide, the first matters most. Behind a number that is counted by values stands
/// the value itself, where ties between those go to the first in name order (ECS-314).
pub(super) type Rank = [u64; MOST];

/// Most strategies that a rank can hold (ECS-303).
pub(super) const MOST: usize = 5;

/// The chain of a class as it is compared.
#[derive(Debug, Clone)]
pub(super) struct Ranking {
    group: GroupId,
    steps: Vec<(Strategy, Step)>,
    /// So many strategies of the chain come first that count by values.
    leading: usize,
}

/// Where the number of a strategy is found.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// In the key of an order, behind which so many bits follow.
    Key(u32),
    /// It is counted by the values of this part of a split.
    Value(usize),
    /// It is counted for the group on an instance, and 0 for those that are looked at.
    NoHost,
}

/// The chain without what changes nothing: `random`, and a strategy that comes again.
pub(super) fn deciding(chain: &[Strategy]) -> Vec<Strategy> {
    let mut deciding = Vec::new();
    for &strategy in chain {
        if !matches!(strategy.level(), Level::Equal) && !deciding.contains(&strategy) {
            deciding.push(strategy);
        }
    }
    deciding
}

pub(super) fn is_per_value(strategy: Strategy) -> bool {
    matches!(strategy.level(), Level::PerValue { .. })
}

pub(super) fn is_per_group(strategy: Strategy) -> bool {
    matches!(strategy.level(), Level::PerGroup(_))
}

impl Ranking {
    /// For an order of all numbers, or of those that have no group.
    pub(super) fn new(class: &PlacementClass, without_hosts: bool) -> Self {
        let strategies = deciding(&class.chain);
        let is_key = |strategy: &Strategy| !(is_per_value(*strategy) || without_hosts && is_per_group(*strategy));
        let step = |place: usize| match strategies[place].level() {
            Level::PerValue { .. } => Step::Value(strategies[..place].iter().filter(|it| is_per_value(**it)).count()),
            Level::PerGroup(_) if without_hosts => Step::NoHost,
            _ => Step::Key((0..strategies[place + 1..].iter().filter(|it| is_key(it)).count()).map(|_| 32).sum()),
        };
        Self {
            group: class.group,
            steps: strategies.iter().enumerate().map(|(place, &strategy)| (strategy, step(place))).collect(),
            leading: strategies.iter().take_while(|strategy| is_per_value(**strategy)).count(),
        }
    }

    /// What decides before anything else, of a lane; the other numbers are 0.
    pub(super) fn lead(&self, fleet: &Fleet, split: &Split, lane: usize, by_name: bool) -> Rank {
        let mut rank = [0; MOST];
        self.fill(0..self.leading, &mut rank, fleet, split, (lane, 0), by_name);
        rank
    }

    /// The other numbers of a lane where the least key is `key`.
    pub(super) fn complete(
        &self,
        lead: &Rank,
        fleet: &Fleet,
        split: &Split,
        (lane, key): (usize, u128),
        by_name: bool,
    ) -> Rank {
        let mut rank = *lead;
        self.fill(self.leading..self.steps.len(), &mut rank, fleet, split, (lane, key), by_name);
        rank
    }

    /// Whether a lane with this lead may be as good as the rank.
    pub(super) fn may_be(&self, lead: &Rank, rank: &Rank) -> bool {
        lead[..self.leading] <= rank[..self.leading]
    }

    fn fill(
        &self,
        steps: Range<usize>,
        rank: &mut Rank,
        fleet: &Fleet,
        split: &Split,
        (lane, key): (usize, u128),
        by_name: bool,
    ) {
        for place in steps {
            let (strategy, step) = self.steps[place];
            rank[place] = match step {
                Step::Key(behind) => low_bits(key >> behind),
                Step::Value(part) => self.of_value(fleet, strategy, split.value(lane, part), by_name),
                Step::NoHost => 0,
            };
        }
    }

    /// The numbers of an instance as things are now, if they are not more than `most`.
    pub(super) fn up_to(
        &self,
        fleet: &Fleet,
        instance: InstanceId,
        most: Option<&Rank>,
        by_name: bool,
    ) -> Option<Rank> {
        let mut rank = [0; MOST];
        let mut is_less = most.is_none();
        for (place, &(strategy, _)) in self.steps.iter().enumerate() {
            rank[place] = if is_per_value(strategy) {
                self.of_value(fleet, strategy, strategy.value(fleet, instance), by_name)
            } else {
                strategy.measure(fleet, self.group, instance).into()
            };
            if !is_less && let Some(most) = most {
                if rank[place] > most[place] {
                    return None;
                }
                is_less = rank[place] < most[place];
            }
        }
        Some(rank)
    }

    fn of_value(&self, fleet: &Fleet, strategy: Strategy, value: u32, by_name: bool) -> u64 {
        let Level::PerValue { number, .. } = strategy.level() else { return 0 };
        u64::from(number(fleet, strategy, self.group, value)) << 32 | u64::from(if by_name { value } else { 0 })
    }
}

fn low_bits(bits: u128) -> u64 {
    u64::try_from(bits & 0xFFFF_FFFF).expect("32 bits")
}
