//! The closed table of units, with exact factors to base units.
//!
//! Source of 1亩 = 2000/3 平方米: the customary exact value used by land statistics (666.67 is its rounding).

use num_traits::One;

use crate::dimension::{Base, Dimension};
use crate::exact::{Exact, integer, ratio};

/// A unit: its dimension and how many base units one of it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// What it measures.
    pub dimension: Dimension,
    /// Base units in one of it, exact.
    pub factor: Exact,
    /// What a bare number with this unit is, beyond its dimension.
    pub kind: UnitKind,
}

/// What a number with a unit is, where the dimension alone does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// A quantity, or a count.
    Plain,
    /// `%` and `‰`: a rate.
    Rate,
    /// `个百分点`: a difference of rates.
    Points,
}

/// Multipliers that may stand before a base unit, longest first.
const PREFIXES: [(&str, i128); 10] = [
    ("万亿", 1_000_000_000_000),
    ("千亿", 100_000_000_000),
    ("百亿", 10_000_000_000),
    ("十亿", 1_000_000_000),
    ("千万", 10_000_000),
    ("百万", 1_000_000),
    ("亿", 100_000_000),
    ("万", 10_000),
    ("千", 1_000),
    ("百", 100),
];

/// Names of base and derived units, longest first within a common prefix.
const NAMES: &[&str] = &[
    "吨标准煤",
    "千克标准煤",
    "建筑平方米",
    "个百分点",
    "百分点",
    "个工作日",
    "工作日",
    "平方公里",
    "平方千米",
    "平方米",
    "立方米",
    "千瓦时",
    "个月",
    "公里",
    "公顷",
    "公斤",
    "千米",
    "千克",
    "毫米",
    "厘米",
    "人次",
    "家次",
    "天",
    "㎡",
    "m²",
    "%",
    "‰",
    "元",
    "亩",
    "米",
    "吨",
    "克",
    "斤",
    "度",
    "年",
    "月",
    "日",
    "分",
    "人",
    "家",
    "户",
    "台",
    "辆",
    "套",
    "款",
    "个",
    "项",
    "次",
    "件",
    "倍",
    "层",
    "宗",
    "名",
    "种",
    "期",
];

fn base(name: &str) -> Option<(Dimension, Exact, UnitKind)> {
    let one = Exact::one;
    let plain = |dimension: Dimension, factor: Exact| Some((dimension, factor, UnitKind::Plain));
    let length = |power| Dimension::of(Base::Length, power);
    match name {
        "%" => Some((Dimension::none(), ratio(1, 100), UnitKind::Rate)),
        "‰" => Some((Dimension::none(), ratio(1, 1000), UnitKind::Rate)),
        "个百分点" | "百分点" => Some((Dimension::none(), ratio(1, 100), UnitKind::Points)),
        "元" => plain(Dimension::money(), one()),
        "平方米" | "㎡" | "m²" | "建筑平方米" => plain(length(2), one()),
        "亩" => plain(length(2), ratio(2000, 3)),
        "公顷" => plain(length(2), integer(10_000)),
        "平方公里" | "平方千米" => plain(length(2), integer(1_000_000)),
        "立方米" => plain(length(3), one()),
        "米" => plain(length(1), one()),
        "毫米" => plain(length(1), ratio(1, 1000)),
        "厘米" => plain(length(1), ratio(1, 100)),
        "千米" | "公里" => plain(length(1), integer(1000)),
        "吨标准煤" => plain(Dimension::of(Base::Coal, 1), one()),
        "千克标准煤" => plain(Dimension::of(Base::Coal, 1), ratio(1, 1000)),
        "千瓦时" | "度" => plain(Dimension::of(Base::Electricity, 1), one()),
        "千克" | "公斤" => plain(Dimension::of(Base::Mass, 1), one()),
        "吨" => plain(Dimension::of(Base::Mass, 1), integer(1000)),
        "克" => plain(Dimension::of(Base::Mass, 1), ratio(1, 1000)),
        "斤" => plain(Dimension::of(Base::Mass, 1), ratio(1, 2)),
        "年" => plain(Dimension::of(Base::Year, 1), one()),
        "月" | "个月" => plain(Dimension::of(Base::Year, 1), ratio(1, 12)),
        "日" | "天" => plain(Dimension::of(Base::Day, 1), one()),
        "工作日" | "个工作日" => plain(Dimension::of(Base::Workday, 1), one()),
        "分" => plain(Dimension::of(Base::Score, 1), one()),
        "个" | "项" | "次" | "件" | "倍" | "期" => plain(Dimension::none(), one()),
        "名" => plain(Dimension::of(Base::Count("人".into()), 1), one()),
        "人" | "家" | "户" | "台" | "辆" | "套" | "款" | "层" | "宗" | "种" | "人次" | "家次" => {
            plain(Dimension::of(Base::Count(name.into()), 1), one())
        }
        _ => None,
    }
}

