//! The instances in the order of numbers of their own, for tasks of every size and condition: whether an instance has
//! room and the right marks is asked when a task comes, so that one order serves all and a change is noted once.
//!
//! A lane is a sorted list in parts of some dozens. Each part knows the least and the most that its instances have
//! left, and the marks that all or any of them have: it is passed over when nobody in it can be wanted, and counted as
//! a whole when all of them are.

use std::ops::Range;

use super::condition::Scene;
use super::lanes::Lanes;
use super::order::{Key, Order, Wanted, passes};
use super::view::Look;
use crate::units::Resources;

/// What is known of an instance: its numbers, what is left on it, and which conditions it meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Note<K> {
    key: K,
    offer: Offer,
}

/// What an instance has for tasks, or the least or the most that some have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Offer {
    free: Resources,
    marks: u64,
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
    mosts: Vec<Offer>,
    parts: Vec<Part<K>>,
}

/// Neighbours in the order, never none.
#[derive(Debug, Clone)]
struct Part<K> {
    least: Offer,
    places: Vec<K>,
    /// What they have.
    cpu: Vec<u32>,
    memory: Vec<u32>,
    marks: Vec<u64>,
}

/// From so many places on a part is split; two neighbours with half of that together become one.
const FULL: usize = 32;

impl Offer {
    /// What both have.
    fn least(self, other: Self) -> Self {
        let (left, right) = (self.free, other.free);
        let free = Resources { cpu: left.cpu.min(right.cpu), memory: left.memory.min(right.memory) };
        Self { free, marks: self.marks & other.marks }
    }

    /// What one of them has.
    fn most(self, other: Self) -> Self {
        let (left, right) = (self.free, other.free);
        let free = Resources { cpu: left.cpu.max(right.cpu), memory: left.memory.max(right.memory) };
        Self { free, marks: self.marks | other.marks }
    }

    fn is_enough(self, wanted: &Wanted<'_>) -> bool {
        self.free.covers(wanted.need) && self.marks & wanted.mask == wanted.mask
    }
}

impl<K: Key> Part<K> {
    /// Of places in order.
    fn new(places: &[(K, Offer)]) -> Self {
        let mut part = Self {
            least: Offer::default(),
            places: places.iter().map(|place| place.0).collect(),
            cpu: places.iter().map(|place| place.1.free.cpu.0).collect(),
            memory: places.iter().map(|place| place.1.free.memory.0).collect(),
            marks: places.iter().map(|place| place.1.marks).collect(),
        };
        part.least = part.least();
        part
    }

    fn least(&self) -> Offer {
        let least = |amounts: &[u32]| amounts.iter().fold(u32::MAX, |least, &amount| least.min(amount));
        let marks = self.marks.iter().fold(u64::MAX, |all, marks| all & marks);
        Offer { free: Resources::new(least(&self.cpu), least(&self.memory)), marks }
    }

    fn most(&self) -> Offer {
        let most = |amounts: &[u32]| amounts.iter().fold(0, |most, &amount| most.max(amount));
        let marks = self.marks.iter().fold(0, |any, marks| any | marks);
        Offer { free: Resources::new(most(&self.cpu), most(&self.memory)), marks }
    }

    fn insert(&mut self, place: K, offer: Offer) {
        let at = self.places.partition_point(|&other| other < place);
        self.places.insert(at, place);
        self.cpu.insert(at, offer.free.cpu.0);
        self.memory.insert(at, offer.free.memory.0);
        self.marks.insert(at, offer.marks);
        self.least = self.least.least(offer);
    }

    /// What the instance had.
    fn remove(&mut self, place: K) -> Offer {
        let at = self.places.partition_point(|&other| other < place);
        let removed = self.places.remove(at);
        debug_assert!(removed == place, "it was put here");
        let free = Resources::new(self.cpu.remove(at), self.memory.remove(at));
        Offer { free, marks: self.marks.remove(at) }
    }

    fn split_off(&mut self, at: usize) -> Self {
        let mut behind = Self {
            least: self.least,
            places: self.places.split_off(at),
            cpu: self.cpu.split_off(at),
            memory: self.memory.split_off(at),
            marks: self.marks.split_off(at),
        };
        behind.least = behind.least();
        self.least = self.least();
        behind
    }

    fn append(&mut self, mut behind: Self) {
        self.places.append(&mut behind.places);
        self.cpu.append(&mut behind.cpu);
        self.memory.append(&mut behind.memory);
        self.marks.append(&mut behind.marks);
        self.least = self.least.least(behind.least);
    }

    #[expect(clippy::needless_bitwise_bool, reason = "a branch would often be guessed wrongly")]
    fn is_enough(&self, at: usize, wanted: &Wanted<'_>) -> bool {
        (self.cpu[at] >= wanted.need.cpu.0)
            & (self.memory[at] >= wanted.need.memory.0)
            & (self.marks[at] & wanted.mask == wanted.mask)
    }

