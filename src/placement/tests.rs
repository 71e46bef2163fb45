//! Cases worked by hand, each with its rule. What holds for all fleets is in `tests/placement.rs`.

use super::*;
use crate::cluster::{Demand, HostPort, Protocol, Registration};
use crate::fact::{Lack, Lacks};
use crate::units::{InstanceTypeId, PlacementClassId, ProviderId, Resources, SimTime, Table, ZoneId};

const GROUP: GroupId = GroupId(0);
const OTHER: GroupId = GroupId(1);
const INDEX_ONLY: Tuning = Tuning { scan_up_to: 0, follow_part: 0, always_share: true, always_pass_over: true };

/// Two zones, two groups; instances as (zone, CPU units, MiB).
fn fleet(instances: &[(u32, u32, u32)]) -> Fleet {
    let mut fleet = Fleet::new(2, 2);
    for &(zone, cpu, memory) in instances {
        let registered = Resources::new(cpu, memory);
        fleet.register(Registration::plain(ZoneId(zone), ProviderId(zone), InstanceTypeId(0), registered));
    }
    fleet
}

fn class(cpu: u32, memory: u32, chain: &[Strategy]) -> PlacementClass {
    PlacementClass::plain(Resources::new(cpu, memory), chain.to_vec(), GROUP, Pool::LaunchTypeEc2)
}

/// Places by scan and by index and wants the same answer.
fn place(fleet: &Fleet, class: &PlacementClass, tie: fn(u32) -> u32) -> Option<Placed> {
    let by_scan = scan(fleet, class, Tie::Draw(&mut { tie }));
    let classes = Table::from_iter([class.clone()]);
    let mut placer = Placer::with_tuning(&classes, INDEX_ONLY);
    let by_index = placer.place(fleet, PlacementClassId(0), Tie::Draw(&mut { tie }));
    assert_eq!(by_scan, by_index);
    by_scan
}

#[expect(clippy::unnecessary_wraps, reason = "that is what it is compared with")]
fn placed(instance: u32, rule: u16, measure: u32, tied: u32) -> Option<Placed> {
    Some(Placed { instance: InstanceId(instance), rule: Rule::ecs(rule), measure, tied })
}

#[test]
fn binpack_takes_the_least_remaining_that_is_enough() {
    // ECS-310, worked: A 3000, B 1200, C 700; the task needs 1000.
    let fleet = fleet(&[(0, 1, 3000), (0, 1, 1200), (0, 1, 700)]);
    assert_eq!(place(&fleet, &class(0, 1000, &[Strategy::BinpackMemory]), |_| 0), placed(1, 310, 1200, 1));
}

#[test]
fn binpack_compares_one_field_and_exactly_enough_is_enough() {
    // ECS-310: of that one field only. The first has less CPU, the second less memory.
    let fleet = fleet(&[(0, 1000, 3000), (0, 2000, 1000)]);
    assert_eq!(place(&fleet, &class(1000, 1000, &[Strategy::BinpackCpu]), |_| 0), placed(0, 310, 1000, 1));
    assert_eq!(place(&fleet, &class(1000, 1000, &[Strategy::BinpackMemory]), |_| 0), placed(1, 310, 1000, 1));
    assert_eq!(place(&fleet, &class(1001, 1001, &[Strategy::BinpackCpu]), |_| 0), None);
}

#[test]
fn spread_counts_tasks_on_instances_without_room() {
    // ECS-311: zone 0 has two tasks of the group, both on a full instance; zone 1 has one on an instance with room.
    let mut fleet = fleet(&[(0, 200, 200), (0, 500, 500), (1, 500, 500)]);
    for instance in [0, 0, 2] {
        fleet.charge(InstanceId(instance), &Resources::new(100, 100).into(), GROUP);
    }
    assert_eq!(place(&fleet, &class(100, 100, &[Strategy::SpreadZone]), |_| 0), placed(2, 311, 1, 1));
}

#[test]
fn spread_counts_only_the_own_group() {
    // ECS-311: tasks of another group do not count.
    let mut fleet = fleet(&[(0, 500, 500), (1, 500, 500)]);
    fleet.charge(InstanceId(0), &Resources::new(100, 100).into(), OTHER);
    fleet.charge(InstanceId(1), &Resources::new(100, 100).into(), GROUP);
    for spread in [Strategy::SpreadZone, Strategy::SpreadInstance] {
        assert_eq!(place(&fleet, &class(100, 100, &[spread]), |_| 0), placed(0, 311, 0, 1));
    }
}

#[test]
fn a_zone_without_room_is_skipped() {
    // ECS-313: the emptier zone has no feasible instance; ECS-302: the task is placed elsewhere.
    let mut fleet = fleet(&[(0, 50, 50), (1, 500, 500)]);
    fleet.charge(InstanceId(1), &Resources::new(100, 100).into(), GROUP);
    assert_eq!(place(&fleet, &class(100, 100, &[Strategy::SpreadZone]), |_| 0), placed(1, 311, 1, 1));
}

