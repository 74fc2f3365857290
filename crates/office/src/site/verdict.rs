//! Verdicts: their lines with basis and papers, and the answer for each row of the registry.

use std::io;

use jiufen_interpret::{Facts, Step, VerdictDecision, What, describe};
use jiufen_language::program::{ExprKind, PartValue, Ranking, Verdict, VerdictId, VerdictLine};

use super::document;
use super::markup::{Markup, TABLE_END, table};
use super::page::{Page, Writer};
use super::privacy::Masked;
use super::{Site, derivation, words};

/// Answers that are listed, and those of them with their derivation.
const LISTED: usize = 2000;
const UNFOLDED: usize = 20;

/// Writes a page for each verdict.
pub(super) fn write(site: &Site, writer: &mut Writer) -> io::Result<()> {
    for (index, verdict) in site.program().verdicts.iter().enumerate() {
        let id = VerdictId(index as u32);
        let declared = site.program().document(verdict.document);
        let mut page = Page::new(site.names.verdict(id), verdict.name.as_str());
        page.standing = Some(declared.status);
        page.facts = true;
        page.hashes
            .push((format!("{} SHA-256", declared.path), declared.hash.clone()));
        page.above
            .push(("index.html".to_owned(), site.pick("总览", "Overview").to_owned()));
        if let Some(position) = site.names.position(&declared.path) {
            page.above
                .push((site.names.document(position).to_owned(), declared.title.clone()));
        }
        let body = body(site, &page, id, verdict);
        writer.page(site, &page, &body)?;
    }
    Ok(())
}

fn body(site: &Site, page: &Page, id: VerdictId, verdict: &Verdict) -> Markup {
    let lang = site.input.lang;
    let declared = site.program().document(verdict.document);
    let mut out = Markup::new();
    out.raw("<h1 lang=\"zh-CN\">")
        .text(&verdict.name)
        .raw("</h1>\n<p class=\"where\">");
    out.add(&words::cite(site, page, verdict.cite)).raw(" ");
    out.add(&document::badges(site, declared.status, declared.source_status))
        .raw("</p>\n<p>");
    out.text(if verdict.strictest {
        lang.pick(
            "各条取最严:不可 > 无法判定 > 有条件 > 可。",
            "The strictest of all lines holds.",
        )
    } else {
        lang.pick("取最先成立的一条。", "The first line that holds decides.")
    });
    out.raw("</p>\n");
    if let Some(ranking) = &verdict.ranking {
        order(site, ranking, &mut out);
        if !ranking.vetoes.is_empty() {
            lines(site, site.pick("否决", "Vetoes"), &ranking.vetoes, &mut out);
        }
    }
    lines(site, &verdict.name, &verdict.lines, &mut out);
    answers(site, page, id, &mut out);
    out
}

/// Who is ranked, by what, and whether a vetoed row takes a place.
fn order(site: &Site, ranking: &Ranking, out: &mut Markup) {
    out.raw("<ul>\n<li>").text(site.pick("参评:", "Ranked: "));
    match ranking.peers {
        Some(peers) => out.add(&words::part_value(site, PartValue::Expr(peers))),
        None => out.text(site.pick("全部", "all")),
    };
    out.raw("</li>\n");
    for key in &ranking.group {
        out.raw("<li>").text(site.pick("同组:", "Against the same: "));
        out.add(&words::part_value(site, PartValue::Expr(*key)))
            .raw("</li>\n");
    }
    for key in &ranking.order {
        out.raw("<li>").text(match key.descending {
            true => site.pick("从大到小:", "Largest first: "),
            false => site.pick("从小到大:", "Smallest first: "),
        });
        out.add(&words::part_value(site, PartValue::Expr(key.value)))
            .raw("</li>\n");
    }
    if !ranking.vetoes.is_empty() {
        out.raw("<li>")
            .text(match ranking.vetoed_before {
                true => site.pick(
                    "被否决的先剔除,不占名次",
                    "What is vetoed is taken out first and takes no place",
                ),
                false => site.pick("被否决的仍占名次", "What is vetoed keeps its place"),
            })
            .raw("</li>\n");
    }
    out.raw("</ul>\n");
}

fn lines(site: &Site, caption: &str, lines: &[VerdictLine], out: &mut Markup) {
    let lang = site.input.lang;
    let headers = lang.pick("#条|何时|结论|附|依据", "#Line|When|Outcome|Papers|Basis");
    out.add(&table("list", caption, &headers.split('|').collect::<Vec<_>>()));
    for (at, line) in lines.iter().enumerate() {
        out.raw("<tr><td class=\"n\">")
            .text(&(at + 1).to_string())
            .raw("</td><td>");
        match line.when {
            Some(when) => out.add(&words::part_value(site, PartValue::Expr(when))),
            None => out.text(lang.pick("否则", "otherwise")),
        };
        out.raw("</td><td>")
            .text(describe::outcome(&line.outcome, lang))
            .raw("</td><td>")
            .text(&papers(site, &line.attachments));
        out.raw("</td><td>")
            .text(&line.basis.join(lang.pick(";", "; ")))
            .raw("</td></tr>\n");
    }
    out.raw(TABLE_END);
}

