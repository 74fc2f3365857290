//! Ends of numbers that are not known: the image of each operation by corners, an end without limit as a mask.

use std::rc::Rc;

use jiufen_language::program::Comparison;
use jiufen_quantity::Exact;

use crate::arithmetic::{Aligned, Lanes, Result};
use crate::graph::{Graph, NodeId};
use crate::value::{Number, Span, Truth};
use crate::why::Why;

/// What an operation makes of the ends of its operands.
pub(crate) struct Ends {
    pub low: NodeId,
    pub high: NodeId,
    pub over: Option<NodeId>,
    pub no_low: NodeId,
    pub no_high: NodeId,
    /// Whether the ends may be the same though an operand is open.
    pub closes: bool,
}

impl Span {
    /// Its ends as two lanes.
    pub fn lanes<'s>(&self, scale: &'s Exact) -> Lanes<'s, 2> {
        Lanes {
            values: [self.low, self.high],
            over: self.over,
            scale,
        }
    }
}

impl Graph {
    /// The ends of a number; both are its value where nothing behind it is ever missing.
    pub(crate) fn span(&mut self, n: &Number) -> Span {
        if let Some(span) = &n.span {
            return Span::clone(span);
        }
        let never = self.never();
        let over = n.over.map(|over| self.above_zero(over));
        Span {
            low: n.value,
            high: n.value,
            over,
            no_low: never,
            no_high: never,
            here: n.known,
            open: never,
            why: Why::default(),
        }
    }

    /// A divisor, and 1 where it is none: ends are computed in every row, whether it counts or not.
    fn above_zero(&mut self, divisor: NodeId) -> NodeId {
        let one = self.constant(1);
        self.larger(divisor, one)
    }

    /// The span of an operation on one number.
    pub(crate) fn span_of(
        &mut self,
        a: &Number,
        with: impl FnOnce(&mut Self, &Span) -> Result<Ends>,
    ) -> Option<Rc<Span>> {
        let span = a.span.clone()?;
        match with(self, &span) {
            Ok(ends) => Some(self.closed(ends, span.here, span.open, &[&span.why])),
            Err(_) => self.too_wide(),
        }
    }

    /// The span of an operation on two numbers.
    pub(crate) fn spans(
        &mut self,
        a: &Number,
        b: &Number,
        with: impl FnOnce(&mut Self, &Span, &Span) -> Result<Ends>,
    ) -> Option<Rc<Span>> {
        if a.span.is_none() && b.span.is_none() {
            return None;
        }
        let (p, q) = (self.span(a), self.span(b));
        let here = self.and(p.here, q.here);
        let open = self.or(p.open, q.open);
        let open = self.and(open, here);
        match with(self, &p, &q) {
            Ok(ends) => Some(self.closed(ends, here, open, &[&p.why, &q.why])),
            Err(_) => self.too_wide(),
        }
    }

    /// Where the ends may not fit, open rows are left; what is known everywhere keeps its value.
    fn too_wide(&mut self) -> Option<Rc<Span>> {
        self.wide = true;
        None
    }

    /// A span that is exact, without reasons, where its ends meet.
    pub(crate) fn closed(&mut self, ends: Ends, here: NodeId, open: NodeId, whys: &[&Why]) -> Rc<Span> {
        let open = match ends.closes {
            true => {
                let meets = self.meets(&ends);
                self.and_not(open, meets)
            }
            false => open,
        };
        let why = self.reasons_of(whys, open);
        Rc::new(Span {
            low: ends.low,
            high: ends.high,
            over: ends.over,
            no_low: ends.no_low,
            no_high: ends.no_high,
            here,
            open,
            why,
        })
    }

    /// A span in some rows only; in the others the number is left.
    pub(crate) fn narrowed(&mut self, span: &Span, rows: NodeId) -> Span {
        let open = self.and(span.open, rows);
        Span {
            here: self.and(span.here, rows),
            open,
            why: self.reasons_in(&span.why, open),
            ..span.clone()
        }
    }

    /// Where both ends are the same number.
    pub(crate) fn meets(&mut self, ends: &Ends) -> NodeId {
        let same = self.compare(Comparison::Equal, ends.low, ends.high);
        let unlimited = self.or(ends.no_low, ends.no_high);
        self.and_not(same, unlimited)
    }

