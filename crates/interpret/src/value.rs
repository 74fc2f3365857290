//! Values that may be uncertain, and why.

use std::collections::BTreeSet;

use jiufen_diagnostic::Lang;
use jiufen_language::program::{FieldRef, Literal, ParameterId, Program, SubjectId, VerdictId};
use jiufen_quantity::Exact;
use num_traits::{Signed, Zero};
use smol_str::SmolStr;

use crate::decision::Right;
use crate::describe;
use crate::facts::{Facts, RowId};

/// Why a value is not settled. The order is the order in which reasons are listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// 缺: a fact is missing.
    Missing {
        /// Whose.
        row: RowId,
        /// Which field.
        field: FieldRef,
        /// Of which year; none for a field that is not yearly, and when nothing at all is known of a yearly one.
        year: Option<i16>,
    },
    /// 缺: an overlap or distance was not computed.
    Spatial {
        /// Whose.
        row: RowId,
        /// `重叠面积(永久基本农田)`.
        relation: SmolStr,
    },
    /// 缺: a list of rows is not complete.
    Incomplete {
        /// What is listed.
        subject: SubjectId,
        /// The row that they belong to and the reference that says so; none for all rows of the subject.
        of: Option<(RowId, FieldRef)>,
    },
    /// 未公布: a formula, figure or share that is not published.
    Unpublished(SmolStr),
    /// 未公布: a fact whose absence means that it is not published.
    UnpublishedFact {
        /// Whose.
        row: RowId,
        /// Which field.
        field: FieldRef,
        /// Of which year.
        year: Option<i16>,
    },
    /// 待到账: a fact whose absence means that money has not arrived.
    PendingArrival {
        /// Whose.
        row: RowId,
        /// Which field.
        field: FieldRef,
        /// Of which year.
        year: Option<i16>,
    },
    /// 缺: what a peer in a ranking is ranked by has no value; its own decision says why.
    Unranked {
        /// The ranking.
        verdict: VerdictId,
        /// The peer.
        row: RowId,
    },
    /// 缺: a right that competes for the same and has no value, so that it may still come to anything.
    Refused {
        /// The right.
        right: Right,
        /// Why it has no value.
        fault: FaultCode,
    },
    /// 缺: a parameter whose figure was not found, in a ranking: it leaves everybody's class open and breaks nobody's row.
    EmptyParameter(ParameterId),
    /// 待选: a key, candidate or contradiction that a person must settle.
    PendingChoice(SmolStr),
}

impl Reason {
    /// The Chinese word of its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Missing { .. }
            | Self::Spatial { .. }
            | Self::Incomplete { .. }
            | Self::Unranked { .. }
            | Self::Refused { .. }
            | Self::EmptyParameter(_) => "缺",
            Self::Unpublished(_) | Self::UnpublishedFact { .. } => "未公布",
            Self::PendingArrival { .. } => "待到账",
            Self::PendingChoice(_) => "待选",
        }
    }

    /// Whether it leaves open what the right is: 缺 and 待选 do; 未公布 and 待到账 only how much.
    pub fn leaves_open(&self) -> bool {
        matches!(self.kind(), "缺" | "待选")
    }

    /// What it is about, as a person names it in Chinese: `甲 2024年.研发费用`.
    pub fn words(&self, program: &Program, facts: &dyn Facts) -> String {
        describe::reason_about(program, facts, self, Lang::Zh)
    }
}

/// A set of reasons, in a fixed order.
pub type Reasons = BTreeSet<Reason>;

/// Why there is no value at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which kind.
    pub code: FaultCode,
    /// What it is about: the parameter, the divisor, the table.
    pub words: SmolStr,
}

/// Kinds of fault, each with a kebab-case code and Chinese words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultCode {
    /// A parameter whose figure was not found or has no value on that day.
    EmptyParameter,
    /// No version of a part holds on that day.
    NotInForce,
    /// The clause was repealed.
    Repealed,
    /// A yearly right whose document lapses within the year, and no 跨期 says what then.
    LapsedWithinYear,
    /// Division by zero.
    DivisionByZero,
    /// Beyond what a ledger can hold.
    Overflow,
    /// A right that would be negative.
    NegativeAmount,
    /// No row of a table fits.
    NoTableRow,
    /// No date to choose the version of the law by.
    NoDate,
    /// The account cannot be shared out while claims on it are uncertain, or has less than is claimed.
    Account,
    /// Figures of two vintages in one operation.
    MixedVintage,
    /// Grants to selected operators need fair-competition review (公平竞争审查条例 第十条).
    FairCompetition,
    /// A part that this version cannot evaluate, by name.
    NotEvaluated,
    /// A function cannot be computed on these values (a step of zero, a date out of range).
    Domain,
}

