//! The index chooses what the plain scan chooses, whatever happened before: on random fleets, and on all small ones.

use longshore::cluster::{Attributes, Demand, Fleet, Ground, HostPort, Protocol, Registration, SpreadValues};
use longshore::placement::cql::{Constraint, Expression};
use longshore::placement::{Placed, PlacementClass, Placer, Pool, Requirements, Strategy, Tie, Tuning, scan};
use longshore::units::{
    AttributeSetId, GroupId, Id, InstanceId, InstanceTypeId, PlacementClassId, ProviderId, Resources, SpreadKeyId,
    Table, ZoneId,
};
use proptest::prelude::*;
use proptest::strategy::Strategy as Generator;

const STACK: Strategy = Strategy::SpreadAttribute(SpreadKeyId(0));
const RACK: Strategy = Strategy::SpreadAttribute(SpreadKeyId(1));
const STRATEGIES: [Strategy; 7] = [
    Strategy::BinpackCpu,
    Strategy::BinpackMemory,
    Strategy::SpreadZone,
    Strategy::SpreadInstance,
    Strategy::Random,
    STACK,
    RACK,
];
const GROUPS: u32 = 4;
const GROUP_NAMES: [&str; 4] = ["g0", "g1", "g2", "g3"];
/// Static, changing and mixed expressions (ECS-331 to ECS-338).
const QUERIES: [&str; 7] = [
    "attribute:stack == prod",
    "attribute:rack =~ '[0-9]' or attribute:stack !exists",
    "not(task:group == g0)",
    "task:group == g1",
    "attribute:stack exists and runningTasksCount < 3",
    "runningTasksCount >= 1 and not(task:group in [g1, g2])",
    "task:group == nobody",
];

/// The parts of an expression, with the groups' ids.
fn query(text: &str) -> Vec<Constraint> {
    let groups = (0..GROUPS).map(GroupId).zip(GROUP_NAMES);
    Expression::parse(text).expect("an expression").resolve(groups).conjuncts()
}

/// Always the index, whatever it costs.
const INDEX_ONLY: Tuning = Tuning { scan_up_to: 0, follow_part: 0, always_share: false, always_pass_over: false };
const SHARED_INDEX: Tuning = Tuning { always_share: true, ..INDEX_ONLY };
const PASSING_INDEX: Tuning = Tuning { always_pass_over: true, ..INDEX_ONLY };
const SHARED_PASSING_INDEX: Tuning = Tuning { always_share: true, ..PASSING_INDEX };

/// Values of the attributes `stack` and `rack` in each set; the empty word is no attribute.
const SETS: [(&str, &str); 5] = [("", ""), ("prod", "1"), ("prod", "2"), ("test", "1"), ("", "3")];

fn ground(zones: usize) -> Ground {
    let set = |(stack, rack): (&str, &str)| {
        let named = [("stack", stack), ("rack", rack)].into_iter().filter(|(_, value)| !value.is_empty());
        named.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Attributes>()
    };
    let attributes = SETS.into_iter().map(set).collect();
    let spreads = ["stack", "rack"].map(|name| SpreadValues::of(name, &attributes)).into_iter().collect();
    Ground { attributes, spreads, ..Ground::plain(zones, GROUPS as usize) }
}

/// One thing that happens to the fleet. Numbers are taken modulo what there is.
#[derive(Debug, Clone)]
enum Step {
    Register {
        zone: u32,
        provider: u32,
        cpu: u32,
        memory: u32,
        extras: Extras,
    },
    Place {
        class: usize,
        draw: u32,
        lowest: bool,
    },
    /// Equal tasks one after another.
    PlaceEqual {
        class: usize,
        draw: u32,
        count: u32,
    },
    Release {
        task: usize,
    },
    /// The interface of a task that was released is detached.
    Detach {
        task: usize,
    },
    Remove {
        instance: usize,
    },
    Drain {
        instance: usize,
    },
    Activate {
        instance: usize,
    },
    /// So many changes that whoever does not ask meanwhile falls behind.
    Churn {
        times: usize,
    },
}

/// What an instance has beside CPU and memory.
#[derive(Debug, Clone, Copy)]
struct Extras {
    gpus: u32,
    interfaces: u32,
    attributes: u32,
}

fn extras() -> impl Generator<Value = Extras> {
    let interfaces = prop_oneof![1 => Just(u32::MAX), 2 => 0..4u32];
    (prop_oneof![2 => Just(0), 1 => 1..4u32], interfaces, 0..u32::try_from(SETS.len()).expect("few"))
        .prop_map(|(gpus, interfaces, attributes)| Extras { gpus, interfaces, attributes })
}

