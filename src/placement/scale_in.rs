//! Which task of a service stops when it has too many (ECS-340 to ECS-350): the strategies, the other way round.

use super::{Level, Strategy, Tie};
use crate::cluster::Fleet;
use crate::fact::Rule;
use crate::units::{GroupId, InstanceId, Resources, TaskId};

/// A task that might stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The task.
    pub task: TaskId,
    /// Its number within its service.
    pub ordinal: u32,
    /// Where it is.
    pub instance: InstanceId,
    /// What it reserves there.
    pub need: Resources,
}

/// Which task stops, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Victim {
    /// The task.
    pub task: TaskId,
    /// The rule that decided.
    pub rule: Rule,
    /// The last strategy's number for it: how many tasks were there, or how much would be free after the stop.
    pub measure: u32,
    /// How many tasks were equal after it.
    pub tied: u32,
}

/// The rule of scale-in for a strategy.
const fn rule(strategy: Strategy) -> Rule {
    match strategy {
        Strategy::BinpackCpu | Strategy::BinpackMemory => Rule::ecs(342),
        Strategy::SpreadZone | Strategy::SpreadInstance | Strategy::SpreadAttribute(_) => Rule::ecs(341),
        Strategy::Random => Rule::ecs(349),
    }
}

/// Chooses the task that stops. `chain` is the service's own, or nothing where it has none (ECS-343: the zone with the
/// most of its tasks, there the instance with the most).
///
/// `candidates` are in the order of ordinals; of several equal ones the tie-break takes one, the last one if ties go
/// to the first in placement (ECS-349).
pub fn victim(
    fleet: &Fleet,
    group: GroupId,
    chain: Option<&[Strategy]>,
    mut candidates: Vec<Candidate>,
    tie: Tie<'_>,
) -> Option<Victim> {
    let by_default = [Strategy::SpreadZone, Strategy::SpreadInstance];
    let last_of_equals = matches!(tie, Tie::LowestId);
    let (mut measure, mut decided) = (0, Rule::ecs(343));
    for &strategy in chain.unwrap_or(&by_default) {
        let number = |candidate: &Candidate| after_stop(strategy, fleet, group, candidate);
        measure = candidates.iter().map(number).max()?;
        candidates.retain(|candidate| number(candidate) == measure);
        if last_of_equals {
            keep_last_value(strategy, fleet, &mut candidates);
        }
        decided = if chain.is_some() { rule(strategy) } else { decided };
    }
    let tied = u32::try_from(candidates.len()).expect("as many as tasks");
    let chosen = match tie {
        Tie::LowestId => candidates.iter().max_by_key(|candidate| (candidate.instance, candidate.ordinal))?,
        tie @ Tie::Draw(_) => &candidates[tie.choose(tied)? as usize],
    };
    Some(Victim { task: chosen.task, rule: decided, measure, tied })
}

/// A strategy's number for a task: the largest stops. For spread the tasks that share its value; for binpack what
/// would be free on its instance without it (ECS-342, ECS-350).
fn after_stop(strategy: Strategy, fleet: &Fleet, group: GroupId, candidate: &Candidate) -> u32 {
    let own = match strategy {
        Strategy::BinpackCpu => candidate.need.cpu.0,
        Strategy::BinpackMemory => candidate.need.memory.0,
        _ => 0,
    };
    strategy.measure(fleet, group, candidate.instance) + own
}

/// With ties to the lowest id, scale-in mirrors placement: of equal values the last in name order (ECS-349).
fn keep_last_value(strategy: Strategy, fleet: &Fleet, candidates: &mut Vec<Candidate>) {
    let Level::PerValue { value, .. } = strategy.level() else { return };
    let value = |candidate: &Candidate| value(fleet, strategy, candidate.instance);
    if let Some(last) = candidates.iter().map(value).max() {
        candidates.retain(|candidate| value(candidate) == last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Registration;
    use crate::units::{InstanceTypeId, ProviderId, ZoneId};

    const GROUP: GroupId = GroupId(0);

    /// Instances as (zone, MiB registered, MiB of each task of the group there); tasks are numbered in that order.
    fn scene(instances: &[(u32, u32, &[u32])]) -> (Fleet, Vec<Candidate>) {
        let (mut fleet, mut candidates) = (Fleet::new(3, 2), Vec::new());
        for &(zone, memory, tasks) in instances {
            let registered = Resources::new(10_000, memory);
            let registration = Registration::plain(ZoneId(zone), ProviderId(0), InstanceTypeId(0), registered);
            let instance = fleet.register(registration);
            for &memory in tasks {
                let need = Resources::new(100, memory);
                fleet.charge(instance, &need.into(), GROUP);
                let ordinal = u32::try_from(candidates.len()).unwrap();
                candidates.push(Candidate { task: TaskId(ordinal), ordinal, instance, need });
            }
        }
        (fleet, candidates)
    }

    fn stops(instances: &[(u32, u32, &[u32])], chain: Option<&[Strategy]>) -> (u32, u16, u32, u32) {
        let (fleet, candidates) = scene(instances);
        let victim = victim(&fleet, GROUP, chain, candidates, Tie::LowestId).unwrap();
        (victim.task.0, victim.rule.number, victim.measure, victim.tied)
    }

    /// ECS-343: zone 1 has three tasks, zone 0 two; in zone 1 the second instance has two of them.
    #[test]
    fn without_a_strategy_the_fullest_zone_and_instance() {
        let instances: [(u32, u32, &[u32]); 3] = [(0, 1000, &[10, 10]), (1, 1000, &[10]), (1, 1000, &[10, 10])];
        assert_eq!(stops(&instances, None), (4, 343, 2, 2)); // tasks 3 and 4 are equal; the last one goes
    }

    /// ECS-342, ECS-350: free after the stop is 500 - 100 + 100 = 500, 800 - 300 + 300 = 800, 600 - 10 + 10 = 600.
    #[test]
    fn binpack_empties_the_instance_with_the_most_left() {
        let instances: [(u32, u32, &[u32]); 3] = [(0, 500, &[100]), (0, 800, &[300]), (0, 600, &[10])];
        assert_eq!(stops(&instances, Some(&[Strategy::BinpackMemory])), (1, 342, 800, 1));
        // with CPU each instance has 10,000 - 100 left and 100 come back: all are equal, the last registered goes
        assert_eq!(stops(&instances, Some(&[Strategy::BinpackCpu])), (2, 342, 10_000, 3));
    }

    /// ECS-341 then ECS-342: zones 0 and 1 have two tasks each; the last in name order, there the most left.
    #[test]
    fn a_chain_narrows_the_other_way_round() {
        let instances: [(u32, u32, &[u32]); 4] = [(0, 900, &[10]), (0, 900, &[10]), (1, 700, &[10]), (1, 400, &[10])];
        let chain = [Strategy::SpreadZone, Strategy::BinpackMemory];
        assert_eq!(stops(&instances, Some(&chain)), (2, 342, 700, 1));
    }

    /// ECS-349: a draw among all that are equal.
    #[test]
    fn at_random_means_a_draw() {
        let (fleet, candidates) = scene(&[(0, 500, &[1, 1, 1])]);
        let mut draw = |tied: u32| tied - 2;
        let chain = [Strategy::Random];
        let stops = victim(&fleet, GROUP, Some(&chain), candidates, Tie::Draw(&mut draw)).unwrap();
        assert_eq!((stops.task, stops.tied), (TaskId(1), 3));
        assert_eq!(victim(&fleet, GROUP, None, Vec::new(), Tie::LowestId), None);
    }
}
