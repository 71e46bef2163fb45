//! Fargate: the size that a task asks for, by the second from the start of its image's download to its end, with a
//! minimum (PRC-10 to PRC-12). What is above the included storage is billed too (PRC-16).

use super::flow::Flow;
use super::line::{Counted, Line, PriceSource, Share};
use super::{Category, Covered};
use crate::catalog::charges::Unit;
use crate::catalog::fargate::{FargatePrice, STORAGE_INCLUDED_GB};
use crate::fact::{Cast, Fact, Observer, Place, Platform, TaskRef};
use crate::units::{
    Architecture, Decimal, Id, OperatingSystem, ProviderId, Resources, SimTime, TaskSourceId, price_exactly,
};
use std::collections::BTreeMap;

const SECOND_MS: u64 = 1000;

/// What a platform costs on a provider.
pub type FargatePrices = BTreeMap<(ProviderId, Architecture, OperatingSystem), PricedPlatform>;

/// The prices of a platform, and where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedPlatform {
    /// The prices.
    pub price: FargatePrice,
    /// Where they come from.
    pub source: PriceSource,
}

/// What the size of a task on Fargate is billed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FargatePart {
    /// vCPUs of tasks, in CPU units.
    Vcpus,
    /// Memory of tasks, in MiB; a priced GB has 1,024 of them (PRC-2).
    Memory,
    /// The licence of an operating system, for the vCPUs of tasks in CPU units (PRC-15).
    Licence,
    /// Ephemeral storage above what is included, in GiB (PRC-16).
    Storage,
}

impl FargatePart {
    /// What its price is for.
    pub const fn unit(self) -> Unit {
        match self {
            Self::Vcpus | Self::Licence => Unit::VCPU_HOUR,
            Self::Memory => Unit::MEMORY_HOUR,
            Self::Storage => Unit::STORAGE_HOUR,
        }
    }

    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Vcpus => "vCPU",
            Self::Memory => "GB",
            Self::Licence => "licence vCPU",
            Self::Storage => "storage GB",
        }
    }

    /// Its name among prices, by platform: `fargate_arm_vcpu_hour`.
    pub const fn price_key(self, is_spot: bool, architecture: Architecture, system: OperatingSystem) -> &'static str {
        let of = match (is_spot, architecture, system) {
            (false, Architecture::X86_64, OperatingSystem::Linux) => 0,
            (false, Architecture::Arm64, OperatingSystem::Linux) => 2,
            (true, Architecture::X86_64, _) => 4,
            (true, Architecture::Arm64, _) => 6,
            (false, _, OperatingSystem::Windows) => 8,
        };
        match self {
            Self::Vcpus => FARGATE_PRICES[of],
            Self::Memory => FARGATE_PRICES[of + 1],
            Self::Licence => FARGATE_PRICES[10],
            Self::Storage => FARGATE_PRICES[11],
        }
    }
}

/// Names of Fargate's prices: vCPU and GB of a platform stand side by side.
pub const FARGATE_PRICES: [&str; 12] = [
    "fargate_vcpu_hour",
    "fargate_gb_hour",
    "fargate_arm_vcpu_hour",
    "fargate_arm_gb_hour",
    "fargate_spot_vcpu_hour",
    "fargate_spot_gb_hour",
    "fargate_spot_arm_vcpu_hour",
    "fargate_spot_arm_gb_hour",
    "fargate_windows_vcpu_hour",
    "fargate_windows_gb_hour",
    "fargate_windows_licence_vcpu_hour",
    "fargate_storage_gb_hour",
];

/// The tasks of one source on one platform of one provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FargateKey {
    /// The provider.
    pub provider: ProviderId,
    /// The processor architecture.
    pub architecture: Architecture,
    /// The operating system.
    pub system: OperatingSystem,
    /// The service or entry of `tasks`.
    pub source: TaskSourceId,
}

