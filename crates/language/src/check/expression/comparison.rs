//! Comparisons and 属于: what can be held against what.

use jiufen_diagnostic::{Diagnostic, Span, catalogue::types};

use super::comparable;
use crate::check::Checker;
use crate::check::scope::Scope;
use crate::check::unknown::Sought;
use crate::program::{Comparison, ExprId, ExprKind, Literal, Type};
use crate::syntax::ast::{self, AstNode};

impl Checker<'_> {
    /// Land area against floor area: the same dimension, two things.
    pub(super) fn floor_clash(
        &mut self,
        scope: &Scope,
        l: ExprId,
        r: ExprId,
        symbol: &str,
        span: Span,
    ) -> bool {
        let direct = |id: ExprId| match &self.program.expr(id).kind {
            ExprKind::Field { .. } | ExprKind::Parameter { .. } | ExprKind::Definition { .. } => {
                match &self.program.expr(id).ty {
                    Type::Quantity { floor, .. } => Some(*floor),
                    _ => None,
                }
            }
            _ => None,
        };
        let clash = matches!((direct(l), direct(r)), (Some(a), Some(b)) if a != b);
        if clash {
            self.report(
                scope.at,
                Diagnostic::new(&types::FLOOR_AND_LAND, span).with("operator", symbol),
            );
        }
        clash
    }

    /// Guards an operation on two figures that carry a vintage (版次): it applies only when both are the same.
    pub(super) fn same_vintage(&mut self, l: ExprId, r: ExprId, value: ExprId, span: Span) -> ExprId {
        let (Some(left), Some(right)) = (self.vintage(l), self.vintage(r)) else {
            return value;
        };
        if left == right {
            return value;
        }
        let ty = self.ty(value).clone();
        self.push(ExprKind::SameVintage { left, right, value }, ty, span)
    }

    /// The expression that tells the vintage of a figure.
    fn vintage(&mut self, id: ExprId) -> Option<ExprId> {
        let expr = self.program.expr(id).clone();
        let ExprKind::Field { row, field, year } = expr.kind else {
            return None;
        };
        let tag = self.program.field(field).vintage?;
        let tag_field = crate::program::FieldRef {
            subject: field.subject,
            index: tag,
        };
        let year = self.program.field(tag_field).yearly.then_some(year).flatten();
        let existing = self.program.expressions.iter().rposition(|e| {
            matches!(&e.kind, ExprKind::Field { row: r, field: f, year: y } if *r == row && *f == tag_field && *y == year)
        });
        if let Some(found) = existing {
            return Some(ExprId(found as u32));
        }
        Some(self.push(
            ExprKind::Field {
                row,
                field: tag_field,
                year,
            },
            Type::Text,
            expr.span,
        ))
    }

    pub(super) fn compare(&mut self, scope: &Scope, compare: &ast::Compare, span: Span) -> ExprId {
        let operands: Vec<ast::Expr> = compare.operands().collect();
        let comparisons: Vec<Comparison> = compare.comparisons().map(comparison).collect();
        let mut checked: Vec<ExprId> = Vec::new();
        // Names of enumeration values and text literals take the type of the other side, whichever it is.
        let anchor = operands
            .iter()
            .position(|o| !self.needs_hint(scope, o))
            .unwrap_or(0);
        if let Some(first) = operands.get(anchor) {
            let first = self.expr(scope, first, None);
            let hint = match self.ty(first).clone() {
                Type::Candidates(inner) | Type::Series(inner) => *inner,
                other => other,
            };
            let scope = scope.in_unit(self.unit_of(first));
            for (index, operand) in operands.iter().enumerate() {
                checked.push(if index == anchor {
                    first
                } else {
                    self.expr(&scope, operand, Some(&hint))
                });
            }
        }
        let mut links = Vec::new();
        for (pair, op) in checked.windows(2).zip(&comparisons) {
            links.push(self.one_comparison(scope, *op, pair[0], pair[1], span));
        }
        match links.as_slice() {
            [] => self.invalid(span),
            [only] => *only,
            _ => self.push(ExprKind::All(links), Type::Boolean, span),
        }
    }

    /// Whether an operand can be read only once the type of the other side is known.
    fn needs_hint(&self, scope: &Scope, operand: &ast::Expr) -> bool {
        match operand {
            ast::Expr::Literal(_) => true,
            ast::Expr::Path(path) => path.as_name().is_some_and(|name| {
                let name = name.text();
                let field = scope.rows.first().is_some_and(|s| {
                    self.program.field_named(*s, &name).is_some()
                        || self.names.definitions.contains_key(&(*s, name.clone()))
                });
                !field && self.names.values.contains_key(&name)
            }),
            _ => false,
        }
    }

    fn one_comparison(&mut self, scope: &Scope, op: Comparison, l: ExprId, r: ExprId, span: Span) -> ExprId {
        let (lt, rt) = (self.ty(l).clone(), self.ty(r).clone());
        if lt == Type::Unknown || rt == Type::Unknown {
            return self.invalid(span);
        }
        if !comparable(&lt, &rt) {
            return self.cannot_combine(scope, l, r, op.symbol(), span);
        }
        if self.floor_clash(scope, l, r, op.symbol(), span) {
            return self.invalid(span);
        }
        let equality = matches!(op, Comparison::Equal | Comparison::NotEqual);
        if !equality && !self.is_ordered(&lt) {
            let finding = Diagnostic::new(&types::NOT_ORDERED, span)
                .with("found", self.type_words(&lt))
                .with("operator", op.symbol());
            self.report(scope.at, finding);
            return self.invalid(span);
        }
        self.fixed_comparison(scope, op, (l, r), span);
        self.ratio_as_number(scope, l, r);
        let value = self.push(ExprKind::Compare(op, l, r), Type::Boolean, span);
        self.same_vintage(l, r, value, span)
    }

    pub(super) fn is_ordered(&self, ty: &Type) -> bool {
        match ty {
            Type::Enumeration(id) => self.program.enumerations[id.index()].ordered,
            Type::Date | Type::Year | Type::Code(_) => true,
            other => other.is_numeric(),
        }
    }

    pub(super) fn among(&mut self, scope: &Scope, among: &ast::In, span: Span) -> ExprId {
        let (Some(subject), Some(member)) = (among.subject(), among.member()) else {
            return self.invalid(span);
        };
        let value = self.expr(scope, &subject, None);
        let hint = match self.ty(value).clone() {
            Type::Candidates(inner) => *inner,
            other => other,
        };
        match member {
            ast::Member::Set(set) => {
                let items: Vec<ast::Expr> = set.items().collect();
                let items: Vec<ExprId> = items.iter().map(|i| self.expr(scope, i, Some(&hint))).collect();
                let mut alike = true;
                for item in &items {
                    let ty = self.ty(*item).clone();
                    if hint != Type::Unknown && ty != Type::Unknown && !comparable(&hint, &ty) {
                        let place = self.program.expr(*item).span;
                        self.cannot_combine(scope, value, *item, "属于", place);
                        alike = false;
                    }
                }
                if !alike {
                    return self.invalid(span);
                }
                self.push(ExprKind::Among(value, items), Type::Boolean, span)
            }
            ast::Member::Interval(interval) => self.within(scope, value, &hint, &interval, span),
            ast::Member::Path(path) => self.among_enumeration(scope, value, &hint, &path, span),
        }
    }

    fn within(
        &mut self,
        scope: &Scope,
        value: ExprId,
        hint: &Type,
        interval: &ast::Interval,
        span: Span,
    ) -> ExprId {
        let (Some(low), Some(high)) = (interval.low(), interval.high()) else {
            return self.invalid(span);
        };
        let scope = &scope.in_unit(self.unit_of(value));
        let (low, high) = (
            self.expr(scope, &low, Some(hint)),
            self.expr(scope, &high, Some(hint)),
        );
        let above = if interval.includes_low() {
            Comparison::AtLeast
        } else {
            Comparison::Greater
        };
        let below = if interval.includes_high() {
            Comparison::AtMost
        } else {
            Comparison::Less
        };
        let above = self.one_comparison(scope, above, value, low, span);
        let below = self.one_comparison(scope, below, value, high, span);
        self.push(ExprKind::All(vec![above, below]), Type::Boolean, span)
    }

    /// `x 属于 类别`: is a value of a (usually smaller) enumeration, by name.
    fn among_enumeration(
        &mut self,
        scope: &Scope,
        value: ExprId,
        hint: &Type,
        path: &ast::Path,
        span: Span,
    ) -> ExprId {
        let name = path.as_name().map(|n| n.text()).unwrap_or_default();
        let Some(id) = self.names.enumerations.get(&name).copied() else {
            self.unknown_name(scope, &name, scope.at.span(path.range()), Sought::Enumeration);
            return self.invalid(span);
        };
        let values = self.program.enumerations[id.index()].values.clone();
        let shared = match hint {
            Type::Enumeration(other) => values
                .iter()
                .any(|v| self.program.enumerations[other.index()].values.contains(v)),
            other => matches!(other, Type::Text | Type::Code(_) | Type::Unknown),
        };
        if !shared {
            let words = self.type_words(hint);
            return self.mismatch(scope, scope.at.span(path.range()), words, &Type::Enumeration(id));
        }
        let items = values.into_iter().enumerate().map(|(index, name)| match hint {
            Type::Enumeration(other) if *other != id => {
                let position = self.program.enumerations[other.index()]
                    .values
                    .iter()
                    .position(|v| *v == name);
                position.map(|p| (Literal::Enumeration(*other, p as u16), hint.clone()))
            }
            Type::Enumeration(_) => Some((Literal::Enumeration(id, index as u16), hint.clone())),
            _ => Some((Literal::Text(name), hint.clone())),
        });
        let items: Vec<_> = items.flatten().collect();
        let items = items
            .into_iter()
            .map(|(l, ty)| self.push(ExprKind::Literal(l), ty, span))
            .collect();
        self.push(ExprKind::Among(value, items), Type::Boolean, span)
    }
}

fn comparison(op: ast::Comparison) -> Comparison {
    match op {
        ast::Comparison::Eq => Comparison::Equal,
        ast::Comparison::Ne => Comparison::NotEqual,
        ast::Comparison::Lt => Comparison::Less,
        ast::Comparison::Le => Comparison::AtMost,
        ast::Comparison::Gt => Comparison::Greater,
        ast::Comparison::Ge => Comparison::AtLeast,
    }
}
