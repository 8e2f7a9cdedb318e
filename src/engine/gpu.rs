//! Opening Burn's wgpu backend, in a browser or natively.

use std::sync::Arc;

use burn::tensor::Device;
use burn::tensor::wgpu::{WgpuBackend, WgpuInitError, WgpuSetup, wgpu};

use super::{Engine, EngineError};
use crate::hardware::GpuComplaint;
use crate::training::fused::gpu::Gpu;
use crate::training::{Backend, Health};

/// Tasks that CubeCL collects into one submission to the GPU.
const TASKS_A_SUBMISSION: usize = 32;

/// Opens a GPU and listens for its errors. `name` makes its display name.
///
/// A program can open a device only once: Burn refuses a second.
///
/// # Errors
/// [`EngineError::NoDevice`].
pub(super) async fn open(
    backend: WgpuBackend,
    name: impl FnOnce(&WgpuSetup) -> String,
) -> Result<(Engine, WgpuSetup), EngineError> {
    let options = Device::wgpu_options().graphics_api(backend).tasks_max(TASKS_A_SUBMISSION);
    let (device, setup) = options
        .init_with_setup_async()
        .await
        .map_err(|error: WgpuInitError| EngineError::NoDevice(error.to_string()))?;
    let health = Health::default();
    let errors = health.clone();
    setup.device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
        errors.report(GpuComplaint::Reported(error.to_string()));
    }));
    let lost = health.clone();
    setup.device.set_device_lost_callback(move |reason, message| {
        lost.report(GpuComplaint::Lost { reason: format!("{reason:?}"), message });
    });
    let backend = Backend::FusedGpu(Gpu::new(setup.device.clone(), setup.queue.clone()));
    Ok((Engine { device, backend, webgpu: true, name: name(&setup), health }, setup))
}
