//! The instances in the order of numbers of their own, for tasks of every size: whether an instance has room is asked
//! when a task comes, so that one order serves all sizes and a change is noted once.
//!
//! A lane is a sorted list in parts of some dozens. Each part knows the least and the most that its instances have
//! left: it is passed over when nobody in it can have room, and counted as a whole when all of them have.

use std::ops::Range;

use super::order::{Key, Lanes, Order, passes};
use super::view::Look;
use crate::cluster::Fleet;
use crate::units::{InstanceId, Resources};

/// What is known of an instance: its numbers and what is left on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Note<K> {
    key: K,
    free: Resources,
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
    mosts: Vec<Resources>,
    parts: Vec<Part<K>>,
}

/// Neighbours in the order, never none.
#[derive(Debug, Clone)]
struct Part<K> {
    least: Resources,
    places: Vec<K>,
    /// What is left on them.
    cpu: Vec<u32>,
    memory: Vec<u32>,
}

/// From so many places on a part is split; two neighbours with half of that together become one.
const FULL: usize = 32;

/// Two amounts of each resource made one.
fn each(left: Resources, right: Resources, of: fn(u32, u32) -> u32) -> Resources {
    Resources::new(of(left.cpu.0, right.cpu.0), of(left.memory.0, right.memory.0))
}

impl<K: Key> Part<K> {
    /// Of places in order.
    fn new(places: &[(K, Resources)]) -> Self {
        let mut part = Self {
            least: Resources::default(),
            places: places.iter().map(|place| place.0).collect(),
            cpu: places.iter().map(|place| place.1.cpu.0).collect(),
            memory: places.iter().map(|place| place.1.memory.0).collect(),
        };
        part.least = part.least();
        part
    }

    fn least(&self) -> Resources {
        let least = |amounts: &[u32]| amounts.iter().fold(u32::MAX, |least, &amount| least.min(amount));
        Resources::new(least(&self.cpu), least(&self.memory))
    }

    fn most(&self) -> Resources {
        let most = |amounts: &[u32]| amounts.iter().fold(0, |most, &amount| most.max(amount));
        Resources::new(most(&self.cpu), most(&self.memory))
    }

    fn insert(&mut self, place: K, free: Resources) {
        let at = self.places.partition_point(|&other| other < place);
        self.places.insert(at, place);
        self.cpu.insert(at, free.cpu.0);
        self.memory.insert(at, free.memory.0);
        self.least = each(self.least, free, u32::min);
    }

    /// What was left on the instance.
    fn remove(&mut self, place: K) -> Resources {
        let at = self.places.partition_point(|&other| other < place);
        let removed = self.places.remove(at);
        debug_assert!(removed == place, "it was put here");
        Resources::new(self.cpu.remove(at), self.memory.remove(at))
    }

    fn split_off(&mut self, at: usize) -> Self {
        let mut behind = Self {
            least: self.least,
            places: self.places.split_off(at),
            cpu: self.cpu.split_off(at),
            memory: self.memory.split_off(at),
        };
        behind.least = behind.least();
        self.least = self.least();
        behind
    }

    fn append(&mut self, mut behind: Self) {
        self.places.append(&mut behind.places);
        self.cpu.append(&mut behind.cpu);
        self.memory.append(&mut behind.memory);
        self.least = each(self.least, behind.least, u32::min);
    }

    #[expect(clippy::needless_bitwise_bool, reason = "a branch would often be guessed wrongly")]
    fn has_room(&self, at: usize, need: Resources) -> bool {
        (self.cpu[at] >= need.cpu.0) & (self.memory[at] >= need.memory.0)
    }
}

/// Those of a part who have the same key.
struct Run<'a, K> {
    part: &'a Part<K>,
    places: Range<usize>,
}

impl<K: Key> Run<'_, K> {
    /// How many of them have room.
    #[expect(clippy::needless_bitwise_bool, reason = "a branch would often be guessed wrongly")]
    fn count(&self, need: Resources) -> u32 {
        let all = self.places.len();
        let count = if self.part.least.covers(need) {
            all
        } else {
            let free = self.part.cpu[self.places.clone()].iter().zip(&self.part.memory[self.places.clone()]);
            free.filter(|&(&cpu, &memory)| (cpu >= need.cpu.0) & (memory >= need.memory.0)).count()
        };
        u32::try_from(count).expect("no more than are in a part")
    }

    /// The seats of those who have room.
    fn seats(&self, need: Resources) -> impl Iterator<Item = u32> {
        self.places.clone().filter(move |&at| self.part.has_room(at, need)).map(|at| self.part.places[at].last())
    }
}

