//! Instructions for some nodes of a graph, with registers given out and taken back.

use super::Wanted;
use crate::division::{Divisor, Short};
use crate::graph::{Flag, Graph, InputId, Node, NodeId};
use crate::kernels::Width;

/// Where an operand comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum From {
    Wide(u16),
    Narrow(u16),
    Input(InputId),
    Constant(i64),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Operation {
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
    DivideBy {
        divisor: Divisor,
        short: Option<Short>,
        a: From,
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

/// The register that an instruction fills.
#[derive(Debug, Clone, Copy)]
pub(super) enum Into {
    /// Numbers of 64 bits.
    Wide(u16),
    /// Numbers whose bounds lie within 32 bits.
    Narrow(u16),
    Mask(u16),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Instruction {
    pub operation: Operation,
    pub into: Into,
}

/// Instructions in their order, and what they leave.
#[derive(Debug)]
pub(super) struct Program {
    pub instructions: Vec<Instruction>,
    pub outputs: Vec<Out>,
    /// Registers of 64-bit numbers.
    pub wide: usize,
    /// Registers of 32-bit numbers.
    pub narrow: usize,
    /// Registers of masks.
    pub masks: usize,
    /// Inputs that are asked for anything.
    pub read: Vec<InputId>,
}

impl Program {
    /// The instructions for what is wanted.
    pub fn new(graph: &Graph, inputs: usize, outputs: &[Wanted]) -> Self {
        Compiler::new(graph, inputs, outputs).run(outputs)
    }

    /// What a row costs, in eighths of an addition of 64 bits; a mask is an eighth of the bytes.
    pub fn cost(&self) -> usize {
        let of = |instruction: &Instruction| {
            let wide = match instruction.operation {
                Operation::DivideBy { short: Some(_), .. } => 16,
                Operation::DivideBy { .. } => 48,
                Operation::Number {
                    node: Node::Divide(..),
                    ..
                } => 160,
                Operation::Multiply { .. } | Operation::Choose { .. } => 12,
                Operation::Number { .. } | Operation::Test { .. } => 8,
                Operation::Flag(..)
                | Operation::Truth(_)
                | Operation::And(..)
                | Operation::Or(..)
                | Operation::Not(_) => 1,
            };
            match instruction.into {
                Into::Narrow(_) => wide / 2,
                Into::Wide(_) | Into::Mask(_) => wide,
            }
        };
        self.instructions.iter().map(of).sum()
    }
}

impl std::fmt::Display for Program {
    /// One instruction a line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for instruction in &self.instructions {
            writeln!(f, "{:?} = {:?}", instruction.into, instruction.operation)?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone)]
pub(super) enum Out {
    Wide(From),
    /// Numbers whose bounds lie within 32 bits.
    Narrow(From),
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

struct Compiler<'g> {
    graph: &'g Graph,
    /// How many readers of a node are still to come.
    readers: Vec<u32>,
    place: Vec<u16>,
    wide: Pool,
    narrow: Pool,
    masks: Pool,
    /// Whether an input is read.
    read: Vec<bool>,
}

impl<'g> Compiler<'g> {
    fn new(graph: &'g Graph, inputs: usize, outputs: &[Wanted]) -> Self {
        let count = graph.nodes().len();
        let mut readers = vec![0u32; count];
        for output in outputs.iter().flat_map(Wanted::nodes) {
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
            wide: Pool::default(),
            narrow: Pool::default(),
            masks: Pool::default(),
            read: vec![false; inputs],
        }
    }

    fn run(mut self, outputs: &[Wanted]) -> Program {
        let mut instructions = Vec::new();
        for index in 0..self.graph.nodes().len() {
            let node = self.graph.nodes()[index];
            if self.readers[index] == 0 || matches!(node, Node::Constant(_) | Node::Load(_)) {
                continue;
            }
            let operation = self.operation(node);
            let into = if node.is_mask() {
                Into::Mask(self.masks.take())
            } else if self.is_narrow(index) {
                Into::Narrow(self.narrow.take())
            } else {
                Into::Wide(self.wide.take())
            };
            let (Into::Wide(place) | Into::Narrow(place) | Into::Mask(place)) = into;
            self.place[index] = place;
            for operand in node.operands() {
                self.release(operand);
            }
            instructions.push(Instruction { operation, into });
        }
        let masks = |this: &Self, nodes: &[NodeId]| nodes.iter().map(|n| this.place[n.position()]).collect();
        let outputs = outputs
            .iter()
            .map(|output| match output {
                Wanted::Node(node) if self.graph.node(*node).is_mask() => {
                    Out::Mask(self.place[node.position()])
                }
                Wanted::Node(node) if self.is_narrow(node.position()) => Out::Narrow(self.from(*node)),
                Wanted::Node(node) => Out::Wide(self.from(*node)),
                Wanted::Bytes(nodes) => Out::Bytes(masks(&self, nodes)),
                Wanted::Words(nodes) => Out::Words(masks(&self, nodes)),
            })
            .collect();
        let read = (0..self.read.len()).filter(|at| self.read[*at]);
        Program {
            instructions,
            outputs,
            wide: usize::from(self.wide.used),
            narrow: usize::from(self.narrow.used),
            masks: usize::from(self.masks.used),
            read: read.map(InputId::at).collect(),
        }
    }

    /// Whether a number has 32 bits in every row.
    fn is_narrow(&self, position: usize) -> bool {
        let bounds = self.graph.bounds_at(position);
        i32::try_from(bounds.low).is_ok() && i32::try_from(bounds.high).is_ok()
    }

    fn release(&mut self, node: NodeId) {
        let readers = &mut self.readers[node.position()];
        *readers = readers.saturating_sub(1);
        let place = self.place[node.position()];
        if *readers == 0 && place != u16::MAX {
            let pool = if self.graph.node(node).is_mask() {
                &mut self.masks
            } else if self.is_narrow(node.position()) {
                &mut self.narrow
            } else {
                &mut self.wide
            };
            pool.free.push(place);
        }
    }

    fn from(&mut self, node: NodeId) -> From {
        match self.graph.node(node) {
            Node::Constant(n) => From::Constant(n),
            Node::Load(input) => {
                self.read[input.position()] = true;
                From::Input(input)
            }
            _ if self.is_narrow(node.position()) => From::Narrow(self.place[node.position()]),
            _ => From::Wide(self.place[node.position()]),
        }
    }

    /// How a product is formed; of two registers of 32 bits it is one of 32 by 32 bits by itself.
    fn width(&self, a: NodeId, b: NodeId) -> (NodeId, NodeId, Width) {
        let unsigned = |of: NodeId| {
            let bounds = self.graph.bounds(of);
            bounds.low >= 0 && bounds.high <= i64::from(u32::MAX)
        };
        let short = |of: NodeId| match self.graph.node(of) {
            Node::Load(_) => false,
            _ => self.is_narrow(of.position()),
        };
        match (unsigned(a), unsigned(b)) {
            _ if short(a) && short(b) => (a, b, Width::Full),
            (true, true) => (a, b, Width::Both32),
            (false, true) => (a, b, Width::Second32),
            (true, false) => (b, a, Width::Second32),
            (false, false) => (a, b, Width::Full),
        }
    }

    fn operation(&mut self, node: Node) -> Operation {
        let mask = |of: NodeId, this: &Self| this.place[of.position()];
        match node {
            Node::Multiply(a, b) => {
                let (a, b, width) = self.width(a, b);
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
            Node::DivideBy(a, divisor) => Operation::DivideBy {
                divisor,
                short: divisor.short(self.graph.bounds(a).high.unsigned_abs()),
                a: self.from(a),
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
            Node::Flag(input, flag) => {
                self.read[input.position()] = true;
                Operation::Flag(input, flag)
            }
            Node::Truth(truth) => Operation::Truth(truth),
            Node::And(a, b) => Operation::And(mask(a, self), mask(b, self)),
            Node::Or(a, b) => Operation::Or(mask(a, self), mask(b, self)),
            Node::Not(a) => Operation::Not(mask(a, self)),
            // INVARIANT: constants and loads have no instruction of their own.
            Node::Constant(_) | Node::Load(_) => Operation::Truth(false),
        }
    }
}
