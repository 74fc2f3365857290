//! What depends on the facts themselves: incomplete lists, territory, dates, keys, words.

use jiufen_diagnostic::Lang;
use jiufen_interpret::cases::CaseFacts;
use jiufen_interpret::{
    Decision, Fact, FactPlace, Facts, FaultCode, Interpreter, Outside, Reason, RowId, SettlementKey, Status,
    Step, Value, What, describe,
};
use jiufen_language::program::{
    Absence, ExprId, FieldRef, GroupId, Literal, ParameterId, Program, RuleId, SubjectId, VerdictId,
};
use jiufen_quantity::Date;
use smol_str::SmolStr;

use crate::support::{document, document_of, program};

/// A registry that knows what a case tells, whose lists may be incomplete, and that does not assume a territory.
struct Registry<'a> {
    told: CaseFacts<'a>,
    complete: bool,
}

impl<'a> Registry<'a> {
    fn of(program: &'a Program, complete: bool) -> Self {
        Self {
            told: CaseFacts::new(program, &program.cases[0]),
            complete,
        }
    }
}

impl Facts for Registry<'_> {
    fn row_count(&self, subject: SubjectId) -> u32 {
        self.told.row_count(subject)
    }
    fn key(&self, row: RowId) -> SmolStr {
        self.told.key(row)
    }
    fn field(&self, row: RowId, field: FieldRef, year: Option<i16>) -> Fact {
        self.told.field(row, field, year)
    }
    fn years(&self, row: RowId) -> Option<(i16, i16)> {
        self.told.years(row)
    }
    fn related(&self, row: RowId, via: FieldRef) -> (Vec<RowId>, bool) {
        (self.told.related(row, via).0, self.complete)
    }
    fn complete(&self, _subject: SubjectId) -> bool {
        self.complete
    }
    fn assumed(&self, parameter: ParameterId) -> Option<Literal> {
        self.told.assumed(parameter)
    }
    fn place(&self, _row: RowId, _field: Option<FieldRef>, _year: Option<i16>) -> Option<FactPlace> {
        Some(FactPlace {
            file: "企业.csv".into(),
            line: 2,
        })
    }
    fn today(&self) -> Date {
        self.told.today()
    }
}

/// The first right of the first rule, decided over the first case.
fn decide(program: &Program, complete: bool) -> (Decision, Vec<String>) {
    let facts = Registry::of(program, complete);
    let interpreter = Interpreter::new(program, &facts, 2025);
    let right = interpreter.rights(RuleId(0))[0];
    let mut decisions = vec![interpreter.decide(right)];
    interpreter.settle(&mut decisions);
    let decision = decisions.remove(0);
    let missing = decision
        .missing
        .iter()
        .map(|reason| reason.words(program, &facts))
        .collect();
    (decision, missing)
}

const YEARLY: &str = "奖补 甲奖\n  每   企业 每年\n  给   企业\n";

#[test]
fn what_keeps_a_rival_open_has_to_be_settled_too() {
    let blocks = format!(
        "{YEARLY}  当   上市
  金额 5万元
  组合 同类
奖补 乙奖
  每   企业 每年
  给   企业
  口径 上年
  金额 研发费用 × 5%
  封顶 200万元
  组合 同类
组合 同类
  键   企业, 年
  法   就高
例 甲
  已知 企业 甲: 专精特新 = 是"
    );
    let program = program(&document(&blocks));
    let facts = Registry::of(&program, true);
    let interpreter = Interpreter::new(&program, &facts, 2025);
    let missing = |decision: &Decision| -> Vec<String> {
        let words = decision.missing.iter().map(|r| r.words(&program, &facts));
        words.collect()
    };
    let rights = [RuleId(0), RuleId(1)].map(|rule| interpreter.rights(rule)[0]);
    let mut decisions = rights.map(|right| interpreter.decide(right));
    assert_eq!(missing(&decisions[0]), ["甲.上市"]);
    assert_eq!(missing(&decisions[1]), ["甲 2024年.研发费用"]);
    interpreter.settle(&mut decisions);
    assert_eq!(missing(&decisions[0]), ["甲.上市", "甲 2024年.研发费用"]);
    assert_eq!(missing(&decisions[1]), ["甲 2024年.研发费用", "甲.上市"]);
}

#[test]
fn what_would_settle_a_right_is_listed_in_source_order_without_what_is_overruled() {
    let blocks = format!(
        "{YEARLY}  口径 上年
  当
    全部
    - 上市
    - 任一
      - 专精特新
      - 从业人员 ≥ 10人
    - 任一
      - 在规
      - 当年.在规
  金额 研发费用 × 5% + 营业收入 × 1%
例 甲
  已知 企业 甲: 2025年.在规 = 是, 2024年.营业收入 = 1元"
    );
    let program = program(&document(&blocks));
    let (decision, missing) = decide(&program, true);
    assert_eq!(decision.status, Status::Undetermined);
    assert_eq!(
        missing,
        ["甲.上市", "甲.专精特新", "甲.从业人员", "甲 2024年.研发费用"]
    );
    assert_eq!(decision.reasons.len(), 4);
}

