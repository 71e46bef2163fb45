//! Where a chart is drawn: one set of strokes, two ways to keep them (SVG text or pixels).

use std::fmt::Write;

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

use super::font;
use super::model::ChartError;
use super::palette::Rgb;

/// A rectangle: left, top, right, bottom; of columns to shade: left, right, top, bottom.
pub(super) type Area = (i32, i32, i32, i32);

/// The strokes a chart is made of. Coordinates are pixels of the 2x drawing.
pub(super) trait Surface {
    /// A filled rectangle from the upper left to the lower right corner.
    fn rect(&mut self, from: (i32, i32), to: (i32, i32), ink: Rgb) -> Result<(), ChartError>;
    /// A line of horizontal and vertical pieces.
    fn line(&mut self, points: &[(i32, i32)], width: u32, ink: Rgb) -> Result<(), ChartError>;
    /// Shades columns (left, right, top, bottom) that follow each other without a gap.
    fn shade(&mut self, columns: &[Area], ink: Rgb, alpha: f64) -> Result<(), ChartError>;
    /// Hatches columns like those of a shade; a hatch lies over all else.
    fn hatch(&mut self, columns: &[Area], ink: Rgb) -> Result<(), ChartError>;
    /// Many rectangles of one colour that nothing else covers.
    fn areas(&mut self, areas: &[Area], ink: Rgb) -> Result<(), ChartError>;
    /// A cleaned line of text, its left end at (x, baseline).
    fn text(&mut self, at: (i32, i32), em: i32, ink: Rgb, text: &str) -> Result<(), ChartError>;
}

fn refused(why: impl std::fmt::Display) -> ChartError {
    ChartError::Backend(why.to_string())
}

fn colour((r, g, b): Rgb) -> RGBColor {
    RGBColor(r, g, b)
}

/// One hatch line in so many pixels along a row, and how many of these it takes.
const HATCH_EVERY: i32 = 18;
const HATCH_WIDE: i32 = 4;

/// The outline of columns that follow each other without a gap.
fn outline(columns: &[Area]) -> Vec<(i32, i32)> {
    let mut outline: Vec<(i32, i32)> = Vec::new();
    let over = columns.iter().flat_map(|&(l, r, top, _)| [(l, top), (r, top)]);
    let under = columns.iter().rev().flat_map(|&(l, r, _, low)| [(r, low), (l, low)]);
    for point in over.chain(under) {
        // Three points at one height need no middle one.
        let held = outline.len();
        if held > 1 && outline[held - 1].1 == point.1 && outline[held - 2].1 == point.1 {
            outline.pop();
        }
        outline.push(point);
    }
    outline
}

/// How far below the top of a text the SVG library puts its baseline, and how it shrinks fonts.
const TOP_TO_BASELINE: f64 = 0.76;
const SHRINK: f64 = 1.24;

/// Keeps strokes as SVG elements; text stays text.
pub(super) struct Svg<'a> {
    pub(super) back_end: SVGBackend<'a>,
    /// Paths that the library has no short form for; they lie over all else.
    pub(super) paths: String,
}

