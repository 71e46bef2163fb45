//! The run: from a plan to facts.

use super::agenda::{Agenda, Ended as QueueEnded, Endless, Handler};
use super::event::Event;
use super::steps;
use super::world::World;
use crate::fact::{Fact, Observer};
use crate::plan::Plan;
use crate::units::{SimTime, TaskId};
use std::ops::ControlFlow;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Events handled.
    pub events: u64,
    /// Whether it was stopped from outside before its horizon.
    pub interrupted: bool,
}

/// Runs a plan and tells `observer` all facts, in order.
///
/// `watch` is called now and then with the present instant and the events handled so far, for a progress bar; it
/// may break the run off.
///
/// # Errors
/// A chain of causes within one instant that does not end (SCL-168): a bug of the simulator, shown with its cycle.
pub fn run(
    plan: &Plan,
    observer: &mut dyn Observer,
    watch: &mut dyn FnMut(SimTime, u64) -> ControlFlow<()>,
) -> Result<Outcome, Endless> {
    let mut agenda = Agenda::new();
    let mut world = World::new(plan, observer);
    super::setup::begin(&mut world, &mut agenda);
    let ended = agenda.run(&mut world, plan.horizon.0, &mut |now, events| watch(SimTime(now), events))?;
    let interrupted = matches!(ended, QueueEnded::Stopped);
    if !interrupted {
        cut(&mut world);
    }
    Ok(Outcome { events: agenda.handled(), interrupted })
}

/// The horizon cuts: what is still there is reported as it stands (ECS-951).
fn cut(world: &mut World<'_>) {
    world.now = world.plan.horizon;
    let left: Vec<TaskId> = world.tasks.iter().map(|(id, _)| id).collect();
    for id in left {
        let task = world.task_ref(id);
        let cpu_used_unit_ms = world.cpu_used(id);
        world.emit(Fact::TaskCut { task, cpu_used_unit_ms });
    }
    let horizon = world.now;
    world.observer.close(horizon);
}

impl Handler<Event> for World<'_> {
    fn handle(&mut self, event: Event, agenda: &mut Agenda<Event>) {
        self.now = SimTime(agenda.now());
        match event {
            Event::TaskEnds(task) => steps::task_ends::handle(self, agenda, task),
            Event::TaskProvisioned(task) => steps::task_provisioned::handle(self, agenda, task),
            Event::Launch(class) => steps::launch::handle(self, agenda, class),
            Event::Tokens => steps::launch::tokens(self, agenda),
            Event::TaskRuns(task) => steps::task_runs::handle(self, agenda, task),
            Event::Demand(service) => steps::demand::handle(self, agenda, service),
            Event::Reclaims(row) => self.reclaims(agenda, row),
            Event::Registers(row) => steps::registers::handle(self, agenda, row),
            Event::Operate(row) => steps::operate::handle(self, agenda, row),
            Event::Calls => steps::calls::handle(self, agenda),
            Event::Reconcile(service) => steps::reconcile::handle(self, agenda, service),
            Event::Arrive(row) => steps::arrive::handle(self, agenda, row),
            Event::Place => steps::place::handle(self, agenda),
        }
    }
}
