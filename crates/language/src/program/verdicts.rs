//! Verdicts, and targets of what people do.

use jiufen_diagnostic::Span;
use jiufen_quantity::Period;
use smol_str::SmolStr;

use super::{CiteId, DocumentId, ExprId, SubjectId};

/// 判定: a verdict with its legal basis.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Its name.
    pub name: SmolStr,
    /// What it is about.
    pub each: SubjectId,
    /// The date that chooses the version of the law.
    pub as_of: Option<ExprId>,
    /// The row (or none) whose territory must lie in the document's.
    pub territory_of: Option<ExprId>,
    /// 取严 (strictest of all lines) or 首个 (first that holds).
    pub strictest: bool,
    /// Lines in order.
    pub lines: Vec<VerdictLine>,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// A line of a verdict.
#[derive(Debug, Clone)]
pub struct VerdictLine {
    /// The condition; none: 否则.
    pub when: Option<ExprId>,
    /// 可, 不可, 有条件, or any other word.
    pub outcome: SmolStr,
    /// Papers needed; alternatives inside.
    pub attachments: Vec<Vec<String>>,
    /// 依据.
    pub basis: Vec<String>,
    /// Its place.
    pub span: Span,
}

/// 目标: what people want to reach.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name.
    pub name: SmolStr,
    /// Dated values, in order of time.
    pub values: Vec<(Period, ExprId)>,
    /// Whether the values are 累计 (running totals) or 当季.
    pub cumulative: Option<bool>,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}
