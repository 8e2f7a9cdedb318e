//! The optimizers' rules over flat arrays. [`super::super::scalars`] documents the scalars.

use pulp::Simd;

use super::super::scalars::{DECAY, RATE, SCALARS, adagrad, adam, asgd, rms_prop, sgd};
use super::lanes::{Eight, Lanes};
use crate::settings::OptimizerSettings;

/// Applies a step to all parameters. `slots` are in the order of their names; `scale` is the factor by
/// which clipping shrinks the gradient.
#[inline(always)]
pub(super) fn update<S: Simd, const N: usize>(
    lanes: Lanes<S, N>,
    settings: &OptimizerSettings,
    scalars: &[f32; SCALARS],
    scale: f32,
    parameters: &mut [[f32; 8]],
    gradient: &[[f32; 8]],
    slots: &mut [Vec<[f32; 8]>],
) {
    let scalar = |at: usize| lanes.splat(scalars[at]);
    let (size, decay, scale) = (scalar(RATE), scalar(DECAY), lanes.splat(scale));
    let each = Each { lanes, decay, scale };
    match (settings, slots) {
        (OptimizerSettings::Sgd { .. }, [velocities]) => {
            let (momentum, share, nesterov) =
                (scalar(sgd::MOMENTUM), scalar(sgd::SHARE), scalars[sgd::NESTEROV] != 0.0);
            each.parameter(
                parameters,
                gradient,
                [velocities],
                |parameter, gradient, [velocity]| {
                    let velocity =
                        lanes.multiply_add(momentum, velocity, lanes.multiply(share, gradient));
                    let direction = if nesterov {
                        lanes.multiply_add(momentum, velocity, gradient)
                    } else {
                        velocity
                    };
                    (less(lanes, parameter, size, direction), [velocity])
                },
            );
        }
        (OptimizerSettings::Asgd { .. }, [averages]) => {
            let (left, weight, fresh) =
                (scalar(asgd::LEFT), scalar(asgd::WEIGHT), scalars[asgd::WEIGHT] == 1.0);
            each.parameter(parameters, gradient, [averages], |parameter, gradient, [average]| {
                let parameter = less(lanes, lanes.multiply(parameter, left), size, gradient);
                let change = lanes.subtract(parameter, average);
                let average =
                    if fresh { parameter } else { lanes.multiply_add(change, weight, average) };
                (parameter, [average])
            });
        }
        (OptimizerSettings::Adagrad { .. }, [sums]) => {
            let epsilon = scalar(adagrad::EPSILON);
            each.parameter(parameters, gradient, [sums], |parameter, gradient, [sum]| {
                let sum = lanes.multiply_add(gradient, gradient, sum);
                let direction = lanes.divide(gradient, lanes.add(lanes.root(sum), epsilon));
                (less(lanes, parameter, size, direction), [sum])
            });
        }
        (
            OptimizerSettings::Adam { .. } | OptimizerSettings::AdamW { .. },
            [means, mean_squares],
        ) => {
            let (share, old, new) = (scalar(adam::SHARE), scalar(adam::OLD), scalar(adam::NEW));
            let (correction, epsilon, left) =
                (scalar(adam::CORRECTION), scalar(adam::EPSILON), scalar(adam::LEFT));
            let slots = [means, mean_squares];
            each.parameter(parameters, gradient, slots, |parameter, gradient, [mean, squares]| {
                let mean = lanes.multiply_add(lanes.subtract(gradient, mean), share, mean);
                let square = lanes.multiply(gradient, gradient);
                let squares = lanes.multiply_add(squares, old, lanes.multiply(square, new));
                let deviation = lanes.divide(lanes.root(squares), correction);
                let direction = lanes.divide(mean, lanes.add(deviation, epsilon));
                (less(lanes, lanes.multiply(parameter, left), size, direction), [mean, squares])
            });
        }
        (OptimizerSettings::RmsProp { centered, .. }, slots) => {
            let rule = RmsProp { lanes, size, scalars };
            match (centered, slots) {
                (false, [squares]) => {
                    each.parameter(parameters, gradient, [squares], |p, g, [q]| {
                        let q = rule.squares(g, q);
                        let direction = rule.direction(g, q);
                        (less(lanes, p, size, direction), [q])
                    });
                }
                (false, [squares, velocities]) => {
                    each.parameter(parameters, gradient, [squares, velocities], |p, g, [q, v]| {
                        let q = rule.squares(g, q);
                        let (p, v) = rule.with_momentum(p, v, rule.direction(g, q));
                        (p, [q, v])
                    });
                }
                (true, [squares, means]) => {
                    each.parameter(parameters, gradient, [squares, means], |p, g, [q, a]| {
                        let (q, a) = (rule.squares(g, q), rule.mean(g, a));
                        let direction = rule.direction(g, rule.variance(q, a));
                        (less(lanes, p, size, direction), [q, a])
                    });
                }
                (true, [squares, means, velocities]) => {
                    let slots = [squares, means, velocities];
                    each.parameter(parameters, gradient, slots, |p, g, [q, a, v]| {
                        let (q, a) = (rule.squares(g, q), rule.mean(g, a));
                        let direction = rule.direction(g, rule.variance(q, a));
                        let (p, v) = rule.with_momentum(p, v, direction);
                        (p, [q, a, v])
                    });
                }
                _ => {}
            }
        }
        // SGD without momentum has no slots; every other optimizer matches above.
        _ => each.parameter(parameters, gradient, [], |parameter, gradient, []| {
            (less(lanes, parameter, size, gradient), [])
        }),
    }
}

