//! The registry as the interpreter sees it: a fact for a row, a field and a year.

use std::collections::HashMap;

use jiufen_interpret::{Determination, Fact, FactPlace, Facts, RowId};
use jiufen_language::program::{FieldRef, GroupId, Literal, RuleId, SubjectId, Type};
use jiufen_quantity::Date;
use jiufen_table::{Cell, Table};
use smol_str::SmolStr;

use super::Registry;

impl Registry<'_> {
    fn fact(&self, ty: &Type, cell: Cell) -> Fact {
        match cell {
            Cell::Missing => Fact::Missing,
            Cell::Absent => Fact::Absent,
            Cell::Number(n) => Fact::Known(Literal::Number(n)),
            Cell::Boolean(b) => Fact::Known(Literal::Boolean(b)),
            Cell::Date(d) => Fact::Known(Literal::Date(d)),
            Cell::Year(y) => Fact::Known(Literal::Year(y)),
            Cell::Text(text) => match ty {
                Type::Enumeration(id) => {
                    let values = &self.program.enumerations[id.index()].values;
                    match values.iter().position(|v| *v == text) {
                        Some(index) => Fact::Known(Literal::Enumeration(*id, index as u16)),
                        None => Fact::Missing,
                    }
                }
                Type::Row(subject) => self.find(*subject, &text).map_or(Fact::Missing, Fact::Row),
                _ => Fact::Known(Literal::Text(text)),
            },
        }
    }

    /// A field as the row's own table has it.
    pub(super) fn own_field(&self, row: RowId, field: FieldRef, year: Option<i16>) -> Fact {
        let Some(table) = self.table(row.subject) else {
            return Fact::Missing;
        };
        let (at, column) = (row.row as usize, usize::from(field.index));
        let declared = self.program.field(field);
        match year {
            Some(year) if declared.yearly => {
                if self.starts_after(row, year) {
                    return Fact::NotApplicable;
                }
                self.fact(&declared.ty, table.yearly_cell(at, column, year))
            }
            _ => self.fact(&declared.ty, table.cell(at, column)),
        }
    }

    fn starts_after(&self, row: RowId, year: i16) -> bool {
        let Some(since) = self.program.subject(row.subject).since else {
            return false;
        };
        let Some(table) = self.table(row.subject) else {
            return false;
        };
        matches!(table.cell(row.row as usize, usize::from(since)), Cell::Date(date) if date.year() > year)
    }

    fn index_of_related(&self, via: FieldRef) -> HashMap<u32, Vec<RowId>> {
        let mut index: HashMap<u32, Vec<RowId>> = HashMap::new();
        let (Some(table), Type::Row(target)) = (self.table(via.subject), &self.program.field(via).ty) else {
            return index;
        };
        for row in 0..table.row_count() {
            if let Some(key) = table.text(row, usize::from(via.index))
                && let Some(named) = self.find(*target, key)
            {
                index.entry(named.row).or_default().push(RowId {
                    subject: via.subject,
                    row: row as u32,
                });
            }
        }
        for rows in index.values_mut() {
            rows.sort_by(|a, b| table.key(a.row as usize).cmp(table.key(b.row as usize)));
        }
        index
    }
}

impl Facts for Registry<'_> {
    fn row_count(&self, subject: SubjectId) -> u32 {
        self.table(subject).map_or(0, |t| t.row_count() as u32)
    }

    fn key(&self, row: RowId) -> SmolStr {
        self.table(row.subject)
            .map_or_else(SmolStr::default, |t| SmolStr::new(t.key(row.row as usize)))
    }

    fn name(&self, row: RowId) -> SmolStr {
        let name = self.names.get(row.subject.index()).copied().flatten();
        let text = name.and_then(|n| self.table(row.subject)?.text(row.row as usize, usize::from(n)));
        text.map_or_else(|| self.key(row), SmolStr::new)
    }

    fn field(&self, row: RowId, field: FieldRef, year: Option<i16>) -> Fact {
        self.own_field(self.holder(row, field, year), field, year)
    }

    fn line(&self, row: RowId) -> RowId {
        self.last_of_line(row)
    }

    fn years(&self, row: RowId) -> Option<(i16, i16)> {
        let years = self.table(row.subject)?.years();
        Some((*years.first()?, *years.last()?))
    }

    fn related(&self, row: RowId, via: FieldRef) -> (Vec<RowId>, bool) {
        let slot = self.related_offsets[via.subject.index()] + usize::from(via.index);
        let index = self.related[slot].get_or_init(|| self.index_of_related(via));
        let rows = index.get(&row.row).cloned().unwrap_or_default();
        (rows, self.complete(via.subject))
    }

    fn complete(&self, subject: SubjectId) -> bool {
        let complete_to = self.table(subject).and_then(Table::complete_to);
        // A refused row may belong to anyone: until it is mended, the list has a hole, and a hole is not zero.
        let name = &self.program.subject(subject).name;
        let whole = self
            .accounts
            .iter()
            .all(|a| a.table != name.as_str() || a.rejected == 0);
        whole && complete_to.is_some_and(|until| until >= self.today)
    }

    fn determination(&self, rule: RuleId, row: RowId, year: Option<i16>) -> Option<Determination> {
        let recorded = self.determinations.get(&(rule, row, year))?;
        (recorded.date <= self.today).then(|| recorded.determination.clone())
    }

    fn chosen_key(&self, _group: GroupId, rule: RuleId, row: RowId) -> Option<SmolStr> {
        self.choices.get(&(rule, row)).cloned()
    }

    fn place(&self, row: RowId, field: Option<FieldRef>, year: Option<i16>) -> Option<FactPlace> {
        let row = field.map_or(row, |field| self.holder(row, field, year));
        let table = self.table(row.subject)?;
        let yearly = field.is_some_and(|f| self.program.field(f).yearly);
        let (file, line) = match year.filter(|_| yearly) {
            Some(year) => table.yearly_place(row.row as usize, year)?,
            None => table.place(row.row as usize),
        };
        let file = file.to_owned();
        Some(FactPlace { file, line })
    }

    fn today(&self) -> Date {
        self.today
    }
}
