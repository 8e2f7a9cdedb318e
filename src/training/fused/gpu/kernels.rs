//! The kernels' sources, and the pipelines made from them.

use burn::tensor::wgpu::wgpu;

use super::device::{Compiled, Gpu};
use super::layout::{ROW, padded_length};
use crate::network::Network;
use crate::settings::OptimizerSettings;
use crate::training::TrainingError;

const NETWORK: &str = include_str!("network.wgsl");
const CONVOLUTIONS: &str = include_str!("convolutions.wgsl");
const FULLY_CONNECTED: &str = include_str!("fully_connected.wgsl");
const CONVOLUTIONS_BACKWARD: &str = include_str!("convolutions_backward.wgsl");
const SAMPLE: &str = include_str!("sample.wgsl");
const OPTIMIZERS: &str = include_str!("optimizers.wgsl");
const UPDATE: &str = include_str!("update.wgsl");
const APPLY: &str = include_str!("apply.wgsl");
const EVALUATE: &str = include_str!("evaluate.wgsl");

/// Invocations of a workgroup.
const WORKGROUP: u32 = 64;
/// Workgroups of `update` and of `gradient` beside those for the fully connected layers: 11 for the convolutions' gradients
/// and one for the loss.
const OTHER_UPDATE_WORKGROUPS: u32 = 12;
/// Invocations of `update` and of `gradient` for the first two fully connected layers, and for four classes of the last.
const HIDDEN_ITEMS: u32 = 1275;
const CLASS_ROW_ITEMS: u32 = 11;
/// Bytes of a step's uniforms, and the distance from one step's to the next.
pub(super) const STEP_BYTES: u64 = 64;
pub(super) const STEP_STRIDE: u64 = 256;

/// A kernel in one of its variants, for one network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kernel {
    pub network: Network,
    pub stage: Stage,
}

/// What a kernel does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    /// Forward and backward pass, with this many images a workgroup.
    Sample { images: u32 },
    /// Only the batch's gradient.
    Gradient { images: u32 },
    /// The batch's gradient and the optimizer's step.
    Update { images: u32, rule: Rule },
    /// The optimizer's step with a clipped gradient.
    Apply { rule: Rule },
    /// Losses and correct classifications, without training; always of many images.
    Evaluate { images: u32 },
}

/// What a kernel's code depends on in an optimizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Rule {
    optimizer: u32,
    momentum: bool,
    centered: bool,
}

impl From<&OptimizerSettings> for Rule {
    fn from(settings: &OptimizerSettings) -> Self {
        let rule = |optimizer, momentum, centered| Self { optimizer, momentum, centered };
        match *settings {
            OptimizerSettings::Sgd { momentum, .. } => rule(0, momentum != 0.0, false),
            OptimizerSettings::Asgd { .. } => rule(1, false, false),
            OptimizerSettings::Adagrad { .. } => rule(2, false, false),
            OptimizerSettings::Adam { .. } | OptimizerSettings::AdamW { .. } => {
                rule(3, false, false)
            }
            OptimizerSettings::RmsProp { momentum, centered, .. } => {
                rule(4, momentum > 0.0, centered)
            }
        }
    }
}

/// From this batch size on, four images share a workgroup's weights.
const SHARING_FROM: usize = 64;

/// With more classes than this, four images would need more memory than every adapter has for a workgroup.
const SHARING_UP_TO: usize = 20;

/// Images that share a workgroup in a run with this batch size. A smaller batch at the end of an epoch
/// leaves some places empty and needs no kernel of its own.
const fn images_a_workgroup(network: Network, batch_size: usize) -> u32 {
    if batch_size < SHARING_FROM || network.classes() > SHARING_UP_TO { 1 } else { 4 }
}

/// All kernels that a run dispatches, each list in the order of its dispatches.
#[derive(Clone, Debug)]
pub(super) struct RunKernels<K = Kernel> {
    /// A step of training.
    pub step: Vec<K>,
    /// The gradient of a batch, left in `scratch`.
    pub gradient: Vec<K>,
    /// Losses and correct classifications.
    pub evaluate: Vec<K>,
}

impl RunKernels {
    /// The kernels of a run of this network with this optimizer and batch size, with or without clipping.
    pub fn of(
        network: Network,
        settings: &OptimizerSettings,
        clips: bool,
        batch_size: usize,
    ) -> Self {
        let images = images_a_workgroup(network, batch_size);
        // As many as share a workgroup where there are many.
        let evaluated = images_a_workgroup(network, SHARING_FROM);
        let rule = settings.into();
        let kernel = |stage| Kernel { network, stage };
        let sample = kernel(Stage::Sample { images });
        let gradient = vec![sample, kernel(Stage::Gradient { images })];
        let step = if clips {
            gradient.iter().copied().chain([kernel(Stage::Apply { rule })]).collect()
        } else {
            vec![sample, kernel(Stage::Update { images, rule })]
        };
        Self { step, gradient, evaluate: vec![kernel(Stage::Evaluate { images: evaluated })] }
    }

    /// All of them, each once.
    pub fn all(&self) -> Vec<Kernel> {
        let mut all: Vec<Kernel> = Vec::new();
        for &kernel in self.step.iter().chain(&self.gradient).chain(&self.evaluate) {
            if !all.contains(&kernel) {
                all.push(kernel);
            }
        }
        all
    }

