//! The arithmetic that the lesson shows number by number: the cross-entropy of a batch ([`CrossEntropy`]), and steps of
//! SGD with momentum ([`Sgd`]) that move a network ([`Descent`]), by PyTorch's formulas.
//!
//! A run computes the same for whole batches and networks, in `training`; here each number on the way can be looked at.

mod cross_entropy;
mod descent;
mod sgd;

pub use cross_entropy::{CrossEntropy, DUMMY_LABELS, DUMMY_OUTPUTS, LabelMistake, RowLoss};
pub use descent::{Descent, FOLLOWED, WeightStep};
pub use sgd::{Moved, Sgd};
