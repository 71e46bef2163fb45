//! The reason of a decision: the rule's number with its operands.

use super::{Lack, Lacks, Quota, Refusal, Rule, ServiceSetting};
use crate::units::{InstanceId, Resources, SubnetId};

/// Why something was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// The scenario says so: an instance, a situation or an event is given there.
    Given,
    /// It was there when the run began (ECS-950).
    InitialState,
    /// The service wants `desired` tasks and had `had` (ECS-401, ECS-460).
    DesiredCount {
        /// What it wants.
        desired: u32,
        /// Tasks whose desired status was RUNNING.
        had: u32,
    },
    /// RunTask was called (ECS-901).
    RunTask,
    /// A daemon service has one task on each instance (ECS-401).
    Daemon,
    /// The last strategy of the chain decided, or the draw among equals (ECS-310 to ECS-314).
    Strategy {
        /// Its rule.
        rule: Rule,
        /// Its number for the chosen instance before the task came: what remained, or how many tasks were there.
        measure: u32,
        /// How many instances were equal after it.
        tied: u32,
    },
    /// No instance can take the task (ECS-301).
    NothingFits {
        /// What the task reserves.
        need: Resources,
        /// The instance that lacks the fewest things, if there is one and it was asked for (ECS-495, ECS-532).
        closest: Option<InstanceId>,
        /// What that one lacks.
        lacks: Lacks,
    },
    /// Not even an empty instance of the provider has this much.
    LargerThanInstance {
        /// What the task reserves.
        need: Resources,
        /// What an empty instance offers.
        empty: Resources,
    },
    /// The provider keeps no instance without tasks.
    Empty,
    /// The task ended by itself at the end of its lifetime.
    LifetimeOver,
    /// An essential container exited, and the task with it: stop code `EssentialContainerExited` (ECS-130).
    ContainerExited {
        /// Its exit code.
        exit_code: u8,
    },
    /// An operator asked for it (ECS-415); a task's stop code is UserInitiated.
    UserInitiated,
    /// The service had more tasks than desired: stop code `ServiceSchedulerInitiated` (ECS-340).
    ScaledIn {
        /// The rule that chose this one (ECS-341 to ECS-349).
        rule: Rule,
        /// The last strategy's number for it: how many tasks were there, or how much is free without it.
        measure: u32,
        /// How many tasks were equal after it.
        tied: u32,
    },
    /// The provider has fewer tasks than its base, which is filled first (ECS-703).
    Base {
        /// Tasks that it had.
        had: u32,
        /// Its base.
        base: u32,
    },
    /// The provider has the fewest tasks beyond its base for its weight (ECS-706).
    Weight {
        /// Tasks beyond its base that it had.
        beyond: u32,
        /// Its weight.
        weight: u32,
    },
    /// Fargate spreads over zones: the zone has the fewest tasks of the group on this provider (ECS-305).
    FargateZone {
        /// How many it had.
        tasks: u32,
        /// How many zones were equal.
        tied: u32,
    },
    /// `TaskFailedToStart`: no address is left in the subnet (ECS-144).
    NoAddress {
        /// The subnet.
        subnet: SubnetId,
    },
    /// Tasks failed to start, so the next attempt is put off (ECS-455).
    FailedStarts,
    /// Tasks are launched at a certain rate and no faster (ECS-809 to ECS-812).
    LaunchRate {
        /// Which rate.
        rule: Rule,
    },
    /// ECS takes so many calls in a second and no more (ECS-813, ECS-821, ECS-822).
    CallRate {
        /// Which rate.
        rule: Rule,
    },
    /// The account has all that it may have (ECS-833).
    Quota {
        /// Of what.
        quota: Quota,
        /// How many.
        value: u32,
    },
    /// The instance drains: tasks of services leave it (ECS-221).
    Draining,
    /// The instance drains, and no other task is on it any more: its daemon tasks stop (ECS-224).
    DaemonLast,
    /// Another task is wanted for one that is to leave, as far as the maximum percent allows (ECS-425).
    Replacement {
        /// How many tasks the service wants.
        desired: u32,
        /// How many of its tasks stay.
        staying: u32,
        /// How many it may have in all.
        upper: u32,
    },
    /// The percentages allow neither to stop nor to start a task (ECS-222, ECS-427).
    Stuck {
        /// How many tasks the service wants.
        desired: u32,
        /// How many must be healthy.
        lower: u32,
        /// How many it may have in all.
        upper: u32,
    },
    /// EC2 has terminated the instance, and its tasks are lost (ECS-220, ECS-524).
    HostTerminated {
        /// The instance.
        instance: InstanceId,
    },
    /// EC2 takes the Spot instance back, and its tasks are lost (PRC-40).
    SpotReclaimed {
        /// The instance.
        instance: InstanceId,
    },
    /// The instance was taken out of the cluster by force: its tasks are none of ECS's any more (ECS-415).
    HostDeregistered {
        /// The instance.
        instance: InstanceId,
    },
    /// The instance no longer satisfies the constraints of the daemon (ECS-401).
    ConstraintsChanged,
    /// The service is deleted (ECS-408).
    ServiceDeleted,
    /// A setting of a service can be changed without a deployment (ECS-413).
    Updated {
        /// Which setting.
        setting: ServiceSetting,
    },
    /// AWS refuses it.
    Refused {
        /// Why.
        refusal: Refusal,
    },
}

impl Why {
    /// The rule to cite; none for what no AWS service does.
    pub const fn rule(&self) -> Option<Rule> {
        Some(match self {
            Self::Given | Self::InitialState => Rule::ecs(950),
            Self::DesiredCount { .. } | Self::Daemon | Self::ConstraintsChanged => Rule::ecs(401),
            Self::RunTask => Rule::ecs(901),
            Self::Strategy { rule, .. }
            | Self::ScaledIn { rule, .. }
            | Self::LaunchRate { rule }
            | Self::CallRate { rule } => *rule,
            Self::NothingFits { lacks, .. } => match lacks.first() {
                Some(Lack::DistinctInstance) => Rule::ecs(330),
                Some(Lack::MemberOf) => Rule::ecs(331),
                _ => Rule::ecs(301),
            },
            Self::LargerThanInstance { .. } => Rule::ecs(301),
            Self::Empty => return None,
            Self::LifetimeOver => Rule::ecs(501),
            Self::ContainerExited { .. } => Rule::ecs(130),
            Self::UserInitiated | Self::HostDeregistered { .. } => Rule::ecs(415),
            Self::Base { .. } => Rule::ecs(703),
            Self::Weight { .. } => Rule::ecs(706),
            Self::FargateZone { .. } => Rule::ecs(305),
            Self::NoAddress { .. } => Rule::ecs(144),
            Self::FailedStarts => Rule::ecs(455),
            Self::Quota { quota, .. } => quota.rule(),
            Self::Draining => Rule::ecs(221),
            Self::DaemonLast => Rule::ecs(224),
            Self::Replacement { .. } => Rule::ecs(425),
            Self::Stuck { .. } => Rule::ecs(222),
            Self::HostTerminated { .. } => Rule::ecs(220),
            Self::SpotReclaimed { .. } => Rule::prc(40),
            Self::ServiceDeleted => Rule::ecs(408),
            Self::Updated { setting } => setting.rule(),
            Self::Refused { refusal } => refusal.rule(),
        })
    }
}
