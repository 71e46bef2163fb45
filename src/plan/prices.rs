//! What things cost: the scenario's own price of a name, else the table's; what has neither is refused (PRC-4).

use super::builder::Builder;
use crate::catalog::charges::{BYTES_PER_GB, Charge};
use crate::cost::{Part, PriceSource, Tariff};
use crate::diag::{Code, Finding};
use crate::scenario::{RootVolume, Volume};
use crate::units::{Decimal, MebiBytes};

/// Root volume of the ECS-optimised AMI (PRC-36).
const ROOT_GIB: u64 = 30;
/// What gp3 includes (PRC-66).
const GP3_IOPS: u32 = 3_000;
const GP3_MIBPS: u32 = 125;
/// Custom metrics that detailed monitoring is charged as (PRC-34).
const DETAILED_METRICS: u64 = 7;
/// Where the tables of charges come from.
const TABLE: &str = "table of charges";

/// What an entry says that its instances bring along.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Along<'a> {
    pub(super) root_volume: Option<&'a RootVolume>,
    pub(super) volumes: &'a [Volume],
    pub(super) detailed_monitoring: bool,
    pub(super) public_ipv4: bool,
}

impl Builder<'_> {
    /// The scenario's own price of a name.
    pub(super) fn own_price(&mut self, name: &str) -> Option<(Decimal, PriceSource)> {
        let prices = &self.scenario.prices;
        let price = prices.items.get(name)?.0;
        self.prices_used.insert(name.to_owned());
        Some((price, PriceSource::new("prices of the scenario", prices.date.as_deref().unwrap_or_default())))
    }

    /// Has the price of a charge ready for the run; reports at `path` where nobody knows one.
    pub(super) fn tariff(&mut self, path: &str, charge: Charge) {
        if self.tariffs.contains_key(&charge) || self.without_price.contains(&charge) {
            return;
        }
        let mut unit = charge.unit();
        if unit.of_bytes {
            unit.per = unit.per / BYTES_PER_GB * self.declared.bytes_per_gb;
        }
        if let Some((price, source)) = self.own_price(charge.id()) {
            self.tariffs.insert(charge, Tariff { unit, tiers: vec![(0, price)], source });
            return;
        }
        if let Some((mut tiers, seen)) = charge.prices(&self.cast.region) {
            if charge == Charge::InternetGb && self.internet_free() > 0 {
                let free = self.internet_free();
                tiers.retain(|(from, _)| *from == 0 || *from > free);
                tiers[0].0 = free;
                tiers.insert(0, (0, Decimal::whole(0)));
            }
            self.tariffs.insert(charge, Tariff { unit, tiers, source: PriceSource::new(TABLE, seen) });
            return;
        }
        self.without_price.insert(charge);
        let (id, words, region) = (charge.id(), charge.words(), &self.cast.region);
        let message = format!("no price is known for {words} in {region}");
        let help =
            format!("add `prices: {{items: {{{id}: $…}}}}`; the table has it for {}", charge.regions().join(", "));
        self.error(Code::NoPrice, path, message, "no price", Some(help));
    }

    /// What instances of an entry bring along, with prices; reports what can't be.
    pub(super) fn parts(&mut self, path: &str, along: Along<'_>) -> Vec<Part> {
        let mut parts = Vec::new();
        let scenario = self.scenario;
        match along.root_volume.or(scenario.root_volume.as_ref()) {
            None => parts.push(Part { charge: Charge::EbsGp3, each: ROOT_GIB }),
            Some(RootVolume::None(_)) => {}
            Some(RootVolume::Volume(volume)) => {
                let own = along.root_volume.is_some();
                let place = if own { format!("{path}.root_volume") } else { "root_volume".to_owned() };
                self.volume(&place, volume, &mut parts);
            }
        }
        for (row, volume) in along.volumes.iter().enumerate() {
            self.volume(&format!("{path}.volumes[{row}]"), volume, &mut parts);
        }
        if along.detailed_monitoring {
            parts.push(Part { charge: Charge::Metric, each: DETAILED_METRICS });
        }
        if along.public_ipv4 {
            parts.push(Part { charge: Charge::PublicIpv4, each: 1 });
        }
        parts.sort_unstable();
        for part in &parts {
            self.tariff(path, part.charge);
        }
        parts
    }

    fn volume(&mut self, path: &str, volume: &Volume, parts: &mut Vec<Part>) {
        let size = volume.size.unwrap_or(MebiBytes(30 * 1024));
        if size.0 == 0 || !size.0.is_multiple_of(1024) {
            let help = Some("write whole GiB: `size: 30 GiB`".to_owned());
            self.error(
                Code::OutOfRange,
                &format!("{path}.size"),
                "a volume has whole GiB".to_owned(),
                "its size",
                help,
            );
        }
        let kind = volume.kind.as_deref().unwrap_or("gp3");
        let (storage, included, extra) = match kind {
            "gp2" => (Charge::EbsGp2, 0, None),
            "io1" => (Charge::EbsIo1, 0, Some(Charge::EbsIo1Iops)),
            "st1" => (Charge::EbsSt1, 0, None),
            "sc1" => (Charge::EbsSc1, 0, None),
            "standard" => (Charge::EbsStandard, 0, None),
            _ => (Charge::EbsGp3, GP3_IOPS, Some(Charge::EbsGp3Iops)),
        };
        parts.push(Part { charge: storage, each: u64::from(size.0 / 1024) });
        let mut add = |charge, asked: u32, included: u32| {
            if asked > included {
                parts.push(Part { charge, each: u64::from(asked - included) });
            }
        };
        let mut refused = Vec::new();
        match (volume.iops, extra) {
            (Some(asked), Some(charge)) => add(charge, asked, included),
            (Some(_), None) => refused.push("iops"),
            (None, _) => {}
        }
        match volume.throughput {
            Some(asked) if kind == "gp3" => add(Charge::EbsGp3Throughput, asked, GP3_MIBPS),
            Some(_) => refused.push("throughput"),
            None => {}
        }
        for key in refused {
            let finding = Finding::error(Code::Contradiction, format!("a {kind} volume has no `{key}` of its own"))
                .at(self.tree.nearest_span(&format!("{path}.{key}")), "not of this kind")
                .path(format!("{path}.{key}"))
                .help(format!("leave `{key}` out, or write `type: gp3`"));
            self.findings.push(finding);
        }
    }

    /// Own prices that nothing of the run has: surely not meant.
    pub(super) fn unused_prices(&mut self) {
        let names: Vec<&String> = self.scenario.prices.items.keys().collect();
        for name in names {
            if self.prices_used.contains(name) {
                continue;
            }
            let path = format!("prices.items.{name}");
            let known = Charge::named(name).is_some()
                || crate::catalog::instance_type(name).is_some()
                || crate::cost::FARGATE_PRICES.contains(&name.as_str())
                || self.scenario.instance_types.contains_key(name);
            if known {
                let finding = Finding::warning(Code::WithoutEffect, format!("nothing in this scenario costs `{name}`"))
                    .at(self.tree.nearest_span(&path), "not used")
                    .path(path)
                    .help("leave it out, or declare what it is for");
                self.findings.push(finding);
            } else {
                let charges: Vec<&str> = Charge::all().map(Charge::id).collect();
                let known = charges.into_iter().chain(crate::cost::FARGATE_PRICES);
                self.dangling(&path, "price", name, known);
            }
        }
    }
}
