//! Waiting tasks are tried, each in its turn (ECS-307, ECS-952). One that fits nowhere is passed over.

use crate::capacity::{Fargate, NoRoom};
use crate::fact::{Fact, Lacks, Why};
use crate::placement::{Placed, Pool, Tie};
use crate::plan::TieBreak;
use crate::sim::agenda::Agenda;
use crate::sim::draws::Concern;
use crate::sim::event::Event;
use crate::sim::launch::TooEarly;
use crate::sim::waiting::{Reason, Turn};
use crate::sim::world::World;
use crate::units::{PlacementClassId, ProviderId, TaskId};
use std::cmp::Reverse;

/// What became of an attempt.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) enum Tried {
    /// It has a place.
    Placed,
    /// An instance came for it, which may help others that were passed over.
    PlacedOnNew,
    /// It had a place and failed to start (ECS-144): it is gone.
    Failed,
    /// It is not launched yet (ECS-455, ECS-831).
    TooEarly(TooEarly),
    /// It fits nowhere.
    NoRoom(Why),
}

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>) {
    world.placement_is_due = false;
    world.place_waiting_daemons(agenda);
    // a new instance that helps some who were passed over has all tried anew, from the first turn on
    while pass(world, agenda) {}
}

/// One pass over those who wait. Whether it was broken off because an instance came that helps some passed over.
fn pass(world: &mut World<'_>, agenda: &mut Agenda<Event>) -> bool {
    world.waiting.take_woken();
    let mut heads = world.waiting.heads();
    let kinds = [Fargate::OnDemand, Fargate::Spot];
    heads.extend(kinds.into_iter().filter_map(|kind| world.next_for_token(agenda, kind)));
    while let Some(Reverse((turn, id, class))) = heads.pop() {
        let tried = try_one(world, agenda, id, class);
        let next = match tried {
            Tried::Placed | Tried::PlacedOnNew | Tried::Failed => {
                world.waiting.remove(class, turn);
                world.waiting.after(class, turn)
            }
            // nobody of this class is launched before that one
            Tried::TooEarly(TooEarly { why, bucket: Some(kind) }) => {
                world.waiting.wait_for_token(class, kind, turn);
                tell(world, class, why, Reason::Bucket);
                None
            }
            // none of this service is; standalone tasks among them have nothing to do with that
            Tried::TooEarly(TooEarly { why, bucket: None }) => {
                world.waiting.rest(class);
                let reason = if matches!(why, Why::FailedStarts) { Reason::Pause } else { Reason::Window };
                tell(world, class, why, reason);
                next_standalone(world, class, turn)
            }
            Tried::NoRoom(why) if world.service_of(turn.1).is_none() => {
                give_up(world, id, class, turn, why);
                world.waiting.after(class, turn)
            }
            // the other tasks of this class wait for the same room; only standalone ones among them are not kept
            Tried::NoRoom(why) => {
                world.waiting.park(class, world.plan.classes[class].demand.need);
                tell(world, class, why, if matches!(why, Why::Quota { .. }) { Reason::Quota } else { Reason::Room });
                next_standalone(world, class, turn)
            }
        };
        // an instance that came, or a task that others want the company of
        if !matches!(tried, Tried::NoRoom(_) | Tried::TooEarly(_)) && world.waiting.take_woken() {
            return true;
        }
        if let Some((turn, id)) = next {
            heads.push(Reverse((turn, id, class)));
        }
        // a token that this one has not taken, or did not need, is for the next in line
        if let Some(kind) = world.fargate_of(class) {
            heads.extend(world.next_for_token(agenda, kind));
        }
    }
    false
}

/// A standalone task that fits nowhere is counted and forgotten (ECS-901).
fn give_up(world: &mut World<'_>, id: TaskId, class: PlacementClassId, turn: Turn, why: Why) {
    world.waiting.remove(class, turn);
    let task = world.task_ref(id);
    let why = with_closest(world, class, why);
    world.emit(Fact::TaskUnplaced { task, why });
    world.tasks.remove(id);
}

/// Each task that has to wait says so, once for each reason. Standalone ones wait for nothing but a token.
fn tell(world: &mut World<'_>, class: PlacementClassId, why: Why, reason: Reason) {
    let untold = world.waiting.untold(class, reason);
    if untold.is_empty() {
        return;
    }
    let why = with_closest(world, class, why);
    for (turn, id) in untold {
        if reason == Reason::Bucket || world.service_of(turn.1).is_some() {
            if matches!(reason, Reason::Room | Reason::Quota) {
                world.probed(id, class, None);
            }
            let task = world.task_ref(id);
            world.emit(Fact::TaskWaits { task, why });
        }
    }
}