fn papers(site: &Site, attachments: &[Vec<String>]) -> String {
    let alternatives: Vec<String> = attachments
        .iter()
        .map(|a| a.join(site.pick(" 或 ", " or ")))
        .collect();
    alternatives.join(site.pick(";", "; "))
}

fn answers(site: &Site, page: &Page, id: VerdictId, out: &mut Markup) {
    let (Some(run), Some(facts)) = (site.input.run, &site.facts) else {
        return;
    };
    let of: Vec<&VerdictDecision> = run.verdicts.iter().filter(|v| v.verdict == id).collect();
    if of.is_empty() {
        return;
    }
    let lang = site.input.lang;
    let label = lang.pick("逐个对象的结论", "Answers");
    out.raw("<section><h2>").text(label).raw("</h2>\n");
    let headers = lang.pick("键|对象|?结论|附|说明", "Key|Subject|?Outcome|Papers|Why");
    out.add(&table("list", label, &headers.split('|').collect::<Vec<_>>()));
    for decision in of.iter().take(LISTED) {
        out.raw("<tr><td>")
            .text(&facts.key(decision.row))
            .raw("</td><td>")
            .text(&facts.name(decision.row));
        out.raw("</td><td>")
            .text(describe::outcome(&decision.outcome, lang))
            .raw("</td><td>")
            .text(&papers(site, &decision.attachments));
        out.raw("</td><td>")
            .text(&why(site, facts, decision))
            .raw("</td></tr>\n");
    }
    out.raw(TABLE_END);
    if of.len() > LISTED {
        let words = lang.pick("项没有列出", "more are not listed");
        out.raw("<p class=\"note\">")
            .text(&format!("… {} {words}", of.len() - LISTED))
            .raw("</p>\n");
    }
    out.raw("</section>\n<section><h2>")
        .text(lang.pick("推导", "Derivations"))
        .raw("</h2>\n");
    for decision in of.iter().take(UNFOLDED) {
        out.raw("<details class=\"one\"><summary>")
            .text(&facts.name(decision.row))
            .text(": ");
        out.text(describe::outcome(&decision.outcome, lang))
            .raw("</summary>");
        out.add(&derivation::tree(site, page, facts, &decision.derivation))
            .raw("</details>\n");
    }
    out.raw("</section>\n");
}

fn why(site: &Site, facts: &Masked, decision: &VerdictDecision) -> String {
    let lang = site.input.lang;
    if let Some(fault) = &decision.fault {
        return describe::fault(fault, lang);
    }
    let mut parts = standing(site, facts, decision);
    for line in &decision.lines {
        let number = format!("{} {}", lang.pick("第", "line"), line + 1) + lang.pick(" 条", "");
        let figures = figures(site, facts, decision, *line).join(lang.pick(",", ", "));
        parts.push(match figures.is_empty() {
            true => number,
            false => format!("{number}{}{figures}", lang.pick(":", ": ")),
        });
    }
    parts.extend(
        decision
            .missing
            .iter()
            .map(|r| describe::reason(site.program(), facts, r, lang)),
    );
    parts.join(lang.pick(";", "; "))
}

/// The place of a ranked row, and of how many.
fn standing(site: &Site, facts: &Masked, decision: &VerdictDecision) -> Vec<String> {
    let shown = |what: &What| matches!(what, What::Score(_) | What::Place { .. } | What::Peers);
    let steps = decision.derivation.children.iter();
    steps
        .filter(|step| shown(&step.what))
        .map(|step| describe::step(site.program(), facts, step, site.input.lang))
        .collect()
}

/// What a line compared, with the figures: `主业占比 = 65%`.
fn figures(site: &Site, facts: &Masked, decision: &VerdictDecision, line: usize) -> Vec<String> {
    let steps = decision.derivation.children.iter();
    let asked = steps.filter(|step| matches!(step.what, What::Line(index) if index == line));
    let mut open: Vec<&Step> = asked.flat_map(|step| &step.children).collect();
    let mut figures = Vec::new();
    while let Some(step) = open.pop() {
        let What::Expr(id) = step.what else { continue };
        match &site.program().expr(id).kind {
            ExprKind::All(_) | ExprKind::Any(_) => open.extend(step.children.iter().rev()),
            ExprKind::Compare(..) => {
                let sides = step.children.iter().filter(|side| !is_place(site, side));
                figures
                    .extend(sides.map(|side| describe::step(site.program(), facts, side, site.input.lang)));
            }
            _ => {}
        }
    }
    figures
}

/// 位次 and 总数 are told once, in front.
fn is_place(site: &Site, step: &Step) -> bool {
    matches!(step.what, What::Expr(id) if matches!(site.program().expr(id).kind, ExprKind::Standing(_)))
}