    fn aligned_spans(
        &mut self,
        (a, p): (&Number, &Span),
        (b, q): (&Number, &Span),
        scale: &Exact,
    ) -> Result<Aligned<2>> {
        self.aligned(p.lanes(&a.scale), q.lanes(&b.scale), scale)
    }

    pub(crate) fn sum_of_spans(
        &mut self,
        (a, p): (&Number, &Span),
        (b, q): (&Number, &Span),
        scale: &Exact,
        subtract: bool,
    ) -> Result<Ends> {
        let Aligned {
            a: [low_a, high_a],
            b: [low_b, high_b],
            over,
        } = self.aligned_spans((a, p), (b, q), scale)?;
        let ends = if subtract {
            Ends {
                low: self.subtract(low_a, high_b)?,
                high: self.subtract(high_a, low_b)?,
                over,
                no_low: self.or(p.no_low, q.no_high),
                no_high: self.or(p.no_high, q.no_low),
                closes: false,
            }
        } else {
            Ends {
                low: self.add(low_a, low_b)?,
                high: self.add(high_a, high_b)?,
                over,
                no_low: self.or(p.no_low, q.no_low),
                no_high: self.or(p.no_high, q.no_high),
                closes: false,
            }
        };
        Ok(ends)
    }

    pub(crate) fn extreme_of_spans(
        &mut self,
        (a, p): (&Number, &Span),
        (b, q): (&Number, &Span),
        scale: &Exact,
        largest: bool,
    ) -> Result<Ends> {
        let Aligned {
            a: [low_a, high_a],
            b: [low_b, high_b],
            over,
        } = self.aligned_spans((a, p), (b, q), scale)?;
        // An end without limit yields to the other one on one side, and wins on the other.
        let (low, high, no_low, no_high);
        if largest {
            let lower = self.larger(low_a, low_b);
            let lower = self.choose(q.no_low, low_a, lower);
            low = self.choose(p.no_low, low_b, lower);
            high = self.larger(high_a, high_b);
            no_low = self.and(p.no_low, q.no_low);
            no_high = self.or(p.no_high, q.no_high);
        } else {
            let higher = self.smaller(high_a, high_b);
            let higher = self.choose(q.no_high, high_a, higher);
            high = self.choose(p.no_high, high_b, higher);
            low = self.smaller(low_a, low_b);
            no_low = self.or(p.no_low, q.no_low);
            no_high = self.and(p.no_high, q.no_high);
        }
        Ok(Ends {
            low,
            high,
            over,
            no_low,
            no_high,
            closes: true,
        })
    }

    /// From nothing to a ceiling, where there is one, for the reasons of both.
    pub(crate) fn under(&mut self, open: &Number, ceiling: &Number) -> Result<Number> {
        let (p, q) = (self.span(open), self.span(ceiling));
        let zero = self.constant(0);
        let firm = self.or(q.here, ceiling.absent);
        let ends = Ends {
            low: zero,
            high: q.high,
            over: q.over,
            no_low: self.never(),
            no_high: self.or(ceiling.absent, q.no_high),
            closes: true,
        };
        let span = self.closed(ends, firm, firm, &[&p.why, &q.why]);
        Ok(Number {
            scale: ceiling.scale.clone(),
            span: Some(span),
            ..open.clone()
        })
    }

    pub(crate) fn product_of_spans(&mut self, p: &Span, q: &Span) -> Result<Ends> {
        let over = match (p.over, q.over) {
            (Some(a), Some(b)) => Some(self.multiply(a, b)?),
            (a, b) => a.or(b),
        };
        let from_zero = |graph: &Self, s: &Span| graph.bounds(s.low).low >= 0 && graph.is_never(s.no_low);
        let ends = if from_zero(self, p) && from_zero(self, q) {
            self.product_from_zero(p, q)?
        } else {
            self.product_by_corners(p, q)?
        };
        Ok(Ends { over, ..ends })
    }

    /// Whether a span is one number everywhere, other than zero.
    fn is_fixed(&self, span: &Span) -> bool {
        self.constant_of(span.low).is_some_and(|n| n != 0)
            && span.low == span.high
            && self.is_never(span.open)
    }

