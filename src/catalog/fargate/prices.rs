//! What Fargate costs, by Region, architecture and operating system.

use super::super::table::Lines;
use crate::units::{Architecture, Decimal, OperatingSystem, divide_half_even};

/// Linux prices (PRC-17): `src/catalog/data/fargate-prices.csv`.
const PRICES: Lines = Lines(include_str!("../data/fargate-prices.csv"));

/// Where the Fargate prices come from, and of which day.
pub const FARGATE_PRICES_SOURCE: &str = "AWS pricing page, Linux, January 2021 (us-east-1 seen unchanged in October \
    2026, us-west-2 and ap-northeast-1 in 2025); Arm in us-east-1 and sa-east-1 as published, elsewhere derived from \
    x86; storage outside us-east-1 in the ratio of x86 vCPUs; Windows in us-east-1 alone";

/// The day of most of those prices.
pub const FARGATE_PRICES_DATE: &str = "2021-01";

/// The Region whose Windows and storage prices are known, and by which those of storage elsewhere are scaled.
const HOME: &str = "us-east-1";

/// A vCPU-hour, a GB-hour and the licence for a vCPU-hour on Windows, in [`HOME`] (PRC-15).
const WINDOWS: [Decimal; 3] =
    [Decimal { mantissa: 915, scale: 4 }, Decimal { mantissa: 1, scale: 2 }, Decimal { mantissa: 46, scale: 3 }];

/// A GB-hour of storage beyond what is included, in [`HOME`] (PRC-16).
const STORAGE: Decimal = Decimal { mantissa: 111, scale: 6 };

/// How much ephemeral storage a task has without paying for it, in GB (PRC-16).
pub const STORAGE_INCLUDED_GB: u32 = 20;

/// What Spot saves where a scenario says nothing, in hundredths of a percent (PRC-20).
pub const SPOT_SAVING_DEFAULT: u32 = 6900;

/// The least and the most that Spot was seen to save, rounded, in hundredths of a percent (PRC-20).
pub const SPOT_SAVING_SEEN: (u32, u32) = (6000, 7000);

/// What Fargate costs, in dollars. A GB is 1,024 MiB of a task's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FargatePrice {
    /// A vCPU for an hour.
    pub vcpu_hour: Decimal,
    /// A GB of memory for an hour.
    pub gb_hour: Decimal,
    /// The licence of the operating system for a vCPU-hour, on top: 0 on Linux (PRC-15).
    pub os_licence_vcpu_hour: Decimal,
    /// A GB of ephemeral storage beyond [`STORAGE_INCLUDED_GB`] for an hour (PRC-16).
    pub storage_gb_hour: Decimal,
    /// The operating system that it is for.
    pub system: OperatingSystem,
    /// Whether it is a price of Fargate Spot.
    pub is_spot: bool,
}

impl FargatePrice {
    /// The price on Fargate Spot: on-demand less the saving, in hundredths of a percent and at most 10,000, exactly
    /// (PRC-20). The saving is on vCPUs and memory; storage keeps its price, since no other is published. `None` on
    /// Windows, which Spot does not run (PRC-19, ECS-710).
    pub fn spot(&self, saving: u32) -> Option<Self> {
        if self.system == OperatingSystem::Windows {
            return None;
        }
        let paid = 10_000_u32.saturating_sub(saving);
        let share = |price: Decimal| price.share(paid);
        Some(Self { vcpu_hour: share(self.vcpu_hour), gb_hour: share(self.gb_hour), is_spot: true, ..*self })
    }
}

