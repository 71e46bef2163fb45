//! Tasks on Fargate: which zone they get, and what their life has that one on an instance has not.

use super::agenda::Agenda;
use super::draws::Concern;
use super::event::Event;
use super::world::World;
use crate::cluster::TaskState;
use crate::fact::{Fact, Place, Why};
use crate::plan::{SubnetChoice, TieBreak};
use crate::units::{GroupId, Id, ProviderId, SimSpan, TaskId, ZoneId};

impl World<'_> {
    /// A task gets its place on Fargate: PROVISIONING begins (ECS-501, ECS-555). `false` if its start fails at once.
    pub(super) fn place_on_fargate(&mut self, agenda: &mut Agenda<Event>, id: TaskId, provider: ProviderId) -> bool {
        let (zone, why) = self.fargate_zone(id, provider);
        let place = Place::Fargate { provider, zone };
        let task = self.tasks.get_mut(id);
        task.place = Some(place);
        task.state = TaskState::Pending { started: false };
        let (need, group) = (task.need, task.group);
        self.fargate.add(provider, group, zone);
        self.counts_on_fargate(id, provider);
        let task = self.task_ref(id);
        self.emit(Fact::TaskPlaced { task, place, need, why });
        if !self.attach(agenda, id, zone) {
            return false;
        }
        match self.plan.fargate_provision {
            SimSpan::ZERO => self.provisioned(agenda, id),
            span => self.set_timer(agenda, id, self.now + span, Event::TaskProvisioned(id)),
        }
        true
    }

    /// The zone with the fewest tasks of the group on this provider (ECS-305) among those of its subnets; full ones are
    /// left out unless all are, or the scenario has it otherwise (ECS-145). Ties as on instances (ECS-314).
    fn fargate_zone(&mut self, id: TaskId, provider: ProviderId) -> (ZoneId, Why) {
        let task = *self.tasks.get(id);
        let listed = self.listed(task.source).iter().copied();
        let fits = |zone: &ZoneId, least: u32| match self.addresses.subnet_in(*zone, listed.clone()) {
            Some(subnet) => self.addresses.free(subnet) >= least,
            None => self.addresses.are_unlimited(),
        };
        let all = (0..self.plan.ground.zones).map(ZoneId::from_row);
        let mut zones: Vec<ZoneId> = all.clone().filter(|zone| fits(zone, 1)).collect();
        if zones.is_empty() || self.plan.subnet_choice == SubnetChoice::Blind {
            zones = all.filter(|zone| fits(zone, 0)).collect();
        }
        let (equal, tasks) = self.fargate.fewest(provider, task.group, zones.into_iter());
        let tied = u32::try_from(equal.len()).expect("few zones");
        let chosen = match self.plan.tie_break {
            TieBreak::Seeded if tied > 1 => {
                let owner = &self.plan.cast.sources[task.source].name;
                self.draws.below(Concern::FargateZone, owner, task.source.0, task.ordinal, tied)
            }
            _ => 0,
        };
        (equal[chosen as usize], Why::FargateZone { tasks, tied })
    }

    /// The micro-host is there: the image is pulled, and billing begins (PRC-11).
    pub(super) fn provisioned(&mut self, agenda: &mut Agenda<Event>, id: TaskId) {
        self.begin_start(agenda, id, None);
    }

    /// A task on Fargate is wanted no more: it does not count in its zone.
    pub(super) fn leave_zone(&mut self, provider: ProviderId, group: GroupId, zone: ZoneId) {
        self.fargate.remove(provider, group, zone);
    }
}
