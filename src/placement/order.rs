//! What an order of the instances is to a view, whatever it is made of.

use super::condition::Scene;
use super::lanes::Lanes;
use super::view::Look;

/// Instances in the order of a key, by seat, each in one lane. A lane is a set of seats that is asked for on its own:
/// a zone, say. Where nothing sets instances apart all seats are in lane 0.
pub(super) trait Order: Sized {
    /// The numbers that order the instances.
    type Key: Key;
    /// What is known of an instance. As long as it stays the same, nothing changes here.
    type Note: Copy + PartialEq;
    /// Of an instance that no task of the view can use.
    const NOBODY: Self::Note;

    /// What is to be known of the instance that sits there, as it is now.
    fn look(look: &Look, scene: Scene<'_>, seat: usize) -> Self::Note;

    /// Of seats with these notes, and room for some more.
    fn new(notes: Vec<Self::Note>, lanes: Lanes<'_>) -> Self;

    /// How many seats there is room for.
    fn room(&self) -> usize;

    /// What is known of a seat.
    fn note(&self, seat: usize) -> Self::Note;

    /// Replaces what is known of a seat.
    fn set(&mut self, seat: usize, note: Self::Note, lanes: Lanes<'_>);

    /// The least key in a lane among the instances that are wanted; `None` when there is none.
    fn least(&self, lane: u32, wanted: &Wanted<'_>, lanes: Lanes<'_>) -> Option<Self::Key>;

    /// How many instances that are wanted have this key, which is the least in each of these lanes.
    fn count(&self, key: Self::Key, among: &[u32], wanted: &Wanted<'_>, lanes: Lanes<'_>) -> u32;

    /// The `nth` seat in the order of seats, from 0, among those that are wanted with this key, which is the least in
    /// each of these lanes. `spare` is a list to be used again.
    fn nth(
        &self,
        nth: u32,
        key: Self::Key,
        among: &[u32],
        wanted: &Wanted<'_>,
        lanes: Lanes<'_>,
        spare: &mut Vec<u32>,
    ) -> usize;
}

/// Which instances a task can use. An order that was made for one size and condition knows that; it need not ask.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The bit that must be set among the wishes that the instance meets.
    pub(super) wish: u64,
    /// Seats that are passed over, ascending; all of them have a note.
    pub(super) except: &'a [u32],
}

impl Wanted<'_> {
    /// Whether an instance that meets the wish is wanted.
    pub(super) fn admits(&self, seat: u32) -> bool {
        self.except.is_empty() || self.except.binary_search(&seat).is_err()
    }
}

/// A key of an instance: numbers one after another, the first matters most.
pub(super) trait Key: Copy + Ord + Default {
    /// Larger than the key of any feasible instance: marks one that is not.
    const NONE: Self;

    /// This key with one more number behind it.
    fn then(self, number: u32) -> Self;

    /// The number that came last.
    fn last(self) -> u32;

    /// This key without the number that came last.
    fn without_last(self) -> Self;

    /// All numbers in one integer, 32 bits each.
    fn bits(self) -> u128;
}

/// Holds one number, which is never the largest of its type.
impl Key for u32 {
    const NONE: Self = Self::MAX;

    fn then(self, number: u32) -> Self {
        number
    }

    fn last(self) -> u32 {
        self
    }

    fn without_last(self) -> Self {
        0
    }

    fn bits(self) -> u128 {
        self.into()
    }
}

macro_rules! keys {
    ($($(#[$doc:meta])* $key:ty;)*) => {$(
        $(#[$doc])*
        impl Key for $key {
            const NONE: Self = Self::MAX;

            fn then(self, number: u32) -> Self {
                self << 32 | Self::from(number)
            }

            fn last(self) -> u32 {
                u32::try_from(self & 0xFFFF_FFFF).expect("32 bits")
            }

            fn without_last(self) -> Self {
                self >> 32
            }

            fn bits(self) -> u128 {
                u128::from(self)
            }
        }
    )*};
}

keys! {
    /// Holds two numbers. The first is never the largest (see [`Fleet::register`](crate::cluster::Fleet::register)).
    u64;
    /// Holds four numbers; the first is never the largest.
    u128;
}

/// Whether the `nth` is among the next `here`; if not, counts them off.
pub(super) fn passes(nth: &mut u32, here: u32) -> bool {
    if *nth < here {
        return true;
    }
    *nth -= here;
    false
}