impl FaultCode {
    /// Whether the right may still come to something once what is wrong is mended. Of what the law itself ends nothing
    /// comes.
    pub fn may_be_mended(self) -> bool {
        match self {
            Self::NotInForce | Self::Repealed | Self::NoDate | Self::FairCompetition | Self::Account => false,
            Self::EmptyParameter
            | Self::LapsedWithinYear
            | Self::DivisionByZero
            | Self::Overflow
            | Self::NegativeAmount
            | Self::NoTableRow
            | Self::MixedVintage
            | Self::NotEvaluated
            | Self::Domain => true,
        }
    }

    /// Kebab-case, as written to `decisions.csv`.
    pub fn code(self) -> &'static str {
        match self {
            Self::EmptyParameter => "empty-parameter",
            Self::NotInForce => "not-in-force",
            Self::Repealed => "repealed",
            Self::LapsedWithinYear => "lapsed-within-year",
            Self::DivisionByZero => "division-by-zero",
            Self::Overflow => "overflow",
            Self::NegativeAmount => "negative-amount",
            Self::NoTableRow => "no-table-row",
            Self::NoDate => "no-date",
            Self::Account => "account",
            Self::MixedVintage => "mixed-vintage",
            Self::FairCompetition => "fair-competition",
            Self::NotEvaluated => "not-evaluated",
            Self::Domain => "domain",
        }
    }

    /// Chinese words; also accepted after 拒绝 in a case.
    pub fn zh(self) -> &'static str {
        match self {
            Self::EmptyParameter => "参数未核实",
            Self::NotInForce => "不在施行期",
            Self::Repealed => "已废止",
            Self::LapsedWithinYear => "期内失效",
            Self::DivisionByZero => "除数为零",
            Self::Overflow => "超出范围",
            Self::NegativeAmount => "金额为负",
            Self::NoTableRow => "表中无此行",
            Self::NoDate => "没有适用日期",
            Self::Account => "额度不能分配",
            Self::MixedVintage => "口径不同",
            Self::FairCompetition => "需公平竞争审查",
            Self::NotEvaluated => "本版不能计算",
            Self::Domain => "不能计算",
        }
    }

    /// English words.
    pub fn en(self) -> &'static str {
        match self {
            Self::EmptyParameter => "the parameter has no verified value",
            Self::NotInForce => "not in force on that day",
            Self::Repealed => "repealed",
            Self::LapsedWithinYear => "the document lapses within the year",
            Self::DivisionByZero => "division by zero",
            Self::Overflow => "out of range",
            Self::NegativeAmount => "the amount is negative",
            Self::NoTableRow => "no row of the table fits",
            Self::NoDate => "no date to choose the version of the law by",
            Self::Account => "the account cannot be shared out",
            Self::MixedVintage => "figures of two vintages",
            Self::FairCompetition => "needs fair-competition review",
            Self::NotEvaluated => "this version cannot evaluate it",
            Self::Domain => "cannot be computed on these values",
        }
    }

    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::EmptyParameter,
        Self::NotInForce,
        Self::Repealed,
        Self::LapsedWithinYear,
        Self::DivisionByZero,
        Self::Overflow,
        Self::NegativeAmount,
        Self::NoTableRow,
        Self::NoDate,
        Self::Account,
        Self::MixedVintage,
        Self::FairCompetition,
        Self::NotEvaluated,
        Self::Domain,
    ];
}

/// A number known to lie between two ends; an absent end has no limit. Exact when both ends are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// Lower end.
    pub low: Option<Exact>,
    /// Upper end.
    pub high: Option<Exact>,
}

/// What an expression gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number, certain when exact and without reasons.
    Number(Interval, Reasons),
    /// 是 or 否.
    Truth(bool),
    /// A condition that cannot be decided.
    Undecided(Reasons),
    /// Text, date, year, enumeration, code, way of rounding.
    Literal(Literal),
    /// A row.
    Row(RowId),
    /// Rows, and why the list may be incomplete; no reason: it is complete.
    Rows(Vec<RowId>, Reasons),
    /// One value a year, oldest first; years before the row existed are left out.
    Series(Vec<(i16, Value)>),
    /// Several possible answers of the table of that name; a person chooses.
    Candidates(Vec<Literal>, SmolStr),
    /// Something that is no number and no condition, and is not known.
    Unsettled(Reasons),
    /// 无.
    Absent,
    /// No value.
    Refused(Fault),
}

impl Fault {
    /// A fault about something.
    pub fn new(code: FaultCode, words: impl Into<SmolStr>) -> Self {
        Self {
            code,
            words: words.into(),
        }
    }
}

impl Interval {
    /// One number.
    pub fn only(value: Exact) -> Self {
        Self {
            low: Some(value.clone()),
            high: Some(value),
        }
    }

    /// Between two numbers, in either order.
    pub fn between(a: Exact, b: Exact) -> Self {
        if a <= b {
            Self {
                low: Some(a),
                high: Some(b),
            }
        } else {
            Self {
                low: Some(b),
                high: Some(a),
            }
        }
    }

