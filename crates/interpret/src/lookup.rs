//! Tables: the row that fits, the first that fits, all that fit, or each band's part.

use std::cmp::Ordering;

use jiufen_language::program::{
    CellResult, CellTest, Comparison, ExprId, Literal, LookupTable, TableId, TableMode, TableVersion,
};
use jiufen_quantity::Exact;
use num_traits::{Signed, Zero};

use crate::arithmetic::{Operand, compare, compare_intervals, operand};
use crate::decision::{Step, What};
use crate::eval::{Interpreter, Scope, unknown};
use crate::value::{FaultCode, Interval, Reason, Reasons, Value};

/// What the tests of a row say: it fits, it does not, or it may.
enum Fit {
    Yes,
    No,
    Open(Reasons),
}

impl Interpreter<'_> {
    /// A table's answer on the law day.
    pub(crate) fn lookup(&self, id: ExprId, table_id: TableId, inputs: &[ExprId], scope: &Scope<'_>) -> Step {
        let table = &self.program.tables[table_id.index()];
        let mut steps: Vec<Step> = inputs.iter().map(|input| self.eval(*input, scope)).collect();
        let refused = steps.iter().find_map(|step| match &step.value {
            Value::Refused(fault) => Some(fault.clone()),
            _ => None,
        });
        if let Some(fault) = refused {
            return Step::of(What::Expr(id), Value::Refused(fault), steps);
        }
        let Some(version) = table.at(scope.day) else {
            let words = format!("{}({})", table.name, scope.day);
            return Step::of(
                What::Expr(id),
                Value::refused(FaultCode::NotInForce, words),
                steps,
            );
        };
        if version.repealed {
            let words = format!("{}({})", table.name, self.program.citation(version.cite));
            let refused = Value::refused(FaultCode::Repealed, words);
            return Step::of(What::Expr(id), refused, steps).cited(version.cite);
        }
        let value = match table.mode {
            TableMode::Unique | TableMode::First => single(table_id, table, version, &mut steps),
            TableMode::Candidates => candidates(table, version, &steps),
            TableMode::Progressive => match steps.first() {
                Some(step) => progressive(table, version, &step.value),
                None => no_row(table, &steps),
            },
        };
        Step::of(What::Expr(id), value, steps).cited(version.cite)
    }
}

/// The first row that fits; rows before it that only may fit leave the answer between them.
fn single(id: TableId, table: &LookupTable, version: &TableVersion, steps: &mut Vec<Step>) -> Value {
    let inputs = steps.len();
    let mut possible: Option<Value> = None;
    let mut reasons = Reasons::new();
    for (index, row) in version.rows.iter().enumerate() {
        let fit = fit(&row.tests, &steps[..inputs]);
        if matches!(fit, Fit::No) {
            continue;
        }
        let value = result(table, &row.result);
        let what = What::TableRow {
            table: id,
            row: index + 1,
            period: version.period,
            replaced: version.replaced,
        };
        steps.push(Step::leaf(what, value.clone()).cited(version.cite));
        let certain = matches!(fit, Fit::Yes);
        if let Fit::Open(more) = fit {
            reasons.extend(more);
        }
        possible = Some(match possible {
            Some(before) => before.either(value, &reasons),
            None => value,
        });
        if certain {
            return possible.unwrap_or(Value::Absent);
        }
    }
    match possible {
        None => no_row(table, &steps[..inputs]),
        // Perhaps no row fits at all; that all possible rows agree does not settle it.
        Some(Value::Number(interval, more)) if interval.exact().is_none() => {
            reasons.extend(more);
            Value::Number(interval, reasons)
        }
        Some(Value::Refused(fault)) => Value::Refused(fault),
        Some(other) => {
            other.add_reasons(&mut reasons);
            Value::Unsettled(reasons)
        }
    }
}