#[test]
fn a_chain_narrows_in_its_order() {
    // ECS-313: zone 1 has fewer tasks, so binpack chooses there, though less is left on instance 0.
    let mut fleet = fleet(&[(0, 1000, 300), (1, 1000, 900), (1, 1000, 800), (1, 1000, 100)]);
    fleet.charge(InstanceId(0), &Resources::new(10, 10).into(), GROUP);
    let chain = [Strategy::SpreadZone, Strategy::BinpackMemory];
    assert_eq!(place(&fleet, &class(100, 200, &chain), |_| 0), placed(2, 310, 800, 1));
    let chain = [Strategy::BinpackMemory, Strategy::SpreadZone];
    assert_eq!(place(&fleet, &class(100, 200, &chain), |_| 0), placed(0, 311, 1, 1));
}

#[test]
fn equal_zones_stay_together_for_the_next_strategy() {
    // ECS-313, ECS-314: both zones have no task of the group; binpack finds the least remaining over both.
    let fleet = fleet(&[(0, 1000, 900), (1, 1000, 800)]);
    let chain = [Strategy::SpreadZone, Strategy::BinpackMemory];
    assert_eq!(place(&fleet, &class(100, 200, &chain), |_| 0), placed(1, 310, 800, 1));
}

#[test]
fn lowest_id_takes_the_first_of_equal_zones_before_the_next_strategy() {
    // ECS-314: `lowest_id` settles the tie of the zones by name, then binpack has only instance 0.
    let fleet = fleet(&[(1, 1000, 800), (0, 1000, 900)]);
    let class = class(100, 200, &[Strategy::SpreadZone, Strategy::BinpackMemory]);
    assert_eq!(scan(&fleet, &class, Tie::LowestId), placed(1, 310, 900, 1));
    let mut placer = Placer::with_tuning(&Table::from_iter([class]), INDEX_ONLY);
    assert_eq!(placer.place(&fleet, PlacementClassId(0), Tie::LowestId), placed(1, 310, 900, 1));
}

#[test]
fn ties_are_drawn_in_the_order_of_registration() {
    // ECS-314: instances 0, 2 and 3 are equal; the draw is asked for a number below three.
    let fleet = fleet(&[(0, 10, 500), (1, 10, 600), (1, 10, 500), (0, 10, 500)]);
    let class = class(1, 1, &[Strategy::BinpackMemory]);
    assert_eq!(place(&fleet, &class, |tied| tied - 1), placed(3, 310, 500, 3));
    assert_eq!(place(&fleet, &class, |_| 1), placed(2, 310, 500, 3));
}

#[test]
fn random_holds_all_feasible_instances_equal() {
    // ECS-312; it is what RunTask takes without a strategy (ECS-316).
    let fleet = fleet(&[(0, 10, 500), (1, 10, 10), (1, 10, 700)]);
    assert_eq!(place(&fleet, &class(1, 100, &[Strategy::Random]), |_| 1), placed(2, 312, 0, 2));
}

#[test]
fn the_default_of_a_service_spreads_over_zones_then_instances() {
    // ECS-315: both zones have one task; of their instances those without one are equal.
    let mut fleet = fleet(&[(0, 500, 500), (0, 500, 500), (1, 500, 500), (1, 500, 500)]);
    fleet.charge(InstanceId(0), &Resources::new(100, 100).into(), GROUP);
    fleet.charge(InstanceId(3), &Resources::new(100, 100).into(), GROUP);
    let chain = [Strategy::SpreadZone, Strategy::SpreadInstance];
    assert_eq!(place(&fleet, &class(100, 100, &chain), |_| 1), placed(2, 311, 0, 2));
}

#[test]
fn a_pool_holds_only_its_providers_instances() {
    let fleet = fleet(&[(0, 500, 500), (1, 500, 500)]);
    let pool = Pool::Provider(ProviderId(1));
    let class = PlacementClass { pool, ..class(100, 100, &[Strategy::Random]) };
    assert_eq!(place(&fleet, &class, |_| 0), placed(1, 312, 0, 1));
}

#[test]
fn steps_tell_what_each_strategy_left() {
    let fleet = fleet(&[(0, 10, 500), (1, 10, 10), (1, 10, 700)]);
    let steps = steps(&fleet, &class(1, 100, &[Strategy::BinpackMemory]), &Tie::LowestId);
    let step =
        |rule, left: &[u32]| Step { rule: Rule::ecs(rule), left: left.iter().copied().map(InstanceId).collect() };
    assert_eq!(steps, [step(301, &[0, 2]), step(310, &[0])]);
}

