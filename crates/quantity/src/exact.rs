//! Exact numbers and the only ways of rounding them.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// A rational number of arbitrary precision.
pub type Exact = BigRational;

/// How a number becomes a multiple of a step. The names are those of official texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rounding {
    /// 四舍五入: to the nearest multiple, halves away from zero.
    HalfUp,
    /// 去尾: toward zero.
    Truncate,
    /// 进一: away from zero.
    Up,
}

impl Rounding {
    /// The mode named by a Chinese word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "四舍五入" => Some(Self::HalfUp),
            "去尾" => Some(Self::Truncate),
            "进一" => Some(Self::Up),
            _ => None,
        }
    }

    /// The Chinese word of the mode.
    pub fn zh(self) -> &'static str {
        match self {
            Self::HalfUp => "四舍五入",
            Self::Truncate => "去尾",
            Self::Up => "进一",
        }
    }
}

/// A whole number.
pub fn integer(n: i128) -> Exact {
    Exact::from_integer(BigInt::from(n))
}

/// `numerator / denominator`; a zero denominator counts as one.
pub fn ratio(numerator: i128, denominator: i128) -> Exact {
    let denominator = if denominator == 0 { 1 } else { denominator };
    Exact::new(BigInt::from(numerator), BigInt::from(denominator))
}

/// Reads `[-]digits[.digits]`, ASCII digits only, exactly. `None` for anything else.
pub fn decimal(text: &str) -> Option<Exact> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let has_point = digits.contains('.');
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || (has_point && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let joined = format!("{whole}{fraction}");
    let numerator = match joined.parse::<i128>() {
        Ok(n) => BigInt::from(n),
        Err(_) => joined.parse::<BigInt>().ok()?,
    };
    let value = if fraction.is_empty() {
        Exact::from_integer(numerator)
    } else {
        Exact::new(
            numerator,
            BigInt::from(10).pow(u32::try_from(fraction.len()).ok()?),
        )
    };
    Some(if negative { -value } else { value })
}

/// The product of two numbers. Whole ones are multiplied without looking for a common divisor: most literals of a text
/// and most units are whole, and a search among big integers would take most of the time of reading them.
pub fn product(a: &Exact, b: &Exact) -> Exact {
    if a.is_integer() && b.is_integer() {
        Exact::from_integer(a.numer() * b.numer())
    } else {
        a * b
    }
}

/// Rounds to a whole number.
pub fn round(value: &Exact, mode: Rounding) -> BigInt {
    if value.is_integer() {
        return value.numer().clone();
    }
    let magnitude = value.abs();
    let floor = magnitude.to_integer();
    let up = match mode {
        Rounding::Truncate => false,
        Rounding::Up => true,
        Rounding::HalfUp => (&magnitude - Exact::from_integer(floor.clone())) * integer(2) >= Exact::one(),
    };
    let rounded = if up { floor + BigInt::one() } else { floor };
    if value.is_negative() { -rounded } else { rounded }
}

/// Rounds to a multiple of `step`; a step of zero leaves the value as it is.
pub fn round_to(value: &Exact, step: &Exact, mode: Rounding) -> Exact {
    if step.is_zero() {
        return value.clone();
    }
    Exact::from_integer(round(&(value / step), mode)) * step
}

/// Whole fen of an amount in yuan, 四舍五入. `None` beyond the range of `i128`.
pub fn fen(yuan: &Exact) -> Option<i128> {
    round(&(yuan * integer(100)), Rounding::HalfUp).to_i128()
}

/// The value of an integer, when it is one and fits.
pub fn to_integer(value: &Exact) -> Option<i128> {
    if value.is_integer() {
        value.numer().to_i128()
    } else {
        None
    }
}

/// Decimal digits of a value: exact when it has a finite expansion of at most `places` digits, otherwise the
/// first `places` digits, rounded half up, and `true` to say so.
pub fn digits(value: &Exact, places: u32) -> (String, bool) {
    let scale = BigInt::from(10).pow(places);
    let scaled = value * Exact::from_integer(scale);
    let exact = scaled.is_integer();
    let whole = round(&scaled, Rounding::HalfUp);
    let negative = whole.is_negative();
    let mut text = whole.abs().to_string();
    let places = places as usize;
    if text.len() <= places {
        text = format!("{}{text}", "0".repeat(places + 1 - text.len()));
    }
    let (head, tail) = text.split_at(text.len() - places);
    let tail = tail.trim_end_matches('0');
    let sign = if negative { "-" } else { "" };
    let out = if tail.is_empty() {
        format!("{sign}{head}")
    } else {
        format!("{sign}{head}.{tail}")
    };
    (out, !exact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_plain_decimals() {
        assert_eq!(decimal("12.50"), Some(ratio(25, 2)));
        assert_eq!(decimal("-0.1"), Some(ratio(-1, 10)));
        for bad in ["", ".", "1.", ".5", "1,000", "1e3", "１", "--1", "+1", "1.2.3"] {
            assert_eq!(decimal(bad), None, "{bad}");
        }
    }

    #[test]
    fn rounds_halves_away_from_zero() {
        let cases = [
            ((5, 2), 3, 2, 3),
            ((-5, 2), -3, -2, -3),
            ((7, 3), 2, 2, 3),
            ((2, 1), 2, 2, 2),
        ];
        for ((n, d), half_up, truncate, up) in cases {
            let value = ratio(n, d);
            assert_eq!(round(&value, Rounding::HalfUp), BigInt::from(half_up));
            assert_eq!(round(&value, Rounding::Truncate), BigInt::from(truncate));
            assert_eq!(round(&value, Rounding::Up), BigInt::from(up));
        }
    }

    #[test]
    fn prints_digits_and_says_when_they_are_cut() {
        assert_eq!(digits(&ratio(1, 8), 4), ("0.125".into(), false));
        assert_eq!(digits(&ratio(-2, 3), 2), ("-0.67".into(), true));
        assert_eq!(digits(&integer(15), 2), ("15".into(), false));
    }

    proptest::proptest! {
        #[test]
        fn rounding_moves_a_value_by_at_most_half_a_step(n in -1_000_000i128..1_000_000, d in 1i128..1000, step in 1i128..50) {
            let value = ratio(n, d);
            let step = ratio(step, 7);
            let moved = (round_to(&value, &step, Rounding::HalfUp) - &value).abs();
            proptest::prop_assert!(moved * integer(2) <= step);
        }

        #[test]
        fn decimal_and_digits_are_inverse(n in -1_000_000_000i128..1_000_000_000, places in 0u32..6) {
            let value = ratio(n, 10i128.pow(places));
            let (text, cut) = digits(&value, 6);
            proptest::prop_assert!(!cut);
            proptest::prop_assert_eq!(decimal(&text), Some(value));
        }
    }
}
