//! What is made of listed rows: by columns as by the interpreter, reasons and missing facts in their order, nothing left.

use jiufen_engine::{Outcome, Plan};
use jiufen_interpret::Interpreter;
use jiufen_language::program::{RuleId, SubjectId};
use jiufen_office::{Facts as _, Pack, PackFile, PackFiles, Registry, Snapshot, Told};
use jiufen_quantity::Date;

use crate::engine::told;

const POLICY: &str = "---
标题: 示例办法
文号: 示例〔2025〕1号
发文机关: 示例
适用地区: 全国
施行: 2020-01-01
状态: 示例
来源: 示例
---

## 一、示例

示例。

```jiufen
类别 级别: 市, 省

对象 园区 个
  键   园号
  园号: 文本

对象 企业 家
  键   代码
  代码: 文本
  园区: 园区 可无
  成立日: 日期
  税收: 金额

对象 基地
  键   名称
  名称: 文本
  运营方: 企业
  租金: 金额

对象 名录
  键   序号
  序号: 文本
  限额: 金额

对象 项目 个
  键   编码
  编码: 文本
  企业: 企业
  级别: 级别
  开工日: 日期
  投资: 金额
  盈亏: 金额 可负 可无

事件 拨款
  键   编号
  编号: 文本
  项目: 项目
  金额: 金额
```
";

/// A rule a line: its condition and its amount.
const RULES: [(&str, &str); 17] = [
    ("税收 ≥ 0元 或 已知(税收)", "合计(项目.投资)"),
    (
        "税收 ≥ 0元 或 已知(税收)",
        "合计(项目.投资 其中 级别 = 省) × 10% + 税收",
    ),
    (
        "税收 ≥ 0元 或 已知(税收)",
        "计数(项目 其中 级别 = 省 且 开工日 ≥ 2024-01-01) × 1万元",
    ),
    ("税收 ≥ 0元 或 已知(税收)", "最大(项目.投资 其中 级别 = 省)"),
    ("税收 ≥ 0元 或 已知(税收)", "最小(项目.投资)"),
    ("税收 ≥ 0元 或 已知(税收)", "平均(项目.投资 其中 级别 = 省)"),
    ("税收 ≥ 0元 或 已知(税收)", "最大(合计(项目.盈亏), 0元)"),
    ("存在(项目 其中 级别 = 省 且 年份(开工日) = 当年)", "1万元"),
    ("非 存在(项目 其中 投资 ≥ 100元)", "税收"),
    ("最大(项目.开工日 其中 级别 = 省) ≥ 2024-06-01", "1万元"),
    ("最小(项目.开工日) ≥ 2024-06-01", "1万元"),
    ("存在(项目 其中 开工日 ≥ 企业.成立日)", "1万元"),
    (
        "存在(项目 其中 合计(拨款.金额) ≥ 50元)",
        "合计(项目.投资 其中 计数(拨款) ≥ 1)",
    ),
    ("计数(园区.企业 其中 税收 ≥ 100元) ≥ 2家", "合计(园区.企业.税收)"),
    (
        "存在(基地 其中 租金 ≥ 企业.税收)",
        "合计(基地.租金 其中 租金 < 企业.税收)",
    ),
    ("计数(名录) ≥ 2 且 税收 ≥ 最小(名录.限额)", "1万元"),
    ("计数(项目) ≥ 1 且 合计(项目.投资) ≥ 100元", "平均(项目.投资)"),
];

fn policy() -> String {
    let mut text = POLICY.trim_end().trim_end_matches("```").to_owned();
    for (at, (when, amount)) in RULES.iter().enumerate() {
        text.push_str(&format!(
            "\n奖补 奖{at}\n  每   企业 每年\n  给   企业\n  当   {when}\n  金额 {amount}\n"
        ));
    }
    text.push_str("\n奖补 事奖\n  每   项目\n  给   企业\n  按   开工日\n  当   计数(企业.项目) ≥ 2\n  金额 1万元\n```\n");
    text
}

