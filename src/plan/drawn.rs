//! Calls of RunTask whose moments are drawn, so that another seed has other ones.

use super::builder::Builder;
use super::{Arrival, Plan, TaskTemplate};
use crate::fact::Calls;
use crate::load::{Chance, Curve, EventRate, Formula, poisson, poisson_along};
use crate::units::{KeyedStream, SimSpan, SimTime, TaskSourceId};

/// Calls whose moments follow from the seed.
#[derive(Debug, Clone)]
pub struct DrawnCalls {
    /// What each starts: a row of [`Plan::templates`] that nothing else uses.
    pub template: u32,
    /// The source's name, which keys the draws.
    pub owner: String,
    /// Number of the first task.
    pub first: u32,
    /// Tasks of each call.
    pub count: u32,
    /// How long each runs.
    pub lifetime: Option<SimSpan>,
    /// When they come.
    pub moments: Moments,
}

/// When drawn calls come.
#[derive(Debug, Clone)]
pub enum Moments {
    /// Each at a moment of the window after it is due (ECS-904).
    Within {
        /// When they are due.
        due: Vec<SimTime>,
        /// How much later they may come; less than that.
        window: SimSpan,
    },
    /// Events of a Poisson process (PLT-95).
    Poisson {
        /// How many there are.
        rate: EventRate,
        /// From an event to its call.
        delay: SimSpan,
    },
    /// Events of a Poisson process whose rate follows a curve (PLT-95).
    Along {
        /// Its steps under the scenario's seed.
        curve: Curve,
        /// How it is drawn anew under another; nothing where chance has no hand in the curve itself.
        drawn: Option<Formula>,
        /// From an event to its call.
        delay: SimSpan,
    },
    /// Events counted period by period, each at a moment of its period (PLT-95).
    Counted {
        /// How many in each period.
        curve: Curve,
        /// From an event to its call.
        delay: SimSpan,
    },
}

impl DrawnCalls {
    /// The tasks that the calls start up to the end of the run. A call keeps its numbers, whatever its moment.
    fn arrivals(&self, seed: u64, horizon: SimTime) -> impl Iterator<Item = Arrival> + '_ {
        let moments: Box<dyn Iterator<Item = SimTime>> = match &self.moments {
            Moments::Within { due, window } => {
                let mut draws = KeyedStream::new(seed, "schedule-window", &self.owner);
                let width = u32::try_from(window.0).expect("at most a day");
                let numbered = (0..).zip(due);
                Box::new(numbered.map(move |(call, due)| *due + SimSpan(u64::from(draws.below(call, width)))))
            }
            Moments::Poisson { rate, delay } => {
                let draws = KeyedStream::new(seed, "trigger-gap", &self.owner);
                let delay = *delay;
                Box::new(poisson(draws, *rate, horizon).map(move |at| at + delay))
            }
            Moments::Along { curve, drawn, delay } => {
                let draws = KeyedStream::new(seed, "trigger-gap", &self.owner);
                let anew = drawn.as_ref().and_then(|formula| formula.sample(Chance::Seed(seed), horizon).ok());
                let moments = poisson_along(draws, anew.as_ref().unwrap_or(curve), horizon);
                let delay = *delay;
                Box::new(moments.into_iter().map(move |at| at + delay))
            }
            Moments::Counted { curve, delay } => {
                let draws = KeyedStream::new(seed, "trigger-moment", &self.owner);
                let delay = *delay;
                Box::new(counted(curve, draws, horizon).into_iter().map(move |at| at + delay))
            }
        };
        let within = (0..).zip(moments).filter(move |(_, at)| *at <= horizon);
        within.flat_map(move |(call, at): (u32, SimTime)| {
            let first = self.first + call * self.count;
            (first..first + self.count).map(move |ordinal| Arrival {
                at,
                template: self.template,
                ordinal,
                lifetime: self.lifetime,
            })
        })
    }
}

/// The moments of events that are counted period by period, in order.
fn counted(curve: &Curve, mut draws: KeyedStream, horizon: SimTime) -> Vec<SimTime> {
    let period = curve.period_ms();
    let ends = curve.points().iter().skip(1).map(|(at, _)| at.0).chain([horizon.0]);
    let mut moments = Vec::new();
    let mut event = 0;
    for ((from, count), end) in curve.points().iter().zip(ends) {
        for begin in (from.0..end).step_by(usize::try_from(period).unwrap_or(usize::MAX)) {
            let place = moments.len();
            for _ in 0..*count {
                let share = (u128::from(draws.draw(event)) * u128::from(period)) >> 64;
                moments.push(SimTime(begin + u64::try_from(share).expect("below the period")));
                event += 1;
            }
            moments[place..].sort_unstable();
        }
    }
    moments
}

/// By time, then by source, then by number.
pub(super) fn sort_arrivals(arrivals: &mut [Arrival], templates: &[TaskTemplate]) {
    arrivals.sort_by_key(|arrival| (arrival.at, templates[arrival.template as usize].source, arrival.ordinal));
}

