// The fully connected layers' forward pass, and the forward pass as a whole; after network.wgsl and convolutions.wgsl.

var<workgroup> hidden1: array<vec4f, 30u * IMAGES>;
var<workgroup> hidden2: array<vec4f, 21u * IMAGES>;
var<workgroup> logits: array<f32, CLASSES * IMAGES>;
/// Partial sums [part][image][output] in the forward pass, deltas [image][output] in the backward pass.
var<workgroup> sums: array<vec4f, 120u * IMAGES>;

fn rectified(values: vec4f) -> vec4f {
    return select(values, vec4f(), values <= vec4f());
}

/// Products of four outputs' weights with one image's inputs.
fn products(weights: mat4x4f, inputs: vec4f) -> vec4f {
    return inputs * weights;
}

/// Each invocation sums a quarter of the inputs for four outputs; adjacent invocations read adjacent weights.
fn fully_connected1(workgroup: u32, local: u32) {
    var item = local;
    loop {
        if (item < 120u) {
            let part = item % 4u;
            let output = item / 4u;
            var total = mat4x4f();
            var input = part;
            loop {
                let at = output * 256u + input;
                let weights = mat4x4f(
                    parameters.fc1_weight[at],
                    parameters.fc1_weight[at + 64u],
                    parameters.fc1_weight[at + 128u],
                    parameters.fc1_weight[at + 192u],
                );
                total[0] += products(weights, features[input]);
                if (IMAGES == 4u) {
                    total[1] += products(weights, features[input + 64u]);
                    total[2] += products(weights, features[input + 128u]);
                    total[3] += products(weights, features[input + 192u]);
                }
                continuing {
                    input += 4u;
                    break if input >= 64u;
                }
            }
            store_sums(part * 30u * IMAGES + output, 30u, total);
        }
        continuing {
            item += WORKGROUP;
            break if item >= 120u;
        }
    }
    workgroupBarrier();
    item = local;
    loop {
        if (item < 30u * IMAGES) {
            let total = sums[item] + sums[item + 30u * IMAGES] + sums[item + 60u * IMAGES] + sums[item + 90u * IMAGES];
            let values = rectified(total + parameters.fc1_bias[item % 30u]);
            hidden1[item] = values;
            scratch.images[place_of(workgroup, item / 30u)].hidden1[item % 30u] = values;
        }
        continuing {
            item += WORKGROUP;
            break if item >= 30u * IMAGES;
        }
    }
    workgroupBarrier();
}

/// Stores the vectors of the workgroup's images; columns are images.
fn store_sums(at: u32, stride: u32, by_image: mat4x4f) {
    sums[at] = by_image[0];
    if (IMAGES == 4u) {
        sums[at + stride] = by_image[1];
        sums[at + 2u * stride] = by_image[2];
        sums[at + 3u * stride] = by_image[3];
    }
}

/// As the first layer, in thirds.
fn fully_connected2(workgroup: u32, local: u32) {
    if (local < 63u) {
        let part = local % 3u;
        let output = local / 3u;
        var total = mat4x4f();
        var input = part;
        loop {
            let at = output * 120u + input;
            let weights = mat4x4f(
                parameters.fc2_weight[at],
                parameters.fc2_weight[at + 30u],
                parameters.fc2_weight[at + 60u],
                parameters.fc2_weight[at + 90u],
            );
            total[0] += products(weights, hidden1[input]);
            if (IMAGES == 4u) {
                total[1] += products(weights, hidden1[input + 30u]);
                total[2] += products(weights, hidden1[input + 60u]);
                total[3] += products(weights, hidden1[input + 90u]);
            }
            continuing {
                input += 3u;
                break if input >= 30u;
            }
        }
        store_sums(part * 21u * IMAGES + output, 21u, total);
    }
    workgroupBarrier();
    var item = local;
    loop {
        if (item < 21u * IMAGES) {
            let total = sums[item] + sums[item + 21u * IMAGES] + sums[item + 42u * IMAGES];
            let values = rectified(total + parameters.fc2_bias[item % 21u]);
            hidden2[item] = values;
            scratch.images[place_of(workgroup, item / 21u)].hidden2[item % 21u] = values;
        }
        continuing {
            item += WORKGROUP;
            break if item >= 21u * IMAGES;
        }
    }
    workgroupBarrier();
}

/// One logit of one image an invocation, and again where there are more than invocations.
fn fully_connected3(local: u32) {
    var item = local;
    loop {
        if (item < CLASSES * IMAGES) {
            let image = item / CLASSES;
            let output = item % CLASSES;
            var total = vec4f();
            var input = 0u;
            loop {
                total += parameters.fc3_weight[output * 21u + input] * hidden2[image * 21u + input];
                continuing {
                    input++;
                    break if input >= 21u;
                }
            }
            logits[item] = dot(total, vec4f(1.0)) + parameters.fc3_bias[output];
        }
        continuing {
            item += WORKGROUP;
            break if item >= CLASSES * IMAGES;
        }
    }
    workgroupBarrier();
}

fn largest_logit(image: u32) -> f32 {
    let at = image * CLASSES;
    var largest = logits[at];
    var output = 1u;
    loop {
        largest = max(largest, logits[at + output]);
        continuing {
            output++;
            break if output >= CLASSES;
        }
    }
    return largest;
}

fn sum_of_exponentials(image: u32, largest: f32) -> f32 {
    var total = 0.0;
    var output = 0u;
    loop {
        total += exp(logits[image * CLASSES + output] - largest);
        continuing {
            output++;
            break if output >= CLASSES;
        }
    }
    return total;
}

fn label_of(place: u32) -> u32 {
    let number = number_of(place);
    return (labels[number / 4u] >> (number % 4u * 8u)) & 255u;
}

fn forward(workgroup: u32, local: u32) {
    convolution1(workgroup, local);
    convolution2(workgroup, local);
    fully_connected1(workgroup, local);
    fully_connected2(workgroup, local);
    fully_connected3(local);
}
