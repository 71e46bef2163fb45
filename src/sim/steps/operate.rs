//! An operator does something (ECS-415).

use crate::fact::{ApiCall, Fact, Why};
use crate::plan::{Action, InstanceAction};
use crate::sim::agenda::Agenda;
use crate::sim::calls::{About, Request};
use crate::sim::event::Event;
use crate::sim::steps::registers;
use crate::sim::world::{World, schedule};
use crate::units::ServiceId;

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
    let source = |service: ServiceId| plan.services[service].template.source;
    let about = match plan.operations[row as usize].action {
        Action::SetDesiredCount { service, .. } | Action::UpdateService { service, .. } => {
            About::Tasks(ApiCall::UpdateService, source(service), 0)
        }
        Action::DeleteService { service, .. } => About::Tasks(ApiCall::DeleteService, source(service), 0),
        Action::StopTask { source, ordinal } => About::Tasks(ApiCall::StopTask, source, ordinal),
        Action::Instance { what, provider, ordinal } => match what {
            InstanceAction::Drain | InstanceAction::Activate => {
                About::Instance(ApiCall::UpdateContainerInstancesState, provider, ordinal)
            }
            InstanceAction::Deregister { .. } => {
                About::Instance(ApiCall::DeregisterContainerInstance, provider, ordinal)
            }
            // EC2's, whose rates are not ECS's
            InstanceAction::Terminate | InstanceAction::Reclaim => return act(world, agenda, row),
        },
        Action::AddInstances { .. } => return act(world, agenda, row),
    };
    if world.may_call(agenda, about, || Request::Operate(row)) {
        act(world, agenda, row);
    }
}

/// The call is made.
pub(in crate::sim) fn act(world: &mut World<'_>, agenda: &mut Agenda<Event>, row: u32) {
    match world.plan.operations[row as usize].action {
        Action::SetDesiredCount { service, count } => world.set_desired(agenda, service, count),
        Action::UpdateService { service, update } => world.update_service(agenda, service, update),
        Action::DeleteService { service, force } => world.delete_service(agenda, service, force),
        Action::Instance { what: InstanceAction::Reclaim, provider, ordinal } => {
            world.gives_notice(agenda, row, (provider, ordinal));
        }
        Action::Instance { what, provider, ordinal } => world.do_to_instance(agenda, what, (provider, ordinal)),
        Action::AddInstances { first, count } => registers::launch(world, agenda, row, first, count),
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
