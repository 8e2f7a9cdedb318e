// Loss, deltas and the convolutions' gradients of the images of one workgroup; after network.wgsl and forward.wgsl.
// Each pooled cell hands its delta to the one output that won it, so that deltas are kept by cell and spread over
// 2x8 outputs only in registers.

/// Where the deltas of the layers lie in `sums`.
const LOGITS_DELTA: u32 = 32u;
const HIDDEN2_DELTA: u32 = 48u;
const HIDDEN1_DELTA: u32 = 144u;

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

/// One class an invocation, each with the same sum of exponentials. Places beyond the batch get no delta.
fn cross_entropy(workgroup: u32, local: u32) {
    if (local < 10u) {
        var largest = logit(0u);
        for (var output = 1u; output < 10u; output++) {
            largest = max(largest, logit(output));
        }
        var total = vec4f();
        for (var output = 0u; output < 10u; output++) {
            total += exp(logit(output) - largest);
        }
        let mine = logit(local);
        let right = labels_of(workgroup) == vec4u(local);
        let probability = exp(mine - largest) / total;
        let loss = log(total) + largest - mine;
        let places = vec4u(place_of(workgroup, 0u)) + vec4u(0u, 1u, 2u, 3u);
        let slope = (probability - select(vec4f(), vec4f(1.0), right)) / f32(step.count);
        let delta = select(vec4f(), slope, places < vec4u(step.count));
        sums[LOGITS_DELTA + local] = delta;
        for (var image = 0u; image < IMAGES; image++) {
            let place = place_of(workgroup, image);
            scratch.images[place].logits_delta[local] = delta[image];
            if (right[image]) {
                scratch.images[place].loss = loss[image];
            }
        }
    }
    workgroupBarrier();
}

/// Adds one output's share to the deltas of four inputs; columns are images.
fn add_delta(total: ptr<function, mat4x4f>, weights: vec4f, delta: vec4f) {
    (*total)[0] += weights * delta.x;
    if (IMAGES == 4u) {
        (*total)[1] += weights * delta.y;
        (*total)[2] += weights * delta.z;
        (*total)[3] += weights * delta.w;
    }
}

fn masked(delta: vec4f, activation: vec4f) -> vec4f {
    return select(vec4f(), delta, activation > vec4f());
}

fn store_delta(at: u32, by_image: mat4x4f) {
    let by_unit = transpose(by_image);
    sums[at] = by_unit[0];
    sums[at + 1u] = by_unit[1];
    sums[at + 2u] = by_unit[2];
    sums[at + 3u] = by_unit[3];
}

fn hidden2_backward(workgroup: u32, local: u32) {
    for (var item = local; item < 21u; item += WORKGROUP) {
        var total = mat4x4f();
        for (var output = 0u; output < 10u; output++) {
            add_delta(&total, parameters.fc3_weight[output * 21u + item], sums[LOGITS_DELTA + output]);
        }
        total[0] = masked(total[0], hidden2[item]);
        if (IMAGES == 4u) {
            total[1] = masked(total[1], hidden2[item + 21u]);
            total[2] = masked(total[2], hidden2[item + 42u]);
            total[3] = masked(total[3], hidden2[item + 63u]);
        }
        store_delta(HIDDEN2_DELTA + item * 4u, total);
        for (var image = 0u; image < IMAGES; image++) {
            scratch.images[place_of(workgroup, image)].hidden2_delta[item] = total[image];
        }
    }
    workgroupBarrier();
}

fn hidden1_backward(workgroup: u32, local: u32) {
    for (var item = local; item < 30u; item += WORKGROUP) {
        var total = mat4x4f();
        for (var output = 0u; output < 84u; output++) {
            add_delta(&total, parameters.fc2_weight[output * 30u + item], sums[HIDDEN2_DELTA + output]);
        }
        total[0] = masked(total[0], hidden1[item]);
        if (IMAGES == 4u) {
            total[1] = masked(total[1], hidden1[item + 30u]);
            total[2] = masked(total[2], hidden1[item + 60u]);
            total[3] = masked(total[3], hidden1[item + 90u]);
        }
        store_delta(HIDDEN1_DELTA + item * 4u, total);
        for (var image = 0u; image < IMAGES; image++) {
            scratch.images[place_of(workgroup, image)].hidden1_delta[item] = total[image];
        }
    }
    workgroupBarrier();
}

