//! How many calls ECS takes: RunTask for Fargate (ECS-813), RunTask, StopTask and those about instances together
//! (ECS-821), `UpdateService` and `DeleteService` (ECS-822). A call that comes too early is made as soon as there are tokens for it; calls that need the same tokens
//! are made in the order in which they were wanted (ECS-831).

use super::agenda::Agenda;
use super::event::Event;
use super::launch::Bucket;
use super::world::{World, schedule};
use crate::fact::{ApiCall, Fact, Rule, Why};
use crate::placement::Pool;
use crate::plan::{CallRates, Plan, Rate, TaskTemplate};
use crate::units::{ProviderId, SimTime, TaskSourceId};
use std::collections::VecDeque;
use std::ops::Range;

/// What a call does once it is made.
#[derive(Debug, Clone)]
pub(super) enum Request {
    /// Starts the tasks of these rows of the arrivals.
    Run(Range<usize>),
    /// Does this entry of the operators' list.
    Operate(u32),
}

/// A call that waits for tokens.
struct Held {
    /// Counts all calls that ever had to wait.
    number: u64,
    request: Request,
}

/// What a call is about, for its fact.
#[derive(Clone, Copy)]
pub(super) enum About {
    /// Tasks of a source, from a number on.
    Tasks(ApiCall, TaskSourceId, u32),
    /// An instance, by its number in its provider.
    Instance(ApiCall, ProviderId, u32),
}

impl About {
    fn call(self) -> ApiCall {
        match self {
            Self::Tasks(call, ..) | Self::Instance(call, ..) => call,
        }
    }

    /// The call has to wait.
    fn throttled(self, ahead: u32, why: Why) -> Fact {
        match self {
            Self::Tasks(call, source, ordinal) => Fact::CallThrottled { call, source, ordinal, ahead, why },
            Self::Instance(call, provider, ordinal) => {
                Fact::InstanceCallThrottled { call, provider, ordinal, ahead, why }
            }
        }
    }
}

/// The tokens for calls, and the calls that wait for them.
pub(super) struct Calls {
    rates: Option<CallRates>,
    cluster: Bucket,
    fargate: Bucket,
    service: Bucket,
    /// By kind, the oldest first.
    held: [VecDeque<Held>; ApiCall::COUNT],
    ever_held: u64,
    /// When they are looked at next.
    due: Option<SimTime>,
}

impl Calls {
    pub(super) fn new(plan: &Plan) -> Self {
        let rates = plan.launch_rates.map(|rates| rates.calls);
        let full = |rate: fn(CallRates) -> Rate| Bucket::full(rates.map_or(0, |rates| rate(rates).burst));
        Self {
            rates,
            cluster: full(|rates| rates.cluster),
            fargate: full(|rates| rates.run_task_on_fargate),
            service: full(|rates| rates.service),
            held: Default::default(),
            ever_held: 0,
            due: None,
        }
    }

    /// When the tokens for a call are there, and which come last.
    fn tokens_at(&mut self, call: ApiCall, now: SimTime) -> (SimTime, Rule) {
        let Some(rates) = self.rates else { return (now, Rule::ecs(831)) };
        let at = |bucket: &mut Bucket, rate: Rate| bucket.token_at(now, rate.burst, rate.per_second);
        match call {
            ApiCall::UpdateService | ApiCall::DeleteService => (at(&mut self.service, rates.service), Rule::ecs(822)),
            ApiCall::RunTask
            | ApiCall::StopTask
            | ApiCall::UpdateContainerInstancesState
            | ApiCall::DeregisterContainerInstance => (at(&mut self.cluster, rates.cluster), Rule::ecs(821)),
            ApiCall::RunTaskOnFargate => {
                let cluster = at(&mut self.cluster, rates.cluster);
                let fargate = at(&mut self.fargate, rates.run_task_on_fargate);
                if cluster > fargate { (cluster, Rule::ecs(821)) } else { (fargate, Rule::ecs(813)) }
            }
        }
    }

    fn take(&mut self, call: ApiCall) {
        match call {
            ApiCall::UpdateService | ApiCall::DeleteService => self.service.take(),
            ApiCall::RunTask
            | ApiCall::StopTask
            | ApiCall::UpdateContainerInstancesState
            | ApiCall::DeregisterContainerInstance => self.cluster.take(),
            ApiCall::RunTaskOnFargate => {
                self.cluster.take();
                self.fargate.take();
            }
        }
    }

