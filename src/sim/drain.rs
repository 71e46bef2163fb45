//! Instances that are drained, activated, deregistered and terminated by hand (ECS-220 to ECS-224).

use super::agenda::Agenda;
use super::event::Event;
use super::world::{World, schedule};
use crate::cluster::Agent;
use crate::fact::{Fact, Operation, Refusal, Target, Why};
use crate::plan::{Action, InstanceAction, RECLAIM_NOTICE};
use crate::units::{InstanceId, ProviderId, TaskId};

impl World<'_> {
    /// An operator does something to an instance.
    pub(super) fn do_to_instance(
        &mut self,
        agenda: &mut Agenda<Event>,
        what: InstanceAction,
        (provider, ordinal): (ProviderId, u32),
    ) {
        let found = self.instance_called(provider, ordinal);
        let done = match (what, found) {
            (InstanceAction::Terminate, _) if self.ends_deregistered(provider, ordinal, |_| Why::UserInitiated) => {
                Ok(())
            }
            (_, None) => Err(Refusal::NotThere),
            (InstanceAction::Drain, Some(instance)) if self.fleet.is_active(instance) => {
                self.drain(agenda, instance);
                Ok(())
            }
            (InstanceAction::Drain, Some(_)) => Err(Refusal::NotActive),
            (InstanceAction::Activate, Some(instance)) if self.fleet.is_draining(instance) => {
                self.activate(agenda, instance);
                Ok(())
            }
            (InstanceAction::Activate, Some(_)) => Err(Refusal::NotDraining),
            (InstanceAction::Reclaim, Some(_)) => Ok(()), // see `reclaims`
            (InstanceAction::Terminate, Some(instance)) => {
                self.empty_at_once(agenda, instance, Why::HostTerminated { instance });
                self.goes(agenda, instance, Why::UserInitiated);
                Ok(())
            }
            (InstanceAction::Deregister { force: false }, Some(instance)) if !self.agents[instance].is_empty() => {
                Err(Refusal::HasTasks)
            }
            (InstanceAction::Deregister { .. }, Some(instance)) => {
                self.empty_at_once(agenda, instance, Why::HostDeregistered { instance });
                self.deregister(agenda, instance, (provider, ordinal));
                Ok(())
            }
        };
        if let Err(refusal) = done {
            let operation = match what {
                InstanceAction::Drain => Operation::DrainInstance,
                InstanceAction::Activate => Operation::ActivateInstance,
                InstanceAction::Terminate => Operation::TerminateInstance,
                InstanceAction::Reclaim => Operation::ReclaimInstance,
                InstanceAction::Deregister { .. } => Operation::DeregisterInstance,
            };
            self.refuse(operation, Target::Instance { provider, ordinal }, refusal);
        }
    }

    /// EC2 says that it takes a Spot instance back; for two minutes all goes on as before (PRC-40).
    pub(super) fn gives_notice(
        &mut self,
        agenda: &mut Agenda<Event>,
        row: u32,
        (provider, ordinal): (ProviderId, u32),
    ) {
        let outside = self.deregistered.get(&(provider, ordinal)).copied();
        let Some(instance) = self.instance_called(provider, ordinal).or(outside) else {
            let target = Target::Instance { provider, ordinal };
            return self.refuse(Operation::ReclaimInstance, target, Refusal::NotThere);
        };
        self.emit(Fact::SpotNotice { instance, why: Why::SpotReclaimed { instance } });
        schedule(agenda, self.now + RECLAIM_NOTICE, Event::Reclaims(row));
    }

    /// EC2 terminates the Spot instance, if it is still there, with all that is on it.
    pub(super) fn reclaims(&mut self, agenda: &mut Agenda<Event>, row: u32) {
        let Action::Instance { provider, ordinal, .. } = self.plan.operations[row as usize].action else { return };
        let why = |instance| Why::SpotReclaimed { instance };
        if self.ends_deregistered(provider, ordinal, why) {
            return;
        }
        if let Some(instance) = self.instance_called(provider, ordinal) {
            self.empty_at_once(agenda, instance, why(instance));
            self.goes(agenda, instance, why(instance));
        }
    }

    /// AWS answers with an error.
    pub(super) fn refuse(&mut self, operation: Operation, target: Target, refusal: Refusal) {
        self.emit(Fact::OperationRefused { operation, target, why: Why::Refused { refusal } });
    }

    /// The instance of the cluster with a number of a provider.
    fn instance_called(&self, provider: ProviderId, ordinal: u32) -> Option<InstanceId> {
        let name = self.plan.cast.instance_name(provider, ordinal);
        self.fleet
            .here()
            .find(|instance| self.fleet.provider(*instance) == provider && self.fleet.name(*instance) == name)
    }

    /// The tasks on an instance that are not yet STOPPED, by source and number.
    fn tasks_on(&self, instance: InstanceId) -> Vec<TaskId> {
        let here = self.tasks.iter().filter(|(_, task)| task.instance() == Some(instance));
        let mut named: Vec<_> = here.map(|(id, task)| (task.source, task.ordinal, id)).collect();
        named.sort_unstable();
        named.into_iter().map(|(.., id)| id).collect()
    }

    /// It takes no more tasks; those of services leave it, daemons last, and standalone ones stay (ECS-221, ECS-224).
    fn drain(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId) {
        self.fleet.drain(instance);
        self.emit(Fact::InstanceDraining { instance, why: Why::UserInitiated });
        for id in self.tasks_on(instance) {
            let service = self.service_of(self.tasks.get(id).source);
            if let Some(service) = service.filter(|service| !self.is_daemon(*service)) {
                self.leaves(agenda, service, id);
            }
        }
        self.daemons_drain(agenda, instance);
        self.leave_if_empty(agenda, instance);
    }

    /// Nothing that an instance waits for before it is drained is on it any more: daemons stop, and then it is.
    pub(super) fn look_at_drained(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId) {
        if !self.fleet.is_draining(instance) {
            return; // nearly always
        }
        let tasks = self.agents[instance].tasks() as usize;
        if tasks == 0 {
            if self.drained.insert(instance) {
                self.emit(Fact::InstanceDrained { instance });
            }
        } else if tasks == self.daemons.count_on(instance) {
            for id in self.daemons.wanted_on(instance, |id| self.tasks.get(id).desired_running) {
                self.stop(agenda, id, Why::DaemonLast);
            }
        }
    }

    /// It takes tasks again, those of daemons first (ECS-224).
    fn activate(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId) {
        self.fleet.activate(instance);
        self.drained.remove(&instance);
        self.emit(Fact::InstanceActivated { instance, why: Why::UserInitiated });
        self.stay(agenda, instance);
        self.daemons_come(agenda, instance, Why::Daemon);
        self.wake(instance);
        self.ask_placement(agenda);
    }

    /// All tasks on an instance are lost at once; services want others, standalone ones are gone (ECS-907).
    fn empty_at_once(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId, why: Why) {
        let was_active = self.fleet.is_active(instance);
        if was_active {
            self.fleet.drain(instance); // nobody comes while those that are there go
        }
        for id in self.tasks_on(instance) {
            let service = self.service_of(self.tasks.get(id).source);
            if !service.is_some_and(|service| self.is_daemon(service)) {
                self.end_at_once(agenda, id, why);
            }
        }
        self.daemons_go(agenda, instance, why, was_active);
        self.drained.remove(&instance);
    }

    /// An empty instance leaves for good, and nobody pays for it any more.
    pub(super) fn goes(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId, why: Why) {
        self.leaves_cluster(instance);
        self.emit(Fact::InstanceGone { instance, why });
        self.detach_instance(instance);
        if self.coming.is_none() {
            self.lets_go(agenda);
        }
    }

    fn leaves_cluster(&mut self, instance: InstanceId) {
        let provider = &mut self.providers[self.fleet.provider(instance)];
        provider.instances_by_zone[self.fleet.zone(instance)] -= 1;
        self.fleet.remove(instance);
        self.agents[instance] = Agent::default(); // what is gone keeps no memory
    }

    /// It leaves the cluster and runs on, with its addresses (ECS-220).
    fn deregister(&mut self, agenda: &mut Agenda<Event>, instance: InstanceId, name: (ProviderId, u32)) {
        self.leaves_cluster(instance);
        self.deregistered.insert(name, instance);
        self.emit(Fact::InstanceDeregistered { instance, why: Why::UserInitiated });
        self.lets_go(agenda);
    }

    /// EC2 terminates an instance that left the cluster before, if this is one.
    fn ends_deregistered(&mut self, provider: ProviderId, ordinal: u32, why: fn(InstanceId) -> Why) -> bool {
        let Some(instance) = self.deregistered.remove(&(provider, ordinal)) else { return false };
        self.emit(Fact::InstanceGone { instance, why: why(instance) });
        self.detach_instance(instance);
        true
    }
}
