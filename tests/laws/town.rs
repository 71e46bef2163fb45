//! Random scenarios, written as a person would: as YAML.
//!
//! Times lie on a coarse grid, so that arrivals, ends and stops meet at one instant; sizes are such that instances
//! fill up; tasks take from nothing to minutes to start and to exit, so that the agents' lines are really used.

use longshore::diag::{Findings, Sources, render};
use longshore::plan::{Files, Plan, plan};
use longshore::scenario::{load, scenario};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use std::fmt::Write;

/// Where times lie.
const GRID_S: u64 = 30;

#[derive(Debug, Clone)]
struct Machine {
    instance_type: &'static str,
    count: u32,
    zone: Option<&'static str>,
    cpu: Option<u32>,
    memory: Option<u32>,
}

#[derive(Debug, Clone)]
struct Definition {
    cpu: u32,
    memory: u32,
    start_ms: u64,
    exit_ms: u64,
}

#[derive(Debug, Clone)]
struct Place {
    provider: usize,
    chain: Option<&'static str>,
    /// A launch type or strategy of Fargate's, instead of the two above, and a size that Fargate sells.
    fargate: Option<&'static str>,
    /// Split between the first two providers, where there are so many: base and weights.
    split: Option<(u32, u32, u32)>,
}

#[derive(Debug, Clone)]
struct Service {
    definition: usize,
    desired: u32,
    place: Place,
    load: Option<(&'static str, u32)>,
}

#[derive(Debug, Clone)]
struct Batch {
    definition: usize,
    at: u64,
    count: u32,
    lifetime: Option<u64>,
    place: Place,
    grouped: bool,
}

/// A random scenario.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent choices, not a state")]
pub(crate) struct Town {
    pub(crate) duration_ms: u64,
    seed: u64,
    steady: bool,
    lowest_id: bool,
    bucket: Option<&'static str>,
    /// Addresses of the subnets in the two zones that others keep.
    subnets: Option<(u32, u32, bool)>,
    /// PROVISIONING on Fargate, in ms.
    provision: Option<u64>,
    machines: Vec<Machine>,
    providers: Vec<Machine>,
    definitions: Vec<Definition>,
    services: Vec<Service>,
    batches: Vec<Batch>,
    stops: Vec<(u64, usize, u32)>,
    /// Whether sources of tasks that have a provider of their own are there too.
    with_others: bool,
    /// Whether every task names a provider.
    without_ec2: bool,
}

fn machine() -> impl Strategy<Value = Machine> {
    let kind = prop::sample::select(vec!["m5.large", "t3.micro", "c5.large", "t3.small"]);
    let zone = option::of(prop::sample::select(vec!["a", "b"]));
    let cpu = option::weighted(0.6, prop::sample::select(vec![512_u32, 1024, 1500, 2048]));
    let memory = option::weighted(0.6, prop::sample::select(vec![512_u32, 1000, 2048]));
    (kind, 1..3_u32, zone, cpu, memory).prop_map(|(instance_type, count, zone, cpu, memory)| Machine {
        instance_type,
        count,
        zone,
        cpu,
        memory,
    })
}

fn definition() -> impl Strategy<Value = Definition> {
    let cpu = prop::sample::select(vec![128_u32, 256, 512, 700, 1024]);
    let memory = prop::sample::select(vec![64_u32, 256, 400, 512, 900]);
    let start = prop::sample::select(vec![0_u64, 0, 2000, 30_000, 95_500]);
    let exit = prop::sample::select(vec![0_u64, 2000, 30_000, 95_000, 180_000]);
    (cpu, memory, start, exit).prop_map(|(cpu, memory, start_ms, exit_ms)| Definition {
        cpu,
        memory,
        start_ms,
        exit_ms,
    })
}

fn place() -> impl Strategy<Value = Place> {
    let chains = vec![
        "[random]",
        "[{binpack: memory}]",
        "[{binpack: cpu}]",
        "[{spread: instance_id}]",
        "[{spread: availability_zone}, {binpack: memory}]",
        "[{spread: availability_zone}, {spread: instance_id}, random]",
    ];
    let wishes = vec![
        "launch_type: FARGATE",
        "capacity_provider_strategy: [{provider: FARGATE_SPOT}]",
        "capacity_provider_strategy: [{provider: fargate, base: 2, weight: 1}, {provider: fargate_spot, weight: 3}]",
        "capacity_provider_strategy: [{provider: fargate_spot, weight: 5}, {provider: fargate, base: 1, weight: 2}]",
        "capacity_provider_strategy: [{provider: fargate, base: 3}, {provider: fargate_spot, weight: 1}]",
    ];
    let fargate = option::weighted(0.25, prop::sample::select(wishes));
    let split = option::weighted(0.3, (0..3_u32, 1..4_u32, 0..4_u32));
    (0..4_usize, option::of(prop::sample::select(chains)), fargate, split)
        .prop_map(|(provider, chain, fargate, split)| Place { provider, chain, fargate, split })
}

fn service() -> impl Strategy<Value = Service> {
    let rate = prop::sample::select(vec!["0", "3", "0.7", "25.125", "90"]);
    let load = option::weighted(0.7, (rate, prop::sample::select(vec![100_u32, 7001, 12_000, 40_000])));
    (0..4_usize, 0..8_u32, place(), load).prop_map(|(definition, desired, place, load)| Service {
        definition,
        desired,
        place,
        load,
    })
}

fn batch() -> impl Strategy<Value = Batch> {
    let lifetime = option::weighted(0.8, 0..8_u64);
    (0..4_usize, 0..12_u64, 1..15_u32, lifetime, place(), any::<bool>()).prop_map(
        |(definition, at, count, lifetime, place, grouped)| Batch { definition, at, count, lifetime, place, grouped },
    )
}

pub(crate) fn town() -> impl Strategy<Value = Town> {
    let frame = (
        300_000..900_000_u64,
        any::<u32>(),
        any::<bool>(),
        any::<bool>(),
        option::of(prop::sample::select(vec!["7s", "60s", "1m 1ms", "10m"])),
        option::of(prop::sample::select(vec![0_u64, 7500, 60_000])),
        option::weighted(0.4, (0..6_u32, 0..6_u32, any::<bool>())),
    );
    let capacity = (vec(machine(), 1..4), vec(machine(), 0..3), vec(definition(), 1..4));
    let stop = (0..16_u64, 0..6_usize, 0..7_u32);
    let work = (vec(service(), 0..5), vec(batch(), 0..6), vec(stop, 0..12));
    (frame, capacity, work).prop_map(|(frame, capacity, work)| Town {
        duration_ms: frame.0,
        seed: u64::from(frame.1),
        steady: frame.2,
        lowest_id: frame.3,
        bucket: frame.4,
        provision: frame.5,
        subnets: frame.6,
        machines: capacity.0,
        providers: capacity.1,
        definitions: capacity.2,
        services: work.0,
        batches: work.1,
        stops: work.2,
        with_others: false,
        without_ec2: false,
    })
}

fn size(text: &mut String, machine: &Machine) {
    if let Some(cpu) = machine.cpu {
        let _ = write!(text, ", registered_cpu: {cpu}");
    }
    if let Some(memory) = machine.memory {
        let _ = write!(text, ", registered_memory: {memory} MiB");
    }
}

impl Town {
    /// The same, with every task on a capacity provider.
    pub(crate) fn on_providers(mut self) -> Self {
        if self.providers.is_empty() {
            self.providers.push(self.machines[0].clone());
        }
        self.without_ec2 = true;
        self
    }

