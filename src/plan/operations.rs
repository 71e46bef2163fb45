//! What operators do, read in the order of time: what AWS would refuse is seen before the run where it can be.

use super::builder::Builder;
use super::updates::Setting;
use super::{Action, InstanceAction, Operation, PlannedInstance};
use crate::capacity::ProviderKind;
use crate::cluster::{Ground, Registration};
use crate::diag::{Code, Finding};
use crate::fact::Purchase;
use crate::placement::Host;
use crate::placement::cql::Constraint;
use crate::scenario::Event;
use crate::units::{ProviderId, ServiceId, SimSpan, SimTime};
use std::collections::BTreeMap;

/// From the launch of an instance to ACTIVE (ECS-226).
pub(super) const INSTANCE_BOOT: SimSpan = SimSpan(90_000);

/// An instance as the operators' list leaves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Active,
    /// Drained by this entry.
    Draining(usize),
    /// It left the cluster by this entry, and still runs or not.
    Gone(usize, bool),
    /// It comes up then.
    Comes(SimTime),
}

/// What is known of the cluster at the moment of an entry.
#[derive(Debug, Default)]
pub(super) struct Foreseen {
    instances: BTreeMap<u32, Standing>,
    pub(super) services: BTreeMap<ServiceId, Setting>,
    /// Services that were deleted, by which entry.
    deleted: BTreeMap<ServiceId, usize>,
}