/// `parameter - size * direction`.
#[inline(always)]
fn less<S: Simd, const N: usize>(
    lanes: Lanes<S, N>,
    parameter: Eight<S, N>,
    size: Eight<S, N>,
    direction: Eight<S, N>,
) -> Eight<S, N> {
    lanes.subtract(parameter, lanes.multiply(size, direction))
}

/// What is applied to every gradient before a rule sees it.
struct Each<S: Simd, const N: usize> {
    lanes: Lanes<S, N>,
    decay: Eight<S, N>,
    scale: Eight<S, N>,
}

impl<S: Simd, const N: usize> Each<S, N> {
    #[inline(always)]
    fn parameter<const K: usize>(
        &self,
        parameters: &mut [[f32; 8]],
        gradient: &[[f32; 8]],
        slots: [&mut Vec<[f32; 8]>; K],
        rule: impl Fn(Eight<S, N>, Eight<S, N>, [Eight<S, N>; K]) -> (Eight<S, N>, [Eight<S, N>; K]),
    ) {
        let lanes = self.lanes;
        let length = parameters.len();
        let mut slots = slots.map(|slot| &mut slot[..length]);
        for (at, (parameter, gradient)) in parameters.iter_mut().zip(gradient).enumerate() {
            let before = lanes.load(parameter);
            let gradient = lanes.multiply(lanes.load(gradient), self.scale);
            let gradient = lanes.multiply_add(before, self.decay, gradient);
            let mut kept = [before; K];
            for (kept, slot) in kept.iter_mut().zip(&slots) {
                *kept = lanes.load(&slot[at]);
            }
            let (after, kept) = rule(before, gradient, kept);
            lanes.store(after, parameter);
            for (slot, kept) in slots.iter_mut().zip(kept) {
                lanes.store(kept, &mut slot[at]);
            }
        }
    }
}

/// What RMSprop's four variants have in common.
#[derive(Clone, Copy)]
struct RmsProp<'a, S: Simd, const N: usize> {
    lanes: Lanes<S, N>,
    size: Eight<S, N>,
    scalars: &'a [f32; SCALARS],
}

impl<S: Simd, const N: usize> RmsProp<'_, S, N> {
    #[inline(always)]
    fn scalar(&self, at: usize) -> Eight<S, N> {
        self.lanes.splat(self.scalars[at])
    }

    #[inline(always)]
    fn squares(&self, gradient: Eight<S, N>, squares: Eight<S, N>) -> Eight<S, N> {
        let new = self
            .lanes
            .multiply(self.lanes.multiply(gradient, gradient), self.scalar(rms_prop::NEW));
        self.lanes.multiply_add(squares, self.scalar(rms_prop::OLD), new)
    }

    #[inline(always)]
    fn mean(&self, gradient: Eight<S, N>, mean: Eight<S, N>) -> Eight<S, N> {
        self.lanes.multiply_add(
            self.lanes.subtract(gradient, mean),
            self.scalar(rms_prop::NEW),
            mean,
        )
    }

    #[inline(always)]
    fn variance(&self, squares: Eight<S, N>, mean: Eight<S, N>) -> Eight<S, N> {
        self.lanes.subtract(squares, self.lanes.multiply(mean, mean))
    }

    #[inline(always)]
    fn direction(&self, gradient: Eight<S, N>, variance: Eight<S, N>) -> Eight<S, N> {
        let deviation = self.lanes.add(self.lanes.root(variance), self.scalar(rms_prop::EPSILON));
        self.lanes.divide(gradient, deviation)
    }

    #[inline(always)]
    fn with_momentum(
        &self,
        parameter: Eight<S, N>,
        velocity: Eight<S, N>,
        direction: Eight<S, N>,
    ) -> (Eight<S, N>, Eight<S, N>) {
        let velocity =
            self.lanes.multiply_add(velocity, self.scalar(rms_prop::MOMENTUM), direction);
        (less(self.lanes, parameter, self.size, velocity), velocity)
    }
}
