//! What the check found, each with its place, its sentence and its help.

use std::io;

use jiufen_diagnostic::{Diagnostic, Lang, Severity};
use jiufen_table::Rejections;

use super::Site;
use super::markup::{Markup, badge};
use super::page::{Page, Writer};
use super::words;

/// Writes the page of all findings.
pub(super) fn write(site: &Site, writer: &mut Writer) -> io::Result<()> {
    let lang = site.input.lang;
    let mut page = Page::over_pack(site, "findings.html", lang.pick("检查发现", "Findings"));
    page.facts = true;
    let mut out = Markup::new();
    out.raw("<h1>").text(&page.title).raw("</h1>\n");
    let all: Vec<&Diagnostic> = site.input.pack.findings.iter().collect();
    let of_data: Vec<&Diagnostic> = site
        .input
        .registry
        .map_or_else(Vec::new, |r| r.findings.iter().collect());
    let of_run = site.input.run.map_or(&[][..], |run| &run.notes);
    if all.is_empty() && of_data.is_empty() && of_run.is_empty() {
        out.raw("<p>")
            .text(lang.pick("没有发现。", "Nothing was found."))
            .raw("</p>");
    }
    for (severity, zh, en) in [
        (Severity::Error, "错误", "Errors"),
        (Severity::Warning, "提醒", "Warnings"),
        (Severity::Note, "说明", "Notes"),
    ] {
        let of: Vec<&Diagnostic> = all
            .iter()
            .chain(&of_data)
            .copied()
            .chain(of_run)
            .filter(|d| d.severity() == severity)
            .collect();
        if !of.is_empty() {
            out.raw("<h2>")
                .text(lang.pick(zh, en))
                .text(&format!(" {}", of.len()))
                .raw("</h2>\n");
            out.add(&list(site, &page, &of));
        }
    }
    rejected(site, &mut out);
    writer.page(site, &page, &out)
}

/// Findings as a list; nothing when there are none.
pub(super) fn list(site: &Site, page: &Page, findings: &[&Diagnostic]) -> Markup {
    let mut out = Markup::new();
    if findings.is_empty() {
        return out;
    }
    out.raw("<ul class=\"findings\">\n");
    for finding in findings {
        out.raw("<li>").add(&item(site, page, finding)).raw("</li>\n");
    }
    out.raw("</ul>\n");
    out
}

fn item(site: &Site, page: &Page, finding: &Diagnostic) -> Markup {
    let lang = site.input.lang;
    let (class, words) = match finding.severity() {
        Severity::Error => ("bad", lang.pick("错误", "error")),
        Severity::Warning => ("care", lang.pick("提醒", "warning")),
        Severity::Note => ("plain", lang.pick("说明", "note")),
    };
    let mut out = badge(class, words);
    out.raw(" ")
        .text(&finding.message(lang))
        .raw(" <code class=\"code\">")
        .text(finding.code())
        .raw("</code>");
    let help = finding.help(lang);
    if !help.is_empty() {
        out.raw("<p class=\"help\">").text(&help).raw("</p>");
    }
    out.raw("<p class=\"where\">")
        .add(&clause(site, page, finding))
        .raw(" ");
    out.add(&words::place(site, finding.span)).raw("</p>");
    for span in &finding.related {
        let related = finding.related_words(lang);
        out.raw("<p class=\"where\">")
            .text(&related)
            .raw(" ")
            .add(&words::place(site, *span))
            .raw("</p>");
    }
    out
}

/// A link to the clause that a finding stands in.
fn clause(site: &Site, page: &Page, finding: &Diagnostic) -> Markup {
    let mut out = Markup::new();
    let pack = site.input.pack;
    let Some(index) = pack
        .documents
        .iter()
        .position(|d| d.source == finding.span.source)
    else {
        return out;
    };
    let document = &pack.documents[index];
    let at = finding.span.start;
    let within = document
        .clauses
        .iter()
        .find(|c| (c.span.start..c.body.end.max(c.span.end)).contains(&at));
    let words = finding
        .clause
        .clone()
        .unwrap_or_else(|| document.citation(within.map(|c| c.id)));
    let file = page.to(site.names.document(index));
    let target = match within {
        Some(clause) => format!("{file}#{}", site.names.clause_anchor(index, clause.id.0)),
        None => file,
    };
    out.raw("<a class=\"cite\"")
        .attribute("href", &target)
        .raw(">")
        .text(&words)
        .raw("</a>");
    out
}

fn rejected(site: &Site, out: &mut Markup) {
    let Some(registry) = site.input.registry else {
        return;
    };
    if registry.accounts.is_empty() {
        return;
    }
    let lang = site.input.lang;
    let label = lang.pick("登记表读入情况", "Rows read");
    out.raw("<h2>").text(label).raw("</h2>\n<p>");
    out.text(lang.pick(
        "读入 = 采用 + 退回。退回的每一行和原因在 jiufen run 写出的 rejected.csv。",
        "Read = accepted + rejected. Each rejected row with its reason is in rejected.csv, written by jiufen run.",
    ));
    out.raw("</p>\n");
    let headers = lang.pick("登记表|#读入|#采用|#退回", "Table|#Read|#Accepted|#Rejected");
    out.add(&super::markup::table(
        "figures",
        label,
        &headers.split('|').collect::<Vec<_>>(),
    ));
    for account in &registry.accounts {
        out.raw("<tr><th scope=\"row\">")
            .text(&account.table)
            .raw("</th>");
        for count in [account.read, account.accepted, account.rejected] {
            out.raw("<td class=\"n\">").text(&count.to_string()).raw("</td>");
        }
        out.raw("</tr>\n");
    }
    out.raw(super::markup::TABLE_END);
    rejected_by_code(&registry.rejected, lang, out);
}

/// How many rows of each file were rejected for which reason, and where to look first. What stands in them is not shown:
/// it may be about persons.
fn rejected_by_code(rejected: &Rejections, lang: Lang, out: &mut Markup) {
    let found = rejected.by_code();
    if found.is_empty() {
        return;
    }
    let label = lang.pick("退回的行,按原因", "Rejected rows by reason");
    out.raw("<h3>").text(label).raw("</h3>\n");
    let headers = lang.pick(
        "文件|原因|代码|#行数|前几行的行号",
        "File|Reason|Code|#Rows|Lines of the first",
    );
    let headers: Vec<&str> = headers.split('|').collect();
    out.add(&super::markup::table("figures", label, &headers));
    for of in found {
        let Some(first) = of.first.first() else { continue };
        let lines: Vec<String> = of.first.iter().map(|row| row.line.to_string()).collect();
        out.raw("<tr><th scope=\"row\">").text(&first.file);
        let reason = first.reason.message_of(&["column", "expected", "each"], lang);
        out.raw("</th><td>").text(&reason);
        out.raw("</td><td><code class=\"code\">").text(first.code());
        out.raw("</code></td><td class=\"n\">")
            .text(&of.count.to_string());
        out.raw("</td><td>")
            .text(&lines.join(lang.pick("、", ", ")))
            .raw("</td></tr>\n");
    }
    out.raw(super::markup::TABLE_END);
}
