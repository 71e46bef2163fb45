//! `longshore run`: one scenario, its tables, charts and summary.

use super::args::{Format, Run};
use super::input::{self, Input, reason};
use super::interrupt::Interrupt;
use super::out_dir::{Manifest, OutDir};
use super::progress::Progress;
use super::{Exit, complain, print};
use crate::plan::Plan;
use crate::report::{CsvTables, Figures, last_line, packing_picture, pictures, summary_json, summary_text};
use crate::study::{RunResult, run_once, run_with_packing};
use std::fmt::Write;
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;

pub(super) fn run(arguments: &Run) -> Exit {
    let input = match input::read(&arguments.file, &input::overrides(&arguments.overrides), arguments.seed) {
        Ok(input) => input,
        Err(message) => {
            complain(&message);
            return Exit::WrongInput;
        }
    };
    if !arguments.quiet || input.findings.has_errors() {
        complain(&input.findings_text());
        complain(&input.notes_text());
    }
    let Some(plan) = &input.plan else { return Exit::WrongInput };
    let target = arguments.out.clone().unwrap_or_else(|| PathBuf::from("output").join(&plan.cast.scenario));
    let out = match OutDir::begin(&target, arguments.force) {
        Ok(out) => out,
        Err(message) => {
            complain(&message);
            return Exit::WrongInput;
        }
    };
    match make(arguments, &input, plan, out) {
        Ok(Some(result)) => {
            let met = result.checks.iter().all(|check| check.passed);
            let exit = if met { Exit::Fine } else { Exit::ExpectationFailed };
            show(arguments, plan, &result, &target, exit)
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

/// Runs the plan into its folder. `None` when interrupted.
fn make(arguments: &Run, input: &Input, plan: &Plan, mut out: OutDir) -> Result<Option<RunResult>, String> {
    let interrupt = Interrupt::listen();
    let write = |error: io::Error| format!("the results can't be written: {}", reason(&error));
    let mut file = |name: &str| out.create(name).map_err(write);
    let files = (file("tasks.csv")?, file("timeseries.csv")?, file("services.csv")?, file("events.csv")?);
    let mut tables = CsvTables::new(files.0, files.1, files.2, files.3).map_err(write)?;
    let mut progress = Progress::new(plan.horizon, arguments.quiet);
    let mut watch = |now, events| {
        progress.at(now, events);
        if interrupt.has_come() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let result = if arguments.no_charts {
        run_once(plan, &mut tables, &mut watch).map(|result| (result, None))
    } else {
        run_with_packing(plan, &mut tables, &mut watch).map(|(result, packing)| (result, Some(packing)))
    };
    progress.clear();
    let (result, packing) = result.map_err(|endless| endless.to_string())?;
    if result.outcome.interrupted || interrupt.has_come() {
        return Ok(None);
    }
    let buckets = tables.finish().map_err(write)?;
    out.write("summary.json", summary_json(&figures(plan, &result)).as_bytes()).map_err(write)?;
    if let Some(packing) = packing {
        let failed = |error| format!("a chart can't be drawn: {error}");
        let mut all = pictures(&figures(plan, &result), &buckets).map_err(failed)?;
        all.push(packing_picture(&plan.cast, &packing).map_err(failed)?);
        for picture in all {
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
    out.publish(manifest).map_err(write)?;
    Ok(Some(result))
}

fn figures<'a>(plan: &'a Plan, result: &'a RunResult) -> Figures<'a> {
    let RunResult { outcome, summary, checks, bill } = result;
    Figures { cast: &plan.cast, summary, checks, bill, events: outcome.events }
}

fn show(arguments: &Run, plan: &Plan, result: &RunResult, target: &std::path::Path, exit: Exit) -> Exit {
    if arguments.format == Format::Json {
        return print(&summary_json(&figures(plan, result)), exit);
    }
    if arguments.quiet {
        return exit;
    }
    let mut text = summary_text(&figures(plan, result), input::is_colored(&io::stdout()));
    let charts = if arguments.no_charts { "" } else { ",\n    charts/*.svg, charts/*.png" };
    let _ = writeln!(
        text,
        "  {}/\n    summary.json, tasks.csv, timeseries.csv, services.csv, events.csv{charts}",
        crate::diag::printable(&target.display().to_string())
    );
    let summary = &result.summary;
    if summary.tasks_unplaced + summary.tasks_waiting_at_end + summary.tasks_failed_to_start > 0 {
        let file = crate::diag::printable(&arguments.file.display().to_string());
        let _ = writeln!(text, "  why a task has no place:\n    longshore why {file} --task NAME/NUMBER");
    }
    text += &last_line(&figures(plan, result));
    text.push('\n');
    print(&text, exit)
}
