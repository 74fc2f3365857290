//! Lists: `decisions.csv` and `instalments.csv`, and their words.

use std::collections::BTreeMap;

use jiufen_diagnostic::Lang;
use jiufen_interpret::{
    Decision, Facts, FenInterval, Interpreter, Outside, Reason, StageCondition, StageDecision, StageStatus,
    Status, describe,
};
use jiufen_table::Sheet;
use serde_json::{Value, json};

use crate::pack::Pack;
use crate::payments::SetOff;
use crate::registry::Registry;
use crate::run::Run;

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
    let row = |d: &Decision| {
        let mut row = decision_row(pack, registry, &interpreter, d);
        let set_off = run.set_off(d.right);
        row.push(fen(set_off.map(|s| s.paid_fen)));
        row.push(fen(set_off.and_then(|s| s.remaining_fen)));
        row
    };
    sheet(registry, &DECISION_COLUMNS, run.decisions.iter().map(row))
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
        object["citation"] = json!(citation(pack, decision));
        object
    };
    all_stages(run).map(one).collect()
}

/// The rights that received too much as JSON, and how much.
pub fn reclaim_json(pack: &Pack, registry: &Registry, run: &Run) -> Vec<Value> {
    let interpreter = Interpreter::new(&pack.program, registry, run.options.year);
    let one = |(decision, fen): (&Decision, i128)| {
        json!({
            "rule": pack.rule_label(decision.right.rule),
            "subject": registry.key(decision.right.row).as_str(),
            "name": registry.name(decision.right.row).as_str(),
            "right": interpreter.identity(decision),
            "fen": fen.to_string(),
        })
    };
    run.overpaid().map(one).collect()
}

fn all_stages(run: &Run) -> impl Iterator<Item = (&Decision, usize, &StageDecision)> {
    let of_right = |d| stages_of(d).map(move |(number, stage)| (d, number, stage));
    run.decisions.iter().flat_map(of_right)
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
        note: registry.is_synthetic().then(|| "合成数据 synthetic".to_owned()),
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

fn citation<'p>(pack: &'p Pack, decision: &Decision) -> &'p str {
    pack.program.citation(pack.program.rule(decision.right.rule).cite)
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
        citation(pack, decision).to_owned(),
    ]
}

/// All columns but what was paid, which the run knows.
fn decision_row(
    pack: &Pack,
    registry: &Registry,
    interpreter: &Interpreter,
    decision: &Decision,
) -> Vec<String> {
    let program = &pack.program;
    let rule = program.rule(decision.right.rule);
    let missing: Vec<String> = decision
        .missing
        .iter()
        .map(|r| r.words(program, registry))
        .collect();
    let merged = decision.merged_into.map_or_else(String::new, |right| {
        format!("{}({})", pack.rule_label(right.rule), registry.key(right.row))
    });
    vec![
        pack.rule_label(decision.right.rule),
        registry.key(decision.right.row).to_string(),
        registry.name(decision.right.row).to_string(),
        year(decision),
        decision.status.zh().to_owned(),
        fen(decision.settled.low),
        fen(decision.settled.high),
        all_reasons(pack, registry, &decision.reasons),
        fen(decision.entitlement.exact()),
        fen(decision.payable_fen()),
        decision
            .beneficiary
            .map_or_else(String::new, |row| registry.key(row).to_string()),
        rule.group
            .map_or_else(String::new, |g| program.groups[g.index()].name.to_string()),
        merged,
        missing.join(";"),
        decision
            .fault
            .as_ref()
            .map_or_else(String::new, |f| f.code.code().to_owned()),
        citation(pack, decision).to_owned(),
        program.document(rule.document).source_status.zh().to_owned(),
        fen(decision.due_fen()),
        interpreter.identity(decision),
    ]
}

/// What was paid on a right and what that leaves, in words.
pub fn set_off_words(set_off: SetOff, lang: Lang) -> String {
    let yuan = |fen: i128| jiufen_quantity::show::money(&jiufen_quantity::exact::ratio(fen, 100));
    let paid = format!(
        "{} {}",
        lang.pick("已兑付", "paid before:"),
        yuan(set_off.paid_fen)
    );
    let left = match set_off.remaining_fen {
        None => return paid,
        Some(left) if left < 0 => {
            let words = lang.pick("多付,建议追回", "too much, to be reclaimed:");
            format!("{words} {}", yuan(-left))
        }
        Some(left) => format!("{} {}", lang.pick("还应付", "still to pay:"), yuan(left)),
    };
    format!("{paid}{}{left}", lang.pick(",", ", "))
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
    let yuan = |fen: i128| jiufen_quantity::show::money(&jiufen_quantity::exact::ratio(fen, 100));
    match (amount.low, amount.high) {
        (Some(low), Some(high)) if low == high => yuan(low),
        (_, Some(high)) if at_most => format!("{} {}", lang.pick("至多", "at most"), yuan(high)),
        (Some(low), Some(high)) => format!("{} {} {}", yuan(low), lang.pick("至", "to"), yuan(high)),
        (Some(low), None) => format!("{} {}", lang.pick("不少于", "at least"), yuan(low)),
        (None, Some(high)) => format!("{} {}", lang.pick("不超过", "no more than"), yuan(high)),
        (None, None) => lang.pick("未知", "unknown").to_owned(),
    }
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
