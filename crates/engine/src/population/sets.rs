//! Which claims share something, directly or through others.

use super::{Member, each_class};

/// Claims in sets that share nothing with each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sets {
    /// A claim of the same set, the set's first for itself.
    parent: Vec<u32>,
}

impl Sets {
    /// Every claim alone.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            // INVARIANT: claims are numbered with 32 bits.
            parent: (0..count as u32).collect(),
        }
    }

    /// The first claim of the set of a claim.
    pub fn of(&self, claim: u32) -> u32 {
        let mut at = claim;
        while self.parent[at as usize] != at {
            at = self.parent[at as usize];
        }
        at
    }

    /// All claims of the set of a claim, in order.
    pub fn with(&self, claim: u32) -> Vec<u32> {
        let set = self.of(claim);
        (0..self.parent.len() as u32)
            .filter(|other| self.of(*other) == set)
            .collect()
    }

    fn root(&mut self, claim: u32) -> u32 {
        let root = self.of(claim);
        let mut at = claim;
        while at != root {
            at = std::mem::replace(&mut self.parent[at as usize], root);
        }
        root
    }

    pub(crate) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }

    pub(crate) fn join_all(&mut self, claims: impl Iterator<Item = u32>) {
        let mut first = None;
        for claim in claims {
            self.join(*first.get_or_insert(claim), claim);
        }
    }

    pub(crate) fn join_classes(&mut self, members: &[Member]) {
        for class in each_class(members) {
            self.join_all(class.iter().map(|member| member.claim));
        }
    }

    /// Marks every claim whose set holds a marked one.
    pub(crate) fn spread(&mut self, marked: &[bool]) -> Vec<bool> {
        let mut sets = vec![false; marked.len()];
        let roots: Vec<u32> = (0..marked.len() as u32).map(|claim| self.root(claim)).collect();
        for (root, marked) in roots.iter().zip(marked) {
            sets[*root as usize] |= *marked;
        }
        roots.into_iter().map(|root| sets[root as usize]).collect()
    }
}
