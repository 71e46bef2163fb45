//! One order of the instances, kept for all classes that would order them alike.

use super::condition::{Condition, Interest, Scene};
use super::lanes::{Lanes, Split};
use super::order::{Key, Order, Wanted};
use super::ranking::{Rank, Ranking, deciding, is_per_group, is_per_value};
use super::{Level, Placed, PlacementClass, Pool, Strategy, Tie};
use crate::cluster::Fleet;
use crate::units::{GroupId, InstanceId, Resources};

/// What must be equal for two classes to share a view.
///
/// Repeats and `random` decide nothing and are left out. So are spreads that count by values: they change for many
/// instances at once, so the view keeps its order for each value apart and these are compared when a task comes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sort {
    /// `None` for an order that serves tasks of every size.
    need: Option<Resources>,
    /// `None` for an order that serves tasks with every condition.
    condition: Option<Condition>,
    pool: Pool,
    strategies: Vec<Strategy>,
    pub(super) split: Vec<Strategy>,
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
    /// For a class; or, for some classes with the same chain, for those instances that have no task of their group.
    pub(super) fn of(class: &PlacementClass, condition: &Condition, without_hosts: bool) -> Self {
        let (split, mut strategies): (Vec<_>, Vec<_>) =
            deciding(&class.chain).into_iter().partition(|strategy| is_per_value(*strategy));
        strategies.retain(|&strategy| !(without_hosts && is_per_group(strategy)));
        let group = strategies.iter().any(|&strategy| is_per_group(strategy)).then_some(class.group);
        let sort = Self { need: None, condition: None, pool: class.pool, split, group, strategies };
        if matches!(sort.kind(), Kind::Shelf(_)) { sort } else { sort.alone(class.demand.need, condition) }
    }

    /// The same for tasks of this size and with this condition alone.
    pub(super) fn alone(self, need: Resources, condition: &Condition) -> Self {
        Self { need: Some(need), condition: Some(condition.clone()), ..self }
    }

    /// From so many sizes on a shared order costs less than one for each, which pays sooner where those have lanes
    /// (measured with ten thousand instances).
    pub(super) fn shared_from(&self) -> usize {
        if self.split.is_empty() { 10 } else { 6 }
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

/// How a view looks at an instance.
#[derive(Debug, Clone)]
pub(super) struct Look {
    need: Resources,
    condition: Option<Condition>,
    pool: Pool,
    levels: Vec<Level>,
    group: GroupId,
    /// What its numbers depend on, if it is not everything.
    interest: Option<Interest>,
}

impl Look {
    fn new(sort: &Sort, need: Resources, wish: Option<u64>) -> Self {
        let wish = wish.filter(|_| matches!(sort.kind(), Kind::Levels));
        Self {
            need,
            interest: wish.map(|wish| Interest::new(wish, sort.group)),
            condition: sort.condition.clone().filter(|condition| *condition != Condition::default()),
            pool: sort.pool,
            levels: sort.strategies.iter().map(|strategy| strategy.level()).collect(),
            group: sort.group.unwrap_or_default(),
        }
    }

    /// The numbers of an instance as it is now.
    fn key<K: Key>(&self, scene: Scene<'_>, instance: InstanceId) -> K {
        self.levels.iter().fold(K::default(), |key, level| match level {
            Level::PerInstance(number) => key.then(number(scene.fleet, instance)),
            Level::PerGroup(number) => key.then(number(scene.fleet, self.group, instance)),
            Level::PerValue { .. } | Level::Equal => key,
        })
    }

    /// Its only number, 0 where there is none; `u32::MAX` for an instance that the task can't use.
    pub(super) fn number_if_feasible(&self, scene: Scene<'_>, seat: usize) -> u32 {
        self.key_if_feasible::<u64>(scene, seat).last()
    }

    /// Its numbers; `NONE` for an instance that the task can't use.
    #[expect(clippy::needless_bitwise_bool, reason = "a branch would often be guessed wrongly")]
    pub(super) fn key_if_feasible<K: Key>(&self, scene: Scene<'_>, seat: usize) -> K {
        let (fleet, instance) = (scene.fleet, scene.seats.instances()[seat]);
        let free = fleet.free(instance);
        let room = (free.cpu >= self.need.cpu) & (free.memory >= self.need.memory);
        let key = self.key(scene, instance);
        let holds = self.condition.as_ref().is_none_or(|condition| condition.holds(scene, seat));
        if room & fleet.is_active(instance) & self.pool.has(fleet, instance) & holds { key } else { K::NONE }
    }
}

/// A class that asks for one of its tasks.
pub(super) struct Question<'a> {
    pub(super) scene: Scene<'a>,
    pub(super) split: &'a Split,
    pub(super) class: &'a PlacementClass,
    pub(super) condition: &'a Condition,
    /// The bit of its wish, where the view needs one.
    pub(super) wish: u64,
    pub(super) ranking: &'a Ranking,
    /// The instances with tasks of its group, where the view knows nothing of these.
    pub(super) hosts: Option<&'a [(InstanceId, u32)]>,
}

