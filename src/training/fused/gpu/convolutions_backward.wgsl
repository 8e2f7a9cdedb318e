// The convolutions' backward pass; after network.wgsl and convolutions.wgsl. Each pooled cell passes its delta to the one
// output that won it, so deltas are stored by cell and spread over 2x8 outputs only in registers.

fn masked(delta: vec4f, activation: vec4f) -> vec4f {
    return select(vec4f(), delta, activation > vec4f());
}

/// Passes the deltas of four cells to the outputs that won them.
fn spread(deltas: vec4f, winners: f32) -> Tile {
    let winner = vec4i(i32(winners)) & vec4i(3, 12, 48, 192);
    let upper_even = select(vec4f(), deltas, winner == vec4i());
    let upper_odd = select(vec4f(), deltas, winner == vec4i(1, 4, 16, 64));
    let lower_even = select(vec4f(), deltas, winner == vec4i(2, 8, 32, 128));
    let lower_odd = select(vec4f(), deltas, winner == vec4i(3, 12, 48, 192));
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

/// A kernel's row of gradients with eight deltas against twelve inputs, five ways, added.
fn with_gradient(taps: Taps, left: vec4f, right: vec4f, row: Row) -> Taps {
    return Taps(
        taps.first + vec4f(
            dot(left, row.left) + dot(right, row.middle),
            dot(left, vec4f(row.left.yzw, row.middle.x)) + dot(right, vec4f(row.middle.yzw, row.right.x)),
            dot(left, vec4f(row.left.zw, row.middle.xy)) + dot(right, vec4f(row.middle.zw, row.right.xy)),
            dot(left, vec4f(row.left.w, row.middle.xyz)) + dot(right, vec4f(row.middle.w, row.right.xyz)),
        ),
        taps.last + dot(left, row.middle) + dot(right, row.right),
    );
}

/// A 5x5 kernel's gradient and its bias's.
struct Kernel { taps: array<Taps, 5>, bias: f32 }

fn add_bias(kernel: ptr<function, Kernel>, delta: Tile) {
    (*kernel).bias += dot(delta.upper_left + delta.upper_right + delta.lower_left + delta.lower_right, vec4f(1.0));
}

/// A row of inputs meets the upper deltas under one row of the kernel and the lower ones under the row before.
fn add_first(kernel: ptr<function, Kernel>, delta: Tile, row: Row) {
    (*kernel).taps[0] = with_gradient((*kernel).taps[0], delta.upper_left, delta.upper_right, row);
}
fn add_second(kernel: ptr<function, Kernel>, delta: Tile, row: Row) {
    (*kernel).taps[1] = with_gradient((*kernel).taps[1], delta.upper_left, delta.upper_right, row);
    (*kernel).taps[0] = with_gradient((*kernel).taps[0], delta.lower_left, delta.lower_right, row);
}
fn add_third(kernel: ptr<function, Kernel>, delta: Tile, row: Row) {
    (*kernel).taps[2] = with_gradient((*kernel).taps[2], delta.upper_left, delta.upper_right, row);
    (*kernel).taps[1] = with_gradient((*kernel).taps[1], delta.lower_left, delta.lower_right, row);
}
fn add_fourth(kernel: ptr<function, Kernel>, delta: Tile, row: Row) {
    (*kernel).taps[3] = with_gradient((*kernel).taps[3], delta.upper_left, delta.upper_right, row);
    (*kernel).taps[2] = with_gradient((*kernel).taps[2], delta.lower_left, delta.lower_right, row);
}
fn add_fifth(kernel: ptr<function, Kernel>, delta: Tile, row: Row) {
    (*kernel).taps[4] = with_gradient((*kernel).taps[4], delta.upper_left, delta.upper_right, row);
    (*kernel).taps[3] = with_gradient((*kernel).taps[3], delta.lower_left, delta.lower_right, row);
}
fn add_sixth(kernel: ptr<function, Kernel>, delta: Tile, row: Row) {
    (*kernel).taps[4] = with_gradient((*kernel).taps[4], delta.lower_left, delta.lower_right, row);
}

/// Two output channels of one input channel an invocation, 48 in all, over all images of the workgroup.
fn convolution2_gradient(workgroup: u32, local: u32) {
    if (local < 48u) {
        let channel = local / 6u * 2u;
        let input = local % 6u;
        var first = Kernel();
        var second = Kernel();
        var image = 0u;
        loop {
            let place = place_of(workgroup, image);
            var cells = 0u;
            loop {
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
                continuing {
                    cells++;
                    break if cells >= 4u;
                }
            }
            continuing {
                image++;
                break if image >= IMAGES;
            }
        }
        store_conv2_gradient(workgroup, channel, input, &first);
        store_conv2_gradient(workgroup, channel + 1u, input, &second);
    }
}

fn store_conv2_gradient(workgroup: u32, channel: u32, input: u32, kernel: ptr<function, Kernel>) {
    let place = place_of(workgroup, 0u);
    var ky = 0u;
    loop {
        let at = channel * 150u + input * 25u + ky * 5u;
        scratch.images[place].conv2_gradient[at] = (*kernel).taps[ky].first.x;
        scratch.images[place].conv2_gradient[at + 1u] = (*kernel).taps[ky].first.y;
        scratch.images[place].conv2_gradient[at + 2u] = (*kernel).taps[ky].first.z;
        scratch.images[place].conv2_gradient[at + 3u] = (*kernel).taps[ky].first.w;
        scratch.images[place].conv2_gradient[at + 4u] = (*kernel).taps[ky].last;
        continuing {
            ky++;
            break if ky >= 5u;
        }
    }
    if (input == 0u) {
        scratch.images[place].conv2_gradient[2400u + channel] = (*kernel).bias;
    }
}

/// Propagates eight deltas back through a row of the kernel to twelve inputs.
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
    var item = local;
    loop {
        if (item < 36u * IMAGES) {
            // Adjacent invocations work on the same rows, and so read the same rows of cells.
            let pair = item / (6u * IMAGES);
            let image = item / 6u % IMAGES;
            let input = item % 6u;
            var upper = Row();
            var lower = Row();
            var channel = 0u;
            loop {
                let weights = channel * 150u + input * 25u;
                var cells = max(pair, 2u) - 2u;
                loop {
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
                    continuing {
                        cells++;
                        break if cells > min(pair, 3u);
                    }
                }
                continuing {
                    channel++;
                    break if channel >= 16u;
                }
            }
            let place = place_of(workgroup, image);
            store_map1_delta(place, input, pair * 2u, upper);
            store_map1_delta(place, input, pair * 2u + 1u, lower);
        }
        continuing {
            item += WORKGROUP;
            break if item >= 36u * IMAGES;
        }
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
    if (local < 18u) {
        let channel = local / 6u * 2u;
        let pair = local % 6u;
        var first = Kernel();
        var second = Kernel();
        var image = 0u;
        loop {
            let place = place_of(workgroup, image);
            let number = number_of(place);
            var cells = pair * 6u;
            loop {
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
                continuing {
                    cells++;
                    break if cells >= pair * 6u + 6u;
                }
            }
            continuing {
                image++;
                break if image >= IMAGES;
            }
        }
        store_conv1_gradient(workgroup, pair, channel, &first);
        store_conv1_gradient(workgroup, pair, channel + 1u, &second);
    }
}

fn store_conv1_gradient(workgroup: u32, pair: u32, channel: u32, kernel: ptr<function, Kernel>) {
    let place = place_of(workgroup, 0u);
    var ky = 0u;
    loop {
        let at = channel * 25u + ky * 5u;
        scratch.images[place].conv1_gradient[pair][at] = (*kernel).taps[ky].first.x;
        scratch.images[place].conv1_gradient[pair][at + 1u] = (*kernel).taps[ky].first.y;
        scratch.images[place].conv1_gradient[pair][at + 2u] = (*kernel).taps[ky].first.z;
        scratch.images[place].conv1_gradient[pair][at + 3u] = (*kernel).taps[ky].first.w;
        scratch.images[place].conv1_gradient[pair][at + 4u] = (*kernel).taps[ky].last;
        continuing {
            ky++;
            break if ky >= 5u;
        }
    }
    scratch.images[place].conv1_gradient[pair][152u + channel] = (*kernel).bias;
}
