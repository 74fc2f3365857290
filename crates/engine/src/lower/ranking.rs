//! The columns of a ranking (评级): who takes a place, against whom, and the ends of what each is ranked by.

use std::collections::HashMap;
use std::rc::Rc;

use jiufen_language::program::{Program, Ranking as Declared, Verdict, VerdictId};
use jiufen_quantity::Date;
use num_traits::Signed;

use super::{Day, Lowering, Scope, Year};
use crate::graph::{Graph, NodeId};
use crate::machine::{Answer, Columns, Machine, Output, Reading};
use crate::rank::{Belongs, End, Key, Ranking, Ratio, Score};
use crate::stage::{ListStage, Staged};
use crate::value::{Number, Value};

/// What is to be computed for a ranking.
#[derive(Debug)]
pub struct RankingPlan {
    /// The ranking.
    pub verdict: VerdictId,
    /// What is left to the interpreter, by name: where something is, the places are wider than they need be.
    pub left: Vec<String>,
    graph: Graph,
    inputs: Vec<Reading>,
    stages: Vec<ListStage>,
    /// Conditions that a row which takes a place fulfils: where they hold, and where they do not.
    conditions: Vec<[NodeId; 2]>,
    /// What peers agree in: a number, where it is known, where it is 无.
    group: Vec<[NodeId; 3]>,
    keys: Vec<KeyNodes>,
}

#[derive(Debug)]
struct KeyNodes {
    descending: bool,
    value: NodeId,
    over: NodeId,
    known: NodeId,
    /// The ends where it is not known, with where there is none: low, high, over, no low end, no high end, here.
    span: [NodeId; 6],
}

impl RankingPlan {
    /// The plan of a ranking in a year, as of a day; none when the verdict ranks nothing or there is no such day.
    pub fn new(
        program: &Program,
        id: VerdictId,
        columns: &dyn Columns,
        (year, today): (i16, Date),
    ) -> Option<Self> {
        let verdict = &program.verdicts[id.index()];
        let ranking = verdict.ranking.as_ref()?;
        let day = match ranking.yearly {
            true => Date::year_end(year)?,
            false => today,
        };
        let mut lowering = Lowering::new(program, columns, year, today);
        let scope = Scope {
            row: Some(lowering.base(verdict.each)),
            around: Rc::default(),
            day: Day::Fixed(day),
            year: Year::Fixed(year),
            original: None,
        };
        let conditions = lowering.takes_a_place(verdict, ranking, &scope);
        let group = lowering.groups(ranking, &scope);
        let keys = ranking.order.iter().map(|key| {
            let value = lowering.expr(key.value, &scope);
            let number = lowering.number(&value);
            lowering.key(&number, key.descending)
        });
        let keys = keys.collect();
        Some(Self {
            verdict: id,
            conditions,
            group,
            keys,
            graph: lowering.graph,
            inputs: lowering.inputs,
            stages: lowering.stages,
            left: lowering.left.into_iter().collect(),
        })
    }

    /// The columns for all rows, on some threads.
    pub fn run(&self, columns: &dyn Columns, rows: usize, threads: usize) -> Ranking {
        let nodes = self
            .conditions
            .iter()
            .flatten()
            .chain(self.group.iter().flatten());
        let keys = self
            .keys
            .iter()
            .flat_map(|key| [key.value, key.over, key.known].into_iter().chain(key.span));
        let outputs: Vec<Output> = nodes.copied().chain(keys).map(Output::from).collect();
        let machine = Machine::new(&self.graph, self.inputs.len(), &outputs);
        let staged = Staged::new(&self.stages, columns, threads);
        let answers = machine.run(&self.inputs, &staged, rows, threads);
        let mut answers = answers.into_iter().map(Column::new);
        let mut belongs = vec![Belongs::Yes; rows];
        for _ in &self.conditions {
            let [yes, no] = next(&mut answers);
            for (row, belongs) in belongs.iter_mut().enumerate() {
                if no.is(row) {
                    *belongs = Belongs::No;
                } else if !yes.is(row) && *belongs == Belongs::Yes {
                    *belongs = Belongs::Maybe;
                }
            }
        }
        let group: Vec<[Column; 3]> = self.group.iter().map(|_| next(&mut answers)).collect();
        let keys = self.keys.iter().map(|key| Key {
            descending: key.descending,
            scores: scores(&next(&mut answers), rows),
        });
        let keys = keys.collect();
        Ranking {
            belongs,
            group: numbered(&group, rows),
            keys,
        }
    }
}

