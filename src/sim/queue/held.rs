//! The cancellable events.

use super::{Ticket, What};

/// The cancellable events, at places that do not change while they wait.
#[derive(Debug)]
pub(super) struct Held<E> {
    pub(super) slots: Vec<Slot<E>>,
    free: Vec<u32>,
}

#[derive(Debug)]
pub(super) struct Slot<E> {
    pub(super) generation: u32,
    event: Option<E>,
}

impl<E> Held<E> {
    pub(super) fn new() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }

    #[inline]
    pub(super) fn hold(&mut self, event: E) -> Ticket {
        if let Some(slot) = self.free.pop() {
            let place = &mut self.slots[slot as usize];
            place.event = Some(event);
            return Ticket { slot, generation: place.generation };
        }
        let slot = u32::try_from(self.slots.len()).expect("fewer than 2^32 cancellable events");
        self.slots.push(Slot { generation: 0, event: Some(event) });
        Ticket { slot, generation: 0 }
    }

    #[inline]
    pub(super) fn take(&mut self, ticket: Ticket) -> Option<E> {
        let place = self.slots.get_mut(ticket.slot as usize)?;
        if place.generation != ticket.generation {
            return None;
        }
        let event = place.event.take()?;
        // A place whose generations are used up stays empty for ever.
        if let Some(next) = place.generation.checked_add(1) {
            place.generation = next;
            self.free.push(ticket.slot);
        }
        Some(event)
    }

    pub(super) fn is_pending(&self, what: &What<E>) -> bool {
        let What::Held(ticket) = what else {
            return true;
        };
        let place = &self.slots[ticket.slot as usize];
        place.generation == ticket.generation && place.event.is_some()
    }
}
