//! A made-up world in which the search writes down one fact after the other.

use std::collections::{HashMap, HashSet};

use jiufen_language::program::{FieldRef, Program, SubjectId};
use jiufen_quantity::Date;
use smol_str::SmolStr;

use crate::facts::{Fact, Facts, RowId};

/// Years before the year of the search that yearly facts reach back.
pub(super) const YEARS_BACK: i16 = 3;

/// A fact that was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    Field(RowId, FieldRef, Option<i16>),
    Spatial(RowId, SmolStr),
    /// A list was closed, with so many new rows in it.
    Related(RowId, FieldRef, Vec<RowId>),
    All(SubjectId, Vec<RowId>),
}

/// The facts written so far; everything else is 缺, and every list is incomplete.
pub(super) struct World<'p> {
    program: &'p Program,
    counts: HashMap<SubjectId, u32>,
    fields: HashMap<(RowId, FieldRef, Option<i16>), Fact>,
    spatial: HashMap<(RowId, SmolStr), Fact>,
    related: HashSet<(RowId, FieldRef)>,
    closed: HashSet<SubjectId>,
    /// What was written, in order.
    pub(super) written: Vec<Written>,
    pub(super) day: Date,
}

impl<'p> World<'p> {
    pub(super) fn new(program: &'p Program, day: Date) -> Self {
        Self {
            program,
            counts: HashMap::new(),
            fields: HashMap::new(),
            spatial: HashMap::new(),
            related: HashSet::new(),
            closed: HashSet::new(),
            written: Vec::new(),
            day,
        }
    }

    /// A new row.
    pub(super) fn add(&mut self, subject: SubjectId) -> RowId {
        let count = self.counts.entry(subject).or_default();
        let row = RowId { subject, row: *count };
        *count += 1;
        row
    }

    fn remove(&mut self, row: RowId) {
        if let Some(count) = self.counts.get_mut(&row.subject) {
            *count -= 1;
        }
    }

    pub(super) fn write_field(&mut self, row: RowId, field: FieldRef, year: Option<i16>, fact: Fact) {
        self.fields.insert((row, field, year), fact);
        self.written.push(Written::Field(row, field, year));
    }

    pub(super) fn write_spatial(&mut self, row: RowId, relation: SmolStr, fact: Fact) {
        self.spatial.insert((row, relation.clone()), fact);
        self.written.push(Written::Spatial(row, relation));
    }

    /// Closes the list of rows that name a row, with so many more rows in it.
    pub(super) fn close_related(&mut self, row: RowId, via: FieldRef, new: u32) {
        let mut added = Vec::new();
        for _ in 0..new {
            let row_added = self.add(via.subject);
            self.fields.insert((row_added, via, None), Fact::Row(row));
            added.push(row_added);
        }
        self.related.insert((row, via));
        self.written.push(Written::Related(row, via, added));
    }

    /// Closes the list of all rows of a subject, with so many more rows in it.
    pub(super) fn close_all(&mut self, subject: SubjectId, new: u32) {
        let added = (0..new).map(|_| self.add(subject)).collect();
        self.closed.insert(subject);
        self.written.push(Written::All(subject, added));
    }

    /// Takes back what was written last. `made` is the row that was made for it.
    pub(super) fn undo(&mut self, made: Option<RowId>) {
        match self.written.pop() {
            Some(Written::Field(row, field, year)) => {
                self.fields.remove(&(row, field, year));
            }
            Some(Written::Spatial(row, relation)) => {
                self.spatial.remove(&(row, relation));
            }
            Some(Written::Related(row, via, added)) => {
                self.related.remove(&(row, via));
                for added in added {
                    self.fields.remove(&(added, via, None));
                    self.remove(added);
                }
            }
            Some(Written::All(subject, added)) => {
                self.closed.remove(&subject);
                added.into_iter().for_each(|added| self.remove(added));
            }
            None => {}
        }
        made.into_iter().for_each(|made| self.remove(made));
    }

    pub(super) fn told(&self, written: &Written) -> Option<(RowId, Fact)> {
        match written {
            Written::Field(row, field, year) => {
                Some((*row, self.fields.get(&(*row, *field, *year))?.clone()))
            }
            Written::Spatial(row, relation) => {
                Some((*row, self.spatial.get(&(*row, relation.clone()))?.clone()))
            }
            Written::Related(..) | Written::All(..) => None,
        }
    }
}

impl Facts for World<'_> {
    fn row_count(&self, subject: SubjectId) -> u32 {
        self.counts.get(&subject).copied().unwrap_or(0)
    }

    /// The only row of a subject is called by the subject's name, others are numbered.
    fn key(&self, row: RowId) -> SmolStr {
        let name = &self.program.subject(row.subject).name;
        match row.row {
            0 => name.clone(),
            n => SmolStr::new(format!("{name}{}", n + 1)),
        }
    }

    fn field(&self, row: RowId, field: FieldRef, year: Option<i16>) -> Fact {
        self.fields
            .get(&(row, field, year))
            .cloned()
            .unwrap_or(Fact::Missing)
    }

    fn years(&self, _row: RowId) -> Option<(i16, i16)> {
        Some((self.day.year().saturating_sub(YEARS_BACK), self.day.year()))
    }

    fn related(&self, row: RowId, via: FieldRef) -> (Vec<RowId>, bool) {
        let listed = (0..self.row_count(via.subject)).map(|row| RowId {
            subject: via.subject,
            row,
        });
        let names = |r: &RowId| self.fields.get(&(*r, via, None)) == Some(&Fact::Row(row));
        (listed.filter(names).collect(), self.related.contains(&(row, via)))
    }

    fn complete(&self, subject: SubjectId) -> bool {
        self.closed.contains(&subject)
    }

    fn spatial(&self, row: RowId, relation: &str) -> Fact {
        self.spatial
            .get(&(row, SmolStr::new(relation)))
            .cloned()
            .unwrap_or(Fact::Missing)
    }

    fn territory_assumed(&self) -> bool {
        true
    }

    fn today(&self) -> Date {
        self.day
    }
}
