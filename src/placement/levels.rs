//! The instances by one small number, or by none: for every number that occurs, who has it, one bit each.
//!
//! An instance whose number changes leaves one set and joins another: nothing is sorted or compared.

use super::condition::Scene;
use super::lanes::Lanes;
use super::order::{Key, Order, Wanted, passes};
use super::view::Look;

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

    /// Those of the seats that are passed over who have this key in one of these lanes.
    fn except<'a>(
        &'a self,
        key: u64,
        among: &'a [u32],
        except: &'a [u32],
        lanes: Lanes<'a>,
    ) -> impl Iterator<Item = usize> + 'a {
        let seats = except.iter().map(|&seat| seat as usize);
        seats.filter(move |&seat| u64::from(self.keys[seat]) == key && lanes.is_among(seat, among))
    }

    fn count_except(&self, key: u64, among: &[u32], except: &[u32], lanes: Lanes<'_>) -> u32 {
        u32::try_from(self.except(key, among, except, lanes).count()).expect("fewer seats than ids")
    }
}

impl Order for Levels {
    type Key = u64;
    type Note = u32;
    const NOBODY: u32 = u32::MAX;

    fn look(look: &Look, scene: Scene<'_>, seat: usize) -> u32 {
        look.number_if_feasible(scene, seat)
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

    fn least(&self, lane: u32, wanted: &Wanted<'_>, lanes: Lanes<'_>) -> Option<u64> {
        let except = |marks: &Marks, key| {
            // most often there are so many that those who are passed over need not be counted
            marks.count as usize <= wanted.except.len()
                && marks.count == self.count_except(key, &[lane], wanted.except, lanes)
        };
        let mut levels = (0..).zip(&self.lanes[lane as usize]);
        levels.find(|&(key, marks)| marks.count > 0 && !except(marks, key)).map(|(key, _)| key)
    }

    fn count(&self, key: u64, among: &[u32], wanted: &Wanted<'_>, lanes: Lanes<'_>) -> u32 {
        let all: u32 = among.iter().map(|&lane| self.lanes[lane as usize][key.last() as usize].count).sum();
        all - self.count_except(key, among, wanted.except, lanes)
    }

    fn nth(
        &self,
        mut nth: u32,
        key: u64,
        among: &[u32],
        wanted: &Wanted<'_>,
        lanes: Lanes<'_>,
        _: &mut Vec<u32>,
    ) -> usize {
        let sets = || among.iter().filter_map(|&lane| self.lanes[lane as usize].get(key.last() as usize));
        let sets = || sets().filter(|marks| marks.count > 0);
        let mut except = self.except(key, among, wanted.except, lanes).peekable();
        // counts off those who are passed over as the search moves on
        let mut except_before = |end: usize| {
            let mut count = 0;
            while except.next_if(|&seat| seat < end).is_some() {
                count += 1;
            }
            count
        };
        let blocks = self.keys.len().div_ceil(64 * BLOCK);
        let block = if wanted.except.is_empty() {
            (0..blocks).find(|&block| passes(&mut nth, sets().map(|marks| marks.blocks[block]).sum()))
        } else {
            (0..blocks).find(|&block| {
                let all: u32 = sets().map(|marks| marks.blocks[block]).sum();
                passes(&mut nth, all - except_before((block + 1) * 64 * BLOCK))
            })
        };
        let first = block.expect("the sets counted it") * BLOCK;
        let word_of = |word: usize| {
            let bits = sets().fold(0, |bits, marks| bits | marks.words[word]);
            let here = wanted.except.iter().skip_while(|&&seat| (seat as usize) < word * 64);
            let here = here.take_while(|&&seat| (seat as usize) < (word + 1) * 64);
            here.fold(bits, |bits, &seat| bits & !(1 << (seat % 64)))
        };
        let mut words = (first..first + BLOCK).map(|word| (word, word_of(word)));
        let (word, mut bits) =
            words.find(|(_, bits)| passes(&mut nth, bits.count_ones())).expect("the block counted it");
        for _ in 0..nth {
            bits &= bits - 1;
        }
        word * 64 + bits.trailing_zeros() as usize
    }
}
