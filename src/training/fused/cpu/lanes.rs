//! Arithmetic on eight `f32` at a time, whatever the width of the machine's registers.

use pulp::Simd;

/// Eight numbers in `N` registers.
pub(super) type Eight<S, const N: usize> = [<S as Simd>::f32s; N];

/// Arithmetic on eight numbers: `N` registers of `8 / N` lanes.
#[derive(Clone, Copy)]
pub(super) struct Lanes<S, const N: usize>(pub S);

// Everything is inlined into the function for which the machine's instructions are enabled. Loops, not
// closures: `array::from_fn` and `array::map` are separate functions without those instructions.
impl<S: Simd, const N: usize> Lanes<S, N> {
    #[inline(always)]
    pub fn splat(self, value: f32) -> Eight<S, N> {
        [self.0.splat_f32s(value); N]
    }

    #[inline(always)]
    pub fn load(self, from: &[f32; 8]) -> Eight<S, N> {
        let (registers, _) = S::as_simd_f32s(from);
        let mut values = [registers[0]; N];
        values.copy_from_slice(&registers[..N]);
        values
    }

    #[inline(always)]
    pub fn store(self, values: Eight<S, N>, to: &mut [f32; 8]) {
        let (registers, _) = S::as_mut_simd_f32s(to);
        registers.copy_from_slice(&values);
    }

    /// Several eights, one after the other.
    #[inline(always)]
    pub fn load_all<const M: usize>(self, from: &[[f32; 8]; M]) -> [Eight<S, N>; M] {
        let mut values = [self.splat(0.0); M];
        for (value, from) in values.iter_mut().zip(from) {
            *value = self.load(from);
        }
        values
    }

    #[inline(always)]
    pub fn add(self, mut a: Eight<S, N>, b: Eight<S, N>) -> Eight<S, N> {
        for at in 0..N {
            a[at] = self.0.add_f32s(a[at], b[at]);
        }
        a
    }

    #[inline(always)]
    pub fn subtract(self, mut a: Eight<S, N>, b: Eight<S, N>) -> Eight<S, N> {
        for at in 0..N {
            a[at] = self.0.sub_f32s(a[at], b[at]);
        }
        a
    }

    #[inline(always)]
    pub fn multiply(self, mut a: Eight<S, N>, b: Eight<S, N>) -> Eight<S, N> {
        for at in 0..N {
            a[at] = self.0.mul_f32s(a[at], b[at]);
        }
        a
    }

    #[inline(always)]
    pub fn divide(self, mut a: Eight<S, N>, b: Eight<S, N>) -> Eight<S, N> {
        for at in 0..N {
            a[at] = self.0.div_f32s(a[at], b[at]);
        }
        a
    }

    #[inline(always)]
    pub fn root(self, mut a: Eight<S, N>) -> Eight<S, N> {
        for register in &mut a {
            *register = self.0.sqrt_f32s(*register);
        }
        a
    }

    /// `a * b + c`, rounded once where the machine supports it, otherwise twice.
    #[inline(always)]
    pub fn multiply_add(self, mut a: Eight<S, N>, b: Eight<S, N>, c: Eight<S, N>) -> Eight<S, N> {
        for at in 0..N {
            a[at] = self.0.mul_add_e_f32s(a[at], b[at], c[at]);
        }
        a
    }

    /// The larger value with its mark; the first of two equal ones.
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

    /// Replaces values not above zero by zero, with `dead` as the mark. NaN is kept, so that a divergence
    /// is noticed.
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