/// The features give way to their deltas.
fn features_backward(local: u32) {
    for (var item = local; item < 64u; item += WORKGROUP) {
        var total = mat4x4f();
        for (var output = 0u; output < 120u; output++) {
            add_delta(&total, parameters.fc1_weight[output * 64u + item], sums[HIDDEN1_DELTA + output]);
        }
        features[item] = masked(total[0], features[item]);
        if (IMAGES == 4u) {
            features[item + 64u] = masked(total[1], features[item + 64u]);
            features[item + 128u] = masked(total[2], features[item + 128u]);
            features[item + 192u] = masked(total[3], features[item + 192u]);
        }
    }
    workgroupBarrier();
}

/// Hands the deltas of four cells to the outputs that won them.
fn spread(deltas: vec4f, winners: f32) -> Tile {
    let winner = (vec4u(u32(winners)) >> vec4u(0u, 2u, 4u, 6u)) & vec4u(3u);
    let upper_even = select(vec4f(), deltas, winner == vec4u(0u));
    let upper_odd = select(vec4f(), deltas, winner == vec4u(1u));
    let lower_even = select(vec4f(), deltas, winner == vec4u(2u));
    let lower_odd = select(vec4f(), deltas, winner == vec4u(3u));
    return Tile(
        vec4f(upper_even.x, upper_odd.x, upper_even.y, upper_odd.y),
        vec4f(upper_even.z, upper_odd.z, upper_even.w, upper_odd.w),
        vec4f(lower_even.x, lower_odd.x, lower_even.y, lower_odd.y),
        vec4f(lower_even.z, lower_odd.z, lower_even.w, lower_odd.w),
    );
}

fn features_delta(image: u32, channel: u32, row: u32) -> Tile {
    let at = image * 64u + channel * 4u + row;
    return spread(features[at], feature_winners[at]);
}

/// Gradient of a kernel's row: eight deltas against twelve inputs, five ways.
fn add_gradient(taps: ptr<function, Taps>, left: vec4f, right: vec4f, row: Row) {
    (*taps).first += vec4f(
        dot(left, row.left) + dot(right, row.middle),
        dot(left, vec4f(row.left.yzw, row.middle.x)) + dot(right, vec4f(row.middle.yzw, row.right.x)),
        dot(left, vec4f(row.left.zw, row.middle.xy)) + dot(right, vec4f(row.middle.zw, row.right.xy)),
        dot(left, vec4f(row.left.w, row.middle.xyz)) + dot(right, vec4f(row.middle.w, row.right.xyz)),
    );
    (*taps).last += dot(left, row.middle) + dot(right, row.right);
}

/// A 5x5 kernel's gradient and its bias's.
struct Kernel { taps: array<Taps, 5>, bias: f32 }

fn add_bias(kernel: ptr<function, Kernel>, delta: Tile) {
    (*kernel).bias += dot(delta.upper_left + delta.upper_right + delta.lower_left + delta.lower_right, vec4f(1.0));
}

/// A row of inputs meets the upper deltas under one row of the kernel and the lower ones under the row before.
fn add_first(kernel: ptr<function, Kernel>, delta: Tile, row: Row) {
    add_gradient(&(*kernel).taps[0], delta.upper_left, delta.upper_right, row);
}
fn add_second(kernel: ptr<function, Kernel>, delta: Tile, row: Row) {
    add_gradient(&(*kernel).taps[1], delta.upper_left, delta.upper_right, row);
    add_gradient(&(*kernel).taps[0], delta.lower_left, delta.lower_right, row);
}
fn add_third(kernel: ptr<function, Kernel>, delta: Tile, row: Row) {
    add_gradient(&(*kernel).taps[2], delta.upper_left, delta.upper_right, row);
    add_gradient(&(*kernel).taps[1], delta.lower_left, delta.lower_right, row);
}
fn add_fourth(kernel: ptr<function, Kernel>, delta: Tile, row: Row) {
    add_gradient(&(*kernel).taps[3], delta.upper_left, delta.upper_right, row);
    add_gradient(&(*kernel).taps[2], delta.lower_left, delta.lower_right, row);
}
fn add_fifth(kernel: ptr<function, Kernel>, delta: Tile, row: Row) {
    add_gradient(&(*kernel).taps[4], delta.upper_left, delta.upper_right, row);
    add_gradient(&(*kernel).taps[3], delta.lower_left, delta.lower_right, row);
}
fn add_sixth(kernel: ptr<function, Kernel>, delta: Tile, row: Row) {
    add_gradient(&(*kernel).taps[4], delta.lower_left, delta.lower_right, row);
}

