//! On-demand prices of EC2 instances by Region and type.

use super::table::Lines;
use crate::units::Decimal;

/// On-demand prices: `src/catalog/data/ec2-on-demand-prices.csv`.
const PRICES: Lines = Lines(include_str!("data/ec2-on-demand-prices.csv"));

/// Where the on-demand prices come from, and of which day.
pub const PRICES_SOURCE: &str = "AWS price list, Linux, shared tenancy, February 2026 (newest types July 2026)";

/// The day of most of those prices.
pub const PRICES_DATE: &str = "2026-02-07";

/// On-demand price in dollars per hour, Linux, shared tenancy (PRC-32). `None`: not sold there, or not in the table.
pub fn on_demand_price(region: &str, instance_type: &str) -> Option<Decimal> {
    PRICES.find(&[region, instance_type])?.split(',').nth(2)?.parse().ok()
}

/// All prices: Region, instance type, dollars per hour; those of a Region together, in the order of the types.
pub fn on_demand_prices() -> impl Iterator<Item = (&'static str, &'static str, Decimal)> {
    PRICES.rows().filter_map(|row| {
        let mut fields = row.split(',');
        Some((fields.next()?, fields.next()?, fields.next()?.parse().ok()?))
    })
}

/// The Regions that have prices.
pub fn regions() -> Vec<&'static str> {
    let mut regions: Vec<&str> = PRICES.rows().filter_map(|row| row.split(',').next()).collect();
    regions.dedup();
    regions
}

/// Whether a Region has prices.
pub fn knows_region(region: &str) -> bool {
    PRICES.find(&[region]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PRC-32: the catalogue's own spot checks.
    #[test]
    fn prices_are_found() {
        for (name, price) in [
            ("m5.large", "0.096"),
            ("c5.xlarge", "0.17"),
            ("t3.medium", "0.0416"),
            ("t2.micro", "0.0116"),
            ("m6g.large", "0.077"),
        ] {
            assert_eq!(on_demand_price("us-east-1", name).unwrap().to_string(), price, "{name}");
        }
        assert_eq!(on_demand_price("us-east-1", "m5.larg"), None);
        assert_eq!(on_demand_price("us-east", "m5.large"), None);
        assert!(knows_region("eu-central-1") && !knows_region("mars-1"));
        assert_eq!(regions().len(), 28);
        assert_eq!(on_demand_prices().count(), 18_165);
    }
}
