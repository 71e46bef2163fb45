//! Sources of capacity behind one small interface: what a provider does when a task finds no room, and when an
//! instance of its own has become empty. A new kind is one file here and one line in `<dyn Provider>::of`. Fargate has no
//! instances: its file chooses zones. Strategies that split tasks among providers are here too.

pub mod fargate;
mod fixed;
mod ideal;
pub mod strategy;

pub use fargate::{Fargate, ZoneCounts};
pub use strategy::Share;

use crate::cluster::Registration;
use crate::fact::{Lacks, Why};
use crate::units::{AttributeSetId, Resources, Table, ZoneId};

/// What kind of source a provider is, with its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderKind {
    /// Plain instances: nothing adds, replaces or removes them (PLT-6).
    Instances,
    /// An instance of one type appears when nothing fits and leaves when empty: the bound for packing studies.
    Ideal {
        /// What each registers; the zone is the first.
        registration: Registration,
        /// The attributes of one in each zone.
        attributes: Table<ZoneId, AttributeSetId>,
    },
    /// Capacity that AWS keeps, without instances (ECS-116).
    Fargate {
        /// Which of the two.
        kind: Fargate,
    },
}

impl ProviderKind {
    /// What each instance of an ideal provider registers; none of another.
    pub fn ideal(&self) -> Option<&Registration> {
        match self {
            Self::Ideal { registration, .. } => Some(registration),
            Self::Instances | Self::Fargate { .. } => None,
        }
    }
}

/// What a provider may know of the cluster when it decides.
#[derive(Clone, Copy)]
pub struct ProviderView<'a> {
    /// Its ACTIVE instances by zone.
    pub instances_by_zone: &'a Table<ZoneId, u32>,
    /// What an instance that came now with nothing on it would lack for the task.
    pub would_lack: &'a dyn Fn(&Registration) -> Lacks,
}

/// The answer to "a task of `need` finds no room".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoom {
    /// No instance comes for it.
    Nothing(Why),
    /// An instance comes at once.
    Registers(Registration, Why),
}

/// A source of capacity.
pub trait Provider {
    /// A task of this provider finds no room for `need`.
    fn no_room(&self, need: Resources, view: ProviderView<'_>) -> NoRoom;

    /// The last task of one of its instances has stopped: `Some` reason if the instance goes.
    fn emptied(&self) -> Option<Why>;
}

impl dyn Provider {
    /// The provider of a kind.
    pub fn of(kind: &ProviderKind) -> Box<dyn Provider> {
        match kind {
            ProviderKind::Instances => Box::new(fixed::Fixed),
            ProviderKind::Fargate { .. } => Box::new(fargate::Serverless),
            ProviderKind::Ideal { registration, attributes } => {
                Box::new(ideal::Ideal { registration: *registration, attributes: attributes.clone() })
            }
        }
    }
}
