//! Words for what surrounds a value: periods, places, reasons, faults, cells of a table, parts, settlements.

use jiufen_diagnostic::Lang;
use jiufen_language::program::{
    Cap, CellResult, CellTest, GroupMode, Literal, LookupTable, Program, TableRow, Type,
};
use jiufen_language::syntax::keywords::{Function, LineWord, ReservedWord};
use jiufen_language::words;
use jiufen_quantity::{Period, Rounding};

use crate::decision::{PartName, SettledBy, Settlement};
use crate::facts::{FactPlace, Facts, RowId};
use crate::settle::NO_KEY;
use crate::value::{Fault, Reason};
use crate::verdict::{OPEN, OUTSIDE, REFUSED, UNRANKED};

/// A period: `2025-01-01 至 2025-12-31`, `2025-01-01 起`; in English `2025-01-01 to 2025-12-31`, `from 2025-01-01`.
pub fn period(period: Period, lang: Lang) -> String {
    match (lang, period.from, period.to) {
        (Lang::Zh, ..) => period.to_string(),
        (Lang::En, Some(from), Some(to)) => format!("{from} to {to}"),
        (Lang::En, Some(from), None) => format!("from {from}"),
        (Lang::En, None, Some(to)) => format!("until {to}"),
        (Lang::En, None, None) => "any time".to_owned(),
    }
}

/// Where a fact stands: `data/企业.csv 第 12 行`.
pub fn place(place: &FactPlace, lang: Lang) -> String {
    let FactPlace { file, line } = place;
    match lang {
        Lang::Zh => format!("{file} 第 {line} 行"),
        Lang::En => format!("{file} line {line}"),
    }
}

/// A literal: as it is written in Chinese, without Chinese words of ours in English.
pub fn literal(program: &Program, literal: &Literal, ty: &Type, lang: Lang) -> String {
    match (lang, literal) {
        (Lang::En, Literal::Boolean(true)) => ReservedWord::Yes.en().to_owned(),
        (Lang::En, Literal::Boolean(false)) => ReservedWord::No.en().to_owned(),
        (Lang::En, Literal::Year(year)) => year.to_string(),
        (Lang::En, Literal::Rounding(mode)) => rounding(*mode).en().to_owned(),
        _ => words::literal(program, literal, ty),
    }
}

fn rounding(mode: Rounding) -> Function {
    match mode {
        Rounding::HalfUp => Function::HalfUp,
        Rounding::Truncate => Function::FloorTo,
        Rounding::Up => Function::CeilTo,
    }
}

/// The outcome of a verdict. The three of the law and our own three have English words; any other word is the law's.
pub fn outcome(word: &str, lang: Lang) -> &str {
    let en = match word {
        "可" => "allowed",
        "有条件" => "allowed with conditions",
        "不可" => "not allowed",
        OPEN => "undetermined",
        OUTSIDE => "does not apply",
        UNRANKED => "not ranked",
        REFUSED => "refused",
        other => other,
    };
    lang.pick(word, en)
}

/// A fact as a person names it: `甲 2024年.研发费用`, `甲.园区`.
pub fn fact(
    program: &Program,
    facts: &dyn Facts,
    row: RowId,
    field: jiufen_language::program::FieldRef,
    year: Option<i16>,
    lang: Lang,
) -> String {
    let (name, field) = (facts.name(row), &program.field(field).name);
    match year {
        Some(year) => format!("{name} {year}{}.{field}", lang.pick("年", "")),
        None => format!("{name}.{field}"),
    }
}

/// The kind of a reason: 缺, 未公布, 待到账, 待选.
pub fn reason_kind(reason: &Reason, lang: Lang) -> &'static str {
    let zh = reason.kind();
    let en = match zh {
        "缺" => "missing",
        "未公布" => "unpublished",
        "待到账" => "pending",
        _ => "to choose",
    };
    lang.pick(zh, en)
}