#[test]
fn an_incomplete_list_is_unknown_beyond_what_it_shows() {
    let blocks = "定义 企业.有项目: 是否
  = 存在(项目)
定义 企业.有大项目: 是否
  = 存在(项目 其中 投资 ≥ 100万元)
定义 企业.项目数: 数
  = 计数(项目)
定义 企业.总投资: 金额
  = 合计(项目.投资)
例 甲
  年度 2025
  已知 企业 甲: 上市 = 是
  已知 项目 一: 企业 = 甲, 投资 = 30万元
  应得 甲.有项目 = 是
  应得 甲.有大项目 = 否
  应得 甲.项目数 = 1
  应得 甲.总投资 = 30万元";
    let program = program(&document(blocks));
    assert!(
        crate::support::failures(&program).is_empty(),
        "lists of a case are complete"
    );
    let facts = Registry::of(&program, false);
    let interpreter = Interpreter::new(&program, &facts, 2025);
    let firm = facts.told.row(0).unwrap();
    let day = Date::new(2025, 12, 31).unwrap();
    let shown: Vec<String> = program.cases[0]
        .expectations
        .iter()
        .map(|expectation| match expectation.of {
            jiufen_language::program::ExpectedOf::Value { expr, .. } => {
                let (value, _) = interpreter.value(expr, firm, day);
                describe::value(&program, &facts, &value, &program.expr(expr).ty, Lang::Zh)
            }
            _ => String::new(),
        })
        .collect();
    let why = "缺 甲 的 项目(名录不完整)";
    assert_eq!(
        shown,
        [
            "是".to_owned(),
            format!("无法判定({why})"),
            format!("1 以上({why})"),
            format!("30万元 以上({why})")
        ]
    );
}

#[test]
fn a_row_outside_the_territory_is_ineligible_for_that_reason() {
    let run = |fact: &str| {
        let blocks = format!("{YEARLY}  金额 10元\n例 甲\n  已知 企业 甲: {fact}");
        let meta = "施行: 2025-01-01\n失效: 2027-12-31".to_owned();
        let text = document_of(&meta, &blocks).replace("适用地区: 全国", "适用地区: 浙江省杭州市钱塘区");
        decide(&program(&text), true)
    };
    let (decision, _) = run("地区 = \"浙江省杭州市钱塘区\"");
    assert_eq!(
        (decision.status, decision.payable_fen()),
        (Status::Eligible, Some(1000))
    );
    let (decision, _) = run("地区 = \"浙江省杭州市西湖区\"");
    assert_eq!(
        (decision.status, decision.payable_fen()),
        (Status::Ineligible, Some(0))
    );
    assert!(matches!(decision.outside, Some(Outside::Territory { row, .. }) if row == "浙江省杭州市西湖区"));
    let (decision, missing) = run("上市 = 是");
    assert_eq!(decision.status, Status::Undetermined);
    assert_eq!(
        (decision.settled.low, decision.settled.high),
        (Some(0), Some(1000))
    );
    assert_eq!(missing, ["甲.地区"]);
}

#[test]
fn a_repealed_clause_is_refused_and_keeps_what_was_before() {
    let blocks = "奖补 甲奖
  每   项目 一次
  给   企业
  按   立项日
  金额 10元
修订 甲奖
  自 2026-01-01
  废止
例 甲
  已知 项目 一: 立项日 = 2025-12-31
  已知 项目 二: 立项日 = 2026-01-01
  应得 甲奖(一) = 10元
  应得 甲奖(二) = 拒绝 已废止";
    let program = program(&document(blocks));
    assert_eq!(crate::support::failures(&program), Vec::<String>::new());
}

#[test]
fn an_amount_beyond_the_ledger_is_refused() {
    let big = "99999999999999亿元";
    let blocks =
        format!("{YEARLY}  金额 {big} × 99999999999999 × 99999999999999\n例 甲\n  已知 企业 甲: 上市 = 是");
    let (decision, _) = decide(&program(&document(&blocks)), true);
    assert_eq!(decision.fault.map(|fault| fault.code), Some(FaultCode::Overflow));
    assert_eq!(decision.settled.exact(), None);
}

