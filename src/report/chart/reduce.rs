//! From recorded steps to what fits on the picture: columns of whole pixels, and their outlines.

use super::axis::drawable;
use super::model::Step;

/// No column is narrower than this while there is more data: half a point would not be seen.
const NARROWEST: i32 = 2;
/// A lone value is drawn this wide at least.
const LONE: i32 = 12;
/// A rise or fall longer than this is drawn even where the dashes have a gap.
const LONG: i32 = 30;

/// Values over `left..right` pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Column {
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) min: f64,
    pub(super) mean: f64,
    pub(super) max: f64,
    /// The mean of the least values: where a stacked or hatched series begins.
    pub(super) base: f64,
    /// How much time went into the mean.
    weight: f64,
}

impl Column {
    /// Takes in a column that follows; the mean is weighted by time.
    fn join(&mut self, next: &Self) {
        let weight = self.weight + next.weight;
        self.mean = self.mean * (self.weight / weight) + next.mean * (next.weight / weight);
        self.base = self.base * (self.weight / weight) + next.base * (next.weight / weight);
        self.min = self.min.min(next.min);
        self.max = self.max.max(next.max);
        self.right = next.right;
        self.weight = weight;
    }
}

/// Steps that can be drawn, in order of time and within the span.
pub(super) fn tidy(steps: &[Step], span_ms: u64) -> Vec<Step> {
    let mut kept: Vec<Step> = steps
        .iter()
        .filter(|step| drawable(step.mean) && step.from_ms <= step.to_ms && step.from_ms <= span_ms)
        .map(|step| Step {
            to_ms: step.to_ms.min(span_ms),
            min: if drawable(step.min) { step.min.min(step.mean) } else { step.mean },
            max: if drawable(step.max) { step.max.max(step.mean) } else { step.mean },
            ..*step
        })
        .collect();
    kept.sort_by_key(|step| (step.from_ms, step.to_ms));
    for n in 1..kept.len() {
        let next = kept[n].from_ms;
        kept[n - 1].to_ms = kept[n - 1].to_ms.min(next);
    }
    kept
}

/// The pixel at which a time lies.
pub(super) fn place(ms: u64, span_ms: u64, left: i32, right: i32) -> i32 {
    let width = u128::from(right.saturating_sub(left).max(0).unsigned_abs());
    let offset = u128::from(ms.min(span_ms)) * width / u128::from(span_ms.max(1));
    left + i32::try_from(offset).unwrap_or(0)
}

/// Tidy steps as columns of pixels, in runs without a gap.
pub(super) fn runs(steps: &[Step], span_ms: u64, left: i32, right: i32) -> Vec<Vec<Column>> {
    let mut runs: Vec<Vec<Column>> = Vec::new();
    for step in steps {
        let next = Column {
            left: place(step.from_ms, span_ms, left, right),
            right: place(step.to_ms, span_ms, left, right),
            min: step.min,
            mean: step.mean,
            max: step.max,
            base: step.min,
            weight: weight(step),
        };
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| last.right == next.left) => {
                add(run, next);
            }
            _ => runs.push(vec![next]),
        }
    }
    for run in &mut runs {
        widen(run, left, right);
    }
    runs
}

/// Appends a column, or joins it with the last one where they are too narrow to be told apart.
fn add(run: &mut Vec<Column>, next: Column) {
    let narrow = next.right - next.left < NARROWEST;
    match run.last_mut() {
        Some(last) if narrow && last.right - last.left < NARROWEST => last.join(&next),
        _ => run.push(next),
    }
}

/// Drops what has no width, unless it is all there is: that is made wide enough to be seen.
fn widen(run: &mut Vec<Column>, left: i32, right: i32) {
    if run.iter().any(|column| column.left < column.right) {
        run.retain(|column| column.left < column.right);
    }
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return;
    };
    let missing = LONE - (last.right - first.left);
    if missing <= 0 {
        return;
    }
    let ends_at = (last.right + missing).min(right);
    let begins_at = (ends_at - LONE).min(first.left).max(left);
    if let Some(last) = run.last_mut() {
        last.right = ends_at;
    }
    if let Some(first) = run.first_mut() {
        first.left = begins_at;
    }
}

#[expect(clippy::cast_precision_loss, reason = "only a weight")]
fn weight(step: &Step) -> f64 {
    (step.to_ms - step.from_ms).max(1) as f64
}

/// A horizontal piece of a stepped line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) y: i32,
}

