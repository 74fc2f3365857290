//! With `--lang en` every word of the tool's own is English. The pack of `tests/latin` has Latin names throughout, so
//! that whatever Chinese is left in an answer is the tool's; only units are the law's and stay.

use std::path::Path;

use crate::command_line::{jiufen, root};

const PACK: &str = "crates/cli/tests/latin";

/// Chinese that is left once the units of the law are taken out.
fn leaks(text: &str) -> Vec<String> {
    const UNITS: [&str; 9] = [
        "个百分点",
        "万元",
        "亿元",
        "money (元)",
        "in 人",
        "Firm, 年",
        "建筑",
        "元",
        "人",
    ];
    let is_han = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c);
    let without = |line: &str| {
        UNITS
            .iter()
            .fold(line.to_owned(), |line, unit| line.replace(unit, ""))
    };
    text.lines()
        .filter(|line| without(line).chars().any(is_han))
        .map(str::to_owned)
        .collect()
}

fn said(arguments: &[&str]) -> String {
    let output = jiufen(&[arguments, &["--lang", "en"]].concat());
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).unwrap()
}

fn assert_english(arguments: &[&str]) {
    let text = said(arguments);
    assert!(!text.is_empty(), "{arguments:?}");
    assert_eq!(leaks(&text), Vec::<String>::new(), "{arguments:?}:\n{text}");
}

#[test]
fn every_command_answers_in_english() {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().to_str().unwrap();
    assert_english(&["check", PACK]);
    assert_english(&["test", PACK]);
    assert_english(&["run", PACK]);
    assert_english(&["run", PACK, "--year", "2025"]);
    assert_english(&["run", PACK, "--year", "2026", "--out", folder]);
    assert_english(&["run", PACK, "--as-of", "2026-02-30"]);
    assert_english(&["check", "nowhere"]);
    for subject in ["F1", "F2", "F3", "F4", "F5", "A1", "P1", "F9"] {
        for more in [&[][..], &["--all"], &["--format", "json"]] {
            assert_english(&[&["explain", PACK, "--year", "2025", "--subject", subject], more].concat());
        }
    }
    for rule in ["PrizeGrant", "PrizeGrand", "Zzzzzz"] {
        assert_english(&[
            "explain",
            PACK,
            "--year",
            "2025",
            "--subject",
            "F2",
            "--rule",
            rule,
        ]);
    }
    for name in [
        "CostGrant",
        "PrizeGrant",
        "Unsaid",
        "AwardGrant",
        "Either",
        "Pot",
        "Better",
        "Share",
        "Strong",
        "Prizes",
        "Admission",
        "Firm",
        "Award",
        "Level",
        "Kind",
        "CostGrant.cap",
        "CostGrant.cup",
        "Nothing",
        "「No. 1」.CostGrant",
        "「No. 9」.CostGrant",
    ] {
        for day in [
            "2024-06-01",
            "2025-03-01",
            "2026-06-01",
            "2028-06-01",
            "2026-13-01",
        ] {
            assert_english(&["show", name, "--at", day, "--pack", PACK]);
        }
    }
}

#[test]
fn a_case_that_fails_is_told_in_english() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["words.md", "rules.md"] {
        let text = std::fs::read_to_string(root().join(PACK).join(file)).unwrap();
        let wrong = text
            .replace("PrizeGrant(a) = 5万元", "PrizeGrant(a) = at_most 5万元 to_choose merged_into Unsaid")
            .replace("Admission(a) = 有条件", "Admission(a) = 不可")
            .replace("  expect Admission", "  expect Ratio(a) = ineligible\n  expect AwardGrant = 1元\n  expect CostGrant(a) = 3元 to 4元\n  expect Unsaid(a) = refuse 除数为零\n  expect Admission");
        std::fs::write(folder.path().join(file), wrong).unwrap();
    }
    let pack = folder.path().to_str().unwrap();
    assert_english(&["test", pack]);
    let text = said(&["test", pack]);
    assert!(
        text.contains("expected") && text.contains("0 passed, 1 failed"),
        "{text}"
    );
    assert!(text.matches("    found  ").count() >= 5, "{text}");
}

#[test]
fn the_pages_are_english() {
    let out = tempfile::tempdir().unwrap();
    assert_english(&[
        "site",
        PACK,
        "--year",
        "2025",
        "--out",
        out.path().to_str().unwrap(),
    ]);
    let mut seen = 0;
    pages(out.path(), &mut |path, page| {
        // Types are written in Chinese in every document.
        if path.components().any(|part| part.as_os_str() == "documents") {
            return;
        }
        seen += 1;
        assert_eq!(leaks(&visible(page)), Vec::<String>::new(), "{}", path.display());
    });
    assert!(seen > 20, "{seen}");
}

fn pages(folder: &Path, look: &mut impl FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages(&path, look);
        } else if path.extension().is_some_and(|end| end == "html") {
            look(&path, &std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The text of a page, without its tags; attributes that are read aloud stay.
fn visible(page: &str) -> String {
    let mut out = String::new();
    for piece in page.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        if let Some((_, label)) = tag.split_once("aria-label=\"") {
            out.push_str(label);
            out.push('\n');
        }
        out.push_str(text);
        out.push(' ');
    }
    out
}
