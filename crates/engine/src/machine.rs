//! A register machine over blocks of rows: the nodes of a graph that outputs need, each with a register of its own for as
//! long as somebody reads it.

use std::sync::Mutex;

use jiufen_language::program::{FieldRef, SubjectId};
use jiufen_table::lanes::{LaneColumn, LaneState, Lanes};
use pulp::{Arch, Simd, WithSimd};

use crate::graph::{Flag, Graph, InputId, Node, NodeId};
use crate::kernels::{self, Mask, Numbers, ROWS, Source, Width, YES};

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

/// Columns by field and year, as a plan asks for them.
pub trait Columns: Sync {
    /// The column of a field; none when the registry has none, which is as good as 缺 everywhere.
    fn column(&self, field: FieldRef, year: Option<i16>) -> Option<&LaneColumn>;

    /// The first and the last year for which the yearly fields of a subject have values.
    fn years(&self, subject: SubjectId) -> Option<(i16, i16)>;
}

/// What is asked of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// A node.
    Node(NodeId),
    /// Up to eight masks, the first in the lowest bit.
    Bytes(Vec<NodeId>),
    /// Up to 64 masks, the first in the lowest bit.
    Words(Vec<NodeId>),
}

impl Output {
    fn nodes(&self) -> &[NodeId] {
        match self {
            Self::Node(node) => std::slice::from_ref(node),
            Self::Bytes(nodes) | Self::Words(nodes) => nodes,
        }
    }
}

/// What a machine gives for one of its outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A number a row.
    Numbers(Vec<i64>),
    /// 0xff or 0 a row.
    Mask(Vec<u8>),
    /// A bit a mask.
    Bytes(Vec<u8>),
    /// A bit a mask.
    Words(Vec<u64>),
}

/// Where an operand comes from.
#[derive(Debug, Clone, Copy)]
enum From {
    Register(u16),
    Input(InputId),
    Constant(i64),
}

#[derive(Debug, Clone, Copy)]
enum Operation {
    /// On numbers, giving numbers.
    Number {
        node: Node,
        a: From,
        b: From,
    },
    Multiply {
        width: Width,
        a: From,
        b: From,
    },
    Choose {
        mask: u16,
        a: From,
        b: From,
    },
    /// On numbers, giving a mask.
    Test {
        node: Node,
        a: From,
        b: From,
    },
    Flag(InputId, Flag),
    Truth(bool),
    And(u16, u16),
    Or(u16, u16),
    Not(u16),
}

#[derive(Debug, Clone, Copy)]
struct Instruction {
    operation: Operation,
    into: u16,
}

/// A compiled plan.
#[derive(Debug)]
pub struct Machine {
    instructions: Vec<Instruction>,
    outputs: Vec<Out>,
    numbers: usize,
    masks: usize,
    /// Which inputs are read as numbers, and which for their states or truths.
    read: Vec<bool>,
}

#[derive(Debug, Clone)]
enum Out {
    Numbers(From),
    Mask(u16),
    Bytes(Vec<u16>),
    Words(Vec<u16>),
}

/// Registers of one kind, given out and taken back.
#[derive(Default)]
struct Pool {
    free: Vec<u16>,
    used: u16,
}

impl Pool {
    fn take(&mut self) -> u16 {
        self.free.pop().unwrap_or_else(|| {
            self.used += 1;
            self.used - 1
        })
    }
}

impl Machine {
    /// The instructions for some outputs of a graph, whose answers come in their order.
    pub fn new(graph: &Graph, inputs: usize, outputs: &[Output]) -> Self {
        Compiler::new(graph, inputs, outputs).run(outputs)
    }

    /// How many operations a row takes.
    pub fn operations(&self) -> usize {
        self.instructions.len()
    }

