//! "Photographs": images of the data set before a background, as people's pictures have them.

use atelier::garment::Picture;
use atelier::network::{PIXELS, SIDE};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat, load_from_memory_with_format};

use crate::HarnessError;
use crate::random::Chance;

/// What is behind the garment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The data set's own image, 28×28, unchanged.
    Own,
    /// Black.
    Black,
    /// A grey from 40 to 215.
    Grey,
    /// Two greys or colours, and all between them.
    Gradient,
    /// White, the garment negated as in a shop's photo.
    White,
    /// A colour.
    Coloured,
    /// Grey with noise everywhere, also on the garment.
    Noisy,
    /// Stripes, squares, weave or blotches.
    Textured,
    /// Light, with the garment's own soft shadow.
    Shadow,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Own,
        Self::Black,
        Self::Grey,
        Self::Gradient,
        Self::White,
        Self::Coloured,
        Self::Noisy,
        Self::Textured,
        Self::Shadow,
    ];
}

type Colour = [f32; 3];

const fn grey(level: f32) -> Colour {
    [level; 3]
}

fn luma(colour: Colour) -> f32 {
    0.299f32.mul_add(colour[0], 0.587f32.mul_add(colour[1], 0.114 * colour[2]))
}

fn mix(one: Colour, other: Colour, part: f32) -> Colour {
    [0, 1, 2].map(|i| (other[i] - one[i]).mul_add(part, one[i]))
}

/// A picture of this garment before this kind of background; the same for the same seed.
///
/// # Errors
/// If JPEG cannot be written or read.
pub fn photograph(garment: &[u8; PIXELS], kind: Kind, seed: u64) -> Result<Picture, HarnessError> {
    let mut chance = Chance::new(seed, kind as u64);
    if kind == Kind::Own {
        let rgba = garment.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect();
        return Picture::new(SIDE, SIDE, rgba).ok_or(HarnessError::Picture);
    }
    let scene = Scene::new(kind, &mut chance);
    let rgb = scene.painted(garment, &mut chance);
    through_jpeg(scene.width, scene.height, &rgb, chance.between(60.0, 96.0) as u8)
}

fn through_jpeg(
    width: usize,
    height: usize,
    rgb: &[u8],
    quality: u8,
) -> Result<Picture, HarnessError> {
    let mut file = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut file, quality);
    let (wide, high) = (width as u16, height as u16);
    { encoder }.encode(rgb, wide.into(), high.into(), ExtendedColorType::Rgb8)?;
    let rgba = load_from_memory_with_format(&file, ImageFormat::Jpeg)?.into_rgba8().into_raw();
    Picture::new(width, height, rgba).ok_or(HarnessError::Picture)
}

/// Where the garment is, and what is around it.
struct Scene {
    width: usize,
    height: usize,
    /// The garment's centre, in pixels.
    centre: [f32; 2],
    /// The 28 pixels' edge, in pixels.
    edge: f32,
    /// In radians.
    angle: f32,
    is_negated: bool,
    /// Whether dark places on the garment show the background.
    is_sheer: bool,
    colours: [Colour; 2],
    /// The colour of the garment's brightest places.
    dye: Colour,
    pattern: Pattern,
    noise: f32,
    is_noise_grey: bool,
    /// The shadow's offset in pixels and its darkness.
    shadow: Option<([f32; 2], f32)>,
}

/// How two colours make a background: 0 for the first to 1 for the second.
enum Pattern {
    Plain,
    /// From one side to the other at this angle, in radians.
    Gradient(f32),
    /// Sharp or soft stripes: period in pixels, angle.
    Stripes(f32, f32, bool),
    Squares(f32, f32),
    Weave(f32, f32),
    /// Random values at this distance in pixels, smooth in between.
    Blotches(f32, u64),
}

