//! What classes ask of an instance beside CPU and memory, looked at once for all classes that ask the same.
//!
//! The static part of requirements is evaluated once for an instance and remembered, one bit each. What changes with
//! the tasks on an instance is evaluated when it changes. The conditions that come first have a bit each in one word
//! for every instance, which orders keep and compare at once; the others are asked where they matter.

use std::collections::BTreeMap;

use super::cql::Constraint;
use super::seats::Seats;
use super::{Host, PlacementClass, Requirements};
use crate::cluster::{Demand, Fleet};
use crate::units::{GroupId, InstanceId, Resources};

/// A single condition that has a bit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    /// The static part of requirements.
    Filter(usize),
    Gpus(u32),
    Interface,
    MemberOf(Constraint),
    /// Free static ports.
    Ports(Demand),
    /// No task of the group.
    Distinct(GroupId),
}

impl Mark {
    /// Most marks of its kind, 64 in all: so that none of them, used by many classes, leaves nothing to the others.
    fn most(&self) -> (usize, usize) {
        match self {
            Self::Filter(_) => (0, 24),
            Self::Gpus(_) => (1, 8),
            Self::Interface => (2, 1),
            Self::MemberOf(_) => (3, 8),
            Self::Ports(_) => (4, 12),
            Self::Distinct(_) => (5, 11),
        }
    }

    /// Whether it holds now; a filter is none of what is asked here.
    fn holds(&self, fleet: &Fleet, instance: InstanceId) -> bool {
        match self {
            Self::Filter(_) => false,
            Self::Gpus(gpus) => fleet.free_gpus(instance) >= *gpus,
            Self::Interface => fleet.free_interfaces(instance) > 0,
            Self::MemberOf(constraint) => constraint.holds(&Host::of(fleet, instance)),
            Self::Ports(demand) => fleet.has_ports(instance, demand),
            Self::Distinct(group) => fleet.group_on_instance(*group, instance) == 0,
        }
    }
}

/// All that a class asks of an instance beside CPU, memory and the pool.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Condition {
    /// The bits that must be set in the word of the instance.
    pub(super) mask: u64,
    /// The static part of the requirements, where it has no bit.
    pub(super) filter: Option<usize>,
    /// What changes and has no bit.
    rest: Vec<Mark>,
}

impl Condition {
    /// Whether the bits say it all.
    pub(super) fn is_mask(&self) -> bool {
        self.filter.is_none() && self.rest.is_empty()
    }

    /// Whether it holds now for the instance that sits there, as far as it has no bits.
    pub(super) fn rest_holds(&self, scene: Scene<'_>, seat: usize) -> bool {
        self.filter.is_none_or(|filter| scene.conditions.filters[filter].has(seat))
            && self.rest.iter().all(|mark| mark.holds(scene.fleet, scene.seats.instances()[seat]))
    }

    /// Whether it holds now for the instance that sits there.
    pub(super) fn holds(&self, scene: Scene<'_>, seat: usize) -> bool {
        scene.conditions.word(seat) & self.mask == self.mask && self.rest_holds(scene, seat)
    }
}

/// What everything is derived from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) seats: &'a Seats,
    pub(super) conditions: &'a Conditions,
}

/// What one change of the fleet changed, for views that need not look at every instance that changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digest {
    pub(super) seat: u32,
    /// Whose tasks became one more or less.
    group: Option<GroupId>,
    /// The wishes that the instance began or ceased to meet.
    wishes: u64,
}

/// What a view depends on: whether one wish is met, and the tasks of a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interest {
    wish: u64,
    group: Option<GroupId>,
}

impl Interest {
    pub(super) fn new(wish: u64, group: Option<GroupId>) -> Self {
        Self { wish, group }
    }

    #[expect(clippy::needless_bitwise_bool, reason = "a branch would often be guessed wrongly")]
    pub(super) fn concerns(self, digest: &Digest) -> bool {
        (digest.wishes & self.wish != 0) | (self.group.is_some() & (digest.group == self.group))
    }
}

/// The conditions of all classes, and which of them hold for whom.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    filters: Vec<Filter>,
    marks: Vec<Mark>,
    /// The bits of filters among the marks.
    filter_bits: u64,
    /// By seat.
    words: Vec<u64>,
    /// Room for a task and the marks that it needs: what orders for several sizes, and orders of bits, ask for.
    wishes: Vec<(Resources, u64)>,
    /// Whether there are such orders.
    has_wishes: bool,
    /// By seat: which of the wishes it meets.
    met: Vec<u64>,
    /// Of the newest changes, so many of them as the fleet's log tells.
    digests: Vec<Digest>,
    numbering: u32,
    seen: usize,
}

