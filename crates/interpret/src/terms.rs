//! What steps 7 to 10 need to know of one right, so that another evaluator can carry them out over many.

use jiufen_language::program::{AccountId, ExprId, GroupId, GroupMode, Overdraw};
use jiufen_quantity::Exact;

use crate::account::unit_of;
use crate::arithmetic::{Operand, operand};
use crate::decision::{Decision, FenInterval, Right};
use crate::eval::Interpreter;
use crate::settle::SettlementKey;
use crate::stages::fen_interval;
use crate::value::Fault;

/// A figure of a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term<T> {
    /// 无: it plays no part.
    None,
    /// Exactly this.
    Exact(T),
    /// Not settled, or refused.
    Open,
}

/// A cap that several rights share.
#[derive(Debug, Clone)]
pub struct CapTerms {
    /// Position among the caps of its rule; one past the last is its 至多.
    pub cap: usize,
    /// Its key; none while that is open.
    pub key: Option<SettlementKey>,
    /// How much it is by the law of the right, in fen.
    pub limit: Term<i128>,
}

/// A group.
#[derive(Debug, Clone)]
pub struct GroupTerms {
    /// Which.
    pub group: GroupId,
    /// The key of the right; none while that is open.
    pub key: Option<SettlementKey>,
    /// 计入: what was received elsewhere, in fen.
    pub received: Term<i128>,
    /// The cap of a stacking group by the law of the right, in fen.
    pub limit: Term<i128>,
}

/// A draw on an account with a quota.
#[derive(Debug, Clone)]
pub struct DrawTerms {
    /// Which account.
    pub account: AccountId,
    /// Of which year, for a yearly one.
    pub year: Option<i16>,
    /// How much it draws, in whole units of the account; none: its own money.
    pub units: Term<i128>,
    /// Its score, where the account is shared out by one.
    pub score: Term<Exact>,
}

/// All of them, for one right.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Shared caps, in their order.
    pub caps: Vec<CapTerms>,
    /// Groups, in their order.
    pub groups: Vec<GroupTerms>,
    /// Draws, in their order.
    pub draws: Vec<DrawTerms>,
}

impl Interpreter<'_> {
    /// What steps 7 to 10 need to know of a right that claims something. `decision` is what [`Interpreter::decide`] gives,
    /// or another evaluator says of it.
    pub fn competing_terms(&self, decision: &Decision) -> Terms {
        let rule = self.program.rule(decision.right.rule);
        let caps = self
            .shared_caps_of(decision.right.rule)
            .map(|(index, cap)| CapTerms {
                cap: index,
                key: self.cap_key(decision, index, cap).ok(),
                limit: self.scope_of(decision).map_or(Term::Open, |scope| {
                    let limit = self.limit(decision.right.rule, index, cap, &scope);
                    exact_fen(limit.map(|found| found.map(|(limit, ..)| limit)))
                }),
            });
        let groups = self
            .memberships(decision.right.rule)
            .map(|(group, member)| GroupTerms {
                group,
                key: self.group_key(decision, group, member).ok(),
                received: self.received_elsewhere(decision, member.counting),
                limit: self.stack_limit(decision, group),
            });
        let draws = rule.draws.iter().enumerate().filter_map(|(index, draw)| {
            let account = &self.program.accounts[draw.account.index()];
            account.limited.then(|| DrawTerms {
                account: draw.account,
                year: account.yearly.then_some(decision.year),
                units: match draw.amount {
                    None => Term::None,
                    Some(_) => self
                        .claim(decision, index, &unit_of(&account.ty))
                        .map_or(Term::Open, |units| exact(&units)),
                },
                score: match account.over {
                    Overdraw::ByScore(score) => match operand(&self.score(score, decision)) {
                        Operand::Absent => Term::None,
                        Operand::Refused(_) => Term::Open,
                        Operand::Number(interval, _) => {
                            interval.exact().cloned().map_or(Term::Open, Term::Exact)
                        }
                    },
                    _ => Term::None,
                },
            })
        });
        Terms {
            caps: caps.collect(),
            groups: groups.collect(),
            draws: draws.collect(),
        }
    }

    /// What is in an account, in whole units.
    ///
    /// # Errors
    /// The fault with which every right that draws on it is refused.
    pub fn quota_of(&self, account: AccountId, year: Option<i16>) -> Result<i128, Fault> {
        let declared = &self.program.accounts[account.index()];
        let unit = unit_of(&declared.ty);
        self.quota(account, declared, year, &unit).map(|(quota, _)| quota)
    }

    /// Gives a right that another evaluator settled its amount, with the instalments that it falls due in. What changed
    /// it is not told. Nothing that is not known bears on it any more.
    pub fn come_to(&self, decision: &mut Decision, fen: i128, merged_into: Option<Right>) {
        decision.settled = FenInterval::only(fen);
        decision.reasons.clear();
        decision.missing.clear();
        decision.merged_into = merged_into;
        decision.stages = self.stages(decision);
    }

    fn received_elsewhere(&self, decision: &Decision, counting: Option<ExprId>) -> Term<i128> {
        let Some((counting, scope)) = counting.zip(self.scope_of(decision)) else {
            return Term::None;
        };
        if self.facts.assumed_received().is_some() {
            return Term::Open;
        }
        match operand(&self.eval(counting, &scope).value) {
            Operand::Number(interval, _) => exact(&fen_interval(&interval)),
            Operand::Absent => Term::None,
            Operand::Refused(_) => Term::Open,
        }
    }

    fn stack_limit(&self, decision: &Decision, group: GroupId) -> Term<i128> {
        let declared = &self.program.groups[group.index()];
        if declared.mode != GroupMode::Stack || declared.cap.is_none() {
            return Term::None;
        }
        exact_fen(
            self.stack_limit_of(group, decision)
                .map(|found| found.map(|(limit, ..)| limit)),
        )
    }
}

fn exact(amount: &FenInterval) -> Term<i128> {
    amount.exact().map_or(Term::Open, Term::Exact)
}

fn exact_fen(found: Result<Option<FenInterval>, Fault>) -> Term<i128> {
    match found {
        Ok(None) => Term::None,
        Ok(Some(amount)) => exact(&amount),
        Err(_) => Term::Open,
    }
}
