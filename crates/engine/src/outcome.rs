//! How rights came out, a column a figure.

use std::collections::HashMap;
use std::sync::Arc;

use jiufen_language::program::{FieldRef, RuleId};
use jiufen_quantity::Date;
use smol_str::SmolStr;

use crate::graph::NodeId;
use crate::lower::RuleNodes;
use crate::machine::Input;
use crate::stage::ListedReasons;

/// How a right came out after step 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 符合, with exactly this much in fen.
    Eligible(i64),
    /// 不符合, because a condition does not hold or the law gives nothing.
    Ineligible,
    /// 不符合 before any condition is asked: outside the territory or the period, or not yet.
    Outside,
    /// Not settled: its condition is open, or its amount lies between two ends, or both.
    Uncertain(Uncertain),
    /// 拒绝. The fault is the same for all rows of a rule that have the same number here and the same law day, so that
    /// the interpreter has to be asked for its words only once.
    Refused(Refusal),
    /// Not decided here: left to the interpreter.
    Open,
}

/// A right that is not settled. Without a law day its condition is open, and it comes to the most of any day of the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uncertain {
    /// Whether territory and condition hold for sure; otherwise they are open.
    pub holds: bool,
    /// The least it comes to, in fen.
    pub low: i64,
    /// The most it comes to, in fen; none: no limit.
    pub high: Option<i64>,
    /// Whether the upper end is a ceiling (至多) of an unpublished formula.
    pub at_most: bool,
    /// Why: ask [`RuleColumns::reasons`].
    pub reasons: ReasonSet,
}

/// A number for a fault of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Refusal(pub u32);

/// A number for a set of reasons of a rule; rows with the same reasons have the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReasonSet(pub u32);

/// Something that is not known, without the row it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Unknown {
    /// A field, of the row that references lead to: 缺, 待到账 or 未公布, as the field declares it.
    Fact(Input),
    /// Something that is not published, by its name.
    Unpublished(SmolStr),
    /// Whatever leaves open what a stage of the plan made of listed rows: ask [`RuleColumns::listed`].
    Listed(ListedUnknown),
}

/// What a stage made of the rows that are listed for the row that references lead to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListedUnknown {
    /// Reference fields from the row on.
    pub path: Vec<(FieldRef, Option<i16>)>,
    /// Which of the stages.
    pub stage: usize,
}

/// Why a right is not settled, where it stands among the other reasons of its rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyOpen {
    /// What is not known.
    pub unknown: Unknown,
    /// Facts of one rank follow each other in the order of the reasons of the interpreter; ranks are in source order.
    pub rank: u32,
    /// Whether it is told at one place with others, so that all facts behind it come in the order of reasons.
    pub at_one_place: bool,
    /// Whether knowing it would settle the right; otherwise it is a reason only.
    pub settles: bool,
}

/// The answers for one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleColumns {
    /// The rule.
    pub rule: RuleId,
    /// Whether the amount may rest on something that is not published. A row with a determination (核定) is then the
    /// interpreter's.
    pub determinable: bool,
    /// How far each row came: a bit of [`asked`].
    pub(crate) asked: Vec<u8>,
    /// What is known of its amount where that decides: bits of [`given`].
    pub(crate) given: Given,
    pub(crate) low: Column,
    pub(crate) high: Column,
    pub(crate) law_day: Column,
    pub(crate) refusal: Column,
    /// What its reasons are about.
    pub(crate) whys: Vec<WhyOpen>,
    /// The set of reasons of each row; empty when no row is uncertain.
    pub(crate) reasons: Vec<u32>,
    /// By number, positions in `whys`.
    pub(crate) sets: Vec<Vec<u16>>,
    /// Why what is made of listed rows is open, by stage.
    pub(crate) listed: Arc<[ListedReasons]>,
}

/// A figure a row, or the same for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Column {
    Constant(i64),
    Lanes(Arc<Vec<i64>>),
}

impl Column {
    fn at(&self, row: usize) -> i64 {
        match self {
            Self::Constant(n) => *n,
            Self::Lanes(lanes) => lanes[row],
        }
    }
}

/// What is known of the amount of each row, or of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Given {
    Constant(u8),
    Rows(Vec<u8>),
}

impl Given {
    fn at(&self, row: usize) -> u8 {
        match self {
            Self::Constant(bits) => *bits,
            Self::Rows(rows) => rows[row],
        }
    }
}

/// How far a row came; at most one of the first four is set.
mod asked {
    pub const FAILS: u8 = 1;
    pub const OUTSIDE: u8 = 1 << 1;
    pub const REFUSED: u8 = 1 << 2;
    pub const PROMISED: u8 = 1 << 3;
    pub const HOLDS: u8 = 1 << 4;
}

/// What is known of an amount.
mod given {
    pub const HERE: u8 = 1;
    pub const OPEN: u8 = 1 << 1;
    pub const NONE: u8 = 1 << 2;
    pub const AT_MOST: u8 = 1 << 3;
    pub const NO_HIGH: u8 = 1 << 4;
}

