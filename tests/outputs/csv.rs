//! The tables of real runs, read by a strict reader that shares no code with the writer.

use super::rfc4180::rows;
use super::support::{Folder, tree};
use longshore::cost::{InstancePrice, InstancePrices, PriceSource};
use longshore::fact::{Cast, InstanceTypeRole, Purchase};
use longshore::record::{EventRow, InstanceRow, Tables};
use longshore::report::{CsvTables, EVENT_COLUMNS, INSTANCE_COLUMNS, SERVICE_COLUMNS, TASK_COLUMNS};
use longshore::report::{capacity_columns, timeseries_columns};
use longshore::units::{Decimal, InstanceTypeId, OperatingSystem, ProviderId, Resources, SimTime, ZoneId};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Services with load, tasks that come and go, instances that come and go, Fargate.
const TOWN: &str = "\
duration: 30m
subnets: {a: 10.0.0.0/24, b: 10.0.1.0/24}
instances: [{type: m5.large, count: 2, name: box}]
capacity_providers:
  free: {ideal: {instance_type: t3.small}}
task_definitions:
  web: {cpu: 256, memory: 512 MiB}
  large: {cpu: 8192, memory: 16 GiB}
services:
  web:
    task_definition: web
    desired_count: 3
    load: {requests_per_second: 70, per_request: {cpu: 12 ms}}
  edge: {task_definition: web, desired_count: 2, launch_type: FARGATE}
tasks:
  job: {task_definition: web, at: 5m, count: 4, lifetime: 90s, capacity_provider_strategy: [{provider: free}]}
  hull: {task_definition: large, at: 6m, launch_type: EC2}
";

/// An instance is deregistered by force and terminated later, one drains; a daemon is on all of them.
const LEAVING: &str = "\
duration: 1h
instances: [{type: c5.large, count: 3}]
task_definitions: {web: {cpu: 256, memory: 512 MiB}}
services: {log: {task_definition: web, scheduling_strategy: DAEMON}}
events:
  - {at: 10m, deregister_instance: {instance: i-1, force: true}}
  - {at: 20m, terminate_instance: i-1}
  - {at: 30m, drain_instance: i-2}
expect:
  - {at: 5m, that: capacity_providers.instances.instances == 3}
  - {at: 50m, that: capacity_providers.instances.instances == 2}
";

