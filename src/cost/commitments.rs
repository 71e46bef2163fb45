//! Reserved Instances and Savings Plans: what they cover, hour by hour (PRC-50 to PRC-58).
//!
//! An hour is a clock hour of the simulated calendar. What a commitment pays for in it is an amount in units of its own,
//! so small that all rates are whole numbers of them; a use takes whole ms at a rate until the amount is used up, and
//! what is then left of it is lost. All commitments go through one list of pairs of a commitment and a use, in the order
//! of PRC-56; the list changes only when a new kind of use comes up.
//!
//! Within an hour the whole of the hour's amount covers what was used so far, so that what is covered never has to be
//! taken back. Hours of which only a part is simulated, the first and the last, have that part of the amount.

use super::fargate::PricedPlatform;
use super::{
    Category, Ec2Key, Ec2Meter, FargateKey, FargateMeter, FargatePart, FargatePrices, InstancePrices, PriceSource,
};
use crate::fact::Cast;
use crate::units::{
    Architecture, Decimal, InstanceTypeId, NanoUsd, OperatingSystem, ProviderId, SimTime, ZoneId, price_exactly,
};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const HOUR_MS: u64 = 3_600_000;
/// CPU units of a vCPU, and MiB of a GB (PRC-2): an hour of an instance has as many fewer parts.
const PARTS: u128 = 1024;

/// Instances that are paid for all through the run (PRC-50).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// What the bill calls it.
    pub name: Arc<str>,
    /// The type.
    pub instance_type: Arc<str>,
    /// How many.
    pub count: u32,
    /// Its zone; a regional one has none.
    pub zone: Option<ZoneId>,
    /// Dollars per hour of one: below a million, with at most 9 decimals.
    pub price: Decimal,
    /// Where that comes from.
    pub source: PriceSource,
    /// The size of its type among those that it covers.
    pub size: u32,
    /// The types that it covers, with their sizes (PRC-58).
    pub covers: BTreeMap<InstanceTypeId, u32>,
}

/// Dollars that are paid in each hour of the run (PRC-50).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavingsPlan {
    /// What the bill calls it.
    pub name: Arc<str>,
    /// Whether it is a Compute Savings Plan, which is applied after those of a family (PRC-56).
    pub is_compute: bool,
    /// Dollars per hour: below a million, with at most 9 decimals.
    pub commitment: Decimal,
    /// Who says how much that is.
    pub committed_by: PriceSource,
    /// Where its rates of instances come from.
    pub source: PriceSource,
    /// Where those of Fargate come from.
    pub fargate_source: PriceSource,
    /// What it covers.
    pub rates: PlanRates,
}

/// What a Savings Plan covers, in dollars per hour: below a million, with at most 12 decimals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanRates {
    /// Instances.
    pub instances: BTreeMap<InstanceTypeId, Decimal>,
    /// vCPUs and GB of Fargate.
    pub fargate: BTreeMap<(Architecture, OperatingSystem, FargatePart), Decimal>,
}

/// All commitments of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Portfolio {
    /// Reserved Instances.
    pub reserved: Vec<Reservation>,
    /// Savings Plans.
    pub savings: Vec<SavingsPlan>,
}

impl Portfolio {
    /// Whether there is no commitment.
    pub fn is_empty(&self) -> bool {
        self.reserved.is_empty() && self.savings.is_empty()
    }

    /// How many there are; reservations are counted first.
    pub(super) fn len(&self) -> usize {
        self.reserved.len() + self.savings.len()
    }
}

/// What is used and may be covered, as the order of cover tells it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Instances(Ec2Key),
    Fargate(FargateKey, FargatePart),
}

/// The same as the bill tells it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    Instances(ProviderId, InstanceTypeId),
    Fargate(FargateKey, FargatePart),
}

impl Use {
    const fn item(self) -> Item {
        match self {
            Self::Instances(key) => Item::Instances(key.provider, key.instance_type),
            Self::Fargate(key, part) => Item::Fargate(key, part),
        }
    }
}

/// What commitments have covered since the start of the run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    /// By commitment, reservations first: what each covered of each item.
    pub(super) by: Vec<BTreeMap<Item, u128>>,
    of: BTreeMap<Item, u128>,
}

impl Covered {
    /// Instance-ms of a type of a source of capacity.
    pub fn of_instances(&self, provider: ProviderId, instance_type: InstanceTypeId) -> u128 {
        self.of.get(&Item::Instances(provider, instance_type)).copied().unwrap_or_default()
    }

