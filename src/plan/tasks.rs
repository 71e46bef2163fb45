//! Services and standalone tasks.

use super::builder::Builder;
use super::constraints::Asked;
use super::curves::Sampled;
use super::definitions::{Definition, EXIT_TIME, START_TIME};
use super::model::{PlannedService, TaskTemplate};
use super::strategy::{Destination, Wanted, Wish};
use super::updates::{BY_DEFAULT, Setting};
use super::{Arrival, PlannedLoad};
use crate::capacity::ProviderKind;
use crate::cluster::{Demand, Ending};
use crate::diag::{Code, Finding};
use crate::fact::{Calls, Origin, Platform, ServiceRole, TaskSourceRole};
use crate::load::Curve;
use crate::placement::cql::Expression;
use crate::placement::{PlacementClass, Pool, Strategy};
use crate::scenario::{Service, Tasks};
use crate::units::{
    GroupId, Id, InstanceTypeId, MebiBytes, OperatingSystem, PlacementClassId, Resources, ServiceId, SimSpan, SimTime,
    SubnetId, TaskDefinitionId, TaskSourceId,
};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Less than any instance that AWS sells registers: a t2.nano has 1 vCPU and 512 MiB, of which the kernel keeps some.
const LEAST_SOLD: Resources = Resources::new(1024, 400);
/// The least memory of a container (ECS-104).
const LEAST_MEMORY: u32 = 4;

