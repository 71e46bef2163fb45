//! What happened and why: types only, no behaviour.
//!
//! Every change of state and every decision of a run is a [`Fact`]; every decision carries its [`Why`]. Tables,
//! charts, expectations and digests are made from facts alone.

mod rule;

pub use rule::{Rule, RuleSet};
