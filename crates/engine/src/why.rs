//! Why a value is not settled: what is not known, in source order, and for which rows it counts.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::graph::{Graph, NodeId};

/// One of the unknowns of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct UnknownId(pub u32);

/// Something that is not known, at one place of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Occurrence {
    pub unknown: UnknownId,
    /// Rows in which it leaves the value open and is not overruled by a deciding sibling.
    pub rows: NodeId,
    /// Occurrences of one rank are listed in the order of reasons, ranks in source order.
    pub rank: u32,
    /// Whether it is told at one place with others.
    pub at_one_place: bool,
}

/// What is listed after everything that stands beside it.
const LATE: u32 = u32::MAX;

/// The unknowns of a value. None for a value that is known everywhere.
#[derive(Debug, Clone, Default)]
pub(crate) struct Why(Rc<Vec<Occurrence>>);

impl Why {
    /// One unknown, in some rows.
    pub fn one(unknown: UnknownId, rows: NodeId) -> Self {
        Self(Rc::new(vec![Occurrence {
            unknown,
            rows,
            rank: 0,
            at_one_place: false,
        }]))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In order of rank.
    pub fn occurrences(&self) -> &[Occurrence] {
        &self.0
    }

    /// All of them at one place, in the order of reasons.
    pub fn at_one_place(&self) -> Self {
        let placed = |o: &Occurrence| Occurrence {
            rank: 0,
            at_one_place: true,
            ..*o
        };
        Self(Rc::new(self.0.iter().map(placed).collect()))
    }

    /// To be listed after everything that stands beside it, at one place, until [`Why::in_place`].
    pub fn late(&self) -> Self {
        self.at_one_place().with_rank(|_| LATE)
    }

    /// What was to be listed late is listed last.
    pub fn in_place(&self) -> Self {
        if self.0.iter().all(|o| o.rank != LATE) {
            return self.clone();
        }
        let last = self.ranks();
        let mut occurrences: Vec<Occurrence> = self.0.to_vec();
        occurrences.sort_by_key(|o| o.rank);
        let placed = |mut o: Occurrence| {
            o.rank = o.rank.min(last);
            o
        };
        Self(Rc::new(occurrences.into_iter().map(placed).collect()))
    }

    fn with_rank(&self, rank: impl Fn(u32) -> u32) -> Self {
        let ranked = |o: &Occurrence| Occurrence {
            rank: rank(o.rank),
            ..*o
        };
        Self(Rc::new(self.0.iter().map(ranked).collect()))
    }

    /// One more than the highest rank that is not late.
    fn ranks(&self) -> u32 {
        let ranks = self.0.iter().map(|o| o.rank).filter(|rank| *rank != LATE);
        ranks.max().map_or(0, |rank| rank + 1)
    }
}

/// What a value rests on, for its reasons.
pub(crate) struct Ground<'w> {
    pub why: &'w Why,
    /// Rows in which its reasons are listed where it stands.
    pub seen: NodeId,
    /// Rows in which its reasons become reasons of the value.
    pub counts: NodeId,
}

impl Graph {
    /// The reasons of a value that is open in some rows and rests on others, in source order: each place at which
    /// something is not known is listed where it is a reason of the value at all.
    pub(crate) fn reasons(&mut self, grounds: &[Ground<'_>], open: NodeId) -> Why {
        if self.is_never(open) || grounds.iter().all(|g| g.why.is_empty()) {
            return Why::default();
        }
        let mut counting: BTreeMap<UnknownId, NodeId> = BTreeMap::new();
        for ground in grounds {
            let counts = self.and(ground.counts, open);
            for occurrence in ground.why.occurrences() {
                let rows = self.and(occurrence.rows, counts);
                let never = self.never();
                let all = *counting.get(&occurrence.unknown).unwrap_or(&never);
                let all = self.or(all, rows);
                counting.insert(occurrence.unknown, all);
            }
        }
        let (mut listed, mut first_rank): (Vec<Occurrence>, u32) = (Vec::new(), 0);
        for ground in grounds {
            for occurrence in ground.why.occurrences() {
                let counting = counting[&occurrence.unknown];
                let rows = self.and(occurrence.rows, ground.seen);
                let rows = self.and(rows, counting);
                let before = listed.iter().filter(|o| {
                    o.unknown == occurrence.unknown && (o.rank != LATE || occurrence.rank == LATE)
                });
                let listed_before = before.map(|o| o.rows).any(|earlier| self.implies(rows, earlier));
                if self.is_never(rows) || listed_before {
                    continue;
                }
                let rank = match occurrence.rank {
                    LATE => LATE,
                    rank => first_rank + rank,
                };
                listed.push(Occurrence {
                    rows,
                    rank,
                    ..*occurrence
                });
            }
            first_rank += ground.why.ranks();
        }
        Why(Rc::new(listed))
    }

    /// The reasons of a value that rests on others in all rows alike.
    pub(crate) fn reasons_of(&mut self, whys: &[&Why], open: NodeId) -> Why {
        let always = self.always();
        let grounds: Vec<Ground<'_>> = whys
            .iter()
            .map(|why| Ground {
                why,
                seen: always,
                counts: always,
            })
            .collect();
        self.reasons(&grounds, open)
    }

    /// Those reasons that count in some rows.
    pub(crate) fn reasons_in(&mut self, why: &Why, rows: NodeId) -> Why {
        self.reasons_of(&[why], rows)
    }
}
