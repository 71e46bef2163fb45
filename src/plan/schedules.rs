//! Schedules and triggers: when RunTask is called (ECS-904 to ECS-906, PLT-95).

use super::Arrival;
use super::builder::Builder;
use super::drawn::{DrawnCalls, Moments};
use super::schedule_text::{Schedule, instant, instants, moment};
use super::tasks::Started;
use crate::diag::{Code, Finding, Span};
use crate::fact::Calls;
use crate::load::EventRate;
use crate::scenario::{Tasks, Trigger, parse_period};
use crate::units::{SimSpan, SimTime};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::ops::Range;

/// From an event to the call of RunTask (PLT-95).
const DELAY: SimSpan = SimSpan(500);
/// Most tasks of a call (ECS-806).
const MOST_OF_A_CALL: u32 = 10;

/// The wall clock of a schedule.
struct Frame {
    zone: TimeZone,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl Builder<'_> {
    /// The calls of an entry's `schedule`.
    pub(super) fn scheduled(&mut self, path: &str, text: &str, tasks: &Tasks, started: &Started) {
        let read = self.schedule(path, text);
        let frame = self.schedule_frame(path, tasks);
        let is_small_enough = self.is_one_call(path, tasks);
        let (Some(schedule), Some(frame)) = (read, frame) else { return };
        if !is_small_enough || self.doubts.about("duration") {
            return;
        }
        let Some(due) = self.due(path, text, &schedule, &frame, tasks) else { return };
        match tasks.flexible_window {
            Some(window) => self.add_drawn(path, tasks, started, Moments::Within { due, window }),
            None => self.add_exact(tasks, started, &due),
        }
    }

    /// The calls of an entry's `on`.
    pub(super) fn triggered(&mut self, path: &str, on: &Trigger, tasks: &Tasks, started: &Started) {
        let is_small_enough = self.is_one_call(path, tasks);
        let delay = tasks.delay.unwrap_or(DELAY);
        let moments = if let Some(curve) = &on.curve {
            let owner = self.cast.sources[started.source].name.clone();
            let unit_ms = parse_period(&curve.per).map_or(1000, |period| period.0);
            let sampled = self.formula(&format!("{path}.on.curve.of"), &curve.of, &owner, unit_ms);
            sampled.map(|sampled| Moments::Along { curve: sampled.curve, drawn: sampled.drawn, delay })
        } else if let Some(rate) = on.rate {
            Some(Moments::Poisson { rate: EventRate { events: rate.events, period_ms: rate.period.0 }, delay })
        } else {
            let trace = on.trace.as_ref();
            let counts = trace.and_then(|trace| self.trace(&format!("{path}.on.trace"), trace));
            counts.map(|counts| Moments::Counted { curve: counts.into_curve(), delay })
        };
        if let Some(moments) = moments.filter(|_| is_small_enough) {
            self.add_drawn(path, tasks, started, moments);
        }
    }

    fn add_exact(&mut self, tasks: &Tasks, started: &Started, due: &[SimTime]) {
        let count = tasks.count.unwrap_or(1);
        for at in due {
            for _ in 0..count {
                let ordinal = self.next_ordinal(started.source);
                let (at, template) = (*at, started.template);
                self.arrivals.push(Arrival { at, template, ordinal, lifetime: tasks.lifetime });
            }
        }
        let end = self.numbered.get(&started.source).copied().unwrap_or(0);
        self.tell_calls(started.source, Calls { first: 0, end, size: count, recurring: true });
    }

    fn add_drawn(&mut self, path: &str, tasks: &Tasks, started: &Started, moments: Moments) {
        let calls = DrawnCalls {
            template: started.template,
            owner: self.cast.sources[started.source].name.clone(),
            first: 0, // known when all that stands there has its number
            count: tasks.count.unwrap_or(1),
            lifetime: tasks.lifetime,
            moments,
        };
        self.drawn.push((path.to_owned(), calls));
    }

    /// One call starts at most ten tasks.
    fn is_one_call(&mut self, path: &str, tasks: &Tasks) -> bool {
        let count = tasks.count.unwrap_or(1);
        if count > MOST_OF_A_CALL {
            let message = format!("{count} tasks in each call; RunTask starts at most 10 (ECS-806, ECS-904)");
            let help = Some("make several entries of `tasks`, or fewer tasks that do more".to_owned());
            self.error(Code::OutOfRange, &format!("{path}.count"), message, "1 to 10", help);
        }
        count <= MOST_OF_A_CALL
    }

    fn schedule(&mut self, path: &str, text: &str) -> Option<Schedule> {
        match Schedule::parse(text) {
            Ok(schedule) => Some(schedule),
            Err(error) => {
                let path = format!("{path}.schedule");
                let place = self.part_of(&path, text, &error.at);
                let finding =
                    Finding::error(Code::BadSchedule, error.message).at(place, "here").path(path).help(error.help);
                self.findings.push(finding);
                None
            }
        }
    }

    /// The place of a part of a text, or of the whole where it is written with escapes.
    fn part_of(&self, path: &str, text: &str, part: &Range<usize>) -> Span {
        let whole = self.tree.nearest_span(path);
        match self.sources.slice(whole).find(text) {
            Some(offset) => {
                let first = whole.start + offset;
                Span::new(whole.source, first + part.start, first + part.end)
            }
            None => whole,
        }
    }

