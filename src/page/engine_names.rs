//! The engines' names, and what `auto` means on this machine.

use super::format::UNKNOWN;
use super::session::Machine;
use super::words::words;
use crate::hardware::Engines;
use crate::protocol::OpenedEngine;
use crate::settings::{EngineChoice, Field, SettingsDraft, TrainingConfig};

/// Whether `auto` means WebGPU with these settings; `None` until a measurement decides.
pub fn auto_is_webgpu(machine: Machine, draft: &SettingsDraft) -> Option<bool> {
    machine.auto_is_webgpu(batch_size_in(draft))
}

/// The form's batch size, even if other fields are invalid.
pub fn batch_size_in(draft: &SettingsDraft) -> usize {
    let typed = draft.get(Field::BatchSize).parse();
    typed.unwrap_or_else(|_| TrainingConfig::default().batch_size)
}

/// The engine that was opened, with its backend.
pub fn opened_name(opened: &OpenedEngine, engines: Option<&Engines>) -> String {
    let adapter = engines.and_then(|engines| engines.webgpu.as_ref().ok());
    let software = opened.webgpu && adapter.is_some_and(|adapter| adapter.software);
    words().engine.opened(opened, software)
}

/// What the chosen engine will be, as far as the browser and measurements have determined.
pub fn expected_name(choice: &str, engines: Option<&Engines>, auto: Option<bool>) -> String {
    let Some(engines) = engines else { return UNKNOWN.to_owned() };
    let webgpu = match choice {
        "cpu" => Some(false),
        "webgpu" => Some(true),
        _ => auto,
    };
    let words = &words().engine;
    match (&engines.webgpu, webgpu) {
        (_, None) => words.faster_by_measurement().to_owned(),
        (_, Some(false)) => words.cpu().to_owned(),
        (Ok(adapter), Some(true)) => words.webgpu_on(adapter),
        (Err(_), Some(true)) => words.no_webgpu().to_owned(),
    }
}

/// The label of an engine choice, with what it means in this browser.
pub fn choice_label(
    choice: EngineChoice,
    engines: Option<&Engines>,
    auto: Option<bool>,
) -> &'static str {
    let words = &words().engine;
    match (choice, engines) {
        (EngineChoice::Auto, None) => words.automatic(),
        (EngineChoice::Auto, Some(_)) => match auto {
            Some(true) => words.automatic_webgpu(),
            Some(false) => words.automatic_cpu(),
            None => words.automatic_faster(),
        },
        (EngineChoice::WebGpu, Some(Engines { webgpu: Err(_) })) => words.webgpu_not_here(),
        (EngineChoice::WebGpu, _) => words.webgpu(),
        (EngineChoice::Cpu, _) => words.cpu_simd(),
    }
}

/// How `auto` decides between the engines, or why there is nothing to decide.
pub fn choice_note(
    choice: &str,
    engines: Option<&Engines>,
    auto: Option<bool>,
    is_measured: bool,
) -> Option<String> {
    let words = &words().engine;
    match &engines?.webgpu {
        Err(why) => Some(words.no_webgpu_here(why)),
        Ok(_) if choice != EngineChoice::Auto.as_str() => None,
        Ok(_) if auto.is_none() => Some(words.decided_at_start().to_owned()),
        Ok(_) if is_measured => Some(words.decided_by_measurements().to_owned()),
        Ok(_) => Some(words.adapter_is_software().to_owned()),
    }
}
