//! The plain scan: what the documents say, step by step, over all instances. It is the judge of the index.

use super::{Placed, PlacementClass, Pool, Tie};
use crate::cluster::Fleet;
use crate::fact::Rule;
use crate::units::{Id, InstanceId};

/// What one step of the choice left over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The filter's rule (ECS-301) first, then the rule of each strategy of the chain.
    pub rule: Rule,
    /// The instances left after it, in the order of registration.
    pub left: Vec<InstanceId>,
}

/// Chooses an instance for one task of `class` by looking at every instance.
pub fn scan(fleet: &Fleet, class: &PlacementClass, tie: Tie<'_>) -> Option<Placed> {
    scan_in(&mut Vec::new(), fleet, class, |instance| class.meets_requirements(fleet, instance), tie)
}

/// As [`scan`], in a buffer that is used again; `meets` says what [`PlacementClass::meets_requirements`] says.
pub(super) fn scan_in(
    candidates: &mut Vec<InstanceId>,
    fleet: &Fleet,
    class: &PlacementClass,
    meets: impl Fn(InstanceId) -> bool,
    tie: Tie<'_>,
) -> Option<Placed> {
    keep_feasible(fleet, class, meets, candidates);
    for strategy in &class.chain {
        strategy.narrow(fleet, class.group, &tie, candidates);
    }
    let tied = u32::try_from(candidates.len()).expect("as many instances as ids");
    let chosen = tie.choose(tied)?;
    Some(Placed::of(fleet, class, candidates[chosen as usize], tied))
}

/// What each step of the choice leaves over, for explanations; the task goes to one of those left at the end.
pub fn steps(fleet: &Fleet, class: &PlacementClass, tie: &Tie<'_>) -> Vec<Step> {
    let mut candidates = Vec::new();
    keep_feasible(fleet, class, |instance| class.meets_requirements(fleet, instance), &mut candidates);
    let mut steps = vec![Step { rule: Rule::ecs(301), left: candidates.clone() }];
    for strategy in &class.chain {
        strategy.narrow(fleet, class.group, tie, &mut candidates);
        steps.push(Step { rule: strategy.rule(), left: candidates.clone() });
    }
    steps
}

/// Step 1 of ECS-301. Every instance is written to the end of the list, and the end moves on only behind a feasible
/// one: no branch that a processor could guess wrongly.
#[expect(clippy::needless_bitwise_bool, reason = "a branch would often be guessed wrongly")]
fn keep_feasible(
    fleet: &Fleet,
    class: &PlacementClass,
    meets: impl Fn(InstanceId) -> bool,
    candidates: &mut Vec<InstanceId>,
) {
    let need = class.demand.need;
    let (cpu, memory, live) = (fleet.free_cpu(), fleet.free_memory(), fleet.live());
    candidates.clear();
    candidates.resize(live.len(), InstanceId(0));
    let mut end = 0;
    for &instance in live {
        let row = instance.row();
        candidates[end] = instance;
        end += usize::from((cpu[row] >= need.cpu.0) & (memory[row] >= need.memory.0));
    }
    candidates.truncate(end);
    if class.pool != Pool::LaunchTypeEc2 {
        candidates.retain(|&instance| class.pool.has(fleet, instance));
    }
    if !class.demand.is_plain() {
        candidates.retain(|&instance| fleet.has_extras(instance, &class.demand));
    }
    if !class.requirements.is_none() {
        candidates.retain(|&instance| meets(instance));
    }
}
