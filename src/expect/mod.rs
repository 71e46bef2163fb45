//! The language of `expect:`: what a scenario says that its run must show.
//!
//! Text becomes an [`Expression`] over [`Quantity`] values; names are resolved against the run's cast, so an
//! expectation about something that does not exist is found before the run.

mod parse;
mod resolve;

pub use parse::{ExpectError, Resolve, parse};
pub use resolve::known_paths;

use crate::fact::Rule;
use crate::units::{ProviderId, ServiceId, SimTime, SubnetId, TaskSourceId, ZoneId};

/// One entry of `expect:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// As the scenario has it, for messages.
    pub text: String,
    /// What is claimed.
    pub claim: Claim,
}

/// What an entry of `expect:` claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Holds when the run is over, for values of the whole run.
    AtEnd(Expression),
    /// Holds after everything that happens at this instant.
    At(SimTime, Expression),
    /// Holds after every instant of the window, both ends included.
    Always(Window, Expression),
    /// Holds after no instant of the window.
    Never(Window, Expression),
    /// Holds after at least one instant of the window.
    Eventually(Window, Expression),
    /// A fact like this was recorded.
    Fact(FactPattern),
}

/// A stretch of the run, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its first instant.
    pub from: SimTime,
    /// Its last instant.
    pub to: SimTime,
}

/// What a fact must look like to count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactPattern {
    /// Its kind: `task_placed`.
    pub kind: String,
    /// The task.
    pub task: Option<(TaskSourceId, u32)>,
    /// The instance: provider and ordinal.
    pub instance: Option<(ProviderId, u32)>,
    /// The port of the instance that the task got.
    pub host_port: Option<u16>,
    /// The rule it cites.
    pub rule: Option<Rule>,
    /// When.
    pub at: Option<SimTime>,
    /// How many such facts there must be; at least one if it is not said.
    pub count: Option<u64>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// `left op right`.
    Compare(Term, Comparison, Term),
    /// Both hold.
    And(Box<Expression>, Box<Expression>),
    /// At least one holds.
    Or(Box<Expression>, Box<Expression>),
    /// It does not hold.
    Not(Box<Expression>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A number: written, measured, or a sum or difference of such.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A number in billionths, so that dollars stay exact.
    Number(i128),
    /// Something measured.
    Measured(Quantity),
    /// Left plus right.
    Plus(Box<Term>, Box<Term>),
    /// Left less right.
    Minus(Box<Term>, Box<Term>),
}

/// Something measured, of a moment or of the whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Instances of the cluster, DRAINING ones among them.
    Instances,
    /// DRAINING instances.
    InstancesDraining,
    /// Instances of a provider.
    ProviderInstances(ProviderId),
    /// Instances in a zone.
    ZoneInstances(ZoneId),
    /// Tasks of the cluster in a state.
    Tasks(TaskCount),
    /// Tasks of a source in a state.
    SourceTasks(TaskSourceId, TaskCount),
    /// How many tasks a service wants.
    ServiceDesired(ServiceId),
    /// Tasks whose desired status is RUNNING on one instance, of one source or all.
    InstanceTasks((ProviderId, u32), Option<TaskSourceId>),
    /// The same in one zone.
    ZoneTasks(ZoneId, Option<TaskSourceId>),
    /// The same on one provider.
    ProviderTasks(ProviderId, Option<TaskSourceId>),
    /// Free addresses of a subnet.
    FreeAddresses(SubnetId),
    /// A ledger figure of one instance.
    InstanceLedger((ProviderId, u32), LedgerFigure),
    /// A ledger figure summed over the cluster.
    ClusterLedger(LedgerFigure),
    /// Of the whole run.
    Run(RunFigure),
    /// Of the whole run, for one service.
    ServiceRun(ServiceId, ServiceFigure),
    /// Of the whole run, for the calls of one entry of `tasks:`.
    CallsRun(TaskSourceId, CallsFigure),
}

/// Which tasks are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskCount {
    /// Last status RUNNING and desired status RUNNING.
    Running,
    /// Placed, not yet RUNNING.
    Pending,
    /// Wanted, without a place.
    Waiting,
    /// Told to stop, not yet STOPPED.
    Stopping,
    /// Wanted: desired status RUNNING, in whatever state.
    Wanted,
}

/// A figure of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerFigure {
    /// Registered CPU units.
    CpuRegistered,
    /// CPU units reserved in the control-plane ledger.
    CpuReserved,
    /// What remains of the registered CPU units.
    CpuRemaining,
    /// Registered MiB.
    MemoryRegistered,
    /// MiB reserved in the control-plane ledger.
    MemoryReserved,
    /// What remains of the registered MiB.
    MemoryRemaining,
}

