//! What surrounds a cluster and costs money beside instances and Fargate: each charge with its unit and its price by
//! Region (PRC-60 to PRC-79).

use super::table::Lines;
use crate::units::{Decimal, HOURS_OF_A_MONTH};

/// `src/catalog/data/service-prices.csv`: charge, Region or `*` for all, from how many units a month on, dollars, the
/// rule that has it, and when the price was seen.
const PRICES: Lines = Lines(include_str!("data/service-prices.csv"));

/// Where the prices of charges come from.
pub const CHARGES_SOURCE: &str = "AWS pricing pages and price lists as read in 2024 to 2026, each with its date; EBS: \
    AWS price file of July 2024";

const HOUR_MS: u128 = 3_600_000;
/// A billing month, unless the scenario says otherwise (PRC-1).
pub const MONTH_MS: u128 = HOURS_OF_A_MONTH as u128 * HOUR_MS;

/// What a price is for: so much of what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// In tables: `gb-months`.
    pub name: &'static str,
    /// How much of what is counted makes one.
    pub per: u128,
    /// Whether it is a GB of bytes, so that its size depends on what the scenario takes for a GB (PRC-8).
    pub of_bytes: bool,
    /// Whether it is for a month, so that its size depends on the hours of one (PRC-1).
    pub of_month: bool,
}

impl Unit {
    /// An instance for an hour, counted in ms.
    pub const INSTANCE_HOUR: Self = Self::new("instance-hours", HOUR_MS);
    /// A vCPU for an hour, counted in CPU units times ms.
    pub const VCPU_HOUR: Self = Self::new("vcpu-hours", 1024 * HOUR_MS);
    /// A GB of memory for an hour, counted in MiB times ms (PRC-2).
    pub const MEMORY_HOUR: Self = Self::new("gb-hours", 1024 * HOUR_MS);
    /// A GB of storage for an hour, counted in GiB times ms.
    pub const STORAGE_HOUR: Self = Self::new("gb-hours", HOUR_MS);
    /// Anything for an hour, counted in ms.
    pub const HOUR: Self = Self::new("hours", HOUR_MS);
    /// A capacity unit of a load balancer for an hour, counted in millionths times ms (PRC-61).
    pub const LCU_HOUR: Self = Self::new("lcu-hours", 1_000_000 * HOUR_MS);
    /// A GB of storage for a month, counted in GiB times ms (PRC-8).
    pub const VOLUME_MONTH: Self = Self::new("gb-months", MONTH_MS);
    /// A GB of what is stored for a month, counted in bytes times ms; a GB has 10^9 of them unless the scenario says
    /// otherwise (PRC-8).
    pub const STORED_MONTH: Self = Self::bytes("gb-months", BYTES_PER_GB * MONTH_MS);
    /// Anything for a month, counted in ms.
    pub const MONTH: Self = Self::new("months", MONTH_MS);
    /// A GB that travels, counted in bytes; a GB has 10^9 of them unless the scenario says otherwise (PRC-8).
    pub const GB: Self = Self::bytes("gb", BYTES_PER_GB);
    /// Ten thousand calls.
    pub const CALLS_10K: Self = Self::new("10k-calls", 10_000);
    /// A million calls.
    pub const MILLION: Self = Self::new("million-calls", 1_000_000);

    const fn new(name: &'static str, per: u128) -> Self {
        Self { name, per, of_bytes: false, of_month: per.is_multiple_of(MONTH_MS) }
    }

    const fn bytes(name: &'static str, per: u128) -> Self {
        Self { name, per, of_bytes: true, of_month: per.is_multiple_of(MONTH_MS) }
    }
}

/// Bytes of a GB that travels or is stored in ECR or logs (PRC-8).
pub const BYTES_PER_GB: u128 = 1_000_000_000;

