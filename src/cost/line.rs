//! A line of the bill.

use super::Category;
use crate::catalog::charges::{Charge, Tiers, Unit};
use crate::units::{Decimal, InstanceTypeId, NanoUsd, ProviderId, TaskSourceId, price_exactly};
use std::sync::Arc;

/// Where a price comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PriceSource {
    /// The table, file or key of the scenario.
    pub name: Arc<str>,
    /// When the price was seen; empty where nobody says.
    pub date: Arc<str>,
}

impl PriceSource {
    /// A source by name and date.
    pub fn new(name: &str, date: &str) -> Self {
        Self { name: name.into(), date: date.into() }
    }
}

/// What a charge costs, and by whom it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tariff {
    /// What is priced; a GB is what the scenario takes for one (PRC-8).
    pub unit: Unit,
    /// Prices by what was used in the month.
    pub tiers: Tiers,
    /// Where they come from.
    pub source: PriceSource,
}

impl Tariff {
    /// The price of the first unit in a month.
    pub fn first(&self) -> Decimal {
        self.tiers.first().map_or(Decimal::whole(0), |(_, price)| *price)
    }
}

/// What is counted on a line beside its quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Instances that took part.
    Instances(u64),
    /// Tasks that took part.
    Tasks(u64),
    /// Nothing.
    None,
}

/// Whose a line is (PRC-94, PRC-96).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Share {
    /// A service or entry of `tasks` alone.
    Source(TaskSourceId),
    /// Those whose tasks run on instances of a source of capacity, or of one type of it, by split cost allocation.
    Instances(ProviderId, Option<InstanceTypeId>),
    /// Several, by these weights; nobody's where they are all 0.
    Weights(Vec<(TaskSourceId, u128)>),
    /// Nobody's: the part of a commitment that nothing used (PRC-96).
    UnusedCommitment,
    /// Nobody's: what no service asked for.
    Nobody,
}

/// One line of the bill: one meter of one owner at one price over the whole run (PRC-5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What kind of thing is billed.
    pub category: Category,
    /// The service or entry of `tasks` that alone pays for it; none where it is shared out (PRC-96).
    pub service: Option<Arc<str>>,
    /// Whose it is.
    pub share: Share,
    /// The source of capacity, or the name of what the scenario declares; empty where there is neither.
    pub provider: Arc<str>,
    /// What exactly: the instance type, the platform, or the charge in words.
    pub item: Arc<str>,
    /// Its name in tables of prices: the instance type, `fargate_vcpu_hour`, or that of the charge.
    pub price_key: Arc<str>,
    /// What its price is for.
    pub unit: Unit,
    /// What was counted: [`Unit::per`] of it make one unit.
    pub quantity: u128,
    /// Who took part.
    pub counted: Counted,
    /// Dollars for a unit.
    pub price: Decimal,
    /// Where the price comes from.
    pub source: PriceSource,
    /// What it comes to.
    pub cost: NanoUsd,
}

impl Line {
    /// A line of a charge at its first price, for whoever shares in it.
    pub fn of_charge(charge: Charge, provider: Arc<str>, quantity: u128, tariff: &Tariff, share: Share) -> Self {
        let price = tariff.first();
        Self {
            category: Category::of(charge),
            service: None,
            share,
            provider,
            item: charge.words().into(),
            price_key: charge.id().into(),
            unit: tariff.unit,
            quantity,
            counted: Counted::None,
            price,
            source: tariff.source.clone(),
            cost: price_exactly(quantity, price, tariff.unit.per),
        }
    }

    /// Instances or tasks that took part.
    pub const fn count(&self) -> u64 {
        match self.counted {
            Counted::Instances(count) | Counted::Tasks(count) => count,
            Counted::None => 0,
        }
    }
}
