//! CPU units and mebibytes: what tasks reserve and instances register.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// CPU in ECS's integer units: 1,024 units are one vCPU (ECS-101). Range 0 to 4,294,967,295.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CpuUnits(pub u32);

/// Memory in MiB (2^20 bytes), the unit in which ECS reserves it (ECS-101). Range 0 to 4,294,967,295.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MebiBytes(pub u32);

/// What one task takes from an instance, or one instance offers: CPU and memory together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resources {
    /// CPU in units of 1/1,024 vCPU.
    pub cpu: CpuUnits,
    /// Memory in MiB.
    pub memory: MebiBytes,
}

impl MebiBytes {
    /// So many bytes, where they are whole MiB: a number that was meant as bytes.
    pub fn of_bytes(bytes: u64) -> Option<Self> {
        let whole = bytes.is_multiple_of(1 << 20).then_some(bytes >> 20).filter(|mib| *mib > 0);
        whole.and_then(|mib| u32::try_from(mib).ok()).map(Self)
    }
}

impl Resources {
    /// Both amounts at once.
    pub const fn new(cpu: u32, memory: u32) -> Self {
        Self { cpu: CpuUnits(cpu), memory: MebiBytes(memory) }
    }

    /// Whether `need` can be taken from this: no resource is short. Equal is enough.
    pub const fn covers(self, need: Self) -> bool {
        self.cpu.0 >= need.cpu.0 && self.memory.0 >= need.memory.0
    }

    /// What is left after taking `need`, or `None` where a resource is short.
    pub const fn checked_sub(self, need: Self) -> Option<Self> {
        if self.covers(need) { Some(Self::new(self.cpu.0 - need.cpu.0, self.memory.0 - need.memory.0)) } else { None }
    }
}

impl Add for Resources {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.cpu.0 + other.cpu.0, self.memory.0 + other.memory.0)
    }
}

impl AddAssign for Resources {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Resources {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.cpu.0 - other.cpu.0, self.memory.0 - other.memory.0)
    }
}

impl SubAssign for Resources {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Resources {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for CpuUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} CPU units", self.0)
    }
}

impl fmt::Display for MebiBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_enough_is_enough() {
        let room = Resources::new(1024, 2048);
        assert!(room.covers(Resources::new(1024, 2048)));
        assert!(!room.covers(Resources::new(1025, 2048)));
        assert!(!room.covers(Resources::new(1024, 2049)));
        assert_eq!(room.checked_sub(Resources::new(24, 48)), Some(Resources::new(1000, 2000)));
        assert_eq!(room.checked_sub(Resources::new(2000, 1)), None);
    }
}
