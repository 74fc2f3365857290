//! 修订: which version holds on a day, and that an explanation cites both clauses.

use jiufen_diagnostic::Lang;
use jiufen_interpret::cases::CaseFacts;
use jiufen_interpret::{Interpreter, Step, describe};
use jiufen_language::program::{Program, RuleId};

use crate::support::{WORDS, check, document, document_of, failures};

/// A base document and one that amends it, with their cases.
fn amended(base: &str, amendment: &str) -> Program {
    let later = document_of("施行: 2026-01-01\n引用:\n  - 示例〔2025〕1号", amendment);
    let later = later.replace("文号: 示例〔2025〕1号", "文号: 示例〔2026〕1号");
    let (program, errors) = check(&[
        ("词汇.md", WORDS),
        ("示例.md", &document(base)),
        ("修订.md", &later),
    ]);
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let failures = failures(&program);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    program
}

/// The lines and clauses of the derivation of the first right of the last case.
fn explanation(program: &Program) -> Vec<String> {
    fn lines(program: &Program, facts: &CaseFacts<'_>, step: &Step, out: &mut Vec<String>) {
        let line = describe::step(program, facts, step, Lang::Zh);
        let cite = step
            .cite
            .map_or_else(String::new, |cite| format!(" <{}>", program.citation(cite)));
        out.push(line + &cite);
        step.children
            .iter()
            .for_each(|child| lines(program, facts, child, out));
    }
    let facts = CaseFacts::new(program, program.cases.last().unwrap());
    let interpreter = Interpreter::new(program, &facts, facts.year());
    let decision = interpreter.decide(interpreter.rights(RuleId(0))[0]);
    let mut out = Vec::new();
    lines(program, &facts, &decision.derivation, &mut out);
    out
}

#[test]
fn an_amended_definition_holds_from_its_day_and_cites_both_clauses() {
    let program = amended(
        "定义 企业.比例: 比率
  自 2020-01-01: 3%
  自 2025-01-01:
    - 上市: 8%
    - 否则: 5%

奖补 甲奖
  每   企业 每年
  给   企业
  口径 上年
  金额 研发费用 × 比例

例 二〇二四年
  年度 2024
  已知 企业 甲: 上市 = 是, 2023年.研发费用 = 100元
  应得 甲奖(甲) = 3元

例 二〇二五年
  年度 2025
  已知 企业 甲: 上市 = 是, 2024年.研发费用 = 100元
  应得 甲奖(甲) = 8元",
        "修订 企业.比例
  自 2026-01-01
  =
    - 上市: 9%
    - 否则: 6%

例 二〇二六年
  年度 2026
  已知 企业 甲: 上市 = 否, 2025年.研发费用 = 100元
  应得 甲奖(甲) = 6元",
    );
    let lines = explanation(&program);
    let version = "企业.比例(2026-01-01 起)(修订,原为 示例〔2025〕1号 一) = 6% <示例〔2026〕1号 一>";
    assert!(lines.contains(&version.to_owned()), "{}", lines.join("\n"));
}

#[test]
fn an_amendment_with_a_last_day_gives_way_to_what_held_before() {
    amended(
        "参数 比例: 比率
  自 2020-01-01: 5%

奖补 甲奖
  每   认定
  给   企业
  按   公布日
  金额 应得额 × 比例",
        "修订 比例
  自 2026-03-01 至 2026-06-30
  = 10%

例 前后都按原来的
  已知 认定
    | 号 | 应得额 | 公布日     |
    | 一 | 100元  | 2026-02-28 |
    | 二 | 100元  | 2026-03-01 |
    | 三 | 100元  | 2026-06-30 |
    | 四 | 100元  | 2026-07-01 |
  应得 甲奖(一) = 5元
  应得 甲奖(二) = 10元
  应得 甲奖(三) = 10元
  应得 甲奖(四) = 5元",
    );
}

#[test]
fn each_of_several_caps_is_amended_by_its_number_or_by_what_it_is_shared_over() {
    let base = "奖补 甲奖
  每   认定
  给   企业
  按   公布日
  金额 应得额
  封顶 50元
  封顶 80元 每年 每 企业

例 二〇二五年
  已知 认定
    | 号 | 企业   | 应得额 | 公布日     |
    | 一 | 某企业 | 100元  | 2025-02-28 |
    | 二 | 某企业 | 100元  | 2025-03-01 |
  应得 甲奖(一) = 50元
  应得 甲奖(二) = 30元";
    let given = "例 二〇二六年
  已知 认定
    | 号 | 企业   | 应得额 | 公布日     |
    | 一 | 某企业 | 100元  | 2026-02-28 |
    | 二 | 某企业 | 100元  | 2026-03-01 |";
    let second = format!("{given}\n  应得 甲奖(一) = 50元\n  应得 甲奖(二) = 45元");
    amended(
        base,
        &format!("修订 甲奖.封顶2\n  自 2026-01-01\n  = 95元\n\n{second}"),
    );
    amended(
        base,
        &format!("修订 甲奖\n  自 2026-01-01\n  封顶 95元 每年 每 企业\n\n{second}"),
    );
    let repealed = format!("{given}\n  应得 甲奖(一) = 80元\n  应得 甲奖(二) = 0元");
    amended(
        base,
        &format!("修订 甲奖.封顶1\n  自 2026-01-01\n  废止\n\n{repealed}"),
    );
    let added = format!("{given}\n  应得 甲奖(一) = 50元\n  应得 甲奖(二) = 10元");
    let program = amended(
        base,
        &format!("修订 甲奖\n  自 2026-01-01\n  封顶 60元 每年\n\n{added}"),
    );
    assert_eq!(program.rules[0].caps.len(), 3);
}

#[test]
fn an_amended_table_has_other_rows_from_its_day_and_cites_both_clauses() {
    let base = "表 标准
  法 首个
  自 2020-01-01 依据 \"示例〔2019〕7号 二\"
    | 级别 | 金额(元) |
    | 国家 | 50       |
    | 不限 | 5        |

奖补 甲奖
  每   认定
  给   企业
  按   公布日
  金额 标准(级别)";
    let program = amended(
        base,
        "修订 标准
  自 2026-01-01
    | 级别 | 金额(元) |
    | 国家 | 80       |
    | 省   | 20       |
    | 不限 | 5        |

例 一天之差
  已知 认定
    | 号 | 级别 | 公布日     |
    | 一 | 国家 | 2025-12-31 |
    | 二 | 国家 | 2026-01-01 |
    | 三 | 省   | 2026-01-01 |
  应得 甲奖(一) = 50元
  应得 甲奖(二) = 80元
  应得 甲奖(三) = 20元

例 二〇二六年
  已知 认定: 级别 = 国家, 公布日 = 2026-05-01
  应得 甲奖 = 80元",
    );
    let lines = explanation(&program);
    let row =
        "标准 第 1 行(2026-01-01 起)(修订,原为 示例〔2019〕7号 二):级别 = 国家 = 80元 <示例〔2026〕1号 一>";
    assert!(lines.contains(&row.to_owned()), "{}", lines.join("\n"));
    amended(
        base,
        "修订 标准
  自 2026-01-01
  废止

例 没有标准了
  已知 认定: 级别 = 国家, 公布日 = 2026-05-01
  应得 甲奖 = 拒绝 已废止",
    );
}
