//! Inference: losses and correct classifications of many images at once.

use std::cell::RefCell;
use std::rc::Rc;

use burn::tensor::wgpu::wgpu;

use super::super::scalars::SCALARS;
use super::device::{Compiled, Gpu, Readback, read};
use super::memory::{Holder, Memory, Numbers, Resident, StepUniforms};
use crate::dataset::{Split, SplitCorrections};
use crate::network::Network;
use crate::training::TrainingError;

/// Buffers for validation, created for a run's first one and reused.
#[derive(Default)]
pub(super) struct Evaluation {
    images: Option<Resident>,
    memory: Option<Memory>,
    readback: Option<Readback>,
    /// A dummy, since the kernels' layout has a binding for an optimizer's state.
    no_slots: Option<Numbers>,
}

/// The network for inference, without training.
pub(crate) struct GpuInference {
    gpu: Gpu,
    network: Network,
    kernels: Vec<Compiled>,
    parameters: Rc<Numbers>,
    evaluation: Rc<RefCell<Evaluation>>,
}

/// A submitted measurement whose results have yet to be read back.
pub(crate) struct Measuring {
    gpu: Gpu,
    target: wgpu::Buffer,
    images: usize,
}

impl GpuInference {
    pub(super) fn new(
        gpu: &Gpu,
        network: Network,
        kernels: &[Compiled],
        parameters: &Rc<Numbers>,
        evaluation: &Rc<RefCell<Evaluation>>,
    ) -> Self {
        Self {
            gpu: gpu.clone(),
            network,
            kernels: kernels.to_vec(),
            parameters: Rc::clone(parameters),
            evaluation: Rc::clone(evaluation),
        }
    }

    /// Submits the measurement of images of a split, whose corrections are the same in every call.
    pub fn measure(
        &self,
        split: &Split,
        indices: &[u32],
        corrections: &SplitCorrections,
    ) -> Measuring {
        let gpu = &self.gpu;
        let evaluation = &mut *self.evaluation.borrow_mut();
        let count = indices.len();
        let holder = Holder::Split(split.len());
        let images = match &mut evaluation.images {
            Some(images) if images.is_for(holder) => images,
            images => images.insert(Resident::new(gpu, holder)),
        };
        images.update(gpu, split, corrections);
        let memory = match &mut evaluation.memory {
            Some(memory) if memory.fits(count) => memory,
            memory => memory.insert(Memory::new(gpu, self.network, 1, count, 2 * count)),
        };
        let no_slots = evaluation.no_slots.get_or_insert_with(|| Numbers::new(gpu, &[], 4));
        let readback = evaluation.readback.get_or_insert_with(Readback::new);
        let target = readback.buffer(gpu, (2 * count * 4) as u64);
        let mut table = Vec::new();
        let uniforms =
            StepUniforms { first: 0, count: count as u32, slot: 0, scalars: [0.0; SCALARS] };
        uniforms.append_to(&mut table);
        gpu.queue.write_buffer(&memory.steps, 0, &table);
        let order: Vec<u8> = indices.iter().flat_map(|index| index.to_le_bytes()).collect();
        gpu.queue.write_buffer(&memory.order, 0, &order);
        let group = memory.group(gpu, images, &self.parameters.0, &no_slots.0);
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_bind_group(0, &group, &[0]);
            for Compiled { kernel, pipeline } in &self.kernels {
                pass.set_pipeline(pipeline);
                pass.dispatch_workgroups(kernel.workgroups(count), 1, 1);
            }
        }
        encoder.copy_buffer_to_buffer(&memory.results, 0, &target, 0, (2 * count * 4) as u64);
        gpu.queue.submit([encoder.finish()]);
        Measuring { gpu: gpu.clone(), target, images: count }
    }
}

impl Measuring {
    /// The sum of the images' cross-entropies, and how many were classified correctly.
    ///
    /// # Errors
    /// [`TrainingError::Engine`].
    pub async fn wait(self) -> Result<(f64, u64), TrainingError> {
        let results = read(&self.gpu, &self.target, 2 * self.images).await?;
        let (losses, hits) = results.split_at(self.images);
        let loss_sum = losses.iter().copied().map(f64::from).sum();
        Ok((loss_sum, hits.iter().filter(|&&hit| hit == 1.0).count() as u64))
    }
}