/// A figure of the whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunFigure {
    /// All that was billed, in dollars.
    CostUsd,
    /// Of instances with all that they bring along: what no task had reserved, in dollars (PRC-94).
    IdleUsd,
    /// Billed instance-hours.
    InstanceHours,
    /// Most instances at one time.
    PeakInstances,
    /// Most running tasks at one time.
    PeakTasksRunning,
    /// Instances that ever registered.
    InstancesEver,
    /// Of these, instances that ever got a task.
    InstancesUsed,
    /// Tasks that were ever wanted.
    TasksWanted,
    /// Tasks that were ever placed.
    TasksPlaced,
    /// Standalone tasks that found no place.
    TasksUnplaced,
    /// Tasks that had a place and failed to start there.
    TasksFailedToStart,
    /// Of these, tasks larger than an empty instance.
    TasksTooLarge,
    /// Tasks that waited for a place when the run ended.
    TasksWaitingAtEnd,
    /// Tasks that reached STOPPED.
    TasksStopped,
    /// Share of the registered CPU that was reserved, in per cent.
    CpuReservedPercent,
    /// Share of the registered memory that was reserved, in per cent.
    MemoryReservedPercent,
}

/// A figure of the whole run for the calls of one entry of `tasks:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallsFigure {
    /// Calls of RunTask.
    Calls,
    /// What falls to it of the bill.
    Owed(OwedFigure),
    /// Calls of which a task found no place (PLT-97).
    LostRuns,
    /// Most runs at one time (ECS-906).
    MostAtOnce,
    /// Tasks that got a place.
    Placed,
    /// Tasks that found none.
    Unplaced,
}

/// What falls to a service or entry of `tasks` of the bill, in dollars (PRC-94, PRC-96).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwedFigure {
    /// In all.
    Cost,
    /// For what was reserved and not used.
    ReservedUnused,
    /// For what no task had reserved on its instances.
    Idle,
}

/// A figure of the whole run for one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceFigure {
    /// What falls to it of the bill.
    Owed(OwedFigure),
    /// Requests that arrived.
    OfferedRequests,
    /// Of these, requests that other services made.
    RequestsFromServices,
    /// Requests that were served.
    ServedRequests,
    /// Requests that could not be served.
    UnservedRequests,
    /// CPU used of CPU reserved by running tasks, in per cent.
    CpuUtilizationPercent,
}

impl Expression {
    /// Whether it holds, with the values that `value` gives.
    pub fn holds(&self, value: &mut dyn FnMut(Quantity) -> i128) -> bool {
        match self {
            Self::Compare(left, comparison, right) => {
                let (left, right) = (left.value(value), right.value(value));
                match comparison {
                    Comparison::Equal => left == right,
                    Comparison::NotEqual => left != right,
                    Comparison::Less => left < right,
                    Comparison::LessOrEqual => left <= right,
                    Comparison::Greater => left > right,
                    Comparison::GreaterOrEqual => left >= right,
                }
            }
            Self::And(left, right) => left.holds(value) && right.holds(value),
            Self::Or(left, right) => left.holds(value) || right.holds(value),
            Self::Not(inner) => !inner.holds(value),
        }
    }

    /// All that it measures, in order.
    pub fn quantities(&self) -> Vec<Quantity> {
        fn terms(term: &Term, found: &mut Vec<Quantity>) {
            match term {
                Term::Number(_) => {}
                Term::Measured(quantity) => found.push(*quantity),
                Term::Plus(left, right) | Term::Minus(left, right) => {
                    terms(left, found);
                    terms(right, found);
                }
            }
        }
        fn walk(expression: &Expression, found: &mut Vec<Quantity>) {
            match expression {
                Expression::Compare(left, _, right) => {
                    terms(left, found);
                    terms(right, found);
                }
                Expression::And(left, right) | Expression::Or(left, right) => {
                    walk(left, found);
                    walk(right, found);
                }
                Expression::Not(inner) => walk(inner, found),
            }
        }
        let mut found = Vec::new();
        walk(self, &mut found);
        found
    }
}

impl Term {
    fn value(&self, value: &mut dyn FnMut(Quantity) -> i128) -> i128 {
        match self {
            Self::Number(number) => *number,
            Self::Measured(quantity) => value(*quantity),
            Self::Plus(left, right) => left.value(value) + right.value(value),
            Self::Minus(left, right) => left.value(value) - right.value(value),
        }
    }
}

impl Quantity {
    /// Whether it is known only when the run is over.
    pub const fn is_of_run(self) -> bool {
        matches!(self, Self::Run(_) | Self::ServiceRun(..) | Self::CallsRun(..))
    }
}
