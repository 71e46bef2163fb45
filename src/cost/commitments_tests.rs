//! Commitments against worked hours, and against a slow implementation that says it plainly.

use super::*;
use crate::catalog::fargate::FargatePrice;
use crate::cost::{InstancePrice, Line, Share, Spent, Tariffs};
use crate::fact::{Fact, InstanceTypeRole, Observer, Origin, Place, Platform, Purchase, TaskRef, TaskSourceRole, Why};
use crate::units::{GroupId, InstanceId, Resources, Table, TaskId, TaskSourceId};

#[path = "commitments_plain.rs"]
mod plain;

const HOUR: u64 = HOUR_MS;

fn usd(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A Region with its prices: `m5.large`, `m5.xlarge`, `c5.large` and `m5.large` on Spot, in two zones; a service on
/// Fargate.
struct Town {
    cast: Cast,
    portfolio: Portfolio,
    instances: InstancePrices,
    fargate: FargatePrices,
    tariffs: Tariffs,
}

const TYPES: [(&str, &str, u32, Purchase); 4] = [
    ("m5.large", "0.096", 16, Purchase::OnDemand),
    ("m5.xlarge", "0.192", 32, Purchase::OnDemand),
    ("c5.large", "0.085", 16, Purchase::OnDemand),
    ("m5.large", "0.03264", 16, Purchase::Spot),
];

fn town(horizon: u64, start_unix_s: i64, portfolio: Portfolio) -> Town {
    let source = PriceSource::new("table", "2026");
    let role = |(name, _, _, purchase): &(&str, &str, u32, Purchase)| InstanceTypeRole {
        name: (*name).to_owned(),
        operating_system: OperatingSystem::Linux,
        purchase: *purchase,
        registered: Resources::new(1024, 1024),
        gpus: 0,
        interfaces: 0,
        trunk: false,
    };
    let price = |(_, price, _, purchase): &(&str, &str, u32, Purchase)| InstancePrice {
        price: usd(price),
        later: Vec::new(),
        coverable: *purchase == Purchase::OnDemand,
        licence: None,
        source: source.clone(),
        parts: Vec::new(),
    };
    let service = TaskSourceRole {
        name: "web".to_owned(),
        origin: Origin::Standalone,
        group: GroupId(0),
        task_definition: None,
        platform: Platform::default(),
    };
    let cast = Cast {
        start_unix_s,
        horizon: SimTime(horizon),
        zones: ["a", "b"].map(ToOwned::to_owned).into_iter().collect(),
        providers: ["instances", "fargate"].map(ToOwned::to_owned).into_iter().collect(),
        instance_types: TYPES.iter().map(role).collect(),
        sources: [service].into_iter().collect(),
        ..Cast::default()
    };
    let platform = FargatePrice {
        vcpu_hour: usd("0.04048"),
        gb_hour: usd("0.004445"),
        os_licence_vcpu_hour: Decimal::whole(0),
        storage_gb_hour: usd("0.000111"),
        system: OperatingSystem::Linux,
        is_spot: false,
    };
    let key = (ProviderId(1), Architecture::X86_64, OperatingSystem::Linux);
    let fargate = [(key, PricedPlatform { price: platform, source: source.clone() })].into_iter().collect();
    let instances: Table<InstanceTypeId, InstancePrice> = TYPES.iter().map(price).collect();
    Town { cast, portfolio, instances, fargate, tariffs: Tariffs::new() }
}

fn reservation(of: usize, count: u32, zone: Option<u32>, price: &str) -> Reservation {
    let (name, _, size, _) = TYPES[of];
    let family = name.split('.').next();
    let covers = |(row, (other, _, size, purchase)): (usize, &(&str, &str, u32, Purchase))| {
        let fits = if zone.is_some() { *other == name } else { other.split('.').next() == family };
        let size = if zone.is_some() { 1 } else { *size };
        (fits && *purchase == Purchase::OnDemand).then(|| (InstanceTypeId(u32::try_from(row).unwrap()), size))
    };
    Reservation {
        name: format!("reserved-{of}-{count}").into(),
        instance_type: name.into(),
        count,
        zone: zone.map(ZoneId),
        price: usd(price),
        source: PriceSource::new("table", "2026"),
        size: if zone.is_some() { 1 } else { size },
        covers: TYPES.iter().enumerate().filter_map(covers).collect(),
    }
}

fn plan(
    name: &str,
    is_compute: bool,
    commitment: &str,
    of: &[(u32, &str)],
    fargate: &[(FargatePart, &str)],
) -> SavingsPlan {
    let platform = |part| (Architecture::X86_64, OperatingSystem::Linux, part);
    SavingsPlan {
        name: name.into(),
        is_compute,
        commitment: usd(commitment),
        source: PriceSource::new("table", "2026"),
        committed_by: PriceSource::new("scenario", ""),
        fargate_source: PriceSource::new("table", "2026"),
        rates: PlanRates {
            instances: of.iter().map(|(row, rate)| (InstanceTypeId(*row), usd(rate))).collect(),
            fargate: fargate.iter().map(|(part, rate)| (platform(*part), usd(rate))).collect(),
        },
    }
}

/// From when to when, of which type, in which zone.
type Life = (u64, u64, u32, u32);

/// Everything that meters, fed with lives of instances and one task on Fargate of so many vCPUs.
struct Books<'t> {
    ec2: Ec2Meter<'t>,
    fargate: FargateMeter<'t>,
    commitments: Commitments<'t>,
    one_by_one: bool,
}

