//! Words for values and steps, in Chinese and English. Names stay Chinese: they are terms of the law.

mod expression;
mod words;

use jiufen_diagnostic::Lang;
use jiufen_language::program::{CiteId, ExprId, Literal, Program, TableId, Type};
use jiufen_quantity::{Exact, Period};

use crate::decision::{PartName, Right, Step, What};
use crate::facts::{Facts, RowId};
use crate::value::{Interval, Reasons, Value};

pub use expression::expression;
pub use words::{
    cell_result, cell_test, fact, fault, fault_about, fault_kind, literal, outcome, part, period, place,
    reason, reason_about, reason_kind, row_cells, scope, settlement,
};

/// A value in words: `15万元`, `0元 至 50万元(待到账 二.到账日)`, `是`, `拒绝:除数为零 营业收入`.
pub fn value(program: &Program, facts: &dyn Facts, value: &Value, ty: &Type, lang: Lang) -> String {
    match value {
        Value::Number(interval, reasons) => {
            let text = interval_words(interval, ty, lang);
            match reasons.is_empty() {
                true => text,
                false => bracketed(&text, &reasons_words(program, facts, reasons, lang), lang),
            }
        }
        Value::Truth(true) => lang.pick("是", "yes").into(),
        Value::Truth(false) => lang.pick("否", "no").into(),
        Value::Undecided(reasons) | Value::Unsettled(reasons) => {
            let why = reasons_words(program, facts, reasons, lang);
            bracketed(lang.pick("无法判定", "undetermined"), &why, lang)
        }
        Value::Literal(one) => literal(program, one, ty, lang),
        Value::Row(row) => facts.name(*row).to_string(),
        Value::Rows(rows, reasons) => rows_words(program, facts, rows, reasons, lang),
        Value::Series(years) => {
            let inner = if let Type::Series(inner) = ty { inner } else { ty };
            let one = |(year, v): &(i16, Value)| {
                let v = self::value(program, facts, v, inner, lang);
                format!("{year}{} {v}", lang.pick("年", ""))
            };
            join(years.iter().map(one), lang)
        }
        Value::Candidates(several, _) => {
            let inner = if let Type::Candidates(inner) = ty {
                inner
            } else {
                ty
            };
            let all: Vec<String> = several.iter().map(|l| literal(program, l, inner, lang)).collect();
            let all = all.join(lang.pick(" 或 ", " or "));
            bracketed(&all, lang.pick("待选", "to choose"), lang)
        }
        Value::Absent => lang.pick("无", "none").into(),
        Value::Refused(why) => format!("{}{}", lang.pick("拒绝:", "refused: "), fault(why, lang)),
    }
}

/// Reasons in words: `缺 甲 2024年.研发费用、待选 同类区级资金`.
pub fn reasons_words(program: &Program, facts: &dyn Facts, reasons: &Reasons, lang: Lang) -> String {
    join(reasons.iter().map(|r| reason(program, facts, r, lang)), lang)
}

fn join(parts: impl Iterator<Item = String>, lang: Lang) -> String {
    parts.collect::<Vec<_>>().join(lang.pick("、", ", "))
}

fn rows_words(program: &Program, facts: &dyn Facts, rows: &[RowId], reasons: &Reasons, lang: Lang) -> String {
    let text = match lang {
        Lang::Zh => format!("{} 条", rows.len()),
        Lang::En => format!("{} rows", rows.len()),
    };
    match reasons.is_empty() {
        true => text,
        false => bracketed(&text, &reasons_words(program, facts, reasons, lang), lang),
    }
}

/// A number between two ends: `15万元`, `0元 至 50万元`, `300人 以上`.
fn interval_words(interval: &Interval, ty: &Type, lang: Lang) -> String {
    let one = |n: &Exact| literal(&Program::default(), &Literal::Number(n.clone()), ty, lang);
    match (&interval.low, &interval.high) {
        (Some(low), Some(high)) if low == high => one(low),
        (Some(low), Some(high)) => format!("{} {} {}", one(low), lang.pick("至", "to"), one(high)),
        (Some(low), None) => match lang {
            Lang::Zh => format!("{} 以上", one(low)),
            Lang::En => format!("at least {}", one(low)),
        },
        (None, Some(high)) => match lang {
            Lang::Zh => format!("{} 以下", one(high)),
            Lang::En => format!("at most {}", one(high)),
        },
        (None, None) => lang.pick("任意数", "any number").into(),
    }
}

