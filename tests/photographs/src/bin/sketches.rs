//! Draws the sketches of `tests/fixtures/sketches/`: outlines set by hand, followed by an unsteady one.
//!
//! `cargo run --package photographs --bin sketches > tests/fixtures/sketches/sketches.json`
#![forbid(unsafe_code)]

use photographs::random::Chance;
use photographs::sketch::{Sketch, Stroke};

/// Points as hundredths of the garment's edge, from the left and from the top.
type Line = &'static [(i16, i16)];

/// A garment as one would draw it: closed outlines, then lines on it.
struct Plan {
    label: usize,
    outlines: &'static [Line],
    details: &'static [Line],
}

const fn plan(label: usize, outlines: &'static [Line], details: &'static [Line]) -> Plan {
    Plan { label, outlines, details }
}

#[rustfmt::skip]
const PLANS: &[Plan] = &[
    // T-shirts: with a round neck, with a V, wide, without sleeves, long.
    plan(0, &[&[(36,8),(42,13),(50,15),(58,13),(64,8),(78,13),(98,34),(85,47),(74,37),(74,95),(26,95),(26,37),(15,47),(2,34),(22,13)]], &[]),
    plan(0, &[&[(36,6),(50,22),(64,6),(80,12),(94,38),(80,44),(73,34),(72,94),(28,94),(27,34),(20,44),(6,38),(20,12)]], &[]),
    plan(0, &[&[(34,12),(50,18),(66,12),(82,16),(99,40),(84,50),(78,42),(79,90),(21,90),(22,42),(16,50),(1,40),(18,16)]], &[&[(40,45),(60,45),(60,62),(40,62),(40,45)]]),
    plan(0, &[&[(30,5),(36,5),(40,20),(50,26),(60,20),(64,5),(70,5),(72,26),(78,36),(78,95),(22,95),(22,36),(28,26)]], &[]),
    plan(0, &[&[(38,3),(50,9),(62,3),(76,8),(90,30),(78,36),(70,28),(71,98),(29,98),(30,28),(22,36),(10,30),(24,8)]], &[&[(36,4),(44,13),(50,14),(56,13),(64,4)]]),
    // Trousers: straight, narrow, wide, with a belt, tapering.
    plan(1, &[&[(32,3),(68,3),(72,97),(55,97),(50,34),(45,97),(28,97)]], &[]),
    plan(1, &[&[(37,2),(63,2),(65,40),(61,98),(53,98),(50,30),(47,98),(39,98),(35,40)]], &[]),
    plan(1, &[&[(30,4),(70,4),(80,96),(58,96),(50,38),(42,96),(20,96)]], &[&[(50,6),(50,34)]]),
    plan(1, &[&[(33,3),(67,3),(70,50),(67,97),(54,97),(51,40),(49,40),(46,97),(33,97),(30,50)]], &[&[(33,11),(67,11)]]),
    plan(1, &[&[(34,2),(66,2),(71,28),(62,98),(54,98),(50,36),(46,98),(38,98),(29,28)]], &[&[(37,14),(42,20)],&[(63,14),(58,20)]]),
    // Pullovers: sleeves along the body, apart from it, with cuffs, with a high neck, wide.
    plan(2, &[&[(37,6),(50,10),(63,6),(78,12),(88,40),(94,88),(80,91),(74,50),(74,94),(26,94),(26,50),(20,91),(6,88),(12,40),(22,12)]], &[]),
    plan(2, &[&[(38,5),(50,10),(62,5),(76,11),(90,45),(99,80),(86,86),(73,42),(72,95),(28,95),(27,42),(14,86),(1,80),(10,45),(24,11)]], &[]),
    plan(2, &[&[(37,6),(50,11),(63,6),(79,13),(89,45),(92,92),(79,93),(75,48),(75,95),(25,95),(25,48),(21,93),(8,92),(11,45),(21,13)]], &[&[(26,88),(74,88)],&[(8,85),(21,86)],&[(79,86),(92,85)]]),
    plan(2, &[&[(40,1),(60,1),(61,9),(77,14),(88,42),(93,90),(80,92),(74,46),(74,96),(26,96),(26,46),(20,92),(7,90),(12,42),(23,14),(39,9)]], &[]),
    plan(2, &[&[(35,8),(50,14),(65,8),(84,15),(95,45),(98,86),(84,88),(79,50),(79,90),(21,90),(21,50),(16,88),(2,86),(5,45),(16,15)]], &[&[(36,9),(43,17),(50,18),(57,17),(64,9)]]),
    // Dresses: with a wide skirt, straight, with straps, with sleeves, with a waist.
    plan(3, &[&[(38,3),(44,14),(50,16),(56,14),(62,3),(67,6),(64,22),(61,42),(80,97),(20,97),(39,42),(36,22),(33,6)]], &[]),
    plan(3, &[&[(37,3),(50,10),(63,3),(69,8),(66,28),(64,50),(69,97),(31,97),(36,50),(34,28),(31,8)]], &[]),
    plan(3, &[&[(40,2),(42,2),(43,17),(50,20),(57,17),(58,2),(60,2),(63,22),(61,44),(73,97),(27,97),(39,44),(37,22)]], &[]),
    plan(3, &[&[(40,3),(50,8),(60,3),(70,7),(79,40),(72,43),(64,24),(62,44),(72,97),(28,97),(38,44),(36,24),(28,43),(21,40),(30,7)]], &[]),
    plan(3, &[&[(39,3),(50,12),(61,3),(66,6),(66,22),(59,38),(70,60),(77,96),(23,96),(30,60),(41,38),(34,22),(34,6)]], &[&[(41,38),(59,38)]]),
    // Coats: long and open down the middle, with lapels, with a belt, with buttons, with a collar.
    plan(4, &[&[(38,3),(50,8),(62,3),(77,9),(86,45),(90,80),(78,82),(73,40),(75,98),(25,98),(27,40),(22,82),(10,80),(14,45),(23,9)]], &[&[(50,8),(50,97)]]),
    plan(4, &[&[(38,2),(50,6),(62,2),(76,8),(85,42),(88,78),(77,80),(72,38),(76,98),(24,98),(28,38),(23,80),(12,78),(15,42),(24,8)]], &[&[(39,3),(35,20),(50,42),(50,97)],&[(61,3),(65,20),(50,42)]]),
    plan(4, &[&[(38,2),(50,6),(62,2),(75,7),(84,40),(87,72),(76,74),(71,40),(79,98),(21,98),(29,40),(24,74),(13,72),(16,40),(25,7)]], &[&[(50,6),(50,97)],&[(29,48),(71,48)]]),
    plan(4, &[&[(36,4),(50,9),(64,4),(79,11),(88,48),(91,88),(79,90),(75,45),(76,97),(24,97),(25,45),(21,90),(9,88),(12,48),(21,11)]], &[&[(49,9),(49,96)],&[(55,30),(56,30)],&[(55,46),(56,46)],&[(55,62),(56,62)],&[(55,78),(56,78)]]),
    plan(4, &[&[(34,2),(66,2),(68,8),(79,12),(87,48),(90,84),(78,86),(74,44),(75,98),(25,98),(26,44),(22,86),(10,84),(13,48),(21,12),(32,8)]], &[&[(50,10),(50,97)],&[(32,8),(50,14),(68,8)],&[(30,66),(42,66)],&[(58,66),(70,66)]]),
    // Sandals from the side: with a heel and straps, flat, a high heel, with three straps, a mule.
    plan(5, &[&[(2,72),(30,73),(60,62),(84,42),(98,40),(97,50),(93,80),(88,80),(87,54),(66,74),(40,84),(4,82)]], &[&[(14,73),(22,58),(34,60),(40,72)],&[(84,42),(82,26),(96,24),(97,40)]]),
    plan(5, &[&[(2,72),(98,70),(98,82),(2,84)]], &[&[(12,72),(28,48),(44,70)],&[(60,70),(76,36),(96,44),(97,70)]]),
    plan(5, &[&[(2,80),(26,80),(58,58),(80,28),(96,24),(97,34),(92,88),(88,88),(86,42),(66,66),(34,88),(4,88)]], &[&[(10,80),(16,68),(28,66),(34,76)]]),
    plan(5, &[&[(2,74),(50,74),(98,66),(98,80),(50,84),(2,84)]], &[&[(10,74),(18,58),(26,74)],&[(34,74),(44,50),(54,73)],&[(68,71),(78,40),(95,42),(96,66)]]),
    plan(5, &[&[(2,70),(40,72),(70,62),(98,56),(97,82),(74,82),(72,74),(40,84),(3,82)]], &[&[(8,70),(24,42),(44,50),(50,70)]]),
    // Shirts: with a collar and buttons; sleeves along, apart, short, with a pocket, long.
    plan(6, &[&[(36,5),(43,2),(57,2),(64,5),(78,11),(87,42),(92,86),(80,89),(74,44),(74,95),(26,95),(26,44),(20,89),(8,86),(13,42),(22,11)]], &[&[(43,2),(50,13),(57,2)],&[(50,13),(50,94)],&[(50,30),(51,30)],&[(50,48),(51,48)],&[(50,66),(51,66)]]),
    plan(6, &[&[(37,4),(50,8),(63,4),(77,10),(90,48),(97,82),(85,87),(73,42),(72,95),(28,95),(27,42),(15,87),(3,82),(10,48),(23,10)]], &[&[(37,4),(44,16),(50,9),(56,16),(63,4)],&[(50,10),(50,94)]]),
    plan(6, &[&[(36,5),(50,10),(64,5),(79,11),(95,38),(82,45),(74,36),(74,95),(26,95),(26,36),(18,45),(5,38),(21,11)]], &[&[(36,5),(43,18),(50,10),(57,18),(64,5)],&[(50,10),(50,94)],&[(58,36),(68,36),(68,48),(58,48),(58,36)]]),
    plan(6, &[&[(36,4),(43,2),(57,2),(64,4),(78,10),(88,44),(92,88),(80,90),(75,46),(76,92),(50,96),(24,92),(25,46),(20,90),(8,88),(12,44),(22,10)]], &[&[(43,3),(50,12),(57,3)],&[(50,12),(50,95)],&[(57,34),(67,34),(67,46),(57,46),(57,34)]]),
    plan(6, &[&[(37,3),(50,7),(63,3),(76,9),(86,44),(90,82),(79,84),(73,42),(73,98),(27,98),(27,42),(21,84),(10,82),(14,44),(24,9)]], &[&[(37,3),(45,14),(50,8),(55,14),(63,3)],&[(50,9),(50,97)],&[(28,30),(72,30)],&[(27,52),(73,52)],&[(27,74),(73,74)]]),
    // Sneakers from the side: low, with laces, with a thick sole, running, high.
    plan(7, &[&[(2,70),(6,58),(30,50),(48,36),(62,34),(76,40),(92,36),(97,42),(98,76),(2,78)]], &[&[(3,68),(98,66)]]),
    plan(7, &[&[(2,68),(8,56),(32,50),(52,34),(66,32),(78,42),(94,34),(98,44),(98,74),(3,76)]], &[&[(34,50),(40,56)],&[(40,45),(47,51)],&[(46,40),(53,46)]]),
    plan(7, &[&[(2,76),(3,62),(12,54),(34,50),(52,36),(68,36),(80,42),(96,38),(98,76)]], &[&[(3,66),(98,62)],&[(36,52),(48,60),(60,58)]]),
    plan(7, &[&[(1,74),(4,62),(20,57),(38,50),(54,36),(66,38),(78,46),(90,38),(97,40),(99,60),(97,76),(60,76)]], &[&[(2,70),(98,68)],&[(50,66),(62,44)],&[(58,66),(70,44)]]),
    plan(7, &[&[(2,72),(6,60),(30,54),(46,38),(54,26),(92,24),(95,44),(97,76),(2,78)]], &[&[(3,70),(97,68)],&[(44,42),(52,48)],&[(50,34),(58,40)]]),
    // Bags: with a handle, a trapezium, with a flap, a shopper, round.
    plan(8, &[&[(4,40),(96,40),(98,92),(2,92)],&[(28,40),(32,16),(50,8),(68,16),(72,40),(66,40),(62,22),(50,15),(38,22),(34,40)]], &[]),
    plan(8, &[&[(18,38),(82,38),(98,94),(2,94)]], &[&[(32,38),(36,14),(50,6),(64,14),(68,38)]]),
    plan(8, &[&[(3,26),(97,26),(97,80),(3,80)]], &[&[(3,28),(50,58),(97,28)],&[(48,56),(52,56)]]),
    plan(8, &[&[(12,30),(88,30),(94,98),(6,98)]], &[&[(30,30),(32,6),(48,4),(50,30)],&[(50,30),(54,5),(70,6),(72,30)]]),
    plan(8, &[&[(10,50),(20,36),(80,36),(90,50),(94,80),(84,94),(16,94),(6,80)]], &[&[(22,36),(34,12),(66,12),(78,36)],&[(10,50),(90,50)]]),
    // Ankle boots from the side: flat, with a heel, pointed, wide, laced.
    plan(9, &[&[(2,82),(6,68),(26,60),(44,52),(50,30),(52,6),(90,6),(92,50),(97,88),(2,90)]], &[]),
    plan(9, &[&[(1,84),(8,72),(34,62),(50,46),(54,8),(90,6),(92,40),(97,64),(94,94),(78,94),(74,80),(40,92),(2,92)]], &[]),
    plan(9, &[&[(1,88),(24,72),(46,56),(52,36),(54,5),(88,5),(90,44),(96,70),(95,96),(82,96),(78,82),(44,92),(3,93)]], &[&[(70,6),(68,28)]]),
    plan(9, &[&[(2,80),(5,66),(20,58),(40,54),(48,34),(46,8),(94,8),(94,50),(98,80),(98,92),(2,92)]], &[&[(2,82),(98,80)]]),
    plan(9, &[&[(2,82),(6,66),(28,58),(44,48),(48,28),(50,4),(92,4),(93,48),(97,80),(97,92),(3,92)]], &[&[(44,48),(56,54)],&[(47,38),(60,43)],&[(48,26),(62,30)],&[(49,14),(64,17)]]),
];

