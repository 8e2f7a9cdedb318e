// Each optimizer's update of four parameters, as in src/training/optimizer/rules.rs; after network.wgsl. The scalars
// of a step are computed on the CPU, which stores them at the indices that src/training/fused/scalars.rs names:
//   all       0 RATE, 1 DECAY that joins the gradient, 8 LARGEST_NORM of the gradient (apply.wgsl)
//   SGD       2 MOMENTUM, 3 SHARE of the gradient in the velocity, 4 NESTEROV's 1 or 0
//   ASGD      2 LEFT of the parameter, 3 WEIGHT of the parameter in the average
//   Adagrad   2 EPSILON
//   Adam(W)   2 SHARE 1-beta1, 3 OLD beta2, 4 NEW 1-beta2, 5 CORRECTION, 6 EPSILON, 7 LEFT of it
//   RMSprop   2 OLD alpha, 3 NEW 1-alpha, 4 EPSILON, 5 MOMENTUM
// Here `a` holds 0 to 3, `b` 4 to 7.

const SGD: u32 = 0u;
const ASGD: u32 = 1u;
const ADAGRAD: u32 = 2u;
const ADAM: u32 = 3u;
const RMSPROP: u32 = 4u;

override OPTIMIZER: u32 = 0u;
/// Whether SGD or RMSprop keeps a velocity.
override MOMENTUM: bool = false;
/// Whether RMSprop keeps the mean gradient.
override CENTERED: bool = false;

/// Four parameters a row; a slot of the optimizer is as long.
const ROWS: u32 = 10895u + 21u * CLASSES + CLASS_ROWS;

@group(0) @binding(4) var<storage, read_write> parameters: array<vec4f, ROWS>;
@group(0) @binding(5) var<storage, read_write> slots: array<vec4f>;

/// `Scratch` with its images as rows.
struct ScratchRows {
    gradient: array<vec4f, ROWS>,
    squares: array<f32, 64>,
    images: array<array<vec4f, 1497u + CLASS_ROWS>>,
}

@group(0) @binding(6) var<storage, read_write> scratch: ScratchRows;

fn update_row(row: u32, batch_gradient: vec4f) {
    let a = step.scalars[0];
    let b = step.scalars[1];
    let rate = a.x;
    let parameter = parameters[row];
    let gradient = batch_gradient + a.y * parameter;
    switch OPTIMIZER {
        case ASGD: {
            let moved = parameter * a.z - rate * gradient;
            let average = slots[row];
            // A weight of 1 copies the parameter without rounding.
            slots[row] = select(average + (moved - average) * a.w, moved, a.w == 1.0);
            parameters[row] = moved;
        }
        case ADAGRAD: {
            let sum = slots[row] + gradient * gradient;
            slots[row] = sum;
            parameters[row] = parameter - rate * (gradient / (sqrt(sum) + a.z));
        }
        case ADAM: {
            var mean = slots[row];
            mean += (gradient - mean) * a.z;
            let squares = slots[ROWS + row] * a.w + gradient * gradient * b.x;
            slots[row] = mean;
            slots[ROWS + row] = squares;
            parameters[row] = parameter * b.w - rate * (mean / (sqrt(squares) / b.y + b.z));
        }
        case RMSPROP: {
            let squares = slots[row] * a.z + gradient * gradient * a.w;
            slots[row] = squares;
            var variance = squares;
            if (CENTERED) {
                var mean = slots[ROWS + row];
                mean += (gradient - mean) * a.w;
                slots[ROWS + row] = mean;
                variance -= mean * mean;
            }
            var direction = gradient / (sqrt(variance) + b.x);
            if (MOMENTUM) {
                let slot = select(ROWS, 2u * ROWS, CENTERED) + row;
                direction += b.y * slots[slot];
                slots[slot] = direction;
            }
            parameters[row] = parameter - rate * direction;
        }
        default: {
            var direction = gradient;
            if (MOMENTUM) {
                let velocity = a.z * slots[row] + a.w * gradient;
                slots[row] = velocity;
                direction = select(velocity, gradient + a.z * velocity, b.x == 1.0);
            }
            parameters[row] = parameter - rate * direction;
        }
    }
}
