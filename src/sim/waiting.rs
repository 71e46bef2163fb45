//! Tasks that wait for a place, in the order in which they are tried (ECS-952).

use crate::capacity::Fargate;
use crate::units::{Id, PlacementClassId, Resources, TaskId, TaskSourceId};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::ops::Bound::{Excluded, Unbounded};

/// The order of ECS-952: first since when the task has been wanted in ms (`waiting_order: oldest`), nothing
/// (`service_name`) or a draw (`random`); then source name and ordinal. Sources are numbered in the order of their names.
pub(super) type Turn = (u64, TaskSourceId, u32);

/// A task that is to be tried, with its turn.
pub(super) type Head = (Turn, TaskId, PlacementClassId);

/// Why tasks wait, as far as it is worth saying once more to one that was told another reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Nothing fits.
    Room,
    /// A quota holds it back.
    Quota,
    /// Its service was launched as often as it may be in a minute.
    Window,
    /// Fargate's bucket of launches is empty.
    Bucket,
    /// Its service pauses.
    Pause,
}

impl Reason {
    const COUNT: usize = 5;
}

/// The tasks of a class that wait.
#[derive(Debug, Clone, Default)]
struct Line {
    tasks: BTreeMap<Turn, TaskId>,
    /// The same in the order in which they came, and some that have gone since.
    came: Vec<Turn>,
    /// How many of `came` were told each [`Reason`].
    told: [usize; Reason::COUNT],
}

impl Line {
    fn add(&mut self, turn: Turn, task: TaskId) {
        if self.came.len() > 2 * self.tasks.len() + 64 {
            self.forget_the_gone();
        }
        self.tasks.insert(turn, task);
        self.came.push(turn);
    }

    fn remove(&mut self, turn: Turn) {
        self.tasks.remove(&turn);
        if self.tasks.is_empty() {
            self.came.clear();
            self.told = [0; Reason::COUNT];
        }
    }

    fn forget_the_gone(&mut self) {
        let waits = |turn: &Turn| self.tasks.contains_key(turn);
        for told in &mut self.told {
            *told = self.came[..*told].iter().filter(|turn| waits(turn)).count();
        }
        self.came.retain(waits);
    }

    fn untold(&mut self, reason: Reason) -> Vec<(Turn, TaskId)> {
        let told = std::mem::replace(&mut self.told[reason as usize], self.came.len());
        let waits = |turn: &Turn| Some((*turn, *self.tasks.get(turn)?));
        let mut untold: Vec<(Turn, TaskId)> = self.came[told..].iter().filter_map(waits).collect();
        untold.sort_unstable();
        untold
    }

    fn first(&self) -> Option<(Turn, TaskId)> {
        self.tasks.first_key_value().map(|(turn, task)| (*turn, *task))
    }

    fn after(&self, turn: Turn) -> Option<(Turn, TaskId)> {
        self.tasks.range((Excluded(turn), Unbounded)).next().map(|(turn, task)| (*turn, *task))
    }
}

/// All waiting tasks, by placement class: when one task of a class fits nowhere, the others of it do not either.
///
/// Such a class is parked until an instance has changed that could take it, so that a change costs nothing for those
/// it can't help. Classes that wait for a token of Fargate's stand in one line for each bucket: a token wakes the first
/// of them and no other. One that waits for an instant rests until it is tried again then.
pub(super) struct Waiting {
    by_class: Vec<Line>,
    /// Classes with a task to try.
    ready: BTreeSet<PlacementClassId>,
    /// Classes whose tasks fit nowhere at present, with what each task needs: looked through at each change that
    /// gives room, so it lies in one piece.
    parked: Vec<(Resources, PlacementClassId)>,
    is_parked: Vec<bool>,
    /// Classes that wait for a token, by the turn of the task that it is for.
    for_token: [BTreeSet<(Turn, PlacementClassId)>; 2],
    /// Where a class stands in those lines.
    stands: Vec<Option<(Fargate, Turn)>>,
    /// Whether a class was woken since [`Waiting::take_woken`] was asked.
    woken: bool,
}

