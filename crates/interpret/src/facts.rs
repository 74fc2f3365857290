//! How the interpreter sees the world: facts about rows, and nothing else.

use jiufen_language::program::{FieldRef, GroupId, Literal, ParameterId, RuleId, SubjectId};
use jiufen_quantity::{Date, Exact};
use smol_str::SmolStr;

/// A row of a subject. The number means something to the [`Facts`] that gave it out only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// What it is.
    pub subject: SubjectId,
    /// Which one.
    pub row: u32,
}

/// What is known of one field of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The value; numbers in base units.
    Known(Literal),
    /// A reference to a row.
    Row(RowId),
    /// 缺: it should be there and is not.
    Missing,
    /// 无: it is known that there is none (a firm in no park).
    Absent,
    /// The year lies before the row existed.
    NotApplicable,
}

/// A determination (核定): who decided an amount that has no published formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Determination {
    /// The whole amount, in 元.
    pub amount: Exact,
    /// The first instalment, when determined separately.
    pub first_stage: Option<Exact>,
    /// Officer, date and paper, as recorded; empty in a case.
    pub record: String,
}

/// Where a fact stands: a line of a table's file, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactPlace {
    /// `data/企业.csv`.
    pub file: String,
    /// The line.
    pub line: u64,
}

/// The facts of a run. Implemented over a registry by `office`, over a case by [`crate::cases`].
pub trait Facts {
    /// How many rows a subject has.
    fn row_count(&self, subject: SubjectId) -> u32;

    /// The key of a row, as people name it.
    fn key(&self, row: RowId) -> SmolStr;

    /// A name to show for a row; the key where there is no better one.
    fn name(&self, row: RowId) -> SmolStr {
        self.key(row)
    }

    /// The value of a field, in a year for a yearly one.
    fn field(&self, row: RowId, field: FieldRef, year: Option<i16>) -> Fact;

    /// The years a yearly field of a row could have values for: first and last, when any are known.
    fn years(&self, row: RowId) -> Option<(i16, i16)>;

    /// The rows whose reference field names `row`, in key order, and whether the list is complete.
    fn related(&self, row: RowId, via: FieldRef) -> (Vec<RowId>, bool);

    /// Whether the list of all rows of a subject is complete.
    fn complete(&self, subject: SubjectId) -> bool;

    /// An overlap area or distance computed beforehand, in base units.
    fn spatial(&self, _row: RowId, _relation: &str) -> Fact {
        Fact::Missing
    }

    /// A determination for a right, when one is recorded.
    fn determination(&self, _rule: RuleId, _row: RowId, _year: Option<i16>) -> Option<Determination> {
        None
    }

    /// The key that an officer chose for a right, among a group's choices.
    fn chosen_key(&self, _group: GroupId, _rule: RuleId, _row: RowId) -> Option<SmolStr> {
        None
    }

    /// A value that stands in for a parameter (cases only).
    fn assumed(&self, _parameter: ParameterId) -> Option<Literal> {
        None
    }

    /// An entitlement that stands in for steps 1 to 6, in 元 (cases only).
    fn assumed_entitlement(&self, _rule: RuleId, _row: RowId) -> Option<Exact> {
        None
    }

    /// What stands in for what the 计入 of groups would find, in 元 (cases only).
    fn assumed_received(&self) -> Option<Exact> {
        None
    }

    /// The row that stands for a line of rows which took one another's place (沿革): keys of groups and caps know the rows
    /// of a line as one. Where nothing is known of that, every row stands for itself.
    fn line(&self, row: RowId) -> RowId {
        row
    }

    /// Where a fact stands, for the end of a derivation; none when it has no place.
    fn place(&self, _row: RowId, _field: Option<FieldRef>, _year: Option<i16>) -> Option<FactPlace> {
        None
    }

    /// Whether rows whose territory is not told lie in the document's territory (true in cases).
    fn territory_assumed(&self) -> bool {
        false
    }

    /// 今日 of the run.
    fn today(&self) -> Date;
}
