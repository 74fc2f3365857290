//! What an expression becomes: nodes for what is certain, masks for where it is, and ends and reasons for where it is open.
//!
//! Of each row one of four things is true: the value is *known*, it is certainly none (*absent*, 无), it is *open* — it
//! lies between two ends, for reasons — or it is left: refused, or not brought to columns, and decided by the interpreter.

use std::rc::Rc;
use std::sync::Arc;

use jiufen_language::program::{EnumId, FieldRef, Literal, SubjectId};
use jiufen_quantity::Exact;
use smol_str::SmolStr;

use crate::graph::NodeId;
use crate::why::Why;

/// A condition: where it is 是, where it is 否, and where it is open.
#[derive(Debug, Clone)]
pub(crate) struct Truth {
    pub yes: NodeId,
    /// 无 is 否.
    pub no: NodeId,
    /// Where it is 无; the condition is 否 there.
    pub absent: NodeId,
    pub open: NodeId,
    pub why: Why,
}

/// A number: `value × scale`, divided by `over` where there is one.
#[derive(Debug, Clone)]
pub(crate) struct Number {
    pub value: NodeId,
    /// Above zero wherever the number is known.
    pub over: Option<NodeId>,
    pub scale: Exact,
    /// Where everything behind it is known.
    pub known: NodeId,
    pub absent: NodeId,
    /// None where nothing behind it is ever missing.
    pub span: Option<Rc<Span>>,
}

/// The ends of a number, on the scale of its value. Where the value is known, both are the value.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub low: NodeId,
    pub high: NodeId,
    /// Above zero everywhere.
    pub over: Option<NodeId>,
    /// Where there is no lower end.
    pub no_low: NodeId,
    /// Where there is no upper end.
    pub no_high: NodeId,
    /// Where there is a number, known or open.
    pub here: NodeId,
    /// Where both ends are not the same.
    pub open: NodeId,
    pub why: Why,
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

/// Where something that is no number is known, where it is 无, and where it is open.
#[derive(Debug, Clone)]
pub(crate) struct Marks {
    pub known: NodeId,
    pub absent: NodeId,
    pub open: NodeId,
    pub why: Why,
}

/// A date, year, word or text as an integer that orders as it does.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub value: NodeId,
    pub kind: Kind,
    pub marks: Marks,
}

/// Reference fields, each with its year when it is yearly.
pub(crate) type Path = Rc<Vec<(FieldRef, Option<i16>)>>;

/// The row that references lead to. It is known, 无 or open in every row.
#[derive(Debug, Clone)]
pub(crate) struct RowAt {
    pub path: Path,
    pub subject: SubjectId,
    pub marks: Marks,
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
    /// Open everywhere, for reasons, whatever it is.
    Unsettled(Why),
    /// Left to the interpreter everywhere.
    Left,
}
