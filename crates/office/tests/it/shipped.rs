//! The shipped packs: sound, their cases pass, their registries are accounted for.

use std::path::{Path, PathBuf};

use jiufen_diagnostic::{Lang, Severity};
use jiufen_interpret::{StageCondition, StageDecision};
use jiufen_office::{ByteOrderMark, Pack, PackFiles, Registry, Run, RunOptions, lists, testing};
use jiufen_quantity::Date;

pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../packs")
        .join(name)
}

pub fn pack(name: &str) -> Pack {
    Pack::load(PackFiles::read(&folder(name)).unwrap())
}

fn options() -> RunOptions {
    RunOptions {
        year: 2025,
        as_of: Date::parse("2025-12-31").unwrap(),
    }
}

#[test]
fn every_shipped_pack_is_sound_and_its_cases_pass() {
    for (name, at_least) in [("qiantang", 300), ("shili", 60), ("qiantang/economy", 5)] {
        let pack = pack(name);
        let errors: Vec<_> = pack
            .findings
            .iter()
            .filter(|d| d.severity() == Severity::Error)
            .map(|d| format!("{} {}", pack.sources.locate(d.span), d.message(Lang::Zh)))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        let reports = testing::run_cases(&pack);
        let failed: Vec<_> = reports.iter().filter(|r| !r.passed()).collect();
        assert!(failed.is_empty(), "{name}: {failed:#?}");
        assert!(reports.len() >= at_least, "{name}: {} cases", reports.len());
    }
}

/// A pack inside the binary is read without its cases, since they were checked here. No decision hangs on them.
#[test]
fn rules_read_without_their_cases_decide_alike() {
    let rules_of = |name: &str| Pack::load_rules(PackFiles::read(&folder(name)).unwrap());
    for name in ["qiantang", "shili"] {
        let (whole, rules) = (pack(name), rules_of(name));
        assert!(rules.is_sound() && rules.program.cases.is_empty());
        let labels = |pack: &Pack| -> Vec<String> {
            let of = |(id, rule): (_, &jiufen_language::program::Rule)| {
                format!("{} {}", pack.rule_label(id), pack.program.citation(rule.cite))
            };
            pack.program.rules().map(of).collect()
        };
        assert_eq!(labels(&whole), labels(&rules), "{name}");
    }
    let decided = |pack: &Pack| {
        let registry = Registry::load(&pack.program, &pack.files, "data", options().as_of);
        let run = Run::all(pack, &registry, options());
        lists::decisions(pack, &registry, &run).rows
    };
    assert_eq!(decided(&pack("shili")), decided(&rules_of("shili")));
}

#[test]
fn the_example_pack_has_nothing_a_person_should_look_at() {
    let pack = pack("shili");
    let warnings: Vec<_> = pack
        .findings
        .iter()
        .filter(|d| d.severity() != Severity::Note)
        .collect();
    assert!(warnings.is_empty(), "{warnings:#?}");
}

#[test]
fn rows_accepted_and_rejected_add_up_to_rows_read() {
    for name in ["qiantang", "shili"] {
        let pack = pack(name);
        let registry = Registry::load(&pack.program, &pack.files, "data", options().as_of);
        assert!(registry.is_synthetic(), "{name}");
        let mut rejected = 0;
        for account in &registry.accounts {
            assert_eq!(
                account.accepted + account.rejected,
                account.read,
                "{name} {}",
                account.table
            );
            rejected += account.rejected;
        }
        assert_eq!(registry.rejected.len() as u64, rejected, "{name}");
        assert!(rejected > 0, "{name} has dirty rows on purpose");
    }
}

#[test]
fn a_run_pays_only_exact_amounts_and_gives_the_same_bytes_twice() {
    let pack = pack("shili");
    let registry = Registry::load(&pack.program, &pack.files, "data", options().as_of);
    let list = || {
        let run = Run::all(&pack, &registry, options());
        let mut bytes = Vec::new();
        lists::decisions(&pack, &registry, &run)
            .write_csv(&mut bytes, ByteOrderMark::Omitted)
            .unwrap();
        (run, bytes)
    };
    let (run, first) = list();
    let (_, second) = list();
    assert_eq!(first, second);
    let paid: i128 = run
        .whole_decisions()
        .iter()
        .filter_map(jiufen_office::Decision::payable_fen)
        .sum();
    assert!(paid > 0);
    let summed: i128 = run.summaries(&pack).iter().map(|(_, s)| s.payable_fen).sum();
    assert_eq!(paid, summed);
    for decision in run.whole_decisions() {
        let uncertain = !decision.reasons.is_empty() || decision.settled.exact().is_none();
        assert!(!(uncertain && decision.payable_fen().is_some()));
    }
}

