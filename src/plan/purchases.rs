//! How instances are bought, and what an hour then costs: on demand, on Spot (PRC-40 to PRC-46), dedicated (PRC-37).

use super::builder::Builder;
use super::machines::Wish;
use super::table_times::Moment;
use crate::catalog;
use crate::catalog::charges::Charge;
use crate::cost::PriceSource;
use crate::diag::Code;
use crate::fact::Purchase;
use crate::scenario::{InstanceType, SpotPrice, SpotTrace};
use crate::units::{Decimal, OperatingSystem, SimTime};

/// What the table of list prices is called.
pub(super) const ON_DEMAND: &str = "EC2 on-demand prices";

/// How a place of the scenario buys its instances.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Buying<'a> {
    pub(super) purchase: Option<&'a str>,
    pub(super) spot: Option<&'a SpotPrice>,
}

impl Buying<'_> {
    pub(super) fn kind(self) -> Purchase {
        self.purchase.and_then(Purchase::named).unwrap_or_default()
    }
}

/// The list price of a type.
pub(super) struct ListPrice {
    /// What AWS asks for the machine.
    pub(super) base: Decimal,
    /// What the operating system costs beside it.
    pub(super) licence: Decimal,
    /// Whether the two are known apart.
    pub(super) apart: bool,
    pub(super) source: PriceSource,
}

/// What an hour costs as it is bought.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    pub(super) price: Decimal,
    pub(super) later: Vec<(SimTime, Decimal)>,
    /// What a commitment needs to know of it (PRC-53).
    pub(super) coverable: bool,
    pub(super) licence: Option<Decimal>,
    pub(super) source: PriceSource,
}

/// A type whose price is asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'p> {
    /// Where, and where its name stands.
    pub(super) path: &'p str,
    pub(super) of_type: &'p str,
    pub(super) wish: &'p Wish<'p>,
    pub(super) vcpus: u32,
    /// What the scenario says of the type.
    pub(super) own: Option<&'p InstanceType>,
}

