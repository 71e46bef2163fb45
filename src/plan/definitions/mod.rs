//! Task definitions, checked and worked out: what a task reserves, which instances it may run on, and how long it
//! takes to start, to stop and to end.

mod fargate;
mod import;
mod life;
mod network;
mod sizes;

use super::builder::Builder;
use super::containers::Life;
use crate::cluster::{Demand, Ending};
use crate::diag::{Code, Finding, Span};
use crate::fact::Platform;
use crate::scenario::TaskDefinition;
use crate::units::{Architecture, OperatingSystem, Resources, SimSpan, TaskDefinitionId};
use std::rc::Rc;

pub(super) use import::{Notes, import};

/// From the placement of a task to the start of its containers: bridge mode, image cached (ECS-555).
pub(super) const START_TIME: SimSpan = SimSpan(2000);
/// What attaching a network interface adds to it (ECS-555).
const INTERFACE_TIME: SimSpan = SimSpan(10_000);
/// From the stop signal to the exit: an application that ends soon after SIGTERM (ECS-520 allows 30 s).
pub(super) const EXIT_TIME: SimSpan = SimSpan(2000);
/// Storage that a task on Fargate has without asking, in GiB (ECS-114).
const STORAGE_GIB: u32 = 20;

/// A task definition, checked.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) id: TaskDefinitionId,
    /// Its family, after which the group of standalone tasks is named (ECS-317).
    pub(super) family: String,
    /// What a task takes from an instance: CPU and memory (ECS-102, ECS-103), GPUs of all containers (ECS-136),
    /// whether it has an interface (ECS-129), ports, sorted, each once (ECS-121, ECS-123), and how many of any kind.
    pub(super) demand: Demand,
    /// The task-level size, where both halves are given: what Fargate runs and bills (ECS-110).
    pub(super) task_size: Option<Resources>,
    /// How its containers reach the network (ECS-120).
    #[cfg_attr(not(test), expect(dead_code, reason = "what it means for placement is in `demand`"))]
    pub(super) network_mode: NetworkMode,
    /// Storage on Fargate in GiB, asked for or not (ECS-114).
    pub(super) ephemeral_storage_gib: u32,
    /// The processor architecture, if it is given: only then does it rule instances out (ECS-152). `X86_64` is taken
    /// where none is given (ECS-150).
    pub(super) architecture: Option<Architecture>,
    /// Linux unless it says otherwise; instances with another are ruled out by it (ECS-152).
    pub(super) operating_system: OperatingSystem,
    /// Its `member_of` expressions, not yet read.
    pub(super) constraints: Vec<ConstraintText>,
    /// What it says it must be able to run on.
    pub(super) requires: Requires,
    /// The first reason why Fargate can't run it; where FARGATE is required this is an error, and never set.
    pub(super) not_on_fargate: Option<String>,
    /// What its containers make of it. Times before the first container starts are not in it.
    pub(super) life: Life,
    /// Before its first containers start, if it says so; see [`Definition::start_span`].
    pub(super) start_time: Option<SimSpan>,
    /// From the stop signal to its exit: as it says, else as its containers do.
    pub(super) exit_time: SimSpan,
}

impl Definition {
    /// What Fargate bills it by.
    pub(super) fn platform(&self) -> Platform {
        Platform {
            architecture: self.architecture.unwrap_or_default(),
            operating_system: self.operating_system,
            storage_gib: self.ephemeral_storage_gib,
        }
    }

    /// How a task ends by itself, if it does.
    pub(super) fn ending(&self) -> Option<Ending> {
        let ends = self.life.ends?;
        Some(Ending { after: ends.after, exit_code: ends.exit_code, wind_down: ends.wind_down })
    }

    /// From the start of a task on an EC2 instance to RUNNING: what comes before its containers (`instead`, or as the
    /// definition says, or by network mode, ECS-555), and then their longest path (PLT-67).
    pub(super) fn start_span(&self, instead: Option<SimSpan>) -> SimSpan {
        let usual = if self.demand.interface { SimSpan(START_TIME.0 + INTERFACE_TIME.0) } else { START_TIME };
        let before = instead.or(self.start_time).unwrap_or(usual);
        SimSpan(before.0 + self.life.start_span.0)
    }
}

