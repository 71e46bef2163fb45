//! Traces: what was measured at regular times, from a CSV file.

use super::builder::Builder;
use super::curve_kinds::spelt;
use super::table::CsvFile;
use crate::diag::Code;
use crate::load::{Counts, Curve, MOST_STEPS};
use crate::scenario::Trace;
use crate::units::{Decimal, divide_half_even};

/// Most requests of a row.
const MOST_COUNT: u64 = 1_000_000_000_000_000;
/// Counts from the start of the run on.
pub(super) struct Measured {
    per_ms: u64,
    counts: Vec<u64>,
}

impl Measured {
    pub(super) fn into_curve(self) -> Curve {
        Curve::steps(self.per_ms, self.counts)
    }

    pub(super) fn into_counts(self, unit_ms: u64) -> Counts {
        Counts::new(self.per_ms, &self.counts, unit_ms)
    }
}

/// What a field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Is(Decimal),
    /// Left out, where that is allowed.
    Gap,
}

/// The rows of a trace, one for each period, gaps included.
struct Rows {
    per_ms: u64,
    fields: Vec<Field>,
}

impl Builder<'_> {
    /// The counts of a file.
    pub(super) fn trace(&mut self, path: &str, trace: &Trace) -> Option<Measured> {
        if trace.per.is_some_and(|per| per.0 == 0) {
            let help = Some("write for example `per: 1m`".to_owned());
            let path = format!("{path}.per");
            self.error(Code::OutOfRange, &path, "a row must cover some time", "must be above 0s", help);
            return None;
        }
        if trace.per.is_none() && trace.time_column.is_none() {
            let help = Some("add `per: 1m`, or name the column with the times: `time_column: time_s`".to_owned());
            let message = "nothing says what time a row of the trace covers";
            self.error(Code::MissingSetting, path, message, "needs `per` or `time_column`", help);
        }
        let mut file = self.csv(&format!("{path}.file"), &trace.file)?;
        // each of these says what is wrong by itself, so none waits for another
        let column = self.column(&format!("{path}.column"), &file, &trace.column);
        let places = self.places(path, &mut file, trace);
        let fields = column.map(|column| self.fields(path, &mut file, trace, column));
        // what a file covers is not known while its columns or its times are wrong
        let (Ok((per_ms, places)), Some(fields)) = (places, fields) else { return None };
        let length = places.last().map_or(0, |last| last + 1);
        let is_long_enough = self.covers(path, trace, per_ms, length);
        let fields = fields?;
        let mut rows = Rows { per_ms, fields: vec![Field::Gap; usize::try_from(length).ok()?] };
        for (place, field) in places.iter().zip(fields) {
            rows.fields[usize::try_from(*place).ok()?] = field;
        }
        if rows.fields.is_empty() || !is_long_enough {
            return None;
        }
        self.played(path, trace, &mut file, &rows)
    }

    /// Which period each row is of, from 0; and how long a period is.
    fn places(&mut self, path: &str, file: &mut CsvFile, trace: &Trace) -> Result<(u64, Vec<u64>), WithoutTimes> {
        let Some(heading) = &trace.time_column else {
            return trace.per.map(|per| (per.0, (0..file.len() as u64).collect())).ok_or(WithoutTimes);
        };
        let column = self.column(&format!("{path}.time_column"), file, heading).ok_or(WithoutTimes)?;
        let mut times = Vec::with_capacity(file.len());
        for row in 0..file.len() {
            times.push(self.time(file, row, column).ok_or(WithoutTimes)?.ms());
        }
        for (row, pair) in (1..).zip(times.windows(2)) {
            if pair[1] <= pair[0] {
                self.not_later(file, row);
                return Err(WithoutTimes);
            }
        }
        let distance = |pair: &[i64]| pair[1].abs_diff(pair[0]);
        let least = times.windows(2).map(distance).min();
        let Some(per) = trace.per.map(|per| per.0).or(least) else {
            let help = Some("add `per`: the time that the one row covers".to_owned());
            self.error(
                Code::MissingSetting,
                path,
                "one row says nothing of the time between rows",
                "needs `per`",
                help,
            );
            return Err(WithoutTimes);
        };
        let may_have_gaps = trace.gaps.as_deref().is_some_and(|gaps| gaps != "error");
        let mut places = vec![0];
        for (row, pair) in (1..).zip(times.windows(2)) {
            let (passed, before) = (distance(pair), places[places.len() - 1]);
            if passed != per && !(may_have_gaps && passed % per == 0) {
                let message = format!("this row comes {} after the one before, not {}", spelt(passed), spelt(per));
                let help = if passed % per == 0 {
                    "rows must follow each other at the distance `per`; or say what holds in between: `gaps: hold`, `zero` or `linear`"
                } else {
                    "rows must follow each other at the distance `per`"
                };
                self.bad_value(file, row, message, help);
                return Err(WithoutTimes);
            }
            let place = before + passed / per;
            if place > MOST_STEPS {
                self.bad_value(file, row, "the times go too far for a trace", "at most 2,000,000 periods");
                return Err(WithoutTimes);
            }
            places.push(place);
        }
        places.truncate(file.len());
        Ok((per, places))
    }

    /// The fields of the column; `None` if one of them can't be used.
    fn fields(&mut self, path: &str, file: &mut CsvFile, trace: &Trace, column: usize) -> Option<Vec<Field>> {
        let may_have_gaps = trace.gaps.as_deref().is_some_and(|gaps| gaps != "error");
        let rows = match (trace.repeat, trace.per, &trace.time_column) {
            // what comes after the end of the run is not looked at
            (false, Some(per), None) if !self.doubts.about("duration") => {
                let end = self.cast.horizon.0.saturating_add(trace.shift.unwrap_or_default().0);
                usize::try_from(end.div_ceil(per.0)).unwrap_or(usize::MAX).min(file.len())
            }
            _ => file.len(),
        };
        let mut fields = Vec::with_capacity(rows);
        for row in 0..rows {
            let text = file.field(row, column);
            if may_have_gaps && (text.is_empty() || text.eq_ignore_ascii_case("nan")) {
                fields.push(Field::Gap);
            } else if let Some(number) = self.number(file, row, column) {
                fields.push(Field::Is(number));
            }
        }
        self.not_reported(&format!("{path}.file"), file);
        (fields.len() == rows).then(|| {
            fields.resize(file.len(), Field::Gap);
            fields
        })
    }

    /// Whether the trace lasts as long as the run; reports it if not.
    fn covers(&mut self, path: &str, trace: &Trace, per_ms: u64, rows: u64) -> bool {
        let shift = trace.shift.unwrap_or_default().0;
        let covers = per_ms.saturating_mul(rows);
        if !shift.is_multiple_of(per_ms) {
            let message = format!("the shift is no multiple of {}, which a row covers", spelt(per_ms));
            let help = Some(format!("write for example `shift: {}`", spelt(shift / per_ms * per_ms)));
            self.error(Code::OutOfRange, &format!("{path}.shift"), message, "between two rows", help);
            return false;
        }
        if self.doubts.about("duration") {
            return true;
        }
        let needed = self.cast.horizon.0.div_ceil(per_ms);
        if needed > MOST_STEPS && rows > 0 && trace.repeat {
            let message = format!("the run has {needed} rows of this trace; a run can hold {MOST_STEPS} of one curve");
            self.error(Code::CurveTooFine, path, message, "too fine", Some("shorten the run".to_owned()));
            return false;
        }
        let left = covers.saturating_sub(shift);
        let is_long_enough = if trace.repeat { rows > 0 } else { (left / per_ms) >= needed };
        if !is_long_enough {
            let from = if shift == 0 { String::new() } else { format!(" from {} on", spelt(shift)) };
            let message = format!("`{}` covers {}{from}, the run lasts {}", trace.file, spelt(left), self.cast.horizon);
            let help = if left == 0 {
                "take a longer trace".to_owned()
            } else {
                format!(
                    "set `duration: {}`, take a longer trace, or let it begin again with `repeat: true`",
                    spelt(left)
                )
            };
            self.error(Code::TraceTooShort, &format!("{path}.file"), message, "too short", Some(help));
        }
        is_long_enough
    }

    /// The counts of the run, from the shift on.
    fn played(&mut self, path: &str, trace: &Trace, file: &mut CsvFile, rows: &Rows) -> Option<Measured> {
        let counts = self.counted(file, trace, rows);
        self.not_reported(&format!("{path}.file"), file);
        let counts = self.filled(path, trace, &counts?)?;
        let (length, needed) = (counts.len(), self.cast.horizon.0.div_ceil(rows.per_ms));
        let is_known = !self.doubts.about("duration");
        let needed = usize::try_from(needed).ok().filter(|_| is_known).unwrap_or(length);
        let shift = usize::try_from(trace.shift.unwrap_or_default().0 / rows.per_ms).unwrap_or(0);
        let counts = (0..needed).map(|row| counts[(shift + row) % length]).collect();
        Some(Measured { per_ms: rows.per_ms, counts })
    }

    /// Whole counts of the rows that say something, scaled. Of rates, what is left over of one goes to the next.
    fn counted(&mut self, file: &mut CsvFile, trace: &Trace, rows: &Rows) -> Option<Vec<Option<u64>>> {
        let scale = trace.scale.unwrap_or(Decimal::whole(1));
        let unit_ms = match trace.unit.as_deref() {
            Some("per_second") => Some(1000),
            Some("per_minute") => Some(60_000),
            Some("per_hour") => Some(3_600_000),
            _ => None,
        };
        let (mut counts, mut left) = (Vec::with_capacity(rows.fields.len()), Left::default());
        for (row, field) in rows.fields.iter().enumerate() {
            let Field::Is(value) = *field else {
                counts.push(None);
                continue;
            };
            let count = match unit_ms {
                None => scaled(value, scale),
                Some(unit_ms) => left.scaled(value, scale, (rows.per_ms, unit_ms)),
            };
            if count.is_none() {
                self.bad_value(file, row, "the scaled count is too large", "at most 10^15 requests a row");
                return None;
            }
            counts.push(count);
        }
        Some(counts)
    }

    /// Gaps get what the rule says.
    fn filled(&mut self, path: &str, trace: &Trace, counts: &[Option<u64>]) -> Option<Vec<u64>> {
        let rule = trace.gaps.as_deref().unwrap_or("error");
        let mut filled: Vec<u64> = Vec::with_capacity(counts.len());
        for (row, count) in counts.iter().enumerate() {
            let before = filled.last().copied();
            let next = || counts[row..].iter().enumerate().find_map(|(after, count)| count.map(|count| (after, count)));
            let value = match (count, rule) {
                (Some(count), _) => Some(*count),
                // of rows after the end of the run, which are not looked at
                (None, "error" | "zero") => Some(0),
                (None, "hold") => before,
                (None, _) => before.zip(next()).map(|(before, (after, next))| {
                    // one step on the way from the value before to the next
                    let steps = i128::try_from(after + 1).unwrap_or(1);
                    let way = (i128::from(next) - i128::from(before)) / steps;
                    u64::try_from(i128::from(before) + way).unwrap_or(before)
                }),
            };
            let Some(value) = value.or_else(|| self.is_after_the_end(trace, row).then_some(0)) else {
                let side = if before.is_none() { "begins" } else { "ends" };
                let message = format!("the trace {side} with a gap, and `gaps: {rule}` needs a value on that side");
                let help = Some("take `gaps: zero`, or leave those rows out".to_owned());
                self.error(Code::BadTableValue, &format!("{path}.gaps"), message, "nothing to go by", help);
                return None;
            };
            filled.push(value);
        }
        Some(filled)
    }

    /// Whether a row of a trace is never played.
    fn is_after_the_end(&self, trace: &Trace, row: usize) -> bool {
        let Some(per) = trace.per.filter(|_| !trace.repeat) else { return false };
        let end = self.cast.horizon.0.saturating_add(trace.shift.unwrap_or_default().0);
        (row as u64).saturating_mul(per.0) >= end
    }
}

