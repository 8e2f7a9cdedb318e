//! The engines: which there are, which `auto` means, and how fast they are.

use std::cell::RefCell;
use std::rc::Rc;

use futures::lock::Mutex;

use super::clock::{Browser, now_ms};
use super::data_store::DataStore;
use super::port::Port;
use super::yield_now::yield_now;
use crate::benchmark::{BenchmarkCase, Measurement};
use crate::engine::self_test::{SelfTest, real_images, verify};
use crate::engine::{Engine, EngineError, browser};
use crate::hardware::Engines;
use crate::protocol::{EngineFailure, Event, Failure};
use crate::settings::{EngineChoice, TrainingConfig};
use crate::training::{Backend, Host as _, Stopwatch, TrainingError};

/// How long an engine is measured to find out what `auto` means.
const DECISION_MS: f64 = 700.0;

/// Chooses and opens the engine that a run or a measurement asks for.
pub struct EngineManager {
    engines: Engines,
    /// Kept once opened: Burn makes one WebGPU device a worker.
    webgpu: RefCell<Option<Engine>>,
    /// Held by whoever opens, compiles for and tests the GPU: one at a time has it for that.
    preparing: Mutex<()>,
    /// On this machine, the newest of each case.
    measured: RefCell<Vec<(BenchmarkCase, Measurement)>>,
    data: Rc<DataStore>,
    port: Rc<Port>,
}

/// An engine that has passed its self-test.
pub struct Opened {
    pub engine: Engine,
    pub test: SelfTest,
    pub test_ms: f64,
    /// Why it is the CPU although WebGPU was to be it.
    pub instead: Option<Failure>,
}

impl EngineManager {
    pub fn new(engines: Engines, data: Rc<DataStore>, port: Rc<Port>) -> Self {
        let (webgpu, measured) = (RefCell::new(None), RefCell::new(Vec::new()));
        Self { engines, webgpu, preparing: Mutex::new(()), measured, data, port }
    }

    /// Takes a measurement in the place of an older one of its case.
    pub fn remember(&self, case: BenchmarkCase, measurement: Measurement) {
        let mut measured = self.measured.borrow_mut();
        measured.retain(|(known, _)| *known != case);
        measured.push((case, measurement));
    }

    /// Opens a real GPU and makes the kernels of the usual run, once, so that it need not wait for them.
    pub async fn warm_up(&self) {
        let is_real = self.engines.webgpu.as_ref().is_ok_and(|adapter| !adapter.software);
        if is_real && self.webgpu.borrow().is_none() {
            // Whatever fails here fails again when it matters, and is said then.
            drop(self.open(true, true, &TrainingConfig::default()).await);
        }
    }

    /// Opens and tests an engine for a run with this config. `fused` asks for the fused kernels,
    /// which a failed self-test turns down.
    async fn open(
        &self,
        webgpu: bool,
        fused: bool,
        config: &TrainingConfig,
    ) -> Result<Opened, EngineError> {
        // The CPU need not wait for a GPU that warms up.
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
        let test = Browser.believed(&health, verify(&mut engine, config, real.as_ref())).await?;
        Ok(Opened { engine, test, test_ms: now_ms() - begun, instead: None })
    }

    /// The GPU, opened at the first call. Only while it is being prepared: a second device would be
    /// refused.
    async fn webgpu(&self) -> Result<Engine, EngineError> {
        let opened = self.webgpu.borrow().clone();
        if let Some(engine) = opened {
            return Ok(engine);
        }
        let engine = browser::open_webgpu(&self.engines).await?;
        self.webgpu.replace(Some(engine.clone()));
        let (health, port) = (engine.health.clone(), Rc::clone(&self.port));
        wasm_bindgen_futures::spawn_local(async move {
            health.failed().await;
            port.post(&Event::GpuFailed);
        });
        Ok(engine)
    }

    /// Opens and tests the engine that the config asks for; what was measured to decide is told to
    /// `tell`.
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
                // Whoever leaves the choice to us is served as long as one of them works.
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

    /// What `auto` means for this config. Where it takes a measurement to say, both engines are measured;
    /// a failure is why WebGPU cannot be.
    async fn webgpu_is_faster(
        &self,
        config: &TrainingConfig,
        tell: impl Fn(BenchmarkCase, Measurement),
    ) -> Result<bool, Failure> {
        let known = || self.engines.auto_is_webgpu(&self.measured.borrow(), config.batch_size);
        if let Some(webgpu) = known() {
            return Ok(webgpu);
        }
        for webgpu in [true, false] {
            let case = BenchmarkCase { webgpu, fused: true, batch_size: config.batch_size as u32 };
            let measurement = match self.measure(case, DECISION_MS).await {
                Ok(measurement) => measurement,
                // An engine that cannot be measured is not the one.
                Err(failure) if webgpu => return Err(failure),
                Err(_) => return Ok(true),
            };
            self.remember(case, measurement.clone());
            // While shards are still unpacked beside it, a measurement is good for this run alone.
            if self.data.is_complete() {
                tell(case, measurement);
            }
        }
        Ok(known().unwrap_or(false))
    }

    /// Measures a case, on the images that are there.
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
        let stopwatch = Stopwatch::new(case, &engine.backend, images, budget_ms, now_ms());
        let unmeasured = |error: TrainingError| match error {
            TrainingError::Gpu(complaint) => no_engine(complaint, case.webgpu),
            error => Failure::NotMeasured { case, why: error.into() },
        };
        let mut stopwatch = stopwatch.map_err(unmeasured)?;
        loop {
            yield_now().await;
            if let Some(dataset) = &*self.data.dataset() {
                let taken = stopwatch.take_steps(&dataset.train, now_ms());
                taken.map_err(unmeasured)?;
            }
            let waited = Browser.believed(&engine.health, stopwatch.wait(now_ms)).await;
            waited.map_err(unmeasured)?;
            if let Some(measurement) = stopwatch.measurement(now_ms()) {
                return Ok(measurement);
            }
        }
    }
}

fn no_engine(error: impl Into<EngineFailure>, webgpu: bool) -> Failure {
    Failure::Engine { webgpu, why: error.into() }
}
