//! Random numbers that depend only on a run's seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

/// What random numbers are drawn for; each purpose has a stream of its own.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// The initial weights.
    Weights = 1,
    /// An epoch's order.
    Order = 2,
    /// An epoch's changes to an image.
    Augmentation = 3,
    /// Which images of a data set of one's own are validated on, and the order of the others.
    Validation = 4,
    /// Which combinations of settings an experiment tries.
    Sample = 5,
}

/// A generator for one purpose of one run, ChaCha with 8 rounds; `part` numbers the purpose's parts.
#[must_use]
pub fn seeded_generator(seed: u64, purpose: Purpose, part: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&(purpose as u64).to_le_bytes());
    key[16..24].copy_from_slice(&part.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}

/// Uniform in [0, 1): multiples of 2⁻²⁴, from 24 random bits.
#[must_use]
pub fn uniform(generator: &mut ChaCha8Rng) -> f64 {
    f64::from(generator.next_u32() >> 8) / f64::from(1 << 24)
}
