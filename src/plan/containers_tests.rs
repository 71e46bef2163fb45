//! Lives of tasks, each worked out by hand.

use super::*;
use proptest::prelude::*;

/// An essential container that starts at once, runs until it is stopped, and needs 2 s to exit.
fn app() -> ContainerLife {
    ContainerLife {
        essential: true,
        depends_on: Vec::new(),
        start_time: SimSpan::ZERO,
        healthy_after: None,
        exits_after: None,
        exit_code: 0,
        exit_time: SimSpan::seconds(2),
        start_timeout: None,
        stop_timeout: None,
    }
}

fn side() -> ContainerLife {
    ContainerLife { essential: false, ..app() }
}

fn after(mut container: ContainerLife, dependencies: &[(usize, Condition)]) -> ContainerLife {
    container.depends_on = dependencies.to_vec();
    container
}

fn s(seconds: u64) -> SimSpan {
    SimSpan::seconds(seconds)
}

fn troubles(containers: &[ContainerLife]) -> Vec<Trouble> {
    life(containers).expect_err("trouble")
}

/// PLT-66: the flat form is one essential container.
#[test]
fn one_container_is_as_long_as_itself() {
    assert_eq!(life(&[app()]), Ok(Life { start_span: s(0), stop_span: s(2), healthy_after: None, ends: None }));
}

/// PLT-67: the longest path. Migration: 3 s start + 10 s run = 13 s; database: 5 s start, healthy 20 s later = 25 s.
/// The app waits for both, so until 25 s, and starts in 4 s: 29 s. The proxy waits for the app's start: 29 + 1 = 30 s.
#[test]
fn the_longest_path_is_the_start() {
    let migration = ContainerLife { start_time: s(3), exits_after: Some(s(10)), ..side() };
    let database = ContainerLife { start_time: s(5), healthy_after: Some(s(20)), ..app() };
    let waits = after(ContainerLife { start_time: s(4), ..app() }, &[(0, Condition::Success), (1, Condition::Healthy)]);
    let proxy = after(ContainerLife { start_time: s(1), ..app() }, &[(2, Condition::Start)]);
    let life = life(&[migration, database, waits, proxy]).unwrap();
    assert_eq!(life.start_span, s(30));
    // Reversed at the stop: proxy 2 s, then the app 2 s, then the database 2 s; the migration is long over (13 < 30).
    assert_eq!(life.stop_span, s(6));
    assert_eq!(life.ends, None);
}

/// ECS-520: whoever needs longer than its stop timeout is killed then; 30 s without one.
#[test]
fn a_stop_lasts_no_longer_than_its_timeout() {
    let slow = ContainerLife { exit_time: s(100), ..app() };
    assert_eq!(life(std::slice::from_ref(&slow)).unwrap().stop_span, s(30));
    let patient = ContainerLife { stop_timeout: Some(s(120)), ..slow.clone() };
    assert_eq!(life(&[patient]).unwrap().stop_span, s(100));
    let hasty = ContainerLife { stop_timeout: Some(s(10)), ..slow };
    // both at once: the longer of 10 and 2; one after the other: their sum
    assert_eq!(life(&[hasty.clone(), app()]).unwrap().stop_span, s(10));
    assert_eq!(life(&[hasty, after(app(), &[(0, Condition::Start)])]).unwrap().stop_span, s(12));
}

/// ECS-130: the earliest essential exit ends the task. RUNNING is at 5 s (the second needs 5 s to start); the first
/// exits 65 s after its start at 0 s, so 60 s after RUNNING; the third, not essential, has left at 30 s without harm.
/// Then the second is stopped: 7 s.
#[test]
fn the_first_essential_exit_ends_it() {
    let first = ContainerLife { exits_after: Some(s(65)), exit_code: 3, ..app() };
    let second = ContainerLife { start_time: s(5), exits_after: Some(s(90)), exit_time: s(7), ..app() };
    let third = ContainerLife { exits_after: Some(s(30)), exit_code: 1, exit_time: s(20), ..side() };
    let life = life(&[first, second, third]).unwrap();
    assert_eq!(life.start_span, s(5));
    assert_eq!(life.ends, Some(Ending { after: s(60), container: 0, exit_code: 3, wind_down: s(7) }));
    // A stop from outside may come while the third still runs: max(2, 7, 20).
    assert_eq!(life.stop_span, s(20));
}

