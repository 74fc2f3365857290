//! What a person reads: the text in force on a day (`show`), and why a subject gets what it gets (`explain`).

use serde_json::Value;

use crate::command_line::{code, errors, jiufen, text};

fn show(name: &str, day: &str, pack: &str) -> String {
    let output = jiufen(&["show", name, "--at", day, "--pack", pack]);
    assert_eq!(code(&output), 0, "{name}: {}", errors(&output));
    text(&output)
}

fn title(shown: &str) -> &str {
    shown.lines().next().unwrap_or_default()
}

#[test]
fn a_draft_a_lapsed_and_a_repealed_text_say_so_on_the_title_line() {
    let draft = show("首次上规奖", "2024-06-01", "qiantang");
    assert_eq!(title(&draft), "奖补 首次上规奖 · 2024-06-01 · 征求意见,未施行");
    let exception = show("技改投资门槛", "2024-06-01", "qiantang");
    assert!(
        exception.contains("例外 新升规技改放宽(征求意见,未施行)"),
        "{exception}"
    );
    let folder = tempfile::tempdir().unwrap();
    let document = "---\n标题: 旧办法\n文号: 示例〔2019〕1号\n施行: 2019-01-01\n失效: 2022-10-30\n状态: 失效\n---\n\n## 一、门槛\n\n```jiufen\n参数 旧门槛: 金额\n  = 100万元\n```\n";
    std::fs::write(folder.path().join("旧办法.md"), document).unwrap();
    let lapsed = show("旧门槛", "2024-06-01", folder.path().to_str().unwrap());
    assert_eq!(
        title(&lapsed),
        "参数 旧门槛 · 2024-06-01 · 已失效,施行期 2019-01-01 至 2022-10-30"
    );
    let repealed = show("「示例〔2025〕2号」.首次上规奖", "2026-06-01", "shili");
    assert!(
        title(&repealed).ends_with(" · 2026-01-01 起废止(示例〔2026〕1号 五)"),
        "{repealed}"
    );
    let in_force = show("研发补助比例", "2025-06-01", "shili");
    assert_eq!(title(&in_force), "参数 研发补助比例 · 2025-06-01");
    let output = jiufen(&["show", "首次上规奖", "--at", "2024-06-01", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["found"][0]["in_force"], false);
}

#[test]
fn before_it_is_in_force_a_parameter_says_from_when_it_holds() {
    let shown = show("研发补助比例", "2024-06-01", "shili");
    assert!(
        title(&shown).ends_with("尚未施行,施行期 2025-01-01 至 2027-12-31"),
        "{shown}"
    );
    assert!(
        shown.contains("这一天没有值;有值的期间:2025-01-01 至 2025-12-31"),
        "{shown}"
    );
    assert!(!shown.lines().any(|line| line.trim() == "·"), "{shown}");
    let never = show("盘活奖励取整", "2025-06-01", "qiantang");
    assert!(never.contains("没有核实的数值"), "{never}");
}

#[test]
fn an_amendment_and_an_exception_are_shown_with_both_sources() {
    let amended = show("研发补助比例", "2026-06-01", "shili");
    assert!(
        amended.contains("示例〔2026〕1号 一\n      取代 示例〔2025〕1号 第三条\n"),
        "{amended}"
    );
    assert!(amended.contains("例外 专精特新加成  当 专精特新:"), "{amended}");
    assert!(amended.contains("示例〔2025〕1号 第四条(二)"), "{amended}");
    let exception = show("专精特新加成", "2025-06-01", "shili");
    assert!(
        exception.contains("  对  研发补助比例 = 最小(原值 + 3个百分点, 8%)"),
        "{exception}"
    );
    assert!(exception.contains("  原值  5%"), "{exception}");
    assert!(
        exception.contains("示例〔2025〕1号 第四条(二)") && exception.contains("· 示例〔2025〕1号 第三条"),
        "{exception}"
    );
}

#[test]
fn everything_that_a_document_names_can_be_shown() {
    for (name, pack, expected) in [
        (
            "首台套标准",
            "shili",
            "  国际        否        200万元 至 400万元",
        ),
        ("研发类", "shili", "组合 研发类 · 2025-06-01"),
        ("科技专项", "shili", "  超出  按比例"),
        ("称号", "shili", "类别 称号 · 2025-06-01"),
        ("企业.可申报", "shili", "定义 企业.可申报 · 2025-06-01"),
        ("可申报", "shili", "定义 企业.可申报 · 2025-06-01"),
        ("项目准入", "shili", "  第 4 条  否则: 可"),
        ("企业", "shili", "  营业收入  金额(元) 每年"),
        ("企业.营业收入", "shili", "  营业收入  金额(元) 每年"),
        ("认定", "shili", "事件 认定 · 2025-06-01"),
        ("十亿以上项目", "qiantang", "目标 十亿以上项目"),
        ("研发投入补助.封顶", "shili", "  封顶  200万元"),
        ("研发投入补助.cap", "shili", "  封顶  200万元"),
        ("「示例〔2025〕1号」.研发投入补助", "shili", "奖补 研发投入补助"),
        (
            "「示例〔2025〕1号」.研发投入补助.金额",
            "shili",
            "  金额  上年.研发费用 × 研发补助比例",
        ),
        ("首次上规奖(示例〔2026〕1号)", "shili", "  金额  15万元"),
    ] {
        let shown = show(
            name,
            if name.contains("2026") {
                "2026-06-01"
            } else {
                "2025-06-01"
            },
            pack,
        );
        assert!(shown.contains(expected), "{name}:\n{shown}");
    }
    let part = show("研发投入补助.封顶", "2025-06-01", "shili");
    assert!(!part.contains("金额"), "{part}");
}

#[test]
fn a_name_that_is_not_there_gives_the_nearest() {
    for (name, near) in [
        ("研发投入补住", "研发投入补助"),
        ("首台套", "首台套标准"),
        ("「示例〔2025〕11号」.研发投入补助", "「示例〔2025〕1号」"),
        ("研发投入补助.封底", "封顶"),
    ] {
        let output = jiufen(&["show", name, "--at", "2025-06-01", "--pack", "shili"]);
        assert_eq!(code(&output), 2);
        assert!(errors(&output).contains(near), "{name}: {}", errors(&output));
    }
}

const FIRM: &str = "91999999MA0000031R";

fn explain(more: &[&str]) -> String {
    let mut arguments = vec!["explain", "qiantang", "--year", "2025", "--subject", FIRM];
    arguments.extend(more);
    let output = jiufen(&arguments);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    text(&output)
}

#[test]
fn what_is_paid_stands_first_and_refusals_are_folded() {
    let folded = explain(&[]);
    let lines: Vec<&str> = folded.lines().collect();
    let summary = lines.iter().find(|l| l.starts_with("符合 ")).unwrap();
    assert!(
        summary.starts_with("符合 2 项,可兑付 50万元,至多 300万元(公式未公布)"),
        "{summary}"
    );
    let at = |words: &str| folded.find(words).unwrap_or_else(|| panic!("{words}\n{folded}"));
    assert!(at("(认定0059)  符合  50万元") < at("\n不符合 "));
    assert!(
        folded.contains("  小巨人首次认定奖励  2 项:认定0059、认定1530\n    2025-07-04、2025-12-06 不在施行期(2025-12-28 起)"),
        "{folded}"
    );
    // The conditions that fail are named, and one rule with one reason has one line.
    assert!(folded.contains("    不成立:称号 = 高新技术企业\n"), "{folded}");
    let mut heads: Vec<&str> = Vec::new();
    for pair in lines.windows(2) {
        if pair[0].starts_with("  高企首次认定奖励(杭政函〔2025〕21号)") {
            heads.push(pair[1]);
        }
    }
    assert_eq!(heads.len(), 1, "{heads:?}");
    assert!(
        lines
            .iter()
            .all(|l| unicode_width::UnicodeWidthStr::width(*l) <= 80)
    );
    let all = explain(&["--all"]);
    assert!(all.matches("  不符合  0元").count() > 30 && !all.contains("\n不符合 "));
    let json: Value = serde_json::from_str(&explain(&["--format", "json"])).unwrap();
    let counted: usize = summary
        .rsplit_once("不符合 ")
        .and_then(|(_, n)| n.split(' ').next()?.parse().ok())
        .unwrap();
    assert_eq!(json["rights"].as_array().unwrap().len(), counted + 2);
}

#[test]
fn the_row_of_a_table_is_told_with_the_cells_that_matched() {
    let output = jiufen(&[
        "explain",
        "shili",
        "--year",
        "2025",
        "--subject",
        "首台套认定0002",
        "--rule",
        "首台套奖励",
    ]);
    let shown = text(&output);
    assert!(
        shown.contains("首台套标准 第 ") && shown.contains(" 行(2025-") && shown.contains(":首台套级别 = "),
        "{shown}"
    );
    assert!(!shown.contains("(不限)"), "{shown}");
}

#[test]
fn a_rule_or_subject_that_is_not_there_gives_the_nearest() {
    for (subject, rule, words) in [
        (FIRM, "高企首次认定奖厉", "高企首次认定奖励(杭政函〔2025〕21号)"),
        (FIRM, "高企", "高企复审奖励(杭政函〔2025〕21号)"),
        (FIRM, "首次上规奖", "征求意见稿"),
        ("汽车零部件0003", "企业研发投入补助", FIRM),
        ("91999999MA0000031X", "企业研发投入补助", FIRM),
    ] {
        let output = jiufen(&[
            "explain",
            "qiantang",
            "--year",
            "2025",
            "--subject",
            subject,
            "--rule",
            rule,
        ]);
        assert_eq!(code(&output), 2, "{rule}");
        assert!(errors(&output).contains(words), "{rule}: {}", errors(&output));
    }
    // A name that several documents have means all of them.
    let both = explain(&["--rule", "高企首次认定奖励"]);
    assert!(
        both.contains("(杭政函〔2025〕21号)(认定0059)") && both.contains("(2026年版))(认定0059)"),
        "{both}"
    );
}

#[test]
fn colour_is_for_terminals_only() {
    let plain = explain(&[]);
    let coloured = explain(&["--color", "always"]);
    assert!(!plain.contains('\u{1b}') && coloured.contains("\u{1b}[1m"));
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        stripped.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
}

#[test]
fn an_amended_table_is_shown_with_both_sources_and_a_repealed_one_as_repealed() {
    let folder = tempfile::tempdir().unwrap();
    let table =
        |amount| format!("    | 星级 | 金额(元) |\n    | 5    | {amount}       |\n    | 不限 | 5        |\n");
    let document = format!(
        "---\n标题: 甲办法\n文号: 示例〔2025〕1号\n施行: 2025-01-01\n适用地区: 全国\n状态: 示例\n来源: 示例\n---\n\n## 一、标准\n\n示例。\n\n```jiufen\n对象 园区 个\n  编码: 文本\n  星级: 数\n\n表 试标准\n  法 首个\n  自 2025-01-01\n{}```\n\n## 二、修订\n\n```jiufen\n修订 试标准\n  自 2026-01-01\n{}\n修订 试标准\n  自 2027-01-01\n  废止\n```\n",
        table(50),
        table(80)
    );
    std::fs::write(folder.path().join("甲办法.md"), document).unwrap();
    let pack = folder.path().to_str().unwrap();
    let amended = show("试标准", "2026-06-01", pack);
    let source = "示例〔2025〕1号 二\n      取代 示例〔2025〕1号 一\n";
    assert!(amended.contains(source) && amended.contains("80元"), "{amended}");
    let repealed = show("试标准", "2027-06-01", pack);
    assert!(repealed.contains("金额  废止\n"), "{repealed}");
}
