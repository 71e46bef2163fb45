//! Quotas that are enforced hold at every moment and keep nobody waiting who would fit; those that warn change nothing
//! (ECS-814, ECS-833).

use super::cases;
use super::log::facts;
use super::town::{plan_of, town};
use longshore::fact::{Fact, Origin, Place, TaskRef, Why};
use longshore::placement::Pool;
use longshore::plan::{Plan, TaskTemplate};
use longshore::units::{ProviderId, SimTime, TaskSourceId};
use proptest::prelude::*;
use std::collections::BTreeMap;

type Name = (TaskSourceId, u32);

fn name(task: TaskRef) -> Name {
    (task.source, task.ordinal)
}

/// Tasks by name, each with its provider on Fargate and its CPU units.
type Tasks = BTreeMap<Name, (ProviderId, u32)>;

/// What the facts have shown so far.
#[derive(Default)]
struct Shown {
    /// Tasks of services that have no place.
    waiting: Tasks,
    /// Tasks that have one and are not STOPPED.
    there: Tasks,
    /// The greatest number of each provider.
    most: BTreeMap<ProviderId, u32>,
    /// Tasks that were told of a quota.
    told: usize,
}

impl Shown {
    fn at_once(&self, provider: ProviderId) -> u32 {
        self.there.values().filter(|(of, _)| *of == provider).map(|(_, cpu)| *cpu).sum()
    }

    fn observe(&mut self, plan: &Plan, fact: &Fact) {
        match *fact {
            Fact::TaskWanted { task, need, .. } if matches!(origin(plan, task), Origin::Service(_)) => {
                if let Pool::Fargate(provider) = plan.classes[template(plan, task.source).class].pool {
                    self.waiting.insert(name(task), (provider, need.cpu.0));
                }
            }
            Fact::ProviderChosen { task, provider, .. } => {
                self.waiting.entry(name(task)).and_modify(|waiting| waiting.0 = provider);
            }
            Fact::TaskPlaced { task, place: Place::Fargate { provider, .. }, need, .. } => {
                self.waiting.remove(&name(task));
                self.there.insert(name(task), (provider, need.cpu.0));
                let now = self.at_once(provider);
                self.most.entry(provider).and_modify(|most| *most = now.max(*most)).or_insert(now);
            }
            Fact::TaskWaits { why: Why::Quota { .. }, .. } | Fact::TaskUnplaced { why: Why::Quota { .. }, .. } => {
                self.told += 1;
            }
            Fact::TaskStopped { task, .. } => {
                self.waiting.remove(&name(task));
                self.there.remove(&name(task));
            }
            _ => {}
        }
    }

    /// At the end of an instant nobody waits for whom there is room.
    fn settled(&self, limit: impl Fn(ProviderId) -> u32) {
        for (task, (provider, cpu)) in &self.waiting {
            assert!(self.at_once(*provider) + cpu > limit(*provider), "{task:?} would fit");
        }
    }
}

fn origin(plan: &Plan, task: TaskRef) -> Origin {
    plan.cast.sources[task.source].origin
}

fn template(plan: &Plan, source: TaskSourceId) -> &TaskTemplate {
    let services = plan.services.rows().iter().map(|service| &service.template);
    services.into_iter().find(|template| template.source == source).expect("it is of a service")
}

/// Judges a run whose quotas are enforced; how often one was named.
fn judge(plan: &Plan, on_demand: u32, spot: u32) -> usize {
    let limit = |provider: ProviderId| {
        let is_spot = plan.cast.providers[provider].starts_with("fargate_spot");
        1024 * if is_spot { spot } else { on_demand }
    };
    let mut shown = Shown::default();
    let mut before = SimTime::START;
    for (at, fact) in facts(plan) {
        if at > before {
            shown.settled(limit);
            before = at;
        }
        shown.observe(plan, &fact);
        for (provider, most) in &shown.most {
            assert!(*most <= limit(*provider), "{most} CPU units at {at}");
        }
    }
    shown.told
}

fn with(quotas: &str, yaml: &str) -> Plan {
    plan_of(&format!("quotas: {quotas}\n{yaml}"))
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn what_is_enforced_holds_and_lets_in_who_fits(town in town(), on_demand in 1..4_u32, spot in 1..4_u32) {
        let quotas = format!("{{mode: enforce, fargate_vcpus: {on_demand}, fargate_spot_vcpus: {spot}}}");
        judge(&with(&quotas, &town.yaml()), on_demand, spot);
    }

    #[test]
    fn what_does_not_bind_changes_nothing(town in town()) {
        let yaml = town.yaml();
        let plain = facts(&with("ignore", &yaml));
        prop_assert!(plain == facts(&with("warn", &yaml)));
        let wide = "{mode: enforce, fargate_vcpus: 1000000, fargate_spot_vcpus: 1000000}";
        prop_assert!(plain == facts(&with(wide, &yaml)));
    }
}

/// The random scenarios are of the kind they are meant to be.
#[test]
fn the_random_scenarios_reach_quotas() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::new(cases(1));
    let mut told = 0;
    for _ in 0..100 {
        let yaml = town().new_tree(&mut runner).unwrap().current().yaml();
        told += judge(&with("{mode: enforce, fargate_vcpus: 1, fargate_spot_vcpus: 1}", &yaml), 1, 1);
    }
    assert!(told >= 100, "{told}");
}
