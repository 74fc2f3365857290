//! Lists: related rows, years of a field, and what is counted or summed over them.

use std::ops::RangeInclusive;

use jiufen_language::program::{Aggregate, ExprId, FieldRef, Literal, SubjectId};
use jiufen_quantity::exact::{integer, ratio};

use crate::arithmetic::{Operand, any, maximum, minimum, multiply, operand};
use crate::decision::{Step, What};
use crate::eval::{Interpreter, Scope};
use crate::facts::{Fact, RowId};
use crate::value::{Fault, FaultCode, Interval, Reason, Reasons, Truth, Value};

/// What is known of one item of a list.
struct Item {
    /// Whether it belongs to the list for sure; otherwise it may.
    certain: bool,
    /// Its value; 是 where nothing is asked of it.
    value: Value,
}

/// A list whose items and completeness are known as far as they are.
struct Items {
    items: Vec<Item>,
    /// Why items may belong or not, and why there may be more.
    reasons: Reasons,
    /// Whether there may be more.
    complete: bool,
    /// Whether an item may be below zero.
    signed: bool,
}

impl Interpreter<'_> {
    /// Some years of a yearly field; years in which the row did not exist are left out.
    pub(crate) fn series(
        &self,
        id: ExprId,
        row: ExprId,
        field: FieldRef,
        years: RangeInclusive<i16>,
        scope: &Scope<'_>,
    ) -> Step {
        let (row, step) = self.row(row, scope);
        let row = match row {
            Value::Row(row) => row,
            Value::Absent => {
                return Step::of(
                    What::Expr(id),
                    Value::Series(Vec::new()),
                    step.into_iter().collect(),
                );
            }
            other => return Step::of(What::Expr(id), other, step.into_iter().collect()),
        };
        let mut found = Vec::new();
        let mut children: Vec<Step> = step.into_iter().collect();
        for year in years {
            if self.facts.field(row, field, Some(year)) == Fact::NotApplicable {
                continue;
            }
            let value = self.fact(row, field, Some(year));
            children.push(Step::leaf(
                What::Fact {
                    row,
                    field,
                    year: Some(year),
                },
                value.clone(),
            ));
            found.push((year, value));
        }
        Step::of(What::Expr(id), Value::Series(found), children)
    }

    /// All years of a yearly field that a row could have values for.
    pub(crate) fn history(&self, id: ExprId, row: ExprId, field: FieldRef, scope: &Scope<'_>) -> Step {
        let span = match self.row(row, scope).0 {
            Value::Row(row) => match self.facts.years(row) {
                Some((first, last)) => first..=last,
                None => {
                    let reason = Reason::Missing {
                        row,
                        field,
                        year: None,
                    };
                    return Step::leaf(What::Expr(id), Value::Unsettled(Reasons::from([reason])));
                }
            },
            _ => scope.year..=scope.year,
        };
        self.series(id, row, field, span, scope)
    }

    /// The rows whose reference field names a row.
    pub(crate) fn related(&self, id: ExprId, row: ExprId, via: FieldRef, scope: &Scope<'_>) -> Step {
        let (row, step) = self.row(row, scope);
        let value = match row {
            Value::Row(row) => {
                let (rows, complete) = self.facts.related(row, via);
                let reason = Reason::Incomplete {
                    subject: via.subject,
                    of: Some((row, via)),
                };
                Value::Rows(
                    rows,
                    if complete {
                        Reasons::new()
                    } else {
                        Reasons::from([reason])
                    },
                )
            }
            Value::Unsettled(reasons) => Value::Rows(Vec::new(), reasons),
            Value::Refused(fault) => Value::Refused(fault),
            _ => Value::Rows(Vec::new(), Reasons::new()),
        };
        Step::of(What::Expr(id), value, step.into_iter().collect())
    }

    /// All rows of a subject.
    pub(crate) fn all_rows(&self, subject: SubjectId) -> Value {
        let rows = (0..self.facts.row_count(subject))
            .map(|row| RowId { subject, row })
            .collect();
        let complete = self.facts.complete(subject);
        let reason = Reason::Incomplete { subject, of: None };
        Value::Rows(
            rows,
            if complete {
                Reasons::new()
            } else {
                Reasons::from([reason])
            },
        )
    }

    /// 合计, 计数, 存在 … over rows.
    pub(crate) fn aggregate(
        &self,
        id: ExprId,
        function: Aggregate,
        rows: ExprId,
        (filter, value): (Option<ExprId>, Option<ExprId>),
        scope: &Scope<'_>,
    ) -> Step {
        let rows = self.eval(rows, scope);
        let (list, reasons) = match &rows.value {
            Value::Rows(list, reasons) => (list.clone(), reasons.clone()),
            Value::Refused(fault) => {
                return Step::of(What::Expr(id), Value::Refused(fault.clone()), vec![rows]);
            }
            _ => (Vec::new(), Reasons::new()),
        };
        let mut items = Items {
            items: Vec::with_capacity(list.len()),
            complete: reasons.is_empty(),
            reasons,
            signed: value.is_some_and(|value| self.program.may_be_negative(value)),
        };
        let mut children = vec![rows];
        let mut memberships = Vec::new();
        for row in list {
            let inner = scope.listed(row);
            let mut steps = Vec::new();
            let belongs = filter.map_or(Value::Truth(true), |filter| {
                let step = self.eval(filter, &inner);
                let belongs = step.value.clone();
                steps.push(step);
                belongs
            });
            if let Some(item) = self.item(&belongs, value, &inner, &mut steps, &mut items.reasons) {
                items.items.push(item);
            }
            if !steps.is_empty() {
                children.push(Step::of(What::Listed(row), belongs.clone(), steps));
            }
            memberships.push(belongs);
        }
        let answer = match function {
            Aggregate::Exists => exists(&memberships, &items),
            _ => total(function, &items),
        };
        Step::of(What::Expr(id), answer, children)
    }

    /// A listed row as an item, unless it does not belong.
    fn item(
        &self,
        belongs: &Value,
        value: Option<ExprId>,
        inner: &Scope<'_>,
        steps: &mut Vec<Step>,
        reasons: &mut Reasons,
    ) -> Option<Item> {
        let certain = match belongs.truth() {
            Truth::No => return None,
            Truth::Yes => true,
            Truth::Open(more) => {
                reasons.extend(more.iter().cloned());
                false
            }
            Truth::Refused(fault) => {
                return Some(Item {
                    certain: true,
                    value: Value::Refused(fault.clone()),
                });
            }
        };
        let Some(value) = value else {
            return Some(Item {
                certain,
                value: Value::Truth(true),
            });
        };
        let step = self.eval(value, inner);
        let value = step.value.clone();
        steps.push(step);
        Some(Item { certain, value })
    }

    /// 合计, 平均, 最大 … over the years of a series.
    pub(crate) fn over_years(
        &self,
        id: ExprId,
        function: Aggregate,
        series: ExprId,
        scope: &Scope<'_>,
    ) -> Step {
        let signed = self.program.may_be_negative(series);
        let series = self.eval(series, scope);
        let answer = match &series.value {
            Value::Series(years) => {
                let items = years
                    .iter()
                    .map(|(_, value)| Item {
                        certain: true,
                        value: value.clone(),
                    })
                    .collect();
                let mut items = Items {
                    items,
                    reasons: Reasons::new(),
                    complete: true,
                    signed,
                };
                match function {
                    Aggregate::Exists => any(years.iter().map(|(_, value)| value)),
                    Aggregate::Count => {
                        items.keep_true();
                        total(function, &items)
                    }
                    _ => total(function, &items),
                }
            }
            other => other.clone(),
        };
        Step::of(What::Expr(id), answer, vec![series])
    }
}

