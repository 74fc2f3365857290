//! Expressions: from an expression and the rows in scope to a step with its value.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use jiufen_language::program::{
    Absence, Comparison, DefinitionId, ExprId, ExprKind, FieldRef, Literal, Operator, Program, RuleId,
    Standing, SubjectId, Type, VerdictId, Way, YearOf,
};
use jiufen_quantity::Date;

use crate::arithmetic::{self, all, any, arithmetic, compare, not};
use crate::decision::{Right, Step, What};
use crate::describe;
use crate::facts::{Fact, Facts, RowId};
use crate::rank::{Peers, PlaceOf, Standings};
use crate::value::{FaultCode, Interval, Reason, Reasons, Truth, Value};

/// Evaluates a program over facts, plainly and exactly. One interpreter serves one thread and one run.
pub struct Interpreter<'a> {
    pub(crate) program: &'a Program,
    pub(crate) facts: &'a dyn Facts,
    pub(crate) year: i16,
    /// Values of definitions already derived in the decision at hand, and what would settle them, in source order.
    pub(crate) derived: RefCell<HashMap<(DefinitionId, RowId, i16, Date), Derived>>,
    /// Ways from one subject to another by references.
    pub(crate) ways: RefCell<HashMap<(SubjectId, SubjectId), Way>>,
    /// The order of all rows in a ranking, by the law of a day.
    pub(crate) standings: RefCell<HashMap<(VerdictId, Date), Rc<Standings>>>,
    /// Which peers a ranking names as reasons.
    pub(crate) named: Peers,
}

/// A value, and what would settle it.
pub(crate) type Derived = (Value, Arc<[Reason]>);

/// What an expression is evaluated in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'s> {
    /// The innermost row; none where nothing has rows, such as a quota.
    pub row: Option<RowId>,
    /// Why it is open which row it is: what an exception says of a row that nothing leads to yet.
    pub unsettled: Option<&'s Reasons>,
    /// The scope around, inside 其中.
    pub outer: Option<&'s Scope<'s>>,
    /// The day that chooses the version of the law.
    pub day: Date,
    /// 当年.
    pub year: i16,
    /// 原值, inside an exception.
    pub original: Option<&'s Value>,
    /// 位次 and 总数, in 结论 of a ranking.
    pub standing: Option<&'s PlaceOf>,
}

impl<'s> Scope<'s> {
    pub(crate) fn of(row: Option<RowId>, day: Date, year: i16) -> Self {
        Self {
            row,
            unsettled: None,
            outer: None,
            day,
            year,
            original: None,
            standing: None,
        }
    }

    /// The scope of a listed row.
    pub(crate) fn listed(&'s self, row: RowId) -> Self {
        Self {
            row: Some(row),
            unsettled: None,
            outer: Some(self),
            ..*self
        }
    }

    fn row_at(&self, depth: u8) -> Option<RowId> {
        self.around(depth)?.row
    }

    fn around(&self, depth: u8) -> Option<&Self> {
        match depth {
            0 => Some(self),
            _ => self.outer?.around(depth - 1),
        }
    }

    /// The row of a scope around; open where it is open which row that is.
    fn row_value(&self, depth: u8) -> Value {
        let scope = self.around(depth);
        let unsettled = scope.and_then(|scope| scope.unsettled);
        match (scope.and_then(|scope| scope.row), unsettled) {
            (Some(row), _) => Value::Row(row),
            (None, Some(reasons)) => Value::Unsettled(reasons.clone()),
            (None, None) => Value::refused(FaultCode::Domain, "此处没有对象"),
        }
    }

    pub(crate) fn year_of(&self, year: YearOf) -> i16 {
        match year {
            YearOf::Relative(by) => self.year.saturating_add(by),
            YearOf::Fixed(year) => year,
        }
    }
}

impl<'a> Interpreter<'a> {
    /// The row that stands for a row in the keys of groups and caps; see [`Facts::line`].
    pub fn line(&self, row: RowId) -> RowId {
        self.facts.line(row)
    }

    /// An interpreter of `program` over `facts` in the entitlement year `year`.
    pub fn new(program: &'a Program, facts: &'a dyn Facts, year: i16) -> Self {
        Self {
            program,
            facts,
            year,
            derived: RefCell::default(),
            ways: RefCell::default(),
            standings: RefCell::default(),
            named: Peers::All,
        }
    }

    /// The rights that a rule gives rise to: one a row, and for 每年 one a row in the year of the run.
    pub fn rights(&self, rule: RuleId) -> Vec<Right> {
        let each = self.program.rule(rule).each;
        (0..self.facts.row_count(each))
            .map(|row| self.right(rule, RowId { subject: each, row }))
            .collect()
    }