impl Books<'_> {
    fn close_hours(&mut self, now: u64, seen: &mut dyn FnMut(&Commitments<'_>)) {
        if !self.one_by_one {
            return self.commitments.close_hours(SimTime(now), &self.ec2, &self.fargate);
        }
        while self.commitments.hour_ends().is_some_and(|end| end.0 <= now) {
            self.commitments.close_hour(&self.ec2, &self.fargate);
            seen(&self.commitments);
        }
    }

    fn bill(&self, until: u64) -> Vec<Line> {
        let until = SimTime(until);
        let covered = self.commitments.covered(until, &self.ec2, &self.fargate);
        let mut bill = self.ec2.lines(until, &covered);
        bill.extend(self.fargate.lines(until, &covered));
        bill.extend(self.commitments.lines(until, &covered));
        bill
    }
}

enum Happens {
    Comes(usize),
    Goes(usize),
    TaskComes,
    TaskGoes,
    Probe,
}

/// Runs lives; tells the bill at each probe and at the end.
fn run(
    town: &Town,
    lives: &[Life],
    task: Option<(u64, u64, u32)>,
    probes: &[u64],
    seen: Option<&mut dyn FnMut(&Commitments<'_>)>,
) -> (Vec<Vec<Line>>, Covered) {
    let horizon = town.cast.horizon.0;
    let commitments = Commitments::new(&town.cast, &town.portfolio, &town.instances, &town.fargate);
    let one_by_one = seen.is_some();
    let mut nobody = |_: &Commitments<'_>| ();
    let seen = seen.unwrap_or(&mut nobody);
    let mut books = Books {
        ec2: Ec2Meter::new(&town.cast, &town.instances, &town.tariffs),
        fargate: FargateMeter::new(&town.cast, &town.fargate),
        commitments: if one_by_one { commitments.keeping_hours() } else { commitments },
        one_by_one,
    };
    let mut events: Vec<(u64, u8, Happens)> = Vec::new();
    for (row, (from, to, ..)) in lives.iter().enumerate() {
        events.push((*from, 1, Happens::Comes(row)));
        if *to < horizon {
            events.push((*to, 1, Happens::Goes(row)));
        }
    }
    if let Some((from, to, _)) = task {
        events.push((from, 1, Happens::TaskComes));
        if to < horizon {
            events.push((to, 1, Happens::TaskGoes));
        }
    }
    events.extend(probes.iter().map(|at| (*at, 0, Happens::Probe)));
    events.sort_by_key(|(at, rank, _)| (*at, *rank));
    let task_ref = TaskRef { row: TaskId(0), source: TaskSourceId(0), ordinal: 0 };
    let mut bills = Vec::new();
    for (at, _, what) in events {
        books.close_hours(at, seen);
        let now = SimTime(at);
        match what {
            Happens::Probe => bills.push(books.bill(at)),
            Happens::Comes(row) => {
                let (_, _, of, zone) = lives[row];
                let number = u32::try_from(row).unwrap();
                books.ec2.observe(
                    now,
                    &Fact::InstanceRegistered {
                        instance: InstanceId(number),
                        ordinal: number,
                        provider: ProviderId(0),
                        instance_type: InstanceTypeId(of),
                        zone: ZoneId(zone),
                        registered: Resources::new(1024, 1024),
                        why: Why::Given,
                    },
                );
            }
            Happens::Goes(row) => {
                let instance = InstanceId(u32::try_from(row).unwrap());
                books.ec2.observe(now, &Fact::InstanceGone { instance, why: Why::UserInitiated });
            }
            Happens::TaskComes => {
                let vcpus = task.unwrap().2;
                let place = Place::Fargate { provider: ProviderId(1), zone: ZoneId(0) };
                let need = Resources::new(vcpus * 1024, vcpus * 2048);
                books.fargate.observe(now, &Fact::TaskPlaced { task: task_ref, place, need, why: Why::Given });
                books.fargate.observe(now, &Fact::TaskStarting { task: task_ref, host_port: None });
            }
            Happens::TaskGoes => {
                let stopped = Fact::TaskStopped { task: task_ref, why: Why::LifetimeOver, cpu_used_unit_ms: 0 };
                books.fargate.observe(now, &stopped);
            }
        }
    }
    books.close_hours(horizon, seen);
    books.ec2.close(SimTime(horizon));
    books.fargate.close(SimTime(horizon));
    bills.push(books.bill(horizon));
    let covered = books.commitments.covered(SimTime(horizon), &books.ec2, &books.fargate);
    (bills, covered)
}

fn at_end(town: &Town, lives: &[Life], task: Option<(u64, u64, u32)>) -> Vec<Line> {
    run(town, lives, task, &[], None).0.pop().unwrap()
}

/// Category, owner, item and nano-dollars of the lines that come to anything.
fn costs(bill: &[Line]) -> Vec<(Category, String, i128)> {
    let told = |line: &Line| (line.category, format!("{}: {}", line.provider, line.item), line.cost.0);
    bill.iter().filter(|line| line.cost.0 > 0).map(told).collect()
}

fn hour_of_57() -> (Town, [Life; 5]) {
    let portfolio = Portfolio {
        reserved: vec![reservation(0, 1, None, "0.060")],
        savings: vec![
            plan("family", false, "0.06", &[(0, "0.060")], &[]),
            plan(
                "compute",
                true,
                "0.25",
                &[(0, "0.071"), (2, "0.062")],
                &[(FargatePart::Vcpus, "0.032384"), (FargatePart::Memory, "0.003556")],
            ),
        ],
    };
    let lives = [(0, HOUR, 0, 0), (0, HOUR, 0, 0), (0, HOUR, 0, 0), (0, HOUR, 2, 0), (0, HOUR, 2, 0)];
    (town(HOUR, 0, portfolio), lives)
}

/// PRC-57, all of it.
#[test]
fn the_worked_hour_comes_out() {
    let (town, lives) = hour_of_57();
    let bill = at_end(&town, &lives, Some((0, HOUR, 4)));
    let total: i128 = bill.iter().map(|line| line.cost.0).sum();
    // 4 x 0.04048 less 0.026552 / 0.8 = 0.03319, since the rate is 0.8 of the price
    assert_eq!(total, 60_000_000 + 60_000_000 + 250_000_000 + 128_730_000);
    assert_eq!(NanoUsd(total * 1000).readable(), "498.73"); // 0.49873
    let expected = [
        (Category::Fargate, "fargate: vCPU, LINUX/X86_64", 128_730_000),
        (Category::ReservedInstances, "reserved-0-1: m5.large", 60_000_000),
        (Category::SavingsPlans, "family: m5.large", 60_000_000),
        (Category::SavingsPlans, "compute: m5.large", 71_000_000),
        (Category::SavingsPlans, "compute: c5.large", 124_000_000),
        (Category::SavingsPlans, "compute: vCPU, LINUX/X86_64", 26_552_000),
        (Category::SavingsPlans, "compute: GB, LINUX/X86_64", 28_448_000),
    ];
    let found = costs(&bill);
    let found: Vec<_> = found.iter().map(|(category, name, cost)| (*category, name.to_uppercase(), *cost)).collect();
    let expected = expected.map(|(category, name, cost)| (category, name.to_uppercase(), cost));
    assert_eq!(found, expected);
    let without = Town { portfolio: Portfolio::default(), ..town };
    let bill = at_end(&without, &lives, Some((0, HOUR, 4)));
    assert_eq!(bill.iter().map(|line| line.cost.0).sum::<i128>(), 655_480_000);
}

/// PRC-58: a regional reservation of an m5.xlarge is two m5.large, the smallest first, in any zone and over any number of
/// instances; of a third of it the m5.xlarge has what is left: half of itself.
#[test]
fn reservations_stand_for_other_sizes() {
    let portfolio = Portfolio { reserved: vec![reservation(1, 1, None, "0.121")], ..Portfolio::default() };
    let town = town(HOUR, 0, portfolio);
    // an m5.large for the hour, and an m5.xlarge: half of that is covered
    let bill = at_end(&town, &[(0, HOUR, 0, 1), (0, HOUR, 1, 0)], None);
    let expected = [
        (Category::Ec2OnDemand, "instances: m5.xlarge".to_owned(), 96_000_000),
        (Category::ReservedInstances, "reserved-1-1: m5.large".to_owned(), 60_500_000),
        (Category::ReservedInstances, "reserved-1-1: m5.xlarge".to_owned(), 60_500_000),
    ];
    assert_eq!(costs(&bill), expected);
    let prices: Vec<String> = bill
        .iter()
        .filter(|line| line.category == Category::ReservedInstances)
        .map(|line| line.price.to_string())
        .collect();
    assert_eq!(prices, ["0.0605", "0.121", "0.121"]); // by size, and the unused rest's own
    // four m5.large for a half of the hour are two for all of it: 3,600 s of matching use, whoever has them
    let half = [(0, HOUR / 2, 0, 0), (0, HOUR / 2, 0, 0), (0, HOUR / 2, 0, 1), (0, HOUR / 2, 0, 1)];
    assert_eq!(costs(&at_end(&town, &half, None)).len(), 1);
}

/// PRC-58: a zonal one holds for its type in its zone alone; what it does not cover is nobody's.
#[test]
fn zonal_reservations_stay_in_their_zone() {
    let bill = |zone| {
        let portfolio = Portfolio { reserved: vec![reservation(0, 1, zone, "0.060")], ..Portfolio::default() };
        at_end(&town(HOUR, 0, portfolio), &[(0, HOUR, 0, 0), (0, HOUR, 1, 1)], None)
    };
    let unused = |bill: &[Line]| {
        let of = |line: &&Line| &*line.item == "unused commitment" && line.share == Share::UnusedCommitment;
        bill.iter().find(of).map(|line| line.cost.0)
    };
    assert_eq!(unused(&bill(Some(0))), Some(0));
    assert_eq!(unused(&bill(Some(1))), Some(60_000_000)); // the m5.xlarge there is another type
    let on_demand = |bill: &[Line]| Spent::on(bill)[Category::Ec2OnDemand].0;
    assert_eq!((on_demand(&bill(Some(0))), on_demand(&bill(Some(1)))), (192_000_000, 288_000_000));
    assert_eq!(on_demand(&bill(None)), 192_000_000);
}

/// A run from 20:40 to 22:10: the first hour has 20 minutes, the last 10. An m5.large for half of each hour's part, and
/// two for the hour between: a plan of one instance covers 10 + 60 + 5 minutes of them.
#[test]
fn hours_at_both_ends_count_in_part() {
    let minute = 60_000;
    let portfolio = Portfolio { savings: vec![plan("p", true, "0.071", &[(0, "0.071")], &[])], ..Portfolio::default() };
    let town = town(90 * minute, 20 * 3600 + 40 * 60, portfolio);
    let lives = [
        (0, 10 * minute, 0, 0),
        (20 * minute, 80 * minute, 0, 0),
        (20 * minute, 80 * minute, 0, 0),
        (80 * minute, 85 * minute, 0, 0),
    ];
    let bill = at_end(&town, &lives, None);
    let of = |category| bill.iter().filter(move |line| line.category == category);
    let minutes: Vec<u128> = of(Category::SavingsPlans).map(|line| line.quantity / 60_000).collect();
    assert_eq!(minutes, [75, 15]); // covered, and unused: 10 and 5
    assert_eq!(of(Category::Ec2OnDemand).map(|line| line.quantity).sum::<u128>(), 60 * 60_000);
    // 1.5 h x 0.071
    assert_eq!(of(Category::SavingsPlans).map(|line| line.cost.0).sum::<i128>(), 106_500_000);
}

/// PRC-50: an hour's rest is lost; it does not help the next hour.
#[test]
fn what_is_not_used_is_lost() {
    let portfolio = Portfolio { savings: vec![plan("p", true, "0.142", &[(0, "0.071")], &[])], ..Portfolio::default() };
    let town = town(2 * HOUR, 0, portfolio);
    // one in the first hour, three in the second, of which two are covered
    let bill = at_end(&town, &[(0, 2 * HOUR, 0, 0), (HOUR, 2 * HOUR, 0, 0), (HOUR, 2 * HOUR, 0, 0)], None);
    let expected = [
        (Category::Ec2OnDemand, "instances: m5.large".to_owned(), 96_000_000),
        (Category::SavingsPlans, "p: m5.large".to_owned(), 213_000_000),
        (Category::SavingsPlans, "p: unused commitment".to_owned(), 71_000_000),
    ];
    assert_eq!(costs(&bill), expected);
}

/// PRC-55: neither covers Spot.
#[test]
fn spot_is_never_covered() {
    let portfolio = Portfolio {
        reserved: vec![reservation(0, 1, None, "0.060")],
        savings: vec![plan("p", true, "0.1", &[(0, "0.071"), (3, "0.01")], &[])],
    };
    let bill = at_end(&town(HOUR, 0, portfolio), &[(0, HOUR, 3, 0)], None);
    assert_eq!(Spent::on(&bill)[Category::Ec2Spot], NanoUsd(32_640_000));
    assert!(
        bill.iter()
            .filter(|line| line.cost.0 > 0)
            .all(|line| line.category == Category::Ec2Spot || &*line.item == "unused commitment")
    );
}

/// The same worked hour, as the cost of each kind of instance: 0.060 + 0.060 + 0.071, 2 x 0.062; the hour is over when
/// the next one is there.
#[test]
fn an_hour_has_its_cost_by_kind() {
    let (town, lives) = hour_of_57();
    let longer = Town { cast: Cast { horizon: SimTime(2 * HOUR), ..town.cast.clone() }, ..town };
    let mut hours = Vec::new();
    let mut seen = |commitments: &Commitments<'_>| hours.push(commitments.hour_cost().clone());
    run(&longer, &lives, None, &[], Some(&mut seen));
    let key = |row| Ec2Key { provider: ProviderId(0), instance_type: InstanceTypeId(row), zone: ZoneId(0) };
    let expected: BTreeMap<Ec2Key, NanoUsd> = [(key(0), NanoUsd(191_000_000)), (key(2), NanoUsd(124_000_000))].into();
    assert_eq!(hours, [expected]);
}

#[test]
fn ratios_are_compared_exactly() {
    let ratio = |a: &str, b: &str, c: &str, d: &str| ratios((usd(a), usd(b)), (usd(c), usd(d)));
    assert_eq!(ratio("0.071", "0.096", "0.062", "0.085"), Ordering::Greater); // saves 26.04 % and 27.06 %
    assert_eq!(ratio("0.032384", "0.04048", "0.003556", "0.004445"), Ordering::Equal);
    assert_eq!(ratio("0", "1", "0", "3"), Ordering::Equal);
    assert_eq!(ratio("0", "1", "0.000001", "3"), Ordering::Less);
    assert_eq!(ratio("999999999.999999999", "999999999.999999998", "1", "1"), Ordering::Greater);
    assert_eq!(ratio("3", "7", "2", "5"), Ordering::Greater);
}
