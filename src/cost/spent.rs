//! What was spent until a moment, by category: the bill over time.
//!
//! A line of the bill at a moment is the price of its quantity until then, rounded once. A part of the run costs the
//! difference of two moments, so the parts add up to the line to the nano-dollar, whatever is rounded.

use super::Line;
use crate::catalog::charges::Charge;
use crate::units::NanoUsd;
use std::fmt;
use std::ops::{Index, IndexMut};

/// What a line of the bill belongs to. A new kind of meter adds its own here: tables and charts follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Instances, by the second.
    Ec2OnDemand,
    /// Instances on Spot (PRC-40).
    Ec2Spot,
    /// Dedicated instances, and what the Region costs for them (PRC-37).
    Ec2Dedicated,
    /// Reserved Instances, used or not (PRC-50).
    ReservedInstances,
    /// Savings Plans, used or not (PRC-50).
    SavingsPlans,
    /// Tasks on Fargate.
    Fargate,
    /// Tasks on Fargate Spot.
    FargateSpot,
    /// EBS volumes (PRC-36, PRC-66).
    Volumes,
    /// Load balancers and their capacity units (PRC-60, PRC-73, PRC-74).
    LoadBalancers,
    /// NAT gateways (PRC-63).
    NatGateways,
    /// Interface endpoints (PRC-79).
    Endpoints,
    /// Public IPv4 addresses (PRC-62).
    PublicAddresses,
    /// Data between zones and Regions and out to the Internet (PRC-64, PRC-65, PRC-93).
    DataTransfer,
    /// Images in ECR (PRC-67).
    Images,
    /// Logs, metrics and alarms (PRC-34, PRC-68, PRC-69, PRC-98).
    CloudWatch,
    /// EFS (PRC-76).
    FileSystems,
    /// Secrets and parameters (PRC-77).
    Secrets,
    /// Cloud Map and Route 53 (PRC-78).
    Discovery,
    /// EKS, for comparison (PRC-72).
    Kubernetes,
    /// Instances outside AWS (PRC-70).
    Anywhere,
}

/// The categories with their words and their names in columns.
const CATEGORIES: [(Category, &str, &str); 20] = [
    (Category::Ec2OnDemand, "EC2 on-demand", "ec2_on_demand"),
    (Category::Ec2Spot, "EC2 Spot", "ec2_spot"),
    (Category::Ec2Dedicated, "EC2 dedicated", "ec2_dedicated"),
    (Category::ReservedInstances, "Reserved Instances", "reserved_instances"),
    (Category::SavingsPlans, "Savings Plans", "savings_plans"),
    (Category::Fargate, "Fargate", "fargate"),
    (Category::FargateSpot, "Fargate Spot", "fargate_spot"),
    (Category::Volumes, "EBS volumes", "ebs"),
    (Category::LoadBalancers, "Load balancers", "load_balancers"),
    (Category::NatGateways, "NAT gateways", "nat_gateways"),
    (Category::Endpoints, "Endpoints", "endpoints"),
    (Category::PublicAddresses, "Public IPv4", "public_ipv4"),
    (Category::DataTransfer, "Data transfer", "data_transfer"),
    (Category::Images, "ECR", "ecr"),
    (Category::CloudWatch, "CloudWatch", "cloudwatch"),
    (Category::FileSystems, "EFS", "efs"),
    (Category::Secrets, "Secrets", "secrets"),
    (Category::Discovery, "Discovery", "discovery"),
    (Category::Kubernetes, "EKS", "eks"),
    (Category::Anywhere, "ECS Anywhere", "ecs_anywhere"),
];

impl Category {
    /// All of them, in the order of tables and charts.
    pub const ALL: [Self; CATEGORIES.len()] = {
        let mut all = [Self::Ec2OnDemand; CATEGORIES.len()];
        let mut row = 0;
        while row < all.len() {
            all[row] = CATEGORIES[row].0;
            row += 1;
        }
        all
    };

