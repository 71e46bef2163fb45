//! What happened and why: types only, no behaviour.
//!
//! Every change of state and every decision of a run is a [`Fact`]; every decision carries its [`Why`]. Tables,
//! charts, expectations and digests are made from facts alone; nobody reads the state behind the engine's back.

mod cast;
mod lack;
mod operation;
mod place;
mod quota;
mod rule;
mod why;

pub use cast::{Calls, Cast, InstanceTypeRole, Origin, Platform, Purchase, ServiceRole, SubnetRole, TaskSourceRole};
pub use lack::{Lack, Lacks};
pub use operation::{Operation, Refusal, ServiceSetting, Target};
pub use place::Place;
pub use quota::{Quota, QuotaMode, Quotas, VcpusAtOnce};
pub use rule::{Rule, RuleSet};
pub use why::Why;

use crate::units::{
    GroupId, InstanceId, InstanceTypeId, ProviderId, Resources, ServiceId, SimSpan, SimTime, SubnetId, TaskId,
    TaskSourceId, ZoneId,
};

/// A task: the row it lives in now, and the name that stays its own (`web/17` is ordinal 17 of source `web`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TaskRef {
    /// Row among the tasks that live now; used again by another task later.
    pub row: TaskId,
    /// The service or `tasks:` entry that it comes from.
    pub source: TaskSourceId,
    /// Counts the tasks of that source from 0.
    pub ordinal: u32,
}

