//! What something costs, without a scenario: `longshore catalog --price`.

use super::listing::{Cell, Column, Listing};
use crate::catalog::charges::{CHARGES_SOURCE, Charge, Tiers};
use crate::catalog::fargate::{self, FARGATE_PRICES_SOURCE, SPOT_SAVING_DEFAULT};
use crate::catalog::{self, ADVISOR_SOURCE, Offering, PRICES_SOURCE, RESERVED_SOURCE, Term};
use crate::diag::{nearest, printable};
use crate::units::{
    Architecture, Decimal, HOURS_OF_A_MONTH, OperatingSystem, Resources, divide_half_even, parse_cpu, parse_memory,
};

/// Hours of 30 days.
const HOURS_30_DAYS: i64 = 720;
/// Hours of a billing month (PRC-1).
const HOURS_MONTH: i64 = HOURS_OF_A_MONTH as i64;
/// What a root volume has by default, in GiB (PRC-36).
const ROOT_GIB: i64 = 30;

/// The Region of which all is known.
const HOME: &str = "us-east-1";
/// Ways to pay that promise a year or three, with nothing upfront (PRC-51 to PRC-53).
const COMMITTED: [(Offering, Term, &str); 4] = [
    (Offering::Standard, Term::One, "reserved for 1 year, or an EC2 Instance Savings Plan"),
    (Offering::Standard, Term::Three, "reserved for 3 years, or an EC2 Instance Savings Plan"),
    (Offering::Convertible, Term::One, "reserved for 1 year, convertible, or a Compute Savings Plan"),
    (Offering::Convertible, Term::Three, "reserved for 3 years, convertible, or a Compute Savings Plan"),
];

/// What is asked.
#[derive(Debug, Clone)]
pub struct PriceQuestion {
    /// Instance types, `fargate:VCPU:MEMORY`, or names of charges.
    pub items: Vec<String>,
    /// The Region.
    pub region: String,
    /// How many of each.
    pub count: u32,
}

