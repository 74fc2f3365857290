//! The cases of a pack, run with the interpreter.

use jiufen_diagnostic::Lang;
use jiufen_interpret::cases;
use serde_json::{Value, json};

use crate::pack::Pack;

/// How one case came out.
#[derive(Debug, Clone)]
pub struct CaseReport {
    /// Its title.
    pub name: String,
    /// `path:line`.
    pub place: String,
    /// The clause it stands under.
    pub clause: String,
    /// What did not come out as expected; empty when it passed.
    pub failures: Vec<FailureReport>,
}

/// One expectation that did not hold.
#[derive(Debug, Clone)]
pub struct FailureReport {
    /// `path:line`.
    pub place: String,
    /// What was expected.
    pub expected: String,
    /// What came out.
    pub found: String,
}

impl CaseReport {
    /// Whether every expectation held.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// As JSON: name, place, clause, failures.
    pub fn to_json(&self, _pack: &Pack) -> Value {
        let failures: Vec<Value> = self
            .failures
            .iter()
            .map(|f| json!({"place": f.place, "expected": f.expected, "found": f.found}))
            .collect();
        json!({"name": self.name, "place": self.place, "clause": self.clause, "passed": self.passed(), "failures": failures})
    }
}

/// Runs every case of a sound pack, in the order of the documents; what was not met is told in Chinese.
pub fn run_cases(pack: &Pack) -> Vec<CaseReport> {
    run_cases_in(pack, Lang::Zh)
}

/// Runs every case of a sound pack, in the order of the documents; what was not met is told in `lang`.
pub fn run_cases_in(pack: &Pack, lang: Lang) -> Vec<CaseReport> {
    pack.program
        .cases
        .iter()
        .map(|case| {
            let result = cases::run_case_in(&pack.program, case, lang);
            let failures = result
                .failures
                .iter()
                .map(|f| FailureReport {
                    place: pack.sources.locate(f.span),
                    expected: f.expected.clone(),
                    found: f.found.clone(),
                })
                .collect();
            CaseReport {
                name: case.name.to_string(),
                place: pack.sources.locate(case.span),
                clause: pack.program.citation(case.cite).to_owned(),
                failures,
            }
        })
        .collect()
}
