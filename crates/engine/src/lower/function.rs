//! Functions of values.

use jiufen_language::program::{ExprId, ExprKind, Function, Literal};
use jiufen_quantity::exact::to_integer;
use jiufen_quantity::{Date, Rounding};
use num_traits::Signed;

use super::{Lowering, Scope};
use crate::graph::NodeId;
use crate::value::{Code, Kind, Marks, OfYear, Truth, Value};

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
                let magnitude = self.graph.magnitude(&x);
                self.fitting(magnitude)
            }
            (Function::FloorTo, [x, step]) => self.rounded(x, step, Rounding::Truncate),
            (Function::CeilTo, [x, step]) => self.rounded(x, step, Rounding::Up),
            (Function::HalfUpTo, [x, step]) => self.rounded(x, step, Rounding::HalfUp),
            (Function::RoundTo, [x, step, Value::Literal(Literal::Rounding(mode))]) => {
                self.rounded(x, step, *mode)
            }
            (Function::FirstYear, [Value::Series(years)]) => self.first_year(years),
            (Function::Consecutive, [Value::Series(years)]) => self.consecutive(arguments, years),
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
            (Function::IsKnown, [value]) => self.is_known(value),
            _ => self.leave(format!("函数 {function:?}")),
        }
    }

    fn extreme(&mut self, a: &Value, b: &Value, largest: bool) -> Value {
        if let (Value::Code(_) | Value::Literal(_), Value::Code(_) | Value::Literal(_)) = (a, b) {
            let (Some(x), Some(y)) = (self.code(a, None), self.code(b, None)) else {
                return Value::Left;
            };
            if !x.kind.agrees(&y.kind) || matches!(x.kind, Kind::Text(_)) {
                return Value::Left;
            }
            let value = if largest {
                self.graph.larger(x.value, y.value)
            } else {
                self.graph.smaller(x.value, y.value)
            };
            return Value::Code(Code {
                value,
                kind: x.kind,
                marks: self.graph.joint_marks(&x.marks, &y.marks),
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

    /// 首年, as the interpreter finds it: open years before the first decided one do not count, an open one after it does.
    fn first_year(&mut self, years: &[OfYear]) -> Value {
        let never = self.graph.never();
        let mut firm = self.graph.always();
        let mut any_decided = never;
        let mut items = Vec::with_capacity(years.len());
        for of in years {
            let truth = self.truth(&of.value);
            let there = self.graph.not(of.left_out);
            let decided = self.graph.or(truth.yes, truth.no);
            let decided = self.graph.and(decided, there);
            let open = self.graph.and(truth.open, there);
            let is_firm = self.graph.or(decided, open);
            let is_firm = self.graph.or(is_firm, of.left_out);
            firm = self.graph.and(firm, is_firm);
            any_decided = self.graph.or(any_decided, decided);
            items.push((of.year, truth, decided, open));
        }
        let (mut started, mut open_before, mut done) = (never, never, never);
        let mut value = self.graph.constant(0);
        let mut counts = Vec::with_capacity(items.len());
        for (year, truth, decided, open) in &items {
            // Without any decided year, every open one counts.
            let after = self.graph.or_not(started, any_decided);
            let counting = self.graph.and(*open, after);
            let counting = self.graph.and_not(counting, done);
            counts.push(counting);
            open_before = self.graph.or(open_before, counting);
            started = self.graph.or(started, *decided);
            let yes = self.graph.and(truth.yes, *decided);
            let first = self.graph.and_not(yes, done);
            let year = self.graph.constant(i64::from(*year));
            value = self.graph.choose(first, year, value);
            done = self.graph.or(done, first);
        }
        let known = self.graph.and_not(done, open_before);
        let open = self.graph.and(open_before, firm);
        let settled = self.graph.or(done, open_before);
        let absent = self.graph.not(settled);
        let always = self.graph.always();
        let grounds: Vec<crate::why::Ground<'_>> = items
            .iter()
            .zip(&counts)
            .map(|((_, truth, ..), counts)| crate::why::Ground {
                why: &truth.why,
                seen: always,
                counts: *counts,
            })
            .collect();
        Value::Code(Code {
            value,
            kind: Kind::Year,
            marks: Marks {
                known: self.graph.and(known, firm),
                absent: self.graph.and(absent, firm),
                open,
                why: self.graph.reasons(&grounds, open),
            },
        })
    }

    /// 连续: 否 when a year is 否 or, of a given number of years, lies before the row existed.
    fn consecutive(&mut self, arguments: &[ExprId], years: &[OfYear]) -> Value {
        let asked = arguments.first().map(|a| &self.program.expr(*a).kind);
        let counted = matches!(asked, Some(ExprKind::FieldSeries { .. }));
        let items: Vec<Truth> = years
            .iter()
            .map(|of| {
                let mut item = self.truth(&of.value);
                if self.graph.is_never(of.left_out) {
                    return item;
                }
                let (in_place, out_of_place) = (of.left_out, self.graph.not(of.left_out));
                item.open = self.graph.and(item.open, out_of_place);
                item.yes = self.graph.and(item.yes, out_of_place);
                item.no = self.graph.and(item.no, out_of_place);
                if counted {
                    item.no = self.graph.or(item.no, in_place);
                } else {
                    item.yes = self.graph.or(item.yes, in_place);
                }
                item
            })
            .collect();
        Value::Truth(self.graph.all(&items))
    }

    /// 加年 on `yyyymmdd`: 29 February of a year that has none is left to the interpreter.
    fn add_years(&mut self, date: &Value, by: &Value) -> Value {
        let by = self.number(by);
        let Some(by) = self.graph.exact_of(&by).and_then(|n| to_integer(&n)) else {
            return self.leave("逐行的加年");
        };
        let Ok(by) = i32::try_from(by) else {
            return Value::Left;
        };
        match date {
            Value::Literal(Literal::Date(date)) => date
                .add_years(by)
                .map_or(Value::Left, |d| Value::Literal(Literal::Date(d))),
            Value::Code(code) if matches!(code.kind, Kind::Date) => {
                let shift = self.graph.constant(i64::from(by) * 10_000);
                let Ok(value) = self.graph.add(code.value, shift) else {
                    return Value::Left;
                };
                let ordinary = self.no_leap_day(code.value);
                let real = self.graph.within(value, 10_000, 99_991_231);
                let known = self.graph.and(code.marks.known, ordinary);
                Value::Code(Code {
                    value,
                    kind: Kind::Date,
                    marks: Marks {
                        known: self.graph.and(known, real),
                        ..code.marks.clone()
                    },
                })
            }
            _ => Value::Left,
        }
    }

    /// 满年 on `yyyymmdd`: the difference cut to whole years, nothing below zero.
    fn full_years(&mut self, from: &Value, to: &Value) -> Value {
        let (Some(from), Some(to)) = (self.code(from, None), self.code(to, None)) else {
            return Value::Left;
        };
        if !matches!((&from.kind, &to.kind), (Kind::Date, Kind::Date)) {
            return Value::Left;
        }
        let Ok(difference) = self.graph.subtract(to.value, from.value) else {
            return Value::Left;
        };
        let zero = self.graph.constant(0);
        let positive = self.graph.larger(difference, zero);
        let ordinary = self.no_leap_day(from.value);
        let mut marks = self.graph.joint_marks(&from.marks, &to.marks);
        marks.known = self.graph.and(marks.known, ordinary);
        let years = self.graph.divide_by(positive, 10_000, Rounding::Truncate);
        Value::Number(self.whole_number(years, marks, false))
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
            return self.graph.left_truth();
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
        self.graph.decided(code.marks.clone(), inside, true)
    }

    /// 已知: 是 where a value is known or certainly none.
    fn is_known(&mut self, value: &Value) -> Value {
        let marks = self.marks(value);
        let yes = self.graph.or(marks.known, marks.absent);
        Value::Truth(Truth {
            yes,
            no: marks.open,
            ..self.graph.left_truth()
        })
    }
}
