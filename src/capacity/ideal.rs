//! The ideal provider: an instance appears the moment nothing fits and leaves the moment it is empty.
//!
//! No AWS service does this. It is the yardstick for packing: what placement alone makes of a load, without the
//! delays of a real Auto Scaling group.

use super::{NoRoom, Provider, ProviderView};
use crate::cluster::Registration;
use crate::fact::Why;
use crate::units::{InstanceTypeId, ProviderId, Resources};

pub(super) struct Ideal {
    pub(super) id: ProviderId,
    pub(super) instance_type: InstanceTypeId,
    pub(super) registered: Resources,
}

impl Provider for Ideal {
    fn no_room(&self, need: Resources, view: ProviderView<'_>) -> NoRoom {
        if !self.registered.covers(need) {
            return NoRoom::Nothing(Why::LargerThanInstance { need, empty: self.registered });
        }
        // the zone with the fewest instances; among equals the first by name, as a group does it (SCL-77)
        let zone = view.instances_by_zone.iter().min_by_key(|(id, count)| (**count, *id)).map(|(id, _)| id);
        let Some(zone) = zone else { return NoRoom::Nothing(Why::NothingFits { need }) };
        let registration =
            Registration { zone, provider: self.id, instance_type: self.instance_type, registered: self.registered };
        NoRoom::Registers(registration, Why::NothingFits { need })
    }

    fn emptied(&self) -> Option<Why> {
        Some(Why::Empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Table, ZoneId};

    #[test]
    fn comes_in_the_emptiest_zone_unless_the_task_is_too_large() {
        let ideal =
            Ideal { id: ProviderId(1), instance_type: InstanceTypeId(0), registered: Resources::new(1024, 512) };
        let zones: Table<ZoneId, u32> = [2, 1, 1].into_iter().collect();
        let view = ProviderView { instances_by_zone: &zones };
        match ideal.no_room(Resources::new(1024, 512), view) {
            NoRoom::Registers(registration, _) => assert_eq!(registration.zone, ZoneId(1)),
            NoRoom::Nothing(why) => panic!("{why:?}"),
        }
        assert!(matches!(
            ideal.no_room(Resources::new(1025, 1), view),
            NoRoom::Nothing(Why::LargerThanInstance { .. })
        ));
    }
}
