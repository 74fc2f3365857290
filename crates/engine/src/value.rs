//! What an expression becomes: nodes for what is certain, and masks for where it is.
//!
//! Three things can be true of a row: the value is known, it is certainly none (无), or neither. In the last case the row
//! is *soft*: the exact program says nothing of it, and it is decided where intervals and reasons are kept.

use std::rc::Rc;
use std::sync::Arc;

use jiufen_language::program::{EnumId, FieldRef, Literal, SubjectId};
use jiufen_quantity::Exact;
use smol_str::SmolStr;

use crate::graph::NodeId;

/// A condition: where it is 是 and where it is 否.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Truth {
    pub yes: NodeId,
    pub no: NodeId,
}

/// A number: `value × scale`, divided by `over` where there is one.
#[derive(Debug, Clone)]
pub(crate) struct Number {
    pub value: NodeId,
    /// Above zero wherever the number is known.
    pub over: Option<NodeId>,
    pub scale: Exact,
    pub known: NodeId,
    pub absent: NodeId,
}

/// What a code's integers mean.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Date,
    Year,
    Enumeration(EnumId),
    Text(Arc<[SmolStr]>),
}

impl Kind {
    /// Whether integers of both mean the same.
    pub fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Date, Self::Date) | (Self::Year, Self::Year) => true,
            (Self::Enumeration(a), Self::Enumeration(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            _ => false,
        }
    }
}

/// A date, year, word or text as an integer that orders as it does.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub value: NodeId,
    pub kind: Kind,
    pub known: NodeId,
    pub absent: NodeId,
}

/// Reference fields, each with its year when it is yearly.
pub(crate) type Path = Rc<Vec<(FieldRef, Option<i16>)>>;

/// The row that references lead to.
#[derive(Debug, Clone)]
pub(crate) struct RowAt {
    pub path: Path,
    pub subject: SubjectId,
    pub known: NodeId,
    pub absent: NodeId,
}

/// One year of a series.
#[derive(Debug, Clone)]
pub(crate) struct OfYear {
    pub year: i16,
    /// Where the year lies before the row existed, so that it is no part of the series.
    pub left_out: NodeId,
    pub value: Value,
}

/// What an expression becomes.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Number(Number),
    Truth(Truth),
    Code(Code),
    /// A date, year, word or text that is the same everywhere.
    Literal(Literal),
    Row(RowAt),
    Series(Vec<OfYear>),
    Absent,
    /// Soft everywhere.
    Soft,
}
