//! The checked plan: every name resolved, every default explicit. A plan that exists can be run.

use super::DrawnCalls;
use super::subnets::SubnetChoice;
use crate::capacity::{ProviderKind, Share};
use crate::catalog::fargate::LaunchRate;
use crate::cluster::{Ending, Ground};
use crate::cost::{Declarations, FargatePrices, Idle, InstancePrices, Portfolio, Reclaims, Tariffs};
use crate::expect::Expectation;
use crate::fact::{Cast, ServiceSetting};
use crate::load::{Curve, Formula};
use crate::placement::{PlacementClass, Strategy};
use crate::service::Percents;
use crate::units::{
    AttributeSetId, GroupId, InstanceTypeId, PlacementClassId, ProviderId, Resources, ServiceId, SimSpan, SimTime,
    StrategyId, SubnetId, Table, TaskSourceId, ZoneId,
};

/// Everything a run needs, checked.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Width of the rows of the series, if the scenario sets it.
    pub series_bucket: Option<SimSpan>,
    /// Zones, groups, attributes of instances and what strategies spread over.
    pub ground: Ground,
    /// Names and constant figures.
    pub cast: Cast,
    /// End of the run.
    pub horizon: SimTime,
    /// How the run begins (ECS-950).
    pub initial_state: InitialState,
    /// How ties are broken (ECS-314).
    pub tie_break: TieBreak,
    /// Who is tried first when there is room (ECS-952).
    pub waiting_order: WaitingOrder,
    /// The plain instances, in the order of registration.
    pub instances: Vec<PlannedInstance>,
    /// Sources of capacity; row 0 is the plain instances.
    pub providers: Table<ProviderId, ProviderKind>,
    /// Strategies over several providers.
    pub strategies: Table<StrategyId, Vec<Share>>,
    /// What Fargate costs, for each provider and platform that is used.
    pub fargate_prices: FargatePrices,
    /// PROVISIONING on Fargate (ECS-555).
    pub fargate_provision: SimSpan,
    /// The subnets that tasks of each source may be in, in name order.
    pub subnets_of: Table<TaskSourceId, Vec<SubnetId>>,
    /// Whether Fargate leaves out full subnets (ECS-145).
    pub subnet_choice: SubnetChoice,
    /// The pauses of services whose tasks fail to start (ECS-458).
    pub throttle: Throttle,
    /// How fast tasks are launched, if that is applied (ECS-833).
    pub launch_rates: Option<LaunchRates>,
    /// All placement classes.
    pub classes: Table<PlacementClassId, PlacementClass>,
    /// What task definitions say in vain, by their names.
    pub not_simulated: Vec<NotSimulated>,
    /// Services, in name order.
    pub services: Table<ServiceId, PlannedService>,
    /// The kinds of standalone tasks.
    pub templates: Vec<TaskTemplate>,
    /// Standalone tasks, by (time, source name, ordinal).
    pub arrivals: Vec<Arrival>,
    /// Calls whose moments are drawn: which of `arrivals` another seed changes.
    pub drawn: Vec<DrawnCalls>,
    /// Tasks that stand on named instances at the start.
    pub situation: Vec<Situation>,
    /// Instances that operators add, in the order of the operations.
    pub additions: Vec<PlannedInstance>,
    /// From the launch of such an instance to ACTIVE (ECS-226).
    pub instance_boot: SimSpan,
    /// What operators do, in the order of time and then of the scenario.
    pub operations: Vec<Operation>,
    /// What `UpdateService` makes of services.
    pub updates: Vec<ServiceUpdate>,
    /// Whether tasks that are told to stop count for the maximum percent until they are STOPPED (ECS-423).
    pub counts_stopping: bool,
    /// From RUNNING until a task counts as healthy while tasks are replaced that leave a draining instance (ECS-424).
    pub drain_health_settle: SimSpan,
    /// What the scenario expects of the run.
    pub expectations: Vec<Expectation>,
    /// What an hour of each instance type costs (PRC-32), where that comes from, and what each instance brings along.
    pub instance_prices: InstancePrices,
    /// Who bears what no task allocates on an instance with tasks (PRC-94).
    pub idle: Idle,
    /// Prices of all that surrounds the cluster.
    pub tariffs: Tariffs,
    /// What surrounds the cluster.
    pub declared: Declarations,
    /// What is promised for years (PRC-50).
    pub portfolio: Portfolio,
}

