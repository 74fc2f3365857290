//! Parts with a timeline, and their exceptions in order.

use jiufen_language::program::{
    DefinitionId, DocumentId, ExprId, Literal, ParameterId, Part, PartValue, SubjectId, Way, YearOf,
};
use jiufen_quantity::Period;
use jiufen_table::lanes::lane_of_date;

use super::{Day, Lowering, Scope, Year};
use crate::value::{RowAt, Truth, Value};

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

impl Lowering<'_> {
    /// Where a day lies in a period.
    pub fn within_period(&mut self, day: &Day, period: &Period) -> Truth {
        match day {
            Day::Fixed(day) => {
                let yes = self.graph.truth(period.contains(*day));
                self.graph.certain(yes)
            }
            Day::Lane(day, known) => {
                let end = |date: Option<jiufen_quantity::Date>, none: i64| {
                    date.map_or(none, |date| i64::from(lane_of_date(date)))
                };
                let inside = self
                    .graph
                    .within(*day, end(period.from, i64::MIN), end(period.to, i64::MAX));
                let outside = self.graph.not(inside);
                Truth {
                    yes: self.graph.and(*known, inside),
                    no: self.graph.and(*known, outside),
                }
            }
        }
    }

    /// A part of a document by the law of the day; `row` is what its exceptions start from.
    pub fn part(
        &mut self,
        (part, document): (&Part, DocumentId),
        without: Without,
        row: Option<&RowAt>,
        scope: &Scope,
    ) -> Value {
        let none = match without {
            Without::Everybody if part.versions.is_empty() => {
                let yes = self.graph.truth(true);
                Value::Truth(self.graph.certain(yes))
            }
            Without::NoLimit => Value::Absent,
            Without::Everybody | Without::Refused => Value::Soft,
        };
        let limit = without == Without::NoLimit;
        let mut arms = Vec::new();
        let mut repealed = self.graph.truth(false);
        for version in &part.versions {
            let when = self.within_period(&scope.day, &version.period);
            if self.graph.truth_of(when.yes) == Some(false) {
                continue;
            }
            if version.value == PartValue::Repealed {
                repealed = self.graph.or(repealed, when.yes);
            }
            arms.push((when, self.part_value(version.value, limit, scope)));
        }
        let mut value = match arms.as_slice() {
            [] => none,
            [(when, only)] if self.graph.truth_of(when.yes) == Some(true) => only.clone(),
            _ => self.choose(arms, none),
        };
        for exception in &part.exceptions {
            let declared = &self.program.exceptions[exception.exception.index()];
            // A draft changes nothing that is in force; within the draft its exceptions do hold.
            if !self.program.in_law(declared.document) && self.program.in_law(document) {
                continue;
            }
            let in_period = self.within_period(&scope.day, &declared.period);
            let standing = self.graph.not(repealed);
            let holds_now = Truth {
                yes: self.graph.and(in_period.yes, standing),
                no: self.graph.or(in_period.no, repealed),
            };
            if self.graph.truth_of(holds_now.yes) == Some(false) {
                continue;
            }
            let (at, when) = self.exception_holds(declared.each, declared.when, row, scope);
            let when = self.graph.all(holds_now, when);
            let inner = Scope {
                row: at,
                original: Some(value.clone()),
                ..scope.clone()
            };
            let replaced = self.part_value(exception.value, limit, &inner);
            value = self.choose(vec![(when, replaced)], value);
        }
        value
    }

    fn part_value(&mut self, value: PartValue, limit: bool, scope: &Scope) -> Value {
        match value {
            PartValue::Expr(expr) => self.expr(expr, scope),
            PartValue::Repealed if limit => Value::Absent,
            PartValue::Unpublished | PartValue::Repealed => Value::Soft,
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
        let none = self.graph.truth(false);
        let Some(row) = row else {
            return (None, self.graph.certain(none));
        };
        match self.reached(row, each, scope) {
            Value::Row(at) => {
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
                    None => {
                        let yes = self.graph.truth(true);
                        self.graph.certain(yes)
                    }
                };
                // Without a row there is no exception.
                let yes = self.graph.and(holds.yes, at.known);
                let no = self.graph.and(holds.no, at.known);
                let no = self.graph.or(no, at.absent);
                (Some(at), Truth { yes, no })
            }
            Value::Absent => (None, self.graph.certain(none)),
            _ => (None, self.graph.open()),
        }
    }

    /// The row of a subject that belongs to a row, by the only shortest way of references.
    fn reached(&mut self, from: &RowAt, to: SubjectId, scope: &Scope) -> Value {
        let Way::Only(way) = self.program.way(from.subject, to) else {
            return Value::Soft;
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
        let parameter = &self.program.parameters[id.index()];
        let part = (&parameter.part, parameter.document);
        match row.map(|row| self.row(row, scope)) {
            Some(Value::Row(row)) => self.part(part, Without::Refused, Some(&row), scope),
            None | Some(Value::Absent) => self.part(part, Without::Refused, None, scope),
            Some(_) if parameter.part.exceptions.is_empty() => self.part(part, Without::Refused, None, scope),
            Some(_) => Value::Soft,
        }
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
            _ => return Value::Soft,
        };
        let year = match (year, scope.year) {
            (None, year) => year,
            (Some(YearOf::Fixed(year)), _) => Year::Fixed(year),
            (Some(of), Year::Fixed(this)) => Year::Fixed(super::expression::year_of(this, of)),
            (Some(YearOf::Relative(by)), Year::Lane(this, known)) => {
                let by = self.graph.constant(i64::from(by));
                match self.graph.add(this, by) {
                    Ok(year) => Year::Lane(year, known),
                    Err(_) => return Value::Soft,
                }
            }
        };
        let key = (id, row.path.clone(), year, scope.day);
        if let Some(value) = self.derived.get(&key) {
            return value.clone();
        }
        let inner = Scope {
            row: Some(row.clone()),
            day: scope.day,
            year,
            original: None,
        };
        let value = self.part(
            (&definition.part, definition.document),
            Without::Refused,
            Some(&row),
            &inner,
        );
        let value = self.of_row(value, &row);
        self.label(definition, &row, year, &value);
        self.derived.insert(key, value.clone());
        value
    }

    /// A value derived for a row: nothing is known of it where the row is not, and it is 无 where there is no row.
    fn of_row(&mut self, value: Value, row: &RowAt) -> Value {
        if self.graph.truth_of(row.known) == Some(true) {
            return value;
        }
        let there = Truth {
            yes: row.known,
            no: row.absent,
        };
        match value {
            Value::Series(_) | Value::Row(_) => self.leave("引用对象的定义"),
            value => self.choose(vec![(there, value)], Value::Absent),
        }
    }

    /// A date, year, word or literal as what it is everywhere.
    pub fn fixed_date(value: &Value) -> Option<jiufen_quantity::Date> {
        match value {
            Value::Literal(Literal::Date(date)) => Some(*date),
            _ => None,
        }
    }
}
