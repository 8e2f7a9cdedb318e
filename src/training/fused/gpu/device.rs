//! A GPU for the fused kernels: Burn's own device and queue, and the pipelines made on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::wgpu::wgpu;
use futures::channel::oneshot;

use super::kernels::{Kernel, pipeline};
use crate::settings::OptimizerSettings;
use crate::training::TrainingError;

/// A GPU. Copies share everything.
#[derive(Clone, Debug)]
pub struct Gpu {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pub(super) layout: wgpu::BindGroupLayout,
    /// Made once each: compiling one takes longer than many steps.
    pipelines: Arc<Mutex<HashMap<Kernel, wgpu::ComputePipeline>>>,
}

impl Gpu {
    /// The fused kernels' side of a device.
    #[must_use]
    pub fn new(device: wgpu::Device, queue: wgpu::Queue) -> Self {
        let layout = super::kernels::bind_group_layout(&device);
        Self { device, queue, layout, pipelines: Arc::default() }
    }

    pub(super) fn pipeline(&self, kernel: Kernel) -> wgpu::ComputePipeline {
        let mut pipelines = self.pipelines.lock().unwrap_or_else(PoisonError::into_inner);
        pipelines
            .entry(kernel)
            .or_insert_with(|| pipeline(&self.device, &self.layout, kernel))
            .clone()
    }

    /// Makes the kernels of a run of batches of this size, and those of its validations.
    ///
    /// # Errors
    /// What the GPU's compiler says against one of them. The device itself stays well.
    pub(crate) async fn compile(
        &self,
        settings: &OptimizerSettings,
        clips: bool,
        batch_size: usize,
    ) -> Result<(), String> {
        let internal = self.device.push_error_scope(wgpu::ErrorFilter::Internal);
        let validation = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
        for kernel in Kernel::of_run(settings, clips, batch_size) {
            self.pipeline(kernel);
        }
        let complaints = [validation.pop().await, internal.pop().await];
        match complaints.into_iter().flatten().next() {
            None => Ok(()),
            Some(complaint) => {
                self.pipelines.lock().unwrap_or_else(PoisonError::into_inner).clear();
                Err(complaint.to_string())
            }
        }
    }

    pub(super) fn buffer(&self, bytes: u64, usage: wgpu::BufferUsages) -> wgpu::Buffer {
        self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: bytes.next_multiple_of(4),
            usage,
            mapped_at_creation: false,
        })
    }
}

/// Memory through which numbers come back, used again each time.
pub(super) struct Readback {
    buffer: Option<wgpu::Buffer>,
}

impl Readback {
    pub const fn new() -> Self {
        Self { buffer: None }
    }

    /// Room for so many bytes, to be copied into.
    pub fn room(&mut self, gpu: &Gpu, bytes: u64) -> wgpu::Buffer {
        match &self.buffer {
            Some(buffer) if buffer.size() >= bytes => buffer.clone(),
            former => {
                if let Some(former) = former {
                    former.destroy();
                }
                let usage = wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ;
                let buffer = gpu.buffer(bytes, usage);
                self.buffer = Some(buffer.clone());
                buffer
            }
        }
    }
}

impl Drop for Readback {
    fn drop(&mut self) {
        if let Some(buffer) = &self.buffer {
            buffer.destroy();
        }
    }
}

/// Waits for everything submitted and reads the first `count` numbers of a readback's room.
pub(super) async fn read(
    gpu: &Gpu,
    buffer: &wgpu::Buffer,
    count: usize,
) -> Result<Vec<f32>, TrainingError> {
    let failed =
        |why: &dyn std::fmt::Display| TrainingError::Engine(format!("reading back: {why}"));
    let (tell, told) = oneshot::channel();
    let range = 0..(count * 4) as u64;
    buffer.map_async(wgpu::MapMode::Read, range.clone(), move |result| {
        // Nobody waits any more if the run was given up.
        drop(tell.send(result));
    });
    // A browser polls by itself; elsewhere this waits.
    gpu.device.poll(wgpu::PollType::wait_indefinitely()).map_err(|error| failed(&error))?;
    told.await.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
    let numbers = {
        let view = buffer.get_mapped_range(range).map_err(|error| failed(&error))?;
        view.chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect()
    };
    buffer.unmap();
    Ok(numbers)
}
