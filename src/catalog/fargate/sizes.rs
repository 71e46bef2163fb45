//! The pairs of CPU and memory that Fargate sells (ECS-110, PRC-18), and what to say of others.

use crate::units::{CpuUnits, MebiBytes, OperatingSystem, Resources};
use std::fmt;

/// A CPU that is sold, the memories sold with it, and whether Windows has it too.
struct Row {
    cpu: u32,
    memories: Memories,
    windows: bool,
}

/// The memories that are sold with one CPU, in MiB. Its text is the list: `2048 to 8192 MiB in steps of 1024`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memories {
    /// These, rising.
    List([u32; 3]),
    /// From the first to the last in equal steps.
    Steps {
        /// The least.
        first: u32,
        /// The most.
        last: u32,
        /// From one to the next.
        step: u32,
    },
}

/// ECS-110, by rising CPU. Windows has neither less than 1 vCPU (ECS-112) nor more than 4.
const ROWS: [Row; 8] = [
    Row { cpu: 256, memories: Memories::List([512, 1024, 2048]), windows: false },
    Row { cpu: 512, memories: steps(1024, 4096, 1024), windows: false },
    Row { cpu: 1024, memories: steps(2048, 8192, 1024), windows: true },
    Row { cpu: 2048, memories: steps(4096, 16384, 1024), windows: true },
    Row { cpu: 4096, memories: steps(8192, 30720, 1024), windows: true },
    Row { cpu: 8192, memories: steps(16384, 61440, 4096), windows: false },
    Row { cpu: 16384, memories: steps(32768, 122_880, 8192), windows: false },
    Row { cpu: 32768, memories: Memories::List([61440, 122_880, 249_856]), windows: false },
];

const fn steps(first: u32, last: u32, step: u32) -> Memories {
    Memories::Steps { first, last, step }
}

impl Memories {
    /// Each of them, rising.
    pub fn iter(self) -> impl Iterator<Item = MebiBytes> {
        let (listed, first, last, step) = match self {
            Self::List(listed) => (Some(listed), 1, 0, 1),
            Self::Steps { first, last, step } => (None, first, last, step),
        };
        let stepped = (first..=last).step_by(step as usize);
        listed.into_iter().flatten().chain(stepped).map(MebiBytes)
    }
}

impl fmt::Display for Memories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List([first, second, third]) => write!(f, "{first}, {second} or {third} MiB"),
            Self::Steps { first, last, step } => write!(f, "{first} to {last} MiB in steps of {step}"),
        }
    }
}

fn rows(system: OperatingSystem) -> impl DoubleEndedIterator<Item = &'static Row> {
    ROWS.iter().filter(move |row| row.windows || system == OperatingSystem::Linux)
}

/// All sizes for an operating system, by rising CPU, then by rising memory.
pub fn sizes(system: OperatingSystem) -> impl Iterator<Item = Resources> {
    rows(system).flat_map(|row| row.memories.iter().map(|memory| Resources { cpu: CpuUnits(row.cpu), memory }))
}

/// The memories sold with a CPU, where it is sold for the operating system.
pub fn memories(cpu: CpuUnits, system: OperatingSystem) -> Option<Memories> {
    rows(system).find(|row| row.cpu == cpu.0).map(|row| row.memories)
}

/// Whether the pair is sold for the operating system. A task definition for Fargate with any other is refused, even
/// one that asks for EC2 as well (ECS-111).
pub fn is_valid(cpu: CpuUnits, memory: MebiBytes, system: OperatingSystem) -> bool {
    memories(cpu, system).is_some_and(|sold| sold.iter().any(|one| one == memory))
}

/// The size to take instead: the cheapest that has at least the CPU and the memory asked for. That is the least CPU
/// that is sold with enough memory, with the least such memory, whatever the Region and the architecture. What is
/// asked for beyond the most CPU or the most memory is first cut to that, so that there always is one.
pub fn nearest(cpu: CpuUnits, memory: MebiBytes, system: OperatingSystem) -> Resources {
    let most = sizes(system).last().unwrap_or_default(); // the last size has the most of both
    let wanted = Resources { cpu: cpu.min(most.cpu), memory: memory.min(most.memory) };
    sizes(system).find(|size| size.covers(wanted)).unwrap_or(most)
}

/// Which part of a size is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The CPU is not sold at all.
    Cpu,
    /// The CPU is sold for Linux and not for Windows (ECS-112).
    CpuOnWindows,
    /// The CPU is sold, but not with this memory.
    Memory,
}

/// What is wrong with a size, in words for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which part is wrong, and so where to point.
    pub refusal: Refusal,
    /// What is wrong.
    pub message: String,
    /// What is sold instead, and the nearest size.
    pub help: String,
    /// The nearest size.
    pub nearest: Resources,
}