/// A thing that AWS charges for beside instances and Fargate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each stands with its words in the table below")]
pub enum Charge {
    AlbHour,
    AlbLcu,
    NlbHour,
    NlbLcu,
    ClbHour,
    ClbGb,
    NatHour,
    NatGb,
    EndpointHour,
    EndpointGb,
    PublicIpv4,
    InternetGb,
    CrossZoneGb,
    CrossRegionGb,
    UsEastCrossRegionGb,
    EbsGp3,
    EbsGp2,
    EbsIo1,
    EbsSt1,
    EbsSc1,
    EbsStandard,
    EbsGp3Iops,
    EbsGp3Throughput,
    EbsIo1Iops,
    EbsIo2,
    EbsIo2Iops,
    EbsIo2MoreIops,
    EbsIo2MostIops,
    Ecr,
    LogsIngested,
    LogsStored,
    LogsScanned,
    Metric,
    HighResolutionMetric,
    InsightsMetric,
    Alarm,
    HighResolutionAlarm,
    EfsStandard,
    EfsOneZone,
    EfsStandardIa,
    EfsOneZoneIa,
    EfsIaAccess,
    EfsProvisioned,
    EfsRead,
    EfsWritten,
    Secret,
    SecretCalls,
    AdvancedParameter,
    ParameterCalls,
    HostedZone,
    DnsQueries,
    DiscoveryCalls,
    RegisteredResource,
    EksHour,
    EksExtendedHour,
    ExternalInstanceHour,
    DedicatedRegionHour,
}

