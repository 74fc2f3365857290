//! 评级: places, ties, vetoes, shares, and what is known of a place while scores are missing.

use jiufen_interpret::Interpreter;
use jiufen_interpret::cases::CaseFacts;
use jiufen_interpret::describe;
use jiufen_language::program::{Program, VerdictId};

use crate::support::{cases_hold, check, document, failures, program};

const RANKING: &str = "评级 评价
  每   企业
  当   上市
  排   利润 降序
  法   并列
  结论
    - 位次 ≤ 去尾(总数 × 40%, 1): A
    - 位次 ≤ 进一(总数 × 60%, 1): B
    - 否则: C
";

/// The profits of firms that are all listed, in 元; none: missing.
fn case_of(profits: &[Option<i32>]) -> String {
    let mut case = String::from("\n例 试\n  日期 2025-12-31\n");
    for (index, profit) in profits.iter().enumerate() {
        let profit = profit.map_or_else(String::new, |profit| format!(", 利润 = {profit}元"));
        case.push_str(&format!("  已知 企业 企{index}: 上市 = 是{profit}\n"));
    }
    case.push_str("  应得 评价(企0) = A\n");
    case
}

/// The classes of all firms of the first case, in order.
fn classes(program: &Program) -> Vec<String> {
    let facts = CaseFacts::new(program, &program.cases[0]);
    let interpreter = Interpreter::new(program, &facts, 2025);
    let rows = 0..program.cases[0].rows.len() as u32;
    let subject = program.subject_named("企业").unwrap();
    rows.map(|row| {
        let row = jiufen_interpret::RowId { subject, row };
        interpreter.verdict(VerdictId(0), row).outcome.to_string()
    })
    .collect()
}

#[test]
fn ties_share_the_better_place_and_the_next_place_is_skipped() {
    cases_hold(&format!(
        "{RANKING}
例 一一三四五
  已知 企业 甲: 上市 = 是, 利润 = 50元
  已知 企业 乙: 上市 = 是, 利润 = 50元
  已知 企业 丙: 上市 = 是, 利润 = 40元
  已知 企业 丁: 上市 = 是, 利润 = 30元
  已知 企业 戊: 上市 = 是, 利润 = 20元
  已知 企业 己: 上市 = 否, 利润 = 90元
  应得 评价(甲) = A
  应得 评价(乙) = A
  应得 评价(丙) = B
  应得 评价(丁) = C
  应得 评价(戊) = C
  应得 评价(己) = 不参评
"
    ));
}

#[test]
fn thirty_nine_firms_have_seven_or_eight_in_the_first_fifth() {
    for (rounding, eighth) in [("去尾", "B"), ("进一", "A"), ("四舍五入", "A")] {
        let mut blocks = format!(
            "评级 评价
  每   企业
  当   不限
  排   利润 降序
  法   并列
  结论
    - 位次 ≤ {rounding}(总数 × 20%, 1): A
    - 否则: B

例 三十九家
"
        );
        for firm in 1..=39 {
            blocks.push_str(&format!("  已知 企业 企{firm}: 利润 = {}元\n", 100 - firm));
        }
        blocks.push_str(&format!(
            "  应得 评价(企7) = A\n  应得 评价(企8) = {eighth}\n  应得 评价(企9) = B\n"
        ));
        cases_hold(&blocks);
    }
}

#[test]
fn a_second_key_decides_between_equals() {
    cases_hold(
        "评级 评价
  每   企业
  当   不限
  排   利润 降序
  排   从业人员 升序
  结论
    - 位次 = 1: 一
    - 位次 = 2: 二
    - 否则: 三

例 人少的在前
  已知 企业 甲: 利润 = 50元, 从业人员 = 9人
  已知 企业 乙: 利润 = 50元, 从业人员 = 8人
  已知 企业 丙: 利润 = 40元, 从业人员 = 1人
  应得 评价(甲) = 二
  应得 评价(乙) = 一
  应得 评价(丙) = 三
",
    );
}

