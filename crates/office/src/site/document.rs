//! Documents: each clause beside the rules that carry it out, with its cases and findings.

use std::io;

use jiufen_diagnostic::{Diagnostic, Span};
use jiufen_document::{Clause, Document, Fence, Status, html::clause_html};
use jiufen_language::program::{ParameterId, RuleId, VerdictId};
use jiufen_language::syntax::SyntaxKind;

use super::highlight::{self, BlockView};
use super::markup::{Markup, badge};
use super::page::{Page, Writer, status_class};
use super::{Site, cases, findings};

/// Writes a page for each document.
pub(super) fn write(site: &Site, writer: &mut Writer) -> io::Result<()> {
    for (index, document) in site.input.pack.documents.iter().enumerate() {
        let mut page = Page::new(site.names.document(index), title(document));
        page.standing = Some(document.meta.status);
        page.facts = site.input.run.is_some();
        page.hashes
            .push((format!("{} SHA-256", document.path), document.hash.clone()));
        page.above
            .push(("index.html".to_owned(), site.pick("总览", "Overview").to_owned()));
        let body = body(site, &page, index, document);
        writer.page(site, &page, &body)?;
    }
    Ok(())
}

/// The title of a document, or its path.
pub(super) fn title(document: &Document) -> String {
    document
        .meta
        .title
        .as_ref()
        .map_or_else(|| document.path.clone(), |t| t.value.clone())
}

/// The standing of a document and how its text was seen, as badges.
pub(super) fn badges(site: &Site, status: Status, source: jiufen_document::SourceStatus) -> Markup {
    let mut out = badge(status_class(status), site.pick(status.zh(), status.en()));
    let class = if source == jiufen_document::SourceStatus::Unverified {
        "care"
    } else {
        "plain"
    };
    let words = format!(
        "{}{}",
        site.pick("来源:", "source: "),
        site.pick(source.zh(), source.en())
    );
    out.raw(" ").add(&badge(class, &words));
    out
}

fn body(site: &Site, page: &Page, index: usize, document: &Document) -> Markup {
    let mut out = Markup::new();
    head(site, document, &mut out);
    contents(site, index, document, &mut out);
    let found = |from: u32, to: u32| -> Vec<&Diagnostic> {
        let here = |d: &&Diagnostic| d.span.source == document.source && (from..to).contains(&d.span.start);
        site.input.pack.findings.iter().filter(here).collect()
    };
    let first = document.clauses.first().map_or(u32::MAX, |c| c.span.start);
    out.add(&findings::list(site, page, &found(0, first)));
    let loose: Vec<&Fence> = document.fences.iter().filter(|f| f.clause.is_none()).collect();
    if !loose.is_empty() {
        out.raw("<section class=\"clause\"><div class=\"pair\"><div class=\"prose\"></div>");
        out.add(&rules(site, page, &loose)).raw("</div></section>\n");
    }
    for clause in &document.clauses {
        out.add(&section(site, page, (index, document), clause));
        out.add(&findings::list(
            site,
            page,
            &found(clause.span.start, clause.body.end),
        ));
    }
    out
}

fn head(site: &Site, document: &Document, out: &mut Markup) {
    let (meta, lang) = (&document.meta, site.input.lang);
    out.raw("<header class=\"document\">");
    if let Some(issuer) = &meta.issuer {
        out.raw("<p class=\"issuer\" lang=\"zh-CN\">")
            .text(&issuer.value)
            .raw("</p>");
    }
    out.raw("<h1 lang=\"zh-CN\">").text(&title(document)).raw("</h1>");
    if let Some(number) = &meta.number {
        out.raw("<p class=\"number\" lang=\"zh-CN\">")
            .text(&number.value)
            .raw("</p>");
    }
    out.raw("<p>")
        .add(&badges(site, meta.status, meta.source_status))
        .raw("</p></header>\n<dl class=\"facts\">");
    let mut entry = |words: &str, value: &str| {
        if !value.is_empty() {
            out.raw("<div><dt>")
                .text(words)
                .raw("</dt><dd>")
                .text(value)
                .raw("</dd></div>");
        }
    };
    let text = |t: &Option<jiufen_document::Text>| t.as_ref().map_or_else(String::new, |t| t.value.clone());
    let day =
        |d: &Option<jiufen_document::Dated>| d.as_ref().map_or_else(String::new, |d| d.date.to_string());
    entry(lang.pick("适用地区", "Territory"), &text(&meta.territory));
    entry(lang.pick("成文", "Drawn up"), &day(&meta.dated));
    entry(lang.pick("发布", "Published"), &day(&meta.published));
    entry(lang.pick("施行", "In force from"), &day(&meta.valid_from));
    entry(lang.pick("失效", "Last day in force"), &day(&meta.valid_to));
    entry(lang.pick("承接", "Continues"), &text(&meta.follows));
    let references: Vec<&str> = meta.references.iter().map(|r| r.value.as_str()).collect();
    entry(
        lang.pick("引用", "Refers to"),
        &references.join(lang.pick("、", ", ")),
    );
    entry(lang.pick("说明", "Remark"), &text(&meta.note));
    entry(lang.pick("文件", "File"), &document.path);
    out.raw("</dl>\n");
}

