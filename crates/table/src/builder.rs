//! Tables made in memory: for cases, and for values computed elsewhere.

use smol_str::SmolStr;

use crate::cell::Cell;
use crate::column::{Column, Number, Slot};
use crate::header::Part;
use crate::number::NumberForm;
use crate::parse::key_part;
use crate::schema::{ColumnSchema, TableSchema};
use crate::table::{Frame, Provenance, Table, join_key};

/// Builds a table row by row. Cells that do not fit their column are a fault of the caller's, and are asserted.
#[derive(Debug, Clone)]
pub struct TableBuilder {
    table: Table,
}

impl TableBuilder {
    /// A builder of a table with this schema.
    pub fn new(schema: &TableSchema) -> Self {
        let mut table = Table::empty(schema);
        for frame in [&mut table.main, &mut table.yearly.frame] {
            for (field, column) in schema.columns.iter().zip(&mut frame.columns) {
                set_base_unit(field, column);
            }
        }
        Self { table }
    }

    /// Adds a subject, one cell for each column of the schema, and gives its row. Yearly columns are passed over.
    pub fn subject(&mut self, cells: &[Cell]) -> usize {
        let row = self.table.keys.len();
        push_row(&self.table.schema, &mut self.table.main, cells, Part::Main);
        let key = self
            .key(cells)
            .unwrap_or_else(|| SmolStr::from((row + 1).to_string()));
        let number = u32::try_from(row).unwrap_or(u32::MAX);
        let earlier = self.table.rows_by_key.insert(key.clone(), number);
        assert!(earlier.is_none(), "two subjects have the key {key}");
        self.table.keys.push(key);
        row
    }

    /// Adds the values of a subject for a year, one cell for each column of the schema. Only yearly columns are taken.
    pub fn year(&mut self, row: usize, year: i16, cells: &[Cell]) {
        assert!(row < self.table.row_count(), "no subject stands in row {row}");
        assert!(
            !self.table.has_year(row, year),
            "row {row} has the year {year} twice"
        );
        push_row(
            &self.table.schema,
            &mut self.table.yearly.frame,
            cells,
            Part::Yearly,
        );
        self.table
            .yearly
            .add(u32::try_from(row).unwrap_or(u32::MAX), year, None);
    }

    /// Says where the values come from, and what hash names them.
    pub fn provenance(&mut self, provenance: Provenance, hash: impl Into<String>) {
        self.table.provenance = provenance;
        self.table.hash = hash.into();
    }

    /// The table.
    pub fn finish(self) -> Table {
        self.table
    }

    fn key(&self, cells: &[Cell]) -> Option<SmolStr> {
        let schema = &self.table.schema;
        let parts: Vec<SmolStr> = schema
            .key
            .iter()
            .filter_map(|name| {
                let index = schema.column(name)?;
                let words = cells[index].to_string();
                key_part(&words, &schema.columns[index].column_type).map(SmolStr::new)
            })
            .collect();
        assert!(parts.len() == schema.key.len(), "a subject has no key");
        (!parts.is_empty()).then(|| join_key(&parts))
    }
}

fn set_base_unit(field: &ColumnSchema, column: &mut Column) {
    if let (Some(form), Column::Numbers(numbers)) = (NumberForm::of(field), column) {
        numbers.header = field.name.clone();
        numbers.bare = numbers.unit(&form.base_name, &form.base_factor);
    }
}

fn push_row(schema: &TableSchema, frame: &mut Frame, cells: &[Cell], part: Part) {
    assert!(cells.len() == schema.columns.len(), "one cell for each column");
    for ((field, column), cell) in schema.columns.iter().zip(&mut frame.columns).zip(cells) {
        if field.yearly != (part == Part::Yearly) {
            continue;
        }
        if let (Column::Numbers(numbers), Cell::Number(value)) = (&mut *column, cell) {
            let form = NumberForm::of(field);
            let written = form.and_then(|form| form.write(value, numbers));
            numbers.push(Slot::Given(
                written.unwrap_or_else(|| Number::Wide(Box::new(value.clone()))),
            ));
            continue;
        }
        let pushed = column.push_cell(cell);
        assert!(
            pushed.is_ok(),
            "{} needs {}",
            field.name,
            pushed.err().unwrap_or_default()
        );
    }
    frame.lines.push(0);
}