    /// The oldest call of those that wait and could be made now.
    fn next(&mut self, now: SimTime) -> Option<ApiCall> {
        self.next_of(now, |_| true)
    }

    /// The same of some kinds of calls.
    fn next_of(&mut self, now: SimTime, is_asked: impl Fn(ApiCall) -> bool) -> Option<ApiCall> {
        let mut oldest: Option<(u64, ApiCall)> = None;
        for call in ApiCall::ALL.into_iter().filter(|call| is_asked(*call)) {
            let Some(number) = self.held[call as usize].front().map(|held| held.number) else { continue };
            if oldest.is_none_or(|(before, _)| number < before) && self.tokens_at(call, now).0 <= now {
                oldest = Some((number, call));
            }
        }
        oldest.map(|(_, call)| call)
    }

    /// When the first of those that wait can be made.
    fn next_at(&mut self, now: SimTime) -> Option<SimTime> {
        let waits = |call: &ApiCall| !self.held[*call as usize].is_empty();
        let waiting: Vec<ApiCall> = ApiCall::ALL.into_iter().filter(waits).collect();
        waiting.into_iter().map(|call| self.tokens_at(call, now).0).min()
    }

    /// Whether a call can be made now; it takes its tokens then. Nobody overtakes those who wait for the same.
    fn may(&mut self, call: ApiCall, now: SimTime) -> bool {
        if self.rates.is_none() {
            return true;
        }
        let own_turn = self.held[call as usize].is_empty();
        let is_of_bucket = |other| uses_the_clusters(other) == uses_the_clusters(call);
        let may = own_turn && self.tokens_at(call, now).0 <= now && self.next_of(now, is_of_bucket).is_none();
        if may {
            self.take(call);
        }
        may
    }
}

/// Whether a call takes of the bucket of the cluster's calls (ECS-821) rather than of the services' (ECS-822).
fn uses_the_clusters(call: ApiCall) -> bool {
    match call {
        ApiCall::UpdateService | ApiCall::DeleteService => false,
        ApiCall::RunTask
        | ApiCall::StopTask
        | ApiCall::RunTaskOnFargate
        | ApiCall::UpdateContainerInstancesState
        | ApiCall::DeregisterContainerInstance => true,
    }
}

impl World<'_> {
    /// Whether a call can be made now. If not it is kept, and made when it can.
    pub(super) fn may_call(
        &mut self,
        agenda: &mut Agenda<Event>,
        about: About,
        request: impl FnOnce() -> Request,
    ) -> bool {
        let (now, call) = (self.now, about.call());
        if self.calls.may(call, now) {
            return true;
        }
        let (_, rule) = self.calls.tokens_at(call, now);
        let number = self.calls.ever_held;
        self.calls.ever_held += 1;
        let line = &mut self.calls.held[call as usize];
        let ahead = u32::try_from(line.len()).unwrap_or(u32::MAX);
        line.push_back(Held { number, request: request() });
        self.emit(about.throttled(ahead, Why::CallRate { rule }));
        self.look_at_calls(agenda);
        false
    }

    /// Has the calls that wait looked at when the first of them can be made.
    fn look_at_calls(&mut self, agenda: &mut Agenda<Event>) {
        let Some(at) = self.calls.next_at(self.now) else { return };
        if self.calls.due.is_none_or(|due| at < due) {
            self.calls.due = Some(at);
            schedule(agenda, at, Event::Calls);
        }
    }

    /// The oldest call that waits and can be made now, with its tokens taken.
    pub(super) fn next_call(&mut self) -> Option<Request> {
        let call = self.calls.next(self.now)?;
        self.calls.take(call);
        self.calls.held[call as usize].pop_front().map(|held| held.request)
    }

    /// The calls that could be made have been made.
    pub(super) fn calls_were_made(&mut self, agenda: &mut Agenda<Event>) {
        self.calls.due = self.calls.due.filter(|due| *due > self.now);
        self.look_at_calls(agenda);
    }

    /// What a call of RunTask for tasks of a template is.
    pub(super) fn run_task(&self, template: &TaskTemplate) -> ApiCall {
        match self.plan.classes[template.class].pool {
            Pool::Fargate(_) => ApiCall::RunTaskOnFargate,
            Pool::LaunchTypeEc2 | Pool::Provider(_) => ApiCall::RunTask,
        }
    }
}
