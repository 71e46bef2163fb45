//! `longshore why`: why a task went where it went, or nowhere.

use super::args::{Format, Why};
use super::input;
use super::{Exit, complain, print};
use crate::diag::{nearest, printable, quoted};
use crate::plan::Plan;
use crate::report::{WhyView, why_json, why_text};
use crate::study::{Story, WhyQuestion, why as ask};
use crate::units::{SimTime, TaskSourceId, parse_span};

pub(super) fn why(arguments: &Why) -> Exit {
    let input = match input::read(&arguments.file, &input::overrides(&arguments.overrides), arguments.seed) {
        Ok(input) => input,
        Err(message) => {
            complain(&message);
            return Exit::WrongInput;
        }
    };
    if input.findings.has_errors() {
        complain(&input.findings_painted(arguments.looks.is_colored(&std::io::stderr()))); // `check` and `run` show warnings; here they would hide the answer
    }
    let Some(plan) = &input.plan else { return Exit::WrongInput };
    match answered(arguments, plan) {
        Ok(text) => print(&text, Exit::Fine),
        Err((message, exit)) => {
            complain(&message);
            exit
        }
    }
}

/// The answer; else what is wrong with the question.
fn answered(arguments: &Why, plan: &Plan) -> Result<String, (String, Exit)> {
    let wrong = |message: String| (message, Exit::WrongInput);
    let (source, ordinal) = task(plan, &arguments.task).map_err(wrong)?;
    let at = arguments.at.as_deref().map(moment).transpose().map_err(wrong)?;
    if let Some(at) = at.filter(|at| *at > plan.horizon) {
        let help = format!("ask about a time up to {}, or lengthen `duration`", plan.horizon);
        return Err(wrong(format!("error: {at} is after the end of the run at {}\n\nhelp: {help}\n", plan.horizon)));
    }
    let question = WhyQuestion { source, ordinal, at, all_instances: arguments.instance.is_some() };
    let story = ask(plan, question).map_err(|endless| (format!("error: {endless}\n"), Exit::NotFinished))?;
    existed(plan, &story, at).map_err(wrong)?;
    let instance = match &arguments.instance {
        None => None,
        Some(name) => Some(story.instance(&plan.cast, name).ok_or_else(|| wrong(no_instance(plan, &story, name)))?),
    };
    let view = WhyView { cast: &plan.cast, story: &story, instance, all: arguments.all };
    Ok(if arguments.format == Format::Json { why_json(&view) } else { why_text(&view, &arguments.looks.stdout()) })
}

/// `web/17`: its source and its number there.
fn task(plan: &Plan, text: &str) -> Result<(TaskSourceId, u32), String> {
    let sources = &plan.cast.sources;
    let names = || sources.rows().iter().map(|source| source.name.as_str());
    let (name, number) = text.rsplit_once('/').unwrap_or((text, ""));
    let Some((id, _)) = sources.iter().find(|(_, source)| source.name == name) else {
        let help = match nearest(name, names()) {
            Some(near) if number.is_empty() => format!("did you mean `{near}/0`?"),
            Some(near) => format!("did you mean `{near}/{}`?", quoted(number).trim_matches('`')),
            None if sources.is_empty() => "the scenario has no services and no tasks".to_owned(),
            None => {
                const MOST: usize = 10;
                let more = sources.len().saturating_sub(MOST);
                let some = names().take(MOST).collect::<Vec<_>>().join(", ");
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("services and entries of `tasks` are: {some}{more}")
            }
        };
        let message = format!("no service or entry of `tasks` is called {}", quoted(name));
        return Err(format!("error: {message}\n\nhelp: {help}\n"));
    };
    let number = number.parse().ok().filter(|_| number.bytes().all(|digit| digit.is_ascii_digit()));
    let wrong = || {
        let message = format!("{} names no task", quoted(text));
        format!("error: {message}\n\nhelp: tasks of `{name}` are called `{name}/0`, `{name}/1`, …\n")
    };
    Ok((id, number.ok_or_else(wrong)?))
}

fn moment(text: &str) -> Result<SimTime, String> {
    let span = parse_span(text.trim()).map_err(|error| {
        let help = "write the time since the start of the run: `90s`, `2h 13m`, `1d`";
        let text = text.trim();
        let reason = if text.chars().count() > 60 { "it is no time".to_owned() } else { printable(&error.to_string()) };
        format!("error: `--at` {}: {reason}\n\nhelp: {help}\n", quoted(text))
    })?;
    Ok(SimTime(span.0))
}

/// Whether there was such a task, by the moment that was asked about.
fn existed(plan: &Plan, story: &Story, at: Option<SimTime>) -> Result<(), String> {
    let WhyQuestion { source, ordinal, .. } = story.question;
    let (name, task) = (&plan.cast.sources[source].name, plan.cast.task_name(source, ordinal));
    let Some(wanted) = story.wanted else {
        let help = match story.tasks_of_source {
            0 => format!("`{name}` had no task in this run"),
            1 => format!("`{name}` had one task in this run: `{name}/0`"),
            count => format!("`{name}` had {count} tasks in this run: `{name}/0` to `{name}/{}`", count - 1),
        };
        return Err(format!("error: there never was a task `{task}`\n\nhelp: {help}\n"));
    };
    match at.filter(|at| *at < wanted) {
        Some(at) => Err(format!(
            "error: there was no task `{task}` yet at {at}\n\nhelp: it was first wanted at {wanted}: leave `--at` \
             out, or ask about a later time\n"
        )),
        None => Ok(()),
    }
}

fn no_instance(plan: &Plan, story: &Story, name: &str) -> String {
    const MOST: usize = 10;
    let names: Vec<String> = story.instances.iter().map(|instance| instance.name(&plan.cast)).collect();
    let help = match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "no instance ever registered in this run".to_owned(),
        None if names.len() <= MOST => format!("instances are: {}", names.join(", ")),
        None => format!("instances are: {} and {} more", names[..MOST].join(", "), names.len() - MOST),
    };
    format!("error: no instance of this run is called {}\n\nhelp: {help}\n", quoted(name))
}
