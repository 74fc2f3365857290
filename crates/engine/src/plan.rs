//! What is to be computed for the rules of one subject, and its answers.

use std::fmt::{self, Write as _};

use jiufen_language::program::{Program, RuleId, SubjectId};
use jiufen_quantity::Date;
use smol_str::SmolStr;

use crate::graph::{Graph, Node, NodeId};
use crate::lower::{Lowering, RuleNodes};
use crate::machine::{Answer, Columns, Input, Machine};

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

/// A right that is not settled.
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
}

/// Why a right is not settled, where it stands among the other reasons of its rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyOpen {
    /// What is not known.
    pub unknown: Unknown,
    /// Facts of one rank follow each other in the order of the reasons of the interpreter; ranks are in source order.
    pub rank: u32,
    /// Whether it is a reason of the amount; otherwise it is one of territory or condition.
    pub of_amount: bool,
}

/// The nodes of one rule of a plan.
#[derive(Debug, Clone, Copy)]
pub struct RulePlan {
    /// The rule.
    pub rule: RuleId,
    /// Where it is 符合 with an exact amount.
    pub eligible: NodeId,
    /// Where it is 不符合 by its condition, or because the law gives nothing.
    pub ineligible: NodeId,
    /// Where it is 不符合 before any condition is asked.
    pub outside: NodeId,
    /// Its amount in fen where eligible, else 0.
    pub fen: NodeId,
    /// Its law day, as `yyyymmdd`.
    pub law_day: NodeId,
}

/// The rules of one subject for one year, common parts shared.
#[derive(Debug)]
pub struct Plan {
    /// The subject whose rows are gone through.
    pub subject: SubjectId,
    /// Its rules.
    pub rules: Vec<RulePlan>,
    /// The operations.
    pub graph: Graph,
    /// The columns that it reads.
    pub inputs: Vec<Input>,
    /// What is left to the interpreter, by name.
    pub left: Vec<String>,
}

/// The answers for one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleColumns {
    /// The rule.
    pub rule: RuleId,
    eligible: Vec<u8>,
    ineligible: Vec<u8>,
    outside: Vec<u8>,
    fen: Vec<i64>,
    law_day: Vec<i64>,
    /// What its reasons are about.
    whys: Vec<WhyOpen>,
    /// By number, positions in `whys`.
    sets: Vec<Vec<u16>>,
}

impl RuleColumns {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.fen.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.fen.is_empty()
    }

    /// How a row came out.
    pub fn outcome(&self, row: usize) -> Outcome {
        if self.eligible[row] != 0 {
            Outcome::Eligible(self.fen[row])
        } else if self.ineligible[row] != 0 {
            Outcome::Ineligible
        } else if self.outside[row] != 0 {
            Outcome::Outside
        } else {
            Outcome::Open
        }
    }

    /// Why the rows with this number are not settled, in the order in which the interpreter lists what would settle them.
    /// The same fact may come twice: the first counts.
    pub fn reasons(&self, set: ReasonSet) -> impl Iterator<Item = &WhyOpen> {
        let members = self.sets.get(set.0 as usize).map_or(&[][..], Vec::as_slice);
        members.iter().filter_map(|at| self.whys.get(usize::from(*at)))
    }

    /// How many sets of reasons there are.
    pub fn reason_sets(&self) -> usize {
        self.sets.len()
    }

    /// The day that chose the law for a row that is decided.
    pub fn law_day(&self, row: usize) -> Option<Date> {
        let day = self.law_day[row];
        let part = |n: i64| i8::try_from(n % 100).ok();
        Date::new(i16::try_from(day / 10_000).ok()?, part(day / 100)?, part(day)?)
    }
}

