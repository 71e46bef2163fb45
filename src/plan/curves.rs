//! Loads: numbers, traces and curves become integer steps.

use super::builder::Builder;
use crate::diag::{Code, Finding};
use crate::load::{BILLION, Chance, Curve, Form, Formula, MOST_STEPS, SampleError};
use crate::scenario::{CurveKind, CurveText};
use crate::units::{Decimal, SimTime};

/// How finely a curve is sampled that changes all the time, unless it says so itself.
const EVERY_MS: u64 = 60_000;

/// Most steps of all curves together.
const MOST_STEPS_OF_ALL: usize = 20_000_000;

/// A curve as the plan keeps it.
#[derive(Debug, Clone)]
pub(super) struct Sampled {
    /// Its steps under the scenario's seed.
    pub(super) curve: Curve,
    /// How it is drawn anew under another; nothing where chance has no hand in it.
    pub(super) drawn: Option<Formula>,
}

/// What holds where a part of a curve stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    /// A value means so many in this time.
    pub(super) unit_ms: u64,
    /// How finely it is sampled, in ms.
    pub(super) every: u64,
}

/// A curve while it is read.
pub(super) struct Reading {
    pub(super) unit_ms: u64,
    /// How many noises it has so far.
    pub(super) noises: u32,
}

impl Builder<'_> {
    /// The requests per second of a service; its name keys what is drawn.
    pub(super) fn curve(&mut self, path: &str, text: &CurveText, owner: &str) -> Option<Sampled> {
        if let CurveText::Number(text) = text {
            let rate = text.parse::<Decimal>().ok().and_then(|rate| Curve::constant(rate).ok());
            if rate.is_none() {
                self.error(Code::BadQuantity, path, format!("`{text}` is no rate per second"), "not a rate", None);
            }
            return rate.map(|curve| Sampled { curve, drawn: None });
        }
        if let CurveText::Kind(kind) = text
            && let CurveKind::Trace(trace) = kind.as_ref()
        {
            // counts stay what they are
            let curve = self.trace(&format!("{path}.trace"), trace)?.into_curve();
            self.warn_of_nothing(path, &curve);
            return Some(Sampled { curve, drawn: None });
        }
        self.formula(path, text, owner, 1000)
    }

    /// The curve of a setting, whose values are so many in `unit_ms`; `owner` keys what is drawn.
    pub(super) fn formula(&mut self, path: &str, text: &CurveText, owner: &str, unit_ms: u64) -> Option<Sampled> {
        let mut reading = Reading { unit_ms, noises: 0 };
        let form = self.form(path, text, &mut reading, EVERY_MS)?;
        let formula = Formula { form, unit_ms, owner: owner.to_owned() };
        if self.doubts.about("duration") {
            return Some(Sampled { curve: Curve::nothing(), drawn: None }); // nobody knows how long it is
        }
        let end = self.cast.horizon;
        let plain = self.sampled(path, &formula, Chance::Mean, end)?;
        self.warn_of_nothing(path, &plain);
        if !formula.form.is_drawn() {
            return Some(Sampled { curve: plain, drawn: None });
        }
        let curve = self.sampled(path, &formula, Chance::Seed(self.seed()), end)?;
        Some(Sampled { curve, drawn: Some(formula) })
    }

    fn sampled(&mut self, path: &str, formula: &Formula, chance: Chance, end: SimTime) -> Option<Curve> {
        let error = match formula.sample(chance, end) {
            Ok(curve) => {
                self.curve_steps += curve.points().len();
                if self.curve_steps <= MOST_STEPS_OF_ALL {
                    return Some(curve);
                }
                SampleError::TooManySteps(curve.points().len() as u64)
            }
            Err(error) => error,
        };
        match error {
            SampleError::TooManySteps(steps) => {
                let message = format!(
                    "this curve has up to {steps} steps; a run can hold {MOST_STEPS} of one curve, and {MOST_STEPS_OF_ALL} of all"
                );
                let help = Some("sample it less finely: `sample: {every: 1m, of: …}`; or shorten the run".to_owned());
                self.error(Code::CurveTooFine, path, message, "too fine", help);
            }
            SampleError::BelowZero(at) => {
                let message = format!("the curve is below 0 at {at}");
                let help = Some("make what is taken away smaller, or cut it off: `clamp: {of: …, min: 0}`".to_owned());
                self.error(Code::BadCurve, path, message, "no one asks for less than nothing", help);
            }
            SampleError::TooHigh(at) => {
                let message = format!("the curve is above 1,000,000,000 at {at}");
                let help = Some("of several factors only one is a rate, the others are shares such as 0.8".to_owned());
                self.error(Code::OutOfRange, path, message, "at most 1,000,000,000", help);
            }
        }
        None
    }

    /// A curve that is 0 all the time is surely not meant.
    fn warn_of_nothing(&mut self, path: &str, curve: &Curve) {
        let is_known = !self.doubts.about("duration");
        if is_known && !self.findings.has_errors() && curve.stretches(self.cast.horizon).all(|(_, _, count)| count == 0)
        {
            let message = format!("the curve is 0 all through the run, which ends at {}", self.cast.horizon);
            let help = "begin it earlier, lengthen `duration`, or write `0` if that is meant";
            self.warn(Code::IdleLoad, path, message, "asks for nothing", help);
        }
    }

    /// A curve or a part of one.
    pub(super) fn form(&mut self, path: &str, text: &CurveText, reading: &mut Reading, every: u64) -> Option<Form> {
        let kind = match text {
            CurveText::Number(text) => return Some(Form::Constant(self.level(path, text)?)),
            CurveText::Kind(kind) => kind,
        };
        let path = format!("{path}.{}", kind.name());
        let context = Context { unit_ms: reading.unit_ms, every };
        match kind.as_ref() {
            CurveKind::Trace(trace) => {
                let measured = self.trace(&path, trace)?;
                Some(Form::Counts(measured.into_counts(context.unit_ms)))
            }
            CurveKind::Steps(steps) => self.steps(&path, steps),
            CurveKind::Ramp(ramp) => self.ramp(&path, ramp, context),
            CurveKind::Daily(profile) => self.daily(&path, profile, context),
            CurveKind::Weekly(profile) => self.weekly(&path, profile, context),
            CurveKind::Sine(sine) => self.sine(&path, sine, context),
            CurveKind::Spike(spike) => self.spike(&path, spike, context),
            CurveKind::Noise(noise) => {
                reading.noises += 1;
                self.noise(&path, noise, context, reading.noises - 1)
            }
            CurveKind::Sum(all) => self.forms(&path, all, reading, every).map(Form::Sum),
            CurveKind::Product(all) => self.forms(&path, all, reading, every).map(Form::Product),
            CurveKind::Clamp(clamp) => {
                let of = self.form(&format!("{path}.of"), &clamp.of, reading, every);
                let min = self.level_or(&format!("{path}.min"), clamp.min.as_deref(), 0);
                let max = self.level_or(&format!("{path}.max"), clamp.max.as_deref(), i64::MAX);
                let (of, min, max) = (Box::new(of?), min?, max?);
                if max < min {
                    let finding = Finding::error(Code::Contradiction, "the greatest value is below the least")
                        .at(self.tree.nearest_span(&format!("{path}.max")), "the smaller one")
                        .also(self.tree.nearest_span(&format!("{path}.min")), "the greater one")
                        .path(path)
                        .help("exchange the two");
                    self.findings.push(finding);
                    return None;
                }
                Some(Form::Clamp { of, min, max })
            }
            CurveKind::Sample(sample) => {
                let finer = sample.every.0;
                if finer == 0 {
                    let help = Some("write for example `every: 10s`".to_owned());
                    let path = format!("{path}.every");
                    self.error(Code::OutOfRange, &path, "a sample covers some time", "must be above 0s", help);
                }
                let form = self.form(&format!("{path}.of"), &sample.of, reading, finer.max(1));
                form.filter(|_| finer > 0)
            }
        }
    }

    fn forms(&mut self, path: &str, all: &[CurveText], reading: &mut Reading, every: u64) -> Option<Vec<Form>> {
        // each says what is wrong with it, so none waits for another
        let forms: Vec<Option<Form>> = (0..)
            .zip(all)
            .map(|(row, text): (usize, _)| self.form(&format!("{path}[{row}]"), text, reading, every))
            .collect();
        forms.into_iter().collect()
    }

    /// A value in billionths.
    pub(super) fn level(&mut self, path: &str, text: &str) -> Option<i64> {
        let value = text.parse::<Decimal>().ok().and_then(|number| number.times_rounded(BILLION));
        let level = value.filter(|value| value.unsigned_abs() / 1_000_000_000 <= 1_000_000_000);
        if level.is_none() {
            let message = format!("`{text}` is more than a curve can have");
            self.error(Code::OutOfRange, path, message, "at most 1,000,000,000", None);
        }
        level
    }

    pub(super) fn level_or(&mut self, path: &str, text: Option<&str>, otherwise: i64) -> Option<i64> {
        match text {
            Some(text) => self.level(path, text),
            None => Some(otherwise),
        }
    }
}