    /// CPU units or MiB times ms.
    pub fn of_fargate(&self, key: FargateKey, part: FargatePart) -> u128 {
        self.of.get(&Item::Fargate(key, part)).copied().unwrap_or_default()
    }

    fn add(&mut self, commitment: usize, item: Item, quantity: u128) {
        *self.by[commitment].entry(item).or_default() += quantity;
        *self.of.entry(item).or_default() += quantity;
    }
}

/// How a commitment's money is counted: in units that make all its rates whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coin {
    /// Units of each ms that it lasts.
    pub(super) per_ms: u128,
    /// Units of a dollar.
    pub(super) per_dollar: u128,
    /// Whether it costs nothing; it covers all the same.
    is_free: bool,
}

impl Coin {
    /// Whole nano-dollars of so many units, and what is left over, in parts of a dollar's units.
    pub(super) const fn nanos(self, units: u128) -> (u128, u128) {
        if self.is_free {
            return (0, 0);
        }
        let (whole, rest) = (units / self.per_dollar, units % self.per_dollar);
        let nanos = rest * 1_000_000_000;
        (whole * 1_000_000_000 + nanos / self.per_dollar, nanos % self.per_dollar)
    }
}

/// A commitment may cover a use, at so many units for each ms of it.
#[derive(Debug, Clone, Copy)]
struct Step {
    commitment: usize,
    slot: usize,
    rate: u128,
}

/// The uses so far, and the order in which they are covered.
#[derive(Debug, Clone, Default)]
struct Board {
    slots: Vec<Use>,
    /// What was used of each when the open hour began.
    before: Vec<u128>,
    steps: Vec<Step>,
}

/// Follows the hours of a run.
#[derive(Debug, Clone)]
pub struct Commitments<'a> {
    pub(super) cast: &'a Cast,
    pub(super) portfolio: &'a Portfolio,
    pub(super) instances: &'a InstancePrices,
    fargate: &'a FargatePrices,
    pub(super) coins: Vec<Coin>,
    /// The open hour, as far as it is simulated.
    hour: (SimTime, SimTime),
    board: Board,
    covered: Covered,
    /// Whether hours are looked at although nothing is committed.
    keeps_hours: bool,
    /// What keys cost until the open hour began, of those that nothing covers.
    uncovered: BTreeMap<Ec2Key, NanoUsd>,
    hour_cost: BTreeMap<Ec2Key, NanoUsd>,
}

impl<'a> Commitments<'a> {
    /// Ready for the first hour.
    pub fn new(
        cast: &'a Cast,
        portfolio: &'a Portfolio,
        instances: &'a InstancePrices,
        fargate: &'a FargatePrices,
    ) -> Self {
        let reserved = portfolio.reserved.iter().map(|of| {
            let price = u128::from(of.price.mantissa.unsigned_abs()).max(1);
            Coin {
                per_ms: price * u128::from(of.size) * u128::from(of.count),
                per_dollar: of.price.divisor().unsigned_abs() * u128::from(of.size) * u128::from(HOUR_MS),
                is_free: of.price.mantissa == 0,
            }
        });
        let savings = portfolio.savings.iter().map(|plan| {
            let scale = plan.scale();
            Coin {
                per_ms: scaled(plan.commitment, scale) * PARTS,
                per_dollar: 10_u128.pow(scale.into()) * u128::from(HOUR_MS) * PARTS,
                is_free: plan.commitment.mantissa == 0,
            }
        });
        let coins: Vec<Coin> = reserved.chain(savings).collect();
        let covered = Covered { by: vec![BTreeMap::new(); portfolio.len()], of: BTreeMap::new() };
        let into_hour = cast.start_unix_s.rem_euclid(3600).unsigned_abs() * 1000;
        Self {
            cast,
            portfolio,
            instances,
            fargate,
            coins,
            hour: (SimTime(0), SimTime((HOUR_MS - into_hour).min(cast.horizon.0))),
            board: Board::default(),
            covered,
            keeps_hours: false,
            uncovered: BTreeMap::new(),
            hour_cost: BTreeMap::new(),
        }
    }

    /// Looks at all hours, also where nothing is committed: for whoever asks for [`Commitments::hour_cost`].
    #[must_use]
    pub const fn keeping_hours(mut self) -> Self {
        self.keeps_hours = true;
        self
    }

    /// When the open hour ends, unless the run ends before: facts of that moment and later ones are of the next.
    pub fn hour_ends(&self) -> Option<SimTime> {
        let looks = self.keeps_hours || !self.portfolio.is_empty();
        (looks && self.hour.1 < self.cast.horizon).then_some(self.hour.1)
    }

