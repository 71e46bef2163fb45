//! The kinds of curves, each read from its block.

use super::builder::Builder;
use super::curves::Context;
use crate::diag::{Code, Finding, Span};
use crate::load::{BILLION, Distribution, Form, Noise, Profile, Ramp, Sine, Spike, Steps, Stretch};
use crate::scenario::{NoiseText, ProfileText, RampText, SineText, SpikeText, StepText, parse_clock, parse_week_clock};
use crate::units::SimSpan;
use jiff::Timestamp;
use jiff::tz::TimeZone;

const DAY_MS: u64 = 86_400_000;
const WEEK_MS: u64 = 7 * DAY_MS;
/// 1 January 1970 was a Thursday: three days after a Monday.
const EPOCH_IN_WEEK_MS: i64 = 3 * 86_400_000;
/// How a time of a day or week is read: minutes since it began.
type ReadClock = fn(&str) -> Result<u64, String>;

/// The greatest standard deviation of noise, as a multiple of its mean.
const MOST_VARIATION: i128 = 10;

impl Builder<'_> {
    pub(super) fn steps(&mut self, path: &str, steps: &[StepText]) -> Option<Form> {
        let mut read = Vec::with_capacity(steps.len());
        let mut is_fine = true;
        for (row, step) in steps.iter().enumerate() {
            let level = self.level(&format!("{path}[{row}].value"), &step.value);
            if let Some(before) = row.checked_sub(1).map(|row| &steps[row])
                && step.at <= before.at
            {
                let message = format!("this step at {} comes after the one at {}", step.at, before.at);
                let finding = Finding::error(Code::BadCurve, message)
                    .at(self.tree.nearest_span(&format!("{path}[{row}].at")), "not later than the step before")
                    .also(self.tree.nearest_span(&format!("{path}[{}].at", row - 1)), "the step before")
                    .path(format!("{path}[{row}].at"))
                    .help("write the steps in the order of their times, each time once");
                self.findings.push(finding);
                is_fine = false;
            }
            match level {
                Some(level) => read.push((step.at.0, level)),
                None => is_fine = false,
            }
        }
        if !is_fine {
            return None;
        }
        if let Some(row) = steps.iter().position(|step| step.at.0 >= self.cast.horizon.0) {
            self.never(&format!("{path}[{row}].at"), "this step");
        }
        Some(Form::Steps(Steps::new(&read)))
    }

    pub(super) fn ramp(&mut self, path: &str, ramp: &RampText, context: Context) -> Option<Form> {
        let from = self.level(&format!("{path}.from"), &ramp.from);
        let to = self.level(&format!("{path}.to"), &ramp.to);
        let start = ramp.start.unwrap_or_default().0;
        let end = match (ramp.end, ramp.lasts) {
            (Some(end), _) => end.0,
            (None, lasts) => start + lasts.unwrap_or_default().0,
        };
        if end <= start {
            let (key, help) = if ramp.end.is_some() {
                ("end", "exchange the two, or say with `for` how long it takes")
            } else {
                ("for", "write for example `for: 30m`; what changes at once is a step: `steps: [{at: 1h, value: 200}]`")
            };
            let mut finding = Finding::error(Code::Contradiction, "the ramp ends before it has begun")
                .at(self.tree.nearest_span(&format!("{path}.{key}")), "its end")
                .path(format!("{path}.{key}"))
                .help(help);
            if ramp.start.is_some() {
                finding = finding.also(self.tree.nearest_span(&format!("{path}.start")), "its beginning");
            }
            self.findings.push(finding);
            return None;
        }
        if start >= self.cast.horizon.0 {
            self.never(&format!("{path}.start"), "this ramp");
        }
        Some(Form::Ramp(Ramp::new((start, from?), (end, to?), context.every)))
    }

    pub(super) fn sine(&mut self, path: &str, sine: &SineText, context: Context) -> Option<Form> {
        let mean = self.level(&format!("{path}.mean"), &sine.mean);
        let amplitude = self.level(&format!("{path}.amplitude"), &sine.amplitude);
        let period = sine.period.map_or(DAY_MS, |period| period.0);
        if period == 0 {
            let help = Some("write for example `period: 1d`".to_owned());
            self.error(
                Code::OutOfRange,
                &format!("{path}.period"),
                "a swing takes some time",
                "must be above 0s",
                help,
            );
            return None;
        }
        let peak = sine.peak.unwrap_or_default().0;
        Some(Form::Sine(Sine { mean: mean?, amplitude: amplitude?, period, peak, every: context.every }))
    }

    pub(super) fn spike(&mut self, path: &str, spike: &SpikeText, context: Context) -> Option<Form> {
        let height = self.level(&format!("{path}.height"), &spike.height);
        let spans = [spike.rise, spike.hold, spike.fall].map(|span| span.unwrap_or_default().0);
        if spans == [0, 0, 0] {
            let help = Some("give it a time to `rise`, to `hold` or to `fall`: `hold: 20m`".to_owned());
            self.error(Code::MissingSetting, path, "the spike takes no time, so it brings nothing", "how long?", help);
            return None;
        }
        if spike.at.0 >= self.cast.horizon.0 {
            self.never(&format!("{path}.at"), "this spike");
        }
        Some(Form::Spike(Spike::new(spike.at.0, height?, spans, context.every)))
    }

    pub(super) fn noise(&mut self, path: &str, noise: &NoiseText, context: Context, place: u32) -> Option<Form> {
        let mean = self.level_or(&format!("{path}.mean"), noise.mean.as_deref(), BILLION);
        let given = if noise.sd.is_some() { "sd" } else { "cv" };
        let spread = self.level_or(&format!("{path}.{given}"), noise.sd.as_deref().or(noise.cv.as_deref()), 0);
        let (mean, spread) = (mean?, spread?);
        let distribution = match noise.distribution.as_deref() {
            Some("normal") => Distribution::Normal,
            _ => Distribution::Lognormal,
        };
        if mean == 0 && (distribution == Distribution::Lognormal || noise.sd.is_none()) {
            let help = Some("leave `mean` out for 1; around 0 write `distribution: normal` and `sd`".to_owned());
            self.error(Code::OutOfRange, &format!("{path}.mean"), "this noise needs a mean above 0", "is 0", help);
            return None;
        }
        let deviation = if noise.sd.is_some() {
            i128::from(spread)
        } else {
            i128::from(spread) * i128::from(mean) / i128::from(BILLION)
        };
        if mean > 0 && deviation > MOST_VARIATION * i128::from(mean) {
            let message = "the standard deviation is more than ten times the mean";
            let help = Some("a `cv` of 0.1 means 10 % of the mean".to_owned());
            self.error(Code::OutOfRange, &format!("{path}.{given}"), message, "at most 10 times the mean", help);
            return None;
        }
        let deviation = i64::try_from(deviation).unwrap_or(i64::MAX);
        let correlation = noise.correlation_time.unwrap_or_default().0;
        Some(Form::Noise(Noise::new(distribution, (mean, deviation), correlation, context.every, place)))
    }

    pub(super) fn daily(&mut self, path: &str, profile: &ProfileText, context: Context) -> Option<Form> {
        self.profile(path, profile, context, (DAY_MS, 0, parse_clock))
    }

    pub(super) fn weekly(&mut self, path: &str, profile: &ProfileText, context: Context) -> Option<Form> {
        self.profile(path, profile, context, (WEEK_MS, EPOCH_IN_WEEK_MS, parse_week_clock))
    }

    fn profile(
        &mut self,
        path: &str,
        profile: &ProfileText,
        context: Context,
        (period, epoch, parse): (u64, i64, ReadClock),
    ) -> Option<Form> {
        let mut points = Vec::with_capacity(profile.points.len());
        for (time, value) in &profile.points {
            let level = self.level(&format!("{path}.points.{time}"), value)?;
            points.push((parse(time).ok()? * 60_000, level, time));
        }
        if points.is_empty() {
            return None; // which is a mistake of structure, and has been told
        }
        points.sort_by_key(|point| point.0);
        if let Some(pair) = points.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let finding = Finding::error(Code::DuplicateName, "two points stand at one time")
                .at(self.key_span(&format!("{path}.points.{}", pair[1].2)), "the same time")
                .also(self.key_span(&format!("{path}.points.{}", pair[0].2)), "as here")
                .path(format!("{path}.points"))
                .help("leave one of the two out");
            self.findings.push(finding);
            return None;
        }
        let name = profile.timezone.as_deref().unwrap_or("UTC");
        let zone = self.time_zone(&format!("{path}.timezone"), name)?;
        let points: Vec<(u64, i64)> = points.into_iter().map(|(at, level, _)| (at, level)).collect();
        let every = (profile.interpolation.as_deref() != Some("step")).then_some(context.every);
        let stretches = if self.doubts.about("duration") {
            vec![Stretch { from: 0, clock: 0 }]
        } else {
            stretches(&zone, self.cast.start_unix_s, self.cast.horizon.0, period, epoch)
        };
        Some(Form::Profile(Profile::new(period, &points, stretches, every)))
    }

    /// The place of a key that the user chose.
    pub(super) fn key_span(&self, path: &str) -> Span {
        self.tree.key_span_of(path).unwrap_or_else(|| self.tree.nearest_span(path))
    }

    /// Warns of what comes after the end of the run.
    fn never(&mut self, path: &str, what: &str) {
        let message = format!("{what} comes at the end of the run at {} or later", self.cast.horizon);
        self.warn(Code::AfterTheEnd, path, message, "never happens", "begin it earlier, or lengthen `duration`");
    }
}