    /// The answers for all rows, on some threads. The same bytes for any number of them.
    pub fn run(&self, inputs: &[Input], columns: &dyn Columns, rows: usize, threads: usize) -> Vec<Answer> {
        const BATCH: usize = 64 * ROWS;
        let mut answers: Vec<Answer> = self
            .outputs
            .iter()
            .map(|out| match out {
                Out::Numbers(_) => Answer::Numbers(vec![0; rows]),
                Out::Mask(_) => Answer::Mask(vec![0; rows]),
                Out::Bytes(_) => Answer::Bytes(vec![0; rows]),
                Out::Words(_) => Answer::Words(vec![0; rows]),
            })
            .collect();
        let bound: Vec<Bound> = inputs.iter().map(|input| Bound::new(input, columns)).collect();
        let batches = rows.div_ceil(BATCH);
        let mut parts: Vec<Vec<Part>> = (0..batches).map(|_| Vec::with_capacity(answers.len())).collect();
        for answer in &mut answers {
            match answer {
                Answer::Numbers(all) => {
                    for (part, of) in parts.iter_mut().zip(all.chunks_mut(BATCH)) {
                        part.push(Part::Numbers(of));
                    }
                }
                Answer::Mask(all) => {
                    for (part, of) in parts.iter_mut().zip(all.chunks_mut(BATCH)) {
                        part.push(Part::Mask(of));
                    }
                }
                Answer::Bytes(all) => {
                    for (part, of) in parts.iter_mut().zip(all.chunks_mut(BATCH)) {
                        part.push(Part::Bytes(of));
                    }
                }
                Answer::Words(all) => {
                    for (part, of) in parts.iter_mut().zip(all.chunks_mut(BATCH)) {
                        part.push(Part::Words(of));
                    }
                }
            }
        }
        let queue = Mutex::new(parts.into_iter().enumerate());
        let next = || queue.lock().ok().and_then(|mut queue| queue.next());
        std::thread::scope(|scope| {
            let work = || {
                let mut state = State::new(self, inputs.len());
                while let Some((batch, mut parts)) = next() {
                    let first = batch * BATCH;
                    let count = BATCH.min(rows - first);
                    Arch::new().dispatch(Batch {
                        machine: self,
                        inputs: &bound,
                        state: &mut state,
                        first,
                        count,
                        parts: &mut parts,
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
}

impl std::fmt::Display for Machine {
    /// One instruction a line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for instruction in &self.instructions {
            writeln!(f, "{} = {:?}", instruction.into, instruction.operation)?;
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

struct Compiler<'g> {
    graph: &'g Graph,
    /// How many readers of a node are still to come.
    readers: Vec<u32>,
    place: Vec<u16>,
    numbers: Pool,
    masks: Pool,
    read: Vec<bool>,
}

impl<'g> Compiler<'g> {
    fn new(graph: &'g Graph, inputs: usize, outputs: &[Output]) -> Self {
        let count = graph.nodes().len();
        let mut readers = vec![0u32; count];
        for output in outputs.iter().flat_map(Output::nodes) {
            // An output is read after everything else, so that its register is never given away.
            readers[output.position()] = u32::MAX / 2;
        }
        for index in (0..count).rev() {
            if readers[index] > 0 {
                for operand in graph.nodes()[index].operands() {
                    readers[operand.position()] += 1;
                }
            }
        }
        Self {
            graph,
            readers,
            place: vec![u16::MAX; count],
            numbers: Pool::default(),
            masks: Pool::default(),
            read: vec![false; inputs],
        }
    }

    fn run(mut self, outputs: &[Output]) -> Machine {
        let mut instructions = Vec::new();
        for index in 0..self.graph.nodes().len() {
            let node = self.graph.nodes()[index];
            if self.readers[index] == 0 || matches!(node, Node::Constant(_) | Node::Load(_)) {
                continue;
            }
            let operation = self.operation(node);
            let into = if node.is_mask() {
                self.masks.take()
            } else {
                self.numbers.take()
            };
            self.place[index] = into;
            for operand in node.operands() {
                self.release(operand);
            }
            instructions.push(Instruction { operation, into });
        }
        let masks =
            |this: &Self, nodes: &[NodeId]| nodes.iter().map(|node| this.place[node.position()]).collect();
        let outputs = outputs
            .iter()
            .map(|output| match output {
                Output::Node(node) if self.graph.node(*node).is_mask() => {
                    Out::Mask(self.place[node.position()])
                }
                Output::Node(node) => Out::Numbers(self.from(*node)),
                Output::Bytes(nodes) => Out::Bytes(masks(&self, nodes)),
                Output::Words(nodes) => Out::Words(masks(&self, nodes)),
            })
            .collect();
        Machine {
            instructions,
            outputs,
            numbers: usize::from(self.numbers.used),
            masks: usize::from(self.masks.used),
            read: self.read,
        }
    }

    fn release(&mut self, node: NodeId) {
        let readers = &mut self.readers[node.position()];
        *readers = readers.saturating_sub(1);
        let place = self.place[node.position()];
        if *readers == 0 && place != u16::MAX {
            match self.graph.node(node).is_mask() {
                true => self.masks.free.push(place),
                false => self.numbers.free.push(place),
            }
        }
    }

    fn from(&mut self, node: NodeId) -> From {
        match self.graph.node(node) {
            Node::Constant(n) => From::Constant(n),
            Node::Load(input) => {
                self.read[input.position()] = true;
                From::Input(input)
            }
            _ => From::Register(self.place[node.position()]),
        }
    }

    fn operation(&mut self, node: Node) -> Operation {
        let mask = |of: NodeId, this: &Self| this.place[of.position()];
        match node {
            Node::Multiply(a, b) => {
                let narrow = |of: NodeId| {
                    let bounds = self.graph.bounds(of);
                    bounds.low >= 0 && bounds.high <= i64::from(u32::MAX)
                };
                let (a, b, width) = match (narrow(a), narrow(b)) {
                    (true, true) => (a, b, Width::Both32),
                    (false, true) => (a, b, Width::Second32),
                    (true, false) => (b, a, Width::Second32),
                    (false, false) => (a, b, Width::Full),
                };
                Operation::Multiply {
                    width,
                    a: self.from(a),
                    b: self.from(b),
                }
            }
            Node::Add(a, b)
            | Node::Subtract(a, b)
            | Node::Smaller(a, b)
            | Node::Larger(a, b)
            | Node::Divide(a, b, _) => Operation::Number {
                node,
                a: self.from(a),
                b: self.from(b),
            },
            Node::DivideBy(a, _) => Operation::Number {
                node,
                a: self.from(a),
                b: From::Constant(0),
            },
            Node::Choose(m, a, b) => Operation::Choose {
                mask: mask(m, self),
                a: self.from(a),
                b: self.from(b),
            },
            Node::Compare(_, a, b) => Operation::Test {
                node,
                a: self.from(a),
                b: self.from(b),
            },
            Node::Within(a, ..) => Operation::Test {
                node,
                a: self.from(a),
                b: From::Constant(0),
            },
            Node::Flag(input, flag) => Operation::Flag(input, flag),
            Node::Truth(truth) => Operation::Truth(truth),
            Node::And(a, b) => Operation::And(mask(a, self), mask(b, self)),
            Node::Or(a, b) => Operation::Or(mask(a, self), mask(b, self)),
            Node::Not(a) => Operation::Not(mask(a, self)),
            // INVARIANT: constants and loads have no instruction of their own.
            Node::Constant(_) | Node::Load(_) => Operation::Truth(false),
        }
    }
}

/// An input with its columns found.
struct Bound<'a> {
    way: Vec<Option<&'a LaneColumn>>,
    column: Option<&'a LaneColumn>,
}

impl<'a> Bound<'a> {
    fn new(input: &Input, columns: &'a dyn Columns) -> Self {
        Self {
            way: input
                .path
                .iter()
                .map(|(field, year)| columns.column(*field, *year))
                .collect(),
            column: columns.column(input.field, input.year),
        }
    }

    /// The row that the way leads to from a row, or the state in which it ends.
    fn reach(&self, row: usize) -> Result<usize, u8> {
        let mut at = row;
        for step in &self.way {
            let Some(column) = step else {
                return Err(LaneState::MISSING);
            };
            let state = column.states.as_ref().map_or(LaneState::KNOWN, |s| s[at]);
            if state != LaneState::KNOWN {
                return Err(state.min(LaneState::ABSENT));
            }
            let Lanes::Narrow(rows) = &column.lanes else {
                return Err(LaneState::MISSING);
            };
            at = usize::try_from(rows[at]).map_err(|_| LaneState::MISSING)?;
        }
        Ok(at)
    }
}

/// An input's values for the block at hand, where they do not lie in the column as the machine needs them.
struct Block {
    numbers: Box<Numbers>,
    bytes: Box<[u8; ROWS]>,
    states: Box<[u8; ROWS]>,
}

/// Registers of one thread.
struct State {
    numbers: Vec<Option<Box<Numbers>>>,
    masks: Vec<Option<Box<Mask>>>,
    blocks: Vec<Block>,
}

impl State {
    fn new(machine: &Machine, inputs: usize) -> Self {
        let numbers = || Some(Box::new(Numbers([0; ROWS])));
        let masks = || Some(Box::new(Mask([0; ROWS])));
        let block = || Block {
            numbers: Box::new(Numbers([0; ROWS])),
            bytes: Box::new([0; ROWS]),
            states: Box::new([0; ROWS]),
        };
        Self {
            numbers: std::iter::repeat_with(numbers).take(machine.numbers).collect(),
            masks: std::iter::repeat_with(masks).take(machine.masks).collect(),
            blocks: std::iter::repeat_with(block).take(inputs).collect(),
        }
    }
}

/// Some rows of a run, on one thread.
struct Batch<'r, 'a> {
    machine: &'r Machine,
    inputs: &'r [Bound<'a>],
    state: &'r mut State,
    first: usize,
    count: usize,
    parts: &'r mut Vec<Part<'a>>,
}

impl WithSimd for Batch<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let mut done = 0;
        while done < self.count {
            let rows = ROWS.min(self.count - done);
            let first = self.first + done;
            for (index, input) in self.inputs.iter().enumerate() {
                input.prepare(
                    &mut self.state.blocks[index],
                    first,
                    rows,
                    self.machine.read[index],
                );
            }
            for instruction in &self.machine.instructions {
                step(self.state, self.inputs, instruction, first, rows);
            }
            for (out, part) in self.machine.outputs.iter().zip(self.parts.iter_mut()) {
                match (out, part) {
                    (Out::Numbers(from), Part::Numbers(to)) => {
                        let to = &mut to[done..done + rows];
                        match source(
                            &self.state.numbers,
                            &self.state.blocks,
                            self.inputs,
                            *from,
                            first,
                            rows,
                        ) {
                            Source::Lanes(lanes) => to.copy_from_slice(&lanes[..rows]),
                            Source::Constant(n) => to.fill(n),
                        }
                    }
                    (Out::Mask(from), Part::Mask(to)) => {
                        if let Some(mask) = &self.state.masks[usize::from(*from)] {
                            to[done..done + rows].copy_from_slice(&mask.0[..rows]);
                        }
                    }
                    (Out::Bytes(from), Part::Bytes(to)) => {
                        let of = |mask: &u16| self.state.masks[usize::from(*mask)].as_deref();
                        kernels::bytes(&mut to[done..done + rows], from.iter().filter_map(of));
                    }
                    (Out::Words(from), Part::Words(to)) => {
                        let of = |mask: &u16| self.state.masks[usize::from(*mask)].as_deref();
                        kernels::words(&mut to[done..done + rows], from.iter().filter_map(of));
                    }
                    _ => {}
                }
            }
            done += rows;
        }
    }
}

impl Bound<'_> {
    /// Brings the rows of a block to where kernels read them. Whole blocks of 64-bit columns are read in place.
    #[inline(always)]
    fn prepare(&self, block: &mut Block, first: usize, rows: usize, numbers: bool) {
        let Some(column) = self.column else { return };
        if !self.way.is_empty() {
            return self.gather(block, column, first, rows);
        }
        match &column.lanes {
            Lanes::Wide(lanes) if numbers && rows < ROWS => {
                block.numbers.0[..rows].copy_from_slice(&lanes[first..first + rows]);
            }
            Lanes::Narrow(lanes) if numbers => {
                for (to, from) in block.numbers.0.iter_mut().zip(&lanes[first..first + rows]) {
                    *to = i64::from(*from);
                }
            }
            _ => {}
        }
    }

    fn gather(&self, block: &mut Block, column: &LaneColumn, first: usize, rows: usize) {
        for row in 0..rows {
            let (state, number, byte) = match self.reach(first + row) {
                Err(state) => (state, 0, 0),
                Ok(at) => {
                    let state = column.states.as_ref().map_or(LaneState::KNOWN, |s| s[at]);
                    match &column.lanes {
                        Lanes::Wide(lanes) => (state, lanes[at], 0),
                        Lanes::Narrow(lanes) => (state, i64::from(lanes[at]), 0),
                        Lanes::Truth(lanes) => (state, 0, lanes[at]),
                    }
                }
            };
            block.states[row] = state;
            block.numbers.0[row] = number;
            block.bytes[row] = byte;
        }
    }
}

#[inline(always)]
fn source<'s>(
    numbers: &'s [Option<Box<Numbers>>],
    blocks: &'s [Block],
    inputs: &'s [Bound<'_>],
    from: From,
    first: usize,
    rows: usize,
) -> Source<'s> {
    match from {
        From::Constant(n) => Source::Constant(n),
        From::Register(register) => match &numbers[usize::from(register)] {
            Some(numbers) => Source::Lanes(&numbers.0),
            None => Source::Constant(0),
        },
        From::Input(input) => {
            let bound = &inputs[input.position()];
            if rows == ROWS
                && bound.way.is_empty()
                && let Some(LaneColumn {
                    lanes: Lanes::Wide(lanes),
                    ..
                }) = bound.column
                && let Some(whole) = lanes[first..].first_chunk::<ROWS>()
            {
                return Source::Lanes(whole);
            }
            Source::Lanes(&blocks[input.position()].numbers.0)
        }
    }
}

