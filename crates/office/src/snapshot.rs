//! A registry as columns of machine integers, each made when a plan first asks for it.

use std::collections::HashMap;
use std::sync::OnceLock;

use jiufen_engine::{Columns, Listing};
use jiufen_interpret::{Facts, RowId};
use jiufen_language::program::{FieldRef, Listed, Program, SubjectId, Type};
use jiufen_table::lanes::{LaneColumn, LaneState, Lanes, Meaning};
use jiufen_table::{Cell, Table, YearRows};

use crate::registry::Registry;

/// How many years before the first and after the last known one a rule may ask for. There nothing is known.
const YEARS_AROUND: i16 = 12;

/// The columns of a registry.
pub struct Snapshot<'r> {
    program: &'r Program,
    registry: &'r Registry<'r>,
    columns: HashMap<(FieldRef, Option<i16>), OnceLock<Option<LaneColumn>>>,
    /// The yearly row of each subject row, by year.
    years: HashMap<(SubjectId, i16), OnceLock<YearRows>>,
}

impl<'r> Snapshot<'r> {
    /// The columns of a registry, none of them made yet.
    pub fn new(program: &'r Program, registry: &'r Registry<'r>) -> Self {
        let (mut columns, mut rows_of_year) = (HashMap::new(), HashMap::new());
        for (subject, declared) in (0u32..).map(SubjectId).zip(&program.subjects) {
            let years = years_of(registry, subject);
            for (index, field) in (0u16..).zip(&declared.fields) {
                let field_ref = FieldRef { subject, index };
                match (field.yearly, years) {
                    (true, Some((first, last))) => {
                        for year in first.saturating_sub(YEARS_AROUND)..=last.saturating_add(YEARS_AROUND) {
                            columns.insert((field_ref, Some(year)), OnceLock::new());
                            rows_of_year.insert((subject, year), OnceLock::new());
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
            years: rows_of_year,
        }
    }

    /// How many rows a subject has.
    pub fn rows(&self, subject: SubjectId) -> usize {
        self.registry.row_count(subject) as usize
    }

    fn make(&self, field: FieldRef, year: Option<i16>) -> Option<LaneColumn> {
        let table = self.registry.table(field.subject)?;
        let column = usize::from(field.index);
        match (&self.program.field(field).ty, year) {
            (Type::Row(target), None) => match self.registry.table(*target) {
                Some(_) => table.row_lanes(column, |key| Some(self.registry.find(*target, key)?.row)),
                None => self.no_rows(table, column),
            },
            // A reference that changes by year is followed cell by cell.
            (Type::Row(_), Some(_)) => None,
            (ty, _) if !is_column(ty) => None,
            (_, None) => table.lanes(column),
            (_, Some(year)) => {
                let rows = self.years.get(&(field.subject, year))?;
                let rows = rows.get_or_init(|| table.rows_of_year(year));
                let holders = self.registry.holders(field, year);
                let lanes = if holders.is_empty() {
                    table.lanes_at(column, rows)?
                } else {
                    let mut rows = rows.clone();
                    holders.iter().for_each(|(row, of)| rows.stand_in(*row, *of));
                    table.lanes_at(column, &rows)?
                };
                Some(self.before_it_existed(field.subject, year, lanes, &holders))
            }
        }
    }

    /// References to a subject without a table: whoever they name is not there.
    fn no_rows(&self, table: &Table, column: usize) -> Option<LaneColumn> {
        let states = (0..table.row_count()).map(|row| match table.cell(row, column) {
            Cell::Absent => LaneState::ABSENT,
            _ => LaneState::MISSING,
        });
        let lanes = Lanes::Narrow(vec![0; table.row_count()]);
        Some(LaneColumn::new(lanes, Some(states.collect()), Meaning::Row))
    }

    /// A yearly column where the years before a row existed are not 缺 but 不适用, unless another row holds its cell.
    fn before_it_existed(
        &self,
        subject: SubjectId,
        year: i16,
        column: LaneColumn,
        holders: &HashMap<u32, u32>,
    ) -> LaneColumn {
        let since = self.program.subject(subject).since;
        match since.and_then(|index| self.column(FieldRef { subject, index }, None)) {
            Some(since) => before_it_existed(column, since, year, holders),
            None => column,
        }
    }
}

/// The first day after a year, as a lane.
pub(crate) fn lane_after(year: i16) -> i32 {
    (i32::from(year) + 1) * 10_000
}

/// A column of a year where what lies before the days of `since` is not 缺 but 不适用, but for rows whose cell another holds.
pub(crate) fn before_it_existed(
    column: LaneColumn,
    since: &LaneColumn,
    year: i16,
    holders: &HashMap<u32, u32>,
) -> LaneColumn {
    let Lanes::Narrow(days) = &since.lanes else {
        return column;
    };
    let known = |row: usize| {
        let states = since.states.as_ref();
        states.is_none_or(|states| states[row] == LaneState::KNOWN)
    };
    let own = |row: usize| holders.is_empty() || !holders.contains_key(&(row as u32));
    let early = |row: usize| known(row) && days[row] >= lane_after(year) && own(row);
    if !(0..column.len()).any(early) {
        return column;
    }
    let states = (0..column.len()).map(|row| match (early(row), &column.states) {
        (true, _) => LaneState::NOT_APPLICABLE,
        (false, Some(states)) => states[row],
        (false, None) => LaneState::KNOWN,
    });
    let states: Vec<u8> = states.collect();
    let lanes = match column.lanes {
        Lanes::Wide(lanes) => Lanes::Wide(cleared(lanes, &states)),
        Lanes::Narrow(lanes) => Lanes::Narrow(cleared(lanes, &states)),
        Lanes::Truth(lanes) => Lanes::Truth(cleared(lanes, &states)),
    };
    LaneColumn::new(lanes, Some(states), column.meaning)
}

/// Nothing where a row did not exist yet.
fn cleared<T: Default>(mut lanes: Vec<T>, states: &[u8]) -> Vec<T> {
    for (lane, state) in lanes.iter_mut().zip(states) {
        if *state == LaneState::NOT_APPLICABLE {
            *lane = T::default();
        }
    }
    lanes
}

/// Whether the values of a type are a column of integers.
fn is_column(ty: &Type) -> bool {
    ty.is_numeric()
        || matches!(
            ty,
            Type::Boolean
                | Type::Date
                | Type::Year
                | Type::Enumeration(_)
                | Type::Text
                | Type::Code(_)
                | Type::Territory
        )
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

    fn listing(&self, over: Listed) -> Option<Listing> {
        let subject = match over {
            Listed::Related(via) => via.subject,
            Listed::All(subject) => subject,
        };
        let rows = self.rows(subject);
        let complete = self.registry.complete(subject);
        let Listed::Related(via) = over else {
            return Some(Listing {
                rows,
                parents: rows,
                most: rows,
                complete,
            });
        };
        let Type::Row(target) = self.program.field(via).ty else {
            return None;
        };
        let mut listed = vec![0usize; self.rows(target)];
        let column = self.column(via, None)?;
        if let Lanes::Narrow(lanes) = &column.lanes {
            let known = |row: usize| column.states.as_ref().is_none_or(|s| s[row] == LaneState::KNOWN);
            for (row, parent) in lanes.iter().enumerate().filter(|(row, _)| known(*row)) {
                debug_assert!(row < rows);
                let parent = usize::try_from(*parent).ok();
                if let Some(count) = parent.and_then(|parent| listed.get_mut(parent)) {
                    *count += 1;
                }
            }
        }
        Some(Listing {
            rows,
            parents: listed.len(),
            most: listed.into_iter().max().unwrap_or(0),
            complete,
        })
    }
}

fn years_of(registry: &Registry<'_>, subject: SubjectId) -> Option<(i16, i16)> {
    registry.years(RowId { subject, row: 0 })
}
