//! The loops. Each works on one block of rows and is written so that the compiler makes vectors of it; the bounds that a
//! plan proved keep every sum and product within 64 bits, so that wrapping operations never wrap.

use jiufen_language::program::Comparison;
use jiufen_quantity::Rounding;

use crate::division::{Divisor, Short, high_part};

/// Rows of a block. Registers of this size stay in the nearest cache.
pub const ROWS: usize = 512;

/// A number of a register: 64 bits wide, or 32 where bounds prove that it fits.
pub(crate) trait Lane: Copy {
    /// Nothing.
    const ZERO: Self;

    /// The lower bits; all of the number, where bounds say so.
    fn cut(n: i64) -> Self;

    /// The first where a mask byte says so, else the second.
    fn pick(mask: u8, a: Self, b: Self) -> Self;
}

impl Lane for i64 {
    const ZERO: Self = 0;

    #[inline(always)]
    fn cut(n: i64) -> Self {
        n
    }

    #[inline(always)]
    fn pick(mask: u8, a: Self, b: Self) -> Self {
        // A mask byte widens to all bits or none.
        let all = Self::from(mask as i8);
        (a & all) | (b & !all)
    }
}

impl Lane for i32 {
    const ZERO: Self = 0;

    #[inline(always)]
    fn cut(n: i64) -> Self {
        n as Self
    }

    #[inline(always)]
    fn pick(mask: u8, a: Self, b: Self) -> Self {
        let all = Self::from(mask as i8);
        (a & all) | (b & !all)
    }
}

/// Numbers of a block.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(crate) struct Numbers<L>(pub [L; ROWS]);

/// Yes (all bits) or no (none) for each row of a block.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(crate) struct Mask(pub [u8; ROWS]);

/// Yes.
pub(crate) const YES: u8 = 0xff;

/// Numbers of a block, or one for all its rows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    Wide(&'a [i64; ROWS]),
    Narrow(&'a [i32; ROWS]),
    Constant(i64),
}

#[inline(always)]
fn each<L: Lane>(out: &mut Numbers<L>, of: impl Fn(usize) -> i64) {
    let out = &mut out.0;
    for i in 0..ROWS {
        out[i] = L::cut(of(i));
    }
}

/// `out = with(a, b)`, row by row. A constant of 32 bits is seen to be one, so that an operation on narrow numbers alone
/// is one of 32 bits.
#[inline(always)]
pub(crate) fn binary<L: Lane>(
    out: &mut Numbers<L>,
    a: Source<'_>,
    b: Source<'_>,
    with: impl Fn(i64, i64) -> i64,
) {
    match (a, b) {
        (Source::Wide(a), Source::Wide(b)) => each(out, |i| with(a[i], b[i])),
        (Source::Wide(a), Source::Narrow(b)) => each(out, |i| with(a[i], i64::from(b[i]))),
        (Source::Narrow(a), Source::Wide(b)) => each(out, |i| with(i64::from(a[i]), b[i])),
        (Source::Narrow(a), Source::Narrow(b)) => each(out, |i| with(i64::from(a[i]), i64::from(b[i]))),
        (Source::Wide(a), Source::Constant(b)) => each(out, |i| with(a[i], b)),
        (Source::Constant(a), Source::Wide(b)) => each(out, |i| with(a, b[i])),
        (Source::Narrow(a), Source::Constant(b)) => match i32::try_from(b) {
            Ok(b) => each(out, |i| with(i64::from(a[i]), i64::from(b))),
            Err(_) => each(out, |i| with(i64::from(a[i]), b)),
        },
        (Source::Constant(a), Source::Narrow(b)) => match i32::try_from(a) {
            Ok(a) => each(out, |i| with(i64::from(a), i64::from(b[i]))),
            Err(_) => each(out, |i| with(a, i64::from(b[i]))),
        },
        (Source::Constant(a), Source::Constant(b)) => out.0 = [L::cut(with(a, b)); ROWS],
    }
}

/// What is known of a product beforehand: it saves products of 32 by 32 bits, of which a full one takes three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// Both factors have 32 bits and no sign.
    Both32,
    /// The second factor has 32 bits and no sign.
    Second32,
    /// Both factors lie in narrow registers or are as small; or nothing is known.
    Full,
}