/// The next standalone task of a class in which those of services have to wait. Rare: a task has to be given a
/// service's group by hand to be in its class.
fn next_standalone(world: &World<'_>, class: PlacementClassId, turn: Turn) -> Option<(Turn, TaskId)> {
    if !world.has_standalone[class] {
        return None;
    }
    let mut next = world.waiting.after(class, turn);
    while let Some((turn, _)) = next
        && world.service_of(turn.1).is_some()
    {
        next = world.waiting.after(class, turn);
    }
    next
}

/// Places one task, on capacity that comes for it if need be.
pub(in crate::sim) fn try_one(
    world: &mut World<'_>,
    agenda: &mut Agenda<Event>,
    id: TaskId,
    class: PlacementClassId,
) -> Tried {
    if let Some(early) = world.too_early(agenda, id, class) {
        return Tried::TooEarly(early);
    }
    let service = world.service_of(world.tasks.get(id).source);
    let tried = try_now(world, agenda, id, class);
    if !matches!(tried, Tried::NoRoom(_) | Tried::TooEarly(_)) {
        world.launched(service, class);
    }
    tried
}

fn try_now(world: &mut World<'_>, agenda: &mut Agenda<Event>, id: TaskId, class: PlacementClassId) -> Tried {
    let provider = match world.plan.classes[class].pool {
        Pool::Fargate(provider) => {
            if let Some(why) = world.beyond_vcpus(id, class, provider) {
                return Tried::NoRoom(why);
            }
            let stands = world.place_on_fargate(agenda, id, provider);
            return if stands { Tried::Placed } else { Tried::Failed };
        }
        Pool::LaunchTypeEc2 => ProviderId(0),
        Pool::Provider(provider) => provider,
    };
    if let Some(placed) = choose(world, id, class) {
        let stands = world.place_on(agenda, id, placed.instance, reason(placed));
        return if stands { Tried::Placed } else { Tried::Failed };
    }
    match world.no_room(provider, class) {
        NoRoom::Nothing(why) => Tried::NoRoom(why),
        NoRoom::Registers(registration, why) => {
            if let Some(why) = world.beyond_instances(class) {
                return Tried::NoRoom(why);
            }
            if let Some(early) = world.brings_nothing(agenda, id, class) {
                return Tried::TooEarly(early);
            }
            let instance = world.register_for_a_task(agenda, registration, why);
            let Some(placed) = choose(world, id, class) else {
                world.has_come(agenda, instance); // it is of no use
                return Tried::NoRoom(nothing_fits(world, class));
            };
            let stands = world.place_on(agenda, id, placed.instance, reason(placed));
            world.has_come(agenda, instance);
            if stands { Tried::PlacedOnNew } else { Tried::Failed }
        }
    }
}

fn nothing_fits(world: &World<'_>, class: PlacementClassId) -> Why {
    let need = world.plan.classes[class].demand.need;
    Why::NothingFits { need, closest: None, lacks: Lacks::NONE }
}

/// Adds to the reason which instance comes closest and what it lacks (ECS-495); looked up only for those who say so.
fn with_closest(world: &World<'_>, class: PlacementClassId, why: Why) -> Why {
    let Why::NothingFits { need, lacks, .. } = why else { return why };
    match world.plan.classes[class].closest(&world.fleet) {
        Some((instance, lacks)) => Why::NothingFits { need, closest: Some(instance), lacks },
        None => Why::NothingFits { need, closest: None, lacks },
    }
}

fn reason(placed: Placed) -> Why {
    Why::Strategy { rule: placed.rule, measure: placed.measure, tied: placed.tied }
}

fn choose(world: &mut World<'_>, id: TaskId, class: PlacementClassId) -> Option<Placed> {
    let (source, ordinal) = (world.tasks.get(id).source, world.tasks.get(id).ordinal);
    let placed = match world.plan.tie_break {
        TieBreak::LowestId => world.placer.place(&world.fleet, class, Tie::LowestId),
        TieBreak::Seeded => {
            let owner = &world.plan.cast.sources[source].name;
            let draws = &mut world.draws;
            let mut draw = |bound| draws.below(Concern::PlacementTie, owner, source.0, ordinal, bound);
            world.placer.place(&world.fleet, class, Tie::Draw(&mut draw))
        }
    };
    world.probed(id, class, placed.map(|placed| placed.instance));
    placed
}