/// How a garment is drawn.
const MANNERS: [&str; 10] = [
    "outline, thin",
    "outline, filled by the pad",
    "outline, thick",
    "scribbled full",
    "filled, lines on it darker",
    "outline, small in a corner",
    "filled, grey",
    "outline by several strokes",
    "brush, filled by hand",
    "outline and lines, medium",
];

fn main() {
    let mut sketches = Vec::new();
    for label in 0..10 {
        let plans: Vec<&Plan> = PLANS.iter().filter(|plan| plan.label == label).collect();
        for (number, manner) in MANNERS.iter().enumerate() {
            let mut chance = Chance::new(17, (label * 10 + number) as u64);
            let plan = plans[(number * 3 + number / 5) % plans.len()];
            sketches.push(Hand::new(&mut chance, number == 5, label).draw(plan, number, manner));
        }
    }
    match serde_json::to_string(&sketches) {
        // A sketch a line, so that differences can be read.
        Ok(json) => {
            println!("{}", json.replace("{\"label\"", "\n{\"label\"").replace("}]}]", "}]}\n]"));
        }
        Err(error) => eprintln!("{error}"),
    }
}

/// Where the garment goes, and how unsteady the hand is.
struct Hand {
    chance: Chance,
    scale: [f32; 2],
    corner: [f32; 2],
    angle: f32,
    is_mirrored: bool,
    wobble: f32,
}

