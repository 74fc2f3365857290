//! Functions of values.

use jiufen_language::program::{ExprId, ExprKind, Function, Literal};
use jiufen_quantity::exact::to_integer;
use jiufen_quantity::{Date, Rounding};
use num_traits::Signed;

use super::{Lowering, Scope};
use crate::graph::NodeId;
use crate::value::{Code, Kind, Number, OfYear, Truth, Value};

/// How far a date may lie for leap days to be looked at one by one.
const MOST_YEARS: i64 = 200;

impl Lowering<'_> {
    pub(super) fn call(&mut self, function: Function, arguments: &[ExprId], scope: &Scope) -> Value {
        let values: Vec<Value> = arguments.iter().map(|a| self.expr(*a, scope)).collect();
        match (function, values.as_slice()) {
            (Function::Maximum | Function::Minimum, [first, rest @ ..]) => {
                let largest = function == Function::Maximum;
                rest.iter()
                    .fold(first.clone(), |best, next| self.extreme(&best, next, largest))
            }
            (Function::Comparable, [x]) => x.clone(),
            (Function::Absolute, [x]) => {
                let x = self.number(x);
                let negative = self.graph.negative(&x);
                let larger = negative.and_then(|n| self.graph.extreme(&x, &n, true));
                match larger {
                    // A divisor is above zero where the number is known, so that the larger is the magnitude.
                    Ok(value) => Value::Number(value),
                    Err(wide) => self.fitting(Err(wide)),
                }
            }
            (Function::FloorTo, [x, step]) => self.rounded(x, step, Rounding::Truncate),
            (Function::CeilTo, [x, step]) => self.rounded(x, step, Rounding::Up),
            (Function::HalfUpTo, [x, step]) => self.rounded(x, step, Rounding::HalfUp),
            (Function::RoundTo, [x, step, Value::Literal(Literal::Rounding(mode))]) => {
                self.rounded(x, step, *mode)
            }
            (Function::FirstYear, [Value::Series(years)]) => self.first_year(years),
            (Function::Consecutive, [Value::Series(years)]) => self.consecutive(years),
            (Function::YearOf, [Value::Literal(Literal::Date(date))]) => {
                Value::Literal(Literal::Year(date.year()))
            }
            (Function::YearOf, [Value::Code(code)]) if matches!(code.kind, Kind::Date) => Value::Code(Code {
                value: self.graph.divide_by(code.value, 10_000, Rounding::Truncate),
                kind: Kind::Year,
                ..code.clone()
            }),
            (Function::AddYears, [date, by]) => self.add_years(date, by),
            (Function::FullYears, [from, to]) => self.full_years(from, to),
            (Function::StartsWith, [Value::Code(code), Value::Literal(Literal::Text(prefix))]) => {
                Value::Truth(self.starts_with(code, prefix))
            }
            (Function::IsKnown, [value]) => self.is_known(arguments, value),
            _ => self.leave(format!("函数 {function:?}")),
        }
    }

    fn extreme(&mut self, a: &Value, b: &Value, largest: bool) -> Value {
        if let (Value::Code(_) | Value::Literal(_), Value::Code(_) | Value::Literal(_)) = (a, b) {
            let (Some(x), Some(y)) = (self.code(a, None), self.code(b, None)) else {
                return Value::Soft;
            };
            if !x.kind.agrees(&y.kind) || matches!(x.kind, Kind::Text(_)) {
                return Value::Soft;
            }
            let (known, absent) = self.graph.joint((x.known, x.absent), (y.known, y.absent));
            let value = if largest {
                self.graph.larger(x.value, y.value)
            } else {
                self.graph.smaller(x.value, y.value)
            };
            return Value::Code(Code {
                value,
                kind: x.kind,
                known,
                absent,
            });
        }
        let (x, y) = (self.number(a), self.number(b));
        let result = self.graph.extreme(&x, &y, largest);
        self.fitting(result)
    }

    fn rounded(&mut self, x: &Value, step: &Value, mode: Rounding) -> Value {
        let (x, step) = (self.number(x), self.number(step));
        match self.graph.exact_of(&step) {
            Some(step) if step.is_positive() => {
                let rounded = self.graph.rounded(&x, &step, mode);
                self.fitting(rounded)
            }
            _ => self.leave("逐行的取整精度"),
        }
    }

    /// 首年, as the interpreter finds it: open years before the first known one do not count, an open one after it does.
    fn first_year(&mut self, years: &[OfYear]) -> Value {
        let no = self.graph.truth(false);
        let (mut started, mut open_before, mut done, mut any_open) = (no, no, no, no);
        let mut value = self.graph.constant(0);
        for of in years {
            let truth = self.truth(&of.value);
            let there = self.graph.not(of.left_out);
            let decided = self.graph.or(truth.yes, truth.no);
            let decided = self.graph.and(decided, there);
            let open = self.graph.not(decided);
            let open = self.graph.and(open, there);
            any_open = self.graph.or(any_open, open);
            let later = self.graph.and(open, started);
            open_before = self.graph.or(open_before, later);
            started = self.graph.or(started, decided);
            let clear = self.graph.or(done, open_before);
            let clear = self.graph.not(clear);
            let yes = self.graph.and(truth.yes, there);
            let first = self.graph.and(yes, clear);
            let year = self.graph.constant(i64::from(of.year));
            value = self.graph.choose(first, year, value);
            done = self.graph.or(done, first);
        }
        // None at all, and nothing open that could have been one.
        let not_started = self.graph.not(started);
        let could_be = self.graph.or(open_before, not_started);
        let unsure = self.graph.and(any_open, could_be);
        let undecided = self.graph.or(done, unsure);
        let absent = self.graph.not(undecided);
        Value::Code(Code {
            value,
            kind: Kind::Year,
            known: done,
            absent,
        })
    }

    /// 连续: 否 when a year is 否 or lies before the row existed.
    fn consecutive(&mut self, years: &[OfYear]) -> Value {
        let yes = self.graph.truth(true);
        let mut all = self.graph.certain(yes);
        for of in years {
            let item = self.truth(&of.value);
            all = self.graph.all(all, item);
            all.no = self.graph.or(all.no, of.left_out);
        }
        Value::Truth(all)
    }

    /// 加年 on `yyyymmdd`: 29 February of a year that has none is left to the interpreter.
    fn add_years(&mut self, date: &Value, by: &Value) -> Value {
        let by = self.number(by);
        let Some(by) = self.graph.exact_of(&by).and_then(|n| to_integer(&n)) else {
            return self.leave("逐行的加年");
        };
        let Ok(by) = i32::try_from(by) else {
            return Value::Soft;
        };
        match date {
            Value::Literal(Literal::Date(date)) => date
                .add_years(by)
                .map_or(Value::Soft, |d| Value::Literal(Literal::Date(d))),
            Value::Code(code) if matches!(code.kind, Kind::Date) => {
                let shift = self.graph.constant(i64::from(by) * 10_000);
                let Ok(value) = self.graph.add(code.value, shift) else {
                    return Value::Soft;
                };
                let ordinary = self.no_leap_day(code.value);
                let real = self.graph.within(value, 10_000, 99_991_231);
                let known = self.graph.and(code.known, ordinary);
                Value::Code(Code {
                    value,
                    kind: Kind::Date,
                    known: self.graph.and(known, real),
                    absent: code.absent,
                })
            }
            _ => Value::Soft,
        }
    }

    /// 满年 on `yyyymmdd`: the difference cut to whole years, nothing below zero.
    fn full_years(&mut self, from: &Value, to: &Value) -> Value {
        let (Some(from), Some(to)) = (self.code(from, None), self.code(to, None)) else {
            return Value::Soft;
        };
        if !matches!((&from.kind, &to.kind), (Kind::Date, Kind::Date)) {
            return Value::Soft;
        }
        let Ok(difference) = self.graph.subtract(to.value, from.value) else {
            return Value::Soft;
        };
        let zero = self.graph.constant(0);
        let positive = self.graph.larger(difference, zero);
        let ordinary = self.no_leap_day(from.value);
        let (known, none) = self.graph.joint((from.known, from.absent), (to.known, to.absent));
        let absent = none;
        Value::Number(Number {
            value: self.graph.divide_by(positive, 10_000, Rounding::Truncate),
            over: None,
            scale: jiufen_quantity::exact::integer(1),
            known: self.graph.and(known, ordinary),
            absent,
        })
    }

    /// Where a date is no 29 February.
    fn no_leap_day(&mut self, date: NodeId) -> NodeId {
        let bounds = self.graph.bounds(date);
        let (first, last) = (bounds.low / 10_000, bounds.high / 10_000);
        // A row without a date reads 0, and no register has dates before 1900: years before are left open.
        let first = first.max(1900);
        if last - first > MOST_YEARS {
            return self.graph.truth(false);
        }
        let mut ordinary = self.graph.within(date, 19_000_101, i64::MAX);
        for year in first..=last {
            if i16::try_from(year)
                .ok()
                .and_then(|y| Date::new(y, 2, 29))
                .is_some()
            {
                let day = year * 10_000 + 229;
                let leap = self.graph.within(date, day, day);
                let other = self.graph.not(leap);
                ordinary = self.graph.and(ordinary, other);
            }
        }
        ordinary
    }

    /// Whether a text begins so: a stretch of a sorted dictionary.
    pub(super) fn starts_with(&mut self, code: &Code, prefix: &str) -> Truth {
        let Kind::Text(words) = &code.kind else {
            return self.graph.open();
        };
        let first = words.partition_point(|w| w.as_str() < prefix);
        let count = words[first..]
            .iter()
            .take_while(|w| w.starts_with(prefix))
            .count();
        let place = |n: usize| i64::try_from(n).unwrap_or(i64::MAX / 2);
        let inside = self
            .graph
            .within(code.value, place(first), place(first + count) - 1);
        let outside = self.graph.not(inside);
        let no = self.graph.and(code.known, outside);
        Truth {
            yes: self.graph.and(code.known, inside),
            no: self.graph.or(no, code.absent),
        }
    }

    /// 已知 of a field, which is never refused; of anything else it is left open.
    fn is_known(&mut self, arguments: &[ExprId], value: &Value) -> Value {
        let is_field = arguments
            .first()
            .is_some_and(|a| matches!(self.program.expr(*a).kind, ExprKind::Field { .. }));
        if !is_field {
            return self.leave("已知(算出的值)");
        }
        let there = match value {
            Value::Number(n) => self.graph.or(n.known, n.absent),
            Value::Code(c) => self.graph.or(c.known, c.absent),
            Value::Truth(t) => self.graph.or(t.yes, t.no),
            Value::Row(r) => self.graph.or(r.known, r.absent),
            Value::Literal(_) | Value::Absent => self.graph.truth(true),
            Value::Series(_) | Value::Soft => return Value::Soft,
        };
        Value::Truth(self.graph.certain(there))
    }
}
