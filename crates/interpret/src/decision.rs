//! What comes out for one right, and how it came about.

use std::sync::Arc;

use jiufen_language::program::{
    AccountId, CiteId, DefinitionId, ExceptionId, ExprId, FieldRef, GroupId, ParameterId, RuleId, TableId,
    VerdictId,
};
use jiufen_quantity::{Date, Period};
use smol_str::SmolStr;

use crate::facts::{Determination, RowId};
use crate::value::{Fault, Reason, Reasons, Value};

/// The right that is decided: its object, not its beneficiary (language.md §8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Right {
    /// The rule.
    pub rule: RuleId,
    /// The row it is for.
    pub row: RowId,
    /// The entitlement year; none when it arises once or by an event.
    pub year: Option<i16>,
}

/// Money paid in an earlier year on a right that a run does not decide itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The right, once for each edition of its rule: the same right, whichever of them is asked for its key.
    pub editions: Vec<Right>,
    /// What was paid.
    pub fen: i128,
}

/// Four answers. An amount of 0 is never used for "not known".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// 符合.
    Eligible,
    /// 不符合.
    Ineligible,
    /// 无法判定.
    Undetermined,
    /// 拒绝: there is no value, and a fault says why.
    Refused,
}

impl Status {
    /// The Chinese word.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Eligible => "符合",
            Self::Ineligible => "不符合",
            Self::Undetermined => "无法判定",
            Self::Refused => "拒绝",
        }
    }

    /// The English word.
    pub fn en(self) -> &'static str {
        match self {
            Self::Eligible => "eligible",
            Self::Ineligible => "ineligible",
            Self::Undetermined => "undetermined",
            Self::Refused => "refused",
        }
    }
}

/// The decision on one right.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Which right.
    pub right: Right,
    /// The answer.
    pub status: Status,
    /// Why there is no value, with 拒绝.
    pub fault: Option<Fault>,
    /// Outside the document's territory, or outside its period: why it is 不符合 before any condition was asked.
    pub outside: Option<Outside>,
    /// The day that chose the version of the law.
    pub law_day: Option<Date>,
    /// 当年 of the right: its entitlement year, or the year of the law day of an event.
    pub year: i16,
    /// The year that the right belongs to: as `year`, but none for a right that arises once, which no year owns, and
    /// while the law day of an event is not known.
    pub own_year: Option<i16>,
    /// Whether it holds, before any amount: territory and condition; none when that cannot be decided.
    pub holds: Option<bool>,
    /// Who is paid.
    pub beneficiary: Option<RowId>,
    /// The entitlement after step 6, in whole fen; an absent end has no limit. `[0, 0]` when 不符合, both ends absent
    /// with 拒绝.
    pub entitlement: FenInterval,
    /// Whether the upper end is a ceiling (至多) of an unpublished formula.
    pub at_most: bool,
    /// Why it is not settled.
    pub reasons: Reasons,
    /// Facts that would settle it, in source order.
    pub missing: Vec<Reason>,
    /// The determination that settled it.
    pub determination: Option<Determination>,
    /// Instalments, when there are any.
    pub stages: Vec<StageDecision>,
    /// After caps, groups and accounts (steps 7–10), in whole fen.
    pub settled: FenInterval,
    /// What steps 7–10 did, in order.
    pub settlement: Vec<Settlement>,
    /// The right it was merged into (就高, 补差, 先到).
    pub merged_into: Option<Right>,
    /// The steps that led to it.
    pub derivation: Step,
}

impl Decision {
    /// What the right comes to, once nothing about it is open.
    fn certain_fen(&self) -> Option<i128> {
        let certain = self.reasons.is_empty() && matches!(self.status, Status::Eligible | Status::Ineligible);
        self.settled.exact().filter(|_| certain)
    }

    /// What may be paid, in fen: only an exact, settled amount without reasons. Where there are instalments, those
    /// whose condition holds, whenever they fall due.
    pub fn payable_fen(&self) -> Option<i128> {
        let whole = self.certain_fen()?;
        if self.stages.is_empty() {
            return Some(whole);
        }
        self.stages.iter().map(|stage| stage.amount.exact()).sum()
    }

