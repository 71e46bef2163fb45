//! Instances that an operator added come up (ECS-226).

use crate::cluster::Registration;
use crate::fact::{Fact, Operation, Quota, QuotaMode, Refusal, Target, Why};
use crate::plan::Action;
use crate::sim::agenda::Agenda;
use crate::sim::event::Event;
use crate::sim::world::{World, schedule};
use crate::units::{ProviderId, SimSpan};

/// EC2 launches the instances of an entry of the operators' list; they register after their boot.
pub(in crate::sim) fn launch(world: &mut World<'_>, agenda: &mut Agenda<Event>, row: u32, first: u32, count: u32) {
    let plan = world.plan;
    for addition in first..first + count {
        let instance = &plan.additions[addition as usize];
        let (instance_type, zone) = (instance.instance_type, instance.zone);
        let (ordinal, provider) = (world.ordinal_of_addition(addition), ProviderId(0));
        world.emit(Fact::InstanceLaunched { ordinal, provider, instance_type, zone, why: Why::UserInitiated });
    }
    if plan.instance_boot == SimSpan::ZERO {
        handle(world, agenda, row);
    } else {
        schedule(agenda, world.now + plan.instance_boot, Event::Registers(row));
    }
}

pub(in crate::sim) fn handle(world: &mut World<'_>, agenda: &mut Agenda<Event>, row: u32) {
    let plan = world.plan;
    let Action::AddInstances { first, count } = plan.operations[row as usize].action else { return };
    for addition in first..first + count {
        let instance = &plan.additions[addition as usize];
        let role = &plan.cast.instance_types[instance.instance_type];
        let ordinal = world.ordinal_of_addition(addition);
        if world.has_all_instances() {
            let target = Target::Instance { provider: ProviderId(0), ordinal };
            world.refuse(Operation::AddInstances, target, Refusal::TooManyInstances);
            continue;
        }
        let registration = Registration {
            zone: instance.zone,
            attributes: instance.attributes,
            ..Registration::of_type(instance.instance_type, role)
        };
        world.register_as(agenda, registration, ordinal, Why::UserInitiated);
    }
    world.ask_placement(agenda);
}

impl World<'_> {
    /// Added instances are numbered after those of the start.
    fn ordinal_of_addition(&self, row: u32) -> u32 {
        u32::try_from(self.plan.instances.len()).expect("the plan counts instances in 32 bits") + row
    }

    /// Whether the cluster has as many instances as it may have, where AWS keeps to that (ECS-801, ECS-833).
    fn has_all_instances(&self) -> bool {
        let quotas = &self.plan.cast.quotas;
        let here = self.fleet.live().len() + self.fleet.draining().len();
        quotas.mode == QuotaMode::Enforce && here >= quotas.value(Quota::ContainerInstances) as usize
    }
}
