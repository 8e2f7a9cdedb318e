// The way from an image to its logits, for the IMAGES images of a workgroup. Convolutions work on tiles of four pooled
// cells in a row: 2x8 outputs of several channels in registers for every row of 12 inputs that is read.

@group(0) @binding(4) var<storage, read_write> parameters: Parameters;

/// Pooled second map [image][16][4][4], later its delta.
var<workgroup> features: array<vec4f, 64u * IMAGES>;
var<workgroup> feature_winners: array<f32, 64u * IMAGES>;
var<workgroup> hidden1: array<vec4f, 30u * IMAGES>;
var<workgroup> hidden2: array<vec4f, 21u * IMAGES>;
/// Partial sums on the way forward, deltas on the way back; the components are the images.
var<workgroup> sums: array<vec4f, 480>;

/// Twelve neighbours of a row.
struct Row { left: vec4f, middle: vec4f, right: vec4f }

/// The five weights of a kernel's row.
struct Taps { first: vec4f, last: f32 }

/// Two rows of eight: the outputs under four pooled cells.
struct Tile { upper_left: vec4f, upper_right: vec4f, lower_left: vec4f, lower_right: vec4f }

struct Pooled { values: vec4f, winners: f32 }

/// The place in the batch of the workgroup's image; an incomplete workgroup's last places stay free in `scratch`.
fn place_of(workgroup: u32, image: u32) -> u32 {
    return workgroup * IMAGES + image;
}

/// The number in the data set of a place in the batch; a free place repeats the last image.
fn number_of(place: u32) -> u32 {
    return order[step.first + min(place, step.count - 1u)];
}

/// Twelve normalised pixels; the column is a multiple of four.
fn pixels(number: u32, y: u32, column: u32) -> Row {
    let word = number * 196u + y * 7u + column / 4u;
    return Row(
        (unpack4x8unorm(images[word]) - 0.5) / 0.5,
        (unpack4x8unorm(images[word + 1u]) - 0.5) / 0.5,
        (unpack4x8unorm(images[word + 2u]) - 0.5) / 0.5,
    );
}

fn map1_row(place: u32, channel: u32, y: u32) -> Row {
    let at = channel * 36u + y * 3u;
    return Row(
        scratch.images[place].map1[at],
        scratch.images[place].map1[at + 1u],
        scratch.images[place].map1[at + 2u],
    );
}

fn conv1_taps(at: u32) -> Taps {
    return Taps(
        vec4f(
            parameters.conv1_weight[at],
            parameters.conv1_weight[at + 1u],
            parameters.conv1_weight[at + 2u],
            parameters.conv1_weight[at + 3u],
        ),
        parameters.conv1_weight[at + 4u],
    );
}

fn conv2_taps(at: u32) -> Taps {
    return Taps(
        vec4f(
            parameters.conv2_weight[at],
            parameters.conv2_weight[at + 1u],
            parameters.conv2_weight[at + 2u],
            parameters.conv2_weight[at + 3u],
        ),
        parameters.conv2_weight[at + 4u],
    );
}

/// Eight outputs' share of a row, from output column 0 or 4.
fn convolve(left: vec4f, right: vec4f, taps: Taps) -> vec4f {
    return taps.first.x * left
        + taps.first.y * vec4f(left.yzw, right.x)
        + taps.first.z * vec4f(left.zw, right.xy)
        + taps.first.w * vec4f(left.w, right.xyz)
        + taps.last * right;
}

fn add_rows(tile: ptr<function, Tile>, upper: Row, lower: Row, taps: Taps) {
    (*tile).upper_left += convolve(upper.left, upper.middle, taps);
    (*tile).upper_right += convolve(upper.middle, upper.right, taps);
    (*tile).lower_left += convolve(lower.left, lower.middle, taps);
    (*tile).lower_right += convolve(lower.middle, lower.right, taps);
}

fn filled(value: f32) -> Tile {
    return Tile(vec4f(value), vec4f(value), vec4f(value), vec4f(value));
}

/// Rectifies and pools a tile. Which of its 2x2 outputs won each cell goes into one small whole number, 2 bits a cell;
/// a cell whose value is 0 has no winner.
fn pool(tile: Tile) -> Pooled {
    var best = vec4f(tile.upper_left.xz, tile.upper_right.xz);
    var winner = vec4f();
    let second = vec4f(tile.upper_left.yw, tile.upper_right.yw);
    winner = select(winner, vec4f(1.0), second > best);
    best = select(best, second, second > best);
    let third = vec4f(tile.lower_left.xz, tile.lower_right.xz);
    winner = select(winner, vec4f(2.0), third > best);
    best = select(best, third, third > best);
    let fourth = vec4f(tile.lower_left.yw, tile.lower_right.yw);
    winner = select(winner, vec4f(3.0), fourth > best);
    best = select(best, fourth, fourth > best);
    // Not max(), which may lose a NaN.
    best = select(best, vec4f(), best <= vec4f());
    return Pooled(best, dot(winner, vec4f(1.0, 4.0, 16.0, 64.0)));
}

