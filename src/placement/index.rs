//! Places tasks as the plain scan would, without looking at every instance each time.

use std::collections::{BTreeMap, BTreeSet};

use super::levels::Levels;
use super::scan::scan_in;
use super::seats::Seats;
use super::shelf::Shelf;
use super::tree::Tree;
use super::view::{ByZone, Kind, Sort, View};
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
}

impl Default for Tuning {
    fn default() -> Self {
        Self { scan_up_to: 128, follow_part: 8, always_share: false }
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
    seats: Seats,
    tuning: Tuning,
    swept: usize,
    candidates: Vec<InstanceId>,
}

/// A class, and what is known about it.
#[derive(Debug, Clone)]
struct Asked {
    class: PlacementClass,
    view: usize,
    by_zone: Option<ByZone>,
    /// Whether no order can be kept for it.
    scans: bool,
    /// As of this change of the fleet no instance was feasible.
    failed: Option<usize>,
}

/// A view, and how often it is asked for.
#[derive(Debug, Clone)]
struct Shared {
    /// At which change of the fleet it was asked for last.
    asked: usize,
    /// How many changes there are between two times, smoothed: one short gap does not pay for making a view anew.
    gap: usize,
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
        let sorts = sorts(classes, tuning);
        // What the smallest task of a view needs decides which instances it must know at all.
        let mut views = BTreeMap::new();
        for (sort, class) in sorts.iter().zip(classes.rows()) {
            let least: &mut Resources = views.entry(sort).or_insert(class.demand.need);
            least.cpu = least.cpu.min(class.demand.need.cpu);
            least.memory = least.memory.min(class.demand.need.memory);
        }
        let numbers: BTreeMap<_, _> = views.keys().copied().zip(0..).collect();
        let asked = |(class, sort): (&PlacementClass, &Sort)| Asked {
            view: numbers[sort],
            by_zone: ByZone::of(class),
            failed: None,
            scans: !class.is_plain()
                || class.chain.iter().any(|strategy| matches!(strategy.level(), Level::PerValue(_))),
            class: class.clone(),
        };
        let classes = classes.rows().iter().zip(&sorts).map(asked).collect();
        let view = |(sort, need): (&Sort, Resources)| Shared { asked: 0, gap: usize::MAX, kept: Kept::new(sort, need) };
        let views = views.into_iter().map(view).collect();
        Self { classes, views, seats: Seats::default(), tuning, swept: 0, candidates: Vec::new() }
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
        let now = fleet.changes();
        let asked = &mut self.classes[class];
        if asked.failed.is_some_and(|since| !any_feasible_since(fleet, &asked.class, since)) {
            asked.failed = Some(now);
            return None;
        }
        let view = &mut self.views[asked.view];
        let live = fleet.live().len();
        view.gap = (view.gap.min(2 * live) * 3 + (now - view.asked).min(2 * live)) / 4;
        view.asked = now;
        let scans = asked.scans || live <= self.tuning.scan_up_to || view.gap * self.tuning.follow_part > live;
        let placed = if scans {
            scan_in(&mut self.candidates, fleet, &asked.class, tie)
        } else {
            self.seats.follow(fleet);
            view.kept.choose(fleet, &self.seats, asked, tie)
        };
        asked.failed = placed.is_none().then_some(now);
        self.sweep(fleet);
        placed
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

/// Which order each class needs: one of its own where too few sizes would share it.
fn sorts(classes: &Table<PlacementClassId, PlacementClass>, tuning: Tuning) -> Vec<Sort> {
    let mut sizes: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for class in classes.rows() {
        sizes.entry(Sort::of(class)).or_default().insert(class.demand.need);
    }
    let sort = |class: &PlacementClass| {
        let sort = Sort::of(class);
        let shared = tuning.always_share || sizes[&sort].len() >= sort.shared_from();
        if shared { sort } else { sort.alone(class.demand.need) }
    };
    classes.rows().iter().map(sort).collect()
}

/// Whether an instance that changed after the first `since` changes may take a task of the class now. `true` also
/// when that is too long ago to tell.
fn any_feasible_since(fleet: &Fleet, class: &PlacementClass, since: usize) -> bool {
    fleet.changed_since(since).is_none_or(|changed| changed.iter().any(|&instance| class.may_use(fleet, instance)))
}

impl Kept {
    fn new(sort: &Sort, need: Resources) -> Self {
        match sort.kind() {
            Kind::Levels => Self::Levels(View::new(sort, need)),
            Kind::Shelf(1) => Self::OneOwn(View::new(sort, need)),
            Kind::Shelf(2) => Self::TwoOwn(View::new(sort, need)),
            Kind::Tree(1) => Self::One(View::new(sort, need)),
            Kind::Tree(2) => Self::Two(View::new(sort, need)),
            Kind::Tree(3) => Self::Three(View::new(sort, need)),
            Kind::Shelf(more) | Kind::Tree(more) => unreachable!("{more} numbers, which no strategies give"),
        }
    }

    fn choose(&mut self, fleet: &Fleet, seats: &Seats, asked: &Asked, tie: Tie<'_>) -> Option<Placed> {
        match self {
            Self::Levels(view) => view.choose(fleet, seats, &asked.class, asked.by_zone, tie),
            Self::OneOwn(view) => view.choose(fleet, seats, &asked.class, asked.by_zone, tie),
            Self::TwoOwn(view) => view.choose(fleet, seats, &asked.class, asked.by_zone, tie),
            Self::One(view) => view.choose(fleet, seats, &asked.class, asked.by_zone, tie),
            Self::Two(view) => view.choose(fleet, seats, &asked.class, asked.by_zone, tie),
            Self::Three(view) => view.choose(fleet, seats, &asked.class, asked.by_zone, tie),
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
