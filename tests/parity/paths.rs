//! The ways in which a step is computed: Burn's operations on the CPU, and the fused kernels on the CPU and on a GPU.

use std::sync::OnceLock;

use atelier::checkpoint::Snapshot;
use atelier::dataset::Dataset;
use atelier::network::Network;
use atelier::settings::TrainingConfig;
use atelier::training::{Backend, Trainer};
use burn::tensor::Device;
use pollster::block_on;

use crate::common;

/// Images of the training split.
pub const TRAIN_IMAGES: usize = 60_000;

/// A way, with its name in tables.
pub struct Path {
    pub name: &'static str,
    pub backend: Backend,
}

pub fn general() -> Path {
    Path { name: "Burn's operations, CPU", backend: Backend::General(Device::flex()) }
}

pub fn fused_cpu() -> Path {
    Path { name: "fused, CPU", backend: Backend::FusedCpu }
}

/// `None` where wgpu finds no adapter.
pub fn fused_gpu() -> Option<Path> {
    common::gpu().map(|backend| Path { name: "fused, GPU", backend })
}

/// All of them.
pub fn all() -> Vec<Path> {
    [general(), fused_cpu()].into_iter().chain(fused_gpu()).collect()
}

/// All 70,000 images, read once.
pub fn dataset() -> &'static Dataset {
    static DATA: OnceLock<Dataset> = OnceLock::new();
    DATA.get_or_init(common::dataset)
}

/// The reference's batches.
pub fn order() -> Vec<Vec<u32>> {
    serde_json::from_slice(&common::fixture("order.json")).unwrap()
}

impl Path {
    /// A run from its settings alone: weights and batches come from its seed.
    pub fn seeded(&self, config: TrainingConfig) -> Trainer {
        self.resumed(Snapshot::beginning(config))
    }

    /// A run from the reference's weights over these batches.
    pub fn given(&self, config: TrainingConfig, order: &[Vec<u32>]) -> Trainer {
        self.resumed(Snapshot {
            weights: common::state_dict("init.safetensors"),
            order: Some(order.to_vec()),
            ..Snapshot::beginning(config)
        })
    }

    /// A run from a snapshot.
    pub fn resumed(&self, snapshot: Snapshot) -> Trainer {
        block_on(self.backend.compile(Network::TUTORIAL, &snapshot.config)).unwrap();
        Trainer::resume(snapshot, TRAIN_IMAGES, self.backend.clone()).unwrap()
    }
}

/// The losses of so many more steps, within one epoch.
pub fn losses(trainer: &mut Trainer, steps: usize) -> Vec<f64> {
    let mut losses = Vec::new();
    // A GPU holds only so many unread losses.
    while losses.len() < steps {
        for _ in 0..(steps - losses.len()).min(50) {
            assert!(trainer.step(&dataset().train).unwrap());
        }
        losses.extend(block_on(trainer.read_losses()).unwrap().losses.into_iter().map(f64::from));
    }
    losses
}
