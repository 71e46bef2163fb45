//! A task's lifetime is over, or it exits after its stop signal.

use crate::cluster::TaskState;
use crate::fact::Why;
use crate::sim::agenda::Agenda;
use crate::sim::event::Event;
use crate::sim::world::World;
use crate::units::{Id, TaskId};

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>, id: TaskId) {
    world.timers[id.row()] = None; // this was it
    let why = match world.tasks.get(id).state {
        TaskState::Stopping => Why::UserInitiated,
        _ => Why::LifetimeOver,
    };
    world.exits(agenda, id, why);
}
