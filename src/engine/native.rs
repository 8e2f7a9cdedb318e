//! Engines outside a browser.

use burn::tensor::wgpu::WgpuBackend;
use burn::tensor::wgpu::wgpu::DeviceType;

use super::{Engine, EngineError, gpu};
use crate::settings::EngineChoice;
use crate::text::{MOST_NAME, line};

/// Opens the engine that this choice means on this machine: for `Auto` a GPU if there is a hardware one,
/// otherwise the CPU.
///
/// # Errors
/// [`EngineError::NoDevice`] if a GPU was requested and none can be opened.
pub async fn open(choice: EngineChoice) -> Result<Engine, EngineError> {
    if choice == EngineChoice::Cpu {
        return Ok(Engine::cpu());
    }
    let opened = gpu::open(WgpuBackend::Auto, |setup| {
        let info = setup.adapter.get_info();
        let software = if info.device_type == DeviceType::Cpu { " (software)" } else { "" };
        line(&format!("wgpu on {}, {}{software}", info.backend, info.name), MOST_NAME)
    });
    match (opened.await, choice) {
        (Ok((_, setup)), EngineChoice::Auto)
            if setup.adapter.get_info().device_type == DeviceType::Cpu =>
        {
            Ok(Engine::cpu())
        }
        (Ok((engine, _)), _) => Ok(engine),
        (Err(_), EngineChoice::Auto) => Ok(Engine::cpu()),
        (Err(error), _) => Err(error),
    }
}
