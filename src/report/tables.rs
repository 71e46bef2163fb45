//! The CSV tables, written row by row as the run makes them. `docs/outputs.md` describes each column.

use super::cells::Cells;
use super::numbers::utc;
use super::words::reason;
use crate::cost::{Category, InstancePrices, Reclaims, billed_instance_ms, is_free_when_reclaimed};
use crate::fact::{Cast, Origin};
use crate::record::{
    BucketRow, CapacityRow, ClusterGauge, EventRow, InstanceRow, KeptBuckets, Location, ProviderGauge, Requests,
    Tables, TaskRow,
};
use crate::units::{NanoUsd, SimTime};
use std::io::{self, Write};

/// Columns of `tasks.csv`.
pub const TASK_COLUMNS: [&str; 20] = [
    "task",
    "source",
    "kind",
    "task_definition",
    "group",
    "cpu_reserved_units",
    "memory_reserved_mib",
    "wanted_s",
    "placed_s",
    "running_s",
    "stopping_s",
    "stopped_s",
    "capacity_provider",
    "instance",
    "zone",
    "host_port",
    "placement_rule",
    "final_state",
    "reason",
    "cpu_used_vcpu_s",
];

/// Columns of `services.csv`.
pub const SERVICE_COLUMNS: [&str; 25] = [
    "from_s",
    "to_s",
    "from_utc",
    "service",
    "tasks_running_min",
    "tasks_running_mean",
    "tasks_running_max",
    "tasks_pending_min",
    "tasks_pending_mean",
    "tasks_pending_max",
    "tasks_waiting_min",
    "tasks_waiting_mean",
    "tasks_waiting_max",
    "tasks_desired_min",
    "tasks_desired_mean",
    "tasks_desired_max",
    "requests_per_second_min",
    "requests_per_second_mean",
    "requests_per_second_max",
    "requests_offered",
    "requests_served",
    "requests_unserved",
    "cpu_used_units_mean",
    "cpu_utilization_percent",
    "requests_from_services",
];

/// Columns of `events.csv`.
pub const EVENT_COLUMNS: [&str; 8] = ["time_s", "time_utc", "kind", "source", "task", "instance", "rule", "message"];

/// Columns of `instances.csv`.
pub const INSTANCE_COLUMNS: [&str; 20] = [
    "instance",
    "instance_type",
    "operating_system",
    "capacity_provider",
    "zone",
    "launched_s",
    "registered_s",
    "registered_utc",
    "left_cluster_s",
    "gone_s",
    "gone_utc",
    "billed_s",
    "cpu_registered_units",
    "memory_registered_mib",
    "cpu_reserved_percent",
    "memory_reserved_percent",
    "tasks_placed",
    "tasks_peak",
    "price_usd_per_hour",
    "cost_usd",
];

/// Columns of `capacity.csv`.
pub fn capacity_columns() -> Vec<String> {
    let mut columns: Vec<String> = ["from_s", "to_s", "from_utc", "capacity_provider"].map(ToOwned::to_owned).to_vec();
    for gauge in ProviderGauge::ALL {
        let name = match gauge {
            ProviderGauge::Instances => "instances",
            ProviderGauge::Tasks => "tasks_placed",
            ProviderGauge::Waiting => "tasks_waiting",
            ProviderGauge::CpuRegistered => "cpu_registered_units",
            ProviderGauge::CpuReserved => "cpu_reserved_units",
            ProviderGauge::MemoryRegistered => "memory_registered_mib",
            ProviderGauge::MemoryReserved => "memory_reserved_mib",
        };
        columns.extend(["min", "mean", "max"].map(|kind| format!("{name}_{kind}")));
    }
    columns
}

/// Columns of `timeseries.csv`.
pub fn timeseries_columns() -> Vec<String> {
    let mut columns: Vec<String> = ["from_s", "to_s", "from_utc"].map(ToOwned::to_owned).to_vec();
    for gauge in ClusterGauge::ALL {
        let name = gauge_name(gauge);
        columns.extend(["min", "mean", "max"].map(|kind| format!("{name}_{kind}")));
    }
    columns.extend(
        ["requests_offered", "requests_served", "requests_unserved", "cpu_used_units_mean"].map(ToOwned::to_owned),
    );
    columns.push("cost_usd".to_owned());
    columns.extend(Category::ALL.map(|category| format!("cost_{}_usd", category.column())));
    columns
}

fn gauge_name(gauge: ClusterGauge) -> &'static str {
    match gauge {
        ClusterGauge::Instances => "instances",
        ClusterGauge::CpuRegistered => "cpu_registered_units",
        ClusterGauge::CpuReserved => "cpu_reserved_units",
        ClusterGauge::MemoryRegistered => "memory_registered_mib",
        ClusterGauge::MemoryReserved => "memory_reserved_mib",
        ClusterGauge::TasksRunning => "tasks_running",
        ClusterGauge::TasksPending => "tasks_pending",
        ClusterGauge::TasksWaiting => "tasks_waiting",
        ClusterGauge::InstancesDraining => "instances_draining",
        ClusterGauge::TasksStopping => "tasks_stopping",
    }
}