fn contents(site: &Site, index: usize, document: &Document, out: &mut Markup) {
    let clauses: Vec<&Clause> = document.clauses.iter().filter(|c| !c.path.is_empty()).collect();
    if clauses.len() < 4 {
        return;
    }
    out.raw("<details class=\"contents\"><summary>")
        .text(site.pick("目录", "Contents"));
    out.raw("</summary><ol lang=\"zh-CN\">");
    for clause in clauses {
        let anchor = format!("#{}", site.names.clause_anchor(index, clause.id.0));
        out.raw("<li>").link(&anchor, &clause.heading).raw("</li>");
    }
    out.raw("</ol></details>\n");
}

fn section(site: &Site, page: &Page, (index, document): (usize, &Document), clause: &Clause) -> Markup {
    let anchor = site.names.clause_anchor(index, clause.id.0);
    let text = site
        .input
        .pack
        .sources
        .file(document.source)
        .map_or("", |f| &*f.text);
    let prose = relinked(site, page, document, &clause_html(document, text, clause.id));
    let fences: Vec<&Fence> = document
        .fences
        .iter()
        .filter(|f| f.clause == Some(clause.id))
        .collect();
    // The title of the document stands at the head of the page already.
    let is_title = clause.path.is_empty() && clause.heading == title(document);
    let mut out = Markup::new();
    if is_title && prose.trim().is_empty() && fences.is_empty() {
        out.raw("<div").attribute("id", anchor).raw("></div>\n");
        return out;
    }
    out.raw("<section class=\"clause\"")
        .attribute("id", anchor)
        .raw(">");
    if !is_title {
        let level = if clause.level <= 2 {
            ("<h2", "</h2>")
        } else {
            ("<h3", "</h3>")
        };
        out.raw(level.0)
            .raw(" lang=\"zh-CN\">")
            .text(&clause.heading)
            .raw(level.1);
        if !clause.path.is_empty() {
            let words = document.citation(Some(clause.id));
            out.raw("<p class=\"citation\"><a class=\"cite\"")
                .attribute("href", &format!("#{anchor}"))
                .raw(">");
            out.text(&words).raw("</a></p>");
        }
    }
    out.raw(if fences.is_empty() {
        "<div class=\"alone\">"
    } else {
        "<div class=\"pair\">"
    });
    out.raw("<div class=\"prose\" lang=\"zh-CN\">")
        .add(&Markup::safe(prose))
        .raw("</div>");
    if !fences.is_empty() {
        out.add(&rules(site, page, &fences));
    }
    out.raw("</div></section>\n");
    out
}

