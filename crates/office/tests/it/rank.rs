//! Places and sums over related rows: the whole-column operators against the interpreter, on small random populations.

use jiufen_diagnostic::Sources;
use jiufen_engine::rank::{Belongs, End, Key, Ranking, Ratio, Score};
use jiufen_engine::related::{Fold, Listed, Rows, exists, fold};
use jiufen_interpret::cases::CaseFacts;
use jiufen_interpret::{Interpreter, Step, Value, VerdictDecision, What};
use jiufen_language::program::{Program, VerdictId};
use jiufen_office::RowId;
use jiufen_quantity::Date;
use jiufen_quantity::exact::integer;

const WORDS: &str = "---
标题: 示例
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
类别 组别: 一组, 二组

对象 企业 家
  键   代码
  代码: 代码 \"统一社会信用代码\"
  参评: 是否
  组别: 组别
  税收: 金额 可负
  面积: 面积
  人数: 人

对象 项目 个
  键   编码
  编码: 文本
  企业: 企业
  在册: 是否
  投资: 金额 可负

评级 评价
  每   企业
  当   参评
  键   组别
  排   税收 ÷ 面积 降序
  排   人数 升序
  结论
    - 位次 ≤ 去尾(总数 × 30%, 1): A
    - 位次 ≤ 四舍五入(总数 × 60%, 1): B
    - 否则: C

定义 企业.投资合计: 金额
  = 合计(项目.投资 其中 在册)

定义 企业.项目数: 数
  = 计数(项目 其中 在册)

定义 企业.最大投资: 金额
  = 最大(项目.投资 其中 在册)

定义 企业.最小投资: 金额
  = 最小(项目.投资 其中 在册)

定义 企业.有项目: 是否
  = 存在(项目 其中 在册)
";

/// A stream of small numbers from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    /// One fact in eight is missing.
    fn maybe(&mut self, n: u64) -> Option<i64> {
        let value = self.below(n);
        (self.below(8) > 0).then_some(i64::try_from(value).unwrap())
    }
}

struct Firm {
    ranked: Option<i64>,
    group: Option<i64>,
    tax: Option<i64>,
    land: Option<i64>,
    staff: Option<i64>,
}

struct Project {
    firm: u32,
    listed: Option<i64>,
    money: Option<i64>,
}

fn firms(draw: &mut Draw) -> Vec<Firm> {
    let one = |draw: &mut Draw| Firm {
        ranked: draw.maybe(4).map(|n| n.min(1)),
        group: draw.maybe(2),
        tax: draw.maybe(5).map(|n| n - 1),
        land: draw.maybe(3).map(|n| n + 1),
        staff: draw.maybe(3),
    };
    (0..2 + draw.below(9)).map(|_| one(draw)).collect()
}

fn projects(draw: &mut Draw, firms: usize) -> Vec<Project> {
    let one = |draw: &mut Draw| Project {
        firm: u32::try_from(draw.below(firms as u64)).unwrap(),
        listed: draw.maybe(3).map(|n| n.min(1)),
        money: draw.maybe(7).map(|n| n - 2),
    };
    (0..draw.below(16)).map(|_| one(draw)).collect()
}

