//! From text to program, and cases to failures.

use jiufen_diagnostic::{Lang, Severity, Sources};
use jiufen_interpret::cases;
use jiufen_language::program::Program;

/// Subjects and events that the tests are about.
pub(crate) const WORDS: &str = include_str!("words.md");

/// The program of some documents, with the messages of all errors.
pub(crate) fn check(texts: &[(&str, &str)]) -> (Program, Vec<String>) {
    let mut sources = Sources::default();
    let mut errors = Vec::new();
    let mut documents = Vec::new();
    let mut add = |finding: &jiufen_diagnostic::Diagnostic, sources: &Sources| {
        if finding.severity() == Severity::Error {
            let file = sources.file(finding.span.source).unwrap();
            let place = file.place(finding.span.start);
            errors.push(format!(
                "{}:{}: {}",
                file.path,
                place.line,
                finding.message(Lang::Zh)
            ));
        }
    };
    for (path, text) in texts {
        let id = sources.add(*path, *text);
        let (document, findings) = jiufen_document::parse(&sources, id);
        findings.iter().for_each(|finding| add(finding, &sources));
        documents.push(document);
    }
    let checked = jiufen_language::check(&sources, &documents);
    checked.findings.iter().for_each(|finding| add(finding, &sources));
    (checked.program, errors)
}

/// Wraps rule blocks in a document that is in force from 2020 to 2027.
pub(crate) fn document(blocks: &str) -> String {
    document_of("施行: 2020-01-01\n失效: 2027-12-31", blocks)
}

/// Wraps rule blocks in a document with other lines of front matter.
pub(crate) fn document_of(meta: &str, blocks: &str) -> String {
    format!(
        "---\n标题: 示例\n文号: 示例〔2025〕1号\n发文机关: 示例\n适用地区: 全国\n{meta}\n状态: 示例\n来源: 示例\n---\n\n## 一、示例\n\n示例。\n\n```jiufen\n{blocks}\n```\n"
    )
}

/// The program of one wrapped document and the words of the tests; errors fail the test.
pub(crate) fn program(text: &str) -> Program {
    let (program, errors) = check(&[("词汇.md", WORDS), ("示例.md", text)]);
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    program
}

/// Runs all cases of rule blocks; each must be met.
pub(crate) fn cases_hold(blocks: &str) {
    let program = program(&document(blocks));
    assert!(!program.cases.is_empty(), "no case");
    let failures = failures(&program);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What failed, case by case.
pub(crate) fn failures(program: &Program) -> Vec<String> {
    let mut out = Vec::new();
    for case in &program.cases {
        for failure in cases::run_case(program, case).failures {
            out.push(format!(
                "{}: expected {}, found {}",
                case.name, failure.expected, failure.found
            ));
        }
    }
    out
}
