//! The CPU's fused path: tiles of a few samples go forward and backward through the network in cache.

mod convolution;
mod dispatch;
mod lanes;
mod linear;
mod packed;
mod tile;
mod update;

use pulp::Simd;

use self::dispatch::{Instructions, Work};
use self::lanes::Lanes;
use self::packed::{Packed, PackedGradient};
use self::tile::{Gradients, TILE, Tile, Weights, sum_of_squares};
use super::flat::{flat_slot, flat_weights, named_slot, named_weights};
use super::scalars::{SCALARS, scalars};
use crate::dataset::Images;
use crate::network::{ModelError, Network};
use crate::state_dict::StateDict;
use crate::training::optimizer::{Recipe, slot_names};

/// A model in training on the CPU. Flat arrays are in whole eights, padded with zeros.
pub struct FusedCpu {
    network: Network,
    instructions: Instructions,
    recipe: Recipe,
    parameters: Vec<[f32; 8]>,
    /// The optimizer's state, in the order of [`slot_names`].
    slots: Vec<Vec<[f32; 8]>>,
    memory: Memory,
    unread: Vec<f32>,
}

/// Buffers for a step.
struct Memory {
    network: Network,
    gradient: Vec<[f32; 8]>,
    packed: Box<Packed>,
    packed_gradient: Box<PackedGradient>,
    tile: Box<Tile>,
}

impl Memory {
    fn new(network: Network) -> Self {
        Self {
            network,
            gradient: eights(network, &[]),
            packed: Box::new(Packed::new(network)),
            packed_gradient: Box::new(PackedGradient::new(network)),
            tile: Box::new(Tile::new(network)),
        }
    }

    /// Returns the mean loss over the images and leaves their mean gradient in `gradient`.
    #[inline(always)]
    fn gradient<S: Simd, const N: usize>(
        &mut self,
        lanes: Lanes<S, N>,
        parameters: &[[f32; 8]],
        images: Images<'_>,
    ) -> f32 {
        let flat = parameters.as_flattened();
        let network = self.network;
        self.packed.pack(network, flat);
        self.gradient.fill([0.0; 8]);
        self.packed_gradient.clear();
        let share = 1.0 / images.len() as f32;
        let weights = Weights::new(network, &self.packed, flat);
        let mut gradients =
            Gradients { packed: &mut self.packed_gradient, flat: self.gradient.as_flattened_mut() };
        let mut total = 0.0;
        for from in (0..images.len()).step_by(TILE) {
            let samples = self.tile.fill(images, from);
            self.tile.forward(lanes, samples, weights);
            for at in 0..samples {
                total += f64::from(self.tile.measure(at, share).0);
            }
            self.tile.backward(lanes, samples, weights, &mut gradients);
        }
        self.packed_gradient.unpack(network, self.gradient.as_flattened_mut());
        (total / images.len() as f64) as f32
    }
}

impl FusedCpu {
    /// Whether this machine has the vector instructions that the fused path needs.
    #[must_use]
    pub fn is_available() -> bool {
        Instructions::detect().is_some()
    }

    /// Starts from these weights of this network and this optimizer state, which is empty before the first step. `None` on a
    /// machine without vector instructions.
    ///
    /// # Errors
    /// [`ModelError::Missing`] or [`ModelError::Shape`] if arrays do not fit the network.
    pub(crate) fn new(
        network: Network,
        weights: &StateDict,
        recipe: Recipe,
        state: &StateDict,
    ) -> Result<Option<Self>, ModelError> {
        let Some(instructions) = Instructions::detect() else { return Ok(None) };
        let slot = |slot: &&str| {
            if recipe.steps_taken == 0 {
                return Ok(eights(network, &[]));
            }
            flat_slot(network, state, slot).map(|flat| eights(network, &flat))
        };
        let slots =
            slot_names(&recipe.settings).iter().map(slot).collect::<Result<_, ModelError>>()?;
        let parameters = eights(network, &flat_weights(network, weights)?);
        let (memory, unread) = (Memory::new(network), Vec::new());
        Ok(Some(Self { network, instructions, recipe, parameters, slots, memory, unread }))
    }

    /// Takes one step.
    pub(crate) fn step(&mut self, images: Images<'_>) {
        let scalars = scalars(&self.recipe.settings, self.recipe.moment(), self.recipe.clip_norm);
        let loss = self.instructions.run(Step {
            scalars,
            recipe: &self.recipe,
            parameters: &mut self.parameters,
            slots: &mut self.slots,
            memory: &mut self.memory,
            images,
        });
        self.recipe.steps_taken += 1;
        self.unread.push(loss);
    }

    /// Losses of the steps since the last call, in order.
    pub(crate) fn read_losses(&mut self) -> Vec<f32> {
        std::mem::take(&mut self.unread)
    }

