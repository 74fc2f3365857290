//! What can be told of expressions before anything is evaluated: whether two ask the same, and constants.

use jiufen_quantity::Exact;

use super::Checker;
use crate::program::{ExprId, ExprKind, Literal, Operator};

impl Checker<'_> {
    /// Whether two expressions ask the same thing of the same row. 否 says only that it cannot be told.
    pub(super) fn same(&self, one: ExprId, other: ExprId) -> bool {
        use ExprKind::{Arithmetic, Definition, Field, Follow, Literal, Parameter, Row};
        match (&self.program.expr(one).kind, &self.program.expr(other).kind) {
            (Row(a), Row(b)) => a == b,
            (Literal(a), Literal(b)) => a == b,
            (Follow { row: r, field: f }, Follow { row: s, field: g }) => f == g && self.same(*r, *s),
            (
                Field {
                    row: r,
                    field: f,
                    year: y,
                },
                Field {
                    row: s,
                    field: g,
                    year: z,
                },
            ) => f == g && y == z && self.same(*r, *s),
            (
                Definition {
                    definition: d,
                    row: r,
                    year: y,
                },
                Definition {
                    definition: e,
                    row: s,
                    year: z,
                },
            ) => d == e && y == z && self.same(*r, *s),
            (Parameter { parameter: p, .. }, Parameter { parameter: q, .. }) => p == q,
            (Arithmetic(o, a, b), Arithmetic(p, c, d)) => o == p && self.same(*a, *c) && self.same(*b, *d),
            _ => false,
        }
    }

    /// The number that an expression of literals comes to.
    pub(super) fn constant(&self, id: ExprId) -> Option<Exact> {
        match &self.program.expr(id).kind {
            ExprKind::Literal(Literal::Number(n)) => Some(n.clone()),
            ExprKind::Negate(a) => Some(-self.constant(*a)?),
            ExprKind::Arithmetic(operator, a, b) => {
                let (a, b) = (self.constant(*a)?, self.constant(*b)?);
                match operator {
                    Operator::Add => Some(a + b),
                    Operator::Subtract => Some(a - b),
                    Operator::Multiply => Some(a * b),
                    Operator::Divide => (!num_traits::Zero::is_zero(&b)).then(|| a / b),
                }
            }
            _ => None,
        }
    }
}