impl Plan {
    /// The same plan under another seed: what is drawn before the run is drawn anew.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        let mut plan = self.clone();
        plan.cast.seed = seed;
        for load in plan.services.iter_mut().filter_map(|(_, service)| service.load.as_mut()) {
            let anew = load.drawn.as_ref().map(|formula| formula.sample(Chance::Seed(seed), self.horizon));
            if let Some(Ok(curve)) = anew {
                load.curve = curve;
            }
        }
        if !plan.drawn.is_empty() {
            let is_drawn = |arrival: &Arrival| self.drawn.iter().any(|calls| calls.template == arrival.template);
            plan.arrivals.retain(|arrival| !is_drawn(arrival));
            plan.arrivals.extend(self.drawn.iter().flat_map(|calls| calls.arrivals(seed, self.horizon)));
            sort_arrivals(&mut plan.arrivals, &plan.templates);
            plan.cast.standalone_tasks = plan.arrivals.len() as u64;
        }
        plan
    }
}

impl Builder<'_> {
    /// Calls whose moments are drawn, once all that stands there at the start has its number: how many they are may
    /// depend on the seed, so they are numbered last.
    ///
    /// Millions of moments are drawn for a run alone: after mistakes it is enough to know that they are not too many.
    pub(super) fn draw_calls(&mut self, is_sound: bool) {
        if self.doubts.about("duration") {
            return; // nobody knows how many
        }
        let (seed, horizon) = (self.seed(), self.cast.horizon);
        let mut all = std::mem::take(&mut self.drawn);
        for (path, calls) in &mut all {
            let Some(tasks) = self.most_tasks(path, calls) else { continue };
            let source = self.templates[calls.template as usize].source;
            calls.first = self.numbered.get(&source).copied().unwrap_or(0);
            self.numbered.insert(source, calls.first.saturating_add(tasks));
            self.tell_calls(source, Calls { first: calls.first, end: u32::MAX, size: calls.count, recurring: true });
            if is_sound && !self.findings.has_errors() {
                self.arrivals.extend(calls.arrivals(seed, horizon));
            }
        }
        self.drawn = all;
    }

    /// How many tasks there will be at most, or about; nothing where a run can't hold them.
    fn most_tasks(&mut self, path: &str, calls: &DrawnCalls) -> Option<u32> {
        let horizon = self.cast.horizon;
        let expected = match &calls.moments {
            Moments::Within { due, .. } => due.len() as u128,
            Moments::Poisson { rate, .. } => rate.expected(horizon.0),
            Moments::Along { curve, .. } => curve.expected(horizon),
            Moments::Counted { curve, .. } => {
                let ends = curve.points().iter().skip(1).map(|(at, _)| at.0).chain([horizon.0]);
                let steps = curve.points().iter().zip(ends);
                let events = |((from, count), end): (&(SimTime, u64), u64)| {
                    u128::from(end.saturating_sub(from.0).div_ceil(curve.period_ms())) * u128::from(*count)
                };
                steps.map(events).sum()
            }
        };
        let tasks = u32::try_from(expected * u128::from(calls.count)).unwrap_or(u32::MAX);
        self.holds_tasks(path, tasks).then_some(tasks)
    }

    /// Notes how the tasks of a source come in calls.
    pub(super) fn tell_calls(&mut self, source: TaskSourceId, calls: Calls) {
        self.cast.calls.insert(source, calls);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(moments: Moments) -> DrawnCalls {
        DrawnCalls { template: 0, owner: "job".to_owned(), first: 4, count: 2, lifetime: None, moments }
    }

    fn times(calls: &DrawnCalls, seed: u64, horizon: u64) -> Vec<(u64, u32)> {
        calls.arrivals(seed, SimTime(horizon)).map(|arrival| (arrival.at.0, arrival.ordinal)).collect()
    }

    #[test]
    fn a_call_keeps_its_numbers_and_stays_in_its_window() {
        let due: Vec<SimTime> = (0..50).map(|minute| SimTime(minute * 60_000)).collect();
        let calls = calls(Moments::Within { due, window: SimSpan(300_000) });
        let first = times(&calls, 1, u64::MAX);
        assert_eq!(first.len(), 100);
        for (at, ordinal) in &first {
            let due = u64::from((ordinal - 4) / 2) * 60_000;
            assert!((due..due + 300_000).contains(at), "{ordinal} at {at}");
        }
        assert_eq!(first, times(&calls, 1, u64::MAX));
        assert_ne!(first, times(&calls, 2, u64::MAX));
        // what comes after the end is left out, and changes nothing of the others
        let shorter: Vec<(u64, u32)> = first.iter().copied().filter(|(at, _)| *at <= 1_000_000).collect();
        assert_eq!(times(&calls, 1, 1_000_000), shorter);
    }

    #[test]
    fn counted_events_stay_in_their_periods() {
        let curve = Curve::steps(60_000, [3, 0, 5, 5]);
        let at: Vec<u64> = times(&calls(Moments::Counted { curve, delay: SimSpan(0) }), 7, 240_000)
            .into_iter()
            .filter(|(_, ordinal)| ordinal % 2 == 0)
            .map(|(at, _)| at / 60_000)
            .collect();
        assert_eq!(at, [0, 0, 0, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3]);
    }
}
