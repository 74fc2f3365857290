//! Tables: rows in the block, or the nearest Markdown table above it under the same heading.

mod cells;

use jiufen_diagnostic::catalogue::syntax::YEAR_OUT_OF_RANGE;
use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::types};
use jiufen_document::MarkdownTable;
use jiufen_quantity::{Date, Exact, Period, Unit, exact};
use smol_str::SmolStr;

use super::types::of_unit;
use super::units::{units_of, unknown_unit};
use super::{BlockAt, Checker, Declared};
use crate::program::{CellResult, CellTest, CiteId, Literal, TableId, TableRow, TableVersion, Type};
use crate::syntax::ast::{self, AstNode, Line};
use cells::{markdown_cell, raw_cell, split_header};

/// A value in a cell before its column's type is known.
#[derive(Debug, Clone, PartialEq)]
enum RawValue {
    Number(Exact),
    Quantity(Exact, Type),
    Word(SmolStr),
    Text(SmolStr),
    Date(Date),
    Year(i16),
    Boolean(bool),
}

/// A cell before its column's type is known.
#[derive(Debug, Clone, PartialEq)]
enum RawCell {
    Any,
    Value(RawValue),
    Range {
        low: Option<(RawValue, bool)>,
        high: Option<(RawValue, bool)>,
    },
    Between(RawValue, RawValue),
    Unpublished,
    Absent,
    Empty,
    /// Something else than a value.
    Broken,
    /// Reported where the text was read.
    Reported,
}

/// What a cell is read in the light of.
struct Column<'t> {
    table: &'t str,
    name: &'t str,
    ty: &'t Type,
    /// The unit in the header.
    unit: Option<&'t Unit>,
}

impl<'t> Column<'t> {
    fn new(table: &'t str, (name, ty): &'t (SmolStr, Type), unit: Option<&'t Unit>) -> Self {
        Self {
            table,
            name,
            ty,
            unit,
        }
    }
}

pub(super) struct RawTable {
    header: Vec<(SmolStr, Option<Unit>, Span)>,
    rows: Vec<Vec<(RawCell, Span)>>,
}

/// Place, period, whether its end is open, where it is laid down, and the rows as written.
type RawVersion = (Span, Period, bool, CiteId, RawTable);

