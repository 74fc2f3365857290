//! Figures in prose: numbers with units, and the words of limit beside them.

use jiufen_quantity::{Exact, Unit, exact, unit};

use crate::check::types::of_unit;
use crate::program::Type;

/// A number with its unit as it stands in prose.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    /// In base units.
    pub value: Exact,
    pub ty: Type,
    /// Bytes in the prose.
    pub start: usize,
    pub end: usize,
}

/// A text with full-width digits, signs and brackets in half width, as figures and words of limit are looked for.
pub(super) fn folded(text: &str) -> String {
    let half = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    text.chars().map(half).collect()
}

/// All numbers with units in a folded text.
pub(super) fn figures(text: &str) -> Vec<Figure> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + offset;
        let tail = &text[start..];
        let length = tail
            .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
            .unwrap_or(tail.len());
        let digits = tail[..length].trim_end_matches([',', '.']);
        let after = &tail[digits.len()..];
        let spaces = after.len() - after.trim_start_matches(' ').len();
        let unit_length = unit_length(&after[spaces..]);
        at = start + digits.len().max(1);
        if unit_length == 0 {
            continue;
        }
        let word = &after[spaces..spaces + unit_length];
        let unit = Unit::parse(word).or_else(|| Unit::parse(&format!("{word}元")));
        if let (Some(unit), Some(number)) = (unit, exact::decimal(&digits.replace(',', ""))) {
            let end = start + digits.len() + spaces + unit_length;
            out.push(Figure {
                value: number * &unit.factor,
                ty: of_unit(&unit),
                start,
                end,
            });
            at = end;
        }
    }
    per_area(text, &mut out);
    out
}

/// `每亩 300 元` is 300元/亩 too.
fn per_area(text: &str, figures: &mut Vec<Figure>) {
    let stated = figures.clone();
    for area in ["亩", "公顷", "平方米"]
        .iter()
        .filter(|area| text.contains(&format!("每{area}")))
    {
        let Some(per) = Unit::parse(&format!("元/{area}")) else {
            continue;
        };
        let ty = of_unit(&per);
        let money = stated.iter().filter(|figure| figure.ty == Type::money());
        figures.extend(money.map(|figure| Figure {
            value: &figure.value * &per.factor,
            ty: ty.clone(),
            ..*figure
        }));
    }
}

/// The unit that follows a number; `20 万` without 元 counts as money, as official prose has it.
fn unit_length(text: &str) -> usize {
    let known = unit::longest_match(text);
    if known > 0 {
        return known;
    }
    ["万亿", "亿", "万"]
        .iter()
        .find(|w| text.starts_with(**w))
        .map_or(0, |w| w.len())
}

/// What a word of limit means for the limit itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    /// As written.
    pub words: &'static str,
    /// Whether values above it are meant.
    pub above: bool,
    /// Whether the limit itself belongs.
    pub included: bool,
}

/// Words behind a figure. 民法典第一千二百五十九条; 不足 is read as 不满.
const BEHIND: &[Limit] = &[
    Limit {
        words: "以上(不含",
        above: true,
        included: false,
    },
    Limit {
        words: "(不含)以上",
        above: true,
        included: false,
    },
    Limit {
        words: "(含)以上",
        above: true,
        included: true,
    },
    Limit {
        words: "及以上",
        above: true,
        included: true,
    },
    Limit {
        words: "以上",
        above: true,
        included: true,
    },
    Limit {
        words: "及以下",
        above: false,
        included: true,
    },
    Limit {
        words: "以下",
        above: false,
        included: true,
    },
    Limit {
        words: "以内",
        above: false,
        included: true,
    },
];

/// Words in front of a figure.
const FRONT: &[Limit] = &[
    Limit {
        words: "不超过",
        above: false,
        included: true,
    },
    Limit {
        words: "不高于",
        above: false,
        included: true,
    },
    Limit {
        words: "不低于",
        above: true,
        included: true,
    },
    Limit {
        words: "不少于",
        above: true,
        included: true,
    },
    Limit {
        words: "达到",
        above: true,
        included: true,
    },
    Limit {
        words: "超过",
        above: true,
        included: false,
    },
    Limit {
        words: "高于",
        above: true,
        included: false,
    },
    Limit {
        words: "大于",
        above: true,
        included: false,
    },
    Limit {
        words: "低于",
        above: false,
        included: false,
    },
    Limit {
        words: "不满",
        above: false,
        included: false,
    },
    Limit {
        words: "不足",
        above: false,
        included: false,
    },
    Limit {
        words: "少于",
        above: false,
        included: false,
    },
    Limit {
        words: "小于",
        above: false,
        included: false,
    },
];

/// The word of limit beside a figure.
pub(super) fn limit_at(text: &str, figure: &Figure) -> Option<Limit> {
    let behind = text[figure.end..].trim_start();
    let front = text[..figure.start].trim_end();
    let found = BEHIND.iter().find(|l| behind.starts_with(l.words));
    found
        .or_else(|| FRONT.iter().find(|l| front.ends_with(l.words)))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_with_their_units() {
        let found = figures("费用占 3% 以上,按 5% 补助,最高 200 万元;面积 5.6万亩;1,345.03 万元;共 20 万");
        let words: Vec<Exact> = found.iter().map(|f| f.value.clone()).collect();
        assert_eq!(words.len(), 6);
        assert_eq!(words[2], exact::integer(2_000_000));
        assert_eq!(words[4], exact::ratio(134_503, 100) * exact::integer(10_000));
    }

    #[test]
    fn full_width_digits_and_brackets_read_the_same() {
        let text = folded("占比３％以上（不含）的");
        let figure = figures(&text).remove(0);
        assert_eq!(figure.value, exact::ratio(3, 100));
        assert!(!limit_at(&text, &figure).unwrap().included);
    }

    #[test]
    fn words_of_limit_say_whether_the_limit_belongs() {
        for (text, above, included) in [
            ("占比3%以上的", true, true),
            ("超过3%的", true, false),
            ("不超过3%的", false, true),
            ("3%以下", false, true),
            ("不足3%", false, false),
            ("不低于3%", true, true),
        ] {
            let figure = figures(text).remove(0);
            let limit = limit_at(text, &figure).unwrap();
            assert_eq!((limit.above, limit.included), (above, included), "{text}");
        }
    }
}
