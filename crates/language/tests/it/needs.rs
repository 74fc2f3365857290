//! What a program says that it needs of the world.

use std::collections::BTreeSet;

use jiufen_diagnostic::{Severity, Sources};
use jiufen_language::program::{Listed, Program, Question, RuleId, Shared, VerdictId};

const WORDS: &str = "对象 企业 家
  键 代码
  按 成立日
  代码: 文本
  成立日: 日期
  营业收入: 金额 每年
  在规: 是否 每年

对象 地块 个
  编号: 文本
  企业: 企业
  用地面积: 面积

事件 认定
  企业: 企业
  公布日: 日期
";

fn program(blocks: &str) -> Program {
    let text = format!(
        "---\n标题: 示例\n文号: 示例〔2025〕1号\n施行: 2020-01-01\n适用地区: 全国\n状态: 示例\n来源: 示例\n---\n\n## 一、示例\n\n示例。\n\n```jiufen\n{WORDS}\n{blocks}\n```\n"
    );
    let mut sources = Sources::default();
    let id = sources.add("示例.md", text);
    let (document, _) = jiufen_document::parse(&sources, id);
    let checked = jiufen_language::check(&sources, &[document]);
    let errors: Vec<_> = checked
        .findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    checked.program
}

/// The years that the first rule asks of a field of a firm: those relative to 当年, and those by number.
fn years(program: &Program, field: &str) -> (Vec<i16>, Vec<i16>, bool) {
    let needs = program.needs([Question::Rule(RuleId(0))]);
    let firm = program.subject_named("企业").unwrap();
    let years = &needs.fields[&program.field_named(firm, field).unwrap()];
    let all = |set: &BTreeSet<i16>| set.iter().copied().collect();
    (all(&years.relative), all(&years.fixed), years.all)
}

#[test]
fn a_definition_of_another_year_asks_for_the_years_seen_from_there() {
    let program = program(
        "定义 企业.增长: 是否
  = 当年.营业收入 > 上年.营业收入

定义 企业.连增: 是否
  = 增长 且 上年.增长

奖补 甲奖
  每   企业 每年
  给   企业
  当   上年.连增 且 首年(在规) = 当年 且 企业.2019年.增长
  金额 2022年.营业收入 × 1%",
    );
    assert_eq!(
        years(&program, "营业收入"),
        (vec![-3, -2, -1], vec![2018, 2019, 2022], false)
    );
    assert_eq!(years(&program, "在规"), (vec![], vec![], true));
    assert_eq!(
        years(&program, "成立日"),
        (vec![], vec![], false),
        "years before it do not apply"
    );
}

#[test]
fn lists_relations_of_space_and_the_population_are_named() {
    let program = program(
        "判定 控制线
  每   地块
  法   取严
  结论
    - 重叠面积(「永久基本农田」) > 0亩: 不可
    - 计数(认定) > 100: 不可
    - 计数(企业.认定) = 0: 不可
    - 否则: 可",
    );
    let needs = program.needs([Question::Verdict(VerdictId(0))]);
    let relations: Vec<_> = needs
        .relations
        .iter()
        .map(|relation| (relation.function(), relation.layers()))
        .collect();
    assert_eq!(relations, [("重叠面积", vec!["永久基本农田"])]);
    let [plot, event] = ["地块", "认定"].map(|name| program.subject_named(name).unwrap());
    let via = program.field_named(event, "企业").unwrap();
    let lists: Vec<Listed> = needs.lists.keys().copied().collect();
    assert_eq!(lists, [Listed::Related(via), Listed::All(event)]);
    assert!(needs.of_population() && needs.today);
    let of_plot = program.field_named(plot, "企业").unwrap();
    assert_eq!(needs.references(&program), [of_plot, via].into());
    // A firm is gone through on the way to its events; nothing of the firm itself is asked.
    assert_eq!(needs.subjects(), [plot, event].into());
}

#[test]
fn rules_that_share_a_group_or_an_account_are_settled_together() {
    let rule = |name: &str, lines: &str| {
        format!("奖补 {name}\n  每   认定\n  给   企业\n  按   公布日\n  金额 5万元\n{lines}\n\n")
    };
    let blocks = [
        "组合 同类\n  键   企业\n  法   就高\n\n账户 专项\n  额度 10万元\n\n账户 不限额\n\n".to_owned(),
        rule("甲奖", "  组合 同类"),
        rule("乙奖", "  组合 同类\n  资金 专项"),
        rule("丙奖", "  资金 专项\n  支 不限额 5万元"),
        rule("丁奖", "  资金 不限额\n  封顶 6万元 每年"),
    ];
    let program = program(&blocks.concat());
    let together = |id| -> Vec<u32> {
        let rules = program.settled_together([RuleId(id)]);
        rules.into_iter().map(|rule| rule.0).collect()
    };
    assert_eq!(together(0), [0, 1, 2]);
    assert_eq!(together(2), [0, 1, 2]);
    assert_eq!(together(3), [3], "an account without a quota is never short");
    let needs = program.needs([Question::Rule(RuleId(3))]);
    assert_eq!(needs.shared, [Shared::Cap(RuleId(3), 0)].into());
    assert!(needs.determined.is_empty());
}
