//! The launch rate has room again: for tasks of a class, or for the first of all who wait for a token of Fargate's.

use crate::sim::agenda::Agenda;
use crate::sim::event::Event;
use crate::sim::world::{World, schedule};
use crate::units::PlacementClassId;

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>, class: PlacementClassId) {
    world.launch_due[class] = None;
    world.waiting.retry(class);
    world.ask_placement(agenda);
}

pub(in crate::sim) fn tokens(world: &mut World<'_>, agenda: &mut Agenda<Event>) {
    let now = world.now;
    for due in &mut world.tokens_due {
        *due = due.filter(|due| *due > now);
    }
    // who is the first is seen when they are tried: some may be told to stop at this very instant
    if !world.placement_is_due {
        world.placement_is_due = true;
        schedule(agenda, now, Event::Place);
    }
}
