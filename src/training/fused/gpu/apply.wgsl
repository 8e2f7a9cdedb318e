// The optimizer's step with a clipped gradient, 174 workgroups for ten classes, after `gradient` of update.wgsl; after network.wgsl
// and optimizers.wgsl.

/// Workgroups of `gradient`.
const GRADIENT_WORKGROUPS: u32 = (1275u + 11u * CLASS_ROWS + 63u) / 64u + 12u;

@compute @workgroup_size(64)
fn apply(@builtin(global_invocation_id) invocation: vec3u) {
    let row = invocation.x;
    if (row >= ROWS) {
        return;
    }
    var squares = 0.0;
    for (var workgroup = 0u; workgroup < GRADIENT_WORKGROUPS; workgroup++) {
        squares += scratch.squares[workgroup];
    }
    let factor = min(1.0, step.scalars[2].x / (sqrt(squares) + 1e-6));
    update_row(row, scratch.gradient[row] * factor);
}
