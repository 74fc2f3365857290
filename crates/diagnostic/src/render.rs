//! Findings as text for a terminal, and as JSON.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::{Diagnostic, Lang, Severity, Sources, Span, shortened, wrap};

/// How findings are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// The language of the messages.
    pub lang: Lang,
    /// ANSI colours; off for pipes.
    pub colour: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// Draws the findings one after the other, each with its place, its sentence and its help.
pub fn render_text(findings: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let renderer = if style.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
    .term_width(style.width);
    let mut out = String::new();
    for finding in findings {
        out.push_str(&title(finding, style));
        out.push_str(&renderer.render(&groups(finding, sources, style)));
        out.push_str("\n\n");
    }
    out
}

/// The label, the code and the sentence, in lines.
fn title(finding: &Diagnostic, style: Style) -> String {
    let label = format!("{}[{}]", finding.severity().label(style.lang), finding.code());
    // What a text has between its lines must not break ours.
    let message = finding.message(style.lang).replace(['\t', '\n', '\r'], " ");
    let whole = format!("{label}: {message}");
    let lines = match whole.width() <= style.width {
        true => vec![whole],
        false => wrap(&whole, style.width.saturating_sub(4)),
    };
    let mut out = String::new();
    for line in lines {
        let (label, words) = match line.strip_prefix(&label) {
            Some(words) => (label.as_str(), words),
            None => ("", line.as_str()),
        };
        let margin = if out.is_empty() { "" } else { "    " };
        out.push_str(margin);
        if style.colour {
            let colour = match finding.severity() {
                Severity::Error => "91",
                Severity::Warning => "33",
                Severity::Note => "92",
            };
            out.push_str(&format!(
                "\u{1b}[1;{colour}m{label}\u{1b}[0m\u{1b}[1m{words}\u{1b}[0m\n"
            ));
        } else {
            out.push_str(&format!("{label}{words}\n"));
        }
    }
    out
}

/// A message under an excerpt in lines: behind the numbers of the lines, a sign and the label.
fn message(finding: &Diagnostic, words: &str, label: &str, sources: &Sources, style: Style) -> String {
    let line = |span: &Span| {
        let file = sources.file(span.source)?;
        Some(file.place(span.end).line)
    };
    let spans = finding.related.iter().chain([&finding.span]);
    let last = spans.filter_map(line).max().unwrap_or(1);
    let before = last.to_string().len() + " = : ".len() + label.width();
    wrap(words, style.width.saturating_sub(before)).join("\n")
}

fn groups<'a>(finding: &'a Diagnostic, sources: &'a Sources, style: Style) -> Vec<Group<'a>> {
    let lang = style.lang;
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = Group::with_level(level);
    if let Some(snippet) = snippet(
        finding.span,
        AnnotationKind::Primary,
        String::new(),
        sources,
        style,
    ) {
        group = group.element(snippet);
    }
    for span in &finding.related {
        let words = finding.related_words(lang);
        if let Some(snippet) = snippet(*span, AnnotationKind::Context, words, sources, style) {
            group = group.element(snippet);
        }
    }
    if let Some(clause) = &finding.clause {
        let label = lang.pick("条款", "clause");
        let words = message(finding, &shortened(clause, lang), label, sources, style);
        group = group.element(Level::NOTE.with_name(label).message(words));
    }
    let help = finding.help(lang);
    if !help.is_empty() {
        let label = lang.pick("怎么办", "help");
        let words = message(finding, &help, label, sources, style);
        group = group.element(Level::HELP.with_name(label).message(words));
    }
    vec![group]
}

/// The longest excerpt that is drawn; a place in a larger text is shown with the lines around it only.
const EXCERPT_BYTES: usize = 4096;
/// A character takes at most four bytes. The renderer does not always cut a line behind the place it points at.
const BYTES_A_COLUMN: usize = 4;

fn snippet<'a>(
    span: Span,
    kind: AnnotationKind,
    words: String,
    sources: &'a Sources,
    style: Style,
) -> Option<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let file = sources.file(span.source)?;
    let text: &str = &file.text;
    let start = floor(text, span.start as usize);
    let room = BYTES_A_COLUMN * style.width;
    let end = floor(text, (span.end as usize).max(start)).min(start + EXCERPT_BYTES);
    let last_line = text[start..floor(text, end)]
        .rfind('\n')
        .map_or(start, |i| start + i + 1);
    let end = floor(text, end.min(last_line + room));
    // Only the lines the finding touches are given to the renderer, so that a 100 MB text costs nothing.
    let from = text[..start]
        .rfind('\n')
        .map_or(0, |i| i + 1)
        .max(start.saturating_sub(EXCERPT_BYTES));
    let from = ceil(text, from);
    let to = text[end..]
        .find('\n')
        .map_or(text.len(), |i| end + i)
        .min(end + room);
    let to = floor(text, to);
    let to = end + text[end..to].trim_end_matches('\r').len();
    let line = file.place(u32::try_from(from).unwrap_or(u32::MAX)).line;
    let mut annotation = kind.span(start - from..end - from);
    if !words.is_empty() {
        annotation = annotation.label(words);
    }
    Some(
        Snippet::source(&text[from..to])
            .line_start(line)
            .path(file.path.as_str())
            .annotation(annotation),
    )
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, mut at: usize) -> usize {
    while at < text.len() && !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// The findings as a JSON array: code, severity, path, line, column, message, help, clause, fix.
///
/// Lines and columns count from 1, columns in characters; `fix` holds edits as byte offsets of the file.
pub fn render_json(findings: &[Diagnostic], sources: &Sources, lang: Lang) -> Value {
    Value::Array(
        findings
            .iter()
            .map(|finding| one_json(finding, sources, lang))
            .collect(),
    )
}

fn one_json(finding: &Diagnostic, sources: &Sources, lang: Lang) -> Value {
    let place = |span: Span| {
        sources.file(span.source).map_or(Value::Null, |file| {
            let start = file.place(span.start);
            json!({"path": file.path, "line": start.line, "column": start.column,
                   "start": span.start, "end": span.end})
        })
    };
    json!({
        "code": finding.code(),
        "severity": finding.severity().word(),
        "place": place(finding.span),
        "message": finding.message(lang),
        "help": finding.help(lang),
        "clause": finding.clause,
        "related": finding.related.iter().map(|s| place(*s)).collect::<Vec<_>>(),
        "fix": finding.fix.iter()
            .map(|e| json!({"start": e.span.start, "end": e.span.end, "text": e.text}))
            .collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Style, render_text};
    use crate::catalogue::syntax::NESTING_TOO_DEEP;
    use crate::{Diagnostic, Lang, Sources};

    #[test]
    fn no_line_of_an_excerpt_is_endless() {
        let style = Style {
            lang: Lang::Zh,
            colour: false,
            width: 80,
        };
        for text in ["若 ".repeat(10_000), "1".repeat(100_000), "长".repeat(50_000)] {
            let mut sources = Sources::default();
            let text = format!("{text}\n{text}\n");
            let source = sources.add("试.md", text.as_str());
            for range in [0..1, 3..text.len(), 6000..6003, 0..text.len()] {
                let place = Diagnostic::new(&NESTING_TOO_DEEP, sources.span(source, range.clone()));
                let drawn = render_text(&[place], &sources, style);
                let longest = drawn.lines().map(|line| line.chars().count()).max();
                assert!(longest < Some(500), "{range:?}: {longest:?}");
            }
        }
    }
}
