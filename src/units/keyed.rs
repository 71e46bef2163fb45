//! Draws that depend on their key alone: seed, concern, owner and ordinal.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The draws of one owner about one concern; remembers its place, so that reading on costs nothing.
#[derive(Debug, Clone)]
pub struct KeyedStream {
    generator: ChaCha8Rng,
    next: u64,
}

impl KeyedStream {
    /// The stream of a key. Another seed, concern or owner is another stream.
    pub fn new(seed: u64, concern: &str, owner: &str) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let concern = xxhash_rust::xxh3::xxh3_64(concern.as_bytes());
        key[8..16].copy_from_slice(&concern.to_le_bytes());
        let owner = xxhash_rust::xxh3::xxh3_128(owner.as_bytes());
        key[16..].copy_from_slice(&owner.to_le_bytes());
        Self { generator: ChaCha8Rng::from_seed(key), next: 0 }
    }

    /// The `ordinal`-th draw, uniform over 64 bits: two words of the stream each.
    pub fn draw(&mut self, ordinal: u64) -> u64 {
        if ordinal != self.next {
            self.generator.set_word_pos(u128::from(ordinal) * 2);
        }
        self.next = ordinal + 1;
        self.generator.next_u64()
    }

    /// The `ordinal`-th draw as a uniform number below `bound`.
    ///
    /// Its bias is below 2^-32: a 64-bit draw scaled to 32 bits.
    pub fn below(&mut self, ordinal: u64, bound: u32) -> u32 {
        let scaled = (u128::from(self.draw(ordinal)) * u128::from(bound)) >> 64;
        u32::try_from(scaled).expect("below a 32-bit bound")
    }
}
