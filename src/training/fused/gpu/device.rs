//! A GPU for the fused kernels: Burn's own device and queue, and the pipelines made on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::wgpu::wgpu;
use futures::channel::oneshot;
use futures::lock::Mutex as AsyncMutex;

use super::kernels::{Kernel, pipeline};
use crate::network::EngineFault;
use crate::training::TrainingError;

/// A GPU with its pipelines. Clones share everything.
#[derive(Clone, Debug)]
pub struct Gpu {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pub(super) layout: wgpu::BindGroupLayout,
    /// Each is made once, since compiling it takes longer than many steps. Only [`Self::compile`] adds to them.
    pipelines: Arc<Mutex<HashMap<Kernel, wgpu::ComputePipeline>>>,
    /// Held while kernels are compiled, so that others who need the same ones wait for the result.
    compiling: Arc<AsyncMutex<()>>,
}

/// A kernel that the GPU's compiler has accepted.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    pub kernel: Kernel,
    pub pipeline: wgpu::ComputePipeline,
}

impl Gpu {
    /// The fused kernels' handle to a device.
    #[must_use]
    pub fn new(device: wgpu::Device, queue: wgpu::Queue) -> Self {
        let layout = super::kernels::bind_group_layout(&device);
        Self { device, queue, layout, pipelines: Arc::default(), compiling: Arc::default() }
    }

    /// The pipelines of these kernels, which [`Self::compile`] must have made.
    ///
    /// # Errors
    /// [`TrainingError::Engine`] if one of them was never compiled: no kernel is compiled in the middle of a
    /// run, where nobody would receive the compiler's errors.
    pub(super) fn compiled(&self, kernels: &[Kernel]) -> Result<Vec<Compiled>, TrainingError> {
        let pipelines = self.pipelines.lock().unwrap_or_else(PoisonError::into_inner);
        let find = |&kernel: &Kernel| {
            let pipeline = pipelines.get(&kernel).cloned();
            pipeline.map(|pipeline| Compiled { kernel, pipeline }).ok_or_else(|| {
                TrainingError::Engine(EngineFault::NotCompiled(format!("{kernel:?}")))
            })
        };
        kernels.iter().map(find).collect()
    }

    /// Compiles the kernels that are not compiled yet.
    ///
    /// # Errors
    /// The GPU compiler's error. The device stays usable, and none of the kernels is kept.
    pub(super) async fn compile(&self, kernels: &[Kernel]) -> Result<(), String> {
        let _compiling = self.compiling.lock().await;
        let missing: Vec<Kernel> = {
            let made = self.pipelines.lock().unwrap_or_else(PoisonError::into_inner);
            kernels.iter().copied().filter(|kernel| !made.contains_key(kernel)).collect()
        };
        let (made, complaint) = self.within_error_scopes(|device| {
            let pipeline = |kernel| (kernel, pipeline(device, &self.layout, kernel));
            missing.into_iter().map(pipeline).collect::<Vec<_>>()
        });
        match complaint.await {
            None => {
                self.pipelines.lock().unwrap_or_else(PoisonError::into_inner).extend(made);
                Ok(())
            }
            Some(complaint) => Err(complaint.to_string()),
        }
    }

    /// Runs `work` on the device, and returns a future of the error that the device reports about it.
    ///
    /// Error scopes are a stack that all users of a device share. Hence this is the only place that opens
    /// any, `work` cannot await anything, and all are closed before this returns: they contain nothing that
    /// other tasks do while the caller awaits the error.
    fn within_error_scopes<T>(
        &self,
        work: impl FnOnce(&wgpu::Device) -> T,
    ) -> (T, impl Future<Output = Option<wgpu::Error>>) {
        let internal = self.device.push_error_scope(wgpu::ErrorFilter::Internal);
        let validation = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
        let done = work(&self.device);
        let (validation, internal) = (validation.pop(), internal.pop());
        (done, async move {
            // Both are awaited, because a rejected promise that nobody awaits is reported as an error.
            let (validation, internal) = (validation.await, internal.await);
            validation.or(internal)
        })
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

/// A reusable buffer through which numbers are read back.
pub(super) struct Readback {
    buffer: Option<wgpu::Buffer>,
}

impl Readback {
    pub const fn new() -> Self {
        Self { buffer: None }
    }

    /// A buffer of at least this many bytes to copy into.
    pub fn buffer(&mut self, gpu: &Gpu, bytes: u64) -> wgpu::Buffer {
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

/// Waits for all submitted work and reads the first `count` numbers of a readback's buffer.
pub(super) async fn read(
    gpu: &Gpu,
    buffer: &wgpu::Buffer,
    count: usize,
) -> Result<Vec<f32>, TrainingError> {
    let failed =
        |why: &dyn std::fmt::Display| TrainingError::Engine(EngineFault::ReadBack(why.to_string()));
    let (tell, told) = oneshot::channel();
    let range = 0..(count * 4) as u64;
    buffer.map_async(wgpu::MapMode::Read, range.clone(), move |result| {
        // If the run was abandoned, nobody receives this.
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
