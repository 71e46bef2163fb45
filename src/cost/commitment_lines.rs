//! The lines of commitments on the bill: what each covered, and what of it was not used.
//!
//! A commitment comes to its price for the time of the run, rounded once; that is shared out among its lines in whole
//! nano-dollars, what is left by the largest remainders (PRC-5).

use super::Category;
use super::commitments::{Commitments, Covered, HOUR_MS, Item, SavingsPlan};
use super::line::{Counted, Line, PriceSource, Share};
use crate::catalog::charges::Unit;
use crate::units::{Decimal, NanoUsd, SimTime, price_exactly};
use std::sync::Arc;

/// A line to be, with its part of the commitment.
struct Part {
    line: Line,
    /// Whole nano-dollars, and what is left over of them.
    nanos: u128,
    rest: u128,
}

impl Commitments<'_> {
    /// The lines of all commitments until a moment, with what they have covered until then.
    pub fn lines(&self, until: SimTime, covered: &Covered) -> Vec<Line> {
        let mut lines = Vec::new();
        for (commitment, items) in covered.by.iter().enumerate() {
            let coin = self.coins[commitment];
            let mut used = 0;
            let mut parts = Vec::new();
            for (item, quantity) in items {
                let units = self.rate(commitment, *item).saturating_mul(*quantity);
                used = units.saturating_add(used);
                let (nanos, rest) = coin.nanos(units);
                parts.push(Part { line: self.covered_line(commitment, *item, *quantity), nanos, rest });
            }
            let unused = coin.per_ms.saturating_mul(until.0.into()).saturating_sub(used);
            let (nanos, rest) = coin.nanos(unused);
            // of several reserved instances each has an hour in an hour
            let quantity = unused / (coin.per_ms / self.count(commitment)).max(1);
            parts.push(Part { line: self.unused_line(commitment, quantity), nanos, rest });
            share_out(self.whole(commitment, until), &mut parts);
            lines.extend(parts.into_iter().map(|part| part.line));
        }
        lines
    }

    /// What a commitment comes to until a moment, used or not (PRC-6, PRC-50).
    fn whole(&self, commitment: usize, until: SimTime) -> NanoUsd {
        price_exactly(u128::from(until.0) * self.count(commitment), self.hourly(commitment).0, HOUR_MS.into())
    }

    fn count(&self, commitment: usize) -> u128 {
        self.portfolio.reserved.get(commitment).map_or(1, |reservation| reservation.count.into())
    }

    /// Dollars per hour, and where they come from.
    fn hourly(&self, commitment: usize) -> (Decimal, &PriceSource) {
        match self.portfolio.reserved.get(commitment) {
            Some(reservation) => (reservation.price, &reservation.source),
            None => {
                let plan = &self.portfolio.savings[commitment - self.portfolio.reserved.len()];
                (plan.commitment, &plan.committed_by)
            }
        }
    }

    fn blank(&self, commitment: usize) -> Line {
        let (price, source) = self.hourly(commitment);
        let (name, key): (_, Arc<str>) = match self.portfolio.reserved.get(commitment) {
            Some(reservation) => (&reservation.name, reservation.instance_type.clone()),
            None => (&self.portfolio.savings[commitment - self.portfolio.reserved.len()].name, "commitment".into()),
        };
        Line {
            category: self.category(commitment),
            service: None,
            share: Share::Nobody,
            provider: name.clone(),
            item: "unused commitment".into(),
            price_key: key,
            unit: if self.category(commitment) == Category::SavingsPlans { Unit::HOUR } else { Unit::INSTANCE_HOUR },
            quantity: 0,
            counted: Counted::None,
            price,
            source: source.clone(),
            cost: NanoUsd(0),
        }
    }

    /// The Savings Plan that a commitment is, if it is one.
    fn plan(&self, commitment: usize) -> Option<&SavingsPlan> {
        self.portfolio.savings.get(commitment.checked_sub(self.portfolio.reserved.len())?)
    }

    fn unused_line(&self, commitment: usize, quantity: u128) -> Line {
        Line { quantity, share: Share::UnusedCommitment, ..self.blank(commitment) }
    }

    fn covered_line(&self, commitment: usize, item: Item, quantity: u128) -> Line {
        let blank = Line { quantity, price: self.rate_in_dollars(commitment, item), ..self.blank(commitment) };
        match item {
            Item::Instances(provider, instance_type) => {
                let role = &self.cast.instance_types[instance_type];
                let mut words = role.product().into_owned();
                if provider.0 > 0 {
                    words = format!("{words} of {}", self.cast.providers[provider]);
                }
                Line {
                    share: Share::Instances(provider, Some(instance_type)),
                    item: words.into(),
                    price_key: role.name.as_str().into(),
                    unit: Unit::INSTANCE_HOUR,
                    source: match self.plan(commitment) {
                        Some(plan) => plan.source.clone(),
                        None => blank.source.clone(),
                    },
                    ..blank
                }
            }
            Item::Fargate(key, part) => Line {
                service: Some(self.cast.sources[key.source].name.as_str().into()),
                share: Share::Source(key.source),
                item: format!("{}, {}/{}", part.words(), key.system, key.architecture).into(),
                price_key: part.price_key(false, key.architecture, key.system).into(),
                unit: part.unit(),
                source: match self.plan(commitment) {
                    Some(plan) => plan.fargate_source.clone(),
                    None => blank.source.clone(),
                },
                ..blank
            },
        }
    }

    /// Dollars per hour that an item costs under a commitment; of a reservation of another size as far as it has digits.
    fn rate_in_dollars(&self, commitment: usize, item: Item) -> Decimal {
        let reserved = &self.portfolio.reserved;
        match (reserved.get(commitment), item) {
            (Some(reservation), Item::Instances(_, instance_type)) => {
                let size = reservation.covers.get(&instance_type).copied().unwrap_or_default();
                of_size(reservation.price, size, reservation.size)
            }
            (Some(_), Item::Fargate(..)) => Decimal::whole(0), // reservations cover no Fargate
            (None, _) => self.portfolio.savings[commitment - reserved.len()].rate(item).unwrap_or(Decimal::whole(0)),
        }
    }
}