#[test]
fn a_decision_names_what_it_competes_on() {
    let blocks = "账户 资金池
  额度 100元 每年
  超出 按比例
奖补 甲奖
  每   项目 一次
  给   企业
  按   立项日
  金额 10元
  封顶 50元 每年
  组合 同类
  资金 资金池
组合 同类
  键   企业
  法   就高
例 甲
  已知 企业 甲: 上市 = 是
  已知 项目 一: 立项日 = 2025-12-31, 企业 = 甲
  应得 甲奖 = 10元";
    let program = program(&document(blocks));
    let facts = CaseFacts::new(&program, &program.cases[0]);
    let interpreter = Interpreter::new(&program, &facts, 2025);
    let decision = interpreter.decide(interpreter.rights(RuleId(0))[0]);
    let keys = interpreter.settlement_keys(&decision);
    assert!(
        matches!(
            keys[0],
            SettlementKey::SharedCap {
                year: Some(2025),
                cap: 0,
                ..
            }
        ),
        "{keys:?}"
    );
    assert!(
        matches!(
            keys[1],
            SettlementKey::Group {
                group: GroupId(0),
                ..
            }
        ),
        "{keys:?}"
    );
    assert!(matches!(keys[2], SettlementKey::GroupOf { .. }), "{keys:?}");
    assert!(
        matches!(keys[3], SettlementKey::Account { year: Some(2025), .. }),
        "{keys:?}"
    );
}

fn lines(
    program: &Program,
    facts: &dyn Facts,
    step: &Step,
    depth: usize,
    lang: Lang,
    into: &mut Vec<String>,
) {
    into.push(format!(
        "{}{}",
        "  ".repeat(depth),
        describe::step(program, facts, step, lang)
    ));
    for child in &step.children {
        lines(program, facts, child, depth + 1, lang, into);
    }
}

#[test]
fn a_derivation_reads_down_to_the_row_of_the_registry() {
    let blocks = format!(
        "参数 补助比例: 比率
  自 2020-01-01: 5%
{YEARLY}  口径 上年
  当   上市 且 研发费用 ÷ 营业收入 ≥ 3%
  金额 研发费用 × 补助比例
  封顶 200万元
例 甲
  已知 企业 甲: 上市 = 是, 2024年.研发费用 = 300万元, 2024年.营业收入 = 1亿元"
    );
    let program = program(&document(&blocks));
    let (decision, _) = decide(&program, true);
    let facts = Registry::of(&program, true);
    let mut shown = Vec::new();
    lines(&program, &facts, &decision.derivation, 0, Lang::Zh, &mut shown);
    let place = "[企业.csv 第 2 行]";
    assert_eq!(
        shown.join("\n"),
        format!(
            "甲奖(甲) 2025年 = 15万元
  按这一天的规定 = 2025-12-31
  条件 = 是
    上市 且 上年.研发费用 ÷ 上年.营业收入 ≥ 3% = 是
      甲.上市 = 是 {place}
      上年.研发费用 ÷ 上年.营业收入 ≥ 3% = 是
        上年.研发费用 ÷ 上年.营业收入 = 3%
          甲 2024年.研发费用 = 300万元 {place}
          甲 2024年.营业收入 = 1亿元 {place}
  四舍五入到分 = 15万元
    封顶后 = 15万元
      金额 = 15万元
        上年.研发费用 × 补助比例 = 15万元
          甲 2024年.研发费用 = 300万元 {place}
          补助比例(2020-01-01 起) = 5%
      甲奖.封顶 = 200万元"
        )
    );
    let mut english = Vec::new();
    lines(&program, &facts, &decision.derivation, 0, Lang::En, &mut english);
    assert!(
        english[3].contains("上市 and last_year.研发费用 ÷ last_year.营业收入 ≥ 3% = yes"),
        "{}",
        english[3]
    );
}

#[test]
fn expressions_are_printed_with_the_brackets_they_need() {
    let check = |written: &str| {
        let blocks = format!("定义 企业.式: 是否\n  口径 上年\n  = {written}");
        let program = program(&document(&blocks));
        let version = &program.definitions[0].part.versions[0];
        let jiufen_language::program::PartValue::Expr(expr) = version.value else {
            panic!("no formula")
        };
        assert_eq!(describe::expression(&program, expr, Lang::Zh), written);
    };
    check(
        "研发费用 - (营业收入 - 研发费用) ≥ 0元"
            .replace("研发费用", "上年.研发费用")
            .replace("营业收入", "上年.营业收入")
            .as_str(),
    );
    check("上年.研发费用 ÷ (上年.营业收入 ÷ 上年.研发费用) ≥ 1元");
    check("(上年.研发费用 + 上年.营业收入) × 50% ≥ 利润 × 2 - 1元");
    check("非 (上市 或 专精特新) 且 (上市 或 园区.小微园)");
    check("连续(在规, 3) 且 合计(近3年.研发费用) > 0元");
    check("存在(项目 其中 投资 ≥ 100万元) 且 园区.名称 = “医药港”");
    check("最大(上年.研发费用, 利润) ≥ 去尾(利润, 100元)");
}

