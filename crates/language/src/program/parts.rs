//! Values with a timeline and exceptions: parameters, definitions, and the parts of a grant.

use jiufen_diagnostic::Span;
use jiufen_quantity::{Date, Period};
use smol_str::SmolStr;

use super::{CiteId, DocumentId, ExceptionId, ExprId, SubjectId, Type};

/// Something with a value that may change over time and have exceptions.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Values with their periods, in order of time, none overlapping. A gap has no value.
    pub versions: Vec<Version>,
    /// Exceptions in the order they apply; each sees the value before it as 原值.
    pub exceptions: Vec<PartException>,
}

impl Part {
    /// The version in force on a day.
    pub fn at(&self, day: Date) -> Option<&Version> {
        self.versions.iter().find(|v| v.period.contains(day))
    }
}

/// A value of a part during a period.
#[derive(Debug, Clone)]
pub struct Version {
    /// When it holds; both ends belong to it.
    pub period: Period,
    /// What holds.
    pub value: PartValue,
    /// Where it is laid down: the clause, the amending clause, or the paper named by 依据.
    pub cite: CiteId,
    /// The clause it replaced, when it stems from a 修订.
    pub replaced: Option<CiteId>,
}

/// What a version says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartValue {
    /// A formula or value.
    Expr(ExprId),
    /// 未公布: there is a figure, but no published formula.
    Unpublished,
    /// 废止: nothing from here on.
    Repealed,
}

/// What an exception puts in place of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartException {
    /// The exception, with its condition.
    pub exception: ExceptionId,
    /// The value when the condition holds.
    pub value: PartValue,
}

/// 例外: a special case at the same time.
#[derive(Debug, Clone)]
pub struct Exception {
    /// Its name.
    pub name: SmolStr,
    /// What it is an exception to, as written: `研发补助比例`, `研发投入补助.封顶`.
    pub target: SmolStr,
    /// The subject its condition is about.
    pub each: SubjectId,
    /// The condition; evaluated with the `each` row as row 0.
    pub when: Option<ExprId>,
    /// From and to, from its document.
    pub period: Period,
    /// The exceptions it goes before (先于): it applies later and so decides.
    pub before: Vec<ExceptionId>,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// 参数.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: SmolStr,
    /// What it holds.
    pub ty: Type,
    /// Its timeline; no version at all means unverified, and whoever asks is refused by name.
    pub part: Part,
    /// The subject its exceptions depend on, when there are any: the parameter is then a value per row of it.
    pub per: Option<SubjectId>,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// 定义 on a subject: a derived field.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The subject it belongs to.
    pub subject: SubjectId,
    /// Its name.
    pub name: SmolStr,
    /// What it gives.
    pub ty: Type,
    /// The formula, with its timeline.
    pub part: Part,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}
