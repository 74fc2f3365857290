//! Steps 7 to 10 in columns = by the interpreter, over registries in which rights compete for everything there is.

use std::fmt::Write as _;

use jiufen_office::{Pack, PackFile, PackFiles, Registry, Run, RunOptions};
use jiufen_quantity::Date;

use crate::engine::same_lines;

const POLICY: &str = "---\n标题: 相争办法\n文号: 示例〔2025〕9号\n状态: 示例\n来源: 示例\n适用地区: 全国\n---\n\
## 第一条 试\n\n各项奖励按认定发放,专项每年 10 万元,另有专项每年 7 万元,名额每年 5 家。\n\n```jiufen\n\
对象 企业 家\n  键 名\n  名: 文本\n  地区: 地区\n\n\
事件 认定\n  键 编号\n  编号: 文本\n  企业: 企业\n  品种: 文本\n  种: 文本\n  公布日: 日期\n  额: 金额\n  已得: 金额\n  得分: 分\n\n\
参数 甲额度: 金额\n  = 10万元\n\n参数 乙额度: 金额\n  = 7万元\n\n参数 名额数: 家\n  = 5家\n\n\
账户 甲专项\n  额度 甲额度 每年\n  超出 按比例\n\n\
账户 乙专项\n  额度 乙额度 每年\n  超出 先后\n\n\
账户 名额: 家\n  额度 名额数 每年\n  超出 择优 得分\n\n";

/// Rules by the word that chooses them, and what each competes by.
const RULES: [(&str, &str); 12] = [
    ("高一", "  组合 就高组\n"),
    ("高二", "  组合 就高组\n  资金 甲专项\n"),
    ("差一", "  组合 补差组\n"),
    ("差二", "  组合 补差组\n"),
    ("先一", "  组合 先到组\n"),
    ("先二", "  组合 先到组\n  资金 甲专项\n"),
    ("斥一", "  组合 互斥组\n"),
    ("斥二", "  组合 互斥组\n"),
    ("叠一", "  组合 叠加组\n"),
    ("叠二", "  组合 叠加组\n  资金 乙专项\n"),
    ("封", "  封顶 9万元 每年\n  资金 乙专项\n"),
    (
        "名",
        "  封顶 8万元\n  支   名额 1家\n  分期\n    - 公布日: 60%\n    - 加年(公布日, 1): 余额\n",
    ),
];

const GROUPS: &str = "组合 就高组\n  法 就高\n  键 企业, 品种\n  计入 已得\n\n\
组合 补差组\n  法 补差\n  键 企业, 品种\n\n\
组合 先到组\n  法 先到\n  键 企业, 品种\n\n\
组合 互斥组\n  法 互斥\n  键 企业, 品种\n\n\
组合 叠加组\n  法 叠加\n  键 企业, 年\n  封顶 11万元\n```\n";

/// Numbers that look like chance; the same seed gives the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % count
    }

    fn or_missing(&mut self, one_in: u64, words: String) -> String {
        match one_in > 0 && self.below(one_in) == 0 {
            true => "缺".to_owned(),
            false => words,
        }
    }
}

