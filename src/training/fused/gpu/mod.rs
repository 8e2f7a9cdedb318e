//! The GPU's fused path: two dispatches a step, three with clipping, without waiting.
//!
//! The data set resides on the GPU as bytes. A recorded step consists of the indices of its images and the
//! optimizer's scalars; many steps make up one submission. Losses stay on the GPU until they are read.
//! Nothing is created in between: one bind group serves all steps with a dynamic offset.
//!
//! Written in WGSL on the wgpu device that Burn opened rather than in CubeCL, which makes a bind group and
//! takes buffers from its pool for every launch; here a step costs a few calls.

#[cfg(test)]
#[allow(clippy::panic, clippy::unwrap_used)]
mod compiler_tests;
mod device;
mod evaluation;
mod kernels;
mod layout;
mod memory;

use std::cell::RefCell;
use std::rc::Rc;

use burn::tensor::wgpu::wgpu;

pub use self::device::Gpu;
pub(crate) use self::evaluation::{GpuInference, Measuring};

use self::device::{Compiled, Readback, read};
use self::evaluation::Evaluation;
use self::kernels::{RunKernels, STEP_STRIDE};
use self::layout::{flat, padded, padded_length};
use self::memory::{Holder, Memory, Numbers, Resident, STEPS_A_SUBMISSION, StepUniforms};
use super::flat::{flat_slot, flat_weights, named_slot, named_weights};
use super::scalars::{SCALARS, scalars};
use crate::dataset::{ImageBuffer, Images};
use crate::network::{EngineFault, Network};
use crate::settings::TrainingConfig;
use crate::state_dict::StateDict;
use crate::training::optimizer::{Recipe, slot_names};
use crate::training::{Pace, TrainingError};

/// Images outside any split are uploaded in portions of about this many.
const LOOSE_IMAGES: usize = 4096;

/// A model in training on the GPU.
pub struct FusedGpu {
    gpu: Gpu,
    network: Network,
    recipe: Recipe,
    kernels: RunKernels<Compiled>,
    parameters: Rc<Numbers>,
    /// The optimizer's slots, one after the other in the order of their names.
    slots: Rc<Numbers>,
    images: Option<Resident>,
    memory: Option<Memory>,
    group: Option<wgpu::BindGroup>,
    recorded: Recorded,
    /// Steps whose losses have not been read, including recorded ones.
    unread: usize,
    readback: RefCell<Readback>,
    evaluation: Rc<RefCell<Evaluation>>,
}

/// Steps that have been recorded but not submitted.
#[derive(Default)]
struct Recorded {
    table: Vec<u8>,
    counts: Vec<usize>,
    order: Vec<u8>,
    images_in_order: usize,
    loose: ImageBuffer,
}

/// The purpose of recorded steps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Task {
    Train,
    /// Only compute the gradient, and leave it in `scratch`.
    Gradient,
}

impl Gpu {
    /// Compiles all kernels that a run of this network with this config dispatches: for steps, validations, and the gradients
    /// of its self-test.
    ///
    /// # Errors
    /// The GPU compiler's error. The device stays usable.
    pub(crate) async fn compile_for(
        &self,
        network: Network,
        config: &TrainingConfig,
    ) -> Result<(), String> {
        let clips = config.clip_norm.is_some();
        let kernels = RunKernels::of(network, &config.optimizer, clips, config.batch_size);
        self.compile(&kernels.all()).await
    }
}

impl FusedGpu {
    /// Starts from these weights of this network and this optimizer state, which is empty before the first step.
    ///
    /// # Errors
    /// [`TrainingError::State`] if arrays do not fit the network, [`TrainingError::Engine`] if
    /// [`Gpu::compile_for`] was not called with the run's config.
    pub(crate) fn new(
        gpu: &Gpu,
        network: Network,
        weights: &StateDict,
        recipe: Recipe,
        state: &StateDict,
    ) -> Result<Self, TrainingError> {
        let clips = recipe.clip_norm.is_some();
        let kernels = RunKernels::of(network, &recipe.settings, clips, recipe.batch_size);
        let kernels = kernels.compiled(gpu)?;
        let weights = flat_weights(network, weights)?;
        let length = padded_length(network);
        let names = slot_names(&recipe.settings);
        let mut slots = Vec::new();
        if recipe.steps_taken > 0 {
            for slot in names {
                slots.extend(padded(network, &flat_slot(network, state, slot)?));
            }
        }
        Ok(Self {
            parameters: Rc::new(Numbers::new(gpu, &padded(network, &weights), length)),
            slots: Rc::new(Numbers::new(gpu, &slots, names.len() * length)),
            gpu: gpu.clone(),
            network,
            recipe,
            kernels,
            images: None,
            memory: None,
            group: None,
            recorded: Recorded::default(),
            unread: 0,
            readback: RefCell::new(Readback::new()),
            evaluation: Rc::default(),
        })
    }

