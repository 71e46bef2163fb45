//! Charts: what is written in them, where their lines lie, and that nothing given does harm.
//!
//! `examples_are_drawn` leaves its pictures in the target directory's `tmp/charts`, to look at.

use std::path::Path;

use longshore::report::chart::{Chart, ChartError, Kind, Limit, Panel, Scale, Series, Size, Step, png, svg};

const TUESDAY: i64 = 1_741_046_400; // 4 March 2025, 00:00 UTC
const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A day's rise and fall without trigonometry: 0 at midnight, 1 at three in the afternoon.
fn daily(ms: u64) -> f64 {
    let hour = f64::from(u32::try_from(ms % DAY / MINUTE).unwrap()) / 60.0;
    let far = (hour - 15.0).abs().min(24.0 - (hour - 15.0).abs()) / 12.0;
    let near = 1.0 - far;
    near * near * (3.0 - 2.0 * near)
}

/// Something that looks like chance and is the same everywhere: 0 to 1.
fn noise(n: u64) -> f64 {
    let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (n << 7);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    f64::from(u16::try_from(mixed >> 48).unwrap()) / 65_535.0
}

fn buckets(span: u64, count: u64, value: impl Fn(u64, u64) -> (f64, f64, f64)) -> Vec<Step> {
    (0..count)
        .map(|n| {
            let (from_ms, to_ms) = (span * n / count, span * (n + 1) / count);
            let (min, mean, max) = value(n, from_ms);
            Step { from_ms, to_ms, min, mean, max }
        })
        .collect()
}

fn whole(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

fn same(value: f64) -> (f64, f64, f64) {
    (value, value, value)
}

fn series(label: &str, kind: Kind, steps: Vec<Step>) -> Series {
    Series { label: label.into(), kind, steps, look: None }
}

fn limit(label: &str, value: f64) -> Limit {
    Limit { label: label.into(), value }
}

fn panel(y_label: &str, scale: Scale, series: Vec<Series>, limits: Vec<Limit>) -> Panel {
    Panel { y_label: y_label.into(), scale, series, limits }
}

fn chart(title: &str, subtitle: &str, span_ms: u64, panels: Vec<Panel>) -> Chart {
    Chart { title: title.into(), subtitle: subtitle.into(), start_unix_s: TUESDAY, span_ms, panels, events: vec![] }
}

fn draw(chart: &Chart) -> (String, Vec<u8>) {
    let size = Size::for_panels(chart.panels.len());
    (svg(chart, size).unwrap(), png(chart, size).unwrap())
}

/// Week of requests: demand, what was served, and the tasks that did it.
fn week() -> Chart {
    let span = 7 * DAY;
    let demand = |n: u64, at: u64| 20.0 + 70.0 * daily(at) + 9.0 * noise(n);
    let served = |n: u64, at: u64| demand(n, at).min(80.0);
    chart(
        "On five of seven evenings 11% of the requests found no task",
        "nasa-july.yaml, seed 1, target tracking at 60% CPU, 7 days in 2,000 buckets",
        span,
        vec![
            panel(
                "requests per second",
                Scale::Number,
                vec![
                    series("demand", Kind::Line, buckets(span, 2000, |n, at| same(demand(n, at)))),
                    series("served", Kind::Line, buckets(span, 2000, |n, at| same(served(n, at)))),
                ],
                vec![],
            ),
            panel(
                "running tasks",
                Scale::Count,
                vec![series(
                    "web",
                    Kind::Area,
                    buckets(span, 168, |_, at| same((1.0 + 9.0 * daily(at)).floor().min(8.0))),
                )],
                vec![limit("maximum 8", 8.0), limit("minimum 1", 1.0)],
            ),
        ],
    )
}

fn cluster() -> Chart {
    let span = 36 * HOUR;
    let band = |base: f64, swing: f64, shift: u64| {
        buckets(span, 432, move |n, at| {
            let mean = base + swing * daily(at + shift) + 6.0 * noise(n);
            (mean - 9.0 * noise(n + 7), mean, mean + 14.0 * noise(n + 13))
        })
    };
    chart(
        "Memory runs out before CPU does: instances stand half idle at night",
        "6 x m5.large, binpack on memory",
        span,
        vec![
            panel(
                "instances",
                Scale::Count,
                vec![series("m5.large", Kind::Line, buckets(span, 36, |_, at| same((2.0 + 4.0 * daily(at)).round())))],
                vec![limit("quota 640 vCPU", 320.0)],
            ),
            panel(
                "reserved",
                Scale::Percent,
                vec![
                    series("CPU", Kind::Band, band(20.0, 30.0, 0)),
                    series("memory", Kind::Band, band(40.0, 40.0, 2 * HOUR)),
                ],
                vec![limit("target 80%", 80.0)],
            ),
        ],
    )
}

fn services(count: u64) -> Chart {
    let span = 4 * DAY;
    let tracks = (0..count)
        .map(|s| {
            let name = format!("payments-reconciliation-worker-eu-central-1-{s}");
            let wave = move |n: u64, at: u64| {
                let tasks = 3.0 * whole(s) + 8.0 * daily(at + s * HOUR) + noise(n / 8 + s);
                same(tasks.floor())
            };
            series(&name, Kind::Line, buckets(span, 800, wave))
        })
        .collect();
    chart(
        "Ten services take turns: their peaks add up to 260 tasks, an hour apart, which is why the \
         cluster never needs more than 41 instances at once",
        "running tasks of each service",
        span,
        vec![panel("running tasks", Scale::Count, tracks, vec![])],
    )
}

fn three_hours() -> Chart {
    let span = 3 * HOUR;
    let waiting = buckets(span, 180, |n, at| {
        let burst = if (40..55).contains(&n) { 250_000.0 } else { 0.0 };
        same(burst + 900.0 * daily(at))
    });
    let mut chart = chart(
        "A deployment at 23:12 left 250,000 requests waiting for 15 minutes",
        "deploy.yaml, seed 1",
        span,
        vec![panel("waiting requests", Scale::Count, vec![series("web", Kind::Area, waiting)], vec![])],
    );
    chart.start_unix_s += 22 * 3600 + 30 * 60;
    chart
}

fn year() -> Chart {
    let span = 365 * DAY;
    let cost =
        |base: f64, growth: f64| buckets(span, 365, move |n, _| same(base + growth * whole(n) + 30.0 * noise(n)));
    chart(
        "Spot would have saved a third over the year",
        "cost per day, eu-central-1",
        span,
        vec![panel(
            "US$ per day",
            Scale::Number,
            vec![
                series("on demand", Kind::Line, cost(900.0, 2.0)),
                series("spot", Kind::Line, cost(600.0, 1.2)),
                series("Fargate", Kind::Line, cost(1100.0, 2.4)),
            ],
            vec![limit("budget 1,500", 1500.0), limit("alert 1,450", 1450.0)],
        )],
    )
}

#[test]
fn examples_are_drawn() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("charts");
    std::fs::create_dir_all(&dir).unwrap();
    let empty = chart("Nothing ran", "empty.yaml", DAY, vec![Panel::default()]);
    let mut gaps = week();
    for step in &mut gaps.panels[0].series[1].steps[600..900] {
        step.mean = f64::NAN;
    }
    let lone = chart(
        "One value",
        "",
        HOUR,
        vec![panel(
            "tasks",
            Scale::Count,
            vec![
                series("a", Kind::Line, vec![Step::flat(HOUR / 2, HOUR / 2, 2.0)]),
                series("zero", Kind::Line, vec![Step::flat(0, HOUR, 0.0)]),
            ],
            vec![],
        )],
    );
    for (name, chart) in [
        ("1-week", week()),
        ("2-cluster", cluster()),
        ("3-services", services(10)),
        ("4-empty", empty),
        ("5-three-hours", three_hours()),
        ("6-year", year()),
        ("7-gaps", gaps),
        ("8-lone", lone),
        ("9-none", Chart::default()),
    ] {
        let (text, bytes) = draw(&chart);
        assert!(text.len() < 300_000, "{name}: {} bytes", text.len());
        std::fs::write(dir.join(name).with_extension("svg"), &text).unwrap();
        std::fs::write(dir.join(name).with_extension("png"), &bytes).unwrap();
        assert_eq!((text, bytes), draw(&chart), "{name} differs when drawn again");
    }
}

