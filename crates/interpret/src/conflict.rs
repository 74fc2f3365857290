//! Two exceptions to one part that can both hold, without saying which goes first.
//!
//! The search is for one concrete row on which the interpreter itself finds both conditions true. It starts from a
//! row of which nothing is known, asks what would settle the conditions, tries the values worth trying for the first
//! such fact, and leaves a branch as soon as a condition is 否.
//!
//! What is found is certain. Booleans and enumerations are tried in full; texts, numbers, dates and years at the
//! values that the conditions name and beside them, which is enough where a fact is held against constants; figures
//! that are computed with before they are compared are tried at what the named values give, and a conflict that needs
//! others is missed. A search that is not finished is told.

mod values;
mod world;

use jiufen_diagnostic::catalogue::names::{CONFLICTING_EXCEPTIONS, EXCEPTIONS_UNDECIDED};
use jiufen_diagnostic::{Argument, Diagnostic, Lang};
use jiufen_language::program::{
    Exception, ExceptionId, ExprKind, Part, PartException, PartValue, Program, SubjectId, Type,
};
use jiufen_language::words;
use jiufen_quantity::{Date, Period};

use crate::arithmetic::all;
use crate::decision::{PartName, Step, What};
use crate::describe;
use crate::eval::{Interpreter, Scope};
use crate::facts::{Fact, Facts, RowId};
use crate::value::{Reason, Truth, Value};
use values::Named;
use world::{World, Written};

/// How many made-up rows are asked for one pair of exceptions.
const BUDGET: u32 = 4_000;

/// Reports every two exceptions to one part that can both hold on one row, unless 先于 orders them.
pub fn find_conflicts(program: &Program) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (name, part, subject) in parts(program) {
        for (index, first) in part.exceptions.iter().enumerate() {
            for second in &part.exceptions[index + 1..] {
                findings.extend(conflict(program, name, subject, *first, *second));
            }
        }
    }
    findings
}

/// All parts with several exceptions, and the subject whose rows they are about.
fn parts(program: &Program) -> Vec<(PartName, &Part, SubjectId)> {
    let mut parts: Vec<(PartName, &Part, SubjectId)> = Vec::new();
    for (id, parameter) in (0u32..).zip(&program.parameters) {
        if let Some(per) = parameter.per {
            parts.push((
                PartName::Parameter(jiufen_language::program::ParameterId(id)),
                &parameter.part,
                per,
            ));
        }
    }
    for (id, definition) in (0u32..).zip(&program.definitions) {
        let name = PartName::Definition(jiufen_language::program::DefinitionId(id));
        parts.push((name, &definition.part, definition.subject));
    }
    for (id, rule) in program.rules() {
        parts.push((PartName::Condition(id), &rule.when, rule.each));
        parts.push((PartName::Amount(id), &rule.amount, rule.each));
        parts.extend(
            rule.caps
                .iter()
                .enumerate()
                .map(|(i, cap)| (PartName::Cap(id, i), &cap.part, rule.each)),
        );
        parts.extend(
            rule.at_most
                .iter()
                .map(|cap| (PartName::AtMost(id), &cap.part, rule.each)),
        );
    }
    parts.retain(|(_, part, _)| part.exceptions.len() > 1);
    parts
}

