//! What a person would find in the event list of the console, in ECS's own words (ECS-495).

use super::state::State;
use crate::fact::{Cast, Fact, Lack, Origin, Quota, TaskRef, Why};
use crate::units::{InstanceId, SimTime};

/// One line of `events.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// When.
    pub at: SimTime,
    /// What kind: `service_event`, `task_unplaced`, `instance_registered`, …
    pub kind: &'static str,
    /// The service or entry of `tasks:`, if one is concerned.
    pub source: String,
    /// The task, if one is concerned.
    pub task: String,
    /// The instance, if one is concerned.
    pub instance: String,
    /// The rule behind it.
    pub rule: String,
    /// The text.
    pub message: String,
}

/// The event that a fact makes, if it makes one. `state` is as it was before the fact.
pub(super) fn event(cast: &Cast, state: &State, at: SimTime, fact: &Fact) -> Option<EventRow> {
    let maker = Maker { cast, state, at };
    match *fact {
        Fact::InstanceRegistered { ordinal, provider, instance_type, zone, why, .. } => {
            let name = cast.instance_name(provider, ordinal).into_owned();
            let role = &cast.instance_types[instance_type];
            let message = format!(
                "(instance {name}) registered: {} in {}, {} and {}",
                role.label(),
                cast.zones[zone],
                role.registered.cpu,
                role.registered.memory
            );
            Some(EventRow { instance: name, ..maker.row("instance_registered", None, why, message) })
        }
        Fact::InstanceGone { instance, why } => {
            let name = maker.instance(instance);
            let message = match why {
                Why::UserInitiated => format!("(instance {name}) was terminated"),
                Why::SpotReclaimed { .. } => format!("(instance {name}) was terminated: EC2 took it back from Spot"),
                _ => format!("(instance {name}) left the cluster: no task was left on it"),
            };
            Some(EventRow { instance: name, ..maker.row("instance_gone", None, why, message) })
        }
        Fact::TaskPlaced { task, place, why, .. } if maker.is_of_service(task) => {
            let (service, name) = (maker.source(task), maker.task(task));
            let message = format!("(service {service}) has started 1 tasks: (task {name}).");
            let instance = place.instance().map(|instance| maker.instance(instance)).unwrap_or_default();
            Some(EventRow { instance, ..maker.row("service_event", Some(task), why, message) })
        }
        // one that waits already has said it; ECS does not repeat itself either (ECS-496)
        Fact::TaskWaits { task, why } if !maker.has_said(task, why) => Some(maker.waits(task, why)),
        Fact::TaskUnplaced { task, why } => {
            Some(maker.row("run_task_failure", Some(task), why, maker.failure(task, why)))
        }
        Fact::TaskStopping { task, why: why @ Why::NoAddress { subnet } } => {
            let (name, subnet) = (maker.task(task), &cast.subnets[subnet].name);
            let message = format!(
                "(task {name}) TaskFailedToStart: Unexpected EC2 error while attempting to Create Network Interface in \
                 subnet '{subnet}': InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free \
                 addresses to satisfy the request."
            );
            Some(maker.row("task_failed_to_start", Some(task), why, message))
        }
        Fact::ServiceThrottled { service, pause, why } => {
            let name = &cast.services[service].name;
            let message = format!(
                "(service {name}) is unable to consistently start tasks successfully. The next attempt is in {pause}."
            );
            Some(EventRow { source: name.clone(), ..maker.row("service_event", None, why, message) })
        }
        // lost, not stopped
        Fact::TaskStopping {
            why: Why::HostTerminated { .. } | Why::SpotReclaimed { .. } | Why::HostDeregistered { .. },
            ..
        } => None,
        Fact::TaskStopping { task, why } if maker.is_of_service(task) && maker.has_place(task) => {
            let (service, name) = (maker.source(task), maker.task(task));
            let message = format!("(service {service}) has stopped 1 running tasks: (task {name}).");
            Some(maker.row("service_event", Some(task), why, message))
        }
        Fact::TaskStopped {
            task,
            why:
                why @ (Why::HostTerminated { instance }
                | Why::SpotReclaimed { instance }
                | Why::HostDeregistered { instance }),
            ..
        } => Some(maker.lost(task, instance, why)),
        Fact::OperationFailed { source, ordinal, why } => {
            let name = cast.task_name(source, ordinal);
            let message = format!("StopTask failed: there is no (task {name}) now");
            Some(EventRow { task: name, ..maker.row("operation_failed", None, why, message) })
        }
        // those behind it wait for the same, and do not say it again (ECS-496)
        Fact::CallThrottled { call, source, ahead: 0, why, .. } => {
            let name = cast.sources[source].name.clone();
            let message =
                format!("({name}) {} failed: ThrottlingException: Rate exceeded. It is called again.", call.name());
            Some(EventRow { source: name, ..maker.row("call_throttled", None, why, message) })
        }
        Fact::SteadyState { service } => {
            let name = &cast.services[service].name;
            let desired = state.desired[service];
            let why = Why::DesiredCount { desired, had: desired };
            let message = format!("(service {name}) has reached a steady state.");
            Some(EventRow { source: name.clone(), ..maker.row("service_event", None, why, message) })
        }
        _ => super::operations::event(cast, state, at, fact),
    }
}

