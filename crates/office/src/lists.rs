//! Lists: `decisions.csv` and `instalments.csv`, and their words.

mod paid;
mod verdicts;
mod written;

use std::collections::BTreeMap;
use std::io;

use jiufen_diagnostic::Lang;
use jiufen_interpret::{
    Decision, Facts, FenInterval, Interpreter, Outside, Reason, Reasons, StageCondition, StageDecision,
    StageStatus, Status, describe,
};
use jiufen_language::program::RuleId;
use jiufen_table::Sheet;
use serde_json::{Value, json};

use crate::pack::Pack;
use crate::registry::Registry;
use crate::run::{Line, Run};
use crate::told::Told;

pub use paid::{paid_words, reclaim_json, set_off_words};
pub use verdicts::{VERDICT_COLUMNS, verdicts, verdicts_json};
pub use written::{List, ListFormat, ListWriter, Written};

/// The comment line of lists whose rows are invented.
const SYNTHETIC: &str = "合成数据 synthetic";

/// The columns of `decisions.csv`, in order. Amounts are whole fen; empty means that there is no such figure.
pub const DECISION_COLUMNS: [&str; 21] = [
    "rule",
    "subject",
    "name",
    "year",
    "status",
    "amount_lo_fen",
    "amount_hi_fen",
    "reasons",
    "entitlement_fen",
    "payable_fen",
    "beneficiary",
    "group",
    "merged_into",
    "missing",
    "fault",
    "citation",
    "source_status",
    "due_fen",
    "right",
    "paid_fen",
    "remaining_fen",
];

/// The columns of `instalments.csv`, in order.
pub const INSTALMENT_COLUMNS: [&str; 12] = [
    "rule",
    "subject",
    "name",
    "year",
    "right",
    "stage",
    "due",
    "condition",
    "status",
    "amount_fen",
    "reasons",
    "citation",
];

/// One row a right, in the order of the rules and their rows.
pub fn decisions(pack: &Pack, registry: &Registry, run: &Run) -> Sheet {
    let interpreter = Interpreter::new(&pack.program, registry, run.options.year);
    let listing = Listing::new(pack, registry, run, &interpreter);
    let mut cells = Cells::default();
    let rows = run.lines().map(|line| {
        listing.decision(&line, &mut cells);
        cells.take()
    });
    sheet(registry, &DECISION_COLUMNS, rows)
}

/// What [`decisions`] gives for a block of rights.
fn rows_of_decisions(
    pack: &Pack,
    registry: &Registry,
    run: &Run,
    block: (usize, std::ops::Range<u32>),
    take: &mut dyn FnMut(&[&str]) -> io::Result<()>,
) -> io::Result<()> {
    let interpreter = Interpreter::new(&pack.program, registry, run.options.year);
    let listing = Listing::new(pack, registry, run, &interpreter);
    let mut cells = Cells::default();
    for line in run.block(block) {
        listing.decision(&line, &mut cells);
        take(&cells.iter().collect::<Vec<_>>())?;
        cells.clear();
    }
    Ok(())
}

/// One row an instalment, of the rights that may come to something, in their order.
pub fn instalments(pack: &Pack, registry: &Registry, run: &Run) -> Sheet {
    let interpreter = Interpreter::new(&pack.program, registry, run.options.year);
    let row =
        |(decision, number, stage)| instalment_row(pack, registry, &interpreter, decision, number, stage);
    sheet(registry, &INSTALMENT_COLUMNS, all_stages(run).map(row))
}

/// The same as JSON: one object an instalment, with the columns of `instalments.csv` as its fields.
pub fn instalments_json(pack: &Pack, registry: &Registry, run: &Run) -> Vec<Value> {
    let interpreter = Interpreter::new(&pack.program, registry, run.options.year);
    let one = |(decision, number, stage): (&Decision, usize, &StageDecision)| {
        let mut object = instalment_json(pack, registry, number, stage);
        object["rule"] = json!(pack.rule_label(decision.right.rule));
        object["subject"] = json!(registry.key(decision.right.row).as_str());
        object["name"] = json!(registry.name(decision.right.row).as_str());
        object["year"] = json!(decision.own_year);
        object["right"] = json!(interpreter.identity(decision));
        object["citation"] = json!(citation(pack, decision.right.rule));
        object
    };
    all_stages(run).map(one).collect()
}

/// Rights with instalments that may come to something are kept as whole decisions.
fn all_stages(run: &Run) -> impl Iterator<Item = (&Decision, usize, &StageDecision)> {
    let of_right = |d| stages_of(d).map(move |(number, stage)| (d, number, stage));
    run.whole_decisions().iter().flat_map(of_right)
}

