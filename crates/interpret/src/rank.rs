//! Rankings (评级): the place of a row among its peers, between the best and the worst it can be, and what follows.
//!
//! A row is behind another for sure when the least the other can score is above the most it can score itself, and may
//! be behind it when the most the other can score is above the least of its own. A peer that may not belong, and one
//! whose score has no value, can take a place but need not.

use std::collections::HashMap;
use std::rc::Rc;

use jiufen_language::program::{
    ExprId, ExprKind, Literal, Operator, ParameterId, Ranking, Verdict, VerdictId, VerdictLine,
};
use jiufen_quantity::exact::integer;
use jiufen_quantity::{Date, Exact};
use smol_str::SmolStr;

use crate::arithmetic::{Operand, any};
use crate::arithmetic::{not, operand};
use crate::decision::{PartName, Step, VerdictDecision, What};
use crate::describe;
use crate::eval::{Interpreter, Scope, values};
use crate::facts::RowId;
use crate::value::{Fault, FaultCode, Interval, Reason, Reasons, Truth, Value};
use crate::verdict::{OPEN, REFUSED, UNRANKED};

/// The order of all rows of a subject in one year.
#[derive(Debug)]
pub(crate) struct Standings {
    rows: Vec<Ranked>,
    groups: HashMap<Vec<GroupKey>, Group>,
    /// Why there may be rows that the facts do not list.
    unlisted: Reasons,
}