/// One thing that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fact {
    /// A container instance became ACTIVE (ECS-220).
    InstanceRegistered {
        /// The instance.
        instance: InstanceId,
        /// Counts the instances of its provider from 0.
        ordinal: u32,
        /// Its source of capacity.
        provider: ProviderId,
        /// Its type.
        instance_type: InstanceTypeId,
        /// Its zone.
        zone: ZoneId,
        /// Registered CPU and memory (ECS-203).
        registered: Resources,
        /// Why it came.
        why: Why,
    },
    /// A container instance left the cluster.
    InstanceGone {
        /// The instance.
        instance: InstanceId,
        /// Why it went.
        why: Why,
    },
    /// EC2 gives notice that it takes a Spot instance back in two minutes (PRC-40).
    SpotNotice {
        /// The instance.
        instance: InstanceId,
        /// Why.
        why: Why,
    },
    /// A task is wanted: it exists from now on and asks for a place.
    TaskWanted {
        /// The task.
        task: TaskRef,
        /// What it reserves (ECS-102, ECS-103).
        need: Resources,
        /// Its task group (ECS-317).
        group: GroupId,
        /// Why it is wanted.
        why: Why,
    },
    /// A task got its place; the control-plane ledger is charged (ECS-230).
    TaskPlaced {
        /// The task.
        task: TaskRef,
        /// Where.
        place: Place,
        /// What it reserves there.
        need: Resources,
        /// By which rule.
        why: Why,
    },
    /// No instance can take the task now; it waits (ECS-952).
    TaskWaits {
        /// The task.
        task: TaskRef,
        /// What was lacking.
        why: Why,
    },
    /// No instance can take the task and it is not tried again (ECS-901).
    TaskUnplaced {
        /// The task.
        task: TaskRef,
        /// What was lacking.
        why: Why,
    },
    /// The agent has room and starts the containers; the agent ledger is charged (ECS-231). On Fargate: the micro-host
    /// is there and the image is pulled, which is when billing begins (PRC-11).
    TaskStarting {
        /// The task.
        task: TaskRef,
        /// Its first host port, static or handed out by the agent (ECS-121, ECS-125).
        host_port: Option<u16>,
    },
    /// The agent has no room yet: the task stands in the instance's line (ECS-231).
    TaskQueued {
        /// The task.
        task: TaskRef,
    },
    /// Last status RUNNING.
    TaskRunning {
        /// The task.
        task: TaskRef,
    },
    /// Desired status STOPPED; the control-plane ledger is freed (ECS-505).
    TaskStopping {
        /// The task.
        task: TaskRef,
        /// Who wants it to stop.
        why: Why,
    },
    /// Last status STOPPED; the agent ledger is freed (ECS-231).
    TaskStopped {
        /// The task.
        task: TaskRef,
        /// Why it ended.
        why: Why,
        /// CPU it used while it ran, in unit-ms (1,024 unit-ms = 1 ms of one vCPU).
        cpu_used_unit_ms: u64,
    },
    /// The run ended with the task still there (ECS-951).
    TaskCut {
        /// The task.
        task: TaskRef,
        /// CPU it used while it ran, in unit-ms.
        cpu_used_unit_ms: u64,
    },
    /// The load of a service changed, or the number of tasks that share it.
    ServiceLoad {
        /// The service.
        service: ServiceId,
        /// Requests that arrive in one period of the service's curve ([`ServiceRole::period_ms`]).
        requests: u64,
        /// Tasks that share them: last status RUNNING.
        running: u32,
        /// Work asked for, in unit-µs per ms, times the period in ms (so that it is a whole number).
        asked: u128,
        /// Work done: the same, capped at what the running tasks reserve.
        done: u128,
    },
    /// How many tasks a service wants from now on.
    DesiredCount {
        /// The service.
        service: ServiceId,
        /// How many.
        desired: u32,
        /// Who wants it.
        why: Why,
    },
    /// An operator asked for something that can't be done, as AWS would answer with an error.
    OperationFailed {
        /// Source of the task that was meant.
        source: TaskSourceId,
        /// Its number there.
        ordinal: u32,
        /// What was asked for.
        why: Why,
    },
    /// A service has as many running tasks as desired, after it had not.
    SteadyState {
        /// The service.
        service: ServiceId,
    },
    /// A capacity provider strategy over several providers has named the one for a task (ECS-703 to ECS-706).
    ProviderChosen {
        /// The task.
        task: TaskRef,
        /// Its provider, from now on.
        provider: ProviderId,
        /// By which rule.
        why: Why,
    },
    /// An address of a subnet is taken (ECS-141, ECS-142).
    AddressTaken {
        /// The subnet.
        subnet: SubnetId,
        /// By whom.
        holder: Holder,
    },
    /// An address of a subnet is free again.
    AddressFreed {
        /// The subnet.
        subnet: SubnetId,
        /// Who had it.
        holder: Holder,
    },
    /// A service makes a pause: tasks of it fail to start (ECS-455).
    ServiceThrottled {
        /// The service.
        service: ServiceId,
        /// How long the pause is.
        pause: SimSpan,
        /// By which rule.
        why: Why,
    },
    /// More calls are made than AWS takes at once: this one is made later (ECS-831).
    CallThrottled {
        /// What is called.
        call: ApiCall,
        /// The service or entry of `tasks` that it is about.
        source: TaskSourceId,
        /// The first task that it starts, or the one that it stops, by its number there; 0 for `UpdateService`.
        ordinal: u32,
        /// How many calls of the kind waited before it.
        ahead: u32,
        /// By which rule.
        why: Why,
    },
    /// The same of a call about an instance.
    InstanceCallThrottled {
        /// What is called.
        call: ApiCall,
        /// The instance's source of capacity.
        provider: ProviderId,
        /// Its number there.
        ordinal: u32,
        /// How many calls of the kind waited before it.
        ahead: u32,
        /// By which rule.
        why: Why,
    },
    /// An instance is DRAINING: it takes no more tasks, and those of services are replaced (ECS-221).
    InstanceDraining {
        /// The instance.
        instance: InstanceId,
        /// Who wants it.
        why: Why,
    },
    /// The last task on a DRAINING instance is STOPPED; the instance stays (ECS-223).
    InstanceDrained {
        /// The instance.
        instance: InstanceId,
    },
    /// A DRAINING instance is ACTIVE again (ECS-223).
    InstanceActivated {
        /// The instance.
        instance: InstanceId,
        /// Who wants it.
        why: Why,
    },
    /// EC2 starts an instance, which is paid for from now on; it registers later (ECS-226).
    InstanceLaunched {
        /// Its number in its provider, from 0.
        ordinal: u32,
        /// Its source of capacity.
        provider: ProviderId,
        /// Its type.
        instance_type: InstanceTypeId,
        /// Its zone.
        zone: ZoneId,
        /// Who wants it.
        why: Why,
    },
    /// An instance left the cluster by a call, and still runs and is paid for (ECS-220).
    InstanceDeregistered {
        /// The instance.
        instance: InstanceId,
        /// Who wants it.
        why: Why,
    },
    /// A setting of a service is another from now on, without a deployment (ECS-413).
    ServiceUpdated {
        /// The service.
        service: ServiceId,
        /// Which setting.
        setting: ServiceSetting,
        /// Who wants it.
        why: Why,
    },
    /// A service is deleted: its status is DRAINING while tasks of it are to be stopped (ECS-408).
    ServiceDraining {
        /// The service.
        service: ServiceId,
        /// Who wants it.
        why: Why,
    },
    /// A deleted service has no task left that is not STOPPING or STOPPED: its status is INACTIVE (ECS-408).
    ServiceInactive {
        /// The service.
        service: ServiceId,
        /// By which rule.
        why: Why,
    },
    /// Tasks of a service are to be replaced, and its percentages allow neither to stop nor to start one (ECS-222,
    /// ECS-427).
    ReplacementStuck {
        /// The service.
        service: ServiceId,
        /// Which bounds.
        why: Why,
    },
    /// AWS refuses what an operator asks for.
    OperationRefused {
        /// What was asked for.
        operation: Operation,
        /// Of what.
        target: Target,
        /// Why it is refused.
        why: Why,
    },
    /// What other services ask of a service changed (PLT-92); its new load is told next.
    ServiceCalled {
        /// The service that is called.
        service: ServiceId,
        /// Requests that come from other services in one period ([`ServiceRole::period_ms`]).
        requests: u64,
    },
}

