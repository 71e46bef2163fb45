//! What a run gives to those who show it.

use crate::cost::{Line, Shares};
use crate::fact::Cast;
use crate::record::{CheckResult, Summary};

/// A finished run, as reports see it.
#[derive(Debug, Clone, Copy)]
pub struct Figures<'a> {
    /// The names behind its ids.
    pub cast: &'a Cast,
    /// Its figures.
    pub summary: &'a Summary,
    /// How its expectations came out.
    pub checks: &'a [CheckResult],
    /// Its bill.
    pub bill: &'a [Line],
    /// The bill by owner.
    pub shares: &'a Shares,
    /// Events that the engine handled.
    pub events: u64,
}
