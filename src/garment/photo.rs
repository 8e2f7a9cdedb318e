//! A photo's garment: separated from its background, upright, bright on black.

use super::background::luma;
use super::segment::{Separation, by_opacity, separate};
use super::{
    Area, BackgroundKind, Caution, Prepared, Raster, STAGE_EDGE, StageKind, Tone, face_left,
    finish, mask, polarity, stretch, upright,
};

/// A garment of less than this share of the picture's longest edge is looked at again from closer.
const CLOSER: f32 = 0.5;

/// A part of a photo at the size on which it is separated, and what that found.
struct View {
    work: Raster,
    /// Without its transparency: as it is where that separates, on white where it does not.
    colours: Vec<[f32; 3]>,
    lumas: Vec<f32>,
    found: Separation,
    /// The garment's part of the mask.
    parts: Vec<f32>,
    content: Option<Area>,
}

impl View {
    fn of(raster: &Raster, area: Area) -> Self {
        let longest = area.longest();
        let scaled =
            |edge: usize| ((edge * STAGE_EDGE + longest / 2) / longest).clamp(1, STAGE_EDGE);
        let work = raster.resized(area, scaled(area.width), scaled(area.height));
        let (found, colours) = match by_opacity(&work) {
            Some(found) => (found, work.opaque()),
            None => {
                let colours = work.on_white();
                (separate(&colours, work.width, work.height), colours)
            }
        };
        let lumas: Vec<f32> = colours.iter().map(luma).collect();
        let mut parts = mask::main_parts(&found.mask, work.width, work.height);
        if !found.is_cut_out {
            mask::with_pale_parts(&mut parts, &found, &lumas, work.width);
        }
        let content = mask::content(&parts, work.width);
        Self { work, colours, lumas, found, parts, content }
    }

    /// The mean of what the garment covers.
    fn mean(&self, values: &[f32]) -> f32 {
        let weighted: f32 = values.iter().zip(&self.parts).map(|(value, part)| value * part).sum();
        weighted / self.parts.iter().sum::<f32>().max(1e-6)
    }
}

/// Fills in everything behind the picture itself.
pub(super) fn prepare(raster: &Raster, tone: Option<Tone>, prepared: &mut Prepared) {
    let whole = View::of(raster, raster.area());
    prepared.background = kind(&whole.found);
    let around = whole.cautions();
    let view = match whole.content.and_then(|content| closer(&content, &whole.work, raster)) {
        Some(area) => View::of(raster, area),
        None => whole,
    };
    let shown = view.work.stage(StageKind::Separated, |at| view.parts[at]);
    prepared.stages.push(shown);
    let Some(content) = view.content else { return };

    let own = view.mean(&view.lumas);
    let tone = tone.unwrap_or_else(|| match view.found.is_cut_out {
        true => polarity::tone_alone(own),
        false => polarity::tone(own, view.mean(&view.found.behind)),
    });
    prepared.tone = tone;
    prepared.cautions = view.doubts(own, tone);
    prepared.cautions.extend(around);

    let shade = |luma: f32| if tone == Tone::Light { 255.0 - luma } else { luma };
    let shades = view.lumas.iter().zip(&view.parts).map(|(luma, part)| shade(*luma) * part);
    let mut values: Vec<f32> = shades.collect();
    let (mut parts, mut width, mut content) = (view.parts, view.work.width, content);
    prepared.degrees = upright::angle(&parts, width, &content);
    if prepared.degrees != 0.0 {
        let frame;
        (values, frame) = upright::turned(&values, width, &content, prepared.degrees);
        (parts, width) = upright::turned(&parts, width, &content, prepared.degrees);
        debug_assert_eq!(frame, width);
        let Some(found) = mask::content(&parts, width) else { return };
        content = found;
    }
    let mut values = mask::cut(&values, width, &content);
    face_left(&mut values, &mask::cut(&parts, width, &content), content.width, prepared);
    finish(&values, content.width, stretch, prepared);
}

/// The surroundings of a garment that is small in the picture, in the raster's pixels; `None` if that shows no more.
fn closer(content: &Area, work: &Raster, raster: &Raster) -> Option<Area> {
    let longest = work.width.max(work.height);
    let is_small = (content.longest() as f32) < CLOSER * longest as f32;
    if !is_small || raster.area().longest() <= longest {
        return None;
    }
    let near = content.widened(content.longest() / 4 + 2, work.width, work.height);
    let scaled = |at: usize, whole: usize, work: usize| at * whole / work;
    Some(Area {
        left: scaled(near.left, raster.width, work.width),
        top: scaled(near.top, raster.height, work.height),
        width: scaled(near.width, raster.width, work.width).max(1),
        height: scaled(near.height, raster.height, work.height).max(1),
    })
}

/// Deviation of luma from which on a background counts as noisy or textured.
const UNEVEN: f32 = 8.0;
/// Difference of luma from which on a background counts as a gradient.
const SLOPE: f32 = 24.0;

fn kind(found: &Separation) -> BackgroundKind {
    if found.is_cut_out {
        BackgroundKind::Transparent
    } else if found.unevenness > UNEVEN {
        BackgroundKind::Uneven
    } else if found.slope > SLOPE {
        BackgroundKind::Gradient
    } else {
        BackgroundKind::Even
    }
}

/// Luma from which on a garment is pale: negated, its mean is below that of 98 in 100 of the data set's.
const PALE: f32 = 199.0;
/// Mean difference of luma below which a garment hardly stands out.
const LITTLE: f32 = 24.0;
/// The share of the pixels along a garment's box that may lie at the picture's edge.
const AT_EDGE: f32 = 0.06;
/// The share of the picture's longest edge that a garment should have.
const SMALL: f32 = 0.2;

impl View {
    /// Whether the network may be wrong about a garment of this mean luma.
    fn doubts(&self, own: f32, tone: Tone) -> Vec<Caution> {
        let mut doubts = Vec::new();
        if tone == Tone::Light && own > PALE {
            doubts.push(Caution::PaleOnLight);
        }
        if self.found.is_cut_out {
            return doubts;
        }
        let apart = self.colours.iter().zip(&self.lumas).zip(&self.found.behind);
        let apart = apart.map(|((colour, luma), behind)| {
            let dye = colour.iter().copied().fold(0.0, f32::max)
                - colour.iter().copied().fold(255.0, f32::min);
            (luma - behind).abs().max(dye / 2.0)
        });
        let apart: Vec<f32> = apart.collect();
        if self.mean(&apart) < LITTLE.max(1.5 * self.found.unevenness) {
            doubts.push(Caution::LittleContrast);
        }
        doubts
    }

    /// Whether a garment lies in the picture as it should; this is the view of the whole picture.
    fn cautions(&self) -> Vec<Caution> {
        let Some(content) = self.content else { return Vec::new() };
        let (width, height) = (self.work.width, self.work.height);
        let mut cautions = Vec::new();
        let is_edge = |at: &usize| {
            let (x, y) = (at % width, at / width);
            x == 0 || y == 0 || x + 1 == width || y + 1 == height
        };
        let edge = (0..self.parts.len()).filter(is_edge).filter(|at| self.parts[*at] > 0.5).count();
        let around = 2 * (content.width + content.height);
        if !self.found.is_cut_out && edge as f32 > AT_EDGE * around as f32 {
            cautions.push(Caution::CutOff);
        }
        if (content.longest() as f32) < SMALL * width.max(height) as f32 {
            cautions.push(Caution::SmallInPicture);
        }
        cautions
    }
}