    /// Closes all hours that are over at `now`; the meters have all facts before it and none of it. Only the first of these
    /// hours can have facts in it, so the others are alike and closed in one.
    pub fn close_hours(&mut self, now: SimTime, ec2: &Ec2Meter<'_>, fargate: &FargateMeter<'_>) {
        while self.hour_ends().is_some_and(|end| end <= now) {
            self.close_hour(ec2, fargate);
            let last = now.0.min(self.cast.horizon.0 - 1);
            let alike = last.saturating_sub(self.hour.0.0) / HOUR_MS;
            if alike > 1 && !self.keeps_hours {
                self.close(alike, ec2, fargate);
            }
        }
    }

    /// Closes the open hour; the meters have all facts before its end and none after it.
    pub fn close_hour(&mut self, ec2: &Ec2Meter<'_>, fargate: &FargateMeter<'_>) {
        self.close(1, ec2, fargate);
    }

    /// Closes so many hours in which the same is used, the open one first.
    fn close(&mut self, alike: u64, ec2: &Ec2Meter<'_>, fargate: &FargateMeter<'_>) {
        let (from, to) = self.hour;
        let mut uses = self.uses(to, ec2, fargate);
        if uses.len() != self.board.slots.len() {
            self.board = self.board_of(&uses);
        }
        let (usage, taken) = self.cover(&self.board, &uses, to - from);
        for (step, quantity) in &taken {
            self.covered.add(step.commitment, self.board.slots[step.slot].item(), quantity * u128::from(alike));
        }
        if self.keeps_hours {
            self.hour_cost = self.cost_of(&usage, &taken, ec2.spent(to));
        }
        let to = SimTime(to.0 + (alike - 1) * HOUR_MS);
        if alike > 1 {
            uses = self.uses(to, ec2, fargate);
        }
        self.board.before = uses.into_iter().map(|(_, total)| total).collect();
        self.hour = (to, SimTime((to.0 + HOUR_MS).min(self.cast.horizon.0)));
    }

    /// What is covered until a moment of the open hour.
    pub fn covered(&self, until: SimTime, ec2: &Ec2Meter<'_>, fargate: &FargateMeter<'_>) -> Covered {
        let mut covered = self.covered.clone();
        if self.portfolio.is_empty() {
            return covered;
        }
        let uses = self.uses(until, ec2, fargate);
        let fresh;
        let board = if uses.len() == self.board.slots.len() {
            &self.board
        } else {
            fresh = self.board_of(&uses);
            &fresh
        };
        for (step, quantity) in self.cover(board, &uses, self.hour.1 - self.hour.0).1 {
            covered.add(step.commitment, board.slots[step.slot].item(), quantity);
        }
        covered
    }

    /// What instances cost in the hour that was closed last, by key: at the rates of commitments where they are covered,
    /// at their own prices where not; what was committed and not used is in none.
    pub const fn hour_cost(&self) -> &BTreeMap<Ec2Key, NanoUsd> {
        &self.hour_cost
    }

    /// All that can be covered, and how much of it was used until a moment: always in the same order.
    fn uses(&self, until: SimTime, ec2: &Ec2Meter<'_>, fargate: &FargateMeter<'_>) -> Vec<(Use, u128)> {
        let of_ec2 = ec2.usage(until).filter(|(key, _)| self.instances[key.instance_type].coverable);
        let mut uses: Vec<(Use, u128)> = of_ec2.map(|(key, total)| (Use::Instances(key), total)).collect();
        for (key, cpu, memory) in fargate.usage(until) {
            if self.platform(key).is_some_and(|platform| !platform.price.is_spot) {
                uses.push((Use::Fargate(key, FargatePart::Vcpus), cpu));
                uses.push((Use::Fargate(key, FargatePart::Memory), memory));
            }
        }
        uses
    }

    fn platform(&self, key: FargateKey) -> Option<&PricedPlatform> {
        self.fargate.get(&(key.provider, key.architecture, key.system))
    }

