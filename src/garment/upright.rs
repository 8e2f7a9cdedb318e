//! How far a garment is askew.
//!
//! Hems, waists and soles are level in the data set. The sums of a level garment's rows change most abruptly from row to row,
//! as those of a page whose lines are level (Postl, "Detection of linear oblique structures and skew scan in digitized
//! documents", 1986). And whatever is worn on both sides of a body is the same left and right of an upright line.

use super::raster::Area;

/// The largest turn that is looked for, in degrees.
const MOST: i32 = 12;
/// How many turns are tried.
const TURNS: usize = 2 * MOST as usize + 1;

/// What a factor of *e* says of a turn, in nats: sums of rows that change so much more abruptly…
const LEVEL: f32 = 5.8;
/// …sums of columns that do…
const SIDES: f32 = 1.3;
/// …and halves that differ so much less.
const SYMMETRY: f32 = 3.9;
/// The share of a garment in which the halves of the most symmetric ones differ.
const SAME: f32 = 0.01;
/// From this share on, a garment has no halves, as a shoe seen from its side, and symmetry says nothing.
const NO_HALVES: f32 = 0.2;
/// The deviation of how people hold and lay things, in degrees.
const USUAL: f32 = 12.0;
/// Turns below this are not worth another sampling, in degrees.
const LEAST: f32 = 1.0;

/// The turn in degrees, clockwise, that makes the garment level; 0 where it is as good as level. Of a garment with two halves
/// it is the mean of all turns, each weighted by what speaks for it, and of any other the likeliest: its sole alone decides,
/// and it may be drawn far from level.
pub(super) fn angle(mask: &[f32], width: usize, content: &Area) -> f32 {
    let garment = Points::of(mask, width, content);
    if garment.total <= 0.0 {
        return 0.0;
    }
    let mut sums = Sums::new(content.width + content.height);
    let mut has_halves = false;
    let odds: [f32; TURNS] = std::array::from_fn(|turn| {
        let (sin, cos) = degrees(turn).to_radians().sin_cos();
        let [rows, columns] = sums.jumps(&garment, sin, cos);
        let apart = garment.asymmetry(mask, width, sin, cos);
        has_halves |= apart < NO_HALVES;
        LEVEL * rows.max(1e-6).ln() + SIDES * columns.max(1e-6).ln()
            - SYMMETRY * (apart.min(NO_HALVES) + SAME).ln()
            - 0.5 * (degrees(turn) / USUAL).powi(2)
    });
    let likeliest = (0..TURNS).max_by(|one, other| odds[*one].total_cmp(&odds[*other]));
    let likeliest = likeliest.unwrap_or(MOST as usize);
    let turn = if has_halves { mean(&odds, odds[likeliest]) } else { degrees(likeliest) };
    if turn.abs() < LEAST { 0.0 } else { turn }
}

fn degrees(turn: usize) -> f32 {
    turn as f32 - MOST as f32
}

/// The mean turn, in degrees; `most` is the largest of the odds, in nats.
fn mean(odds: &[f32; TURNS], most: f32) -> f32 {
    let weights = odds.map(|odds| (odds - most).exp());
    let sum: f32 = weights.iter().enumerate().map(|(turn, weight)| degrees(turn) * weight).sum();
    sum / weights.iter().sum::<f32>()
}

/// A garment's pixels, relative to its centre of mass.
struct Points {
    points: Vec<[f32; 3]>,
    centre: [f32; 2],
    total: f32,
}

impl Points {
    fn of(mask: &[f32], width: usize, content: &Area) -> Self {
        let mut points = Vec::with_capacity(content.width * content.height);
        let mut sums = [0.0f32; 3];
        for y in content.top..content.top + content.height {
            for x in content.left..content.left + content.width {
                let part = mask[y * width + x];
                if part > 0.0 {
                    points.push([x as f32, y as f32, part]);
                    let own = [part * x as f32, part * y as f32, part];
                    sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
                }
            }
        }
        let [x, y, total] = sums;
        let centre = [x / total.max(1e-6), y / total.max(1e-6)];
        for [x, y, _] in &mut points {
            *x -= centre[0];
            *y -= centre[1];
        }
        Self { points, centre, total }
    }