impl Builder<'_> {
    /// What an hour costs on demand or dedicated.
    pub(super) fn offer(&mut self, of: Asked<'_>) -> Option<Offer> {
        let mut list = self.list_price(of)?;
        if of.wish.buying.kind() == Purchase::Dedicated {
            self.tariff(of.path, Charge::DedicatedRegionHour);
            (list.base, list.source) = self.dedicated(of.wish.name, &list)?;
        }
        let price = self.sum(list.base, list.licence, of.wish.name)?;
        let licence = list.apart.then_some(list.licence);
        Some(Offer { price, later: Vec::new(), coverable: true, licence, source: list.source })
    }

    /// The price of a dedicated instance: the one that was seen, else so many times that of others (PRC-37).
    fn dedicated(&mut self, name: &str, list: &ListPrice) -> Option<(Decimal, PriceSource)> {
        let own = self.scenario.prices.dedicated_factor;
        let listed = catalog::on_demand_price(&self.cast.region, name).map(|listed| self.discounted(listed));
        if let Some((price, seen)) = catalog::dedicated_price(&self.cast.region, name)
            && own.is_none()
            && listed == Some(list.base)
        {
            return Some((self.discounted(price), PriceSource::new("prices of dedicated instances", seen)));
        }
        let price = list.base.times(self.dedicated_factor());
        if price.is_none() {
            let message = format!("this times {}, the price of `{name}`, has too many digits", list.base);
            let help = Some("write for example `dedicated_factor: 1.1`".to_owned());
            self.error(Code::OutOfRange, "prices.dedicated_factor", message, "too many digits", help);
        }
        Some((price?, list.source.clone()))
    }

    pub(super) fn dedicated_factor(&self) -> Decimal {
        self.scenario.prices.dedicated_factor.unwrap_or(catalog::DEDICATED_FACTOR)
    }

    fn sum(&mut self, base: Decimal, licence: Decimal, name: &str) -> Option<Decimal> {
        let sum = base.plus_times(1, licence);
        if sum.is_none() {
            let message = format!("{base} and {licence}, the parts of the price of `{name}`, have too many digits");
            let help = Some("write for example `windows_surcharge_per_vcpu_hour: $0.046`".to_owned());
            self.error(Code::OutOfRange, "windows_surcharge_per_vcpu_hour", message, "too many digits", help);
        }
        sum
    }

    /// What Spot costs a place of the scenario: asked again for each row of a file, so it is remembered.
    pub(super) fn spot_offer(&mut self, of: Asked<'_>) -> Option<Offer> {
        let scenario = self.scenario;
        let path = match of.wish.buying.spot {
            Some(_) => format!("{}.spot", of.path),
            None => "spot".to_owned(),
        };
        let key = (of.wish.name.to_owned(), of.wish.family.system(), path.clone());
        if let Some(known) = self.spot_offers.get(&key) {
            return known.clone();
        }
        let none = SpotPrice::default();
        let said = of.wish.buying.spot.or(scenario.spot.as_ref()).unwrap_or(&none);
        let offer = if let Some(trace) = &said.trace {
            self.spot_trace(&format!("{path}.trace"), trace)
        } else if let Some(price) = said.price {
            Some(own_spot(price, Vec::new()))
        } else if said.source.as_deref() == Some("snapshot") {
            self.spot_of_a_day(of)
        } else {
            self.spot_of_list(of, &path, said.saving)
        };
        self.spot_offers.insert(key, offer.clone());
        offer
    }

    /// The list price less what is saved, as it is said or as the Advisor has it; the licence is paid in full.
    fn spot_of_list(&mut self, of: Asked<'_>, path: &str, saving: Option<u32>) -> Option<Offer> {
        let (hundredths, source) = match saving {
            Some(hundredths) => (hundredths, PriceSource::new("spot of the scenario", "")),
            None => match catalog::spot_saving(&self.cast.region, of.wish.name) {
                Some(percent) => (percent * 100, PriceSource::new("EC2 Spot Instance Advisor", catalog::ADVISOR_DATE)),
                None => {
                    self.no_spot_price(of, "the Spot Instance Advisor's table");
                    return None;
                }
            },
        };
        let list = self.list_price(of)?;
        let source = match &*list.source.name {
            ON_DEMAND => source,
            own => PriceSource::new(&format!("{own}, less what Spot saves"), &list.source.date),
        };
        let paid = Decimal { mantissa: 10_000 - i64::from(hundredths), scale: 4 };
        let Some(base) = list.base.times(paid) else {
            let message = format!("this part of {}, the price of `{}`, has too many digits", list.base, of.wish.name);
            let help = Some("write for example `spot: {price: $0.03}`".to_owned());
            self.error(Code::OutOfRange, path, message, "too many digits", help);
            return None;
        };
        let price = self.sum(base, list.licence, of.wish.name)?;
        Some(Offer { price, later: Vec::new(), coverable: false, licence: None, source })
    }

    fn spot_of_a_day(&mut self, of: Asked<'_>) -> Option<Offer> {
        let Some(base) = catalog::spot_price_of_a_day(&self.cast.region, of.wish.name) else {
            self.no_spot_price(of, "the table of one day, which is of us-east-1,");
            return None;
        };
        let licence = match of.wish.family.system() {
            OperatingSystem::Linux => Decimal::whole(0),
            OperatingSystem::Windows => self.list_price(of)?.licence,
        };
        let price = self.sum(self.discounted(base), licence, of.wish.name)?;
        let source = PriceSource::new("EC2 Spot prices of one day", catalog::SNAPSHOT_DATE);
        Some(Offer { price, later: Vec::new(), coverable: false, licence: None, source })
    }

    fn no_spot_price(&mut self, of: Asked<'_>, table: &str) {
        let message = format!("{table} has no Spot price of `{}` in {}", of.wish.name, self.cast.region);
        let help = "say what it costs: `spot: {saving: 60%}` or `spot: {price: $0.03}`; or choose another type";
        self.error(Code::NoPrice, of.of_type, message, "no Spot price", Some(help.to_owned()));
    }

    /// Prices that hold from a time on.
    fn spot_trace(&mut self, path: &str, trace: &SpotTrace) -> Option<Offer> {
        let mut file = self.csv(&format!("{path}.file"), &trace.file)?;
        let times = self.column(&format!("{path}.time_column"), &file, &trace.time_column);
        let prices = self.column(&format!("{path}.column"), &file, &trace.column);
        let (times, prices) = (times?, prices?);
        let start_ms = self.cast.start_unix_s * 1000;
        let (mut first, mut later, mut before) = (None, Vec::new(), None);
        for row in 0..file.len() {
            let at = match self.time(&mut file, row, times)? {
                Moment::Date(unix_ms) => unix_ms - start_ms,
                Moment::After(ms) => ms,
            };
            let price = self.number(&mut file, row, prices)?;
            if before.is_some_and(|before| at <= before) {
                self.not_later(&mut file, row);
                return None;
            }
            before = Some(at);
            match u64::try_from(at) {
                Ok(after @ 1..) => later.push((SimTime(after), price)),
                _ => first = Some(price), // the last of those that are not later than the start
            }
        }
        let Some(first) = first else {
            let message = format!("`{}` has no price that holds at the start of the run", trace.file);
            let help = Some("let its first row be at the start or before: at second 0, or at `start`".to_owned());
            self.error(Code::TraceTooShort, &format!("{path}.file"), message, "begins too late", help);
            return None;
        };
        later.retain(|(from, _)| *from < self.cast.horizon);
        let mut offer = own_spot(first, later);
        offer.source = PriceSource::new(&trace.file, "");
        Some(offer)
    }

    /// What is said of Spot where it does not belong.
    pub(super) fn check_buying(&mut self, path: &str, buying: Buying<'_>) {
        if buying.spot.is_some() && buying.kind() != Purchase::Spot {
            let message = "`spot` says what Spot instances cost, and these are not bought so";
            let help = Some("add `purchase: spot`, or leave it out".to_owned());
            self.error(Code::Contradiction, &format!("{path}.spot"), message, "not on Spot", help);
        }
    }

    /// A price of Spot for all that nothing of the scenario asks for: surely not meant.
    pub(super) fn unused_spot(&mut self) {
        let is_asked = self.cast.instance_types.rows().iter().any(|role| role.purchase == Purchase::Spot);
        if self.scenario.spot.is_some() && !is_asked && !self.findings.has_errors() {
            let message = "no instance of the scenario is bought on Spot";
            self.warn(Code::WithoutEffect, "spot", message, "not used", "add `purchase: spot`, or leave it out");
        }
    }
}

/// A Spot price of the scenario's own, whole on any system.
fn own_spot(price: Decimal, later: Vec<(SimTime, Decimal)>) -> Offer {
    let source = PriceSource::new("spot of the scenario", "");
    Offer { price, later, coverable: false, licence: None, source }
}
