//! Pictures in floating point: shrunk and cut out.

use super::resize::{Span, coverage};
use super::{Picture, Stage, StageKind};

/// RGBA in floating point, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Raster {
    pub width: usize,
    pub height: usize,
    /// Red, green and blue from 0 to 255, multiplied by opacity; opacity from 0 to 1.
    pub pixels: Vec<[f32; 4]>,
}

/// A rectangle of whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
}

impl Area {
    /// The smallest that holds these places in a picture of this width; `None` if there are none.
    pub fn around(places: impl IntoIterator<Item = usize>, width: usize) -> Option<Self> {
        let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
        for place in places {
            let (x, y) = (place % width, place / width);
            (left, right) = (left.min(x), right.max(x));
            (top, bottom) = (top.min(y), bottom.max(y));
        }
        let (width, height) = (right.checked_sub(left)? + 1, bottom.checked_sub(top)? + 1);
        Some(Self { left, top, width, height })
    }

    pub const fn longest(&self) -> usize {
        if self.width > self.height { self.width } else { self.height }
    }

    /// The area larger by so many pixels on each side, within a picture of this size.
    pub fn widened(&self, by: usize, width: usize, height: usize) -> Self {
        let (left, top) = (self.left.saturating_sub(by), self.top.saturating_sub(by));
        let right = (self.left + self.width + by).min(width);
        let bottom = (self.top + self.height + by).min(height);
        Self { left, top, width: right - left, height: bottom - top }
    }
}

/// The pixels beside, above and below one of a picture of this size.
pub(super) fn sides(
    x: usize,
    y: usize,
    width: usize,
    height: usize,
) -> impl Iterator<Item = (usize, usize)> {
    [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)]
        .into_iter()
        .filter(move |(x, y)| *x < width && *y < height)
}

impl Raster {
    /// A picture, shrunk if it is large.
    pub fn of(picture: &Picture) -> Self {
        let area = Area { left: 0, top: 0, width: picture.width(), height: picture.height() };
        let (width, height) = within(area.width, area.height, Picture::LOOKED_AT_EDGE);
        let row = |y: usize| {
            let from = y * area.width * 4;
            picture.rgba()[from..from + area.width * 4].as_chunks::<4>().0
        };
        shrunk(width, height, area, row, |&[red, green, blue, opacity]| {
            let opacity = f32::from(opacity) / 255.0;
            [red, green, blue].map(|channel| f32::from(channel) * opacity).with(opacity)
        })
    }

    /// An area, each pixel the mean of what it covers.
    pub fn shrunk(&self, area: Area, width: usize, height: usize) -> Self {
        let row = |y: usize| {
            let from = (area.top + y) * self.width + area.left;
            &self.pixels[from..from + area.width]
        };
        shrunk(width, height, area, row, |pixel| *pixel)
    }

    /// Resized; where that enlarges, between pixels.
    pub fn resized(&self, area: Area, width: usize, height: usize) -> Self {
        if width <= area.width && height <= area.height {
            return self.shrunk(area, width, height);
        }
        let (across, down) = (area.width as f32 / width as f32, area.height as f32 / height as f32);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let y = (y as f32 + 0.5) * down + area.top as f32 - 0.5;
            for x in 0..width {
                pixels.push(self.between((x as f32 + 0.5) * across + area.left as f32 - 0.5, y));
            }
        }
        Self { width, height, pixels }
    }

    pub const fn area(&self) -> Area {
        Area { left: 0, top: 0, width: self.width, height: self.height }
    }

    /// Between four pixels, linearly.
    fn between(&self, x: f32, y: f32) -> [f32; 4] {
        let x = x.clamp(0.0, self.width as f32 - 1.0);
        let y = y.clamp(0.0, self.height as f32 - 1.0);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (part_x, part_y) = (x - left as f32, y - top as f32);
        let at = |x: usize, y: usize| self.pixels[y * self.width + x];
        let upper = mixed(at(left, top), at(right, top), part_x);
        mixed(upper, mixed(at(left, bottom), at(right, bottom), part_x), part_y)
    }

    /// Red, green and blue of each pixel, transparency blended with white.
    pub fn on_white(&self) -> Vec<[f32; 3]> {
        let blend = |&[red, green, blue, opacity]: &[f32; 4]| {
            [red, green, blue].map(|channel| channel + 255.0 * (1.0 - opacity))
        };
        self.pixels.iter().map(blend).collect()
    }

    /// Red, green and blue of each pixel as if it were opaque.
    pub fn opaque(&self) -> Vec<[f32; 3]> {
        let full = |&[red, green, blue, opacity]: &[f32; 4]| {
            [red, green, blue].map(|channel| channel / opacity.max(1.0 / 255.0))
        };
        self.pixels.iter().map(full).collect()
    }

    /// The raster as a stage, with these opacities.
    pub fn stage(&self, kind: StageKind, opacity: impl Fn(usize) -> f32) -> Stage {
        let mut rgba = Vec::with_capacity(self.pixels.len() * 4);
        for (i, [red, green, blue, own]) in self.pixels.iter().enumerate() {
            let channel = |value: f32| byte(value / own.max(1.0 / 255.0));
            rgba.extend([
                channel(*red),
                channel(*green),
                channel(*blue),
                byte(255.0 * own * opacity(i)),
            ]);
        }
        Stage { kind, width: self.width, height: self.height, rgba }
    }
}

fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// Three numbers and a fourth.
trait With {
    fn with(self, fourth: f32) -> [f32; 4];
}

impl With for [f32; 3] {
    fn with(self, fourth: f32) -> [f32; 4] {
        let [first, second, third] = self;
        [first, second, third, fourth]
    }
}

fn mixed(one: [f32; 4], other: [f32; 4], part: f32) -> [f32; 4] {
    [0, 1, 2, 3].map(|i| (other[i] - one[i]) * part + one[i])
}

/// The size at the same proportions whose longest edge is at most so long; at least 1 pixel.
pub(super) fn within(width: usize, height: usize, most: usize) -> (usize, usize) {
    let longest = width.max(height);
    if longest <= most {
        return (width, height);
    }
    let scaled = |edge: usize| ((edge * most + longest / 2) / longest).clamp(1, most);
    (scaled(width), scaled(height))
}

/// Goes through an area's rows once, so that nothing of the area's own size is allocated.
fn shrunk<'a, T: 'a>(
    width: usize,
    height: usize,
    area: Area,
    row: impl Fn(usize) -> &'a [T],
    value: impl Fn(&T) -> [f32; 4],
) -> Raster {
    let mut pixels = vec![[0.0; 4]; width * height];
    if (width, height) == (area.width, area.height) {
        for (y, to) in pixels.chunks_exact_mut(width).enumerate() {
            to.iter_mut().zip(row(y)).for_each(|(to, from)| *to = value(from));
        }
        return Raster { width, height, pixels };
    }
    let columns = coverage(area.width, width);
    let mut narrow = vec![[0.0; 4]; width];
    for (to, Span { first, weights }) in
        pixels.chunks_exact_mut(width).zip(coverage(area.height, height))
    {
        for (y, weight) in weights.iter().enumerate() {
            let from = row(first + y);
            for (to, column) in narrow.iter_mut().zip(&columns) {
                *to = [0.0; 4];
                for (from, weight) in from[column.first..].iter().zip(&column.weights) {
                    add(to, value(from), *weight);
                }
            }
            to.iter_mut().zip(&narrow).for_each(|(to, from)| add(to, *from, *weight));
        }
    }
    Raster { width, height, pixels }
}

fn add(to: &mut [f32; 4], from: [f32; 4], weight: f32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += weight * from;
    }
}