/// `price × size / own`, to 12 digits behind the point.
fn of_size(price: Decimal, size: u32, own: u32) -> Decimal {
    const DIGITS: u8 = 12;
    let wide = price.times(Decimal::whole(size.into())).unwrap_or(price);
    let more = 10_i128.pow(u32::from(DIGITS.saturating_sub(wide.scale)));
    let (mantissa, scale) = (i128::from(wide.mantissa) * more / i128::from(own.max(1)), wide.scale.max(DIGITS));
    let quotient = Decimal { mantissa: i64::try_from(mantissa).unwrap_or(i64::MAX), scale };
    quotient.times(Decimal::whole(1)).unwrap_or(quotient)
}

/// Gives each part its nano-dollars of the whole: all that is whole, and of what is left one each to the largest
/// remainders, ties by name (PRC-5). Within an hour more may be covered than is paid so far: then the first get theirs.
fn share_out(whole: NanoUsd, parts: &mut [Part]) {
    let mut left = whole.0.unsigned_abs();
    for part in &mut *parts {
        part.nanos = part.nanos.min(left);
        left -= part.nanos;
    }
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let name = |part: &Part| (part.line.item.clone(), part.line.service.clone());
    order.sort_by(|a, b| (parts[*b].rest, name(&parts[*a])).cmp(&(parts[*a].rest, name(&parts[*b]))));
    for place in order {
        let more = u128::from(left > 0 && parts[place].rest > 0);
        parts[place].nanos += more;
        left -= more;
    }
    for part in &mut *parts {
        part.line.cost = NanoUsd(i128::try_from(part.nanos).unwrap_or(i128::MAX));
    }
    // the whole is rounded, and may be the last half of a nano-dollar more
    if let Some(last) = parts.last_mut() {
        last.line.cost += NanoUsd(i128::try_from(left).unwrap_or_default());
    }
}
