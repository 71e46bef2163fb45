//! The event queue against a slow and obvious twin, and the rules of the run loop.
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the numbers are small")]

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use longshore::sim::agenda::{Agenda, Ended, Endless, Handler, WATCH_EVERY};
use longshore::sim::queue::{CLASSES, LAST_MS, Popped, Queue, Ticket};
use proptest::prelude::*;

/// All pending events in one sorted map, by time, class and sequence.
#[derive(Default)]
struct Twin {
    now: u64,
    class: u8,
    child_depth: u16,
    sequence: u64,
    pending: BTreeMap<(u64, u8, u64), (u32, u16)>,
}

impl Twin {
    fn schedule(&mut self, at_ms: u64, class: u8, event: u32) {
        let earliest = (self.now, self.class);
        let (mut at, mut class) = (at_ms.min(LAST_MS), class);
        if (at, class) < earliest {
            at = self.now + 1;
        }
        if at > LAST_MS {
            (at, class) = (LAST_MS, class.max(self.class));
        }
        let depth = if at == self.now { self.child_depth } else { 0 };
        self.pending.insert((at, class, self.sequence), (event, depth));
        self.sequence += 1;
    }

    fn cancel(&mut self, event: u32) -> bool {
        let before = self.pending.len();
        self.pending.retain(|_, (other, _)| *other != event);
        self.pending.len() < before
    }

    fn pop_until(&mut self, limit_ms: u64) -> Option<Popped<u32>> {
        let (&(at_ms, class, _), _) = self.pending.first_key_value()?;
        if at_ms > limit_ms {
            if limit_ms > self.now {
                (self.now, self.class, self.child_depth) = (limit_ms, 0, 0);
            }
            return None;
        }
        let (_, (event, depth)) = self.pending.pop_first()?;
        (self.now, self.class, self.child_depth) = (at_ms, class, depth.saturating_add(1));
        Some(Popped { at_ms, class, event, depth })
    }

    fn peek_time(&self) -> Option<u64> {
        self.pending.first_key_value().map(|(&(at_ms, ..), _)| at_ms)
    }
}

/// What is done to both; times are relative to the present.
#[derive(Debug, Clone)]
enum Step {
    Schedule(i64, u8),
    Last(u8),
    Cancellable(i64, u8),
    /// Many at one time, or `step` apart.
    Burst {
        span: i64,
        step: i64,
        class: u8,
        count: u16,
        cancellable: bool,
    },
    Cancel(usize),
    CancelMany(usize),
    Reschedule(usize, i64, u8),
    Pop(u16),
    PopUntil(i64),
    Rest,
}

fn span() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => Just(0_i64),
        4 => 0..4_i64,
        4 => 0..300_i64,
        3 => 0..70_000_i64,
        2 => 0..20_000_000_i64,
        1 => 0..1_i64 << 42,
        1 => -1_000..0_i64,
        // Around the borders of the wheel's digits.
        2 => (0..6_u32, -2..3_i64).prop_map(|(digit, off)| (1_i64 << (8 * digit)) + off),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let class = || 0..CLASSES;
    let burst = (span(), 0..300_i64, class(), 1..400_u16, any::<bool>());
    prop_oneof![
        8 => (span(), class()).prop_map(|(span, class)| Step::Schedule(span, class)),
        1 => class().prop_map(Step::Last),
        4 => (span(), class()).prop_map(|(span, class)| Step::Cancellable(span, class)),
        1 => burst.prop_map(|(span, step, class, count, cancellable)| {
            let step = (step - 200).max(0);
            Step::Burst { span, step, class, count, cancellable }
        }),
        3 => any::<usize>().prop_map(Step::Cancel),
        1 => any::<usize>().prop_map(Step::CancelMany),
        3 => (any::<usize>(), span(), class()).prop_map(|(which, span, class)| Step::Reschedule(which, span, class)),
        8 => (1..3_u16).prop_map(Step::Pop),
        1 => (1..300_u16).prop_map(Step::Pop),
        2 => span().prop_map(Step::PopUntil),
        1 => Just(Step::Rest),
    ]
}

