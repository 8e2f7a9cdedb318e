//! From a sheet to the canvas, and from the canvas to the garment on it.

use leptos::prelude::document;
use wasm_bindgen::{Clamped, JsCast as _, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap, ImageData};

use super::sheet::{Dot, Sheet, Stroke};
use crate::dataset::LabelledImage;
use crate::garment::{Garment, Picture, Tone, garment_in};
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
    /// A photo and its position on the pad: left, top, width, height.
    Photo(ImageBitmap, [f64; 4]),
    /// An image from the data set, which is already a garment.
    Test(LabelledImage),
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
    repaint(context, sheet)
}

/// Repaints the sheet.
pub fn repaint(context: &CanvasRenderingContext2d, sheet: &Sheet<Below>) -> Result<(), JsValue> {
    context.set_fill_style_str("#000");
    context.fill_rect(0.0, 0.0, EDGE, EDGE);
    match &sheet.picture {
        Some(Below::Photo(photo, [left, top, wide, high])) => {
            context.set_fill_style_str("#fff");
            context.fill_rect(*left, *top, *wide, *high);
            context.draw_image_with_image_bitmap_and_dw_and_dh(photo, *left, *top, *wide, *high)?;
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

/// The painted sheet as the network receives it.
pub fn garment_of(context: &CanvasRenderingContext2d, sheet: &Sheet<Below>) -> Option<Garment> {
    match &sheet.picture {
        Some(Below::Test(image)) if sheet.strokes.is_empty() => {
            image.pixels.as_slice().try_into().ok()
        }
        Some(Below::Photo(_, place)) => garment_in(&pixels(context, *place)?, None),
        _ => garment_in(&pixels(context, [0.0, 0.0, EDGE, EDGE])?, Some(Tone::Dark)),
    }
}

fn pixels(
    context: &CanvasRenderingContext2d,
    [left, top, wide, high]: [f64; 4],
) -> Option<Picture> {
    let image: ImageData = context
        .get_image_data(left.round(), top.round(), wide.floor().max(1.0), high.floor().max(1.0))
        .ok()?;
    let Clamped(rgba) = image.data();
    Picture::new(image.width() as usize, image.height() as usize, rgba)
}
