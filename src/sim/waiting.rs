//! Tasks that wait for a place, in the order in which they are tried (ECS-952).

use crate::units::{Id, PlacementClassId, SimTime, TaskId, TaskSourceId};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// The order of ECS-952, `waiting_order: oldest`: wanted since when, source name, ordinal. Sources are numbered in
/// the order of their names.
pub(super) type Turn = (SimTime, TaskSourceId, u32);

/// All waiting tasks, by placement class: when one task of a class fits nowhere, the others of it do not either.
pub(super) struct Waiting {
    by_class: Vec<BTreeMap<Turn, TaskId>>,
    /// The last turn of each class that was told that it has to wait.
    told: Vec<Option<Turn>>,
    count: usize,
}

impl Waiting {
    pub(super) fn new(classes: usize) -> Self {
        Self { by_class: vec![BTreeMap::new(); classes], told: vec![None; classes], count: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn add(&mut self, class: PlacementClassId, turn: Turn, task: TaskId) {
        self.by_class[class.row()].insert(turn, task);
        self.count += 1;
    }

    pub(super) fn remove(&mut self, class: PlacementClassId, turn: Turn) {
        if self.by_class[class.row()].remove(&turn).is_some() {
            self.count -= 1;
        }
    }

    /// The classes that wait, by the turn of their first task; to be worked off with [`Waiting::after`].
    pub(super) fn heads(&self) -> BinaryHeap<Reverse<(Turn, TaskId, PlacementClassId)>> {
        let first = |(row, line): (usize, &BTreeMap<Turn, TaskId>)| {
            line.first_key_value().map(|(turn, task)| Reverse((*turn, *task, PlacementClassId::from_row(row))))
        };
        self.by_class.iter().enumerate().filter_map(first).collect()
    }

    /// The tasks of a class that were not told yet that they have to wait; from now on they are.
    pub(super) fn untold(&mut self, class: PlacementClassId) -> Vec<(Turn, TaskId)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = self.told[class.row()].map_or(Unbounded, Excluded);
        let line = &self.by_class[class.row()];
        let untold: Vec<(Turn, TaskId)> = line.range((from, Unbounded)).map(|(turn, task)| (*turn, *task)).collect();
        if let Some((last, _)) = untold.last() {
            self.told[class.row()] = Some(*last);
        }
        untold
    }

    /// The task of a class whose turn comes after `turn`.
    pub(super) fn after(&self, class: PlacementClassId, turn: Turn) -> Option<(Turn, TaskId)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let mut rest = self.by_class[class.row()].range((Excluded(turn), Unbounded));
        rest.next().map(|(turn, task)| (*turn, *task))
    }
}
