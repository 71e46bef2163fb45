//! Arrivals of a Poisson process, in whole numbers: the same on any machine.

use super::curve::Curve;
use crate::units::{Decimal, KeyedStream, SimTime};

/// Binary digits behind the point of an exponential draw.
const FRACTION: u32 = 36;
/// ln 2 in units of 2^-64.
const LN_2: u128 = 12_786_308_645_202_655_660;

/// How many events there are in a period on average.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventRate {
    /// Events, above 0; at most 6 decimals.
    pub events: Decimal,
    /// The period, at most a week.
    pub period_ms: u64,
}

impl EventRate {
    /// The events of a span on average, rounded down.
    pub fn expected(&self, span_ms: u64) -> u128 {
        let events = u128::try_from(self.events.mantissa).unwrap_or(0);
        let divisor = u128::try_from(self.events.divisor()).unwrap_or(1) * u128::from(self.period_ms);
        events.saturating_mul(u128::from(span_ms)) / divisor.max(1)
    }
}

/// The moments at which events happen up to `end`, in order: the gaps between them are exponential draws, added up
/// before they are rounded down to a ms.
pub fn poisson(mut draws: KeyedStream, rate: EventRate, end: SimTime) -> impl Iterator<Item = SimTime> {
    let per_event = u128::from(rate.period_ms) * u128::try_from(rate.events.divisor()).unwrap_or(1);
    let events = u128::try_from(rate.events.mantissa).unwrap_or(0).max(1) << FRACTION;
    let mut sum: u128 = 0;
    let moments = (0..).map_while(move |ordinal| {
        sum += u128::from(exponential(draws.draw(ordinal)));
        u64::try_from(sum.checked_mul(per_event)? / events).ok().map(SimTime)
    });
    moments.take_while(move |at| *at <= end)
}

/// The moments up to `end` of events that come as often as a curve says, in order: the gaps of a process with one event
/// in each unit, laid along what the curve has brought so far.
pub fn poisson_along(mut draws: KeyedStream, curve: &Curve, end: SimTime) -> Vec<SimTime> {
    let period = u128::from(curve.period_ms());
    let mut ordinal = 0..;
    let mut gap = move || ordinal.next().map_or(0, |ordinal| u128::from(exponential(draws.draw(ordinal))) * period);
    let mut moments = Vec::new();
    // in counts times ms, with the binary digits of the draws
    let (mut brought, mut due) = (0_u128, gap());
    for (from, to, count) in curve.stretches(end) {
        let each = u128::from(count) << FRACTION;
        let after = brought + each * u128::from((to - from).0);
        while due < after {
            let passed = u64::try_from((due - brought) / each).unwrap_or(u64::MAX);
            moments.push(SimTime(from.0.saturating_add(passed)));
            due += gap();
        }
        brought = after;
    }
    moments
}

/// `-ln U` in units of 2^-36 for the uniform `U = (draw + 1/2) / 2^64`.
///
/// The binary logarithm is taken digit by digit, squaring the mantissa: no float, so no machine differs.
fn exponential(draw: u64) -> u64 {
    let doubled = 2 * u128::from(draw) + 1; // U = doubled / 2^65
    let whole = doubled.ilog2();
    let mut mantissa = if whole > 63 { doubled >> (whole - 63) } else { doubled << (63 - whole) }; // in [1, 2) x 2^63
    let mut logarithm = u128::from(whole);
    for _ in 0..FRACTION {
        mantissa = (mantissa * mantissa) >> 63;
        let digit = mantissa >> 64;
        mantissa >>= digit;
        logarithm = (logarithm << 1) | digit;
    }
    let binary = (65_u128 << FRACTION) - logarithm;
    u64::try_from((binary * LN_2) >> 64).expect("below 46 x 2^36")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exponential_draw_is_a_logarithm() {
        for draw in
            [0, 1, 2, 3, 1 << 20, 1 << 62, 1 << 63, (1 << 63) + 1, u64::MAX - 1, u64::MAX, 0xdead_beef_0123_4567]
        {
            #[expect(clippy::cast_precision_loss, reason = "compared, not computed with")]
            let (got, uniform) =
                (exponential(draw) as f64 / 2_f64.powi(36), (draw as f64 + 0.5) / 18_446_744_073_709_551_616.0);
            assert!((got + libm::log(uniform)).abs() < 1e-9, "{draw}: {got}, not {}", -libm::log(uniform));
        }
        // U just below 1 and U = 2^-65: by hand 2^-65 -> 0, and 65 ln 2 = 45.0545667364
        assert_eq!(exponential(u64::MAX), 0);
        assert_eq!(exponential(0) >> FRACTION, 45);
    }

    #[test]
    fn as_many_as_the_rate_says_and_spread_like_a_poisson_process() {
        let rate = EventRate { events: "20".parse().unwrap(), period_ms: 3_600_000 };
        let day = SimTime(500 * 3_600_000);
        let moments: Vec<SimTime> = poisson(KeyedStream::new(1, "test", "job"), rate, day).collect();
        // 10,000 expected, standard deviation 100: five of them
        assert!((9_500..=10_500).contains(&moments.len()), "{}", moments.len());
        assert!(moments.is_sorted());
        // of 10,000 exponential gaps 1 - 1/e = 63.2 % are below the mean of 180 s
        let short = moments.windows(2).filter(|pair| pair[1].0 - pair[0].0 < 180_000).count();
        assert!((6_100..=6_550).contains(&(short * 10_000 / moments.len())), "{short} of {}", moments.len());
        assert_eq!(rate.expected(500 * 3_600_000), 10_000);
        let other: Vec<SimTime> = poisson(KeyedStream::new(2, "test", "job"), rate, day).collect();
        assert_ne!(moments[0], other[0]);
    }

    /// 4 an hour for 1,000 hours, none for 1,000, 20 for 1,000: 4,000 ± 5 × 63 and 20,000 ± 5 × 141.
    #[test]
    fn events_along_a_curve_come_as_often_as_it_says() {
        const HOUR: u64 = 3_600_000;
        let points = [(0, 4), (1000 * HOUR, 0), (2000 * HOUR, 20)].map(|(at, count)| (SimTime(at), count));
        let curve = Curve::of_points(HOUR, points);
        let moments = poisson_along(KeyedStream::new(1, "test", "job"), &curve, SimTime(3000 * HOUR));
        let between = |from, to| moments.iter().filter(|at| (from * HOUR..to * HOUR).contains(&at.0)).count();
        assert!(moments.is_sorted());
        assert!((3_680..=4_320).contains(&between(0, 1000)), "{}", between(0, 1000));
        assert_eq!(between(1000, 2000), 0);
        assert!((19_290..=20_710).contains(&between(2000, 3000)), "{}", between(2000, 3000));
        // a level curve is the process of that rate, to the ms
        let level = Curve::of_points(HOUR, [(SimTime::START, 20)]);
        let rate = EventRate { events: "20".parse().unwrap(), period_ms: HOUR };
        let (end, draws) = (SimTime(500 * HOUR), || KeyedStream::new(7, "test", "job"));
        assert!(poisson(draws(), rate, end).eq(poisson_along(draws(), &level, end)));
    }

    #[test]
    fn decimals_of_a_rate_count() {
        let half = EventRate { events: "0.5".parse().unwrap(), period_ms: 3_600_000 };
        let one = EventRate { events: "1".parse().unwrap(), period_ms: 7_200_000 };
        let end = SimTime(86_400_000 * 30);
        let draws = || KeyedStream::new(9, "test", "job");
        assert!(poisson(draws(), half, end).eq(poisson(draws(), one, end)));
    }
}
