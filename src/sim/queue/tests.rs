//! What cannot be seen from outside: sizes, and what is kept of memory.

use super::held::Held;
use super::wheel::SPARE_CHUNKS;
use super::{Entry, LANE_KEEPS, Queue, STALE_MIN};

#[test]
fn an_entry_of_an_enum_of_16_bytes_has_24() {
    #[expect(dead_code, reason = "only its size matters")]
    enum Event {
        A(u32, u64),
        B(u64),
    }
    assert_eq!(size_of::<Event>(), 16);
    assert_eq!(size_of::<Entry<Event>>(), 24);
}

#[test]
fn memory_follows_the_number_of_pending_events_down() {
    let mut queue = Queue::new();
    for round in 1..20 {
        for event in 0..100_000_u32 {
            queue.schedule(round * 1_000_000, 2, event);
        }
        assert!(queue.wheel.pool.in_use > 1000);
        for event in 0..100_000 {
            assert_eq!(queue.pop().map(|popped| popped.event), Some(event));
        }
        assert_eq!(queue.wheel.pool.in_use, 0);
        assert!(queue.wheel.pool.spare.len() <= SPARE_CHUNKS);
        assert!(queue.lanes.capacity() <= LANE_KEEPS);
    }
}

#[test]
fn cancelled_events_are_swept_out() {
    let mut queue = Queue::new();
    for event in 0..10_u64 {
        queue.schedule(event, 0, event);
    }
    let times = [0, 5, 1 << 20, 1 << 40].into_iter().cycle();
    for (event, at_ms) in (0..100_000).zip(times) {
        let ticket = queue.schedule_cancellable(at_ms, 3, event);
        assert!(queue.cancel(ticket));
        assert!(queue.stale <= queue.len() + STALE_MIN);
        assert!(queue.entries() <= 2 * queue.len() + STALE_MIN);
    }
    assert_eq!(queue.held.slots.len(), 1);
    for event in 0..10 {
        assert_eq!(queue.pop().map(|popped| popped.event), Some(event));
    }
    assert_eq!(queue.pop(), None);
}

#[test]
fn moved_events_are_swept_out_too_and_keep_their_place_in_the_order() {
    let mut queue = Queue::new();
    let mut tickets = Vec::new();
    for event in 0..500_u64 {
        tickets.push(queue.schedule_cancellable(1000, 1, event));
    }
    for round in 0..100 {
        for ticket in &mut tickets {
            let moved = queue.reschedule(*ticket, 2000 + round % 3, 1);
            *ticket = moved.expect("it is pending");
        }
    }
    assert!(queue.entries() <= 2 * queue.len() + STALE_MIN);
    let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|popped| popped.event).collect();
    assert_eq!(order, (0..500).collect::<Vec<_>>());
    assert_eq!(queue.held.slots.len(), 500);
}

#[test]
fn a_place_whose_generations_are_used_up_is_left_alone() {
    let mut held = Held::new();
    let first = held.hold('a');
    held.take(first);
    held.slots[0].generation = u32::MAX;
    let last = held.hold('b');
    assert_eq!(held.take(last), Some('b'));
    assert_eq!(held.take(last), None);
    held.hold('c');
    assert_eq!(held.take(last), None);
    assert_eq!(held.slots.len(), 2);
}

impl<E> Queue<E> {
    /// All entries, with those whose event was cancelled.
    fn entries(&self) -> usize {
        let filed: usize = self.wheel.buckets().map(|bucket| bucket.iter().count()).sum();
        self.lanes.iter().count() + self.front.len() + filed
    }
}

impl<E> super::Lanes<E> {
    fn capacity(&self) -> usize {
        self.lanes.iter().map(std::collections::VecDeque::capacity).sum()
    }
}
