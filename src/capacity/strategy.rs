//! Capacity provider strategies over several providers: base first, then weights (ECS-703 to ECS-706).
//!
//! Whole numbers alone decide: ratios are compared by cross-multiplication.

use crate::fact::Why;
use crate::units::{PlacementClassId, ProviderId};
use std::cmp::Ordering;

/// One item of a strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Its provider.
    pub provider: ProviderId,
    /// How the tasks of the source are placed there.
    pub class: PlacementClassId,
    /// How many tasks it gets before weights count (ECS-703).
    pub base: u32,
    /// Its part of all other tasks (ECS-704).
    pub weight: u32,
}

impl Share {
    /// How many of its tasks are beyond its base.
    const fn beyond(&self, tasks: u32) -> u32 {
        tasks.saturating_sub(self.base)
    }
}

/// Which item of a strategy gets the next task, and why. `counts` has the tasks of each whose desired status is
/// RUNNING: of the service, or of the call of RunTask.
///
/// # Panics
/// When no item takes tasks by weight: the plan refuses such a strategy (ECS-704).
pub fn choose_provider(shares: &[Share], counts: &[u32]) -> (usize, Why) {
    if let Some(row) = (0..shares.len()).find(|&row| counts[row] < shares[row].base) {
        return (row, Why::Base { had: counts[row], base: shares[row].base });
    }
    let weighted = (0..shares.len()).filter(|&row| shares[row].weight > 0);
    // of equal ratios the greater weight, of equal weights the first (ECS-706)
    let order = |&left: &usize, &right: &usize| {
        ratio(shares, counts, left, right).then(shares[right].weight.cmp(&shares[left].weight)).then(left.cmp(&right))
    };
    let row = weighted.min_by(order).expect("a strategy has a weight (ECS-704)");
    (row, Why::Weight { beyond: shares[row].beyond(counts[row]), weight: shares[row].weight })
}

/// From which item of a strategy a task is taken when a service shrinks: the one with the most tasks beyond its base
/// for its weight (ECS-706); where no provider has any beyond its base, the one with a base. `None` without tasks.
///
/// Among equals the order of starting is turned round: the smaller weight, of equal weights the last.
pub fn choose_provider_to_stop(shares: &[Share], counts: &[u32]) -> Option<usize> {
    let beyond = (0..shares.len()).filter(|&row| shares[row].beyond(counts[row]) > 0);
    let order = |&left: &usize, &right: &usize| {
        ratio(shares, counts, left, right).then(shares[right].weight.cmp(&shares[left].weight)).then(left.cmp(&right))
    };
    beyond.max_by(order).or_else(|| (0..shares.len()).rev().find(|&row| counts[row] > 0))
}

/// Compares two items by tasks beyond the base over weight; any over nothing is more than all else.
fn ratio(shares: &[Share], counts: &[u32], left: usize, right: usize) -> Ordering {
    let product = |of: usize, with: usize| u64::from(shares[of].beyond(counts[of])) * u64::from(shares[with].weight);
    match (shares[left].weight, shares[right].weight) {
        (0, 0) => Ordering::Equal,
        (0, _) => Ordering::Greater,
        (_, 0) => Ordering::Less,
        _ => product(left, right).cmp(&product(right, left)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(items: &[(u32, u32)]) -> Vec<Share> {
        let share = |(row, &(base, weight)): (u32, &(u32, u32))| {
            let (provider, class) = (ProviderId(row + 1), PlacementClassId(row));
            Share { provider, class, base, weight }
        };
        (0..).zip(items).map(share).collect()
    }

    /// The rows that the first tasks go to.
    fn first(items: &[(u32, u32)], tasks: usize) -> Vec<usize> {
        let shares = shares(items);
        let mut counts = vec![0; items.len()];
        let next = |_| {
            let (row, _) = choose_provider(&shares, &counts);
            counts[row] += 1;
            row
        };
        (0..tasks).map(next).collect()
    }

    /// ECS-703 to ECS-706: base 2 on the first, weights 1 to 3.
    #[test]
    fn base_first_then_the_lowest_ratio() {
        // 0/1 = 0/3: greater weight; 0/1 < 1/3; 1/1 > 1/3; 1/1 > 2/3; 1/1 = 3/3: greater weight; 1/1 < 4/3
        assert_eq!(first(&[(2, 1), (0, 3)], 8), [0, 0, 1, 0, 1, 1, 1, 0]);
        // base 3 on the second without weight: the minimum is kept, nothing beyond
        assert_eq!(first(&[(0, 1), (3, 0)], 5), [1, 1, 1, 0, 0]);
        assert_eq!(first(&[(0, 1), (0, 1), (0, 1)], 6), [0, 1, 2, 0, 1, 2]);
    }

    /// ECS-706: base 2 on the first, weights 1 to 3, from 3 + 4 tasks down to nothing.
    #[test]
    fn the_highest_ratio_is_taken_from() {
        let shares = shares(&[(2, 1), (0, 3)]);
        let mut counts = [3, 4];
        let mut taken = Vec::new();
        while let Some(row) = choose_provider_to_stop(&shares, &counts) {
            counts[row] -= 1;
            taken.push(row);
        }
        // 1/1 < 4/3; 1/1 = 3/3: smaller weight; then 0/1 < 3/3, 2/3, 1/3; then the base
        assert_eq!(taken, [1, 0, 1, 1, 1, 0, 0]);
    }

    /// A provider without weight that has more than its base is relieved first.
    #[test]
    fn what_has_no_weight_goes_first() {
        assert_eq!(choose_provider_to_stop(&shares(&[(0, 100), (1, 0)]), &[90, 2]), Some(1));
        assert_eq!(choose_provider_to_stop(&shares(&[(0, 100), (1, 0)]), &[1, 1]), Some(0));
        assert_eq!(choose_provider_to_stop(&shares(&[(0, 100), (1, 0)]), &[0, 1]), Some(1));
    }
}
