//! Whole processes, as a person starts them: the time of the shipped Azure scenario, of a large fleet, and of a start.
//!
//! `cargo bench --bench end_to_end -- [--quick] [--check]`; with `--check` a missed limit ends with exit code 1. The
//! limits are generous against noise; `docs/performance.md` has measured figures.

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::{Case, Options, measure};

/// The Azure arrivals in seconds: with tables alone, with charts too.
const AZURE_TABLES_S: f64 = 1.0;
const AZURE_ALL_S: f64 = 2.0;
/// 10,000 instances, 100,000 tasks, tables, no charts.
const LARGE_S: f64 = 2.0;
/// Over an empty process, in ms.
const VERSION_MS: f64 = 3.0;
const CHECK_MS: f64 = 8.0;

fn longshore(arguments: &[&str]) -> impl FnMut(u64) + use<> {
    let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    move |times| {
        for _ in 0..times {
            run(Command::new(env!("CARGO_BIN_EXE_longshore")).args(&arguments));
        }
    }
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "{command:?}");
}

/// 10,000 instances and 100,000 tasks of six sizes that arrive over five minutes and stay.
fn large(folder: &Path) -> PathBuf {
    let sizes = [(256, 512), (256, 1024), (512, 1024), (1024, 2048), (1024, 4096), (2048, 4096)];
    let mut text = "duration: 1h\nlaunch_rates: none\nquotas: ignore\ninstances: [{type: m5.4xlarge, count: 10000}]\ntask_definitions:\n".to_owned();
    for (row, (cpu, memory)) in sizes.iter().enumerate() {
        let _ = writeln!(text, "  s{row}: {{cpu: {cpu}, memory: {memory} MiB}}");
    }
    text.push_str("tasks:\n");
    for row in 0..sizes.len() {
        let count = if row < 4 { 16_667 } else { 16_666 };
        let _ = writeln!(
            text,
            "  t{row}: {{task_definition: s{row}, at: {}s, count: {count}, placement: [{{binpack: memory}}]}}",
            row * 60
        );
    }
    text.push_str("expect: [tasks_placed == 100000, {at: 1h, that: tasks.running == 100000}]\n");
    let path = folder.join("large.yaml");
    std::fs::write(&path, text).expect("a scenario in a temporary folder");
    path
}

/// One page without a trace.
fn one_page(folder: &Path) -> PathBuf {
    let text = "duration: 1d\ninstances: [{type: m5.large, count: 2}]\ntask_definitions:\n  web: {cpu: 512, memory: 1 GiB}\n\
                services:\n  web:\n    task_definition: web\n    desired_count: 6\n    load: {requests_per_second: 200, per_request: {cpu: 12 ms}}\n";
    let path = folder.join("one-page.yaml");
    std::fs::write(&path, text).expect("a scenario in a temporary folder");
    path
}

fn main() {
    let options = Options::read();
    let rounds = if options.quick { 5 } else { 21 };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let (large, one_page) = (text(large(folder.path())), text(one_page(folder.path())));
    let out = text(folder.path().join("out"));
    let azure = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/azure-binpack-memory.yaml");
    let nasa = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/web-nasa-fixed.yaml");
    let case = |name, arguments: &[&str]| Case { name, work: Box::new(longshore(arguments)) };
    let mut cases = [
        Case {
            name: "an empty process (`true`)",
            work: Box::new(|times| (0..times).for_each(|_| run(&mut Command::new("true")))),
        },
        case("longshore --version", &["--version"]),
        case("check, one page", &["check", &one_page]),
        case("check, with a trace of 39,692 rows", &["check", nasa]),
        case("Azure, 12,741 tasks, tables", &["run", azure, "--out", &out, "--no-charts", "--quiet"]),
        case("Azure, 12,741 tasks, tables and charts", &["run", azure, "--out", &out, "--quiet"]),
        case("10,000 instances x 100,000 tasks, tables", &["run", &large, "--out", &out, "--no-charts", "--quiet"]),
    ];
    let taken = measure(&mut cases, 1, 1, rounds);
    let ms: Vec<f64> = taken.iter().map(|taken| taken.median() / 1e6).collect();
    println!("| process | ms, median of {rounds} | over an empty process |\n| --- | ---: | ---: |");
    for (taken, ms_here) in taken.iter().zip(&ms) {
        println!("| {} | {ms_here:.2} | {:.2} |", taken.name, ms_here - ms[0]);
    }
    let limits =
        [(1, VERSION_MS), (2, CHECK_MS), (4, AZURE_TABLES_S * 1e3), (5, AZURE_ALL_S * 1e3), (6, LARGE_S * 1e3)];
    let missed: Vec<&str> =
        limits.iter().filter(|(row, limit)| ms[*row] - ms[0] > *limit).map(|(row, _)| taken[*row].name).collect();
    if !missed.is_empty() {
        println!("over their limit: {}", missed.join("; "));
        assert!(!options.check, "a limit was missed");
    }
}