/// One instalment as JSON, without the right that it belongs to.
pub fn instalment_json(pack: &Pack, registry: &Registry, number: usize, stage: &StageDecision) -> Value {
    json!({
        "stage": number,
        "due": stage.due.map(|due| due.to_string()),
        "condition": stage.condition.zh(),
        "status": stage.status.zh(),
        "amount_fen": stage.amount.exact().map(|fen| fen.to_string()),
        "reasons": stage.reasons.iter().map(|r| reason_words(pack, registry, r)).collect::<Vec<_>>(),
    })
}

/// An instalment as people read it: number, day, whether it is due, amount, and why any of that is open.
pub fn instalment_words(
    pack: &Pack,
    registry: &Registry,
    number: usize,
    stage: &StageDecision,
    lang: Lang,
) -> String {
    let mut status = lang.pick(stage.status.zh(), stage.status.en()).to_owned();
    if (stage.status, stage.condition) == (StageStatus::NotYet, StageCondition::Open) {
        status.push_str(lang.pick("、条件未定", ", condition open"));
    }
    let mut words = format!(
        "{} {}  {status}  {}",
        match lang {
            Lang::Zh => format!("第 {number} 期"),
            Lang::En => format!("instalment {number}"),
        },
        stage.due.map_or_else(String::new, |due| due.to_string()),
        amount_words(stage.amount, false, lang)
    );
    if !stage.reasons.is_empty() {
        words.push_str(&format!("({})", all_reasons(pack, registry, &stage.reasons)));
    }
    words
}

/// The instalments of a right, numbered; none where it is paid at once or cannot come to anything.
pub fn stages_of(decision: &Decision) -> impl Iterator<Item = (usize, &StageDecision)> {
    let open = matches!(decision.status, Status::Eligible | Status::Undetermined);
    let may_pay = open && decision.settled.exact() != Some(0);
    (1..).zip(decision.stages.iter().filter(move |_| may_pay))
}

fn sheet(registry: &Registry, columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Sheet {
    Sheet {
        note: registry.is_synthetic().then(|| SYNTHETIC.to_owned()),
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        rows: rows.collect(),
    }
}

fn fen(amount: Option<i128>) -> String {
    amount.map_or_else(String::new, |fen| fen.to_string())
}

fn year(decision: &Decision) -> String {
    decision.own_year.map_or_else(String::new, |y| y.to_string())
}

fn citation(pack: &Pack, rule: RuleId) -> &str {
    pack.program.citation(pack.program.rule(rule).cite)
}

fn reason_words(pack: &Pack, registry: &Registry, reason: &Reason) -> String {
    format!("{} {}", reason.kind(), reason.words(&pack.program, registry))
}

fn all_reasons<'r>(
    pack: &Pack,
    registry: &Registry,
    reasons: impl IntoIterator<Item = &'r Reason>,
) -> String {
    let words: Vec<String> = reasons
        .into_iter()
        .map(|r| reason_words(pack, registry, r))
        .collect();
    words.join(";")
}

fn instalment_row(
    pack: &Pack,
    registry: &Registry,
    interpreter: &Interpreter,
    decision: &Decision,
    number: usize,
    stage: &StageDecision,
) -> Vec<String> {
    vec![
        pack.rule_label(decision.right.rule),
        registry.key(decision.right.row).to_string(),
        registry.name(decision.right.row).to_string(),
        year(decision),
        interpreter.identity(decision),
        number.to_string(),
        stage.due.map_or_else(String::new, |due| due.to_string()),
        stage.condition.zh().to_owned(),
        stage.status.zh().to_owned(),
        fen(stage.amount.exact()),
        all_reasons(pack, registry, &stage.reasons),
        citation(pack, decision.right.rule).to_owned(),
    ]
}

/// The cells of one row, in one buffer.
#[derive(Default)]
struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    fn end(&mut self) {
        self.ends.push(self.text.len());
    }

    fn words(&mut self, words: &str) {
        self.text.push_str(words);
        self.end();
    }

    /// A number, nothing where there is none.
    fn number(&mut self, number: Option<i128>) {
        if let Some(number) = number {
            match i64::try_from(number) {
                Ok(short) => self.text.push_str(&short.to_string()),
                Err(_) => self.text.push_str(&number.to_string()),
            }
        }
        self.end();
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| self.text.get(start..*end).unwrap_or(""))
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn take(&mut self) -> Vec<String> {
        let row = self.iter().map(str::to_owned).collect();
        self.clear();
        row
    }
}

