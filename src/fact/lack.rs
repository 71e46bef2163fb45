//! What an instance lacks for a task: the reasons of ECS-530 and ECS-531.

use super::Rule;
use std::fmt;

/// One thing that an instance lacks for a task, in the order in which it is reported (ECS-532).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Lack {
    /// `RESOURCE:CPU`.
    Cpu,
    /// `RESOURCE:MEMORY`.
    Memory,
    /// `RESOURCE:PORTS`: a static host port is taken, or no more may be reserved (ECS-124, ECS-127).
    Ports,
    /// `RESOURCE:GPU`.
    Gpu,
    /// `RESOURCE:ENI`: no slot for a network interface (ECS-210).
    Interface,
    /// `ATTRIBUTE`: a required attribute is missing or has another value (ECS-152).
    Attribute,
    /// `LOCATION`: none of the task's subnets is in the instance's zone (ECS-143).
    Location,
    /// `MemberOf placement constraint unsatisfied` (ECS-331).
    MemberOf,
    /// Another task of the group is there already (ECS-330).
    DistinctInstance,
}

impl Lack {
    /// All of them, in order.
    pub const ALL: [Self; 9] = [
        Self::Cpu,
        Self::Memory,
        Self::Ports,
        Self::Gpu,
        Self::Interface,
        Self::Attribute,
        Self::Location,
        Self::MemberOf,
        Self::DistinctInstance,
    ];

    /// Whether it is about the constraints, step 2 of ECS-301, and not about step 1.
    pub const fn is_of_constraints(self) -> bool {
        matches!(self, Self::MemberOf | Self::DistinctInstance)
    }

    /// The rule that the filter follows.
    pub const fn rule(self) -> Rule {
        Rule::ecs(match self {
            Self::Cpu | Self::Memory => 301,
            Self::Ports => 124,
            Self::Gpu => 136,
            Self::Interface => 210,
            Self::Attribute => 152,
            Self::Location => 143,
            Self::MemberOf => 331,
            Self::DistinctInstance => 330,
        })
    }

    /// As ECS names it in failures (ECS-530, ECS-531).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "RESOURCE:CPU",
            Self::Memory => "RESOURCE:MEMORY",
            Self::Ports => "RESOURCE:PORTS",
            Self::Gpu => "RESOURCE:GPU",
            Self::Interface => "RESOURCE:ENI",
            Self::Attribute => "ATTRIBUTE",
            Self::Location => "LOCATION",
            Self::MemberOf => "MemberOf placement constraint unsatisfied",
            Self::DistinctInstance => "distinctInstance placement constraint unsatisfied",
        }
    }

    /// What ECS's event says of the closest instance (ECS-495).
    pub const fn event(self) -> &'static str {
        match self {
            Self::Cpu => "has insufficient CPU units available",
            Self::Memory => "has insufficient memory available",
            Self::Ports => "is already using a port required by your task",
            Self::Gpu => "has insufficient GPU resource available",
            Self::Interface => "encountered error \"RESOURCE:ENI\"",
            Self::Attribute => "is missing an attribute required by your task",
            Self::Location => "encountered error \"LOCATION\"",
            Self::MemberOf => "does not satisfy a memberOf placement constraint of your task",
            Self::DistinctInstance => "already runs a task of the same group (distinctInstance)",
        }
    }
}

/// All that an instance lacks for a task; nothing if the task could go there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lacks(u16);

impl Lacks {
    /// Nothing lacks.
    pub const NONE: Self = Self(0);

    /// Adds one thing if it lacks.
    #[must_use]
    pub fn and(self, lack: Lack, lacks: bool) -> Self {
        Self(self.0 | u16::from(lacks) << lack as u8)
    }

    /// What lacks of either.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this lacks.
    pub const fn has(self, lack: Lack) -> bool {
        self.0 >> (lack as u8) & 1 == 1
    }

    /// What lacks, in the order in which it is reported.
    pub fn iter(self) -> impl Iterator<Item = Lack> {
        Lack::ALL.into_iter().filter(move |lack| self.has(*lack))
    }

    /// What is reported (ECS-532).
    pub const fn first(self) -> Option<Lack> {
        if self.is_empty() { None } else { Some(Lack::ALL[self.0.trailing_zeros() as usize]) }
    }

    /// How many things lack.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether nothing lacks.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Lacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, lack) in self.iter().enumerate() {
            f.write_str(if place == 0 { "" } else { ", " })?;
            f.write_str(lack.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ECS-532: CPU before memory before ports before GPU before ENI.
    #[test]
    fn lacks_are_reported_in_order() {
        let lacks = Lacks::NONE.and(Lack::Interface, true).and(Lack::Ports, true).and(Lack::Cpu, false);
        assert_eq!((lacks.first(), lacks.len()), (Some(Lack::Ports), 2));
        assert_eq!(lacks.to_string(), "RESOURCE:PORTS, RESOURCE:ENI");
        assert!(Lacks::NONE.is_empty() && Lacks::NONE.first().is_none());
    }
}
