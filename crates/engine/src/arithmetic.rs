//! Numbers on scales: sums on a common one, products for nothing, quotients kept as such until somebody rounds.

use jiufen_language::program::Comparison;
use jiufen_quantity::exact::ratio;
use jiufen_quantity::{Exact, Rounding};
use jiufen_table::lanes::common_scale;
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::graph::{Graph, NeedsWide, NodeId};
use crate::value::{Number, Truth};

type Result<T> = std::result::Result<T, NeedsWide>;

impl Graph {
    /// Where both are.
    pub(crate) fn all(&mut self, a: Truth, b: Truth) -> Truth {
        let yes = self.and(a.yes, b.yes);
        match self.is_certain(a) && self.is_certain(b) {
            true => self.certain(yes),
            false => Truth {
                yes,
                no: self.or(a.no, b.no),
            },
        }
    }

    /// Where either is.
    pub(crate) fn any(&mut self, a: Truth, b: Truth) -> Truth {
        let yes = self.or(a.yes, b.yes);
        match self.is_certain(a) && self.is_certain(b) {
            true => self.certain(yes),
            false => Truth {
                yes,
                no: self.and(a.no, b.no),
            },
        }
    }

    /// Whether a condition is decided everywhere, so that one mask says both.
    fn is_certain(&mut self, a: Truth) -> bool {
        self.not(a.yes) == a.no
    }

    /// A condition that is decided everywhere.
    pub(crate) fn certain(&mut self, yes: NodeId) -> Truth {
        Truth {
            yes,
            no: self.not(yes),
        }
    }

