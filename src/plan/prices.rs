//! What things cost: the scenario's own price of a name, else the table's; what has neither is refused (PRC-4).

use super::builder::Builder;
use crate::catalog;
use crate::catalog::charges::{BYTES_PER_GB, Charge, MONTH_MS, Tiers};
use crate::cost::{Category, FARGATE_PRICES, Part, PriceSource, Tariff};
use crate::diag::{Code, Finding};
use crate::scenario::{RootVolume, Volume};
use crate::units::{Decimal, HOURS_OF_A_MONTH, MOST_USD};
use serde::Deserialize;
use std::collections::BTreeMap;

const HOUR_MS: u128 = 3_600_000;
/// Root volume of the ECS-optimised AMI (PRC-36).
const ROOT_GIB: u64 = 30;
/// Custom metrics that detailed monitoring is charged as (PRC-34).
const DETAILED_METRICS: u64 = 7;
const TOO_DEAR: &str = "prices are 0 to 1000000 dollars";
/// The columns of a file of prices.
const PRICE_COLUMNS: [&str; 5] = ["name", "usd", "region", "from", "date"];
/// Where the tables of charges come from.
const TABLE: &str = "table of charges";

/// A row of a file of prices.
#[derive(Debug, Clone)]
struct PriceRow {
    name: String,
    usd: Decimal,
    region: Option<String>,
    from: u64,
    date: String,
}

/// The same in JSON.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonPrice {
    name: String,
    usd: serde_json::Number,
    region: Option<String>,
    #[serde(default)]
    from: u64,
    date: Option<String>,
}

/// What an entry says that its instances bring along.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Along<'a> {
    pub(super) root_volume: Option<&'a RootVolume>,
    pub(super) volumes: &'a [Volume],
    pub(super) detailed_monitoring: bool,
    pub(super) public_ipv4: bool,
}

