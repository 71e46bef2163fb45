//! Load balancers: by the hour, and by capacity units, of which each hour counts the largest dimension (PRC-60, PRC-61,
//! PRC-73, PRC-74).

use super::Tariffs;
use super::counters::Counters;
use super::declared::Declarations;
use super::line::{Line, Share, Tariff};
use crate::catalog::charges::Charge;
use crate::fact::Cast;
use crate::units::{Rate, ServiceId, SimTime, TaskSourceId};
use std::sync::Arc;

const HOUR_MS: u64 = 3_600_000;

/// What kind of load balancer, with what a unit of its capacity holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BalancerKind {
    /// Application Load Balancer (PRC-61).
    Application {
        /// With mutual TLS a unit holds half as many active connections.
        mutual_tls: bool,
    },
    /// Network Load Balancer (PRC-73).
    Network {
        /// New connections a second of a unit: 800 TCP, 400 UDP, 50 TLS.
        new: u64,
        /// Active ones: 100,000, 50,000, 3,000.
        active: u64,
    },
    /// Classic Load Balancer: no units, but bytes (PRC-74).
    Classic,
}

/// A load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balancer {
    /// Its name in the scenario.
    pub name: Arc<str>,
    /// Its kind.
    pub kind: BalancerKind,
    /// Who is behind it.
    pub services: Vec<ServiceId>,
    /// The same as sources of tasks.
    pub owners: Vec<TaskSourceId>,
    /// How many requests a connection carries, in thousandths.
    pub requests_per_connection: u64,
    /// How long a connection stays.
    pub connection_ms: u64,
    /// Bytes of a request and its answer.
    pub bytes_per_request: u64,
    /// Rules that are evaluated for a request beyond the ten that are free.
    pub rules_beyond_free: u64,
    /// What comes besides.
    pub besides: Besides,
}

/// Traffic that no service of the scenario makes, always the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Besides {
    /// New connections in a million seconds.
    pub connections: u64,
    /// Requests in a million seconds.
    pub requests: u64,
    /// Bytes.
    pub bytes: Option<Rate>,
}

/// The dimensions of a capacity unit, in the order in which one is named where several are equal.
const DIMENSIONS: [&str; 4] = ["new connections", "active connections", "processed bytes", "rule evaluations"];

/// Meters load balancers.
#[derive(Debug, Clone)]
pub(super) struct BalancerMeter<'a> {
    declared: &'a Declarations,
    tariffs: &'a Tariffs,
    hours_begun: bool,
    /// The next full hour of the clock.
    next: SimTime,
    hour_began: SimTime,
    all: Vec<State>,
}

#[derive(Debug, Clone, Default)]
struct State {
    /// Capacity units times time of hours that are over, by the dimension that counted.
    counted: [u128; 4],
    /// Requests at the beginning of the hour.
    requests: u128,
}

impl<'a> BalancerMeter<'a> {
    pub(super) fn new(cast: &Cast, declared: &'a Declarations, tariffs: &'a Tariffs) -> Self {
        let into_hour = u64::try_from(cast.start_unix_s.rem_euclid(3600)).unwrap_or(0) * 1000;
        let next = SimTime(HOUR_MS - into_hour);
        let all = declared.balancers.iter().map(|_| State::default()).collect();
        Self { declared, tariffs, hours_begun: cast.hours_begun.unwrap_or(true), next, hour_began: SimTime::START, all }
    }

    /// Counts hours for their time (PRC-6).
    pub(super) fn count_time(&mut self) {
        self.hours_begun = false;
    }

    /// Clock hours that end before a moment are over.
    pub(super) fn close_hours(&mut self, counters: &Counters, at: SimTime) {
        if self.all.is_empty() {
            return;
        }
        while self.next <= at {
            let end = self.next;
            for row in 0..self.all.len() {
                let (dimension, units) = self.hour(row, counters, end);
                let state = &mut self.all[row];
                state.counted[dimension] = state.counted[dimension].saturating_add(units);
                state.requests = requests(&self.declared.balancers[row], counters, end);
            }
            self.hour_began = end;
            self.next = SimTime(end.0 + HOUR_MS);
        }
    }

    /// The capacity units of the hour so far, in millionths times ms, and the dimension that counts.
    fn hour(&self, row: usize, counters: &Counters, until: SimTime) -> (usize, u128) {
        let of = &self.declared.balancers[row];
        let requests = requests(of, counters, until) - self.all[row].requests;
        let span = u128::from((until - self.hour_began).0);
        // in millionths of one, since what comes besides is told for a million seconds
        let besides = |rate: u64| u128::from(rate) * span / 1000;
        let own = |each: u128| requests.saturating_mul(each).saturating_mul(1_000_000);
        let connections =
            own(1).saturating_mul(1000) / u128::from(of.requests_per_connection) + besides(of.besides.connections);
        let bytes = own(of.bytes_per_request.into()).saturating_add(bytes_besides(of, span * 1_000_000));
        let evaluations =
            own(1).saturating_add(besides(of.besides.requests)).saturating_mul(of.rules_beyond_free.into());
        let per_second = |amount: u128, a_unit: u64| amount.saturating_mul(1000) / u128::from(a_unit);
        let at_once = |a_unit: u64| connections.saturating_mul(of.connection_ms.into()) / u128::from(a_unit);
        let by_bytes = bytes.saturating_mul(HOUR_MS.into()) / self.declared.bytes_per_gb;
        let dimensions = match of.kind {
            BalancerKind::Application { mutual_tls } => [
                per_second(connections, 25),
                at_once(if mutual_tls { 1_500 } else { 3_000 }),
                by_bytes,
                per_second(evaluations, 1_000),
            ],
            BalancerKind::Network { new, active } => [per_second(connections, new), at_once(active), by_bytes, 0],
            BalancerKind::Classic => [0; 4],
        };
        let mut most = (0, 0);
        for (dimension, units) in dimensions.into_iter().enumerate() {
            if units > most.1 {
                most = (dimension, units);
            }
        }
        most
    }

