//! Money: meters are integers, prices decimals, a line is rounded once, a total is a sum of lines (PRC-5).

mod apportion;
mod attribution;
mod balancers;
mod commitment_lines;
mod commitments;
mod counters;
mod declared;
mod ec2;
mod fargate;
mod flow;
mod instance_hour;
mod line;
mod months;
mod shares;
mod spent;

pub use attribution::Attribution;
pub use balancers::{Balancer, BalancerKind, Besides};
pub use commitments::{Commitments, Covered, PlanRates, Portfolio, Reservation, SavingsPlan};
pub use declared::{Declarations, Declared, DeclaredMeter, Drive};
pub use ec2::{
    Ec2Key, Ec2Meter, InstancePrice, InstancePrices, Part, Reclaims, billed as billed_instance_ms,
    is_free_when_reclaimed,
};
pub use fargate::{FARGATE_PRICES, FargateKey, FargateMeter, FargatePart, FargatePrices, PricedPlatform};
pub use instance_hour::Idle;
pub use line::{Counted, Line, PriceSource, Share, Tariff};
pub use shares::{Owner, Parts, ShareRow, Shares};
pub use spent::{Category, Spent};

use crate::catalog::charges::Charge;
use std::collections::BTreeMap;

/// The prices of all charges that a run may come to.
pub type Tariffs = BTreeMap<Charge, Tariff>;

/// What a bill has no line for because it is free by itself: ECS, unless instances outside AWS are in the cluster
/// (PRC-70), and the VPC; what stands in a VPC is paid for (PLT-37).
pub fn without_charge(bill: &[Line]) -> Vec<&'static str> {
    let anywhere = bill.iter().any(|line| *line.price_key == *Charge::ExternalInstanceHour.id());
    if anywhere { vec!["VPC"] } else { vec!["Amazon ECS", "VPC"] }
}

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
