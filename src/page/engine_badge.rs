//! Which engine trains.

use leptos::prelude::*;

use super::engine_names::{auto_is_webgpu, expected_name, opened_name};
use super::session::{Connection, CurrentRun, Machine};
use super::words::words;
use crate::protocol::OpenedEngine;
use crate::settings::{Field, SettingsDraft};

/// The engine that will train, trains or has trained.
#[component]
pub fn EngineBadge(
    connection: Connection,
    machine: Machine,
    run: CurrentRun,
    draft: RwSignal<SettingsDraft>,
) -> impl IntoView {
    let engine = Memo::new(move |_| {
        let running = connection.status.get().is_running();
        let choice = draft.with(|draft| draft.get(Field::Engine).to_owned());
        let auto = draft.with(|draft| auto_is_webgpu(machine, draft));
        let engines = machine.engines.get();
        let words = &words().header;
        match run.opened.get() {
            // After a run, the badge follows the form again as soon as the form asks for another engine.
            Some(opened) if running || serves(&choice, &opened, auto) => Badge {
                state: if running { words.training_on() } else { words.trained_on() },
                name: opened_name(&opened, engines.as_ref()),
            },
            _ => Badge {
                state: words.will_train_on(),
                name: expected_name(&choice, engines.as_ref(), auto),
            },
        }
    });
    view! {
        <p class="engine" title=move || engine.get().name>
            <span class="eyebrow">{move || engine.get().state}</span>
            " "
            <span class="engine-name" data-testid="engine-name">{move || engine.get().name}</span>
        </p>
    }
}

/// The badge: the engine, and whether it will train, trains or has trained.
#[derive(Clone, PartialEq)]
struct Badge {
    state: &'static str,
    name: String,
}

/// Whether an opened engine is the one that this choice stands for.
fn serves(choice: &str, opened: &OpenedEngine, auto: Option<bool>) -> bool {
    match choice {
        "cpu" => !opened.webgpu,
        "webgpu" => opened.webgpu,
        _ => auto.is_none_or(|webgpu| webgpu == opened.webgpu),
    }
}
