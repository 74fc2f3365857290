//! Cases as the program knows them: given rows, parameters, determinations, and what must come out.

use jiufen_diagnostic::Span;
use jiufen_quantity::Date;
use smol_str::SmolStr;

use super::{CiteId, DocumentId, ExprId, FieldRef, ParameterId, RuleId, SubjectId, VerdictId};

/// 例: a case beside the clause.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its title.
    pub name: SmolStr,
    /// 当年 of the run; taken from the dates of its rows when a rule is about events.
    pub year: Option<i16>,
    /// 今日 of the run.
    pub date: Option<Date>,
    /// Rows it knows, in order.
    pub rows: Vec<GivenRow>,
    /// Parameters it assumes.
    pub parameters: Vec<(ParameterId, ExprId)>,
    /// Determinations it assumes.
    pub determinations: Vec<GivenDetermination>,
    /// Keys that an officer chose: rule, and the kind of key or the key itself.
    pub choices: Vec<(RuleId, SmolStr)>,
    /// Entitlements it assumes (应得额), so that a group can be tested alone.
    pub entitlements: Vec<GivenEntitlement>,
    /// What it assumes was received from elsewhere (已得), in place of what 计入 would find; none: nothing is assumed.
    pub received: Vec<ExprId>,
    /// What must come out.
    pub expectations: Vec<Expectation>,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// A row that a case knows.
#[derive(Debug, Clone)]
pub struct GivenRow {
    /// What it is.
    pub subject: SubjectId,
    /// How the case calls it.
    pub name: SmolStr,
    /// Field, year, value; a value that is a row is a position in the case's rows.
    pub values: Vec<(FieldRef, Option<i16>, GivenValue)>,
    /// Overlaps and distances, by relation.
    pub spatial: Vec<(SmolStr, ExprId)>,
}

/// A value that a case gives.
#[derive(Debug, Clone)]
pub enum GivenValue {
    /// A constant.
    Value(ExprId),
    /// A row of the case.
    Row(usize),
    /// 缺.
    Missing,
    /// 无.
    Absent,
}

/// A determination (核定) that a case assumes.
#[derive(Debug, Clone)]
pub struct GivenDetermination {
    /// The rule.
    pub rule: RuleId,
    /// The row of the right, when named.
    pub row: Option<usize>,
    /// The determined amount.
    pub amount: ExprId,
    /// The determined first instalment.
    pub first_stage: Option<ExprId>,
}

/// An entitlement of step 6 (应得额) that a case assumes.
#[derive(Debug, Clone)]
pub struct GivenEntitlement {
    /// The rule.
    pub rule: RuleId,
    /// The row of the right, when named.
    pub row: Option<usize>,
    /// The amount.
    pub amount: ExprId,
}

/// What a case expects.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// Of what.
    pub of: ExpectedOf,
    /// Expected value, lower end, or ceiling.
    pub value: Option<ExprId>,
    /// Upper end, with 至.
    pub high: Option<ExprId>,
    /// 至多 stands before the value.
    pub at_most: bool,
    /// 拒绝, 不符合, 无法判定, or a verdict's word.
    pub word: Option<SmolStr>,
    /// The code behind 拒绝.
    pub fault: Option<SmolStr>,
    /// 给 whom: the words, matched against the beneficiary's name.
    pub pay_to: Option<SmolStr>,
    /// 并入 which right, by rule.
    pub merged_into: Option<RuleId>,
    /// Reasons that must be there: 待到账, 未公布, 待选, 缺.
    pub reasons: Vec<SmolStr>,
    /// Papers that must be asked for.
    pub attachments: Vec<Vec<String>>,
    /// Its place.
    pub span: Span,
}

/// Of what a case expects something.
#[derive(Debug, Clone)]
pub enum ExpectedOf {
    /// The right of a rule, for a row of the case (the only one when not named).
    Right {
        /// The rule.
        rule: RuleId,
        /// The row.
        row: Option<usize>,
        /// Instalment, from 1.
        stage: Option<usize>,
    },
    /// The verdict on a row.
    Verdict {
        /// The verdict.
        verdict: VerdictId,
        /// The row.
        row: Option<usize>,
    },
    /// Any expression over a row of the case.
    Value {
        /// The expression; row 0 is `row`.
        expr: ExprId,
        /// The row.
        row: usize,
    },
}