    /// The same, with sources of tasks that have a provider of their own.
    pub(crate) fn with_others(self) -> Self {
        Self { with_others: true, ..self }
    }

    /// The same with as many addresses as anybody wants.
    pub(crate) fn without_subnets(self) -> Self {
        Self { subnets: None, ..self }
    }

    /// The same with another length.
    pub(crate) fn lasting(self, duration_ms: u64) -> Self {
        Self { duration_ms, ..self }
    }

    /// The scenario as text.
    pub(crate) fn yaml(&self) -> String {
        let mut text = String::new();
        let word = |yes, one: &'static str, other| if yes { one } else { other };
        let _ = write!(
            text,
            "duration: {}ms\nseed: {}\nzones: [a, b]\ninitial_state: {}\ntie_break: {}\n",
            self.duration_ms,
            self.seed,
            word(self.steady, "steady", "cold"),
            word(self.lowest_id, "lowest_id", "seeded"),
        );
        if let Some(bucket) = self.bucket {
            let _ = writeln!(text, "series_bucket: {bucket}");
        }
        if let Some((a, b, blind)) = self.subnets {
            let _ = write!(
                text,
                "subnets: {{a: {{cidr: 10.0.0.0/28, reserved: {a}}}, b: {{cidr: 10.0.1.0/28, reserved: {b}}}}}\n\
                 subnet_choice: {}\neni_release: {}\n",
                word(blind, "blind", "skip_full"),
                word(a < b, "at_stop_request", "at_stopped"),
            );
        }
        if let Some(provision) = self.provision {
            let _ = writeln!(text, "fargate_provision: {provision}ms");
        }
        text += "instances:\n";
        for machine in &self.machines {
            let _ = write!(text, "  - {{type: {}, count: {}", machine.instance_type, machine.count);
            if let Some(zone) = machine.zone {
                let _ = write!(text, ", zone: {zone}");
            }
            size(&mut text, machine);
            text += "}\n";
        }
        self.providers(&mut text);
        text += "task_definitions:\n";
        for (row, definition) in self.definitions.iter().enumerate() {
            let Definition { cpu, memory, start_ms, exit_ms } = definition;
            let _ = writeln!(
                text,
                "  d{row}: {{cpu: {cpu}, memory: {memory} MiB, start_time: {start_ms}ms, exit_time: {exit_ms}ms}}"
            );
            let (cpu, memory) = if *cpu < 400 { (256, 512) } else { (512, 2048) };
            let _ = writeln!(text, "  f{row}: {{cpu: {cpu}, memory: {memory} MiB, exit_time: {exit_ms}ms}}");
        }
        if self.with_others {
            text += "  other: {cpu: 256, memory: 300 MiB, start_time: 5s, exit_time: 10s}\n";
        }
        self.services(&mut text);
        self.batches(&mut text);
        self.stops(&mut text);
        text
    }