    pub(super) fn lines(&self, counters: &Counters, until: SimTime, lines: &mut Vec<Line>) {
        for (row, of) in self.declared.balancers.iter().enumerate() {
            let equal = Share::Weights(of.owners.iter().map(|owner| (*owner, 1)).collect());
            let (hours, units) = match of.kind {
                BalancerKind::Application { .. } => (Charge::AlbHour, Charge::AlbLcu),
                BalancerKind::Network { .. } => (Charge::NlbHour, Charge::NlbLcu),
                BalancerKind::Classic => (Charge::ClbHour, Charge::ClbGb),
            };
            let ms = if self.hours_begun { until.0.next_multiple_of(HOUR_MS) } else { until.0 };
            lines.push(Line::of_charge(hours, of.name.clone(), ms.into(), self.tariff(hours), equal));
            let by_requests: Vec<(TaskSourceId, u128)> = of
                .services
                .iter()
                .zip(&of.owners)
                .map(|(service, owner)| (*owner, counters.requests(*service, until)))
                .collect();
            let by_requests = Share::Weights(by_requests);
            if of.kind == BalancerKind::Classic {
                let own = requests(of, counters, until).saturating_mul(of.bytes_per_request.into());
                let bytes = own.saturating_add(bytes_besides(of, until.0.into()));
                lines.push(Line::of_charge(units, of.name.clone(), bytes, self.tariff(units), by_requests));
                continue;
            }
            let mut counted = self.all[row].counted;
            let (dimension, so_far) = self.hour(row, counters, until);
            counted[dimension] = counted[dimension].saturating_add(so_far);
            for (dimension, quantity) in DIMENSIONS.into_iter().zip(counted).filter(|(_, quantity)| *quantity > 0) {
                let mut line =
                    Line::of_charge(units, of.name.clone(), quantity, self.tariff(units), by_requests.clone());
                line.item = format!("{}, bound by {dimension}", line.item).into();
                lines.push(line);
            }
        }
    }

    fn tariff(&self, charge: Charge) -> &Tariff {
        self.tariffs.get(&charge).expect("the plan has the price of what it declares")
    }
}

/// Bytes that come besides in so much time.
fn bytes_besides(of: &Balancer, ms: u128) -> u128 {
    of.besides.bytes.map_or(0, |rate| u128::from(rate.amount) * ms / u128::from(rate.per_ms))
}

/// Requests of all services behind a load balancer until a moment.
fn requests(of: &Balancer, counters: &Counters, until: SimTime) -> u128 {
    of.services.iter().map(|service| counters.requests(*service, until)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A capacity unit for an hour, counted in millionths times ms.
    const LCU_HOUR: u128 = 1_000_000 * HOUR_MS as u128;

    fn balancer(kind: BalancerKind, besides: Besides) -> Declarations {
        let one = Balancer {
            name: "alb".into(),
            kind,
            services: Vec::new(),
            owners: Vec::new(),
            requests_per_connection: 1000,
            connection_ms: 120_000,
            bytes_per_request: 0,
            rules_beyond_free: 50,
            besides,
        };
        Declarations { balancers: vec![one], ..Declarations::default() }
    }

    /// The example of AWS's page (PRC-61): 1 new connection a second that stays for two minutes, 5 requests and 300 KB
    /// a second, 60 rules. New 1/25 = 0.04; active 120/3000 = 0.04; bytes 1.08 GB/h = 1.08; rules 5 x 50 / 1000 = 0.25.
    #[test]
    fn the_largest_dimension_counts() {
        let million = 1_000_000;
        let besides = Besides {
            connections: million,
            requests: 5 * million,
            bytes: Some(Rate { amount: 300_000, per_ms: 1000 }),
        };
        let declared = balancer(BalancerKind::Application { mutual_tls: false }, besides);
        let (cast, tariffs) = (Cast::default(), Tariffs::new());
        let meter = BalancerMeter::new(&cast, &declared, &tariffs);
        let counters = Counters::new(&cast);
        assert_eq!(meter.hour(0, &counters, SimTime(HOUR_MS)), (2, LCU_HOUR * 108 / 100));
        // without the bytes: rules
        let mut less = declared.clone();
        less.balancers[0].besides.bytes = None;
        let meter = BalancerMeter::new(&cast, &less, &tariffs);
        assert_eq!(meter.hour(0, &counters, SimTime(HOUR_MS)), (3, LCU_HOUR / 4));
        // a Network Load Balancer with TLS: 1/50, 120/3000, 1.08
        let tls = balancer(BalancerKind::Network { new: 50, active: 3_000 }, besides);
        let meter = BalancerMeter::new(&cast, &tls, &tariffs);
        assert_eq!(meter.hour(0, &counters, SimTime(HOUR_MS)), (2, LCU_HOUR * 108 / 100));
        // half an hour is charged for its part
        assert_eq!(meter.hour(0, &counters, SimTime(HOUR_MS / 2)), (2, LCU_HOUR * 54 / 100));
    }
}
