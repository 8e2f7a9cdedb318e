//! The outline that agrees best with all pixels while it is short and follows changes of colour: the minimum of a convex
//! energy (Chan, Esedoglu and Nikolova, 2006), approached as by Chambolle and Pock (2011).

use super::surface::Colour;

/// What an outline costs between a pixel and the next one to the right, and the one below, in nats a pixel.
pub(super) struct Steps {
    right: Vec<f32>,
    below: Vec<f32>,
}

/// The cost of an outline where no colours change.
const STRONGEST: f32 = 5.0;

impl Steps {
    pub fn of(colours: &[Colour], width: usize, height: usize) -> Self {
        let apart = |one: usize, other: usize| {
            (0..3).map(|part| (colours[one][part] - colours[other][part]).powi(2)).sum::<f32>()
        };
        let mut right = vec![0.0; width * height];
        let mut below = vec![0.0; width * height];
        let mut all = Vec::with_capacity(2 * width * height);
        for at in 0..width * height {
            if at % width + 1 < width {
                right[at] = apart(at, at + 1);
                all.push(right[at]);
            }
            if at / width + 1 < height {
                below[at] = apart(at, at + width);
                all.push(below[at]);
            }
        }
        let mean = all.iter().sum::<f32>() / all.len().max(1) as f32;
        let scale = 1.0 / (2.0 * mean + 8.0);
        for cost in right.iter_mut().chain(&mut below) {
            *cost = STRONGEST * (*cost * -scale).exp().max(0.05);
        }
        Self { right, below }
    }
}

/// The primal and dual variables of the energy.
pub(super) struct Flow {
    width: usize,
    /// 0 background to 1 garment.
    pub mask: Vec<f32>,
    ahead: Vec<f32>,
    right: Vec<f32>,
    below: Vec<f32>,
    outward: Vec<f32>,
}

impl Flow {
    pub fn new(width: usize, height: usize) -> Self {
        let zeros = || vec![0.0; width * height];
        Self {
            width,
            mask: zeros(),
            ahead: zeros(),
            right: zeros(),
            below: zeros(),
            outward: zeros(),
        }
    }

    /// Goes on from this mask.
    pub fn start_from(&mut self, mask: Vec<f32>) {
        self.ahead.copy_from_slice(&mask);
        self.mask = mask;
    }

    /// Approaches the minimum; `rounds` suffice from the last one's result, or from nothing.
    pub fn settle(&mut self, evidence: &[f32], steps: &Steps, rounds: usize) {
        let width = self.width;
        let last = self.mask.len() - width;
        for _ in 0..rounds {
            // Written for vector instructions: no index is checked within a row.
            let below = self.below[..last].iter_mut().zip(&steps.below);
            let pairs = self.ahead.iter().zip(&self.ahead[width..]);
            for ((flow, most), (here, next)) in below.zip(pairs) {
                *flow = (*flow + 0.5 * (next - here)).max(-most).min(*most);
            }
            let rows = self.right.chunks_exact_mut(width).zip(steps.right.chunks_exact(width));
            for ((flows, costs), ahead) in rows.zip(self.ahead.chunks_exact(width)) {
                let pairs = ahead.iter().zip(&ahead[1..]);
                for ((flow, most), (here, next)) in flows.iter_mut().zip(costs).zip(pairs) {
                    *flow = (*flow + 0.5 * (next - here)).max(-most).min(*most);
                }
            }
            self.outward.copy_from_slice(evidence);
            let inward = self.outward[width..].iter_mut().zip(&self.below);
            inward.for_each(|(sum, flow)| *sum -= flow);
            self.outward.iter_mut().zip(&self.below).for_each(|(sum, flow)| *sum += flow);
            let rows = self.outward.chunks_exact_mut(width).zip(self.right.chunks_exact(width));
            for (sums, flows) in rows {
                sums.iter_mut().zip(flows).for_each(|(sum, flow)| *sum += flow);
                sums[1..].iter_mut().zip(flows).for_each(|(sum, flow)| *sum -= flow);
            }
            let all = self.mask.iter_mut().zip(&mut self.ahead).zip(&self.outward);
            for ((mask, ahead), sum) in all {
                let new = (*mask + 0.25 * sum).clamp(0.0, 1.0);
                *ahead = 2.0 * new - *mask;
                *mask = new;
            }
        }
    }
}
