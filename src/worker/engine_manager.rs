//! The engines: which exist, which one `auto` means, and how fast they are.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::FutureExt as _;
use futures::future::{LocalBoxFuture, Shared};
use futures::lock::Mutex;

use super::clock::{Browser, now_ms};
use super::data_store::DataStore;
use super::port::Port;
use super::yield_now::yield_now;
use crate::benchmark::{BenchmarkCase, Measurement};
use crate::engine::self_test::{SelfTest, real_images, verify};
use crate::engine::{Engine, EngineError, browser};
use crate::hardware::{Engines, GpuComplaint};
use crate::protocol::{EngineFailure, Event, Failure};
use crate::settings::{EngineChoice, TrainingConfig};
use crate::training::{ANSWER_WITHIN_S, Backend, Host as _, Stopwatch, TrainingError};

/// How long an engine is measured to decide what `auto` means.
const DECISION_MS: f64 = 700.0;
/// How long Burn's operations may hold the thread before their first results, while their shaders are written: 2 to 6 s on a
/// software adapter and two busy cores.
const SHADERS_MS: f64 = 6000.0;
/// Compiling the shaders of Burn's operations takes a software adapter up to a minute.
const SELF_TEST_WITHIN_S: u32 = 180;

/// Chooses and opens the engine for a run or a measurement.
pub struct EngineManager {
    /// Which engines this browser has, as soon as it has said so.
    engines: Shared<LocalBoxFuture<'static, Engines>>,
    /// Kept once opened, because Burn creates one WebGPU device per worker.
    webgpu: RefCell<Option<Engine>>,
    /// Why opening it had no end.
    unanswered: RefCell<Option<GpuComplaint>>,
    /// Locked by the task that opens, compiles for or tests the GPU: only one may do that at a time.
    preparing: Mutex<()>,
    /// The newest measurement of each case on this machine.
    measured: RefCell<Vec<(BenchmarkCase, Measurement)>>,
    /// Whether no GPU is prepared before a run needs one.
    waits: Cell<bool>,
    data: Rc<DataStore>,
    port: Rc<Port>,
}

/// An engine that has passed its self-test.
pub struct Opened {
    pub engine: Engine,
    pub test: SelfTest,
    pub test_ms: f64,
    /// Why it is the CPU although WebGPU was preferred.
    pub instead: Option<Failure>,
}

impl EngineManager {
    pub fn new(data: Rc<DataStore>, port: Rc<Port>) -> Self {
        let engines = browser::probe().boxed_local().shared();
        let (webgpu, unanswered, measured) =
            (RefCell::default(), RefCell::default(), RefCell::default());
        let (preparing, waits) = (Mutex::new(()), Cell::default());
        Self { engines, webgpu, unanswered, preparing, measured, waits, data, port }
    }

    /// Which engines this browser has. The CPU engine needs no answer to that.
    pub async fn engines(&self) -> Engines {
        self.engines.clone().await
    }

    /// Stores a measurement in place of an older one of its case.
    pub fn remember(&self, case: BenchmarkCase, measurement: Measurement) {
        let mut measured = self.measured.borrow_mut();
        measured.retain(|(known, _)| *known != case);
        measured.push((case, measurement));
    }

    /// From now on prepares no GPU before a run needs one: several workers would do so at once.
    pub fn wait_for_runs(&self) {
        self.waits.set(true);
    }

    /// Opens a hardware GPU and compiles the kernels of the default run, once, so that the run need not wait
    /// for them.
    pub async fn warm_up(&self) {
        if self.waits.get() {
            return;
        }
        let engines = self.engines().await;
        let is_real = engines.webgpu.as_ref().is_ok_and(|adapter| !adapter.software);
        if is_real && self.webgpu.borrow().is_none() {
            // Whatever fails here fails again when it matters, and is reported then.
            drop(self.open(true, true, &TrainingConfig::default()).await);
        }
    }

    /// Opens and tests an engine for a run with this config. `fused` requests the fused kernels, which are
    /// not used if their self-test fails.
    async fn open(
        &self,
        webgpu: bool,
        fused: bool,
        config: &TrainingConfig,
    ) -> Result<Opened, EngineError> {
        // The CPU need not wait for a GPU that is warming up.
        let _preparing = if webgpu { Some(self.preparing.lock().await) } else { None };
        let mut engine = if webgpu { self.webgpu().await? } else { Engine::cpu() };
        if !fused {
            engine.backend = Backend::General(engine.device.clone());
        }
        let begun = now_ms();
        let (health, real) = (
            engine.health.clone(),
            self.data.dataset().as_ref().and_then(|dataset| real_images(&dataset.train)),
        );
        let announce = || self.port.announce(SHADERS_MS);
        let test = Browser
            .believed(
                &health,
                SELF_TEST_WITHIN_S,
                verify(&mut engine, (self.data.network(), config), real.as_ref(), &announce),
            )
            .await?;
        Ok(Opened { engine, test, test_ms: now_ms() - begun, instead: None })
    }

