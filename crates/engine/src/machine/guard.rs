//! Outputs that are computed on the rows of a mask only.

use super::block::{Bound, Feed, Registers};
use super::program::Program;
use super::{Output, Part, Wanted};
use crate::graph::{Graph, NodeId};
use crate::kernels::ROWS;

/// Outputs that share a guard, on the rows where it holds.
#[derive(Debug)]
pub(super) struct Guard {
    /// Which output of the main program its mask is.
    pub mask: usize,
    /// Which answers it gives.
    pub outputs: Vec<usize>,
    /// Their instructions where the guard holds.
    pub program: Program,
}

/// The outputs in two steps: on all rows what they are where no guard holds, with the masks of the guards; then, on the
/// rows of each guard, its outputs.
#[derive(Debug)]
pub(super) struct Guarded {
    pub main: Program,
    pub guards: Vec<Guard>,
}

/// What picking a row out, bringing one cell of it and giving one answer cost, as [`Program::cost`] counts: a cell that is
/// brought one by one takes as long as a dozen additions of whole vectors. Measured with AVX2.
const PICK: usize = 96;

/// What looking at the mask of one row costs.
const LOOK: usize = 32;

impl Guarded {
    /// The two steps; none where no output has a guard, or its work is less than `least`.
    pub fn new(graph: &Graph, inputs: usize, outputs: &[Output], least: usize) -> Option<Self> {
        let mut of_guard: Vec<(NodeId, Vec<usize>)> = Vec::new();
        for (at, output) in outputs.iter().enumerate() {
            let Some(guard) = output.guard.filter(|guard| graph.truth_of(*guard).is_none()) else {
                continue;
            };
            match of_guard.iter_mut().find(|(mask, _)| *mask == guard) {
                Some((_, of)) => of.push(at),
                None => of_guard.push((guard, vec![at])),
            }
        }
        let mut main: Vec<Wanted> = outputs.iter().map(|output| output.wanted.clone()).collect();
        let mut without = graph.clone();
        let mut guards = Vec::new();
        for (mask, of) in of_guard {
            let nodes: Vec<NodeId> = of
                .iter()
                .flat_map(|at| outputs[*at].wanted.nodes())
                .copied()
                .collect();
            let wanted = |nodes: Vec<NodeId>| {
                let mut nodes = nodes.into_iter();
                let wanted = |at: &usize| {
                    let wanted = &outputs[*at].wanted;
                    wanted.of(nodes.by_ref().take(wanted.nodes().len()).collect())
                };
                of.iter().map(wanted).collect::<Vec<Wanted>>()
            };
            let Ok((inside, there)) = graph.assuming(&nodes, mask, true) else {
                continue;
            };
            let program = Program::new(&inside, inputs, &wanted(there));
            if program.cost() < least {
                continue;
            }
            let Ok(otherwise) = without.where_not(&nodes, mask) else {
                continue;
            };
            for (at, wanted) in of.iter().zip(wanted(otherwise)) {
                main[*at] = wanted;
            }
            main.push(Wanted::Node(mask));
            guards.push(Guard {
                mask: main.len() - 1,
                outputs: of,
                program,
            });
        }
        let main = Program::new(&without, inputs, &main);
        (!guards.is_empty()).then_some(Self { main, guards })
    }

    /// What so many rows cost of which so many pass each guard, as [`Program::cost`] counts.
    pub fn cost(&self, passing: &[usize], rows: usize) -> usize {
        let of_guards = self.guards.iter().zip(passing).map(|(guard, passing)| {
            let moved = guard.program.read.len() + guard.outputs.len() + 1;
            (guard.program.cost() + moved * PICK) * passing + rows * LOOK
        });
        self.main.cost() * rows + of_guards.sum::<usize>()
    }
}

/// Rows of each guard that wait until they fill a block.
pub(super) struct Waiting {
    /// Row numbers of a batch, and how many of them count.
    rows: Vec<(Box<[u32; 2 * ROWS]>, usize)>,
    registers: Registers,
}

impl Waiting {
    pub fn new(guarded: &Guarded, inputs: usize) -> Self {
        let programs: Vec<&Program> = guarded.guards.iter().map(|guard| &guard.program).collect();
        let list = || (Box::new([0; 2 * ROWS]), 0);
        Self {
            rows: std::iter::repeat_with(list).take(programs.len()).collect(),
            registers: Registers::new(&programs, inputs),
        }
    }

    /// Takes the rows of a block that pass, and runs each guard whose rows fill one.
    #[inline(always)]
    pub fn take(
        &mut self,
        guarded: &Guarded,
        main: &Registers,
        feed: Feed<'_, '_>,
        (batch, done): (usize, usize),
        parts: &mut [Part<'_>],
    ) {
        for (guard, (rows, count)) in guarded.guards.iter().zip(&mut self.rows) {
            let Some(mask) = main.mask(&guarded.main.outputs[guard.mask]) else {
                continue;
            };
            for (row, yes) in (0u32..).zip(&mask.0[..feed.count]) {
                // A row that does not pass is written over by the next one. INVARIANT: fewer than two blocks wait.
                rows[*count & (2 * ROWS - 1)] = done as u32 + row;
                *count += usize::from(yes & 1);
            }
            if *count >= ROWS {
                let full = Feed::picked(feed.inputs, batch, &rows[..ROWS]);
                guard.run(&mut self.registers, full, parts);
                rows.copy_within(ROWS..*count, 0);
                *count -= ROWS;
            }
        }
    }

    /// Runs the guards on the rows that still wait, at the end of a batch.
    #[inline(always)]
    pub fn rest(&mut self, guarded: &Guarded, inputs: &[Bound<'_>], batch: usize, parts: &mut [Part<'_>]) {
        for (guard, (rows, count)) in guarded.guards.iter().zip(&mut self.rows) {
            if *count > 0 {
                guard.run(
                    &mut self.registers,
                    Feed::picked(inputs, batch, &rows[..*count]),
                    parts,
                );
            }
            *count = 0;
        }
    }
}

impl Guard {
    #[inline(always)]
    fn run(&self, registers: &mut Registers, feed: Feed<'_, '_>, parts: &mut [Part<'_>]) {
        registers.run(&self.program, feed);
        for (out, at) in self.program.outputs.iter().zip(&self.outputs) {
            registers.scatter(out, feed, &mut parts[*at]);
        }
    }
}