#[inline(always)]
fn step(state: &mut State, inputs: &[Bound<'_>], instruction: &Instruction, first: usize, rows: usize) {
    let into = usize::from(instruction.into);
    match instruction.operation {
        Operation::Number { node, a, b } => {
            let Some(mut out) = state.numbers[into].take() else {
                return;
            };
            let a = source(&state.numbers, &state.blocks, inputs, a, first, rows);
            let b = source(&state.numbers, &state.blocks, inputs, b, first, rows);
            number(&mut out, node, a, b);
            state.numbers[into] = Some(out);
        }
        Operation::Multiply { width, a, b } => {
            let Some(mut out) = state.numbers[into].take() else {
                return;
            };
            let a = source(&state.numbers, &state.blocks, inputs, a, first, rows);
            let b = source(&state.numbers, &state.blocks, inputs, b, first, rows);
            kernels::multiply(&mut out, a, b, width);
            state.numbers[into] = Some(out);
        }
        Operation::Choose { mask, a, b } => {
            let Some(mut out) = state.numbers[into].take() else {
                return;
            };
            let a = source(&state.numbers, &state.blocks, inputs, a, first, rows);
            let b = source(&state.numbers, &state.blocks, inputs, b, first, rows);
            if let Some(mask) = &state.masks[usize::from(mask)] {
                kernels::choose(&mut out, mask, a, b);
            }
            state.numbers[into] = Some(out);
        }
        Operation::Test { node, a, b } => {
            let Some(mut out) = state.masks[into].take() else {
                return;
            };
            let a = source(&state.numbers, &state.blocks, inputs, a, first, rows);
            let b = source(&state.numbers, &state.blocks, inputs, b, first, rows);
            match node {
                Node::Within(_, low, high) => kernels::within(&mut out, a, low, high),
                Node::Compare(comparison, ..) => kernels::compare(&mut out, comparison, a, b),
                _ => {}
            }
            state.masks[into] = Some(out);
        }
        _ => mask(state, inputs, instruction, first, rows),
    }
}

#[inline(always)]
fn number(out: &mut Numbers, node: Node, a: Source<'_>, b: Source<'_>) {
    match node {
        Node::Add(..) => kernels::binary(out, a, b, i64::wrapping_add),
        Node::Subtract(..) => kernels::binary(out, a, b, i64::wrapping_sub),
        Node::Smaller(..) => kernels::binary(out, a, b, |a, b| if a < b { a } else { b }),
        Node::Larger(..) => kernels::binary(out, a, b, |a, b| if a > b { a } else { b }),
        Node::DivideBy(_, divisor) => kernels::divide_by(out, a, &divisor),
        Node::Divide(_, _, mode) => kernels::divide(out, a, b, mode),
        _ => {}
    }
}

#[inline(always)]
fn mask(state: &mut State, inputs: &[Bound<'_>], instruction: &Instruction, first: usize, rows: usize) {
    let into = usize::from(instruction.into);
    let Some(mut out) = state.masks[into].take() else {
        return;
    };
    let of = |register: u16| state.masks[usize::from(register)].as_deref();
    match instruction.operation {
        Operation::And(a, b) => {
            if let (Some(a), Some(b)) = (of(a), of(b)) {
                kernels::join(&mut out, a, b, |a, b| a & b);
            }
        }
        Operation::Or(a, b) => {
            if let (Some(a), Some(b)) = (of(a), of(b)) {
                kernels::join(&mut out, a, b, |a, b| a | b);
            }
        }
        Operation::Not(a) => {
            if let Some(a) = of(a) {
                kernels::not(&mut out, a);
            }
        }
        Operation::Truth(truth) => out.0 = [if truth { YES } else { 0 }; ROWS],
        Operation::Flag(input, flag) => {
            flag_of(
                &mut out,
                &inputs[input.position()],
                &state.blocks[input.position()],
                flag,
                first,
                rows,
            );
        }
        Operation::Number { .. }
        | Operation::Multiply { .. }
        | Operation::Choose { .. }
        | Operation::Test { .. } => {}
    }
    state.masks[into] = Some(out);
}

#[inline(always)]
fn flag_of(out: &mut Mask, input: &Bound<'_>, block: &Block, flag: Flag, first: usize, rows: usize) {
    let Some(column) = input.column else {
        out.0 = [0; ROWS];
        return;
    };
    let gathered = !input.way.is_empty();
    let states = match &column.states {
        _ if gathered => Some(&block.states[..rows]),
        Some(states) => Some(&states[first..first + rows]),
        None => None,
    };
    match flag {
        Flag::True => match &column.lanes {
            _ if gathered => kernels::flagged(out, &block.bytes[..rows], |b| b != 0),
            Lanes::Truth(lanes) => kernels::flagged(out, &lanes[first..first + rows], |b| b != 0),
            _ => out.0 = [0; ROWS],
        },
        Flag::Known => match states {
            Some(states) => kernels::flagged(out, states, |s| s == LaneState::KNOWN),
            None => out.0 = [YES; ROWS],
        },
        Flag::Absent => match states {
            Some(states) => kernels::flagged(out, states, |s| s >= LaneState::ABSENT),
            None => out.0 = [0; ROWS],
        },
        Flag::NotApplicable => match states {
            Some(states) => kernels::flagged(out, states, |s| s == LaneState::NOT_APPLICABLE),
            None => out.0 = [0; ROWS],
        },
    }
}