/// All rows that fit. Agreement of all is an answer; more than one answer is for a person to choose.
fn candidates(table: &LookupTable, version: &TableVersion, steps: &[Step]) -> Value {
    let mut found: Vec<Literal> = Vec::new();
    let mut reasons = Reasons::new();
    for row in &version.rows {
        match fit(&row.tests, steps) {
            Fit::No => continue,
            Fit::Open(more) => reasons.extend(more),
            Fit::Yes => {}
        }
        match &row.result {
            CellResult::Value(literal) if !found.contains(literal) => found.push(literal.clone()),
            CellResult::Value(_) | CellResult::Absent => {}
            CellResult::Range(..) | CellResult::Unpublished => {
                reasons.insert(Reason::Unpublished(table.name.clone()));
            }
        }
    }
    match (found.as_slice(), reasons.is_empty()) {
        (_, false) => unknown(&table.output.1, false, reasons),
        ([], true) => no_row(table, steps),
        ([one], true) => Value::literal(one),
        (_, true) => Value::Candidates(found, table.name.clone()),
    }
}

fn no_row(table: &LookupTable, steps: &[Step]) -> Value {
    let absent = steps.iter().any(|step| step.value == Value::Absent);
    let words = if absent {
        format!("{}(值为无)", table.name)
    } else {
        table.name.to_string()
    };
    Value::refused(FaultCode::NoTableRow, words)
}

fn result(table: &LookupTable, result: &CellResult) -> Value {
    let unpublished = || Reasons::from([Reason::Unpublished(table.name.clone())]);
    match result {
        CellResult::Value(literal) => Value::literal(literal),
        CellResult::Range(Literal::Number(low), Literal::Number(high)) => {
            Value::number(Interval::between(low.clone(), high.clone()), unpublished())
        }
        CellResult::Range(..) | CellResult::Unpublished => unknown(&table.output.1, false, unpublished()),
        CellResult::Absent => Value::Absent,
    }
}

fn fit(tests: &[CellTest], steps: &[Step]) -> Fit {
    let mut reasons = Reasons::new();
    let mut open = false;
    for (test, step) in tests.iter().zip(steps) {
        match passes(test, &step.value) {
            Some(true) => {}
            Some(false) => return Fit::No,
            None => {
                open = true;
                step.value.add_reasons(&mut reasons);
            }
        }
    }
    if open { Fit::Open(reasons) } else { Fit::Yes }
}

/// Whether a value passes a cell; `None` while it is not known. 无 passes 不限 only.
fn passes(test: &CellTest, value: &Value) -> Option<bool> {
    match (test, value) {
        (CellTest::Any, _) => Some(true),
        (_, Value::Absent) => Some(false),
        (CellTest::Equals(literal), value) => {
            match compare(Comparison::Equal, value, &Value::literal(literal)) {
                Value::Truth(truth) => Some(truth),
                _ => None,
            }
        }
        (CellTest::Range { low, high }, value) => {
            let above = low.as_ref().map_or(Some(true), |(end, closed)| {
                beyond(value, end, *closed, Ordering::Greater)
            });
            let below = high.as_ref().map_or(Some(true), |(end, closed)| {
                beyond(value, end, *closed, Ordering::Less)
            });
            match (above, below) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            }
        }
    }
}

/// Whether a value lies on the `side` of an end, or on it when the end is closed.
fn beyond(value: &Value, end: &Literal, closed: bool, side: Ordering) -> Option<bool> {
    let comparison = match (side, closed) {
        (Ordering::Greater, true) => Comparison::AtLeast,
        (Ordering::Greater, false) => Comparison::Greater,
        (_, true) => Comparison::AtMost,
        (_, false) => Comparison::Less,
    };
    match (value, end) {
        (Value::Number(interval, _), Literal::Number(end)) => {
            compare_intervals(comparison, interval, &Interval::only(end.clone()))
        }
        (value, end) => match compare(comparison, value, &Value::literal(end)) {
            Value::Truth(truth) => Some(truth),
            _ => None,
        },
    }
}

/// A band of a progressive table: from, to, and the lowest and highest rate on what lies inside.
struct Band {
    from: Exact,
    to: Option<Exact>,
    rate: Interval,
    published: bool,
}