    /// The value of an expression for a row, with the law of `day`, and how it came about.
    pub fn value(&self, expr: ExprId, row: RowId, day: Date) -> (Value, Step) {
        self.derived.borrow_mut().clear();
        let step = self.eval(expr, &Scope::of(Some(row), day, self.year));
        (step.value.clone(), step)
    }

    /// Evaluates an expression.
    pub(crate) fn eval(&self, id: ExprId, scope: &Scope<'_>) -> Step {
        let expr = self.program.expr(id);
        let leaf = |value: Value| Step::leaf(What::Expr(id), value);
        match &expr.kind {
            ExprKind::Literal(literal) => leaf(Value::literal(literal)),
            ExprKind::Row(depth) => leaf(scope.row_value(*depth)),
            ExprKind::Follow { row, field } => self.field(id, *row, *field, None, scope),
            ExprKind::Field { row, field, year } => self.field(id, *row, *field, *year, scope),
            ExprKind::FieldSeries {
                row,
                field,
                count,
                last,
            } => {
                let last = scope.year_of(*last);
                let first = last
                    .saturating_sub(i16::try_from(*count).unwrap_or(i16::MAX))
                    .saturating_add(1);
                self.series(id, *row, *field, first..=last, scope)
            }
            ExprKind::FieldHistory { row, field } => self.history(id, *row, *field, scope),
            ExprKind::Related { row, via } => self.related(id, *row, *via, scope),
            ExprKind::AllRows(subject) => leaf(self.all_rows(*subject)),
            ExprKind::Parameter { parameter, row } => self.parameter(*parameter, *row, scope),
            ExprKind::Definition {
                definition,
                row,
                year,
            } => self.definition(*definition, *row, *year, scope),
            ExprKind::Lookup { table, inputs } => self.lookup(id, *table, inputs, scope),
            ExprKind::Negate(operand) => {
                self.unary(id, *operand, scope, |value| number(value, arithmetic::negate))
            }
            ExprKind::Arithmetic(operator, left, right) => self.binary(id, *operator, *left, *right, scope),
            ExprKind::Compare(comparison, left, right) => {
                self.comparison(id, *comparison, *left, *right, scope)
            }
            ExprKind::All(operands) => self.connective(id, operands, scope, |steps| all(values(steps))),
            ExprKind::Any(operands) => self.connective(id, operands, scope, |steps| any(values(steps))),
            ExprKind::Not(operand) => self.unary(id, *operand, scope, not),
            ExprKind::Among(value, set) => self.among(id, *value, set, scope),
            ExprKind::Cases { arms, otherwise } => self.cases(id, arms, *otherwise, scope),
            ExprKind::Call(function, arguments) => self.call(id, *function, arguments, scope),
            ExprKind::Aggregate {
                function,
                rows,
                filter,
                value,
            } => self.aggregate(id, *function, *rows, (*filter, *value), scope),
            ExprKind::OverYears { function, series } => self.over_years(id, *function, *series, scope),
            ExprKind::Original => leaf(scope.original.cloned().unwrap_or(Value::Absent)),
            ExprKind::Standing(of) => leaf(match (scope.standing, of) {
                (Some(standing), Standing::Place) => standing.place.clone(),
                (Some(standing), Standing::Peers) => standing.peers.clone(),
                (None, _) => Value::refused(FaultCode::Domain, "此处没有名次"),
            }),
            ExprKind::Today => leaf(Value::Literal(Literal::Date(self.facts.today()))),
            ExprKind::ThisYear => leaf(Value::Literal(Literal::Year(scope.year))),
            ExprKind::Spatial { row, relation } => self.spatial(id, *row, relation, scope),
            ExprKind::SameVintage { left, right, value } => {
                self.same_vintage(id, *left, *right, *value, scope)
            }
            ExprKind::Unevaluated(name) => leaf(Value::refused(FaultCode::NotEvaluated, *name)),
            ExprKind::Invalid => leaf(Value::refused(FaultCode::NotEvaluated, "已报错的表达式")),
        }
    }

    fn unary(&self, id: ExprId, operand: ExprId, scope: &Scope<'_>, with: impl Fn(&Value) -> Value) -> Step {
        let operand = self.eval(operand, scope);
        Step::of(What::Expr(id), with(&operand.value), vec![operand])
    }

