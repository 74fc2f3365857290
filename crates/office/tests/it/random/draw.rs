//! Choices from a seed: the same on every machine.

use crate::fuzz::Random;

/// A stream of choices.
pub(super) struct Draw(Random);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(Random(seed.wrapping_mul(0x2545_F491_4F6C_DD1D)))
    }

    /// Less than `bound`; 0 where that is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound)
    }

    /// From `low` to `high`, both of them among it.
    pub(super) fn between(&mut self, low: i128, high: i128) -> i128 {
        low + i128::from(self.0.next()) % (high - low + 1)
    }

    /// So many times in a hundred.
    pub(super) fn percent(&mut self, times: usize) -> bool {
        self.below(100) < times
    }

    /// One of several; there has to be one.
    pub(super) fn of<T: Clone>(&mut self, several: &[T]) -> T {
        several[self.below(several.len())].clone()
    }

    /// One of several, if there is any.
    pub(super) fn any<T: Clone>(&mut self, several: &[T]) -> Option<T> {
        (!several.is_empty()).then(|| self.of(several))
    }
}
