//! The cases of the shipped packs.

use std::path::{Path, PathBuf};

use jiufen_diagnostic::Lang;
use jiufen_interpret::cases::{CaseFacts, run_case};
use jiufen_interpret::conflict::find_conflicts;
use jiufen_interpret::{Facts, Status};
use jiufen_language::program::{Case, ExprKind, GivenValue, Program};

use crate::support::{check, failures};

fn documents(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            documents(&path, into);
        } else if path.extension().is_some_and(|e| e == "md") {
            into.push(path);
        }
    }
}

/// The program of a shipped pack.
fn load(pack: &str) -> Program {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs")).join(pack);
    let mut paths = Vec::new();
    documents(&folder, &mut paths);
    let read = |p: &PathBuf| (p.display().to_string(), std::fs::read_to_string(p).unwrap());
    let texts: Vec<(String, String)> = paths.iter().map(read).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let (program, errors) = check(&texts);
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    program
}

#[test]
fn the_cases_of_the_shipped_packs_hold() {
    for pack in ["shili", "qiantang"] {
        let failures = failures(&load(pack));
        assert!(failures.is_empty(), "{pack}\n{}", failures.join("\n"));
    }
}

#[test]
fn the_shipped_packs_have_no_exceptions_in_conflict() {
    for pack in ["shili", "qiantang"] {
        let findings = find_conflicts(&load(pack));
        let messages: Vec<String> = findings.iter().map(|finding| finding.message(Lang::Zh)).collect();
        assert!(messages.is_empty(), "{}", messages.join("\n"));
    }
}

/// A case without one of its facts, in the same year and on the same day. References stay: a case's lists of rows
/// are complete as given. None when the case has no such fact.
fn without(program: &Program, case: &Case, (row, value): (usize, usize)) -> Option<Case> {
    let facts = CaseFacts::new(program, case);
    let (year, today) = (facts.year(), facts.today());
    let mut case = case.clone();
    case.year = Some(year);
    case.date = Some(today);
    let given = case.rows.get_mut(row)?.values.get_mut(value)?;
    // A case assumes that rows whose territory is not told lie in the document's.
    let territory = program.subject(given.0.subject).territory == Some(given.0.index);
    // 首年 begins with the first year that is known: to forget that one is to say that records begin later.
    let history = program
        .expressions
        .iter()
        .any(|expr| matches!(expr.kind, ExprKind::FieldHistory { field, .. } if field == given.0));
    if territory || history || !matches!(given.2, GivenValue::Value(_)) {
        return None;
    }
    given.2 = GivenValue::Missing;
    Some(case)
}

#[test]
fn forgetting_a_fact_never_excludes_what_was_true() {
    let mut asked = 0;
    for program in ["shili", "qiantang"].map(load) {
        for case in &program.cases {
            let known = run_case(&program, case).decisions;
            let places =
                (0..case.rows.len()).flat_map(|r| (0..case.rows[r].values.len()).map(move |v| (r, v)));
            for less in places.filter_map(|place| without(&program, case, place)) {
                let open = run_case(&program, &less).decisions;
                for (known, open) in known.iter().zip(&open) {
                    assert_eq!(known.right, open.right);
                    // The whole right is bounded; which instalments are payable depends on further facts.
                    let whole = known.payable_fen().and(known.settled.exact());
                    let (Some(exact), true) = (whole, open.status != Status::Refused) else {
                        continue;
                    };
                    asked += 1;
                    let inside = open.settled.low.is_none_or(|low| low <= exact)
                        && open.settled.high.is_none_or(|high| exact <= high);
                    assert!(
                        inside,
                        "{}: {:?} is {exact}, without a fact {:?}",
                        case.name, known.right, open.settled
                    );
                }
            }
        }
    }
    assert!(asked > 100, "only {asked} rights were asked");
}