/// A pack with `rows` certificates of a few enterprises; one cell in `missing` is not known, none where that is 0.
fn pack(seed: u64, rows: u64, missing: u64) -> Pack {
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut policy = POLICY.to_owned();
    for (word, competes) in RULES {
        let head = "  每   认定\n  给   企业\n  按   公布日\n";
        write!(
            policy,
            "奖补 {word}奖\n{head}  当   种 = \"{word}\"\n  金额 额\n{competes}\n"
        )
        .unwrap();
    }
    policy.push_str(GROUPS);
    let enterprises = "# 登记完整至 2026-12-31\n名,地区\n甲,全国\n乙,全国\n丙,全国\n丁,全国\n";
    let mut table = "# 登记完整至 2026-12-31\n编号,企业,品种,种,公布日,额(元),已得(元),得分\n".to_owned();
    for row in 0..rows {
        let enterprise = ["甲", "乙", "丙", "丁"][chance.below(4) as usize];
        let enterprise = chance.or_missing(missing * 3, enterprise.to_owned());
        let kind = chance.below(2).to_string();
        let kind = chance.or_missing(missing * 2, format!("品{kind}"));
        let word = RULES[chance.below(12) as usize].0;
        let year = 2024 + chance.below(2);
        let day = format!("{year}-0{}-1{}", 1 + chance.below(3), chance.below(3));
        let day = chance.or_missing(missing * 4, day);
        let fen = format!(
            "{}.0{}",
            chance.below(5) * 10_000 + chance.below(3),
            chance.below(10)
        );
        let fen = chance.or_missing(missing, fen);
        let received = chance.below(2) * 15_000;
        let received = chance.or_missing(missing * 2, received.to_string());
        let score = chance.below(4).to_string();
        let score = chance.or_missing(missing * 2, format!("{score}分"));
        writeln!(
            table,
            "{row:03},{enterprise},{kind},{word},{day},{fen},{received},{score}"
        )
        .unwrap();
    }
    let files = [
        ("一.md", policy),
        ("data/企业.csv", enterprises.to_owned()),
        ("data/认定.csv", table),
    ];
    let files = files.map(|(path, text)| PackFile {
        path: path.to_owned(),
        bytes: text.into_bytes().into(),
    });
    Pack::load(PackFiles {
        name: "相争".into(),
        files: files.into_iter().collect(),
    })
}

/// Compares both ways, and says how many rights were changed in columns and how many by the interpreter.
fn compare(seed: u64, rows: u64, missing: u64) -> (usize, usize) {
    let pack = pack(seed, rows, missing);
    let said: Vec<String> = pack
        .findings
        .iter()
        .map(|f| f.message(jiufen_diagnostic::Lang::Zh))
        .collect();
    assert!(pack.is_sound(), "{said:#?}");
    let today = Date::year_end(2025).unwrap();
    let registry = Registry::load(&pack.program, &pack.files, "data", today);
    assert!(registry.rejected.is_empty(), "{:#?}", registry.rejected);
    let options = RunOptions {
        year: 2025,
        as_of: today,
    };
    let (slow, fast) = (
        Run::all(&pack, &registry, options),
        Run::columnar(&pack, &registry, options),
    );
    same_lines(&pack, &registry, &slow, &fast);
    assert_eq!(slow.summaries(), fast.summaries());
    let settled = slow
        .whole_decisions()
        .iter()
        .filter(|decision| !decision.settlement.is_empty());
    let by_columns = |line: &jiufen_office::Line<'_>| line.is_settled_in_columns();
    let in_columns = fast.lines().filter(by_columns).count();
    (in_columns, settled.count() - in_columns)
}

#[test]
fn rights_that_compete_come_to_the_same_in_columns_and_by_the_interpreter() {
    let (mut in_columns, mut left) = (0, 0);
    for seed in 1..=12 {
        for (rows, missing) in [(12, 0), (60, 0), (60, 40), (60, 8)] {
            let (columns, interpreter) = compare(seed, rows, missing);
            in_columns += columns;
            left += interpreter;
        }
    }
    assert!(
        in_columns > 100 && left > 100,
        "{in_columns} in columns, {left} left"
    );
}

#[test]
fn where_everything_is_known_only_what_a_person_must_choose_is_left() {
    for seed in 20..=30 {
        let (in_columns, left) = compare(seed, 40, 0);
        assert!(
            in_columns > 0 && left <= in_columns * 2,
            "{in_columns} in columns, {left} left"
        );
    }
}

