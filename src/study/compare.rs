//! Several plans under the same seeds, side by side.
//!
//! Draws are keyed by seed, concern and owner, so two sides that share a seed share their draws as far as they have the
//! same owners: differences are taken seed by seed, and what chance does to both sides alike drops out.

use super::measures::{Measures, Metric};
use super::single::{Views, run_once, run_with_views};
use super::statistics::{Estimate, estimate};
use crate::fact::Cast;
use crate::plan::Plan;
use crate::record::{BucketRow, EventRow, KeptBuckets, Location, Tables, TaskRow};
use crate::sim::agenda::Endless;
use crate::units::SimTime;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// One side of a comparison, with its runs.
#[derive(Debug, Clone)]
pub struct Side<'a> {
    /// What it is called.
    pub name: String,
    /// The names behind its ids.
    pub cast: &'a Cast,
    /// Its runs, in the order of the seeds.
    pub runs: Vec<Measures>,
    /// The series of its first run.
    pub buckets: Vec<BucketRow>,
    /// What charts show beside them.
    pub views: Views,
}

/// Sides that ran under the same seeds.
#[derive(Debug, Clone)]
pub struct Comparison<'a> {
    /// All sides.
    pub sides: Vec<Side<'a>>,
    /// All seeds.
    pub seeds: Vec<u64>,
    /// The side that others are compared with.
    pub baseline: usize,
}

impl Comparison<'_> {
    /// Mean and interval of a figure of a side.
    pub fn estimate(&self, side: usize, metric: Metric) -> Option<Estimate> {
        estimate(&self.values(side, metric)?)
    }

    /// Mean and interval of how far a figure lies above the baseline's, seed by seed.
    pub fn difference(&self, side: usize, metric: Metric) -> Option<Estimate> {
        let (values, base) = (self.values(side, metric)?, self.values(self.baseline, metric)?);
        estimate(&values.iter().zip(&base).map(|(value, base)| value - base).collect::<Vec<f64>>())
    }

    /// Mean cost as a multiple of the baseline's; `None` where the baseline costs nothing.
    pub fn relative_cost(&self, side: usize) -> Option<f64> {
        let cost = |side: usize| self.estimate(side, Metric::Cost).map(|cost| cost.mean);
        let (cost, base) = (cost(side)?, cost(self.baseline)?);
        (base > 0.0).then(|| cost / base)
    }

    /// The sides of which an expectation failed under some seed.
    pub fn failed(&self) -> impl Iterator<Item = &Side<'_>> {
        self.sides.iter().filter(|side| !side.runs.iter().all(Measures::is_met))
    }

    /// The side that costs least; the first of equals.
    pub fn cheapest(&self) -> usize {
        let total = |side: &Side<'_>| side.runs.iter().map(|run| run.cost).sum::<crate::units::NanoUsd>();
        (0..self.sides.len()).min_by_key(|place| total(&self.sides[*place])).unwrap_or(0)
    }

    fn values(&self, side: usize, metric: Metric) -> Option<Vec<f64>> {
        self.sides[side].runs.iter().map(|run| metric.read(run)).collect()
    }
}

/// A run that can't come to its end.
#[derive(Debug, Clone)]
pub struct Stuck {
    /// Which side.
    pub side: usize,
    /// Under which seed.
    pub seed: u64,
    /// Why.
    pub why: Endless,
}

/// Told of each run's progress (its number: seeds of the first side, then of the second …), from any thread; whoever
/// breaks ends them all.
pub type Watch<'w> = dyn Fn(usize, SimTime, u64) -> ControlFlow<()> + Sync + 'w;