/// What a task takes beside CPU and memory, most often nothing.
fn demand() -> impl Generator<Value = Demand> {
    let port = |number: u16| HostPort { protocol: Protocol::Tcp, number };
    let ports = prop_oneof![
        4 => Just(vec![]),
        1 => Just(vec![port(80)]),
        1 => Just(vec![port(80), port(443)]),
        1 => Just(vec![port(22)]),
        1 => (1..500u16).prop_map(move |number| vec![port(number)]),
    ];
    let gpus = prop_oneof![3 => Just(0), 1 => 1..3u32];
    (ports, gpus, prop::bool::weighted(0.25)).prop_map(|(ports, gpus, interface)| Demand {
        gpus,
        interface,
        ports,
        ..Demand::default()
    })
}

/// What a task asks beside room, most often nothing.
fn requirements() -> impl Generator<Value = Requirements> {
    let attribute = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
    let attributes = prop_oneof![
        4 => Just(vec![]),
        1 => Just(vec![attribute("stack", Some("prod"))]),
        1 => Just(vec![attribute("rack", None)]),
        1 => Just(vec![attribute("stack", None), attribute("rack", Some("1"))]),
    ];
    let zones = prop_oneof![
        4 => Just(None),
        1 => prop::collection::vec((0..4u32).prop_map(ZoneId), 1..3).prop_map(Some),
    ];
    let member_of = prop_oneof![
        3 => Just(Vec::new()),
        2 => prop::sample::select(QUERIES.as_slice()).prop_map(query),
    ];
    let asked = (attributes, zones, member_of, prop::bool::weighted(0.25));
    asked.prop_map(|(attributes, zones, member_of, distinct_instance)| Requirements {
        attributes,
        zones,
        member_of,
        distinct_instance,
    })
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
    let asks = prop_oneof![
        1 => Just((Demand::default(), Requirements::default())),
        1 => (demand(), requirements()),
    ];
    (0..5u32, 0..5u32, chain, 0..GROUPS, pool, asks).prop_map(|(cpu, memory, chain, group, pool, asks)| {
        let demand = Demand { need: Resources::new(cpu * 50, memory * 100), ..asks.0 };
        PlacementClass { demand, requirements: asks.1, chain, group: GroupId(group), pool }
    })
}

/// Chains of one shape for several sizes: these share one order, or each has one of its own.
fn classes_of_a_shape() -> impl Generator<Value = Vec<PlacementClass>> {
    use Strategy::{BinpackCpu, BinpackMemory, Random, SpreadInstance, SpreadZone};
    let shapes: [&[Strategy]; 15] = [
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
        &[STACK],
        &[SpreadZone, RACK, BinpackCpu],
        &[RACK, BinpackMemory, STACK],
        &[STACK, SpreadInstance],
        &[BinpackCpu, STACK, SpreadZone, SpreadInstance, RACK],
    ];
    prop::sample::select(shapes.map(<[Strategy]>::to_vec).to_vec())
        .prop_flat_map(|chain| prop::collection::vec(class_of(Just(chain), Just(Pool::LaunchTypeEc2)), 2..=6))
}

fn step() -> impl Generator<Value = Step> {
    prop_oneof![
        2 => (any::<u32>(), 0..2u32, 1..6u32, 1..6u32, extras()).prop_map(|(zone, provider, cpu, memory, extras)| {
            Step::Register { zone, provider, cpu: cpu * 100, memory: memory * 200, extras }
        }),
        10 => (any::<usize>(), any::<u32>(), prop::bool::weighted(0.3))
            .prop_map(|(class, draw, lowest)| Step::Place { class, draw, lowest }),
        2 => (any::<usize>(), any::<u32>(), 2..20u32)
            .prop_map(|(class, draw, count)| Step::PlaceEqual { class, draw, count }),
        4 => any::<usize>().prop_map(|task| Step::Release { task }),
        2 => any::<usize>().prop_map(|task| Step::Detach { task }),
        1 => any::<usize>().prop_map(|instance| Step::Remove { instance }),
        1 => any::<usize>().prop_map(|instance| Step::Drain { instance }),
        1 => any::<usize>().prop_map(|instance| Step::Activate { instance }),
        1 => prop_oneof![9 => 1..40usize, 1 => 1000..2500usize].prop_map(|times| Step::Churn { times }),
    ]
}

/// A fleet with the tasks on it and the placers that must agree with the scan.
struct World {
    fleet: Fleet,
    classes: Table<PlacementClassId, PlacementClass>,
    placers: [Placer; 5],
    tasks: Vec<(InstanceId, Demand, GroupId)>,
    /// Released, with an interface that is not detached yet.
    attached: Vec<(InstanceId, Demand)>,
}