fn conflict(
    program: &Program,
    name: PartName,
    subject: SubjectId,
    first: PartException,
    second: PartException,
) -> Option<Diagnostic> {
    let (a, b) = (
        exception(program, first.exception),
        exception(program, second.exception),
    );
    let ordered = goes_before(program, first.exception, second.exception)
        || goes_before(program, second.exception, first.exception);
    let in_law = program.in_law(a.document) && program.in_law(b.document);
    if ordered || !in_law || same_value(program, first.value, second.value) {
        return None;
    }
    let day = day_in(&a.period.intersect(&b.period)?)?;
    let mut named = Named::default();
    [a, b]
        .iter()
        .filter_map(|e| e.when)
        .for_each(|when| named.add(program, when));
    let mut search = Search {
        program,
        named,
        pair: [a, b],
        left: BUDGET,
        used_up: false,
        no_values: false,
    };
    let mut world = World::new(program, day);
    let row = world.add(subject);
    let found = search.look(&mut world, row);
    if found.is_none() && !search.used_up && !search.no_values {
        return None;
    }
    let why = if search.used_up {
        Argument::term("要试的情形太多", "there are too many situations to try")
    } else {
        Argument::term("有的事实没有值可试", "some fact has no values to try")
    };
    let entry = if found.is_some() {
        &CONFLICTING_EXCEPTIONS
    } else {
        &EXCEPTIONS_UNDECIDED
    };
    let mut finding = Diagnostic::new(entry, b.span)
        .with("first", a.name.as_str())
        .with("second", b.name.as_str())
        .with("target", describe::part(program, name, Lang::Zh))
        .with("why", why)
        .with("first_clause", program.citation(a.cite))
        .with("second_clause", program.citation(b.cite))
        .related(a.span)
        .in_clause(program.citation(b.cite));
    if let Some(facts) = found {
        let facts = if facts.is_empty() {
            subject_words(program, subject)
        } else {
            facts
        };
        finding = finding.with("day", day.to_string()).with("facts", facts);
    }
    Some(finding)
}

fn subject_words(program: &Program, subject: SubjectId) -> String {
    format!("任何一个{}", program.subject(subject).name)
}

fn exception(program: &Program, id: ExceptionId) -> &Exception {
    &program.exceptions[id.index()]
}

/// Whether 先于 leads from one exception to another, directly or by way of others.
fn goes_before(program: &Program, from: ExceptionId, to: ExceptionId) -> bool {
    let mut seen = vec![from];
    let mut at = 0;
    while let Some(id) = seen.get(at).copied() {
        for next in &exception(program, id).before {
            if *next == to {
                return true;
            }
            if !seen.contains(next) {
                seen.push(*next);
            }
        }
        at += 1;
    }
    false
}

