//! The kernels' sources, and the pipelines made from them.

use burn::tensor::wgpu::wgpu;

use super::device::{Compiled, Gpu};
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

/// Workgroups of `update` and of `gradient`.
const UPDATE_WORKGROUPS: u32 = 33;
/// Workgroups of `apply`.
const APPLY_WORKGROUPS: u32 = 174;
/// Images that share a workgroup of `evaluate`.
const EVALUATED_TOGETHER: u32 = 4;
/// Bytes of a step's uniforms, and the distance from one step's to the next.
pub(super) const STEP_BYTES: u64 = 64;
pub(super) const STEP_STRIDE: u64 = 256;

/// A kernel in one of its variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kernel {
    /// Forward and backward pass, with this many images a workgroup.
    Sample { images: u32 },
    /// Only the batch's gradient.
    Gradient { images: u32 },
    /// The batch's gradient and the optimizer's step.
    Update { images: u32, rule: Rule },
    /// The optimizer's step with a clipped gradient.
    Apply { rule: Rule },
    /// Losses and correct classifications, without training; always many images at once.
    Evaluate,
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

/// Images that share a workgroup in a run with this batch size. A smaller batch at the end of an epoch
/// leaves some places empty and needs no kernel of its own.
const fn images_a_workgroup(batch_size: usize) -> u32 {
    if batch_size < SHARING_FROM { 1 } else { 4 }
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
    /// The kernels of a run with this optimizer and batch size, with or without clipping.
    pub fn of(settings: &OptimizerSettings, clips: bool, batch_size: usize) -> Self {
        let images = images_a_workgroup(batch_size);
        let rule = settings.into();
        let gradient = vec![Kernel::Sample { images }, Kernel::Gradient { images }];
        let step = if clips {
            gradient.iter().copied().chain([Kernel::Apply { rule }]).collect()
        } else {
            vec![Kernel::Sample { images }, Kernel::Update { images, rule }]
        };
        Self { step, gradient, evaluate: vec![Kernel::Evaluate] }
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
        match self {
            Self::Sample { images } => (count as u32).div_ceil(images),
            Self::Evaluate => (count as u32).div_ceil(EVALUATED_TOGETHER),
            Self::Gradient { .. } | Self::Update { .. } => UPDATE_WORKGROUPS,
            Self::Apply { .. } => APPLY_WORKGROUPS,
        }
    }

    pub fn entry_point(self) -> &'static str {
        match self {
            Self::Sample { .. } => "sample",
            Self::Gradient { .. } => "gradient",
            Self::Update { .. } => "update",
            Self::Apply { .. } => "apply",
            Self::Evaluate => "evaluate",
        }
    }

    fn sources(self) -> &'static [&'static str] {
        match self {
            Self::Sample { .. } => {
                &[NETWORK, CONVOLUTIONS, FULLY_CONNECTED, CONVOLUTIONS_BACKWARD, SAMPLE]
            }
            Self::Gradient { .. } | Self::Update { .. } => &[NETWORK, OPTIMIZERS, UPDATE],
            Self::Apply { .. } => &[NETWORK, OPTIMIZERS, APPLY],
            Self::Evaluate => &[NETWORK, CONVOLUTIONS, FULLY_CONNECTED, EVALUATE],
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
        match self {
            Self::Sample { images: count } => vec![images(count)],
            Self::Evaluate => vec![images(EVALUATED_TOGETHER)],
            Self::Gradient { images: count } => {
                vec![images(count), ("STORE_GRADIENT", "true".into())]
            }
            Self::Update { images: count, rule: chosen } => {
                let mut constants = vec![images(count)];
                constants.extend(rule(chosen));
                constants
            }
            Self::Apply { rule: chosen } => rule(chosen).into(),
        }
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
        for kernel in [
            Kernel::Sample { images: 4 },
            Kernel::Gradient { images: 1 },
            Kernel::Update { images: 4, rule },
            Kernel::Apply { rule },
            Kernel::Evaluate,
        ] {
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
