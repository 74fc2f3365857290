//! The checker over whole documents: what it accepts, what it says of the rest, and the pages that explain it.

mod literate;
mod pages;

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiufen_diagnostic::{Diagnostic, Lang, Severity};
use jiufen_document::FenceLanguage;

use literate::{Run, Section, run, sections};

/// One case of the suite with its file and the vocabulary of that file.
struct Case {
    file: String,
    vocabulary: Vec<String>,
    section: Section,
}

impl Case {
    fn run(&self) -> Run {
        run(&self.vocabulary, &self.section.documents())
    }

    fn named(&self) -> String {
        format!("{} · {}", self.file, self.section.heading)
    }
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/check"))
}

fn files() -> Vec<(PathBuf, String)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "md"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()))
        .collect()
}

fn cases_of(path: &std::path::Path, text: &str) -> Vec<Case> {
    let (_, all) = sections(text);
    let vocabulary: Vec<String> = all
        .iter()
        .filter(|s| s.heading == "词汇")
        .flat_map(Section::documents)
        .collect();
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let cases = all.into_iter().filter(|s| s.heading != "词汇");
    cases
        .map(|section| Case {
            file: file.clone(),
            vocabulary: vocabulary.clone(),
            section,
        })
        .collect()
}

fn cases() -> Vec<Case> {
    files()
        .iter()
        .flat_map(|(path, text)| cases_of(path, text))
        .collect()
}

#[test]
fn every_case_says_what_the_file_says() {
    let bless = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for (path, text) in files() {
        let (preface, all) = sections(&text);
        let mut written = preface;
        let mut cases = cases_of(&path, &text).into_iter();
        for section in &all {
            if section.heading == "词汇" {
                written.push_str(&section.rewritten(&[]));
                continue;
            }
            let case = cases.next().unwrap();
            let said = case.run().messages();
            if said != section.expected() {
                wrong.push(format!("{}\n\n{}", case.named(), said.join("\n\n")));
            }
            written.push_str(&section.rewritten(&said));
        }
        if bless {
            std::fs::write(&path, format!("{}\n", written.trim_end())).unwrap();
        }
    }
    assert!(
        bless || wrong.is_empty(),
        "run with UPDATE_EXPECT=1 to accept:\n\n{}",
        wrong.join("\n\n----\n\n")
    );
}

/// The tutorial and the reference follow the form of the suite; sections without a document are prose.
#[test]
fn every_document_of_the_docs_gives_exactly_the_messages_shown() {
    let docs = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/language"));
    let mut checked = 0;
    for name in ["tutorial.md", "reference.md"] {
        let path = docs.join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        for case in cases_of(&path, &text) {
            if !case.section.documents().is_empty() {
                assert_eq!(case.run().messages(), case.section.expected(), "{}", case.named());
                checked += 1;
            }
        }
    }
    assert!(checked >= 30, "{checked} sections");
}

#[test]
fn every_case_has_a_document_and_a_name_of_its_own() {
    let mut seen = BTreeSet::new();
    for case in cases() {
        assert!(!case.section.documents().is_empty(), "{}", case.named());
        assert!(
            seen.insert(case.section.heading.clone()),
            "{} stands twice",
            case.named()
        );
    }
}

#[test]
fn a_vocabulary_has_no_findings_of_its_own() {
    for (path, text) in files() {
        if let Some(case) = cases_of(&path, &text)
            .first()
            .filter(|c| !c.vocabulary.is_empty())
        {
            let said = run(&[], &case.vocabulary).messages();
            assert!(said.is_empty(), "{}\n{}", case.file, said.join("\n"));
        }
    }
}

#[test]
fn the_suite_has_its_share_of_accepted_and_rejected_documents() {
    let runs: Vec<(Case, Run)> = cases()
        .into_iter()
        .map(|c| (Case::run(&c), c))
        .map(|(r, c)| (c, r))
        .collect();
    let rejected = runs.iter().filter(|(_, run)| run.errors() > 0).count();
    let accepted = runs.iter().filter(|(_, run)| run.findings.is_empty()).count();
    assert!(accepted >= 45, "{accepted} accepted");
    assert!(rejected >= 60, "{rejected} rejected");
    for (case, run) in &runs {
        let wants = case.file.starts_with("rejected");
        let any = !run.findings.is_empty();
        assert!(!wants || any, "{} is accepted without a word", case.named());
        assert!(wants || run.errors() == 0, "{} is rejected", case.named());
    }
}

