//! A register machine over blocks of rows: the nodes of a graph that outputs need, each with a register of its own for as
//! long as somebody reads it.
//!
//! What an output is on the rows of a mask (who is eligible, say) can be left to a second program: the rows of the mask
//! are collected from block to block until they fill one, so that a right which one row in three has costs a third.

mod block;
mod guard;
mod program;

use std::sync::Mutex;

use jiufen_language::program::{Aggregate, FieldRef, Listed, SubjectId};
use jiufen_table::lanes::LaneColumn;
use pulp::{Arch, Simd, WithSimd};

use crate::graph::{Graph, NodeId};
use crate::kernels::ROWS;
use block::{Bound, Feed, Registers};
use guard::{Guarded, Waiting};
use program::{Out, Program};

/// A column that a plan reads: a field of the row that references lead to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Input {
    /// Reference fields from the row on, each with its year when it is yearly; none: the row itself.
    pub path: Vec<(FieldRef, Option<i16>)>,
    /// The field.
    pub field: FieldRef,
    /// Of which year, when it is yearly.
    pub year: Option<i16>,
}

/// A column that a plan reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reading {
    /// A field.
    Field(Input),
    /// What one of its stages made of listed rows.
    Folded(FoldedInput),
}

impl Reading {
    /// The field, where it is one.
    pub fn field(&self) -> Option<&Input> {
        match self {
            Self::Field(input) => Some(input),
            Self::Folded(_) => None,
        }
    }
}

impl From<Input> for Reading {
    fn from(input: Input) -> Self {
        Self::Field(input)
    }
}

/// What a stage made of the rows that are listed for the row that references lead to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FoldedInput {
    /// Reference fields from the row on, as of an [`Input`].
    pub path: Vec<(FieldRef, Option<i16>)>,
    /// Which of the plan's stages.
    pub stage: usize,
    /// Which of its columns.
    pub lane: Lane,
}

/// The columns of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// What it comes to, where that is known.
    Value,
    /// 1 where it is open.
    Open,
    /// The least, where there is one.
    Low,
    /// The most, where there is one.
    High,
    /// By what the others are still to be divided; it is not 1 for 平均 only.
    Over,
}

/// How many rows are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// How many rows there are in all.
    pub rows: usize,
    /// How many rows they may be listed for.
    pub parents: usize,
    /// No row has more.
    pub most: usize,
    /// Whether every list is known to be whole.
    pub complete: bool,
}

/// Columns by field and year, as a plan asks for them.
pub trait Columns: Sync {
    /// The column of a field; none when the registry has none, which is as good as 缺 everywhere.
    fn column(&self, field: FieldRef, year: Option<i16>) -> Option<&LaneColumn>;

    /// The first and the last year for which the yearly fields of a subject have values.
    fn years(&self, subject: SubjectId) -> Option<(i16, i16)>;

    /// What is known of lists of rows; none: what is done over them is left.
    fn listing(&self, _over: Listed) -> Option<Listing> {
        None
    }

    /// Whether this can be made of listed rows: what cannot is left.
    fn folds(&self, _function: Aggregate) -> bool {
        true
    }

    /// A column that a stage made; none while it has not run.
    fn folded(&self, _stage: usize, _lane: Lane) -> Option<&LaneColumn> {
        None
    }
}

/// What a machine gives for one of its outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A number a row.
    Numbers(Vec<i64>),
    /// 0xff or 0 a row.
    Mask(Vec<u8>),
    /// A byte a row, a bit for each of some masks.
    Bytes(Vec<u8>),
    /// A word a row, a bit for each of some masks.
    Words(Vec<u64>),
}