/// A table by its columns.
struct Read {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Read {
    fn of(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Self {
        let text = std::str::from_utf8(&files[name]).expect("UTF-8");
        let mut all = rows(text).unwrap_or_else(|flaw| panic!("{name}: {flaw}"));
        let rows = all.split_off(1);
        Self { heading: all.remove(0), rows }
    }

    fn column(&self, name: &str) -> usize {
        self.heading.iter().position(|column| column == name).unwrap_or_else(|| panic!("no column {name}"))
    }

    /// The sum of a column in billionths, of the rows where another has this text.
    fn sum(&self, name: &str, of: Option<(&str, &str)>) -> i128 {
        let (column, other) = (self.column(name), of.map(|(key, value)| (self.column(key), value)));
        let rows = self.rows.iter().filter(|row| other.is_none_or(|(key, value)| row[key] == value));
        rows.map(|row| billionths(&row[column])).sum()
    }
}

/// A decimal in billionths, without a float on the way.
fn billionths(text: &str) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    assert!(fraction.len() <= 9, "{text}");
    format!("{whole}{fraction:0<9}").parse().unwrap_or_else(|_| panic!("no number: {text:?}"))
}

fn number(value: &Value) -> i128 {
    billionths(&value.to_string())
}

/// What the end of a column's name promises of its cells.
fn is_as_named(column: &str, cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let decimals = |count: usize| {
        cell.split_once('.')
            .is_some_and(|(whole, fraction)| digits(whole) && fraction.len() == count && digits(fraction))
    };
    let ends = |ends: &[&str]| ends.iter().any(|end| column.ends_with(end));
    match column {
        _ if cell.is_empty() => {
            column.starts_with("requests_per_second")
                || ends(&["_s", "_utc", "_percent", "zone", "host_port", "reason", "definition"])
                || TEXTS.contains(&column)
        }
        _ if ends(&["_s", "_percent", "_mean"]) => decimals(3),
        _ if ends(&["_utc"]) => cell.len() == 20 && cell.ends_with('Z') && cell.as_bytes()[10] == b'T',
        _ if column.starts_with("cost_") && ends(&["_usd"]) => decimals(9),
        "price_usd_per_hour" => digits(cell) || cell.split_once('.').is_some_and(|(a, b)| digits(a) && digits(b)),
        _ if column.starts_with("requests_per_second") => decimals(3),
        _ if ends(&[
            "_units",
            "_mib",
            "_min",
            "_max",
            "_port",
            "_placed",
            "_peak",
            "offered",
            "served",
            "unserved",
            "from_services",
        ]) =>
        {
            digits(cell)
        }
        _ => TEXTS.contains(&column),
    }
}

const TEXTS: [&str; 19] = [
    "task",
    "source",
    "kind",
    "task_definition",
    "group",
    "capacity_provider",
    "instance",
    "zone",
    "placement_rule",
    "final_state",
    "reason",
    "service",
    "rule",
    "message",
    "instance_type",
    "operating_system",
    "placed_by",
    "time",
    "host_port",
];

fn run(scenario: &str) -> (Folder, BTreeMap<String, Vec<u8>>, Value) {
    let folder = Folder::with(&[("town.yaml", TOWN), ("leaving.yaml", LEAVING)]);
    let told = folder.run(&["run", scenario, "--out", "o", "--no-charts", "--quiet"]);
    assert!(matches!(told.code, Some(0 | 1)), "{scenario}: {}", told.err);
    let files = tree(&folder.path("o"));
    let summary = serde_json::from_slice(&files["summary.json"]).unwrap();
    (folder, files, summary)
}

#[test]
fn tables_are_as_their_headings_say() {
    let shipped = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name).display().to_string();
    let scenarios = [
        "town.yaml".to_owned(),
        "leaving.yaml".to_owned(),
        shipped("web-nasa-ideal.yaml"),
        shipped("lessons/seed-050-addresses-run-out.yaml"),
        shipped("lessons/seed-081-random-elastic.yaml"),
        shipped("lessons/seed-157-first-fargate-service.yaml"),
    ];
    for scenario in &scenarios {
        let (_folder, files, summary) = run(scenario);
        let strings = |columns: &[&str]| columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>();
        for (name, heading) in [
            ("tasks.csv", strings(&TASK_COLUMNS)),
            ("instances.csv", strings(&INSTANCE_COLUMNS)),
            ("timeseries.csv", timeseries_columns()),
            ("services.csv", strings(&SERVICE_COLUMNS)),
            ("capacity.csv", capacity_columns()),
            ("events.csv", strings(&EVENT_COLUMNS)),
        ] {
            let table = Read::of(&files, name);
            assert_eq!(table.heading, heading, "{name}");
            for row in &table.rows {
                for (column, cell) in table.heading.iter().zip(row) {
                    assert!(is_as_named(column, cell), "{scenario} {name} {column}: {cell:?}");
                }
            }
        }
        sums(&files, &summary);
    }
}