impl Lowering<'_> {
    fn takes_a_place(&mut self, verdict: &Verdict, ranking: &Declared, scope: &Scope) -> Vec<[NodeId; 2]> {
        let inside = self.inside(verdict.territory_of, verdict.document, scope);
        // A row whose territory is not known is ranked: nothing says that it lies elsewhere.
        let here = self.graph.not(inside.no);
        let mut conditions = vec![[here, inside.no]];
        if let Some(peers) = ranking.peers {
            let value = self.expr(peers, scope);
            let truth = self.truth(&value);
            conditions.push([truth.yes, truth.no]);
        }
        let vetoes = ranking.vetoes.iter().filter(|_| ranking.vetoed_before);
        for veto in vetoes.filter_map(|line| line.when) {
            let value = self.expr(veto, scope);
            let truth = self.truth(&value);
            conditions.push([truth.no, truth.yes]);
        }
        conditions
    }

    fn groups(&mut self, ranking: &Declared, scope: &Scope) -> Vec<[NodeId; 3]> {
        let mut group = Vec::with_capacity(ranking.group.len());
        for key in &ranking.group {
            let value = self.expr(*key, scope);
            let marks = self.marks(&value);
            let (value, known) = match &value {
                Value::Code(code) => (code.value, marks.known),
                Value::Literal(_) | Value::Absent => (self.graph.constant(0), marks.known),
                Value::Truth(truth) => {
                    let (one, none) = (self.graph.constant(1), self.graph.constant(0));
                    (self.graph.choose(truth.yes, one, none), marks.known)
                }
                // A number that is the same in two rows need not be written alike, and rows of another subject are no
                // integers here.
                _ => {
                    self.leave("同类排名的键");
                    (self.graph.constant(0), self.graph.never())
                }
            };
            group.push([value, known, marks.absent]);
        }
        group
    }

    fn key(&mut self, number: &Number, descending: bool) -> KeyNodes {
        let one = self.graph.constant(1);
        let (never, none) = (self.graph.never(), self.graph.constant(0));
        let turned = number.scale.is_negative();
        if turned {
            self.leave("负的计量单位");
        }
        let known = if turned { never } else { number.known };
        let span = match number.span.as_deref().filter(|_| !turned) {
            Some(span) => [
                span.low,
                span.high,
                span.over.unwrap_or(one),
                span.no_low,
                span.no_high,
                span.here,
            ],
            None => [none, none, one, never, never, never],
        };
        KeyNodes {
            descending,
            value: number.value,
            over: number.over.unwrap_or(one),
            known,
            span,
        }
    }
}

/// An answer, row by row.
struct Column(Answer);

impl Column {
    fn new(answer: Answer) -> Self {
        Self(answer)
    }

    fn is(&self, row: usize) -> bool {
        match &self.0 {
            Answer::Mask(mask) => mask[row] != 0,
            Answer::Numbers(_) | Answer::Bytes(_) | Answer::Words(_) => false,
        }
    }

    fn at(&self, row: usize) -> i64 {
        match &self.0 {
            Answer::Numbers(numbers) => numbers[row],
            Answer::Mask(_) | Answer::Bytes(_) | Answer::Words(_) => 0,
        }
    }
}

/// The next answers. INVARIANT: a machine gives as many answers as outputs were asked of it.
fn next<const N: usize>(answers: &mut impl Iterator<Item = Column>) -> [Column; N] {
    std::array::from_fn(|_| answers.next().unwrap_or(Column(Answer::Mask(Vec::new()))))
}

fn scores(
    [value, over, known, low, high, span_over, no_low, no_high, here]: &[Column; 9],
    rows: usize,
) -> Vec<Score> {
    let of = |row: usize| {
        if known.is(row) {
            return Ratio::new(value.at(row), over.at(row)).map_or_else(Score::open, Score::known);
        }
        if !here.is(row) {
            return Score::open();
        }
        let end = |column: &Column, none: End| {
            let ratio = Ratio::new(column.at(row), span_over.at(row));
            ratio.map_or(none, End::At)
        };
        Score {
            low: if no_low.is(row) {
                End::Below
            } else {
                end(low, End::Below)
            },
            high: if no_high.is(row) {
                End::Above
            } else {
                end(high, End::Above)
            },
        }
    };
    (0..rows).map(of).collect()
}

/// Peers under a number for each group that occurs.
fn numbered(group: &[[Column; 3]], rows: usize) -> Vec<Option<u32>> {
    let mut numbers: HashMap<Vec<Option<i64>>, u32> = HashMap::new();
    let of = |row: usize| -> Option<Vec<Option<i64>>> {
        let one = |[value, known, absent]: &[Column; 3]| match (absent.is(row), known.is(row)) {
            (true, _) => Some(None),
            (false, true) => Some(Some(value.at(row))),
            (false, false) => None,
        };
        group.iter().map(one).collect()
    };
    (0..rows)
        .map(|row| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            of(row).map(|key| *numbers.entry(key).or_insert(next))
        })
        .collect()
}