impl Builder<'_> {
    /// Plain instances that operators add: planned before all tasks, which may run on them.
    pub(super) fn added_instances(&mut self) {
        let scenario = self.scenario;
        let mut names = std::mem::take(&mut self.names);
        for (row, event) in scenario.events.iter().enumerate() {
            let Some(entry) = &event.add_instances else { continue };
            let before = self.instances.len();
            self.instances_entry(&format!("events[{row}].add_instances"), entry, &mut names);
            let added = self.instances.split_off(before);
            if added.is_empty() {
                self.doubts.unsettle("instances"); // others may be named after it
            }
            let first = u32::try_from(self.additions.len()).expect("few instances");
            self.added_by.insert(row, first..first + u32::try_from(added.len()).expect("few instances"));
            self.additions.extend(added);
        }
    }

    /// All plain instances, those that are added later among them.
    pub(super) fn all_plain(&self) -> impl Iterator<Item = &PlannedInstance> {
        self.instances.iter().chain(&self.additions)
    }

    pub(super) fn operations(&mut self) {
        let scenario = self.scenario;
        let mut order: Vec<usize> = (0..scenario.events.len()).collect();
        order.sort_by_key(|row| scenario.events[*row].at); // stable: the order of the scenario at one instant
        let mut foreseen = Foreseen { services: self.settings.clone(), ..Foreseen::default() };
        for row in order {
            let event = &scenario.events[row];
            let (path, at) = (format!("events[{row}]"), SimTime(event.at.0));
            // of tasks it is said where they are planned
            if at > self.cast.horizon && event.run_task.is_none() {
                let message = format!("this is after the end of the run at {}", self.cast.horizon);
                self.warn(Code::AfterTheEnd, &format!("{path}.at"), message, "never happens", "lengthen `duration`");
            }
            if let Some(action) = self.action(row, event, &mut foreseen) {
                self.operations.push(Operation { at, action });
            }
        }
    }

    /// What an entry of `events` does; nothing of one that starts tasks, which is planned with them.
    fn action(&mut self, row: usize, event: &Event, foreseen: &mut Foreseen) -> Option<Action> {
        let path = format!("events[{row}]");
        if let Some(task) = &event.stop_task {
            let (source, ordinal) = self.task_by_name(&format!("{path}.stop_task"), task)?;
            return Some(Action::StopTask { source, ordinal });
        }
        let on_instances = [
            ("drain_instance", event.drain_instance.as_ref(), InstanceAction::Drain),
            ("activate_instance", event.activate_instance.as_ref(), InstanceAction::Activate),
            ("terminate_instance", event.terminate_instance.as_ref(), InstanceAction::Terminate),
            ("reclaim_instance", event.reclaim_instance.as_ref(), InstanceAction::Reclaim),
        ];
        for (key, name, what) in on_instances {
            if let Some(name) = name {
                return self.on_instance(row, &format!("{path}.{key}"), name, what, foreseen);
            }
        }
        if let Some(call) = &event.deregister_instance {
            let what = InstanceAction::Deregister { force: call.force };
            return self.on_instance(
                row,
                &format!("{path}.deregister_instance.instance"),
                &call.instance,
                what,
                foreseen,
            );
        }
        if event.add_instances.is_some() {
            let rows = self.added_by.get(&row)?.clone();
            let up = SimTime(event.at.0) + self.instance_boot();
            let start = u32::try_from(self.instances.len()).ok()?;
            foreseen.instances.extend(rows.clone().map(|addition| (start + addition, Standing::Comes(up))));
            return Some(Action::AddInstances { first: rows.start, count: rows.end - rows.start });
        }
        if let Some(wanted) = &event.set_desired_count {
            let service = self.service_at(row, "set_desired_count", &wanted.service, foreseen)?;
            let place = format!("{path}.set_desired_count.service");
            self.has_count(&place, service)?;
            if let Some(setting) = foreseen.services.get_mut(&service) {
                setting.desired = wanted.count;
            }
            return Some(Action::SetDesiredCount { service, count: wanted.count });
        }
        if let Some(update) = &event.update_service {
            let service = self.service_at(row, "update_service", &update.service, foreseen)?;
            return self.update(&format!("{path}.update_service"), service, update, foreseen);
        }
        let delete = event.delete_service.as_ref()?;
        let service = self.service_at(row, "delete_service", &delete.service, foreseen)?;
        self.delete(row, service, delete.force, foreseen);
        Some(Action::DeleteService { service, force: delete.force })
    }

    /// From the launch of an added instance to ACTIVE.
    pub(super) fn instance_boot(&self) -> SimSpan {
        self.scenario.instance_boot.unwrap_or(INSTANCE_BOOT)
    }

    /// A daemon has no desired count.
    pub(super) fn has_count(&mut self, path: &str, service: ServiceId) -> Option<()> {
        if self.services[service].daemon {
            let help = Some("drain or add instances instead".to_owned());
            let message = "a daemon service has no desired count (ECS-402)";
            self.error(Code::Contradiction, path, message, "a daemon", help);
            return None;
        }
        Some(())
    }

    /// Something is done to an instance.
    fn on_instance(
        &mut self,
        row: usize,
        path: &str,
        name: &str,
        what: InstanceAction,
        foreseen: &mut Foreseen,
    ) -> Option<Action> {
        let has_instances = |provider: ProviderId| {
            matches!(self.providers[provider], ProviderKind::Instances | ProviderKind::Ideal { .. })
        };
        let found = self.cast.instance_by_name(name).filter(|(provider, _)| has_instances(*provider));
        let Some((provider, ordinal)) = found else {
            let names = self.cast.instance_names.clone();
            self.dangling(path, "instance", name, names.iter().map(String::as_str));
            return None;
        };
        if what == InstanceAction::Reclaim {
            self.is_on_spot(path, name, (provider, ordinal))?;
        }
        let is_done = provider != ProviderId(0) || self.foresee(row, path, (name, ordinal), what, foreseen);
        if is_done && what == InstanceAction::Drain {
            self.warn_of_stuck(row, path, (provider, ordinal), foreseen);
        }
        Some(Action::Instance { what, provider, ordinal })
    }

    /// EC2 takes back what is bought on Spot and nothing else (PRC-40).
    fn is_on_spot(&mut self, path: &str, name: &str, (provider, ordinal): (ProviderId, u32)) -> Option<()> {
        let instance_type = match &self.providers[provider] {
            ProviderKind::Ideal { registration, .. } => Some(registration.instance_type),
            _ => self.all_plain().nth(ordinal as usize).map(|one| one.instance_type),
        };
        let role = &self.cast.instance_types[instance_type?];
        if role.purchase == Purchase::Spot || self.findings.has_errors() {
            return Some(());
        }
        let message = format!("EC2 takes back Spot instances alone, and `{name}` is none (PRC-40)");
        let help = Some("buy it with `purchase: spot`, or write `terminate_instance`".to_owned());
        self.error(Code::Contradiction, path, message, "not on Spot", help);
        None
    }

    /// What the list makes of a plain instance; false if AWS will refuse what is asked.
    fn foresee(
        &mut self,
        row: usize,
        path: &str,
        (name, ordinal): (&str, u32),
        what: InstanceAction,
        foreseen: &mut Foreseen,
    ) -> bool {
        let before = foreseen.instances.get(&ordinal).copied().unwrap_or(Standing::Active);
        let at = SimTime(self.scenario.events[row].at.0);
        let before = match before {
            Standing::Comes(up) if up <= at => Standing::Active,
            other => other,
        };
        let refused = match (what, before) {
            (InstanceAction::Drain, Standing::Draining(by)) => Some((
                format!("`{name}` is DRAINING already, and only an ACTIVE instance can be drained (ECS-223)"),
                by,
            )),
            (InstanceAction::Activate, Standing::Active) => {
                Some((format!("`{name}` is ACTIVE: nothing has drained it (ECS-223)"), row))
            }
            (InstanceAction::Terminate | InstanceAction::Reclaim, Standing::Gone(_, true)) => None,
            (_, Standing::Gone(by, _)) => Some((format!("`{name}` has left the cluster before (ECS-220)"), by)),
            (_, Standing::Comes(up)) => Some((format!("`{name}` is there from {up} on (ECS-226)"), row)),
            _ => None,
        };
        if let Some((message, by)) = refused {
            self.warn_of_refusal(path, message, (by != row).then_some(by));
            return false;
        }
        let after = match what {
            InstanceAction::Drain => Standing::Draining(row),
            InstanceAction::Activate => Standing::Active,
            InstanceAction::Terminate => Standing::Gone(row, false),
            // it stays for two minutes, in which others do what they like with it; without force it may stay, because tasks
            // are on it: nothing is known then
            InstanceAction::Reclaim | InstanceAction::Deregister { force: false } => return true,
            InstanceAction::Deregister { force: true } => Standing::Gone(row, true),
        };
        foreseen.instances.insert(ordinal, after);
        true
    }

    /// AWS will answer an entry with an error, because of another one.
    pub(super) fn warn_of_refusal(&mut self, path: &str, message: String, because: Option<usize>) {
        let mut finding = Finding::warning(Code::RefusedByAws, message)
            .at(self.tree.nearest_span(path), "refused")
            .path(path)
            .help("the run goes on and shows it as `operation_failed`; leave the entry out, or change its time");
        if let Some(row) = because {
            finding = finding.also(self.tree.nearest_span(&format!("events[{row}]")), "by this");
        }
        self.findings.push(finding);
    }

    /// The service that an entry is about; says so if it was deleted before.
    fn service_at(&mut self, row: usize, key: &str, name: &str, foreseen: &Foreseen) -> Option<ServiceId> {
        let path = format!("events[{row}].{key}.service");
        let service = self.service_by_name(&path, name)?;
        if let Some(by) = foreseen.deleted.get(&service) {
            let message = format!("service `{name}` is deleted before (ECS-408)");
            self.warn_of_refusal(&path, message, Some(*by));
        }
        Some(service)
    }

    /// A service is deleted: AWS refuses that where it wants tasks, unless it is a daemon or forced (ECS-415).
    fn delete(&mut self, row: usize, service: ServiceId, force: bool, foreseen: &mut Foreseen) {
        let desired = foreseen.services.get(&service).map_or(0, |setting| setting.desired);
        if foreseen.deleted.contains_key(&service) {
            return;
        }
        if desired > 0 && !force && !self.services[service].daemon {
            let name = self.cast.services[service].name.clone();
            let tasks = if desired == 1 { "task" } else { "tasks" };
            let message = format!("service `{name}` wants {desired} {tasks} then: AWS refuses to delete it (ECS-415)");
            let path = format!("events[{row}].delete_service");
            let help = "set its desired count to 0 before, or add `force: true`";
            self.warn(Code::RefusedByAws, &path, message, "refused", help);
            return;
        }
        foreseen.deleted.insert(service, row);
    }

    /// With both percentages at 100 an instance is never drained (ECS-222).
    fn warn_of_stuck(&mut self, row: usize, path: &str, instance: (ProviderId, u32), foreseen: &Foreseen) {
        let (scenario, provider) = (self.scenario, instance.0);
        let ground = self.ground_so_far();
        let at = scenario.events[row].at;
        let changes = |name: &str, event: &Event| {
            let of_update = event.update_service.as_ref().map(|update| &update.service);
            let of_count = event.set_desired_count.as_ref().map(|count| &count.service);
            let of_delete = event.delete_service.as_ref().map(|delete| &delete.service);
            event.at >= at && [of_update, of_count, of_delete].into_iter().flatten().any(|service| service == name)
        };
        let is_stuck = |(id, setting): (&ServiceId, &Setting)| {
            let (bounds, desired) = (setting.percents.bounds(setting.desired), setting.desired);
            let may_be_there = setting.to.pools().into_iter().any(|pool| match pool.provider() {
                None => true,
                Some(own) => own == provider,
            });
            let name = &self.cast.services[*id].name;
            desired > 0
                && bounds.lower >= desired
                && bounds.upper <= desired
                && may_be_there
                && self.may_have_a_task(instance, setting, &ground)
                && !self.services[*id].daemon
                && !foreseen.deleted.contains_key(id)
                && !scenario.events.iter().any(|event| changes(name, event))
        };
        let stuck: Vec<ServiceId> =
            foreseen.services.iter().filter(|entry| is_stuck(*entry)).map(|(id, _)| *id).collect();
        self.attributes = ground.attributes;
        let Some(first) = stuck.first() else { return };
        let (name, more) = (self.cast.services[*first].name.clone(), stuck.len() - 1);
        let more = if more > 0 { format!(" (and {more} more services)") } else { String::new() };
        let message = format!(
            "tasks of service `{name}`{more} never leave the instance: it may neither have one more nor do with one less (ECS-222)"
        );
        let finding = Finding::warning(Code::NeverDrained, message)
            .at(self.tree.nearest_span(path), "never finishes")
            .also(self.tree.nearest_span(&format!("services.{name}.deployment")), "because of this")
            .path(path)
            .help("raise `maximum_percent` so that one more task may be there, or lower `minimum_healthy_percent`");
        self.findings.push(finding);
    }

    /// What constraints look at, with the attributes lent to it: they have to be given back.
    fn ground_so_far(&mut self) -> Ground {
        let start_unix_ms = self.cast.start_unix_s.saturating_mul(1000);
        Ground { attributes: std::mem::take(&mut self.attributes), start_unix_ms, ..Ground::default() }
    }

    /// Whether an instance may have tasks of a service: its constraints hold there, whatever else runs on it.
    fn may_have_a_task(&self, (provider, ordinal): (ProviderId, u32), setting: &Setting, ground: &Ground) -> bool {
        let requirements = &setting.asked.requirements;
        if requirements.member_of.is_empty() {
            return true;
        }
        if !requirements.member_of.iter().all(Constraint::is_static) {
            return false; // not known
        }
        // in which zone an instance of a provider will be is not known either
        let planned = self.all_plain().nth(ordinal as usize).filter(|_| provider == ProviderId(0));
        planned.filter(|one| ground.attributes.get(one.attributes).is_some()).is_some_and(|one| {
            let role = &self.cast.instance_types[one.instance_type];
            let of_type = Registration::of_type(one.instance_type, role);
            let registration = Registration { zone: one.zone, attributes: one.attributes, ..of_type };
            let name = self.cast.instance_names.get(ordinal as usize).map_or("", String::as_str);
            requirements.lacks_for_ever(&Host::to_come(ground, &registration, name, SimTime(0))).is_empty()
        })
    }

    /// The service of a name.
    pub(super) fn service_by_name(&mut self, path: &str, name: &str) -> Option<ServiceId> {
        let found = self.cast.services.iter().find(|(_, role)| role.name == name).map(|(id, _)| id);
        if found.is_none() {
            let scenario = self.scenario;
            self.dangling(path, "service", name, scenario.services.keys().map(String::as_str));
        }
        found
    }

    /// What `run_task` calls its tasks, for each entry of `events` that has it.
    pub(super) fn names_of_runs(&self) -> BTreeMap<usize, String> {
        let mut names = BTreeMap::new();
        for (row, event) in self.scenario.events.iter().enumerate() {
            if let Some(run) = &event.run_task {
                let number = names.len() + 1;
                names.insert(row, run.name.clone().unwrap_or_else(|| format!("run-task-{number}")));
            }
        }
        names
    }
}