/// What Fargate costs in a Region. `None` where no price is known: a Region that is not in the table (PRC-17), Windows
/// anywhere but in us-east-1 (PRC-15), Windows on Arm, which is not sold. Nothing is guessed: whoever asks must refuse,
/// or be told a price by the scenario.
///
/// Storage outside us-east-1 is recalled and not read (PRC-16): us-east-1's price in the ratio of the Region's x86
/// vCPU-hour to that of us-east-1, rounded half to even to a millionth of a dollar, as the price is printed.
pub fn price(region: &str, architecture: Architecture, system: OperatingSystem) -> Option<FargatePrice> {
    let [x86_vcpu, x86_gb, arm_vcpu, arm_gb] = linux_prices(region)?;
    let none = Decimal::whole(0);
    let (vcpu_hour, gb_hour, os_licence_vcpu_hour) = match (system, architecture) {
        (OperatingSystem::Linux, Architecture::X86_64) => (x86_vcpu, x86_gb, none),
        (OperatingSystem::Linux, Architecture::Arm64) => (arm_vcpu, arm_gb, none),
        (OperatingSystem::Windows, Architecture::X86_64) if region == HOME => (WINDOWS[0], WINDOWS[1], WINDOWS[2]),
        (OperatingSystem::Windows, _) => return None,
    };
    let storage_gb_hour = in_ratio(STORAGE, x86_vcpu, linux_prices(HOME)?[0]);
    Some(FargatePrice { vcpu_hour, gb_hour, os_licence_vcpu_hour, storage_gb_hour, system, is_spot: false })
}

/// The Regions that have Fargate prices. They are not those that have prices of instances.
pub fn regions() -> impl Iterator<Item = &'static str> {
    PRICES.rows().filter_map(|row| row.split(',').next())
}

/// Whether a Region has Fargate prices, for Linux at least.
pub fn knows_region(region: &str) -> bool {
    PRICES.find(&[region]).is_some()
}

/// x86 vCPU-hour and GB-hour, then the same on Arm.
fn linux_prices(region: &str) -> Option<[Decimal; 4]> {
    let mut fields = PRICES.find(&[region])?.split(',').skip(1);
    let mut next = || fields.next()?.parse().ok();
    Some([next()?, next()?, next()?, next()?])
}

/// `price × above / below`, rounded half to even to the digits of `price`.
fn in_ratio(price: Decimal, above: Decimal, below: Decimal) -> Decimal {
    let dividend = i128::from(price.mantissa) * i128::from(above.mantissa) * below.divisor();
    let rounded = divide_half_even(dividend, i128::from(below.mantissa) * above.divisor());
    Decimal { mantissa: i64::try_from(rounded).unwrap_or(i64::MAX), scale: price.scale }.shortest()
}

/// A price by the name that it has in scenarios and files of prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedPrice {
    /// The name: `fargate_arm_vcpu_hour`.
    pub name: &'static str,
    /// What it is, for people.
    pub words: &'static str,
    /// What it is for.
    pub unit: &'static str,
    /// Dollars.
    pub usd: Decimal,
}

