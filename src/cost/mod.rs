//! Money: meters are integers, prices decimals, a line is rounded once, a total is a sum of lines (PRC-5).

mod ec2;

pub use ec2::Ec2Meter;

use crate::units::{Decimal, NanoUsd};

/// One line of the bill: one meter of one owner at one price over the whole run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is billed: `EC2 on-demand`.
    pub category: &'static str,
    /// The source of capacity that it belongs to.
    pub provider: String,
    /// What exactly: the instance type.
    pub item: String,
    /// Billed time in ms, summed over what is billed.
    pub quantity_ms: u128,
    /// How many instances took part.
    pub count: u64,
    /// Price in dollars per hour.
    pub price: Decimal,
    /// What it comes to.
    pub cost: NanoUsd,
}

/// What typical clusters of this kind pay for and this version does not bill.
pub const NOT_BILLED_YET: [&str; 8] = [
    "EBS root volumes (30 GiB gp3 an instance by default)",
    "load balancers",
    "NAT gateways and interface endpoints",
    "public IPv4 addresses",
    "data transfer",
    "ECR storage",
    "CloudWatch logs, metrics and alarms",
    "detailed monitoring",
];