impl Problem {
    /// The help in the words of a task definition in AWS's JSON.
    pub fn help_in_json(&self) -> String {
        let (cpu, memory) = (self.nearest.cpu.0, self.nearest.memory.0);
        self.help.replace(&in_yaml(self.nearest), &format!("`\"cpu\": \"{cpu}\"` with `\"memory\": \"{memory}\"`"))
    }
}

/// A size as a scenario writes it.
fn in_yaml(size: Resources) -> String {
    format!("`cpu: {}` with `memory: {} MiB`", size.cpu.0, size.memory.0)
}

/// What is wrong with a pair of CPU and memory, if it is not sold for the operating system (ECS-110 to ECS-112).
pub fn problem(cpu: CpuUnits, memory: MebiBytes, system: OperatingSystem) -> Option<Problem> {
    let nearest = nearest(cpu, memory, system);
    let take = format!("the nearest size is {}", in_yaml(nearest));
    if let Some(sold) = memories(cpu, system) {
        return (!sold.iter().any(|one| one == memory)).then(|| Problem {
            refusal: Refusal::Memory,
            message: format!("Fargate does not sell {memory} with {cpu}"),
            help: format!("with {cpu} it sells {sold}; {take}"),
            nearest,
        });
    }
    if memories(cpu, OperatingSystem::Linux).is_some() {
        return Some(Problem {
            refusal: Refusal::CpuOnWindows,
            message: format!("Fargate runs no {system} task with {cpu}"),
            help: format!("for {system} it sells {} CPU units; {take}", all_cpus(system)),
            nearest,
        });
    }
    let for_whom = if system == OperatingSystem::Windows { " for Windows" } else { "" };
    Some(Problem {
        refusal: Refusal::Cpu,
        message: format!("Fargate does not sell {cpu}"),
        help: format!("it sells {} CPU units{for_whom}; {take}", all_cpus(system)),
        nearest,
    })
}

