//! An operator does something (ECS-415).

use crate::fact::{ApiCall, Fact, Why};
use crate::plan::Action;
use crate::sim::agenda::Agenda;
use crate::sim::calls::{About, Request};
use crate::sim::event::Event;
use crate::sim::world::{World, schedule};

/// All of one instant, in their order: none of them causes the next.
pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>, first: u32) {
    let plan = world.plan;
    for (operation, row) in plan.operations[first as usize..].iter().zip(first..) {
        if operation.at > world.now {
            schedule(agenda, operation.at, Event::Operate(row));
            return;
        }
        call(world, agenda, row);
    }
}

fn call(world: &mut World<'_>, agenda: &mut Agenda<Event>, row: u32) {
    let plan = world.plan;
    let about = match plan.operations[row as usize].action {
        Action::SetDesiredCount { service, .. } => {
            About { call: ApiCall::UpdateService, source: plan.services[service].template.source, ordinal: 0 }
        }
        Action::StopTask { source, ordinal } => About { call: ApiCall::StopTask, source, ordinal },
    };
    if world.may_call(agenda, about, || Request::Operate(row)) {
        act(world, agenda, row);
    }
}

/// The call is made.
pub(in crate::sim) fn act(world: &mut World<'_>, agenda: &mut Agenda<Event>, row: u32) {
    match world.plan.operations[row as usize].action {
        Action::SetDesiredCount { service, count } => {
            world.services[service].desired = count;
            world.emit(Fact::DesiredCount { service, desired: count, why: Why::UserInitiated });
            world.is_steady(service);
            world.ask_service(agenda, service);
        }
        Action::StopTask { source, ordinal } => {
            let found = world.tasks.iter().find(|(_, task)| task.source == source && task.ordinal == ordinal);
            match found.map(|(id, _)| id) {
                Some(id) => world.stop(agenda, id, Why::UserInitiated),
                // it has ended already, or does not exist yet
                None => world.emit(Fact::OperationFailed { source, ordinal, why: Why::UserInitiated }),
            }
        }
    }
}
