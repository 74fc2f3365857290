//! Columnar = interpreter, row by row, on the shipped packs.

use std::path::Path;

use jiufen_diagnostic::Lang;
use jiufen_engine::{Outcome, Plan};
use jiufen_interpret::{Interpreter, Status};
use jiufen_language::program::{RuleId, SubjectId};
use jiufen_office::{Facts, Pack, PackFiles, Registry, RowId, Run, RunOptions, Snapshot, lists, values};
use jiufen_quantity::Date;

/// How the rows of a pack came out: decided alike, left open by the engine.
#[derive(Default, Debug)]
struct Tally {
    alike: u64,
    open_in_both: u64,
    left: u64,
    kinds: std::collections::BTreeMap<String, u64>,
}

fn compare(pack: &Pack, year: i16) -> Tally {
    let today = Date::year_end(year).unwrap();
    let registry = Registry::load(&pack.program, &pack.files, "data", today);
    let snapshot = Snapshot::new(&pack.program, &registry);
    let interpreter = Interpreter::new(&pack.program, &registry, year);
    let mut tally = Tally::default();
    for subject in (0..pack.program.subjects.len()).map(|i| SubjectId(i as u32)) {
        let rules: Vec<RuleId> = pack
            .program
            .rules()
            .filter(|(_, r)| r.each == subject)
            .map(|(id, _)| id)
            .collect();
        let plan = Plan::new(&pack.program, subject, &rules, &snapshot, (year, today));
        assert_eq!(plan.fault(), None);
        let rows = snapshot.rows(subject);
        let one = plan.run(&snapshot, rows, 1);
        assert_eq!(
            one,
            plan.run(&snapshot, rows, 2),
            "the same on one thread and on two"
        );
        for columns in &one {
            for row in 0..rows {
                let id = RowId {
                    subject,
                    row: row as u32,
                };
                let right = interpreter.rights(columns.rule)[row];
                let decision = interpreter.decide(right);
                let place = || {
                    format!(
                        "{} for {} in {year}: {:?} {:?} {:?}\n{plan}",
                        pack.program.rule(columns.rule).name,
                        registry.key(id),
                        decision.status,
                        decision.entitlement,
                        decision.fault
                    )
                };
                match columns.outcome(row) {
                    Outcome::Eligible(fen) => {
                        assert_eq!(decision.status, Status::Eligible, "{}", place());
                        assert_eq!(decision.entitlement.exact(), Some(i128::from(fen)), "{}", place());
                        assert!(decision.reasons.is_empty(), "{}", place());
                        assert_eq!(columns.law_day(row), decision.law_day, "{}", place());
                        tally.alike += 1;
                    }
                    Outcome::Ineligible | Outcome::Outside => {
                        assert_eq!(decision.status, Status::Ineligible, "{}", place());
                        let outside = columns.outcome(row) == Outcome::Outside;
                        assert_eq!(decision.outside.is_some(), outside, "{}", place());
                        tally.alike += 1;
                    }
                    Outcome::Uncertain(_) | Outcome::Refused(_) => unreachable!("nothing says so yet"),
                    Outcome::Open => {
                        let why = decision.fault.as_ref().map_or("", |f| f.code.code());
                        *tally
                            .kinds
                            .entry(format!("{:?} {why}", decision.status))
                            .or_default() += 1;
                        let exact = matches!(decision.status, Status::Ineligible)
                            || (decision.status == Status::Eligible
                                && decision.entitlement.exact().is_some());
                        if exact {
                            tally.left += 1
                        } else {
                            tally.open_in_both += 1
                        }
                    }
                }
            }
        }
        println!(
            "{}: {} operations, left {:?}",
            pack.program.subject(subject).name,
            plan.graph.nodes().len(),
            plan.left
        );
    }
    tally
}

fn shipped(name: &str) -> Pack {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../packs")
        .join(name);
    Pack::load(PackFiles::read(&root).unwrap())
}

/// The lists of a run are the same bytes, whichever way its rights were decided.
fn same_lists(pack: &Pack, year: i16) {
    let today = Date::year_end(year).unwrap();
    let registry = Registry::load(&pack.program, &pack.files, "data", today);
    let options = RunOptions { year, as_of: today };
    let (slow, fast) = (
        Run::all(pack, &registry, options),
        Run::columnar(pack, &registry, options),
    );
    let lists = |run: &Run| {
        [
            lists::decisions(pack, &registry, run),
            lists::instalments(pack, &registry, run),
            values::values(pack, &registry, run, Lang::Zh),
        ]
        .map(|sheet| (sheet.columns, sheet.rows))
    };
    assert_eq!(lists(&slow), lists(&fast));
    assert_eq!(slow.summaries(pack), fast.summaries(pack));
    assert_eq!(slow.other_years(), fast.other_years());
    assert!(fast.without_steps > 0 && fast.without_steps <= fast.decisions.len() + fast.of_other_years.len());
}

#[test]
fn the_lists_of_a_run_do_not_depend_on_who_decided() {
    for name in ["shili", "qiantang"] {
        let pack = shipped(name);
        for year in [2023, 2025] {
            same_lists(&pack, year);
        }
    }
}

#[test]
fn every_row_of_the_shipped_packs_comes_out_as_the_interpreter_says() {
    for name in ["shili", "qiantang"] {
        let pack = shipped(name);
        for year in [2024, 2025] {
            let tally = compare(&pack, year);
            println!("{name} {year}: {tally:?}");
            assert!(tally.alike > 0);
        }
    }
}
