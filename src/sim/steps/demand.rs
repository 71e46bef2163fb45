//! A service's load curve takes its next value.

use crate::sim::agenda::Agenda;
use crate::sim::event::Event;
use crate::sim::world::{World, schedule};
use crate::units::ServiceId;

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>, service: ServiceId) {
    let plan = world.plan;
    let (Some(planned), Some(load)) = (&plan.services[service].load, &mut world.services[service].load) else { return };
    let points = planned.curve.points();
    while load.point + 1 < points.len() && points[load.point + 1].0 <= world.now {
        load.point += 1;
    }
    load.own = points[load.point].1.saturating_mul(planned.curve_periods());
    load.clock.set_requests(world.now, load.own.saturating_add(load.called));
    if let Some((next, _)) = points.get(load.point + 1) {
        schedule(agenda, *next, Event::Demand(service));
    }
    world.emit_load(service);
    world.flow(service);
}