    /// Every number.
    pub fn unbounded() -> Self {
        Self {
            low: None,
            high: None,
        }
    }

    /// Every number from zero.
    pub fn not_negative() -> Self {
        Self {
            low: Some(Exact::zero()),
            high: None,
        }
    }

    /// The number, when both ends are the same.
    pub fn exact(&self) -> Option<&Exact> {
        self.low.as_ref().filter(|low| self.high.as_ref() == Some(low))
    }

    /// Whether zero lies in it.
    pub fn holds_zero(&self) -> bool {
        self.low.as_ref().is_none_or(|low| !low.is_positive())
            && self.high.as_ref().is_none_or(|high| !high.is_negative())
    }

    /// The smallest interval that holds both.
    #[must_use]
    pub fn hull(&self, other: &Self) -> Self {
        let low = self
            .low
            .as_ref()
            .zip(other.low.as_ref())
            .map(|(a, b)| a.min(b).clone());
        let high = self
            .high
            .as_ref()
            .zip(other.high.as_ref())
            .map(|(a, b)| a.max(b).clone());
        Self { low, high }
    }
}

/// What a condition comes to: Kleene's three values, or no value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Truth<'v> {
    /// 是.
    Yes,
    /// 否.
    No,
    /// It cannot be decided.
    Open(&'v Reasons),
    /// There is no value.
    Refused(&'v Fault),
}

static NOT_A_CONDITION: Fault = Fault {
    code: FaultCode::Domain,
    words: SmolStr::new_static("不是条件"),
};

impl Value {
    /// A number between two ends. Both ends the same is exact, and then no reason is left.
    pub fn number(interval: Interval, reasons: Reasons) -> Self {
        if interval.exact().is_some() {
            return Self::Number(interval, Reasons::new());
        }
        Self::Number(interval, reasons)
    }

    /// One number.
    pub fn exact(value: Exact) -> Self {
        Self::Number(Interval::only(value), Reasons::new())
    }

    /// No value, and why.
    pub fn refused(code: FaultCode, words: impl Into<SmolStr>) -> Self {
        Self::Refused(Fault::new(code, words))
    }

    /// The value of a literal: numbers are exact, 是 and 否 are truths.
    pub fn literal(literal: &Literal) -> Self {
        match literal {
            Literal::Number(n) => Self::exact(n.clone()),
            Literal::Boolean(b) => Self::Truth(*b),
            other => Self::Literal(other.clone()),
        }
    }

    /// Why it is not settled; none when it is.
    pub fn reasons(&self) -> Option<&Reasons> {
        match self {
            Self::Number(_, reasons)
            | Self::Undecided(reasons)
            | Self::Unsettled(reasons)
            | Self::Rows(_, reasons) => (!reasons.is_empty()).then_some(reasons),
            _ => None,
        }
    }

    /// Adds why it is not settled to `into`.
    pub fn add_reasons(&self, into: &mut Reasons) {
        match self {
            Self::Candidates(_, table) => {
                into.insert(Reason::PendingChoice(table.clone()));
            }
            Self::Series(years) => years.iter().for_each(|(_, value)| value.add_reasons(into)),
            other => into.extend(other.reasons().into_iter().flatten().cloned()),
        }
    }

    /// Whether a person or a fact may still change it.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Candidates(..) => true,
            Self::Series(years) => years.iter().any(|(_, value)| value.is_open()),
            other => other.reasons().is_some(),
        }
    }

    /// As a condition. 无 is 否: a firm in no park is in no small park.
    pub(crate) fn truth(&self) -> Truth<'_> {
        match self {
            Self::Truth(true) | Self::Literal(Literal::Boolean(true)) => Truth::Yes,
            Self::Truth(false) | Self::Literal(Literal::Boolean(false)) | Self::Absent => Truth::No,
            Self::Undecided(reasons) | Self::Unsettled(reasons) => Truth::Open(reasons),
            Self::Refused(fault) => Truth::Refused(fault),
            _ => Truth::Refused(&NOT_A_CONDITION),
        }
    }

    /// What may be either of two values, for `reasons` besides their own. Two equal certain values stay what they are.
    #[must_use]
    pub(crate) fn either(self, other: Self, reasons: &Reasons) -> Self {
        if self == other && !self.is_open() {
            return self;
        }
        let mut all = reasons.clone();
        match (self, other) {
            (Self::Refused(fault), _) | (_, Self::Refused(fault)) => Self::Refused(fault),
            (Self::Number(a, ra), Self::Number(b, rb)) => {
                all.extend(ra);
                all.extend(rb);
                Self::number(a.hull(&b), all)
            }
            (a, b) => {
                a.add_reasons(&mut all);
                b.add_reasons(&mut all);
                let condition = |v: &Self| matches!(v, Self::Truth(_) | Self::Undecided(_));
                if condition(&a) && condition(&b) {
                    Self::Undecided(all)
                } else {
                    Self::Unsettled(all)
                }
            }
        }
    }
}
