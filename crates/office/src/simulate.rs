//! What-if: a draft against the law in force, right by right over the whole registry.
//!
//! Both sides are runs like any other, so that their totals are those of two separate runs. Rights are held together by
//! what makes them one right: the line of their rule, the key of their row, their year.

mod groups;
mod reasons;
mod rows;
mod sheets;

use std::collections::HashMap;

use jiufen_interpret::{FenInterval, Right, Status};
use jiufen_language::program::RuleId;
use smol_str::SmolStr;

use crate::pack::Pack;
use crate::registry::Registry;
use crate::run::{Line, RuleSummary, Run};

pub use groups::{By, GroupChange};
pub use rows::Where;
pub use sheets::LARGEST;

use rows::{Rows, Which};

/// One of the two laws that are compared, with its run.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The documents.
    pub pack: &'a Pack,
    /// The facts, read in their vocabulary.
    pub registry: &'a Registry<'a>,
    /// What they come to.
    pub run: &'a Run,
}

impl Side<'_> {
    /// How all its rights came out together.
    pub fn total(&self) -> RuleSummary {
        let mut total = RuleSummary::default();
        for (_, summary) in self.run.summaries(self.pack) {
            total.include(&summary);
        }
        total
    }
}

/// What a change does to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// More, whatever is still open.
    Gains,
    /// Less, whatever is still open.
    Loses,
    /// Neither.
    Same,
    /// It depends on what is open.
    Open,
}

impl Effect {
    /// The Chinese and the English word.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Gains => ("增加", "gains"),
            Self::Loses => ("减少", "loses"),
            Self::Same => ("不变", "same"),
            Self::Open => ("未定", "open"),
        }
    }

    fn of(change: FenInterval) -> Self {
        match (change.low, change.high) {
            (Some(0), Some(0)) => Self::Same,
            (Some(low), _) if low > 0 => Self::Gains,
            (_, Some(high)) if high < 0 => Self::Loses,
            _ => Self::Open,
        }
    }
}

/// How many gain, lose, stay and are open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Gain.
    pub gains: usize,
    /// Lose.
    pub loses: usize,
    /// Neither.
    pub same: usize,
    /// It depends on what is open.
    pub open: usize,
}

impl Counts {
    fn add(&mut self, effect: Effect) {
        match effect {
            Effect::Gains => self.gains += 1,
            Effect::Loses => self.loses += 1,
            Effect::Same => self.same += 1,
            Effect::Open => self.open += 1,
        }
    }

    /// All of them.
    pub fn all(&self) -> usize {
        self.gains + self.loses + self.same + self.open
    }
}

/// A right on one side: what it comes to there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The right, as that side numbers it.
    pub right: Right,
    /// 符合, 不符合, 无法判定 or 拒绝.
    pub status: Status,
    /// What may be paid, exactly; or between which ends it lies. Fen.
    pub amount: FenInterval,
    /// What of it is exactly payable, in fen: of two editions of a rule, one may be open and the other not.
    pub payable_fen: i128,
}

/// A right that does not come to the same on both sides.
#[derive(Debug, Clone)]
pub struct RightChange {
    /// Whose it is; see [`Simulation::place`].
    pub row: u32,
    /// Who is paid.
    pub beneficiary: u32,
    /// By the law in force; none where it knows no such right.
    pub before: Option<Outcome>,
    /// By the draft.
    pub after: Option<Outcome>,
    /// The difference in fen.
    pub change: FenInterval,
    /// Which way it goes.
    pub effect: Effect,
}

/// A line of rules on both sides.
#[derive(Debug, Clone)]
pub struct RuleChange {
    /// The rule, as the side that has it numbers it; the draft's first.
    pub after: Option<RuleId>,
    /// By the law in force.
    pub before: Option<RuleId>,
    /// How its rights came out by the law in force.
    pub was: RuleSummary,
    /// How they come out with the draft.
    pub becomes: RuleSummary,
    /// What the draft does to its rights.
    pub rights: Counts,
}

