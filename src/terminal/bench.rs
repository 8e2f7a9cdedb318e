//! Times training steps in the terminal.

use std::time::Instant;

use super::arguments::BenchOptions;
use super::{Outcome, TerminalError, load_dataset, words};
use crate::benchmark::{BenchmarkCase, Measurement};
use crate::dataset::Dataset;
use crate::engine::self_test::{real_images, verify};
use crate::engine::{Engine, native};
use crate::settings::EngineChoice;
use crate::training::{Backend, Stopwatch};

/// Times every case and prints its result on a line.
pub(super) async fn run(options: BenchOptions) -> Result<Outcome, TerminalError> {
    let dataset = load_dataset(&options.data)?;
    let real = real_images(&dataset.train);
    let mut gpu = None;
    for case in options.cases {
        let mut engine = match (&gpu, case.webgpu) {
            (_, false) => Engine::cpu(),
            (Some(engine), true) => Engine::clone(engine),
            (None, true) => gpu.insert(native::open(EngineChoice::WebGpu).await?).clone(),
        };
        if !case.fused {
            engine.backend = Backend::General(engine.device.clone());
        }
        verify(&mut engine, (dataset.network(), &case.config()), real.as_ref(), &|| {}).await?;
        if engine.is_fused() != case.fused {
            eprintln!("{}", words::not_fused(case));
        }
        let measured = time(case, &engine, &dataset, options.seconds * 1e3).await?;
        if options.json {
            let (name, speed) = (&engine.name, measured.images_per_second(case));
            let Measurement { step_ms, warm_up_ms, steps, timed_steps } = measured;
            let line = serde_json::json!({
                "case": case.to_string(), "engine": name, "fused": engine.is_fused(),
                "step_ms": step_ms, "images_per_second": speed, "warm_up_ms": warm_up_ms,
                "steps": steps, "timed_steps": timed_steps,
            });
            println!("{line}");
        } else {
            println!("{}", words::measured(case, &measured, &engine.name));
        }
    }
    Ok(Outcome::Ended)
}

/// Times a case on an engine for about so many milliseconds.
///
/// # Errors
/// Those of the engine.
pub(super) async fn time(
    case: BenchmarkCase,
    engine: &Engine,
    dataset: &Dataset,
    budget_ms: f64,
) -> Result<Measurement, TerminalError> {
    let begun = Instant::now();
    let now = || begun.elapsed().as_secs_f64() * 1e3;
    let images = dataset.train.len();
    let mut stopwatch =
        Stopwatch::new(case, dataset.network(), &engine.backend, images, budget_ms, now())?;
    loop {
        stopwatch.take_steps(&dataset.train, now())?;
        stopwatch.wait(now).await?;
        engine.health.check()?;
        if let Some(measured) = stopwatch.measurement(now()) {
            return Ok(measured);
        }
    }
}