/// Writes the tables of a run and keeps the series for its pictures.
pub struct CsvTables<'a, W: Write> {
    prices: &'a InstancePrices,
    reclaims: Reclaims,
    tasks: csv::Writer<W>,
    instances: csv::Writer<W>,
    capacity: csv::Writer<W>,
    timeseries: csv::Writer<W>,
    services: csv::Writer<W>,
    events: csv::Writer<W>,
    cells: Cells,
    buckets: KeptBuckets,
    failed: Option<io::Error>,
}

impl<'a, W: Write> CsvTables<'a, W> {
    /// The files, in the order in which they are opened.
    pub const FILES: [&'static str; 6] =
        ["tasks.csv", "instances.csv", "timeseries.csv", "services.csv", "capacity.csv", "events.csv"];

    /// The same, told which Spot instances EC2 takes back and when: young ones are free (PRC-41).
    #[must_use]
    pub fn with_reclaims(mut self, reclaims: Reclaims) -> Self {
        self.reclaims = reclaims;
        self
    }

    /// Opens each of [`FILES`](Self::FILES) and writes the headings. `prices` are those of instances.
    ///
    /// # Errors
    /// What `open` or a writer reports.
    pub fn new(prices: &'a InstancePrices, mut open: impl FnMut(&'static str) -> io::Result<W>) -> io::Result<Self> {
        let mut file = |row: usize| open(Self::FILES[row]).map(csv::Writer::from_writer);
        let mut tables = Self {
            prices,
            reclaims: Reclaims::new(),
            tasks: file(0)?,
            instances: file(1)?,
            timeseries: file(2)?,
            services: file(3)?,
            capacity: file(4)?,
            events: file(5)?,
            cells: Cells::default(),
            buckets: KeptBuckets::default(),
            failed: None,
        };
        tables.tasks.write_record(TASK_COLUMNS)?;
        tables.instances.write_record(INSTANCE_COLUMNS)?;
        tables.capacity.write_record(capacity_columns())?;
        tables.timeseries.write_record(timeseries_columns())?;
        tables.services.write_record(SERVICE_COLUMNS)?;
        tables.events.write_record(EVENT_COLUMNS)?;
        Ok(tables)
    }

    /// Writes what is left and hands back the series.
    ///
    /// # Errors
    /// The first thing that went wrong while rows were written.
    pub fn finish(mut self) -> io::Result<Vec<BucketRow>> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.tasks.flush()?;
        self.instances.flush()?;
        self.capacity.flush()?;
        self.timeseries.flush()?;
        self.services.flush()?;
        self.events.flush()?;
        Ok(self.buckets.into_rows())
    }

    /// A recorder can't stop a run: the first error is kept for the end.
    fn keep(&mut self, result: csv::Result<()>) {
        if let Err(error) = result
            && self.failed.is_none()
        {
            self.failed = Some(error.into());
        }
    }
}