    fn schedule_frame(&mut self, path: &str, tasks: &Tasks) -> Option<Frame> {
        let name = tasks.timezone.as_deref().unwrap_or("UTC");
        let zone = self.time_zone(&format!("{path}.timezone"), name)?;
        let start = self.schedule_moment(&format!("{path}.start"), tasks.start.as_deref(), &zone);
        let end = self.schedule_moment(&format!("{path}.end"), tasks.end.as_deref(), &zone);
        let (start, end) = (start?, end?);
        if let (Some(from), Some(to)) = (start, end)
            && to < from
        {
            let finding = Finding::error(Code::Contradiction, "the schedule ends before it starts")
                .at(self.tree.nearest_span(&format!("{path}.end")), "the earlier one")
                .also(self.tree.nearest_span(&format!("{path}.start")), "the later one")
                .path(path)
                .help("exchange the two");
            self.findings.push(finding);
            return None;
        }
        Some(Frame { zone, start, end })
    }

    /// A date of the schedule; nothing at all where it can't be read.
    #[expect(clippy::option_option, reason = "left out is not the same as wrong")]
    fn schedule_moment(&mut self, path: &str, text: Option<&str>, zone: &TimeZone) -> Option<Option<Timestamp>> {
        let Some(text) = text else { return Some(None) };
        let found = moment(text, zone);
        if found.is_none() {
            let message = format!("`{text}` is no date");
            let help = Some("write `2026-01-06`, `2026-01-06T03:00:00` or `2026-01-06T02:00:00Z`".to_owned());
            self.error(Code::BadTime, path, message, "not a date", help);
        }
        found.map(Some)
    }

    /// When a schedule's calls are due within the run; nothing where there can be none, or too many.
    fn due(
        &mut self,
        path: &str,
        text: &str,
        schedule: &Schedule,
        frame: &Frame,
        tasks: &Tasks,
    ) -> Option<Vec<SimTime>> {
        let begin = Timestamp::from_second(self.cast.start_unix_s).ok()?;
        let span = i64::try_from(self.cast.horizon.0).unwrap_or(i64::MAX);
        let last = begin.as_millisecond().saturating_add(span);
        let finish = Timestamp::from_millisecond(last).unwrap_or(Timestamp::MAX);
        let (from, to) = (frame.start.unwrap_or(begin).max(begin), frame.end.unwrap_or(finish).min(finish));
        let place = format!("{path}.schedule");
        let sim = |at: Timestamp| {
            SimTime(u64::try_from(at.as_millisecond() - begin.as_millisecond()).expect("not before the run"))
        };
        let due = match schedule {
            Schedule::Once(local) => {
                for key in [("start", tasks.start.is_some()), ("end", tasks.end.is_some())] {
                    if key.1 {
                        let message = format!("`{}` is ignored where the schedule is `at(…)` (ECS-904)", key.0);
                        let place = format!("{path}.{}", key.0);
                        self.warn(Code::WithoutEffect, &place, message, "no effect", "leave it out");
                    }
                }
                let Some(at) = instant(*local, &frame.zone) else {
                    let message = format!("there is no {local} in this time zone: the clocks go forward over it");
                    let help = Some("take a time an hour earlier or later".to_owned());
                    self.error(Code::BadSchedule, &place, message, "never happens", help);
                    return None;
                };
                if (begin..=finish).contains(&at) { vec![sim(at)] } else { Vec::new() }
            }
            Schedule::Rate(every) => {
                // the first call is at the start date, or at once; a start before the run keeps the rhythm
                let first = frame.start.unwrap_or(begin).as_millisecond() - begin.as_millisecond();
                let every = i64::try_from(*every).unwrap_or(i64::MAX);
                let first = if first < 0 { first.rem_euclid(every) } else { first };
                let count = (to.as_millisecond() - begin.as_millisecond() - first).div_euclid(every) + 1;
                let count = u64::try_from(count).unwrap_or(0);
                if !self.holds_calls(&place, count, tasks) {
                    return None;
                }
                let (first, every) = (first.unsigned_abs(), every.unsigned_abs());
                (0..count).map(|call| SimTime(first + call * every)).collect()
            }
            Schedule::Cron(cron) => {
                // one more than a run can hold is enough to know
                let most = usize::try_from(self.room_for_tasks() + 1).unwrap_or(usize::MAX);
                let due: Vec<SimTime> = instants(cron, &frame.zone, from, to).take(most).map(sim).collect();
                if !self.holds_calls(&place, due.len() as u64, tasks) {
                    return None;
                }
                if due.is_empty() && !cron.ever() {
                    let message = format!("`{text}` never happens: no month of its years has such a day");
                    let help = Some("February has 28 or 29 days; April, June, September and November 30".to_owned());
                    self.error(Code::BadSchedule, &place, message, "never happens", help);
                    return None;
                }
                due
            }
        };
        if due.is_empty() && !self.findings.has_errors() {
            let message = format!("no call falls into the run, which ends at {}", self.cast.horizon);
            self.warn(Code::AfterTheEnd, &place, message, "never happens", "change the schedule, or the run's times");
        }
        Some(due)
    }

    /// Whether the run can hold the tasks of so many calls; reports it if not.
    fn holds_calls(&mut self, path: &str, calls: u64, tasks: &Tasks) -> bool {
        let tasks = calls.saturating_mul(u64::from(tasks.count.unwrap_or(1)));
        self.holds_tasks(path, u32::try_from(tasks).unwrap_or(u32::MAX))
    }
}
