//! The answer on the terminal: plain text, 80 columns or as wide as the screen.

use super::words::counted;
use super::{WhyView, one, steps};
use crate::fact::{Place, Why};
use crate::report::screen::{Screen, width_of};
use crate::report::words::reason;
use crate::units::SimTime;

/// Lines that are no wider than the screen.
pub(super) struct Page {
    screen: Screen,
    text: String,
}

impl Page {
    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// A text over as many lines as it needs, all indented, those after the first a little more. A word that is longer
    /// than a line stays whole, so that it can be copied.
    pub(super) fn put(&mut self, indent: usize, text: &str) {
        self.put_between(indent, text, "");
    }

    /// The same, with a mark in front of it.
    pub(super) fn put_marked(&mut self, indent: usize, mark: char, text: &str) {
        let label = format!("{}{mark} ", " ".repeat(indent - 2));
        self.screen.wrapped(&mut self.text, &label, &self.screen.plain(text), indent + 2);
    }

    /// A text, and at the right border of its last line another.
    pub(super) fn put_between(&mut self, indent: usize, text: &str, right: &str) {
        self.screen.wrapped(&mut self.text, &" ".repeat(indent), &self.screen.plain(text), indent + 2);
        if right.is_empty() {
            return;
        }
        let last = self.text.trim_end().rsplit('\n').next().map_or(0, width_of);
        let (right, width) = (self.screen.plain(right), self.screen.width());
        let used = if last + 2 + width_of(&right) > width {
            0
        } else {
            self.text.pop();
            last
        };
        self.text.push_str(&" ".repeat(width.saturating_sub(used + width_of(&right))));
        self.text.push_str(&right);
        self.text.push('\n');
    }
}

/// The whole answer.
pub fn why_text(view: &WhyView<'_>, screen: &Screen) -> String {
    let mut page = Page { screen: *screen, text: String::new() };
    page.put(0, &story(view));
    match view.instance {
        Some(instance) => one::put(&mut page, view, instance),
        None => {
            for attempt in view.story.shown() {
                page.gap();
                steps::put(&mut page, view, attempt);
            }
        }
    }
    page.text
}

/// What happened to the task, in a sentence: `web/3: tried at 0s: no instance had room; placed at 1m 2s on one`.
pub(super) fn story(view: &WhyView<'_>) -> String {
    let (story, task) = (view.story, view.task());
    let by_then = |at: SimTime| story.question.at.is_none_or(|limit| at <= limit);
    let placed = story.placed.filter(|(at, ..)| by_then(*at));
    let failed_start = story.stopping.filter(|(at, why)| by_then(*at) && matches!(why, Why::NoAddress { .. }));
    let failed_start = failed_start.map(|(at, why)| format!("its start failed at {at}: {} (ECS-144)", reason(why)));
    let failed_start = failed_start.or_else(|| ended(view, story.stopping.filter(|(at, _)| by_then(*at))?, placed?));
    if let Some(text) = nothing_to_choose(view, placed) {
        let parts: Vec<String> = std::iter::once(text).chain(failed_start).collect();
        return format!("{task}: {}", parts.join("; "));
    }
    let mut parts = Vec::new();
    let failed = story.attempts.first.as_ref().filter(|attempt| attempt.explanation.choice.is_none());
    if let Some(attempt) = failed {
        parts.push(format!("tried at {}: no instance met all of its requirements", attempt.at));
        let same = placed.is_some_and(|(at, ..)| at == attempt.at);
        let more = story.attempts.count.saturating_sub(1 + u32::from(placed.is_some()));
        if let (1.., Some(last), false) = (more, &story.attempts.last, placed.is_some()) {
            let times = counted(more as usize, "time", "times");
            parts.push(format!("tried {times} more in vain, the last time at {}", last.at));
        }
        if same {
            parts.push("an instance came for it at once".to_owned());
        }
    }
    match (placed, story.unplaced.filter(|(at, _)| by_then(*at)), story.stopping.filter(|(at, _)| by_then(*at))) {
        (Some((at, place, _)), ..) => parts.push(format!("placed at {at}{}", on(view, place))),
        (None, Some((_, why)), _) => {
            let says_more = matches!(why, Why::LargerThanInstance { .. } | Why::Quota { .. });
            parts.extend(says_more.then(|| reason(why)));
            parts.push("not tried again (ECS-901)".to_owned());
        }
        (None, None, Some((at, _))) => parts.push(format!("told to stop at {at}, without a place")),
        (None, None, None) if failed.is_some() => {
            parts.push(match story.question.at {
                Some(at) => format!("it waits at {at}"),
                None => format!("it waits to the end of the run at {}", view.cast.horizon),
            });
        }
        (None, None, None) => parts.push(match story.waits.filter(|(at, _)| by_then(*at)) {
            Some((at, why)) => {
                let rule = why.rule().map(|rule| format!(" ({rule})")).unwrap_or_default();
                format!("waits since {at}: {}{rule}", reason(why))
            }
            None => "wanted, and not tried yet".to_owned(),
        }),
    }
    parts.extend(failed_start);
    format!("{task}: {}", parts.join("; "))
}

