//! `longshore run`: one scenario, its tables, charts and summary.

use super::args::{Format, Run};
use super::input::{self, Input, reason};
use super::interrupt::Interrupt;
use super::out_dir::{Manifest, OutDir, Refused};
use super::progress::Progress;
use super::{Exit, complain, print};
use crate::diag::printable;
use crate::plan::Plan;
use crate::report::{
    CsvTables, Figures, Series, Surroundings, last_line, pictures, summary_json, summary_text, write_attribution_table,
    write_cost_table,
};
use crate::study::{RunResult, run_once, run_with_views};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

pub(super) fn run(arguments: &Run) -> Exit {
    let input = match input::read(&arguments.file, &input::overrides(&arguments.overrides), arguments.seed) {
        Ok(input) => input,
        Err(message) => {
            complain(&message);
            return Exit::WrongInput;
        }
    };
    if !arguments.quiet || input.findings.has_errors() {
        complain(&input.findings_painted(arguments.looks.is_colored(&io::stderr())));
        complain(&input.notes_text());
    }
    let Some(plan) = &input.plan else { return Exit::WrongInput };
    let target = arguments.out.clone().unwrap_or_else(|| PathBuf::from("output").join(&plan.cast.scenario));
    let out = match OutDir::begin(&target, arguments.force) {
        Ok(out) => out,
        Err(Refused { message, exit }) => {
            complain(&message);
            return exit;
        }
    };
    match make(arguments, &input, plan, out) {
        Ok(Some(made)) => {
            let met = made.result.checks.iter().all(|check| check.passed);
            let exit = if met { Exit::Fine } else { Exit::ExpectationFailed };
            show(arguments, &input, plan, &made, &target, exit)
        }
        Ok(None) => {
            complain("interrupted: nothing was written\n");
            Exit::Interrupted
        }
        Err(message) => {
            complain(&format!("error: {message}\n"));
            Exit::NotFinished
        }
    }
}

/// What came of a run: its figures, its series, and the files that were written.
struct Made {
    result: RunResult,
    buckets: Series,
    files: Vec<String>,
}

/// Runs the plan into its folder. `None` when interrupted.
fn make(arguments: &Run, input: &Input, plan: &Plan, mut out: OutDir) -> Result<Option<Made>, String> {
    let interrupt = Interrupt::listen();
    let write = |error: io::Error| format!("the results can't be written: {}", reason(&error));
    let mut tables = if arguments.cost_only {
        None
    } else {
        let tables = CsvTables::new(&plan.instance_prices, |name| out.create(name)).map_err(write)?;
        Some(tables.with_reclaims(plan.reclaims()))
    };
    let mut progress = Progress::new(plan.horizon, arguments.quiet);
    let mut watch = |now, events| {
        progress.at(now, events);
        if interrupt.has_come() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let result = match &mut tables {
        None => run_once(plan, &mut (), &mut watch).map(|result| (result, None)),
        Some(tables) if arguments.no_charts => run_once(plan, tables, &mut watch).map(|result| (result, None)),
        Some(tables) => run_with_views(plan, tables, &mut watch).map(|(result, views)| (result, Some(views))),
    };
    progress.clear();
    let (result, views) = result.map_err(|endless| endless.to_string())?;
    if result.outcome.interrupted || interrupt.has_come() {
        return Ok(None);
    }
    let buckets = tables.map_or(Ok(Series::new()), CsvTables::finish).map_err(write)?;
    write_cost_table(&result.bill, out.create("cost.csv").map_err(write)?).map_err(write)?;
    let owners = out.create("attribution.csv").map_err(write)?;
    write_attribution_table(&plan.cast, &result.shares, owners).map_err(write)?;
    out.write("summary.json", summary_json(&figures(plan, &result)).as_bytes()).map_err(write)?;
    if let Some(views) = views {
        let failed = |error| format!("a chart can't be drawn: {error}");
        for picture in pictures(&figures(plan, &result), &buckets, &views).map_err(failed)? {
            out.write(&format!("charts/{}.svg", picture.name), picture.svg.as_bytes()).map_err(write)?;
            out.write(&format!("charts/{}.png", picture.name), &picture.png).map_err(write)?;
        }
    }
    if interrupt.has_come() {
        return Ok(None);
    }
    let manifest = Manifest {
        tool: "longshore".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: plan.cast.scenario.clone(),
        scenario_digest: input.digest.clone(),
        seed: plan.cast.seed,
        run_digest: result.summary.digest.clone(),
        overrides: arguments.overrides.clone(),
        files: Vec::new(),
    };
    let mut files = out.files().to_vec();
    files.sort_by_key(|name| name != "summary.json"); // stable: the others as they were made
    out.publish(manifest).map_err(write)?;
    Ok(Some(Made { result, buckets, files }))
}

fn figures<'a>(plan: &'a Plan, result: &'a RunResult) -> Figures<'a> {
    let RunResult { outcome, summary, checks, bill, shares } = result;
    Figures { cast: &plan.cast, summary, checks, bill, shares, events: outcome.events }
}

fn show(arguments: &Run, input: &Input, plan: &Plan, made: &Made, target: &Path, exit: Exit) -> Exit {
    let figures = figures(plan, &made.result);
    if arguments.format == Format::Json {
        return print(&summary_json(&figures), exit);
    }
    if arguments.quiet {
        return exit;
    }
    let around = Surroundings {
        buckets: &made.buckets,
        warnings: &input.warnings(),
        folder: &printable(&target.display().to_string()),
        files: &made.files,
        scenario: &printable(&arguments.file.display().to_string()),
    };
    let text = summary_text(&figures, &around, &arguments.looks.stdout());
    print(&(text + &last_line(&figures) + "\n"), exit)
}
