//! The first page: what the pack is, how the run came out, and the way to everything else.

use std::collections::BTreeMap;
use std::io;

use jiufen_diagnostic::{Lang, Severity};
use jiufen_document::Document;
use jiufen_interpret::describe;
use jiufen_language::program::VerdictId;

use super::document::{badges, title};
use super::list::fen_or_dash;
use super::markup::{Markup, TABLE_END, badge, table};
use super::page::{Page, Writer};
use super::{Site, words};
use crate::{Paid, RuleSummary, Run, lists};

/// Writes the page.
pub(super) fn write(site: &Site, writer: &mut Writer) -> io::Result<()> {
    let lang = site.input.lang;
    let mut page = Page::over_pack(site, "index.html", lang.pick("总览", "Overview"));
    page.facts = true;
    let mut out = Markup::new();
    out.raw("<h1 lang=\"zh-CN\">")
        .text(lang.pick("政策包 ", "Pack "))
        .text(&site.input.pack.name)
        .raw("</h1>\n");
    introduction(site, &mut out);
    state(site, &mut out);
    column(site, &mut out);
    results(site, &page, &mut out);
    verdicts(site, &page, &mut out);
    by_authority(site, &mut out);
    provenance(site, &mut out);
    writer.page(site, &page, &out)
}

fn introduction(site: &Site, out: &mut Markup) {
    let readme = site
        .input
        .pack
        .files
        .get("README.md")
        .map(|bytes| String::from_utf8_lossy(bytes));
    let said = readme.as_deref().and_then(first_paragraph);
    if let Some(said) = said {
        out.raw("<p class=\"lead\" lang=\"zh-CN\">")
            .text(&said)
            .raw("</p>\n");
    }
    let program = site.program();
    let lang = site.input.lang;
    let counts = [
        (site.input.pack.documents.len(), "份文件", "documents"),
        (program.rules.len(), "条奖补", "grants"),
        (program.verdicts.len(), "项判定", "verdicts"),
        (program.parameters.len(), "个参数", "parameters"),
        (program.cases.len(), "个例", "cases"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, zh, en)| match lang {
            Lang::Zh => format!("{n} {zh}"),
            Lang::En => format!("{en}: {n}"),
        })
        .collect();
    out.raw("<p>")
        .text(&counts.join(lang.pick(",", ", ")))
        .text(lang.pick("。", "."))
        .raw("</p>\n");
}

/// The issue of the column: its articles, each with who signs it.
fn column(site: &Site, out: &mut Markup) {
    let Some((_, issue)) = site.input.column else {
        return;
    };
    let words = site.pick("栏目", "Column").to_owned();
    let name = issue
        .name
        .as_ref()
        .map_or(words, |n| n.text.trim_start_matches(['#', ' ']).to_owned());
    out.raw("<section><h2>")
        .link("column.html", &name)
        .raw("</h2>\n<ul class=\"plain\" lang=\"zh-CN\">");
    for (at, article) in issue.articles.iter().enumerate() {
        out.raw("<li>").link(
            &format!("column.html#article-{}", at + 1),
            article.title.text.trim_start_matches(['#', ' ']),
        );
        out.raw(" <span class=\"number\">")
            .text(&article.bureau)
            .text(" ")
            .text(&article.author)
            .raw("</span></li>");
    }
    if let Some(note) = &issue.editors_note {
        out.raw("<li>")
            .link(
                "column.html#note",
                note.heading.text.trim_start_matches(['#', ' ']),
            )
            .raw("</li>");
    }
    out.raw("</ul></section>\n");
}

/// The first paragraph of a README below its heading.
fn first_paragraph(text: &str) -> Option<String> {
    let paragraph = text
        .split("\n\n")
        .map(str::trim)
        .find(|p| !p.is_empty() && !p.starts_with(['#', '`', '|', '<', '!']))?;
    Some(
        paragraph
            .lines()
            .map(str::trim)
            .collect::<Vec<_>>()
            .join("")
            .replace(['`', '*'], ""),
    )
}