/// The queue and its twin, and all tickets there ever were.
#[derive(Default)]
struct Pair {
    queue: Queue<u32>,
    twin: Twin,
    events: u32,
    tickets: Vec<(Ticket, u32)>,
    replaced: Vec<Ticket>,
}

impl Pair {
    fn at(&self, span: i64) -> u64 {
        self.twin.now.saturating_add_signed(span)
    }

    fn schedule(&mut self, at_ms: u64, class: u8, cancellable: bool) {
        self.events += 1;
        if cancellable {
            let ticket = self.queue.schedule_cancellable(at_ms, class, self.events);
            self.tickets.push((ticket, self.events));
        } else {
            self.queue.schedule(at_ms, class, self.events);
        }
        self.twin.schedule(at_ms, class, self.events);
    }

    fn cancel(&mut self, which: usize) {
        if !self.tickets.is_empty() {
            let (ticket, event) = self.tickets[which % self.tickets.len()];
            assert_eq!(self.queue.cancel(ticket), self.twin.cancel(event));
            assert!(!self.queue.cancel(ticket));
        }
        if !self.replaced.is_empty() {
            assert!(!self.queue.cancel(self.replaced[which % self.replaced.len()]));
        }
    }

    fn reschedule(&mut self, which: usize, at_ms: u64, class: u8) {
        if self.tickets.is_empty() {
            return;
        }
        let which = which % self.tickets.len();
        let (ticket, event) = self.tickets[which];
        let moved = self.queue.reschedule(ticket, at_ms, class);
        assert_eq!(moved.is_some(), self.twin.cancel(event));
        if let Some(moved) = moved {
            self.twin.schedule(at_ms, class, event);
            self.tickets[which].0 = moved;
            self.replaced.push(ticket);
        }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Schedule(span, class) => self.schedule(self.at(span), class, false),
            Step::Last(class) => self.schedule(u64::MAX, class, false),
            Step::Cancellable(span, class) => self.schedule(self.at(span), class, true),
            Step::Burst { span, step, class, count, cancellable } => {
                for number in 0..i64::from(count) {
                    let class = if step == 1 { ((i64::from(class) + number) % 16) as u8 } else { class };
                    self.schedule(self.at(span + number * step), class, cancellable);
                }
            }
            Step::Cancel(which) => self.cancel(which),
            Step::CancelMany(which) => (0..100).for_each(|more| self.cancel(which / 2 + more)),
            Step::Reschedule(which, span, class) => self.reschedule(which, self.at(span), class),
            Step::Pop(count) => {
                for _ in 0..count {
                    assert_eq!(self.queue.pop(), self.twin.pop_until(u64::MAX));
                }
            }
            Step::PopUntil(span) => {
                let limit = self.at(span);
                assert_eq!(self.queue.pop_until(limit), self.twin.pop_until(limit));
            }
            Step::Rest => {
                self.queue.rest();
                self.twin.child_depth = 0;
            }
        }
    }

    fn assert_equal(&self) {
        let Self { queue, twin, .. } = self;
        assert_eq!(queue.len(), twin.pending.len());
        assert_eq!(queue.is_empty(), twin.pending.is_empty());
        assert_eq!(queue.peek_time(), twin.peek_time());
        assert_eq!((queue.now(), queue.class()), (twin.now, twin.class));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_queue_does_what_its_twin_does(steps in prop::collection::vec(step(), 1..300)) {
        let mut pair = Pair::default();
        for step in &steps {
            pair.take(step);
            pair.assert_equal();
        }
        while !pair.twin.pending.is_empty() {
            pair.take(&Step::Pop(1));
        }
        pair.assert_equal();
        prop_assert_eq!(pair.queue.pop(), None);
    }

    /// The rule SCL-168 for handlers: whatever is asked for, time never goes back.
    #[test]
    fn keys_never_decrease(asked in prop::collection::vec((span(), 0..CLASSES), 1..400)) {
        let mut queue = Queue::new();
        queue.schedule(1_000, 8, ());
        let mut last = (0, 0);
        let mut asked = asked.into_iter();
        while let Some(popped) = queue.pop() {
            prop_assert!((popped.at_ms, popped.class) >= last);
            last = (popped.at_ms, popped.class);
            for (span, class) in asked.by_ref().take(2) {
                queue.schedule(popped.at_ms.saturating_add_signed(span), class, ());
            }
        }
    }
}