    fn binary(&self, id: ExprId, operator: Operator, left: ExprId, right: ExprId, scope: &Scope<'_>) -> Step {
        let (a, b) = (self.eval(left, scope), self.eval(right, scope));
        let divisor = || describe::zh(self.program, right);
        let mut value = arithmetic(operator, &a.value, &b.value, divisor);
        if self.program.expr(id).ty == Type::Year
            && let Value::Number(_, reasons) = value
        {
            value = Value::Unsettled(reasons);
        }
        Step::of(What::Expr(id), value, self.shown(vec![a, b]))
    }

    /// Steps worth showing: a literal says nothing that the expression around it does not.
    pub(crate) fn shown(&self, mut steps: Vec<Step>) -> Vec<Step> {
        let literal = |id: ExprId| matches!(self.program.expr(id).kind, ExprKind::Literal(_));
        steps.retain(|step| !matches!(step.what, What::Expr(id) if literal(id)));
        steps
    }

    fn comparison(
        &self,
        id: ExprId,
        comparison: Comparison,
        left: ExprId,
        right: ExprId,
        scope: &Scope<'_>,
    ) -> Step {
        let (a, b) = (self.eval(left, scope), self.eval(right, scope));
        let value = compare(comparison, &a.value, &b.value);
        Step::of(What::Expr(id), value, self.shown(vec![a, b]))
    }

    /// All operands are visited, in source order: what would settle them is part of the answer.
    fn connective(
        &self,
        id: ExprId,
        operands: &[ExprId],
        scope: &Scope<'_>,
        join: impl Fn(&[Step]) -> Value,
    ) -> Step {
        let steps: Vec<Step> = operands
            .iter()
            .map(|operand| self.eval(*operand, scope))
            .collect();
        Step::of(What::Expr(id), join(&steps), steps)
    }

    fn among(&self, id: ExprId, value: ExprId, set: &[ExprId], scope: &Scope<'_>) -> Step {
        let value = self.eval(value, scope);
        let members: Vec<Step> = set.iter().map(|member| self.eval(*member, scope)).collect();
        let answers: Vec<Value> = members
            .iter()
            .map(|member| compare(Comparison::Equal, &value.value, &member.value))
            .collect();
        let answer = any(answers.iter());
        let mut children = vec![value];
        children.extend(self.shown(members));
        Step::of(What::Expr(id), answer, children)
    }

    /// The first arm that holds; an open condition leaves the answer between its value and the later ones.
    fn cases(
        &self,
        id: ExprId,
        arms: &[(ExprId, ExprId)],
        otherwise: Option<ExprId>,
        scope: &Scope<'_>,
    ) -> Step {
        let mut children = Vec::new();
        let mut possible: Vec<Value> = Vec::new();
        let mut reasons = Reasons::new();
        let mut certain = false;
        for (when, then) in arms {
            let when = self.eval(*when, scope);
            let (taken, last) = match when.value.truth() {
                Truth::Yes => (true, true),
                Truth::No => (false, false),
                Truth::Open(more) => {
                    reasons.extend(more.iter().cloned());
                    (true, false)
                }
                Truth::Refused(fault) => {
                    possible.push(Value::Refused(fault.clone()));
                    (false, true)
                }
            };
            children.push(when);
            if taken {
                let then = self.eval(*then, scope);
                possible.push(then.value.clone());
                children.push(then);
            }
            if last {
                certain = true;
                break;
            }
        }
        if !certain {
            let last = otherwise.map(|otherwise| self.eval(otherwise, scope));
            possible.push(last.as_ref().map_or(Value::Absent, |step| step.value.clone()));
            children.extend(last);
        }
        let value = possible
            .into_iter()
            .reduce(|a, b| a.either(b, &reasons))
            .unwrap_or(Value::Absent);
        Step::of(What::Expr(id), value, children)
    }

    /// A value of two figures, refused when their vintages differ and open while it is open whether they do.
    fn same_vintage(
        &self,
        id: ExprId,
        left: ExprId,
        right: ExprId,
        value: ExprId,
        scope: &Scope<'_>,
    ) -> Step {
        let (a, b) = (self.eval(left, scope), self.eval(right, scope));
        let same = match (&a.value, &b.value) {
            (Value::Absent, Value::Absent) => Value::Truth(true),
            (a, b) => compare(Comparison::Equal, a, b),
        };
        let whole = self.eval(value, scope);
        let answer = match same.truth() {
            Truth::Yes => whole.value.clone(),
            Truth::No => {
                let words = |id: ExprId| describe::zh(self.program, id);
                Value::refused(
                    FaultCode::MixedVintage,
                    format!("{} 与 {}", words(left), words(right)),
                )
            }
            Truth::Open(reasons) => unknown(&self.program.expr(id).ty, true, reasons.clone()),
            Truth::Refused(fault) => Value::Refused(fault.clone()),
        };
        Step::of(What::Expr(id), answer, vec![a, b, whole])
    }

