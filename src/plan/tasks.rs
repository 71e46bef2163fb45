//! Task definitions, services and standalone tasks.

use super::builder::{Builder, Definition};
use super::model::{PlannedService, TaskTemplate};
use super::strategy::{Destination, Wish};
use super::{Arrival, PlannedLoad};
use crate::capacity::ProviderKind;
use crate::diag::{Code, Finding};
use crate::fact::{Origin, Platform, ServiceRole, TaskSourceRole};
use crate::placement::{PlacementClass, Pool, Strategy};
use crate::scenario::{Placement, Service, TaskDefinition, Tasks};
use crate::units::{
    CpuUnits, GroupId, MebiBytes, PlacementClassId, Resources, ServiceId, SimSpan, SimTime, SubnetId, TaskDefinitionId,
    TaskSourceId,
};

/// From the start of the containers to RUNNING, image cached, bridge mode (ECS-555).
const START_TIME: SimSpan = SimSpan(2000);
/// From the stop signal to the exit: an application that ends soon after SIGTERM (ECS-520 allows 30 s).
const EXIT_TIME: SimSpan = SimSpan(2000);
/// Least memory of a container (ECS-105).
const LEAST_MIB: MebiBytes = MebiBytes(6);

impl Builder<'_> {
    pub(super) fn tasks(&mut self) {
        let scenario = self.scenario;
        for (name, definition) in &scenario.task_definitions {
            let id = self.cast.task_definitions.push(name.clone());
            if let Some(need) = self.need(&format!("task_definitions.{name}"), definition) {
                self.definitions.insert(name.clone(), Definition { id, need });
            }
        }
        // numbered in the order of their names, which is the order of turns (ECS-952)
        let mut names: Vec<&String> = scenario.services.keys().chain(scenario.tasks.keys()).collect();
        names.sort_unstable();
        let mut last: Option<&String> = None;
        for name in names {
            if last == Some(name) {
                let label = "an entry of `tasks` with the same name";
                let finding =
                    Finding::error(Code::DuplicateName, format!("`{name}` is a service and an entry of `tasks`"))
                        .at(self.tree.nearest_span(&format!("tasks.{name}")), label)
                        .also(self.tree.nearest_span(&format!("services.{name}")), "the service")
                        .help(format!("tasks are called `{name}/0`, `{name}/1`, …: give one of the two another name"));
                self.findings.push(finding);
                continue;
            }
            last = Some(name);
            match scenario.services.get(name) {
                Some(service) => self.service(name, service),
                None => self.standalone(name, &scenario.tasks[name]),
            }
        }
    }

    /// What one task reserves: task-level size first, else the sums over containers (ECS-102, ECS-103).
    fn need(&mut self, path: &str, definition: &TaskDefinition) -> Option<Resources> {
        let mut sound = true;
        let (mut cpu, mut memory) = (0_u64, 0_u64);
        for (row, container) in definition.containers.iter().enumerate() {
            let path = format!("{path}.containers[{row}]");
            cpu += u64::from(container.cpu.unwrap_or_default().0);
            memory += u64::from(container.memory_reservation.or(container.memory).unwrap_or_default().0);
            sound &= self.container_limits(&path, container.memory, container.memory_reservation, definition.memory);
        }
        if definition.memory.is_none() && definition.containers.is_empty() {
            let help =
                Some("add `memory: 512 MiB`, or `containers` with `memory` or `memory_reservation` each".to_owned());
            let message = "a task definition needs memory (ECS-104)";
            self.error(Code::BadTaskSize, path, message, "no memory here", help);
            sound = false;
        }
        if definition.memory == Some(MebiBytes(0)) {
            let help = Some("write for example `memory: 512 MiB`".to_owned());
            let message = "a task can't live without memory (ECS-104)";
            self.error(Code::BadTaskSize, &format!("{path}.memory"), message, "must be above 0", help);
            sound = false;
        }
        if let Some(cpu) = definition.cpu
            && !(128..=196_608).contains(&cpu.0)
        {
            let message = format!("task-level CPU of {} is outside 128 to 196608 units (ECS-107)", cpu.0);
            let help = "write 0.125 vCPU to 192 vCPU, or leave `cpu` out to reserve the sum of the containers'";
            let help = Some(help.to_owned());
            self.error(Code::BadTaskSize, &format!("{path}.cpu"), message, "outside the range", help);
            sound = false;
        }
        let cpu = definition.cpu.map_or(cpu, |cpu| u64::from(cpu.0));
        let memory = definition.memory.map_or(memory, |memory| u64::from(memory.0));
        let (Ok(cpu), Ok(memory)) = (u32::try_from(cpu), u32::try_from(memory)) else {
            self.error(Code::BadTaskSize, path, "the containers together are too large", "too large", None);
            return None;
        };
        sound.then_some(Resources { cpu: CpuUnits(cpu), memory: MebiBytes(memory) })
    }

    /// ECS-104 and ECS-105 for one container.
    fn container_limits(
        &mut self,
        path: &str,
        hard: Option<MebiBytes>,
        soft: Option<MebiBytes>,
        task: Option<MebiBytes>,
    ) -> bool {
        if let (Some(hard), Some(soft)) = (hard, soft)
            && hard <= soft
        {
            let finding =
                Finding::error(Code::BadTaskSize, "the hard limit must be greater than the soft one (ECS-104)")
                    .at(self.tree.nearest_span(&format!("{path}.memory")), format!("hard limit, {hard}"))
                    .also(self.tree.nearest_span(&format!("{path}.memory_reservation")), format!("soft limit, {soft}"))
                    .path(path)
                    .help("raise `memory`, or leave one of the two out");
            self.findings.push(finding);
            return false;
        }
        if hard.or(soft).is_none() && task.is_none() {
            let help = Some("give the container `memory` or `memory_reservation`, or the task `memory`".to_owned());
            let message = "without task-level memory each container needs a limit (ECS-104)";
            self.error(Code::BadTaskSize, path, message, "no memory here", help);
            return false;
        }
        let mut sound = true;
        for (key, limit) in [("memory", hard), ("memory_reservation", soft)] {
            if let Some(least) = limit.filter(|limit| *limit < LEAST_MIB) {
                let message = format!("a container can't live in {least} (ECS-105)");
                let help = Some("give it at least 6 MiB".to_owned());
                self.error(Code::BadTaskSize, &format!("{path}.{key}"), message, "too small", help);
                sound = false;
            }
        }
        sound
    }

    fn service(&mut self, name: &str, service: &Service) {
        let path = format!("services.{name}");
        let group = self.group(format!("service:{name}"));
        let definition = self.definition(&path, &service.task_definition);
        let wish = Wish { strategy: &service.capacity_provider_strategy, launch_type: service.launch_type.as_deref() };
        let to = self.destination(&path, wish);
        let load = service.load.as_ref().and_then(|load| {
            let curve = self.curve(&format!("{path}.load.requests_per_second"), &load.requests_per_second)?;
            Some(PlannedLoad { curve, cpu_per_request_us: load.per_request.cpu.0 })
        });
        let (Some(definition), Some(to)) = (definition, to) else { return };
        let platform = Platform::default();
        self.on_its_capacity(&path, &to, Some((&service.task_definition, definition.need)), platform);
        self.placement_on_fargate(&path, service.placement.as_deref(), &to);
        // without a strategy: spread over zones, then the instance with the fewest of the service's tasks (ECS-315)
        let chain = chain(service.placement.as_deref(), &[Strategy::SpreadZone, Strategy::SpreadInstance]);
        let subnets = self.subnets_of(&path, service.subnets.as_deref());
        let (class, strategy) = self.classes_of(definition.need, &chain, group, &to, &subnets);
        let id = ServiceId(u32::try_from(self.services.len()).expect("few services"));
        let source = self.source(name, Origin::Service(id), group, Some(definition.id), platform);
        self.subnets_of.push(subnets);
        if load.is_some() && definition.need.cpu.0 == 0 {
            let help = "give the task definition `cpu`: each task serves at most what it reserves in this version";
            let message = format!("service `{name}` has a load but its tasks reserve no CPU: nothing would be served");
            self.error(Code::BadTaskSize, &format!("{path}.load"), message, "asks for CPU", Some(help.to_owned()));
        }
        let definition_of = &self.scenario.task_definitions[&service.task_definition];
        let template = TaskTemplate {
            source,
            group,
            class,
            strategy,
            need: definition.need,
            start_time: definition_of.start_time.unwrap_or_else(|| usual_start(&to)),
            exit_time: definition_of.exit_time.unwrap_or(EXIT_TIME),
        };
        let desired = service.desired_count.unwrap_or(1);
        self.cast.services.push(ServiceRole {
            name: name.to_owned(),
            source,
            need: definition.need,
            period_ms: load.as_ref().map_or(0, |load| load.curve.period_ms()),
            cpu_per_request_us: load.as_ref().map_or(0, |load| load.cpu_per_request_us),
        });
        self.services.push(PlannedService { template, desired, load });
    }

    fn standalone(&mut self, name: &str, tasks: &Tasks) {
        let path = format!("tasks.{name}");
        if let (Some(_), Some(key)) = (
            &tasks.arrivals,
            [("at", tasks.at.is_some()), ("count", tasks.count.is_some()), ("lifetime", tasks.lifetime.is_some())]
                .iter()
                .find(|(_, given)| *given),
        ) {
            let finding = Finding::error(Code::Contradiction, format!("`{}` and `arrivals` exclude each other", key.0))
                .at(self.tree.nearest_span(&format!("{path}.{}", key.0)), "says it once for all")
                .also(self.tree.nearest_span(&format!("{path}.arrivals")), "says it row by row")
                .path(&path)
                .help(format!("leave `{}` out, or take it from a column of the file", key.0));
            self.findings.push(finding);
        }
        let definition = match &tasks.task_definition {
            Some(wanted) => match self.definition(&path, wanted) {
                Some(definition) => Some(definition),
                None => return,
            },
            None => None,
        };
        let wish = Wish { strategy: &tasks.capacity_provider_strategy, launch_type: tasks.launch_type.as_deref() };
        let Some(to) = self.destination(&path, wish) else { return };
        let platform = Platform::default();
        let of_definition = tasks.task_definition.as_deref().zip(definition.map(|definition| definition.need));
        self.on_its_capacity(&path, &to, of_definition.filter(|_| tasks.arrivals.is_none()), platform);
        self.placement_on_fargate(&path, tasks.placement.as_deref(), &to);
        let family = tasks.task_definition.as_deref().unwrap_or(name);
        let group = self.group(tasks.group.clone().unwrap_or_else(|| format!("family:{family}")));
        let of_definition = definition.map(|definition| definition.id);
        let source = self.source(name, Origin::Standalone, group, of_definition, platform);
        let subnets = self.subnets_of(&path, tasks.subnets.as_deref());
        self.subnets_of.push(subnets.clone());
        let of = tasks.task_definition.as_ref().map(|wanted| &self.scenario.task_definitions[wanted]);
        let kind = Kind {
            source,
            group,
            path: path.clone(),
            platform,
            chain: chain(tasks.placement.as_deref(), &[Strategy::Random]), // ECS-316
            start_time: tasks.start_time.or(of.and_then(|of| of.start_time)).unwrap_or_else(|| usual_start(&to)),
            exit_time: of.and_then(|of| of.exit_time).unwrap_or(EXIT_TIME),
            to,
            subnets,
        };
        if let Some(arrivals) = &tasks.arrivals {
            self.arrivals_from_file(&format!("{path}.arrivals"), arrivals, &kind, definition.map(|found| found.need));
            return;
        }
        let Some(definition) = definition else {
            let help = Some("name a `task_definition`, or take sizes row by row from `arrivals`".to_owned());
            let message = format!("`{name}` does not say which tasks to run");
            self.error(Code::MissingSetting, &path, message, "needs `task_definition`", help);
            return;
        };
        let template = self.template(&kind, definition.need);
        let at = SimTime(tasks.at.unwrap_or_default().0);
        if at > self.cast.horizon {
            let message = format!("this is after the end of the run at {}", self.cast.horizon);
            self.warn(Code::AfterTheEnd, &format!("{path}.at"), message, "never happens", "lengthen `duration`");
        }
        let count = tasks.count.unwrap_or(1);
        if !self.holds_tasks(&path, count) {
            return;
        }
        for _ in 0..count {
            let ordinal = self.next_ordinal(source);
            self.arrivals.push(Arrival { at, template, ordinal, lifetime: tasks.lifetime });
        }
    }

    fn definition(&mut self, path: &str, name: &str) -> Option<Definition> {
        let scenario = self.scenario;
        if !scenario.task_definitions.contains_key(name) {
            let known = scenario.task_definitions.keys().map(String::as_str);
            self.dangling(&format!("{path}.task_definition"), "task definition", name, known);
        }
        self.definitions.get(name).copied()
    }

    /// What the capacity of a source makes of its tasks: sizes, prices, and what fits no instance.
    fn on_its_capacity(
        &mut self,
        path: &str,
        to: &Destination,
        definition: Option<(&str, Resources)>,
        platform: Platform,
    ) {
        self.prices_of(path, to, platform);
        let Some((name, need)) = definition else { return };
        if to.is_fargate() {
            self.fargate_size(path, name, platform);
            return;
        }
        for pool in to.pools() {
            self.warn_if_too_large(&format!("{path}.task_definition"), need, pool);
        }
    }

    /// A task that no instance could ever take is surely not meant.
    fn warn_if_too_large(&mut self, path: &str, need: Resources, pool: Pool) {
        let mut offers: Vec<Resources> = Vec::new();
        if pool == Pool::LaunchTypeEc2 {
            offers.extend(self.instances.iter().map(|row| self.cast.instance_types[row.instance_type].registered));
        }
        // the EC2 launch type means every EC2 instance of the cluster, those of providers too (ECS-707)
        for (id, kind) in self.providers.iter() {
            if let ProviderKind::Ideal { registration, .. } = kind
                && (pool == Pool::LaunchTypeEc2 || pool == Pool::Provider(id))
            {
                offers.push(registration.registered);
            }
        }
        if let Some(most) = offers.iter().max_by_key(|offer| (offer.memory, offer.cpu))
            && !offers.iter().any(|offer| offer.covers(need))
        {
            let message = format!(
                "a task of {} and {} fits no instance: the largest registers {} and {}",
                need.cpu, need.memory, most.cpu, most.memory
            );
            let help =
                "instances register less memory than they are sold with (ECS-205); `registered_memory` overrides it";
            self.warn(Code::NeverFits, path, message, "never placed", help);
        }
    }

    fn group(&mut self, name: String) -> GroupId {
        if let Some(id) = self.groups.get(&name) {
            return *id;
        }
        let id = self.cast.groups.push(name.clone());
        self.groups.insert(name, id);
        id
    }

    fn source(
        &mut self,
        name: &str,
        origin: Origin,
        group: GroupId,
        definition: Option<TaskDefinitionId>,
        platform: Platform,
    ) -> TaskSourceId {
        let role = TaskSourceRole { name: name.to_owned(), origin, group, task_definition: definition, platform };
        self.cast.sources.push(role)
    }

    pub(super) fn class(&mut self, class: PlacementClass) -> PlacementClassId {
        if let Some(id) = self.class_ids.get(&class) {
            return *id;
        }
        let id = self.classes.push(class.clone());
        self.class_ids.insert(class, id);
        id
    }

    /// The row of a kind of standalone task.
    pub(super) fn template(&mut self, kind: &Kind, need: Resources) -> u32 {
        let (class, strategy) = self.classes_of(need, &kind.chain, kind.group, &kind.to, &kind.subnets);
        self.templates.push(TaskTemplate {
            source: kind.source,
            group: kind.group,
            class,
            strategy,
            need,
            start_time: kind.start_time,
            exit_time: kind.exit_time,
        });
        u32::try_from(self.templates.len() - 1).expect("few kinds of tasks")
    }

    pub(super) fn next_ordinal(&mut self, source: TaskSourceId) -> u32 {
        let next = self.numbered.entry(source).or_insert(0);
        *next += 1;
        *next - 1
    }
}