/// All that one beneficiary gets.
#[derive(Debug, Clone, Copy)]
pub struct SubjectChange {
    /// Who; see [`Simulation::place`].
    pub row: u32,
    /// What all its rights may come to by the law in force, in fen.
    pub before: FenInterval,
    /// With the draft.
    pub after: FenInterval,
    /// The difference: the sum over its rights, so that what is open on both sides alike changes nothing.
    pub change: FenInterval,
    /// Which way it goes.
    pub effect: Effect,
    /// What of it is exactly payable by the law in force, in fen.
    pub before_fen: i128,
    /// With the draft.
    pub after_fen: i128,
}

/// A draft against the law in force.
#[derive(Debug)]
pub struct Simulation<'a> {
    /// The law in force.
    pub before: Side<'a>,
    /// The same with the draft.
    pub after: Side<'a>,
    /// Rules by line, in the order of the draft's side, then those that it no longer has.
    pub rules: Vec<RuleChange>,
    /// Rights that change, by how much, the greatest first; open ones last.
    pub rights: Vec<RightChange>,
    /// Everybody who is paid on either side, the greatest change first.
    pub subjects: Vec<SubjectChange>,
    /// How many of them gain and lose.
    pub counts: Counts,
    rows: Rows,
}

/// What both sides say of one right.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    before: Option<(Outcome, u32)>,
    after: Option<(Outcome, u32)>,
}

/// A line of rules, the row and the year: what makes a right the same on both sides.
type Key = (u32, u32, Option<i16>);

impl<'a> Simulation<'a> {
    /// Compares two runs over the same files, year and day.
    pub fn new(before: Side<'a>, after: Side<'a>) -> Self {
        let rows = Rows::new(before.registry, after.registry);
        let mut lines = Lines::default();
        let of_before = lines.of(before.pack);
        let of_after = lines.of(after.pack);
        let mut pairs: HashMap<Key, Pair> = HashMap::new();
        for (side, which, of_rule) in [
            (before, Which::Before, &of_before),
            (after, Which::After, &of_after),
        ] {
            for right in side.run.lines() {
                let of = right.right();
                let line = of_rule[of.rule.index()];
                let row = rows.id(which, of.row);
                let paid = right.beneficiary().map_or(row, |paid| rows.id(which, paid));
                let pair = pairs.entry((line, row, of.year)).or_default();
                let place = match which {
                    Which::Before => &mut pair.before,
                    Which::After => &mut pair.after,
                };
                *place = Some(together(*place, outcome(&right), paid));
            }
        }
        let mut found = Found::new(lines.count());
        let mut pairs: Vec<(Key, Pair)> = pairs.into_iter().collect();
        pairs.sort_unstable_by_key(|(key, _)| *key);
        for ((line, row, _), pair) in pairs {
            found.take(line as usize, row, pair);
        }
        found.rights.sort_by_key(|r| (weight(r.change), r.row));
        let mut subjects: Vec<SubjectChange> = found.subjects.into_values().collect();
        let mut counts = Counts::default();
        for subject in &mut subjects {
            subject.effect = Effect::of(subject.change);
            counts.add(subject.effect);
        }
        subjects.sort_by_key(|s| (weight(s.change), s.row));
        Self {
            rules: rules(before, after, (&of_before, &of_after), &found.of_line),
            before,
            after,
            rights: found.rights,
            subjects,
            counts,
            rows,
        }
    }

    /// Those whose sums change most, the greatest change first.
    pub fn largest(&self) -> impl Iterator<Item = &SubjectChange> {
        let changed = self.subjects.iter().filter(|s| s.effect != Effect::Same);
        changed.take(LARGEST)
    }

