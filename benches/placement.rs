//! Stop a task, place another one: by the index and by the plain scan, side by side on two equal fleets.
//!
//! Each case fills a cluster with ten tasks per instance, which takes about 85 % of its CPU, and then stops a random
//! task and places one of a random class, again and again. Both sides must make the same choices.
//!
//! * `binpack`, `zone+binpack`, `instance`, `random`: six sizes of tasks, each a service, all with that chain;
//! * `mix`: 20 services with a size each, whose tasks come with three different chains;
//! * `many`: 2,000 services of 20 sizes with the default of services, zone and then instance;
//! * `full`: as `mix`, on three kinds of instances with attributes, some with GPUs and all with a limit of interfaces;
//!   of the 20 services some ask for static ports, interfaces, GPUs, zones, an attribute or a group by an expression, or a place without another
//!   task of theirs, and every second task stays for ever.
//!
//! `cargo bench --bench placement -- [--quick] [--check] [--only chain]`

mod support;

use std::process::ExitCode;

use longshore::cluster::{Attributes, Demand, Fleet, Ground, HostPort, Protocol, Registration};
use longshore::placement::cql::{Constraint, Expression};
use longshore::placement::{Placed, PlacementClass, Placer, Pool, Requirements, Strategy, Tie, scan};
use longshore::units::{
    AttributeSetId, GroupId, Id, InstanceId, InstanceTypeId, PlacementClassId, ProviderId, Resources, Table, ZoneId,
};
use support::{Case, Options, Taken, measure};

const ZONES: usize = 3;
/// Two of three instances are like an m5.4xlarge, the third like an m5.2xlarge.
const INSTANCES: [Resources; 3] =
    [Resources::new(16_384, 63_498), Resources::new(8_192, 31_749), Resources::new(16_384, 63_498)];
const SIX_SIZES: [Resources; 6] = [
    Resources::new(256, 512),
    Resources::new(512, 1_024),
    Resources::new(1_024, 2_048),
    Resources::new(1_024, 4_096),
    Resources::new(2_048, 4_096),
    Resources::new(2_048, 8_192),
];

/// What is required of the four single chains: the share of the scan's time, the time of a pair, and the growth of
/// that from 100 to 10,000 instances.
const MOST_OF_SCAN: f64 = 0.1;
const MOST_NS: f64 = 1_000.0;
const MOST_GROWTH: f64 = 4.0;
/// What is required of the full mixture.
const MOST_OF_SCAN_FULL: f64 = 0.04;
const MOST_NS_FULL: f64 = 4_000.0;
/// At 100 instances the index may not be slower than the scan; this much is noise.
const NOISE: f64 = 1.05;

