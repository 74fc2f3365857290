//! A run: every right of every rule in force over a registry, decided and settled, for one year.

use std::collections::{BTreeMap, HashMap};

use jiufen_engine::{Plan, RuleColumns};
use jiufen_interpret::{Decision, Facts, Interpreter, Right, RowId, Status, VerdictDecision};
use jiufen_language::program::{DocumentId, Rule, RuleId, SubjectId, VerdictId};
use jiufen_quantity::Date;

use crate::pack::Pack;
use crate::payments::SetOff;
use crate::registry::Registry;
use crate::snapshot::Snapshot;
use crate::told::Told;

/// For which year and day a run decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunOptions {
    /// 当年: the entitlement year.
    pub year: i16,
    /// 今日: the as-of date.
    pub as_of: Date,
}

impl RunOptions {
    /// Whether a right is one of this year: its own year is, or no year is known to own it.
    pub fn owns(&self, decision: &Decision) -> bool {
        decision.own_year.is_none_or(|year| year == self.year)
    }
}

/// Everything a run decided.
#[derive(Debug)]
pub struct Run {
    /// What it was asked for.
    pub options: RunOptions,
    /// Grants, in the order of the rules and their rows, after groups, caps and accounts.
    pub decisions: Vec<Decision>,
    /// Rights of events of other years. They took part in groups, caps and accounts with those of this year; they are
    /// listed and summed by the runs of their own years.
    pub of_other_years: Vec<Decision>,
    /// Verdicts.
    pub verdicts: Vec<VerdictDecision>,
    /// How many rights the columnar engine decided; they have no derivation.
    pub without_steps: usize,
    /// What was paid before on rights that were decided, and what that leaves (step 11).
    set_off: HashMap<Right, SetOff>,
}

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

