//! The instances of the cluster, ACTIVE or DRAINING, numbered without large gaps: ids run on for ever, seats do not.

use crate::cluster::Fleet;
use crate::units::{Id, InstanceId};

/// Seats in the order of registration. An instance that goes leaves its seat empty; when more than half of them are,
/// everybody moves up and a new numbering begins.
#[derive(Debug, Clone, Default)]
pub(super) struct Seats {
    instances: Vec<InstanceId>,
    seat_of: Vec<Option<u32>>,
    numbering: u32,
}

impl Seats {
    /// Empty seats fewer than this are never worth a new numbering.
    const LEAST_EMPTY: usize = 64;

    /// Seats those who registered since the last call.
    pub(super) fn follow(&mut self, fleet: &Fleet) {
        for row in self.seat_of.len()..fleet.ever() {
            self.seat(InstanceId::from_row(row));
        }
        // one that drains keeps its seat: it may be ACTIVE again, in its old place
        if self.instances.len() > 2 * (fleet.live().len() + fleet.draining().len()) + Self::LEAST_EMPTY {
            self.numbering += 1;
            self.instances.clear();
            self.seat_of.fill(None);
            for instance in fleet.here() {
                self.seat(instance);
            }
        }
    }

    fn seat(&mut self, instance: InstanceId) {
        let seat = u32::try_from(self.instances.len()).expect("fewer seats than ids");
        self.instances.push(instance);
        let row = instance.row();
        self.seat_of.resize(self.seat_of.len().max(row + 1), None);
        self.seat_of[row] = Some(seat);
    }

    /// Which numbering holds now; with another one all seats mean something else.
    pub(super) fn numbering(&self) -> u32 {
        self.numbering
    }

    /// Who sits where.
    pub(super) fn instances(&self) -> &[InstanceId] {
        &self.instances
    }

    /// The seat of an instance, or none if it is gone.
    pub(super) fn of(&self, instance: InstanceId) -> Option<usize> {
        self.seat_of[instance.row()].map(|seat| seat as usize)
    }
}