#[test]
fn an_svg_says_what_the_chart_is_about() {
    let (text, _) = draw(&week());
    for expected in [
        "<title>On five of seven evenings 11% of the requests found no task</title>",
        "width=\"1200\" height=\"760\" viewBox=\"0 0 2400 1520\"",
        "requests per second\n",
        "running tasks\n",
        "demand\n",
        "served\n",
        "maximum 8\n",
        "Tue 4 Mar\n",
        "2025\n",
        "simulated time (UTC)\n",
        "#0072B2",
        "#D55E00",
        "Longshore Sans, DejaVu Sans, Verdana, sans-serif",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
}

/// The colour of each pixel, and the width and height.
fn decode(bytes: &[u8]) -> (Vec<[u8; 3]>, usize, usize) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut buffer).unwrap();
    assert_eq!(info.color_type, png::ColorType::Rgb);
    let pixels = buffer.chunks_exact(3).map(|rgb| [rgb[0], rgb[1], rgb[2]]).collect();
    (pixels, info.width as usize, info.height as usize)
}

#[test]
fn three_restless_series_stay_small() {
    let span = 30 * DAY;
    let restless = |s: u64| {
        let steps = buckets(span, 2000, |n, _| (0.0, 1e4 * noise(n + s), 1e4));
        let steps: Vec<Step> = steps
            .into_iter()
            .enumerate()
            .map(|(n, step)| Step {
                min: step.mean * noise(n as u64),
                max: step.mean * (1.0 + noise(n as u64 + 5)),
                ..step
            })
            .collect();
        series("restless", Kind::Band, steps)
    };
    let tracks = vec![restless(1), restless(70_000), restless(900_000)];
    let (text, bytes) = draw(&chart("Noise", "", span, vec![panel("x", Scale::Number, tracks, vec![])]));
    assert!(text.len() < 300_000, "{}", text.len());
    assert!(bytes.len() < 1_000_000, "{}", bytes.len());
}

