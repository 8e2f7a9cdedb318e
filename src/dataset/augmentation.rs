//! Random changes to training images.
//!
//! What happens to an image depends on the run's seed, on the epoch and on the image, and on nothing
//! else, so a resumed run sees the same images as one that never stopped.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::RngCore as _;

use super::SplitCorrections;
use super::sampler::uniform_below;
use super::split::{ImageBuffer, Images, Split};
use crate::network::random::{Purpose, seeded_generator, uniform};
use crate::network::{PIXELS, SIDE};
use crate::settings::Augmentation;

/// The byte of an empty pixel.
const BACKGROUND: u8 = 0;

/// torchvision's `RandomErasing`: share of the image's area, ratio of height to width, tries.
const AREA: (f64, f64) = (0.02, 0.33);
const RATIO: (f64, f64) = (0.3, 3.3);
const TRIES: usize = 10;

/// Replaces the buffer's images with these images of a split, their labels corrected, augmented for an epoch (from 0).
///
/// # Panics
/// If an index is not below the split's length.
pub fn augment_into(
    buffer: &mut ImageBuffer,
    (split, corrections): (&Split, &SplitCorrections),
    indices: &[u32],
    augmentation: &Augmentation,
    seed: u64,
    epoch: u64,
) {
    buffer.clear();
    let originals = Images::Of { split, indices, corrections };
    for (at, &index) in indices.iter().enumerate() {
        let (pixels, label) = originals.get(at);
        buffer.push(&augmented(pixels, augmentation, seed, epoch, index), label);
    }
}

/// An image ([`PIXELS`] bytes) as an epoch (from 0) sees it: mirrored, shifted and partly erased, in that
/// order, each only if enabled.
#[must_use]
pub fn augmented(
    pixels: &[u8],
    augmentation: &Augmentation,
    seed: u64,
    epoch: u64,
    index: u32,
) -> Vec<u8> {
    let part = epoch << 32 | u64::from(index);
    let mut generator = seeded_generator(seed, Purpose::Augmentation, part);
    // Every number is drawn whether or not it is used, so that enabling one change leaves the others alone.
    let flip = generator.next_u32() & 1 == 1 && augmentation.flip;
    let mut image = moved(pixels, flip, augmentation.shift, &mut generator);
    if uniform(&mut generator) < augmentation.erase
        && let Some(rectangle) = rectangle(&mut generator)
    {
        erase(&mut image, rectangle);
    }
    image
}

/// The image mirrored, then shifted by up to `shift` pixels.
fn moved(pixels: &[u8], flip: bool, shift: u32, generator: &mut ChaCha8Rng) -> Vec<u8> {
    let mut offset = || uniform_below(2 * shift + 1, generator) as i32 - shift as i32;
    let (across, down) = (offset(), offset());
    let source = |row: usize, column: usize| {
        let row = usize::try_from(row as i32 - down).ok().filter(|row| *row < SIDE)?;
        let column = usize::try_from(column as i32 - across).ok().filter(|at| *at < SIDE)?;
        let column = if flip { SIDE - 1 - column } else { column };
        pixels.get(row * SIDE + column).copied()
    };
    let pixel = |at: usize| source(at / SIDE, at % SIDE).unwrap_or(BACKGROUND);
    (0..PIXELS).map(pixel).collect()
}

/// Top, left, height and width, in pixels.
type Rectangle = (usize, usize, usize, usize);

fn rectangle(generator: &mut ChaCha8Rng) -> Option<Rectangle> {
    (0..TRIES).find_map(|_| {
        let area = (AREA.0 + (AREA.1 - AREA.0) * uniform(generator)) * PIXELS as f64;
        let logarithms = (RATIO.0.ln(), RATIO.1.ln());
        let ratio = (logarithms.0 + (logarithms.1 - logarithms.0) * uniform(generator)).exp();
        let height = (area * ratio).sqrt().round() as usize;
        let width = (area / ratio).sqrt().round() as usize;
        if height >= SIDE || width >= SIDE {
            return None;
        }
        let mut place = |size: usize| uniform_below((SIDE - size + 1) as u32, generator) as usize;
        Some((place(height), place(width), height, width))
    })
}

