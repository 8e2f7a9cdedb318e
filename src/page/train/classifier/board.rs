//! The sheet on the pad, the brush for the next stroke, and what the tools do to them.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::Subject;
use super::paint::{Below, EDGE};
use super::photo::{Place, View};
use super::picture_input::Complaint;
use super::shapes::Shape;
use super::sheet::{Dot, Sheet, Stroke};
use crate::page::browser::words_of;
use crate::page::session::Photos;

/// A rectangle that is being drawn on a photo, to crop it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cropping {
    /// Where it began and where it is now, in the pad's pixels; `None` until the first corner is set.
    pub corners: Option<[(f64, f64); 2]>,
}

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
    /// The next stroke crops the photo instead of drawing.
    pub cropping: RwSignal<Option<Cropping>>,
    /// What finds garments in photos.
    pub photos: Photos,
    subject: Subject,
}

impl Board {
    /// An empty pad and a bright brush.
    pub fn new(subject: Subject, photos: Photos) -> Self {
        Self {
            sheet: RwSignal::new_local(Sheet::default()),
            grey: RwSignal::new(230.0),
            width: RwSignal::new(28.0),
            fills: RwSignal::new(true),
            cropping: RwSignal::new(None),
            photos,
            subject,
        }
    }

    /// Begins a stroke with the current brush, or a crop.
    pub fn begin_stroke(self, dot: Dot) {
        if self.is_cropping() {
            let corner = (dot.x, dot.y);
            return self.cropping.set(Some(Cropping { corners: Some([corner; 2]) }));
        }
        let stroke = Stroke {
            grey: self.grey.get_untracked() as u8,
            width: self.width.get_untracked(),
            fills: self.fills.get_untracked(),
            points: vec![dot],
        };
        self.sheet.update(|sheet| sheet.strokes.push(stroke));
    }

    /// Continues the newest stroke, or the crop.
    pub fn extend_stroke(self, dot: Dot) {
        if self.is_cropping() {
            return self.cropping.update(|cropping| {
                if let Some(Cropping { corners: Some([_, corner]) }) = cropping {
                    *corner = (dot.x, dot.y);
                }
            });
        }
        self.sheet.update(|sheet| {
            if let Some(stroke) = sheet.strokes.last_mut() {
                stroke.points.push(dot);
            }
        });
    }

    /// Ends the stroke; a crop takes place now.
    pub fn end_stroke(self) {
        let Some(Cropping { corners: Some([from, to]) }) = self.cropping.get_untracked() else {
            return;
        };
        self.cropping.set(None);
        self.sheet.update(|sheet| {
            let layout = sheet.picture.as_ref().and_then(Below::layout);
            if let (Some(layout), Some(Below::Photo(_, view))) = (layout, &mut sheet.picture) {
                view.crop(Place::between(from, to), layout.shown, EDGE);
            }
        });
    }

    /// Only a photo is cropped: what has taken its place is drawn on again.
    fn is_cropping(self) -> bool {
        self.cropping.with_untracked(Option::is_some) && untrack(move || self.view()).is_some()
    }

    /// What was made of the photo on the pad, if there is one.
    pub fn view(self) -> Option<View> {
        self.sheet.with(|sheet| match sheet.picture {
            Some(Below::Photo(_, view)) => Some(view),
            _ => None,
        })
    }

    /// Changes what was made of the photo.
    pub fn change_view(self, change: impl FnOnce(&mut View)) {
        self.sheet.update(|sheet| {
            if let Some(Below::Photo(_, view)) = &mut sheet.picture {
                change(view);
            }
        });
    }

    /// Tells the visitor why a picture cannot be used; `None` takes that back.
    pub fn complain(self, complaint: Option<Complaint>) {
        self.subject.complaint.set(complaint);
    }

    /// Tells the visitor that the browser cannot draw the pad.
    pub fn not_drawn(self, error: &JsValue) {
        self.complain(Some(Complaint::NotDrawn { why: words_of(error) }));
    }

    /// Tells the visitor this, or takes it back if it was told.
    pub fn complain_of(self, complaint: Complaint, is_so: bool) {
        if is_so {
            self.complain(Some(complaint));
        } else if self.subject.complaint.with_untracked(|told| *told == Some(complaint)) {
            self.complain(None);
        }
    }

    /// Replaces everything on the pad with a picture.
    pub fn show(self, picture: Below) {
        self.cropping.set(None);
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
        self.cropping.set(None);
        self.subject.complaint.set(None);
        self.sheet.update(Sheet::undo);
    }

    /// Clears the pad, and forgets the image of a run that is over.
    pub fn clear(self) {
        self.cropping.set(None);
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
