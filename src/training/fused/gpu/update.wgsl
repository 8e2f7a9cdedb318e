// The gradient of the batch and the optimizer's step, 37 workgroups; after network.wgsl and optimizers.wgsl. Runs of
// workgroups share the arrays of the network out among themselves, so that no workgroup's invocations part ways.

/// Whether the gradient goes into `scratch`, for apply.wgsl or a test, and the parameters stay.
override STORE_GRADIENT: bool = false;

/// Where the arrays begin, in rows of four.
const CONV2_WEIGHT: u32 = 40u;
const FC1_WEIGHT: u32 = 644u;
const FC1_BIAS: u32 = 8324u;
const FC2_WEIGHT: u32 = 8354u;
const FC2_BIAS: u32 = 10874u;
const FC3_WEIGHT: u32 = 10895u;
const FC3_BIAS: u32 = 11105u;

var<workgroup> totals: array<f32, 64>;
/// Sum of the squares of this invocation's gradients.
var<private> squares: f32;

@compute @workgroup_size(64)
fn update(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let workgroup = group.x;
    if (workgroup < 15u) {
        fully_connected1(workgroup * 64u + local);
    } else if (workgroup < 20u) {
        fully_connected2((workgroup - 15u) * 64u + local);
    } else if (workgroup < 24u) {
        fully_connected3((workgroup - 20u) * 64u + local);
    } else if (workgroup < 25u) {
        biases(local);
    } else if (workgroup < 35u) {
        convolution2((workgroup - 25u) * 64u + local);
    } else if (workgroup < 36u) {
        convolution1(local);
    } else {
        mean_loss(local);
    }
    if (STORE_GRADIENT) {
        let total = sum_of_workgroup(local, squares);
        if (local == 0u) {
            scratch.squares[workgroup] = total;
        }
    }
}

fn sum_of_workgroup(local: u32, value: f32) -> f32 {
    totals[local] = value;
    workgroupBarrier();
    for (var half = 32u; half > 0u; half /= 2u) {
        if (local < half) {
            totals[local] += totals[local + half];
        }
        workgroupBarrier();
    }
    return totals[0];
}

fn take(row: u32, gradient: vec4f) {
    if (STORE_GRADIENT) {
        scratch.gradient[row] = gradient;
        squares += dot(gradient, gradient);
    } else {
        update_row(row, gradient);
    }
}

/// Weights of four outputs and eight inputs.
struct Block { left: mat4x4f, right: mat4x4f }

fn add_products(block: ptr<function, Block>, delta: vec4f, left: vec4f, right: vec4f) {
    (*block).left[0] += delta.x * left;
    (*block).left[1] += delta.y * left;
    (*block).left[2] += delta.z * left;
    (*block).left[3] += delta.w * left;
    (*block).right[0] += delta.x * right;
    (*block).right[1] += delta.y * right;
    (*block).right[2] += delta.z * right;
    (*block).right[3] += delta.w * right;
}

fn take_block(row: u32, width: u32, block: Block) {
    take(row, block.left[0]);
    take(row + 1u, block.right[0]);
    take(row + width, block.left[1]);
    take(row + width + 1u, block.right[1]);
    take(row + 2u * width, block.left[2]);
    take(row + 2u * width + 1u, block.right[2]);
    take(row + 3u * width, block.left[3]);
    take(row + 3u * width + 1u, block.right[3]);
}

fn fully_connected1(item: u32) {
    let outputs = item / 32u;
    let inputs = item % 32u * 2u;
    var block: Block;
    for (var place = 0u; place < step.count; place++) {
        let delta = scratch.images[place].hidden1_delta[outputs];
        add_products(&block, delta, scratch.images[place].features[inputs], scratch.images[place].features[inputs + 1u]);
    }
    take_block(FC1_WEIGHT + outputs * 256u + inputs, 64u, block);
}

fn fully_connected2(item: u32) {
    if (item >= 315u) {
        return;
    }
    let outputs = item / 15u;
    let inputs = item % 15u * 2u;
    var block: Block;
    for (var place = 0u; place < step.count; place++) {
        let delta = scratch.images[place].hidden2_delta[outputs];
        add_products(&block, delta, scratch.images[place].hidden1[inputs], scratch.images[place].hidden1[inputs + 1u]);
    }
    take_block(FC2_WEIGHT + outputs * 120u + inputs, 30u, block);
}

fn fully_connected3(item: u32) {
    if (item >= 210u) {
        return;
    }
    var gradient = vec4f();
    for (var place = 0u; place < step.count; place++) {
        gradient += scratch.images[place].logits_delta[item / 21u] * scratch.images[place].hidden2[item % 21u];
    }
    take(FC3_WEIGHT + item, gradient);
}

fn biases(item: u32) {
    var gradient = vec4f();
    if (item < 30u) {
        for (var place = 0u; place < step.count; place++) {
            gradient += scratch.images[place].hidden1_delta[item];
        }
        take(FC1_BIAS + item, gradient);
    } else if (item < 51u) {
        for (var place = 0u; place < step.count; place++) {
            gradient += scratch.images[place].hidden2_delta[item - 30u];
        }
        take(FC2_BIAS + item - 30u, gradient);
    } else if (item < 54u) {
        let at = (item - 51u) * 4u;
        for (var place = 0u; place < step.count; place++) {
            gradient += vec4f(
                scratch.images[place].logits_delta[at],
                scratch.images[place].logits_delta[at + 1u],
                scratch.images[place].logits_delta[at + 2u],
                scratch.images[place].logits_delta[at + 3u],
            );
        }
        take(FC3_BIAS + item - 51u, gradient);
    }
}

/// Sums what the workgroups of sample.wgsl left with their first images.
fn convolution2(item: u32) {
    if (item >= 604u) {
        return;
    }
    var gradient = vec4f();
    let at = item * 4u;
    for (var place = 0u; place < step.count; place += IMAGES) {
        gradient += vec4f(
            scratch.images[place].conv2_gradient[at],
            scratch.images[place].conv2_gradient[at + 1u],
            scratch.images[place].conv2_gradient[at + 2u],
            scratch.images[place].conv2_gradient[at + 3u],
        );
    }
    take(CONV2_WEIGHT + item, gradient);
}

fn convolution1(item: u32) {
    if (item >= 40u) {
        return;
    }
    var gradient = vec4f();
    let at = item * 4u;
    for (var place = 0u; place < step.count; place += IMAGES) {
        for (var pair = 0u; pair < 6u; pair++) {
            gradient += vec4f(
                scratch.images[place].conv1_gradient[pair][at],
                scratch.images[place].conv1_gradient[pair][at + 1u],
                scratch.images[place].conv1_gradient[pair][at + 2u],
                scratch.images[place].conv1_gradient[pair][at + 3u],
            );
        }
    }
    take(item, gradient);
}

fn mean_loss(local: u32) {
    var total = 0.0;
    for (var place = local; place < step.count; place += 64u) {
        total += scratch.images[place].loss;
    }
    total = sum_of_workgroup(local, total);
    if (local == 0u) {
        results[step.slot] = total / f32(step.count);
    }
    // The totals may be used again.
    workgroupBarrier();
}
