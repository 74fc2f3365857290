//! Views of what a case knows and expects, and of `|` rows.

use smol_str::SmolStr;

use super::{
    AstNode, Comparison, Expr, Interval, Name, Note, Path, Type, child, children, first_token, has_reserved,
    nodes, nth, option_word, reserved_of, strings, tokens,
};
use crate::syntax::keywords::{OptionWord, ReservedWord};
use crate::syntax::{SyntaxKind, SyntaxNode};

nodes! {
    /// A header row and its rows.
    Rows = ROWS;
    /// The first row.
    HeaderRow = HEADER_ROW;
    /// `金额(万元)`.
    HeaderCell = HEADER_CELL;
    /// A row.
    Row = ROW;
    /// A cell.
    Cell = CELL;
    /// `路径 = 值` in 已知.
    Fact = FACT;
    /// What a case expects.
    Outcome = OUTCOME;
    /// `给 …`, `并入 …`, `待到账`, `未公布`, `待选` behind an expected value.
    Qualifier = QUALIFIER;
}

impl Fact {
    /// What is known.
    pub fn path(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// Its value.
    pub fn value(&self) -> Option<Expr> {
        child::<Path>(self.syntax())?;
        super::after(self.syntax(), |t| t.kind() == SyntaxKind::EQ)
    }
}

impl Qualifier {
    /// To whom, or into what.
    pub fn path(&self) -> Option<Path> {
        child(self.syntax())
    }
}

/// What a case expects, before its qualifiers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum OutcomeShape {
    /// One value.
    Value(Expr),
    /// `a 至 b`.
    Range(Expr, Expr),
    /// `至多 a`.
    AtMost(Expr),
    /// `拒绝`, perhaps with the name or words of the reason.
    Refused(Option<SmolStr>),
    /// `不符合`.
    Ineligible,
    /// `无法判定`.
    Undecidable,
}

impl Outcome {
    /// What is expected.
    pub fn shape(&self) -> Option<OutcomeShape> {
        let first: Option<Expr> = child(self.syntax());
        match option_word(self.syntax()) {
            Some(OptionWord::Ineligible) => return Some(OutcomeShape::Ineligible),
            Some(OptionWord::Undecidable) => return Some(OutcomeShape::Undecidable),
            _ => {}
        }
        if has_reserved(self.syntax(), ReservedWord::Refuse) {
            let reason = child::<Name>(self.syntax()).map(|n| n.text());
            return Some(OutcomeShape::Refused(
                reason.or_else(|| strings(self.syntax()).next()),
            ));
        }
        if has_reserved(self.syntax(), ReservedWord::AtMost) {
            return first.map(OutcomeShape::AtMost);
        }
        match nth(self.syntax(), 1) {
            Some(high) => first.map(|low| OutcomeShape::Range(low, high)),
            None => first.map(OutcomeShape::Value),
        }
    }

    /// `给 …`, `并入 …`, `待到账`, `未公布`, `待选` behind it.
    pub fn qualifiers(&self) -> impl Iterator<Item = Qualifier> + use<> {
        children(self.syntax())
    }

    /// 附 and 依据 behind it.
    pub fn notes(&self) -> impl Iterator<Item = Note> + use<> {
        children(self.syntax())
    }
}

impl Qualifier {
    /// 给, 并入, 待到账, 未公布 or 待选.
    pub fn word(&self) -> Option<ReservedWord> {
        first_token(self.syntax()).and_then(|t| reserved_of(&t))
    }
}

impl Rows {
    /// The header.
    pub fn header(&self) -> Option<HeaderRow> {
        child(self.syntax())
    }

    /// The rows below the header.
    pub fn rows(&self) -> impl Iterator<Item = Row> + use<> {
        children(self.syntax())
    }
}

impl HeaderRow {
    /// Its cells.
    pub fn cells(&self) -> impl Iterator<Item = HeaderCell> + use<> {
        children(self.syntax())
    }
}

impl HeaderCell {
    /// The column's name.
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The unit in brackets.
    pub fn unit(&self) -> Option<Type> {
        child(self.syntax())
    }
}

impl Row {
    /// Its cells.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + use<> {
        children(self.syntax())
    }
}

/// What a cell says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CellShape {
    /// A value; 缺 and 无 are [`CellShape::Missing`] and [`CellShape::Nothing`].
    Value(Expr),
    /// `≥ 1000人`.
    Compare(Comparison, Expr),
    /// `(5000万元, 2亿元]`.
    Interval(Interval),
    /// `200 至 400`.
    Range(Expr, Expr),
    /// `不限`.
    Unlimited,
    /// `缺`.
    Missing,
    /// `无`.
    Nothing,
}

impl Cell {
    /// What it says; `None` when it is empty or broken.
    pub fn shape(&self) -> Option<CellShape> {
        let first: Expr = child(self.syntax())?;
        if let Some(comparison) = tokens(self.syntax()).find_map(|t| Comparison::of(t.kind())) {
            return Some(CellShape::Compare(comparison, first));
        }
        if let Some(high) = nth(self.syntax(), 1) {
            return Some(CellShape::Range(first, high));
        }
        Some(match (first.word(), first) {
            (Some(ReservedWord::Unlimited), _) => CellShape::Unlimited,
            (Some(ReservedWord::Missing), _) => CellShape::Missing,
            (Some(ReservedWord::Nothing), _) => CellShape::Nothing,
            (_, Expr::Interval(interval)) => CellShape::Interval(interval),
            (_, value) => CellShape::Value(value),
        })
    }
}
