//! One pass of a service's scheduler: it keeps the desired count (ECS-401, ECS-460).

use crate::fact::Why;
use crate::sim::agenda::Agenda;
use crate::sim::event::Event;
use crate::sim::life::NewTask;
use crate::sim::world::World;
use crate::units::ServiceId;

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>, service: ServiceId) {
    world.services[service].is_due = false;
    let (desired, had) = (world.services[service].desired, world.services[service].wanted);
    if had > desired && !world.is_daemon(service) {
        world.scale_in(agenda, service, had - desired);
    }
    if world.now < world.services[service].throttle.until {
        return world.ask_placement(agenda); // it starts nothing before then, and comes back (ECS-455)
    }
    if world.is_daemon(service) {
        world.reconcile_daemon(agenda, service);
        return;
    }
    let planned = &world.plan.services[service];
    for _ in had..desired {
        let why = Why::DesiredCount { desired, had };
        let ordinal = world.services[service].next_ordinal;
        let choice = world.share_of_service(service);
        let id = world.want(NewTask { template: &planned.template, ordinal, lifetime: None, why, choice });
        world.wait(id);
    }
    world.ask_placement(agenda);
}
