//! The event queue: what happens next, and in which order.
//!
//! The order is total: time in whole milliseconds, then the class of the event,
//! then first in, first out. Two runs of a scenario can therefore never differ
//! in the order of their events.
//!
//! # Rule SCL-168: no event for the past
//!
//! At the present instant an event can only be asked for in the class of the
//! event being handled or in a later one. What is asked for in an earlier class
//! at the present instant, or for the past, happens in the next millisecond.
//!
//! # How it works
//!
//! The rule makes the queue *monotone*: nothing is ever put before what was
//! taken last. That permits a radix wheel instead of a heap. A pending event is
//! filed by the highest digit (in base 256) in which its time differs from the
//! present, so it moves at most once per digit on its way to the present:
//!
//! * level 0 has one bucket per millisecond, level 1 one per 256 ms, level 2 one
//!   per 65.5 s, and so on for 60 bits of time; a bitmap per level finds the first
//!   bucket with entries;
//! * when the first bucket has few entries, whatever its level, they become the
//!   *front*, which is sorted, and need no more filing; when it has many, they are
//!   filed in the level below. So work per event does not grow with the number
//!   pending, and with few pending no bucket is touched for one event;
//! * what is asked for at the present instant waits in one *lane* per class; only
//!   there do events carry a depth.
//!
//! Equal times are always in the same place, and buckets and lanes are first in,
//! first out, which makes the order stable without a sequence number.
//!
//! # Memory
//!
//! A bucket keeps at most 64 entries of capacity for itself. What is above that is
//! in chunks that all buckets share; a chunk goes back to the shared pool as soon
//! as it is emptied, and the pool keeps no more spare chunks than there are chunks
//! in use (and 64). So a steady run allocates nothing, and memory follows the
//! number of pending events down as well as up. A lane that has become long gives
//! its memory back when it is empty. Cancelled events leave an entry behind; when
//! those outnumber the pending events they are swept out. Only the places of
//! cancellable events, with their generations, stay: one per cancellable event
//! that was pending at once.

mod held;
#[cfg(test)]
mod tests;
mod wheel;

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::mem;

use held::Held;
use wheel::{Bucket, CHUNK, Wheel, span};

/// How many classes of events there are: a class is less than this.
pub const CLASSES: u8 = 16;

/// The last instant there is, 36 million years after the first one.
///
/// What is asked for later than this happens at this instant.
pub const LAST_MS: u64 = (1 << 60) - 1;

const CLASS_BITS: u32 = 4;
/// Entries in the front at most, lest an insertion there take long.
const FRONT: usize = 2 * CHUNK;
/// Entries of capacity that an empty lane may keep.
const LANE_KEEPS: usize = 4096;
/// Cancelled entries that are never worth a sweep.
const STALE_MIN: usize = 1024;

/// A claim on a cancellable event, good until the event happens or is cancelled.
///
/// It carries a generation: a ticket that has outlived its event is harmless,
/// even when the place of that event has been given to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket {
    slot: u32,
    generation: u32,
}

/// An event that was taken from the queue: it happens now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Popped<E> {
    /// When it happens.
    pub at_ms: u64,
    /// Its class.
    pub class: u8,
    /// What happens.
    pub event: E,
    /// How many causes in a row happened at this same instant.
    pub depth: u16,
}