    /// The rights of a beneficiary that change.
    pub fn rights_of(&self, subject: &SubjectChange) -> impl Iterator<Item = &RightChange> {
        let row = subject.row;
        self.rights.iter().filter(move |right| right.beneficiary == row)
    }

    /// Where a row stands on either side.
    pub fn place(&self, row: u32) -> Where {
        self.rows.place(row)
    }

    /// The key and the name of a row.
    pub fn key_and_name(&self, row: u32) -> (SmolStr, SmolStr) {
        use jiufen_interpret::Facts as _;
        let place = self.place(row);
        let of = |registry: &Registry, row| (registry.key(row), registry.name(row));
        match (place.after, place.before) {
            (Some(row), _) => of(self.after.registry, row),
            (None, Some(row)) => of(self.before.registry, row),
            (None, None) => Default::default(),
        }
    }
}

/// The order of changes: the greatest first, what is open after all that is not.
fn weight(change: FenInterval) -> (bool, std::cmp::Reverse<i128>) {
    let exact = change.exact();
    let size = exact.or(change.high).or(change.low).map_or(i128::MAX, i128::abs);
    (exact.is_none(), std::cmp::Reverse(size))
}

fn outcome(line: &Line<'_>) -> Outcome {
    let amount = match (line.payable_fen(), line.status()) {
        (Some(fen), _) => FenInterval::only(fen),
        // Without a value there are no ends either.
        (None, Status::Refused) => FenInterval {
            low: None,
            high: None,
        },
        (None, _) => line.settled(),
    };
    Outcome {
        right: line.right(),
        status: line.status(),
        amount,
        payable_fen: line.payable_fen().unwrap_or(0),
    }
}

/// Two editions of one line can both give a row something in a year; they count together.
fn together(known: Option<(Outcome, u32)>, next: Outcome, paid: u32) -> (Outcome, u32) {
    match known {
        None => (next, paid),
        Some((first, _)) if first.status == Status::Ineligible => (next, paid),
        Some((first, first_paid)) if next.status == Status::Ineligible => (first, first_paid),
        Some((first, first_paid)) => {
            let both = Outcome {
                amount: sum(first.amount, next.amount),
                payable_fen: first.payable_fen + next.payable_fen,
                ..first
            };
            (both, first_paid)
        }
    }
}

fn sum(a: FenInterval, b: FenInterval) -> FenInterval {
    let end = |a: Option<i128>, b: Option<i128>| a.zip(b).map(|(a, b)| a.saturating_add(b));
    FenInterval {
        low: end(a.low, b.low),
        high: end(a.high, b.high),
    }
}

/// b − a, when they are not independent of each other but known to lie between their ends.
fn difference(a: FenInterval, b: FenInterval) -> FenInterval {
    let end = |b: Option<i128>, a: Option<i128>| b.zip(a).map(|(b, a)| b.saturating_sub(a));
    FenInterval {
        low: end(b.low, a.high),
        high: end(b.high, a.low),
    }
}

/// Lines of rules on both sides, by number.
#[derive(Default)]
struct Lines {
    numbers: HashMap<SmolStr, u32>,
}

impl Lines {
    /// The line of each rule of a pack.
    fn of(&mut self, pack: &Pack) -> Vec<u32> {
        let mut of_rule = Vec::with_capacity(pack.program.rules.len());
        for rule in &pack.program.rules {
            let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
            of_rule.push(*self.numbers.entry(rule.lineage.clone()).or_insert(next));
        }
        of_rule
    }

    fn count(&self) -> usize {
        self.numbers.len()
    }
}

/// What is added up while rights are gone through.
struct Found {
    rights: Vec<RightChange>,
    subjects: HashMap<u32, SubjectChange>,
    of_line: Vec<Counts>,
}

impl Found {
    fn new(lines: usize) -> Self {
        Self {
            rights: Vec::new(),
            subjects: HashMap::new(),
            of_line: vec![Counts::default(); lines],
        }
    }

