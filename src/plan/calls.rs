//! Calls between services (PLT-92): who calls whom, in which order load flows, and in what period it is whole.

use super::builder::Builder;
use super::model::PlannedCall;
use crate::diag::{Code, Finding};
use crate::scenario::Scenario;
use crate::units::{Decimal, ServiceId, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Units per vCPU (ECS-101).
const UNITS_PER_VCPU: u128 = 1024;
/// The longest period in which the load of a service that is called is counted, in ms, unless its own load needs a
/// longer one: what does not come out whole is right to one request in 300 years.
const LONGEST_PERIOD_MS: u128 = 10_000_000_000_000;

/// A call as the scenario has it.
struct Wanted {
    from: ServiceId,
    to: ServiceId,
    factor: Decimal,
    path: String,
}

impl Builder<'_> {
    /// Finds what services call each other, and what a load is without one who asks.
    pub(super) fn calls_between(&mut self) {
        self.loads_without_cause();
        let wanted = self.wanted_calls();
        let Some(order) = self.call_order() else { return };
        self.periods(&wanted, &order);
    }

    /// A load needs a rate or somebody who calls.
    fn loads_without_cause(&mut self) {
        let scenario = self.scenario;
        let is_called = called(scenario);
        for (name, service) in &scenario.services {
            let Some(load) = &service.load else { continue };
            if load.requests_per_second.is_some() || is_called.contains(name.as_str()) {
                continue;
            }
            let message =
                format!("nothing asks service `{name}` for anything: it has no rate, and no service calls it");
            let help = format!(
                "add `requests_per_second`, or let another service call it: `per_request: {{calls: {{{name}: 1}}}}`"
            );
            self.error(Code::NoCause, &format!("services.{name}.load"), message, "who asks?", Some(help));
        }
    }

    /// The calls with names resolved.
    fn wanted_calls(&mut self) -> Vec<Wanted> {
        let scenario = self.scenario;
        let ids: BTreeMap<String, ServiceId> =
            self.cast.services.iter().map(|(id, role)| (role.name.clone(), id)).collect();
        let mut wanted = Vec::new();
        for (name, to, factor) in raw_calls(scenario) {
            let path = format!("services.{name}.load.per_request.calls.{to}");
            let Some(service) = scenario.services.get(to) else {
                let known = scenario.services.keys().map(String::as_str).filter(|other| *other != name);
                let known: Vec<&str> = known.collect();
                let help = match crate::diag::nearest(to, known.iter().copied()) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None if known.is_empty() => "the scenario has no other service".to_owned(),
                    None => format!("the scenario has `{}`", known[..known.len().min(20)].join("`, `")),
                };
                let finding = Finding::error(Code::UnknownReference, format!("there is no service called `{to}`"))
                    .at(self.key_span(&path), "not found")
                    .path(&path)
                    .help(help);
                self.findings.push(finding);
                continue;
            };
            if service.load.is_none() {
                let finding =
                    Finding::error(Code::NoCause, format!("`{to}` is called and does not say what a request needs"))
                        .at(self.tree.nearest_span(&format!("services.{to}")), "has no `load`")
                        .also(self.key_span(&path), "called here")
                        .path(&path)
                        .help(format!(
                            "give `{to}` a load without a rate of its own: `load: {{per_request: {{cpu: 10 ms}}}}`"
                        ));
                self.findings.push(finding);
                continue;
            }
            let Ok(factor) = factor.parse::<Decimal>() else { continue };
            if factor.mantissa == 0 {
                self.warn(
                    Code::IdleLoad,
                    &path,
                    format!("0 calls to `{to}` ask for nothing"),
                    "no calls",
                    "leave it out",
                );
                continue;
            }
            if let (Some(from), Some(to)) = (ids.get(name), ids.get(to)) {
                wanted.push(Wanted { from: *from, to: *to, factor, path });
            }
        }
        wanted
    }

    /// Services so that each comes before those that it calls; nothing where they call in a circle.
    fn call_order(&mut self) -> Option<Vec<String>> {
        let scenario = self.scenario;
        let mut callers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut calls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (from, to, _) in raw_calls(scenario) {
            callers.entry(to).or_default().insert(from);
            calls.entry(from).or_default().insert(to);
        }
        let mut open: BTreeMap<&str, usize> = scenario
            .services
            .keys()
            .map(|name| (name.as_str(), callers.get(name.as_str()).map_or(0, BTreeSet::len)))
            .collect();
        let mut ready: Vec<&str> = open.iter().filter(|(_, left)| **left == 0).map(|(name, _)| *name).collect();
        let mut order = Vec::new();
        while let Some(name) = ready.pop() {
            order.push(name.to_owned());
            open.remove(name);
            for to in calls.get(name).into_iter().flatten() {
                if let Some(left) = open.get_mut(to) {
                    *left -= 1;
                    if *left == 0 {
                        ready.push(to);
                    }
                }
            }
        }
        if open.is_empty() {
            return Some(order);
        }
        let open: BTreeSet<&str> = open.into_keys().collect();
        self.tell_circle(&circle(&open, &callers));
        None
    }

    fn tell_circle(&mut self, circle: &[&str]) {
        let way: Vec<String> = circle.iter().chain(circle.first()).map(|name| format!("`{name}`")).collect();
        let message = match circle {
            [name] => format!("service `{name}` calls itself"),
            _ => format!("services call each other in a circle: {}", way.join(" → ")),
        };
        let place = |row: usize| {
            let (from, to) = (circle[row], circle[(row + 1) % circle.len()]);
            format!("services.{from}.load.per_request.calls.{to}")
        };
        let mut finding = Finding::error(Code::CallsInCircle, message)
            .at(self.key_span(&place(0)), "begins here")
            .path(place(0))
            .help("a request would make requests for ever: leave one of these calls out");
        for row in 1..circle.len() {
            finding = finding.also(self.key_span(&place(row)), "goes on here");
        }
        self.findings.push(finding);
    }

    /// The period of each service that is called, and what its callers send it.
    fn periods(&mut self, wanted: &[Wanted], order: &[String]) {
        let mut ranks: BTreeMap<&str, u32> = BTreeMap::new();
        for (rank, name) in (0..).zip(order) {
            ranks.insert(name, rank);
        }
        let ranks: Table<ServiceId, u32> =
            self.cast.services.iter().map(|(_, role)| ranks.get(role.name.as_str()).copied().unwrap_or(0)).collect();
        let mut services: Vec<ServiceId> = self.services.ids().collect();
        services.sort_by_key(|id| ranks[*id]);
        for id in services {
            let incoming: Vec<&Wanted> = wanted.iter().filter(|call| call.to == id).collect();
            self.period_of(id, ranks[id], &incoming);
        }
    }

    fn period_of(&mut self, id: ServiceId, rank: u32, incoming: &[&Wanted]) {
        let Some(load) = &self.services[id].load else { return };
        let own = u128::from(load.curve.period_ms());
        let mut period = Some(own);
        for call in incoming {
            period = period
                .and_then(|period| least_multiple(period, self.denominator(call)?))
                .filter(|p| *p <= LONGEST_PERIOD_MS);
        }
        let period = period.unwrap_or(own * (LONGEST_PERIOD_MS / own).max(1));
        let (scale, own_most) = (period / own, u128::from(load.curve.most()));
        let mut most = own_most.saturating_mul(scale);
        let mut calls = Vec::new();
        for call in incoming {
            let Some(caller) = &self.services[call.from].load else { continue };
            // requests per caller's period × factor, in this service's period
            let numbers =
                (u128::from(caller.most) * factor(call.factor).0, factor(call.factor).1 * u128::from(caller.period_ms));
            most = most.saturating_add(numbers.0.saturating_mul(period) / numbers.1 + 1);
            let work = u128::from(caller.cpu_per_request_us) * UNITS_PER_VCPU;
            let (times, by) = (factor(call.factor).0 * period, numbers.1 * work);
            let shared = greatest_divisor(times, by);
            calls.push((call.from, PlannedCall { to: id, times: times / shared, by: by / shared }));
        }
        let Some((most, period)) =
            u64::try_from(most).ok().filter(|most| *most <= u64::MAX / 4).zip(u64::try_from(period).ok())
        else {
            let path = incoming
                .first()
                .map_or_else(|| format!("services.{}.load", self.cast.services[id].name), |call| call.path.clone());
            let help = Some("call less often, or give rates and factors fewer decimals".to_owned());
            self.error(Code::TooLargeToRun, &path, "so many calls can't be counted exactly", "too many", help);
            return;
        };
        if let Some(load) = &mut self.services[id].load {
            (load.period_ms, load.most, load.rank) = (period, most, rank);
            self.cast.services[id].period_ms = period;
        }
        for (from, call) in calls {
            if let Some(load) = &mut self.services[from].load {
                load.calls.push(call);
            }
        }
    }

    /// In what period in ms the requests that a call brings are whole, whatever is served.
    fn denominator(&self, call: &Wanted) -> Option<u128> {
        let service = &self.services[call.from];
        let caller = service.load.as_ref()?;
        let (times, by) = factor(call.factor);
        let reduced = |numerator: u128, denominator: u128| denominator / greatest_divisor(denominator, numerator);
        // all that is asked is served, or as much as the tasks reserve: reserved units × 1,000 unit-µs in a ms
        let all = reduced(times, by.checked_mul(u128::from(caller.period_ms))?);
        let work = u128::from(caller.cpu_per_request_us) * UNITS_PER_VCPU;
        let capped = reduced(u128::from(service.template.need.cpu.0) * 1000 * times, by.checked_mul(work)?);
        least_multiple(all, capped)
    }
}

