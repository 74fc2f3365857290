//! Operations that come out one way whatever the facts are: a division by zero, a comparison that never varies.

use jiufen_diagnostic::{Argument, Diagnostic, Span, catalogue::types};
use jiufen_quantity::{Exact, show};
use num_traits::{One, Signed, Zero};

use crate::check::Checker;
use crate::check::scope::Scope;
use crate::program::{Comparison, ExprId, ExprKind, Operator, PartValue, Type};

impl Checker<'_> {
    /// Tells a divisor that is zero.
    pub(super) fn divided_by_zero(&mut self, scope: &Scope, divisor: ExprId, span: Span) -> bool {
        let zero = self.constant(divisor).is_some_and(|number| number.is_zero());
        if zero {
            let finding =
                Diagnostic::new(&types::DIVIDED_BY_ZERO, span).with("divisor", self.written_at(divisor));
            self.report(scope.at, finding);
        }
        zero
    }

    /// Tells a comparison that no fact decides.
    pub(super) fn fixed_comparison(
        &mut self,
        scope: &Scope,
        op: Comparison,
        (l, r): (ExprId, ExprId),
        span: Span,
    ) {
        let Some((holds, why)) = self.fixed(op, l, r) else {
            return;
        };
        let text = format!("{} {} {}", self.written_at(l), op.symbol(), self.written_at(r));
        let outcome = match holds {
            true => Argument::term("总是成立", "always holds"),
            false => Argument::term("总不成立", "never holds"),
        };
        let finding = Diagnostic::new(&types::ALWAYS_THE_SAME, span)
            .with("text", text)
            .with("outcome", outcome)
            .with("why", why);
        self.report(scope.at, finding);
    }

    /// Tells a share of a whole that is held against a bare number, such as `研发费用 ÷ 营业收入 ≥ 3`.
    pub(super) fn ratio_as_number(&mut self, scope: &Scope, l: ExprId, r: ExprId) {
        let pair = [(l, r), (r, l)];
        let found = pair
            .into_iter()
            .find(|(ratio, number)| self.is_bare_number(*number) && self.is_share(*ratio));
        let Some((ratio, number)) = found else { return };
        let Some(figure) = self.constant(number).filter(|n| *n >= Exact::one()) else {
            return;
        };
        let finding = Diagnostic::new(&types::RATIO_AS_NUMBER, self.program.expr(number).span)
            .with("ratio", self.written_at(ratio))
            .with("figure", self.written_at(number))
            .with("percent", show::rate(&figure));
        self.report(scope.at, finding);
    }

    /// A number as written without 倍, % or another unit.
    pub(in crate::check) fn is_bare_number(&self, id: ExprId) -> bool {
        self.is_literal(id)
            && *self.ty(id) == Type::Number
            && self.written_at(id).ends_with(|c: char| c.is_ascii_digit())
    }

    /// A quotient of two like quantities, as written or as a definition; land against floor area is none.
    fn is_share(&self, id: ExprId) -> bool {
        let quotient = |id: ExprId| match self.program.expr(id).kind {
            ExprKind::Arithmetic(Operator::Divide, l, r) => matches!(
                (self.ty(l), self.ty(r)),
                (Type::Quantity { dimension: a, floor: f }, Type::Quantity { dimension: b, floor: g })
                    if a == b && f == g
            ),
            _ => false,
        };
        match &self.program.expr(id).kind {
            ExprKind::Definition { definition, .. } => {
                let versions = &self.program.definitions[definition.index()].part.versions;
                let is_quotient = |value: &PartValue| matches!(value, PartValue::Expr(e) if quotient(*e));
                !versions.is_empty() && versions.iter().all(|v| is_quotient(&v.value))
            }
            _ => quotient(id),
        }
    }

    fn fixed(&self, op: Comparison, l: ExprId, r: ExprId) -> Option<(bool, Argument)> {
        match (self.constant(l), self.constant(r)) {
            (Some(one), Some(other)) => {
                let why = Argument::term("两边都是写定的数", "both sides are figures as written");
                Some((holds(op, &one, &other), why))
            }
            (None, Some(limit)) => {
                let above = matches!(
                    op,
                    Comparison::Greater | Comparison::AtLeast | Comparison::NotEqual
                );
                self.above(l, &limit).map(|why| (above, why))
            }
            (Some(limit), None) => {
                let below = matches!(op, Comparison::Less | Comparison::AtMost | Comparison::NotEqual);
                self.above(r, &limit).map(|why| (below, why))
            }
            (None, None) => None,
        }
    }

    /// Why an expression is above a figure whatever the facts are: a field that is not declared 可负 is never below zero.
    fn above(&self, id: ExprId, limit: &Exact) -> Option<Argument> {
        let ExprKind::Field { field, .. } = self.program.expr(id).kind else {
            return None;
        };
        let declared = self.program.field(field);
        (limit.is_negative() && declared.ty.is_numeric() && !declared.signed).then(|| {
            let name = &declared.name;
            Argument::term(
                format!("「{name}」没有声明 可负,不会小于零"),
                format!("“{name}” is not declared 可负 and is never below zero"),
            )
        })
    }
}

fn holds(op: Comparison, l: &Exact, r: &Exact) -> bool {
    match op {
        Comparison::Equal => l == r,
        Comparison::NotEqual => l != r,
        Comparison::Less => l < r,
        Comparison::AtMost => l <= r,
        Comparison::Greater => l > r,
        Comparison::AtLeast => l >= r,
    }
}
