//! From a sheet to the canvas, and from the canvas to the garment on it.

use leptos::prelude::document;
use wasm_bindgen::{Clamped, JsCast as _, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap, ImageData};

use super::camera::LivePicture;
use super::photo::{Layout, Place, View};
use super::sheet::{Dot, Sheet, Stroke};
use crate::dataset::LabelledImage;
use crate::garment::{Garment, Picture, Prepared, Tone, prepare_drawing};
use crate::network::SIDE;
use crate::page::browser::context_of;

/// The sheet's side in pixels: 16 for each pixel that the network sees.
pub const EDGE: f64 = 16.0 * SIDE as f64;

/// Pixels of the visible pad for each of the sheet's: enough for a pad of 20rem, the widest, on a screen with three
/// for one, and whole for each pixel of a test image.
pub const DENSITY: f64 = 2.25;

/// A background picture.
#[derive(Clone)]
pub enum Below {
    /// A photo, and what the visitor made of it.
    Photo(ImageBitmap, View),
    /// What a camera shows at the moment.
    Live(LivePicture),
    /// An image from the data set, which is already a garment.
    Test(LabelledImage),
}

/// What has changed of the picture on the pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing, or only what a camera shows.
    None,
    /// What the visitor made of it.
    View,
    /// It is another one.
    Picture,
}

impl Change {
    /// From one look at the pad to the next.
    pub fn between(before: Option<&Below>, now: Option<&Below>) -> Self {
        match (before, now) {
            (Some(Below::Photo(one, view)), Some(Below::Photo(other, changed))) if one == other => {
                if view == changed {
                    Self::None
                } else {
                    Self::View
                }
            }
            (Some(Below::Live(_)), Some(Below::Live(_))) => Self::None,
            // The camera's last picture is kept.
            (Some(Below::Live(_)), Some(Below::Photo(..))) => Self::View,
            _ => Self::Picture,
        }
    }
}

impl Below {
    /// Whether a camera changes it all the time.
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Live(_))
    }

    /// Where a photo or a camera's picture lies on the pad; `None` for images of the data set.
    pub fn layout(&self) -> Option<Layout> {
        match self {
            Self::Photo(photo, view) => {
                Some(view.layout((photo.width().into(), photo.height().into()), EDGE))
            }
            Self::Live(picture) => Some(View::default().layout(picture.size(), EDGE)),
            Self::Test(_) => None,
        }
    }
}

/// A canvas of the sheet's own size, from which the garment is read: the visible one has more pixels than that takes.
pub fn unseen_canvas() -> Option<CanvasRenderingContext2d> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(EDGE as u32);
    canvas.set_height(EDGE as u32);
    context_of(&canvas, true)
}

/// Repaints the sheet on the visible pad.
pub fn show(context: &CanvasRenderingContext2d, sheet: &Sheet<Below>) -> Result<(), JsValue> {
    context.set_transform(DENSITY, 0.0, 0.0, DENSITY, 0.0, 0.0)?;
    context.set_fill_style_str("#000");
    context.fill_rect(0.0, 0.0, EDGE, EDGE);
    if let Some(Layout { shown, .. }) = sheet.picture.as_ref().and_then(Below::layout) {
        // Behind transparent parts.
        context.set_fill_style_str("#fff");
        context.fill_rect(shown.left, shown.top, shown.width, shown.height);
    }
    repaint(context, sheet)
}

/// Repaints the sheet where the garment is read from it: transparent where a picture is.
pub fn show_unseen(
    context: &CanvasRenderingContext2d,
    sheet: &Sheet<Below>,
) -> Result<(), JsValue> {
    context.clear_rect(0.0, 0.0, EDGE, EDGE);
    if sheet.picture.as_ref().is_none_or(|picture| matches!(picture, Below::Test(_))) {
        context.set_fill_style_str("#000");
        context.fill_rect(0.0, 0.0, EDGE, EDGE);
    }
    repaint(context, sheet)
}

fn repaint(context: &CanvasRenderingContext2d, sheet: &Sheet<Below>) -> Result<(), JsValue> {
    match &sheet.picture {
        Some(Below::Photo(photo, view)) => paint_photo(context, photo, *view)?,
        Some(below @ Below::Live(picture)) => {
            if let Some(Layout { shown: Place { left, top, width, height }, .. }) = below.layout() {
                picture.draw(context, left, top, width, height)?;
            }
        }
        Some(Below::Test(image)) => {
            let cell = EDGE / SIDE as f64;
            for (i, &grey) in image.pixels.iter().enumerate().filter(|(_, grey)| **grey > 0) {
                context.set_fill_style_str(&shade(grey));
                let (x, y) = ((i % SIDE) as f64, (i / SIDE) as f64);
                context.fill_rect(x * cell, y * cell, cell, cell);
            }
        }
        None => {}
    }
    context.set_line_cap("round");
    context.set_line_join("round");
    sheet.strokes.iter().try_for_each(|stroke| paint_stroke(context, stroke))
}