/// A step in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepWords {
    /// What was done: `研发费用 × 研发补助比例`.
    pub text: String,
    /// What it gave, with unit.
    pub value: String,
    /// Where a fact stands: `data/企业.年度.csv 第 12 行`; empty for other steps.
    pub place: String,
}

/// What a step did and what it gave, apart.
pub fn step_words(program: &Program, facts: &dyn Facts, step: &Step, lang: Lang) -> StepWords {
    let value = match (&step.what, step.value.reasons().map(|r| r.first())) {
        // What is missing stands in the text already.
        (What::Fact { .. }, Some(Some(reason))) => reason_kind(reason, lang).to_owned(),
        _ => value(program, facts, &step.value, &type_of(program, step), lang),
    };
    let (text, place) = match &step.what {
        What::Fact { row, field, year } => (
            fact(program, facts, *row, *field, *year, lang),
            facts
                .place(*row, Some(*field), *year)
                .map_or_else(String::new, |at| place(&at, lang)),
        ),
        What::LawDay(_) => (
            lang.pick("按这一天的规定", "by the law of this day").to_owned(),
            String::new(),
        ),
        What::Listed(row) => (facts.name(*row).to_string(), String::new()),
        _ => (step_name(program, facts, step, lang), String::new()),
    };
    StepWords { text, value, place }
}

/// One line of text for a step: `研发费用 × 研发补助比例 = 15万元`.
pub fn step(program: &Program, facts: &dyn Facts, step: &Step, lang: Lang) -> String {
    let words = step_words(program, facts, step, lang);
    let place = if words.place.is_empty() {
        String::new()
    } else {
        format!(" [{}]", words.place)
    };
    format!("{} = {}{place}", words.text, words.value)
}

fn step_name(program: &Program, facts: &dyn Facts, step: &Step, lang: Lang) -> String {
    let word = |zh: &str, en: &str| lang.pick(zh, en).to_owned();
    match &step.what {
        What::Right(right) => right_words(program, facts, *right, lang),
        What::Verdict(id) => program.verdicts[id.index()].name.to_string(),
        What::Territory => word("在适用地区内", "within the territory"),
        What::Condition => word("条件", "condition"),
        What::Amount => word("金额", "amount"),
        What::ByDay { days, of } => match lang {
            Lang::Zh => format!("按日 {days}/{of}"),
            Lang::En => format!("for {days} of {of} days"),
        },
        What::Cap => word("封顶后", "after the cap"),
        What::RoundToFen => word("四舍五入到分", "rounded to the fen"),
        What::Determined => word("核定", "determined"),
        What::Assumed => word("例里假定的应得额", "entitlement assumed by the case"),
        What::Expr(id) | What::Spatial { expr: id, .. } => expression(program, *id, lang),
        What::Version {
            of,
            period,
            replaced,
            exception,
        } => {
            let held = held_words(program, *period, *replaced, lang);
            version_words(program, *of, held, *exception, lang)
        }
        What::Exception(id) => {
            let name = &program.exceptions[id.index()].name;
            format!("{} {name}", lang.pick("例外", "exception"))
        }
        What::TableRow {
            table,
            row,
            period,
            replaced,
        } => {
            let held = held_words(program, *period, *replaced, lang);
            table_row(program, *table, *row, (*period, held), lang)
        }
        What::Line(index) => match lang {
            Lang::Zh => format!("第 {} 条", index + 1),
            Lang::En => format!("line {}", index + 1),
        },
        What::Veto(index) => match lang {
            Lang::Zh => format!("否决第 {} 条", index + 1),
            Lang::En => format!("veto {}", index + 1),
        },
        What::Score(_) => word("总分", "score"),
        What::Place { level: 0 } => word("位次", "place"),
        What::Place { level } => match lang {
            Lang::Zh => format!("位次(另有 {level} 个并列)"),
            Lang::En => format!("place ({level} others level with it)"),
        },
        What::Peers => word("总数", "number of peers"),
        What::Fact { row, field, year } => fact(program, facts, *row, *field, *year, lang),
        What::LawDay(day) => day.to_string(),
        What::Listed(row) => facts.name(*row).to_string(),
    }
}

