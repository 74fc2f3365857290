//! A registry as columns of machine integers, each made when a plan first asks for it.

use std::collections::HashMap;
use std::sync::OnceLock;

use jiufen_engine::Columns;
use jiufen_interpret::{Fact, Facts, RowId};
use jiufen_language::program::{FieldRef, Literal, Program, SubjectId, Type};
use jiufen_table::Cell;
use jiufen_table::lanes::{LaneColumn, LaneState, Lanes, Meaning, lane_of_date, number_lanes, text_lanes};

use crate::registry::Registry;

/// How many years before the first and after the last known one a rule may ask for. There nothing is known.
const YEARS_AROUND: i16 = 12;

/// The columns of a registry.
pub struct Snapshot<'r> {
    program: &'r Program,
    registry: &'r Registry<'r>,
    columns: HashMap<(FieldRef, Option<i16>), OnceLock<Option<LaneColumn>>>,
}

impl<'r> Snapshot<'r> {
    /// The columns of a registry, none of them made yet.
    pub fn new(program: &'r Program, registry: &'r Registry<'r>) -> Self {
        let mut columns = HashMap::new();
        for (subject, declared) in (0u32..).map(SubjectId).zip(&program.subjects) {
            let years = years_of(registry, subject);
            for (index, field) in (0u16..).zip(&declared.fields) {
                let field_ref = FieldRef { subject, index };
                match (field.yearly, years) {
                    (true, Some((first, last))) => {
                        for year in first.saturating_sub(YEARS_AROUND)..=last.saturating_add(YEARS_AROUND) {
                            columns.insert((field_ref, Some(year)), OnceLock::new());
                        }
                    }
                    (true, None) => {}
                    (false, _) => {
                        columns.insert((field_ref, None), OnceLock::new());
                    }
                }
            }
        }
        Self {
            program,
            registry,
            columns,
        }
    }

    /// How many rows a subject has.
    pub fn rows(&self, subject: SubjectId) -> usize {
        self.registry.row_count(subject) as usize
    }

    fn make(&self, field: FieldRef, year: Option<i16>) -> Option<LaneColumn> {
        let rows = self.registry.row_count(field.subject);
        let facts: Vec<Fact> = (0..rows)
            .map(|row| {
                let row = RowId {
                    subject: field.subject,
                    row,
                };
                self.registry.field(row, field, year)
            })
            .collect();
        let states = || -> Vec<u8> { facts.iter().map(state).collect() };
        let narrow = |of: &dyn Fn(&Fact) -> Option<i32>, meaning: Meaning| {
            let lanes = facts.iter().map(|fact| of(fact).unwrap_or(0)).collect();
            Some(LaneColumn::new(Lanes::Narrow(lanes), Some(states()), meaning))
        };
        match &self.program.field(field).ty {
            ty if ty.is_numeric() => number_lanes(&cells(&facts)).map(|column| restated(column, states())),
            Type::Boolean => {
                let lanes = facts
                    .iter()
                    .map(|fact| u8::from(matches!(fact, Fact::Known(Literal::Boolean(true)))))
                    .collect();
                Some(LaneColumn::new(
                    Lanes::Truth(lanes),
                    Some(states()),
                    Meaning::Truth,
                ))
            }
            Type::Date => narrow(
                &|fact| match fact {
                    Fact::Known(Literal::Date(date)) => Some(lane_of_date(*date)),
                    _ => None,
                },
                Meaning::Date,
            ),
            Type::Year => narrow(
                &|fact| match fact {
                    Fact::Known(Literal::Year(year)) => Some(i32::from(*year)),
                    _ => None,
                },
                Meaning::Year,
            ),
            Type::Enumeration(_) => narrow(
                &|fact| match fact {
                    Fact::Known(Literal::Enumeration(_, index)) => Some(i32::from(*index)),
                    _ => None,
                },
                Meaning::Enumeration,
            ),
            Type::Row(_) => narrow(
                &|fact| match fact {
                    Fact::Row(row) => i32::try_from(row.row).ok(),
                    _ => None,
                },
                Meaning::Row,
            ),
            Type::Text | Type::Code(_) | Type::Territory => {
                text_lanes(&cells(&facts)).map(|column| restated(column, states()))
            }
            _ => None,
        }
    }
}

impl Columns for Snapshot<'_> {
    fn column(&self, field: FieldRef, year: Option<i16>) -> Option<&LaneColumn> {
        self.columns
            .get(&(field, year))?
            .get_or_init(|| self.make(field, year))
            .as_ref()
    }

    fn years(&self, subject: SubjectId) -> Option<(i16, i16)> {
        years_of(self.registry, subject)
    }
}

fn years_of(registry: &Registry<'_>, subject: SubjectId) -> Option<(i16, i16)> {
    registry.years(RowId { subject, row: 0 })
}

fn restated(column: LaneColumn, states: Vec<u8>) -> LaneColumn {
    LaneColumn {
        states: states.iter().any(|s| *s != LaneState::KNOWN).then_some(states),
        ..column
    }
}

fn state(fact: &Fact) -> u8 {
    match fact {
        Fact::Known(_) | Fact::Row(_) => LaneState::KNOWN,
        Fact::Missing => LaneState::MISSING,
        Fact::Absent => LaneState::ABSENT,
        Fact::NotApplicable => LaneState::NOT_APPLICABLE,
    }
}

fn cells(facts: &[Fact]) -> Vec<Cell> {
    facts
        .iter()
        .map(|fact| match fact {
            Fact::Known(Literal::Number(n)) => Cell::Number(n.clone()),
            Fact::Known(Literal::Text(text)) => Cell::Text(text.clone()),
            Fact::Absent | Fact::NotApplicable => Cell::Absent,
            _ => Cell::Missing,
        })
        .collect()
}
