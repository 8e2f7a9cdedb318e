//! The place `experiments`, which the program that looks into networks draws (`page/experiments`).

use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;

use super::corrections::NextCorrections;
use super::experiments::PageInputs;
use super::part::{Handles, Part};
use super::session::Session;
use crate::benchmark::BenchmarkCase;
use crate::network::CLASSES;
use crate::protocol::{Status, encode};
use crate::settings::{EngineChoice, LinkSettings, SettingsDraft, TrainingConfig};

/// The place, which is there without being open while an experiment goes on that a reload cut off. `link` is the experiment
/// that the page's address names, and whether it begins by itself.
#[component]
pub fn ExperimentsPart(
    session: Session,
    draft: RwSignal<SettingsDraft>,
    corrections: NextCorrections,
    link: Option<(String, bool)>,
    is_open: Memo<bool>,
) -> impl IntoView {
    let handles = Handles::new();
    let auto_is_awaited = measure_when_idle(session, draft, is_open);
    let inputs = Memo::new(move |_| PageInputs {
        auto_is_awaited: auto_is_awaited.get(),
        ..inputs(session, draft, corrections, link.clone())
    });
    Effect::new(move |_| {
        let inputs = inputs.get();
        if let Some(bytes) = encode(&inputs).ok().filter(|_| handles.are_there()) {
            handles.call("give", &[Uint8Array::from(&bytes[..]).into()]);
        }
    });
    let take = Closure::<dyn Fn(String)>::new(move |query: String| {
        // Our own query, whose values need no escaping.
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        draft.set(LinkSettings::from_pairs(pairs).draft);
    });
    // The part may call it at any time.
    let take = StoredValue::new_local(take.into_js_value());
    Effect::new(move |_| {
        if handles.are_there() {
            handles.call("connect", &[take.get_value()]);
        }
    });
    view! { <div class="place" hidden=move || !is_open.get()><Part view="experiments" handles /></div> }
}

fn inputs(
    session: Session,
    draft: RwSignal<SettingsDraft>,
    corrections: NextCorrections,
    link: Option<(String, bool)>,
) -> PageInputs {
    let Session { machine, data, .. } = session;
    let config = draft.with(SettingsDraft::check).ok();
    let own = data.own.get();
    let (url, manifest_sha256) = untrack(move || data.source());
    corrections.are_used.track();
    corrections.kept.list.track();
    let sizes = data.overview.with(|overview| {
        overview.as_ref().map_or((0, 0), |it| (it.train_images.into(), it.test_images.into()))
    });
    PageInputs {
        auto_is_webgpu: config.as_ref().and_then(|it| machine.auto_is_webgpu(it.batch_size)),
        auto_is_awaited: false,
        config,
        url,
        manifest_sha256,
        data: own,
        sizes,
        classes: data.own_class_names().map_or(CLASSES, |names| names.len()) as u32,
        corrections: corrections.taken(),
        measured: machine.measurements(),
        autostart: link.as_ref().is_some_and(|link| link.1),
        link: link.map(|link| link.0),
    }
}

/// Measures the speed of the form's settings if nothing is known of it and nothing else is going on, so that the place can
/// say how long an experiment takes; with `auto`, both engines, if a run would measure these first. Whether that is awaited.
fn measure_when_idle(
    session: Session,
    draft: RwSignal<SettingsDraft>,
    is_open: Memo<bool>,
) -> Memo<bool> {
    let Session { machine, benchmark, run, connection, .. } = session;
    let settings = Memo::new(move |_| {
        let TrainingConfig { engine, batch_size, .. } = draft.with(SettingsDraft::check).ok()?;
        Some((engine, batch_size))
    });
    // Each once: one that fails would be measured for ever.
    let tried = RwSignal::new(Vec::new());
    let missing = Memo::new(move |_| {
        let Some((engine, batch_size)) = settings.get() else { return Vec::new() };
        let webgpu = match engine {
            EngineChoice::Auto => machine.auto_is_webgpu(batch_size),
            chosen => Some(chosen == EngineChoice::WebGpu),
        };
        let case = |webgpu| BenchmarkCase { webgpu, fused: true, batch_size: batch_size as u32 };
        let cases = match webgpu {
            Some(webgpu) => vec![case(webgpu)],
            // Which engines there are is told before anything can be measured.
            None => vec![case(true), case(false)],
        };
        let is_missing = |case: &BenchmarkCase| {
            machine.measured_of(*case).is_none() && tried.with(|tried| !tried.contains(case))
        };
        cases.into_iter().filter(is_missing).collect::<Vec<_>>()
    });
    Effect::new(move |_| {
        let cases = missing.get();
        if !cases.is_empty() && is_open.get() && benchmark.can_measure() {
            benchmark.measure(cases.clone());
            tried.update(|tried| tried.extend(cases));
        }
    });
    Memo::new(move |_| {
        let is_open_question = settings.get().is_some_and(|(engine, batch_size)| {
            engine == EngineChoice::Auto && machine.auto_is_webgpu(batch_size).is_none()
        });
        let will_measure = || {
            let can = is_open.get() && !run.is_busy() && connection.status.get() != Status::Error;
            can && missing.with(|missing| !missing.is_empty())
        };
        is_open_question && (benchmark.is_measuring() || will_measure())
    })
}
