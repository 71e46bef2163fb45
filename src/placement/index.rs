//! Places tasks as the plain scan would, without looking at every instance each time.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Condition, Conditions, Reader, Scene};
use super::lanes::Split;
use super::levels::Levels;
use super::ranking::{MOST, Ranking, deciding, is_per_group};
use super::scan::scan_in;
use super::seats::Seats;
use super::shelf::Shelf;
use super::tree::Tree;
use super::view::{Kind, Question, Sort, View, can_use};
use super::{Level, Placed, PlacementClass, Tie};
use crate::cluster::Fleet;
use crate::units::{InstanceId, PlacementClassId, Resources, Table};

/// When an index pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuning {
    /// Up to this many live instances the plain scan is taken.
    pub scan_up_to: usize,
    /// The plain scan is also taken for classes that are usually asked for less often than once in
    /// (live instances / this) changes: following all these changes would cost more. 0: never.
    pub follow_part: usize,
    /// Share an order among tasks of several sizes also where an order for each would cost less.
    pub always_share: bool,
    /// Share an order among groups, which passes over the few instances with tasks of a group, wherever that can be
    /// done, and not only where it costs less than an order for the group.
    pub always_pass_over: bool,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { scan_up_to: 128, follow_part: 8, always_share: false, always_pass_over: false }
    }
}

/// Chooses instances for the tasks of many classes.
///
/// What it keeps is derived from the fleet and from the fleet's log of changes, read when a class is asked for: a
/// class without tasks to place costs nothing. Classes that order the instances alike share one view of them.
#[derive(Debug, Clone)]
pub struct Placer {
    classes: Table<PlacementClassId, Asked>,
    views: Vec<Shared>,
    splits: Vec<Split>,
    seats: Seats,
    conditions: Conditions,
    tuning: Tuning,
    swept: usize,
    candidates: Vec<InstanceId>,
    last: Option<Last>,
}

/// The choice that was made last, of a class whose chain begins with a number that the task may lower.
#[derive(Debug, Clone, Copy)]
struct Last {
    class: PlacementClassId,
    instance: InstanceId,
    /// What the chain compares first, before the task came.
    number: u32,
    /// So many changes the fleet had seen.
    changes: usize,
}

/// A class, and what is known about it.
#[derive(Debug, Clone)]
struct Asked {
    class: PlacementClass,
    own: Way,
    /// Where the few instances with tasks of its group make a difference: the same without them.
    without_hosts: Option<Way>,
    split: usize,
    /// All its conditions, none of them as a bit.
    plainly: Condition,
    /// Whether no order can be kept for it.
    scans: bool,
    /// What its chain compares first, if that is a number of an instance alone.
    first: Option<fn(&Fleet, InstanceId) -> u32>,
    /// As of this change of the fleet no instance was feasible.
    failed: Option<usize>,
}

/// One way to ask for a class: a view, and how to ask it.
#[derive(Debug, Clone)]
struct Way {
    view: usize,
    ranking: Ranking,
    condition: Condition,
    /// The bit of its wish, or 0 where the view needs none.
    wish: u64,
}

/// A view, and how often it is asked for.
#[derive(Debug, Clone)]
struct Shared {
    /// At which change of the fleet it was asked for last.
    asked: usize,
    /// How many changes there are between two times, smoothed: one short gap does not pay for making a view anew.
    gap: usize,
    /// How many changes cost as much as a look at an instance.
    changes_per_look: usize,
    kept: Kept,
}

/// A view with the order that suits it, and keys no longer than needed.
#[derive(Debug, Clone)]
enum Kept {
    Levels(View<Levels>),
    OneOwn(View<Shelf<u64>>),
    TwoOwn(View<Shelf<u128>>),
    One(View<Tree<u32>>),
    Two(View<Tree<u64>>),
    Three(View<Tree<u128>>),
}

impl Placer {
    /// For tasks of these classes.
    pub fn new(classes: &Table<PlacementClassId, PlacementClass>) -> Self {
        Self::with_tuning(classes, Tuning::default())
    }

