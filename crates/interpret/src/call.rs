//! Functions of values.

use jiufen_language::program::{ExprId, ExprKind, Function, Literal, Type};
use jiufen_quantity::exact::{integer, round_to, to_integer};
use jiufen_quantity::{Date, Exact, Rounding};
use num_traits::Signed;

use crate::arithmetic::{Operand, absolute, maximum, minimum, operand};
use crate::decision::{Step, What};
use crate::eval::{Interpreter, Scope, number};
use crate::value::{FaultCode, Interval, Reasons, Truth, Value};

impl Interpreter<'_> {
    /// A function of values.
    pub(crate) fn call(
        &self,
        id: ExprId,
        function: Function,
        arguments: &[ExprId],
        scope: &Scope<'_>,
    ) -> Step {
        let steps: Vec<Step> = arguments
            .iter()
            .map(|argument| self.eval(*argument, scope))
            .collect();
        let value = match steps.as_slice() {
            [] => Value::refused(FaultCode::Domain, "没有参数"),
            [first] => self.of_one(function, arguments, &first.value),
            [first, rest @ ..] => self.of_several(function, arguments, &first.value, rest),
        };
        Step::of(What::Expr(id), value, self.shown(steps))
    }

    fn of_one(&self, function: Function, arguments: &[ExprId], x: &Value) -> Value {
        match function {
            Function::FirstYear => first_year(x),
            Function::Consecutive => self.consecutive(arguments, x),
            Function::YearOf => on_date(x, |date| Value::Literal(Literal::Year(date.year()))),
            Function::Absolute => number(x, absolute),
            Function::IsKnown => match x {
                Value::Refused(fault) => Value::Refused(fault.clone()),
                other => Value::Truth(!other.is_open()),
            },
            Function::Comparable | Function::Maximum | Function::Minimum => x.clone(),
            _ => Value::refused(FaultCode::Domain, "参数不足"),
        }
    }

    fn of_several(&self, function: Function, arguments: &[ExprId], x: &Value, rest: &[Step]) -> Value {
        let Some(y) = rest.first().map(|step| &step.value) else {
            return x.clone();
        };
        match function {
            Function::Maximum | Function::Minimum => rest
                .iter()
                .fold(x.clone(), |best, step| extreme(function, &best, &step.value)),
            Function::FloorTo => rounded(x, y, Rounding::Truncate),
            Function::CeilTo => rounded(x, y, Rounding::Up),
            Function::HalfUpTo => rounded(x, y, Rounding::HalfUp),
            Function::RoundTo => match rest.get(1).map(|step| &step.value) {
                Some(Value::Literal(Literal::Rounding(mode))) => rounded(x, y, *mode),
                Some(Value::Refused(fault)) => Value::Refused(fault.clone()),
                Some(other) if other.is_open() => widened(&[x, y, other]),
                _ => Value::refused(FaultCode::Domain, "取整方式"),
            },
            Function::AddYears => moved(x, y, Date::add_years),
            Function::AddMonths => {
                // A duration counts in years; a bare number counts months.
                let duration = arguments
                    .get(1)
                    .is_some_and(|a| self.program.expr(*a).ty != Type::Number);
                let months = if duration {
                    number(y, |n| scaled(n, 12))
                } else {
                    y.clone()
                };
                moved(x, &months, Date::add_months)
            }
            Function::AddDays => moved(x, y, Date::add_days),
            Function::DaysBetween => between_dates(x, y, Interval::unbounded(), Date::days_since),
            Function::FullYears => between_dates(x, y, Interval::not_negative(), Date::full_years_since),
            Function::StartsWith => starts_with(x, y),
            _ => Value::refused(FaultCode::Domain, "参数过多"),
        }
    }

    /// 连续: 否 when a year is 否, or when the row did not exist in all of them; open when a year is 缺.
    fn consecutive(&self, arguments: &[ExprId], series: &Value) -> Value {
        let asked = arguments
            .first()
            .map(|argument| &self.program.expr(*argument).kind);
        let Value::Series(years) = series else {
            return condition_like(series);
        };
        let answer = crate::arithmetic::all(years.iter().map(|(_, value)| value));
        match asked {
            Some(ExprKind::FieldSeries { count, .. }) if years.len() < usize::from(*count) => {
                Value::Truth(false)
            }
            _ => answer,
        }
    }
}

fn condition_like(value: &Value) -> Value {
    match value.truth() {
        Truth::Yes => Value::Truth(true),
        Truth::No => Value::Truth(false),
        Truth::Open(reasons) => Value::Undecided(reasons.clone()),
        Truth::Refused(fault) => Value::Refused(fault.clone()),
    }
}

