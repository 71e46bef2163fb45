//! A comparison for programs: CSV and JSON.

use super::words::fixed;
use crate::study::{Comparison, Estimate, Measures, Metric};
use serde::Serialize;
use serde_json::{Map, Number, Value};

/// Version of the form of `compare.json`; raised when a field changes its meaning or goes.
const FORM: u32 = 1;

/// The first columns of `compare.csv`; each [`Metric`] follows as `NAME`, `NAME_half_width`, `NAME_difference` and
/// `NAME_difference_half_width`.
pub const COMPARE_COLUMNS: [&str; 6] = ["side", "scenario", "is_baseline", "first_seed", "runs", "relative_cost"];

/// `compare.csv`: a row for each side.
pub fn compare_csv(all: &Comparison<'_>) -> String {
    let mut head: Vec<String> = COMPARE_COLUMNS.map(ToOwned::to_owned).to_vec();
    for metric in Metric::ALL {
        let name = metric.name();
        head.extend(["", "_half_width", "_difference", "_difference_half_width"].map(|kind| format!("{name}{kind}")));
    }
    let mut rows = vec![head];
    for (place, side) in all.sides.iter().enumerate() {
        let mut row = vec![
            side.name.clone(),
            side.cast.scenario.clone(),
            (place == all.baseline).to_string(),
            all.seeds.first().map(u64::to_string).unwrap_or_default(),
            side.runs.len().to_string(),
            all.relative_cost(place).map(|times| fixed(times, 6)).unwrap_or_default(),
        ];
        for metric in Metric::ALL {
            let show = |value: Option<f64>| value.map(|value| fixed(value, metric.decimals())).unwrap_or_default();
            let (own, difference) = (all.estimate(place, metric), all.difference(place, metric));
            for found in [own, difference] {
                row.push(show(found.map(|found| found.mean)));
                row.push(show(found.and_then(|found| found.half_width)));
            }
        }
        rows.push(row);
    }
    csv(&rows)
}

/// Columns of `runs.csv`.
pub fn runs_columns() -> Vec<String> {
    let metrics = Metric::ALL.map(Metric::name);
    ["side", "scenario", "seed"].into_iter().chain(metrics).chain(["run_digest"]).map(ToOwned::to_owned).collect()
}

/// `runs.csv`: a row for each run.
pub fn runs_csv(all: &Comparison<'_>) -> String {
    let mut rows = vec![runs_columns()];
    for side in &all.sides {
        for run in &side.runs {
            let mut row = vec![side.name.clone(), side.cast.scenario.clone(), run.seed.to_string()];
            row.extend(Metric::ALL.map(|metric| exact(metric, run)));
            row.push(run.digest.clone());
            rows.push(row);
        }
    }
    csv(&rows)
}

/// A single run's value: dollars to the nano-dollar, counts whole.
fn exact(metric: Metric, run: &Measures) -> String {
    let value = || metric.read(run);
    match metric {
        Metric::Cost => run.cost.to_string(),
        Metric::InstanceHours => crate::report::numbers::ratio3(run.billed_instance_ms, 3_600_000),
        Metric::CpuReserved | Metric::MemoryReserved => value().map(|value| fixed(value, 3)).unwrap_or_default(),
        _ => value().map(|value| fixed(value, 0)).unwrap_or_default(),
    }
}

fn csv(rows: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("rows of one length into memory");
    }
    String::from_utf8(writer.into_inner().expect("memory takes everything")).expect("texts are UTF-8")
}

#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    longshore_version: &'static str,
    baseline: &'a str,
    cheapest: &'a str,
    seeds: &'a [u64],
    interval: &'static str,
    expectations_met: bool,
    sides: Vec<SideJson<'a>>,
}

#[derive(Serialize)]
struct SideJson<'a> {
    name: &'a str,
    scenario: &'a str,
    region: &'a str,
    duration_s: Number,
    relative_cost: Option<Number>,
    expectations_met: bool,
    figures: Map<String, Value>,
    runs: Vec<RunJson<'a>>,
}

#[derive(Serialize)]
struct RunJson<'a> {
    seed: u64,
    digest: &'a str,
    figures: Map<String, Value>,
    expectations: Vec<CheckJson<'a>>,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    expect: &'a str,
    met: bool,
    seen: &'a str,
}

fn number(text: &str) -> Number {
    text.parse().unwrap_or_else(|_| Number::from(0))
}

/// `compare.json`.
pub fn compare_json(all: &Comparison<'_>) -> String {
    let sides = all.sides.iter().enumerate().map(|(place, side)| {
        let figure = |metric: Metric| {
            let value = |value: Option<f64>| match value {
                Some(value) => Value::Number(number(&fixed(value, metric.decimals()))),
                None => Value::Null,
            };
            let half = |found: Option<Estimate>| value(found.and_then(|found| found.half_width));
            let (own, difference) = (all.estimate(place, metric), all.difference(place, metric));
            let fields = [
                ("mean", value(own.map(|found| found.mean))),
                ("half_width", half(own)),
                ("difference", value(difference.map(|found| found.mean))),
                ("difference_half_width", half(difference)),
            ];
            let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
            (metric.name().to_owned(), Value::Object(fields.collect()))
        };
        SideJson {
            name: &side.name,
            scenario: &side.cast.scenario,
            region: &side.cast.region,
            duration_s: number(&side.cast.horizon.seconds()),
            relative_cost: all.relative_cost(place).map(|times| number(&fixed(times, 6))),
            expectations_met: side.runs.iter().all(Measures::is_met),
            figures: Metric::ALL.into_iter().map(figure).collect(),
            runs: side.runs.iter().map(run).collect(),
        }
    });
    let whole = Whole {
        version: FORM,
        longshore_version: env!("CARGO_PKG_VERSION"),
        baseline: &all.sides[all.baseline].name,
        cheapest: &all.sides[all.cheapest()].name,
        seeds: &all.seeds,
        interval: "95 %, Student's t; differences to the baseline are paired by seed",
        expectations_met: all.failed().next().is_none(),
        sides: sides.collect(),
    };
    let mut text = serde_json::to_string_pretty(&whole).expect("a comparison has only text keys");
    text.push('\n');
    text
}

fn run(run: &Measures) -> RunJson<'_> {
    let figure = |metric: Metric| {
        let text = exact(metric, run);
        let value = if text.is_empty() { Value::Null } else { Value::Number(number(&text)) };
        (metric.name().to_owned(), value)
    };
    RunJson {
        seed: run.seed,
        digest: &run.digest,
        figures: Metric::ALL.into_iter().map(figure).collect(),
        expectations: run
            .checks
            .iter()
            .map(|check| CheckJson { expect: &check.text, met: check.passed, seen: &check.seen })
            .collect(),
    }
}
