//! The charts of a run: well-formed, readable, the same each time, and harmless whatever things are called.

#[path = "pictures/golden.rs"]
mod golden;
#[path = "pictures/runs.rs"]
mod runs;
#[path = "pictures/xml.rs"]
mod xml;

use longshore::report::chart::{Chart, Event, EventKind, Kind, Size, svg};
use runs::Seen;
use std::collections::BTreeSet;
use std::fmt::Write;
use xml::{Drawing, Label, read};

/// Pixels of the drawing that are one when the picture is shown 800 wide.
const AT_800: f64 = 2400.0 / 800.0;

/// Narrowest width that a text can have: our letters are wider on average.
fn narrow(text: &Label) -> f64 {
    f64::from(u32::try_from(text.text.chars().count()).unwrap()) * text.size * 0.36
}

/// Well-formed, described, of readable size, and no text lies over another.
fn judge(name: &str, document: &str) -> Drawing {
    let drawing = read(document).unwrap_or_else(|why| panic!("{name}: {why}"));
    assert!(document.contains("role=\"img\""), "{name}");
    assert!(!drawing.title.is_empty() && !drawing.description.is_empty(), "{name}: {drawing:?}");
    for text in &drawing.texts {
        assert!(text.size / AT_800 >= 8.0, "{name}: {text:?} is too small");
        let wrong = ["NaN", "inf", "-0 "].iter().any(|odd| text.text.split(' ').any(|word| word == *odd));
        assert!(!wrong, "{name}: {text:?}");
        assert!(text.x >= 0.0 && text.x + narrow(text) <= 2400.0, "{name}: {text:?} leaves the picture");
    }
    for (number, one) in drawing.texts.iter().enumerate() {
        for other in &drawing.texts[number + 1..] {
            let high = (one.y - other.y).abs() < one.size.min(other.size) * 0.7;
            let wide = one.x < other.x + narrow(other) && other.x < one.x + narrow(one);
            assert!(!(high && wide), "{name}: {one:?} lies over {other:?}");
        }
    }
    drawing
}

fn judge_all(seen: &Seen) -> BTreeSet<String> {
    let pictures = seen.pictures();
    for picture in &pictures {
        judge(&picture.name, &picture.svg);
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        assert!(picture.name.chars().all(fine) && picture.name.len() < 100, "{}", picture.name);
    }
    let names: BTreeSet<String> = pictures.iter().map(|picture| picture.name.to_lowercase()).collect();
    assert_eq!(names.len(), pictures.len(), "two charts are one file");
    names
}

fn services(count: u32) -> String {
    let mut text = "duration: 6h\ncapacity_providers: {fleet: {ideal: {instance_type: m5.xlarge}}}\n\
                    task_definitions: {web: {cpu: 0.25 vCPU, memory: 512 MiB}}\nservices:\n"
        .to_owned();
    for service in 0..count {
        let _ = writeln!(
            text,
            "  the-{service}-of-the-services-of-a-department-that-likes-long-names: {{task_definition: web, \
             desired_count: {}, capacity_provider_strategy: [{{provider: fleet}}], load: {{requests_per_second: {}, \
             per_request: {{cpu: 12 ms}}}}}}",
            1 + service % 4,
            10 + service * 7 % 60
        );
    }
    text
}

fn names(expected: &[&str]) -> BTreeSet<String> {
    expected.iter().map(|name| (*name).to_owned()).collect()
}

fn chart(seen: &Seen, name: &str) -> Chart {
    seen.charts().into_iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("no chart `{name}`")).1
}

#[test]
fn one_ten_and_fifty_services_are_readable() {
    for (count, charts) in [(1, 1), (10, 6), (50, 6)] {
        let seen = Seen::text(&services(count));
        let found = judge_all(&seen);
        assert_eq!(found.iter().filter(|name| name.starts_with("tasks-")).count(), charts);
        for (name, chart) in seen.charts() {
            let most = chart.panels.iter().map(|panel| panel.series.len()).max().unwrap();
            assert!(most <= 6, "{name} has {most} series");
        }
    }
}