/// The instances in the order of a [`Sort`], as of some change of the fleet.
#[derive(Debug, Clone)]
pub(super) struct View<O: Order> {
    look: Look,
    kept: Option<Kept<O>>,
    best: Vec<u32>,
    except: Vec<u32>,
    spare: Vec<u32>,
    differing: Vec<(usize, O::Note)>,
}

/// What a view remembers as long as it is in use.
#[derive(Debug, Clone)]
struct Kept<O> {
    order: O,
    lanes: usize,
    numbering: u32,
    seen: usize,
}

impl<O: Order> View<O> {
    /// A change costs a view a few times what a look at an instance costs when it is made anew.
    const CHANGE_PER_LOOK: usize = 4;

    /// For tasks none of which needs less.
    pub(super) fn new(sort: &Sort, need: Resources, wish: Option<u64>) -> Self {
        let look = Look::new(sort, need, wish);
        Self { look, kept: None, best: vec![], except: vec![], spare: vec![], differing: vec![] }
    }

    /// Brings the order up to date: only instances that changed are looked at, unless it is too far behind.
    fn catch_up(&mut self, scene: Scene<'_>, lanes: Lanes<'_>) {
        let now = scene.fleet.changes();
        let Some(mut kept) = self.kept.take().filter(|kept| Self::can_follow(kept, scene, lanes)) else {
            self.kept = Some(self.made_anew(scene, lanes));
            return;
        };
        // First look at all, then change the few notes that differ. As in the scan, every note is written to the end
        // of the list and the end moves on only behind one that differs, so that no look waits for another.
        let changed = scene.fleet.changed_since(kept.seen).unwrap_or_default();
        self.differing.resize(self.differing.len().max(changed.len()), (0, O::NOBODY));
        let mut end = 0;
        let mut look = |seat| {
            let note = O::look(&self.look, scene, seat);
            self.differing[end] = (seat, note);
            end += usize::from(note != kept.order.note(seat));
        };
        match (self.look.interest, scene.conditions.digests_since(kept.seen)) {
            (Some(interest), Some(digests)) => {
                let concerning = digests.iter().filter(|digest| interest.concerns(digest));
                concerning.for_each(|digest| look(digest.seat as usize));
            }
            _ => changed.iter().filter_map(|&instance| scene.seats.of(instance)).for_each(&mut look),
        }
        for &(seat, note) in &self.differing[..end] {
            kept.order.set(seat, note, lanes);
        }
        kept.seen = now;
        self.kept = Some(kept);
    }

    fn can_follow(kept: &Kept<O>, scene: Scene<'_>, lanes: Lanes<'_>) -> bool {
        let seated = scene.seats.instances().len();
        kept.numbering == scene.seats.numbering()
            && kept.lanes == lanes.count
            && seated <= kept.order.room()
            && scene
                .fleet
                .changed_since(kept.seen)
                .is_some_and(|changed| changed.len() * Self::CHANGE_PER_LOOK <= seated.max(1024))
    }

    fn made_anew(&self, scene: Scene<'_>, lanes: Lanes<'_>) -> Kept<O> {
        let notes = (0..scene.seats.instances().len()).map(|seat| O::look(&self.look, scene, seat)).collect();
        let order = O::new(notes, lanes);
        Kept { order, lanes: lanes.count, numbering: scene.seats.numbering(), seen: scene.fleet.changes() }
    }