impl Unit {
    /// Reads a whole unit: `[multiplier]name{/[multiplier]name}`. `None` when any part is unknown or words remain.
    ///
    /// A counter that a program declares is no unit of this table; see [`Unit::counter`].
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let mut unit = single(parts.next()?)?;
        for part in parts {
            let below = single(part)?;
            if below.kind != UnitKind::Plain || unit.kind != UnitKind::Plain {
                return None;
            }
            unit.dimension = unit.dimension.per(&below.dimension);
            unit.factor /= below.factor;
        }
        Some(unit)
    }

    /// The unit of a declared counter noun.
    pub fn counter(noun: &str) -> Self {
        Self {
            dimension: Dimension::of(Base::Count(noun.into()), 1),
            factor: Exact::one(),
            kind: UnitKind::Plain,
        }
    }
}

/// The names of the table without multipliers, longest first within a common prefix.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied()
}

/// Other writings of units of the table, for what was probably meant. They are not read as units: 平 is an area to one
/// writer and a level to another.
const OTHER_WRITINGS: &[(&str, &str)] = &[
    ("圆", "元"),
    ("块", "元"),
    ("块钱", "元"),
    ("人民币", "元"),
    ("RMB", "元"),
    ("平", "平方米"),
    ("平米", "平方米"),
    ("平方", "平方米"),
    ("方", "平方米"),
    ("m2", "平方米"),
    ("km2", "平方公里"),
    ("公倾", "公顷"),
    ("ha", "公顷"),
    ("km", "公里"),
    ("m", "米"),
    ("kg", "千克"),
    ("t", "吨"),
    ("g", "克"),
    ("kWh", "千瓦时"),
    ("度电", "千瓦时"),
    ("标煤", "吨标准煤"),
    ("吨标煤", "吨标准煤"),
    ("位", "人"),
    ("个人", "人"),
    ("周年", "年"),
    ("岁", "年"),
    ("个百分比", "个百分点"),
    ("％", "%"),
];

/// The unit that was probably meant by words that are none: `万圆` is 万元, `元/平米` is 元/平方米. `None` when a part of
/// it is like nothing in the table.
pub fn meant(text: &str) -> Option<String> {
    let parts: Option<Vec<String>> = text.split('/').map(meant_single).collect();
    parts
        .map(|parts| parts.join("/"))
        .filter(|unit| unit != text && Unit::parse(unit).is_some())
}

fn meant_single(text: &str) -> Option<String> {
    if single(text).is_some() {
        return Some(text.to_owned());
    }
    let table_word = |name: &str| {
        let written = OTHER_WRITINGS.iter().find(|(other, _)| *other == name);
        written.map(|(_, unit)| *unit)
    };
    let prefixes = PREFIXES.iter().map(|(prefix, _)| *prefix).chain([""]);
    prefixes
        .filter_map(|prefix| Some(format!("{prefix}{}", table_word(text.strip_prefix(prefix)?)?)))
        .find(|unit| single(unit).is_some())
}