impl Surface for Svg<'_> {
    fn rect(&mut self, from: (i32, i32), to: (i32, i32), ink: Rgb) -> Result<(), ChartError> {
        let style = colour(ink).filled();
        self.back_end.draw_rect(from, to, &style, true).map_err(refused)
    }

    fn line(&mut self, points: &[(i32, i32)], width: u32, ink: Rgb) -> Result<(), ChartError> {
        let style: ShapeStyle = colour(ink).stroke_width(width);
        let points = points.iter().copied();
        self.back_end.draw_path(points, &style).map_err(refused)
    }

    fn shade(&mut self, columns: &[Area], ink: Rgb, alpha: f64) -> Result<(), ChartError> {
        let style = colour(ink).mix(alpha).filled();
        self.back_end.fill_polygon(outline(columns), &style).map_err(refused)
    }

    fn hatch(&mut self, columns: &[Area], (r, g, b): Rgb) -> Result<(), ChartError> {
        let name = format!("hatch-{r:02X}{g:02X}{b:02X}");
        if !self.paths.contains(&format!("id=\"{name}\"")) {
            // The same dots as in pixels: those where x + y leaves a small rest.
            let (every, far, half) = (HATCH_EVERY, HATCH_EVERY + HATCH_WIDE / 2, HATCH_WIDE / 2);
            let _ = writeln!(
                self.paths,
                "<defs><pattern id=\"{name}\" patternUnits=\"userSpaceOnUse\" width=\"{every}\" height=\"{every}\">\
                 <path d=\"M-{half} {}L{} -{half}M0 {far}L{far} 0\" stroke=\"#{r:02X}{g:02X}{b:02X}\" \
                 stroke-width=\"2.8\"/></pattern></defs>",
                2 * half,
                2 * half
            );
        }
        let _ = write!(self.paths, "<polygon fill=\"url(#{name})\" points=\"");
        for (x, y) in outline(columns) {
            let _ = write!(self.paths, "{x},{y} ");
        }
        self.paths.push_str("\"/>\n");
        Ok(())
    }

    fn areas(&mut self, areas: &[Area], (r, g, b): Rgb) -> Result<(), ChartError> {
        if areas.is_empty() {
            return Ok(());
        }
        let _ = write!(self.paths, "<path shape-rendering=\"crispEdges\" fill=\"#{r:02X}{g:02X}{b:02X}\" d=\"");
        for (left, top, right, bottom) in areas {
            let (width, height) = (right - left, bottom - top);
            let _ = write!(self.paths, "M{left} {top}h{width}v{height}h-{width}z");
        }
        self.paths.push_str("\"/>\n");
        Ok(())
    }

    fn text(&mut self, at: (i32, i32), em: i32, ink: Rgb, text: &str) -> Result<(), ChartError> {
        let family = FontFamily::Name(font::FAMILY);
        let face = FontDesc::new(family, f64::from(em) * SHRINK, FontStyle::Normal);
        let ink = colour(ink);
        let style = TextStyle::from(face).color(&ink).pos(Pos::new(HPos::Left, VPos::Top));
        let top = at.1 - pixels(f64::from(em) * TOP_TO_BASELINE);
        self.back_end.draw_text(text, &style, (at.0, top)).map_err(refused)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rounded; `as` saturates")]
fn pixels(value: f64) -> i32 {
    value.round() as i32
}

/// Keeps strokes as pixels.
///
/// Only rectangles and dots are left to the library: its lines and polygons are jagged, and its
/// text forgets the space before each letter.
pub(super) struct Pixels<'a>(pub(super) BitMapBackend<'a>);

impl Surface for Pixels<'_> {
    fn rect(&mut self, from: (i32, i32), to: (i32, i32), ink: Rgb) -> Result<(), ChartError> {
        if from.0 >= to.0 || from.1 >= to.1 {
            return Ok(());
        }
        let style = colour(ink).filled();
        self.0.draw_rect(from, to, &style, true).map_err(refused)
    }

    fn line(&mut self, points: &[(i32, i32)], width: u32, ink: Rgb) -> Result<(), ChartError> {
        let half = width.cast_signed() / 2;
        let last = points.len().saturating_sub(2);
        for (n, two) in points.windows(2).enumerate() {
            let ((x0, y0), (x1, y1)) = (two[0], two[1]);
            // Pieces overlap at their corners, but the ends of the line stay flush.
            let (before, after) = (if n > 0 { half } else { 0 }, if n < last { half } else { 0 });
            let (low, high) = if (x0, y0) <= (x1, y1) { (before, after) } else { (after, before) };
            let (from, to) = ((x0.min(x1), y0.min(y1)), (x0.max(x1), y0.max(y1)));
            if y0 == y1 {
                self.rect((from.0 - low, from.1 - half), (to.0 + high, to.1 + half), ink)?;
            } else {
                self.rect((from.0 - half, from.1 - low), (to.0 + half, to.1 + high), ink)?;
            }
        }
        Ok(())
    }

    fn shade(&mut self, columns: &[Area], ink: Rgb, alpha: f64) -> Result<(), ChartError> {
        // Dot by dot: the library's blended rectangles differ in their last pixels, as stripes.
        let dot = colour(ink).mix(alpha);
        for &(left, right, top, bottom) in columns {
            for y in top..bottom {
                for x in left..right {
                    let dot = dot.to_backend_color();
                    self.0.draw_pixel((x, y), dot).map_err(refused)?;
                }
            }
        }
        Ok(())
    }

    fn hatch(&mut self, columns: &[Area], ink: Rgb) -> Result<(), ChartError> {
        let dot = colour(ink);
        for &(left, right, top, bottom) in columns {
            for y in top..bottom {
                for x in (left..right).filter(|x| (x + y).rem_euclid(HATCH_EVERY) < HATCH_WIDE) {
                    self.0.draw_pixel((x, y), dot.to_backend_color()).map_err(refused)?;
                }
            }
        }
        Ok(())
    }

    fn areas(&mut self, areas: &[Area], ink: Rgb) -> Result<(), ChartError> {
        areas.iter().try_for_each(|&(left, top, right, bottom)| self.rect((left, top), (right, bottom), ink))
    }

    fn text(&mut self, at: (i32, i32), em: i32, ink: Rgb, text: &str) -> Result<(), ChartError> {
        let mut result = Ok(());
        font::raster(text, em, at, |x, y, coverage| {
            let dot = colour(ink).mix(f64::from(coverage)).to_backend_color();
            if let Err(why) = self.0.draw_pixel((x, y), dot) {
                result = Err(refused(why));
            }
        });
        result
    }
}
