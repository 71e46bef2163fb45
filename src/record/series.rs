//! Series over time, folded into buckets as they are made: minimum, mean and maximum of each.

use super::state::State;
use crate::fact::{Cast, Fact, Observer};
use crate::units::{InstanceTypeId, NanoUsd, ProviderId, ServiceId, SimSpan, SimTime, Table};

/// At most this many buckets, unless the scenario sets their width.
const MOST_BUCKETS: u64 = 2000;
/// At most this many rows of all services together; but a run has this many buckets at least.
const MOST_SERVICE_ROWS: u64 = 200_000;
const LEAST_BUCKETS: u64 = 100;

/// Widths that read well on a clock, in ms.
const WIDTHS_MS: [u64; 16] = [
    1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
    7_200_000, 21_600_000, 86_400_000,
];

/// The width of buckets for a run of this length: at most 2,000 of them, fewer with over a hundred services, so that
/// tables stay of a size that can be read.
pub fn bucket_width(horizon: SimTime, services: usize) -> SimSpan {
    let most = (MOST_SERVICE_ROWS / (services as u64).max(1)).clamp(LEAST_BUCKETS, MOST_BUCKETS);
    let fits = |width: &&u64| horizon.0.div_ceil(**width) <= most;
    let days = 86_400_000 * horizon.0.div_ceil(most).div_ceil(86_400_000).max(1);
    SimSpan(WIDTHS_MS.iter().find(fits).copied().unwrap_or(days))
}

/// How many gauges are followed for the whole cluster.
pub(super) const CLUSTER_GAUGES: usize = 10;

/// What is followed for the whole cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterGauge {
    /// Instances of the cluster, DRAINING ones among them.
    Instances,
    /// Registered CPU units.
    CpuRegistered,
    /// CPU units reserved in the control-plane ledger.
    CpuReserved,
    /// Registered MiB.
    MemoryRegistered,
    /// MiB reserved in the control-plane ledger.
    MemoryReserved,
    /// Tasks that run.
    TasksRunning,
    /// Tasks placed and not yet running.
    TasksPending,
    /// Tasks without a place.
    TasksWaiting,
    /// DRAINING instances.
    InstancesDraining,
    /// Tasks that are told to stop and have not stopped.
    TasksStopping,
}

impl ClusterGauge {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; CLUSTER_GAUGES] = [
        Self::Instances,
        Self::CpuRegistered,
        Self::CpuReserved,
        Self::MemoryRegistered,
        Self::MemoryReserved,
        Self::TasksRunning,
        Self::TasksPending,
        Self::TasksWaiting,
        Self::InstancesDraining,
        Self::TasksStopping,
    ];

    fn read(self, state: &State) -> u64 {
        match self {
            Self::Instances => state.sums.instances,
            Self::CpuRegistered => state.sums.cpu_registered,
            Self::CpuReserved => state.sums.cpu_reserved,
            Self::MemoryRegistered => state.sums.memory_registered,
            Self::MemoryReserved => state.sums.memory_reserved,
            Self::TasksRunning => u64::from(state.counts.running),
            Self::TasksPending => u64::from(state.counts.pending),
            Self::TasksWaiting => u64::from(state.counts.waiting),
            Self::InstancesDraining => state.sums.draining,
            Self::TasksStopping => u64::from(state.counts.stopping),
        }
    }
}

/// How many gauges are followed for each service.
pub(super) const SERVICE_GAUGES: usize = 4;

/// What is followed for each service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceGauge {
    /// Tasks that run.
    Running,
    /// Tasks placed and not yet running.
    Pending,
    /// Tasks without a place.
    Waiting,
    /// Tasks that it wants.
    Desired,
}

impl ServiceGauge {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; SERVICE_GAUGES] = [Self::Running, Self::Pending, Self::Waiting, Self::Desired];
}

/// One gauge over one bucket. A value that held for no time does not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Least value held.
    pub min: u64,
    /// Greatest value held.
    pub max: u64,
    /// Sum of value times ms.
    pub integral: u128,
}

impl Bucket {
    fn join(&mut self, next: Self) {
        self.min = self.min.min(next.min);
        self.max = self.max.max(next.max);
        self.integral += next.integral;
    }
}

/// A value as it changes, folded into the present bucket and into the whole run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Gauge {
    value: u64,
    since: SimTime,
    seen: bool,
    bucket: Bucket,
    /// Since the end of the warm-up.
    total: Bucket,
    total_seen: bool,
    /// Integral and greatest value up to the end of the warm-up.
    before: u128,
    most_before: u64,
}