#[test]
fn a_veto_before_the_ranking_frees_a_place_and_one_after_it_does_not() {
    for (time, second) in [("排名前", "A"), ("排名后", "B")] {
        cases_hold(&format!(
            "评级 评价
  每   企业
  当   不限
  排   利润 降序
  法   并列
  否决 {time}
    - 专精特新: D
  结论
    - 位次 = 1: A
    - 否则: B

例 第一名被否决
  已知 企业 甲: 利润 = 50元, 专精特新 = 是
  已知 企业 乙: 利润 = 40元, 专精特新 = 否
  已知 企业 丙: 利润 = 30元, 专精特新 = 否
  应得 评价(甲) = D
  应得 评价(乙) = {second}
  应得 评价(丙) = B
"
        ));
    }
}

#[test]
fn only_rows_of_the_same_key_are_ranked_against_each_other() {
    cases_hold(
        "评级 评价
  每   企业
  当   不限
  键   专精特新
  排   利润 降序
  法   并列
  结论
    - 位次 = 1 且 总数 = 2: 一
    - 否则: 其余

例 两组
  已知 企业 甲: 利润 = 50元, 专精特新 = 是
  已知 企业 乙: 利润 = 40元, 专精特新 = 是
  已知 企业 丙: 利润 = 30元, 专精特新 = 否
  已知 企业 丁: 利润 = 20元, 专精特新 = 否
  应得 评价(甲) = 一
  应得 评价(乙) = 其余
  应得 评价(丙) = 一

例 不知道是哪一组
  已知 企业 甲: 利润 = 50元, 专精特新 = 是
  已知 企业 乙: 利润 = 40元, 专精特新 = 是
  已知 企业 丙: 利润 = 45元
  应得 评价(甲) = 无法判定
  应得 评价(丙) = 无法判定
",
    );
}

#[test]
fn weights_make_one_score_and_reverse_measures_count_the_other_way() {
    cases_hold(
        "参数 基准: 金额
  自 2020-01-01: 100元

定义 企业.利润得分: 比率
  = 最小(利润 ÷ 基准, 150%)

定义 企业.人员得分: 比率
  = 最小(10人 ÷ 从业人员, 150%)

评级 评价
  每   企业
  当   不限
  权重
    - 利润得分: 60分
    - 人员得分: 40分
  排   总分 降序
  法   并列
  结论
    - 总分 = 150分: 满分
    - 位次 ≤ 2: 前列
    - 否则: 其余

例 单项以一点五倍为限
  已知 企业 甲: 利润 = 900元, 从业人员 = 1人
  已知 企业 乙: 利润 = 150元, 从业人员 = 10人
  已知 企业 丙: 利润 = 149元, 从业人员 = 10人
  应得 评价(甲) = 满分
  应得 评价(乙) = 前列
  应得 评价(丙) = 其余
",
    );
}

#[test]
fn a_score_that_has_no_value_refuses_its_own_row_and_leaves_the_others_a_place() {
    let text = "定义 企业.人均利润: 元/人
  = 利润 ÷ 从业人员

评级 评价
  每   企业
  当   不限
  排   人均利润 降序
  法   并列
  结论
    - 位次 ≤ 2: A
    - 否则: B

例 除数为零
  已知 企业 甲: 利润 = 90元, 从业人员 = 1人
  已知 企业 乙: 利润 = 50元, 从业人员 = 0人
  已知 企业 丙: 利润 = 40元, 从业人员 = 1人
  已知 企业 丁: 利润 = 30元, 从业人员 = 1人
  应得 评价(甲) = A
  应得 评价(乙) = 拒绝 除数为零
  应得 评价(丙) = 无法判定
  应得 评价(丁) = B
";
    cases_hold(text);
    let program = program(&document(text));
    let facts = CaseFacts::new(&program, &program.cases[0]);
    let interpreter = Interpreter::new(&program, &facts, 2025);
    let subject = program.subject_named("企业").unwrap();
    let open = interpreter.verdict(VerdictId(0), jiufen_interpret::RowId { subject, row: 2 });
    let missing: Vec<String> = open.missing.iter().map(|r| r.words(&program, &facts)).collect();
    assert_eq!(missing, ["乙 在评价里的名次依据"]);
}

