//! The embedded tables as listings: filtered, sorted, and shown as text, JSON or CSV.

use super::listing::{Cell, Column, Listing};
use crate::catalog::charges::{CHARGES_SOURCE, Charge};
use crate::catalog::fargate::{self, FARGATE_PRICES_SOURCE, SPOT_SAVING_DEFAULT};
use crate::catalog::{self, InstanceType, PRICES_SOURCE, TYPES_SOURCE};
use crate::diag::{nearest, printable};
use crate::units::{Architecture, CpuUnits, Decimal, MebiBytes, OperatingSystem, Resources, divide_half_even};
use std::collections::{BTreeMap, BTreeSet};

/// Which table is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// EC2 instance types.
    Instances,
    /// Sizes that Fargate sells.
    Fargate,
    /// AWS Regions with prices.
    Regions,
    /// On-demand prices of instance types by Region.
    Prices,
    /// What surrounds a cluster, with prices by Region.
    Charges,
}

/// Which rows are wanted. What a table does not know is not asked.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// Names of instance types, or patterns with `*` and `?`; any of them.
    pub types: Vec<String>,
    /// CPU units, both ends included.
    pub cpu: Option<(CpuUnits, CpuUnits)>,
    /// Nominal memory, both ends included.
    pub memory: Option<(MebiBytes, MebiBytes)>,
    /// Processor architecture.
    pub architecture: Option<Architecture>,
    /// Whole GPUs, both ends included.
    pub gpus: Option<(u32, u32)>,
}

/// What is asked of the catalogue.
#[derive(Debug, Clone)]
pub struct Question {
    /// Which table.
    pub table: Table,
    /// Which rows.
    pub filters: Filters,
    /// Region of the prices; of the tables of Regions and prices, several or patterns. Empty: us-east-1, or all.
    pub regions: Vec<String>,
    /// Operating system on Fargate.
    pub system: OperatingSystem,
    /// The column to sort by.
    pub sort: Option<String>,
    /// The greatest first.
    pub reverse: bool,
    /// Columns to show; empty: the usual ones; `all`.
    pub columns: Vec<String>,
}

/// Region of prices where none is named.
const HOME: &str = "us-east-1";

impl Question {
    /// The rows.
    ///
    /// # Errors
    /// What is not known, with the nearest that is.
    pub fn answer(&self) -> Result<Listing, String> {
        for name in &self.filters.types {
            known(name, "instance type", &mut catalog::instance_type_names())?;
        }
        let mut listing = match self.table {
            Table::Instances => self.instances()?,
            Table::Fargate => self.fargate()?,
            Table::Regions => self.all_regions()?,
            Table::Prices => self.prices()?,
            Table::Charges => self.charges()?,
        };
        listing.sort(self.sort.as_deref(), self.reverse)?;
        listing.choose(&self.columns)?;
        Ok(listing)
    }

