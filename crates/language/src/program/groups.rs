//! What rights share: groups and accounts.

use jiufen_diagnostic::Span;
use smol_str::SmolStr;

use super::{Cap, CiteId, DocumentId, ExprId, Part, RuleId, Type};

/// 法 of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupMode {
    /// 就高: the highest only.
    Highest,
    /// 补差: the highest so far less what was received on this key.
    TopUp,
    /// 互斥: more than one is a contradiction for a person.
    Exclusive,
    /// 先到: the earliest only.
    FirstCome,
    /// 叠加: all, under a common cap.
    Stack,
}

/// 组合: a repeat-claim rule over several rights.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name.
    pub name: SmolStr,
    /// Its rule.
    pub mode: GroupMode,
    /// Cap over the group (法 叠加), in 元.
    pub cap: Option<Cap>,
    /// The key, for each member rule in its own terms.
    pub members: Vec<Member>,
    /// 待选: the names an officer must choose among, when the key is not fixed.
    pub choices: Vec<SmolStr>,
    /// The key as written.
    pub key_words: SmolStr,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}

/// One rule of a group.
#[derive(Debug, Clone)]
pub struct Member {
    /// The rule.
    pub rule: RuleId,
    /// Key expressions on the rule's row; with 待选, one for each choice (none where the row has no such path).
    pub keys: Vec<Option<ExprId>>,
    /// Whether 年 is part of the key.
    pub yearly: bool,
    /// 计入: money from elsewhere that is counted in, in 元.
    pub counting: Option<ExprId>,
}

/// 超出: what happens when claims exceed an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overdraw {
    /// 按比例, largest remainder.
    ProRata,
    /// 先后, by the right's date.
    InOrder,
    /// 择优, by a score, highest first.
    ByScore(ExprId),
    /// Nothing said: more than there is, is refused.
    Refuse,
}

/// 账户: a fund or quota.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its name.
    pub name: SmolStr,
    /// What it holds.
    pub ty: Type,
    /// How much, with its timeline; no version: unlimited or unverified, as `limited` says.
    pub quota: Part,
    /// Whether a quota line is written.
    pub limited: bool,
    /// Whether the quota is for each year.
    pub yearly: bool,
    /// What happens beyond it.
    pub over: Overdraw,
    /// Its document.
    pub document: DocumentId,
    /// Where it stands.
    pub cite: CiteId,
    /// Its place.
    pub span: Span,
}
