// Loss, deltas and the convolutions' gradients of the images of one workgroup; after network.wgsl, convolutions.wgsl,
// fully_connected.wgsl and convolutions_backward.wgsl.

/// The indices of the layers' deltas in `sums`: one array after another.
const LOGITS_DELTA: u32 = 0u;
const HIDDEN2_DELTA: u32 = CLASS_ROWS * IMAGES;
const HIDDEN1_DELTA: u32 = (CLASS_ROWS + 21u) * IMAGES;

@compute @workgroup_size(WORKGROUP)
fn sample(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    forward(group.x, local);
    cross_entropy(group.x, local);
    hidden2_backward(group.x, local);
    hidden1_backward(group.x, local);
    features_backward(local);
    convolution2_gradient(group.x, local);
    map1_backward(group.x, local);
    convolution1_gradient(group.x, local);
}

/// Four classes of one image an invocation, each with the same sum of exponentials. Empty places get no delta.
fn cross_entropy(workgroup: u32, local: u32) {
    if (local < CLASS_ROWS * IMAGES) {
        let image = local / CLASS_ROWS;
        let place = place_of(workgroup, image);
        let label = label_of(place);
        let largest = largest_logit(image);
        let total = sum_of_exponentials(image, largest);
        let classes = local % CLASS_ROWS * 4u + vec4u(0u, 1u, 2u, 3u);
        let at = image * CLASSES + min(classes, vec4u(CLASSES - 1u));
        let mine = vec4f(logits[at.x], logits[at.y], logits[at.z], logits[at.w]);
        let target_share = select(vec4f(), vec4f(1.0), classes == vec4u(label));
        let slope = (exp(mine - largest) / total - target_share) / f32(step.count);
        let delta = select(vec4f(), slope, classes < vec4u(select(0u, CLASSES, place < step.count)));
        sums[LOGITS_DELTA + local] = delta;
        scratch.images[place].logits_delta[local % CLASS_ROWS] = delta;
        if (local % CLASS_ROWS == 0u) {
            scratch.images[place].loss = log(total) + largest - logits[image * CLASSES + label];
        }
    }
    workgroupBarrier();
}

/// Adds four outputs' shares, `stride` apart for each image, to the deltas of four inputs.
fn add_deltas(total: ptr<function, mat4x4f>, weights: mat4x4f, at: u32, stride: u32) {
    (*total)[0] += weights * sums[at];
    if (IMAGES == 4u) {
        (*total)[1] += weights * sums[at + stride];
        (*total)[2] += weights * sums[at + 2u * stride];
        (*total)[3] += weights * sums[at + 3u * stride];
    }
}

fn hidden2_backward(workgroup: u32, local: u32) {
    if (local < 21u) {
        var total = mat4x4f();
        var output = 0u;
        loop {
            // Up to three outputs do not exist: their weights repeat the last one's and their deltas are zero.
            let at = output * 84u + local;
            let last = local + 21u * (CLASSES - 1u);
            let weights = mat4x4f(
                parameters.fc3_weight[at],
                parameters.fc3_weight[min(at + 21u, last)],
                parameters.fc3_weight[min(at + 42u, last)],
                parameters.fc3_weight[min(at + 63u, last)],
            );
            add_deltas(&total, weights, LOGITS_DELTA + output, CLASS_ROWS);
            continuing {
                output++;
                break if output >= CLASS_ROWS;
            }
        }
        total[0] = masked(total[0], hidden2[local]);
        scratch.images[place_of(workgroup, 0u)].hidden2_delta[local] = total[0];
        if (IMAGES == 4u) {
            total[1] = masked(total[1], hidden2[local + 21u]);
            total[2] = masked(total[2], hidden2[local + 42u]);
            total[3] = masked(total[3], hidden2[local + 63u]);
            scratch.images[place_of(workgroup, 1u)].hidden2_delta[local] = total[1];
            scratch.images[place_of(workgroup, 2u)].hidden2_delta[local] = total[2];
            scratch.images[place_of(workgroup, 3u)].hidden2_delta[local] = total[3];
        }
        store_sums(HIDDEN2_DELTA + local, 21u, total);
    }
    workgroupBarrier();
}

fn hidden1_backward(workgroup: u32, local: u32) {
    if (local < 30u) {
        var total = mat4x4f();
        var output = 0u;
        loop {
            let at = output * 120u + local;
            let weights = mat4x4f(
                parameters.fc2_weight[at],
                parameters.fc2_weight[at + 30u],
                parameters.fc2_weight[at + 60u],
                parameters.fc2_weight[at + 90u],
            );
            add_deltas(&total, weights, HIDDEN2_DELTA + output, 21u);
            continuing {
                output++;
                break if output >= 21u;
            }
        }
        total[0] = masked(total[0], hidden1[local]);
        scratch.images[place_of(workgroup, 0u)].hidden1_delta[local] = total[0];
        if (IMAGES == 4u) {
            total[1] = masked(total[1], hidden1[local + 30u]);
            total[2] = masked(total[2], hidden1[local + 60u]);
            total[3] = masked(total[3], hidden1[local + 90u]);
            scratch.images[place_of(workgroup, 1u)].hidden1_delta[local] = total[1];
            scratch.images[place_of(workgroup, 2u)].hidden1_delta[local] = total[2];
            scratch.images[place_of(workgroup, 3u)].hidden1_delta[local] = total[3];
        }
        store_sums(HIDDEN1_DELTA + local, 30u, total);
    }
    workgroupBarrier();
}

/// Replaces the features by their deltas.
fn features_backward(local: u32) {
    if (local < 64u) {
        var total = mat4x4f();
        var output = 0u;
        loop {
            let at = output * 256u + local;
            let weights = mat4x4f(
                parameters.fc1_weight[at],
                parameters.fc1_weight[at + 64u],
                parameters.fc1_weight[at + 128u],
                parameters.fc1_weight[at + 192u],
            );
            add_deltas(&total, weights, HIDDEN1_DELTA + output, 30u);
            continuing {
                output++;
                break if output >= 30u;
            }
        }
        features[local] = masked(total[0], features[local]);
        if (IMAGES == 4u) {
            features[local + 64u] = masked(total[1], features[local + 64u]);
            features[local + 128u] = masked(total[2], features[local + 128u]);
            features[local + 192u] = masked(total[3], features[local + 192u]);
        }
    }
    workgroupBarrier();
}