impl Gauge {
    /// Counts the value that held until `now`.
    fn advance(&mut self, now: SimTime) {
        let held = (now - self.since).0;
        self.since = now;
        if held == 0 {
            return;
        }
        for (bucket, seen) in [(&mut self.bucket, &mut self.seen), (&mut self.total, &mut self.total_seen)] {
            bucket.integral += u128::from(self.value) * u128::from(held);
            bucket.max = bucket.max.max(self.value);
            bucket.min = if *seen { bucket.min.min(self.value) } else { self.value };
            *seen = true;
        }
    }

    /// The warm-up is over: the total begins anew.
    fn forget(&mut self, now: SimTime) {
        self.advance(now);
        self.before += self.total.integral;
        self.most_before = self.most_before.max(self.total.max);
        (self.total, self.total_seen) = (Bucket::default(), false);
    }

    /// What holds now.
    pub(super) fn value(&self) -> u64 {
        self.value
    }

    /// Another value holds from now on.
    pub(super) fn change(&mut self, now: SimTime, value: u64) {
        self.advance(now);
        self.value = value;
    }

    /// The bucket that ends now.
    pub(super) fn take(&mut self, now: SimTime) -> Bucket {
        self.advance(now);
        self.seen = false;
        std::mem::take(&mut self.bucket)
    }
}

/// Requests and work of one service in one bucket, or over the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Requests {
    /// Requests that arrived.
    pub offered: u64,
    /// Of these, requests that other services made.
    pub called: u64,
    /// Requests that were served.
    pub served: u64,
    /// CPU used, in unit-ms.
    pub cpu_used_unit_ms: u64,
    /// CPU reserved by running tasks, in unit-ms.
    pub cpu_reserved_unit_ms: u128,
}

impl Requests {
    /// Requests that could not be served.
    pub fn unserved(self) -> u64 {
        self.offered - self.served
    }
}

#[derive(Debug, Clone, Default)]
struct ServiceSeries {
    gauges: [Gauge; SERVICE_GAUGES],
    rate: Gauge,
    period_ms: u64,
    cpu_per_request_us: u64,
    reserved_units: u32,
    requests: u64,
    called: u64,
    asked: u128,
    done: u128,
    since: SimTime,
    /// Requests times ms, and work done in unit-µs, both times the period.
    offered_sum: u128,
    called_sum: u128,
    done_sum: u128,
    /// What was handed out in buckets so far.
    given: Requests,
    /// What came before the end of the warm-up.
    warming: Requests,
}

impl ServiceSeries {
    fn advance(&mut self, now: SimTime) {
        let held = u128::from((now - self.since).0);
        self.since = now;
        self.offered_sum += u128::from(self.requests) * held;
        self.called_sum += u128::from(self.called) * held;
        self.done_sum += self.done * held;
    }

    /// Totals since the start: whole requests, whole unit-ms.
    fn totals(&self) -> Requests {
        if self.period_ms == 0 {
            return Requests::default();
        }
        let period = u128::from(self.period_ms);
        let work = u128::from(self.cpu_per_request_us) * 1024;
        let narrow = |value: u128| u64::try_from(value).unwrap_or(u64::MAX);
        Requests {
            offered: narrow(self.offered_sum / period),
            called: narrow(self.called_sum / period),
            served: narrow(self.done_sum / (work * period)),
            cpu_used_unit_ms: narrow(self.done_sum / (1000 * period)),
            cpu_reserved_unit_ms: (self.gauges[0].before + self.gauges[0].total.integral)
                * u128::from(self.reserved_units),
        }
    }
}

/// All gauges of one bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketRow {
    /// Its start.
    pub from: SimTime,
    /// Its end.
    pub to: SimTime,
    /// The cluster, in the order of [`ClusterGauge::ALL`].
    pub cluster: [Bucket; CLUSTER_GAUGES],
    /// Services in name order: gauges in the order of [`ServiceGauge::ALL`], and requests.
    pub services: Vec<([Bucket; SERVICE_GAUGES], Requests)>,
    /// Services in name order: requests in each period of the curve ([`crate::fact::ServiceRole::period_ms`]).
    pub rates: Vec<Bucket>,
    /// Instances by type, DRAINING ones among them, in the order of the cast.
    pub types: Vec<Bucket>,
    /// Instances by source of capacity, in the order of the cast.
    pub providers: Vec<Bucket>,
    /// What was spent, in the order of whoever meters it ([`Purse`]). The buckets add up to the bill exactly.
    pub cost: Vec<NanoUsd>,
}