fn single(text: &str) -> Option<Unit> {
    let whole = base(text).map(|(dimension, factor, kind)| Unit {
        dimension,
        factor,
        kind,
    });
    whole.or_else(|| {
        PREFIXES.iter().find_map(|(prefix, multiplier)| {
            let (dimension, factor, kind) = base(text.strip_prefix(prefix)?)?;
            let takes_prefix =
                kind == UnitKind::Plain && !matches!(text.strip_prefix(prefix), Some("年" | "月" | "日"));
            takes_prefix.then(|| Unit {
                dimension,
                factor: factor * integer(*multiplier),
                kind,
            })
        })
    })
}

/// Length in bytes of the longest unit that `text` begins with, `/unit` parts included; 0 when none.
///
/// The table is closed, so this never depends on names declared in a program.
pub fn longest_match(text: &str) -> usize {
    let mut length = longest_single(text);
    if length == 0 {
        return 0;
    }
    while let Some(rest) = text.get(length..).and_then(|r| r.strip_prefix('/')) {
        match longest_single(rest) {
            0 => break,
            more => length += 1 + more,
        }
    }
    length
}

fn longest_single(text: &str) -> usize {
    let name_at = |offset: usize| {
        let rest = text.get(offset..).unwrap_or("");
        NAMES
            .iter()
            .filter(|n| rest.starts_with(**n))
            .map(|n| n.len())
            .max()
            .map_or(0, |n| offset + n)
    };
    let prefixed = PREFIXES
        .iter()
        .filter(|(p, _)| text.starts_with(p))
        .map(|(p, _)| name_at(p.len()))
        .filter(|end| text.get(..*end).is_some_and(|t| single(t).is_some()))
        .max()
        .unwrap_or(0);
    name_at(0).max(prefixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_convert_exactly() {
        let factor = |name: &str| Unit::parse(name).unwrap().factor;
        assert_eq!(factor("万亩") * ratio(56, 10), ratio(112_000_000, 3));
        assert_eq!(factor("公顷") * ratio(1, 15), factor("亩"));
        assert_eq!(factor("平方公里"), integer(1_000_000));
    }

    #[test]
    fn longest_match_takes_the_longest_known_unit() {
        for (text, unit) in [
            ("万元/亩/年,", "万元/亩/年"),
            ("亿元", "亿元"),
            ("个百分点,", "个百分点"),
            ("年内", "年"),
            ("千克标准煤", "千克标准煤"),
            ("平方米 ×", "平方米"),
            ("元/", "元"),
            ("千瓦时", "千瓦时"),
            ("家 每年", "家"),
            ("万人", "万人"),
            ("工作日", "工作日"),
            ("千米", "千米"),
        ] {
            assert_eq!(&text[..longest_match(text)], unit, "{text}");
        }
        assert_eq!(longest_match("研发"), 0);
        assert_eq!(longest_match("万"), 0);
    }

    #[test]
    fn unknown_units_and_mixed_kinds_are_refused() {
        for text in ["公引", "", "万", "元/%", "%/年", "万年"] {
            assert_eq!(Unit::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_name_of_the_table_has_a_meaning() {
        for name in NAMES {
            assert!(base(name).is_some(), "{name}");
        }
    }

    #[test]
    fn another_writing_names_the_unit_that_was_meant() {
        for (words, unit) in [
            ("万圆", Some("万元")),
            ("元/平米", Some("元/平方米")),
            ("kg", Some("千克")),
            ("公倾", Some("公顷")),
            ("万", None),
            ("两银", None),
            ("元", None),
            ("", None),
        ] {
            assert_eq!(meant(words).as_deref(), unit, "{words}");
        }
        assert!(
            OTHER_WRITINGS
                .iter()
                .all(|(other, unit)| single(other).is_none() && single(unit).is_some())
        );
    }
}