impl World {
    fn new(zones: usize, classes: Vec<PlacementClass>) -> Self {
        let classes = Table::from_iter(classes);
        let tunings = [INDEX_ONLY, SHARED_INDEX, PASSING_INDEX, SHARED_PASSING_INDEX, Tuning::default()];
        Self {
            fleet: Fleet::on(ground(zones)),
            placers: tunings.map(|tuning| Placer::with_tuning(&classes, tuning)),
            classes,
            tasks: Vec::new(),
            attached: Vec::new(),
        }
    }

    fn register(&mut self, zone: u32, provider: u32, registered: Resources, extras: Extras) {
        let zone = ZoneId::from_row(zone as usize % self.fleet.zones());
        let (provider, instance_type) = (ProviderId(provider), InstanceTypeId(0));
        self.fleet.register(Registration {
            gpus: extras.gpus,
            interfaces: extras.interfaces,
            attributes: AttributeSetId(extras.attributes),
            ..Registration::plain(zone, provider, instance_type, registered)
        });
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

    fn charge(&mut self, instance: InstanceId, demand: Demand, group: GroupId) {
        self.fleet.charge(instance, &demand, group);
        self.tasks.push((instance, demand, group));
    }

    fn release(&mut self, task: usize) {
        let (instance, demand, group) = self.tasks.swap_remove(task);
        self.fleet.release(instance, &demand, group);
        if demand.interface {
            self.attached.push((instance, demand));
        }
    }

    fn detach(&mut self, task: usize) {
        if !self.attached.is_empty() {
            let (instance, demand) = self.attached.swap_remove(task % self.attached.len());
            self.fleet.detach(instance, &demand);
        }
    }

    fn remove(&mut self, instance: InstanceId) {
        while let Some(task) = self.tasks.iter().position(|task| task.0 == instance) {
            self.release(task);
        }
        self.attached.retain(|task| task.0 != instance);
        self.fleet.remove(instance);
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
            Step::Register { zone, provider, cpu, memory, extras } => {
                self.register(zone, provider, Resources::new(cpu, memory), extras);
            }
            Step::Place { class, draw, lowest } => {
                let class = PlacementClassId::from_row(class % self.classes.len());
                if let Some(placed) = self.choose(class, draw, lowest) {
                    let class = &self.classes[class];
                    let (demand, group) = (class.demand.clone(), class.group);
                    self.charge(placed.instance, demand, group);
                }
            }
            Step::PlaceEqual { class, draw, count } => {
                for turn in 0..count {
                    self.take(&Step::Place { class, draw: draw.rotate_left(turn), lowest: draw % 8 == 0 });
                }
            }
            Step::Release { task } if !self.tasks.is_empty() => self.release(task % self.tasks.len()),
            // ACTIVE or DRAINING
            Step::Remove { instance } if self.fleet.here().next().is_some() => {
                let here: Vec<InstanceId> = self.fleet.here().collect();
                self.remove(here[instance % here.len()]);
            }
            Step::Churn { times } if !self.tasks.is_empty() => {
                for turn in 0..times {
                    if self.tasks.is_empty() {
                        return;
                    }
                    let task = self.tasks[turn % self.tasks.len()].clone();
                    self.release(turn % self.tasks.len());
                    self.detach(0);
                    // its interface may not be free yet
                    if self.fleet.is_active(task.0) && self.fleet.has_room(task.0, &task.1) {
                        self.charge(task.0, task.1, task.2);
                    }
                }
            }
            Step::Detach { task } => self.detach(task),
            Step::Drain { instance } if !self.fleet.live().is_empty() => {
                self.fleet.drain(self.fleet.live()[instance % self.fleet.live().len()]);
            }
            Step::Activate { instance } if !self.fleet.draining().is_empty() => {
                self.fleet.activate(self.fleet.draining()[instance % self.fleet.draining().len()]);
            }
            Step::Release { .. }
            | Step::Remove { .. }
            | Step::Drain { .. }
            | Step::Activate { .. }
            | Step::Churn { .. } => {}
        }
    }
}

