//! Invented determinations: what a person has decided where no formula is published.

use crate::registry::day::Day;
use crate::registry::sheet::{Column, Sheet};
use crate::registry::vocabulary::{Field, Kind};
use crate::registry::world::World;

/// The rights a determination is made for: the first rows of a subject whose cells lie between two words.
struct Determined {
    /// The name, with the number of its document where several documents have one of that name.
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
    /// Where the firms are; the home territory when it is empty.
    territory: &'static str,
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
        territory: "",
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
        "高企首次认定奖励(杭政函〔2025〕21号)",
        "认定",
        &[
            ("称号", "高新技术企业", "高新技术企业"),
            ("认定方式", "首次认定", "首次认定"),
            IN_2025,
        ],
        &["20", "20", "15"],
    ),
    determined(
        "高企复审奖励(杭政函〔2025〕21号)",
        "认定",
        &[
            ("称号", "高新技术企业", "高新技术企业"),
            ("认定方式", "复审", "复审"),
            IN_2025,
        ],
        &["10", "8"],
    ),
    determined(
        "新雏鹰首次认定奖励(杭政函〔2025〕21号)",
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
            &[("专精特新", "是", "是"), ("成立日", "2000-01-01", "2020-12-31")],
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
    Determined {
        territory: BINJIANG,
        ..determined("五零五零人才资助", "人员", TALENT_5050, &["200", "120", "80"])
    },
    Determined {
        territory: BINJIANG,
        ..determined("五零五零引智资助", "人员", TALENT_5050, &["150", "150", "60"])
    },
];

const BINJIANG: &str = "浙江省杭州市滨江区";
const TALENT_5050: Cells = &[("人才类别", "5050计划", "5050计划")];

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
pub fn sheet(world: &World, sheets: &[Sheet]) -> Option<Sheet> {
    let list = match world.setting.pack {
        "qiantang" => QIANTANG,
        "shili" => SHILI,
        _ => return None,
    };
    let mut rows = Vec::new();
    for determined in list {
        let homes = firms_in(sheets, territory_of(world, determined));
        let Some(sheet) = sheets.iter().find(|sheet| sheet.name == determined.subject) else {
            continue;
        };
        let amounts = determined.amounts.iter().cycle();
        for (row, amount) in rows_of(&homes, sheet, determined).into_iter().zip(amounts) {
            let day = decided_on(sheet, row);
            rows.push(vec![
                determined.rule.to_owned(),
                row.first().cloned().unwrap_or_default(),
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

/// The sheet 归组 of a pack: for every person an officer has chosen that the person is what counts. One right without a
/// choice might have any key, and would leave all rights of its group open.
pub fn choices(world: &World, sheets: &[Sheet]) -> Option<Sheet> {
    let rules: &[&str] = match world.setting.pack {
        "qiantang" => &["五零五零人才资助", "五零五零引智资助"],
        _ => return None,
    };
    let persons = &sheets.iter().find(|sheet| sheet.name == "人员")?.rows;
    let choice =
        |rule: &str, person: &Vec<String>| vec![rule.to_owned(), person[0].clone(), "人员".to_owned()];
    let rows = rules
        .iter()
        .flat_map(|rule| persons.iter().map(move |person| choice(rule, person)));
    let names = ["规则", "键", "归组"];
    Some(Sheet {
        name: "归组".to_owned(),
        columns: names.iter().map(|name| column(name, Kind::Text)).collect(),
        rows: rows.collect(),
    })
}

fn territory_of(world: &World, determined: &Determined) -> &'static str {
    if determined.territory.is_empty() {
        world.setting.home
    } else {
        determined.territory
    }
}

/// The keys of the firms that say they are in a territory.
fn firms_in<'s>(sheets: &'s [Sheet], territory: &str) -> Vec<&'s str> {
    let firms = sheets.iter().filter(|sheet| sheet.name == "企业");
    let rows = firms.flat_map(|sheet| sheet.rows.iter().map(move |row| (sheet, row)));
    let there = rows.filter(|(sheet, row)| cell(sheet, row, "地区") == Some(territory));
    there
        .filter_map(|(_, row)| row.first().map(String::as_str))
        .collect()
}

/// Ten days after the event; for what is no event, on a day of its own.
fn decided_on(sheet: &Sheet, row: &[String]) -> Day {
    let event = cell(sheet, row, "公布日").and_then(Day::parse);
    event.map_or(Day::new(2025, 11, 20), |day| day.plus(10))
}

fn columns() -> Vec<Column> {
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

fn column(name: &str, kind: Kind) -> Column {
    let field = Field {
        name: name.to_owned(),
        kind,
        yearly: false,
        optional: false,
        pending: false,
    };
    Column::of(&field, true)
}

/// The rows that a determination is made for, as they are handed in: a person decides on what the papers say. The firm
/// is one of the home territory, where there is one.
fn rows_of<'s>(homes: &[&str], sheet: &'s Sheet, determined: &Determined) -> Vec<&'s [String]> {
    let fits = |row: &[String]| {
        let between = |(field, low, high): &(&str, &str, &str)| {
            cell(sheet, row, field).is_some_and(|cell| (*low..=*high).contains(&cell))
        };
        let at_home = cell(sheet, row, "企业").is_none_or(|firm| homes.contains(&firm));
        at_home && determined.cells.iter().all(between)
    };
    let rows = sheet.rows.iter().map(Vec::as_slice).filter(|row| fits(row));
    rows.take(determined.count).collect()
}

/// The cell under a header that has no unit.
fn cell<'r>(sheet: &Sheet, row: &'r [String], header: &str) -> Option<&'r str> {
    let column = sheet.columns.iter().position(|column| column.header == header)?;
    row.get(column).map(String::as_str)
}