#[test]
fn a_parameter_without_a_figure_leaves_the_class_open_and_is_named() {
    let text = "参数 利润权重: 比率

参数 人员权重: 比率

参数 甲等线: 比率

评级 评价
  每   企业
  当   不限
  权重
    - 利润 ÷ 100元: 利润权重
    - 从业人员 ÷ 10人: 人员权重
  排   总分 降序
  法   并列
  否决 排名前
    - 专精特新: D
  结论
    - 位次 ≤ 去尾(总数 × 甲等线, 1): A
    - 否则: B

例 权重没有查到
  已知 企业 甲: 利润 = 90元, 从业人员 = 1人, 专精特新 = 否
  已知 企业 乙: 利润 = 50元, 从业人员 = 1人, 专精特新 = 否
  已知 企业 丙: 利润 = 40元, 从业人员 = 1人, 专精特新 = 是
  应得 评价(甲) = 无法判定
  应得 评价(乙) = 无法判定
  应得 评价(丙) = D

例 权重假定,线没有查到
  已知 参数: 利润权重 = 60%, 人员权重 = 40%
  已知 企业 甲: 利润 = 90元, 从业人员 = 1人, 专精特新 = 否
  应得 评价(甲) = 无法判定

例 都假定
  已知 参数: 利润权重 = 60%, 人员权重 = 40%, 甲等线 = 50%
  已知 企业 甲: 利润 = 90元, 从业人员 = 1人, 专精特新 = 否
  已知 企业 乙: 利润 = 50元, 从业人员 = 1人, 专精特新 = 否
  应得 评价(甲) = A
  应得 评价(乙) = B
";
    cases_hold(text);
    let program = program(&document(text));
    let facts = CaseFacts::new(&program, &program.cases[0]);
    let interpreter = Interpreter::new(&program, &facts, 2025);
    let subject = program.subject_named("企业").unwrap();
    let open = interpreter.verdict(VerdictId(0), jiufen_interpret::RowId { subject, row: 1 });
    let missing: Vec<String> = open.missing.iter().map(|r| r.words(&program, &facts)).collect();
    let all = [
        "参数 利润权重(未核实)",
        "参数 人员权重(未核实)",
        "参数 甲等线(未核实)",
    ];
    assert_eq!(missing, all);
}

#[test]
fn a_class_is_given_when_it_holds_wherever_the_missing_score_falls() {
    cases_hold(&format!(
        "{RANKING}
例 第五家没有报利润
  已知 企业 甲: 上市 = 是, 利润 = 50元
  已知 企业 乙: 上市 = 是, 利润 = 40元
  已知 企业 丙: 上市 = 是, 利润 = 30元
  已知 企业 丁: 上市 = 是, 利润 = 20元
  已知 企业 戊: 上市 = 是
  应得 评价(甲) = A
  应得 评价(乙) = 无法判定
  应得 评价(丁) = C
  应得 评价(戊) = 无法判定

例 参不参评不知道,总数也跟着不定
  已知 企业 甲: 上市 = 是, 利润 = 50元
  已知 企业 乙: 上市 = 是, 利润 = 40元
  已知 企业 丙: 上市 = 是, 利润 = 30元
  已知 企业 丁: 上市 = 是, 利润 = 20元
  已知 企业 戊: 利润 = 10元
  应得 评价(甲) = A
  应得 评价(乙) = 无法判定
  应得 评价(戊) = 无法判定
"
    ));
}

#[test]
fn what_a_derivation_says_of_a_place() {
    let text = format!(
        "{RANKING}
例 试
  日期 2025-12-31
  已知 企业 甲: 上市 = 是, 利润 = 50元
  已知 企业 乙: 上市 = 是, 利润 = 50元
  已知 企业 丙: 上市 = 是, 利润 = 30元
  应得 评价(甲) = A
"
    );
    let program = program(&document(&text));
    assert_eq!(failures(&program), Vec::<String>::new());
    let facts = CaseFacts::new(&program, &program.cases[0]);
    let interpreter = Interpreter::new(&program, &facts, 2025);
    let subject = program.subject_named("企业").unwrap();
    let decision = interpreter.verdict(VerdictId(0), jiufen_interpret::RowId { subject, row: 0 });
    let words = |lang| -> Vec<String> {
        let steps = decision.derivation.children.iter();
        steps
            .map(|step| describe::step(&program, &facts, step, lang))
            .collect()
    };
    assert_eq!(
        words(jiufen_diagnostic::Lang::Zh),
        [
            "按这一天的规定 = 2025-12-31",
            "条件 = 是",
            "甲.利润 = 50元",
            "位次(另有 1 个并列) = 1",
            "总数 = 3",
            "第 1 条 = 是",
        ]
    );
    assert_eq!(
        words(jiufen_diagnostic::Lang::En)[3..5],
        ["place (1 others level with it) = 1", "number of peers = 3"]
    );
}