/// A number that depends on the key alone.
fn keyed(key: u64) -> u64 {
    let mut bits = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// A number below `end` that depends on the key alone.
fn below(end: usize, key: u64) -> usize {
    usize::try_from(keyed(key) % end as u64).expect("below a usize")
}

/// A cluster with its tasks, and one way to choose.
struct Cluster {
    fleet: Fleet,
    classes: Table<PlacementClassId, PlacementClass>,
    /// Those that may be stopped.
    tasks: Vec<(InstanceId, PlacementClassId)>,
    /// `None` scans.
    placer: Option<Placer>,
    turn: u64,
    digest: u64,
}

impl Cluster {
    fn new(instances: usize, classes: &[PlacementClass], by_index: bool) -> Self {
        let is_full = classes.iter().any(|class| !class.is_plain());
        let fleet = fleet(instances, classes, is_full);
        let classes = Table::from_iter(classes.to_vec());
        // Both sides are filled by the index: a scan would take minutes.
        let placer = Some(Placer::new(&classes));
        let mut cluster = Self { fleet, classes, tasks: Vec::new(), placer, turn: 0, digest: 0 };
        while cluster.tasks.len() < 10 * instances {
            cluster.place();
        }
        if is_full {
            let mut number = 0;
            cluster.tasks.retain(|_| {
                number += 1;
                number % 2 == 0
            });
        }
        cluster.placer = cluster.placer.filter(|_| by_index);
        cluster.digest = 0;
        cluster
    }

    /// Stops a random task and places one of a random class.
    fn pair(&mut self) {
        if !self.tasks.is_empty() {
            let task = below(self.tasks.len(), self.turn);
            let (instance, class) = self.tasks.swap_remove(task);
            let PlacementClass { demand, group, .. } = &self.classes[class];
            self.fleet.release(instance, demand, *group);
            self.fleet.detach(instance, demand);
        }
        self.place();
    }

    fn place(&mut self) {
        self.turn += 1;
        let id = PlacementClassId::from_row(below(self.classes.len(), self.turn << 20));
        let class = &self.classes[id];
        let key = self.turn << 40;
        let mut draw = |tied: u32| u32::try_from(keyed(key) % u64::from(tied)).expect("below a u32");
        let tie = Tie::Draw(&mut draw);
        let placed = match &mut self.placer {
            Some(placer) => placer.place(&self.fleet, id, tie),
            None => scan(&self.fleet, class, tie),
        };
        if let Some(Placed { instance, measure, tied, .. }) = placed {
            self.fleet.charge(instance, &class.demand, class.group);
            self.tasks.push((instance, id));
            self.digest = keyed(self.digest ^ u64::from(instance.0) ^ u64::from(measure) << 20 ^ u64::from(tied) << 40);
        }
    }
}

/// Two of three instances are larger; of a full mixture the third kind has GPUs, and half of each kind are blue.
fn fleet(instances: usize, classes: &[PlacementClass], is_full: bool) -> Fleet {
    let groups = classes.iter().map(|class| class.group.row() + 1).max().unwrap_or_default();
    let color = |color: &str| Attributes::from([("color".to_owned(), color.to_owned())]);
    let attributes = Table::from_iter([color("blue"), color("green")]);
    let mut fleet = Fleet::on(Ground { attributes, ..Ground::plain(ZONES, groups) });
    for number in 0..instances {
        let zone = ZoneId::from_row(number % ZONES);
        let kind = number / ZONES % INSTANCES.len();
        let plain = Registration::plain(zone, ProviderId(0), InstanceTypeId(0), INSTANCES[kind]);
        let attributes = AttributeSetId::from_row(number / ZONES / INSTANCES.len() % 2);
        let (gpus, interfaces) = [(0, 7), (0, 3), (8, 7)][kind];
        fleet.register(if is_full { Registration { gpus, interfaces, attributes, ..plain } } else { plain });
    }
    fleet
}

/// The 20 task definitions of the full mixture, each with three chains.
fn full_mixture(chains: &[&[Strategy]]) -> Vec<PlacementClass> {
    let mut classes = classes(&twenty_sizes(), 20, chains);
    for class in &mut classes {
        let (demand, asked) = (&mut class.demand, &mut class.requirements);
        let blue = || query("attribute:color == blue");
        match class.group.0 {
            number @ 0..=2 => demand.ports = vec![port(number)],
            3..=5 => demand.interface = true,
            6 => *demand = Demand { interface: true, gpus: 1, ..demand.clone() },
            number @ 7..=8 => demand.gpus = number - 6,
            9..=11 => asked.member_of = blue(),
            12 => *asked = Requirements { member_of: blue(), distinct_instance: true, ..Requirements::default() },
            number @ 13..=14 => asked.zones = Some(vec![ZoneId(number - 13), ZoneId(2)]),
            15 => (demand.interface, asked.zones) = (true, Some(vec![ZoneId(1)])),
            16 => asked.distinct_instance = true,
            17 => asked.member_of = query("not(task:group == service-3)"),
            18 => asked.member_of = query("attribute:color =~ gr.* and not(task:group in [service-16, service-17])"),
            _ => {}
        }
    }
    classes
}

/// The parts of an expression; groups are called by their numbers.
fn query(text: &str) -> Vec<Constraint> {
    let names: Vec<String> = (0..20).map(|group| format!("service-{group}")).collect();
    let groups = (0..).map(GroupId).zip(names.iter().map(String::as_str));
    Expression::parse(text).expect("an expression").resolve(groups).conjuncts()
}

fn port(number: u32) -> HostPort {
    HostPort { protocol: Protocol::Tcp, number: 8080 + u16::try_from(number).expect("few") }
}

/// Ten tasks per instance of these sizes take as much CPU as the six sizes.
fn twenty_sizes() -> Vec<Resources> {
    (1..=20).map(|step| Resources::new(step * 112, 256 + step * 7 % 20 * 300)).collect()
}

fn classes(sizes: &[Resources], services: u32, chains: &[&[Strategy]]) -> Vec<PlacementClass> {
    let sizes = sizes.iter().cycle();
    let of_service = |(group, &need)| {
        chains.iter().map(move |chain| PlacementClass::plain(need, chain.to_vec(), GroupId(group), Pool::LaunchTypeEc2))
    };
    (0..services).zip(sizes).flat_map(of_service).collect()
}

/// Index and scan in turns: how long a pair of stop and place takes each.
fn compare(name: &str, instances: usize, classes: &[PlacementClass], options: &Options) -> (Taken, Taken) {
    let mut index = Cluster::new(instances, classes, true);
    let mut scan = Cluster::new(instances, classes, false);
    // long turns: a run places task after task, and does not scan ten thousand instances in between
    let (rounds, work) = if options.quick { (3, 20_000) } else { (5, 100_000) };
    let mut cases = [
        Case { name: "index", work: Box::new(|times| (0..times).for_each(|_| index.pair())) },
        Case { name: "scan", work: Box::new(|times| (0..times).for_each(|_| scan.pair())) },
    ];
    let taken = measure(&mut cases, work / 10, work, rounds);
    drop(cases);
    assert_eq!(index.digest, scan.digest, "index and scan chose differently: {name}, {instances} instances");
    let [index, scan] = <[Taken; 2]>::try_from(taken).unwrap_or_else(|_| panic!("two cases"));
    #[expect(clippy::cast_precision_loss, reason = "small enough")]
    let checks = instances as f64 / scan.median() * 1e3;
    println!(
        "{name:13} {instances:>9} {:>11.0} {:>11.0} {:>10.1} {checks:>16.0}",
        index.median(),
        scan.median(),
        scan.over(&index)
    );
    (index, scan)
}

/// What is more than it may be.
fn over(name: &str, required: &[(&str, f64, f64)]) -> Vec<String> {
    let over = required.iter().filter(|(_, value, most)| value > most);
    over.map(|(what, value, most)| format!("{name}: {what}: {value:.2}, at most {most}")).collect()
}

fn main() -> ExitCode {
    let options = Options::read();
    let single: [(&str, &[Strategy]); 4] = [
        ("binpack", &[Strategy::BinpackMemory]),
        ("zone+binpack", &[Strategy::SpreadZone, Strategy::BinpackMemory]),
        ("instance", &[Strategy::SpreadInstance]),
        ("random", &[Strategy::Random]),
    ];
    let is_asked_for = |name: &str| options.only.as_ref().is_none_or(|only| only == name);
    println!("chain         instances    index ns     scan ns  scan/index  M checks/s (scan)");
    let mut missed = Vec::new();
    for (name, chain) in single.into_iter().filter(|(name, _)| is_asked_for(name)) {
        let classes = classes(&SIX_SIZES, 6, &[chain]);
        let (small, small_scan) = compare(name, 100, &classes, &options);
        let (large, large_scan) = compare(name, 10_000, &classes, &options);
        let required = [
            ("not slower than the scan at 100 instances", small.over(&small_scan), NOISE),
            ("share of the scan's time", large.over(&large_scan), MOST_OF_SCAN),
            ("ns a pair", large.median(), MOST_NS),
            ("growth from 100 to 10,000 instances", large.median() / small.median(), MOST_GROWTH),
        ];
        missed.extend(over(name, &required));
    }
    let default: &[Strategy] = &[Strategy::SpreadZone, Strategy::SpreadInstance];
    let chains = [single[0].1, single[1].1, default];
    if is_asked_for("mix") {
        compare("mix", 10_000, &classes(&twenty_sizes(), 20, &chains), &options);
    }
    if is_asked_for("many") {
        compare("many", 10_000, &classes(&twenty_sizes(), 2_000, &[default]), &options);
    }
    if is_asked_for("full") {
        let (index, scan) = compare("full", 10_000, &full_mixture(&chains), &options);
        let required = [
            ("share of the scan's time", index.over(&scan), MOST_OF_SCAN_FULL),
            ("ns a pair", index.median(), MOST_NS_FULL),
        ];
        missed.extend(over("full", &required));
    }
    for line in &missed {
        eprintln!("missed: {line}");
    }
    if options.check && !missed.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
