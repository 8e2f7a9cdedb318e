//! One interface to the backends that take steps.

use std::future::ready;

use burn::tensor::Device;
use futures::future::LocalBoxFuture;

use super::TrainingError;
use super::fused::cpu::FusedCpu;
use super::fused::gpu::{FusedGpu, Gpu};
use super::general::GeneralExecutor;
use super::optimizer::{Optimizer, Recipe};
use super::validation::Inference;
use crate::dataset::Images;
use crate::network::Network;
use crate::settings::TrainingConfig;
use crate::state_dict::StateDict;

/// How and where steps are taken.
#[derive(Clone, Debug)]
pub enum Backend {
    /// With Burn's operations, on this device without autodiff.
    General(Device),
    /// With the CPU's fused kernels; with Burn's operations on a CPU without suitable instructions.
    FusedCpu,
    /// With the fused kernels on a GPU.
    FusedGpu(Gpu),
}

impl Backend {
    /// Compiles the kernels that a run of this network with this config needs; required before [`super::Trainer::new`] and
    /// [`super::Trainer::resume`].
    ///
    /// # Errors
    /// The GPU compiler's error.
    pub async fn compile(&self, network: Network, config: &TrainingConfig) -> Result<(), String> {
        match self {
            Self::FusedGpu(gpu) => gpu.compile_for(network, config).await,
            Self::General(_) | Self::FusedCpu => Ok(()),
        }
    }
}

impl From<Device> for Backend {
    fn from(device: Device) -> Self {
        Self::General(device)
    }
}

/// A model in training. Losses stay where they are computed until they are read.
pub(crate) enum StepExecutor {
    General(Box<GeneralExecutor>),
    FusedCpu(Box<FusedCpu>),
    FusedGpu(Box<FusedGpu>),
}

impl StepExecutor {
    /// Starts from these weights of this network with this recipe; `state` is the optimizer's, empty before the first step.
    ///
    /// # Errors
    /// [`TrainingError::State`] if weights or state do not fit the network, [`TrainingError::Engine`] if a
    /// GPU's kernels were not compiled beforehand: see [`Backend::compile`].
    pub fn new(
        backend: &Backend,
        network: Network,
        weights: &StateDict,
        recipe: Recipe,
        state: &StateDict,
    ) -> Result<Self, TrainingError> {
        let general = |device: &Device| {
            network.check(weights)?;
            let optimizer = Optimizer::new(network, recipe, state, device)?;
            Ok(Self::General(Box::new(GeneralExecutor::new(weights, optimizer, device)?)))
        };
        match backend {
            Backend::General(device) => general(device),
            Backend::FusedCpu => match FusedCpu::new(network, weights, recipe, state)? {
                Some(fused) => Ok(Self::FusedCpu(Box::new(fused))),
                None => general(&Device::flex()),
            },
            Backend::FusedGpu(gpu) => {
                let fused = FusedGpu::new(gpu, network, weights, recipe, state)?;
                Ok(Self::FusedGpu(Box::new(fused)))
            }
        }
    }

    /// Takes one step.
    ///
    /// # Errors
    /// [`TrainingError::State`] if a parameter got no gradient, which is a bug of the engine;
    /// [`TrainingError::Engine`] if losses were left unread for too many steps.
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

    /// The loss and the gradients of images at the current weights, without taking a step. The images are not needed any
    /// more once this has returned, before its result is there.
    ///
    /// # Errors
    /// [`TrainingError::Engine`] or [`TrainingError::State`].
    pub fn gradients<'a>(
        &'a mut self,
        images: Images<'_>,
    ) -> LocalBoxFuture<'a, Result<(f32, StateDict), TrainingError>> {
        match self {
            Self::General(executor) => Box::pin(executor.gradients(images)),
            Self::FusedCpu(executor) => Box::pin(ready(Ok(executor.gradients(images)))),
            Self::FusedGpu(executor) => Box::pin(executor.gradients(images)),
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

    /// The network for inference, with the averaged weights if the recipe asks for them.
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
