//! Invented determinations: what a person has decided where no formula is published.

use crate::registry::sheet::{Column, Sheet};
use crate::registry::vocabulary::{Field, Kind};
use crate::registry::world::World;

/// For which right a determination is made: the first rows of a subject whose cells begin with these words.
struct Determined {
    rule: &'static str,
    subject: &'static str,
    /// Field and how its cell begins.
    cells: &'static [(&'static str, &'static str)],
    /// The entitlement year, for a right that exists each year.
    year: &'static str,
    /// Amounts in 万元, one for each row; never above what the clause calls 至多.
    amounts: &'static [&'static str],
    /// The first instalment, in 万元.
    first: &'static str,
}

const fn determined(
    rule: &'static str,
    subject: &'static str,
    cells: &'static [(&'static str, &'static str)],
    year: &'static str,
    amounts: &'static [&'static str],
) -> Determined {
    Determined {
        rule,
        subject,
        cells,
        year,
        amounts,
        first: "",
    }
}

const QIANTANG: &[Determined] = &[
    determined(
        "高企首次认定奖励",
        "认定",
        &[
            ("称号", "高新技术企业"),
            ("认定方式", "首次认定"),
            ("公布日", "2025"),
        ],
        "",
        &["20", "20", "15"],
    ),
    determined(
        "高企复审奖励",
        "认定",
        &[("称号", "高新技术企业"), ("认定方式", "复审"), ("公布日", "2025")],
        "",
        &["10", "8"],
    ),
    determined(
        "新雏鹰首次认定奖励",
        "认定",
        &[
            ("称号", "新雏鹰企业"),
            ("认定方式", "首次认定"),
            ("公布日", "2025"),
        ],
        "",
        &["50"],
    ),
    determined(
        "研发总部支持",
        "认定",
        &[("称号", "研发总部"), ("公布日", "2025")],
        "",
        &["300", "120.5"],
    ),
    determined(
        "物流企业奖励",
        "入选",
        &[("名单", "物流标杆企业"), ("公布日", "2025")],
        "",
        &["200"],
    ),
    determined(
        "企业研发投入补助",
        "企业",
        &[("专精特新", "是")],
        "2025",
        &["36.5", "120", "8.123456"],
    ),
    Determined {
        first: "20",
        ..determined(
            "优质企业激励",
            "入选",
            &[
                ("名单", "优质创新型中小企业"),
                ("公布日", "2026"),
                ("目标完成", "是"),
            ],
            "",
            &["50"],
        )
    },
];

/// The sheet 核定 of a pack; none where a pack has no determinations.
pub fn sheet(world: &World) -> Option<Sheet> {
    let list = match world.setting.pack {
        "qiantang" => QIANTANG,
        _ => return None,
    };
    let mut rows = Vec::new();
    for determined in list {
        let found = keys(world, determined);
        for (key, amount) in found.into_iter().zip(determined.amounts) {
            let number = rows.len() + 1;
            rows.push(vec![
                determined.rule.to_owned(),
                key,
                determined.year.to_owned(),
                (*amount).to_owned(),
                determined.first.to_owned(),
                "示例核定人".to_owned(),
                format!("2025-12-{:02}", 1 + number),
                format!("示例核定〔2025〕{number}号"),
            ]);
        }
    }
    Some(Sheet {
        name: "核定".to_owned(),
        columns: columns(),
        rows,
    })
}

fn columns() -> Vec<Column> {
    let column = |name: &str, kind| {
        let field = Field {
            name: name.to_owned(),
            kind,
            yearly: false,
            optional: false,
            pending: false,
        };
        Column::of(&field, true)
    };
    vec![
        column("规则", Kind::Text),
        column("键", Kind::Text),
        column("年度", Kind::Year),
        column("金额", Kind::Money),
        column("首期", Kind::Money),
        column("核定人", Kind::Text),
        column("日期", Kind::Date),
        column("依据文件", Kind::Text),
    ]
}

fn keys(world: &World, determined: &Determined) -> Vec<String> {
    let Some(subject) = world
        .vocabulary
        .subjects
        .iter()
        .find(|known| known.name == determined.subject)
    else {
        return Vec::new();
    };
    let fits = |number: usize| {
        determined.cells.iter().all(|(field, words)| {
            world
                .cell(subject, number, field)
                .is_some_and(|cell| cell.starts_with(words))
        })
    };
    (1..=world.size(&subject.name))
        .filter(|number| fits(*number))
        .map(|number| world.key(&subject.name, number))
        .collect()
}