impl<K: Key> Lane<K> {
    /// Of places in order.
    fn new(places: &[(K, Resources)]) -> Self {
        let parts: Vec<_> = places.chunks(FULL / 4 * 3).map(Part::new).collect();
        Self {
            firsts: parts.iter().map(|part| part.places[0]).collect(),
            mosts: parts.iter().map(Part::most).collect(),
            parts,
        }
    }

    /// The part where a place is or would be.
    fn part_of(&self, place: K) -> usize {
        self.firsts.partition_point(|&first| first <= place).saturating_sub(1)
    }

    fn insert(&mut self, place: K, free: Resources) {
        if self.parts.is_empty() {
            *self = Self::new(&[(place, free)]);
            return;
        }
        let at = self.part_of(place);
        let part = &mut self.parts[at];
        part.insert(place, free);
        self.firsts[at] = part.places[0];
        self.mosts[at] = each(self.mosts[at], free, u32::max);
        if part.places.len() == FULL {
            let behind = part.split_off(FULL / 2);
            self.mosts[at] = part.most();
            self.firsts.insert(at + 1, behind.places[0]);
            self.mosts.insert(at + 1, behind.most());
            self.parts.insert(at + 1, behind);
        }
    }

    fn remove(&mut self, place: K) {
        let at = self.part_of(place);
        let part = &mut self.parts[at];
        let free = part.remove(place);
        if part.places.is_empty() {
            self.drop_part(at);
            return;
        }
        self.firsts[at] = part.places[0];
        if free.cpu == part.least.cpu || free.memory == part.least.memory {
            part.least = part.least();
        }
        if free.cpu == self.mosts[at].cpu || free.memory == self.mosts[at].memory {
            self.mosts[at] = part.most();
        }
        self.merge(at);
        if at > 0 {
            self.merge(at - 1);
        }
    }

    fn drop_part(&mut self, at: usize) -> Part<K> {
        self.firsts.remove(at);
        self.mosts.remove(at);
        self.parts.remove(at)
    }

    /// Makes a part and the next one into one, if they are small.
    fn merge(&mut self, at: usize) {
        let together = self.parts[at..].iter().take(2).map(|part| part.places.len()).sum::<usize>();
        if at + 1 < self.parts.len() && together <= FULL / 2 {
            self.mosts[at] = each(self.mosts[at], self.mosts[at + 1], u32::max);
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

    /// The first place whose instance has room.
    fn first(&self, need: Resources) -> Option<K> {
        let parts = self.mosts.iter().zip(&self.parts).filter(|(most, _)| most.covers(need));
        let mut firsts = parts.filter_map(|(_, part)| {
            (0..part.places.len()).find(|&at| part.has_room(at, need)).map(|at| part.places[at])
        });
        firsts.next()
    }
}

impl<K: Key> Order for Shelf<K> {
    type Key = K;
    type Note = Note<K>;
    const NOBODY: Note<K> = Note { key: K::NONE, free: Resources::new(0, 0) };

    fn look(look: &Look, fleet: &Fleet, instance: InstanceId) -> Note<K> {
        Note { key: look.key_if_room(fleet, instance), free: fleet.free(instance) }
    }

    fn new(mut notes: Vec<Note<K>>, lanes: Lanes<'_>) -> Self {
        let mut places = vec![Vec::new(); lanes.count];
        for ((seat, note), number) in notes.iter().enumerate().zip(0..) {
            if note.key != K::NONE {
                places[lanes.of(seat)].push((note.key.then(number), note.free));
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
            lane.insert(note.key.then(seat), note.free);
        }
    }

    fn least(&self, lane: u32, need: Resources) -> Option<K> {
        self.lanes[lane as usize].first(need).map(K::without_last)
    }

    fn count(&self, key: K, among: &[u32], need: Resources) -> u32 {
        among.iter().flat_map(|&lane| self.lanes[lane as usize].runs(key)).map(|run| run.count(need)).sum()
    }

    fn nth(&self, mut nth: u32, key: K, among: &[u32], need: Resources, _: Lanes<'_>) -> usize {
        let runs = among.iter().flat_map(|&lane| self.lanes[lane as usize].runs(key));
        let seat = if among.len() > 1 {
            let mut seats: Vec<u32> = runs.flat_map(|run| run.seats(need).collect::<Vec<_>>()).collect();
            *seats.select_nth_unstable(nth as usize).1
        } else {
            let mut runs = runs.skip_while(|run| !passes(&mut nth, run.count(need)));
            let run = runs.next().expect("the lanes counted it");
            run.seats(need).nth(nth as usize).expect("the run counted it")
        };
        seat as usize
    }
}
