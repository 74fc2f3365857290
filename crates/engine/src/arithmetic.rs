//! Numbers on scales: sums on a common one, products for nothing, quotients kept as such until somebody rounds.
//!
//! Ends of open numbers go the same way as values do, by corners (language.md §8.1); a number that is nowhere open has no
//! ends of its own.

use std::rc::Rc;

use jiufen_language::program::Comparison;
use jiufen_quantity::exact::ratio;
use jiufen_quantity::{Exact, Rounding};
use jiufen_table::lanes::common_scale;
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::graph::{Graph, NeedsWide, NodeId};
use crate::span::Ends;
use crate::value::{Marks, Number, Span, Truth};
use crate::why::Why;

pub(crate) type Result<T> = std::result::Result<T, NeedsWide>;

/// Values on one scale and over one divisor.
pub(crate) struct Aligned<const N: usize> {
    pub a: [NodeId; N],
    pub b: [NodeId; N],
    pub over: Option<NodeId>,
}

/// Values of one number: one, or both ends.
pub(crate) struct Lanes<'s, const N: usize> {
    pub values: [NodeId; N],
    pub over: Option<NodeId>,
    pub scale: &'s Exact,
}

impl Number {
    /// Its values as one lane.
    pub fn lane(&self) -> Lanes<'_, 1> {
        Lanes {
            values: [self.value],
            over: self.over,
            scale: &self.scale,
        }
    }
}

impl Graph {
    /// A number written in the text.
    pub(crate) fn exact(&mut self, n: &Exact) -> Number {
        let (sign, scale) = match n.is_zero() {
            true => (0, Exact::one()),
            false => (if n.is_negative() { -1 } else { 1 }, n.abs()),
        };
        Number {
            value: self.constant(sign),
            over: None,
            scale,
            known: self.always(),
            absent: self.never(),
            span: None,
        }
    }

    /// The number, when it is the same everywhere.
    pub(crate) fn exact_of(&self, n: &Number) -> Option<Exact> {
        let value = self.constant_of(n.value).filter(|_| n.over.is_none())?;
        (self.truth_of(n.known) == Some(true)).then(|| &n.scale * ratio(i128::from(value), 1))
    }

    /// A number that is left everywhere.
    pub(crate) fn left_number(&mut self) -> Number {
        let never = self.never();
        Number {
            value: self.constant(0),
            over: None,
            scale: Exact::one(),
            known: never,
            absent: never,
            span: None,
        }
    }

    /// A number that may be any from zero, or any at all, everywhere.
    pub(crate) fn open_number(&mut self, signed: bool, why: Why) -> Number {
        let (zero, always) = (self.constant(0), self.always());
        let span = Span {
            low: zero,
            high: zero,
            over: None,
            no_low: self.truth(signed),
            no_high: always,
            here: always,
            open: always,
            why,
        };
        Number {
            span: Some(Rc::new(span)),
            ..self.left_number()
        }
    }

    /// A number between two, everywhere; exact where both are the same.
    pub(crate) fn between(&mut self, a: &Exact, b: &Exact, why: Why) -> Result<Number> {
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        if low == high {
            return Ok(self.exact(low));
        }
        let (x, y) = (self.exact(low), self.exact(high));
        let scale = self.shared_scale(&x, &y);
        let (low, high) = (
            self.scaled(x.value, &x.scale, &scale)?,
            self.scaled(y.value, &y.scale, &scale)?,
        );
        let (never, always) = (self.never(), self.always());
        let span = Span {
            low,
            high,
            over: None,
            no_low: never,
            no_high: never,
            here: always,
            open: always,
            why,
        };
        Ok(Number {
            scale,
            span: Some(Rc::new(span)),
            ..self.left_number()
        })
    }

    /// Where a number is known, 无 and open.
    pub(crate) fn marks_of_number(&mut self, n: &Number) -> Marks {
        let span = self.span(n);
        Marks {
            known: self.and_not(span.here, span.open),
            absent: n.absent,
            open: span.open,
            why: span.why,
        }
    }