/// Whatever the missing profits turn out to be, a class that was given is the one that comes out; and a class that
/// comes out everywhere is given unless it hangs together with the others in a way that intervals do not see.
#[test]
fn a_given_class_holds_in_every_world() {
    let figures = [10, 20, 30];
    let mut decided = 0;
    for seed in 0..60u32 {
        let digit = |i: u32| (seed.wrapping_mul(2_654_435_761).rotate_left(i * 5) >> 9) % 4;
        let profits: Vec<Option<i32>> = (0..5).map(|i| figures.get(digit(i) as usize).copied()).collect();
        let given = classes(&program(&document(&format!("{RANKING}{}", case_of(&profits)))));
        let open: Vec<usize> = (0..5).filter(|i| profits[*i].is_none()).collect();
        for world in 0..5i32.pow(open.len().min(3) as u32) {
            let mut whole = profits.clone();
            for (at, row) in open.iter().enumerate() {
                whole[*row] = Some([-5, 10, 15, 25, 30][(world / 5i32.pow(at.min(2) as u32) % 5) as usize]);
            }
            let settled = classes_of(&whole);
            for (given, settled) in given.iter().zip(&settled) {
                assert!(
                    given == settled || given == "无法判定",
                    "{profits:?} {whole:?} {given} {settled}"
                );
            }
        }
        decided += given.iter().filter(|class| *class != "无法判定").count();
    }
    assert!(decided > 60, "{decided}");
}

/// The classes of known profits, by counting.
fn classes_of(profits: &[Option<i32>]) -> Vec<String> {
    let of = |own: Option<i32>| 1 + profits.iter().filter(|other| **other > own).count();
    let class = |place: usize| match place {
        0..=2 => "A",
        3 => "B",
        _ => "C",
    };
    profits.iter().map(|own| class(of(*own)).to_owned()).collect()
}

#[test]
fn a_row_of_another_territory_is_no_peer() {
    let text = "---\n标题: 示例\n文号: 示例〔2025〕1号\n发文机关: 示例\n适用地区: 甲省乙市\n施行: 2020-01-01\n状态: 示例\n来源: 示例\n---\n\n## 一、示例\n\n示例。\n\n```jiufen\n评级 评价\n  每   企业\n  当   不限\n  排   利润 降序\n  法   并列\n  结论\n    - 位次 = 1: A\n    - 否则: B\n\n例 外地的不占名次\n  日期 2025-12-31\n  已知 企业 甲: 利润 = 1元, 地区 = \"甲省乙市\"\n  已知 企业 乙: 利润 = 9元, 地区 = \"甲省丙市\"\n  应得 评价(甲) = A\n  应得 评价(乙) = 不适用\n```\n";
    let (program, errors) = check(&[("词汇.md", crate::support::WORDS), ("示例.md", text)]);
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(failures(&program), Vec::<String>::new());
}

#[test]
fn a_ranking_outside_the_period_of_its_document_is_refused() {
    let text = "---\n标题: 示例\n文号: 示例〔2025〕1号\n发文机关: 示例\n适用地区: 全国\n施行: 2020-01-01\n失效: 2024-12-31\n状态: 示例\n来源: 示例\n---\n\n## 一、示例\n\n示例。\n\n```jiufen\n评级 评价\n  每   企业 每年\n  当   不限\n  排   利润 降序\n  法   并列\n  结论\n    - 位次 = 1: A\n    - 否则: B\n\n例 已经失效\n  年度 2025\n  已知 企业 甲: 利润 = 1元\n  应得 评价(甲) = 拒绝 不在施行期\n\n例 还在\n  年度 2024\n  已知 企业 甲: 利润 = 1元\n  应得 评价(甲) = A\n```\n";
    let (program, errors) = check(&[("词汇.md", crate::support::WORDS), ("示例.md", text)]);
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(failures(&program), Vec::<String>::new());
}