/// 首年: the first year that is 是. A year that is 缺 after the first known one leaves it open, because the first
/// 是 might be there; where no year is 是 and none is 缺, there is no first year.
fn first_year(history: &Value) -> Value {
    let Value::Series(years) = history else {
        return match history {
            Value::Refused(fault) => Value::Refused(fault.clone()),
            other if other.is_open() => other.clone(),
            _ => Value::Absent,
        };
    };
    let first_known = years.iter().position(|(_, value)| !value.is_open());
    let mut reasons = Reasons::new();
    for (year, value) in years.iter().skip(first_known.unwrap_or(0)) {
        match value.truth() {
            Truth::Yes if reasons.is_empty() => return Value::Literal(Literal::Year(*year)),
            Truth::Yes => return Value::Unsettled(reasons),
            Truth::No => {}
            Truth::Open(more) => reasons.extend(more.iter().cloned()),
            Truth::Refused(fault) => return Value::Refused(fault.clone()),
        }
    }
    if reasons.is_empty() {
        Value::Absent
    } else {
        Value::Unsettled(reasons)
    }
}

/// The larger or smaller of two values: numbers by corners, dates and years when both are certain.
fn extreme(function: Function, a: &Value, b: &Value) -> Value {
    let largest = function == Function::Maximum;
    match (a, b) {
        (Value::Refused(fault), _) | (_, Value::Refused(fault)) => Value::Refused(fault.clone()),
        (Value::Absent, _) | (_, Value::Absent) => Value::Absent,
        (Value::Literal(x), Value::Literal(y)) => {
            Value::Literal(if (x >= y) == largest { x.clone() } else { y.clone() })
        }
        (Value::Literal(_), open) | (open, Value::Literal(_)) if open.is_open() => widened(&[a, b]),
        _ => match (operand(a), operand(b)) {
            (Operand::Number(x, mut reasons), Operand::Number(y, more)) => {
                reasons.extend(more);
                Value::number(if largest { maximum(&x, &y) } else { minimum(&x, &y) }, reasons)
            }
            (Operand::Refused(fault), _) | (_, Operand::Refused(fault)) => Value::Refused(fault),
            _ => Value::Absent,
        },
    }
}

/// Rounded to a multiple of a step. Every mode is monotone, so that the ends go to the ends.
fn rounded(x: &Value, step: &Value, mode: Rounding) -> Value {
    let step = match operand(step) {
        Operand::Refused(fault) => return Value::Refused(fault),
        Operand::Absent => return Value::Absent,
        Operand::Number(interval, reasons) => match interval.exact() {
            Some(step) => step.clone(),
            None => return open_number(Interval::unbounded(), &[x], reasons),
        },
    };
    if !step.is_positive() {
        return Value::refused(FaultCode::Domain, "取整精度须大于零");
    }
    let end = |e: &Option<Exact>| e.as_ref().map(|e| round_to(e, &step, mode));
    number(x, |x| Interval {
        low: end(&x.low),
        high: end(&x.high),
    })
}

/// Something that depends on values of which one is open.
fn widened(values: &[&Value]) -> Value {
    let mut reasons = Reasons::new();
    for value in values {
        if let Value::Refused(fault) = value {
            return Value::Refused(fault.clone());
        }
        value.add_reasons(&mut reasons);
    }
    Value::Unsettled(reasons)
}

fn open_number(interval: Interval, values: &[&Value], mut reasons: Reasons) -> Value {
    for value in values {
        match value {
            Value::Refused(fault) => return Value::Refused(fault.clone()),
            Value::Absent => return Value::Absent,
            other => other.add_reasons(&mut reasons),
        }
    }
    Value::number(interval, reasons)
}

fn scaled(interval: &Interval, by: i128) -> Interval {
    let end = |e: &Option<Exact>| e.as_ref().map(|e| e * integer(by));
    Interval {
        low: end(&interval.low),
        high: end(&interval.high),
    }
}

fn on_date(value: &Value, with: impl Fn(Date) -> Value) -> Value {
    match value {
        Value::Literal(Literal::Date(date)) => with(*date),
        Value::Refused(fault) => Value::Refused(fault.clone()),
        open if open.is_open() => widened(&[open]),
        _ => Value::Absent,
    }
}

