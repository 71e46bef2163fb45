//! The slow twin of calls between services (PLT-92): every interval between two changes is worked out anew in fractions,
//! from the rates of the scenario and the tasks that run, and added up.

use super::cases;
use super::log::{Rows, facts};
use super::town::plan_of;
use longshore::fact::{Fact, Origin};
use longshore::plan::Plan;
use longshore::study::run_once;
use longshore::units::ServiceId;
use proptest::prelude::*;
use std::fmt::Write;
use std::ops::ControlFlow;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const END_MS: u64 = 600_000;

/// A service: rate at the start, rate from `change_s` on, CPU of a request in ms, tasks, and how often it calls those
/// that come after it, in quarters.
#[derive(Debug, Clone)]
struct Shop {
    rates: [u64; 2],
    change_s: u64,
    cpu_ms: u64,
    count: u32,
    quarters: [u32; 4],
}

fn shop() -> impl Strategy<Value = Shop> {
    let cpu = prop::sample::select(vec![5_u64, 10, 12, 20]);
    let quarters = prop::sample::select(vec![0_u32, 0, 1, 2, 4, 8, 12]);
    let all = [quarters.clone(), quarters.clone(), quarters.clone(), quarters];
    ([0..80_u64, 0..80], 1..600_u64, cpu, 0..4_u32, all).prop_map(|(rates, change_s, cpu_ms, count, quarters)| Shop {
        rates,
        change_s,
        cpu_ms,
        count,
        quarters,
    })
}

/// The scenario. Each calls only those after it, so that there is no circle.
fn text(shops: &[Shop], stopped_s: u64) -> String {
    let mut text =
        "duration: 10m\nlaunch_rates: none\ninstances: [{type: m5.4xlarge, count: 2}]\ntask_definitions: {t: \
                    {cpu: 256, memory: 64 MiB, start_time: 7s, exit_time: 3s}}\nservices:\n"
            .to_owned();
    for (row, shop) in shops.iter().enumerate() {
        let calls: Vec<String> = (row + 1..NAMES.len())
            .filter(|to| shop.quarters[*to] > 0)
            .map(|to| format!("{}: {}.{:02}", NAMES[to], shop.quarters[to] / 4, shop.quarters[to] % 4 * 25))
            .collect();
        let calls = if calls.is_empty() { String::new() } else { format!(", calls: {{{}}}", calls.join(", ")) };
        let _ = writeln!(
            text,
            "  {}: {{task_definition: t, desired_count: {}, load: {{requests_per_second: {{steps: [{{at: 0s, value: {}}}, \
             {{at: {}s, value: {}}}]}}, per_request: {{cpu: {} ms{calls}}}}}}}",
            NAMES[row], shop.count, shop.rates[0], shop.change_s, shop.rates[1], shop.cpu_ms
        );
    }
    let _ = writeln!(text, "events: [{{at: {stopped_s}s, stop_task: b/0}}, {{at: {stopped_s}s, stop_task: c/0}}]");
    text
}

/// A fraction, reduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fraction(u128, u128);

impl Fraction {
    fn new(top: u128, bottom: u128) -> Self {
        let (mut one, mut other) = (top, bottom);
        while other > 0 {
            (one, other) = (other, one % other);
        }
        Self(top / one, bottom / one)
    }

    fn plus(self, other: Self) -> Self {
        Self::new(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }

    fn times(self, other: Self) -> Self {
        Self::new(self.0 * other.0, self.1 * other.1)
    }

    fn least(self, other: Self) -> Self {
        if self.0 * other.1 <= other.0 * self.1 { self } else { other }
    }
}

/// Requests offered, of these called, and served, by service, over the whole run.
fn slow(plan: &Plan, shops: &[Shop]) -> Vec<[Fraction; 3]> {
    // running tasks over time: (from, service, change)
    let mut changes: Vec<(u64, usize, i64)> = Vec::new();
    let mut running = std::collections::BTreeSet::new();
    for (at, fact) in facts(plan) {
        let (task, change) = match fact {
            Fact::TaskRunning { task } => (task, 1),
            Fact::TaskStopping { task, .. } | Fact::TaskStopped { task, .. } => (task, -1),
            _ => continue,
        };
        let Origin::Service(service) = plan.cast.sources[task.source].origin else { continue };
        let name = (task.source, task.ordinal);
        if if change > 0 { running.insert(name) } else { running.remove(&name) } {
            changes.push((at.0, service.0 as usize, change));
        }
    }
    let mut cuts: Vec<u64> =
        changes.iter().map(|change| change.0).chain(shops.iter().map(|s| s.change_s * 1000)).collect();
    cuts.extend([0, END_MS]);
    cuts.sort_unstable();
    cuts.dedup();
    let nothing = Fraction(0, 1);
    let mut totals = vec![[nothing; 3]; shops.len()];
    for pair in cuts.windows(2).filter(|pair| pair[1] <= END_MS) {
        let length = Fraction(u128::from(pair[1] - pair[0]), 1);
        let mut called = vec![nothing; shops.len()];
        for (row, shop) in shops.iter().enumerate() {
            let rate = u128::from(shop.rates[usize::from(pair[0] >= shop.change_s * 1000)]);
            let tasks: i64 = changes.iter().filter(|c| c.0 <= pair[0] && c.1 == row).map(|c| c.2).sum();
            let offered = Fraction::new(rate, 1000).plus(called[row]);
            // a quarter of a vCPU each
            let most = Fraction::new(u128::try_from(tasks).unwrap(), 4 * u128::from(shop.cpu_ms));
            let served = offered.least(most);
            for (to, called) in called.iter_mut().enumerate().skip(row + 1) {
                *called = called.plus(served.times(Fraction::new(shop.quarters[to].into(), 4)));
            }
            for (total, part) in totals[row].iter_mut().zip([offered, called[row], served]) {
                *total = total.plus(part.times(length));
            }
        }
    }
    totals
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn calls_are_what_the_slow_twin_says(shops in [shop(), shop(), shop(), shop()], stopped_s in 1..590_u64) {
        let plan = plan_of(&text(&shops, stopped_s));
        let result = run_once(&plan, &mut Rows::default(), &mut |_, _| ControlFlow::Continue(())).unwrap();
        for (row, twin) in slow(&plan, &shops).iter().enumerate() {
            let found = result.summary.services[ServiceId(u32::try_from(row).unwrap())].requests;
            let wanted = twin.map(|total| u64::try_from(total.0 / total.1).unwrap());
            prop_assert_eq!([found.offered, found.called], [wanted[0], wanted[1]], "{}", NAMES[row]);
            // a request that is done in the last bucket and was offered in one before finds no room there
            prop_assert!((wanted[2].saturating_sub(1)..=wanted[2]).contains(&found.served), "{}", NAMES[row]);
        }
    }
}
