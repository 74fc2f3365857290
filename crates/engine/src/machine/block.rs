//! Blocks of rows: where their cells come from, and what instructions do to them.

use jiufen_table::lanes::{LaneColumn, LaneState, Lanes};

use super::program::{From, Instruction, Operation, Out, Program};
use super::{Columns, Part, Reading};
use crate::graph::{Flag, InputId, Node};
use crate::kernels::{self, Mask, Numbers, ROWS, Source, YES};

/// An input with its columns found.
pub(super) struct Bound<'a> {
    way: Vec<Option<&'a LaneColumn>>,
    column: Option<&'a LaneColumn>,
}

impl<'a> Bound<'a> {
    pub fn new(input: &Reading, columns: &'a dyn Columns) -> Self {
        let (path, column) = match input {
            Reading::Field(input) => (&input.path, columns.column(input.field, input.year)),
            Reading::Folded(input) => (&input.path, columns.folded(input.stage, input.lane)),
        };
        let step = |(field, year): &(_, _)| columns.column(*field, *year);
        Self {
            way: path.iter().map(step).collect(),
            column,
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

/// The rows of a block.
#[derive(Clone, Copy)]
pub(super) struct Feed<'r, 'a> {
    pub inputs: &'r [Bound<'a>],
    /// How many rows there are.
    pub count: usize,
    rows: Rows<'r>,
}

#[derive(Clone, Copy)]
enum Rows<'r> {
    /// One after the other, from a first on.
    From(usize),
    /// Picked out, each so many rows after a first.
    Picked(usize, &'r [u32]),
}

impl<'r, 'a> Feed<'r, 'a> {
    /// Rows one after the other.
    #[inline(always)]
    pub fn rows(inputs: &'r [Bound<'a>], first: usize, count: usize) -> Self {
        Self {
            inputs,
            count,
            rows: Rows::From(first),
        }
    }

    /// Rows picked out, counted from a first.
    #[inline(always)]
    pub fn picked(inputs: &'r [Bound<'a>], first: usize, rows: &'r [u32]) -> Self {
        Self {
            inputs,
            count: rows.len(),
            rows: Rows::Picked(first, rows),
        }
    }

    /// The first row of rows that stand one after the other.
    fn first(&self) -> Option<usize> {
        match self.rows {
            Rows::From(first) => Some(first),
            Rows::Picked(..) => None,
        }
    }

    /// The first row where an input's cells can be read where they stand.
    fn in_place(&self, input: &Bound<'_>) -> Option<usize> {
        self.first().filter(|_| input.way.is_empty())
    }
}

/// Registers of one thread, enough for some programs that run one after the other.
pub(super) struct Registers {
    numbers: Vec<Option<Box<Numbers>>>,
    masks: Vec<Option<Box<Mask>>>,
    blocks: Vec<Block>,
}

impl Registers {
    pub fn new(programs: &[&Program], inputs: usize) -> Self {
        let most = |of: fn(&Program) -> usize| programs.iter().map(|p| of(p)).max().unwrap_or(0);
        let numbers = || Some(Box::new(Numbers([0; ROWS])));
        let masks = || Some(Box::new(Mask([0; ROWS])));
        let block = || Block {
            numbers: Box::new(Numbers([0; ROWS])),
            bytes: Box::new([0; ROWS]),
            states: Box::new([0; ROWS]),
        };
        Self {
            numbers: std::iter::repeat_with(numbers)
                .take(most(|p| p.numbers))
                .collect(),
            masks: std::iter::repeat_with(masks).take(most(|p| p.masks)).collect(),
            blocks: std::iter::repeat_with(block).take(inputs).collect(),
        }
    }

    /// Runs a program on a block.
    #[inline(always)]
    pub fn run(&mut self, program: &Program, feed: Feed<'_, '_>) {
        for (input, numbers) in &program.read {
            let at = input.position();
            feed.inputs[at].prepare(&mut self.blocks[at], feed, *numbers);
        }
        for instruction in &program.instructions {
            self.step(feed, instruction);
        }
    }

    /// A mask that a program left.
    #[inline(always)]
    pub fn mask(&self, out: &Out) -> Option<&Mask> {
        match out {
            Out::Mask(register) => self.register(*register),
            Out::Numbers(_) | Out::Bytes(_) | Out::Words(_) => None,
        }
    }

    #[inline(always)]
    fn register(&self, mask: u16) -> Option<&Mask> {
        self.masks[usize::from(mask)].as_deref()
    }

