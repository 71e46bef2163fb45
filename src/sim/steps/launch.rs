//! The launch rate has room again for tasks of a class.

use crate::sim::agenda::Agenda;
use crate::sim::event::Event;
use crate::sim::world::World;
use crate::units::PlacementClassId;

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>, class: PlacementClassId) {
    world.launch_due[class] = None;
    world.waiting.retry(class);
    world.ask_placement(agenda);
}