/// Ten services ask for some requests each: four layers and the other six add up to all of them.
#[test]
fn layers_and_the_others_add_up() {
    let seen = Seen::text(&services(10));
    let chart = chart(&seen, "demand");
    let layers = chart.panels[0].series.iter().filter(|series| series.kind == Kind::Stack);
    assert_eq!(layers.clone().count(), 5);
    let sum: f64 = layers.map(|series| series.steps[7].mean).sum();
    let expected: u32 = (0..10).map(|service| 10 + service * 7 % 60).sum();
    assert!((sum - f64::from(expected)).abs() < 1e-6, "{sum} {expected}");
}

#[test]
fn charts_with_nothing_to_show_are_not_drawn() {
    let empty = Seen::text("duration: 1h\n");
    assert_eq!(judge_all(&empty), names(&[]));
    let idle = Seen::text("duration: 365d\ninstances: [{type: t3.micro, count: 3}]\n");
    assert_eq!(
        judge_all(&idle),
        names(&["cost-by-service", "cost-cumulative", "cost-rate", "instances", "packing", "utilisation"])
    );
    let minute = Seen::text(
        "duration: 1m\nroot_volume: none\ninstances: [{type: t3.micro, count: 3}]\ntask_definitions: {j: {cpu: 256, memory: 128}}\n\
         tasks: {job: {task_definition: j, lifetime: 20s}}\n",
    );
    let all = ["cost-by-service", "cost-cumulative", "cost-rate", "instances", "packing", "tasks", "utilisation"];
    assert_eq!(judge_all(&minute), names(&all));
    assert!(minute.picture("cost-cumulative").svg.contains("$0.00052 ")); // 3 x 0.0104 / 60
}

/// Two tasks of half a vCPU do 83.3 requests a second. At 10m a little more is asked for, at 30m ten times as much: only
/// what would not be seen has a mark, in the middle of its five minutes.
#[test]
fn what_is_too_little_to_be_seen_has_a_mark() {
    let seen = Seen::text(
        "duration: 1h\ninstances: [{type: m5.large}]\ntask_definitions: {w: {cpu: 512, memory: 1 GiB}}\nservices: {w: \
         {task_definition: w, desired_count: 2, load: {requests_per_second: {steps: [{at: 0s, value: 50}, {at: 10m, \
         value: 84}, {at: 15m, value: 50}, {at: 30m, value: 200}, {at: 35m, value: 50}]}, per_request: {cpu: 12 ms}}}}\n",
    );
    let marks = chart(&seen, "demand").events;
    assert_eq!(marks, [Event { at_ms: 750_000, kind: EventKind::Little }]);
    let drawing = judge("demand", &seen.picture("demand").svg);
    assert!(drawing.texts.iter().any(|text| text.text == EventKind::Little.words()), "{drawing:?}");
    // 200 are asked for at most, and 200 - 83.3 of them are not served
    let said = "greatest mean over a bucket: asked of w 200, capacity of its running tasks 83.33, not served 117";
    assert!(drawing.description.ends_with(said), "{}", drawing.description);
}

#[test]
fn money_begins_with_nothing_and_ends_with_all() {
    let seen = Seen::text("duration: 5m\nseries_bucket: 1m\ninstances: [{type: m5.large}]\n");
    let steps = &chart(&seen, "cost-cumulative").panels[0].series[0].steps;
    let (first, last) = (steps.first().unwrap(), steps.last().unwrap());
    assert_eq!((first.from_ms, first.to_ms, last.from_ms, last.to_ms), (0, 30_000, 270_000, 300_000));
    assert!(first.mean == 0.0 && (last.mean - 0.008).abs() < 1e-12, "{steps:?}"); // 0.096 x 5 / 60
}

