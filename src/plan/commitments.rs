//! Reserved Instances and Savings Plans: what each may cover, and at what rates (PRC-51 to PRC-58).

use super::builder::Builder;
use crate::catalog::{self, Offering, Term};
use crate::cost::{FARGATE_PRICES, FargatePart, PlanRates, PriceSource, Reservation, SavingsPlan};
use crate::diag::Code;
use crate::fact::Purchase;
use crate::scenario::{ReservedInstances, SavingsPlan as Written};
use crate::units::{Decimal, InstanceTypeId, OperatingSystem};
use std::collections::{BTreeMap, BTreeSet};

/// Prices of commitments are below this, with so many decimals at most: their sums stay whole numbers that fit.
const TOO_DEAR: Decimal = Decimal::whole(1_000_000);
const MOST_DECIMALS: u8 = 9;
/// The same of rates that are worked out.
const MOST_DECIMALS_OF_RATES: u8 = 12;

const TABLE: &str = "EC2 reserved prices, nothing upfront";

fn term(word: Option<&str>) -> Term {
    if word == Some("3y") { Term::Three } else { Term::One }
}

impl Builder<'_> {
    /// All commitments, once it is known what runs.
    pub(super) fn commitments(&mut self) {
        let scenario = self.scenario;
        let mut names = BTreeSet::new();
        for (row, entry) in scenario.reserved_instances.iter().enumerate() {
            let path = format!("reserved_instances[{row}]");
            let name = entry.name.clone().unwrap_or_else(|| format!("reserved-{}", row + 1));
            self.commitment_name(&path, &name, &mut names);
            if let Some(reservation) = self.reservation(&path, &name, entry) {
                self.portfolio.reserved.push(reservation);
            }
        }
        for (row, entry) in scenario.savings_plans.iter().enumerate() {
            let path = format!("savings_plans[{row}]");
            let name = entry.name.clone().unwrap_or_else(|| format!("savings-plan-{}", row + 1));
            self.commitment_name(&path, &name, &mut names);
            if let Some(plan) = self.savings_plan(&path, &name, entry) {
                self.portfolio.savings.push(plan);
            }
        }
    }

    fn commitment_name(&mut self, path: &str, name: &str, names: &mut BTreeSet<String>) {
        if !names.insert(name.to_owned()) {
            let help = Some("give one of them another `name`".to_owned());
            let message = format!("two commitments are called `{name}`");
            self.error(Code::DuplicateName, &format!("{path}.name"), message, "used before", help);
        }
    }

    /// Whether a price is one that sums can be made of.
    fn sane(&mut self, path: &str, price: Decimal, least: Decimal) -> bool {
        let is_sane = price.scale <= MOST_DECIMALS && price.compare(TOO_DEAR).is_lt() && price.compare(least).is_ge();
        if !is_sane {
            let message = format!("${price} an hour is no price here: {least} to 999,999.999999999 dollars");
            self.error(Code::OutOfRange, path, message, "outside that", Some("write for example `$0.25`".to_owned()));
        }
        is_sane
    }

    fn reservation(&mut self, path: &str, name: &str, entry: &ReservedInstances) -> Option<Reservation> {
        let zone = match &entry.zone {
            Some(letter) => Some(self.zone_of(&format!("{path}.zone"), letter)?),
            None => None,
        };
        let place = format!("{path}.type");
        let of = entry.instance_type.as_str();
        if catalog::instance_type(of).is_none() && !self.scenario.instance_types.contains_key(of) {
            self.unknown_type(&place, of);
            return None;
        }
        let offering =
            if entry.class.as_deref() == Some("convertible") { Offering::Convertible } else { Offering::Standard };
        let (price, source) = match entry.price {
            Some(price) => {
                let sane = self.sane(&format!("{path}.price"), price, Decimal::whole(0));
                (sane.then_some(price)?, PriceSource::new("reserved_instances of the scenario", ""))
            }
            None => {
                let region = self.cast.region.clone();
                let Some(price) = catalog::reserved_price(&region, of, offering, term(entry.term.as_deref())) else {
                    let message = format!("the table has no reserved price of `{of}` in {region}");
                    let help = Some("say what one costs: add `price: $0.06`, dollars per hour".to_owned());
                    self.error(Code::NoPrice, &place, message, "no price", help);
                    return None;
                };
                (self.discounted(price), PriceSource::new(TABLE, catalog::RESERVED_DATE))
            }
        };
        let own_size = catalog::normalised_size(of).filter(|_| zone.is_none());
        let covers: BTreeMap<InstanceTypeId, u32> = self
            .coverable_types()
            .filter(|(_, name, is_plain)| *is_plain && (*name == of || own_size.is_some()))
            .filter(|(_, name, _)| catalog::family(name) == catalog::family(of))
            .filter_map(|(id, name, _)| Some((id, own_size.map_or(Some(1), |_| catalog::normalised_size(name))?)))
            .collect();
        if covers.is_empty() && !self.findings.has_errors() {
            let message = format!("no instance of the scenario can be covered by this reservation of `{of}`");
            let help =
                "it is paid for all the same; leave it out, or choose the type of instances on demand with Linux";
            self.warn(Code::WithoutEffect, &place, message, "covers nothing", help);
        }
        Some(Reservation {
            name: name.into(),
            instance_type: of.into(),
            count: entry.count.unwrap_or(1),
            zone,
            price,
            source,
            size: own_size.unwrap_or(1),
            covers,
        })
    }

    /// The types of instances that something can cover: their names, and whether they run Linux on shared hardware.
    fn coverable_types(&self) -> impl Iterator<Item = (InstanceTypeId, &str, bool)> {
        let priced = self.cast.instance_types.iter().filter_map(|(id, role)| {
            let is_coverable = self.instance_prices.get(id).is_some_and(|of| of.coverable);
            is_coverable.then_some((id, role))
        });
        priced.map(|(id, role)| {
            let is_plain = role.operating_system == OperatingSystem::Linux && role.purchase == Purchase::OnDemand;
            (id, role.name.as_str(), is_plain)
        })
    }

    fn savings_plan(&mut self, path: &str, name: &str, entry: &Written) -> Option<SavingsPlan> {
        let is_compute = entry.kind == "compute";
        let family = match (is_compute, &entry.family) {
            (true, None) => None,
            (true, Some(_)) => {
                let help = Some("leave it out, or write `type: ec2_instance`".to_owned());
                let message = "a Compute Savings Plan is of all families";
                self.error(Code::Contradiction, &format!("{path}.family"), message, "not of one", help);
                return None;
            }
            (false, None) => {
                let help = Some("add for example `family: m5`, or write `type: compute`".to_owned());
                let message = "an EC2 Instance Savings Plan is of one family, and none is named";
                self.error(Code::MissingSetting, path, message, "of which family?", help);
                return None;
            }
            (false, Some(family)) => Some(self.known_family(&format!("{path}.family"), family)?),
        };
        let least = Decimal { mantissa: 1, scale: MOST_DECIMALS };
        let mut is_sane = self.sane(&format!("{path}.commitment"), entry.commitment, least);
        for (name, rate) in &entry.rates {
            is_sane &= self.sane(&format!("{path}.rates.{name}"), rate.0, Decimal::whole(0));
        }
        if !is_sane {
            return None;
        }
        let mut used = BTreeSet::new();
        let mut rates = PlanRates::default();
        self.rates_of_instances(path, entry, family.as_deref(), &mut rates, &mut used)?;
        if is_compute {
            self.rates_of_fargate(path, entry, &mut rates, &mut used)?;
        }
        self.unused_rates(path, entry, &used);
        if rates == PlanRates::default() && !self.findings.has_errors() {
            let message = "nothing in the scenario can be covered by this plan";
            let help = "it is paid for all the same; leave it out, or choose what runs on demand";
            self.warn(Code::WithoutEffect, path, message, "covers nothing", help);
        }
        let own = || PriceSource::new("savings_plans of the scenario", "");
        let (of_fargate, of_instances): (Vec<&str>, Vec<&str>) =
            entry.rates.keys().map(String::as_str).partition(|name| FARGATE_PRICES.contains(name));
        let platform = self.fargate.prices.values().find(|platform| !platform.price.is_spot);
        let on_demand = platform.map_or_else(own, |platform| {
            PriceSource::new(&format!("{}, a part of them", platform.source.name), &platform.source.date)
        });
        Some(SavingsPlan {
            name: name.into(),
            is_compute,
            commitment: entry.commitment,
            committed_by: own(),
            source: if of_instances.is_empty() { PriceSource::new(TABLE, catalog::RESERVED_DATE) } else { own() },
            fargate_source: if of_fargate.is_empty() { on_demand } else { own() },
            rates,
        })
    }

    fn known_family(&mut self, path: &str, family: &str) -> Option<String> {
        let known: BTreeSet<&str> = catalog::instance_type_names().filter_map(catalog::family).collect();
        let scenario = self.scenario;
        let is_own = scenario.instance_types.keys().any(|name| catalog::family(name) == Some(family));
        if known.contains(family) || is_own {
            return Some(family.to_owned());
        }
        self.dangling(path, "family of instances", family, known);
        None
    }

    /// The plan's own rates, else those of the table: of dedicated instances so many times as much (PRC-37), and with the
    /// licence where that is apart, since plans are of any system and no licence is made cheaper (PRC-53).
    fn rates_of_instances(
        &mut self,
        path: &str,
        entry: &Written,
        family: Option<&str>,
        rates: &mut PlanRates,
        used: &mut BTreeSet<String>,
    ) -> Option<()> {
        let offering = if family.is_none() { Offering::Convertible } else { Offering::Standard };
        let types: Vec<(InstanceTypeId, String)> = self
            .coverable_types()
            .filter(|(_, name, _)| family.is_none_or(|family| catalog::family(name) == Some(family)))
            .map(|(id, name, _)| (id, name.to_owned()))
            .collect();
        let mut without = BTreeSet::new();
        for (id, name) in types {
            let own = entry.rates.get(&name).map(|rate| rate.0);
            used.extend(own.map(|_| name.clone()));
            let listed = catalog::reserved_price(&self.cast.region, &name, offering, term(entry.term.as_deref()));
            // the table's are those of Linux: of a whole price of the scenario's own nobody knows what the licence is
            let licence = self.instance_prices[id].licence;
            let Some(rate) = own.or_else(|| licence.and(listed).map(|listed| self.discounted(listed))) else {
                without.insert(name);
                continue;
            };
            let is_dedicated = self.cast.instance_types[id].purchase == Purchase::Dedicated;
            let rate = if is_dedicated { rate.times(self.dedicated_factor()) } else { Some(rate) };
            let rate = rate.and_then(|rate| rate.plus_times(1, licence.unwrap_or(Decimal::whole(0))));
            rates.instances.insert(id, self.short(rate, "prices.dedicated_factor")?);
        }
        if !without.is_empty() && !self.findings.has_errors() {
            let names: Vec<&str> = without.iter().take(5).map(String::as_str).collect();
            let message = format!(
                "no rate of this plan is known for `{}` in {}: it stays at its own price",
                names.join("`, `"),
                self.cast.region
            );
            let help = format!("add for example `rates: {{{}: $…}}`", names[0]);
            self.warn(Code::NoPrice, path, message, "does not cover it", &help);
        }
        Some(())
    }

    /// The plan's own rates, else a part of the price on demand (PRC-54); not on Spot, and neither storage nor licences.
    fn rates_of_fargate(
        &mut self,
        path: &str,
        entry: &Written,
        rates: &mut PlanRates,
        used: &mut BTreeSet<String>,
    ) -> Option<()> {
        let factor = catalog::fargate_plan_factor(term(entry.term.as_deref()));
        let platforms: Vec<_> = self.fargate.prices.iter().filter(|(_, platform)| !platform.price.is_spot).collect();
        let mut found = Vec::new();
        for ((_, architecture, system), platform) in platforms {
            for (part, price) in
                [(FargatePart::Vcpus, platform.price.vcpu_hour), (FargatePart::Memory, platform.price.gb_hour)]
            {
                let name = part.price_key(false, *architecture, *system);
                let own = entry.rates.get(name).map(|rate| rate.0);
                used.extend(own.map(|_| name.to_owned()));
                found.push(((*architecture, *system, part), own.or_else(|| price.times(factor))));
            }
        }
        for (key, rate) in found {
            rates.fargate.insert(key, self.short(rate, path)?);
        }
        Some(())
    }

    /// A rate that was worked out, if it has few enough digits.
    fn short(&mut self, rate: Option<Decimal>, path: &str) -> Option<Decimal> {
        let short = rate.filter(|rate| rate.scale <= MOST_DECIMALS_OF_RATES && rate.compare(TOO_DEAR).is_lt());
        if short.is_none() {
            let help = Some("give the price, the factor or the rate fewer digits".to_owned());
            self.error(Code::OutOfRange, path, "a rate of a Savings Plan has too many digits", "of this", help);
        }
        short
    }

    /// Own rates of what does not run are without effect; of what does not exist they are mistakes.
    fn unused_rates(&mut self, path: &str, entry: &Written, used: &BTreeSet<String>) {
        for name in entry.rates.keys().filter(|name| !used.contains(*name)) {
            let place = format!("{path}.rates.{name}");
            let is_known = catalog::instance_type(name).is_some()
                || self.scenario.instance_types.contains_key(name)
                || FARGATE_PRICES.contains(&name.as_str());
            if is_known {
                let message = format!("this plan covers no `{name}` here");
                self.warn(Code::WithoutEffect, &place, message, "not used", "leave it out");
            } else {
                let known: Vec<String> = self.cast.instance_types.rows().iter().map(|role| role.name.clone()).collect();
                let known = known.iter().map(String::as_str).chain(FARGATE_PRICES);
                self.dangling(&place, "rate", name, known);
            }
        }
    }
}
