//! Backends and what takes steps on them, behind one interface.

use burn::tensor::Device;

use super::TrainingError;
use super::fused::cpu::FusedCpu;
use super::fused::gpu::{FusedGpu, Gpu};
use super::general::GeneralExecutor;
use super::optimizer::{Optimizer, Recipe};
use super::validation::Inference;
use crate::dataset::Images;
use crate::settings::TrainingConfig;
use crate::state_dict::StateDict;

/// How steps are taken, and on what.
#[derive(Clone, Debug)]
pub enum Backend {
    /// By Burn's operations, on this plain device.
    General(Device),
    /// By the fused kernels of the CPU; by Burn's on a CPU for which there are none.
    FusedCpu,
    /// By the fused kernels of a GPU.
    FusedGpu(Gpu),
}

impl Backend {
    /// Compiles what a run with this config will need. [`super::Trainer::new`] and its like need it done.
    ///
    /// # Errors
    /// What a GPU's compiler says against our kernels.
    pub async fn compile(&self, config: &TrainingConfig) -> Result<(), String> {
        match self {
            Self::FusedGpu(gpu) => gpu.compile_for(config).await,
            Self::General(_) | Self::FusedCpu => Ok(()),
        }
    }
}

impl From<Device> for Backend {
    fn from(device: Device) -> Self {
        Self::General(device)
    }
}

/// A model in training. Losses wait where they arise until they are asked for.
pub(crate) enum StepExecutor {
    General(Box<GeneralExecutor>),
    FusedCpu(Box<FusedCpu>),
    FusedGpu(Box<FusedGpu>),
}

impl StepExecutor {
    /// Training from these weights by this recipe; `state` is the optimizer's, none before the first
    /// step.
    ///
    /// # Errors
    /// [`TrainingError::State`] if weights or state do not fit the network, [`TrainingError::Engine`] if a
    /// GPU's kernels were not compiled before: see [`Backend::compile`].
    pub fn new(
        backend: &Backend,
        weights: &StateDict,
        recipe: Recipe,
        state: &StateDict,
    ) -> Result<Self, TrainingError> {
        let general = |device: &Device| {
            let optimizer = Optimizer::new(recipe, state, device)?;
            Ok(Self::General(Box::new(GeneralExecutor::new(weights, optimizer, device)?)))
        };
        match backend {
            Backend::General(device) => general(device),
            Backend::FusedCpu => match FusedCpu::new(weights, recipe, state)? {
                Some(fused) => Ok(Self::FusedCpu(Box::new(fused))),
                None => general(&Device::flex()),
            },
            Backend::FusedGpu(gpu) => {
                let fused = FusedGpu::new(gpu, weights, recipe, state)?;
                Ok(Self::FusedGpu(Box::new(fused)))
            }
        }
    }

    /// Takes one step.
    ///
    /// # Errors
    /// [`TrainingError::State`] if a parameter got no gradient, which is a mistake of the engine;
    /// [`TrainingError::Engine`] if losses were not read for too long.
    pub fn step(&mut self, images: Images<'_>) -> Result<(), TrainingError> {
        match self {
            Self::General(executor) => executor.step(images),
            Self::FusedCpu(executor) => {
                executor.step(images);
                Ok(())
            }
            Self::FusedGpu(executor) => executor.step(images),
        }
    }

    /// Losses of the steps since the last call, in order.
    ///
    /// # Errors
    /// [`TrainingError::Engine`].
    pub async fn read_losses(&mut self) -> Result<Vec<f32>, TrainingError> {
        match self {
            Self::General(executor) => executor.read_losses().await,
            Self::FusedCpu(executor) => Ok(executor.read_losses()),
            Self::FusedGpu(executor) => executor.read_losses().await,
        }
    }

    /// The loss and the gradients of images at the present weights, which stay as they are.
    ///
    /// # Errors
    /// [`TrainingError::Engine`] or [`TrainingError::State`].
    pub async fn gradients(
        &mut self,
        images: Images<'_>,
    ) -> Result<(f32, StateDict), TrainingError> {
        match self {
            Self::General(executor) => executor.gradients(images).await,
            Self::FusedCpu(executor) => Ok(executor.gradients(images)),
            Self::FusedGpu(executor) => executor.gradients(images).await,
        }
    }

    /// The weights now.
    ///
    /// # Errors
    /// [`TrainingError::Engine`] or [`TrainingError::State`].
    pub async fn weights(&self) -> Result<StateDict, TrainingError> {
        match self {
            Self::General(executor) => executor.weights().await,
            Self::FusedCpu(executor) => Ok(executor.weights()),
            Self::FusedGpu(executor) => executor.weights().await,
        }
    }

    /// The optimizer's state now.
    ///
    /// # Errors
    /// [`TrainingError::Engine`] or [`TrainingError::State`].
    pub async fn optimizer_state(&self) -> Result<StateDict, TrainingError> {
        match self {
            Self::General(executor) => executor.optimizer_state().await,
            Self::FusedCpu(executor) => Ok(executor.optimizer_state()),
            Self::FusedGpu(executor) => executor.optimizer_state().await,
        }
    }

    /// The network as it answers now: with the averaged weights if the recipe asks for them.
    pub fn inference(&self) -> Inference {
        match self {
            Self::General(executor) => Inference::General {
                model: Box::new(executor.inference_model()),
                device: executor.plain_device(),
            },
            Self::FusedCpu(executor) => Inference::FusedCpu(Box::new(executor.inference())),
            Self::FusedGpu(executor) => Inference::FusedGpu(executor.inference()),
        }
    }
}