/// What a task definition says in AWS's JSON and nothing makes use of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSimulated {
    /// The task definition's name in the scenario.
    pub definition: String,
    /// The file that it stands in, as the scenario names it.
    pub file: String,
    /// Members that a later version gives their effect (PLT-111, PLT-112).
    pub members: Vec<String>,
    /// Members that change nothing that is looked at (PLT-111, PLT-112).
    pub without_effect: Vec<String>,
}

/// How a run begins (ECS-950).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialState {
    /// The desired count of each service is placed and RUNNING.
    Steady,
    /// Instances are ACTIVE and empty; services are created at the start.
    Cold,
}

/// How fast tasks are launched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaunchRates {
    /// On Fargate in the Region (ECS-809, ECS-811, ECS-812).
    pub fargate: LaunchRate,
    /// Tasks of one service on instances in a minute (ECS-810).
    pub ec2_service_per_minute: u32,
    /// Calls that ECS takes.
    pub calls: CallRates,
}

/// How many calls ECS takes in a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallRates {
    /// RunTask for Fargate (ECS-813).
    pub run_task_on_fargate: Rate,
    /// RunTask and StopTask of all kinds together (ECS-821).
    pub cluster: Rate,
    /// `UpdateService` (ECS-822).
    pub service: Rate,
}

/// A bucket of tokens (ECS-830).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// What it holds.
    pub burst: u32,
    /// By how much it is refilled.
    pub per_second: u32,
}

/// The pauses of a service whose tasks fail to start (ECS-455, ECS-458).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// The first.
    pub first: SimSpan,
    /// Each is so many times the one before.
    pub factor: u32,
    /// The longest.
    pub max: SimSpan,
}

/// How ties are broken (ECS-314).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TieBreak {
    /// By a draw keyed by seed, source and ordinal.
    Seeded,
    /// The lowest instance in the order of registration.
    LowestId,
}

/// Which waiting task is tried first (ECS-952). Daemons come before all (ECS-402).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitingOrder {
    /// The one that has been wanted longest.
    Oldest,
    /// By the name of the service or entry of `tasks`.
    ServiceName,
    /// By a draw for each task.
    Random,
}

/// A plain instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedInstance {
    /// Its zone.
    pub zone: ZoneId,
    /// Its type.
    pub instance_type: InstanceTypeId,
    /// Its attributes.
    pub attributes: AttributeSetId,
}

/// What all tasks of one kind have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskTemplate {
    /// Where they come from.
    pub source: TaskSourceId,
    /// Their group.
    pub group: GroupId,
    /// How they are placed: of several providers, on the first.
    pub class: PlacementClassId,
    /// Which of several providers each gets, if there are several.
    pub strategy: Option<StrategyId>,
    /// What each reserves.
    pub need: Resources,
    /// From the start of the containers to RUNNING (ECS-555).
    pub start_time: SimSpan,
    /// From the stop signal to the exit (ECS-520).
    pub exit_time: SimSpan,
    /// From RUNNING until its health checks have passed, where it has some (ECS-424).
    pub health_time: Option<SimSpan>,
    /// How it ends by itself, if it does (ECS-130).
    pub ending: Option<Ending>,
}

/// A service.
#[derive(Debug, Clone)]
pub struct PlannedService {
    /// Its tasks.
    pub template: TaskTemplate,
    /// How many it keeps (ECS-401).
    pub desired: u32,
    /// Its own placement strategies; none where the default holds (ECS-315), which scale-in mirrors (ECS-343).
    pub chain: Option<Vec<Strategy>>,
    /// Whether it has one task on each instance instead of a desired count (ECS-401).
    pub daemon: bool,
    /// Its minimum healthy and maximum percent (ECS-421).
    pub percents: Percents,
    /// Its load.
    pub load: Option<PlannedLoad>,
}

/// A service's load.
#[derive(Debug, Clone)]
pub struct PlannedLoad {
    /// Requests over time.
    pub curve: Curve,
    /// How they are drawn anew under another seed; nothing where chance has no hand in them.
    pub drawn: Option<Formula>,
    /// CPU time of one request in µs of one vCPU.
    pub cpu_per_request_us: u64,
    /// The period that all its requests are counted in, those of other services too: a multiple of the curve's.
    pub period_ms: u64,
    /// More requests than this never come in a period.
    pub most: u64,
    /// Whom it calls.
    pub calls: Vec<PlannedCall>,
    /// Higher than that of all services that call it.
    pub rank: u32,
}

/// From the notice that EC2 takes a Spot instance back to its end (PRC-40).
pub const RECLAIM_NOTICE: SimSpan = SimSpan(120_000);