    fn take(&mut self, line: usize, row: u32, pair: Pair) {
        let none = FenInterval::only(0);
        let amount = |side: Option<(Outcome, u32)>| side.map_or(none, |(outcome, _)| outcome.amount);
        let (was, becomes) = (amount(pair.before), amount(pair.after));
        let state = |side: Option<(Outcome, u32)>| side.map(|(o, paid)| (o.status, o.amount, paid));
        // What is open on both sides alike is no change.
        let alike = state(pair.before) == state(pair.after) || (was == none && becomes == none);
        let change = if alike { none } else { difference(was, becomes) };
        let effect = Effect::of(change);
        if let Some(counts) = self.of_line.get_mut(line) {
            counts.add(effect);
        }
        let same_payee = match (pair.before, pair.after) {
            (Some((_, a)), Some((_, b))) => a == b,
            _ => true,
        };
        let paid = pair.after.or(pair.before).map_or(row, |(_, paid)| paid);
        let payable = |side: Option<(Outcome, u32)>| side.map_or(0, |(outcome, _)| outcome.payable_fen);
        let (was_fen, becomes_fen) = (payable(pair.before), payable(pair.after));
        if same_payee {
            self.subject(paid, (was, was_fen), (becomes, becomes_fen), change);
        } else {
            let from = pair.before.map_or(row, |(_, paid)| paid);
            self.subject(from, (was, was_fen), (none, 0), difference(was, none));
            self.subject(paid, (none, 0), (becomes, becomes_fen), difference(none, becomes));
        }
        if effect != Effect::Same || !same_payee {
            self.rights.push(RightChange {
                row,
                beneficiary: paid,
                before: pair.before.map(|(outcome, _)| outcome),
                after: pair.after.map(|(outcome, _)| outcome),
                change,
                effect,
            });
        }
    }

    /// Adds a right to what its beneficiary gets: between which ends it lies, and what of it is payable.
    fn subject(
        &mut self,
        row: u32,
        (was, was_fen): (FenInterval, i128),
        (becomes, becomes_fen): (FenInterval, i128),
        change: FenInterval,
    ) {
        let none = FenInterval::only(0);
        let subject = self.subjects.entry(row).or_insert(SubjectChange {
            row,
            before: none,
            after: none,
            change: none,
            effect: Effect::Same,
            before_fen: 0,
            after_fen: 0,
        });
        subject.before_fen += was_fen;
        subject.after_fen += becomes_fen;
        subject.before = sum(subject.before, was);
        subject.after = sum(subject.after, becomes);
        subject.change = sum(subject.change, change);
    }
}

/// The rules of both sides, held together by their lines.
fn rules(
    before: Side<'_>,
    after: Side<'_>,
    (of_before, of_after): (&[u32], &[u32]),
    rights: &[Counts],
) -> Vec<RuleChange> {
    let mut of_line: HashMap<u32, usize> = HashMap::new();
    let mut rules: Vec<RuleChange> = Vec::new();
    let mut add = |line: u32, id: RuleId, summary: &RuleSummary, which: Which| {
        let at = *of_line.entry(line).or_insert_with(|| {
            rules.push(RuleChange {
                after: None,
                before: None,
                was: RuleSummary::default(),
                becomes: RuleSummary::default(),
                rights: rights.get(line as usize).copied().unwrap_or_default(),
            });
            rules.len() - 1
        });
        let rule = &mut rules[at];
        match which {
            Which::After => {
                rule.after.get_or_insert(id);
                rule.becomes.include(summary);
            }
            Which::Before => {
                rule.before.get_or_insert(id);
                rule.was.include(summary);
            }
        }
    };
    for (id, summary) in after.run.summaries(after.pack) {
        add(of_after[id.index()], id, &summary, Which::After);
    }
    for (id, summary) in before.run.summaries(before.pack) {
        add(of_before[id.index()], id, &summary, Which::Before);
    }
    rules
}