impl Builder<'_> {
    pub(super) fn tasks(&mut self) {
        let scenario = self.scenario;
        self.task_definitions();
        let runs = self.names_of_runs();
        // numbered in the order of their names, which is the order of turns (ECS-952)
        let services = scenario.services.keys().map(|name| (name, Origins::Service));
        let tasks = scenario.tasks.keys().map(|name| (name, Origins::Tasks));
        let runs = runs.iter().map(|(row, name)| (name, Origins::Run(*row)));
        let mut names: Vec<(&String, Origins)> = services.chain(tasks).chain(runs).collect();
        names.sort_unstable();
        let mut last: Option<(&String, Origins)> = None;
        for (name, from) in names {
            if let Some((_, first)) = last.filter(|(before, _)| *before == name) {
                self.same_name(name, first, from);
                continue;
            }
            last = Some((name, from));
            match from {
                Origins::Service => self.service(name, &scenario.services[name]),
                Origins::Tasks => self.standalone(&format!("tasks.{name}"), name, &scenario.tasks[name]),
                Origins::Run(row) => {
                    let event = &scenario.events[row];
                    if let Some(run) = &event.run_task {
                        self.standalone(&format!("events[{row}].run_task"), name, &run.as_tasks(event.at));
                    }
                }
            }
        }
    }

    /// Two sources of tasks with the same name.
    fn same_name(&mut self, name: &str, first: Origins, second: Origins) {
        let what = |from| match from {
            Origins::Service => "a service",
            Origins::Tasks => "an entry of `tasks`",
            Origins::Run(_) => "an entry `run_task`",
        };
        let path = |from| match from {
            Origins::Service => format!("services.{name}"),
            Origins::Tasks => format!("tasks.{name}"),
            Origins::Run(row) => format!("events[{row}].run_task"),
        };
        let message = match (first, second) {
            (Origins::Run(_), Origins::Run(_)) => format!("two entries `run_task` have the name `{name}`"),
            _ => format!("`{name}` is {} and {}", what(first), what(second)),
        };
        let label = match second {
            Origins::Run(_) => "the same name",
            _ => "an entry of `tasks` with the same name",
        };
        let first_label = if first == Origins::Service { "the service" } else { "used before" };
        let finding = Finding::error(Code::DuplicateName, message)
            .at(self.tree.nearest_span(&path(second)), label)
            .also(self.tree.nearest_span(&path(first)), first_label)
            .help(format!("tasks are called `{name}/0`, `{name}/1`, …: give one of the two another name"));
        self.findings.push(finding);
    }

    fn service(&mut self, name: &str, service: &Service) {
        let path = format!("services.{name}");
        let group = self.group(format!("service:{name}"));
        let definition = self.definition(&path, &service.task_definition);
        let wish = Wish { strategy: &service.capacity_provider_strategy, launch_type: service.launch_type.as_deref() };
        let to = self.destination(&path, wish);
        let load = service.load.as_ref().and_then(|load| {
            let sampled = match &load.requests_per_second {
                Some(rate) => self.curve(&format!("{path}.load.requests_per_second"), rate, name)?,
                None => Sampled { curve: Curve::nothing(), drawn: None }, // it is called, or that is said later
            };
            let (period_ms, most) = (sampled.curve.period_ms(), sampled.curve.most());
            Some(PlannedLoad {
                curve: sampled.curve,
                drawn: sampled.drawn,
                cpu_per_request_us: load.per_request.cpu.0,
                period_ms,
                most,
                calls: Vec::new(),
                rank: 0,
            })
        });
        // read before anything is given up, so that its mistakes are shown beside those of the definition;
        // without a strategy: spread over zones, then the instance with the fewest of the service's tasks (ECS-315)
        let chain = self.chain(&path, service.placement.as_deref(), &BY_DEFAULT);
        let own_chain = service.placement.as_ref().map(|_| chain.clone());
        let daemon = self.is_daemon(&path, service);
        let asked = self.asked(&path, definition.as_deref(), &service.placement_constraints);
        let (Some(definition), Some(to)) = (definition, to) else { return };
        let platform = definition.platform();
        self.on_its_capacity(&path, &to, Some((&service.task_definition, &definition)), platform);
        self.placement_on_fargate(&path, service.placement.as_deref(), &to);
        let Some(asked) = asked else { return };
        self.check_daemon(&path, daemon, &asked, &to);
        self.constraints_on_fargate(&path, &service.placement_constraints, &to);
        let has_interface = definition.demand.interface || to.is_fargate();
        let subnets = self.subnets_of(&path, service.subnets.as_deref(), has_interface);
        let wanted = Wanted { demand: definition.demand.clone(), chain: &chain, group, asked: &asked };
        let (class, strategy) = self.classes_of(&wanted, &to, &subnets);
        let id = ServiceId(u32::try_from(self.services.len()).expect("few services"));
        let source = self.source(name, Origin::Service(id), group, Some(definition.id), platform);
        self.subnets_of.push(subnets.clone());
        if load.is_some() && definition.demand.need.cpu.0 == 0 {
            let help = "give the task definition `cpu`: each task serves at most what it reserves in this version";
            let message = format!("service `{name}` has a load but its tasks reserve no CPU: nothing would be served");
            self.error(Code::BadTaskSize, &format!("{path}.load"), message, "asks for CPU", Some(help.to_owned()));
        }
        let template = TaskTemplate {
            source,
            group,
            class,
            strategy,
            need: definition.demand.need,
            start_time: start_span(Some(&definition), None, &to),
            exit_time: definition.exit_time,
            health_time: definition.life.healthy_after,
            ending: definition.ending(),
        };
        let percents = self.percents_of(&path, service, daemon);
        let desired = if daemon { 0 } else { service.desired_count.unwrap_or(1) };
        self.cast.services.push(ServiceRole {
            name: name.to_owned(),
            source,
            need: definition.demand.need,
            period_ms: load.as_ref().map_or(0, |load| load.period_ms),
            cpu_per_request_us: load.as_ref().map_or(0, |load| load.cpu_per_request_us),
        });
        let asked = Rc::new(asked);
        let own = own_chain.clone();
        let setting = Setting { desired, percents, definition, to, subnets, asked, own_chain: own, template };
        self.settings.insert(id, setting);
        self.services.push(PlannedService { template, desired, chain: own_chain, daemon, percents, load });
    }

    /// Whether it is a daemon; what a daemon can't have is an error (ECS-402).
    fn is_daemon(&mut self, path: &str, service: &Service) -> bool {
        let daemon = service.scheduling_strategy.as_deref() == Some("DAEMON");
        let refused = [
            ("desired_count", service.desired_count.is_some(), "it runs one task on each instance"),
            ("placement", service.placement.is_some(), "there is nothing to choose"),
        ];
        for (key, given, reason) in refused {
            if daemon && given {
                let message = format!("a daemon service takes no `{key}`: {reason} (ECS-402)");
                let finding = Finding::error(Code::Contradiction, message)
                    .at(self.tree.nearest_span(&format!("{path}.{key}")), "not for a daemon")
                    .also(self.tree.nearest_span(&format!("{path}.scheduling_strategy")), "a daemon")
                    .path(format!("{path}.{key}"))
                    .help(format!("leave `{key}` out, or make it a REPLICA service"));
                self.findings.push(finding);
            }
        }
        daemon
    }

    /// A daemon's constraints are looked at when an instance registers: they may not ask what changes later (ECS-401).
    pub(super) fn check_daemon(&mut self, path: &str, daemon: bool, asked: &Asked, to: &Destination) {
        if daemon && to.is_fargate() {
            let help = Some("run it as a sidecar in each task, or on instances".to_owned());
            let message = "a daemon can't run on Fargate: there are no instances (ECS-402, PLT-72)";
            self.error(Code::FargateRefuses, &format!("{path}.scheduling_strategy"), message, "on Fargate", help);
        }
        // asked of the expressions as written: which groups there are is not known before all tasks are read
        let changes = asked.requirements.distinct_instance || !asked.expressions.iter().all(Expression::is_static);
        if daemon && changes {
            let message = "a daemon's constraints may only ask what stays the same about an instance";
            let help =
                "leave out `distinct_instance`, `task:group`, `runningTasksCount` and `agentConnected`".to_owned();
            let path = format!("{path}.placement_constraints");
            self.error(Code::BadConstraint, &path, message, "changes while the instance lives", Some(help));
        }
    }

    fn standalone(&mut self, path: &str, name: &str, tasks: &Tasks) {
        let has_one_start = self.has_one_start(path, tasks);
        let definition = match &tasks.task_definition {
            Some(wanted) => match self.definition(path, wanted) {
                Some(definition) => Some(definition),
                None => {
                    // its own mistakes are shown beside those of the definition
                    self.asked(path, None, &tasks.placement_constraints);
                    self.chain(path, tasks.placement.as_deref(), &[Strategy::Random]);
                    return;
                }
            },
            None => None,
        };
        let wish = Wish { strategy: &tasks.capacity_provider_strategy, launch_type: tasks.launch_type.as_deref() };
        let Some(to) = self.destination(path, wish) else { return };
        let platform = definition.as_ref().map_or_else(Platform::default, |definition| definition.platform());
        let of_definition = tasks.task_definition.as_deref().zip(definition.as_deref());
        self.on_its_capacity(path, &to, of_definition.filter(|_| tasks.arrivals.is_none()), platform);
        self.placement_on_fargate(path, tasks.placement.as_deref(), &to);
        self.constraints_on_fargate(path, &tasks.placement_constraints, &to);
        let family = definition.as_ref().map_or(name, |definition| &definition.family);
        let group = self.group(tasks.group.clone().unwrap_or_else(|| format!("family:{family}")));
        let of_definition = definition.as_ref().map(|definition| definition.id);
        let source = self.source(name, Origin::Standalone, group, of_definition, platform);
        let has_interface = definition.as_ref().is_some_and(|found| found.demand.interface) || to.is_fargate();
        let subnets = self.subnets_of(path, tasks.subnets.as_deref(), has_interface);
        self.subnets_of.push(subnets.clone());
        let Some(asked) = self.asked(path, definition.as_deref(), &tasks.placement_constraints) else { return };
        let kind = Kind {
            source,
            group,
            path: path.to_owned(),
            platform,
            chain: self.chain(path, tasks.placement.as_deref(), &[Strategy::Random]), // ECS-316
            asked: Rc::new(asked),
            start_time: start_span(definition.as_deref(), tasks.start_time, &to),
            exit_time: definition.as_ref().map_or(EXIT_TIME, |definition| definition.exit_time),
            ending: definition.as_ref().and_then(|definition| definition.ending()),
            to,
            subnets,
        };
        if let Some(arrivals) = &tasks.arrivals {
            self.arrivals_from_file(
                &format!("{path}.arrivals"),
                arrivals,
                &kind,
                definition.map(|found| found.demand.need),
            );
            return;
        }
        let Some(definition) = definition else {
            let help = Some("name a `task_definition`, or take sizes row by row from `arrivals`".to_owned());
            let message = format!("`{name}` does not say which tasks to run");
            self.error(Code::MissingSetting, path, message, "needs `task_definition`", help);
            return;
        };
        let template = self.template(&kind, definition.demand.clone());
        if !has_one_start {
            return;
        }
        let started = Started { source, template };
        match (&tasks.schedule, &tasks.on) {
            (Some(text), _) => self.scheduled(path, text, tasks, &started),
            (None, Some(on)) => self.triggered(path, on, tasks, &started),
            (None, None) => self.started_once(path, tasks, &started),
        }
    }

    /// Tasks that are started once, at `at`.
    fn started_once(&mut self, path: &str, tasks: &Tasks, started: &Started) {
        let at = SimTime(tasks.at.unwrap_or_default().0);
        if at > self.cast.horizon {
            let message = format!("this is after the end of the run at {}", self.cast.horizon);
            // an event has its time beside it
            let path = format!("{}.at", path.strip_suffix(".run_task").unwrap_or(path));
            self.warn(Code::AfterTheEnd, &path, message, "never happens", "lengthen `duration`");
        }
        let count = tasks.count.unwrap_or(1);
        if !self.holds_tasks(path, count) {
            return;
        }
        for _ in 0..count {
            let (template, ordinal) = (started.template, self.next_ordinal(started.source));
            self.arrivals.push(Arrival { at, template, ordinal, lifetime: tasks.lifetime });
        }
        self.tell_calls(started.source, Calls { first: 0, end: count, size: 10, recurring: false }); // ECS-806
    }

    fn definition(&mut self, path: &str, name: &str) -> Option<Rc<Definition>> {
        let scenario = self.scenario;
        if !scenario.task_definitions.contains_key(name) {
            let known = scenario.task_definitions.keys().map(String::as_str);
            self.dangling(&format!("{path}.task_definition"), "task definition", name, known);
        }
        self.definitions.get(name).cloned()
    }

    /// What the capacity of a source makes of its tasks: sizes, prices, and what fits no instance.
    fn on_its_capacity(
        &mut self,
        path: &str,
        to: &Destination,
        definition: Option<(&str, &Definition)>,
        platform: Platform,
    ) {
        self.prices_of(path, to, platform);
        let Some((name, definition)) = definition else { return };
        self.compatible(path, name, definition, to);
        if to.is_fargate() {
            self.definition_on_fargate(path, name, definition);
            return;
        }
        let need = definition.demand.need;
        for pool in to.pools() {
            let path = format!("{path}.task_definition");
            let system = definition.operating_system;
            let (types, others) = (self.types_of(pool, system), self.types_of(pool, other(system)));
            if types.is_empty() && !others.is_empty() {
                self.warn_of_another_system(&path, system);
                continue;
            }
            let of_system = if others.is_empty() { String::new() } else { format!(" with {system}") };
            self.warn_if_too_large(&path, need, &types, &of_system);
            self.warn_if_of_another_kind(&path, definition, &types);
        }
    }

    /// A definition that requires one kind of capacity alone is not run on the other (ECS-111).
    fn compatible(&mut self, path: &str, name: &str, definition: &Definition, to: &Destination) {
        let on_fargate = to.is_fargate();
        if definition.requires.allows(on_fargate) {
            return;
        }
        let where_it_runs = if on_fargate { "on Fargate" } else { "on instances" };
        let only = definition.requires.only();
        let message = format!("`{name}` requires {only} alone and would run {where_it_runs}");
        let finding = Finding::error(Code::Contradiction, message)
            .at(self.tree.nearest_span(&format!("task_definitions.{name}.requires_compatibilities")), "this alone")
            .also(self.tree.nearest_span(path), where_it_runs)
            .path(format!("{path}.task_definition"))
            .help(format!("list `{}` too, or run it elsewhere", if on_fargate { "FARGATE" } else { "EC2" }));
        self.findings.push(finding);
    }

    /// The types of the instances of a pool with an operating system, each once. After mistakes, those that are made
    /// up have any.
    fn types_of(&self, pool: Pool, system: OperatingSystem) -> BTreeSet<InstanceTypeId> {
        let mut types = BTreeSet::new();
        if pool == Pool::LaunchTypeEc2 {
            types.extend(self.all_plain().map(|row| row.instance_type));
        }
        // the EC2 launch type means every EC2 instance of the cluster, those of providers too (ECS-707)
        for (id, kind) in self.providers.iter() {
            if let ProviderKind::Ideal { registration, .. } = kind
                && (pool == Pool::LaunchTypeEc2 || pool == Pool::Provider(id))
            {
                types.insert(registration.instance_type);
            }
        }
        let is_made_up = |id: &InstanceTypeId| id.row() >= self.architectures.len();
        types.retain(|id| is_made_up(id) || self.cast.instance_types[*id].operating_system == system);
        types
    }

    /// A task whose operating system no instance has is never placed (ECS-152).
    fn warn_of_another_system(&mut self, path: &str, system: OperatingSystem) {
        let message = format!("all instances run {}, and the task {system} (ECS-152)", other(system));
        let help = match system {
            OperatingSystem::Windows => {
                "give some instances an `operating_system`, such as WINDOWS_SERVER_2022_CORE, or run it on Fargate"
            }
            OperatingSystem::Linux => {
                "add instances with Linux, or give the task definition a `runtime_platform` with Windows"
            }
        };
        self.warn(Code::NeverFits, path, message, "never placed", help);
    }

    /// A task whose processor or GPUs no instance of its system has is never placed either.
    fn warn_if_of_another_kind(&mut self, path: &str, definition: &Definition, types: &BTreeSet<InstanceTypeId>) {
        if types.is_empty() {
            return;
        }
        let of_type = |id: &InstanceTypeId| self.architectures.get(id.row()).copied().unwrap_or_default();
        if let Some(wanted) = definition.architecture.filter(|_| self.scenario.looks_at_architecture())
            && !types.iter().any(|id| of_type(id) == wanted)
        {
            let message =
                format!("no instance has the architecture {} that the task needs (ECS-152)", wanted.attribute());
            let help = "add instances of that kind, or set `arch_matching: constraint_only`";
            self.warn(Code::NeverFits, path, message, "never placed", help);
        }
        let (wanted, most) = (definition.demand.gpus, types.iter().map(|id| self.cast.instance_types[*id].gpus).max());
        if most.is_some_and(|most| wanted > most) {
            let message = format!(
                "no instance has {wanted} GPU{}, which the task needs (ECS-136)",
                if wanted == 1 { "" } else { "s" }
            );
            let help = "add an instance with GPUs, such as g4dn.xlarge with one";
            self.warn(Code::NeverFits, path, message, "never placed", help);
        }
    }

    /// A task that no instance could ever take is surely not meant.
    fn warn_if_too_large(&mut self, path: &str, need: Resources, types: &BTreeSet<InstanceTypeId>, of_system: &str) {
        let offers: Vec<Resources> = types.iter().map(|id| self.cast.instance_types[*id].registered).collect();
        if let Some(most) = offers.iter().max_by_key(|offer| (offer.memory, offer.cpu))
            && !offers.iter().any(|offer| offer.covers(need))
        {
            let message = format!(
                "a task of {} and {} fits no instance{of_system}: the largest registers {} and {}",
                need.cpu, need.memory, most.cpu, most.memory
            );
            let has_memory = |offer: &Resources| offer.memory >= need.memory;
            let has_cpu = |offer: &Resources| offer.cpu >= need.cpu;
            if let Some(help) = help_with_units(need, *most) {
                self.warn(Code::NeverFits, path, message, "never placed", &help);
                return;
            }
            let help = match (offers.iter().any(has_cpu), offers.iter().any(has_memory)) {
                (true, true) => "no instance has enough of both: take a type with more, or a smaller task",
                (false, true) => {
                    "an instance registers 1,024 CPU units for each of its vCPUs (ECS-201): take a larger type, or a smaller task"
                }
                (_, false) => {
                    "instances register less memory than they are sold with (ECS-205); `registered_memory` overrides it"
                }
            };
            self.warn(Code::NeverFits, path, message, "never placed", help);
        }
    }

    pub(super) fn group(&mut self, name: String) -> GroupId {
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
    pub(super) fn template(&mut self, kind: &Kind, demand: impl Into<Demand>) -> u32 {
        let demand = demand.into();
        let need = demand.need;
        let wanted = Wanted { demand, chain: &kind.chain, group: kind.group, asked: &kind.asked };
        let (class, strategy) = self.classes_of(&wanted, &kind.to, &kind.subnets);
        self.templates.push(TaskTemplate {
            source: kind.source,
            group: kind.group,
            class,
            strategy,
            need,
            start_time: kind.start_time,
            exit_time: kind.exit_time,
            health_time: None,
            ending: kind.ending,
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
#[derive(Clone)]
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
    pub(super) asked: Rc<Asked>,
    pub(super) start_time: SimSpan,
    pub(super) exit_time: SimSpan,
    pub(super) ending: Option<Ending>,
}

/// From the start of a task to RUNNING. On Fargate nothing but its containers takes time where nothing is said: an image's
/// download is all that comes before.
fn start_span(definition: Option<&Definition>, instead: Option<SimSpan>, to: &Destination) -> SimSpan {
    let on_fargate = to.is_fargate().then_some(SimSpan::ZERO);
    match definition {
        Some(definition) => definition.start_span(instead.or(definition.start_time).or(on_fargate)),
        None => instead.or(on_fargate).unwrap_or(START_TIME),
    }
}

/// What was probably meant where a number stands in another unit than its author took it for.
fn help_with_units(need: Resources, most: Resources) -> Option<String> {
    let Resources { cpu, memory } = need;
    if let Some(meant) = MebiBytes::of_bytes(u64::from(memory.0)).filter(|meant| meant.0 >= LEAST_MEMORY) {
        return Some(format!("are the {memory} bytes? then write `{meant}`"));
    }
    let mut slips = Vec::new();
    if most.cpu.0 < LEAST_SOLD.cpu.0 && most.cpu < cpu {
        slips.push(format!("`{} vCPU`", most.cpu.0));
    }
    if most.memory.0 < LEAST_SOLD.memory.0 && most.memory < memory {
        slips.push(format!("`{} GiB`", most.memory.0));
    }
    (!slips.is_empty()).then(|| {
        let units = "a plain number is CPU units, 1,024 of which are a vCPU, or MiB";
        format!("the instance is smaller than any that AWS sells; {units}: is {} meant?", slips.join(" and "))
    })
}

/// The operating system that it is not.
const fn other(system: OperatingSystem) -> OperatingSystem {
    match system {
        OperatingSystem::Linux => OperatingSystem::Windows,
        OperatingSystem::Windows => OperatingSystem::Linux,
    }
}

/// Where a source of tasks is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origins {
    Service,
    Tasks,
    /// Row of `events`.
    Run(usize),
}

/// Whose tasks a start brings, and of what kind.
pub(super) struct Started {
    pub(super) source: TaskSourceId,
    /// Row of the templates.
    pub(super) template: u32,
}
