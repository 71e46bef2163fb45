//! Fargate: the size that a task asks for, by the second from the start of its image's download to its end, with a
//! minimum (PRC-10 to PRC-12). What is above the included storage is billed too (PRC-16).

use super::{Line, Meter};
use crate::catalog::fargate::{FargatePrice, STORAGE_INCLUDED_GB};
use crate::fact::{Cast, Fact, Observer, Place, Platform, TaskRef};
use crate::units::{Architecture, Decimal, Id, OperatingSystem, ProviderId, Resources, SimTime, price_exactly};
use std::collections::BTreeMap;

const SECOND_MS: u64 = 1000;

/// What a platform costs on a provider.
pub type FargatePrices = BTreeMap<(ProviderId, Architecture, OperatingSystem), FargatePrice>;

/// Meters the tasks on Fargate.
#[derive(Debug, Clone, Default)]
pub struct FargateMeter {
    /// Tasks that have a place on Fargate, by row.
    here: Vec<Option<Here>>,
    used: BTreeMap<(ProviderId, Architecture, OperatingSystem), Used>,
}

#[derive(Debug, Clone, Copy)]
struct Here {
    task: TaskRef,
    provider: ProviderId,
    need: Resources,
    /// From when on it is billed: not before its image is pulled (PRC-11).
    since: Option<SimTime>,
}

/// What the tasks of one provider and platform come to.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    /// CPU units times ms.
    cpu: u128,
    /// MiB times ms.
    memory: u128,
    /// GiB above what is included, times ms.
    storage: u128,
    tasks: u64,
    tasks_with_storage: u64,
}

impl FargateMeter {
    /// The lines of the bill, by provider, platform and meter (PRC-5). Prices are those of the plan; what has none is
    /// never used, because the plan refuses it.
    pub fn lines(&self, cast: &Cast, prices: &FargatePrices) -> Vec<Line> {
        let mut lines = Vec::new();
        for (key, used) in &self.used {
            let Some(price) = prices.get(key) else { continue };
            let (provider, architecture, system) = *key;
            let mut add = |meter: Meter, quantity_ms: u128, count: u64, price: Decimal| {
                if count > 0 {
                    lines.push(Line {
                        category: "Fargate",
                        provider: cast.providers[provider].clone(),
                        item: format!("{system}/{architecture}"),
                        meter,
                        quantity_ms,
                        count,
                        price,
                        cost: price_exactly(quantity_ms, price, meter.hour()),
                    });
                }
            };
            add(Meter::Vcpus, used.cpu, used.tasks, price.vcpu_hour);
            add(Meter::Memory, used.memory, used.tasks, price.gb_hour);
            if system == OperatingSystem::Windows {
                add(Meter::Licence, used.cpu, used.tasks, price.os_licence_vcpu_hour);
            }
            add(Meter::Storage, used.storage, used.tasks_with_storage, price.storage_gb_hour);
        }
        lines
    }

    fn end(&mut self, cast: &Cast, here: Here, until: SimTime) {
        let Some(since) = here.since else { return };
        let platform = cast.sources[here.task.source].platform;
        let ms = u128::from(billed(since, until, platform.operating_system));
        if ms == 0 {
            return;
        }
        let Platform { architecture, operating_system, storage_gib } = platform;
        let used = self.used.entry((here.provider, architecture, operating_system)).or_default();
        let storage = storage_gib.saturating_sub(STORAGE_INCLUDED_GB);
        used.cpu += u128::from(here.need.cpu.0) * ms;
        used.memory += u128::from(here.need.memory.0) * ms;
        used.storage += u128::from(storage) * ms;
        used.tasks += 1;
        used.tasks_with_storage += u64::from(storage > 0);
    }

    /// Takes in a fact.
    pub fn observe(&mut self, cast: &Cast, at: SimTime, fact: &Fact) {
        match *fact {
            Fact::TaskPlaced { task, place: Place::Fargate { provider, .. }, need, .. } => {
                let row = task.row.row();
                if self.here.len() <= row {
                    self.here.resize(row + 1, None);
                }
                self.here[row] = Some(Here { task, provider, need, since: None });
            }
            Fact::TaskStarting { task, .. } => {
                if let Some(Some(here)) = self.here.get_mut(task.row.row()) {
                    here.since = Some(at);
                }
            }
            Fact::TaskStopped { task, .. } => {
                if let Some(here) = self.here.get_mut(task.row.row()).and_then(Option::take) {
                    self.end(cast, here, at);
                }
            }
            _ => {}
        }
    }

