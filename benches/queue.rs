//! The hold model: the next event is taken and asks for another one, so that the
//! number of pending events stays the same. Gaps are exponential with a mean of
//! 60 s, in whole milliseconds, and drawn before the clock starts.
//!
//! * `engine`: the run loop that ships, with a handler that does nothing else;
//! * `mixed`: the same over 12 classes, with 5 % of the events cancellable and
//!   half of those cancelled and replaced;
//! * `heap` and `packed`: `BinaryHeap` of the standard library without a run loop,
//!   ordered by time, class and sequence, or with time and class in one word; which
//!   of them is faster depends on the number pending, and the faster one counts;
//! * `simcore`: the published crate of that name and its run loop.
//!
//! `cargo bench --bench queue -- [--quick] [--check]`

mod support;

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::rc::Rc;

use longshore::sim::agenda::{Agenda, Ended, Handler, WATCH_EVERY};
use longshore::sim::queue::Ticket;
use serde::Serialize;
use simcore::{EventHandler, Simulation, SimulationContext};
use support::{Case, Options, Taken, measure};

const MEAN_MS: f64 = 60_000.0;
const GAPS: usize = 1 << 20;

/// How many are pending, and what of `heap` the engine may take, what `simcore`
/// must take of the engine, and what of `heap` is aimed at.
const REQUIRED: [(usize, f64, f64, f64); 3] =
    [(1_000, 1.5, 1.0, 1.0), (100_000, 1.0, 1.8, 0.5), (1_000_000, 0.5, 3.0, 0.2)];

/// As large as the events of the engine: 16 bytes.
#[derive(Debug, Clone, Copy, Serialize)]
enum Event {
    Arrive { service: u32, token: u64 },
    Leave { task: u32, token: u64 },
}

impl Event {
    fn new(token: u64) -> Self {
        if token.is_multiple_of(2) { Self::Arrive { service: 1, token } } else { Self::Leave { task: 2, token } }
    }

    /// The event that follows, which makes every case read what it took.
    fn next(self) -> Self {
        match self {
            Self::Arrive { service, token } => Self::Leave { task: service, token },
            Self::Leave { task, token } => Self::Arrive { service: task, token },
        }
    }
}

/// The same gaps for all cases, again and again.
struct Gaps<'a> {
    all: &'a [u32],
    at: usize,
}

impl Gaps<'_> {
    #[inline]
    fn next(&mut self) -> u64 {
        self.at = (self.at + 1) % GAPS;
        u64::from(self.all[self.at])
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn gaps() -> Vec<u32> {
    let mut state = 20_260_727_u64;
    let mut draw = || {
        // SplitMix64: a benchmark needs no better generator.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let uniform = ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
        (-libm::log(1.0 - uniform) * MEAN_MS).round() as u32
    };
    (0..GAPS).map(|_| draw()).collect()
}

struct Plain<'a> {
    gaps: Gaps<'a>,
}

impl Handler<Event> for Plain<'_> {
    #[inline]
    fn handle(&mut self, event: Event, agenda: &mut Agenda<Event>) {
        agenda.after(self.gaps.next(), 3, event.next());
    }
}

struct Mixed<'a> {
    gaps: Gaps<'a>,
    count: u64,
    ticket: Option<Ticket>,
}

impl Handler<Event> for Mixed<'_> {
    fn handle(&mut self, event: Event, agenda: &mut Agenda<Event>) {
        self.count += 1;
        let class = (self.count * 7 % 12) as u8;
        let when = agenda.now() + self.gaps.next();
        match self.count % 40 {
            0 | 20 => self.ticket = Some(agenda.cancellable(when, class, event.next())),
            19 => {
                agenda.at(when, class, event.next());
                if self.ticket.take().is_some_and(|ticket| agenda.cancel(ticket)) {
                    agenda.after(self.gaps.next(), class, event.next());
                }
            }
            _ => agenda.at(when, class, event.next()),
        }
    }
}

fn engine<'a, H: Handler<Event> + 'a>(name: &'static str, pending: usize, gaps: &'a [u32], mut handler: H) -> Case<'a> {
    let mut agenda = Agenda::new();
    let mut gaps = Gaps { all: gaps, at: GAPS / 2 };
    for token in 0..pending as u64 {
        agenda.after(gaps.next(), 3, Event::new(token));
    }
    let work = move |count: u64| {
        let until = agenda.handled() + count;
        let mut watch = |_, handled| {
            if handled < until { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let ended = agenda.run(&mut handler, u64::MAX, &mut watch);
        assert_eq!(ended, Ok(Ended::Stopped));
        assert_eq!((agenda.pending(), agenda.handled()), (pending, until));
    };
    Case { name, work: Box::new(work) }
}

/// `K` is the order: time first, sequence last.
struct Entry<K> {
    order: K,
    event: Event,
}

impl<K: Ord> PartialEq for Entry<K> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<K: Ord> Eq for Entry<K> {}

impl<K: Ord> PartialOrd for Entry<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord> Ord for Entry<K> {
    /// The greatest of the heap is the first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.order.cmp(&self.order)
    }
}

