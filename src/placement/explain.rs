//! What a choice looked at, step by step, for those who ask why: the four steps of ECS-301 by the plain scan.
//!
//! An [`Explanation`] is data that outlives the moment: it can be shown when the cluster has long changed.

use super::{Host, PlacementClass, Pool, Strategy, Tie, steps};
use crate::cluster::{Demand, Fleet, HostPort, Registration};
use crate::fact::{Lack, Lacks, Rule};
use crate::units::{GroupId, Id, InstanceId, InstanceTypeId, Resources, ZoneId};
use std::collections::BTreeMap;

/// How a task was placed, or why it was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What the task takes.
    pub demand: Demand,
    /// Its group, whose tasks are counted.
    pub group: GroupId,
    /// Whose instances were asked for.
    pub pool: Pool,
    /// The ACTIVE instances of that capacity, in the order of registration.
    pub seen: Vec<Seen>,
    /// The other ACTIVE instances: of capacity that was not asked for.
    pub others: Vec<InstanceId>,
    /// Step 2: the constraints, `distinctInstance` last.
    pub constraints: Vec<Constrained>,
    /// Step 3: the strategies of the chain.
    pub narrowings: Vec<Narrowing>,
    /// Step 4, if an instance was left.
    pub choice: Option<Choice>,
    /// The row of the instance that lacks the fewest things (ECS-532), if the task found no place.
    pub closest: Option<usize>,
    /// The row of an instance of which a further one, with nothing on it but the daemons, would take the task, if the
    /// task found no place.
    pub another: Option<usize>,
}

/// An instance as the choice saw it, before the task came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The instance.
    pub instance: InstanceId,
    /// Its zone.
    pub zone: ZoneId,
    /// Its type.
    pub instance_type: InstanceTypeId,
    /// What it registered.
    pub registered: Resources,
    /// What remained of it.
    pub free: Resources,
    /// Free GPUs.
    pub free_gpus: u32,
    /// How many tasks with an interface of their own could still come.
    pub free_interfaces: u32,
    /// Those of the task's static ports that were taken (ECS-124).
    pub taken: Vec<HostPort>,
    /// Attributes that it had not as the task requires them.
    pub missing: Vec<Missing>,
    /// All that it lacked, of steps 1 and 2.
    pub lacks: Lacks,
    /// Rows of the constraints that it did not satisfy.
    pub fails: Vec<usize>,
    /// The number of each strategy for it: what remained, or how many tasks were there; 0 for `random`.
    pub numbers: Vec<u32>,
    /// How far it came.
    pub came_to: Stage,
}

impl Seen {
    /// What it lacked of CPU and memory.
    pub fn short_of(&self, need: Resources) -> Resources {
        let short = |need: u32, free: u32| need.saturating_sub(free);
        Resources::new(short(need.cpu.0, self.free.cpu.0), short(need.memory.0, self.free.memory.0))
    }
}

/// An attribute that an instance has not as a task requires it (ECS-152).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Its name.
    pub name: String,
    /// The value that is required, if it matters.
    pub wanted: Option<String>,
    /// The value that the instance has, if it has one.
    pub found: Option<String>,
}

/// Which step removed an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Step 1: it lacked resources.
    Resources,
    /// Step 2: it did not satisfy the constraints.
    Constraints,
    /// Step 3: this strategy of the chain liked another better.
    Strategy(usize),
    /// Step 4: it was equal to the chosen one, and the tie-break took that.
    Tie,
    /// It was chosen.
    Chosen,
}

/// What one constraint did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constrained {
    /// Its text, without `memberOf`; none for `distinctInstance`.
    pub expression: Option<String>,
    /// Its rule.
    pub rule: Rule,
    /// How many of those that step 1 left do not satisfy it; one instance may fail several.
    pub removes: usize,
}

/// What one strategy did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowing {
    /// The strategy.
    pub strategy: Strategy,
    /// The attribute that it spreads over, if it is not one that a [`Strategy`] has a name for.
    pub attribute: Option<String>,
    /// Its rule.
    pub rule: Rule,
    /// The smallest number among the candidates, which those that are left have.
    pub best: u32,
    /// How many candidates there were.
    pub before: usize,
    /// How many were left.
    pub left: usize,
    /// Of `spread` over a zone or an attribute: the tasks of the group there, in name order.
    pub shares: Vec<Share>,
    /// Whether several of these had equally few tasks and the first in name order was taken (ECS-314).
    pub first_by_name: bool,
}

/// A zone, or a value of an attribute, as `spread` saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Which.
    pub of: ShareOf,
    /// Tasks of the group there, those on instances that can't take the task included (ECS-311).
    pub tasks: u32,
    /// Candidates there.
    pub candidates: usize,
}

/// What tasks are spread over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ShareOf {
    /// A zone.
    Zone(ZoneId),
    /// A value of an attribute; none stands for all instances without it.
    Value(Option<String>),
}