/// When a version holds, and what it replaced: the clause behind a step is then the amending one. None for what always
/// holds.
fn held_words(program: &Program, held: Period, replaced: Option<CiteId>, lang: Lang) -> Option<String> {
    let always = held == Period::default();
    let Some(cite) = replaced else {
        return (!always).then(|| period(held, lang));
    };
    let before = program.citation(cite);
    let held = period(held, lang);
    Some(match lang {
        Lang::Zh => format!("{held},修订,原为 {before}"),
        Lang::En => format!("{held}, amended, before: {before}"),
    })
}

fn version_words(
    program: &Program,
    of: PartName,
    held: Option<String>,
    exception: Option<jiufen_language::program::ExceptionId>,
    lang: Lang,
) -> String {
    let name = part(program, of, lang);
    match exception {
        Some(id) => {
            let words = lang.pick("例外", "exception");
            bracketed(
                &name,
                &format!("{words} {}", program.exceptions[id.index()].name),
                lang,
            )
        }
        None => held.map_or_else(|| name.clone(), |held| bracketed(&name, &held, lang)),
    }
}

/// The row of a table that fitted, with the cells that asked for something:
/// `企业规模标准 第 3 行:从业人员 ≥ 20人,营业收入 ≥ 300万元`.
fn table_row(
    program: &Program,
    id: TableId,
    row: usize,
    (edition, held): (Period, Option<String>),
    lang: Lang,
) -> String {
    let table = &program.tables[id.index()];
    let name = match lang {
        Lang::Zh => format!("{} 第 {row} 行", table.name),
        Lang::En => format!("{} row {row}", table.name),
    };
    // Where there is one edition only, its period tells nothing about the choice.
    let name = match held.filter(|_| table.versions.len() > 1) {
        Some(held) => bracketed(&name, &held, lang),
        None => name,
    };
    let version = table.versions.iter().find(|v| v.period == edition);
    match version.and_then(|v| v.rows.get(row.checked_sub(1)?)) {
        Some(found) => {
            let cells = row_cells(program, table, found, lang);
            format!("{name}{}{cells}", lang.pick(":", ": "))
        }
        None => name,
    }
}

fn bracketed(name: &str, inside: &str, lang: Lang) -> String {
    format!("{name}{}({inside})", lang.pick("", " "))
}

/// A right in words: `研发投入补助(甲) 2025年`.
pub fn right_words(program: &Program, facts: &dyn Facts, right: Right, lang: Lang) -> String {
    let (rule, row) = (&program.rule(right.rule).name, facts.name(right.row));
    match right.year {
        Some(year) => format!("{rule}({row}) {year}{}", lang.pick("年", "")),
        None => format!("{rule}({row})"),
    }
}

/// The type of what a step gave.
pub fn type_of(program: &Program, step: &Step) -> Type {
    match &step.what {
        What::Expr(id) | What::Score(id) | What::Spatial { expr: id, .. } => program.expr(*id).ty.clone(),
        What::Fact { field, .. } => program.field(*field).ty.clone(),
        What::Version {
            of: PartName::Parameter(id),
            ..
        } => program.parameters[id.index()].ty.clone(),
        What::Version {
            of: PartName::Definition(id),
            ..
        } => program.definitions[id.index()].ty.clone(),
        What::Version {
            of: PartName::Quota(id),
            ..
        } => program.accounts[id.index()].ty.clone(),
        What::TableRow { table, .. } => program.tables[table.index()].output.1.clone(),
        What::LawDay(_) => Type::Date,
        What::Verdict(_) => Type::Text,
        What::Territory
        | What::Condition
        | What::Exception(_)
        | What::Listed(_)
        | What::Line(_)
        | What::Veto(_) => Type::Boolean,
        What::Place { .. } | What::Peers => Type::Number,
        What::Version {
            of: PartName::Condition(_),
            ..
        } => Type::Boolean,
        _ => Type::money(),
    }
}

/// The words of an expression in Chinese, for faults.
pub(crate) fn zh(program: &Program, id: ExprId) -> String {
    expression(program, id, Lang::Zh)
}
