//! Near-duplicates: the image of one split that is nearest to an image of another. Geier, "Training on test data: Removing
//! near duplicates in Fashion-MNIST" (2019), <https://arxiv.org/abs/1906.08255>, says why they matter; he searches by the
//! features of a network, here it is by the pixels.
//!
//! The search is exact. The squared distance of two images is at least the squared difference of the sums of any n of their
//! pixels, divided by n, and over disjoint sets of pixels these add up. So the sum of all pixels, then 16 sums of 7×7, then
//! 49 of 4×4, rule out nearly every image before its pixels are compared.

use serde::{Deserialize, Serialize};

use super::InsightError;
use crate::network::{PIXELS, SIDE};

const COARSE_SIDE: usize = 7;
const COARSE: usize = (SIDE / COARSE_SIDE) * (SIDE / COARSE_SIDE);
const FINE_SIDE: usize = 4;
/// 49, and zeros up to whole vectors of eight.
const FINE: usize = 56;

/// The image nearest to another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearestImage {
    /// Its index among those that were searched, from 0.
    pub index: u32,
    /// The Euclidean distance of the pixels as bytes, 0 to 7,140.
    pub distance: f32,
}

/// Sums of an image's pixels, all of which fit into 16 bits.
struct Sums {
    total: i32,
    coarse: [i16; COARSE],
    fine: [i16; FINE],
}

impl Sums {
    fn new(pixels: &[u8; PIXELS]) -> Self {
        let mut sums = Self { total: 0, coarse: [0; COARSE], fine: [0; FINE] };
        for (at, pixel) in pixels.iter().enumerate() {
            let (y, x) = (at / SIDE, at % SIDE);
            let block = |side: usize| y / side * (SIDE / side) + x / side;
            sums.total += i32::from(*pixel);
            sums.coarse[block(COARSE_SIDE)] += i16::from(*pixel);
            sums.fine[block(FINE_SIDE)] += i16::from(*pixel);
        }
        sums
    }
}

/// An index of images by sums of their pixels, some 150 bytes an image.
pub struct ImageIndex {
    /// The images' indices in the order of their totals, and in the same order their sums.
    order: Vec<u32>,
    totals: Vec<i32>,
    coarse: Vec<[i16; COARSE]>,
    fine: Vec<[i16; FINE]>,
}

impl ImageIndex {
    /// An index of images of 784 bytes each.
    ///
    /// # Errors
    /// [`InsightError::Images`] if the last image is not complete.
    pub fn new(pixels: &[u8]) -> Result<Self, InsightError> {
        let (images, rest) = pixels.as_chunks::<PIXELS>();
        if !rest.is_empty() {
            return Err(InsightError::Images { bytes: pixels.len(), image: PIXELS });
        }
        let mut sums: Vec<_> = (0..=u32::MAX).zip(images.iter().map(Sums::new)).collect();
        sums.sort_by_key(|(_, sums)| sums.total);
        Ok(Self {
            order: sums.iter().map(|(index, _)| *index).collect(),
            totals: sums.iter().map(|(_, sums)| sums.total).collect(),
            coarse: sums.iter().map(|(_, sums)| sums.coarse).collect(),
            fine: sums.iter().map(|(_, sums)| sums.fine).collect(),
        })
    }

    /// The nearest to an image of those within a distance (see [`NearestImage::distance`]), the first of several. The
    /// smaller the distance, the faster. `pixels` are those of which the index was made; images that they lack are not found.
    #[must_use]
    pub fn nearest(
        &self,
        pixels: &[u8],
        image: &[u8; PIXELS],
        within: f32,
    ) -> Option<NearestImage> {
        let (images, _) = pixels.as_chunks::<PIXELS>();
        let sums = Sums::new(image);
        // NaN becomes 0 by `max`, and what is too large for an integer the largest.
        let limit = (f64::from(within.max(0.0)) * f64::from(within.max(0.0))) as u32;
        let mut search = Search { limit, nearest: None };
        let middle = self.totals.partition_point(|total| *total < sums.total);
        let (mut below, mut above) = ((0..middle).rev(), middle..self.totals.len());
        let (mut is_below, mut is_above) = (true, true);
        // Both ways in turn, so that the nearest totals come first and the limit falls early.
        while is_below || is_above {
            is_below = is_below && self.look(&mut below, &sums, images, image, &mut search);
            is_above = is_above && self.look(&mut above, &sums, images, image, &mut search);
        }
        let index = search.nearest?;
        Some(NearestImage { index, distance: f64::from(search.limit).sqrt() as f32 })
    }

    /// Compares the next image; `false` if no further one can be near enough.
    fn look(
        &self,
        places: &mut impl Iterator<Item = usize>,
        sums: &Sums,
        images: &[[u8; PIXELS]],
        image: &[u8; PIXELS],
        search: &mut Search,
    ) -> bool {
        let Some(at) = places.next() else {
            return false;
        };
        let total = i64::from(self.totals[at] - sums.total);
        if total * total > i64::from(search.limit) * PIXELS as i64 {
            return false;
        }
        let is_near = |squares: u32, pixels: usize| squares / pixels as u32 <= search.limit;
        if is_near(squares(&self.coarse[at], &sums.coarse), COARSE_SIDE * COARSE_SIDE)
            && is_near(squares(&self.fine[at], &sums.fine), FINE_SIDE * FINE_SIDE)
            && let Some(other) = images.get(self.order[at] as usize)
        {
            search.offer(self.order[at], pixel_squares(other, image));
        }
        true
    }
}