/// Charge, name in tables and scenarios, words, unit.
const CHARGES: [(Charge, &str, &str, Unit); 57] = {
    use Charge as C;
    [
        (C::AlbHour, "alb_hour", "Application Load Balancer", Unit::HOUR),
        (C::AlbLcu, "alb_lcu_hour", "load balancer capacity units", Unit::LCU_HOUR),
        (C::NlbHour, "nlb_hour", "Network Load Balancer", Unit::HOUR),
        (C::NlbLcu, "nlb_lcu_hour", "network load balancer capacity units", Unit::LCU_HOUR),
        (C::ClbHour, "clb_hour", "Classic Load Balancer", Unit::HOUR),
        (C::ClbGb, "clb_gb", "data through a Classic Load Balancer", Unit::GB),
        (C::NatHour, "nat_hour", "NAT gateway", Unit::HOUR),
        (C::NatGb, "nat_gb", "data through a NAT gateway", Unit::GB),
        (C::EndpointHour, "endpoint_hour", "interface endpoint", Unit::HOUR),
        (C::EndpointGb, "endpoint_gb", "data through interface endpoints", Unit::GB),
        (C::PublicIpv4, "public_ipv4_hour", "public IPv4 address", Unit::HOUR),
        (C::InternetGb, "internet_gb", "data out to the Internet", Unit::GB),
        (C::CrossZoneGb, "cross_zone_gb", "data between zones, one side", Unit::GB),
        (C::CrossRegionGb, "cross_region_gb", "data out to another Region", Unit::GB),
        (C::UsEastCrossRegionGb, "us_east_cross_region_gb", "data between the US East Regions", Unit::GB),
        (C::EbsGp3, "ebs_gp3_gb_month", "gp3 volumes", Unit::VOLUME_MONTH),
        (C::EbsGp2, "ebs_gp2_gb_month", "gp2 volumes", Unit::VOLUME_MONTH),
        (C::EbsIo1, "ebs_io1_gb_month", "io1 volumes", Unit::VOLUME_MONTH),
        (C::EbsSt1, "ebs_st1_gb_month", "st1 volumes", Unit::VOLUME_MONTH),
        (C::EbsSc1, "ebs_sc1_gb_month", "sc1 volumes", Unit::VOLUME_MONTH),
        (C::EbsStandard, "ebs_standard_gb_month", "magnetic volumes", Unit::VOLUME_MONTH),
        (C::EbsGp3Iops, "ebs_gp3_iops_month", "IOPS of gp3 volumes", Unit::new("iops-months", MONTH_MS)),
        (C::EbsGp3Throughput, "ebs_gp3_mibps_month", "throughput of gp3 volumes", Unit::new("mibps-months", MONTH_MS)),
        (C::EbsIo1Iops, "ebs_io1_iops_month", "IOPS of io1 volumes", Unit::new("iops-months", MONTH_MS)),
        (C::EbsIo2, "ebs_io2_gb_month", "io2 volumes", Unit::VOLUME_MONTH),
        (C::EbsIo2Iops, "ebs_io2_iops_month", "IOPS of io2 volumes", Unit::new("iops-months", MONTH_MS)),
        (
            C::EbsIo2MoreIops,
            "ebs_io2_iops_above_32000_month",
            "IOPS of io2 volumes, each above 32,000",
            Unit::new("iops-months", MONTH_MS),
        ),
        (
            C::EbsIo2MostIops,
            "ebs_io2_iops_above_64000_month",
            "IOPS of io2 volumes, each above 64,000",
            Unit::new("iops-months", MONTH_MS),
        ),
        (C::Ecr, "ecr_gb_month", "images in ECR", Unit::STORED_MONTH),
        (C::LogsIngested, "logs_ingested_gb", "logs taken in", Unit::GB),
        (C::LogsStored, "logs_stored_gb_month", "logs kept", Unit::STORED_MONTH),
        (C::LogsScanned, "logs_scanned_gb", "logs searched", Unit::GB),
        (C::Metric, "metric_month", "custom metrics", Unit::MONTH),
        (C::HighResolutionMetric, "high_resolution_metric_month", "20-second metrics", Unit::MONTH),
        (C::InsightsMetric, "insights_metric_month", "metrics of Container Insights", Unit::MONTH),
        (C::Alarm, "alarm_month", "alarms", Unit::MONTH),
        (C::HighResolutionAlarm, "high_resolution_alarm_month", "high-resolution alarms", Unit::MONTH),
        (C::EfsStandard, "efs_standard_gb_month", "EFS Standard", Unit::VOLUME_MONTH),
        (C::EfsOneZone, "efs_one_zone_gb_month", "EFS One Zone", Unit::VOLUME_MONTH),
        (C::EfsStandardIa, "efs_standard_ia_gb_month", "EFS Standard, infrequent access", Unit::VOLUME_MONTH),
        (C::EfsOneZoneIa, "efs_one_zone_ia_gb_month", "EFS One Zone, infrequent access", Unit::VOLUME_MONTH),
        (C::EfsIaAccess, "efs_ia_access_gb", "access to EFS infrequent access", Unit::GB),
        (
            C::EfsProvisioned,
            "efs_provisioned_mbps_month",
            "provisioned throughput of EFS",
            Unit::new("mbps-months", MONTH_MS),
        ),
        (C::EfsRead, "efs_read_gb", "reads from EFS", Unit::GB),
        (C::EfsWritten, "efs_written_gb", "writes to EFS", Unit::GB),
        (C::Secret, "secret_month", "secrets", Unit::MONTH),
        (C::SecretCalls, "secret_calls_10k", "calls of Secrets Manager", Unit::CALLS_10K),
        (C::AdvancedParameter, "advanced_parameter_month", "advanced parameters", Unit::MONTH),
        (C::ParameterCalls, "parameter_calls_10k", "calls of Parameter Store", Unit::CALLS_10K),
        (C::HostedZone, "hosted_zone_month", "hosted zones", Unit::MONTH),
        (C::DnsQueries, "dns_queries_million", "DNS queries", Unit::MILLION),
        (C::DiscoveryCalls, "discovery_calls_million", "calls of DiscoverInstances", Unit::MILLION),
        (C::RegisteredResource, "registered_resource_month", "resources registered in Cloud Map", Unit::MONTH),
        (C::EksHour, "eks_hour", "EKS control plane", Unit::HOUR),
        (C::EksExtendedHour, "eks_extended_hour", "EKS control plane in extended support", Unit::HOUR),
        (C::ExternalInstanceHour, "external_instance_hour", "external instances", Unit::HOUR),
        (C::DedicatedRegionHour, "dedicated_region_hour", "dedicated instances in the Region", Unit::HOUR),
    ]
};