/// Meters the tasks on Fargate.
#[derive(Debug, Clone)]
pub struct FargateMeter<'a> {
    cast: &'a Cast,
    prices: &'a FargatePrices,
    /// Tasks that have a place on Fargate, by row.
    here: Vec<Option<Here>>,
    used: BTreeMap<FargateKey, Used>,
}

#[derive(Debug, Clone, Copy)]
struct Here {
    task: TaskRef,
    provider: ProviderId,
    need: Resources,
    /// From when on it is billed: not before its image is pulled (PRC-11).
    since: Option<SimTime>,
}

/// What the tasks of one key come to.
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
    fn meters(&self, price: &FargatePrice) -> impl Iterator<Item = (FargatePart, Flow, u64, Decimal)> {
        let licence = (price.system == OperatingSystem::Windows).then_some((
            FargatePart::Licence,
            self.cpu,
            self.tasks,
            price.os_licence_vcpu_hour,
        ));
        let storage = (self.tasks_with_storage > 0 || self.storage.is_running()).then_some((
            FargatePart::Storage,
            self.storage,
            self.tasks_with_storage,
            price.storage_gb_hour,
        ));
        [
            Some((FargatePart::Vcpus, self.cpu, self.tasks, price.vcpu_hour)),
            Some((FargatePart::Memory, self.memory, self.tasks, price.gb_hour)),
            licence,
            storage,
        ]
        .into_iter()
        .flatten()
    }
}

const fn category(price: &FargatePrice) -> Category {
    if price.is_spot { Category::FargateSpot } else { Category::Fargate }
}

impl<'a> FargateMeter<'a> {
    /// Ready for the first fact. Prices are those of the plan; what has none is never used, because the plan refuses
    /// it.
    pub fn new(cast: &'a Cast, prices: &'a FargatePrices) -> Self {
        Self { cast, prices, here: Vec::new(), used: BTreeMap::new() }
    }

    /// vCPUs in CPU units times ms and memory in MiB times ms until a moment that is not before the last fact, by key.
    pub fn usage(&self, until: SimTime) -> impl Iterator<Item = (FargateKey, u128, u128)> {
        self.used.iter().map(move |(key, used)| (*key, used.cpu.until(until), used.memory.until(until)))
    }

    /// The lines of the bill until a moment that is not before the last fact, by provider, platform, source and meter
    /// (PRC-5, PRC-96), less what commitments cover.
    pub fn lines(&self, until: SimTime, covered: &Covered) -> Vec<Line> {
        let mut lines = Vec::new();
        for (key, used) in &self.used {
            let Some(of) = self.prices.get(&(key.provider, key.architecture, key.system)) else { continue };
            for (part, flow, tasks, price) in used.meters(&of.price) {
                let quantity = flow.until(until).saturating_sub(covered.of_fargate(*key, part));
                lines.push(Line {
                    category: category(&of.price),
                    service: Some(self.cast.sources[key.source].name.as_str().into()),
                    share: Share::Source(key.source),
                    provider: self.cast.providers[key.provider].as_str().into(),
                    item: format!("{}, {}/{}", part.words(), key.system, key.architecture).into(),
                    price_key: part.price_key(of.price.is_spot, key.architecture, key.system).into(),
                    unit: part.unit(),
                    quantity,
                    counted: Counted::Tasks(tasks),
                    price,
                    source: of.source.clone(),
                    cost: price_exactly(quantity, price, part.unit().per),
                });
            }
        }
        lines
    }

    /// The task is billed from now on.
    fn begin(&mut self, here: Here, now: SimTime) {
        let (used, storage) = self.used(here);
        used.cpu.begin(now, here.need.cpu.0.into());
        used.memory.begin(now, here.need.memory.0.into());
        used.storage.begin(now, storage.into());
    }