/// Two channels of four cells an invocation, 108 an image.
fn convolution1(workgroup: u32, local: u32) {
    for (var item = local; item < 108u * IMAGES; item += WORKGROUP) {
        let place = place_of(workgroup, item / 108u);
        let number = number_of(place);
        let channel = item % 108u / 36u * 2u;
        let cells = item % 36u;
        let y = cells / 3u * 2u;
        let column = cells % 3u * 8u;
        var first = filled(parameters.conv1_bias[channel]);
        var second = filled(parameters.conv1_bias[channel + 1u]);
        var upper = pixels(number, y, column);
        for (var ky = 0u; ky < 5u; ky++) {
            let lower = pixels(number, y + ky + 1u, column);
            let weights = channel * 25u + ky * 5u;
            add_rows(&first, upper, lower, conv1_taps(weights));
            add_rows(&second, upper, lower, conv1_taps(weights + 25u));
            upper = lower;
        }
        store_map1(place, channel * 36u + cells, pool(first));
        store_map1(place, channel * 36u + cells + 36u, pool(second));
    }
    storageBarrier();
}

fn store_map1(place: u32, at: u32, pooled: Pooled) {
    scratch.images[place].map1[at] = pooled.values;
    scratch.images[place].map1_winners[at] = pooled.winners;
}

/// Two channels of a row of four cells an invocation, 32 an image.
fn convolution2(workgroup: u32, local: u32) {
    for (var item = local; item < 32u * IMAGES; item += WORKGROUP) {
        let image = item / 32u;
        let place = place_of(workgroup, image);
        let channel = item % 32u / 4u * 2u;
        let y = item % 4u * 2u;
        var first = filled(parameters.conv2_bias[channel]);
        var second = filled(parameters.conv2_bias[channel + 1u]);
        for (var input = 0u; input < 6u; input++) {
            var upper = map1_row(place, input, y);
            for (var ky = 0u; ky < 5u; ky++) {
                let lower = map1_row(place, input, y + ky + 1u);
                let weights = channel * 150u + input * 25u + ky * 5u;
                add_rows(&first, upper, lower, conv2_taps(weights));
                add_rows(&second, upper, lower, conv2_taps(weights + 150u));
                upper = lower;
            }
        }
        store_features(place, image, channel * 4u + y / 2u, pool(first));
        store_features(place, image, channel * 4u + y / 2u + 4u, pool(second));
    }
    workgroupBarrier();
}

fn store_features(place: u32, image: u32, at: u32, pooled: Pooled) {
    features[image * 64u + at] = pooled.values;
    feature_winners[image * 64u + at] = pooled.winners;
    scratch.images[place].features[at] = pooled.values;
}

fn rectified(values: vec4f) -> vec4f {
    return select(values, vec4f(), values <= vec4f());
}

/// Four outputs' share of a quarter of the inputs an invocation: neighbours read neighbouring weights.
fn fully_connected1(workgroup: u32, local: u32) {
    for (var item = local; item < 120u; item += WORKGROUP) {
        let part = item % 4u;
        let output = item / 4u * 4u;
        var total = mat4x4f();
        for (var input = part; input < 64u; input += 4u) {
            let at = output * 64u + input;
            let a = parameters.fc1_weight[at];
            let b = parameters.fc1_weight[at + 64u];
            let c = parameters.fc1_weight[at + 128u];
            let d = parameters.fc1_weight[at + 192u];
            for_each_image(&total, a, b, c, d, features[input]);
            if (IMAGES == 4u) {
                let others = mat3x4f(features[input + 64u], features[input + 128u], features[input + 192u]);
                for_other_images(&total, a, b, c, d, others);
            }
        }
        let sum = transpose(total);
        sums[part * 120u + output] = sum[0];
        sums[part * 120u + output + 1u] = sum[1];
        sums[part * 120u + output + 2u] = sum[2];
        sums[part * 120u + output + 3u] = sum[3];
    }
    workgroupBarrier();
    for (var item = local; item < 30u; item += WORKGROUP) {
        var total = mat4x4f();
        for (var part = 0u; part < 480u; part += 120u) {
            let at = part + item * 4u;
            total += mat4x4f(sums[at], sums[at + 1u], sums[at + 2u], sums[at + 3u]);
        }
        let by_image = transpose(total);
        let bias = parameters.fc1_bias[item];
        hidden1[item] = rectified(by_image[0] + bias);
        if (IMAGES == 4u) {
            hidden1[item + 30u] = rectified(by_image[1] + bias);
            hidden1[item + 60u] = rectified(by_image[2] + bias);
            hidden1[item + 90u] = rectified(by_image[3] + bias);
        }
        for (var image = 0u; image < IMAGES; image++) {
            scratch.images[place_of(workgroup, image)].hidden1[item] = hidden1[item + image * 30u];
        }
    }
    workgroupBarrier();
}

