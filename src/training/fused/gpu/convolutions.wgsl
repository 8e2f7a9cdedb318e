// The convolutions' forward pass, for the IMAGES images of a workgroup; after network.wgsl. They work on tiles of
// four pooled cells in a row: 2x8 outputs of two channels in registers for every row of 12 inputs that is read.

@group(0) @binding(4) var<storage, read_write> parameters: Parameters;
@group(0) @binding(6) var<storage, read_write> scratch: Scratch;

/// Pooled second map [image][16][4][4], later its delta.
var<workgroup> features: array<vec4f, 64u * IMAGES>;
var<workgroup> feature_winners: array<f32, 64u * IMAGES>;

/// Twelve adjacent numbers of a row.
struct Row { left: vec4f, middle: vec4f, right: vec4f }

/// The five weights in a row of a kernel.
struct Taps { first: vec4f, last: f32 }

/// Two rows of eight: the outputs under four pooled cells.
struct Tile { upper_left: vec4f, upper_right: vec4f, lower_left: vec4f, lower_right: vec4f }

struct Pooled { values: vec4f, winners: f32 }

/// The index in the batch of the workgroup's image; the last places of an incomplete workgroup stay empty in `scratch`.
fn place_of(workgroup: u32, image: u32) -> u32 {
    return workgroup * IMAGES + image;
}

/// The index in the data set of an image in the batch; empty places repeat the last image.
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

/// The contribution of a row to eight outputs, from output column 0 or 4.
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
    // Not max(), which may drop a NaN.
    best = select(best, vec4f(), best <= vec4f());
    return Pooled(best, dot(winner, vec4f(1.0, 4.0, 16.0, 64.0)));
}

/// Two channels of four cells an invocation, 108 an image.
fn convolution1(workgroup: u32, local: u32) {
    var item = local;
    loop {
        if (item < 108u * IMAGES) {
            let place = place_of(workgroup, item / 108u);
            let number = number_of(place);
            let channel = item % 108u / 36u * 2u;
            let cells = item % 36u;
            let y = cells / 3u * 2u;
            let column = cells % 3u * 8u;
            var first = filled(parameters.conv1_bias[channel]);
            var second = filled(parameters.conv1_bias[channel + 1u]);
            var upper = pixels(number, y, column);
            var ky = 0u;
            loop {
                let lower = pixels(number, y + ky + 1u, column);
                let weights = channel * 25u + ky * 5u;
                add_rows(&first, upper, lower, conv1_taps(weights));
                add_rows(&second, upper, lower, conv1_taps(weights + 25u));
                upper = lower;
                continuing {
                    ky++;
                    break if ky >= 5u;
                }
            }
            store_map1(place, channel * 36u + cells, pool(first));
            store_map1(place, channel * 36u + cells + 36u, pool(second));
        }
        continuing {
            item += WORKGROUP;
            break if item >= 108u * IMAGES;
        }
    }
    storageBarrier();
}

fn store_map1(place: u32, at: u32, pooled: Pooled) {
    scratch.images[place].map1[at] = pooled.values;
    scratch.images[place].map1_winners[at] = pooled.winners;
}

/// Two channels of a row of four cells an invocation, 32 an image.
fn convolution2(workgroup: u32, local: u32) {
    var item = local;
    loop {
        if (item < 32u * IMAGES) {
            let image = item / 32u;
            let place = place_of(workgroup, image);
            let channel = item % 32u / 4u * 2u;
            let y = item % 4u * 2u;
            var first = filled(parameters.conv2_bias[channel]);
            var second = filled(parameters.conv2_bias[channel + 1u]);
            var input = 0u;
            loop {
                var upper = map1_row(place, input, y);
                var ky = 0u;
                loop {
                    let lower = map1_row(place, input, y + ky + 1u);
                    let weights = channel * 150u + input * 25u + ky * 5u;
                    add_rows(&first, upper, lower, conv2_taps(weights));
                    add_rows(&second, upper, lower, conv2_taps(weights + 150u));
                    upper = lower;
                    continuing {
                        ky++;
                        break if ky >= 5u;
                    }
                }
                continuing {
                    input++;
                    break if input >= 6u;
                }
            }
            store_features(place, image, channel * 4u + y / 2u, pool(first));
            store_features(place, image, channel * 4u + y / 2u + 4u, pool(second));
        }
        continuing {
            item += WORKGROUP;
            break if item >= 32u * IMAGES;
        }
    }
    workgroupBarrier();
}

fn store_features(place: u32, image: u32, at: u32, pooled: Pooled) {
    features[image * 64u + at] = pooled.values;
    feature_winners[image * 64u + at] = pooled.winners;
    scratch.images[place].features[at] = pooled.values;
}
