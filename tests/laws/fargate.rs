//! Fargate and strategies over several providers, worked out again from the facts: who gets which provider, in which
//! zone, when it starts, and what it costs.

use super::cases;
use super::log::facts;
use super::town::town;
use longshore::capacity::ProviderKind;
use longshore::catalog::charges::Unit;
use longshore::cost::Counted;
use longshore::fact::{Fact, Holder, Origin, Place, TaskRef, Why};
use longshore::placement::Pool;
use longshore::plan::{Plan, SubnetChoice, TaskTemplate};
use longshore::study::run_once;
use longshore::units::{GroupId, Id, InstanceId, ProviderId, SimTime, SubnetId, TaskSourceId, ZoneId};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

type Name = (TaskSourceId, u32);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Address {
    Task(Name),
    Instance(InstanceId),
    Trunk(InstanceId),
}

impl Address {
    fn of(holder: Holder) -> Self {
        match holder {
            Holder::Task(task) => Self::Task(name(task)),
            Holder::Instance(instance) => Self::Instance(instance),
            Holder::Trunk(instance) => Self::Trunk(instance),
        }
    }
}

fn name(task: TaskRef) -> Name {
    (task.source, task.ordinal)
}

fn template(plan: &Plan, source: TaskSourceId) -> &TaskTemplate {
    let of_services = plan.services.rows().iter().map(|service| &service.template);
    of_services.chain(&plan.templates).find(|template| template.source == source).expect("it is in the plan")
}

/// ECS-703 to ECS-706 in the plainest way: a missing base first; else the least of `beyond / weight`, with all brought
/// to one denominator, the product of all weights.
fn next(items: &[(ProviderId, u32, u32)], counts: &BTreeMap<ProviderId, u32>) -> ProviderId {
    let count = |provider| counts.get(&provider).copied().unwrap_or(0);
    for (provider, base, _) in items {
        if count(*provider) < *base {
            return *provider;
        }
    }
    let mut best: Option<(u128, u32, ProviderId)> = None;
    for (row, (provider, base, weight)) in items.iter().enumerate().filter(|(_, item)| item.2 > 0) {
        let others = items.iter().enumerate().filter(|(other, item)| *other != row && item.2 > 0);
        let product: u128 = others.map(|(_, item)| u128::from(item.2)).product();
        let score = u128::from(count(*provider) - base) * product;
        if best.is_none_or(|(least, most, _)| score < least || score == least && *weight > most) {
            best = Some((score, *weight, *provider));
        }
    }
    best.expect("some weight").2
}

/// What a run has shown so far.
struct Shown<'a> {
    plan: &'a Plan,
    /// The provider that the strategy named for each task that lives.
    chosen: BTreeMap<Name, ProviderId>,
    /// Tasks whose desired status is RUNNING by source and provider named.
    by_provider: BTreeMap<TaskSourceId, BTreeMap<ProviderId, u32>>,
    /// The call of RunTask that is under way: its moment, tasks and providers.
    calls: BTreeMap<TaskSourceId, (SimTime, u32, BTreeMap<ProviderId, u32>)>,
    /// Where the tasks on Fargate are, and since when.
    places: BTreeMap<Name, (ProviderId, ZoneId, SimTime)>,
    zones: BTreeMap<(ProviderId, GroupId), Vec<u32>>,
    /// Who has an address of which subnet.
    addresses: BTreeMap<Address, SubnetId>,
    choices: usize,
}

