//! The bill shared out: what each service and entry of `tasks` costs, and what is nobody's (PRC-94, PRC-96).
//!
//! Each line is shared out by itself, in nano-dollars, so that all shares are the bill to the last digit (PRC-5); where
//! remainders are equal the first by name gets what is left.

use super::apportion::share_money;
use super::attribution::{Account, Attribution, Key, Part, Sums};
use super::instance_hour::{Amounts, used_and_unused};
use super::{Category, FargatePart, InstancePrices, Line, Share};
use crate::catalog::charges::Unit;
use crate::fact::{Cast, Origin};
use crate::units::{Architecture, Id, InstanceTypeId, NanoUsd, OperatingSystem, ProviderId, TaskSourceId};
use std::collections::BTreeMap;

/// Whose a part of the bill is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A service or entry of `tasks`.
    Source(TaskSourceId),
    /// Nobody's: instances without a task in an hour, and with `idle: separate` what no task allocated (PRC-94).
    IdleNoService,
    /// Nobody's: what was committed to and not used (PRC-96).
    UnusedCommitment,
    /// Nobody's: what no service asked for.
    NotAttributed,
}

impl Owner {
    /// Those that are nobody's.
    pub const NOBODYS: [Self; 3] = [Self::IdleNoService, Self::UnusedCommitment, Self::NotAttributed];

    /// In tables: a name of the scenario, or words.
    pub fn name(self, cast: &Cast) -> &str {
        match self {
            Self::Source(source) => &cast.sources[source].name,
            Self::IdleNoService => "idle, no service",
            Self::UnusedCommitment => "unused commitment",
            Self::NotAttributed => "not attributed",
        }
    }

    /// In tables: `service`, `tasks` or `nobody`.
    pub fn kind(self, cast: &Cast) -> &'static str {
        match self {
            Self::Source(source) => match cast.sources[source].origin {
                Origin::Service(_) => "service",
                Origin::Standalone => "tasks",
            },
            _ => "nobody",
        }
    }
}

/// What somebody pays for, by what became of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parts {
    /// What was used.
    pub used: NanoUsd,
    /// What was reserved, or on Fargate asked for, and not used.
    pub reserved_unused: NanoUsd,
    /// What of instances nobody had allocated.
    pub idle: NanoUsd,
}

impl Parts {
    /// All of it.
    pub fn total(self) -> NanoUsd {
        self.used + self.reserved_unused + self.idle
    }

    fn join(&mut self, more: Self) {
        self.used += more.used;
        self.reserved_unused += more.reserved_unused;
        self.idle += more.idle;
    }

    const fn all_used(cost: NanoUsd) -> Self {
        Self { used: cost, reserved_unused: NanoUsd(0), idle: NanoUsd(0) }
    }

    const fn all_idle(cost: NanoUsd) -> Self {
        Self { used: NanoUsd(0), reserved_unused: NanoUsd(0), idle: cost }
    }

    fn by(cost: NanoUsd, weights: [u128; 3]) -> Self {
        match share_money(cost, &weights)[..] {
            [used, reserved_unused, idle] if weights != [0; 3] => Self { used, reserved_unused, idle },
            _ => Self::all_used(cost),
        }
    }
}

impl std::iter::Sum for Parts {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), |mut sum, next| {
            sum.join(next);
            sum
        })
    }
}

/// What one owner pays for one category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareRow {
    /// Whose it is.
    pub owner: Owner,
    /// What for.
    pub category: Category,
    /// How much.
    pub parts: Parts,
}

/// The bill by owner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shares {
    /// By the name of the owner, nobody last, and by category; those that are not zero in all parts.
    pub rows: Vec<ShareRow>,
    /// What instances cost with all that they bring along.
    pub instances: NanoUsd,
    /// Of this, what no task had allocated.
    pub instances_idle: NanoUsd,
}

impl Shares {
    /// What each owner pays in all: sources by name, each of them, then those of nobody that have something.
    pub fn by_owner(&self, cast: &Cast) -> Vec<(Owner, Parts)> {
        let mut sums: BTreeMap<Owner, Parts> = BTreeMap::new();
        for row in &self.rows {
            sums.entry(row.owner).or_default().join(row.parts);
        }
        let sources = in_name_order(cast).into_iter().map(Owner::Source);
        let all = sources.map(|owner| (owner, sums.get(&owner).copied().unwrap_or_default()));
        let nobodys = Owner::NOBODYS.into_iter().filter_map(|owner| Some((owner, *sums.get(&owner)?)));
        all.chain(nobodys).collect()
    }