#[test]
fn reasons_have_a_kind_and_words() {
    let blocks = "奖补 甲奖\n  每   下达\n  给   项目.企业\n  按   项目.立项日\n  金额 到账额\n例 甲\n  已知 下达 一: 项目 = 甲\n  已知 项目 甲: 立项日 = 2025-01-01";
    let program = program(&document(blocks));
    let field = program
        .field_named(program.subject_named("下达").unwrap(), "到账额")
        .unwrap();
    assert_eq!(program.field(field).absence, Absence::PendingArrival);
    let (decision, missing) = decide(&program, true);
    assert_eq!(missing, ["一.到账额"]);
    assert_eq!(
        decision.status,
        Status::Eligible,
        "the right is certain, the amount is on its way"
    );
    assert_eq!(decision.payable_fen(), None);
    assert!(
        decision
            .reasons
            .iter()
            .all(|reason| matches!(reason, Reason::PendingArrival { .. }))
    );
}

#[test]
fn a_derivation_ends_in_facts_and_a_second_use_of_a_definition_stands_alone() {
    let blocks = format!(
        "定义 企业.强度: 比率
  口径 上年
  = 研发费用 ÷ 营业收入
{YEARLY}  当   强度 ≥ 3%
  金额 100万元 × 强度
例 甲
  已知 企业 甲: 2024年.研发费用 = 300万元, 2024年.营业收入 = 1亿元"
    );
    let program = program(&document(&blocks));
    let (decision, _) = decide(&program, true);
    assert_eq!(decision.payable_fen(), Some(3_000_000));
    let mut facts = 0;
    let mut stack = vec![&decision.derivation];
    while let Some(step) = stack.pop() {
        facts += usize::from(matches!(step.what, What::Fact { .. }));
        assert!(!matches!(step.value, Value::Refused(_)));
        stack.extend(&step.children);
    }
    assert_eq!(facts, 2, "each fact is derived once");
}

#[test]
fn a_verdict_lists_what_would_settle_it() {
    let blocks = "判定 审查
  每   地块
  法   首个
  结论
    - 重叠面积(核心区) > 0平方米: 不可
    - 活动 = 防洪: 可
    - 否则: 有条件
例 甲
  年度 2025
  已知 地块 甲: 重叠面积(核心区) = 0平方米
  已知 地块 乙: 活动 = 其他活动, 重叠面积(核心区) = 0平方米
  应得 审查(甲) = 无法判定
  应得 审查(乙) = 有条件";
    let program = program(&document(blocks));
    assert_eq!(crate::support::failures(&program), Vec::<String>::new());
    let facts = CaseFacts::new(&program, &program.cases[0]);
    let interpreter = Interpreter::new(&program, &facts, 2025);
    let verdict = interpreter.verdict(VerdictId(0), facts.row(0).unwrap());
    let missing: Vec<String> = verdict
        .missing
        .iter()
        .map(|r| r.words(&program, &facts))
        .collect();
    assert_eq!(
        (verdict.outcome.as_str(), missing),
        ("无法判定", vec!["甲.活动".to_owned()])
    );
}

#[test]
fn an_expression_that_was_refused_has_no_value() {
    let mut program = program(&document(
        "定义 企业.式: 是否\n  = 上市\n例 甲\n  已知 企业 甲: 上市 = 是",
    ));
    program.expressions[0].kind = jiufen_language::program::ExprKind::Invalid;
    let facts = CaseFacts::new(&program, &program.cases[0]);
    let interpreter = Interpreter::new(&program, &facts, 2025);
    let (value, _) = interpreter.value(ExprId(0), facts.row(0).unwrap(), Date::new(2025, 1, 1).unwrap());
    assert!(matches!(value, Value::Refused(fault) if fault.code == FaultCode::NotEvaluated));
}

#[test]
fn a_grant_that_singles_out_operators_gives_no_amount_to_anyone_new() {
    let blocks = "奖补 甲奖
  每   项目 一次
  给   企业
  按   立项日
  当   投资 > 0元
  金额 10元
例 条例施行前一天、当天
  已知 项目 一: 立项日 = 2024-07-31, 投资 = 1元
  已知 项目 二: 立项日 = 2024-08-01, 投资 = 1元
  已知 项目 三: 立项日 = 2024-08-01, 投资 = 0元
  应得 甲奖(一) = 10元
  应得 甲奖(二) = 拒绝 需公平竞争审查
  应得 甲奖(三) = 不符合";
    let mut program = program(&document(blocks));
    program.rules[0].fair_competition_review = true;
    assert_eq!(crate::support::failures(&program), Vec::<String>::new());
}
