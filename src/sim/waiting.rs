//! Tasks that wait for a place, in the order in which they are tried (ECS-952).

use crate::units::{Id, PlacementClassId, Resources, TaskId, TaskSourceId};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::ops::Bound::{Excluded, Unbounded};

/// The order of ECS-952: first since when the task has been wanted in ms (`waiting_order: oldest`), nothing
/// (`service_name`) or a draw (`random`); then source name and ordinal. Sources are numbered in the order of their names.
pub(super) type Turn = (u64, TaskSourceId, u32);

/// All waiting tasks, by placement class: when one task of a class fits nowhere, the others of it do not either.
///
/// Such a class is parked until an instance has changed that could take it, so that a change costs nothing for those
/// it can't help.
pub(super) struct Waiting {
    by_class: Vec<BTreeMap<Turn, TaskId>>,
    /// Classes with a task to try.
    ready: BTreeSet<PlacementClassId>,
    /// Classes whose tasks fit nowhere at present, with what each task needs: looked through at each change that
    /// gives room, so it lies in one piece.
    parked: Vec<(Resources, PlacementClassId)>,
    is_parked: Vec<bool>,
    /// Whether a class was woken since [`Waiting::take_woken`] was asked.
    woken: bool,
    /// The last turn of each class that was told that it has to wait.
    told: Vec<Option<Turn>>,
    /// The same of those that were told that a quota holds them back. It is the last that they hear.
    told_of_quota: Vec<Option<Turn>>,
}

impl Waiting {
    pub(super) fn new(classes: usize) -> Self {
        Self {
            by_class: vec![BTreeMap::new(); classes],
            ready: BTreeSet::new(),
            parked: Vec::new(),
            is_parked: vec![false; classes],
            woken: false,
            told: vec![None; classes],
            told_of_quota: vec![None; classes],
        }
    }

    /// Whether there is a task to try.
    pub(super) fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// A task waits. Its class is tried once more even if it is parked: the task may be one that does not wait long.
    pub(super) fn add(&mut self, class: PlacementClassId, turn: Turn, task: TaskId) {
        self.by_class[class.row()].insert(turn, task);
        self.unpark(class);
        self.ready.insert(class);
    }

    /// A class is tried once more, if a task of it waits.
    pub(super) fn retry(&mut self, class: PlacementClassId) {
        self.unpark(class);
        if !self.by_class[class.row()].is_empty() {
            self.ready.insert(class);
        }
    }

    fn unpark(&mut self, class: PlacementClassId) {
        if std::mem::take(&mut self.is_parked[class.row()]) {
            self.parked.retain(|(_, parked)| *parked != class);
        }
    }

    pub(super) fn remove(&mut self, class: PlacementClassId, turn: Turn) {
        let line = &mut self.by_class[class.row()];
        line.remove(&turn);
        if line.is_empty() {
            self.ready.remove(&class);
            self.unpark(class);
        }
    }

    /// The tasks of a class, of `need` each, fit nowhere: they are not tried again until it is woken.
    pub(super) fn park(&mut self, class: PlacementClassId, need: Resources) {
        if self.ready.remove(&class) {
            self.parked.push((need, class));
            self.is_parked[class.row()] = true;
        }
    }

    /// Wakes the parked classes that find room where `free` is left, if `may` says that they may go there.
    pub(super) fn wake(&mut self, free: Resources, may: impl Fn(PlacementClassId) -> bool) {
        let helped = |(need, class): &(Resources, PlacementClassId)| free.covers(*need) && may(*class);
        if !self.parked.iter().any(helped) {
            return; // nearly always
        }
        self.woken = true;
        let (ready, is_parked) = (&mut self.ready, &mut self.is_parked);
        self.parked.retain(|parked| {
            let wakes = helped(parked);
            if wakes {
                ready.insert(parked.1);
                is_parked[parked.1.row()] = false;
            }
            !wakes
        });
    }

    /// Whether a class was woken since this was last asked.
    pub(super) fn take_woken(&mut self) -> bool {
        std::mem::take(&mut self.woken)
    }

    /// The classes to try, by the turn of their first task; to be worked off with [`Waiting::after`].
    pub(super) fn heads(&self) -> BinaryHeap<Reverse<(Turn, TaskId, PlacementClassId)>> {
        let first = |class: &PlacementClassId| {
            let (turn, task) = self.by_class[class.row()].first_key_value()?;
            Some(Reverse((*turn, *task, *class)))
        };
        self.ready.iter().filter_map(first).collect()
    }

    /// The tasks of a class that were not told yet that they have to wait; from now on they are. Those that wait for
    /// another reason are told once more when it is a quota.
    pub(super) fn untold(&mut self, class: PlacementClassId, of_quota: bool) -> Vec<(Turn, TaskId)> {
        let row = class.row();
        let told = if of_quota { self.told_of_quota[row] } else { self.told[row] };
        let from = told.map_or(Unbounded, Excluded);
        let line = &self.by_class[row];
        let untold: Vec<(Turn, TaskId)> = line.range((from, Unbounded)).map(|(turn, task)| (*turn, *task)).collect();
        if let Some((last, _)) = untold.last() {
            self.told[row] = self.told[row].max(Some(*last));
            if of_quota {
                self.told_of_quota[row] = Some(*last);
            }
        }
        untold
    }

    /// The task of a class whose turn comes after `turn`.
    pub(super) fn after(&self, class: PlacementClassId, turn: Turn) -> Option<(Turn, TaskId)> {
        let mut rest = self.by_class[class.row()].range((Excluded(turn), Unbounded));
        rest.next().map(|(turn, task)| (*turn, *task))
    }
}