impl Scene {
    fn new(kind: Kind, chance: &mut Chance) -> Self {
        let size = chance.between(40f32.ln(), 800f32.ln()).exp();
        let aspect = chance.between(0.8, 1.25).sqrt();
        let (width, height) =
            ((size * aspect).clamp(40.0, 800.0), (size / aspect).clamp(40.0, 800.0));
        let shortest = width.min(height);
        let edge = shortest * chance.between(0.5, 0.92);
        let mut place = |whole: f32| {
            let free = (whole - edge) / 2.0;
            chance.between(-0.9, 0.9).mul_add(free, whole / 2.0)
        };
        let centre = [place(width), place(height)];
        let angle = chance.between(-8.0, 8.0).to_radians();
        let (colours, pattern, noise) = Self::background(kind, shortest, chance);
        let level = luma(mix(colours[0], colours[1], 0.5));
        let is_negated = match kind {
            Kind::Black => false,
            Kind::White | Kind::Shadow => true,
            // Between light and dark, either may be.
            _ if (110.0..145.0).contains(&level) => chance.happens(0.5),
            _ => level >= 128.0,
        };
        let dye = if chance.happens(0.3) && !matches!(kind, Kind::Black | Kind::White) {
            [0, 1, 2].map(|_| chance.between(200.0, 255.0))
        } else {
            grey(255.0)
        };
        let shadow = (kind == Kind::Shadow).then(|| {
            let far = edge * chance.between(0.03, 0.1);
            let angle = chance.between(0.0, std::f32::consts::TAU);
            ([far * angle.cos(), far * angle.sin()], chance.between(0.2, 0.5))
        });
        Self {
            width: width as usize,
            height: height as usize,
            centre,
            edge,
            angle,
            is_negated,
            is_sheer: chance.happens(0.5),
            colours,
            dye,
            pattern,
            noise,
            is_noise_grey: chance.happens(0.5),
            shadow,
        }
    }

    fn background(kind: Kind, shortest: f32, chance: &mut Chance) -> ([Colour; 2], Pattern, f32) {
        let one = |colour: Colour| [colour; 2];
        let any_angle = chance.between(0.0, std::f32::consts::PI);
        match kind {
            Kind::Own | Kind::Black => (one(grey(0.0)), Pattern::Plain, 0.0),
            Kind::White => (one(grey(255.0)), Pattern::Plain, 0.0),
            Kind::Grey => (one(grey(chance.between(40.0, 215.0))), Pattern::Plain, 0.0),
            Kind::Coloured => {
                let colour = loop {
                    let colour = [0, 1, 2].map(|_| chance.between(10.0, 250.0));
                    let spread = colour.iter().copied().fold(0.0, f32::max)
                        - colour.iter().copied().fold(255.0, f32::min);
                    if spread > 60.0 {
                        break colour;
                    }
                };
                (one(colour), Pattern::Plain, 0.0)
            }
            Kind::Gradient => {
                let start = chance.between(10.0, 245.0);
                let is_up = if start < 80.0 { true } else { start < 175.0 && chance.happens(0.5) };
                let far = chance.between(30.0, 110.0);
                let end = if is_up { start + far } else { start - far }.clamp(0.0, 255.0);
                let mut tint = |level: f32| {
                    let by = 25.0;
                    [0, 1, 2].map(|_| (level + chance.between(-by, by)).clamp(0.0, 255.0))
                };
                ([tint(start), tint(end)], Pattern::Gradient(any_angle * 2.0), 0.0)
            }
            Kind::Noisy => {
                let level = if chance.happens(0.5) {
                    chance.between(15.0, 100.0)
                } else {
                    chance.between(155.0, 240.0)
                };
                (one(grey(level)), Pattern::Plain, chance.between(10.0, 35.0))
            }
            Kind::Shadow => {
                (one(grey(chance.between(190.0, 250.0))), Pattern::Plain, chance.between(0.0, 3.0))
            }
            Kind::Textured => {
                let level = if chance.happens(0.5) {
                    chance.between(25.0, 90.0)
                } else {
                    chance.between(165.0, 230.0)
                };
                let far = chance.between(15.0, 45.0);
                let mut tint = |level: f32| {
                    [0, 1, 2].map(|_| (level + chance.between(-12.0, 12.0)).clamp(0.0, 255.0))
                };
                let colours = [tint(level - far), tint(level + far)];
                let period = (shortest * chance.between(0.02, 0.12)).max(2.5);
                let pattern = match chance.below(5) {
                    0 => Pattern::Stripes(period, any_angle, true),
                    1 => Pattern::Stripes(period, any_angle, false),
                    2 => Pattern::Squares(period, any_angle),
                    3 => Pattern::Weave(period, any_angle),
                    _ => Pattern::Blotches(period, chance.bits()),
                };
                (colours, pattern, chance.between(0.0, 4.0))
            }
        }
    }

