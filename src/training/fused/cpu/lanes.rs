//! Eight `f32` at a time, on whatever registers the machine has.

use pulp::Simd;

/// Eight numbers in `N` registers.
pub(super) type Eight<S, const N: usize> = [<S as Simd>::f32s; N];

/// Arithmetic on eight numbers: `N` registers of `8 / N` lanes.
#[derive(Clone, Copy)]
pub(super) struct Lanes<S, const N: usize>(pub S);

// Everything is inlined into the function that the machine's instructions are switched on for.
impl<S: Simd, const N: usize> Lanes<S, N> {
    #[inline(always)]
    pub fn splat(self, value: f32) -> Eight<S, N> {
        [self.0.splat_f32s(value); N]
    }

    #[inline(always)]
    pub fn load(self, from: &[f32; 8]) -> Eight<S, N> {
        let (registers, _) = S::as_simd_f32s(from);
        std::array::from_fn(|at| registers[at])
    }

    #[inline(always)]
    pub fn store(self, values: Eight<S, N>, to: &mut [f32; 8]) {
        let (registers, _) = S::as_mut_simd_f32s(to);
        for (register, value) in registers.iter_mut().zip(values) {
            *register = value;
        }
    }

    #[inline(always)]
    fn map2(
        self,
        a: Eight<S, N>,
        b: Eight<S, N>,
        operation: impl Fn(S::f32s, S::f32s) -> S::f32s,
    ) -> Eight<S, N> {
        std::array::from_fn(|at| operation(a[at], b[at]))
    }

    #[inline(always)]
    pub fn add(self, a: Eight<S, N>, b: Eight<S, N>) -> Eight<S, N> {
        self.map2(a, b, |a, b| self.0.add_f32s(a, b))
    }

    #[inline(always)]
    pub fn subtract(self, a: Eight<S, N>, b: Eight<S, N>) -> Eight<S, N> {
        self.map2(a, b, |a, b| self.0.sub_f32s(a, b))
    }

    #[inline(always)]
    pub fn multiply(self, a: Eight<S, N>, b: Eight<S, N>) -> Eight<S, N> {
        self.map2(a, b, |a, b| self.0.mul_f32s(a, b))
    }

    #[inline(always)]
    pub fn divide(self, a: Eight<S, N>, b: Eight<S, N>) -> Eight<S, N> {
        self.map2(a, b, |a, b| self.0.div_f32s(a, b))
    }

    #[inline(always)]
    pub fn root(self, a: Eight<S, N>) -> Eight<S, N> {
        a.map(|a| self.0.sqrt_f32s(a))
    }

    /// `a * b + c`, rounded once where the machine can, twice elsewhere.
    #[inline(always)]
    pub fn multiply_add(self, a: Eight<S, N>, b: Eight<S, N>, c: Eight<S, N>) -> Eight<S, N> {
        std::array::from_fn(|at| self.0.mul_add_e_f32s(a[at], b[at], c[at]))
    }

    /// The larger and its mark; of equal ones the first.
    #[inline(always)]
    pub fn larger(
        self,
        first: (Eight<S, N>, Eight<S, N>),
        second: (Eight<S, N>, Eight<S, N>),
    ) -> (Eight<S, N>, Eight<S, N>) {
        let (mut value, mut mark) = first;
        for at in 0..N {
            let above = self.0.greater_than_f32s(second.0[at], value[at]);
            value[at] = self.0.select_f32s(above, second.0[at], value[at]);
            mark[at] = self.0.select_f32s(above, second.1[at], mark[at]);
        }
        (value, mark)
    }

    /// Zero and `dead` as the mark where the value is not above zero. NaN stays, so that a run that
    /// has diverged is seen.
    #[inline(always)]
    pub fn rectified(
        self,
        (mut value, mut mark): (Eight<S, N>, Eight<S, N>),
        dead: f32,
    ) -> (Eight<S, N>, Eight<S, N>) {
        let (zero, dead) = (self.0.splat_f32s(0.0), self.0.splat_f32s(dead));
        for at in 0..N {
            let off = self.0.less_than_or_equal_f32s(value[at], zero);
            value[at] = self.0.select_f32s(off, zero, value[at]);
            mark[at] = self.0.select_f32s(off, dead, mark[at]);
        }
        (value, mark)
    }

    #[inline(always)]
    pub fn sum(self, a: Eight<S, N>) -> f32 {
        let mut total = a[0];
        for &register in &a[1..] {
            total = self.0.add_f32s(total, register);
        }
        self.0.reduce_sum_f32s(total)
    }
}