/// The choice among those that the chain left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The row of the chosen instance.
    pub row: usize,
    /// How many were left.
    pub tied: usize,
    /// Which of them was taken, from 0, in the order of registration.
    pub nth: usize,
    /// Whether it was drawn; else the lowest in the order of registration is taken.
    pub drawn: bool,
}

/// What an explanation is made of, at the moment of the choice and before the task is charged.
pub struct Moment<'a> {
    /// The instances.
    pub fleet: &'a Fleet,
    /// How the task is placed.
    pub class: &'a PlacementClass,
    /// Whether ties go to the lowest; else they are drawn.
    pub lowest_id: bool,
    /// The instance that was chosen, if there was one.
    pub chosen: Option<InstanceId>,
    /// What an instance that came now would lack for the task, once the daemons are on it.
    pub would_lack: &'a dyn Fn(&Registration) -> Lacks,
}

impl Moment<'_> {
    /// Works the explanation out, by looking at every instance.
    pub fn explanation(&self) -> Explanation {
        let Moment { fleet, class, chosen, .. } = *self;
        let (own, others): (Vec<InstanceId>, Vec<InstanceId>) =
            fleet.live().iter().partition(|&&instance| class.pool.has(fleet, instance));
        let mut draw = |_: u32| 0; // only how zones are narrowed depends on the tie-break
        let tie = if self.lowest_id { Tie::LowestId } else { Tie::Draw(&mut draw) };
        let left: Vec<Vec<InstanceId>> = steps(fleet, class, &tie).into_iter().map(|step| step.left).collect();
        let mut seen: Vec<Seen> = own.iter().map(|&instance| self.seen(instance)).collect();
        for row in &mut seen {
            row.came_to = self.came_to(row, &left);
        }
        let row_of = |instance| own.binary_search(&instance).ok();
        let last = left.last().map_or(&[][..], Vec::as_slice);
        let choice = chosen.and_then(|instance| {
            let nth = last.iter().position(|&other| other == instance)?;
            Some(Choice { row: row_of(instance)?, tied: last.len(), nth, drawn: !self.lowest_id && last.len() > 1 })
        });
        debug_assert_eq!(choice.is_some(), chosen.is_some(), "the scan agrees with what was chosen");
        let failed = choice.is_none();
        let fits = |row: &Seen| (self.would_lack)(fleet.registration(row.instance)).is_empty();
        Explanation {
            demand: class.demand.clone(),
            group: class.group,
            pool: class.pool,
            constraints: self.constraints(&seen),
            narrowings: (0..class.chain.len()).map(|row| self.narrowing(row, &left[row], &left[row + 1])).collect(),
            choice,
            closest: class.closest(fleet).filter(|_| failed).and_then(|(instance, _)| row_of(instance)),
            another: seen.iter().position(fits).filter(|_| failed),
            seen,
            others,
        }
    }

    fn seen(&self, instance: InstanceId) -> Seen {
        let Moment { fleet, class, .. } = *self;
        let (host, registration, ports) =
            (Host::of(fleet, instance), fleet.registration(instance), fleet.ports(instance));
        let requirements = &class.requirements;
        let attributes = fleet.attributes(instance);
        let missing = requirements.attributes.iter().filter_map(|(name, wanted)| {
            let found = attributes.get(name);
            let met = found.is_some_and(|found| wanted.as_ref().is_none_or(|wanted| wanted == found));
            let (name, wanted) = (name.clone(), wanted.clone());
            (!met).then(|| Missing { name, wanted, found: found.cloned() })
        });
        let lacks = class.lacks(fleet, instance);
        let member_of = requirements.member_of.iter().enumerate();
        let fails = member_of.filter(|(_, constraint)| !constraint.holds(&host)).map(|(row, _)| row);
        let distinct = lacks.has(Lack::DistinctInstance).then_some(requirements.member_of.len());
        Seen {
            instance,
            zone: registration.zone,
            instance_type: registration.instance_type,
            registered: registration.registered,
            free: fleet.free(instance),
            free_gpus: fleet.free_gpus(instance),
            free_interfaces: fleet.free_interfaces(instance),
            taken: class.demand.ports.iter().filter(|port| ports.contains(port)).copied().collect(),
            missing: missing.collect(),
            lacks,
            fails: fails.chain(distinct).collect(),
            numbers: class.chain.iter().map(|strategy| strategy.measure(fleet, class.group, instance)).collect(),
            came_to: Stage::Resources,
        }
    }

    fn came_to(&self, row: &Seen, left: &[Vec<InstanceId>]) -> Stage {
        let gone = left.iter().position(|left| left.binary_search(&row.instance).is_err());
        match gone {
            Some(0) if lacks_resources(row.lacks) => Stage::Resources,
            Some(0) => Stage::Constraints,
            Some(step) => Stage::Strategy(step - 1),
            None if self.chosen == Some(row.instance) => Stage::Chosen,
            None => Stage::Tie,
        }
    }

    fn constraints(&self, seen: &[Seen]) -> Vec<Constrained> {
        let requirements = &self.class.requirements;
        let texts = requirements.member_of.iter().map(|constraint| (Some(constraint.to_string()), Rule::ecs(331)));
        let distinct = requirements.distinct_instance.then_some((None, Rule::ecs(330)));
        let failing = |seen: &Seen, row: usize| !lacks_resources(seen.lacks) && seen.fails.contains(&row);
        let removes = |row: usize| seen.iter().filter(|seen| failing(seen, row)).count();
        let all = texts.chain(distinct).enumerate();
        all.map(|(row, (expression, rule))| Constrained { expression, rule, removes: removes(row) }).collect()
    }

    /// What the strategy in `row` of the chain made of its candidates.
    fn narrowing(&self, row: usize, before: &[InstanceId], left: &[InstanceId]) -> Narrowing {
        let Moment { fleet, class, .. } = *self;
        let strategy = class.chain[row];
        let number = |instance: InstanceId| strategy.measure(fleet, class.group, instance);
        let best = left.first().map_or(0, |&instance| number(instance));
        let shares = self.shares(strategy, before);
        let equal = shares.iter().filter(|share| share.candidates > 0 && share.tasks == best).count();
        let attribute = match strategy {
            Strategy::SpreadAttribute(key) => Some(fleet.spread(key).attribute.clone()),
            _ => None,
        };
        Narrowing {
            strategy,
            attribute,
            rule: strategy.rule(),
            best,
            before: before.len(),
            left: left.len(),
            shares,
            first_by_name: self.lowest_id && equal > 1,
        }
    }

    /// The tasks of the group in each zone, or with each value, that an ACTIVE instance is in or has.
    fn shares(&self, strategy: Strategy, candidates: &[InstanceId]) -> Vec<Share> {
        let Moment { fleet, class, .. } = *self;
        let of = |instance: InstanceId| match strategy {
            Strategy::SpreadZone => Some(ShareOf::Zone(fleet.zone(instance))),
            Strategy::SpreadAttribute(key) => {
                Some(ShareOf::Value(fleet.attributes(instance).get(&fleet.spread(key).attribute).cloned()))
            }
            _ => None,
        };
        let mut shares: BTreeMap<ShareOf, (u32, usize)> = BTreeMap::new();
        for &instance in fleet.live() {
            if let Some(of) = of(instance) {
                let tasks = strategy.measure(fleet, class.group, instance);
                let share = shares.entry(of).or_insert((tasks, 0));
                share.1 += usize::from(candidates.binary_search(&instance).is_ok());
            }
        }
        shares.into_iter().map(|(of, (tasks, candidates))| Share { of, tasks, candidates }).collect()
    }
}

