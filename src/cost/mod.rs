//! Money: meters are integers, prices decimals, a line is rounded once, a total is a sum of lines (PRC-5).

mod ec2;
mod fargate;
mod flow;
mod spent;

pub use ec2::{Ec2Meter, billed as billed_instance_ms};
pub use fargate::{FargateMeter, FargatePrices};
pub use spent::{Category, Spent};

use crate::units::{Decimal, NanoUsd};

/// One line of the bill: one meter of one owner at one price over the whole run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is billed.
    pub category: Category,
    /// The source of capacity that it belongs to.
    pub provider: String,
    /// What exactly: the instance type, on Windows with that behind it, or the platform.
    pub item: String,
    /// What is counted.
    pub meter: Meter,
    /// Billed time in ms, times what is counted.
    pub quantity_ms: u128,
    /// How many instances or tasks took part.
    pub count: u64,
    /// Price in dollars per hour.
    pub price: Decimal,
    /// What it comes to.
    pub cost: NanoUsd,
}

/// What a line counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meter {
    /// Instances.
    Instances,
    /// vCPUs of tasks, in CPU units.
    Vcpus,
    /// Memory of tasks, in MiB; a priced GB has 1,024 of them (PRC-2).
    Memory,
    /// The licence of an operating system, for the vCPUs of tasks in CPU units (PRC-15).
    Licence,
    /// Ephemeral storage above what is included, in GiB (PRC-16).
    Storage,
}

impl Meter {
    /// How many of what is counted make one that is priced.
    pub const fn per_unit(self) -> u64 {
        match self {
            Self::Vcpus | Self::Memory | Self::Licence => 1024,
            Self::Instances | Self::Storage => 1,
        }
    }

    /// A priced unit for an hour, in what is counted times ms.
    pub const fn hour(self) -> u64 {
        self.per_unit() * 3_600_000
    }

    /// The unit of its quantity in seconds.
    pub const fn unit_seconds(self) -> &'static str {
        match self {
            Self::Instances => "instance-seconds",
            Self::Vcpus | Self::Licence => "vcpu-seconds",
            Self::Memory | Self::Storage => "gb-seconds",
        }
    }

    /// What is counted, for a person.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Instances => "instances",
            Self::Vcpus => "vCPU",
            Self::Memory => "GB",
            Self::Licence => "licence vCPU",
            Self::Storage => "storage GB",
        }
    }
}

/// What typical clusters of this kind pay for and this version does not bill, and whether that comes with instances alone.
const NOT_BILLED_YET: [(&str, bool); 8] = [
    ("EBS root volumes (30 GiB gp3 an instance by default)", true),
    ("load balancers", false),
    ("NAT gateways and interface endpoints", false),
    ("public IPv4 addresses", false),
    ("data transfer", false),
    ("ECR storage", false),
    ("CloudWatch logs, metrics and alarms", false),
    ("detailed monitoring", true),
];

/// What is missing on the bill of a cluster.
pub fn not_billed_yet(has_instances: bool) -> Vec<&'static str> {
    let missing = NOT_BILLED_YET.into_iter().filter(|(_, of_instances)| has_instances || !of_instances);
    missing.map(|(what, _)| what).collect()
}
