//! Conditions with three values (language.md §8.1), each a mask of its own; what is decided everywhere is one mask.

use jiufen_language::program::Comparison;

use crate::graph::{Graph, NodeId};
use crate::value::{Marks, Truth};
use crate::why::Why;

impl Graph {
    /// A condition that is decided everywhere.
    pub(crate) fn certain(&mut self, yes: NodeId) -> Truth {
        let never = self.never();
        Truth {
            yes,
            no: self.not(yes),
            absent: never,
            open: never,
            why: Why::default(),
        }
    }

    /// The same everywhere.
    pub(crate) fn everywhere(&mut self, truth: bool) -> Truth {
        let yes = self.truth(truth);
        self.certain(yes)
    }

    /// Decided nowhere, and left.
    pub(crate) fn left_truth(&mut self) -> Truth {
        let never = self.never();
        Truth {
            yes: never,
            no: never,
            absent: never,
            open: never,
            why: Why::default(),
        }
    }

    /// Open everywhere.
    pub(crate) fn open_truth(&mut self, why: Why) -> Truth {
        let open = self.always();
        let never = self.never();
        Truth {
            yes: never,
            no: never,
            absent: never,
            open,
            why,
        }
    }

    /// Whether a condition is decided everywhere, so that one mask says both.
    fn is_certain(&mut self, a: &Truth) -> bool {
        self.not(a.yes) == a.no
    }

    /// Where a condition is decided or open.
    pub(crate) fn firm(&mut self, a: &Truth) -> NodeId {
        let decided = self.or(a.yes, a.no);
        self.or(decided, a.open)
    }

    /// 且: any 否 is 否, whatever else is open or left.
    pub(crate) fn all(&mut self, items: &[Truth]) -> Truth {
        self.connect(items, false)
    }

    /// 或, the dual.
    pub(crate) fn any(&mut self, items: &[Truth]) -> Truth {
        self.connect(items, true)
    }

    /// Both of two, without their reasons.
    pub(crate) fn both(&mut self, a: &Truth, b: &Truth) -> Truth {
        self.connect(&[a.clone(), b.clone()], false)
    }

    fn connect(&mut self, items: &[Truth], deciding: bool) -> Truth {
        let mut all = self.everywhere(!deciding);
        // Where no operand decides and none is left.
        let mut undecided = self.always();
        let mut any_open = self.never();
        for item in items {
            let certain = self.is_certain(&all) && self.is_certain(item);
            let (yes, no) = match deciding {
                false => (self.and(all.yes, item.yes), self.or(all.no, item.no)),
                true => (self.or(all.yes, item.yes), self.and(all.no, item.no)),
            };
            all.yes = yes;
            // Both masks of what is decided everywhere are one, so that it costs one operation.
            all.no = if certain { self.not(yes) } else { no };
            if self.is_never(item.open) && self.is_never(any_open) && certain {
                continue;
            }
            any_open = self.or(any_open, item.open);
        }
        if self.is_never(any_open) {
            return all;
        }
        for item in items {
            let passing = if deciding { item.no } else { item.yes };
            let passing = self.or(passing, item.open);
            undecided = self.and(undecided, passing);
        }
        all.open = self.and(undecided, any_open);
        let whys: Vec<&Why> = items.iter().map(|item| &item.why).collect();
        all.why = self.reasons_of(&whys, all.open);
        all
    }

    /// 非.
    pub(crate) fn negated(&mut self, a: Truth) -> Truth {
        Truth {
            yes: a.no,
            no: a.yes,
            absent: self.never(),
            ..a
        }
    }

    /// Whether two conditions are the same, or not; 无 is the same as nothing. Other comparisons are left.
    pub(crate) fn compare_truths(&mut self, comparison: Comparison, a: &Truth, b: &Truth) -> Truth {
        let equal = match comparison {
            Comparison::Equal => true,
            Comparison::NotEqual => false,
            _ => return self.left_truth(),
        };
        let (not_a, not_b) = (self.and_not(a.no, a.absent), self.and_not(b.no, b.absent));
        let (marks_a, marks_b) = (self.marks_of_truth(a), self.marks_of_truth(b));
        let joint = self.joint_marks(&marks_a, &marks_b);
        let (both, neither) = (self.and(a.yes, b.yes), self.and(not_a, not_b));
        let same = self.or(both, neither);
        self.decided(joint, same, equal)
    }

    /// A comparison from where both sides are known and what holds there; `none` is what it is where a side is 无.
    pub(crate) fn decided(&mut self, marks: Marks, holds: NodeId, positive: bool) -> Truth {
        let yes = self.and(marks.known, holds);
        let no = self.and_not(marks.known, holds);
        let (yes, no) = if positive { (yes, no) } else { (no, yes) };
        let (yes, no) = match positive {
            true => (yes, self.or(no, marks.absent)),
            false => (self.or(yes, marks.absent), no),
        };
        Truth {
            yes,
            no,
            absent: self.never(),
            open: marks.open,
            why: marks.why,
        }
    }

    /// Where a condition is known, 无 and open.
    pub(crate) fn marks_of_truth(&mut self, a: &Truth) -> Marks {
        let decided = self.or(a.yes, a.no);
        Marks {
            known: self.and_not(decided, a.absent),
            absent: a.absent,
            open: a.open,
            why: a.why.clone(),
        }
    }

    /// Known everywhere.
    pub(crate) fn known_marks(&mut self) -> Marks {
        let never = self.never();
        Marks {
            known: self.always(),
            absent: never,
            open: never,
            why: Why::default(),
        }
    }

    /// 无 everywhere.
    pub(crate) fn absent_marks(&mut self) -> Marks {
        let never = self.never();
        Marks {
            known: never,
            absent: self.always(),
            open: never,
            why: Why::default(),
        }
    }

    /// Left everywhere.
    pub(crate) fn left_marks(&mut self) -> Marks {
        let never = self.never();
        Marks {
            known: never,
            absent: never,
            open: never,
            why: Why::default(),
        }
    }

    /// Open everywhere.
    pub(crate) fn open_marks(&mut self, why: Why) -> Marks {
        let never = self.never();
        Marks {
            known: never,
            absent: never,
            open: self.always(),
            why,
        }
    }

    /// Where a result of two operands is known, 无 and open. 无 takes part in nothing, whatever the other is, unless the
    /// other is refused, which what is left may be.
    pub(crate) fn joint_marks(&mut self, a: &Marks, b: &Marks) -> Marks {
        let known = self.and(a.known, b.known);
        let (here_a, here_b) = (self.or(a.known, a.open), self.or(b.known, b.open));
        let absent = self.joint_absent((here_a, a.absent), (here_b, b.absent));
        let here = self.and(here_a, here_b);
        let open = self.or(a.open, b.open);
        let open = self.and(here, open);
        Marks {
            known,
            absent,
            open,
            why: self.reasons_of(&[&a.why, &b.why], open),
        }
    }

    /// Where a result of two operands is 无, from where each is there and where it is 无.
    pub(crate) fn joint_absent(&mut self, a: (NodeId, NodeId), b: (NodeId, NodeId)) -> NodeId {
        let (firm_a, firm_b) = (self.or(a.0, a.1), self.or(b.0, b.1));
        let left = self.and(a.1, firm_b);
        let right = self.and(b.1, firm_a);
        self.or(left, right)
    }

    /// Where something is known, 无 or open.
    pub(crate) fn firm_marks(&mut self, a: &Marks) -> NodeId {
        let there = self.or(a.known, a.absent);
        self.or(there, a.open)
    }
}
