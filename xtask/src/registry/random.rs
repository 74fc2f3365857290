//! Chance that can be repeated: SplitMix64 (Steele, Lea, Flood 2014), one stream for each thing that is drawn.

/// A stream of numbers. It depends on the seed and on what it is for, so that a new table or a new column changes no other.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The stream for the `number`th thing of a kind.
    pub fn new(seed: u64, kind: &str, number: usize) -> Self {
        // FNV-1a over the kind and the number, so that neighbours begin far apart.
        let number = u64::try_from(number).unwrap_or(u64::MAX).to_le_bytes();
        let hash = kind
            .bytes()
            .chain(number)
            .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        Self { state: seed ^ hash }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `bound` − 1; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(bound);
        // The upper half of a 64 × 64 bit product: it fits.
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `low` to `high`, both possible.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// Whether something happens that happens `times` times in `of`.
    pub fn chance(&mut self, times: u64, of: u64) -> bool {
        self.below(of) < times
    }

    /// One of a list, each as likely as the others.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(u64::try_from(list.len()).unwrap_or(0))).unwrap_or(0);
        list.get(at)
    }

    /// A number around `median`, spread as sizes of firms are: log-normal.
    ///
    /// The logarithm walks `steps` steps of ln 1.4 up or down and ends with a jitter of ±15 %, in whole numbers only;
    /// twelve steps give a standard deviation of about 1.17, twenty about 1.5.
    pub fn log_normal(&mut self, median: u64, steps: u32) -> u64 {
        let mut value = u128::from(median) << 16;
        for _ in 0..steps {
            value = if self.chance(1, 2) {
                value * 7 / 5
            } else {
                value * 5 / 7
            };
        }
        value = value * u128::from(self.between(850_000, 1_150_000)) / 1_000_000;
        u64::try_from(value >> 16).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_splitmix64() {
        // The first numbers of the reference implementation for the seed 1234567.
        let mut random = Random { state: 1_234_567 };
        assert_eq!(
            [random.next(), random.next(), random.next()],
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn a_stream_repeats_and_streams_differ() {
        let draw = |kind, number| Random::new(7, kind, number).next();
        assert_eq!(draw("企业", 1), draw("企业", 1));
        assert_ne!(draw("企业", 1), draw("企业", 2));
        assert_ne!(draw("企业", 1), draw("项目", 1));
    }

    #[test]
    fn log_normal_sizes_lie_half_above_their_median() {
        let mut random = Random::new(1, "sizes", 0);
        let sizes: Vec<u64> = (0..10_000).map(|_| random.log_normal(1_000_000, 13)).collect();
        let above = sizes.iter().filter(|size| **size > 1_000_000).count();
        assert!((4_700..5_300).contains(&above), "{above}");
        // One standard deviation above the median stands a sixth: e^1.21 = 3.36.
        let far = sizes.iter().filter(|size| **size > 3_360_000).count();
        assert!((1_200..2_000).contains(&far), "{far}");
    }
}
