//! Rankings (评级): the place of a row among its peers, between the best and the worst it can be, and what follows.
//!
//! A row is behind another for sure when the least the other can score is above the most it can score itself, and may
//! be behind it when the most the other can score is above the least of its own. A peer that may not belong, and one
//! whose score has no value, can take a place but need not.

mod standings;

use std::rc::Rc;

use jiufen_language::program::{
    ExprId, ExprKind, Literal, Operator, ParameterId, Ranking, Verdict, VerdictId, VerdictLine,
};
use jiufen_quantity::Date;
use smol_str::SmolStr;

use crate::arithmetic::{Operand, any, not, operand};
use crate::decision::{PartName, Step, VerdictDecision, What};
use crate::describe;
use crate::eval::{Interpreter, Scope, values};
use crate::facts::RowId;
use crate::value::{Fault, FaultCode, Reason, Reasons, Truth, Value};
use crate::verdict::{OPEN, OUTSIDE, REFUSED, UNRANKED};
use standings::{Belongs, End, Ranked, group_key};
pub(crate) use standings::{Peers, PlaceOf, Standings};

impl Interpreter<'_> {
    /// The class of a row in a ranking.
    pub(crate) fn ranked(
        &self,
        id: VerdictId,
        ranking: &Ranking,
        mut decision: VerdictDecision,
    ) -> VerdictDecision {
        let verdict = &self.program.verdicts[id.index()];
        let row = decision.row;
        let day = match self.ranking_day(verdict, ranking) {
            Ok(day) => day,
            Err(fault) => return refused(decision, fault),
        };
        if self.lies_elsewhere(verdict, row, day) {
            decision.outcome = OUTSIDE.into();
            decision.derivation.value = Value::Literal(Literal::Text(OUTSIDE.into()));
            return decision;
        }
        let scope = Scope::of(Some(row), day, self.year);
        let steps = &mut decision.derivation.children;
        steps.push(Step::leaf(What::LawDay(day), Value::Literal(Literal::Date(day))));
        let mut possible = Possible::default();
        if let Some(peers) = ranking.peers {
            let step = self.eval(peers, &scope);
            let value = step.value.clone();
            steps.push(Step::of(What::Condition, value.clone(), vec![step]));
            match value.truth() {
                Truth::Yes => {}
                Truth::No => possible.is(UNRANKED),
                Truth::Open(_) => possible.may_be(UNRANKED),
                Truth::Refused(fault) => possible.fails(fault),
            }
        }
        self.lines(&ranking.vetoes, &scope, What::Veto, steps, &mut possible);
        if !possible.settled {
            let keys: Vec<Step> = ranking
                .order
                .iter()
                .map(|key| self.eval(key.value, &scope))
                .collect();
            if let Some(fault) = self.keyless(ranking, &keys) {
                possible.fails(&fault);
            }
            let scores = keys.into_iter().zip(&ranking.order);
            steps.extend(scores.map(|(step, key)| match ranking.score {
                Some(score) if score == key.value => self.terms_of_sum(score, step),
                _ => step,
            }));
            let place = self.place(id, ranking, row, day);
            steps.push(Step::leaf(
                What::Place { level: place.level },
                place.place.clone(),
            ));
            steps.push(Step::leaf(What::Peers, place.peers.clone()));
            let scope = Scope {
                standing: Some(&place),
                ..scope
            };
            let before = steps.len();
            self.lines(&verdict.lines, &scope, What::Line, steps, &mut possible);
            for (index, step) in steps[before..].iter().enumerate() {
                if matches!(step.value.truth(), Truth::Yes) {
                    decision.lines.push(index);
                }
            }
        }
        self.conclude(verdict, possible, decision)
    }

    /// Asks lines in turn until one holds. 否则 holds when every other is 否.
    fn lines(
        &self,
        lines: &[VerdictLine],
        scope: &Scope<'_>,
        what: fn(usize) -> What,
        steps: &mut Vec<Step>,
        possible: &mut Possible,
    ) {
        let mut asked: Vec<Step> = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            if possible.settled {
                break;
            }
            let step = match line.when {
                Some(when) => {
                    let step = self.eval(when, scope);
                    Step::of(what(index), step.value.clone(), vec![step])
                }
                None => Step::leaf(what(index), not(&any(values(&asked)))),
            };
            match step.value.truth() {
                Truth::Yes => possible.is(&line.outcome),
                Truth::No => {}
                // What is left open by 否则 is what the lines before it left open.
                _ if line.when.is_none() => possible.is(&line.outcome),
                Truth::Open(_) => possible.may_be(&line.outcome),
                Truth::Refused(fault) if fault.code == FaultCode::EmptyParameter => {
                    possible.may_be(&line.outcome);
                }
                Truth::Refused(fault) => possible.fails(fault),
            }
            asked.push(step);
        }
        steps.extend(asked);
    }

    fn conclude(
        &self,
        verdict: &Verdict,
        possible: Possible,
        mut decision: VerdictDecision,
    ) -> VerdictDecision {
        if let Some(fault) = possible.fault {
            return refused(decision, fault);
        }
        if !possible.settled {
            let fault = Fault::new(FaultCode::Domain, format!("{}:没有一条成立", verdict.name));
            return refused(decision, fault);
        }
        decision.outcome = match possible.outcomes.as_slice() {
            [only] => only.clone(),
            _ => OPEN.into(),
        };
        decision.derivation.value = Value::Literal(Literal::Text(decision.outcome.clone()));
        if decision.outcome == OPEN {
            // A place that is open settles nothing by itself: the line that asks for it does.
            let asked = |step: &&Step| matches!(step.what, What::Condition | What::Veto(_) | What::Line(_));
            let steps = decision.derivation.children.iter().filter(asked);
            steps.for_each(|step| step.add_missing(&mut decision.missing));
            for id in empty_parameters(&decision.derivation.children) {
                let reason = Reason::EmptyParameter(id);
                if !decision.missing.contains(&reason) {
                    decision.missing.push(reason);
                }
            }
        }
        let ranking = verdict.ranking.iter().flat_map(|ranking| &ranking.vetoes);
        for line in ranking
            .chain(&verdict.lines)
            .filter(|line| line.outcome == decision.outcome)
        {
            let new = line
                .attachments
                .iter()
                .filter(|a| !decision.attachments.contains(a));
            decision.attachments.extend(new.cloned().collect::<Vec<_>>());
        }
        decision
    }

    /// The one day by whose law all peers are ranked.
    fn ranking_day(&self, verdict: &Verdict, ranking: &Ranking) -> Result<Date, Fault> {
        let day = match ranking.yearly {
            true => Date::year_end(self.year).unwrap_or(self.facts.today()),
            false => self.facts.today(),
        };
        if self.program.document(verdict.document).period.contains(day) {
            Ok(day)
        } else {
            Err(Fault::new(
                FaultCode::NotInForce,
                format!("{}({day})", verdict.name),
            ))
        }
    }

    /// 总分 with its terms beside each other, as 权重 lists them: the sum of the first n terms is nothing of its own.
    fn terms_of_sum(&self, id: ExprId, sum: Step) -> Step {
        let place = |step: &Step| match step.what {
            What::Expr(id) => Some(self.program.expr(id).span),
            _ => None,
        };
        let whole = place(&sum);
        let value = sum.value.clone();
        let mut terms = Vec::new();
        let mut rest = Some(sum);
        while let Some(step) = rest.take() {
            let adds = matches!(step.what, What::Expr(id)
                if matches!(self.program.expr(id).kind, ExprKind::Arithmetic(Operator::Add, ..)));
            if adds && place(&step) == whole {
                let mut parts = step.children.into_iter();
                rest = parts.next();
                terms.extend(parts.rev());
            } else {
                terms.push(step);
            }
        }
        terms.reverse();
        Step::of(What::Score(id), value, terms)
    }

    /// Why a row that is to be ranked cannot be: one of its keys has no value, or is 无. A parameter without a figure is
    /// no fault of the row: it leaves everybody's place open.
    fn keyless(&self, ranking: &Ranking, keys: &[Step]) -> Option<Fault> {
        let mut keys = ranking.order.iter().zip(keys);
        keys.find_map(|(key, step)| match &step.value {
            Value::Refused(fault) if fault.code == FaultCode::EmptyParameter => None,
            Value::Refused(fault) => Some(fault.clone()),
            Value::Absent => Some(Fault::new(
                FaultCode::Domain,
                describe::zh(self.program, key.value),
            )),
            _ => None,
        })
    }

    /// The place of a row as if it took one.
    fn place(&self, id: VerdictId, ranking: &Ranking, row: RowId, day: Date) -> PlaceOf {
        let known = self.standings.borrow().get(&(id, day)).cloned();
        let standings = known.unwrap_or_else(|| {
            let made = Rc::new(self.rank_all(id, ranking, day));
            self.standings.borrow_mut().insert((id, day), made.clone());
            made
        });
        standings.place(row.row, self.named)
    }

    fn rank_all(&self, id: VerdictId, ranking: &Ranking, day: Date) -> Standings {
        let verdict = &self.program.verdicts[id.index()];
        let subject = verdict.each;
        // What is derived for a peer is no part of the decision at hand.
        let derived = self.derived.take();
        let mut rows = Vec::new();
        for row in 0..self.facts.row_count(subject) {
            self.derived.borrow_mut().clear();
            let row = RowId { subject, row };
            rows.push(if self.lies_elsewhere(verdict, row, day) {
                Ranked::none()
            } else {
                self.ranked_row(id, ranking, &Scope::of(Some(row), day, self.year), row)
            });
        }
        self.derived.replace(derived);
        let mut unlisted = Reasons::new();
        if !self.facts.complete(subject) {
            unlisted.insert(Reason::Incomplete { subject, of: None });
        }
        Standings::new(rows, unlisted)
    }

    /// A row as its peers see it.
    fn ranked_row(&self, id: VerdictId, ranking: &Ranking, scope: &Scope<'_>, row: RowId) -> Ranked {
        let mut ranked = Ranked::none();
        ranked.belongs = Belongs::Yes;
        let unranked = Reason::Unranked { verdict: id, row };
        if let Some(peers) = ranking.peers {
            ranked.belongs_if(&self.eval(peers, scope).value, &unranked);
        }
        if ranking.vetoed_before {
            for line in ranking.vetoes.iter().filter_map(|line| line.when) {
                ranked.belongs_if(&not(&self.eval(line, scope).value), &unranked);
            }
        }
        if ranked.belongs == Belongs::No {
            return ranked;
        }
        let mut group = Some(Vec::new());
        for key in &ranking.group {
            let value = self.eval(*key, scope).value;
            match (group_key(&value), &mut group) {
                (Some(key), Some(keys)) => keys.push(key),
                (Some(_), None) => {}
                (None, _) => {
                    group = None;
                    value.add_reasons(&mut ranked.reasons);
                    if !value.is_open() {
                        ranked.reasons.insert(unranked.clone());
                    }
                }
            }
        }
        ranked.group = group;
        for key in &ranking.order {
            let step = self.eval(key.value, scope);
            let (low, high) = match operand(&step.value) {
                Operand::Number(interval, more) => {
                    ranked.reasons.extend(more);
                    (
                        interval.low.map_or(End::Below, End::At),
                        interval.high.map_or(End::Above, End::At),
                    )
                }
                Operand::Refused(fault) if fault.code == FaultCode::EmptyParameter => {
                    let empty = empty_parameters(std::slice::from_ref(&step)).into_iter();
                    ranked.reasons.extend(empty.map(Reason::EmptyParameter));
                    (End::Below, End::Above)
                }
                Operand::Absent | Operand::Refused(_) => {
                    ranked.reasons.insert(unranked.clone());
                    (End::Below, End::Above)
                }
            };
            let (worst, best) = match key.descending {
                true => (low, high),
                false => (high.mirrored(), low.mirrored()),
            };
            ranked.worst.push(worst);
            ranked.best.push(best);
        }
        ranked
    }
}