/// All prices of a Region that a scenario may give itself; those of Spot at the saving that is taken by default.
pub fn named_prices(region: &str) -> Vec<NamedPrice> {
    use {Architecture as A, OperatingSystem as S};
    let of = |architecture, system| price(region, architecture, system);
    let (x86, arm, windows) = (of(A::X86_64, S::Linux), of(A::Arm64, S::Linux), of(A::X86_64, S::Windows));
    let spot = |of: Option<FargatePrice>| of?.spot(SPOT_SAVING_DEFAULT);
    let vcpu = |of: Option<FargatePrice>| Some(of?.vcpu_hour);
    let gb = |of: Option<FargatePrice>| Some(of?.gb_hour);
    let (vcpus, gbs) = ("vcpu-hours", "gb-hours");
    let all = [
        ("fargate_vcpu_hour", "Fargate, vCPU", vcpus, vcpu(x86)),
        ("fargate_gb_hour", "Fargate, GB of memory", gbs, gb(x86)),
        ("fargate_arm_vcpu_hour", "Fargate on Arm, vCPU", vcpus, vcpu(arm)),
        ("fargate_arm_gb_hour", "Fargate on Arm, GB of memory", gbs, gb(arm)),
        ("fargate_spot_vcpu_hour", "Fargate Spot, vCPU, 69 % off", vcpus, vcpu(spot(x86))),
        ("fargate_spot_gb_hour", "Fargate Spot, GB of memory, 69 % off", gbs, gb(spot(x86))),
        ("fargate_spot_arm_vcpu_hour", "Fargate Spot on Arm, vCPU, 69 % off", vcpus, vcpu(spot(arm))),
        ("fargate_spot_arm_gb_hour", "Fargate Spot on Arm, GB of memory, 69 % off", gbs, gb(spot(arm))),
        ("fargate_windows_vcpu_hour", "Fargate with Windows, vCPU", vcpus, vcpu(windows)),
        ("fargate_windows_gb_hour", "Fargate with Windows, GB of memory", gbs, gb(windows)),
        (
            "fargate_windows_licence_vcpu_hour",
            "Fargate with Windows, licence for a vCPU",
            vcpus,
            windows.map(|of| of.os_licence_vcpu_hour),
        ),
        ("fargate_storage_gb_hour", "Fargate, GB of ephemeral storage above 20", gbs, x86.map(|of| of.storage_gb_hour)),
    ];
    all.into_iter().filter_map(|(name, words, unit, usd)| Some(NamedPrice { name, words, unit, usd: usd? })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Architecture::{Arm64, X86_64};
    use OperatingSystem::{Linux, Windows};

    fn texts(price: FargatePrice) -> [String; 4] {
        [price.vcpu_hour, price.gb_hour, price.os_licence_vcpu_hour, price.storage_gb_hour].map(|one| one.to_string())
    }

    fn linux(region: &str, architecture: Architecture) -> [String; 4] {
        texts(price(region, architecture, Linux).unwrap())
    }

    /// PRC-13, PRC-14, PRC-16.
    #[test]
    fn prices_of_us_east_1() {
        assert_eq!(linux("us-east-1", X86_64), ["0.04048", "0.004445", "0", "0.000111"]);
        assert_eq!(linux("us-east-1", Arm64), ["0.03238", "0.00356", "0", "0.000111"]);
    }

    /// PRC-15: Windows in us-east-1, on x86; no figure for anywhere else, so none is given.
    #[test]
    fn prices_of_windows() {
        assert_eq!(texts(price("us-east-1", X86_64, Windows).unwrap()), ["0.0915", "0.01", "0.046", "0.000111"]);
        assert_eq!(price("us-east-1", Arm64, Windows), None);
        assert_eq!(price("eu-west-1", X86_64, Windows), None);
    }

    /// PRC-17.
    #[test]
    fn prices_of_other_regions() {
        for (region, vcpu, gb) in [
            ("us-east-2", "0.04048", "0.004445"),
            ("us-west-2", "0.04048", "0.004445"),
            ("eu-west-1", "0.04048", "0.004445"),
            ("eu-central-1", "0.04656", "0.00511"),
            ("ap-southeast-1", "0.05056", "0.00553"),
            ("ap-northeast-1", "0.05056", "0.00553"),
            ("sa-east-1", "0.0696", "0.0076"),
        ] {
            assert_eq!(linux(region, X86_64)[..2], [vcpu, gb], "{region}");
        }
        assert_eq!(price("eu-south-2", X86_64, Linux), None);
        assert_eq!(price("us-east", X86_64, Linux), None);
        assert_eq!(price("", X86_64, Linux), None);
        assert!(knows_region("us-gov-west-1") && !knows_region("mars-1"));
        assert_eq!(regions().count(), 22);
        assert!(regions().all(|region| Architecture::ALL.iter().all(|one| price(region, *one, Linux).is_some())));
    }

    /// PRC-14, PRC-17: Arm is 80% of x86, within 1% where AWS publishes it.
    #[test]
    fn arm_costs_four_fifths() {
        assert_eq!(linux("eu-central-1", Arm64)[..2], ["0.037248", "0.004088"]); // 0.8 x 0.04656, 0.8 x 0.00511
        assert_eq!(linux("sa-east-1", Arm64)[..2], ["0.0557", "0.00612"]); // published; 0.8 x 0.0696 = 0.05568
        for region in regions() {
            let [x86, arm] = Architecture::ALL.map(|one| price(region, one, Linux).unwrap());
            for (x86, arm) in [(x86.vcpu_hour, arm.vcpu_hour), (x86.gb_hour, arm.gb_hour)] {
                // 1,000 x arm / x86, from 792 to 808
                let promille =
                    i128::from(arm.mantissa) * x86.divisor() * 1000 / (i128::from(x86.mantissa) * arm.divisor());
                assert!((792..=808).contains(&promille), "{region}: {arm} of {x86}");
            }
        }
    }

    /// PRC-16: 0.000111 x the Region's x86 vCPU-hour / 0.04048.
    #[test]
    fn storage_follows_the_region() {
        assert_eq!(linux("us-west-2", X86_64)[3], "0.000111"); // the same vCPU-hour
        assert_eq!(linux("eu-central-1", Arm64)[3], "0.000128"); // x 0.04656 / 0.04048 = 0.00012767
        assert_eq!(linux("ap-northeast-1", X86_64)[3], "0.000139"); // x 0.05056 / 0.04048 = 0.00013864; quoted 0.00014
        assert_eq!(linux("sa-east-1", X86_64)[3], "0.000191"); // x 0.0696 / 0.04048 = 0.00019085
    }

    /// PRC-19, PRC-20, ECS-710.
    #[test]
    fn spot_is_on_demand_less_the_saving() {
        let spot =
            |region, architecture, saving| texts(price(region, architecture, Linux).unwrap().spot(saving).unwrap());
        // 31% of 0.04048 = 0.0125488, of 0.004445 = 0.00137795; storage has no saving
        assert_eq!(spot("us-east-1", X86_64, SPOT_SAVING_DEFAULT), ["0.0125488", "0.00137795", "0", "0.000111"]);
        // 30% of 0.03238 = 0.009714, of 0.00356 = 0.001068
        assert_eq!(spot("us-east-1", Arm64, 7000), ["0.009714", "0.001068", "0", "0.000111"]);
        // 39.25% of 0.05056 = 0.0198448, of 0.00553 = 0.002170525
        assert_eq!(spot("ap-northeast-1", X86_64, 6075)[..2], ["0.0198448", "0.002170525"]);
        assert_eq!(spot("us-east-1", X86_64, 0)[..2], ["0.04048", "0.004445"]);
        assert_eq!(spot("us-east-1", X86_64, 10_000)[..2], ["0", "0"]);
        assert_eq!(spot("us-east-1", X86_64, u32::MAX)[..2], ["0", "0"]);
        assert_eq!(price("us-east-1", X86_64, Windows).unwrap().spot(SPOT_SAVING_DEFAULT), None);
    }

    /// A scenario's own price may have as many digits as a decimal holds, which Spot must not overflow.
    #[test]
    fn spot_of_a_long_price() {
        let of = |text: &str, saving| {
            let price = FargatePrice { vcpu_hour: text.parse().unwrap(), ..price("us-east-1", X86_64, Linux).unwrap() };
            price.spot(saving).unwrap().vcpu_hour.to_string()
        };
        // 0.31 x 0.111111111111111111 = 0.03444444444444444441, whose 18 decimals are kept
        assert_eq!(of("0.111111111111111111", 6900), "0.034444444444444444");
        assert_eq!(of("999999999999999999", 0), "999999999999999999");
        // 0.5 x 999999999999999999 = 499999999999999999.5, which has 19 digits: half to even
        assert_eq!(of("999999999999999999", 5000), "500000000000000000");
        assert_eq!(of("0.000000000000000001", 6900), "0"); // 0.31 x 10^-18
    }

    #[test]
    fn the_columns_are_where_they_are_read() {
        let heading = "region,x86_vcpu_hour,x86_gb_hour,arm_vcpu_hour,arm_gb_hour,";
        assert!(PRICES.0.starts_with(heading));
    }
}
