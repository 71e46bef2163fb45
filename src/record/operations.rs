//! The lines of `events.csv` about what operators do to instances and services, and what follows from it.

use super::events::EventRow;
use super::state::State;
use crate::fact::{Cast, Fact, ServiceSetting, Target, Why};
use crate::units::{InstanceId, ProviderId, ServiceId, SimTime};

/// The event that a fact makes, if it makes one of these.
pub(super) fn event(cast: &Cast, state: &State, at: SimTime, fact: &Fact) -> Option<EventRow> {
    let maker = Maker { cast, state, at };
    Some(match *fact {
        Fact::InstanceDraining { instance, why } => {
            let name = maker.instance(instance);
            let message = format!("(instance {name}) is DRAINING");
            maker.of_instance("instance_draining", name, why, message)
        }
        Fact::InstanceDrained { instance } => {
            let name = maker.instance(instance);
            let message = format!("(instance {name}) is drained: every task on it is STOPPED");
            EventRow {
                rule: "ECS-223".to_owned(),
                ..maker.of_instance("instance_drained", name, Why::Draining, message)
            }
        }
        Fact::SpotNotice { instance, why } => {
            let name = maker.instance(instance);
            let message = format!("(instance {name}) EC2 takes it back from Spot in two minutes");
            maker.of_instance("spot_notice", name, why, message)
        }
        Fact::InstanceActivated { instance, why } => {
            let name = maker.instance(instance);
            let message = format!("(instance {name}) is ACTIVE again");
            maker.of_instance("instance_activated", name, why, message)
        }
        Fact::InstanceLaunched { ordinal, provider, instance_type, zone, why } => {
            let name = cast.instance_name(provider, ordinal).into_owned();
            let (role, zone) = (&cast.instance_types[instance_type], &cast.zones[zone]);
            let message = format!("(instance {name}) launched: {} in {zone}", role.label());
            maker.of_instance("instance_launched", name, why, message)
        }
        Fact::InstanceDeregistered { instance, why } => {
            let name = maker.instance(instance);
            let message = format!("(instance {name}) was deregistered; it runs on and is paid for");
            maker.of_instance("instance_deregistered", name, why, message)
        }
        Fact::ServiceUpdated { service, setting, why } => {
            let message = format!("(service {}) {}: no deployment starts", maker.service(service), changed(setting));
            maker.of_service("service_updated", service, why, message)
        }
        Fact::ServiceDraining { service, why } => {
            let message = format!("(service {}) is deleted: its status is DRAINING", maker.service(service));
            maker.of_service("service_draining", service, why, message)
        }
        Fact::ServiceInactive { service, why } => {
            let message = format!("(service {}) is INACTIVE", maker.service(service));
            maker.of_service("service_inactive", service, why, message)
        }
        Fact::ReplacementStuck { service, why } => {
            let message = format!(
                "(service {}) was unable to stop or start tasks during a deployment because of the service deployment \
                 configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
                maker.service(service)
            );
            maker.of_service("service_event", service, why, message)
        }
        // those behind it wait for the same, and do not say it again (ECS-496)
        Fact::InstanceCallThrottled { call, provider, ordinal, ahead: 0, why } => {
            let name = maker.named((provider, ordinal));
            let call = call.name();
            let message =
                format!("(instance {name}) {call} failed: ThrottlingException: Rate exceeded. It is called again.");
            maker.of_instance("call_throttled", name, why, message)
        }
        Fact::OperationRefused { operation, target, why } => {
            let reason = match why {
                Why::Refused { refusal } => refusal.words(),
                _ => "",
            };
            let call = operation.call();
            match target {
                Target::Instance { provider, ordinal } => {
                    let name = maker.named((provider, ordinal));
                    let message = format!("{call} failed for (instance {name}): {reason}");
                    maker.of_instance("operation_failed", name, why, message)
                }
                Target::Service(service) => {
                    let message = format!("{call} failed for (service {}): {reason}", maker.service(service));
                    maker.of_service("operation_failed", service, why, message)
                }
            }
        }
        _ => return None,
    })
}

fn changed(setting: ServiceSetting) -> String {
    format!("has another {} from now on", setting.name())
}

struct Maker<'a> {
    cast: &'a Cast,
    state: &'a State,
    at: SimTime,
}

impl Maker<'_> {
    fn named(&self, (provider, ordinal): (ProviderId, u32)) -> String {
        self.cast.instance_name(provider, ordinal).into_owned()
    }

    fn instance(&self, instance: InstanceId) -> String {
        self.named(self.state.names(instance))
    }

    fn service(&self, service: ServiceId) -> &str {
        &self.cast.services[service].name
    }

    fn of_instance(&self, kind: &'static str, instance: String, why: Why, message: String) -> EventRow {
        EventRow { instance, ..self.row(kind, String::new(), why, message) }
    }

    fn of_service(&self, kind: &'static str, service: ServiceId, why: Why, message: String) -> EventRow {
        self.row(kind, self.service(service).to_owned(), why, message)
    }

    fn row(&self, kind: &'static str, source: String, why: Why, message: String) -> EventRow {
        EventRow {
            at: self.at,
            kind,
            source,
            task: String::new(),
            instance: String::new(),
            rule: why.rule().map(|rule| rule.to_string()).unwrap_or_default(),
            message,
        }
    }
}
