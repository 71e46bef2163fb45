//! Calls that were throttled are made again (ECS-831).

use super::{arrive, operate};
use crate::sim::agenda::Agenda;
use crate::sim::calls::Request;
use crate::sim::event::Event;
use crate::sim::world::World;

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>) {
    while let Some(request) = world.next_call() {
        match request {
            Request::Run(rows) => arrive::run(world, rows),
            Request::Operate(row) => operate::act(world, agenda, row),
        }
    }
    world.calls_were_made(agenda);
    world.ask_placement(agenda);
}