    /// As [`Placer::new`]; the tuning decides what a choice costs, never what is chosen.
    pub fn with_tuning(classes: &Table<PlacementClassId, PlacementClass>, tuning: Tuning) -> Self {
        let mut reader = Reader::default();
        let wishes: Vec<_> = classes.rows().iter().map(|class| Wish::of(class, &mut reader)).collect();
        let (mut views, mut splits) = (Numbered::new(), Numbered::new());
        let shared = sizes(&wishes);
        let mut asked = Vec::new();
        for wish in &wishes {
            let own = wish.sort(&shared, tuning);
            let mut way = |sort: Sort, condition: &Condition, without_hosts| {
                let need = wish.class.demand.need;
                let bit = if without_hosts { wish.bit_without_hosts } else { wish.bit };
                let view = views.number(sort, (need, bit));
                let least: &mut Resources = &mut views.rows[view].1.0;
                // what the smallest task of a view needs decides which instances it must know at all
                *least = Resources { cpu: least.cpu.min(need.cpu), memory: least.memory.min(need.memory) };
                let (ranking, condition) = (Ranking::new(wish.class, without_hosts), condition.clone());
                Way { view, ranking, condition, wish: bit.unwrap_or(0) }
            };
            asked.push(Asked {
                split: splits.number(own.split.clone(), ()),
                own: way(own, &wish.condition, false),
                without_hosts: wish.sort_without_hosts().map(|(sort, condition)| way(sort, condition, true)),
                plainly: wish.plainly.clone(),
                scans: deciding(&wish.class.chain).len() > MOST,
                first: match deciding(&wish.class.chain).first().map(|strategy| strategy.level()) {
                    Some(Level::PerInstance(number)) => Some(number),
                    _ => None,
                },
                failed: None,
                class: wish.class.clone(),
            });
        }
        let mut conditions = reader.finish();
        if views.rows.iter().any(|(sort, (_, bit))| bit.is_some() && !matches!(sort.kind(), Kind::Tree(_))) {
            conditions.keep_wishes();
        }
        let view = |(sort, (need, bit)): (Sort, (Resources, Option<u64>))| Shared {
            asked: 0,
            gap: usize::MAX,
            changes_per_look: if bit.is_some() && matches!(sort.kind(), Kind::Levels) { 4 } else { 1 },
            kept: Kept::new(&sort, need, bit),
        };
        let views = views.rows.into_iter().map(view).collect();
        Self {
            classes: asked.into_iter().collect(),
            views,
            splits: splits.rows.into_iter().map(|(by, ())| Split::new(by)).collect(),
            seats: Seats::default(),
            conditions,
            tuning,
            swept: 0,
            candidates: Vec::new(),
            last: None,
        }
    }

    /// The class of an id.
    pub fn class(&self, class: PlacementClassId) -> &PlacementClass {
        &self.classes[class].class
    }

    /// Chooses an instance for one task of `class`: what [`scan`](super::scan()) chooses. `None` when none is feasible;
    /// that is remembered until an instance changes so that it is.
    ///
    /// The fleet must always be the same one, and is not changed: the caller charges the task.
    pub fn place(&mut self, fleet: &Fleet, class: PlacementClassId, tie: Tie<'_>) -> Option<Placed> {
        self.seats.follow(fleet);
        let asked = &self.classes[class];
        self.conditions.follow_filter(asked.plainly.filter, fleet, &self.seats);
        if let Some(instance) = self.again(fleet, class) {
            return Some(self.remembered(fleet, class, Placed::of(fleet, &self.classes[class].class, instance, 1)));
        }
        let asked = &self.classes[class];
        let failed = asked.failed.is_some_and(|since| !self.any_feasible_since(fleet, asked, since));
        let placed = if failed { None } else { self.choose(fleet, class, tie) };
        self.classes[class].failed = placed.is_none().then_some(fleet.changes());
        self.sweep(fleet);
        placed.map(|placed| self.remembered(fleet, class, placed))
    }

    /// The instance of the last choice, where nothing happened since but that its task came and lowered the number by
    /// which it was chosen: it has the least now without an equal, and equal tasks go where the first one went until
    /// it is full. No order has to be brought up to date for that.
    fn again(&self, fleet: &Fleet, class: PlacementClassId) -> Option<InstanceId> {
        let last = self.last.filter(|last| last.class == class && last.changes + 1 == fleet.changes())?;
        let asked = &self.classes[class];
        let scene = Scene { fleet, seats: &self.seats, conditions: &self.conditions };
        let is_least = asked.first.is_some_and(|number| number(fleet, last.instance) < last.number);
        (is_least && can_use(scene, &asked.class, &asked.plainly, last.instance)).then_some(last.instance)
    }