#[test]
fn a_png_has_twice_the_size_and_draws_values_in_their_place() {
    let flat = |value| vec![Step::flat(0, DAY, value)];
    let chart = chart(
        "Flat",
        "",
        DAY,
        vec![panel(
            "%",
            Scale::Percent,
            vec![series("half", Kind::Line, flat(50.0)), series("fifth", Kind::Line, flat(20.0))],
            vec![],
        )],
    );
    let (_, bytes) = draw(&chart);
    let (pixels, width, height) = decode(&bytes);
    assert_eq!((width, height), (2400, 1000));
    let rows_of = |colour: [u8; 3]| -> Vec<usize> {
        (0..height)
            .filter(|y| pixels[y * width + 300..y * width + 2200].iter().filter(|&&p| p == colour).count() > 1200)
            .collect()
    };
    // The axis is the lowest grey row; its top tick is 100%, the line at 50% half way up.
    let half = rows_of([0x00, 0x72, 0xB2]);
    let fifth = rows_of([0xD5, 0x5E, 0x00]);
    let axis = rows_of([0x8A, 0x8A, 0x8A]);
    assert_eq!((half.len(), fifth.len(), axis.len()), (4, 4, 2));
    let up = |rows: &[usize]| whole((axis[0] + 1 - (rows[0] + 2)) as u64);
    let ratio = up(&half) / up(&fifth);
    assert!((ratio - 2.5).abs() < 0.02, "{ratio}");
    // The unbroken line reaches from one side of the frame to the other, the dashed one has gaps.
    let row = |y: usize, colour| (300..2300).filter(|x| pixels[y * width + x] == colour).count();
    assert_eq!(row(half[0], [0x00, 0x72, 0xB2]), 2000);
    assert!(row(fifth[0], [0xD5, 0x5E, 0x00]) < 1700);
}

#[test]
fn hostile_names_do_no_harm() {
    let long = "n".repeat(10_000);
    let names = [
        "<script>alert(1)</script>",
        "a\nb\r\n\tc\u{0}\u{1b}[31m",
        "🚀 \u{202E}desrever\u{FEFF}\u{FFFF}",
        "]]> & \" ' --> <!--",
        &long,
        "",
    ];
    for name in names {
        let mut chart = week();
        chart.title = name.into();
        chart.subtitle = name.into();
        for panel in &mut chart.panels {
            panel.y_label = name.into();
            panel.series[0].label = name.into();
            panel.limits.push(limit(name, 3.0));
        }
        let (text, bytes) = draw(&chart);
        assert!(!text.contains("<script"));
        assert!(!text.contains("<!--"));
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
        assert!(!text.contains(['\u{202E}', '\u{FFFF}']));
        assert!(text.len() < 150_000 && decode(&bytes).1 == 2400);
    }
    assert!(draw(&chart("<script>", "", DAY, vec![])).0.contains("&lt;script&gt;"));
}

#[test]
fn nothing_to_draw_is_said() {
    let odd = |values: &[f64]| {
        let steps = values.iter().map(|&v| Step::flat(0, DAY, v)).collect();
        let panel = panel("tasks", Scale::Count, vec![series("a", Kind::Band, steps)], vec![]);
        draw(&chart("t", "s", DAY, vec![panel])).0
    };
    assert!(odd(&[]).contains("no data"));
    assert!(odd(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]).contains("no data"));
    assert!(draw(&Chart::default()).0.contains("no data"));
    for drawn in [0.0, -0.0, -5.0, 1e-320, 1e18, 1e299] {
        assert!(!odd(&[drawn]).contains("no data"), "{drawn}");
    }
}

#[test]
fn times_at_the_ends_of_their_range_are_drawn() {
    for start_unix_s in [i64::MIN, 0, i64::MAX] {
        for span_ms in [0, 1, 999, u64::MAX] {
            let steps = vec![Step::flat(0, u64::MAX, 1.0), Step::flat(u64::MAX, u64::MAX, 2.0), Step::flat(9, 3, 2.0)];
            let panel = panel("x", Scale::Number, vec![series("a", Kind::Area, steps)], vec![]);
            let chart = Chart { start_unix_s, span_ms, panels: vec![panel], ..Chart::default() };
            draw(&chart);
        }
    }
}

#[test]
fn sizes_that_cannot_be_are_refused() {
    let chart = week();
    for (width, height) in [(0, 0), (100, 760), (1200, 200)] {
        let size = Size { width, height };
        assert_eq!(svg(&chart, size), Err(ChartError::TooSmall(size)));
    }
    let size = Size { width: 4001, height: 500 };
    assert_eq!(png(&chart, size), Err(ChartError::TooLarge(size)));
    let tiny = Size { width: 480, height: 560 };
    assert!(svg(&chart, tiny).is_ok());
}

#[test]
fn what_is_left_out_of_a_crowded_panel_is_told() {
    let (text, _) = draw(&services(40));
    assert!(text.contains("… and 28 more, not shown"));
}