    /// Copies what a program left to its place, from a row of a piece on.
    #[inline(always)]
    pub fn give(&self, out: &Out, feed: Feed<'_, '_>, part: &mut Part<'_>, at: usize) {
        match (out, part) {
            (Out::Numbers(from), Part::Numbers(to)) => {
                let to = &mut to[at..at + feed.count];
                match self.source(feed, *from) {
                    Source::Lanes(lanes) => to.copy_from_slice(&lanes[..feed.count]),
                    Source::Constant(n) => to.fill(n),
                }
            }
            (Out::Mask(_), Part::Mask(to)) => {
                if let Some(mask) = self.mask(out) {
                    to[at..at + feed.count].copy_from_slice(&mask.0[..feed.count]);
                }
            }
            (Out::Bytes(from), Part::Bytes(to)) => {
                let masks = from.iter().filter_map(|mask| self.register(*mask));
                kernels::bytes(&mut to[at..at + feed.count], masks);
            }
            (Out::Words(from), Part::Words(to)) => {
                let masks = from.iter().filter_map(|mask| self.register(*mask));
                kernels::words(&mut to[at..at + feed.count], masks);
            }
            _ => {}
        }
    }

    /// The same to the rows that were picked out.
    #[inline(always)]
    pub fn scatter(&self, out: &Out, feed: Feed<'_, '_>, part: &mut Part<'_>) {
        let Rows::Picked(_, rows) = feed.rows else { return };
        match (out, part) {
            (Out::Numbers(from), Part::Numbers(to)) => match self.source(feed, *from) {
                Source::Lanes(lanes) => {
                    for (row, n) in rows.iter().zip(lanes) {
                        to[*row as usize] = *n;
                    }
                }
                Source::Constant(n) => {
                    for row in rows {
                        to[*row as usize] = n;
                    }
                }
            },
            (Out::Mask(_), Part::Mask(to)) => {
                if let Some(mask) = self.mask(out) {
                    for (row, yes) in rows.iter().zip(&mask.0) {
                        to[*row as usize] = *yes;
                    }
                }
            }
            (Out::Bytes(from), Part::Bytes(to)) => {
                let mut packed = [0; ROWS];
                kernels::bytes(&mut packed, from.iter().filter_map(|mask| self.register(*mask)));
                for (row, byte) in rows.iter().zip(packed) {
                    to[*row as usize] = byte;
                }
            }
            (Out::Words(from), Part::Words(to)) => {
                let mut packed = [0; ROWS];
                kernels::words(&mut packed, from.iter().filter_map(|mask| self.register(*mask)));
                for (row, word) in rows.iter().zip(packed) {
                    to[*row as usize] = word;
                }
            }
            _ => {}
        }
    }

    #[inline(always)]
    fn source<'s>(&'s self, feed: Feed<'s, '_>, from: From) -> Source<'s> {
        match from {
            From::Constant(n) => Source::Constant(n),
            From::Register(register) => match &self.numbers[usize::from(register)] {
                Some(numbers) => Source::Lanes(&numbers.0),
                None => Source::Constant(0),
            },
            From::Input(input) => {
                let bound = &feed.inputs[input.position()];
                if feed.count == ROWS
                    && let Some(first) = feed.in_place(bound)
                    && let Some(LaneColumn {
                        lanes: Lanes::Wide(lanes),
                        ..
                    }) = bound.column
                    && let Some(whole) = lanes[first..].first_chunk::<ROWS>()
                {
                    return Source::Lanes(whole);
                }
                Source::Lanes(&self.blocks[input.position()].numbers.0)
            }
        }
    }

    #[inline(always)]
    fn step(&mut self, feed: Feed<'_, '_>, instruction: &Instruction) {
        let into = usize::from(instruction.into);
        match instruction.operation {
            Operation::Number { node, a, b } => {
                let Some(mut out) = self.numbers[into].take() else {
                    return;
                };
                let a = self.source(feed, a);
                let b = self.source(feed, b);
                number(&mut out, node, a, b);
                self.numbers[into] = Some(out);
            }
            Operation::Multiply { width, a, b } => {
                let Some(mut out) = self.numbers[into].take() else {
                    return;
                };
                let a = self.source(feed, a);
                let b = self.source(feed, b);
                kernels::multiply(&mut out, a, b, width);
                self.numbers[into] = Some(out);
            }
            Operation::Choose { mask, a, b } => {
                let Some(mut out) = self.numbers[into].take() else {
                    return;
                };
                let a = self.source(feed, a);
                let b = self.source(feed, b);
                if let Some(mask) = &self.masks[usize::from(mask)] {
                    kernels::choose(&mut out, mask, a, b);
                }
                self.numbers[into] = Some(out);
            }
            Operation::Test { node, a, b } => {
                let Some(mut out) = self.masks[into].take() else {
                    return;
                };
                let a = self.source(feed, a);
                let b = self.source(feed, b);
                match node {
                    Node::Within(_, low, high) => kernels::within(&mut out, a, low, high),
                    Node::Compare(comparison, ..) => kernels::compare(&mut out, comparison, a, b),
                    _ => {}
                }
                self.masks[into] = Some(out);
            }
            _ => self.mask_step(feed, instruction),
        }
    }

    #[inline(always)]
    fn mask_step(&mut self, feed: Feed<'_, '_>, instruction: &Instruction) {
        let into = usize::from(instruction.into);
        let Some(mut out) = self.masks[into].take() else {
            return;
        };
        let of = |register: u16| self.masks[usize::from(register)].as_deref();
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
            Operation::Within(input, low, high) => {
                within(&mut out, feed, input, &self.blocks[input.position()], (low, high));
            }
            Operation::Flag(input, flag) => {
                flag_of(&mut out, feed, input, &self.blocks[input.position()], flag);
            }
            Operation::Number { .. }
            | Operation::Multiply { .. }
            | Operation::Choose { .. }
            | Operation::Test { .. } => {}
        }
        self.masks[into] = Some(out);
    }
}