/// Rows add up to the figures of the summary, and tables to each other.
fn sums(files: &BTreeMap<String, Vec<u8>>, summary: &Value) {
    let [tasks, instances, series, services, capacity] =
        ["tasks.csv", "instances.csv", "timeseries.csv", "services.csv", "capacity.csv"]
            .map(|name| Read::of(files, name));
    assert_eq!(tasks.rows.len() as u64, summary["tasks_wanted"].as_u64().unwrap());
    assert_eq!(instances.rows.len() as u64, summary["instances_ever"].as_u64().unwrap());
    let on_instances = tasks.rows.iter().filter(|row| !row[tasks.column("instance")].is_empty()).count();
    assert_eq!(instances.sum("tasks_placed", None), on_instances as i128 * 1_000_000_000);
    let used = instances.rows.iter().filter(|row| row[instances.column("tasks_placed")] != "0").count() as u64;
    assert_eq!(used, summary["instances_used"].as_u64().unwrap());
    let is_of_ec2 = |line: &&Value| line["unit"] == "instance-hours";
    let lines: Vec<&Value> = summary["cost_lines"].as_array().unwrap().iter().filter(is_of_ec2).collect();
    let billed: i128 = lines.iter().map(|line| number(&line["quantity"])).sum();
    // both in billionths, hours rounded to them
    let seconds = instances.sum("billed_s", None);
    assert!((seconds - billed * 3600).abs() <= 3600 * lines.len() as i128, "{seconds} {billed}");
    // each row is rounded to a billionth, the bill rounds each line once
    let cost: i128 = lines.iter().map(|line| number(&line["cost_usd"])).sum();
    let slack = (instances.rows.len() + lines.len()) as i128;
    assert!((instances.sum("cost_usd", None) - cost).abs() * 2 <= slack, "{cost}");
    for service in summary["services"].as_array().unwrap() {
        let of = Some(("service", service["name"].as_str().unwrap()));
        for figure in ["requests_offered", "requests_served", "requests_unserved"] {
            assert_eq!(services.sum(figure, of), number(&service[figure]), "{figure}");
        }
    }
    assert_eq!(services.sum("requests_offered", None), series.sum("requests_offered", None));
    for (row, bucket) in series.rows.iter().enumerate() {
        let providers = capacity.rows.len() / series.rows.len();
        let part = &capacity.rows[row * providers..(row + 1) * providers];
        for name in ["instances_mean", "cpu_registered_units_mean", "memory_registered_mib_mean", "tasks_waiting_mean"]
        {
            let (column, whole) = (capacity.column(name), billionths(&bucket[series.column(name)]));
            let sum: i128 = part.iter().map(|row| billionths(&row[column])).sum();
            // each mean is rounded to a thousandth
            assert!((sum - whole).abs() <= (providers as i128 + 1) * 500_000, "{name}: {sum} {whole}");
        }
        assert!(part.iter().all(|row| row[..2] == bucket[..2]), "the same buckets");
    }
}

/// By hand: a holds one task of 1,024 of its 2,048 CPU units for 30 of 60 minutes: 25 %. Its memory: 764 of 7,640 MiB for
/// half of the time, 5 %. An hour of m5.large is $0.096. b is empty.
#[test]
fn a_row_of_an_instance_by_hand() {
    let scenario = "\
duration: 1h
tie_break: lowest_id
instances: [{type: m5.large, name: a}, {type: m5.large, name: b}]
task_definitions: {job: {cpu: 1024, memory: 764 MiB, start_time: 0s, exit_time: 0s}}
tasks: {job: {task_definition: job, at: 10m, lifetime: 30m, placement: [{binpack: cpu}]}}
";
    let folder = Folder::with(&[("hand.yaml", scenario)]);
    folder.run(&["run", "hand.yaml", "--no-charts", "--quiet"]).ended(0);
    let files = tree(&folder.path("output/hand"));
    let text = String::from_utf8(files["instances.csv"].clone()).unwrap();
    let expected = "\
a,m5.large,Linux,instances,us-east-1a,0.000,0.000,2026-01-05T00:00:00Z,,,,3600.000,2048,7640,25.000,5.000,1,1,0.096,0.096000000
b,m5.large,Linux,instances,us-east-1b,0.000,0.000,2026-01-05T00:00:00Z,,,,3600.000,2048,7640,0.000,0.000,0,0,0.096,0.096000000
";
    assert_eq!(text.split_once('\n').unwrap().1, expected);
    let capacity = Read::of(&files, "capacity.csv");
    let at = |name: &str| capacity.rows.iter().map(|row| row[capacity.column(name)].as_str()).collect::<Vec<_>>();
    // 1,800 buckets of 2 s; the task stands there from 600 s to 2,400 s: buckets 300 to 1,199
    assert_eq!(
        (at("tasks_placed_max").len(), at("tasks_placed_max").iter().filter(|max| **max == "1").count()),
        (1800, 900)
    );
    assert_eq!(at("cpu_reserved_units_mean")[299..301], ["0.000", "1024.000"]);
}