/// How the containers of a task reach the network (ECS-120).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NetworkMode {
    /// Docker's bridge: ports are mapped.
    Bridge,
    /// The instance's own network: each port is one of the instance.
    Host,
    /// A network interface for each task.
    Awsvpc,
    /// No network.
    None,
    /// Windows: Docker's `nat`.
    Default,
}

/// A constraint as it stands in the scenario or in a JSON file.
#[derive(Debug, Clone)]
pub(super) struct ConstraintText {
    /// The expression.
    pub(super) text: String,
    /// Where it stands, quotes included.
    pub(super) span: Span,
    /// The setting: `task_definitions.web.placement_constraints[0].member_of`.
    pub(super) path: String,
}

/// `requires_compatibilities`; nothing is required where it is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Requires {
    pub(super) ec2: bool,
    pub(super) fargate: bool,
    /// ECS Anywhere or Managed Instances, which no scenario has.
    pub(super) other: bool,
}

impl Requires {
    /// Whether it runs on Fargate and nowhere else.
    fn fargate_only(self) -> bool {
        self.fargate && !self.ec2
    }

    /// What it requires where that is one kind of capacity alone.
    pub(super) fn only(self) -> &'static str {
        match self {
            Self { fargate: true, .. } => "FARGATE",
            Self { ec2: true, .. } => "EC2",
            _ => "ECS Anywhere or Managed Instances",
        }
    }

    /// Whether it may run there.
    pub(super) fn allows(self, on_fargate: bool) -> bool {
        let says_nothing = self == Self::default();
        says_nothing || if on_fargate { self.fargate } else { self.ec2 }
    }
}

/// A task definition while it is checked.
struct Draft<'a> {
    /// `task_definitions.web`.
    path: String,
    written: &'a TaskDefinition,
    requires: Requires,
    operating_system: OperatingSystem,
    /// Whether it stands in a file, in AWS's JSON.
    json: bool,
}

/// A size on Fargate as a scenario writes it.
pub(super) const SIZE: &str = "`cpu: 256` with `memory: 512 MiB`";
/// The same in AWS's JSON.
pub(super) const SIZE_IN_JSON: &str = "`\"cpu\": \"256\"` with `\"memory\": \"512\"`";

impl Draft<'_> {
    /// What is to be written, in the words of where it is to be written.
    fn either<'s>(&self, scenario: &'s str, json: &'s str) -> &'s str {
        if self.json { json } else { scenario }
    }

    /// The path of a container.
    fn container(&self, row: usize) -> String {
        format!("{}.containers[{row}]", self.path)
    }

    /// What a container is called in messages.
    fn name(&self, row: usize) -> &str {
        self.written.containers.get(row).map_or("", |container| &container.name)
    }
}