impl Bound<'_> {
    /// Brings the rows of a block to where kernels read them. Whole blocks of 64-bit columns are read in place.
    #[inline(always)]
    fn prepare(&self, block: &mut Block, feed: Feed<'_, '_>, numbers: bool) {
        let Some(column) = self.column else { return };
        match (feed.rows, self.way.is_empty()) {
            (Rows::From(first), true) if numbers => {
                let rows = first..first + feed.count;
                match &column.lanes {
                    Lanes::Wide(lanes) if feed.count < ROWS => {
                        block.numbers.0[..feed.count].copy_from_slice(&lanes[rows]);
                    }
                    Lanes::Narrow(lanes) => {
                        for (to, from) in block.numbers.0.iter_mut().zip(&lanes[rows]) {
                            *to = i64::from(*from);
                        }
                    }
                    _ => {}
                }
            }
            (Rows::From(_), true) => {}
            (Rows::Picked(first, rows), true) => pick(block, column, first, rows),
            (Rows::From(first), false) => self.gather(block, column, first..first + feed.count),
            (Rows::Picked(first, rows), false) => {
                self.gather(block, column, rows.iter().map(|row| first + *row as usize));
            }
        }
    }

    fn gather(&self, block: &mut Block, column: &LaneColumn, rows: impl Iterator<Item = usize>) {
        for (to, row) in rows.enumerate() {
            let (state, number, byte) = match self.reach(row) {
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
            block.states[to] = state;
            block.numbers.0[to] = number;
            block.bytes[to] = byte;
        }
    }
}

/// Brings cells of a column that were picked out to where kernels read them.
#[inline(always)]
fn pick(block: &mut Block, column: &LaneColumn, first: usize, rows: &[u32]) {
    let picked = rows.iter().map(|row| first + *row as usize);
    match &column.lanes {
        Lanes::Wide(lanes) => {
            for (to, row) in block.numbers.0.iter_mut().zip(picked.clone()) {
                *to = lanes[row];
            }
        }
        Lanes::Narrow(lanes) => {
            for (to, row) in block.numbers.0.iter_mut().zip(picked.clone()) {
                *to = i64::from(lanes[row]);
            }
        }
        Lanes::Truth(lanes) => {
            for (to, row) in block.bytes.iter_mut().zip(picked.clone()) {
                *to = lanes[row];
            }
        }
    }
    match &column.states {
        Some(states) => {
            for (to, row) in block.states.iter_mut().zip(picked) {
                *to = states[row];
            }
        }
        None => block.states[..rows.len()].fill(LaneState::KNOWN),
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

/// Whether an input's cells lie between two ends: read in the column where they stand there, else in the block.
#[inline(always)]
fn within(out: &mut Mask, feed: Feed<'_, '_>, input: InputId, block: &Block, (low, high): (i64, i64)) {
    let input = &feed.inputs[input.position()];
    let (column, place) = (input.column.map(|column| &column.lanes), feed.in_place(input));
    match (column, place) {
        (Some(Lanes::Narrow(lanes)), Some(first)) => {
            kernels::within_narrow(out, &lanes[first..first + feed.count], low, high);
        }
        (Some(Lanes::Wide(lanes)), Some(first)) if feed.count == ROWS => {
            if let Some(whole) = lanes[first..].first_chunk::<ROWS>() {
                kernels::within(out, Source::Lanes(whole), low, high);
            }
        }
        (Some(Lanes::Wide(lanes)), Some(first)) => {
            for (out, n) in out.0.iter_mut().zip(&lanes[first..first + feed.count]) {
                *out = if (low..=high).contains(n) { YES } else { 0 };
            }
        }
        _ => kernels::within(out, Source::Lanes(&block.numbers.0), low, high),
    }
}

#[inline(always)]
fn flag_of(out: &mut Mask, feed: Feed<'_, '_>, input: InputId, block: &Block, flag: Flag) {
    let input = &feed.inputs[input.position()];
    let Some(column) = input.column else {
        out.0 = [0; ROWS];
        return;
    };
    let place = feed.in_place(input).map(|first| first..first + feed.count);
    let states = match (&column.states, &place) {
        (_, None) => Some(&block.states[..feed.count]),
        (Some(states), Some(rows)) => Some(&states[rows.clone()]),
        (None, Some(_)) => None,
    };
    match flag {
        Flag::True => match (&column.lanes, place) {
            (_, None) => kernels::flagged(out, &block.bytes[..feed.count], |b| b != 0),
            (Lanes::Truth(lanes), Some(rows)) => kernels::flagged(out, &lanes[rows], |b| b != 0),
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
