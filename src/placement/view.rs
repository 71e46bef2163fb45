//! One order of the instances, kept for all classes that would order them alike.

use super::order::{Key, Order};
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
    need: Resources,
    pool: Pool,
    strategies: Vec<Strategy>,
    by_zone: bool,
    group: Option<GroupId>,
}

impl Sort {
    pub(super) fn of(class: &PlacementClass) -> Self {
        let deciding = deciding(&class.chain);
        let by_group = deciding.iter().any(|strategy| matches!(strategy.level(), Level::PerGroup(_)));
        Self {
            need: class.need,
            pool: class.pool,
            by_zone: deciding.iter().any(|&strategy| is_per_zone(strategy)),
            strategies: deciding.into_iter().filter(|&strategy| !is_per_zone(strategy)).collect(),
            group: by_group.then_some(class.group),
        }
    }

    /// How many numbers a key has.
    pub(super) fn numbers(&self) -> usize {
        self.strategies.len()
    }
}

/// The chain without what changes nothing: `random`, and a strategy that comes again.
fn deciding(chain: &[Strategy]) -> Vec<Strategy> {
    let mut deciding = Vec::new();
    for &strategy in chain {
        if !matches!(strategy.level(), Level::Equal) && !deciding.contains(&strategy) {
            deciding.push(strategy);
        }
    }
    deciding
}

fn is_per_zone(strategy: Strategy) -> bool {
    matches!(strategy.level(), Level::PerZone(_))
}

/// How a class compares the zones of a view.
#[derive(Debug, Clone, Copy)]
pub(super) struct ByZone {
    number: fn(&Fleet, GroupId, ZoneId) -> u32,
    /// Bits of the key that matter less than the zone.
    bits_behind: usize,
}

impl ByZone {
    pub(super) fn of(class: &PlacementClass) -> Option<Self> {
        let deciding = deciding(&class.chain);
        deciding.iter().enumerate().find_map(|(place, strategy)| match strategy.level() {
            Level::PerZone(number) => Some(Self { number, bits_behind: 32 * (deciding.len() - 1 - place) }),
            _ => None,
        })
    }

    /// What comes before the zone's number in the chain, the number, and what comes behind it.
    fn rank(self, fleet: &Fleet, group: GroupId, zone: ZoneId, key: impl Key) -> (u128, u32, u128) {
        let behind = key.bits() & ((1 << self.bits_behind) - 1);
        (key.bits() >> self.bits_behind, (self.number)(fleet, group, zone), behind)
    }
}

/// The feasible instances in the order of a [`Sort`], as of some change of the fleet.
#[derive(Debug, Clone)]
pub(super) struct View<K> {
    need: Resources,
    pool: Pool,
    levels: Vec<Level>,
    group: GroupId,
    by_zone: bool,
    kept: Option<Kept<K>>,
    best: Vec<u32>,
    differing: Vec<(usize, K)>,
}

/// What a view remembers as long as it is in use.
#[derive(Debug, Clone)]
struct Kept<K> {
    order: Order<K>,
    numbering: u32,
    seen: usize,
}

impl<K: Key> View<K> {
    /// A change costs a view a few times what a look at an instance costs when it is made anew.
    const CHANGE_PER_LOOK: usize = 4;

    pub(super) fn new(sort: &Sort) -> Self {
        Self {
            need: sort.need,
            pool: sort.pool,
            levels: sort.strategies.iter().map(|strategy| strategy.level()).collect(),
            group: sort.group.unwrap_or_default(),
            by_zone: sort.by_zone,
            kept: None,
            best: Vec::new(),
            differing: Vec::new(),
        }
    }

