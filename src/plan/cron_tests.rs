//! Cron expressions against dates worked by hand, and against a judge that looks at every minute.

use super::cron::Cron;
use jiff::civil::{Date, date};
use proptest::prelude::*;

/// The days of 2026 and 2028 that an expression names, as `month/day`.
fn days(text: &str, year: i16) -> String {
    let cron = Cron::parse(text).unwrap_or_else(|error| panic!("{text}: {}", error.message));
    let all = date(year, 1, 1).series(jiff::Span::new().days(1)).take_while(|day| day.year() == year);
    let named: Vec<String> =
        all.filter(|day| cron.is_on(*day)).map(|day| format!("{}/{}", day.month(), day.day())).collect();
    named.join(" ")
}

/// 2026 begins on a Thursday: 1 February, 1 March and 1 November are Sundays, 1 August is a Saturday.
#[test]
fn days_of_2026_by_hand() {
    for (text, expected) in [
        ("0 0 L 1-4 ? *", "1/31 2/28 3/31 4/30"),
        ("0 0 31 * ? *", "1/31 3/31 5/31 7/31 8/31 10/31 12/31"),
        // 31 January is a Saturday, 28 February too, 31 March a Tuesday, 31 May a Sunday
        ("0 0 LW JAN,FEB,MAR,MAY ? *", "1/30 2/27 3/31 5/29"),
        // 15 January is a Thursday, 15 February a Sunday, 15 August a Saturday
        ("0 0 15W 1,2,8 ? *", "1/15 2/16 8/14"),
        // a Saturday on the 1st goes forward to Monday the 3rd: the month is not left; a Sunday to the 2nd
        ("0 0 1W AUG,NOV ? *", "8/3 11/2"),
        // a Sunday on the 31st goes back to Friday the 29th; June has no 31st
        ("0 0 31W 5,6 ? *", "5/29"),
        // Fridays of May: 1, 8, 15, 22, 29; of April: 3, 10, 17, 24
        ("0 0 ? 4-5 6L *", "4/24 5/29"),
        ("0 0 ? 4-5 FRIL *", "4/24 5/29"),
        ("0 0 ? 4-5 6#5 *", "5/29"),
        // Mondays: 5 January, 2 February, 2 March; the second is a week later
        ("0 0 ? 1-3 MON#2 *", "1/12 2/9 3/9"),
        ("0 0 ? 1 L *", "1/3 1/10 1/17 1/24 1/31"), // the last day of the week: Saturdays
        ("0 0 ? 1 1,7 *", "1/3 1/4 1/10 1/11 1/17 1/18 1/24 1/25 1/31"),
        ("0 0 ? feb tue-wed *", "2/3 2/4 2/10 2/11 2/17 2/18 2/24 2/25"),
        ("0 0 1/10 6 ? *", "6/1 6/11 6/21"),
        ("0 0 5-20/7 6 ? *", "6/5 6/12 6/19"),
        ("0 0 29 2 ? *", ""), // no leap year
        ("0 0 1 1 ? 2020/3", "1/1"),
        ("0 0 1 1 ? 2020/4", ""),
    ] {
        assert_eq!(days(text, 2026), expected, "{text}");
    }
    assert_eq!(days("0 0 29 2 ? *", 2028), "2/29");
    assert_eq!(days("0 0 L 2 ? 2027-2028", 2028), "2/29");
    assert_eq!(days("0 0 29 2 ? *", 2100), ""); // divisible by 100 and not by 400
}

#[test]
fn times_of_a_day() {
    let times = |text: &str| -> Vec<(i8, i8)> { Cron::parse(text).unwrap().times().collect() };
    assert_eq!(times("0/25 8,20 * * ? *"), [(8, 0), (8, 25), (8, 50), (20, 0), (20, 25), (20, 50)]);
    assert_eq!(times("55-59/2 */12 * * ? *"), [(0, 55), (0, 57), (0, 59), (12, 55), (12, 57), (12, 59)]);
    assert_eq!(times("* * * * ? *").len(), 1440);
}

#[test]
fn mistakes_are_shown_where_they_are() {
    for (text, at, said) in [
        ("0 3 * * ?", 0..9, "six fields"),
        ("0 3 * * * *", 4..9, "must be `?`"),
        ("0 3 ? * ? *", 8..9, "both `?`"),
        ("60 3 * * ? *", 0..2, "`60` is no value of minutes"),
        ("0 3,24 * * ? *", 4..6, "`24` is no value of hours"),
        ("0 3 0 * ? *", 4..5, "`0` is no value of day of month"),
        ("0 3 * JANUARY ? *", 6..13, "`JANUARY`"),
        ("0 3 ? * 0 *", 8..9, "count from 1"),
        ("0 3 ? * FRI-MON *", 8..15, "backwards"),
        ("0 3 ? * 2/2 *", 8..11, "no increments"),
        ("0 3 ? * 3#6 *", 8..11, "no day of week"),
        ("0 3 ? * 3#1,6#3 *", 8..15, "no day of week"),
        ("0 3 ? * 2L,3L *", 8..10, "`2L` is no value"),
        ("0 3 1,L * ? *", 4..7, "no day of month"),
        ("0 3 L-3 * ? *", 4..7, "no day of month"),
        ("0 3 W * ? *", 4..4, "a value is missing"),
        ("0/0 3 * * ? *", 2..3, "no increment"),
        ("0/+5 3 * * ? *", 2..4, "no increment"),
        ("0 3 * ? ? *", 6..7, "can't be `?`"),
        ("0 3 * * ? 1969", 10..14, "`1969`"),
        ("0,,5 3 * * ? *", 2..2, "missing"),
        ("+5 3 * * ? *", 0..2, "`+5`"),
    ] {
        let error = Cron::parse(text).expect_err(text);
        assert_eq!(error.at, at, "{text}: {}", error.message);
        assert!(error.message.contains(said), "{text}: {}", error.message);
        assert!(!error.help.is_empty(), "{text}");
    }
}