/// The times of a trace can't be made out; it has been said why.
struct WithoutTimes;

/// What is left over of a row.
#[derive(Debug, Clone, Copy, Default)]
struct Left {
    amount: i128,
    divisor: i128,
}

impl Left {
    /// `rate × scale × per / unit` and what was left over, as a whole number; the rest is left over again.
    fn scaled(&mut self, rate: Decimal, scale: Decimal, (per_ms, unit_ms): (u64, u64)) -> Option<u64> {
        let product = i128::from(rate.mantissa).checked_mul(i128::from(scale.mantissa))?;
        let amount = product.checked_mul(i128::from(per_ms))?;
        let digits = u32::from(rate.scale) + u32::from(scale.scale);
        let divisor = 10_i128.checked_pow(digits)?.checked_mul(i128::from(unit_ms))?;
        // rows may have more or fewer decimals
        let carried = if self.divisor == 0 { 0 } else { self.amount.checked_mul(divisor)? / self.divisor };
        let sum = amount.checked_add(carried)?;
        let count = u64::try_from(divide_half_even(sum, divisor).max(0)).ok()?;
        (self.amount, self.divisor) = (sum - i128::from(count) * divisor, divisor);
        (count <= MOST_COUNT).then_some(count)
    }
}

/// `count × scale`, halves to even; at most 10^15.
fn scaled(count: Decimal, scale: Decimal) -> Option<u64> {
    let product = i128::from(count.mantissa).checked_mul(i128::from(scale.mantissa))?;
    let digits = u32::from(count.scale) + u32::from(scale.scale);
    let rounded = divide_half_even(product, 10_i128.checked_pow(digits)?);
    u64::try_from(rounded).ok().filter(|count| *count <= MOST_COUNT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn scaling_rounds_halves_to_even() {
        assert_eq!(scaled(decimal("42"), decimal("100")), Some(4200));
        assert_eq!(scaled(decimal("5"), decimal("0.5")), Some(2)); // 2.5
        assert_eq!(scaled(decimal("7"), decimal("0.5")), Some(4)); // 3.5
        assert_eq!(scaled(decimal("1000000000000000"), decimal("2")), None);
    }

    /// 0.33 a second is 3.3 in 10 s: 3 (0.3 left), of 3.6 4 (-0.4), of 2.9 3 (-0.1), of 3.2 3, … and 33 in 100 s.
    #[test]
    fn what_is_left_over_of_a_rate_goes_to_the_next_row() {
        let mut left = Left::default();
        let counts: Vec<u64> =
            (0..10).map(|_| left.scaled(decimal("0.33"), decimal("1"), (10_000, 1000)).unwrap()).collect();
        assert_eq!(counts[..4], [3, 4, 3, 3]);
        assert_eq!(counts.iter().sum::<u64>(), 33);
        // 90 an hour, doubled, are 3 a minute
        assert_eq!(Left::default().scaled(decimal("90"), decimal("2"), (60_000, 3_600_000)), Some(3));
    }
}
