//! What the parser says of broken texts: the whole message and the text after the fix.

use std::collections::BTreeSet;

use jiufen_diagnostic::{Diagnostic, Edit, Lang, Sources, apply_edits, catalogue};
use jiufen_language::syntax::{Keywords, parse};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/rejections/syntax.md");

fn findings(text: &str, keywords: Keywords) -> (Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let id = sources.add("t", text);
    let base = sources.span(id, 0..0);
    (parse(text, keywords).diagnostics(base), sources)
}

fn said(text: &str, keywords: Keywords) -> String {
    let lang = match keywords {
        Keywords::Chinese => Lang::Zh,
        Keywords::English => Lang::En,
    };
    let (found, sources) = findings(text, keywords);
    let mut out = String::new();
    for finding in &found {
        let place = sources
            .file(finding.span.source)
            .unwrap()
            .place(finding.span.start);
        out.push_str(&format!("{}:{} {}\n", place.line, place.column, finding.code()));
        out.push_str(&format!(
            "  {}\n  {}\n",
            finding.message(lang),
            finding.help(lang)
        ));
    }
    let edits: Vec<Edit> = found.iter().flat_map(|finding| finding.fix.clone()).collect();
    if !edits.is_empty() {
        for line in apply_edits(text, &edits).lines() {
            out.push_str(format!("→ {line}").trim_end());
            out.push('\n');
        }
    }
    out
}

/// The file cut at its fences: text, fence, text, fence …
fn parts(file: &str) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    let mut rest = file;
    while let Some(at) = rest.find("```") {
        let body = at + rest[at..].find('\n').unwrap() + 1;
        let end = body + rest[body..].find("```").unwrap();
        parts.push((rest[..body].to_string(), rest[body..end].to_string()));
        rest = &rest[end + 3..];
    }
    parts
}

#[test]
fn every_rejection_says_what_the_file_says() {
    let file = std::fs::read_to_string(FILE).unwrap();
    let mut written = String::new();
    for case in parts(&file).chunks(2) {
        let [(head, text), (between, _)] = case else {
            panic!("a fence without its text block")
        };
        let keywords = if head.ends_with("```jiufen en\n") {
            Keywords::English
        } else {
            Keywords::Chinese
        };
        written.push_str(
            &format!("{head}{text}```{between}{}```", said(text, keywords)).replacen("``````", "```", 1),
        );
    }
    written.push('\n');
    let written = written.replace("``````", "```");
    if std::env::var_os("JIUFEN_BLESS").is_some() {
        std::fs::write(FILE, &written).unwrap();
    }
    assert_eq!(written, file, "run with JIUFEN_BLESS=1 to accept");
}

#[test]
fn every_finding_of_the_catalogue_has_a_rejection_with_all_its_words() {
    let file = std::fs::read_to_string(FILE).unwrap();
    let mut seen = BTreeSet::new();
    for (head, text) in parts(&file).iter().step_by(2) {
        let keywords = if head.ends_with("```jiufen en\n") {
            Keywords::English
        } else {
            Keywords::Chinese
        };
        for finding in findings(text, keywords).0 {
            seen.insert(finding.code());
            for words in [Lang::Zh, Lang::En].map(|lang| finding.message(lang) + &finding.help(lang)) {
                for argument in &finding.entry.zh.message.split('{').skip(1).collect::<Vec<_>>() {
                    let slot = argument.split('}').next().unwrap();
                    assert!(
                        finding.arguments.iter().any(|(name, _)| *name == slot),
                        "{}: {slot}",
                        finding.code()
                    );
                }
                assert!(
                    !words.contains("{found}") && !words.contains("{allowed}"),
                    "{words}"
                );
            }
        }
    }
    for entry in catalogue::syntax::ALL {
        assert!(seen.contains(entry.code), "no rejection shows {}", entry.code);
    }
}

#[test]
fn a_fix_removes_its_fault() {
    let file = std::fs::read_to_string(FILE).unwrap();
    for (head, text) in parts(&file).iter().step_by(2) {
        let keywords = if head.ends_with("```jiufen en\n") {
            Keywords::English
        } else {
            Keywords::Chinese
        };
        let (found, _) = findings(text, keywords);
        for finding in found.iter().filter(|finding| !finding.fix.is_empty()) {
            let mended = apply_edits(text, &finding.fix);
            let (after, _) = findings(&mended, keywords);
            let count = |all: &[Diagnostic]| all.iter().filter(|f| f.code() == finding.code()).count();
            assert!(count(&after) < count(&found), "{} in\n{mended}", finding.code());
        }
    }
}
