//! Decisions from the columns of the engine: the interpreter is asked for those that the engine leaves.

use std::collections::HashMap;

use jiufen_engine::rank::Belongs;
use jiufen_engine::{ListedReasons, Outcome, Refusal, RuleColumns, Uncertain, Unknown, WhyOpen};
use jiufen_interpret::{
    Decision, Fact, Facts, Fault, FenInterval, Interpreter, OpenAmount, Reason, Reasons, Right, RowId,
};
use jiufen_language::program::{Absence, FieldRef, Listed, Program, RuleId};
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
        for (reason, settles) in self.in_order(row, &whys, columns.listed()) {
            if settles && !missing.contains(&reason) {
                missing.push(reason.clone());
            }
            reasons.insert(reason);
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

    /// What is not known, in the order in which the interpreter tells it, each with whether knowing it would settle the
    /// whole.
    fn in_order(&self, row: RowId, whys: &[&WhyOpen], listed: &[ListedReasons]) -> Vec<(Reason, bool)> {
        let mut all = Vec::new();
        for rank in whys.chunk_by(|a, b| a.rank == b.rank) {
            let first = all.len();
            let mut in_place = rank.len() > 1;
            for why in rank {
                in_place |= why.at_one_place || !matches!(why.unknown, Unknown::Listed(_));
                let found = self.reasons(row, &why.unknown, listed).into_iter();
                all.extend(found.map(|reason| (reason, why.settles)));
            }
            if in_place {
                all[first..].sort();
            }
        }
        all
    }

    /// What is not known, of the row that references lead to from a row; of lists everything that leaves them open.
    fn reasons(&self, row: RowId, unknown: &Unknown, listed: &[ListedReasons]) -> Vec<Reason> {
        match unknown {
            Unknown::Unpublished(name) => vec![Reason::Unpublished(name.clone())],
            Unknown::Fact(input) => {
                let row = self.along(row, &input.path);
                row.map(|row| self.reason(row, input.field, input.year))
                    .into_iter()
                    .collect()
            }
            Unknown::Listed(of) => match (self.along(row, &of.path), listed.get(of.stage)) {
                (Some(row), Some(of)) => self.reasons_of_list(row, of),
                _ => Vec::new(),
            },
        }
    }

    /// Why what is made of the rows listed for a row is open: that there may be more; of each row in turn why it may
    /// belong; last, why the values of those that do are open.
    fn reasons_of_list(&self, row: RowId, of: &ListedReasons) -> Vec<Reason> {
        let (rows, subject, via) = match of.over() {
            Listed::Related(via) => (self.facts.related(row, via), via.subject, Some((row, via))),
            Listed::All(subject) => {
                let rows = (0..self.facts.row_count(subject)).map(|row| RowId { subject, row });
                ((rows.collect(), self.facts.complete(subject)), subject, None)
            }
        };
        let ((rows, complete), mut all) = (rows, Vec::new());
        if !complete {
            all.push(Reason::Incomplete { subject, of: via });
        }
        let mut of_values = Reasons::new();
        for row in rows {
            let at = row.row as usize;
            let belongs = of.belongs(at);
            if belongs == Belongs::Maybe {
                let whys: Vec<&WhyOpen> = of.of_membership(at).collect();
                let found = self.in_order(row, &whys, of.stages()).into_iter();
                all.extend(found.map(|(reason, _)| reason));
            }
            if belongs != Belongs::No {
                let whys: Vec<&WhyOpen> = of.of_value(at).collect();
                let found = self.in_order(row, &whys, of.stages()).into_iter();
                of_values.extend(found.map(|(reason, _)| reason));
            }
        }
        all.extend(of_values);
        all
    }

    fn along(&self, mut row: RowId, path: &[(FieldRef, Option<i16>)]) -> Option<RowId> {
        for (field, year) in path {
            match self.facts.field(row, *field, *year) {
                Fact::Row(next) => row = next,
                _ => return None,
            }
        }
        Some(row)
    }

    fn reason(&self, row: RowId, field: FieldRef, year: Option<i16>) -> Reason {
        match self.program.field(field).absence {
            Absence::Missing => Reason::Missing { row, field, year },
            Absence::PendingArrival => Reason::PendingArrival { row, field, year },
            Absence::Unpublished => Reason::UnpublishedFact { row, field, year },
        }
    }
}