    /// Where both are known.
    fn both_known(&mut self, a: &Number, b: &Number) -> (NodeId, NodeId) {
        let known = self.and(a.known, b.known);
        let (here_a, here_b) = (a.here(), b.here());
        (known, self.joint_absent((here_a, a.absent), (here_b, b.absent)))
    }

    pub(crate) fn scaled(&mut self, value: NodeId, from: &Exact, to: &Exact) -> Result<NodeId> {
        if from == to || self.constant_of(value) == Some(0) {
            return Ok(value);
        }
        let by = (from / to).to_integer().to_i64().ok_or(NeedsWide)?;
        self.times(value, by)
    }

    /// A scale on which the values of both are whole.
    pub(crate) fn shared_scale(&self, a: &Number, b: &Number) -> Exact {
        match (self.is_nothing(a), self.is_nothing(b)) {
            (true, _) => b.scale.clone(),
            (_, true) => a.scale.clone(),
            _ if a.scale == b.scale => a.scale.clone(),
            _ => common_scale(&a.scale, &b.scale),
        }
    }

    /// Whether it is zero everywhere, so that any scale will do.
    fn is_nothing(&self, n: &Number) -> bool {
        let zero = |node: NodeId| self.constant_of(node) == Some(0);
        zero(n.value)
            && n.span
                .as_ref()
                .is_none_or(|span| zero(span.low) && zero(span.high))
    }

    pub(crate) fn aligned<const N: usize>(
        &mut self,
        a: Lanes<'_, N>,
        b: Lanes<'_, N>,
        scale: &Exact,
    ) -> Result<Aligned<N>> {
        let (mut x, mut y) = (a.values, b.values);
        for value in &mut x {
            *value = self.scaled(*value, a.scale, scale)?;
        }
        for value in &mut y {
            *value = self.scaled(*value, b.scale, scale)?;
        }
        let over = match (a.over, b.over) {
            (None, None) => None,
            (Some(p), Some(q)) if p == q => Some(p),
            (p, q) => {
                let one = self.constant(1);
                let (p, q) = (p.unwrap_or(one), q.unwrap_or(one));
                for value in &mut x {
                    *value = self.multiply(*value, q)?;
                }
                for value in &mut y {
                    *value = self.multiply(*value, p)?;
                }
                Some(self.multiply(p, q)?)
            }
        };
        Ok(Aligned { a: x, b: y, over })
    }

    /// a + b, or a − b.
    pub(crate) fn sum(&mut self, a: &Number, b: &Number, subtract: bool) -> Result<Number> {
        let scale = self.shared_scale(a, b);
        let Aligned { a: [x], b: [y], over } = self.aligned(a.lane(), b.lane(), &scale)?;
        let value = if subtract {
            self.subtract(x, y)?
        } else {
            self.add(x, y)?
        };
        let span = self.spans(a, b, |graph, p, q| {
            graph.sum_of_spans((a, p), (b, q), &scale, subtract)
        });
        let (known, absent) = self.both_known(a, b);
        Ok(Number {
            value,
            over,
            scale,
            known,
            absent,
            span,
        })
    }

    /// a × b.
    pub(crate) fn product(&mut self, a: &Number, b: &Number) -> Result<Number> {
        let value = self.multiply(a.value, b.value)?;
        let over = match (a.over, b.over) {
            (Some(p), Some(q)) => Some(self.multiply(p, q)?),
            (p, q) => p.or(q),
        };
        let span = self.spans(a, b, Self::product_of_spans);
        let (known, absent) = self.both_known(a, b);
        let scale = &a.scale * &b.scale;
        Ok(Number {
            value,
            over,
            scale,
            known,
            absent,
            span,
        })
    }

