//! Curves worked out by hand, and what holds for all of them.

use super::*;
use crate::units::SimTime;
use proptest::prelude::*;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// Values of these tests are requests per second with three decimals.
const MILLI: i64 = BILLION / 1000;

fn formula(form: Form) -> Formula {
    Formula { form, unit_ms: 1000, owner: "web".to_owned() }
}

/// Steps as (minute, thousandths of a request per second).
fn steps(form: Form, minutes: u64) -> Vec<(u64, u64)> {
    let curve = formula(form).sample(Chance::Mean, SimTime(minutes * MINUTE)).unwrap();
    let rate = |count: u64| count * 1_000_000 / curve.period_ms();
    curve.points().iter().map(|(at, count)| (at.0 / MINUTE, rate(*count))).collect()
}

fn constant(value: i64) -> Form {
    Form::Constant(value * BILLION)
}

fn ramp(from: i64, to: i64, minutes: (u64, u64)) -> Form {
    Form::Ramp(Ramp::new((minutes.0 * MINUTE, from * BILLION), (minutes.1 * MINUTE, to * BILLION), MINUTE))
}

#[test]
fn a_ramp_goes_up_minute_by_minute() {
    // 0 to 40 in four minutes: means 5, 15, 25, 35
    let wanted = [(0, 0), (2, 5_000), (3, 15_000), (4, 25_000), (5, 35_000), (6, 40_000)];
    assert_eq!(steps(ramp(0, 40, (2, 6)), 10), wanted);
}

#[test]
fn what_a_ramp_brings_is_right() {
    // 0 to 100 in seven hours and then 100 for one: 7 × 3,600 × 50 + 3,600 × 100
    let curve = formula(ramp(0, 100, (0, 420))).sample(Chance::Mean, SimTime(8 * HOUR)).unwrap();
    assert_eq!(curve.expected(SimTime(8 * HOUR)), 1_620_000);
}

#[test]
fn steps_change_where_they_stand() {
    let form = Form::Steps(Steps::new(&[(2 * MINUTE, 7 * BILLION), (5 * MINUTE, 3 * BILLION)]));
    assert_eq!(steps(form, 10), [(0, 0), (2, 7_000), (5, 3_000)]);
    // between two minutes too: the grid is for what changes all the time
    let odd = formula(Form::Steps(Steps::new(&[(90_500, BILLION)]))).sample(Chance::Mean, SimTime(HOUR)).unwrap();
    assert_eq!((odd.period_ms(), odd.points()), (1000, &[(SimTime(0), 0), (SimTime(90_500), 1)][..]));
}

#[test]
fn a_spike_rises_holds_and_falls() {
    // to 60 in two minutes, held for three, gone in one
    let form = Form::Spike(Spike::new(10 * MINUTE, 60 * BILLION, [2 * MINUTE, 3 * MINUTE, MINUTE], MINUTE));
    let wanted = [(0, 0), (10, 15_000), (11, 45_000), (12, 60_000), (15, 30_000), (16, 0)];
    assert_eq!(steps(form, 30), wanted);
    // at once: no rise, no fall
    let form = Form::Spike(Spike::new(10 * MINUTE, 60 * BILLION, [0, 3 * MINUTE, 0], MINUTE));
    assert_eq!(steps(form, 30), [(0, 0), (10, 60_000), (13, 0)]);
    // of one that comes after the end nothing is seen
    let form = Form::Spike(Spike::new(10 * MINUTE, 60 * BILLION, [MINUTE, MINUTE, MINUTE], MINUTE));
    assert_eq!(steps(form, 10), [(0, 0)]);
}

#[test]
fn a_sine_swings() {
    // period 4 min, highest at minute 1: the mean of the cosine over half a period around the peak is 2/π = 0.636620
    let sine = |every| {
        Form::Sine(Sine {
            mean: 50 * BILLION,
            amplitude: 20 * BILLION,
            period: 4 * MINUTE,
            peak: MINUTE,
            every: every * MINUTE,
        })
    };
    assert_eq!(steps(sine(2), 8), [(0, 62_732), (2, 37_267), (4, 62_732), (6, 37_267)]); // 50 ± 12.7324
    assert_eq!(steps(sine(4), 8), [(0, 50_000)]);
}

#[test]
fn a_profile_follows_the_clock() {
    let points = [(6 * HOUR, 10 * BILLION), (18 * HOUR, 40 * BILLION)];
    let from = |clock| vec![Stretch { from: 0, clock }];
    // the run begins at 17:00; 40 from 18:00, 10 from 06:00
    let form = Form::Profile(Profile::new(DAY, &points, from(17 * HOUR), None));
    assert_eq!(steps(form, 26 * 60), [(0, 10_000), (60, 40_000), (13 * 60, 10_000), (25 * 60, 40_000)]);
    // straight: 10 at 6, 40 at 18, back to 10; in twelve-hour steps from 6:00 means of 25
    let form = Form::Profile(Profile::new(DAY, &points, from(6 * HOUR), Some(12 * HOUR)));
    assert_eq!(steps(form, 48 * 60), [(0, 25_000)]);
    // in six-hour steps from midnight, where it is 25: 25 to 10, 10 to 25, 25 to 40, 40 to 25
    let form = Form::Profile(Profile::new(DAY, &points, from(0), Some(6 * HOUR)));
    assert_eq!(steps(form, 24 * 60), [(0, 17_500), (12 * 60, 32_500)]);
}

