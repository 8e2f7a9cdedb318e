// The gradient of the batch and the optimizer's step; after network.wgsl and optimizers.wgsl. 33 workgroups for ten classes:
// 21 for the fully connected layers, 11 that add up the convolutions' gradients, and one for the loss.

/// Whether to write the gradient to `scratch` instead of updating the parameters: true for `gradient`, false for `update`.
override STORE_GRADIENT: bool = false;

/// A fully connected layer: where its arrays begin in the parameters and its vectors in an image, in rows of four.
struct Layer { weight: u32, bias: u32, input: u32, delta: u32, width: u32, outputs: u32 }

const FULLY_CONNECTED1 = Layer(644u, 8324u, 486u, 580u, 64u, 120u);
const FULLY_CONNECTED2 = Layer(8354u, 10874u, 550u, 631u, 30u, 84u);
const FULLY_CONNECTED3 = Layer(10895u, 10895u + 21u * CLASSES, 610u, 652u, 21u, CLASSES);

/// Invocations for the fully connected layers: 960, 315 and 11 for each four classes; and their workgroups.
const FULLY_CONNECTED_ITEMS: u32 = 1275u + 11u * CLASS_ROWS;
const FULLY_CONNECTED_WORKGROUPS: u32 = (FULLY_CONNECTED_ITEMS + 63u) / 64u;

/// The place in an image of its workgroup's gradients of the convolutions and of its loss.
const CONV2_GRADIENT: u32 = 652u + CLASS_ROWS;
const CONV1_GRADIENT: u32 = CONV2_GRADIENT + 604u;
const LOSS: u32 = CONV1_GRADIENT + 240u;

/// Sum of the squares of this invocation's gradients.
var<private> squares: f32;

@compute @workgroup_size(64)
fn update(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    take_share(group.x, local);
}

var<workgroup> totals: array<f32, 64>;

@compute @workgroup_size(64)
fn gradient(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    take_share(group.x, local);
    totals[local] = squares;
    workgroupBarrier();
    for (var half = 32u; half > 0u; half /= 2u) {
        if (local < half) {
            totals[local] += totals[local + half];
        }
        workgroupBarrier();
    }
    if (local == 0u) {
        scratch.squares[group.x] = totals[0];
    }
}

fn take_share(workgroup: u32, local: u32) {
    if (workgroup < FULLY_CONNECTED_WORKGROUPS) {
        fully_connected(workgroup * 64u + local);
    } else if (workgroup < FULLY_CONNECTED_WORKGROUPS + 11u) {
        convolutions((workgroup - FULLY_CONNECTED_WORKGROUPS) * 64u + local);
    } else if (local == 0u) {
        mean_loss();
    }
}

fn take(row: u32, gradient: vec4f) {
    if (STORE_GRADIENT) {
        scratch.gradient[row] = gradient;
        squares += dot(gradient, gradient);
    } else {
        update_row(row, gradient);
    }
}

/// Weights of four outputs and eight inputs an invocation, and the biases with the first inputs.
fn fully_connected(item: u32) {
    if (item >= FULLY_CONNECTED_ITEMS) {
        return;
    }
    var layer = FULLY_CONNECTED1;
    var block = item;
    if (item >= 1275u) {
        layer = FULLY_CONNECTED3;
        block = item - 1275u;
    } else if (item >= 960u) {
        layer = FULLY_CONNECTED2;
        block = item - 960u;
    }
    let blocks = (layer.width + 1u) / 2u;
    let outputs = block / blocks;
    let inputs = block % blocks * 2u;
    let delta_row = layer.delta + outputs;
    let input_row = layer.input + inputs;
    var bias = vec4f();
    var left = mat4x4f();
    var right = mat4x4f();
    var place = 0u;
    loop {
        let delta = scratch.images[place][delta_row];
        let a = scratch.images[place][input_row];
        let b = scratch.images[place][input_row + 1u];
        bias += delta;
        left[0] += delta.x * a;
        left[1] += delta.y * a;
        left[2] += delta.z * a;
        left[3] += delta.w * a;
        right[0] += delta.x * b;
        right[1] += delta.y * b;
        right[2] += delta.z * b;
        right[3] += delta.w * b;
        continuing {
            place++;
            break if place >= step.count;
        }
    }
    let row = layer.weight + outputs * 4u * layer.width + inputs;
    // The last of an odd number of rows has none to its right, and the last layer's outputs may end within a block.
    let paired = inputs + 1u < layer.width;
    let outputs_left = layer.outputs - outputs * 4u;
    take(row, left[0]);
    if (outputs_left > 1u) {
        take(row + layer.width, left[1]);
    }
    if (paired) {
        take(row + 1u, right[0]);
    }
    if (paired && outputs_left > 1u) {
        take(row + layer.width + 1u, right[1]);
    }
    if (outputs_left > 2u) {
        take(row + 2u * layer.width, left[2]);
    }
    if (outputs_left > 3u) {
        take(row + 3u * layer.width, left[3]);
    }
    if (paired && outputs_left > 2u) {
        take(row + 2u * layer.width + 1u, right[2]);
    }
    if (paired && outputs_left > 3u) {
        take(row + 3u * layer.width + 1u, right[3]);
    }
    if (inputs == 0u) {
        take(layer.bias + outputs, bias);
    }
}

/// Four parameters an invocation, first those of the first convolution: adds up what the workgroups of sample.wgsl left
/// with their first images.
fn convolutions(row: u32) {
    if (row >= 644u) {
        return;
    }
    let second = row >= 40u;
    let begin = select(CONV1_GRADIENT + row, CONV2_GRADIENT + row - 40u, second);
    let parts = select(6u, 1u, second);
    var gradient = vec4f();
    var place = 0u;
    loop {
        var part = 0u;
        loop {
            gradient += scratch.images[place][begin + part * 40u];
            continuing {
                part++;
                break if part >= parts;
            }
        }
        continuing {
            place += IMAGES;
            break if place >= step.count;
        }
    }
    take(row, gradient);
}

fn mean_loss() {
    var total = 0.0;
    var place = 0u;
    loop {
        total += scratch.images[place][LOSS].x;
        continuing {
            place++;
            break if place >= step.count;
        }
    }
    results[step.slot] = total / f32(step.count);
}