    /// Nothing known anywhere.
    pub(crate) fn open(&mut self) -> Truth {
        let no = self.truth(false);
        Truth { yes: no, no }
    }

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
            known: self.truth(true),
            absent: self.truth(false),
        }
    }

    /// The number, when it is the same everywhere.
    pub(crate) fn exact_of(&self, n: &Number) -> Option<Exact> {
        let value = self.constant_of(n.value).filter(|_| n.over.is_none())?;
        (self.truth_of(n.known) == Some(true)).then(|| &n.scale * ratio(i128::from(value), 1))
    }

    /// A number of which nothing is known.
    pub(crate) fn soft_number(&mut self) -> Number {
        let no = self.truth(false);
        Number {
            value: self.constant(0),
            over: None,
            scale: Exact::one(),
            known: no,
            absent: no,
        }
    }

    /// Where a result of two operands is known, and where it is 无: 无 takes part in nothing, unless the other operand
    /// is refused, which a soft one may be.
    pub(crate) fn joint(&mut self, a: (NodeId, NodeId), b: (NodeId, NodeId)) -> (NodeId, NodeId) {
        let known = self.and(a.0, b.0);
        let (firm_a, firm_b) = (self.or(a.0, a.1), self.or(b.0, b.1));
        let left = self.and(a.1, firm_b);
        let right = self.and(b.1, firm_a);
        (known, self.or(left, right))
    }

    fn scaled(&mut self, value: NodeId, from: &Exact, to: &Exact) -> Result<NodeId> {
        let by = (from / to).to_integer().to_i64().ok_or(NeedsWide)?;
        self.times(value, by)
    }

    /// Values of two numbers on one scale and over one divisor.
    fn aligned(&mut self, a: &Number, b: &Number) -> Result<(NodeId, NodeId, Exact, Option<NodeId>)> {
        let is_zero = |this: &Self, n: &Number| this.constant_of(n.value) == Some(0);
        let scale = match (is_zero(self, a), is_zero(self, b)) {
            (true, _) => b.scale.clone(),
            (_, true) => a.scale.clone(),
            _ if a.scale == b.scale => a.scale.clone(),
            _ => common_scale(&a.scale, &b.scale),
        };
        let on_scale = |this: &mut Self, n: &Number| match is_zero(this, n) {
            true => Ok(n.value),
            false => this.scaled(n.value, &n.scale, &scale),
        };
        let (mut x, mut y) = (on_scale(self, a)?, on_scale(self, b)?);
        let over = match (a.over, b.over) {
            (None, None) => None,
            (Some(p), Some(q)) if p == q => Some(p),
            (p, q) => {
                let one = self.constant(1);
                let (p, q) = (p.unwrap_or(one), q.unwrap_or(one));
                x = self.multiply(x, q)?;
                y = self.multiply(y, p)?;
                Some(self.multiply(p, q)?)
            }
        };
        Ok((x, y, scale, over))
    }

    /// a + b, or a − b.
    pub(crate) fn sum(&mut self, a: &Number, b: &Number, subtract: bool) -> Result<Number> {
        let (x, y, scale, over) = self.aligned(a, b)?;
        let value = if subtract {
            self.subtract(x, y)?
        } else {
            self.add(x, y)?
        };
        let (known, absent) = self.joint((a.known, a.absent), (b.known, b.absent));
        Ok(Number {
            value,
            over,
            scale,
            known,
            absent,
        })
    }

    /// a × b.
    pub(crate) fn product(&mut self, a: &Number, b: &Number) -> Result<Number> {
        let value = self.multiply(a.value, b.value)?;
        let over = match (a.over, b.over) {
            (Some(p), Some(q)) => Some(self.multiply(p, q)?),
            (p, q) => p.or(q),
        };
        let (known, absent) = self.joint((a.known, a.absent), (b.known, b.absent));
        let scale = &a.scale * &b.scale;
        Ok(Number {
            value,
            over,
            scale,
            known,
            absent,
        })
    }

    /// a ÷ b. Where b is not above zero, nothing is known.
    pub(crate) fn quotient(&mut self, a: &Number, b: &Number) -> Result<Number> {
        if let Some(divisor) = self.exact_of(b) {
            if divisor.is_zero() {
                return Ok(self.soft_number());
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
        let known = self.and(b.known, positive);
        let (known, absent) = self.joint((a.known, a.absent), (known, b.absent));
        Ok(Number {
            value: numerator,
            over: Some(over),
            scale: &a.scale / &b.scale,
            known,
            absent,
        })
    }

    /// The larger or the smaller.
    pub(crate) fn extreme(&mut self, a: &Number, b: &Number, largest: bool) -> Result<Number> {
        let (x, y, scale, over) = self.aligned(a, b)?;
        let value = if largest {
            self.larger(x, y)
        } else {
            self.smaller(x, y)
        };
        let (known, absent) = self.joint((a.known, a.absent), (b.known, b.absent));
        Ok(Number {
            value,
            over,
            scale,
            known,
            absent,
        })
    }

    /// −a.
    pub(crate) fn negative(&mut self, a: &Number) -> Result<Number> {
        let zero = self.constant(0);
        let value = self.subtract(zero, a.value)?;
        Ok(Number { value, ..a.clone() })
    }

    /// Rounded to a multiple of a step above zero.
    pub(crate) fn rounded(&mut self, a: &Number, step: &Exact, mode: Rounding) -> Result<Number> {
        let share = &a.scale / step;
        let (up, down) = (
            share.numer().to_i64().ok_or(NeedsWide)?,
            share.denom().to_i64().ok_or(NeedsWide)?,
        );
        let above = self.times(a.value, up)?;
        let value = match a.over {
            None => self.divide_by(above, down, mode),
            Some(over) => {
                let below = self.times(over, down)?;
                self.divide(above, below, mode)
            }
        };
        Ok(Number {
            value,
            over: None,
            scale: step.clone(),
            ..a.clone()
        })
    }

    /// Whether numbers compare so, where both are known.
    pub(crate) fn compare_numbers(
        &mut self,
        comparison: Comparison,
        a: &Number,
        b: &Number,
    ) -> Result<NodeId> {
        if b.over.is_none()
            && a.over.is_none()
            && let Some(n) = self.constant_of(b.value)
        {
            let threshold = &b.scale * ratio(i128::from(n), 1) / &a.scale;
            return self.beyond(comparison, a.value, &threshold);
        }
        if a.over.is_none() && b.over.is_none() && self.constant_of(a.value).is_some() {
            return self.compare_numbers(crate::graph::flipped(comparison), b, a);
        }
        let (x, y, ..) = self.aligned(a, b)?;
        Ok(self.compare(comparison, x, y))
    }

    /// A whole number against any number: the whole numbers on the right side of it.
    fn beyond(&mut self, comparison: Comparison, a: NodeId, threshold: &Exact) -> Result<NodeId> {
        // Beyond all bounds, where exactly makes no difference.
        let clamp = |n: &Exact| {
            n.to_integer().to_i64().unwrap_or(if n.is_negative() {
                i64::MIN / 2
            } else {
                i64::MAX / 2
            })
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
            Comparison::Equal => self.truth(false),
            Comparison::NotEqual => self.truth(true),
        })
    }

    /// One number where a condition is 是, another where it is 否.
    pub(crate) fn choose_number(&mut self, when: Truth, a: &Number, b: &Number) -> Result<Number> {
        let is_zero = |this: &Self, n: &Number| this.constant_of(n.value) == Some(0);
        let scale = match (is_zero(self, a), is_zero(self, b)) {
            (true, _) => b.scale.clone(),
            (_, true) => a.scale.clone(),
            _ if a.scale == b.scale => a.scale.clone(),
            _ => common_scale(&a.scale, &b.scale),
        };
        let on_scale = |this: &mut Self, n: &Number| match is_zero(this, n) {
            true => Ok(n.value),
            false => this.scaled(n.value, &n.scale, &scale),
        };
        let (x, y) = (on_scale(self, a)?, on_scale(self, b)?);
        let value = self.choose(when.yes, x, y);
        let over = match (a.over, b.over) {
            (None, None) => None,
            (p, q) => {
                let one = self.constant(1);
                Some(self.choose(when.yes, p.unwrap_or(one), q.unwrap_or(one)))
            }
        };
        let (known, absent) = self.chosen(when, (a.known, a.absent), (b.known, b.absent));
        Ok(Number {
            value,
            over,
            scale,
            known,
            absent,
        })
    }

    /// Where a choice is known, and where it is 无.
    pub(crate) fn chosen(
        &mut self,
        when: Truth,
        a: (NodeId, NodeId),
        b: (NodeId, NodeId),
    ) -> (NodeId, NodeId) {
        let pick = |this: &mut Self, a: NodeId, b: NodeId| {
            let (a, b) = (this.and(when.yes, a), this.and(when.no, b));
            this.or(a, b)
        };
        (pick(self, a.0, b.0), pick(self, a.1, b.1))
    }
}
