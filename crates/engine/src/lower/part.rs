//! Parts with a timeline, and their exceptions in order.

use std::rc::Rc;

use jiufen_language::program::{
    DefinitionId, DocumentId, ExprId, Literal, ParameterId, Part, PartValue, SubjectId, Type, Way, YearOf,
};
use jiufen_quantity::Period;
use jiufen_table::lanes::lane_of_date;

use super::choice::{Counts, Otherwise};
use super::{Day, Lowering, Scope, Year};
use crate::graph::NodeId;
use crate::value::{Marks, RowAt, Truth, Value};
use crate::why::Why;

/// What a part without a version comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Without {
    /// A condition that nobody wrote: everybody.
    Everybody,
    /// A limit: none.
    NoLimit,
    /// No value.
    Refused,
}

/// What a part is evaluated with, besides its scope.
pub(crate) struct PartOf<'p> {
    /// The document that declares it.
    pub document: DocumentId,
    pub without: Without,
    /// What 未公布 comes to.
    pub unpublished: Value,
    /// What its exceptions start from.
    pub row: Option<&'p RowAt>,
}

impl Lowering<'_> {
    /// Where a day lies in a period.
    pub fn within_period(&mut self, day: &Day, period: &Period) -> Truth {
        match day {
            Day::Fixed(day) => {
                let inside = period.contains(*day);
                self.graph.everywhere(inside)
            }
            Day::Lane(day, known) => {
                let end = |date: Option<jiufen_quantity::Date>, none: i64| {
                    date.map_or(none, |date| i64::from(lane_of_date(date)))
                };
                let inside = self
                    .graph
                    .within(*day, end(period.from, i64::MIN), end(period.to, i64::MAX));
                Truth {
                    yes: self.graph.and(*known, inside),
                    no: self.graph.and_not(*known, inside),
                    ..self.graph.left_truth()
                }
            }
        }
    }

    /// A part of a document by the law of the day.
    pub fn part(&mut self, part: &Part, of: &PartOf<'_>, scope: &Scope) -> Value {
        let none = match of.without {
            Without::Everybody if part.versions.is_empty() => Value::Truth(self.graph.everywhere(true)),
            Without::NoLimit => Value::Absent,
            Without::Everybody | Without::Refused => Value::Left,
        };
        let mut arms = Vec::new();
        let mut repealed = self.graph.never();
        for version in &part.versions {
            let when = self.within_period(&scope.day, &version.period);
            if self.graph.is_never(when.yes) {
                continue;
            }
            if version.value == PartValue::Repealed {
                repealed = self.graph.or(repealed, when.yes);
            }
            let mut value = self.part_value(version.value, of, scope);
            if version.value == PartValue::Unpublished {
                // No step says so: it is listed after those that there are.
                value = self.with_why(value, Why::late);
            }
            arms.push((when, value));
        }
        let mut value = match arms.as_slice() {
            [] => none,
            [(when, only)] if self.graph.truth_of(when.yes) == Some(true) => only.clone(),
            _ => self.choose(&arms, Otherwise::Value(none)),
        };
        for exception in &part.exceptions {
            let declared = &self.program.exceptions[exception.exception.index()];
            // A draft changes nothing that is in force; within the draft its exceptions do hold.
            if !self.program.in_law(declared.document) && self.program.in_law(of.document) {
                continue;
            }
            let in_period = self.within_period(&scope.day, &declared.period);
            let holds_now = Truth {
                yes: self.graph.and_not(in_period.yes, repealed),
                no: self.graph.or(in_period.no, repealed),
                ..in_period
            };
            if self.graph.is_never(holds_now.yes) {
                continue;
            }
            let (at, when) = self.exception_holds(declared.each, declared.when, of.row, scope);
            let when = self.graph.both(&holds_now, &when);
            let inner = Scope {
                row: at,
                original: Some(value.clone()),
                ..scope.clone()
            };
            let replaced = self.part_value(exception.value, of, &inner);
            value = self.excepted(when, replaced, value);
        }
        self.with_why(value, Why::in_place)
    }

    /// A value, or what an exception puts in its place. The steps of what it puts there are listed last.
    fn excepted(&mut self, when: Truth, replaced: Value, value: Value) -> Value {
        let (base, late) = (self.why(&value), self.why(&replaced).late());
        let of_condition = when.why.clone();
        let arms = [(when, replaced)];
        self.choose_for(&arms, Otherwise::Value(value), |this, ways, _| -> Vec<Counts> {
            let always = this.graph.always();
            let (taken, last) = (ways.taken[0], ways.last);
            let open = arms[0].0.open;
            vec![
                (base, always, last),
                (of_condition, always, open),
                (late, taken, taken),
            ]
        })
    }

    fn part_value(&mut self, value: PartValue, of: &PartOf<'_>, scope: &Scope) -> Value {
        match value {
            PartValue::Expr(expr) => self.expr(expr, scope),
            PartValue::Repealed if of.without == Without::NoLimit => Value::Absent,
            PartValue::Unpublished => of.unpublished.clone(),
            PartValue::Repealed => Value::Left,
        }
    }

    /// The row an exception is about, and where its condition holds there.
    fn exception_holds(
        &mut self,
        each: SubjectId,
        when: Option<ExprId>,
        row: Option<&RowAt>,
        scope: &Scope,
    ) -> (Option<RowAt>, Truth) {
        let Some(row) = row else {
            return (None, self.graph.everywhere(false));
        };
        let at = match self.reached(row, each, scope) {
            Value::Row(at) => at,
            Value::Absent => return (None, self.graph.everywhere(false)),
            _ => return (None, self.graph.left_truth()),
        };
        let inner = Scope {
            row: Some(at.clone()),
            original: None,
            ..scope.clone()
        };
        let holds = match when {
            Some(when) => {
                let value = self.expr(when, &inner);
                self.truth(&value)
            }
            None => self.graph.everywhere(true),
        };
        // Without a row there is no exception; while it is open which row it is, so is the exception.
        let marks = &at.marks;
        let no = self.graph.and(holds.no, marks.known);
        let on_row = self.graph.and(holds.open, marks.known);
        let open = self.graph.or(on_row, marks.open);
        let of_row = marks.why.at_one_place();
        let truth = Truth {
            yes: self.graph.and(holds.yes, marks.known),
            no: self.graph.or(no, marks.absent),
            absent: self.graph.never(),
            open,
            why: {
                let of_condition = self.graph.reasons_in(&holds.why, on_row);
                self.graph.reasons_of(&[&of_condition, &of_row], open)
            },
        };
        (Some(at), truth)
    }

    /// The row of a subject that belongs to a row, by the only shortest way of references.
    fn reached(&mut self, from: &RowAt, to: SubjectId, scope: &Scope) -> Value {
        let Way::Only(way) = self.program.way(from.subject, to) else {
            return Value::Left;
        };
        let mut at = from.clone();
        for field in way {
            let year = match (self.program.field(field).yearly, scope.year) {
                (false, _) => None,
                (true, Year::Fixed(year)) => Some(year),
                (true, Year::Lane(..)) => return self.leave("逐行年度的引用"),
            };
            match self.load(&at, field, year) {
                Value::Row(next) => at = next,
                other => return other,
            }
        }
        Value::Row(at)
    }

    pub(super) fn parameter(&mut self, id: ParameterId, row: Option<ExprId>, scope: &Scope) -> Value {
        let program = self.program;
        let parameter = &program.parameters[id.index()];
        let row = match row.map(|row| self.row(row, scope)) {
            Some(Value::Row(row)) => Some(row),
            None | Some(Value::Absent) => None,
            Some(_) if parameter.part.exceptions.is_empty() => None,
            Some(_) => return Value::Left,
        };
        let why = self.unpublished(&parameter.name);
        let of = PartOf {
            document: parameter.document,
            without: Without::Refused,
            unpublished: self.open(&parameter.ty, false, why),
            row: row.as_ref(),
        };
        self.part(&parameter.part, &of, scope)
    }

    pub(super) fn definition(
        &mut self,
        id: DefinitionId,
        row: ExprId,
        year: Option<YearOf>,
        scope: &Scope,
    ) -> Value {
        let definition = &self.program.definitions[id.index()];
        let row = match self.row(row, scope) {
            Value::Row(row) => row,
            Value::Absent => return Value::Absent,
            Value::Unsettled(why) => {
                let program = self.program;
                return self.open(&program.definitions[id.index()].ty, true, why);
            }
            _ => return Value::Left,
        };
        let year = match (year, scope.year) {
            (None, year) => year,
            (Some(YearOf::Fixed(year)), _) => Year::Fixed(year),
            (Some(of), Year::Fixed(this)) => Year::Fixed(super::expression::year_of(this, of)),
            (Some(YearOf::Relative(by)), Year::Lane(this, known)) => {
                let by = self.graph.constant(i64::from(by));
                match self.graph.add(this, by) {
                    Ok(year) => Year::Lane(year, known),
                    Err(_) => return Value::Left,
                }
            }
        };
        let key = (id, row.path.clone(), year, scope.day);
        if let Some(value) = self.derived.get(&key) {
            return value.clone();
        }
        let inner = Scope {
            row: Some(row.clone()),
            around: Rc::default(),
            day: scope.day,
            year,
            original: None,
        };
        let why = self.unpublished(&definition.name);
        let of = PartOf {
            document: definition.document,
            without: Without::Refused,
            unpublished: self.open(&definition.ty, true, why),
            row: Some(&row),
        };
        let value = self.part(&definition.part, &of, &inner);
        let value = self.of_row(value, &definition.ty, &row);
        self.label(definition, &row, year, &value);
        self.derived.insert(key, value.clone());
        value
    }

    /// A value derived for a row: it is 无 where there is no row, and open for the reasons of the row where that is.
    fn of_row(&mut self, value: Value, ty: &Type, row: &RowAt) -> Value {
        if self.graph.truth_of(row.marks.known) == Some(true) {
            return value;
        }
        if matches!(value, Value::Series(_) | Value::Row(_)) {
            return self.leave("引用对象的定义");
        }
        let open = self.open(ty, true, row.marks.why.clone());
        let of = |yes: NodeId, this: &mut Self| Truth {
            yes,
            no: this.graph.not(yes),
            ..this.graph.left_truth()
        };
        let Marks {
            known: there,
            open: unknown,
            ..
        } = row.marks;
        let arms = [(of(there, self), value), (of(unknown, self), open)];
        self.choose(&arms, Otherwise::Value(Value::Absent))
    }

    /// A date, year, word or literal as what it is everywhere.
    pub fn fixed_date(value: &Value) -> Option<jiufen_quantity::Date> {
        match value {
            Value::Literal(Literal::Date(date)) => Some(*date),
            _ => None,
        }
    }
}