    /// Row by row, three bytes a pixel.
    fn painted(&self, garment: &[u8; PIXELS], chance: &mut Chance) -> Vec<u8> {
        let solid = solidity(garment, self.is_sheer);
        let grey: Vec<f32> = garment.iter().copied().map(f32::from).collect();
        let soft = blurred(&solid);
        let mut rgb = Vec::with_capacity(self.width * self.height * 3);
        for y in 0..self.height {
            for x in 0..self.width {
                let at = [x as f32 + 0.5, y as f32 + 0.5];
                let mut colour = mix(self.colours[0], self.colours[1], self.part(at));
                if let Some((offset, darkness)) = self.shadow {
                    let [x, y] = self.on_garment([at[0] - offset[0], at[1] - offset[1]]);
                    colour = colour
                        .map(|channel| channel * (-darkness).mul_add(sampled(&soft, x, y), 1.0));
                }
                let [u, v] = self.on_garment(at);
                let opacity = sampled(&solid, u, v).clamp(0.0, 1.0);
                let value = sampled(&grey, u, v).clamp(0.0, 255.0) / 255.0;
                let value = if self.is_negated { 1.0 - value } else { value };
                let cloth = self.dye.map(|channel| channel * value);
                let shared = chance.normal();
                for channel in mix(colour, cloth, opacity) {
                    let own = if self.is_noise_grey || self.noise == 0.0 {
                        shared
                    } else {
                        chance.normal()
                    };
                    rgb.push(self.noise.mul_add(own, channel).round().clamp(0.0, 255.0) as u8);
                }
            }
        }
        rgb
    }

    /// The place among the 28×28 pixels.
    fn on_garment(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (sin, cos) = self.angle.sin_cos();
        let (x, y) = (x - self.centre[0], y - self.centre[1]);
        let scale = SIDE as f32 / self.edge;
        [cos.mul_add(x, sin * y), cos.mul_add(y, -sin * x)]
            .map(|from| from.mul_add(scale, SIDE as f32 / 2.0))
    }

    fn part(&self, [x, y]: [f32; 2]) -> f32 {
        let along = |angle: f32| x.mul_add(angle.cos(), y * angle.sin());
        let wave = |angle: f32, period: f32| (along(angle) / period * std::f32::consts::TAU).sin();
        let across = std::f32::consts::FRAC_PI_2;
        let sharp = |value: f32| if value > 0.0 { 1.0 } else { 0.0 };
        match self.pattern {
            Pattern::Plain => 0.0,
            Pattern::Gradient(angle) => {
                let middle = [self.width as f32 / 2.0, self.height as f32 / 2.0];
                let centre = middle[0].mul_add(angle.cos(), middle[1] * angle.sin());
                let reach = middle[0].mul_add(angle.cos().abs(), middle[1] * angle.sin().abs());
                ((along(angle) - centre) / reach).mul_add(0.5, 0.5)
            }
            Pattern::Stripes(period, angle, true) => sharp(wave(angle, period)),
            Pattern::Stripes(period, angle, false) => wave(angle, period).mul_add(0.5, 0.5),
            Pattern::Squares(period, angle) => {
                sharp(wave(angle, period) * wave(angle + across, period))
            }
            Pattern::Weave(period, angle) => {
                (wave(angle, period) + wave(angle + across, period)).mul_add(0.25, 0.5)
            }
            Pattern::Blotches(period, seed) => {
                let (x, y) = (x / period, y / period);
                let at = |x: f32, y: f32| {
                    let cell = (x as i64 as u64) << 32 ^ (y as i64 as u64 & 0xffff_ffff);
                    Chance::new(seed, cell).between(0.0, 1.0)
                };
                let ease = |part: f32| part * part * 2.0f32.mul_add(-part, 3.0);
                let (left, top) = (x.floor(), y.floor());
                let (u, v) = (ease(x - left), ease(y - top));
                let row = |y: f32| (at(left + 1.0, y) - at(left, y)).mul_add(u, at(left, y));
                (row(top + 1.0) - row(top)).mul_add(v, row(top))
            }
        }
    }
}

