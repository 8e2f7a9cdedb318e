//! The sheet on the pad, the brush for the next stroke, and what the tools do to them.

use leptos::prelude::*;

use super::Subject;
use super::paint::{Below, EDGE};
use super::shapes::Shape;
use super::sheet::{Dot, Sheet, Stroke};

/// The pad's sheet and brush.
#[derive(Clone, Copy)]
pub struct Board {
    /// What is on the pad.
    pub sheet: RwSignal<Sheet<Below>, LocalStorage>,
    /// 0 black to 255 white.
    pub grey: RwSignal<f64>,
    /// The brush's width, in the pad's pixels.
    pub width: RwSignal<f64>,
    /// Whether closed strokes are filled.
    pub fills: RwSignal<bool>,
    subject: Subject,
}

impl Board {
    /// An empty pad and a bright brush.
    pub fn new(subject: Subject) -> Self {
        Self {
            sheet: RwSignal::new_local(Sheet::default()),
            grey: RwSignal::new(230.0),
            width: RwSignal::new(28.0),
            fills: RwSignal::new(true),
            subject,
        }
    }

    /// Begins a stroke with the current brush.
    pub fn begin_stroke(self, dot: Dot) {
        let stroke = Stroke {
            grey: self.grey.get_untracked() as u8,
            width: self.width.get_untracked(),
            fills: self.fills.get_untracked(),
            points: vec![dot],
        };
        self.sheet.update(|sheet| sheet.strokes.push(stroke));
    }

    /// Continues the newest stroke.
    pub fn extend_stroke(self, dot: Dot) {
        self.sheet.update(|sheet| {
            if let Some(stroke) = sheet.strokes.last_mut() {
                stroke.points.push(dot);
            }
        });
    }

    /// Replaces everything on the pad with a picture.
    pub fn show(self, picture: Below) {
        self.sheet.update(|sheet| sheet.show(picture));
    }

    /// Adds a ready-made garment in the brush's shade, as one stroke.
    pub fn draw_shape(self, shape: Shape) {
        self.subject.complaint.set(None);
        let stroke = shape.stroke(self.grey.get_untracked() as u8, EDGE);
        self.sheet.update(|sheet| sheet.strokes.push(stroke));
    }

    /// Undoes the last stroke, picture or clearing.
    pub fn undo(self) {
        self.subject.complaint.set(None);
        self.sheet.update(Sheet::undo);
    }

    /// Clears the pad, and forgets the image of a run that is over.
    pub fn clear(self) {
        self.subject.complaint.set(None);
        self.subject.followed.forget();
        self.sheet.update(Sheet::clear);
    }

    /// Whether [`Self::clear`] would change anything.
    pub fn can_clear(self) -> bool {
        let followed = self.subject.followed;
        !self.sheet.with(Sheet::is_blank)
            || (followed.image.with(Option::is_some) && !followed.is_fixed())
    }
}