    /// The one Region of prices.
    fn region(&self, all: &[&'static str]) -> Result<&'static str, String> {
        let asked = self.regions.first().map_or(HOME, String::as_str);
        known(asked, "Region", &mut all.iter().copied())?;
        all.iter()
            .copied()
            .find(|region| *region == asked)
            .ok_or_else(|| format!("error: `{}` is a pattern, and one Region is asked for here\n", printable(asked)))
    }

    fn instances(&self) -> Result<Listing, String> {
        let region = self.region(&catalog::regions())?;
        let prices: BTreeMap<&str, Decimal> = catalog::on_demand_prices()
            .filter(|(of, ..)| *of == region)
            .map(|(_, kind, price)| (kind, price))
            .collect();
        let with_gpus = self.filters.gpus.is_some();
        let mut listing = Listing {
            what: "instance types",
            region: Some(region),
            columns: vec![
                Column::text("type"),
                Column::number("vcpu"),
                Column::number("memory_mib"),
                Column::number("registered_mib"),
                Column::text("arch"),
                Column { shown: with_gpus, ..Column::number("gpus") },
                Column { shown: false, ..Column::number("awsvpc_tasks") },
                Column { shown: false, ..Column::number("awsvpc_tasks_trunking") },
                Column::number("usd_per_hour"),
            ],
            sources: vec![("types", TYPES_SOURCE), ("prices", PRICES_SOURCE)],
            ..Listing::default()
        };
        for kind in catalog::instance_types() {
            listing.of += 1;
            if self.filters.take(&kind) {
                listing.rows.push(instance(&kind, prices.get(kind.name).copied()));
            }
        }
        Ok(listing)
    }

    fn fargate(&self) -> Result<Listing, String> {
        let all: Vec<&str> = fargate::regions().collect();
        let asked = self.regions.first().map_or(HOME, String::as_str);
        if catalog::regions().contains(&asked) && !all.contains(&asked) {
            return Err(format!(
                "error: the catalogue has no Fargate prices of `{asked}`, only those of instances\n\nhelp: `longshore \
                 catalog regions` shows which Regions have them\n"
            ));
        }
        let region = self.region(&all)?;
        let architecture = self.filters.architecture.unwrap_or_default();
        let Some(price) = fargate::price(region, architecture, self.system) else {
            return Err(format!(
                "error: there is no price for Windows on Fargate {}\n\nhelp: it is known in us-east-1, on x86_64 \
                 (PRC-15)\n",
                if region == HOME { "with Arm".to_owned() } else { format!("in {region}") }
            ));
        };
        let spot = price.spot(SPOT_SAVING_DEFAULT);
        let mut listing = Listing {
            what: "sizes",
            region: Some(region),
            columns: vec![
                Column::number("vcpu"),
                Column::number("cpu_units"),
                Column::number("memory_mib"),
                Column::number("usd_per_hour"),
                Column::number("spot_usd_per_hour"),
            ],
            sources: vec![("prices", FARGATE_PRICES_SOURCE), ("spot", "69 % below on-demand, as by default (PRC-20)")],
            ..Listing::default()
        };
        for size in fargate::sizes(self.system) {
            listing.of += 1;
            if self.filters.take_size(size) {
                let number = |value: u32| Cell::Number(Decimal::whole(i64::from(value)));
                listing.rows.push(vec![
                    Cell::Number(vcpus(size.cpu)),
                    number(size.cpu.0),
                    number(size.memory.0),
                    Cell::Number(hour(size, price)),
                    spot.map_or(Cell::Nothing, |spot| Cell::Number(hour(size, spot))),
                ]);
            }
        }
        Ok(listing)
    }

    fn all_regions(&self) -> Result<Listing, String> {
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for (region, ..) in catalog::on_demand_prices() {
            *counts.entry(region).or_default() += 1;
        }
        let all: BTreeSet<&str> = counts.keys().copied().chain(fargate::regions()).collect();
        let wanted = self.wanted_regions(&all)?;
        let rows = wanted.iter().map(|region| {
            let price = |architecture| fargate::price(region, architecture, OperatingSystem::Linux);
            let cell = |price: Option<Decimal>| price.map_or(Cell::Nothing, Cell::Number);
            let x86 = price(Architecture::X86_64);
            vec![
                Cell::Text((*region).to_owned()),
                Cell::Number(Decimal::whole(counts.get(region).copied().unwrap_or(0))),
                cell(x86.map(|price| price.vcpu_hour)),
                cell(x86.map(|price| price.gb_hour)),
                cell(price(Architecture::Arm64).map(|price| price.vcpu_hour)),
                cell(price(Architecture::Arm64).map(|price| price.gb_hour)),
            ]
        });
        Ok(Listing {
            what: "Regions",
            columns: vec![
                Column::text("region"),
                Column::number("instance_types"),
                Column::number("fargate_vcpu_hour"),
                Column::number("fargate_gb_hour"),
                Column { shown: false, ..Column::number("fargate_arm_vcpu_hour") },
                Column { shown: false, ..Column::number("fargate_arm_gb_hour") },
            ],
            rows: rows.collect(),
            of: all.len(),
            sources: vec![("instances", PRICES_SOURCE), ("Fargate", FARGATE_PRICES_SOURCE)],
            ..Listing::default()
        })
    }

    fn prices(&self) -> Result<Listing, String> {
        let all = catalog::regions().into_iter().collect();
        let wanted = self.wanted_regions(&all)?;
        let kinds: BTreeMap<&str, InstanceType> = catalog::instance_types().map(|kind| (kind.name, kind)).collect();
        let mut listing = Listing {
            what: "prices",
            columns: vec![
                Column::text("region"),
                Column::text("type"),
                Column::number("vcpu"),
                Column::number("memory_mib"),
                Column::number("usd_per_hour"),
            ],
            sources: vec![("prices", PRICES_SOURCE)],
            ..Listing::default()
        };
        for (region, name, price) in catalog::on_demand_prices() {
            listing.of += 1;
            let Some(kind) = kinds.get(name).filter(|kind| wanted.contains(region) && self.filters.take(kind)) else {
                continue;
            };
            let number = |value: u32| Cell::Number(Decimal::whole(i64::from(value)));
            listing.rows.push(vec![
                Cell::Text(region.to_owned()),
                Cell::Text(name.to_owned()),
                number(kind.vcpus),
                number(kind.memory.0),
                Cell::Number(price),
            ]);
        }
        Ok(listing)
    }

    fn charges(&self) -> Result<Listing, String> {
        let all = catalog::regions().into_iter().collect();
        let wanted = self.wanted_regions(&all)?;
        let home: BTreeSet<&str> = [HOME].into();
        let wanted = if self.regions.is_empty() { &home } else { &wanted };
        let mut listing = Listing {
            what: "charges",
            columns: vec![
                Column::text("name"),
                Column::text("what"),
                Column::text("unit"),
                Column::text("region"),
                Column::number("from_units"),
                Column::number("usd"),
                Column::text("seen"),
            ],
            sources: vec![("prices", CHARGES_SOURCE), ("Fargate", FARGATE_PRICES_SOURCE)],
            ..Listing::default()
        };
        for charge in Charge::all() {
            for region in wanted {
                let Some((tiers, seen)) = charge.prices(region) else { continue };
                for (from, usd) in tiers {
                    listing.rows.push(vec![
                        Cell::Text(charge.id().to_owned()),
                        Cell::Text(charge.words().to_owned()),
                        Cell::Text(charge.unit().name.to_owned()),
                        Cell::Text((*region).to_owned()),
                        Cell::Number(Decimal::whole(i64::try_from(from).unwrap_or(i64::MAX))),
                        Cell::Number(usd),
                        Cell::Text(seen.to_owned()),
                    ]);
                }
            }
        }
        for region in wanted {
            for price in fargate::named_prices(region) {
                listing.rows.push(vec![
                    Cell::Text(price.name.to_owned()),
                    Cell::Text(price.words.to_owned()),
                    Cell::Text(price.unit.to_owned()),
                    Cell::Text((*region).to_owned()),
                    Cell::Number(Decimal::whole(0)),
                    Cell::Number(price.usd),
                    Cell::Text(fargate::FARGATE_PRICES_DATE.to_owned()),
                ]);
            }
        }
        listing.of = listing.rows.len();
        Ok(listing)
    }

    fn wanted_regions(&self, all: &BTreeSet<&'static str>) -> Result<BTreeSet<&'static str>, String> {
        for region in &self.regions {
            known(region, "Region", &mut all.iter().copied())?;
        }
        let wanted = |region: &str| self.regions.is_empty() || self.regions.iter().any(|one| matches(one, region));
        Ok(all.iter().copied().filter(|region| wanted(region)).collect())
    }
}

fn instance(kind: &InstanceType, price: Option<Decimal>) -> Vec<Cell> {
    let number = |value: u32| Cell::Number(Decimal::whole(i64::from(value)));
    let architecture = match kind.architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "arm64",
    };
    vec![
        Cell::Text(kind.name.to_owned()),
        number(kind.vcpus),
        number(kind.memory.0),
        number(kind.registered().memory.0),
        Cell::Text(architecture.to_owned()),
        number(kind.gpus),
        number(kind.awsvpc_tasks(false)),
        number(kind.awsvpc_tasks(true)),
        price.map_or(Cell::Nothing, Cell::Number),
    ]
}

impl Filters {
    fn take(&self, kind: &InstanceType) -> bool {
        let inside =
            |range: Option<(u32, u32)>, value| range.is_none_or(|(least, most)| (least..=most).contains(&value));
        (self.types.is_empty() || self.types.iter().any(|pattern| matches(pattern, kind.name)))
            && self.architecture.is_none_or(|wanted| wanted == kind.architecture)
            && inside(self.gpus, kind.gpus)
            && self.take_size(Resources { cpu: CpuUnits(kind.vcpus * 1024), memory: kind.memory })
    }

    fn take_size(&self, size: Resources) -> bool {
        self.cpu.is_none_or(|(least, most)| (least..=most).contains(&size.cpu))
            && self.memory.is_none_or(|(least, most)| (least..=most).contains(&size.memory))
    }
}

/// `0.25` for 256 units.
fn vcpus(cpu: CpuUnits) -> Decimal {
    shortest(i128::from(cpu.0) * 1_000_000_000, 1024)
}

/// What a size costs in an hour, in dollars rounded to nano-dollars.
fn hour(size: Resources, price: fargate::FargatePrice) -> Decimal {
    let part = |amount: u32, price: Decimal| {
        divide_half_even(i128::from(amount) * i128::from(price.mantissa) * 1_000_000_000, 1024 * price.divisor())
    };
    let licence = part(size.cpu.0, price.os_licence_vcpu_hour);
    shortest(part(size.cpu.0, price.vcpu_hour) + part(size.memory.0, price.gb_hour) + licence, 1)
}

/// Billionths, divided, without zeros at the end.
fn shortest(billionths: i128, by: i128) -> Decimal {
    let (mut mantissa, mut scale) = (divide_half_even(billionths, by), 9);
    while scale > 0 && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    Decimal { mantissa: i64::try_from(mantissa).unwrap_or(i64::MAX), scale }
}

/// A name has to exist; a pattern may match nothing.
fn known(name: &str, what: &str, all: &mut dyn Iterator<Item = &'static str>) -> Result<(), String> {
    let all: Vec<&str> = all.collect();
    if name.contains(['*', '?']) || all.iter().any(|one| one.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let help = match nearest(name, all.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if what == "Region" => "`longshore catalog regions` lists them".to_owned(),
        None => "a pattern finds several: `'m5*'`".to_owned(),
    };
    Err(format!("error: there is no {what} `{}` in the catalogue\n\nhelp: {help}\n", printable(name)))
}

/// Whether a name is meant by a pattern with `*` for anything and `?` for one character, in any case.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_ascii_lowercase(), name.to_ascii_lowercase());
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None; // after the last `*`, and where its text ends
    while from < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, from));
                at += 1;
            }
            Some(c) if *c == b'?' || *c == name[from] => (at, from) = (at + 1, from + 1),
            _ => match star {
                Some((after, end)) => {
                    star = Some((after, end + 1));
                    (at, from) = (after, end + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, fits) in [
            ("m5.large", "m5.large", true),
            ("M5.*", "m5.large", true),
            ("m5*", "m5dn.24xlarge", true),
            ("*.large", "m5.xlarge", false),
            ("*xlarge", "m5.2xlarge", true),
            ("m?.large", "m5.large", true),
            ("m?.large", "m5a.large", false),
            ("*5*l*e", "m5.large", true),
            ("", "m5.large", false),
            ("*", "m5.large", true),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    /// PRC-13: 0.25 x 0.04048 + 0.5 x 0.004445 = 0.01012 + 0.0022225 = 0.0123425; spot 31% of it: 0.003826175.
    #[test]
    fn a_size_has_its_price() {
        let price = fargate::price("us-east-1", Architecture::X86_64, OperatingSystem::Linux).unwrap();
        let size = Resources::new(256, 512);
        assert_eq!(hour(size, price).to_string(), "0.0123425");
        assert_eq!(hour(size, price.spot(6900).unwrap()).to_string(), "0.003826175");
        assert_eq!((vcpus(CpuUnits(256)).to_string(), vcpus(CpuUnits(2048)).to_string()), ("0.25".into(), "2".into()));
    }
}
