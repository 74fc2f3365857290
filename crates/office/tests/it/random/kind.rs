//! What a value of a random policy is, and how it is written.

use super::draw::Draw;

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Money,
    Area,
    Floor,
    Length,
    Rate,
    Points,
    Number,
    People,
    Score,
    PerArea,
    Days,
    Span,
    Truth,
    Date,
    Year,
    /// A class, by its position.
    Class(usize),
    Text,
    Code,
    Territory,
}

/// The kinds that are numbers.
pub(super) const NUMBERS: [Kind; 12] = [
    Kind::Money,
    Kind::Area,
    Kind::Floor,
    Kind::Length,
    Kind::Rate,
    Kind::Points,
    Kind::Number,
    Kind::People,
    Kind::Score,
    Kind::PerArea,
    Kind::Days,
    Kind::Span,
];

/// Texts that fields, conditions and tables share, so that they meet.
pub(super) const TEXTS: [&str; 4] = ["甲园", "乙园", "27甲", "无名"];
/// Codes, one the beginning of another.
pub(super) const CODES: [&str; 5] = ["27", "2710", "2721", "65", "6510"];
/// Territories: of the documents, within and outside.
pub(super) const TERRITORIES: [&str; 4] = [
    "示例省示例市示例区",
    "示例省示例市示例区东街",
    "示例省示例市",
    "示例省另一市",
];

/// Steps at the ends of what 64 bits hold, and beyond.
pub(super) const EXTREMES: [i128; 6] = [
    i64::MAX as i128,
    i64::MAX as i128 - 1,
    i64::MAX as i128 + 2,
    i64::MAX as i128 / 100,
    1 << 62,
    1 << 70,
];

impl Kind {
    pub(super) fn is_number(self) -> bool {
        NUMBERS.contains(&self)
    }

    /// The type as a field declares it.
    pub(super) fn declared(self, classes: &[String]) -> String {
        match self {
            Self::Money => "金额".into(),
            Self::Area => "面积".into(),
            Self::Floor => "建筑面积".into(),
            Self::Length => "长度".into(),
            Self::Rate => "比率".into(),
            Self::Points => "百分点".into(),
            Self::Number => "数".into(),
            Self::People => "人".into(),
            Self::Score => "分".into(),
            Self::PerArea => "元/亩".into(),
            Self::Days => "天数".into(),
            Self::Span => "年数".into(),
            Self::Truth => "是否".into(),
            Self::Date => "日期".into(),
            Self::Year => "年".into(),
            Self::Class(class) => classes[class].clone(),
            Self::Text => "文本".into(),
            Self::Code => "代码 \"行业\"".into(),
            Self::Territory => "地区".into(),
        }
    }

    /// The first sign of names of this kind.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Money => "金",
            Self::Area => "面",
            Self::Floor => "筑",
            Self::Length => "长",
            Self::Rate => "率",
            Self::Points => "点",
            Self::Number => "数",
            Self::People => "员",
            Self::Score => "评",
            Self::PerArea => "均",
            Self::Days => "天",
            Self::Span => "限",
            Self::Truth => "真",
            Self::Date => "日",
            Self::Year => "岁",
            Self::Class(_) => "属",
            Self::Text => "文",
            Self::Code => "码",
            Self::Territory => "处",
        }
    }

    /// A number of this kind that is written as so many of its smallest steps.
    pub(super) fn written(self, steps: i128) -> String {
        let (sign, n) = if steps < 0 { ("-", -steps) } else { ("", steps) };
        let hundredths = |unit: &str| match n % 100 {
            0 => format!("{sign}{}{unit}", n / 100),
            rest => format!("{sign}{}.{rest:02}{unit}", n / 100),
        };
        match self {
            Self::Money if n > 0 && n % 1_000_000 == 0 => format!("{sign}{}万元", n / 1_000_000),
            Self::Money => hundredths("元"),
            Self::Area if n % 700 == 0 => format!("{sign}{}公顷", n / 700),
            Self::Area if n % 3 == 0 => hundredths("平方米"),
            Self::Area => hundredths("亩"),
            Self::Floor => hundredths("平方米"),
            Self::Length => hundredths("米"),
            Self::Rate if n % 7 == 1 => format!("{sign}{}.{}‰", n / 10, n % 10),
            Self::Rate => hundredths("%"),
            Self::Points => hundredths("个百分点"),
            Self::Number => hundredths(""),
            Self::People => format!("{sign}{n}人"),
            Self::Score => format!("{sign}{}.{}分", n / 10, n % 10),
            Self::PerArea => hundredths("元/亩"),
            Self::Days => format!("{sign}{n}日"),
            Self::Span => format!("{sign}{n}年"),
            _ => String::new(),
        }
    }

    /// A number of this kind in its smallest steps, as policies have them.
    pub(super) fn figure(self, draw: &mut Draw) -> i128 {
        if !matches!(self, Self::People | Self::Days | Self::Span | Self::Score) && draw.below(200) == 0 {
            return draw.of(&EXTREMES);
        }
        match self {
            Self::Money => match draw.below(8) {
                0 => draw.between(0, 2),
                1 => draw.between(1, 999_999_999),
                2 => 100_000_000 * draw.between(1, 300),
                _ => 1_000_000 * draw.between(1, 500),
            },
            Self::Area | Self::Floor | Self::Length => match draw.below(3) {
                0 => draw.between(0, 99_999),
                _ => 100 * draw.between(1, 200),
            },
            Self::Rate | Self::Points => match draw.below(6) {
                0 => draw.between(1, 9_999),
                1 => 100 * draw.between(50, 200),
                _ => 50 * draw.between(1, 60),
            },
            Self::Number => match draw.below(5) {
                0 => draw.between(1, 999),
                _ => 100 * draw.between(1, 12),
            },
            Self::People => draw.between(1, 400),
            Self::Score => 5 * draw.between(0, 200),
            Self::PerArea => 100 * draw.between(1, 400_000),
            Self::Days => draw.between(1, 900),
            Self::Span => draw.between(1, 9),
            _ => 0,
        }
    }
}

/// A day near which something begins or ends.
pub(super) fn day(draw: &mut Draw) -> String {
    const DAYS: [&str; 16] = [
        "2024-01-01",
        "2024-02-29",
        "2024-06-30",
        "2024-07-01",
        "2024-12-31",
        "2025-01-01",
        "2025-02-28",
        "2025-03-01",
        "2025-06-30",
        "2025-07-01",
        "2025-12-31",
        "2026-01-01",
        "2026-06-30",
        "2026-07-01",
        "2026-12-31",
        "2027-01-01",
    ];
    match draw.below(100) {
        0 => draw.of(&["1900-01-01", "2199-12-31", "2100-02-28"]).to_owned(),
        1..70 => draw.of(&DAYS).to_owned(),
        _ => format!(
            "{}-{:02}-{:02}",
            draw.between(2022, 2027),
            draw.between(1, 12),
            draw.between(1, 28)
        ),
    }
}
