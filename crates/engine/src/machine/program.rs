//! Instructions for some nodes of a graph, with registers given out and taken back.

use super::Wanted;
use crate::graph::{Flag, Graph, InputId, Node, NodeId};
use crate::kernels::Width;

/// Where an operand comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum From {
    Register(u16),
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
    /// Whether an input lies between two ends, read where it stands, as narrow as it is.
    Within(InputId, i64, i64),
    Flag(InputId, Flag),
    Truth(bool),
    And(u16, u16),
    Or(u16, u16),
    Not(u16),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Instruction {
    pub operation: Operation,
    pub into: u16,
}

/// Instructions in their order, and what they leave.
#[derive(Debug)]
pub(super) struct Program {
    pub instructions: Vec<Instruction>,
    pub outputs: Vec<Out>,
    /// Registers of numbers.
    pub numbers: usize,
    /// Registers of masks.
    pub masks: usize,
    /// Inputs that are asked for anything, and whether as numbers.
    pub read: Vec<(InputId, bool)>,
}

impl Program {
    /// The instructions for what is wanted.
    pub fn new(graph: &Graph, inputs: usize, outputs: &[Wanted]) -> Self {
        Compiler::new(graph, inputs, outputs).run(outputs)
    }

    /// What a row costs, in additions of 64 bits; a mask is an eighth of the bytes.
    pub fn cost(&self) -> usize {
        let of = |instruction: &Instruction| match instruction.operation {
            Operation::Number {
                node: Node::DivideBy(..),
                ..
            } => 48,
            Operation::Number {
                node: Node::Divide(..),
                ..
            } => 160,
            Operation::Multiply { .. } | Operation::Choose { .. } => 12,
            Operation::Number { .. } | Operation::Test { .. } => 8,
            Operation::Within(..) => 4,
            Operation::Flag(..)
            | Operation::Truth(_)
            | Operation::And(..)
            | Operation::Or(..)
            | Operation::Not(_) => 1,
        };
        self.instructions.iter().map(of).sum()
    }
}

impl std::fmt::Display for Program {
    /// One instruction a line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for instruction in &self.instructions {
            writeln!(f, "{} = {:?}", instruction.into, instruction.operation)?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone)]
pub(super) enum Out {
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

struct Compiler<'g> {
    graph: &'g Graph,
    /// How many readers of a node are still to come.
    readers: Vec<u32>,
    place: Vec<u16>,
    numbers: Pool,
    masks: Pool,
    /// Whether an input is read at all, and then whether as numbers.
    read: Vec<Option<bool>>,
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
            numbers: Pool::default(),
            masks: Pool::default(),
            read: vec![None; inputs],
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
        let masks = |this: &Self, nodes: &[NodeId]| nodes.iter().map(|n| this.place[n.position()]).collect();
        let outputs = outputs
            .iter()
            .map(|output| match output {
                Wanted::Node(node) if self.graph.node(*node).is_mask() => {
                    Out::Mask(self.place[node.position()])
                }
                Wanted::Node(node) => Out::Numbers(self.from(*node)),
                Wanted::Bytes(nodes) => Out::Bytes(masks(&self, nodes)),
                Wanted::Words(nodes) => Out::Words(masks(&self, nodes)),
            })
            .collect();
        let read = (0..self.read.len()).map(InputId::at).zip(&self.read);
        Program {
            instructions,
            outputs,
            numbers: usize::from(self.numbers.used),
            masks: usize::from(self.masks.used),
            read: read.filter_map(|(input, read)| Some((input, (*read)?))).collect(),
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
                self.read[input.position()] = Some(true);
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
            Node::Within(a, low, high) => match self.graph.node(a) {
                Node::Load(input) => {
                    self.read[input.position()].get_or_insert(false);
                    Operation::Within(input, low, high)
                }
                _ => Operation::Test {
                    node,
                    a: self.from(a),
                    b: From::Constant(0),
                },
            },
            Node::Flag(input, flag) => {
                self.read[input.position()].get_or_insert(false);
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
