//! RunTask: standalone tasks ask for a place (ECS-901), up to ten with each call (ECS-806).

use crate::fact::Why;
use crate::plan::Plan;
use crate::sim::agenda::Agenda;
use crate::sim::calls::{About, Request};
use crate::sim::event::Event;
use crate::sim::life::NewTask;
use crate::sim::share::Call;
use crate::sim::world::{World, schedule};
use std::ops::Range;

/// Most tasks of a call (ECS-806).
const MOST_OF_A_CALL: usize = 10;

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>, row: u32) {
    let plan = world.plan;
    let mut next = row as usize;
    while let Some(arrival) = plan.arrivals.get(next).filter(|arrival| arrival.at <= world.now) {
        let rows = call_at(plan, next);
        next = rows.end;
        let template = &plan.templates[arrival.template as usize];
        let about = About::Tasks(world.run_task(template), template.source, arrival.ordinal);
        if world.may_call(agenda, about, || Request::Run(rows.clone())) {
            run(world, rows);
        }
    }
    if let Some(arrival) = plan.arrivals.get(next) {
        let row = u32::try_from(next).expect("the plan counts arrivals in 32 bits");
        schedule(agenda, arrival.at, Event::Arrive(row));
    }
    world.ask_placement(agenda);
}

/// The rows of the call that begins at a row: tasks of one kind and one moment. What a schedule, an event or a row of a
/// file starts is a call of its own.
fn call_at(plan: &Plan, first: usize) -> Range<usize> {
    let begin = plan.arrivals[first];
    let source = plan.templates[begin.template as usize].source;
    let calls = plan.cast.calls.get(&source);
    let call = |ordinal| calls.and_then(|calls| calls.of(ordinal));
    let own = call(begin.ordinal);
    let rest = plan.arrivals[first..].iter().take(MOST_OF_A_CALL);
    let of_it = rest.take_while(|arrival| {
        (arrival.at, arrival.template) == (begin.at, begin.template) && call(arrival.ordinal) == own
    });
    first..first + of_it.count()
}

/// The call is made: its tasks are wanted from now on.
pub(in crate::sim) fn run(world: &mut World<'_>, rows: Range<usize>) {
    let plan = world.plan;
    let mut call = Call::default();
    for arrival in &plan.arrivals[rows] {
        let template = &plan.templates[arrival.template as usize];
        let choice = world.share_of_call(&mut call, template);
        let new = NewTask { template, ordinal: arrival.ordinal, lifetime: arrival.lifetime, why: Why::RunTask, choice };
        let id = world.want(new);
        world.wait(id);
    }
}