impl Builder<'_> {
    /// Reads the file of own prices, if there is one; before any price is asked for.
    pub(super) fn price_file(&mut self) {
        let Some(name) = self.scenario.prices.file.clone() else { return };
        let path = "prices.file";
        let rows = if name.to_ascii_lowercase().ends_with(".json") {
            self.prices_from_json(path, &name)
        } else {
            self.prices_from_csv(path, &name)
        };
        let region = self.cast.region.clone();
        self.regions_of_prices(path, &name, &rows);
        let mut lists: BTreeMap<String, Vec<PriceRow>> = BTreeMap::new();
        for row in rows.into_iter().filter(|row| row.region.as_deref().is_none_or(|of| of.is_empty() || of == region)) {
            lists.entry(row.name.clone()).or_default().push(row);
        }
        for (of, mut list) in lists {
            list.sort_by_key(|row| row.from);
            // what is said for the Region alone comes before what is said for all
            if list.iter().any(|row| row.region.is_some()) {
                list.retain(|row| row.region.is_some());
            }
            let bad = list.windows(2).any(|pair| pair[0].from == pair[1].from) || list[0].from != 0;
            if bad {
                let message = format!("`{of}` has no price from 0 on, or two from the same number on, in `{name}`");
                let help = Some("one row for each price, the first `from` 0".to_owned());
                self.error(Code::BadTableValue, path, message, "this file", help);
                continue;
            }
            if list.len() > 1 && !takes_tiers(&of) {
                let message =
                    format!("`{of}` has one price here, however much the month has seen of it, and `{name}` several");
                let help = Some("write one row for it, without `from`".to_owned());
                self.error(Code::BadTableValue, path, message, "this file", help);
                continue;
            }
            if !self.is_price_name(&of) {
                let message = format!("`{name}` has a price for `{of}`, which is nothing that is billed here");
                let help =
                    "names are instance types, those of Fargate's prices, and those of `longshore catalog charges`";
                self.warn(Code::WithoutEffect, path, message, "this file", help);
            }
            let date = list.iter().map(|row| row.date.as_str()).max().unwrap_or_default().to_owned();
            let tiers = list.iter().map(|row| (row.from, row.usd)).collect();
            self.own_prices.insert(of, (tiers, PriceSource::new(&name, &date)));
        }
    }

    /// Warns of rows for a Region that is none: nothing takes them.
    fn regions_of_prices(&mut self, path: &str, name: &str, rows: &[PriceRow]) {
        let known = catalog::regions();
        let is_known = |of: &str| of.is_empty() || known.contains(&of) || of == self.cast.region;
        let Some(other) = rows.iter().filter_map(|row| row.region.as_deref()).find(|of| !is_known(of)) else { return };
        let message = format!("`{name}` has prices for the Region `{other}`, which nobody knows");
        let help = match crate::diag::nearest(other, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write it as AWS does, such as `eu-west-1`; rows without one are for all".to_owned(),
        };
        self.warn(Code::WithoutEffect, path, message, "this file", &help);
    }

    fn prices_from_csv(&mut self, path: &str, name: &str) -> Vec<PriceRow> {
        let Some(mut file) = self.csv(path, name) else { return Vec::new() };
        let (Some(names), Some(usd)) = (self.column(path, &file, "name"), self.column(path, &file, "usd")) else {
            return Vec::new();
        };
        let place = |heading: &str| file.headings().iter().position(|known| known == heading);
        let (region, from, date) = (place("region"), place("from"), place("date"));
        let unknown = file.headings().iter().find(|known| !PRICE_COLUMNS.contains(&known.as_str())).cloned();
        if let Some(unknown) = unknown {
            let message = format!("the column `{unknown}` of `{name}` is not used");
            let near = crate::diag::nearest(&unknown, PRICE_COLUMNS);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("columns are `{}`", PRICE_COLUMNS.join("`, `")),
            };
            self.warn(Code::WithoutEffect, path, message, "this file", &help);
        }
        let mut rows = Vec::new();
        for row in 0..file.len() {
            let text = |column: Option<usize>| column.map(|column| file.field(row, column).to_owned());
            let (region, date) = (text(region).filter(|of| !of.is_empty()), text(date).unwrap_or_default());
            let name = file.field(row, names).to_owned();
            let Some(usd) = self.number(&mut file, row, usd) else { continue };
            if usd.compare(Decimal::whole(MOST_USD)).is_gt() {
                self.bad_value(&mut file, row, format!("${usd} is too dear"), TOO_DEAR);
                continue;
            }
            let from = match from {
                Some(column) if !file.field(row, column).is_empty() => {
                    let Some(number) = self.number(&mut file, row, column) else { continue };
                    match number.times_exact(1).map(u64::try_from) {
                        Some(Ok(from)) => from,
                        _ => {
                            let help = "write how many whole units a month are cheaper: `10240`";
                            self.bad_value(&mut file, row, format!("`from` is no whole number: `{number}`"), help);
                            continue;
                        }
                    }
                }
                _ => 0,
            };
            rows.push(PriceRow { name, usd, region, from, date });
        }
        self.not_reported(path, &file);
        rows
    }

    fn prices_from_json(&mut self, path: &str, name: &str) -> Vec<PriceRow> {
        let read = self.files.read(name);
        let parsed = read.and_then(|bytes| {
            let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
            let rows: Vec<JsonPrice> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
            let row = |row: JsonPrice| {
                let usd = row.usd.to_string().parse().map_err(|_| format!("`{}` is no price", row.usd))?;
                let (region, from, date) = (row.region, row.from, row.date.unwrap_or_default());
                Ok(PriceRow { name: row.name, usd, region, from, date })
            };
            rows.into_iter().map(row).collect::<Result<Vec<_>, String>>()
        });
        match parsed {
            Ok(rows) => {
                let is_bad =
                    |row: &&PriceRow| row.usd.mantissa < 0 || row.usd.compare(Decimal::whole(MOST_USD)).is_gt();
                let Some(bad) = rows.iter().find(is_bad) else { return rows };
                let message = format!("`{name}` has ${} for `{}`, which is no price", bad.usd, bad.name);
                self.error(Code::BadTableValue, path, message, "this file", Some(TOO_DEAR.to_owned()));
                Vec::new()
            }
            Err(reason) => {
                let help = r#"a list is wanted: `[{"name": "nat_hour", "usd": 0.045, "region": "us-east-1"}]`"#;
                let message = format!("`{name}` is no list of prices: {reason}");
                self.error(Code::FileUnreadable, path, message, "this file", Some(help.to_owned()));
                Vec::new()
            }
        }
    }

    fn is_price_name(&self, name: &str) -> bool {
        Charge::named(name).is_some()
            || catalog::instance_type(name).is_some()
            || FARGATE_PRICES.contains(&name)
            || self.scenario.instance_types.contains_key(name)
    }

    /// The scenario's own prices of a name, by what was used in the month.
    pub(super) fn own_tiers(&mut self, name: &str) -> Option<(Tiers, PriceSource)> {
        let prices = &self.scenario.prices;
        if let Some(price) = prices.items.get(name) {
            self.prices_used.insert(name.to_owned());
            let source = PriceSource::new("prices of the scenario", prices.date.as_deref().unwrap_or_default());
            return Some((vec![(0, price.0)], source));
        }
        self.own_prices.get(name).cloned()
    }

    /// The scenario's own price of a name.
    pub(super) fn own_price(&mut self, name: &str) -> Option<(Decimal, PriceSource)> {
        self.own_tiers(name).map(|(tiers, source)| (tiers[0].1, source))
    }

    /// What is paid of a table's price (PRC-4).
    pub(super) fn discounted(&self, price: Decimal) -> Decimal {
        price.share(10_000 - self.scenario.prices.discount.unwrap_or(0).min(10_000))
    }

    /// Hours of a billing month (PRC-1).
    pub(super) fn month_hours(&self) -> u32 {
        self.scenario.prices.month_hours.unwrap_or(HOURS_OF_A_MONTH)
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
        if unit.of_month {
            unit.per = unit.per / MONTH_MS * u128::from(self.month_hours()) * HOUR_MS;
        }
        let own = self.own_tiers(charge.id());
        let known = own.or_else(|| {
            let (tiers, seen) = charge.prices(&self.cast.region)?;
            let tiers = tiers.into_iter().map(|(from, price)| (from, self.discounted(price))).collect();
            Some((tiers, PriceSource::new(TABLE, seen)))
        });
        if let Some((mut tiers, source)) = known {
            if charge == Charge::InternetGb {
                beyond_what_is_free(&mut tiers, self.internet_free());
            }
            self.tariffs.insert(charge, Tariff { unit, tiers, source });
            return;
        }
        self.without_price.insert(charge);
        let (id, words, region) = (charge.id(), charge.words(), self.cast.region.as_str());
        let message = format!("no price is known for {words} in {region}");
        let mut help =
            format!("add `prices: {{items: {{{id}: $…}}}}`; the table has it for {}", charge.regions().join(", "));
        if !catalog::knows_region(region)
            && let Some(near) = crate::diag::nearest(region, catalog::regions())
        {
            help = format!("did you mean the Region `{near}`? else {help}");
        }
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

    /// Own prices that nothing of the run has: surely not meant.
    pub(super) fn unused_prices(&mut self) {
        let names: Vec<&String> = self.scenario.prices.items.keys().collect();
        for name in names {
            if self.prices_used.contains(name) {
                continue;
            }
            let path = format!("prices.items.{name}");
            if self.is_price_name(name) {
                let finding = Finding::warning(Code::WithoutEffect, format!("nothing in this scenario costs `{name}`"))
                    .at(self.tree.nearest_span(&path), "not used")
                    .path(path)
                    .help("leave it out, or declare what it is for");
                self.findings.push(finding);
            } else {
                let charges = Charge::all().map(Charge::id);
                let known: Vec<&str> = charges.chain(FARGATE_PRICES).chain(catalog::instance_type_names()).collect();
                self.dangling(&path, "price", name, known);
            }
        }
    }
}

/// Lets tiers begin beyond what is free, unless they say by themselves what is (PRC-65).
fn beyond_what_is_free(tiers: &mut Tiers, free: u64) {
    if free > 0 && tiers[0].1.mantissa > 0 {
        for (from, _) in &mut *tiers {
            *from = from.saturating_add(free);
        }
        tiers.insert(0, (0, Decimal::whole(0)));
    }
}

/// Whether the price of a name may depend on what the month has seen of it: not that of instances, of Fargate, and of what
/// each instance or load balancer brings along.
fn takes_tiers(name: &str) -> bool {
    use Charge as C;
    let is_of_each = |charge| {
        matches!(
            charge,
            C::AlbHour | C::AlbLcu | C::NlbHour | C::NlbLcu | C::ClbHour | C::ClbGb | C::DedicatedRegionHour
        ) || Category::of(charge) == Category::Volumes
    };
    Charge::named(name).is_some_and(|charge| !is_of_each(charge))
}
