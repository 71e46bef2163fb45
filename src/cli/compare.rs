//! `longshore compare`: several scenarios, or variants of one, under the same seeds.

use super::args::{Compare, CompareFormat};
use super::input::{self, Input, reason};
use super::interrupt::Interrupt;
use super::out_dir::{Manifest, OutDir, Refused};
use super::progress::Progress;
use super::{Exit, complain, print};
use crate::diag::{nearest, printable};
use crate::plan::Plan;
use crate::report::{compare_csv, compare_json, compare_markdown, compare_pictures, compare_text, runs_csv};
use crate::scenario::Override;
use crate::study::{self, Comparison, Side};
use crate::units::SimTime;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Most sides of a comparison; nobody reads more.
const SIDES_AT_MOST: usize = 50;
/// Most seeds.
pub(super) const SEEDS_AT_MOST: u64 = 10_000;

/// Where a side comes from.
struct Source<'a> {
    file: &'a Path,
    /// Of a variant.
    name: Option<String>,
    overrides: Vec<Override>,
}

/// A side that can be run.
struct Ready {
    name: String,
    input: Input,
}

pub(super) fn compare(arguments: &Compare) -> Exit {
    match prepared(arguments) {
        Ok((ready, seeds, baseline)) => begun(arguments, &ready, seeds, baseline),
        Err(message) => {
            complain(&message);
            Exit::WrongInput
        }
    }
}

/// All sides, planned; else what is wrong with them.
fn prepared(arguments: &Compare) -> Result<(Vec<Ready>, Vec<u64>, usize), String> {
    let ready = planned(arguments, &sources(arguments)?)?;
    let baseline = match &arguments.baseline {
        None => 0,
        Some(name) => ready.iter().position(|side| side.name == *name).ok_or_else(|| no_side(name, &ready))?,
    };
    let own = |side: &Ready| side.input.plan.as_ref().map_or(1, |plan| plan.cast.seed);
    let first = arguments.seed.unwrap_or_else(|| own(&ready[0]));
    let Some(last) = first.checked_add(arguments.seeds - 1) else {
        return Err(format!("error: there are no {} seeds from {first} on\n", arguments.seeds));
    };
    for side in ready.iter().filter(|side| arguments.seed.is_none() && own(side) != first && !arguments.quiet) {
        let other = own(side);
        complain(&format!(
            "note: all sides run with the seeds of `{}`, from {first} on; the seed {other} of `{}` is not used\n",
            ready[0].name, side.name
        ));
    }
    Ok((ready, (first..=last).collect(), baseline))
}

fn no_side(name: &str, ready: &[Ready]) -> String {
    let names = || ready.iter().map(|side| side.name.as_str());
    let help = match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("sides are: {}", names().collect::<Vec<_>>().join(", ")),
    };
    format!("error: `--baseline` names no side: {}\n\nhelp: {help}\n", printable(name))
}

/// The files as they are, and the variants of the one file.
fn sources(arguments: &Compare) -> Result<Vec<Source<'_>>, String> {
    if arguments.files.iter().any(|file| input::is_stdin(file)) {
        return Err(
            "error: `-` can't be compared: stdin is read once, and each side reads its file\n\nhelp: save the \
                    scenario to a file; `check`, `run` and `why` take `-`\n"
                .to_owned(),
        );
    }
    let general = input::overrides(&arguments.overrides);
    let mut sources: Vec<Source<'_>> =
        arguments.files.iter().map(|file| Source { file, name: None, overrides: general.clone() }).collect();
    if let ([base], false) = (&arguments.files[..], arguments.variants.is_empty()) {
        for text in &arguments.variants {
            let (name, given) = variant(text)?;
            match sources.iter_mut().find(|source| source.name.as_ref() == Some(&name)) {
                Some(source) => source.overrides.push(given),
                None => {
                    let overrides = general.iter().cloned().chain([given]).collect();
                    sources.push(Source { file: base, name: Some(name), overrides });
                }
            }
        }
    } else if !arguments.variants.is_empty() {
        return Err(
            "error: `--variant` makes variants of one scenario, and several files are given\n\nhelp: give one \
                    file, or one file for each side and no variants\n"
                .to_owned(),
        );
    }
    match sources.len() {
        1 => Err("error: there is nothing to compare with\n\nhelp: name a second scenario, or a variant of this one: \
                  `--variant 'bigger:instances[0].count=5'`\n"
            .to_owned()),
        count if count > SIDES_AT_MOST => {
            Err(format!("error: {count} sides are more than can be compared, {SIDES_AT_MOST} at most\n"))
        }
        _ => Ok(sources),
    }
}

