//! The prose of a clause as HTML that can stand on a page without further care.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Parser, Tag, TagEnd, html};

use crate::document::{ClauseId, Document};
use crate::fences::Info;
use crate::walk::options;

/// The paragraphs, lists and tables directly under a heading as HTML; rule blocks are left out.
///
/// `text` is the text that `document` was parsed from. Raw HTML in it is shown as text. A link or image that leads
/// neither to http(s) nor to a relative address is shown as its words.
pub fn clause_html(document: &Document, text: &str, clause: ClauseId) -> String {
    let body = document.clause(clause).body;
    let mut out = String::new();
    let mut at = body.start as usize;
    // Fences stand at the margin, so that the parts between them are Markdown of their own.
    let fences = document.fences.iter().filter(|f| f.clause == Some(clause));
    for fence in fences {
        render(text, at..fence.span.start as usize, &mut out);
        at = (fence.span.end as usize).max(at);
    }
    render(text, at..body.end as usize, &mut out);
    out
}

fn render(text: &str, part: Range<usize>, out: &mut String) {
    let part = text.get(part).unwrap_or("");
    let mut filter = Filter::default();
    html::push_html(
        out,
        Parser::new_ext(part, options()).filter_map(|event| filter.event(event)),
    );
}

#[derive(Default)]
struct Filter {
    /// For each open link and image, whether it is kept.
    links: Vec<bool>,
    in_rules: bool,
}

impl Filter {
    fn event<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if Info::read(&info).is_rules() => {
                self.in_rules = true;
                None
            }
            Event::End(TagEnd::CodeBlock) if self.in_rules => {
                self.in_rules = false;
                None
            }
            _ if self.in_rules => None,
            Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
            Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
            // The headings of the page are those of the clauses; any other is a line of prose.
            Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Link { ref dest_url, .. } | Tag::Image { ref dest_url, .. }) => {
                let kept = is_safe(dest_url);
                self.links.push(kept);
                kept.then_some(event)
            }
            Event::End(TagEnd::Link | TagEnd::Image) => self.links.pop().unwrap_or(false).then_some(event),
            _ => Some(event),
        }
    }
}

/// Whether an address is http(s) or relative to the page. `//host` and `/\host` leave the site and are neither.
fn is_safe(address: &CowStr) -> bool {
    let scheme = address
        .split(['/', '?', '#', '\\'])
        .next()
        .and_then(|head| head.split_once(':'));
    match scheme {
        Some((scheme, _)) => scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"),
        None => {
            let plain = !address.contains(|c: char| c.is_control() || c == '\\');
            plain && !address.starts_with("//")
        }
    }
}

#[cfg(test)]
mod tests {
    use jiufen_diagnostic::Sources;

    use super::clause_html;

    fn check(body: &str, expected: &str) {
        let text = format!("---\n状态: 示例\n---\n## 第一条 甲\n{body}\n## 第二条 乙\n尾\n");
        let mut sources = Sources::default();
        let source = sources.add("甲.md", text.as_str());
        let (document, _) = crate::parse(&sources, source);
        assert_eq!(
            clause_html(&document, &text, document.clauses[0].id),
            expected,
            "{body}"
        );
    }

    #[test]
    fn prose_lists_and_tables_become_html_and_rules_do_not() {
        check(
            "按 **5%** 补助。\n\n- 甲\n- 乙\n\n```jiufen\n奖补 甲\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
            "<p>按 <strong>5%</strong> 补助。</p>\n<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>\n<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\n<tr><td>1</td><td>2</td></tr>\n</tbody></table>\n",
        );
        check(
            "甲\n\n> ```jiufen\n> 奖补 甲\n> ```\n",
            "<p>甲</p>\n<blockquote>\n</blockquote>\n",
        );
        check("```jiufen\n奖补 甲", "");
    }

    #[test]
    fn raw_html_is_shown_as_text() {
        check(
            "甲<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n",
            "<p>甲&lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>&lt;img src=x onerror=alert(1)&gt;\n</p>\n",
        );
    }

    #[test]
    fn only_links_to_the_web_or_the_site_are_kept() {
        check(
            "[甲](https://example.invalid/a?b=c:d)",
            "<p><a href=\"https://example.invalid/a?b=c:d\">甲</a></p>\n",
        );
        check("[甲](a/b.html#c:d)", "<p><a href=\"a/b.html#c:d\">甲</a></p>\n");
        for address in [
            "javascript:alert(1)",
            "JAVASCRIPT&colon;alert(1)",
            "&#106;avascript:alert(1)",
            "<java\tscript:alert(1)>",
            "data:text/html;base64,AA",
            "//example.invalid",
            "/\\example.invalid",
            "vbscript:x",
        ] {
            check(&format!("[甲]({address})"), "<p>甲</p>\n");
            check(&format!("![甲]({address})"), "<p>甲</p>\n");
        }
    }
}