/// What ECS says of a quota (ECS-495); of instances it has no words of its own, since they are refused one by one.
fn limit(quota: Quota, value: u32) -> String {
    match quota {
        Quota::FargateVcpus | Quota::FargateSpotVcpus => {
            format!("You've reached the limit on the number of vCPUs you can run concurrently, which is {value}.")
        }
        _ => format!("No further container instance registers: the quota of {} is {value}.", quota.words()),
    }
}

/// What ECS says of a service whose task has no place, and of the instance that comes closest (ECS-495).
pub fn service_has_no_place(service: &str, closest: Option<(&str, Lack)>) -> String {
    let closest = closest
        .map(|(instance, lack)| format!(" The closest matching (container-instance {instance}) {}.", lack.event()));
    format!(
        "(service {service}) was unable to place a task because no container instance met all of its requirements.{}",
        closest.unwrap_or_default()
    )
}

/// What RunTask answers of a task that has no place: the reason of ECS-530 at the instance that comes closest.
pub fn run_task_has_no_place(task: &str, closest: Option<(&str, Lack)>) -> String {
    match closest {
        Some((instance, lack)) => {
            format!("RunTask failed for (task {task}): reason {}, (container-instance {instance})", lack.name())
        }
        None => format!("RunTask failed for (task {task}): no container instance met all of its requirements"),
    }
}

struct Maker<'a> {
    cast: &'a Cast,
    state: &'a State,
    at: SimTime,
}

impl Maker<'_> {
    fn is_of_service(&self, task: TaskRef) -> bool {
        matches!(self.cast.sources[task.source].origin, Origin::Service(_))
    }

    fn has_place(&self, task: TaskRef) -> bool {
        self.state.task(task).is_some_and(|task| task.place.is_some())
    }

    fn source(&self, task: TaskRef) -> &str {
        &self.cast.sources[task.source].name
    }

    fn task(&self, task: TaskRef) -> String {
        self.cast.task_name(task.source, task.ordinal)
    }

    fn instance(&self, instance: InstanceId) -> String {
        let (provider, ordinal) = self.state.names(instance);
        self.cast.instance_name(provider, ordinal).into_owned()
    }

    /// Whether another task of the source has said already that it waits; a quota and the launch rate are said once each
    /// for themselves. A pause the service has told of itself.
    fn has_said(&self, task: TaskRef, why: Why) -> bool {
        let said = match why {
            Why::FailedStarts => return true,
            Why::Quota { .. } => &self.state.said_quota,
            Why::LaunchRate { .. } => &self.state.said_rate,
            _ => &self.state.said_waiting,
        };
        said.get(task.source) == Some(&true)
    }

    /// A task has to wait.
    fn waits(&self, task: TaskRef, why: Why) -> EventRow {
        let source = self.source(task);
        let (kind, message) = match why {
            Why::LaunchRate { .. } => {
                let service = if self.is_of_service(task) { "service " } else { "" };
                let message = format!("({service}{source}) operations are being throttled. Will try again later.");
                ("launch_rate", message)
            }
            Why::Quota { quota, value } => {
                let reason = limit(quota, value);
                ("service_event", format!("(service {source}) was unable to place a task. Reason: {reason}"))
            }
            _ => {
                let closest = self.closest(why);
                let closest = closest.as_ref().map(|(name, lack)| (name.as_str(), *lack));
                ("service_event", service_has_no_place(source, closest))
            }
        };
        self.row(kind, Some(task), why, message)
    }

    /// What RunTask answers of a task that gets no place.
    fn failure(&self, task: TaskRef, why: Why) -> String {
        let name = self.task(task);
        match why {
            Why::Quota { quota, value } => format!("RunTask failed for (task {name}): {}", limit(quota, value)),
            Why::LargerThanInstance { need, empty } => format!(
                "RunTask failed for (task {name}): it needs {} and {}; an empty instance has {} and {}",
                need.cpu, need.memory, empty.cpu, empty.memory
            ),
            _ => {
                let closest = self.closest(why);
                run_task_has_no_place(&name, closest.as_ref().map(|(name, lack)| (name.as_str(), *lack)))
            }
        }
    }

    /// A task went with its instance (ECS-524); one that still waits for its agent as well.
    fn lost(&self, task: TaskRef, instance: InstanceId, why: Why) -> EventRow {
        let (name, instance) = (self.task(task), self.instance(instance));
        let message = match why {
            Why::SpotReclaimed { .. } => {
                format!("(task {name}) stopped: Host EC2 (instance {instance}) terminated: EC2 took it back from Spot.")
            }
            Why::HostTerminated { .. } => format!("(task {name}) stopped: Host EC2 (instance {instance}) terminated."),
            _ => format!("(task {name}) is none of ECS's any more: (instance {instance}) was deregistered"),
        };
        EventRow { instance, ..self.row("task_lost", Some(task), why, message) }
    }

    /// The instance that comes closest, and what is reported of it (ECS-532).
    fn closest(&self, why: Why) -> Option<(String, Lack)> {
        match why {
            Why::NothingFits { closest: Some(instance), lacks, .. } => Some((self.instance(instance), lacks.first()?)),
            _ => None,
        }
    }

    fn row(&self, kind: &'static str, task: Option<TaskRef>, why: Why, message: String) -> EventRow {
        EventRow {
            at: self.at,
            kind,
            source: task.map(|task| self.source(task).to_owned()).unwrap_or_default(),
            task: task.map(|task| self.task(task)).unwrap_or_default(),
            instance: String::new(),
            rule: why.rule().map(|rule| rule.to_string()).unwrap_or_default(),
            message,
        }
    }
}
