//! Parts with a timeline: the version of the law day, then the exceptions in order (language.md §8.2, steps 1 and 2).

use jiufen_language::program::{
    DefinitionId, DocumentId, ExprId, ParameterId, Part, PartValue, SubjectId, Way, YearOf,
};
use jiufen_quantity::Period;

use crate::decision::{PartName, Step, What};
use crate::describe;
use crate::eval::{Interpreter, Scope, unknown};
use crate::facts::RowId;
use crate::value::{FaultCode, Reason, Reasons, Truth, Value};

/// What a part is evaluated with.
pub(crate) struct PartScope<'s> {
    /// The row, day and year.
    pub scope: Scope<'s>,
    /// The row that the part's exceptions start from: a row, 无, or unknown.
    pub row: Value,
    /// What stands in for the version of the law day (cases only).
    pub assumed: Option<Value>,
    /// What 未公布 comes to.
    pub unpublished: &'s dyn Fn() -> Value,
}

impl Interpreter<'_> {
    /// The value of a part on the law day, with its exceptions.
    pub(crate) fn part(&self, name: PartName, part: &Part, with: &PartScope<'_>) -> Step {
        let version = part.at(with.scope.day);
        let mut children = Vec::new();
        let mut value = match (&with.assumed, version) {
            (Some(assumed), _) => assumed.clone(),
            (None, Some(version)) => self.part_value(version.value, name, with, &with.scope, &mut children),
            (None, None) => self.no_version(name, part, with),
        };
        let repealed = with.assumed.is_none() && version.is_some_and(|v| v.value == PartValue::Repealed);
        let mut applied = None;
        let mut cite = version.map(|version| version.cite);
        for exception in part.exceptions.iter().filter(|_| !repealed) {
            let declared = &self.program.exceptions[exception.exception.index()];
            // A draft changes nothing that is in force; within the draft its exceptions do hold.
            let of_draft =
                !self.program.in_law(declared.document) && self.program.in_law(self.document_of(name));
            if of_draft || !declared.period.contains(with.scope.day) {
                continue;
            }
            let (row, when) = self.exception_holds(declared.each, declared.when, with);
            let mut steps = Vec::new();
            let holds = match &when {
                Ok(step) => step
                    .as_ref()
                    .map_or(Value::Truth(true), |step| step.value.clone()),
                Err(value) => value.clone(),
            };
            steps.extend(when.ok().flatten());
            let unsettled = match (row, &holds) {
                (None, Value::Undecided(reasons)) => Some(reasons),
                _ => None,
            };
            let scope = Scope {
                original: Some(&value),
                unsettled,
                ..Scope::of(row, with.scope.day, with.scope.year)
            };
            let mut replaced = || self.part_value(exception.value, name, with, &scope, &mut steps);
            let next = match holds.truth() {
                Truth::No => None,
                Truth::Yes => {
                    let next = replaced();
                    applied = Some(exception.exception);
                    cite = Some(declared.cite);
                    Some(next)
                }
                Truth::Open(reasons) => {
                    let next = replaced();
                    Some(value.clone().either(next, reasons))
                }
                Truth::Refused(fault) => Some(Value::Refused(fault.clone())),
            };
            children.push(Step::of(What::Exception(exception.exception), holds, steps).cited(declared.cite));
            value = next.unwrap_or(value);
        }
        let what = What::Version {
            of: name,
            period: version.map_or_else(Period::default, |version| version.period),
            replaced: version.and_then(|version| version.replaced),
            exception: applied,
        };
        Step {
            what,
            value,
            cite,
            children,
            told: None,
        }
    }

    /// The document that declares a part.
    fn document_of(&self, name: PartName) -> DocumentId {
        let program = self.program;
        match name {
            PartName::Parameter(id) => program.parameters[id.index()].document,
            PartName::Definition(id) => program.definitions[id.index()].document,
            PartName::Condition(id) | PartName::Amount(id) | PartName::Cap(id, _) | PartName::AtMost(id) => {
                program.rule(id).document
            }
            PartName::GroupCap(id) => program.groups[id.index()].document,
            PartName::Quota(id) => program.accounts[id.index()].document,
        }
    }

    fn part_value(
        &self,
        value: PartValue,
        name: PartName,
        with: &PartScope<'_>,
        scope: &Scope<'_>,
        children: &mut Vec<Step>,
    ) -> Value {
        match value {
            PartValue::Expr(expr) => {
                let step = self.eval(expr, scope);
                let value = step.value.clone();
                // A literal says nothing that the version does not.
                let literal = matches!(
                    self.program.expr(expr).kind,
                    jiufen_language::program::ExprKind::Literal(_)
                );
                if !literal {
                    children.push(step);
                }
                value
            }
            PartValue::Unpublished => (with.unpublished)(),
            PartValue::Repealed if is_limit(name) => Value::Absent,
            PartValue::Repealed => Value::refused(FaultCode::Repealed, self.part_words(name)),
        }
    }

    /// A part without a version on the day: no condition admits everybody, no cap caps nothing, the rest has no value.
    fn no_version(&self, name: PartName, part: &Part, with: &PartScope<'_>) -> Value {
        let dated = || match part.versions.is_empty() {
            true => self.part_words(name),
            false => format!("{}({})", self.part_words(name), with.scope.day),
        };
        match name {
            PartName::Condition(_) if part.versions.is_empty() => Value::Truth(true),
            _ if is_limit(name) => Value::Absent,
            PartName::Parameter(_) | PartName::Quota(_) => Value::refused(FaultCode::EmptyParameter, dated()),
            _ => Value::refused(FaultCode::NotInForce, dated()),
        }
    }

    /// The row an exception is about, and its condition there; a value instead where no row can be asked.
    fn exception_holds(
        &self,
        each: SubjectId,
        when: Option<ExprId>,
        with: &PartScope<'_>,
    ) -> (Option<RowId>, Result<Option<Step>, Value>) {
        let row = match &with.row {
            Value::Row(row) => self.reached(*row, each, with.scope.year),
            other => other.clone(),
        };
        match row {
            Value::Row(row) => {
                let scope = Scope::of(Some(row), with.scope.day, with.scope.year);
                (Some(row), Ok(when.map(|when| self.eval(when, &scope))))
            }
            Value::Unsettled(reasons) => (None, Err(Value::Undecided(reasons))),
            Value::Refused(fault) => (None, Err(Value::Refused(fault))),
            _ => (None, Err(Value::Truth(false))),
        }
    }

    /// The row of a subject that belongs to a row, by the only shortest way of references.
    pub(crate) fn reached(&self, from: RowId, to: SubjectId, year: i16) -> Value {
        if from.subject == to {
            return Value::Row(from);
        }
        let mut ways = self.ways.borrow_mut();
        let way = ways
            .entry((from.subject, to))
            .or_insert_with(|| self.program.way(from.subject, to));
        let way = match way {
            Way::Only(way) => way,
            // The checker refuses both; to say 无 here would let an exception pass unseen.
            Way::Several | Way::None => {
                let name = |id| &self.program.subject(id).name;
                let words = format!("{} → {}", name(from.subject), name(to));
                return Value::refused(FaultCode::Domain, words);
            }
        };
        way.iter().fold(Value::Row(from), |at, field| match at {
            Value::Row(row) => {
                let yearly = self.program.field(*field).yearly;
                self.fact(row, *field, yearly.then_some(year))
            }
            other => other,
        })
    }

    /// A parameter, for a row where its exceptions depend on one.
    pub(crate) fn parameter(&self, id: ParameterId, row: Option<ExprId>, scope: &Scope<'_>) -> Step {
        let parameter = &self.program.parameters[id.index()];
        let unpublished = || {
            unknown(
                &parameter.ty,
                false,
                Reasons::from([Reason::Unpublished(parameter.name.clone())]),
            )
        };
        let with = PartScope {
            scope: *scope,
            row: row.map_or(Value::Absent, |row| self.row(row, scope).0),
            assumed: self.facts.assumed(id).map(|literal| Value::literal(&literal)),
            unpublished: &unpublished,
        };
        self.part(PartName::Parameter(id), &parameter.part, &with)
    }

    /// A definition of a row. What a decision has derived once is not derived again; the step then stands alone.
    pub(crate) fn definition(
        &self,
        id: DefinitionId,
        row: ExprId,
        year: Option<YearOf>,
        scope: &Scope<'_>,
    ) -> Step {
        let definition = &self.program.definitions[id.index()];
        let (row, step) = self.row(row, scope);
        let of = PartName::Definition(id);
        let bare = |value: Value, children: Vec<Step>| {
            let period = definition
                .part
                .at(scope.day)
                .map_or_else(Period::default, |v| v.period);
            Step::of(
                What::Version {
                    of,
                    period,
                    replaced: None,
                    exception: None,
                },
                value,
                children,
            )
            .cited(definition.cite)
        };
        let row = match row {
            Value::Row(row) => row,
            Value::Unsettled(reasons) => {
                return bare(unknown(&definition.ty, true, reasons), step.into_iter().collect());
            }
            Value::Refused(fault) => return bare(Value::Refused(fault), step.into_iter().collect()),
            _ => return bare(Value::Absent, step.into_iter().collect()),
        };
        let year = year.map_or(scope.year, |year| scope.year_of(year));
        let key = (id, row, year, scope.day);
        if let Some((value, missing)) = self.derived.borrow().get(&key) {
            // Its reasons come in source order here too, though the steps stand with the first derivation.
            return bare(value.clone(), Vec::new()).telling(missing.clone());
        }
        let unpublished = || {
            unknown(
                &definition.ty,
                true,
                Reasons::from([Reason::Unpublished(definition.name.clone())]),
            )
        };
        let with = PartScope {
            scope: Scope::of(Some(row), scope.day, year),
            row: Value::Row(row),
            assumed: None,
            unpublished: &unpublished,
        };
        let derived = self.part(of, &definition.part, &with);
        let known = (derived.value.clone(), derived.missing());
        self.derived.borrow_mut().insert(key, known);
        derived
    }

    /// What a part is called.
    pub(crate) fn part_words(&self, name: PartName) -> String {
        describe::part(self.program, name, jiufen_diagnostic::Lang::Zh)
    }
}

/// Whether a part only limits something else: without it, there is no limit.
fn is_limit(name: PartName) -> bool {
    matches!(
        name,
        PartName::Cap(..) | PartName::AtMost(_) | PartName::GroupCap(_)
    )
}