/// The pending events, in order of time, class and arrival.
///
/// See the [module](self) for the order, the rule SCL-168 and the workings.
#[derive(Debug)]
pub struct Queue<E> {
    now: u64,
    class: u8,
    /// What an event gets that is asked for at the present instant.
    child_depth: u16,
    /// Pending events that are not cancelled.
    live: usize,
    /// Entries in lanes and buckets whose event was cancelled or moved.
    stale: usize,
    lanes: Lanes<E>,
    /// The next entries before `front_end`, last one first.
    front: Vec<Entry<E>>,
    /// All entries in the wheel are at this time or later.
    front_end: u64,
    wheel: Wheel<E>,
    held: Held<E>,
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Queue<E> {
    /// An empty queue whose present is the first instant, class 0.
    pub fn new() -> Self {
        Self {
            now: 0,
            class: 0,
            child_depth: 0,
            live: 0,
            stale: 0,
            lanes: Lanes::new(),
            front: Vec::new(),
            front_end: 0,
            wheel: Wheel::new(),
            held: Held::new(),
        }
    }

    /// How many events are pending; cancelled ones do not count.
    #[inline]
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether no event is pending.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// The present: when the last event taken happens, or the last limit of
    /// [`pop_until`](Self::pop_until) that was reached.
    #[inline]
    pub fn now(&self) -> u64 {
        self.now
    }

    /// The class of the last event taken at the present instant, or else 0.
    #[inline]
    pub fn class(&self) -> u8 {
        self.class
    }

    /// Adds an event; see rule SCL-168 in the [module](self) for the past.
    ///
    /// # Panics
    ///
    /// When `class` is not less than [`CLASSES`].
    #[inline]
    pub fn schedule(&mut self, at_ms: u64, class: u8, event: E) {
        self.live += 1;
        self.insert(at_ms, class, What::Plain(event));
    }

    /// Adds an event that can be cancelled or moved with the ticket.
    ///
    /// # Panics
    ///
    /// When `class` is not less than [`CLASSES`].
    #[inline]
    pub fn schedule_cancellable(&mut self, at_ms: u64, class: u8, event: E) -> Ticket {
        let ticket = self.held.hold(event);
        self.live += 1;
        self.insert(at_ms, class, What::Held(ticket));
        ticket
    }

    /// Takes an event back; `false` when it has happened, was cancelled before,
    /// or was moved, which gave it another ticket.
    pub fn cancel(&mut self, ticket: Ticket) -> bool {
        let cancelled = self.held.take(ticket).is_some();
        if cancelled {
            self.live -= 1;
            self.went_stale();
        }
        cancelled
    }

    /// Moves an event to another time and class, behind its equals there.
    ///
    /// Gives the ticket that replaces the one given, or nothing when there is no
    /// such event any more.
    ///
    /// # Panics
    ///
    /// When `class` is not less than [`CLASSES`].
    pub fn reschedule(&mut self, ticket: Ticket, at_ms: u64, class: u8) -> Option<Ticket> {
        let event = self.held.take(ticket)?;
        let ticket = self.held.hold(event);
        self.insert(at_ms, class, What::Held(ticket));
        self.went_stale();
        Some(ticket)
    }

    /// Takes the next event, which becomes the present.
    #[inline]
    pub fn pop(&mut self) -> Option<Popped<E>> {
        self.pop_until(u64::MAX)
    }

    /// Takes the next event if it is not after `limit_ms`.
    ///
    /// When events are pending but all after the limit, then the limit becomes
    /// the present, if it is not in the past. When none is pending, the present
    /// stays what it was.
    #[inline]
    pub fn pop_until(&mut self, limit_ms: u64) -> Option<Popped<E>> {
        while self.live > 0 {
            let (class, what, depth) = if self.lanes.occupied != 0 {
                self.take_present(limit_ms)?
            } else if let Some(next) = self.front.last() {
                if next.time() > limit_ms {
                    self.reach(limit_ms);
                    return None;
                }
                let entry = self.front.pop()?;
                self.reach(entry.time());
                (entry.class(), entry.what, 0)
            } else if self.advance(limit_ms) {
                continue;
            } else {
                return None;
            };
            let event = match what {
                What::Plain(event) => event,
                What::Held(ticket) => {
                    let Some(event) = self.held.take(ticket) else {
                        self.stale -= 1;
                        continue;
                    };
                    event
                }
            };
            self.live -= 1;
            self.class = class;
            self.child_depth = depth.saturating_add(1);
            let at_ms = self.now;
            return Some(Popped { at_ms, class, event, depth });
        }
        None
    }

    /// Ends the handling of the event taken last: what is asked for at the present
    /// instant has depth 0 until the next event is taken.
    #[inline]
    pub fn rest(&mut self) {
        self.child_depth = 0;
    }

    /// When the next event happens.
    ///
    /// This looks through the first bucket that has a pending event and changes
    /// nothing; to run up to a limit, [`pop_until`](Self::pop_until) is cheaper.
    pub fn peek_time(&self) -> Option<u64> {
        if self.lanes.iter().any(|what| self.held.is_pending(what)) {
            return Some(self.now);
        }
        let pending = |entry: &&Entry<E>| self.held.is_pending(&entry.what);
        let front = self.front.iter().rev().find(pending).map(Entry::time);
        front.or_else(|| {
            let mut buckets = self.wheel.buckets();
            buckets.find_map(|bucket| bucket.iter().filter(pending).map(Entry::time).min())
        })
    }

    #[inline]
    fn insert(&mut self, at_ms: u64, class: u8, what: What<E>) {
        assert!(class < CLASSES, "class {class} of an event is not less than {CLASSES}");
        let (at, class) = self.lawful(at_ms, class);
        if at == self.now {
            self.lanes.push(class, what, self.child_depth);
        } else if at < self.front_end {
            self.insert_in_front(Entry::new(at, class, what));
        } else {
            self.wheel.push(self.now, Entry::new(at, class, what));
        }
    }

    /// Rule SCL-168.
    #[inline]
    fn lawful(&self, at_ms: u64, class: u8) -> (u64, u8) {
        let at = at_ms.min(LAST_MS);
        if at > self.now || (at == self.now && class >= self.class) {
            (at, class)
        } else if self.now < LAST_MS {
            (self.now + 1, class)
        } else {
            (self.now, class.max(self.class))
        }
    }

    /// Puts an entry behind its equals, or files the front if that has become long.
    fn insert_in_front(&mut self, entry: Entry<E>) {
        if self.front.len() < FRONT {
            let place = self.front.partition_point(|other| other.key > entry.key);
            self.front.insert(place, entry);
            return;
        }
        // Nothing from here to the end of the front is in the wheel, and all goes
        // to a level below the one it came from: an entry does this a few times.
        self.front_end = self.now + 1;
        let later = self.front.partition_point(|other| other.time() > self.now);
        for entry in self.front.drain(..later).rev() {
            self.wheel.push(self.now, entry);
        }
        self.wheel.push(self.now, entry);
    }

    /// An entry of the present instant, when there is one in the lanes; those in
    /// the front were asked for before it came.
    fn take_present(&mut self, limit_ms: u64) -> Option<(u8, What<E>, u16)> {
        if self.now > limit_ms {
            return None;
        }
        let in_lanes = self.now << CLASS_BITS | u64::from(self.lanes.first());
        if self.front.last().is_some_and(|next| next.key <= in_lanes) {
            let entry = self.front.pop()?;
            return Some((entry.class(), entry.what, 0));
        }
        self.lanes.pop()
    }

    /// Makes a front of the first bucket, or files its entries anew when they are
    /// many; `false` when the bucket is after the limit.
    fn advance(&mut self, limit_ms: u64) -> bool {
        let (level, slot) = self.wheel.first();
        let (start, end) = span(level, slot, self.now);
        // The present may go to any time that is before all other buckets without
        // a change to what is filed in those: the highest digit in which they
        // differ from the present stays the same one.
        if start > limit_ms {
            self.reach(limit_ms);
            return false;
        }
        let bucket = self.wheel.vacate(level, slot);
        if bucket.full.is_empty() {
            // The next one is the last one, to be popped; so are equals, turned round.
            self.front.extend(bucket.tail.drain(..).rev());
            self.front.sort_by_key(|entry| Reverse(entry.key));
            self.front_end = end;
        } else {
            let mut bucket = mem::take(bucket);
            self.reach(start);
            self.spread(&mut bucket);
            self.wheel.put_back(level, slot, bucket);
        }
        true
    }

    /// Files the entries of a bucket anew, in the order in which they came.
    fn spread(&mut self, bucket: &mut Bucket<E>) {
        for mut chunk in bucket.full.drain(..) {
            chunk.drain(..).for_each(|entry| self.file(entry));
            self.wheel.pool.put(chunk);
        }
        bucket.tail.drain(..).for_each(|entry| self.file(entry));
    }

    /// Makes a time the present at which nothing has happened yet.
    #[inline]
    fn reach(&mut self, now: u64) {
        if now > self.now {
            self.now = now;
            self.class = 0;
            self.child_depth = 0;
        }
    }

    #[inline]
    fn file(&mut self, entry: Entry<E>) {
        if entry.time() == self.now {
            self.lanes.push(entry.class(), entry.what, 0);
        } else {
            self.wheel.push(self.now, entry);
        }
    }

    /// Notes that one more entry is without its event, and sweeps such entries
    /// out once they are the majority: the work per cancelled event is constant.
    fn went_stale(&mut self) {
        self.stale += 1;
        if self.stale > self.live + STALE_MIN {
            let held = &self.held;
            self.lanes.retain(|what| held.is_pending(what));
            self.front.retain(|entry| held.is_pending(&entry.what));
            self.wheel.retain(|what| held.is_pending(what));
            self.stale = 0;
        }
    }
}

/// The event itself, or the place where a cancellable one is kept.
///
/// An `enum` of 16 bytes has room for this in its own tag, so that an entry is
/// 24 bytes.
#[derive(Debug)]
enum What<E> {
    Plain(E),
    Held(Ticket),
}

#[derive(Debug)]
struct Entry<E> {
    /// Time and class.
    key: u64,
    what: What<E>,
}

impl<E> Entry<E> {
    #[inline]
    fn new(at_ms: u64, class: u8, what: What<E>) -> Self {
        Self { key: at_ms << CLASS_BITS | u64::from(class), what }
    }