/// The prose with links to other documents of the pack led to their pages. Images are not loaded: the site is complete
/// without a network.
fn relinked(site: &Site, page: &Page, document: &Document, html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    // In the prose every quotation mark of a text is escaped, so that these are attributes.
    while let Some((at, name)) = [" href=\"", " src=\""]
        .into_iter()
        .filter_map(|n| Some((rest.find(n)?, n)))
        .min()
    {
        let value = at + name.len();
        let end = rest[value..].find('"').map_or(rest.len(), |e| value + e);
        out.push_str(&rest[..at]);
        let address = &rest[value..end];
        let target = if name == " src=\"" {
            None
        } else {
            led_to(site, page, document, address)
        };
        if let Some(target) = target {
            out.push_str(&format!(" href=\"{target}"));
        } else {
            out.push_str(&format!(" data-address=\"{address}"));
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// The address of a link as seen from the page; none when it leads nowhere within the site.
fn led_to(site: &Site, page: &Page, document: &Document, address: &str) -> Option<String> {
    if address.starts_with("http://") || address.starts_with("https://") {
        return Some(address.to_owned());
    }
    let file = address.split(['#', '?']).next().unwrap_or("");
    let mut path: Vec<&str> = document.path.split('/').collect();
    path.pop();
    let decoded = decoded(file);
    for part in decoded.split('/') {
        match part {
            "." => {}
            ".." => {
                path.pop();
            }
            name => path.push(name),
        }
    }
    site.names
        .position(&path.join("/"))
        .map(|position| page.to(site.names.document(position)))
}

/// `%E4%B8%80` is `一`.
fn decoded(address: &str) -> String {
    let bytes = address.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = address.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The right-hand column: blocks first, cases folded below them.
fn rules(site: &Site, page: &Page, fences: &[&Fence]) -> Markup {
    let blocks: Vec<BlockView> = fences
        .iter()
        .flat_map(|f| highlight::blocks(site, page, f))
        .collect();
    let (tests, blocks): (Vec<_>, Vec<_>) = blocks.iter().partition(|b| b.kind == SyntaxKind::CASE);
    let mut out = Markup::new();
    out.raw("<div class=\"rules\" lang=\"zh-CN\">");
    for block in blocks {
        out.raw("<div class=\"block\">")
            .add(&code(block))
            .add(&foot(site, page, block.span))
            .raw("</div>\n");
    }
    let run: Vec<(usize, &BlockView)> = tests
        .into_iter()
        .filter_map(|block| {
            let at = site
                .program()
                .cases
                .iter()
                .position(|case| holds(block.span, case.span))?;
            Some((at, block))
        })
        .collect();
    out.add(&cases::folded(site, page, &run)).raw("</div>");
    out
}

/// A block as preformatted text.
pub(super) fn code(block: &BlockView) -> Markup {
    let mut out = Markup::new();
    out.raw("<pre class=\"rule\" tabindex=\"0\"><code>")
        .add(&block.markup)
        .raw("</code></pre>");
    out
}

/// What a block declares has a page: a link to it, with how it came out.
fn foot(site: &Site, page: &Page, span: Span) -> Markup {
    let program = site.program();
    let mut out = Markup::new();
    for (id, rule) in program.rules().filter(|(_, rule)| holds(span, rule.span)) {
        out.raw("<p class=\"foot\">");
        let words = format!("{} {}", site.pick("规则页", "Rule page"), rule.name);
        out.link(&page.to(site.names.rule(id)), &words)
            .add(&counts(site, id))
            .raw("</p>");
    }
    for (index, verdict) in program
        .verdicts
        .iter()
        .enumerate()
        .filter(|(_, v)| holds(span, v.span))
    {
        let words = format!(
            "{} {}",
            match verdict.ranking {
                Some(_) => site.pick("评级页", "Ranking page"),
                None => site.pick("判定页", "Verdict page"),
            },
            verdict.name
        );
        let file = site.names.verdict(VerdictId(index as u32));
        out.raw("<p class=\"foot\">")
            .link(&page.to(file), &words)
            .raw("</p>");
    }
    for (index, parameter) in program
        .parameters
        .iter()
        .enumerate()
        .filter(|(_, p)| holds(span, p.span))
    {
        let target = site.names.parameter(ParameterId(index as u32));
        let words = format!("{} {}", site.pick("历次数值", "History of"), parameter.name);
        out.raw("<p class=\"foot\">").link(&page.to(&target), &words);
        if parameter.part.versions.is_empty() {
            out.raw(" ")
                .add(&badge("care", site.pick("未核实", "unverified")));
        }
        out.raw("</p>");
    }
    out
}

fn counts(site: &Site, id: RuleId) -> Markup {
    let mut out = Markup::new();
    let Some(summary) = site.summary(id) else {
        return out;
    };
    let lang = site.input.lang;
    for (count, zh, en) in [
        (summary.eligible, "符合", "eligible"),
        (summary.ineligible, "不符合", "ineligible"),
        (summary.undetermined, "无法判定", "undetermined"),
        (summary.refused, "拒绝", "refused"),
    ] {
        if count > 0 {
            out.raw(" · ")
                .text(lang.pick(zh, en))
                .raw(" <b>")
                .text(&count.to_string())
                .raw("</b>");
        }
    }
    out
}

fn holds(block: Span, inner: Span) -> bool {
    block.source == inner.source && (block.start..block.end.max(block.start + 1)).contains(&inner.start)
}
