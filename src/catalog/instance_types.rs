//! EC2 instance types: what each has, and what an instance of it registers with ECS.

use super::table::Lines;
use crate::units::{Architecture, CpuUnits, MebiBytes, OperatingSystem, Resources};

/// Instance types: `src/catalog/data/ec2-instance-types.csv`.
const TYPES: Lines = Lines(include_str!("data/ec2-instance-types.csv"));

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

/// An EC2 instance type. How many tasks in `awsvpc` mode it takes stands in `catalog/awsvpc.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceType {
    /// AWS's name: `m5.large`.
    pub name: &'static str,
    /// vCPUs.
    pub vcpus: u32,
    /// Nominal memory, as advertised.
    pub memory: MebiBytes,
    /// The architecture of its CPU; of a Mac type, that of the machine.
    pub architecture: Architecture,
    /// Whole GPUs; other accelerators (Neuron, Gaudi, FPGA) are not counted.
    pub gpus: u32,
    /// Network interfaces that an instance can have, the primary one among them.
    pub max_enis: u32,
    /// `awsvpc` tasks with trunking, where the table has a number, and who says so.
    pub(super) trunk: Option<TrunkLimit>,
}

/// How many `awsvpc` tasks an instance takes with trunking, by the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TrunkLimit {
    pub(super) tasks: u32,
    /// AWS's own figure for ECS, not one derived from the limits of the VPC.
    pub(super) published: bool,
}

impl InstanceType {
    /// Family and size: `m5`, `large`.
    pub fn family_and_size(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or((self.name, ""))
    }

    /// Whether it runs on Nitro, as all bare-metal types do, and not on Xen (ECS-205).
    pub fn is_nitro(&self) -> bool {
        let (family, size) = self.family_and_size();
        !XEN_FAMILIES.contains(&family) || size.starts_with("metal")
    }

    /// What an instance of this type registers with ECS on Linux: all vCPUs (ECS-201), and the memory that the
    /// kernel leaves (ECS-204, ECS-205).
    pub fn registered(&self) -> Resources {
        self.registered_on(OperatingSystem::Linux)
    }

    /// What an instance of this type registers with ECS on an operating system. Windows sees all vCPUs too, and a
    /// mebibyte less than is advertised (ECS-205).
    pub fn registered_on(&self, system: OperatingSystem) -> Resources {
        let memory = match system {
            OperatingSystem::Linux => self.memory_on_linux(),
            OperatingSystem::Windows => MebiBytes(self.memory.0.saturating_sub(1)),
        };
        Resources { cpu: CpuUnits(self.vcpus * 1024), memory }
    }

