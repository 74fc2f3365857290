//! Grants: what one right is for, who is paid, when, how much, and by what it is limited.

use jiufen_diagnostic::Span;
use smol_str::SmolStr;

use super::{AccountId, CiteId, DocumentId, ExprId, GroupId, Part, SubjectId};

/// How often a right arises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// One right a row.
    Row,
    /// One right a row and year.
    Yearly,
    /// One right a row, ever.
    Once,
}

/// 奖补: a grant.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name.
    pub name: SmolStr,
    /// What one right is for.
    pub each: SubjectId,
    /// How often.
    pub frequency: Frequency,
    /// The row that is paid.
    pub pay_to: ExprId,
    /// How 给 was written: `企业`, `园区.运营方`.
    pub pay_to_words: SmolStr,
    /// The row (or none) whose territory must lie in the document's.
    pub territory_of: Option<ExprId>,
    /// The date that chooses the version of the law; none: 31 December of 当年.
    pub as_of: Option<ExprId>,
    /// The condition; no version: everybody.
    pub when: Part,
    /// The formula, in 元.
    pub amount: Part,
    /// Caps in the order written.
    pub caps: Vec<Cap>,
    /// 至多: a ceiling where no formula is published.
    pub at_most: Option<Cap>,
    /// Instalments, empty when paid at once.
    pub stages: Vec<Stage>,
    /// The group whose repeat-claim rule it falls under.
    pub group: Option<GroupId>,
    /// What it draws: an account and, unless it draws its own money, how much.
    pub draws: Vec<Draw>,
    /// 方式, such as 免申即享.
    pub delivery: Option<SmolStr>,
    /// 附: papers that are needed; alternatives inside.
    pub attachments: Vec<Vec<String>>,
    /// 期限: duty to act within a duration from a date.
    pub deadline: Option<Deadline>,
    /// What "once" is counted over: the earliest rule it continues (承接), as `文号/名称`; a document without a number
    /// stands there with its title.
    pub lineage: SmolStr,
    /// 跨期, when the document lapses within a year.
    pub spanning: Option<Spanning>,
    /// Whether it is promised only under fair-competition review (lint `fair-competition`).
    pub fair_competition_review: bool,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// A cap (封顶) or ceiling (至多).
#[derive(Debug, Clone)]
pub struct Cap {
    /// How much, in 元.
    pub part: Part,
    /// What it is shared over; none: this right alone.
    pub per: Option<CapScope>,
}

/// What a cap is shared over.
#[derive(Debug, Clone)]
pub struct CapScope {
    /// Each year of its own.
    pub yearly: bool,
    /// Each row that this gives; none: the beneficiary.
    pub row: Option<ExprId>,
    /// As written: `每年 每 项目`.
    pub words: SmolStr,
}

/// 分期: one instalment.
#[derive(Debug, Clone)]
pub struct Stage {
    /// When it is due.
    pub due: ExprId,
    /// A condition of its own.
    pub when: Option<ExprId>,
    /// How much.
    pub amount: StageAmount,
    /// Its place.
    pub span: Span,
}

/// How much an instalment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageAmount {
    /// A rate of the whole, or money, by the expression's type.
    Expr(ExprId),
    /// 未公布.
    Unpublished,
    /// 余额: what is left of the whole.
    Rest,
}

/// What a right draws on.
#[derive(Debug, Clone, Copy)]
pub struct Draw {
    /// The account.
    pub account: AccountId,
    /// How much of it; none: the money of the right itself.
    pub amount: Option<ExprId>,
}

/// 期限.
#[derive(Debug, Clone)]
pub struct Deadline {
    /// How long, with unit: days, working days, months or years.
    pub length: ExprId,
    /// From which date, as written.
    pub from: SmolStr,
}

/// 跨期: what a yearly right is when its document lapses within the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spanning {
    /// 全年.
    WholeYear,
    /// 按日.
    ByDay,
    /// 不给.
    Nothing,
}