/// `NAME:PATH=VALUE`.
fn variant(text: &str) -> Result<(String, Override), String> {
    let wrong = |what: &str| {
        format!(
            "error: {what}: `--variant {}`\n\nhelp: write `NAME:PATH=VALUE`, for example `--variant \
             'packed:services.web.placement=[{{binpack: memory}}]'`\n",
            printable(text)
        )
    };
    let colon = text.find([':', '=']).filter(|at| text[*at..].starts_with(':'));
    let Some(colon) = colon else { return Err(wrong("a variant has no name")) };
    let name = text[..colon].trim();
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.len() > 255 || !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || !name.chars().all(fine) {
        return Err(wrong("a variant's name has letters, digits, `-` and `_`"));
    }
    Ok((name.to_owned(), Override { source: "--variant".to_owned(), text: text.to_owned(), from: colon + 1 }))
}

/// Reads and plans each side. All mistakes of all sides are reported; those of a file that has some are not repeated
/// for its variants.
fn planned(arguments: &Compare, sources: &[Source<'_>]) -> Result<Vec<Ready>, String> {
    let (mut ready, mut broken) = (Vec::new(), false);
    let (mut names, mut said) = (BTreeSet::new(), BTreeSet::new());
    for source in sources {
        if broken && source.name.is_some() && ready.is_empty() {
            break;
        }
        let mut input = input::read(source.file, &source.overrides, arguments.seed)?;
        let text = input.findings_painted(arguments.looks.is_colored(&std::io::stderr()));
        if (!arguments.quiet || input.plan.is_none()) && said.insert(text.clone()) {
            complain(&text);
        }
        if let Some(plan) = &mut input.plan {
            // an hour begun would make 24.9 hours and 25.1 hours look like different choices (PRC-6)
            plan.cast.hours_begun.get_or_insert(false);
        }
        let Some(plan) = &input.plan else {
            broken = true;
            continue;
        };
        let wanted = source.name.clone().unwrap_or_else(|| plan.cast.scenario.clone());
        if source.name.is_some() && names.contains(&wanted) {
            return Err(format!(
                "error: `{wanted}` is what the scenario itself is called\n\nhelp: give the variant another name\n"
            ));
        }
        let mut name = wanted.clone();
        for number in 2.. {
            if names.insert(name.clone()) {
                break;
            }
            name = format!("{wanted}-{number}");
        }
        ready.push(Ready { name, input });
    }
    if broken { Err(String::new()) } else { Ok(ready) }
}

/// Runs all sides, and shows and writes what came of them.
fn begun(arguments: &Compare, ready: &[Ready], seeds: Vec<u64>, baseline: usize) -> Exit {
    let out = match arguments.out.as_ref().map(|target| OutDir::begin(target, arguments.force)).transpose() {
        Ok(out) => out,
        Err(Refused { message, exit }) => {
            complain(&message);
            return exit;
        }
    };
    let interrupt = Interrupt::listen();
    let named: Vec<(String, &Plan)> =
        ready.iter().filter_map(|side| Some((side.name.clone(), side.input.plan.as_ref()?))).collect();
    let sides = match runs(arguments, &named, &seeds, &interrupt) {
        Ok(Some(sides)) => sides,
        Ok(None) => return interrupted(),
        Err(message) => {
            complain(&message);
            return Exit::NotFinished;
        }
    };
    let all = Comparison { sides, seeds, baseline };
    let mut charts = false;
    if let Some(out) = out {
        match write(arguments, ready, &all, out, &interrupt) {
            Ok(Some(drawn)) => charts = drawn,
            Ok(None) => return interrupted(),
            Err(message) => {
                complain(&format!("error: {message}\n"));
                return Exit::NotFinished;
            }
        }
    }
    show(arguments, &all, charts)
}

fn interrupted() -> Exit {
    complain("interrupted: nothing was written\n");
    Exit::Interrupted
}

fn runs<'a>(
    arguments: &Compare,
    named: &[(String, &'a Plan)],
    seeds: &[u64],
    interrupt: &Interrupt,
) -> Result<Option<Vec<Side<'a>>>, String> {
    let whole: u64 = named.iter().map(|(_, plan)| plan.horizon.0.saturating_mul(seeds.len() as u64)).sum();
    let progress = Mutex::new(Progress::new(SimTime(whole), arguments.quiet));
    let reached: Vec<(AtomicU64, AtomicU64)> = (0..named.len() * seeds.len()).map(|_| Default::default()).collect();
    let (total, total_events) = (AtomicU64::new(0), AtomicU64::new(0));
    let jobs = arguments.jobs.map_or_else(cores, usize::from);
    let sides = study::compare(named, seeds, jobs, &|run, now: SimTime, events| {
        let (before, events_before) =
            (reached[run].0.swap(now.0, Ordering::Relaxed), reached[run].1.swap(events, Ordering::Relaxed));
        let sum = total.fetch_add(now.0 - before, Ordering::Relaxed) + (now.0 - before);
        let events = total_events.fetch_add(events - events_before, Ordering::Relaxed) + (events - events_before);
        if let Ok(mut progress) = progress.try_lock() {
            progress.at(SimTime(sum), events);
        }
        if interrupt.has_come() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    progress.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
    match sides {
        Ok(Some(sides)) if !interrupt.has_come() => Ok(Some(sides)),
        Ok(_) => Ok(None),
        Err(stuck) => Err(format!("error: {}, seed {}: {}\n", named[stuck.side].0, stuck.seed, stuck.why)),
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Writes the folder, and says whether charts are in it; `None` when interrupted.
fn write(
    arguments: &Compare,
    ready: &[Ready],
    all: &Comparison<'_>,
    mut out: OutDir,
    interrupt: &Interrupt,
) -> Result<Option<bool>, String> {
    let failed = |error: std::io::Error| format!("the results can't be written: {}", reason(&error));
    for (name, text) in [
        ("compare.csv", compare_csv(all)),
        ("compare.json", compare_json(all)),
        ("compare.md", compare_markdown(all)),
        ("runs.csv", runs_csv(all)),
    ] {
        out.write(name, text.as_bytes()).map_err(failed)?;
    }
    let mut charts = false;
    if !arguments.no_charts {
        for picture in compare_pictures(all).map_err(|error| format!("a chart can't be drawn: {error}"))? {
            charts = true;
            out.write(&format!("charts/{}.svg", picture.name), picture.svg.as_bytes()).map_err(failed)?;
            out.write(&format!("charts/{}.png", picture.name), &picture.png).map_err(failed)?;
        }
    }
    if interrupt.has_come() {
        return Ok(None);
    }
    let digest = |texts: &mut dyn Iterator<Item = &str>| {
        let mut whole = xxhash_rust::xxh3::Xxh3::new();
        texts.for_each(|text| whole.update(text.as_bytes()));
        format!("{:032x}", whole.digest128())
    };
    let variants = arguments.variants.iter().map(|text| format!("--variant {text}"));
    let manifest = Manifest {
        tool: "longshore".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: all.sides.iter().map(|side| side.name.as_str()).collect::<Vec<_>>().join(" / "),
        scenario_digest: digest(&mut ready.iter().map(|side| side.input.digest.as_str())),
        seed: all.seeds.first().copied().unwrap_or(0),
        run_digest: digest(&mut all.sides.iter().flat_map(|side| side.runs.iter().map(|run| run.digest.as_str()))),
        overrides: arguments.overrides.iter().cloned().chain(variants).collect(),
        files: Vec::new(),
    };
    out.publish(manifest).map_err(failed)?;
    Ok(Some(charts))
}

fn show(arguments: &Compare, all: &Comparison<'_>, charts: bool) -> Exit {
    let failed: Vec<&str> = all.failed().map(|side| side.name.as_str()).collect();
    let exit = if failed.is_empty() { Exit::Fine } else { Exit::ExpectationFailed };
    let text = match arguments.format {
        CompareFormat::Json => compare_json(all),
        CompareFormat::Csv => compare_csv(all),
        CompareFormat::Markdown => compare_markdown(all),
        CompareFormat::Text if arguments.quiet => String::new(),
        CompareFormat::Text => {
            let mut text = String::new();
            let shown = compare_text(all, &arguments.looks.stdout());
            match &arguments.out {
                // the last line stays the last
                Some(target) => {
                    let (body, last) = shown.trim_end().rsplit_once('\n').unwrap_or(("", &shown));
                    text.extend([body, "\n", &folder(target, charts), last.trim_end(), "\n"]);
                }
                None => text = shown,
            }
            text
        }
    };
    if arguments.format != CompareFormat::Text && exit == Exit::ExpectationFailed {
        complain(&format!("expectations failed: {}\n", failed.join(", ")));
    }
    print(&text, exit)
}

fn folder(target: &Path, charts: bool) -> String {
    let charts = if charts { ", charts/*" } else { "" };
    format!("  {}: compare.csv, compare.json, compare.md, runs.csv{charts}\n\n", PathBuf::from(target).display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_have_a_name_and_an_override() {
        let (name, given) = variant("packed:services.web.placement=[{binpack: memory}]").unwrap();
        assert_eq!(
            (name.as_str(), &given.text[given.from..]),
            ("packed", "services.web.placement=[{binpack: memory}]")
        );
        for wrong in ["", "packed", "a.b=3", "a.b={c: 3}", ":a=3", "a b:c=3", "-a:c=3", "../a:c=3"] {
            assert!(variant(wrong).is_err(), "{wrong}");
        }
    }
}
