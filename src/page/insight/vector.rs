//! Drawings of a few shapes, which are shown as SVG and saved as SVG or PNG.
//!
//! A PNG is painted shape by shape: the page's policy (`index.html`) forbids the pictures from `blob:` and `data:`
//! addresses by which a browser would draw the SVG.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

use super::svg::{dashes_of, escaped, in_bytes, path_of, path_of_dots, points_of};
use crate::page::browser::{context_of, download_blob};

/// Pixels of a PNG to one of the drawing.
const SCALE: f64 = 3.0;
/// The size of texts in the drawing's pixels.
const TYPE: f64 = 11.0;
/// Fonts for files, which may be opened where the page's are missing.
const FONTS: &str = "system-ui, 'Liberation Sans', Arial, sans-serif";

/// How a shape is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Ink {
    /// The colour: on the page `var(…)` of a token, in a file its value.
    pub colour: String,
    /// The width of lines, in the drawing's pixels.
    pub width: f64,
    /// The lengths of a line's dashes and of the spaces between them; none for a whole line.
    pub dashes: &'static [f64],
    /// 0 invisible to 1 opaque.
    pub opacity: f64,
}

impl Ink {
    /// The colour of a token, for areas, texts and fine lines.
    pub fn of(token: &str) -> Self {
        Self { colour: format!("var(--{token})"), width: 1.0, dashes: &[], opacity: 1.0 }
    }
}

/// Where a text stands by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

impl Anchor {
    /// As SVG and as a canvas name it.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Start => ("start", "left"),
            Self::Middle => ("middle", "center"),
            Self::End => ("end", "right"),
        }
    }
}

/// A shape; positions are in the drawing's pixels, from the left and from the top.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A line through points.
    Line(Vec<(f64, f64)>),
    /// Lines through points, drawn as one, so that hundreds of them cost little more than one.
    Lines(Vec<Vec<(f64, f64)>>),
    /// The area within a closed line through points.
    Region(Vec<(f64, f64)>),
    /// An area: left, top, width, height.
    Area(f64, f64, f64, f64),
    /// A dot: its middle and its radius.
    Dot(f64, f64, f64),
    /// Dots, drawn as one: their middles, and the radius of all.
    Dots(Vec<(f64, f64)>, f64),
    /// A text in one line, by its baseline.
    Text(f64, f64, Anchor, String),
}

/// A drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Width and height in its own pixels.
    pub size: (f64, f64),
    /// What is painted, the undermost first.
    pub shapes: Vec<(Shape, Ink)>,
    /// The colour below everything in a file; none on the page.
    pub ground: Option<String>,
}

impl Picture {
    /// With the colours that its tokens have at the moment, as files need them.
    pub fn resolved(mut self) -> Self {
        // What is no token has its value already.
        let inks = self.shapes.iter_mut().map(|(_, ink)| ink);
        let has_token = |ink: &&mut Ink| ink.colour.contains("var(");
        let inks: Vec<_> = inks.filter(has_token).collect();
        let mut colours: Vec<_> = inks.iter().map(|ink| ink.colour.clone()).collect();
        colours.push("var(--paper)".to_owned());
        let mut colours = resolved_colours(colours);
        self.ground = colours.pop();
        for (ink, colour) in inks.into_iter().zip(colours) {
            ink.colour = colour;
        }
        self
    }

    /// With every shape so far to the right and down.
    pub fn moved(mut self, right: f64, down: f64) -> Self {
        for (shape, _) in &mut self.shapes {
            match shape {
                Shape::Line(points) | Shape::Region(points) | Shape::Dots(points, _) => {
                    points.iter_mut().for_each(|(x, y)| (*x, *y) = (*x + right, *y + down));
                }
                Shape::Lines(lines) => {
                    let points = lines.iter_mut().flatten();
                    points.for_each(|(x, y)| (*x, *y) = (*x + right, *y + down));
                }
                Shape::Area(x, y, ..) | Shape::Dot(x, y, _) | Shape::Text(x, y, ..) => {
                    (*x, *y) = (*x + right, *y + down);
                }
            }
        }
        self
    }

