//! The kernels' buffers, and the one bind group that holds them all.

use burn::tensor::wgpu::wgpu;
use wgpu::BufferUsages as Usage;

use super::device::Gpu;
use super::kernels::{STEP_BYTES, STEP_STRIDE};
use super::layout::{ROW, bytes, padded_length};
use crate::dataset::{Split, SplitCorrections};
use crate::network::{Network, PIXELS};

/// Steps recorded into one submission.
pub(super) const STEPS_A_SUBMISSION: usize = 64;
/// Rows that each image writes to `scratch` beside its classes' deltas: the size of `Image` in `network.wgsl`.
const IMAGE_ROWS: usize = 1497;
/// Numbers in `scratch` between the gradient and the images.
const SQUARES: usize = 64;
/// Places in `scratch` come in fours, since a workgroup may have four images.
const PLACES: usize = 4;

/// Where images on the GPU come from, and how many there is room for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// A split, resident as a whole.
    Split(usize),
    /// The images of the recorded steps.
    Loose(usize),
}

/// Images and labels that stay on the GPU, as bytes.
pub(super) struct Resident {
    pub pixels: wgpu::Buffer,
    pub labels: wgpu::Buffer,
    holder: Holder,
    /// Which of the split's shards have been uploaded.
    seen: Vec<bool>,
}

impl Resident {
    /// Empty buffers for these images.
    pub fn new(gpu: &Gpu, holder: Holder) -> Self {
        let (Holder::Split(images) | Holder::Loose(images)) = holder;
        let usage = Usage::STORAGE | Usage::COPY_DST;
        Self {
            pixels: gpu.buffer((images.max(1) * PIXELS) as u64, usage),
            labels: gpu.buffer(images.max(1) as u64, usage),
            holder,
            seen: Vec::new(),
        }
    }

    /// Whether the buffers are for exactly these images.
    pub fn is_for(&self, holder: Holder) -> bool {
        self.holder == holder
    }

    /// Uploads the shards of a split that have arrived since the last call, their labels corrected; the corrections must be
    /// the same in every call.
    pub fn update(&mut self, gpu: &Gpu, split: &Split, corrections: &SplitCorrections) {
        let mut has_arrived = false;
        for (image, pixels) in split.arrived(&mut self.seen) {
            gpu.queue.write_buffer(&self.pixels, (image * PIXELS) as u64, pixels);
            has_arrived = true;
        }
        if has_arrived {
            self.put_labels(gpu, &corrections.all_labels(split.labels()));
        }
    }

    /// Writes images to the beginning.
    pub fn put(&self, gpu: &Gpu, pixels: &[u8], labels: &[u8]) {
        gpu.queue.write_buffer(&self.pixels, 0, pixels);
        self.put_labels(gpu, labels);
    }

    fn put_labels(&self, gpu: &Gpu, labels: &[u8]) {
        // Padded to whole words, which is all that a queue can write.
        let mut words = labels.to_vec();
        words.resize(labels.len().next_multiple_of(4), 0);
        gpu.queue.write_buffer(&self.labels, 0, &words);
    }
}

// A dropped buffer waits for the browser's garbage collector, which does not see GPU memory, so it is
// destroyed explicitly. Work already submitted can still use it.
impl Drop for Resident {
    fn drop(&mut self) {
        self.pixels.destroy();
        self.labels.destroy();
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        for buffer in [&self.steps, &self.order, &self.scratch, &self.results] {
            buffer.destroy();
        }
    }
}

/// The buffers of training steps.
pub(super) struct Memory {
    /// Images of the largest batch.
    places: usize,
    pub steps: wgpu::Buffer,
    pub order: wgpu::Buffer,
    pub scratch: wgpu::Buffer,
    pub results: wgpu::Buffer,
}

impl Memory {
    /// Buffers for submissions of up to `steps` steps of up to `places` images, and for this many results.
    pub fn new(gpu: &Gpu, network: Network, steps: usize, places: usize, results: usize) -> Self {
        let storage = Usage::STORAGE | Usage::COPY_DST | Usage::COPY_SRC;
        Self {
            places,
            steps: gpu.buffer(steps as u64 * STEP_STRIDE, Usage::UNIFORM | Usage::COPY_DST),
            order: gpu.buffer(Self::order_bytes(steps, places), storage),
            scratch: gpu.buffer(Self::scratch_bytes(network, places), storage),
            results: gpu.buffer((results * 4) as u64, storage),
        }
    }

    /// Bytes for the image indices of this many steps of up to `places` images.
    pub const fn order_bytes(steps: usize, places: usize) -> u64 {
        (steps * places * 4) as u64
    }

    /// Bytes for the intermediate results of batches of up to `places` images.
    pub const fn scratch_bytes(network: Network, places: usize) -> u64 {
        let head = padded_length(network) + SQUARES;
        let image = (IMAGE_ROWS + network.classes().div_ceil(ROW)) * ROW;
        ((head + places.next_multiple_of(PLACES) * image) * 4) as u64
    }

    /// Whether batches of this many images fit.
    pub const fn fits(&self, images: usize) -> bool {
        images <= self.places
    }

    /// The bind group of everything.
    pub fn group(
        &self,
        gpu: &Gpu,
        images: &Resident,
        parameters: &wgpu::Buffer,
        slots: &wgpu::Buffer,
    ) -> wgpu::BindGroup {
        let step = wgpu::BufferBinding {
            buffer: &self.steps,
            offset: 0,
            size: wgpu::BufferSize::new(STEP_BYTES),
        };
        let buffers = [
            &images.pixels,
            &images.labels,
            &self.order,
            parameters,
            slots,
            &self.scratch,
            &self.results,
        ];
        let step =
            wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::Buffer(step) };
        let rest = buffers.into_iter().zip(1..).map(|(buffer, binding)| wgpu::BindGroupEntry {
            binding,
            resource: buffer.as_entire_binding(),
        });
        let entries: Vec<_> = std::iter::once(step).chain(rest).collect();
        gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &gpu.layout,
            entries: &entries,
        })
    }
}

/// Numbers that stay on the GPU for the whole run.
pub(super) struct Numbers(pub wgpu::Buffer);

impl Numbers {
    /// These numbers, followed by zeros up to `length`.
    pub fn new(gpu: &Gpu, numbers: &[f32], length: usize) -> Self {
        let usage = Usage::STORAGE | Usage::COPY_DST | Usage::COPY_SRC;
        // A new buffer is all zeros.
        let buffer = gpu.buffer((length.max(4) * 4) as u64, usage);
        if !numbers.is_empty() {
            gpu.queue.write_buffer(&buffer, 0, &bytes(numbers));
        }
        Self(buffer)
    }
}

impl Drop for Numbers {
    fn drop(&mut self) {
        self.0.destroy();
    }
}

/// The uniforms of a step.
pub(super) struct StepUniforms {
    /// The index of its first image in the order.
    pub first: u32,
    /// The number of its images.
    pub count: u32,
    /// The index of its results.
    pub slot: u32,
    pub scalars: [f32; super::super::scalars::SCALARS],
}

impl StepUniforms {
    /// Appends them to a table.
    pub fn append_to(&self, table: &mut Vec<u8>) {
        let begin = table.len();
        for word in [self.first, self.count, self.slot, 0] {
            table.extend_from_slice(&word.to_le_bytes());
        }
        for scalar in self.scalars {
            table.extend_from_slice(&scalar.to_le_bytes());
        }
        table.resize(begin + STEP_STRIDE as usize, 0);
    }
}
