//! The fused paths: a whole step in a few passes over the data, written for this one network.
//!
//! Burn's general path takes 78 dispatches a step on a GPU, and on the CPU a pass over memory for every
//! operation. Here a sample goes forward and backward while it is in cache (or in a workgroup's memory),
//! then every parameter's gradient is summed over the batch and applied. After max pooling only one of
//! four positions carries a gradient, which halves the arithmetic.
//!
//! The general path is the oracle for both fused ones: gradients and losses must agree
//! (`tests/fused.rs`, and `engine::self_test` on every machine before it trains).

pub mod cpu;
mod flat;
pub mod gpu;
mod scalars;
