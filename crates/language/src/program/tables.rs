//! Decision and bracket tables.

use jiufen_diagnostic::Span;
use jiufen_quantity::{Date, Period};
use smol_str::SmolStr;

use super::{CiteId, DocumentId, Literal, Type};

/// How a table picks its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableMode {
    /// 唯一: exactly one row fits; checked beforehand.
    Unique,
    /// 首个: the first row that fits.
    First,
    /// 候选: all rows that fit; more than one leaves the answer to a person.
    Candidates,
    /// 累进: each band's rate on the part of the value inside it, summed.
    Progressive,
}

/// 表: a decision or bracket table.
#[derive(Debug, Clone)]
pub struct LookupTable {
    /// Its name.
    pub name: SmolStr,
    /// How it answers.
    pub mode: TableMode,
    /// Condition columns: name and type.
    pub inputs: Vec<(SmolStr, Type)>,
    /// The result column: name and type.
    pub output: (SmolStr, Type),
    /// Editions, in order of time.
    pub versions: Vec<TableVersion>,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

impl LookupTable {
    /// The edition in force on a day.
    pub fn at(&self, day: Date) -> Option<&TableVersion> {
        self.versions.iter().find(|v| v.period.contains(day))
    }
}

/// The rows of a table during a period.
#[derive(Debug, Clone)]
pub struct TableVersion {
    /// When it holds.
    pub period: Period,
    /// Rows, in order.
    pub rows: Vec<TableRow>,
    /// 废止: the table answers nothing while this holds, and has no rows.
    pub repealed: bool,
    /// Where it is laid down: the clause, or the amending clause.
    pub cite: CiteId,
    /// The clause it replaced, when it stems from a 修订.
    pub replaced: Option<CiteId>,
}

/// One row: a test for each input column, and the result.
#[derive(Debug, Clone)]
pub struct TableRow {
    /// One test a column.
    pub tests: Vec<CellTest>,
    /// The answer.
    pub result: CellResult,
    /// Its place.
    pub span: Span,
}

/// What a cell asks of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellTest {
    /// 不限.
    Any,
    /// Equal to a literal.
    Equals(Literal),
    /// Between two ends, each open, closed or absent.
    Range {
        /// Lower end and whether it belongs.
        low: Option<(Literal, bool)>,
        /// Upper end and whether it belongs.
        high: Option<(Literal, bool)>,
    },
}

/// What a row answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellResult {
    /// A value.
    Value(Literal),
    /// `200 至 400`: a published range that is no formula.
    Range(Literal, Literal),
    /// 未公布.
    Unpublished,
    /// 无: this row gives nothing.
    Absent,
}
