//! One order of the instances, kept for all classes that would order them alike.

use super::order::{Key, Lanes, Order};
use super::seats::Seats;
use super::{Level, Placed, PlacementClass, Pool, Strategy, Tie};
use crate::cluster::Fleet;
use crate::units::{GroupId, Id, InstanceId, Resources, ZoneId};

/// What must be equal for two classes to share a view.
///
/// Repeats and `random` decide nothing and are left out. So is the spread over zones: it changes for many instances
/// at once, so the view keeps its order for each zone apart and the zones are compared when a task comes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sort {
    /// `None` for an order that serves tasks of every size.
    need: Option<Resources>,
    pool: Pool,
    strategies: Vec<Strategy>,
    by_zone: bool,
    group: Option<GroupId>,
}

/// Which kind of order suits a view.
pub(super) enum Kind {
    /// One number that is small, or none.
    Levels,
    /// So many numbers of the instances alone.
    Shelf(usize),
    /// So many numbers, some of them for a group or for tasks of one size.
    Tree(usize),
}

impl Sort {
    pub(super) fn of(class: &PlacementClass) -> Self {
        let (by_zone, strategies): (Vec<_>, Vec<_>) =
            deciding(&class.chain).into_iter().partition(|strategy| matches!(strategy.level(), Level::PerZone(_)));
        let mut sort = Self {
            need: None,
            pool: class.pool,
            by_zone: !by_zone.is_empty(),
            group: strategies.iter().any(|&strategy| is_per_group(strategy)).then_some(class.group),
            strategies,
        };
        if !matches!(sort.kind(), Kind::Shelf(_)) {
            sort.need = Some(class.demand.need);
        }
        sort
    }

    /// The same for tasks of this size alone.
    pub(super) fn alone(self, need: Resources) -> Self {
        Self { need: Some(need), ..self }
    }

    /// From so many sizes on a shared order costs less than one for each, which pays sooner where those have lanes
    /// (measured with ten thousand instances).
    pub(super) fn shared_from(&self) -> usize {
        if self.by_zone { 6 } else { 10 }
    }

    /// The order that suits it.
    pub(super) fn kind(&self) -> Kind {
        match self.strategies.as_slice() {
            [] => Kind::Levels,
            [only] if is_per_group(*only) => Kind::Levels,
            several if several.iter().any(|&strategy| is_per_group(strategy)) => Kind::Tree(several.len()),
            several if self.need.is_some() => Kind::Tree(several.len()),
            several => Kind::Shelf(several.len()),
        }
    }
}

/// The chain without what changes nothing: `random`, and a strategy that comes again.
fn deciding(chain: &[Strategy]) -> Vec<Strategy> {
    let mut deciding = Vec::new();
    for &strategy in chain {
        if !matches!(strategy.level(), Level::Equal | Level::PerValue(_)) && !deciding.contains(&strategy) {
            deciding.push(strategy);
        }
    }
    deciding
}

fn is_per_group(strategy: Strategy) -> bool {
    matches!(strategy.level(), Level::PerGroup(_))
}

/// How a class compares the zones of a view.
#[derive(Debug, Clone, Copy)]
pub(super) struct ByZone {
    number: fn(&Fleet, GroupId, ZoneId) -> u32,
    /// Nothing matters more than the zone.
    comes_first: bool,
    /// Bits of the key that matter less than the zone.
    bits_behind: usize,
}

impl ByZone {
    pub(super) fn of(class: &PlacementClass) -> Option<Self> {
        let deciding = deciding(&class.chain);
        deciding.iter().enumerate().find_map(|(place, strategy)| match strategy.level() {
            Level::PerZone(number) => {
                Some(Self { number, comes_first: place == 0, bits_behind: 32 * (deciding.len() - 1 - place) })
            }
            _ => None,
        })
    }

    /// What comes before the zone's number in the chain, and what comes behind it.
    fn parts(self, key: impl Key) -> (u128, u128) {
        (key.bits() >> self.bits_behind, key.bits() & ((1 << self.bits_behind) - 1))
    }
}

/// How a view looks at an instance.
#[derive(Debug, Clone)]
pub(super) struct Look {
    need: Resources,
    pool: Pool,
    levels: Vec<Level>,
    group: GroupId,
}

impl Look {
    fn new(sort: &Sort, need: Resources) -> Self {
        Self {
            need,
            pool: sort.pool,
            levels: sort.strategies.iter().map(|strategy| strategy.level()).collect(),
            group: sort.group.unwrap_or_default(),
        }
    }

    /// The numbers of an instance as it is now.
    pub(super) fn key<K: Key>(&self, fleet: &Fleet, instance: InstanceId) -> K {
        self.levels.iter().fold(K::default(), |key, level| match level {
            Level::PerInstance(number) => key.then(number(fleet, instance)),
            Level::PerGroup(number) => key.then(number(fleet, self.group, instance)),
            Level::PerZone(_) | Level::PerValue(_) | Level::Equal => key,
        })
    }

    /// Its only number, 0 where there is none; `u32::MAX` without room for the task.
    pub(super) fn number_if_room(&self, fleet: &Fleet, instance: InstanceId) -> u32 {
        self.key_if_room::<u64>(fleet, instance).last()
    }

    /// The same for an instance with room for the task, `NONE` for another.
    #[expect(clippy::needless_bitwise_bool, reason = "a branch would often be guessed wrongly")]
    pub(super) fn key_if_room<K: Key>(&self, fleet: &Fleet, instance: InstanceId) -> K {
        let free = fleet.free(instance);
        let room = (free.cpu >= self.need.cpu) & (free.memory >= self.need.memory);
        let key = self.key(fleet, instance);
        if room & fleet.is_active(instance) & self.pool.has(fleet, instance) { key } else { K::NONE }
    }
}

