//! Words that official texts use for figures and years, where the language has a word of its own.

use jiufen_diagnostic::Argument;
use jiufen_quantity::Unit;

use crate::syntax::keywords::ReservedWord;

/// `两百万元` → `200万元`: a figure written in Chinese numerals with its unit, in digits. `None` for anything else.
pub(super) fn figure(words: &str) -> Option<String> {
    let end = words.find(|c| digit(c).is_none() && place(c).is_none())?;
    let (numeral, unit) = words.split_at(end);
    let value = numeral_value(numeral)?;
    let digits = match value {
        0 => "0".to_owned(),
        v if v % 100_000_000 == 0 => format!("{}亿", v / 100_000_000),
        v if v % 10_000 == 0 => format!("{}万", v / 10_000),
        v => v.to_string(),
    };
    let written = format!("{digits}{unit}");
    let unit_there = written.trim_start_matches(|c: char| c.is_ascii_digit());
    Unit::parse(unit_there).map(|_| written)
}

fn digit(c: char) -> Option<u64> {
    let at = "零一二三四五六七八九".chars().position(|d| d == c);
    match c {
        '〇' => Some(0),
        '两' => Some(2),
        _ => at.and_then(|at| u64::try_from(at).ok()),
    }
}

fn place(c: char) -> Option<u64> {
    Some(match c {
        '十' => 10,
        '百' => 100,
        '千' => 1_000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    })
}

/// `两百三十万` → 2,300,000. `None` when the places do not fall (`十百`), or nothing is there.
fn numeral_value(words: &str) -> Option<u64> {
    // What is whole above 万, what is below it, and the digit that waits for its place.
    let (mut whole, mut section, mut waiting) = (0_u64, 0_u64, None::<u64>);
    let mut last = u64::MAX;
    for c in words.chars() {
        match (digit(c), place(c)) {
            (Some(0), _) if waiting.is_none() => {}
            (Some(d), _) if waiting.is_none() => waiting = Some(d),
            (None, Some(unit @ (10_000 | 100_000_000))) => {
                let under = section.checked_add(waiting.take().unwrap_or(0))?;
                // 亿 is of all before it (一万亿), 万 only of what follows 亿 (一亿五千万).
                whole = match unit {
                    10_000 => whole.checked_add(under.checked_mul(unit)?)?,
                    _ => whole.checked_add(under)?.checked_mul(unit)?,
                };
                (section, last) = (0, unit);
            }
            (None, Some(unit)) if unit < last || last >= 10_000 => {
                section = section.checked_add(waiting.take().unwrap_or(1).checked_mul(unit)?)?;
                last = unit;
            }
            _ => return None,
        }
    }
    let value = whole.checked_add(section)?.checked_add(waiting.unwrap_or(0))?;
    (!words.is_empty()).then_some(value)
}

/// The word of the language for a year that official texts name otherwise.
pub(super) fn year(words: &str) -> Option<ReservedWord> {
    match words {
        "去年" | "上年度" | "上一年" | "上一年度" => Some(ReservedWord::LastYear),
        "今年" | "本年" | "本年度" | "当年度" => Some(ReservedWord::ThisYear),
        _ => None,
    }
}

/// What to write for the year before last, which has no word: a value of 上年 that itself looks one year back.
pub(super) fn year_before_last(words: &str) -> Option<Argument> {
    matches!(words, "前年" | "上上年" | "前一年" | "上年同期" | "同期").then(|| {
        Argument::term(
            "没有单独的词:先写一个 定义,例如 定义 企业.前一年零售额: 金额 = 上年.零售额,再用 上年.前一年零售额",
            "there is no word for it: write a 定义 first, such as 定义 企业.前一年零售额: 金额 = 上年.零售额, and use 上年.前一年零售额",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn a_figure_in_numerals_is_said_in_digits() {
        for (words, digits) in [
            ("两百万元", Some("200万元")),
            ("三十家", Some("30家")),
            ("十五万元", Some("15万元")),
            ("一千二百三十四亩", Some("1234亩")),
            ("一亿五千万元", Some("15000万元")),
            ("一万零五元", Some("10005元")),
            ("三亿元", Some("3亿元")),
            ("百万元", Some("100万元")),
            ("十百元", None),
            ("三三元", None),
            ("三好学生", None),
            ("元", None),
            ("一期", Some("1期")),
            ("九千九百九十九亿亿亿元", None),
        ] {
            assert_eq!(figure(words).as_deref(), digits, "{words}");
        }
    }
}
