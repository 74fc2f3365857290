//! The loops. Each works on one block of rows and is written so that the compiler makes vectors of it; the bounds that a
//! plan proved keep every sum and product within 64 bits, so that wrapping operations never wrap.

use jiufen_language::program::Comparison;
use jiufen_quantity::Rounding;

use crate::division::{Divisor, high_part};

/// Rows of a block. Registers of this size stay in the nearest cache.
pub const ROWS: usize = 512;

/// Numbers of a block.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(crate) struct Numbers(pub [i64; ROWS]);

/// Yes (all bits) or no (none) for each row of a block.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(crate) struct Mask(pub [u8; ROWS]);

/// Yes.
pub(crate) const YES: u8 = 0xff;

/// Numbers of a block, or one for all its rows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    Lanes(&'a [i64; ROWS]),
    Constant(i64),
}

/// `out = with(a, b)`, row by row.
#[inline(always)]
pub(crate) fn binary(out: &mut Numbers, a: Source<'_>, b: Source<'_>, with: impl Fn(i64, i64) -> i64) {
    let out = &mut out.0;
    match (a, b) {
        (Source::Lanes(a), Source::Lanes(b)) => {
            for i in 0..ROWS {
                out[i] = with(a[i], b[i]);
            }
        }
        (Source::Lanes(a), Source::Constant(b)) => {
            for i in 0..ROWS {
                out[i] = with(a[i], b);
            }
        }
        (Source::Constant(a), Source::Lanes(b)) => {
            for i in 0..ROWS {
                out[i] = with(a, b[i]);
            }
        }
        (Source::Constant(a), Source::Constant(b)) => *out = [with(a, b); ROWS],
    }
}

/// What is known of a product beforehand: it saves products of 32 by 32 bits, of which a full one takes three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// Both factors have 32 bits and no sign.
    Both32,
    /// The second factor has 32 bits and no sign.
    Second32,
    Full,
}

/// a × b.
#[inline(always)]
pub(crate) fn multiply(out: &mut Numbers, a: Source<'_>, b: Source<'_>, width: Width) {
    const LOW: i64 = 0xffff_ffff;
    match width {
        Width::Both32 => binary(out, a, b, |a, b| (a & LOW).wrapping_mul(b & LOW)),
        Width::Second32 => binary(out, a, b, |a, b| {
            let b = (b & LOW) as u64;
            let (high, low) = ((a as u64) >> 32, (a & LOW) as u64);
            low.wrapping_mul(b).wrapping_add(high.wrapping_mul(b) << 32) as i64
        }),
        Width::Full => binary(out, a, b, i64::wrapping_mul),
    }
}

/// Rounded quotient by a constant.
#[inline(always)]
pub(crate) fn divide_by(out: &mut Numbers, a: Source<'_>, divisor: &Divisor) {
    let (Source::Lanes(a), Some((factor, shift))) = (a, divisor.reciprocal) else {
        return binary(out, a, Source::Constant(0), |n, _| divisor.of(n));
    };
    // INVARIANT: a factor has 62 bits, so that its halves are 30 and 32 bits.
    let (high, low, bias) = ((factor >> 32) as u32, factor as u32, divisor.bias());
    let out = &mut out.0;
    if divisor.signed {
        for i in 0..ROWS {
            let sign = a[i] >> 63;
            let magnitude = (a[i] ^ sign).wrapping_sub(sign) as u64;
            let quotient = (high_part(magnitude.wrapping_add(bias), high, low) >> shift) as i64;
            out[i] = (quotient ^ sign).wrapping_sub(sign);
        }
    } else {
        for i in 0..ROWS {
            out[i] = (high_part((a[i] as u64).wrapping_add(bias), high, low) >> shift) as i64;
        }
    }
}

/// Rounded quotient of two numbers; 0 where the divisor is not above zero.
#[inline(always)]
pub(crate) fn divide(out: &mut Numbers, a: Source<'_>, b: Source<'_>, mode: Rounding) {
    binary(out, a, b, |n, d| {
        if d <= 0 {
            return 0;
        }
        let (magnitude, d) = (n.unsigned_abs(), d.unsigned_abs());
        let (quotient, rest) = (magnitude / d, magnitude % d);
        let up = match mode {
            Rounding::Truncate => false,
            Rounding::Up => rest > 0,
            Rounding::HalfUp => rest >= d - rest,
        };
        let quotient = (quotient + u64::from(up)) as i64;
        if n < 0 { -quotient } else { quotient }
    });
}

/// `a` where the mask holds, else `b`.
#[inline(always)]
pub(crate) fn choose(out: &mut Numbers, mask: &Mask, a: Source<'_>, b: Source<'_>) {
    let (out, mask) = (&mut out.0, &mask.0);
    // A mask byte widens to all bits or none.
    let pick = |m: u8, a: i64, b: i64| {
        let all = i64::from(m as i8);
        (a & all) | (b & !all)
    };
    match (a, b) {
        (Source::Lanes(a), Source::Lanes(b)) => {
            for i in 0..ROWS {
                out[i] = pick(mask[i], a[i], b[i]);
            }
        }
        (Source::Lanes(a), Source::Constant(b)) => {
            for i in 0..ROWS {
                out[i] = pick(mask[i], a[i], b);
            }
        }
        (Source::Constant(a), Source::Lanes(b)) => {
            for i in 0..ROWS {
                out[i] = pick(mask[i], a, b[i]);
            }
        }
        (Source::Constant(a), Source::Constant(b)) => {
            for i in 0..ROWS {
                out[i] = pick(mask[i], a, b);
            }
        }
    }
}

