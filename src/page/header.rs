//! The name of the house, and on what it trains.

use leptos::prelude::*;

use super::session::Session;
use super::theme::ThemeToggle;
use crate::protocol::{Adapter, Engines, OpenedEngine};
use crate::settings::{EngineChoice, Field, SettingsDraft};

/// Name, engine and theme.
#[component]
pub fn Header(session: Session, draft: RwSignal<SettingsDraft>) -> impl IntoView {
    let engine = Memo::new(move |_| {
        let running = session.status.get().is_running();
        let choice = draft.with(|draft| draft.get(Field::Engine).to_owned());
        let engines = session.engines.get();
        match session.opened.get() {
            // After a run the badge goes with the form again, once that asks for another engine.
            Some(opened) if running || serves(&choice, &opened, engines.as_ref()) => Badge {
                state: if running { "training on" } else { "trained on" },
                name: full_name(&opened, engines.as_ref()),
            },
            _ => Badge { state: "will train on", name: expected(&choice, engines.as_ref()) },
        }
    });
    view! {
        <header class="masthead">
            <div class="brand">
                <h1>"Atelier"</h1>
                <p>"A garment classifier, trained in this tab on your own hardware"</p>
            </div>
            <div class="masthead-side">
                <p class="engine" title=move || engine.get().name>
                    <span class="eyebrow">{move || engine.get().state}</span>
                    <span class="engine-name" data-testid="engine-name">
                        {move || engine.get().name}
                    </span>
                </p>
                <ThemeToggle />
            </div>
        </header>
    }
}

#[derive(Clone, PartialEq)]
struct Badge {
    state: &'static str,
    name: String,
}

/// Whether an opened engine is the one that this choice means.
fn serves(choice: &str, opened: &OpenedEngine, engines: Option<&Engines>) -> bool {
    match choice {
        "cpu" => !opened.webgpu,
        "webgpu" => opened.webgpu,
        _ => engines.is_none_or(|engines| engines.auto_is_webgpu == opened.webgpu),
    }
}

fn full_name(opened: &OpenedEngine, engines: Option<&Engines>) -> String {
    let adapter = engines.and_then(|engines| engines.webgpu.as_ref().ok());
    let software = opened.webgpu && adapter.is_some_and(|adapter| adapter.software);
    if software && !opened.name.to_lowercase().contains("software") {
        format!("{} (software)", opened.name)
    } else {
        opened.name.clone()
    }
}

/// What the engine chosen will be, as far as the browser has told.
fn expected(choice: &str, engines: Option<&Engines>) -> String {
    let Some(engines) = engines else { return super::format::UNKNOWN.to_owned() };
    let webgpu = match choice {
        "cpu" => false,
        "webgpu" => true,
        _ => engines.auto_is_webgpu,
    };
    match (&engines.webgpu, webgpu) {
        (_, false) => "CPU".to_owned(),
        (Ok(adapter), true) => format!("WebGPU, {}", adapter_name(adapter)),
        (Err(_), true) => "WebGPU is not available".to_owned(),
    }
}

/// An adapter's name, which says so when it is software.
pub fn adapter_name(adapter: &Adapter) -> String {
    if adapter.software && !adapter.name.to_lowercase().contains("software") {
        format!("{} (software)", adapter.name)
    } else {
        adapter.name.clone()
    }
}

/// What an engine choice is called, with what it means in this browser.
pub fn choice_label(choice: EngineChoice, engines: Option<&Engines>) -> String {
    match (choice, engines) {
        (EngineChoice::Auto, None) => "Automatic".to_owned(),
        (EngineChoice::Auto, Some(engines)) if engines.auto_is_webgpu => {
            "Automatic: WebGPU".to_owned()
        }
        (EngineChoice::Auto, Some(_)) => "Automatic: CPU".to_owned(),
        (EngineChoice::WebGpu, Some(Engines { webgpu: Err(_), .. })) => {
            "WebGPU (not available here)".to_owned()
        }
        (EngineChoice::WebGpu, _) => "WebGPU".to_owned(),
        (EngineChoice::Cpu, _) => "CPU (WebAssembly SIMD)".to_owned(),
    }
}