/// 累进: the sum of each band's rate on the part of the value inside it. Rates are not negative, so that the sum
/// grows with the value and ends go to ends.
fn progressive(table: &LookupTable, version: &TableVersion, value: &Value) -> Value {
    let bands: Option<Vec<Band>> = version
        .rows
        .iter()
        .map(|row| band(row.tests.first()?, &row.result))
        .collect();
    let Some(bands) = bands else {
        return Value::refused(FaultCode::Domain, table.name.clone());
    };
    let (interval, mut reasons) = match operand(value) {
        Operand::Number(interval, reasons) => (interval, reasons),
        Operand::Absent => return Value::Absent,
        Operand::Refused(fault) => return Value::Refused(fault),
    };
    let end = |end: &Option<Exact>, top: bool| match end {
        None => Ok(None),
        Some(x) => charged(&bands, x, top).map(Some).ok_or(()),
    };
    let (Ok(low), Ok(high)) = (end(&interval.low, false), end(&interval.high, true)) else {
        return Value::refused(FaultCode::NoTableRow, table.name.clone());
    };
    if bands.iter().any(|band| !band.published) {
        reasons.insert(Reason::Unpublished(table.name.clone()));
    }
    let low = low.or_else(|| Some(Exact::zero()));
    Value::number(Interval { low, high }, reasons)
}

fn band(test: &CellTest, result: &CellResult) -> Option<Band> {
    let (from, to) = match test {
        CellTest::Any => (Exact::zero(), None),
        CellTest::Range { low, high } => {
            let end = |end: &Option<(Literal, bool)>| match end {
                Some((Literal::Number(n), _)) => Some(Some(n.clone())),
                None => Some(None),
                Some(_) => None,
            };
            (end(low)?.unwrap_or_else(Exact::zero), end(high)?)
        }
        CellTest::Equals(_) => return None,
    };
    let (rate, published) = match result {
        CellResult::Value(Literal::Number(rate)) => (Interval::only(rate.clone()), true),
        CellResult::Range(Literal::Number(a), Literal::Number(b)) => {
            (Interval::between(a.clone(), b.clone()), false)
        }
        CellResult::Absent => (Interval::only(Exact::zero()), true),
        _ => return None,
    };
    let negative = rate.low.as_ref().is_some_and(Signed::is_negative);
    (!negative).then_some(Band {
        from,
        to,
        rate,
        published,
    })
}

/// What the bands come to for a value, at their lowest or highest rates; none when the value lies beyond them.
fn charged(bands: &[Band], value: &Exact, top: bool) -> Option<Exact> {
    let mut sum = Exact::zero();
    let mut covered = Exact::zero();
    for band in bands {
        let upper = band.to.as_ref().map_or(value, |to| to.min(value));
        if *upper <= band.from {
            continue;
        }
        let inside = upper - &band.from;
        let rate = if top {
            band.rate.high.as_ref()?
        } else {
            band.rate.low.as_ref()?
        };
        sum += &inside * rate;
        covered += inside;
    }
    (covered == *value || !value.is_positive()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiufen_quantity::exact::{integer, ratio};

    fn band_of(from: i128, to: Option<i128>, percent: i128) -> Band {
        Band {
            from: integer(from),
            to: to.map(integer),
            rate: Interval::only(ratio(percent, 100)),
            published: true,
        }
    }

    #[test]
    fn each_band_charges_its_own_part() {
        let bands = [band_of(0, Some(1000), 10), band_of(1000, Some(3000), 5)];
        assert_eq!(charged(&bands, &integer(2000), true), Some(integer(150)));
        assert_eq!(charged(&bands, &integer(1000), true), Some(integer(100)));
        assert_eq!(charged(&bands, &integer(0), true), Some(integer(0)));
        assert_eq!(
            charged(&bands, &integer(3001), true),
            None,
            "beyond the last band there is no rate"
        );
    }

    #[test]
    fn ends_of_a_cell_belong_to_it_when_they_are_closed() {
        let end = |n: i128, closed| Some((Literal::Number(integer(n)), closed));
        let test = CellTest::Range {
            low: end(5, false),
            high: end(20, true),
        };
        let ask = |n: i128| passes(&test, &Value::exact(integer(n)));
        assert_eq!(
            (ask(5), ask(6), ask(20), ask(21)),
            (Some(false), Some(true), Some(true), Some(false))
        );
        assert_eq!(passes(&test, &Value::Absent), Some(false));
        assert_eq!(passes(&CellTest::Any, &Value::Absent), Some(true));
    }
}
