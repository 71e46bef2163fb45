//! One pass of a service's scheduler: it keeps the desired count (ECS-401, ECS-460), and replaces tasks that are to leave
//! (ECS-425).

use crate::sim::agenda::Agenda;
use crate::sim::event::Event;
use crate::sim::life::NewTask;
use crate::sim::world::World;
use crate::units::ServiceId;

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>, service: ServiceId) {
    world.services[service].is_due = false;
    world.replace(agenda, service);
    let state = &world.services[service];
    let staying = state.wanted - state.replacing.leaving();
    if staying > state.desired && !world.is_daemon(service) {
        world.scale_in(agenda, service, staying - state.desired);
    }
    world.ends_if_deleted(service);
    if world.now < world.services[service].throttle.until {
        return world.ask_placement(agenda); // it starts nothing before then, and comes back (ECS-455)
    }
    if world.is_daemon(service) {
        world.reconcile_daemon(agenda, service);
        return;
    }
    let template = world.template(service);
    let (missing, why) = world.missing(service);
    for _ in 0..missing {
        let ordinal = world.services[service].next_ordinal;
        let choice = world.share_of_service(service);
        let id = world.want(NewTask { template, ordinal, lifetime: None, why, choice });
        world.wait(id);
    }
    world.ask_placement(agenda);
}