impl Answer {
    /// The numbers of all rows; none where there are masks.
    pub fn into_numbers(self) -> Vec<i64> {
        match self {
            Self::Numbers(lanes) => lanes,
            Self::Mask(_) | Self::Bytes(_) | Self::Words(_) => Vec::new(),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A node.
    Node(NodeId),
    /// Up to eight masks as the bits of a byte, the first in the lowest.
    Bytes(Vec<NodeId>),
    /// Up to 64 masks as the bits of a word, the first in the lowest.
    Words(Vec<NodeId>),
}

impl Wanted {
    /// Its nodes.
    pub fn nodes(&self) -> &[NodeId] {
        match self {
            Self::Node(node) => std::slice::from_ref(node),
            Self::Bytes(nodes) | Self::Words(nodes) => nodes,
        }
    }

    /// The same of other nodes.
    fn of(&self, nodes: Vec<NodeId>) -> Self {
        match self {
            // INVARIANT: as many nodes as before.
            Self::Node(node) => Self::Node(nodes.first().copied().unwrap_or(*node)),
            Self::Bytes(_) => Self::Bytes(nodes),
            Self::Words(_) => Self::Words(nodes),
        }
    }
}

/// Something that is asked for, perhaps only where it takes work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// What.
    pub wanted: Wanted,
    /// A mask outside of which it takes little to compute, such as where a condition holds.
    pub guard: Option<NodeId>,
}

impl From<NodeId> for Output {
    fn from(node: NodeId) -> Self {
        Self {
            wanted: Wanted::Node(node),
            guard: None,
        }
    }
}

/// A compiled plan.
#[derive(Debug)]
pub struct Machine {
    /// All outputs on all rows.
    plain: Program,
    /// The same in two steps, where some outputs have a guard that saves work.
    guarded: Option<Guarded>,
    /// Whether guards are used whatever the rows show.
    always: bool,
}

/// The least work that is worth a guard, as [`Program::cost`] counts.
const LEAST: usize = 64;

/// How many blocks of rows are one piece of work.
const BLOCKS: usize = 64;

/// How many blocks are tried to see how many rows the guards let pass.
const TRIED: usize = 8;

impl Machine {
    /// The instructions for some nodes of a graph, in their order.
    pub fn new(graph: &Graph, inputs: usize, outputs: &[Output]) -> Self {
        Self::with(graph, inputs, outputs, LEAST)
    }

    /// The same with every guard used, however little it saves: the second way to the same answers.
    pub fn in_two_steps(graph: &Graph, inputs: usize, outputs: &[Output]) -> Self {
        Self {
            always: true,
            ..Self::with(graph, inputs, outputs, 0)
        }
    }

    fn with(graph: &Graph, inputs: usize, outputs: &[Output], least: usize) -> Self {
        let wanted: Vec<Wanted> = outputs.iter().map(|output| output.wanted.clone()).collect();
        Self {
            plain: Program::new(graph, inputs, &wanted),
            guarded: Guarded::new(graph, inputs, outputs, least),
            always: false,
        }
    }

    /// How many operations a row takes.
    pub fn operations(&self) -> usize {
        self.plain.instructions.len()
    }

    /// The answers for all rows, on some threads. The same bytes for any number of them.
    pub fn run(&self, inputs: &[Reading], columns: &dyn Columns, rows: usize, threads: usize) -> Vec<Answer> {
        let bound: Vec<Bound> = inputs.iter().map(|input| Bound::new(input, columns)).collect();
        let mut answers: Vec<Answer> = self
            .plain
            .outputs
            .iter()
            .map(|out| match out {
                Out::Numbers(_) => Answer::Numbers(vec![0; rows]),
                Out::Mask(_) => Answer::Mask(vec![0; rows]),
                Out::Bytes(_) => Answer::Bytes(vec![0; rows]),
                Out::Words(_) => Answer::Words(vec![0; rows]),
            })
            .collect();
        let guarded = self
            .guarded
            .as_ref()
            .filter(|g| self.always || self.saves(g, &bound, rows));
        let batches = rows.div_ceil(BLOCKS * ROWS);
        let queue = Mutex::new(pieces(&mut answers, batches).into_iter().enumerate());
        let next = || queue.lock().ok().and_then(|mut queue| queue.next());
        std::thread::scope(|scope| {
            let work = || {
                let mut worker = Worker::new(&self.plain, guarded, inputs.len());
                while let Some((batch, parts)) = next() {
                    let first = batch * BLOCKS * ROWS;
                    let count = (BLOCKS * ROWS).min(rows - first);
                    Arch::new().dispatch(Batch {
                        worker: &mut worker,
                        inputs: &bound,
                        rows: (first, count),
                        parts,
                    });
                }
            };
            for _ in 1..threads.min(batches) {
                scope.spawn(work);
            }
            work();
        });
        answers
    }

