//! Who appears in the facts: names and figures that stay the same all through a run.

use super::Quotas;
use crate::units::{
    Architecture, Decimal, GroupId, Id, InstanceTypeId, OperatingSystem, ProviderId, Resources, ServiceId, SimTime,
    SubnetId, Table, TaskDefinitionId, TaskSourceId, ZoneId,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The names behind the ids of a run's facts.
#[derive(Debug, Clone, Default)]
pub struct Cast {
    /// The scenario's name.
    pub scenario: String,
    /// Its AWS Region.
    pub region: String,
    /// Wall clock of the start, in Unix seconds.
    pub start_unix_s: i64,
    /// Seed of all draws.
    pub seed: u64,
    /// Standalone tasks that are asked for during the run.
    pub standalone_tasks: u64,
    /// End of the run.
    pub horizon: SimTime,
    /// From when on means, extremes and sums over time count (ECS-950).
    pub warm_up: SimTime,
    /// Availability Zones, in name order: `us-east-1a`.
    pub zones: Table<ZoneId, String>,
    /// Sources of capacity; row 0 is `instances`.
    pub providers: Table<ProviderId, String>,
    /// Instance types as used.
    pub instance_types: Table<InstanceTypeId, InstanceTypeRole>,
    /// Names of the plain instances, by ordinal.
    pub instance_names: Vec<String>,
    /// Task groups (ECS-317).
    pub groups: Table<GroupId, String>,
    /// Task definitions.
    pub task_definitions: Table<TaskDefinitionId, String>,
    /// Where tasks come from.
    pub sources: Table<TaskSourceId, TaskSourceRole>,
    /// The source of capacity that the tasks of each source wait for: of several providers the first, until one is
    /// chosen; `instances` for those of the launch type EC2.
    pub waits_for: Table<TaskSourceId, Option<ProviderId>>,
    /// How the tasks of standalone sources come in calls of RunTask.
    pub calls: BTreeMap<TaskSourceId, Calls>,
    /// Services.
    pub services: Table<ServiceId, ServiceRole>,
    /// Subnets, in name order; without any, addresses never run out.
    pub subnets: Table<SubnetId, SubnetRole>,
    /// What the account may have (ECS-833).
    pub quotas: Quotas,
    /// Whether load balancers, NAT gateways, endpoints and addresses are paid for each hour begun, or for their time
    /// (PRC-6); nothing where the scenario does not say.
    pub hours_begun: Option<bool>,
    /// What Windows adds to the price of an instance for each vCPU and hour, where a price has it (PLT-11).
    pub windows_surcharge: Option<Decimal>,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubnetRole {
    /// Its name in the scenario.
    pub name: String,
    /// Its zone.
    pub zone: ZoneId,
    /// Addresses for instances and tasks: without those that AWS or others keep (ECS-140, ECS-142).
    pub usable: u32,
}

/// How instances are bought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purchase {
    /// By the second, at the list price.
    #[default]
    OnDemand,
    /// What EC2 has left over, at a price of its own; EC2 may take it back (PRC-40).
    Spot,
    /// On hardware that no other account uses (PRC-37).
    Dedicated,
}

impl Purchase {
    /// By its word in a scenario.
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "on_demand" => Some(Self::OnDemand),
            "spot" => Some(Self::Spot),
            "dedicated" => Some(Self::Dedicated),
            _ => None,
        }
    }

    /// After the name of a type, where it is not on demand.
    const fn word(self) -> Option<&'static str> {
        match self {
            Self::OnDemand => None,
            Self::Spot => Some("Spot"),
            Self::Dedicated => Some("dedicated"),
        }
    }
}

/// An instance type as the scenario uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceTypeRole {
    /// AWS's name: `m5.large`.
    pub name: String,
    /// What runs on it; the same type with another system is another entry.
    pub operating_system: OperatingSystem,
    /// How it is bought; the same type bought otherwise is another entry.
    pub purchase: Purchase,
    /// What an instance registers.
    pub registered: Resources,
    /// Its GPUs.
    pub gpus: u32,
    /// How many tasks may have a network interface of their own on it (ECS-210, ECS-211).
    pub interfaces: u32,
    /// Whether it has a trunk interface that its tasks share, with an address of its own (ECS-142, ECS-211).
    pub trunk: bool,
}

