//! The load of a service as written: curves, traces, calls.

use super::raw::{read, some_span, span};
use crate::units::{Decimal, SimSpan, parse_span};
use serde::Deserialize;
use serde::de::Deserializer;
use std::collections::BTreeMap;

/// The load of a service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Load {
    pub requests_per_second: Option<CurveText>,
    pub per_request: PerRequest,
}

/// What one request asks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct PerRequest {
    #[serde(deserialize_with = "cpu_time")]
    pub cpu: CpuTimeUs,
    #[serde(default)]
    pub calls: BTreeMap<String, String>,
}

/// CPU time in µs of one vCPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuTimeUs(pub u64);

/// A curve: a number, or one of its kinds.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub enum CurveText {
    Number(String),
    Kind(Box<CurveKind>),
}

/// A kind of curve, named by its key.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub enum CurveKind {
    Trace(Trace),
    Steps(Vec<StepText>),
    Ramp(RampText),
    Daily(ProfileText),
    Weekly(ProfileText),
    Sine(SineText),
    Spike(SpikeText),
    Noise(NoiseText),
    Sum(Vec<CurveText>),
    Product(Vec<CurveText>),
    Clamp(ClampText),
    Sample(SampleText),
}

impl CurveKind {
    /// Its key.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Trace(_) => "trace",
            Self::Steps(_) => "steps",
            Self::Ramp(_) => "ramp",
            Self::Daily(_) => "daily",
            Self::Weekly(_) => "weekly",
            Self::Sine(_) => "sine",
            Self::Spike(_) => "spike",
            Self::Noise(_) => "noise",
            Self::Sum(_) => "sum",
            Self::Product(_) => "product",
            Self::Clamp(_) => "clamp",
            Self::Sample(_) => "sample",
        }
    }
}

/// A measured load from a CSV file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct Trace {
    pub file: String,
    pub column: String,
    pub unit: Option<String>,
    #[serde(default, deserialize_with = "some_span")]
    pub per: Option<SimSpan>,
    pub time_column: Option<String>,
    pub gaps: Option<String>,
    #[serde(default, deserialize_with = "some_decimal")]
    pub scale: Option<Decimal>,
    #[serde(default, deserialize_with = "some_span")]
    pub shift: Option<SimSpan>,
    #[serde(default)]
    pub repeat: bool,
}

/// An entry of `steps`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct StepText {
    #[serde(deserialize_with = "span")]
    pub at: SimSpan,
    pub value: String,
}

/// A ramp.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct RampText {
    pub from: String,
    pub to: String,
    #[serde(default, deserialize_with = "some_span")]
    pub start: Option<SimSpan>,
    #[serde(default, deserialize_with = "some_span", rename = "for")]
    pub lasts: Option<SimSpan>,
    #[serde(default, deserialize_with = "some_span")]
    pub end: Option<SimSpan>,
}

/// A profile of a day or a week.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct ProfileText {
    pub points: BTreeMap<String, String>,
    pub timezone: Option<String>,
    pub interpolation: Option<String>,
}

/// A sine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct SineText {
    pub mean: String,
    pub amplitude: String,
    #[serde(default, deserialize_with = "some_span")]
    pub period: Option<SimSpan>,
    #[serde(default, deserialize_with = "some_span")]
    pub peak: Option<SimSpan>,
}

/// A spike.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct SpikeText {
    #[serde(deserialize_with = "span")]
    pub at: SimSpan,
    pub height: String,
    #[serde(default, deserialize_with = "some_span")]
    pub rise: Option<SimSpan>,
    #[serde(default, deserialize_with = "some_span")]
    pub hold: Option<SimSpan>,
    #[serde(default, deserialize_with = "some_span")]
    pub fall: Option<SimSpan>,
}

/// Noise.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct NoiseText {
    pub distribution: Option<String>,
    pub mean: Option<String>,
    pub sd: Option<String>,
    pub cv: Option<String>,
    #[serde(default, deserialize_with = "some_span")]
    pub correlation_time: Option<SimSpan>,
}

/// Bounds of a curve.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct ClampText {
    pub of: CurveText,
    pub min: Option<String>,
    pub max: Option<String>,
}

/// How finely a curve is sampled.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct SampleText {
    pub of: CurveText,
    #[serde(deserialize_with = "span")]
    pub every: SimSpan,
}

/// Events that come as a curve says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key's meaning stands in the language table, once")]
pub struct EventCurve {
    pub of: CurveText,
    pub per: String,
}

/// CPU time: `12 ms` or `250 us`.
///
/// # Errors
/// Another unit, nothing, or over a day.
pub fn parse_cpu_time(text: &str) -> Result<CpuTimeUs, String> {
    const MOST_US: u64 = 86_400_000_000;
    if text.trim().bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(format!("`{text}` has no unit; write `{text} ms` or `{text} us`"));
    }
    let micro = ["us", "µs"].iter().find_map(|unit| text.trim().strip_suffix(unit));
    let exact = |number: &str, factor| {
        let number = number.trim().parse::<Decimal>().ok()?;
        Some(number.times_exact(factor).ok_or(format!("`{text}` is finer than a microsecond, or too large")))
    };
    let us = match (micro, text.trim().strip_suffix("ms").and_then(|number| exact(number, 1000))) {
        (Some(number), _) => exact(number, 1).ok_or(format!("`{text}` is no CPU time"))??,
        (None, Some(us)) => us?,
        (None, None) => {
            let span = parse_span(text).map_err(|error| error.0)?;
            i64::try_from(span.0.saturating_mul(1000)).unwrap_or(i64::MAX)
        }
    };
    let us = u64::try_from(us).map_err(|_| format!("`{text}` is negative"))?;
    if us == 0 || us > MOST_US {
        return Err(format!("`{text}` is outside 1 us to 1 day"));
    }
    Ok(CpuTimeUs(us))
}

fn cpu_time<'de, D: Deserializer<'de>>(from: D) -> Result<CpuTimeUs, D::Error> {
    read(from, parse_cpu_time)
}

pub(super) fn some_decimal<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Decimal>, D::Error> {
    read(from, |text: &str| text.parse::<Decimal>().map_err(|_| format!("`{text}` is no number"))).map(Some)
}