/// Knows what was spent. Facts come to it in their order; it is asked at the end of each bucket, after all facts before
/// that end and, at the end of the run, after its close.
pub trait Purse: Observer {
    /// What was spent since the start, by whatever it tells apart: always as many, in the same order.
    fn spent(&mut self, until: SimTime) -> Vec<NanoUsd>;
}

impl BucketRow {
    /// A gauge of the cluster.
    pub fn gauge(&self, gauge: ClusterGauge) -> Bucket {
        self.cluster[gauge as usize]
    }

    /// Takes in the bucket that follows this one.
    pub fn join(&mut self, next: &Self) {
        self.to = next.to;
        let gauges = self.cluster.iter_mut().zip(&next.cluster).chain(self.rates.iter_mut().zip(&next.rates));
        let fleet = self.types.iter_mut().zip(&next.types).chain(self.providers.iter_mut().zip(&next.providers));
        for (mine, others) in gauges.chain(fleet) {
            mine.join(*others);
        }
        for (mine, others) in self.cost.iter_mut().zip(&next.cost) {
            *mine += *others;
        }
        for ((mine, requests), (others, more)) in self.services.iter_mut().zip(&next.services) {
            for (mine, others) in mine.iter_mut().zip(others) {
                mine.join(*others);
            }
            requests.offered += more.offered;
            requests.called += more.called;
            requests.served += more.served;
            requests.cpu_used_unit_ms += more.cpu_used_unit_ms;
            requests.cpu_reserved_unit_ms += more.cpu_reserved_unit_ms;
        }
    }

    /// Its length.
    pub fn span(&self) -> SimSpan {
        self.to - self.from
    }
}

/// Follows all gauges.
#[derive(Debug, Clone)]
pub(super) struct Series {
    width: SimSpan,
    from: SimTime,
    cluster: [Gauge; CLUSTER_GAUGES],
    services: Table<ServiceId, ServiceSeries>,
    /// Whether totals count already.
    is_warm: bool,
    /// What was spent until they did.
    pub(super) cost_of_warm_up: NanoUsd,
    types: Table<InstanceTypeId, Gauge>,
    providers: Table<ProviderId, Gauge>,
    /// What was spent in all buckets so far.
    spent: Vec<NanoUsd>,
    horizon: SimTime,
}

impl Series {
    pub(super) fn new(cast: &Cast, width: SimSpan) -> Self {
        let service = |(_, role): (ServiceId, &crate::fact::ServiceRole)| ServiceSeries {
            period_ms: role.period_ms,
            cpu_per_request_us: role.cpu_per_request_us,
            reserved_units: role.need.cpu.0,
            ..ServiceSeries::default()
        };
        Self {
            width,
            from: SimTime::START,
            cluster: [Gauge::default(); CLUSTER_GAUGES],
            services: cast.services.iter().map(service).collect(),
            is_warm: cast.warm_up == SimTime::START,
            cost_of_warm_up: NanoUsd::default(),
            types: cast.instance_types.iter().map(|_| Gauge::default()).collect(),
            providers: cast.providers.iter().map(|_| Gauge::default()).collect(),
            spent: Vec::new(),
            horizon: cast.horizon,
        }
    }

    /// Lets totals begin anew at the end of the warm-up, once that is not later than `now`; to be called before the
    /// state changes at `now`.
    pub(super) fn warm(&mut self, end: SimTime, now: SimTime, purse: &mut dyn Purse, out: &mut dyn FnMut(&BucketRow)) {
        if self.is_warm || end > now {
            return;
        }
        self.is_warm = true;
        self.roll(end, purse, out);
        self.cost_of_warm_up = purse.spent(end).into_iter().sum();
        self.cluster.iter_mut().for_each(|gauge| gauge.forget(end));
        for (_, series) in self.services.iter_mut() {
            series.gauges.iter_mut().for_each(|gauge| gauge.forget(end));
            series.advance(end);
            let totals = series.totals();
            series.warming = Requests { served: totals.served.min(totals.offered), ..totals };
        }
    }

    /// Hands out the buckets that end at or before `now`; to be called before the state changes at `now`. The last one
    /// is kept until the run is closed, since what ends at the horizon is billed in it.
    pub(super) fn roll(&mut self, now: SimTime, purse: &mut dyn Purse, out: &mut dyn FnMut(&BucketRow)) {
        while self.from + self.width <= now && self.from + self.width < self.horizon {
            self.hand_out(self.from + self.width, purse, out);
        }
    }