    fn memory_on_linux(&self) -> MebiBytes {
        if let Some((_, mib)) = MEASURED_MIB.iter().find(|(name, _)| *name == self.name) {
            return MebiBytes(*mib);
        }
        let advertised = u64::from(self.memory.0);
        let mib = if !self.is_nitro() {
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

/// Where the instance types come from, and of which day.
pub const TYPES_SOURCE: &str = "AWS DescribeInstanceTypes, October 2026 (retired types by older answers); memory that \
    registers by ECS-205; awsvpc tasks by ECS-210";

/// All instance types, in the order of the table.
pub fn instance_types() -> impl Iterator<Item = InstanceType> {
    TYPES.rows().filter_map(read_type)
}

/// The names of all instance types.
pub fn instance_type_names() -> impl Iterator<Item = &'static str> {
    TYPES.rows().filter_map(|row| row.split(',').next())
}

/// A row by the places of its columns, which a test compares with the heading.
fn read_type(row: &'static str) -> Option<InstanceType> {
    let mut fields = row.split(',');
    let name = fields.next()?;
    let vcpus = fields.next()?.parse().ok()?;
    let memory = MebiBytes(fields.next()?.parse().ok()?);
    let architecture = Architecture::named(fields.next()?.trim_end_matches("_mac"))?;
    let gpus = fields.nth(3)?.parse().ok()?; // after burstable, baseline and credits
    let max_enis = fields.next()?.parse().ok()?;
    let tasks = fields.nth(5)?; // after addresses, trunk_enis, bandwidth, generation, most credits
    let published = fields.next()? == "ecs-doc";
    let trunk = match tasks {
        "" => None,
        number => Some(TrunkLimit { tasks: number.parse().ok()?, published }),
    };
    Some(InstanceType { name, vcpus, memory, architecture, gpus, max_enis, trunk })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> InstanceType {
        instance_type(name).unwrap()
    }

    fn registered_mib(name: &str) -> u32 {
        named(name).registered().memory.0
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

    /// ECS-205: on the Windows AMI m4.large was measured at 8191 of 8192 MiB; other types likewise, at any size.
    #[test]
    fn windows_registers_a_mebibyte_less() {
        assert_eq!(named("m4.large").registered_on(OperatingSystem::Windows), Resources::new(2048, 8191));
        assert_eq!(named("m5.xlarge").registered_on(OperatingSystem::Windows), Resources::new(4096, 16383));
        assert_eq!(named("m5.xlarge").registered_on(OperatingSystem::Linux), Resources::new(4096, 15536));
    }

    /// ECS-205: Xen families, their bare-metal sizes, and p3dn, whose family is not p3.
    #[test]
    fn the_hypervisor_is_known() {
        for (name, nitro) in [
            ("t2.micro", false),
            ("t3.micro", true),
            ("i3.16xlarge", false),
            ("i3.metal", true),
            ("p3.16xlarge", false),
            ("p3dn.24xlarge", true),
            ("m4.large", false),
            ("m5.large", true),
        ] {
            assert_eq!(named(name).is_nitro(), nitro, "{name}");
        }
    }

    /// ECS-201.
    #[test]
    fn all_vcpus_are_registered() {
        assert_eq!(named("m5.large").registered().cpu, CpuUnits(2048));
    }

    #[test]
    fn architecture_and_gpus_are_read() {
        assert_eq!((named("m5.large").architecture, named("m5.large").gpus), (Architecture::X86_64, 0));
        assert_eq!((named("m6g.large").architecture, named("m6g.large").gpus), (Architecture::Arm64, 0));
        assert_eq!((named("g4dn.12xlarge").architecture, named("g4dn.12xlarge").gpus), (Architecture::X86_64, 4));
        assert_eq!((named("g5g.xlarge").architecture, named("g5g.xlarge").gpus), (Architecture::Arm64, 1));
        assert_eq!((named("p3.16xlarge").gpus, named("inf1.xlarge").gpus), (8, 0)); // Neuron is no GPU
        assert_eq!(named("mac1.metal").architecture, Architecture::X86_64);
        assert_eq!(named("mac2.metal").architecture, Architecture::Arm64);
    }

    #[test]
    fn every_row_is_read_by_the_right_columns() {
        let heading = TYPES.0.lines().next().unwrap().split(',').collect::<Vec<_>>();
        for (column, name) in [
            (0, "instance_type"),
            (1, "vcpus"),
            (2, "memory_mib"),
            (3, "architecture"),
            (7, "gpus"),
            (8, "max_enis"),
            (14, "ecs_trunk_task_limit"),
            (15, "ecs_trunk_source"),
        ] {
            assert_eq!(heading[column], name);
        }
        assert_eq!(instance_type_names().count(), 1421);
        let all: Vec<_> = instance_type_names().map(named).collect();
        assert_eq!(all.iter().filter(|kind| kind.architecture == Architecture::Arm64).count(), 418 + 8); // 8 Macs
        assert!(all.iter().all(|kind| kind.max_enis >= 2));
        let published = all.iter().filter(|kind| kind.trunk.is_some_and(|limit| limit.published)).count();
        assert_eq!((published, all.iter().filter(|kind| kind.trunk.is_some()).count()), (432, 432 + 751));
    }
}
