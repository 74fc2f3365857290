//! A draft against the law in force: what it says is what two separate runs say.

use jiufen_office::simulate::{Counts, Effect, Side, Simulation};
use jiufen_office::{Facts, Pack, PackFile, PackFiles, Registry, Run, RunOptions};
use jiufen_quantity::Date;

fn shili() -> PackFiles {
    PackFiles::read(std::path::Path::new("../../packs/shili")).unwrap()
}

fn with(mut files: PackFiles, name: &str, text: &str) -> PackFiles {
    files.files.push(PackFile {
        path: name.to_owned(),
        bytes: text.as_bytes().to_vec().into(),
    });
    files
}

/// A draft of one clause in the words of the invented pack.
fn draft(block: &str) -> String {
    format!(
        "---\n标题: 草案\n文号: 示例征求意见〔2025〕9号\n发文机关: 示例区(示例)\n适用地区: 示例省示例市示例区\n成文: 2024-12-01\n施行: 2025-01-01\n引用:\n  - 示例〔2025〕1号\n  - 示例〔2025〕2号\n状态: 征求意见\n来源: 示例\n---\n## 一、改动\n```jiufen\n{block}\n```\n"
    )
}

fn options() -> RunOptions {
    RunOptions {
        year: 2025,
        as_of: Date::year_end(2025).unwrap(),
    }
}

fn registry(pack: &Pack) -> Registry<'_> {
    Registry::load(&pack.program, &pack.files, "data", options().as_of)
}

/// Compares the invented pack with itself and a draft, and hands both sides and what was found to a test.
fn compared(block: &str, test: impl FnOnce(&Simulation<'_>)) {
    let before = Pack::load(shili());
    let files = with(shili(), "草案.md", &draft(block));
    let after = Pack::enacting(files, |document| document.path == "草案.md");
    assert!(after.is_sound(), "{:?}", after.findings);
    let (was, becomes) = (registry(&before), registry(&after));
    let (old, new) = (
        Run::all(&before, &was, options()),
        Run::all(&after, &becomes, options()),
    );
    let side = |pack, registry, run| Side { pack, registry, run };
    test(&Simulation::new(
        side(&before, &was, &old),
        side(&after, &becomes, &new),
    ));
}

/// Totals by adding up the rights of a run; the other way is by beneficiary.
fn payable(run: &Run) -> i128 {
    run.lines().filter_map(|line| line.payable_fen()).sum()
}

#[test]
fn the_totals_are_those_of_two_separate_runs() {
    compared(
        "修订 研发补助比例\n  自   2025-01-01\n  = 7%",
        |simulation| {
            let (before, after) = (simulation.before, simulation.after);
            assert_eq!(before.total().payable_fen, payable(before.run));
            assert_eq!(after.total().payable_fen, payable(after.run));
            assert!(!simulation.rights.is_empty());
            let by_subject: i128 = simulation.subjects.iter().map(|s| s.before_fen).sum();
            assert_eq!(by_subject, payable(before.run));
            let by_subject: i128 = simulation.subjects.iter().map(|s| s.after_fen).sum();
            assert_eq!(by_subject, payable(after.run));
            assert_eq!(simulation.counts.all(), simulation.subjects.len());
            for by in simulation.by_default() {
                let groups = simulation.groups(by);
                let subjects: usize = groups.iter().map(|g| g.counts.all()).sum();
                assert!(subjects <= simulation.subjects.len());
            }
            let listed: Counts = simulation.rules.iter().fold(Counts::default(), |mut sum, rule| {
                sum.gains += rule.rights.gains;
                sum.loses += rule.rights.loses;
                sum.open += rule.rights.open;
                sum
            });
            assert_eq!(listed.gains + listed.loses + listed.open, simulation.rights.len());
        },
    );
}

#[test]
fn a_raised_fixed_amount_raises_everybody_who_has_it_by_the_same() {
    compared(
        "修订 首次上规奖.金额\n  自   2025-01-01\n  = 12万元",
        |simulation| {
            assert!(!simulation.rights.is_empty());
            for right in &simulation.rights {
                assert_eq!(right.effect, Effect::Gains);
                assert_eq!(right.change.exact(), Some(2_000_000));
            }
            let raised = i128::try_from(simulation.rights.len()).unwrap() * 2_000_000;
            let (was, becomes) = (simulation.before.total(), simulation.after.total());
            assert_eq!(becomes.payable_fen - was.payable_fen, raised);
            let reasons = simulation.reasons(&simulation.rights[0], jiufen_diagnostic::Lang::Zh);
            assert!(
                reasons
                    .iter()
                    .any(|r| r.contains("12万元") && r.contains("示例征求意见〔2025〕9号 一")),
                "{reasons:?}"
            );
        },
    );
}

#[test]
fn a_draft_that_repeats_the_law_changes_nothing() {
    compared(
        "修订 研发补助比例\n  自   2025-01-01\n  = 5%",
        |simulation| {
            assert!(simulation.rights.is_empty(), "{:?}", simulation.rights);
            assert_eq!(simulation.counts.all(), simulation.counts.same);
            assert_eq!(simulation.largest().count(), 0);
        },
    );
}

#[test]
fn a_new_rule_is_a_gain_of_its_whole_sum() {
    let block =
        "奖补 新增示例奖\n  每   企业 每年\n  给   企业\n  口径 上年\n  当   研发费用 ≥ 1亿元\n  金额 1万元";
    compared(block, |simulation| {
        let new = simulation
            .rules
            .iter()
            .find(|r| simulation.rule_label(r) == "新增示例奖")
            .unwrap();
        assert!(new.before.is_none());
        assert_eq!(
            new.becomes.payable_fen,
            i128::from(new.becomes.eligible) * 1_000_000
        );
        assert_eq!(u64::try_from(new.rights.gains).unwrap(), new.becomes.eligible);
        assert_eq!(new.rights.loses, 0);
    });
}

#[test]
fn a_draft_grants_nothing_in_a_run_and_counts_only_when_it_is_enacted() {
    let files = || {
        with(
            shili(),
            "草案.md",
            &draft("修订 首次上规奖.金额\n  自   2025-01-01\n  = 12万元"),
        )
    };
    let (asleep, awake) = (Pack::load(files()), Pack::enacting(files(), |_| true));
    let total = |pack: &Pack| {
        let registry = registry(pack);
        assert!(registry.row_count(jiufen_language::program::SubjectId(0)) > 0);
        payable(&Run::all(pack, &registry, options()))
    };
    let without = total(&Pack::load(shili()));
    assert_eq!(total(&asleep), without);
    assert!(total(&awake) > without);
}
