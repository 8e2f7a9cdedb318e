//! Seeded chance.

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The sequence of this seed and part.
    #[must_use]
    pub fn new(seed: u64, part: u64) -> Self {
        let mut chance = Self(seed.wrapping_mul(0x9e6c_63d0_876a_4665) ^ part);
        chance.bits();
        chance
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Evenly from `least` to below `most`.
    pub fn between(&mut self, least: f32, most: f32) -> f32 {
        let share = (self.bits() >> 40) as f32 / (1u32 << 24) as f32;
        (most - least).mul_add(share, least)
    }

    /// A whole number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        (self.bits() % count.max(1) as u64) as usize
    }

    /// Yes, in this share of the cases.
    pub fn happens(&mut self, share: f32) -> bool {
        self.between(0.0, 1.0) < share
    }

    /// Normally distributed with mean 0 and deviation 1, by Box and Muller.
    pub fn normal(&mut self) -> f32 {
        let radius = (-2.0 * self.between(f32::EPSILON, 1.0).ln()).sqrt();
        radius * (std::f32::consts::TAU * self.between(0.0, 1.0)).cos()
    }
}