/// A row as the others see it.
#[derive(Debug)]
struct Ranked {
    /// Whether it takes a place; certain without reasons.
    belongs: Belongs,
    /// Which peers it is ranked against; none while that is open.
    group: Option<Vec<GroupKey>>,
    /// Its keys at their worst and at their best, the first deciding first. A larger end is a better one.
    worst: Vec<End>,
    best: Vec<End>,
    /// Why its keys, its group or whether it belongs is open.
    reasons: Reasons,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Belongs {
    Yes,
    No,
    Maybe,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum GroupKey {
    Literal(Literal),
    Row(RowId),
    Nothing,
}

/// An end of a score.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Below,
    At(Exact),
    Above,
}

/// Peers that are ranked against each other.
#[derive(Debug, Default)]
struct Group {
    /// The worst keys of those that take a place for sure, in order.
    certain: Vec<Vec<End>>,
    /// The best keys of all that may take one, in order.
    possible: Vec<Vec<End>>,
    /// The keys of those of whom nothing is open, in order.
    settled: Vec<Vec<End>>,
    /// Those of whom something is open and who can be ahead of some only.
    open: Vec<u32>,
    /// Why those are open who may stand anywhere.
    anywhere: Reasons,
    /// Why it is open who takes a place.
    uncertain: Reasons,
}

/// What a ranking tells of one row.
#[derive(Debug, Clone)]
pub(crate) struct PlaceOf {
    /// 位次.
    pub place: Value,
    /// 总数.
    pub peers: Value,
    /// How many others are level with it, all of them settled.
    pub level: u32,
}

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
                Some(score) if score == key.value => self.terms(score, step),
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
    fn terms(&self, id: ExprId, sum: Step) -> Step {
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
        standings.place(row.row)
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

fn group_key(value: &Value) -> Option<GroupKey> {
    match value {
        Value::Literal(literal) => Some(GroupKey::Literal(literal.clone())),
        Value::Truth(truth) => Some(GroupKey::Literal(Literal::Boolean(*truth))),
        Value::Number(interval, _) => interval
            .exact()
            .map(|n| GroupKey::Literal(Literal::Number(n.clone()))),
        Value::Row(row) => Some(GroupKey::Row(*row)),
        Value::Absent => Some(GroupKey::Nothing),
        _ => None,
    }
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

impl End {
    fn mirrored(self) -> Self {
        match self {
            Self::Below => Self::Above,
            Self::At(value) => Self::At(-value),
            Self::Above => Self::Below,
        }
    }
}

impl Ranked {
    fn none() -> Self {
        Self {
            belongs: Belongs::No,
            group: None,
            worst: Vec::new(),
            best: Vec::new(),
            reasons: Reasons::new(),
        }
    }

    /// Narrows whether it takes a place by one more condition.
    fn belongs_if(&mut self, value: &Value, unranked: &Reason) {
        if self.belongs == Belongs::No {
            return;
        }
        match value.truth() {
            Truth::Yes => {}
            Truth::No => self.belongs = Belongs::No,
            Truth::Open(reasons) => {
                self.belongs = Belongs::Maybe;
                self.reasons.extend(reasons.iter().cloned());
            }
            Truth::Refused(_) => {
                self.belongs = Belongs::Maybe;
                self.reasons.insert(unranked.clone());
            }
        }
    }

    fn is_settled(&self) -> bool {
        self.belongs == Belongs::Yes && self.worst == self.best && self.group.is_some()
    }
}

impl Standings {
    fn new(rows: Vec<Ranked>, unlisted: Reasons) -> Self {
        let mut groups: HashMap<Vec<GroupKey>, Group> = HashMap::new();
        for ranked in rows.iter().filter(|r| r.belongs != Belongs::No) {
            groups
                .entry(ranked.group.clone().unwrap_or_default())
                .or_default();
        }
        for (index, ranked) in (0u32..).zip(&rows) {
            match (&ranked.group, ranked.belongs) {
                (_, Belongs::No) => {}
                (Some(key), _) => {
                    if let Some(group) = groups.get_mut(key) {
                        group.add(index, ranked);
                    }
                }
                (None, _) => groups.values_mut().for_each(|group| group.add(index, ranked)),
            }
        }
        for group in groups.values_mut() {
            group.certain.sort();
            group.possible.sort();
            group.settled.sort();
        }
        Self {
            rows,
            groups,
            unlisted,
        }
    }

    /// The place of a row as if it took one, and of how many.
    fn place(&self, row: u32) -> PlaceOf {
        let own = &self.rows[row as usize];
        match own.group.as_ref().and_then(|key| self.groups.get(key)) {
            Some(group) => self.place_in(group, own, row),
            None => self.anywhere(own),
        }
    }

    fn place_in(&self, group: &Group, own: &Ranked, row: u32) -> PlaceOf {
        let ahead = above(&group.certain, &own.best);
        let itself = usize::from(own.belongs != Belongs::No && own.best > own.worst);
        let may_be_ahead = above(&group.possible, &own.worst) - itself;
        let others_for_sure = group.certain.len() - usize::from(own.belongs == Belongs::Yes);
        let others = group.possible.len() - usize::from(own.belongs != Belongs::No);
        let mut place_reasons = own.reasons.clone();
        place_reasons.extend(group.anywhere.iter().cloned());
        for (index, peer) in group
            .open
            .iter()
            .map(|index| (*index, &self.rows[*index as usize]))
        {
            if index == row {
                continue;
            }
            let certain = peer.belongs == Belongs::Yes && peer.group.is_some();
            if peer.best > own.worst && !(certain && peer.worst > own.best) {
                place_reasons.extend(peer.reasons.iter().cloned());
            }
        }
        let level = match own.is_settled() {
            true => range(&group.settled, &own.worst).saturating_sub(1),
            false => 0,
        };
        PlaceOf {
            place: self.between(ahead, may_be_ahead, place_reasons),
            peers: self.between(others_for_sure, others, group.uncertain.clone()),
            level: u32::try_from(level).unwrap_or(u32::MAX),
        }
    }

    /// The place of a row of which it is not known against whom it is ranked.
    fn anywhere(&self, own: &Ranked) -> PlaceOf {
        let others = self.rows.iter().filter(|r| r.belongs != Belongs::No).count();
        let others = others - usize::from(own.belongs != Belongs::No);
        let mut reasons = own.reasons.clone();
        let open = self
            .rows
            .iter()
            .filter(|r| r.belongs != Belongs::No && !r.is_settled());
        reasons.extend(open.flat_map(|r| r.reasons.iter().cloned()));
        PlaceOf {
            place: self.between(0, others, reasons.clone()),
            peers: self.between(0, others, reasons),
            level: 0,
        }
    }

    /// One more than between two numbers of others.
    fn between(&self, low: usize, high: usize, mut reasons: Reasons) -> Value {
        let whole = |n: usize| integer(i128::try_from(n).unwrap_or(i128::MAX)) + integer(1);
        let high = self.unlisted.is_empty().then(|| whole(high));
        reasons.extend(self.unlisted.iter().cloned());
        Value::number(
            Interval {
                low: Some(whole(low)),
                high,
            },
            reasons,
        )
    }
}

impl Group {
    fn add(&mut self, index: u32, ranked: &Ranked) {
        let certain = ranked.belongs == Belongs::Yes && ranked.group.is_some();
        if certain {
            self.certain.push(ranked.worst.clone());
        }
        self.possible.push(ranked.best.clone());
        if !certain {
            self.uncertain.extend(ranked.reasons.iter().cloned());
        }
        let boundless = ranked.worst.first() == Some(&End::Below) && ranked.best.first() == Some(&End::Above);
        if ranked.is_settled() {
            self.settled.push(ranked.worst.clone());
        } else if boundless {
            self.anywhere.extend(ranked.reasons.iter().cloned());
        } else {
            self.open.push(index);
        }
    }
}

/// How many of `ordered` are above `key`.
fn above(ordered: &[Vec<End>], key: &Vec<End>) -> usize {
    ordered.len() - ordered.partition_point(|other| other <= key)
}

/// How many of `ordered` are `key`.
fn range(ordered: &[Vec<End>], key: &Vec<End>) -> usize {
    ordered.partition_point(|other| other <= key) - ordered.partition_point(|other| other < key)
}
