//! The instances in order of a key, without sorting them: for every block of instances its least key and how many
//! have it, then the same for every block of blocks, up to one block.
//!
//! A changed key is compared with the least key of its block; as long as that stays the same, nothing above changes.
//! Because blocks keep the order of registration, the n-th of several equal instances is found by counting downwards.

use std::cmp::Ordering;

/// A key of an instance: numbers one after another, the first matters most.
pub(super) trait Key: Copy + Ord + Default {
    /// Larger than the key of any feasible instance: marks one that is not.
    const NONE: Self;

    /// This key with one more number behind it.
    fn then(self, number: u32) -> Self;

    /// All numbers in one integer, 32 bits each.
    fn bits(self) -> u128;
}

/// Holds one number, which is never the largest of its type (see [`Fleet::register`](crate::cluster::Fleet::register)).
impl Key for u32 {
    const NONE: Self = Self::MAX;

    fn then(self, number: u32) -> Self {
        number
    }

    fn bits(self) -> u128 {
        self.into()
    }
}

/// Holds two numbers.
impl Key for u64 {
    const NONE: Self = Self::MAX;

    fn then(self, number: u32) -> Self {
        self << 32 | Self::from(number)
    }

    fn bits(self) -> u128 {
        self.into()
    }
}

/// Holds three numbers.
impl Key for u128 {
    const NONE: Self = Self::MAX;

    fn then(self, number: u32) -> Self {
        self << 32 | Self::from(number)
    }

    fn bits(self) -> u128 {
        self
    }
}

/// The least key of some instances, how many of them have it, and where one of those sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<K> {
    pub(super) key: K,
    pub(super) count: u32,
    pub(super) seat: u32,
}

impl<K: Key> Head<K> {
    /// Of no feasible instance.
    const EMPTY: Self = Self { key: K::NONE, count: 0, seat: 0 };

    /// Of one seat.
    fn of(key: K, seat: usize) -> Self {
        let seat = u32::try_from(seat).expect("fewer seats than ids");
        Self { key, count: u32::from(key != K::NONE), seat }
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
        let concerned = old.key == self.key;
        let without = if concerned { self.count - old.count } else { self.count };
        match new.key.cmp(&self.key) {
            Ordering::Less => Some(new),
            Ordering::Equal => Some(Self { key: self.key, count: without + new.count, seat: new.seat }),
            Ordering::Greater if concerned && (without == 0 || old.seat == self.seat) => None,
            Ordering::Greater => Some(Self { count: without, ..self }),
        }
    }
}

/// How many parts a block has: few, because a block that loses its least key looks at all of them.
const FAN: usize = 32;

/// Keys by seat, and the least of them in each lane. A lane is a set of seats that is asked for on its own: a zone.
/// With a single lane all seats are in it; otherwise `lane_of` tells the lane of each.
#[derive(Debug, Clone)]
pub(super) struct Order<K> {
    keys: Vec<K>,
    /// For each lane the heads of all blocks: from blocks of seats up to a single block.
    lanes: Vec<Vec<Vec<Head<K>>>>,
}

impl<K: Key> Order<K> {
    /// Of seats with these keys, and room for some more.
    pub(super) fn new(mut keys: Vec<K>, lanes: usize, lane_of: &[u32]) -> Self {
        let mut blocks = (keys.len() + keys.len() / 4).div_ceil(FAN).max(1);
        let mut lanes = vec![vec![vec![Head::EMPTY; blocks]]; lanes];
        for (seat, (&key, &lane)) in keys.iter().zip(lane_of).enumerate() {
            let lane = if lanes.len() == 1 { 0 } else { lane as usize };
            lanes[lane][0][seat / FAN].add(Head::of(key, seat));
        }
        keys.resize(blocks * FAN, K::NONE);
        while blocks > 1 {
            blocks = blocks.div_ceil(FAN);
            for levels in &mut lanes {
                let above = levels[levels.len() - 1].chunks(FAN).map(|parts| least(parts.iter().copied())).collect();
                levels.push(above);
            }
        }
        Self { keys, lanes }
    }

