//! Tables: a chain of rows, each with its tests.

use std::cmp::Ordering;
use std::rc::Rc;

use jiufen_language::program::{
    CellResult, CellTest, Comparison, ExprId, Literal, LookupTable, TableId, TableMode, TableVersion,
};
use jiufen_quantity::Exact;
use num_traits::{Signed, Zero};

use super::choice::{Counts, Otherwise};
use super::{Day, Lowering, Scope};
use crate::span::Ends;
use crate::value::{Span, Truth, Value};
use crate::why::Why;

impl Lowering<'_> {
    pub(super) fn lookup(&mut self, id: TableId, inputs: &[ExprId], scope: &Scope) -> Value {
        let program = self.program;
        let table = &program.tables[id.index()];
        let inputs: Vec<Value> = inputs.iter().map(|input| self.expr(*input, scope)).collect();
        match scope.day {
            Day::Fixed(day) => match table.versions.iter().find(|v| v.period.contains(day)) {
                Some(version) => self.version(table, version, &inputs),
                None => Value::Left,
            },
            Day::Lane(..) => {
                let mut arms = Vec::new();
                for version in &table.versions {
                    let when = self.within_period(&scope.day, &version.period);
                    arms.push((when, self.version(table, version, &inputs)));
                }
                self.choose(&arms, Otherwise::Nothing)
            }
        }
    }

    fn version(&mut self, table: &LookupTable, version: &TableVersion, inputs: &[Value]) -> Value {
        match table.mode {
            _ if version.repealed => Value::Left,
            TableMode::Unique | TableMode::First => self.first_fitting(table, version, inputs),
            TableMode::Progressive => match inputs {
                [value] => self.progressive(version, value),
                _ => Value::Left,
            },
            TableMode::Candidates => self.leave(format!("表 {} 的候选", table.name)),
        }
    }

    fn first_fitting(&mut self, table: &LookupTable, version: &TableVersion, inputs: &[Value]) -> Value {
        // A refused input refuses the whole answer, whatever the cells ask: one that is left may be refused.
        let mut firm = self.graph.always();
        for input in inputs {
            let marks = self.marks(input);
            let there = self.graph.firm_marks(&marks);
            firm = self.graph.and(firm, there);
        }
        let firm = Truth {
            yes: firm,
            ..self.graph.left_truth()
        };
        let mut arms = Vec::with_capacity(version.rows.len());
        let mut undecided = Vec::with_capacity(version.rows.len());
        for row in &version.rows {
            let mut tests = vec![firm.clone()];
            for (test, input) in row.tests.iter().zip(inputs) {
                tests.push(self.passes(test, input));
            }
            undecided.push(tests[1..].iter().map(|test| test.open).collect::<Vec<_>>());
            for test in &mut tests {
                // Which inputs leave a row open is told of the table as a whole.
                test.why = Why::default();
            }
            arms.push((self.graph.all(&tests), self.cell(table, &row.result)));
        }
        let whys: Vec<Why> = inputs.iter().map(|input| self.why(input)).collect();
        self.choose_for(&arms, Otherwise::Nothing, |this, ways, _| {
            let always = this.graph.always();
            let mut counts: Vec<Counts> = Vec::new();
            for (input, why) in whys.into_iter().enumerate() {
                let mut asked = this.graph.never();
                for (row, (fits, _)) in arms.iter().enumerate() {
                    let Some(open) = undecided[row].get(input) else {
                        continue;
                    };
                    let open = this.graph.and(*open, fits.open);
                    let open = this.graph.and(open, ways.asked[row]);
                    asked = this.graph.or(asked, open);
                }
                counts.push((why, always, asked));
            }
            for (row, (_, value)) in arms.iter().enumerate() {
                counts.push((this.why(value), ways.taken[row], ways.taken[row]));
            }
            counts
        })
    }

    fn cell(&mut self, table: &LookupTable, result: &CellResult) -> Value {
        match result {
            CellResult::Value(Literal::Number(n)) => Value::Number(self.graph.exact(n)),
            CellResult::Value(Literal::Boolean(b)) => Value::Truth(self.graph.everywhere(*b)),
            CellResult::Value(literal) => Value::Literal(literal.clone()),
            CellResult::Absent => Value::Absent,
            CellResult::Range(Literal::Number(low), Literal::Number(high)) => {
                let why = self.unpublished(&table.name);
                let number = self.graph.between(low, high, why);
                self.fitting(number)
            }
            CellResult::Range(..) | CellResult::Unpublished => {
                let why = self.unpublished(&table.name);
                self.open(&table.output.1, false, why)
            }
        }
    }

    /// Whether a value passes a cell. 无 passes 不限 only.
    fn passes(&mut self, test: &CellTest, value: &Value) -> Truth {
        match test {
            CellTest::Any => self.graph.everywhere(true),
            CellTest::Equals(literal) => {
                let literal = literal_value(self, literal);
                self.compare(Comparison::Equal, value, &literal)
            }
            CellTest::Range { low, high } => {
                let mut inside = Vec::with_capacity(2);
                for (end, side) in [(low, Ordering::Greater), (high, Ordering::Less)] {
                    let Some((end, closed)) = end else { continue };
                    let comparison = match (side, *closed) {
                        (Ordering::Greater, true) => Comparison::AtLeast,
                        (Ordering::Greater, false) => Comparison::Greater,
                        (_, true) => Comparison::AtMost,
                        (_, false) => Comparison::Less,
                    };
                    let end = literal_value(self, end);
                    inside.push(self.compare(comparison, value, &end));
                }
                self.graph.all(&inside)
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
        // Without limit, the bands' limits are none; and what they charge is not below nothing.
        let of = self.graph.span(&number);
        let mut inside = Truth {
            yes: of.here,
            ..self.graph.left_truth()
        };
        if let Some((_, Some(last), _)) = bands.last() {
            let last = Value::Number(self.graph.exact(last));
            inside = self.compare(Comparison::AtMost, value, &last);
            let beyond = self.graph.and(inside.open, of.no_high);
            inside.yes = self.graph.or(inside.yes, beyond);
        }
        sum.known = self.graph.and(sum.known, inside.yes);
        if let Some(span) = sum.span.take() {
            let span = Span {
                no_low: self.graph.never(),
                no_high: of.no_high,
                ..Span::clone(&span)
            };
            let ends = Ends {
                low: span.low,
                high: span.high,
                over: span.over,
                no_low: span.no_low,
                no_high: span.no_high,
                closes: true,
            };
            let span = self.graph.closed(ends, span.here, of.open, &[&of.why]);
            sum.span = Some(Rc::new(self.graph.narrowed(&span, inside.yes)));
        }
        self.fitting(Ok(sum))
    }
}

fn literal_value(lowering: &mut Lowering<'_>, literal: &Literal) -> Value {
    match literal {
        Literal::Number(n) => Value::Number(lowering.graph.exact(n)),
        Literal::Boolean(b) => Value::Truth(lowering.graph.everywhere(*b)),
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