    /// What one owner pays in all.
    pub fn of(&self, owner: Owner) -> Parts {
        self.rows.iter().filter(|row| row.owner == owner).map(|row| row.parts).sum()
    }
}

fn in_name_order(cast: &Cast) -> Vec<TaskSourceId> {
    let mut ids: Vec<TaskSourceId> = cast.sources.ids().collect();
    ids.sort_by(|a, b| cast.sources[*a].name.cmp(&cast.sources[*b].name));
    ids
}

/// How a bill is shared out.
struct Sharing<'a> {
    of: &'a Attribution<'a>,
    prices: &'a InstancePrices,
    bill: &'a [Line],
    /// The place of each source by name.
    place: Vec<usize>,
    rows: BTreeMap<(bool, usize, Owner, Category), Parts>,
    instances: NanoUsd,
    instances_idle: NanoUsd,
}

impl Attribution<'_> {
    /// Shares out the bill of the whole run. `prices` say what instances of each type bring along.
    pub fn share_out(&self, bill: &[Line], prices: &InstancePrices) -> Shares {
        let order = in_name_order(self.cast);
        let mut place = vec![0; order.len()];
        for (number, source) in order.iter().enumerate() {
            place[source.row()] = number;
        }
        let (rows, none) = (BTreeMap::new(), NanoUsd(0));
        let mut sharing = Sharing { of: self, prices, bill, place, rows, instances: none, instances_idle: none };
        for line in bill {
            sharing.line(line);
        }
        let rows = sharing.rows.into_iter().filter(|(_, parts)| *parts != Parts::default());
        let rows = rows.map(|((_, _, owner, category), parts)| ShareRow { owner, category, parts });
        Shares { rows: rows.collect(), instances: sharing.instances, instances_idle: sharing.instances_idle }
    }
}

