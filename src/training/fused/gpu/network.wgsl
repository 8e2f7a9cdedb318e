// GarmentClassifier on the GPU: what all kernels share. A kernel's source is this file, then the files that it
// needs. Arrays are rows of vec4f where possible, since one wide load costs little more than a narrow one.
// Loops never run zero times (a batch has at least one image), so their condition is at the end.

/// Every phase of sample.wgsl has at most this many pieces of work or goes round again.
const WORKGROUP: u32 = 64u;
/// Images that one workgroup processes, 1 or 4.
override IMAGES: u32 = 1u;
/// Classes that the network tells apart, 2 to 64.
override CLASSES: u32 = 10u;
/// Rows of four that one number for each class takes.
const CLASS_ROWS: u32 = (CLASSES + 3u) / 4u;

struct Step {
    /// The index in `order` at which the batch begins.
    first: u32,
    /// Images in the batch.
    count: u32,
    /// The index in `results` of the step's results.
    slot: u32,
    unused: u32,
    /// The optimizer's scalars; see optimizers.wgsl.
    scalars: array<vec4f, 3>,
}

/// The ten arrays in PyTorch's order and layout, each padded to whole vec4f.
struct Parameters {
    conv1_weight: array<f32, 152>, // [6][5][5], 2 of padding
    conv1_bias: array<f32, 8>, // [6], 2 of padding
    conv2_weight: array<f32, 2400>, // [16][6][5][5]
    conv2_bias: array<f32, 16>,
    fc1_weight: array<vec4f, 7680>, // [120][256]
    fc1_bias: array<vec4f, 30>,
    fc2_weight: array<vec4f, 2520>, // [84][120]
    fc2_bias: array<vec4f, 21>,
    fc3_weight: array<vec4f, 21u * CLASSES>, // [classes][84]
    fc3_bias: array<f32, 4u * CLASS_ROWS>, // [classes], up to 3 of padding
}

/// The intermediate results of one image: the vectors of the fully connected layers for the batch's gradient, and maps
/// that its own workgroup reads again in the backward pass. A vec4f of a map is four adjacent numbers of one row.
struct Image {
    map1: array<vec4f, 216>, // [6][12][12], pooled
    map1_delta: array<vec4f, 216>,
    map1_winners: array<f32, 216>, // one number for four cells, see `pool`
    features: array<vec4f, 64>, // [16][4][4], pooled: the input of fc1
    hidden1: array<vec4f, 30>,
    hidden1_delta: array<vec4f, 30>,
    hidden2: array<vec4f, 21>,
    hidden2_delta: array<vec4f, 21>,
    logits_delta: array<vec4f, CLASS_ROWS>, // up to 3 of padding, always zero
    // Sums over the images of a workgroup, with its first image; laid out as in `Parameters`.
    conv2_gradient: array<f32, 2416>,
    /// One sum for each two rows of the pooled map.
    conv1_gradient: array<array<f32, 160>, 6>,
    loss: f32,
}

struct Scratch {
    /// The batch's gradient, if requested; laid out as the parameters.
    gradient: array<vec4f, 10895u + 21u * CLASSES + CLASS_ROWS>,
    /// Sums of the gradient's squares, one for each workgroup of update.wgsl.
    squares: array<f32, 64>,
    images: array<Image>,
}

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> images: array<u32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(7) var<storage, read_write> results: array<f32>;