impl Builder<'_> {
    /// All task definitions of the scenario. Those with mistakes have a number and no [`Definition`].
    pub(super) fn task_definitions(&mut self) {
        let scenario = self.scenario;
        for (name, written) in &scenario.task_definitions {
            let id = self.cast.task_definitions.push(name.clone());
            if written.file.is_some() {
                continue; // its file could not be read, which was said
            }
            if let Some(definition) = self.task_definition(id, name, written) {
                self.definitions.insert(name.clone(), Rc::new(definition));
            }
        }
    }

    fn task_definition(&mut self, id: TaskDefinitionId, name: &str, written: &TaskDefinition) -> Option<Definition> {
        let draft = Draft {
            path: format!("task_definitions.{name}"),
            written,
            requires: Requires {
                ec2: written.requires_compatibilities.iter().any(|word| word == "EC2"),
                fargate: written.requires_compatibilities.iter().any(|word| word == "FARGATE"),
                other: written.requires_compatibilities.iter().any(|word| !matches!(word.as_str(), "EC2" | "FARGATE")),
            },
            operating_system: written
                .runtime_platform
                .operating_system_family
                .as_deref()
                .and_then(OperatingSystem::named)
                .unwrap_or_default(),
            json: self.imports.is_json(name),
        };
        self.settings_of_containers(&draft);
        let architecture = written.runtime_platform.cpu_architecture.as_deref().and_then(Architecture::named);
        let exists = self.platform_exists(&draft, architecture);
        let need = self.need(&draft);
        let network = self.network(&draft);
        let constraints = self.constraints(&draft);
        let life = self.life(&draft);
        let not_on_fargate = self.on_fargate(&draft, name);
        let (true, Some(need), Some(network), Some(life)) = (exists, need, network, life) else {
            return None;
        };
        let gpus = written.gpus.into_iter().chain(written.containers.iter().filter_map(|container| container.gpus));
        let vain = self.imports.vain(name).cloned();
        self.not_simulated.extend(vain.clone());
        Some(Definition {
            id,
            family: written.family.clone().unwrap_or_else(|| name.to_owned()),
            demand: Demand {
                need,
                gpus: gpus.sum(),
                interface: network.mode == NetworkMode::Awsvpc,
                ports: network.static_ports,
                dynamic_ports: network.dynamic_ports,
            },
            task_size: written.cpu.zip(written.memory).map(|(cpu, memory)| Resources { cpu, memory }),
            network_mode: network.mode,
            ephemeral_storage_gib: written.ephemeral_storage.unwrap_or(STORAGE_GIB),
            architecture,
            operating_system: draft.operating_system,
            constraints,
            requires: draft.requires,
            not_on_fargate,
            life,
            start_time: written.start_time,
            exit_time: written.exit_time.unwrap_or(life.stop_span),
        })
    }

    /// Without `containers` the definition is one container itself; with them its ports and GPUs are theirs.
    fn settings_of_containers(&mut self, draft: &Draft<'_>) {
        let written = draft.written;
        if written.containers.is_empty() {
            return;
        }
        for (key, given) in [("ports", !written.ports.is_empty()), ("gpus", written.gpus.is_some())] {
            if given {
                let message = format!("`{key}` of the task definition and `containers` exclude each other");
                let finding = Finding::error(Code::Contradiction, message)
                    .at(self.place(&format!("{}.{key}", draft.path)), "belongs to a container")
                    .also(self.place(&format!("{}.containers", draft.path)), "the containers")
                    .path(format!("{}.{key}", draft.path))
                    .help(format!("write `{key}` at the container that it is for"));
                self.findings.push(finding);
            }
        }
    }

    /// Whether there is such a platform (ECS-150).
    fn platform_exists(&mut self, draft: &Draft<'_>, architecture: Option<Architecture>) -> bool {
        if architecture == Some(Architecture::Arm64) && draft.operating_system == OperatingSystem::Windows {
            let path = format!("{}.runtime_platform", draft.path);
            let finding = Finding::error(Code::BadPlatform, "ARM64 is for Linux only (ECS-150)")
                .at(self.place(&format!("{path}.cpu_architecture")), "this architecture")
                .also(self.place(&format!("{path}.operating_system_family")), "this operating system")
                .path(path)
                .help("Windows runs on X86_64");
            self.findings.push(finding);
            return false;
        }
        true
    }

    /// The texts of `member_of`; anything else is refused (ECS-304).
    fn constraints(&mut self, draft: &Draft<'_>) -> Vec<ConstraintText> {
        let mut texts = Vec::new();
        for (row, constraint) in draft.written.placement_constraints.iter().enumerate() {
            let path = format!("{}.placement_constraints[{row}]", draft.path);
            if constraint.distinct_instance.is_some() {
                let path = format!("{path}.distinct_instance");
                let help = Some("a service or a call of RunTask asks for it".to_owned());
                let message = "`distinctInstance` can't stand in a task definition (ECS-304)";
                self.error(Code::BadConstraint, &path, message, "not here", help);
            }
            if let Some(text) = &constraint.member_of {
                let path = format!("{path}.member_of");
                texts.push(ConstraintText { text: text.clone(), span: self.place(&path), path });
            }
        }
        texts
    }

    /// Where the setting at a path stands, or else what it is missing from.
    fn place(&self, path: &str) -> Span {
        self.tree.nearest_span(path)
    }
}

#[cfg(test)]
mod tests;
