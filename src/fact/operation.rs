//! What operators do to instances and services, and why it may be refused (ECS-415).

use super::Rule;
use crate::units::{ProviderId, ServiceId};

/// Something that an operator does to an instance or a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// `UpdateContainerInstancesState` with DRAINING.
    DrainInstance,
    /// `UpdateContainerInstancesState` with ACTIVE.
    ActivateInstance,
    /// `DeregisterContainerInstance`.
    DeregisterInstance,
    /// EC2's `TerminateInstances`.
    TerminateInstance,
    /// EC2 takes a Spot instance back.
    ReclaimInstance,
    /// EC2's `RunInstances`; the agents register with the cluster.
    AddInstances,
    /// `UpdateService`.
    UpdateService,
    /// `DeleteService`.
    DeleteService,
}

impl Operation {
    /// As AWS calls it.
    pub const fn call(self) -> &'static str {
        match self {
            Self::DrainInstance | Self::ActivateInstance => "UpdateContainerInstancesState",
            Self::DeregisterInstance => "DeregisterContainerInstance",
            Self::TerminateInstance => "TerminateInstances",
            Self::ReclaimInstance => "the interruption of a Spot instance",
            Self::AddInstances => "RegisterContainerInstance",
            Self::UpdateService => "UpdateService",
            Self::DeleteService => "DeleteService",
        }
    }
}

/// What an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// An instance, by its provider and its number there; it may not be there.
    Instance {
        /// Its source of capacity.
        provider: ProviderId,
        /// Counts the instances of the provider from 0.
        ordinal: u32,
    },
    /// A service.
    Service(ServiceId),
}

/// Why AWS refuses an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// There is no such instance in the cluster now.
    NotThere,
    /// Only an ACTIVE instance can be set DRAINING (ECS-223).
    NotActive,
    /// Only a DRAINING instance can be set ACTIVE (ECS-223).
    NotDraining,
    /// An instance with tasks is deregistered by force alone (ECS-415).
    HasTasks,
    /// The cluster has as many instances as it may have (ECS-801).
    TooManyInstances,
    /// The service was deleted before (ECS-408).
    ServiceNotActive,
    /// A service that wants tasks is deleted by force alone (ECS-415).
    ScaledAboveZero,
}

impl Refusal {
    /// The rule to cite.
    pub const fn rule(self) -> Rule {
        Rule::ecs(match self {
            Self::NotActive | Self::NotDraining => 223,
            Self::NotThere => 220,
            Self::HasTasks | Self::ScaledAboveZero => 415,
            Self::TooManyInstances => 801,
            Self::ServiceNotActive => 408,
        })
    }

    /// In words, after "failed: ".
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotThere => "there is no such container instance in the cluster now",
            Self::NotActive => "only an ACTIVE container instance can be set DRAINING",
            Self::NotDraining => "it is ACTIVE already",
            Self::HasTasks => "tasks are on it, and `force` is not given",
            Self::TooManyInstances => "the cluster has as many container instances as it may have",
            Self::ServiceNotActive => "ServiceNotActiveException: the service is not ACTIVE",
            Self::ScaledAboveZero => {
                "InvalidParameterException: the service cannot be stopped while it is scaled above 0"
            }
        }
    }
}

/// A setting of a service that can be changed without a deployment (ECS-403, ECS-413).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceSetting {
    /// Its minimum healthy and maximum percent.
    Percents,
    /// Its placement strategies.
    Placement,
    /// Its placement constraints.
    Constraints,
    /// Its capacity provider strategy (ECS-410).
    Strategy,
}

impl ServiceSetting {
    /// As AWS calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Percents => "deploymentConfiguration",
            Self::Placement => "placementStrategy",
            Self::Constraints => "placementConstraints",
            Self::Strategy => "capacityProviderStrategy",
        }
    }

    /// The rule by which no deployment starts.
    pub const fn rule(self) -> Rule {
        Rule::ecs(match self {
            Self::Strategy => 410,
            Self::Percents | Self::Placement | Self::Constraints => 413,
        })
    }
}