    /// Covers what was used since the open hour began; tells that, and what each step took of it.
    fn cover(
        &self,
        board: &Board,
        uses: &[(Use, u128)],
        hour: crate::units::SimSpan,
    ) -> (Vec<u128>, Vec<(Step, u128)>) {
        let usage: Vec<u128> = uses.iter().zip(&board.before).map(|((_, total), before)| total - before).collect();
        let mut left = usage.clone();
        let mut money: Vec<u128> = self.coins.iter().map(|coin| coin.per_ms * u128::from(hour.0)).collect();
        let mut taken = Vec::new();
        for step in &board.steps {
            let quantity = take(&mut left[step.slot], &mut money[step.commitment], step.rate);
            if quantity > 0 {
                taken.push((*step, quantity));
            }
        }
        (usage, taken)
    }

    /// The board of these uses, with what the present one knows of them.
    fn board_of(&self, uses: &[(Use, u128)]) -> Board {
        let known: BTreeMap<Use, u128> =
            self.board.slots.iter().copied().zip(self.board.before.iter().copied()).collect();
        let slots: Vec<Use> = uses.iter().map(|(of, _)| *of).collect();
        let before = slots.iter().map(|of| known.get(of).copied().unwrap_or_default()).collect();
        let names: Vec<String> = slots.iter().map(|of| self.name(*of)).collect();
        let mut pairs: Vec<Pair<'_>> = Vec::new();
        for (slot, of) in slots.iter().enumerate() {
            self.pairs(slot, *of, &names[slot], &mut pairs);
        }
        pairs.sort_by(Pair::compare);
        Board { slots, before, steps: pairs.into_iter().map(|pair| pair.step).collect() }
    }

    /// What a line of a use is called, for ties.
    fn name(&self, of: Use) -> String {
        match of {
            Use::Instances(key) => format!(
                "{} {} {}",
                self.cast.instance_types[key.instance_type].label(),
                self.cast.providers[key.provider],
                self.cast.zones[key.zone]
            ),
            Use::Fargate(key, part) => {
                format!("{}/{} {} {}", key.system, key.architecture, part.words(), self.cast.sources[key.source].name)
            }
        }
    }

    /// All commitments that may cover a use.
    fn pairs<'n>(&'n self, slot: usize, of: Use, name: &'n str, pairs: &mut Vec<Pair<'n>>) {
        for (commitment, reservation) in self.portfolio.reserved.iter().enumerate() {
            let Use::Instances(key) = of else { break };
            let Some(size) = reservation.covers.get(&key.instance_type) else { continue };
            if reservation.zone.is_some_and(|zone| zone != key.zone) {
                continue;
            }
            let step = Step { commitment, slot, rate: self.rate(commitment, of.item()) };
            pairs.push(Pair {
                rank: u8::from(reservation.zone.is_none()),
                size: *size,
                // the cheapest of those that may cover it
                saving: (reservation.price, Decimal::whole(reservation.size.into())),
                rate: Decimal::whole(0),
                name,
                by: &reservation.name,
                step,
            });
        }
        let Some(price) = self.price(of).filter(|price| price.mantissa > 0) else { return };
        for (place, plan) in self.portfolio.savings.iter().enumerate() {
            let Some(rate) = plan.rate(of.item()) else { continue };
            let commitment = self.portfolio.reserved.len() + place;
            pairs.push(Pair {
                rank: 2 + u8::from(plan.is_compute),
                size: 0,
                saving: (rate, price),
                rate,
                name,
                by: &plan.name,
                step: Step { commitment, slot, rate: self.rate(commitment, of.item()) },
            });
        }
    }

    /// The price on demand of what can be covered.
    fn price(&self, of: Use) -> Option<Decimal> {
        match of {
            Use::Instances(key) => Some(self.instances[key.instance_type].price),
            Use::Fargate(key, part) => {
                let price = &self.platform(key)?.price;
                Some(if part == FargatePart::Vcpus { price.vcpu_hour } else { price.gb_hour })
            }
        }
    }

    /// What a commitment takes for each ms of an item, in its units.
    pub(super) fn rate(&self, commitment: usize, item: Item) -> u128 {
        let reserved = &self.portfolio.reserved;
        if let Some(reservation) = reserved.get(commitment) {
            let Item::Instances(_, instance_type) = item else { return 0 };
            let price = u128::from(reservation.price.mantissa.unsigned_abs()).max(1);
            return price * u128::from(reservation.covers.get(&instance_type).copied().unwrap_or_default());
        }
        let plan = &self.portfolio.savings[commitment - reserved.len()];
        let rate = plan.rate(item).map_or(0, |rate| scaled(rate, plan.scale()));
        if matches!(item, Item::Instances(..)) { rate * PARTS } else { rate }
    }

    fn cost_of(
        &mut self,
        usage: &[u128],
        taken: &[(Step, u128)],
        spent: impl Iterator<Item = (Ec2Key, NanoUsd)>,
    ) -> BTreeMap<Ec2Key, NanoUsd> {
        let mut cost = BTreeMap::new();
        for (key, now) in spent {
            let before = self.uncovered.insert(key, now).unwrap_or_default();
            if !self.instances[key.instance_type].coverable {
                cost.insert(key, NanoUsd(now.0 - before.0));
            }
        }
        let mut left = usage.to_vec();
        for (step, quantity) in taken {
            left[step.slot] -= quantity;
            let Use::Instances(key) = self.board.slots[step.slot] else { continue };
            let nanos = self.coins[step.commitment].nanos(step.rate * quantity).0;
            *cost.entry(key).or_default() += NanoUsd(i128::try_from(nanos).unwrap_or(i128::MAX));
        }
        for (of, left) in self.board.slots.iter().zip(left) {
            if let Use::Instances(key) = of {
                let price = self.instances[key.instance_type].price;
                *cost.entry(*key).or_default() += price_exactly(left, price, HOUR_MS.into());
            }
        }
        cost
    }

    pub(super) fn category(&self, commitment: usize) -> Category {
        if commitment < self.portfolio.reserved.len() { Category::ReservedInstances } else { Category::SavingsPlans }
    }
}