/// A registry: firms with no project, with whole ones, with each thing missing; `whole` says up to when lists are.
fn data(whole: &str) -> [(&'static str, String); 6] {
    let head = |columns: &str| format!("# 示例;登记完整至 {whole}\n{columns}\n");
    let parks = head("园号") + "甲园\n乙园\n";
    let firms = head("代码,园区,成立日,税收(元)")
        + "一,甲园,2020-01-01,100\n二,甲园,2024-05-01,\n三,,2020-01-01,300\n四,乙园,,400\n五,乙园,2020-01-01,500\n六,丙园,2020-01-01,600\n";
    let projects = head("编码,企业,级别,开工日,投资(元),盈亏(元)")
        + "九,一,省,2025-02-01,70,5\n八,一,市,2024-02-01,30,-7\n七,一,省,2025-07-01,,\n\
           六,二,,2025-02-01,70,5\n五,二,,,50,\n四,二,省,,90,-9\n\
           三,三,省,2024-02-01,200,\n二,四,,2025-08-01,10,3\n一,四,省,2025-08-01,10,3\n\
           零,无此户,省,2025-08-01,10,3\n十,,省,2025-08-01,10,3\n";
    let grants = head("编号,项目,金额(元)") + "甲,九,60\n乙,八,\n丙,六,10\n丁,三,30\n戊,三,25\n";
    let bases = head("名称,运营方,租金(元)") + "东,一,150\n西,一,50\n南,三,\n北,四,400\n";
    let caps = head("序号,限额(元)") + "1,300\n2,\n";
    [
        ("data/基地.csv", bases),
        ("data/名录.csv", caps),
        ("data/园区.csv", parks),
        ("data/企业.csv", firms),
        ("data/项目.csv", projects),
        ("data/拨款.csv", grants),
    ]
}

#[test]
fn what_is_made_of_listed_rows_comes_out_as_the_interpreter_says() {
    let today = Date::year_end(2025).unwrap();
    for whole in ["2025-12-31", "2025-06-30"] {
        let files = [("办法.md", policy())].into_iter().chain(data(whole));
        let files = files.map(|(path, text)| PackFile {
            path: path.into(),
            bytes: text.into_bytes().into(),
        });
        let pack = Pack::load(PackFiles {
            name: "listed".into(),
            files: files.collect(),
        });
        let codes: Vec<_> = pack.findings.iter().map(|f| (f.code(), f.span.start)).collect();
        assert!(pack.is_sound(), "{codes:?}");
        let program = &pack.program;
        let registry = Registry::load(program, &pack.files, "data", today);
        let snapshot = Snapshot::new(program, &registry);
        let interpreter = Interpreter::new(program, &registry, 2025);
        let mut by_engine = Told::new(program, &registry, &interpreter);
        for subject in (0u32..).map(SubjectId).take(program.subjects.len()) {
            let rules: Vec<RuleId> = program
                .rules()
                .filter(|(_, rule)| rule.each == subject)
                .map(|(id, _)| id)
                .collect();
            let plan = Plan::new(program, subject, &rules, &snapshot, (2025, today));
            assert_eq!((plan.fault(), &plan.left), (None, &Vec::new()));
            let answers = plan.run(&snapshot, snapshot.rows(subject), 1);
            assert_eq!(answers, plan.run(&snapshot, snapshot.rows(subject), 2));
            for columns in &answers {
                for (row, right) in interpreter.rights(columns.rule).into_iter().enumerate() {
                    let decision = interpreter.decide(right);
                    let rule = &program.rule(columns.rule).name;
                    let place = format!("{rule} for {}, whole to {whole}", registry.key(right.row));
                    match (columns.outcome(row), by_engine.decision(columns, row, right)) {
                        (Outcome::Outside, _) => assert!(decision.outside.is_some(), "{place}"),
                        (_, Some(known)) => assert_eq!(told(&known), told(&decision), "{place}\n{plan}"),
                        // What is surely below zero is refused, and is the interpreter's.
                        (outcome, None) => assert!(decision.fault.is_some(), "{place}: {outcome:?}"),
                    }
                }
            }
        }
    }
}

#[test]
fn the_text_of_a_plan_shows_its_stages_before_its_operations() {
    let pack = Pack::load(PackFiles {
        name: "listed".into(),
        files: [("办法.md", policy())]
            .into_iter()
            .chain(data("2025-12-31"))
            .map(|(path, text)| PackFile {
                path: path.into(),
                bytes: text.into_bytes().into(),
            })
            .collect(),
    });
    let today = Date::year_end(2025).unwrap();
    let registry = Registry::load(&pack.program, &pack.files, "data", today);
    let snapshot = Snapshot::new(&pack.program, &registry);
    let (rule, declared) = pack
        .program
        .rules()
        .find(|(_, rule)| rule.name == "奖12")
        .unwrap();
    let plan = Plan::new(&pack.program, declared.each, &[rule], &snapshot, (2025, today));
    let text = plan.to_string();
    let stages: Vec<&str> = text
        .lines()
        .filter(|line| line.contains(" over ") || line.starts_with("stage") || line.starts_with("rule"))
        .map(|line| line.split(" over ").next().unwrap())
        .map(|line| line.split(':').next().unwrap())
        .collect();
    let expected = [
        "stage 0", "stage 0", "Sum", "Exists", "stage 1", "stage 0", "Count", "Sum", "rule 12",
    ];
    assert_eq!(stages, expected, "{text}");
}