    /// Their pipelines.
    ///
    /// # Errors
    /// As [`Gpu::compiled`].
    pub fn compiled(&self, gpu: &Gpu) -> Result<RunKernels<Compiled>, TrainingError> {
        Ok(RunKernels {
            step: gpu.compiled(&self.step)?,
            gradient: gpu.compiled(&self.gradient)?,
            evaluate: gpu.compiled(&self.evaluate)?,
        })
    }
}

impl Kernel {
    /// Workgroups for this many images.
    pub fn workgroups(self, count: usize) -> u32 {
        match self.stage {
            Stage::Sample { images } | Stage::Evaluate { images } => {
                (count as u32).div_ceil(images)
            }
            Stage::Gradient { .. } | Stage::Update { .. } => {
                let class_rows = self.network.classes().div_ceil(ROW) as u32;
                let items = HIDDEN_ITEMS + CLASS_ROW_ITEMS * class_rows;
                items.div_ceil(WORKGROUP) + OTHER_UPDATE_WORKGROUPS
            }
            Stage::Apply { .. } => ((padded_length(self.network) / ROW) as u32).div_ceil(WORKGROUP),
        }
    }

    pub fn entry_point(self) -> &'static str {
        match self.stage {
            Stage::Sample { .. } => "sample",
            Stage::Gradient { .. } => "gradient",
            Stage::Update { .. } => "update",
            Stage::Apply { .. } => "apply",
            Stage::Evaluate { .. } => "evaluate",
        }
    }

    fn sources(self) -> &'static [&'static str] {
        match self.stage {
            Stage::Sample { .. } => {
                &[NETWORK, CONVOLUTIONS, FULLY_CONNECTED, CONVOLUTIONS_BACKWARD, SAMPLE]
            }
            Stage::Gradient { .. } | Stage::Update { .. } => &[NETWORK, OPTIMIZERS, UPDATE],
            Stage::Apply { .. } => &[NETWORK, OPTIMIZERS, APPLY],
            Stage::Evaluate { .. } => &[NETWORK, CONVOLUTIONS, FULLY_CONNECTED, EVALUATE],
        }
    }

    fn constants(self) -> Vec<(&'static str, String)> {
        let images = |images: u32| ("IMAGES", format!("{images}u"));
        let rule = |rule: Rule| {
            [
                ("OPTIMIZER", format!("{}u", rule.optimizer)),
                ("MOMENTUM", rule.momentum.to_string()),
                ("CENTERED", rule.centered.to_string()),
            ]
        };
        let mut constants = vec![("CLASSES", format!("{}u", self.network.classes()))];
        match self.stage {
            Stage::Sample { images: count } | Stage::Evaluate { images: count } => {
                constants.push(images(count));
            }
            Stage::Gradient { images: count } => {
                constants.extend([images(count), ("STORE_GRADIENT", "true".into())]);
            }
            Stage::Update { images: count, rule: chosen } => {
                constants.push(images(count));
                constants.extend(rule(chosen));
            }
            Stage::Apply { rule: chosen } => constants.extend(rule(chosen)),
        }
        constants
    }

    /// The complete source of this variant.
    ///
    /// Overrides become constants here, before compilation: they are sizes of arrays, which not every
    /// compiler accepts from a pipeline's constants.
    pub fn source(self) -> String {
        let constants = self.constants();
        let mut source = String::new();
        for line in self.sources().iter().flat_map(|part| part.lines()) {
            let Some(declaration) = line.strip_prefix("override ") else {
                source.push_str(line);
                source.push('\n');
                continue;
            };
            let name = declaration.split(':').next().unwrap_or_default();
            let chosen = constants.iter().find(|(known, _)| *known == name);
            let head = declaration.split('=').next().unwrap_or_default();
            let constant = match chosen {
                Some((_, value)) => format!("const {head}= {value};\n"),
                None => format!("const {declaration}\n"),
            };
            source.push_str(&constant);
        }
        source
    }
}

/// Bindings 0 to 7: see `network.wgsl`.
pub(super) fn bind_group_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let entry = |binding: u32| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty: match binding {
                0 => wgpu::BufferBindingType::Uniform,
                binding => wgpu::BufferBindingType::Storage { read_only: binding < 4 },
            },
            has_dynamic_offset: binding == 0,
            min_binding_size: None,
        },
        count: None,
    };
    let entries: Vec<_> = (0..8).map(entry).collect();
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("fused kernels"),
        entries: &entries,
    })
}

pub(super) fn pipeline(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    kernel: Kernel,
) -> wgpu::ComputePipeline {
    let label = Some(kernel.entry_point());
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label,
        source: wgpu::ShaderSource::Wgsl(kernel.source().into()),
    });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: None,
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label,
        layout: Some(&layout),
        module: &module,
        entry_point: label,
        // The kernels write workgroup memory before they read it.
        compilation_options: wgpu::PipelineCompilationOptions {
            zero_initialize_workgroup_memory: false,
            ..Default::default()
        },
        cache: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_override_becomes_a_constant() {
        let rule = Rule { optimizer: 4, momentum: true, centered: true };
        for stage in [
            Stage::Sample { images: 4 },
            Stage::Gradient { images: 1 },
            Stage::Update { images: 4, rule },
            Stage::Apply { rule },
            Stage::Evaluate { images: 4 },
        ] {
            let kernel = Kernel { network: Network::TUTORIAL, stage };
            let source = kernel.source();
            assert!(!source.contains("override "), "{kernel:?}");
            for (name, value) in kernel.constants() {
                let declared = source.lines().any(|line| {
                    line.starts_with(&format!("const {name}:")) && line.contains(&value)
                });
                assert!(declared || name == "IMAGES", "{kernel:?} does not declare {name}");
            }
        }
    }
}