    /// The loss and the gradients of images at the current weights, without taking a step.
    pub(crate) fn gradients(&mut self, images: Images<'_>) -> (f32, StateDict) {
        let (parameters, memory) = (&self.parameters, &mut self.memory);
        let loss = self.instructions.run(Gradient { parameters, memory, images });
        let gradient = self.memory.gradient.as_flattened();
        (loss, named_weights(self.network, gradient))
    }

    /// The weights now.
    pub(crate) fn weights(&self) -> StateDict {
        named_weights(self.network, self.parameters.as_flattened())
    }

    /// The optimizer's state as `<slot>.<parameter>`; empty before the first step.
    pub(crate) fn optimizer_state(&self) -> StateDict {
        if self.recipe.steps_taken == 0 {
            return StateDict::new();
        }
        let mut state = StateDict::new();
        for (name, slot) in slot_names(&self.recipe.settings).iter().zip(&self.slots) {
            state.extend(named_slot(self.network, slot.as_flattened(), name));
        }
        state
    }

    /// The network for inference, with the averaged weights if the recipe asks for them.
    pub(crate) fn inference(&self) -> CpuInference {
        let parameters = match self.slots.first() {
            // ASGD's only slot is its average.
            Some(average) if self.recipe.answers_with_average() => average.clone(),
            _ => self.parameters.clone(),
        };
        let memory = Memory::new(self.network);
        CpuInference { instructions: self.instructions, parameters, memory }
    }
}

/// The network for inference, without training.
pub(crate) struct CpuInference {
    instructions: Instructions,
    parameters: Vec<[f32; 8]>,
    memory: Memory,
}

impl CpuInference {
    /// The sum of the images' cross-entropies, and how many were classified correctly.
    pub fn measure(&mut self, images: Images<'_>) -> (f64, u64) {
        let (parameters, memory) = (&self.parameters, &mut self.memory);
        self.instructions.run(Measurement { parameters, memory, images })
    }
}

/// A training step; returns the mean loss.
struct Step<'a> {
    scalars: [f32; SCALARS],
    recipe: &'a Recipe,
    parameters: &'a mut [[f32; 8]],
    slots: &'a mut [Vec<[f32; 8]>],
    memory: &'a mut Memory,
    images: Images<'a>,
}

impl Work for Step<'_> {
    type Output = f32;

    #[inline(always)]
    fn run<S: Simd, const N: usize>(self, lanes: Lanes<S, N>) -> f32 {
        let loss = self.memory.gradient(lanes, self.parameters, self.images);
        let gradient = &self.memory.gradient;
        let scale = self.recipe.clip_norm.map_or(1.0, |most| {
            let norm = sum_of_squares(lanes, gradient).sqrt();
            // Not `min`, which would drop NaN.
            let scale = most as f32 / (norm + 1e-6);
            if scale > 1.0 { 1.0 } else { scale }
        });
        let (settings, scalars) = (&self.recipe.settings, &self.scalars);
        update::update(lanes, settings, scalars, scale, self.parameters, gradient, self.slots);
        loss
    }
}

/// The gradient of images, left in the memory; returns the mean loss.
struct Gradient<'a> {
    parameters: &'a [[f32; 8]],
    memory: &'a mut Memory,
    images: Images<'a>,
}

impl Work for Gradient<'_> {
    type Output = f32;

    #[inline(always)]
    fn run<S: Simd, const N: usize>(self, lanes: Lanes<S, N>) -> f32 {
        self.memory.gradient(lanes, self.parameters, self.images)
    }
}

/// The sum of the images' losses, and how many were classified correctly.
struct Measurement<'a> {
    parameters: &'a [[f32; 8]],
    memory: &'a mut Memory,
    images: Images<'a>,
}

impl Work for Measurement<'_> {
    type Output = (f64, u64);

    #[inline(always)]
    fn run<S: Simd, const N: usize>(self, lanes: Lanes<S, N>) -> (f64, u64) {
        let Memory { network, packed, tile, .. } = self.memory;
        let network = *network;
        let flat = self.parameters.as_flattened();
        packed.pack(network, flat);
        let (mut loss, mut right) = (0.0, 0);
        for from in (0..self.images.len()).step_by(TILE) {
            let samples = tile.fill(self.images, from);
            tile.forward(lanes, samples, Weights::new(network, packed, flat));
            for at in 0..samples {
                let (one, is_right) = tile.measure(at, 0.0);
                loss += f64::from(one);
                right += u64::from(is_right);
            }
        }
        (loss, right)
    }
}

/// A flat array in eights, with zeros where the network has more numbers.
fn eights(network: Network, flat: &[f32]) -> Vec<[f32; 8]> {
    let mut eights = vec![[0.0; 8]; network.numbers().div_ceil(8)];
    eights.as_flattened_mut()[..flat.len()].copy_from_slice(flat);
    eights
}