impl InstanceTypeRole {
    /// What people call it: its name, with the system where that is not Linux, and how it is bought where that is not on
    /// demand: `m5.large (Windows)`, `m5.large (Spot)`.
    pub fn label(&self) -> Cow<'_, str> {
        match (self.operating_system, self.purchase.word()) {
            (OperatingSystem::Linux, Some(word)) => Cow::Owned(format!("{} ({word})", self.name)),
            (system @ OperatingSystem::Windows, Some(word)) => Cow::Owned(format!("{} ({system}, {word})", self.name)),
            (_, None) => self.product(),
        }
    }

    /// Its name, with the system where that is not Linux.
    pub fn product(&self) -> Cow<'_, str> {
        match self.operating_system {
            OperatingSystem::Linux => Cow::Borrowed(&self.name),
            system @ OperatingSystem::Windows => Cow::Owned(format!("{} ({system})", self.name)),
        }
    }

    /// How many addresses an instance takes: one for its primary interface, one for its trunk (ECS-142).
    pub fn addresses(&self) -> u32 {
        1 + u32::from(self.trunk)
    }
}

/// What kind of source tasks come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A service, which keeps its desired count.
    Service(ServiceId),
    /// RunTask: started once, not kept alive (ECS-901).
    Standalone,
}

/// What tasks are built for, and the storage that they ask for: what Fargate bills beside their size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    /// Processor architecture.
    pub architecture: Architecture,
    /// Operating system.
    pub operating_system: OperatingSystem,
    /// Ephemeral storage on Fargate in GiB (ECS-114).
    pub storage_gib: u32,
}

/// Linux on `X86_64`, with the storage that a task on Fargate has without asking (ECS-114).
impl Default for Platform {
    fn default() -> Self {
        let (architecture, operating_system) = (Architecture::X86_64, OperatingSystem::Linux);
        Self { architecture, operating_system, storage_gib: 20 }
    }
}

/// A source of tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskSourceRole {
    /// Its name in the scenario.
    pub name: String,
    /// Service or standalone.
    pub origin: Origin,
    /// The group its tasks are in.
    pub group: GroupId,
    /// Its task definition, unless the sizes come row by row from a file.
    pub task_definition: Option<TaskDefinitionId>,
    /// What its tasks are built for.
    pub platform: Platform,
}

/// How the tasks of a standalone source come in calls of RunTask: a call is a run of consecutive numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calls {
    /// Number of the first task that a call starts; those before it stood there at the start.
    pub first: u32,
    /// The number after the last; the largest there is where a draw decides how many there are.
    pub end: u32,
    /// Tasks of a call, at least 1.
    pub size: u32,
    /// Whether a schedule or events make the calls, so that runs may overlap (ECS-906).
    pub recurring: bool,
}

impl Calls {
    /// The call that started a task, counted from 0; none for a task that stood there at the start.
    pub fn of(&self, ordinal: u32) -> Option<u32> {
        (self.first..self.end).contains(&ordinal).then(|| (ordinal - self.first) / self.size)
    }
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRole {
    /// Its name in the scenario.
    pub name: String,
    /// Its source of tasks.
    pub source: TaskSourceId,
    /// What one task reserves.
    pub need: Resources,
    /// Period of its load curve in ms; 0 where it has no load.
    pub period_ms: u64,
    /// CPU time of one request in µs of one vCPU.
    pub cpu_per_request_us: u64,
}

impl ServiceRole {
    /// Whether anything is asked of it.
    pub const fn has_load(&self) -> bool {
        self.period_ms > 0
    }
}

impl Cast {
    /// The name of an instance: as given, or provider and number.
    pub fn instance_name(&self, provider: ProviderId, ordinal: u32) -> Cow<'_, str> {
        match self.instance_names.get(ordinal as usize) {
            Some(name) if provider.row() == 0 => Cow::Borrowed(name),
            _ => Cow::Owned(format!("{}-{}", self.providers[provider], ordinal + 1)),
        }
    }

    /// The name of a task: `web/17`.
    pub fn task_name(&self, source: TaskSourceId, ordinal: u32) -> String {
        format!("{}/{ordinal}", self.sources[source].name)
    }
}