    /// Neither below zero: the ends are the products of the ends; without limit times zero is zero.
    fn product_from_zero(&mut self, p: &Span, q: &Span) -> Result<Ends> {
        let (zero_p, zero_q) = (
            self.is_zero_at(p.high, p.no_high),
            self.is_zero_at(q.high, q.no_high),
        );
        let by_p = self.and_not(p.no_high, zero_q);
        let by_q = self.and_not(q.no_high, zero_p);
        Ok(Ends {
            low: self.multiply(p.low, q.low)?,
            high: self.multiply(p.high, q.high)?,
            over: None,
            no_low: self.never(),
            no_high: self.or(by_p, by_q),
            closes: !self.is_fixed(p) && !self.is_fixed(q),
        })
    }

    /// Where an end is zero.
    fn is_zero_at(&mut self, end: NodeId, no_end: NodeId) -> NodeId {
        let zero = self.within(end, 0, 0);
        self.and_not(zero, no_end)
    }

    /// The least and the greatest of the four products of ends.
    fn product_by_corners(&mut self, p: &Span, q: &Span) -> Result<Ends> {
        // Where an end has no limit, its corners say nothing that those of the other end do not.
        let limited = |graph: &mut Self, s: &Span| {
            (
                graph.choose(s.no_low, s.high, s.low),
                graph.choose(s.no_high, s.low, s.high),
            )
        };
        let ((low_p, high_p), (low_q, high_q)) = (limited(self, p), limited(self, q));
        let corners = [
            self.multiply(low_p, low_q)?,
            self.multiply(low_p, high_q)?,
            self.multiply(high_p, low_q)?,
            self.multiply(high_p, high_q)?,
        ];
        let [first, rest @ ..] = corners;
        let (mut low, mut high) = (first, first);
        for corner in rest {
            low = self.smaller(low, corner);
            high = self.larger(high, corner);
        }
        let (up, down) = (self.beyond_limit(p, q), self.beyond_limit(q, p));
        Ok(Ends {
            low,
            high,
            over: None,
            no_low: self.or(up.0, down.0),
            no_high: self.or(up.1, down.1),
            closes: !self.is_fixed(p) && !self.is_fixed(q),
        })
    }

    /// Where an end without limit makes a product without limit, below and above.
    fn beyond_limit(&mut self, p: &Span, q: &Span) -> (NodeId, NodeId) {
        let negative = self.within(q.low, i64::MIN, -1);
        let negative = self.or(negative, q.no_low);
        let positive = self.within(q.high, 1, i64::MAX);
        let positive = self.or(positive, q.no_high);
        let pairs = [
            (p.no_low, positive, p.no_high, negative),
            (p.no_high, positive, p.no_low, negative),
        ];
        let [below, above] = pairs.map(|(a, x, b, y)| {
            let (left, right) = (self.and(a, x), self.and(b, y));
            self.or(left, right)
        });
        (below, above)
    }

    /// By a divisor that is known and above zero, the ends are quotients; by one that may be zero, there are none. What
    /// is divided by any other is left.
    pub(crate) fn quotient_of_spans(&mut self, p: &Span, q: &Span) -> Result<Ends> {
        let low = self.within(q.low, i64::MIN, 0);
        let low = self.or(low, q.no_low);
        let high = self.within(q.high, 0, i64::MAX);
        let high = self.or(high, q.no_high);
        let perhaps_zero = self.and(low, high);
        let perhaps_zero = self.and(perhaps_zero, q.open);
        let over = self.above_zero(q.low);
        let over = match p.over {
            Some(of) => self.multiply(of, over)?,
            None => over,
        };
        let times = |graph: &mut Self, end: NodeId| match q.over {
            Some(over) => graph.multiply(end, over),
            None => Ok(end),
        };
        Ok(Ends {
            low: times(self, p.low)?,
            high: times(self, p.high)?,
            over: Some(over),
            no_low: self.or(p.no_low, perhaps_zero),
            no_high: self.or(p.no_high, perhaps_zero),
            closes: false,
        })
    }