    /// Whether the guards let so few rows pass that two steps are less work than one, as some blocks show.
    fn saves(&self, guarded: &Guarded, inputs: &[Bound<'_>], rows: usize) -> bool {
        let blocks = rows.div_ceil(ROWS);
        let tried = blocks.min(TRIED);
        let mut registers = Registers::new(&[&guarded.main], inputs.len());
        let mut passing = vec![0; guarded.guards.len()];
        let mut seen = 0;
        for nth in 0..tried {
            let first = nth * (blocks / tried) * ROWS;
            let feed = Feed::rows(inputs, first, ROWS.min(rows - first));
            seen += feed.count;
            Arch::new().dispatch(Block {
                program: &guarded.main,
                registers: &mut registers,
                feed,
            });
            for (passing, guard) in passing.iter_mut().zip(&guarded.guards) {
                let mask = registers.mask(&guarded.main.outputs[guard.mask]);
                *passing += mask.map_or(0, |m| m.0[..feed.count].iter().filter(|b| **b != 0).count());
            }
        }
        guarded.cost(&passing, seen) < self.plain.cost() * seen
    }
}

impl std::fmt::Display for Machine {
    /// One instruction a line: all rows in one step, then the two steps where there are guards.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.plain)?;
        if let Some(guarded) = &self.guarded {
            write!(f, "everywhere:\n{}", guarded.main)?;
            for guard in &guarded.guards {
                write!(
                    f,
                    "for outputs {:?}, on the rows of their guard:\n{}",
                    guard.outputs, guard.program
                )?;
            }
        }
        Ok(())
    }
}

/// A piece of an answer.
enum Part<'a> {
    Numbers(&'a mut [i64]),
    Mask(&'a mut [u8]),
    Bytes(&'a mut [u8]),
    Words(&'a mut [u64]),
}

/// The answers in as many pieces as there are batches: for each, its rows of every answer.
fn pieces(answers: &mut [Answer], batches: usize) -> Vec<Vec<Part<'_>>> {
    let mut pieces: Vec<Vec<Part>> = (0..batches).map(|_| Vec::with_capacity(answers.len())).collect();
    for answer in answers {
        match answer {
            Answer::Numbers(all) => {
                for (piece, of) in pieces.iter_mut().zip(all.chunks_mut(BLOCKS * ROWS)) {
                    piece.push(Part::Numbers(of));
                }
            }
            Answer::Mask(all) => {
                for (piece, of) in pieces.iter_mut().zip(all.chunks_mut(BLOCKS * ROWS)) {
                    piece.push(Part::Mask(of));
                }
            }
            Answer::Bytes(all) => {
                for (piece, of) in pieces.iter_mut().zip(all.chunks_mut(BLOCKS * ROWS)) {
                    piece.push(Part::Bytes(of));
                }
            }
            Answer::Words(all) => {
                for (piece, of) in pieces.iter_mut().zip(all.chunks_mut(BLOCKS * ROWS)) {
                    piece.push(Part::Words(of));
                }
            }
        }
    }
    pieces
}

/// One thread's programs and registers.
struct Worker<'m> {
    main: &'m Program,
    registers: Registers,
    guarded: Option<(&'m Guarded, Waiting)>,
}

impl<'m> Worker<'m> {
    fn new(plain: &'m Program, guarded: Option<&'m Guarded>, inputs: usize) -> Self {
        let main = guarded.map_or(plain, |g| &g.main);
        Self {
            main,
            registers: Registers::new(&[main], inputs),
            guarded: guarded.map(|g| (g, Waiting::new(g, inputs))),
        }
    }
}

/// One block through one program.
struct Block<'r, 'a> {
    program: &'r Program,
    registers: &'r mut Registers,
    feed: Feed<'r, 'a>,
}

impl WithSimd for Block<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        self.registers.run(self.program, self.feed);
    }
}

/// Some rows of a run, on one thread.
struct Batch<'r, 'm, 'a> {
    worker: &'r mut Worker<'m>,
    inputs: &'r [Bound<'a>],
    /// The first row, and how many there are.
    rows: (usize, usize),
    parts: Vec<Part<'r>>,
}

impl WithSimd for Batch<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self {
            worker:
                Worker {
                    main,
                    registers,
                    guarded,
                },
            inputs,
            rows: (batch, count),
            mut parts,
        } = self;
        let mut done = 0;
        while done < count {
            let feed = Feed::rows(inputs, batch + done, ROWS.min(count - done));
            registers.run(main, feed);
            for (out, part) in main.outputs.iter().zip(parts.iter_mut()) {
                registers.give(out, feed, part, done);
            }
            if let Some((guarded, waiting)) = guarded {
                waiting.take(guarded, registers, feed, (batch, done), &mut parts);
            }
            done += feed.count;
        }
        if let Some((guarded, waiting)) = guarded {
            waiting.rest(guarded, inputs, batch, &mut parts);
        }
    }
}