impl Plan {
    /// When EC2 takes Spot instances back, as far as that is within the run.
    pub fn reclaims(&self) -> Reclaims {
        let mut reclaims = Reclaims::new();
        for operation in &self.operations {
            let Action::Instance { what: InstanceAction::Reclaim, provider, ordinal } = operation.action else {
                continue;
            };
            let ends = operation.at + RECLAIM_NOTICE;
            if ends <= self.horizon {
                reclaims.entry((provider, ordinal)).or_insert(ends);
            }
        }
        reclaims
    }
}

impl PlannedLoad {
    /// How many periods of the curve make one of all requests.
    pub fn curve_periods(&self) -> u64 {
        self.period_ms / self.curve.period_ms()
    }
}

/// What a service's work brings another (PLT-92).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedCall {
    /// Who is called.
    pub to: ServiceId,
    /// The caller's work done, in the unit of its clock, times this …
    pub times: u128,
    /// … and divided by this are requests in a period of the service that is called.
    pub by: u128,
}

impl PlannedCall {
    /// How many requests in its period the service that is called gets, when so much work is done; rounded down.
    pub fn requests(&self, done: u128) -> u64 {
        let requests = match done.checked_mul(self.times) {
            Some(product) => product / self.by,
            None => done / self.by * self.times + done % self.by * self.times / self.by,
        };
        u64::try_from(requests).unwrap_or(u64::MAX / 4)
    }
}

/// A standalone task that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// When.
    pub at: SimTime,
    /// Its kind: a row of [`Plan::templates`].
    pub template: u32,
    /// Its number within its source.
    pub ordinal: u32,
    /// How long it runs, from RUNNING on; without, to the end of the run.
    pub lifetime: Option<SimSpan>,
}

/// A task that stands on a named instance at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// Its kind.
    pub template: TaskTemplate,
    /// Row of [`Plan::instances`].
    pub instance: u32,
    /// Its number within its source.
    pub ordinal: u32,
}

/// Something that an operator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// When.
    pub at: SimTime,
    /// What.
    pub action: Action,
}

/// What an operator can do in this version (ECS-415).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// `UpdateService` with another desired count: no deployment starts (ECS-403, ECS-413).
    SetDesiredCount {
        /// The service.
        service: ServiceId,
        /// How many it wants from then on.
        count: u32,
    },
    /// StopTask.
    StopTask {
        /// The task's source.
        source: TaskSourceId,
        /// Its number there.
        ordinal: u32,
    },
    /// Something is done to an instance.
    Instance {
        /// What.
        what: InstanceAction,
        /// Its source of capacity.
        provider: ProviderId,
        /// Its number there.
        ordinal: u32,
    },
    /// EC2 launches instances, which register with the cluster (ECS-226).
    AddInstances {
        /// The first row of [`Plan::additions`].
        first: u32,
        /// How many rows.
        count: u32,
    },
    /// `UpdateService` with settings that start no deployment (ECS-403, ECS-413).
    UpdateService {
        /// The service.
        service: ServiceId,
        /// Row of [`Plan::updates`].
        update: u32,
    },
    /// `DeleteService` (ECS-408).
    DeleteService {
        /// The service.
        service: ServiceId,
        /// Whether tasks may still be wanted.
        force: bool,
    },
}

/// What an operator can do to an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceAction {
    /// Sets it DRAINING (ECS-221).
    Drain,
    /// Sets it ACTIVE again (ECS-223).
    Activate,
    /// EC2 terminates it, with all that is on it (ECS-220).
    Terminate,
    /// EC2 takes it back from Spot: notice now, terminated [`RECLAIM_NOTICE`] later (PRC-40).
    Reclaim,
    /// It leaves the cluster and is still paid for (ECS-220).
    Deregister {
        /// Whether tasks may be on it.
        force: bool,
    },
}

/// What a call of `UpdateService` changes, without a deployment (ECS-403, ECS-413).
#[derive(Debug, Clone)]
pub struct ServiceUpdate {
    /// Another desired count.
    pub desired: Option<u32>,
    /// Other percentages.
    pub percents: Option<Percents>,
    /// How its tasks are placed from then on, if that changes.
    pub placing: Option<Placing>,
}

/// How the tasks of a service are placed.
#[derive(Debug, Clone)]
pub struct Placing {
    /// Its tasks.
    pub template: TaskTemplate,
    /// Its own placement strategies; none where the default holds.
    pub chain: Option<Vec<Strategy>>,
    /// Which settings are others than before.
    pub settings: Vec<ServiceSetting>,
}
