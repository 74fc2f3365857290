//! Blocks of rows: where their cells come from, and what instructions do to them.

use jiufen_table::lanes::{LaneColumn, LaneState, Lanes};

use super::program::{From, Instruction, Into, Operation, Out, Program};
use super::{BATCH, Columns, Part, Reading};
use crate::graph::{Flag, InputId, Node};
use crate::kernels::{self, Lane, Mask, Numbers, ROWS, Source, YES};

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
    wide: Box<Numbers<i64>>,
    narrow: Box<Numbers<i32>>,
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
    #[inline(always)]
    fn first(&self) -> Option<usize> {
        match self.rows {
            Rows::From(first) => Some(first),
            Rows::Picked(..) => None,
        }
    }

    /// The first row where an input's cells can be read where they stand.
    #[inline(always)]
    fn in_place(&self, input: &Bound<'_>) -> Option<usize> {
        self.first().filter(|_| input.way.is_empty())
    }
}

/// Registers of one thread, enough for some programs that run one after the other.
pub(super) struct Registers {
    wide: Vec<Option<Box<Numbers<i64>>>>,
    narrow: Vec<Option<Box<Numbers<i32>>>>,
    masks: Vec<Option<Box<Mask>>>,
    blocks: Vec<Block>,
}

impl Registers {
    pub fn new(programs: &[&Program], inputs: usize) -> Self {
        let most = |of: fn(&Program) -> usize| programs.iter().map(|p| of(p)).max().unwrap_or(0);
        let masks = || Some(Box::new(Mask([0; ROWS])));
        let block = || Block {
            wide: zeros(),
            narrow: zeros(),
            bytes: Box::new([0; ROWS]),
            states: Box::new([0; ROWS]),
        };
        Self {
            wide: std::iter::repeat_with(|| Some(zeros()))
                .take(most(|p| p.wide))
                .collect(),
            narrow: std::iter::repeat_with(|| Some(zeros()))
                .take(most(|p| p.narrow))
                .collect(),
            masks: std::iter::repeat_with(masks).take(most(|p| p.masks)).collect(),
            blocks: std::iter::repeat_with(block).take(inputs).collect(),
        }
    }

