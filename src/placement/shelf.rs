//! The instances in the order of numbers of their own, for tasks of several sizes and conditions: for each place it is
//! known which of these wishes it meets, so that one order serves all and a change is noted once.
//!
//! A lane is a sorted list in parts of some dozens. Each part knows the wishes that all or any of its instances meet:
//! it is passed over when nobody in it meets the one that is asked for, and counted as a whole when all of them do.

use std::ops::Range;

use super::condition::Scene;
use super::lanes::Lanes;
use super::order::{Key, Order, Wanted, passes};
use super::view::Look;

/// What is known of an instance: its numbers, and which wishes it meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Note<K> {
    key: K,
    met: u64,
}

/// Places by lane. A place is the key of an instance and, as one more number, its seat.
#[derive(Debug, Clone)]
pub(super) struct Shelf<K> {
    notes: Vec<Note<K>>,
    lanes: Vec<Lane<K>>,
}

/// The parts of one lane in order. What a search looks at first lies apart, close together.
#[derive(Debug, Clone)]
struct Lane<K> {
    firsts: Vec<K>,
    /// The wishes that anybody in a part meets.
    any: Vec<u64>,
    parts: Vec<Part<K>>,
}

/// Neighbours in the order, never none.
#[derive(Debug, Clone)]
struct Part<K> {
    places: Vec<K>,
    /// The wishes that each of them meets.
    met: Vec<u64>,
    /// The wishes that all of them meet.
    all: u64,
}

/// From so many places on a part is split; two neighbours with half of that together become one.
const FULL: usize = 32;

impl<K: Key> Part<K> {
    /// Of places in order.
    fn new(places: &[(K, u64)]) -> Self {
        let (places, met): (Vec<_>, Vec<_>) = places.iter().copied().unzip();
        Self { all: all(&met), places, met }
    }

    fn insert(&mut self, place: K, met: u64) {
        let at = self.places.partition_point(|&other| other < place);
        self.places.insert(at, place);
        self.met.insert(at, met);
        self.all &= met;
    }

    /// The wishes that the instance met.
    fn remove(&mut self, place: K) -> u64 {
        let at = self.places.partition_point(|&other| other < place);
        let removed = self.places.remove(at);
        debug_assert!(removed == place, "it was put here");
        self.met.remove(at)
    }

    fn split_off(&mut self, at: usize) -> Self {
        let (places, met) = (self.places.split_off(at), self.met.split_off(at));
        self.all = all(&self.met);
        Self { places, all: all(&met), met }
    }

    fn append(&mut self, mut behind: Self) {
        self.places.append(&mut behind.places);
        self.met.append(&mut behind.met);
        self.all &= behind.all;
    }
}

/// The wishes that all of them meet.
fn all(met: &[u64]) -> u64 {
    met.iter().fold(u64::MAX, |all, met| all & met)
}

/// The wishes that any of them meets.
fn any(met: &[u64]) -> u64 {
    met.iter().fold(0, |any, met| any | met)
}

/// Those of a part who have the same key.
struct Run<'a, K> {
    part: &'a Part<K>,
    places: Range<usize>,
}

impl<K: Key> Run<'_, K> {
    /// How many of them are wanted.
    fn count(&self, wanted: &Wanted<'_>) -> u32 {
        let count = if !wanted.except.is_empty() {
            self.seats(wanted).count()
        } else if self.part.all & wanted.wish != 0 {
            self.places.len()
        } else {
            self.part.met[self.places.clone()].iter().filter(|met| **met & wanted.wish != 0).count()
        };
        u32::try_from(count).expect("no more than are in a part")
    }

    /// The seats of those who are wanted.
    fn seats(&self, wanted: &Wanted<'_>) -> impl Iterator<Item = u32> {
        let places = self.part.places[self.places.clone()].iter().zip(&self.part.met[self.places.clone()]);
        let meet = places.filter(|(_, met)| **met & wanted.wish != 0).map(|(place, _)| place.last());
        meet.filter(|&seat| wanted.admits(seat))
    }
}

impl<K: Key> Lane<K> {
    /// Of places in order.
    fn new(places: &[(K, u64)]) -> Self {
        let parts: Vec<_> = places.chunks(FULL / 4 * 3).map(Part::new).collect();
        Self {
            firsts: parts.iter().map(|part| part.places[0]).collect(),
            any: parts.iter().map(|part| any(&part.met)).collect(),
            parts,
        }
    }

    /// The part where a place is or would be.
    fn part_of(&self, place: K) -> usize {
        self.firsts.partition_point(|&first| first <= place).saturating_sub(1)
    }

    fn insert(&mut self, place: K, met: u64) {
        if self.parts.is_empty() {
            *self = Self::new(&[(place, met)]);
            return;
        }
        let at = self.part_of(place);
        let part = &mut self.parts[at];
        part.insert(place, met);
        self.firsts[at] = part.places[0];
        self.any[at] |= met;
        if part.places.len() == FULL {
            let behind = part.split_off(FULL / 2);
            self.any[at] = any(&part.met);
            self.firsts.insert(at + 1, behind.places[0]);
            self.any.insert(at + 1, any(&behind.met));
            self.parts.insert(at + 1, behind);
        }
    }

