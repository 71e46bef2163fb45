//! A curve in one line of text.

use super::screen::Screen;
use crate::record::{Bucket, BucketRow};
use crate::units::SimTime;

/// Levels above nothing.
const LEVELS: u128 = 8;
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const SIGNS: [char; 9] = [' ', '.', ':', '-', '=', '+', '*', '#', '@'];
/// Parts that a sum is counted in, so that rounding does not show.
const PARTS: u128 = 1 << 20;

/// One value of a bucket, as a share of two sums: what is shown is `part / whole`.
pub(super) struct Sums {
    pub(super) part: u128,
    pub(super) whole: u128,
}

impl Sums {
    /// A gauge: its mean over the bucket.
    pub(super) fn mean(bucket: Bucket, row: &BucketRow) -> Self {
        Self { part: bucket.integral, whole: u128::from(row.span().0) }
    }
}

/// The curve of what `read` finds in each bucket, in `width` columns from the start of the run to its end. The highest
/// column is the greatest mean; blank is nothing, and whatever is more than nothing shows.
pub(super) fn spark(
    buckets: &[BucketRow],
    horizon: SimTime,
    width: usize,
    screen: &Screen,
    read: impl Fn(&BucketRow) -> Sums,
) -> String {
    let means = columns(buckets, horizon, width, read);
    let most = means.iter().copied().max().unwrap_or(0);
    let signs = if screen.ascii { SIGNS } else { BLOCKS };
    let level = |mean: u128| {
        (mean * LEVELS).checked_div(most).map_or(0, |level| if mean == 0 { 0 } else { level.clamp(1, LEVELS) })
    };
    means.into_iter().map(|mean| signs[usize::try_from(level(mean)).unwrap_or(0)]).collect()
}

/// The mean of each column in parts of a unit. A bucket that reaches over several columns counts in each for its time.
fn columns(buckets: &[BucketRow], horizon: SimTime, width: usize, read: impl Fn(&BucketRow) -> Sums) -> Vec<u128> {
    let border = |column: usize| u128::from(horizon.0) * column as u128 / width.max(1) as u128;
    let mut sums = vec![(0, 0); width];
    let mut column = 0;
    for row in buckets {
        let (from, to) = (u128::from(row.from.0), u128::from(row.to.0));
        let value = read(row);
        while column < width && border(column + 1) <= from {
            column += 1;
        }
        let mut reached = column;
        while reached < width && border(reached) < to {
            let held = border(reached + 1).min(to).saturating_sub(border(reached).max(from));
            let span = (to - from).max(1);
            sums[reached].0 += value.part * PARTS * held / span;
            sums[reached].1 += value.whole * PARTS * held / span;
            reached += 1;
        }
    }
    sums.into_iter().map(|(part, whole): (u128, u128)| (part * 1000).checked_div(whole).unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(from: u64, to: u64, instances: u64) -> BucketRow {
        let gauge = Bucket { min: instances, max: instances, integral: u128::from(instances) * u128::from(to - from) };
        let mut cluster = [Bucket::default(); crate::record::ClusterGauge::ALL.len()];
        cluster[0] = gauge;
        BucketRow {
            from: SimTime(from),
            to: SimTime(to),
            cluster,
            services: Vec::new(),
            rates: Vec::new(),
            types: Vec::new(),
            providers: Vec::new(),
            cost: Vec::new(),
        }
    }

    fn drawn(buckets: &[BucketRow], horizon: u64, width: usize, ascii: bool) -> String {
        let screen = Screen::new(80, false, ascii);
        spark(buckets, SimTime(horizon), width, &screen, |row| Sums::mean(row.cluster[0], row))
    }

    #[test]
    fn levels_go_from_nothing_to_the_most() {
        let rows: Vec<BucketRow> = (0..9).map(|step| row(step * 10, step * 10 + 10, step * 100)).collect();
        assert_eq!(drawn(&rows, 90, 9, false), " ▁▂▃▄▅▆▇█");
        assert_eq!(drawn(&rows, 90, 9, true), " .:-=+*#@");
        assert_eq!(drawn(&[row(0, 10, 1), row(10, 20, 1000)], 20, 2, false), "▁█"); // little is not nothing
        assert_eq!(drawn(&[row(0, 10, 0)], 10, 3, false), "   ");
    }

    #[test]
    fn buckets_and_columns_need_not_agree() {
        // one bucket over four columns, and four over one: (0 + 8 + 8 + 0) / 4 = 4 of 8
        assert_eq!(drawn(&[row(0, 40, 5)], 40, 4, false), "████");
        let rows = [row(0, 10, 0), row(10, 20, 8), row(20, 30, 8), row(30, 40, 0), row(40, 80, 8)];
        assert_eq!(drawn(&rows, 80, 2, false), "▄█");
        // a column of 15 holds a bucket of 10 and half of the next: (10 x 8 + 5 x 2) / 15 = 6; then (5 x 2 + 10 x 8) / 15
        assert_eq!(drawn(&[row(0, 10, 8), row(10, 20, 2), row(20, 30, 8)], 30, 2, false), "██");
    }
}