    /// What of it may be paid on 今日, in fen: the instalments that are due, or all where it is paid at once. An
    /// instalment still to come may be open; one that would be due leaves no figure while it is.
    pub fn due_fen(&self) -> Option<i128> {
        let whole = self.certain_fen()?;
        if self.stages.is_empty() {
            return Some(whole);
        }
        self.stages.iter().map(StageDecision::due_fen).sum()
    }
}

/// An amount in whole fen between two ends; an absent end has no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FenInterval {
    /// Lower end.
    pub low: Option<i128>,
    /// Upper end.
    pub high: Option<i128>,
}

impl FenInterval {
    /// One amount.
    pub fn only(fen: i128) -> Self {
        Self {
            low: Some(fen),
            high: Some(fen),
        }
    }

    /// From nothing up to an end; no end is no limit.
    pub fn up_to(high: Option<i128>) -> Self {
        Self { low: Some(0), high }
    }

    /// The amount, when both ends are the same.
    pub fn exact(&self) -> Option<i128> {
        self.low.filter(|low| self.high == Some(*low))
    }

    /// The lower end; an amount to be paid is never below nothing.
    pub(crate) fn least(&self) -> i128 {
        self.low.unwrap_or(0)
    }

    /// Whether it may be more than `fen`.
    pub(crate) fn may_exceed(&self, fen: i128) -> bool {
        self.high.is_none_or(|high| high > fen)
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        let end = |a: Option<i128>, b: Option<i128>| a.zip(b).map(|(a, b)| a.saturating_add(b));
        Self {
            low: end(self.low, other.low),
            high: end(self.high, other.high),
        }
    }

    /// What is left above `other`, never below nothing.
    pub(crate) fn above(&self, other: &Self) -> Self {
        let low = other
            .high
            .map_or(0, |taken| self.least().saturating_sub(taken).max(0));
        let high = self.high.map(|high| high.saturating_sub(other.least()).max(0));
        Self { low: Some(low), high }
    }

    /// The smaller of two at either end.
    pub(crate) fn smaller(&self, other: &Self) -> Self {
        let high = match (self.high, other.high) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self {
            low: Some(self.least().min(other.least())),
            high,
        }
    }

    /// The larger of two at either end.
    pub(crate) fn larger(&self, other: &Self) -> Self {
        let high = self.high.zip(other.high).map(|(a, b)| a.max(b));
        Self {
            low: Some(self.least().max(other.least())),
            high,
        }
    }
}

/// Why a right does not arise before any condition is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outside {
    /// The row lies in another territory.
    Territory {
        /// Where the row lies.
        row: SmolStr,
        /// Where the document holds.
        document: SmolStr,
    },
    /// The event lies after 今日: there is no right yet.
    NotYet {
        /// The day of the event.
        day: Date,
        /// 今日 of the run.
        today: Date,
    },
    /// The day lies outside the document's period.
    Period {
        /// The day.
        day: Date,
        /// The period.
        period: Period,
    },
}

/// An instalment's own condition (当).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageCondition {
    /// The text gives none.
    None,
    /// 成立.
    Holds,
    /// 不成立.
    Fails,
    /// 未定.
    Open,
}

impl StageCondition {
    /// The Chinese word.
    pub fn zh(self) -> &'static str {
        match self {
            Self::None => "无",
            Self::Holds => "成立",
            Self::Fails => "不成立",
            Self::Open => "未定",
        }
    }
}

/// Where an instalment stands on 今日.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageStatus {
    /// 到期.
    Due,
    /// 未到期.
    NotYet,
    /// 条件未定: it would be due, but its condition, or the right itself, is open.
    Open,
    /// 条件不成立.
    Fails,
    /// 日期未定: the fact that its date follows from is missing.
    NoDate,
}

impl StageStatus {
    /// The Chinese word.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Due => "到期",
            Self::NotYet => "未到期",
            Self::Open => "条件未定",
            Self::Fails => "条件不成立",
            Self::NoDate => "日期未定",
        }
    }

    /// The English word.
    pub fn en(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::NotYet => "not yet due",
            Self::Open => "condition open",
            Self::Fails => "condition fails",
            Self::NoDate => "no date yet",
        }
    }
}

