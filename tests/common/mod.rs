//! The real data set and PyTorch's results, for tests.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use atelier::checkpoint::file::read_arrays;
use atelier::dataset::shard::MANIFEST_NAME;
use atelier::dataset::{Dataset, Manifest};
use atelier::engine::native;
use atelier::settings::{EngineChoice, LinkSettings, TrainingConfig};
use atelier::state_dict::StateDict;
use atelier::training::Backend;

/// Where `cargo xtask data` puts the shards.
pub fn data_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("www/data")
}

pub fn manifest() -> Manifest {
    let path = data_folder().join(MANIFEST_NAME);
    let json = std::fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; run `cargo xtask data` first", path.display())
    });
    Manifest::parse(&json).unwrap()
}

/// All 70,000 images.
pub fn dataset() -> Dataset {
    atelier::terminal::load_dataset(&data_folder()).unwrap_or_else(|error| panic!("{error}"))
}

/// The config of a link's query.
pub fn config(query: &str) -> TrainingConfig {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    LinkSettings::from_pairs(pairs).draft.check().unwrap()
}

pub fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

pub fn state_dict(name: &str) -> StateDict {
    read_arrays(&fixture(name)).unwrap()
}

pub fn json(name: &str) -> serde_json::Value {
    serde_json::from_slice(&fixture(name)).unwrap()
}

pub fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// The fused kernels on a GPU, if wgpu finds one (including llvmpipe). With `ATELIER_NEEDS_GPU` set, there must be one.
pub fn gpu() -> Option<Backend> {
    // Burn creates only one device in a program.
    static GPU: OnceLock<Option<Backend>> = OnceLock::new();
    let open = || match pollster::block_on(native::open(EngineChoice::WebGpu)) {
        Ok(engine) => Some(engine.backend),
        Err(error) => {
            eprintln!("the GPU's kernels are not tested: {error}");
            assert!(std::env::var_os("ATELIER_NEEDS_GPU").is_none(), "{error}");
            None
        }
    };
    GPU.get_or_init(open).clone()
}
