//! A graph of operations on whole numbers and masks, equal parts shared, constants folded, with proved bounds.
//!
//! Everything that a rule says is brought down to these few operations; three-valued logic, too, is only masks here, so
//! that what is never missing costs nothing.

use std::collections::HashMap;

use jiufen_language::program::Comparison;
use jiufen_quantity::Rounding;

use crate::division::Divisor;

/// An operation of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// Its position among the operations of its graph.
    pub fn position(self) -> usize {
        self.0 as usize
    }
}

/// One of a plan's input columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InputId(pub(crate) u32);

impl InputId {
    /// The input at a position of a plan.
    pub fn at(position: usize) -> Self {
        // INVARIANT: fewer than 2³² columns; each is a field of a text in memory in some year.
        Self(position as u32)
    }

    /// Its position among the inputs of its plan.
    pub fn position(self) -> usize {
        self.0 as usize
    }
}

/// Which rows an input answers yes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flag {
    /// The value is 是.
    True,
    /// There is a value.
    Known,
    /// There certainly is none: 无, or a year before the row existed.
    Absent,
    /// The year lies before the row existed.
    NotApplicable,
}

/// An operation. Masks are yes or no, everything else is a whole number of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Node {
    /// A number.
    Constant(i64),
    /// A column's numbers.
    Load(InputId),
    /// a + b.
    Add(NodeId, NodeId),
    /// a − b.
    Subtract(NodeId, NodeId),
    /// a × b.
    Multiply(NodeId, NodeId),
    /// The smaller.
    Smaller(NodeId, NodeId),
    /// The larger.
    Larger(NodeId, NodeId),
    /// a ÷ a constant, rounded to a whole number.
    DivideBy(NodeId, Divisor),
    /// a ÷ b, rounded to a whole number; 0 where b is not above zero.
    Divide(NodeId, NodeId, Rounding),
    /// The first number where the mask holds, else the second.
    Choose(NodeId, NodeId, NodeId),
    /// Everywhere or nowhere.
    Truth(bool),
    /// Rows of a column.
    Flag(InputId, Flag),
    /// Whether numbers compare so.
    Compare(Comparison, NodeId, NodeId),
    /// Whether a number lies between two constants, both belonging to it.
    Within(NodeId, i64, i64),
    /// Both.
    And(NodeId, NodeId),
    /// Either.
    Or(NodeId, NodeId),
    /// Not.
    Not(NodeId),
}

impl Node {
    /// What it works on.
    pub(crate) fn operands(&self) -> impl Iterator<Item = NodeId> {
        let list: [Option<NodeId>; 3] = match *self {
            Self::Constant(_) | Self::Load(_) | Self::Truth(_) | Self::Flag(..) => [None; 3],
            Self::DivideBy(a, _) | Self::Within(a, ..) | Self::Not(a) => [Some(a), None, None],
            Self::Add(a, b)
            | Self::Subtract(a, b)
            | Self::Multiply(a, b)
            | Self::Smaller(a, b)
            | Self::Larger(a, b)
            | Self::Divide(a, b, _)
            | Self::Compare(_, a, b)
            | Self::And(a, b)
            | Self::Or(a, b) => [Some(a), Some(b), None],
            Self::Choose(m, a, b) => [Some(m), Some(a), Some(b)],
        };
        list.into_iter().flatten()
    }

    /// Whether it gives yes or no.
    pub fn is_mask(&self) -> bool {
        matches!(
            self,
            Self::Truth(_)
                | Self::Flag(..)
                | Self::Compare(..)
                | Self::Within(..)
                | Self::And(..)
                | Self::Or(..)
                | Self::Not(_)
        )
    }
}

/// Numbers beyond this are not computed on 64 bits: the row goes to the interpreter.
pub(crate) const MOST: i128 = 1 << 61;

/// What a number of a node can be, both ends belonging to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The least.
    pub low: i64,
    /// The greatest.
    pub high: i64,
}

/// An operation whose numbers may need more than 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeedsWide;

impl Bounds {
    fn of(low: i128, high: i128) -> Result<Self, NeedsWide> {
        if low < -MOST || high > MOST {
            return Err(NeedsWide);
        }
        let end = |n: i128| i64::try_from(n).map_err(|_| NeedsWide);
        Ok(Self {
            low: end(low)?,
            high: end(high)?,
        })
    }

    fn only(n: i64) -> Self {
        Self { low: n, high: n }
    }

    fn constant(self) -> Option<i64> {
        (self.low == self.high).then_some(self.low)
    }
}

/// Operations in an order in which each comes after what it works on.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    bounds: Vec<Bounds>,
    known: HashMap<Node, NodeId, crate::hash::Quick>,
    /// Whether the ends of an open number may have needed more than 64 bits, so that its open rows were left.
    pub(crate) wide: bool,
}