impl Hand {
    fn new(chance: &mut Chance, is_small: bool, label: usize) -> Self {
        let mut chance = chance.clone();
        let size =
            if is_small { chance.between(120.0, 190.0) } else { chance.between(280.0, 400.0) };
        let scale = [size * chance.between(0.88, 1.12), size];
        let free = |scale: f32| (430.0 - scale).max(2.0);
        let place = |chance: &mut Chance, free: f32| {
            if is_small {
                chance.between(0.0, 0.25) * free
            } else {
                chance.between(0.2, 0.8) * free
            }
        };
        let corner =
            [place(&mut chance, free(scale[0])) + 8.0, place(&mut chance, free(scale[1])) + 8.0];
        Self {
            corner,
            scale,
            angle: chance.between(-4.0, 4.0).to_radians(),
            // As many people draw a shoe that points to the right.
            is_mirrored: matches!(label, 5 | 7 | 9) && chance.happens(0.5),
            wobble: size * chance.between(0.005, 0.014),
            chance,
        }
    }

    fn at(&self, (x, y): (f32, f32)) -> [f32; 2] {
        let x = if self.is_mirrored { 100.0 - x } else { x };
        let (x, y) = (x / 100.0 - 0.5, y / 100.0 - 0.5);
        let (sin, cos) = self.angle.sin_cos();
        let turned = [cos * x - sin * y + 0.5, sin * x + cos * y + 0.5];
        [0, 1].map(|i| turned[i] * self.scale[i] + self.corner[i])
    }