/// Two exceptions that put the same constant in place do not contradict each other.
fn same_value(program: &Program, a: PartValue, b: PartValue) -> bool {
    let constant = |value| match value {
        PartValue::Expr(expr) => match &program.expr(expr).kind {
            ExprKind::Literal(literal) => Some(literal),
            _ => None,
        },
        _ => None,
    };
    match (constant(a), constant(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b && !matches!(a, PartValue::Expr(_)),
    }
}

/// A day on which both hold: the end of the first whole year, where there is one.
fn day_in(period: &Period) -> Option<Date> {
    let from = period.from.or(period.to).or(Date::new(2025, 1, 1))?;
    let year_end = Date::year_end(from.year())?;
    Some(if period.contains(year_end) { year_end } else { from })
}

struct Search<'p> {
    program: &'p Program,
    named: Named,
    pair: [&'p Exception; 2],
    left: u32,
    /// Whether the budget was used up before every combination was tried.
    used_up: bool,
    /// Whether some fact, or something unpublished, has no values to try.
    no_values: bool,
}

impl Search<'_> {
    /// The facts of a row on which both hold, in words.
    fn look(&mut self, world: &mut World<'_>, row: RowId) -> Option<String> {
        let Some(left) = self.left.checked_sub(1) else {
            self.used_up = true;
            return None;
        };
        self.left = left;
        let steps = self.ask(world, row);
        let both = all(steps.iter().map(|step| &step.value));
        match both.truth() {
            Truth::Yes => return Some(self.words(world)),
            Truth::No | Truth::Refused(_) => return None,
            Truth::Open(_) => {}
        }
        let mut missing = Vec::new();
        steps.iter().for_each(|step| step.add_missing(&mut missing));
        let Some(reason) = missing.first() else {
            self.no_values = true;
            return None;
        };
        self.branch(world, row, reason)
    }

    /// Whether each of the two holds for the row.
    fn ask(&self, world: &World<'_>, row: RowId) -> Vec<Step> {
        let year = world.day.year();
        let interpreter = Interpreter::new(self.program, world, year);
        let holds = |exception: &&Exception| match interpreter.reached(row, exception.each, year) {
            Value::Row(row) => match exception.when {
                Some(when) => interpreter.eval(when, &Scope::of(Some(row), world.day, year)),
                None => Step::leaf(What::Condition, Value::Truth(true)),
            },
            Value::Unsettled(reasons) => Step::leaf(What::Condition, Value::Undecided(reasons)),
            _ => Step::leaf(What::Condition, Value::Truth(false)),
        };
        self.pair.iter().map(holds).collect()
    }

    /// Tries the values of one fact.
    fn branch(&mut self, world: &mut World<'_>, row: RowId, reason: &Reason) -> Option<String> {
        match reason {
            Reason::Missing { row: of, field, year }
            | Reason::PendingArrival { row: of, field, year }
            | Reason::UnpublishedFact { row: of, field, year } => {
                let declared = self.program.field(*field);
                if let Type::Row(target) = declared.ty {
                    let made = world.add(target);
                    world.write_field(*of, *field, *year, Fact::Row(made));
                    let found = self.look(world, row);
                    world.undo(Some(made));
                    if found.is_some() {
                        return found;
                    }
                }
                let values = self
                    .named
                    .candidates(self.program, &declared.ty, declared.signed, world.day);
                let facts = values
                    .into_iter()
                    .map(Fact::Known)
                    .chain(declared.optional.then_some(Fact::Absent));
                let facts: Vec<Fact> = facts.collect();
                self.no_values |= facts.is_empty() && !matches!(declared.ty, Type::Row(_));
                facts.into_iter().find_map(|fact| {
                    world.write_field(*of, *field, *year, fact);
                    let found = self.look(world, row);
                    world.undo(None);
                    found
                })
            }
            Reason::Spatial { row: of, relation } => {
                let ty = self.named.relation(relation).cloned().unwrap_or(Type::Unknown);
                let values = self.named.candidates(self.program, &ty, false, world.day);
                self.no_values |= values.is_empty();
                values.into_iter().find_map(|value| {
                    world.write_spatial(*of, relation.clone(), Fact::Known(value));
                    let found = self.look(world, row);
                    world.undo(None);
                    found
                })
            }
            Reason::Incomplete { subject, of } => {
                let sizes = self.named.sizes(self.program, *subject);
                self.used_up |= sizes.longer;
                sizes.tried.into_iter().find_map(|new| {
                    match of {
                        Some((of, via)) => world.close_related(*of, *via, new),
                        None => world.close_all(*subject, new),
                    }
                    let found = self.look(world, row);
                    world.undo(None);
                    found
                })
            }
            Reason::Unpublished(_)
            | Reason::PendingChoice(_)
            | Reason::Unranked { .. }
            | Reason::Refused { .. }
            | Reason::EmptyParameter(_) => {
                self.no_values = true;
                None
            }
        }
    }

    fn words(&self, world: &World<'_>) -> String {
        let one = |written: &Written| {
            let (row, fact) = world.told(written)?;
            let (what, ty) = match written {
                Written::Field(_, field, year) => {
                    let ty = self.program.field(*field).ty.clone();
                    (
                        describe::fact(self.program, world, row, *field, *year, Lang::Zh),
                        ty,
                    )
                }
                Written::Spatial(_, relation) => {
                    let ty = self.named.relation(relation).cloned().unwrap_or(Type::Unknown);
                    (format!("{}.{relation}", world.key(row)), ty)
                }
                Written::Related(..) | Written::All(..) => return None,
            };
            match fact {
                Fact::Known(literal) => Some(format!(
                    "{what} = {}",
                    words::literal(self.program, &literal, &ty)
                )),
                Fact::Absent => Some(format!("{what} = 无")),
                // That a row is named is told by the facts of that row.
                _ => None,
            }
        };
        world.written.iter().filter_map(one).collect::<Vec<_>>().join(",")
    }
}