    /// Frees the memory of a view that nobody has asked for so long that it must be made anew anyway.
    pub(super) fn drop_if_old(&mut self, fleet: &Fleet) {
        self.kept = self.kept.take().filter(|kept| fleet.changed_since(kept.seen).is_some());
    }

    /// Brings the order up to date and chooses from it for one task.
    pub(super) fn choose(&mut self, question: &Question<'_>, tie: Tie<'_>) -> Option<Placed> {
        let Question { scene, class, .. } = *question;
        let lanes = question.split.lanes();
        self.catch_up(scene, lanes);
        let order = &self.kept.as_ref()?.order;
        self.except.clear();
        let seats = question.hosts.unwrap_or_default().iter().filter_map(|host| scene.seats.of(host.0));
        let seats = seats.filter(|&seat| order.note(seat) != O::NOBODY);
        self.except.extend(seats.map(|seat| u32::try_from(seat).expect("fewer seats than ids")));
        let wanted = Wanted { wish: question.wish, except: &self.except };
        let by_name = matches!(tie, Tie::LowestId);
        let best = question.best_lanes(order, &wanted, by_name, &mut self.best);
        if question.hosts.is_some() && !class.requirements.distinct_instance {
            let hosts = question.better_hosts(best.map(|best| best.0).as_ref(), by_name);
            if !hosts.is_empty() {
                let tied = u32::try_from(hosts.len()).expect("as many instances as ids");
                return Some(Placed::of(scene.fleet, class, hosts[tie.choose(tied)? as usize], tied));
            }
        }
        let key = best?.1;
        let tied = order.count(key, &self.best, &wanted, lanes);
        let seat = order.nth(tie.choose(tied)?, key, &self.best, &wanted, lanes, &mut self.spare);
        Some(Placed::of(scene.fleet, class, scene.seats.instances()[seat], tied))
    }
}

impl Question<'_> {
    /// Writes the lanes that are equally good into `best` and returns their rank and the least key, which they share.
    fn best_lanes<O: Order>(
        &self,
        order: &O,
        wanted: &Wanted<'_>,
        by_name: bool,
        best: &mut Vec<u32>,
    ) -> Option<(Rank, O::Key)> {
        best.clear();
        let lanes = self.split.lanes();
        let mut least: Option<(Rank, O::Key)> = None;
        for (lane, number) in (0..lanes.count).zip(0..) {
            let lead = self.ranking.lead(self.scene.fleet, self.split, lane, by_name);
            // A lane that its tasks alone rule out need not be searched.
            if least.is_some_and(|(least, _)| !self.ranking.may_be(&lead, &least)) {
                continue;
            }
            let Some(key) = order.least(number, wanted, lanes) else { continue };
            let rank = self.ranking.complete(&lead, self.scene.fleet, self.split, (lane, key.bits()), by_name);
            if least.is_none_or(|(least, _)| rank < least) {
                best.clear();
                best.push(number);
                least = Some((rank, key));
            } else if least.is_some_and(|(least, _)| rank == least) {
                best.push(number);
            }
        }
        least
    }

    /// The instances with tasks of the group that the task can use and that are best among those with less than this
    /// rank, in the order of registration. None is equal to an instance without such tasks.
    fn better_hosts(&self, rank: Option<&Rank>, by_name: bool) -> Vec<InstanceId> {
        let mut most = rank.copied();
        let mut better = Vec::new();
        for &(instance, _) in self.hosts.unwrap_or_default() {
            let Some(rank) = self.ranking.up_to(self.scene.fleet, instance, most.as_ref(), by_name) else { continue };
            if !can_use(self.scene, self.class, self.condition, instance) {
                continue;
            }
            if most.is_none_or(|most| rank < most) {
                better.clear();
            }
            most = Some(rank);
            better.push(instance);
        }
        better
    }
}

/// Whether a task of a class with this condition can use an instance now.
pub(super) fn can_use(scene: Scene<'_>, class: &PlacementClass, condition: &Condition, instance: InstanceId) -> bool {
    scene.fleet.is_active(instance)
        && scene.fleet.free(instance).covers(class.demand.need)
        && class.pool.has(scene.fleet, instance)
        && scene.seats.of(instance).is_some_and(|seat| condition.holds(scene, seat))
}