#[test]
fn a_failure_is_remembered_until_an_instance_can_help() {
    let mut fleet = fleet(&[(0, 100, 100)]);
    let task = Resources::new(60, 60);
    let mut placer = Placer::new(&Table::from_iter([class(60, 60, &[Strategy::Random])]));
    let mut place = |fleet: &Fleet| placer.place(fleet, PlacementClassId(0), Tie::LowestId).map(|p| p.instance);
    fleet.charge(InstanceId(0), &task.into(), OTHER);
    assert_eq!(place(&fleet), None);
    fleet.charge(InstanceId(0), &Resources::new(1, 1).into(), OTHER);
    assert_eq!(place(&fleet), None);
    fleet.release(InstanceId(0), &task.into(), OTHER);
    assert_eq!(place(&fleet), Some(InstanceId(0)));
}

/// ECS-301, ECS-530: exactly enough is enough, and of one too few that one thing lacks and no other.
#[test]
fn each_thing_that_lacks_is_named_alone() {
    let registration = Registration {
        gpus: 2,
        interfaces: 1,
        ..Registration::plain(ZoneId(0), ProviderId(0), InstanceTypeId(0), Resources::new(100, 200))
    };
    let port = |number| HostPort { protocol: Protocol::Tcp, number };
    let exact =
        Demand { need: Resources::new(100, 200), gpus: 2, interface: true, ports: vec![port(80)], ..Demand::default() };
    let without_interface = Registration { interfaces: 0, ..registration };
    let larger = |need| Demand { need, ..exact.clone() };
    let cases = [
        (exact.clone(), registration, None),
        (larger(Resources::new(101, 200)), registration, Some(Lack::Cpu)),
        (larger(Resources::new(100, 201)), registration, Some(Lack::Memory)),
        (larger(Resources::new(50, 201)), registration, Some(Lack::Memory)),
        (Demand { gpus: 3, ..exact.clone() }, registration, Some(Lack::Gpu)),
        (exact.clone(), without_interface, Some(Lack::Interface)),
        (Demand { interface: false, ..exact.clone() }, without_interface, None),
        (larger(Resources::new(99, 199)), registration, None),
    ];
    for (demand, registration, lack) in cases {
        let expected = lack.map_or(Lacks::NONE, |lack| Lacks::NONE.and(lack, true));
        let class = PlacementClass { demand, ..class(0, 0, &[Strategy::Random]) };
        let mut fleet = Fleet::new(1, 2);
        let instance = fleet.register(registration);
        assert_eq!(class.lacks(&fleet, instance), expected, "{class:?}");
        let host = Host::to_come(fleet.ground(), &registration, "", SimTime::START);
        assert_eq!(class.would_lack(&registration, &host), expected, "{class:?}");
    }
    let mut fleet = Fleet::new(1, 2);
    let instance = fleet.register(Registration { interfaces: 2, registered: Resources::new(101, 201), ..registration });
    let other = Demand { ports: vec![port(80)], ..Resources::new(1, 1).into() };
    fleet.charge(instance, &other, OTHER);
    let class = PlacementClass { demand: exact, ..class(0, 0, &[Strategy::Random]) };
    assert_eq!(class.lacks(&fleet, instance), Lacks::NONE.and(Lack::Ports, true));
}

/// ECS-532: of instances that lack equally many things the first that registered is the closest.
#[test]
fn the_closest_instance_lacks_the_fewest_things() {
    let fleet = fleet(&[(0, 10, 10), (0, 10, 100), (1, 100, 10), (1, 10, 100)]);
    let (closest, lacks) = class(50, 50, &[Strategy::Random]).closest(&fleet).expect("there are some");
    assert_eq!((closest, lacks), (InstanceId(1), Lacks::NONE.and(Lack::Cpu, true)));
    let of_zone_1 = PlacementClass { pool: Pool::Provider(ProviderId(1)), ..class(50, 50, &[Strategy::Random]) };
    let (closest, lacks) = of_zone_1.closest(&fleet).expect("there are some");
    assert_eq!((closest, lacks), (InstanceId(2), Lacks::NONE.and(Lack::Memory, true)));
}

/// ECS-402, ECS-333: an instance that might come is seen with the tasks that would be there first.
#[test]
fn an_instance_to_come_has_the_tasks_that_are_said() {
    let fleet = fleet(&[(0, 10, 10)]);
    let registration = *fleet.registration(InstanceId(0));
    let host = Host::to_come(fleet.ground(), &registration, "", SimTime::START);
    let distinct = Requirements { distinct_instance: true, ..Requirements::default() };
    assert!(distinct.lacks(&host, GROUP).is_empty());
    assert!(distinct.lacks(&host.with_tasks_of(&[OTHER]), GROUP).is_empty());
    let with_both = host.with_tasks_of(&[OTHER, GROUP]);
    assert_eq!(distinct.lacks(&with_both, GROUP), Lacks::NONE.and(Lack::DistinctInstance, true));
    assert_eq!(cql::Queryable::running_tasks_count(&with_both), 2);
}