    /// What an expression of a row came to, as a row.
    pub(crate) fn row(&self, id: ExprId, scope: &Scope<'_>) -> (Value, Option<Step>) {
        if let ExprKind::Row(depth) = &self.program.expr(id).kind
            && let Some(row) = scope.row_at(*depth)
        {
            return (Value::Row(row), None);
        }
        let step = self.eval(id, scope);
        (step.value.clone(), Some(step))
    }

    /// A field of the row that an expression gives. A path through 无 is 无; through an unknown row, as unknown as it.
    fn field(
        &self,
        id: ExprId,
        row: ExprId,
        field: FieldRef,
        year: Option<YearOf>,
        scope: &Scope<'_>,
    ) -> Step {
        let (row, step) = self.row(row, scope);
        let year = year.map(|year| scope.year_of(year));
        let declared = self.program.field(field);
        let (what, value) = match row {
            Value::Row(row) => (What::Fact { row, field, year }, self.fact(row, field, year)),
            Value::Unsettled(reasons) => (What::Expr(id), unknown(&declared.ty, declared.signed, reasons)),
            Value::Refused(fault) => (What::Expr(id), Value::Refused(fault)),
            _ => (What::Expr(id), Value::Absent),
        };
        Step::of(what, value, step.into_iter().collect())
    }

    /// The value of a field of a row.
    pub(crate) fn fact(&self, row: RowId, field: FieldRef, year: Option<i16>) -> Value {
        let declared = self.program.field(field);
        match self.facts.field(row, field, year) {
            Fact::Known(literal) => Value::literal(&literal),
            Fact::Row(row) => Value::Row(row),
            Fact::Absent | Fact::NotApplicable => Value::Absent,
            Fact::Missing => {
                let reason = match declared.absence {
                    Absence::Missing => Reason::Missing { row, field, year },
                    Absence::PendingArrival => Reason::PendingArrival { row, field, year },
                    Absence::Unpublished => Reason::UnpublishedFact { row, field, year },
                };
                unknown(&declared.ty, declared.signed, Reasons::from([reason]))
            }
        }
    }

    fn spatial(&self, id: ExprId, row: ExprId, relation: &smol_str::SmolStr, scope: &Scope<'_>) -> Step {
        let (row, step) = self.row(row, scope);
        let ty = &self.program.expr(id).ty;
        let Value::Row(row) = row else {
            let value = match row {
                Value::Unsettled(reasons) => unknown(ty, false, reasons),
                Value::Refused(fault) => Value::Refused(fault),
                _ => Value::Absent,
            };
            return Step::of(What::Expr(id), value, step.into_iter().collect());
        };
        let value = match self.facts.spatial(row, relation) {
            Fact::Known(literal) => Value::literal(&literal),
            Fact::Row(row) => Value::Row(row),
            Fact::Absent | Fact::NotApplicable => Value::Absent,
            Fact::Missing => unknown(
                ty,
                false,
                Reasons::from([Reason::Spatial {
                    row,
                    relation: relation.clone(),
                }]),
            ),
        };
        Step::of(What::Spatial { row, expr: id }, value, step.into_iter().collect())
    }
}

/// A value of a type of which nothing is known but why.
pub(crate) fn unknown(ty: &Type, signed: bool, reasons: Reasons) -> Value {
    match ty {
        Type::Boolean => Value::Undecided(reasons),
        numeric if numeric.is_numeric() => Value::Number(
            if signed {
                Interval::unbounded()
            } else {
                Interval::not_negative()
            },
            reasons,
        ),
        _ => Value::Unsettled(reasons),
    }
}

/// Applies an operation on intervals to a value.
pub(crate) fn number(value: &Value, with: impl Fn(&Interval) -> Interval) -> Value {
    match arithmetic::operand(value) {
        arithmetic::Operand::Number(interval, reasons) => Value::number(with(&interval), reasons),
        arithmetic::Operand::Absent => Value::Absent,
        arithmetic::Operand::Refused(fault) => Value::Refused(fault),
    }
}

/// The values of steps.
pub(crate) fn values(steps: &[Step]) -> impl Iterator<Item = &Value> {
    steps.iter().map(|step| &step.value)
}
