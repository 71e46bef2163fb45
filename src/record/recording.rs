//! All recorders of a run behind one observer.

use super::calls::CallLog;
use super::checks::{CheckResult, Checks};
use super::digest::Digest;
use super::events::{self, EventRow};
use super::highlights::Highlights;
use super::instances::InstanceRow;
use super::providers::{CapacityRow, ProviderSeries};
use super::quotas::QuotaLog;
use super::series::{BucketRow, ClusterGauge, Purse, Series};
use super::state::State;
use super::summary::{Money, ServiceSummary, Summary};
use super::tasks::{FinalState, Location, TaskLog, TaskRow};
use crate::expect::Expectation;
use crate::fact::{Cast, Fact, Observer, Place, Why};
use crate::units::{ServiceId, SimSpan, SimTime, Table};
use std::collections::BTreeMap;

/// Where rows go as they are made. An error is the receiver's to keep: a recorder does not stop a run.
pub trait Tables {
    /// A task reached its final state.
    fn task(&mut self, cast: &Cast, row: &TaskRow, place: Option<Location>);
    /// A bucket of the series is complete.
    fn bucket(&mut self, cast: &Cast, row: &BucketRow);
    /// Something that the event list shows.
    fn event(&mut self, cast: &Cast, row: &EventRow);
    /// An instance left, or the run ended with it.
    fn instance(&mut self, _: &Cast, _: &InstanceRow) {}
    /// A bucket of a source of capacity is complete.
    fn capacity(&mut self, _: &Cast, _: &CapacityRow) {}
}

/// Keeps nothing.
impl Tables for () {
    fn task(&mut self, _: &Cast, _: &TaskRow, _: Option<Location>) {}
    fn bucket(&mut self, _: &Cast, _: &BucketRow) {}
    fn event(&mut self, _: &Cast, _: &EventRow) {}
}

/// Makes tables, series, checks, digest and summary of a run's facts. What it costs is metered by its purse.
pub struct Recording<'a, P: Purse> {
    cast: &'a Cast,
    tables: &'a mut dyn Tables,
    state: State,
    /// Since when the present state holds.
    since: SimTime,
    series: Series,
    providers: ProviderSeries,
    highlights: Highlights,
    purse: P,
    tasks: TaskLog,
    calls: CallLog,
    quotas: QuotaLog,
    checks: Checks,
    digest: Digest,
    summary: Summary,
    /// Services that came to be steady at the present instant: said at its end, if they still are.
    steady: BTreeMap<ServiceId, EventRow>,
}

impl<'a, P: Purse> Recording<'a, P> {
    /// Ready for the first fact. Series have buckets of `width`.
    pub fn new(
        cast: &'a Cast,
        expectations: &[Expectation],
        width: SimSpan,
        purse: P,
        tables: &'a mut dyn Tables,
    ) -> Self {
        Self {
            cast,
            tables,
            state: State::new(cast),
            since: SimTime::START,
            series: Series::new(cast, width),
            providers: ProviderSeries::new(cast, width),
            highlights: Highlights::new(cast),
            purse,
            tasks: TaskLog::default(),
            calls: CallLog::new(cast),
            quotas: QuotaLog::default(),
            checks: Checks::new(expectations),
            digest: Digest::default(),
            steady: BTreeMap::new(),
            summary: Summary { horizon: cast.horizon, measured: cast.horizon - cast.warm_up, ..Summary::default() },
        }
    }

    /// What meters the cost.
    pub fn purse(&self) -> &P {
        &self.purse
    }

    /// The figures and verdicts, once the run is over and its cost is known.
    pub fn finish(mut self, money: Money) -> (Summary, Vec<CheckResult>) {
        self.summary.money = money;
        self.summary.cost_of_warm_up = self.series.cost_of_warm_up;
        self.summary.gauges = ClusterGauge::ALL.map(|gauge| self.series.total(gauge));
        let service = |id| ServiceSummary {
            desired: self.state.desired[id],
            requests: self.series.requests(id),
            running: self.series.running(id),
            waiting: self.series.waiting(id),
            wanted: self.series.wanted(id),
        };
        self.summary.services = self.cast.services.ids().map(service).collect::<Table<_, _>>();
        self.summary.highlights = self.highlights;
        self.summary.calls = self.calls.finish();
        let most_instances = self.series.most(ClusterGauge::Instances);
        self.summary.over_quota = self.quotas.finish(self.cast, most_instances);
        self.summary.digest = self.digest.text();
        self.summary.facts = self.digest.facts();
        self.summary.last = self.state;
        let results = self.checks.settle(&self.summary);
        (self.summary, results)
    }

