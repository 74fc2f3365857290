//! Whole issues: the invented one of the pack, the source issue where it is at hand, and texts of unusual form.

use std::path::{Path, PathBuf};

use jiufen_diagnostic::{Lang, Sources};
use jiufen_gazette::{Article, Issue, read_issue};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// One line an article: bureau, author, lines of the title, numbers of the sections, paragraphs in each.
fn outline(articles: &[Article]) -> Vec<String> {
    let one = |a: &Article| {
        let sections: Vec<String> = a
            .sections
            .iter()
            .map(|s| format!("{}{}", s.number.as_deref().unwrap_or("-"), s.paragraphs.len()))
            .collect();
        let lines = a.title.lines;
        format!(
            "{} {} {}-{} {}",
            a.bureau,
            a.author,
            lines.first,
            lines.last,
            sections.join(" ")
        )
    };
    articles.iter().map(one).collect()
}

fn joins(issue: &Issue) -> Vec<(usize, &str, &str)> {
    issue
        .joins
        .iter()
        .map(|j| (j.line, j.before.as_str(), j.after.as_str()))
        .collect()
}

fn check(text: &str, articles: &[&str], codes: &[&str]) -> Issue {
    let issue = read_issue(text);
    assert_eq!(outline(&issue.articles), articles, "{text}");
    let found: Vec<_> = issue.findings.iter().map(|f| f.entry.code).collect();
    assert_eq!(found, codes, "{text}");
    issue
}

#[test]
fn the_invented_issue_is_read_whole() {
    let bytes = std::fs::read(workspace().join("packs/shili/column/issue.txt")).unwrap();
    let mut sources = Sources::default();
    let (source, findings) = jiufen_document::load(&mut sources, "issue.txt", &bytes);
    assert!(findings.is_empty());
    let issue = read_issue(&sources.file(source).unwrap().text);
    assert_eq!(
        outline(&issue.articles),
        [
            "示例区财政局 张示例 3-3 -1 一2 二1 三1",
            "示例区经济信息化局 李示例 25-29 -1 一1 二2 三3",
            "市规划资源局示例分局 王示例 55-55 -1 一2 二2",
        ]
    );
    assert_eq!(issue.articles[1].title.text, "跑出新速度 育出新赛道 服务新企业");
    assert_eq!(
        joins(&issue),
        [
            (17, "无异议的三日内拨", "付。需要申报的,"),
            (41, "日回应、三十日办", "结,办得好不好由")
        ]
    );
    assert_eq!(issue.articles[0].sections[2].paragraphs[0].lines.first, 17);
    assert_eq!(issue.articles[0].sections[2].paragraphs[0].lines.last, 19);
    assert_eq!(issue.editors_note.unwrap().paragraphs.len(), 2);
    assert!(issue.name.unwrap().text.contains("示例"));
    assert_eq!(issue.motto.unwrap().text, "看变化 说打算 亮承诺 见行动");
    assert_eq!(issue.host.unwrap().text, "示例区委组织部主办栏目(示例)");
    assert_eq!(issue.address.unwrap().text, "column@example.invalid");
    assert!(issue.findings.is_empty(), "{:?}", issue.findings);
}

#[test]
fn the_source_issue_is_read_whole_where_it_is_at_hand() {
    let shared = std::env::var_os("JIUFEN_SHARED").map_or(workspace().join("../shared"), PathBuf::from);
    let path = shared.join("data/column-issue.txt");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not here", path.display());
        return;
    };
    let issue = read_issue(&text);
    assert_eq!(
        outline(&issue.articles),
        [
            "区财政局 胡科强 3-3 -1 一1 二1 三2",
            "区经信科技局 于坚栋 27-31 -1 一1 二1 三4",
            "市规划资源局钱塘分局 沈超峰 55-55 -1 一3 二4",
        ]
    );
    let broken: Vec<_> = issue
        .joins
        .iter()
        .map(|j| (j.line, &*j.before, &*j.after))
        .collect();
    let ends = |(line, before, after): (usize, &str, &str), n: usize, b: &str, a: &str| {
        line == n && before.ends_with(b) && after.starts_with(a)
    };
    assert_eq!(broken.len(), 4, "{broken:?}");
    assert!(ends(broken[0], 15, "谋创新就是谋", "未来"));
    assert!(ends(broken[1], 21, "新发展格局,", "推动"));
    assert!(ends(broken[2], 67, "推进", "东部湾新城"));
    assert!(ends(broken[3], 75, "率先落", "实"));
    assert_eq!(
        issue.editors_note.map(|n| (n.heading.text, n.paragraphs.len())),
        Some(("编者的话".into(), 2))
    );
    assert_eq!(issue.motto.map(|m| m.lines.first), Some(89));
    assert_eq!(issue.host.map(|h| h.lines.first), Some(91));
    assert!(
        issue
            .address
            .is_some_and(|a| a.lines.first == 93 && a.text.contains('@'))
    );
    assert!(issue.findings.is_empty(), "{:?}", issue.findings);
}

