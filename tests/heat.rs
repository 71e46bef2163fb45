//! Heat maps as they are drawn: in their place, within bounds, whatever they hold.

use longshore::report::chart::{ChartError, Heat, HeatRow, Size, heat_png, heat_svg};

fn map(rows: usize, columns: usize, value: impl Fn(usize, usize) -> Option<f64>) -> Heat {
    let row =
        |row| HeatRow { label: format!("i-{row}"), cells: (0..columns).map(|column| value(row, column)).collect() };
    Heat {
        title: "Two rows".to_owned(),
        subtitle: "a test".to_owned(),
        span_ms: columns as u64 * 1000,
        column_ms: 1000,
        y_label: "instances".to_owned(),
        scale_label: "reserved".to_owned(),
        blank_label: "no instance".to_owned(),
        rows: (0..rows).map(row).collect(),
        ..Heat::default()
    }
}

/// Pixels of a PNG and its width.
fn pixels(bytes: &[u8]) -> (Vec<[u8; 3]>, usize) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut buffer).unwrap();
    (buffer.chunks(3).map(|dot| [dot[0], dot[1], dot[2]]).collect(), info.width as usize)
}

const EMPTY: [u8; 3] = [0xFE, 0xE8, 0x38];
const FULL: [u8; 3] = [0x00, 0x22, 0x4E];

#[test]
fn cells_have_the_colour_of_their_value_in_their_place() {
    // the first row empty and then gone, the second full
    let map = map(2, 10, |row, column| match row {
        0 => (column < 5).then_some(0.0),
        _ => Some(100.0),
    });
    let size = map.size();
    let (dots, width) = pixels(&heat_png(&map, size).unwrap());
    let height = size.height as usize * 2;
    assert_eq!((width, dots.len()), (2400, width * height));
    let column = |x: usize| (200..height).map(|y| dots[y * width + x]).collect::<Vec<_>>();
    let (left, right) = (column(600), column(1800));
    assert!(left.contains(&EMPTY) && left.contains(&FULL) && !right.contains(&EMPTY) && right.contains(&FULL));
    let first = |dots: &[[u8; 3]], ink| dots.iter().position(|dot| *dot == ink).unwrap();
    assert!(first(&left, EMPTY) < first(&left, FULL), "rows go from the top down");
    let svg = heat_svg(&map, size).unwrap();
    assert!(
        svg.contains("fill=\"#00224E\" d=\"M") && svg.contains("\ni-1\n") && svg.contains("\nno instance\n"),
        "{svg}"
    );
    assert_eq!(svg, heat_svg(&map, size).unwrap());
}

#[test]
fn the_largest_grid_stays_small() {
    // neighbours always differ: the worst there is
    let map = map(80, 240, |row, column| Some(f64::from(u32::try_from((row * 7 + column * 35) % 101).unwrap())));
    let svg = heat_svg(&map, map.size()).unwrap();
    assert!(svg.len() < 600_000, "{} bytes", svg.len());
}

#[test]
fn whatever_it_holds_is_drawn() {
    let mut strange = map(3, 4, |row, _| [Some(f64::NAN), Some(f64::INFINITY), Some(-5.0)][row]);
    strange.title = "<script>&\u{202E}".repeat(50);
    strange.rows[0].label = "x".repeat(10_000);
    strange.column_ms = u64::MAX;
    strange.start_unix_s = i64::MIN;
    let svg = heat_svg(&strange, strange.size()).unwrap();
    assert!(!svg.contains("<script>"));
    heat_png(&strange, strange.size()).unwrap();
    let nothing = Heat::default();
    assert!(heat_svg(&nothing, nothing.size()).unwrap().contains("no data"));
    for size in [Size { width: 100, height: 100 }, Size { width: 0, height: 0 }, Size { width: 5, height: 3000 }] {
        assert_eq!(heat_svg(&strange, size), Err(ChartError::TooSmall(size)));
    }
    assert!(matches!(heat_svg(&strange, Size { width: 9000, height: 10 }), Err(ChartError::TooLarge(_))));
}
