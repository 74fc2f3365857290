//! Cases: what the drafter expects beside the clause, and whether it came out.

use std::io;

use super::Site;
use super::document::code;
use super::highlight::BlockView;
use super::markup::{Markup, TABLE_END, badge, table};
use super::page::{Page, Writer};
use super::words;
use crate::testing::CaseReport;

/// Writes the page of all cases.
pub(super) fn write(site: &Site, writer: &mut Writer) -> io::Result<()> {
    let lang = site.input.lang;
    let page = Page::over_pack(site, "cases.html", lang.pick("例", "Cases"));
    let cases = &site.program().cases;
    let mut out = Markup::new();
    out.raw("<h1>").text(lang.pick("例", "Cases")).raw("</h1>\n<p>");
    let run: Vec<&CaseReport> = (0..cases.len()).filter_map(|at| site.case(at)).collect();
    if run.is_empty() {
        out.text(&format!(
            "{} {}",
            cases.len(),
            lang.pick("个例,没有运行。", "cases, not run.")
        ));
    } else {
        let passed = run.iter().filter(|r| r.passed()).count();
        let failed = run.len() - passed;
        out.text(&match lang {
            jiufen_diagnostic::Lang::Zh => format!("{passed} 个通过,{failed} 个未通过。"),
            jiufen_diagnostic::Lang::En => format!("{passed} passed, {failed} failed."),
        });
    }
    out.raw("</p>\n");
    let headers = lang.pick("例|条款|?结果|位置", "Case|Clause|?Result|Place");
    out.add(&table(
        "list",
        &page.title,
        &headers.split('|').collect::<Vec<_>>(),
    ));
    for (at, case) in cases.iter().enumerate() {
        out.raw("<tr><td>")
            .text(&case.name)
            .raw("</td><td>")
            .add(&words::cite(site, &page, case.cite));
        out.raw("</td><td>")
            .add(&result(site, at))
            .raw("</td><td>")
            .add(&words::place(site, case.span));
        if let Some(report) = site.case(at).filter(|r| !r.passed()) {
            out.add(&failures(site, report));
        }
        out.raw("</td></tr>\n");
    }
    out.raw(TABLE_END);
    writer.page(site, &page, &out)
}

/// Cases below the rules of a clause: folded when all is well, open when one failed.
pub(super) fn folded(site: &Site, page: &Page, cases: &[(usize, &BlockView)]) -> Markup {
    let mut out = Markup::new();
    if cases.is_empty() {
        return out;
    }
    let lang = site.input.lang;
    let failed = cases
        .iter()
        .filter_map(|(at, _)| site.case(*at))
        .filter(|r| !r.passed())
        .count();
    let run = cases.iter().any(|(at, _)| site.case(*at).is_some());
    out.raw(if failed > 0 {
        "<details class=\"cases\" open>"
    } else {
        "<details class=\"cases\">"
    });
    out.raw("<summary>")
        .text(lang.pick("例 ", "Cases "))
        .text(&cases.len().to_string())
        .raw(" ");
    match (run, failed) {
        (false, _) => out.add(&badge("plain", lang.pick("没有运行", "not run"))),
        (true, 0) => out.add(&badge("good", lang.pick("全部通过", "all passed"))),
        (true, failed) => out.add(&badge(
            "bad",
            &format!("{failed} {}", lang.pick("个未通过", "failed")),
        )),
    };
    out.raw("</summary>\n");
    for (at, block) in cases {
        out.add(&one(site, page, *at, block));
    }
    out.raw("</details>");
    out
}

fn one(site: &Site, page: &Page, at: usize, block: &BlockView) -> Markup {
    let mut out = Markup::new();
    out.raw("<div class=\"block\">")
        .add(&code(block))
        .raw("<p class=\"foot\">")
        .add(&result(site, at))
        .raw(" ");
    out.add(&words::cite(site, page, site.program().cases[at].cite))
        .raw("</p>");
    if let Some(report) = site.case(at).filter(|r| !r.passed()) {
        out.add(&failures(site, report));
    }
    out.raw("</div>\n");
    out
}

/// Whether a case passed, as a badge.
pub(super) fn result(site: &Site, at: usize) -> Markup {
    match site.case(at) {
        Some(report) if report.passed() => badge("good", site.pick("通过", "passed")),
        Some(_) => badge("bad", site.pick("未通过", "failed")),
        None => badge("plain", site.pick("没有运行", "not run")),
    }
}

fn failures(site: &Site, report: &CaseReport) -> Markup {
    let mut out = Markup::new();
    out.raw("<ul class=\"failures\">");
    for failure in &report.failures {
        out.raw("<li>")
            .text(site.pick("应得 ", "expected "))
            .text(&failure.expected)
            .raw("<br>");
        out.text(site.pick("实得 ", "found "))
            .text(&failure.found)
            .raw("<br>")
            .classed("code", "place", &failure.place);
        out.raw("</li>");
    }
    out.raw("</ul>");
    out
}
