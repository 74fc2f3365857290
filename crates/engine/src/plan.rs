//! What is to be computed for the rules of one subject.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use jiufen_language::program::{Program, RuleId, SubjectId};
use jiufen_quantity::Date;

use crate::graph::{Graph, NodeId};
use crate::lower::{Label, Lowering, RuleNodes};
use crate::machine::{Answer, Columns, Machine, Output, Reading, Wanted};
use crate::outcome::{Column, Given, RuleColumns, Unknown, WhyOpen, asked_masks, given_masks};
use crate::stage::{self, ListStage, ListedReasons, Staged};
use crate::why::Why;

/// The nodes of one rule of a plan.
#[derive(Debug, Clone)]
pub struct RulePlan {
    /// The rule.
    pub rule: RuleId,
    /// Where it is 符合 and everything behind its amount is known.
    pub plain: NodeId,
    /// Its amount in fen there, else 0.
    pub fen: NodeId,
    /// Whether the amount may rest on something that is not published, so that a determination (核定) may settle it.
    pub determinable: bool,
    /// Where it is 不符合 by its condition, or because there is nothing to give.
    pub(crate) ineligible: NodeId,
    pub(crate) nodes: RuleNodes,
    whys: Vec<(WhyOpen, NodeId)>,
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
    pub inputs: Vec<Reading>,
    /// What is made of listed rows beforehand.
    pub stages: Vec<ListStage>,
    /// What is left to the interpreter, by name.
    pub left: Vec<String>,
    /// What operations are called in the text.
    pub labels: HashMap<NodeId, Label>,
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
        let nodes: Vec<RuleNodes> = rules.iter().map(|rule| lowering.rule(*rule)).collect();
        let rules = nodes
            .into_iter()
            .map(|nodes| RulePlan {
                rule: nodes.rule,
                plain: nodes.plain,
                fen: nodes.fen,
                determinable: nodes.determinable,
                whys: {
                    let settles = nodes.whys.iter().zip([true, true, true, false]);
                    whys_open(settles, &lowering.unknowns)
                },
                ineligible: {
                    let none = lowering.graph.and(nodes.promised, nodes.none);
                    lowering.graph.or(nodes.fails, none)
                },
                nodes,
            })
            .collect();
        let plan = Self {
            subject,
            rules,
            graph: lowering.graph,
            inputs: lowering.inputs,
            stages: lowering.stages,
            left: lowering.left.into_iter().collect(),
            labels: lowering.labels,
        };
        debug_assert_eq!(plan.fault(), None);
        plan
    }

    /// The first of its invariants that does not hold.
    pub fn fault(&self) -> Option<String> {
        let of_stages = || self.stages.iter().find_map(ListStage::fault);
        let of_inputs = || stage::missing(&self.inputs, &self.stages);
        self.graph.fault().or_else(of_stages).or_else(of_inputs)
    }

    /// One column of fen: what is exactly due where everything behind it is known, 0 where there is no right, −1 in the
    /// other rows, which [`Plan::run`] decides. What is made of listed rows is not there.
    pub fn payable(&mut self, rule: usize) -> Machine {
        let out = self.payable_output(rule);
        Machine::new(&self.graph, self.inputs.len(), &[out])
    }

    /// Such a column for each rule, in their order.
    pub fn payables(&mut self) -> Machine {
        let outputs: Vec<Output> = (0..self.rules.len())
            .map(|rule| self.payable_output(rule))
            .collect();
        Machine::new(&self.graph, self.inputs.len(), &outputs)
    }

    fn payable_output(&mut self, rule: usize) -> Output {
        let RulePlan {
            plain,
            fen,
            ref nodes,
            ..
        } = self.rules[rule];
        let (holds, outside, fails) = (nodes.holds, nodes.outside, nodes.fails);
        let none = self.graph.and(nodes.promised, nodes.none);
        let open = self.graph.constant(-1);
        let nothing = self.graph.or(fails, outside);
        let nothing = self.graph.or(nothing, none);
        let settled = self.graph.or(plain, nothing);
        Output {
            wanted: Wanted::Node(self.graph.choose(settled, fen, open)),
            guard: Some(holds),
        }
    }

    /// Decides all rows.
    pub fn run(&self, columns: &dyn Columns, rows: usize, threads: usize) -> Vec<RuleColumns> {
        let outputs: Vec<Output> = self
            .rules
            .iter()
            .flat_map(|rule| rule.outputs(&self.graph))
            .collect();
        let machine = Machine::new(&self.graph, self.inputs.len(), &outputs);
        let staged = Staged::new(&self.stages, columns, threads);
        let mut answers = machine.run(&self.inputs, &staged, rows, threads).into_iter();
        self.rules
            .iter()
            .map(|rule| rule.columns(&self.graph, &mut answers, &staged.reasons))
            .collect()
    }
}

/// What is not known, in source order, each part with whether knowing it would settle the whole: of a rule law day,
/// territory and condition, then the amount.
pub(crate) fn whys_open<'w>(
    parts: impl IntoIterator<Item = (&'w Why, bool)>,
    unknowns: &[Unknown],
) -> Vec<(WhyOpen, NodeId)> {
    let mut all = Vec::new();
    let mut first_rank = 0;
    for (why, settles) in parts {
        let mut next_rank = first_rank;
        for occurrence in why.occurrences() {
            let rank = first_rank + occurrence.rank;
            next_rank = next_rank.max(rank + 1);
            all.push((
                WhyOpen {
                    unknown: unknowns[occurrence.unknown.0 as usize].clone(),
                    rank,
                    at_one_place: occurrence.at_one_place,
                    settles,
                },
                occurrence.rows,
            ));
        }
        first_rank = next_rank;
    }
    all
}