#[test]
fn every_code_that_a_document_can_trigger_is_shown() {
    let shown: BTreeSet<&str> = cases().iter().flat_map(|c| c.run().codes()).collect();
    let missing: Vec<&str> = pages::codes_of_documents()
        .into_iter()
        .filter(|code| !shown.contains(code))
        .collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

#[test]
fn a_fix_removes_its_finding() {
    let mut fixes = 0;
    for case in cases() {
        let documents = case.section.documents();
        let translated = documents
            .iter()
            .map(|d| in_english(d))
            .collect::<Option<Vec<_>>>();
        let both = [
            Some(case.run()),
            translated.map(|documents| run(&case.vocabulary, &documents)),
        ];
        for before in both.iter().flatten() {
            fixes += every_fix_holds(&case, before);
        }
    }
    assert!(fixes >= 60, "{fixes} fixes");
}

/// Applies each fix alone: its finding is gone. Gives how many there were.
fn every_fix_holds(case: &Case, before: &Run) -> usize {
    let mut fixes = 0;
    for finding in before.findings.iter().filter(|f| !f.fix.is_empty()) {
        fixes += 1;
        let after = run(&[], &before.mended(finding));
        let count = |all: &[Diagnostic]| all.iter().filter(|f| f.code() == finding.code()).count();
        assert!(
            count(&after.findings) < count(&before.findings),
            "{}: the fix of {} does not remove it\n{}",
            case.named(),
            finding.code(),
            after.messages().join("\n")
        );
    }
    fixes
}

#[test]
fn a_slip_of_the_pen_is_reported_with_a_fix() {
    let cases = cases();
    for (name, fix) in [
        ("写错一个字的名字,给出最近的", "研发补助比例"),
        ("写错一个字的字段,给出最近的", "小微企业园"),
        ("没有的类型,给出最近的", "金额"),
        ("函数名写错一个字", "合计"),
        ("规上工业且研发费用连写", "规上工业 且 专精特新"),
        ("首台套的括号被读成函数", "「首台(套)装备」"),
    ] {
        let case = cases.iter().find(|c| c.section.heading == name).unwrap();
        let run = case.run();
        let edits: Vec<&str> = run
            .findings
            .iter()
            .flat_map(|f| f.fix.iter().map(|e| e.text.as_str()))
            .collect();
        assert_eq!(edits, [fix], "{name}");
    }
}

#[test]
fn a_document_with_a_line_left_out_is_checked_to_its_end() {
    // A lost line is the commonest fault; whatever it was, the rest is read and every finding has a place in the text.
    let step = std::env::var("JIUFEN_STEP")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(7);
    let mut turn = 0;
    for case in cases() {
        let documents = case.section.documents();
        let Some(last) = documents.last() else { continue };
        for left_out in 0..last.lines().count() {
            turn += 1;
            if turn % step != 0 {
                continue;
            }
            let lines = last.lines().enumerate().filter(|(n, _)| *n != left_out);
            let mut broken = documents.clone();
            let text: String = lines.map(|(_, line)| format!("{line}\n")).collect();
            if let Some(slot) = broken.last_mut() {
                *slot = text;
            }
            let run = run(&case.vocabulary, &broken);
            for finding in &run.findings {
                let text = &run.sources.file(finding.span.source).unwrap().text;
                let place = finding.span.start as usize..finding.span.end as usize;
                assert!(
                    text.get(place).is_some(),
                    "{} without line {left_out}: {}",
                    case.named(),
                    finding.code()
                );
            }
        }
    }
}

/// Whether a `{slot}` of the catalogue was left in a message.
fn has_slot(words: &str) -> bool {
    words.split('{').skip(1).any(|rest| {
        let end = rest
            .find(|c: char| !c.is_ascii_lowercase() && c != '_')
            .unwrap_or(rest.len());
        end > 0 && rest[end..].starts_with('}')
    })
}

#[test]
fn every_message_is_whole_in_both_languages() {
    for case in cases() {
        for finding in case.run().findings {
            for lang in [Lang::Zh, Lang::En] {
                let (message, help) = (finding.message(lang), finding.help(lang));
                let related = finding.related_words(lang);
                let words = format!(
                    "{}: {}: {message} / {help} / {related}",
                    case.named(),
                    finding.code()
                );
                assert!(!message.trim().is_empty() && !help.trim().is_empty(), "{words}");
                assert!(
                    ![&message, &help, &related].into_iter().any(|w| has_slot(w)),
                    "{words}"
                );
                assert!(finding.related.is_empty() || !related.is_empty(), "{words}");
            }
        }
    }
}

#[test]
fn an_english_message_has_no_chinese_sentence_in_it() {
    // Words of the language and of the user stay Chinese; words that explain are English.
    let explaining = [
        "写明",
        "写成",
        "例如",
        "写作",
        "最接近",
        "需要",
        "可以写",
        "为其他值",
        "就高、",
        "一列",
        "吗?",
    ];
    for case in cases() {
        for finding in case.run().findings {
            let words = format!("{} {}", finding.message(Lang::En), finding.help(Lang::En));
            let found = explaining.iter().find(|w| words.contains(**w));
            assert!(found.is_none(), "{}: {}: {words}", case.named(), finding.code());
        }
    }
}

#[test]
fn every_finding_in_a_fence_says_its_clause() {
    for case in cases() {
        let run = case.run();
        for finding in &run.checked.findings {
            let text = &run.sources.file(finding.span.source).unwrap().text;
            let in_fence = text[..finding.span.start as usize].matches("\n```").count() % 2 == 1;
            let said = finding.clause.as_ref().is_some_and(|c| !c.is_empty());
            assert!(
                !in_fence || said,
                "{}: {} has no clause",
                case.named(),
                finding.code()
            );
        }
    }
}

#[test]
fn a_document_with_an_error_is_reported_with_all_others_at_once() {
    // All rejections of one file in one pack: no finding of one hides the findings of another.
    for (path, text) in files() {
        let cases = cases_of(&path, &text);
        for pair in cases
            .windows(2)
            .filter(|p| p.iter().all(|c| c.section.documents().len() == 1))
        {
            let alone: Vec<Run> = pair.iter().map(Case::run).collect();
            let syntax: BTreeSet<&str> = jiufen_diagnostic::catalogue::syntax::ALL
                .iter()
                .map(|entry| entry.code)
                .collect();
            let documents: Vec<String> = pair.iter().flat_map(|c| c.section.documents()).collect();
            let together = run(&pair[0].vocabulary, &documents);
            let of_syntax = |run: &Run| run.codes().into_iter().filter(|c| syntax.contains(c)).count();
            let sum: usize = alone.iter().map(of_syntax).sum();
            assert_eq!(
                of_syntax(&together),
                sum,
                "{} and {}",
                pair[0].named(),
                pair[1].named()
            );
        }
    }
}

#[test]
fn checking_is_repeatable() {
    for case in cases() {
        assert_eq!(case.run().messages(), case.run().messages(), "{}", case.named());
    }
}

#[test]
fn english_keywords_give_the_same_findings_at_the_same_lines() {
    let mut compared = 0;
    for case in cases() {
        let documents = case.section.documents();
        let zh = case.run();
        // A word run together with 且 is no such thing where the word is `and`.
        if zh.codes().contains(&"missing-space") {
            continue;
        }
        let Some(translated) = documents
            .iter()
            .map(|d| in_english(d))
            .collect::<Option<Vec<_>>>()
        else {
            continue;
        };
        let en = run(&case.vocabulary, &translated);
        let places = |run: &Run| {
            let all = run
                .findings
                .iter()
                .map(|f| (f.severity() == Severity::Error, f.code()));
            all.collect::<Vec<_>>()
        };
        assert_eq!(
            places(&zh),
            places(&en),
            "{}\n{}",
            case.named(),
            translated.join("\n")
        );
        compared += 1;
    }
    assert!(compared >= 45, "{compared}");
}

/// A document with its Chinese fences in English keywords; `None` when a fence has a fault or is English already.
fn in_english(text: &str) -> Option<String> {
    let mut sources = jiufen_diagnostic::Sources::default();
    let id = sources.add("t", text);
    let (document, _) = jiufen_document::parse(&sources, id);
    let mut out = String::new();
    let mut at = 0;
    for fence in &document.fences {
        if fence.keywords == FenceLanguage::English {
            return None;
        }
        let content = fence.content.start as usize..fence.content.end as usize;
        let (zh, en) = (
            jiufen_language::syntax::Keywords::Chinese,
            jiufen_language::syntax::Keywords::English,
        );
        let body = jiufen_language::format::format_fence(&text[content.clone()], zh, en).ok()?;
        let head = text[at..content.start]
            .trim_end_matches('\n')
            .strip_suffix("```jiufen")?;
        out.push_str(&format!("{head}```jiufen en\n{body}"));
        at = content.end;
    }
    out.push_str(&text[at..]);
    Some(out)
}

#[test]
fn bytes_that_are_no_text_are_refused_with_a_way_out() {
    for bytes in [
        &b"\xff\xfe-\0-\0-\0"[..],
        b"---\n\xb1\xea\xcc\xe2: x\n---\n",
        b"---\n\xff\xff\n---\n",
    ] {
        let mut sources = jiufen_diagnostic::Sources::default();
        let (_, found) = jiufen_document::load(&mut sources, "字节.md", bytes);
        let codes: Vec<&str> = found.iter().map(Diagnostic::code).collect();
        assert_eq!(codes, ["not-utf8"], "{bytes:?}");
        assert!(!found[0].help(Lang::Zh).is_empty() && !has_slot(&found[0].help(Lang::En)));
    }
}
