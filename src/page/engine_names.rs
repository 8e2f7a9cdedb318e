//! What engines are called, and what `auto` means here.

use super::format::UNKNOWN;
use super::session::Machine;
use crate::hardware::{Adapter, Engines};
use crate::protocol::OpenedEngine;
use crate::settings::{EngineChoice, Field, SettingsDraft, TrainingConfig};

/// Whether `auto` means WebGPU with these settings; `None` while it takes a measurement to say.
pub fn auto_is_webgpu(machine: Machine, draft: &SettingsDraft) -> Option<bool> {
    machine.auto_is_webgpu(batch_size_in(draft))
}

/// The form's batch size, whatever else in it may be wrong.
pub fn batch_size_in(draft: &SettingsDraft) -> usize {
    let typed = draft.get(Field::BatchSize).parse();
    typed.unwrap_or_else(|_| TrainingConfig::default().batch_size)
}

/// An adapter's name, which says so when it is software.
pub fn adapter_name(adapter: &Adapter) -> String {
    marked(&adapter.name, adapter.software)
}

/// The engine that was opened, with its backend.
pub fn opened_name(opened: &OpenedEngine, engines: Option<&Engines>) -> String {
    let adapter = engines.and_then(|engines| engines.webgpu.as_ref().ok());
    let software = opened.webgpu && adapter.is_some_and(|adapter| adapter.software);
    let way = if opened.fused { "fused kernels" } else { "Burn's operations" };
    format!("{}, {way}", marked(&opened.name, software))
}

fn marked(name: &str, software: bool) -> String {
    if software && !name.to_lowercase().contains("software") {
        format!("{name} (software)")
    } else {
        name.to_owned()
    }
}

/// What the engine chosen will be, as far as the browser and measurements have told.
pub fn expected_name(choice: &str, engines: Option<&Engines>, auto: Option<bool>) -> String {
    let Some(engines) = engines else { return UNKNOWN.to_owned() };
    let webgpu = match choice {
        "cpu" => Some(false),
        "webgpu" => Some(true),
        _ => auto,
    };
    match (&engines.webgpu, webgpu) {
        (_, None) => "the faster engine, by a short measurement when training starts".to_owned(),
        (_, Some(false)) => "CPU".to_owned(),
        (Ok(adapter), Some(true)) => format!("WebGPU, {}", adapter_name(adapter)),
        (Err(_), Some(true)) => "WebGPU is not available".to_owned(),
    }
}

/// What an engine choice is called, with what it means in this browser.
pub fn choice_label(
    choice: EngineChoice,
    engines: Option<&Engines>,
    auto: Option<bool>,
) -> &'static str {
    match (choice, engines) {
        (EngineChoice::Auto, None) => "Automatic",
        (EngineChoice::Auto, Some(_)) => match auto {
            Some(true) => "Automatic: WebGPU",
            Some(false) => "Automatic: CPU",
            None => "Automatic: the faster one",
        },
        (EngineChoice::WebGpu, Some(Engines { webgpu: Err(_) })) => "WebGPU (not available here)",
        (EngineChoice::WebGpu, _) => "WebGPU",
        (EngineChoice::Cpu, _) => "CPU (WebAssembly SIMD)",
    }
}

/// By what `auto` decides between the engines, or why there is nothing to decide.
pub fn choice_note(
    choice: &str,
    engines: Option<&Engines>,
    auto: Option<bool>,
    is_measured: bool,
) -> Option<String> {
    match &engines?.webgpu {
        Err(why) => Some(format!("No WebGPU here: {why}")),
        Ok(_) if choice != EngineChoice::Auto.as_str() => None,
        Ok(_) if auto.is_none() => {
            Some("Decided by a short measurement when training starts.".to_owned())
        }
        Ok(_) if is_measured => Some("By measurements on this machine.".to_owned()),
        Ok(_) => Some("The WebGPU adapter is software; the CPU engine needs no detour.".to_owned()),
    }
}
