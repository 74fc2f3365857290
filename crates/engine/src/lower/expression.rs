//! Expressions.

use jiufen_language::program::{
    Aggregate, Comparison, ExprId, ExprKind, FieldRef, Literal, Operator, YearOf,
};

use super::choice::Otherwise;
use super::related::Body;
use super::{Lowering, Scope, Year};
use crate::value::{Code, Kind, Marks, OfYear, RowAt, Truth, Value};

impl Lowering<'_> {
    /// What an expression becomes.
    pub fn expr(&mut self, id: ExprId, scope: &Scope) -> Value {
        let program = self.program;
        match &program.expr(id).kind {
            ExprKind::Literal(Literal::Number(n)) => Value::Number(self.graph.exact(n)),
            ExprKind::Literal(Literal::Boolean(b)) => Value::Truth(self.graph.everywhere(*b)),
            ExprKind::Literal(literal) => Value::Literal(literal.clone()),
            ExprKind::Row(0) => scope.row.clone().map_or(Value::Left, Value::Row),
            ExprKind::Follow { row, field } => self.field(*row, *field, None, scope),
            ExprKind::Field { row, field, year } => self.field(*row, *field, *year, scope),
            ExprKind::FieldSeries {
                row,
                field,
                count,
                last,
            } => {
                let Year::Fixed(this) = scope.year else {
                    return self.leave("逐行年度的近N年");
                };
                let last = year_of(this, *last);
                let count = i16::try_from(*count).unwrap_or(i16::MAX);
                let first = last.saturating_sub(count).saturating_add(1);
                self.series(*row, *field, first, last, scope)
            }
            ExprKind::FieldHistory { row, field } => self.history(*row, *field, scope),
            ExprKind::Parameter { parameter, row } => self.parameter(*parameter, *row, scope),
            ExprKind::Definition {
                definition,
                row,
                year,
            } => self.definition(*definition, *row, *year, scope),
            ExprKind::Lookup { table, inputs } => self.lookup(*table, inputs, scope),
            ExprKind::Negate(a) => {
                let a = self.expr(*a, scope);
                let a = self.number(&a);
                let negative = self.graph.negative(&a);
                self.fitting(negative)
            }
            ExprKind::Arithmetic(operator, a, b) => self.arithmetic(*operator, *a, *b, scope),
            ExprKind::Compare(comparison, a, b) => {
                let (a, b) = (self.expr(*a, scope), self.expr(*b, scope));
                Value::Truth(self.compare(*comparison, &a, &b))
            }
            ExprKind::All(items) => {
                let items = self.truths(items, scope);
                Value::Truth(self.graph.all(&items))
            }
            ExprKind::Any(items) => {
                let items = self.truths(items, scope);
                Value::Truth(self.graph.any(&items))
            }
            ExprKind::Not(a) => {
                let a = self.expr(*a, scope);
                let a = self.truth(&a);
                Value::Truth(self.graph.negated(a))
            }
            ExprKind::Among(value, items) => {
                let value = self.expr(*value, scope);
                let among: Vec<Truth> = items
                    .iter()
                    .map(|item| {
                        let item = self.expr(*item, scope);
                        self.compare(Comparison::Equal, &value, &item)
                    })
                    .collect();
                Value::Truth(self.graph.any(&among))
            }
            ExprKind::Cases { arms, otherwise } => {
                let mut taken = Vec::with_capacity(arms.len());
                for (when, then) in arms {
                    let when = self.expr(*when, scope);
                    taken.push((self.truth(&when), self.expr(*then, scope)));
                }
                let otherwise = otherwise.map_or(Value::Absent, |o| self.expr(o, scope));
                self.choose(&taken, Otherwise::Value(otherwise))
            }
            ExprKind::Call(function, arguments) => self.call(*function, arguments, scope),
            ExprKind::OverYears { function, series } => self.over_years(*function, *series, scope),
            ExprKind::Original => {
                let original = scope.original.clone().unwrap_or(Value::Absent);
                self.at_one_place(original)
            }
            ExprKind::Today => Value::Literal(Literal::Date(self.today)),
            ExprKind::ThisYear => match scope.year {
                Year::Fixed(year) => Value::Literal(Literal::Year(year)),
                Year::Lane(value, known) => Value::Code(Code {
                    value,
                    kind: Kind::Year,
                    marks: Marks {
                        known,
                        ..self.graph.left_marks()
                    },
                }),
            },
            ExprKind::SameVintage { left, right, value } => self.same_vintage(*left, *right, *value, scope),
            ExprKind::Aggregate {
                function,
                rows,
                filter,
                value,
            } => {
                let body = Body {
                    function: *function,
                    filter: *filter,
                    value: *value,
                };
                self.aggregate(id, *rows, &body, scope)
            }
            ExprKind::Spatial { .. } => self.leave("空间关系"),
            ExprKind::Standing(_) => self.leave("同类排名"),
            ExprKind::Row(depth) => match scope.around.get(usize::from(*depth) - 1) {
                Some(row) => Value::Row(row.clone()),
                None => self.leave("其中的外层对象"),
            },
            // Rows are asked for by what is made of them only.
            ExprKind::Related { .. } | ExprKind::AllRows(_) => Value::Left,
            ExprKind::Unevaluated(_) | ExprKind::Invalid => Value::Left,
        }
    }

    fn truths(&mut self, items: &[ExprId], scope: &Scope) -> Vec<Truth> {
        items
            .iter()
            .map(|item| {
                let item = self.expr(*item, scope);
                self.truth(&item)
            })
            .collect()
    }

    /// The row that an expression gives.
    pub fn row(&mut self, id: ExprId, scope: &Scope) -> Value {
        self.expr(id, scope)
    }

    fn field(&mut self, row: ExprId, field: FieldRef, year: Option<YearOf>, scope: &Scope) -> Value {
        match self.row(row, scope) {
            Value::Row(row) => self.field_of(&row, field, year, scope),
            Value::Absent => Value::Absent,
            Value::Unsettled(why) => {
                let program = self.program;
                let field = program.field(field);
                self.open(&field.ty, field.signed, why)
            }
            _ => Value::Left,
        }
    }

    fn field_of(&mut self, row: &RowAt, field: FieldRef, year: Option<YearOf>, scope: &Scope) -> Value {
        let yearly = self.program.field(field).yearly;
        match (year.filter(|_| yearly), scope.year) {
            (None, _) => self.load(row, field, None),
            (Some(YearOf::Fixed(year)), _) => self.load(row, field, Some(year)),
            (Some(year), Year::Fixed(this)) => self.load(row, field, Some(year_of(this, year))),
            (Some(YearOf::Relative(by)), Year::Lane(this, known)) => {
                let Some((first, last)) = self.columns.years(row.subject) else {
                    return Value::Left;
                };
                let mut arms = Vec::new();
                for of in first..=last {
                    let value = self.load(row, field, Some(of));
                    if matches!(value, Value::Row(_)) {
                        return self.leave("逐行年度的引用");
                    }
                    let asked = i64::from(of) - i64::from(by);
                    let is = self.graph.within(this, asked, asked);
                    let when = Truth {
                        yes: self.graph.and(is, known),
                        no: self.graph.and_not(known, is),
                        ..self.graph.left_truth()
                    };
                    arms.push((when, value));
                }
                self.choose(&arms, Otherwise::Nothing)
            }
        }
    }

    fn series(&mut self, row: ExprId, field: FieldRef, first: i16, last: i16, scope: &Scope) -> Value {
        let row = match self.row(row, scope) {
            Value::Row(row) => row,
            Value::Absent => return Value::Series(Vec::new()),
            _ => return Value::Left,
        };
        if self.graph.truth_of(row.marks.known) != Some(true) {
            // A row that may be none has a series that may be none, which masks of its years do not say.
            return self.leave("引用对象的近N年");
        }
        let of_year = |this: &mut Self, year: i16| OfYear {
            year,
            left_out: this.left_out(&row, field, year),
            value: this.load(&row, field, Some(year)),
        };
        Value::Series((first..=last).map(|year| of_year(self, year)).collect())
    }

    fn history(&mut self, row: ExprId, field: FieldRef, scope: &Scope) -> Value {
        let Value::Row(of) = self.row(row, scope) else {
            return Value::Left;
        };
        match self.columns.years(of.subject) {
            Some((first, last)) => self.series(row, field, first, last, scope),
            None => Value::Left,
        }
    }

    fn arithmetic(&mut self, operator: Operator, a: ExprId, b: ExprId, scope: &Scope) -> Value {
        let (x, y) = (self.expr(a, scope), self.expr(b, scope));
        if let Some(value) = self.calendar(operator, &x, &y) {
            return value;
        }
        let (x, y) = (self.number(&x), self.number(&y));
        let result = match operator {
            Operator::Add => self.graph.sum(&x, &y, false),
            Operator::Subtract => self.graph.sum(&x, &y, true),
            Operator::Multiply => self.graph.product(&x, &y),
            Operator::Divide => self.graph.quotient(&x, &y),
        };
        self.fitting(result)
    }

    /// Years plus and minus whole numbers; none when no year takes part.
    fn calendar(&mut self, operator: Operator, a: &Value, b: &Value) -> Option<Value> {
        let is_year = |v: &Value| {
            matches!(
                v,
                Value::Literal(Literal::Year(_)) | Value::Code(Code { kind: Kind::Year, .. })
            )
        };
        let of = |this: &mut Self, v: &Value| match is_year(v) {
            true => this.code(v, None).map(|c| (c.value, c.marks)),
            false => {
                let n = this.number(v);
                let whole = n.over.is_none() && n.scale.is_integer();
                let scale = num_traits::ToPrimitive::to_i64(n.scale.numer());
                let value = scale
                    .filter(|_| whole)
                    .and_then(|s| this.graph.times(n.value, s).ok());
                let marks = this.marks_of_whole(&n);
                value.map(|value| (value, marks))
            }
        };
        let years = usize::from(is_year(a)) + usize::from(is_year(b));
        if years == 0 {
            return None;
        }
        let parts = (of(self, a), of(self, b));
        let (Some(x), Some(y)) = parts else {
            return Some(Value::Left);
        };
        let marks = self.graph.joint_marks(&x.1, &y.1);
        let value = match operator {
            Operator::Add if years == 1 => self.graph.add(x.0, y.0),
            Operator::Subtract if years == 2 || is_year(a) => self.graph.subtract(x.0, y.0),
            _ => return Some(self.leave("年份的运算")),
        };
        let Ok(value) = value else {
            return Some(Value::Left);
        };
        if years == 2 {
            return Some(Value::Number(self.whole_number(value, marks, true)));
        }
        // A year beyond what a year can be is refused.
        let possible = self.graph.within(value, i64::from(i16::MIN), i64::from(i16::MAX));
        let known = self.graph.and(marks.known, possible);
        Some(Value::Code(Code {
            value,
            kind: Kind::Year,
            marks: Marks { known, ..marks },
        }))
    }

    /// Where a number is known by its value, 无 and open; where only its ends tell it, it is left.
    fn marks_of_whole(&mut self, n: &crate::value::Number) -> Marks {
        Marks {
            known: n.known,
            ..self.graph.marks_of_number(n)
        }
    }

    /// A whole number where it is known; where it is open, any from zero, or any at all.
    pub(super) fn whole_number(
        &mut self,
        value: crate::graph::NodeId,
        marks: Marks,
        signed: bool,
    ) -> crate::value::Number {
        let zero = self.graph.constant(0);
        let end = self.graph.choose(marks.open, zero, value);
        let never = self.graph.never();
        let span = (!self.graph.is_never(marks.open)).then(|| {
            std::rc::Rc::new(crate::value::Span {
                low: end,
                high: end,
                over: None,
                no_low: if signed { marks.open } else { never },
                no_high: marks.open,
                here: self.graph.or(marks.known, marks.open),
                open: marks.open,
                why: marks.why.clone(),
            })
        });
        crate::value::Number {
            value,
            over: None,
            scale: jiufen_quantity::exact::integer(1),
            known: marks.known,
            absent: marks.absent,
            span,
        }
    }

    /// `a comparison b`. 无 equals nothing and stands in no order.
    pub fn compare(&mut self, comparison: Comparison, a: &Value, b: &Value) -> Truth {
        let (marks, holds) = match (a, b) {
            (Value::Left, _) | (_, Value::Left) => return self.graph.left_truth(),
            (Value::Unsettled(_), _) | (_, Value::Unsettled(_)) => {
                return self.compare_unsettled(comparison, a, b);
            }
            (Value::Truth(x), Value::Truth(y)) => return self.graph.compare_truths(comparison, x, y),
            (Value::Truth(_), Value::Absent) | (Value::Absent, Value::Truth(_)) => {
                let (x, y) = (self.truth(a), self.truth(b));
                return self.graph.compare_truths(comparison, &x, &y);
            }
            (Value::Number(_) | Value::Absent, Value::Number(_) | Value::Absent) => {
                let (x, y) = (self.number(a), self.number(b));
                return self
                    .graph
                    .compare_numbers(comparison, &x, &y)
                    .unwrap_or_else(|_| {
                        self.leave("超过六十四位的数");
                        self.graph.left_truth()
                    });
            }
            (Value::Literal(x), Value::Literal(y)) => {
                let holds = crate::value_order(comparison, x.cmp(y));
                return self.graph.everywhere(holds);
            }
            (Value::Code(code), Value::Literal(Literal::Text(text))) => {
                (code.marks.clone(), self.compare_text(comparison, code, text))
            }
            (Value::Literal(Literal::Text(text)), Value::Code(code)) => {
                let flipped = crate::graph::flipped(comparison);
                (code.marks.clone(), self.compare_text(flipped, code, text))
            }
            (
                Value::Code(_) | Value::Literal(_) | Value::Absent,
                Value::Code(_) | Value::Literal(_) | Value::Absent,
            ) => {
                let (x, y) = (self.code(a, None), self.code(b, None));
                let marks = (self.marks(a), self.marks(b));
                let joint = self.graph.joint_marks(&marks.0, &marks.1);
                match (x, y) {
                    (Some(x), Some(y)) if x.kind.agrees(&y.kind) => {
                        (joint, self.graph.compare(comparison, x.value, y.value))
                    }
                    // One side is 无 everywhere.
                    _ if matches!(a, Value::Absent) || matches!(b, Value::Absent) => {
                        (joint, self.graph.never())
                    }
                    _ => return self.graph.left_truth(),
                }
            }
            _ => return self.graph.left_truth(),
        };
        match comparison {
            Comparison::NotEqual => {
                let same = self.graph.not(holds);
                self.graph.decided(marks, same, false)
            }
            _ => self.graph.decided(marks, holds, true),
        }
    }

    /// With something of which nothing is known but why.
    fn compare_unsettled(&mut self, comparison: Comparison, a: &Value, b: &Value) -> Truth {
        let (x, y) = (self.marks(a), self.marks(b));
        let marks = self.graph.joint_marks(&x, &y);
        let never = self.graph.never();
        self.graph
            .decided(marks, never, comparison != Comparison::NotEqual)
    }

    /// A text against a word, by code point: the words of a dictionary are sorted.
    fn compare_text(&mut self, comparison: Comparison, code: &Code, text: &str) -> crate::graph::NodeId {
        let Kind::Text(words) = &code.kind else {
            return self.graph.truth(false);
        };
        let below = i64::try_from(words.partition_point(|w| w.as_str() < text)).unwrap_or(i64::MAX / 2);
        let there = words.iter().any(|w| w == text);
        let after = below + i64::from(there);
        let value = code.value;
        match comparison {
            Comparison::Equal if there => self.graph.within(value, below, below),
            Comparison::Equal => self.graph.truth(false),
            Comparison::NotEqual if there => {
                let same = self.graph.within(value, below, below);
                self.graph.not(same)
            }
            Comparison::NotEqual => self.graph.truth(true),
            Comparison::Less => self.graph.within(value, i64::MIN, below - 1),
            Comparison::AtMost => self.graph.within(value, i64::MIN, after - 1),
            Comparison::Greater => self.graph.within(value, after, i64::MAX),
            Comparison::AtLeast => self.graph.within(value, below, i64::MAX),
        }
    }

    fn same_vintage(&mut self, left: ExprId, right: ExprId, value: ExprId, scope: &Scope) -> Value {
        let (a, b) = (self.expr(left, scope), self.expr(right, scope));
        let same = match (&a, &b) {
            (Value::Absent, Value::Absent) => self.graph.everywhere(true),
            _ => self.compare(Comparison::Equal, &a, &b),
        };
        let value = self.expr(value, scope);
        let only = Truth {
            yes: same.yes,
            ..self.graph.left_truth()
        };
        self.choose(&[(only, value)], Otherwise::Nothing)
    }

    fn over_years(&mut self, function: Aggregate, series: ExprId, scope: &Scope) -> Value {
        let years = match self.expr(series, scope) {
            Value::Series(years) => years,
            _ => return Value::Left,
        };
        match function {
            Aggregate::Sum => self.sum_of_years(&years),
            Aggregate::Exists => {
                let items: Vec<Truth> = years.iter().map(|of| self.truth(&of.value)).collect();
                Value::Truth(self.graph.any(&items))
            }
            _ => self.leave("逐年的计数、平均、最大、最小"),
        }
    }

    /// 无 and years before the row existed are left out of a sum.
    fn sum_of_years(&mut self, years: &[OfYear]) -> Value {
        let zero = jiufen_quantity::exact::integer(0);
        let mut sum = self.graph.exact(&zero);
        let nothing = Value::Number(sum.clone());
        for of in years {
            let number = self.number(&of.value);
            let number = match self.graph.is_never(number.absent) {
                true => number,
                false => {
                    let there = Truth {
                        yes: number.here(),
                        no: number.absent,
                        ..self.graph.left_truth()
                    };
                    let value = Value::Number(number);
                    let there = self.choose(&[(there, value)], Otherwise::Value(nothing.clone()));
                    self.number(&there)
                }
            };
            match self.graph.sum(&sum, &number, false) {
                Ok(added) => sum = added,
                Err(wide) => return self.fitting(Err(wide)),
            }
        }
        self.fitting(Ok(sum))
    }

    /// A value whose reasons are listed at one place, because its steps are not kept there.
    pub(super) fn at_one_place(&mut self, value: Value) -> Value {
        let placed = |why: &crate::why::Why| why.at_one_place();
        self.with_why(value, placed)
    }

    /// A value with its reasons listed otherwise.
    pub(super) fn with_why(
        &mut self,
        value: Value,
        with: impl Fn(&crate::why::Why) -> crate::why::Why,
    ) -> Value {
        match value {
            Value::Number(mut n) => {
                n.span = n.span.map(|span| {
                    std::rc::Rc::new(crate::value::Span {
                        why: with(&span.why),
                        ..crate::value::Span::clone(&span)
                    })
                });
                Value::Number(n)
            }
            Value::Truth(mut t) => {
                t.why = with(&t.why);
                Value::Truth(t)
            }
            Value::Code(mut c) => {
                c.marks.why = with(&c.marks.why);
                Value::Code(c)
            }
            Value::Row(mut r) => {
                r.marks.why = with(&r.marks.why);
                Value::Row(r)
            }
            Value::Unsettled(why) => Value::Unsettled(with(&why)),
            other => other,
        }
    }
}

/// A year by its distance from 当年.
pub(crate) fn year_of(this: i16, year: YearOf) -> i16 {
    match year {
        YearOf::Relative(by) => this.saturating_add(by),
        YearOf::Fixed(year) => year,
    }
}