/// What a reason is about: `甲 2024年.研发费用`.
pub fn reason_about(program: &Program, facts: &dyn Facts, reason: &Reason, lang: Lang) -> String {
    let incomplete = lang.pick("(名录不完整)", " (the list is not complete)");
    match reason {
        Reason::Missing { row, field, year }
        | Reason::UnpublishedFact { row, field, year }
        | Reason::PendingArrival { row, field, year } => fact(program, facts, *row, *field, *year, lang),
        Reason::Spatial { row, relation } => format!("{}.{relation}", facts.name(*row)),
        Reason::Incomplete { subject, of: None } => {
            format!("{}{incomplete}", program.subject(*subject).name)
        }
        Reason::Incomplete {
            subject,
            of: Some((row, _)),
        } => {
            let (name, listed) = (facts.name(*row), &program.subject(*subject).name);
            match lang {
                Lang::Zh => format!("{name} 的 {listed}{incomplete}"),
                Lang::En => format!("{listed} of {name}{incomplete}"),
            }
        }
        Reason::Unranked { verdict, row } => {
            let (name, ranking) = (facts.name(*row), &program.verdicts[verdict.index()].name);
            match lang {
                Lang::Zh => format!("{name} 在{ranking}里的名次依据"),
                Lang::En => format!("what {name} is ranked by in {ranking}"),
            }
        }
        Reason::Refused { right, fault } => {
            let (rule, name) = (&program.rule(right.rule).name, facts.name(right.row));
            match lang {
                Lang::Zh => format!("{rule}({name})拒绝:{}", fault.zh()),
                Lang::En => format!("{rule} ({name}) refused: {}", fault.en()),
            }
        }
        Reason::EmptyParameter(id) => {
            let name = &program.parameters[id.index()].name;
            match lang {
                Lang::Zh => format!("参数 {name}(未核实)"),
                Lang::En => format!("the parameter {name} (not verified)"),
            }
        }
        Reason::Unpublished(words) | Reason::PendingChoice(words) => part_path(words, lang),
    }
}

/// A reason: `缺 甲 2024年.研发费用`.
pub fn reason(program: &Program, facts: &dyn Facts, reason: &Reason, lang: Lang) -> String {
    format!(
        "{} {}",
        reason_kind(reason, lang),
        reason_about(program, facts, reason, lang)
    )
}

/// A fault: `除数为零 营业收入`.
pub fn fault(fault: &Fault, lang: Lang) -> String {
    format!("{} {}", fault_kind(fault, lang), fault_about(fault, lang))
        .trim_end()
        .to_owned()
}

/// The kind of a fault.
pub fn fault_kind(fault: &Fault, lang: Lang) -> &'static str {
    lang.pick(fault.code.zh(), fault.code.en())
}

/// What a fault is about: a name or expression of the law, with words of our own around it.
pub fn fault_about(fault: &Fault, lang: Lang) -> String {
    if lang == Lang::Zh {
        return fault.words.to_string();
    }
    if let Some((_, en)) = PHRASES.iter().find(|(zh, _)| *zh == fault.words) {
        return (*en).to_owned();
    }
    let about = part_path(&fault.words, lang);
    FRAGMENTS
        .iter()
        .fold(about, |words, (zh, en)| words.replace(zh, en))
}

/// The phrases of our own that faults carry, Chinese and English. Everything else that they carry is the law's.
pub(crate) const PHRASES: &[(&str, &str)] = &[
    ("不是数", "it is no number"),
    ("不是条件", "it is no condition"),
    ("年份相加", "two years added"),
    ("年数不是整数", "the number of years is not whole"),
    ("不能相比", "the two do not compare"),
    ("没有参数", "nothing is given to it"),
    ("参数不足", "too little is given to it"),
    ("参数过多", "too much is given to it"),
    ("取整方式", "the way of rounding"),
    ("取整精度须大于零", "the step of rounding must be more than zero"),
    ("日期超出范围", "the date is out of range"),
    ("计数", "the count"),
    ("键", "the key"),
    ("此处没有对象", "there is no row here"),
    ("此处没有名次", "no place is known here"),
    ("已报错的表达式", "an expression that was reported"),
    ("金额", "the amount"),
];

