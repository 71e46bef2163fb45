//! What can be typed.

use super::catalog::Catalog;
use super::check::Check;
use super::explain::Explain;
use super::init::Init;
use super::schema::Schema;
use super::screen::Looks;
use super::shell::{Completions, Man};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// A discrete-event simulator for Amazon ECS clusters.
///
/// Write a YAML scenario, and ask: what would it cost, would it cope, and why?
#[derive(Debug, Parser)]
#[command(
    name = "longshore",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  longshore init my-cluster.yaml               a scenario to begin with
  longshore check my-cluster.yaml              find all mistakes without running
  longshore run my-cluster.yaml                run it, print its summary
  longshore why my-cluster.yaml --task web/3   why a task went where it went
  longshore compare my-cluster.yaml --variant ireland:region=eu-west-1
  longshore explain LS0104                     what a finding means

Exit codes: 0 fine, 1 an expectation failed, 2 wrong input or usage,
            3 the run could not be finished or written, 130 interrupted"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run a scenario: tables, charts and a summary
    Run(Run),
    /// Run several scenarios, or variants of one, side by side
    Compare(Compare),
    /// Explain why a task went where it went, or nowhere
    Why(Why),
    /// Find all mistakes of scenarios without running them
    Check(Check),
    /// Write a scenario to begin with
    Init(Init),
    /// Explain findings and rules by their codes
    Explain(Explain),
    /// List instance types, Fargate sizes, Regions and prices
    Catalog(Catalog),
    /// Print a JSON Schema, for editors and other programs
    Schema(Schema),
    /// Print completions for a shell
    Completions(Completions),
    /// Print a page of the manual
    Man(Man),
}

/// Run a scenario: tables, charts and a summary.
///
/// Writes summary.json, tables as CSV and charts to a folder, and prints the summary. The folder appears whole or not
/// at all.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longshore run scenarios/web-nasa-fixed.yaml
  longshore run scenarios/azure-binpack-memory.yaml --seed 7 --out azure-7
  longshore run scenarios/azure-random.yaml --format json --force | jq .cost_usd
  longshore run my-cluster.yaml --set services.web.load.requests_per_second=150

Exit codes: 0 fine, 1 an expectation failed, 2 wrong input or usage (nothing is
            written), 3 it could not be finished or written, 130 interrupted")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Run {
    /// The scenario file; `-` reads stdin
    pub(super) file: PathBuf,
    /// Folder for the results [default: output/<scenario name>]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Write into a folder that has other files: those of the same name are overwritten, the rest stays
    #[arg(long)]
    pub(super) force: bool,
    /// Set a value of the scenario before it is checked: `services.web.desired_count=4`; may be given again
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) overrides: Vec<String>,
    /// Seed of all draws, instead of the scenario's
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Leave out the charts
    #[arg(long)]
    pub(super) no_charts: bool,
    /// Write the bill and the summary alone: no charts and no tables of tasks, instances and time
    #[arg(long)]
    pub(super) cost_only: bool,
    /// Print nothing but errors (and JSON, if asked for)
    #[arg(long, short)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) looks: Looks,
}

/// Run several scenarios, or variants of one, side by side.
///
/// All sides run under the same seeds, so that they see the same load and the same chance. Prints a table; with --out,
/// writes it as CSV, JSON and Markdown, with charts. Exit code 1 when an expectation of any side fails.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longshore compare scenarios/azure-binpack-memory.yaml \\
      scenarios/azure-random.yaml --seeds 3
  longshore compare scenarios/azure-random.yaml \\
      --variant 'cpu:tasks.vm.placement=[{binpack: cpu}]'
  longshore compare my-cluster.yaml --variant 'four:instances[0].count=4'

A variant is NAME:PATH=VALUE, and the same name again adds to it. The file
as it is is the first side.

Exit codes: 0 fine, 1 an expectation of a side failed, 2 wrong input or usage,
            3 it could not be finished or written, 130 interrupted")]
pub(super) struct Compare {
    /// The scenario files
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// A variant of the one file: `packed:services.web.placement=[{binpack: memory}]`; may be given again
    #[arg(long = "variant", value_name = "NAME:PATH=VALUE")]
    pub(super) variants: Vec<String>,
    /// Set a value on all sides before they are checked; variants come after it; may be given again
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) overrides: Vec<String>,
    /// The side that the others are compared with [default: the first]
    #[arg(long, value_name = "NAME")]
    pub(super) baseline: Option<String>,
    /// First seed of all sides, instead of the first scenario's
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Run each side under this many seeds; shows means with 95 % intervals
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=super::compare::SEEDS_AT_MOST))]
    pub(super) seeds: u64,
    /// Runs at one time; results do not depend on it [default: as many as there are cores]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = CompareFormat::Text)]
    pub(super) format: CompareFormat,
    /// Folder for compare.csv, compare.json, compare.md, runs.csv and charts [default: none is written]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Write into a folder that has other files: those of the same name are overwritten, the rest stays
    #[arg(long)]
    pub(super) force: bool,
    /// Leave out the charts
    #[arg(long)]
    pub(super) no_charts: bool,
    /// Print nothing but errors (and what --format asks for, unless it is text)
    #[arg(long, short)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) looks: Looks,
}

/// Explain why a task went where it went, or nowhere.
///
/// Runs the scenario again up to the placing of that task and shows what each of the four steps of the choice left:
/// resources, constraints, strategies, the choice among equals; with counts, reasons and rules. A task that found no
/// place is explained with the closest instance, what each instance lacks, and what would help.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longshore why scenarios/web-nasa-fixed.yaml --task web/3
  longshore why scenarios/lessons/seed-083-zone-then-binpack.yaml \\
      --task web/1 --instance a-2
  longshore why scenarios/lessons/seed-067-a-service-keeps-its-number.yaml \\
      --task web/3 --at 2m
  longshore why scenarios/web-nasa-fixed.yaml --task web/5 \\
      --set services.web.placement=[random] --seed 7
  longshore why scenarios/web-nasa-fixed.yaml --task web/3 --format json

A task is called by its service or entry of `tasks` and its number from 0,
as in tasks.csv.

Exit codes: 0 explained, 2 wrong input, or there was no such task,
            3 the run could not be finished")]
pub(super) struct Why {
    /// The scenario file; `-` reads stdin
    pub(super) file: PathBuf,
    /// The task: `web/17`
    #[arg(long, value_name = "NAME/NUMBER")]
    pub(super) task: String,
    /// Only this instance: why it was not chosen
    #[arg(long, value_name = "NAME")]
    pub(super) instance: Option<String>,
    /// The last decision up to then, in time since the start [default: the first, and the one that placed it]
    #[arg(long, value_name = "TIME")]
    pub(super) at: Option<String>,
    /// Set a value of the scenario before it is checked: `services.web.desired_count=4`; may be given again
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) overrides: Vec<String>,
    /// Seed of all draws, instead of the scenario's
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Show lists whole, however long
    #[arg(long)]
    pub(super) all: bool,
    #[command(flatten)]
    pub(super) looks: Looks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CompareFormat {
    /// For people
    Text,
    /// For programs, with every run
    Json,
    /// For spreadsheets, a row for each side
    Csv,
    /// For pull requests
    Markdown,
}

impl Arguments {
    /// Reads this process's arguments; prints help, version or what is wrong with them.
    pub(super) fn read() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(|error| {
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        })
    }
}