    /// Keeps in mind what was chosen.
    fn remembered(&mut self, fleet: &Fleet, class: PlacementClassId, placed: Placed) -> Placed {
        let instance = placed.instance;
        self.last = self.classes[class].first.map(|number| {
            let number = number(fleet, instance);
            Last { class, instance, number, changes: fleet.changes() }
        });
        placed
    }

    fn choose(&mut self, fleet: &Fleet, class: PlacementClassId, tie: Tie<'_>) -> Option<Placed> {
        let hosts = fleet.few_hosts(self.classes[class].class.group);
        let chosen = self.cheapest(fleet, class, hosts.map(<[_]>::len));
        let asked = &self.classes[class];
        let (way, hosts) = match (chosen, &asked.without_hosts) {
            (Chosen::Scan, _) => {
                let scene = Scene { fleet, seats: &self.seats, conditions: &self.conditions };
                let holds = |instance| self.seats.of(instance).is_some_and(|seat| asked.plainly.holds(scene, seat));
                return scan_in(&mut self.candidates, fleet, &asked.class, holds, tie);
            }
            (Chosen::WithoutHosts, Some(way)) => (way, hosts),
            _ => (&asked.own, None),
        };
        self.conditions.follow(fleet, &self.seats);
        self.splits[asked.split].follow(fleet, &self.seats);
        let question = Question {
            scene: Scene { fleet, seats: &self.seats, conditions: &self.conditions },
            split: &self.splits[asked.split],
            class: &asked.class,
            condition: &way.condition,
            wish: way.wish,
            ranking: &way.ranking,
            hosts,
        };
        self.views[way.view].kept.choose(&question, tie)
    }

    /// Which way to ask costs least. What a view costs is about the changes that it has to catch up with.
    fn cheapest(&mut self, fleet: &Fleet, class: PlacementClassId, hosts: Option<usize>) -> Chosen {
        let asked = &self.classes[class];
        let (now, live) = (fleet.changes(), fleet.live().len());
        let own = self.views[asked.own.view].gap(now, live);
        let without_hosts = asked.without_hosts.as_ref().filter(|way| way.view != asked.own.view);
        let passing = without_hosts.map_or(own, |way| self.views[way.view].gap(now, live));
        let most_lanes = live.max(1024) / 16;
        let follow_part = self.tuning.follow_part;
        if asked.scans || live <= self.tuning.scan_up_to {
            return Chosen::Scan;
        }
        let (chosen, cost) = match hosts.filter(|_| asked.without_hosts.is_some()).map(|hosts| passing + hosts) {
            Some(cost) if cost < own || self.tuning.always_pass_over => (Chosen::WithoutHosts, cost),
            _ => (Chosen::Own, own),
        };
        let too_dear = cost * follow_part > live || self.splits[asked.split].lanes().count > most_lanes;
        if too_dear && follow_part > 0 { Chosen::Scan } else { chosen }
    }

    /// Whether an instance that changed after the first `since` changes may take a task of the class now. `true` also
    /// when that is too long ago to tell.
    fn any_feasible_since(&self, fleet: &Fleet, asked: &Asked, since: usize) -> bool {
        let scene = Scene { fleet, seats: &self.seats, conditions: &self.conditions };
        let can_use = |&instance: &InstanceId| can_use(scene, &asked.class, &asked.plainly, instance);
        fleet.changed_since(since).is_none_or(|changed| changed.iter().any(can_use))
    }

    /// Now and then frees views that nobody asks for any more.
    fn sweep(&mut self, fleet: &Fleet) {
        let now = fleet.changes();
        if now - self.swept > fleet.live().len().max(1024) {
            self.swept = now;
            for view in &mut self.views {
                view.kept.drop_if_old(fleet);
            }
        }
    }
}

/// How to find an instance for a task.
#[derive(Debug, Clone, Copy)]
enum Chosen {
    Scan,
    Own,
    WithoutHosts,
}

impl Shared {
    /// How many looks it costs to ask for it now and then, this being one of the times.
    fn gap(&mut self, now: usize, live: usize) -> usize {
        self.gap = (self.gap.min(2 * live) * 3 + (now - self.asked).min(2 * live)) / 4;
        self.asked = now;
        self.gap / self.changes_per_look
    }
}

/// A class, its conditions, and the bits of its wishes.
struct Wish<'a> {
    class: &'a PlacementClass,
    condition: Condition,
    bit: Option<u64>,
    plainly: Condition,
    without_hosts: Option<Condition>,
    bit_without_hosts: Option<u64>,
}