/// Two at the same moment: the first in the definition is the one that is told. Both are over, nothing winds down.
#[test]
fn of_two_at_once_the_first_is_told() {
    let one = ContainerLife { exits_after: Some(s(10)), exit_code: 1, ..app() };
    let two = ContainerLife { exits_after: Some(s(10)), exit_code: 2, ..app() };
    let ends = life(&[one, two]).unwrap().ends;
    assert_eq!(ends, Some(Ending { after: s(10), container: 0, exit_code: 1, wind_down: s(0) }));
}

/// ECS-135: reversed also when the task ends by itself. The job (row 1) exits; its log router (row 0), on which it
/// depends, is stopped after it: 2 s. The watcher (row 2) depends on the router too and goes first: 3 s, then 2 s.
#[test]
fn what_others_depend_on_goes_last() {
    let job = after(ContainerLife { exits_after: Some(s(60)), ..app() }, &[(0, Condition::Start)]);
    let watcher = after(ContainerLife { exit_time: s(3), ..side() }, &[(0, Condition::Start)]);
    let life = life(&[side(), job, watcher]).unwrap();
    assert_eq!(life.ends.map(|ends| (ends.after, ends.wind_down)), Some((s(60), s(5))));
}

/// ECS-130, ECS-135, PLT-67: all that can never be, together.
#[test]
fn what_can_never_be_is_named() {
    assert_eq!(troubles(&[side(), side()]), [Trouble::NoneEssential]);
    let endless = [side(), after(app(), &[(0, Condition::Complete)])];
    assert_eq!(troubles(&endless), [Trouble::NeverEnds { row: 1, of: 0 }]);
    let failing = ContainerLife { exits_after: Some(s(1)), exit_code: 1, ..side() };
    let waits = [failing.clone(), after(app(), &[(0, Condition::Success)])];
    assert_eq!(troubles(&waits), [Trouble::NeverSucceeds { row: 1, of: 0 }]);
    assert!(life(&[failing, after(app(), &[(0, Condition::Complete)])]).is_ok(), "any code is an end");
    let essential = ContainerLife { exits_after: Some(s(1)), ..app() };
    let waits = [essential, after(app(), &[(0, Condition::Complete)])];
    assert_eq!(troubles(&waits), [Trouble::WaitsForEssential { row: 1, of: 0 }]);
    let waits = [app(), after(app(), &[(0, Condition::Healthy)])];
    assert_eq!(troubles(&waits), [Trouble::NeverHealthy { row: 1, of: 0 }]);
    let gone = ContainerLife { healthy_after: Some(s(9)), exits_after: Some(s(9)), ..side() };
    let waits = [gone, after(app(), &[(0, Condition::Healthy)])];
    assert_eq!(troubles(&waits), [Trouble::NeverHealthy { row: 1, of: 0 }]);
}

/// PLT-68: from the start of the one that is waited for. 20 s are not within 19 s, and are within 20 s.
#[test]
fn waiting_has_an_end() {
    let database = |timeout| ContainerLife {
        start_time: s(50),
        healthy_after: Some(s(20)),
        start_timeout: Some(s(timeout)),
        ..app()
    };
    let waits = after(app(), &[(0, Condition::Healthy)]);
    assert!(life(&[database(20), waits.clone()]).is_ok());
    assert_eq!(troubles(&[database(19), waits]), [Trouble::TooSlow { row: 1, of: 0, takes: s(20) }]);
    assert!(life(&[database(1), after(app(), &[(0, Condition::Start)])]).is_ok(), "a start is waited for");
}

/// The job is over at 5 s, the other essential container would start at 8 s.
#[test]
fn a_task_that_ends_before_it_runs_is_refused() {
    let job = ContainerLife { exits_after: Some(s(5)), ..app() };
    let slow = ContainerLife { start_time: s(8), ..app() };
    let trouble = Trouble::EndsBeforeRunning { row: 0, at: s(5), running_at: s(8) };
    assert_eq!(troubles(&[job, slow]), [trouble]);
}