    /// What the task belongs to, and its storage above what is included.
    fn used(&mut self, here: Here) -> (&mut Used, u32) {
        let Platform { architecture, operating_system, storage_gib } = self.cast.sources[here.task.source].platform;
        let (provider, source) = (here.provider, here.task.source);
        let key = FargateKey { provider, architecture, system: operating_system, source };
        let used = self.used.entry(key).or_default();
        (used, storage_gib.saturating_sub(STORAGE_INCLUDED_GB))
    }

    fn end(&mut self, here: Here, until: SimTime) {
        let Some(since) = here.since else { return };
        let life_ms = (until - since).0;
        let billed_ms = billed(since, until, self.cast.sources[here.task.source].platform.operating_system);
        let (used, storage) = self.used(here);
        used.cpu.end(until, here.need.cpu.0.into(), life_ms, billed_ms);
        used.memory.end(until, here.need.memory.0.into(), life_ms, billed_ms);
        used.storage.end(until, storage.into(), life_ms, billed_ms);
        // one that came at the very end is not billed (ECS-951)
        used.tasks += u64::from(billed_ms > 0);
        used.tasks_with_storage += u64::from(billed_ms > 0 && storage > 0);
    }
}

impl Observer for FargateMeter<'_> {
    fn observe(&mut self, at: SimTime, fact: &Fact) {
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
                    self.begin(here, at);
                }
            }
            Fact::TaskStopped { task, .. } => {
                if let Some(here) = self.here.get_mut(task.row.row()).and_then(Option::take) {
                    self.end(here, at);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, horizon: SimTime) {
        for here in std::mem::take(&mut self.here).into_iter().flatten() {
            self.end(here, horizon);
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

    /// What the catalogue lists and what a scenario may name are the same.
    #[test]
    fn all_prices_have_their_names() {
        let listed: Vec<&str> = crate::catalog::fargate::named_prices("us-east-1").iter().map(|of| of.name).collect();
        assert_eq!(listed, FARGATE_PRICES);
    }

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
        let of = |system| price("us-east-1", Architecture::X86_64, system).unwrap();
        let key = |system| (fargate, Architecture::X86_64, system);
        let source = PriceSource::new("table", "2026");
        let priced = |system| PricedPlatform { price: of(system), source: source.clone() };
        let table = OperatingSystem::ALL.map(|system| (key(system), priced(system))).into_iter().collect();
        let mut meter = FargateMeter::new(&cast, &table);
        for row in 0..2 {
            let task = TaskRef { row: TaskId(row), source: TaskSourceId(row), ordinal: 0 };
            let place = Place::Fargate { provider: fargate, zone: ZoneId(0) };
            let need = Resources::new(1024, 2048);
            meter.observe(SimTime(0), &Fact::TaskPlaced { task, place, need, why: Why::Given });
            meter.observe(SimTime(30_000), &Fact::TaskStarting { task, host_port: None });
            let stopped = Fact::TaskStopped { task, why: Why::LifetimeOver, cpu_used_unit_ms: 0 };
            meter.observe(SimTime(1_830_000), &stopped);
        }
        let lines = meter.lines(SimTime(1_830_000), &Covered::default());
        let costs: Vec<(&str, NanoUsd)> = lines.iter().map(|line| (&*line.price_key, line.cost)).collect();
        // half an hour each: 0.04048 / 2; 2 x 0.004445 / 2; 10 x 0.000111 / 2; Windows 0.0915 / 2, 0.01, 0.046 / 2
        let expected = [
            ("fargate_vcpu_hour", NanoUsd(20_240_000)),
            ("fargate_gb_hour", NanoUsd(4_445_000)),
            ("fargate_storage_gb_hour", NanoUsd(555_000)),
            ("fargate_windows_vcpu_hour", NanoUsd(45_750_000)),
            ("fargate_windows_gb_hour", NanoUsd(10_000_000)),
            ("fargate_windows_licence_vcpu_hour", NanoUsd(23_000_000)),
            ("fargate_storage_gb_hour", NanoUsd(555_000)),
        ];
        assert_eq!(costs, expected);
    }
}
