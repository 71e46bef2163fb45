//! Where a task runs.

use crate::units::{InstanceId, ProviderId, ZoneId};

/// Where a task runs: on a container instance, or on capacity that AWS keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// On a container instance.
    Instance(InstanceId),
    /// On Fargate: one task, one micro-host of its own (ECS-116).
    Fargate {
        /// `FARGATE` or `FARGATE_SPOT`, as the scenario has it.
        provider: ProviderId,
        /// Its zone (ECS-305).
        zone: ZoneId,
    },
}

impl Place {
    /// The container instance, if it is one.
    pub const fn instance(self) -> Option<InstanceId> {
        match self {
            Self::Instance(instance) => Some(instance),
            Self::Fargate { .. } => None,
        }
    }
}