#[test]
fn a_clock_that_is_put_forward_skips_an_hour() {
    // at 02:00, two hours into the run, it is 03:00
    let stretches = vec![Stretch { from: 0, clock: 0 }, Stretch { from: 2 * HOUR, clock: 3 * HOUR }];
    let points: Vec<(u64, i64)> =
        (0..24_u64).map(|hour| (hour * HOUR, i64::try_from(hour).unwrap() * BILLION)).collect();
    let form = Form::Profile(Profile::new(DAY, &points, stretches.clone(), None));
    assert_eq!(steps(form, 300), [(0, 0), (60, 1_000), (120, 3_000), (180, 4_000), (240, 5_000)]);
    let form = Form::Profile(Profile::new(DAY, &points, stretches, Some(HOUR)));
    assert_eq!(steps(form, 240), [(0, 500), (60, 1_500), (120, 3_500), (180, 4_500)]);
}

#[test]
fn counts_are_rates() {
    // 120 and 30 a minute are 2 and 0.5 a second
    let form = Form::Counts(Counts::new(MINUTE, &[120, 120, 30], 1000));
    assert_eq!(steps(form, 3), [(0, 2_000), (2, 500)]);
}

#[test]
fn sums_products_and_bounds() {
    let all = || vec![ramp(0, 40, (0, 4)), constant(10)];
    assert_eq!(steps(Form::Sum(all()), 5), [(0, 15_000), (1, 25_000), (2, 35_000), (3, 45_000), (4, 50_000)]);
    let half = vec![ramp(0, 40, (0, 4)), Form::Constant(BILLION / 2)];
    assert_eq!(steps(Form::Product(half), 4), [(0, 2_500), (1, 7_500), (2, 12_500), (3, 17_500)]);
    let of = Box::new(ramp(0, 40, (0, 4)));
    let form = Form::Clamp { of, min: 10 * BILLION, max: 30 * BILLION };
    assert_eq!(steps(form, 5), [(0, 10_000), (1, 15_000), (2, 25_000), (3, 30_000)]);
}

#[test]
fn what_is_below_nothing_or_too_much_is_told_with_its_time() {
    let sample = |form| formula(form).sample(Chance::Mean, SimTime(HOUR)).map(|_| ());
    let dip = Form::Spike(Spike::new(5 * MINUTE, -20 * BILLION, [0, MINUTE, 0], MINUTE));
    let below = Err(SampleError::BelowZero(SimTime(5 * MINUTE)));
    assert_eq!(sample(Form::Sum(vec![constant(10), dip.clone()])), below);
    assert_eq!(sample(Form::Sum(vec![constant(20), dip])), Ok(()));
    let square = Form::Product(vec![ramp(0, 40_000, (0, 4)), constant(40_000)]);
    assert_eq!(sample(square), Err(SampleError::TooHigh(SimTime(3 * MINUTE)))); // 35,000 × 40,000
    let fine = Form::Sine(Sine { mean: 0, amplitude: 0, period: DAY, peak: 0, every: 1 });
    assert_eq!(sample(fine), Err(SampleError::TooManySteps(3_600_002)));
}

#[test]
fn noise_of_another_seed_is_other_noise() {
    let noise =
        |place| Form::Noise(Noise::new(Distribution::Normal, (BILLION, BILLION / 2), 5 * MINUTE, MINUTE, place));
    let drawn = formula(Form::Product(vec![constant(100), noise(0)]));
    let day = SimTime(DAY);
    let one = drawn.sample(Chance::Seed(1), day).unwrap();
    assert_eq!(one, drawn.sample(Chance::Seed(1), day).unwrap());
    let two = drawn.sample(Chance::Seed(2), day).unwrap();
    assert_ne!(one, two);
    assert_eq!(one.period_ms(), two.period_ms());
    assert_eq!(drawn.sample(Chance::Mean, day).unwrap().points(), [(SimTime(0), 10_000_000_000)]);
    // a shorter run has the same noise
    let hour = drawn.sample(Chance::Seed(1), SimTime(HOUR)).unwrap();
    assert_eq!(hour.points(), &one.points()[..60]);
}

