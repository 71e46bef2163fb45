//! What EC2 instances cost that are not bought on demand: reserved for a term, on Spot, on dedicated hardware.

use super::instance_types::instance_type_names;
use super::table::Lines;
use crate::units::Decimal;

/// Reserved prices without payment upfront: `src/catalog/data/ec2-reserved-no-upfront.csv`.
const RESERVED: Lines = Lines(include_str!("data/ec2-reserved-no-upfront.csv"));
/// Average savings of Spot by Region and type: `src/catalog/data/ec2-spot-advisor.csv`.
const ADVISOR: Lines = Lines(include_str!("data/ec2-spot-advisor.csv"));
/// Spot prices of one day: `src/catalog/data/ec2-spot-snapshot-us-east-1.csv`.
const SNAPSHOT: Lines = Lines(include_str!("data/ec2-spot-snapshot-us-east-1.csv"));

/// Where the reserved prices come from.
pub const RESERVED_SOURCE: &str = "AWS price files, Linux, shared tenancy, nothing upfront, April 2025 (ec2.shop)";
/// Their day.
pub const RESERVED_DATE: &str = "2025-04-04";
/// Where the savings of Spot come from.
pub const ADVISOR_SOURCE: &str = "EC2 Spot Instance Advisor, Linux, June 2025 (spotinfo)";
/// Their month.
pub const ADVISOR_DATE: &str = "2025-06";
/// Where the Spot prices of one day come from.
pub const SNAPSHOT_SOURCE: &str = "EC2 Spot prices of one day in us-east-1, August 2023 (ec2-instances-info)";
/// That day, as far as it is known.
pub const SNAPSHOT_DATE: &str = "2023-08-30";
/// The Region of the prices of one day.
pub const SNAPSHOT_REGION: &str = "us-east-1";

/// For how long a commitment is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// A year.
    One,
    /// Three years.
    Three,
}

/// What a reservation may be exchanged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Offering {
    /// Nothing: cheaper. An EC2 Instance Savings Plan is priced like it (PRC-53).
    Standard,
    /// Other types: dearer. A Compute Savings Plan is priced like it (PRC-53).
    Convertible,
}

/// Dollars per hour of a type that is paid for all through a term, with nothing upfront (PRC-51, PRC-52). `None`: not in
/// the table.
pub fn reserved_price(region: &str, instance_type: &str, offering: Offering, term: Term) -> Option<Decimal> {
    let column = match (offering, term) {
        (Offering::Standard, Term::One) => 3,
        (Offering::Standard, Term::Three) => 4,
        (Offering::Convertible, Term::One) => 5,
        (Offering::Convertible, Term::Three) => 6,
    };
    RESERVED.find(&[region, instance_type])?.split(',').nth(column)?.parse().ok()
}

/// By how many per cent Spot is cheaper than on demand on average (PRC-42); 0 is a saving of nothing. `None`: not in the
/// table.
pub fn spot_saving(region: &str, instance_type: &str) -> Option<u32> {
    let saving = ADVISOR.find(&[region, instance_type])?.split(',').nth(2)?.parse().ok()?;
    (saving <= 100).then_some(saving)
}

/// The Spot price of a type on one day in us-east-1 (PRC-44). `None`: not in the table, or another Region.
pub fn spot_price_of_a_day(region: &str, instance_type: &str) -> Option<Decimal> {
    let row = SNAPSHOT.find(&[instance_type]).filter(|_| region == SNAPSHOT_REGION)?;
    row.split(',').nth(2)?.parse().ok()
}

/// By how much dedicated instances are dearer than others, where no price is known (PRC-37).
pub const DEDICATED_FACTOR: Decimal = Decimal { mantissa: 11, scale: 1 };

/// Prices of dedicated instances that were seen: Region, type, dollars per hour, day (PRC-37).
const DEDICATED: [(&str, &str, Decimal, &str); 1] =
    [("us-east-1", "m3.medium", Decimal { mantissa: 74, scale: 3 }, "2025-01")];

/// The price of a dedicated instance and when it was seen, of the few types of which it is known (PRC-37).
pub fn dedicated_price(region: &str, instance_type: &str) -> Option<(Decimal, &'static str)> {
    let of_type = |row: &&(&str, &str, Decimal, &str)| (row.0, row.1) == (region, instance_type);
    DEDICATED.iter().find(of_type).map(|row| (row.2, row.3))
}

/// What Fargate costs under a Compute Savings Plan, as a part of its price on demand (PRC-54).
pub const fn fargate_plan_factor(term: Term) -> Decimal {
    match term {
        Term::One => Decimal { mantissa: 8, scale: 1 },
        Term::Three => Decimal { mantissa: 55, scale: 2 },
    }
}