impl RuleSummary {
    /// Adds one decision.
    pub fn add(&mut self, decision: &Decision) {
        match decision.status {
            Status::Eligible => self.eligible += 1,
            Status::Ineligible => self.ineligible += 1,
            Status::Undetermined => self.undetermined += 1,
            Status::Refused => self.refused += 1,
        }
        let (payable, due) = (decision.payable_fen(), decision.due_fen());
        self.payable_fen += payable.unwrap_or(0);
        self.due_fen += due.unwrap_or(0);
        self.later_fen += payable.zip(due).map_or(0, |(payable, due)| payable - due);
        if decision.at_most && decision.status == Status::Eligible {
            self.at_most_fen += decision.settled.high.unwrap_or(0);
        }
        if decision.reasons.iter().any(|r| r.kind() == "待到账") {
            self.pending += 1;
        }
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

/// The rules of the law in force.
fn in_law(pack: &Pack) -> impl Iterator<Item = (RuleId, &Rule)> {
    pack.program
        .rules()
        .filter(|(_, rule)| pack.program.in_law(rule.document))
}

/// The answers of the columnar engine, a plan a subject.
fn exact_columns(pack: &Pack, snapshot: &Snapshot<'_>, options: RunOptions) -> HashMap<RuleId, RuleColumns> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut of_subject: BTreeMap<SubjectId, Vec<RuleId>> = BTreeMap::new();
    for (id, rule) in in_law(pack) {
        of_subject.entry(rule.each).or_default().push(id);
    }
    let mut columns = HashMap::new();
    for (subject, rules) in of_subject {
        let plan = Plan::new(
            &pack.program,
            subject,
            &rules,
            snapshot,
            (options.year, options.as_of),
        );
        let answers = plan.run(snapshot, snapshot.rows(subject), threads);
        columns.extend(answers.into_iter().map(|of_rule| (of_rule.rule, of_rule)));
    }
    columns
}

impl Run {
    /// Decides every right of the law in force, with derivations; drafts take part in what-if only.
    ///
    /// The pack must be sound ([`Pack::is_sound`]); a rule that was refused by the check has no meaning to run.
    pub fn all(pack: &Pack, registry: &Registry, options: RunOptions) -> Self {
        let interpreter = Interpreter::new(&pack.program, registry, options.year);
        let mut decisions: Vec<Decision> = Vec::new();
        for (id, _) in in_law(pack) {
            let rights = interpreter.rights(id).into_iter();
            decisions.extend(rights.map(|right| interpreter.decide(right)));
        }
        Self::settled(pack, registry, options, &interpreter, decisions, 0)
    }

    /// The same decisions as [`Run::all`], most of them without derivations: the columnar engine decides them, and the
    /// interpreter those that it leaves.
    pub fn columnar(pack: &Pack, registry: &Registry, options: RunOptions) -> Self {
        let program = &pack.program;
        let interpreter = Interpreter::new(program, registry, options.year);
        let snapshot = Snapshot::new(program, registry);
        let columns = exact_columns(pack, &snapshot, options);
        let mut told = Told::new(program, registry, &interpreter);
        let (mut decisions, mut without_steps) = (Vec::new(), 0);
        for (id, _) in in_law(pack) {
            let of_rule = columns.get(&id);
            for (row, right) in interpreter.rights(id).into_iter().enumerate() {
                let known = of_rule.and_then(|columns| told.decision(columns, row, right));
                without_steps += usize::from(known.is_some());
                decisions.push(known.unwrap_or_else(|| interpreter.decide(right)));
            }
        }
        Self::settled(pack, registry, options, &interpreter, decisions, without_steps)
    }

    /// Steps 7 to 11 over all rights together, and the verdicts.
    fn settled(
        pack: &Pack,
        registry: &Registry,
        options: RunOptions,
        interpreter: &Interpreter<'_>,
        mut decisions: Vec<Decision>,
        without_steps: usize,
    ) -> Self {
        let payments = &registry.payments;
        interpreter.settle_after(&mut decisions, &payments.received(&pack.program, options.year));
        let set_off = payments.set_off(&pack.program, &decisions);
        let (decisions, of_other_years) = decisions.into_iter().partition(|d| options.owns(d));
        Self {
            options,
            decisions,
            of_other_years,
            verdicts: verdicts(pack, registry, interpreter),
            without_steps,
            set_off,
        }
    }

    /// What was paid before on a right, where any payment is recorded.
    pub fn set_off(&self, right: Right) -> Option<SetOff> {
        self.set_off.get(&right).copied()
    }

    /// What was paid before on the rights that are listed, and what is still to be paid on them, in fen. Rights that
    /// received too much are left out of the second: they are reclaimed, not set against others.
    pub fn paid_and_to_pay(&self) -> (i128, i128) {
        let (mut paid, mut to_pay) = (0, 0);
        for decision in &self.decisions {
            let left = match self.set_off(decision.right) {
                Some(set_off) => {
                    paid += set_off.paid_fen;
                    set_off.remaining_fen
                }
                None => decision.payable_fen(),
            };
            to_pay += left.unwrap_or(0).max(0);
        }
        (paid, to_pay)
    }

    /// Rights that received more than is payable, and how much more, in fen.
    pub fn overpaid(&self) -> impl Iterator<Item = (&Decision, i128)> {
        self.decisions.iter().filter_map(|decision| {
            let left = self.set_off(decision.right)?.remaining_fen?;
            (left < 0).then_some((decision, -left))
        })
    }

    /// How each rule came out, for the rules that were run.
    pub fn summaries(&self, pack: &Pack) -> Vec<(RuleId, RuleSummary)> {
        let mut of_rule: HashMap<RuleId, RuleSummary> = HashMap::new();
        for decision in &self.decisions {
            of_rule.entry(decision.right.rule).or_default().add(decision);
        }
        for decision in &self.of_other_years {
            of_rule.entry(decision.right.rule).or_default().of_other_years += 1;
        }
        in_law(pack)
            .map(|(id, _)| (id, of_rule.remove(&id).unwrap_or_default()))
            .collect()
    }

    /// How many rights of events are left to each other year.
    pub fn other_years(&self) -> BTreeMap<i16, usize> {
        years_of(&self.of_other_years)
    }

    /// The decision on a right, of whichever year.
    pub fn decision(&self, right: Right) -> Option<&Decision> {
        let mut all = self.decisions.iter().chain(&self.of_other_years);
        all.find(|d| d.right == right)
    }

    /// The documents that grant nothing: drafts, and those without a day in the year of the run.
    pub fn standing(&self, pack: &Pack) -> Standing {
        let program = &pack.program;
        let (first, last) = (
            Date::year_start(self.options.year),
            Date::year_end(self.options.year),
        );
        let mut standing = Standing::default();
        for (index, document) in (0u32..).zip(&program.documents) {
            let id = DocumentId(index);
            let rules = program.rules.iter().filter(|r| r.document == id).count();
            let verdicts = program.verdicts.iter().filter(|v| v.document == id).count();
            let lapsed = document
                .period
                .to
                .zip(first)
                .is_some_and(|(to, first)| to < first);
            let to_come = document
                .period
                .from
                .zip(last)
                .is_some_and(|(from, last)| from > last);
            let idle = match (program.in_law(id), lapsed, to_come) {
                _ if rules + verdicts == 0 => continue,
                (false, ..) => &mut standing.drafts,
                (_, true, _) => &mut standing.lapsed,
                (.., true) => &mut standing.to_come,
                _ => continue,
            };
            idle.documents += 1;
            idle.rules += rules;
            idle.verdicts += verdicts;
        }
        standing
    }
}

/// How many of some rights belong to each year.
pub(crate) fn years_of<'a>(decisions: impl IntoIterator<Item = &'a Decision>) -> BTreeMap<i16, usize> {
    let mut years = BTreeMap::new();
    for year in decisions.into_iter().filter_map(|d| d.own_year) {
        *years.entry(year).or_default() += 1;
    }
    years
}

fn verdicts(pack: &Pack, registry: &Registry, interpreter: &Interpreter) -> Vec<VerdictDecision> {
    let mut verdicts = Vec::new();
    for (index, verdict) in (0u32..).zip(&pack.program.verdicts) {
        if pack.program.in_law(verdict.document) {
            let subject = verdict.each;
            let rows = (0..registry.row_count(subject)).map(|row| RowId { subject, row });
            verdicts.extend(rows.map(|row| interpreter.verdict(VerdictId(index), row)));
        }
    }
    verdicts
}
