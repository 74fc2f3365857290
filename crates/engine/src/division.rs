//! Division by a constant without dividing: one multiplication by a proved reciprocal (Granlund and Montgomery 1994).

use jiufen_quantity::Rounding;

/// How a whole number is divided by a constant and rounded to a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Divisor {
    /// The constant, above zero.
    pub divisor: i64,
    /// How halves and parts are rounded; away from zero below it as above it.
    pub mode: Rounding,
    /// Whether what is divided may be below zero.
    pub signed: bool,
    /// `floor(x ÷ divisor) = (x × factor) >> (63 + shift)` for all that is divided; none where no such factor was found.
    pub reciprocal: Option<(u64, u32)>,
}

/// What is multiplied by a reciprocal stays below this.
const MOST: u128 = 1 << 61;

impl Divisor {
    /// Division by `divisor` of numbers between two bounds.
    pub fn new(divisor: i64, mode: Rounding, low: i64, high: i64) -> Self {
        let d = divisor.unsigned_abs().max(1);
        let most = u128::from(low.unsigned_abs().max(high.unsigned_abs())) + u128::from(bias(d, mode));
        Self {
            divisor,
            mode,
            signed: low < 0,
            reciprocal: reciprocal(d, most),
        }
    }

    /// The quotient, by dividing. The second way, and the one for constants.
    pub fn of(&self, n: i64) -> i64 {
        let d = self.divisor.unsigned_abs().max(1);
        let magnitude = (n.unsigned_abs() + bias(d, self.mode)) / d;
        let quotient = i64::try_from(magnitude).unwrap_or(i64::MAX);
        if n < 0 { -quotient } else { quotient }
    }

    /// What is added before the parts are cut off.
    pub(crate) fn bias(&self) -> u64 {
        bias(self.divisor.unsigned_abs().max(1), self.mode)
    }
}

fn bias(d: u64, mode: Rounding) -> u64 {
    match mode {
        Rounding::HalfUp => d / 2,
        Rounding::Truncate => 0,
        Rounding::Up => d - 1,
    }
}

/// A factor and shift that are exact up to `most`: with `factor = (2^k + e) / d`, `x × e < 2^k` for all x makes the
/// fraction that is cut off too small to matter.
fn reciprocal(d: u64, most: u128) -> Option<(u64, u32)> {
    if most >= MOST {
        return None;
    }
    let log = 63 - d.leading_zeros();
    // The widest factor up to 2^62 first: it has the smallest error.
    let mut k = 62 + log;
    while k >= 63 {
        let power = 1u128 << k;
        let factor = power.div_ceil(u128::from(d));
        let error = factor * u128::from(d) - power;
        let exact = most.checked_mul(error).is_some_and(|product| product < power);
        if factor <= (1 << 62) && exact {
            return Some((u64::try_from(factor).ok()?, k - 63));
        }
        k -= 1;
    }
    None
}

/// The upper part of `x × factor`, cut at 63 bits; `x` below 2^61, `factor` up to 2^62, in limbs of 31 and 32 bits so
/// that every product and sum fits.
#[inline(always)]
pub(crate) fn high_part(x: u64, factor_high: u32, factor_low: u32) -> u64 {
    let (high, low) = ((x >> 31) & 0x3fff_ffff, x & 0x7fff_ffff);
    // Kept at 32 bits, so that each product is one of 32 by 32 bits.
    let double = u64::from(factor_high.wrapping_mul(2));
    let (mh, ml) = (u64::from(factor_high), u64::from(factor_low));
    let middle = high
        .wrapping_mul(ml)
        .wrapping_add(low.wrapping_mul(double))
        .wrapping_add(low.wrapping_mul(ml) >> 31);
    high.wrapping_mul(mh).wrapping_add(middle >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_reciprocal_divides_as_division_does(
            d in proptest::prop_oneof![1i64..100, 1i64..10_000_000, 1i64..(1 << 40)],
            n in proptest::prop_oneof![0i64..1000, 0i64..(1 << 60)],
            near in -2i64..3,
        ) {
            for mode in [Rounding::HalfUp, Rounding::Truncate, Rounding::Up] {
                let near = (n - n % d).saturating_add(near).max(0);
                for n in [n, near, near + d / 2, near + d / 2 + 1] {
                    let divisor = Divisor::new(d, mode, 0, n);
                    let Some((factor, shift)) = divisor.reciprocal else { continue };
                    let x = n.unsigned_abs() + divisor.bias();
                    let found = high_part(x, (factor >> 32) as u32, factor as u32) >> shift;
                    proptest::prop_assert_eq!(found, divisor.of(n).unsigned_abs());
                }
            }
        }
    }

    #[test]
    fn common_divisors_have_reciprocals() {
        for d in [2, 3, 7, 10, 100, 1000, 10_000, 2000, 15_000_000, 1 << 30] {
            assert!(
                Divisor::new(d, Rounding::HalfUp, 0, 1 << 55).reciprocal.is_some(),
                "{d}"
            );
        }
    }

    #[test]
    fn halves_go_away_from_zero() {
        let half = Divisor::new(2, Rounding::HalfUp, -10, 10);
        assert_eq!((half.of(5), half.of(-5), half.of(-4)), (3, -3, -2));
        let up = Divisor::new(10, Rounding::Up, -10, 10);
        assert_eq!((up.of(1), up.of(-1), up.of(0)), (1, -1, 0));
    }
}