    fn providers(&self, text: &mut String) {
        text.push_str("capacity_providers:");
        text.push_str(if self.providers.is_empty() && !self.with_others { " {}\n" } else { "\n" });
        for (row, machine) in self.providers.iter().enumerate() {
            let _ = write!(text, "  p{row}: {{ideal: {{instance_type: {}", machine.instance_type);
            size(text, machine);
            text.push_str("}}\n");
        }
        if self.with_others {
            text.push_str("  other: {ideal: {instance_type: t3.small}}\n");
        }
    }

    /// Provider 0 is the plain instances.
    fn place(&self, text: &mut String, place: &Place) {
        if let Some(fargate) = place.fargate {
            let _ = write!(text, ", {fargate}");
            return;
        }
        if let Some((base, first, second)) = place.split
            && self.providers.len() > 1
        {
            let _ = write!(
                text,
                ", capacity_provider_strategy: [{{provider: p0, base: {base}, weight: {first}}}, {{provider: p1, \
                 weight: {second}}}]"
            );
            return;
        }
        let kinds = self.providers.len();
        let choice = if self.without_ec2 { 1 + place.provider % kinds } else { place.provider % (kinds + 1) };
        match choice {
            0 => {}
            row => {
                let _ = write!(text, ", capacity_provider_strategy: [{{provider: p{}}}]", row - 1);
            }
        }
        if let Some(chain) = place.chain {
            let _ = write!(text, ", placement: {chain}");
        }
    }

