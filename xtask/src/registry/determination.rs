//! Invented determinations: what a person has decided where no formula is published.

use crate::registry::day::Day;
use crate::registry::sheet::{Column, Sheet};
use crate::registry::vocabulary::{Field, Kind, Subject};
use crate::registry::world::World;

/// The rights a determination is made for: the first rows of a subject whose cells lie between two words.
struct Determined {
    rule: &'static str,
    subject: &'static str,
    /// Field, first word, last word: `2025-01-01` to `2025-06-30`, or the same word twice.
    cells: &'static [(&'static str, &'static str, &'static str)],
    /// The entitlement year, for a right that exists each year.
    year: &'static str,
    /// How many rows.
    count: usize,
    /// Amounts in 万元, in turn; never above what the clause calls 至多.
    amounts: &'static [&'static str],
    /// The first instalment, in 万元.
    first: &'static str,
}

type Cells = &'static [(&'static str, &'static str, &'static str)];

const fn determined(
    rule: &'static str,
    subject: &'static str,
    cells: Cells,
    amounts: &'static [&'static str],
) -> Determined {
    Determined {
        rule,
        subject,
        cells,
        year: "",
        count: amounts.len(),
        amounts,
        first: "",
    }
}

/// Every row, as a fund that is shared out needs it.
const fn each(
    rule: &'static str,
    subject: &'static str,
    cells: Cells,
    amounts: &'static [&'static str],
) -> Determined {
    Determined {
        count: usize::MAX,
        ..determined(rule, subject, cells, amounts)
    }
}

const IN_2025: (&str, &str, &str) = ("公布日", "2025-01-01", "2025-12-31");

const QIANTANG: &[Determined] = &[
    determined(
        "高企首次认定奖励",
        "认定",
        &[
            ("称号", "高新技术企业", "高新技术企业"),
            ("认定方式", "首次认定", "首次认定"),
            IN_2025,
        ],
        &["20", "20", "15"],
    ),
    determined(
        "高企复审奖励",
        "认定",
        &[
            ("称号", "高新技术企业", "高新技术企业"),
            ("认定方式", "复审", "复审"),
            IN_2025,
        ],
        &["10", "8"],
    ),
    determined(
        "新雏鹰首次认定奖励",
        "认定",
        &[
            ("称号", "新雏鹰企业", "新雏鹰企业"),
            ("认定方式", "首次认定", "首次认定"),
            IN_2025,
        ],
        &["50"],
    ),
    determined(
        "研发总部支持",
        "认定",
        &[("称号", "研发总部", "研发总部"), IN_2025],
        &["300", "120.5"],
    ),
    determined(
        "物流企业奖励",
        "入选",
        &[("名单", "物流标杆企业", "物流标杆企业"), IN_2025],
        &["200"],
    ),
    Determined {
        year: "2025",
        ..determined(
            "企业研发投入补助",
            "企业",
            &[("专精特新", "是", "是")],
            &["36.5", "120", "8.123456"],
        )
    },
    Determined {
        first: "20",
        ..determined(
            "优质企业激励",
            "入选",
            &[
                ("名单", "优质创新型中小企业", "优质创新型中小企业"),
                ("公布日", "2026-01-01", "2026-12-31"),
            ],
            &["50"],
        )
    },
];

const FIRST_HALF: (&str, &str, &str) = ("公布日", "2025-01-01", "2025-06-30");
const WHOLE_MACHINE: (&str, &str, &str) = ("零部件类", "否", "否");

const SHILI: &[Determined] = &[
    each(
        "首台套奖励",
        "首台套认定",
        &[("首台套级别", "国际", "国际"), WHOLE_MACHINE, FIRST_HALF],
        &["260", "300"],
    ),
    each(
        "首台套奖励",
        "首台套认定",
        &[("首台套级别", "国内", "国内"), WHOLE_MACHINE, FIRST_HALF],
        &["180", "120"],
    ),
    each(
        "首台套奖励",
        "首台套认定",
        &[("首台套级别", "省内", "省内"), WHOLE_MACHINE, FIRST_HALF],
        &["80"],
    ),
    each(
        "首台套奖励",
        "首台套认定",
        &[("零部件类", "是", "是"), FIRST_HALF],
        &["20", "15"],
    ),
    Determined {
        first: "15",
        ..determined(
            "优质企业激励",
            "入选",
            &[("名单", "优质创新型中小企业", "优质创新型中小企业"), IN_2025],
            &["40", "50", "32.5"],
        )
    },
];

/// The sheet 核定 of a pack; none where a pack has no determinations.
pub fn sheet(world: &World) -> Option<Sheet> {
    let list = match world.setting.pack {
        "qiantang" => QIANTANG,
        "shili" => SHILI,
        _ => return None,
    };
    let mut rows = Vec::new();
    for determined in list {
        let Some(subject) = world.subject(determined.subject) else {
            continue;
        };
        let amounts = determined.amounts.iter().cycle();
        for (row, amount) in rows_of(world, subject, determined).into_iter().zip(amounts) {
            let day = decided_on(world, subject, row);
            rows.push(vec![
                determined.rule.to_owned(),
                world.key(&subject.name, row),
                determined.year.to_owned(),
                (*amount).to_owned(),
                determined.first.to_owned(),
                "示例核定人".to_owned(),
                day.to_string(),
                format!("示例核定〔{}〕{}号", day.year(), rows.len() + 1),
            ]);
        }
    }
    Some(Sheet {
        name: "核定".to_owned(),
        columns: columns(),
        rows,
    })
}

/// Ten days after the event; for what is no event, on a day of its own.
fn decided_on(world: &World, subject: &Subject, row: usize) -> Day {
    let mut days = subject.fields.iter().filter(|field| field.name == "公布日");
    let event = days.find_map(|field| Day::parse(world.cell(subject, row, &field.name)?));
    event.map_or(Day::new(2025, 11, 20), |day| day.plus(10))
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

/// The numbers of the rows that a determination is made for.
fn rows_of(world: &World, subject: &Subject, determined: &Determined) -> Vec<usize> {
    let fits = |row: &usize| {
        determined.cells.iter().all(|(field, low, high)| {
            let cell = world.cell(subject, *row, field);
            cell.is_some_and(|cell| (*low..=*high).contains(&cell))
        })
    };
    let rows = (1..=world.size(&subject.name)).filter(fits);
    rows.take(determined.count).collect()
}