/// A part of a curve, with values of at most 1,000.
fn part() -> impl Strategy<Value = Form> {
    let level = || 0..1_000_000_i64;
    let every = || (1..90_u64).prop_map(|minutes| minutes * MINUTE + 7);
    prop_oneof![
        level().prop_map(|value| Form::Constant(value * MILLI)),
        prop::collection::btree_map(0..2 * DAY, level(), 1..6).prop_map(|steps| {
            let steps: Vec<(u64, i64)> = steps.into_iter().map(|(at, value)| (at, value * MILLI)).collect();
            Form::Steps(Steps::new(&steps))
        }),
        (level(), level(), 0..DAY, 1..DAY, every()).prop_map(|(from, to, start, length, every)| {
            Form::Ramp(Ramp::new((start, from * MILLI), (start + length, to * MILLI), every))
        }),
        (level(), 0..DAY, [0..HOUR, 0..HOUR, 0..HOUR], every())
            .prop_map(|(height, at, spans, every)| Form::Spike(Spike::new(at, height * MILLI, spans, every))),
        (level(), 1..2 * DAY, 0..DAY, every()).prop_map(|(mean, period, peak, every)| {
            Form::Sine(Sine { mean: mean * MILLI, amplitude: mean * MILLI, period, peak, every })
        }),
        (prop::collection::btree_map(0..DAY, level(), 1..6), 0..DAY, prop::option::of(every())).prop_map(
            |(points, clock, every)| {
                let points: Vec<(u64, i64)> = points.into_iter().map(|(at, value)| (at, value * MILLI)).collect();
                Form::Profile(Profile::new(DAY, &points, vec![Stretch { from: 0, clock }], every))
            }
        ),
        (prop::collection::vec(0..100_000_u64, 60..61), Just(HOUR))
            .prop_map(|(counts, per)| Form::Counts(Counts::new(per, &counts, 1000))),
    ]
}

/// In billionths of a request times ms: what the steps bring, and what the means say.
fn totals(form: &Form, end: SimTime) -> (i128, i128) {
    let curve = formula(form.clone()).sample(Chance::Mean, end).unwrap();
    let brought: i128 =
        curve.stretches(end).map(|(from, to, count)| i128::from(count) * i128::from((to - from).0)).sum();
    let fine = formula(form.clone()).sample(Chance::Seed(1), end).unwrap();
    assert_eq!(curve, fine, "without noise chance changes nothing");
    (brought * i128::from(BILLION) * 1000 / i128::from(curve.period_ms()), i128::from(end.0))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// What a curve brings does not depend on how finely it is cut.
    #[test]
    fn the_whole_is_right_to_a_request(part in part(), other in part(), hours in 1..48_u64) {
        let end = SimTime(hours * HOUR);
        let both = Form::Sum(vec![part.clone(), other.clone()]);
        let (sum, _) = totals(&both, end);
        let apart = totals(&part, end).0 + totals(&other, end).0;
        // a request is 10^9 billionths in 1,000 ms
        prop_assert!((sum - apart).abs() < 1_000_000_000_000, "{} and {}", sum, apart);
    }

    #[test]
    fn sums_and_products_know_no_order(one in part(), two in part(), hours in 1..30_u64) {
        let sample = |form: Form| formula(form).sample(Chance::Mean, SimTime(hours * HOUR)).unwrap();
        let (ab, ba) = (vec![one.clone(), two.clone()], vec![two.clone(), one.clone()]);
        prop_assert_eq!(sample(Form::Sum(ab.clone())), sample(Form::Sum(ba.clone())));
        prop_assert_eq!(sample(Form::Product(ab)), sample(Form::Product(ba)));
        let nothing = Form::Product(vec![one.clone(), constant(0)]);
        prop_assert_eq!(sample(nothing).most(), 0);
        let same = Form::Clamp { of: Box::new(Form::Product(vec![one.clone(), constant(1)])), min: 0, max: i64::MAX };
        prop_assert_eq!(sample(same), sample(one));
    }

    #[test]
    fn a_clamp_holds(part in part(), low in 0..500_u64, more in 0..500_u64) {
        let (min, max) = (i64::try_from(low).unwrap() * BILLION, i64::try_from(low + more).unwrap() * BILLION);
        let clamped = formula(Form::Clamp { of: Box::new(part), min, max });
        let curve = clamped.sample(Chance::Mean, SimTime(DAY)).unwrap();
        for (_, count) in curve.points() {
            let (least, most) = (low * curve.period_ms() / 1000, (low + more) * curve.period_ms() / 1000);
            prop_assert!((least..=most).contains(count));
        }
    }

    #[test]
    fn noise_never_asks_for_less_than_nothing(sd in 0..3000_i64, seed in any::<u64>()) {
        let noise = Noise::new(Distribution::Normal, (BILLION, sd * MILLI), HOUR, MINUTE, 0);
        let drawn = formula(Form::Product(vec![constant(50), Form::Noise(noise)]));
        let curve = drawn.sample(Chance::Seed(seed), SimTime(DAY)).unwrap();
        prop_assert_eq!(&curve, &drawn.sample(Chance::Seed(seed), SimTime(DAY)).unwrap());
        prop_assert!(curve.most() <= 1_000_000_000 * 100_000_000);
    }
}