impl Waiting {
    pub(super) fn new(classes: usize) -> Self {
        Self {
            by_class: vec![Line::default(); classes],
            ready: BTreeSet::new(),
            parked: Vec::new(),
            is_parked: vec![false; classes],
            for_token: Default::default(),
            stands: vec![None; classes],
            woken: false,
        }
    }

    /// Whether there is a task to try.
    pub(super) fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// A task waits. Its class is tried once more even if it is parked: the task may be one that does not wait long.
    pub(super) fn add(&mut self, class: PlacementClassId, turn: Turn, task: TaskId) {
        self.by_class[class.row()].add(turn, task);
        self.retry(class);
    }

    /// A class is tried once more, if a task of it waits.
    pub(super) fn retry(&mut self, class: PlacementClassId) {
        self.unpark(class);
        self.leave_line(class);
        if !self.by_class[class.row()].tasks.is_empty() {
            self.ready.insert(class);
        }
    }

    fn unpark(&mut self, class: PlacementClassId) {
        if std::mem::take(&mut self.is_parked[class.row()]) {
            self.parked.retain(|(_, parked)| *parked != class);
        }
    }

    fn leave_line(&mut self, class: PlacementClassId) {
        if let Some((kind, turn)) = self.stands[class.row()].take() {
            self.for_token[kind as usize].remove(&(turn, class));
        }
    }

    pub(super) fn remove(&mut self, class: PlacementClassId, turn: Turn) {
        let line = &mut self.by_class[class.row()];
        line.remove(turn);
        if line.tasks.is_empty() {
            self.ready.remove(&class);
            self.unpark(class);
            self.leave_line(class);
        } else if let Some((kind, stood)) = self.stands[class.row()]
            && stood == turn
        {
            // the token is for the next of them now
            let next = line.after(turn).or_else(|| line.first());
            self.leave_line(class);
            if let Some((next, _)) = next {
                self.stand(class, kind, next);
            }
        }
    }

    /// The task of a class with this turn, and those behind it, wait for a token of Fargate's.
    pub(super) fn wait_for_token(&mut self, class: PlacementClassId, kind: Fargate, turn: Turn) {
        self.rest(class);
        self.leave_line(class);
        self.stand(class, kind, turn);
    }

    fn stand(&mut self, class: PlacementClassId, kind: Fargate, turn: Turn) {
        self.for_token[kind as usize].insert((turn, class));
        self.stands[class.row()] = Some((kind, turn));
    }

    /// Whether somebody waits for a token.
    pub(super) fn wants_token(&self, kind: Fargate) -> bool {
        !self.for_token[kind as usize].is_empty()
    }

    /// There is a token: the class whose turn it is may be tried.
    pub(super) fn admit(&mut self, kind: Fargate) -> Option<Reverse<Head>> {
        let (_, class) = *self.for_token[kind as usize].first()?;
        self.retry(class);
        self.head(class)
    }

    /// A class is not tried until somebody says so.
    pub(super) fn rest(&mut self, class: PlacementClassId) {
        self.ready.remove(&class);
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

    fn head(&self, class: PlacementClassId) -> Option<Reverse<Head>> {
        let (turn, task) = self.by_class[class.row()].first()?;
        Some(Reverse((turn, task, class)))
    }

    /// The classes to try, by the turn of their first task; to be worked off with [`Waiting::after`].
    pub(super) fn heads(&self) -> BinaryHeap<Reverse<Head>> {
        self.ready.iter().filter_map(|class| self.head(*class)).collect()
    }

    /// The tasks of a class that were not told yet that they wait for this reason, in their turns; from now on they are.
    pub(super) fn untold(&mut self, class: PlacementClassId, reason: Reason) -> Vec<(Turn, TaskId)> {
        self.by_class[class.row()].untold(reason)
    }

    /// The task of a class whose turn comes after `turn`.
    pub(super) fn after(&self, class: PlacementClassId, turn: Turn) -> Option<(Turn, TaskId)> {
        self.by_class[class.row()].after(turn)
    }
}
