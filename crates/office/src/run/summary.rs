//! Sums over the rights of a run, and what it leaves out.

use jiufen_interpret::{Decision, FenInterval, Status};

use super::rights::Line;

/// How the rights of one rule came out, or those of several rules together.
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
    /// What of it falls due after 今日, in fen.
    pub later_fen: i128,
    /// What may be paid by 今日, in fen. Beside the payable amounts less what falls due later, it holds the instalments
    /// that are due of rights that are not payable as a whole, because a later instalment is open.
    pub due_fen: i128,
    /// Sum of the ceilings of eligible rights without a published formula, in fen. It is never payable.
    pub at_most_fen: i128,
    /// Rights that wait for money from above.
    pub pending: u64,
    /// Rights of events of other years, which this run does not list.
    pub of_other_years: u64,
}

/// What of a right is added up.
pub(super) struct Figures {
    pub status: Status,
    pub payable: Option<i128>,
    pub due: Option<i128>,
    pub at_most: bool,
    pub settled: FenInterval,
    pub pending: bool,
}

impl RuleSummary {
    /// Adds one decision.
    pub fn add(&mut self, decision: &Decision) {
        self.add_figures(&Figures {
            status: decision.status,
            payable: decision.payable_fen(),
            due: decision.due_fen(),
            at_most: decision.at_most,
            settled: decision.settled,
            pending: decision.reasons.iter().any(|r| r.kind() == "待到账"),
        });
    }

    /// Adds one right of a run.
    pub fn add_line(&mut self, line: &Line<'_>) {
        self.add_figures(&line.figures());
    }

    fn add_figures(&mut self, of: &Figures) {
        match of.status {
            Status::Eligible => self.eligible += 1,
            Status::Ineligible => self.ineligible += 1,
            Status::Undetermined => self.undetermined += 1,
            Status::Refused => self.refused += 1,
        }
        let (payable, due) = (of.payable, of.due);
        self.payable_fen += payable.unwrap_or(0);
        self.due_fen += due.unwrap_or(0);
        self.later_fen += payable.zip(due).map_or(0, |(payable, due)| payable - due);
        if of.at_most && of.status == Status::Eligible {
            self.at_most_fen += of.settled.high.unwrap_or(0);
        }
        self.pending += u64::from(of.pending);
    }

    /// What is due by 今日 in instalments of rights that are not payable as a whole, in fen: it stands beside the payable
    /// amounts, in none of them.
    pub fn due_beside_fen(&self) -> i128 {
        self.due_fen - (self.payable_fen - self.later_fen)
    }

    /// Adds another rule's figures.
    pub fn include(&mut self, other: &Self) {
        self.eligible += other.eligible;
        self.ineligible += other.ineligible;
        self.undetermined += other.undetermined;
        self.refused += other.refused;
        self.payable_fen += other.payable_fen;
        self.later_fen += other.later_fen;
        self.due_fen += other.due_fen;
        self.at_most_fen += other.at_most_fen;
        self.pending += other.pending;
        self.of_other_years += other.of_other_years;
    }
}

/// Documents that grant nothing in a run, and what they hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Idle {
    /// Documents.
    pub documents: usize,
    /// Grants in them.
    pub rules: usize,
    /// Verdicts in them.
    pub verdicts: usize,
}

/// Which documents a run leaves out, or finds without a day in its year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// 征求意见: they take part in what-if only.
    pub drafts: Idle,
    /// They lapsed before the year began.
    pub lapsed: Idle,
    /// They come into force after the year.
    pub to_come: Idle,
}