/// A run's means as pieces; neighbours at the same height are one.
pub(super) fn pieces(run: &[Column], y: impl Fn(f64) -> i32) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for column in run {
        let y = y(column.mean);
        match out.last_mut() {
            Some(last) if last.y == y => last.right = column.right,
            _ => out.push(Piece { left: column.left, right: column.right, y }),
        }
    }
    out
}

/// A stepped line as strokes of the pen.
///
/// The dashes go by the horizontal distance alone. By the length of the line, a busy series
/// would become thousands of short strokes that say nothing (and a file to match).
pub(super) fn strokes(pieces: &[Piece], dash: &[i32]) -> Vec<Vec<(i32, i32)>> {
    let mut out = Vec::new();
    let mut pen: Vec<(i32, i32)> = Vec::new();
    let mut before: Option<i32> = None;
    for &Piece { left, right, y } in pieces {
        if let Some(from) = before {
            if phase(left, dash).0 {
                if pen.is_empty() {
                    pen.push((left, from));
                }
                pen.push((left, y));
            } else if (y - from).abs() > LONG {
                out.push(vec![(left, from), (left, y)]);
            }
        }
        let mut x = left;
        while x < right {
            let (on, length) = phase(x, dash);
            let end = right.min(x.saturating_add(length));
            if on {
                if pen.is_empty() {
                    pen.push((x, y));
                }
                pen.push((end, y));
            }
            if !on || end < right || phase(end, dash).0 != on {
                lift(&mut pen, &mut out);
            }
            x = end;
        }
        before = Some(y);
    }
    lift(&mut pen, &mut out);
    out
}

fn lift(pen: &mut Vec<(i32, i32)>, out: &mut Vec<Vec<(i32, i32)>>) {
    if pen.len() > 1 {
        out.push(std::mem::take(pen));
    }
    pen.clear();
}

/// Whether a dash pattern draws at `x`, and for how many pixels that stays so.
fn phase(x: i32, dash: &[i32]) -> (bool, i32) {
    let period: i32 = dash.iter().sum();
    if period <= 0 {
        return (true, i32::MAX);
    }
    let mut at = x.rem_euclid(period);
    for (n, &length) in dash.iter().enumerate() {
        if at < length {
            return (n % 2 == 0, length - at);
        }
        at -= length;
    }
    (true, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_drawn_is_left_out() {
        let steps = [
            Step::flat(0, 10, f64::NAN),
            Step::flat(10, 20, f64::INFINITY),
            Step::flat(30, 20, 1.0),
            Step::flat(500, 600, 1.0),
            Step { max: f64::NAN, ..Step::flat(20, 400, 2.0) },
        ];
        assert_eq!(tidy(&steps, 100), vec![Step::flat(20, 100, 2.0)]);
    }

    #[test]
    fn narrow_steps_join_and_keep_extremes() {
        let steps: Vec<Step> =
            (0_u32..10_000).map(|n| Step::flat(n.into(), u64::from(n) + 1, f64::from(n % 10))).collect();
        let runs = runs(&steps, 10_000, 0, 1000);
        assert_eq!(runs.len(), 1);
        assert!(runs[0].len() <= 500, "{}", runs[0].len());
        assert!(runs[0].iter().all(|c| c.min <= 0.0 && c.max >= 9.0));
        assert!(runs[0].iter().all(|c| (c.mean - 4.5).abs() < 1.0));
    }

    #[test]
    fn gaps_part_runs_and_a_lone_point_is_seen() {
        let steps = [Step::flat(0, 10, 1.0), Step::flat(50, 50, 2.0), Step::flat(100, 100, 1.0)];
        let runs = runs(&steps, 100, 0, 1000);
        assert_eq!(runs.len(), 3);
        for run in &runs[1..] {
            assert_eq!(run[0].right - run[0].left, LONE);
            assert!(run[0].right <= 1000);
        }
    }

    #[test]
    fn dashes_cover_their_share_and_solid_is_one_stroke() {
        let pieces = [Piece { left: 0, right: 50, y: 9 }, Piece { left: 50, right: 90, y: 4 }];
        let solid = strokes(&pieces, &[]);
        assert_eq!(solid, vec![vec![(0, 9), (50, 9), (50, 4), (90, 4)]]);
        let dashed = strokes(&pieces, &[10, 5]);
        assert_eq!(dashed.len(), 6);
        assert_eq!(dashed[0], vec![(0, 9), (10, 9)]);
        assert_eq!(dashed[3], vec![(45, 9), (50, 9), (50, 4), (55, 4)]);
    }
}
