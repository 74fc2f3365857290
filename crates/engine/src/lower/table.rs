//! Tables: a chain of rows, each with its tests.

use std::cmp::Ordering;

use jiufen_language::program::{
    CellResult, CellTest, Comparison, ExprId, Literal, LookupTable, TableId, TableMode, TableVersion,
};
use jiufen_quantity::Exact;
use num_traits::{Signed, Zero};

use super::{Day, Lowering, Scope};
use crate::graph::NodeId;
use crate::value::{Truth, Value};

impl Lowering<'_> {
    pub(super) fn lookup(&mut self, id: TableId, inputs: &[ExprId], scope: &Scope) -> Value {
        let table = &self.program.tables[id.index()];
        let inputs: Vec<Value> = inputs.iter().map(|input| self.expr(*input, scope)).collect();
        match scope.day {
            Day::Fixed(day) => match table.versions.iter().find(|v| v.period.contains(day)) {
                Some(version) => self.version(table, version, &inputs),
                None => Value::Soft,
            },
            Day::Lane(..) => {
                let mut arms = Vec::new();
                for version in &table.versions {
                    let when = self.within_period(&scope.day, &version.period);
                    arms.push((when, self.version(table, version, &inputs)));
                }
                self.choose(arms, Value::Soft)
            }
        }
    }

    fn version(&mut self, table: &LookupTable, version: &TableVersion, inputs: &[Value]) -> Value {
        match table.mode {
            _ if version.repealed => Value::Soft,
            TableMode::Unique | TableMode::First => self.first_fitting(version, inputs),
            TableMode::Progressive => match inputs {
                [value] => self.progressive(version, value),
                _ => Value::Soft,
            },
            TableMode::Candidates => self.leave(format!("表 {} 的候选", table.name)),
        }
    }

    fn first_fitting(&mut self, version: &TableVersion, inputs: &[Value]) -> Value {
        // A refused input refuses the whole answer, whatever the cells ask: a soft one may be refused.
        let mut firm = self.graph.truth(true);
        for input in inputs {
            let there = self.there(input);
            firm = self.graph.and(firm, there);
        }
        let mut arms = Vec::with_capacity(version.rows.len());
        for row in &version.rows {
            let mut fits = self.graph.certain(firm);
            // Where an input is soft, no row is known to fit or not.
            fits.no = self.graph.truth(false);
            for (test, input) in row.tests.iter().zip(inputs) {
                let passes = self.passes(test, input);
                fits = self.graph.all(fits, passes);
            }
            let result = match &row.result {
                CellResult::Value(Literal::Number(n)) => Value::Number(self.graph.exact(n)),
                CellResult::Value(Literal::Boolean(b)) => {
                    let yes = self.graph.truth(*b);
                    Value::Truth(self.graph.certain(yes))
                }
                CellResult::Value(literal) => Value::Literal(literal.clone()),
                CellResult::Absent => Value::Absent,
                CellResult::Range(..) | CellResult::Unpublished => Value::Soft,
            };
            arms.push((fits, result));
        }
        self.choose(arms, Value::Soft)
    }

    /// Where a value is known or certainly none.
    fn there(&mut self, value: &Value) -> NodeId {
        match value {
            Value::Number(n) => self.graph.or(n.known, n.absent),
            Value::Code(c) => self.graph.or(c.known, c.absent),
            Value::Truth(t) => self.graph.or(t.yes, t.no),
            Value::Row(r) => self.graph.or(r.known, r.absent),
            Value::Literal(_) | Value::Absent => self.graph.truth(true),
            Value::Series(_) | Value::Soft => self.graph.truth(false),
        }
    }

    /// Whether a value passes a cell. 无 passes 不限 only.
    fn passes(&mut self, test: &CellTest, value: &Value) -> Truth {
        match test {
            CellTest::Any => {
                let yes = self.graph.truth(true);
                self.graph.certain(yes)
            }
            CellTest::Equals(literal) => {
                let literal = literal_value(self, literal);
                self.compare(Comparison::Equal, value, &literal)
            }
            CellTest::Range { low, high } => {
                let yes = self.graph.truth(true);
                let mut inside = self.graph.certain(yes);
                for (end, side) in [(low, Ordering::Greater), (high, Ordering::Less)] {
                    let Some((end, closed)) = end else { continue };
                    let comparison = match (side, *closed) {
                        (Ordering::Greater, true) => Comparison::AtLeast,
                        (Ordering::Greater, false) => Comparison::Greater,
                        (_, true) => Comparison::AtMost,
                        (_, false) => Comparison::Less,
                    };
                    let end = literal_value(self, end);
                    let beyond = self.compare(comparison, value, &end);
                    inside = self.graph.all(inside, beyond);
                }
                inside
            }
        }
    }

    /// 累进, where the bands follow each other from zero.
    fn progressive(&mut self, version: &TableVersion, value: &Value) -> Value {
        let mut bands: Vec<(Exact, Option<Exact>, Exact)> = Vec::new();
        for row in &version.rows {
            match (row.tests.first().and_then(ends), &row.result) {
                (Some((from, to)), CellResult::Value(Literal::Number(rate))) if !rate.is_negative() => {
                    bands.push((from, to, rate.clone()));
                }
                (Some((from, to)), CellResult::Absent) => bands.push((from, to, Exact::zero())),
                _ => return self.leave("未公布的累进"),
            }
        }
        let follows = bands.first().is_some_and(|(from, ..)| from.is_zero())
            && bands
                .windows(2)
                .all(|pair| pair[0].1.as_ref() == Some(&pair[1].0));
        if !follows {
            return self.leave("不连续的累进");
        }
        let number = self.number(value);
        let mut sum = self.graph.exact(&Exact::zero());
        let zero = sum.clone();
        for (from, to, rate) in &bands {
            let (from, rate) = (self.graph.exact(from), self.graph.exact(rate));
            let upper = match to {
                Some(to) => {
                    let to = self.graph.exact(to);
                    self.graph.extreme(&number, &to, false)
                }
                None => Ok(number.clone()),
            };
            let charged = upper
                .and_then(|upper| self.graph.sum(&upper, &from, true))
                .and_then(|inside| self.graph.extreme(&inside, &zero, true))
                .and_then(|inside| self.graph.product(&inside, &rate))
                .and_then(|part| self.graph.sum(&sum, &part, false));
            match charged {
                Ok(charged) => sum = charged,
                Err(wide) => return self.fitting(Err(wide)),
            }
        }
        if let Some((_, Some(last), _)) = bands.last() {
            let last = self.graph.exact(last);
            let last = Value::Number(last);
            let within = self.compare(Comparison::AtMost, value, &last);
            sum.known = self.graph.and(sum.known, within.yes);
        }
        Value::Number(sum)
    }
}

fn literal_value(lowering: &mut Lowering<'_>, literal: &Literal) -> Value {
    match literal {
        Literal::Number(n) => Value::Number(lowering.graph.exact(n)),
        Literal::Boolean(b) => {
            let yes = lowering.graph.truth(*b);
            Value::Truth(lowering.graph.certain(yes))
        }
        other => Value::Literal(other.clone()),
    }
}

/// Where a band begins and ends.
fn ends(test: &CellTest) -> Option<(Exact, Option<Exact>)> {
    let number = |end: &Option<(Literal, bool)>| match end {
        Some((Literal::Number(n), _)) => Some(Some(n.clone())),
        None => Some(None),
        Some(_) => None,
    };
    match test {
        CellTest::Any => Some((Exact::zero(), None)),
        CellTest::Range { low, high } => Some((number(low)?.unwrap_or_else(Exact::zero), number(high)?)),
        CellTest::Equals(_) => None,
    }
}