/// The nearest image so far.
struct Search {
    /// The largest squared distance that is still of interest.
    limit: u32,
    nearest: Option<u32>,
}

impl Search {
    fn offer(&mut self, index: u32, distance: u32) {
        let is_first = self.nearest.is_none_or(|nearest| index < nearest);
        if distance < self.limit || distance == self.limit && is_first {
            (self.limit, self.nearest) = (distance, Some(index));
        }
    }
}

/// The sum of squared differences, at most 2.5 thousand million for sums of pixels.
fn squares<const LENGTH: usize>(one: &[i16; LENGTH], other: &[i16; LENGTH]) -> u32 {
    let square = |(one, other): (&i16, &i16)| {
        let difference = i32::from(*one) - i32::from(*other);
        (difference * difference) as u32
    };
    one.iter().zip(other).map(square).sum()
}

/// The squared distance of two images.
fn pixel_squares(one: &[u8; PIXELS], other: &[u8; PIXELS]) -> u32 {
    let square = |(one, other): (&u8, &u8)| {
        let difference = i16::from(*one) - i16::from(*other);
        (i32::from(difference) * i32::from(difference)) as u32
    };
    one.iter().zip(other).map(square).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const FAR: f32 = 7_140.0;

    /// Images of which some are like others: shifted in brightness, with noise, or the same.
    fn images(count: usize, seed: u32) -> Vec<u8> {
        let mut noise = seed;
        let mut draw = || {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            noise >> 24
        };
        let mut image = |at: usize| -> Vec<u8> {
            let (brightness, amount) = (draw() / 2, draw() % 64);
            let pixel = |pixel: usize| {
                let shape = (pixel % SIDE * (at % 7 + 1) + pixel / SIDE * (at % 3)) as u32 % 100;
                (shape + brightness + draw() * amount / 256).min(255) as u8
            };
            (0..PIXELS).map(pixel).collect()
        };
        (0..count).flat_map(&mut image).collect()
    }

    /// The same by comparing everything.
    fn slow(pixels: &[u8], image: &[u8; PIXELS]) -> (u32, f64) {
        let distance = |other: &[u8; PIXELS]| {
            let squares =
                other.iter().zip(image).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
            squares.sum::<f64>().sqrt()
        };
        let distances = (0..).zip(pixels.as_chunks().0.iter().map(distance));
        distances.reduce(|best, next| if next.1 < best.1 { next } else { best }).unwrap()
    }

    #[test]
    fn the_nearest_image_is_the_one_that_comparing_everything_finds() {
        let (pixels, others) = (images(300, 1), images(60, 2));
        let index = ImageIndex::new(&pixels).unwrap();
        let mut indices = Vec::new();
        for image in others.as_chunks().0 {
            let (expected, distance) = slow(&pixels, image);
            let found = index.nearest(&pixels, image, FAR).unwrap();
            assert_eq!(found.index, expected);
            assert!((f64::from(found.distance) - distance).abs() < 1e-3, "{found:?} {distance}");
            // The limit belongs to what is near enough.
            let limit = (distance + 0.01) as f32;
            assert_eq!(index.nearest(&pixels, image, limit), Some(found));
            assert_eq!(index.nearest(&pixels, image, (distance - 0.5) as f32), None);
            indices.push(found.index);
        }
        indices.sort_unstable();
        indices.dedup();
        assert!(indices.len() > 20, "{indices:?}");
    }

    #[test]
    fn of_images_at_the_same_distance_the_first_is_found() {
        let mut pixels = images(5, 3);
        pixels.extend_from_within(2 * PIXELS..3 * PIXELS);
        let index = ImageIndex::new(&pixels).unwrap();
        let image: &[u8; PIXELS] = pixels[5 * PIXELS..].try_into().unwrap();
        let same = NearestImage { index: 2, distance: 0.0 };
        assert_eq!(index.nearest(&pixels, image, 0.0), Some(same));
        assert_eq!(index.nearest(&pixels, image, f32::INFINITY), Some(same));
        assert_eq!(index.nearest(&pixels, image, f32::NAN), Some(same));
    }

    #[test]
    fn images_as_far_from_each_other_as_can_be_do_not_overflow() {
        let pixels = [[255; PIXELS], [250; PIXELS]].concat();
        let index = ImageIndex::new(&pixels).unwrap();
        let found = index.nearest(&pixels, &[0; PIXELS], FAR).unwrap();
        assert_eq!(found, NearestImage { index: 1, distance: 7_000.0 });
        assert_eq!(index.nearest(&pixels[..PIXELS], &[0; PIXELS], FAR).unwrap().distance, FAR);
        assert_eq!(index.nearest(&[], &[0; PIXELS], FAR), None);
    }

    #[test]
    fn what_is_not_whole_images_is_an_error_and_nothing_has_no_nearest() {
        let cut = InsightError::Images { bytes: 785, image: PIXELS };
        assert_eq!(ImageIndex::new(&[0; 785]).err(), Some(cut));
        assert_eq!(ImageIndex::new(&[]).unwrap().nearest(&[], &[0; PIXELS], FAR), None);
    }
}
