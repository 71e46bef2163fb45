//! What can happen next, and its rank within an instant.

use crate::units::{PlacementClassId, ServiceId, TaskId};

/// The order of causes at one instant, lowest first (SCL-167). An event may schedule at its own instant only into
/// its own class or a later one (SCL-168).
///
/// The numbers that are not used yet belong to what the roadmap brings; `docs/architecture.md` has the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Class {
    /// Tasks complete, fail, are killed or reach STOPPED; instances are lost.
    Endings = 1,
    /// A task becomes RUNNING, an instance ACTIVE.
    Ready = 2,
    /// The curves take their new values.
    Demand = 4,
    /// What operators do.
    Operator = 7,
    /// One pass of each service's scheduler.
    Service = 10,
    /// RunTask: standalone tasks ask for a place, after the services of the same instant.
    Arrival = 11,
    /// Placement of everything that waits.
    Placement = 12,
}

/// An event in the queue. Payloads are ids: 8 bytes in all, no allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A task's lifetime is over, or it exits after a stop.
    TaskEnds(TaskId),
    /// A task on Fargate has its micro-host.
    TaskProvisioned(TaskId),
    /// The launch rate has room again for tasks of a class.
    Launch(PlacementClassId),
    /// A bucket of Fargate's launches has a token again.
    Tokens,
    /// A task's containers run.
    TaskRuns(TaskId),
    /// EC2 ends the Spot instance that an entry of the operators' list is about.
    Reclaims(u32),
    /// The next step of a service's load curve.
    Demand(ServiceId),
    /// Instances that an entry of the operators' list added come up.
    Registers(u32),
    /// The next entry of the operators' list.
    Operate(u32),
    /// There are tokens for calls that had to wait.
    Calls,
    /// A service compares what runs with what it wants.
    Reconcile(ServiceId),
    /// The next entry of the list of arrivals, and all of the same instant.
    Arrive(u32),
    /// Waiting tasks are tried.
    Place,
}

impl Event {
    /// Its class.
    pub const fn class(self) -> Class {
        match self {
            Self::TaskEnds(_) | Self::Reclaims(_) => Class::Endings,
            Self::TaskProvisioned(_) | Self::Launch(_) | Self::Tokens | Self::TaskRuns(_) | Self::Registers(_) => {
                Class::Ready
            }
            Self::Demand(_) => Class::Demand,
            Self::Operate(_) | Self::Calls => Class::Operator,
            Self::Reconcile(_) => Class::Service,
            Self::Arrive(_) => Class::Arrival,
            Self::Place => Class::Placement,
        }
    }
}
