//! What one task takes of an instance, and what an instance is like beside its amounts.

use crate::units::{AttributeSetId, Resources, SimTime, SpreadKeyId, Table};
use std::collections::BTreeMap;
use std::fmt;

/// Transport protocol of a port.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP, the default.
    #[default]
    Tcp,
    /// UDP.
    Udp,
}

/// A port of the instance that one container holds; TCP and UDP are kept apart (ECS-121).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPort {
    /// Its protocol.
    pub protocol: Protocol,
    /// Its number, 1 to 65,535.
    pub number: u16,
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        };
        write!(f, "{}/{protocol}", self.number)
    }
}

/// What one task takes of an instance.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Demand {
    /// CPU and memory (ECS-102, ECS-103).
    pub need: Resources,
    /// Whole GPUs (ECS-136).
    pub gpus: u32,
    /// Whether it has a network interface of its own: `awsvpc` (ECS-129).
    pub interface: bool,
    /// Static host ports, in order (ECS-121, ECS-124).
    pub ports: Vec<HostPort>,
    /// Host ports that the agent chooses from the dynamic range (ECS-125); they never run out here.
    pub dynamic_ports: u32,
}

impl Demand {
    /// Whether it takes CPU and memory alone.
    pub fn is_plain(&self) -> bool {
        self.gpus == 0 && !self.interface && self.ports.is_empty()
    }
}

impl From<Resources> for Demand {
    fn from(need: Resources) -> Self {
        Self { need, ..Self::default() }
    }
}

/// Attributes of an instance by name, built in and custom (ECS-206, ECS-207); a value may be empty.
pub type Attributes = BTreeMap<String, String>;

/// The values of an attribute that some strategy spreads over (ECS-311).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpreadValues {
    /// The attribute's name.
    pub attribute: String,
    /// How many values there are. Instances without the attribute form one group of their own (ECS-314).
    pub count: usize,
    /// The value of each attribute set, by the values' order of names; those without it come first.
    pub of_set: Table<AttributeSetId, u32>,
}

impl SpreadValues {
    /// The values that an attribute has in these sets.
    pub fn of(attribute: &str, sets: &Table<AttributeSetId, Attributes>) -> Self {
        let value = |set: &Attributes| set.get(attribute).cloned();
        let mut values: Vec<Option<String>> = sets.rows().iter().map(value).collect();
        values.sort_unstable(); // none before some
        values.dedup();
        let number = |set: &Attributes| {
            let place = values.binary_search(&value(set)).expect("taken from the same sets");
            u32::try_from(place).expect("few sets")
        };
        Self { attribute: attribute.to_owned(), count: values.len(), of_set: sets.rows().iter().map(number).collect() }
    }
}

/// What stays the same about a cluster all through a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ground {
    /// How many Availability Zones there are.
    pub zones: usize,
    /// How many task groups there are.
    pub groups: usize,
    /// The sets of attributes that instances can have.
    pub attributes: Table<AttributeSetId, Attributes>,
    /// What strategies spread over, apart from the zone.
    pub spreads: Table<SpreadKeyId, SpreadValues>,
    /// Wall clock of the start, in Unix ms: what `registeredAt` is compared with (ECS-333).
    pub start_unix_ms: i64,
    /// Whether the slot of an interface is free again as soon as its task is told to stop
    /// (`eni_release: at_stop_request`), and not when it is STOPPED (ECS-141).
    pub frees_interfaces_early: bool,
}

impl Ground {
    /// The wall clock at an instant of the run, in Unix ms.
    pub fn unix_ms(&self, at: SimTime) -> i64 {
        self.start_unix_ms.saturating_add_unsigned(at.0)
    }

    /// Instances without attributes.
    pub fn plain(zones: usize, groups: usize) -> Self {
        Self { zones, groups, attributes: Table::from_iter([Attributes::new()]), ..Self::default() }
    }
}
