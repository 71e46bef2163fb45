//! The index chooses what the plain scan chooses, whatever happened before: on random fleets, and on all small ones.

use longshore::cluster::{Fleet, Registration};
use longshore::placement::{Placed, PlacementClass, Placer, Pool, Strategy, Tie, Tuning, scan};
use longshore::units::{
    GroupId, Id, InstanceId, InstanceTypeId, PlacementClassId, ProviderId, Resources, Table, ZoneId,
};
use proptest::prelude::*;
use proptest::strategy::Strategy as Generator;

const STRATEGIES: [Strategy; 5] =
    [Strategy::BinpackCpu, Strategy::BinpackMemory, Strategy::SpreadZone, Strategy::SpreadInstance, Strategy::Random];
const GROUPS: u32 = 4;

/// Always the index, whatever it costs.
const INDEX_ONLY: Tuning = Tuning { scan_up_to: 0, follow_part: 0, always_share: false };
const SHARED_INDEX: Tuning = Tuning { always_share: true, ..INDEX_ONLY };

/// One thing that happens to the fleet. Numbers are taken modulo what there is.
#[derive(Debug, Clone)]
enum Step {
    Register {
        zone: u32,
        provider: u32,
        cpu: u32,
        memory: u32,
    },
    Place {
        class: usize,
        draw: u32,
        lowest: bool,
    },
    Release {
        task: usize,
    },
    Remove {
        instance: usize,
    },
    /// So many changes that whoever does not ask meanwhile falls behind.
    Churn {
        times: usize,
    },
}

fn class() -> impl Generator<Value = PlacementClass> {
    let chain = prop::collection::vec(prop::sample::select(STRATEGIES.as_slice()), 1..=5);
    let pool = prop_oneof![
        2 => Just(Pool::LaunchTypeEc2),
        1 => (0..2u32).prop_map(|provider| Pool::Provider(ProviderId(provider))),
    ];
    class_of(chain, pool)
}

fn class_of(
    chain: impl Generator<Value = Vec<Strategy>>,
    pool: impl Generator<Value = Pool>,
) -> impl Generator<Value = PlacementClass> {
    // Coarse amounts, so that instances are often equal.
    (0..5u32, 0..5u32, chain, 0..GROUPS, pool).prop_map(|(cpu, memory, chain, group, pool)| {
        PlacementClass::plain(Resources::new(cpu * 50, memory * 100), chain, GroupId(group), pool)
    })
}

/// Chains of one shape for several sizes: these share one order, or each has one of its own.
fn classes_of_a_shape() -> impl Generator<Value = Vec<PlacementClass>> {
    use Strategy::{BinpackCpu, BinpackMemory, Random, SpreadInstance, SpreadZone};
    let shapes: [&[Strategy]; 10] = [
        &[Random],
        &[SpreadZone],
        &[SpreadInstance],
        &[SpreadZone, SpreadInstance],
        &[BinpackMemory],
        &[SpreadZone, BinpackCpu],
        &[BinpackMemory, SpreadZone],
        &[BinpackCpu, BinpackMemory],
        &[BinpackMemory, SpreadInstance],
        &[SpreadInstance, SpreadZone, BinpackMemory, BinpackCpu],
    ];
    prop::sample::select(shapes.map(<[Strategy]>::to_vec).to_vec())
        .prop_flat_map(|chain| prop::collection::vec(class_of(Just(chain), Just(Pool::LaunchTypeEc2)), 2..=6))
}

fn step() -> impl Generator<Value = Step> {
    prop_oneof![
        2 => (any::<u32>(), 0..2u32, 1..6u32, 1..6u32).prop_map(|(zone, provider, cpu, memory)| Step::Register {
            zone, provider, cpu: cpu * 100, memory: memory * 200,
        }),
        10 => (any::<usize>(), any::<u32>(), prop::bool::weighted(0.3))
            .prop_map(|(class, draw, lowest)| Step::Place { class, draw, lowest }),
        4 => any::<usize>().prop_map(|task| Step::Release { task }),
        1 => any::<usize>().prop_map(|instance| Step::Remove { instance }),
        1 => prop_oneof![9 => 1..40usize, 1 => 1000..2500usize].prop_map(|times| Step::Churn { times }),
    ]
}

/// A fleet with the tasks on it and the placers that must agree with the scan.
struct World {
    fleet: Fleet,
    classes: Table<PlacementClassId, PlacementClass>,
    placers: [Placer; 3],
    tasks: Vec<(InstanceId, Resources, GroupId)>,
}

impl World {
    fn new(zones: usize, classes: Vec<PlacementClass>) -> Self {
        let classes = Table::from_iter(classes);
        Self {
            fleet: Fleet::new(zones, GROUPS as usize),
            placers: [INDEX_ONLY, SHARED_INDEX, Tuning::default()].map(|tuning| Placer::with_tuning(&classes, tuning)),
            classes,
            tasks: Vec::new(),
        }
    }

    fn register(&mut self, zone: u32, provider: u32, registered: Resources) {
        let zone = ZoneId::from_row(zone as usize % self.fleet.zones());
        let (provider, instance_type) = (ProviderId(provider), InstanceTypeId(0));
        self.fleet.register(Registration::plain(zone, provider, instance_type, registered));
    }

    /// What the scan says, after all placers said the same.
    fn choose(&mut self, class: PlacementClassId, draw: u32, lowest: bool) -> Option<Placed> {
        let answer = |place: &mut dyn FnMut(Tie<'_>) -> Option<Placed>| {
            let mut asked = Vec::new();
            let mut draw = |tied| {
                asked.push(tied);
                draw % tied
            };
            let placed = place(if lowest { Tie::LowestId } else { Tie::Draw(&mut draw) });
            (placed, asked)
        };
        let expected = answer(&mut |tie| scan(&self.fleet, &self.classes[class], tie));
        for placer in &mut self.placers {
            let placed = answer(&mut |tie| placer.place(&self.fleet, class, tie));
            assert_eq!(placed, expected, "{:?}", self.classes[class]);
        }
        expected.0
    }

