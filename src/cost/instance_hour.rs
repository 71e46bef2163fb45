//! One instance in one clock hour, split among those whose tasks were on it as AWS's split cost allocation does (PRC-94).
//!
//! Nothing here is money: amounts times ms, in which a vCPU counts nine times a GB. What the instance costs in the hour is
//! shared out by them.

use super::apportion::{part_of, share_out};
use crate::catalog;
use crate::fact::InstanceTypeRole;

/// A vCPU counts so many times a GB.
const VCPU_WEIGHT: u128 = 9;
/// Shares of what is unused are counted in so small parts of an amount.
const FINE: u128 = 1024;

/// Who bears what nobody allocated on an instance with tasks (PRC-94).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Idle {
    /// The tasks on it, by what they allocated.
    #[default]
    Shared,
    /// Nobody: it stands in a line of its own.
    Separate,
}

/// What an instance of a type has as advertised: CPU units and MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nominal {
    cpu: u128,
    memory: u128,
}

impl Nominal {
    /// By the catalogue; a type that is not there has what it registers.
    pub(super) fn of(role: &InstanceTypeRole) -> Self {
        let registered = (role.registered.cpu.0, role.registered.memory.0);
        let known = catalog::instance_type(&role.name).map(|known| (known.vcpus * 1024, known.memory.0));
        let (cpu, memory) = known.unwrap_or(registered);
        Self { cpu: cpu.into(), memory: memory.into() }
    }

    /// The sum of all shares for each ms that is paid for.
    pub(super) fn per_ms(self) -> u128 {
        (VCPU_WEIGHT * self.cpu + self.memory) * FINE
    }
}

/// What was allocated of an instance in an hour, or used there: CPU units and MiB, each times ms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Amounts {
    pub(super) cpu: u128,
    pub(super) memory: u128,
}

/// What falls to one of several, in weighted parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Fallen {
    /// For the CPU that it allocated.
    pub(super) cpu: u128,
    /// For the memory that it allocated.
    pub(super) memory: u128,
    /// Its share of what nobody allocated.
    pub(super) idle: u128,
}

/// Of one resource: what falls to each that wants some, and what is left. Who want more than there is share what there is.
fn allocate(available: u128, wanted: &[u128]) -> (Vec<u128>, u128) {
    let sum: u128 = wanted.iter().sum();
    if sum > available { (share_out(available, wanted), 0) } else { (wanted.to_vec(), available - sum) }
}

/// Splits an instance that was paid for `paid_ms` of an hour: what falls to each, and what to nobody. Together these are
/// [`Nominal::per_ms`] times `paid_ms`.
pub(super) fn split(nominal: Nominal, paid_ms: u128, allocated: &[Amounts], idle: Idle) -> (Vec<Fallen>, u128) {
    let cpu: Vec<u128> = allocated.iter().map(|amounts| amounts.cpu * VCPU_WEIGHT * FINE).collect();
    let memory: Vec<u128> = allocated.iter().map(|amounts| amounts.memory * FINE).collect();
    let (of_cpu, unused_cpu) = allocate(nominal.cpu * paid_ms * VCPU_WEIGHT * FINE, &cpu);
    let (of_memory, unused_memory) = allocate(nominal.memory * paid_ms * FINE, &memory);
    let fallen = of_cpu.into_iter().zip(of_memory).map(|(cpu, memory)| Fallen { cpu, memory, idle: 0 });
    let mut fallen: Vec<Fallen> = fallen.collect();
    let mut nobodys = 0;
    for (unused, own, other) in [(unused_cpu, &cpu, &memory), (unused_memory, &memory, &cpu)] {
        let has_some = |amounts: &&Vec<u128>| amounts.iter().any(|amount| *amount > 0);
        // a resource that nobody allocated is shared by the other one
        match [own, other].into_iter().find(has_some) {
            Some(by) if idle == Idle::Shared => {
                for (of, share) in fallen.iter_mut().zip(share_out(unused, by)) {
                    of.idle += share;
                }
            }
            _ => nobodys += unused,
        }
    }
    (fallen, nobodys)
}

/// Of what fell to somebody: for what it used, and for what it reserved and did not use.
pub(super) fn used_and_unused(fallen: Fallen, used: Amounts, allocated: Amounts) -> (u128, u128) {
    let in_use = part_of(fallen.cpu, used.cpu, allocated.cpu) + part_of(fallen.memory, used.memory, allocated.memory);
    (in_use, fallen.cpu + fallen.memory - in_use)
}

#[cfg(test)]
mod tests {
    use super::super::apportion::share_money;
    use super::*;
    use crate::units::NanoUsd;