fn refused(mut decision: VerdictDecision, fault: Fault) -> VerdictDecision {
    decision.outcome = REFUSED.into();
    decision.derivation.value = Value::Refused(fault.clone());
    decision.fault = Some(fault);
    decision
}

/// The parameters without a figure that steps rest on, each once, in source order.
fn empty_parameters(steps: &[Step]) -> Vec<ParameterId> {
    let mut found = Vec::new();
    let mut open: Vec<&Step> = steps.iter().rev().collect();
    while let Some(step) = open.pop() {
        let empty = |fault: &Fault| fault.code == FaultCode::EmptyParameter;
        if !matches!(&step.value, Value::Refused(fault) if empty(fault)) {
            continue;
        }
        if let What::Version {
            of: PartName::Parameter(id),
            ..
        } = step.what
            && !found.contains(&id)
        {
            found.push(id);
        }
        open.extend(step.children.iter().rev());
    }
    found
}

/// What the lines of a ranking may come to.
#[derive(Debug, Default)]
struct Possible {
    outcomes: Vec<SmolStr>,
    settled: bool,
    fault: Option<Fault>,
}

impl Possible {
    fn may_be(&mut self, outcome: &str) {
        if !self.outcomes.iter().any(|o| o == outcome) {
            self.outcomes.push(outcome.into());
        }
    }

    fn is(&mut self, outcome: &str) {
        self.may_be(outcome);
        self.settled = true;
    }

    fn fails(&mut self, fault: &Fault) {
        self.fault.get_or_insert_with(|| fault.clone());
        self.settled = true;
    }
}