    fn charge(&mut self, instance: InstanceId, need: Resources, group: GroupId) {
        self.fleet.charge(instance, &need.into(), group);
        self.tasks.push((instance, need, group));
    }

    fn release(&mut self, task: usize) {
        let (instance, need, group) = self.tasks.swap_remove(task);
        self.fleet.release(instance, &need.into(), group);
    }

    /// Takes the steps, and then asks for every class.
    fn go_through(&mut self, steps: &[Step]) {
        for step in steps {
            self.take(step);
        }
        for class in self.classes.ids() {
            self.choose(class, 1, false);
            self.choose(class, 0, true);
        }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Register { zone, provider, cpu, memory } => {
                self.register(zone, provider, Resources::new(cpu, memory));
            }
            Step::Place { class, draw, lowest } => {
                let class = PlacementClassId::from_row(class % self.classes.len());
                if let Some(placed) = self.choose(class, draw, lowest) {
                    let class = &self.classes[class];
                    let (need, group) = (class.demand.need, class.group);
                    self.charge(placed.instance, need, group);
                }
            }
            Step::Release { task } if !self.tasks.is_empty() => self.release(task % self.tasks.len()),
            Step::Remove { instance } if !self.fleet.live().is_empty() => {
                let instance = self.fleet.live()[instance % self.fleet.live().len()];
                while let Some(task) = self.tasks.iter().position(|task| task.0 == instance) {
                    self.release(task);
                }
                self.fleet.remove(instance);
            }
            Step::Churn { times } if !self.tasks.is_empty() => {
                for turn in 0..times {
                    let task = self.tasks[turn % self.tasks.len()];
                    self.release(turn % self.tasks.len());
                    self.charge(task.0, task.1, task.2);
                }
            }
            Step::Release { .. } | Step::Remove { .. } | Step::Churn { .. } => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_chooses_what_the_scan_chooses(
        zones in 1..=4usize,
        start in 0..300u32,
        classes in prop::collection::vec(class(), 3..=8),
        steps in prop::collection::vec(step(), 1..400),
    ) {
        let mut world = World::new(zones, classes);
        for number in 0..start {
            world.register(number * 7, number % 2, Resources::new(100 + number % 3 * 200, 200 + number % 5 * 200));
        }
        world.go_through(&steps);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// So many instances, often equal, that every order has several parts, and these fill, split, empty and merge.
    #[test]
    fn large_fleets_agree_for_each_shape_of_chain(
        zones in 1..=4u32,
        start in 400..1500u32,
        kinds in 1..=4u32,
        classes in classes_of_a_shape(),
        steps in prop::collection::vec(step(), 1..300),
    ) {
        let mut world = World::new(zones as usize, classes);
        for number in 0..start {
            let kind = number % kinds + 1;
            world.register(number * 7, number % 2, Resources::new(kind * 100, kind * 7 % 4 * 200));
        }
        for turn in 0..start / 2 {
            world.take(&Step::Place { class: turn as usize, draw: turn * 7919, lowest: turn % 5 == 0 });
        }
        world.go_through(&steps);
        while let Some(&instance) = world.fleet.live().iter().nth_back(2) {
            world.take(&Step::Remove { instance: world.fleet.live().len() - 3 });
            if instance.0.is_multiple_of(16) {
                world.take(&Step::Place { class: instance.row(), draw: instance.0, lowest: false });
            }
        }
    }
}

/// Calls `visit` with every way to choose a digit below `base` for each of `places`.
fn every(places: usize, base: u32, visit: &mut dyn FnMut(&[u32])) {
    let mut digits = vec![0; places];
    loop {
        visit(&digits);
        let Some(place) = digits.iter().position(|&digit| digit + 1 < base) else { return };
        digits[place] += 1;
        digits[..place].fill(0);
    }
}

/// All fleets of up to three instances (two sizes, two zones) and all ways to put up to four tasks (two sizes, two
/// groups) on them, for each strategy alone.
#[test]
fn every_small_fleet_agrees() {
    for instances in 0..=3 {
        every(instances, 4, &mut |kinds| {
            for tasks in 0..=if instances == 0 { 0 } else { 4 } {
                let base = u32::try_from(instances).expect("small") * 4;
                every(tasks, base, &mut |tasks| agree_on(kinds, tasks));
            }
        });
    }
}

fn agree_on(kinds: &[u32], tasks: &[u32]) {
    // Tasks are like one another: one order of them is enough.
    if !tasks.is_sorted() {
        return;
    }
    let classes = STRATEGIES
        .map(|strategy| PlacementClass::plain(Resources::new(2, 2), vec![strategy], GroupId(0), Pool::LaunchTypeEc2));
    let mut world = World::new(2, classes.to_vec());
    for kind in kinds {
        world.register(kind % 2, 0, if kind / 2 == 0 { Resources::new(4, 5) } else { Resources::new(6, 3) });
    }
    for task in tasks {
        let instance = InstanceId(task / 4);
        let need = if task / 2 % 2 == 0 { Resources::new(1, 1) } else { Resources::new(2, 1) };
        if world.fleet.free(instance).covers(need) {
            world.charge(instance, need, GroupId(task % 2));
        }
    }
    for class in world.classes.ids() {
        for draw in 0..3 {
            world.choose(class, draw, false);
        }
        world.choose(class, 0, true);
    }
}
