//! `UpdateService` without a deployment (ECS-403, ECS-413), and `DeleteService` (ECS-408).

use super::agenda::Agenda;
use super::event::Event;
use super::world::World;
use crate::fact::{Fact, Operation, Refusal, ServiceSetting, Target, Why};
use crate::plan::TaskTemplate;
use crate::units::{ServiceId, TaskId};

/// What a service is to AWS (ECS-408).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Active,
    /// Deleted; tasks of it are still to be told to stop.
    Draining,
    Inactive,
}

impl<'a> World<'a> {
    /// The tasks of a service as it wants them now.
    pub(super) fn template(&self, service: ServiceId) -> &'a TaskTemplate {
        let plan = self.plan;
        let update = self.services[service].placed_by.and_then(|row| plan.updates[row as usize].placing.as_ref());
        update.map_or(&plan.services[service].template, |placing| &placing.template)
    }

    /// Its own placement strategies now.
    pub(super) fn chain(&self, service: ServiceId) -> Option<&'a [crate::placement::Strategy]> {
        let plan = self.plan;
        let update = self.services[service].placed_by.and_then(|row| plan.updates[row as usize].placing.as_ref());
        let chain = update.map_or(&plan.services[service].chain, |placing| &placing.chain);
        chain.as_deref()
    }

    /// Whether a service can still be changed; says so if it can't.
    fn is_there(&mut self, service: ServiceId, operation: Operation) -> bool {
        let is_active = self.services[service].status == Status::Active;
        if !is_active {
            self.refuse(operation, Target::Service(service), Refusal::ServiceNotActive);
        }
        is_active
    }

    /// Another desired count.
    pub(super) fn set_desired(&mut self, agenda: &mut Agenda<Event>, service: ServiceId, count: u32) {
        if self.is_there(service, Operation::UpdateService) {
            self.wants(agenda, service, count, Why::UserInitiated);
        }
    }

    fn wants(&mut self, agenda: &mut Agenda<Event>, service: ServiceId, count: u32, why: Why) {
        self.services[service].desired = count;
        self.emit(Fact::DesiredCount { service, desired: count, why });
        self.is_steady(service);
        self.ask_service(agenda, service);
    }

    /// Settings that start no deployment.
    pub(super) fn update_service(&mut self, agenda: &mut Agenda<Event>, service: ServiceId, row: u32) {
        if !self.is_there(service, Operation::UpdateService) {
            return;
        }
        let plan = self.plan;
        let update = &plan.updates[row as usize];
        if let Some(percents) = update.percents {
            self.services[service].percents = percents;
            self.updated(service, ServiceSetting::Percents);
        }
        if let Some(placing) = &update.placing {
            self.services[service].placed_by = Some(row);
            for setting in &placing.settings {
                self.updated(service, *setting);
            }
            self.recount_shares(service);
            if self.is_daemon(service) {
                self.daemons_move(agenda, service);
            } else {
                self.wait_anew(agenda, service);
            }
        }
        if let Some(count) = update.desired {
            self.wants(agenda, service, count, Why::UserInitiated);
        }
        self.ask_service(agenda, service);
    }

    fn updated(&mut self, service: ServiceId, setting: ServiceSetting) {
        self.emit(Fact::ServiceUpdated { service, setting, why: Why::Updated { setting } });
    }

    /// Tasks that have no place yet are placed as the service wants it now (ECS-413).
    fn wait_anew(&mut self, agenda: &mut Agenda<Event>, service: ServiceId) {
        let tasks = &self.tasks;
        let own = self.services[service].tasks.values().copied();
        let waiting: Vec<TaskId> = own.filter(|id| tasks.get(*id).place.is_none()).collect();
        for id in waiting {
            let (turn, class) = (self.turn_of(id), self.tasks.get(id).class);
            self.waiting.remove(class, turn);
            self.tasks.get_mut(id).class = self.class_now(service, class);
            self.wait(id);
        }
        self.ask_placement(agenda);
    }

    /// `DeleteService`: nothing is wanted any more (ECS-408, ECS-415).
    pub(super) fn delete_service(&mut self, agenda: &mut Agenda<Event>, service: ServiceId, force: bool) {
        if !self.is_there(service, Operation::DeleteService) {
            return;
        }
        let is_daemon = self.is_daemon(service);
        if self.services[service].desired > 0 && !force && !is_daemon {
            return self.refuse(Operation::DeleteService, Target::Service(service), Refusal::ScaledAboveZero);
        }
        self.services[service].status = Status::Draining;
        self.emit(Fact::ServiceDraining { service, why: Why::UserInitiated });
        if is_daemon {
            self.daemons.end(service);
        }
        if self.services[service].desired > 0 {
            self.wants(agenda, service, 0, Why::ServiceDeleted);
        }
        let own: Vec<TaskId> = self.services[service].tasks.values().copied().collect();
        for id in own {
            self.stop(agenda, id, Why::ServiceDeleted);
        }
        self.ask_service(agenda, service);
    }

    /// A deleted service is INACTIVE as soon as all its tasks are STOPPING or STOPPED (ECS-408).
    pub(super) fn ends_if_deleted(&mut self, service: ServiceId) {
        let state = &mut self.services[service];
        if state.status == Status::Draining && state.wanted == 0 {
            state.status = Status::Inactive;
            self.emit(Fact::ServiceInactive { service, why: Why::ServiceDeleted });
        }
    }
}