impl RulePlan {
    /// What a machine gives for it: how far each row comes, what is known of its amount, each column of numbers that is
    /// not the same everywhere, and its reasons. What belongs to the amount is computed where that decides.
    fn outputs(&self, graph: &Graph) -> Vec<Output> {
        let nodes = &self.nodes;
        let everywhere = |wanted| Output { wanted, guard: None };
        let promised = |wanted| Output {
            wanted,
            guard: Some(nodes.promised),
        };
        let mut outputs = vec![everywhere(Wanted::Bytes(asked_masks(nodes)))];
        if self.given(graph).is_none() {
            outputs.push(promised(Wanted::Bytes(given_masks(nodes))));
        }
        for number in self.numbers(graph) {
            let of_amount = number == nodes.low || number == nodes.high;
            let wanted = Wanted::Node(number);
            outputs.push(if of_amount {
                promised(wanted)
            } else {
                everywhere(wanted)
            });
        }
        let masks: Vec<NodeId> = self.whys.iter().map(|(_, rows)| *rows).collect();
        outputs.extend(
            masks
                .chunks(64)
                .map(|masks| everywhere(Wanted::Words(masks.to_vec()))),
        );
        outputs
    }

    /// What is known of its amount, where that is the same in every row.
    fn given(&self, graph: &Graph) -> Option<u8> {
        let mut bits = 0;
        for (bit, mask) in given_masks(&self.nodes).into_iter().enumerate() {
            bits |= u8::from(graph.truth_of(mask)?) << bit;
        }
        Some(bits)
    }

    /// Its columns of numbers that are not the same everywhere, each once.
    fn numbers(&self, graph: &Graph) -> Vec<NodeId> {
        let nodes = &self.nodes;
        let mut all: Vec<NodeId> = Vec::new();
        for number in [nodes.low, nodes.high, nodes.law_day, nodes.refusal] {
            if graph.constant_of(number).is_none() && !all.contains(&number) {
                all.push(number);
            }
        }
        all
    }

    /// Its columns from the answers to [`RulePlan::outputs`].
    fn columns(
        &self,
        graph: &Graph,
        answers: &mut std::vec::IntoIter<Answer>,
        listed: &Arc<[ListedReasons]>,
    ) -> RuleColumns {
        let mut bytes = || match answers.next() {
            Some(Answer::Bytes(bytes)) => bytes,
            _ => Vec::new(),
        };
        let asked = bytes();
        let given = self
            .given(graph)
            .map_or_else(|| Given::Rows(bytes()), Given::Constant);
        let lanes: Vec<(NodeId, Arc<Vec<i64>>)> = self
            .numbers(graph)
            .into_iter()
            .map(|node| match answers.next() {
                Some(Answer::Numbers(numbers)) => (node, Arc::new(numbers)),
                _ => (node, Arc::default()),
            })
            .collect();
        let column = |node: NodeId| match graph.constant_of(node) {
            Some(n) => Column::Constant(n),
            None => match lanes.iter().find(|(of, _)| *of == node) {
                Some((_, lanes)) => Column::Lanes(lanes.clone()),
                None => Column::Constant(0),
            },
        };
        let words: Vec<Vec<u64>> = self
            .whys
            .chunks(64)
            .map(|_| match answers.next() {
                Some(Answer::Words(words)) => words,
                _ => Vec::new(),
            })
            .collect();
        let mut columns = RuleColumns {
            rule: self.rule,
            determinable: self.determinable,
            asked,
            given,
            low: column(self.nodes.low),
            high: column(self.nodes.high),
            law_day: column(self.nodes.law_day),
            refusal: column(self.nodes.refusal),
            whys: self.whys.iter().map(|(why, _)| why.clone()).collect(),
            reasons: Vec::new(),
            sets: Vec::new(),
            listed: listed.clone(),
        };
        columns.intern(&words);
        columns
    }
}

impl fmt::Display for Graph {
    /// One operation a line, in order, numbers with their bounds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, node) in self.nodes().iter().enumerate() {
            let bounds = self.bounds_at(index);
            match node.is_mask() {
                true => writeln!(f, "%{index} = {node:?}")?,
                false => writeln!(f, "%{index} = {node:?}    [{}, {}]", bounds.low, bounds.high)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Plan {
    /// The stages, then one operation a line, in order: `%7 = %3 × %5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, stage) in self.stages.iter().enumerate() {
            writeln!(f, "stage {index}:\n{stage}")?;
        }
        write!(f, "{}", self.graph)?;
        for RulePlan { nodes, whys, .. } in &self.rules {
            writeln!(
                f,
                "rule {}: promised %{}, fails %{}, outside %{}, fen %{} to %{}",
                nodes.rule.index(),
                nodes.promised.position(),
                nodes.fails.position(),
                nodes.outside.position(),
                nodes.low.position(),
                nodes.high.position()
            )?;
            for (why, rows) in whys {
                writeln!(f, "    {:?} in %{}", why.unknown, rows.position())?;
            }
        }
        Ok(())
    }
}