/// One instalment.
#[derive(Debug, Clone)]
pub struct StageDecision {
    /// When it is due, when known.
    pub due: Option<Date>,
    /// Whether its own condition holds.
    pub condition: StageCondition,
    /// Where it stands.
    pub status: StageStatus,
    /// Its amount in fen.
    pub amount: FenInterval,
    /// Why the amount or the date is not settled.
    pub reasons: Reasons,
}

impl StageDecision {
    /// What of it may be paid on 今日; none while that is open.
    fn due_fen(&self) -> Option<i128> {
        match self.status {
            StageStatus::Due => self.amount.exact(),
            StageStatus::NotYet | StageStatus::Fails => Some(0),
            StageStatus::Open | StageStatus::NoDate => self.amount.exact().filter(|fen| *fen == 0),
        }
    }
}

impl Step {
    /// A step that rests on nothing.
    pub(crate) fn leaf(what: What, value: Value) -> Self {
        Self {
            what,
            value,
            cite: None,
            children: Vec::new(),
            told: None,
        }
    }

    /// A step that rests on others.
    pub(crate) fn of(what: What, value: Value, children: Vec<Step>) -> Self {
        Self {
            what,
            value,
            cite: None,
            children,
            told: None,
        }
    }

    /// Says in which order its reasons come, when the steps that tell it are not kept with it.
    #[must_use]
    pub(crate) fn telling(mut self, order: Arc<[Reason]>) -> Self {
        self.told = Some(order);
        self
    }

    /// What would settle its value, in source order.
    pub(crate) fn missing(&self) -> Arc<[Reason]> {
        let mut missing = Vec::new();
        self.add_missing(&mut missing);
        missing.into()
    }

    /// Says where it is laid down.
    #[must_use]
    pub(crate) fn cited(mut self, cite: CiteId) -> Self {
        self.cite = Some(cite);
        self
    }

    /// Adds the facts that would settle its value to `into`: its open leaves in source order, as far as they are
    /// still among its own reasons (a deciding sibling overrules the others).
    pub(crate) fn add_missing(&self, into: &mut Vec<Reason>) {
        let mut own = Reasons::new();
        self.value.add_reasons(&mut own);
        self.add_missing_of(&own, into);
    }

    fn add_missing_of(&self, allowed: &Reasons, into: &mut Vec<Reason>) {
        if !self.value.is_open() {
            return;
        }
        let mut own = Reasons::new();
        self.value.add_reasons(&mut own);
        own.retain(|reason| allowed.contains(reason));
        self.children
            .iter()
            .for_each(|child| child.add_missing_of(&own, into));
        let told = self.told.iter().flat_map(|told| told.iter());
        for reason in told.filter(|reason| own.contains(reason)) {
            if !into.contains(reason) {
                into.push(reason.clone());
            }
        }
        for reason in own {
            if !into.contains(&reason) {
                into.push(reason);
            }
        }
    }
}

/// What one of the steps 7–10 did to a right.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// 7, 8, 9 or 10 of language.md §8.2.
    pub step: u8,
    /// Which mechanism.
    pub by: SettledBy,
    /// The amount before, in fen.
    pub before: FenInterval,
    /// The amount after, in fen.
    pub after: FenInterval,
    /// In words, with the figures that took part: `组合 研发类 就高:高者为 …`.
    pub words: String,
    /// Where it is laid down.
    pub cite: CiteId,
}

/// Which mechanism changed an amount after step 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettledBy {
    /// A cap shared over years or rows.
    SharedCap,
    /// A group.
    Group(GroupId),
    /// Money from elsewhere that is counted in.
    Counting(GroupId),
    /// An account.
    Account(AccountId),
}

