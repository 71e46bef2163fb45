//! Fargate: one task, one micro-host of its own (ECS-116). No instance comes or goes; what is decided is the zone.

use super::{NoRoom, Provider, ProviderView};
use crate::fact::{Lacks, Why};
use crate::units::{GroupId, Id, ProviderId, Resources, ZoneId};
use std::collections::BTreeMap;

/// Which of the two Fargate providers (ECS-701).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fargate {
    /// `FARGATE`.
    OnDemand,
    /// `FARGATE_SPOT`.
    Spot,
}

impl Fargate {
    /// Both.
    pub const ALL: [Self; 2] = [Self::OnDemand, Self::Spot];

    /// AWS's name of the provider, in small letters: what it is called where the scenario does not list it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnDemand => "fargate",
            Self::Spot => "fargate_spot",
        }
    }

    /// The kind of one of AWS's names, in small or capital letters.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| name == kind.name() || name == kind.name().to_ascii_uppercase())
    }
}

/// Never asked: tasks on Fargate go to no instance.
pub(super) struct Serverless;

impl Provider for Serverless {
    fn no_room(&self, need: Resources, _: ProviderView<'_>) -> NoRoom {
        NoRoom::Nothing(Why::NothingFits { need, closest: None, lacks: Lacks::NONE })
    }

    fn emptied(&self) -> Option<Why> {
        None
    }
}

/// Where the tasks on Fargate are: by provider, group and zone, those whose desired status is RUNNING. Each provider
/// spreads on its own (ECS-305).
#[derive(Debug, Clone, Default)]
pub struct ZoneCounts {
    zones: usize,
    counts: BTreeMap<(ProviderId, GroupId), Vec<u32>>,
}

impl ZoneCounts {
    /// No task yet.
    pub fn new(zones: usize) -> Self {
        Self { zones, counts: BTreeMap::new() }
    }

    /// Tasks of a group on a provider in a zone.
    pub fn of(&self, provider: ProviderId, group: GroupId, zone: ZoneId) -> u32 {
        self.counts.get(&(provider, group)).map_or(0, |zones| zones[zone.row()])
    }

    /// A task more.
    pub fn add(&mut self, provider: ProviderId, group: GroupId, zone: ZoneId) {
        let zones = self.zones;
        self.counts.entry((provider, group)).or_insert_with(|| vec![0; zones])[zone.row()] += 1;
    }

    /// A task less.
    ///
    /// # Panics
    /// When there was none.
    pub fn remove(&mut self, provider: ProviderId, group: GroupId, zone: ZoneId) {
        let zones = self.counts.get_mut(&(provider, group)).expect("it was counted");
        zones[zone.row()] = zones[zone.row()].checked_sub(1).expect("no fewer than none");
        if zones.iter().all(|count| *count == 0) {
            self.counts.remove(&(provider, group));
        }
    }

    /// The zones among `open` with the fewest tasks of a group on a provider, in name order, and how many those have.
    pub fn fewest(
        &self,
        provider: ProviderId,
        group: GroupId,
        open: impl Iterator<Item = ZoneId>,
    ) -> (Vec<ZoneId>, u32) {
        let (mut best, mut least) = (Vec::new(), u32::MAX);
        for zone in open {
            let count = self.of(provider, group, zone);
            if count < least {
                best.clear();
                least = count;
            }
            if count == least {
                best.push(zone);
            }
        }
        (best, least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ECS-305: each provider spreads on its own, each group too.
    #[test]
    fn the_zone_with_the_fewest_tasks_of_the_group() {
        let (one, two, web, api) = (ProviderId(1), ProviderId(2), GroupId(0), GroupId(1));
        let mut counts = ZoneCounts::new(3);
        let all = || [0, 1, 2].map(ZoneId).into_iter();
        for zone in [0, 0, 1] {
            counts.add(one, web, ZoneId(zone));
        }
        assert_eq!(counts.fewest(one, web, all()), (vec![ZoneId(2)], 0));
        assert_eq!(counts.fewest(one, web, all().take(2)), (vec![ZoneId(1)], 1));
        assert_eq!(counts.fewest(two, web, all()).0.len(), 3);
        assert_eq!(counts.fewest(one, api, all()).0.len(), 3);
        counts.remove(one, web, ZoneId(0));
        assert_eq!(counts.fewest(one, web, all().take(2)), (vec![ZoneId(0), ZoneId(1)], 1));
    }

    #[test]
    fn both_ways_to_write_a_provider_are_read() {
        assert_eq!(Fargate::named("FARGATE_SPOT"), Some(Fargate::Spot));
        assert_eq!(Fargate::named("fargate"), Some(Fargate::OnDemand));
        assert_eq!(Fargate::named("Fargate"), None);
    }
}