/// The static part of some requirements, and who meets it.
#[derive(Debug, Clone)]
struct Filter {
    requirements: Requirements,
    /// By seat, one bit each, for so many seats.
    bits: Vec<u64>,
    known: usize,
    numbering: u32,
}

impl Filter {
    fn has(&self, seat: usize) -> bool {
        self.bits[seat / 64] >> (seat % 64) & 1 == 1
    }

    /// Evaluates it for those who were seated since the last call.
    fn follow(&mut self, fleet: &Fleet, seats: &Seats) {
        if self.numbering != seats.numbering() {
            self.numbering = seats.numbering();
            self.known = 0;
            self.bits.clear();
        }
        self.bits.resize(seats.instances().len().div_ceil(64), 0);
        for &instance in &seats.instances()[self.known..] {
            let meets = self.requirements.lacks_for_ever(&Host::of(fleet, instance)).is_empty();
            self.bits[self.known / 64] |= u64::from(meets) << (self.known % 64);
            self.known += 1;
        }
    }
}

/// What is given a number while classes are read.
#[derive(Debug, Default)]
pub(super) struct Reader {
    filters: BTreeMap<Requirements, usize>,
    marks: BTreeMap<Mark, usize>,
    of_kind: [usize; 6],
    conditions: Conditions,
}

impl Reader {
    /// What a class asks. Without marks nothing of it has a bit.
    pub(super) fn condition(&mut self, class: &PlacementClass, with_marks: bool, with_distinct: bool) -> Condition {
        let mut condition = Condition { filter: self.filter(&class.requirements), ..Condition::default() };
        for mark in marks(class, with_distinct) {
            match self.bit(&mark, with_marks) {
                Some(bit) => condition.mask |= bit,
                None => condition.rest.push(mark),
            }
        }
        let filter_bit = condition.filter.and_then(|filter| self.bit(&Mark::Filter(filter), with_marks));
        if let Some(bit) = filter_bit {
            condition.mask |= bit;
            condition.filter = None;
        }
        condition.rest.sort_unstable();
        condition
    }

    /// The number of the static part of requirements, if there is one.
    fn filter(&mut self, requirements: &Requirements) -> Option<usize> {
        let mut fixed = Requirements { distinct_instance: false, member_of: Vec::new(), ..requirements.clone() };
        fixed.member_of = conjuncts(requirements).into_iter().filter(Constraint::is_static).collect();
        if fixed.is_none() {
            return None;
        }
        let next = self.conditions.filters.len();
        Some(*self.filters.entry(fixed).or_insert_with_key(|requirements| {
            let requirements = requirements.clone();
            self.conditions.filters.push(Filter { requirements, bits: Vec::new(), known: 0, numbering: 0 });
            next
        }))
    }

    /// The bit of a mark, if there is one left for it.
    fn bit(&mut self, mark: &Mark, with_marks: bool) -> Option<u64> {
        if !with_marks {
            return None;
        }
        if let Some(bit) = self.marks.get(mark) {
            return Some(1 << bit);
        }
        let (kind, most) = mark.most();
        if self.of_kind[kind] == most {
            return None;
        }
        self.of_kind[kind] += 1;
        let bit = self.conditions.marks.len();
        if matches!(mark, Mark::Filter(_)) {
            self.conditions.filter_bits |= 1 << bit;
        }
        self.marks.insert(mark.clone(), bit);
        self.conditions.marks.push(mark.clone());
        Some(1 << bit)
    }

    /// The bit of a wish: room and a condition. `None` when marks don't say all of the condition, or no bit is left.
    pub(super) fn wish(&mut self, need: Resources, condition: &Condition) -> Option<u64> {
        if !condition.is_mask() {
            return None;
        }
        let (wish, wishes) = ((need, condition.mask), &mut self.conditions.wishes);
        let bit = wishes.iter().position(|other| *other == wish).unwrap_or(wishes.len());
        if bit == wishes.len() && bit < 64 {
            wishes.push(wish);
        }
        (bit < 64).then(|| 1 << bit)
    }

    /// All that was read.
    pub(super) fn finish(self) -> Conditions {
        self.conditions
    }
}

/// Parts of expressions that must all hold, so that the static ones among them are evaluated once.
fn conjuncts(requirements: &Requirements) -> Vec<Constraint> {
    requirements.member_of.clone()
}

/// What a class asks that changes with the tasks on an instance.
fn marks(class: &PlacementClass, with_distinct: bool) -> Vec<Mark> {
    let (demand, requirements) = (&class.demand, &class.requirements);
    let mut marks: Vec<_> =
        conjuncts(requirements).into_iter().filter(|constraint| !constraint.is_static()).map(Mark::MemberOf).collect();
    if demand.gpus > 0 {
        marks.push(Mark::Gpus(demand.gpus));
    }
    if demand.interface {
        marks.push(Mark::Interface);
    }
    if !demand.ports.is_empty() {
        marks.push(Mark::Ports(Demand { ports: demand.ports.clone(), ..Demand::default() }));
    }
    if requirements.distinct_instance && with_distinct {
        marks.push(Mark::Distinct(class.group));
    }
    marks
}

