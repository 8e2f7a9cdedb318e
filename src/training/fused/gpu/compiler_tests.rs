//! Compiles every kernel with the compilers that a visitor's browser may have, within the limits that every
//! WebGPU adapter guarantees.
//!
//! Firefox compiles WGSL with naga, as does the terminal; Chromium's compiler runs in the browser tests.
//! Naga without any capability accepts standard WGSL only.

use std::collections::HashSet;

use naga::back::{hlsl, msl, spv};
use naga::proc::Layouter;
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{AddressSpace, Module, ShaderStage};

use super::kernels::{Kernel, RunKernels, STEP_BYTES, STEP_STRIDE};
use super::memory::{Memory, STEPS_A_SUBMISSION};
use crate::network::{Network, PIXELS};
use crate::settings::{LinkSettings, TrainingConfig};
use crate::training::Validation;

/// The limits of every adapter (<https://www.w3.org/TR/webgpu/#limits>, the column "Default").
mod guaranteed {
    pub const WORKGROUP_BYTES: u32 = 16_384;
    pub const WORKGROUP_INVOCATIONS: u32 = 256;
    pub const WORKGROUP_SIZE: [u32; 3] = [256, 256, 64];
    pub const WORKGROUPS: u32 = 65_535;
    pub const STORAGE_BUFFERS: usize = 8;
    pub const UNIFORM_BUFFERS: usize = 12;
    pub const BINDINGS: u32 = 1000;
    pub const STORAGE_BINDING_BYTES: u64 = 128 << 20;
    pub const UNIFORM_BINDING_BYTES: u64 = 64 << 10;
    pub const UNIFORM_OFFSET_ALIGNMENT: u64 = 256;
}

/// Settings that together need every variant of every kernel.
const RECIPES: [&str; 10] = [
    "optimizer=sgd&momentum=0",
    "optimizer=sgd&momentum=0.9",
    "optimizer=asgd",
    "optimizer=adagrad",
    "optimizer=adam",
    "optimizer=adamw",
    "optimizer=rmsprop",
    "optimizer=rmsprop&momentum=0.5",
    "optimizer=rmsprop&centered=1",
    "optimizer=rmsprop&momentum=0.5&centered=1",
];

fn config(query: &str) -> TrainingConfig {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    LinkSettings::from_pairs(pairs).draft.check().unwrap()
}

/// Numbers of classes that fill whole rows of four, and that leave one, two and three places of one; the most with which
/// images share a workgroup, and more.
const CLASSES: [usize; 7] = [2, 3, 10, 17, 20, 21, 64];

fn every_kernel() -> HashSet<Kernel> {
    let networks = CLASSES.map(|classes| Network::new(classes).unwrap());
    networks.into_iter().flat_map(kernels_of).collect()
}

fn kernels_of(network: Network) -> HashSet<Kernel> {
    let mut kernels = HashSet::new();
    for recipe in RECIPES {
        for rest in ["batch=4", "batch=64", "batch=4&clip=1", "batch=64&clip=1"] {
            let config = config(&format!("{recipe}&{rest}"));
            let clips = config.clip_norm.is_some();
            let run = RunKernels::of(network, &config.optimizer, clips, config.batch_size);
            kernels.extend(run.all());
        }
    }
    kernels
}

fn validated(kernel: Kernel) -> (Module, ModuleInfo) {
    let source = kernel.source();
    let module = naga::front::wgsl::parse_str(&source)
        .unwrap_or_else(|error| panic!("{kernel:?}: {}", error.emit_to_string(&source)));
    let info = Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .unwrap_or_else(|error| panic!("{kernel:?}: {}", error.emit_to_string(&source)));
    (module, info)
}

#[test]
fn settings_that_differ_in_their_arithmetic_have_kernels_of_their_own() {
    // Adam and AdamW share a rule. Each is for one or for four images a workgroup, or for clipped gradients.
    let (rules, sharings) = (9, 2);
    let (samples, gradients, evaluate) = (sharings, sharings, 1);
    let (updates, applies) = (rules * sharings, rules);
    let each = samples + gradients + updates + applies + evaluate;
    assert_eq!(kernels_of(Network::TUTORIAL).len(), each);
    // With more than twenty classes, no images share a workgroup.
    let alone = 1 + 1 + rules + applies + evaluate;
    assert_eq!(kernels_of(Network::new(21).unwrap()).len(), alone);
    assert_eq!(every_kernel().len(), 5 * each + 2 * alone);
}