    /// Hands out what is left of the last bucket.
    pub(super) fn close(&mut self, purse: &mut dyn Purse, out: &mut dyn FnMut(&BucketRow)) {
        self.roll(self.horizon, purse, out);
        if self.from < self.horizon {
            self.hand_out(self.horizon, purse, out);
        }
    }

    fn hand_out(&mut self, to: SimTime, purse: &mut dyn Purse, out: &mut dyn FnMut(&BucketRow)) {
        let rates = self.services.iter_mut().map(|(_, series)| series.rate.take(to)).collect();
        let services = self.services.iter_mut().map(|(_, series)| {
            let gauges = series.gauges.each_mut().map(|gauge| gauge.take(to));
            series.advance(to);
            let (totals, given) = (series.totals(), series.given);
            let offered = totals.offered - given.offered;
            // both are whole requests of all that came so far, and may step up in different buckets: what is served
            // of a request offered in an earlier bucket waits for one that has room, so that none serves too many
            let served = (totals.served - given.served).min(offered);
            series.given = Requests { served: given.served + served, ..totals };
            let requests = Requests {
                offered,
                called: totals.called - given.called,
                served,
                cpu_used_unit_ms: totals.cpu_used_unit_ms - given.cpu_used_unit_ms,
                cpu_reserved_unit_ms: totals.cpu_reserved_unit_ms - given.cpu_reserved_unit_ms,
            };
            (gauges, requests)
        });
        let services = services.collect();
        let cluster = self.cluster.each_mut().map(|gauge| gauge.take(to));
        let types = self.types.iter_mut().map(|(_, gauge)| gauge.take(to)).collect();
        let providers = self.providers.iter_mut().map(|(_, gauge)| gauge.take(to)).collect();
        let cost = self.spend(purse.spent(to));
        out(&BucketRow { from: self.from, to, cluster, services, rates, types, providers, cost });
        self.from = to;
    }

    /// What was spent since the last bucket.
    fn spend(&mut self, now: Vec<NanoUsd>) -> Vec<NanoUsd> {
        self.spent.resize(now.len(), NanoUsd::default());
        let part = now.iter().zip(&self.spent).map(|(now, before)| NanoUsd(now.0 - before.0)).collect();
        self.spent = now;
        part
    }

    /// An instance came or went.
    fn count_instance(&mut self, now: SimTime, instance_type: InstanceTypeId, provider: ProviderId, comes: bool) {
        for gauge in [&mut self.types[instance_type], &mut self.providers[provider]] {
            gauge.advance(now);
            gauge.value = if comes { gauge.value + 1 } else { gauge.value - 1 };
        }
    }

    /// Takes in what a fact changed.
    pub(super) fn update(&mut self, now: SimTime, state: &State, fact: &Fact) {
        for (gauge, kind) in self.cluster.iter_mut().zip(ClusterGauge::ALL) {
            let value = kind.read(state);
            if value != gauge.value {
                gauge.advance(now);
                gauge.value = value;
            }
        }
        match *fact {
            Fact::ServiceCalled { service, requests } => {
                let series = &mut self.services[service];
                series.advance(now);
                series.called = requests;
            }
            Fact::InstanceRegistered { instance_type, provider, .. } => {
                self.count_instance(now, instance_type, provider, true);
            }
            // one that was deregistered before has left already
            Fact::InstanceGone { instance, .. } if state.instances[instance].life.is_deregistered => {}
            Fact::InstanceGone { instance, .. } | Fact::InstanceDeregistered { instance, .. } => {
                let row = &state.instances[instance];
                self.count_instance(now, row.instance_type, row.provider, false);
            }
            _ => {}
        }
        if let Some(service) = touched_service(state, fact) {
            let counts = state.by_source[state.service_source[service]];
            let series = &mut self.services[service];
            let values = [counts.running, counts.pending, counts.waiting, state.desired[service]];
            for (gauge, value) in series.gauges.iter_mut().zip(values) {
                gauge.advance(now);
                gauge.value = u64::from(value);
            }
            if let Fact::ServiceLoad { requests, asked, done, .. } = *fact {
                series.advance(now);
                series.rate.advance(now);
                series.rate.value = requests;
                (series.requests, series.asked, series.done) = (requests, asked, done);
            }
        }
    }