    #[inline]
    fn time(&self) -> u64 {
        self.key >> CLASS_BITS
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "masked to four bits")]
    fn class(&self) -> u8 {
        self.key as u8 & (CLASSES - 1)
    }
}

/// The events of the present instant, by class.
#[derive(Debug)]
struct Lanes<E> {
    occupied: u16,
    lanes: [VecDeque<(What<E>, u16)>; CLASSES as usize],
}

impl<E> Lanes<E> {
    fn new() -> Self {
        Self { occupied: 0, lanes: [const { VecDeque::new() }; CLASSES as usize] }
    }

    #[inline]
    fn push(&mut self, class: u8, what: What<E>, depth: u16) {
        self.occupied |= 1 << class;
        self.lanes[usize::from(class)].push_back((what, depth));
    }

    /// The class of the first event; there must be one.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a bit of sixteen")]
    fn first(&self) -> u8 {
        self.occupied.trailing_zeros() as u8
    }

    #[inline]
    fn pop(&mut self) -> Option<(u8, What<E>, u16)> {
        let class = self.first();
        let lane = &mut self.lanes[usize::from(class)];
        let (what, depth) = lane.pop_front()?;
        if lane.is_empty() {
            self.occupied &= self.occupied - 1;
            if lane.capacity() > LANE_KEEPS {
                *lane = VecDeque::new();
            }
        }
        Some((class, what, depth))
    }

    fn iter(&self) -> impl Iterator<Item = &What<E>> {
        self.lanes.iter().flatten().map(|(what, _)| what)
    }

    fn retain(&mut self, keep: impl Fn(&What<E>) -> bool) {
        for (class, lane) in self.lanes.iter_mut().enumerate() {
            lane.retain(|(what, _)| keep(what));
            if lane.is_empty() {
                self.occupied &= !(1 << class);
            }
        }
    }
}