    fn remove(&mut self, place: K) {
        let at = self.part_of(place);
        let part = &mut self.parts[at];
        let met = part.remove(place);
        if part.places.is_empty() {
            self.drop_part(at);
            return;
        }
        self.firsts[at] = part.places[0];
        // without it all of the others may meet more wishes, and any of them fewer
        if met != part.all {
            part.all = all(&part.met);
        }
        if met != 0 {
            self.any[at] = any(&part.met);
        }
        self.merge(at);
        if at > 0 {
            self.merge(at - 1);
        }
    }

    fn drop_part(&mut self, at: usize) -> Part<K> {
        self.firsts.remove(at);
        self.any.remove(at);
        self.parts.remove(at)
    }

    /// Makes a part and the next one into one, if they are small.
    fn merge(&mut self, at: usize) {
        let together = self.parts[at..].iter().take(2).map(|part| part.places.len()).sum::<usize>();
        if at + 1 < self.parts.len() && together <= FULL / 2 {
            self.any[at] |= self.any[at + 1];
            let behind = self.drop_part(at + 1);
            self.parts[at].append(behind);
        }
    }

    /// All with this key.
    fn runs(&self, key: K) -> impl Iterator<Item = Run<'_, K>> {
        let (start, end) = (key.then(0), key.then(u32::MAX));
        let from = self.part_of(start);
        let parts = self.parts[from..].iter().zip(&self.firsts[from..]).take_while(move |&(_, &first)| first <= end);
        parts.map(move |(part, _)| {
            let start = part.places.partition_point(|&place| place < start);
            let len = part.places[start..].partition_point(|&place| place <= end);
            Run { part, places: start..start + len }
        })
    }

    /// The first place that is wanted.
    fn first(&self, wanted: &Wanted<'_>) -> Option<K> {
        let parts = self.any.iter().zip(&self.parts).filter(|(any, _)| **any & wanted.wish != 0);
        let mut firsts = parts.filter_map(|(_, part)| {
            let mut places = part.places.iter().zip(&part.met);
            let first = places.find(|(place, met)| **met & wanted.wish != 0 && wanted.admits(place.last()));
            first.map(|(&place, _)| place)
        });
        firsts.next()
    }
}

impl<K: Key> Order for Shelf<K> {
    type Key = K;
    type Note = Note<K>;
    const NOBODY: Note<K> = Note { key: K::NONE, met: 0 };

    fn look(look: &Look, scene: Scene<'_>, seat: usize) -> Note<K> {
        let key = look.key_if_feasible(scene, seat);
        if key == K::NONE { Self::NOBODY } else { Note { key, met: scene.conditions.met(seat) } }
    }

    fn new(mut notes: Vec<Note<K>>, lanes: Lanes<'_>) -> Self {
        let mut places = vec![Vec::new(); lanes.count];
        for ((seat, note), number) in notes.iter().enumerate().zip(0..) {
            if note.key != K::NONE {
                places[lanes.of(seat)].push((note.key.then(number), note.met));
            }
        }
        for places in &mut places {
            places.sort_unstable_by_key(|&(place, _)| place);
        }
        notes.resize(notes.len() + notes.len() / 4 + 1, Self::NOBODY);
        Self { notes, lanes: places.iter().map(|places| Lane::new(places)).collect() }
    }

    fn room(&self) -> usize {
        self.notes.len()
    }

    fn note(&self, seat: usize) -> Note<K> {
        self.notes[seat]
    }

    fn set(&mut self, seat: usize, note: Note<K>, lanes: Lanes<'_>) {
        let before = std::mem::replace(&mut self.notes[seat], note);
        if before == note {
            return;
        }
        let lane = &mut self.lanes[lanes.of(seat)];
        let seat = u32::try_from(seat).expect("fewer seats than ids");
        if before.key != K::NONE {
            lane.remove(before.key.then(seat));
        }
        if note.key != K::NONE {
            lane.insert(note.key.then(seat), note.met);
        }
    }

    fn least(&self, lane: u32, wanted: &Wanted<'_>, _: Lanes<'_>) -> Option<K> {
        self.lanes[lane as usize].first(wanted).map(K::without_last)
    }

    fn count(&self, key: K, among: &[u32], wanted: &Wanted<'_>, _: Lanes<'_>) -> u32 {
        among.iter().flat_map(|&lane| self.lanes[lane as usize].runs(key)).map(|run| run.count(wanted)).sum()
    }

    fn nth(
        &self,
        mut nth: u32,
        key: K,
        among: &[u32],
        wanted: &Wanted<'_>,
        _: Lanes<'_>,
        spare: &mut Vec<u32>,
    ) -> usize {
        let mut runs = among.iter().flat_map(|&lane| self.lanes[lane as usize].runs(key));
        let seat = if among.len() > 1 {
            spare.clear();
            runs.for_each(|run| spare.extend(run.seats(wanted)));
            *spare.select_nth_unstable(nth as usize).1
        } else {
            let run = runs.find(|run| passes(&mut nth, run.count(wanted)));
            run.expect("the lanes counted it").seats(wanted).nth(nth as usize).expect("the run counted it")
        };
        seat as usize
    }
}