    /// The share of the garment that has nothing on the other side of the line through its centre that this turn puts upright.
    fn asymmetry(&self, mask: &[f32], width: usize, sin: f32, cos: f32) -> f32 {
        let height = mask.len() / width.max(1);
        let at = |x: isize, y: isize| match (usize::try_from(x), usize::try_from(y)) {
            (Ok(x), Ok(y)) if x < width && y < height => mask[y * width + x],
            _ => 0.0,
        };
        let mut apart = 0.0;
        for [x, y, part] in &self.points {
            let aside = cos * x - sin * y;
            let x = x - 2.0 * aside * cos + self.centre[0];
            let y = y + 2.0 * aside * sin + self.centre[1];
            apart += (part - between(x, y, at)).max(0.0);
        }
        apart / self.total
    }
}

/// The sums of a garment's rows and columns.
struct Sums {
    rows: Vec<f32>,
    columns: Vec<f32>,
    middle: f32,
}

impl Sums {
    /// Space for a garment that reaches so far from its centre.
    fn new(reach: usize) -> Self {
        let zeros = || vec![0.0; 2 * reach + 2];
        Self { rows: zeros(), columns: zeros(), middle: reach as f32 }
    }

    /// The squares of the sums' changes from row to row and from column to column, after this turn.
    fn jumps(&mut self, garment: &Points, sin: f32, cos: f32) -> [f32; 2] {
        self.rows.fill(0.0);
        self.columns.fill(0.0);
        for [x, y, part] in &garment.points {
            let down = cos * y + sin * x + self.middle;
            let across = cos * x - sin * y + self.middle;
            for (sums, place) in [(&mut self.rows, down), (&mut self.columns, across)] {
                let first = place as usize;
                let share = place - first as f32;
                sums[first] += part * (1.0 - share);
                sums[first + 1] += part * share;
            }
        }
        [&self.rows, &self.columns]
            .map(|sums| sums.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum())
    }
}

fn centre(content: &Area) -> [f32; 2] {
    let middle = |first: usize, length: usize| first as f32 + (length as f32 - 1.0) / 2.0;
    [middle(content.left, content.width), middle(content.top, content.height)]
}

/// The content turned clockwise into a square that holds it, and that square's edge.
pub(super) fn turned(
    values: &[f32],
    width: usize,
    content: &Area,
    degrees: f32,
) -> (Vec<f32>, usize) {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let centre = centre(content);
    let edge = (content.width as f32).hypot(content.height as f32).ceil() as usize + 2;
    let middle = (edge as f32 - 1.0) / 2.0;
    let at = |x: isize, y: isize| {
        let is_in = |at: isize, first: usize, length: usize| {
            (first as isize..(first + length) as isize).contains(&at)
        };
        let is_in = is_in(x, content.left, content.width) && is_in(y, content.top, content.height);
        if is_in { values[y as usize * width + x as usize] } else { 0.0 }
    };
    let mut turned = Vec::with_capacity(edge * edge);
    for y in 0..edge {
        for x in 0..edge {
            let (x, y) = (x as f32 - middle, y as f32 - middle);
            let from_x = cos * x + sin * y + centre[0];
            let from_y = cos * y - sin * x + centre[1];
            turned.push(between(from_x, from_y, at));
        }
    }
    (turned, edge)
}

/// Between the four pixels around a place, linearly.
fn between(x: f32, y: f32, at: impl Fn(isize, isize) -> f32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (u, v) = (x - left, y - top);
    let (left, top) = (left as isize, top as isize);
    let row = |y: isize| (at(left + 1, y) - at(left, y)) * u + at(left, y);
    (row(top + 1) - row(top)) * v + row(top)
}
