//! A run: every right of every rule in force over a registry, decided and settled.

use jiufen_interpret::{Decision, Interpreter, Right, Status, VerdictDecision};
use jiufen_language::program::{RuleId, VerdictId};
use jiufen_quantity::Date;

use crate::pack::Pack;
use crate::registry::Registry;

/// For which year and day a run decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunOptions {
    /// 当年: the entitlement year.
    pub year: i16,
    /// 今日: the as-of date.
    pub as_of: Date,
}

/// Everything a run decided.
#[derive(Debug)]
pub struct Run {
    /// What it was asked for.
    pub options: RunOptions,
    /// Grants, in the order of the rules and their rows, after groups, caps and accounts.
    pub decisions: Vec<Decision>,
    /// Verdicts.
    pub verdicts: Vec<VerdictDecision>,
}

/// How the rights of one rule came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleSummary {
    /// 符合.
    pub eligible: u64,
    /// 不符合.
    pub ineligible: u64,
    /// 无法判定.
    pub undetermined: u64,
    /// 拒绝.
    pub refused: u64,
    /// What may be paid, in fen: exact and settled amounts only.
    pub payable_fen: i128,
    /// Sum of the ceilings of eligible rights without a published formula, in fen. It is never payable.
    pub at_most_fen: i128,
    /// Rights that wait for money from above.
    pub pending: u64,
}

impl RuleSummary {
    /// Adds one decision.
    pub fn add(&mut self, decision: &Decision) {
        match decision.status {
            Status::Eligible => self.eligible += 1,
            Status::Ineligible => self.ineligible += 1,
            Status::Undetermined => self.undetermined += 1,
            Status::Refused => self.refused += 1,
        }
        if let Some(fen) = decision.payable_fen() {
            self.payable_fen += fen;
        }
        if decision.at_most && decision.status == Status::Eligible {
            self.at_most_fen += decision.settled.high.unwrap_or(0);
        }
        if decision.reasons.iter().any(|r| r.kind() == "待到账") {
            self.pending += 1;
        }
    }
}

impl Run {
    /// Decides every right of the law in force; drafts take part in what-if only.
    ///
    /// The pack must be sound ([`Pack::is_sound`]); a rule that was refused by the check has no meaning to run.
    pub fn all(pack: &Pack, registry: &Registry, options: RunOptions) -> Self {
        let interpreter = Interpreter::new(&pack.program, registry, options.year);
        let mut decisions: Vec<Decision> = Vec::new();
        for (id, rule) in pack.program.rules() {
            if pack.program.in_law(rule.document) {
                decisions.extend(
                    interpreter
                        .rights(id)
                        .into_iter()
                        .map(|right| interpreter.decide(right)),
                );
            }
        }
        interpreter.settle(&mut decisions);
        let mut verdicts = Vec::new();
        for (index, verdict) in pack.program.verdicts.iter().enumerate() {
            if pack.program.in_law(verdict.document) {
                let rows = jiufen_interpret::Facts::row_count(registry, verdict.each);
                verdicts.extend((0..rows).map(|row| {
                    let row = jiufen_interpret::RowId {
                        subject: verdict.each,
                        row,
                    };
                    interpreter.verdict(VerdictId(index as u32), row)
                }));
            }
        }
        Self {
            options,
            decisions,
            verdicts,
        }
    }

    /// How each rule came out, for the rules that were run.
    pub fn summaries(&self, pack: &Pack) -> Vec<(RuleId, RuleSummary)> {
        let mut out: Vec<(RuleId, RuleSummary)> = pack
            .program
            .rules()
            .filter(|(_, rule)| pack.program.in_law(rule.document))
            .map(|(id, _)| (id, RuleSummary::default()))
            .collect();
        for decision in &self.decisions {
            if let Some((_, summary)) = out.iter_mut().find(|(id, _)| *id == decision.right.rule) {
                summary.add(decision);
            }
        }
        out
    }

    /// The decision on a right.
    pub fn decision(&self, right: Right) -> Option<&Decision> {
        self.decisions.iter().find(|d| d.right == right)
    }
}
