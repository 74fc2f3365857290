//! The rights of one rule, a column a figure, and a view of each.

use std::collections::HashMap;
use std::sync::Arc;

use jiufen_engine::{Outcome, Refusal, RuleColumns, Uncertain, Unknown};
use jiufen_interpret::{Decision, Fault, FenInterval, OpenAmount, Reason, Reasons, Right, RowId, Status};
use jiufen_language::program::{Absence, Frequency, Program, RuleId, SubjectId};
use jiufen_quantity::Date;

use super::RunOptions;
use super::summary::Figures;
use crate::told::Told;

/// Where there is no row, and no decision.
pub(super) const NONE: u32 = u32::MAX;

/// The rights of one rule: one a row of its subject.
#[derive(Debug)]
pub(crate) struct RuleRights {
    pub rule: RuleId,
    pub subject: SubjectId,
    pub rows: u32,
    /// The year of its rights; none where they arise once or by an event.
    pub year: Option<i16>,
    pub frequency: Frequency,
    /// Whether the law day of an event is one of its own, so that 当年 is the year of that day.
    pub dated: bool,
    /// What the engine says; none where the interpreter decided all.
    pub told: Option<RuleColumns>,
    /// The fault of each refusal, by law day.
    pub faults: HashMap<(Refusal, Option<Date>), Fault>,
    /// What the sets of reasons say of a right.
    pub sets: Vec<SetOfReasons>,
    /// What the reasons of a right say that are those of listed rows.
    pub of_lists: HashMap<u32, SetOfReasons>,
    /// Who is paid.
    pub payees: Payees,
    /// Where the full decision of a row stands in [`Full`]; empty where none is kept.
    pub full: Vec<u32>,
    /// What steps 7 to 10 changed without the interpreter, by row.
    pub changed: Vec<Changed>,
}

/// What a set of reasons says of a right.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SetOfReasons {
    /// One of them leaves open what the right is.
    pub leaves_open: bool,
    /// One of them waits for money from above.
    pub pending: bool,
    /// Some are those of listed rows, so that each right has its own: see [`RuleRights::of_lists`].
    pub of_lists: bool,
}

/// The row that is paid, by row.
#[derive(Debug, Clone)]
pub(crate) enum Payees {
    /// The row itself.
    Own,
    /// Rows of a subject; [`NONE`] where nobody is known.
    Rows(SubjectId, Arc<[u32]>),
}

/// A right that steps 7 to 10 changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Changed {
    pub row: u32,
    /// What it comes to, in fen; none: refused.
    pub fen: Option<i64>,
    /// The right that stands in its place: the position of its rule in the run, and its row.
    pub merged_into: Option<(u32, u32)>,
    /// The account that refuses it, by its position among the faults of the run.
    pub fault: u32,
}

/// Decisions that are kept as a whole, in the order of the rules and their rows.
#[derive(Debug, Default)]
pub(crate) struct Full {
    /// Of the year of the run.
    pub own: Vec<Decision>,
    /// Rights of events of other years.
    pub others: Vec<Decision>,
}

impl Full {
    /// In [`RuleRights::full`], positions from here on are those of other years.
    pub const OTHERS: u32 = 1 << 31;

    fn get(&self, at: u32) -> Option<&Decision> {
        match at {
            NONE => None,
            at if at >= Self::OTHERS => self.others.get((at - Self::OTHERS) as usize),
            at => self.own.get(at as usize),
        }
    }
}

impl RuleRights {
    /// The right of a row.
    pub fn right(&self, row: u32) -> Right {
        Right {
            rule: self.rule,
            row: RowId {
                subject: self.subject,
                row,
            },
            year: self.year,
        }
    }

    /// What the engine says of a row.
    pub fn outcome(&self, row: u32) -> Outcome {
        self.told
            .as_ref()
            .map_or(Outcome::Open, |told| told.outcome(row as usize))
    }

    /// The law day of a row that the engine decided.
    pub fn law_day(&self, row: u32) -> Option<Date> {
        self.told.as_ref()?.law_day(row as usize)
    }

    /// Where the full decision of a row stands, [`NONE`] where none is kept.
    pub fn full_at(&self, row: u32) -> u32 {
        self.full.get(row as usize).copied().unwrap_or(NONE)
    }

    /// Whether the law day of a right may lie in another year than that of the run.
    pub fn may_be_of_other_years(&self) -> bool {
        self.frequency == Frequency::Row
    }

    /// 当年 of a right that the engine decided.
    pub fn year_of(&self, row: u32, run: i16) -> i16 {
        match self.law_day(row) {
            Some(day) if self.frequency == Frequency::Row && self.dated => day.year(),
            _ => self.year.unwrap_or(run),
        }
    }
}

