//! Loads: numbers and traces become integer steps.

use super::builder::Builder;
use crate::diag::Code;
use crate::load::Curve;
use crate::scenario::{Rate, Trace};
use crate::units::Decimal;

impl Builder<'_> {
    /// The curve of a rate.
    pub(super) fn curve(&mut self, path: &str, rate: &Rate) -> Option<Curve> {
        match rate {
            Rate::Constant(text) => {
                let rate = text.parse::<Decimal>().ok().and_then(|rate| Curve::constant(rate).ok());
                if rate.is_none() {
                    self.error(Code::BadQuantity, path, format!("`{text}` is no rate per second"), "not a rate", None);
                }
                rate
            }
            Rate::Trace { trace } => self.trace(&format!("{path}.trace"), trace),
        }
    }

    /// The counts of a file as a curve.
    pub(super) fn trace(&mut self, path: &str, trace: &Trace) -> Option<Curve> {
        if trace.per.0 == 0 {
            let help = Some("write for example `per: 1m`".to_owned());
            self.error(
                Code::OutOfRange,
                &format!("{path}.per"),
                "a row must cover some time",
                "must be above 0s",
                help,
            );
            return None;
        }
        let mut file = self.csv(&format!("{path}.file"), &trace.file)?;
        // each of these says what is wrong by itself, so none waits for another
        let column = self.column(&format!("{path}.column"), &file, &trace.column);
        let regular = match &trace.time_column {
            None => Some(()),
            Some(heading) => {
                let times = self.column(&format!("{path}.time_column"), &file, heading);
                times.and_then(|times| self.check_regular(&mut file, times, trace.per.0))
            }
        };
        let needed = usize::try_from(self.cast.horizon.0.div_ceil(trace.per.0)).unwrap_or(usize::MAX);
        let is_long_enough = file.len() >= needed;
        if !is_long_enough {
            let covers = crate::units::SimSpan(trace.per.0.saturating_mul(file.len() as u64));
            let message = format!("`{}` covers {covers}, the run lasts {}", trace.file, self.cast.horizon);
            let help = Some(format!("set `duration: {covers}`, or take a longer trace"));
            self.error(Code::TraceTooShort, &format!("{path}.file"), message, "too short", help);
        }
        let used = needed.min(file.len());
        let counts = self.counts(path, &mut file, used, column?, trace.scale.unwrap_or(Decimal::whole(1)))?;
        regular.filter(|()| is_long_enough)?;
        Some(Curve::steps(trace.per.0, counts))
    }

    /// The counts of the first rows, scaled; `None` if one of them can't be used.
    fn counts(
        &mut self,
        path: &str,
        file: &mut super::table::CsvFile,
        rows: usize,
        column: usize,
        scale: Decimal,
    ) -> Option<Vec<u64>> {
        let mut counts = Vec::with_capacity(rows);
        for row in 0..rows {
            let Some(count) = self.number(file, row, column) else { continue };
            match scaled(count, scale) {
                Some(count) => counts.push(count),
                None => self.bad_value(file, row, "the scaled count is too large", "at most 10^15 requests a row"),
            }
        }
        self.not_reported(&format!("{path}.file"), file);
        (counts.len() == rows).then_some(counts)
    }

    /// Each row comes `per` after the one before.
    fn check_regular(&mut self, file: &mut super::table::CsvFile, times: usize, per_ms: u64) -> Option<()> {
        let mut last = None;
        for row in 0..file.len() {
            let at = self.number(file, row, times)?.times_rounded(1000)?;
            if let Some(last) = last
                && at - last != i64::try_from(per_ms).unwrap_or(i64::MAX)
            {
                let message = format!("this row comes {} ms after the one before, not {per_ms}", at - last);
                self.bad_value(file, row, message, "rows must follow each other at the distance `per`");
                return None;
            }
            last = Some(at);
        }
        Some(())
    }
}

/// `count × scale`, halves to even; at most 10^15.
fn scaled(count: Decimal, scale: Decimal) -> Option<u64> {
    let product = i128::from(count.mantissa).checked_mul(i128::from(scale.mantissa))?;
    let digits = u32::from(count.scale) + u32::from(scale.scale);
    let rounded = crate::units::divide_half_even(product, 10_i128.checked_pow(digits)?);
    u64::try_from(rounded).ok().filter(|count| *count <= 1_000_000_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_rounds_halves_to_even() {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(scaled(decimal("42"), decimal("100")), Some(4200));
        assert_eq!(scaled(decimal("5"), decimal("0.5")), Some(2)); // 2.5
        assert_eq!(scaled(decimal("7"), decimal("0.5")), Some(4)); // 3.5
        assert_eq!(scaled(decimal("1000000000000000"), decimal("2")), None);
    }
}