/// Adds four outputs' products with the first image's inputs; columns are images.
fn for_each_image(total: ptr<function, mat4x4f>, a: vec4f, b: vec4f, c: vec4f, d: vec4f, input: vec4f) {
    (*total)[0] += vec4f(dot(a, input), dot(b, input), dot(c, input), dot(d, input));
}

fn for_other_images(total: ptr<function, mat4x4f>, a: vec4f, b: vec4f, c: vec4f, d: vec4f, inputs: mat3x4f) {
    (*total)[1] += vec4f(dot(a, inputs[0]), dot(b, inputs[0]), dot(c, inputs[0]), dot(d, inputs[0]));
    (*total)[2] += vec4f(dot(a, inputs[1]), dot(b, inputs[1]), dot(c, inputs[1]), dot(d, inputs[1]));
    (*total)[3] += vec4f(dot(a, inputs[2]), dot(b, inputs[2]), dot(c, inputs[2]), dot(d, inputs[2]));
}

/// As the first layer, in thirds.
fn fully_connected2(workgroup: u32, local: u32) {
    for (var item = local; item < 63u; item += WORKGROUP) {
        let part = item % 3u;
        let output = item / 3u * 4u;
        var total = mat4x4f();
        for (var input = part; input < 30u; input += 3u) {
            let at = output * 30u + input;
            let a = parameters.fc2_weight[at];
            let b = parameters.fc2_weight[at + 30u];
            let c = parameters.fc2_weight[at + 60u];
            let d = parameters.fc2_weight[at + 90u];
            for_each_image(&total, a, b, c, d, hidden1[input]);
            if (IMAGES == 4u) {
                let others = mat3x4f(hidden1[input + 30u], hidden1[input + 60u], hidden1[input + 90u]);
                for_other_images(&total, a, b, c, d, others);
            }
        }
        let sum = transpose(total);
        sums[part * 84u + output] = sum[0];
        sums[part * 84u + output + 1u] = sum[1];
        sums[part * 84u + output + 2u] = sum[2];
        sums[part * 84u + output + 3u] = sum[3];
    }
    workgroupBarrier();
    for (var item = local; item < 21u; item += WORKGROUP) {
        var total = mat4x4f();
        for (var part = 0u; part < 252u; part += 84u) {
            let at = part + item * 4u;
            total += mat4x4f(sums[at], sums[at + 1u], sums[at + 2u], sums[at + 3u]);
        }
        let by_image = transpose(total);
        let bias = parameters.fc2_bias[item];
        hidden2[item] = rectified(by_image[0] + bias);
        if (IMAGES == 4u) {
            hidden2[item + 21u] = rectified(by_image[1] + bias);
            hidden2[item + 42u] = rectified(by_image[2] + bias);
            hidden2[item + 63u] = rectified(by_image[3] + bias);
        }
        for (var image = 0u; image < IMAGES; image++) {
            scratch.images[place_of(workgroup, image)].hidden2[item] = hidden2[item + image * 21u];
        }
    }
    workgroupBarrier();
}

/// The logits, by image, in the first ten sums: one output's share of a third of the inputs an invocation, and then
/// `logits` adds up.
fn fully_connected3(local: u32) {
    for (var item = local; item < 30u; item += WORKGROUP) {
        let part = item % 3u;
        let output = item / 3u;
        var total = vec4f();
        for (var input = part; input < 21u; input += 3u) {
            let weights = parameters.fc3_weight[output * 21u + input];
            total.x += dot(weights, hidden2[input]);
            if (IMAGES == 4u) {
                total.y += dot(weights, hidden2[input + 21u]);
                total.z += dot(weights, hidden2[input + 42u]);
                total.w += dot(weights, hidden2[input + 63u]);
            }
        }
        sums[part * 10u + output] = total;
    }
    workgroupBarrier();
}

/// One logit of every image, after `fully_connected3`.
fn logit(output: u32) -> vec4f {
    return sums[output] + sums[output + 10u] + sums[output + 20u] + parameters.fc3_bias[output];
}

/// The labels of the workgroup's images.
fn labels_of(workgroup: u32) -> vec4u {
    var found = vec4u();
    for (var image = 0u; image < IMAGES; image++) {
        let number = number_of(place_of(workgroup, image));
        found[image] = (labels[number / 4u] >> (number % 4u * 8u)) & 255u;
    }
    return found;
}

fn forward(workgroup: u32, local: u32) {
    convolution1(workgroup, local);
    convolution2(workgroup, local);
    fully_connected1(workgroup, local);
    fully_connected2(workgroup, local);
    fully_connected3(local);
}
