//! Detects which vector instructions this machine has.

use pulp::{Simd, WithSimd};

use super::lanes::Lanes;

/// A computation with vector instructions.
pub(super) trait Work {
    type Output;

    /// Must be inlined, so that it is compiled with those instructions enabled.
    fn run<S: Simd, const N: usize>(self, lanes: Lanes<S, N>) -> Self::Output;
}

/// The widest instructions of this machine that the kernels support.
#[derive(Clone, Copy)]
pub(super) struct Instructions(Kind);

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
type Kind = pulp::x86::V3;
#[cfg(target_arch = "aarch64")]
type Kind = pulp::aarch64::Neon;
#[cfg(all(target_family = "wasm", target_feature = "relaxed-simd"))]
type Kind = pulp::wasm::RelaxedSimd;
#[cfg(all(
    target_family = "wasm",
    target_feature = "simd128",
    not(target_feature = "relaxed-simd")
))]
type Kind = pulp::wasm::Simd128;

impl Instructions {
    /// `None` if there are none, and the general path must be used.
    pub fn detect() -> Option<Self> {
        Kind::try_new().map(Self)
    }

    pub fn run<W: Work>(self, work: W) -> W::Output {
        Simd::vectorize(self.0, Vectorized(work))
    }
}

/// Adapts [`Work`] to the trait of the SIMD library.
struct Vectorized<W>(W);

impl<W: Work> WithSimd for Vectorized<W> {
    type Output = W::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> W::Output {
        // Every kind above has four or eight lanes.
        if S::F32_LANES == 8 {
            self.0.run(Lanes::<S, 1>(simd))
        } else {
            self.0.run(Lanes::<S, 2>(simd))
        }
    }
}