/// What of our own stands around the names in a fault.
const FRAGMENTS: &[(&str, &str)] = &[
    (":申请合计超过额度", ": the claims exceed the quota"),
    (":没有一条成立", ": no line holds"),
    (",需公平竞争审查", ", needs fair-competition review"),
    ("(值为无)", " (the value is none)"),
    (" 核定 ", " determined "),
    (",超过公布的 ", ", above the published "),
    (",低于公布的 ", ", below the published "),
    (" 等 ", " and others, "),
    (" 项 未定", " in all, undetermined"),
    (" 未定", " undetermined"),
    (" 与 ", " and "),
];

/// `研发投入补助.封顶` with the word of the part in the language; anything else as it is.
fn part_path(path: &str, lang: Lang) -> String {
    let Some((name, part)) = path.rsplit_once('.').filter(|_| lang == Lang::En) else {
        return path.to_owned();
    };
    let word = part.trim_end_matches(|c: char| c.is_ascii_digit());
    match LineWord::lookup(word) {
        Some(known) => format!("{name}.{}{}", known.en(), &part[word.len()..]),
        None => path.to_owned(),
    }
}

/// What a part is called: `研发补助比例`, `企业.首规年`, `研发投入补助.封顶`.
pub fn part(program: &Program, name: PartName, lang: Lang) -> String {
    let of = |name: &str, word: LineWord| format!("{name}.{}", lang.pick(word.zh(), word.en()));
    match name {
        PartName::Parameter(id) => program.parameters[id.index()].name.to_string(),
        PartName::Definition(id) => {
            let definition = &program.definitions[id.index()];
            format!("{}.{}", program.subject(definition.subject).name, definition.name)
        }
        PartName::Condition(id) => of(&program.rule(id).name, LineWord::When),
        PartName::Amount(id) => of(&program.rule(id).name, LineWord::Amount),
        PartName::Cap(id, index) => {
            let cap = of(&program.rule(id).name, LineWord::Cap);
            match program.rule(id).caps.len() {
                0 | 1 => cap,
                _ => format!("{cap}{}", index + 1),
            }
        }
        PartName::AtMost(id) => of(&program.rule(id).name, LineWord::AtMost),
        PartName::GroupCap(id) => of(&program.groups[id.index()].name, LineWord::Cap),
        PartName::Quota(id) => of(&program.accounts[id.index()].name, LineWord::Quota),
    }
}

/// What a cap is shared over, in the words of the language: `每年 每 项目`.
pub fn scope(cap: &Cap, lang: Lang) -> String {
    let words = cap.per.as_ref().map_or("", |scope| scope.words.as_str());
    let one = |word| ReservedWord::lookup(word).map_or(word, |known| lang.pick(known.zh(), known.en()));
    words.split(' ').map(one).collect::<Vec<_>>().join(" ")
}

/// What a cell asks for: `国际`, `≥ 20人`, `> 5000万元 且 ≤ 2亿元`, `不限`.
pub fn cell_test(program: &Program, test: &CellTest, ty: &Type, lang: Lang) -> String {
    let one = |l: &Literal| literal(program, l, ty, lang);
    match test {
        CellTest::Any => lang.pick("不限", "any").to_owned(),
        CellTest::Equals(value) => one(value),
        CellTest::Range { low, high } => {
            let low = low
                .as_ref()
                .map(|(l, closed)| format!("{} {}", if *closed { "≥" } else { ">" }, one(l)));
            let high = high
                .as_ref()
                .map(|(h, closed)| format!("{} {}", if *closed { "≤" } else { "<" }, one(h)));
            let ends: Vec<String> = [low, high].into_iter().flatten().collect();
            ends.join(lang.pick(" 且 ", " and "))
        }
    }
}

