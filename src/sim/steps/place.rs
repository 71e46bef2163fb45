//! Waiting tasks are tried, each in its turn (ECS-307, ECS-952). One that fits nowhere is passed over.

use crate::capacity::NoRoom;
use crate::fact::{Fact, Why};
use crate::placement::{Placed, Pool, Tie};
use crate::plan::TieBreak;
use crate::sim::agenda::Agenda;
use crate::sim::draws::Concern;
use crate::sim::event::Event;
use crate::sim::world::World;
use crate::units::{PlacementClassId, ProviderId, TaskId};
use std::cmp::Reverse;

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>) {
    world.placement_is_due = false;
    let mut heads = world.waiting.heads();
    while let Some(Reverse((turn, id, class))) = heads.pop() {
        let tried = try_one(world, agenda, id, class);
        let standalone = world.service_of(turn.1).is_none();
        if tried.is_ok() || standalone {
            world.waiting.remove(class, turn);
        }
        if let Err(why) = tried {
            report(world, id, standalone, why);
            if !standalone {
                continue; // the other tasks of this class wait for the same room
            }
        }
        if let Some((turn, id)) = world.waiting.after(class, turn) {
            heads.push(Reverse((turn, id, class)));
        }
    }
    try_again_if_capacity_came(world, agenda);
}

/// An instance that came for one task may have room for another that was passed over before it came: tasks of the
/// EC2 launch type run on every instance of the cluster (ECS-707).
pub(in crate::sim) fn try_again_if_capacity_came(world: &mut World<'_>, agenda: &mut Agenda<Event>) {
    if std::mem::take(&mut world.capacity_came) {
        world.ask_placement(agenda);
    }
}

/// Places one task, on capacity that comes for it if need be.
pub(in crate::sim) fn try_one(
    world: &mut World<'_>,
    agenda: &mut Agenda<Event>,
    id: TaskId,
    class: PlacementClassId,
) -> Result<(), Why> {
    if let Some(placed) = choose(world, id, class) {
        world.place_on(agenda, id, placed.instance, reason(placed));
        return Ok(());
    }
    let provider = match world.plan.classes[class].pool {
        Pool::LaunchTypeEc2 => ProviderId(0),
        Pool::Provider(provider) => provider,
    };
    let need = world.tasks.get(id).need;
    match world.providers[provider].logic.no_room(need, world.provider_view(provider)) {
        NoRoom::Nothing(why) => Err(why),
        NoRoom::Registers(registration, why) => {
            world.register(registration, why);
            world.capacity_came = true;
            let placed = choose(world, id, class).ok_or(Why::NothingFits { need })?;
            world.place_on(agenda, id, placed.instance, reason(placed));
            Ok(())
        }
    }
}

fn reason(placed: Placed) -> Why {
    Why::Strategy { rule: placed.rule, measure: placed.measure, tied: placed.tied }
}

fn choose(world: &mut World<'_>, id: TaskId, class: PlacementClassId) -> Option<Placed> {
    let (source, ordinal) = (world.tasks.get(id).source, world.tasks.get(id).ordinal);
    match world.plan.tie_break {
        TieBreak::LowestId => world.placer.place(&world.fleet, class, Tie::LowestId),
        TieBreak::Seeded => {
            let owner = &world.plan.cast.sources[source].name;
            let draws = &mut world.draws;
            let mut draw = |bound| draws.below(Concern::PlacementTie, owner, source.0, ordinal, bound);
            world.placer.place(&world.fleet, class, Tie::Draw(&mut draw))
        }
    }
}

/// A standalone task that fits nowhere is counted and forgotten (ECS-901); one of a service waits, which is said
/// once.
fn report(world: &mut World<'_>, id: TaskId, standalone: bool, why: Why) {
    if standalone {
        let task = world.task_ref(id);
        world.emit(Fact::TaskUnplaced { task, why });
        world.tasks.remove(id);
    } else {
        say_it_waits(world, id, why);
    }
}

/// Says that a task waits for a place; once in its life.
pub(in crate::sim) fn say_it_waits(world: &mut World<'_>, id: TaskId, why: Why) {
    let (task, now) = (world.task_ref(id), world.now);
    let row = world.tasks.get_mut(id);
    if row.wanted == now && !std::mem::replace(&mut row.said_to_wait, true) {
        world.emit(Fact::TaskWaits { task, why });
    }
}
