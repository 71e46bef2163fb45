//! Embedded tables of AWS's instance types and prices, with their dates and sources.
//!
//! A table is text in the binary; a run reads only the lines it asks for, so that starting costs nothing.

mod table;

use crate::units::{CpuUnits, Decimal, MebiBytes, Resources};
use table::Lines;

/// Instance types: `src/catalog/data/ec2-instance-types.csv`.
const TYPES: Lines = Lines(include_str!("data/ec2-instance-types.csv"));
/// On-demand prices: `src/catalog/data/ec2-on-demand-prices.csv`.
const PRICES: Lines = Lines(include_str!("data/ec2-on-demand-prices.csv"));

/// Where the on-demand prices come from, and of which day.
pub const PRICES_SOURCE: &str = "AWS price list, Linux, shared tenancy, February 2026 (newest types July 2026)";

/// Families on the Xen hypervisor, whose kernel keeps less memory for itself (ECS-205).
const XEN_FAMILIES: [&str; 23] = [
    "c1", "c3", "c4", "d2", "f1", "g2", "g3", "g3s", "h1", "i2", "i3", "m1", "m2", "m3", "m4", "p2", "p3", "r3", "r4",
    "t1", "t2", "x1", "x1e",
];

/// Types whose registered memory was read on real instances: the lowest figure found (ECS-204, ECS-205).
const MEASURED_MIB: [(&str, u32); 10] = [
    ("m5.large", 7640),
    ("m5.xlarge", 15536),
    ("r5.xlarge", 31627),
    ("r5.2xlarge", 63499),
    ("r5.4xlarge", 127_337),
    ("r5.16xlarge", 510_333),
    ("g4dn.xlarge", 15692),
    ("g4dn.2xlarge", 31627),
    ("m4.large", 7985),
    ("c4.xlarge", 7482),
];

/// An EC2 instance type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceType {
    /// AWS's name: `m5.large`.
    pub name: &'static str,
    /// vCPUs.
    pub vcpus: u32,
    /// Nominal memory, as advertised.
    pub memory: MebiBytes,
}

impl InstanceType {
    /// What an instance of this type registers with ECS on Linux: all vCPUs (ECS-201), and the memory that the
    /// kernel leaves (ECS-204, ECS-205).
    pub fn registered(&self) -> Resources {
        Resources { cpu: CpuUnits(self.vcpus * 1024), memory: self.registered_memory() }
    }

    fn registered_memory(&self) -> MebiBytes {
        if let Some((_, mib)) = MEASURED_MIB.iter().find(|(name, _)| *name == self.name) {
            return MebiBytes(*mib);
        }
        let advertised = u64::from(self.memory.0);
        let (family, size) = self.name.split_once('.').unwrap_or((self.name, ""));
        let mib = if XEN_FAMILIES.contains(&family) && !size.starts_with("metal") {
            (983 * advertised / 1000).saturating_sub(66)
        } else if advertised >= 8192 {
            974 * advertised / 1000 - 334
        } else {
            94 * advertised / 100
        };
        MebiBytes(u32::try_from(mib).expect("less than was advertised"))
    }
}

/// The instance type of a name.
pub fn instance_type(name: &str) -> Option<InstanceType> {
    read_type(TYPES.find(&[name])?)
}

/// The names of all instance types.
pub fn instance_type_names() -> impl Iterator<Item = &'static str> {
    TYPES.rows().filter_map(|row| row.split(',').next())
}

/// On-demand price in dollars per hour, Linux, shared tenancy (PRC-32). `None`: not sold there, or not in the table.
pub fn on_demand_price(region: &str, instance_type: &str) -> Option<Decimal> {
    PRICES.find(&[region, instance_type])?.split(',').nth(2)?.parse().ok()
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

fn read_type(row: &'static str) -> Option<InstanceType> {
    let mut fields = row.split(',');
    let name = fields.next()?;
    let vcpus = fields.next()?.parse().ok()?;
    let memory = MebiBytes(fields.next()?.parse().ok()?);
    Some(InstanceType { name, vcpus, memory })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered_mib(name: &str) -> u32 {
        instance_type(name).unwrap().registered().memory.0
    }

    /// ECS-205: the reference's own test values, Nitro and Xen, and the measured types.
    #[test]
    fn registered_memory_follows_the_rule() {
        assert_eq!(registered_mib("m5.large"), 7640); // measured
        assert_eq!(registered_mib("m6i.large"), 7645); // 974 x 8192 div 1000 - 334 = 7979 - 334
        assert_eq!(registered_mib("m5.4xlarge"), 63498); // 974 x 65536 div 1000 - 334 = 63832 - 334
        assert_eq!(registered_mib("c5.large"), 3850); // 94 x 4096 div 100
        assert_eq!(registered_mib("t2.micro"), 940); // Xen: 983 x 1024 div 1000 - 66 = 1006 - 66
        assert_eq!(registered_mib("t3.micro"), 962); // Nitro below 8 GiB: 94 x 1024 div 100
        assert_eq!(registered_mib("r4.16xlarge"), 491_150); // Xen: 983 x 499712 div 1000 - 66 = 491216 - 66
    }

    /// ECS-201.
    #[test]
    fn all_vcpus_are_registered() {
        assert_eq!(instance_type("m5.large").unwrap().registered().cpu, CpuUnits(2048));
    }

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
        assert_eq!(instance_type_names().count(), 1421);
        assert!(instance_type_names().all(|name| instance_type(name).is_some()));
    }
}