    /// a ÷ b. Where b is not above zero, nothing is known; where it may be zero, the quotient may be any number.
    pub(crate) fn quotient(&mut self, a: &Number, b: &Number) -> Result<Number> {
        if let Some(divisor) = self.exact_of(b) {
            if divisor.is_zero() {
                return Ok(self.left_number());
            }
            let inverse = self.exact(&divisor.recip());
            return self.product(a, &inverse);
        }
        let positive = self.within(b.value, 1, i64::MAX);
        let numerator = match b.over {
            Some(over) => self.multiply(a.value, over)?,
            None => a.value,
        };
        let over = match a.over {
            Some(over) => self.multiply(over, b.value)?,
            None => b.value,
        };
        let span = self.spans(a, b, Self::quotient_of_spans).map(|span| {
            let divisor = self.span(b);
            let divides = self.divides(&divisor);
            Rc::new(self.narrowed(&span, divides))
        });
        let divides = self.and(b.known, positive);
        let known = self.and(a.known, divides);
        let absent = self.joint_absent((a.here(), a.absent), (b.here(), b.absent));
        Ok(Number {
            value: numerator,
            over: Some(over),
            scale: &a.scale / &b.scale,
            known,
            absent,
            span,
        })
    }

    /// The larger or the smaller.
    pub(crate) fn extreme(&mut self, a: &Number, b: &Number, largest: bool) -> Result<Number> {
        let scale = self.shared_scale(a, b);
        let Aligned { a: [x], b: [y], over } = self.aligned(a.lane(), b.lane(), &scale)?;
        let value = if largest {
            self.larger(x, y)
        } else {
            self.smaller(x, y)
        };
        let span = self.spans(a, b, |graph, p, q| {
            graph.extreme_of_spans((a, p), (b, q), &scale, largest)
        });
        let (known, absent) = self.both_known(a, b);
        Ok(Number {
            value,
            over,
            scale,
            known,
            absent,
            span,
        })
    }

    /// −a.
    pub(crate) fn negative(&mut self, a: &Number) -> Result<Number> {
        let zero = self.constant(0);
        let value = self.subtract(zero, a.value)?;
        let span = self.span_of(a, |graph, span| {
            Ok(Ends {
                low: graph.subtract(zero, span.high)?,
                high: graph.subtract(zero, span.low)?,
                over: span.over,
                no_low: span.no_high,
                no_high: span.no_low,
                closes: false,
            })
        });
        Ok(Number {
            value,
            span,
            ..a.clone()
        })
    }

    /// |a|. A divisor is above zero where the number is known, so that the larger of a and −a is the magnitude.
    pub(crate) fn magnitude(&mut self, a: &Number) -> Result<Number> {
        let zero = self.constant(0);
        let negative = self.subtract(zero, a.value)?;
        let value = self.larger(a.value, negative);
        let span = self.span_of(a, |graph, span| {
            let (below, above) = (graph.subtract(zero, span.high)?, graph.subtract(zero, span.low)?);
            let from_zero = graph.larger(span.low, below);
            let limited = graph.or(span.no_low, span.no_high);
            let (from, to) = (
                graph.within(span.low, 0, i64::MAX),
                graph.within(span.high, i64::MIN, 0),
            );
            let (from, to) = (graph.and_not(from, span.no_low), graph.and_not(to, span.no_high));
            let one_sided = graph.or(from, to);
            Ok(Ends {
                low: graph.choose(one_sided, from_zero, zero),
                high: graph.larger(span.high, above),
                over: span.over,
                no_low: graph.never(),
                no_high: limited,
                closes: true,
            })
        });
        Ok(Number {
            value,
            span,
            ..a.clone()
        })
    }

    /// Rounded to a multiple of a step above zero.
    pub(crate) fn rounded(&mut self, a: &Number, step: &Exact, mode: Rounding) -> Result<Number> {
        let share = &a.scale / step;
        let by = (
            share.numer().to_i64().ok_or(NeedsWide)?,
            share.denom().to_i64().ok_or(NeedsWide)?,
        );
        let value = self.rounded_lane(a.value, a.over, by, mode)?;
        let span = self.span_of(a, |graph, span| {
            Ok(Ends {
                low: graph.rounded_lane(span.low, span.over, by, mode)?,
                high: graph.rounded_lane(span.high, span.over, by, mode)?,
                over: None,
                no_low: span.no_low,
                no_high: span.no_high,
                closes: true,
            })
        });
        Ok(Number {
            value,
            over: None,
            scale: step.clone(),
            span,
            ..a.clone()
        })
    }