/// Two output channels of one input channel an invocation, 48 in all, over all images of the workgroup.
fn convolution2_gradient(workgroup: u32, local: u32) {
    for (var item = local; item < 48u; item += WORKGROUP) {
        let channel = item / 6u * 2u;
        let input = item % 6u;
        var first: Kernel;
        var second: Kernel;
        for (var image = 0u; image < IMAGES; image++) {
            let place = place_of(workgroup, image);
            for (var cells = 0u; cells < 4u; cells++) {
                let a = features_delta(image, channel, cells);
                let b = features_delta(image, channel + 1u, cells);
                add_bias(&first, a);
                add_bias(&second, b);
                let y = cells * 2u;
                var row = map1_row(place, input, y);
                add_first(&first, a, row);
                add_first(&second, b, row);
                row = map1_row(place, input, y + 1u);
                add_second(&first, a, row);
                add_second(&second, b, row);
                row = map1_row(place, input, y + 2u);
                add_third(&first, a, row);
                add_third(&second, b, row);
                row = map1_row(place, input, y + 3u);
                add_fourth(&first, a, row);
                add_fourth(&second, b, row);
                row = map1_row(place, input, y + 4u);
                add_fifth(&first, a, row);
                add_fifth(&second, b, row);
                row = map1_row(place, input, y + 5u);
                add_sixth(&first, a, row);
                add_sixth(&second, b, row);
            }
        }
        store_conv2_gradient(workgroup, channel, input, &first);
        store_conv2_gradient(workgroup, channel + 1u, input, &second);
    }
}

fn store_conv2_gradient(workgroup: u32, channel: u32, input: u32, kernel: ptr<function, Kernel>) {
    let place = place_of(workgroup, 0u);
    for (var ky = 0u; ky < 5u; ky++) {
        let at = channel * 150u + input * 25u + ky * 5u;
        scratch.images[place].conv2_gradient[at] = (*kernel).taps[ky].first.x;
        scratch.images[place].conv2_gradient[at + 1u] = (*kernel).taps[ky].first.y;
        scratch.images[place].conv2_gradient[at + 2u] = (*kernel).taps[ky].first.z;
        scratch.images[place].conv2_gradient[at + 3u] = (*kernel).taps[ky].first.w;
        scratch.images[place].conv2_gradient[at + 4u] = (*kernel).taps[ky].last;
    }
    if (input == 0u) {
        scratch.images[place].conv2_gradient[2400u + channel] = (*kernel).bias;
    }
}

/// Sends eight deltas back through a row of the kernel to twelve inputs.
fn add_back(row: ptr<function, Row>, left: vec4f, right: vec4f, taps: Taps) {
    (*row).left += taps.first.x * left
        + taps.first.y * vec4f(0.0, left.xyz)
        + taps.first.z * vec4f(0.0, 0.0, left.xy)
        + taps.first.w * vec4f(0.0, 0.0, 0.0, left.x);
    (*row).middle += taps.first.x * right
        + taps.first.y * vec4f(left.w, right.xyz)
        + taps.first.z * vec4f(left.zw, right.xy)
        + taps.first.w * vec4f(left.yzw, right.x)
        + taps.last * left;
    (*row).right += taps.first.y * vec4f(right.w, 0.0, 0.0, 0.0)
        + taps.first.z * vec4f(right.zw, 0.0, 0.0)
        + taps.first.w * vec4f(right.yzw, 0.0)
        + taps.last * right;
}

