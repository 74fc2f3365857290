//! The page of every code: it explains, shows a document that triggers the code, and the same document mended.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiufen_diagnostic::catalogue::{self, document, gazette, law, names, registry, syntax, types};
use jiufen_diagnostic::{Entry, Severity};

use super::literate::{Section, run, sections};

/// What triggers a code that no text of a document can trigger.
const MARKS: &[&str] = &[
    "<!-- 由登记数据触发 -->",
    "<!-- 由编码触发 -->",
    "<!-- 由栏目触发 -->",
    "<!-- 由推演触发 -->",
];

const STAGES: &[(&str, &[&Entry])] = &[
    ("文件", document::ALL),
    ("语法", syntax::ALL),
    ("名称与链接", names::ALL),
    ("类型、单位与表", types::ALL),
    ("法律提醒", law::ALL),
    ("登记数据", registry::ALL),
    ("栏目", gazette::ALL),
];

/// A code that cannot stand without another: a name that is not in normal form makes the document so.
const TOGETHER: &[(&str, &str)] = &[("not-nfc", "document-not-nfc")];

struct Page {
    code: String,
    preface: String,
    sections: Vec<Section>,
}

impl Page {
    fn mark(&self) -> Option<&'static str> {
        MARKS.iter().copied().find(|mark| self.preface.contains(mark))
    }

    fn section(&self, heading: &str) -> &Section {
        let found = self.sections.iter().find(|s| s.heading == heading);
        found.unwrap_or_else(|| panic!("{} has no section {heading}", self.code))
    }

    /// The paragraphs between the title and the first section, without marks.
    fn paragraphs(&self) -> Vec<&str> {
        let parts = self.preface.split("\n\n").map(str::trim);
        parts
            .filter(|p| !p.is_empty() && !p.starts_with('#') && !p.starts_with("<!--"))
            .collect()
    }
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/language/diagnostics"
    ))
}

fn pages() -> BTreeMap<String, Page> {
    let mut out = BTreeMap::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let code = path.file_stem().unwrap().to_string_lossy().into_owned();
        if code == "README" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let (preface, sections) = sections(&text);
        out.insert(
            code.clone(),
            Page {
                code,
                preface,
                sections,
            },
        );
    }
    out
}

/// The codes of the stages that read documents, but those whose page names another trigger.
pub(crate) fn codes_of_documents() -> BTreeSet<&'static str> {
    let pages = pages();
    let stages = [document::ALL, syntax::ALL, names::ALL, types::ALL, law::ALL];
    let codes = stages.into_iter().flatten().map(|entry| entry.code);
    codes
        .filter(|code| pages.get(*code).is_none_or(|page| page.mark().is_none()))
        .collect()
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let codes: BTreeSet<String> = catalogue::all().map(|entry| entry.code.to_owned()).collect();
    let written: BTreeSet<String> = pages().into_keys().collect();
    assert_eq!(
        codes.difference(&written).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "codes without a page"
    );
    assert_eq!(
        written.difference(&codes).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "pages without a code"
    );
}

#[test]
fn the_stages_of_the_index_hold_every_code_once() {
    let listed = STAGES
        .iter()
        .flat_map(|(_, entries)| entries.iter().map(|entry| entry.code));
    let listed: Vec<&str> = listed.collect();
    let all: Vec<&str> = catalogue::all().map(|entry| entry.code).collect();
    assert_eq!(listed.len(), all.len());
    assert_eq!(
        listed.into_iter().collect::<BTreeSet<_>>(),
        all.into_iter().collect::<BTreeSet<_>>()
    );
}

#[test]
fn every_page_explains_in_chinese_and_in_english() {
    for page in pages().values() {
        assert!(
            page.preface.starts_with(&format!("# {}\n", page.code)),
            "{}",
            page.code
        );
        let is_chinese = |p: &str| {
            let han = p
                .chars()
                .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
                .count();
            han > p.chars().filter(char::is_ascii_alphabetic).count()
        };
        let paragraphs = page.paragraphs();
        let [zh, en] = paragraphs.as_slice() else {
            panic!("{} has {} paragraphs", page.code, paragraphs.len())
        };
        assert!(is_chinese(zh) && !is_chinese(en), "{}", page.code);
        assert!(
            zh.chars().count() >= 30 && en.split_whitespace().count() >= 15,
            "{} says too little",
            page.code
        );
    }
}