/// Writes rights as rows of words.
struct Listing<'a> {
    pack: &'a Pack,
    registry: &'a Registry<'a>,
    run: &'a Run,
    interpreter: &'a Interpreter<'a>,
    told: Told<'a>,
    /// How each rule is named in lists.
    labels: Vec<String>,
}

impl<'a> Listing<'a> {
    fn new(
        pack: &'a Pack,
        registry: &'a Registry<'a>,
        run: &'a Run,
        interpreter: &'a Interpreter<'a>,
    ) -> Self {
        Self {
            pack,
            registry,
            run,
            interpreter,
            told: Told::new(&pack.program, registry, interpreter),
            labels: pack.program.rules().map(|(id, _)| pack.rule_label(id)).collect(),
        }
    }

    fn identity(&self, line: &Line<'_>) -> String {
        match line.full() {
            Some(decision) => self.interpreter.identity(decision),
            None => self.interpreter.identity_on(line.right(), line.law_day()),
        }
    }

    /// The cells of `decisions.csv`.
    fn decision(&self, line: &Line<'_>, cells: &mut Cells) {
        let (program, registry) = (&self.pack.program, self.registry);
        let right = line.right();
        let rule = program.rule(right.rule);
        let label = |rule: RuleId| self.labels.get(rule.index()).map_or("", String::as_str);
        let settled = line.settled();
        let open = line.open(&self.told);
        cells.words(label(right.rule));
        cells.words(&registry.key(right.row));
        cells.words(&registry.name(right.row));
        cells.number(line.own_year().map(i128::from));
        cells.words(line.status().zh());
        cells.number(settled.low);
        cells.number(settled.high);
        match (line.full(), &open) {
            (Some(decision), _) => self.reasons(&decision.reasons, cells),
            (None, Some(open)) => self.reasons(&open.reasons, cells),
            (None, None) => cells.end(),
        }
        cells.number(line.entitlement().exact());
        cells.number(line.payable_fen());
        match line.beneficiary() {
            Some(row) => cells.words(&registry.key(row)),
            None => cells.end(),
        }
        cells.words(rule.group.map_or("", |g| program.groups[g.index()].name.as_str()));
        match line.merged_into() {
            Some(into) => cells.words(&format!("{}({})", label(into.rule), registry.key(into.row))),
            None => cells.end(),
        }
        let missing = match (line.full(), &open) {
            (Some(decision), _) => decision.missing.as_slice(),
            (None, Some(open)) => open.missing.as_slice(),
            (None, None) => &[],
        };
        for (at, reason) in missing.iter().enumerate() {
            cells.text.push_str(if at == 0 { "" } else { ";" });
            cells.text.push_str(&reason.words(program, registry));
        }
        cells.end();
        cells.words(line.fault().map_or("", |fault| fault.code.code()));
        cells.words(citation(self.pack, right.rule));
        cells.words(program.document(rule.document).source_status.zh());
        cells.number(line.due_fen());
        cells.words(&self.identity(line));
        let set_off = self.run.set_off(right);
        cells.number(set_off.map(|s| s.paid_fen));
        cells.number(set_off.and_then(|s| s.remaining_fen));
    }

    fn reasons(&self, reasons: &Reasons, cells: &mut Cells) {
        for (at, reason) in reasons.iter().enumerate() {
            cells.text.push_str(if at == 0 { "" } else { ";" });
            cells.text.push_str(reason.kind());
            cells.text.push(' ');
            cells
                .text
                .push_str(&reason.words(&self.pack.program, self.registry));
        }
        cells.end();
    }
}

/// Which years rights of events are left to, in words; empty when there are none.
pub fn other_years_words(years: &BTreeMap<i16, usize>, lang: Lang) -> String {
    let total: usize = years.values().sum();
    if total == 0 {
        return String::new();
    }
    let each = |(year, count): (&i16, &usize)| match lang {
        Lang::Zh => format!("{year} 年 {count}"),
        Lang::En => format!("{count} of {year}"),
    };
    let each: Vec<String> = years.iter().map(each).collect();
    match lang {
        Lang::Zh => format!(
            "另有 {total} 份按事件日期属于其他年度({}),由那些年度的运行列出;组合、封顶、账户已把它们算在内",
            each.join("、")
        ),
        Lang::En => format!(
            "{total} more rights of events belong to other years ({}), whose runs list them; groups, caps and accounts took them into account",
            each.join(", ")
        ),
    }
}