impl Conditions {
    /// The bits of the instance that sits there.
    pub(super) fn word(&self, seat: usize) -> u64 {
        self.words.get(seat).copied().unwrap_or(0)
    }

    /// Brings one filter up to date.
    pub(super) fn follow_filter(&mut self, filter: Option<usize>, fleet: &Fleet, seats: &Seats) {
        if let Some(filter) = filter {
            self.filters[filter].follow(fleet, seats);
        }
    }

    /// From now on the wishes are kept up to date.
    pub(super) fn keep_wishes(&mut self) {
        self.has_wishes = true;
    }

    /// The wishes that the instance which sits there meets.
    pub(super) fn met(&self, seat: usize) -> u64 {
        self.met[seat]
    }

    /// What the changes after the first `seen` changed, as far as the last call of [`Conditions::follow`].
    pub(super) fn digests_since(&self, seen: usize) -> Option<&[Digest]> {
        self.digests.get((self.digests.len() + seen).checked_sub(self.seen)?..)
    }

    /// Brings the bits up to date.
    pub(super) fn follow(&mut self, fleet: &Fleet, seats: &Seats) {
        if self.marks.is_empty() && !self.has_wishes {
            return;
        }
        let most = seats.instances().len().max(1024);
        let changed = fleet.changed_since(self.seen).filter(|changed| changed.len() <= most);
        if self.numbering != seats.numbering() || changed.is_none() {
            self.numbering = seats.numbering();
            self.words.clear();
            self.met.clear();
            self.digests.clear();
            self.seat(fleet, seats);
            self.seen = fleet.changes();
            return;
        }
        self.seat(fleet, seats);
        if self.digests.len() > 4 * most {
            self.digests.drain(..2 * most);
        }
        let groups = fleet.groups_since(self.seen).unwrap_or_default();
        for (&instance, &group) in changed.unwrap_or_default().iter().zip(groups) {
            let digest = match seats.of(instance) {
                Some(seat) => self.digest(fleet, instance, seat, group),
                None => Digest { seat: 0, group: None, wishes: 0 },
            };
            self.digests.push(digest);
        }
        self.seen = fleet.changes();
    }

    /// Brings the bits of one seat up to date and says what changed.
    fn digest(&mut self, fleet: &Fleet, instance: InstanceId, seat: usize, group: Option<GroupId>) -> Digest {
        let (word, met) = (self.words[seat], self.met[seat]);
        self.words[seat] = word & self.filter_bits | self.bits_now(fleet, instance);
        self.met[seat] = self.met_now(fleet, instance, self.words[seat]);
        // whoever came or went concerns everybody; an interface that is detached does not, and is rare
        let wishes = if group.is_none() { u64::MAX } else { self.met[seat] ^ met };
        Digest { seat: u32::try_from(seat).expect("fewer seats than ids"), group, wishes }
    }

    /// Finds the bits of those who have none yet.
    fn seat(&mut self, fleet: &Fleet, seats: &Seats) {
        if self.words.len() == seats.instances().len() {
            return;
        }
        for mark in &self.marks {
            if let Mark::Filter(filter) = *mark {
                self.filters[filter].follow(fleet, seats);
            }
        }
        for (seat, &instance) in seats.instances().iter().enumerate().skip(self.words.len()) {
            let filters = self.bits(|mark| matches!(*mark, Mark::Filter(filter) if self.filters[filter].has(seat)));
            let word = filters | self.bits_now(fleet, instance);
            self.words.push(word);
            self.met.push(self.met_now(fleet, instance, word));
        }
    }

    #[expect(clippy::needless_bitwise_bool, reason = "a branch would often be guessed wrongly")]
    fn met_now(&self, fleet: &Fleet, instance: InstanceId, word: u64) -> u64 {
        let free = fleet.free(instance);
        let is_met = |&(need, mask): &(Resources, u64)| {
            (free.cpu >= need.cpu) & (free.memory >= need.memory) & (word & mask == mask)
        };
        (0..).zip(&self.wishes).fold(0, |bits, (bit, wish)| bits | u64::from(is_met(wish)) << bit)
    }

    fn bits_now(&self, fleet: &Fleet, instance: InstanceId) -> u64 {
        self.bits(|mark| mark.holds(fleet, instance))
    }

    fn bits(&self, holds: impl Fn(&Mark) -> bool) -> u64 {
        (0..).zip(&self.marks).fold(0, |bits, (bit, mark)| bits | u64::from(holds(mark)) << bit)
    }
}