impl<'a> Wish<'a> {
    fn of(class: &'a PlacementClass, reader: &mut Reader) -> Self {
        let by_hosts = class.requirements.distinct_instance || class.chain.iter().any(|it| is_per_group(*it));
        let condition = reader.condition(class, true, true);
        let without_hosts = by_hosts.then(|| reader.condition(class, true, false));
        let need = class.demand.need;
        Self {
            class,
            bit_without_hosts: without_hosts.as_ref().and_then(|condition| reader.wish(need, condition)),
            bit: reader.wish(need, &condition),
            plainly: reader.condition(class, false, true),
            condition,
            without_hosts,
        }
    }

    /// Which order the class needs: one of its own where too few sizes and conditions would share it.
    fn sort(&self, sizes: &Sizes<'_>, tuning: Tuning) -> Sort {
        let sort = Sort::of(self.class, &self.condition, false);
        let enough = tuning.always_share || sizes.get(&sort).is_some_and(|sizes| sizes.len() >= sort.shared_from());
        if enough && self.bit.is_some() { sort } else { sort.alone(self.class.demand.need, &self.condition) }
    }

    /// The order that passes over hosts, which has no way to do that unless it is one of bits or shared.
    fn sort_without_hosts(&self) -> Option<(Sort, &Condition)> {
        let condition = self.without_hosts.as_ref()?;
        let sort = Sort::of(self.class, condition, true);
        let can_ask = self.bit_without_hosts.is_some() || matches!(sort.kind(), Kind::Levels);
        can_ask.then_some((sort, condition))
    }
}

/// The sizes and conditions for which an order could be shared.
type Sizes<'a> = BTreeMap<Sort, BTreeSet<(Resources, &'a Condition)>>;

fn sizes<'a>(wishes: &'a [Wish<'_>]) -> Sizes<'a> {
    let mut sizes = Sizes::new();
    for wish in wishes.iter().filter(|wish| wish.bit.is_some()) {
        let sort = Sort::of(wish.class, &wish.condition, false);
        sizes.entry(sort).or_default().insert((wish.class.demand.need, &wish.condition));
    }
    sizes
}

/// Things numbered in the order in which they come, each with something else.
struct Numbered<K, V> {
    numbers: BTreeMap<K, usize>,
    rows: Vec<(K, V)>,
}

impl<K: Ord + Clone, V> Numbered<K, V> {
    fn new() -> Self {
        Self { numbers: BTreeMap::new(), rows: Vec::new() }
    }

    fn number(&mut self, key: K, value: V) -> usize {
        *self.numbers.entry(key).or_insert_with_key(|key| {
            self.rows.push((key.clone(), value));
            self.rows.len() - 1
        })
    }
}

impl Kept {
    fn new(sort: &Sort, need: Resources, wish: Option<u64>) -> Self {
        match sort.kind() {
            Kind::Levels => Self::Levels(View::new(sort, need, wish)),
            Kind::Shelf(1) => Self::OneOwn(View::new(sort, need, wish)),
            Kind::Shelf(2) => Self::TwoOwn(View::new(sort, need, wish)),
            Kind::Tree(1) => Self::One(View::new(sort, need, wish)),
            Kind::Tree(2) => Self::Two(View::new(sort, need, wish)),
            Kind::Tree(3) => Self::Three(View::new(sort, need, wish)),
            Kind::Shelf(more) | Kind::Tree(more) => unreachable!("{more} numbers, which no strategies give"),
        }
    }

    fn choose(&mut self, question: &Question<'_>, tie: Tie<'_>) -> Option<Placed> {
        match self {
            Self::Levels(view) => view.choose(question, tie),
            Self::OneOwn(view) => view.choose(question, tie),
            Self::TwoOwn(view) => view.choose(question, tie),
            Self::One(view) => view.choose(question, tie),
            Self::Two(view) => view.choose(question, tie),
            Self::Three(view) => view.choose(question, tie),
        }
    }

    fn drop_if_old(&mut self, fleet: &Fleet) {
        match self {
            Self::Levels(view) => view.drop_if_old(fleet),
            Self::OneOwn(view) => view.drop_if_old(fleet),
            Self::TwoOwn(view) => view.drop_if_old(fleet),
            Self::One(view) => view.drop_if_old(fleet),
            Self::Two(view) => view.drop_if_old(fleet),
            Self::Three(view) => view.drop_if_old(fleet),
        }
    }
}
