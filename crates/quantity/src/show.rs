//! Exact values as people write them: 200万元, 1.5亿元, 62.5%, 3亩.

use num_traits::{Signed, Zero};

use crate::dimension::{Base, Dimension};
use crate::exact::{Exact, digits, integer, ratio};

/// Digits kept when a value has no finite decimal; such a value is marked with ≈.
const CUT_PLACES: u32 = 6;

fn number(value: &Exact) -> String {
    let (text, cut) = digits(value, CUT_PLACES);
    if cut { format!("≈{text}") } else { text }
}

/// Money in yuan, in 亿元 or 万元 where that is exact to the unit's fourth place, otherwise in 元.
pub fn money(yuan: &Exact) -> String {
    for (unit, name) in [(100_000_000, "亿元"), (10_000, "万元")] {
        let scaled = yuan / integer(unit);
        if scaled.abs() >= integer(1) && (&scaled * integer(10_000)).is_integer() {
            return format!("{}{name}", number(&scaled));
        }
    }
    let digits = number(yuan);
    // A single place would be read as fen.
    let places = match digits.split_once('.') {
        Some((_, places)) if places.len() == 1 => "0",
        _ => "",
    };
    format!("{}{places}元", grouped(&digits))
}

/// Thousands separators in the whole part of a decimal.
fn grouped(decimal: &str) -> String {
    let start = decimal.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let (sign, rest) = decimal.split_at(start);
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Whole fen with thousands separators and two places: `1,234,567.89`.
pub fn fen(amount_fen: i128) -> String {
    let magnitude = amount_fen.unsigned_abs();
    let sign = if amount_fen < 0 { "-" } else { "" };
    format!(
        "{sign}{}.{:02}",
        grouped(&(magnitude / 100).to_string()),
        magnitude % 100
    )
}

/// A rate: `5%`.
pub fn rate(value: &Exact) -> String {
    format!("{}%", number(&(value * integer(100))))
}

/// A difference of rates: `5个百分点`.
pub fn points(value: &Exact) -> String {
    format!("{}个百分点", number(&(value * integer(100))))
}

/// A value in base units of `dimension`, in the unit people use for it.
pub fn quantity(value: &Exact, dimension: &Dimension) -> String {
    match dimension.powers() {
        [] => number(value),
        [(Base::Money, 1)] => money(value),
        [(Base::Length, 2)] => area(value),
        [(Base::Year, 1)] => years(value),
        [(Base::Score, 1)] => format!("{}分", number(value)),
        [(Base::Workday, 1)] => format!("{}个工作日", number(value)),
        _ => scaled_rate(value, dimension),
    }
}

fn area(square_metres: &Exact) -> String {
    let mu = square_metres / ratio(2000, 3);
    if mu.is_zero() || mu.abs() >= integer(1) && (&mu * integer(10_000)).is_integer() {
        return format!("{}亩", number(&mu));
    }
    format!("{}平方米", number(square_metres))
}

fn years(value: &Exact) -> String {
    let months = value * integer(12);
    if value.is_integer() || !months.is_integer() {
        format!("{}年", number(value))
    } else {
        format!("{}个月", number(&months))
    }
}

/// Composite units; money per area reads as 元/亩.
fn scaled_rate(value: &Exact, dimension: &Dimension) -> String {
    let per_area = dimension.times(&Dimension::area());
    if per_area.powers().iter().all(|(b, _)| *b != Base::Length) && !per_area.is_none() {
        let per_mu = value * ratio(2000, 3);
        let upper = quantity(&per_mu, &upper_half(&per_area));
        let lower: String = per_area
            .powers()
            .iter()
            .filter(|(_, p)| *p < 0)
            .map(|(b, p)| format!("/{}", Dimension::of(b.clone(), p.saturating_neg())))
            .collect();
        return format!("{upper}/亩{lower}");
    }
    format!("{}{dimension}", number(value))
}

fn upper_half(dimension: &Dimension) -> Dimension {
    dimension
        .powers()
        .iter()
        .filter(|(_, p)| *p > 0)
        .fold(Dimension::none(), |d, (b, p)| {
            d.times(&Dimension::of(b.clone(), *p))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Unit;

    #[test]
    fn values_read_as_people_write_them() {
        assert_eq!(money(&integer(150_000)), "15万元");
        assert_eq!(money(&ratio(123_456_789, 100)), "1,234,567.89元");
        assert_eq!(money(&integer(3_900_000_000)), "39亿元");
        assert_eq!(money(&integer(0)), "0元");
        assert_eq!(money(&ratio(1_234_567, 10)), "123,456.70元");
        assert_eq!(fen(-123_456_789), "-1,234,567.89");
        assert_eq!(rate(&ratio(1, 3)), "≈33.333333%");
        let show = |text: &str, n: i128| {
            let unit = Unit::parse(text).unwrap();
            quantity(&(integer(n) * &unit.factor), &unit.dimension)
        };
        assert_eq!(show("亩", 3), "3亩");
        assert_eq!(show("平方米", 0), "0亩");
        assert_eq!(show("平方米", 100), "100平方米");
        assert_eq!(show("万元/亩", 40), "40万元/亩");
        assert_eq!(show("元/亩/年", 6), "6元/亩/年");
        assert_eq!(show("人", 12), "12人");
        assert_eq!(show("月", 18), "18个月");
    }
}