    /// As a file of its own.
    pub fn svg(&self) -> String {
        let (width, height) = self.size;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" font-family=\"{FONTS}\" font-size=\"{TYPE}\">\n"
        );
        let mut element = |element: String| {
            // Writing to a string does not fail.
            let _ = writeln!(svg, "{element}");
        };
        if let Some(ground) = &self.ground {
            element(format!(
                "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>",
                escaped(ground)
            ));
        }
        for (shape, ink) in &self.shapes {
            let (colour, opacity) = (escaped(&ink.colour), ink.opacity);
            element(match shape {
                Shape::Line(points) => format!(
                    "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{}\" \
                     stroke-dasharray=\"{}\" opacity=\"{opacity}\"/>",
                    points_of(points),
                    ink.width,
                    dashes_of(ink.dashes)
                ),
                Shape::Lines(lines) => format!(
                    "<path d=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{}\" \
                     stroke-dasharray=\"{}\" opacity=\"{opacity}\"/>",
                    path_of(lines),
                    ink.width,
                    dashes_of(ink.dashes)
                ),
                Shape::Dots(middles, radius) => format!(
                    "<path d=\"{}\" fill=\"{colour}\" opacity=\"{opacity}\"/>",
                    path_of_dots(middles, *radius)
                ),
                Shape::Region(points) => format!(
                    "<polygon points=\"{}\" fill=\"{colour}\" opacity=\"{opacity}\"/>",
                    points_of(points)
                ),
                Shape::Area(x, y, width, height) => format!(
                    "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{colour}\" \
                     opacity=\"{opacity}\"/>"
                ),
                Shape::Dot(x, y, radius) => format!(
                    "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius}\" fill=\"{colour}\" opacity=\"{opacity}\"/>"
                ),
                Shape::Text(x, y, anchor, text) => format!(
                    "<text x=\"{x:.2}\" y=\"{y:.2}\" text-anchor=\"{}\" fill=\"{colour}\">{}</text>",
                    anchor.names().0,
                    escaped(text)
                ),
            });
        }
        svg + "</svg>\n"
    }

    /// On the page. The colours follow the tokens.
    pub fn shown(&self) -> impl IntoView + use<> {
        let shapes = self.shapes.iter().cloned().map(|(shape, ink)| {
            let (dashes, Ink { colour, width, opacity, .. }) = (dashes_of(ink.dashes), ink);
            match shape {
                Shape::Line(points) => view! {
                    <polyline points=points_of(&points) fill="none" stroke=colour
                        stroke-width=width stroke-dasharray=dashes opacity=opacity />
                }
                .into_any(),
                Shape::Lines(lines) => view! {
                    <path d=path_of(&lines) fill="none" stroke=colour
                        stroke-width=width stroke-dasharray=dashes opacity=opacity />
                }
                .into_any(),
                Shape::Dots(middles, radius) => {
                    view! { <path d=path_of_dots(&middles, radius) fill=colour opacity=opacity /> }
                        .into_any()
                }
                Shape::Region(points) => {
                    view! { <polygon points=points_of(&points) fill=colour opacity=opacity /> }.into_any()
                }
                Shape::Area(x, y, width, height) => view! {
                    <rect x=x y=y width=width height=height fill=colour opacity=opacity />
                }
                .into_any(),
                Shape::Dot(x, y, radius) => {
                    view! { <circle cx=x cy=y r=radius fill=colour opacity=opacity /> }.into_any()
                }
                Shape::Text(x, y, anchor, text) => view! {
                    <text x=x y=y text-anchor=anchor.names().0 fill=colour font-size=TYPE>{text}</text>
                }
                .into_any(),
            }
        });
        shapes.collect_view()
    }

    fn paint(&self, to: &CanvasRenderingContext2d) -> Result<(), JsValue> {
        to.scale(SCALE, SCALE)?;
        to.set_font(&format!("{TYPE}px {FONTS}"));
        if let Some(ground) = &self.ground {
            to.set_fill_style_str(ground);
            to.fill_rect(0.0, 0.0, self.size.0, self.size.1);
        }
        for (shape, ink) in &self.shapes {
            to.set_global_alpha(ink.opacity);
            to.set_fill_style_str(&ink.colour);
            match shape {
                Shape::Line(points) => stroke(to, ink, std::slice::from_ref(points))?,
                Shape::Lines(lines) => stroke(to, ink, lines)?,
                Shape::Dots(middles, radius) => {
                    to.begin_path();
                    for (x, y) in middles {
                        to.move_to(x + radius, *y);
                        to.arc(*x, *y, *radius, 0.0, std::f64::consts::TAU)?;
                    }
                    to.fill();
                }
                Shape::Region(points) => {
                    to.begin_path();
                    for (x, y) in points {
                        to.line_to(*x, *y);
                    }
                    to.fill();
                }
                Shape::Area(x, y, width, height) => to.fill_rect(*x, *y, *width, *height),
                Shape::Dot(x, y, radius) => {
                    to.begin_path();
                    to.arc(*x, *y, *radius, 0.0, std::f64::consts::TAU)?;
                    to.fill();
                }
                Shape::Text(x, y, anchor, text) => {
                    to.set_text_align(anchor.names().1);
                    to.fill_text(text, *x, *y)?;
                }
            }
        }
        Ok(())
    }
}

