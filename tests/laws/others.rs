//! What must not matter: another run, other sources of tasks on capacity of their own, a later end.

use super::cases;
use super::log::facts;
use super::town::town;
use longshore::fact::{Fact, Place, TaskRef};
use longshore::plan::Plan;
use longshore::report::CsvTables;
use longshore::study::run_once;
use longshore::units::{InstanceId, ProviderId, SimTime};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// A run's digest and the bytes of its tables.
fn everything(plan: &Plan) -> (String, Vec<Vec<u8>>) {
    let mut bytes = vec![Vec::new(); CsvTables::<Vec<u8>>::FILES.len()];
    let mut open = bytes.iter_mut();
    let mut tables = CsvTables::new(&plan.instance_prices, |_| Ok(open.next().unwrap())).unwrap();
    let result = run_once(plan, &mut tables, &mut |_, _| ControlFlow::Continue(())).unwrap();
    tables.finish().unwrap();
    (result.summary.digest, bytes)
}

/// The facts about the sources of a scenario that are not `other`, with names for ids.
fn told(plan: &Plan) -> Vec<(SimTime, String)> {
    let mut instances: BTreeMap<InstanceId, (ProviderId, String)> = BTreeMap::new();
    let is_other = |provider: ProviderId| plan.cast.providers[provider] == "other";
    let source = |task: TaskRef| plan.cast.sources[task.source].name.as_str();
    let others = ["aa", "zz", "mm"];
    let name = |task: TaskRef| plan.cast.task_name(task.source, task.ordinal);
    let mut list = Vec::new();
    for (at, fact) in facts(plan) {
        if fact.task().is_some_and(|task| others.contains(&source(task))) {
            continue;
        }
        let line = match fact {
            Fact::InstanceRegistered { instance, ordinal, provider, instance_type, zone, registered, why } => {
                let called = plan.cast.instance_name(provider, ordinal);
                instances.insert(instance, (provider, called.clone().into_owned()));
                if is_other(provider) {
                    continue;
                }
                let (kind, zone) = (&plan.cast.instance_types[instance_type].name, &plan.cast.zones[zone]);
                format!("{called} {kind} {zone} {registered:?} {why:?}")
            }
            Fact::InstanceGone { instance, why } if !is_other(instances[&instance].0) => {
                format!("{} gone {why:?}", instances[&instance].1)
            }
            Fact::InstanceGone { .. } => continue,
            Fact::TaskPlaced { task, place, need, why } => {
                let on = match place {
                    Place::Instance(instance) => instances[&instance].1.clone(),
                    Place::Fargate { provider, zone } => {
                        format!("{} in {}", plan.cast.providers[provider], plan.cast.zones[zone])
                    }
                };
                format!("{} on {on} {need:?} {why:?}", name(task))
            }
            Fact::ProviderChosen { task, provider, why } => {
                format!("{} gets {} {why:?}", name(task), plan.cast.providers[provider])
            }
            Fact::ServiceLoad { service, requests, running, asked, done } => {
                let called = &plan.cast.services[service].name;
                if others.contains(&called.as_str()) {
                    continue;
                }
                format!("{called} {requests} {running} {asked} {done}")
            }
            Fact::SteadyState { service } => {
                let called = &plan.cast.services[service].name;
                if others.contains(&called.as_str()) {
                    continue;
                }
                format!("{called} steady")
            }
            Fact::DesiredCount { service, desired, why } => {
                let called = &plan.cast.services[service].name;
                if others.contains(&called.as_str()) {
                    continue;
                }
                format!("{called} wants {desired} {why:?}")
            }
            Fact::OperationFailed { source, ordinal, why } => {
                format!("no {} {why:?}", plan.cast.task_name(source, ordinal))
            }
            Fact::TaskStopped { task, why, cpu_used_unit_ms } => {
                format!("{} stopped {why:?} {cpu_used_unit_ms}", name(task))
            }
            Fact::TaskCut { task, cpu_used_unit_ms } => format!("{} cut {cpu_used_unit_ms}", name(task)),
            other => format!("{} {} {:?}", other.task().map(name).unwrap_or_default(), other.kind(), other.why()),
        };
        list.push((at, line));
    }
    // tasks that are cut at the end are told in the order of their rows, and rows are shared with the others
    let cut = list.iter().position(|(at, line)| *at == plan.horizon && line.contains(" cut ")).unwrap_or(list.len());
    list[cut..].sort();
    list
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn the_same_run_gives_the_same_bytes(town in town()) {
        let first = everything(&town.plan());
        prop_assert_eq!(&first, &everything(&town.plan()));
        let rows = String::from_utf8_lossy(&first.1[0]).lines().count() - 1;
        let wanted = facts(&town.plan()).iter().filter(|(_, fact)| matches!(fact, Fact::TaskWanted { .. })).count();
        prop_assert_eq!(rows, wanted);
    }

    #[test]
    fn who_has_capacity_of_its_own_changes_nothing_for_others(town in town()) {
        // tasks of the EC2 launch type see all instances; those of a provider only its own
        let town = town.without_subnets().on_providers();
        let with_others = town.clone().with_others();
        let (alone, together) = (told(&town.plan()), told(&with_others.plan()));
        for (one, other) in alone.iter().zip(&together) {
            prop_assert_eq!(one, other);
        }
        prop_assert_eq!(alone.len(), together.len());
    }

    #[test]
    fn a_later_end_leaves_the_past_alone(town in town(), more_ms in 1..400_000_u64) {
        let longer = town.clone().lasting(town.duration_ms + more_ms);
        let end = SimTime(town.duration_ms);
        let past = |plan: &Plan| -> Vec<(SimTime, Fact)> {
            let all = facts(plan).into_iter();
            all.filter(|(at, fact)| *at <= end && !matches!(fact, Fact::TaskCut { .. })).collect()
        };
        prop_assert_eq!(past(&town.plan()), past(&longer.plan()));
    }
}

/// Seeds do matter where there is a choice: otherwise the laws above would say little.
#[test]
fn another_seed_makes_another_run() {
    let text = |seed: u64| {
        format!(
            "{{duration: 5m, seed: {seed}, instances: [{{type: m5.large, count: 9}}], task_definitions: {{job: {{cpu: \
             128, memory: 64 MiB}}}}, tasks: {{job: {{task_definition: job, count: 20}}}}}}"
        )
    };
    let run = |seed| everything(&super::town::plan_of(&text(seed)));
    assert_ne!(run(1), run(2));
    assert_eq!(run(1), run(1));
}
