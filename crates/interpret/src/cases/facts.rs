//! The facts of a case: the rows it names, complete as given; single fields it does not name are 缺.

use std::collections::HashMap;

use jiufen_language::program::{
    Case, ExprId, FieldRef, GivenValue, GroupId, Literal, ParameterId, Program, RuleId, SubjectId,
};
use jiufen_quantity::{Date, Exact};
use smol_str::SmolStr;

use crate::eval::{Interpreter, Scope};
use crate::facts::{Determination, Fact, Facts, RowId};
use crate::value::Value;

/// The facts of one case.
#[derive(Debug)]
pub struct CaseFacts<'a> {
    program: &'a Program,
    case: &'a Case,
    /// Given rows by subject and row number.
    rows: HashMap<SubjectId, Vec<usize>>,
    /// Identity of each given row.
    ids: Vec<RowId>,
    facts: HashMap<(RowId, FieldRef, Option<i16>), Fact>,
    spatial: HashMap<(RowId, SmolStr), Fact>,
    parameters: HashMap<ParameterId, Literal>,
    determinations: Vec<(RuleId, Option<RowId>, Determination)>,
    entitlements: Vec<(RuleId, Option<RowId>, Exact)>,
    year: i16,
    today: Date,
}

impl<'a> CaseFacts<'a> {
    /// Reads the facts of a case.
    pub fn new(program: &'a Program, case: &'a Case) -> Self {
        let mut rows: HashMap<SubjectId, Vec<usize>> = HashMap::new();
        let mut ids = Vec::with_capacity(case.rows.len());
        for (index, given) in case.rows.iter().enumerate() {
            let same = rows.entry(given.subject).or_default();
            let row = u32::try_from(same.len()).unwrap_or(u32::MAX);
            ids.push(RowId {
                subject: given.subject,
                row,
            });
            same.push(index);
        }
        let mut facts = Self {
            program,
            case,
            rows,
            ids,
            facts: HashMap::new(),
            spatial: HashMap::new(),
            parameters: HashMap::new(),
            determinations: Vec::new(),
            entitlements: Vec::new(),
            year: 0,
            today: some_day(),
        };
        facts.read();
        facts.year = facts.case_year();
        facts.today = facts.case_today();
        facts
    }

    /// 当年 of the run.
    pub fn year(&self) -> i16 {
        self.year
    }

    /// The row that a position in the case's rows names.
    pub fn row(&self, position: usize) -> Option<RowId> {
        self.ids.get(position).copied()
    }

    /// Rows of a subject of which the case tells something; a row that is only named by others tells nothing.
    pub fn told(&self, subject: SubjectId) -> Vec<RowId> {
        let given = self.rows.get(&subject).into_iter().flatten();
        let told = given.filter(|position| {
            let row = &self.case.rows[**position];
            !row.values.is_empty() || !row.spatial.is_empty()
        });
        told.map(|position| self.ids[*position]).collect()
    }

    fn read(&mut self) {
        let (program, case) = (self.program, self.case);
        for (id, given) in self.ids.clone().into_iter().zip(&case.rows) {
            for (field, year, value) in &given.values {
                let fact = match value {
                    GivenValue::Value(expr) => known(constant(program, *expr)),
                    GivenValue::Row(position) => self.row(*position).map_or(Fact::Missing, Fact::Row),
                    GivenValue::Missing => Fact::Missing,
                    GivenValue::Absent => Fact::Absent,
                };
                self.facts.insert((id, *field, *year), fact);
            }
            for (relation, expr) in &given.spatial {
                self.spatial
                    .insert((id, relation.clone()), known(constant(program, *expr)));
            }
        }
        for (parameter, expr) in &case.parameters {
            self.parameters
                .extend(constant(program, *expr).map(|literal| (*parameter, literal)));
        }
        for given in &case.determinations {
            let Some(amount) = constant_number(program, given.amount) else {
                continue;
            };
            let first_stage = given
                .first_stage
                .and_then(|first| constant_number(program, first));
            let determination = Determination {
                amount,
                first_stage,
                record: String::new(),
            };
            let row = given.row.and_then(|row| self.row(row));
            self.determinations.push((given.rule, row, determination));
        }
        for given in &case.entitlements {
            let row = given.row.and_then(|row| self.row(row));
            let amount = constant_number(program, given.amount);
            self.entitlements
                .extend(amount.map(|amount| (given.rule, row, amount)));
        }
    }

    fn dates(&self) -> impl Iterator<Item = Date> {
        self.facts.values().filter_map(|fact| match fact {
            Fact::Known(Literal::Date(date)) => Some(*date),
            _ => None,
        })
    }

    /// The year it says, else that of its date, else the latest of its facts, else the year its document begins.
    fn case_year(&self) -> i16 {
        let told = self.case.year.or(self.case.date.map(Date::year));
        let years = self.facts.keys().filter_map(|(_, _, year)| *year);
        let latest = years.chain(self.dates().map(Date::year)).max();
        let begins = self
            .program
            .document(self.case.document)
            .period
            .from
            .map(Date::year);
        told.or(latest).or(begins).unwrap_or(some_day().year())
    }

    /// The date it says, else the later of the end of its year and of the dates it gives.
    fn case_today(&self) -> Date {
        let end = Date::year_end(self.year).unwrap_or(some_day());
        self.case
            .date
            .unwrap_or_else(|| self.dates().fold(end, Date::max))
    }
}