    /// The line as the hand follows it: every few pixels a point, off by a slow wobble.
    fn followed(&mut self, line: &[(f32, f32)]) -> Vec<[f32; 2]> {
        let corners: Vec<[f32; 2]> = line.iter().map(|point| self.at(*point)).collect();
        let phase = [0, 1, 2, 3].map(|_| self.chance.between(0.0, 6.3));
        let mut along = 0.0f32;
        let mut points = Vec::new();
        for pair in corners.windows(2) {
            let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
            let length = dx.hypot(dy);
            let count = (length / 20.0).ceil().max(1.0) as usize;
            for i in 0..count {
                let part = i as f32 / count as f32;
                let off = [0, 1].map(|axis| {
                    let slow = (along / 45.0 + phase[axis]).sin();
                    self.wobble * (slow + 0.6 * (along / 19.0 + phase[axis + 2]).sin())
                });
                points.push([pair[0][0] + dx * part + off[0], pair[0][1] + dy * part + off[1]]);
                along += length / count as f32;
            }
        }
        points.extend(corners.last());
        points
    }

    fn stroke(&mut self, line: &[(f32, f32)], width: f32, grey: u8, fills: bool) -> Stroke {
        let pressed = self.chance.between(70.0, 100.0);
        let points = self.followed(line);
        let count = points.len() as f32;
        let points = points
            .into_iter()
            .enumerate()
            .map(|(i, [x, y])| {
                let edge = (i as f32 / count * std::f32::consts::PI).sin();
                let pressure = pressed * (0.8 + 0.2 * edge);
                let pixel = |at: f32| at.round().clamp(2.0, 445.0) as i16;
                [pixel(x), pixel(y), pressure as i16]
            })
            .collect();
        Stroke { grey, width: width.round(), fills, points }
    }