fn paint_photo(
    context: &CanvasRenderingContext2d,
    photo: &ImageBitmap,
    view: View,
) -> Result<(), JsValue> {
    let (width, height) = (f64::from(photo.width()), f64::from(photo.height()));
    let Layout { shown, whole } = view.layout((width, height), EDGE);
    context.save();
    context.begin_path();
    context.rect(shown.left, shown.top, shown.width, shown.height);
    context.clip();
    context.translate(whole.left + whole.width / 2.0, whole.top + whole.height / 2.0)?;
    context.rotate(f64::from(view.quarter_turns) * std::f64::consts::FRAC_PI_2)?;
    let is_on_its_side = view.quarter_turns % 2 == 1;
    let (wide, high) =
        if is_on_its_side { (whole.height, whole.width) } else { (whole.width, whole.height) };
    let drawn = context.draw_image_with_image_bitmap_and_dw_and_dh(
        photo,
        -wide / 2.0,
        -high / 2.0,
        wide,
        high,
    );
    context.restore();
    drawn
}

fn paint_stroke(context: &CanvasRenderingContext2d, stroke: &Stroke) -> Result<(), JsValue> {
    context.set_stroke_style_str(&shade(stroke.grey));
    context.set_fill_style_str(&shade(stroke.grey));
    if stroke.is_area() {
        context.begin_path();
        stroke.points.iter().for_each(|dot| context.line_to(dot.x, dot.y));
        context.fill();
    }
    let width = |dot: &Dot| stroke.width * (0.25 + 0.75 * dot.pressure);
    if let Some(start) = stroke.points.first() {
        // A canvas draws no line of zero length, so a single touch is drawn as a disc.
        context.begin_path();
        context.arc(start.x, start.y, width(start) / 2.0, 0.0, std::f64::consts::TAU)?;
        context.fill();
    }
    for (from, to) in stroke.points.iter().zip(stroke.points.iter().skip(1)) {
        context.begin_path();
        context.set_line_width(width(to));
        context.move_to(from.x, from.y);
        context.line_to(to.x, to.y);
        context.stroke();
    }
    Ok(())
}

fn shade(grey: u8) -> String {
    format!("rgb({grey},{grey},{grey})")
}

/// What the network receives of the painted sheet; nothing if the browser gives no pixels.
#[derive(Default)]
pub struct Read {
    /// What it sees; `None` if there is only background.
    pub garment: Option<Garment>,
    /// How a drawing or a picture became that; `None` for an image of the data set.
    pub prepared: Option<Prepared>,
}

impl From<Prepared> for Read {
    fn from(prepared: Prepared) -> Self {
        Self { garment: prepared.garment, prepared: Some(prepared) }
    }
}

/// What is on the painted sheet.
pub enum Seen {
    /// A drawing, or an image of the data set.
    Drawn(Box<Read>),
    /// A photo, in which the garment is still to be found. It may be said whether its background is light or dark.
    Photo(Picture, Option<Tone>),
}

/// Reads the painted sheet.
pub fn read(context: &CanvasRenderingContext2d, sheet: &Sheet<Below>) -> Seen {
    let tone = match &sheet.picture {
        Some(Below::Test(image)) if sheet.strokes.is_empty() => {
            let garment = image.pixels.as_slice().try_into().ok();
            return Seen::Drawn(Box::new(Read { garment, prepared: None }));
        }
        Some(Below::Photo(_, view)) => view.tone,
        _ => None,
    };
    if sheet.is_blank() {
        return Seen::Drawn(Box::default());
    }
    let photo = sheet.picture.as_ref().and_then(Below::layout);
    let all = Place { left: 0.0, top: 0.0, width: EDGE, height: EDGE };
    match (pixels(context, photo.map_or(all, |layout| layout.shown)), photo) {
        (None, _) => Seen::Drawn(Box::default()),
        (Some(picture), Some(_)) => Seen::Photo(picture, tone),
        (Some(picture), None) => {
            Seen::Drawn(Box::new(prepare_drawing(&picture, Tone::Dark).into()))
        }
    }
}

fn pixels(context: &CanvasRenderingContext2d, place: Place) -> Option<Picture> {
    let Place { left, top, width, height } = place;
    let (width, height) = (width.floor().max(1.0), height.floor().max(1.0));
    let image: ImageData = context.get_image_data(left.round(), top.round(), width, height).ok()?;
    let Clamped(rgba) = image.data();
    Picture::new(image.width() as usize, image.height() as usize, rgba)
}
