//! A run: every right of every rule in force over a registry, decided and settled, for one year.

mod answers;
mod build;
mod compete;
mod records;
mod rights;
mod summary;

use std::collections::{BTreeMap, HashMap};

use jiufen_diagnostic::Diagnostic;
use jiufen_interpret::{Decision, Fault, Interpreter, Right, RowId, VerdictDecision};
use jiufen_language::program::{DocumentId, Rule, RuleId, VerdictId};
use jiufen_quantity::Date;
use smol_str::SmolStr;

use crate::pack::Pack;
use crate::payments::{Held, Paid, SetOff};
use crate::progress::{Unwatched, Watch};
use crate::registry::{Registry, on_all_cores};

pub(crate) use answers::{Answers, Open};
pub use rights::Line;
pub(crate) use rights::{Full, RuleRights};
pub use summary::{Idle, RuleSummary, Standing};

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

/// Everything a run decided: a column a figure, and whole decisions where the interpreter was asked.
#[derive(Debug)]
pub struct Run {
    /// What it was asked for.
    pub options: RunOptions,
    /// Verdicts with their steps; none from [`Run::columnar`].
    pub verdicts: Vec<VerdictDecision>,
    /// What it says of the registry as a whole: records that no decision took up.
    pub notes: Vec<Diagnostic>,
    /// How many rights the columnar engine decided; they have no derivation.
    pub without_steps: usize,
    /// The rules of the law in force, in their order.
    pub(crate) rights: Vec<RuleRights>,
    pub(crate) full: Full,
    /// Why accounts refuse rights; see [`rights::Changed`].
    pub(crate) account_faults: Vec<Fault>,
    /// Which rights share a cap, a group or an account; known for columnar runs only.
    shared: compete::Shared,
    /// What each verdict came to, row by row.
    answers: Vec<Answers>,
    /// Where the rights of a rule stand.
    of_rule: HashMap<RuleId, usize>,
    /// What was paid before on rights that were decided, and what that leaves (step 11).
    set_off: HashMap<Right, SetOff>,
}

/// Outcomes of a verdict and how often each came, in the order of the rows.
pub type Outcomes = Vec<(SmolStr, u64)>;

