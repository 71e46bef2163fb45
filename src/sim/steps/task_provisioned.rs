//! A task on Fargate has its micro-host.

use crate::sim::agenda::Agenda;
use crate::sim::event::Event;
use crate::sim::world::World;
use crate::units::{Id, TaskId};

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>, id: TaskId) {
    world.timers[id.row()] = None; // this was it
    world.provisioned(agenda, id);
}