/// Takes as many whole ms as the money suffices for; what does not suffice for one more is lost.
fn take(left: &mut u128, money: &mut u128, rate: u128) -> u128 {
    let most = money.checked_div(rate).unwrap_or(u128::MAX); // at no rate all is covered
    let quantity = most.min(*left);
    *money = if quantity < *left { 0 } else { *money - quantity * rate };
    *left -= quantity;
    quantity
}

impl SavingsPlan {
    /// Digits behind the point that make its commitment and all its rates whole.
    fn scale(&self) -> u8 {
        let rates = self.rates.instances.values().chain(self.rates.fargate.values());
        rates.chain([&self.commitment]).map(|number| number.scale).max().unwrap_or(0)
    }

    pub(super) fn rate(&self, item: Item) -> Option<Decimal> {
        match item {
            Item::Instances(_, instance_type) => self.rates.instances.get(&instance_type).copied(),
            Item::Fargate(key, part) => self.rates.fargate.get(&(key.architecture, key.system, part)).copied(),
        }
    }
}

/// `number × 10^scale`, of a number that has no more digits behind the point.
fn scaled(number: Decimal, scale: u8) -> u128 {
    u128::from(number.mantissa.unsigned_abs()) * 10_u128.pow(u32::from(scale - number.scale))
}

/// A step with what decides when it is taken.
struct Pair<'n> {
    /// Zonal and regional reservations, plans of a family, Compute plans (PRC-56).
    rank: u8,
    /// Reservations cover the smallest size first (PRC-58).
    size: u32,
    /// What is paid, and instead of what: the less, the earlier.
    saving: (Decimal, Decimal),
    /// Then the lowest rate.
    rate: Decimal,
    name: &'n str,
    by: &'n str,
    step: Step,
}

impl Pair<'_> {
    fn compare(&self, other: &Self) -> Ordering {
        (self.rank, self.size)
            .cmp(&(other.rank, other.size))
            .then_with(|| ratios(self.saving, other.saving))
            .then_with(|| self.rate.compare(other.rate))
            .then_with(|| {
                (self.name, self.by, self.step.commitment).cmp(&(other.name, other.by, other.step.commitment))
            })
    }
}

/// Compares `a.0 / a.1` with `b.0 / b.1`, exactly: by whole parts, and then what is left the other way round.
fn ratios(a: (Decimal, Decimal), b: (Decimal, Decimal)) -> Ordering {
    let whole = |(part, all): (Decimal, Decimal)| {
        (i128::from(part.mantissa) * all.divisor(), i128::from(all.mantissa) * part.divisor())
    };
    let ((mut a, mut of_a), (mut b, mut of_b)) = (whole(a), whole(b));
    loop {
        let order = (a / of_a).cmp(&(b / of_b));
        if order.is_ne() {
            return order;
        }
        (a, b) = (a % of_a, b % of_b);
        if a == 0 || b == 0 {
            return (a != 0).cmp(&(b != 0)); // that with nothing left is less
        }
        // a / of_a < b / of_b where of_b / b < of_a / a
        (a, of_a, b, of_b) = (of_b, b, of_a, a);
    }
}

#[cfg(test)]
#[path = "commitments_tests.rs"]
mod tests;
