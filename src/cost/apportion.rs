//! A whole shared out by weights: each share cut off, and what is left one by one to the largest remainders (PRC-5).

use crate::units::{NanoUsd, times_share};

/// Sums of weights stay below, so that a remainder can be doubled.
const MOST_BITS: u32 = 126;

/// The part of `amount` that `part` is of `whole`, cut off; all of it where there is no whole.
pub(super) fn part_of(amount: u128, part: u128, whole: u128) -> u128 {
    if whole == 0 { amount } else { times_share(amount, part.min(whole), whole).0 }
}

/// Shares by weight that add up to `total`; the earlier of equal remainders comes first. All 0 where no weight is.
pub(super) fn share_out(total: u128, weights: &[u128]) -> Vec<u128> {
    let sum = weights.iter().fold(0_u128, |sum, weight| sum.saturating_add(*weight));
    let beyond = (u128::BITS - sum.leading_zeros()).saturating_sub(MOST_BITS);
    if beyond > 0 {
        // no run comes here: then the last digits of weights are left out
        let bits = beyond + weights.len().ilog2() + 1;
        return share_out(total, &weights.iter().map(|weight| weight >> bits).collect::<Vec<u128>>());
    }
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let cut: Vec<(u128, u128)> = weights.iter().map(|weight| times_share(total, *weight, sum)).collect();
    let mut shares: Vec<u128> = cut.iter().map(|(share, _)| *share).collect();
    let left = total - shares.iter().sum::<u128>();
    let mut order: Vec<usize> = (0..cut.len()).collect();
    order.sort_by_key(|row| std::cmp::Reverse(cut[*row].1)); // stable: the earlier of equals first
    for row in order.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
        shares[row] += 1;
    }
    shares
}

/// [`share_out`] of money; what is owed back is shared out alike.
pub(super) fn share_money(cost: NanoUsd, weights: &[u128]) -> Vec<NanoUsd> {
    let sign = cost.0.signum();
    let shares = share_out(cost.0.unsigned_abs(), weights);
    shares.into_iter().map(|share| NanoUsd(sign * i128::try_from(share).unwrap_or(i128::MAX))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_left_goes_to_the_largest_remainders() {
        assert_eq!(share_out(10, &[1, 1, 1]), [4, 3, 3]); // 3.33 each: one is left, for the first of equals
        assert_eq!(share_out(10, &[0, 5, 2]), [0, 7, 3]); // 7.14 and 2.86
        assert_eq!(share_out(7, &[0, 0]), [0, 0]);
        assert_eq!(share_out(7, &[]), Vec::<u128>::new());
        assert_eq!(share_money(NanoUsd(-10), &[1, 2]), [NanoUsd(-3), NanoUsd(-7)]);
    }

    #[test]
    fn no_weight_is_too_large() {
        assert_eq!(share_out(9, &[u128::MAX, u128::MAX, u128::MAX]), [3, 3, 3]);
    }

    proptest! {
        #[test]
        fn shares_add_up_and_are_fair(total in 0..1_u128 << 100, weights in prop::collection::vec(0..1_u128 << 110, 1..8)) {
            let shares = share_out(total, &weights);
            let sum: u128 = weights.iter().sum();
            if sum > 0 {
                prop_assert_eq!(shares.iter().sum::<u128>(), total);
                for (share, weight) in shares.iter().zip(&weights) {
                    let cut = times_share(total, *weight, sum).0;
                    prop_assert!(*share == cut || *share == cut + 1);
                }
            }
        }
    }
}