#[inline(always)]
fn test(out: &mut Mask, a: Source<'_>, b: Source<'_>, with: impl Fn(i64, i64) -> bool) {
    let out = &mut out.0;
    let yes = |truth: bool| 0u8.wrapping_sub(u8::from(truth));
    match (a, b) {
        (Source::Lanes(a), Source::Lanes(b)) => {
            for i in 0..ROWS {
                out[i] = yes(with(a[i], b[i]));
            }
        }
        (Source::Lanes(a), Source::Constant(b)) => {
            for i in 0..ROWS {
                out[i] = yes(with(a[i], b));
            }
        }
        (Source::Constant(a), Source::Lanes(b)) => {
            for i in 0..ROWS {
                out[i] = yes(with(a, b[i]));
            }
        }
        (Source::Constant(a), Source::Constant(b)) => *out = [yes(with(a, b)); ROWS],
    }
}

/// Whether numbers compare so.
#[inline(always)]
pub(crate) fn compare(out: &mut Mask, comparison: Comparison, a: Source<'_>, b: Source<'_>) {
    match comparison {
        Comparison::Equal => test(out, a, b, |a, b| a == b),
        Comparison::NotEqual => test(out, a, b, |a, b| a != b),
        Comparison::Less => test(out, a, b, |a, b| a < b),
        Comparison::AtMost => test(out, a, b, |a, b| a <= b),
        Comparison::Greater => test(out, a, b, |a, b| a > b),
        Comparison::AtLeast => test(out, a, b, |a, b| a >= b),
    }
}

/// Whether numbers lie between two ends that belong to it; the ends of the type are no ends.
#[inline(always)]
pub(crate) fn within(out: &mut Mask, a: Source<'_>, low: i64, high: i64) {
    let none = Source::Constant(0);
    match (low, high) {
        (i64::MIN, high) => test(out, a, none, |a, _| a <= high),
        (low, i64::MAX) => test(out, a, none, |a, _| a >= low),
        (low, high) if low == high => test(out, a, none, |a, _| a == low),
        (low, high) => test(out, a, none, |a, _| (a >= low) & (a <= high)),
    }
}

/// The same of numbers of 32 bits, eight at a time where four of 64 bits are.
#[inline(always)]
pub(crate) fn within_narrow(out: &mut Mask, a: &[i32], low: i64, high: i64) {
    let end = |n: i64| i32::try_from(n).unwrap_or(if n < 0 { i32::MIN } else { i32::MAX });
    let (least, most) = (end(low), end(high));
    // An end beyond 32 bits on the wrong side leaves nothing.
    let none = low > i64::from(i32::MAX) || high < i64::from(i32::MIN);
    let yes = |truth: bool| 0u8.wrapping_sub(u8::from(truth));
    let Some(a) = a.first_chunk::<ROWS>().filter(|_| !none) else {
        for (out, n) in out.0.iter_mut().zip(a) {
            *out = yes(!none && (least..=most).contains(n));
        }
        return;
    };
    let out = &mut out.0;
    for i in 0..ROWS {
        out[i] = yes((a[i] >= least) & (a[i] <= most));
    }
}

/// `out = with(a, b)` on masks.
#[inline(always)]
pub(crate) fn join(out: &mut Mask, a: &Mask, b: &Mask, with: impl Fn(u8, u8) -> u8) {
    for i in 0..ROWS {
        out.0[i] = with(a.0[i], b.0[i]);
    }
}

/// Not.
#[inline(always)]
pub(crate) fn not(out: &mut Mask, a: &Mask) {
    for i in 0..ROWS {
        out.0[i] = !a.0[i];
    }
}

/// Rows whose byte passes.
#[inline(always)]
pub(crate) fn flagged(out: &mut Mask, bytes: &[u8], with: impl Fn(u8) -> bool) {
    for (out, byte) in out.0.iter_mut().zip(bytes) {
        *out = 0u8.wrapping_sub(u8::from(with(*byte)));
    }
}

/// Masks as the bits of a byte a row, the first mask in the lowest.
#[inline(always)]
pub(crate) fn bytes<'m>(out: &mut [u8], masks: impl Iterator<Item = &'m Mask>) {
    for (bit, mask) in masks.take(8).enumerate() {
        let one = 1u8 << bit;
        for (out, mask) in out.iter_mut().zip(&mask.0) {
            *out |= mask & one;
        }
    }
}

/// Masks as the bits of a word a row, the first mask in the lowest.
#[inline(always)]
pub(crate) fn words<'m>(out: &mut [u64], masks: impl Iterator<Item = &'m Mask>) {
    for (bit, mask) in masks.take(64).enumerate() {
        let one = 1u64 << bit;
        for (out, mask) in out.iter_mut().zip(&mask.0) {
            // A mask is all bits or none.
            *out |= (i64::from(*mask as i8) as u64) & one;
        }
    }
}
