//! Series of charts from recorded buckets.

use crate::record::{Bucket, BucketRow};
use crate::report::chart::{Kind, Series, Step};

/// A gauge over time.
pub(super) fn gauge(buckets: &[BucketRow], label: String, kind: Kind, read: impl Fn(&BucketRow) -> Bucket) -> Series {
    Series { label, kind, steps: buckets.iter().map(|row| scaled(row, read(row), 1.0)).collect(), look: None }
}

/// A value of each bucket; nothing is drawn where there is none.
pub(super) fn values(
    buckets: &[BucketRow],
    label: String,
    kind: Kind,
    read: impl Fn(&BucketRow) -> Option<f64>,
) -> Series {
    let step = |row: &BucketRow| Some(Step::flat(row.from.0, row.to.0, read(row)?));
    Series { label, kind, steps: buckets.iter().filter_map(step).collect(), look: None }
}

/// Least, mean and greatest value of a bucket, times something.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
pub(super) fn scaled(row: &BucketRow, bucket: Bucket, times: f64) -> Step {
    Step {
        from_ms: row.from.0,
        to_ms: row.to.0,
        min: bucket.min as f64 * times,
        mean: mean(row, bucket) * times,
        max: bucket.max as f64 * times,
    }
}

/// The mean of a gauge over its bucket.
#[expect(clippy::cast_precision_loss, reason = "pictures only")]
pub(super) fn mean(row: &BucketRow, bucket: Bucket) -> f64 {
    bucket.integral as f64 / row.span().0 as f64
}

/// The most telling few, and the rest: indices in order of `weight`, largest first, the earlier of equals. A rest of
/// one is no rest.
pub(super) fn top<W: Ord>(count: usize, most: usize, weight: impl Fn(usize) -> W) -> (Vec<usize>, Vec<usize>) {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|place| std::cmp::Reverse(weight(*place)));
    let rest = if count > most + 1 { order.split_off(most) } else { Vec::new() };
    (order, rest)
}

/// A number without zeros at the end.
pub(super) fn short(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

/// What the rest of something is called.
pub(super) fn others(rest: &[usize]) -> String {
    format!("{} others", rest.len())
}

/// Several gauges as one. Least and greatest are bounds: they need not have come together.
pub(super) fn sum(gauges: impl Iterator<Item = Bucket>) -> Bucket {
    gauges.fold(Bucket::default(), |sum, next| Bucket {
        min: sum.min + next.min,
        max: sum.max + next.max,
        integral: sum.integral + next.integral,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_are_shown_and_a_rest_of_one_is_none() {
        let weights = [3, 9, 9, 1, 5, 2, 4];
        let by = |place: usize| weights[place];
        assert_eq!(top(7, 5, by), (vec![1, 2, 4, 6, 0], vec![5, 3]));
        assert_eq!(top(6, 5, by).1, Vec::<usize>::new());
        assert_eq!(top(0, 5, by), (vec![], vec![]));
        assert_eq!([short("12.500"), short("10.000"), short("100")], ["12.5", "10", "100"]);
    }
}