/// From how many units a month on a price holds, and the price in dollars for each.
pub type Tiers = Vec<(u64, Decimal)>;

impl Charge {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        CHARGES.into_iter().map(|(charge, ..)| charge)
    }

    /// The charge of a name.
    pub fn named(id: &str) -> Option<Self> {
        CHARGES.into_iter().find(|(_, known, ..)| *known == id).map(|(charge, ..)| charge)
    }

    /// Its name in tables and scenarios: `nat_hour`.
    pub const fn id(self) -> &'static str {
        CHARGES[self as usize].1
    }

    /// What it is, for people.
    pub const fn words(self) -> &'static str {
        CHARGES[self as usize].2
    }

    /// What its price is for.
    pub const fn unit(self) -> Unit {
        CHARGES[self as usize].3
    }

    /// The table's prices in a Region, by what was used of it in the month, and when they were seen. `None` where the
    /// table has none: nothing is guessed.
    pub fn prices(self, region: &str) -> Option<(Tiers, &'static str)> {
        let of = |region: &str| {
            let mut seen = "";
            let mut tiers = Tiers::new();
            for row in PRICES.rows() {
                let mut fields = row.split(',');
                if fields.next() != Some(self.id()) || fields.next() != Some(region) {
                    continue;
                }
                let (from, usd) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
                seen = fields.nth(1)?;
                tiers.push((from, usd));
            }
            (!tiers.is_empty()).then_some((tiers, seen))
        };
        of(region).or_else(|| of("*"))
    }

    /// The Regions that the table has a price for; `*` means all.
    pub fn regions(self) -> Vec<&'static str> {
        let of = |row: &'static str| row.strip_prefix(self.id())?.strip_prefix(',')?.split(',').next();
        let mut regions: Vec<&str> = PRICES.rows().filter_map(of).collect();
        regions.dedup();
        regions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_in_its_place_and_has_prices_at_home() {
        for (place, charge) in Charge::all().enumerate() {
            assert_eq!(charge as usize, place, "{}", charge.id());
            assert_eq!(Charge::named(charge.id()), Some(charge));
            let (tiers, seen) = charge.prices("us-east-1").unwrap_or_else(|| panic!("{}", charge.id()));
            assert!(tiers[0].0 == 0 && seen.len() >= 4, "{}", charge.id());
            assert!(tiers.is_sorted_by_key(|(from, _)| *from));
        }
        for row in PRICES.rows() {
            let id = row.split(',').next().unwrap();
            assert!(Charge::named(id).is_some(), "{id}");
        }
    }

    /// PRC-60, PRC-63, PRC-65, PRC-66, PRC-62: some of the table's own spot checks.
    #[test]
    fn prices_are_those_of_the_region() {
        let first = |charge: Charge, region: &str| charge.prices(region).map(|(tiers, _)| tiers[0].1.to_string());
        assert_eq!(first(Charge::AlbHour, "us-east-1").unwrap(), "0.0225");
        assert_eq!(first(Charge::NatGb, "sa-east-1").unwrap(), "0.093");
        assert_eq!(first(Charge::EbsGp3, "eu-central-1").unwrap(), "0.0952");
        assert_eq!(first(Charge::PublicIpv4, "eu-north-1").unwrap(), "0.005");
        assert_eq!(first(Charge::NatGb, "eu-north-1"), None);
        let egress = Charge::InternetGb.prices("us-east-1").unwrap().0;
        let tiers: Vec<_> = egress.iter().map(|(from, usd)| (*from, usd.to_string())).collect();
        let expected = [(0, "0.09"), (10_240, "0.085"), (51_200, "0.07"), (153_600, "0.05")];
        assert_eq!(tiers, expected.map(|(from, usd)| (from, usd.to_owned())));
    }
}