/// How much of each of the 28×28 pixels is garment, 0 to 1.
fn solidity(garment: &[u8; PIXELS], is_sheer: bool) -> Vec<f32> {
    if is_sheer {
        return garment.iter().map(|&grey| (f32::from(grey) / 48.0).min(1.0)).collect();
    }
    let mut is_outside = [false; PIXELS];
    let is_dark = |at: usize| garment[at] < 10;
    let is_border =
        |at: usize| [at % SIDE, at / SIDE].iter().any(|place| [0, SIDE - 1].contains(place));
    let mut open: Vec<usize> = (0..PIXELS).filter(|&at| is_border(at) && is_dark(at)).collect();
    while let Some(at) = open.pop() {
        if std::mem::replace(&mut is_outside[at], true) {
            continue;
        }
        let (x, y) = (at % SIDE, at / SIDE);
        let near = [
            (x > 0, at.wrapping_sub(1)),
            (x + 1 < SIDE, at + 1),
            (y > 0, at.wrapping_sub(SIDE)),
            (y + 1 < SIDE, at + SIDE),
        ];
        open.extend(
            near.into_iter()
                .filter(|&(is_in, at)| is_in && is_dark(at) && !is_outside[at])
                .map(|(_, at)| at),
        );
    }
    is_outside.map(|is_outside| if is_outside { 0.0 } else { 1.0 }).to_vec()
}

fn blurred(values: &[f32]) -> Vec<f32> {
    let mut values = values.to_vec();
    for _ in 0..2 {
        values = (0..PIXELS)
            .map(|at| {
                let (x, y) = (at % SIDE, at / SIDE);
                let mut sum = 0.0;
                for (dx, dy) in (0..9).map(|i| (i % 3, i / 3)) {
                    let (x, y) = ((x + dx).wrapping_sub(1), (y + dy).wrapping_sub(1));
                    if x < SIDE && y < SIDE {
                        sum += values[y * SIDE + x];
                    }
                }
                sum / 9.0
            })
            .collect();
    }
    values
}

/// Between pixels by Catmull and Rom's cubic; 0 beyond the edge.
fn sampled(values: &[f32], x: f32, y: f32) -> f32 {
    let (x, y) = (x - 0.5, y - 0.5);
    if !(-2.0..SIDE as f32 + 1.0).contains(&x) || !(-2.0..SIDE as f32 + 1.0).contains(&y) {
        return 0.0;
    }
    let weights = |part: f32| {
        let (square, cube) = (part * part, part * part * part);
        [
            (2.0f32.mul_add(square, -part) - cube) / 2.0,
            (3.0f32.mul_add(cube, -5.0 * square) + 2.0) / 2.0,
            ((-3.0f32).mul_add(cube, 4.0 * square) + part) / 2.0,
            (cube - square) / 2.0,
        ]
    };
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (weights(x - left), weights(y - top));
    let at = |x: f32, y: f32| {
        let is_in = (0.0..SIDE as f32).contains(&x) && (0.0..SIDE as f32).contains(&y);
        if is_in { values[y as usize * SIDE + x as usize] } else { 0.0 }
    };
    let mut sum = 0.0;
    for (row, down) in down.iter().enumerate() {
        for (column, across) in across.iter().enumerate() {
            sum += down * across * at(left + column as f32 - 1.0, top + row as f32 - 1.0);
        }
    }
    sum
}
