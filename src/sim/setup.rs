//! The first instant: instances, the situation that the scenario sets up, and services (ECS-950).

use super::agenda::Agenda;
use super::event::Event;
use super::life::NewTask;
use super::steps::place::{Tried, try_one};
use super::world::{World, schedule};
use crate::cluster::{Registration, TaskState};
use crate::fact::{Fact, Why};
use crate::plan::InitialState;
use crate::units::{InstanceId, ServiceId, SimTime, Table};

pub(super) fn begin(world: &mut World<'_>, agenda: &mut Agenda<Event>) {
    let plan = world.plan;
    for instance in &plan.instances {
        let role = &plan.cast.instance_types[instance.instance_type];
        let registration = Registration {
            zone: instance.zone,
            attributes: instance.attributes,
            ..Registration::of_type(instance.instance_type, role)
        };
        world.register(agenda, registration, Why::InitialState);
    }
    for service in plan.services.ids().filter(|service| !plan.services[*service].daemon) {
        let desired = world.services[service].desired;
        world.emit(Fact::DesiredCount { service, desired, why: Why::Given });
    }
    world.is_setting_up = true;
    stand_situation(world, agenda);
    stand_daemons(world, agenda);
    match plan.initial_state {
        InitialState::Steady => stand_services(world, agenda),
        InitialState::Cold => {
            for service in plan.services.ids().filter(|service| !plan.services[*service].daemon) {
                world.ask_service(agenda, service);
            }
        }
    }
    world.is_setting_up = false;
    for service in plan.services.ids().filter(|service| plan.services[*service].load.is_some()) {
        schedule(agenda, SimTime::START, Event::Demand(service));
    }
    if let Some(first) = plan.arrivals.first() {
        schedule(agenda, first.at, Event::Arrive(0));
    }
    if let Some(first) = plan.operations.first() {
        schedule(agenda, first.at, Event::Operate(0));
    }
}

/// Tasks that the scenario puts on named instances.
fn stand_situation(world: &mut World<'_>, agenda: &mut Agenda<Event>) {
    for standing in &world.plan.situation {
        let (template, ordinal) = (&standing.template, standing.ordinal);
        let new = NewTask { template, ordinal, lifetime: None, why: Why::Given, choice: None };
        let id = world.want(new);
        if world.place_on(agenda, id, InstanceId(standing.instance), Why::Given) {
            run_at_once(world, agenda, id);
        }
    }
}

/// Daemons on all instances, ahead of the other services (ECS-402).
fn stand_daemons(world: &mut World<'_>, agenda: &mut Agenda<Event>) {
    world.daemons.have_begun = true;
    let stand = world.plan.initial_state == InitialState::Steady;
    let why = if stand { Why::InitialState } else { Why::Daemon };
    for instance in world.fleet.live().to_vec() {
        for id in world.daemons_come(agenda, instance, why) {
            if stand {
                run_at_once(world, agenda, id);
            }
        }
    }
}

/// Steady: services in name order, one task each in turn, RUNNING. What does not fit waits.
fn stand_services(world: &mut World<'_>, agenda: &mut Agenda<Event>) {
    let plan = world.plan;
    let mut open: Vec<ServiceId> = plan.services.ids().filter(|service| !plan.services[*service].daemon).collect();
    // as many attempts as tasks are missing: one that fails is tried again later, as any is (ECS-455)
    let missing = |world: &World<'_>, service: ServiceId| {
        let state = &world.services[service];
        state.desired.saturating_sub(state.wanted)
    };
    let mut left: Table<ServiceId, u32> = plan.services.ids().map(|service| missing(world, service)).collect();
    while !open.is_empty() {
        open.retain(|service| left[*service] > 0);
        for service in &open {
            left[*service] -= 1;
            stand_one(world, agenda, *service);
        }
    }
    // instances that came for services brought daemons: they too have been there for long
    let daemons: Vec<_> = world.tasks.iter().filter(|(_, task)| task.place.is_some()).map(|(id, _)| id).collect();
    for id in daemons {
        run_at_once(world, agenda, id);
    }
    // more may be placed than the service wants
    for service in
        plan.services.ids().filter(|id| world.services[*id].wanted > world.services[*id].desired).collect::<Vec<_>>()
    {
        world.ask_service(agenda, service);
    }
    world.ask_placement(agenda); // what found no place waits from now on (ECS-950), and later instances may help
}

fn stand_one(world: &mut World<'_>, agenda: &mut Agenda<Event>, service: ServiceId) {
    let planned = &world.plan.services[service];
    let ordinal = world.services[service].next_ordinal;
    let (template, choice) = (&planned.template, world.share_of_service(service));
    let id = world.want(NewTask { template, ordinal, lifetime: None, why: Why::InitialState, choice });
    let class = world.tasks.get(id).class;
    match try_one(world, agenda, id, class) {
        Tried::Placed | Tried::PlacedOnNew => run_at_once(world, agenda, id),
        Tried::Failed => {}
        Tried::NoRoom(_) | Tried::TooEarly(_) => {
            world.wait(id);
        }
    }
}

/// What stands there at the start has started long ago.
fn run_at_once(world: &mut World<'_>, agenda: &mut Agenda<Event>, id: crate::units::TaskId) {
    let task = world.tasks.get(id);
    if task.state == (TaskState::Pending { started: false }) {
        if task.instance().is_some() {
            return; // it stands in the line of the agent, and starts when its turn comes
        }
        world.clear_timer(agenda, id);
        world.provisioned(agenda, id);
    }
    if !world.is_running(id) {
        world.clear_timer(agenda, id);
        world.runs(agenda, id);
    }
}
