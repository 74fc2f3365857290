//! A hash for small keys of our own making, where nobody chooses keys to make them collide.

use std::hash::{BuildHasherDefault, Hasher};

/// Builds hashers for maps of nodes.
pub(crate) type Quick = BuildHasherDefault<Mix>;

/// Each word is mixed in by a rotation and a product.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mix(u64);

/// An odd number without a pattern: the fraction of the golden ratio.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.write_u64(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(26) ^ n).wrapping_mul(FACTOR);
    }

    fn write_i64(&mut self, n: i64) {
        self.write_u64(n as u64);
    }

    fn write_isize(&mut self, n: isize) {
        self.write_u64(n as u64);
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    fn finish(&self) -> u64 {
        // The table looks at the upper bits too.
        self.0 ^ (self.0 >> 32)
    }
}