impl Shown<'_> {
    fn chosen(&mut self, at: SimTime, task: TaskRef, provider: ProviderId) {
        let strategy = template(self.plan, task.source).strategy.expect("only a strategy chooses");
        let shares = &self.plan.strategies[strategy];
        let items: Vec<_> = shares.iter().map(|share| (share.provider, share.base, share.weight)).collect();
        let expected = match self.plan.cast.sources[task.source].origin {
            Origin::Service(_) => next(&items, self.by_provider.entry(task.source).or_default()),
            Origin::Standalone => {
                let call = self.calls.entry(task.source).or_insert((at, 0, BTreeMap::new()));
                if call.0 != at || call.1 == 10 {
                    *call = (at, 0, BTreeMap::new());
                }
                call.1 += 1;
                let provider = next(&items, &call.2);
                *call.2.entry(provider).or_default() += 1;
                provider
            }
        };
        assert_eq!(provider, expected, "{task:?} at {at}");
        self.chosen.insert(name(task), provider);
        *self.by_provider.entry(task.source).or_default().entry(provider).or_default() += 1;
        self.choices += 1;
    }

    fn placed(&mut self, at: SimTime, task: TaskRef, provider: ProviderId, zone: ZoneId) {
        match self.chosen.get(&name(task)) {
            Some(chosen) => assert_eq!(*chosen, provider, "no fallback (ECS-708)"),
            None => {
                let pool = self.plan.classes[template(self.plan, task.source).class].pool;
                assert_eq!(pool, Pool::Fargate(provider));
            }
        }
        let zones = self.plan.ground.zones;
        let group = self.plan.cast.sources[task.source].group;
        let counts = self.zones.entry((provider, group)).or_insert_with(|| vec![0; zones]);
        // a full zone is left out (ECS-145)
        let in_it = |subnet: SubnetId| self.addresses.values().filter(|held| **held == subnet).count();
        let subnets = &self.plan.cast.subnets;
        let is_full = |zone: usize| {
            let all: Vec<_> = subnets.iter().filter(|(_, role)| role.zone.row() == zone).collect();
            !all.is_empty() && all.iter().all(|(subnet, role)| in_it(*subnet) >= role.usable as usize)
        };
        let skips = self.plan.subnet_choice == SubnetChoice::SkipFull && !(0..zones).all(is_full);
        let open = counts.iter().enumerate().filter(|(other, _)| !(skips && is_full(*other)));
        assert!(open.clone().any(|(other, _)| other == zone.row()), "a full zone at {at}");
        assert!(
            open.map(|(_, count)| count).all(|count| counts[zone.row()] <= *count),
            "another has fewer: {counts:?}"
        );
        counts[zone.row()] += 1;
        self.places.insert(name(task), (provider, zone, at));
    }

    fn stopping(&mut self, task: TaskRef) {
        if let Some(provider) = self.chosen.get(&name(task)) {
            *self.by_provider.get_mut(&task.source).unwrap().get_mut(provider).unwrap() -= 1;
        }
        if let Some((provider, zone, _)) = self.places.get(&name(task)) {
            let group = self.plan.cast.sources[task.source].group;
            self.zones.get_mut(&(*provider, group)).unwrap()[zone.row()] -= 1;
        }
    }

    fn observe(&mut self, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::ProviderChosen { task, provider, .. } => self.chosen(at, task, provider),
            Fact::TaskPlaced { task, place: Place::Fargate { provider, zone }, .. } => {
                self.placed(at, task, provider, zone);
            }
            Fact::TaskPlaced { task, place: Place::Instance(_), .. } => {
                let pools = template(self.plan, task.source).strategy.is_none();
                assert!(pools || self.chosen.contains_key(&name(task)));
            }
            Fact::TaskStarting { task, .. } => {
                if let Some((_, _, since)) = self.places.get(&name(task)) {
                    let stood_there = at == SimTime::START && *since == at;
                    assert!(stood_there || at == *since + self.plan.fargate_provision, "ECS-555: {task:?} at {at}");
                }
            }
            Fact::AddressTaken { subnet, holder } => {
                assert!(self.addresses.insert(Address::of(holder), subnet).is_none(), "one address each");
                let taken = self.addresses.values().filter(|held| **held == subnet).count();
                assert!(taken <= self.plan.cast.subnets[subnet].usable as usize, "more addresses than there are");
            }
            Fact::AddressFreed { subnet, holder } => {
                assert_eq!(self.addresses.remove(&Address::of(holder)), Some(subnet));
            }
            Fact::TaskStopping { task, why: Why::NoAddress { subnet } } => {
                let taken = self.addresses.values().filter(|held| **held == subnet).count();
                assert_eq!(taken, self.plan.cast.subnets[subnet].usable as usize, "there was an address");
                self.stopping(task);
            }
            Fact::TaskStopping { task, .. } => self.stopping(task),
            Fact::TaskUnplaced { task, .. } => {
                self.stopping(task);
                self.chosen.remove(&name(task));
            }
            Fact::TaskStopped { task, .. } => {
                assert!(!self.addresses.contains_key(&Address::Task(name(task))), "it kept its address");
                self.chosen.remove(&name(task));
                self.places.remove(&name(task));
            }
            _ => {}
        }
    }
}