/// The hold model at a size at which all ways of filing occur.
#[test]
fn many_pending_events_come_in_order() {
    let mut pair = Pair::default();
    let mut state = 7_u64;
    let mut draw = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % below
    };
    for _ in 0..30_000 {
        let (at, class) = (draw(60_000), draw(16) as u8);
        pair.schedule(at, class, draw(20) == 0);
    }
    for _ in 0..100_000 {
        assert_eq!(pair.queue.pop(), pair.twin.pop_until(u64::MAX));
        let span = [0, 1, 50, 3_000, 60_000, 90_000_000][draw(6) as usize];
        let (at, class) = (pair.twin.now + draw(span + 1), draw(16) as u8);
        pair.schedule(at, class, draw(20) == 0);
    }
    pair.assert_equal();
}

#[test]
fn a_stale_ticket_is_harmless() {
    let mut queue = Queue::new();
    let taken = queue.schedule_cancellable(1, 0, 'a');
    assert_eq!(queue.pop().map(|popped| popped.event), Some('a'));
    // This one gets the place of the one before.
    let other = queue.schedule_cancellable(2, 0, 'b');
    assert_ne!(taken, other);
    assert!(!queue.cancel(taken));
    assert_eq!(queue.reschedule(taken, 9, 0), None);
    let moved = queue.reschedule(other, 3, 0).expect("it is pending");
    assert!(!queue.cancel(other));
    assert_eq!((queue.len(), queue.peek_time()), (1, Some(3)));
    assert!(queue.cancel(moved));
    assert!(!queue.cancel(moved));
    assert_eq!((queue.len(), queue.peek_time(), queue.pop()), (0, None, None));
}

#[test]
#[should_panic(expected = "class 16 of an event is not less than 16")]
fn a_class_too_high_is_refused() {
    Queue::new().schedule(0, 16, ());
}

/// Events and what each one asks for: a span from now, a class, and an event.
type Plan = fn(u32) -> Vec<(u64, u8, u32)>;

struct Planned {
    plan: Plan,
    seen: Vec<(u64, u8, u32)>,
}

impl Planned {
    fn new(plan: Plan) -> Self {
        Self { plan, seen: Vec::new() }
    }
}

impl Handler<u32> for Planned {
    fn handle(&mut self, event: u32, agenda: &mut Agenda<u32>) {
        self.seen.push((agenda.now(), agenda.class(), event));
        for (span, class, event) in (self.plan)(event) {
            agenda.after(span, class, event);
        }
    }

    fn owner(&self, event: &u32) -> Option<String> {
        event.is_multiple_of(2).then(|| "the even".into())
    }
}

fn run(agenda: &mut Agenda<u32>, plan: Plan, horizon: u64) -> (Result<Ended, Endless>, Planned) {
    let mut planned = Planned::new(plan);
    let ended = agenda.run(&mut planned, horizon, &mut |_, _| ControlFlow::Continue(()));
    (ended, planned)
}

