//! Random numbers that are the same on every platform and for every way of scheduling threads.
//!
//! The generator is `ChaCha` with 8 rounds; a path is one of its streams. Normal variables are
//! the inverse of the distribution function after Wichura ("The percentage points of the normal
//! distribution", algorithm AS 241, routine PPND16, relative accuracy 1e-16), which needs one
//! uniform number each and a transcendental function in the tails only.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use strat_runtime::math;

/// 2 to the power of -53.
const ULP: f64 = 1.110_223_024_625_156_5e-16;

#[derive(Debug, Clone)]
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// Stream `path` of the generator that `seed` keys.
    pub(crate) fn new(seed: u64, path: u64) -> Self {
        let mut state = seed;
        let mut key = [0; 32];
        for chunk in key.chunks_exact_mut(8) {
            chunk.copy_from_slice(&split_mix(&mut state).to_le_bytes());
        }
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(path);
        Self(rng)
    }

    #[inline]
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in the open interval from 0 to 1.
    #[inline]
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) * ULP
    }

    /// Uniform between two numbers.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Log-uniform between two positive numbers.
    pub(crate) fn log_between(&mut self, low: f64, high: f64) -> f64 {
        math::exp(self.between(math::ln(low), math::ln(high)))
    }

    /// True with this probability.
    #[inline]
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// A whole number below `n`; zero for `n` of zero. The bias is below `n / 2^64`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// Standard normal.
    #[inline]
    pub(crate) fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }
}

/// `SplitMix64`: spreads neighbouring seeds over the whole key.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The `p` quantile of the standard normal distribution, for `p` between 0 and 1, both excluded.
fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(r, &CENTRE.0) / polynomial(r, &CENTRE.1);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = math::sqrt(-math::ln(tail));
    let magnitude = if r <= 5.0 {
        let r = r - 1.6;
        polynomial(r, &MIDDLE.0) / polynomial(r, &MIDDLE.1)
    } else {
        let r = r - 5.0;
        polynomial(r, &FAR.0) / polynomial(r, &FAR.1)
    };
    if q < 0.0 { -magnitude } else { magnitude }
}

/// Horner's scheme, highest power first.
#[inline]
fn polynomial(x: f64, coefficients: &[f64; 8]) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

type Quotient = ([f64; 8], [f64; 8]);

const CENTRE: Quotient = (
    [
        2_509.080_928_730_122_7,
        33_430.575_583_588_13,
        67_265.770_927_008_7,
        45_921.953_931_549_87,
        13_731.693_765_509_46,
        1_971.590_950_306_551_3,
        133.141_667_891_784_38,
        3.387_132_872_796_366_5,
    ],
    [
        5_226.495_278_852_546,
        28_729.085_735_721_943,
        39_307.895_800_092_71,
        21_213.794_301_586_597,
        5_394.196_021_424_751,
        687.187_007_492_057_9,
        42.313_330_701_600_91,
        1.0,
    ],
);

const MIDDLE: Quotient = (
    [
        7.745_450_142_783_414e-4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
);

const FAR: Quotient = (
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        0.001_242_660_947_388_078_4,
        0.026_532_189_526_576_124,
        0.296_560_571_828_504_87,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        0.014_875_361_290_850_615,
        0.136_929_880_922_735_8,
        0.599_832_206_555_888,
        1.0,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_invert_the_distribution_function() {
        for p in [1e-300, 1e-15, 1e-6, 0.001, 0.07, 0.3, 0.5, 0.9, 0.999, 1.0 - 1e-9] {
            let back = math::normal_cdf(normal_quantile(p));
            assert!((back / p - 1.0).abs() < 1e-12, "p={p}: {back}");
        }
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-15);
    }

    #[test]
    fn a_stream_is_fixed_for_all_time() {
        let mut random = Random::new(42, 7);
        let drawn = [random.bits(), random.bits(), random.normal().to_bits()];
        let mut other = Random::new(42, 8);
        assert_ne!(drawn.first().copied(), Some(other.bits()));
        assert_eq!(drawn, EXPECTED_42_7, "{drawn:?}");
    }

    /// From the first run: a change here changes every simulation that anybody has noted down.
    const EXPECTED_42_7: [u64; 3] =
        [3_822_459_529_237_854_166, 8_688_307_332_784_605_643, 13_822_034_144_256_509_635];

    #[test]
    fn normals_have_the_moments_of_a_normal() {
        // n = 200,000: the mean is within 5 standard errors (0.0112) with probability 1 - 6e-7,
        // the variance within 5 * sqrt(2 / n) = 0.0158.
        let (seed, n) = (3, 200_000);
        let mut random = Random::new(seed, 0);
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..n {
            let z = random.normal();
            sum += z;
            squares += z * z;
        }
        let mean = sum / f64::from(n);
        let variance = squares / f64::from(n) - mean * mean;
        assert!(mean.abs() < 0.0112, "seed {seed}: mean {mean}");
        assert!((variance - 1.0).abs() < 0.0158, "seed {seed}: variance {variance}");
    }
}
