//! Instances apart by what tasks are spread over: each combination of a zone and values that occurs is a lane.

use std::collections::BTreeMap;

use super::seats::Seats;
use super::{Level, Strategy};
use crate::cluster::Fleet;
use crate::units::InstanceId;

/// The lanes for some strategies that count by values, and who is in which.
#[derive(Debug, Clone)]
pub(super) struct Split {
    by: Vec<Strategy>,
    /// Lanes by seat.
    of_seats: Vec<u32>,
    numbering: u32,
    numbers: BTreeMap<Vec<u32>, u32>,
    /// The values of each lane, one after another.
    values: Vec<u32>,
}

/// Which lane each seat is in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lanes<'a> {
    /// How many there are, at least one.
    pub(super) count: usize,
    pub(super) of_seats: &'a [u32],
}

impl Lanes<'_> {
    pub(super) fn of(self, seat: usize) -> usize {
        if self.count == 1 { 0 } else { self.of_seats[seat] as usize }
    }

    /// Whether a seat is in one of these.
    pub(super) fn is_among(self, seat: usize, among: &[u32]) -> bool {
        self.count == 1 || among.contains(&self.of_seats[seat])
    }
}

impl Split {
    pub(super) fn new(by: Vec<Strategy>) -> Self {
        Self { by, of_seats: Vec::new(), numbering: 0, numbers: BTreeMap::new(), values: Vec::new() }
    }

    /// Finds the lanes of those who were seated since the last call.
    pub(super) fn follow(&mut self, fleet: &Fleet, seats: &Seats) {
        if self.numbering != seats.numbering() {
            self.numbering = seats.numbering();
            self.of_seats.clear();
        }
        for &instance in &seats.instances()[self.of_seats.len()..] {
            let lane = self.lane(fleet, instance);
            self.of_seats.push(lane);
        }
    }

    fn lane(&mut self, fleet: &Fleet, instance: InstanceId) -> u32 {
        let values: Vec<_> = self.by.iter().map(|strategy| strategy.value(fleet, instance)).collect();
        if let Some(&lane) = self.numbers.get(&values) {
            return lane;
        }
        let lane = u32::try_from(self.numbers.len()).expect("no more lanes than instances");
        self.values.extend(&values);
        self.numbers.insert(values, lane);
        lane
    }

    pub(super) fn lanes(&self) -> Lanes<'_> {
        Lanes { count: self.numbers.len().max(1), of_seats: &self.of_seats }
    }

    /// The value that all instances of a lane have for one of the strategies.
    pub(super) fn value(&self, lane: usize, part: usize) -> u32 {
        self.values[lane * self.by.len() + part]
    }
}

impl Strategy {
    /// The value that an instance has for a strategy that counts by values; 0 for another.
    pub(super) fn value(self, fleet: &Fleet, instance: InstanceId) -> u32 {
        match self.level() {
            Level::PerValue { value, .. } => value(fleet, self, instance),
            _ => 0,
        }
    }
}