/// Who left the cluster is no capacity, whether it was terminated or deregistered, and is counted out once.
#[test]
fn deregistered_instances_are_no_capacity() {
    let (_folder, files, summary) = run("leaving.yaml");
    assert_eq!(summary["expectations_met"], true, "{}", summary["expectations"]);
    let capacity = Read::of(&files, "capacity.csv");
    let most = |row: usize| capacity.rows[row][capacity.column("instances_max")].as_str();
    // buckets of 2 s: 598 s, 600 s, 1,200 s, 1,800 s
    assert_eq!([most(299), most(300), most(600), most(900)], ["3", "2", "2", "2"]);
}

/// A service reaches its steady state once at an instant, after all that led to it: a daemon at 0 s on three instances,
/// and at 600 s, when one of them goes with its task.
#[test]
fn a_steady_state_is_told_at_the_end_of_its_instant() {
    let (_folder, files, _) = run("leaving.yaml");
    let events = Read::of(&files, "events.csv");
    let (time, kind, message) = (events.column("time_s"), events.column("kind"), events.column("message"));
    let at = |when: &str| events.rows.iter().filter(|row| row[time] == when).collect::<Vec<_>>();
    for when in ["0.000", "600.000"] {
        let rows = at(when);
        let steady: Vec<usize> = (0..rows.len()).filter(|row| rows[*row][message].contains("steady state")).collect();
        assert_eq!(steady, [rows.len() - 1], "{when}: {rows:?}");
    }
    assert!(at("600.000").iter().any(|row| row[kind] == "task_lost"), "{:?}", at("600.000"));
}

/// Texts that somebody chose must not be taken for formulas, nor break a row.
#[test]
fn no_text_is_a_formula_or_breaks_a_row() {
    let names =
        ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "a\"b", "a,b", "a\nb", "a\r\nb", "名前", "", "'x", " =1"];
    let cast = Cast {
        providers: ["instances".to_owned()].into_iter().collect(),
        zones: ["us-east-1a".to_owned()].into_iter().collect(),
        instance_names: names.map(ToOwned::to_owned).to_vec(),
        instance_types: [InstanceTypeRole {
            name: "=type".to_owned(),
            operating_system: OperatingSystem::Linux,
            purchase: Purchase::OnDemand,
            registered: Resources::new(1024, 1024),
            gpus: 0,
            interfaces: 0,
            trunk: false,
        }]
        .into_iter()
        .collect(),
        ..Cast::default()
    };
    let price = InstancePrice {
        price: Decimal::whole(1),
        later: Vec::new(),
        coverable: false,
        licence: None,
        source: PriceSource::new("test", ""),
        parts: Vec::new(),
    };
    let prices: InstancePrices = [price].into_iter().collect();
    let mut files = vec![Vec::new(); CsvTables::<Vec<u8>>::FILES.len()];
    let mut open = files.iter_mut();
    let mut tables = CsvTables::new(&prices, |_| Ok(open.next().unwrap())).unwrap();
    for (ordinal, name) in (0..).zip(names) {
        let text = name.to_owned();
        tables.event(
            &cast,
            &EventRow {
                at: SimTime(0),
                kind: "service_event",
                source: text.clone(),
                task: text.clone(),
                instance: text.clone(),
                rule: String::new(),
                message: text,
            },
        );
        tables.instance(
            &cast,
            &InstanceRow {
                provider: ProviderId(0),
                ordinal,
                instance_type: InstanceTypeId(0),
                zone: ZoneId(0),
                registered: Resources::new(1024, 1024),
                launched: SimTime(0),
                came: Some(SimTime(0)),
                left: None,
                gone: None,
                until: SimTime(1),
                cpu_reserved_unit_ms: 0,
                memory_reserved_mib_ms: 0,
                tasks_placed: 0,
                tasks_peak: 0,
            },
        );
    }
    tables.finish().unwrap();
    let files: BTreeMap<String, Vec<u8>> =
        CsvTables::<Vec<u8>>::FILES.iter().map(|name| (*name).to_owned()).zip(files).collect();
    let (events, instances) = (Read::of(&files, "events.csv"), Read::of(&files, "instances.csv"));
    assert_eq!((events.rows.len(), instances.rows.len()), (names.len(), names.len()));
    for (row, name) in names.into_iter().enumerate() {
        let safe =
            if name.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{name}") } else { name.to_owned() };
        let event = &events.rows[row];
        assert!(["source", "task", "instance", "message"].iter().all(|column| event[events.column(column)] == safe));
        assert_eq!(instances.rows[row][..2], [safe, "'=type".to_owned()]);
    }
}