/// Whether the pack is sound and its cases hold.
fn state(site: &Site, out: &mut Markup) {
    let lang = site.input.lang;
    out.raw("<ul class=\"state\">");
    let findings = &site.input.pack.findings;
    let count = |severity| findings.iter().filter(|d| d.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let words = match lang {
        Lang::Zh => format!(
            "{errors} 个错误,{warnings} 个提醒,{} 个说明",
            count(Severity::Note)
        ),
        Lang::En => format!(
            "{errors} errors, {warnings} warnings, {} notes",
            count(Severity::Note)
        ),
    };
    let (class, word) = if errors > 0 {
        ("bad", lang.pick("有错误", "errors"))
    } else {
        ("good", lang.pick("可运行", "sound"))
    };
    out.raw("<li>")
        .add(&badge(class, word))
        .raw(" ")
        .link("findings.html", &words)
        .raw("</li>");
    if !site.input.cases.is_empty() {
        let failed = site.input.cases.iter().filter(|c| !c.passed()).count();
        let passed = site.input.cases.len() - failed;
        let words = match lang {
            Lang::Zh => format!("例:{passed} 个通过,{failed} 个未通过"),
            Lang::En => format!("cases: {passed} passed, {failed} failed"),
        };
        let (class, word) = if failed > 0 {
            ("bad", lang.pick("未通过", "failed"))
        } else {
            ("good", lang.pick("通过", "passed"))
        };
        out.raw("<li>")
            .add(&badge(class, word))
            .raw(" ")
            .link("cases.html", &words)
            .raw("</li>");
    }
    let unverified = site
        .program()
        .parameters
        .iter()
        .filter(|p| p.part.versions.is_empty())
        .count();
    if unverified > 0 {
        let words = format!(
            "{unverified} {}",
            lang.pick("个参数没有数值", "parameters without a value")
        );
        out.raw("<li>")
            .add(&badge("care", lang.pick("未核实", "unverified")))
            .raw(" ")
            .link("parameters.html", &words)
            .raw("</li>");
    }
    out.raw("</ul>\n");
}

fn results(site: &Site, page: &Page, out: &mut Markup) {
    let (program, lang) = (site.program(), site.input.lang);
    if program.rules.is_empty() {
        return;
    }
    out.raw("<section id=\"rules\"><h2>")
        .text(lang.pick("各条的结果", "Results by rule"))
        .raw("</h2>\n<p>");
    out.text(&basis(site));
    let other_years = site.input.run.map(Run::other_years).unwrap_or_default();
    out.raw("</p>\n");
    if !other_years.is_empty() {
        let words = lists::other_years_words(&other_years, lang);
        out.raw("<p class=\"note\">").text(&words).raw("</p>\n");
    }
    let headers = lang.pick(
        "规则|条款|#符合|#不符合|#无法判定|#拒绝|#可兑付|#至多合计|#待到账",
        "Rule|Clause|#Eligible|#Ineligible|#Undetermined|#Refused|#Payable|#Ceilings|#Pending",
    );
    let mut headers: Vec<&str> = headers.split('|').collect();
    if !site.paid.is_empty() {
        let more = lang.pick("#已付|#还应付|#多付", "#Paid before|#Still to pay|#Too much");
        headers.extend(more.split('|'));
    }
    let empty = (headers.len() - 2).to_string();
    let label = lang.pick("各条的结果", "Results by rule");
    out.add(&table("list wide", label, &headers));
    let (mut total, mut total_paid) = (RuleSummary::default(), Paid::default());
    for (id, rule) in program.rules() {
        out.raw("<tr><th scope=\"row\" lang=\"zh-CN\">")
            .link(site.names.rule(id), &rule.name)
            .raw("</th><td>");
        out.add(&words::cite(site, page, rule.cite)).raw("</td>");
        match site.summary(id) {
            Some(summary) => {
                figures(summary, out);
                total.include(summary);
                if let Some(paid) = site.paid.get(&id) {
                    paid_figures(paid, out);
                    total_paid.include(paid);
                }
            }
            None => {
                out.raw("<td")
                    .attribute("colspan", &empty)
                    .raw(" class=\"note\">")
                    .text(not_run(site, id))
                    .raw("</td>");
            }
        }
        out.raw("</tr>\n");
    }
    out.raw("</tbody>");
    if site.input.run.is_some() {
        out.raw("<tfoot><tr><th scope=\"row\">")
            .text(lang.pick("合计", "Total"))
            .raw("</th><td></td>");
        figures(&total, out);
        if !site.paid.is_empty() {
            paid_figures(&total_paid, out);
        }
        out.raw("</tr></tfoot>");
    }
    out.raw("</table></div>\n");
    instalments(&total, lang, out);
    paid_notes(site, &total_paid, out);
    out.raw("<p class=\"note\">").text(lang.pick(
        "“—”是没有;0.00 是算出来为零。可兑付只含精确、已结算的金额;至多是没有公布公式的上限,核定以前不能兑付;无法判定的不计为零。",
        "“—” is none; 0.00 is a sum that comes to nothing. Payable holds exact, settled amounts only; ceilings have no published formula and are not payable before they are determined; what is undetermined is not counted as zero.",
    ));
    out.raw("</p></section>\n");
}

/// What of the payable amounts falls due later, and what is due beside them.
fn instalments(total: &RuleSummary, lang: Lang, out: &mut Markup) {
    let later = lang.pick(
        "可兑付里以后到期的分期(元)",
        "Payable, in instalments that fall due later (yuan)",
    );
    let beside = lang.pick(
        "可兑付以外,后期未定但已到期的分期(元)",
        "Beside the payable amounts, instalments due whose later ones are open (yuan)",
    );
    for (words, fen) in [(later, total.later_fen), (beside, total.due_beside_fen())] {
        if fen != 0 {
            let words = format!("{words} {}", jiufen_quantity::show::fen(fen));
            out.raw("<p>").text(&words).raw("</p>\n");
        }
    }
}

/// What was paid before and what is still to be paid, and what should be reclaimed.
fn paid_notes(site: &Site, paid: &Paid, out: &mut Markup) {
    let (Some(registry), Some(run)) = (site.input.registry, site.input.run) else {
        return;
    };
    let lang = site.input.lang;
    for words in lists::paid_words(registry, run, lang) {
        out.raw("<p>").text(&words).raw("</p>\n");
    }
    if paid.overpaid > 0 {
        let (count, sum) = (paid.overpaid, jiufen_quantity::show::fen(paid.overpaid_fen));
        out.raw("<p><strong>")
            .text(&match lang {
                Lang::Zh => format!("追回建议 {count} 份,共 {sum} 元,不与别的权利相抵;逐份见各条的名单"),
                Lang::En => format!(
                    "To be reclaimed, not set against other rights: {count} rights, {sum} yuan; each stands in the list of its rule"
                ),
            })
            .raw("</strong></p>\n");
    }
}

/// For which year and day the results are.
fn basis(site: &Site) -> String {
    let lang = site.input.lang;
    let Some(run) = site.input.run else {
        let words = lang.pick(
            "没有登记数据,没有运行;下面只列规则。",
            "No registry, so nothing was run; rules only.",
        );
        return words.to_owned();
    };
    let (year, day) = (run.options.year, run.options.as_of);
    match lang {
        Lang::Zh => format!("当年 {year},今日 {day}。金额单位:元。"),
        Lang::En => format!("Entitlement year {year}, as of {day}. Amounts in yuan."),
    }
}

fn not_run(site: &Site, id: jiufen_language::program::RuleId) -> &'static str {
    match site.input.run {
        Some(_) if !site.program().in_law(site.program().rule(id).document) => {
            site.pick("征求意见,未施行", "draft, not in force")
        }
        _ => site.pick("没有运行", "not run"),
    }
}