/// Why a task that had a place was told to stop, where its instance or an operator is behind it.
fn ended(view: &WhyView<'_>, (at, why): (SimTime, Why), (_, place, _): (SimTime, Place, Why)) -> Option<String> {
    let name = place.instance().map(|instance| view.name(instance)).unwrap_or_default();
    let since = view.story.draining.map(|since| format!(" since {since}")).unwrap_or_default();
    let because = match why {
        Why::Draining => format!("{name} is DRAINING{since}: tasks of services leave it"),
        Why::DaemonLast => format!("{name} is DRAINING{since}, and nothing but daemons was left on it"),
        Why::SpotReclaimed { .. } => format!("EC2 took {name} back from Spot, and all that was on it is lost"),
        Why::HostTerminated { .. } => format!("{name} was terminated, and all that was on it is lost"),
        Why::HostDeregistered { .. } => format!("{name} was deregistered by force"),
        Why::ConstraintsChanged => format!("{name} does not meet the daemon's constraints any more"),
        Why::ServiceDeleted => "its service is deleted".to_owned(),
        _ => return None,
    };
    let rule = why.rule().map(|rule| format!(" ({rule})")).unwrap_or_default();
    Some(format!("told to stop at {at}: {because}{rule}"))
}

fn on(view: &WhyView<'_>, place: Place) -> String {
    match place {
        Place::Instance(instance) => format!(" on {}", view.name(instance)),
        Place::Fargate { zone, .. } => format!(" in {}", view.cast.zones[zone]),
    }
}

/// Of tasks that nobody has to choose an instance for.
fn nothing_to_choose(view: &WhyView<'_>, placed: Option<(SimTime, Place, Why)>) -> Option<String> {
    match placed {
        Some((at, Place::Fargate { provider, zone }, _)) => Some(format!(
            "placed at {at} on {} in {}: AWS chooses there, strategies and constraints do not apply (ECS-305)",
            view.cast.providers[provider], view.cast.zones[zone]
        )),
        Some((at, place, Why::Given)) => Some(format!(
            "placed at {at}{} by the scenario: it was there when the run began, nothing was chosen (ECS-950)",
            on(view, place)
        )),
        Some((at, place, _)) if view.story.daemon => Some(format!(
            "placed at {at}{}: a daemon has one task on each instance, nothing was chosen (ECS-401)",
            on(view, place)
        )),
        None if view.story.daemon => Some(match view.story.waits {
            Some((at, Why::NothingFits { closest: Some(instance), lacks, .. })) => format!(
                "waits since {at} for {}, which lacks {lacks}: a daemon has one task on each instance (ECS-401)",
                view.name(instance)
            ),
            _ => "a daemon has one task on each instance, nothing is chosen (ECS-401)".to_owned(),
        }),
        _ => None,
    }
}
