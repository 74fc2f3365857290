//! The decisions of a rule: on its page when they are few, on pages of their own when they are many.

use std::io;

use jiufen_diagnostic::Lang;
use jiufen_interpret::{Decision, Facts};
use jiufen_language::program::RuleId;
use smol_str::SmolStr;

use super::markup::{Markup, TABLE_END, table};
use super::page::{Page, Writer};
use super::privacy::Masked;
use super::rule::page_of;
use super::{Site, words};

/// Decisions on one page.
const ROWS: usize = 500;

/// The section of the rule's page: the list itself, or links to its pages.
pub(super) fn section(site: &Site, page: &Page, id: RuleId) -> Markup {
    let lang = site.input.lang;
    let of = &site.by_rule[id.index()];
    let mut out = Markup::new();
    out.raw("<section id=\"decisions\"><h2>")
        .text(lang.pick("逐个对象的结果", "Decisions"))
        .raw("</h2>\n");
    let Some(facts) = &site.facts else {
        out.raw("<p>")
            .text(lang.pick("没有登记数据,没有运行。", "No registry, so nothing was run."))
            .raw("</p></section>\n");
        return out;
    };
    let elsewhere = site.summary(id).map_or(0, |s| s.of_other_years);
    if elsewhere > 0 {
        out.raw("<p class=\"note\">").text(&match lang {
            Lang::Zh => format!("另有 {elsewhere} 份按事件日期属于其他年度,不列不计。"),
            Lang::En => format!(
                "{elsewhere} more belong to other years by the date of their event and are not listed."
            ),
        });
        out.raw("</p>\n");
    }
    if of.is_empty() {
        let words = if elsewhere > 0 {
            lang.pick("本年度没有。", "None in this year.")
        } else if site.program().in_law(site.program().rule(id).document) {
            lang.pick("登记数据里没有这类对象。", "The registry has no such rows.")
        } else {
            lang.pick(
                "征求意见稿未施行,不参加运行。",
                "A draft is not in force and takes no part in the run.",
            )
        };
        out.raw("<p>").text(words).raw("</p></section>\n");
        return out;
    }
    if of.len() <= ROWS {
        out.add(&rows(site, page, facts, of));
    } else {
        out.raw("<p>")
            .text(&of.len().to_string())
            .text(lang.pick(" 项,分页列出:", " decisions, page by page:"));
        out.raw("</p>\n").add(&pager(site, page, id, 0));
    }
    out.raw("</section>\n");
    out
}

/// Writes the pages of the list, when there are too many decisions for one.
pub(super) fn write(site: &Site, writer: &mut Writer, id: RuleId) -> io::Result<()> {
    let of = &site.by_rule[id.index()];
    let (Some(facts), true) = (&site.facts, of.len() > ROWS) else {
        return Ok(());
    };
    let rule = site.program().rule(id);
    let label = site.input.pack.rule_label(id);
    let total = of.len().div_ceil(ROWS);
    for (at, part) in of.chunks(ROWS).enumerate() {
        let number = at + 1;
        let title = format!("{label} {number}/{total}");
        let mut page = page_of(site, &site.names.list(id, number), title, rule);
        page.above.push((site.names.rule(id).to_owned(), label.clone()));
        let mut body = Markup::new();
        body.raw("<h1 lang=\"zh-CN\">")
            .text(&page.title)
            .raw("</h1>\n")
            .add(&pager(site, &page, id, number));
        body.add(&rows(site, &page, facts, part))
            .add(&pager(site, &page, id, number));
        writer.page(site, &page, &body)?;
    }
    Ok(())
}

fn pager(site: &Site, page: &Page, id: RuleId, current: usize) -> Markup {
    let of = &site.by_rule[id.index()];
    let lang = site.input.lang;
    let mut out = Markup::new();
    out.raw("<nav class=\"pager\"")
        .attribute("aria-label", lang.pick("分页", "Pages"))
        .raw("><ul>");
    for number in 1..=of.len().div_ceil(ROWS) {
        out.raw("<li><a")
            .attribute("href", &page.to(&site.names.list(id, number)));
        if number == current {
            out.raw(" aria-current=\"page\"");
        }
        let first = (number - 1) * ROWS + 1;
        out.raw(">")
            .text(&format!("{first}–{}", of.len().min(number * ROWS)))
            .raw("</a></li>");
    }
    out.raw("</ul></nav>\n");
    out
}

fn rows(site: &Site, page: &Page, facts: &Masked, of: &[usize]) -> Markup {
    let lang = site.input.lang;
    let mut out = Markup::new();
    out.raw("<p class=\"note\">").text(lang.pick(
        "点名称看推导;没有链接的,用 jiufen explain 可以看任何一项。",
        "A linked name leads to its derivation; jiufen explain shows any other.",
    ));
    out.raw("</p>\n");
    let with_paid = of
        .first()
        .is_some_and(|at| site.paid(site.decisions()[*at].right.rule).is_some());
    let headers = match with_paid {
        false => lang.pick(
            "键|对象|?结论|金额|#可兑付(元)|说明",
            "Key|Subject|?Decision|Amount|#Payable (yuan)|Why",
        ),
        true => lang.pick(
            "键|对象|?结论|金额|#可兑付(元)|#已付(元)|#还应付(元)|#多付(元)|说明",
            "Key|Subject|?Decision|Amount|#Payable (yuan)|#Paid before (yuan)|#Still to pay (yuan)|#Too much (yuan)|Why",
        ),
    };
    out.add(&table(
        "list wide",
        lang.pick("结果", "Decisions"),
        &headers.split('|').collect::<Vec<_>>(),
    ));
    for at in of {
        let decision = &site.decisions()[*at];
        let name = subject_words(facts, decision);
        // End tags that HTML lets one leave out are left out: there may be 160,000 rows.
        out.raw("<tr><td>")
            .text(&facts.key(decision.right.row))
            .raw("<td>");
        match site.files.get(&decision.right) {
            Some(file) => out.link(&page.to(file), &name),
            None => out.text(&name),
        };
        out.raw("<td>")
            .text(lang.pick(decision.status.zh(), decision.status.en()));
        out.raw("<td class=w>")
            .text(&words::amount(lang, decision))
            .raw("<td class=n>")
            .text(&words::payable(decision));
        if with_paid {
            paid(site, decision, &mut out);
        }
        out.raw("<td>")
            .add(&words::why(site, page, facts, &site.files, decision))
            .raw("\n");
    }
    out.raw(TABLE_END);
    out
}

/// What was paid before on a right. Where nothing was, all that is payable is still to be paid.
fn paid(site: &Site, decision: &Decision, out: &mut Markup) {
    let cells = match site.set_off(decision.right) {
        Some(set_off) => words::set_off(site.input.lang, set_off),
        None => ["—".to_owned(), words::payable(decision), "—".to_owned()],
    };
    for cell in &cells {
        out.raw("<td class=n>").text(cell);
    }
}

/// The name of a row; for an event without one, of whom it pays.
fn subject_words(facts: &Masked, decision: &Decision) -> SmolStr {
    let row = decision.right.row;
    let name = facts.name(row);
    match decision.beneficiary {
        Some(paid) if name == facts.key(row) => facts.name(paid),
        _ => name,
    }
}

/// Fen as figures; a dash where there are none.
pub(super) fn fen_or_dash(fen: i128) -> String {
    if fen == 0 {
        "—".to_owned()
    } else {
        jiufen_quantity::show::fen(fen)
    }
}