/// Instances of a start: some have GPUs, a limit of interfaces, attributes.
fn mixed(number: u32) -> Extras {
    let interfaces = if number.is_multiple_of(4) { u32::MAX } else { number % 4 };
    Extras { gpus: number % 7 % 3, interfaces, attributes: number / 3 % 5 }
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
            let registered = Resources::new(100 + number % 3 * 200, 200 + number % 5 * 200);
            world.register(number * 7, number % 2, registered, mixed(number));
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
            world.register(number * 7, number % 2, Resources::new(kind * 100, kind * 7 % 4 * 200), mixed(number));
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

/// All fleets of up to three instances (two sizes, two zones) and all ways to put up to three tasks (two sizes, two
/// groups; the larger one takes a port), four on up to two instances, on them, for each strategy alone, for pairs of spreads, and for tasks with a
/// condition.
#[test]
fn every_small_fleet_agrees() {
    for instances in 0..=3 {
        every(instances, 4, &mut |kinds| {
            for tasks in 0..=[0, 4, 4, 3][instances] {
                let base = u32::try_from(instances).expect("small") * 4;
                every(tasks, base, &mut |tasks| agree_on(kinds, tasks));
            }
        });
    }
}

fn small_classes() -> Vec<PlacementClass> {
    use Strategy::{BinpackMemory, SpreadInstance, SpreadZone};
    let of = |chain: &[Strategy]| {
        PlacementClass::plain(Resources::new(2, 2), chain.to_vec(), GroupId(0), Pool::LaunchTypeEc2)
    };
    let pairs = [[SpreadZone, STACK], [STACK, SpreadInstance], [SpreadInstance, BinpackMemory]];
    let distinct = Requirements { distinct_instance: true, ..Requirements::default() };
    let stack = Requirements { attributes: vec![("stack".into(), Some("prod".into()))], ..Requirements::default() };
    let mut classes: Vec<_> = STRATEGIES.map(|strategy| of(&[strategy])).into();
    classes.extend(pairs.map(|pair| of(&pair)));
    classes.push(PlacementClass { requirements: distinct.clone(), ..of(&[BinpackMemory]) });
    classes.push(PlacementClass { requirements: distinct, ..of(&[SpreadZone]) });
    classes.push(PlacementClass { requirements: stack, ..of(&[BinpackMemory]) });
    classes.push(PlacementClass { demand: with_port(Resources::new(2, 2)), ..of(&[SpreadZone, SpreadInstance]) });
    classes
}

fn with_port(need: Resources) -> Demand {
    Demand { need, ports: vec![HostPort { protocol: Protocol::Tcp, number: 80 }], ..Demand::default() }
}

fn agree_on(kinds: &[u32], tasks: &[u32]) {
    // Tasks are like one another: one order of them is enough.
    if !tasks.is_sorted() {
        return;
    }
    let mut world = World::new(2, small_classes());
    for kind in kinds {
        let registered = if kind / 2 == 0 { Resources::new(4, 5) } else { Resources::new(6, 3) };
        world.register(kind % 2, 0, registered, Extras { gpus: 0, interfaces: 0, attributes: kind / 2 });
    }
    for task in tasks {
        let instance = InstanceId(task / 4);
        let demand = if task / 2 % 2 == 0 { Resources::new(1, 1).into() } else { with_port(Resources::new(2, 1)) };
        if world.fleet.has_room(instance, &demand) {
            world.charge(instance, demand, GroupId(task % 2));
        }
    }
    for class in world.classes.ids() {
        for draw in 0..3 {
            world.choose(class, draw, false);
        }
        world.choose(class, 0, true);
    }
}

/// More conditions of every kind than have a bit: what has none must hold all the same.
#[test]
fn conditions_without_a_bit_agree() {
    let chains = [vec![Strategy::BinpackMemory], vec![Strategy::SpreadZone, Strategy::SpreadInstance]];
    let class = |number: u16| PlacementClass {
        demand: Demand {
            gpus: u32::from(number % 12),
            interface: number.is_multiple_of(5),
            ports: vec![HostPort { protocol: Protocol::Udp, number: 1000 + number % 40 }],
            ..Resources::new(10 + u32::from(number % 3), 10).into()
        },
        requirements: Requirements {
            attributes: vec![("rack".into(), (number % 50 > 3).then(|| (number % 4).to_string()))],
            zones: Some(vec![ZoneId(0), ZoneId(u32::from(number) % 30)]),
            distinct_instance: number.is_multiple_of(3),
            ..Requirements::default()
        },
        chain: chains[usize::from(number) % 2].clone(),
        group: GroupId(u32::from(number % 4)),
        pool: Pool::LaunchTypeEc2,
    };
    let mut world = World::new(3, (0..200).map(class).collect());
    for number in 0..150 {
        let extras = Extras { gpus: number % 13, interfaces: number % 4, attributes: number % 5 };
        world.register(number, 0, Resources::new(50, 60), extras);
    }
    for turn in 0..1500 {
        world.take(&Step::Place { class: turn * 7, draw: 5, lowest: turn % 4 == 0 });
        if turn % 2 == 0 {
            world.take(&Step::Release { task: turn * 13 });
        }
        if turn % 50 == 0 {
            world.take(&Step::Remove { instance: turn });
            let extras = Extras { gpus: 12, interfaces: 3, attributes: 1 };
            world.take(&Step::Register { zone: 0, provider: 0, cpu: 50, memory: 60, extras });
        }
    }
}