/// What each set of reasons of a rule says of a right, as far as that is the same for all rows that have them.
pub(super) fn sets_of(program: &Program, told: &RuleColumns) -> Vec<SetOfReasons> {
    let sets = (0u32..).take(told.reason_sets()).map(jiufen_engine::ReasonSet);
    sets.map(|set| {
        let mut says = SetOfReasons::default();
        for why in told.reasons(set) {
            match &why.unknown {
                Unknown::Unpublished(_) => says.add(Absence::Unpublished),
                Unknown::Fact(input) => says.add(program.field(input.field).absence),
                Unknown::Listed(_) => says.of_lists = true,
            }
        }
        says
    })
    .collect()
}

impl SetOfReasons {
    fn add(&mut self, absence: Absence) {
        match absence {
            Absence::Missing => self.leaves_open = true,
            Absence::PendingArrival => self.pending = true,
            Absence::Unpublished => {}
        }
    }

    /// What reasons say.
    pub fn of(reasons: &Reasons) -> Self {
        Self {
            leaves_open: reasons.iter().any(Reason::leaves_open),
            pending: reasons
                .iter()
                .any(|reason| matches!(reason, Reason::PendingArrival { .. })),
            of_lists: false,
        }
    }
}

/// One right of a run, as lists show it.
#[derive(Debug, Clone, Copy)]
pub struct Line<'r> {
    pub(super) rights: &'r RuleRights,
    pub(super) faults: &'r [Fault],
    pub(super) rules: &'r [RuleRights],
    pub(super) options: RunOptions,
    row: u32,
    full: Option<&'r Decision>,
    changed: Option<&'r Changed>,
    outcome: Outcome,
}

impl<'r> Line<'r> {
    pub(super) fn new(run: &'r super::Run, rights: &'r RuleRights, row: u32) -> Self {
        let full = run.full.get(rights.full_at(row));
        let changed = match rights.changed.binary_search_by_key(&row, |changed| changed.row) {
            Ok(at) => rights.changed.get(at),
            Err(_) => None,
        };
        Self {
            rights,
            faults: &run.account_faults,
            rules: &run.rights,
            options: run.options,
            row,
            full,
            changed,
            outcome: match full {
                Some(_) => Outcome::Open,
                None => rights.outcome(row),
            },
        }
    }

