//! The service clock is read when someone asks; its twin walks through every millisecond.

use super::cases;
use super::log::facts;
use super::town::town;
use longshore::fact::Fact;
use longshore::load::ServiceClock;
use longshore::study::run_once;
use longshore::units::{CpuUnits, ServiceId, SimTime, TaskSourceId};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// What a number of tasks may be divided by without a rest: 1 to 7.
const PARTS: u128 = 420;

#[derive(Debug, Clone, Copy)]
enum Step {
    Requests(u64),
    Running(u32),
    Read,
}

fn step() -> impl Strategy<Value = (u64, Step)> {
    let what =
        prop_oneof![(0..5000_u64).prop_map(Step::Requests), (0..=7_u32).prop_map(Step::Running), Just(Step::Read),];
    (prop_oneof![Just(0_u64), 1..2000_u64], what)
}

/// What each running task does in one millisecond, in unit-ns times the period times [`PARTS`].
fn in_one_ms(requests: u64, running: u32, period_ms: u64, cpu_us: u64, reserved: u32) -> u128 {
    if running == 0 {
        return 0;
    }
    let asked = u128::from(requests) * u128::from(cpu_us) * 1024;
    let room = u128::from(running) * u128::from(reserved) * 1000 * u128::from(period_ms);
    asked.min(room) * 1000 * (PARTS / u128::from(running))
}

proptest! {
    #![proptest_config(cases(256))]

    /// Equal to the unit: each advance cuts off less than one unit-ns.
    #[test]
    fn the_lazy_clock_is_the_sum_of_its_milliseconds(
        steps in vec(step(), 1..30),
        period_ms in prop::sample::select(vec![1000_u64, 1007, 60_000, 1_000_000]),
        cpu_us in 1..50_000_u64,
        reserved in 1..2048_u32,
    ) {
        let mut clock = ServiceClock::new(period_ms, cpu_us, CpuUnits(reserved));
        let (mut now, mut requests, mut running) = (0, 0, 0);
        let (mut exact, mut advances) = (0_u128, 0_u128);
        for (wait, step) in steps {
            for _ in 0..wait {
                exact += in_one_ms(requests, running, period_ms, cpu_us, reserved);
            }
            now += wait;
            advances += 1;
            match step {
                Step::Requests(more) => { requests = more; clock.set_requests(SimTime(now), more) }
                Step::Running(more) => { running = more; clock.set_running(SimTime(now), more) }
                Step::Read => {}
            }
            let parts = u128::from(period_ms) * PARTS;
            let reading = clock.reading(SimTime(now)) * parts;
            prop_assert!(reading <= exact && exact - reading <= advances * parts, "{reading} {exact}");
            // where nothing was cut off, nothing is missing
            prop_assert_eq!(clock.reading(SimTime(now)), clock.reading(SimTime(now)));
        }
    }
}

struct Running {
    since: u64,
    used: u128,
}

proptest! {
    #![proptest_config(cases(96))]

    /// Each task's figure is its own integral, and all together are the service's.
    #[test]
    fn tasks_use_what_their_service_does(town in town()) {
        let plan = town.plan();
        let result = run_once(&plan, &mut (), &mut |_, _| ControlFlow::Continue(())).unwrap();
        for service in plan.services.ids() {
            let Some(load) = &plan.services[service].load else { continue };
            let source = plan.services[service].template.source;
            let rate = load.curve.points()[0].1;
            let figures = (load.curve.period_ms(), load.cpu_per_request_us, plan.services[service].template.need.cpu.0);
            let used = used_by_tasks(&plan, source, rate, figures);
            // each task's figure is cut to whole unit-ms, and its clock may lose a unit-ns at each change
            for (ordinal, (told, exact)) in &used {
                let parts = u128::from(figures.0) * PARTS * 1_000_000;
                let (low, high) = (u128::from(*told) * parts, (u128::from(*told) + 2) * parts);
                prop_assert!((low..high).contains(exact), "{ordinal}: {told} for {exact} / {parts}");
            }
            let sum: u64 = used.values().map(|(told, _)| told).sum();
            let total = result.summary.services[ServiceId(service.0)].requests.cpu_used_unit_ms;
            prop_assert!(sum <= total + 1 && total - sum.min(total) <= 2 * used.len() as u64 + 1, "{sum} of {total}");
        }
    }
}

/// For each task of a source what the facts say it used, and its integral in unit-ns times the period times
/// [`PARTS`]. A service has at most five tasks here, so that [`PARTS`] divides.
fn used_by_tasks(
    plan: &longshore::plan::Plan,
    source: TaskSourceId,
    rate: u64,
    (period_ms, cpu_us, reserved): (u64, u64, u32),
) -> BTreeMap<u32, (u64, u128)> {
    let mut here: BTreeMap<u32, Running> = BTreeMap::new();
    let mut settled: BTreeMap<u32, u128> = BTreeMap::new();
    let mut used = BTreeMap::new();
    let mut last = 0;
    for (at, fact) in facts(plan) {
        let running = u32::try_from(here.len()).unwrap();
        let each = in_one_ms(rate, running, period_ms, cpu_us, reserved) * u128::from(at.0 - last);
        for task in here.values_mut() {
            assert!(task.since <= at.0);
            task.used += each;
        }
        last = at.0;
        let Some(task) = fact.task().filter(|task| task.source == source) else { continue };
        match fact {
            Fact::TaskRunning { .. } => {
                here.insert(task.ordinal, Running { since: at.0, used: 0 });
            }
            Fact::TaskStopping { .. } => {
                let did = here.remove(&task.ordinal).map_or(0, |task| task.used);
                settled.insert(task.ordinal, did);
            }
            Fact::TaskStopped { cpu_used_unit_ms, .. } | Fact::TaskCut { cpu_used_unit_ms, .. } => {
                let did = settled.remove(&task.ordinal);
                // those that are cut still run beside those that are cut after them, for no time
                let did = did.or_else(|| here.get(&task.ordinal).map(|task| task.used)).unwrap_or(0);
                used.insert(task.ordinal, (cpu_used_unit_ms, did));
            }
            _ => {}
        }
    }
    used
}
