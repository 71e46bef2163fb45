//! Plain `instances`: registered at the start, neither added nor removed by anything (PLT-6).

use super::{NoRoom, Provider, ProviderView};
use crate::fact::Why;
use crate::units::Resources;

pub(super) struct Fixed;

impl Provider for Fixed {
    fn no_room(&self, need: Resources, _: ProviderView<'_>) -> NoRoom {
        NoRoom::Nothing(Why::NothingFits { need })
    }

    fn emptied(&self) -> Option<Why> {
        None
    }
}