/// Runs every side under every seed, `jobs` runs at a time; how many does not show in the results. `None` when the
/// watch ended it.
///
/// # Errors
/// The first run, in their order, that can't come to its end.
pub fn compare<'a>(
    named: &[(String, &'a Plan)],
    seeds: &[u64],
    jobs: usize,
    watch: &Watch<'_>,
) -> Result<Option<Vec<Side<'a>>>, Stuck> {
    let bench = Bench {
        named,
        seeds,
        watch,
        next: AtomicUsize::new(0),
        stuck: AtomicUsize::new(usize::MAX),
        done: Mutex::new((0..named.len() * seeds.len()).map(|_| None).collect()),
    };
    thread::scope(|scope| {
        for _ in 1..jobs.min(named.len() * seeds.len()) {
            // where the system has no more threads, those that are there do the work
            let _ = thread::Builder::new().spawn_scoped(scope, || bench.work());
        }
        bench.work();
    });
    let mut done = bench.done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).into_iter();
    let mut sides = Vec::with_capacity(named.len());
    let mut complete = true;
    for (place, (name, plan)) in named.iter().enumerate() {
        let mut side = Side {
            name: name.clone(),
            cast: &plan.cast,
            runs: Vec::new(),
            buckets: Vec::new(),
            views: Views::default(),
        };
        for (seed, one) in seeds.iter().zip(done.by_ref()) {
            match one {
                Some(Ok(Some(one))) => {
                    side.runs.push(one.measures);
                    if let Some((buckets, views)) = one.pictured {
                        (side.buckets, side.views) = (buckets, views);
                    }
                }
                Some(Ok(None)) | None => complete = false,
                Some(Err(why)) => return Err(Stuck { side: place, seed: *seed, why }),
            }
        }
        sides.push(side);
    }
    Ok(complete.then_some(sides))
}

/// What the threads share.
struct Bench<'b, 'a> {
    named: &'b [(String, &'a Plan)],
    seeds: &'b [u64],
    watch: &'b Watch<'b>,
    /// The first run that nobody has taken.
    next: AtomicUsize,
    /// The first run that is known to be stuck: none behind it matters any more.
    stuck: AtomicUsize,
    done: Mutex<Vec<Option<Outcome>>>,
}

/// How a run ended: `None` when it was interrupted.
type Outcome = Result<Option<One>, Endless>;

/// One run, done.
struct One {
    measures: Measures,
    pictured: Option<(Vec<BucketRow>, Views)>,
}

impl Bench<'_, '_> {
    fn work(&self) {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let (side, seed) = (number / self.seeds.len(), number % self.seeds.len());
            let Some((_, plan)) = self.named.get(side) else { return };
            if number > self.stuck.load(Ordering::Relaxed) {
                return;
            }
            let result = self.run(number, plan, self.seeds[seed], seed == 0);
            let over = !matches!(result, Ok(Some(_)));
            if result.is_err() {
                self.stuck.fetch_min(number, Ordering::Relaxed);
            }
            self.done.lock().unwrap_or_else(std::sync::PoisonError::into_inner)[number] = Some(result);
            if over {
                return;
            }
        }
    }

    fn run(&self, number: usize, plan: &Plan, seed: u64, pictured: bool) -> Outcome {
        let seeded;
        let plan = if plan.cast.seed == seed {
            plan
        } else {
            seeded = plan.with_seed(seed);
            &seeded
        };
        let mut watch = |now, events| {
            let pointless = number > self.stuck.load(Ordering::Relaxed);
            if pointless { ControlFlow::Break(()) } else { (self.watch)(number, now, events) }
        };
        let (result, pictured) = if pictured {
            let mut series = KeepSeries::default();
            let (result, views) = run_with_views(plan, &mut series, &mut watch)?;
            (result, Some((series.0.into_rows(), views)))
        } else {
            (run_once(plan, &mut (), &mut watch)?, None)
        };
        if result.outcome.interrupted || (self.watch)(number, plan.horizon, result.outcome.events).is_break() {
            return Ok(None);
        }
        Ok(Some(One { measures: Measures::of(plan, &result), pictured }))
    }
}

/// Keeps the series and nothing else.
#[derive(Default)]
struct KeepSeries(KeptBuckets);

impl Tables for KeepSeries {
    fn task(&mut self, _: &Cast, _: &TaskRow, _: Option<Location>) {}
    fn bucket(&mut self, _: &Cast, row: &BucketRow) {
        self.0.push(row);
    }
    fn event(&mut self, _: &Cast, _: &EventRow) {}
}