#[test]
fn the_example_of_a_page_triggers_its_code_and_nothing_else() {
    let mut wrong = Vec::new();
    for page in pages().values().filter(|page| page.mark().is_none()) {
        let documents = page.section("例").documents();
        assert!(!documents.is_empty(), "{} shows no document", page.code);
        let run = run(&[], &documents);
        let others = run.codes().into_iter().filter(|code| *code != page.code);
        let others: Vec<&str> = others
            .filter(|code| !TOGETHER.contains(&(page.code.as_str(), *code)))
            .collect();
        if !run.codes().contains(&page.code.as_str()) || !others.is_empty() {
            wrong.push(format!("{}\n{}", page.code, run.messages().join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_mended_form_of_a_page_has_no_findings() {
    let mut wrong = Vec::new();
    for page in pages().values().filter(|page| page.mark().is_none()) {
        let documents = page.section("改后").documents();
        assert!(!documents.is_empty(), "{} shows no mended document", page.code);
        let run = run(&[], &documents);
        if !run.findings.is_empty() {
            wrong.push(format!("{}\n{}", page.code, run.messages().join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_page_of_another_trigger_still_shows_an_example() {
    let stages = [document::ALL, syntax::ALL, names::ALL, types::ALL, law::ALL];
    let of_documents: BTreeSet<&str> = stages.into_iter().flatten().map(|entry| entry.code).collect();
    let pages = pages();
    for page in pages.values().filter(|page| page.mark().is_some()) {
        let example = page.section("例");
        let fences = example.fences.iter().filter(|f| !f.body.trim().is_empty());
        assert!(fences.count() >= 1, "{}", page.code);
        assert!(
            page.section("改后")
                .fences
                .iter()
                .any(|f| !f.body.trim().is_empty()),
            "{}",
            page.code
        );
    }
    for (stage, mark) in [(registry::ALL, MARKS[0]), (gazette::ALL, MARKS[2])] {
        for entry in stage {
            assert_eq!(pages[entry.code].mark(), Some(mark), "{}", entry.code);
        }
    }
    let marked = pages
        .values()
        .filter(|p| p.mark().is_some() && of_documents.contains(p.code.as_str()));
    let marked: Vec<&str> = marked.map(|p| p.code.as_str()).collect();
    assert!(
        marked.len() <= 4,
        "only few codes of documents need another trigger: {marked:?}"
    );
}

/// The index, from the catalogues.
fn index() -> String {
    let mut out = String::from(
        "# 诊断索引\n\n每个代码一页:含义、缘由、怎样改,一个触发它的例子和改后的样子。例子由 `crates/language/tests/it/check` 逐一运行。\n\n\
         One page for each code. This table is written by the tests: `UPDATE_EXPECT=1 cargo test -p jiufen-language`.\n",
    );
    for (stage, entries) in STAGES {
        out.push_str(&format!(
            "\n## {stage}\n\n| 代码 | 级别 | 说的是 |\n| --- | --- | --- |\n"
        ));
        for entry in *entries {
            let severity = match entry.severity {
                Severity::Error => "错误",
                Severity::Warning => "提醒",
                Severity::Note => "说明",
            };
            let words = without_slots(entry.zh.message).replace('|', "\\|");
            out.push_str(&format!("| [{0}]({0}.md) | {severity} | {words} |\n", entry.code));
        }
    }
    out
}

/// A message of the catalogue with … for what each finding fills in.
fn without_slots(message: &str) -> String {
    let mut out = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, behind)) = after.split_once('}') else {
            break;
        };
        out.push_str(before);
        out.push('…');
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[test]
fn the_index_lists_every_code_by_stage() {
    let path = folder().join("README.md");
    let wanted = index();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/language/diagnostics/README.md is out of date; run with UPDATE_EXPECT=1"
    );
}
