//! Charts of recorded series, as SVG text and as PNG bytes.
//!
//! One function draws both, at twice the size in CSS pixels, so that they agree to the pixel;
//! the SVG is shown at half that scale, the PNG carries its resolution. The same chart always
//! gives the same bytes: there is no clock, no chance, and the only font is the bundled one.
//! Nothing is written anywhere: the caller gets the text or the bytes.
//!
//! Whatever names and values a chart holds, it is drawn: names are made harmless and shortened,
//! values that are not numbers are left out, and where nothing remains it says "no data".

mod axis;
mod bars;
mod describe;
mod draw;
mod font;
mod heat;
mod layout;
mod model;
mod palette;
mod reduce;
mod surface;
mod time;

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};

pub use bars::{Bar, Bars};
pub use heat::{Heat, HeatRow};
pub use model::{Chart, ChartError, Event, EventKind, Kind, Limit, MAX_SERIES, Panel, Scale, Series, Size, Step};

/// Pixels of the drawing for each CSS pixel.
const FINENESS: u32 = 2;
const LARGEST: u32 = 4000;
/// Pixels per metre that make a PNG appear at its size in CSS pixels (96 to the inch).
const PNG_RESOLUTION: u32 = 3780 * FINENESS;

fn drawing_size(size: Size) -> Result<(u32, u32), ChartError> {
    if size.width > LARGEST || size.height > LARGEST {
        return Err(ChartError::TooLarge(size));
    }
    Ok((size.width * FINENESS, size.height * FINENESS))
}

/// The chart as an SVG document: below 300 kB for three series, however many steps they have.
pub fn svg(chart: &Chart, size: Size) -> Result<String, ChartError> {
    svg_of(&chart.title, &describe::chart(chart), size, |on| draw::draw(chart, size, on))
}

/// The chart as a PNG file of twice its size in CSS pixels.
pub fn png(chart: &Chart, size: Size) -> Result<Vec<u8>, ChartError> {
    png_of(size, |on| draw::draw(chart, size, on))
}

/// The heat map as an SVG document.
pub fn heat_svg(map: &Heat, size: Size) -> Result<String, ChartError> {
    svg_of(&map.title, &describe::heat(map), size, |on| heat::draw(map, size, on))
}

/// The heat map as a PNG file of twice its size in CSS pixels.
pub fn heat_png(map: &Heat, size: Size) -> Result<Vec<u8>, ChartError> {
    png_of(size, |on| heat::draw(map, size, on))
}

/// The bars as an SVG document.
pub fn bars_svg(bars: &Bars, size: Size) -> Result<String, ChartError> {
    svg_of(&bars.title, &describe::bars(bars), size, |on| bars::draw(bars, size, on))
}

/// The bars as a PNG file of twice its size in CSS pixels.
pub fn bars_png(bars: &Bars, size: Size) -> Result<Vec<u8>, ChartError> {
    png_of(size, |on| bars::draw(bars, size, on))
}

fn svg_of(
    title: &str,
    about: &str,
    size: Size,
    draw: impl FnOnce(&mut surface::Svg<'_>) -> Result<(), ChartError>,
) -> Result<String, ChartError> {
    let (width, height) = drawing_size(size)?;
    let mut drawn = String::new();
    let mut surface =
        surface::Svg { back_end: SVGBackend::with_string(&mut drawn, (width, height)), paths: String::new() };
    draw(&mut surface)?;
    surface.back_end.present().map_err(|why| ChartError::Backend(why.to_string()))?;
    let paths = std::mem::take(&mut surface.paths);
    drop(surface);
    // The library's own root element would show the drawing at twice the size, without a name.
    let body = drawn.split_once(">\n").map_or("", |(_, body)| body);
    let (strokes, end) = body.rsplit_once("</svg>").unwrap_or((body, ""));
    let (title, about) = (escape(&font::clean(title)), escape(about));
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>{title}</title>\n<desc>{about}</desc>\n{strokes}{paths}</svg>{end}",
        size.width, size.height
    ))
}

fn png_of(
    size: Size,
    draw: impl FnOnce(&mut surface::Pixels<'_>) -> Result<(), ChartError>,
) -> Result<Vec<u8>, ChartError> {
    let (width, height) = drawing_size(size)?;
    let mut pixels = vec![0xFF; width as usize * height as usize * 3];
    let mut surface = surface::Pixels(BitMapBackend::with_buffer(&mut pixels, (width, height)));
    draw(&mut surface)?;
    drop(surface);
    encode(&pixels, width, height).map_err(|why| ChartError::Backend(why.to_string()))
}

fn encode(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Most rows repeat the one above, so one filter serves all: half the time of trying each,
    // and a third of the bytes of the library's fastest way.
    encoder.set_filter(png::Filter::Up);
    encoder.set_deflate_compression(png::DeflateCompression::Level(4));
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: PNG_RESOLUTION,
        yppu: PNG_RESOLUTION,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
