//! An issue of the column: motto, signed articles with their sections, the editor's note, host and address.

use std::io;

use jiufen_gazette::{Article, Issue, Section};

use super::Site;
use super::markup::Markup;
use super::page::{Page, Writer};

/// Writes the page of the issue, when there is one.
pub(super) fn write(site: &Site, writer: &mut Writer) -> io::Result<()> {
    let Some((name, issue)) = site.input.column else {
        return Ok(());
    };
    let title = issue
        .name
        .as_ref()
        .map_or_else(|| site.pick("栏目", "Column").to_owned(), |n| plain(&n.text));
    // An issue that is no part of the pack is nobody's example.
    let of_pack = site.input.pack.files.get(name).is_some();
    let mut page = match of_pack {
        true => Page::over_pack(site, "column.html", title),
        false => Page::new("column.html", title),
    };
    page.facts = true;
    let body = body(site, &page, name, issue);
    writer.page(site, &page, &body)
}

fn body(site: &Site, page: &Page, name: &str, issue: &Issue) -> Markup {
    let lang = site.input.lang;
    let mut out = Markup::new();
    out.raw("<div class=\"issue\" lang=\"zh-CN\">\n<header class=\"masthead\"><h1>")
        .text(&page.title)
        .raw("</h1>");
    if let Some(motto) = &issue.motto {
        out.raw("<ul class=\"motto\"")
            .attribute("aria-label", lang.pick("口号", "Motto"))
            .raw(">");
        for phrase in plain(&motto.text).split_whitespace() {
            out.element("li", phrase);
        }
        out.raw("</ul>");
    }
    if let Some(host) = &issue.host {
        out.raw("<p class=\"host\">").text(&plain(&host.text)).raw("</p>");
    }
    out.raw("</header>\n");
    contents(site, issue, &mut out);
    for (at, one) in issue.articles.iter().enumerate() {
        article(at, one, &mut out);
    }
    note(issue, &mut out);
    foot(site, name, issue, &mut out);
    out.raw("</div>\n");
    out
}

fn contents(site: &Site, issue: &Issue, out: &mut Markup) {
    let label = site.pick("本期目录", "In this issue");
    out.raw("<nav class=\"toc\"")
        .attribute("aria-label", label)
        .raw("><h2>")
        .text(label)
        .raw("</h2><ol>");
    for (at, article) in issue.articles.iter().enumerate() {
        out.raw("<li>")
            .link(&format!("#article-{}", at + 1), &plain(&article.title.text));
        out.raw(" <span class=\"signed\">")
            .text(&signature(article))
            .raw("</span></li>");
    }
    if let Some(note) = &issue.editors_note {
        out.raw("<li>")
            .link("#note", &plain(&note.heading.text))
            .raw("</li>");
    }
    out.raw("</ol></nav>\n");
}

fn signature(article: &Article) -> String {
    format!("{} {}", article.bureau, article.author).trim().to_owned()
}

fn article(at: usize, article: &Article, out: &mut Markup) {
    let anchor = format!("article-{}", at + 1);
    out.raw("<article").attribute("id", &anchor).raw(">\n<h2>");
    for (at, line) in plain(&article.title.text).split_whitespace().enumerate() {
        out.raw(if at > 0 { " <span>" } else { "<span>" })
            .text(line)
            .raw("</span>");
    }
    out.raw("</h2>\n<p class=\"byline\"><span class=\"bureau\">")
        .text(&article.bureau)
        .raw("</span> <span class=\"author\">");
    out.text(&article.author).raw("</span></p>\n");
    for (number, part) in article.sections.iter().enumerate() {
        section(&anchor, number, part, out);
    }
    out.raw("</article>\n");
}

fn section(anchor: &str, number: usize, section: &Section, out: &mut Markup) {
    out.raw("<section")
        .attribute("id", &format!("{anchor}-{}", number + 1))
        .raw(">");
    if let Some(heading) = &section.heading {
        out.element("h3", &plain(&heading.text));
    }
    for paragraph in &section.paragraphs {
        out.element("p", &paragraph.text);
    }
    out.raw("</section>\n");
}

fn note(issue: &Issue, out: &mut Markup) {
    let Some(note) = &issue.editors_note else { return };
    out.raw("<article id=\"note\" class=\"note-of-editor\">\n<h2>")
        .text(&plain(&note.heading.text))
        .raw("</h2>\n");
    for paragraph in &note.paragraphs {
        out.element("p", &paragraph.text);
    }
    out.raw("</article>\n");
}

fn foot(site: &Site, name: &str, issue: &Issue, out: &mut Markup) {
    let lang = site.input.lang;
    out.raw("<aside class=\"imprint\"><dl>");
    let mut entry = |words: &str, value: &str| {
        out.raw("<div><dt>")
            .text(words)
            .raw("</dt><dd>")
            .text(value)
            .raw("</dd></div>");
    };
    if let Some(address) = &issue.address {
        entry(lang.pick("投稿", "Submissions"), &address.text);
    }
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    entry(lang.pick("来源文本", "Source text"), file);
    let joins = issue.joins.len();
    if joins > 0 {
        let words = match lang {
            jiufen_diagnostic::Lang::Zh => format!("接上断开的 {joins} 处(原文在分页、分栏处断行)"),
            jiufen_diagnostic::Lang::En => format!("{joins} breaks at pages and columns mended"),
        };
        entry(lang.pick("整理", "Mended"), &words);
    }
    if !issue.findings.is_empty() {
        let words: Vec<String> = issue
            .findings
            .iter()
            .map(|f| {
                let finding = jiufen_diagnostic::Diagnostic::new(f.entry, nowhere())
                    .with("found", f.passage.text.as_str());
                format!(
                    "{}({} {})",
                    finding.message(lang),
                    lang.pick("行", "line"),
                    f.passage.lines.first
                )
            })
            .collect();
        entry(
            lang.pick("待人看", "For a person to look at"),
            &words.join(lang.pick(";", "; ")),
        );
    }
    out.raw("</dl></aside>\n");
}

/// A message needs no place when its line is told beside it.
fn nowhere() -> jiufen_diagnostic::Span {
    jiufen_diagnostic::Span {
        source: jiufen_diagnostic::SourceId(0),
        start: 0,
        end: 0,
    }
}

/// A heading without the marks of Markdown that stand before it.
fn plain(text: &str) -> String {
    text.trim_start_matches('#').trim().to_owned()
}
