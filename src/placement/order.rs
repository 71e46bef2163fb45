//! The instances in order of a key, without sorting them: for every block of instances its least key and how many
//! have it, then the same for every block of blocks, up to one block.
//!
//! A changed key is compared with the least key of its block; as long as that stays the same, nothing above changes.
//! Because blocks keep the order of registration, the n-th of several equal instances is found by counting downwards.

/// A key of an instance: numbers one after another, the first matters most.
pub(super) trait Key: Copy + Ord + Default {
    /// Larger than the key of any feasible instance: marks one that is not.
    const NONE: Self;

    /// This key with one more number behind it.
    fn then(self, number: u32) -> Self;

    /// All numbers in one integer, 32 bits each.
    fn bits(self) -> u128;
}

/// Holds one number.
impl Key for u64 {
    const NONE: Self = Self::MAX;

    fn then(self, number: u32) -> Self {
        self << 32 | Self::from(number)
    }

    fn bits(self) -> u128 {
        self.into()
    }
}

/// Holds up to three numbers.
impl Key for u128 {
    const NONE: Self = Self::MAX;

    fn then(self, number: u32) -> Self {
        self << 32 | Self::from(number)
    }

    fn bits(self) -> u128 {
        self
    }
}

/// The least key of some instances, and how many of them have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<K> {
    pub(super) key: K,
    pub(super) count: u32,
}

impl<K: Key> Head<K> {
    /// Of no feasible instance.
    const EMPTY: Self = Self { key: K::NONE, count: 0 };

    /// Of one seat.
    fn of(key: K) -> Self {
        Self { key, count: u32::from(key != K::NONE) }
    }

    /// Takes in the head of further instances.
    fn add(&mut self, other: Self) {
        if other.key < self.key {
            *self = other;
        } else if other.key == self.key {
            self.count += other.count;
        }
    }

    /// One part of these instances had the head `old` and has `new` now. `None` where the other parts must be asked.
    fn exchange(self, old: Self, new: Self) -> Option<Self> {
        let without = if old.key == self.key { self.count - old.count } else { self.count };
        if new.key < self.key {
            Some(new)
        } else if new.key == self.key {
            Some(Self { key: self.key, count: without + new.count })
        } else {
            (without > 0).then_some(Self { key: self.key, count: without })
        }
    }
}

/// How many parts a block has.
const FAN: usize = 32;

/// Keys by seat, and the least of them in each lane. A lane is a set of seats that is asked for on its own: a zone.
#[derive(Debug, Clone)]
pub(super) struct Order<K> {
    lanes: usize,
    keys: Vec<K>,
    /// From blocks of seats up to a single block; in each the heads of block 0's lanes, then those of block 1.
    levels: Vec<Vec<Head<K>>>,
}

impl<K: Key> Order<K> {
    /// Of these keys, with room for `room` seats, those behind the keys not feasible.
    pub(super) fn new(mut keys: Vec<K>, room: usize, lanes: usize, lane_of: &impl Fn(usize) -> usize) -> Self {
        let mut blocks = room.max(keys.len()).div_ceil(FAN).max(1);
        let mut heads = vec![Head::EMPTY; blocks * lanes];
        for (seat, &key) in keys.iter().enumerate() {
            heads[seat / FAN * lanes + lane_of(seat)].add(Head::of(key));
        }
        keys.resize(blocks * FAN, K::NONE);
        let mut levels = vec![heads];
        while blocks > 1 {
            blocks = blocks.div_ceil(FAN);
            let mut heads = vec![Head::EMPTY; blocks * lanes];
            for (place, &part) in levels[levels.len() - 1].iter().enumerate() {
                heads[place / lanes / FAN * lanes + place % lanes].add(part);
            }
            levels.push(heads);
        }
        Self { lanes, keys, levels }
    }

    /// How many seats there is room for.
    pub(super) fn room(&self) -> usize {
        self.keys.len()
    }

    /// Gives a seat another key. `lane_of` tells the lane of each seat.
    pub(super) fn set(&mut self, seat: usize, key: K, lane_of: &impl Fn(usize) -> usize) {
        let (mut old, mut new) = (Head::of(self.keys[seat]), Head::of(key));
        if old == new {
            return;
        }
        self.keys[seat] = key;
        let lane = lane_of(seat);
        let mut part = seat;
        for level in 0..self.levels.len() {
            part /= FAN;
            let place = part * self.lanes + lane;
            let before = self.levels[level][place];
            let after = before.exchange(old, new).unwrap_or_else(|| self.head_of_parts(level, part, lane, lane_of));
            if after == before {
                return;
            }
            self.levels[level][place] = after;
            (old, new) = (before, after);
        }
    }

    /// The head of one lane of a block, from its parts.
    fn head_of_parts(&self, level: usize, block: usize, lane: usize, lane_of: &impl Fn(usize) -> usize) -> Head<K> {
        let mut head = Head::EMPTY;
        let first = block * FAN;
        if level == 0 {
            for seat in (first..first + FAN).filter(|&seat| self.lanes == 1 || lane_of(seat) == lane) {
                head.add(Head::of(self.keys[seat]));
            }
        } else {
            let parts = &self.levels[level - 1];
            let end = (first + FAN) * self.lanes;
            for place in (first * self.lanes + lane..end.min(parts.len())).step_by(self.lanes) {
                head.add(parts[place]);
            }
        }
        head
    }

    /// The least key in a lane and how many seats have it; `None` when nothing there is feasible.
    pub(super) fn head(&self, lane: usize) -> Option<Head<K>> {
        let top = self.levels.last().expect("there is always a level");
        Some(top[lane]).filter(|head| head.key != K::NONE)
    }

    /// The `nth` seat in the order of seats, from 0, among those with this key in one of these lanes.
    pub(super) fn nth(&self, mut nth: u32, key: K, lanes: &[usize], lane_of: &impl Fn(usize) -> usize) -> usize {
        let mut first = 0;
        for level in self.levels.iter().rev() {
            first = FAN
                * (first..)
                    .find(|&block| {
                        let heads = &level[block * self.lanes..][..self.lanes];
                        let here: u32 =
                            lanes.iter().map(|&lane| heads[lane]).filter(|h| h.key == key).map(|h| h.count).sum();
                        passes(&mut nth, here)
                    })
                    .expect("counted above");
        }
        (first..first + FAN)
            .find(|&seat| {
                let here = self.keys[seat] == key && (self.lanes == 1 || lanes.contains(&lane_of(seat)));
                passes(&mut nth, u32::from(here))
            })
            .expect("counted above")
    }
}

/// Whether the `nth` is among the next `here`; if not, counts them off.
fn passes(nth: &mut u32, here: u32) -> bool {
    if *nth < here {
        return true;
    }
    *nth -= here;
    false
}