fn program(firms: &[Firm], projects: &[Project]) -> Program {
    let mut text = format!("{WORDS}\n例 试\n  日期 2025-12-31\n");
    let truth = |n: i64| if n == 1 { "是" } else { "否" };
    for (index, firm) in firms.iter().enumerate() {
        let facts = [
            firm.ranked.map(|n| format!("参评 = {}", truth(n))),
            firm.group
                .map(|n| format!("组别 = {}组", ["一", "二"][n as usize])),
            firm.tax.map(|n| format!("税收 = {n}元")),
            firm.land.map(|n| format!("面积 = {n}亩")),
            firm.staff.map(|n| format!("人数 = {n}人")),
        ];
        let facts: Vec<String> = facts
            .into_iter()
            .flatten()
            .chain([format!("代码 = \"{index}\"")])
            .collect();
        text.push_str(&format!("  已知 企业 企{index}: {}\n", facts.join(", ")));
    }
    for (index, project) in projects.iter().enumerate() {
        let facts = [
            Some(format!("企业 = 企{}", project.firm)),
            project.listed.map(|n| format!("在册 = {}", truth(n))),
            project.money.map(|n| format!("投资 = {n}元")),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        text.push_str(&format!("  已知 项目 项{index}: {}\n", facts.join(", ")));
    }
    text.push_str("  应得 评价(企0) = A\n```\n");
    let mut sources = Sources::default();
    let id = sources.add("示例.md", text.as_str());
    let (document, _) = jiufen_document::parse(&sources, id);
    let checked = jiufen_language::check(&sources, &[document]);
    let errors: Vec<String> = checked
        .findings
        .iter()
        .filter(|f| f.severity() == jiufen_diagnostic::Severity::Error)
        .map(|f| f.message(jiufen_diagnostic::Lang::Zh))
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{text}");
    checked.program
}

fn columns(firms: &[Firm]) -> Ranking {
    let belongs = |firm: &Firm| match firm.ranked {
        None => Belongs::Maybe,
        Some(0) => Belongs::No,
        Some(_) => Belongs::Yes,
    };
    let per_area = |firm: &Firm| match (firm.tax, firm.land) {
        (Some(tax), Some(land)) => Score::known(Ratio::new(tax, land).unwrap()),
        _ => Score::open(),
    };
    // A headcount that is missing is not below nothing.
    let staff = |firm: &Firm| match firm.staff {
        Some(staff) => Score::known(Ratio::whole(staff).unwrap()),
        None => Score {
            low: End::At(Ratio::whole(0).unwrap()),
            high: End::Above,
        },
    };
    Ranking {
        belongs: firms.iter().map(belongs).collect(),
        group: firms
            .iter()
            .map(|f| f.group.map(|g| u32::try_from(g).unwrap()))
            .collect(),
        keys: vec![
            Key {
                scores: firms.iter().map(per_area).collect(),
                descending: true,
            },
            Key {
                scores: firms.iter().map(staff).collect(),
                descending: false,
            },
        ],
    }
}

fn found(decision: &VerdictDecision, wanted: fn(&What) -> bool) -> Option<&Step> {
    decision
        .derivation
        .children
        .iter()
        .find(|step| wanted(&step.what))
}

fn ends(step: &Step) -> (u32, u32) {
    let Value::Number(interval, _) = &step.value else {
        return (0, 0);
    };
    let whole =
        |n: Option<&jiufen_quantity::Exact>| n.and_then(|n| n.to_integer().try_into().ok()).unwrap_or(0);
    (whole(interval.low.as_ref()), whole(interval.high.as_ref()))
}

#[test]
fn a_place_of_the_columns_is_the_place_of_the_interpreter() {
    let mut draw = Draw(7);
    let mut compared = 0;
    for _ in 0..150 {
        let firms = firms(&mut draw);
        let program = program(&firms, &[]);
        let facts = CaseFacts::new(&program, &program.cases[0]);
        let interpreter = Interpreter::new(&program, &facts, 2025);
        let places = columns(&firms).places();
        let subject = program.subject_named("企业").unwrap();
        for (row, firm) in firms.iter().enumerate() {
            let id = RowId {
                subject,
                row: row as u32,
            };
            let decision = interpreter.verdict(VerdictId(0), id);
            let Some(place) = found(&decision, |what| matches!(what, What::Place { .. })) else {
                assert_eq!(firm.ranked, Some(0));
                continue;
            };
            let peers = found(&decision, |what| matches!(what, What::Peers)).unwrap();
            assert_eq!(ends(place), (places.best[row], places.worst[row]), "row {row}");
            assert_eq!(ends(peers), (places.fewest[row], places.most[row]), "row {row}");
            let What::Place { level } = place.what else {
                continue;
            };
            assert_eq!(level, places.level[row], "row {row}");
            compared += 1;
        }
    }
    assert!(compared > 500, "{compared}");
}

#[test]
fn a_band_of_the_columns_is_the_class_of_the_interpreter() {
    use jiufen_engine::rank::Band;
    use jiufen_quantity::Rounding;
    let bands = [
        Band {
            share: Ratio::new(30, 100).unwrap(),
            rounding: Rounding::Truncate,
        },
        Band {
            share: Ratio::new(60, 100).unwrap(),
            rounding: Rounding::HalfUp,
        },
    ];
    let mut draw = Draw(11);
    let mut given = 0;
    for _ in 0..150 {
        let firms = firms(&mut draw);
        let program = program(&firms, &[]);
        let facts = CaseFacts::new(&program, &program.cases[0]);
        let interpreter = Interpreter::new(&program, &facts, 2025);
        let classes = columns(&firms).places().bands(&bands);
        let subject = program.subject_named("企业").unwrap();
        for (row, firm) in firms
            .iter()
            .enumerate()
            .filter(|(_, firm)| firm.ranked == Some(1))
        {
            let id = RowId {
                subject,
                row: row as u32,
            };
            let class = interpreter.verdict(VerdictId(0), id).outcome;
            let band = classes[row].map_or("无法判定", |band| ["A", "B", "C"][band]);
            assert_eq!(class, band, "row {row} {:?} {:?}", firm.tax, firm.land);
            given += usize::from(classes[row].is_some());
        }
    }
    assert!(given > 100, "{given}");
}

/// What a value of the interpreter is as the columns say it: ends, and whether there is a number at all.
fn as_folded(value: &Value) -> (Option<i128>, Option<i128>, Belongs) {
    let end = |n: &Option<jiufen_quantity::Exact>| n.as_ref().and_then(|n| n.to_integer().try_into().ok());
    match value {
        Value::Number(interval, _) => (end(&interval.low), end(&interval.high), Belongs::Yes),
        Value::Absent => (None, None, Belongs::No),
        _ => (None, None, Belongs::Maybe),
    }
}

#[test]
fn what_columns_fold_is_what_the_interpreter_sums() {
    let mut draw = Draw(13);
    for _ in 0..200 {
        let firms = firms(&mut draw);
        let projects = projects(&mut draw, firms.len());
        let program = program(&firms, &projects);
        let facts = CaseFacts::new(&program, &program.cases[0]);
        let interpreter = Interpreter::new(&program, &facts, 2025);
        let subject = program.subject_named("企业").unwrap();
        let parent: Vec<Option<u32>> = projects.iter().map(|p| Some(p.firm)).collect();
        let belongs: Vec<Belongs> = projects
            .iter()
            .map(|p| match p.listed {
                None => Belongs::Maybe,
                Some(0) => Belongs::No,
                Some(_) => Belongs::Yes,
            })
            .collect();
        let values: Vec<Listed> = projects
            .iter()
            .map(|p| p.money.map_or(Listed::Between(None, None), Listed::only))
            .collect();
        let rows = Rows {
            parent: &parent,
            belongs: &belongs,
            values: &values,
            complete: true,
            signed: true,
        };
        let folds = [
            ("投资合计", Fold::Sum),
            ("项目数", Fold::Count),
            ("最大投资", Fold::Maximum),
            ("最小投资", Fold::Minimum),
        ];
        let there = exists(rows, firms.len());
        for (row, there) in there.iter().enumerate() {
            let id = RowId {
                subject,
                row: row as u32,
            };
            let asked = |name: &str| {
                let definition = program.definitions.iter().find(|d| d.name == name).unwrap();
                let jiufen_language::program::PartValue::Expr(expr) = definition.part.versions[0].value
                else {
                    return Value::Absent;
                };
                interpreter.value(expr, id, Date::new(2025, 12, 31).unwrap()).0
            };
            for (name, of) in folds {
                let folded = fold(of, rows, firms.len())[row];
                let value = asked(name);
                let (low, high, is_there) = as_folded(&value);
                assert_eq!(folded.there, is_there, "{name} of {row}: {value:?} {folded:?}");
                if is_there == Belongs::Yes {
                    assert_eq!(
                        (folded.low, folded.high),
                        (low, high),
                        "{name} of {row}: {value:?}"
                    );
                }
            }
            let exists = match asked("有项目") {
                Value::Truth(true) => Belongs::Yes,
                Value::Truth(false) => Belongs::No,
                _ => Belongs::Maybe,
            };
            assert_eq!(*there, exists, "有项目 of {row}");
        }
    }
}

#[test]
fn shares_of_any_number_of_peers_are_rounded_as_fractions_are() {
    use jiufen_engine::rank::Band;
    use jiufen_quantity::Rounding;
    use jiufen_quantity::exact::{ratio, round};
    for peers in 0..=200u32 {
        for (num, den) in [(1, 5), (1, 3), (13, 20), (7, 1000), (1, 1), (0, 1)] {
            for rounding in [Rounding::Truncate, Rounding::Up, Rounding::HalfUp] {
                let share = Ratio::new(num, den).unwrap();
                let exact = round(
                    &(integer(i128::from(peers)) * ratio(i128::from(num), i128::from(den))),
                    rounding,
                );
                let places = Band { share, rounding }.places(peers);
                assert_eq!(
                    integer(i128::from(places)),
                    jiufen_quantity::Exact::from_integer(exact)
                );
            }
        }
    }
}

#[test]
fn ratios_are_compared_on_their_whole_width() {
    let at = |num, den| Ratio::new(num, den).unwrap();
    assert!(at(i64::MAX, i64::MAX - 1) > at(i64::MAX - 1, i64::MAX - 2).min(at(1, 1)));
    assert!(at(i64::MAX - 1, i64::MAX) < at(1, 1));
    assert!(at(i64::MAX - 1, i64::MAX) > at(i64::MAX - 2, i64::MAX - 1));
    assert_eq!(at(2, -4), at(-1, 2));
    assert_eq!(Ratio::new(1, 0), None);
    assert_eq!(Ratio::new(i64::MIN, 1), None);
}

#[test]
fn the_rankings_of_the_shipped_packs_come_out_as_the_interpreter_says() {
    use jiufen_engine::RankingPlan;
    use jiufen_office::{Facts, Pack, PackFiles, Registry, Snapshot};
    let mut alike = 0;
    for name in ["shili", "qiantang"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../packs")
            .join(name);
        let pack = Pack::load(PackFiles::read(&folder).unwrap());
        let (year, today) = (2025, Date::new(2025, 12, 31).unwrap());
        let registry = Registry::load(&pack.program, &pack.files, "data", today);
        let snapshot = Snapshot::new(&pack.program, &registry);
        let interpreter = Interpreter::new(&pack.program, &registry, year);
        for (index, verdict) in (0u32..).zip(&pack.program.verdicts) {
            let Some(plan) = RankingPlan::new(&pack.program, VerdictId(index), &snapshot, (year, today))
            else {
                continue;
            };
            let rows = snapshot.rows(verdict.each);
            let places = plan.run(&snapshot, rows, 1).places();
            assert_eq!(places, plan.run(&snapshot, rows, 2).places());
            for row in 0..rows {
                let id = RowId {
                    subject: verdict.each,
                    row: row as u32,
                };
                let decision = interpreter.verdict(VerdictId(index), id);
                let Some(place) = found(&decision, |what| matches!(what, What::Place { .. })) else {
                    continue;
                };
                let whose = format!("{} {} {:?}", verdict.name, registry.key(id), plan.left);
                let (best, worst) = ends(place);
                let (wide_best, wide_worst) = (places.best[row], places.worst[row]);
                if plan.left.is_empty() {
                    assert_eq!((best, worst), (wide_best, wide_worst), "{whose}");
                    let peers = found(&decision, |what| matches!(what, What::Peers)).unwrap();
                    assert_eq!(ends(peers), (places.fewest[row], places.most[row]), "{whose}");
                    alike += 1;
                } else {
                    assert!(
                        wide_best <= best && worst <= wide_worst,
                        "{whose} {best} {worst} {wide_best} {wide_worst}"
                    );
                }
            }
        }
    }
    assert!(alike > 0, "no ranking is wholly in columns");
}