fn erase(image: &mut [u8], (top, left, height, width): Rectangle) {
    for row in image.chunks_mut(SIDE).skip(top).take(height) {
        row[left..left + width].fill(BACKGROUND);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const OFF: Augmentation = Augmentation { shift: 0, flip: false, erase: 0.0 };

    /// Every pixel different from the background.
    fn image() -> Vec<u8> {
        (0..PIXELS).map(|at| (at % 251) as u8 + 1).collect()
    }

    fn many(augmentation: Augmentation) -> Vec<Vec<u8>> {
        (0..400).map(|index| augmented(&image(), &augmentation, 7, 0, index)).collect()
    }

    #[test]
    fn nothing_chosen_changes_nothing() {
        assert!(OFF.is_off());
        assert!(many(OFF).iter().all(|augmented| *augmented == image()));
    }

    #[test]
    fn what_happens_depends_on_seed_epoch_and_image_alone() {
        let all = Augmentation { shift: 3, flip: true, erase: 1.0 };
        let once = augmented(&image(), &all, 7, 2, 9);
        assert_eq!(once, augmented(&image(), &all, 7, 2, 9));
        for (seed, epoch, index) in [(8, 2, 9), (7, 3, 9), (7, 2, 10)] {
            assert_ne!(once, augmented(&image(), &all, seed, epoch, index));
        }
    }

    #[test]
    fn a_run_sees_the_same_images_in_every_build() {
        let all = Augmentation { shift: 3, flip: true, erase: 0.5 };
        let seen = crate::checksum::sha256_hex(&many(all).concat());
        assert_eq!(seen, "77de297fba3ffb1766be9543dfdbe08d56769558854a5b3914e66419cfc30021");
    }

    #[test]
    fn every_second_image_is_mirrored_and_nothing_else_happens_to_it() {
        let mirror: Vec<u8> =
            image().chunks(SIDE).flat_map(|row| row.iter().rev().copied()).collect();
        let all = many(Augmentation { flip: true, ..OFF });
        let mirrored = all.iter().filter(|augmented| **augmented == mirror).count();
        let same = all.iter().filter(|augmented| **augmented == image()).count();
        assert_eq!(mirrored + same, 400);
        // 200 expected; five standard deviations are 50.
        assert!((150..250).contains(&mirrored), "{mirrored}");
    }

    #[test]
    fn a_shift_moves_by_at_most_so_much_and_brings_in_background() {
        let mut seen = std::collections::BTreeSet::new();
        for augmented in many(Augmentation { shift: 2, ..OFF }) {
            let place = (-2..=2_i32)
                .flat_map(|down| (-2..=2_i32).map(move |across| (down, across)))
                .find(|&(down, across)| {
                    (0..PIXELS as i32).all(|at| {
                        let (row, column) = (at / 28 - down, at % 28 - across);
                        let inside = (0..28).contains(&row) && (0..28).contains(&column);
                        let expected =
                            if inside { image()[(row * 28 + column) as usize] } else { BACKGROUND };
                        augmented[at as usize] == expected
                    })
                });
            seen.insert(place.unwrap());
        }
        assert_eq!(seen.len(), 25, "every offset occurs");
    }

    #[test]
    fn erasing_takes_one_rectangle_of_the_share_chosen() {
        let all = many(Augmentation { erase: 0.5, ..OFF });
        let erased: Vec<_> = all.iter().filter(|augmented| **augmented != image()).collect();
        assert!((150..250).contains(&erased.len()), "{}", erased.len());
        for augmented in erased {
            let gone: Vec<_> = (0..PIXELS).filter(|&at| augmented[at] == BACKGROUND).collect();
            let (rows, columns): (Vec<_>, Vec<_>) =
                gone.iter().map(|at| (at / SIDE, at % SIDE)).unzip();
            let side = |at: &[usize]| at.iter().max().unwrap() - at.iter().min().unwrap() + 1;
            assert_eq!(side(&rows) * side(&columns), gone.len(), "one whole rectangle");
            let share = gone.len() as f64 / PIXELS as f64;
            assert!((0.01..0.36).contains(&share), "{share}");
        }
    }

    #[test]
    fn a_batch_keeps_its_labels_and_its_order() {
        let labels = vec![3, 1, 4];
        let split = Split::whole(vec![200; 3 * PIXELS], labels).unwrap();
        let all = Augmentation { shift: 1, flip: true, erase: 0.5 };
        let mut copies = ImageBuffer::default();
        augment_into(&mut copies, (&split, SplitCorrections::none()), &[2, 0], &all, 1, 0);
        let batch = copies.images().batch();
        assert_eq!(batch.targets, [4, 3]);
        let expected = super::super::split::normalize(&augmented(&[200; PIXELS], &all, 1, 0, 2));
        assert_eq!(batch.inputs[..PIXELS], expected);
        augment_into(&mut copies, (&split, SplitCorrections::none()), &[2, 0], &OFF, 1, 0);
        assert_eq!(copies.images().batch(), split.batch(&[2, 0]));
    }
}
