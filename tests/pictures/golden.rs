//! Golden pictures: charts of shipped scenarios, made small, and compared with a tolerance.
//!
//! `LONGSHORE_ACCEPT=1 cargo test --test pictures` renews them; then look at each. What differs is left in the target
//! directory's `tmp/pictures`, to look at.

use super::runs::Seen;
use std::fs;
use std::path::Path;

/// Pixels of the drawing for each pixel of a golden picture, each way.
const SMALLER: usize = 4;
/// Colours are kept in so many steps, which makes the files small.
const STEP: u8 = 17;
/// A channel that differs by more than this is a difference: two steps.
const MOST_OFF: u8 = 40;
/// At most this share of the pixels may differ, in thousandths: some 150 of 600 x 250. A line that is not there is 600.
const MOST_THOUSANDTHS: usize = 1;

/// Scenario, chart, and the file on record.
const GOLDEN: [(&str, &[(&str, &str)]); 4] = [
    (
        "study-web-nasa.yaml",
        &[("demand", "demand"), ("tasks-web", "tasks-service"), ("cost-rate", "cost-rate"), ("packing", "packing")],
    ),
    ("study-openb.yaml", &[("instances", "instances-by-type")]),
    ("lessons/seed-174-nothing-idle-on-fargate.yaml", &[("cost-cumulative", "cost-cumulative")]),
    ("lessons/seed-050-addresses-run-out.yaml", &[("tasks", "tasks-with-failures")]),
];

/// Rows of pixels.
#[derive(PartialEq)]
struct Pixels {
    width: usize,
    dots: Vec<[u8; 3]>,
}

fn decode(bytes: &[u8]) -> Pixels {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut buffer).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    let dots = buffer.as_chunks::<3>().0.to_vec();
    Pixels { width: info.width as usize, dots }
}

/// Averages of squares, in few steps of colour.
fn small(large: &Pixels) -> Pixels {
    let (width, height) = (large.width / SMALLER, large.dots.len() / large.width / SMALLER);
    let dot = |at: usize| {
        let (x, y) = (at % width * SMALLER, at / width * SMALLER);
        let mut sum = [0_usize; 3];
        for row in y..y + SMALLER {
            for dot in &large.dots[row * large.width + x..row * large.width + x + SMALLER] {
                for (sum, value) in sum.iter_mut().zip(dot) {
                    *sum += usize::from(*value);
                }
            }
        }
        sum.map(|sum| {
            let mean = u8::try_from(sum / (SMALLER * SMALLER)).unwrap();
            (u16::from(mean) + u16::from(STEP) / 2).try_into().unwrap_or(u8::MAX) / STEP * STEP
        })
    };
    Pixels { width, dots: (0..width * height).map(dot).collect() }
}

fn encode(picture: &Pixels) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (width, height) = (picture.width, picture.dots.len() / picture.width);
    let mut encoder = png::Encoder::new(&mut bytes, u32::try_from(width).unwrap(), u32::try_from(height).unwrap());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    encoder.write_header().unwrap().write_image_data(picture.dots.as_flattened()).unwrap();
    bytes
}

/// Where two pictures differ, if more than they may.
fn difference(before: &Pixels, now: &Pixels) -> Option<String> {
    if (before.width, before.dots.len()) != (now.width, now.dots.len()) {
        return Some(format!("{} x {} pixels", now.width, now.dots.len() / now.width));
    }
    let off = |(before, now): (&[u8; 3], &[u8; 3])| before.iter().zip(now).any(|(a, b)| a.abs_diff(*b) > MOST_OFF);
    let different: Vec<usize> = (0..now.dots.len()).filter(|at| off((&before.dots[*at], &now.dots[*at]))).collect();
    if different.len() * 1000 <= now.dots.len() * MOST_THOUSANDTHS {
        return None;
    }
    let (columns, rows) = (different.iter().map(|at| at % now.width), different.iter().map(|at| at / now.width));
    let (left, right) = (columns.clone().min()?, columns.max()?);
    let (top, bottom) = (rows.clone().min()?, rows.max()?);
    Some(format!(
        "{} of {} pixels differ, between ({left}, {top}) and ({right}, {bottom})",
        different.len(),
        now.dots.len()
    ))
}

#[test]
fn charts_look_as_on_file() {
    let accept = std::env::var_os("LONGSHORE_ACCEPT").is_some_and(|value| value == "1");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/charts");
    let seen_in = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    fs::create_dir_all(&seen_in).unwrap();
    let mut wrong = Vec::new();
    for (scenario, charts) in GOLDEN {
        let seen = Seen::file(scenario);
        let pictures = seen.pictures();
        for (name, file) in charts {
            let picture = pictures.iter().find(|picture| picture.name == *name).expect("the chart is there");
            let now = small(&decode(&picture.png));
            let path = folder.join(file).with_extension("png");
            if accept {
                fs::create_dir_all(&folder).unwrap();
                fs::write(&path, encode(&now)).unwrap();
            }
            let Ok(before) = fs::read(&path) else {
                wrong.push(format!("{file}: there is none"));
                continue;
            };
            if let Some(difference) = difference(&decode(&before), &now) {
                fs::write(seen_in.join(file).with_extension("png"), encode(&now)).unwrap();
                wrong.push(format!("{file} ({name} of {scenario}): {difference}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\nas they are now: {}", wrong.join("\n"), seen_in.display());
}

/// The picture that the README shows is what the tool draws.
#[test]
fn the_picture_of_the_readme_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures/web-nasa-fixed-demand.png");
    let now = Seen::file("web-nasa-fixed.yaml").picture("demand").png;
    if std::env::var_os("LONGSHORE_ACCEPT").is_some_and(|value| value == "1") {
        fs::write(&path, &now).unwrap();
    }
    let before = fs::read(&path).unwrap();
    assert!(before.len() < 150_000, "{} bytes are much for a README", before.len());
    let found = difference(&small(&decode(&before)), &small(&decode(&now)));
    assert!(found.is_none(), "{}: {found:?}", path.display());
}

/// The comparison itself: nothing, a little, and a line of a picture of 600 x 250.
#[test]
fn a_missing_line_is_seen_and_a_shade_is_not() {
    let paper = || Pixels { width: 600, dots: vec![[255; 3]; 600 * 250] };
    let mut shade = paper();
    shade.dots.fill([238; 3]);
    assert!(difference(&paper(), &shade).is_none());
    let mut line = paper();
    line.dots[600 * 100 + 20..600 * 100 + 580].fill([0; 3]);
    let found = difference(&paper(), &line).unwrap();
    assert_eq!(found, "560 of 150000 pixels differ, between (20, 100) and (579, 100)");
    assert!(difference(&paper(), &Pixels { width: 300, dots: vec![[255; 3]; 300] }).is_some());
}
