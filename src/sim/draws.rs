//! Draws keyed by (seed, concern, owner, ordinal): starting one more task or adding a service changes no other draw.

use crate::units::KeyedStream;
use std::collections::BTreeMap;

/// What a draw is about. Each concern has draws of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Concern {
    /// Which of several equal instances gets a task (ECS-314).
    PlacementTie,
    /// Which of several equal tasks stops (ECS-349).
    ScaleInTie,
    /// Whose turn it is to be tried, with `waiting_order: random` (ECS-952).
    WaitingTurn,
    /// Which of several equal zones a task on Fargate gets (ECS-305).
    FargateZone,
}

impl Concern {
    const fn name(self) -> &'static str {
        match self {
            Self::PlacementTie => "placement-tie",
            Self::ScaleInTie => "scale-in-tie",
            Self::WaitingTurn => "waiting-turn",
            Self::FargateZone => "fargate-zone",
        }
    }
}

/// All draws of a run.
#[derive(Debug, Clone)]
pub(super) struct Draws {
    seed: u64,
    streams: BTreeMap<(Concern, u32), KeyedStream>,
}

impl Draws {
    /// The draws of a run with this seed.
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, streams: BTreeMap::new() }
    }

    /// A uniform number below `bound` for the `ordinal`-th decision of an owner. `row` is the owner's row, which
    /// only finds the stream again; the value depends on `owner`'s name.
    pub(super) fn below(&mut self, concern: Concern, owner: &str, row: u32, ordinal: u32, bound: u32) -> u32 {
        let seed = self.seed;
        let stream =
            self.streams.entry((concern, row)).or_insert_with(|| KeyedStream::new(seed, concern.name(), owner));
        stream.below(u64::from(ordinal), bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(draws: &mut Draws, owner: &str, row: u32, ordinal: u32) -> u32 {
        draws.below(Concern::PlacementTie, owner, row, ordinal, 1_000_000)
    }

    #[test]
    fn a_draw_depends_on_its_key_alone() {
        let mut forward = Draws::new(7);
        let first: Vec<u32> = (0..50).map(|ordinal| below(&mut forward, "web", 0, ordinal)).collect();
        let mut backward = Draws::new(7);
        below(&mut backward, "api", 0, 3); // another owner before it
        let again: Vec<u32> = (0..50).rev().map(|ordinal| below(&mut backward, "web", 1, ordinal)).collect();
        assert!(first.iter().eq(again.iter().rev()));
        assert_ne!(first[0], first[1]);
        assert_ne!(first[0], below(&mut Draws::new(8), "web", 0, 0));
        assert_ne!(first[0], below(&mut Draws::new(7), "api", 0, 0));
    }

    #[test]
    fn draws_are_uniform_enough() {
        let mut draws = Draws::new(1);
        let mut counts = [0_u32; 10];
        for ordinal in 0..10_000 {
            counts[draws.below(Concern::PlacementTie, "web", 0, ordinal, 10) as usize] += 1;
        }
        // binomial(10,000, 0.1): mean 1,000, standard deviation 30; five of them
        assert!(counts.iter().all(|count| (850..=1150).contains(count)), "{counts:?}");
    }
}