#[test]
fn some_never_happen() {
    for text in ["0 0 31 2 ? *", "0 0 31W 2,4 ? *", "0 0 29 2 ? 2027", "0 0 31 4,6,9,11 ? *"] {
        assert!(!Cron::parse(text).unwrap().ever(), "{text}");
    }
    assert!(Cron::parse("0 0 29 2 ? *").unwrap().ever());
}

/// A field as text with all it means, made together, so that the judge shares nothing with the parser.
fn field(min: u32, max: u32, steps: bool) -> impl Strategy<Value = (String, Vec<u32>)> {
    let single = (min..=max).prop_map(|value| (value.to_string(), vec![value]));
    let range = (min..=max, min..=max).prop_map(|(one, other)| {
        let (first, last) = (one.min(other), one.max(other));
        (format!("{first}-{last}"), (first..=last).collect::<Vec<u32>>())
    });
    let step = (min..=max, 1..=max).prop_map(move |(first, step)| {
        if steps {
            (format!("{first}/{step}"), (first..=max).filter(|value| (value - first) % step == 0).collect())
        } else {
            (first.to_string(), vec![first])
        }
    });
    let item = prop_oneof![single, range, step];
    let list = proptest::collection::vec(item, 1..3).prop_map(|items| {
        let text: Vec<String> = items.iter().map(|(text, _)| text.clone()).collect();
        (text.join(","), items.into_iter().flat_map(|(_, values)| values).collect())
    });
    prop_oneof![Just(("*".to_owned(), (min..=max).collect())), list]
}

/// Which days a pair of day fields means.
#[derive(Debug, Clone)]
enum Meant {
    Days(Vec<u32>),
    Week(Vec<u32>),
    Last,
    Nearest(u32),
    LastOf(u32),
    Nth(u32, u32),
}

fn day_fields() -> impl Strategy<Value = (String, String, Meant)> {
    let week = "?".to_owned();
    prop_oneof![
        field(1, 31, true).prop_map(|(text, values)| (text, "?".to_owned(), Meant::Days(values))),
        field(1, 7, false).prop_map(|(text, values)| ("?".to_owned(), text, Meant::Week(values))),
        Just(("L".to_owned(), week, Meant::Last)),
        (1..=31_u32).prop_map(|day| (format!("{day}W"), "?".to_owned(), Meant::Nearest(day))),
        (1..=7_u32).prop_map(|day| ("?".to_owned(), format!("{day}L"), Meant::LastOf(day))),
        (1..=7_u32, 1..=5_u32).prop_map(|(day, nth)| ("?".to_owned(), format!("{day}#{nth}"), Meant::Nth(day, nth))),
    ]
}

/// 1 is Sunday: counted on from Thursday, 1 January 1970.
fn week_day(day: Date) -> u32 {
    let days = (day - date(1970, 1, 1)).get_days();
    u32::try_from((days + 4).rem_euclid(7) + 1).unwrap()
}

/// Looks at the whole month for each day, in the words of the rule.
fn means(meant: &Meant, day: Date) -> bool {
    let month: Vec<Date> = (1..=31).filter_map(|number| Date::new(day.year(), day.month(), number).ok()).collect();
    let number = |day: &Date| u32::try_from(day.day()).unwrap();
    match meant {
        Meant::Days(values) => values.contains(&number(&day)),
        Meant::Week(values) => values.contains(&week_day(day)),
        Meant::Last => month.last() == Some(&day),
        Meant::LastOf(wanted) => month.iter().rfind(|one| week_day(**one) == *wanted) == Some(&day),
        Meant::Nth(wanted, nth) => {
            month.iter().filter(|one| week_day(**one) == *wanted).nth(*nth as usize - 1) == Some(&day)
        }
        Meant::Nearest(wanted) => {
            let there = month.iter().any(|one| number(one) == *wanted);
            let working = month.iter().filter(|one| (2..=6).contains(&week_day(**one)));
            there && working.min_by_key(|one| number(one).abs_diff(*wanted)) == Some(&day)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn the_walk_agrees_with_a_look_at_every_minute(
        minutes in field(0, 59, true),
        hours in field(0, 23, true),
        months in field(1, 12, true),
        days in day_fields(),
        year in 2020..2032_i16,
        month in 1..=12_i8,
    ) {
        let text = format!("{} {} {} {} {} *", minutes.0, hours.0, days.0, months.0, days.1);
        let cron = Cron::parse(&text).map_err(|error| TestCaseError::fail(format!("{text}: {}", error.message)))?;
        let all = || date(year, month, 1).series(jiff::Span::new().days(1)).take_while(|day| day.month() == month);
        let walked: Vec<(i8, i8, i8)> = all()
            .filter(|day| cron.is_on(*day))
            .flat_map(|day| cron.times().map(move |(hour, minute)| (day.day(), hour, minute)))
            .collect();
        let mut looked = Vec::new();
        for day in all() {
            let is_day = months.1.contains(&u32::try_from(month).unwrap()) && means(&days.2, day);
            for minute in 0..1440_u32 {
                if is_day && hours.1.contains(&(minute / 60)) && minutes.1.contains(&(minute % 60)) {
                    let (hour, minute) = (i8::try_from(minute / 60).unwrap(), i8::try_from(minute % 60).unwrap());
                    looked.push((day.day(), hour, minute));
                }
            }
        }
        prop_assert_eq!(walked, looked, "{}", text);
    }
}