/// An amount as people read it: exact, between two ends, or at most.
pub fn amount_words(amount: FenInterval, at_most: bool, lang: Lang) -> String {
    in_form(amount, at_most, lang, |fen| yuan_words(fen) + "元")
}

fn in_form(amount: FenInterval, at_most: bool, lang: Lang, yuan: impl Fn(i128) -> String) -> String {
    match (amount.low, amount.high) {
        (Some(low), Some(high)) if low == high => yuan(low),
        (_, Some(high)) if at_most => format!("{} {}", lang.pick("至多", "at most"), yuan(high)),
        (Some(low), Some(high)) => format!("{} {} {}", yuan(low), lang.pick("至", "to"), yuan(high)),
        (Some(low), None) => format!("{} {}", lang.pick("不少于", "at least"), yuan(low)),
        (None, Some(high)) => format!("{} {}", lang.pick("不超过", "no more than"), yuan(high)),
        (None, None) => lang.pick("未知", "unknown").to_owned(),
    }
}

/// Amounts that stand beside each other, all in 万元 and the like or all in 元, so that they can be compared at a glance.
pub fn amounts_in_one_form(amounts: &[FenInterval], lang: Lang) -> Vec<String> {
    let ends = amounts.iter().flat_map(|amount| [amount.low, amount.high]);
    let words = ends.flatten().filter(|fen| *fen != 0).map(yuan_words);
    let (large, plain): (Vec<String>, Vec<String>) = words.partition(|words| words.ends_with(['万', '亿']));
    let yuan = match large.is_empty() || plain.is_empty() {
        true => |fen: i128| yuan_words(fen) + "元",
        false => |fen: i128| jiufen_quantity::show::fen(fen) + "元",
    };
    let one = |amount: &FenInterval| in_form(*amount, false, lang, yuan);
    amounts.iter().map(one).collect()
}

/// An amount without its 元: `31.6664万`, `368,875.38`.
fn yuan_words(fen: i128) -> String {
    let words = jiufen_quantity::show::money(&jiufen_quantity::exact::ratio(fen, 100));
    words.trim_end_matches('元').to_owned()
}

/// Why a right came out as it did, in a few words: fault, territory, reasons.
pub fn why(pack: &Pack, registry: &Registry, decision: &Decision, lang: Lang) -> String {
    let program = &pack.program;
    if let Some(fault) = &decision.fault {
        let (kind, about) = (
            describe::fault_kind(fault, lang),
            describe::fault_about(fault, lang),
        );
        return match about.is_empty() {
            true => kind.to_owned(),
            false => format!("{kind}{}{about}", lang.pick(":", ": ")),
        };
    }
    match &decision.outside {
        Some(Outside::Territory { row, document }) => match lang {
            Lang::Zh => return format!("在{row},本文件适用于{document}"),
            Lang::En => return format!("lies in {row}; the document holds in {document}"),
        },
        Some(Outside::NotYet { day, today }) => match lang {
            Lang::Zh => return format!("{day} 晚于今日 {today},还没有发生"),
            Lang::En => return format!("{day} is after the as-of date {today}"),
        },
        Some(Outside::Period { day, period }) => {
            let period = describe::period(*period, lang);
            return match lang {
                Lang::Zh => format!("{day} 不在施行期({period})"),
                Lang::En => format!("{day} is outside the period in force ({period})"),
            };
        }
        None => {}
    }
    if let Some(into) = decision.merged_into {
        let winner = pack.rule_label(into.rule);
        return format!(
            "{} {winner}({})",
            lang.pick("并入", "merged into"),
            registry.key(into.row)
        );
    }
    let reasons: Vec<String> = decision
        .reasons
        .iter()
        .map(|r| describe::reason(program, registry, r, lang))
        .collect();
    if reasons.is_empty() && decision.status == Status::Ineligible {
        return lang.pick("条件不成立", "the condition does not hold").to_owned();
    }
    reasons.join(lang.pick(";", "; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_beside_each_other_are_in_one_form() {
        let between = |low, high| FenInterval {
            low: Some(low),
            high: Some(high),
        };
        let words = |one, other| amounts_in_one_form(&[one, other], Lang::Zh).join(" → ");
        let range = between(31_666_400, 36_887_538);
        assert_eq!(
            words(range, between(36_887_538, 36_887_538)),
            "316,664.00元 至 368,875.38元 → 368,875.38元"
        );
        assert_eq!(
            words(between(0, 20_000_000), between(0, 1_000_000_000_000)),
            "0元 至 20万元 → 0元 至 100亿元"
        );
    }
}
