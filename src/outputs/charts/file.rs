//! One drawing as SVG, PNG and PDF.

use krilla::Document;
use krilla::geom::Size;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt as _, SvgSettings};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Indent, Options, Tree, WriteOptions};
use thiserror::Error;

use super::font::{FAMILY, database};

/// Why a picture cannot be made.
#[derive(Debug, Error)]
pub enum PictureError {
    /// The drawing is no SVG.
    #[error("the drawing cannot be read: {0}")]
    Drawing(String),
    /// It is too large or empty.
    #[error("the picture has no size that can be drawn")]
    Size,
    /// It cannot be encoded.
    #[error("the picture cannot be written: {0}")]
    Written(String),
}

/// Pixels of a PNG in a pixel of the drawing.
const DENSITY: f32 = 2.0;

/// Decimals of a pixel in outlines: more than any screen or printer shows.
const DECIMALS: u8 = 3;

fn tree(svg: &str) -> Result<Tree, PictureError> {
    let options = Options { fontdb: database(), font_family: FAMILY.to_owned(), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|error| PictureError::Drawing(error.to_string()))
}

/// The drawing with its texts as outlines, so that it looks the same without the font.
///
/// # Errors
/// When the drawing is no SVG.
pub fn outlined(svg: &str) -> Result<String, PictureError> {
    let options = WriteOptions {
        preserve_text: false,
        coordinates_precision: DECIMALS,
        transforms_precision: DECIMALS,
        indent: Indent::None,
        attributes_indent: Indent::None,
        ..WriteOptions::default()
    };
    Ok(tree(svg)?.to_string(&options))
}

/// The drawing as PNG, at twice its size.
///
/// # Errors
/// When it cannot be drawn.
pub fn png(svg: &str) -> Result<Vec<u8>, PictureError> {
    let tree = tree(svg)?;
    let size = tree.size().to_int_size().scale_by(DENSITY).ok_or(PictureError::Size)?;
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or(PictureError::Size)?;
    resvg::render(&tree, Transform::from_scale(DENSITY, DENSITY), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PictureError::Written(error.to_string()))
}

/// The drawing as a PDF of one page, as vectors with text that can be selected.
///
/// # Errors
/// When it cannot be drawn.
pub fn pdf(svg: &str) -> Result<Vec<u8>, PictureError> {
    let tree = tree(svg)?;
    // A pixel is 1/96 inch, a point 1/72.
    let points = |pixels: f32| pixels * 0.75;
    let size =
        Size::from_wh(points(tree.size().width()), points(tree.size().height())).ok_or(PictureError::Size)?;
    let mut document = Document::new();
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    surface.draw_svg(&tree, size, SvgSettings::default()).ok_or(PictureError::Size)?;
    surface.finish();
    page.finish();
    document.finish().map_err(|error| PictureError::Written(format!("{error:?}")))
}
