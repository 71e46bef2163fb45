//! A service has more tasks than it wants: which of them stop (ECS-340 to ECS-350).

use super::agenda::Agenda;
use super::draws::Concern;
use super::event::Event;
use super::world::World;
use crate::cluster::TaskState;
use crate::fact::{Place, Rule, Why};
use crate::placement::{Candidate, Tie, victim};
use crate::plan::TieBreak;
use crate::units::{ServiceId, Table, TaskId, ZoneId};

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
        // of several providers the one with the most for its weight gives first (ECS-706)
        let class = self.share_to_stop(service);
        let pool = |class| self.plan.classes[class].pool;
        let is_of_class = |id: &&TaskId| class.is_none_or(|class| pool(self.tasks.get(**id).class) == pool(class));
        let leaving = &self.services[service].replacing.leaving;
        let stays = |(ordinal, _): &(&u32, &TaskId)| !leaving.contains_key(ordinal);
        let staying = || self.services[service].tasks.iter().filter(stays).map(|(_, id)| id);
        let own = || staying().filter(is_of_class);
        let first = own().map(progress).min()?;
        let of_stage: Vec<TaskId> = own().copied().filter(|id| progress(id) == first).collect();
        if first == 0 {
            // nothing tells those apart that have no place; the one that was wanted last would have waited longest
            let last = of_stage.last().copied()?;
            return Some((last, Why::ScaledIn { rule: Rule::ecs(348), measure: 0, tied: 1 }));
        }
        if let Some(stops) = self.who_stops_on_fargate(service, &of_stage) {
            return Some(stops);
        }
        self.victim(service, &of_stage)
    }

    /// Which of some tasks on instances the strategies of their service give up first.
    pub(super) fn victim(&mut self, service: ServiceId, tasks: &[TaskId]) -> Option<(TaskId, Why)> {
        let candidates: Vec<Candidate> = tasks.iter().filter_map(|id| self.candidate(*id)).collect();
        let template = self.template(service);
        let (group, chain) = (template.group, self.chain(service));
        let stops = match self.plan.tie_break {
            TieBreak::LowestId => victim(&self.fleet, group, chain, candidates, Tie::LowestId),
            TieBreak::Seeded => {
                let state = &mut self.services[service];
                let turn = state.stopped_by_scale_in;
                state.stopped_by_scale_in += 1;
                let source = template.source;
                let owner = &self.plan.cast.sources[source].name;
                let draws = &mut self.draws;
                let mut draw = |bound| draws.below(Concern::ScaleInTie, owner, source.0, turn, bound);
                victim(&self.fleet, group, chain, candidates, Tie::Draw(&mut draw))
            }
        }?;
        Some((stops.task, Why::ScaledIn { rule: stops.rule, measure: stops.measure, tied: stops.tied }))
    }

    /// On Fargate the zones stay even (ECS-305, ECS-343): of the zones with the most tasks of the service, in whichever
    /// state, the last; there the task with the highest number or a draw (ECS-349).
    fn who_stops_on_fargate(&mut self, service: ServiceId, tasks: &[TaskId]) -> Option<(TaskId, Why)> {
        let zone_of = |id: &TaskId| match self.tasks.get(*id).place {
            Some(Place::Fargate { zone, .. }) => Some((zone, *id)),
            _ => None,
        };
        let places: Vec<(ZoneId, TaskId)> = tasks.iter().filter_map(zone_of).collect();
        let mut count: Table<ZoneId, u32> = self.plan.cast.zones.ids().map(|_| 0).collect();
        for (zone, _) in self.services[service].tasks.values().filter_map(zone_of) {
            count[zone] += 1;
        }
        let most = places.iter().map(|(zone, _)| count[*zone]).max()?;
        let mut fullest: Vec<(ZoneId, TaskId)> =
            places.iter().copied().filter(|(zone, _)| count[*zone] == most).collect();
        fullest.sort_by_key(|(zone, id)| (*zone, self.tasks.get(*id).ordinal));
        let tied = u32::try_from(fullest.len()).expect("as many as tasks");
        let chosen = match self.plan.tie_break {
            TieBreak::LowestId => fullest.len() - 1,
            TieBreak::Seeded if tied == 1 => 0,
            TieBreak::Seeded => self.draw_victim(service, tied) as usize,
        };
        Some((fullest[chosen].1, Why::ScaledIn { rule: Rule::ecs(343), measure: most, tied }))
    }

    /// A draw below `bound` for the next choice of a service.
    fn draw_victim(&mut self, service: ServiceId, bound: u32) -> u32 {
        let turn = self.services[service].stopped_by_scale_in;
        self.services[service].stopped_by_scale_in += 1;
        let source = self.plan.services[service].template.source;
        let owner = &self.plan.cast.sources[source].name;
        self.draws.below(Concern::ScaleInTie, owner, source.0, turn, bound)
    }

    fn candidate(&self, id: TaskId) -> Option<Candidate> {
        let task = self.tasks.get(id);
        Some(Candidate { task: id, ordinal: task.ordinal, instance: task.instance()?, need: task.need })
    }
}