    /// Runs a program on a block.
    #[inline(always)]
    pub fn run(&mut self, program: &Program, feed: Feed<'_, '_>) {
        for input in &program.read {
            let at = input.position();
            feed.inputs[at].prepare(&mut self.blocks[at], feed);
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
            Out::Wide(_) | Out::Narrow(_) | Out::Bytes(_) | Out::Words(_) => None,
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
            (Out::Wide(from) | Out::Narrow(from), Part::Wide(to)) => {
                copy(&mut to[at..at + feed.count], self.source(feed, *from));
            }
            (Out::Wide(from) | Out::Narrow(from), Part::Narrow(to)) => {
                copy(&mut to[at..at + feed.count], self.source(feed, *from));
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
            (Out::Wide(from) | Out::Narrow(from), Part::Wide(to)) => {
                spread(to, rows, self.source(feed, *from));
            }
            (Out::Wide(from) | Out::Narrow(from), Part::Narrow(to)) => {
                spread(to, rows, self.source(feed, *from));
            }
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
            From::Wide(register) => match &self.wide[usize::from(register)] {
                Some(numbers) => Source::Wide(&numbers.0),
                None => Source::Constant(0),
            },
            From::Narrow(register) => match &self.narrow[usize::from(register)] {
                Some(numbers) => Source::Narrow(&numbers.0),
                None => Source::Constant(0),
            },
            From::Input(input) => self.input(feed, input),
        }
    }

    /// An input's numbers, where they stand or in their block.
    #[inline(always)]
    fn input<'s>(&'s self, feed: Feed<'s, '_>, input: InputId) -> Source<'s> {
        let bound = &feed.inputs[input.position()];
        let block = &self.blocks[input.position()];
        let first = feed.in_place(bound).filter(|_| feed.count == ROWS);
        match bound.column.map(|column| &column.lanes) {
            Some(Lanes::Wide(lanes)) => {
                let whole = first.and_then(|first| lanes[first..].first_chunk::<ROWS>());
                Source::Wide(whole.unwrap_or(&block.wide.0))
            }
            Some(Lanes::Narrow(lanes)) => {
                let whole = first.and_then(|first| lanes[first..].first_chunk::<ROWS>());
                Source::Narrow(whole.unwrap_or(&block.narrow.0))
            }
            Some(Lanes::Truth(_)) | None => Source::Constant(0),
        }
    }

    #[inline(always)]
    fn step(&mut self, feed: Feed<'_, '_>, instruction: &Instruction) {
        match instruction.into {
            Into::Wide(into) => {
                let into = usize::from(into);
                if let Some(mut out) = self.wide[into].take() {
                    self.number_step(&mut out, feed, instruction.operation);
                    self.wide[into] = Some(out);
                }
            }
            Into::Narrow(into) => {
                let into = usize::from(into);
                if let Some(mut out) = self.narrow[into].take() {
                    self.number_step(&mut out, feed, instruction.operation);
                    self.narrow[into] = Some(out);
                }
            }
            Into::Mask(into) => {
                let into = usize::from(into);
                if let Some(mut out) = self.masks[into].take() {
                    self.mask_step(&mut out, feed, instruction.operation);
                    self.masks[into] = Some(out);
                }
            }
        }
    }

    #[inline(always)]
    fn number_step<L: Lane>(&self, out: &mut Numbers<L>, feed: Feed<'_, '_>, operation: Operation) {
        match operation {
            Operation::Number { node, a, b } => {
                number(out, node, self.source(feed, a), self.source(feed, b));
            }
            Operation::Multiply { width, a, b } => {
                kernels::multiply(out, self.source(feed, a), self.source(feed, b), width);
            }
            Operation::DivideBy { divisor, short, a } => {
                kernels::divide_by(out, self.source(feed, a), &divisor, short);
            }
            Operation::Choose { mask, a, b } => {
                if let Some(mask) = self.register(mask) {
                    kernels::choose(out, mask, self.source(feed, a), self.source(feed, b));
                }
            }
            _ => {}
        }
    }

    #[inline(always)]
    fn mask_step(&self, out: &mut Mask, feed: Feed<'_, '_>, operation: Operation) {
        match operation {
            Operation::Test { node, a, b } => {
                let (a, b) = (self.source(feed, a), self.source(feed, b));
                match node {
                    Node::Within(_, low, high) => kernels::within(out, a, low, high),
                    Node::Compare(comparison, ..) => kernels::compare(out, comparison, a, b),
                    _ => {}
                }
            }
            Operation::And(a, b) => {
                if let (Some(a), Some(b)) = (self.register(a), self.register(b)) {
                    kernels::join(out, a, b, |a, b| a & b);
                }
            }
            Operation::Or(a, b) => {
                if let (Some(a), Some(b)) = (self.register(a), self.register(b)) {
                    kernels::join(out, a, b, |a, b| a | b);
                }
            }
            Operation::Not(a) => {
                if let Some(a) = self.register(a) {
                    kernels::not(out, a);
                }
            }
            Operation::Truth(truth) => out.0 = [if truth { YES } else { 0 }; ROWS],
            Operation::Flag(input, flag) => {
                flag_of(out, feed, input, &self.blocks[input.position()], flag);
            }
            Operation::Number { .. }
            | Operation::Multiply { .. }
            | Operation::DivideBy { .. }
            | Operation::Choose { .. } => {}
        }
    }
}

fn zeros<L: Lane>() -> Box<Numbers<L>> {
    Box::new(Numbers([L::ZERO; ROWS]))
}

/// Numbers to where they belong; nothing is there already.
#[inline(always)]
fn copy<L: Lane>(to: &mut [L], from: Source<'_>) {
    match from {
        Source::Wide(lanes) => {
            for (to, n) in to.iter_mut().zip(lanes) {
                *to = L::cut(*n);
            }
        }
        Source::Narrow(lanes) => {
            for (to, n) in to.iter_mut().zip(lanes) {
                *to = L::cut(i64::from(*n));
            }
        }
        Source::Constant(0) => {}
        Source::Constant(n) => to.fill(L::cut(n)),
    }
}

