//! Words that several pages use: amounts, values, reasons, links to clauses.

use jiufen_diagnostic::Lang;
use jiufen_interpret::{Decision, Facts, Outside, Reason, RowId, Status, describe};
use jiufen_language::program::{CiteId, GroupMode, Overdraw, PartValue, Program};

use super::markup::{Markup, badge};
use super::page::Page;
use super::{Files, Site};
use crate::SetOff;
use crate::explain::failed_conditions;
use crate::lists::amount_words;

/// A citation as a link to its clause.
pub(super) fn cite(site: &Site, page: &Page, id: CiteId) -> Markup {
    let words = site.program().citation(id);
    let mut out = Markup::new();
    match site.names.citation(site.program(), id) {
        Some(target) => out
            .raw("<a class=\"cite\"")
            .attribute("href", &page.to(&target))
            .raw(">")
            .text(words)
            .raw("</a>"),
        None => out.text(words),
    };
    out
}

/// The status of a decision as a badge.
pub(super) fn status(lang: Lang, status: Status) -> Markup {
    badge(status_class(status), lang.pick(status.zh(), status.en()))
}

fn status_class(status: Status) -> &'static str {
    match status {
        Status::Eligible => "good",
        Status::Ineligible => "off",
        Status::Undetermined => "care",
        Status::Refused => "bad",
    }
}

/// What a decision comes to. What is not known is said, never shown as nothing.
pub(super) fn amount(lang: Lang, decision: &Decision) -> String {
    match decision.status {
        Status::Ineligible | Status::Refused => "—".to_owned(),
        _ if decision.settled.low.is_none() && decision.settled.high.is_none() => {
            lang.pick("缺数据", "not known").to_owned()
        }
        _ if decision.settled.high.is_none() && decision.settled.low == Some(0) => {
            lang.pick("未知,没有上限", "not known, no limit").to_owned()
        }
        _ => amount_words(decision.settled, decision.at_most, lang),
    }
}

/// What may be paid now, as figures; a dash where nothing may.
pub(super) fn payable(decision: &Decision) -> String {
    match decision.payable_fen() {
        Some(fen) if decision.status == Status::Eligible => jiufen_quantity::show::fen(fen),
        _ => "—".to_owned(),
    }
}

/// What was paid before on a right, what is still to be paid, and what was paid too much, as figures.
pub(super) fn set_off(lang: Lang, set_off: SetOff) -> [String; 3] {
    let fen = jiufen_quantity::show::fen;
    let (left, too_much) = match set_off.remaining_fen {
        None => (lang.pick("未定", "open").to_owned(), "—".to_owned()),
        Some(left) if left < 0 => (fen(0), fen(-left)),
        Some(left) => (fen(left), "—".to_owned()),
    };
    [fen(set_off.paid_fen), left, too_much]
}

/// Why a decision came out as it did, with a link to the right it was merged into.
pub(super) fn why(site: &Site, page: &Page, facts: &dyn Facts, files: &Files, decision: &Decision) -> Markup {
    let (program, lang) = (site.program(), site.input.lang);
    let mut out = Markup::new();
    if let Some(fault) = &decision.fault {
        out.text(describe::fault_kind(fault, lang));
        let about = describe::fault_about(fault, lang);
        if !about.is_empty() {
            out.text(lang.pick(":", ": ")).text(&about);
        }
        return out;
    }
    match &decision.outside {
        Some(Outside::Territory { row, document }) => {
            out.text(lang.pick("在", "lies in ")).text(row);
            out.text(lang.pick(",文件适用于", "; the document holds in "))
                .text(document);
            return out;
        }
        Some(Outside::NotYet { day, today }) => {
            out.text(&day.to_string())
                .text(lang.pick(" 晚于今日 ", " is after the as-of date "));
            out.text(&today.to_string());
            return out;
        }
        Some(Outside::Period { day, period }) => {
            out.text(&day.to_string())
                .text(lang.pick(" 不在施行期(", " is outside the period in force ("));
            out.text(&describe::period(*period, lang)).text(")");
            return out;
        }
        None => {}
    }
    if let Some(into) = decision.merged_into {
        let words = format!(
            "{}({})",
            site.input.pack.rule_label(into.rule),
            facts.name(into.row)
        );
        out.text(lang.pick("并入 ", "merged into "));
        match files.get(&into) {
            Some(file) => out.link(&page.to(file), &words),
            None => out.text(&words),
        };
        return out;
    }
    for (at, reason) in decision.reasons.iter().enumerate() {
        if at > 0 {
            out.text(lang.pick(";", "; "));
        }
        out.text(&describe::reason(program, facts, reason, lang));
    }
    if decision.reasons.is_empty() && decision.status == Status::Ineligible {
        let failed = failed_conditions(program, facts, decision, lang);
        if failed.is_empty() {
            out.text(lang.pick("条件不成立", "the condition does not hold"));
        } else {
            out.text(lang.pick("不成立:", "does not hold: "));
            out.text(&failed.join(lang.pick("、", ", ")));
        }
    }
    out
}

