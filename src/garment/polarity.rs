//! Whether a garment is to be negated.

use super::Tone;

/// The tone of a background of this luma behind a garment of that luma, both 0 to 255.
pub(super) fn tone(own: f32, behind: f32) -> Tone {
    // The data set's garments have a mean of 149, negated ones of 106.
    let odds = (behind - 128.0) / 20.0 + (behind - own) / 30.0;
    if odds > 0.0 { Tone::Light } else { Tone::Dark }
}

/// The tone behind a garment of this luma that was cut out.
pub(super) fn tone_alone(own: f32) -> Tone {
    if own < 160.0 { Tone::Light } else { Tone::Dark }
}