    /// The run is over: meters stop (ECS-951).
    pub fn close(&mut self, cast: &Cast, horizon: SimTime) {
        for here in std::mem::take(&mut self.here).into_iter().flatten() {
            self.end(cast, here, horizon);
        }
    }
}

/// Meters with the cast that they need to know what a task is built for.
#[derive(Debug, Clone)]
pub struct FargateObserver<'a> {
    /// The run's cast.
    pub cast: &'a Cast,
    /// The meter.
    pub meter: FargateMeter,
}

impl Observer for FargateObserver<'_> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
        self.meter.observe(self.cast, at, fact);
    }

    fn close(&mut self, horizon: SimTime) {
        self.meter.close(self.cast, horizon);
    }
}

/// What a task is billed for: seconds begun, a minute at least, on Windows five (PRC-12); nothing if it came at the
/// very end of the run, where meters stop (ECS-951).
fn billed(since: SimTime, until: SimTime, system: OperatingSystem) -> u64 {
    let minimum = match system {
        OperatingSystem::Linux => 60_000,
        OperatingSystem::Windows => 300_000,
    };
    match (until - since).0 {
        0 => 0,
        life => life.next_multiple_of(SECOND_MS).max(minimum),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::fargate::price;
    use crate::fact::{Origin, TaskSourceRole, Why};
    use crate::units::{GroupId, NanoUsd, TaskId, TaskSourceId, ZoneId};

    /// PRC-11, PRC-12.
    #[test]
    fn by_the_second_with_a_minimum() {
        let linux = |from, to| billed(SimTime(from), SimTime(to), OperatingSystem::Linux);
        assert_eq!((linux(0, 1), linux(0, 60_000), linux(0, 60_001)), (60_000, 60_000, 61_000));
        assert_eq!((linux(500, 90_500), linux(5, 5)), (90_000, 0)); // ECS-951: came at the horizon
        assert_eq!(billed(SimTime(0), SimTime(1), OperatingSystem::Windows), 300_000);
        assert_eq!(billed(SimTime(0), SimTime(300_001), OperatingSystem::Windows), 301_000);
    }

    /// PRC-10 to PRC-16: 1 vCPU, 2 GiB and 30 GiB of storage for half an hour, on both operating systems.
    #[test]
    fn each_meter_has_its_line() {
        let platform = |operating_system| Platform { operating_system, storage_gib: 30, ..Platform::default() };
        let source = |operating_system| TaskSourceRole {
            name: "job".to_owned(),
            origin: Origin::Standalone,
            group: GroupId(0),
            task_definition: None,
            platform: platform(operating_system),
        };
        let cast = Cast {
            providers: ["instances", "fargate"].map(ToOwned::to_owned).into_iter().collect(),
            sources: OperatingSystem::ALL.map(source).into_iter().collect(),
            ..Cast::default()
        };
        let fargate = ProviderId(1);
        let mut meter = FargateMeter::default();
        for row in 0..2 {
            let task = TaskRef { row: TaskId(row), source: TaskSourceId(row), ordinal: 0 };
            let place = Place::Fargate { provider: fargate, zone: ZoneId(0) };
            let need = Resources::new(1024, 2048);
            meter.observe(&cast, SimTime(0), &Fact::TaskPlaced { task, place, need, why: Why::Given });
            meter.observe(&cast, SimTime(30_000), &Fact::TaskStarting { task, host_port: None });
            let stopped = Fact::TaskStopped { task, why: Why::LifetimeOver, cpu_used_unit_ms: 0 };
            meter.observe(&cast, SimTime(1_830_000), &stopped);
        }
        let of = |system| price("us-east-1", Architecture::X86_64, system).unwrap();
        let key = |system| (fargate, Architecture::X86_64, system);
        let prices = OperatingSystem::ALL.map(|system| (key(system), of(system))).into_iter().collect();
        let lines = meter.lines(&cast, &prices);
        let costs: Vec<(Meter, NanoUsd)> = lines.iter().map(|line| (line.meter, line.cost)).collect();
        // half an hour each: 0.04048 / 2; 2 x 0.004445 / 2; 10 x 0.000111 / 2; Windows 0.0915 / 2, 0.01, 0.046 / 2
        let expected = [
            (Meter::Vcpus, NanoUsd(20_240_000)),
            (Meter::Memory, NanoUsd(4_445_000)),
            (Meter::Storage, NanoUsd(555_000)),
            (Meter::Vcpus, NanoUsd(45_750_000)),
            (Meter::Memory, NanoUsd(10_000_000)),
            (Meter::Licence, NanoUsd(23_000_000)),
            (Meter::Storage, NanoUsd(555_000)),
        ];
        assert_eq!(costs, expected);
    }
}