/// A day for what does not depend on one.
#[expect(clippy::expect_used, reason = "every calendar has the first day of 2000")]
fn some_day() -> Date {
    Date::new(2000, 1, 1).expect("the first day of 2000 is a day")
}

/// The value of a constant expression.
pub(super) fn constant(program: &Program, expr: ExprId) -> Option<Literal> {
    let interpreter = Interpreter::new(program, &NoFacts, 0);
    match interpreter.eval(expr, &Scope::of(None, some_day(), 0)).value {
        Value::Number(interval, _) => interval.exact().cloned().map(Literal::Number),
        Value::Truth(truth) => Some(Literal::Boolean(truth)),
        Value::Literal(literal) => Some(literal),
        _ => None,
    }
}

fn constant_number(program: &Program, expr: ExprId) -> Option<Exact> {
    match constant(program, expr) {
        Some(Literal::Number(n)) => Some(n),
        _ => None,
    }
}

fn known(literal: Option<Literal>) -> Fact {
    literal.map_or(Fact::Missing, Fact::Known)
}

impl Facts for CaseFacts<'_> {
    fn row_count(&self, subject: SubjectId) -> u32 {
        self.rows
            .get(&subject)
            .map_or(0, |rows| u32::try_from(rows.len()).unwrap_or(u32::MAX))
    }

    fn key(&self, row: RowId) -> SmolStr {
        let given = self
            .rows
            .get(&row.subject)
            .and_then(|rows| rows.get(row.row as usize));
        given.map_or_else(SmolStr::default, |position| {
            self.case.rows[*position].name.clone()
        })
    }

    fn field(&self, row: RowId, field: FieldRef, year: Option<i16>) -> Fact {
        if let Some(fact) = self.facts.get(&(row, field, year)) {
            return fact.clone();
        }
        let since = self.program.subject(row.subject).since;
        let since = since.map(|index| FieldRef {
            subject: row.subject,
            index,
        });
        let since = since.and_then(|since| self.facts.get(&(row, since, None)));
        match (since, year) {
            (Some(Fact::Known(Literal::Date(since))), Some(year)) if year < since.year() => {
                Fact::NotApplicable
            }
            _ => Fact::Missing,
        }
    }

    fn years(&self, row: RowId) -> Option<(i16, i16)> {
        let years = || {
            self.facts
                .keys()
                .filter(|(r, _, _)| *r == row)
                .filter_map(|(_, _, year)| *year)
        };
        years().min().zip(years().max())
    }

    fn related(&self, row: RowId, via: FieldRef) -> (Vec<RowId>, bool) {
        let listed = (0..self.row_count(via.subject)).map(|row| RowId {
            subject: via.subject,
            row,
        });
        let names = |r: &RowId| self.facts.get(&(*r, via, None)) == Some(&Fact::Row(row));
        (listed.filter(names).collect(), true)
    }

    fn complete(&self, _subject: SubjectId) -> bool {
        true
    }

    fn spatial(&self, row: RowId, relation: &str) -> Fact {
        self.spatial
            .get(&(row, SmolStr::new(relation)))
            .cloned()
            .unwrap_or(Fact::Missing)
    }

    fn determination(&self, rule: RuleId, row: RowId, _year: Option<i16>) -> Option<Determination> {
        let fits = |(r, of, _): &&(RuleId, Option<RowId>, Determination)| {
            *r == rule && of.is_none_or(|of| of == row)
        };
        self.determinations
            .iter()
            .find(fits)
            .map(|(_, _, determination)| determination.clone())
    }

    fn chosen_key(&self, _group: GroupId, rule: RuleId, _row: RowId) -> Option<SmolStr> {
        self.case
            .choices
            .iter()
            .find(|(r, _)| *r == rule)
            .map(|(_, choice)| choice.clone())
    }

    fn assumed(&self, parameter: ParameterId) -> Option<Literal> {
        self.parameters.get(&parameter).cloned()
    }

    fn assumed_entitlement(&self, rule: RuleId, row: RowId) -> Option<Exact> {
        let fits = |(r, of, _): &&(RuleId, Option<RowId>, Exact)| *r == rule && of.is_none_or(|of| of == row);
        self.entitlements
            .iter()
            .find(fits)
            .map(|(_, _, amount)| amount.clone())
    }

    fn assumed_received(&self) -> Option<Exact> {
        let amounts = self
            .case
            .received
            .iter()
            .filter_map(|expr| constant_number(self.program, *expr));
        amounts.reduce(|a, b| a + b)
    }

    fn territory_assumed(&self) -> bool {
        true
    }

    fn today(&self) -> Date {
        self.today
    }
}

/// A world without rows, in which only constants have a value.
struct NoFacts;

impl Facts for NoFacts {
    fn row_count(&self, _subject: SubjectId) -> u32 {
        0
    }

    fn key(&self, _row: RowId) -> SmolStr {
        SmolStr::default()
    }

    fn field(&self, _row: RowId, _field: FieldRef, _year: Option<i16>) -> Fact {
        Fact::Missing
    }

    fn years(&self, _row: RowId) -> Option<(i16, i16)> {
        None
    }

    fn related(&self, _row: RowId, _via: FieldRef) -> (Vec<RowId>, bool) {
        (Vec::new(), true)
    }

    fn complete(&self, _subject: SubjectId) -> bool {
        true
    }

    fn today(&self) -> Date {
        some_day()
    }
}
