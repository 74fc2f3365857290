//! What is left of a graph where a mask is known beforehand: the same questions, fewer operations.

use std::collections::HashMap;

use crate::graph::{Bounds, Graph, NeedsWide, Node, NodeId};

impl Graph {
    /// Brings some nodes into a graph of their own, for rows on which `mask` is `truth`; with the nodes there.
    ///
    /// Bounds are no wider than they were, so that nothing can need more than 64 bits that did not before; should it
    /// all the same, there is no such graph.
    pub(crate) fn assuming(
        &self,
        nodes: &[NodeId],
        mask: NodeId,
        truth: bool,
    ) -> Result<(Self, Vec<NodeId>), NeedsWide> {
        let mut assumed = HashMap::new();
        self.follows(mask, truth, &mut assumed);
        let needed = self.needed(nodes, &assumed);
        let mut into = Self::default();
        let mut place: Vec<Option<NodeId>> = vec![None; needed.len()];
        for at in (0..needed.len()).filter(|at| needed[*at]) {
            place[at] = Some(match assumed.get(&at) {
                Some(truth) => into.truth(*truth),
                None => into.again(self.nodes()[at], self.bounds_at(at), &place)?,
            });
        }
        // INVARIANT: operands come before what works on them, so that every needed node has its place.
        let nodes = nodes.iter().filter_map(|n| place[n.position()]).collect();
        Ok((into, nodes))
    }

    /// What some nodes are on rows on which `mask` does not hold, added to this graph.
    pub(crate) fn where_not(&mut self, nodes: &[NodeId], mask: NodeId) -> Result<Vec<NodeId>, NeedsWide> {
        let mut assumed = HashMap::new();
        self.follows(mask, false, &mut assumed);
        let needed = self.needed(nodes, &assumed);
        let mut place: Vec<Option<NodeId>> = vec![None; needed.len()];
        for at in (0..needed.len()).filter(|at| needed[*at]) {
            let node = self.nodes()[at];
            place[at] = Some(match assumed.get(&at) {
                Some(truth) => self.truth(*truth),
                None if node.operands().all(|of| place[of.position()] == Some(of)) => NodeId(at as u32),
                None => self.again(node, self.bounds_at(at), &place)?,
            });
        }
        Ok(nodes.iter().filter_map(|n| place[n.position()]).collect())
    }

    /// Which nodes some need, by position; what is assumed needs nothing.
    fn needed(&self, nodes: &[NodeId], assumed: &HashMap<usize, bool>) -> Vec<bool> {
        let mut needed = vec![false; self.nodes().len()];
        for node in nodes {
            needed[node.position()] = true;
        }
        for at in (0..needed.len()).rev() {
            if needed[at] && !assumed.contains_key(&at) {
                for operand in self.nodes()[at].operands() {
                    needed[operand.position()] = true;
                }
            }
        }
        needed
    }

    /// What else is known where a mask is `truth`, by position.
    fn follows(&self, mask: NodeId, truth: bool, assumed: &mut HashMap<usize, bool>) {
        assumed.insert(mask.position(), truth);
        match (self.node(mask), truth) {
            (Node::And(a, b), true) | (Node::Or(a, b), false) => {
                self.follows(a, truth, assumed);
                self.follows(b, truth, assumed);
            }
            (Node::Not(a), _) => self.follows(a, !truth, assumed),
            _ => {}
        }
    }

    /// A node of another graph on operands that have their places here.
    fn again(&mut self, node: Node, bounds: Bounds, place: &[Option<NodeId>]) -> Result<NodeId, NeedsWide> {
        // INVARIANT: see `assuming`.
        let of = |id: NodeId| place[id.position()].unwrap_or(id);
        Ok(match node {
            Node::Constant(n) => self.constant(n),
            Node::Load(input) => self.load(input, bounds.low, bounds.high)?,
            Node::Add(a, b) => self.add(of(a), of(b))?,
            Node::Subtract(a, b) => self.subtract(of(a), of(b))?,
            Node::Multiply(a, b) => self.multiply(of(a), of(b))?,
            Node::Smaller(a, b) => self.smaller(of(a), of(b)),
            Node::Larger(a, b) => self.larger(of(a), of(b)),
            Node::DivideBy(a, by) => self.divide_by(of(a), by.divisor, by.mode),
            Node::Divide(a, b, mode) => self.divide(of(a), of(b), mode),
            Node::Choose(mask, a, b) => self.choose(of(mask), of(a), of(b)),
            Node::Truth(truth) => self.truth(truth),
            Node::Flag(input, flag) => self.flag(input, flag),
            Node::Compare(comparison, a, b) => self.compare(comparison, of(a), of(b)),
            Node::Within(a, low, high) => self.within(of(a), low, high),
            Node::And(a, b) => self.and(of(a), of(b)),
            Node::Or(a, b) => self.or(of(a), of(b)),
            Node::Not(a) => self.not(of(a)),
        })
    }
}
