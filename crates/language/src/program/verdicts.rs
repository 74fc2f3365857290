//! Verdicts, and targets of what people do.

use jiufen_diagnostic::Span;
use jiufen_quantity::Period;
use smol_str::SmolStr;

use super::{CiteId, DocumentId, ExprId, SubjectId};

/// 判定: a verdict with its legal basis. 评级 is one that ranks its rows first.
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
    /// How the rows are ranked, when it is a 评级.
    pub ranking: Option<Ranking>,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// What a 评级 does before its lines are asked: who is ranked, by what, and who is taken out.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// 每年: the law and the year are those of 当年; otherwise those of 今日.
    pub yearly: bool,
    /// 当: who is ranked; none: 不限.
    pub peers: Option<ExprId>,
    /// 键: only rows that agree in all of these are ranked against each other.
    pub group: Vec<ExprId>,
    /// 总分: the weighted sum, where there are 权重.
    pub score: Option<ExprId>,
    /// 排, the first decides first. Rows level in all of them share the better place.
    pub order: Vec<RankKey>,
    /// 否决, in order.
    pub vetoes: Vec<VerdictLine>,
    /// 排名前: a vetoed row takes no place, and those behind it move up.
    pub vetoed_before: bool,
}

/// 排: one key of a ranking.
#[derive(Debug, Clone, Copy)]
pub struct RankKey {
    /// What is compared.
    pub value: ExprId,
    /// Whether the largest is first.
    pub descending: bool,
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
