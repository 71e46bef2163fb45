//! A task's lifetime is over, or it exits after its stop signal.

use crate::sim::agenda::Agenda;
use crate::sim::event::Event;
use crate::sim::world::World;
use crate::units::{Id, TaskId};

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>, id: TaskId) {
    world.timers[id.row()] = None; // this was it
    world.exits(agenda, id);
}