/// What a row of a table answers: `200万元`, `200万元 至 400万元`, `未公布`, `无`.
pub fn cell_result(program: &Program, result: &CellResult, ty: &Type, lang: Lang) -> String {
    let one = |l: &Literal| literal(program, l, ty, lang);
    match result {
        CellResult::Value(value) => one(value),
        CellResult::Range(low, high) => format!("{} {} {}", one(low), lang.pick("至", "to"), one(high)),
        CellResult::Unpublished => lang.pick("未公布", "unpublished").to_owned(),
        CellResult::Absent => lang.pick("无", "none").to_owned(),
    }
}

/// The cells of a row that ask for something, as a clerk reads them: `行业组 = 工业,从业人员 ≥ 20人`.
pub fn row_cells(program: &Program, table: &LookupTable, row: &TableRow, lang: Lang) -> String {
    let cells: Vec<String> = row
        .tests
        .iter()
        .zip(&table.inputs)
        .filter(|(test, _)| **test != CellTest::Any)
        .map(|(test, (name, ty))| {
            let equals = if matches!(test, CellTest::Equals(_)) {
                "= "
            } else {
                ""
            };
            format!("{name} {equals}{}", cell_test(program, test, ty, lang))
        })
        .collect();
    if cells.is_empty() {
        return lang.pick("各栏不限", "whatever the cells").to_owned();
    }
    cells.join(lang.pick(",", ", "))
}

/// What one of the steps 7–10 did. The Chinese sentence was made with its figures; the English one names the
/// mechanism, its figures stand beside it as the amounts before and after.
pub fn settlement(program: &Program, settlement: &Settlement, lang: Lang) -> String {
    if lang == Lang::Zh {
        return settlement.words.clone();
    }
    if settlement.words == NO_KEY {
        return match settlement.by {
            SettledBy::SharedCap => "the scope of the shared cap is not known".to_owned(),
            SettledBy::Group(id) | SettledBy::Counting(id) => {
                format!("group {}: its key is not known", program.groups[id.index()].name)
            }
            SettledBy::Account(id) => {
                format!(
                    "account {}: its key is not known",
                    program.accounts[id.index()].name
                )
            }
        };
    }
    match settlement.by {
        SettledBy::SharedCap => "the cap that is shared over its scope".to_owned(),
        SettledBy::Group(id) => {
            let group = &program.groups[id.index()];
            let mode = match group.mode {
                GroupMode::Highest => "only the highest counts",
                GroupMode::TopUp => "what exceeds the highest so far",
                GroupMode::Exclusive => "one of them is for a person to choose",
                GroupMode::FirstCome => "only the earliest counts",
                GroupMode::Stack => "all of them together under the cap",
            };
            format!("group {}: {mode}", group.name)
        }
        SettledBy::Counting(id) => {
            let group = &program.groups[id.index()];
            format!("group {}: money from elsewhere is counted in", group.name)
        }
        SettledBy::Account(id) => {
            let account = &program.accounts[id.index()];
            format!("account {}: the claims exceed the quota", account.name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::FaultCode;

    #[test]
    fn a_part_keeps_its_name_and_its_number() {
        assert_eq!(part_path("优质奖.分期2", Lang::En), "优质奖.stages2");
        assert_eq!(part_path("科技专项.额度", Lang::En), "科技专项.quota");
        assert_eq!(part_path("企业.首规年", Lang::En), "企业.首规年");
        assert_eq!(part_path("科技专项.额度", Lang::Zh), "科技专项.额度");
    }

    #[test]
    fn every_phrase_of_a_fault_is_known_in_english() {
        // Whoever writes a new phrase after `FaultCode::Domain` finds it missing here.
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let Ok(text) = std::fs::read_to_string(entry.unwrap().path()) else {
                continue;
            };
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for rest in text.split("FaultCode::Domain, \"").skip(1) {
                let phrase = rest.split('"').next().unwrap();
                seen += 1;
                let fault = Fault::new(FaultCode::Domain, phrase);
                assert_ne!(fault_about(&fault, Lang::En), phrase, "{phrase}");
            }
        }
        assert!(seen > 5, "{seen}");
    }
}
