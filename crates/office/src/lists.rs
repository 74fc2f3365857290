//! Lists: `decisions.csv` and `rejected.csv`, and the same as JSON.

use jiufen_diagnostic::Lang;
use jiufen_interpret::{Decision, Facts, FenInterval, Outside, Status, describe};
use jiufen_table::Sheet;

use crate::pack::Pack;
use crate::registry::Registry;
use crate::run::Run;

/// The columns of `decisions.csv`, in order. Amounts are whole fen; empty means that there is no such figure.
pub const DECISION_COLUMNS: [&str; 17] = [
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
];

/// One row a right, in the order of the rules and their rows.
pub fn decisions(pack: &Pack, registry: &Registry, run: &Run) -> Sheet {
    Sheet {
        note: registry.is_synthetic().then(|| "合成数据 synthetic".to_owned()),
        columns: DECISION_COLUMNS.iter().map(|c| (*c).to_owned()).collect(),
        rows: run
            .decisions
            .iter()
            .map(|d| decision_row(pack, registry, d))
            .collect(),
    }
}

fn decision_row(pack: &Pack, registry: &Registry, decision: &Decision) -> Vec<String> {
    let program = &pack.program;
    let rule = program.rule(decision.right.rule);
    let fen = |value: Option<i128>| value.map_or_else(String::new, |f| f.to_string());
    let reasons: Vec<String> = decision
        .reasons
        .iter()
        .map(|r| format!("{} {}", r.kind(), r.words(program, registry)))
        .collect();
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
        decision.right.year.map_or_else(String::new, |y| y.to_string()),
        decision.status.zh().to_owned(),
        fen(decision.settled.low),
        fen(decision.settled.high),
        reasons.join(";"),
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
        program.citation(rule.cite).to_owned(),
        program.document(rule.document).source_status.zh().to_owned(),
    ]
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