fn judge(plan: &Plan) -> (usize, usize) {
    let mut shown = Shown {
        plan,
        chosen: BTreeMap::new(),
        by_provider: BTreeMap::new(),
        calls: BTreeMap::new(),
        places: BTreeMap::new(),
        zones: BTreeMap::new(),
        addresses: BTreeMap::new(),
        choices: 0,
    };
    let mut placed = 0;
    for (at, fact) in facts(plan) {
        shown.observe(at, &fact);
        placed += usize::from(matches!(fact, Fact::TaskPlaced { place: Place::Fargate { .. }, .. }));
    }
    (shown.choices, placed)
}

/// PRC-10 to PRC-12, from each task's life: unit-ms and MiB-ms by provider.
fn used(plan: &Plan) -> BTreeMap<ProviderId, (u128, u128, u64)> {
    let mut here = BTreeMap::new();
    let mut lives = Vec::new();
    for (at, fact) in facts(plan) {
        match fact {
            Fact::TaskPlaced { task, place: Place::Fargate { provider, .. }, need, .. } => {
                here.insert(name(task), (provider, need, None));
            }
            Fact::TaskStarting { task, .. } => {
                here.entry(name(task)).and_modify(|life| life.2 = Some(at.0));
            }
            Fact::TaskStopped { task, .. } | Fact::TaskCut { task, .. } => {
                lives.extend(here.remove(&name(task)).map(|life| (life, at.0)));
            }
            _ => {}
        }
    }
    let mut sums: BTreeMap<ProviderId, (u128, u128, u64)> = BTreeMap::new();
    for ((provider, need, since), until) in lives {
        let Some(since) = since else { continue };
        let seconds = (until - since).div_ceil(1000);
        if seconds > 0 {
            let ms = u128::from(seconds.max(60)) * 1000;
            let sum = sums.entry(provider).or_default();
            sum.0 += ms * u128::from(need.cpu.0);
            sum.1 += ms * u128::from(need.memory.0);
            sum.2 += 1;
        }
    }
    sums
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn shares_zones_and_times_follow_the_rules(town in town()) {
        judge(&town.plan());
    }

    #[test]
    fn the_bill_is_the_integral(town in town()) {
        let plan = town.plan();
        let result = run_once(&plan, &mut (), &mut |_, _| ControlFlow::Continue(())).unwrap();
        let used = used(&plan);
        let mut seen: BTreeMap<(&str, bool), (u128, u64)> = BTreeMap::new();
        for line in result.bill.iter().filter(|line| matches!(line.counted, Counted::Tasks(_))) {
            let sum = seen.entry((&line.provider, line.unit == Unit::VCPU_HOUR)).or_default();
            *sum = (sum.0 + line.quantity, sum.1 + line.count());
            // 1,024 units or MiB for an hour cost the price
            let exact = i128::try_from(line.quantity).unwrap() * i128::from(line.price.mantissa) * 1_000_000_000;
            let parts = 1024 * 3_600_000 * 10_i128.pow(u32::from(line.price.scale));
            prop_assert!(2 * (line.cost.0 * parts - exact).abs() <= parts, "{line:?}");
        }
        let mut expected: BTreeMap<(&str, bool), (u128, u64)> = BTreeMap::new();
        for (provider, (cpu, memory, tasks)) in &used {
            expected.insert((&plan.cast.providers[*provider], true), (*cpu, *tasks));
            expected.insert((&plan.cast.providers[*provider], false), (*memory, *tasks));
        }
        prop_assert_eq!(seen, expected);
    }
}

/// The random scenarios are of the kind they are meant to be.
#[test]
fn the_random_scenarios_use_fargate_and_strategies() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::new(cases(1));
    let (mut choices, mut placed, mut providers) = (0, 0, 0);
    for _ in 0..100 {
        let plan = town().new_tree(&mut runner).unwrap().current().plan();
        let (chosen, on_fargate) = judge(&plan);
        choices += chosen;
        placed += on_fargate;
        let is_fargate = |kind: &&ProviderKind| matches!(kind, ProviderKind::Fargate { .. });
        providers += plan.providers.rows().iter().filter(is_fargate).count();
    }
    assert!(choices >= 300 && placed >= 500 && providers >= 40, "{choices} {placed} {providers}");
}
