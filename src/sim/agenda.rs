//! The run loop: takes the next event, has it handled, and so on.
//!
//! # Rule SCL-168: no endless instant
//!
//! An event that is asked for at the instant of its cause is one deeper than the
//! cause; one for a later instant has depth 0. A run ends with an error when an
//! event reaches the depth [`Agenda::same_instant_depth`], since time would
//! never go on. The number of events at an instant is no matter: a million of
//! them from one cause have depth 1.

use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::ops::ControlFlow;

use super::queue::{Popped, Queue, Ticket};

/// The depth at which a run ends unless another one is set.
pub const SAME_INSTANT_DEPTH: u16 = 1000;

/// How many events pass between two looks of the watch of a run.
pub const WATCH_EVERY: u64 = 1 << 16;

/// How many events of an endless instant are shown.
const SHOWN: u16 = 10;

/// What is to happen, and the present.
///
/// A handler gets this to ask for further events. Rule SCL-168 applies to what
/// it asks for: nothing happens in the past, nor at the present instant in a
/// class before its own; such an event happens in the next millisecond.
#[derive(Debug)]
pub struct Agenda<E> {
    queue: Queue<E>,
    depth: u16,
    same_instant_depth: u16,
    handled: u64,
    shown: Shown,
}

/// What events do.
pub trait Handler<E> {
    /// Handles an event, at [`Agenda::now`].
    fn handle(&mut self, event: E, agenda: &mut Agenda<E>);

    /// What an event belongs to, for the error of an endless instant.
    fn owner(&self, _event: &E) -> Option<String> {
        None
    }
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// No event is left. The present is still that of the last event.
    RanDry,
    /// The next event is after the horizon, which is the present now.
    AtHorizon,
    /// The watch stopped the run, which may be taken up again.
    Stopped,
}

/// Events caused one another at one instant without an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endless {
    /// The instant that does not end.
    pub at_ms: u64,
    /// The last events, each the cause of the one after it.
    ///
    /// Where several such cycles run side by side at the instant, it is one event
    /// of each depth, the first there was.
    pub chain: Vec<String>,
}

impl Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "events at {} ms cause one another without an end: ", self.at_ms)?;
        f.write_str(&self.chain.join(" -> "))
    }
}

impl Error for Endless {}

impl<E> Default for Agenda<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Agenda<E> {
    /// An agenda with nothing on it, at the first instant.
    pub fn new() -> Self {
        Self {
            queue: Queue::new(),
            depth: 0,
            same_instant_depth: SAME_INSTANT_DEPTH,
            handled: 0,
            shown: Shown::default(),
        }
    }

    /// Sets the depth at which an instant counts as endless; at least 1.
    #[must_use]
    pub fn with_same_instant_depth(mut self, depth: u16) -> Self {
        self.same_instant_depth = depth.max(1);
        self
    }

    /// The depth at which an instant counts as endless.
    pub fn same_instant_depth(&self) -> u16 {
        self.same_instant_depth
    }

    /// The present, in milliseconds.
    #[inline]
    pub fn now(&self) -> u64 {
        self.queue.now()
    }

    /// The class of the event being handled.
    #[inline]
    pub fn class(&self) -> u8 {
        self.queue.class()
    }

    /// How many causes in a row of the event being handled were at this instant.
    #[inline]
    pub fn depth(&self) -> u16 {
        self.depth
    }

    /// How many events were handled so far.
    #[inline]
    pub fn handled(&self) -> u64 {
        self.handled
    }

    /// How many events are pending.
    #[inline]
    pub fn pending(&self) -> usize {
        self.queue.len()
    }

    /// When the next event happens; see [`Queue::peek_time`] for what it takes.
    pub fn next_time(&self) -> Option<u64> {
        self.queue.peek_time()
    }

    /// Asks for an event at a time.
    ///
    /// # Panics
    ///
    /// When the class is 16 or more; so in all that ask for an event.
    #[inline]
    pub fn at(&mut self, when_ms: u64, class: u8, event: E) {
        self.queue.schedule(when_ms, class, event);
    }

    /// Asks for an event after a span of time.
    #[inline]
    pub fn after(&mut self, span_ms: u64, class: u8, event: E) {
        self.queue.schedule(self.now().saturating_add(span_ms), class, event);
    }

    /// Asks for an event at a time that can be cancelled or moved.
    #[inline]
    pub fn cancellable(&mut self, when_ms: u64, class: u8, event: E) -> Ticket {
        self.queue.schedule_cancellable(when_ms, class, event)
    }

    /// Takes an event back; `false` when there is no such event any more.
    pub fn cancel(&mut self, ticket: Ticket) -> bool {
        self.queue.cancel(ticket)
    }

    /// Moves an event; nothing when there is no such event any more.
    pub fn reschedule(&mut self, ticket: Ticket, when_ms: u64, class: u8) -> Option<Ticket> {
        self.queue.reschedule(ticket, when_ms, class)
    }
}

impl<E: Debug> Agenda<E> {
    /// Has events handled, those at exactly the horizon too, but none after it.
    ///
    /// The watch gets the present and the number of events so far after each
    /// [`WATCH_EVERY`] events, and may stop the run.
    pub fn run<H: Handler<E>>(
        &mut self,
        handler: &mut H,
        horizon_ms: u64,
        watch: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Ended, Endless> {
        while let Some(next) = self.queue.pop_until(horizon_ms) {
            self.depth = next.depth;
            // The only cost of the guard for all events but those of a deep cycle.
            if next.depth > self.same_instant_depth.saturating_sub(SHOWN) {
                self.guard(&next, handler)?;
            }
            handler.handle(next.event, self);
            self.handled += 1;
            if self.handled.is_multiple_of(WATCH_EVERY) && watch(self.queue.now(), self.handled).is_break() {
                self.rest();
                return Ok(Ended::Stopped);
            }
        }
        self.rest();
        Ok(if self.queue.is_empty() { Ended::RanDry } else { Ended::AtHorizon })
    }

    /// What is asked for between two runs is caused by no event.
    fn rest(&mut self) {
        self.depth = 0;
        self.queue.rest();
    }

    #[cold]
    fn guard<H: Handler<E>>(&mut self, next: &Popped<E>, handler: &H) -> Result<(), Endless> {
        let first = self.same_instant_depth.saturating_sub(SHOWN) + 1;
        let place = usize::from((next.depth - first).min(SHOWN - 1));
        self.shown.note(next.at_ms, place, || {
            let event = &next.event;
            match handler.owner(event) {
                Some(owner) => format!("{event:?} of {owner}"),
                None => format!("{event:?}"),
            }
        });
        if next.depth < self.same_instant_depth {
            return Ok(());
        }
        self.rest();
        Err(Endless { at_ms: next.at_ms, chain: self.shown.chain() })
    }
}

/// The first event of each of the last depths before the limit.
#[derive(Debug, Default)]
struct Shown {
    at_ms: u64,
    events: [Option<String>; SHOWN as usize],
}

impl Shown {
    /// Since events of a class are first in, first out, the first event of a
    /// depth is as a rule caused by the first one of the depth before it.
    fn note(&mut self, at_ms: u64, place: usize, event: impl FnOnce() -> String) {
        if self.at_ms != at_ms {
            *self = Self { at_ms, ..Self::default() };
        }
        self.events[place].get_or_insert_with(event);
    }

    fn chain(&mut self) -> Vec<String> {
        self.events.iter_mut().filter_map(Option::take).collect()
    }
}