/// Two rows of one channel an invocation, 36 an image.
fn map1_backward(workgroup: u32, local: u32) {
    for (var item = local; item < 36u * IMAGES; item += WORKGROUP) {
        // Neighbours work on the same rows, so that they meet the same rows of cells.
        let pair = item / (6u * IMAGES);
        let image = item / 6u % IMAGES;
        let input = item % 6u;
        var upper = Row();
        var lower = Row();
        for (var channel = 0u; channel < 16u; channel++) {
            let weights = channel * 150u + input * 25u;
            for (var cells = max(pair, 2u) - 2u; cells <= min(pair, 3u); cells++) {
                let delta = features_delta(image, channel, cells);
                // Row y of the input met row v of the outputs under row y - v of the kernel.
                let ky = (pair - cells) * 2u;
                let taps = conv2_taps(weights + ky * 5u);
                add_back(&upper, delta.upper_left, delta.upper_right, taps);
                add_back(&lower, delta.lower_left, delta.lower_right, taps);
                if (ky < 4u) {
                    let below = conv2_taps(weights + ky * 5u + 5u);
                    add_back(&lower, delta.upper_left, delta.upper_right, below);
                }
                if (ky > 0u) {
                    let above = conv2_taps(weights + ky * 5u - 5u);
                    add_back(&upper, delta.lower_left, delta.lower_right, above);
                }
            }
        }
        let place = place_of(workgroup, image);
        store_map1_delta(place, input, pair * 2u, upper);
        store_map1_delta(place, input, pair * 2u + 1u, lower);
    }
    storageBarrier();
}

fn store_map1_delta(place: u32, channel: u32, y: u32, delta: Row) {
    let row = map1_row(place, channel, y);
    let at = channel * 36u + y * 3u;
    scratch.images[place].map1_delta[at] = masked(delta.left, row.left);
    scratch.images[place].map1_delta[at + 1u] = masked(delta.middle, row.middle);
    scratch.images[place].map1_delta[at + 2u] = masked(delta.right, row.right);
}

fn map1_delta(place: u32, at: u32) -> Tile {
    return spread(scratch.images[place].map1_delta[at], scratch.images[place].map1_winners[at]);
}

/// Two output channels under two rows of pooled cells an invocation, 18 in all, over all images of the workgroup.
fn convolution1_gradient(workgroup: u32, local: u32) {
    for (var item = local; item < 18u; item += WORKGROUP) {
        let channel = item / 6u * 2u;
        let pair = item % 6u;
        var first: Kernel;
        var second: Kernel;
        for (var image = 0u; image < IMAGES; image++) {
            let place = place_of(workgroup, image);
            let number = number_of(place);
            for (var cells = pair * 6u; cells < pair * 6u + 6u; cells++) {
                let y = cells / 3u * 2u;
                let column = cells % 3u * 8u;
                let a = map1_delta(place, channel * 36u + cells);
                let b = map1_delta(place, channel * 36u + 36u + cells);
                add_bias(&first, a);
                add_bias(&second, b);
                var row = pixels(number, y, column);
                add_first(&first, a, row);
                add_first(&second, b, row);
                row = pixels(number, y + 1u, column);
                add_second(&first, a, row);
                add_second(&second, b, row);
                row = pixels(number, y + 2u, column);
                add_third(&first, a, row);
                add_third(&second, b, row);
                row = pixels(number, y + 3u, column);
                add_fourth(&first, a, row);
                add_fourth(&second, b, row);
                row = pixels(number, y + 4u, column);
                add_fifth(&first, a, row);
                add_fifth(&second, b, row);
                row = pixels(number, y + 5u, column);
                add_sixth(&first, a, row);
                add_sixth(&second, b, row);
            }
        }
        store_conv1_gradient(workgroup, pair, channel, &first);
        store_conv1_gradient(workgroup, pair, channel + 1u, &second);
    }
}

fn store_conv1_gradient(workgroup: u32, pair: u32, channel: u32, kernel: ptr<function, Kernel>) {
    let place = place_of(workgroup, 0u);
    for (var ky = 0u; ky < 5u; ky++) {
        let at = channel * 25u + ky * 5u;
        scratch.images[place].conv1_gradient[pair][at] = (*kernel).taps[ky].first.x;
        scratch.images[place].conv1_gradient[pair][at + 1u] = (*kernel).taps[ky].first.y;
        scratch.images[place].conv1_gradient[pair][at + 2u] = (*kernel).taps[ky].first.z;
        scratch.images[place].conv1_gradient[pair][at + 3u] = (*kernel).taps[ky].first.w;
        scratch.images[place].conv1_gradient[pair][at + 4u] = (*kernel).taps[ky].last;
    }
    scratch.images[place].conv1_gradient[pair][152u + channel] = (*kernel).bias;
}
