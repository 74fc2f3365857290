//! Two exceptions to one part that can both hold.

use jiufen_diagnostic::Lang;
use jiufen_interpret::conflict::find_conflicts;

use crate::support::{document, program};

/// The messages about a parameter of a firm with two exceptions of these lines.
fn conflicts(first: &str, second: &str) -> Vec<String> {
    let blocks = format!(
        "参数 比例: 比率
  自 2020-01-01: 5%

例外 甲加成 对 比例
  每   企业
{first}
  = 8%

例外 乙加成 对 比例
  每   企业
{second}
  = 9%"
    );
    let program = program(&document(&blocks));
    find_conflicts(&program)
        .iter()
        .map(|finding| finding.message(Lang::Zh))
        .collect()
}

#[test]
fn two_exceptions_that_both_hold_are_shown_on_a_concrete_firm() {
    assert_eq!(
        conflicts("  当   上市", "  当   园区.名称 = \"医药港\""),
        [
            "例外「甲加成」(示例〔2025〕1号 一)和「乙加成」(示例〔2025〕1号 一)会同时成立,没有说哪一个先于另一个;\
          例如 2020-12-31,企业.上市 = 是,园区.名称 = “医药港”"
        ]
    );
}

#[test]
fn an_order_or_conditions_that_exclude_each_other_leave_no_conflict() {
    let none: Vec<String> = Vec::new();
    assert_eq!(conflicts("  当   上市", "  先于 甲加成\n  当   专精特新"), none);
    assert_eq!(
        conflicts("  当   从业人员 ≥ 100人", "  当   从业人员 < 100人"),
        none
    );
    assert_eq!(
        conflicts("  当   园区.名称 = \"医药港\"", "  当   园区.名称 = \"江海\""),
        none
    );
    assert_eq!(
        conflicts("  当   首年(在规) = 当年", "  当   首年(在规) = 当年 - 1"),
        none
    );
}

#[test]
fn thresholds_are_tried_at_and_beside_their_values() {
    let messages = conflicts(
        "  当   从业人员 ≥ 100人",
        "  当   从业人员 ≤ 100人 且 上年.研发费用 > 0元",
    );
    assert_eq!(messages.len(), 1);
    assert!(messages[0].contains("企业.从业人员 = 100人"), "{}", messages[0]);
    let messages = conflicts("  当   上年.研发费用 ÷ 上年.营业收入 ≥ 3%", "  当   上市");
    assert_eq!(messages.len(), 1);
    let messages = conflicts("  当   存在(项目 其中 投资 > 100万元)", "  当   计数(项目) = 1");
    assert!(messages[0].contains("000.01元"), "{}", messages[0]);
}

#[test]
fn every_value_of_an_enumeration_is_tried() {
    let values: Vec<String> = (1..=30).map(|n| format!("第{n}档")).collect();
    let blocks = format!(
        "类别 档 序: {}

对象 门店 个
  编号: 文本
  档次: 档

定义 门店.比例: 比率
  = 5%

例外 甲加成 对 门店.比例
  当   档次 > 第3档
  = 8%

例外 乙加成 对 门店.比例
  当   档次 > 第29档
  = 9%",
        values.join(", ")
    );
    let findings = find_conflicts(&program(&document(&blocks)));
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].message(Lang::Zh).contains("门店.档次 = 第30档"),
        "{}",
        findings[0].message(Lang::Zh)
    );
}

#[test]
fn lists_are_tried_at_the_sizes_that_are_named() {
    let messages = conflicts("  当   计数(项目) ≥ 2", "  当   专精特新");
    assert_eq!(messages.len(), 1, "two projects");
    let none: Vec<String> = Vec::new();
    assert_eq!(conflicts("  当   计数(项目) ≥ 2", "  当   计数(项目) < 2"), none);
    let messages = conflicts("  当   计数(项目) ≥ 9", "  当   专精特新");
    assert!(
        messages[0].contains("不能断定"),
        "nine rows are too many to make up: {messages:?}"
    );
}

#[test]
fn days_are_tried_at_the_lengths_that_are_named() {
    let messages = conflicts("  当   满年(成立日, 今日) ≥ 3年", "  当   专精特新");
    assert_eq!(messages.len(), 1, "three years before the law day");
    let none: Vec<String> = Vec::new();
    assert_eq!(
        conflicts(
            "  当   满年(成立日, 今日) ≥ 3年",
            "  当   满年(成立日, 今日) < 3年"
        ),
        none
    );
}

#[test]
fn figures_are_tried_at_the_rates_of_the_thresholds_that_are_named() {
    let messages = conflicts(
        "  当   上年.营业收入 ≥ 2000万元 且 上年.研发费用 ≥ 上年.营业收入 × 3%",
        "  当   上年.研发费用 ≤ 上年.营业收入 × 3%",
    );
    assert_eq!(messages.len(), 1);
    assert!(messages[0].contains("研发费用 = 60万元"), "{}", messages[0]);
}

#[test]
fn a_search_that_is_not_finished_is_told() {
    // No values that are named come to this difference, and any combination of eight might.
    let years: Vec<String> = (1..=8).map(|n| format!("{}年.研发费用", 2012 + n)).collect();
    let first = format!("  当   ({}) × 3 = 7元", years.join(" - "));
    let messages = conflicts(&first, "  当   专精特新");
    assert_eq!(messages.len(), 1);
    assert!(messages[0].contains("要试的情形太多"), "{}", messages[0]);
}
