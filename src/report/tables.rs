//! The CSV tables, written row by row as the run makes them. `docs/outputs.md` describes each column.

use super::numbers::{ratio3, utc};
use super::words::reason;
use crate::fact::{Cast, Origin};
use crate::record::{Bucket, BucketRow, ClusterGauge, EventRow, KeptBuckets, Location, Tables, TaskRow};
use crate::units::SimTime;
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
pub const SERVICE_COLUMNS: [&str; 21] = [
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
    "requests_per_second_min",
    "requests_per_second_mean",
    "requests_per_second_max",
    "requests_offered",
    "requests_served",
    "requests_unserved",
    "cpu_used_units_mean",
    "cpu_utilization_percent",
];

/// Columns of `events.csv`.
pub const EVENT_COLUMNS: [&str; 8] = ["time_s", "time_utc", "kind", "source", "task", "instance", "rule", "message"];

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
    }
}

/// Writes the tables of a run and keeps the series for its pictures.
pub struct CsvTables<W: Write> {
    tasks: csv::Writer<W>,
    timeseries: csv::Writer<W>,
    services: csv::Writer<W>,
    events: csv::Writer<W>,
    buckets: KeptBuckets,
    failed: Option<io::Error>,
}

impl<W: Write> CsvTables<W> {
    /// Writes the headings.
    ///
    /// # Errors
    /// What a writer reports.
    pub fn new(tasks: W, timeseries: W, services: W, events: W) -> io::Result<Self> {
        let mut tables = Self {
            tasks: csv::Writer::from_writer(tasks),
            timeseries: csv::Writer::from_writer(timeseries),
            services: csv::Writer::from_writer(services),
            events: csv::Writer::from_writer(events),
            buckets: KeptBuckets::default(),
            failed: None,
        };
        tables.tasks.write_record(TASK_COLUMNS)?;
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

/// A text that a spreadsheet does not take for a formula.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn seconds(at: Option<SimTime>) -> String {
    at.map(SimTime::seconds).unwrap_or_default()
}

impl<W: Write> Tables for CsvTables<W> {
    fn task(&mut self, cast: &Cast, row: &TaskRow, place: Option<Location>) {
        let role = &cast.sources[row.source];
        let kind = match role.origin {
            Origin::Service(_) => "service",
            Origin::Standalone => "standalone",
        };
        let record = [
            cast.task_name(row.source, row.ordinal),
            role.name.clone(),
            kind.to_owned(),
            role.task_definition.map(|id| cast.task_definitions[id].clone()).unwrap_or_default(),
            safe(&cast.groups[row.group]),
            row.need.cpu.0.to_string(),
            row.need.memory.0.to_string(),
            row.wanted.seconds(),
            seconds(row.placed),
            seconds(row.running),
            seconds(row.stopping),
            seconds(row.stopped),
            place.map(|place| cast.providers[place.provider].clone()).unwrap_or_default(),
            place.and_then(|place| Some(cast.instance_name(place.provider, place.ordinal?))).unwrap_or_default(),
            place.map(|place| cast.zones[place.zone].clone()).unwrap_or_default(),
            row.host_port.map(|port| port.to_string()).unwrap_or_default(),
            row.placed_by.and_then(|why| why.rule()).map(|rule| rule.to_string()).unwrap_or_default(),
            row.final_state.name().to_owned(),
            row.reason.map(reason).unwrap_or_default(),
            ratio3(u128::from(row.cpu_used_unit_ms), 1_024_000),
        ];
        let result = self.tasks.write_record(&record);
        self.keep(result);
    }

    fn bucket(&mut self, cast: &Cast, row: &BucketRow) {
        let span = u128::from(row.span().0);
        let three = |bucket: Bucket| [bucket.min.to_string(), ratio3(bucket.integral, span), bucket.max.to_string()];
        let times = [row.from.seconds(), row.to.seconds(), utc(cast.start_unix_s, row.from.0)];
        let mut record: Vec<String> = times.to_vec();
        record.extend(row.cluster.iter().flat_map(|bucket| three(*bucket)));
        let sum = |part: fn(&crate::record::Requests) -> u64| {
            row.services.iter().map(|(_, requests)| part(requests)).sum::<u64>()
        };
        record.extend([
            sum(|requests| requests.offered).to_string(),
            sum(|requests| requests.served).to_string(),
            sum(|requests| requests.unserved()).to_string(),
            ratio3(u128::from(sum(|requests| requests.cpu_used_unit_ms)), span),
        ]);
        let result = self.timeseries.write_record(&record);
        self.keep(result);
        for (((_, role), (gauges, requests)), rate) in cast.services.iter().zip(&row.services).zip(&row.rates) {
            let mut record: Vec<String> = times.to_vec();
            record.push(role.name.clone());
            record.extend(gauges.iter().flat_map(|bucket| three(*bucket)));
            let used = u128::from(requests.cpu_used_unit_ms);
            let period = u128::from(role.period_ms);
            record.extend([
                ratio3(u128::from(rate.min) * 1000, period),
                ratio3(rate.integral * 1000, period * span),
                ratio3(u128::from(rate.max) * 1000, period),
                requests.offered.to_string(),
                requests.served.to_string(),
                requests.unserved().to_string(),
                ratio3(used, span),
                ratio3(used * 100, requests.cpu_reserved_unit_ms),
            ]);
            let result = self.services.write_record(&record);
            self.keep(result);
        }
        self.buckets.push(row);
    }

    fn event(&mut self, cast: &Cast, row: &EventRow) {
        let record = [
            row.at.seconds(),
            utc(cast.start_unix_s, row.at.0),
            row.kind.to_owned(),
            row.source.clone(),
            row.task.clone(),
            row.instance.clone(),
            row.rule.clone(),
            safe(&row.message),
        ];
        let result = self.events.write_record(&record);
        self.keep(result);
    }
}