    /// Records one step, and submits the recorded steps once there are enough.
    ///
    /// # Errors
    /// [`TrainingError::Engine`] if losses were left unread for too many steps.
    pub(crate) fn step(&mut self, images: Images<'_>) -> Result<(), TrainingError> {
        if self.unread >= Pace::MOST_STEPS {
            return Err(TrainingError::Engine(EngineFault::LossesUnread));
        }
        let moment = self.recipe.moment();
        self.record(images, scalars(&self.recipe.settings, moment, self.recipe.clip_norm));
        self.recipe.steps_taken += 1;
        self.unread += 1;
        let is_full = self.recorded.counts.len() == STEPS_A_SUBMISSION
            || self.recorded.loose.images().len() >= LOOSE_IMAGES;
        if is_full {
            self.submit(Task::Train, None);
        }
        Ok(())
    }

    fn record(&mut self, images: Images<'_>, scalars: [f32; SCALARS]) {
        self.prepare(images);
        let Recorded { table, counts, order, images_in_order, loose } = &mut self.recorded;
        let uniforms = StepUniforms {
            first: *images_in_order as u32,
            count: images.len() as u32,
            slot: self.unread as u32,
            scalars,
        };
        uniforms.append_to(table);
        counts.push(images.len());
        match images {
            Images::Of { indices, .. } => {
                order.extend(indices.iter().flat_map(|index| index.to_le_bytes()));
            }
            Images::Loose { .. } => {
                for at in 0..images.len() {
                    order.extend((loose.images().len() as u32).to_le_bytes());
                    let (pixels, label) = images.get(at);
                    loose.push(pixels, label);
                }
            }
        }
        *images_in_order += images.len();
    }

    /// Creates what the first step of its kind needs and all later ones reuse.
    fn prepare(&mut self, images: Images<'_>) {
        let resident = match images {
            Images::Of { split, .. } => Holder::Split(split.len()),
            Images::Loose { .. } => Holder::Loose(2 * LOOSE_IMAGES),
        };
        let memory_fits = self.memory.as_ref().is_some_and(|memory| memory.fits(images.len()));
        let images_fit = self.images.as_ref().is_some_and(|images| images.is_for(resident));
        if !(memory_fits && images_fit) {
            // Steps recorded so far refer to the current buffers.
            self.submit(Task::Train, None);
        }
        let gpu = &self.gpu;
        if !memory_fits {
            let (steps, results) = (STEPS_A_SUBMISSION, Pace::MOST_STEPS + 1);
            let memory = Memory::new(gpu, self.network, steps, images.len(), results);
            // Unread losses move to the new buffer.
            if let Some(former) = &self.memory {
                let mut encoder = gpu.device.create_command_encoder(&Default::default());
                let bytes = former.results.size();
                encoder.copy_buffer_to_buffer(&former.results, 0, &memory.results, 0, bytes);
                gpu.queue.submit([encoder.finish()]);
            }
            self.memory = Some(memory);
            self.group = None;
        }
        if !images_fit {
            self.images = Some(Resident::new(gpu, resident));
            self.group = None;
        }
        if let (Images::Of { split, corrections, .. }, Some(resident)) = (images, &mut self.images)
        {
            resident.update(gpu, split, corrections);
        }
        if let (None, Some(memory), Some(images)) = (&self.group, &self.memory, &self.images) {
            self.group = Some(memory.group(gpu, images, &self.parameters.0, &self.slots.0));
        }
    }

    /// Submits the recorded steps, followed by a copy of a buffer's first numbers into the readback buffer.
    fn submit(&mut self, task: Task, copy: Option<(&wgpu::Buffer, &wgpu::Buffer, usize)>) {
        let recorded = std::mem::take(&mut self.recorded);
        let (Some(memory), Some(images), Some(group)) = (&self.memory, &self.images, &self.group)
        else {
            return;
        };
        let gpu = &self.gpu;
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        if !recorded.counts.is_empty() {
            gpu.queue.write_buffer(&memory.steps, 0, &recorded.table);
            gpu.queue.write_buffer(&memory.order, 0, &recorded.order);
            if let Images::Loose { pixels, labels } = recorded.loose.images()
                && !labels.is_empty()
            {
                images.put(gpu, pixels, labels);
            }
            let mut pass = encoder.begin_compute_pass(&Default::default());
            let kernels = match task {
                Task::Train => &self.kernels.step,
                Task::Gradient => &self.kernels.gradient,
            };
            for (step, &count) in recorded.counts.iter().enumerate() {
                pass.set_bind_group(0, group, &[step as u32 * STEP_STRIDE as u32]);
                for Compiled { kernel, pipeline } in kernels {
                    pass.set_pipeline(pipeline);
                    pass.dispatch_workgroups(kernel.workgroups(count), 1, 1);
                }
            }
        }
        if let Some((from, to, count)) = copy {
            encoder.copy_buffer_to_buffer(from, 0, to, 0, (count * 4) as u64);
        }
        gpu.queue.submit([encoder.finish()]);
        self.recorded.reuse(recorded);
    }

