//! Engines in a browser: finds the adapter and opens WebGPU.

use std::pin::pin;
use std::time::Duration;

use burn::tensor::wgpu::WgpuBackend;
use futures::future::{Either, select};
use gloo::timers::future::sleep;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{Engine, EngineError, gpu};
use crate::hardware::{Adapter, Engines, GpuComplaint, NoWebGpu};
use crate::text;

/// Names of software adapters, for browsers that do not flag them otherwise.
const SOFTWARE_NAMES: [&str; 4] = ["swiftshader", "llvmpipe", "lavapipe", "basic render"];

/// The longest name of an adapter, in characters: an engine's whole name fits a record then.
const MOST_ADAPTER: usize = text::MOST_NAME - 40;

/// A browser names its adapter within milliseconds, or within a second or two if it has to start its GPU process first.
const ADAPTER_WITHIN_S: u32 = 5;
/// A browser has no adapter for a moment while its GPU process starts on a busy machine, or starts anew after a crash: after
/// these pauses, in milliseconds, it is asked again.
const ASK_AGAIN_AFTER_MS: [u64; 2] = [250, 750];
/// Opening a device may wake a sleeping card.
const DEVICE_WITHIN_S: u32 = 30;

/// Detects which engines this browser has, without opening any.
pub async fn probe() -> Engines {
    let asked = async {
        let mut adapter = probe_adapter().await;
        for pause in ASK_AGAIN_AFTER_MS {
            if !matches!(adapter, Err(NoWebGpu::NoAdapter)) {
                break;
            }
            sleep(Duration::from_millis(pause)).await;
            adapter = probe_adapter().await;
        }
        adapter
    };
    let adapter = within(ADAPTER_WITHIN_S, asked).await;
    Engines { webgpu: adapter.unwrap_or(Err(NoWebGpu::NoAnswer(ADAPTER_WITHIN_S))) }
}

/// Waits so many seconds. They are counted one by one, since those in which the machine sleeps do not count.
pub async fn wait(seconds: u32) {
    for _ in 0..seconds {
        sleep(Duration::from_secs(1)).await;
    }
}

/// What a future results in; `None` if it takes longer.
async fn within<T>(seconds: u32, future: impl Future<Output = T>) -> Option<T> {
    match select(pin!(future), pin!(wait(seconds))).await {
        Either::Left((result, _)) => Some(result),
        Either::Right(_) => None,
    }
}

/// Opens WebGPU.
///
/// A worker can open a device only once: Burn refuses a second.
///
/// # Errors
/// [`EngineError::NoWebGpu`], [`EngineError::NoDevice`], or [`EngineError::Gpu`] if there is no answer.
pub async fn open_webgpu(engines: &Engines) -> Result<Engine, EngineError> {
    let adapter = engines.webgpu.clone()?;
    let software = if adapter.software { " (software)" } else { "" };
    let name = format!("WebGPU, {}{software}", adapter.name);
    let opening = within(DEVICE_WITHIN_S, gpu::open(WgpuBackend::WebGpu, |_| name));
    match opening.await {
        Some(opened) => opened.map(|(engine, _)| engine),
        None => Err(GpuComplaint::NoAnswer(DEVICE_WITHIN_S).into()),
    }
}

/// Queries `navigator.gpu` by reflection: web-sys has these types behind an unstable flag only, and wgpu
/// passes on less than the browser reports.
async fn probe_adapter() -> Result<Adapter, NoWebGpu> {
    let global = js_sys::global();
    let is_secure = get(&global, "isSecureContext").is_none_or(|secure| secure.is_truthy());
    let none = if is_secure { NoWebGpu::Missing } else { NoWebGpu::InsecureOrigin };
    let gpu = get(&global, "navigator").and_then(|navigator| get(&navigator, "gpu"));
    let gpu = gpu.ok_or(none)?;
    let request = get(&gpu, "requestAdapter").and_then(|function| function.dyn_into().ok());
    let request: Function = request.ok_or(NoWebGpu::Missing)?;
    let options = Object::new();
    // The same request as Burn's, so that both get the same adapter.
    let preference = JsValue::from("high-performance");
    let _ = Reflect::set(&options, &"powerPreference".into(), &preference);
    let refused = |error: JsValue| {
        let error = error.dyn_ref::<js_sys::Error>().map(|error| error.message().into());
        error.map_or(NoWebGpu::RefusedWithoutReason, NoWebGpu::Refused)
    };
    let promise: Promise =
        request.call1(&gpu, &options).and_then(JsCast::dyn_into).map_err(refused)?;
    let adapter = JsFuture::from(promise).await.map_err(refused)?;
    if adapter.is_null() || adapter.is_undefined() {
        return Err(NoWebGpu::NoAdapter);
    }
    let info = get(&adapter, "info").unwrap_or(JsValue::UNDEFINED);
    Ok(describe(&adapter, &info))
}

fn describe(adapter: &JsValue, info: &JsValue) -> Adapter {
    let mut parts: Vec<String> = Vec::new();
    for key in ["vendor", "architecture", "device", "description"] {
        let part = get(info, key).and_then(|value| value.as_string()).unwrap_or_default();
        if !part.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    let whole = if parts.is_empty() { "unnamed adapter".to_owned() } else { parts.join(" ") };
    // The specification moved the flag from the adapter to its info; browsers have one or the other.
    let flagged = [info, adapter].into_iter().any(|from| {
        get(from, "isFallbackAdapter").and_then(|value| value.as_bool()).unwrap_or(false)
    });
    // In the whole text: a driver's description ends with what tells it apart.
    let lower = whole.to_lowercase();
    let software = flagged || SOFTWARE_NAMES.iter().any(|word| lower.contains(word));
    Adapter { name: text::line(&whole, MOST_ADAPTER), software }
}

fn get(from: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(from, &key.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
