//! A service has more tasks than it wants: which of them stop (ECS-340 to ECS-350).

use super::agenda::Agenda;
use super::draws::Concern;
use super::event::Event;
use super::world::World;
use crate::cluster::TaskState;
use crate::fact::{Rule, Why};
use crate::placement::{Candidate, Tie, victim};
use crate::plan::TieBreak;
use crate::units::{ServiceId, TaskId};

impl World<'_> {
    /// Stops so many tasks of a service, one after the other: each choice sees what the one before has left.
    pub(super) fn scale_in(&mut self, agenda: &mut Agenda<Event>, service: ServiceId, surplus: u32) {
        for _ in 0..surplus {
            let Some((task, why)) = self.who_stops(service) else { return };
            self.stop(agenda, task, why);
        }
    }

    /// The next task to stop: one without a place before one that is not RUNNING yet before one that is (ECS-348).
    fn who_stops(&mut self, service: ServiceId) -> Option<(TaskId, Why)> {
        let progress = |id: &TaskId| match (self.tasks.get(*id).place, self.tasks.get(*id).state) {
            (None, _) => 0,
            (Some(_), TaskState::Running) => 2,
            (Some(_), _) => 1,
        };
        let first = self.services[service].tasks.values().map(progress).min()?;
        let of_stage: Vec<TaskId> =
            self.services[service].tasks.values().copied().filter(|id| progress(id) == first).collect();
        if first == 0 {
            // nothing tells those apart that have no place; the one that was wanted last would have waited longest
            let last = of_stage.last().copied()?;
            return Some((last, Why::ScaledIn { rule: Rule::ecs(348), measure: 0, tied: 1 }));
        }
        let candidates: Vec<Candidate> = of_stage.iter().filter_map(|id| self.candidate(*id)).collect();
        let planned = &self.plan.services[service];
        let (group, chain) = (planned.template.group, planned.chain.as_deref());
        let stops = match self.plan.tie_break {
            TieBreak::LowestId => victim(&self.fleet, group, chain, candidates, Tie::LowestId),
            TieBreak::Seeded => {
                let state = &mut self.services[service];
                let turn = state.stopped_by_scale_in;
                state.stopped_by_scale_in += 1;
                let source = planned.template.source;
                let owner = &self.plan.cast.sources[source].name;
                let draws = &mut self.draws;
                let mut draw = |bound| draws.below(Concern::ScaleInTie, owner, source.0, turn, bound);
                victim(&self.fleet, group, chain, candidates, Tie::Draw(&mut draw))
            }
        }?;
        Some((stops.task, Why::ScaledIn { rule: stops.rule, measure: stops.measure, tied: stops.tied }))
    }

    fn candidate(&self, id: TaskId) -> Option<Candidate> {
        let task = self.tasks.get(id);
        Some(Candidate { task: id, ordinal: task.ordinal, instance: task.instance()?, need: task.need })
    }
}
