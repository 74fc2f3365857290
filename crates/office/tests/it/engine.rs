//! Columnar = interpreter, row by row, on the shipped packs.

use std::collections::BTreeMap;
use std::path::Path;

use jiufen_diagnostic::Lang;
use jiufen_engine::{Outcome, Plan};
use jiufen_interpret::{Decision, Interpreter};
use jiufen_language::program::{RuleId, SubjectId};
use jiufen_office::{
    ByteOrderMark, Facts, Line, Pack, PackFiles, Registry, Run, RunOptions, Snapshot, Told, lists, values,
};
use jiufen_quantity::Date;

/// How the rows of a pack came out: decided by the engine, by status, and left to the interpreter, by what that says.
#[derive(Default, Debug)]
struct Tally {
    decided: BTreeMap<&'static str, u64>,
    outside: u64,
    left: BTreeMap<String, u64>,
}

/// Everything that a decision says before settlement, without its derivation.
pub(crate) fn told(decision: &Decision) -> String {
    let Decision {
        right,
        status,
        fault,
        outside,
        law_day,
        year,
        own_year,
        holds,
        beneficiary,
        entitlement,
        at_most,
        reasons,
        missing,
        determination,
        stages,
        ..
    } = decision;
    format!(
        "{right:?} {status:?} {fault:?} {outside:?} {law_day:?} {year} {own_year:?} {holds:?} {beneficiary:?}\n\
         {entitlement:?} at most {at_most}\n{reasons:?}\n{missing:?}\n{determination:?} {stages:?}"
    )
}

fn compare(pack: &Pack, year: i16) -> Tally {
    let today = Date::year_end(year).unwrap();
    let registry = Registry::load(&pack.program, &pack.files, "data", today);
    let snapshot = Snapshot::new(&pack.program, &registry);
    let interpreter = Interpreter::new(&pack.program, &registry, year);
    let mut by_engine = Told::new(&pack.program, &registry, &interpreter);
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
            for (row, right) in interpreter.rights(columns.rule).into_iter().enumerate() {
                let decision = interpreter.decide(right);
                let place = || {
                    let rule = &pack.program.rule(columns.rule).name;
                    format!("{rule} for {} in {year}", registry.key(right.row))
                };
                let outcome = columns.outcome(row);
                if outcome == Outcome::Outside {
                    assert!(decision.outside.is_some(), "{}", place());
                    tally.outside += 1;
                }
                match by_engine.decision(columns, row, right) {
                    Some(known) => {
                        assert_eq!(told(&known), told(&decision), "{}: {outcome:?}\n{plan}", place());
                        *tally.decided.entry(decision.status.zh()).or_default() += 1;
                    }
                    None if outcome == Outcome::Outside => {}
                    None => {
                        let why = decision.fault.as_ref().map_or("", |f| f.code.code());
                        let kind = format!("{} {why}", decision.status.zh());
                        *tally.left.entry(kind).or_default() += 1;
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

/// Right by right: what each comes to, into which right it went, and what the interpreter says when it is asked again.
pub(crate) fn same_lines(pack: &Pack, registry: &Registry, slow: &Run, fast: &Run) {
    assert_eq!(slow.lines().count(), fast.lines().count());
    for (a, b) in slow.lines().zip(fast.lines()) {
        let told = |line: &Line<'_>| {
            let figures = (
                line.entitlement(),
                line.settled(),
                line.payable_fen(),
                line.due_fen(),
            );
            let why = (line.merged_into(), line.fault().cloned(), line.is_outside());
            (
                (
                    line.right(),
                    line.status(),
                    line.own_year(),
                    line.law_day(),
                    line.beneficiary(),
                ),
                (figures, line.is_at_most(), why),
            )
        };
        assert_eq!(told(&a), told(&b));
        let settled = a.full().is_some_and(|decision| !decision.settlement.is_empty());
        if settled {
            let (a, b) = (
                a.full().unwrap(),
                fast.decision(pack, registry, b.right()).unwrap(),
            );
            assert_eq!(format!("{a:?}"), format!("{b:?}"));
        }
    }
    assert_eq!(slow.verdict_outcomes(), fast.verdict_outcomes());
    for (id, outcomes) in fast.verdict_outcomes() {
        for (word, count) in outcomes {
            let known = slow.verdicts.iter().filter(|v| v.verdict == id);
            assert_eq!(known.filter(|v| v.outcome == *word).count() as u64, *count);
        }
    }
    let (told, again) = (
        lists::verdicts(pack, registry, slow),
        lists::verdicts(pack, registry, fast),
    );
    assert!(told == again);
    let csv = |run: &Run| {
        let mut bytes = Vec::new();
        let written = lists::Written {
            pack,
            registry,
            run,
            lang: jiufen_diagnostic::Lang::Zh,
            provenance: &[],
            watch: &jiufen_office::progress::Unwatched,
        };
        let (list, format) = (lists::List::Decisions, lists::ListFormat::Csv);
        written.write(list, format, &mut bytes).unwrap();
        bytes
    };
    let mut sheet = Vec::new();
    lists::decisions(pack, registry, slow)
        .write_csv(&mut sheet, ByteOrderMark::Written)
        .unwrap();
    assert!(
        sheet == csv(slow) && sheet == csv(fast),
        "the same bytes, written block by block"
    );
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
    assert_eq!(slow.summaries(), fast.summaries());
    assert_eq!(slow.other_years(), fast.other_years());
    let listed = fast.lines().count() + fast.other_years().values().sum::<usize>();
    assert!(fast.without_steps > 0 && fast.without_steps <= listed);
    same_lines(pack, &registry, &slow, &fast);
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
            assert!(!tally.decided.is_empty());
        }
    }
}
