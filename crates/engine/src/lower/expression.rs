//! Expressions.

use jiufen_language::program::{
    Aggregate, Comparison, ExprId, ExprKind, FieldRef, Literal, Operator, YearOf,
};

use super::{Lowering, Scope, Year};
use crate::value::{Code, Kind, OfYear, RowAt, Truth, Value};

impl Lowering<'_> {
    /// What an expression becomes.
    pub fn expr(&mut self, id: ExprId, scope: &Scope) -> Value {
        let program = self.program;
        match &program.expr(id).kind {
            ExprKind::Literal(Literal::Number(n)) => Value::Number(self.graph.exact(n)),
            ExprKind::Literal(Literal::Boolean(b)) => {
                let yes = self.graph.truth(*b);
                Value::Truth(self.graph.certain(yes))
            }
            ExprKind::Literal(literal) => Value::Literal(literal.clone()),
            ExprKind::Row(0) => scope.row.clone().map_or(Value::Soft, Value::Row),
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
                let all = self.graph.truth(true);
                let mut all = self.graph.certain(all);
                for item in items {
                    let item = self.expr(*item, scope);
                    let item = self.truth(&item);
                    all = self.graph.all(all, item);
                }
                Value::Truth(all)
            }
            ExprKind::Any(items) => {
                let any = self.graph.truth(false);
                let mut any = self.graph.certain(any);
                for item in items {
                    let item = self.expr(*item, scope);
                    let item = self.truth(&item);
                    any = self.graph.any(any, item);
                }
                Value::Truth(any)
            }
            ExprKind::Not(a) => {
                let a = self.expr(*a, scope);
                let a = self.truth(&a);
                Value::Truth(Truth { yes: a.no, no: a.yes })
            }
            ExprKind::Among(value, items) => {
                let value = self.expr(*value, scope);
                let any = self.graph.truth(false);
                let mut any = self.graph.certain(any);
                for item in items {
                    let item = self.expr(*item, scope);
                    let same = self.compare(Comparison::Equal, &value, &item);
                    any = self.graph.any(any, same);
                }
                Value::Truth(any)
            }
            ExprKind::Cases { arms, otherwise } => {
                let mut taken = Vec::with_capacity(arms.len());
                for (when, then) in arms {
                    let when = self.expr(*when, scope);
                    taken.push((self.truth(&when), self.expr(*then, scope)));
                }
                let otherwise = otherwise.map_or(Value::Absent, |o| self.expr(o, scope));
                self.choose(taken, otherwise)
            }
            ExprKind::Call(function, arguments) => self.call(*function, arguments, scope),
            ExprKind::OverYears { function, series } => self.over_years(*function, *series, scope),
            ExprKind::Original => scope.original.clone().unwrap_or(Value::Absent),
            ExprKind::Today => Value::Literal(Literal::Date(self.today)),
            ExprKind::ThisYear => match scope.year {
                Year::Fixed(year) => Value::Literal(Literal::Year(year)),
                Year::Lane(value, known) => Value::Code(Code {
                    value,
                    kind: Kind::Year,
                    known,
                    absent: self.graph.truth(false),
                }),
            },
            ExprKind::SameVintage { left, right, value } => self.same_vintage(*left, *right, *value, scope),
            ExprKind::Related { .. } | ExprKind::AllRows(_) | ExprKind::Aggregate { .. } => {
                self.leave("相关行的合计、计数、存在")
            }
            ExprKind::Spatial { .. } => self.leave("空间关系"),
            ExprKind::Standing(_) => self.leave("同类排名"),
            ExprKind::Row(_) | ExprKind::Unevaluated(_) | ExprKind::Invalid => Value::Soft,
        }
    }

    /// The row that an expression gives.
    pub fn row(&mut self, id: ExprId, scope: &Scope) -> Value {
        self.expr(id, scope)
    }

    fn field(&mut self, row: ExprId, field: FieldRef, year: Option<YearOf>, scope: &Scope) -> Value {
        match self.row(row, scope) {
            Value::Row(row) => self.field_of(&row, field, year, scope),
            Value::Absent => Value::Absent,
            _ => Value::Soft,
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
                    return Value::Soft;
                };
                let mut arms = Vec::new();
                for of in first..=last {
                    let value = self.load(row, field, Some(of));
                    if matches!(value, Value::Row(_)) {
                        return self.leave("逐行年度的引用");
                    }
                    let asked = i64::from(of) - i64::from(by);
                    let is = self.graph.within(this, asked, asked);
                    let yes = self.graph.and(is, known);
                    let is_not = self.graph.not(is);
                    let no = self.graph.and(is_not, known);
                    arms.push((Truth { yes, no }, value));
                }
                self.choose(arms, Value::Soft)
            }
        }
    }

    fn series(&mut self, row: ExprId, field: FieldRef, first: i16, last: i16, scope: &Scope) -> Value {
        let row = match self.row(row, scope) {
            Value::Row(row) => row,
            Value::Absent => return Value::Series(Vec::new()),
            _ => return Value::Soft,
        };
        if self.graph.truth_of(row.known) != Some(true) {
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
            return Value::Soft;
        };
        match self.columns.years(of.subject) {
            Some((first, last)) => self.series(row, field, first, last, scope),
            None => Value::Soft,
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
            true => this.code(v, None).map(|c| (c.value, c.known, c.absent)),
            false => {
                let n = this.number(v);
                let whole = n.over.is_none() && n.scale.is_integer();
                let scale = num_traits::ToPrimitive::to_i64(n.scale.numer());
                let value = scale
                    .filter(|_| whole)
                    .and_then(|s| this.graph.times(n.value, s).ok());
                value.map(|value| (value, n.known, n.absent))
            }
        };
        let years = usize::from(is_year(a)) + usize::from(is_year(b));
        if years == 0 {
            return None;
        }
        let parts = (of(self, a), of(self, b));
        let (Some(x), Some(y)) = parts else {
            return Some(Value::Soft);
        };
        let (known, absent) = self.graph.joint((x.1, x.2), (y.1, y.2));
        let value = match operator {
            Operator::Add if years == 1 => self.graph.add(x.0, y.0),
            Operator::Subtract if years == 2 || is_year(a) => self.graph.subtract(x.0, y.0),
            _ => return Some(self.leave("年份的运算")),
        };
        let Ok(value) = value else {
            return Some(Value::Soft);
        };
        if years == 2 {
            let one = jiufen_quantity::exact::integer(1);
            return Some(Value::Number(crate::value::Number {
                value,
                over: None,
                scale: one,
                known,
                absent,
            }));
        }
        // A year beyond what a year can be is refused.
        let possible = self.graph.within(value, i64::from(i16::MIN), i64::from(i16::MAX));
        let known = self.graph.and(known, possible);
        Some(Value::Code(Code {
            value,
            kind: Kind::Year,
            known,
            absent,
        }))
    }

    /// `a comparison b`. 无 equals nothing and stands in no order.
    pub fn compare(&mut self, comparison: Comparison, a: &Value, b: &Value) -> Truth {
        let (marks, holds) = match (a, b) {
            (Value::Truth(x), Value::Truth(y)) => return self.compare_truths(comparison, *x, *y),
            (Value::Number(_) | Value::Absent, Value::Number(_) | Value::Absent) => {
                let (x, y) = (self.number(a), self.number(b));
                let holds = self.graph.compare_numbers(comparison, &x, &y);
                let Ok(holds) = holds else {
                    self.leave("超过六十四位的数");
                    return self.graph.open();
                };
                (((x.known, x.absent), (y.known, y.absent)), holds)
            }
            (Value::Literal(x), Value::Literal(y)) => {
                let holds = crate::value_order(comparison, x.cmp(y));
                let holds = self.graph.truth(holds);
                return self.graph.certain(holds);
            }
            (Value::Code(code), Value::Literal(Literal::Text(text))) => {
                (self.marks_of(code), self.compare_text(comparison, code, text))
            }
            (Value::Literal(Literal::Text(text)), Value::Code(code)) => {
                let flipped = crate::graph::flipped(comparison);
                (self.marks_of(code), self.compare_text(flipped, code, text))
            }
            (
                Value::Code(_) | Value::Literal(_) | Value::Absent,
                Value::Code(_) | Value::Literal(_) | Value::Absent,
            ) => {
                let (x, y) = (self.code(a, None), self.code(b, None));
                match (x, y) {
                    (Some(x), Some(y)) if x.kind.agrees(&y.kind) => {
                        let holds = self.graph.compare(comparison, x.value, y.value);
                        (((x.known, x.absent), (y.known, y.absent)), holds)
                    }
                    // One side is 无 everywhere.
                    (Some(x), None) if matches!(b, Value::Absent) => (self.marks_beside_none(&x), x.known),
                    (None, Some(y)) if matches!(a, Value::Absent) => (self.marks_beside_none(&y), y.known),
                    _ => return self.open_comparison(),
                }
            }
            _ => return self.open_comparison(),
        };
        let ((known_a, absent_a), (known_b, absent_b)) = marks;
        let (both, none) = self.graph.joint((known_a, absent_a), (known_b, absent_b));
        let holds_not = self.graph.not(holds);
        let yes = self.graph.and(both, holds);
        let no = self.graph.and(both, holds_not);
        match comparison {
            Comparison::NotEqual => Truth {
                yes: self.graph.or(yes, none),
                no,
            },
            _ => Truth {
                yes,
                no: self.graph.or(no, none),
            },
        }
    }

    fn open_comparison(&mut self) -> Truth {
        self.graph.open()
    }

    fn marks_of(&mut self, code: &Code) -> Marks {
        let (yes, no) = (self.graph.truth(true), self.graph.truth(false));
        ((code.known, code.absent), (yes, no))
    }

    fn marks_beside_none(&mut self, code: &Code) -> Marks {
        let (yes, no) = (self.graph.truth(true), self.graph.truth(false));
        ((code.known, code.absent), (no, yes))
    }

    fn compare_truths(&mut self, comparison: Comparison, a: Truth, b: Truth) -> Truth {
        let opposite = Truth { yes: b.no, no: b.yes };
        let (same, both_no) = (self.graph.all(a, b), {
            let not_a = Truth { yes: a.no, no: a.yes };
            self.graph.all(not_a, opposite)
        });
        let equal = self.graph.any(same, both_no);
        match comparison {
            Comparison::Equal => equal,
            Comparison::NotEqual => Truth {
                yes: equal.no,
                no: equal.yes,
            },
            _ => self.graph.open(),
        }
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

    /// The value of the first condition that is 是; where one is open before that, nothing is known.
    pub fn choose(&mut self, arms: Vec<(Truth, Value)>, otherwise: Value) -> Value {
        let values: Vec<&Value> = arms.iter().map(|(_, v)| v).chain([&otherwise]).collect();
        let is = |test: fn(&Value) -> bool| values.iter().any(|v| test(v));
        if is(|v| matches!(v, Value::Number(_))) {
            let mut all = self.number(&otherwise);
            for (when, value) in arms.iter().rev() {
                let value = self.number(value);
                match self.graph.choose_number(*when, &value, &all) {
                    Ok(chosen) => all = chosen,
                    Err(wide) => return self.fitting(Err(wide)),
                }
            }
            return Value::Number(all);
        }
        if is(|v| matches!(v, Value::Truth(_))) {
            let mut all = self.truth(&otherwise);
            for (when, value) in arms.iter().rev() {
                let value = self.truth(value);
                let (yes, no) = self.graph.chosen(*when, (value.yes, value.no), (all.yes, all.no));
                all = Truth { yes, no };
            }
            return Value::Truth(all);
        }
        if is(|v| matches!(v, Value::Code(_) | Value::Literal(_))) {
            return self.choose_code(&arms, &otherwise);
        }
        if values.iter().all(|v| matches!(v, Value::Absent)) {
            return Value::Absent;
        }
        if is(|v| matches!(v, Value::Row(_) | Value::Series(_))) {
            return self.leave("分情形的引用");
        }
        Value::Soft
    }

    fn choose_code(&mut self, arms: &[(Truth, Value)], otherwise: &Value) -> Value {
        let values = || arms.iter().map(|(_, v)| v).chain([otherwise]);
        let mut kind = values().find_map(|v| match v {
            Value::Code(code) => Some(code.kind.clone()),
            _ => None,
        });
        if kind.is_none() {
            let mut words: Vec<smol_str::SmolStr> = values()
                .filter_map(|v| match v {
                    Value::Literal(Literal::Text(text)) => Some(text.clone()),
                    _ => None,
                })
                .collect();
            words.sort_unstable();
            words.dedup();
            if !words.is_empty() {
                kind = Some(Kind::Text(words.into()));
            }
        }
        let mut all: Option<Code> = None;
        let coded = |this: &mut Self, value: &Value, kind: Option<&Kind>| {
            this.code(value, kind).or_else(|| {
                let no = this.graph.truth(false);
                Some(Code {
                    value: this.graph.constant(0),
                    kind: kind?.clone(),
                    known: no,
                    absent: this.graph.truth(matches!(value, Value::Absent)),
                })
            })
        };
        if kind.is_none() {
            kind = values().find_map(|v| self.code(v, None).map(|c| c.kind));
        }
        for (when, value) in arms.iter().rev() {
            let before = match all.take() {
                Some(before) => Some(before),
                None => coded(self, otherwise, kind.as_ref()),
            };
            let (Some(before), Some(value)) = (before, coded(self, value, kind.as_ref())) else {
                return Value::Soft;
            };
            if !before.kind.agrees(&value.kind) {
                return self.leave("两份名录的文本");
            }
            let (known, absent) =
                self.graph
                    .chosen(*when, (value.known, value.absent), (before.known, before.absent));
            all = Some(Code {
                value: self.graph.choose(when.yes, value.value, before.value),
                kind: value.kind,
                known,
                absent,
            });
        }
        all.map_or(Value::Soft, Value::Code)
    }

    fn same_vintage(&mut self, left: ExprId, right: ExprId, value: ExprId, scope: &Scope) -> Value {
        let (a, b) = (self.expr(left, scope), self.expr(right, scope));
        let same = match (&a, &b) {
            (Value::Absent, Value::Absent) => {
                let yes = self.graph.truth(true);
                self.graph.certain(yes)
            }
            _ => self.compare(Comparison::Equal, &a, &b),
        };
        let value = self.expr(value, scope);
        let only = Truth {
            yes: same.yes,
            no: self.graph.truth(false),
        };
        self.choose(vec![(only, value)], Value::Soft)
    }

    fn over_years(&mut self, function: Aggregate, series: ExprId, scope: &Scope) -> Value {
        let Value::Series(years) = self.expr(series, scope) else {
            return Value::Soft;
        };
        match function {
            Aggregate::Sum => {
                let zero = jiufen_quantity::exact::integer(0);
                let mut sum = self.graph.exact(&zero);
                for of in &years {
                    let number = self.number(&of.value);
                    let none = self.graph.exact(&zero);
                    // 无 and years before the row existed are left out of a sum.
                    let there = Truth {
                        yes: number.known,
                        no: number.absent,
                    };
                    let added = self
                        .graph
                        .choose_number(there, &number, &none)
                        .and_then(|number| self.graph.sum(&sum, &number, false));
                    match added {
                        Ok(added) => sum = added,
                        Err(wide) => return self.fitting(Err(wide)),
                    }
                }
                Value::Number(sum)
            }
            Aggregate::Exists => {
                let no = self.graph.truth(false);
                let mut any = self.graph.certain(no);
                for of in &years {
                    let item = self.truth(&of.value);
                    any = self.graph.any(any, item);
                }
                Value::Truth(any)
            }
            _ => self.leave("逐年的计数、平均、最大、最小"),
        }
    }
}

/// Known and absent of two operands.
type Marks = (
    (crate::graph::NodeId, crate::graph::NodeId),
    (crate::graph::NodeId, crate::graph::NodeId),
);

/// A year by its distance from 当年.
pub(crate) fn year_of(this: i16, year: YearOf) -> i16 {
    match year {
        YearOf::Relative(by) => this.saturating_add(by),
        YearOf::Fixed(year) => year,
    }
}
