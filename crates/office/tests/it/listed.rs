//! What is made of listed rows: by columns as by the interpreter, reasons and missing facts in their order, nothing left.

use std::path::Path;

use jiufen_engine::{Outcome, Plan};
use jiufen_interpret::Interpreter;
use jiufen_language::program::{RuleId, SubjectId};
use jiufen_office::{Facts as _, Pack, PackFile, PackFiles, Registry, Snapshot, Told};
use jiufen_quantity::Date;

use crate::engine::told;

/// The policy over listed rows that the databases are asked about, too. Its lists are whole to the last day of the year,
/// or, where that is asked, to an earlier one.
fn pack(whole: &str) -> Pack {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench/sql/listed");
    let files = PackFiles::read(&root).unwrap().files.into_iter().map(|file| {
        let text = std::str::from_utf8(&file.bytes)
            .unwrap()
            .replace("2025-12-31", whole);
        PackFile {
            path: file.path,
            bytes: text.into_bytes().into(),
        }
    });
    let pack = Pack::load(PackFiles {
        name: "listed".into(),
        files: files.collect(),
    });
    let codes: Vec<_> = pack.findings.iter().map(|f| (f.code(), f.span.start)).collect();
    assert!(pack.is_sound(), "{codes:?}");
    pack
}

#[test]
fn what_is_made_of_listed_rows_comes_out_as_the_interpreter_says() {
    let today = Date::year_end(2025).unwrap();
    for whole in ["2025-12-31", "2025-06-30"] {
        let pack = pack(whole);
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
    let pack = pack("2025-12-31");
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