/// The rules of the law in force.
fn in_law(pack: &Pack) -> impl Iterator<Item = (RuleId, &Rule)> {
    pack.program
        .rules()
        .filter(|(_, rule)| pack.program.in_law(rule.document))
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
        let received = registry.payments.received(&pack.program, options.year);
        interpreter.settle_after(&mut decisions, &received);
        let mut run = Self::of(options, build::undecided(pack, registry, options));
        run.keep(decisions);
        run.verdicts = answers::in_full(pack, registry, &interpreter);
        run.answers = answers::of(pack, registry, options, &run.verdicts);
        run.set_off = run.set_off_of(pack, registry);
        run.notes = run.unused_determinations(pack, registry);
        run
    }

    /// The same decisions as [`Run::all`]: the columnar engine decides and settles them, and the interpreter those that
    /// it leaves.
    pub fn columnar(pack: &Pack, registry: &Registry, options: RunOptions) -> Self {
        Self::watched(pack, registry, options, &Unwatched)
    }

    /// The same as [`Run::columnar`], telling how far it has come.
    pub fn watched(pack: &Pack, registry: &Registry, options: RunOptions, watch: &dyn Watch) -> Self {
        let built = build::columnar(pack, registry, options, watch);
        let mut run = Self::of(options, built.rights);
        run.without_steps = built.without_steps;
        run.account_faults = built.account_faults;
        run.shared = built.shared;
        run.keep(built.kept);
        run.answers = answers::all(pack, registry, options);
        run.set_off = run.set_off_of(pack, registry);
        run.notes = run.unused_determinations(pack, registry);
        run
    }

    fn of(options: RunOptions, rights: Vec<RuleRights>) -> Self {
        Self {
            options,
            verdicts: Vec::new(),
            notes: Vec::new(),
            without_steps: 0,
            of_rule: rights.iter().enumerate().map(|(at, of)| (of.rule, at)).collect(),
            rights,
            full: Full::default(),
            account_faults: Vec::new(),
            shared: compete::Shared::default(),
            answers: Vec::new(),
            set_off: HashMap::new(),
        }
    }

    /// Keeps decisions as a whole. They stand in the order of the rules and their rows.
    fn keep(&mut self, decisions: Vec<Decision>) {
        for decision in decisions {
            let Some(at) = self.of_rule.get(&decision.right.rule) else {
                continue;
            };
            let of_rule = &mut self.rights[*at];
            of_rule.full.resize(of_rule.rows as usize, rights::NONE);
            // INVARIANT: fewer than 2³¹ decisions; each takes hundreds of bytes.
            let place = &mut of_rule.full[decision.right.row.row as usize];
            if self.options.owns(&decision) {
                *place = self.full.own.len() as u32;
                self.full.own.push(decision);
            } else {
                *place = Full::OTHERS + self.full.others.len() as u32;
                self.full.others.push(decision);
            }
        }
    }

    /// Rights of this year whose decisions are kept as a whole, with derivations from [`Run::all`], which keeps every
    /// one.
    pub fn whole_decisions(&self) -> &[Decision] {
        &self.full.own
    }

    /// All rights, in the order of the rules and their rows: those of other years took part in groups, caps and accounts
    /// with those of this year, and are listed and summed by the runs of their own years.
    fn all_lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.rights
            .iter()
            .flat_map(move |of| (0..of.rows).map(move |row| Line::new(self, of, row)))
    }

    /// The rights of this year, in the order of the rules and their rows.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.all_lines().filter(Line::is_owned)
    }

    /// Pieces of the rights, in order, for several threads to go through.
    pub(crate) fn blocks(&self) -> Vec<(usize, std::ops::Range<u32>)> {
        const ROWS: u32 = 1 << 13;
        let of = |(at, of): (usize, &RuleRights)| {
            let rows = of.rows;
            (0..rows.div_ceil(ROWS)).map(move |block| (at, block * ROWS..rows.min((block + 1) * ROWS)))
        };
        self.rights.iter().enumerate().flat_map(of).collect()
    }

    /// The rights of this year in a block.
    pub(crate) fn block(&self, (at, rows): (usize, std::ops::Range<u32>)) -> impl Iterator<Item = Line<'_>> {
        let of = self.rights.get(at);
        let lines = of.into_iter().flat_map(move |of| {
            let rows = rows.clone();
            rows.map(move |row| Line::new(self, of, row))
        });
        lines.filter(Line::is_owned)
    }

    /// A right, of whichever year.
    pub fn line(&self, rule: RuleId, row: RowId) -> Option<Line<'_>> {
        let of = self.rights.get(*self.of_rule.get(&rule)?)?;
        (of.subject == row.subject && row.row < of.rows).then(|| Line::new(self, of, row.row))
    }

    /// The decision on a right, of whichever year, with its derivation and what settled it: the interpreter is asked
    /// again where it was not kept.
    pub fn decision(&self, pack: &Pack, registry: &Registry, right: Right) -> Option<Decision> {
        let line = self
            .line(right.rule, right.row)
            .filter(|line| line.right() == right)?;
        let interpreter = Interpreter::new(&pack.program, registry, self.options.year);
        if let Some(kept) = line.full().filter(|_| !line.is_settled_in_columns()) {
            let mut decision = kept.clone();
            if decision.derivation.children.is_empty() {
                decision.derivation = interpreter.decide(right).derivation;
            }
            return Some(decision);
        }
        let at = *self.of_rule.get(&right.rule)?;
        let right_of = |(at, row): (usize, u32)| self.rights[at].right(row);
        let shared = self.shared.with(at, right.row.row).into_iter();
        let mut decisions: Vec<Decision> = shared.map(|place| interpreter.decide(right_of(place))).collect();
        let received = registry.payments.received(&pack.program, self.options.year);
        interpreter.settle_after(&mut decisions, &received);
        decisions.into_iter().find(|decision| decision.right == right)
    }

    fn set_off_of(&self, pack: &Pack, registry: &Registry) -> HashMap<Right, SetOff> {
        let find = |rule: RuleId, row: RowId| self.line(rule, row).map(|line| Held::of_line(&line));
        registry.payments.set_off(&pack.program, find)
    }

    /// What was paid before on a right, where any payment is recorded.
    pub fn set_off(&self, right: Right) -> Option<SetOff> {
        self.set_off.get(&right).copied()
    }

    /// What was paid before on the rights of each rule that are listed, and what is left of them.
    pub fn paid_by_rule(&self) -> Vec<(RuleId, Paid)> {
        let of = |at: usize| {
            let of = &self.rights[at];
            let mut paid = Paid::default();
            for line in (0..of.rows).map(|row| Line::new(self, of, row)) {
                if line.is_owned() {
                    paid.add(line.payable_fen(), self.set_off(line.right()));
                }
            }
            (of.rule, paid)
        };
        on_all_cores(self.rights.len(), of)
    }

    /// The same of all rules together.
    pub fn paid(&self) -> Paid {
        let mut paid = Paid::default();
        self.paid_by_rule().iter().for_each(|(_, of)| paid.include(of));
        paid
    }

    /// Rights that received more than is payable, and how much more, in fen.
    pub fn overpaid(&self) -> impl Iterator<Item = (Line<'_>, i128)> {
        let lines = (!self.set_off.is_empty()).then(|| self.lines());
        lines.into_iter().flatten().filter_map(|line| {
            let left = self.set_off(line.right())?.remaining_fen?;
            (left < 0).then_some((line, -left))
        })
    }

    /// How each rule came out, for the rules that were run.
    pub fn summaries(&self) -> Vec<(RuleId, RuleSummary)> {
        let of = |at: usize| {
            let of = &self.rights[at];
            let mut summary = RuleSummary::default();
            for row in 0..of.rows {
                let line = Line::new(self, of, row);
                match line.is_owned() {
                    true => summary.add_line(&line),
                    false => summary.of_other_years += 1,
                }
            }
            (of.rule, summary)
        };
        on_all_cores(self.rights.len(), of)
    }

    /// How many rights of events are left to each other year.
    pub fn other_years(&self) -> BTreeMap<i16, usize> {
        let mut years = BTreeMap::new();
        for of in self.rights.iter().filter(|of| of.may_be_of_other_years()) {
            let lines = (0..of.rows).map(|row| Line::new(self, of, row));
            for year in lines
                .filter(|line| !line.is_owned())
                .filter_map(|line| line.own_year())
            {
                *years.entry(year).or_default() += 1;
            }
        }
        years
    }

    /// By subject and row, whether all its rights belong to other years.
    pub(crate) fn left_to_other_years(&self) -> HashMap<RowId, bool> {
        let mut left: HashMap<RowId, bool> = HashMap::new();
        for of in self.rights.iter().filter(|of| of.may_be_of_other_years()) {
            for line in (0..of.rows).map(|row| Line::new(self, of, row)) {
                *left.entry(line.right().row).or_insert(true) &= !line.is_owned();
            }
        }
        for of in self.rights.iter().filter(|of| !of.may_be_of_other_years()) {
            left.retain(|row, _| row.subject != of.subject);
        }
        left
    }

    /// How often each verdict came to which outcome, in the order of the rows.
    pub fn verdict_outcomes(&self) -> Vec<(VerdictId, &Outcomes)> {
        let asked = self.answers.iter().filter(|answers| answers.len() > 0);
        asked
            .map(|answers| (answers.verdict, &answers.outcomes))
            .collect()
    }

    /// What each verdict came to, row by row.
    pub(crate) fn answers(&self) -> &[Answers] {
        &self.answers
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