    const HOUR_MS: u128 = 3_600_000;

    /// Thousandths of a vCPU and of a GB for the whole hour.
    fn hour(vcpu: u128, gb: u128) -> Amounts {
        Amounts { cpu: vcpu * 1024 * HOUR_MS / 1000, memory: gb * 1024 * HOUR_MS / 1000 }
    }

    /// PRC-95, to nine decimals: c5.xlarge for $0.17, tasks A and B of web and C of api.
    #[test]
    fn the_worked_example() {
        let nominal = Nominal { cpu: 4 * 1024, memory: 8 * 1024 };
        let reserved = [hour(1000, 2000), hour(1000, 2000), hour(500, 1000)];
        let used = [hour(400, 1500), hour(1600, 1000), hour(500, 2000)];
        let most = |(reserved, used): (&Amounts, &Amounts)| Amounts {
            cpu: reserved.cpu.max(used.cpu),
            memory: reserved.memory.max(used.memory),
        };
        let allocated: Vec<Amounts> = reserved.iter().zip(&used).map(most).collect();
        let (fallen, nobodys) = split(nominal, HOUR_MS, &allocated, Idle::Shared);
        assert_eq!(nobodys, 0);
        let parts = |row: usize| {
            let (in_use, unused) = used_and_unused(fallen[row], used[row], allocated[row]);
            [in_use, unused, fallen[row].idle]
        };
        let whole = nominal.per_ms() * HOUR_MS;
        let nanos = |weight: u128| (weight * 170_000_000 + whole / 2) / whole;
        let table: Vec<[u128; 4]> = (0..3)
            .map(|row| {
                let [in_use, unused, idle] = parts(row);
                [nanos(in_use), nanos(unused), nanos(idle), nanos(in_use + unused + idle)]
            })
            .collect();
        assert_eq!(table[0], [19_704_545, 22_795_455, 12_671_065, 55_171_065]);
        assert_eq!(table[1], [59_500_000, 3_863_636, 18_728_250, 82_091_887]);
        assert_eq!(table[2], [25_113_636, 0, 7_623_412, 32_737_048]);
        // the service is the sum of its tasks: web 0.137262952, api 0.032737048, together 0.17
        let all = |row: usize| parts(row).iter().sum::<u128>();
        let services = share_money(NanoUsd(170_000_000), &[all(0) + all(1), all(2)]);
        assert_eq!(services, [NanoUsd(137_262_952), NanoUsd(32_737_048)]);
    }

    #[test]
    fn the_parts_are_the_whole() {
        let nominal = Nominal { cpu: 2048, memory: 4096 };
        let cases: [&[Amounts]; 5] = [
            &[],
            &[hour(1000, 1000)],
            &[hour(1000, 0), hour(333, 0), hour(1, 0)], // memory that nobody allocated goes by CPU
            &[hour(0, 0)],
            &[hour(3000, 1000), hour(500, 2000)], // more CPU than there is
        ];
        for allocated in cases {
            for idle in [Idle::Shared, Idle::Separate] {
                let (fallen, nobodys) = split(nominal, HOUR_MS, allocated, idle);
                let sum: u128 = fallen.iter().map(|of| of.cpu + of.memory + of.idle).sum();
                assert_eq!(sum + nobodys, nominal.per_ms() * HOUR_MS, "{allocated:?}");
                let has_tasks = allocated.iter().any(|amounts| amounts.cpu + amounts.memory > 0);
                assert_eq!(nobodys == 0, has_tasks && idle == Idle::Shared, "{allocated:?}");
            }
        }
        let (fallen, _) = split(nominal, HOUR_MS, cases[4], Idle::Shared);
        // 3 and 0.5 of 2 vCPU: 12/7 and 2/7, and none of it idle; of 4 GB one is unused, shared 1:2
        assert!(fallen[0].cpu.abs_diff(9 * 2048 * HOUR_MS * FINE * 6 / 7) <= 1);
        assert!(fallen[1].idle.abs_diff(1024 * HOUR_MS * FINE * 2 / 3) <= 1);
    }

    #[test]
    fn what_is_nominal() {
        let role = |name: &str| InstanceTypeRole {
            name: name.to_owned(),
            operating_system: crate::units::OperatingSystem::Linux,
            registered: crate::units::Resources::new(100, 200),
            gpus: 0,
            interfaces: 1,
            trunk: false,
            purchase: crate::fact::Purchase::default(),
        };
        assert_eq!(Nominal::of(&role("c5.xlarge")), Nominal { cpu: 4096, memory: 8192 });
        assert_eq!(Nominal::of(&role("my-own")), Nominal { cpu: 100, memory: 200 });
    }
}
