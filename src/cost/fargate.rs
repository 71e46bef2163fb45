//! Fargate: the size that a task asks for, by the second from the start of its image's download to its end, with a
//! minimum (PRC-10 to PRC-12). What is above the included storage is billed too (PRC-16).

use super::flow::Flow;
use super::{Category, Line, Meter, Spent};
use crate::catalog::fargate::{FargatePrice, STORAGE_INCLUDED_GB};
use crate::fact::{Cast, Fact, Place, Platform, TaskRef};
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
    cpu: Flow,
    /// MiB times ms.
    memory: Flow,
    /// GiB above what is included, times ms.
    storage: Flow,
    tasks: u64,
    tasks_with_storage: u64,
}

impl Used {
    /// What is metered, how many tasks took part, and at what price (PRC-5).
    fn meters(&self, price: &FargatePrice) -> impl Iterator<Item = (Meter, Flow, u64, Decimal)> {
        let licence = (price.system == OperatingSystem::Windows).then_some((
            Meter::Licence,
            self.cpu,
            self.tasks,
            price.os_licence_vcpu_hour,
        ));
        [
            Some((Meter::Vcpus, self.cpu, self.tasks, price.vcpu_hour)),
            Some((Meter::Memory, self.memory, self.tasks, price.gb_hour)),
            licence,
            Some((Meter::Storage, self.storage, self.tasks_with_storage, price.storage_gb_hour)),
        ]
        .into_iter()
        .flatten()
    }
}

fn category(price: &FargatePrice) -> Category {
    if price.is_spot { Category::FargateSpot } else { Category::Fargate }
}

impl FargateMeter {
    /// The lines of the bill, by provider, platform and meter (PRC-5). Prices are those of the plan; what has none is
    /// never used, because the plan refuses it.
    pub fn lines(&self, cast: &Cast, prices: &FargatePrices) -> Vec<Line> {
        let mut lines = Vec::new();
        for (key, used) in &self.used {
            let Some(price) = prices.get(key) else { continue };
            let (provider, architecture, system) = *key;
            for (meter, flow, count, per_hour) in used.meters(price).filter(|(_, _, count, _)| *count > 0) {
                lines.push(Line {
                    category: category(price),
                    provider: cast.providers[provider].clone(),
                    item: format!("{system}/{architecture}"),
                    meter,
                    quantity_ms: flow.ended(),
                    count,
                    price: per_hour,
                    cost: price_exactly(flow.ended(), per_hour, meter.hour()),
                });
            }
        }
        lines
    }

    /// Adds what was spent until a moment that is not before the last fact.
    pub fn spent(&self, prices: &FargatePrices, until: SimTime, to: &mut Spent) {
        for (key, used) in &self.used {
            let Some(price) = prices.get(key) else { continue };
            for (meter, flow, _, per_hour) in used.meters(price) {
                to[category(price)] += price_exactly(flow.until(until), per_hour, meter.hour());
            }
        }
    }

    /// The task is billed from now on.
    fn begin(&mut self, cast: &Cast, here: Here, now: SimTime) {
        let (used, storage) = self.used(cast, here);
        used.cpu.begin(now, here.need.cpu.0.into());
        used.memory.begin(now, here.need.memory.0.into());
        used.storage.begin(now, storage.into());
    }

    /// What the task belongs to, and its storage above what is included.
    fn used(&mut self, cast: &Cast, here: Here) -> (&mut Used, u32) {
        let Platform { architecture, operating_system, storage_gib } = cast.sources[here.task.source].platform;
        let used = self.used.entry((here.provider, architecture, operating_system)).or_default();
        (used, storage_gib.saturating_sub(STORAGE_INCLUDED_GB))
    }

    fn end(&mut self, cast: &Cast, here: Here, until: SimTime) {
        let Some(since) = here.since else { return };
        let life_ms = (until - since).0;
        let billed_ms = billed(since, until, cast.sources[here.task.source].platform.operating_system);
        let (used, storage) = self.used(cast, here);
        used.cpu.end(until, here.need.cpu.0.into(), life_ms, billed_ms);
        used.memory.end(until, here.need.memory.0.into(), life_ms, billed_ms);
        used.storage.end(until, storage.into(), life_ms, billed_ms);
        // one that came at the very end is not billed (ECS-951)
        used.tasks += u64::from(billed_ms > 0);
        used.tasks_with_storage += u64::from(billed_ms > 0 && storage > 0);
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
                    let here = *here;
                    self.begin(cast, here, at);
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