/// All calls of a scenario: from, to, how many.
fn raw_calls(scenario: &Scenario) -> impl Iterator<Item = (&str, &str, &str)> {
    scenario.services.iter().flat_map(|(name, service)| {
        let calls = service.load.iter().flat_map(|load| &load.per_request.calls);
        calls.map(move |(to, factor)| (name.as_str(), to.as_str(), factor.as_str()))
    })
}

/// Services that others call.
fn called(scenario: &Scenario) -> BTreeSet<&str> {
    raw_calls(scenario).filter(|(from, to, _)| from != to).map(|(_, to, _)| to).collect()
}

/// A circle among services of which each is called by another of them, from its first name on.
fn circle<'a>(open: &BTreeSet<&'a str>, callers: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<&'a str> {
    let caller = |name: &str| callers.get(name)?.iter().find(|caller| open.contains(**caller)).copied();
    let mut way: Vec<&str> = open.first().copied().into_iter().collect();
    // backwards from caller to caller until one comes again
    while let Some(next) = way.last().and_then(|name| caller(name)) {
        if let Some(first) = way.iter().position(|name| *name == next) {
            let mut circle: Vec<&str> = way.drain(first..).rev().collect();
            let least = (0..circle.len()).min_by_key(|row| circle[*row]).unwrap_or(0);
            circle.rotate_left(least);
            return circle;
        }
        way.push(next);
    }
    way
}

/// A factor as a fraction.
fn factor(factor: Decimal) -> (u128, u128) {
    (u128::from(factor.mantissa.unsigned_abs()), factor.divisor().unsigned_abs())
}

const fn greatest_divisor(mut one: u128, mut other: u128) -> u128 {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one
}

fn least_multiple(one: u128, other: u128) -> Option<u128> {
    (one / greatest_divisor(one, other)).checked_mul(other)
}