/// 存在: a row that belongs for sure wins over whatever is not known.
fn exists(memberships: &[Value], items: &Items) -> Value {
    let open = (!items.complete).then(|| Value::Undecided(items.reasons.clone()));
    any(memberships.iter().chain(open.as_ref()))
}

impl Items {
    /// Keeps the items that are 是, for 计数 over years.
    fn keep_true(&mut self) {
        for item in &mut self.items {
            match item.value.truth() {
                Truth::Yes | Truth::Refused(_) => {}
                Truth::No => item.value = Value::Absent,
                Truth::Open(more) => {
                    self.reasons.extend(more.iter().cloned());
                    item.certain = false;
                    item.value = Value::Truth(true);
                }
            }
        }
        self.items.retain(|item| item.value != Value::Absent);
    }

    fn refused(&self) -> Option<&Fault> {
        self.items.iter().find_map(|item| match &item.value {
            Value::Refused(fault) => Some(fault),
            _ => None,
        })
    }

    /// Numbers of the items, with whether each belongs for sure; 无 is left out. The reasons of all are added.
    fn numbers(&self, reasons: &mut Reasons) -> Result<Vec<(bool, Interval)>, Fault> {
        let mut numbers = Vec::with_capacity(self.items.len());
        for item in &self.items {
            match operand(&item.value) {
                Operand::Number(interval, more) => {
                    reasons.extend(more);
                    numbers.push((item.certain, interval));
                }
                Operand::Absent => {}
                Operand::Refused(fault) => return Err(fault),
            }
        }
        Ok(numbers)
    }
}

fn total(function: Aggregate, items: &Items) -> Value {
    if let Some(fault) = items.refused() {
        return Value::Refused(fault.clone());
    }
    if function == Aggregate::Count {
        return count(items);
    }
    if let Some(answer) = extreme_of_literals(function, items) {
        return answer;
    }
    let mut reasons = items.reasons.clone();
    let numbers = match items.numbers(&mut reasons) {
        Ok(numbers) => numbers,
        Err(fault) => return Value::Refused(fault),
    };
    match function {
        Aggregate::Sum => sum(&numbers, items, reasons),
        Aggregate::Mean => mean(&numbers, items, reasons),
        Aggregate::Maximum => extreme(&numbers, items, reasons, maximum),
        Aggregate::Minimum => extreme(&numbers, items, reasons, minimum),
        Aggregate::Count | Aggregate::Exists => Value::refused(FaultCode::Domain, "计数"),
    }
}