/// The masks behind the bits of how far a row came, the lowest first.
pub(crate) fn asked_masks(nodes: &RuleNodes) -> Vec<NodeId> {
    vec![
        nodes.fails,
        nodes.outside,
        nodes.refused,
        nodes.promised,
        nodes.holds,
    ]
}

/// The masks behind the bits of what is known of an amount.
pub(crate) fn given_masks(nodes: &RuleNodes) -> Vec<NodeId> {
    vec![nodes.here, nodes.open, nodes.none, nodes.at_most, nodes.no_high]
}

impl RuleColumns {
    /// Gives rows with the same reasons the same number. `words` are bits a row, 64 reasons each.
    pub(crate) fn intern(&mut self, words: &[Vec<u64>]) {
        if self.whys.is_empty() {
            return;
        }
        let mut numbers: HashMap<Vec<u64>, u32> = HashMap::new();
        let mut reasons = vec![0u32; self.len()];
        let (mut last, mut last_number): (Vec<u64>, Option<u32>) = (vec![0; words.len()], None);
        for (row, reason) in reasons.iter_mut().enumerate() {
            if !self.is_uncertain(row) {
                continue;
            }
            let same = last.iter().zip(words).all(|(last, words)| *last == words[row]);
            if let (true, Some(number)) = (same, last_number) {
                *reason = number;
                continue;
            }
            for (last, words) in last.iter_mut().zip(words) {
                *last = words[row];
            }
            let number = match numbers.get(&last) {
                Some(number) => *number,
                None => {
                    // INVARIANT: no more sets than rows, and rows are numbered with 32 bits.
                    let number = self.sets.len() as u32;
                    numbers.insert(last.clone(), number);
                    self.sets.push(members(&last));
                    number
                }
            };
            (*reason, last_number) = (number, Some(number));
        }
        self.reasons = reasons;
    }

    /// Whether a row is promised an amount of which something is open, or may be.
    fn is_uncertain(&self, row: usize) -> bool {
        let (asked, given) = (self.asked[row], self.given.at(row));
        let certain = asked & asked::HOLDS != 0 && given & given::OPEN == 0;
        asked & asked::PROMISED != 0 && given & given::HERE != 0 && !certain
    }
}

pub(crate) fn members(words: &[u64]) -> Vec<u16> {
    let bits = (0u16..).take(words.len() * 64);
    bits.filter(|bit| words[usize::from(bit / 64)] >> (bit % 64) & 1 != 0)
        .collect()
}

impl RuleColumns {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.asked.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// How a row came out.
    pub fn outcome(&self, row: usize) -> Outcome {
        let asked = self.asked[row];
        if asked & asked::PROMISED != 0 {
            return self.amount(row, asked & asked::HOLDS != 0);
        }
        match asked {
            asked::FAILS => Outcome::Ineligible,
            asked::OUTSIDE => Outcome::Outside,
            // INVARIANT: refusals are small numbers.
            asked::REFUSED => Outcome::Refused(Refusal(self.refusal.at(row) as u32)),
            _ => Outcome::Open,
        }
    }

    fn amount(&self, row: usize, holds: bool) -> Outcome {
        let given = self.given.at(row);
        let is = |bit: u8| given & bit != 0;
        if is(given::NONE) {
            return Outcome::Ineligible;
        }
        if !is(given::HERE) {
            return Outcome::Open;
        }
        if holds && !is(given::OPEN) {
            return Outcome::Eligible(self.low.at(row));
        }
        Outcome::Uncertain(Uncertain {
            holds,
            // What may not be due at all comes to nothing at least.
            low: if holds { self.low.at(row) } else { 0 },
            high: (!is(given::NO_HIGH)).then(|| self.high.at(row)),
            at_most: is(given::AT_MOST),
            reasons: ReasonSet(self.reasons.get(row).copied().unwrap_or(0)),
        })
    }

    /// Why the rows with this number are not settled, in the order in which the interpreter lists what would settle them.
    /// The same fact may come twice: the first counts.
    pub fn reasons(&self, set: ReasonSet) -> impl Iterator<Item = &WhyOpen> {
        let members = self.sets.get(set.0 as usize).map_or(&[][..], Vec::as_slice);
        members.iter().filter_map(|at| self.whys.get(usize::from(*at)))
    }

    /// Why what the stages made of listed rows is open, in their order.
    pub fn listed(&self) -> &[ListedReasons] {
        &self.listed
    }

    /// How many sets of reasons there are.
    pub fn reason_sets(&self) -> usize {
        self.sets.len()
    }

    /// The day that chose the law for a row that is decided.
    pub fn law_day(&self, row: usize) -> Option<Date> {
        let day = self.law_day.at(row);
        let part = |n: i64| i8::try_from(n % 100).ok();
        Date::new(i16::try_from(day / 10_000).ok()?, part(day / 100)?, part(day)?)
    }
}
