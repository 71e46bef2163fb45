//! What is asked of an instance, and what one lacks: steps 1 and 2 of ECS-301.

use super::Strategy;
use super::cql::{Constraint, Queryable};
use crate::cluster::{Attributes, Demand, Fleet, Ground, Registration, may_reserve};
use crate::fact::{Lack, Lacks};
use crate::units::{GroupId, InstanceId, ProviderId, SimTime, ZoneId};

/// Version of the agent on every instance (PLT-8).
const AGENT_VERSION: &str = "1.105.1";

/// A placement class: all tasks for which every instance looks the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlacementClass {
    /// What one task takes.
    pub demand: Demand,
    /// What it asks of an instance beside room.
    pub requirements: Requirements,
    /// The strategies in order, one to five (ECS-303); without one the caller gives the default (ECS-315, ECS-316).
    pub chain: Vec<Strategy>,
    /// Whose tasks spread and `distinctInstance` count (ECS-311, ECS-330).
    pub group: GroupId,
    /// Whose instances may be used.
    pub pool: Pool,
}

/// What a task asks of an instance beside room.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Requirements {
    /// Attributes that it must have, and their value where one is asked for (ECS-129, ECS-152).
    pub attributes: Vec<(String, Option<String>)>,
    /// The zones of the task's subnets, if it has some (ECS-143).
    pub zones: Option<Vec<ZoneId>>,
    /// Constraints `memberOf`, all of which must hold (ECS-331), with the group names resolved.
    pub member_of: Vec<Constraint>,
    /// `distinctInstance` (ECS-330).
    pub distinct_instance: bool,
}

impl Requirements {
    /// Whether nothing is asked for.
    pub fn is_none(&self) -> bool {
        self.attributes.is_empty() && self.zones.is_none() && self.member_of.is_empty() && !self.distinct_instance
    }

    /// Whether an instance may come to meet them by what happens on it, and not only by another instance coming.
    pub fn can_change(&self) -> bool {
        self.distinct_instance || self.member_of.iter().any(|constraint| !constraint.is_static())
    }

    /// Which of these an instance can never meet: they depend on nothing that changes while it lives.
    pub fn lacks_for_ever(&self, host: &Host<'_>) -> Lacks {
        let has = |(name, value): &(String, Option<String>)| {
            host.attributes.get(name).is_some_and(|found| value.as_ref().is_none_or(|value| value == found))
        };
        let holds = |constraint: &Constraint| !constraint.is_static() || constraint.holds(host);
        Lacks::NONE
            .and(Lack::Attribute, !self.attributes.iter().all(has))
            .and(Lack::Location, self.zones.as_ref().is_some_and(|zones| !zones.contains(&host.zone)))
            .and(Lack::MemberOf, !self.member_of.iter().all(holds))
    }

    /// Which of the others an instance does not meet as things are now.
    pub fn lacks_now(&self, host: &Host<'_>, group: GroupId) -> Lacks {
        let holds = |constraint: &Constraint| constraint.is_static() || constraint.holds(host);
        Lacks::NONE
            .and(Lack::MemberOf, !self.member_of.iter().all(holds))
            .and(Lack::DistinctInstance, self.distinct_instance && host.tasks_of(group) > 0)
    }

    /// What lacks of both.
    pub fn lacks(&self, host: &Host<'_>, group: GroupId) -> Lacks {
        self.lacks_for_ever(host).with(self.lacks_now(host, group))
    }
}

/// An instance as requirements and queries see it (ECS-333).
#[derive(Debug, Clone, Copy)]
pub struct Host<'a> {
    attributes: &'a Attributes,
    zone: ZoneId,
    name: &'a str,
    registered_at_unix_ms: i64,
    tasks: Tasks<'a>,
}

/// Where the tasks of an instance are counted.
#[derive(Debug, Clone, Copy)]
enum Tasks<'a> {
    OnLedger(&'a Fleet, InstanceId),
    /// It only might come, and these groups would have a task on it.
    ToCome(&'a [GroupId]),
}

impl<'a> Host<'a> {
    /// An instance of the cluster.
    pub fn of(fleet: &'a Fleet, instance: InstanceId) -> Self {
        Self {
            attributes: fleet.attributes(instance),
            zone: fleet.zone(instance),
            name: fleet.name(instance),
            registered_at_unix_ms: fleet.registered_at_unix_ms(instance),
            tasks: Tasks::OnLedger(fleet, instance),
        }
    }

    /// One that might come now, with nothing on it.
    pub fn to_come(ground: &'a Ground, registration: &Registration, name: &'a str, at: SimTime) -> Self {
        Self {
            attributes: &ground.attributes[registration.attributes],
            zone: registration.zone,
            name,
            registered_at_unix_ms: ground.unix_ms(at),
            tasks: Tasks::ToCome(&[]),
        }
    }

    /// The same instance, were it to come with a task of each of these groups.
    pub fn with_tasks_of<'b>(&self, groups: &'b [GroupId]) -> Host<'b>
    where
        'a: 'b,
    {
        Host { tasks: Tasks::ToCome(groups), ..*self }
    }

    fn tasks_of(&self, group: GroupId) -> u32 {
        match self.tasks {
            Tasks::OnLedger(fleet, instance) => fleet.group_on_instance(group, instance),
            Tasks::ToCome(groups) => count(groups.iter().filter(|&&other| other == group)),
        }
    }
}