    /// The decision, where it is kept as a whole.
    pub fn full(&self) -> Option<&'r Decision> {
        self.full
    }

    /// Whether steps 7 to 10 changed it in columns, without the interpreter.
    pub fn is_settled_in_columns(&self) -> bool {
        self.changed.is_some()
    }

    /// Which right.
    pub fn right(&self) -> Right {
        self.rights.right(self.row)
    }

    /// The day that chose the version of the law.
    pub fn law_day(&self) -> Option<Date> {
        let Some(decision) = self.full else {
            let day = self.rights.law_day(self.row);
            // An event that lies ahead has chosen no law yet.
            let of_event = self.rights.frequency == Frequency::Row && self.rights.dated;
            let ahead = of_event && self.outcome == Outcome::Outside;
            return day.filter(|day| !ahead || *day <= self.options.as_of);
        };
        decision.law_day
    }

    /// The year that the right belongs to; see [`Decision::own_year`].
    pub fn own_year(&self) -> Option<i16> {
        match self.full {
            Some(decision) => decision.own_year,
            None if self.rights.frequency == Frequency::Row => {
                let year = |_| self.rights.year_of(self.row, self.options.year);
                self.rights.law_day(self.row).map(year)
            }
            None => self.rights.year,
        }
    }

    /// Whether the right is one of the year of the run.
    pub fn is_owned(&self) -> bool {
        self.own_year().is_none_or(|year| year == self.options.year)
    }

    fn set(&self, uncertain: &Uncertain) -> SetOfReasons {
        let exact = uncertain.high == Some(uncertain.low);
        let set = self.rights.sets.get(uncertain.reasons.0 as usize);
        let set = set.copied().filter(|_| !exact).unwrap_or_default();
        match set.of_lists {
            true => self.rights.of_lists.get(&self.row).copied().unwrap_or_default(),
            false => set,
        }
    }

    /// The answer.
    pub fn status(&self) -> Status {
        if let Some(decision) = self.full {
            return decision.status;
        }
        if self.changed.is_some_and(|changed| changed.fen.is_none()) {
            return Status::Refused;
        }
        match self.outcome {
            Outcome::Eligible(_) => Status::Eligible,
            Outcome::Ineligible | Outcome::Outside => Status::Ineligible,
            Outcome::Uncertain(open) if open.holds && !self.set(&open).leaves_open => Status::Eligible,
            Outcome::Uncertain(_) => Status::Undetermined,
            Outcome::Refused(_) | Outcome::Open => Status::Refused,
        }
    }

    /// Whether it lies outside the document's territory or period, so that no condition was asked.
    pub fn is_outside(&self) -> bool {
        match self.full {
            Some(decision) => decision.outside.is_some(),
            None => self.outcome == Outcome::Outside,
        }
    }

    /// What it comes to after step 6, in fen.
    pub fn entitlement(&self) -> FenInterval {
        if let Some(decision) = self.full {
            return decision.entitlement;
        }
        match self.outcome {
            Outcome::Eligible(fen) => FenInterval::only(fen.into()),
            Outcome::Ineligible | Outcome::Outside => FenInterval::only(0),
            Outcome::Uncertain(open) => FenInterval {
                low: Some(open.low.into()),
                high: open.high.map(i128::from),
            },
            Outcome::Refused(_) | Outcome::Open => FenInterval::default(),
        }
    }

    /// What it comes to after steps 7 to 10, in fen.
    pub fn settled(&self) -> FenInterval {
        match (self.full, self.changed) {
            (Some(decision), _) => decision.settled,
            (None, Some(changed)) => changed
                .fen
                .map_or_else(FenInterval::default, |fen| FenInterval::only(fen.into())),
            (None, None) => self.entitlement(),
        }
    }

    /// Whether the upper end is a ceiling (至多) of an unpublished formula.
    pub fn is_at_most(&self) -> bool {
        match (self.full, self.outcome) {
            (Some(decision), _) => decision.at_most,
            (None, Outcome::Uncertain(open)) => open.at_most,
            _ => false,
        }
    }

    /// What may be paid, in fen; see [`Decision::payable_fen`]. Rights with instalments that may come to something are
    /// kept as a whole, so that the instalments of those that are not come to nothing.
    pub fn payable_fen(&self) -> Option<i128> {
        match (self.full, self.outcome) {
            (Some(decision), _) => decision.payable_fen(),
            (None, Outcome::Eligible(_) | Outcome::Ineligible | Outcome::Outside) => self.settled().exact(),
            (None, _) => None,
        }
    }

    /// What of it may be paid on 今日, in fen; see [`Decision::due_fen`].
    pub fn due_fen(&self) -> Option<i128> {
        match self.full {
            Some(decision) => decision.due_fen(),
            None => self.payable_fen(),
        }
    }

    /// Who is paid.
    pub fn beneficiary(&self) -> Option<RowId> {
        if let Some(decision) = self.full {
            return decision.beneficiary;
        }
        match &self.rights.payees {
            Payees::Own => Some(self.right().row),
            Payees::Rows(subject, rows) => {
                let row = rows.get(self.row as usize).copied().filter(|row| *row != NONE)?;
                Some(RowId {
                    subject: *subject,
                    row,
                })
            }
        }
    }

    /// The right it was merged into.
    pub fn merged_into(&self) -> Option<Right> {
        if let Some(decision) = self.full {
            return decision.merged_into;
        }
        let (rule, row) = self.changed?.merged_into?;
        Some(self.rules.get(rule as usize)?.right(row))
    }

    /// Why there is no value.
    pub fn fault(&self) -> Option<&'r Fault> {
        if let Some(decision) = self.full {
            return decision.fault.as_ref();
        }
        if let Some(changed) = self.changed.filter(|changed| changed.fen.is_none()) {
            return self.faults.get(changed.fault as usize);
        }
        match self.outcome {
            Outcome::Refused(refusal) => self.rights.faults.get(&(refusal, self.law_day())),
            _ => None,
        }
    }

    /// Why the engine found it not settled, and what would settle it; none where it is settled, or kept as a whole.
    pub(crate) fn open(&self, told: &Told<'_>) -> Option<OpenAmount> {
        match (self.outcome, &self.rights.told) {
            (Outcome::Uncertain(open), Some(columns)) => {
                Some(told.open_amount(columns, &open, self.right().row))
            }
            _ => None,
        }
    }

    pub(super) fn figures(&self) -> Figures {
        let pending = match (self.full, self.outcome) {
            (Some(decision), _) => decision.reasons.iter().any(|r| r.kind() == "待到账"),
            (None, Outcome::Uncertain(open)) => self.set(&open).pending,
            _ => false,
        };
        Figures {
            status: self.status(),
            payable: self.payable_fen(),
            due: self.due_fen(),
            at_most: self.is_at_most(),
            settled: self.settled(),
            pending,
        }
    }
}