/// The order is made of a time and a sequence, and gives the time back.
fn heap<'a, K: Ord + 'a>(
    name: &'static str,
    pending: usize,
    gaps: &'a [u32],
    order: impl Fn(u64, u64) -> K + 'a,
    time: impl Fn(&K) -> u64 + 'a,
) -> Case<'a> {
    let mut heap = BinaryHeap::new();
    let mut gaps = Gaps { all: gaps, at: GAPS / 2 };
    let mut sequence = 0;
    for token in 0..pending as u64 {
        let (order, event) = (order(gaps.next(), sequence), Event::new(token));
        heap.push(Entry { order, event });
        sequence += 1;
    }
    gaps.at = 0;
    let work = move |count| {
        for _ in 0..count {
            let entry = heap.pop().expect("the number pending does not change");
            let order = order(time(&entry.order) + gaps.next(), sequence);
            let event = entry.event.next();
            heap.push(Entry { order, event });
            sequence += 1;
        }
        black_box(&heap);
    };
    let work = Box::new(work);
    Case { name, work }
}

struct Component<'a> {
    gaps: Gaps<'a>,
    context: SimulationContext,
}

impl EventHandler for Component<'static> {
    fn on(&mut self, event: simcore::Event) {
        let Ok(event) = event.data.downcast::<Event>() else {
            return;
        };
        #[expect(clippy::cast_precision_loss, reason = "minutes")]
        self.context.emit_self(event.next(), self.gaps.next() as f64 / 1000.0);
    }
}

fn simcore_case(pending: usize, gaps: &'static [u32]) -> Case<'static> {
    let mut simulation = Simulation::new(1);
    let context = simulation.create_context("component");
    let mut gaps = Gaps { all: gaps, at: GAPS / 2 };
    for token in 0..pending as u64 {
        #[expect(clippy::cast_precision_loss, reason = "minutes")]
        context.emit_self(Event::new(token), gaps.next() as f64 / 1000.0);
    }
    gaps.at = 0;
    simulation.add_handler("component", Rc::new(RefCell::new(Component { gaps, context })));
    let work = move |count| assert!(simulation.steps(count));
    Case { name: "simcore", work: Box::new(work) }
}

fn main() -> ExitCode {
    let options = Options::read();
    let gaps: &'static [u32] = Vec::leak(gaps());
    let rounds = if options.quick { 7 } else { 31 };
    let mut met = true;
    println!("pending    case      ns/event   of heap (at most, aim)    of engine (required)");
    for (pending, most, least, aim) in REQUIRED {
        let plain = Plain { gaps: Gaps { all: gaps, at: 0 } };
        let mixed = Mixed { gaps: Gaps { all: gaps, at: 0 }, count: 0, ticket: None };
        let mut cases = [
            engine("engine", pending, gaps, plain),
            engine("mixed", pending, gaps, mixed),
            heap("heap", pending, gaps, |at, seq| (at, 3_u8, seq), |order| order.0),
            heap("packed", pending, gaps, |at, seq| (at << 4 | 3, seq), |order| order.0 >> 4),
            simcore_case(pending, gaps),
        ];
        let warm_up = (2 * pending as u64).next_multiple_of(WATCH_EVERY);
        let taken = measure(&mut cases, warm_up, 4 * WATCH_EVERY, rounds);
        met &= report(pending, &taken, (most, least, aim));
    }
    if options.check && !met {
        eprintln!("a required ratio is missed");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Prints the table of one number of pending events; whether all is as required.
fn report(pending: usize, taken: &[Taken], (most, least, aim): (f64, f64, f64)) -> bool {
    let [engine, _, plain, packed, simcore] = taken else { unreachable!("five cases") };
    let heap = if packed.median() < plain.median() { packed } else { plain };
    for case in taken {
        let (of_heap, of_engine) = (case.over(heap), case.over(engine));
        let (mut heap_note, mut engine_note) = (String::new(), String::new());
        match case.name {
            "engine" => heap_note = format!("(at most {most}, {aim})"),
            "simcore" => engine_note = format!("(at least {least})"),
            _ => {}
        }
        let (name, ns) = (case.name, case.median());
        println!("{pending:<10} {name:<9} {ns:>8.1}   {of_heap:>6.2} {heap_note:<20}   {of_engine:>6.2} {engine_note}");
    }
    engine.over(heap) <= most && simcore.over(engine) >= least
}