#[test]
fn every_kernel_is_standard_wgsl_that_becomes_spirv_msl_and_hlsl() {
    for kernel in every_kernel() {
        let (module, info) = validated(kernel);
        assert!(!kernel.source().contains("enable "), "{kernel:?} asks for an extension");
        let name = kernel.entry_point();
        let entry = Some((ShaderStage::Compute, name.to_owned()));

        let pipeline =
            spv::PipelineOptions { shader_stage: ShaderStage::Compute, entry_point: name.into() };
        let words = spv::write_vec(&module, &info, &spv::Options::default(), Some(&pipeline));
        assert!(words.is_ok_and(|words| !words.is_empty()), "{kernel:?} as SPIR-V");

        let pipeline = msl::PipelineOptions { entry_point: entry.clone(), ..Default::default() };
        let metal = msl::write_string(&module, &info, &msl::Options::default(), &pipeline);
        let (metal, translated) = metal.unwrap_or_else(|error| panic!("{kernel:?}, MSL: {error}"));
        assert!(!metal.is_empty() && translated.entry_point_names.iter().all(Result::is_ok));

        let (mut direct3d, pipeline) =
            (String::new(), hlsl::PipelineOptions { entry_point: entry });
        let options = hlsl::Options::default();
        let mut writer = hlsl::Writer::new(&mut direct3d, &options, &pipeline);
        let translated = writer.write(&module, &info, None);
        let translated = translated.unwrap_or_else(|error| panic!("{kernel:?}, HLSL: {error}"));
        assert!(translated.entry_point_names.iter().all(Result::is_ok));
        assert!(!direct3d.is_empty());
    }
}

#[test]
fn every_kernel_keeps_to_the_limits_that_every_adapter_has() {
    let batches = [1, 4, 63, 64, 512, TrainingConfig::MAX_BATCH_SIZE, Validation::BATCH_SIZE];
    for kernel in every_kernel() {
        let (module, info) = validated(kernel);
        let at = module.entry_points.iter().position(|entry| entry.name == kernel.entry_point());
        let at = at.unwrap();
        let (entry, uses) = (&module.entry_points[at], info.get_entry_point(at));

        let size = entry.workgroup_size;
        assert!(size.iter().zip(guaranteed::WORKGROUP_SIZE).all(|(size, most)| *size <= most));
        assert!(size.iter().product::<u32>() <= guaranteed::WORKGROUP_INVOCATIONS, "{kernel:?}");
        for batch in batches {
            assert!(kernel.workgroups(batch) <= guaranteed::WORKGROUPS, "{kernel:?} at {batch}");
        }

        let mut layouts = Layouter::default();
        layouts.update(module.to_ctx()).unwrap();
        let used = |space: AddressSpace| {
            let same = std::mem::discriminant(&space);
            module.global_variables.iter().filter(move |(handle, variable)| {
                std::mem::discriminant(&variable.space) == same && !uses[*handle].is_empty()
            })
        };
        let bytes: u32 = used(AddressSpace::WorkGroup)
            .map(|(_, variable)| layouts[variable.ty].size.next_multiple_of(16))
            .sum();
        assert!(bytes <= guaranteed::WORKGROUP_BYTES, "{kernel:?}: {bytes} bytes a workgroup");
        let storage = AddressSpace::Storage { access: naga::StorageAccess::empty() };
        assert!(used(storage).count() <= guaranteed::STORAGE_BUFFERS, "{kernel:?}");
        assert!(used(AddressSpace::Uniform).count() <= guaranteed::UNIFORM_BUFFERS, "{kernel:?}");
        for (_, variable) in module.global_variables.iter() {
            let binding =
                variable.binding.unwrap_or(naga::ResourceBinding { group: 0, binding: 0 });
            assert_eq!(binding.group, 0, "{kernel:?} has one bind group");
            assert!(binding.binding < guaranteed::BINDINGS, "{kernel:?}");
        }
    }
}

#[test]
fn buffers_keep_to_the_limits_that_every_adapter_has() {
    let most = TrainingConfig::MAX_BATCH_SIZE;
    let sizes = [
        Memory::scratch_bytes(Network::new(64).unwrap(), most),
        Memory::order_bytes(STEPS_A_SUBMISSION, most),
        // The training split of the data set.
        (60_000 * PIXELS) as u64,
    ];
    for size in sizes {
        assert!(size <= guaranteed::STORAGE_BINDING_BYTES, "{size} bytes in one binding");
    }
    const { assert!(STEP_BYTES <= guaranteed::UNIFORM_BINDING_BYTES) };
    const { assert!(STEP_STRIDE.is_multiple_of(guaranteed::UNIFORM_OFFSET_ALIGNMENT)) };
}