#[test]
fn a_plain_text_without_headings_is_read_by_its_signatures() {
    let text = "稳增长 见行动\n示例区财政局 张示例\n开头的话。\n一、算清账\n正文在\n这里。\n\n编者的话\n收尾。\n\n惠企业\n——记驻企服务\n示例区经信局 李例\n正文。\n";
    let issue = check(
        text,
        &["示例区财政局 张示例 1-1 -1 一1", "示例区经信局 李例 11-12 -1"],
        &[],
    );
    assert_eq!(joins(&issue), [(5, "正文在", "这里。")]);
    assert_eq!(issue.articles[1].title.text, "惠企业 ——记驻企服务");
}

#[test]
fn an_empty_text_has_no_article() {
    for text in ["", "\n\n", "\u{feff}"] {
        check(text, &[], &["issue-without-article"]);
    }
}

#[test]
fn an_article_without_author_is_kept_and_pointed_out() {
    check("# 标题一\n\n正文。\n", &["  1-1 -1"], &["article-without-author"]);
    // A second article at the depth of sections is known by its numbers beginning anew.
    let text = "## 甲\n区财政局 张例\n## 一、子\n文。\n## 二、丑\n文。\n## 乙\n## 一、寅\n文。\n";
    check(
        text,
        &["区财政局 张例 1-1 一1 二1", "  7-7 一1"],
        &["article-without-author"],
    );
    // A heading that only divides an article is a section of it.
    check(
        "# 甲\n区财政局 张例\n## 背景\n文。\n",
        &["区财政局 张例 1-1 -1"],
        &[],
    );
}

#[test]
fn other_faults_of_form_are_pointed_out() {
    check(
        "区财政局 张例\n正文。\n",
        &["区财政局 张例 1-1 -1"],
        &["article-without-title"],
    );
    check(
        "# 甲\n区财政局 张例\n",
        &["区财政局 张例 1-1 "],
        &["article-without-text"],
    );
    check(
        "散落的话。\n# 甲\n区财政局 张例\n文。\n",
        &["区财政局 张例 2-2 -1"],
        &["text-outside-article"],
    );
}

#[test]
fn findings_have_their_places_and_words() {
    let text = "散落的话。\r\n\r\n# 标题\r\n\r\n正文。";
    let mut sources = Sources::default();
    let source = sources.add("期.txt", text);
    let findings = read_issue(text).diagnostics(&sources, source);
    let said: Vec<_> = findings
        .iter()
        .map(|f| (sources.text(f.span), f.message(Lang::Zh)))
        .collect();
    assert_eq!(
        said,
        [
            (
                "散落的话。",
                "“散落的话。”不属于任何一篇文章、编者的话或栏目信息,没有收入".to_owned()
            ),
            ("# 标题", "文章“标题”没有署名".to_owned()),
        ]
    );
    assert!(
        findings
            .iter()
            .all(|f| !f.message(Lang::En).contains('{') && !f.help(Lang::En).is_empty())
    );
}

#[test]
fn html_in_a_title_stays_text() {
    let issue = check(
        "# <b>甲</b><script>\n区财政局 张例\n文。\n",
        &["区财政局 张例 1-1 -1"],
        &[],
    );
    assert_eq!(issue.articles[0].title.text, "<b>甲</b><script>");
}

#[test]
fn mixed_line_ends_and_a_byte_order_mark_change_nothing() {
    let unix = "# 甲\n\n区财政局 张例\n\n句子断\n\n在这里。\n";
    let mixed = "\u{feff}# 甲\r\n\r区财政局 张例\n\r\n句子断\r\r在这里。";
    let (a, b) = (read_issue(unix), read_issue(mixed));
    assert_eq!((&a.articles, &a.joins), (&b.articles, &b.joins));
    assert_eq!(joins(&b), [(5, "句子断", "在这里。")]);
}

#[test]
fn a_break_is_mended_only_before_plain_prose() {
    let head = "# 甲\n区财政局 张例\n";
    for (rest, expected) in [
        ("断\n一是项目。\n", 0),
        ("断\n1.项目。\n", 0),
        ("断\n# 乙\n区财政局 张例\n文。\n", 0),
        ("断\n看变化 说打算 亮承诺\n", 0),
        ("断\n— 3 —\n开。\n", 1),
        ("断\n开\n合。\n", 2),
        ("完。\n另起\n", 0),
        ("他说:\n“好。”\n", 0),
    ] {
        assert_eq!(
            read_issue(&format!("{head}{rest}")).joins.len(),
            expected,
            "{rest}"
        );
    }
}

#[test]
fn a_long_text_of_headings_or_fragments_is_read_in_one_pass() {
    let headings = read_issue(&"## 甲\n".repeat(50_000));
    assert!(!headings.articles.is_empty());
    let fragments = read_issue(&format!("# 甲\n区财政局 张例\n{}", "断\n".repeat(50_000)));
    assert_eq!(fragments.joins.len(), 49_999);
}