impl<W: Write> Tables for CsvTables<'_, W> {
    fn task(&mut self, cast: &Cast, row: &TaskRow, place: Option<Location>) {
        let role = &cast.sources[row.source];
        let kind = match role.origin {
            Origin::Service(_) => "service",
            Origin::Standalone => "standalone",
        };
        let definition = role.task_definition.map(|id| &cast.task_definitions[id]);
        let placed_by = row.placed_by.and_then(|why| why.rule());
        let cells = &mut self.cells;
        cells.one_of(&role.name, '/', row.ordinal).text(&role.name).text(kind);
        cells.maybe(definition, |cells, name| _ = cells.text(name)).text(&cast.groups[row.group]);
        cells.number(row.need.cpu.0.into()).number(row.need.memory.0.into()).seconds(row.wanted);
        for at in [row.placed, row.running, row.stopping, row.stopped] {
            cells.maybe(at, |cells, at| _ = cells.seconds(at));
        }
        cells.maybe(place, |cells, place| _ = cells.text(&cast.providers[place.provider]));
        let instance = place.and_then(|place| Some(cast.instance_name(place.provider, place.ordinal?)));
        cells.maybe(instance, |cells, name| _ = cells.text(&name));
        cells.maybe(place, |cells, place| _ = cells.text(&cast.zones[place.zone]));
        cells.maybe(row.host_port, |cells, port| _ = cells.number(port.into()));
        cells.maybe(placed_by, |cells, rule| _ = cells.rule(rule)).text(row.final_state.name());
        cells.maybe(row.reason, |cells, why| _ = cells.text(&reason(why)));
        cells.ratio3(u128::from(row.cpu_used_unit_ms), 1_024_000);
        let result = cells.write_to(&mut self.tasks);
        self.keep(result);
    }

    fn bucket(&mut self, cast: &Cast, row: &BucketRow) {
        let span = u128::from(row.span().0);
        let from_utc = utc(cast.start_unix_s, row.from.0);
        let cells = &mut self.cells;
        cells.seconds(row.from).seconds(row.to).text(&from_utc);
        for bucket in &row.cluster {
            cells.bucket(*bucket, span);
        }
        let sum = |part: fn(&Requests) -> u64| row.services.iter().map(|(_, requests)| part(requests)).sum::<u64>();
        cells.number(sum(|requests| requests.offered)).number(sum(|requests| requests.served));
        cells.number(sum(|requests| requests.unserved()));
        cells.ratio3(u128::from(sum(|requests| requests.cpu_used_unit_ms)), span);
        cells.dollars(row.cost.iter().copied().sum());
        for part in &row.cost {
            cells.dollars(*part);
        }
        let result = cells.write_to(&mut self.timeseries);
        self.keep(result);
        for (((_, role), (gauges, requests)), rate) in cast.services.iter().zip(&row.services).zip(&row.rates) {
            let cells = &mut self.cells;
            cells.seconds(row.from).seconds(row.to).text(&from_utc).text(&role.name);
            for bucket in gauges {
                cells.bucket(*bucket, span);
            }
            let (used, period) = (u128::from(requests.cpu_used_unit_ms), u128::from(role.period_ms));
            cells.ratio3(u128::from(rate.min) * 1000, period).ratio3(rate.integral * 1000, period * span);
            cells.ratio3(u128::from(rate.max) * 1000, period);
            cells.number(requests.offered).number(requests.served).number(requests.unserved());
            cells.ratio3(used, span).ratio3(used * 100, requests.cpu_reserved_unit_ms);
            cells.number(requests.called);
            let result = cells.write_to(&mut self.services);
            self.keep(result);
        }
        self.buckets.push(row);
    }

    fn event(&mut self, cast: &Cast, row: &EventRow) {
        let cells = &mut self.cells;
        cells.seconds(row.at).text(&utc(cast.start_unix_s, row.at.0)).text(row.kind);
        cells.text(&row.source).text(&row.task).text(&row.instance).text(&row.rule).text(&row.message);
        let result = cells.write_to(&mut self.events);
        self.keep(result);
    }

    fn instance(&mut self, cast: &Cast, row: &InstanceRow) {
        let role = &cast.instance_types[row.instance_type];
        let reclaimed = self.reclaims.get(&(row.provider, row.ordinal)).filter(|at| row.gone == Some(**at));
        let is_free = reclaimed.is_some_and(|at| is_free_when_reclaimed(row.launched, *at));
        let prices = &self.prices[row.instance_type];
        let (billed, comes_to) = if is_free {
            (0, NanoUsd(0))
        } else {
            (billed_instance_ms(row.launched, row.until), prices.of_one(row.launched, row.until))
        };
        let span = u128::from(row.span().0);
        let (cpu, memory) = (row.registered.cpu.0, row.registered.memory.0);
        let cells = &mut self.cells;
        cells.text(&cast.instance_name(row.provider, row.ordinal)).text(&role.name);
        cells.display(role.operating_system).text(&cast.providers[row.provider]).text(&cast.zones[row.zone]);
        cells.seconds(row.launched);
        cells.maybe(row.came, |cells, at| _ = cells.seconds(at));
        cells.maybe(row.came, |cells, at| _ = cells.text(&utc(cast.start_unix_s, at.0)));
        cells.maybe(row.left, |cells, at| _ = cells.seconds(at));
        cells.maybe(row.gone, |cells, at| _ = cells.seconds(at));
        cells.maybe(row.gone, |cells, at| _ = cells.text(&utc(cast.start_unix_s, at.0)));
        cells.seconds(SimTime(billed)).number(cpu.into()).number(memory.into());
        cells.ratio3(row.cpu_reserved_unit_ms * 100, u128::from(cpu) * span);
        cells.ratio3(row.memory_reserved_mib_ms * 100, u128::from(memory) * span);
        cells.number(row.tasks_placed.into()).number(row.tasks_peak.into());
        cells.display(prices.at(row.launched)).display(comes_to);
        let result = cells.write_to(&mut self.instances);
        self.keep(result);
    }

    fn capacity(&mut self, cast: &Cast, row: &CapacityRow) {
        let span = u128::from((row.to - row.from).0);
        let cells = &mut self.cells;
        cells.seconds(row.from).seconds(row.to).text(&utc(cast.start_unix_s, row.from.0));
        cells.text(&cast.providers[row.provider]);
        for bucket in row.gauges {
            cells.bucket(bucket, span);
        }
        let result = cells.write_to(&mut self.capacity);
        self.keep(result);
    }
}