    /// The GPU, opened at the first call. Call this only with the GPU locked: a second device would be
    /// refused.
    async fn webgpu(&self) -> Result<Engine, EngineError> {
        let opened = self.webgpu.borrow().clone();
        if let Some(engine) = opened {
            return Ok(engine);
        }
        // A worker cannot ask twice, but another worker can.
        if let Some(complaint) = self.unanswered.borrow().clone() {
            return Err(complaint.into());
        }
        let engine = match browser::open_webgpu(&self.engines().await).await {
            Err(EngineError::Gpu(complaint)) => {
                self.unanswered.replace(Some(complaint.clone()));
                self.port.post(&Event::GpuFailed);
                return Err(complaint.into());
            }
            opened => opened?,
        };
        self.webgpu.replace(Some(engine.clone()));
        let (health, port) = (engine.health.clone(), Rc::clone(&self.port));
        wasm_bindgen_futures::spawn_local(async move {
            health.failed().await;
            port.post(&Event::GpuFailed);
        });
        Ok(engine)
    }

    /// Opens and tests the engine that the config asks for; measurements made to decide are passed to `tell`.
    pub async fn open_for(
        &self,
        config: &TrainingConfig,
        tell: impl Fn(BenchmarkCase, Measurement),
    ) -> Result<Opened, Failure> {
        let open = async |webgpu| {
            self.open(webgpu, true, config).await.map_err(|error| no_engine(error, webgpu))
        };
        match config.engine {
            EngineChoice::WebGpu => open(true).await,
            EngineChoice::Cpu => open(false).await,
            EngineChoice::Auto => {
                // With `auto`, any engine that works will do.
                let failed = match self.webgpu_is_faster(config, tell).await {
                    Ok(true) => match open(true).await {
                        Ok(opened) => return Ok(opened),
                        Err(failure) => Some(failure),
                    },
                    Ok(false) => None,
                    Err(failure) => Some(failure),
                };
                let instead =
                    failed.map(|failed| Failure::TrainsOnCpuInstead { because: Box::new(failed) });
                Ok(Opened { instead, ..open(false).await? })
            }
        }
    }

    /// What `auto` means for this config. If that needs a measurement, both engines are measured; a returned
    /// failure says why WebGPU cannot be used.
    async fn webgpu_is_faster(
        &self,
        config: &TrainingConfig,
        tell: impl Fn(BenchmarkCase, Measurement),
    ) -> Result<bool, Failure> {
        let engines = self.engines().await;
        let known = || engines.auto_is_webgpu(&self.measured.borrow(), config.batch_size);
        if let Some(webgpu) = known() {
            return Ok(webgpu);
        }
        for webgpu in [true, false] {
            let case = BenchmarkCase { webgpu, fused: true, batch_size: config.batch_size as u32 };
            let measurement = match self.measure(case, DECISION_MS).await {
                Ok(measurement) => measurement,
                // An engine that cannot be measured is not chosen.
                Err(failure) if webgpu => return Err(failure),
                Err(_) => return Ok(true),
            };
            self.remember(case, measurement.clone());
            // A measurement made while shards are still being unpacked is valid only for this run.
            if self.data.is_complete() {
                tell(case, measurement);
            }
        }
        Ok(known().unwrap_or(false))
    }

    /// Measures a case on the images that have arrived.
    pub async fn measure(
        &self,
        case: BenchmarkCase,
        budget_ms: f64,
    ) -> Result<Measurement, Failure> {
        let opened = self.open(case.webgpu, case.fused, &case.config()).await;
        let Opened { engine, .. } = opened.map_err(|error| no_engine(error, case.webgpu))?;
        if engine.is_fused() != case.fused {
            return Err(Failure::NoFusedKernels { case });
        }
        let images = self.data.dataset().as_ref().map_or(0, |dataset| dataset.train.leading());
        let stopwatch =
            Stopwatch::new(case, self.data.network(), &engine.backend, images, budget_ms, now_ms());
        let unmeasured = |error: TrainingError| match error {
            TrainingError::Gpu(complaint) => no_engine(complaint, case.webgpu),
            error => Failure::NotMeasured { case, why: error.into() },
        };
        let mut stopwatch = stopwatch.map_err(unmeasured)?;
        let mut last_turn_ms = if case.fused { 0.0 } else { SHADERS_MS };
        loop {
            yield_now().await;
            self.port.announce(last_turn_ms);
            let begun = now_ms();
            if let Some(dataset) = &*self.data.dataset() {
                let taken = stopwatch.take_steps(&dataset.train, now_ms());
                taken.map_err(unmeasured)?;
            }
            let waited =
                Browser.believed(&engine.health, ANSWER_WITHIN_S, stopwatch.wait(now_ms)).await;
            waited.map_err(unmeasured)?;
            last_turn_ms = now_ms() - begun;
            if let Some(measurement) = stopwatch.measurement(now_ms()) {
                return Ok(measurement);
            }
        }
    }
}

fn no_engine(error: impl Into<EngineFailure>, webgpu: bool) -> Failure {
    Failure::Engine { webgpu, why: error.into() }
}