fn stroke(
    to: &CanvasRenderingContext2d,
    ink: &Ink,
    lines: &[Vec<(f64, f64)>],
) -> Result<(), JsValue> {
    to.set_stroke_style_str(&ink.colour);
    to.set_line_width(ink.width);
    let dashes = ink.dashes.iter().map(|length| JsValue::from(*length));
    to.set_line_dash(&dashes.collect::<js_sys::Array>())?;
    to.begin_path();
    for line in lines {
        for (at, (x, y)) in line.iter().enumerate() {
            if at == 0 {
                to.move_to(*x, *y);
            } else {
                to.line_to(*x, *y);
            }
        }
    }
    to.stroke();
    Ok(())
}

/// The values that colours (`var(…)` of tokens, and mixtures of these) have at the moment; those of which that cannot be found out stay as they are.
pub fn resolved_colours(colours: impl IntoIterator<Item = String>) -> Vec<String> {
    let probe = document().create_element("i").ok();
    let probe = probe.and_then(|probe| probe.dyn_into::<HtmlElement>().ok());
    let parts = probe.zip(document().body());
    if let Some((probe, body)) = &parts {
        probe.set_class_name("insight-probe");
        // If it fails, the colours stay unknown and are black.
        let _ = body.append_child(probe);
    }
    let mut known = BTreeMap::new();
    let mut value_of = |colour: String| -> String {
        let look = || {
            let (probe, _) = parts.as_ref()?;
            probe.style().set_property("color", &colour).ok()?;
            let style = window().get_computed_style(probe).ok()??;
            style.get_property_value("color").ok().map(|value| in_bytes(&value).unwrap_or(value))
        };
        let value = known.entry(colour.clone()).or_insert_with(look);
        value.clone().unwrap_or(colour)
    };
    let values = colours.into_iter().map(&mut value_of).collect();
    if let Some((probe, _)) = &parts {
        probe.remove();
    }
    values
}

/// Downloads a drawing as PNG, and then tells of success or of the browser's error.
pub fn save_png(picture: &Picture, name: String, then: impl FnOnce(Result<(), JsValue>) + 'static) {
    let canvas = match painted(picture) {
        Ok(canvas) => canvas,
        Err(error) => return then(Err(error)),
    };
    let then = Rc::new(Cell::new(Some(then)));
    let told = Rc::clone(&then);
    let made = Closure::once_into_js(move |blob: Option<Blob>| {
        let blob = blob.ok_or_else(|| JsValue::from_str("no PNG"));
        if let Some(then) = told.take() {
            then(blob.and_then(|blob| download_blob(&name, &blob)));
        }
    });
    if let Err(error) = canvas.to_blob(made.unchecked_ref())
        && let Some(then) = then.take()
    {
        then(Err(error));
    }
}

fn painted(picture: &Picture) -> Result<HtmlCanvasElement, JsValue> {
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width((picture.size.0 * SCALE) as u32);
    canvas.set_height((picture.size.1 * SCALE) as u32);
    let context = context_of(&canvas, false).ok_or_else(|| JsValue::from_str("no canvas"))?;
    picture.paint(&context)?;
    Ok(canvas)
}

#[cfg(test)]
#[path = "vector_tests.rs"]
mod tests;