impl PriceQuestion {
    /// A row for each way to pay for each item.
    ///
    /// # Errors
    /// What is not known, with the nearest that is; what has no price there.
    pub fn answer(&self) -> Result<Listing, String> {
        let regions = catalog::regions();
        if !regions.contains(&self.region.as_str()) {
            let hint = nearest(&self.region, regions.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
            let hint = hint.unwrap_or_default();
            return Err(format!(
                "error: there are no prices of the Region `{}`{hint}\n\nhelp: `longshore catalog regions` shows which there are\n",
                printable(&self.region)
            ));
        }
        let mut listing = Listing {
            what: "prices",
            columns: vec![
                Column::text("item"),
                Column::text("how"),
                Column::text("unit"),
                Column::number("usd"),
                Column::number("usd_per_hour"),
                Column::number("usd_30_days"),
                Column::number("usd_730_hours"),
            ],
            sources: vec![
                ("instances", PRICES_SOURCE),
                ("Spot", ADVISOR_SOURCE),
                ("reserved", RESERVED_SOURCE),
                ("Fargate", FARGATE_PRICES_SOURCE),
                ("others", CHARGES_SOURCE),
            ],
            ..Listing::default()
        };
        for item in &self.items {
            if let Some(size) = item.strip_prefix("fargate:") {
                self.fargate(item, size, &mut listing)?;
            } else if catalog::instance_type(item).is_some() {
                self.instance(item, &mut listing)?;
            } else if let Some(charge) = Charge::named(item) {
                self.charge(charge, &mut listing)?;
            } else if let Some(price) = fargate::named_prices(HOME).into_iter().find(|price| price.name == *item) {
                let here = fargate::named_prices(&self.region).into_iter().find(|here| here.name == price.name);
                let has = |region: &&str| fargate::named_prices(region).iter().any(|there| there.name == price.name);
                let here =
                    here.ok_or_else(|| self.none(price.words, &fargate::regions().filter(has).collect::<Vec<_>>()))?;
                self.hourly(&mut listing, here.name, here.words, here.unit, here.usd);
            } else {
                let on_fargate = fargate::named_prices(HOME).into_iter().map(|price| price.name);
                let known = catalog::instance_type_names().chain(Charge::all().map(Charge::id)).chain(on_fargate);
                let hint = nearest(item, known).map(|near| format!("did you mean `{near}`? "));
                return Err(format!(
                    "error: nothing is called `{}`\n\nhelp: {}an item is an instance type, a size on Fargate \
                     (`fargate:0.5:1GB`), or one of `longshore catalog charges`\n",
                    printable(item),
                    hint.unwrap_or_default()
                ));
            }
        }
        listing.of = listing.rows.len();
        Ok(listing)
    }

    fn none(&self, what: &str, regions: &[&str]) -> String {
        let mut known = regions.iter().take(10).copied().collect::<Vec<_>>().join(", ");
        if regions.len() > 10 {
            known = format!("{known}, …");
        }
        format!(
            "error: no price is known for {what} in {}\n\nhelp: there is one for {known}; ask for one of these with \
             `--region`. A scenario may say its own: `prices: {{items: …}}`\n",
            self.region
        )
    }

    fn instance(&self, name: &str, listing: &mut Listing) -> Result<(), String> {
        let priced = || catalog::on_demand_prices().filter(|(_, of, _)| *of == name).map(|(region, ..)| region);
        let price = catalog::on_demand_price(&self.region, name);
        let price = price.ok_or_else(|| self.none(name, &priced().collect::<Vec<_>>()))?;
        self.hourly(listing, name, "on-demand", "instance-hours", price);
        if let Some(saving) = catalog::spot_saving(&self.region, name) {
            let how = format!("Spot at {saving} % off, as the Advisor has it");
            self.hourly(listing, name, &how, "instance-hours", price.share(10_000 - saving * 100));
        }
        for (offering, term, how) in COMMITTED {
            if let Some(price) = catalog::reserved_price(&self.region, name, offering, term) {
                self.hourly(listing, name, how, "instance-hours", price);
            }
        }
        if let Some((tiers, _)) = Charge::EbsGp3.prices(&self.region) {
            let month = times(tiers[0].1, ROOT_GIB, 1);
            self.monthly(listing, name, "its root volume, 30 GiB gp3", "months", month);
        }
        Ok(())
    }

    fn fargate(&self, item: &str, size: &str, listing: &mut Listing) -> Result<(), String> {
        let wrong = |reason: String| {
            format!(
                "error: `{}` is no size on Fargate: {reason}\n\nhelp: write vCPUs and memory: `fargate:0.5:1GB`\n",
                printable(item)
            )
        };
        let (cpu, memory) = size.split_once(':').ok_or_else(|| wrong("two parts are wanted".to_owned()))?;
        let vcpus = if cpu.parse::<Decimal>().is_ok() { format!("{cpu} vCPU") } else { cpu.to_owned() };
        let cpu = parse_cpu(&vcpus).map_err(|error| wrong(error.0))?;
        let memory = parse_memory(memory).map_err(|error| wrong(error.0))?;
        if let Some(problem) = fargate::problem(cpu, memory, OperatingSystem::Linux) {
            return Err(wrong(problem.message));
        }
        let of = Resources { cpu, memory };
        for architecture in [Architecture::X86_64, Architecture::Arm64] {
            let Some(price) = fargate::price(&self.region, architecture, OperatingSystem::Linux) else {
                return Err(self.none("Fargate", &fargate::regions().collect::<Vec<_>>()));
            };
            let name = |how: &str| format!("{how}, Linux/{architecture}");
            self.hourly(listing, item, &name("on-demand"), "task-hours", hour(of, price));
            if let Some(spot) = price.spot(SPOT_SAVING_DEFAULT) {
                self.hourly(listing, item, &name("Spot at 69 % off"), "task-hours", hour(of, spot));
            }
        }
        Ok(())
    }

    fn charge(&self, charge: Charge, listing: &mut Listing) -> Result<(), String> {
        let (tiers, _): (Tiers, _) =
            charge.prices(&self.region).ok_or_else(|| self.none(charge.words(), &charge.regions()))?;
        for (from, price) in tiers {
            let how = if from == 0 { charge.words().to_owned() } else { format!("{}, from {from} on", charge.words()) };
            match charge.unit().name {
                unit if unit.ends_with("hours") => self.hourly(listing, charge.id(), &how, unit, price),
                unit if unit.ends_with("months") => self.monthly(listing, charge.id(), &how, unit, price),
                unit => {
                    let cells = [Cell::Number(price), Cell::Nothing, Cell::Nothing, Cell::Nothing];
                    row(listing, charge.id(), &how, unit, cells);
                }
            }
        }
        Ok(())
    }

    fn hourly(&self, listing: &mut Listing, item: &str, how: &str, unit: &str, price: Decimal) {
        let all = |hours: i64| Cell::Number(times(price, hours * i64::from(self.count), 1));
        row(listing, item, how, unit, [Cell::Number(price), all(1), all(HOURS_30_DAYS), all(HOURS_MONTH)]);
    }

    fn monthly(&self, listing: &mut Listing, item: &str, how: &str, unit: &str, price: Decimal) {
        let count = i64::from(self.count);
        let all = |hours: i64| Cell::Number(times(price, hours * count, HOURS_MONTH));
        row(listing, item, how, unit, [Cell::Number(price), all(1), all(HOURS_30_DAYS), all(HOURS_MONTH)]);
    }
}

fn row(listing: &mut Listing, item: &str, how: &str, unit: &str, numbers: [Cell; 4]) {
    let mut cells = vec![Cell::Text(item.to_owned()), Cell::Text(how.to_owned()), Cell::Text(unit.to_owned())];
    cells.extend(numbers);
    listing.rows.push(cells);
}

/// `price × above / below`, rounded half to even to nine decimals.
fn times(price: Decimal, above: i64, below: i64) -> Decimal {
    let nanos = i128::from(price.mantissa) * i128::from(above) * 1_000_000_000;
    let rounded = divide_half_even(nanos, price.divisor() * i128::from(below));
    Decimal { mantissa: i64::try_from(rounded).unwrap_or(i64::MAX), scale: 9 }.shortest()
}

/// A task for an hour.
fn hour(of: Resources, price: fargate::FargatePrice) -> Decimal {
    let part = |price: Decimal, amount: u32| i128::from(times(price, i64::from(amount), 1024).nanos());
    let nanos = part(price.vcpu_hour, of.cpu.0) + part(price.gb_hour, of.memory.0);
    Decimal { mantissa: i64::try_from(nanos).unwrap_or(i64::MAX), scale: 9 }.shortest()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.5 vCPU and 1 GB: 0.5 × 0.04048 + 0.004445 = 0.024685; m5.large: 0.096, for three 0.288, 720 h 207.36; its root
    /// volume 30 × 0.08 = 2.40 a month.
    #[test]
    fn what_things_cost() {
        let ask = |items: &[&str], count| {
            let items = items.iter().map(|item| (*item).to_owned()).collect();
            PriceQuestion { items, region: "us-east-1".to_owned(), count }.answer().map(|listing| listing.csv())
        };
        let of_fargate = ask(&["fargate:0.5:1GB"], 1).unwrap();
        assert!(of_fargate.contains("0.024685"), "{of_fargate}");
        let three = ask(&["m5.large"], 3).unwrap();
        assert!(three.contains("0.096,0.288,207.36,210.24") && three.contains("months,2.4,"), "{three}");
        assert!(ask(&["nat_gb"], 1).unwrap().contains("0.045"));
        assert!(ask(&["m5.larg"], 1).unwrap_err().contains("did you mean `m5.large`"));
        assert!(ask(&["fargate:0.5:9GB"], 1).is_err());
    }
}
