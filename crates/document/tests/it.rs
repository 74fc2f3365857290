//! Whole documents: the one of the design, faulty ones with every finding, and texts made to hurt.

use jiufen_diagnostic::{Diagnostic, Lang, Sources, apply_edits};
use jiufen_document::{Document, FenceLanguage, Status, load, parse};

const HEAD: &str = "---\n标题: 甲\n文号: 示例〔2025〕1号\n状态: 示例\n---\n";

fn read(bytes: &[u8]) -> (Sources, Document, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let (source, mut findings) = load(&mut sources, "甲.md", bytes);
    let (document, more) = parse(&sources, source);
    findings.extend(more);
    (sources, document, findings)
}

/// The body under a good front matter gives these codes; every message is complete in both languages.
fn check(body: &str, codes: &[&str]) -> (Sources, Document, Vec<Diagnostic>) {
    let (sources, document, findings) = read(format!("{HEAD}{body}").as_bytes());
    assert_eq!(
        findings.iter().map(|f| f.code()).collect::<Vec<_>>(),
        codes,
        "{body}"
    );
    for finding in &findings {
        for lang in [Lang::Zh, Lang::En] {
            for words in [finding.message(lang), finding.help(lang)] {
                assert!(!words.is_empty() && !words.contains('{'), "{words}");
            }
        }
    }
    (sources, document, findings)
}

fn mended(body: &str, codes: &[&str]) -> String {
    let (_, _, findings) = check(body, codes);
    let text = format!("{HEAD}{body}");
    let edits: Vec<_> = findings.iter().flat_map(|f| f.fix.clone()).collect();
    apply_edits(&text, &edits)[HEAD.len()..].to_owned()
}

#[test]
fn a_document_is_taken_apart_with_every_piece_in_its_place() {
    let body = "# 甲\n导语。\n\n## 第三条 研发*投入*补助\n上年度研发费用\n占比 3% 以上,\nR&D\nonly。\n\n- 一项\n- 二项\n  - 子项\n\n```jiufen\n奖补 甲\n  每 企业\n```\n\n| 档 | 金额(万元) |\n|---|---|\n| `A` | 200 |\n|  | x |\n\n### (一)标准\n文。\n\n```jiufen en\ngrant a\n```\n\n```text\n略\n```\n";
    let (sources, document, _) = check(body, &[]);
    let paths: Vec<_> = document
        .clauses
        .iter()
        .map(|c| (c.heading.as_str(), c.path.as_str(), c.parent.map(|p| p.0)))
        .collect();
    assert_eq!(
        paths,
        [
            ("甲", "", None),
            ("第三条 研发投入补助", "第三条", Some(0)),
            ("(一)标准", "第三条(一)", Some(1))
        ]
    );
    let fences: Vec<_> = document
        .fences
        .iter()
        .map(|f| {
            (
                f.clause.map(|c| c.0),
                f.keywords,
                sources.text(f.content),
                sources.text(f.span),
            )
        })
        .collect();
    assert_eq!(
        fences,
        [
            (
                Some(1),
                FenceLanguage::Chinese,
                "奖补 甲\n  每 企业\n",
                "```jiufen\n奖补 甲\n  每 企业\n```"
            ),
            (
                Some(2),
                FenceLanguage::English,
                "grant a\n",
                "```jiufen en\ngrant a\n```"
            ),
        ]
    );
    let prose: Vec<_> = document
        .prose(document.clauses[1].id)
        .map(|p| p.text.as_str())
        .collect();
    assert_eq!(
        prose,
        ["上年度研发费用占比 3% 以上, R&D only。", "一项", "二项", "子项"]
    );
    let table = &document.tables[0];
    assert_eq!(table.header[1].text, "金额(万元)");
    let rows: Vec<Vec<_>> = table
        .rows
        .iter()
        .map(|r| {
            r.iter()
                .map(|c| (c.text.as_str(), sources.text(c.span)))
                .collect()
        })
        .collect();
    assert_eq!(
        rows,
        [vec![("A", "`A`"), ("200", "200")], vec![("", ""), ("x", "x")]]
    );
    for paragraph in &document.paragraphs {
        assert!(
            sources.text(paragraph.span).contains(&paragraph.text[..3]),
            "{paragraph:?}"
        );
    }
    assert!(sources.text(document.clauses[1].body).ends_with("| x |\n\n"));
    assert_eq!(sources.text(document.clauses[2].span), "### (一)标准");
}