impl Checker<'_> {
    pub(super) fn table(&mut self, at: &BlockAt, block: &ast::Table) {
        let Some(Declared::Table(id)) = self.declared(at) else {
            return;
        };
        if block.name().map(|n| at.span(n.range())) != Some(self.program.tables[id.index()].span) {
            return;
        }
        let lines: Vec<Line> = block.lines().collect();
        for line in &lines {
            if let Line::Mode(line) = line
                && let Some(mode) = line.option().and_then(super::declare::table_mode)
            {
                self.program.tables[id.index()].mode = mode;
            }
        }
        if !lines.iter().any(|l| matches!(l, Line::Mode(_))) {
            self.missing_line(
                at,
                ("法", "mode"),
                (
                    "写 法 唯一(只能有一行符合)、法 首个(从上往下取第一行)、法 候选 或 法 累进",
                    "write mode unique (one row fits), mode first (the first from the top), mode candidates or mode progressive",
                ),
            );
        }
        let raw = self.raw_versions(at, block);
        if raw.is_empty() {
            let name = self.program.tables[id.index()].name.clone();
            let finding =
                Diagnostic::new(&types::TABLE_WITHOUT_ROWS, at.header()).with("table", name.as_str());
            return self.report(at, finding);
        }
        self.columns(at, id, &raw);
        let mut versions = Vec::new();
        for (span, period, open, cite, table) in raw {
            let Some(rows) = self.edition_rows(at, id, span, &table) else {
                continue;
            };
            let version = TableVersion {
                period,
                rows,
                repealed: false,
                cite,
                replaced: None,
            };
            versions.push((span, open, version));
        }
        self.table_timeline(at, id, versions);
    }

    /// The rows of one edition: its columns are those of the table.
    pub(super) fn edition_rows(
        &mut self,
        at: &BlockAt,
        id: TableId,
        span: Span,
        raw: &RawTable,
    ) -> Option<Vec<TableRow>> {
        let table = &self.program.tables[id.index()];
        let columns = table.inputs.iter().chain([&table.output]).map(|(name, _)| name);
        let columns: Vec<&str> = columns.map(SmolStr::as_str).collect();
        let found: Vec<&str> = raw.header.iter().map(|(name, _, _)| name.as_str()).collect();
        if columns != found {
            let finding = Diagnostic::new(&types::OTHER_COLUMNS, span)
                .with("table", table.name.as_str())
                .with("found", found.join("、"))
                .with("expected", columns.join("、"));
            self.report(at, finding);
            return None;
        }
        let rows = self.rows(at, id, raw);
        // A row that was refused says nothing of what the table leaves open.
        if rows.len() == raw.rows.len() {
            self.coverage(at, id, span, &rows);
        }
        Some(rows)
    }

    fn table_timeline(&mut self, at: &BlockAt, id: TableId, versions: Vec<(Span, bool, TableVersion)>) {
        let name = self.program.tables[id.index()].name.clone();
        let plain = versions
            .iter()
            .enumerate()
            .map(|(index, (span, open, v))| {
                // The position travels in the value slot of a version, so that one timeline serves both.
                let value = crate::program::PartValue::Expr(crate::program::ExprId(index as u32));
                (
                    *span,
                    *open,
                    crate::program::Version {
                        period: v.period,
                        value,
                        cite: v.cite,
                        replaced: None,
                    },
                )
            })
            .collect();
        let ordered = self.timeline(at, &name, plain);
        let mut out = Vec::new();
        for version in ordered {
            if let crate::program::PartValue::Expr(position) = version.value
                && let Some((_, _, table)) = versions.get(position.index())
            {
                out.push(TableVersion {
                    period: version.period,
                    ..table.clone()
                });
            }
        }
        self.program.tables[id.index()].versions = out;
    }

    /// Each edition with its period; a table without 自 always holds.
    fn raw_versions(&mut self, at: &BlockAt, block: &ast::Table) -> Vec<RawVersion> {
        let mut out = Vec::new();
        for line in block.versions() {
            let Some((period, open)) = self.period(at, &line) else {
                continue;
            };
            let span = at.span(line.range());
            let table = match line.rows() {
                Some(rows) => Some(self.raw_rows(at, &rows)),
                None => self.markdown_above(at),
            };
            if let Some(table) = table {
                let notes: Vec<ast::Note> = line.notes().collect();
                let cite = self.cite_notes(at, &notes, span);
                out.push((span, period, open, cite, table));
            }
        }
        if !out.is_empty() {
            return out;
        }
        let table = match block.rows() {
            Some(rows) => Some(self.raw_rows(at, &rows)),
            None => self.markdown_above(at),
        };
        table
            .map(|t| vec![(at.header(), Period::default(), false, at.cite, t)])
            .unwrap_or_default()
    }

    pub(super) fn raw_rows(&mut self, at: &BlockAt, rows: &ast::Rows) -> RawTable {
        let mut header = Vec::new();
        if let Some(row) = rows.header() {
            for cell in row.cells() {
                let span = at.span(cell.range());
                let name = cell.name().map(|n| n.text()).unwrap_or_default();
                let unit = cell.unit().map(|u| u.text());
                let unit = unit.and_then(|u| self.header_unit(at, &u, span));
                header.push((name, unit, span));
            }
        }
        let rows = rows
            .rows()
            .map(|row| {
                row.cells()
                    .map(|cell| (raw_cell(&cell), at.span(cell.range())))
                    .collect()
            })
            .collect();
        RawTable { header, rows }
    }

    fn header_unit(&mut self, at: &BlockAt, text: &str, span: Span) -> Option<Unit> {
        let unit = Unit::parse(text);
        if unit.is_none() {
            let cell = self.sources.text(span).to_owned();
            let finding = unknown_unit(text, span, |meant| cell.replace(text, meant));
            self.report(at, finding);
        }
        unit
    }

    /// The nearest Markdown table above a block under the same heading.
    pub(super) fn markdown_above(&mut self, at: &BlockAt) -> Option<RawTable> {
        let document = &self.documents[at.document.index()];
        let above = document
            .tables
            .iter()
            .filter(|t| t.clause == at.clause && t.span.end <= at.base);
        let table: MarkdownTable = above.max_by_key(|t| t.span.end)?.clone();
        let mut header = Vec::new();
        for cell in &table.header {
            let (name, unit) = split_header(&cell.text);
            let unit = unit.and_then(|u| self.header_unit(at, &u, cell.span));
            header.push((name, unit, cell.span));
        }
        let rows = table
            .rows
            .iter()
            .map(|row| row.iter().map(markdown_cell).collect())
            .collect();
        Some(RawTable { header, rows })
    }

    // ---- column types ----

    fn columns(&mut self, at: &BlockAt, id: TableId, raw: &[RawVersion]) {
        let Some((.., first)) = raw.first() else {
            return;
        };
        let mut columns: Vec<(SmolStr, Type)> = Vec::new();
        for (index, (name, unit, span)) in first.header.iter().enumerate() {
            let cells: Vec<RawCell> = raw
                .iter()
                .flat_map(|(.., t)| {
                    t.rows
                        .iter()
                        .filter_map(move |r| r.get(index))
                        .map(|(c, _)| c.clone())
                })
                .collect();
            let ty = match unit {
                Some(unit) => of_unit(unit),
                None => self.column_type(name, &cells),
            };
            if ty == Type::Unknown {
                let finding = Diagnostic::new(&types::MIXED_COLUMN, *span).with("column", name.as_str());
                self.report(at, finding);
            }
            columns.push((name.clone(), ty));
        }
        let table = &mut self.program.tables[id.index()];
        if let Some(output) = columns.pop() {
            table.output = output;
        }
        table.inputs = columns;
    }

    fn column_type(&self, name: &str, cells: &[RawCell]) -> Type {
        if let Some(id) = self.names.enumerations.get(name) {
            return Type::Enumeration(*id);
        }
        let values: Vec<&RawValue> = cells.iter().flat_map(cell_values).collect();
        let by_cells = self.type_of_values(&values);
        let mut named: Vec<Type> = Vec::new();
        for field in self.names.fields.get(name).into_iter().flatten() {
            let ty = self.program.field(*field).ty.clone();
            if !named.contains(&ty) {
                named.push(ty);
            }
        }
        for ((_, n), id) in &self.names.definitions {
            let ty = self.program.definitions[id.index()].ty.clone();
            if n == name && !named.contains(&ty) {
                named.push(ty);
            }
        }
        match (named.as_slice(), by_cells) {
            ([only], _) if !matches!(only, Type::Row(_)) => only.clone(),
            (_, Some(ty)) => ty,
            (_, None) => Type::Unknown,
        }
    }

    fn type_of_values(&self, values: &[&RawValue]) -> Option<Type> {
        let types: Vec<Option<Type>> = values
            .iter()
            .map(|v| match v {
                RawValue::Number(_) => Some(Type::Number),
                RawValue::Quantity(_, ty) => Some(ty.clone()),
                RawValue::Date(_) => Some(Type::Date),
                RawValue::Year(_) => Some(Type::Year),
                RawValue::Boolean(_) => Some(Type::Boolean),
                RawValue::Text(_) => Some(Type::Text),
                RawValue::Word(_) => None,
            })
            .collect();
        if types.iter().all(Option::is_none) {
            let words: Vec<&SmolStr> = values
                .iter()
                .filter_map(|v| if let RawValue::Word(w) = v { Some(w) } else { None })
                .collect();
            let holds_all = self
                .program
                .enumerations
                .iter()
                .position(|e| !words.is_empty() && words.iter().all(|w| e.values.contains(*w)));
            return match holds_all {
                Some(index) => Some(Type::Enumeration(crate::program::EnumId(index as u32))),
                None => Some(Type::Text),
            };
        }
        // A bare number among figures with a unit has lost its own; its cell says so.
        let first = types.iter().flatten().find(|t| **t != Type::Number);
        let first = first.or_else(|| types.first().and_then(Option::as_ref))?.clone();
        let bare = matches!(first, Type::Quantity { .. });
        let alike = |t: &Option<Type>| {
            t.as_ref()
                .is_some_and(|t| *t == first || (bare && *t == Type::Number))
        };
        types.iter().all(alike).then_some(first)
    }

    // ---- rows ----

    fn rows(&mut self, at: &BlockAt, id: TableId, raw: &RawTable) -> Vec<TableRow> {
        let table = self.program.tables[id.index()].clone();
        let mut out = Vec::new();
        for row in &raw.rows {
            let Some(((result, result_span), tests)) = row.split_last() else {
                continue;
            };
            if tests.len() != table.inputs.len() {
                // A ragged row was reported where the text was read.
                continue;
            }
            let mut checked = Vec::new();
            for (index, (cell, span)) in tests.iter().enumerate() {
                let unit = raw.header.get(index).and_then(|(_, u, _)| u.clone());
                let column = Column::new(&table.name, &table.inputs[index], unit.as_ref());
                checked.push(self.test(at, &column, cell, *span));
            }
            let unit = raw.header.last().and_then(|(_, u, _)| u.clone());
            let column = Column::new(&table.name, &table.output, unit.as_ref());
            let result = self.result(at, &column, result, *result_span);
            let span = row.first().map_or(*result_span, |(_, s)| s.to(*result_span));
            if let (Some(tests), Some(result)) = (checked.into_iter().collect(), result) {
                out.push(TableRow { tests, result, span });
            }
        }
        out
    }

    fn test(&mut self, at: &BlockAt, column: &Column, cell: &RawCell, span: Span) -> Option<CellTest> {
        let end = |checker: &mut Self, end: &Option<(RawValue, bool)>| match end {
            None => Some(None),
            Some((value, closed)) => checker
                .cell_literal(at, column, value, span)
                .map(|literal| Some((literal, *closed))),
        };
        match cell {
            RawCell::Any => Some(CellTest::Any),
            RawCell::Value(value) => self.cell_literal(at, column, value, span).map(CellTest::Equals),
            RawCell::Range { low, high } => {
                let (low, high) = (end(self, low)?, end(self, high)?);
                Some(CellTest::Range { low, high })
            }
            RawCell::Between(low, high) => {
                let low = self.cell_literal(at, column, low, span)?;
                let high = self.cell_literal(at, column, high, span)?;
                Some(CellTest::Range {
                    low: Some((low, true)),
                    high: Some((high, true)),
                })
            }
            _ => {
                self.no_value(at, column, cell, span);
                None
            }
        }
    }

    fn result(&mut self, at: &BlockAt, column: &Column, cell: &RawCell, span: Span) -> Option<CellResult> {
        match cell {
            RawCell::Value(value) => self.cell_literal(at, column, value, span).map(CellResult::Value),
            RawCell::Between(low, high) => {
                let low = self.cell_literal(at, column, low, span)?;
                let high = self.cell_literal(at, column, high, span)?;
                Some(CellResult::Range(low, high))
            }
            RawCell::Unpublished => Some(CellResult::Unpublished),
            RawCell::Absent => Some(CellResult::Absent),
            _ => {
                self.no_value(at, column, cell, span);
                None
            }
        }
    }

    /// A cell that gives no value where one is needed.
    fn no_value(&mut self, at: &BlockAt, column: &Column, cell: &RawCell, span: Span) {
        let finding = match cell {
            RawCell::Reported => return,
            RawCell::Empty => Diagnostic::new(&types::EMPTY_CELL, span)
                .with("table", column.table)
                .with("column", column.name),
            _ => {
                let found = self.sources.text(span).trim().to_owned();
                Diagnostic::new(&types::TYPE_MISMATCH, span)
                    .with("expected", self.type_words(column.ty))
                    .with("found", format!("「{found}」"))
            }
        };
        self.report(at, finding);
    }

    /// What to say of a bare number in a column of quantities whose header has no unit.
    fn column_without_unit(&self, column: &Column, span: Span) -> Diagnostic {
        let fields = self.names.fields.get(column.name).into_iter().flatten();
        let declared = fields.filter_map(|f| self.names.field_units.get(f)).next();
        let ways: Vec<String> = units_of(column.ty, declared.map(SmolStr::as_str))
            .iter()
            .map(|unit| format!("{}({unit})", column.name))
            .collect();
        Diagnostic::new(&types::MISSING_UNIT, span)
            .with("number", self.sources.text(span).trim())
            .with("expected", self.type_words(column.ty))
            .with(
                "example",
                Argument::term(
                    format!("表头写 {}", ways.join(" 或 ")),
                    format!("{} in the header", ways.join(" or ")),
                ),
            )
    }

    /// A cell's value in the type of its column.
    fn cell_literal(
        &mut self,
        at: &BlockAt,
        column: &Column,
        value: &RawValue,
        span: Span,
    ) -> Option<Literal> {
        let literal = match (value, column.ty) {
            (_, Type::Unknown) => return None,
            (RawValue::Number(n), ty) if ty.is_numeric() => match column.unit {
                Some(unit) => Literal::Number(n * &unit.factor),
                None if matches!(ty, Type::Quantity { .. }) => {
                    let finding = self.column_without_unit(column, span);
                    self.report(at, finding);
                    return None;
                }
                None => Literal::Number(n.clone()),
            },
            (RawValue::Quantity(n, found), ty) if super::expression::assignable(ty, found) => {
                Literal::Number(n.clone())
            }
            (RawValue::Number(n), Type::Code(_)) => Literal::Text(SmolStr::new(n.to_string())),
            (RawValue::Number(n), Type::Year) => Literal::Year(i16::try_from(exact::to_integer(n)?).ok()?),
            (RawValue::Word(word), Type::Enumeration(id)) => {
                match self.program.enumerations[id.index()]
                    .values
                    .iter()
                    .position(|v| v == word)
                {
                    Some(index) => Literal::Enumeration(*id, index as u16),
                    None => {
                        let finding = self.no_such_value(*id, word, span);
                        self.report(at, finding);
                        return None;
                    }
                }
            }
            (RawValue::Word(word) | RawValue::Text(word), Type::Text | Type::Code(_) | Type::Territory) => {
                Literal::Text(word.clone())
            }
            (RawValue::Number(n), Type::Text) => Literal::Text(SmolStr::new(n.to_string())),
            (RawValue::Date(date), Type::Date) if !date.is_within_years() => {
                if !self.reported(span) {
                    let finding = Diagnostic::new(&YEAR_OUT_OF_RANGE, span);
                    self.report(at, finding.with("found", date.to_string()));
                }
                return None;
            }
            (RawValue::Date(date), Type::Date) => Literal::Date(*date),
            (RawValue::Year(year), Type::Year) => Literal::Year(*year),
            (RawValue::Boolean(truth), Type::Boolean) => Literal::Boolean(*truth),
            (RawValue::Word(word), Type::Date) if is_date_shaped(word) => {
                self.report(
                    at,
                    Diagnostic::new(&types::NO_SUCH_DATE, span).with("date", word.as_str()),
                );
                return None;
            }
            (_, ty) => {
                let found = self.sources.text(span).trim().to_owned();
                let finding = Diagnostic::new(&types::TYPE_MISMATCH, span)
                    .with("expected", self.type_words(ty))
                    .with("found", format!("「{found}」"));
                self.report(at, finding);
                return None;
            }
        };
        Some(literal)
    }
}

fn cell_values(cell: &RawCell) -> Vec<&RawValue> {
    match cell {
        RawCell::Value(v) => vec![v],
        RawCell::Range { low, high } => low.iter().chain(high).map(|(v, _)| v).collect(),
        RawCell::Between(a, b) => vec![a, b],
        _ => Vec::new(),
    }
}

/// Four, two and two digits: a day that is written like one and is none.
fn is_date_shaped(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    [(year, 4), (month, 2), (day, 2)]
        .iter()
        .all(|(part, length)| part.len() == *length && part.bytes().all(|b| b.is_ascii_digit()))
}
