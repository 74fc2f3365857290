//! Formatting of documents: every rule block in its canonical form, in the keywords that are asked for.

use jiufen_diagnostic::catalogue::document::NOT_UTF8;
use jiufen_diagnostic::{Diagnostic, Lang, Sources};
use jiufen_document::FenceLanguage;
use jiufen_language::syntax::{self, Keywords};

/// A formatted document. A block with faults is left as it is, and its faults are told.
#[derive(Debug)]
pub struct Formatted {
    /// The whole text; none where the bytes are no UTF-8, which is never rewritten.
    pub text: Option<String>,
    /// Faults of the text.
    pub findings: Vec<Diagnostic>,
}

/// Formats a document.
pub fn format_document(sources: &mut Sources, path: &str, bytes: &[u8], keywords: Option<Lang>) -> Formatted {
    let (source, mut findings) = jiufen_document::load(sources, path, bytes);
    let (document, found) = jiufen_document::parse(sources, source);
    findings.extend(found);
    let text = sources
        .file(source)
        .map_or_else(String::new, |f| f.text.to_string());
    if findings.iter().any(|f| f.code() == NOT_UTF8.code) {
        return Formatted { text: None, findings };
    }
    let mut fences = Vec::new();
    for fence in &document.fences {
        let language = match fence.keywords {
            FenceLanguage::Chinese => Keywords::Chinese,
            FenceLanguage::English => Keywords::English,
        };
        let parse = syntax::parse(sources.text(fence.content), language);
        findings.extend(parse.diagnostics(fence.content));
        fences.push((fence.content.start as usize..fence.content.end as usize, language));
    }
    let to = keywords.map(|lang| match lang {
        Lang::Zh => Keywords::Chinese,
        Lang::En => Keywords::English,
    });
    findings.retain(|d| d.severity() == jiufen_diagnostic::Severity::Error);
    Formatted {
        text: Some(jiufen_language::format::format_document(&text, &fences, to)),
        findings,
    }
}
