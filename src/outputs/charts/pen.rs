//! Drawing: a back end of plotters that writes SVG with two decimals of a pixel, and a pen over it.
//!
//! Plotters counts in whole pixels; the canvas is declared twenty times larger than the picture and divided on writing. Its own SVG back end has
//! neither decimals nor weights of a font nor joins of lines.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::prelude::{
    Circle, Color as _, DrawingArea, IntoDrawingArea as _, IntoFont as _, PathElement, Polygon, Rectangle,
    ShapeStyle, TextStyle,
};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use super::font::{self, CAP_HEIGHT, FAMILY, Weight};
use super::theme::Colour;

/// Units of plotters in a pixel.
const SCALE: f64 = 20.0;
/// Mark in the family of a text that has a halo.
const HALO: &str = " halo";

/// The back end: elements in their order.
struct Backend {
    size: (u32, u32),
    paper: Colour,
    body: Rc<RefCell<String>>,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

fn pixels(units: i32) -> String {
    let text = format!("{:.2}", f64::from(units) / SCALE);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn hex(colour: (u8, u8, u8)) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.0, colour.1, colour.2)
}

fn opacity(what: &str, colour: BackendColor) -> String {
    if colour.alpha >= 1.0 { String::new() } else { format!(" {what}-opacity=\"{:.2}\"", colour.alpha) }
}

/// Text as it may stand between tags and in quotes.
pub(super) fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}

fn points(path: impl IntoIterator<Item = BackendCoord>) -> String {
    path.into_iter().map(|(x, y)| format!("{},{}", pixels(x), pixels(y))).collect::<Vec<_>>().join(" ")
}

impl Backend {
    fn put(&self, element: &str) {
        let mut body = self.body.borrow_mut();
        body.push_str(element);
        body.push('\n');
    }

    fn stroke<S: BackendStyle>(style: &S) -> String {
        let colour = style.color();
        format!(
            "stroke=\"{}\"{} stroke-width=\"{}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"",
            hex(colour.rgb),
            opacity("stroke", colour),
            pixels(style.stroke_width() as i32)
        )
    }

    fn fill<S: BackendStyle>(style: &S) -> String {
        let colour = style.color();
        format!("fill=\"{}\"{}", hex(colour.rgb), opacity("fill", colour))
    }
}

impl DrawingBackend for Backend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Drawn {
        let (x, y) = (pixels(x), pixels(y));
        self.put(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\" {}/>", Self::fill(&colour)));
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let (x, y) = (pixels(left.min(right)), pixels(top.min(bottom)));
        let (width, height) = (pixels((right - left).abs()), pixels((bottom - top).abs()));
        let look = if fill { Self::fill(style) } else { format!("fill=\"none\" {}", Self::stroke(style)) };
        self.put(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {look}/>"));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.put(&format!("<polyline points=\"{}\" fill=\"none\" {}/>", points(path), Self::stroke(style)));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let (x, y, radius) = (pixels(x), pixels(y), pixels(radius as i32));
        let look = if fill { Self::fill(style) } else { format!("fill=\"none\" {}", Self::stroke(style)) };
        self.put(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {look}/>"));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.put(&format!("<polygon points=\"{}\" {}/>", points(path), Self::fill(style)));
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        let size = style.size() / SCALE;
        let family = style.family().as_str().to_owned();
        let weight = Weight::ALL.into_iter().find(|weight| family.contains(&format!(" {}", weight.number())));
        let weight = weight.unwrap_or(Weight::Regular);
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        // A text stands on its baseline: capital letters are what the eye lines up.
        let down = match style.anchor().v_pos {
            VPos::Top => CAP_HEIGHT,
            VPos::Center => CAP_HEIGHT / 2.0,
            VPos::Bottom => 0.0,
        };
        let y = f64::from(y) + down * style.size();
        let halo = if family.ends_with(HALO) {
            let paper = hex((self.paper.0, self.paper.1, self.paper.2));
            format!(" stroke=\"{paper}\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"")
        } else {
            String::new()
        };
        let colour = style.color();
        self.put(&format!(
            "<text x=\"{}\" y=\"{}\" font-family=\"{FAMILY}\" font-size=\"{size}\" font-weight=\"{}\" text-anchor=\"{anchor}\" \
             fill=\"{}\"{halo} xml:space=\"preserve\">{}</text>",
            pixels(x),
            pixels(y.round() as i32),
            weight.number(),
            hex(colour.rgb),
            escaped(&font::drawable(text)),
        ));
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let width = font::width(text, style.size(), Weight::Regular);
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }
}

/// How a text looks.
#[derive(Clone, Copy)]
pub struct Text {
    /// Its size in pixels.
    pub size: f64,
    /// Its weight.
    pub weight: Weight,
    /// Its colour.
    pub colour: Colour,
    /// Where its anchor is.
    pub at: (HPos, VPos),
    /// Whether what is behind it keeps its distance.
    pub halo: bool,
}

impl Text {
    /// A plain text from the left, centred on its line.
    pub const fn plain(size: f64, colour: Colour) -> Self {
        Self { size, weight: Weight::Regular, colour, at: (HPos::Left, VPos::Center), halo: false }
    }

