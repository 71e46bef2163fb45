//! The ideal provider: an instance appears the moment nothing fits and leaves the moment it is empty.
//!
//! No AWS service does this. It is the yardstick for packing: what placement alone makes of a load, without the
//! delays of a real Auto Scaling group.

use super::{NoRoom, Provider, ProviderView};
use crate::cluster::Registration;
use crate::fact::{Lacks, Why};
use crate::units::{AttributeSetId, Resources, Table, ZoneId};

pub(super) struct Ideal {
    pub(super) registration: Registration,
    pub(super) attributes: Table<ZoneId, AttributeSetId>,
}

impl Provider for Ideal {
    fn no_room(&self, need: Resources, view: ProviderView<'_>) -> NoRoom {
        if !self.registration.registered.covers(need) {
            return NoRoom::Nothing(Why::LargerThanInstance { need, empty: self.registration.registered });
        }
        // the zone with the fewest instances; among equals the first by name, as a group does it (SCL-77)
        let mut zones: Vec<(u32, ZoneId)> = view.instances_by_zone.iter().map(|(id, count)| (*count, id)).collect();
        zones.sort_unstable();
        let mut lacks = Lacks::NONE;
        for (_, zone) in zones {
            let registration = Registration { zone, attributes: self.attributes[zone], ..self.registration };
            lacks = (view.would_lack)(&registration);
            if lacks.is_empty() {
                return NoRoom::Registers(registration, Why::NothingFits { need, closest: None, lacks });
            }
        }
        NoRoom::Nothing(Why::NothingFits { need, closest: None, lacks })
    }

    fn emptied(&self) -> Option<Why> {
        Some(Why::Empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Lack;
    use crate::units::{InstanceTypeId, ProviderId};

    fn ideal() -> Ideal {
        let registered = Resources::new(1024, 512);
        let registration = Registration::plain(ZoneId(0), ProviderId(1), InstanceTypeId(0), registered);
        Ideal { registration, attributes: [AttributeSetId(0); 3].into_iter().collect() }
    }

    #[test]
    fn comes_in_the_emptiest_zone_unless_the_task_is_too_large() {
        let zones: Table<ZoneId, u32> = [2, 1, 1].into_iter().collect();
        let view = ProviderView { instances_by_zone: &zones, would_lack: &|_| Lacks::NONE };
        match ideal().no_room(Resources::new(1024, 512), view) {
            NoRoom::Registers(registration, _) => assert_eq!(registration.zone, ZoneId(1)),
            NoRoom::Nothing(why) => panic!("{why:?}"),
        }
        assert!(matches!(
            ideal().no_room(Resources::new(1025, 1), view),
            NoRoom::Nothing(Why::LargerThanInstance { .. })
        ));
    }

    /// ECS-331: an instance comes where the constraints let the task go, and none where they do nowhere.
    #[test]
    fn comes_where_the_task_may_go() {
        let zones: Table<ZoneId, u32> = [2, 1, 3].into_iter().collect();
        let only_c = |registration: &Registration| Lacks::NONE.and(Lack::MemberOf, registration.zone != ZoneId(2));
        match ideal().no_room(Resources::new(1, 1), ProviderView { instances_by_zone: &zones, would_lack: &only_c }) {
            NoRoom::Registers(registration, _) => assert_eq!(registration.zone, ZoneId(2)),
            NoRoom::Nothing(why) => panic!("{why:?}"),
        }
        let nowhere = |_: &Registration| Lacks::NONE.and(Lack::MemberOf, true);
        let view = ProviderView { instances_by_zone: &zones, would_lack: &nowhere };
        let NoRoom::Nothing(Why::NothingFits { lacks, .. }) = ideal().no_room(Resources::new(1, 1), view) else {
            panic!("none can help");
        };
        assert_eq!(lacks.first(), Some(Lack::MemberOf));
    }
}
