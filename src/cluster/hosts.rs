//! On which instances the tasks of a group are: memory in proportion to what is placed.

use crate::units::{Id, InstanceId};

/// How many tasks of one group each instance has.
#[derive(Debug, Clone)]
pub(super) enum Hosts {
    /// Few instances have one: these alone, in the order of registration.
    Few(Vec<(InstanceId, u32)>),
    /// Many: the numbers of all instances by row, and how many of those are not 0.
    Many(Vec<u32>, usize),
}

impl Default for Hosts {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Hosts {
    /// So many are always few.
    const FEW: usize = 64;

    /// The tasks on an instance.
    pub(super) fn on(&self, instance: InstanceId) -> u32 {
        match self {
            Self::Many(counts, _) => counts.get(instance.row()).copied().unwrap_or(0),
            Self::Few(hosts) => hosts.binary_search_by_key(&instance, |host| host.0).map_or(0, |place| hosts[place].1),
        }
    }

    /// Those who have one, if they are few.
    pub(super) fn few(&self) -> Option<&[(InstanceId, u32)]> {
        match self {
            Self::Few(hosts) => Some(hosts),
            Self::Many(..) => None,
        }
    }

    /// A task comes to an instance; `ever` is how many instances there have been.
    pub(super) fn add(&mut self, instance: InstanceId, ever: usize) {
        match self {
            Self::Many(counts, hosts) => {
                if counts.len() <= instance.row() {
                    counts.resize(instance.row() + 1, 0);
                }
                *hosts += usize::from(counts[instance.row()] == 0);
                counts[instance.row()] += 1;
            }
            Self::Few(hosts) => match hosts.binary_search_by_key(&instance, |host| host.0) {
                Ok(place) => hosts[place].1 += 1,
                Err(place) => {
                    hosts.insert(place, (instance, 1));
                    if hosts.len() > Self::most(ever) {
                        self.spread_out(ever);
                    }
                }
            },
        }
    }

    /// A task leaves an instance, where there was one.
    pub(super) fn take(&mut self, instance: InstanceId, ever: usize) {
        match self {
            Self::Many(counts, hosts) => {
                counts[instance.row()] -= 1;
                *hosts -= usize::from(counts[instance.row()] == 0);
                if *hosts < Self::most(ever) / 4 {
                    self.gather();
                }
            }
            Self::Few(hosts) => {
                let place = hosts.binary_search_by_key(&instance, |host| host.0).expect("a task was here");
                hosts[place].1 -= 1;
                if hosts[place].1 == 0 {
                    hosts.remove(place);
                }
            }
        }
    }

    /// How many are few: as long as a list of them takes a small part of what numbers for all would.
    fn most(ever: usize) -> usize {
        (ever / 32).max(Self::FEW)
    }

    fn spread_out(&mut self, ever: usize) {
        if let Self::Few(hosts) = self {
            let mut counts = vec![0; ever];
            for &(instance, tasks) in &*hosts {
                counts[instance.row()] = tasks;
            }
            *self = Self::Many(counts, hosts.len());
        }
    }

    fn gather(&mut self) {
        if let Self::Many(counts, _) = self {
            let hosts = counts.iter().enumerate().filter(|(_, tasks)| **tasks > 0);
            *self = Self::Few(hosts.map(|(row, &tasks)| (InstanceId::from_row(row), tasks)).collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Up to 64 of 2,048 instances are few (2048 / 32), from the 65th on they are many until 15 are left (64 / 4 - 1).
    #[test]
    fn few_become_many_and_few_again() {
        let mut hosts = Hosts::default();
        for row in 0..64 {
            hosts.add(InstanceId(row * 3), 2048);
        }
        assert_eq!(hosts.few().map(<[_]>::len), Some(64));
        hosts.add(InstanceId(2000), 2048);
        hosts.add(InstanceId(2000), 2048);
        assert_eq!(hosts.few(), None);
        assert_eq!([0, 1, 3, 2000, 2047].map(|row| hosts.on(InstanceId(row))), [1, 0, 1, 2, 0]);
        for row in 0..49 {
            hosts.take(InstanceId(row * 3), 2048);
        }
        assert_eq!(hosts.few(), None); // 16 are left
        hosts.take(InstanceId(49 * 3), 2048);
        assert_eq!(hosts.few().map(<[_]>::len), Some(15));
        assert_eq!([147, 150, 2000].map(|row| hosts.on(InstanceId(row))), [0, 1, 2]);
        hosts.take(InstanceId(150), 2048);
        assert_eq!(hosts.few().map(<[_]>::len), Some(14));
    }
}
