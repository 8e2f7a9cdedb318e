//! The engines: which there are, which `auto` means, and how fast they are.

use std::cell::RefCell;
use std::rc::Rc;

use futures::lock::Mutex;

use super::clock::now_ms;
use super::data_room::DataRoom;
use super::failure::{Describe as _, failure};
use super::run::believed;
use super::turn::next_turn;
use crate::benchmark::{BenchmarkCase, Measurement};
use crate::dataset::{ImageBuffer, Images};
use crate::engine::self_test::{self, SelfTest, prove};
use crate::engine::{Engine, browser};
use crate::protocol::{Engines, Failure};
use crate::settings::EngineChoice;
use crate::training::{Stopwatch, Way};

/// Real images in the self-test: as many as made-up ones, so that a GPU needs no further kernels.
pub const SELF_TEST_IMAGES: u32 = self_test::IMAGES as u32;
/// How long an engine is measured to find out what `auto` means.
const DECISION_MS: f64 = 700.0;

pub struct EngineRoom {
    engines: Engines,
    /// Kept once opened: Burn makes one WebGPU device a worker.
    webgpu: RefCell<Option<Engine>>,
    opening: Mutex<()>,
    /// On this machine, the newest of each case.
    measured: RefCell<Vec<(BenchmarkCase, Measurement)>>,
    room: Rc<DataRoom>,
}

/// An engine that has passed its self-test.
pub struct Opened {
    pub engine: Engine,
    pub test: SelfTest,
    pub test_ms: f64,
}

impl EngineRoom {
    pub fn new(engines: Engines, room: Rc<DataRoom>) -> Self {
        let (webgpu, measured) = (RefCell::new(None), RefCell::new(Vec::new()));
        Self { engines, webgpu, opening: Mutex::new(()), measured, room }
    }

    /// Takes a measurement in the place of an older one of its case.
    pub fn remember(&self, case: BenchmarkCase, measurement: Measurement) {
        let mut measured = self.measured.borrow_mut();
        measured.retain(|(known, _)| *known != case);
        measured.push((case, measurement));
    }

    /// Opens a real GPU and makes its kernels, so that the first run need not wait for them.
    pub async fn warm_up(&self) {
        if self.engines.webgpu.as_ref().is_ok_and(|adapter| !adapter.software) {
            // Whatever fails here fails again when it matters, and is said then.
            drop(self.open(true, true).await);
        }
    }

    /// Opens and tests an engine. `fused` asks for its fast way, which a failed self-test turns down.
    pub async fn open(&self, webgpu: bool, fused: bool) -> Result<Opened, Failure> {
        // One at a time: a second device would be refused.
        let _opening = self.opening.lock().await;
        let opened = self.webgpu.borrow().clone();
        let mut engine = match opened {
            _ if !webgpu => Engine::cpu(),
            Some(engine) => engine,
            None => {
                let opened = browser::open_webgpu(&self.engines).await;
                opened.map_err(|error| error.describe())?
            }
        };
        if webgpu {
            self.webgpu.replace(Some(engine.clone()));
        }
        if !fused {
            engine.way = Way::General(engine.device.clone());
        }
        let begun = now_ms();
        let real = self.real_images();
        let test = prove(&mut engine, real.as_ref()).await.map_err(|error| error.describe())?;
        Ok(Opened { engine, test, test_ms: now_ms() - begun })
    }

    fn real_images(&self) -> Option<ImageBuffer> {
        let indices: Vec<u32> = (0..SELF_TEST_IMAGES).collect();
        let dataset = self.room.dataset();
        let split = &dataset.as_ref()?.train;
        split.has(&indices).then(|| Images::Of { split, indices: &indices }.into())
    }

    /// Whether a run is to use WebGPU. Where it takes a measurement to say, both engines are measured;
    /// those measurements come back too.
    pub async fn decide(
        &self,
        choice: EngineChoice,
        batch_size: usize,
    ) -> (bool, Vec<(BenchmarkCase, Measurement)>) {
        let known = match choice {
            EngineChoice::WebGpu => Some(true),
            EngineChoice::Cpu => Some(false),
            EngineChoice::Auto => self.engines.auto_is_webgpu(&self.measured.borrow(), batch_size),
        };
        if let Some(webgpu) = known {
            return (webgpu, Vec::new());
        }
        let mut measured = Vec::new();
        for webgpu in [true, false] {
            let case = BenchmarkCase { webgpu, fused: true, batch_size: batch_size as u32 };
            // An engine that cannot be measured is not the one.
            let Ok(measurement) = self.measure(case, DECISION_MS).await else {
                return (!webgpu, measured);
            };
            self.remember(case, measurement.clone());
            measured.push((case, measurement));
        }
        let told = self.engines.auto_is_webgpu(&self.measured.borrow(), batch_size);
        (told.unwrap_or(false), measured)
    }

    /// Measures a case, on the images that are there.
    pub async fn measure(
        &self,
        case: BenchmarkCase,
        budget_ms: f64,
    ) -> Result<Measurement, Failure> {
        let Opened { engine, .. } = self.open(case.webgpu, case.fused).await?;
        if engine.is_fused() != case.fused {
            return Err(failure(
                format!("{case} cannot be measured: its kernels failed their self-test here."),
                "Everything; training uses Burn's operations instead.",
                "Measure another case.",
            ));
        }
        let images = self.room.dataset().as_ref().map_or(0, |dataset| dataset.train.leading());
        let stopwatch = Stopwatch::new(case, engine.way.clone(), images, budget_ms, now_ms());
        let mut stopwatch = stopwatch.map_err(|error| error.describe())?;
        loop {
            next_turn().await;
            if let Some(dataset) = &*self.room.dataset() {
                let taken = stopwatch.take_steps(&dataset.train, now_ms());
                taken.map_err(|error| error.describe())?;
            }
            believed(&engine.health, stopwatch.wait(now_ms)).await?;
            if let Some(measurement) = stopwatch.measurement(now_ms()) {
                return Ok(measurement);
            }
        }
    }
}