fn count(items: &Items) -> Value {
    let whole = |n: usize| integer(i128::try_from(n).unwrap_or(i128::MAX));
    let certain = items.items.iter().filter(|item| item.certain).count();
    let high = items.complete.then(|| whole(items.items.len()));
    Value::number(
        Interval {
            low: Some(whole(certain)),
            high,
        },
        items.reasons.clone(),
    )
}

fn sum(numbers: &[(bool, Interval)], items: &Items, reasons: Reasons) -> Value {
    let zero = Interval::only(integer(0));
    let mut sum = zero.clone();
    for (certain, number) in numbers {
        let number = if *certain {
            number.clone()
        } else {
            number.hull(&zero)
        };
        let both = |a: Option<_>, b: Option<_>| a.zip(b).map(|(a, b): (jiufen_quantity::Exact, _)| a + b);
        sum = Interval {
            low: both(sum.low, number.low),
            high: both(sum.high, number.high),
        };
    }
    if !items.complete {
        sum.high = None;
        if items.signed {
            sum.low = None;
        }
    }
    Value::number(sum, reasons)
}

/// The mean of what certainly belongs; where rows may belong or be missing, anything between the ends of all.
fn mean(numbers: &[(bool, Interval)], items: &Items, reasons: Reasons) -> Value {
    if !items.complete {
        let low = (!items.signed).then(|| integer(0));
        return Value::number(Interval { low, high: None }, reasons);
    }
    let Some(hull) = numbers.iter().map(|(_, n)| n.clone()).reduce(|a, b| a.hull(&b)) else {
        return Value::Absent;
    };
    if numbers.iter().any(|(certain, _)| !certain) {
        return may_be_nothing(numbers, Value::number(hull, reasons.clone()), &reasons);
    }
    let Value::Number(sum, reasons) = sum(numbers, items, reasons) else {
        return Value::Absent;
    };
    let share = ratio(1, i128::try_from(numbers.len()).unwrap_or(i128::MAX));
    Value::number(multiply(&sum, &Interval::only(share)), reasons)
}

/// The largest or smallest, by corners. A row that only may belong can move the end it is pulled to, not the other.
fn extreme(
    numbers: &[(bool, Interval)],
    items: &Items,
    reasons: Reasons,
    pick: fn(&Interval, &Interval) -> Interval,
) -> Value {
    let mut certain = numbers
        .iter()
        .filter(|(certain, _)| *certain)
        .map(|(_, n)| n.clone());
    let known = certain
        .next()
        .map(|first| certain.fold(first, |a, b| pick(&a, &b)));
    let possible = numbers.iter().filter(|(certain, _)| !certain).map(|(_, n)| n);
    let beyond = (!items.complete).then(|| {
        if items.signed {
            Interval::unbounded()
        } else {
            Interval::not_negative()
        }
    });
    let mut answer = known.clone();
    for number in possible.chain(&beyond) {
        answer = Some(match (&answer, &known) {
            (Some(a), Some(_)) => a.hull(&pick(a, number)),
            // None belongs for sure, so that any of them may be the only one.
            (Some(a), None) => a.hull(number),
            (None, _) => number.clone(),
        });
    }
    match (answer, known) {
        (None, _) => Value::Absent,
        (Some(answer), Some(_)) => Value::number(answer, reasons),
        (Some(answer), None) => Value::Absent.either(Value::Number(answer, reasons.clone()), &reasons),
    }
}

/// A value that is 无 when none of the rows that may belong does.
fn may_be_nothing(numbers: &[(bool, Interval)], value: Value, reasons: &Reasons) -> Value {
    if numbers.iter().any(|(certain, _)| *certain) {
        value
    } else {
        Value::Absent.either(value, reasons)
    }
}

/// The latest or earliest of dates and years; none when the items are numbers.
fn extreme_of_literals(function: Aggregate, items: &Items) -> Option<Value> {
    let largest = match function {
        Aggregate::Maximum => true,
        Aggregate::Minimum => false,
        _ => return None,
    };
    let literal = |item: &Item| match &item.value {
        Value::Literal(literal) => Some(literal.clone()),
        _ => None,
    };
    let literals: Vec<Literal> = items.items.iter().filter_map(literal).collect();
    let unsettled = items
        .items
        .iter()
        .any(|item| matches!(item.value, Value::Unsettled(_)));
    if literals.is_empty() && !unsettled {
        return None;
    }
    let certain = items.complete && !unsettled && items.items.iter().all(|item| item.certain);
    if !certain {
        let mut reasons = items.reasons.clone();
        items
            .items
            .iter()
            .for_each(|item| item.value.add_reasons(&mut reasons));
        return Some(Value::Unsettled(reasons));
    }
    let best = if largest {
        literals.into_iter().max()
    } else {
        literals.into_iter().min()
    };
    best.map(Value::Literal)
}