    /// Whether it is of instances as such, however they were bought.
    pub const fn is_of_instances(self) -> bool {
        matches!(self, Self::Ec2OnDemand | Self::Ec2Spot | Self::Ec2Dedicated | Self::ReservedInstances)
    }

    /// Which look it has in charts: one that was there before others came between keeps its own.
    pub const fn look(self) -> usize {
        match self {
            Self::Ec2OnDemand => 0,
            Self::Ec2Spot => 15,
            Self::Ec2Dedicated => 16,
            Self::ReservedInstances => 17,
            Self::SavingsPlans => 18,
            Self::Anywhere => 19,
            later => later as usize - 4,
        }
    }

    /// For people, and in `summary.json`.
    pub const fn words(self) -> &'static str {
        CATEGORIES[self as usize].1
    }

    /// In names of columns.
    pub const fn column(self) -> &'static str {
        CATEGORIES[self as usize].2
    }

    /// Where a charge belongs.
    pub const fn of(charge: Charge) -> Self {
        use Charge as C;
        match charge {
            C::AlbHour | C::AlbLcu | C::NlbHour | C::NlbLcu | C::ClbHour | C::ClbGb => Self::LoadBalancers,
            C::NatHour | C::NatGb => Self::NatGateways,
            C::EndpointHour | C::EndpointGb => Self::Endpoints,
            C::PublicIpv4 => Self::PublicAddresses,
            C::InternetGb | C::CrossZoneGb | C::CrossRegionGb | C::UsEastCrossRegionGb => Self::DataTransfer,
            C::EbsGp3
            | C::EbsGp2
            | C::EbsIo1
            | C::EbsSt1
            | C::EbsSc1
            | C::EbsStandard
            | C::EbsGp3Iops
            | C::EbsGp3Throughput
            | C::EbsIo1Iops
            | C::EbsIo2
            | C::EbsIo2Iops
            | C::EbsIo2MoreIops
            | C::EbsIo2MostIops => Self::Volumes,
            C::Ecr => Self::Images,
            C::LogsIngested
            | C::LogsStored
            | C::LogsScanned
            | C::Metric
            | C::HighResolutionMetric
            | C::InsightsMetric
            | C::Alarm
            | C::HighResolutionAlarm => Self::CloudWatch,
            C::EfsStandard
            | C::EfsOneZone
            | C::EfsStandardIa
            | C::EfsOneZoneIa
            | C::EfsIaAccess
            | C::EfsProvisioned
            | C::EfsRead
            | C::EfsWritten => Self::FileSystems,
            C::Secret | C::SecretCalls | C::AdvancedParameter | C::ParameterCalls => Self::Secrets,
            C::HostedZone | C::DnsQueries | C::DiscoveryCalls | C::RegisteredResource => Self::Discovery,
            C::EksHour | C::EksExtendedHour => Self::Kubernetes,
            C::ExternalInstanceHour => Self::Anywhere,
            C::DedicatedRegionHour => Self::Ec2Dedicated,
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// Dollars by category, since the start of the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent(pub [NanoUsd; Category::ALL.len()]);

impl Spent {
    /// What lines come to.
    pub fn on<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Self {
        let mut spent = Self::default();
        for line in lines {
            spent[line.category] += line.cost;
        }
        spent
    }
}

impl Index<Category> for Spent {
    type Output = NanoUsd;
    fn index(&self, category: Category) -> &NanoUsd {
        &self.0[category as usize]
    }
}

impl IndexMut<Category> for Spent {
    fn index_mut(&mut self, category: Category) -> &mut NanoUsd {
        &mut self.0[category as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_stand_in_their_order() {
        for (place, category) in Category::ALL.into_iter().enumerate() {
            assert_eq!(category as usize, place);
        }
        let looks: std::collections::BTreeSet<usize> = Category::ALL.into_iter().map(Category::look).collect();
        assert_eq!(looks.len(), Category::ALL.len());
    }
}