#[test]
fn circles_are_told_once_each() {
    let waits = |on: usize| after(app(), &[(on, Condition::Start)]);
    assert_eq!(troubles(&[waits(0)]), [Trouble::Cycle(vec![0])]);
    // 0 → 1 → 2 → 0, and 3 hangs on it without being part of it
    assert_eq!(troubles(&[waits(1), waits(2), waits(0), waits(0)]), [Trouble::Cycle(vec![0, 1, 2])]);
    assert_eq!(
        troubles(&[waits(1), waits(0), waits(3), waits(2)]),
        [Trouble::Cycle(vec![0, 1]), Trouble::Cycle(vec![2, 3])]
    );
}

fn any_span() -> impl Strategy<Value = SimSpan> {
    (0..100_u64).prop_map(SimSpan)
}

fn any_container(rows: usize) -> impl Strategy<Value = ContainerLife> {
    let condition = prop::sample::select(vec![
        Condition::Start,
        Condition::Start,
        Condition::Complete,
        Condition::Success,
        Condition::Healthy,
    ]);
    let times = (any_span(), prop::option::of(any_span()), prop::option::weighted(0.4, any_span()), any_span());
    let limits = (prop::option::weighted(0.2, any_span()), prop::option::of(any_span()));
    let dependencies = prop::collection::vec((0..rows, condition), 0..3);
    (any::<bool>(), dependencies, times, limits, 0..2_u8).prop_map(
        |(essential, depends_on, times, limits, exit_code)| {
            let (start_time, healthy_after, exits_after, exit_time) = times;
            let (start_timeout, stop_timeout) = limits;
            ContainerLife {
                essential,
                depends_on,
                start_time,
                healthy_after,
                exits_after,
                exit_code,
                exit_time,
                start_timeout,
                stop_timeout,
            }
        },
    )
}

/// When a container has started, by the definition alone and without any order.
fn started_slowly(containers: &[ContainerLife], row: usize) -> u64 {
    let reached = containers[row].depends_on.iter().map(|(target, condition)| {
        let of = &containers[*target];
        let more = match condition {
            Condition::Start => 0,
            Condition::Complete | Condition::Success => of.exits_after.unwrap().0,
            Condition::Healthy => of.healthy_after.unwrap().0,
        };
        started_slowly(containers, *target) + more
    });
    reached.max().unwrap_or(0) + containers[row].start_time.0
}

/// When a container that is stopped has ended, by the definition alone.
fn stopped_slowly(containers: &[ContainerLife], row: usize, moment: u64) -> u64 {
    let dependents = (0..containers.len()).filter(|other| containers[*other].depends_on.iter().any(|(t, _)| *t == row));
    let signal = dependents.map(|other| stopped_slowly(containers, other, moment)).max().unwrap_or(0);
    let of = &containers[row];
    let over = of.exits_after.is_some_and(|after| started_slowly(containers, row) + after.0 <= moment);
    signal + if over { 0 } else { of.exit_time.0.min(of.stop_timeout.map_or(30_000, |most| most.0)) }
}

proptest! {
    /// The slow twin: recursion over the definition.
    #[test]
    fn lives_are_as_the_definition_says(containers in (1..5_usize).prop_flat_map(|rows| prop::collection::vec(any_container(rows), rows))) {
        match life(&containers) {
            Err(troubles) => prop_assert!(!troubles.is_empty()),
            Ok(life) => {
                let rows = 0..containers.len();
                let start = rows.clone().map(|row| started_slowly(&containers, row)).max().unwrap();
                prop_assert_eq!(life.start_span.0, start);
                let stop = rows.clone().map(|row| stopped_slowly(&containers, row, start)).max().unwrap();
                prop_assert_eq!(life.stop_span.0, stop);
                let exit = |row: usize| Some(started_slowly(&containers, row) + containers[row].exits_after?.0);
                let first = rows.clone().filter(|row| containers[*row].essential).filter_map(exit).min();
                prop_assert_eq!(life.ends.map(|ends| ends.after.0 + start), first);
                if let (Some(ends), Some(moment)) = (life.ends, first) {
                    let down = rows.map(|row| stopped_slowly(&containers, row, moment)).max().unwrap();
                    prop_assert_eq!(ends.wind_down.0, down);
                }
            }
        }
    }
}