#[test]
fn a_right_without_a_value_is_not_counted_as_nothing() {
    let head = "---\n标题: 两奖\n文号: 示例〔2025〕10号\n状态: 示例\n来源: 示例\n适用地区: 全国\n---\n## 第一条 两奖\n\n\
                甲奖的比例另行公布,乙奖 5 万元,两项就高;丙奖 4 万元,与丁奖共用资金 6 万元,丁奖的比例同甲奖。\n\n";
    let rules = "```jiufen\n对象 企业 家\n  键 名\n  名: 文本\n  地区: 地区\n  投入: 金额\n\n\
                 参数 甲比例: 比率\n\n\
                 奖补 甲奖\n  每   企业 一次\n  给   企业\n  当   投入 > 0元\n  金额 投入 × 甲比例\n  组合 类\n\n\
                 奖补 乙奖\n  每   企业 一次\n  给   企业\n  金额 5万元\n  组合 类\n\n\
                 组合 类\n  键 企业\n  法 就高\n\n\
                 奖补 丙奖\n  每   企业 一次\n  给   企业\n  金额 4万元\n  资金 池\n\n\
                 奖补 丁奖\n  每   企业 一次\n  给   企业\n  当   投入 > 0元\n  金额 投入 × 甲比例\n  资金 池\n\n\
                 账户 池\n  额度 6万元\n  超出 按比例\n```\n";
    let table = "# 登记完整至 2025-12-31\n名,地区,投入(万元)\n甲,全国,10\n乙,全国,0\n";
    let files = [
        ("p.md", format!("{head}{rules}")),
        ("data/企业.csv", table.to_owned()),
    ];
    let pack = Pack::load(PackFiles {
        name: "两奖".into(),
        files: files
            .into_iter()
            .map(|(path, text)| PackFile {
                path: path.into(),
                bytes: text.into_bytes().into(),
            })
            .collect(),
    });
    let today = Date::parse("2025-12-31").unwrap();
    let registry = Registry::load(&pack.program, &pack.files, "data", today);
    let options = RunOptions {
        year: 2025,
        as_of: today,
    };
    let run = Run::columnar(&pack, &registry, options);
    same_lines(&pack, &registry, &Run::all(&pack, &registry, options), &run);
    let told: Vec<String> = run
        .lines()
        .map(|line| {
            let decision = run.decision(&pack, &registry, line.right()).unwrap();
            let reasons: Vec<String> = decision
                .missing
                .iter()
                .map(|reason| reason.words(&pack.program, &registry))
                .collect();
            let rule = &pack.program.rule(line.right().rule).name;
            format!(
                "{rule} {:?} {:?} {}",
                line.status(),
                line.payable_fen(),
                reasons.join("、")
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "甲奖 Refused None ",
            "甲奖 Ineligible Some(0) ",
            "乙奖 Undetermined None 甲奖(甲)拒绝:参数未核实",
            "乙奖 Eligible Some(5000000) ",
            "丙奖 Refused None ",
            "丙奖 Refused None ",
            "丁奖 Refused None ",
            "丁奖 Ineligible Some(0) ",
        ]
    );
}

#[test]
fn what_a_group_refuses_falls_due_in_no_instalment() {
    let policy = "---\n标题: 叠加\n文号: 示例〔2025〕11号\n状态: 示例\n来源: 示例\n适用地区: 全国\n---\n## 第一条 奖\n\n\
                  奖励 5 万元,分两期各给 50%,合计的上限另行公布。\n\n```jiufen\n对象 企业 家\n  键 名\n  名: 文本\n  地区: 地区\n  成立日: 日期\n\n\
                  参数 上限: 金额\n\n\
                  奖补 奖\n  每   企业 一次\n  给   企业\n  金额 5万元\n  组合 类\n  分期\n    - 成立日: 50%\n    - 加年(成立日, 1): 余额\n\n\
                  组合 类\n  键 企业\n  法 叠加\n  封顶 上限\n```\n";
    let pack = loaded(
        policy,
        "# 登记完整至 2025-12-31\n名,地区,成立日\n甲,全国,2024-03-01\n",
    );
    let today = Date::parse("2025-12-31").unwrap();
    let registry = Registry::load(&pack.program, &pack.files, "data", today);
    let options = RunOptions {
        year: 2025,
        as_of: today,
    };
    let (slow, fast) = (
        Run::all(&pack, &registry, options),
        Run::columnar(&pack, &registry, options),
    );
    same_lines(&pack, &registry, &slow, &fast);
    for run in [slow, fast] {
        let decision = &run.whole_decisions()[0];
        assert_eq!(decision.status, jiufen_interpret::Status::Refused);
        let amounts = decision.stages.iter().map(|stage| stage.amount.exact());
        assert!(amounts.flatten().next().is_none(), "{:?}", decision.stages);
    }
}

fn loaded(policy: &str, table: &str) -> Pack {
    let files = [("p.md", policy), ("data/企业.csv", table)];
    Pack::load(PackFiles {
        name: "试".into(),
        files: files
            .into_iter()
            .map(|(path, text)| PackFile {
                path: path.into(),
                bytes: text.as_bytes().to_vec().into(),
            })
            .collect(),
    })
}