#[test]
fn a_citation_names_the_document_and_the_clause() {
    let cite = |text: &str| {
        let (_, document, _) = read(text.as_bytes());
        (
            document.citation(None),
            document.citation(document.clauses.last().map(|c| c.id)),
        )
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let number = "---\n文号: 杭政函〔2025〕21号\n---\n## 一、甲\n### (一)乙\n";
    assert_eq!(
        cite(number),
        pair("杭政函〔2025〕21号", "杭政函〔2025〕21号 一(一)")
    );
    assert_eq!(
        cite("---\n标题: 甲\n---\n## 附则\n"),
        pair("《甲》", "《甲》 附则")
    );
    assert_eq!(cite("# 甲\n"), pair("《甲》", "《甲》"));
    assert_eq!(cite("## 第一条\n"), pair("甲.md", "甲.md 第一条"));
}

#[test]
fn a_fence_that_is_not_closed_does_not_swallow_the_next() {
    let body = "## 第一条\n```jiufen\n奖补 甲\n\n## 第二条\n文。\n```jiufen\n奖补 乙\n```\n";
    let (sources, document, _) = check(body, &["unclosed-fence"]);
    let fences: Vec<_> = document
        .fences
        .iter()
        .map(|f| (f.clause.map(|c| c.0), sources.text(f.content)))
        .collect();
    assert_eq!(fences, [(Some(0), "奖补 甲\n\n"), (Some(1), "奖补 乙\n")]);
    assert_eq!(document.paragraphs.len(), 1);
    let (_, _, left) = check(&mended(body, &["unclosed-fence"]), &[]);
    assert!(left.is_empty());
    let (sources, document, _) = check("## 第一条\n```jiufen\n奖补 甲", &["unclosed-fence"]);
    assert_eq!(sources.text(document.fences[0].content), "奖补 甲");
}

#[test]
fn faults_of_headings_and_fences_are_all_found() {
    check("```jiufen\n甲\n```\n", &["fence-without-clause"]);
    check("## 第一条\n- 项\n  ```jiufen\n  甲\n  ```\n", &["nested-fence"]);
    check("## 第一条\n> ```jiufen\n> 甲\n> ```\n", &["nested-fence"]);
    check("## 第一条\n ```jiufen\n甲\n ```\n", &["nested-fence"]);
    check("## 第一条\n\n    ```jiufen\n    甲\n    ```\n", &["nested-fence"]);
    check("## 第一条\n```jiufen fr\n甲\n```\n", &["unknown-fence-option"]);
    check("## 第一条\n## 第一条\n", &["duplicate-clause"]);
    check("## 第一条\n文\n---\n", &["underlined-heading"]);
    let fixed = mended("## 第一条\n```jiufne\n甲\n```\n", &["misspelled-fence"]);
    assert_eq!(fixed, "## 第一条\n```jiufen\n甲\n```\n");
    assert_eq!(
        mended("##第一条 甲\n文\n", &["heading-without-space"]),
        "## 第一条 甲\n文\n"
    );
    assert_eq!(
        mended("## 第一条\ne\u{301}\n", &["document-not-nfc"]),
        "## 第一条\n\u{e9}\n"
    );
}

#[test]
fn headings_within_quotations_and_comments_are_no_clauses() {
    let (_, document, _) = check("## 第一条\n> ## 第九条\n> 引文\n\n<!--\n## 第八条\n-->\n", &[]);
    assert_eq!(document.clauses.len(), 1);
    assert_eq!(
        document
            .paragraphs
            .iter()
            .map(|p| p.text.as_str())
            .collect::<Vec<_>>(),
        ["第九条", "引文"]
    );
}

#[test]
fn line_ends_and_a_byte_order_mark_do_not_change_what_is_read() {
    let unix = format!("{HEAD}## 第一条 甲\n文\n\n```jiufen\n奖补 甲\n```\n\n| a |\n|---|\n| b |\n");
    let (_, expected, _) = read(unix.as_bytes());
    let windows = unix.replace('\n', "\r\n");
    let mixed = format!("\u{feff}{}", unix.replacen('\n', "\r\n", 7));
    for text in [windows, mixed] {
        let (sources, document, findings) = read(text.as_bytes());
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!(document.clauses[0].path, "第一条");
        assert_eq!(
            sources.text(document.fences[0].content).replace('\r', ""),
            "奖补 甲\n"
        );
        assert_eq!(document.tables[0].rows[0][0].text, "b");
        assert_eq!(document.paragraphs[0].text, expected.paragraphs[0].text);
    }
}

#[test]
fn the_hash_is_that_of_the_text() {
    let hash = |bytes: &[u8]| read(bytes).1.hash;
    assert_eq!(
        hash(b""),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(
        hash(b"abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(hash(b"\xef\xbb\xbfabc"), hash(b"abc"));
}

#[test]
fn an_empty_document_and_any_bytes_are_read() {
    let (_, document, findings) = read(b"");
    assert_eq!(
        (findings[0].code(), document.meta.status),
        ("no-front-matter", Status::Draft)
    );
    for bytes in [
        &b"\xff\xfe"[..],
        b"---",
        b"---\n---",
        b"```jiufen",
        b"# ",
        b"\0\r\r\n",
        b"|\n|-\n|",
        b"---\n:\n-\n---\n",
    ] {
        read(bytes);
    }
    // Every prefix of a full document, cut anywhere, also within a character.
    let text =
        format!("{HEAD}# 甲\n## 第一条\n- > 文 **重** `码` <b>\n```jiufen\n甲\n```\n| a |\n|---|\n| b |\n");
    for end in 0..text.len() {
        let (_, document, _) = read(&text.as_bytes()[..end]);
        for clause in &document.clauses {
            document.citation(Some(clause.id));
        }
    }
}

#[test]
fn deep_nesting_and_many_fences_are_read_in_time() {
    for body in [
        format!("{} 深\n", ">".repeat(10_000)),
        (0..2_000).map(|n| format!("{}- 深\n", "  ".repeat(n))).collect(),
        "[".repeat(50_000),
        "*a_".repeat(50_000),
        "```jiufen\n甲\n".repeat(20_000),
        "## 第一条\n```jiufen\n甲\n\n".repeat(20_000),
        "## 一、甲\n## (一)乙\n## 1.丙\n".repeat(10_000),
    ] {
        let (sources, document, _) = read(format!("{HEAD}## 第一条\n{body}").as_bytes());
        let text = &sources.file(document.source).unwrap().text;
        jiufen_document::html::clause_html(&document, text, document.clauses[0].id);
    }
}