    /// Brings the order up to date: only instances that changed are looked at, unless it is too far behind.
    fn catch_up(&mut self, fleet: &Fleet, seats: &Seats) {
        let now = fleet.changes();
        let Some(mut kept) = self.kept.take().filter(|kept| Self::can_follow(kept, fleet, seats)) else {
            self.kept = Some(self.made_anew(fleet, seats));
            return;
        };
        // First look at all, then change the few keys that differ. As in the scan, every key is written to the end
        // of the list and the end moves on only behind one that differs, so that no look waits for another.
        let changed = fleet.changed_since(kept.seen).unwrap_or_default();
        self.differing.resize(changed.len(), (0, K::NONE));
        let mut end = 0;
        for &instance in changed {
            if let Some(seat) = seats.of(instance) {
                let key = self.key(fleet, instance);
                self.differing[end] = (seat, key);
                end += usize::from(key != kept.order.key(seat));
            }
        }
        for &(seat, key) in &self.differing[..end] {
            kept.order.set(seat, key, seats.zones());
        }
        kept.seen = now;
        self.kept = Some(kept);
    }

    fn can_follow(kept: &Kept<K>, fleet: &Fleet, seats: &Seats) -> bool {
        let seated = seats.instances().len();
        kept.numbering == seats.numbering()
            && seated <= kept.order.room()
            && fleet
                .changed_since(kept.seen)
                .is_some_and(|changed| changed.len() * Self::CHANGE_PER_LOOK <= seated.max(1024))
    }

    fn made_anew(&self, fleet: &Fleet, seats: &Seats) -> Kept<K> {
        let keys = seats.instances().iter().map(|&instance| self.key(fleet, instance)).collect();
        let order = Order::new(keys, if self.by_zone { fleet.zones() } else { 1 }, seats.zones());
        Kept { order, numbering: seats.numbering(), seen: fleet.changes() }
    }

    /// Frees the memory of a view that nobody has asked for so long that it must be made anew anyway.
    pub(super) fn drop_if_old(&mut self, fleet: &Fleet) {
        self.kept = self.kept.take().filter(|kept| fleet.changed_since(kept.seen).is_some());
    }

    /// The key of an instance as it is now.
    #[expect(clippy::needless_bitwise_bool, reason = "a branch would often be guessed wrongly")]
    fn key(&self, fleet: &Fleet, instance: InstanceId) -> K {
        let free = fleet.free(instance);
        let room = (free.cpu >= self.need.cpu) & (free.memory >= self.need.memory);
        let feasible = room & fleet.is_active(instance) & self.pool.has(fleet, instance);
        let key = self.levels.iter().fold(K::default(), |key, level| match level {
            Level::PerInstance(number) => key.then(number(fleet, instance)),
            Level::PerGroup(number) => key.then(number(fleet, self.group, instance)),
            Level::PerZone(_) | Level::Equal => key,
        });
        if feasible { key } else { K::NONE }
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
        let order = &self.kept.as_ref()?.order;
        let first_lane = if let Some(by_zone) = by_zone {
            best_zones(order, fleet, class.group, by_zone, &tie, &mut self.best)?
        } else {
            self.best.clear();
            self.best.push(0);
            0
        };
        let head = order.head(first_lane)?;
        let tied = self.best.iter().filter_map(|&lane| order.head(lane)).map(|head| head.count).sum();
        let chosen = tie.choose(tied)?;
        let seat = if tied == 1 { head.seat as usize } else { order.nth(chosen, head.key, &self.best, seats.zones()) };
        Some(Placed::of(fleet, class, seats.instances()[seat], tied))
    }
}

/// Writes the zones that are equally good into `best` and returns the first.
fn best_zones<K: Key>(
    order: &Order<K>,
    fleet: &Fleet,
    group: GroupId,
    by_zone: ByZone,
    tie: &Tie<'_>,
    best: &mut Vec<u32>,
) -> Option<u32> {
    let first_of_equals = matches!(tie, Tie::LowestId);
    best.clear();
    let mut least = None;
    for zone in (0..fleet.zones()).map(ZoneId::from_row) {
        let Some(head) = order.head(zone.0) else { continue };
        let (before, tasks, behind) = by_zone.rank(fleet, group, zone, head.key);
        // The first zone in name order wins before the strategies behind the spread are asked (ECS-314).
        let rank = (before, tasks, if first_of_equals { 0 } else { behind });
        if least.is_none_or(|least| rank < least) {
            best.clear();
            best.push(zone.0);
            least = Some(rank);
        } else if least == Some(rank) && !first_of_equals {
            best.push(zone.0);
        }
    }
    best.first().copied()
}
