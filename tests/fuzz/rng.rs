//! Draws of the fuzzer: a keyed stream, so that a seed gives the same inputs everywhere.

use longshore::units::KeyedStream;

/// Draws in order.
pub(crate) struct Rng {
    stream: KeyedStream,
    next: u64,
}

impl Rng {
    pub(crate) fn new(seed: u64, owner: &str) -> Self {
        Self { stream: KeyedStream::new(seed, "fuzz", owner), next: 0 }
    }

    /// Below a bound; 0 if the bound is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u32::try_from(bound).unwrap_or(u32::MAX);
        if bound == 0 {
            return 0;
        }
        self.next += 1;
        self.stream.below(self.next - 1, bound) as usize
    }

    /// Yes in one of `times` cases.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    pub(crate) fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).expect("below 256")
    }
}
