// Losses and hits of images without training; after network.wgsl and forward.wgsl. Image i of the batch has its loss
// at results[slot + i], and 1 or 0 for a right or wrong prediction at results[slot + count + i].

@compute @workgroup_size(WORKGROUP)
fn evaluate(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    forward(group.x, local);
    if (local >= IMAGES) {
        return;
    }
    let place = place_of(group.x, local);
    if (place >= step.count) {
        return;
    }
    let label = labels_of(group.x)[local];
    var largest = logit(0u)[local];
    var winner = 0u;
    for (var output = 1u; output < 10u; output++) {
        let value = logit(output)[local];
        if (value > largest) {
            largest = value;
            winner = output;
        }
    }
    var total = 0.0;
    for (var output = 0u; output < 10u; output++) {
        total += exp(logit(output)[local] - largest);
    }
    results[step.slot + place] = log(total) + largest - logit(label)[local];
    results[step.slot + step.count + place] = select(0.0, 1.0, winner == label);
}