/// A call of ECS's interface whose rate AWS limits (ECS-813, ECS-821, ECS-822).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApiCall {
    /// RunTask for tasks on instances.
    RunTask,
    /// RunTask for tasks on Fargate, which has a limit of its own beside that of the cluster.
    RunTaskOnFargate,
    /// StopTask.
    StopTask,
    /// `UpdateService`.
    UpdateService,
    /// `DeleteService`.
    DeleteService,
    /// `UpdateContainerInstancesState`.
    UpdateContainerInstancesState,
    /// `DeregisterContainerInstance`.
    DeregisterContainerInstance,
}

impl ApiCall {
    /// How many there are.
    pub const COUNT: usize = 7;
    /// All of them.
    pub const ALL: [Self; Self::COUNT] = [
        Self::RunTask,
        Self::RunTaskOnFargate,
        Self::StopTask,
        Self::UpdateService,
        Self::DeleteService,
        Self::UpdateContainerInstancesState,
        Self::DeregisterContainerInstance,
    ];

    /// As AWS calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RunTask | Self::RunTaskOnFargate => "RunTask",
            Self::StopTask => "StopTask",
            Self::UpdateService => "UpdateService",
            Self::DeleteService => "DeleteService",
            Self::UpdateContainerInstancesState => "UpdateContainerInstancesState",
            Self::DeregisterContainerInstance => "DeregisterContainerInstance",
        }
    }
}

/// Who has an address of a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// The network interface of a task.
    Task(TaskRef),
    /// The primary interface of an instance.
    Instance(InstanceId),
    /// The trunk interface of an instance (ECS-142, ECS-211).
    Trunk(InstanceId),
}

impl Fact {
    /// The names of all kinds of facts, as `expect:` and `events.csv` write them.
    pub const KINDS: [&'static str; 32] = [
        "instance_registered",
        "instance_gone",
        "task_wanted",
        "task_placed",
        "task_waits",
        "task_unplaced",
        "task_starting",
        "task_queued",
        "task_running",
        "task_stopping",
        "task_stopped",
        "task_cut",
        "service_load",
        "steady_state",
        "desired_count",
        "operation_failed",
        "provider_chosen",
        "address_taken",
        "address_freed",
        "service_throttled",
        "call_throttled",
        "instance_draining",
        "instance_drained",
        "instance_activated",
        "instance_launched",
        "instance_deregistered",
        "service_updated",
        "service_draining",
        "service_inactive",
        "replacement_stuck",
        "service_called",
        "spot_notice",
    ];