/// What surrounds a cluster, through two ends of months and many hours in which nothing happens.
const SURROUNDED: &str = "\
start: 2026-01-20T12:30:00Z
duration: 50d
task_definitions: {web: {cpu: 256, memory: 512 MiB}}
services:
  web:
    task_definition: web
    launch_type: FARGATE
    load: {requests_per_second: {steps: [{at: 0s, value: 40}, {at: 30d, value: 5}]}, per_request: {cpu: 1 ms}}
load_balancers: {front: {services: [web], per_request: 20 KB, rules: 40}}
nat_gateways: {out: {services: [web], per_request: 1 KB}}
data_transfer: {out: {to: internet, services: [web], per_request: 20 KB}}
cloudwatch: {custom_metrics: 12000}
logs: {web: {services: [web], per_request: 500 B}}
";

/// PRC-5, PRC-7: no bucket costs less than nothing, though tiers begin anew and capacity units change by the hour; and
/// buckets, lines and shares all come to the bill.
#[test]
fn what_surrounds_a_cluster_costs_in_each_bucket() {
    let folder = Folder::with(&[("town.yaml", SURROUNDED)]);
    folder.run(&["run", "town.yaml", "--out", "o", "--no-charts"]).ended(0);
    let files = tree(&folder.path("o"));
    let [series, lines, shares] = ["timeseries.csv", "cost.csv", "attribution.csv"].map(|name| Read::of(&files, name));
    let money: Vec<&String> = series.heading.iter().filter(|name| name.starts_with("cost_")).collect();
    assert!(money.len() > 15, "{money:?}");
    for name in money {
        let column = series.column(name);
        let least = series.rows.iter().map(|row| billionths(&row[column])).min().unwrap();
        assert!(least >= -2, "{name}: {least}"); // each line is rounded by itself
    }
    let all = lines.sum("cost_usd", None);
    assert!(all > 0);
    assert_eq!((series.sum("cost_usd", None), shares.sum("total_usd", None)), (all, all));
    // a bucket costs about what its neighbour does, save where an hour begins or a tier or the load changes
    let cloudwatch = series.sum("cost_cloudwatch_usd", None);
    let last = billionths(&series.rows.last().unwrap()[series.column("cost_cloudwatch_usd")]);
    assert!(last * 20 < cloudwatch, "{last} of {cloudwatch}");
}

/// PRC-41: the rows add up to the bill where EC2 took young Spot instances back: 3,600 + 600 + 7,200 s, at $0.00001 a second.
#[test]
fn reclaimed_instances_are_free_in_their_rows() {
    let folder = Folder::with(&[("s.yaml", include_str!("../cases/prc-41-reclaimed.yaml"))]);
    folder.run(&["run", "s.yaml", "--out", "out"]).ended(0);
    let read = Read::of(&tree(&folder.path("out")), "instances.csv");
    assert_eq!(read.sum("billed_s", None), 11_400_000_000_000);
    assert_eq!(read.sum("cost_usd", None), 114_000_000);
}