    /// Losses of the steps since the last call, in order.
    ///
    /// # Errors
    /// [`TrainingError::Engine`].
    pub(crate) async fn read_losses(&mut self) -> Result<Vec<f32>, TrainingError> {
        let count = std::mem::take(&mut self.unread);
        let Some(results) = self.memory.as_ref().map(|memory| memory.results.clone()) else {
            return Ok(Vec::new());
        };
        if count == 0 {
            return Ok(Vec::new());
        }
        let target = self.readback.get_mut().buffer(&self.gpu, (Pace::MOST_STEPS * 4) as u64);
        self.submit(Task::Train, Some((&results, &target, count)));
        read(&self.gpu, &target, count).await
    }

    /// The loss and the gradients of images at the current weights, without taking a step.
    ///
    /// # Errors
    /// [`TrainingError::Engine`].
    pub(crate) fn gradients<'a>(
        &'a mut self,
        images: Images<'_>,
    ) -> impl Future<Output = Result<(f32, StateDict), TrainingError>> + use<'a> {
        self.submit(Task::Train, None);
        self.record(images, [0.0; SCALARS]);
        self.read_gradients()
    }

    /// Computes the gradients of the images that were recorded last.
    async fn read_gradients(&mut self) -> Result<(f32, StateDict), TrainingError> {
        let Some((results, scratch)) =
            self.memory.as_ref().map(|memory| (memory.results.clone(), memory.scratch.clone()))
        else {
            return Err(TrainingError::Engine(EngineFault::NoMemory));
        };
        let slot = self.unread;
        let target = self.readback.get_mut().buffer(&self.gpu, ((Pace::MOST_STEPS + 1) * 4) as u64);
        self.submit(Task::Gradient, Some((&results, &target, slot + 1)));
        let loss = read(&self.gpu, &target, slot + 1).await?.pop().unwrap_or(f32::NAN);
        let gradient = self.copy_of(&scratch, padded_length(self.network)).await?;
        Ok((loss, named_weights(self.network, &flat(self.network, &gradient))))
    }

    async fn copy_of(
        &self,
        buffer: &wgpu::Buffer,
        count: usize,
    ) -> Result<Vec<f32>, TrainingError> {
        let target = self.readback.borrow_mut().buffer(&self.gpu, (count * 4) as u64);
        let mut encoder = self.gpu.device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(buffer, 0, &target, 0, (count * 4) as u64);
        self.gpu.queue.submit([encoder.finish()]);
        read(&self.gpu, &target, count).await
    }

    /// The weights after the steps whose losses were read.
    ///
    /// # Errors
    /// [`TrainingError::Engine`].
    pub(crate) async fn weights(&self) -> Result<StateDict, TrainingError> {
        let weights = self.copy_of(&self.parameters.0, padded_length(self.network)).await?;
        Ok(named_weights(self.network, &flat(self.network, &weights)))
    }

    /// The optimizer's state as `<slot>.<parameter>`; empty before the first step.
    ///
    /// # Errors
    /// [`TrainingError::Engine`].
    pub(crate) async fn optimizer_state(&self) -> Result<StateDict, TrainingError> {
        let names = slot_names(&self.recipe.settings);
        if self.recipe.steps_taken == 0 || names.is_empty() {
            return Ok(StateDict::new());
        }
        let (network, length) = (self.network, padded_length(self.network));
        let slots = self.copy_of(&self.slots.0, names.len() * length).await?;
        let mut state = StateDict::new();
        for (name, slot) in names.iter().zip(slots.chunks_exact(length)) {
            state.extend(named_slot(network, &flat(network, slot), name));
        }
        Ok(state)
    }

    /// The network for inference, with the averaged weights if the recipe asks for them.
    pub(crate) fn inference(&self) -> GpuInference {
        let averaged = self.recipe.answers_with_average();
        // ASGD's only slot is its average, and a slot has the layout of the parameters.
        let parameters = if averaged { &self.slots } else { &self.parameters };
        let kernels = &self.kernels.evaluate;
        GpuInference::new(&self.gpu, self.network, kernels, parameters, &self.evaluation)
    }
}

impl Recorded {
    /// Reuses the memory of steps that have been submitted.
    fn reuse(&mut self, submitted: Self) {
        *self = submitted;
        self.table.clear();
        self.counts.clear();
        self.order.clear();
        self.images_in_order = 0;
        self.loose.clear();
    }
}