    fn definition(&self, row: usize, place: &Place) -> String {
        format!("{}{}", if place.fargate.is_some() { "f" } else { "d" }, row % self.definitions.len())
    }

    fn services(&self, text: &mut String) {
        text.push_str(if self.services.is_empty() && !self.with_others { "services: {}\n" } else { "services:\n" });
        for (row, service) in self.services.iter().enumerate() {
            let definition = self.definition(service.definition, &service.place);
            let _ = write!(text, "  s{row}: {{task_definition: {definition}, desired_count: {}", service.desired);
            self.place(text, &service.place);
            if let Some((rate, cpu)) = service.load {
                let _ = write!(text, ", load: {{requests_per_second: {rate}, per_request: {{cpu: {cpu} us}}}}");
            }
            text.push_str("}\n");
        }
        if self.with_others {
            for name in ["aa", "zz"] {
                let _ = writeln!(
                    text,
                    "  {name}: {{task_definition: other, desired_count: 3, capacity_provider_strategy: \
                     [{{provider: other}}], load: {{requests_per_second: 11, per_request: {{cpu: 9 ms}}}}}}"
                );
            }
        }
    }

    fn batches(&self, text: &mut String) {
        text.push_str(if self.batches.is_empty() && !self.with_others { "tasks: {}\n" } else { "tasks:\n" });
        for (row, batch) in self.batches.iter().enumerate() {
            let definition = self.definition(batch.definition, &batch.place);
            let (at, count) = (batch.at * GRID_S, batch.count);
            let _ = write!(text, "  t{row}: {{task_definition: {definition}, at: {at}s, count: {count}");
            if let Some(lifetime) = batch.lifetime {
                let _ = write!(text, ", lifetime: {}s", lifetime * GRID_S);
            }
            if batch.grouped {
                text.push_str(", group: crowd");
            }
            self.place(text, &batch.place);
            text.push_str("}\n");
        }
        if self.with_others {
            text.push_str(
                "  mm: {task_definition: other, at: 60s, count: 4, lifetime: 90s, capacity_provider_strategy: \
                 [{provider: other}], placement: [random]}\n",
            );
        }
    }

    fn stops(&self, text: &mut String) {
        let names: Vec<String> = (0..self.services.len())
            .map(|row| format!("s{row}"))
            .chain((0..self.batches.len()).map(|row| format!("t{row}")))
            .collect();
        if names.is_empty() {
            return;
        }
        text.push_str("events:\n");
        for (at, source, ordinal) in &self.stops {
            let name = &names[source % names.len()];
            let _ = writeln!(text, "  - {{at: {}s, stop_task: {name}/{ordinal}}}", at * GRID_S);
        }
        if self.with_others {
            text.push_str("  - {at: 60s, stop_task: aa/1}\n");
        }
        if self.stops.is_empty() && !self.with_others {
            text.truncate(text.len() - "events:\n".len());
        }
    }

    pub(crate) fn plan(&self) -> Plan {
        plan_of(&self.yaml())
    }
}

struct NoFiles;

impl Files for NoFiles {
    fn read(&mut self, _: &str) -> Result<Vec<u8>, String> {
        Err("there are no files here".to_owned())
    }
}

/// The plan of a text that has no mistake.
pub(crate) fn plan_of(text: &str) -> Plan {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let (_, tree) = load(&mut sources, "town.yaml", text.as_bytes(), &mut findings);
    let made = tree.and_then(|tree| {
        let raw = scenario(&tree, &mut findings)?;
        plan(&raw, &tree, "town", &mut sources, &mut NoFiles, &mut findings)
    });
    made.unwrap_or_else(|| panic!("{}\n{text}", render(&findings, &sources, false, 100)))
}