/// One step of a derivation.
#[derive(Debug, Clone)]
pub struct Step {
    /// What was done.
    pub what: What,
    /// What it gave.
    pub value: Value,
    /// Where it is laid down, when this step has a source of its own.
    pub cite: Option<CiteId>,
    /// The steps it rests on, in source order.
    pub children: Vec<Step>,
    /// The order of its reasons, where the steps it rests on stand with an earlier step of the same value.
    pub(crate) told: Option<Arc<[Reason]>>,
}

/// What a step did.
#[derive(Debug, Clone)]
pub enum What {
    /// The right as a whole.
    Right(Right),
    /// A verdict as a whole.
    Verdict(VerdictId),
    /// Which day chose the version of the law.
    LawDay(Date),
    /// The territory test.
    Territory,
    /// 当.
    Condition,
    /// 金额.
    Amount,
    /// 跨期 按日: the amount for the days in force; the child is the amount of the whole year.
    ByDay {
        /// Days in force in the year.
        days: i32,
        /// Days of the year.
        of: i32,
    },
    /// 封顶 without scope: the children are the uncapped amount and the cap.
    Cap,
    /// Rounding to whole fen, 四舍五入: the child is the amount before.
    RoundToFen,
    /// 核定: the child is what was published.
    Determined,
    /// An entitlement that a case assumes, in place of steps 1 to 6.
    Assumed,
    /// An expression of the program.
    Expr(ExprId),
    /// A part with a timeline: the version used, and the exception when one applied.
    Version {
        /// Of what.
        of: PartName,
        /// When the version holds.
        period: Period,
        /// The clause it replaced, when a 修订 laid it down.
        replaced: Option<CiteId>,
        /// The exception that replaced it.
        exception: Option<ExceptionId>,
    },
    /// An exception that was in force: its value is whether its condition holds; the children are the condition and,
    /// unless it is 否, what it puts in place.
    Exception(ExceptionId),
    /// A fact of a row, where a derivation ends. Its words and place are asked of the facts when it is shown.
    Fact {
        /// Whose.
        row: RowId,
        /// Which field.
        field: FieldRef,
        /// Of which year.
        year: Option<i16>,
    },
    /// An overlap or distance of a row, computed beforehand.
    Spatial {
        /// Whose.
        row: RowId,
        /// The expression that asks for it.
        expr: ExprId,
    },
    /// A row of a table that fitted.
    TableRow {
        /// The table.
        table: TableId,
        /// From 1.
        row: usize,
        /// When the edition holds.
        period: Period,
        /// The clause it replaced, when a 修订 laid it down.
        replaced: Option<CiteId>,
    },
    /// A listed row inside 其中, 合计, 存在 ….
    Listed(RowId),
    /// A verdict line, by position.
    Line(usize),
    /// A line of 否决 in a ranking, by position.
    Veto(usize),
    /// 总分 of a ranking; the children are its weighted measures.
    Score(ExprId),
    /// 位次 in a ranking.
    Place {
        /// How many others are level with it.
        level: u32,
    },
    /// 总数 of a ranking.
    Peers,
}

/// A part with a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartName {
    /// A parameter.
    Parameter(ParameterId),
    /// A definition.
    Definition(DefinitionId),
    /// 当 of a rule.
    Condition(RuleId),
    /// 金额 of a rule.
    Amount(RuleId),
    /// 封顶 of a rule, by position.
    Cap(RuleId, usize),
    /// 至多 of a rule.
    AtMost(RuleId),
    /// 封顶 of a group.
    GroupCap(GroupId),
    /// 额度 of an account.
    Quota(AccountId),
}

/// The answer to a verdict.
#[derive(Debug, Clone)]
pub struct VerdictDecision {
    /// Which verdict.
    pub verdict: VerdictId,
    /// On which row.
    pub row: RowId,
    /// The outcome; 无法判定 when open.
    pub outcome: SmolStr,
    /// Lines that hold, by position.
    pub lines: Vec<usize>,
    /// Papers needed, alternatives inside.
    pub attachments: Vec<Vec<String>>,
    /// Facts that would settle it.
    pub missing: Vec<Reason>,
    /// Why there is no answer.
    pub fault: Option<Fault>,
    /// The steps.
    pub derivation: Step,
}