fn figures(summary: &RuleSummary, out: &mut Markup) {
    for count in [
        summary.eligible,
        summary.ineligible,
        summary.undetermined,
        summary.refused,
    ] {
        out.raw("<td class=\"n\">").text(&count.to_string()).raw("</td>");
    }
    for words in [
        jiufen_quantity::show::fen(summary.payable_fen),
        fen_or_dash(summary.at_most_fen),
    ] {
        out.raw("<td class=\"n\">").text(&words).raw("</td>");
    }
    let pending = if summary.pending == 0 {
        "—".to_owned()
    } else {
        summary.pending.to_string()
    };
    out.raw("<td class=\"n\">").text(&pending).raw("</td>");
}

fn paid_figures(paid: &Paid, out: &mut Markup) {
    let fen = |fen: i128, none: bool| match none {
        true => "—".to_owned(),
        false => jiufen_quantity::show::fen(fen),
    };
    for words in [
        fen(paid.paid_fen, paid.rights == 0),
        fen(paid.to_pay_fen, false),
        fen(paid.overpaid_fen, paid.overpaid == 0),
    ] {
        out.raw("<td class=\"n\">").text(&words).raw("</td>");
    }
}

fn verdicts(site: &Site, page: &Page, out: &mut Markup) {
    let verdicts = &site.program().verdicts;
    if verdicts.is_empty() {
        return;
    }
    out.raw("<section><h2>")
        .text(site.pick("判定", "Verdicts"))
        .raw("</h2>\n<ul class=\"plain\">");
    for (index, verdict) in verdicts.iter().enumerate() {
        out.raw("<li>")
            .link(site.names.verdict(VerdictId(index as u32)), &verdict.name)
            .raw(" ");
        out.add(&words::cite(site, page, verdict.cite));
        out.raw(" <span class=\"number\">")
            .text(&outcomes(site, VerdictId(index as u32)))
            .raw("</span></li>");
    }
    out.raw("</ul></section>\n");
}

/// How often a verdict came to which outcome: `可 19 · 不可 2`.
fn outcomes(site: &Site, id: VerdictId) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let answers = site.input.run.map_or(&[][..], |run| &run.verdicts);
    for answer in answers.iter().filter(|a| a.verdict == id) {
        *counts.entry(&answer.outcome).or_default() += 1;
    }
    let words =
        |(outcome, count): (&str, usize)| format!("{} {count}", describe::outcome(outcome, site.input.lang));
    counts.into_iter().map(words).collect::<Vec<_>>().join(" · ")
}