#[test]
fn a_clause_with_only_a_ceiling_never_pays_it() {
    let pack = pack("qiantang");
    let registry = Registry::load(&pack.program, &pack.files, "data", options().as_of);
    let run = Run::all(&pack, &registry, options());
    let mut ceilings = 0;
    for decision in run
        .whole_decisions()
        .iter()
        .filter(|d| d.at_most && d.determination.is_none())
    {
        assert_eq!(decision.payable_fen().filter(|fen| *fen > 0), None);
        ceilings += 1;
    }
    assert!(ceilings > 0);
}

#[test]
fn explaining_one_subject_gives_the_figures_of_the_whole_run() {
    for (name, step, at_least) in [("shili", 17, 100), ("qiantang", 251, 300)] {
        let pack = pack(name);
        let registry = Registry::load(&pack.program, &pack.files, "data", options().as_of);
        let run = Run::all(&pack, &registry, options());
        let subjects: std::collections::BTreeSet<_> =
            run.whole_decisions().iter().map(|d| d.right.row).collect();
        let mut compared = 0;
        for subject in subjects.into_iter().step_by(step) {
            for explanation in
                jiufen_office::explain::explain(&pack, &registry, options(), subject, &[], Lang::Zh).rights
            {
                let decided = run
                    .decision(&pack, &registry, explanation.decision.right)
                    .unwrap();
                let named = format!("{name} {} {}", explanation.rule, explanation.row);
                assert_eq!(explanation.decision.settled, decided.settled, "{named}");
                assert_eq!(explanation.decision.status, decided.status, "{named}");
                compared += 1;
            }
        }
        assert!(compared > at_least, "{name}: {compared}");
    }
}

#[test]
fn an_instalment_whose_condition_fails_is_not_payable() {
    let pack = pack("shili");
    let registry = Registry::load(&pack.program, &pack.files, "data", options().as_of);
    let run = Run::all(&pack, &registry, options());
    let (mut whole, mut less) = (0, 0);
    for decision in run.whole_decisions().iter().filter(|d| !d.stages.is_empty()) {
        let (Some(payable), Some(settled)) = (decision.payable_fen(), decision.settled.exact()) else {
            continue;
        };
        let fails = |s: &&StageDecision| s.condition == StageCondition::Fails;
        let stages = |keep: &dyn Fn(&&StageDecision) -> bool| -> Option<i128> {
            decision
                .stages
                .iter()
                .filter(|s| keep(s))
                .map(|s| s.amount.exact())
                .sum()
        };
        assert_eq!(stages(&fails), Some(0));
        assert_eq!(stages(&|s| !fails(s)), Some(payable));
        match settled - payable {
            0 => whole += i32::from(payable > 0),
            // The rules of the pack divide the whole, so that money can be missing only where a condition fails.
            more => less += i32::from(more > 0 && decision.stages.iter().any(|s| fails(&s))),
        }
        assert!(settled == payable || decision.stages.iter().any(|s| fails(&s)));
    }
    assert!(
        whole > 5 && less > 0,
        "{whole} paid in full, {less} without an instalment"
    );
}

#[test]
fn a_refused_row_leaves_a_hole_and_not_a_zero() {
    let mut files = PackFiles::read(&folder("shili")).unwrap();
    let money = files
        .files
        .iter_mut()
        .find(|f| f.path == "data/上级资金.csv")
        .unwrap();
    let text = String::from_utf8(money.bytes.to_vec()).unwrap();
    money.bytes = format!("{}\n坏行,只有两格\n", text.trim_end())
        .into_bytes()
        .into();
    let pack = Pack::load(files);
    let registry = Registry::load(&pack.program, &pack.files, "data", options().as_of);
    let subject = pack.program.subject_named("上级资金").unwrap();
    assert!(!jiufen_office::Facts::complete(&registry, subject));
}

#[test]
fn an_exception_without_any_subject_is_told_and_not_a_panic() {
    let text = "---\n标题: 试\n状态: 示例\n来源: 示例\n---\n## 一、试\n\n比例 5%。\n\n```jiufen\n参数 比例: 比率\n  = 5%\n\n例外 加成 对 比例\n  每   企业\n  当   专精特新\n  = 5%\n```\n";
    let file = jiufen_office::PackFile {
        path: "试.md".into(),
        bytes: text.as_bytes().into(),
    };
    let pack = Pack::load(PackFiles {
        name: "试".into(),
        files: vec![file],
    });
    assert!(!pack.is_sound());
}
