//! The loop: change an input, try it, keep it when it led somewhere new, and make small what fails.

use super::corpus::Corpus;
use super::grammar::Grammar;
use super::mutate::mutate;
use super::rng::Rng;
use super::tokens::Tokens;
use super::watch::{Watch, keep};
use std::collections::BTreeSet;
use std::env;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::time::{Duration, Instant};

/// Tries an input; says in a few words where it led, and panics where something is wrong.
pub(crate) type Check = fn(&[u8]) -> String;

/// What is fuzzed.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) grammar: Grammar,
    pub(crate) seeds: Vec<Vec<u8>>,
    pub(crate) check: Check,
}

/// How long a target runs with `cargo test`.
const BRIEFLY: Duration = Duration::from_secs(2);
/// Most inputs that are kept to be changed again, and their greatest length.
const MOST_KEPT: usize = 5_000;
const LONGEST_KEPT: usize = 20_000;
/// How long a failing input is made smaller.
const SHRINKING: Duration = Duration::from_secs(10);

fn setting(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().expect("a whole number"))
}

pub(crate) fn fuzz(target: &Target) {
    let time = setting("LONGSHORE_FUZZ_SECONDS").map_or(BRIEFLY, Duration::from_secs);
    let seed = setting("LONGSHORE_FUZZ_SEED").unwrap_or(1);
    hush();
    let mut watch = Watch::begin(target.name);
    for (name, input) in Corpus::found(target.name) {
        try_it(target, &mut watch, &input).unwrap_or_else(|said| panic!("{name}: {said}"));
    }
    let (mut rng, tokens) = (Rng::new(seed, target.name), Tokens::new());
    let mut kept = target.seeds.clone();
    assert!(!kept.is_empty(), "{}: no seeds", target.name);
    let mut known = BTreeSet::new();
    for input in &target.seeds {
        known.insert(try_it(target, &mut watch, input).unwrap_or_else(|said| fail(target, &mut watch, input, &said)));
    }
    let (until, mut tried) = (Instant::now() + time, 0_u64);
    while Instant::now() < until {
        let first = rng.below(kept.len());
        let other = rng.below(kept.len());
        let input = mutate(&kept[first], &kept[other], target.grammar, &tokens, &mut rng);
        tried += 1;
        match try_it(target, &mut watch, &input) {
            Ok(led_to) => {
                let is_new = known.insert(led_to);
                if is_new && kept.len() < MOST_KEPT && input.len() <= LONGEST_KEPT {
                    kept.push(input);
                }
            }
            Err(said) => fail(target, &mut watch, &input, &said),
        }
    }
    let (new, slowest) = (kept.len() - target.seeds.len(), watch.slowest);
    println!("fuzz {}: {tried} inputs, {new} led somewhere new, the slowest took {slowest:?}", target.name);
}

/// Tries an input; a panic is returned as what it said and where.
fn try_it(target: &Target, watch: &mut Watch, input: &[u8]) -> Result<String, String> {
    let result = watch.over(input, || panic::catch_unwind(AssertUnwindSafe(|| (target.check)(input))));
    result.map_err(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
    })
}

/// Panics of inputs are told once, at the end: while an input is made smaller it panics again and again.
fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = info.location().map_or("", |place| place.file()).replace('\\', "/");
            if place.ends_with("fuzz/driver.rs") || env::var_os("LONGSHORE_FUZZ_LOUD").is_some() {
                usual(info);
            }
        }));
    });
}

/// Makes an input smaller as long as it fails, keeps it, and fails.
fn fail(target: &Target, watch: &mut Watch, input: &[u8], said: &str) -> ! {
    let whole = keep(target.name, input);
    let small = smaller(target, watch, input);
    let file = keep(target.name, &small);
    let said: String = said.chars().take(600).collect();
    panic!(
        "fuzz {}: {said}\n{} bytes in {}, made smaller from {}\nLONGSHORE_FUZZ_LOUD=1 shows where; once it is mended, \
         move the file to tests/fuzz/found/{}-NAME\n{}",
        target.name,
        small.len(),
        file.display(),
        whole.display(),
        target.name,
        String::from_utf8_lossy(&small[..small.len().min(600)]),
    );
}

/// Cuts pieces out, smaller and smaller ones, as long as the rest still fails.
fn smaller(target: &Target, watch: &mut Watch, input: &[u8]) -> Vec<u8> {
    let until = Instant::now() + SHRINKING;
    let mut best = input.to_vec();
    let mut piece = best.len() / 2;
    while piece > 0 && Instant::now() < until {
        let mut at = 0;
        while at < best.len() && Instant::now() < until {
            let end = (at + piece).min(best.len());
            let rest: Vec<u8> = best[..at].iter().chain(&best[end..]).copied().collect();
            if try_it(target, watch, &rest).is_err() {
                best = rest;
            } else {
                at = end;
            }
        }
        piece /= 2;
    }
    best
}
