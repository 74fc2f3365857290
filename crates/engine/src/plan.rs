//! What is to be computed for the rules of one subject, and its answers.

use std::collections::HashMap;
use std::fmt::{self, Write as _};

use jiufen_language::program::{Program, RuleId, SubjectId};
use jiufen_quantity::Date;

use crate::graph::{Graph, Node, NodeId};
use crate::lower::{Label, Lowering, RuleNodes};
use crate::machine::{Answer, Columns, Input, Machine, Output};

/// How a right came out in the exact program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 符合, with this much in fen after step 6.
    Eligible(i64),
    /// 不符合, because a condition does not hold or the law gives nothing.
    Ineligible,
    /// 不符合 before any condition is asked: outside the territory or the period, or not yet.
    Outside,
    /// Not decided here: open, refused, or left to the interpreter.
    Open,
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
    /// Where its conditions hold: elsewhere nothing of its amount is asked.
    pub asked: NodeId,
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
    /// What operations are called in the text.
    pub labels: HashMap<NodeId, Label>,
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
                    asked,
                } = lowering.rule(*rule);
                RulePlan {
                    rule,
                    eligible,
                    ineligible,
                    outside,
                    fen,
                    law_day,
                    asked,
                }
            })
            .collect();
        let plan = Self {
            subject,
            rules,
            graph: lowering.graph,
            inputs: lowering.inputs,
            left: lowering.left.into_iter().collect(),
            labels: lowering.labels,
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
            asked,
            ..
        } = self.rules[rule];
        let open = self.graph.constant(-1);
        let nothing = self.graph.or(ineligible, outside);
        let settled = self.graph.or(eligible, nothing);
        let out = self.graph.choose(settled, fen, open);
        let out = Output {
            node: out,
            guard: Some(asked),
        };
        Machine::new(&self.graph, self.inputs.len(), &[out])
    }

    /// Decides all rows.
    pub fn run(&self, columns: &dyn Columns, rows: usize, threads: usize) -> Vec<RuleColumns> {
        let outputs: Vec<Output> = self
            .rules
            .iter()
            .flat_map(|r| {
                let guarded = |node| Output {
                    node,
                    guard: Some(r.asked),
                };
                let (eligible, fen) = (guarded(r.eligible), guarded(r.fen));
                [
                    eligible,
                    r.ineligible.into(),
                    r.outside.into(),
                    fen,
                    r.law_day.into(),
                ]
            })
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
