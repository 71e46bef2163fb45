//! The instances by one small number, or by none: for every number that occurs, who has it, one bit each.
//!
//! An instance whose number changes leaves one set and joins another: nothing is sorted or compared.

use super::order::{Key, Lanes, Order, passes};
use super::view::Look;
use crate::cluster::Fleet;
use crate::units::{InstanceId, Resources};

/// The number of each seat, and for every lane the sets of seats with number 0, 1, 2 and so on.
#[derive(Debug, Clone)]
pub(super) struct Levels {
    keys: Vec<u32>,
    lanes: Vec<Vec<Marks>>,
}

/// A set of seats that finds the n-th of them.
#[derive(Debug, Clone, Default)]
struct Marks {
    count: u32,
    /// How many are in each block of words.
    blocks: Vec<u32>,
    words: Vec<u64>,
}

/// Words in a block: about as many as there are blocks in a cluster of ten thousand.
const BLOCK: usize = 8;

impl Marks {
    fn insert(&mut self, seat: usize, room: usize) {
        if self.words.is_empty() {
            let blocks = room.div_ceil(64 * BLOCK);
            self.blocks = vec![0; blocks];
            self.words = vec![0; blocks * BLOCK];
        }
        self.words[seat / 64] |= 1 << (seat % 64);
        self.blocks[seat / 64 / BLOCK] += 1;
        self.count += 1;
    }

    fn remove(&mut self, seat: usize) {
        self.words[seat / 64] &= !(1 << (seat % 64));
        self.blocks[seat / 64 / BLOCK] -= 1;
        self.count -= 1;
    }
}

impl Levels {
    fn enter(&mut self, seat: usize, key: u32, lane: usize) {
        let levels = &mut self.lanes[lane];
        if levels.len() <= key as usize {
            levels.resize_with(key as usize + 1, Marks::default);
        }
        levels[key as usize].insert(seat, self.keys.len());
    }
}

impl Order for Levels {
    type Key = u64;
    type Note = u32;
    const NOBODY: u32 = u32::MAX;

    fn look(look: &Look, fleet: &Fleet, instance: InstanceId) -> u32 {
        look.number_if_room(fleet, instance)
    }

    fn new(mut keys: Vec<u32>, lanes: Lanes<'_>) -> Self {
        let seats = keys.len();
        keys.resize(seats + seats / 4 + 1, Self::NOBODY);
        let mut levels = Self { keys, lanes: vec![Vec::new(); lanes.count] };
        for seat in 0..seats {
            if levels.keys[seat] != Self::NOBODY {
                levels.enter(seat, levels.keys[seat], lanes.of(seat));
            }
        }
        levels
    }

    fn room(&self) -> usize {
        self.keys.len()
    }

    fn note(&self, seat: usize) -> u32 {
        self.keys[seat]
    }

    fn set(&mut self, seat: usize, key: u32, lanes: Lanes<'_>) {
        let before = std::mem::replace(&mut self.keys[seat], key);
        if before == key {
            return;
        }
        let lane = lanes.of(seat);
        if before != Self::NOBODY {
            self.lanes[lane][before as usize].remove(seat);
        }
        if key != Self::NOBODY {
            self.enter(seat, key, lane);
        }
    }

    fn least(&self, lane: u32, _: Resources) -> Option<u64> {
        let mut levels = (0..).zip(&self.lanes[lane as usize]);
        levels.find(|(_, marks)| marks.count > 0).map(|(key, _)| key)
    }

    fn count(&self, key: u64, among: &[u32], _: Resources) -> u32 {
        among.iter().map(|&lane| self.lanes[lane as usize][key.last() as usize].count).sum()
    }

    fn nth(&self, mut nth: u32, key: u64, among: &[u32], _: Resources, _: Lanes<'_>) -> usize {
        let sets = || among.iter().filter_map(|&lane| self.lanes[lane as usize].get(key.last() as usize));
        let sets = || sets().filter(|marks| marks.count > 0);
        let blocks = self.keys.len().div_ceil(64 * BLOCK);
        let block = (0..blocks).find(|&block| passes(&mut nth, sets().map(|marks| marks.blocks[block]).sum()));
        let first = block.expect("the sets counted it") * BLOCK;
        let mut words =
            (first..first + BLOCK).map(|word| (word, sets().fold(0, |bits, marks| bits | marks.words[word])));
        let (word, mut bits) =
            words.find(|(_, bits)| passes(&mut nth, bits.count_ones())).expect("the block counted it");
        for _ in 0..nth {
            bits &= bits - 1;
        }
        word * 64 + bits.trailing_zeros() as usize
    }
}