/// Whether something of step 1 lacks: all but the constraints.
fn lacks_resources(lacks: Lacks) -> bool {
    lacks.iter().any(|lack| !lack.is_of_constraints())
}

impl Explanation {
    /// How many instances step 1 left.
    pub fn left_by_resources(&self) -> usize {
        self.seen.iter().filter(|seen| seen.came_to > Stage::Resources).count()
    }

    /// How many instances step 2 left.
    pub fn left_by_constraints(&self) -> usize {
        self.seen.iter().filter(|seen| seen.came_to > Stage::Constraints).count()
    }

    /// How many instances lack each thing of step 1, what nobody lacks left out; an instance may lack several.
    pub fn counts(&self) -> Vec<(Lack, usize)> {
        let count = |lack: Lack| self.seen.iter().filter(|seen| seen.lacks.has(lack)).count();
        let step_1 = Lack::ALL.into_iter().filter(|lack| !lack.is_of_constraints());
        step_1.map(|lack| (lack, count(lack))).filter(|(_, count)| *count > 0).collect()
    }

    /// The instances that would take the task with the fewest changes: of those that lack as few things as the closest,
    /// one for each set of things, the one that lacks the least of it.
    pub fn nearest(&self) -> Vec<&Seen> {
        let Some(fewest) = self.closest.map(|row| self.seen[row].lacks.len()) else { return Vec::new() };
        let mut best: BTreeMap<Lacks, &Seen> = BTreeMap::new();
        let short = |seen: &Seen| {
            let short = seen.short_of(self.demand.need);
            (short.memory, short.cpu, seen.instance.row())
        };
        for seen in self.seen.iter().filter(|seen| seen.lacks.len() == fewest) {
            let kept = best.entry(seen.lacks).or_insert(seen);
            if short(seen) < short(kept) {
                *kept = seen;
            }
        }
        best.into_values().collect()
    }
}