    /// Its kind, one of [`Fact::KINDS`].
    pub const fn kind(&self) -> &'static str {
        let place = match self {
            Self::InstanceRegistered { .. } => 0,
            Self::InstanceGone { .. } => 1,
            Self::TaskWanted { .. } => 2,
            Self::TaskPlaced { .. } => 3,
            Self::TaskWaits { .. } => 4,
            Self::TaskUnplaced { .. } => 5,
            Self::TaskStarting { .. } => 6,
            Self::TaskQueued { .. } => 7,
            Self::TaskRunning { .. } => 8,
            Self::TaskStopping { .. } => 9,
            Self::TaskStopped { .. } => 10,
            Self::TaskCut { .. } => 11,
            Self::ServiceLoad { .. } => 12,
            Self::SteadyState { .. } => 13,
            Self::DesiredCount { .. } => 14,
            Self::OperationFailed { .. } | Self::OperationRefused { .. } => 15,
            Self::ProviderChosen { .. } => 16,
            Self::AddressTaken { .. } => 17,
            Self::AddressFreed { .. } => 18,
            Self::ServiceThrottled { .. } => 19,
            Self::CallThrottled { .. } | Self::InstanceCallThrottled { .. } => 20,
            Self::InstanceDraining { .. } => 21,
            Self::InstanceDrained { .. } => 22,
            Self::InstanceActivated { .. } => 23,
            Self::InstanceLaunched { .. } => 24,
            Self::InstanceDeregistered { .. } => 25,
            Self::ServiceUpdated { .. } => 26,
            Self::ServiceDraining { .. } => 27,
            Self::ServiceInactive { .. } => 28,
            Self::ReplacementStuck { .. } => 29,
            Self::ServiceCalled { .. } => 30,
            Self::SpotNotice { .. } => 31,
        };
        Self::KINDS[place]
    }

    /// The task that it is about, if any.
    pub const fn task(&self) -> Option<TaskRef> {
        match self {
            Self::TaskWanted { task, .. }
            | Self::TaskPlaced { task, .. }
            | Self::TaskWaits { task, .. }
            | Self::TaskUnplaced { task, .. }
            | Self::TaskStarting { task, .. }
            | Self::TaskQueued { task }
            | Self::TaskRunning { task }
            | Self::TaskStopping { task, .. }
            | Self::TaskStopped { task, .. }
            | Self::TaskCut { task, .. }
            | Self::ProviderChosen { task, .. }
            | Self::AddressTaken { holder: Holder::Task(task), .. }
            | Self::AddressFreed { holder: Holder::Task(task), .. } => Some(*task),
            Self::InstanceRegistered { .. }
            | Self::InstanceGone { .. }
            | Self::SpotNotice { .. }
            | Self::ServiceLoad { .. }
            | Self::ServiceCalled { .. }
            | Self::SteadyState { .. }
            | Self::DesiredCount { .. }
            | Self::OperationFailed { .. }
            | Self::AddressTaken { holder: Holder::Instance(_) | Holder::Trunk(_), .. }
            | Self::AddressFreed { holder: Holder::Instance(_) | Holder::Trunk(_), .. }
            | Self::ServiceThrottled { .. }
            | Self::CallThrottled { .. }
            | Self::InstanceCallThrottled { .. }
            | Self::InstanceDraining { .. }
            | Self::InstanceDrained { .. }
            | Self::InstanceActivated { .. }
            | Self::InstanceLaunched { .. }
            | Self::InstanceDeregistered { .. }
            | Self::ServiceUpdated { .. }
            | Self::ServiceDraining { .. }
            | Self::ServiceInactive { .. }
            | Self::ReplacementStuck { .. }
            | Self::OperationRefused { .. } => None,
        }
    }

    /// The reason that it carries, if it is a decision.
    pub const fn why(&self) -> Option<Why> {
        match self {
            Self::InstanceRegistered { why, .. }
            | Self::InstanceGone { why, .. }
            | Self::SpotNotice { why, .. }
            | Self::TaskWanted { why, .. }
            | Self::TaskPlaced { why, .. }
            | Self::TaskWaits { why, .. }
            | Self::TaskUnplaced { why, .. }
            | Self::TaskStopping { why, .. }
            | Self::TaskStopped { why, .. }
            | Self::DesiredCount { why, .. }
            | Self::OperationFailed { why, .. }
            | Self::ProviderChosen { why, .. }
            | Self::ServiceThrottled { why, .. }
            | Self::CallThrottled { why, .. }
            | Self::InstanceCallThrottled { why, .. }
            | Self::InstanceDraining { why, .. }
            | Self::InstanceActivated { why, .. }
            | Self::InstanceLaunched { why, .. }
            | Self::InstanceDeregistered { why, .. }
            | Self::ServiceUpdated { why, .. }
            | Self::ServiceDraining { why, .. }
            | Self::ServiceInactive { why, .. }
            | Self::ReplacementStuck { why, .. }
            | Self::OperationRefused { why, .. } => Some(*why),
            Self::TaskStarting { .. }
            | Self::TaskQueued { .. }
            | Self::TaskRunning { .. }
            | Self::TaskCut { .. }
            | Self::ServiceLoad { .. }
            | Self::ServiceCalled { .. }
            | Self::SteadyState { .. }
            | Self::InstanceDrained { .. }
            | Self::AddressTaken { .. }
            | Self::AddressFreed { .. } => None,
        }
    }
}

/// Takes in the facts of a run, in order.
///
/// An observer cannot change a run: it sees facts and gives nothing back.
pub trait Observer {
    /// A fact of the instant `at`; instants never go back.
    fn observe(&mut self, at: SimTime, fact: &Fact);

    /// The run is over: nothing comes after `horizon`.
    fn close(&mut self, horizon: SimTime);
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        self.0.observe(at, fact);
        self.1.observe(at, fact);
    }
    fn close(&mut self, horizon: SimTime) {
        self.0.close(horizon);
        self.1.close(horizon);
    }
}
