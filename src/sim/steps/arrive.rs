//! RunTask: standalone tasks ask for a place (ECS-901).

use crate::fact::Why;
use crate::sim::agenda::Agenda;
use crate::sim::event::Event;
use crate::sim::life::NewTask;
use crate::sim::share::Call;
use crate::sim::world::{World, schedule};

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>, row: u32) {
    let plan = world.plan;
    let mut next = row as usize;
    let mut call = Call::default();
    while let Some(arrival) = plan.arrivals.get(next).filter(|arrival| arrival.at <= world.now) {
        let template = &plan.templates[arrival.template as usize];
        call.count(arrival.template);
        let choice = world.share_of_call(&mut call, template);
        let new = NewTask { template, ordinal: arrival.ordinal, lifetime: arrival.lifetime, why: Why::RunTask, choice };
        let id = world.want(new);
        world.wait(id);
        next += 1;
    }
    if let Some(arrival) = plan.arrivals.get(next) {
        let row = u32::try_from(next).expect("the plan counts arrivals in 32 bits");
        schedule(agenda, arrival.at, Event::Arrive(row));
    }
    world.ask_placement(agenda);
}
