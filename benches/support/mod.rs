//! A small harness: cases take turns, so that what else the machine does strikes
//! all of them alike, and medians make a pause in one round not matter.
#![allow(clippy::disallowed_methods, reason = "a benchmark is nothing without a clock")]

use std::time::Instant;

/// One of the things that are compared.
pub(crate) struct Case<'a> {
    pub(crate) name: &'static str,
    /// Does its work as many times as it is told.
    pub(crate) work: Box<dyn FnMut(u64) + 'a>,
}

/// What a case took: nanoseconds per piece of work, round by round.
pub(crate) struct Taken {
    #[allow(dead_code, reason = "not every bench prints it")]
    pub(crate) name: &'static str,
    rounds: Vec<f64>,
}

impl Taken {
    pub(crate) fn median(&self) -> f64 {
        median(self.rounds.clone())
    }

    /// How long this takes in terms of another, compared round by round.
    #[allow(dead_code, reason = "not every bench compares")]
    pub(crate) fn over(&self, other: &Self) -> f64 {
        let pairs = self.rounds.iter().zip(&other.rounds);
        median(pairs.map(|(mine, theirs)| mine / theirs).collect())
    }
}

/// What the command line asks for.
pub(crate) struct Options {
    /// Few rounds: for a look, or for a machine that is paid by the minute.
    pub(crate) quick: bool,
    /// Ends with an error when a required ratio is missed.
    pub(crate) check: bool,
    /// The one thing to measure, if not all.
    #[allow(dead_code, reason = "not every bench has several")]
    pub(crate) only: Option<String>,
}

impl Options {
    /// Cargo adds `--bench` of its own; what else is unknown is an error.
    pub(crate) fn read() -> Self {
        let mut options = Self { quick: false, check: false, only: None };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--quick" => options.quick = true,
                "--check" => options.check = true,
                "--only" => options.only = args.next(),
                "--bench" => {}
                other => panic!("unknown argument {other}: try --quick, --check or --only"),
            }
        }
        options
    }
}

/// Lets each case do some work to warm up, and then all in turn, round by round.
pub(crate) fn measure(cases: &mut [Case<'_>], warm_up: u64, work: u64, rounds: usize) -> Vec<Taken> {
    for case in cases.iter_mut() {
        (case.work)(warm_up);
    }
    let taken = |case: &Case<'_>| Taken { name: case.name, rounds: Vec::new() };
    let mut all: Vec<_> = cases.iter().map(taken).collect();
    for _ in 0..rounds {
        for (case, taken) in cases.iter_mut().zip(&mut all) {
            let start = Instant::now();
            (case.work)(work);
            #[expect(clippy::cast_precision_loss, reason = "small enough")]
            taken.rounds.push(start.elapsed().as_secs_f64() * 1e9 / work as f64);
        }
    }
    all
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}