    /// Where a divisor is known and above zero, or open and perhaps zero.
    pub(crate) fn divides(&mut self, q: &Span) -> NodeId {
        let positive = self.within(q.low, 1, i64::MAX);
        let positive = self.and_not(positive, q.open);
        let low = self.within(q.low, i64::MIN, 0);
        let low = self.or(low, q.no_low);
        let high = self.within(q.high, 0, i64::MAX);
        let high = self.or(high, q.no_high);
        let perhaps_zero = self.and(low, high);
        let perhaps_zero = self.and(perhaps_zero, q.open);
        self.or(positive, perhaps_zero)
    }

    /// A comparison of numbers of which some are open: it holds when it does for all of both, and does not when it does
    /// for none.
    pub(crate) fn compare_spans(&mut self, comparison: Comparison, a: &Number, b: &Number) -> Result<Truth> {
        let turned = match comparison {
            Comparison::Greater => Some(Comparison::Less),
            Comparison::AtLeast => Some(Comparison::AtMost),
            _ => None,
        };
        let (p, q) = (self.span(a), self.span(b));
        if let Some(turned) = turned {
            let truth = self.compare_spans(turned, b, a)?;
            // Reasons stand in source order, whichever side is held against the other.
            let why = self.reasons_of(&[&p.why, &q.why], truth.open);
            return Ok(Truth { why, ..truth });
        }
        let end = |end: NodeId, span: &Span, scale: &'_ Exact| Side {
            end,
            over: span.over,
            scale: scale.clone(),
        };
        let (low_a, high_a) = (end(p.low, &p, &a.scale), end(p.high, &p, &a.scale));
        let (low_b, high_b) = (end(q.low, &q, &b.scale), end(q.high, &q, &b.scale));
        let (yes, no) = match comparison {
            Comparison::Equal | Comparison::NotEqual => {
                let open = self.or(p.open, q.open);
                let same = self.compare_sides(Comparison::Equal, &low_a, &low_b)?;
                let same = self.and_not(same, open);
                let below = self.compare_sides(Comparison::Less, &high_a, &low_b)?;
                let below = self.limited(below, p.no_high, q.no_low);
                let above = self.compare_sides(Comparison::Less, &high_b, &low_a)?;
                let above = self.limited(above, q.no_high, p.no_low);
                let apart = self.or(below, above);
                if comparison == Comparison::Equal {
                    (same, apart)
                } else {
                    (apart, same)
                }
            }
            _ => {
                let yes = self.compare_sides(comparison, &high_a, &low_b)?;
                let yes = self.limited(yes, p.no_high, q.no_low);
                let opposite = if comparison == Comparison::Less {
                    Comparison::AtLeast
                } else {
                    Comparison::Greater
                };
                let no = self.compare_sides(opposite, &low_a, &high_b)?;
                (yes, self.limited(no, p.no_low, q.no_high))
            }
        };
        let here = self.and(p.here, q.here);
        let absent = self.joint_absent((p.here, a.absent), (q.here, b.absent));
        let (yes, no) = (self.and(here, yes), self.and(here, no));
        let decided = self.or(yes, no);
        let open = self.or(p.open, q.open);
        let open = self.and(open, here);
        let open = self.and_not(open, decided);
        // 无 equals nothing and stands in no order.
        let (yes, no) = match comparison {
            Comparison::NotEqual => (self.or(yes, absent), no),
            _ => (yes, self.or(no, absent)),
        };
        Ok(Truth {
            yes,
            no,
            absent: self.never(),
            open,
            why: self.reasons_of(&[&p.why, &q.why], open),
        })
    }

    fn limited(&mut self, holds: NodeId, no_end: NodeId, nor: NodeId) -> NodeId {
        let without = self.or(no_end, nor);
        self.and_not(holds, without)
    }

    fn compare_sides(&mut self, comparison: Comparison, a: &Side, b: &Side) -> Result<NodeId> {
        self.compare_lanes(comparison, &a.lane(), &b.lane())
    }
}

/// One end of a number.
struct Side {
    end: NodeId,
    over: Option<NodeId>,
    scale: Exact,
}

impl Side {
    fn lane(&self) -> Lanes<'_, 1> {
        Lanes {
            values: [self.end],
            over: self.over,
            scale: &self.scale,
        }
    }
}

#[cfg(test)]
mod tests;
