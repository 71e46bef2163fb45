//! Money: meters are integers, prices decimals, a line is rounded once, a total is a sum of lines (PRC-5).

mod commitment_lines;
mod commitments;
mod ec2;
mod fargate;
mod flow;
mod line;
mod spent;

pub use commitments::{Commitments, Covered, PlanRates, Portfolio, Reservation, SavingsPlan};
pub use ec2::{Ec2Key, Ec2Meter, InstancePrice, InstancePrices, Part, Reclaims, billed as billed_instance_ms};
pub use fargate::{FARGATE_PRICES, FargateKey, FargateMeter, FargatePart, FargatePrices, PricedPlatform};
pub use line::{Counted, Line, PriceSource, Share, Tariff};
pub use spent::{Category, Spent};

use crate::catalog::charges::Charge;
use std::collections::BTreeMap;

/// The prices of all charges that a run may come to.
pub type Tariffs = BTreeMap<Charge, Tariff>;

/// What typical clusters pay for and a bill has nothing of: it is billed once the scenario declares it (PRC-97).
pub fn not_billed(bill: &[Line]) -> Vec<&'static str> {
    let has = |category| bill.iter().any(|line| line.category == category);
    let on_instances = bill.iter().any(|line| matches!(line.counted, Counted::Instances(_)));
    let mut missing = Vec::new();
    if on_instances && !has(Category::Volumes) {
        missing.push("EBS volumes");
    }
    let of = [
        (Category::LoadBalancers, "load balancers"),
        (Category::NatGateways, "NAT gateways"),
        (Category::Endpoints, "interface endpoints"),
        (Category::PublicAddresses, "public IPv4 addresses"),
        (Category::DataTransfer, "data transfer"),
        (Category::Images, "ECR storage"),
        (Category::CloudWatch, "CloudWatch logs, metrics and alarms"),
    ];
    missing.extend(of.into_iter().filter(|(category, _)| !has(*category)).map(|(_, words)| words));
    missing
}