/// What the clock of a zone shows through the run: a stretch each time that it is put forward or back.
fn stretches(zone: &TimeZone, start_s: i64, horizon: u64, period: u64, epoch: i64) -> Vec<Stretch> {
    let Ok(begin) = Timestamp::from_second(start_s) else { return vec![Stretch { from: 0, clock: 0 }] };
    let begins_ms = start_s.saturating_mul(1000);
    let shown = |from: u64, offset_s: i32| {
        let local = begins_ms + i64::try_from(from).unwrap_or(0) + i64::from(offset_s) * 1000 + epoch;
        let clock = local.rem_euclid(i64::try_from(period).unwrap_or(i64::MAX)).unsigned_abs();
        Stretch { from, clock }
    };
    let mut all = vec![shown(0, zone.to_offset(begin).seconds())];
    for change in zone.following(begin) {
        let Ok(from) = u64::try_from(change.timestamp().as_millisecond() - begins_ms) else { continue };
        if from >= horizon {
            break;
        }
        all.push(shown(from, change.offset().seconds()));
    }
    all
}

/// A span as it is written in a help.
pub(super) fn spelt(ms: u64) -> String {
    SimSpan(ms).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::time_zones::zone;
    use super::*;

    const HOUR: u64 = 3_600_000;

    /// 2026-03-28T12:00Z is 13:00 on Saturday in Berlin; clocks go forward 13 hours later, from 02:00 to 03:00.
    #[test]
    fn the_clock_of_berlin_goes_forward() {
        let start = "2026-03-28T12:00:00Z".parse::<Timestamp>().unwrap().as_second();
        let berlin = zone("Europe/Berlin").unwrap();
        let days = stretches(&berlin, start, 48 * HOUR, DAY_MS, 0);
        assert_eq!(days, [Stretch { from: 0, clock: 13 * HOUR }, Stretch { from: 13 * HOUR, clock: 3 * HOUR }]);
        let weeks = stretches(&berlin, start, 48 * HOUR, WEEK_MS, EPOCH_IN_WEEK_MS);
        // Saturday is day 5, Sunday day 6
        assert_eq!(weeks[0].clock, 5 * DAY_MS + 13 * HOUR);
        assert_eq!(weeks[1].clock, 6 * DAY_MS + 3 * HOUR);
        assert_eq!(stretches(&berlin, start, 13 * HOUR, DAY_MS, 0).len(), 1);
    }

    /// The default start, 5 January 2026, is a Monday.
    #[test]
    fn the_week_begins_on_monday() {
        let start = "2026-01-05T00:00:00Z".parse::<Timestamp>().unwrap().as_second();
        let utc = zone("UTC").unwrap();
        assert_eq!(stretches(&utc, start, HOUR, WEEK_MS, EPOCH_IN_WEEK_MS), [Stretch { from: 0, clock: 0 }]);
        // back from 03:00 to 02:00 on 25 October, at 01:00Z
        let start = "2026-10-25T00:00:00Z".parse::<Timestamp>().unwrap().as_second();
        let back = stretches(&zone("Europe/Berlin").unwrap(), start, 5 * HOUR, DAY_MS, 0);
        assert_eq!(back, [Stretch { from: 0, clock: 2 * HOUR }, Stretch { from: HOUR, clock: 2 * HOUR }]);
    }
}
