//! What is legal but surely not meant: instances that nothing can use, more tasks with a fixed port than instances, a
//! load that nobody serves. Asked of a whole plan, so that nothing is said that only follows from a mistake.

use super::{Action, Plan};
use crate::capacity::ProviderKind;
use crate::cluster::{Demand, Registration};
use crate::diag::{Code, Finding, Findings};
use crate::fact::{Lacks, Origin};
use crate::placement::{Host, PlacementClass, Pool, Strategy};
use crate::scenario::{Node, Scenario};
use crate::units::{CpuUnits, ServiceId, SimTime, ZoneId};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Most classes times kinds of instances that are looked at: a check has to stay quick.
const MOST_PAIRS: usize = 200_000;

/// A plan with what it was made of.
pub(super) struct Meant<'a> {
    pub(super) plan: &'a Plan,
    pub(super) scenario: &'a Scenario,
    pub(super) tree: &'a Node,
    /// Which instances each entry of `instances` gave.
    pub(super) entries: &'a [Range<usize>],
}

/// Instances that are all alike to placement, by how many there are.
type Kinds = BTreeMap<Kind, usize>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    instance_type: crate::units::InstanceTypeId,
    zone: ZoneId,
    attributes: crate::units::AttributeSetId,
}

impl Meant<'_> {
    /// All that is surely not meant.
    pub(super) fn doubt(&self, findings: &mut Findings) {
        self.loads_without_tasks(findings);
        self.storage_on_instances(findings);
        self.ways_out(findings);
        let kinds = self.kinds(0..self.plan.instances.len());
        if self.plan.classes.len().saturating_mul(kinds.len()) > MOST_PAIRS {
            return;
        }
        self.instances_in_vain(findings);
        for (id, _) in self.plan.services.iter() {
            self.too_few_for_all(id, &kinds, findings);
            self.one_zone(id, &kinds, findings);
        }
    }

    pub(super) fn warn(
        &self,
        findings: &mut Findings,
        code: Code,
        path: &str,
        message: String,
        label: &str,
        help: &str,
    ) {
        let place = self.tree.nearest_span(path);
        findings.push(Finding::warning(code, message).at(place, label).path(path).help(help));
    }

    fn kinds(&self, instances: Range<usize>) -> Kinds {
        let mut kinds = Kinds::new();
        for one in &self.plan.instances[instances] {
            let kind = Kind { instance_type: one.instance_type, zone: one.zone, attributes: one.attributes };
            *kinds.entry(kind).or_default() += 1;
        }
        kinds
    }

    /// Whether a plain instance with nothing on it takes a task of a class, now or when others run on it.
    fn could_take(&self, class: &PlacementClass, kind: Kind) -> bool {
        let role = &self.plan.cast.instance_types[kind.instance_type];
        let registration = Registration {
            zone: kind.zone,
            attributes: kind.attributes,
            ..Registration::of_type(kind.instance_type, role)
        };
        let Demand { need, gpus, interface, .. } = &class.demand;
        let host = Host::to_come(&self.plan.ground, &registration, "", SimTime(0));
        role.registered.covers(*need)
            && role.gpus >= *gpus
            && role.interfaces >= u32::from(*interface)
            && class.requirements.lacks_for_ever(&host) == Lacks::NONE
    }

    /// The classes that may use plain instances and have tasks.
    fn classes_on_instances(&self) -> Vec<&PlacementClass> {
        self.plan.classes.rows().iter().filter(|class| class.pool == Pool::LaunchTypeEc2).collect()
    }

    /// Entries of `instances` on which no task can ever run.
    fn instances_in_vain(&self, findings: &mut Findings) {
        let nothing_runs = self.scenario.services.is_empty() && self.scenario.tasks.is_empty();
        if self.plan.instances.is_empty() {
            return;
        }
        if nothing_runs {
            let message = "nothing runs on these instances: the scenario has no services and no tasks".to_owned();
            let help = "add `services` or `tasks`; instances without tasks cost the same";
            return self.warn(findings, Code::InVain, "instances", message, "idle", help);
        }
        let classes = self.classes_on_instances();
        if classes.is_empty() {
            let message = "nothing runs on these instances: all services and tasks run elsewhere".to_owned();
            let help = "leave them out, or give something `launch_type: EC2`";
            return self.warn(findings, Code::InVain, "instances", message, "idle", help);
        }
        let useful = |kinds: &Kinds| classes.iter().any(|class| kinds.keys().any(|kind| self.could_take(class, *kind)));
        let all_useless = !useful(&self.kinds(0..self.plan.instances.len()));
        if all_useless && findings.iter().any(|finding| matches!(finding.code, Code::NeverFits | Code::NoSuchValue)) {
            return; // the same, said of the tasks
        }
        for (row, instances) in self.entries.iter().enumerate() {
            let kinds = self.kinds(instances.clone());
            if useful(&kinds) || kinds.is_empty() || self.all_without_cpu(&kinds) {
                continue;
            }
            let fits = |class: &&PlacementClass| {
                let covers = |kind: &Kind| self.plan.cast.instance_types[kind.instance_type].registered;
                kinds.keys().any(|kind| covers(kind).covers(class.demand.need))
            };
            let why = if classes.iter().any(fits) {
                "none meets the constraints or has the GPUs, the processor or the system that a task asks for"
            } else {
                "each task reserves more than one registers"
            };
            let message = format!("no task can run on these instances: {why}");
            let help =
                "`longshore why FILE --task NAME/0 --instance NAME` says what a task lacks there; or leave them out";
            self.warn(findings, Code::InVain, &format!("instances[{row}]"), message, "idle for the whole run", help);
        }
    }

    /// Instances without CPU have a warning of their own.
    fn all_without_cpu(&self, kinds: &Kinds) -> bool {
        kinds.keys().all(|kind| self.plan.cast.instance_types[kind.instance_type].registered.cpu == CpuUnits(0))
    }

    /// The name of a service.
    fn name(&self, service: ServiceId) -> &str {
        &self.plan.cast.services[service].name
    }

    fn has_providers_of_instances(&self) -> bool {
        self.plan.providers.rows().iter().any(|kind| matches!(kind, ProviderKind::Ideal { .. }))
    }

    /// The most tasks that a service ever wants, and the setting that says so.
    fn most_wanted(&self, service: ServiceId) -> (u32, String) {
        let first = (self.plan.services[service].desired, format!("services.{}.desired_count", self.name(service)));
        let later = self.scenario.events.iter().enumerate().filter_map(|(row, event)| {
            let wanted = event.set_desired_count.as_ref()?;
            let path = format!("events[{row}].set_desired_count.count");
            (wanted.service == self.name(service)).then_some((wanted.count, path))
        });
        later.fold(first, |most, other| if other.0 > most.0 { other } else { most })
    }

    /// A port of the instance, or `distinct_instance`, lets one task of a service on each instance (ECS-124, ECS-330).
    fn too_few_for_all(&self, service: ServiceId, kinds: &Kinds, findings: &mut Findings) {
        let planned = &self.plan.services[service];
        let class = &self.plan.classes[planned.template.class];
        let port = class.demand.ports.first();
        let one_each = port.is_some() || class.requirements.distinct_instance;
        if planned.daemon || !one_each || class.pool != Pool::LaunchTypeEc2 || self.has_providers_of_instances() {
            return;
        }
        let able: usize = kinds.iter().filter(|(kind, _)| self.could_take(class, **kind)).map(|(_, count)| count).sum();
        let (wanted, path) = self.most_wanted(service);
        if able == 0 || able >= wanted as usize {
            return; // that it fits nowhere has been said
        }
        let name = self.name(service);
        let (reason, help) = match port {
            Some(port) => (
                format!("each takes port {port} of its instance (ECS-124)"),
                "add instances, or leave the port of the instance out to get any that is free",
            ),
            None => (
                "each wants an instance of its own, `distinct_instance` (ECS-330)".to_owned(),
                "add instances, or spread the tasks instead: `placement: [{spread: instance_id}]`",
            ),
        };
        let instances = if able == 1 { "1 instance".to_owned() } else { format!("{able} instances") };
        let message = format!("`{name}` wants {wanted} tasks and {instances} can take them: {reason}");
        self.warn(findings, Code::TooFewInstances, &path, message, "not all find a place", help);
    }

    /// To spread over zones takes instances in two of them.
    fn one_zone(&self, service: ServiceId, kinds: &Kinds, findings: &mut Findings) {
        let planned = &self.plan.services[service];
        let class = &self.plan.classes[planned.template.class];
        let says_so = planned.chain.as_ref().is_some_and(|chain| chain.contains(&Strategy::SpreadZone));
        if !says_so || class.pool != Pool::LaunchTypeEc2 || self.has_providers_of_instances() {
            return;
        }
        let able: Vec<(&Kind, &usize)> = kinds.iter().filter(|(kind, _)| self.could_take(class, **kind)).collect();
        let zones: BTreeSet<ZoneId> = able.iter().map(|(kind, _)| kind.zone).collect();
        let count: usize = able.iter().map(|(_, count)| **count).sum();
        let [zone] = Vec::from_iter(zones)[..] else { return };
        if count < 2 || self.plan.cast.zones.len() < 2 {
            return;
        }
        let (name, zone) = (self.name(service), &self.plan.cast.zones[zone]);
        let message =
            format!("`{name}` is spread over zones, and all {count} instances that can take it are in {zone}");
        let help =
            "put instances in other zones with `zone: b`, or leave `zone` out: they then go to the zones in turn";
        self.warn(findings, Code::TooFewInstances, &format!("services.{name}.placement"), message, "one zone", help);
    }

    /// A load and no task to serve it, now or later.
    fn loads_without_tasks(&self, findings: &mut Findings) {
        for (id, planned) in self.plan.services.iter() {
            let is_raised = |action: &Action| matches!(action, Action::SetDesiredCount { service, count } if *service == id && *count > 0);
            let raised = self.plan.operations.iter().any(|operation| is_raised(&operation.action));
            if planned.load.is_none() || planned.desired > 0 || planned.daemon || raised {
                continue;
            }
            let name = self.name(id);
            let message = format!("`{name}` has a load and never a task: no request is served");
            let help = "raise `desired_count`, or leave `load` out";
            self.warn(findings, Code::InVain, &format!("services.{name}.desired_count"), message, "no tasks", help);
        }
    }

    /// `ephemeral_storage` is Fargate's (ECS-114): on instances it changes nothing.
    fn storage_on_instances(&self, findings: &mut Findings) {
        let on_fargate = self.definitions_on_fargate();
        for (name, definition) in &self.scenario.task_definitions {
            let used = |of: Option<&str>| of == Some(name);
            let is_used = self.scenario.services.values().any(|service| service.task_definition == *name)
                || self.scenario.tasks.values().any(|tasks| used(tasks.task_definition.as_deref()));
            let asked = definition.ephemeral_storage.is_some();
            let may = definition.requires_compatibilities.iter().any(|word| word == "FARGATE");
            if !asked || !is_used || may || on_fargate.contains(name) {
                continue;
            }
            let message = format!("`ephemeral_storage` is for Fargate, and `{name}` runs on instances (ECS-114)");
            let path = format!("task_definitions.{name}.ephemeral_storage");
            self.warn(findings, Code::WithoutEffect, &path, message, "has no effect", "leave it out");
        }
    }

    /// The task definitions of which a task may run on Fargate.
    fn definitions_on_fargate(&self) -> BTreeSet<&String> {
        let templates = self.plan.services.rows().iter().map(|service| &service.template).chain(&self.plan.templates);
        let on_fargate =
            templates.filter(|template| matches!(self.plan.classes[template.class].pool, Pool::Fargate(_)));
        let of_source = |source| match self.plan.cast.sources[source].origin {
            Origin::Service(_) => {
                self.scenario.services.get(&self.plan.cast.sources[source].name).map(|s| &s.task_definition)
            }
            Origin::Standalone => {
                self.scenario.tasks.get(&self.plan.cast.sources[source].name).and_then(|t| t.task_definition.as_ref())
            }
        };
        on_fargate.filter_map(|template| of_source(template.source)).collect()
    }
}
