//! Fuzzing on stable Rust without another tool: inputs are changed at random, and no input may make the program panic,
//! hang, take much memory, or point outside the file that it complains about.
//!
//! Each target runs for two seconds with a fixed seed. `docs/contributing.md` says how to let one run for longer and
//! what becomes of an input that was found.

#![expect(clippy::disallowed_methods, reason = "how long to go on, and what hangs, is for a clock to say")]

#[path = "fuzz/corpus.rs"]
mod corpus;
#[path = "fuzz/driver.rs"]
mod driver;
#[path = "fuzz/grammar.rs"]
mod grammar;
#[path = "fuzz/mutate.rs"]
mod mutate;
#[path = "fuzz/rng.rs"]
mod rng;
#[path = "fuzz/targets.rs"]
mod targets;
#[path = "fuzz/tokens.rs"]
mod tokens;
#[path = "fuzz/watch.rs"]
mod watch;

use corpus::Corpus;
use driver::{Target, fuzz};
use grammar::Grammar;

fn target(name: &'static str, grammar: Grammar, seeds: Vec<Vec<u8>>, check: driver::Check) {
    fuzz(&Target { name, grammar, seeds, check });
}

#[test]
fn reader() {
    target("reader", Grammar::Yaml, Corpus::load().scenarios(), targets::reader);
}

#[test]
fn scenario() {
    target("scenario", Grammar::Yaml, Corpus::load().scenarios(), targets::scenario);
}

#[test]
fn constraints() {
    target("constraints", Grammar::Words, Corpus::load().constraints(), targets::constraints);
}

#[test]
fn expectations() {
    target("expectations", Grammar::Words, Corpus::load().expectations(), targets::expectations);
}

#[test]
fn aws_json() {
    target("aws_json", Grammar::Json, Corpus::load().ending("json"), targets::aws_json);
}

#[test]
fn csv_trace() {
    target("csv_trace", Grammar::Words, Corpus::load().ending("csv"), targets::csv_trace);
}

#[test]
fn csv_arrivals() {
    target("csv_arrivals", Grammar::Words, Corpus::load().ending("csv"), targets::csv_arrivals);
}

#[test]
fn csv_instances() {
    target("csv_instances", Grammar::Words, Corpus::load().ending("csv"), targets::csv_instances);
}

#[test]
fn csv_prices() {
    target("csv_prices", Grammar::Words, Corpus::load().ending("csv"), targets::csv_prices);
}

#[test]
fn csv_spot() {
    target("csv_spot", Grammar::Words, Corpus::load().ending("csv"), targets::csv_spot);
}

#[test]
fn json_prices() {
    target("json_prices", Grammar::Json, Corpus::load().ending("json"), targets::json_prices);
}

#[test]
fn quantities() {
    let seeds = Corpus::load().quantities();
    target("quantities", Grammar::Words, seeds, targets::quantities);
}

#[test]
fn overrides() {
    target("overrides", Grammar::Words, Corpus::overrides(), targets::overrides);
}