/// What all tasks of an entry of `tasks:` have in common.
pub(super) struct Kind {
    pub(super) source: TaskSourceId,
    pub(super) group: GroupId,
    /// `tasks.job`.
    pub(super) path: String,
    /// Where they run.
    pub(super) to: Destination,
    /// The subnets that they may be in.
    pub(super) subnets: Vec<SubnetId>,
    pub(super) platform: Platform,
    pub(super) chain: Vec<Strategy>,
    pub(super) start_time: SimSpan,
    pub(super) exit_time: SimSpan,
}

/// From the start of the containers to RUNNING, where nothing is said: on Fargate an image's download is all of it.
fn usual_start(to: &Destination) -> SimSpan {
    if to.is_fargate() { SimSpan::ZERO } else { START_TIME }
}

fn chain(placement: Option<&[Placement]>, default: &[Strategy]) -> Vec<Strategy> {
    let Some(placement) = placement else { return default.to_vec() };
    placement.iter().map(strategy).collect()
}

fn strategy(placement: &Placement) -> Strategy {
    let Placement::Field(fields) = placement else { return Strategy::Random };
    match fields.first_key_value().map(|(kind, field)| (kind.as_str(), field.as_str())) {
        Some(("binpack", "cpu")) => Strategy::BinpackCpu,
        Some(("binpack", "memory")) => Strategy::BinpackMemory,
        Some(("spread", "instance_id" | "instanceId" | "host")) => Strategy::SpreadInstance,
        Some(("spread", "availability_zone" | "attribute:ecs.availability-zone")) => Strategy::SpreadZone,
        other => unreachable!("the language table allows no strategy {other:?}"),
    }
}