    fn rounded_lane(
        &mut self,
        value: NodeId,
        over: Option<NodeId>,
        (up, down): (i64, i64),
        mode: Rounding,
    ) -> Result<NodeId> {
        let above = self.times(value, up)?;
        Ok(match over {
            None => self.divide_by(above, down, mode),
            Some(over) => {
                let below = self.times(over, down)?;
                self.divide(above, below, mode)
            }
        })
    }

    /// Whether numbers compare so.
    pub(crate) fn compare_numbers(
        &mut self,
        comparison: Comparison,
        a: &Number,
        b: &Number,
    ) -> Result<Truth> {
        if a.span.is_none() && b.span.is_none() {
            let holds = self.compare_lanes(comparison, &a.lane(), &b.lane())?;
            let (known, absent) = self.both_known(a, b);
            let marks = Marks {
                known,
                absent,
                open: self.never(),
                why: Why::default(),
            };
            return Ok(self.decided_number(comparison, marks, holds));
        }
        self.compare_spans(comparison, a, b)
    }

    fn decided_number(&mut self, comparison: Comparison, marks: Marks, holds: NodeId) -> Truth {
        // 无 equals nothing and stands in no order.
        if comparison != Comparison::NotEqual {
            return self.decided(marks, holds, true);
        }
        let same = self.not(holds);
        self.decided(marks, same, false)
    }

    /// Whether values compare so.
    pub(crate) fn compare_lanes(
        &mut self,
        comparison: Comparison,
        a: &Lanes<'_, 1>,
        b: &Lanes<'_, 1>,
    ) -> Result<NodeId> {
        let ([x], [y]) = (a.values, b.values);
        if b.over.is_none()
            && a.over.is_none()
            && let Some(n) = self.constant_of(y)
        {
            let threshold = b.scale * ratio(i128::from(n), 1) / a.scale;
            return self.beyond(comparison, x, &threshold);
        }
        if a.over.is_none() && b.over.is_none() && self.constant_of(x).is_some() {
            return self.compare_lanes(crate::graph::flipped(comparison), b, a);
        }
        let scale = match a.scale == b.scale {
            true => a.scale.clone(),
            false => common_scale(a.scale, b.scale),
        };
        let lane = |lanes: &Lanes<'_, 1>| (lanes.values, lanes.over);
        let ((x, p), (y, q)) = (lane(a), lane(b));
        let Aligned { a: [x], b: [y], .. } = self.aligned(
            Lanes {
                values: x,
                over: p,
                scale: a.scale,
            },
            Lanes {
                values: y,
                over: q,
                scale: b.scale,
            },
            &scale,
        )?;
        Ok(self.compare(comparison, x, y))
    }

    /// A whole number against any number: the whole numbers on the right side of it.
    fn beyond(&mut self, comparison: Comparison, a: NodeId, threshold: &Exact) -> Result<NodeId> {
        // Beyond all bounds, where exactly makes no difference, and both neighbours exist.
        let clamp = |n: &Exact| {
            let far = if n.is_negative() { i64::MIN } else { i64::MAX };
            let n = n.to_integer().to_i64().unwrap_or(far);
            n.clamp(i64::MIN / 2, i64::MAX / 2)
        };
        let (floor, ceiling) = (clamp(&threshold.floor()), clamp(&threshold.ceil()));
        Ok(match comparison {
            Comparison::Less => self.within(a, i64::MIN, ceiling - 1),
            Comparison::AtMost => self.within(a, i64::MIN, floor),
            Comparison::Greater => self.within(a, floor + 1, i64::MAX),
            Comparison::AtLeast => self.within(a, ceiling, i64::MAX),
            Comparison::Equal if threshold.is_integer() => self.within(a, floor, floor),
            Comparison::NotEqual if threshold.is_integer() => {
                let same = self.within(a, floor, floor);
                self.not(same)
            }
            Comparison::Equal => self.never(),
            Comparison::NotEqual => self.always(),
        })
    }
}

impl Number {
    /// Where there is a number, known or open.
    pub fn here(&self) -> NodeId {
        self.span.as_ref().map_or(self.known, |span| span.here)
    }
}