    /// The greatest value that a gauge ever had.
    pub(super) fn most(&self, gauge: ClusterGauge) -> u64 {
        let gauge = &self.cluster[gauge as usize];
        gauge.most_before.max(gauge.total.max)
    }

    /// A gauge since the end of the warm-up.
    pub(super) fn total(&self, gauge: ClusterGauge) -> Bucket {
        self.cluster[gauge as usize].total
    }

    /// A service's requests over all buckets so far: their exact sum, less what came before the end of the warm-up.
    pub(super) fn requests(&self, service: ServiceId) -> Requests {
        let ServiceSeries { given, warming, .. } = &self.services[service];
        let offered = given.offered - warming.offered;
        Requests {
            offered,
            called: given.called - warming.called,
            served: given.served.saturating_sub(warming.served).min(offered),
            cpu_used_unit_ms: given.cpu_used_unit_ms - warming.cpu_used_unit_ms,
            cpu_reserved_unit_ms: given.cpu_reserved_unit_ms - warming.cpu_reserved_unit_ms,
        }
    }

    /// A service's tasks without a place since the end of the warm-up.
    pub(super) fn waiting(&self, service: ServiceId) -> Bucket {
        self.services[service].gauges[ServiceGauge::Waiting as usize].total
    }

    /// A service's running tasks since the end of the warm-up.
    pub(super) fn running(&self, service: ServiceId) -> Bucket {
        self.services[service].gauges[0].total
    }

    /// The tasks that a service wants since the end of the warm-up.
    pub(super) fn wanted(&self, service: ServiceId) -> Bucket {
        self.services[service].gauges[ServiceGauge::Desired as usize].total
    }
}

fn touched_service(state: &State, fact: &Fact) -> Option<ServiceId> {
    match *fact {
        Fact::ServiceLoad { service, .. } | Fact::DesiredCount { service, .. } => Some(service),
        Fact::TaskWanted { task, .. }
        | Fact::TaskPlaced { task, .. }
        | Fact::TaskRunning { task }
        | Fact::TaskStopping { task, .. }
        | Fact::TaskStopped { task, .. } => state.source_service.get(task.source).copied().flatten(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_follow_from_the_length() {
        assert_eq!(bucket_width(SimTime(60_000), 1), SimSpan(1000)); // 60 buckets
        assert_eq!(bucket_width(SimTime(7 * 86_400_000), 1), SimSpan(600_000)); // 604,800 s / 600 s = 1,008
        assert_eq!(bucket_width(SimTime(365 * 86_400_000), 1), SimSpan(21_600_000)); // 8,760 h / 6 h = 1,460
        assert_eq!(bucket_width(SimTime(36_500 * 86_400_000), 1), SimSpan(19 * 86_400_000)); // 36,500 d / 2,000 = 18.25
        assert_eq!(bucket_width(SimTime(86_400_000), 2000), SimSpan(900_000)); // 200,000 / 2,000 = 100: 86,400 s / 900 s = 96
    }

    #[test]
    fn joined_buckets_cover_both() {
        let row = |from, to, value: u64| BucketRow {
            from: SimTime(from),
            to: SimTime(to),
            cluster: [Bucket { min: value, max: value + 1, integral: u128::from(value) * 10 }; CLUSTER_GAUGES],
            services: vec![([Bucket::default(); SERVICE_GAUGES], Requests { offered: value, ..Requests::default() })],
            rates: vec![Bucket::default()],
            types: vec![Bucket { max: value, ..Bucket::default() }],
            providers: Vec::new(),
            cost: vec![NanoUsd(i128::from(value))],
        };
        let mut joined = row(0, 10, 3);
        joined.join(&row(10, 20, 5));
        assert_eq!(joined.gauge(ClusterGauge::Instances), Bucket { min: 3, max: 6, integral: 80 });
        assert_eq!((joined.span(), joined.services[0].1.offered), (SimSpan(20), 8));
        assert_eq!((joined.types[0].max, joined.cost[0]), (5, NanoUsd(8)));
    }

    #[test]
    fn what_held_for_no_time_does_not_count() {
        let mut gauge = Gauge { value: 5, ..Gauge::default() };
        gauge.advance(SimTime(10));
        gauge.value = 100;
        gauge.advance(SimTime(10));
        gauge.value = 3;
        let bucket = gauge.take(SimTime(20));
        assert_eq!(bucket, Bucket { min: 3, max: 5, integral: 5 * 10 + 3 * 10 });
    }
}