    /// How many seats there is room for.
    pub(super) fn room(&self) -> usize {
        self.keys.len()
    }

    /// The key of a seat.
    pub(super) fn key(&self, seat: usize) -> K {
        self.keys[seat]
    }

    /// Gives a seat another key.
    pub(super) fn set(&mut self, seat: usize, key: K, lane_of: &[u32]) {
        let (mut old, mut new) = (Head::of(self.keys[seat], seat), Head::of(key, seat));
        if old.key == new.key {
            return;
        }
        self.keys[seat] = key;
        let lane = if self.lanes.len() == 1 { 0 } else { lane_of[seat] };
        let mut part = seat;
        for level in 0..self.lanes[lane as usize].len() {
            part /= FAN;
            let before = self.lanes[lane as usize][level][part];
            if before.key < old.key && before.key < new.key {
                return;
            }
            let after = before.exchange(old, new).unwrap_or_else(|| self.head_of_parts(level, part, lane, lane_of));
            self.lanes[lane as usize][level][part] = after;
            (old, new) = (before, after);
        }
    }

    /// The head of one lane of a block, from its parts.
    fn head_of_parts(&self, level: usize, block: usize, lane: u32, lane_of: &[u32]) -> Head<K> {
        let first = block * FAN;
        if level > 0 {
            return least(self.lanes[lane as usize][level - 1][first..].iter().take(FAN).copied());
        }
        let keys = (first..).zip(&self.keys[first..first + FAN]);
        if self.lanes.len() == 1 {
            return least(keys.map(|(seat, &key)| Head::of(key, seat)));
        }
        let seats = keys.zip(&lane_of[first..]);
        least(seats.map(|((seat, &key), &at)| Head::of(if at == lane { key } else { K::NONE }, seat)))
    }

    /// The least key in a lane and how many seats have it; `None` when nothing there is feasible.
    pub(super) fn head(&self, lane: u32) -> Option<Head<K>> {
        let levels = &self.lanes[lane as usize];
        Some(levels[levels.len() - 1][0]).filter(|head| head.key != K::NONE)
    }

    /// The `nth` seat in the order of seats, from 0, among those with this key in one of these lanes.
    pub(super) fn nth(&self, mut nth: u32, key: K, lanes: &[u32], lane_of: &[u32]) -> usize {
        let mut block = 0;
        for level in (0..self.lanes[0].len()).rev() {
            while !passes(&mut nth, self.count(level, block, key, lanes)) {
                block += 1;
            }
            block *= FAN;
        }
        let mut seats = self.keys[block..].iter().zip(&lane_of[block..]);
        let within = seats.position(|(&at, lane)| {
            passes(&mut nth, u32::from(at == key && (self.lanes.len() == 1 || lanes.contains(lane))))
        });
        block + within.expect("the block above counted it")
    }

    /// How many seats in these lanes of a block have this key; none there has a smaller one.
    fn count(&self, level: usize, block: usize, key: K, lanes: &[u32]) -> u32 {
        let heads = lanes.iter().map(|&lane| self.lanes[lane as usize][level][block]);
        heads.filter(|head| head.key == key).map(|head| head.count).sum()
    }
}

/// The head of all these. Twice over them without a branch is faster than once with a branch.
fn least<K: Key>(parts: impl Iterator<Item = Head<K>> + Clone) -> Head<K> {
    let key = parts.clone().fold(K::NONE, |least, part| least.min(part.key));
    parts.fold(Head { key, count: 0, seat: 0 }, |head, part| {
        if part.key == key { Head { key, count: head.count + part.count, seat: part.seat } } else { head }
    })
}

/// Whether the `nth` is among the next `here`; if not, counts them off.
fn passes(nth: &mut u32, here: u32) -> bool {
    if *nth < here {
        return true;
    }
    *nth -= here;
    false
}