#[test]
fn events_at_the_horizon_happen_and_none_after_it() {
    let mut agenda = Agenda::new();
    for at in [100, 101, 99, 100] {
        agenda.at(at, 1, at as u32);
    }
    // At the horizon, the first of them asks for one more there.
    let plan: Plan = |event| {
        if event == 99 { vec![(1, 0, 1), (2, 0, 2)] } else { vec![] }
    };
    let (ended, planned) = run(&mut agenda, plan, 100);
    assert_eq!(ended, Ok(Ended::AtHorizon));
    assert_eq!(planned.seen, [(99, 1, 99), (100, 0, 1), (100, 1, 100), (100, 1, 100)]);
    assert_eq!((agenda.now(), agenda.pending(), agenda.handled()), (100, 2, 4));
    assert_eq!(agenda.next_time(), Some(101));
    let (ended, planned) = run(&mut agenda, plan, 200);
    assert_eq!(ended, Ok(Ended::RanDry));
    assert_eq!(planned.seen, [(101, 0, 2), (101, 1, 101)]);
    assert_eq!(agenda.now(), 101);
}

#[test]
fn the_horizon_becomes_the_present_when_nothing_happens_before_it() {
    let mut agenda = Agenda::new();
    agenda.at(1 << 41, 5, 1);
    assert_eq!(run(&mut agenda, |_| vec![], 1 << 40).0, Ok(Ended::AtHorizon));
    assert_eq!(agenda.now(), 1 << 40);
    agenda.at(3, 0, 2); // in the past
    agenda.after(0, 0, 3);
    let (ended, planned) = run(&mut agenda, |_| vec![], u64::MAX);
    assert_eq!(ended, Ok(Ended::RanDry));
    let next = (1 << 40) + 1;
    assert_eq!(planned.seen, [(1 << 40, 0, 3), (next, 0, 2), (1 << 41, 5, 1)]);
}

#[test]
fn an_earlier_class_at_the_present_instant_waits_a_millisecond() {
    let mut agenda = Agenda::new();
    agenda.at(10, 4, 1);
    let plan: Plan = |event| match event {
        1 => vec![(0, 3, 2), (0, 4, 3), (0, 9, 4), (0, 5, 5)],
        _ => vec![],
    };
    let (_, planned) = run(&mut agenda, plan, 100);
    let order = [(10, 4, 1), (10, 4, 3), (10, 5, 5), (10, 9, 4), (11, 3, 2)];
    assert_eq!(planned.seen, order);
}

#[test]
fn an_endless_instant_is_an_error_with_the_last_events() {
    let mut agenda = Agenda::new();
    agenda.at(42, 0, 0);
    let (ended, planned) = run(&mut agenda, |event| vec![(0, 1, event + 1)], u64::MAX);
    let Endless { at_ms, chain } = ended.expect_err("it has no end");
    assert_eq!((at_ms, chain.len(), planned.seen.len()), (42, 10, 1000));
    assert_eq!(chain[0], "991");
    assert_eq!(chain[9], "1000 of the even");
    let shown = Endless { at_ms, chain: chain[8..].to_vec() }.to_string();
    let expected = "events at 42 ms cause one another without an end: 999 -> 1000 of the even";
    assert_eq!(shown, expected);
}

#[test]
fn of_two_endless_cycles_one_is_shown() {
    let mut agenda = Agenda::new().with_same_instant_depth(50);
    agenda.at(7, 0, 0);
    agenda.at(7, 0, 1_000);
    let (ended, _) = run(&mut agenda, |event| vec![(0, 0, event + 1)], u64::MAX);
    let chain = ended.expect_err("it has no end").chain;
    let numbers: Vec<_> = chain.iter().map(|event| event.split(' ').next().unwrap()).collect();
    assert_eq!(numbers, ["41", "42", "43", "44", "45", "46", "47", "48", "49", "50"]);
}

#[test]
fn a_small_depth_shows_the_events_there_are() {
    for depth in 1..12_u16 {
        let mut agenda = Agenda::new().with_same_instant_depth(depth);
        assert_eq!(agenda.same_instant_depth(), depth);
        agenda.at(7, 0, 0);
        let (ended, planned) = run(&mut agenda, |event| vec![(0, 0, event + 1)], u64::MAX);
        let chain = ended.expect_err("it has no end").chain;
        assert_eq!(chain.len(), usize::from(depth.min(10)));
        assert_eq!(planned.seen.len(), usize::from(depth));
    }
}

