//! What rules are about: subjects, their fields, the types of values.

use jiufen_diagnostic::Span;
use jiufen_quantity::Dimension;
use smol_str::SmolStr;

use super::{EnumId, SubjectId};

/// A field: its subject and its position there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldRef {
    /// The subject that has it.
    pub subject: SubjectId,
    /// Position among the subject's fields.
    pub index: u16,
}

/// A thing that rules are about (对象) or that happened (事件).
#[derive(Debug, Clone)]
pub struct Subject {
    /// Its name.
    pub name: SmolStr,
    /// Whether it is an event.
    pub event: bool,
    /// Counter noun: 家, 人; none for pure counts.
    pub counter: Option<SmolStr>,
    /// Fields, in order.
    pub fields: Vec<Field>,
    /// Fields that make its key; empty: rows are numbered.
    pub key: Vec<u16>,
    /// The date field from which a row exists; years before it do not apply.
    pub since: Option<u16>,
    /// The field that says in which territory a row lies.
    pub territory: Option<u16>,
    /// Where it is declared.
    pub span: Span,
}

/// One field of a subject.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: SmolStr,
    /// A second name, such as one in English.
    pub alias: Option<SmolStr>,
    /// What it holds.
    pub ty: Type,
    /// Whether it has a value for each year.
    pub yearly: bool,
    /// Whether 无 is a possible value (references and texts).
    pub optional: bool,
    /// Whether a number may be negative.
    pub signed: bool,
    /// What its absence means.
    pub absence: Absence,
    /// The field of the same subject that tells the vintage (版次) of this figure.
    pub vintage: Option<u16>,
    /// Where it is declared.
    pub span: Span,
}

/// What it means that a fact is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// 缺: nobody has told.
    Missing,
    /// 待到账: money that has not arrived yet.
    PendingArrival,
    /// 未公布: a figure that is not published.
    Unpublished,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// A pure number.
    Number,
    /// 比率.
    Rate,
    /// 比率差, percentage points.
    Points,
    /// A number with a dimension; `floor` marks floor area, which never mixes with land area.
    Quantity {
        /// What it measures.
        dimension: Dimension,
        /// Floor area.
        floor: bool,
    },
    /// 是否.
    Boolean,
    /// 文本.
    Text,
    /// 日期.
    Date,
    /// 年: a calendar year.
    Year,
    /// One of a closed list.
    Enumeration(EnumId),
    /// A code within one named system; two systems never compare.
    Code(SmolStr),
    /// A territory, as full names from the province down.
    Territory,
    /// Opaque for now.
    Geometry,
    /// 取整方式.
    RoundingMode,
    /// One row of a subject.
    Row(SubjectId),
    /// Rows of a subject that belong to a row.
    Rows(SubjectId),
    /// A value for each of several years.
    Series(Box<Type>),
    /// Several possible values, from a table read with 法 候选.
    Candidates(Box<Type>),
    /// The type of an expression that has already been refused.
    Unknown,
}

impl Type {
    /// Money.
    pub fn money() -> Self {
        Self::Quantity {
            dimension: Dimension::money(),
            floor: false,
        }
    }

    /// Whether values are numbers, and thus intervals when uncertain.
    pub fn is_numeric(&self) -> bool {
        matches!(
            self,
            Self::Number | Self::Rate | Self::Points | Self::Quantity { .. }
        )
    }
}

/// A closed list of values.
#[derive(Debug, Clone)]
pub struct Enumeration {
    /// Its name.
    pub name: SmolStr,
    /// Its values.
    pub values: Vec<SmolStr>,
    /// Whether the values are ordered as listed (序), lowest first.
    pub ordered: bool,
    /// Where it is declared.
    pub span: Span,
}