/// A row as a heading: its name, or what it is and its key.
pub(super) fn row_title(program: &Program, facts: &dyn Facts, row: RowId) -> String {
    let (name, key) = (facts.name(row), facts.key(row));
    if name == key {
        format!("{} {key}", program.subject(row.subject).name)
    } else {
        name.to_string()
    }
}

/// What settles an open reason.
pub(super) fn remedy(lang: Lang, reason: &Reason) -> &'static str {
    let (zh, en) = match reason.kind() {
        "未公布" => (
            "没有公布公式或数值,核定以后才能兑付",
            "not published: payable once determined",
        ),
        "待到账" => ("到账以后计算", "computed once the money has arrived"),
        "待选" => ("由经办人选定并留记录", "a person chooses, on record"),
        _ => ("补录这一项", "enter this fact"),
    };
    lang.pick(zh, en)
}

/// What a version of a part says, as written in its document.
pub(super) fn part_value(site: &Site, value: PartValue) -> Markup {
    let mut out = Markup::new();
    match value {
        PartValue::Expr(id) => {
            let written = site.input.pack.sources.text(site.program().expr(id).span);
            out.raw("<code class=\"written\">")
                .text(&dedented(written))
                .raw("</code>")
        }
        PartValue::Unpublished => out.add(&badge("care", site.pick("未公布", "not published"))),
        PartValue::Repealed => out.add(&badge("off", site.pick("废止", "repealed"))),
    };
    out
}

/// Lines of a block without the indentation that they share.
pub(super) fn dedented(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let shared = text
        .lines()
        .skip(1)
        .filter(|l| !l.trim().is_empty())
        .map(indent)
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = text
        .trim_end()
        .lines()
        .enumerate()
        .map(|(at, line)| {
            if at == 0 {
                line
            } else {
                line.get(shared..).unwrap_or("")
            }
        })
        .collect();
    lines.join("\n")
}

/// What a group does.
pub(super) fn group_mode(mode: GroupMode, lang: Lang) -> &'static str {
    let (zh, en) = match mode {
        GroupMode::Highest => (
            "就高:只取最高的一项,其余并入",
            "highest only; the others are merged into it",
        ),
        GroupMode::TopUp => (
            "补差:取迄今最高的一档,减去已得",
            "the highest so far, less what was received",
        ),
        GroupMode::Exclusive => (
            "互斥:同时成立两项时由人裁定",
            "exclusive: two at once are for a person to settle",
        ),
        GroupMode::FirstCome => ("先到:只取最早的一项", "the earliest only"),
        GroupMode::Stack => ("叠加:各项都给,合计受封顶限制", "all of them, under a common cap"),
    };
    lang.pick(zh, en)
}

/// What an account does when more is claimed than it holds.
pub(super) fn overdraw(over: Overdraw, lang: Lang) -> &'static str {
    let (zh, en) = match over {
        Overdraw::ProRata => ("超出按比例分配(最大余数法)", "shared pro rata, largest remainder"),
        Overdraw::InOrder => ("超出按先后分配", "first come, first served"),
        Overdraw::ByScore(_) => ("超出择优分配,分高者先", "by score, highest first"),
        Overdraw::Refuse => (
            "没有写超出怎么办,超出即拒绝",
            "nothing is said about more; more is refused",
        ),
    };
    lang.pick(zh, en)
}

/// `path:line` of a place, as editors open it.
pub(super) fn place(site: &Site, span: jiufen_diagnostic::Span) -> Markup {
    let mut out = Markup::new();
    out.classed("code", "place", &site.input.pack.sources.locate(span));
    out
}

#[cfg(test)]
mod tests {
    use super::dedented;

    #[test]
    fn an_excerpt_keeps_its_own_steps_only() {
        assert_eq!(dedented("全部\n    - 甲\n      - 乙\n"), "全部\n- 甲\n  - 乙");
        assert_eq!(dedented("研发费用 × 5%"), "研发费用 × 5%");
    }
}
