//! Words for values and steps, in Chinese and English. Names stay Chinese: they are terms of the law.

mod expression;

use jiufen_diagnostic::Lang;
use jiufen_language::program::{CiteId, ExprId, Literal, Program, Type};
use jiufen_language::words;
use jiufen_quantity::{Exact, Period};

use crate::decision::{PartName, Right, Step, What};
use crate::facts::{Facts, RowId};
use crate::value::{Fault, Interval, Reasons, Value, fact_words};

pub use expression::expression;

/// A value in words: `15万元`, `0元 至 50万元(待到账 二.到账日)`, `是`, `拒绝:除数为零 营业收入`.
pub fn value(program: &Program, facts: &dyn Facts, value: &Value, ty: &Type, lang: Lang) -> String {
    match value {
        Value::Number(interval, reasons) => {
            let mut text = interval_words(interval, ty, lang);
            if !reasons.is_empty() {
                text.push_str(&format!("({})", reasons_words(program, facts, reasons, lang)));
            }
            text
        }
        Value::Truth(true) => lang.pick("是", "yes").into(),
        Value::Truth(false) => lang.pick("否", "no").into(),
        Value::Undecided(reasons) | Value::Unsettled(reasons) => {
            let why = reasons_words(program, facts, reasons, lang);
            format!("{}({why})", lang.pick("无法判定", "undetermined"))
        }
        Value::Literal(literal) => words::literal(program, literal, ty),
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
            let all: Vec<String> = several
                .iter()
                .map(|l| words::literal(program, l, inner))
                .collect();
            format!(
                "{}({})",
                all.join(lang.pick(" 或 ", " or ")),
                lang.pick("待选", "to choose")
            )
        }
        Value::Absent => lang.pick("无", "none").into(),
        Value::Refused(fault) => format!("{}:{}", lang.pick("拒绝", "refused"), fault_words(fault, lang)),
    }
}

/// A fault in words: `除数为零 营业收入`.
pub fn fault_words(fault: &Fault, lang: Lang) -> String {
    format!("{} {}", lang.pick(fault.code.zh(), fault.code.en()), fault.words)
        .trim_end()
        .to_owned()
}

/// Reasons in words: `缺 甲 2024年.研发费用、待选 同类区级资金`.
pub fn reasons_words(program: &Program, facts: &dyn Facts, reasons: &Reasons, lang: Lang) -> String {
    let one = |reason: &crate::value::Reason| {
        format!(
            "{} {}",
            kind_words(reason.kind(), lang),
            reason.words(program, facts)
        )
    };
    join(reasons.iter().map(one), lang)
}

fn kind_words(kind: &'static str, lang: Lang) -> &'static str {
    let en = match kind {
        "缺" => "missing",
        "未公布" => "unpublished",
        "待到账" => "pending",
        _ => "to choose",
    };
    lang.pick(kind, en)
}

fn join(parts: impl Iterator<Item = String>, lang: Lang) -> String {
    parts.collect::<Vec<_>>().join(lang.pick("、", ", "))
}

fn rows_words(program: &Program, facts: &dyn Facts, rows: &[RowId], reasons: &Reasons, lang: Lang) -> String {
    let mut text = match lang {
        Lang::Zh => format!("{} 条", rows.len()),
        Lang::En => format!("{} rows", rows.len()),
    };
    if !reasons.is_empty() {
        text.push_str(&format!("({})", reasons_words(program, facts, reasons, lang)));
    }
    text
}

/// A number between two ends: `15万元`, `0元 至 50万元`, `300人 以上`.
fn interval_words(interval: &Interval, ty: &Type, lang: Lang) -> String {
    let one = |n: &Exact| words::literal(&Program::default(), &Literal::Number(n.clone()), ty);
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
    /// Where a fact stands: `企业.年度.csv 第 12 行`; empty for other steps.
    pub place: String,
}

/// What a step did and what it gave, apart.
pub fn step_words(program: &Program, facts: &dyn Facts, step: &Step, lang: Lang) -> StepWords {
    let value = value(program, facts, &step.value, &type_of(program, step), lang);
    let (text, place) = match &step.what {
        What::Fact { row, field, year } => (
            fact_words(program, facts, *row, *field, *year),
            facts.place(*row, Some(*field), *year),
        ),
        What::LawDay(_) => (lang.pick("按这一天的规定", "law of").to_owned(), String::new()),
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
            let words = version_words(program, *of, period, *exception, lang);
            words + &replaced_words(program, *replaced, lang)
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
            let name = &program.tables[table.index()].name;
            let words = match lang {
                Lang::Zh => format!("{name} 第 {row} 行({period})"),
                Lang::En => format!("{name}, row {row} ({period})"),
            };
            words + &replaced_words(program, *replaced, lang)
        }
        What::Line(index) => match lang {
            Lang::Zh => format!("第 {} 条", index + 1),
            Lang::En => format!("line {}", index + 1),
        },
        What::Fact { row, field, year } => fact_words(program, facts, *row, *field, *year),
        What::LawDay(day) => day.to_string(),
        What::Listed(row) => facts.name(*row).to_string(),
    }
}

/// What a 修订 replaced: the clause behind a step is the amending one.
fn replaced_words(program: &Program, replaced: Option<CiteId>, lang: Lang) -> String {
    let Some(cite) = replaced else {
        return String::new();
    };
    let words = program.citation(cite);
    match lang {
        Lang::Zh => format!("(修订,原为 {words})"),
        Lang::En => format!(" (amended, before: {words})"),
    }
}

fn version_words(
    program: &Program,
    of: PartName,
    period: &Period,
    exception: Option<jiufen_language::program::ExceptionId>,
    lang: Lang,
) -> String {
    let name = part_words(program, of);
    match exception {
        Some(id) => format!(
            "{name}({} {})",
            lang.pick("例外", "exception"),
            program.exceptions[id.index()].name
        ),
        None if *period == Period::default() => name,
        None => format!("{name}({period})"),
    }
}

/// What a part is called: `研发补助比例`, `企业.首规年`, `研发投入补助.封顶`.
pub fn part_words(program: &Program, name: PartName) -> String {
    match name {
        PartName::Parameter(id) => program.parameters[id.index()].name.to_string(),
        PartName::Definition(id) => {
            let definition = &program.definitions[id.index()];
            format!("{}.{}", program.subject(definition.subject).name, definition.name)
        }
        PartName::Condition(id) => format!("{}.当", program.rule(id).name),
        PartName::Amount(id) => format!("{}.金额", program.rule(id).name),
        PartName::Cap(id, index) => {
            let rule = program.rule(id);
            let scope = rule.caps.get(index).and_then(|cap| cap.per.as_ref());
            match scope.filter(|_| rule.caps.len() > 1) {
                Some(scope) => format!("{}.封顶({})", rule.name, scope.words),
                None => format!("{}.封顶", rule.name),
            }
        }
        PartName::AtMost(id) => format!("{}.至多", program.rule(id).name),
        PartName::GroupCap(id) => format!("{}.封顶", program.groups[id.index()].name),
        PartName::Quota(id) => format!("{}.额度", program.accounts[id.index()].name),
    }
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
        What::Expr(id) | What::Spatial { expr: id, .. } => program.expr(*id).ty.clone(),
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
        What::Territory | What::Condition | What::Exception(_) | What::Listed(_) | What::Line(_) => {
            Type::Boolean
        }
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
