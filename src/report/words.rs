//! Reasons in words.

use super::screen::counted;
use crate::fact::{Lack, Why};

/// A reason in a few words, without its rule's number.
pub(super) fn reason(why: Why) -> String {
    match why {
        Why::Given => "given by the scenario".to_owned(),
        Why::InitialState => "there at the start".to_owned(),
        Why::DesiredCount { desired, had } => format!("{had} of {}", counted(desired.into(), "desired task")),
        Why::Daemon => "one on each instance".to_owned(),
        Why::RunTask => "RunTask".to_owned(),
        Why::Strategy { measure, tied, .. } if tied > 1 => {
            format!("strategy measure {measure}, {tied} instances equal")
        }
        Why::Strategy { measure, .. } => format!("strategy measure {measure}"),
        Why::NothingFits { need, lacks, .. } => match lacks.first() {
            None | Some(Lack::Cpu | Lack::Memory) => format!("no instance has {} and {} left", need.cpu, need.memory),
            Some(_) => format!("no instance fits; the closest lacks {lacks}"),
        },
        Why::LargerThanInstance { need, empty } => {
            format!("needs {} and {}, an empty instance has {} and {}", need.cpu, need.memory, empty.cpu, empty.memory)
        }
        Why::Empty => "no task was left on it".to_owned(),
        Why::ContainerExited { exit_code } => format!("Essential container in task exited, code {exit_code}"),
        Why::LifetimeOver => "lifetime over".to_owned(),
        Why::ScaledIn { tied, .. } if tied > 1 => format!("ServiceSchedulerInitiated: scaled in, {tied} tasks equal"),
        Why::ScaledIn { .. } => "ServiceSchedulerInitiated: scaled in".to_owned(),
        Why::UserInitiated => "UserInitiated".to_owned(),
        Why::Base { had, base } => format!("{had} of a base of {}", counted(base.into(), "task")),
        Why::Weight { beyond, weight } => {
            format!("{} beyond the base with weight {weight}", counted(beyond.into(), "task"))
        }
        Why::NoAddress { .. } => "TaskFailedToStart: InsufficientFreeAddressesInSubnet".to_owned(),
        Why::LaunchRate { .. } => "waits for the launch rate".to_owned(),
        Why::CallRate { .. } => "waits for the rate of calls".to_owned(),
        Why::Quota { quota, value } => format!("the quota of {value} {} is used up", quota.words()),
        Why::FailedStarts => "tasks fail to start".to_owned(),
        Why::FargateZone { tasks, .. } => format!("zone with {}", counted(tasks.into(), "task")),
        Why::Draining => "ServiceSchedulerInitiated: the instance is DRAINING".to_owned(),
        Why::DaemonLast => "ServiceSchedulerInitiated: the instance is DRAINING, and daemons stop last".to_owned(),
        Why::Replacement { desired, staying, upper } => {
            format!("{staying} of {desired} desired tasks stay, {upper} may be there in all")
        }
        Why::Stuck { desired, lower, upper } => {
            format!("{lower} of {desired} desired tasks must be healthy, and no more than {upper} may be there in all")
        }
        Why::HostTerminated { .. } => "Host EC2 terminated".to_owned(),
        Why::SpotReclaimed { .. } => "Host EC2 terminated: EC2 took the Spot instance back".to_owned(),
        Why::HostDeregistered { .. } => "the instance was deregistered by force".to_owned(),
        Why::ConstraintsChanged => "ServiceSchedulerInitiated: the instance no longer meets the constraints".to_owned(),
        Why::ServiceDeleted => "ServiceSchedulerInitiated: the service is deleted".to_owned(),
        Why::Updated { setting } => format!("{} changed", setting.name()),
        Why::Refused { refusal } => refusal.words().to_owned(),
    }
}