type Numbers = Result<NodeId, NeedsWide>;

impl Graph {
    /// The first of its invariants that does not hold: each operation comes after what it works on, and numbers and masks
    /// are not mixed.
    pub fn fault(&self) -> Option<String> {
        for (index, node) in self.nodes.iter().enumerate() {
            for operand in node.operands() {
                if operand.position() >= index {
                    return Some(format!("{index} reads {} before it is there", operand.position()));
                }
            }
            let mask = |id: NodeId| self.node(id).is_mask();
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

    /// All operations.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// An operation.
    pub fn node(&self, id: NodeId) -> Node {
        self.nodes[id.position()]
    }

    /// What a number can be; of a mask, nothing is said.
    pub fn bounds(&self, id: NodeId) -> Bounds {
        self.bounds[id.position()]
    }

    pub(crate) fn bounds_at(&self, position: usize) -> Bounds {
        self.bounds[position]
    }

    fn add_node(&mut self, node: Node, bounds: Bounds) -> NodeId {
        if let Some(found) = self.known.get(&node) {
            return *found;
        }
        // INVARIANT: fewer than 2³² operations; each stems from a word of a text in memory.
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        self.bounds.push(bounds);
        self.known.insert(node, id);
        id
    }

    fn mask(&mut self, node: Node) -> NodeId {
        self.add_node(node, Bounds { low: 0, high: 1 })
    }

    /// Nowhere.
    pub fn never(&mut self) -> NodeId {
        self.truth(false)
    }

    /// Everywhere.
    pub fn always(&mut self) -> NodeId {
        self.truth(true)
    }

    /// Whether a mask holds nowhere.
    pub fn is_never(&self, mask: NodeId) -> bool {
        self.truth_of(mask) == Some(false)
    }

    /// A number.
    pub fn constant(&mut self, n: i64) -> NodeId {
        self.add_node(Node::Constant(n), Bounds::only(n))
    }

    /// The number, when a node is one everywhere.
    pub fn constant_of(&self, id: NodeId) -> Option<i64> {
        match self.node(id) {
            Node::Constant(n) => Some(n),
            _ => None,
        }
    }

    /// The numbers of a column that lie between two bounds.
    pub fn load(&mut self, input: InputId, low: i64, high: i64) -> Numbers {
        let bounds = if low > high {
            Bounds::only(0)
        } else {
            // A row without a value reads 0.
            Bounds::of(i128::from(low.min(0)), i128::from(high.max(0)))?
        };
        Ok(self.add_node(Node::Load(input), bounds))
    }

    /// a + b.
    pub fn add(&mut self, a: NodeId, b: NodeId) -> Numbers {
        let (x, y) = (self.bounds(a), self.bounds(b));
        let sum = |a: i64, b: i64| i128::from(a) + i128::from(b);
        let bounds = Bounds::of(sum(x.low, y.low), sum(x.high, y.high))?;
        Ok(match (self.constant_of(a), self.constant_of(b)) {
            (Some(_), Some(_)) => self.constant(bounds.low),
            (Some(0), _) => b,
            (_, Some(0)) => a,
            (Some(_), None) => self.add_node(Node::Add(b, a), bounds),
            _ => self.add_node(Node::Add(a, b), bounds),
        })
    }

    /// a − b.
    pub fn subtract(&mut self, a: NodeId, b: NodeId) -> Numbers {
        let (x, y) = (self.bounds(a), self.bounds(b));
        let difference = |a: i64, b: i64| i128::from(a) - i128::from(b);
        let bounds = Bounds::of(difference(x.low, y.high), difference(x.high, y.low))?;
        Ok(match (self.constant_of(a), self.constant_of(b)) {
            (Some(_), Some(_)) => self.constant(bounds.low),
            (_, Some(0)) => a,
            (_, Some(n)) => {
                let negative = self.constant(-n);
                self.add_node(Node::Add(a, negative), bounds)
            }
            _ => self.add_node(Node::Subtract(a, b), bounds),
        })
    }

    /// a × b.
    pub fn multiply(&mut self, a: NodeId, b: NodeId) -> Numbers {
        let (x, y) = (self.bounds(a), self.bounds(b));
        let corners = [(x.low, y.low), (x.low, y.high), (x.high, y.low), (x.high, y.high)]
            .map(|(a, b)| i128::from(a) * i128::from(b));
        let (low, high) = corners.iter().fold((i128::MAX, i128::MIN), |(low, high), n| {
            (low.min(*n), high.max(*n))
        });
        let bounds = Bounds::of(low, high)?;
        Ok(match (self.constant_of(a), self.constant_of(b)) {
            _ if bounds.constant() == Some(0) => self.constant(0),
            (Some(_), Some(_)) => self.constant(bounds.low),
            (Some(1), _) => b,
            (_, Some(1)) => a,
            (Some(_), None) => self.add_node(Node::Multiply(b, a), bounds),
            _ => self.add_node(Node::Multiply(a, b), bounds),
        })
    }

    /// a × n.
    pub fn times(&mut self, a: NodeId, n: i64) -> Numbers {
        let n = self.constant(n);
        self.multiply(a, n)
    }

    /// The smaller of two.
    pub fn smaller(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let (x, y) = (self.bounds(a), self.bounds(b));
        if a == b || x.high <= y.low {
            return a;
        }
        if y.high <= x.low {
            return b;
        }
        let bounds = Bounds {
            low: x.low.min(y.low),
            high: x.high.min(y.high),
        };
        let (a, b) = self.constant_last(a, b);
        self.add_node(Node::Smaller(a, b), bounds)
    }

    /// The larger of two.
    pub fn larger(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let (x, y) = (self.bounds(a), self.bounds(b));
        if a == b || x.low >= y.high {
            return a;
        }
        if y.low >= x.high {
            return b;
        }
        let bounds = Bounds {
            low: x.low.max(y.low),
            high: x.high.max(y.high),
        };
        let (a, b) = self.constant_last(a, b);
        self.add_node(Node::Larger(a, b), bounds)
    }

    fn constant_last(&self, a: NodeId, b: NodeId) -> (NodeId, NodeId) {
        if self.constant_of(a).is_some() || (self.constant_of(b).is_none() && b < a) {
            (b, a)
        } else {
            (a, b)
        }
    }

    /// a ÷ n, rounded; n is above zero.
    pub fn divide_by(&mut self, a: NodeId, n: i64, mode: Rounding) -> NodeId {
        if n == 1 {
            return a;
        }
        let bounds = self.bounds(a);
        let divisor = Divisor::new(n, mode, bounds.low, bounds.high);
        let ends = Bounds {
            low: divisor.of(bounds.low),
            high: divisor.of(bounds.high),
        };
        match ends.constant() {
            Some(n) => self.constant(n),
            None => self.add_node(Node::DivideBy(a, divisor), ends),
        }
    }

    /// a ÷ b, rounded; b is above zero wherever the answer is used.
    pub fn divide(&mut self, a: NodeId, b: NodeId, mode: Rounding) -> NodeId {
        if let Some(n) = self.constant_of(b)
            && n > 0
        {
            return self.divide_by(a, n, mode);
        }
        let most = self
            .bounds(a)
            .low
            .unsigned_abs()
            .max(self.bounds(a).high.unsigned_abs());
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let low = if self.bounds(a).low < 0 { -most } else { 0 };
        self.add_node(Node::Divide(a, b, mode), Bounds { low, high: most })
    }

    /// One number where a mask holds, another where it does not.
    pub fn choose(&mut self, mask: NodeId, a: NodeId, b: NodeId) -> NodeId {
        match self.node(mask) {
            Node::Truth(true) => return a,
            Node::Truth(false) => return b,
            Node::Not(inner) => return self.choose(inner, b, a),
            _ if a == b => return a,
            _ => {}
        }
        let (x, y) = (self.bounds(a), self.bounds(b));
        let bounds = Bounds {
            low: x.low.min(y.low),
            high: x.high.max(y.high),
        };
        self.add_node(Node::Choose(mask, a, b), bounds)
    }

    /// Everywhere or nowhere.
    pub fn truth(&mut self, truth: bool) -> NodeId {
        self.mask(Node::Truth(truth))
    }

    /// Whether a mask is the same everywhere, and what.
    pub fn truth_of(&self, mask: NodeId) -> Option<bool> {
        match self.node(mask) {
            Node::Truth(truth) => Some(truth),
            _ => None,
        }
    }

    /// Rows of a column.
    pub fn flag(&mut self, input: InputId, flag: Flag) -> NodeId {
        self.mask(Node::Flag(input, flag))
    }

    /// Both.
    pub fn and(&mut self, a: NodeId, b: NodeId) -> NodeId {
        match (self.node(a), self.node(b)) {
            (Node::Truth(false), _) | (_, Node::Truth(false)) => return self.truth(false),
            (Node::Truth(true), _) => return b,
            (_, Node::Truth(true)) => return a,
            _ if a == b => return a,
            (Node::Not(n), _) if n == b => return self.truth(false),
            (_, Node::Not(n)) if n == a => return self.truth(false),
            (Node::Within(x, low, high), Node::Within(y, other_low, other_high)) if x == y => {
                return self.within(x, low.max(other_low), high.min(other_high));
            }
            _ if self.implies(a, b) => return a,
            _ if self.implies(b, a) => return b,
            _ => {}
        }
        self.mask(Node::And(a.min(b), a.max(b)))
    }

    /// Either.
    pub fn or(&mut self, a: NodeId, b: NodeId) -> NodeId {
        match (self.node(a), self.node(b)) {
            (Node::Truth(true), _) | (_, Node::Truth(true)) => return self.truth(true),
            (Node::Truth(false), _) => return b,
            (_, Node::Truth(false)) => return a,
            _ if a == b => return a,
            (Node::Not(n), _) if n == b => return self.truth(true),
            (_, Node::Not(n)) if n == a => return self.truth(true),
            _ if self.implies(a, b) => return b,
            _ if self.implies(b, a) => return a,
            _ => {}
        }
        self.mask(Node::Or(a.min(b), a.max(b)))
    }

    /// Whether a mask holds wherever another does, as far as their form shows it.
    pub fn implies(&self, a: NodeId, b: NodeId) -> bool {
        const DEPTH: u8 = 3;
        self.implies_within(a, b, DEPTH)
    }

    fn implies_within(&self, a: NodeId, b: NodeId, depth: u8) -> bool {
        if a == b {
            return true;
        }
        if depth == 0 {
            return false;
        }
        let depth = depth - 1;
        let of_first = match self.node(a) {
            Node::And(x, y) => self.implies_within(x, b, depth) || self.implies_within(y, b, depth),
            Node::Truth(false) => true,
            _ => false,
        };
        of_first
            || match self.node(b) {
                Node::Or(x, y) => self.implies_within(a, x, depth) || self.implies_within(a, y, depth),
                Node::Truth(true) => true,
                _ => false,
            }
    }

    /// The first, or wherever the second does not hold.
    pub fn or_not(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let not = self.not(b);
        self.or(a, not)
    }

    /// The first, but not the second.
    pub fn and_not(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let not = self.not(b);
        self.and(a, not)
    }

    /// Not.
    pub fn not(&mut self, a: NodeId) -> NodeId {
        match self.node(a) {
            Node::Truth(truth) => self.truth(!truth),
            Node::Not(inner) => inner,
            _ => self.mask(Node::Not(a)),
        }
    }

    /// Between two constants, both belonging to it.
    pub fn within(&mut self, a: NodeId, low: i64, high: i64) -> NodeId {
        let bounds = self.bounds(a);
        if low > high || bounds.high < low || bounds.low > high {
            return self.truth(false);
        }
        if low <= bounds.low && bounds.high <= high {
            return self.truth(true);
        }
        // An end beyond the bounds is no end: the same question is then the same node.
        let low = if low <= bounds.low { i64::MIN } else { low };
        let high = if high >= bounds.high { i64::MAX } else { high };
        self.mask(Node::Within(a, low, high))
    }

    /// Whether numbers compare so.
    pub fn compare(&mut self, comparison: Comparison, a: NodeId, b: NodeId) -> NodeId {
        if let Some(n) = self.constant_of(b) {
            return self.compare_constant(comparison, a, n);
        }
        if let Some(n) = self.constant_of(a) {
            return self.compare_constant(flipped(comparison), b, n);
        }
        match comparison {
            Comparison::NotEqual => {
                let same = self.compare(Comparison::Equal, a, b);
                self.not(same)
            }
            Comparison::Greater => self.compare(Comparison::Less, b, a),
            Comparison::AtMost => {
                let more = self.compare(Comparison::Less, b, a);
                self.not(more)
            }
            Comparison::AtLeast => {
                let less = self.compare(Comparison::Less, a, b);
                self.not(less)
            }
            Comparison::Equal | Comparison::Less if a == b => self.truth(comparison == Comparison::Equal),
            Comparison::Equal | Comparison::Less => {
                let (x, y) = (self.bounds(a), self.bounds(b));
                if x.low > y.high || (comparison == Comparison::Less && x.low >= y.high) {
                    return self.truth(false);
                }
                if comparison == Comparison::Less && x.high < y.low {
                    return self.truth(true);
                }
                self.mask(Node::Compare(comparison, a, b))
            }
        }
    }

    fn compare_constant(&mut self, comparison: Comparison, a: NodeId, n: i64) -> NodeId {
        match comparison {
            Comparison::Equal => self.within(a, n, n),
            Comparison::NotEqual => {
                let same = self.within(a, n, n);
                self.not(same)
            }
            // INVARIANT: constants lie within ±2⁶¹, so that their neighbours exist.
            Comparison::Less => self.within(a, i64::MIN, n - 1),
            Comparison::AtMost => self.within(a, i64::MIN, n),
            Comparison::Greater => self.within(a, n + 1, i64::MAX),
            Comparison::AtLeast => self.within(a, n, i64::MAX),
        }
    }
}

/// The same comparison with its sides changed.
pub(crate) fn flipped(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::Greater => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
        same => same,
    }
}
