//! What the way from a picture to a garment says of itself: plain data.

use serde::{Deserialize, Serialize};

use super::{Garment, Tone};

/// The longest edge of a [`Stage`], in pixels.
pub const STAGE_EDGE: usize = 84;

/// How a picture became a garment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prepared {
    /// The stages in order. Without a garment, only those up to where it was not found.
    pub stages: Vec<Stage>,
    /// What the network sees; `None` if the picture shows only background.
    #[serde(with = "serde_bytes")]
    pub garment: Option<Garment>,
    /// Whether the background counts as light, so that the garment is negated, or as dark.
    pub tone: Tone,
    /// The turn that put the garment upright, clockwise, in degrees; 0 of a drawing.
    pub degrees: f32,
    /// Whether left and right were exchanged: every shoe of the data set points to the left.
    pub is_mirrored: bool,
    /// What the background is like.
    pub background: BackgroundKind,
    /// Why the network may be wrong about this picture, the weightiest reason first.
    pub cautions: Vec<Caution>,
}

/// One stage of the way, small enough to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// What it shows.
    pub kind: StageKind,
    /// In pixels, at most [`STAGE_EDGE`].
    pub width: usize,
    /// In pixels, at most [`STAGE_EDGE`].
    pub height: usize,
    /// RGBA, row by row, four bytes a pixel, as a canvas takes it.
    #[serde(with = "serde_bytes")]
    pub rgba: Vec<u8>,
}

/// What a [`Stage`] shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StageKind {
    /// The picture as it came.
    Picture,
    /// The same with a transparent background; of a drawing, with what its outlines enclose.
    Separated,
    /// The garment alone, grey, bright on black, negated if its background is light.
    Trimmed,
    /// Its longest edge scaled to 28 pixels.
    Small,
    /// Sharpened and centred in a square of 28×28: what the network sees.
    Network,
}

/// What a picture's background is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BackgroundKind {
    /// Of one colour.
    Even,
    /// Its colour changes slowly from edge to edge.
    Gradient,
    /// Noisy or textured.
    Uneven,
    /// Transparent: the picture itself says what belongs to the garment.
    Transparent,
}

/// Why the network may be wrong about a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Caution {
    /// A pale garment on a light background: negated, it is nearly black. The data set, made of photos on white, has hardly
    /// any of these.
    PaleOnLight,
    /// The garment hardly stands out from its background, so its outline may be wrong.
    LittleContrast,
    /// The garment reaches beyond the picture.
    CutOff,
    /// The garment is a small part of the picture, so little of it is to be seen: cropping or a closer photo helps.
    SmallInPicture,
}