/// Families whose reservations hold for their own size alone (PRC-58).
const OWN_SIZE_ALONE: [&str; 20] = [
    "g4",
    "g4ad",
    "g4dn",
    "g5",
    "g5g",
    "g6",
    "g6e",
    "g6f",
    "gr6",
    "gr6f",
    "hpc7a",
    "p5",
    "p5e",
    "p5en",
    "inf1",
    "inf2",
    "u7i-12tb",
    "u7i-6tb",
    "u7i-8tb",
    "u7in-16tb",
];

/// The family of a type: `m5` of `m5.large`.
pub fn family(instance_type: &str) -> Option<&str> {
    instance_type.split_once('.').map(|(family, _)| family)
}

/// The size of a type in quarters of the factor by which reservations of a family stand for each other: nano 1, small 4,
/// large 16, and 32 for each xlarge. `None`: a reservation holds for this very type alone (PRC-58).
pub fn normalised_size(instance_type: &str) -> Option<u32> {
    let (family, size) = instance_type.split_once('.')?;
    if OWN_SIZE_ALONE.contains(&family) {
        return None;
    }
    Some(match size {
        "nano" => 1,
        "micro" => 2,
        "small" => 4,
        "medium" => 8,
        "large" => 16,
        "xlarge" => 32,
        "metal" => largest_size(family)?,
        _ => {
            let times = size.strip_suffix("xlarge").or_else(|| size.strip_prefix("metal-")?.strip_suffix("xl"))?;
            times.parse::<u32>().ok().filter(|times| (2..1000).contains(times))? * 32
        }
    })
}

/// Of the sizes of a family that are not bare metal: the hardware has room for one of these.
fn largest_size(family: &str) -> Option<u32> {
    let sizes = instance_type_names().filter_map(|name| name.strip_prefix(family)?.strip_prefix('.'));
    sizes
        .filter(|size| !size.starts_with("metal"))
        .filter_map(|size| normalised_size(&format!("{family}.{size}")))
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(price: Option<Decimal>) -> String {
        price.map(|price| price.to_string()).unwrap_or_default()
    }

    /// PRC-51, PRC-52.
    #[test]
    fn reserved_prices_are_found() {
        let of = |offering, term| text(reserved_price("us-east-1", "m5.large", offering, term));
        assert_eq!(of(Offering::Standard, Term::One), "0.06");
        assert_eq!(of(Offering::Standard, Term::Three), "0.041");
        assert_eq!(of(Offering::Convertible, Term::One), "0.071");
        assert_eq!(of(Offering::Convertible, Term::Three), "0.049");
        assert_eq!(reserved_price("eu-north-1", "m5.large", Offering::Standard, Term::One), None);
    }

    /// PRC-42, PRC-44: m5 sold at 0.49 of its price on demand in the median; a saving of nothing is one.
    #[test]
    fn spot_prices_are_found() {
        assert_eq!(spot_saving("us-east-1", "m5.large"), Some(66));
        assert_eq!(spot_saving("us-east-1", "a1.medium"), Some(0));
        assert_eq!(spot_saving("us-east-1", "x9.large"), None);
        assert_eq!(text(spot_price_of_a_day("us-east-1", "m5.large")), "0.0537");
        assert_eq!(spot_price_of_a_day("us-west-2", "m5.large"), None);
        let mut m5: Vec<Decimal> = SNAPSHOT.rows().filter(|row| row.starts_with("m5.")).filter_map(ratio).collect();
        m5.sort_by_key(|ratio| ratio.times_rounded(1000));
        let of_ten = [m5[(m5.len() - 1) / 2], m5[m5.len() / 2]].map(|ratio| ratio.times_rounded(1000).unwrap());
        assert!(of_ten.iter().all(|ratio| (490..500).contains(ratio)), "{of_ten:?}");
        assert_eq!(SNAPSHOT.rows().count(), 636);
    }

    fn ratio(row: &str) -> Option<Decimal> {
        row.split(',').nth(3)?.parse().ok()
    }

    /// PRC-58: nano 0.25, micro 0.5, small 1, medium 2, large 4, xlarge 8, then 8 per xlarge.
    #[test]
    fn sizes_have_factors() {
        let quarters = |size: &str| normalised_size(&format!("m5.{size}"));
        let sizes = ["nano", "micro", "small", "medium", "large", "xlarge", "2xlarge", "24xlarge"];
        assert_eq!(sizes.map(quarters), [1, 2, 4, 8, 16, 32, 64, 768].map(Some));
        for alone in ["g5.xlarge", "g4dn.xlarge", "inf1.xlarge", "p5.48xlarge", "g4dn.metal", "big", "m5.huge"] {
            assert_eq!(normalised_size(alone), None, "{alone}");
        }
        // EC2 user guide: c5.metal 192, i3.metal 128, c5n.metal 144, m6i.metal 256
        let metal = ["c5.metal", "i3.metal", "c5n.metal", "m6i.metal", "c7i.metal-24xl"].map(normalised_size);
        assert_eq!(metal, [768, 512, 576, 1024, 768].map(Some));
        assert_eq!(family("m6gd.16xlarge"), Some("m6gd"));
    }
}