    /// The same in another weight.
    #[must_use]
    pub const fn weight(self, weight: Weight) -> Self {
        Self { weight, ..self }
    }

    /// The same ending at its place.
    #[must_use]
    pub const fn right(self) -> Self {
        Self { at: (HPos::Right, self.at.1), ..self }
    }

    /// The same centred on its place.
    #[must_use]
    pub const fn centred(self) -> Self {
        Self { at: (HPos::Center, self.at.1), ..self }
    }

    /// The same with a halo.
    #[must_use]
    pub const fn halo(self) -> Self {
        Self { halo: true, ..self }
    }

    /// How wide a text is.
    pub fn width(&self, text: &str) -> f64 {
        font::width(&font::drawable(text), self.size, self.weight)
    }

    /// A text that is no wider than it may be.
    pub fn fitted(&self, text: &str, most: f64) -> String {
        font::fitted(&font::drawable(text), self.size, self.weight, most)
    }
}

/// A place in pixels.
pub type Point = (f64, f64);

/// What draws: shapes and texts in pixels. Nothing that it does can fail, as it writes to memory.
pub struct Pen {
    area: DrawingArea<Backend, Shift>,
    body: Rc<RefCell<String>>,
}

fn units((x, y): Point) -> BackendCoord {
    // What lies far beyond the picture is drawn at its edge and not at the end of the numbers.
    let of = |value: f64| (value * SCALE).round().clamp(-1e7, 1e7) as i32;
    (of(x), of(y))
}

impl Pen {
    /// A pen for a picture of a size.
    pub fn new(width: f64, height: f64, paper: Colour) -> Self {
        let body = Rc::new(RefCell::new(String::new()));
        let size = ((width * SCALE) as u32, (height * SCALE) as u32);
        let backend = Backend { size, paper, body: Rc::clone(&body) };
        let pen = Self { area: backend.into_drawing_area(), body };
        pen.rect((0.0, 0.0), (width, height), paper, 1.0);
        pen
    }

    /// Everything that was drawn, as the elements of an SVG.
    pub fn body(self) -> String {
        drop(self.area);
        self.body.take()
    }

    fn style(colour: Colour, alpha: f64, width: f64) -> ShapeStyle {
        ShapeStyle { color: colour.mix(alpha), filled: false, stroke_width: (width * SCALE).round() as u32 }
    }

    /// A line through points.
    pub fn line(&self, path: &[Point], colour: Colour, width: f64) {
        let path: Vec<BackendCoord> = path.iter().map(|point| units(*point)).collect();
        if path.len() > 1 {
            let _ = self.area.draw(&PathElement::new(path, Self::style(colour, 1.0, width)));
        }
    }

    /// A dashed line through points.
    pub fn dashed(&self, path: &[Point], colour: Colour, width: f64) {
        const DASH: f64 = 6.0;
        const GAP: f64 = 5.0;
        let (mut left, mut drawing, mut dash) = (DASH, true, Vec::new());
        for pair in path.windows(2) {
            let (mut from, to) = (pair[0], pair[1]);
            dash.push(from);
            loop {
                let length = (to.0 - from.0).hypot(to.1 - from.1);
                if length <= left {
                    left -= length;
                    break;
                }
                let share = left / length;
                from = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
                dash.push(from);
                if drawing {
                    self.line(&dash, colour, width);
                }
                drawing = !drawing;
                left = if drawing { DASH } else { GAP };
                dash = vec![from];
            }
        }
        dash.extend(path.last());
        if drawing {
            self.line(&dash, colour, width);
        }
    }

    /// A filled polygon.
    pub fn polygon(&self, path: &[Point], colour: Colour, alpha: f64) {
        let path: Vec<BackendCoord> = path.iter().map(|point| units(*point)).collect();
        if path.len() > 2 {
            let _ = self.area.draw(&Polygon::new(path, colour.mix(alpha).filled()));
        }
    }

    /// A filled rectangle.
    pub fn rect(&self, from: Point, to: Point, colour: Colour, alpha: f64) {
        let _ = self.area.draw(&Rectangle::new([units(from), units(to)], colour.mix(alpha).filled()));
    }

    /// A filled circle with a rim of another colour around it.
    pub fn dot(&self, at: Point, radius: f64, colour: Colour, rim: Colour) {
        let circle = |radius: f64, colour: Colour| {
            let _ = self.area.draw(&Circle::new(units(at), (radius * SCALE) as u32, colour.filled()));
        };
        circle(radius + 1.5, rim);
        circle(radius, colour);
    }

    /// A ring.
    pub fn ring(&self, at: Point, radius: f64, colour: Colour, paper: Colour) {
        self.dot(at, radius, colour, paper);
        let _ = self.area.draw(&Circle::new(units(at), ((radius - 2.0) * SCALE) as u32, paper.filled()));
    }

    /// A text.
    pub fn text(&self, text: &str, at: Point, look: &Text) {
        let halo = if look.halo { HALO } else { "" };
        let family = format!("{FAMILY} {}{halo}", look.weight.number());
        let font = (family.as_str(), look.size * SCALE).into_font();
        let style = TextStyle::from(font).color(&look.colour).pos(Pos::new(look.at.0, look.at.1));
        let _ = self.area.draw_text(text, &style, units(at));
    }
}