    fn draw(mut self, plan: &Plan, number: usize, manner: &str) -> Sketch {
        let exact = |line: Line| -> Vec<(f32, f32)> {
            line.iter().map(|(x, y)| (f32::from(*x), f32::from(*y))).collect()
        };
        let thick = self.scale[1] / 400.0;
        let (width, fills, grey) = match number {
            0 => (8.0, false, 230),
            1 | 4 => (14.0, true, 230),
            2 => (26.0 * thick, false, 230),
            3 => (10.0, false, 230),
            5 => (7.0, false, 230),
            6 => (14.0, true, 150),
            7 => (9.0, false, 230),
            8 => (34.0 * thick, false, 230),
            _ => (14.0 * thick, false, 230),
        };
        let mut strokes = Vec::new();
        for outline in plan.outlines {
            let mut line = exact(outline);
            line.push(line[0]);
            if number == 7 {
                // Lifted at every third corner, and set down not quite there.
                for part in line.chunks(4) {
                    let last =
                        line.iter().position(|point| point == part.last().unwrap_or(&line[0]));
                    let next = last.and_then(|at| line.get(at + 1)).copied();
                    let joined: Vec<_> = part.iter().copied().chain(next).collect();
                    strokes.push(self.stroke(&joined, width, grey, false));
                }
            } else {
                strokes.push(self.stroke(&line, width, grey, fills));
            }
            if number == 3 || number == 8 {
                let full =
                    self.scribble(&exact(outline), width * if number == 8 { 0.8 } else { 1.3 });
                strokes.extend(
                    full.iter()
                        .map(|line| self.stroke(line, width, grey, false))
                        .collect::<Vec<_>>(),
                );
            }
        }
        // Handles and straps belong to a garment however it is drawn.
        // What tells a coat or a shirt from a pullover is drawn by everybody.
        let has_lines = matches!(number, 0 | 2 | 4 | 5 | 7 | 9) || matches!(plan.label, 4..=6 | 8);
        let is_full = matches!(number, 1 | 3 | 4 | 6 | 8);
        for detail in plan.details.iter().filter(|_| has_lines) {
            let darker = if is_full && !matches!(plan.label, 5 | 8) { 90 } else { grey };
            let own = self.stroke(&exact(detail), width.min(14.0), darker, false);
            strokes.push(own);
        }
        Sketch { label: plan.label, manner: manner.to_owned(), strokes }
    }

    /// Lines to and fro that fill an outline, so many pixels apart.
    fn scribble(&mut self, outline: &[(f32, f32)], apart: f32) -> Vec<Vec<(f32, f32)>> {
        let step = apart / self.scale[1] * 100.0;
        let mut lines: Vec<Vec<(f32, f32)>> = Vec::new();
        let mut level = step / 2.0;
        while level < 100.0 {
            let mut crossings: Vec<f32> = outline
                .iter()
                .zip(outline.iter().cycle().skip(1))
                .filter(|(from, to)| (from.1 <= level) != (to.1 <= level))
                .map(|(from, to)| from.0 + (level - from.1) / (to.1 - from.1) * (to.0 - from.0))
                .collect();
            crossings.sort_by(f32::total_cmp);
            for span in crossings.chunks_exact(2) {
                lines.push(vec![
                    (span[0], level),
                    (span[1], level + step * self.chance.between(-0.2, 0.4)),
                ]);
            }
            level += step;
        }
        lines
    }
}
