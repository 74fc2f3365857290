//! Decisions from the columns of the engine: the interpreter is asked for those that the engine leaves.

use std::collections::HashMap;

use jiufen_engine::{Outcome, Refusal, RuleColumns, Uncertain, Unknown, WhyOpen};
use jiufen_interpret::{
    Decision, Fact, Facts, Fault, FenInterval, Interpreter, OpenAmount, Reason, Reasons, Right, RowId,
};
use jiufen_language::program::{Absence, Program, RuleId};
use jiufen_quantity::Date;

/// Turns outcomes of columns into decisions.
pub struct Told<'a> {
    program: &'a Program,
    facts: &'a dyn Facts,
    interpreter: &'a Interpreter<'a>,
    /// The fault of each refusal, by the law day that it was found on.
    faults: HashMap<(RuleId, Refusal, Option<Date>), Fault>,
}

impl<'a> Told<'a> {
    /// For the rows of a registry.
    pub fn new(program: &'a Program, facts: &'a dyn Facts, interpreter: &'a Interpreter<'a>) -> Self {
        Self {
            program,
            facts,
            interpreter,
            faults: HashMap::new(),
        }
    }

    /// The decision on a right by what the engine says of its row, without steps; none when the interpreter has to
    /// decide: the engine leaves it, it lies outside, or a determination (核定) may settle it.
    pub fn decision(&mut self, columns: &RuleColumns, row: usize, right: Right) -> Option<Decision> {
        let determined = || {
            self.facts
                .determination(right.rule, right.row, right.year)
                .is_some()
        };
        if columns.determinable && determined() {
            return None;
        }
        let day = columns.law_day(row);
        match columns.outcome(row) {
            Outcome::Eligible(fen) => Some(self.interpreter.known(right, day?, Some(i128::from(fen)))),
            Outcome::Ineligible => Some(self.interpreter.known(right, day?, None)),
            Outcome::Uncertain(uncertain) => {
                let open = self.open_amount(columns, &uncertain, right.row);
                Some(self.interpreter.known_open(right, day, open))
            }
            Outcome::Refused(refusal) => {
                let key = (right.rule, refusal, day);
                if let Some(fault) = self.faults.get(&key) {
                    return Some(self.interpreter.known_refused(right, day, fault.clone()));
                }
                let first = self.interpreter.decide(right);
                if let Some(fault) = &first.fault {
                    self.faults.insert(key, fault.clone());
                }
                Some(first)
            }
            Outcome::Outside | Outcome::Open => None,
        }
    }

    /// Between which ends a right lies that is not settled, and why.
    pub(crate) fn open_amount(&self, columns: &RuleColumns, uncertain: &Uncertain, row: RowId) -> OpenAmount {
        let fen = FenInterval {
            low: Some(i128::from(uncertain.low)),
            high: uncertain.high.map(i128::from),
        };
        let whys: Vec<&WhyOpen> = columns.reasons(uncertain.reasons).collect();
        let (mut missing, mut reasons): (Vec<Reason>, Reasons) = (Vec::new(), Reasons::new());
        for rank in whys.chunk_by(|a, b| a.rank == b.rank) {
            let found = rank
                .iter()
                .filter_map(|why| Some((self.reason(row, &why.unknown)?, why.settles)));
            let mut found: Vec<(Reason, bool)> = found.collect();
            found.sort();
            for (reason, settles) in found {
                if settles && !missing.contains(&reason) {
                    missing.push(reason.clone());
                }
                reasons.insert(reason);
            }
        }
        // What is exact needs no reason for how much; that its condition is open stands among what would settle it.
        if fen.exact().is_some() {
            reasons.clear();
        }
        OpenAmount {
            fen,
            holds: uncertain.holds.then_some(true),
            at_most: uncertain.at_most,
            reasons,
            missing,
        }
    }

    /// What is not known, of the row that references lead to from a row.
    fn reason(&self, mut row: RowId, unknown: &Unknown) -> Option<Reason> {
        let input = match unknown {
            Unknown::Unpublished(name) => return Some(Reason::Unpublished(name.clone())),
            Unknown::Fact(input) => input,
        };
        for (field, year) in &input.path {
            match self.facts.field(row, *field, *year) {
                Fact::Row(next) => row = next,
                _ => return None,
            }
        }
        let (field, year) = (input.field, input.year);
        Some(match self.program.field(field).absence {
            Absence::Missing => Reason::Missing { row, field, year },
            Absence::PendingArrival => Reason::PendingArrival { row, field, year },
            Absence::Unpublished => Reason::UnpublishedFact { row, field, year },
        })
    }
}
