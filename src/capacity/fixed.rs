//! Plain `instances`: registered at the start, neither added nor removed by anything (PLT-6).

use super::{NoRoom, Provider, ProviderView};
use crate::fact::{Lacks, Why};
use crate::units::Resources;

pub(super) struct Fixed;

impl Provider for Fixed {
    fn no_room(&self, need: Resources, _: ProviderView<'_>) -> NoRoom {
        NoRoom::Nothing(Why::NothingFits { need, closest: None, lacks: Lacks::NONE })
    }

    fn emptied(&self) -> Option<Why> {
        None
    }
}