/// On a system that does not tell capitals apart, `Web` and `web` need two files.
#[test]
fn services_that_differ_in_capitals_have_files_of_their_own() {
    let seen = Seen::text(
        "duration: 90d\ncapacity_providers: {f: {fargate: {}}, s: {fargate_spot: {}}}\n\
         task_definitions: {j: {cpu: 256, memory: 512, network_mode: awsvpc}}\nservices:\n  \
         Web: {task_definition: j, desired_count: 3, capacity_provider_strategy: [{provider: f, weight: 1}, \
         {provider: s, weight: 1}]}\n  \
         web: {task_definition: j, desired_count: 2, capacity_provider_strategy: [{provider: s}]}\n",
    );
    let all = ["cost-by-service", "cost-cumulative", "cost-rate", "tasks", "tasks-web", "tasks-web-2"];
    assert_eq!(judge_all(&seen), names(&all));
    let labels: Vec<String> =
        chart(&seen, "cost-rate").panels[0].series.iter().map(|series| series.label.clone()).collect();
    assert_eq!(labels, ["Fargate", "Fargate Spot"]);
}

#[test]
fn hostile_names_do_no_harm() {
    let long = "n".repeat(10_000);
    for name in
        ["<script>alert(1)</script>", "a\u{1b}[31m\nb\r\u{0}\u{202E}", "../../etc/passwd", "]]> & \" '", "", &long]
    {
        let mut seen = Seen::text(&services(2));
        seen.plan.cast.scenario = name.to_owned();
        for id in seen.plan.cast.services.ids().collect::<Vec<_>>() {
            seen.plan.cast.services[id].name = name.to_owned();
        }
        for id in seen.plan.cast.instance_types.ids().collect::<Vec<_>>() {
            seen.plan.cast.instance_types[id].name = name.to_owned();
        }
        judge_all(&seen);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (one, other) = (Seen::text(&services(3)), Seen::text(&services(3)));
    for (one, other) in one.pictures().into_iter().zip(other.pictures()) {
        assert_eq!(one.name, other.name);
        assert!(one.svg == other.svg && one.png == other.png, "{} differs", one.name);
    }
}

/// Values of any size, and all zero: the charts are drawn.
#[test]
fn any_value_is_drawn() {
    let seen = Seen::text(&services(2));
    for (name, chart) in seen.charts() {
        for value in [0.0, f64::NAN, f64::INFINITY, 1e-320, 1e18, 1e299, -3.0] {
            let mut chart = chart.clone();
            for step in chart.panels.iter_mut().flat_map(|panel| &mut panel.series).flat_map(|series| &mut series.steps)
            {
                (step.min, step.mean, step.max) = (value, value, value);
            }
            let document = svg(&chart, Size::for_panels(chart.panels.len())).unwrap();
            judge(&format!("{name} with {value}"), &document);
        }
    }
}

/// What operators do and what fails is marked along the top, each with a shape of its own.
#[test]
fn events_are_marked() {
    let seen = Seen::text(
        "duration: 10m\ninstances: [{type: t3.micro}]\ntask_definitions: {j: {cpu: 1024, memory: 512}}\n\
         services: {web: {task_definition: j, desired_count: 1}}\n\
         tasks: {big: {task_definition: j, count: 9, at: 2m}}\n\
         events: [{at: 5m, set_desired_count: {service: web, count: 2}}]\n",
    );
    let at = |moments: &[longshore::units::SimTime]| moments.iter().map(|at| at.0).collect::<Vec<u64>>();
    assert_eq!(at(&seen.views.moments.operator), [300_000]);
    assert_eq!(at(&seen.views.moments.failure), [120_000]); // eight of nine find no place, at one moment
    let drawing = judge("tasks", &seen.picture("tasks").svg);
    for sign in ["operator's event", "failure"] {
        assert!(drawing.texts.iter().any(|text| text.text == sign), "{sign}: {drawing:?}");
    }
}