    /// Everything of the instants before `at` is settled.
    fn settle_until(&mut self, at: SimTime) {
        let (cast, tables) = (self.cast, &mut *self.tables);
        let mut out = |row: &BucketRow| tables.bucket(cast, row);
        self.series.warm(cast.warm_up, at, &mut self.purse, &mut out);
        self.series.roll(at, &mut self.purse, &mut out);
        self.providers.roll(at, &mut |row| tables.capacity(cast, row));
        if at > self.since {
            self.tell_steady();
            self.highlights.held(self.since, at, self.state.sums.instances);
            if !self.checks.is_empty() {
                self.checks.held(&self.state, self.since, at, false);
            }
            self.since = at;
        }
    }

    /// Of what comes and goes at one instant, as a daemon's tasks on several instances, the console shows one message,
    /// after all that led to it.
    fn tell_steady(&mut self) {
        for (service, row) in std::mem::take(&mut self.steady) {
            let running = self.state.by_source[self.state.service_source[service]].running;
            if running == self.state.desired[service] {
                self.tables.event(self.cast, &row);
            }
        }
    }

    fn count(&mut self, fact: &Fact) {
        let summary = &mut self.summary;
        match fact {
            Fact::InstanceRegistered { .. } => summary.instances_ever += 1,
            Fact::TaskWanted { .. } => summary.tasks_wanted += 1,
            Fact::TaskPlaced { .. } => summary.tasks_placed += 1,
            Fact::TaskStopping { why: Why::NoAddress { .. }, .. } => summary.tasks_failed_to_start += 1,
            Fact::TaskStopped { .. } => summary.tasks_stopped += 1,
            Fact::CallThrottled { .. } => summary.calls_throttled += 1,
            Fact::TaskUnplaced { why, .. } => {
                summary.tasks_unplaced += 1;
                summary.tasks_too_large += u64::from(matches!(why, Why::LargerThanInstance { .. }));
            }
            _ => {}
        }
    }

    /// Counts an instance with its first task.
    fn count_instance(&mut self, fact: &Fact) {
        if let Fact::TaskPlaced { place: Place::Instance(instance), .. } = *fact {
            self.summary.instances_used += u64::from(!self.state.instances[instance].used);
        }
    }

    fn end_of_instance(&mut self, row: &InstanceRow) {
        self.highlights.instance(row);
        self.tables.instance(self.cast, row);
    }

    fn location(&self, place: Place) -> Location {
        match place {
            Place::Fargate { provider, zone } => Location { provider, ordinal: None, zone },
            Place::Instance(instance) => {
                let row = &self.state.instances[instance];
                Location { provider: row.provider, ordinal: Some(row.ordinal), zone: row.zone }
            }
        }
    }
}

impl<P: Purse> Observer for Recording<'_, P> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        self.settle_until(at);
        self.digest.add(at, fact);
        self.count(fact);
        self.calls.update(fact);
        self.quotas.update(&self.cast.quotas, &self.state, at, fact);
        self.count_instance(fact);
        self.highlights.update(at, fact);
        if let Fact::TaskPlaced { task, .. } = *fact {
            let wanted = self.tasks.wanted(task).unwrap_or(at);
            self.highlights.placed(task, wanted, at);
        }
        if let Fact::InstanceGone { instance, .. } = *fact {
            self.end_of_instance(&self.state.gone(instance, at));
        }
        if !self.checks.is_empty() {
            self.checks.observe(&self.state, at, fact);
        }
        if let Some(row) = events::event(self.cast, &self.state, at, fact) {
            match *fact {
                Fact::SteadyState { service } => drop(self.steady.insert(service, row)),
                _ => self.tables.event(self.cast, &row),
            }
        }
        if let Some(row) = self.tasks.update(at, fact) {
            self.summary.tasks_waiting_at_end += u64::from(row.final_state == FinalState::WaitingAtEnd);
            self.highlights.ended(&row, at);
            let place = row.place.map(|place| self.location(place));
            self.tables.task(self.cast, &row, place);
        }
        self.providers.update(self.cast, &self.state, at, fact);
        self.purse.observe(at, fact);
        self.state.apply(at, fact);
        self.series.update(at, &self.state, fact);
    }

    fn close(&mut self, horizon: SimTime) {
        self.settle_until(horizon);
        self.tell_steady();
        self.checks.held(&self.state, self.since, horizon, true);
        self.purse.close(horizon);
        let (cast, tables) = (self.cast, &mut *self.tables);
        self.series.close(&mut self.purse, &mut |row| tables.bucket(cast, row));
        self.providers.close(horizon, &mut |row| tables.capacity(cast, row));
        self.highlights.close(horizon);
        for row in self.state.still_here(horizon) {
            self.highlights.instance(&row);
            self.tables.instance(cast, &row);
        }
    }
}