impl Sharing<'_> {
    fn line(&mut self, line: &Line) {
        let shares: Vec<(Owner, Parts)> = match &line.share {
            Share::Source(source) => vec![(Owner::Source(*source), self.of_one(*source, line))],
            Share::Weights(weights) => self.by_weights(line.cost, weights),
            Share::Instances(provider, Some(instance_type)) => self.by_type(line.cost, (*provider, *instance_type)),
            Share::Instances(provider, None) => self.along(line, *provider),
            Share::UnusedCommitment => vec![(Owner::UnusedCommitment, Parts::all_idle(line.cost))],
            Share::Nobody => vec![(Owner::NotAttributed, Parts::all_used(line.cost))],
        };
        if let Share::Instances(..) = line.share {
            self.instances += line.cost;
            self.instances_idle += shares.iter().map(|(_, parts)| parts.idle).sum();
        }
        for (owner, parts) in shares {
            let (is_nobodys, place) = match owner {
                Owner::Source(source) => (false, self.place[source.row()]),
                _ => (true, 0),
            };
            self.rows.entry((is_nobodys, place, owner, line.category)).or_default().join(parts);
        }
    }

    /// A source with no load has no usage data: then what is allocated counts as used (PRC-94).
    fn knows_use(&self, source: TaskSourceId) -> bool {
        match self.of.cast.sources[source].origin {
            Origin::Service(service) => self.of.cast.services[service].has_load(),
            Origin::Standalone => false,
        }
    }

    /// What belongs to one source alone: vCPUs on Fargate are used as far as its tasks used CPU, all else is. Hours that
    /// a commitment pays for, or that Spot makes cheaper, are used no more than others.
    fn of_one(&self, source: TaskSourceId, line: &Line) -> Parts {
        if line.unit != Unit::VCPU_HOUR || !self.knows_use(source) {
            return Parts::all_used(line.cost);
        }
        let licence = FargatePart::Licence.price_key(false, Architecture::X86_64, OperatingSystem::Windows);
        let counts = |other: &&Line| {
            (&other.share, other.unit) == (&line.share, line.unit) && *other.price_key != *licence // the same vCPUs again
        };
        let billed: u128 = self.bill.iter().filter(counts).map(|line| line.quantity).sum();
        let used = self.of.cpu_used_on_fargate.get(&source).copied().unwrap_or(0).min(billed);
        Parts::by(line.cost, [used, billed - used, 0])
    }

    fn by_weights(&self, cost: NanoUsd, weights: &[(TaskSourceId, u128)]) -> Vec<(Owner, Parts)> {
        let mut weights: Vec<(TaskSourceId, u128)> =
            weights.iter().copied().filter(|(_, weight)| *weight > 0).collect();
        if weights.is_empty() {
            return vec![(Owner::NotAttributed, Parts::all_used(cost))];
        }
        weights.sort_by_key(|(source, _)| self.place[source.row()]);
        let shares = share_money(cost, &weights.iter().map(|(_, weight)| *weight).collect::<Vec<u128>>());
        weights
            .iter()
            .zip(shares)
            .map(|((source, _), share)| (Owner::Source(*source), Parts::all_used(share)))
            .collect()
    }

    /// Instances of a provider and type, by what their hours cost.
    fn by_type(&self, cost: NanoUsd, key: Key) -> Vec<(Owner, Parts)> {
        match self.of.accounts.get(&key) {
            Some(account) => self.by_account(cost, account, &account.weighted),
            None => vec![(Owner::IdleNoService, Parts::all_idle(cost))],
        }
    }

    /// What instances of a provider bring along: first by type, by time and how much each brings, then as its instances.
    fn along(&self, line: &Line, provider: ProviderId) -> Vec<(Owner, Parts)> {
        let first = (provider, InstanceTypeId::from_row(0));
        let accounts = self.of.accounts.range(first..).take_while(|((of, _), _)| *of == provider);
        let accounts: Vec<(&Key, &Account)> = accounts.collect();
        let each = |key: &Key| {
            let parts = self.prices.rows().get(key.1.row()).map_or(&[][..], |price| &price.parts);
            parts
                .iter()
                .filter(|part| part.charge.id() == &*line.price_key)
                .map(|part| u128::from(part.each))
                .sum::<u128>()
        };
        let known = accounts.iter().any(|(key, _)| each(key) > 0);
        let weight = |(key, account): &(&Key, &Account)| {
            let time = account.plain.total().checked_div(self.of.nominal[key.1].per_ms()).unwrap_or(0);
            time * if known { each(key) } else { 1 }
        };
        let weights: Vec<u128> = accounts.iter().map(weight).collect();
        if weights.iter().all(|weight| *weight == 0) {
            return vec![(Owner::IdleNoService, Parts::all_idle(line.cost))];
        }
        let shares = share_money(line.cost, &weights);
        accounts
            .iter()
            .zip(shares)
            .flat_map(|((_, account), cost)| self.by_account(cost, account, &account.plain))
            .collect()
    }

    fn by_account(&self, cost: NanoUsd, account: &Account, sums: &Sums) -> Vec<(Owner, Parts)> {
        let mut sources: Vec<(TaskSourceId, [u128; 3])> =
            sums.sources.iter().map(|(source, part)| (*source, self.three(*source, account, *part))).collect();
        sources.sort_by_key(|(source, _)| self.place[source.row()]);
        let mut weights: Vec<u128> = sources.iter().map(|(_, parts)| parts.iter().sum()).collect();
        weights.push(sums.nobodys);
        if weights.iter().all(|weight| *weight == 0) {
            return vec![(Owner::IdleNoService, Parts::all_idle(cost))];
        }
        let shares = share_money(cost, &weights);
        let owed = sources
            .iter()
            .zip(&shares)
            .map(|((source, parts), share)| (Owner::Source(*source), Parts::by(*share, *parts)));
        let nobodys = shares.last().map(|share| (Owner::IdleNoService, Parts::all_idle(*share)));
        owed.chain(nobodys).collect()
    }

    /// What fell to a source: for what it used, for what it did not use, and idle. Its CPU is known over the whole run.
    fn three(&self, source: TaskSourceId, account: &Account, part: Part) -> [u128; 3] {
        let allocated = account.plain.sources.get(&source).map_or(0, |part| part.cpu_allocated);
        let used = if self.knows_use(source) { account.cpu_used.get(&source).copied().unwrap_or(0) } else { allocated };
        // memory has no usage data: what is allocated counts as used
        let amounts = |cpu| Amounts { cpu, memory: 0 };
        let (in_use, unused) = used_and_unused(part.fallen, amounts(used), amounts(allocated));
        [in_use, unused, part.fallen.idle]
    }
}