fn count<'a>(groups: impl Iterator<Item = &'a GroupId>) -> u32 {
    u32::try_from(groups.count()).expect("no more than there are services")
}

impl Queryable for Host<'_> {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    fn agent_connected(&self) -> bool {
        true // an instance without agent takes no tasks at all
    }

    fn agent_version(&self) -> &str {
        AGENT_VERSION
    }

    fn ec2_instance_id(&self) -> &str {
        self.name
    }

    fn registered_at_unix_ms(&self) -> i64 {
        self.registered_at_unix_ms
    }

    fn running_tasks_count(&self) -> u32 {
        match self.tasks {
            Tasks::OnLedger(fleet, instance) => fleet.tasks(instance),
            Tasks::ToCome(groups) => count(groups.iter()),
        }
    }

    fn runs_group(&self, group: GroupId) -> bool {
        self.tasks_of(group) > 0
    }
}

impl PlacementClass {
    /// With CPU and memory alone and nothing else asked for.
    pub fn plain(demand: impl Into<Demand>, chain: Vec<Strategy>, group: GroupId, pool: Pool) -> Self {
        Self { demand: demand.into(), requirements: Requirements::default(), chain, group, pool }
    }

    /// Whether CPU, memory and the pool decide alone.
    pub fn is_plain(&self) -> bool {
        self.demand.is_plain() && self.requirements.is_none()
    }

    /// Whether a task of this class may go to the instance as it is now: steps 1 and 2 of ECS-301.
    pub fn may_use(&self, fleet: &Fleet, instance: InstanceId) -> bool {
        fleet.is_active(instance)
            && fleet.has_room(instance, &self.demand)
            && self.pool.has(fleet, instance)
            && self.meets_requirements(fleet, instance)
    }

    /// Whether an instance meets what is asked beside room.
    pub fn meets_requirements(&self, fleet: &Fleet, instance: InstanceId) -> bool {
        self.requirements.is_none() || self.requirements.lacks(&Host::of(fleet, instance), self.group).is_empty()
    }

    /// All that an ACTIVE instance of the pool lacks for a task now (ECS-530).
    pub fn lacks(&self, fleet: &Fleet, instance: InstanceId) -> Lacks {
        self.lacks_room(fleet, instance).with(self.requirements.lacks(&Host::of(fleet, instance), self.group))
    }

    /// What an instance lacks of the resources that a task takes: step 1 of ECS-301 without attributes and zones.
    pub fn lacks_room(&self, fleet: &Fleet, instance: InstanceId) -> Lacks {
        let (free, demand) = (fleet.free(instance), &self.demand);
        Lacks::NONE
            .and(Lack::Cpu, free.cpu < demand.need.cpu)
            .and(Lack::Memory, free.memory < demand.need.memory)
            .and(Lack::Ports, !fleet.has_ports(instance, demand))
            .and(Lack::Gpu, fleet.free_gpus(instance) < demand.gpus)
            .and(Lack::Interface, fleet.free_interfaces(instance) < u32::from(demand.interface))
    }

    /// The ACTIVE instance of the pool that lacks the fewest things, the first registered among equals, with what it
    /// lacks (ECS-532).
    pub fn closest(&self, fleet: &Fleet) -> Option<(InstanceId, Lacks)> {
        let own = fleet.live().iter().filter(|&&instance| self.pool.has(fleet, instance));
        let lacks = own.map(|&instance| (instance, self.lacks(fleet, instance)));
        lacks.min_by_key(|&(instance, lacks)| (lacks.len(), instance))
    }

    /// All that an instance which came now, with nothing on it, would lack for a task.
    pub fn would_lack(&self, registration: &Registration, host: &Host<'_>) -> Lacks {
        let (offer, demand) = (registration.registered, &self.demand);
        Lacks::NONE
            .and(Lack::Cpu, offer.cpu < demand.need.cpu)
            .and(Lack::Memory, offer.memory < demand.need.memory)
            .and(Lack::Ports, !may_reserve(registration.operating_system, demand.ports.len()))
            .and(Lack::Gpu, registration.gpus < demand.gpus)
            .and(Lack::Interface, registration.interfaces < u32::from(demand.interface))
            .with(self.requirements.lacks(host, self.group))
    }
}

/// Whose instances a class may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pool {
    /// EC2 launch type: every EC2 instance of the cluster (ECS-707).
    LaunchTypeEc2,
    /// The instances of one capacity provider.
    Provider(ProviderId),
    /// No instance: capacity that AWS keeps, of this provider (ECS-305).
    Fargate(ProviderId),
}

impl Pool {
    /// Whether the instance belongs to it.
    pub fn has(self, fleet: &Fleet, instance: InstanceId) -> bool {
        match self {
            Self::LaunchTypeEc2 => true,
            Self::Provider(provider) => fleet.provider(instance) == provider,
            Self::Fargate(_) => false,
        }
    }

    /// The capacity provider that was asked for, if one was.
    pub fn provider(self) -> Option<ProviderId> {
        match self {
            Self::LaunchTypeEc2 => None,
            Self::Provider(provider) | Self::Fargate(provider) => Some(provider),
        }
    }
}