/// The instances in the order of a [`Sort`], as of some change of the fleet.
#[derive(Debug, Clone)]
pub(super) struct View<O: Order> {
    look: Look,
    by_zone: bool,
    kept: Option<Kept<O>>,
    best: Vec<u32>,
    differing: Vec<(usize, O::Note)>,
}

/// What a view remembers as long as it is in use.
#[derive(Debug, Clone)]
struct Kept<O> {
    order: O,
    numbering: u32,
    seen: usize,
}

impl<O: Order> View<O> {
    /// A change costs a view a few times what a look at an instance costs when it is made anew.
    const CHANGE_PER_LOOK: usize = 4;

    /// For tasks none of which needs less.
    pub(super) fn new(sort: &Sort, need: Resources) -> Self {
        Self { look: Look::new(sort, need), by_zone: sort.by_zone, kept: None, best: Vec::new(), differing: Vec::new() }
    }

    /// The zones apart if they matter.
    fn lanes<'a>(&self, fleet: &Fleet, seats: &'a Seats) -> Lanes<'a> {
        Lanes { count: if self.by_zone { fleet.zones() } else { 1 }, zones: seats.zones() }
    }

    /// Brings the order up to date: only instances that changed are looked at, unless it is too far behind.
    fn catch_up(&mut self, fleet: &Fleet, seats: &Seats) {
        let now = fleet.changes();
        let Some(mut kept) = self.kept.take().filter(|kept| Self::can_follow(kept, fleet, seats)) else {
            self.kept = Some(self.made_anew(fleet, seats));
            return;
        };
        // First look at all, then change the few notes that differ. As in the scan, every note is written to the end
        // of the list and the end moves on only behind one that differs, so that no look waits for another.
        let changed = fleet.changed_since(kept.seen).unwrap_or_default();
        self.differing.resize(changed.len(), (0, O::NOBODY));
        let mut end = 0;
        for &instance in changed {
            if let Some(seat) = seats.of(instance) {
                let note = O::look(&self.look, fleet, instance);
                self.differing[end] = (seat, note);
                end += usize::from(note != kept.order.note(seat));
            }
        }
        let lanes = self.lanes(fleet, seats);
        for &(seat, note) in &self.differing[..end] {
            kept.order.set(seat, note, lanes);
        }
        kept.seen = now;
        self.kept = Some(kept);
    }

    fn can_follow(kept: &Kept<O>, fleet: &Fleet, seats: &Seats) -> bool {
        let seated = seats.instances().len();
        kept.numbering == seats.numbering()
            && seated <= kept.order.room()
            && fleet
                .changed_since(kept.seen)
                .is_some_and(|changed| changed.len() * Self::CHANGE_PER_LOOK <= seated.max(1024))
    }

    fn made_anew(&self, fleet: &Fleet, seats: &Seats) -> Kept<O> {
        let notes = seats.instances().iter().map(|&instance| O::look(&self.look, fleet, instance)).collect();
        let order = O::new(notes, self.lanes(fleet, seats));
        Kept { order, numbering: seats.numbering(), seen: fleet.changes() }
    }

    /// Frees the memory of a view that nobody has asked for so long that it must be made anew anyway.
    pub(super) fn drop_if_old(&mut self, fleet: &Fleet) {
        self.kept = self.kept.take().filter(|kept| fleet.changed_since(kept.seen).is_some());
    }

    /// Brings the order up to date and chooses from it for one task.
    pub(super) fn choose(
        &mut self,
        fleet: &Fleet,
        seats: &Seats,
        class: &PlacementClass,
        by_zone: Option<ByZone>,
        tie: Tie<'_>,
    ) -> Option<Placed> {
        self.catch_up(fleet, seats);
        let lanes = self.lanes(fleet, seats);
        let order = &self.kept.as_ref()?.order;
        let key = if let Some(by_zone) = by_zone {
            best_zones(order, fleet, class, by_zone, &tie, &mut self.best)?
        } else {
            self.best.clear();
            self.best.push(0);
            order.least(0, class.demand.need)?
        };
        let tied = order.count(key, &self.best, class.demand.need);
        let seat = order.nth(tie.choose(tied)?, key, &self.best, class.demand.need, lanes);
        Some(Placed::of(fleet, class, seats.instances()[seat], tied))
    }
}

/// Writes the zones that are equally good into `best` and returns the least key, which they share.
fn best_zones<O: Order>(
    order: &O,
    fleet: &Fleet,
    class: &PlacementClass,
    by_zone: ByZone,
    tie: &Tie<'_>,
    best: &mut Vec<u32>,
) -> Option<O::Key> {
    let first_of_equals = matches!(tie, Tie::LowestId);
    best.clear();
    let mut least = None;
    for zone in (0..fleet.zones()).map(ZoneId::from_row) {
        let tasks = (by_zone.number)(fleet, class.group, zone);
        // A zone that its tasks alone rule out need not be searched.
        if by_zone.comes_first && least.is_some_and(|((_, fewest, _), _)| tasks > fewest) {
            continue;
        }
        let Some(key) = order.least(zone.0, class.demand.need) else { continue };
        let (before, behind) = by_zone.parts(key);
        // The first zone in name order wins before the strategies behind the spread are asked (ECS-314).
        let rank = (before, tasks, if first_of_equals { 0 } else { behind });
        if least.is_none_or(|(least, _)| rank < least) {
            best.clear();
            best.push(zone.0);
            least = Some((rank, key));
        } else if least.is_some_and(|(least, _)| rank == least) && !first_of_equals {
            best.push(zone.0);
        }
    }
    least.map(|(_, key)| key)
}
