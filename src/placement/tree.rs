//! For every other chain: the instances in order of a key, without sorting them. For every block of instances its
//! least key and how many have it, then the same for every block of blocks, up to one block.
//!
//! A changed key is compared with the least key of its block; as long as that stays the same, nothing above changes.
//! Because blocks keep the order of registration, the n-th of several equal instances is found by counting downwards.

use std::cmp::Ordering;

use super::condition::Scene;
use super::lanes::Lanes;
use super::order::{Key, Order, Wanted, passes};
use super::view::Look;

/// The least key of some instances, how many of them have it, and where one of those sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Least<K> {
    key: K,
    count: u32,
    seat: u32,
}

impl<K: Key> Least<K> {
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

/// Keys by seat, and the least of them in each lane.
#[derive(Debug, Clone)]
pub(super) struct Tree<K> {
    keys: Vec<K>,
    /// For each lane the least of all blocks: from blocks of seats up to a single block.
    lanes: Vec<Vec<Vec<Least<K>>>>,
}

impl<K: Key> Order for Tree<K> {
    type Key = K;
    type Note = K;
    const NOBODY: K = K::NONE;

    fn look(look: &Look, scene: Scene<'_>, seat: usize) -> K {
        look.key_if_feasible(scene, seat)
    }

    fn new(mut keys: Vec<K>, lanes: Lanes<'_>) -> Self {
        let mut blocks = (keys.len() + keys.len() / 4).div_ceil(FAN).max(1);
        let mut of_lanes = vec![vec![vec![Least::EMPTY; blocks]]; lanes.count];
        for (seat, &key) in keys.iter().enumerate() {
            of_lanes[lanes.of(seat)][0][seat / FAN].add(Least::of(key, seat));
        }
        keys.resize(blocks * FAN, K::NONE);
        while blocks > 1 {
            blocks = blocks.div_ceil(FAN);
            for levels in &mut of_lanes {
                let above = levels[levels.len() - 1].chunks(FAN).map(|parts| least(parts.iter().copied())).collect();
                levels.push(above);
            }
        }
        Self { keys, lanes: of_lanes }
    }

    fn room(&self) -> usize {
        self.keys.len()
    }

    fn note(&self, seat: usize) -> K {
        self.keys[seat]
    }

    fn set(&mut self, seat: usize, key: K, lanes: Lanes<'_>) {
        let (mut old, mut new) = (Least::of(self.keys[seat], seat), Least::of(key, seat));
        if old.key == new.key {
            return;
        }
        self.keys[seat] = key;
        let lane = lanes.of(seat);
        let mut part = seat;
        for level in 0..self.lanes[lane].len() {
            part /= FAN;
            let before = self.lanes[lane][level][part];
            if before.key < old.key && before.key < new.key {
                return;
            }
            let after = before.exchange(old, new).unwrap_or_else(|| self.least_of_parts(level, part, lane, lanes));
            self.lanes[lane][level][part] = after;
            (old, new) = (before, after);
        }
    }

    fn least(&self, lane: u32, wanted: &Wanted<'_>, _: Lanes<'_>) -> Option<K> {
        debug_assert!(wanted.except.is_empty(), "a tree passes nobody over");
        Some(self.top(lane).key).filter(|&key| key != K::NONE)
    }

    fn count(&self, _: K, among: &[u32], _: &Wanted<'_>, _: Lanes<'_>) -> u32 {
        among.iter().map(|&lane| self.top(lane).count).sum()
    }

    fn nth(&self, mut nth: u32, key: K, among: &[u32], _: &Wanted<'_>, lanes: Lanes<'_>, _: &mut Vec<u32>) -> usize {
        let mut block = 0;
        for level in (0..self.lanes[0].len()).rev() {
            while !passes(&mut nth, self.count_in(level, block, key, among)) {
                block += 1;
            }
            block *= FAN;
        }
        let mut seats = self.keys[block..].iter().zip(&lanes.of_seats[block..]);
        let within = seats.position(|(&at, zone)| {
            passes(&mut nth, u32::from(at == key && (self.lanes.len() == 1 || among.contains(zone))))
        });
        block + within.expect("the block above counted it")
    }
}

impl<K: Key> Tree<K> {
    /// The least of a whole lane.
    fn top(&self, lane: u32) -> Least<K> {
        let levels = &self.lanes[lane as usize];
        levels[levels.len() - 1][0]
    }

    /// The least of one lane of a block, from its parts.
    fn least_of_parts(&self, level: usize, block: usize, lane: usize, lanes: Lanes<'_>) -> Least<K> {
        let first = block * FAN;
        if level > 0 {
            return least(self.lanes[lane][level - 1][first..].iter().take(FAN).copied());
        }
        let keys = (first..).zip(&self.keys[first..first + FAN]);
        if lanes.count == 1 {
            return least(keys.map(|(seat, &key)| Least::of(key, seat)));
        }
        let seats = keys.zip(&lanes.of_seats[first..]);
        least(seats.map(|((seat, &key), &at)| Least::of(if at as usize == lane { key } else { K::NONE }, seat)))
    }

    /// How many seats in these lanes of a block have this key; none there has a smaller one.
    fn count_in(&self, level: usize, block: usize, key: K, among: &[u32]) -> u32 {
        let parts = among.iter().map(|&lane| self.lanes[lane as usize][level][block]);
        parts.filter(|part| part.key == key).map(|part| part.count).sum()
    }
}

/// The least of all these. Twice over them without a branch is faster than once with a branch.
fn least<K: Key>(parts: impl Iterator<Item = Least<K>> + Clone) -> Least<K> {
    let key = parts.clone().fold(K::NONE, |least, part| least.min(part.key));
    parts.fold(Least { key, count: 0, seat: 0 }, |least, part| {
        if part.key == key { Least { key, count: least.count + part.count, seat: part.seat } } else { least }
    })
}