/// Numbers to the rows that were picked out.
#[inline(always)]
fn spread<L: Lane>(to: &mut [L], rows: &[u32], from: Source<'_>) {
    match from {
        Source::Wide(lanes) => {
            for (row, n) in rows.iter().zip(lanes) {
                to[*row as usize] = L::cut(*n);
            }
        }
        Source::Narrow(lanes) => {
            for (row, n) in rows.iter().zip(lanes) {
                to[*row as usize] = L::cut(i64::from(*n));
            }
        }
        Source::Constant(n) => {
            for row in rows {
                to[*row as usize] = L::cut(n);
            }
        }
    }
}

impl Bound<'_> {
    /// Brings the rows of a block to where kernels read them. Whole blocks are read in place.
    #[inline(always)]
    fn prepare(&self, block: &mut Block, feed: Feed<'_, '_>) {
        let Some(column) = self.column else { return };
        match (feed.rows, self.way.is_empty()) {
            (Rows::From(first), true) if feed.count < ROWS => {
                let rows = first..first + feed.count;
                match &column.lanes {
                    Lanes::Wide(lanes) => block.wide.0[..feed.count].copy_from_slice(&lanes[rows]),
                    Lanes::Narrow(lanes) => block.narrow.0[..feed.count].copy_from_slice(&lanes[rows]),
                    Lanes::Truth(_) => {}
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
            let reached = self.reach(row);
            block.states[to] = match reached {
                Err(state) => state,
                Ok(at) => column.states.as_ref().map_or(LaneState::KNOWN, |s| s[at]),
            };
            match &column.lanes {
                Lanes::Wide(lanes) => block.wide.0[to] = reached.map_or(0, |at| lanes[at]),
                Lanes::Narrow(lanes) => block.narrow.0[to] = reached.map_or(0, |at| lanes[at]),
                Lanes::Truth(lanes) => block.bytes[to] = reached.map_or(0, |at| lanes[at]),
            }
        }
    }
}

/// Brings cells of a column that were picked out to where kernels read them.
#[inline(always)]
fn pick(block: &mut Block, column: &LaneColumn, first: usize, rows: &[u32]) {
    match &column.lanes {
        Lanes::Wide(lanes) => pick_lanes(&mut block.wide.0, &lanes[first..], rows),
        Lanes::Narrow(lanes) => pick_lanes(&mut block.narrow.0, &lanes[first..], rows),
        Lanes::Truth(lanes) => pick_lanes(&mut *block.bytes, &lanes[first..], rows),
    }
    match &column.states {
        Some(states) => pick_lanes(&mut *block.states, &states[first..], rows),
        None => block.states[..rows.len()].fill(LaneState::KNOWN),
    }
}

#[inline(always)]
fn pick_lanes<L: Copy>(to: &mut [L; ROWS], lanes: &[L], rows: &[u32]) {
    match lanes.first_chunk::<BATCH>() {
        // A row of a whole batch needs no look whether it is there.
        Some(lanes) => {
            for (to, row) in to.iter_mut().zip(rows) {
                *to = lanes[*row as usize % BATCH];
            }
        }
        None => {
            for (to, row) in to.iter_mut().zip(rows) {
                *to = lanes[*row as usize];
            }
        }
    }
}

#[inline(always)]
fn number<L: Lane>(out: &mut Numbers<L>, node: Node, a: Source<'_>, b: Source<'_>) {
    match node {
        Node::Add(..) => kernels::binary(out, a, b, i64::wrapping_add),
        Node::Subtract(..) => kernels::binary(out, a, b, i64::wrapping_sub),
        Node::Smaller(..) => kernels::binary(out, a, b, |a, b| if a < b { a } else { b }),
        Node::Larger(..) => kernels::binary(out, a, b, |a, b| if a > b { a } else { b }),
        Node::Divide(_, _, mode) => kernels::divide(out, a, b, mode),
        _ => {}
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
