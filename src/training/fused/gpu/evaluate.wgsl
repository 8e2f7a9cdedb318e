// Losses and correct predictions of images, without training; after network.wgsl, convolutions.wgsl and fully_connected.wgsl. Image i
// of the batch has its loss at results[slot + i], and 1 or 0 for a right or wrong prediction at
// results[slot + count + i].

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
    let label = label_of(place);
    let largest = largest_logit(local);
    // The first of equal ones wins; comparisons with NaN are false, so that no prediction is then correct.
    var winner = CLASSES;
    var output = CLASSES;
    loop {
        output--;
        if (logits[local * CLASSES + output] == largest) {
            winner = output;
        }
        continuing {
            break if output == 0u;
        }
    }
    let total = sum_of_exponentials(local, largest);
    results[step.slot + place] = log(total) + largest - logits[local * CLASSES + label];
    results[step.slot + step.count + place] = select(0.0, 1.0, winner == label);
}