/// A date moved by a whole number of years, months or days.
fn moved(date: &Value, by: &Value, with: fn(Date, i32) -> Option<Date>) -> Value {
    let out_of_range = || Value::refused(FaultCode::Domain, "日期超出范围");
    let by = match operand(by) {
        Operand::Refused(fault) => return Value::Refused(fault),
        Operand::Absent => return Value::Absent,
        Operand::Number(interval, reasons) => match interval.exact() {
            Some(n) => to_integer(n).and_then(|n| i32::try_from(n).ok()),
            None => {
                let mut all = reasons;
                date.add_reasons(&mut all);
                return Value::Unsettled(all);
            }
        },
    };
    let Some(by) = by else { return out_of_range() };
    on_date(date, |date| {
        with(date, by).map_or_else(out_of_range, |date| Value::Literal(Literal::Date(date)))
    })
}

/// A whole number between two dates: `count(to, from)`.
fn between_dates(from: &Value, to: &Value, unknown: Interval, count: fn(Date, Date) -> i32) -> Value {
    match (from, to) {
        (Value::Literal(Literal::Date(from)), Value::Literal(Literal::Date(to))) => {
            Value::exact(integer(i128::from(count(*to, *from))))
        }
        _ => open_number(unknown, &[from, to], Reasons::new()),
    }
}

fn starts_with(text: &Value, prefix: &Value) -> Value {
    match (text, prefix) {
        (Value::Literal(Literal::Text(text)), Value::Literal(Literal::Text(prefix))) => {
            Value::Truth(text.starts_with(prefix.as_str()))
        }
        (Value::Candidates(several, table), prefix) => {
            let reasons = Reasons::from([crate::value::Reason::PendingChoice(table.clone())]);
            let answers = several
                .iter()
                .map(|one| starts_with(&Value::literal(one), prefix));
            answers
                .reduce(|a, b| a.either(b, &reasons))
                .unwrap_or(Value::Truth(false))
        }
        (Value::Refused(fault), _) | (_, Value::Refused(fault)) => Value::Refused(fault.clone()),
        (Value::Absent, _) | (_, Value::Absent) => Value::Truth(false),
        (a, b) => match widened(&[a, b]) {
            Value::Unsettled(reasons) => Value::Undecided(reasons),
            other => other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Reason;

    fn years(values: &[(i16, Option<bool>)]) -> Value {
        let why = || Reasons::from([Reason::Unpublished("在规".into())]);
        let value = |v: &Option<bool>| v.map_or_else(|| Value::Undecided(why()), Value::Truth);
        Value::Series(values.iter().map(|(year, v)| (*year, value(v))).collect())
    }

    #[test]
    fn the_first_year_is_open_while_an_earlier_year_may_be_it() {
        let year = |y| Value::Literal(Literal::Year(y));
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(
            first_year(&years(&[(2022, no), (2023, yes), (2024, None)])),
            year(2023)
        );
        assert!(first_year(&years(&[(2022, no), (2023, None), (2024, yes)])).is_open());
        assert_eq!(
            first_year(&years(&[(2022, None), (2023, no), (2024, yes)])),
            year(2024),
            "before the first known"
        );
        assert_eq!(first_year(&years(&[(2022, no), (2023, no)])), Value::Absent);
        assert!(first_year(&years(&[(2022, no), (2023, None)])).is_open());
        assert!(first_year(&years(&[(2022, None)])).is_open());
    }

    #[test]
    fn a_step_of_zero_has_no_multiples() {
        let x = Value::exact(integer(5));
        assert!(matches!(
            rounded(&x, &Value::exact(integer(0)), Rounding::Up),
            Value::Refused(_)
        ));
        assert_eq!(
            rounded(&x, &Value::exact(integer(3)), Rounding::Up),
            Value::exact(integer(6))
        );
    }

    #[test]
    fn the_larger_of_an_open_and_a_surely_larger_number_is_certain() {
        let open = Value::Number(
            Interval::between(integer(0), integer(3)),
            Reasons::from([Reason::Unpublished("甲".into())]),
        );
        let five = Value::exact(integer(5));
        assert_eq!(extreme(Function::Maximum, &open, &five), five);
        assert!(extreme(Function::Minimum, &open, &five).is_open());
    }

    #[test]
    fn a_day_that_is_not_there_stays_unknown() {
        let day = |t| Value::Literal(Literal::Date(Date::parse(t).unwrap()));
        let two = Value::exact(integer(2));
        assert_eq!(
            moved(&day("2024-02-29"), &two, Date::add_years),
            day("2026-02-28")
        );
        let missing = Value::Unsettled(Reasons::from([Reason::Unpublished("甲".into())]));
        assert!(moved(&missing, &two, Date::add_years).is_open());
        assert!(matches!(
            moved(&day("9999-12-31"), &two, Date::add_years),
            Value::Refused(_)
        ));
    }
}