impl Plan {
    /// The plan of some rules of one subject, in a year, as of a day, for a registry.
    ///
    /// What cannot be brought to exact integers is left open and named in [`Plan::left`].
    pub fn new(
        program: &Program,
        subject: SubjectId,
        rules: &[RuleId],
        columns: &dyn Columns,
        (year, today): (i16, Date),
    ) -> Self {
        let mut lowering = Lowering::new(program, columns, year, today);
        let rules = rules
            .iter()
            .map(|rule| {
                let RuleNodes {
                    rule,
                    eligible,
                    ineligible,
                    outside,
                    fen,
                    law_day,
                } = lowering.rule(*rule);
                RulePlan {
                    rule,
                    eligible,
                    ineligible,
                    outside,
                    fen,
                    law_day,
                }
            })
            .collect();
        let plan = Self {
            subject,
            rules,
            graph: lowering.graph,
            inputs: lowering.inputs,
            left: lowering.left.into_iter().collect(),
        };
        debug_assert_eq!(plan.fault(), None);
        plan
    }

    /// The first of its invariants that does not hold.
    pub fn fault(&self) -> Option<String> {
        for (index, node) in self.graph.nodes().iter().enumerate() {
            for operand in node.operands() {
                if operand.position() >= index {
                    return Some(format!("{index} reads {} before it is there", operand.position()));
                }
            }
            let mask = |id: NodeId| self.graph.node(id).is_mask();
            let kinds = match *node {
                Node::And(a, b) | Node::Or(a, b) => mask(a) && mask(b),
                Node::Not(a) => mask(a),
                Node::Choose(m, a, b) => mask(m) && !mask(a) && !mask(b),
                _ => node.operands().all(|o| !mask(o)),
            };
            if !kinds {
                return Some(format!("{index}: numbers and masks are mixed in {node:?}"));
            }
        }
        None
    }

    /// One column of fen: what is exactly due, 0 where there is no right, −1 where that is not decided here.
    pub fn payable(&mut self, rule: usize) -> Machine {
        let RulePlan {
            eligible,
            ineligible,
            outside,
            fen,
            ..
        } = self.rules[rule];
        let open = self.graph.constant(-1);
        let nothing = self.graph.or(ineligible, outside);
        let settled = self.graph.or(eligible, nothing);
        let out = self.graph.choose(settled, fen, open);
        Machine::new(&self.graph, self.inputs.len(), &[out])
    }

    /// Decides all rows.
    pub fn run(&self, columns: &dyn Columns, rows: usize, threads: usize) -> Vec<RuleColumns> {
        let outputs: Vec<NodeId> = self
            .rules
            .iter()
            .flat_map(|r| [r.eligible, r.ineligible, r.outside, r.fen, r.law_day])
            .collect();
        let machine = Machine::new(&self.graph, self.inputs.len(), &outputs);
        let mut answers = machine.run(&self.inputs, columns, rows, threads).into_iter();
        let mask = |answers: &mut std::vec::IntoIter<Answer>| match answers.next() {
            Some(Answer::Mask(mask)) => mask,
            _ => Vec::new(),
        };
        let numbers = |answers: &mut std::vec::IntoIter<Answer>| match answers.next() {
            Some(Answer::Numbers(numbers)) => numbers,
            _ => Vec::new(),
        };
        self.rules
            .iter()
            .map(|rule| RuleColumns {
                rule: rule.rule,
                eligible: mask(&mut answers),
                ineligible: mask(&mut answers),
                outside: mask(&mut answers),
                fen: numbers(&mut answers),
                law_day: numbers(&mut answers),
                whys: Vec::new(),
                sets: Vec::new(),
            })
            .collect()
    }
}

impl fmt::Display for Plan {
    /// One operation a line, in order: `%7 = %3 × %5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, node) in self.graph.nodes().iter().enumerate() {
            let mut line = format!("%{index} = {node:?}");
            if !node.is_mask() {
                let bounds = self.graph.bounds(NodeId(index as u32));
                write!(line, "    [{}, {}]", bounds.low, bounds.high)?;
            }
            writeln!(f, "{line}")?;
        }
        for rule in &self.rules {
            writeln!(
                f,
                "rule {}: eligible %{}, ineligible %{}, fen %{}",
                rule.rule.index(),
                rule.eligible.position(),
                rule.ineligible.position(),
                rule.fen.position()
            )?;
        }
        Ok(())
    }
}