/// a × b.
#[inline(always)]
pub(crate) fn multiply<L: Lane>(out: &mut Numbers<L>, a: Source<'_>, b: Source<'_>, width: Width) {
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
pub(crate) fn divide_by<L: Lane>(
    out: &mut Numbers<L>,
    a: Source<'_>,
    divisor: &Divisor,
    short: Option<Short>,
) {
    let none = Source::Constant(0);
    if let Some(Short {
        factor,
        before,
        after,
    }) = short
    {
        let (factor, bias) = (u64::from(factor), divisor.bias());
        return binary(out, a, none, |n, _| {
            // INVARIANT: what is left after the first shift has 32 bits.
            let n = ((n as u64).wrapping_add(bias) >> before) & 0xffff_ffff;
            (n.wrapping_mul(factor) >> after) as i64
        });
    }
    let Some((factor, shift)) = divisor.reciprocal else {
        return binary(out, a, none, |n, _| divisor.of(n));
    };
    // INVARIANT: a factor has 62 bits, so that its halves are 30 and 32 bits.
    let (high, low, bias) = ((factor >> 32) as u32, factor as u32, divisor.bias());
    if divisor.signed {
        binary(out, a, none, |n, _| {
            let sign = n >> 63;
            let magnitude = (n ^ sign).wrapping_sub(sign) as u64;
            let quotient = (high_part(magnitude.wrapping_add(bias), high, low) >> shift) as i64;
            (quotient ^ sign).wrapping_sub(sign)
        });
    } else {
        binary(out, a, none, |n, _| {
            (high_part((n as u64).wrapping_add(bias), high, low) >> shift) as i64
        });
    }
}

/// Rounded quotient of two numbers; 0 where the divisor is not above zero.
#[inline(always)]
pub(crate) fn divide<L: Lane>(out: &mut Numbers<L>, a: Source<'_>, b: Source<'_>, mode: Rounding) {
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
pub(crate) fn choose<L: Lane>(out: &mut Numbers<L>, mask: &Mask, a: Source<'_>, b: Source<'_>) {
    match (a, b) {
        (Source::Wide(a), Source::Wide(b)) => picked(out, mask, |i| L::cut(a[i]), |i| L::cut(b[i])),
        (Source::Wide(a), Source::Narrow(b)) => {
            picked(out, mask, |i| L::cut(a[i]), |i| L::cut(i64::from(b[i])));
        }
        (Source::Narrow(a), Source::Wide(b)) => {
            picked(out, mask, |i| L::cut(i64::from(a[i])), |i| L::cut(b[i]));
        }
        (Source::Narrow(a), Source::Narrow(b)) => {
            picked(
                out,
                mask,
                |i| L::cut(i64::from(a[i])),
                |i| L::cut(i64::from(b[i])),
            );
        }
        (Source::Wide(a), Source::Constant(b)) => picked(out, mask, |i| L::cut(a[i]), |_| L::cut(b)),
        (Source::Narrow(a), Source::Constant(b)) => {
            picked(out, mask, |i| L::cut(i64::from(a[i])), |_| L::cut(b));
        }
        (Source::Constant(a), Source::Wide(b)) => picked(out, mask, |_| L::cut(a), |i| L::cut(b[i])),
        (Source::Constant(a), Source::Narrow(b)) => {
            picked(out, mask, |_| L::cut(a), |i| L::cut(i64::from(b[i])));
        }
        (Source::Constant(a), Source::Constant(b)) => picked(out, mask, |_| L::cut(a), |_| L::cut(b)),
    }
}

#[inline(always)]
fn picked<L: Lane>(out: &mut Numbers<L>, mask: &Mask, a: impl Fn(usize) -> L, b: impl Fn(usize) -> L) {
    let (out, mask) = (&mut out.0, &mask.0);
    for i in 0..ROWS {
        out[i] = L::pick(mask[i], a(i), b(i));
    }
}

#[inline(always)]
fn test(out: &mut Mask, a: Source<'_>, b: Source<'_>, with: impl Fn(i64, i64) -> bool) {
    match (a, b) {
        (Source::Wide(a), Source::Wide(b)) => tested(out, |i| with(a[i], b[i])),
        (Source::Wide(a), Source::Narrow(b)) => tested(out, |i| with(a[i], i64::from(b[i]))),
        (Source::Narrow(a), Source::Wide(b)) => tested(out, |i| with(i64::from(a[i]), b[i])),
        (Source::Narrow(a), Source::Narrow(b)) => tested(out, |i| with(i64::from(a[i]), i64::from(b[i]))),
        (Source::Wide(a), Source::Constant(b)) => tested(out, |i| with(a[i], b)),
        (Source::Narrow(a), Source::Constant(b)) => tested(out, |i| with(i64::from(a[i]), b)),
        (Source::Constant(a), Source::Wide(b)) => tested(out, |i| with(a, b[i])),
        (Source::Constant(a), Source::Narrow(b)) => tested(out, |i| with(a, i64::from(b[i]))),
        (Source::Constant(a), Source::Constant(b)) => tested(out, |_| with(a, b)),
    }
}

#[inline(always)]
fn tested(out: &mut Mask, of: impl Fn(usize) -> bool) {
    let out = &mut out.0;
    for i in 0..ROWS {
        out[i] = 0u8.wrapping_sub(u8::from(of(i)));
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
    match (a, low, high) {
        (Source::Narrow(a), low, high) => within_narrow(out, a, low, high),
        (a, i64::MIN, high) => test(out, a, none, |a, _| a <= high),
        (a, low, i64::MAX) => test(out, a, none, |a, _| a >= low),
        (a, low, high) if low == high => test(out, a, none, |a, _| a == low),
        (a, low, high) => test(out, a, none, |a, _| (a >= low) & (a <= high)),
    }
}

/// The same of numbers of 32 bits, eight at a time where four of 64 bits are.
#[inline(always)]
fn within_narrow(out: &mut Mask, a: &[i32; ROWS], low: i64, high: i64) {
    let end = |n: i64| i32::try_from(n).unwrap_or(if n < 0 { i32::MIN } else { i32::MAX });
    // An end beyond 32 bits on the wrong side leaves nothing.
    if low > i64::from(i32::MAX) || high < i64::from(i32::MIN) {
        out.0 = [0; ROWS];
        return;
    }
    match (end(low), end(high)) {
        (i32::MIN, most) => tested(out, |i| a[i] <= most),
        (least, i32::MAX) => tested(out, |i| a[i] >= least),
        (least, most) if least == most => tested(out, |i| a[i] == least),
        (least, most) => tested(out, |i| (a[i] >= least) & (a[i] <= most)),
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