    fn is_wanted(&self, at: usize, wanted: &Wanted<'_>) -> bool {
        self.is_enough(at, wanted) && (wanted.admits_all() || wanted.admits(self.places[at].last()))
    }
}

/// Those of a part who have the same key.
struct Run<'a, K> {
    part: &'a Part<K>,
    places: Range<usize>,
}

impl<K: Key> Run<'_, K> {
    /// How many of them are wanted.
    fn count(&self, wanted: &Wanted<'_>) -> u32 {
        let count = match (self.part.least.is_enough(wanted), wanted.admits_all()) {
            (true, true) => self.places.len(),
            (false, true) => self.places.clone().filter(|&at| self.part.is_enough(at, wanted)).count(),
            (_, false) => self.places.clone().filter(|&at| self.part.is_wanted(at, wanted)).count(),
        };
        u32::try_from(count).expect("no more than are in a part")
    }

    /// The seats of those who are wanted.
    fn seats(&self, wanted: &Wanted<'_>) -> impl Iterator<Item = u32> {
        self.places.clone().filter(move |&at| self.part.is_wanted(at, wanted)).map(|at| self.part.places[at].last())
    }
}

impl<K: Key> Lane<K> {
    /// Of places in order.
    fn new(places: &[(K, Offer)]) -> Self {
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

    fn insert(&mut self, place: K, offer: Offer) {
        if self.parts.is_empty() {
            *self = Self::new(&[(place, offer)]);
            return;
        }
        let at = self.part_of(place);
        let part = &mut self.parts[at];
        part.insert(place, offer);
        self.firsts[at] = part.places[0];
        self.mosts[at] = self.mosts[at].most(offer);
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
        let Offer { free, marks } = part.remove(place);
        if part.places.is_empty() {
            self.drop_part(at);
            return;
        }
        self.firsts[at] = part.places[0];
        let (least, most) = (part.least, self.mosts[at]);
        if free.cpu == least.free.cpu || free.memory == least.free.memory || marks != least.marks {
            part.least = part.least();
        }
        if free.cpu == most.free.cpu || free.memory == most.free.memory || marks != most.marks {
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
            self.mosts[at] = self.mosts[at].most(self.mosts[at + 1]);
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
        let parts = self.mosts.iter().zip(&self.parts).filter(|(most, _)| most.is_enough(wanted));
        let mut firsts = parts.filter_map(|(_, part)| {
            (0..part.places.len()).find(|&at| part.is_wanted(at, wanted)).map(|at| part.places[at])
        });
        firsts.next()
    }
}

impl<K: Key> Order for Shelf<K> {
    type Key = K;
    type Note = Note<K>;
    const NOBODY: Note<K> = Note { key: K::NONE, offer: Offer { free: Resources::new(0, 0), marks: 0 } };

    fn look(look: &Look, scene: Scene<'_>, seat: usize) -> Note<K> {
        let key = look.key_if_feasible(scene, seat);
        if key == K::NONE {
            return Self::NOBODY;
        }
        let free = scene.fleet.free(scene.seats.instances()[seat]);
        Note { key, offer: Offer { free, marks: scene.conditions.word(seat) } }
    }

    fn new(mut notes: Vec<Note<K>>, lanes: Lanes<'_>) -> Self {
        let mut places = vec![Vec::new(); lanes.count];
        for ((seat, note), number) in notes.iter().enumerate().zip(0..) {
            if note.key != K::NONE {
                places[lanes.of(seat)].push((note.key.then(number), note.offer));
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
            lane.insert(note.key.then(seat), note.offer);
        }
    }

    fn least(&self, lane: u32, wanted: &Wanted<'_>, _: Lanes<'_>) -> Option<K> {
        self.lanes[lane as usize].first(wanted).map(K::without_last)
    }

    fn count(&self, key: K, among: &[u32], wanted: &Wanted<'_>, _: Lanes<'_>) -> u32 {
        among.iter().flat_map(|&lane| self.lanes[lane as usize].runs(key)).map(|run| run.count(wanted)).sum()
    }

    fn nth(&self, mut nth: u32, key: K, among: &[u32], wanted: &Wanted<'_>, _: Lanes<'_>) -> usize {
        let runs = among.iter().flat_map(|&lane| self.lanes[lane as usize].runs(key));
        let seat = if among.len() > 1 {
            let mut seats: Vec<u32> = runs.flat_map(|run| run.seats(wanted).collect::<Vec<_>>()).collect();
            *seats.select_nth_unstable(nth as usize).1
        } else {
            let mut runs = runs.skip_while(|run| !passes(&mut nth, run.count(wanted)));
            let run = runs.next().expect("the lanes counted it");
            run.seats(wanted).nth(nth as usize).expect("the run counted it")
        };
        seat as usize
    }
}
