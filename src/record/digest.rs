//! The digest of a run: equal facts, equal digest, on any machine.

use crate::fact::Fact;
use crate::units::SimTime;
use std::hash::{Hash, Hasher};
use xxhash_rust::xxh3::Xxh3;

/// Takes in facts and gives 128 bits that stand for all of them.
///
/// All integers enter in little-endian order and as 64 bits where their width depends on the machine.
#[derive(Clone)]
pub struct Digest {
    state: Xxh3,
    facts: u64,
}

impl Default for Digest {
    fn default() -> Self {
        Self { state: Xxh3::new(), facts: 0 }
    }
}

impl Digest {
    /// Takes in a fact.
    pub fn add(&mut self, at: SimTime, fact: &Fact) {
        self.facts += 1;
        let mut portable = Portable { buffer: [0; 192], used: 0, state: &mut self.state };
        at.hash(&mut portable);
        fact.hash(&mut portable);
        portable.flush();
    }

    /// How many facts it has taken in.
    pub fn facts(&self) -> u64 {
        self.facts
    }

    /// The digest as 32 hexadecimal digits.
    pub fn text(&self) -> String {
        format!("{:032x}", self.state.digest128())
    }
}

/// Gathers a fact's fields before they are hashed, in one byte order.
struct Portable<'a> {
    buffer: [u8; 192],
    used: usize,
    state: &'a mut Xxh3,
}

impl Portable<'_> {
    fn flush(&mut self) {
        self.state.update(&self.buffer[..self.used]);
        self.used = 0;
    }
}

impl Hasher for Portable<'_> {
    fn finish(&self) -> u64 {
        self.state.digest()
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(64) {
            if self.used + part.len() > self.buffer.len() {
                self.flush();
            }
            self.buffer[self.used..self.used + part.len()].copy_from_slice(part);
            self.used += part.len();
        }
    }

    fn write_u16(&mut self, value: u16) {
        self.write(&value.to_le_bytes());
    }

    fn write_u32(&mut self, value: u32) {
        self.write(&value.to_le_bytes());
    }

    fn write_u64(&mut self, value: u64) {
        self.write(&value.to_le_bytes());
    }

    fn write_u128(&mut self, value: u128) {
        self.write(&value.to_le_bytes());
    }

    fn write_i128(&mut self, value: i128) {
        self.write(&value.to_le_bytes());
    }

    fn write_usize(&mut self, value: usize) {
        self.write(&(value as u64).to_le_bytes());
    }

    fn write_isize(&mut self, value: isize) {
        self.write(&(value as i64).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ServiceId;

    #[test]
    fn order_and_time_matter() {
        let fact = |service| Fact::SteadyState { service: ServiceId(service) };
        let digest = |facts: &[(u64, u32)]| {
            let mut digest = Digest::default();
            for (at, service) in facts {
                digest.add(SimTime(*at), &fact(*service));
            }
            digest.text()
        };
        assert_eq!(digest(&[(0, 1), (5, 2)]), digest(&[(0, 1), (5, 2)]));
        assert_ne!(digest(&[(0, 1), (5, 2)]), digest(&[(0, 2), (5, 1)]));
        assert_ne!(digest(&[(0, 1)]), digest(&[(1, 1)]));
    }
}