/// Documents by authority: by folder, or by issuer where the pack has no folders. The nation first.
fn by_authority(site: &Site, out: &mut Markup) {
    let pack = site.input.pack;
    let mut groups: BTreeMap<(usize, String), Vec<usize>> = BTreeMap::new();
    let reach: BTreeMap<&str, usize> = {
        let mut shortest = BTreeMap::new();
        for document in &pack.documents {
            let length = depth(document);
            shortest
                .entry(folder(document))
                .and_modify(|d: &mut usize| *d = (*d).min(length))
                .or_insert(length);
        }
        shortest
    };
    for (index, document) in pack.documents.iter().enumerate() {
        let issuer = || {
            document
                .meta
                .issuer
                .as_ref()
                .map_or_else(String::new, |i| i.value.clone())
        };
        let key = match folder(document) {
            "" => (0, issuer()),
            name => (1 + reach.get(name).copied().unwrap_or(0), name.to_owned()),
        };
        groups.entry(key).or_default().push(index);
    }
    let lang = site.input.lang;
    out.raw("<section id=\"documents\"><h2>")
        .text(lang.pick("文件", "Documents"))
        .raw("</h2>\n<div data-filter-list>\n");
    for ((_, name), documents) in &groups {
        let words = if name.is_empty() {
            lang.pick("未写明机关", "No issuer named")
        } else {
            name
        };
        out.raw("<h3 lang=\"zh-CN\">")
            .text(words)
            .raw("</h3>\n<ul class=\"documents\">");
        for index in documents {
            document_line(site, *index, out);
        }
        out.raw("</ul>\n");
    }
    out.raw("</div></section>\n");
}

fn folder(document: &Document) -> &str {
    document.path.split_once('/').map_or("", |(folder, _)| folder)
}

fn depth(document: &Document) -> usize {
    match document.meta.territory.as_ref().map(|t| t.value.as_str()) {
        Some("全国") => 0,
        Some(territory) => territory.chars().count(),
        None => usize::from(u8::MAX),
    }
}

fn document_line(site: &Site, index: usize, out: &mut Markup) {
    let document = &site.input.pack.documents[index];
    out.raw("<li><a lang=\"zh-CN\"")
        .attribute("href", site.names.document(index))
        .raw(">")
        .text(&title(document))
        .raw("</a> ");
    if let Some(number) = &document.meta.number {
        out.raw("<span class=\"number\" lang=\"zh-CN\">")
            .text(&number.value)
            .raw("</span> ");
    }
    out.add(&badges(site, document.meta.status, document.meta.source_status));
    if let Some(end) = &document.meta.valid_to {
        let words = format!("{} {}", site.pick("施行至", "in force until"), end.date);
        out.raw(" <span class=\"number\">").text(&words).raw("</span>");
    }
    out.raw("</li>");
}

/// Everything that the site was made from, with its hash.
fn provenance(site: &Site, out: &mut Markup) {
    let lang = site.input.lang;
    let label = lang.pick(
        "文件和登记表的散列值(SHA-256)",
        "Hashes of documents and tables (SHA-256)",
    );
    out.raw("<section id=\"provenance\"><details><summary>")
        .text(label)
        .raw("</summary>\n");
    let headers = lang.pick("文件|散列值", "File|Hash");
    out.add(&table("hashes", label, &headers.split('|').collect::<Vec<_>>()));
    let mut row = |file: &str, hash: &str| {
        out.raw("<tr><td>")
            .text(file)
            .raw("</td><td class=\"hash\">")
            .text(hash)
            .raw("</td></tr>\n");
    };
    for document in &site.input.pack.documents {
        row(&document.path, &document.hash);
    }
    if let Some(registry) = site.input.registry {
        for index in 0..site.program().subjects.len() {
            let Some(table) = registry.table(jiufen_language::program::SubjectId(index as u32)) else {
                continue;
            };
            let provenance = table.provenance();
            for (file, hash) in provenance.files.iter().zip(&provenance.file_hashes) {
                row(file, hash);
            }
        }
    }
    out.raw(TABLE_END).raw("</details></section>\n");
}

#[cfg(test)]
mod tests {
    use super::first_paragraph;

    #[test]
    fn a_readme_introduces_its_pack() {
        assert_eq!(
            first_paragraph("# 甲\n\n第一行\n`第二行`\n\n后文\n").as_deref(),
            Some("第一行第二行")
        );
        assert_eq!(first_paragraph("# 甲\n"), None);
    }
}
