//! The wheel: later events, filed by the highest digit of time that differs.

use std::mem;

use super::{Entry, What};

const LEVEL_BITS: u32 = 8;
const SLOTS: usize = 1 << LEVEL_BITS;
const WORDS: usize = SLOTS / 64;
const LEVELS: usize = 8;

/// Entries in a chunk, the most capacity that an empty bucket keeps, and the most
/// that are sorted rather than filed.
pub(super) const CHUNK: usize = 64;
/// Spare chunks that are kept whatever the number in use.
pub(super) const SPARE_CHUNKS: usize = 64;

/// Entries in the order in which they came.
#[derive(Debug)]
pub(super) struct Bucket<E> {
    /// Full chunks, which are before the tail.
    pub(super) full: Vec<Vec<Entry<E>>>,
    pub(super) tail: Vec<Entry<E>>,
}

impl<E> Default for Bucket<E> {
    fn default() -> Self {
        Self { full: Vec::new(), tail: Vec::new() }
    }
}

impl<E> Bucket<E> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry<E>> {
        self.full.iter().flatten().chain(&self.tail)
    }

    #[inline]
    pub(super) fn push(&mut self, entry: Entry<E>, pool: &mut Pool<E>) {
        if self.tail.len() == self.tail.capacity() {
            self.make_room(pool);
        }
        self.tail.push(entry);
    }

    #[cold]
    pub(super) fn make_room(&mut self, pool: &mut Pool<E>) {
        if self.tail.len() < CHUNK {
            let room = (self.tail.len() * 2).clamp(4, CHUNK);
            self.tail.reserve_exact(room - self.tail.len());
        } else {
            self.full.push(mem::replace(&mut self.tail, pool.get()));
        }
    }
}

/// Chunks for all buckets.
#[derive(Debug)]
pub(super) struct Pool<E> {
    pub(super) spare: Vec<Vec<Entry<E>>>,
    pub(super) in_use: usize,
}

impl<E> Pool<E> {
    pub(super) fn get(&mut self) -> Vec<Entry<E>> {
        self.in_use += 1;
        self.spare.pop().unwrap_or_else(|| Vec::with_capacity(CHUNK))
    }

    pub(super) fn put(&mut self, chunk: Vec<Entry<E>>) {
        self.in_use -= 1;
        self.spare.push(chunk);
        self.spare.truncate(self.in_use + SPARE_CHUNKS);
    }
}

/// The buckets of one digit, with a bit in two storeys for those with entries.
#[derive(Debug)]
pub(super) struct Level<E> {
    summary: u8,
    words: [u64; WORDS],
    /// None until the first entry comes.
    buckets: Vec<Bucket<E>>,
}

#[derive(Debug)]
pub(super) struct Wheel<E> {
    /// A bit for each level with entries.
    occupied: u8,
    levels: [Level<E>; LEVELS],
    pub(super) pool: Pool<E>,
}

impl<E> Wheel<E> {
    pub(super) fn new() -> Self {
        let level = |_| Level { summary: 0, words: [0; WORDS], buckets: Vec::new() };
        let pool = Pool { spare: Vec::new(), in_use: 0 };
        Self { occupied: 0, levels: std::array::from_fn(level), pool }
    }

    /// Files an entry that is later than now.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "masked to eight bits")]
    pub(super) fn push(&mut self, now: u64, entry: Entry<E>) {
        let digit = (entry.time() ^ now).ilog2() / LEVEL_BITS;
        let slot = (entry.time() >> (digit * LEVEL_BITS)) as usize & (SLOTS - 1);
        let level = &mut self.levels[digit as usize];
        if level.buckets.is_empty() {
            level.buckets.resize_with(SLOTS, Bucket::default);
        }
        level.buckets[slot].push(entry, &mut self.pool);
        level.words[slot / 64] |= 1 << (slot % 64);
        level.summary |= 1 << (slot / 64);
        self.occupied |= 1 << digit;
    }

    /// The first bucket with entries; there must be one.
    #[inline]
    pub(super) fn first(&self) -> (usize, usize) {
        let level = self.occupied.trailing_zeros() as usize;
        let Level { summary, words, .. } = &self.levels[level];
        let word = summary.trailing_zeros() as usize;
        (level, word * 64 + words[word].trailing_zeros() as usize)
    }

    /// Notes that a bucket has no entry, and gives it to make that true.
    #[inline]
    pub(super) fn vacate(&mut self, level: usize, slot: usize) -> &mut Bucket<E> {
        let Level { summary, words, buckets } = &mut self.levels[level];
        words[slot / 64] &= !(1 << (slot % 64));
        if words[slot / 64] == 0 {
            *summary &= !(1 << (slot / 64));
            if *summary == 0 {
                self.occupied &= !(1 << level);
            }
        }
        &mut buckets[slot]
    }

    /// Gives an emptied bucket its capacity back, which is bounded.
    pub(super) fn put_back(&mut self, level: usize, slot: usize, mut bucket: Bucket<E>) {
        bucket.full.shrink_to(CHUNK);
        self.levels[level].buckets[slot] = bucket;
    }

    /// All buckets with entries, in order of time.
    pub(super) fn buckets(&self) -> impl Iterator<Item = &Bucket<E>> {
        let all = self.levels.iter().flat_map(|level| &level.buckets);
        all.filter(|bucket| !bucket.tail.is_empty())
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&What<E>) -> bool) {
        for level in 0..LEVELS {
            for slot in 0..self.levels[level].buckets.len() {
                let old = mem::take(self.vacate(level, slot));
                let mut new = Bucket::default();
                for mut chunk in old.full {
                    for entry in chunk.drain(..).filter(|entry| keep(&entry.what)) {
                        new.push(entry, &mut self.pool);
                    }
                    self.pool.put(chunk);
                }
                for entry in old.tail.into_iter().filter(|entry| keep(&entry.what)) {
                    new.push(entry, &mut self.pool);
                }
                if !new.tail.is_empty() {
                    let Level { summary, words, .. } = &mut self.levels[level];
                    words[slot / 64] |= 1 << (slot % 64);
                    *summary |= 1 << (slot / 64);
                    self.occupied |= 1 << level;
                }
                self.levels[level].buckets[slot] = new;
            }
        }
    }
}

/// The times that a bucket is for: from, and up to but without.
pub(super) fn span(level: usize, slot: usize, now: u64) -> (u64, u64) {
    let shift = level * LEVEL_BITS as usize;
    let above = now >> shift >> LEVEL_BITS << LEVEL_BITS << shift;
    let start = above | (slot as u64) << shift;
    (start, start + (1 << shift))
}