/// `1024, 2048 or 4096`.
fn all_cpus(system: OperatingSystem) -> String {
    let mut words: Vec<String> = rows(system).map(|row| row.cpu.to_string()).collect();
    let last = words.pop().unwrap_or_default();
    format!("{} or {last}", words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::{price, regions};
    use super::*;
    use crate::units::{Architecture, Decimal};
    use OperatingSystem::{Linux, Windows};

    fn valid(cpu: u32, memory: u32, system: OperatingSystem) -> bool {
        is_valid(CpuUnits(cpu), MebiBytes(memory), system)
    }

    fn near(cpu: u32, memory: u32, system: OperatingSystem) -> (u32, u32) {
        let size = nearest(CpuUnits(cpu), MebiBytes(memory), system);
        (size.cpu.0, size.memory.0)
    }

    fn said(cpu: u32, memory: u32, system: OperatingSystem) -> Problem {
        problem(CpuUnits(cpu), MebiBytes(memory), system).unwrap()
    }

    /// ECS-110, PRC-18: both ends of each row, and what lies a step outside or between.
    #[test]
    fn the_pairs_that_are_sold() {
        for (cpu, first, last, step) in [
            (512, 1024, 4096, 1024),
            (1024, 2048, 8192, 1024),
            (2048, 4096, 16384, 1024),
            (4096, 8192, 30720, 1024),
            (8192, 16384, 61440, 4096),
            (16384, 32768, 122_880, 8192),
        ] {
            for (memory, sold) in [
                (first, true),
                (first + step, true),
                (last, true),
                (first - step, false),
                (last + step, false),
                (first + step / 2, false),
                (first + 1, false),
            ] {
                assert_eq!(valid(cpu, memory, Linux), sold, "{cpu} with {memory}");
            }
        }
        for (cpu, all) in [(256, [512, 1024, 2048]), (32768, [61440, 122_880, 249_856])] {
            assert!(all.iter().all(|memory| valid(cpu, *memory, Linux)));
        }
        // 0.25 vCPU has no 1.5 and no 3 GB; 32 vCPU has 60, 120 and 244 GB, not 64
        assert!(!valid(256, 1536, Linux) && !valid(256, 3072, Linux) && !valid(32768, 65536, Linux));
        assert!(!valid(0, 0, Linux) && !valid(1000, 2048, Linux) && !valid(3072, 8192, Linux));
        // 3 + 4 + 7 (2 to 8 GB) + 13 (4 to 16) + 23 (8 to 30) + 12 (16 to 60 by 4) + 12 (32 to 120 by 8) + 3
        assert_eq!(sizes(Linux).count(), 77);
    }

    /// ECS-110, ECS-112: Windows from 1 to 4 vCPU.
    #[test]
    fn windows_has_three_cpus() {
        assert_eq!(sizes(Windows).count(), 43); // 7 + 13 + 23
        assert!(valid(1024, 2048, Windows) && valid(4096, 30720, Windows));
        assert!(!valid(512, 1024, Windows) && !valid(256, 512, Windows) && !valid(8192, 16384, Windows));
    }

    /// ECS-111: what is sold is no problem, and everything else is one.
    #[test]
    fn what_is_not_sold_is_a_problem() {
        for system in OperatingSystem::ALL {
            for cpu in (0..=33_000).step_by(256) {
                for memory in (0..=260_000).step_by(1024).chain([512, 1536]) {
                    let found = problem(CpuUnits(cpu), MebiBytes(memory), system);
                    assert_eq!(found.is_none(), valid(cpu, memory, system), "{cpu} with {memory}");
                }
            }
        }
    }

    #[test]
    fn the_nearest_size_holds_the_task() {
        assert_eq!(near(256, 512, Linux), (256, 512)); // sold already
        assert_eq!(near(256, 600, Linux), (256, 1024));
        assert_eq!(near(256, 3000, Linux), (512, 3072)); // 0.25 vCPU ends at 2048
        assert_eq!(near(300, 100, Linux), (512, 1024)); // 0.5 vCPU begins at 1024
        assert_eq!(near(1024, 1024, Linux), (1024, 2048));
        assert_eq!(near(1500, 3000, Linux), (2048, 4096));
        assert_eq!(near(8192, 61441, Linux), (16384, 65536)); // 32768 + 4 x 8192 = 65536
        assert_eq!(near(256, 122_881, Linux), (32768, 249_856));
        assert_eq!(near(256, 512, Windows), (1024, 2048));
        // More than is sold: cut to 32768 units and 249856 MiB, on Windows to 4096 and 30720.
        assert_eq!(near(65536, 512, Linux), (32768, 61440));
        assert_eq!(near(256, 300_000, Linux), (32768, 249_856));
        assert_eq!(near(u32::MAX, u32::MAX, Linux), (32768, 249_856));
        assert_eq!(near(8192, 16384, Windows), (4096, 16384));
        assert_eq!(near(1024, 40000, Windows), (4096, 30720));
    }

    /// The promise of [`nearest`]: no size that holds the task costs less, in any Region and on any platform.
    #[test]
    fn the_nearest_size_is_the_cheapest() {
        let prices: Vec<_> = regions()
            .flat_map(|region| Architecture::ALL.map(|architecture| (region, architecture, Linux)))
            .chain([("us-east-1", Architecture::X86_64, Windows)])
            .map(|(region, architecture, system)| (system, price(region, architecture, system).unwrap()))
            .collect();
        let scaled = |price: Decimal| i128::from(price.mantissa) * 10_i128.pow(12 - u32::from(price.scale));
        for (system, price) in prices {
            let [cpu, licence, gb] = [price.vcpu_hour, price.os_licence_vcpu_hour, price.gb_hour].map(scaled);
            let cost = |size: Resources| i128::from(size.cpu.0) * (cpu + licence) + i128::from(size.memory.0) * gb;
            for wanted in sizes(Linux).flat_map(|size| [size, Resources::new(size.cpu.0 - 1, size.memory.0 + 1)]) {
                let chosen = nearest(wanted.cpu, wanted.memory, system);
                let cheaper = sizes(system).find(|size| size.covers(wanted) && cost(*size) < cost(chosen));
                assert_eq!(cheaper, None, "for {wanted:?} instead of {chosen:?}");
            }
        }
    }

    #[test]
    fn problems_name_the_wrong_part_and_a_remedy() {
        let found = said(1500, 4096, Linux);
        assert_eq!((found.refusal, found.message.as_str()), (Refusal::Cpu, "Fargate does not sell 1500 CPU units"));
        assert_eq!(
            found.help,
            "it sells 256, 512, 1024, 2048, 4096, 8192, 16384 or 32768 CPU units; the nearest size is `cpu: 2048` with \
             `memory: 4096 MiB`"
        );
        let found = said(1024, 1024, Linux);
        assert_eq!(found.refusal, Refusal::Memory);
        assert_eq!(found.message, "Fargate does not sell 1024 MiB with 1024 CPU units");
        assert_eq!(
            found.help,
            "with 1024 CPU units it sells 2048 to 8192 MiB in steps of 1024; the nearest size is `cpu: 1024` with \
             `memory: 2048 MiB`"
        );
        assert!(said(256, 3072, Linux).help.starts_with("with 256 CPU units it sells 512, 1024 or 2048 MiB; "));
        let found = said(512, 1024, Windows);
        assert_eq!(found.refusal, Refusal::CpuOnWindows);
        assert_eq!(found.message, "Fargate runs no Windows task with 512 CPU units");
        assert_eq!(
            found.help,
            "for Windows it sells 1024, 2048 or 4096 CPU units; the nearest size is `cpu: 1024` with `memory: 2048 MiB`"
        );
        assert_eq!(said(1500, 4096, Windows).refusal, Refusal::Cpu);
        assert!(said(1500, 4096, Windows).help.contains("4096 CPU units for Windows; "));
        assert_eq!(said(1024, 9000, Windows).refusal, Refusal::Memory);
    }
}