#[test]
fn depth_starts_anew_when_time_goes_on() {
    let mut agenda = Agenda::new();
    agenda.at(0, 0, 0);
    // 999 at an instant, and then the next instant.
    let plan: Plan = |event| match event {
        50_000 => vec![],
        _ => vec![(u64::from(event % 1000 == 999), 0, event + 1)],
    };
    let (ended, _) = run(&mut agenda, plan, u64::MAX);
    assert_eq!((ended, agenda.now(), agenda.handled()), (Ok(Ended::RanDry), 50, 50_001));
}

#[test]
fn a_million_events_from_one_cause_are_no_cycle() {
    struct Burst(u64);
    impl Handler<bool> for Burst {
        fn handle(&mut self, cause: bool, agenda: &mut Agenda<bool>) {
            assert_eq!(agenda.depth(), u16::from(!cause));
            self.0 += 1;
            if cause {
                (0..1_000_000).for_each(|_| agenda.after(0, 0, false));
            }
        }
    }
    let mut agenda = Agenda::new().with_same_instant_depth(2);
    agenda.at(0, 0, true);
    let mut burst = Burst(0);
    let ended = agenda.run(&mut burst, 0, &mut |_, _| ControlFlow::Continue(()));
    assert_eq!((ended, burst.0, agenda.now()), (Ok(Ended::RanDry), 1_000_001, 0));
}

#[test]
fn the_watch_looks_now_and_then_and_can_stop_the_run() {
    let mut agenda = Agenda::new();
    agenda.at(0, 0, 0);
    let mut planned = Planned::new(|event| vec![(2, 0, event)]);
    let mut looks = Vec::new();
    let mut watch = |now, events| {
        looks.push((now, events));
        if looks.len() == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let ended = agenda.run(&mut planned, u64::MAX, &mut watch);
    assert_eq!((ended, agenda.pending()), (Ok(Ended::Stopped), 1));
    let look = |number| (2 * (number * WATCH_EVERY - 1), number * WATCH_EVERY);
    assert_eq!(looks, [look(1), look(2), look(3)]);
    let ended = agenda.run(&mut planned, agenda.now() + 10, &mut |_, _| ControlFlow::Continue(()));
    assert_eq!((ended, agenda.handled()), (Ok(Ended::AtHorizon), 3 * WATCH_EVERY + 5));
}

#[test]
fn runs_one_after_another_are_no_cycle() {
    let mut agenda = Agenda::new().with_same_instant_depth(3);
    for event in 0..10 {
        agenda.after(0, 0, event);
        assert_eq!(run(&mut agenda, |_| vec![], 0).0, Ok(Ended::RanDry));
        assert_eq!(agenda.depth(), 0);
    }
    assert_eq!(agenda.handled(), 10);
}

#[test]
fn a_handler_cancels_and_moves() {
    struct Timeout(Option<Ticket>, Vec<(u64, char)>);
    impl Handler<char> for Timeout {
        fn handle(&mut self, event: char, agenda: &mut Agenda<char>) {
            self.1.push((agenda.now(), event));
            self.0 = match (event, self.0.take()) {
                ('s', _) => Some(agenda.cancellable(agenda.now() + 50, 2, 't')),
                ('m', Some(ticket)) => agenda.reschedule(ticket, 90, 2),
                ('c', Some(ticket)) => {
                    assert!(agenda.cancel(ticket));
                    None
                }
                (_, other) => other,
            };
        }
    }
    let mut agenda = Agenda::new();
    for (at, event) in [(0, 's'), (40, 'm'), (91, 's'), (100, 'c'), (200, 'c')] {
        agenda.at(at, 1, event);
    }
    let mut timeout = Timeout(None, Vec::new());
    let ended = agenda.run(&mut timeout, 1000, &mut |_, _| ControlFlow::Continue(()));
    assert_eq!(ended, Ok(Ended::RanDry));
    let seen = [(0, 's'), (40, 'm'), (90, 't'), (91, 's'), (100, 'c'), (200, 'c')];
    assert_eq!(timeout.1, seen);
}
